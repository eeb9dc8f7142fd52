"""Which rows of a sheet are data, and what each other one is: no row is passed over without a name.

A row that holds a dossier code, a value in a column of the table, or several delimiters is data, however odd it looks:
cleaning sets it aside with a reason. A second header must name the same columns as the first one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tthc_analysis.columns import DOSSIER_CODE, Column, Table
from tthc_analysis.errors import TthcError, UnreadableExport
from tthc_analysis.exports._bytes import begins_shown, flat
from tthc_analysis.exports.column import SheetColumn, steps, taken_cells
from tthc_analysis.exports.header import Header
from tthc_analysis.exports.text import clean_text
from tthc_analysis.rules.profiles import Matching, fold

BLANK, TITLE, HEADER, REPEATED = "dòng trống", "đầu đề", "tiêu đề", "tiêu đề lặp lại"
NUMBERING, TOTAL, SUBTOTAL, RULE = "dòng đánh số cột", "dòng tổng", "dòng cộng nhóm", "dòng kẻ"
ORDINAL, NOTE = "dòng chỉ có số thứ tự", "ghi chú, chữ ký"
#: what a row can be; data first
KINDS = ("", BLANK, TITLE, HEADER, REPEATED, NUMBERING, TOTAL, SUBTOTAL, RULE, ORDINAL, NOTE)
_PLACES = {kind: place for place, kind in enumerate(KINDS)}
LEAST_MATCHES = 2
#: so many signs are more than any word that stands for no data has
_LONG = 9
_MOST_CELLS_OF_A_NOTE = 4
_CELLS_AT_A_TIME = 2_000_000
_MANY_ROWS = 200_000
_TOTALS = re.compile(r"^(tong|cong(?!hoa)|luyke|trungbinh)")
_TOTAL_WORDS = re.compile(r"^\W*(tong|cong(?! hoa)|luy ke|trung binh)\b", re.IGNORECASE)
_TOTAL_OPENINGS = ("tong", "cong", "luy", "trung")
_NUMBERING = re.compile(r"\(?([A-Z]|\d{1,2})\)?")
_CODE = re.compile(DOSSIER_CODE.strip("^$"))
_NOTE_WORDS = re.compile(
    r"^\W*(thang|quy|nam|ky|dot|tu ngay|den ngay|ngay|trang|bieu|mau|phu luc|ghi chu|luu y|linh vuc|don vi|phan|muc|nhom|xuat|"
    r"in luc|in ngay|thoi gian|thoi diem|nguoi|co quan|nguon|danh sach|bao cao|[ivx]+\s*[./)-])(\W|\d|$)",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"\b(nguoi lap|lap bieu|lap bang|thu truong|ke toan|giam doc|truong phong|ky ten|ky, |ghi ro|xac nhan|can bo|"
    r"chuyen vien|chu tich|noi nhan|kt\.|tl\.|tm\.)",
    re.IGNORECASE,
)
_SENTENCE_WORDS = 4
_SIGNS = re.compile(r"[;|\t~^\x1f]")
_SEVERAL = 3
_LINE_SIGNS = frozenset("-=+|:_*—–")
_NO_DIGIT = re.compile(r"[^0-9-]")


class SecondHeader(TthcError):
    """A header below the first one that names other columns: what is below it is another table."""


@dataclass(frozen=True)
class Sheet:
    """What judging a row needs to know of its sheet; `first` is the number in the file of the first row below the header."""

    header: Header
    matching: Matching
    columns: Mapping[int, Column]
    where: str
    first: int

    @property
    def width(self) -> int:
        """The number of columns with a header."""
        return sum(map(bool, self.header.labels))


def plain(text: str) -> str:
    """`text` without diacritics and case; its words and punctuation stay."""
    letters = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(c for c in letters if not unicodedata.combining(c))


def row_kinds(
    body: list[Any],
    header: Header,
    matching: Matching,
    table: Table,
    texts: Mapping[str, SheetColumn],
    where: str,
) -> np.ndarray:
    """For each row why it is no data, as its place in `KINDS` (0 for data); raises SecondHeader.

    Only rows that look odd in a required column, or are nearly blank, are judged one by one.
    """
    places = header.match(matching)
    columns = {i: table.column(name) for i, (name, _) in places.items() if name in texts}
    sheet = Sheet(header, matching, columns, where, header.rows.stop + 1)
    height = len(body[0])
    kinds, odd = np.zeros(height, dtype=np.int8), [np.zeros(0, dtype=np.int64)]
    for start, stop in steps(height):
        filled = _filled([cells.slice(start, stop - start) for cells in body])
        kinds[start:stop][filled == 0] = _PLACES[BLANK]
        odd.append(np.flatnonzero(_odd(sheet, texts, start, filled) & (filled > 0)) + start)
    judged = np.concatenate(odd)
    if len(judged) > _MANY_ROWS and len(judged) * 2 > height:
        raise UnreadableExport(where, "Hơn nửa số dòng không giống dòng dữ liệu.", "Kiểm tra lại tệp xuất.")
    step = max(_CELLS_AT_A_TIME // len(body), 1)
    for start in range(0, len(judged), step):
        some = judged[start : start + step]
        read = {i: texts[column.name].at(some).to_list() for i, column in columns.items()}
        for n, (position, cells) in enumerate(zip(some.tolist(), taken(body, some), strict=True)):
            for index, told in read.items():
                cells[index] = told[n]
            kinds[position] = _PLACES[_row_kind(cells, sheet, position)]
    return _with_subtotals(_with_bare_total(kinds, body, sheet, texts))


def _with_bare_total(kinds: np.ndarray, body: list[Any], sheet: Sheet, texts: Mapping[str, SheetColumn]) -> np.ndarray:
    """A last row that holds sums of what is above it, and nothing else, is a total without its word."""
    is_data = kinds == 0
    if is_data.sum() <= LEAST_MATCHES:
        return kinds
    end = _last(is_data)
    last = [i for i, cell in enumerate(taken(body, np.array([end]))[0]) if cell]
    numbers = {i for i, c in sheet.columns.items() if c.kind in ("integer", "decimal")}
    if last and numbers.issuperset(last) and all(_is_sum(texts[sheet.columns[i].name], is_data, end) for i in last):
        kinds[end] = _PLACES[TOTAL]
    return kinds


def _last(rows: np.ndarray) -> int:
    """The last row that is marked."""
    return len(rows) - 1 - int(np.argmax(rows[::-1]))


def _is_sum(column: SheetColumn, is_data: np.ndarray, end: int) -> bool:
    """Whether the last of some whole numbers is the sum of the others."""
    total = sum(
        _whole(value) * count
        for start, stop in steps(end)
        for value, count in column.texts(start, stop).take(is_data[start:stop]).counts().items()
    )
    return total == _whole(column.at(np.array([end])).to_list()[0])


def _whole(cell: str) -> int:
    return int(_NO_DIGIT.sub("", cell) or 0) if cell.strip("-") else 0


def _with_subtotals(kinds: np.ndarray) -> np.ndarray:
    """A total with data below it is one of a group."""
    is_data = kinds == 0
    if is_data.any():
        above = kinds[: _last(is_data)]
        above[above == _PLACES[TOTAL]] = _PLACES[SUBTOTAL]
    return kinds


def taken(body: list[Any], rows: np.ndarray) -> list[list[str]]:
    """Some rows, in rising order, as lists of cleaned cells."""
    cells = [taken_cells(c, rows).to_pylist() for c in body]
    return [list(map(clean_text, row)) for row in zip(*cells, strict=True)]


# --- which rows to look at -------------------------------------------------------------------------------------------


def _filled(body: Sequence[Any]) -> np.ndarray:
    """How many cells of each row show something; of rows that are surely not odd for it, only so many as tell that."""
    found = np.zeros(len(body[0]), dtype=np.int32)
    for cells in body:
        found += begins_shown(flat(cells))
        if (found > LEAST_MATCHES).all():
            return found
    left = np.flatnonzero(found <= LEAST_MATCHES)
    found[left] = 0
    for cells in body:
        shown = pc.utf8_trim_whitespace(flat(cells).take(pa.array(left)))
        found[left] += pc.greater(pc.binary_length(shown), 0).to_numpy(zero_copy_only=False)
    return found


def _odd(sheet: Sheet, texts: Mapping[str, SheetColumn], start: int, filled: np.ndarray) -> np.ndarray:
    """Which rows from `start` on are nearly blank, or have something in a required column that no data row should have there."""
    odd: np.ndarray = filled <= LEAST_MATCHES
    for index, column in sheet.columns.items():
        if column.required:
            cells, keys = texts[column.name], sheet.header.keys[index]
            known = {k[:2] for k in (*keys, *_TOTAL_OPENINGS)}
            left = np.flatnonzero(~_surely_data(cells, start, len(filled), known, column.kind == "code"))
            if len(left):
                found = cells.at(left + start)
                strange = np.array([_is_doubtful(v, known) and _strange(v, keys) for v in found.values], dtype=bool)
                if column.kind == "code":
                    strange |= ~pc.match_substring_regex(pa.array(found.values), r"\d").to_numpy(zero_copy_only=False)
                odd[left] |= strange[found.codes]
    return odd


def _surely_data(cells: SheetColumn, start: int, rows: int, known: set[str], is_code: bool) -> np.ndarray:
    """Rows whose cell begins like a long date or code, told from all at once; cleaning changes nothing of such a beginning."""
    if cells.fixed is not None:
        return np.zeros(rows, dtype=bool)
    raw = cells.cells.slice(start, rows)
    sure = pc.match_substring_regex(raw, r"^(?:[0-9][!-~]{8}|[A-Za-z0-9]{2}[!-~]{7})")
    if words := "|".join(sorted(map(re.escape, (k for k in known if k[:1].isascii() and k[:1].isalpha())))):
        sure = pc.and_not(sure, pc.match_substring_regex(raw, f"^(?:{words})", ignore_case=True))
    if is_code:
        sure = pc.and_(sure, pc.match_substring_regex(raw, "[0-9]"))
    told: np.ndarray = sure.to_numpy()
    return told


def _is_doubtful(value: str, known: set[str]) -> bool:
    """Whether a value is short, or begins with other signs than dates and codes do."""
    opening = value[:2]
    is_plain = opening.isascii() and opening.isalnum() and opening.lower() not in known
    return len(value) < _LONG or not (is_plain or opening[:1].isdigit())


def _strange(value: str, keys: tuple[str, ...]) -> bool:
    """Whether a required cell may belong to no data row."""
    folded = fold(value)
    return not folded or folded in keys or bool(_NUMBERING.fullmatch(value)) or bool(_TOTALS.match(folded))


# --- one row ---------------------------------------------------------------------------------------------------------


def _row_kind(cells: list[str], sheet: Sheet, position: int) -> str:
    filled = [c for c in cells if c]
    if all(map(_LINE_SIGNS.issuperset, filled)):
        return RULE if filled else BLANK
    if _is_header(cells, sheet):
        _check_same(cells, sheet, position)
        return REPEATED
    if _is_numbering(filled, position):
        return NUMBERING
    if _is_total(cells, filled, sheet):
        return TOTAL
    if _is_data(cells, filled, sheet):
        if _heads_another_table(cells, sheet):
            raise _second(sheet, position, "giống dòng tiêu đề của một bảng khác")
        return ""
    return ORDINAL if len(filled) == 1 and filled[0].isdecimal() else NOTE


def _is_header(cells: list[str], sheet: Sheet) -> bool:
    """Whether most cells are headers, here or elsewhere in the sheet."""
    words = [(i, fold(c)) for i, c in enumerate(cells) if c]
    own = sum(1 for i, w in words if i < len(sheet.header.words) and w in sheet.header.words[i])
    known = sum(1 for _, w in words if w in sheet.matching.headers)
    return own * 2 > len(words) or (known >= LEAST_MATCHES and known * 2 > len(words))


def _check_same(cells: list[str], sheet: Sheet, position: int) -> None:
    """Refuse a second header in which a column of the table is called otherwise, or is missing."""
    for index, column in sheet.columns.items():
        word = fold(cells[index])
        if word not in sheet.header.words[index] and (word or len(sheet.header.rows) == 1):
            raise _second(
                sheet, position, f"khác tiêu đề thứ nhất ở cột “{sheet.header.labels[index]}” ({column.label})"
            )


def _second(sheet: Sheet, position: int, how: str) -> SecondHeader:
    return SecondHeader(
        f"Dòng {sheet.first + position} {how}: bên dưới là bảng thứ hai với các cột khác.",
        sheet.where,
        "Để mỗi bảng ở một tệp hoặc một trang tính riêng, có dòng tiêu đề của nó, rồi đọc lại.",
    )


def _heads_another_table(cells: list[str], sheet: Sheet) -> bool:
    """Whether words stand in all the columns of the row that ask for a code, a day, a number or a known value."""
    typed = [(cells[i], c) for i, c in sheet.columns.items() if cells[i] and c.kind != "text"]
    codes = [cell for cell, c in typed if c.kind == "code" and c.required]
    return bool(codes) and len(typed) > LEAST_MATCHES and not any(_fits(cell, c, sheet) for cell, c in typed)


def _fits(cell: str, column: Column, sheet: Sheet) -> bool:
    if column.kind == "category":
        return fold(cell) in sheet.matching.values[column.name]
    return any(c.isdigit() for c in cell)


def _is_numbering(filled: list[str], position: int) -> bool:
    """(1) (2) (3) … or A B 1 2 3 … under a header: numbers that go up by one."""
    if not all(_NUMBERING.fullmatch(c) for c in filled):
        return False
    bare = [c.strip("()") for c in filled]
    numbers = [int(b) for b in bare if b.isdigit()]
    rising = all(b - a == 1 for a, b in pairwise(numbers)) and numbers[:1] in ([1], [2], [3])
    marked = all(c.startswith("(") for c in filled)
    return rising and len(filled) >= LEAST_MATCHES and (marked or (len(filled) > LEAST_MATCHES and position == 0))


def _is_total(cells: list[str], filled: list[str], sheet: Sheet) -> bool:
    """“Tổng số”, “Cộng nhóm 1” … first in the row, and no dossier code and no day in it."""
    if not _TOTAL_WORDS.match(plain(filled[0])) or any(map(_CODE.search, filled)):
        return False
    return not any(cells[i] and c.kind in ("date", "datetime") for i, c in sheet.columns.items())


def _is_data(cells: list[str], filled: list[str], sheet: Sheet) -> bool:
    if any(_CODE.search(c) or _is_whole_line(c, sheet.width) for c in filled):
        return True
    told = [(cells[i], c) for i, c in sheet.columns.items() if cells[i]]
    if any(_is_datum(cell, c, sheet) for cell, c in told):
        return True
    if len(filled) <= LEAST_MATCHES and len(told) <= 1:
        return False
    return len(filled) > _MOST_CELLS_OF_A_NOTE or not any(_SIGNATURE.search(plain(c)) for c in filled)


def _is_whole_line(cell: str, width: int) -> bool:
    """Whether a cell has several delimiters: it is a line that was not cut into its cells."""
    return len(_SIGNS.findall(cell)) >= _SEVERAL or cell.count(",") >= max(_SEVERAL, width // 2)


def _is_datum(cell: str, column: Column, sheet: Sheet) -> bool:
    """Whether a cell could belong to a broken data row: it has a digit and, in a column of text, no blank."""
    if column.kind in ("category", "boolean"):
        return column.kind == "category" and fold(cell) in sheet.matching.values[column.name]
    if not any(c.isdigit() for c in cell):
        return False
    return " " not in cell if column.kind == "text" else not _is_sentence(cell)


def _is_sentence(cell: str) -> bool:
    words = plain(cell)
    return bool(_NOTE_WORDS.match(words)) or sum(w.isalpha() and len(w) > 1 for w in words.split()) >= _SENTENCE_WORDS
