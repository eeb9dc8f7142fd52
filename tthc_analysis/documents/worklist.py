"""Lists for the office's own work (not published): the open dossiers that are late or soon due, as XLSX and CSV.

Codes, procedures, units and days; no cell is a formula, and the same list gives the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

import pandas as pd

from tthc_analysis.columns import STATUSES
from tthc_analysis.display.formats import cell_value, date_short
from tthc_analysis.documents.datapackage import csv_bytes
from tthc_analysis.indicators.deadlines import CLASSES, Deadlines

#: header → column of `Deadlines.dossiers`, width in characters
LIST = {
    "Đơn vị": ("agency", 28),
    "Tình trạng": ("kind", 18),
    "Mã hồ sơ": ("dossier_code", 28),
    "Thủ tục hành chính": ("procedure_name", 48),
    "Trạng thái lúc xuất": ("status", 20),
    "Ngày tiếp nhận": ("received_day", 13),
    "Ngày hẹn trả": ("due_day", 13),
    "Còn (ngày làm việc)": ("left", 12),
}
#: header → column of `Deadlines.units`
UNITS = {
    "Đơn vị": "agency",
    "Đang giải quyết": "open",
    **{label: name for name, label in CLASSES.items()},
    "Không có ngày hẹn trả": "no_due",
}
_DATE = "dd/mm/yyyy"
_LINE = 15


def list_rows(found: Deadlines) -> list[list[Any]]:
    """The dossiers in the columns of `LIST`: texts, days, whole numbers, None for what is not known."""
    words = {"kind": CLASSES, "status": STATUSES}
    frame = found.dossiers
    columns = [[_value(v, words.get(name, {})) for v in frame[name].astype("object")] for name, _ in LIST.values()]
    return [list(row) for row in zip(*columns, strict=True)]


def _value(value: Any, words: Any) -> Any:
    if pd.isna(value):
        return None
    if isinstance(value, datetime):
        return value.date()
    return words.get(value, value)


def unit_rows(found: Deadlines) -> list[list[Any]]:
    """The numbers by unit in the columns of `UNITS`, and a last line with their sums."""
    names = list(UNITS.values())
    rows = [[row[0], *map(int, row[1:])] for row in found.units[names].itertuples(index=False, name=None)]
    return [*rows, ["Cộng", *(int(found.units[name].sum()) for name in names[1:])]]


def title(found: Deadlines) -> str:
    """What the list is, of which day, from an export of which day."""
    exported = date_short(found.exported) if found.exported else "không rõ"
    return (
        f"Hồ sơ quá hạn và đến hạn từ ngày {date_short(found.day)} đến hết ngày {date_short(found.until)} "
        f"(bản xuất ngày {exported})"
    )


def to_csv(found: Deadlines) -> bytes:
    """The list of dossiers; days as in ISO 8601."""
    return csv_bytes(list(LIST), ([cell_value(v) for v in row] for row in list_rows(found)))


def to_xlsx(found: Deadlines) -> bytes:
    """A sheet with the numbers by unit and one with the dossiers."""
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"created": datetime.combine(found.day, time())})
        _sheet(book, "Theo đơn vị", title(found), list(UNITS), unit_rows(found), [32, *[15] * (len(UNITS) - 1)])
        widths = [width for _, width in LIST.values()]
        _sheet(book, "Từng hồ sơ", title(found), list(LIST), list_rows(found), widths)
    return out.getvalue()


def _sheet(
    book: Any, name: str, heading: str, header: Sequence[str], rows: Sequence[Sequence[Any]], widths: Sequence[int]
) -> None:
    font = {"font_name": "Times New Roman", "font_size": 11, "valign": "top", "text_wrap": True}
    bold = book.add_format({**font, "bold": True, "border": 1, "align": "center"})
    plain, day = book.add_format({**font, "border": 1}), book.add_format({**font, "border": 1, "num_format": _DATE})
    sheet = book.add_worksheet(name)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.write_string(0, 0, heading, book.add_format({**font, "bold": True, "text_wrap": False}))
    for column, (label, width) in enumerate(zip(header, widths, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(2, column, label, bold)
    sheet.freeze_panes(3, 0)
    sheet.repeat_rows(2)
    sheet.autofilter(2, 0, 2 + len(rows), len(header) - 1)
    sheet.set_row(2, _height(header, widths))
    for index, row in enumerate(rows, start=3):
        sheet.set_row(index, _height(row, widths))
        for column, value in enumerate(row):
            _write(sheet, index, column, value, plain, day)


def _height(row: Sequence[Any], widths: Sequence[int]) -> int:
    """Points for the lines that the longest text of a row needs: LibreOffice does not fit rows itself."""
    lines = (-(-len(v) // (width - 2)) for v, width in zip(row, widths, strict=True) if isinstance(v, str))
    return _LINE * max(lines, default=1)


def _write(sheet: Any, row: int, column: int, value: Any, plain: Any, day: Any) -> None:
    if value is None:
        sheet.write_blank(row, column, None, plain)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, datetime.combine(value, time()), day)
    elif isinstance(value, str):
        sheet.write_string(row, column, value, plain)
    else:
        sheet.write_number(row, column, int(value), plain)
