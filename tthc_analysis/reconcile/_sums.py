"""Control equations without data: totals against their classes, their levels and the parts listed with them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from tthc_analysis.reconcile._checks import Checks, adds_up, listed, shown, sum_of
from tthc_analysis.reconcile._facts import Fact, in_scopes
from tthc_analysis.reconcile._mentions import parse_number
from tthc_analysis.reconcile._rates import dotted
from tthc_analysis.reconcile._text import any_phrase, phrases

_EQUATION = re.compile(r"(?<![\w.,])(\d[\d.]*(?:\s?\+\s?\d[\d.]*)+)\s?=\s?(\d[\d.]*)(?![\w,])")
_MOST_PARTS = 12
NONE_LATE = (
    "(?:không có|không còn|không để|không phát sinh|không xảy ra)(?: xảy ra)?(?: tình trạng)? (?:hồ sơ )?(?:nào )?(?:bị |tồn đọng |tồn )?"
    "(?:quá hạn|trễ hạn|chậm hạn|trễ hẹn)"
)


@dataclass(frozen=True)
class Family:
    """Classes that share a total: each of `sets` is complete, `totals` are the classes that it may add up to."""

    sets: tuple[tuple[str, ...], ...]
    totals: tuple[str, ...]
    code: str = "SL02"

    @property
    def classes(self) -> set[str]:
        """All its classes."""
        return {c for one in self.sets for c in one}


TIME = Family(
    (("in_time", "late"), ("early", "on_time", "late"), ("on_time", "late")), ("resolved", "due", "both"),
)  # fmt: skip
ORIGIN = Family((("new", "carried"),), ("received",))
CHANNEL = Family((("online", "direct", "post"), ("online", "offline"), ("online", "direct")), ("received", "new"))
PENDING = Family((("pending_within", "pending_late"),), ("pending", "pending_only"))
FAMILIES = (TIME, ORIGIN, CHANNEL, PENDING)
LEVELS: tuple[tuple[str, ...], ...] = (
    ("cấp trung ương", "cấp tỉnh", "cấp huyện", "cấp xã"), ("cấp tỉnh", "cấp huyện", "cấp xã"),
    ("sở, ngành", "cấp huyện", "cấp xã"), ("sở, ngành", "cấp xã"), ("cấp tỉnh", "cấp xã"), ("cấp tỉnh", "cấp huyện"),
    ("cấp huyện", "cấp xã"),
)  # fmt: skip


def check_sums(checks: Checks, facts: Sequence[Fact]) -> None:
    """SL02 and SL13 wherever a printed total is not what its printed parts make."""
    for _, scope in in_scopes(facts):
        _in_scope(checks, scope)
    _levels(checks, facts)
    for fact in facts:
        _list_of(checks, fact)
    _equations(checks)
    _enumerations(checks, facts)


# --- classes of one scope -------------------------------------------------------------------------------------------


def _in_scope(checks: Checks, scope: Sequence[Fact]) -> None:
    by_class: dict[str, Fact] = {}
    for fact in scope:
        if fact.cls:
            by_class.setdefault(fact.cls, fact)
    for family in FAMILIES:
        _family(checks, family, by_class)
    _balance(checks, by_class)
    _limits(checks, by_class)


def _family(checks: Checks, family: Family, by_class: Mapping[str, Fact]) -> None:
    """The first complete set of a family against every count that may be its total."""
    complete = next((s for s in family.sets if all(c in by_class for c in s)), None)
    if complete is None and family is TIME and {"early", "on_time"} <= set(by_class):
        complete = ("early", "on_time") if _none_late(checks, by_class["on_time"]) else None
    if complete is None or _has_rest(checks, [by_class[c] for c in complete]):
        return
    parts = [by_class[c] for c in complete]
    carried = [by_class["carried"]] if family is CHANNEL and "carried" in by_class else []
    totals = [by_class[c] for c in family.totals if c in by_class]
    totals += [p.parent for p in parts[:1] if p.parent is not None and p.parent not in totals]
    if family is TIME and "returned" in by_class:
        totals = [t for t in totals if not adds_up(t, [*parts, by_class["returned"]])]
    fits = next((t for t in totals if adds_up(t, parts) or (carried and adds_up(t, [*parts, *carried]))), None)
    if fits is not None:
        checks.agree(fits, *parts)
    elif totals:
        total = _nearest(totals, parts)
        used = [*parts, *carried] if carried and _between(total, parts, carried) else parts
        _differ(checks, total, used)


def _none_late(checks: Checks, fact: Fact) -> bool:
    """Whether the paragraph says that no dossier is late: then early and on time are all."""
    return any_phrase((NONE_LATE,), checks.reading.lowered[fact.mention.block])


def _between(total: Fact, parts: Sequence[Fact], carried: Sequence[Fact]) -> bool:
    """Whether the carried-over count is listed as one part of the same total."""
    return carried[0].parent is total and all(p.parent is total for p in parts)


def _nearest(totals: Sequence[Fact], parts: Sequence[Fact]) -> Fact:
    """The total that the text ties to the parts: their parent, else the last one before them."""
    parents = [t for t in totals if any(p.parent is t for p in parts)]
    before = [t for t in totals if t.mention.key < parts[0].mention.key]
    return (parents or before[-1:] or list(totals))[0]


def _has_rest(checks: Checks, parts: Sequence[Fact]) -> bool:
    """Whether the text itself says that a part without a number is left over."""
    words = checks.reading.rules.parts.rest
    first, last = parts[0].mention, parts[-1].mention
    if first.block != last.block:
        return False
    lowered = checks.reading.lowered[first.block]
    end = checks.reading.sentence(last.block, last.start)[1]
    rest = phrases(words).search(lowered, first.end, end)
    return rest is not None and not re.match(r"[^,;.]{0,40}\d", lowered[rest.end() : end])


def _balance(checks: Checks, by_class: Mapping[str, Fact]) -> None:
    """SL13: received (with what was carried over) = resolved + pending."""
    resolved = by_class.get("resolved")
    pending = by_class.get("pending") or by_class.get("pending_only")
    within, late = by_class.get("pending_within"), by_class.get("pending_late")
    open_parts = [pending] if pending else [within, late] if within and late else []
    received, new, carried = by_class.get("received"), by_class.get("new"), by_class.get("carried")
    if resolved is None or not open_parts or "returned" in by_class:
        return
    done = [resolved, *(p for p in open_parts if p is not None)]
    sources = [[received]] if received else []
    sources += [[new, carried]] if new and carried else []
    sources += [[received, carried]] if received and carried else []
    known = [[s for s in source if s is not None] for source in sources]
    fits = next(
        (s for s in known if abs(sum_of(s) - sum_of(done)) <= sum((f.slack for f in [*s, *done]), Decimal(0))), None
    )
    if fits is not None:
        checks.agree(*fits, *done)
    elif known:
        source = known[0]
        hint = (
            "" if carried or sum_of(done) < sum_of(source) else " Nếu có hồ sơ kỳ trước chuyển sang thì ghi rõ số đó."
        )
        checks.differ(
            "SL13",
            source[0],
            [*source, *done],
            shown(sum_of(done)),
            parts=listed(done),
            total=listed(source),
            hint=hint,
        )


def _limits(checks: Checks, by_class: Mapping[str, Fact]) -> None:
    """A part that is larger than its whole; what other equations have shown already is not said twice."""
    pairs = (("in_time", "resolved"), ("early", "resolved"), ("on_time", "resolved"), ("late", "resolved"),
             ("pending_late", "pending"), ("pending_within", "pending"), ("new", "received"), ("online", "received"),
             ("direct", "received"), ("post", "received"))  # fmt: skip
    for part_class, whole_class in pairs:
        part, whole = by_class.get(part_class), by_class.get(whole_class)
        if not part or not whole:
            continue
        counted = {part.mention.kind, whole.mention.kind} == {"count"} or part.parent is whole
        if counted and part.value > whole.value + part.slack + whole.slack:
            _too_large(checks, part, whole)
    counted_only = {c: f for c, f in by_class.items() if f.mention.kind == "count"}
    received, resolved = counted_only.get("received"), counted_only.get("resolved")
    if received is None or resolved is None or {"carried", "returned"} & set(by_class):
        return
    more = resolved.value > received.value + resolved.slack + received.slack
    if more and resolved.parent in (None, received):
        _too_large(checks, resolved, received)


def _too_large(checks: Checks, part: Fact, whole: Fact) -> None:
    if not {part.mention.key, whole.mention.key} & checks.wrong and not _told(checks, part):
        checks.differ("SL14", part, [part, whole], whole=whole.mention.text)


def _told(checks: Checks, fact: Fact) -> bool:
    """Whether a remark already rests on this figure."""
    return any(fact.mention.key in f.keys for f in checks.findings)


# --- levels ---------------------------------------------------------------------------------------------------------


def _levels(checks: Checks, facts: Sequence[Fact]) -> None:
    """A class of the whole body against the same class of its levels, one count of each."""
    whole: dict[tuple[int, str, str], Fact] = {}
    for run, cls, unit in dict.fromkeys((_run(f), f.cls, f.unit) for f in facts if f.counts and f.body and f.cls):
        mine = [f for f in facts if f.counts and f.cls == cls and f.unit == unit and _run(f) == run]
        totals = [f for f in mine if not f.body and not f.subject]
        levels = {
            b: [f for f in mine if f.body == b and f.parent not in mine[:0]] for b in {f.body for f in mine if f.body}
        }
        names = next((s for s in LEVELS if set(s) == set(levels)), None)
        if names is None or any(len(levels[n]) != 1 for n in names) or len(totals) != 1:
            continue
        parts = [levels[n][0] for n in names]
        complete = len(names) > 2 or all(p.parent is totals[0] for p in parts)
        whole[run, cls, unit] = totals[0]
        _compare(checks, totals[0], parts, complete=complete)


def _run(fact: Fact) -> int:
    return fact.scope[0] // 1000


def _differ(checks: Checks, total: Fact, parts: Sequence[Fact]) -> None:
    """SL02, unless the difference is what a note says to stand in no column."""
    if total.value - sum_of(parts) in checks.reading.outside:
        checks.agree(total, *parts)
    else:
        checks.differ("SL02", total, [total, *parts], shown(sum_of(parts)), parts=listed(parts))


def _compare(checks: Checks, total: Fact, parts: Sequence[Fact], *, complete: bool) -> None:
    if adds_up(total, parts):
        checks.agree(total, *parts)
    elif complete or sum_of(parts) > total.value + total.slack:
        _differ(checks, total, parts)


# --- lists ----------------------------------------------------------------------------------------------------------


def _list_of(checks: Checks, total: Fact) -> None:
    """A count against the parts that its own sentence or list gives it, when they have no classes that do so."""
    parts = [p for p in total.children if p.mention.kind == "count"]
    known = {c for f in FAMILIES for c in f.classes} | {"received", "resolved", "pending", "both", "pending_only"}
    if any(p.cls in known and not p.body for p in parts) or len(parts) < len(total.children):
        return
    if len(parts) == 1:
        _single(checks, total, parts[0])
    elif len(parts) > 1 and not _mentioned_together(checks, parts):
        _several(checks, total, parts)


def _single(checks: Checks, total: Fact, part: Fact) -> None:
    if part.unit == total.unit and part.value > total.value + total.slack + part.slack:
        checks.differ("SL14", part, [part, total], whole=total.mention.text)


def _mentioned_together(checks: Checks, parts: Sequence[Fact]) -> bool:
    """Whether another check has compared these parts already."""
    return all(p.mention.key in checks.compared for p in parts)


def _several(checks: Checks, total: Fact, parts: Sequence[Fact]) -> None:
    if adds_up(total, parts):
        checks.agree(total, *parts)
        return
    if _has_rest(checks, parts) or _some_add_up(parts, total.value) or _incomplete_list(checks, total, parts):
        return
    cue = parts[0].cue
    if len({p.cue for p in parts}) > 1 or not _of_one_unit(checks, total, parts):
        return
    alike = _alike(checks, total, parts)
    services = {p.cls for p in parts} & {"full", "partial", "info"}
    if services and "info" not in services and total.cls != "online":
        alike = exhaustive = False
    else:
        exhaustive = (
            cue == "all"
            or (cue in ("bracket", "list") and alike)
            or (cue == "some" and (_levels_or_kinds(checks, total, parts) or _names_the_others(checks, parts)))
        )
    if exhaustive or ((alike or services) and sum_of(parts) > total.value):
        _differ(checks, total, parts)


def _incomplete_list(checks: Checks, total: Fact, parts: Sequence[Fact]) -> bool:
    """Whether a list has items without a count: then the parts printed are not all."""
    block = total.mention.block
    items = [i for i, lead in enumerate(checks.reading.leads) if lead == block]
    with_parts = {p.mention.block for p in parts}
    return parts[0].mention.block != block and bool(set(items) - with_parts)


def _of_one_unit(checks: Checks, total: Fact, parts: Sequence[Fact]) -> bool:
    units = {p.unit for p in parts} - {"", total.unit}
    return not units or parts[0].cue == "all" or _kinds(checks, total, parts)


def _kinds(checks: Checks, total: Fact, parts: Sequence[Fact]) -> bool:
    """Whether every part is named as a kind of what the total counts (05 kế hoạch of 22 văn bản)."""
    names = checks.reading.rules.kinds.get(total.unit, ())
    return bool(names) and total.unit in ("văn bản", "đơn vị") and all(any_phrase(names, p.label) for p in parts)


def _levels_or_kinds(checks: Checks, total: Fact, parts: Sequence[Fact]) -> bool:
    bodies = checks.reading.rules.bodies
    at_level = [next((b for b, w in bodies.items() if phrases(w).search(p.label)), "") for p in parts]
    services = {"full", "partial", "info"} <= {p.cls for p in parts}
    different = len(set(at_level)) == len(parts)
    return (all(at_level) and different) or _kinds(checks, total, parts) or services or _authority(parts)


def _names_the_others(checks: Checks, parts: Sequence[Fact]) -> bool:
    """Whether the last part is all that the ones before it are not: “các lĩnh vực khác 483 hồ sơ”."""
    return len(parts) > 2 and any_phrase(checks.reading.rules.parts.others, parts[-1].label)


def _authority(parts: Sequence[Fact]) -> bool:
    return all(any_phrase(("thẩm quyền", "cấp", "ubnd", "ủy ban nhân dân", "sở", "bộ"), p.label) for p in parts)


def _alike(checks: Checks, total: Fact, parts: Sequence[Fact]) -> bool:
    """Whether the parts are said with the same first word, or each with a bare name: then they exclude each other."""
    if _levels_or_kinds(checks, total, parts):
        return True
    firsts = {next(iter(re.findall(r"[^\W\d_]+", _own_words(checks, p))), "") for p in parts}
    return len(firsts) == 1


def _own_words(checks: Checks, part: Fact) -> str:
    """The label of a part without its unit and the words that open the list."""
    rules = checks.reading.rules
    names = [n for names in rules.units.values() for n in names]
    text = phrases((*rules.parts.some, *rules.parts.all, "và", "có", "còn")).sub(" ", part.label)
    return re.sub("|".join(re.escape(n) for n in sorted(names, key=len, reverse=True)), " ", text)


def _some_add_up(parts: Sequence[Fact], total: Decimal) -> bool:
    """Whether some of the parts make the total: the others then classify it once more, in another way."""
    values = [p.value for p in parts[:_MOST_PARTS]]
    return any(sum(c) == total for n in range(2, len(values)) for c in combinations(values, n))


def _equations(checks: Checks) -> None:
    """a + b = c written out."""
    reading = checks.reading
    for block, text in enumerate(reading.folded):
        for match in _EQUATION.finditer(text):
            sums = sum((parse_number(n.strip()) for n in match[1].split("+")), Decimal(0))
            if sums != parse_number(match[2].rstrip(".")):
                checks.add(reading.remark("SL02", block, match.span(2), dotted(sums), parts=match[1]))


def _enumerations(checks: Checks, facts: Sequence[Fact]) -> None:
    """“05 TTHC: (1) …; (2) …” against the number of things listed."""
    for fact in facts:
        mention, text = fact.mention, checks.reading.blocks[fact.mention.block].text
        opened = re.compile(r"[^.;:()\d]{0,60}:\s*(?=\(1\) )").match(text, mention.end)
        if not opened or not fact.counts:
            continue
        count = _listed_items(text[opened.end() :])
        if count > 1 and count != mention.value:
            checks.differ("SL02", fact, [fact], str(count), parts=f"danh sách (1)–({count})")
        elif count > 1:
            checks.agree(fact)


def _listed_items(text: str) -> int:
    """How many items (1) … (n) follow in order."""
    numbers = [int(n) for n in re.findall(r"\((\d{1,2})\) ", text)]
    return next((i for i, n in enumerate(numbers) if n != i + 1), len(numbers))
