"""`bieu-mau-<period>.xlsx`: each statutory form on a sheet that prints as the form alone, ready to be signed.

The header block, the period, the reporting and the receiving body stand above the table, who made and who signs below it. What
is no part of the form – control equations, notes, the text that issued it, the state of the data – has a sheet of its own.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from tthc_analysis.display.forms import VARIANTS
from tthc_analysis.display.tables import ReportTable
from tthc_analysis.documents.content import ReportContent
from tthc_analysis.documents.sheets import (
    LINE,
    Book,
    Equation,
    column_widths,
    decimal_of,
    made,
    row_height,
    spanned,
    state,
    stored,
    stub_end,
    write_body,
    write_header,
    write_notes,
)
from tthc_analysis.rules.forms import Form, forms

CHECKS = "Đối chiếu, ghi chú"
#: characters of a third of a sheet that stand on one line
_LETTERHEAD_LINE = 40
#: characters that a form is wide at least, so that its header block has room
_LEAST_WIDTH = 124.0
_SIGN_ROWS = 5
_CHECK_COLUMNS = (("Biểu", 12), ("Đẳng thức ở dòng tổng số", 40), ("Vế trái", 14), ("Vế phải", 14), ("Chênh lệch", 18))


def forms_workbook(content: ReportContent) -> bytes:
    """The statutory forms that the report displays, one sheet each, then what belongs to none of them."""
    tables = _forms_of(content.tables)
    title = f"Biểu mẫu báo cáo – {content.about.period.label}"
    return made(content.about, title, lambda book: _fill(book, tables))


def has_forms(content: ReportContent) -> bool:
    """Whether the report displays a statutory form with a row: a trial of some sections may have none."""
    return bool(_forms_of(content.tables))


def _forms_of(tables: Mapping[str, Mapping[str, Any]]) -> list[tuple[Form, ReportTable]]:
    """The forms that can be filled in, and those of another span; one without any row is none to sign."""
    found = (
        (form, words, ReportTable.from_json(tables[f"{name}{ending}"]))
        for name, form in forms().items()
        for ending, words in {"": "", **VARIANTS}.items()
        if f"{name}{ending}" in tables
    )
    return [(_variant(form, table, words), table) for form, words, table in found if table.rows]


def _variant(form: Form, table: ReportTable, words: str) -> Form:
    """The form itself, or the form of another span: a sheet of its own whose title says which."""
    return form.model_copy(update={"sheet": f"{form.sheet} {words}", "title": table.title}) if words else form


def _fill(book: Book, tables: Sequence[tuple[Form, ReportTable]]) -> None:
    totals = [(form, table, _form_sheet(book, form, table)) for form, table in tables]
    _checks_sheet(book, totals)


def _form_sheet(book: Book, form: Form, table: ReportTable) -> int:
    """One form on a sheet of its own; returns the row of its total line."""
    sheet = book.sheet(form.sheet)
    widths = column_widths(table, _LEAST_WIDTH)
    for index, width in enumerate(widths):
        sheet.set_column(index, index, width)
    last = len(widths) - 1
    top = _letterhead(book, sheet, form, table, last)
    body = write_header(book, sheet, table, top, widths)
    sheet.repeat_rows(top, body - 1)
    sheet.freeze_panes(body, stub_end(table))
    after = write_body(book, sheet, table, body, widths)
    end = _signatures(book, sheet, after + 1, last)
    sheet.print_area(0, 0, end, last)
    return after - 1


def _letterhead(book: Book, sheet: Any, form: Form, table: ReportTable, last: int) -> int:
    """The lines above a form; returns the row of its header."""
    agency, issued = book.about.agency, form.stamp(book.about.period.end)
    left = ((form.number, True), (issued, False))
    right = (f"Đơn vị báo cáo: {agency.name}", f"Đơn vị nhận báo cáo: {agency.receiver}")
    middle = last // 2
    for row, ((text, bold), other) in enumerate(zip(left, right, strict=True)):
        lines = max(math.ceil(len(t) / _LETTERHEAD_LINE / 1.5) for t in (text, other))
        sheet.set_row(row, LINE * lines + 1)
        spanned(sheet, row, 0, middle, text, book.style(bold=bold, valign="top"))
        spanned(sheet, row, middle + 1, last, other, book.style(align="right", valign="top"))
    sheet.set_row(2, 40)
    spanned(sheet, 2, 0, last, form.title.upper(), book.style(bold=True, font_size=14, align="center"))
    spanned(sheet, 3, 0, last, f"Kỳ báo cáo: {book.period_line}", book.style(italic=True, align="center"))
    spanned(sheet, 4, 0, last, book.about.stamp, book.style(bold=True, align="center", font_color="#B00020"))
    spanned(sheet, 5, 0, last, f"Đơn vị tính: {table.unit}", book.style(italic=True, align="right"))
    return 6


def _signatures(book: Book, sheet: Any, row: int, last: int) -> int:
    """Who made the form and who signs for the body, with the place and date to fill in; returns the last row."""
    agency, middle = book.about.agency, last // 2
    plain, bold = book.style(align="center", italic=True), book.style(align="center", bold=True)
    day = f"{agency.place}, ngày        tháng        năm {book.about.period.end.year}"
    above = (("", bold, agency.body.on_behalf.upper(), bold),) if agency.body.on_behalf else ()
    lines = (("", plain, day, plain), *above, ("NGƯỜI LẬP BIỂU", bold, agency.signer.upper(), bold))
    hints = ("(Ký, ghi rõ họ tên)", plain, "(Ký, ghi rõ họ tên, đóng dấu)", plain)
    for at, (left, one, right, other) in enumerate((*lines, hints), start=row):
        spanned(sheet, at, 0, middle, left, one)
        spanned(sheet, at, middle + 1, last, right, other)
    return row + len(lines) + _SIGN_ROWS


def _checks_sheet(book: Book, totals: Sequence[tuple[Form, ReportTable, int]]) -> None:
    """Every control equation of every form on its total line, then notes and the state of the data."""
    sheet = book.sheet(CHECKS, landscape=False)
    last, width = len(_CHECK_COLUMNS) - 1, sum(w for _, w in _CHECK_COLUMNS)
    for index, (_, wide) in enumerate(_CHECK_COLUMNS):
        sheet.set_column(index, index, wide)
    title = book.style(bold=True, font_size=14, align="center")
    spanned(sheet, 0, 0, last, "ĐỐI CHIẾU VÀ GHI CHÚ CỦA CÁC BIỂU", title)
    head = book.style(bold=True, border=1, align="center", bg_color="#F2F2F2")
    for index, (name, _) in enumerate(_CHECK_COLUMNS):
        sheet.write_string(2, index, name, head)
    row = 3
    for form, table, total_row in totals:
        row = _check_lines(book, sheet, form, table, total_row, row)
    for heading, lines in _notes(book, totals):
        row += 1
        spanned(sheet, row, 0, last, heading, book.style(bold=True))
        row = write_notes(book, sheet, lines, row + 1, last, width)


def _check_lines(book: Book, sheet: Any, form: Form, table: ReportTable, total_row: int, row: int) -> int:
    if not table.total:
        return row
    for text in (*(c.formula for c in table.columns if c.formula), *form.checks):
        equation = Equation.parse(text)
        if equation and decimal_of(table.total[equation.target - 1]) is not None:
            _check_line(book, sheet, form, equation, text, table.total, total_row, row)
            row += 1
    return row


def _check_line(
    book: Book, sheet: Any, form: Form, equation: Equation, text: str, total: Sequence[Any], total_row: int, row: int
) -> None:
    """One equation as formulas on the form's sheet, which must give 0; one with an unknown term says so."""
    given, expected = decimal_of(total[equation.target - 1]), equation.value(total)
    sheet.set_row(row, row_height([(text, 40)]))
    sheet.write_string(row, 0, form.sheet, book.style(border=1, align="center"))
    sheet.write_string(row, 1, text.replace("=", " = ", 1), book.style(border=1))
    number = book.style(border=1, num_format="#,##0")
    if given is None or expected is None:
        for column, said in ((2, ""), (3, ""), (4, "không kiểm được")):
            sheet.write_string(row, column, said, book.style(border=1, align="center"))
        return
    sides = (equation.own(total_row, form.sheet), equation.formula(total_row, form.sheet))
    for column, (formula, value) in enumerate(zip(sides, (given, expected), strict=True), start=2):
        sheet.write_formula(row, column, formula, number, stored(value))
    sheet.write_formula(row, 4, f"=C{row + 1}-D{row + 1}", number, stored(given - expected))


def _notes(book: Book, totals: Sequence[tuple[Form, ReportTable, int]]) -> list[tuple[str, list[str]]]:
    about = book.about
    groups = [
        (form.number, [*table.notes, f"{form.stamp(about.period.end)}. {form.source}."]) for form, table, _ in totals
    ]
    rules = [f"{about.rules.title}. Nguồn: {about.rules.source}.", *about.rules.describe()]
    return [*groups, ("Quy tắc đếm", rules), ("Trạng thái số liệu", state(about))]
