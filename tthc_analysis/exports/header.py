"""The header of a sheet: which rows it is, what each column is called, and which profile knows it best."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from tthc_analysis.columns import TABLES, Table
from tthc_analysis.errors import TthcError
from tthc_analysis.exports._bytes import flat, is_clean
from tthc_analysis.exports.read import Grid
from tthc_analysis.exports.text import ENCODING_LABELS, Encoding, clean_text, clean_texts, decode_all, decode_column
from tthc_analysis.rules.profiles import Matching, Profile, Profiles, fold


class AmbiguousProfiles(TthcError):
    """Several profiles of the user fit a file equally well and would read it differently."""


HEADER_SEARCH_ROWS = 30
MAX_HEADER_ROWS = 3


class Texts:
    """The cells of one column as distinct texts and, for each row, the place of its text among them.

    The texts are an Arrow array too: what looks at all of them at once asks for that one, and many are never made one by one.
    """

    def __init__(self, values: Sequence[str] | pa.Array, codes: np.ndarray) -> None:
        self._told, self.codes = values, codes

    @cached_property
    def values(self) -> tuple[str, ...]:
        """The distinct texts."""
        return tuple(self._told.to_pylist() if isinstance(self._told, pa.Array) else self._told)

    @cached_property
    def array(self) -> pa.Array:
        """The same as an Arrow array."""
        return self._told if isinstance(self._told, pa.Array) else pa.array(self._told, pa.string())

    @classmethod
    def of(cls, cells: Any) -> Texts:
        """The column as it is in the file."""
        encoded = flat(cells).dictionary_encode()
        return cls(encoded.dictionary, encoded.indices.to_numpy(zero_copy_only=False))

    def __len__(self) -> int:
        """The number of distinct texts."""
        return len(self._told)

    def cleaned(self) -> Texts:
        """The same texts cleaned; those that need it not are not made one by one."""
        return self if is_clean(self.array) else Texts(clean_texts(self.values), self.codes)

    def take(self, rows: np.ndarray) -> Texts:
        """The same column with only the rows of a mask or of positions, and only their texts."""
        codes = self.codes[rows]
        used = np.flatnonzero(np.bincount(codes, minlength=len(self)))
        if len(used) == len(self):
            return Texts(self._told, codes)
        places = np.zeros(len(self), dtype=codes.dtype)
        places[used] = np.arange(len(used))
        return Texts(self.array.take(pa.array(used)), places[codes])

    def to_list(self) -> list[str]:
        """One text for each row."""
        return [self.values[code] for code in self.codes]

    def counts(self) -> Counter[str]:
        """Non-blank text → number of rows."""
        totals = np.bincount(self.codes, minlength=len(self))
        found: Counter[str] = Counter()
        for value, count in zip(self.values, totals.tolist(), strict=True):
            if value and count:
                found[value] += count
        return found


@dataclass(frozen=True)
class Readable:
    """A column as readable text, the name of its former encoding or "", and what was not decided → in how many rows."""

    texts: Texts
    encoding: str = ""
    undecided: Mapping[str, int] = field(default_factory=dict)


UNKNOWN_FONT, UNKNOWN_CASE = (
    "giữ nguyên, không rõ là Unicode hay phông cũ",
    "phông cũ không phân biệt hoa thường, cần soát",
)


def readable(texts: Texts, hint: Encoding = "unicode") -> Readable:
    """The column decoded (all its texts judged together) and cleaned.

    `hint` is how most columns of the sheet are written.
    """
    if all(map(str.isascii, texts.values)):
        return Readable(texts.cleaned())
    found = decode_column(texts.values, hint)
    label = "" if found.encoding == "unicode" else ENCODING_LABELS[found.encoding]
    places = {UNKNOWN_FONT: found.raw, UNKNOWN_CASE: found.caseless}
    rows = {what: int(np.isin(texts.codes, some).sum()) for what, some in places.items() if some}
    return Readable(Texts(clean_texts(found.texts), texts.codes), label, {what: n for what, n in rows.items() if n})


@dataclass(frozen=True)
class Header:
    """The header rows of a sheet: a label for each column and the folded spellings that may name it, best first.

    `words` are the folded texts of the cells of each column, those above its own name too.
    """

    rows: range
    labels: tuple[str, ...]
    keys: tuple[tuple[str, ...], ...]
    words: tuple[frozenset[str], ...]

    def match(self, matching: Matching) -> dict[int, tuple[str, int]]:
        """Column position → canonical name and rank of the alias that named it."""
        found = {}
        for index, keys in enumerate(self.keys):
            known = next((matching.headers[k] for k in keys if k in matching.headers), None)
            if known:
                found[index] = known
        return found

    def score(self, matching: Matching) -> int:
        """How many columns are recognised, those that the profile knows to ignore included."""
        names = {name for name, _ in self.match(matching).values()}
        return len(names) + sum(1 for keys in self.keys if matching.ignored.intersection(keys))


def head_rows(grid: Grid) -> list[list[str]]:
    """The first rows of a sheet as readable text, each row judged as a whole."""
    found = []
    for row in grid.rows(0, min(grid.height, HEADER_SEARCH_ROWS + MAX_HEADER_ROWS)):
        found.append([clean_text(c) for c in decode_all(row)[0]])
    return found


def header_candidates(grid: Grid, head: list[list[str]]) -> Iterator[Header]:
    """Every run of one to three filled rows near the top, as a header."""
    spread = _spread(grid, head)
    for first in range(min(HEADER_SEARCH_ROWS, len(head))):
        for height in range(1, MAX_HEADER_ROWS + 1):
            rows = range(first, first + height)
            if rows.stop <= len(head) and all(any(head[r]) for r in rows):
                yield _header(rows, head, spread)


def _spread(grid: Grid, head: list[list[str]]) -> list[list[str]]:
    """The first rows with the text of a merged cell in each of its columns (a group label stands over its parts)."""
    rows = [list(r) for r in head]
    for top, left, _, right in grid.merges:
        if top < len(rows) and left < len(rows[top]):
            for column in range(left + 1, min(right + 1, len(rows[top]))):
                rows[top][column] = rows[top][column] or rows[top][left]
    return rows


def _header(rows: range, head: list[list[str]], spread: list[list[str]]) -> Header:
    labels, keys, words = [], [], []
    for column in range(len(head[rows.start])):
        own = [head[r][column] for r in rows if head[r][column]]
        path = [spread[r][column] for r in rows if spread[r][column]]
        lowest = own[-1] if own else ""
        labels.append(lowest if len(path) < 2 or lowest != path[-1] else " – ".join(dict.fromkeys(path)))
        folded = [fold(text) for text in path]  # joined they are what the joined texts would be: no blank is left
        keys.append(tuple(dict.fromkeys(k for k in ("".join(folded), fold(lowest)) if lowest and k)))
        words.append(frozenset(folded) | frozenset(keys[-1]))
    return Header(rows, tuple(labels), tuple(keys), tuple(words))


def choose_header(grid: Grid, table: Table, profiles: Profiles) -> tuple[Header, Profile, Matching, int] | None:
    """The header and profile that recognise most columns: as few rows as do, then fewest unknown values, then the user's.

    Raises AmbiguousProfiles when several profiles of the user are equal in all that and would read the file differently.
    """
    candidates = list(header_candidates(grid, head_rows(grid)))
    scored = [(h.score(m), -len(h.rows), h, p, m) for p, m in profiles.matchings(table) for h in candidates]
    if not scored:
        return None
    best = max((score, rows) for score, rows, *_ in scored)
    tied = [(h, p, m) for score, rows, h, p, m in scored if (score, rows) == best]
    header = tied[0][0]
    same = [(p, m) for h, p, m in tied if h.rows == header.rows]
    profile, matching = _preferred(grid, header, table, same) if len(same) > 1 else same[0]
    return header, profile, matching, best[0]


def _preferred(
    grid: Grid, header: Header, table: Table, same: list[tuple[Profile, Matching]]
) -> tuple[Profile, Matching]:
    ranked = [(_strange_values(grid, header, m), not p.is_own) for p, m in same]
    first = [pm for pm, rank in zip(same, ranked, strict=True) if rank == min(ranked)]
    if len({_ways(p, table) for p, _ in first}) > 1:
        raise AmbiguousProfiles(
            f"Các hồ sơ cột {', '.join(f'“{p.id}”' for p, _ in first)} cùng hợp với tệp nhưng đọc ngày hay số khác nhau.",
            grid.sheet and f"trang “{grid.sheet}”",
            "Thêm vào hồ sơ đúng một tiêu đề mà chỉ hệ thống đó có (bảng columns hoặc ignore), hoặc bỏ hồ sơ không dùng.",
        )
    return first[0]


def _ways(profile: Profile, table: Table) -> str:
    """How a profile reads cells, whatever their columns are called."""
    told = profile.model_dump(exclude={"id", "label", "source", "base", "is_own", *TABLES})
    return repr((sorted(told.items()), profile.table(table).filled_down))


def _strange_values(grid: Grid, header: Header, matching: Matching) -> int:
    """How many distinct coded values this profile would not know."""
    strange = 0
    for index, (name, _) in header.match(matching).items():
        if name in matching.values:
            column = readable(Texts.of(grid.columns[index].slice(header.rows.stop))).texts
            strange += sum(1 for v in set(column.values) if v and fold(v) not in matching.values[name])
    return strange
