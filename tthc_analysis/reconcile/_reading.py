"""A narrative prepared for the checks once: folded blocks, sentences, figures, and the way to write a remark."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from tthc_analysis.indicators import Indicator
from tthc_analysis.periods import Period
from tthc_analysis.reconcile._mentions import Mention, is_table_row, masked, mentions
from tthc_analysis.reconcile._result import Remark
from tthc_analysis.reconcile._rules import ReconcileRules
from tthc_analysis.reconcile._spans import Span, own_span
from tthc_analysis.reconcile._text import any_phrase, fold, lower, sentences
from tthc_analysis.reconcile.narrative import Block, Narrative, Place

_LONGEST_QUOTE = 320
_ALIAS = re.compile(r"hồ sơ(?: [^\W\d_]+){0,5} \((?:[^()A-Z]{0,30} )?[“\"]?([A-ZĐ]{2,6})[”\"]?\)")
_OUTSIDE = re.compile(r"trong tong so co ([\d.]+) ho so [^.;]*khong thuoc cot nao cua (?:bieu|bang)")


#: where a term is misspelt, and the term
Slip = tuple[int, int, str]


def _slips(lowered: str, folded: str, terms: Sequence[str]) -> Iterator[Slip]:
    """Text without any marks is left alone."""
    for term in terms if lowered != folded else ():
        for match in re.finditer(rf"(?<!\w){fold(term)}(?!\w)", folded):
            said = lowered[match.start() : match.end()]
            if said not in (lower(term), fold(term)) and " " in said:
                yield match.start(), match.end(), term


def _mended(lowered: str, slips: Sequence[Slip]) -> str:
    for start, end, term in slips:
        lowered = lowered[:start] + lower(term) + lowered[end:]
    return lowered


def _marker(text: str) -> str:
    """The marks that a list item begins with: "-", "- +", "(1)" and "(2)" alike."""
    return re.sub(r"\w+", "1", text[: re.match(r"[^\w(]*\(?(?:\w\))?", text).end()])  # type: ignore[union-attr]


@dataclass(frozen=True)
class Reading:
    """The narrative, the figures by name, the period, and the rules: what every check takes."""

    narrative: Narrative
    figures: Mapping[str, Indicator]
    period: Period | None
    previous: Period | None
    rules: ReconcileRules
    #: names of the fields, units or levels that are parts of the whole, as our own forms list them, folded
    parts: frozenset[str] = frozenset()

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks of the narrative."""
        return self.narrative.blocks

    @cached_property
    def folded(self) -> tuple[str, ...]:
        """Each block folded, offsets kept."""
        return tuple(fold(b.text) for b in self.blocks)

    @cached_property
    def lowered(self) -> tuple[str, ...]:
        """Each block in lower case with its diacritics, misspelt terms as they are meant, offsets kept."""
        return tuple(_mended(lower(b.text), slips) for b, slips in zip(self.blocks, self.slips, strict=True))

    @cached_property
    def slips(self) -> tuple[tuple[Slip, ...], ...]:
        """The terms of each block whose letters are right and whose tone or vowel marks are not."""
        return tuple(
            tuple(_slips(lower(b.text), f, self.rules.terms)) for b, f in zip(self.blocks, self.folded, strict=True)
        )

    def names_part(self, folded: str) -> bool:
        """Whether a text names a field, unit or level that is only a part of the whole."""
        return any(re.search(rf"(?<!\w){re.escape(part)}(?!\w)", folded) for part in self.parts)

    @cached_property
    def sentences(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """The sentences of each block; a heading or a cell is one."""
        return tuple(
            ((0, len(b.text)),) if b.kind in ("heading", "cell") else tuple(sentences(b.text)) for b in self.blocks
        )

    @cached_property
    def mentions(self) -> tuple[tuple[Mention, ...], ...]:
        """The figures of each block of running text; headings and cells have none here."""
        aliases = tuple({fold(m[1]) for b in self.blocks for m in _ALIAS.finditer(b.text)} - {"tthc"})
        return tuple(
            tuple(mentions(i, b.text, self.rules, aliases)) if b.kind in ("paragraph", "item") else ()
            for i, b in enumerate(self.blocks)
        )

    @cached_property
    def masked(self) -> tuple[str, ...]:
        """Each block folded, with the digits that are no figures replaced by #."""
        return tuple(masked(b.text, self.rules) for b in self.blocks)

    @cached_property
    def outside(self) -> frozenset[Decimal]:
        """The dossiers that notes under a form say to stand in none of its columns: by so many a total is above its columns."""
        found = (m[1].replace(".", "") for text in self.folded for m in _OUTSIDE.finditer(text))
        return frozenset(Decimal(n) for n in found if n)

    @cached_property
    def table_rows(self) -> frozenset[int]:
        """Blocks of running text that are rows of a table without its columns, as a PDF gives them."""
        return frozenset(
            i for i, text in enumerate(self.masked) if self.blocks[i].kind != "cell" and is_table_row(text)
        )

    @cached_property
    def heads(self) -> tuple[int, ...]:
        """The blocks of the title: the first ones without a figure."""
        first = [i for i, b in enumerate(self.blocks[:12]) if b.kind != "cell"]
        return tuple(i for i in first if not any(m.unit and m.unit != "%" for m in self.mentions[i]))

    @cached_property
    def own_span(self) -> Span | None:
        """The month, quarter or year that the narrative is about, as it names it itself."""
        return own_span(self.folded, self.heads)

    @cached_property
    def leads(self) -> tuple[int | None, ...]:
        """For each item the block that announces it ("… trong đó:"), else None."""
        lead = inner = None
        found: list[int | None] = []
        for i, block in enumerate(self.blocks):
            opens = i if block.text.endswith(":") else None
            if block.kind != "item":
                lead, inner = opens if block.kind == "paragraph" else None, None
                found.append(None)
                continue
            nested = inner is not None and _marker(block.text) != _marker(self.blocks[inner].text)
            found.append(inner if nested else lead)
            inner = inner if nested else opens
        return tuple(found)

    def sentence(self, block: int, at: int) -> tuple[int, int]:
        """Start and end of the sentence of `block` that holds character `at`."""
        return next(((s, e) for s, e in self.sentences[block] if s <= at < e), (0, len(self.blocks[block].text)))

    def is_goal(self, block: int) -> bool:
        """Whether the block stands under a heading that speaks of plans or proposals, not of results."""
        return any(any_phrase(self.rules.goal_headings, lower(h)) for h in self.blocks[block].place.headings)

    def place(self, block: int, start: int, end: int) -> Place:
        """The place of some characters of a block."""
        return replace(self.blocks[block].place, start=start, end=end)

    def quote(self, block: int, start: int, end: int) -> str:
        """The sentence around some characters, shortened around them when it is very long."""
        first, last = self.sentence(block, start)
        last = max(last, end)
        text = self.blocks[block].text
        if last - first <= _LONGEST_QUOTE:
            return text[first:last]
        room = max(0, (_LONGEST_QUOTE - (end - start)) // 2)
        left, right = max(first, start - room), min(last, end + room)
        return ("…" if left > first else "") + text[left:right].strip() + ("…" if right < last else "")

    def remark(
        self,
        code: str,
        block: int,
        span: tuple[int, int],
        expected: str = "",
        indicator: str = "",
        found: str = "",
        also: Sequence[Place] = (),
        **details: str,
    ) -> Remark:
        """A remark of `code` on some characters of a block, its explanation filled in from the rules."""
        said = found or self.blocks[block].text[span[0] : span[1]]
        texts = self.rules.remarks[code]
        explanation = texts.explanation.format(found=said, expected=expected, **details)
        place, quote = self.place(block, *span), self.quote(block, *span)
        return Remark(code, texts.severity, place, quote, said, expected, indicator, explanation, tuple(also))
