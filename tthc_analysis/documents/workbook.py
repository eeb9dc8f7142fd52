"""The XLSX of a report: cover, contents, statutory forms, every other table, all figures, notes.

Control sums are Excel formulas beside the values that the report computed: where an equation of a form does not give
the computed value (a class that the form has no column for), the value is written and a check line shows the difference.
Text from data is always text, never a formula.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from tthc_analysis.display.figures import figure_rows
from tthc_analysis.display.formats import date_short
from tthc_analysis.display.tables import HeaderCell, ReportTable, TableColumn, header_cells
from tthc_analysis.documents.content import About, ReportContent
from tthc_analysis.indicators import Indicator
from tthc_analysis.rules.forms import forms

FONT = "Times New Roman"
COVER, CONTENTS, FIGURES, NOTES = "Bìa", "Mục lục", "Chỉ tiêu", "Ghi chú"
_WHOLE, _SHARE = "#,##0", "0.00%"
_EQUATION = re.compile(r"\((?P<target>\d+)\)=(?P<terms>\(\d+\)(?:[+/]\(\d+\))*)")
_TERM = re.compile(r"\((\d+)\)")
_A4, _LINE = 9, 15.5
#: characters of the left half of a sheet that stand on one line
_LETTERHEAD_LINE = 62
#: characters that a sheet is wide at least, so that the letterhead has room
_NARROWEST = 104.0
_BAD_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")


@dataclass(frozen=True)
class Equation:
    """A control equation between columns (numbered from 1): the target is the sum, or the quotient, of the terms."""

    target: int
    terms: tuple[int, ...]
    is_quotient: bool

    @classmethod
    def parse(cls, text: str) -> Equation | None:
        """The equation that "(3)=(4)+(5)+(6)" or "(7)=(6)/(5)" states; None for any other text."""
        match = _EQUATION.fullmatch(text.replace(" ", ""))
        if not match:
            return None
        terms = tuple(int(n) for n in _TERM.findall(match["terms"]))
        return cls(int(match["target"]), terms, "/" in match["terms"])

    def value(self, row: Sequence[Any]) -> Decimal | None:
        """What the equation gives for a row of machine values (a quotient as a percentage); None when a term is missing."""
        values = [_decimal(row[n - 1]) for n in self.terms]
        if any(v is None for v in values) or (self.is_quotient and not values[1]):
            return None
        known = [v for v in values if v is not None]
        return 100 * known[0] / known[1] if self.is_quotient else sum(known, Decimal(0))

    def formula(self, row: int) -> str:
        """The Excel formula for the sheet row `row` (from 0)."""
        from xlsxwriter.utility import xl_rowcol_to_cell

        cells = [xl_rowcol_to_cell(row, n - 1) for n in self.terms]
        return "=" + ("/" if self.is_quotient else "+").join(cells)


def _decimal(value: Any) -> Decimal | None:
    """A machine value as a number; None for a missing one or text."""
    if value is None or value == "" or isinstance(value, bool):
        return None
    try:
        return Decimal(str(value))
    except ArithmeticError:
        return None


@dataclass
class Book:
    """The workbook under construction, what it says of itself, and the cell formats made so far."""

    book: Any
    about: About
    _formats: dict[tuple[tuple[str, Any], ...], Any] = field(default_factory=dict)

    def style(self, **options: Any) -> Any:
        """The cell format with these options, made once."""
        key = tuple(sorted(options.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format(
                {"font_name": FONT, "font_size": 11, "valign": "vcenter", "text_wrap": True, **options}
            )
        return self._formats[key]

    @property
    def period_line(self) -> str:
        """The period with its first and last day."""
        period = self.about.period
        return f"{period.label} (từ ngày {date_short(period.start)} đến ngày {date_short(period.end)})"

    def sheet(self, name: str, landscape: bool = True) -> Any:
        """A new sheet with the common print set-up."""
        sheet = self.book.add_worksheet(name)
        sheet.set_paper(_A4)
        if landscape:
            sheet.set_landscape()
        sheet.set_margins(left=0.6, right=0.5, top=0.75, bottom=0.7)
        sheet.fit_to_pages(1, 0)
        sheet.hide_gridlines(2)
        agency = self.about.agency.name.replace("&", "&&")
        sheet.set_header(f'&R&"{FONT},Bold"&10{self.about.stamp}')
        sheet.set_footer(
            f'&L&"{FONT},Italic"&9{agency[:80]} – {self.about.period.label[:40]}&C&"{FONT},Regular"&9Trang &P/&N'
        )
        return sheet


def workbook(content: ReportContent) -> bytes:
    """`bieu-mau-<period>.xlsx` from what the executed notebooks displayed; the same input gives the same bytes."""
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as file:
        about = content.about
        book = Book(file, about)
        file.set_properties(
            {
                "title": f"{about.title} – {about.period.label}",
                "author": about.agency.name,
                "comments": f"{about.rules.title}. {about.stamp}".strip(),
                "created": datetime.combine(about.period.end, time()),
            }
        )
        _cover(book)
        contents = book.sheet(CONTENTS, landscape=False)
        listed = [_table_sheet(book, *pair) for pair in _named_tables(content.tables)]
        _figures_sheet(book, content.figures)
        _notes_sheet(book)
        listed.append((FIGURES, "Toàn bộ chỉ tiêu của báo cáo", "so-lieu/chi-tieu.csv"))
        listed.append((NOTES, "Kỳ báo cáo, quy tắc đếm, trạng thái số liệu", ""))
        _contents(book, contents, listed)
    return out.getvalue()


def _named_tables(tables: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, ReportTable]]:
    """Tables with their sheet names: statutory forms first, then the others in the order of the report."""
    statutory = [name for name in forms() if name in tables]
    names = {name: forms()[name].sheet for name in statutory}
    taken = {COVER, CONTENTS, FIGURES, NOTES, *names.values()}
    for name in (n for n in tables if n not in names):
        names[name] = _sheet_name(name, {t.casefold() for t in taken})
        taken.add(names[name])
    return [(sheet, ReportTable.from_json(tables[name])) for name, sheet in names.items()]


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
    sheet.merge_range(4, 0, 4, 1, "BIỂU MẪU, SỐ LIỆU BÁO CÁO", book.style(font_size=18, bold=True, **centred))
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
        ("Trạng thái", "Dự thảo, dữ liệu chưa đạt kiểm tra" if book.about.draft else "Dữ liệu đạt kiểm tra"),
        ("Nguồn số liệu", _source(book)),
    )
    for row, (name, value) in enumerate(lines, start=9):
        sheet.set_row(row, _height([(value, 62)]) + 4)
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
        sheet.set_row(row, _height([(title, 60)]))
        sheet.write_number(row, 0, row - 2, book.style(border=1, align="center"))
        sheet.write_url(row, 1, f"internal:'{name}'!A1", link, name)
        sheet.write_string(row, 2, title, book.style(border=1))
        sheet.write_string(row, 3, csv, book.style(border=1))


def _table_sheet(book: Book, name: str, table: ReportTable) -> Listed:
    """One table on a sheet of its own; returns its entry in the contents."""
    sheet = book.sheet(name)
    widths = _widths(table)
    for index, width in enumerate(widths):
        sheet.set_column(index, index, width)
    last = max(len(widths), 6) - 1
    top = _letterhead(book, sheet, table, last)
    body = _header(book, sheet, table, top, widths)
    sheet.repeat_rows(top, body - 1)
    sheet.freeze_panes(body, _stub_end(table))
    row = _body(book, sheet, table, body, widths)
    row = _checks(book, sheet, table, body, row)
    row = _after(book, sheet, table.notes, row, last, sum(widths))
    sheet.write_url(
        row + 1, 0, f"internal:'{CONTENTS}'!A1", book.style(font_color="#0B4F9E", text_wrap=False), "Mục lục"
    )
    sheet.print_area(0, 0, max(row - 1, body), last)
    return name, table.title, f"so-lieu/{table.name}.csv"


def _stub_end(table: ReportTable) -> int:
    """How many columns on the left stay in sight: up to the first text column that names the row, at most two."""
    kinds = [c.kind for c in table.columns[:2]]
    return 2 if kinds == ["text", "text"] and table.columns[0].name == "index" else int(kinds[:1] == ["text"])


def _widths(table: ReportTable) -> list[float]:
    """Column widths in characters: numbers take what they need, long text is wrapped."""
    result = []
    for index, column in enumerate(table.columns):
        longest = max((len(str(r[index])) for r in table.rows if r[index] is not None), default=0)
        word = max(len(w) for w in column.path[-1].split())
        if column.name == "index":
            result.append(6.0)
        elif column.kind == "text":
            result.append(float(min(max(longest + 2, word + 3, 10), 52)))
        else:
            formula = len(column.formula) if len(column.formula) <= 16 else 14
            result.append(float(max(word + 3, min(longest, 14) + 2, formula * 0.92, 10)))
    stretch = max(1.0, _NARROWEST / sum(result))
    return [round(width * stretch, 1) for width in result]


def _height(texts: Iterable[tuple[str, float]]) -> float:
    """Height of a row in points, from each cell's text and width in characters: LibreOffice does not fit rows itself."""
    lines = max((math.ceil(0.8 * len(text) / max(width - 1, 1)) for text, width in texts), default=1)
    return _LINE * max(lines, 1) + 1


def _letterhead(book: Book, sheet: Any, table: ReportTable, last: int) -> int:
    """The lines above a table; returns the row of its header."""
    form = forms().get(table.name)
    middle = max(last // 2, 1)
    agency = book.about.agency
    issued = form.stamp(book.about.period.end) if form else ""
    left = (form.number, issued) if form else (agency.parent, agency.name)
    right = (f"Đơn vị báo cáo: {agency.name}", f"Đơn vị nhận báo cáo: {agency.receiver}")
    for row in (0, 1):
        bold = row == 0 if form else row == 1
        long = len(left[row]) > _LETTERHEAD_LINE
        sheet.merge_range(row, 0, row, middle, left[row], book.style(bold=bold, text_wrap=long))
        sheet.merge_range(row, middle + 1, row, last, right[row], book.style(text_wrap=False, align="right"))
    if len(issued) > _LETTERHEAD_LINE:
        sheet.set_row(1, _LINE * math.ceil(len(issued) / _LETTERHEAD_LINE))
    title = book.style(bold=True, font_size=14, align="center")
    sheet.set_row(2, 40)
    sheet.merge_range(2, 0, 2, last, form.title.upper() if form else table.title, title)
    italic = book.style(italic=True, align="center")
    sheet.merge_range(3, 0, 3, last, f"Kỳ báo cáo: {book.period_line}", italic)
    red = book.style(bold=True, align="center", font_color="#B00020")
    sheet.merge_range(4, 0, 4, last, book.about.stamp, red)
    unit = f"Đơn vị tính: {table.unit}" if table.unit else ""
    sheet.merge_range(5, 0, 5, last, unit, book.style(italic=True, align="right"))
    return 6


def _header(book: Book, sheet: Any, table: ReportTable, top: int, widths: Sequence[float]) -> int:
    """Header hierarchy and numbering row; returns the first row of the body."""
    style = book.style(bold=True, border=1, align="center", bg_color="#F2F2F2")
    rows = header_cells(table.columns)
    for row, cells in enumerate(rows):
        lines = max((_lines(c, widths) for c in cells), default=1)
        sheet.set_row(top + row, _LINE * lines + 3)
        for cell in cells:
            _spanned(sheet, top + row, cell, style)
    below = top + len(rows)
    if not table.numbered:
        return below
    small = book.style(border=1, align="center", italic=True, font_size=9)
    longest = max(len(c.formula) / w for c, w in zip(table.columns, widths, strict=True))
    sheet.set_row(below, 13.5 * max(1, math.ceil(longest * 0.85)) + 2)
    for index, column in enumerate(table.columns):
        sheet.write_string(below, index, column.formula or f"({index + 1})", small)
    return below + 1


def _lines(cell: HeaderCell, widths: Sequence[float]) -> int:
    """Text lines that a header cell needs in each of its rows."""
    width = sum(widths[cell.column : cell.column + cell.columns])
    return math.ceil(math.ceil(1.18 * len(cell.text) / width) / cell.rows)


def _spanned(sheet: Any, row: int, cell: HeaderCell, style: Any) -> None:
    if cell.rows == cell.columns == 1:
        sheet.write_string(row, cell.column, cell.text, style)
    else:
        bottom, right = row + cell.rows - 1, cell.column + cell.columns - 1
        sheet.merge_range(row, cell.column, bottom, right, "", style)
        sheet.write_string(row, cell.column, cell.text, style)


def _body(book: Book, sheet: Any, table: ReportTable, first: int, widths: Sequence[float]) -> int:
    """Rows and total line; returns the row after them."""
    equations = [Equation.parse(c.formula) for c in table.columns]
    for row, values in enumerate(table.rows, start=first):
        texts = (str(v) if c.kind == "text" else "" for c, v in zip(table.columns, values, strict=True))
        sheet.set_row(row, _height(zip(texts, widths, strict=True)))
        for index, column in enumerate(table.columns):
            formula = _row_formula(equations[index], values, index, row)
            _write(book, sheet, row, index, column, values[index], formula, bold=False)
    end = first + len(table.rows)
    if not table.total:
        return end
    for index, column in enumerate(table.columns):
        formula = _total_formula(table, index, first, end, equations[index])
        _write(book, sheet, end, index, column, table.total[index], formula, bold=True)
    return end + 1


def _row_formula(equation: Equation | None, values: Sequence[Any], index: int, row: int) -> str:
    """The equation as a formula where it gives the computed value; empty otherwise."""
    given = _decimal(values[index])
    expected = equation.value(values) if equation else None
    if equation is None or given is None or expected is None or abs(expected - given) > Decimal("1e-9"):
        return ""
    return equation.formula(row)


def _total_formula(table: ReportTable, index: int, first: int, end: int, equation: Equation | None) -> str:
    """The sum of the column, or the quotient of two totals, where it gives the computed total; empty otherwise."""
    from xlsxwriter.utility import xl_range

    assert table.total is not None
    if table.columns[index].kind == "percent":
        return _row_formula(equation, table.total, index, end)
    values = [_decimal(row[index]) for row in table.rows]
    total = _decimal(table.total[index])
    if table.columns[index].kind == "text" or total is None or not values:
        return ""
    if sum((v for v in values if v is not None), Decimal(0)) != total:
        return ""
    return f"=SUM({xl_range(first, index, end - 1, index)})"


def _write(
    book: Book, sheet: Any, row: int, index: int, column: TableColumn, value: Any, formula: str, *, bold: bool
) -> None:
    """One cell: text as text, a number with its format, a control sum as a formula with the computed value."""
    number = None if column.kind == "text" else _decimal(value)
    if number is None:
        text = ("" if bold and column.kind == "text" else column.missing) if value is None else str(value)
        place = (
            {"align": "center"} if column.kind != "text" or column.name == "index" else {"align": "left", "indent": 1}
        )
        sheet.write_string(row, index, text, book.style(border=1, bold=bold, **place))
        return
    share = column.kind == "percent"
    style = book.style(border=1, bold=bold, align="right", indent=1, num_format=_SHARE if share else _WHOLE)
    stored = _stored(number / 100 if share else number)
    if formula:
        sheet.write_formula(row, index, formula, style, stored)
    else:
        sheet.write_number(row, index, stored, style)


def _stored(number: Decimal) -> int | float:
    """A number as a spreadsheet stores it."""
    return int(number) if number == number.to_integral_value() else float(number)


def _checks(book: Book, sheet: Any, table: ReportTable, first: int, row: int) -> int:
    """For a statutory form: every control equation on the total line, as a formula that must give 0; one with an unknown term says so."""
    form = forms().get(table.name)
    if form is None or not table.total:
        return row
    texts = [c.formula for c in table.columns if c.formula] + list(form.checks)
    total_row = first + len(table.rows)
    for text in texts:
        equation = Equation.parse(text)
        if equation and _decimal(table.total[equation.target - 1]) is not None:
            row = _check_line(book, sheet, equation, text, table.total, total_row, row)
    return row


def _check_line(
    book: Book, sheet: Any, equation: Equation, text: str, total: Sequence[Any], total_row: int, row: int
) -> int:
    from xlsxwriter.utility import xl_rowcol_to_cell

    given, expected = _decimal(total[equation.target - 1]), equation.value(total)
    small = {"font_size": 9, "italic": True}
    target = xl_rowcol_to_cell(total_row, equation.target - 1)
    sheet.write_string(
        row, 1, f"Chênh lệch đối chiếu {text.replace('=', ' = ', 1)}", book.style(text_wrap=False, **small)
    )
    if given is None or expected is None:
        sheet.write_string(row, 2, "không kiểm được", book.style(text_wrap=False, **small))
        return row + 1
    formula = f"={target}-({equation.formula(total_row)[1:]})"
    sheet.write_formula(row, 2, formula, book.style(num_format="0", **small), _stored(given - expected))
    return row + 1


def _after(book: Book, sheet: Any, notes: Sequence[str], row: int, last: int, width: float) -> int:
    """Notes below a table, each on a merged line high enough for its text."""
    for note in notes:
        sheet.set_row(row, _height([(f"Ghi chú: {note}", width)]))
        sheet.merge_range(row, 0, row, last, "", book.style(italic=True))
        sheet.write_string(row, 0, f"Ghi chú: {note}", book.style(italic=True))
        row += 1
    return row


_FIGURE_COLUMNS: tuple[tuple[str, float, Callable[[Any, Indicator], str | None]], ...] = (
    ("Mục", 13, lambda r, i: r.section),
    ("Tên số liệu", 34, lambda r, i: r.name),
    ("Chỉ tiêu", 44, lambda r, i: r.label),
    ("Giá trị in trong báo cáo", 15, lambda r, i: r.value),
    ("Đơn vị tính", 13, lambda r, i: r.unit),
    ("Tử số, số đếm", 13, lambda r, i: None),
    ("Mẫu số", 13, lambda r, i: None),
    ("Giá trị tính", 13, lambda r, i: None),
    ("Cơ sở tính (mẫu số là)", 44, lambda r, i: r.base),
    ("Căn cứ", 40, lambda r, i: i.reference),
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
        sheet.set_row(row, _height(zip(texts, (width for _, width, _ in _FIGURE_COLUMNS), strict=True)))
        for index, text in enumerate(texts):
            sheet.write_string(row, index, text, book.style(border=1))
        _figure_numbers(book, sheet, row, indicator)
    sheet.repeat_rows(3)
    sheet.freeze_panes(4, 2)
    sheet.autofilter(3, 0, 3 + max(len(figures), 1), last)


def _figure_numbers(book: Book, sheet: Any, row: int, indicator: Indicator) -> None:
    from xlsxwriter.utility import xl_rowcol_to_cell

    plain = book.style(border=1, num_format=_WHOLE)
    for column, number in ((_NUMERATOR, indicator.numerator), (_DENOMINATOR, indicator.denominator)):
        if number is not None:
            sheet.write_number(row, column, _stored(Decimal(number)), plain)
    value = indicator.value
    if value is None:
        return
    style = book.style(border=1, num_format=_figure_format(indicator))
    exact = _stored(Decimal(value) / (100 if indicator.kind == "rate" else 1))
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
    return _WHOLE + (f".{'0' * decimals}" if decimals else "")


def _notes_sheet(book: Book) -> None:
    """Period, rule set and state in sentences."""
    sheet = book.sheet(NOTES, landscape=False)
    sheet.set_column(0, 0, 82)
    rules, period = book.about.rules, book.about.period
    groups = (
        (
            "KỲ BÁO CÁO",
            [f"{book.period_line}.", f"Căn cứ: {period.basis}.", *([f"{period.reason}."] if period.reason else [])],
        ),
        ("QUY TẮC ĐẾM", [f"{rules.title}. Nguồn: {rules.source}.", *rules.describe()]),
        ("BIỂU MẪU", [f"{f.number}: {f.stamp(period.end)}. {f.source}." for f in forms().values()]),
        ("TRẠNG THÁI SỐ LIỆU", _state(book)),
        ("CÁCH ĐỌC", list(_READING)),
    )
    row = 0
    for title, lines in groups:
        sheet.write_string(row, 0, title, book.style(bold=True, font_size=12))
        for line in lines:
            row += 1
            sheet.set_row(row, _height([(line, 82)]))
            sheet.write_string(row, 0, line, book.style(valign="top"))
        row += 2


def _state(book: Book) -> list[str]:
    checked = (
        "DỰ THẢO: dữ liệu còn lỗi kiểm tra bắt buộc; không dùng làm số liệu chính thức."
        if book.about.draft
        else "Dữ liệu đạt các yêu cầu kiểm tra bắt buộc."
    )
    return [
        checked,
        *(["DỮ LIỆU MẪU: số liệu tổng hợp bằng chương trình, không phải hồ sơ thật."] * book.about.sample),
    ]


_READING = (
    "Dấu – là không có giá trị; “chưa có dữ liệu” là đơn vị chưa có tệp xuất hoặc sổ theo dõi. Cả hai không phải số 0.",
    "Ô tổng và ô tỷ lệ là công thức; giá trị lưu kèm công thức bằng giá trị chương trình đã tính.",
    "Mỗi bảng có tệp CSV cùng tên trong thư mục so-lieu; lược đồ các cột ở so-lieu/datapackage.json.",
)
