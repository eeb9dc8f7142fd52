"""Claims without a figure ("không có hồ sơ tồn đọng") against the counts that they are bound to, and faulty wordings."""

from __future__ import annotations

from collections.abc import Iterator

from tthc_analysis.reconcile._rates import dotted
from tthc_analysis.reconcile._reading import Reading
from tthc_analysis.reconcile._result import CheckedFigure, Remark, Status
from tthc_analysis.reconcile._rules import Claim
from tthc_analysis.reconcile._text import any_phrase, phrase
from tthc_analysis.reconcile._ties import A_GOAL, NO_FIGURE, expected_value, label_of

Span = tuple[int, int, int]
_MANY = 3


def check_claims(reading: Reading) -> tuple[list[CheckedFigure], list[Remark]]:
    """Each claim as a checked figure; remarks on false claims, repeated ones and faulty wordings."""
    checked: list[CheckedFigure] = []
    remarks: list[Remark] = []
    for claim in reading.rules.claims:
        spans = list(_spans(reading, claim.pattern, claim.without))
        results = [_check(reading, claim, span) for span in spans]
        checked += [c for c, _ in results]
        remarks += [r for _, r in results if r]
        remarks += _repeated(reading, spans)
    remarks += [r for w in reading.rules.wordings for r in _wording(reading, w.code, w.pattern, w.expected)]
    return checked, remarks


def _spans(reading: Reading, pattern: str, without: tuple[str, ...] = ()) -> Iterator[Span]:
    for block, lowered in enumerate(reading.lowered):
        if reading.blocks[block].kind == "heading":
            continue
        for match in phrase(pattern).finditer(lowered):
            if not any_phrase(without, match.group()):
                yield block, match.start(), match.end()


def _check(reading: Reading, claim: Claim, span: Span) -> tuple[CheckedFigure, Remark | None]:
    block, start, end = span
    said = reading.blocks[block].text[start:end]
    value, label = expected_value(reading, claim.counts), label_of(reading, claim.counts)
    is_goal = reading.is_goal(block) or any_phrase(reading.rules.goals, _before(reading, span))
    status: Status = "untied" if value is None or is_goal else "agrees" if value == claim.equals else "differs"
    shown = "" if value is None else f"{label.lower()}: {dotted(value)}"
    reason = A_GOAL if is_goal else NO_FIGURE if value is None else ""
    place, quote = reading.place(block, start, end), reading.quote(block, start, end)
    key = " + ".join(claim.counts)
    figure = CheckedFigure(status, place, quote, said, shown, key, label, reason)
    remark = reading.remark("SL06", block, (start, end), shown, key) if status == "differs" else None
    return figure, remark


def _before(reading: Reading, span: Span) -> str:
    """The sentence up to the claim."""
    block, start, _ = span
    return reading.lowered[block][reading.sentence(block, start)[0] : start]


def _repeated(reading: Reading, spans: list[Span]) -> Iterator[Remark]:
    """GC02: the same claim three times or more."""
    if len(spans) >= _MANY:
        block, start, end = spans[0]
        also = [reading.place(*span) for span in spans[1:]]
        yield reading.remark("GC02", block, (start, end), also=also, count=str(len(spans)))


def _wording(reading: Reading, code: str, pattern: str, expected: str) -> Iterator[Remark]:
    for block, start, end in _spans(reading, pattern):
        if not reading.is_goal(block):
            yield reading.remark(code, block, (start, end), expected)
