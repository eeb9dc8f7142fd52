"""Faulty and merged cells of a binary workbook (.xlsb), of which the reader tells nothing; runs in the child.

A part is a run of records: type and size in groups of seven bits, then the content ([MS-XLSB] 2.1.4).
"""

import struct
import zipfile
from collections.abc import Iterator

from tthc_analysis.exports._faults import ERROR, MAX_CELLS, Faults, Formulas, check_names, relations
from tthc_analysis.exports._refused import Refused, broken

_ROW, _CELL_ERROR, _FORMULA_ERROR, _SHEET, _MERGE = 0, 3, 11, 156, 176
_FORMULA_TEXT, _FORMULA_NUMBER, _FORMULA_TRUTH, _CALCULATION = 8, 9, 10, 157
_WANTED = frozenset(
    (_ROW, _CELL_ERROR, _FORMULA_TEXT, _FORMULA_NUMBER, _FORMULA_TRUTH, _FORMULA_ERROR, _SHEET, _MERGE, _CALCULATION)
)
#: of how the workbook is computed: all of it when opened, some of it is still to be; of one formula: when opened
_WHEN_OPENED, _SOME_LEFT, _FORMULA_WHEN_OPENED = 1, 16, 2
_MAX_PART = 1 << 30


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The wanted records of a part."""
    place, end = 0, len(data)
    while place < end:
        kind = data[place]
        place += 1
        if kind & 0x80:
            kind = (kind & 0x7F) | (data[place] & 0x7F) << 7
            place += 1
        size = shift = 0
        while True:
            byte = data[place]
            place += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80 or shift > 21:
                break
        if place + size > end:
            raise broken()
        if kind in _WANTED:
            yield kind, data[place : place + size]
        place += size


def _sheets(archive: zipfile.ZipFile) -> tuple[dict[str, str], bool]:
    """Part → name of each sheet, and whether the workbook asks to be computed when it is opened."""
    targets, found, asks = relations(archive, "xl/_rels/workbook.bin.rels"), [], False
    for kind, content in _records(archive.read("xl/workbook.bin")):
        if kind == _CALCULATION and len(content) > 24:
            asks = bool(content[24] & (_WHEN_OPENED | _SOME_LEFT))
        if kind == _SHEET:
            relation, rest = _wide(content[8:])
            found.append((relation, _wide(rest)[0]))
    check_names([name for _, name in found])
    return {targets[one]: name for one, name in found if one in targets}, asks


def _wide(content: bytes) -> tuple[str, bytes]:
    """A string with its length before it, and what follows."""
    (count,) = struct.unpack_from("<I", content)
    if count == 0xFFFFFFFF:
        return "", content[4:]
    end = 4 + 2 * count
    return content[4:end].decode("utf-16-le", "replace"), content[end:]


def xlsb_faults(archive: zipfile.ZipFile) -> dict[str, Faults]:
    """The faulty cells by sheet, with its merged cells; refuses rows that repeat or run backwards, and far ones."""
    try:
        parts, asks = _sheets(archive)
        return {name: _look_through(archive.read(part), asks) for part, name in parts.items()}
    except (IndexError, struct.error):
        raise broken() from None


def _look_through(data: bytes, asks: bool) -> Faults:
    faults, row = Faults(), -1
    formulas = Formulas(faults)
    if len(data) > _MAX_PART:
        raise broken()
    for kind, content in _records(data):
        if kind == _ROW:
            (number,) = struct.unpack_from("<I", content)
            if number <= row:
                raise Refused("Trang tính có hai dòng cùng số thứ tự: trình đọc sẽ bỏ mất một.")
            row = number
        elif kind == _MERGE:
            top, bottom, left, right = struct.unpack_from("<4I", content)
            faults.merges.append([top, left, bottom, right])
        elif kind in (_CELL_ERROR, _FORMULA_ERROR):
            faults.add(row, _column(content), ERROR)
        elif kind != _CALCULATION:
            _look_at(kind, content, row, asks, formulas)
    if row > MAX_CELLS:
        raise broken()
    return formulas.settle()


def _column(content: bytes) -> int:
    return int.from_bytes(content[:4], "little")


def _look_at(kind: int, content: bytes, row: int, asks: bool, formulas: Formulas) -> None:
    """A formula: its column and style, its value, then how it is computed ([MS-XLSB] 2.4.674 to 2.4.677)."""
    column = _column(content)
    if kind == _FORMULA_NUMBER and content[8:16] == bytes(8):
        formulas.nought(row, column, asks or bool(content[16] & _FORMULA_WHEN_OPENED))
    elif kind == _FORMULA_TEXT and not any(content[8:12]):
        formulas.blank(row, column)
    else:
        formulas.value(column)
