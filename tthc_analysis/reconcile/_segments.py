"""A sentence cut into clauses at its punctuation, so that every figure has the words that belong to it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from tthc_analysis.reconcile._mentions import Mention
from tthc_analysis.reconcile._rules import ReconcileRules
from tthc_analysis.reconcile._text import phrase

_CUT = re.compile(r"[,;:()]|\.(?=\s|/|$)| [-–] ")
_JOINT = re.compile(r"\s(?:và|va|còn|con|cùng|cung)\s")


@dataclass(frozen=True)
class Segment:
    """Characters `start`–`end` of a block; `opens` is the mark before them, `depth` how many brackets are open."""

    start: int
    end: int
    depth: int
    opens: str
    sentence: int


def segments(
    lowered: str, sentences: Sequence[tuple[int, int]], found: Sequence[Mention], rules: ReconcileRules
) -> list[Segment]:
    """The clauses of one block, each with at most one count; a colon after words without a figure cuts nothing."""
    text = _blanked(lowered, found, rules)
    cut: list[Segment] = []
    for number, (first, last) in enumerate(sentences):
        cut += _of_sentence(text, first, last, number, found)
    return [piece for segment in cut for piece in _one_count_each(segment, lowered, found)]


def _blanked(lowered: str, found: Sequence[Mention], rules: ReconcileRules) -> str:
    """The text with the punctuation inside figures and fixed expressions blanked, offsets kept."""
    letters = list(lowered)
    for mention in found:
        letters[mention.start : mention.end] = ["0"] * (mention.end - mention.start)
    text = "".join(letters)
    for pattern in rules.joined:
        text = phrase(pattern).sub(lambda m: m.group().replace(",", " "), text)
    return re.sub(r"(?<=\d)[.,/](?=\d)", " ", text)


def _of_sentence(text: str, first: int, last: int, number: int, found: Sequence[Mention]) -> list[Segment]:
    cut: list[Segment] = []
    start, depth, opens = first, 0, ""
    for match in _CUT.finditer(text, first, last):
        mark = match.group().strip()
        if mark == ":" and not any(start <= m.start < match.start() for m in found):
            continue
        cut.append(Segment(start, match.start(), depth, opens, number))
        depth = max(0, depth + {"(": 1, ")": -1}.get(mark, 0))
        start, opens = match.end(), mark
    cut.append(Segment(start, last, depth, opens, number))
    return [s for s in cut if text[s.start : s.end].strip()]


def _one_count_each(segment: Segment, lowered: str, found: Sequence[Mention]) -> list[Segment]:
    here = [m for m in found if segment.start <= m.start < segment.end]
    inside = [m for i, m in enumerate(here) if m.kind in ("count", "fraction") or _begins_clause(lowered, here, i)]
    pieces: list[Segment] = []
    rest = segment
    for one, other in pairwise(inside):
        at = _border(lowered, rest.start, one, other)
        pieces.append(replace(rest, end=at))
        rest = replace(rest, start=at, opens="và")
    return [*pieces, rest]


def _begins_clause(lowered: str, here: Sequence[Mention], index: int) -> bool:
    """Whether a percentage ends a clause of its own: “chiếm 18% và … 634 hồ sơ”."""
    if here[index].kind != "percent" or index + 1 == len(here) or here[index + 1].kind == "percent":
        return False
    return _JOINT.search(lowered, here[index].end - 1, here[index + 1].start) is not None


def _border(lowered: str, start: int, one: Mention, other: Mention) -> int:
    """Where the words of one count end and those of the next begin."""
    after = max(one.end, one.unit_end)
    joint = _JOINT.search(lowered, after - 1, other.start)
    if joint:
        return joint.start()
    if not one.unit and other.unit:
        return after
    named = len(re.findall(r"\w+", lowered[start : one.start])) > 1
    return after if named or not lowered[after : other.start].strip() else other.start
