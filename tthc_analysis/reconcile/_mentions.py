"""Figures in running text: counts, percentages, fractions and ranges, each with its unit and the words around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Literal

from tthc_analysis.reconcile._rules import ReconcileRules
from tthc_analysis.reconcile._text import fold, lower, phrase

MentionKind = Literal["count", "percent", "fraction", "range"]

DATE = r"(?P<d>\d{1,2})[/.-](?P<m>\d{1,2})[/.-](?P<y>(?:19|20)\d\d)"
LONG_DATE = r"ngay (?P<d>\d{1,2}) thang (?P<m>\d{1,2}) nam (?P<y>(?:19|20)\d\d)"
DOCUMENT = (
    r"(?<![\w/.,-])(?P<number>\d{1,5})(?P<years>(?:/(?:19|20)\d\d)*)(?P<join>[/-])"
    r"(?P<mark>[A-ZĐƯ][\w&]*(?:[-/][A-ZĐƯ][\w&]*)*)(?![\w/])"
)
_NUMBER = r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?"
_FIGURE = re.compile(
    rf"(?<![\w.,/–-])(?:"
    rf"(?P<top>{_NUMBER})\s?/\s?(?P<base>{_NUMBER})(?![\w/])"
    rf"|(?P<low>\d+)(?P<dash>\s?[-–]\s?)(?P<high>\d+)(?![\w/]|[.,]\d)"
    rf"|(?P<value>\d+\.\d{{1,2}}(?=\s?%)|{_NUMBER})(?P<percent>\s?%)?(?![\w/]|[.,]\d)"
    rf")"
)
_MASKS = (
    re.compile(r"(?:https?://|www\.)\S+|\S+@\S+"),
    re.compile(DOCUMENT),
    re.compile(DATE),
    re.compile(r"(?<![\d/])\d{1,2}/(?:19|20)\d\d(?!\d)"),
    re.compile(r"(?<![\d/])(?:0?[1-9]|[12]\d|3[01])/(?:0?[1-9]|1[0-2])(?= đến| -|–)|(?<=đến )\d{1,2}/\d{1,2}(?![\d/])"),
    re.compile(r"^\(?(?:\d{1,2}(?:\.\d{1,2})*|[IVXL]+)[.)](?= )|^\d{1,2}(?:\.\d{1,2})+(?= )|\(\d{1,2}\)(?= )"),
)
_YEAR = re.compile(r"(?:19[5-9]|20[0-4])\d")
_APPROXIMATE = {"hơn": "over", "trên": "over", "gần": "under", "khoảng": "about", "xấp xỉ": "about"}


@dataclass(frozen=True)
class Mention:
    """One figure at characters `start`–`end` of a block; a range keeps its ends in `value` and `base`."""

    block: int
    start: int
    end: int
    text: str
    kind: MentionKind
    value: Decimal
    base: Decimal | None = None
    decimals: int = 0
    unit: str = ""
    unit_end: int = 0
    approximate: str = ""


def parse_number(text: str) -> Decimal:
    """2.215, 2215, 98,97, 98.97 and 05 as numbers; a dot before three digits separates thousands."""
    if "," in text:
        return Decimal(text.replace(".", "").replace(",", "."))
    if re.fullmatch(r"\d+\.\d{1,2}", text):
        return Decimal(text)
    return Decimal(text.replace(".", ""))


@cache
def _prose_masks(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(phrase(p) for p in patterns)


@cache
def _unit_pattern(rules: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[re.Pattern[str], dict[str, str]]:
    names = {fold(p): unit for unit, phrases in rules for p in phrases}
    longest = "|".join(re.escape(p) for p in sorted(names, key=len, reverse=True))
    return re.compile(rf"\s*(?:\)\s*)?(?P<unit>{longest})(?!\w)"), names


def masked(text: str, rules: ReconcileRules) -> str:
    """Folded text in which everything that looks like a number but is no figure is blanked, offsets kept."""
    folded, lowered = fold(text), lower(text)
    spans = [m.span() for pattern in _MASKS for m in pattern.finditer(text)]
    spans += [m.span() for pattern in _prose_masks(rules.not_figures) for m in pattern.finditer(lowered)]
    letters = list(folded)
    for start, end in spans:
        letters[start:end] = ["#" if c.isdigit() else c for c in letters[start:end]]
    return "".join(letters)


def mentions(block: int, text: str, rules: ReconcileRules) -> Iterator[Mention]:
    """Every figure of one block from left to right."""
    folded = masked(text, rules)
    for match in _FIGURE.finditer(folded):
        mention = _mention(block, text, folded, match, rules)
        if mention.unit or not _YEAR.fullmatch(mention.text):
            yield mention


def _mention(block: int, text: str, folded: str, match: re.Match[str], rules: ReconcileRules) -> Mention:
    start, end = match.span()
    unit, unit_end = ("%", end) if match["percent"] else _unit(folded, end, rules)
    kind: MentionKind = "count"
    base: Decimal | None = None
    if match["top"]:
        kind, base = "fraction", parse_number(match["base"])
    elif match["low"]:
        kind, base = "range", parse_number(match["high"])
    elif match["percent"]:
        kind = "percent"
    digits = match["top"] or match["low"] or match["value"]
    fraction = re.search(r"[,.](\d{1,2})$", digits) if kind == "percent" else re.search(r",(\d+)$", digits)
    return Mention(
        block,
        start,
        end,
        text[start:end],
        kind,
        parse_number(digits),
        base,
        len(fraction[1]) if fraction else 0,
        unit,
        unit_end,
        _approximate(text[:start]),
    )


def _unit(folded: str, end: int, rules: ReconcileRules) -> tuple[str, int]:
    pattern, names = _unit_pattern(tuple(rules.units.items()))
    match = pattern.match(folded, end)
    return (names[match["unit"]], match.end()) if match else ("", end)


def _approximate(before: str) -> str:
    words = before.casefold().split()
    tail = (" ".join(words[-1:]), " ".join(words[-2:]))
    return next((_APPROXIMATE[t] for t in tail if t in _APPROXIMATE), "")
