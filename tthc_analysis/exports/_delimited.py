"""Delimited text → columns of text, by Arrow's reader; records of another width are read one by one, never dropped."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from tthc_analysis.errors import UnreadableExport
from tthc_analysis.exports._refused import MOST_COLUMNS, too_wide

DELIMITERS = ";,\t|~^\x1f#"
_SAMPLE_CHARACTERS, _SAMPLE_ROWS = 200_000, 400
_BLOCK_BYTES = 16 << 20
#: the least cells of a line that is read again by another delimiter; more where the usual one cuts it too
_LEAST_REREAD, _SURE_REREAD = 3, 5
#: so many records of another width than the others are no slips of a register, and each is read one by one
_MOST_ODD = 100_000
_UNCLOSED = "Dấu nháy kép mở mà không đóng, làm nhiều dòng dính vào một ô."
_CUT = "Tệp bị cắt ngang: dòng cuối dở dang, dấu nháy kép chưa đóng."
_LOAD_AGAIN = "Tải lại tệp từ hệ thống một cửa."
_FIX_QUOTES = "Xuất lại tệp dạng Excel; hoặc sửa dấu nháy kép ở dòng đã nêu trong tệp gốc."


@dataclass(frozen=True)
class Records:
    """The cells by column, short records padded with blanks, and how many cells each record really has.

    `mended` counts the records that were written with another delimiter, or as one cell; `is_open` says that the last one
    has no end of line.
    """

    columns: list[Any]
    widths: np.ndarray
    delimiter: str
    mended: Mapping[str, int] = field(default_factory=dict)
    is_open: bool = False


def _rows(text: str, delimiter: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:  # a cell beyond the module's limit
        return []


def _refuse_wide(width: int, where: str) -> None:
    if width > MOST_COLUMNS:
        refused = too_wide(width)
        raise UnreadableExport(where, refused.what, refused.now)


def _guess(text: str) -> tuple[str, int]:
    """The delimiter that cuts most records into the same number of cells, and that number."""
    told = text[:6].lower()
    if told.startswith("sep=") and told[4:5].strip("\r\n"):
        sample = _rows(text[:_SAMPLE_CHARACTERS].split("\n", 1)[-1], told[4])[:_SAMPLE_ROWS]
        return told[4], _usual_width(sample)[0]
    best = (0.0, ";", 1)
    for delimiter in DELIMITERS:
        width, share = _usual_width(_rows(text[:_SAMPLE_CHARACTERS], delimiter)[:_SAMPLE_ROWS])
        best = max(best, ((width - 1) * share, delimiter, width), key=lambda b: b[0])
    return best[1], best[2]


def _usual_width(rows: list[list[str]]) -> tuple[int, float]:
    widths = Counter(len(r) for r in rows if any(r))
    if not widths:
        return 1, 0.0
    width, count = max(widths.items(), key=lambda item: (item[1] * (item[0] - 1), item[0]))
    return width, count / widths.total()


def read_delimited(text: str, where: str) -> Records:
    """Every record of `text`; raises UnreadableExport when a quotation mark is left open."""
    bare, tail = _without_tails(text)
    if tail:
        found = read_delimited(bare, where)
        return replace(found, mended={**found.mended, _tails(tail): len(found.widths)})
    delimiter, width = _guess(text)
    bare = _unwrapped(text) if width == 1 and '"' in text else ""
    if bare:
        found = read_delimited(bare, where)
        return replace(found, mended={_whole_lines(found.delimiter): len(found.widths)})
    _refuse_wide(width, where)
    odd: dict[int, str] = {}

    def keep(row: pa_csv.InvalidRow) -> str:
        odd[row.number - 1] = row.text
        return "skip"

    names = [str(i) for i in range(width)]
    try:
        table = pa_csv.read_csv(
            pa.BufferReader(text.encode("utf-8")),
            read_options=pa_csv.ReadOptions(use_threads=False, column_names=names, block_size=_BLOCK_BYTES),
            parse_options=pa_csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=keep
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid as error:
        if "Empty CSV" in str(error):
            return Records([pa.chunked_array([[""]])], np.zeros(1, dtype=np.int64), delimiter)
        raise UnreadableExport(where, _UNCLOSED, _FIX_QUOTES) from None
    if len(odd) > _MOST_ODD and len(odd) > table.num_rows:
        raise UnreadableExport(where, "Hơn nửa số dòng có số ô khác nhau.", "Xuất lại tệp, hoặc xuất dạng Excel.")
    if '"' in text:
        _refuse_swallowed(table, delimiter, where)
    is_open = not text.endswith(("\n", "\r"))
    mended: Counter[str] = Counter()
    last = table.num_rows + len(odd) - 1 if is_open else -1
    records = {n: _odd_record(t, delimiter, width, where, n, n == last, mended) for n, t in odd.items()}
    _refuse_wide(max(map(len, records.values()), default=0), where)
    return replace(_merged(table, records, delimiter), mended=mended, is_open=is_open)


def _odd_record(
    text: str, delimiter: str, width: int, where: str, number: int, is_last: bool, mended: Counter[str]
) -> list[str]:
    """One record of another width than usual; raises UnreadableExport when a quote in it is left open."""
    if _is_open(text, delimiter) or ("\n" in text and text.count('"') % 2):
        what, now = (_CUT, _LOAD_AGAIN) if is_last and "\n" not in text else (_UNCLOSED, _FIX_QUOTES)
        raise UnreadableExport(f"{where}, dòng {number + 1}", what, now)
    rows = _rows(text, delimiter)
    cells = rows[0] if rows else []
    if cells and width >= (_LEAST_REREAD if len(cells) == 1 else _SURE_REREAD):
        for sign in (delimiter, *DELIMITERS):
            for again in _rows(cells[0], sign)[:1] + _rows(text, sign)[:1] if sign in text else []:
                if len(again) == width:
                    mended[_whole_lines(sign) if sign == delimiter else _other_sign(sign)] += 1
                    return again
    return cells


def _without_tails(text: str) -> tuple[str, str]:
    """A text of which another program has ended every line with its own delimiter (a,b,c;;;), without these, and that sign."""
    lines = [line for line in text[:_SAMPLE_CHARACTERS].splitlines()[:_SAMPLE_ROWS] if line.strip()]
    for sign in ";,\t":
        if len(lines) > 1 and all(line.endswith(sign) for line in lines):
            bare = re.sub(rf"{sign}+(?=\r?$)", "", text, flags=re.MULTILINE)
            delimiter, width = _guess(bare)
            return (bare, sign) if delimiter != sign or width == 1 else ("", "")
    return "", ""


def _tails(sign: str) -> str:
    return f"bỏ dấu {named(sign)} thừa ở cuối dòng"


def _whole_lines(sign: str) -> str:
    return f"dòng nằm trọn trong một ô, đọc lại theo dấu ngăn cách {named(sign)}"


def _other_sign(sign: str) -> str:
    return f"dòng dùng dấu ngăn cách khác, đọc lại theo {named(sign)}"


def named(sign: str) -> str:
    """A delimiter as messages name it."""
    return f"“{ {chr(9): 'tab', chr(31): 'mã 31'}.get(sign, sign) }”"


def _unwrapped(text: str) -> str:
    """The lines of a file in which each one is wholly in quotation marks, without these; "" when it is no such file."""
    rows = _rows(text, "\0")
    bare = "\n".join(row[0] if row else "" for row in rows)
    return bare + "\n" if all(len(r) < 2 for r in rows) and _guess(bare)[1] >= _LEAST_REREAD else ""


def _is_open(text: str, delimiter: str) -> bool:
    try:
        list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False


def _refuse_swallowed(table: pa.Table, delimiter: str, where: str) -> None:
    """A cell that holds a line break and about as many delimiters as a record has swallowed its neighbours."""
    most = max(2, (table.num_columns - 1) // 2)
    for column in table.columns:
        broken = pc.and_(
            pc.match_substring(column, "\n"), pc.greater_equal(pc.count_substring(column, delimiter), most)
        )
        if table.num_columns > 2 and pc.any(broken).as_py():
            row = pc.index(broken, True).as_py()
            raise UnreadableExport(f"{where}, gần dòng {row + 1}", _UNCLOSED, _FIX_QUOTES)


def _merged(table: pa.Table, odd: dict[int, list[str]], delimiter: str) -> Records:
    """The regular records and the odd ones in the order of the file."""
    count, width = table.num_rows + len(odd), max(table.num_columns, *map(len, odd.values()), 0)
    widths = np.full(count, table.num_columns, dtype=np.int64)
    columns = [c if i < table.num_columns else None for i, c in enumerate([*table.columns, *[None] * width][:width])]
    if not odd:
        return Records(columns, _without_blank(columns, widths), delimiter)
    places = np.fromiter(odd, dtype=np.int64)
    widths[places] = [len(r) for r in odd.values()]
    order = np.empty(count, dtype=np.int64)
    order[np.setdiff1d(np.arange(count), places, assume_unique=True)] = np.arange(table.num_rows)
    order[places] = np.arange(table.num_rows, count)
    rows = [[*r, *[""] * (width - len(r))] for r in odd.values()]
    added = [pa.array(cells, pa.string()) for cells in zip(*rows, strict=True)]
    blank = pa.nulls(table.num_rows, pa.string()).fill_null("")
    whole = [
        pa.chunked_array([*(c.chunks if c is not None else [blank]), a]) for c, a in zip(columns, added, strict=True)
    ]
    taken = [c.take(pa.array(order)) for c in whole]
    return Records(taken, _without_blank(taken, widths), delimiter)


def _without_blank(columns: list[Any], widths: np.ndarray) -> np.ndarray:
    """A blank line has no cells, whatever the reader made of it."""
    filled = np.zeros(len(widths), dtype=bool)
    for column in columns:
        if filled.all():
            break
        filled |= pc.greater(pc.binary_length(column), 0).to_numpy()
    return np.where(filled, widths, 0)
