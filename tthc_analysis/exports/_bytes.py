"""The bytes of a column of texts at once: what no cell holds is told without a look at each of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

_BLANK, _APOSTROPHE, _DELETE = 0x20, 0x27, 0x7F
_ZERO, _MOST_SHAPES = ord("0"), 300
#: signs that no code has more of
_MOST_SIGNS = 1 << 20
_LETTER, _SIGN = 1, 2
#: the first year of two digits that is one of the last century
_PIVOT = 69
#: what each byte is in a code: 0 for what none has in its one spelling
_KINDS = np.zeros(256, dtype=np.uint8)
_KINDS[list(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")] = _LETTER
_KINDS[list(b"-./")] = _SIGN


def parts(cells: Any) -> tuple[np.ndarray, np.ndarray]:
    """Where each cell of an Arrow array of texts begins, with the end of the last one, and the bytes that these places count."""
    _, offsets, data = cells.buffers()
    if not len(cells):
        return np.zeros(1, dtype=np.int32), np.zeros(0, dtype=np.uint8)
    places = np.frombuffer(offsets, dtype=np.int32)[cells.offset : cells.offset + len(cells) + 1]
    return places, np.frombuffer(data if data is not None else b"", dtype=np.uint8)


def may_hold(cells: Any, mark: str) -> bool:
    """Whether the bytes of an Arrow array of texts hold `mark`: in a cell, or over the border of two."""
    places, data = parts(cells)
    return mark.encode() in data[places[0] : places[-1]].tobytes()


def begins_shown(cells: Any) -> np.ndarray:
    """Which cells of an Arrow array of texts begin with a sign in ASCII that shows: these are surely not blank."""
    places, data = parts(cells)
    filled = places[1:] > places[:-1]
    if not filled.any():
        return np.zeros(len(cells), dtype=bool)
    first = data[np.minimum(places[:-1], len(data) - 1)]
    found: np.ndarray = filled & (first > _BLANK) & (first < _DELETE)
    return found


def is_clean(cells: Any) -> bool:
    """Whether every cell of an Arrow array of texts is blank or of signs in ASCII that need no cleaning."""
    places, data = parts(cells)
    some = data[places[0] : places[-1]]
    if not len(some):
        return True
    if some.min() < _BLANK or some.max() >= _DELETE:
        return False
    filled = places[1:] > places[:-1]
    first, last = data[places[:-1][filled]], data[places[1:][filled] - 1]
    around = (first == _BLANK) | (first == _APOSTROPHE) | (last == _BLANK)
    return not around.any() and b"  " not in some.tobytes()


def is_ascii(cells: Any) -> bool:
    """Whether an Arrow array of texts has no sign beyond ASCII."""
    places, data = parts(cells)
    return not (data[places[0] : places[-1]] > _DELETE).any()


def is_canonical(codes: Any) -> bool:
    """Whether every code of an Arrow array is blank, or of capital letters and digits with single signs between: its one spelling.

    None ends in “.0”, which a spreadsheet may have added.
    """
    places, data = parts(codes)
    some, kinds = data[places[0] : places[-1]], _KINDS[data[places[0] : places[-1]]]
    if not kinds.all():
        return False
    signs, filled = kinds == _SIGN, places[1:] > places[:-1]
    first, last = places[:-1][filled] - places[0], places[1:][filled] - places[0] - 1
    if signs[first].any() or signs[last].any() or (signs[1:] & signs[:-1]).any():
        return False
    return not ((some[last] == _ZERO) & (some[last - 1] == ord("."))).any()


def by_width(cells: Any, most: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The cells of an Arrow array of texts in ASCII by their length, up to `most`: their places, their bytes (one row each)."""
    places, data = parts(cells)
    widths = np.diff(places)
    for width in np.unique(widths[widths <= most]).tolist():
        rows = np.flatnonzero(widths == width)
        if len(rows) == len(widths):
            yield rows, data[places[0] : places[-1]].reshape(len(rows), width)
        else:
            yield rows, data[places[:-1][rows][:, None] + np.arange(width)]


def _by_width(texts: Sequence[str] | pa.Array, most: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The texts in groups of one length: their places, their code points (one row a text)."""
    if isinstance(texts, pa.Array):
        if is_ascii(texts):
            yield from by_width(texts, most)
            return
        texts = texts.fill_null("").to_pylist()
    widths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    for width in np.unique(widths[widths <= most]).tolist():
        rows = np.flatnonzero(widths == width)
        chosen = texts if len(rows) == len(texts) else [texts[i] for i in rows.tolist()]
        yield rows, np.array(chosen, dtype=f"U{max(width, 1)}").view(np.uint32).reshape(len(rows), -1)[:, :width]


def alike(texts: Sequence[str] | pa.Array, most: int = _MOST_SIGNS) -> Iterator[tuple[np.ndarray, np.ndarray, str]]:
    """The texts of up to `most` signs in groups of one skeleton (every digit a 0): places, code points (one row a text), skeleton."""
    for places, points in _by_width(texts, most):
        if not points.shape[1]:
            continue
        rows, signs = places, points
        bare = np.where((signs >= _ZERO) & (signs <= _ZERO + 9), _ZERO, signs)
        for _ in range(_MOST_SHAPES):
            same, skeleton = (bare == bare[0]).all(axis=1), "".join(map(chr, bare[0]))
            if same.all():
                yield rows, signs, skeleton
                break
            yield rows[same], signs[same], skeleton
            rows, signs, bare = rows[~same], signs[~same], bare[~same]
        else:
            for row, sign, one in zip(rows, signs, bare, strict=True):
                yield np.array([row]), sign.reshape(1, -1), "".join(map(chr, one))


def read_number(signs: np.ndarray, places: slice) -> np.ndarray:
    """The number that the digits at these places of each text are."""
    found = np.zeros(len(signs), dtype=np.int64)
    for column in signs[:, places].T:
        found = found * 10 + (column.astype(np.int64) - _ZERO)
    return found


def read_days(numbers: np.ndarray) -> np.ndarray:
    """The days that these numbers write as yymmdd (years 1969 to 2068); NaT for a number that writes none, as -1."""
    years, month, day = numbers // 10_000, numbers // 100 % 100, numbers % 100
    years = years + np.where(years < _PIVOT, 30, -70)
    months = (12 * years + month - 1).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + (day - 1)
    is_one = (numbers >= 0) & (month >= 1) & (month <= 12) & (days.astype("datetime64[M]") == months)
    found: np.ndarray = np.where(is_one, days, np.datetime64("NaT", "D"))
    return found


def flat(cells: Any) -> pa.Array:
    """The cells of a column as one array."""
    return cells.combine_chunks() if isinstance(cells, pa.ChunkedArray) else cells
