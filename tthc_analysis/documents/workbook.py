"""`so-lieu-<period>.xlsx`: every table of the report that is no statutory form, all figures, notes, after a list of contents.

Tables stand in the order of the report, those of charts after them; a sheet takes the orientation in which it needs fewer pages.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from tthc_analysis.display.figures import figure_rows
from tthc_analysis.display.forms import VARIANTS
from tthc_analysis.display.tables import ReportTable
from tthc_analysis.documents.content import ReportContent
from tthc_analysis.documents.sheets import (
    WHOLE,
    Book,
    column_widths,
    line_height,
    made,
    orient,
    row_height,
    spanned,
    state,
    stored,
    stub_end,
    write_body,
    write_header,
    write_notes,
)
from tthc_analysis.indicators import Indicator
from tthc_analysis.rules.forms import Form, forms

COVER, CONTENTS, FIGURES, NOTES = "Bìa", "Mục lục", "Chỉ tiêu", "Ghi chú"
_BAD_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")
#: characters that a sheet is wide at least, and points that its head takes
_LEAST_WIDTH, _HEAD_HEIGHT = 84.0, 130.0
#: lines on a page of a long list, from how many rows it is one, and the characters of its values
_ROWS_ON_PAGE, _LONG, _SHORT = 84, 60, 30


def workbook(content: ReportContent) -> bytes:
    """The data of a report, from what the executed notebooks displayed; the same input gives the same bytes."""
    about = content.about
    return made(about, f"{about.title} – {about.period.label}", lambda book: _fill(book, content))


def _fill(book: Book, content: ReportContent) -> None:
    _cover(book)
    contents = book.sheet(CONTENTS, landscape=False)
    listed = [_table_sheet(book, *pair) for pair in _named_tables(content)]
    _figures_sheet(book, content.figures)
    _notes_sheet(book, [form for name, form in forms().items() if name in content.tables])
    listed.append((FIGURES, "Toàn bộ chỉ tiêu của báo cáo", "so-lieu/chi-tieu.csv"))
    listed.append((NOTES, "Kỳ báo cáo, quy tắc đếm, trạng thái số liệu", ""))
    _contents(book, contents, listed)


def _named_tables(content: ReportContent) -> list[tuple[str, ReportTable]]:
    """Tables that are no statutory forms, with their sheet names: in the order of the report, the data of charts last."""
    drawn = {d["name"] for one in content.sections for d in one.of_type("chart")}
    variants = {f"{name}{ending}" for name in forms() for ending in VARIANTS}
    shown = [name for name in content.tables if name not in {*forms(), *variants}]
    taken = {n.casefold() for n in (COVER, CONTENTS, FIGURES, NOTES)}
    found = []
    for name in sorted(shown, key=lambda n: n in drawn):
        sheet = _sheet_name(name, taken)
        taken.add(sheet.casefold())
        found.append((sheet, ReportTable.from_json(content.tables[name])))
    return found


def _sheet_name(name: str, taken: Iterable[str]) -> str:
    """The table's name cut to what Excel takes for a sheet, and made unique."""
    plain, used = _BAD_IN_SHEET_NAME.sub("-", name), set(taken)
    candidates = (plain[:31], *(f"{plain[:28]}-{i}" for i in range(2, 100)))
    return next(c for c in candidates if c.casefold() not in used)


def _cover(book: Book) -> None:
    sheet = book.sheet(COVER, landscape=False)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 62)
    agency, period, rules = book.about.agency, book.about.period, book.about.rules
    centred = {"align": "center"}
    sheet.merge_range(0, 0, 0, 1, agency.parent.upper(), book.style(font_size=13, **centred))
    sheet.merge_range(1, 0, 1, 1, agency.name.upper(), book.style(font_size=13, bold=True, **centred))
    sheet.set_row(5, 46)
    sheet.merge_range(4, 0, 4, 1, "SỐ LIỆU BÁO CÁO", book.style(font_size=18, bold=True, **centred))
    sheet.merge_range(5, 0, 5, 1, book.about.title, book.style(font_size=14, bold=True, **centred))
    if book.about.stamp:
        sheet.merge_range(
            7, 0, 7, 1, book.about.stamp, book.style(font_size=14, bold=True, font_color="#B00020", **centred)
        )
    lines = (
        ("Kỳ báo cáo", book.period_line),
        ("Căn cứ của kỳ", period.basis),
        ("Đơn vị báo cáo", agency.name),
        ("Đơn vị nhận báo cáo", agency.receiver),
        ("Quy tắc đếm", rules.title),
        ("Trạng thái", book.about.said_state),
        ("Nguồn số liệu", _source(book)),
    )
    for row, (name, value) in enumerate(lines, start=9):
        sheet.set_row(row, row_height([(value, 62)]) + 4)
        sheet.write_string(row, 0, name, book.style(bold=True, border=1))
        sheet.write_string(row, 1, value, book.style(border=1))


def _source(book: Book) -> str:
    return (
        "Số liệu tổng hợp bằng chương trình, không phải hồ sơ thật."
        if book.about.sample
        else "Tệp xuất từ hệ thống một cửa và các sổ theo dõi của đơn vị."
    )


Listed = tuple[str, str, str]


def _contents(book: Book, sheet: Any, listed: Sequence[Listed]) -> None:
    sheet.set_column(0, 0, 6)
    sheet.set_column(1, 1, 26)
    sheet.set_column(2, 2, 60)
    sheet.set_column(3, 3, 34)
    sheet.merge_range(0, 0, 0, 3, "MỤC LỤC", book.style(font_size=14, bold=True, align="center"))
    head = book.style(bold=True, border=1, align="center", bg_color="#F2F2F2")
    for column, text in enumerate(("STT", "Trang tính", "Nội dung", "Tệp CSV cùng số liệu")):
        sheet.write_string(2, column, text, head)
    link = book.style(border=1, font_color="#0B4F9E", underline=1)
    for row, (name, title, csv) in enumerate(listed, start=3):
        sheet.set_row(row, row_height([(title, 60)]))
        sheet.write_number(row, 0, row - 2, book.style(border=1, align="center"))
        sheet.write_url(row, 1, f"internal:'{name}'!A1", link, name)
        sheet.write_string(row, 2, title, book.style(border=1))
        sheet.write_string(row, 3, csv, book.style(border=1))


def _table_sheet(book: Book, name: str, table: ReportTable) -> Listed:
    """One table on a sheet of its own; returns its entry in the contents."""
    sheet = book.sheet(name)
    widths = column_widths(table, _LEAST_WIDTH)
    for index, width in enumerate(widths):
        sheet.set_column(index, index, width)
    last, top = len(widths) - 1, _heading(book, sheet, table, widths)
    body = write_header(book, sheet, table, top, widths)
    sheet.repeat_rows(top, body - 1)
    sheet.freeze_panes(body, stub_end(table))
    row = write_body(book, sheet, table, body, widths)
    row = write_notes(book, sheet, [f"Ghi chú: {note}" for note in table.notes], row, last, sum(widths))
    back = book.style(font_color="#0B4F9E", text_wrap=False)
    sheet.write_url(row + 1, 0, f"internal:'{CONTENTS}'!A1", back, CONTENTS)
    sheet.print_area(0, 0, max(row - 1, body), last)
    lines = [*table.rows, *([table.total] if table.total else [])]
    height = sum(line_height(table, values, widths) for values in lines) + _HEAD_HEIGHT
    orient(sheet, widths, height)
    if _is_long_list(table):
        sheet.fit_to_pages(1, math.ceil(len(table.rows) / _ROWS_ON_PAGE))
    return name, table.title, f"so-lieu/{table.name}.csv"


def _is_long_list(table: ReportTable) -> bool:
    """Whether it is a long list of one-line rows, such as days: printed smaller."""
    return len(table.rows) > _LONG and all(len(str(v)) < _SHORT for row in table.rows for v in row)


def _heading(book: Book, sheet: Any, table: ReportTable, widths: Sequence[float]) -> int:
    """The lines above a table: title, period, state, unit; returns the row of its header."""
    last, width = len(widths) - 1, sum(widths)
    sheet.set_row(0, row_height([(table.title, width / 1.3)]) + 4)
    spanned(sheet, 0, 0, last, table.title, book.style(bold=True, font_size=14, align="center"))
    spanned(sheet, 1, 0, last, f"Kỳ báo cáo: {book.period_line}", book.style(italic=True, align="center"))
    spanned(sheet, 2, 0, last, book.about.stamp, book.style(bold=True, align="center", font_color="#B00020"))
    unit = f"Đơn vị tính: {table.unit}" if table.unit else ""
    spanned(sheet, 3, 0, last, unit, book.style(italic=True, align="right"))
    return 4


_FIGURE_COLUMNS: tuple[tuple[str, float, Callable[[Any, Indicator], str | None]], ...] = (
    ("Mục", 9, lambda r, i: r.section),
    ("Tên số liệu", 31, lambda r, i: r.name),
    ("Chỉ tiêu", 38, lambda r, i: r.label),
    ("Giá trị in trong báo cáo", 14, lambda r, i: r.value),
    ("Đơn vị tính", 11, lambda r, i: r.unit),
    ("Tử số, số đếm", 12, lambda r, i: None),
    ("Mẫu số", 12, lambda r, i: None),
    ("Giá trị tính", 11, lambda r, i: None),
    ("Cơ sở tính (mẫu số là)", 36, lambda r, i: r.base),
    ("Căn cứ", 34, lambda r, i: i.reference),
)
_NUMERATOR, _DENOMINATOR, _VALUE = 5, 6, 7


def _figures_sheet(book: Book, figures: Sequence[Indicator]) -> None:
    """Every indicator with numerator, denominator and base; a rate is a formula over both."""
    sheet = book.sheet(FIGURES)
    last = len(_FIGURE_COLUMNS) - 1
    sheet.merge_range(
        0, 0, 0, last, "TOÀN BỘ CHỈ TIÊU CỦA BÁO CÁO", book.style(bold=True, font_size=14, align="center")
    )
    sheet.merge_range(1, 0, 1, last, f"Kỳ báo cáo: {book.period_line}", book.style(italic=True, align="center"))
    head = book.style(bold=True, border=1, align="center", bg_color="#F2F2F2")
    for index, (title, width, _) in enumerate(_FIGURE_COLUMNS):
        sheet.set_column(index, index, width)
        sheet.write_string(3, index, title, head)
    for row, (line, indicator) in enumerate(zip(figure_rows(figures), figures, strict=True), start=4):
        texts = [text(line, indicator) or "" for _, _, text in _FIGURE_COLUMNS]
        sheet.set_row(row, row_height(zip(texts, (width for _, width, _ in _FIGURE_COLUMNS), strict=True)))
        for index, text in enumerate(texts):
            sheet.write_string(row, index, text, book.style(border=1))
        _figure_numbers(book, sheet, row, indicator)
    sheet.repeat_rows(3)
    sheet.freeze_panes(4, 2)
    sheet.autofilter(3, 0, 3 + max(len(figures), 1), last)


def _figure_numbers(book: Book, sheet: Any, row: int, indicator: Indicator) -> None:
    from xlsxwriter.utility import xl_rowcol_to_cell

    plain = book.style(border=1, num_format=WHOLE)
    for column, number in ((_NUMERATOR, indicator.numerator), (_DENOMINATOR, indicator.denominator)):
        if number is not None:
            sheet.write_number(row, column, stored(Decimal(number)), plain)
    value = indicator.value
    if value is None:
        return
    style = book.style(border=1, num_format=_figure_format(indicator))
    exact = stored(Decimal(value) / (100 if indicator.kind == "rate" else 1))
    cells = [xl_rowcol_to_cell(row, c) for c in (_NUMERATOR, _DENOMINATOR)]
    formula = "=" + ("/".join(cells) if indicator.kind in ("rate", "mean") else cells[0])
    sheet.write_formula(row, _VALUE, formula, style, exact)


def _figure_format(indicator: Indicator) -> str:
    """The number format that shows a figure as it is printed."""
    rounded = indicator.rounded
    decimals = 0 if isinstance(rounded, int) or rounded is None else indicator.decimals
    if indicator.kind == "rate":
        whole = rounded is not None and Decimal(rounded) == Decimal(rounded).to_integral_value()
        return "0%" if whole or not decimals else f"0.{'0' * decimals}%"
    return WHOLE + (f".{'0' * decimals}" if decimals else "")


def _notes_sheet(book: Book, shown: Sequence[Form]) -> None:
    """Period, rule set, forms of the report and state in sentences."""
    sheet = book.sheet(NOTES, landscape=False)
    sheet.set_column(0, 0, 82)
    rules, period = book.about.rules, book.about.period
    groups = (
        (
            "KỲ BÁO CÁO",
            [f"{book.period_line}.", f"Căn cứ: {period.basis}.", *([f"{period.reason}."] if period.reason else [])],
        ),
        ("QUY TẮC ĐẾM", [f"{rules.title}. Nguồn: {rules.source}.", *rules.describe()]),
        ("BIỂU MẪU", [f"{f.number}: {f.stamp(period.end)}. {f.source}." for f in shown]),
        ("TRẠNG THÁI SỐ LIỆU", state(book.about)),
        ("CÁCH ĐỌC", list(_READING)),
    )
    row = 0
    for title, lines in groups:
        sheet.write_string(row, 0, title, book.style(bold=True, font_size=12))
        for line in lines:
            row += 1
            sheet.set_row(row, row_height([(line, 82)]))
            sheet.write_string(row, 0, line, book.style(valign="top"))
        row += 2


_READING = (
    "Dấu – là không có giá trị; “chưa có dữ liệu” là đơn vị chưa có tệp xuất hoặc sổ theo dõi. Cả hai không phải số 0.",
    "Ô tổng và ô tỷ lệ là công thức; giá trị lưu kèm công thức bằng giá trị chương trình đã tính.",
    "Mỗi bảng có tệp CSV cùng tên trong thư mục so-lieu; lược đồ các cột ở so-lieu/datapackage.json.",
)
