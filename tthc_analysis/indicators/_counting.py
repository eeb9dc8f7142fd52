"""The counting SQL: which dossiers belong to a period, in which classes each one is, and the measures of form II.06a.

One SQL text serves DuckDB on a laptop and Spark on a cluster: no parameters, only literals made from checked values.
Each dossier that was open at some time in the period has exactly one intake class and one outcome class, so
carried over + new = resolved + pending holds in total and in every group. Only a dossier that has ended by its status and
tells no day of its end (`unended`) is neither resolved nor pending, for nobody knows since when: what depends on it is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple

import pandas as pd

from tthc_analysis.columns import DOSSIERS, FINISHED_STATUSES
from tthc_analysis.indicators import _registers
from tthc_analysis.indicators._open import OpenReport
from tthc_analysis.indicators.definition import ENDS, Covered, Fact, Measure, Relation
from tthc_analysis.indicators.evaluate import Evaluation, tabulated
from tthc_analysis.indicators.relations import day
from tthc_analysis.periods import Period
from tthc_analysis.rules import CountingRules

#: a procedure is told by its code, and by its name where the export has no code (`procedure_key`)
GROUPS = ("field", "procedure_code", "procedure_key", "procedure_name", "agency", "channel")


def _in(column: str, values: Sequence[str]) -> str:
    """`column` is one of `values` (false when null)."""
    return f"coalesce({column} IN ({', '.join(repr(v) for v in values)}), false)" if values else "false"


def unended(end_date: Sequence[str]) -> str:
    """Whether a dossier has ended by its status but tells none of the days by which a rule set counts it as resolved."""
    return f"({_in('status', FINISHED_STATUSES)} AND coalesce({', '.join([*end_date, 'NULL'])}) IS NULL)"


def live_of(report: OpenReport, more: Sequence[str] = ()) -> str:
    """`live_sql` of a report: what is open is judged on its cut-off, or on the day of a newest export that is older.

    What such an export shows as overdue is overdue; what falls due after it may have been resolved by then.
    """
    return live_sql(report.period, report.rules, more, _registers.state_day(report))


def live_sql(
    period: Period,
    rules: CountingRules,
    more: Sequence[str] = (),
    judged_on: date | None = None,
    of_bodies: Mapping[str, date] = MappingProxyType({}),
) -> str:
    """CTEs up to `live`: the dossiers open at some time in the period with is_carried_over, is_resolved (null: `unended`), lateness, is_within.

    `more` are further columns of the dossiers that the rows keep; is_within is as of `judged_on` (default: the last day), of the
    bodies in `of_bodies` (`more` has "body" then) as of the day there.
    """
    return f"\nWITH {dossiers_sql(rules, more)},\n{live_cte(rules, Bounds.of(period, judged_on), of_bodies=of_bodies)}"


class Bounds(NamedTuple):
    """The first day of a period, the day after it, and the day as of which open dossiers are judged.

    Moments are compared with the midnights that begin these days: the same as comparing their days, without a cast of each,
    and a DATE is a moment without a time zone in both engines.
    """

    first_day: date
    day_after: date
    judged_on: date

    @classmethod
    def of(cls, period: Period, judged_on: date | None = None) -> Bounds:
        """Those of a period, judged on its last day unless another is given."""
        return cls(period.start, period.end + timedelta(days=1), judged_on or period.end)


def dossiers_sql(rules: CountingRules, more: Sequence[str] = ()) -> str:
    """The CTE `dossiers`: those that a rule set counts, of whatever period, with lateness."""
    end_at = f"coalesce({', '.join(rules.end_date)})"
    on_time = _in("status", rules.withdrawn_statuses) if rules.withdrawn == "on_time" else "false"
    done, due = end_at, "due_at"
    if rules.compare == "day":
        done, due = f"CAST({done} AS DATE)", f"CAST({due} AS DATE)"
    no_due = f"{due} IS NULL" if rules.resolved_without_due == "on_time" else "false"
    kept = "".join(f", {column}" for column in more)
    channel = "coalesce(channel, 'in_person')" if rules.missing_channel == "in_person" else "channel"
    offline = ("in_person", "post", *(("other",) if rules.other_channel == "offline" else ()))
    return f"""dossiers AS (
  SELECT dossier_code, procedure_code, coalesce(procedure_code, procedure_name) AS procedure_key, procedure_name, field, agency, status, {channel} AS channel, channel AS stated_channel, {_in(channel, offline)} AS is_offline,
         received_at, due_at, {end_at} AS end_at, component_file_count, result_file_count,
         fee_amount, payment_status, payment_method,
         CAST(received_at AS DATE) AS received_day, CAST(due_at AS DATE) AS due_day, CAST({end_at} AS DATE) AS end_day, {unended(rules.end_date)} AS is_unended,
         CASE WHEN {on_time} OR {no_due} THEN 0
              ELSE CAST({done} > {due} AS INTEGER) - CAST({done} < {due} AS INTEGER) END AS lateness{kept}
  FROM ho_so
  WHERE NOT {_in("status", rules.excluded_statuses)}
)"""


def live_cte(
    rules: CountingRules,
    bounds: Bounds,
    source: str = "dossiers",
    of_bodies: Mapping[str, date] = MappingProxyType({}),
) -> str:
    """The CTE `live`: the rows of `source` that are open at some time between the bounds, and how they stand."""
    paused = _in("status", rules.paused_statuses) if rules.paused == "within" else "false"
    return f"""live AS (
  SELECT *,
         received_at < {day(bounds.first_day)} AS is_carried_over,
         CASE WHEN is_unended THEN NULL ELSE {_is_resolved(bounds)} END AS is_resolved,
         CASE WHEN {paused} THEN true ELSE due_at >= {_judged_on(bounds, of_bodies)} END AS is_within
  FROM {source}
  WHERE {is_live(rules, bounds)}
)"""


def _judged_on(bounds: Bounds, of_bodies: Mapping[str, date]) -> str:
    cases = "".join(f" WHEN '{body}' THEN {day(own)}" for body, own in of_bodies.items())
    return f"CASE body{cases} ELSE {day(bounds.judged_on)} END" if cases else day(bounds.judged_on)


def is_live(rules: CountingRules, bounds: Bounds) -> str:
    """Whether one of `dossiers` is open at some time between the bounds."""
    gone = _in("status", rules.withdrawn_statuses) if rules.withdrawn == "excluded" else "false"
    return (
        f"received_at < {day(bounds.day_after)} AND coalesce(end_at >= {day(bounds.first_day)}, true)\n"
        f"    AND NOT ({gone} AND {_is_resolved(bounds)})"
    )


def _is_resolved(bounds: Bounds) -> str:
    return f"coalesce(end_at < {day(bounds.day_after)}, false)"


#: the dossiers open at some time in the period
LIVE = Relation(
    "live",
    DOSSIERS.name,
    live_of,
    (Covered(DOSSIERS.name),),
    tally=(
        "is_carried_over",
        "is_resolved",
        "lateness",
        "is_within",
        "channel",
        "is_offline",
        "CAST(component_file_count > 0 AS INTEGER) AS component_file_count",
        "CAST(result_file_count > 0 AS INTEGER) AS result_file_count",
        "stated_channel IS NOT NULL AS has_channel",
        "procedure_code IS NOT NULL AS has_code",
    ),
    groups=("field", "procedure_key"),
    place="table",
)

#: of every dossier it is known whether it was resolved by the cut-off; of those received before the period, whether they belong to it
ENDED = Fact(LIVE, ENDS, "is_resolved IS NOT NULL", every=True)
OLD_ENDED = Fact(LIVE, ENDS, "is_resolved IS NOT NULL", "is_carried_over", every=True)
_CHANNEL, _DUE = "hình thức tiếp nhận", "ngày hẹn trả"
_DECIDED = "CASE WHEN is_resolved THEN lateness ELSE CAST(is_within AS INTEGER) END IS NOT NULL"
NEW_CHANNEL = Fact(LIVE, _CHANNEL, "has_channel", "NOT is_carried_over")
OLD_CHANNEL = Fact(LIVE, _CHANNEL, "has_channel", "is_carried_over")
PENDING_CHANNEL = Fact(LIVE, _CHANNEL, "has_channel", "NOT is_resolved")
ANY_CHANNEL = Fact(LIVE, _CHANNEL, "has_channel")
RESOLVED_DUE = Fact(LIVE, _DUE, "lateness IS NOT NULL", "is_resolved")
PENDING_DUE = Fact(LIVE, _DUE, "is_within IS NOT NULL", "NOT is_resolved")
ANY_DUE = Fact(LIVE, _DUE, _DECIDED)
COMPONENTS = Fact(LIVE, "số tệp thành phần hồ sơ", "component_file_count IS NOT NULL")
RESULTS = Fact(LIVE, "số tệp kết quả giải quyết", "result_file_count IS NOT NULL", "is_resolved")
CODES = Fact(LIVE, "mã thủ tục", "has_code")


def _new(channel: str, *needs: Fact) -> Measure:
    return Measure(LIVE, f"NOT is_carried_over AND channel {channel}", needs)


_OVERDUE = "((is_resolved AND lateness > 0) OR (NOT is_resolved AND NOT is_within))"
RECEIVED_ONLINE = _new("= 'online'", NEW_CHANNEL)
RECEIVED_IN_PERSON = _new("= 'in_person'", NEW_CHANNEL)
RECEIVED_POST = _new("= 'post'", NEW_CHANNEL)
RECEIVED_OTHER = _new("= 'other'")
RECEIVED_NO_CHANNEL = _new("IS NULL")
OFFLINE = Measure(LIVE, "NOT is_carried_over AND is_offline", (NEW_CHANNEL,))
RECEIVED_NEW = Measure(
    LIVE,
    "NOT is_carried_over",
    splits=(
        (RECEIVED_ONLINE, RECEIVED_IN_PERSON, RECEIVED_POST, RECEIVED_OTHER, RECEIVED_NO_CHANNEL),
        (RECEIVED_ONLINE, OFFLINE, RECEIVED_NO_CHANNEL),
    ),
)
CARRIED_OVER = Measure(LIVE, "is_carried_over", (OLD_ENDED,))
CARRIED_OVER_ONLINE = Measure(LIVE, "is_carried_over AND channel = 'online'", (OLD_ENDED, OLD_CHANNEL))
RESOLVED_EARLY = Measure(LIVE, "is_resolved AND lateness < 0", (ENDED, RESOLVED_DUE))
RESOLVED_ON_TIME = Measure(LIVE, "is_resolved AND lateness = 0", (ENDED, RESOLVED_DUE))
RESOLVED_OVERDUE = Measure(LIVE, "is_resolved AND lateness > 0", (ENDED, RESOLVED_DUE))
RESOLVED_NO_DUE = Measure(LIVE, "is_resolved AND lateness IS NULL", (ENDED,))
RESOLVED = Measure(
    LIVE, "is_resolved", (ENDED,), splits=((RESOLVED_EARLY, RESOLVED_ON_TIME, RESOLVED_OVERDUE, RESOLVED_NO_DUE),)
)
PENDING_WITHIN = Measure(LIVE, "NOT is_resolved AND is_within", (ENDED, PENDING_DUE), standing=True)
PENDING_OVERDUE = Measure(LIVE, "NOT is_resolved AND NOT is_within", (ENDED, PENDING_DUE), standing=True)
PENDING_NO_DUE = Measure(LIVE, "NOT is_resolved AND is_within IS NULL", (ENDED,), standing=True)
PENDING = Measure(
    LIVE, "NOT is_resolved", (ENDED,), standing=True, splits=((PENDING_WITHIN, PENDING_OVERDUE, PENDING_NO_DUE),)
)
PENDING_ONLINE = Measure(LIVE, "NOT is_resolved AND channel = 'online'", (ENDED, PENDING_CHANNEL), standing=True)
PENDING_ONLINE_WITHIN = Measure(
    LIVE, "NOT is_resolved AND channel = 'online' AND is_within", (ENDED, PENDING_CHANNEL, PENDING_DUE), standing=True
)
WITHOUT_END = Measure(LIVE, "is_resolved IS NULL")
HANDLED = Measure(LIVE, needs=(OLD_ENDED,), splits=((RECEIVED_NEW, CARRIED_OVER), (RESOLVED, PENDING, WITHOUT_END)))
ONLINE = Measure(LIVE, "channel = 'online'", (OLD_ENDED, NEW_CHANNEL, OLD_CHANNEL))
OVERDUE = Measure(LIVE, _OVERDUE, (ENDED, ANY_DUE), standing=True)
OVERDUE_ONLINE = Measure(LIVE, f"channel = 'online' AND {_OVERDUE}", (ENDED, ANY_CHANNEL, ANY_DUE), standing=True)
WITH_COMPONENTS = Measure(LIVE, "component_file_count > 0", (OLD_ENDED, COMPONENTS))
RESOLVED_WITH_RESULT = Measure(LIVE, "is_resolved AND result_file_count > 0", (ENDED, RESULTS))

#: name of a count in tables → its measure
MEASURES: Mapping[str, Measure] = {
    "handled": HANDLED,
    "received_online": RECEIVED_ONLINE,
    "received_in_person": RECEIVED_IN_PERSON,
    "received_post": RECEIVED_POST,
    "received_other": RECEIVED_OTHER,
    "received_offline": OFFLINE,
    "received_no_channel": RECEIVED_NO_CHANNEL,
    "received_new": RECEIVED_NEW,
    "carried_over": CARRIED_OVER,
    "carried_over_online": CARRIED_OVER_ONLINE,
    "resolved": RESOLVED,
    "resolved_early": RESOLVED_EARLY,
    "resolved_on_time": RESOLVED_ON_TIME,
    "resolved_overdue": RESOLVED_OVERDUE,
    "resolved_no_due": RESOLVED_NO_DUE,
    "unended": WITHOUT_END,
    "pending": PENDING,
    "pending_within": PENDING_WITHIN,
    "pending_overdue": PENDING_OVERDUE,
    "pending_no_due": PENDING_NO_DUE,
    "pending_online": PENDING_ONLINE,
    "pending_online_within": PENDING_ONLINE_WITHIN,
    "overdue_online": OVERDUE_ONLINE,
    "with_components": WITH_COMPONENTS,
    "resolved_with_result": RESOLVED_WITH_RESULT,
}


def counts(report: OpenReport, by: Sequence[str] = (), measures: Sequence[str] = tuple(MEASURES)) -> pd.DataFrame:
    """One row per group (one in all without `by`), one whole-number column per measure, of what is stated.

    The same whether or not an export covers the period. Raises CountsDoNotAdd when a control equation fails in any row.
    """
    unknown = set(by) - set(GROUPS)
    if unknown:
        raise ValueError(f"unknown group columns: {sorted(unknown)}")
    return tabulated(report, LIVE, {name: MEASURES[name] for name in measures}, by)[[*by, *measures]]


def by_days(report: OpenReport) -> str:
    """A small table of the SQL session: how many of `LIVE` (`tallied`) by received_day, end_day, is_resolved, is_carried_over, channel; its name."""
    columns = "received_day, end_day, is_resolved, is_carried_over, channel"
    return report.store.counted(
        f"{live_of(report)}\nSELECT {columns}, count(*) AS tallied\nFROM live\nGROUP BY 1, 2, 3, 4, 5"
    )


def procedure_names(report: OpenReport) -> pd.DataFrame:
    """Code and name of each procedure of the period (`procedure_key`), as of its last dossier that has a name."""
    newest = "max_by(procedure_name, dossier_code) FILTER (WHERE procedure_name IS NOT NULL)"
    return report.store.query(
        f"{live_of(report)}\nSELECT procedure_key, max(procedure_code) AS procedure_code, {newest} AS procedure_name\n"
        "FROM live GROUP BY procedure_key"
    )


# --- many periods in one pass ----------------------------------------------------------------------------------------


def evaluations(report: OpenReport, periods: Sequence[Period]) -> list[Evaluation]:
    """What there is to know of each of the periods; the dossiers are gone through once for all of them."""
    bounds = [Bounds.of(p, _registers.state_day(report.at(p))) for p in periods]
    found = report.store.counted(_dated_sql(report.rules, bounds)) if bounds else ""
    each = [replace(LIVE, sql=_live_among(found, b), is_added_up=True) for b in bounds]
    return [Evaluation(report.at(p), {LIVE: live}) for p, live in zip(periods, each, strict=True)]


def _live_among(source: str, bounds: Bounds) -> Callable[[OpenReport], str]:
    return lambda report: f"WITH {live_cte(report.rules, bounds, source)}"


def _dated_sql(rules: CountingRules, bounds: Sequence[Bounds]) -> str:
    """The dossiers added up by all that `LIVE` tells of them, each moment moved back to the last of the days of `bounds` before it.

    A moment compares with these days as before, so that the groups belong to each of the periods as their dossiers do.
    """
    days = sorted({one for each in bounds for one in each})
    kept = (
        *(f"{_moved_back(moment, days)} AS {moment}" for moment in ("received_at", "end_at", "due_at")),
        *("status", "is_unended", "lateness", "channel", "stated_channel", "is_offline"),
        *(f"CAST({count} > 0 AS INTEGER) AS {count}" for count in ("component_file_count", "result_file_count")),
        "CASE WHEN procedure_code IS NOT NULL THEN '' END AS procedure_code",
    )
    return (
        f"WITH {dossiers_sql(rules)}\nSELECT {', '.join(kept)}, count(*) AS tallied\nFROM dossiers\n"
        f"WHERE received_at < {day(days[-1])} AND coalesce(end_at >= {day(days[0])}, true)\n"
        f"GROUP BY {', '.join(str(place) for place in range(1, len(kept) + 1))}"
    )


def _moved_back(moment: str, days: Sequence[date]) -> str:
    before = [days[0] - timedelta(days=1), *days]
    cases = " ".join(f"WHEN {moment} < {day(after)} THEN {day(last)}" for last, after in pairwise(before))
    return f"CASE {cases} WHEN {moment} IS NOT NULL THEN {day(days[-1])} END"
