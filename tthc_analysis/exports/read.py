"""Any export file → grids of text cells with their place in the file. Nothing is interpreted here.

Every cell is text: pandas would turn '98,1' into 981, '007' into 7 and the code 1.005090 into 1.00509. A file is known by
its content, not its ending; whatever a portal can make hostile is parsed in a child process with memory and time limits.
"""

from __future__ import annotations

import io
import json
import mmap
import os
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import IO, Any
from weakref import WeakSet

import numpy as np
import pyarrow as pa

from tthc_analysis.errors import UnreadableExport
from tthc_analysis.exports._child import CPU_SECONDS, answer, seconds
from tthc_analysis.exports._delimited import WIDTHS
from tthc_analysis.exports._refused import password
from tthc_analysis.exports._texts import HEAD_BYTES, is_markup
from tthc_analysis.exports.nothing import NAME
from tthc_analysis.exports.text import clean_text
from tthc_analysis.folders import scratch

#: a workbook is held as a whole, a text is not
MAX_BOOK_BYTES, MAX_TEXT_BYTES = 512 << 20, 4 << 30
#: a smaller text is read where it is: a process would cost more than the text
SMALL_TEXT_BYTES = 4 << 20
#: of waiting; the child's own limit is of computing, for a busy machine is no fault of the file
TIME_LIMIT_SECONDS = 120
SUFFIXES = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".csv", ".tsv", ".txt", ".htm", ".html", ".xml"}
_ARCHIVES = {".zip", ".rar", ".7z", ".gz", ".tar", ".tgz", ".bz2", ".xz", ".cab"}
_SYSTEM_FILES = {"thumbs.db", "desktop.ini"}
_HEAD_ROWS = 100
_BATCHES = "dong.arrow"
_EXPORT_AGAIN = "Xuất lại tệp từ hệ thống một cửa."
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
_MAPPED: WeakSet[mmap.mmap] = WeakSet()
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
    with _opened(path) as source:
        head = source.read(HEAD_BYTES)
        source.seek(0)
        kind, size = _kind(path, head), os.fstat(source.fileno()).st_size
        most = MAX_BOOK_BYTES if kind == "book" else MAX_TEXT_BYTES
        if size > most:
            raise UnreadableExport(
                str(path), f"Tệp lớn hơn {most >> 20} MB.", "Xuất từng quý hoặc từng tháng, dạng CSV."
            )
        if kind == "text" and size <= SMALL_TEXT_BYTES and not is_markup(head):
            return _collect(path, answer(kind, io.BytesIO(source.read(SMALL_TEXT_BYTES + 1))), None)
        return _in_child(kind, path, source, limits)


def _opened(path: Path) -> IO[bytes]:
    try:
        return _start(path)
    except PermissionError:
        raise UnreadableExport(
            str(path), "Không có quyền đọc tệp.", "Xin quyền đọc, hoặc chép tệp lại bằng tài khoản đang dùng."
        ) from None
    except OSError as error:
        raise UnreadableExport(
            str(path),
            f"Không mở được tệp (hệ điều hành từ chối, mã {error.errno}).",
            "Đóng tệp trong Excel rồi thử lại.",
        ) from None


def _start(path: Path) -> IO[bytes]:
    return path.open("rb", buffering=0)


def _kind(path: Path, head: bytes) -> str:
    """Whether a file that begins so is a workbook or a text; raises UnreadableExport for what is neither."""
    if not head:
        raise UnreadableExport(str(path), "Tệp trống (0 byte).", _EXPORT_AGAIN)
    for magic, kind in _OTHERS.items():
        if head.startswith(magic):
            raise UnreadableExport(str(path), f"Đây là {kind}, không phải bảng tính.", _EXPORT_AGAIN)
    return "book" if head.startswith((b"PK", _OLE)) else "text"


# --- the child process -----------------------------------------------------------------------------------------------


def _in_child(kind: str, path: Path, source: IO[bytes], limits: Limits) -> RawExport:
    """Parse a file in a child process with memory and time limits."""
    longer = seconds(kind, os.fstat(source.fileno()).st_size) / CPU_SECONDS
    longest = limits.seconds or TIME_LIMIT_SECONDS * longer
    memory = [str(limits.memory)] if limits.memory else []
    with scratch("doc") as folder:
        child = subprocess.Popen(
            [sys.executable, "-I", str(_CHILD), kind, str(folder / _BATCHES), *memory],
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "ARROW_DEFAULT_MEMORY_POOL": "system"},  # the others take much room at once
        )
        late = threading.Event()

        def stop() -> None:
            late.set()
            child.kill()

        timer = threading.Timer(longest, stop)
        timer.start()
        try:
            with child:
                assert child.stdout is not None
                return _collect(path, _lines(child.stdout), folder / _BATCHES)
        except ValueError:
            raise _stopped(path) from None
        finally:
            timer.cancel()
            child.kill()
            if late.is_set():
                raise UnreadableExport(str(path), f"Đọc quá {longest:g} giây.", "Xuất lại dạng CSV.") from None


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


def _stopped(path: Path) -> UnreadableExport:
    return UnreadableExport(
        str(path),
        "Tệp làm trình đọc bảng tính dừng đột ngột (ô ở quá xa, tệp hỏng hoặc quá lớn).",
        "Mở tệp bằng Excel, lưu lại thành .xlsx rồi thử lại; tệp rất lớn thì xuất từng quý hoặc dạng CSV.",
    )


def _collect(path: Path, lines: Iterable[dict[str, Any]], batches: Path | None) -> RawExport:
    """The export that lines describe; raises UnreadableExport for their error or a missing end.

    The rows of a delimited text are in the lines or, where another process has printed these, in the file `batches`.
    """
    heads: list[tuple[dict[str, Any], list[dict[str, Any]]]] = []
    told: dict[str, Any] = {}
    rows: list[pa.RecordBatch] = []
    for line in lines:
        if "error" in line:
            raise _refusal(path, line)
        if "sheet" in line:
            heads.append((line, []))
        elif "columns" in line:
            heads[-1][1].append({"columns": line["columns"], "widths": line.get("widths")})
        elif "batch" in line:
            rows.append(line["batch"])
        else:
            told |= line
    if "end" not in told:
        raise _stopped(path)
    if "beyond" in told:
        grids = [_text_grid(_table(batches) if batches else pa.Table.from_batches(rows), told)]
    else:
        grids = [_grid(head, chunks) for head, chunks in heads if head["visible"]]
    hidden = tuple(head["sheet"] for head, _ in heads if not head["visible"])
    return RawExport(path.name, told["sha256"], told.get("form", ""), tuple(grids), hidden)


def _table(batches: Path) -> pa.Table:
    """The rows in a file of Arrow's, which stay on disk where a file in use can be deleted."""
    with batches.open("rb") as file:
        if os.name == "nt":
            return pa.ipc.open_file(pa.py_buffer(file.read())).read_all()
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    _MAPPED.add(mapped)
    return pa.ipc.open_file(pa.py_buffer(mapped)).read_all()


def let_go() -> None:
    """Let memory go of the rows on disk that were looked at; they are found again when they are looked at again."""
    for mapped in _MAPPED:
        if hasattr(mapped, "madvise"):
            mapped.madvise(mmap.MADV_DONTNEED)


def _text_grid(table: pa.Table, told: Mapping[str, Any]) -> Grid:
    """The grid of a delimited text."""
    columns, widths = table.columns[:-1], table.column(WIDTHS).to_numpy()
    beyond: dict[int, dict[int, str]] = {}
    for column, row, cell in told["beyond"]:
        beyond.setdefault(column, {})[row] = cell
    columns += [_sparse(beyond.get(i, {}), len(table)) for i in range(len(columns), max(beyond, default=-1) + 1)]
    return Grid("", tuple(columns), widths, mended=told["mended"], is_open=told["is_open"])


def _sparse(cells: Mapping[int, str], rows: int) -> pa.ChunkedArray:
    """A column in which only some rows have a cell."""
    places = np.full(rows, len(cells), dtype=np.int32)
    places[list(cells)] = np.arange(len(cells))
    return pa.chunked_array([pa.array([*cells.values(), ""], pa.string()).take(pa.array(places))])


def _refusal(path: Path, line: dict[str, Any]) -> UnreadableExport:
    if line["error"] == "Refused":
        return UnreadableExport(f"{path}{line['place']}", line["what"], line["now"])
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
