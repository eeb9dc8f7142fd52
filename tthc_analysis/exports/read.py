"""Any export file → grids of text cells with their place in the file. Nothing is interpreted here.

Every cell is text: pandas would turn '98,1' into 981, '007' into 7 and the code 1.005090 into 1.00509. A file is known by
its content, not its ending; whatever a portal can make hostile is parsed in a child process with memory and time limits.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa

from tthc_analysis.errors import UnreadableExport
from tthc_analysis.exports._delimited import named, read_delimited
from tthc_analysis.exports._refused import password
from tthc_analysis.exports.nothing import NAME
from tthc_analysis.exports.text import clean_text, decode_bytes

MAX_FILE_BYTES = 512 << 20
#: a text of more lines is no register; one in a legacy encoding is read line by line
MAX_LINES, MAX_LEGACY_BYTES = 12_000_000, 64 << 20
#: of waiting; the child's own limit is of computing, for a busy machine is no fault of the file
TIME_LIMIT_SECONDS = 120
SUFFIXES = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".csv", ".tsv", ".txt", ".htm", ".html", ".xml"}
_ARCHIVES = {".zip", ".rar", ".7z", ".gz", ".tar", ".tgz", ".bz2", ".xz", ".cab"}
_SYSTEM_FILES = {"thumbs.db", "desktop.ini"}
_HEAD_ROWS = 100
#: characters without an end of line that no list has
_LONGEST_LINE = 500_000
_EXPORT_AGAIN = "Xuất lại tệp từ hệ thống một cửa."
_AS_BOOK = "Mở bằng Excel, lưu lại thành .xlsx rồi đọc tệp đó."
_OLE = b"\xd0\xcf\x11\xe0"
_OTHERS = {
    b"%PDF": "tệp PDF",
    b"\x89PNG": "tệp ảnh",
    b"\xff\xd8\xff": "tệp ảnh",
    b"Rar!": "tệp nén RAR",
    b"7z\xbc\xaf": "tệp nén 7z",
    b"\x1f\x8b": "tệp nén gzip",
    b"BZh": "tệp nén bzip2",
    b"\xfd7zXZ": "tệp nén xz",
    b"GIF8": "tệp ảnh",
    b"PAR1": "tệp Parquet",
    b"SQLite format 3": "tệp cơ sở dữ liệu SQLite",
    b"\0\x01\0\0Standard": "tệp cơ sở dữ liệu Access",
    b"MZ": "tệp chương trình",
}
#: how a text begins that is no table, what it is, and what to do
_TEXTS = (
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
_CHILD = Path(__file__).with_name("_child.py")


@dataclass(frozen=True)
class Limits:
    """What reading one file may take: bytes of memory of the child (None: its own limit) and seconds of waiting for it."""

    memory: int | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet as columns of text (Arrow strings, "" when blank); row i is row i + 1 of the file.

    `widths` says how many cells each row really has, where the format tells; `merges` are (row, column, last row, last
    column) of merged cells, counted from 0. `mended` counts the lines that had to be read another way; `is_open` says that
    the last line has no end: what follows may be missing. `faults` are (row, column, kind) of cells whose value is an error
    or was never computed, the first of `faulty` such cells; row and column are -1 where the file does not say them.
    """

    sheet: str
    columns: tuple[Any, ...]
    widths: np.ndarray | None = None
    merges: tuple[tuple[int, int, int, int], ...] = ()
    mended: Mapping[str, int] = field(default_factory=dict)
    is_open: bool = False
    faults: tuple[tuple[int, int, str], ...] = ()
    faulty: int = 0

    @property
    def blank(self) -> bool:
        """Whether no cell shows anything."""
        head = (text for row in self.rows(0, _HEAD_ROWS) for text in row)
        rest = (text for cells in self.columns for text in cells.unique().to_pylist())
        return not any(map(clean_text, chain(head, rest)))

    @property
    def height(self) -> int:
        """The number of rows."""
        return len(self.columns[0]) if self.columns else 0

    def rows(self, start: int, stop: int) -> list[list[str]]:
        """Rows `start` to `stop` (excluded) as lists of cells."""
        cells = [c.slice(start, max(stop - start, 0)).to_pylist() for c in self.columns]
        return [list(row) for row in zip(*cells, strict=True)]


@dataclass(frozen=True)
class RawExport:
    """One export file: its name, the sha256 of its bytes, its form (with encoding), its grids and hidden sheets."""

    file: str
    sha256: str
    form: str
    grids: tuple[Grid, ...]
    hidden: tuple[str, ...] = ()


def _is_note(path: Path) -> bool:
    """What belongs to this library, to the system or to an open spreadsheet program, and is no export."""
    name = path.name.lower()
    return name.startswith(("~$", ".")) or name.endswith((".corrections.toml", ".md")) or name in {*_SYSTEM_FILES, NAME}


def list_exports(folder: Path) -> list[Path]:
    """The export files of a dataset folder in order of name; lock files and notes are passed over.

    Raises UnreadableExport for a folder that may not be looked into, and for a name that is no text.
    """
    found = [p for p in _entries(folder) if _why_passed_over(p) == "" and not _is_note(p)]
    for path in found:
        if not _is_text(path.name):
            raise UnreadableExport(
                shown_name(path), "Tên tệp không phải mã UTF-8 nên không ghi lại được.", "Đổi tên tệp rồi chạy lại."
            )
    return found


def passed_over(folder: Path) -> list[str]:
    """What in a dataset folder is neither an export nor a note of this library, and why: nobody should think it read."""
    told = [(shown_name(p, short=True), _why_passed_over(p)) for p in _entries(folder) if not _is_note(p)]
    return [f"“{name}” ({why})" for name, why in told if why]


def passed_over_beside(raw: Path, datasets: Iterable[str]) -> list[str]:
    """What beside the dataset folders is none of them: a misspelt folder would otherwise do nothing."""
    known = set(datasets)
    odd = [p for p in _entries(raw) if p.name not in known and not _is_note(p) and not p.name.endswith(".profile.toml")]
    told = "không phải thư mục của bộ dữ liệu nào", "tệp đặt ngoài thư mục của bộ dữ liệu"
    return [f"“{shown_name(p, short=True)}” ({told[not p.is_dir()]})" for p in odd]


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir()) if folder.is_dir() else []
    except PermissionError:
        raise UnreadableExport(
            str(folder), "Không có quyền mở thư mục.", "Xin quyền đọc thư mục rồi chạy lại."
        ) from None


def _why_passed_over(path: Path) -> str:
    """Why an entry is not read as an export; "" when it is."""
    suffix = path.suffix.lower()
    if path.is_dir():
        return "thư mục con: chỉ đọc tệp đặt ngay trong thư mục của bộ dữ liệu"
    if path.is_symlink() and not path.exists():
        return "liên kết hỏng"
    if not path.is_file():
        return "không phải tệp thường"
    if suffix in _ARCHIVES:
        return "tệp nén: giải nén rồi đưa tệp bên trong vào"
    if suffix in (".lnk", ".url", ".webloc"):
        return "lối tắt: chép chính tệp xuất vào"
    return "" if suffix in SUFFIXES else f"đuôi {suffix or 'trống'} không phải tệp xuất"


def _is_text(name: str) -> bool:
    return name.isprintable() and not any("\ud800" <= c <= "\udfff" for c in name)


def shown_name(path: Path, short: bool = False) -> str:
    """A path as a message can print it, whatever bytes its name has."""
    text = path.name if short else str(path)
    return (
        text.encode("utf-8", "replace").decode()
        if text.isprintable()
        else "".join(c if c.isprintable() else "?" for c in text)
    )


def read_export(path: Path, limits: Limits = Limits()) -> RawExport:
    """Read one export by its content, not its ending; the bytes hashed are the bytes read. Raises UnreadableExport."""
    data = _bytes(path)
    form, grids, hidden = _contents(path, data, limits)
    return RawExport(path.name, hashlib.sha256(data).hexdigest(), form, tuple(grids), tuple(hidden))


def _bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= MAX_FILE_BYTES else b""
    except PermissionError:
        raise UnreadableExport(
            str(path), "Không có quyền đọc tệp.", "Xin quyền đọc, hoặc chép tệp lại bằng tài khoản đang dùng."
        ) from None
    except OSError as error:
        raise UnreadableExport(
            str(path), f"Không mở được tệp: {error.strerror}.", "Đóng tệp trong Excel rồi thử lại."
        ) from None
    if size > MAX_FILE_BYTES:
        raise UnreadableExport(str(path), "Tệp lớn hơn 512 MB.", "Xuất từng quý hoặc từng tháng, dạng CSV.")
    if not data:
        raise UnreadableExport(str(path), "Tệp trống (0 byte).", _EXPORT_AGAIN)
    return data


def _refuse_too_many_lines(path: Path, data: bytes) -> None:
    if len(data) > MAX_LINES and (lines := data.count(b"\n")) > MAX_LINES:
        raise UnreadableExport(
            str(path), f"Tệp có {lines} dòng, nhiều hơn {MAX_LINES}.", "Xuất từng quý hoặc từng tháng."
        )


def _refuse_a_long_line(path: Path, text: str) -> None:
    """Refuse a delimited text whose lines no list has, before memory is asked for every one of its cells."""
    for start in range(0, len(text) - _LONGEST_LINE + 1, _LONGEST_LINE):
        if all(text.find(end, start, start + _LONGEST_LINE) < 0 for end in "\n\r"):
            raise UnreadableExport(
                str(path), f"Có dòng dài hơn {_LONGEST_LINE} ký tự: tệp hỏng hoặc không phải danh sách.", _EXPORT_AGAIN
            )


def _contents(path: Path, data: bytes, limits: Limits) -> tuple[str, list[Grid], list[str]]:
    for magic, kind in _OTHERS.items():
        if data.startswith(magic):
            raise UnreadableExport(str(path), f"Đây là {kind}, không phải bảng tính.", _EXPORT_AGAIN)
    if data.startswith((b"PK", _OLE)):
        return _in_child("book", path, data, limits)
    _refuse_too_many_lines(path, data)
    text, encoding = decode_text(data, path)
    start = text[:20_000].lower()
    for shape, kind, now in _TEXTS:
        if re.match(shape, start, re.DOTALL):
            raise UnreadableExport(str(path), f"Đây là {kind}.", now)
    if "urn:schemas-microsoft-com:office:spreadsheet" in start and "<workbook" in start:
        _, grids, hidden = _in_child("xml", path, _checked_markup(path, text), limits)
        return f"SpreadsheetML, {encoding}", grids, hidden
    if "<table" in start or "<html" in start[:2000]:
        _, grids, hidden = _in_child("html", path, _checked_markup(path, text), limits)
        return f"HTML, {encoding}", grids, hidden
    if start.lstrip().startswith("<?xml"):
        raise UnreadableExport(
            str(path), "Tệp XML không phải bảng tính Excel 2003.", "Xuất danh sách dạng Excel hoặc CSV."
        )
    _refuse_a_long_line(path, text)
    records = read_delimited(text, str(path))
    grid = Grid("", tuple(records.columns), records.widths, mended=records.mended, is_open=records.is_open)
    return f"CSV ngăn cách bằng {named(records.delimiter)}, {encoding}", [grid], []


def _checked_markup(path: Path, text: str) -> bytes:
    """Refuse entities and a table that the file does not end (a download that broke off)."""
    if re.search(r"<!ENTITY", text, re.IGNORECASE):
        raise UnreadableExport(str(path), "Tệp có khai báo thực thể (ENTITY), bảng tính thật không có.", _EXPORT_AGAIN)
    if len(re.findall(r"<(?:\w+:)?table\b", text, re.I)) > len(re.findall(r"</(?:\w+:)?table\s*>", text, re.I)):
        raise UnreadableExport(str(path), "Tệp bị cắt ngang: bảng chưa kết thúc.", _EXPORT_AGAIN)
    return text.replace("\0", "").encode("utf-8", errors="replace")


# --- the child process -----------------------------------------------------------------------------------------------


def _in_child(kind: str, path: Path, data: bytes, limits: Limits) -> tuple[str, list[Grid], list[str]]:
    """Parse a file in a child process with memory and time limits: its form, its grids and the names of hidden ones."""
    seconds = limits.seconds or TIME_LIMIT_SECONDS
    memory = [str(limits.memory)] if limits.memory else []
    child = subprocess.Popen(
        [sys.executable, "-I", str(_CHILD), kind, *memory],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    late = threading.Event()

    def stop() -> None:
        late.set()
        child.kill()

    timer = threading.Timer(seconds, stop)
    timer.start()
    try:
        with child:
            _send(child, data)
            assert child.stdout is not None
            return _collect(path, _lines(child.stdout))
    except ValueError:
        raise _stopped(path) from None
    finally:
        timer.cancel()
        child.kill()
        if late.is_set():
            raise UnreadableExport(str(path), f"Đọc quá {seconds:g} giây.", "Xuất lại dạng CSV.") from None


def _lines(stream: IO[bytes]) -> Iterator[dict[str, Any]]:
    """What the child prints, a chunk with its columns; raises ValueError where it breaks off."""
    for text in iter(stream.readline, b""):
        line = json.loads(text)
        if "sizes" in line:
            line["columns"] = [_column(stream, line["rows"], size) for size in line["sizes"]]
        yield line


def _column(stream: IO[bytes], rows: int, size: int) -> pa.Array:
    """One column of a chunk, of which the child tells the cells with NUL between them."""
    told = stream.read(size)
    if len(told) < size:
        raise ValueError("the child has broken off")
    marks = np.flatnonzero(np.frombuffer(told, dtype=np.uint8) == 0)
    ends = np.append(marks, len(told)) - np.arange(rows)
    places = pa.py_buffer(np.concatenate([[0], ends]).astype(np.int32))
    column = pa.Array.from_buffers(pa.string(), rows, [None, places, pa.py_buffer(told.replace(b"\0", b""))])
    column.validate(full=True)
    return column


def _send(child: subprocess.Popen[bytes], data: bytes) -> None:
    assert child.stdin is not None
    with suppress(BrokenPipeError):  # the child has died; its answer, or the lack of one, says why
        child.stdin.write(data)
        child.stdin.close()


def _stopped(path: Path) -> UnreadableExport:
    return UnreadableExport(
        str(path),
        "Tệp làm trình đọc bảng tính dừng đột ngột (ô ở quá xa, tệp hỏng hoặc quá lớn).",
        "Mở tệp bằng Excel, lưu lại thành .xlsx rồi thử lại; tệp rất lớn thì xuất từng quý hoặc dạng CSV.",
    )


def _collect(path: Path, lines: Iterable[dict[str, Any]]) -> tuple[str, list[Grid], list[str]]:
    """The form and grids that the child's lines describe; raises UnreadableExport for its error or a missing end."""
    heads: list[tuple[dict[str, Any], list[dict[str, Any]]]] = []
    form, ended = "", False
    for line in lines:
        if "error" in line:
            raise _refusal(path, line)
        if "sheet" in line:
            heads.append((line, []))
        elif "columns" in line:
            heads[-1][1].append({"columns": line["columns"], "widths": line.get("widths")})
        form, ended = line.get("form", form), ended or "end" in line
    if not ended:
        raise _stopped(path)
    grids = [_grid(head, chunks) for head, chunks in heads if head["visible"]]
    return form, grids, [head["sheet"] for head, _ in heads if not head["visible"]]


def _refusal(path: Path, line: dict[str, Any]) -> UnreadableExport:
    if line["error"] == "Refused":
        return UnreadableExport(str(path), line["what"], line["now"])
    if line["error"] == "PasswordError":
        refused = password()
        return UnreadableExport(str(path), refused.what, refused.now)
    if line["error"] == "MemoryError":
        return _stopped(path)
    return UnreadableExport(str(path), "Tệp không phải bảng tính hợp lệ hoặc bị hỏng.", _EXPORT_AGAIN)


def _grid(head: dict[str, Any], chunks: list[dict[str, Any]]) -> Grid:
    columns = tuple(pa.chunked_array(list(parts)) for parts in zip(*(c["columns"] for c in chunks), strict=True))
    told = [c["widths"] for c in chunks if c["widths"] is not None]
    widths = np.concatenate([np.asarray(w, dtype=np.int64) for w in told]) if told else None
    merges = tuple((a, b, c, d) for a, b, c, d in head["merges"])
    faults = tuple((row, column, kind) for row, column, kind in head["faults"])
    return Grid(head["sheet"], columns, widths, merges, faults=faults, faulty=head["faulty"])


# --- text files ------------------------------------------------------------------------------------------------------


def decode_text(data: bytes, path: Path) -> tuple[str, str]:
    """The text in the bytes of a file and the name of its encoding; raises UnreadableExport when none fits."""
    for text, label in _unicode_readings(data):
        if text is None:
            raise UnreadableExport(str(path), f"Tệp {label} bị cắt ngang hoặc hỏng.", _EXPORT_AGAIN)
        if "\0" in text:
            raise UnreadableExport(str(path), "Tệp nhị phân, không phải bảng hay văn bản.", _EXPORT_AGAIN)
        return text, label
    legacy = None if b"\0" in data or len(data) > MAX_LEGACY_BYTES else decode_bytes(data)
    if legacy is None:
        raise UnreadableExport(
            str(path),
            f"Không nhận ra bảng mã của tệp; byte lạ đầu tiên ở dòng {_odd_line(data)}.",
            "Lưu lại với mã UTF-8.",
        )
    return legacy


def _odd_line(data: bytes) -> int:
    """The number of the first line that is no UTF-8."""
    good = data.decode("utf-8", errors="replace").partition("\ufffd")[0]
    return good.count("\n") + 1


def _unicode_readings(data: bytes) -> Iterator[tuple[str | None, str]]:
    """The one Unicode reading that the marks or the bytes call for (None when it fails), or nothing."""
    for mark, codec, label in (
        (b"\xef\xbb\xbf", "utf-8-sig", "UTF-8"),
        (b"\xff\xfe\0\0", "utf-32", "UTF-32"),
        (b"\xff\xfe", "utf-16", "UTF-16"),
        (b"\xfe\xff", "utf-16", "UTF-16"),
    ):
        if data.startswith(mark):
            yield _try(data, codec), label
            return
    sample = data[:4096]
    for codec, zeros in (("utf-16-le", sample[1::2].count(0)), ("utf-16-be", sample[::2].count(0))):
        if len(data) % 2 == 0 and zeros > len(sample) // 5:
            yield _try(data, codec), "UTF-16"
            return
    try:
        yield data.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and error.start >= len(data) - 3 and error.start:
            cut = data[: error.start]
            if not cut.isascii():
                yield None, "UTF-8"


def _try(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None
