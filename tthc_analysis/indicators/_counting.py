"""The counting SQL: which dossiers belong to a period, and in which classes each one is.

One SQL text serves DuckDB on a laptop and Spark on a cluster: no parameters, only literals made from checked values.
Each dossier that was open at some time in the period has exactly one intake class and one outcome class, so
carried over + new = resolved + pending holds in total and in every group.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import pandas as pd

from tthc_analysis.errors import TthcError
from tthc_analysis.indicators._scope import Scope
from tthc_analysis.periods import Period
from tthc_analysis.rules import CountingRules

#: name of a count → the predicate over the dossiers open in the period that defines it.
MEASURES: Mapping[str, str] = {
    "handled": "true",
    "received_online": "NOT is_carried_over AND channel = 'online'",
    "received_in_person": "NOT is_carried_over AND channel = 'in_person'",
    "received_post": "NOT is_carried_over AND channel = 'post'",
    "received_no_channel": "NOT is_carried_over AND channel IS NULL",
    "received_new": "NOT is_carried_over",
    "carried_over": "is_carried_over",
    "carried_over_online": "is_carried_over AND channel = 'online'",
    "resolved": "is_resolved",
    "resolved_early": "is_resolved AND lateness < 0",
    "resolved_on_time": "is_resolved AND lateness = 0",
    "resolved_overdue": "is_resolved AND lateness > 0",
    "resolved_no_due": "is_resolved AND lateness IS NULL",
    "pending": "NOT is_resolved",
    "pending_within": "NOT is_resolved AND is_within",
    "pending_overdue": "NOT is_resolved AND NOT is_within",
    "pending_no_due": "NOT is_resolved AND is_within IS NULL",
    "pending_online": "NOT is_resolved AND channel = 'online'",
    "pending_online_within": "NOT is_resolved AND channel = 'online' AND is_within",
    "overdue_online": "channel = 'online' AND ((is_resolved AND lateness > 0) OR (NOT is_resolved AND NOT is_within))",
    "with_components": "component_file_count > 0",
    "resolved_with_result": "is_resolved AND result_file_count > 0",
}

#: fact → (the dossiers that should state it, what they state it in, its name); where none does, its measures are no 0
FACTS: Mapping[str, tuple[str, str, str]] = {
    "new_channel": ("NOT is_carried_over", "stated_channel", "hình thức tiếp nhận"),
    "old_channel": ("is_carried_over", "stated_channel", "hình thức tiếp nhận"),
    "pending_channel": ("NOT is_resolved", "stated_channel", "hình thức tiếp nhận"),
    "channel": ("true", "stated_channel", "hình thức tiếp nhận"),
    "resolved_due": ("is_resolved", "lateness", "ngày hẹn trả"),
    "pending_due": ("NOT is_resolved", "is_within", "ngày hẹn trả"),
    "due": ("true", "CASE WHEN is_resolved THEN lateness ELSE CAST(is_within AS INTEGER) END", "ngày hẹn trả"),
    "components": ("true", "component_file_count", "số tệp thành phần hồ sơ"),
    "results": ("is_resolved", "result_file_count", "số tệp kết quả giải quyết"),
    "code": ("true", "procedure_code", "mã thủ tục"),
}

#: measure (or the sum of all overdue dossiers) → the facts that decide it
DECIDED_BY: Mapping[str, tuple[str, ...]] = {
    "received_online": ("new_channel",),
    "received_in_person": ("new_channel",),
    "received_post": ("new_channel",),
    "carried_over_online": ("old_channel",),
    "resolved_early": ("resolved_due",),
    "resolved_on_time": ("resolved_due",),
    "resolved_overdue": ("resolved_due",),
    "pending_within": ("pending_due",),
    "pending_overdue": ("pending_due",),
    "pending_online": ("pending_channel",),
    "pending_online_within": ("pending_channel", "pending_due"),
    "overdue_online": ("channel", "due"),
    "overdue": ("due",),
    "with_components": ("components",),
    "resolved_with_result": ("results",),
}

#: total → the classes that must add up to it, for every row of every table.
IDENTITIES: Mapping[str, tuple[str, ...]] = {
    "handled": ("received_new", "carried_over"),
    "received_new": ("received_online", "received_in_person", "received_post", "received_no_channel"),
    "resolved": ("resolved_early", "resolved_on_time", "resolved_overdue", "resolved_no_due"),
    "pending": ("pending_within", "pending_overdue", "pending_no_due"),
}

#: a procedure is told by its code, and by its name where the export has no code (`procedure_key`)
GROUPS = ("field", "procedure_code", "procedure_key", "procedure_name", "agency", "channel")


class CountsDoNotAdd(TthcError):
    """A control equation fails: a fault of the program or of the data, never printed as a figure."""


def day(value: date) -> str:
    """A DATE literal that DuckDB and Spark both read."""
    return f"DATE '{value.isoformat()}'"


def _in(column: str, values: Sequence[str]) -> str:
    """`column` is one of `values` (false when null)."""
    return f"coalesce({column} IN ({', '.join(repr(v) for v in values)}), false)" if values else "false"


def live_sql(period: Period, rules: CountingRules) -> str:
    """CTEs up to `live`: the dossiers open at some time in the period with is_carried_over, is_resolved, lateness, is_within.

    Moments are compared with the midnights that begin and end the period: the same as comparing their days, without a cast
    of each, and a DATE is a moment without a time zone in both engines.
    """
    end_at = f"coalesce({', '.join(rules.end_date)})"
    gone = _in("status", rules.withdrawn_statuses) if rules.withdrawn == "excluded" else "false"
    on_time = _in("status", rules.withdrawn_statuses) if rules.withdrawn == "on_time" else "false"
    paused = _in("status", rules.paused_statuses) if rules.paused == "within" else "false"
    done, due = ("end_day", "due_day") if rules.compare == "day" else ("end_at", "due_at")
    no_due = f"{due} IS NULL" if rules.resolved_without_due == "on_time" else "false"
    is_resolved = f"coalesce(end_at < {day(period.end + timedelta(days=1))}, false)"
    channel = "coalesce(channel, 'in_person')" if rules.missing_channel == "in_person" else "channel"
    return f"""
WITH dossiers AS (
  SELECT dossier_code, procedure_code, coalesce(procedure_code, procedure_name) AS procedure_key, procedure_name, field, agency, status, {channel} AS channel, channel AS stated_channel,
         received_at, due_at, {end_at} AS end_at, component_file_count, result_file_count,
         fee_amount, payment_status, payment_method,
         CAST(received_at AS DATE) AS received_day, CAST(due_at AS DATE) AS due_day, CAST({end_at} AS DATE) AS end_day
  FROM ho_so
  WHERE NOT {_in("status", rules.excluded_statuses)}
),
live AS (
  SELECT *,
         received_at < {day(period.start)} AS is_carried_over,
         {is_resolved} AS is_resolved,
         CASE WHEN {on_time} OR {no_due} THEN 0
              ELSE CAST({done} > {due} AS INTEGER) - CAST({done} < {due} AS INTEGER) END AS lateness,
         CASE WHEN {paused} THEN true ELSE due_at >= {day(period.end)} END AS is_within
  FROM dossiers
  WHERE received_at < {day(period.end + timedelta(days=1))} AND coalesce(end_at >= {day(period.start)}, true)
    AND NOT ({gone} AND {is_resolved})
)"""


def counts(scope: Scope, by: Sequence[str] = (), measures: Sequence[str] = tuple(MEASURES)) -> pd.DataFrame:
    """One row per group (one in all without `by`), one whole-number column per measure.

    Raises CountsDoNotAdd when a control equation fails in any row.
    """
    unknown = set(by) - set(GROUPS)
    if unknown:
        raise ValueError(f"unknown group columns: {sorted(unknown)}")
    scope.store.use("ho_so")
    chosen = ",\n  ".join(f"CAST(coalesce(sum(n) FILTER (WHERE {MEASURES[m]}), 0) AS BIGINT) AS {m}" for m in measures)
    keys = ", ".join(by)
    sql = f"{live_sql(scope.period, scope.rules)},\n{_tally_sql(by)}\nSELECT {keys}{',' if by else ''}\n  {chosen}\nFROM tally{_grouping(by)}"
    result = scope.store.query(sql)
    check_identities(result)
    return result


def _grouping(by: Sequence[str]) -> str:
    """One row a group, groups in order, the one without a key last (engines differ where it stands by default)."""
    order = ", ".join(f"{key} NULLS LAST" for key in by)
    return f"\nGROUP BY {', '.join(by)}\nORDER BY {order}" if by else ""


def _tally_sql(by: Sequence[str]) -> str:
    """A CTE `tally`: how many dossiers `n` are in each combination of groups and classes; a few hundred rows.

    The measures are then sums over it, which costs two thirds of testing each dossier for each measure.
    """
    classes = tuple(c for c in ("is_carried_over", "is_resolved", "lateness", "is_within", "channel") if c not in by)
    files = [f"CAST({c} > 0 AS INTEGER)" for c in ("component_file_count", "result_file_count")]
    plain = ", ".join((*by, *classes))
    return f"""tally AS (
  SELECT {plain}, {files[0]} AS component_file_count, {files[1]} AS result_file_count, count(*) AS n
  FROM live
  GROUP BY {plain}, {files[0]}, {files[1]}
)"""


def unstated(scope: Scope, by: Sequence[str] = ()) -> pd.DataFrame:
    """One row per group, one boolean column per fact: dossiers of the period should state it and not one does.

    A column that an export lacks is empty in every row; what it decides is then not known, and must not be printed as 0.
    """
    scope.store.use("ho_so")
    keys = ", ".join(by)
    tests = ",\n  ".join(
        f"count(*) FILTER (WHERE {who}) > 0 AND count({what}) FILTER (WHERE {who}) = 0 AS {fact}"
        for fact, (who, what, _name) in FACTS.items()
    )
    sql = (
        f"{live_sql(scope.period, scope.rules)}\nSELECT {keys}{',' if by else ''}\n  {tests}\nFROM live{_grouping(by)}"
    )
    return scope.store.query(sql)


def without_unknown(table: pd.DataFrame, missing: pd.DataFrame, key: str) -> pd.DataFrame:
    """`table` of measures by `key`, each measure empty in the rows where `missing` (of `unstated`) has its fact."""
    facts = table[[key]].merge(missing, on=key, how="left").set_axis(table.index)
    columns = {m: [f for f in facts_of if f in facts] for m, facts_of in DECIDED_BY.items() if m in table}
    unknown = {m: facts[fs].fillna(False).astype(bool).any(axis=1) for m, fs in columns.items()}
    return table.assign(**{m: table[m].astype("Int64").mask(rows) for m, rows in unknown.items() if rows.any()})


def dossier_codes(scope: Scope, measure: str) -> list[str]:
    """The codes of the dossiers behind one measure, sorted."""
    scope.store.use("ho_so")
    sql = f"{live_sql(scope.period, scope.rules)}\nSELECT dossier_code FROM live WHERE {MEASURES[measure]} ORDER BY 1"
    return [str(code) for code in scope.store.query(sql)["dossier_code"]]


def check_identities(table: pd.DataFrame) -> None:
    """Assert the control equations on every row of `table` for the measures that it has."""
    for total, parts in IDENTITIES.items():
        if {total, *parts} <= set(table.columns):
            wrong = table[table[total] != table[list(parts)].sum(axis=1)]
            if len(wrong):
                raise CountsDoNotAdd(
                    f"Cân đối không khớp: {total} ≠ {' + '.join(parts)} ở {len(wrong)} dòng.",
                    "bảng tính chỉ tiêu hồ sơ",
                    "Báo lỗi cho người phát triển kèm tên kỳ và bộ quy tắc đếm.",
                )
