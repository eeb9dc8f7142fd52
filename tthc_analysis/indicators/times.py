"""How long dossiers took in working days, as relations: the dossiers of the period against the working calendar.

Days are working days of the cited calendar, the day of receipt not counted. A day outside the calendar's years tells nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from tthc_analysis.columns import DOSSIERS
from tthc_analysis.indicators._counting import CODES, ENDED, live_of, procedure_names
from tthc_analysis.indicators._open import OpenReport
from tthc_analysis.indicators.catalogue_sql import WITH_CATALOGUE
from tthc_analysis.indicators.definition import NONE_AROSE, Covered, Fact, Measure, Relation, Stated
from tthc_analysis.indicators.evaluate import Evaluation, grouped, rows, statement
from tthc_analysis.indicators.relations import calendar_table
from tthc_analysis.rules.dates import load_date_rules
from tthc_analysis.rules.reporting import load_reporting

DAYS = "ngày làm việc"


def _limited_in(unit: str) -> str:
    """Whether the time limit of the catalogue is in `unit` and possible, as `TimeLimit.is_possible`."""
    bounds, longest = "c.time_limit, c.time_limit_max", load_date_rules().longest_limit(unit)
    return f"c.time_limit_unit = '{unit}' AND least({bounds}) >= 0 AND greatest({bounds}) <= {longest}"


def times_sql(report: OpenReport) -> str:
    """CTEs up to `times`: the dossiers of `live` with days in working days, null where the data cannot tell.

    `used` receipt to result and `allowed` receipt to due date (resolved ones), `most` the time limit of the catalogue as of
    the day of receipt, where it is a possible one in working days or hours (8 hours are a day).
    """
    calendar = calendar_table(report)
    return f"""{live_of(report)},
times AS (
  SELECT live.dossier_code, live.procedure_key, live.procedure_code, live.procedure_name, live.field, is_resolved,
         lateness > 0 AS is_late,
         CASE WHEN is_resolved THEN ended.elapsed - begun.elapsed END AS used,
         CASE WHEN is_resolved THEN promised.elapsed - begun.elapsed END AS allowed,
         CASE WHEN {_limited_in("working_day")} THEN c.time_limit
              WHEN {_limited_in("hour")} THEN CAST(floor((c.time_limit + 7) / 8) AS BIGINT) END AS most,
         is_resolved AND (begun.day IS NULL OR ended.day IS NULL
           OR (live.due_day IS NOT NULL AND promised.day IS NULL)) AS is_outside
  FROM {WITH_CATALOGUE}
  LEFT JOIN {calendar} begun ON begun.day = live.received_day
  LEFT JOIN {calendar} ended ON ended.day = live.end_day
  LEFT JOIN {calendar} promised ON promised.day = live.due_day
)"""


TIMES = Relation(
    "times",
    DOSSIERS.name,
    times_sql,
    (Covered(DOSSIERS.name), Stated(ENDED)),
    tally=("used", "allowed", "most", "is_late", "is_outside", "is_resolved"),
    groups=("procedure_key", "field"),
    place="table",
)
_KNOWN = "used IS NOT NULL AND most IS NOT NULL"
TIMED = Measure(TIMES, "used IS NOT NULL")
MEDIAN = Measure(TIMES, "used IS NOT NULL", take="median", what="used", empty=NONE_AROSE)
P90 = Measure(TIMES, "used IS NOT NULL", take="p90", what="used", empty=NONE_AROSE)
ALLOWED = Measure(TIMES, "used IS NOT NULL AND allowed IS NOT NULL", take="median", what="allowed", empty=NONE_AROSE)
LIMIT = Measure(TIMES, _KNOWN, take="median", what="most", empty=NONE_AROSE)
_LIMITS = Fact(TIMES, "thời hạn trong danh mục TTHC", "most IS NOT NULL", "used IS NOT NULL")
LIMITED = Measure(TIMES, _KNOWN, (_LIMITS,), take="sum", what="most")
SAVED = Measure(TIMES, _KNOWN, (_LIMITS,), take="sum", what="most - used")
LATE = Measure(TIMES, "used IS NOT NULL AND is_late")
OUTSIDE = Measure(TIMES, "is_outside")

_RULES = load_reporting()
FAST_DAYS = _RULES.processing_time.fast_working_days
FAST = Measure(TIMES, f"used <= {FAST_DAYS}", what="used")


def by_procedure(report: OpenReport, measures: Mapping[str, Measure]) -> pd.DataFrame:
    """Measures by procedure with its code and name as of the last dossier, those with most dossiers (`n`) first."""
    table = grouped(report, TIMES, measures, ["procedure_key"])
    joined = table.merge(procedure_names(report), on="procedure_key", how="left")
    columns = ["procedure_key", "procedure_code", "procedure_name", *measures]
    return joined[columns].sort_values(["n", "procedure_key"], ascending=[False, True], ignore_index=True)


# --- procedures and fields as rows -----------------------------------------------------------------------------------


def _fast_sql(report: OpenReport) -> str:
    medians = statement(report, TIMES, (TIMED, MEDIAN), by=("procedure_key",))
    least = _RULES.processing_time.least_dossiers
    return (
        f"WITH medians AS (\n{medians}\n),\n"
        "fast AS (\n  SELECT procedure_key, m0 AS dossiers, m1 AS median FROM medians\n"
        f"  WHERE m0 >= {least} AND m1 <= {FAST_DAYS}\n)"
    )


#: procedures with enough dossiers whose median is at most a few days
FAST_PROCEDURES = Relation("fast", "", _fast_sql, TIMES.given, own_key=("procedure_key",), place="none")


def _slipped_sql(key: str, report: OpenReport) -> str:
    """Groups of both periods with enough dossiers, and those of them that became slower or later."""
    now, before = (statement(s, TIMES, (TIMED, MEDIAN, LATE), by=(key,)) for s in (report, report.previous))
    rule = _RULES.slipped
    return f"""WITH now AS (
{now}
),
before AS (
{before}
),
slipped AS (
  SELECT now.{key}, now.m0 AS n, before.m0 AS n_before, now.m1 AS median, before.m1 AS median_before,
         now.m2 AS overdue, before.m2 AS overdue_before
  FROM now JOIN before ON now.{key} IS NOT DISTINCT FROM before.{key}
  WHERE now.m0 >= {rule.least_dossiers} AND before.m0 >= {rule.least_dossiers}
    AND (now.m1 - before.m1 >= {rule.median_working_days} OR now.m2 * before.m0 > before.m2 * now.m0)
)"""


def _slipped(key: str) -> Relation:
    words = "chưa có dữ liệu của kỳ {previous} để so sánh"
    part = "kỳ này hoặc kỳ {previous} chỉ có một phần dữ liệu, không so sánh"
    given = (
        Covered(DOSSIERS.name, words=words),
        Covered(DOSSIERS.name, previous=True, words=words),
        Covered(DOSSIERS.name, words=part, wholly=True),
        Covered(DOSSIERS.name, previous=True, words=part, wholly=True),
        Stated(ENDED),
    )
    return Relation("slipped", "", lambda report: _slipped_sql(key, report), given, own_key=(key,), place="none")


SLIPPED_PROCEDURES = _slipped("procedure_key")
SLIPPED_FIELDS = _slipped("field")
#: the same procedures where a figure is made of them: procedures that have no code are listed by name, not counted
SLIPPED_CODED = replace(SLIPPED_PROCEDURES, given=(Stated(CODES), *SLIPPED_PROCEDURES.given))


def slipped(report: OpenReport, relation: Relation) -> pd.DataFrame | None:
    """The rows of `SLIPPED_PROCEDURES` or `SLIPPED_FIELDS` with rates in per cent; None when a period has no data."""
    if Evaluation(report).silence(relation):
        return None
    (key,) = relation.key
    table = rows(report, relation, order=f"{key} NULLS LAST")
    if relation is SLIPPED_PROCEDURES:
        table = table.merge(procedure_names(report)[[key, "procedure_name"]], on=key, how="left")
    return table.assign(
        name=table["procedure_name"] if relation is SLIPPED_PROCEDURES else table[key],
        overdue_rate=100 * table["overdue"] / table["n"],
        overdue_rate_before=100 * table["overdue_before"] / table["n_before"],
    )
