"""Growth over the same period of the year before, held against the figures of that period in the data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tthc_analysis.indicators import Indicator
from tthc_analysis.periods import Period
from tthc_analysis.reconcile._checks import Checks
from tthc_analysis.reconcile._facts import Fact
from tthc_analysis.reconcile._growth import changed_number, former_number
from tthc_analysis.reconcile._rates import dotted, percentage, printed_percent, rounded
from tthc_analysis.reconcile._reading import Reading
from tthc_analysis.reconcile._result import Remark
from tthc_analysis.reconcile._ties import Tied, expected_value, label_of, tie_all

_SAME_PERIOD = re.compile(r"cung ky(?: nam| cua nam)?(?: (?P<year>20\d\d)| truoc| ngoai)?")
_OTHER = re.compile(r"so voi|cac nam|ke hoach|binh quan|trung binh|thang truoc|quy truoc|ky truoc|luy ke")


@dataclass(frozen=True)
class LastYear:
    """The figures of the same period a year before; only those that the exports tell of as a whole."""

    period: Period
    figures: Mapping[str, Indicator]


def check_last_year(checks: Checks, facts: Sequence[Fact], last_year: LastYear | None) -> list[Remark]:
    """SL17 for a change, or a number of the same period a year before, that the data of that period do not give.

    Nothing is said of a number that is not certainly an indicator, is itself wrong, or has no figure a year before.
    """
    if last_year is None or not last_year.figures:
        return []
    tied = {t.mention.key: t for row in tie_all(checks.reading) for t in row}
    changes = [i for i, f in enumerate(facts) if f.role == "change" and not f.mention.approximate]
    return [r for i in changes for r in _change(checks, facts, i, tied, last_year)]


def _change(
    checks: Checks, facts: Sequence[Fact], index: int, tied: Mapping[tuple[int, int], Tied], last_year: LastYear
) -> Iterator[Remark]:
    change, before = facts[index], former_number(facts, index)
    if not _over_last_year(checks.reading, facts, index, last_year.period):
        return
    now = changed_number(facts, index, before)
    names = tied[now.mention.key].names if now is not None and now.mention.key in tied else ()
    if now is None or not _is_certain(facts, now, change):
        return
    then, today = _former(last_year, names), expected_value(checks.reading, names)
    if then is None or today is None or rounded(today, now.mention.decimals) != now.value:
        return
    if before is not None and before.cls in ("", now.cls):
        yield from _number(checks, before, then, names, last_year)
    elif before is None and then:
        yield from _growth(checks, change, today, then, names, last_year)


def _is_certain(facts: Sequence[Fact], now: Fact, change: Fact) -> bool:
    """Whether the change can be of `now` alone: the only count of its sentence, both of the whole body."""
    here = (change.mention.block, change.segment.sentence)
    counts = [f for f in facts if f.role == "value" and (f.mention.block, f.segment.sentence) == here]
    whole = not any((f.body, f.subject) != ("", "") for f in (now, change))
    return whole and now.mention.kind == "count" and all(f is now for f in counts)


def _over_last_year(reading: Reading, facts: Sequence[Fact], index: int, period: Period) -> bool:
    """Whether the words after the change, or those its sentence begins with, compare with this period and no other."""
    mention = facts[index].mention
    first, last = reading.sentence(mention.block, mention.start)
    text = reading.folded[mention.block][first:last]
    said = _SAME_PERIOD.findall(text)
    others = _OTHER.findall(_SAME_PERIOD.sub(" ", text.replace("so voi cung ky", "cung ky")))
    years = {y for y in said if y}
    alone = sum(f.role == "change" and f.mention.kind == mention.kind for f in _same_sentence(facts, index)) == 1
    return len(said) == 1 and not others and alone and years <= {str(period.end.year)}


def _same_sentence(facts: Sequence[Fact], index: int) -> list[Fact]:
    here = facts[index].mention.block, facts[index].segment.sentence
    return [f for f in facts if (f.mention.block, f.segment.sentence) == here]


def _former(last_year: LastYear, names: Sequence[str]) -> Decimal | None:
    """The value of these indicators together a year before; None when one is unknown."""
    found = [last_year.figures[n].value if n in last_year.figures else None for n in names]
    known = [Decimal(v) for v in found if v is not None]
    return sum(known, Decimal(0)) if found and len(known) == len(found) else None


def _number(
    checks: Checks, before: Fact, then: Decimal, names: tuple[str, ...], last_year: LastYear
) -> Iterator[Remark]:
    """The printed number of the period before."""
    yield from _said(checks, before, abs(then - before.value) <= before.slack, dotted(then), then, names, last_year)


def _growth(
    checks: Checks, change: Fact, today: Decimal, then: Decimal, names: tuple[str, ...], last_year: LastYear
) -> Iterator[Remark]:
    """The printed change, its number and its direction."""
    difference = today - then
    if change.mention.kind == "percent":
        size = abs(difference) * 100 / then
        fits = abs(size - change.value) < change.mention.step
        shown = printed_percent(percentage(abs(difference), then, change.mention.decimals))
    else:
        fits, shown = abs(difference) == change.value, dotted(abs(difference))
    right = fits and (difference == 0 or (difference > 0) == (change.sign > 0))
    word = "tăng" if difference > 0 else "giảm"
    yield from _said(checks, change, right, f"{word} {shown}" if difference else "không đổi", then, names, last_year)


def _said(
    checks: Checks, fact: Fact, right: bool, expected: str, then: Decimal, names: tuple[str, ...], last_year: LastYear
) -> Iterator[Remark]:
    mention, label = fact.mention, label_of(checks.reading, names)
    checks.by_data[mention.key] = ("agrees" if right else "differs", expected)
    if not right:
        span = (mention.start, mention.end)
        shown, period = dotted(then), last_year.period.label
        key = " + ".join(names)
        yield checks.reading.remark("SL17", mention.block, span, expected, key, label=label, then=shown, period=period)
