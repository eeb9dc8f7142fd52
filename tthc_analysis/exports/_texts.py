"""The table that a text file holds (delimited, HTML or SpreadsheetML), in bounded memory; large files in the child.

The text is first copied as UTF-8, so that all further passes see the bytes that were hashed; of a copy on disk only some
megabytes are ever in memory, unless it is markup or in a legacy encoding.
"""

from __future__ import annotations

import codecs
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from tthc_analysis.exports._refused import Refused
from tthc_analysis.exports._sheets import Hashed, Line, read_html, read_xml
from tthc_analysis.exports.text import decode_bytes

#: a text of more lines is no register; one in a legacy encoding is read as a whole
MAX_LINES, MAX_LEGACY_BYTES = 12_000_000, 64 << 20
#: markup is held as a whole, and is a tree then
MAX_MARKUP_BYTES = 512 << 20
#: characters without an end of line that no list has
_LONGEST_LINE = 500_000
_PIECE, _IN_MEMORY = 1 << 20, 8 << 20
#: how much of a file says what it is
HEAD_BYTES, _HEAD = 80_000, 20_000
#: the share of control marks from which on a file is no text
_BINARY = 0.01
_CONTROLS = bytes([*range(1, 9), *range(14, 26), *range(28, 31)])
_AS_BOOK = "Mở bằng Excel, lưu lại thành .xlsx rồi đọc tệp đó."
#: how a text begins that is no table, what it is, and what to do
_KINDS = (
    (
        r"mime-version:.*multipart/related|content-type:\s*multipart/related",
        "tệp MHTML (trang web lưu trọn gói)",
        _AS_BOOK,
    ),
    (r"\s*(?:\[\s*[\[{\"\]]|\{\s*\")", "dữ liệu JSON, không phải bảng", "Xuất danh sách dạng Excel hoặc CSV."),
    (r"\s*\{\\rtf", "tệp RTF (Word)", "Xuất danh sách dạng Excel hoặc CSV."),
    (r"id;p[a-z]*[\r\n;]", "tệp SYLK", _AS_BOOK),
    (r"table\s+0,1\s", "tệp DIF", _AS_BOOK),
)
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig", "UTF-8"),
    (b"\xff\xfe\0\0", "utf-32", "UTF-32"),
    (b"\xff\xfe", "utf-16", "UTF-16"),
    (b"\xfe\xff", "utf-16", "UTF-16"),
)
_TABLE_ENDS = (rb"<(?:\w+:)?table\b", rb"</(?:\w+:)?table\s*>")
_MARKUP = (b"<table", b"<html", b"<workbook", b"<?xml")
_BINARY_FILE = "Tệp nhị phân, không phải bảng hay văn bản."


@dataclass
class _Text:
    """A text as UTF-8 in a file of its own; `lines` are counted, and the longest begin of a line that a piece does not end."""

    copy: IO[bytes]
    encoding: str
    lines: int = 0
    longest: int = 0
    is_ascii: bool = True
    _run: int = 0

    def add(self, text: str, data: bytes) -> None:
        """Some more of it, as text and in UTF-8."""
        self.copy.write(data)
        self.lines += data.count(b"\n")
        end = text.rfind("\n")
        end = max(end, text.rfind("\r", end + 1))
        self._run = len(text) - end - 1 + (self._run if end < 0 else 0)
        self.longest = max(self.longest, self._run)
        self.is_ascii &= text.isascii()

    def head(self) -> str:
        """How it begins, in small letters."""
        self.copy.seek(0)
        return self.copy.read(HEAD_BYTES).decode("utf-8", "ignore")[:_HEAD].lower()

    def whole(self) -> bytes:
        """All of it, for what must be held as a whole."""
        if self.copy.seek(0, 2) > MAX_MARKUP_BYTES:
            raise Refused("Tệp HTML, XML lớn hơn 512 MB.", "Xuất từng quý hoặc từng tháng, dạng CSV.")
        self.copy.seek(0)
        return self.copy.read()


# --- the encoding ----------------------------------------------------------------------------------------------------


def _as_utf8(source: Hashed) -> _Text:
    """The text of a file, whatever its encoding; raises Refused when none fits."""
    piece = source.read(_PIECE)
    codec, label = _codec(piece)
    decoder = codecs.getincrementaldecoder(codec or "utf-8")()
    text = _Text(_new_file(), label)
    while True:
        try:
            told = decoder.decode(piece, not piece)
        except UnicodeDecodeError as error:
            if codec or not (piece or text.is_ascii):
                raise Refused(f"Tệp {label} bị cắt ngang hoặc hỏng.") from None
            return _legacy(text, piece, source, error)
        data = told.encode() if codec else piece
        if b"\0" in data:
            raise Refused(_BINARY_FILE)
        text.add(told, data)
        if not piece:
            return text
        piece = source.read(_PIECE)


def _codec(first: bytes) -> tuple[str, str]:
    """What the marks or the zeros at the begin of a file call for; no codec where nothing does, which is UTF-8 if it fits."""
    for mark, codec, label in _MARKS:
        if first.startswith(mark):
            return codec, label
    sample = first[:4096]
    for codec, zeros in (("utf-16-le", sample[1::2].count(0)), ("utf-16-be", sample[::2].count(0))):
        if zeros > len(sample) // 5:
            return codec, "UTF-16"
    if sum(map(sample.count, _CONTROLS)) > _BINARY * len(sample):
        raise Refused(_BINARY_FILE)
    return "", "UTF-8"


def _legacy(text: _Text, piece: bytes, source: Hashed, error: UnicodeDecodeError) -> _Text:
    """A text that stops being UTF-8 in `piece`, in the encoding that makes it Vietnamese."""
    text.copy.seek(0)
    data = text.copy.read(MAX_LEGACY_BYTES + 1) + piece
    data += source.read(max(MAX_LEGACY_BYTES + 1 - len(data), 1))
    found = None if b"\0" in data or len(data) > MAX_LEGACY_BYTES else decode_bytes(data)
    if found is None:
        line = text.lines + error.object[: error.start].count(b"\n") + 1
        raise Refused(f"Không nhận ra bảng mã của tệp; byte lạ đầu tiên ở dòng {line}.", "Lưu lại với mã UTF-8.")
    whole = _Text(_new_file(), found[1])
    whole.add(found[0], found[0].encode())
    return whole


def _new_file() -> IO[bytes]:
    """An empty file, in memory while it is small."""
    return tempfile.SpooledTemporaryFile(_IN_MEMORY)


# --- what it holds ---------------------------------------------------------------------------------------------------


def is_markup(head: bytes) -> bool:
    """Whether a file that begins so may be HTML or XML, which only the child may parse."""
    told = head[:HEAD_BYTES].replace(b"\0", b"").lower()
    return any(mark in told for mark in _MARKUP)


def read_text(source: Hashed) -> Iterator[Line]:
    """The lines (see `_sheets`) for a text; the rows of a delimited one come as Arrow batches, {"batch"}."""
    text = _as_utf8(source)
    start = text.head()
    for shape, kind, now in _KINDS:
        if re.match(shape, start, re.DOTALL):
            raise Refused(f"Đây là {kind}.", now)
    if "urn:schemas-microsoft-com:office:spreadsheet" in start and "<workbook" in start:
        yield from _markup(text, "SpreadsheetML")
    elif "<table" in start or "<html" in start[:2000]:
        yield from _markup(text, "HTML")
    elif start.lstrip().startswith("<?xml"):
        raise Refused("Tệp XML không phải bảng tính Excel 2003.", "Xuất danh sách dạng Excel hoặc CSV.")
    else:
        yield from _delimited(text)


def _markup(text: _Text, kind: str) -> Iterator[Line]:
    """Refuse entities and a table that the file does not end (a download that broke off), then read it."""
    data = text.whole()
    if re.search(rb"<!ENTITY", data, re.IGNORECASE):
        raise Refused("Tệp có khai báo thực thể (ENTITY), bảng tính thật không có.")
    begun, ended = (sum(1 for _ in re.finditer(mark, data, re.IGNORECASE)) for mark in _TABLE_ENDS)
    if begun > ended:
        raise Refused("Tệp bị cắt ngang: bảng chưa kết thúc.")
    yield {"form": f"{kind}, {text.encoding}"}
    yield from (read_html if kind == "HTML" else read_xml)(data)


def _delimited(text: _Text) -> Iterator[Line]:
    if text.lines > MAX_LINES:
        raise Refused(f"Tệp có {text.lines} dòng, nhiều hơn {MAX_LINES}.", "Xuất từng quý hoặc từng tháng.")
    if text.longest >= _LONGEST_LINE:
        raise Refused(f"Có dòng dài hơn {_LONGEST_LINE} ký tự: tệp hỏng hoặc không phải danh sách.")
    from tthc_analysis.exports._delimited import Delimited, named  # only here: markup needs no Arrow

    records = Delimited(text.copy)
    yield {"sheet": "", "visible": True, "merges": [], "faults": [], "faulty": 0}
    for batch in records.batches():
        yield {"batch": batch}
    yield {
        "form": f"CSV ngăn cách bằng {named(records.delimiter)}, {text.encoding}",
        "beyond": [[column, row, cell] for (column, row), cell in records.beyond.items()],
        "mended": dict(records.mended),
        "is_open": records.is_open,
    }
