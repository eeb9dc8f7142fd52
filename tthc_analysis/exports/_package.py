"""What a container file holds and whether it is safe, found out before any spreadsheet reader touches it."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from pathlib import Path

from tthc_analysis.errors import UnreadableExport

MAX_UNPACKED_BYTES = 2 << 30
MAX_RATIO = 200
#: smaller packages are searched in full for far cells; in larger ones the child's memory limit is the guard
FULL_SEARCH_BYTES = 32 << 20
MAX_CELLS = 60_000_000
_ALWAYS_FINE = 50 << 20
_HEAD = 64 << 10
_COLUMN = re.compile(rb'\sr=["\']([A-Za-z]{1,3})\d')
_HIGH_ROW = re.compile(rb'\sr=["\'](?:[A-Za-z]{1,3})?(\d{4,9})["\']')
_ERROR_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*\bt=[\"']e[\"'][^>]*)>")
_REFERENCE = re.compile(rb"\br=[\"']([A-Za-z]+\d+)")
_DTD = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_ASK_AGAIN = "Không mở tệp này; xin lại từ hệ thống nguồn."
_BROKEN = (
    zipfile.BadZipFile,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    struct.error,
    zlib.error,
)


def check_zip(path: Path) -> str:
    """The form of a spreadsheet package; refuses what is none, is protected, enormous, has a DTD or a cell far away."""
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
            _check_kind(path, {i.filename for i in infos}, infos)
            _check_sizes(path, infos)
            total, names = sum(i.file_size for i in infos), {i.filename for i in infos}
            for info in infos:
                if info.filename.lower().endswith((".xml", ".rels")):
                    _check_part(path, archive, info, total <= FULL_SEARCH_BYTES)
    except _BROKEN:
        raise UnreadableExport(str(path), "Tệp bị hỏng hoặc tải về chưa trọn vẹn.", "Xuất lại tệp.") from None
    return "OpenDocument (ods)" if "content.xml" in names else "Excel (xlsx)"


def _check_kind(path: Path, names: set[str], infos: list[zipfile.ZipInfo]) -> None:
    if any(i.flag_bits & 1 for i in infos):
        raise password(path)
    if len(names) != len(infos):
        raise UnreadableExport(str(path), "Tệp nén bất thường: một thành phần có hai bản.", _ASK_AGAIN)
    lowered = {n.lower() for n in names}
    if "word/document.xml" in lowered:
        raise UnreadableExport(
            str(path), "Đây là tệp Word, không phải bảng tính.", "Xuất danh sách dạng Excel hoặc CSV."
        )
    if not {"[content_types].xml", "content.xml"} & lowered:
        raise UnreadableExport(
            str(path), "Đây là tệp nén, không phải bảng tính.", "Giải nén rồi đưa tệp bên trong vào."
        )


def _check_sizes(path: Path, infos: list[zipfile.ZipInfo]) -> None:
    total, packed = sum(i.file_size for i in infos), sum(i.compress_size for i in infos) or 1
    if total > MAX_UNPACKED_BYTES or (total > _ALWAYS_FINE and total / packed > MAX_RATIO):
        raise UnreadableExport(str(path), f"Tệp nén bất thường: giải nén thành {total >> 20} MB.", _ASK_AGAIN)


def _check_part(path: Path, archive: zipfile.ZipFile, info: zipfile.ZipInfo, in_full: bool) -> None:
    with archive.open(info) as part:
        data = part.read(FULL_SEARCH_BYTES if in_full else _HEAD).replace(b"\0", b"")
    if _DTD.search(data):
        raise UnreadableExport(str(path), "Tệp có khai báo DTD, bảng tính thật không có.", _ASK_AGAIN)
    if b"manifest:encryption-data" in data and info.filename == "META-INF/manifest.xml":
        raise password(path)
    if in_full and "worksheets/" in info.filename:
        _check_far_cells(path, data)
        _check_error_cells(path, data)


def _check_far_cells(path: Path, data: bytes) -> None:
    """Readers allocate width × height: one cell at XFD1048576 in a tiny file would cost half a terabyte."""
    width = max(map(_column_number, set(_COLUMN.findall(data))), default=1)
    height = max(map(int, set(_HIGH_ROW.findall(data))), default=1)
    if width * height > MAX_CELLS:
        raise UnreadableExport(
            str(path),
            f"Tệp có ô ở quá xa (cột thứ {width}, dòng {height}): trang tính rộng bất thường.",
            "Xóa các cột, dòng thừa ở cuối trang tính rồi lưu lại, hoặc xuất dạng CSV.",
        )


def _check_error_cells(path: Path, data: bytes) -> None:
    """Refuse formula errors: the reader would give them as blank cells, and a due date must not vanish in silence."""
    found = [m[1] for m in _ERROR_CELL.finditer(data)]
    if found:
        places = ", ".join(r[1].decode() for r in map(_REFERENCE.search, found[:5]) if r)
        raise UnreadableExport(
            str(path),
            f"Trang tính có {len(found)} ô lỗi công thức (#N/A, #REF!…), trong đó {places or 'không rõ vị trí'}.",
            "Sửa hoặc xóa nội dung các ô đó rồi lưu lại; tốt nhất là dùng tệp xuất gốc.",
        )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def check_ole(path: Path) -> None:
    """Tell a binary workbook from an encrypted package and from other documents of the same container."""
    data = path.read_bytes()

    def holds(name: str) -> bool:
        return name.encode("utf-16-le") in data

    if holds("EncryptedPackage") or holds("EncryptionInfo"):
        raise password(path)
    if not holds("Workbook") and not holds("Book"):
        kind = "tệp Word" if holds("WordDocument") else "tệp OLE không có bảng tính"
        raise UnreadableExport(
            str(path), f"Đây là {kind}, hoặc tệp bị hỏng.", "Xuất lại danh sách dạng Excel hoặc CSV."
        )


def password(path: Path) -> UnreadableExport:
    """The one message for every kind of protection."""
    return UnreadableExport(
        str(path), "Tệp có mật khẩu.", "Mở bằng Excel, bỏ mật khẩu (Tệp › Thông tin › Bảo vệ) rồi lưu lại."
    )
