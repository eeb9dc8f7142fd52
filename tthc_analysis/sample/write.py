"""Write the synthetic dossiers in the shapes that real portals export, with their usual dirt."""

from __future__ import annotations

import csv
import html
import io
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import xlsxwriter

from tthc_analysis.columns import AUTHORITY_LEVELS, CHANNELS, ONLINE_LEVELS
from tthc_analysis.sample.plan import Dossier, Procedure, load_procedures, make_dossiers
from tthc_analysis.sample.registers import write_registers

NOTICE = "DỮ LIỆU MẪU – tổng hợp bằng chương trình, không phải hồ sơ thật"
Cell = str | int | datetime | None

HEADERS = (
    "STT",
    "Mã hồ sơ",
    "Mã TTHC",
    "Tên thủ tục hành chính",
    "Lĩnh vực",
    "Đơn vị giải quyết",
    "Hình thức tiếp nhận",
    "Chủ hồ sơ",
    "Số CCCD",
    "Địa chỉ",
    "Số điện thoại",
    "Email",
    "Ngày tiếp nhận",
    "Ngày hẹn trả",
    "Ngày kết thúc xử lý",
    "Ngày trả kết quả",
    "Trạng thái hồ sơ",
    "Số tệp thành phần hồ sơ",
    "Số tệp kết quả",
    "Phí, lệ phí",
    "Trạng thái thanh toán",
    "Hình thức thanh toán",
    "Số lần yêu cầu bổ sung",
    "Ngày yêu cầu bổ sung",
    "Số thành phần dùng lại",
    "Khai thác dữ liệu dân cư",
    "Ghi chú",
)
_DATES = range(12, 16)
#: every so-many-th dossier was asked once for a supplement, when it was received
_ASKED_AGAIN = 37
_GROUP = "Ngày, tháng, năm"


@dataclass(frozen=True)
class Export:
    """One export file: which dossiers (by day of receipt), as the system knew them on `exported`, in which shape."""

    file: str
    first: date
    last: date
    exported: date
    write: Callable[[Path, Export, list[list[Cell]]], None]
    text_dates: bool


def _row(index: int, dossier: Dossier, exported: date) -> list[Cell]:
    now = dossier.as_of(exported)
    done = now.resolved is not None
    number = f"{dossier.number:04d}"
    status = ("Đã trả kết quả" if dossier.number % 3 else "Đã xử lý xong") if done else "Đang xử lý"
    paid = dossier.fee is not None and dossier.fee > 0
    is_asked = dossier.number % _ASKED_AGAIN == 0
    return [
        index,
        dossier.code,
        dossier.procedure.code,
        dossier.procedure.name,
        dossier.procedure.field,
        "Bộ phận Một cửa (mẫu)",
        CHANNELS[dossier.channel],
        f"Người nộp {number}",
        f"00000000{number}",
        f"Địa chỉ mẫu {number}",
        f"090000{number}",
        f"nguoinop{number}@example.invalid",
        dossier.received,
        dossier.due,
        now.resolved,
        now.resolved if done and dossier.number % 3 else None,
        status,
        dossier.components,
        now.results,
        dossier.fee,
        "Đã thanh toán" if paid else None,
        "Trực tuyến" if paid else None,
        int(is_asked),
        dossier.received if is_asked else None,
        dossier.components and dossier.number % 3,
        "Có" if dossier.number % 5 else "Không",
        None,
    ]


def _dirt(rows: list[list[Cell]]) -> list[list[Cell]]:
    """Trailing spaces, decomposed letters and doubled spaces that the cleaning must undo."""
    for index, row in enumerate(rows):
        if index % 17 == 0:
            row[1] = f"{row[1]} "
        if index % 23 == 0:
            row[4] = unicodedata.normalize("NFD", str(row[4]))
        if index % 29 == 0:
            row[6] = f" {row[6]}  "
        if index % 31 == 0:
            row[3] = str(row[3]).replace(" ", "  ", 1)
        if index % 11 == 0:
            row[2] = f"{row[2]}.000.00.00.H24"
    return rows


def _broken(rows: list[list[Cell]], kind: str) -> list[Cell]:
    """A row that must be quarantined, never counted: a copy of the first one with a code of its own."""
    row = list(rows[0])
    row[1] = f"H24.99-990101-{len(kind):04d}"
    if kind == "ngày không có thật":
        row[12] = "31/02/2024 08:00:00"
    elif kind == "thiếu mã":
        row[1] = None
    elif kind == "xong trước khi nhận":
        row[12], row[14] = "10/05/2024 09:00:00", "09/05/2024 09:00:00"
    elif kind == "thiếu ngày tiếp nhận":
        row[12] = None
    return row


def _text(value: Cell) -> str:
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M:%S}"
    return "" if value is None else str(value)


def _xlsx_portal(path: Path, export: Export, rows: list[list[Cell]]) -> None:
    """Merged titles, a two-row merged header with line breaks, a totals row and signatures."""
    with xlsxwriter.Workbook(str(path), {"constant_memory": False}) as book:
        book.set_properties({"created": datetime(2024, 1, 1), "title": NOTICE})
        sheet = book.add_worksheet("Danh sách hồ sơ")
        head = book.add_format({"bold": True, "text_wrap": True, "align": "center", "valign": "vcenter", "border": 1})
        stamp = book.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"})
        last = len(HEADERS) - 1
        sheet.merge_range(0, 0, 0, last, "DANH SÁCH HỒ SƠ THỦ TỤC HÀNH CHÍNH", head)
        sheet.merge_range(1, 0, 1, last, NOTICE, head)
        sheet.merge_range(2, 0, 2, last, f"Ngày xuất: {export.exported:%d/%m/%Y} 17:30:00", head)
        sheet.merge_range(3, _DATES[0], 3, _DATES[-1], _GROUP, head)
        for column, label in enumerate(HEADERS):
            broken = label.replace(" ", "\n", 1)
            if column in _DATES:
                sheet.write(4, column, broken, head)
            else:
                sheet.merge_range(3, column, 4, column, broken, head)
        for index, row in enumerate(rows, start=5):
            for column, value in enumerate(row):
                if isinstance(value, datetime) and not export.text_dates:
                    sheet.write_datetime(index, column, value, stamp)
                elif value is not None:
                    sheet.write(index, column, _text(value) if isinstance(value, datetime) else value)
        end = 5 + len(rows)
        sheet.merge_range(end, 0, end, 3, f"Tổng số: {len(rows)} hồ sơ", head)
        sheet.write(end + 2, last - 2, "NGƯỜI LẬP BIỂU")


def _html_xls(path: Path, export: Export, rows: list[list[Cell]]) -> None:
    """An HTML table saved with the ending .xls, as several portals do."""

    def cells(tag: str, values: Sequence[Cell]) -> str:
        return "".join(f"<{tag}>{html.escape(_text(v))}</{tag}>" for v in values)

    body = "\n".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    path.write_text(
        "<html><head><meta http-equiv='Content-Type' content='text/html; charset=utf-8'></head><body><table border='1'>\n"
        f"<tr><td colspan='{len(HEADERS)}'>{NOTICE}. Ngày xuất: {export.exported:%d/%m/%Y}</td></tr>\n"
        f"<tr>{cells('th', HEADERS)}</tr>\n{body}\n</table></body></html>\n",
        encoding="utf-8",
        newline="\n",
    )


def _csv_bom(path: Path, export: Export, rows: list[list[Cell]]) -> None:
    """UTF-8 with a byte-order mark and semicolons, as Excel writes CSV in Vietnam."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADERS)
    writer.writerows([[_text(v) for v in row] for row in rows])
    path.write_bytes(out.getvalue().encode("utf-8-sig"))


EXPORTS = (
    Export("ho_so_2023.xlsx", date(2022, 12, 15), date(2023, 12, 31), date(2024, 1, 2), _xlsx_portal, True),
    Export("ho_so_2024_dot1.xlsx", date(2023, 11, 1), date(2024, 6, 30), date(2024, 7, 1), _xlsx_portal, False),
    Export("HoSo_20241001.xls", date(2024, 6, 1), date(2024, 9, 30), date(2024, 10, 1), _html_xls, True),
    Export("ho_so_2024-12-20.csv", date(2024, 9, 1), date(2024, 12, 20), date(2024, 12, 20), _csv_bom, True),
)
_BROKEN = {
    "ho_so_2024_dot1.xlsx": ("thiếu mã", "thiếu ngày tiếp nhận"),
    "HoSo_20241001.xls": ("ngày không có thật", "xong trước khi nhận"),
    "ho_so_2024-12-20.csv": ("ngày không có thật", "thiếu mã"),
}


def _write_dossiers(folder: Path, dossiers: list[Dossier]) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for export in EXPORTS:
        chosen = [d for d in dossiers if export.first <= d.received.date() <= export.last]
        rows = _dirt([_row(i, d, export.exported) for i, d in enumerate(chosen, start=1)])
        rows += [_broken(rows, kind) for kind in _BROKEN.get(export.file, ())]
        path = folder / export.file
        export.write(path, export, rows)
        written.append(path)
    return written


def write_catalogue(folder: Path, procedures: list[Procedure]) -> Path:
    """Write a catalogue of procedures as an export into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(
        [
            "Mã TTHC",
            "Tên thủ tục hành chính",
            "Lĩnh vực",
            "Cấp thẩm quyền",
            "Mức độ trực tuyến",
            "TTHC nội bộ",
            "Phí, lệ phí",
            "Thời hạn giải quyết",
            "Đơn vị thời hạn",
            "Hiệu lực từ",
            "Hiệu lực đến",
            "Quyết định công bố",
        ]
    )
    for p in procedures:
        writer.writerow(
            [
                p.code,
                p.name,
                p.field,
                AUTHORITY_LEVELS[p.level],
                ONLINE_LEVELS.get(p.online, ""),
                "Có" if p.internal else "Không",
                p.fee,
                p.limit,
                "ngày làm việc",
                _day(p.valid_from),
                _day(p.valid_to),
                p.decision,
            ]
        )
    path = folder / "danh_muc_2024-12-05.csv"
    path.write_bytes(out.getvalue().encode("utf-8-sig"))
    return path


def _day(iso: str) -> str:
    return f"{date.fromisoformat(iso):%d/%m/%Y}" if iso else ""


def write_sample(folder: Path, seed: int = 2024) -> list[Path]:
    """Write the synthetic exports below `folder` (one folder per dataset); the same bytes every time."""
    dossiers = make_dossiers(seed)
    written = _write_dossiers(folder / "ho_so", dossiers)
    written.append(write_catalogue(folder / "danh_muc_tthc", load_procedures()))
    return [*written, *write_registers(folder, seed, dossiers)]
