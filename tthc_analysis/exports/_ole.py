"""Faulty cells and passwords of a binary workbook (.xls), and what else an OLE file can be; runs in the child.

The container is a small file system of 512-byte sectors ([MS-CFB]); the workbook in it is a run of records ([MS-XLS] 2.1.4).
"""

import re
import struct
from collections.abc import Iterable, Iterator

from tthc_analysis.exports._faults import ERROR, Faults, Formulas, check_names
from tthc_analysis.exports._refused import Refused, broken, password

_END, _FREE = 0xFFFFFFFE, 0xFFFFFFFF
_BOF, _EOF, _FILEPASS, _BOUNDSHEET, _BOOLERR, _FORMULA = 0x0809, 0x000A, 0x002F, 0x0085, 0x0205, 0x0006
#: a sheet whose formulas are still to be computed; of a formula the same, to be done when the workbook is opened
_UNCALCED, _ON_LOAD = 0x005E, 2
#: the value of a formula: what kind it is of when it is no number ([MS-XLS] 2.5.133), the number nought
_NO_NUMBER, _IS_ERROR, _IS_BLANK, _NOUGHT = b"\xff\xff", 2, 3, bytes(8)
#: what the records of an error, of a formula without a value look like: no such bytes, no fault (and where there are some,
#: the records are walked)
_PERHAPS = re.compile(
    rb"\x05\x02\x08\x00.{6}[\x00\x07\x0f\x17\x1d\x24\x2a\x2b]\x01|\x06\x00.{8}[\x02\x03].[\x00\x07\x0f\x17\x1d\x24\x2a\x2b]...\xff\xff"
    rb"|\x06\x00.{8}\x00{8}",
    re.DOTALL,
)
_BOOKS, _LOCKED = ("Workbook", "Book", "WORKBOOK", "BOOK"), {"EncryptedPackage", "EncryptionInfo"}
_OTHERS = {
    "WordDocument": "tệp Word",
    "PowerPoint Document": "tệp PowerPoint",
    "__properties_version1.0": "thư Outlook",
}


def check_ole(data: bytes) -> dict[str, Faults]:
    """The faulty cells by sheet; refuses what has a password, is cut off, or is no workbook."""
    try:
        return _check(data)
    except (struct.error, IndexError, UnicodeDecodeError):
        raise broken() from None
    except Refused:
        if not any(name.encode("utf-16-le") in data for name in (*_BOOKS, *_LOCKED)):
            raise _no_workbook(name for name in _OTHERS if name.encode("utf-16-le") in data) from None
        raise


def _no_workbook(names: Iterable[str]) -> Refused:
    kind = next((_OTHERS[n] for n in names if n in _OTHERS), "tệp OLE không có bảng tính")
    return Refused(f"Đây là {kind}, hoặc tệp bị hỏng.", "Xuất lại danh sách dạng Excel hoặc CSV.")


def _check(data: bytes) -> dict[str, Faults]:
    streams = _Container(data)
    if _LOCKED & set(streams.names):
        raise password()
    name = next((n for n in _BOOKS if n in streams.names), "")
    if not name:
        raise _no_workbook(streams.names)
    book = streams.read(name)
    sheets = []
    for kind, content in _records(book, 0):
        if kind == _FILEPASS:
            raise password()
        if kind == _BOUNDSHEET:
            sheets.append((struct.unpack_from("<I", content)[0], _sheet_name(content)))
        if kind == _EOF:
            break
    check_names([n for _, n in sheets if n])
    if not _PERHAPS.search(book):
        return {}
    return {n: _look_through(book, start) for start, n in sheets}


def _sheet_name(content: bytes) -> str:
    count, flags = content[6], content[7]
    return content[8 : 8 + count * 2].decode("utf-16-le") if flags & 1 else content[8 : 8 + count].decode("latin-1")


def _records(book: bytes, place: int) -> Iterator[tuple[int, bytes]]:
    while place + 4 <= len(book):
        kind, size = struct.unpack_from("<HH", book, place)
        yield kind, book[place + 4 : place + 4 + size]
        place += 4 + size


def _look_through(book: bytes, start: int) -> Faults:
    """The faulty cells of one sheet; a nought is one where the file asks to be computed when opened."""
    faults, asks, depth = Faults(), False, 0
    formulas = Formulas(faults)
    for kind, content in _records(book, start):
        depth += (kind == _BOF) - (kind == _EOF)
        if depth < 1:
            break
        if depth > 1:
            continue
        asks |= kind == _UNCALCED
        if kind == _BOOLERR and len(content) >= 8 and content[7] == 1:
            faults.add(*_place(content), ERROR)
        elif kind == _FORMULA and len(content) >= 16:
            _look_at(content, asks, faults, formulas)
    return formulas.settle()


def _look_at(content: bytes, asks: bool, faults: Faults, formulas: Formulas) -> None:
    """One formula."""
    (row, column), value = _place(content), content[6:14]
    if value == _NOUGHT:
        formulas.nought(row, column, asks or bool(content[14] & _ON_LOAD))
    elif value[6:] == _NO_NUMBER and value[0] == _IS_ERROR:
        faults.add(row, column, ERROR)
    elif value[6:] == _NO_NUMBER and value[0] == _IS_BLANK:
        formulas.blank(row, column)
    else:
        formulas.value(column)


def _place(content: bytes) -> tuple[int, int]:
    row, column = struct.unpack_from("<HH", content)
    return row, column


class _Container:
    """The streams of an OLE file."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        (shift,) = struct.unpack_from("<H", data, 30)
        if shift not in (9, 12):
            raise broken()
        self._size = 1 << shift
        self._table = self._allocation()
        self._entries = {name: (start, size) for name, start, size in self._directory()}
        self.names = tuple(self._entries)

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        found = self._data[start : start + self._size]
        if not found:
            raise broken()
        return found

    def _allocation(self) -> list[int]:
        places = [s for s in struct.unpack_from("<109I", self._data, 76) if s < _END]
        (following,) = struct.unpack_from("<I", self._data, 68)
        while following < _END and len(places) * self._size < len(self._data):
            more = struct.unpack(f"<{self._size // 4}I", self._sector(following))
            places += [s for s in more[:-1] if s < _END]
            following = more[-1]
        return [n for s in places for n in struct.unpack(f"<{self._size // 4}I", self._sector(s))]

    def _chain(self, start: int) -> bytes:
        found, number = [], start
        while number < _END:
            found.append(self._sector(number))
            number = self._table[number]
            if len(found) * self._size > len(self._data):
                raise broken()
        return b"".join(found)

    def _directory(self) -> Iterator[tuple[str, int, int]]:
        (start,) = struct.unpack_from("<I", self._data, 48)
        entries = self._chain(start)
        for place in range(0, len(entries) - 127, 128):
            length, kind = struct.unpack_from("<H", entries, place + 64)[0], entries[place + 66]
            if kind and 2 <= length <= 64:
                name = entries[place : place + length - 2].decode("utf-16-le", "replace")
                yield name, *struct.unpack_from("<II", entries, place + 116)

    def read(self, name: str) -> bytes:
        """The bytes of a stream; those below 4,096 are kept in small sectors within the root's stream."""
        start, size = self._entries[name]
        if size >= struct.unpack_from("<I", self._data, 56)[0]:
            found = self._chain(start)
        else:
            small, (first,) = self._chain(self._entries["Root Entry"][0]), struct.unpack_from("<I", self._data, 60)
            table, number = self._chain(first), start
            pieces: list[bytes] = []
            while number < _END and len(pieces) <= size // 64:
                pieces.append(small[number * 64 : number * 64 + 64])
                (number,) = struct.unpack_from("<I", table, number * 4)
            found = b"".join(pieces)
        if len(found) < size:
            raise broken()
        return found[:size]
