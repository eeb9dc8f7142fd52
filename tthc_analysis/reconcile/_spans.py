"""Months, quarters, halves and years as a text names them: “quý III năm 2022”, “tháng 7/2023”, “6 tháng đầu năm 2024”."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_WORDS = {"ba": 3, "sau": 6, "chin": 9, "muoi mot": 11}
_YEAR = r"(?:[ ,]*(?:nam|/|-)? ?(?P<{0}>(?:19|20)\d\d))?"
_SPAN = re.compile(
    r"(?<![\w/])(?:"
    rf"quy (?P<quarter>iv|iii|ii|i|[1-4])(?!\w){_YEAR.format('y1')}"
    rf"|thang (?P<month>0?[1-9]|1[0-2])(?![\d,]){_YEAR.format('y2')}"
    rf"|(?P<months>[369]|11|ba|sau|chin|muoi mot) thang(?: (?P<half>dau|cuoi))?(?: nam)?{_YEAR.format('y3')}"
    r"|(?:ca )?nam (?P<year>(?:19|20)\d\d)(?![-–\d])"
    r")"
)


_COMPARED = re.compile(r"(?:so voi|cung ky|tu|ke hoach|nhiem vu|phuong huong)(?: [^\W\d_]+){0,3} $")


_DATED = re.compile(r"ngay[\d\s….]*$")


@dataclass(frozen=True)
class Span:
    """A named span of time at characters `start`–`end` of a block: kind, number within the year, year when named."""

    block: int
    start: int
    end: int
    kind: str
    number: int
    year: int | None

    def same(self, other: Span) -> bool:
        """Whether both can be the same span; a year that one of them leaves out is taken from the other."""
        years = {y for y in (self.year, other.year) if y is not None}
        return (self.kind, self.number) == (other.kind, other.number) and len(years) <= 1

    @property
    def label(self) -> str:
        """The span in Vietnamese."""
        year = f" năm {self.year}" if self.year else ""
        roman = ("I", "II", "III", "IV")
        if self.kind == "quarter":
            return f"quý {roman[self.number - 1]}{year}"
        if self.kind == "month":
            return f"tháng {self.number}{year}"
        if self.kind == "year":
            return f"năm {self.year}"
        words = "cuối" if self.number < 0 else "đầu"
        return f"{abs(self.number)} tháng {words}{year or ' năm'}"


def spans(block: int, folded: str) -> Iterator[Span]:
    """Every named span of one block."""
    for match in _SPAN.finditer(folded):
        if _DATED.search(folded[: match.start()]):
            continue
        year = match["y1"] or match["y2"] or match["y3"] or match["year"]
        kind, number = _kind(match)
        yield Span(block, match.start(), match.end(), kind, number, int(year) if year else None)


def _kind(match: re.Match[str]) -> tuple[str, int]:
    if match["quarter"]:
        return "quarter", _ROMAN.get(match["quarter"]) or int(match["quarter"])
    if match["month"]:
        return "month", int(match["month"])
    if match["months"]:
        number = _WORDS.get(match["months"]) or int(match["months"])
        return "months", -number if match["half"] == "cuoi" else number
    return "year", 0


def own_span(folded: Sequence[str], heads: Sequence[int]) -> Span | None:
    """The span that the narrative is about: the first one in its title (`heads`), else the first one of all."""
    for blocks in (heads, range(len(folded))):
        for block in blocks:
            named = [s for s in spans(block, folded[block]) if not _COMPARED.search(folded[block][: s.start])]
            found = [s for s in named if s.kind != "year"] or named
            if found:
                return found[0]
    return None
