"""One way to write: doubled words and abbreviations, spellings, names, numbers, dates, blanks left to fill."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

from tthc_analysis.exports.text import is_syllable
from tthc_analysis.reconcile._mentions import DATE, DOCUMENT, Mention
from tthc_analysis.reconcile._reading import Reading
from tthc_analysis.reconcile._result import Remark
from tthc_analysis.reconcile._text import lower

Span = tuple[int, int, int]

_DOUBLED = re.compile(r"(?<![\w-])(?P<once>[^\W\d_]+(?: [^\W\d_]+){0,2}) (?P=once)(?![\w-])", re.IGNORECASE)
_LONG_DATE = re.compile(r"ngày (\d{1,2}) tháng (\d{1,2}) năm (?:19|20)\d\d", re.IGNORECASE)
_BLANK = re.compile(
    r"(?<!\w)[Ss]ố: ?[….]*/[A-ZĐ][\w-]*|ngày[ ….]+tháng[ ….]+năm(?: 20\d\d)?|\[[^\]\d]{3,60}\]|…{2,}|\.{5,}"
)


def check_style(reading: Reading) -> list[Remark]:
    """BC06, BC07, BC09–BC12, and GC01 for what is still to be filled in."""
    checks: tuple[Callable[[Reading], Iterator[Remark]], ...] = (
        _doubled, _abbreviated, _dates, _misspelt, _variants, _number_styles,
        _blanks,
    )  # fmt: skip
    return [remark for check in checks for remark in check(reading)]


def _blanks(reading: Reading) -> Iterator[Remark]:
    """GC01: places left to be filled in, as one note."""
    yield from _grouped(reading, "GC01", list(_search(reading, _BLANK)))


def _search(reading: Reading, pattern: re.Pattern[str]) -> Iterator[Span]:
    for index, block in enumerate(reading.blocks):
        for match in pattern.finditer(block.text):
            yield index, match.start(), match.end()


def _grouped(reading: Reading, code: str, spans: list[Span], expected: str = "", **details: str) -> Iterator[Remark]:
    """One remark at the first of `spans`, the others as further places."""
    if spans:
        block, start, end = spans[0]
        also = [reading.place(*span) for span in spans[1:]]
        yield reading.remark(code, block, (start, end), expected, also=also, **details)


def _doubled(reading: Reading) -> Iterator[Remark]:
    """BC06: an abbreviation, a word that is never doubled, or a group of words, twice in a row."""
    for index, block in enumerate(reading.blocks):
        for match in _DOUBLED.finditer(block.text):
            once = match["once"]
            if " " in once or once.casefold() in reading.rules.once or (once.isupper() and len(once) > 1):
                yield reading.remark("BC06", index, match.span())


def _abbreviated(reading: Reading) -> Iterator[Remark]:
    """BC07: the full words and right after them, without brackets, their abbreviation."""
    for short, fulls in reading.rules.abbreviations.items():
        full = "|".join(re.escape(f) for f in fulls)
        pattern = re.compile(rf"(?<!\w)(?:(?i:{full}) {short}|{short} (?i:{full}))(?!\w)")
        yield from _grouped(reading, "BC07", list(_search(reading, pattern)))


def _dates(reading: Reading) -> Iterator[Remark]:
    """BC10: days below 10 and the months 1 and 2 without their leading zero (Nghị định 30/2020/NĐ-CP, Phụ lục I)."""
    for index, block in enumerate(reading.blocks):
        for match in re.finditer(rf"(?<![\d/.]){DATE}(?!\d)", block.text):
            if _needs_zero(match["d"], match["m"]):
                right = f"{int(match['d']):02d}/{_month(match['m'])}/{match['y']}"
                yield reading.remark("BC10", index, match.span(), right)
        for match in _LONG_DATE.finditer(block.text):
            if _needs_zero(match[1], match[2]):
                yield reading.remark("BC10", index, match.span(), f"ngày {int(match[1]):02d} tháng {_month(match[2])}")


def _needs_zero(day: str, month: str) -> bool:
    return len(day) == 1 or month in ("1", "2")


def _month(month: str) -> str:
    return f"{int(month):02d}" if int(month) < 3 else month


def _misspelt(reading: Reading) -> Iterator[Remark]:
    """BC11: a term of the field with other marks than its own, and words that are no Vietnamese syllable."""
    found: dict[tuple[str, str], list[Span]] = {}
    for index, block in enumerate(reading.blocks):
        for start, end, right in (*reading.slips[index], *_no_syllables(block.text)):
            found.setdefault((block.text[start:end].casefold(), right), []).append((index, start, end))
    for (_, right), spans in found.items():
        hint = f"; có lẽ là “{right}”" if right else ""
        yield from _grouped(reading, "BC11", spans, right, hint=hint)


def _no_syllables(text: str) -> Iterator[tuple[int, int, str]]:
    """Words in small letters that carry Vietnamese marks and can be no syllable."""
    for match in re.finditer(r"(?<![\w-])[^\W\d_]{2,}(?![\w-])", text):
        word = match.group()
        if word.islower() and not word.isascii() and not is_syllable(word) and not is_syllable(lower(word)):
            yield match.start(), match.end(), ""


def _variants(reading: Reading) -> Iterator[Remark]:
    """BC12: the rarer of two ways to write one name; document numbers have their own."""
    for group in reading.rules.variants:
        found = {v: list(_outside_documents(reading, v)) for v in group}
        used = sorted((v for v in group if found[v]), key=lambda v: -len(found[v]))
        for rare in used[1:]:
            yield from _grouped(reading, "BC12", found[rare], used[0])


def _outside_documents(reading: Reading, variant: str) -> Iterator[Span]:
    pattern = re.compile(rf"(?<![\w-]){re.escape(variant)}(?![\w-])")
    for index, block in enumerate(reading.blocks):
        numbers = [m.span() for m in re.finditer(DOCUMENT, block.text)]
        for match in pattern.finditer(block.text):
            if not any(s <= match.start() < e for s, e in numbers):
                yield index, match.start(), match.end()


# --- numbers --------------------------------------------------------------------------------------------------------


def _thousands(mention: Mention) -> str:
    if mention.value < 1000 or mention.kind == "percent":
        return ""
    return "1.234" if "." in mention.text else "1 234" if " " in mention.text.strip() else "1234"


def _decimal_mark(mention: Mention) -> str:
    if not mention.decimals:
        return ""
    return "12,34%" if "," in mention.text else "12.34%"


def _percent_space(mention: Mention) -> str:
    if mention.kind != "percent":
        return ""
    return "12,34 %" if mention.text[-2:-1] == " " else "12,34%"


def _leading_zero(mention: Mention) -> str:
    if mention.kind != "count" or not mention.unit or not 0 < mention.value < 10 or mention.decimals:
        return ""
    return "05" if mention.text.startswith("0") else "5"


def _dash(mention: Mention) -> str:
    if mention.kind != "range":
        return ""
    mark = re.sub(r"\d", "", mention.text)
    zero = "0" if mention.text.startswith("0") else ""
    return f"{zero}1{mark}{zero}2"


def _number_styles(reading: Reading) -> Iterator[Remark]:
    """BC09: for each choice of style, the rarer way, at its first place."""
    rows = (row for block, row in enumerate(reading.mentions) if block not in reading.table_rows)
    figures = [m for row in rows for m in row if m.step <= 1]
    for style in (_thousands, _decimal_mark, _percent_space, _leading_zero, _dash):
        ways: dict[str, list[Mention]] = {}
        for mention in figures:
            if way := style(mention):
                ways.setdefault(way, []).append(mention)
        usual = Counter({way: len(found) for way, found in ways.items()}).most_common()
        for way, _ in usual[1:]:
            spans = [(m.block, m.start, m.end) for m in ways[way]]
            yield from _grouped(reading, "BC09", spans, usual[0][0])
