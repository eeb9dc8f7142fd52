"""The file shapes in which registers arrive: office workbooks, HTML tables named .xls, delimited text."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import xlsxwriter

Value = str | int | date | datetime | None
Rows = Sequence[Sequence[Value]]

NOTICE = "DỮ LIỆU MẪU – tổng hợp bằng chương trình, không phải số liệu thật"


def text(value: Value) -> str:
    """A cell as an office writes it: day/month/year, nothing for a missing value."""
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M:%S}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return "" if value is None else str(value)


def write_workbook(path: Path, title: str, exported: date, headers: Sequence[str], rows: Rows) -> None:
    """A workbook with merged titles, line breaks in the header, real dates and a signature below the rows."""
    with xlsxwriter.Workbook(str(path), {"constant_memory": False}) as book:
        book.set_properties({"created": datetime(2024, 1, 1), "title": NOTICE})
        sheet = book.add_worksheet("Sổ theo dõi")
        head = book.add_format({"bold": True, "text_wrap": True, "align": "center", "valign": "vcenter", "border": 1})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        last = len(headers) - 1
        for number, line in enumerate((title, NOTICE, f"Ngày xuất: {exported:%d/%m/%Y}")):
            sheet.merge_range(number, 0, number, last, line, head)
        for column, label in enumerate(headers):
            sheet.write(3, column, label.replace(" ", "\n", 1), head)
        for index, row in enumerate(rows, start=4):
            for column, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(index, column, value, day)
                elif value is not None:
                    sheet.write(index, column, value)
        sheet.write(6 + len(rows), last, "NGƯỜI LẬP SỔ")


def write_html(path: Path, title: str, exported: date, headers: Sequence[str], rows: Rows) -> None:
    """An HTML table with the ending .xls."""

    def line(tag: str, values: Sequence[Value]) -> str:
        return "<tr>" + "".join(f"<{tag}>{html.escape(text(v))}</{tag}>" for v in values) + "</tr>"

    body = "\n".join(line("td", row) for row in rows)
    path.write_text(
        "<html><head><meta http-equiv='Content-Type' content='text/html; charset=utf-8'></head><body><table border='1'>\n"
        f"<tr><td colspan='{len(headers)}'>{title}. {NOTICE}. Ngày xuất: {exported:%d/%m/%Y}</td></tr>\n"
        f"{line('th', headers)}\n{body}\n</table></body></html>\n",
        encoding="utf-8",
        newline="\n",
    )


def write_delimited(
    path: Path, headers: Sequence[str], rows: Rows, delimiter: str = ";", coding: str = "utf-8-sig"
) -> None:
    """Delimited text, by default as Excel writes it in Vietnam; the export day is in the file's name."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(headers)
    writer.writerows([[text(v) for v in row] for row in rows])
    path.write_bytes(out.getvalue().encode(coding))
