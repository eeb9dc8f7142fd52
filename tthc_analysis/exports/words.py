"""Texts that differ only in case, blanks, dashes, a full stop at the end or the place of a tone are one: they count together."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping

import pandas as pd

from tthc_analysis.columns import Table

_DASHES = re.compile("[‐‑‒–—―−]")
_AROUND_SIGNS = re.compile(r"\s*([-,;:/()&])\s*")
_END = re.compile(r"[\s.,;:]+$")
_WORD = re.compile(r"[^\W\d_]+")
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")

#: text column → text → number of rows
Words = Mapping[str, Mapping[str, int]]
#: text column → spelling → the one to use instead
Better = Mapping[str, Mapping[str, str]]


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


def count_words(table: Table, frame: pd.DataFrame) -> dict[str, Counter[str]]:
    """How many rows have each text, by column."""
    texts = [c.name for c in table.columns if c.kind == "text"]
    return {name: Counter({str(k): int(n) for k, n in frame[name].value_counts().items()}) for name in texts}


def better_words(counts: Iterable[Words]) -> Better:
    """The spelling that most rows of all files use for each name that has several, by column and other spelling."""
    whole: dict[str, Counter[str]] = {}
    for one in counts:
        for name, texts in one.items():
            whole.setdefault(name, Counter()).update(texts)
    return {name: found for name, texts in whole.items() if (found := _better(texts))}


def with_words(frame: pd.DataFrame, better: Better) -> pd.DataFrame:
    """`frame` with the better spellings."""
    return (
        frame.assign(**{name: frame[name].replace(dict(found)) for name, found in better.items()}) if better else frame
    )


def told_words(table: Table, counts: Words, better: Better) -> dict[str, int]:
    """What was changed in how many rows of one file."""
    changed = {name: sum(counts[name].get(text, 0) for text in found) for name, found in better.items()}
    return {
        f"{table.column(name).label}: gộp cách viết khác nhau của một tên (chữ hoa, dấu cách, dấu chấm cuối)": rows
        for name, rows in changed.items()
        if rows
    }


def _better(counts: Mapping[str, int]) -> dict[str, str]:
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
