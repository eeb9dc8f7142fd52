"""The order of Vietnamese dictionaries, which neither code points nor both SQL engines give: Đ after D, tones after letters."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import pandas as pd

_LETTERS = {letter: place for place, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
#: huyền, hỏi, ngã, sắc, nặng, in the order of dictionaries
_TONES = {mark: place for place, mark in enumerate("\u0300\u0309\u0303\u0301\u0323", start=1)}

Key = tuple[tuple[tuple[int, int], ...], tuple[int, ...], str]


@lru_cache(maxsize=4096)
def vietnamese_key(text: str) -> Key:
    """What `text` is sorted by: its letters, then its tones, then its very characters; signs and digits come before letters."""
    bare, tones = "", list[int]()
    for sign in unicodedata.normalize("NFD", text.casefold()):
        if sign in _TONES:
            tones[-1:] = [_TONES[sign]]
        else:
            bare += sign
            tones += [0] if not unicodedata.combining(sign) else []
    letters = unicodedata.normalize("NFC", bare)
    return tuple((1, _LETTERS[c]) if c in _LETTERS else (0, ord(c)) for c in letters), tuple(tones), text


def in_order(frame: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """`frame` sorted by columns, texts as dictionaries do, rows without a key last; the index is made anew."""
    columns = [[_key(value) for value in frame[name]] for name in by]
    places = sorted(range(len(frame)), key=lambda row: [column[row] for column in columns])
    return frame.iloc[places].reset_index(drop=True)


def _key(value: object) -> tuple[bool, object]:
    if pd.isna(value):  # type: ignore[call-overload]
        return True, 0
    return False, vietnamese_key(value) if isinstance(value, str) else value
