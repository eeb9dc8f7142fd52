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
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa

from tthc_analysis.errors import UnreadableExport
from tthc_analysis.exports._delimited import read_delimited
from tthc_analysis.exports._package import check_ole, check_zip, password
from tthc_analysis.exports.text import clean_text, decode_bytes

MAX_FILE_BYTES = 512 << 20
TIME_LIMIT_SECONDS = 300
SUFFIXES = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".csv", ".tsv", ".txt", ".htm", ".html", ".xml"}
_HEAD_ROWS = 100
_OLE = b"\xd0\xcf\x11\xe0"
_OTHERS = {
    b"%PDF": "tệp PDF",
    b"\x89PNG": "tệp ảnh",
    b"\xff\xd8\xff": "tệp ảnh",
    b"Rar!": "tệp nén RAR",
    b"7z\xbc\xaf": "tệp nén 7z",
    b"\x1f\x8b": "tệp nén gzip",
}
_SHEETS = Path(__file__).with_name("_sheets.py")
_EXPORT_AGAIN = "Xuất lại tệp từ hệ thống một cửa."


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet as columns of text (Arrow strings, "" when blank); row i is row i + 1 of the file.

    `widths` says how many cells each row really has, where the format tells; `merges` are (row, column, last row, last
    column) of merged cells, counted from 0.
    """

    sheet: str
    columns: tuple[Any, ...]
    widths: np.ndarray | None = None
    merges: tuple[tuple[int, int, int, int], ...] = ()

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
    return path.name.startswith(("~$", ".")) or path.name.endswith(".corrections.toml")


def list_exports(folder: Path) -> list[Path]:
    """The export files of a dataset folder in order of name; lock files and notes are passed over."""
    if not folder.is_dir():
        return []
    return sorted(p for p in folder.iterdir() if p.is_file() and p.suffix.lower() in SUFFIXES and not _is_note(p))


def passed_over(folder: Path) -> list[str]:
    """Names in a dataset folder that are neither exports nor notes of this library: nobody should think them read."""
    if not folder.is_dir():
        return []
    return sorted(
        p.name
        for p in folder.iterdir()
        if not _is_note(p) and (p.is_dir() or p.suffix.lower() not in SUFFIXES | {".md"})
    )


def read_export(path: Path) -> RawExport:
    """Read one export by its content, not its ending; raises UnreadableExport."""
    try:
        size = path.stat().st_size
        with path.open("rb") as source:
            head = source.read(4096)
            source.seek(0)
            digest = hashlib.file_digest(source, "sha256").hexdigest()
    except OSError as error:
        raise UnreadableExport(
            str(path), f"Không mở được tệp: {error.strerror}.", "Đóng tệp trong Excel rồi thử lại."
        ) from None
    if size == 0:
        raise UnreadableExport(str(path), "Tệp trống (0 byte).", _EXPORT_AGAIN)
    if size > MAX_FILE_BYTES:
        raise UnreadableExport(str(path), "Tệp lớn hơn 512 MB.", "Xuất từng quý hoặc từng tháng, dạng CSV.")
    form, grids, hidden = _contents(path, head)
    return RawExport(path.name, digest, form, tuple(grids), tuple(hidden))


def _contents(path: Path, head: bytes) -> tuple[str, list[Grid], list[str]]:
    for magic, kind in _OTHERS.items():
        if head.startswith(magic):
            raise UnreadableExport(str(path), f"Đây là {kind}, không phải bảng tính.", _EXPORT_AGAIN)
    if head.startswith(b"PK"):
        return (check_zip(path), *_in_child("book", path))
    if head.startswith(_OLE):
        check_ole(path)
        return ("Excel 97–2003 (xls)", *_in_child("book", path))
    text, encoding = decode_file(path)
    start = text[:20_000].lower()
    if "urn:schemas-microsoft-com:office:spreadsheet" in start and "<workbook" in start:
        return (f"SpreadsheetML, {encoding}", *_in_child("xml", path, _checked_markup(path, text)))
    if "<table" in start or "<html" in start[:2000]:
        return (f"HTML, {encoding}", *_in_child("html", path, _checked_markup(path, text)))
    records = read_delimited(text, str(path))
    sign = {"\t": "tab", "\x1f": "mã 31"}.get(records.delimiter, records.delimiter)
    return f"CSV ngăn cách bằng “{sign}”, {encoding}", [Grid("", tuple(records.columns), records.widths)], []


def _checked_markup(path: Path, text: str) -> str:
    """Refuse entities and a table that the file does not end (a download that broke off)."""
    if re.search(r"<!ENTITY", text, re.IGNORECASE):
        raise UnreadableExport(str(path), "Tệp có khai báo thực thể (ENTITY), bảng tính thật không có.", _EXPORT_AGAIN)
    if len(re.findall(r"<(?:\w+:)?table\b", text, re.I)) > len(re.findall(r"</(?:\w+:)?table\s*>", text, re.I)):
        raise UnreadableExport(str(path), "Tệp bị cắt ngang: bảng chưa kết thúc.", _EXPORT_AGAIN)
    return text.replace("\0", "")


# --- the child process -----------------------------------------------------------------------------------------------


def _in_child(kind: str, path: Path, text: str | None = None) -> tuple[list[Grid], list[str]]:
    """Parse a file in a child process with memory and time limits."""
    child = subprocess.Popen(
        [sys.executable, "-I", str(_SHEETS), kind, str(path)],
        stdin=subprocess.PIPE if text is not None else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    late = threading.Event()

    def stop() -> None:
        late.set()
        child.kill()

    timer = threading.Timer(TIME_LIMIT_SECONDS, stop)
    timer.start()
    try:
        with child:
            _send(child, text)
            assert child.stdout is not None
            return _collect(path, _lines(child.stdout))
    except ValueError:
        raise _stopped(path) from None
    finally:
        timer.cancel()
        child.kill()
        if late.is_set():
            raise UnreadableExport(str(path), f"Đọc quá {TIME_LIMIT_SECONDS} giây.", "Xuất lại dạng CSV.") from None


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


def _send(child: subprocess.Popen[bytes], text: str | None) -> None:
    if text is None or child.stdin is None:
        return
    try:
        child.stdin.write(text.encode("utf-8", errors="replace"))
        child.stdin.close()
    except BrokenPipeError:  # the child has died; its answer, or the lack of one, says why
        pass


def _stopped(path: Path) -> UnreadableExport:
    return UnreadableExport(str(path), "Tệp làm trình đọc bảng tính dừng đột ngột (ô ở quá xa hoặc tệp hỏng).")


def _collect(path: Path, lines: Iterable[dict[str, Any]]) -> tuple[list[Grid], list[str]]:
    """The grids that the child's lines describe; raises UnreadableExport for its error or a missing end."""
    heads: list[tuple[dict[str, Any], list[dict[str, Any]]]] = []
    ended = False
    for line in lines:
        if "error" in line:
            raise _refusal(path, line)
        if "sheet" in line:
            heads.append((line, []))
        elif "columns" in line:
            heads[-1][1].append({"columns": line["columns"], "widths": line.get("widths")})
        ended = ended or "end" in line
    if not ended:
        raise _stopped(path)
    grids = [_grid(head, chunks) for head, chunks in heads if head["visible"]]
    return grids, [head["sheet"] for head, _ in heads if not head["visible"]]


def _refusal(path: Path, line: dict[str, Any]) -> UnreadableExport:
    if line["error"] == "PasswordError":
        return password(path)
    if line["error"] == "MemoryError":
        return _stopped(path)
    if line["error"] == "Refused":
        return UnreadableExport(str(path), line["what"], _EXPORT_AGAIN)
    return UnreadableExport(str(path), "Tệp không phải bảng tính hợp lệ hoặc bị hỏng.", _EXPORT_AGAIN)


def _grid(head: dict[str, Any], chunks: list[dict[str, Any]]) -> Grid:
    columns = tuple(pa.chunked_array(list(parts)) for parts in zip(*(c["columns"] for c in chunks), strict=True))
    told = [c["widths"] for c in chunks if c["widths"] is not None]
    widths = np.concatenate([np.asarray(w, dtype=np.int64) for w in told]) if told else None
    return Grid(head["sheet"], columns, widths, tuple((a, b, c, d) for a, b, c, d in head["merges"]))


# --- text files ------------------------------------------------------------------------------------------------------


def decode_file(path: Path) -> tuple[str, str]:
    """The text of a file and the name of its encoding; raises UnreadableExport when none fits."""
    data = path.read_bytes()
    for text, label in _unicode_readings(data):
        if text is None:
            raise UnreadableExport(str(path), f"Tệp {label} bị cắt ngang hoặc hỏng.", _EXPORT_AGAIN)
        if "\0" in text:
            raise UnreadableExport(str(path), "Tệp nhị phân, không phải bảng hay văn bản.", _EXPORT_AGAIN)
        return text, label
    legacy = None if b"\0" in data else decode_bytes(data)
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
