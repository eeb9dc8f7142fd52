"""Vietnamese text as the checks see it: clean, folded without moving a character, cut into sentences."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_SPACES = re.compile(r"\s+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff\x00-\x08\x0b\x0c\x0e-\x1f]")
_END = re.compile(r"(?:\./\.|[.!?…])[”\"')\]]*(?=\s+[“\"'(\[]?(?:\w|[-+•–]))")
_TONES = dict(
    zip(
        ["oà", "oá", "oả", "oã", "oạ", "oè", "oé", "oẻ", "oẽ", "oẹ", "uỳ", "uý", "uỷ", "uỹ", "uỵ"],
        ["òa", "óa", "ỏa", "õa", "ọa", "òe", "óe", "ỏe", "õe", "ọe", "ùy", "úy", "ủy", "ũy", "ụy"],
        strict=True,
    )
)
_TONE = re.compile("|".join(_TONES))
_ABBREVIATIONS = ("tp", "kt", "tl", "tm", "tr", "ths", "ts", "pgs", "gs", "st", "v.v")


def clean(text: str) -> str:
    """`text` in NFC with single spaces and without invisible characters; every offset refers to this form."""
    return _SPACES.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFC", text))).strip()


@cache
def _fold_letter(letter: str) -> str:
    if letter in "đĐ":
        return "d"
    return unicodedata.normalize("NFD", letter)[0].casefold()[0]


def fold(text: str) -> str:
    """`text` in lower case without diacritics, character by character: offsets stay those of `text`."""
    return "".join(map(_fold_letter, text))


def lower(text: str) -> str:
    """`text` in lower case with one way to place the tone (hoá → hóa), character by character."""
    plain = "".join(letter.casefold()[0] for letter in text)
    return _TONE.sub(lambda m: _TONES[m.group()], plain)


@cache
def phrase(pattern: str) -> re.Pattern[str]:
    """A pattern written with diacritics, compiled for lowered text in whole words; it also finds text without any.

    Text with other diacritics is other words (giảm, Giám), so folding both sides would find too much.
    """
    return re.compile(rf"(?<!\w)(?:(?:{lower(pattern)})|(?:{fold(pattern)}))(?!\w)")


@cache
def phrases(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """Several patterns as one."""
    return phrase("|".join(f"(?:{p})" for p in patterns))


def any_phrase(patterns: tuple[str, ...], lowered: str) -> bool:
    """Whether one of `patterns` occurs in lowered text."""
    return bool(patterns) and phrases(patterns).search(lowered) is not None


def words(text: str) -> list[str]:
    """Words and numbers of `text` in lower case, diacritics kept, punctuation dropped."""
    return re.findall(r"\w+", text.casefold())


def sentences(text: str) -> list[tuple[int, int]]:
    """Start and end of every sentence of a paragraph; a full stop after an abbreviation or a list number ends none."""
    starts, spans = 0, []
    for match in _END.finditer(text):
        before = text[starts : match.start()].rsplit(" ", 1)[-1].strip("(“\"'").casefold()
        if match.group().startswith(".") and (before in _ABBREVIATIONS or _is_label(before)):
            continue
        spans.append((starts, match.end()))
        starts = match.end() + 1
    if text[starts:].strip():
        spans.append((starts, len(text)))
    return spans


def _is_label(word: str) -> bool:
    """Whether `word` is the number of a heading or list item (1, 3.2, ii, a) rather than the end of a sentence."""
    return re.fullmatch(r"[ivxl]{1,4}|\d{1,2}(\.\d{1,2})*|[a-zđ]", word) is not None
