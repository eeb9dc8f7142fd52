"""Percentages without data: each against its own count and a base that the text prints; rates that cannot be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tthc_analysis.reconcile._checks import Checks
from tthc_analysis.reconcile._facts import Fact, classify
from tthc_analysis.reconcile._rates import dotted, percentage, printed_percent
from tthc_analysis.reconcile._sums import FAMILIES, LEVELS
from tthc_analysis.reconcile._text import any_phrase, phrases

_OF_RESOLVED = {"early", "on_time", "in_time", "late"}
_BASES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(sorted(_OF_RESOLVED), ("resolved", "due", "both", "received")),
    **dict.fromkeys(("resolved", "pending", "pending_only", "online", "direct", "post", "offline", "new", "carried", "returned"), ("received", "new")),
    **dict.fromkeys(("pending_within", "pending_late"), ("pending", "received")),
}  # fmt: skip
_OF_NEW = re.compile(r"\s*(?:\([^()]*\)\s*)?(?:trên\s|của\s)?(?:tổng\s)?(?:số\s)?hồ sơ (?:tiếp nhận mới|mới)(?!\w)")
_VARIANTS: dict[str, tuple[tuple[str, ...], ...]] = {
    "on_time": (("on_time",), ("in_time",), ("early", "on_time")),
    "in_time": (("in_time",), ("early", "on_time"), ("on_time",)),
}


@dataclass(frozen=True)
class Base:
    """A count that may be the base of a share, with the range that its rounding leaves open."""

    value: Decimal
    slack: Decimal
    facts: tuple[Fact, ...]


def check_shares(checks: Checks, facts: Sequence[Fact]) -> None:
    """SL03 for a share that its count and no printed base give, SL11 for a rate above 100 per cent."""
    for fact in facts:
        if fact.mention.kind == "percent" and fact.role == "value":
            if fact.value > 100 and not _may_exceed(checks, fact):
                checks.differ("SL11", fact, [fact])
            elif fact.share_of is not None:
                _share(checks, facts, fact, fact.share_of)
            elif fact.cls:
                _rate(checks, facts, fact)


def _may_exceed(checks: Checks, fact: Fact) -> bool:
    """Whether the sentence compares with a plan or another period, of which more than all can be done."""
    first, last = checks.reading.sentence(fact.mention.block, fact.mention.start)
    words = checks.reading.lowered[fact.mention.block][first:last]
    rules = checks.reading.rules.parts
    return any_phrase((*rules.no_share, *rules.before, *rules.up, *rules.down, "vượt", "bằng", "gấp"), words)


# --- a share beside its count ---------------------------------------------------------------------------------------


def _share(checks: Checks, facts: Sequence[Fact], share: Fact, count: Fact) -> None:
    if share.mention.approximate or count.mention.approximate:
        return
    if count.mention.base is not None:
        base = Base(count.mention.base, Decimal(0), (count,))
        _judge(checks, share, count, [base], base)
        return
    near = list(_near(facts, count, checks))
    named = _named_base(checks, share, near)
    if named is None:
        return
    bases = named or near
    preferred = _preferred(bases, count, named=bool(named))
    if preferred is not None and not share.mention.decimals and not named and preferred.facts == (count.parent,):
        bases = [preferred]  # a share without decimals would fit some other count by chance
    _judge(checks, share, count, bases, preferred)


def _judge(checks: Checks, share: Fact, count: Fact, bases: Sequence[Base], preferred: Base | None) -> None:
    fit = next((b for b in bases if b.value > 0 and fits(share, count.value, count.slack, b, cut=b is preferred)), None)
    if fit is not None:
        checks.agree(share, count, *fit.facts)
    elif preferred is not None and preferred.value > 0:
        right = printed_percent(percentage(count.value, preferred.value, share.mention.decimals))
        calculation = f"{count.mention.text.split('/')[0].strip()}/{_printed(preferred)}"
        checks.differ("SL03", share, [share, count, *preferred.facts], right, calculation=calculation)


def _printed(base: Base) -> str:
    return (
        base.facts[0].mention.text
        if len(base.facts) == 1 and base.facts[0].mention.base is None
        else dotted(base.value)
    )


def fits(share: Fact, top: Decimal, slack: Decimal, base: Base, *, cut: bool = True) -> bool:
    """Whether `top` of `base` can be printed as the share: rounded or (with `cut`) cut off, within what rounding hides.

    100 per cent is only said of all.
    """
    if base.value <= base.slack:
        return False
    half = share.mention.step / 2
    low = (top - slack) * 100 / (base.value + base.slack)
    high = (top + slack) * 100 / (base.value - base.slack)
    if share.value == 100 and not slack and not base.slack:
        return top == base.value
    return low - half <= share.value <= high + half or (cut and low - share.mention.step < share.value <= high)


def _near(facts: Sequence[Fact], count: Fact, checks: Checks) -> Iterable[Base]:
    """Every count that may be the base: of its own list, sentence and paragraph, then of its section."""
    unit = count.unit
    own = [
        f
        for f in facts
        if f.mention.kind in ("count", "fraction")
        and f is not count
        and f.unit in (unit, "")
        and f.role in ("value", "aside")
    ]
    lead = checks.reading.leads[count.mention.block]
    blocks = {count.mention.block, lead}
    near = [f for f in own if f.mention.block in blocks or f is count.parent]
    run = count.scope[0] // 1000
    far = [f for f in own if f not in near and f.scope[0] // 1000 == run]
    for fact in (*near, *far):
        if not _can_be_base(fact, count):
            continue
        if fact.value >= count.value - count.slack:
            yield Base(fact.value, fact.slack, (fact,))
        if fact.mention.base is not None and fact.mention.base >= count.value:
            yield Base(fact.mention.base, Decimal(0), (fact,))
    yield from _siblings(count)


def _can_be_base(fact: Fact, count: Fact) -> bool:
    """Whether a share of `count` may be taken of `fact`: no part beside it, no other class of the same level."""
    if fact is count.parent or not fact.cls or not count.cls or fact.mention.base is not None:
        return True
    if fact.parent is not None and fact.parent is count.parent:
        return False
    return fact.cls in (
        *_BASES.get(count.cls, ("received", "resolved", "both", "due", "new", "online")),
        "received",
        "both",
    )


def _siblings(count: Fact) -> Iterable[Base]:
    """The parts of one list together are a base as well."""
    if count.parent is not None:
        mates = [c for c in count.parent.children if c.unit in (count.unit, "")]
        if len(mates) > 1:
            yield Base(
                sum((m.value for m in mates), Decimal(0)), sum((m.slack for m in mates), Decimal(0)), tuple(mates)
            )


def _named_base(checks: Checks, share: Fact, bases: Sequence[Base]) -> list[Base] | None:
    """The bases that the words after a share name; [] when it names none, None when it names one that is not printed."""
    rules = checks.reading.rules
    block = share.mention.block
    after = checks.reading.lowered[block][share.mention.end : share.segment.end]
    said = phrases(rules.parts.base).match(after.lstrip())
    words = after.strip()
    if said is None or len(re.findall(r"[^\W\d_]+", words)) < 2:
        return []
    cls = classify(words, rules)
    if cls:
        found = [b for b in bases if any(f.cls in (cls, *_same_base(cls)) for f in b.facts)]
        return found or None
    shared = [b for b in bases if any(_same_words(words, f.label) for f in b.facts)]
    return shared or None


def _same_base(cls: str) -> tuple[str, ...]:
    return {"received": ("new", "both"), "new": ("received",), "resolved": ("both",)}.get(cls, ())


def _same_words(words: str, label: str) -> bool:
    wanted = set(re.findall(r"[^\W\d_]{2,}", words)) - {"số", "tổng", "trên", "hồ", "sơ", "các", "của"}
    return len(wanted & set(re.findall(r"[^\W\d_]{2,}", label))) >= max(1, len(wanted) - 1) if wanted else False


def _preferred(bases: Sequence[Base], count: Fact, *, named: bool) -> Base | None:
    """The base that the count's class or list asks for; None when the text leaves it open."""
    if named:
        return bases[0]
    if count.parent is not None and count.parent.unit in (count.unit, ""):
        own = [b for b in bases if b.facts == (count.parent,)]
        if own:
            return own[0]
    for cls in _BASES.get(count.cls, ()):
        same = [b for b in bases if len(b.facts) == 1 and b.facts[0].cls == cls and _one_subject(b.facts[0], count)]
        if same:
            before = [b for b in same if b.facts[0].mention.key < count.mention.key]
            return (before[-1:] or same)[-1 if before else 0]
    return _before_in_sentence(bases, count)


def _one_subject(base: Fact, count: Fact) -> bool:
    return (base.body, base.subject) == (count.body, count.subject)


def _before_in_sentence(bases: Sequence[Base], count: Fact) -> Base | None:
    """For a count without a class: the larger count right before it in its sentence."""
    if count.cls or count.body or count.subject:
        return None
    same = [
        b
        for b in bases
        if len(b.facts) == 1
        and b.facts[0].mention.block == count.mention.block
        and b.facts[0].segment.sentence == count.segment.sentence
        and b.facts[0].mention.start < count.mention.start
        and b.facts[0].counts
        and b.facts[0].unit == count.unit
    ]
    return same[-1] if same else None


# --- a rate with words of its own -----------------------------------------------------------------------------------


def _rate(checks: Checks, facts: Sequence[Fact], rate: Fact) -> None:
    """“Tỷ lệ hồ sơ giải quyết đúng hạn đạt 99%” against the counts of that class in the same scope."""
    if rate.mention.approximate or rate.value == 100 or _other_base(checks, rate):
        return
    mine = [f for f in facts if f.counts and _one_subject(f, rate) and f.unit in ("hồ sơ", "phản ánh", "TTHC", "")]
    same_block = [f for f in mine if f.mention.block == rate.mention.block]
    scope = same_block if _tops(same_block, rate.cls) else mine
    tops = list(_tops(scope, rate.cls))
    wanted = _BASES.get(rate.cls, ("received",) if rate.cls not in ("full", "partial", "info") else ())
    wanted = ("new",) if wanted and _of_new(checks, rate) else wanted
    bases = [f for f in scope if f.cls in wanted]
    if rate.cls in ("full", "partial", "info"):
        bases = [t.parent for group in tops for t in group if t.parent is not None]
    strict = [f for f in bases if f.cls == wanted[0]] if wanted else bases
    if not tops or not strict or any(len({f.value for f in bases if f.cls == c}) > 1 for c in wanted):
        return
    pairs = [(group, Base(b.value, b.slack, (b,))) for group in tops for b in bases]
    fit = next(((g, b) for g, b in pairs if fits(rate, _sum(g), _slack(g), b)), None)
    if fit is not None:
        checks.agree(rate, *fit[0], *fit[1].facts)
        return
    group, base = pairs[0][0], Base(strict[0].value, strict[0].slack, (strict[0],))
    right = printed_percent(percentage(_sum(group), base.value, rate.mention.decimals))
    calculation = f"{dotted(_sum(group))}/{dotted(base.value)}"
    checks.differ("SL03", rate, [rate, *group, *base.facts], right, calculation=calculation)


def _of_new(checks: Checks, rate: Fact) -> bool:
    """Whether the words after a rate say that it is of the new dossiers alone: “86,64% số hồ sơ tiếp nhận mới”."""
    last = checks.reading.sentence(rate.mention.block, rate.mention.start)[1]
    return _OF_NEW.match(checks.reading.lowered[rate.mention.block], rate.mention.end, last) is not None


def _other_base(checks: Checks, rate: Fact) -> bool:
    """Whether a rate is of something else than the dossiers counted: communes, rooms, a part of them, a change."""
    label = rate.label
    label = phrases(tuple(p for words in checks.reading.rules.bodies.values() for p in words)).sub(" ", label)
    units = [u for u, names in checks.reading.rules.units.items() if any_phrase(names, label)]
    known = {"hồ sơ", "phản ánh", "TTHC", "%", "kết quả"}
    others = (
        "hài lòng",
        "số hóa",
        "thanh toán",
        "điện tử",
        "xã",
        "huyện",
        "đơn vị",
        "phường",
        "lĩnh vực",
        "riêng",
        "cải cách",
    )
    return bool(set(units) - known) or any_phrase((*others, "bình quân"), label)


def _tops(scope: Sequence[Fact], cls: str) -> list[list[Fact]]:
    """The counts whose sum a rate of this class may be of; none when one of them occurs with two values."""
    found = []
    for variant in _VARIANTS.get(cls, ((cls,),)):
        groups = [[f for f in scope if f.cls == c] for c in variant]
        if all(groups) and all(len({f.value for f in g}) == 1 for g in groups):
            found.append([g[0] for g in groups])
    return found


def _sum(group: Sequence[Fact]) -> Decimal:
    return sum((f.value for f in group), Decimal(0))


def _slack(group: Sequence[Fact]) -> Decimal:
    return sum((f.slack for f in group), Decimal(0))


__all__ = ["FAMILIES", "LEVELS", "check_shares", "fits"]
