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
from tthc_analysis.reconcile._words import number_words

MentionKind = Literal["count", "percent", "fraction", "range"]

DATE = r"(?P<d>\d{1,2})[/.-](?P<m>\d{1,2})[/.-](?P<y>(?:19|20)\d\d)"
LONG_DATE = r"ngay (?P<d>\d{1,2}) thang (?P<m>\d{1,2}) nam (?P<y>(?:19|20)\d\d)"
DOCUMENT = (
    r"(?<![\w/.,-])(?P<number>\d{1,5})(?P<years>(?:/(?:19|20)\d\d)*)(?P<join>[/-])"
    r"(?P<mark>[A-ZĐƯ][\w&]*(?:[-/][A-ZĐƯ][\w&]*)*)(?![\w/])"
)
_SCALES = {"nghin": 3, "ngan": 3, "trieu": 6, "ty": 9, "ti": 9}
_NUMBER = r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|[1-9]\d{0,2}(?: \d{3})+(?![\d,]|\s?%|\.\d)|\d{1,3}(?:,\d{3}){2,}|\d+\.\d{1,2}(?=\s?(?:%|nghin|ngan|trieu|ty|ti)(?!\w))|\d+(?:,\d+)?"
_FIGURE = re.compile(
    rf"(?<![\w.,/–-])(?:"
    rf"(?P<top>{_NUMBER})\s?/\s?(?P<base>{_NUMBER})(?![\w/])"
    rf"|(?P<low>\d+)(?P<dash>\s?[-–]\s?)(?P<high>\d+)(?![\w/]|[.,]\d)"
    rf"|(?P<value>{_NUMBER})(?:\s?(?P<percent>%)|\s(?P<scale>nghin|ngan|trieu|ty|ti)(?!\w| le))?(?![\w/]|[.,]\d)"
    rf")"
)
_MASKS = (
    re.compile(r"(?:https?://|www\.)\S+|\S+@\S+"),
    re.compile(DOCUMENT),
    re.compile(DATE),
    re.compile(r"(?<![\d/])\d{1,2}[/-](?:19|20)\d\d(?!\d)"),
    re.compile(
        r"(?<![\d/])(?:0?[1-9]|[12]\d|3[01])/(?:0?[1-9]|1[0-2])(?= ?(?:đến|-|–))|(?<=đến )\d{1,2}/\d{1,2}(?![\d/])"
    ),
    re.compile(r"(?i)(?<=ngày )\d{1,2}[/.]\d{1,2}(?![\d/.,])|(?<=quý )\d/\d{4}"),
    re.compile(r"^\(?(?:\d{1,2}(?:\.\d{1,2})*|[IVXL]+)[.)](?= )|^\d{1,2}(?:\.\d{1,2})+(?= )|\(\d{1,2}\)(?= )"),
)
_ROW = re.compile(r"(?<![\w.,/])(?:\d[\d.,]*\s?%?\s+){2,}\d[\d.,]*\s?%?(?![\w/])")
_ONE_NUMBER = re.compile(r"[1-9]\d{0,2}(?: \d{3})+")
_YEAR = re.compile(r"(?:19[5-9]|20[0-4])\d")
_REPEATED = re.compile(r"\s*\((?:[a-z]+ ){0,12}[a-z]+\)(?=\s)")
_APPROXIMATE = {
    "hơn": "over", "trên": "over", "gần": "under", "khoảng": "about", "xấp xỉ": "about", "dưới": "under",
    "ước": "about", "tối thiểu": "over", "ít nhất": "over", "tối đa": "under", "không quá": "under",
}  # fmt: skip


@dataclass(frozen=True)
class Mention:
    """One figure at characters `start`–`end` of a block; a range keeps its ends in `value` and `base`.

    `step` is what one unit of the last printed digit stands for: 10 for “4,52 ngàn”.
    """

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
    step: Decimal = Decimal(1)

    @property
    def key(self) -> tuple[int, int]:
        """The place of the figure in its narrative."""
        return self.block, self.start


def parse_number(text: str) -> Decimal:
    """2.215, 2 215, 2215, 98,97, 98.97 and 05 as numbers; a dot or blank before three digits separates thousands."""
    if " " in text or re.fullmatch(r"\d{1,3}(?:,\d{3}){2,}", text):
        return Decimal(re.sub(r"[ ,]", "", text))
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


def mentions(block: int, text: str, rules: ReconcileRules, aliases: tuple[str, ...] = ()) -> Iterator[Mention]:
    """Every figure of one block from left to right; `aliases` are the narrative's own abbreviations of “hồ sơ”."""
    units = dict(rules.units)
    if aliases:
        units["hồ sơ"] = (*units["hồ sơ"], *aliases)
    folded, names = masked(text, rules), tuple(units.items())
    found = [_mention(block, text, folded, match, names, rules) for match in _FIGURE.finditer(folded)]
    kept = [m for m in found if m.unit or not _YEAR.fullmatch(m.text)]
    spelt = [m for m in _in_words(block, text, folded, names, rules) if not any(_overlap(m, k) for k in kept)]
    yield from sorted((*kept, *spelt), key=lambda m: m.start)


def is_table_row(masked_text: str) -> bool:
    """Whether a line is a row of a table that has lost its columns: three or more numbers with nothing between them."""
    return any(not _ONE_NUMBER.fullmatch(m.group().strip()) for m in _ROW.finditer(masked_text))


def _overlap(one: Mention, other: Mention) -> bool:
    return one.start < other.end and other.start < one.end


Units = tuple[tuple[str, tuple[str, ...]], ...]


def _mention(block: int, text: str, folded: str, match: re.Match[str], units: Units, rules: ReconcileRules) -> Mention:
    start, end = match.span()
    unit, unit_end = ("%", end) if match["percent"] else _unit(folded, end, units)
    kind: MentionKind = "count"
    if match["top"]:
        kind = "fraction"
    elif match["low"]:
        kind = "range"
    elif match["percent"]:
        kind = "percent"
    digits = match["top"] or match["low"] or match["value"]
    scale = _SCALES.get(match["scale"] or "", 0)
    counted = kind in ("count", "fraction") and not scale and (unit or kind == "fraction")
    number, decimals = _value(digits, kind, bool(counted) and unit not in rules.measured)
    base = parse_number(match["base"] or match["high"]) if match["base"] or match["high"] else None
    if kind == "fraction" and base is not None:
        base = _value(match["base"], kind, True)[0]
    return Mention(
        block, start, end, text[start:end], kind, number.scaleb(scale), base, decimals, unit, unit_end,
        approximate(text[:start]), Decimal(1).scaleb(scale - decimals),
    )  # fmt: skip


def _value(digits: str, kind: MentionKind, whole: bool) -> tuple[Decimal, int]:
    """The number and its decimals; “2,207” of things that have no fractions is two thousand."""
    if whole and re.fullmatch(r"[1-9]\d{0,2},\d{3}", digits):
        return Decimal(digits.replace(",", "")), 0
    decimal = r"[,.](\d{1,2})$" if kind == "percent" else r",(\d+)$|^\d+\.(\d{1,2})$"
    number = parse_number(digits)
    if kind == "percent":
        fraction = re.search(r"[,.](\d+)$", digits)
        return (Decimal(digits.replace(",", ".")), len(fraction[1])) if fraction else (number, 0)
    fraction = re.search(decimal, digits)
    return number, len(fraction[1] or fraction[2]) if fraction else 0


def _unit(folded: str, end: int, units: Units) -> tuple[str, int]:
    pattern, names = _unit_pattern(units)
    repeated = _REPEATED.match(folded, end)
    match = pattern.match(folded, repeated.end() if repeated else end)
    return (names[match["unit"]], match.end()) if match else ("", end)


def _in_words(block: int, text: str, folded: str, units: Units, rules: ReconcileRules) -> Iterator[Mention]:
    """Numbers written in words right before a unit (“hai nghìn một trăm hồ sơ”)."""
    for start, end, value in number_words(lower(text)):
        unit, unit_end = _unit(folded, end, units)
        if unit in rules.spelt and not text[:start].rstrip().endswith("("):
            yield Mention(
                block, start, end, text[start:end], "count", Decimal(value), None, 0, unit, unit_end,
                approximate(text[:start]),
            )  # fmt: skip


def approximate(before: str) -> str:
    """Whether the words before a figure say that it is rounded: over, under, about."""
    words = re.sub(r"[(“\"]", " ", before.casefold()).split()
    tail = (" ".join(words[-1:]), " ".join(words[-2:]))
    return next((_APPROXIMATE[t] for t in tail if t in _APPROXIMATE), "")
