"""Any export file → grids of text cells with their place in the file. Nothing is interpreted here.

Every cell is text: pandas would turn '98,1' into 981, '007' into 7 and the code 1.005090 into 1.00509.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from tthc_analysis.errors import UnreadableExport

MAX_FILE_BYTES = 512 << 20
MAX_UNPACKED_BYTES = 2 << 30
MAX_RATIO = 200
TIME_LIMIT_SECONDS = 300
SUFFIXES = {".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".tsv", ".txt", ".htm", ".html"}
_OLE = b"\xd0\xcf\x11\xe0"
_SHEETS = Path(__file__).with_name("_sheets.py")


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet as text; `rows[i]` is row i + 1 of the file."""

    sheet: str
    rows: list[list[str]]


@dataclass(frozen=True)
class RawExport:
    """One export file: its name, the sha256 of its bytes, and its grids."""

    file: str
    sha256: str
    grids: tuple[Grid, ...]


def list_exports(folder: Path) -> list[Path]:
    """The export files of a dataset folder in order of name; lock files and notes are passed over."""
    if not folder.is_dir():
        return []
    return sorted(
        p
        for p in folder.iterdir()
        if p.is_file() and p.suffix.lower() in SUFFIXES and not p.name.startswith(("~$", "."))
    )


def read_export(path: Path) -> RawExport:
    """Read one export by its content, not its ending; raises UnreadableExport."""
    size = path.stat().st_size
    if size == 0:
        raise UnreadableExport(str(path), "Tệp trống (0 byte).", "Xuất lại tệp từ hệ thống một cửa.")
    if size > MAX_FILE_BYTES:
        raise UnreadableExport(str(path), "Tệp lớn hơn 512 MB.", "Xuất từng quý hoặc từng tháng, dạng CSV.")
    with path.open("rb") as source:
        head = source.read(4096)
        source.seek(0)
        digest = hashlib.file_digest(source, "sha256").hexdigest()
    return RawExport(path.name, digest, tuple(_grids(path, head)))


def _grids(path: Path, head: bytes) -> list[Grid]:
    if head.startswith(b"PK"):
        _check_zip(path)
        return _read_sheets(path)
    if head.startswith(_OLE):
        return _read_sheets(path)
    text = _decode(path)
    if "<table" in text[:20000].lower() or "<html" in text[:2000].lower():
        return _read_html(path, text)
    return [_read_delimited(text)]


def _check_zip(path: Path) -> None:
    """Refuse a workbook that unpacks to something enormous, before any reader touches it."""
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except zipfile.BadZipFile:
        raise UnreadableExport(str(path), "Tệp bị hỏng hoặc tải về chưa trọn vẹn.", "Xuất lại tệp.") from None
    total = sum(i.file_size for i in infos)
    packed = sum(i.compress_size for i in infos) or 1
    if total > MAX_UNPACKED_BYTES or (total > 50 << 20 and total / packed > MAX_RATIO):
        raise UnreadableExport(
            str(path),
            f"Tệp nén bất thường: giải nén thành {total >> 20} MB.",
            "Không mở tệp này; xin lại từ hệ thống nguồn.",
        )
    if any(i.flag_bits & 1 for i in infos):
        raise UnreadableExport(str(path), "Tệp có mật khẩu.", "Bỏ mật khẩu rồi lưu lại.")


def _read_sheets(path: Path) -> list[Grid]:
    """Read a workbook in a child process with memory and time limits."""
    try:
        child = subprocess.run(
            [sys.executable, "-I", str(_SHEETS), str(path)],
            capture_output=True,
            timeout=TIME_LIMIT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UnreadableExport(str(path), f"Đọc quá {TIME_LIMIT_SECONDS} giây.", "Xuất lại dạng CSV.") from None
    if child.returncode != 0:
        raise UnreadableExport(str(path), "Tệp làm trình đọc bảng tính dừng đột ngột (ô ở quá xa hoặc tệp hỏng).")
    answer = json.loads(child.stdout)
    if "error" in answer:
        raise UnreadableExport(str(path), "Tệp không phải bảng tính hợp lệ, bị hỏng hoặc có mật khẩu.")
    return [Grid(sheet["name"], sheet["rows"]) for sheet in answer["sheets"]]


def _decode(path: Path) -> str:
    data = path.read_bytes()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1258")
    except UnicodeDecodeError:
        raise UnreadableExport(str(path), "Không nhận ra bảng mã của tệp.", "Lưu lại tệp với mã UTF-8.") from None


def _read_html(path: Path, text: str) -> list[Grid]:
    """The largest table of an HTML file; entities are text, DTDs are not followed, spans do not multiply cells."""
    root = etree.fromstring(text.encode("utf-8"), parser=etree.HTMLParser(encoding="utf-8", no_network=True))
    tables = [] if root is None else root.findall(".//table")
    if not tables:
        raise UnreadableExport(str(path), "Tệp HTML không có bảng nào.", "Xuất lại danh sách từ hệ thống một cửa.")
    largest = max(tables, key=lambda t: len(t.findall(".//tr")))
    rows = [[str(cell.xpath("string()")) for cell in tr.iterchildren("td", "th")] for tr in largest.iter("tr")]
    return [Grid("", rows)]


def _read_delimited(text: str) -> Grid:
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(";,\t|", key=first.count)
    csv.field_size_limit(1 << 20)
    return Grid("", list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)))
