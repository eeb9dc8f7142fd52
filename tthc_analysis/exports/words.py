"""Texts that differ only in case, blanks, dashes, a full stop at the end or the place of a tone are one: they count together."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

import pandas as pd

from tthc_analysis.columns import Table

_DASHES = re.compile("[‐‑‒–—―−]")
_AROUND_SIGNS = re.compile(r"\s*([-,;:/()&])\s*")
_END = re.compile(r"[\s.,;:]+$")
_WORD = re.compile(r"[^\W\d_]+")
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")

Told = dict[str, dict[str, int]]


def word_key(text: str) -> str:
    """What spellings of one name share; “Hoà Bình.” and “hòa  bình” have one."""
    plain = _DASHES.sub("-", " ".join(text.casefold().split()))
    plain = _AROUND_SIGNS.sub(r"\1", _END.sub("", plain))
    return _WORD.sub(lambda word: _tone_last(word[0]), unicodedata.normalize("NFC", plain))


def _tone_last(word: str) -> str:
    """A word with its tones at the end: where old and new spelling put them does not matter (hoà, hòa)."""
    if word.isascii():
        return word
    marks = unicodedata.normalize("NFD", word)
    return unicodedata.normalize("NFC", _TONES.sub("", marks)) + "".join(_TONES.findall(marks))


def unite_words(table: Table, frame: pd.DataFrame) -> tuple[pd.DataFrame, Told]:
    """`frame` with the spelling that most rows use for each name, and by file what was changed in how many rows."""
    told: Told = {}
    changed: dict[str, pd.Series] = {}
    for column in (c for c in table.columns if c.kind == "text"):
        better = _better({str(k): int(n) for k, n in frame[column.name].value_counts().items()})
        if not better:
            continue
        rows = frame[column.name].isin(better)
        changed[column.name] = frame[column.name].replace(better)
        what = f"{column.label}: gộp cách viết khác nhau của một tên (chữ hoa, dấu cách, dấu chấm cuối)"
        for file, count in frame.loc[rows, "source_file"].value_counts().items():
            told.setdefault(str(file), {})[what] = int(count)
    return (frame.assign(**changed) if changed else frame), told


def _better(counts: dict[str, int]) -> dict[str, str]:
    """Spelling → the one to use instead, for names with several."""
    keys: dict[str, Counter[str]] = {}
    for text, rows in counts.items():
        keys.setdefault(word_key(text), Counter())[text] += rows
    found: dict[str, str] = {}
    for spellings in keys.values():
        if len(spellings) > 1:
            best = min(spellings, key=lambda text: (-spellings[text], text.isupper(), text))
            found |= {text: best for text in spellings if text != best}
    return found
