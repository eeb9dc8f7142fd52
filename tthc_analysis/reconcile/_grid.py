"""A table as a grid: its header, the rows that number the columns, formulas in the header, body rows and their order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import Literal

from tthc_analysis.reconcile._mentions import parse_number
from tthc_analysis.reconcile._reading import Reading
from tthc_analysis.reconcile._text import fold, lower, phrase

RowKind = Literal["total", "difference", "group", "item", "other"]

_NUMBER = re.compile(r"[-–−+]?\s?(?:\d{1,3}(?:[. ]\d{3})+(?:,\d+)?|\d+(?:[.,]\d+)?)\s?%?")
_DATE = re.compile(r"\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?")
_COLUMN_NUMBER = re.compile(r"\(?\s?(\d{1,2}|[a-zA-Z])\s?\)?")
_FORMULA = re.compile(r"\(?(\d{1,2})\)?\s?=\s?((?:\(?\d{1,3}\)?\s?[-+x×*:/%]*\s?)+)")
_TOTAL = phrase(
    r"^(?:tổng(?: số| cộng)?|cộng|toàn (?:tỉnh|thành phố|huyện|quận|sở|ngành|xã|phường|bộ)|cả tỉnh)"
    r"(?: chung| toàn \w+(?: \w+)?| các \w+| \(?[ivxa-d0-9 +,]+\)?)*:?$"
)
_ROMAN = re.compile(r"(?:[IVX]+|[A-H])\.?")
_ARABIC = re.compile(r"\d{1,3}\.?")
_NESTED = re.compile(r"\d{1,3}(?:\.\d{1,2})+\.?|[a-z]\)|[-+*]")


@dataclass(frozen=True)
class Number:
    """A numeric cell: value, decimals, whether it is a percentage; `block` is where it stands."""

    block: int
    row: int
    column: int
    text: str
    value: Decimal
    decimals: int
    percent: bool

    @property
    def step(self) -> Decimal:
        """One unit of the last printed digit."""
        return Decimal(1).scaleb(-self.decimals)

    @property
    def key(self) -> tuple[int, int]:
        """The place of the number in its narrative."""
        return self.block, 0


@dataclass
class Row:
    """A body row: its number in the table, kind, depth in the numbering, and its numbers by column."""

    index: int
    kind: RowKind
    depth: int
    label: str
    numbers: Mapping[int, Number]
    children: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class Formula:
    """A column computed from others, as the header writes it: (5)=(4)/(3)."""

    column: int
    terms: tuple[tuple[str, int], ...]
    text: str


@dataclass(frozen=True)
class Grid:
    """One table of a narrative: `cells` gives the block at each place, cells that reach further given at each of them."""

    reading: Reading
    table: int
    cells: Mapping[tuple[int, int], int]
    height: int
    width: int

    def text(self, row: int, column: int) -> str:
        """The text at a place; empty where there is no cell."""
        block = self.cells.get((row, column))
        return self.reading.blocks[block].text if block is not None else ""

    @cached_property
    def numbering(self) -> tuple[int, ...]:
        """Rows that number the columns: (1) (2) (3)=(4)+(5) …"""
        return tuple(r for r in range(1, min(self.height, 9) + 1) if self._numbers_columns(r))

    def _numbers_columns(self, row: int) -> bool:
        texts = [t for c in range(1, self.width + 1) if (t := self.text(row, c))]
        numbers = [t for t in texts if _COLUMN_NUMBER.fullmatch(t) or _FORMULA.match(t)]
        if len(texts) < 3 or len(numbers) < len(texts):
            return False
        plain = [int(t.strip("() ")) for t in texts if re.fullmatch(r"\(?\s?\d{1,2}\s?\)?", t)]
        bracketed = any("(" in t or "=" in t for t in texts)
        rising = all(b - a == 1 for a, b in pairwise(plain)) and plain[:1] in ([1], [2], [3])
        return bool(plain) and (bracketed or rising) and all(a < b for a, b in pairwise(plain))

    @cached_property
    def header_rows(self) -> int:
        """How many rows stand above the first row of figures."""
        if self.numbering:
            return self.numbering[-1]
        for row in range(1, self.height + 1):
            numeric = [c for c in range(2, self.width + 1) if self._number(row, c) is not None]
            if numeric and any(c > 1 or self.width == 1 for c in numeric):
                return row - 1
        return self.height

    @cached_property
    def titles(self) -> dict[int, str]:
        """The header of each column from top to bottom, lowered, repeated texts once."""
        rows = [r for r in range(1, self.header_rows + 1) if r not in self.numbering]
        return {
            c: " / ".join(dict.fromkeys(t for r in rows if (t := lower(self.text(r, c)))))
            for c in range(1, self.width + 1)
        }

    def shown(self, column: int) -> str:
        """The last header of a column as the table writes it."""
        rows = [r for r in range(1, self.header_rows + 1) if r not in self.numbering]
        return next((t for r in reversed(rows) if (t := self.text(r, column))), f"cột {column}")

    @cached_property
    def labels(self) -> tuple[int, ...]:
        """Columns of names and serial numbers: those on the left without figures of their own."""
        found = []
        for column in range(1, self.width + 1):
            title = fold(self.titles[column])
            serial = column == 1 and (re.fullmatch(r"(?:so )?(?:tt|stt|thu tu|so tt)", title) is not None)
            texts = [self.text(r, column) for r in range(self.header_rows + 1, self.height + 1)]
            words = [t for t in texts if t and not _NUMBER.fullmatch(t)]
            named = serial or (words and 2 * len(words) >= len([t for t in texts if t]))
            if not named and (column > 1 or not self._counts_up(texts)):
                break
            found.append(column)
        return tuple(found)

    @staticmethod
    def _counts_up(texts: Sequence[str]) -> bool:
        """Whether a column only numbers its rows."""
        plain = [int(t.rstrip(".")) for t in texts if re.fullmatch(r"\d{1,3}\.?", t)]
        return len(plain) > 1 and plain[0] == 1 and all(b - a in (0, 1) or b == 1 for a, b in pairwise(plain))

    def _number(self, row: int, column: int) -> Number | None:
        block = self.cells.get((row, column))
        if block is None:
            return None
        cell = self.reading.blocks[block].cell
        text = self.reading.blocks[block].text
        if (
            cell is None
            or (cell.row, cell.column) != (row, column)
            or not _NUMBER.fullmatch(text)
            or (_DATE.fullmatch(text) and "/" in text)
        ):
            return None
        return _parsed(block, row, column, text, self._is_percent(column, text))

    def _is_percent(self, column: int, text: str) -> bool:
        if "%" in text:
            return True
        leaf = self.titles[column].split(" / ")[-1] if "titles" in self.__dict__ else ""
        says = "%" in leaf or re.search(r"(?<!\w)t[ỷỉ] lệ(?!\w)", leaf) is not None
        return says and not re.fullmatch(r"\d{1,3}(?:\.\d{3})+", text)

    @cached_property
    def rows(self) -> list[Row]:
        """The body rows with numbers, in order."""
        assert self.titles is not None  # what is a percentage depends on the headers
        return [r for i in range(self.header_rows + 1, self.height + 1) if (r := self._row(i)) is not None]

    def _row(self, index: int) -> Row | None:
        first = (self.labels[-1] if self.labels else 0) + 1
        found = {c: n for c in range(first, self.width + 1) if (n := self._number(index, c)) is not None}
        if not found:
            return None
        serial = self.text(index, self.labels[0]) if len(self.labels) > 1 else ""
        names = list(dict.fromkeys(self.text(index, c) for c in self.labels))
        label = next((n for n in reversed(names) if n and not re.fullmatch(r"[\dIVX.]+", n)), serial)
        kind, depth = _kind(serial, label, names)
        if kind != "total" and self._says_difference(label):
            kind, depth = "difference", 0
        return Row(index, kind, depth, label, found)

    def _says_difference(self, text: str) -> bool:
        return phrase(self.reading.rules.difference).fullmatch(lower(text).strip(" :.")) is not None

    @cached_property
    def differences(self) -> frozenset[int]:
        """Columns whose header says that they compare two others."""
        return frozenset(
            c
            for c, title in self.titles.items()
            if c not in self.labels and any(self._says_difference(part) for part in title.split(" / "))
        )

    def formula_in(self, text: str) -> Formula | None:
        """An equation of numbered columns in a text such as the label of a row."""
        made, numbers = _FORMULA.search(text), self._column_numbers()
        column = numbers.get(int(made[1])) if made else None
        return _formula(column, made, numbers) if made and column is not None else None

    @cached_property
    def formulas(self) -> list[Formula]:
        """What the header says of how a column is made of others."""
        numbers = self._column_numbers()
        found = []
        for column in range(1, self.width + 1):
            rows = range(1, self.header_rows + 1)
            for text in dict.fromkeys(self.text(r, column) for r in rows):
                made = _FORMULA.search(text)
                if made and self._only_here(text, column):
                    formula = _formula(column, made, numbers)
                    found += [formula] if formula is not None else []
        return found

    def _only_here(self, text: str, column: int) -> bool:
        """Whether the cell with a formula stands over this column alone."""
        return sum(self.text(r, c) == text for r in range(1, self.header_rows + 1) for c in {column}) > 0 and all(
            self.text(r, c) != text
            for r in range(1, self.header_rows + 1)
            for c in range(1, self.width + 1)
            if c != column
        )

    def _column_numbers(self) -> dict[int, int]:
        """Printed number → column."""
        found: dict[int, int] = {}
        for row in self.numbering or range(1, self.header_rows + 1):
            for column in range(1, self.width + 1):
                match = re.match(r"\(?\s?(\d{1,2})\s?\)?(?=\s*(?:=|$))", self.text(row, column))
                if match:
                    found.setdefault(int(match[1]), column)
        return found

    def groups(self) -> Iterator[tuple[int, tuple[int, ...]]]:
        """Columns headed “Tổng số” with the columns beside them under the same upper header."""
        for row in range(1, self.header_rows + 1):
            if row in self.numbering:
                continue
            for column in range(1, self.width + 1):
                below = fold(self.text(row, column))
                upper = [self.cells.get((r, column)) for r in range(1, row)]
                if re.match(r"(?:tong(?: so| cong)?|cong)(?:$|[ (])", below) and upper:
                    mates = [
                        c for c in range(1, self.width + 1) if c != column and self.cells.get((row - 1, c)) == upper[-1]
                    ]
                    if mates:
                        yield column, tuple(mates)


def _parsed(block: int, row: int, column: int, text: str, percent: bool) -> Number:
    digits = (
        text.rstrip("% ").replace("−", "-").replace("–", "-").replace(" ", "")
        if "%" in text
        else text.replace("−", "-").replace("–", "-")
    )
    negative, digits = digits.startswith("-"), digits.lstrip("-+ ")
    if percent:
        value = (
            Decimal(digits.replace(",", ".")) if digits.count(".") + digits.count(",") <= 1 else parse_number(digits)
        )
        decimals = len(re.split(r"[.,]", digits)[1]) if re.search(r"[.,]", digits) else 0
    elif re.fullmatch(r"[1-9]\d{0,2},\d{3}", digits):
        value, decimals = Decimal(digits.replace(",", "")), 0
    else:
        value = parse_number(digits)
        fraction = re.search(r",(\d+)$|^\d+\.(\d{1,2})$", digits)
        decimals = len(fraction[1] or fraction[2]) if fraction else 0
    return Number(block, row, column, text, -value if negative else value, decimals, percent)


def _formula(column: int, made: re.Match[str], numbers: Mapping[int, int]) -> Formula | None:
    """The terms of a formula; None when it names a column that has no number."""
    if numbers.get(int(made[1]), column) != column:
        return None
    terms = re.findall(r"([-+x×*:/]?)\s*\(?(\d{1,3})\)?", made[2])
    named = [(sign or "+", int(number)) for sign, number in terms]
    hundred = [t for t in named if t[1] == 100 and t[0] in "x×*/:"]
    used = [t for t in named if t not in hundred]
    if not used or any(n not in numbers for _, n in used):
        return None
    return Formula(column, tuple((s, numbers[n]) for s, n in used), made.group().strip())


def _kind(serial: str, label: str, names: Sequence[str]) -> tuple[RowKind, int]:
    """Total, group (I, A), item (1, 2) or other row, and how deep it stands."""
    joined = lower(" ".join(dict.fromkeys(n for n in names if n))).strip()
    if any(_TOTAL.search(t.rstrip(" :.")) for t in (lower(label), joined)):
        return "total", 0
    for pattern, depth in ((_ROMAN, 1), (_ARABIC, 2), (_NESTED, 3)):
        if pattern.fullmatch(serial):
            return ("group" if depth == 1 else "item"), depth + (
                serial.count(".") if depth == 3 and serial[0].isdigit() else 0
            )
    return ("other", 2) if not serial else ("item", 2)


def grids(reading: Reading) -> list[Grid]:
    """Every table of the narrative."""
    tables: dict[int, list[int]] = {}
    for index, block in enumerate(reading.blocks):
        if block.cell:
            tables.setdefault(block.cell.table, []).append(index)
    return [_grid(reading, number, blocks) for number, blocks in tables.items()]


def _grid(reading: Reading, number: int, blocks: Sequence[int]) -> Grid:
    cells: dict[tuple[int, int], int] = {}
    for index in blocks:
        cell = reading.blocks[index].cell
        if cell is not None:
            for row in range(cell.row, cell.row + cell.height):
                for column in range(cell.column, cell.column + cell.width):
                    cells.setdefault((row, column), index)
    height, width = max(r for r, _ in cells), max(c for _, c in cells)
    return Grid(reading, number, cells, height, width)
