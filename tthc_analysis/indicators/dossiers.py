"""Section II.4.1: how dossiers were handled in the period (form II.06a), and how long it took."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from tthc_analysis.columns import DOSSIERS
from tthc_analysis.indicators import _counting as c
from tthc_analysis.indicators import times
from tthc_analysis.indicators._counting import ENDED, LIVE, MEASURES, NEW_CHANNEL, by_days, counts
from tthc_analysis.indicators._indicator import Indicator
from tthc_analysis.indicators._open import OpenReport
from tthc_analysis.indicators._registers import as_of, complete, coverage, covers, only_covered, state_day
from tthc_analysis.indicators.definition import UNENDED, Block, Count, Measure, Rate
from tthc_analysis.indicators.evaluate import Evaluation, evaluate, grouped, without_rows
from tthc_analysis.indicators.relations import day

FORM_REFERENCE = "Biểu II.06a/VPCP/KSTT, {TT-01-2020}"
SECTION = "II.4.1"
DOSSIER = "hồ sơ"
HANDLED_BASE = "hồ sơ nhận giải quyết trong kỳ"
RESOLVED_BASE = "hồ sơ đã giải quyết trong kỳ"


#: measure → label of the counts that section II.4.1 prints, in the order of the form's columns.
LABELS = {
    "handled": "Hồ sơ nhận giải quyết",
    "received_new": "Hồ sơ tiếp nhận mới trong kỳ",
    "received_online": "Hồ sơ mới nộp trực tuyến",
    "received_in_person": "Hồ sơ mới nộp trực tiếp",
    "received_post": "Hồ sơ mới nộp qua bưu chính công ích",
    "received_other": "Hồ sơ mới nộp qua hình thức khác (điện thoại, thư điện tử, nội bộ)",
    "received_no_channel": "Hồ sơ mới không ghi hình thức tiếp nhận",
    "carried_over": "Hồ sơ từ kỳ trước chuyển sang",
    "resolved": "Hồ sơ đã giải quyết",
    "resolved_early": "Hồ sơ giải quyết trước hạn",
    "resolved_on_time": "Hồ sơ giải quyết đúng hạn",
    "resolved_overdue": "Hồ sơ giải quyết quá hạn",
    "resolved_no_due": "Hồ sơ đã giải quyết không có ngày hẹn trả",
    "unended": "Hồ sơ đã xử lý xong không rõ ngày xong",
    "pending": "Hồ sơ đang giải quyết",
    "pending_within": "Hồ sơ đang giải quyết trong hạn",
    "pending_overdue": "Hồ sơ đang giải quyết quá hạn",
    "pending_no_due": "Hồ sơ đang giải quyết không có ngày hẹn trả",
}


#: classes that the form has no column for: left out when they are empty
_OPTIONAL = ("received_other", "received_no_channel", "resolved_no_due", "unended", "pending_no_due")

COUNTS = Block(
    section=SECTION,
    reference=FORM_REFERENCE,
    figures=tuple(
        Count(
            name=f"dossiers_{name}_count",
            label=label,
            part=MEASURES[name],
            unit=DOSSIER,
            only_with=MEASURES[name] if name in _OPTIONAL else None,
        )
        for name, label in LABELS.items()
    ),
)


def _rate(part: str, whole: Measure, label: str, base: str) -> Rate:
    return Rate(
        name=f"dossiers_{part}_rate",
        label=label,
        part=MEASURES[part],
        part_label=LABELS[part],
        whole=whole,
        base=base,
    )


RATES = Block(
    section=SECTION,
    reference=FORM_REFERENCE,
    figures=(
        _rate("resolved", c.HANDLED, "Tỷ lệ hồ sơ đã giải quyết", HANDLED_BASE),
        _rate("resolved_early", c.RESOLVED, "Tỷ lệ giải quyết trước hạn", RESOLVED_BASE),
        _rate("resolved_on_time", c.RESOLVED, "Tỷ lệ giải quyết đúng hạn", RESOLVED_BASE),
        _rate("resolved_overdue", c.RESOLVED, "Tỷ lệ giải quyết quá hạn", RESOLVED_BASE),
        _rate("pending_within", c.PENDING, "Tỷ lệ hồ sơ đang giải quyết còn trong hạn", "hồ sơ đang giải quyết"),
    ),
)
BLOCKS = (COUNTS, RATES)


def totals(report: OpenReport) -> dict[str, int]:
    """Every measure of the whole period that its dossiers state; empty when no export covers the period at all."""
    if not covers(report, DOSSIERS.name):
        return {}
    row = grouped(report, LIVE, MEASURES).iloc[0]
    return {measure: int(row[measure]) for measure in MEASURES if pd.notna(row[measure])}


def reach_the_cut_off(report: OpenReport) -> bool:
    """Whether the newest dossier export was made on or after the cut-off, so that the state on that day is known."""
    return complete(report, DOSSIERS.name)


#: outcome on the last day → its words, in order; classes that the form does not have only where they are not empty
STANDING = {
    "resolved_early": "Giải quyết trước hạn",
    "resolved_on_time": "Giải quyết đúng hạn",
    "resolved_overdue": "Giải quyết quá hạn",
    "resolved_no_due": "Đã giải quyết, không có ngày hẹn trả",
    "pending_within": "Đang giải quyết, trong hạn",
    "pending_overdue": "Đang giải quyết, quá hạn",
    "pending_no_due": "Đang giải quyết, không có ngày hẹn trả",
}


def standing(report: OpenReport) -> pd.DataFrame:
    """Where the dossiers of the period stand on its last day: outcome, label, n; no row when no export covers the period.

    Where the exports end before that day, what is pending is told as of the newest one: it may be done by now.
    """
    found, words = totals(report), dict(STANDING)
    if as_of(report):
        words |= {
            n: f"{label} ({state_day(report):%d/%m/%Y})" for n, label in words.items() if n.startswith("pending_")
        }
    rows = [
        (name, label, found[name])
        for name, label in words.items()
        if name in found and (found[name] or name not in _OPTIONAL)
    ]
    table = pd.DataFrame(rows, columns=["outcome", "label", "n"])
    return without_rows(table, UNENDED) if Evaluation(report).is_missing(ENDED) else table


def count_indicators(report: OpenReport) -> list[Indicator]:
    """The counts of form II.06a for the whole period; classes that are empty and not on the form are left out."""
    return evaluate(report, COUNTS)


def rate_indicators(report: OpenReport) -> list[Indicator]:
    """Shares of section II.4.1, each on its own named base."""
    return evaluate(report, RATES)


def indicators(report: OpenReport) -> list[Indicator]:
    """All figures of section II.4.1."""
    return evaluate(report, *BLOCKS)


def by_field(report: OpenReport) -> pd.DataFrame:
    """Measures of form II.06a, one row per field in Vietnamese order; no row when no export covers the period.

    A measure is empty in the rows of fields whose dossiers do not state what decides it (channel, due date).
    """
    return _labelled(_stated(report, tuple(MEASURES), "field"), "field", "(không ghi lĩnh vực)")


def by_procedure(report: OpenReport, measures: Sequence[str] = tuple(MEASURES)) -> pd.DataFrame:
    """Measures by procedure, told by its code or else by its name; the name is the newest one that the dossiers carry.

    A measure is empty in the rows of procedures whose dossiers do not state what decides it.
    """
    table = _stated(report, measures, "procedure_key")
    names = report.store.query(
        "SELECT coalesce(procedure_code, procedure_name) AS procedure_key, max(procedure_code) AS procedure_code, "
        "max_by(procedure_name, received_at) AS procedure_name, max_by(field, received_at) AS field "
        "FROM ho_so GROUP BY 1"
    )
    joined = table.merge(names, on="procedure_key", how="left")
    return joined[["procedure_code", "procedure_name", "field", *measures]]


def _stated(report: OpenReport, measures: Sequence[str], by: str) -> pd.DataFrame:
    """Measures by group, empty where a group does not state what decides them.

    Where the rule set gives dossiers without a channel to one, and some state theirs, the classes of all are known.
    """
    table = grouped(report, LIVE, {name: MEASURES[name] for name in measures}, [by])
    if report.rules.missing_channel == "own_class" or Evaluation(report).is_missing(NEW_CHANNEL) or table.empty:
        return table
    ruled = [name for name in measures if NEW_CHANNEL in MEASURES[name].needs]
    return table.assign(**counts(report, [by], measures)[ruled]) if ruled else table


def _labelled(table: pd.DataFrame, column: str, missing: str) -> pd.DataFrame:
    return table.assign(**{column: table[column].fillna(missing)})


def monthly(report: OpenReport) -> pd.DataFrame:
    """New dossiers by calendar month and channel: month, online, in_person, post, other, unknown, received.

    The channels are empty in a month none of whose dossiers states one.
    """
    channels = ", ".join(f"{_sum(f'channel = {c!r}')} AS {c}" for c in ("online", "in_person", "post", "other"))
    found = report.store.query(
        f"SELECT substr(CAST(received_day AS STRING), 1, 7) AS month, {channels},\n"
        f"  {_sum('channel IS NULL')} AS unknown, {_sum('true')} AS received\n"
        f"FROM {by_days(report)} WHERE NOT is_carried_over GROUP BY 1 ORDER BY 1"
    )
    told = ["online", "in_person", "post"]
    stated = found["unknown"] < found["received"]
    found[told] = found[told].astype("Int64").where(stated)
    return only_covered(report, DOSSIERS.name, found)


def _sum(where: str) -> str:
    """How many dossiers of `by_days` satisfy a predicate."""
    return f"CAST(coalesce(sum(tallied) FILTER (WHERE {where}), 0) AS BIGINT)"


def backlog(report: OpenReport) -> pd.DataFrame:
    """Open dossiers at the end of each day of the period: day, open; no row when no export covers the period.

    Nor for a day before the first one of the exports, or after the newest one: what was open then is not known; on no day where
    dossiers have ended nobody knows when.
    """
    days = by_days(report)
    found = report.store.query(
        "WITH moves AS (\n"
        f"  SELECT greatest(received_day, {day(report.period.start)}) AS day, tallied AS step FROM {days}\n"
        f"  UNION ALL SELECT end_day, -tallied FROM {days} WHERE is_resolved\n"
        ")\n"
        "SELECT day, CAST(sum(step) AS BIGINT) AS step FROM moves GROUP BY 1"
    )
    period = pd.date_range(report.period.start, report.period.end, unit="us", name="day")
    steps = found.assign(day=pd.to_datetime(found["day"])).set_index("day")["step"]
    open_at_end = steps.reindex(period, fill_value=0).cumsum().astype("int64").rename("open")
    table = only_covered(report, DOSSIERS.name, open_at_end.reset_index())
    span = coverage(report, DOSSIERS.name)
    if Evaluation(report).is_missing(ENDED):
        return without_rows(table, UNENDED)
    return table[table["day"].dt.date.between(*span)].reset_index(drop=True) if span else table


def outside_calendar(report: OpenReport) -> int:
    """How many resolved dossiers of the period have a day of receipt, result or due date outside the working calendar."""
    found = grouped(report, times.TIMES, {"n": times.OUTSIDE})
    return int(found["n"].sum())


def processing_time(report: OpenReport, least: int = 5) -> pd.DataFrame:
    """Working days from receipt to result by procedure: n, median, p90, allowed (median limit); procedures with n ≥ `least`.

    Percentiles are observed values (nearest rank), so that a printed day count is one that some dossier really took.
    """
    table = times.by_procedure(
        report, {"n": times.TIMED, "median": times.MEDIAN, "p90": times.P90, "allowed": times.ALLOWED}
    )
    return table[table["n"] >= least].reset_index(drop=True)
