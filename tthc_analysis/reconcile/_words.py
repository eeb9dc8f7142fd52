"""Vietnamese numbers written in words: “hai nghìn một trăm”, “mười hai”, “ba”."""

from __future__ import annotations

import re
from collections.abc import Iterator

_ONES = {
    "không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "sáu": 6, "bảy": 7,
    "bẩy": 7, "tám": 8, "chín": 9,
}  # fmt: skip
_TENS = {"mươi": 10, "mười": 10}
_SCALES = {"nghìn": 1_000, "ngàn": 1_000, "triệu": 1_000_000, "tỷ": 1_000_000_000}
_WORD = "|".join(sorted((*_ONES, *_TENS, *_SCALES, "trăm", "linh", "lẻ"), key=len, reverse=True))
_RUN = re.compile(rf"(?<!\w)(?:{_WORD})(?: (?:{_WORD}))*(?!\w)")
#: words that are an article or part of a name more often than a number
_NO_NUMBER = {"một", "không", "năm", "tư", "lăm", "linh", "lẻ", "mốt", "tỷ", "mươi"}


def number_words(lowered: str) -> Iterator[tuple[int, int, int]]:
    """Start, end and value of every number in words of lowered text; a lone “một” or “năm” is none."""
    for match in _RUN.finditer(lowered):
        words = match.group().split()
        if words[0] in ("năm", "không") and len(words) > 1 and words[1] in _ONES:
            continue  # “năm hai nghìn …” names a year
        value = value_of(words)
        if value is not None and not (len(words) == 1 and words[0] in _NO_NUMBER):
            yield match.start(), match.end(), value


def value_of(words: list[str]) -> int | None:
    """The number that `words` say; None when they are no well-formed number."""
    total = group = 0
    last = ""
    for word in words:
        if word in _SCALES:
            if last == "" or last in _SCALES:
                return None
            total, group = total + group * _SCALES[word], 0
        elif word == "trăm":
            group = (group or 1) * 100
        elif word in _TENS:
            group = group // 10 * 10 + (group % 10 or 1) * 10 if word == "mươi" else group + 10
        elif word in _ONES:
            if last in _ONES:
                return None
            group += _ONES[word]
        last = word
    return total + group
