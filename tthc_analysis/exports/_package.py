"""What a zipped spreadsheet holds and whether it is safe, found out before any reader touches it; runs in the child."""

import io
import re
import struct
import zipfile
import zlib
from xml.etree import ElementTree

from tthc_analysis.exports._faults import Faults
from tthc_analysis.exports._ods import ods_faults
from tthc_analysis.exports._refused import AGAIN, ASK_AGAIN, Refused, broken, password
from tthc_analysis.exports._xlsb import xlsb_faults
from tthc_analysis.exports._xlsx import without_areas, xlsx_faults

MAX_UNPACKED_BYTES = 2 << 30
MAX_RATIO = 200
_ALWAYS_FINE = 50 << 20
_HEAD = 64 << 10
_DTD = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_BROKEN = (
    zipfile.BadZipFile,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    KeyError,
    struct.error,
    zlib.error,
    ElementTree.ParseError,
)


def check_package(data: bytes) -> tuple[str, bytes, dict[str, Faults]]:
    """The form of a spreadsheet package, its bytes as the reader takes them, and the faulty cells of each sheet.

    Refuses what is no spreadsheet, protected, enormous, has a DTD, a cell far away, or two rows or sheets of one name.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            names = {i.filename for i in infos}
            _check_kind(names, infos)
            _check_sizes(infos)
            _check_prologs(archive, infos)
            if "content.xml" in names:
                return "OpenDocument (ods)", data, ods_faults(archive)
            if any(n.lower() == "xl/workbook.bin" for n in names):
                return "Excel nhị phân (xlsb)", data, xlsb_faults(archive)
            faults, odd = xlsx_faults(archive, names)
            return "Excel (xlsx)", without_areas(archive, odd) if odd else data, faults
    except _BROKEN:
        raise broken() from None


def _check_kind(names: set[str], infos: list[zipfile.ZipInfo]) -> None:
    if any(i.flag_bits & 1 for i in infos):
        raise password()
    if len(names) != len(infos):
        raise Refused("Tệp nén bất thường: một thành phần có hai bản.", ASK_AGAIN)
    lowered = {n.lower() for n in names}
    for part, kind in (("word/document.xml", "tệp Word"), ("ppt/presentation.xml", "tệp PowerPoint")):
        if part in lowered:
            raise Refused(f"Đây là {kind}, không phải bảng tính.", "Xuất danh sách dạng Excel hoặc CSV.")
    if any(n.endswith(".iwa") for n in lowered):
        raise Refused("Đây là tệp Numbers của Apple.", "Xuất danh sách dạng Excel hoặc CSV.")
    if not {"[content_types].xml", "content.xml"} & lowered:
        raise Refused("Đây là tệp nén, không phải bảng tính.", "Giải nén rồi đưa tệp bên trong vào.")


def _check_sizes(infos: list[zipfile.ZipInfo]) -> None:
    total, packed = sum(i.file_size for i in infos), sum(i.compress_size for i in infos) or 1
    if total > MAX_UNPACKED_BYTES or (total > _ALWAYS_FINE and total / packed > MAX_RATIO):
        raise Refused(f"Tệp nén bất thường: giải nén thành {total >> 20} MB.", ASK_AGAIN)


def _check_prologs(archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo]) -> None:
    """Refuse a DTD, which stands at the beginning of a part, and an encrypted OpenDocument."""
    for info in infos:
        if info.filename.lower().endswith((".xml", ".rels")):
            with archive.open(info) as part:
                head = part.read(_HEAD).replace(b"\0", b"")
            if _DTD.search(head):
                raise Refused("Tệp có khai báo DTD, bảng tính thật không có.", ASK_AGAIN)
            if info.filename == "META-INF/manifest.xml" and b"manifest:encryption-data" in archive.read(info):
                raise password()
            if info.filename == "content.xml" and b"office:body" in head and b"office:spreadsheet" not in head:
                body = archive.read(info)
                if b"<office:spreadsheet" not in body:
                    raise Refused("Đây là tệp văn bản hay trình chiếu, không phải bảng tính.", AGAIN)
