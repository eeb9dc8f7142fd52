"""Texts → moments, in explicit formats only. Texts of full width are read many at a time, as each would be alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

_DAY, _TIME = ("year", "month", "day"), ("hour", "minute", "second")
_PARTS = dict(zip(("%Y", "%m", "%d", "%H", "%M", "%S"), _DAY + _TIME, strict=True))
_ZERO = ord("0")


def _pieces(format_: str) -> list[str]:
    """The parts of a format and the texts between them."""
    return [p for p in re.split("(%.)", format_) if p]


def _pattern(format_: str) -> tuple[re.Pattern[str], tuple[str, ...]] | None:
    """A date format as a regular expression with the names of its parts from year to second; None for other formats."""
    pieces = _pieces(format_)
    parts = [p for p in pieces if p.startswith("%")]
    names = tuple(name for part, name in _PARTS.items() if part in parts)
    if len(parts) != len(names) or names not in (_DAY, _DAY + _TIME[:2], _DAY + _TIME):
        return None
    short = "2" if len(pieces) == len(parts) else "1,2"  # without separators every part has its full width
    digits = {part: rf"(?P<{name}>\d{{{4 if part == '%Y' else short}}})" for part, name in _PARTS.items()}
    return re.compile("".join(digits.get(p) or re.escape(p) for p in pieces)), names


def moment_parser(formats: Sequence[str]) -> Callable[[str], datetime | None]:
    """A function text → moment in the first of the explicit formats that fits, None when none does or no such day is."""
    patterns = [(f, _pattern(f)) for f in formats]

    def parse(text: str) -> datetime | None:
        for format_, pattern in patterns:
            try:
                if pattern is None:
                    return datetime.strptime(text, format_)
                found = pattern[0].fullmatch(text)
                if found and text.isascii():
                    return datetime(*map(int, found.group(*pattern[1])))  # type: ignore[arg-type]
            except ValueError:
                continue
        return None

    return parse


# --- many at a time --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Shape:
    """A format whose parts all have their full width: where each part stands, and the sign at every other place."""

    width: int
    parts: Mapping[str, slice]
    between: Mapping[int, int]

    def read(self, signs: np.ndarray) -> np.ndarray:
        """The moment of each row of code points; NaT where the shape does not fit or there is no such day."""
        fits = np.ones(len(signs), dtype=bool)
        for place, sign in self.between.items():
            fits &= signs[:, place] == sign
        told = {name: np.zeros(len(signs), dtype=np.int64) for name in _DAY + _TIME}
        for name, places in self.parts.items():
            for column in signs[:, places].T:
                digit = column.astype(np.int64) - _ZERO
                fits &= (digit >= 0) & (digit <= 9)
                told[name] = told[name] * 10 + digit
        return _moments(told, fits)


def _moments(told: Mapping[str, np.ndarray], fits: np.ndarray) -> np.ndarray:
    """Moments from their parts, NaT where the parts do not fit or tell no real day and time."""
    fits = fits & (told["year"] >= 1) & (told["month"] >= 1) & (told["month"] <= 12) & (told["day"] >= 1)
    months = np.where(fits, (told["year"] - 1970) * 12 + told["month"] - 1, 0).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + np.where(fits, told["day"] - 1, 0)
    fits = fits & (days.astype("datetime64[M]") == months)
    fits = fits & (told["hour"] < 24) & (told["minute"] < 60) & (told["second"] < 60)
    seconds = np.where(fits, (told["hour"] * 60 + told["minute"]) * 60 + told["second"], 0)
    found = days.astype("datetime64[us]") + seconds.astype("timedelta64[s]")
    return np.where(fits, found, np.datetime64("NaT", "us"))


def _shape(format_: str) -> _Shape | None:
    """The shape of a format with signs between all its parts or between none; None for any other format.

    In these the runs of digits of a text are its parts, so a text with the full width of one has it in every one that fits.
    """
    pieces = _pieces(format_)
    kinds = [p in _PARTS for p in pieces]
    told = all(kinds) or kinds == [place % 2 == 0 for place in range(len(kinds))]
    if _pattern(format_) is None or not told or not format_.isascii() or any(c.isdigit() for c in format_):
        return None
    parts: dict[str, slice] = {}
    between: dict[int, int] = {}
    width = 0
    for piece in pieces:
        if piece in _PARTS:
            parts[_PARTS[piece]] = slice(width, width := width + (4 if piece == "%Y" else 2))
        else:
            between |= dict(enumerate(map(ord, piece), start=width))
            width += len(piece)
    return _Shape(width, parts, between)


def _shapes(formats: Sequence[str]) -> dict[int, list[_Shape]]:
    """The shapes by width, up to the first format that has none: a later one may not be tried before it."""
    found: dict[int, list[_Shape]] = {}
    for format_ in formats:
        shape = _shape(format_)
        if shape is None:
            break
        found.setdefault(shape.width, []).append(shape)
    return found


def parse_moments(texts: Sequence[str], formats: Sequence[str]) -> np.ndarray:
    """The moment of each text as `moment_parser` reads it, to the microsecond; NaT for none."""
    found = np.full(len(texts), "NaT", dtype="datetime64[us]")
    widths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    for width, shapes in _shapes(formats).items():
        rows = np.flatnonzero(widths == width)
        chosen = texts if len(rows) == len(texts) else [texts[i] for i in rows.tolist()]
        signs = np.array(chosen, dtype=f"U{width}").view(np.uint32).reshape(-1, width)
        for shape in shapes:
            if not len(rows):
                break
            found[rows] = moments = shape.read(signs)
            left = np.isnat(moments)
            rows, signs = rows[left], signs[left]
    parse = moment_parser(formats)
    for row in np.flatnonzero(np.isnat(found) & (widths > 0)).tolist():
        moment = parse(texts[row])
        if moment is not None:
            found[row] = moment
    return found
