"""Percentages of the narrative: against the integers printed with them, the bases that are stated, and the data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from tthc_analysis.reconcile._checks import Checks
from tthc_analysis.reconcile._mentions import Mention
from tthc_analysis.reconcile._rates import (
    dotted,
    gives,
    numerators,
    possible_sums,
    printed_percent,
    rounded,
)
from tthc_analysis.reconcile._reading import Reading
from tthc_analysis.reconcile._result import Remark, Status
from tthc_analysis.reconcile._text import fold, phrase
from tthc_analysis.reconcile._ties import (
    DOSSIER,
    NO_FIGURE,
    NO_WORDS,
    Outcome,
    Tied,
    expected_value,
    label_of,
    same_pair,
)

_NEXT_TO = re.compile(
    r"[^\d;.:,()]{0,60}?(?:\(\s*|,\s*(?=[a-z]))(?:(?:chiem|dat|tuong ung|bang|tuc)\s*)?(?:voi\s+)?(?:(?:ty|ti) le\s*)?"
    r"(?:dat|la)?\s*"
)
_BASE_NAMED = re.compile(r"\s*(?:(?:tren|trong|cua|so|tong|tinh)\s|\w+ \w+)")
_STATED_BASES = (DOSSIER, "kết quả")
#: A count smaller than the largest one divided by this is a class, hardly the base of a share of dossiers.
_SMALLEST_BASE = 20


def rate_outcome(
    reading: Reading, tied: tuple[tuple[Tied, ...], ...], block: int, index: int, checks: Checks
) -> Outcome:
    """A percentage against its indicator; the integers printed with it are checked before, without the data."""
    item = _with_rate(reading, tied[block][index], beside_of(reading, tied[block], index))
    mention, names = item.mention, item.names
    expected = expected_value(reading, names)
    exact = mention.value in (0, 100) and expected != mention.value
    printed = (
        ""
        if expected is None
        else printed_percent(rounded(expected, max(2, mention.decimals) if exact else mention.decimals))
    )
    if mention.key in checks.wrong:
        return Outcome(item, "differs", printed)
    if mention.key in checks.compared and (names or not reading.figures):
        return Outcome(Tied(mention, names), "agrees", printed or mention.text)
    return _against_data(reading, tied, item, expected, printed, beside=mention.key in checks.attached)


def beside_of(reading: Reading, row: tuple[Tied, ...], index: int) -> Tied | None:
    """The count or fraction that a percentage stands right beside: before it, or in the brackets after it."""
    mention = row[index].mention
    folded = reading.folded[mention.block]
    if index and row[index - 1].mention.kind in ("count", "fraction"):
        before = row[index - 1].mention
        if _NEXT_TO.fullmatch(folded, before.end, mention.start):
            return row[index - 1]
    if index + 1 < len(row):
        after = row[index + 1].mention
        if re.fullmatch(r"\s*\(\s*", folded[mention.end : after.start]):
            return row[index + 1]
    return None


def _with_rate(reading: Reading, item: Tied, beside: Tied | None) -> Tied:
    """A percentage as the rate that its words name, else as the rate of the count it stands beside."""
    names = _pair_of(reading, item, beside) or item.names or _rate_of(reading, beside)
    return Tied(item.mention, names, "" if names else item.reason)


def _pair_of(reading: Reading, item: Tied, beside: Tied | None) -> tuple[str, ...]:
    """The rate whose two counts are printed as a fraction beside the percentage."""
    if beside is None or beside.mention.base is None:
        return ()
    return same_pair(reading, beside.mention, item.names)


def _rate_of(reading: Reading, beside: Tied | None) -> tuple[str, ...]:
    """The rate that belongs to a count: dossiers_resolved_count → dossiers_resolved_rate."""
    if beside is None or len(beside.names) != 1:
        return ()
    name = beside.names[0]
    rate = name.removesuffix("_count") + "_rate" if name.endswith("_count") else name
    return (rate,) if rate in reading.figures else ()


def _bases_before(reading: Reading, tied: tuple[tuple[Tied, ...], ...], item: Tied, beside: Tied) -> list[Decimal]:
    """Counts that may be the base, nearest first: in brackets with it, earlier in the paragraph, in the lead."""
    mention = item.mention
    row = [t.mention for t in tied[mention.block]]
    counts = [m for m in row if m.kind == "count" and m.start not in (beside.mention.start, mention.start)]
    if beside.mention.start > mention.start:
        counts = [m for m in counts if m.start > beside.mention.start][:1]
        return [m.value for m in counts]
    after = [m for m in counts if m.start > mention.start and not _ends_before(reading, mention, m)]
    earlier = [m for m in reversed(counts) if m.start < mention.start]
    lead = reading.leads[mention.block]
    above = [t.mention for t in tied[lead] if t.mention.kind == "count"] if lead is not None else []
    own = reading.figures.get(item.names[0]) if item.names else None
    known = [Decimal(own.denominator)] if own is not None and own.denominator else []
    return known[: len(known) * _printed(known, earlier, above)] + [m.value for m in (*earlier, *above, *after)] + known


def _printed(known: list[Decimal], *printed: list[Mention]) -> bool:
    """Whether the indicator's own base is among the printed counts: then it is the base that is meant."""
    return any(m.value in known for row in printed for m in row)


def _ends_before(reading: Reading, mention: Mention, other: Mention) -> bool:
    """Whether the sentence of `mention` ends before `other`."""
    return other.start >= reading.sentence(mention.block, mention.start)[1]


def _against_data(
    reading: Reading,
    tied: tuple[tuple[Tied, ...], ...],
    item: Tied,
    expected: Decimal | None,
    printed: str,
    *,
    beside: bool,
) -> Outcome:
    """A percentage without integers of its own: is it possible on the printed bases, and is it the data's?"""
    mention = item.mention
    right = _is_right(reading, item, expected)
    impossible = None if beside else _impossible(reading, tied, item, "" if right else printed)
    if impossible is not None:
        status: Status = "differs" if reading.figures else "untied"
        return Outcome(item, status, printed, NO_FIGURE if not reading.figures else "", impossible)
    if right:
        return Outcome(item, "agrees", printed)
    if expected is None:
        return Outcome(item, "untied", reason=NO_FIGURE if item.names else "")
    span, label = (mention.start, mention.end), label_of(reading, item.names)
    if mention.value in (0, 100):
        said = f"{label[:1].lower()}{label[1:]} là {printed_percent(rounded(expected, 2))}"
        remark = reading.remark("SL06", mention.block, span, said, item.key)
    else:
        remark = reading.remark("SL01", mention.block, span, printed, item.key, label=f"“{label}”", hint="")
    return Outcome(item, "differs", printed, remark=remark)


def _is_right(reading: Reading, item: Tied, expected: Decimal | None) -> bool:
    """Whether a printed rate is the data's; 100% and 0% only of all and of none.

    A rate that several indicators make together (early + on time) is also right as each of them alone.
    """
    mention = item.mention
    each = [expected_value(reading, (name,)) for name in item.names] if len(item.names) > 1 else []
    exact = mention.value in (0, 100)
    return any(
        value is not None and (value == mention.value if exact else rounded(value, mention.decimals) == mention.value)
        for value in (expected, *each)
    )


def _impossible(reading: Reading, tied: tuple[tuple[Tied, ...], ...], item: Tied, right: str) -> Remark | None:
    """SL04: no whole number on any base that the narrative states can be printed as this percentage."""
    mention = item.mention
    if not mention.decimals or not _of_dossiers(reading, item):
        return None
    figure = reading.figures.get(item.names[0]) if item.names else None
    if figure is not None and _names_base(reading, mention, figure.base):
        return None
    bases = _stated_bases(tied, mention)
    own = int(figure.denominator) if figure is not None and figure.denominator else None
    if not bases or any(numerators(b, mention.value, mention.decimals) for b in bases):
        return None
    could = _could(figure.numerator if figure else None, own, bases, mention)
    could = f"Theo dữ liệu là {right}." if right else could
    listed = ", ".join(dotted(b) for b in sorted(bases, reverse=True))
    span = (mention.start, mention.end)
    code = "SL04" if reading.figures else "GC05"
    return reading.remark(code, mention.block, span, could, item.key, bases=listed, could=could and f" {could}")


def _of_dossiers(reading: Reading, item: Tied) -> bool:
    """Whether the percentage is a share of dossiers: by its indicator, or by its clause when untied."""
    if item.names:
        figure = reading.figures.get(item.names[0])
        return figure is None or DOSSIER in figure.base
    if item.reason and item.reason != NO_WORDS:
        return False
    first, _ = reading.sentence(item.mention.block, item.mention.start)
    clause = re.split(r"[,;(]", reading.lowered[item.mention.block][first : item.mention.start])[-1]
    return bool(phrase(DOSSIER).search(clause))


def _names_base(reading: Reading, mention: Mention, base: str) -> bool:
    """Whether the sentence says in the indicator's own words what the percentage is of."""
    first, last = reading.sentence(mention.block, mention.start)
    return bool(base) and fold(base) in reading.folded[mention.block][first:last]


def _stated_bases(tied: tuple[tuple[Tied, ...], ...], mention: Mention) -> set[int]:
    """Counts of dossiers and results in the same paragraph, else in the whole narrative."""

    def counted(row: tuple[Tied, ...]) -> set[int]:
        figures = (t for t in row if t.mention.kind == "count" and t.mention.value >= 10)
        return {int(t.mention.value) for t in figures if _counts_dossiers(t)}

    bases = counted(tied[mention.block]) or {value for row in tied for value in counted(row)}
    return {b for b in bases if b * _SMALLEST_BASE >= max(bases)}


def _counts_dossiers(tied: Tied) -> bool:
    return tied.mention.unit in _STATED_BASES or any(n.startswith(("dossiers_", "online_")) for n in tied.names)


def _could(top: int | Decimal | None, own: int | None, bases: set[int], mention: Mention) -> str:
    """The bases that could give the percentage: the indicator's own first, then sums of two printed ones."""
    sums = possible_sums(bases, mention.value, mention.decimals)
    if own is not None and top is not None and gives(Decimal(top), Decimal(own), mention.value, mention.decimals):
        made = next((f" = {how}" for _, total, how in sums if total == own), "")
        return f"Chỉ có thể là {dotted(top)}/{dotted(own)} (mẫu số{made or ' của dữ liệu'}); ghi rõ hai số này."
    listed = "; ".join(f"{dotted(t)}/{dotted(total)} (mẫu số = {how})" for t, total, how in sums)
    return f"Có thể là {listed}." if listed else ""


def mixed_bases(reading: Reading, tied: tuple[tuple[Tied, ...], ...], block: int) -> Iterator[Remark]:
    """BC13: percentages of one sentence that no single printed base gives, and whose bases the sentence does not name."""
    for first, last in reading.sentences[block]:
        found: list[tuple[Mention, list[Decimal]]] = []
        for i, item in enumerate(tied[block]):
            if item.mention.kind == "percent" and first <= item.mention.start < last:
                bases = _unnamed_bases(reading, tied, block, i)
                found += [(item.mention, bases)] if bases else []
        if len(found) > 1 and not set.intersection(*(set(bases) for _, bases in found)):
            span = (found[0][0].start, found[-1][0].end)
            said = ", ".join(f"{m.text} trên {dotted(bases[0])}" for m, bases in found)
            yield reading.remark("BC13", block, span, found=", ".join(m.text for m, _ in found), bases=said)


def _unnamed_bases(reading: Reading, tied: tuple[tuple[Tied, ...], ...], block: int, index: int) -> list[Decimal]:
    """The printed bases that give a percentage, when the words after it do not name one."""
    beside = beside_of(reading, tied[block], index)
    item = _with_rate(reading, tied[block][index], beside)
    mention = item.mention
    if beside is None or beside.mention.kind == "fraction" or beside.mention.start > mention.start:
        return []
    if _BASE_NAMED.match(reading.folded[block], mention.end):
        return []
    top = beside.mention.value
    bases = [b for b in _bases_before(reading, tied, item, beside) if b >= top]
    return [b for b in bases if gives(top, b, mention.value, mention.decimals)]
