"""Writers of small export files in every format, for the tests of reading."""

from __future__ import annotations

import csv
import html
import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pandas as pd
import xlsxwriter

from tthc_analysis.columns import DOSSIERS, Table
from tthc_analysis.exports import Dataset, read_dataset
from tthc_analysis.rules.profiles import Profiles, load_profiles

Rows = Sequence[Sequence[str]]
PROFILES = load_profiles()
HEAD = [
    "STT",
    "Mã hồ sơ",
    "Mã TTHC",
    "Tên thủ tục hành chính",
    "Lĩnh vực",
    "Hình thức tiếp nhận",
    "Chủ hồ sơ",
    "Ngày tiếp nhận",
    "Ngày hẹn trả",
    "Ngày kết thúc xử lý",
    "Trạng thái hồ sơ",
]
NAME, FIELD = "Cấp bản sao văn bằng, chứng chỉ từ sổ gốc", "Văn bằng, chứng chỉ"
BODY = [
    ["1", "H24.99-240102-0001", "1.005092", NAME, FIELD, "Trực tuyến", "Người nộp 0001", "02/01/2024 08:00:00",
     "05/01/2024", "04/01/2024 16:30:00", "Đã trả kết quả"],
    ["2", "H24.99-240103-0002", "1.005142", "Đăng ký dự thi tốt nghiệp", "Thi, tuyển sinh", "Trực tiếp", "Người nộp 0002",
     "03/01/2024 09:15:00", "10/01/2024", "", "Đang xử lý"],
    ["3", "H24.99-240229-0003", "2.001914", "Chỉnh sửa nội dung văn bằng", FIELD, "Bưu chính", "Người nộp 0003",
     "29/02/2024 10:00:59", "07/03/2024", "", "Đang xử lý"],
]  # fmt: skip
TABLE = [HEAD, *BODY]
#: what the three rows read to: code, procedure, name, channel, received, due, resolved, status
FACTS = [
    ("H24.99-240102-0001", "1.005092", NAME, "online", "2024-01-02 08:00:00", "2024-01-05", "2024-01-04 16:30:00", "delivered"),
    ("H24.99-240103-0002", "1.005142", "Đăng ký dự thi tốt nghiệp", "in_person", "2024-01-03 09:15:00", "2024-01-10", "", "processing"),
    ("H24.99-240229-0003", "2.001914", "Chỉnh sửa nội dung văn bằng", "post", "2024-02-29 10:00:59", "2024-03-07", "", "processing"),
]  # fmt: skip
_FACT_COLUMNS = ["dossier_code", "procedure_code", "procedure_name", "channel", "received_at", "due_at", "resolved_at"]


def facts(frame: pd.DataFrame) -> list[tuple[str, ...]]:
    """The frame's rows as the tuples of FACTS."""
    moments = {"received_at": "%Y-%m-%d %H:%M:%S", "due_at": "%Y-%m-%d", "resolved_at": "%Y-%m-%d %H:%M:%S"}
    shown = frame[[*_FACT_COLUMNS, "status"]].copy()
    for name, shape in moments.items():
        shown[name] = shown[name].dt.strftime(shape)
    return list(shown.astype("str").fillna("").itertuples(index=False, name=None))


def cells(rows: Rows = BODY, **changes: str) -> list[list[str]]:
    """A copy of `rows` with cells of the first row changed, by position: c2='…'."""
    copy = [list(r) for r in rows]
    for place, value in changes.items():
        copy[0][int(place[1:])] = value
    return copy


def write(path: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    """Put bytes or text at `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def read(folder: Path, table: Table = DOSSIERS, profiles: Profiles = PROFILES) -> Dataset:
    """The dataset of a folder."""
    return read_dataset(table, folder, profiles)


def csv_text(rows: Rows = TABLE, delimiter: str = ";", quoting: int = csv.QUOTE_MINIMAL, end: str = "\r\n") -> str:
    out = io.StringIO()
    if end == "\r" and any("\n" in cell for row in rows for cell in row):
        quoting = csv.QUOTE_ALL  # Python before 3.11.5 leaves such a cell without its quotation marks
    csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=end).writerows(rows)
    return out.getvalue()


def html_text(rows: Rows = TABLE, title: str = "") -> str:
    body = "".join(f"<tr>{''.join(f'<td>{html.escape(c)}</td>' for c in r)}</tr>\n" for r in rows)
    head = f"<tr><td colspan={len(rows[0])}>{title}</td></tr>" if title else ""
    return f"<html><head><meta charset='utf-8'></head><body><table>{head}{body}</table></body></html>"


def spreadsheet_ml(rows: Rows = TABLE, name: str = "Trang 1", extra: str = "") -> str:

    def line(row: Sequence[str]) -> str:
        return "".join(f'<Cell><Data ss:Type="String">{escape(c)}</Data></Cell>' for c in row)

    lines = "".join(f"<Row>{line(r)}</Row>" for r in rows)
    return (
        '<?xml version="1.0" encoding="UTF-8"?><?mso-application progid="Excel.Sheet"?>\n'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" xmlns:x="urn:schemas-microsoft-com:office:excel">'
        f"<Worksheet ss:Name={quoteattr(name)}><Table>{lines}</Table></Worksheet>{extra}</Workbook>"
    )


def xlsx(path: Path, sheets: Mapping[str, Rows] | None = None, hidden: Sequence[str] = (), **options: bool) -> Path:
    """A workbook of text cells; text such as 02/01/2024 stays text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path), options) as book:
        for name, rows in (sheets or {"Danh sách": TABLE}).items():
            sheet = book.add_worksheet(name)
            for r, row in enumerate(rows):
                for c, value in enumerate(row):
                    if value != "":
                        sheet.write_string(r, c, value)
            if name in hidden:
                sheet.hide()
    return path


def xlsx_dates(path: Path, **options: bool) -> Path:
    """The three rows with real dates and numbers in the cells."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet("Danh sách")
        stamp = book.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"})
        sheet.write_row(0, 0, HEAD)
        for r, row in enumerate(BODY, start=1):
            for c, value in enumerate(row):
                if c in (7, 8, 9) and value:
                    shape = "%d/%m/%Y %H:%M:%S" if ":" in value else "%d/%m/%Y"
                    sheet.write_datetime(r, c, datetime.strptime(value, shape), stamp)
                elif c == 0:
                    sheet.write_number(r, c, int(value))
                elif value:
                    sheet.write_string(r, c, value)
    return path


STRICT = {
    b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    b"http://schemas.openxmlformats.org/officeDocument/2006/relationships": b"http://purl.oclc.org/ooxml/officeDocument/relationships",
    b"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties": b"http://purl.oclc.org/ooxml/officeDocument/extendedProperties",
}


def repacked(path: Path, change: Mapping[bytes, bytes] | None = None, add: Mapping[str, bytes] | None = None) -> Path:
    """The same package with bytes of its parts replaced, and parts added."""
    with zipfile.ZipFile(path) as source:
        parts = {n: source.read(n) for n in source.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in list(parts):
            for old, new in (change or {}).items():
                parts[name] = parts[name].replace(old, new)
            target.writestr(name, parts[name])
        for name, data in (add or {}).items():
            target.writestr(name, data)
    return path


def ods(path: Path, rows: Rows = TABLE, name: str = "Trang") -> Path:
    """A minimal OpenDocument spreadsheet of text cells."""
    lines = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(c)}</text:p></table:table-cell>'
            if c
            else "<table:table-cell/>"
            for c in r
        )
        + "</table:table-row>"
        for r in rows
    )
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        f"<table:table table:name={quoteattr(name)}>{lines}</table:table></office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as target:
        target.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        target.writestr("content.xml", content)
        target.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    return path


def bare_xlsx(path: Path, sheet: str, name: str = "S") -> Path:
    """A workbook whose one sheet is the given XML."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    packages = "http://schemas.openxmlformats.org/package/2006"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

    def link(target: str, what: str) -> str:
        return (
            f'<Relationships xmlns="{packages}/relationships"><Relationship Id="rId1" Type="{office}/{what}" '
            f'Target="{target}"/></Relationships>'
        )

    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{packages}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{kind}"/></Types>',
        )
        target.writestr("_rels/.rels", link("xl/workbook.xml", "officeDocument"))
        target.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="{name}" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        target.writestr("xl/_rels/workbook.xml.rels", link("worksheets/sheet1.xml", "worksheet"))
        target.writestr("xl/worksheets/sheet1.xml", sheet.replace("MAIN", main))
    return path


def profile(folder: Path, text: str) -> Profiles:
    """The package's profiles and one more."""
    write(folder / "rieng.profile.toml", text)
    return load_profiles(folder)
