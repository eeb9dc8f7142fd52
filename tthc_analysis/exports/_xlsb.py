"""Faulty and merged cells of a binary workbook (.xlsb), of which the reader tells nothing; runs in the child.

A part is a run of records: type and size in groups of seven bits, then the content ([MS-XLSB] 2.1.4).
"""

import struct
import zipfile
from collections.abc import Iterator

from tthc_analysis.exports._faults import ERROR, MAX_CELLS, Faults, check_names, relations
from tthc_analysis.exports._refused import Refused, broken

_ROW, _CELL_ERROR, _FORMULA_ERROR, _SHEET, _MERGE = 0, 3, 11, 156, 176
_WANTED = frozenset((_ROW, _CELL_ERROR, _FORMULA_ERROR, _SHEET, _MERGE))
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


def _sheets(archive: zipfile.ZipFile) -> dict[str, str]:
    """Part → name of each sheet."""
    targets, found = relations(archive, "xl/_rels/workbook.bin.rels"), []
    for kind, content in _records(archive.read("xl/workbook.bin")):
        if kind == _SHEET:
            relation, rest = _wide(content[8:])
            found.append((relation, _wide(rest)[0]))
    check_names([name for _, name in found])
    return {targets[one]: name for one, name in found if one in targets}


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
        return {name: _look_through(archive.read(part)) for part, name in _sheets(archive).items()}
    except (IndexError, struct.error):
        raise broken() from None


def _look_through(data: bytes) -> Faults:
    faults, row = Faults(), -1
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
        else:
            (column,) = struct.unpack_from("<I", content)
            faults.add(row, column, ERROR)
    if row > MAX_CELLS:
        raise broken()
    return faults
