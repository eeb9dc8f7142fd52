"""A share whose two counts are said in its own sentence: “A trên (tổng số) B …, đạt p%” and “p% … (A/B)”."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from tthc_analysis.reconcile._checks import Checks
from tthc_analysis.reconcile._facts import Fact
from tthc_analysis.reconcile._rates import percentage, printed_percent
from tthc_analysis.reconcile._shares import Base, fits
from tthc_analysis.reconcile._text import any_phrase

_WORD = r"[^\W\d_]+"
_OUT_OF = re.compile(rf"(?:\s{_WORD}){{0,5}}?\s(?:trên|trong)(?:\stổng)?(?:\ssố)?\s")
_AMOUNTS_TO = re.compile(rf"(?:\s{_WORD}){{0,10}},?\s(?:đạt|chiếm|tương ứng|bằng)(?:\s(?:tỷ lệ|tỉ lệ|khoảng))?\s")
_IN_BRACKETS = re.compile(rf"(?:\s{_WORD}){{1,14}}\s\(")


def check_spoken(checks: Checks, facts: Sequence[Fact]) -> None:
    """SL03 for such a share (SL14 for a count above its base) when no other check has compared it."""
    for share, top, base in _spoken(checks, facts):
        open_to_doubt = share.mention.approximate or top.mention.approximate or _compares(checks, share)
        if share.mention.key in checks.compared or open_to_doubt or not base.value:
            continue
        if fits(share, top.value, top.slack, base):
            checks.agree(share, top, *base.facts)
        elif top.value > base.value and base.facts:
            checks.differ("SL14", top, [top, *base.facts], whole=base.facts[0].mention.text)
        else:
            right = printed_percent(percentage(top.value, base.value, share.mention.decimals))
            shown = "/".join(dict.fromkeys(f.mention.text for f in (top, *base.facts)))
            checks.differ("SL03", share, [share, top, *base.facts], right, calculation=shown)


def _spoken(checks: Checks, facts: Sequence[Fact]) -> Iterator[tuple[Fact, Fact, Base]]:
    """Share, its count, its base."""
    in_order = sorted(facts, key=lambda f: f.mention.key)
    for first, second, third in zip(in_order, in_order[1:], in_order[2:], strict=False):
        kinds = (first.mention.kind, second.mention.kind, third.mention.kind)
        same_unit = first.unit in (second.unit, "")
        said = _joined(checks, _OUT_OF, first, second) and _joined(checks, _AMOUNTS_TO, second, third)
        if kinds == ("count", "count", "percent") and same_unit and said:
            yield third, first, Base(second.value, second.slack, (second,))
    for share, both in pairwise(in_order):
        base = both.mention.base
        if share.mention.kind == "percent" and base is not None and _joined(checks, _IN_BRACKETS, share, both):
            yield share, both, Base(base, base * 0, (both,))


def _joined(checks: Checks, words: re.Pattern[str], one: Fact, other: Fact) -> bool:
    """Whether exactly such words stand between two figures of one paragraph."""
    if one.mention.block != other.mention.block:
        return False
    lowered = checks.reading.lowered[one.mention.block]
    return words.fullmatch(lowered, one.mention.end, other.mention.start) is not None


def _compares(checks: Checks, share: Fact) -> bool:
    """Whether the sentence speaks of growth or a plan, so that the share may be one of another count."""
    first, last = checks.reading.sentence(share.mention.block, share.mention.start)
    rules = checks.reading.rules.parts
    words = (*rules.no_share, *rules.up, *rules.down)
    return any_phrase(words, checks.reading.lowered[share.mention.block][first:last])
