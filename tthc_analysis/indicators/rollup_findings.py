"""What a reader must know of many agencies in half a minute: the result, what is late and where, what is open, what changed,
and whose figures are not known. Every sentence is of the bodies in the total and says of how many they are.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from tthc_analysis.indicators import rollup
from tthc_analysis.indicators._finding import Finding, bound, lowered_label, says_some
from tthc_analysis.indicators._indicator import Indicator, counted, first_named
from tthc_analysis.indicators._open import OpenReport
from tthc_analysis.indicators.tones import Tone

#: figures whose change may be told, the weightiest first, and how many of them are
_CHANGES = ("all_resolved_overdue_count", "all_handled_count", "all_resolved_rate", "all_received_online_rate")
_MOST_CHANGES = 2
#: so many bodies are named in a sentence
_MOST_NAMES = 3
_LATE = ("all_resolved_overdue_count", "all_pending_overdue_count")
_LATE_PARTS = "{all_resolved_overdue_count} hồ sơ giải quyết quá hạn, {all_pending_overdue_count} hồ sơ đang giải quyết đã quá hạn"


def findings(report: OpenReport) -> tuple[Finding, ...]:
    """The sentences of the first screen of a roll-up, in order of importance."""
    known = {i.name: i for i in rollup.indicators(report)}
    table, standing, share = rollup.by_body(report), rollup.standing(report), rollup.share(report)
    if table.empty:
        none = "Chưa có số liệu của đơn vị nào nên chưa kết luận được về kết quả và hồ sơ quá hạn."
        return Finding("result", "open", none), _unknown(report, known, standing)
    told = (_result(known, share), _late(known, table, share), _pending(report, known, share), _change(report, known))
    return tuple(f for f in (*told, _unknown(report, known, standing)) if f)


def _of(share: str, words: str) -> str:
    """The sentence, with of how many bodies it is in front where they are not all."""
    return f"Ở {share} có số liệu: {words}" if share else f"{words[0].upper()}{words[1:]}"


def _result(known: Mapping[str, Indicator], share: str) -> Finding:
    if not known["all_handled_count"].value:
        return bound("result", "plain", _of(share, "không có hồ sơ nào trong kỳ ({all_handled_count})."), known, share)
    early = (
        ", trong đó {all_resolved_early_count} hồ sơ trước hạn" if says_some(known, "all_resolved_early_count") else ""
    )
    said = "đã giải quyết {all_resolved_count} trên {all_handled_count} hồ sơ nhận giải quyết ({all_resolved_rate})"
    return bound("result", "open" if share else "plain", _of(share, f"{said}{early}."), known, share)


def _late(known: Mapping[str, Indicator], table: pd.DataFrame, share: str) -> Finding:
    """What is overdue and at which bodies most; that nothing is may be said only where every body and dossier tells."""
    if all(known[n].value is None for n in _LATE):
        gap = known[_LATE[0]].gap
        return Finding("late", "open", f"Chưa biết có hồ sơ quá hạn hay không: {gap}.")
    undated = int(table[["resolved_no_due", "pending_no_due"]].fillna(0).to_numpy().sum())
    left_out = f"; chưa tính {counted(undated, 'hồ sơ')} không có ngày hẹn trả" if undated else ""
    if any(known[n].value for n in _LATE):
        said = f"{_of(share, 'có ')}{_LATE_PARTS}{left_out}{_most(table)}."
        return bound("late", "late", said, known, share)
    whole = not share and not undated and not any(known[n].covers or known[n].value is None for n in _LATE)
    said = "Không có hồ sơ quá hạn: " if whole else "Chưa kết luận được cho toàn địa bàn: đã thấy "
    return bound("late", "good" if whole else "open", f"{said}{_LATE_PARTS}{left_out}.", known)


def _most(table: pd.DataFrame) -> str:
    """The bodies with the most overdue dossiers, resolved and pending, by name."""
    late = table[["resolved_overdue", "pending_overdue"]].fillna(0).sum(axis=1).astype(int)
    found = table.assign(late=late)[late > 0].sort_values("late", ascending=False, kind="stable").head(_MOST_NAMES)
    return f"; nhiều nhất: {', '.join(f'{_plain(n)} ({k})' for n, k in zip(found['name'], found['late'], strict=True))}"


def _pending(report: OpenReport, known: Mapping[str, Indicator], share: str) -> Finding | None:
    if not known["all_handled_count"].value:
        return None
    late = says_some(known, "all_pending_overdue_count")
    parts = {"all_pending_within_count": "trong hạn", "all_pending_overdue_count": "quá hạn"}
    told = ", ".join(f"{{{n}}} {words}" for n, words in parts.items() if says_some(known, n))
    said = f"Ngày {report.period.end:%d/%m/%Y} còn {{all_pending_count}} hồ sơ đang giải quyết"
    tone: Tone = "late" if late else "open" if share else "plain"
    return bound("pending", tone, f"{said}{f': {told}' if told else ''}.", known, share)


def _change(report: OpenReport, known: Mapping[str, Indicator]) -> Finding | None:
    """The weightiest changes against the previous period; only figures of the very same bodies are compared."""
    label = report.previous.period.in_sentence
    before = comparable(report)
    if not before:
        said = f"Không so với {label}: chưa có số liệu của cùng những đơn vị ở cả hai kỳ."
        return Finding("change", "open", said)
    moved = [n for n in _CHANGES if n in before and known[n].rounded != before[n].rounded][:_MOST_CHANGES]
    if not moved:
        return Finding("change", "plain", f"Số liệu chính không đổi so với {label}.")
    words = "; ".join(f"{lowered_label(known[n])} {{{n}.change}}" for n in moved)
    late = "all_resolved_overdue_count"
    worse = late in moved and int(known[late].value or 0) > int(before[late].value or 0)
    figures = {n: known[n] for n in moved}
    return Finding(
        "change", "late" if worse else "plain", f"So với {label}: {words}.", figures, {n: before[n] for n in moved}
    )


def comparable(report: OpenReport) -> dict[str, Indicator]:
    """The figures of the previous period that are of the very bodies that the same figures of this period are of."""
    now, before = rollup.bodies_behind(report), rollup.bodies_behind(report.previous)
    same = {n for n, bodies in now.items() if bodies and bodies == before[n]}
    return {i.name: i for i in rollup.indicators(report.previous) if i.name in same and i.rounded is not None}


def headlines(report: OpenReport) -> tuple[tuple[Indicator, Indicator | None], ...]:
    """(figure, the same of the previous period or None where it is not of the same bodies) for each headline."""
    now, before = {i.name: i for i in rollup.indicators(report)}, comparable(report)
    return tuple((now[name], before.get(name)) for name in rollup.HEADLINES)


def unknown_figures(report: OpenReport) -> tuple[Indicator, ...]:
    """The figures that no body in the total knows."""
    return tuple(i for i in rollup.indicators(report) if i.numerator is None)


def _unknown(report: OpenReport, known: Mapping[str, Indicator], standing: pd.DataFrame) -> Finding:
    """Who is missing or apart, by name; how many figures are known of a part of the bodies, or of none."""
    parts = [
        f"{len(names)}/{len(standing)} đơn vị {words} ({first_named([_plain(n) for n in names], _MOST_NAMES, 'đơn vị')})"
        for state, words in (("missing", "chưa có số liệu"), ("apart", "để riêng, không cộng vào tổng"))
        if (names := list(standing.loc[standing["state"] == state, "name"]))
    ]
    whole = rollup.share(report)
    partial = [i for i in known.values() if i.numerator is not None and i.covers != whole]
    parts += [f"{counted(len(partial), 'số liệu')} chỉ biết của một phần các đơn vị được tính"] if partial else []
    if gaps := [i for i in known.values() if i.numerator is None]:
        parts.append(f"{counted(len(gaps), 'số liệu')} chưa đơn vị nào biết")
    if differing := rollup.cross_check(report)["name"].nunique():
        parts.append(f"báo cáo gửi đến của {counted(differing, 'đơn vị')} khác dữ liệu hồ sơ")
    if not parts:
        return Finding("unknown", "good", f"Có số liệu của cả {counted(len(standing), 'đơn vị')}.")
    said = "; ".join(parts)
    return Finding("unknown", "open", f"{said[0].upper()}{said[1:]}.")


def _plain(name: str) -> str:
    """A name as it stands in a sentence, where braces are for figures."""
    return name.replace("{", "(").replace("}", ")")
