"""One quantity, one value: measure, unit, level, field, channel, state and period have to be the same to compare two."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tthc_analysis.reconcile._checks import Checks
from tthc_analysis.reconcile._facts import Fact
from tthc_analysis.reconcile._reading import Reading
from tthc_analysis.reconcile._sums import NONE_LATE
from tthc_analysis.reconcile._text import any_phrase, lower, phrases

Identity = tuple[str, str, str, str, str, str]


def check_identity(checks: Checks, facts: Sequence[Fact]) -> None:
    """SL05 for one quantity printed with two values; SL06 for a claim that a printed count contradicts."""
    first: dict[Identity, Fact] = {}
    for fact in facts:
        identity = _identity(checks.reading, fact)
        if identity is None:
            continue
        known = first.setdefault(identity, fact)
        if known is fact:
            continue
        if abs(known.value - fact.value) <= known.slack + fact.slack or _rounded_alike(known, fact):
            checks.agree(known, fact)
        elif not _told(checks, known, fact):
            place = checks.reading.place(known.mention.block, known.mention.start, known.mention.end)
            label = _shown_label(checks.reading, known)
            checks.differ("SL05", fact, [fact, known], known.mention.text, label=label, other=place.text)
    _claims(checks, facts)


def _shown_label(reading: Reading, fact: Fact) -> str:
    """The words of a figure's clause as the narrative writes them."""
    text = reading.blocks[fact.mention.block].text[fact.segment.start : fact.segment.end]
    return " ".join(re.sub(r"[^\w%]+", " ", text.replace(fact.mention.text, " ")).split())[:80]


def _told(checks: Checks, *facts: Fact) -> bool:
    """Whether a remark on one of the two explains the difference."""
    keys = {f.mention.key for f in facts}
    return any(keys & set(f.keys) for f in checks.findings)


def _rounded_alike(one: Fact, other: Fact) -> bool:
    """Whether one percentage is the other with fewer decimals."""
    if one.mention.kind != "percent":
        return False
    return abs(one.value - other.value) <= max(one.mention.step, other.mention.step)


def _identity(reading: Reading, fact: Fact) -> Identity | None:
    """All that must agree; None when the words say more than the classes know, or nothing."""
    value = fact.mention.kind in ("count", "percent") and fact.role == "value"
    if not value or not fact.cls or fact.mention.approximate or fact.share_of is not None:
        return None
    if fact.mention.kind == "percent" and not any_phrase(("tỷ lệ", "tỉ lệ", "đạt"), fact.label):
        return None
    if _residual(reading, fact):
        return None
    part = fact.scope[1].split("|")[-1] + ("tổng số" if "tổng" in fact.label.split() else "")
    return (fact.cls, fact.mention.kind, fact.unit, f"{fact.body}|{fact.subject}", part, _under(reading, fact))


def _under(reading: Reading, fact: Fact) -> str:
    """The headings above that are not the general ones: sections on bodies or fields are of different things."""
    headings = reading.blocks[fact.mention.block].place.headings
    named = [h for h in headings[1:] if any_phrase(_SECTIONS, lower(h))]
    return " / ".join(named)


_SECTIONS = ("sở", "ubnd", "huyện", "xã", "phường", "cấp", "lĩnh vực", "phòng", "trung tâm", "bộ phận")
_PLAIN = re.compile(r"[^\W\d_]{2,}")


def _residual(reading: Reading, fact: Fact) -> str:
    """Words of the clause that neither the classes nor general language explain."""
    rules = reading.rules
    text = phrases(rules.names).sub(" ", fact.label)
    known = [p for patterns in rules.classes.values() for p in patterns]
    known += [p for patterns in rules.bodies.values() for p in patterns]
    known += [re.escape(n) for names in rules.units.values() for n in names]
    words = rules.parts
    known += [*words.all, *words.some, *words.glue, *words.base, *words.follow]
    text = phrases(tuple(known)).sub(" ", text)
    left = [w for w in _PLAIN.findall(text) if w not in rules.general]
    return " ".join(left)


# --- claims ---------------------------------------------------------------------------------------------------------

_ALL_IN_TIME = (
    "(?:100 ?%|toàn bộ|tất cả)(?: các| số)?(?: hồ sơ)?[^,;.%]{0,40}(?:trước(?: hạn)?,? (?:và|hoặc) đúng hạn|đúng(?: hạn)? và trước hạn|"
    "sớm hoặc đúng hạn|đúng hạn)"
)


def _claims(checks: Checks, facts: Sequence[Fact]) -> None:
    """“Không có hồ sơ quá hạn” beside a count of overdue dossiers."""
    late = [
        f for f in facts if f.counts and f.cls in ("late", "pending_late") and f.value > 0 and f.unit in ("hồ sơ", "")
    ]
    for block, start, end in _said(checks.reading):
        for fact in late:
            if _same_thing(checks.reading, block, start, fact):
                reading = checks.reading
                said = f"dự thảo ghi {fact.mention.text} hồ sơ quá hạn ở {reading.place(fact.mention.block, fact.mention.start, fact.mention.end).text}"
                place = [reading.place(fact.mention.block, fact.mention.start, fact.mention.end)]
                checks.add(reading.remark("SL06", block, (start, end), said, also=place), [fact.mention.key])
                break


def _said(reading: Reading) -> Iterator[tuple[int, int, int]]:
    for block, text in enumerate(reading.lowered):
        kind = reading.blocks[block].kind
        if kind in ("heading", "cell") or reading.is_goal(block):
            continue
        for match in phrases((NONE_LATE, _ALL_IN_TIME)).finditer(text):
            first, _ = reading.sentence(block, match.start())
            if not any_phrase(reading.rules.goals, text[first : match.start()]):
                yield block, match.start(), match.end()


def _same_thing(reading: Reading, block: int, start: int, fact: Fact) -> bool:
    """Whether a claim and a count are of the whole narrative: neither names a level, body, field or other span."""
    first, last = reading.sentence(block, start)
    text = reading.lowered[block][first:last]
    bodies = [p for name, words in reading.rules.bodies.items() if name != "toàn bộ" for p in words]
    narrow = any_phrase((*bodies, *_SECTIONS, "trực tuyến", "đang giải quyết", "tồn đọng"), text)
    if fact.mention.block == block and fact.segment.sentence == _sentence_number(reading, block, start):
        return fact.cls == "late" or "đang" in text
    return not (narrow or fact.body or fact.subject or fact.cls == "pending_late")


def _sentence_number(reading: Reading, block: int, at: int) -> int:
    return next((i for i, (s, e) in enumerate(reading.sentences[block]) if s <= at < e), -1)
