"""One column of a sheet as readable text: what is decided by all its cells together, and the texts of any rows of it.

A column is never held as a whole: its cells stay where the reader has put them, and some rows at a time become texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tthc_analysis.exports._bytes import is_clean, may_hold
from tthc_analysis.exports.header import UNKNOWN_CASE, UNKNOWN_FONT, Texts
from tthc_analysis.exports.read import let_go
from tthc_analysis.exports.text import ENCODING_LABELS, Encoding, clean_texts, decode_column

#: so many rows become texts at a time
STEP_ROWS = 100_000
_LINE = re.compile(r"\s*[\r\n]\s*")


def steps(height: int) -> Iterator[tuple[int, int]]:
    """The rows of a sheet in spans of which memory holds the texts."""
    for start in range(0, height, STEP_ROWS):
        yield start, min(start + STEP_ROWS, height)
        let_go()


def chunks(cells: Any) -> Iterator[Any]:
    """The arrays that hold a column; what was looked at of the rows on disk is let go of afterwards."""
    yield from cells.chunks if isinstance(cells, pa.ChunkedArray) else [cells]
    let_go()


def taken_cells(cells: Any, rows: np.ndarray) -> Any:
    """The cells of some rows in rising order; no more of the column is looked at."""
    found, first = [], 0
    for chunk in chunks(cells):
        low, high = np.searchsorted(rows, (first, first + len(chunk)))
        if high > low:
            found.append(chunk.take(pa.array(rows[low:high] - first)))
        first += len(chunk)
    return pa.concat_arrays(found) if found else pa.array([], pa.string())


@dataclass(frozen=True)
class SheetColumn:
    """The cells of one column below the header, and how they are read.

    `encoding` names a former one; `spelt` are then its texts as Unicode by what the cells hold. `undecided` says what was not
    decided in how many rows. `fixed` are the texts of all rows where some say more than their own cells.
    """

    cells: Any
    is_listed: bool = False
    encoding: str = ""
    spelt: Mapping[str, str] = field(default_factory=dict)
    undecided: Mapping[str, int] = field(default_factory=dict)
    fixed: Texts | None = None

    @classmethod
    def of(cls, cells: Any, is_listed: bool = False, hint: Encoding = "unicode") -> SheetColumn:
        """The column decoded, all its texts judged together; `hint` is how most columns of the sheet are written."""
        column = cls(cells, is_listed)
        strange = _distinct(cells, beyond_ascii=True)
        if not strange:
            return column
        found = decode_column(column._one_line(strange), hint)
        texts = strange
        if found.encoding != "unicode":
            texts = _distinct(cells)
            found = decode_column(column._one_line(texts), hint)
        places = {UNKNOWN_FONT: found.raw, UNKNOWN_CASE: found.caseless}
        rows = {what: _count(cells, [texts[i] for i in some]) for what, some in places.items() if some}
        undecided = {what: count for what, count in rows.items() if count}
        if found.encoding == "unicode":
            return replace(column, undecided=undecided)
        spelt = dict(zip(texts, found.texts, strict=True))
        return replace(column, encoding=ENCODING_LABELS[found.encoding], spelt=spelt, undecided=undecided)

    def __len__(self) -> int:
        return len(self.cells)

    def _one_line(self, texts: Sequence[str]) -> list[str]:
        """Texts of a column that lists its values one a line, with a semicolon where a line ends; any other as they are."""
        return [_LINE.sub("; ", t.strip()) for t in texts] if self.is_listed else list(texts)

    def _readable(self, texts: Texts) -> Texts:
        if is_clean(texts.array) and not self.encoding:
            return texts
        values = [self.spelt[v] for v in texts.values] if self.encoding else self._one_line(texts.values)
        return Texts(clean_texts(values), texts.codes)

    def texts(self, start: int, stop: int) -> Texts:
        """The texts of rows `start` to `stop` (excluded)."""
        if self.fixed is not None:
            return self.fixed.take(np.arange(start, stop))
        return self._readable(Texts.of(self.cells.slice(start, stop - start)))

    def at(self, rows: np.ndarray) -> Texts:
        """The texts of some rows in rising order."""
        return (
            self.fixed.take(rows) if self.fixed is not None else self._readable(Texts.of(taken_cells(self.cells, rows)))
        )

    def distinct(self) -> tuple[str, ...]:
        """Every text of the column."""
        if self.fixed is not None:
            return self.fixed.values
        values = _distinct(self.cells)
        return self._readable(Texts(tuple(values), np.arange(len(values)))).values

    def has(self, mark: str) -> bool:
        """Whether some cell has `mark` in it."""
        return any(
            may_hold(chunk, mark) and pc.any(pc.match_substring(chunk, mark)).as_py() for chunk in chunks(self.cells)
        )

    def rows_with(self, marks: Sequence[str], test: Callable[[str], bool]) -> np.ndarray:
        """The rows whose text passes `test`; none does without one of the `marks` in its cell."""
        found = [np.zeros(0, dtype=np.int64)]
        if any(map(self.has, marks)):
            for start, stop in steps(len(self)):
                texts = self.texts(start, stop)
                wrong = [i for i, value in enumerate(texts.values) if test(value)]
                found.append(np.flatnonzero(np.isin(texts.codes, wrong)) + start)
        return np.concatenate(found)


def _distinct(cells: Any, beyond_ascii: bool = False) -> list[str]:
    """The distinct cells in the order in which they come; those with letters beyond ASCII only, if so asked."""
    found = []
    for chunk in chunks(cells):
        if beyond_ascii:
            plain = pc.string_is_ascii(chunk)
            if not pc.all(plain, min_count=0).as_py():
                found.append(chunk.filter(pc.invert(plain)).unique())
        else:
            found.append(chunk.unique())
    values: list[str] = pa.chunked_array(found, pa.string()).unique().to_pylist()
    return values


def _count(cells: Any, texts: Sequence[str]) -> int:
    """In how many rows one of the texts stands."""
    wanted = pa.array(texts, pa.string())
    return sum(pc.sum(pc.is_in(chunk, wanted)).as_py() or 0 for chunk in chunks(cells))
