"""How figures move: the same counts over the periods before, and receipts day by day."""

from __future__ import annotations

from dataclasses import replace
from itertools import dropwhile

import pandas as pd

from tthc_analysis.columns import DOSSIERS
from tthc_analysis.indicators._counting import MEASURES, by_days, evaluations
from tthc_analysis.indicators._open import OpenReport
from tthc_analysis.indicators._registers import covers, only_covered, whole
from tthc_analysis.indicators.definition import Unknown
from tthc_analysis.indicators.evaluate import Evaluation
from tthc_analysis.periods import Period, parse_period, previous_period, statutory_periods

#: a trend shows at most this many periods
LONGEST = 8
#: a span longer than this many days is followed by quarters, a shorter one by periods of its own kind
_LONG = 120
_MEASURES = ("handled", "received_new", "received_online", "resolved", "resolved_overdue", "pending", "pending_overdue")


def steps(period: Period) -> list[Period]:
    """The periods that a trend up to `period` counts, oldest first: quarters for a long span, else its own kind.

    The quarter in which the span ends is cut off on the span's last day and says so in its label.
    """
    if period.is_statutory and period.days <= _LONG:
        chain = [period]
        while len(chain) < LONGEST:
            chain.insert(0, previous_period(chain[0]))
        return chain
    years = range(period.end.year - 2, period.end.year + 2)
    quarters = [q for q in statutory_periods(years) if q.kind == "quarter" and q.start <= period.end]
    return [_cut(q, period) for q in quarters[-LONGEST:]]


def _cut(step: Period, period: Period) -> Period:
    if step.end <= period.end:
        return step
    return replace(step, label=f"{step.label} (đến {period.end:%d/%m/%Y})", end=period.end)


def over_periods(report: OpenReport) -> pd.DataFrame:
    """One row per period of `steps` that an export covers, from the first one with dossiers on: label, days, is_whole, the counts, online_rate and overdue_rate (%).

    What no dossier of a period states is empty in its row.

    Every row follows the same counting rules as the report; a dossier open in two periods counts in both as handled.
    """
    told = [step for step in steps(report.period) if covers(report.at(step), DOSSIERS.name)]
    rows = (_row(report, one) for one in evaluations(report, told))
    since = dropwhile(lambda row: row["handled"] == 0, rows)
    table = pd.DataFrame(list(since), columns=["label", "days", "is_whole", *_MEASURES])
    table = table.assign(**{m: pd.to_numeric(table[m]).astype("Int64") for m in _MEASURES})
    new, resolved = (table[c].where(table[c] > 0) for c in ("received_new", "resolved"))
    online, overdue = (100 * table[m].astype("Float64") for m in ("received_online", "resolved_overdue"))
    rates = {"online_rate": online / new, "overdue_rate": overdue / resolved}
    return table.assign(**{name: pd.to_numeric(rate).astype(float) for name, rate in rates.items()})


def _row(report: OpenReport, evaluation: Evaluation) -> dict[str, object]:
    step = evaluation.report.period
    found = {m: evaluation.number(MEASURES[m]) for m in _MEASURES}
    return {
        "label": step.label,
        "days": step.days,
        "is_whole": step == parse_period(step.id, report.custom_periods) and whole(report.at(step), DOSSIERS.name),
        **{m: None if isinstance(number, Unknown) else number for m, number in found.items()},
    }


def receipts(report: OpenReport) -> pd.DataFrame:
    """New dossiers on each day of the period: day, received, is_working (by the cited working calendar, true outside it); no row without any."""
    new = report.store.query(
        "SELECT received_day AS day, CAST(sum(tallied) AS BIGINT) AS received\n"
        f"FROM {by_days(report)} WHERE NOT is_carried_over GROUP BY 1"
    )
    found = only_covered(report, DOSSIERS.name, new)
    days = pd.date_range(report.period.start, report.period.end, unit="us")
    days = days[:0] if found.empty else days
    by_day = found.assign(day=pd.to_datetime(found["day"])).set_index("day")["received"]
    calendar = report.calendar
    return pd.DataFrame(
        {
            "day": days,
            "received": by_day.reindex(days, fill_value=0).to_numpy(dtype="int64"),
            "is_working": [calendar.worked(d.date()) is not False for d in days],
        }
    )
