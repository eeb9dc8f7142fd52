"""The registers as of a period: whether the exports cover it at all.

A register covers a period from its first dated row, or the first after those that were only carried over (`_beginning`), to the
day of its newest export; a row dated after that day is a slip and moves nothing. So does a span that is declared to have had nothing (`exports.nothing`). Outside that span its figures are "chưa có dữ liệu", never 0; inside it an empty selection is a true 0.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from typing import Any

import pandas as pd

from tthc_analysis.columns import DOSSIERS, NO_EXPORT_DAY, TABLES
from tthc_analysis.indicators._beginning import first_whole_day, may_begin_later
from tthc_analysis.indicators._open import OpenReport
from tthc_analysis.indicators.definition import NO_DATA
from tthc_analysis.indicators.relations import day
from tthc_analysis.periods import Period, calendar_period
from tthc_analysis.rules.reporting import load_reporting

_ENDS = ("resolved_at", "returned_at")


def coverage(report: OpenReport, name: str) -> tuple[date, date] | None:
    """First and last day that the register `name` can speak of for the period; None when it was never exported."""
    exported, declared = _exported(report, name), _declared_empty(report, name)
    first, last = report.period.span(name)
    spans = joined([*declared, *([exported] if exported else [])]) if declared else []
    return next((span for span in spans if span[0] <= first and last <= span[1]), exported)


def _declared_empty(report: OpenReport, name: str) -> list[tuple[date, date]]:
    """The spans in which nothing is declared to have happened; they speak of a period only where they fill what is left of it."""
    told = report.store.index.get(name, {}).get("nothing", ())
    return [(date.fromisoformat(one["from"]), date.fromisoformat(one["to"])) for one in told]


def joined(spans: list[tuple[date, date]]) -> list[tuple[date, date]]:
    """The spans in order, those that overlap or touch made one."""
    found: list[tuple[date, date]] = []
    for first, last in sorted(spans):
        if found and (first - found[-1][1]).days <= 1:
            found[-1] = found[-1][0], max(found[-1][1], last)
        else:
            found.append((first, last))
    return found


def _exported(report: OpenReport, name: str) -> tuple[date, date] | None:
    """First and last day that the exports of a register tell of."""
    store = report.store
    if not store.has(name):
        return _empty_export(report, name) if name in store.index else None
    span = spans_of_rows(report, name).get("")
    return span and (
        span[0],
        max(span[1], date.fromisoformat(store.index[name].get("empty_to", NO_EXPORT_DAY.isoformat()))),
    )


def spans_of_rows(report: OpenReport, name: str, group: str = "''") -> dict[str, tuple[date, date]]:
    """First and last day that the rows of a register tell of, for each value of the column `group` ("" for all of them)."""
    found = report.store.query(
        f"SELECT {group} AS own, {span_columns(name)}, {_first_end(name)} AS ended FROM {name} GROUP BY 1"
    )
    days = {str(r["own"]): [date_of(r[n]) for n in ("first", "last", "ended")] for r in found.to_dict("records")}
    spans = {own: (first, last) for own, (first, last, _) in days.items() if first and last}
    ends = {own: end for own, (first, _, end) in days.items() if first and end and may_begin_later(first, end)}
    for own, receipts in _receipts(report, name, group) if ends else ():
        if own in ends and own in spans:
            spans[own] = first_whole_day(receipts, ends[own]), spans[own][1]
    return spans


def _receipts(report: OpenReport, name: str, group: str) -> Iterator[tuple[str, pd.Series]]:
    """How many rows of a register are of each day, in order of days, for each value of `group`."""
    event = TABLES[name].event
    counts = report.store.query(
        f"SELECT {group} AS own, CAST({event} AS DATE) AS day, count(*) AS n FROM {name} WHERE {event} IS NOT NULL "
        "GROUP BY 1, 2 ORDER BY 1, 2"
    )
    for own, rows in counts.groupby("own"):
        yield str(own), pd.Series(rows["n"].to_numpy(), index=pd.to_datetime(rows["day"]).dt.date)


def date_of(value: Any) -> date | None:
    """The day of a cell; None where it is empty."""
    return None if pd.isna(value) else pd.Timestamp(value).date()


def _first_end(name: str) -> str:
    """The day on which the first row ended, as SQL; unknown where a register has no ends."""
    event = TABLES[name].event
    ends = [f"min({end}) FILTER (WHERE {end} >= {event})" for end in _ENDS if end in TABLES[name].names]
    first = f"least({', '.join(ends)})" if len(ends) > 1 else "".join(ends) or "NULL"
    return f"CAST({first} AS DATE)"


def span_columns(name: str) -> str:
    """The first and the last day that the rows of a register tell of, as columns of a SELECT."""
    event = TABLES[name].event
    # only an export that tells no day of its own is dated by its rows
    undated = f"coalesce(snapshot_date, {day(NO_EXPORT_DAY)}) = {day(NO_EXPORT_DAY)}"
    moments = [event, *(c for c in ("resolved_at",) if c in TABLES[name].names)]
    latest = ", ".join(f"CAST(max({moment}) FILTER (WHERE {undated}) AS DATE)" for moment in moments)
    return f"CAST(min({event}) AS DATE) AS first, greatest(CAST(max(snapshot_date) AS DATE), {latest}) AS last"


def _empty_export(report: OpenReport, name: str) -> tuple[date, date] | None:
    """A register whose files hold no row says "none so far", up to the day of its newest export."""
    accounts = report.store.quality()["datasets"].get(name, {}).get("accounts", [])
    days = [date.fromisoformat(a["snapshot_date"]) for a in accounts]
    return (date.min, max(days)) if days else None


def covers(report: OpenReport, name: str) -> bool:
    """Whether the exports of `name` say anything about the period of the report."""
    span, (first, last) = coverage(report, name), report.period.span(name)
    return span is not None and span[0] <= last and span[1] >= first


def complete(report: OpenReport, name: str) -> bool:
    """Whether the newest export of `name` was made on or after the cut-off, so that its state then is known."""
    span, last = coverage(report, name), report.period.span(name)[1]
    return span is not None and span[0] <= last <= span[1]


def state_day(report: OpenReport) -> date:
    """The day as of which open dossiers are judged: the cut-off, or the day of a newest export that is older than it."""
    last, span = report.period.end, coverage(report, DOSSIERS.name)
    return span[1] if span and covers(report, DOSSIERS.name) and span[1] < last else last


def as_of(report: OpenReport) -> str:
    """Of which export the state of open dossiers is, in words; "" where the exports tell of the cut-off."""
    told = state_day(report)
    return f"theo bản xuất ngày {told:%d/%m/%Y}" if told < report.period.end else ""


def reaches_over(span: tuple[date, date], period: Period, name: str = DOSSIERS.name) -> bool:
    """Whether exports of `span` tell of the whole period: from its first days (`rules/reporting.toml`) to its last one."""
    quiet, (first, last) = timedelta(days=load_reporting().coverage.quiet_days), period.span(name)
    return span[0] <= first + quiet and span[1] >= last


def whole(report: OpenReport, name: str) -> bool:
    """Whether the exports of `name` tell of the whole period; what they tell in part is never compared."""
    span = coverage(report, name)
    return span is not None and reaches_over(span, report.period, name)


def partial(report: OpenReport) -> str:
    """Why the dossier exports tell of the period only in part, or not at all, as half a sentence; "" when of all of it."""
    span, period = coverage(report, DOSSIERS.name), report.period
    if span is None:
        return "chưa có dữ liệu hồ sơ nào"
    if reaches_over(span, period):
        return ""
    if span[0] > period.end:
        return f"dữ liệu có đủ hồ sơ từ ngày {span[0]:%d/%m/%Y}, sau ngày cuối kỳ {period.end:%d/%m/%Y}"
    if span[1] < period.start:
        return f"bản xuất hồ sơ mới đến ngày {span[1]:%d/%m/%Y}, trước ngày đầu kỳ {period.start:%d/%m/%Y}"
    if span[1] < period.end:
        return f"bản xuất hồ sơ mới đến ngày {span[1]:%d/%m/%Y}, kỳ kết thúc ngày {period.end:%d/%m/%Y}"
    return f"dữ liệu có đủ hồ sơ từ ngày {span[0]:%d/%m/%Y}, kỳ bắt đầu từ ngày {period.start:%d/%m/%Y}"


def short_of_calendar(report: OpenReport, name: str) -> str:
    """Why the exports of `name` do not tell of the whole calendar period of the report, as half a sentence; "" when they do."""
    calendar = calendar_period(report.period)
    if calendar is None:
        return ""
    span = coverage(report.at(calendar), name)
    if span is None or span[0] > calendar.end:
        return NO_DATA
    if span[1] < calendar.end:
        return f"bản xuất mới đến ngày {span[1]:%d/%m/%Y}, chưa hết kỳ lịch"
    if name == DOSSIERS.name and not reaches_over(span, calendar):
        return f"dữ liệu có đủ hồ sơ từ ngày {span[0]:%d/%m/%Y}, không đủ kỳ lịch"
    return ""


def comparable(now: OpenReport, other: OpenReport, tables: tuple[str, ...]) -> bool:
    """Whether a figure of `tables` may be compared between two periods.

    Each register of events must be told of both periods as a whole, and none may be counted over days of its own in either.
    """
    if {span.table for side in (now, other) for span in side.period.spans} & set(tables):
        return False
    return all(whole(side, name) for side in (now, other) for name in tables if TABLES[name].event)


def only_covered(report: OpenReport, name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """`frame`, without its rows when the exports of `name` do not cover the period: nothing is counted on from old data."""
    return frame if covers(report, name) else frame.head(0)


def told_in_part(report: OpenReport, names: Iterable[str]) -> list[str]:
    """Those of the registers of events, other than that of dossiers, that tell of some of the period and not of all of it."""
    dated = (name for name in names if TABLES[name].event and name != DOSSIERS.name)
    return [name for name in dated if covers(report, name) and not whole(report, name)]


def comparison_notes(report: OpenReport, *names: str) -> tuple[str, ...]:
    """Why the period is not compared by dossiers, and by those of the registers `names` that tell of it in part."""
    partly = told_in_part(report, names)
    return notes(report, DOSSIERS.name, *partly, from_first_days=partly)


def notes(report: OpenReport, *names: str, from_first_days: Collection[str] = ()) -> tuple[str, ...]:
    """Sentences on registers that are counted over days of their own, are absent, do not cover the period, or end too early.

    Dossiers, and the registers `from_first_days`, should begin with the period.
    """
    lines = [
        f"{TABLES[own.table].label}: tính riêng từ ngày {own.start:%d/%m/%Y} đến ngày {own.end:%d/%m/%Y} ({own.reason.rstrip('.')})."
        for own in report.period.spans
        if own.table in names
    ]
    for name in names:
        label, span, (first, last) = TABLES[name].label, coverage(report, name), report.period.span(name)
        if span is None:
            lines.append(f"{label}: {NO_DATA}.")
        elif span[0] > last:
            lines.append(f"{label}: {NO_DATA} của kỳ này (sổ bắt đầu từ ngày {span[0]:%d/%m/%Y}).")
        elif span[1] < first:
            lines.append(f"{label}: {NO_DATA} của kỳ này (bản xuất đến ngày {span[1]:%d/%m/%Y}).")
        elif span[1] < last:
            lines.append(f"{label}: bản xuất mới đến ngày {span[1]:%d/%m/%Y}, chưa hết kỳ.")
        elif name in (DOSSIERS.name, *from_first_days) and not reaches_over(span, report.period, name):
            lines.append(
                f"{label}: dòng đầu tiên là ngày {span[0]:%d/%m/%Y}, kỳ chỉ có một phần dữ liệu nên không so với kỳ khác."
            )
    return tuple(lines)
