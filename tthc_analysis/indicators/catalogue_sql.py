"""The catalogue in SQL: which of its rows is in force on a day, alone and beside each dossier."""

from __future__ import annotations

from datetime import date

from tthc_analysis.columns import LIST_MARK, NO_EXPORT_DAY, PROCEDURES, PROVENANCE, SEVERAL_LEVELS
from tthc_analysis.indicators._open import OpenReport
from tthc_analysis.indicators.definition import Exported, Relation
from tthc_analysis.indicators.relations import day, literals
from tthc_analysis.rules.catalogue import load_catalogue_rules
from tthc_analysis.rules.levels import levels_on


def in_force_on(moment: str, asked: str = "") -> str:
    """A SELECT of the catalogue rows in force on `moment`, one a procedure: of rows that overlap the one that began last.

    `moment` is a DATE literal; or a column of the relation `asked`, and then there is one row for each of its days (`on_day`)
    and procedures (`procedure_code`).
    """
    columns = ", ".join(c.name for c in (*PROCEDURES.columns, *PROVENANCE))
    on_day, source = "", "danh_muc_tthc c"
    if asked:
        on_day, source = "on_day, ", f"({asked}) a JOIN danh_muc_tthc c ON c.procedure_code = a.procedure_code"
    return (
        f"SELECT {on_day}{columns} FROM (\n"
        f"  SELECT {moment} AS on_day, c.*, row_number() OVER (PARTITION BY {moment}, c.procedure_code\n"
        "    ORDER BY c.valid_from DESC, c.snapshot_date DESC, c.source_file DESC, c.source_row DESC) AS place\n"
        f"  FROM {source}\n"
        f"  WHERE {_begun(moment)} AND (c.valid_to IS NULL OR c.valid_to >= {moment})\n"
        ") WHERE place = 1"
    )


def _begun(moment: str) -> str:
    """Whether a row is valid on `moment`; one of a list without validity days for some days before its export, and after it."""
    back = load_catalogue_rules().listing.most_days_back
    listed = f"c.valid_from IS NULL AND c.snapshot_date > {day(NO_EXPORT_DAY)}"
    return f"(c.valid_from <= {moment} OR ({listed} AND c.snapshot_date - INTERVAL '{back}' DAY <= {moment}))"


def _spells() -> str:
    """A SELECT of the catalogue rows with the spells in which they are in force: from `on_day` to before `until_day`.

    Which row is in force changes only on a day on which some row of the procedure begins, or after one on which one ends.
    """
    back = load_catalogue_rules().listing.most_days_back
    listed = f"valid_from IS NULL AND snapshot_date > {day(NO_EXPORT_DAY)}"
    changes = (
        "SELECT procedure_code, valid_from AS on_day FROM danh_muc_tthc WHERE valid_from IS NOT NULL\n"
        f"  UNION SELECT procedure_code, CAST(snapshot_date - INTERVAL '{back}' DAY AS DATE) FROM danh_muc_tthc WHERE {listed}\n"
        "  UNION SELECT procedure_code, CAST(valid_to + INTERVAL '1' DAY AS DATE) FROM danh_muc_tthc WHERE valid_to IS NOT NULL"
    )
    until = f"coalesce(lead(on_day) OVER (PARTITION BY procedure_code ORDER BY on_day), {day(date.max)})"
    return (
        f"SELECT f.*, s.until_day FROM ({in_force_on('a.on_day', changes)}) f\n"
        f"  JOIN (SELECT procedure_code, on_day, {until} AS until_day FROM (\n  {changes}\n  ) c) s\n"
        "  ON s.procedure_code = f.procedure_code AND s.on_day = f.on_day"
    )


#: the dossiers `live` with, as `c`, the catalogue row in force on their day of receipt
WITH_CATALOGUE = (
    f"live LEFT JOIN ({_spells()}) c\n  ON c.procedure_code = live.procedure_code"
    " AND c.on_day <= live.received_day AND live.received_day < c.until_day"
)


def existing_levels(report: OpenReport) -> str:
    """The authority levels that exist on the last day of the period, as an SQL list."""
    return literals(tuple(level.id for level in levels_on(report.period.end)))


def in_force_sql(report: OpenReport) -> str:
    """A SELECT of the catalogue rows in force on the last day of the period but for those of levels that have ended by then."""
    still = f"coalesce(authority_level, '{SEVERAL_LEVELS}') IN ('{SEVERAL_LEVELS}', {existing_levels(report)})"
    return f"SELECT * FROM ({in_force_on(day(report.period.end))}) WHERE {still}"


def _own(report: OpenReport) -> str:
    """Whether a procedure is the reporting body's own: of its level, alone or among others; each where no level is known."""
    if not report.body.level:
        return "true"
    among = f"concat('{LIST_MARK}', authority_levels, '{LIST_MARK}') LIKE '%{LIST_MARK}{report.body.level}{LIST_MARK}%'"
    return f"coalesce(authority_level = '{report.body.level}', false) OR coalesce({among}, false)"


#: procedures in force on the last day; a missing mark "internal" means that it is none
IN_FORCE = Relation(
    "in_force",
    PROCEDURES.name,
    lambda report: (
        "WITH in_force AS (SELECT *, coalesce(is_internal, false) AS is_kept_internal, "
        f"coalesce(fee_amount, 0) > 0 AS has_fee, ({_own(report)}) AS is_own FROM ({in_force_sql(report)}))"
    ),
    (Exported(PROCEDURES.name),),
    silent_when_empty=True,
    own_key=("procedure_code", "valid_from"),
)
#: what a procedure of the reporting body with a fee is, of those in force
FEE_BEARING = "has_fee AND NOT is_kept_internal AND is_own"
