"""What a reader must know of the period in half a minute: a few sentences, each bound to the figures that decide it.

They stand in order of importance: the result, what is late, what is still open, what changed, what is not known.
"""

from __future__ import annotations

from collections.abc import Mapping

from tthc_analysis.columns import DOSSIERS
from tthc_analysis.indicators import _registers, one_stop, quality, rollup_findings
from tthc_analysis.indicators._all import all_indicators
from tthc_analysis.indicators._finding import Finding, bound, lowered_label, says_some
from tthc_analysis.indicators._indicator import Indicator
from tthc_analysis.indicators._open import OpenReport
from tthc_analysis.indicators.definition import Rate, measures_of
from tthc_analysis.indicators.evaluate import named
from tthc_analysis.indicators.registry import registry

#: figures whose change may be told, the weightiest first, and how many of them are
_CHANGES = (
    "dossiers_resolved_overdue_count",
    "dossiers_handled_count",
    "dossiers_resolved_rate",
    "online_received_rate",
    "digitised_rate",
)
_MOST_CHANGES = 2
#: so many sections are named one by one
_MOST_SECTIONS = 6
_PENDING = {"within": "trong hạn", "overdue": "quá hạn", "no_due": "không có ngày hẹn trả"}
_DOSSIER_FIGURES = (
    *_CHANGES,
    "dossiers_resolved_count",
    "dossiers_resolved_early_rate",
    "dossiers_pending_count",
    "dossiers_pending_within_count",
    "dossiers_pending_overdue_count",
    "dossiers_pending_no_due_count",
    "dossiers_resolved_no_due_count",
    "dossiers_resolved_overdue_rate",
    "overdue_total_count",
    "rows_quarantined_rate",
)


def findings(report: OpenReport) -> tuple[Finding, ...]:
    """The sentences of the first screen, in order of importance; every period of every kind of body has them."""
    if report.is_united:
        return rollup_findings.findings(report)
    known = named(report, _DOSSIER_FIGURES)
    told = (_result(report, known), _late(report, known), _pending(report, known), _change(report, known))
    return tuple(f for f in (*told, _unknown(report, known)) if f)


def unknown_figures(report: OpenReport) -> tuple[Indicator, ...]:
    """The figures of the report that the data cannot give; what merely did not arise is not among them."""
    if report.is_united:
        return rollup_findings.unknown_figures(report)
    left_out = report.left_out
    return tuple(i for i in all_indicators(report) if _is_unknown(i) and i.section not in left_out)


def _is_unknown(figure: Indicator) -> bool:
    _, declared = registry()[figure.name]
    did_not_arise = figure.gap in {m.empty for m in measures_of(declared) if m.empty}
    whole_is_unknown = isinstance(declared, Rate) and figure.denominator is None
    return (figure.numerator is None or whole_is_unknown) and not did_not_arise


def _result(report: OpenReport, known: Mapping[str, Indicator]) -> Finding:
    """How many dossiers were resolved of those handled; up to which day where the exports end before the cut-off."""
    handled = known["dossiers_handled_count"]
    if handled.value is None:
        notes = _registers.notes(report, DOSSIERS.name)
        return Finding("result", "open", notes[0] if notes else f"{DOSSIERS.label}: {handled.gap}.")
    if not handled.value:
        none = "Trong kỳ không có hồ sơ nào: {dossiers_handled_count} hồ sơ nhận giải quyết."
        return bound("result", "plain", none, known)
    early = (
        ", trong đó {dossiers_resolved_early_rate.part} hồ sơ trước hạn"
        if says_some(known, "dossiers_resolved_early_rate")
        else ""
    )
    so_far = _unfinished(report)
    return bound(
        "result",
        "open" if so_far else "plain",
        f"{f'{so_far}: đã' if so_far else 'Đã'} giải quyết {{dossiers_resolved_count}} trên {{dossiers_handled_count}} "
        f"hồ sơ nhận giải quyết ({{dossiers_resolved_rate}}){early}.",
        known,
    )


def _unfinished(report: OpenReport) -> str:
    """How far the exports reach where they end before the cut-off; "" where they tell of all of the period, or nothing."""
    span = _registers.coverage(report, DOSSIERS.name)
    if span is None or not _registers.covers(report, DOSSIERS.name) or _registers.complete(report, DOSSIERS.name):
        return ""
    return f"Mới có dữ liệu đến ngày {span[1]:%d/%m/%Y}, chưa hết kỳ"


def _late(report: OpenReport, known: Mapping[str, Indicator]) -> Finding:
    """What is overdue, resolved or not; said only as far as the claim of section II.7 allows."""
    holds = one_stop.claim(report, "no_overdue").holds
    parts = "{dossiers_resolved_overdue_count} hồ sơ giải quyết quá hạn, {dossiers_pending_overdue_count} hồ sơ đang giải quyết đã quá hạn"
    undated = _undated(known)
    if holds:
        return bound("late", "good", f"Không có hồ sơ quá hạn: {parts}.", known)
    if holds is False:
        share = (
            " ({dossiers_resolved_overdue_rate} số đã giải quyết)"
            if says_some(known, "dossiers_resolved_overdue_rate")
            else ""
        )
        told = _registers.as_of(report)
        return bound(
            "late",
            "late",
            f"{f'T{told[1:]}, chưa hết kỳ: có' if told else 'Có'} {{overdue_total_count}} hồ sơ quá hạn: đã giải quyết {{dossiers_resolved_overdue_count}}{share}, "
            f"đang giải quyết {{dossiers_pending_overdue_count}}{undated}.",
            known,
        )
    return _late_unknown(report, known, undated)


def _late_unknown(report: OpenReport, known: Mapping[str, Indicator], undated: str) -> Finding:
    """Why nothing can be concluded of lateness, and what is known all the same."""
    total, resolved = known["overdue_total_count"], known["dossiers_resolved_overdue_count"]
    if total.value is None:
        return Finding("late", "open", f"Chưa biết có hồ sơ quá hạn hay không: {total.gap}.")
    if _unfinished(report):  # what was resolved late stays so; what was pending may be done by now
        said = "dữ liệu chưa đến ngày chốt; đã có {dossiers_resolved_overdue_count} hồ sơ giải quyết quá hạn"
        return bound("late", "late" if resolved.value else "open", f"Chưa kết luận được vì {said}.", known)
    said = f"có hồ sơ không ghi ngày hẹn trả; đã thấy {{overdue_total_count}} hồ sơ quá hạn{undated}"
    return bound("late", "late" if total.value else "open", f"Chưa kết luận được vì {said}.", known)


def _undated(known: Mapping[str, Indicator]) -> str:
    names = [n for n in ("dossiers_resolved_no_due_count", "dossiers_pending_no_due_count") if says_some(known, n)]
    counts = " và ".join(f"{{{n}}} {'đã' if 'resolved' in n else 'đang'} giải quyết" for n in names)
    return f"; chưa tính hồ sơ không có ngày hẹn trả ({counts})" if names else ""


def _pending(report: OpenReport, known: Mapping[str, Indicator]) -> Finding | None:
    """What is open on the last day, and how much of it is in time."""
    pending = known["dossiers_pending_count"]
    if pending.value is None or not known["dossiers_handled_count"].value:
        return None
    counts = {f"dossiers_pending_{part}_count": words for part, words in _PENDING.items()}
    parts = ", ".join(f"{{{n}}} {words}" for n, words in counts.items() if says_some(known, n))
    late = says_some(known, "dossiers_pending_overdue_count")
    if told := _registers.as_of(report):
        said = f"T{told[1:]}, chưa hết kỳ: {{dossiers_pending_count}} hồ sơ chưa có kết quả{f': {parts}' if parts else ''}."
        return bound("pending", "late" if late else "open", said, known)
    day = f"{report.period.end:%d/%m/%Y}"
    if not pending.value:
        none = f"Không còn hồ sơ nào đang giải quyết ngày {day} ({{dossiers_pending_count}})."
        return bound("pending", "good", none, known)
    said = f"Ngày {day} còn {{dossiers_pending_count}} hồ sơ{f': {parts}' if parts else ''}."
    return bound("pending", "late" if late else "plain", said, known)


def _change(report: OpenReport, known: Mapping[str, Indicator]) -> Finding | None:
    """The weightiest changes against the previous period; why there is none where the two may not be compared."""
    label = report.previous.period.in_sentence
    if not known["dossiers_handled_count"].value:
        return None
    if not _registers.covers(report.previous, DOSSIERS.name):
        return Finding("change", "open", f"Chưa có số liệu {label} để so sánh.")
    if not _registers.comparable(report, report.previous, (DOSSIERS.name,)):
        return Finding("change", "open", f"Không so với {label}: một trong hai kỳ chỉ có một phần dữ liệu.")
    before = named(report.previous, _CHANGES)
    moved = [n for n in _CHANGES if n in known and n in before and _moved(known[n], before[n])][:_MOST_CHANGES]
    if not moved:
        return Finding("change", "plain", f"Số liệu chính không đổi so với {label}.")
    words = "; ".join(f"{lowered_label(known[n])} {{{n}.change}}" for n in moved)
    worse = "dossiers_resolved_overdue_count" in moved and _difference(known, before) > 0
    figures = {n: known[n] for n in moved}
    return Finding(
        "change", "late" if worse else "plain", f"So với {label}: {words}.", figures, {n: before[n] for n in moved}
    )


def _moved(now: Indicator, before: Indicator) -> bool:
    return now.rounded is not None and before.rounded is not None and now.rounded != before.rounded


def _difference(known: Mapping[str, Indicator], before: Mapping[str, Indicator]) -> int:
    name = "dossiers_resolved_overdue_count"
    return int(known[name].value or 0) - int(before[name].value or 0)


def _unknown(report: OpenReport, known: Mapping[str, Indicator]) -> Finding:
    """How many figures the data cannot give and of which sections, or which columns no export has; how many rows are set aside.

    A missing column is told by the figures that miss it, where there are any.
    """
    missing = unknown_figures(report)
    sections = list(dict.fromkeys(i.section for i in missing))
    where = f"mục {', '.join(sections)}" if len(sections) <= _MOST_SECTIONS else f"{len(sections)} mục"
    parts = [f"{len(missing)} số liệu chưa có dữ liệu ({where})"] if missing else []
    if not missing and known["dossiers_handled_count"].value is not None:
        parts += quality.absent(report, DOSSIERS.name)
    parts += quality.partly(report, DOSSIERS.name)
    if says_some(known, "rows_quarantined_rate"):
        parts.append("{rows_quarantined_rate.part} dòng cách ly chưa tính")
    if not parts:
        return Finding("unknown", "good", "Mọi số liệu đều có dữ liệu, không dòng nào bị cách ly.")
    said = "; ".join(parts)
    return bound("unknown", "open", f"{said[0].upper()}{said[1:]}.", known)
