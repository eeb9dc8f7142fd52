"""What every workbook of a report is made of: cell formats, print set-up, a table with its merged header and control sums.

Control sums are Excel formulas beside the values that the report computed: where an equation of a form does not give
the computed value (a class that the form has no column for), the value is written and a check elsewhere shows the difference.
Text from data is always text, never a formula.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from tthc_analysis.display.formats import date_short
from tthc_analysis.display.tables import HeaderCell, ReportTable, TableColumn, header_cells
from tthc_analysis.documents.content import About

FONT = "Times New Roman"
WHOLE = "#,##0"
#: number formats of the kinds of cells that are no whole numbers
_FORMATS = {"percent": "0.00%", "hours": "General", "points": "#,##0.00", "small": "#,##0.0000"}
_EQUATION = re.compile(r"\((?P<target>\d+)\)=(?P<terms>\(\d+\)(?:[+/]\(\d+\))*)")
_TERM = re.compile(r"\((\d+)\)")
_A4 = 9
#: height of a line of text in points
LINE = 15.5
#: what a page holds in full size within our margins: characters wide, points high
_UPRIGHT, _LANDSCAPE = (96.0, 725.0), (142.0, 480.0)
#: smallest scale that is still read on paper
_LEAST_SCALE = 0.6
#: characters of the left half of a sheet that stand on one line


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
        values = [decimal_of(row[n - 1]) for n in self.terms]
        if any(v is None for v in values) or (self.is_quotient and not values[1]):
            return None
        known = [v for v in values if v is not None]
        return 100 * known[0] / known[1] if self.is_quotient else sum(known, Decimal(0))

    def formula(self, row: int, sheet: str = "") -> str:
        """The right side as an Excel formula for the row `row` (from 0) of `sheet`, "" for the sheet that it stands on."""
        return "=" + ("/" if self.is_quotient else "+").join(_cell(row, n, sheet) for n in self.terms)

    def own(self, row: int, sheet: str) -> str:
        """The left side as an Excel formula."""
        return f"={_cell(row, self.target, sheet)}"


def _cell(row: int, column: int, sheet: str) -> str:
    from xlsxwriter.utility import xl_rowcol_to_cell

    place = xl_rowcol_to_cell(row, column - 1)
    return f"'{sheet}'!{place}" if sheet else place


def decimal_of(value: Any) -> Decimal | None:
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


def made(about: About, title: str, write: Callable[[Book], None]) -> bytes:
    """A workbook that `write` fills; the same content gives the same bytes."""
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as file:
        file.set_properties(
            {
                "title": title,
                "author": about.agency.name,
                "comments": f"{about.rules.title}. {about.stamp}".strip(),
                "created": datetime.combine(about.period.end, time()),
            }
        )
        write(Book(file, about))
    return out.getvalue()


def column_widths(table: ReportTable, least: float = 0.0) -> list[float]:
    """Column widths in characters: numbers take what they need, long text is wrapped; together at least `least`."""
    result = []
    for index, column in enumerate(table.columns):
        values = [r[index] for r in (*table.rows, *([table.total] if table.total else []))]
        longest = max((_needed(column.missing) if v is None else len(str(v)) for v in values), default=0)
        word = max(len(w) for w in column.path[-1].split())
        if column.name == "index":
            result.append(6.0)
        elif column.is_printed:
            result.append(float(min(max(longest + 2, word + 3, 10), 52)))
        else:
            formula = len(column.formula) if len(column.formula) <= 16 else 14
            result.append(float(max(word + 3, min(longest, 15) + 2, formula * 0.92, 10)))
    stretch = max(1.0, least / sum(result))
    return [round(width * stretch, 1) for width in result]


def _needed(missing: str) -> int:
    """Characters that the words for no value need: longer ones stand on two lines."""
    return len(missing) if len(missing) <= 10 else len(missing) // 2 + 2


def row_height(texts: Iterable[tuple[str, float]]) -> float:
    """Height of a row in points, from each cell's text and width in characters: LibreOffice does not fit rows itself."""
    lines = max((math.ceil(0.8 * len(text) / max(width - 1, 1)) for text, width in texts), default=1)
    return LINE * max(lines, 1) + 1


def write_header(book: Book, sheet: Any, table: ReportTable, top: int, widths: Sequence[float]) -> int:
    """Header hierarchy and numbering row; returns the first row of the body."""
    style = book.style(bold=True, border=1, align="center", bg_color="#F2F2F2")
    rows = header_cells(table.columns)
    for row, cells in enumerate(rows):
        lines = max((_lines(c, widths) for c in cells), default=1)
        sheet.set_row(top + row, LINE * lines + 3)
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


def line_height(table: ReportTable, values: Sequence[Any], widths: Sequence[float]) -> float:
    """Height of one line of a table in points."""
    pairs = zip(table.columns, values, strict=True)
    texts = (c.missing if v is None else str(v) if c.is_printed else "" for c, v in pairs)
    return row_height(zip(texts, widths, strict=True))


def orient(sheet: Any, widths: Sequence[float], height: float) -> None:
    """Turn the sheet the way in which it prints on fewer pages, still readable; in the larger print where both need as many."""
    width = sum(widths)
    choices = []
    for landscape, (wide, high) in ((False, _UPRIGHT), (True, _LANDSCAPE)):
        scale = min(1.0, wide / width)
        choices.append((scale < _LEAST_SCALE, math.ceil(height * scale / high), -scale, landscape))
    if min(choices)[-1]:
        sheet.set_landscape()
    else:
        sheet.set_portrait()


def write_body(book: Book, sheet: Any, table: ReportTable, first: int, widths: Sequence[float]) -> int:
    """Rows and total line; returns the row after them."""
    equations = [Equation.parse(c.formula) for c in table.columns]
    for row, values in enumerate(table.rows, start=first):
        sheet.set_row(row, line_height(table, values, widths))
        for index, column in enumerate(table.columns):
            formula = _row_formula(equations[index], values, index, row)
            _write(book, sheet, row, index, column, values[index], formula, bold=False)
    end = first + len(table.rows)
    if not table.total:
        return end
    sheet.set_row(end, line_height(table, table.total, widths))
    for index, column in enumerate(table.columns):
        formula = _total_formula(table, index, first, end, equations[index])
        _write(book, sheet, end, index, column, table.total[index], formula, bold=True)
    return end + 1


def _row_formula(equation: Equation | None, values: Sequence[Any], index: int, row: int) -> str:
    """The equation as a formula where it gives the computed value; empty otherwise."""
    given = decimal_of(values[index])
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
    values = [decimal_of(row[index]) for row in table.rows]
    total = decimal_of(table.total[index])
    if table.columns[index].is_printed or total is None or not values:
        return ""
    if sum((v for v in values if v is not None), Decimal(0)) != total:
        return ""
    return f"=SUM({xl_range(first, index, end - 1, index)})"


def _write(
    book: Book, sheet: Any, row: int, index: int, column: TableColumn, value: Any, formula: str, *, bold: bool
) -> None:
    """One cell: text as text, a number with its format, a control sum as a formula with the computed value."""
    number = None if column.is_printed else decimal_of(value)
    if number is None:
        text = ("" if bold and column.kind == "text" else column.missing) if value is None else str(value)
        sheet.write_string(row, index, text, book.style(border=1, bold=bold, **_placed(column)))
        return
    share = column.kind == "percent"
    style = book.style(border=1, bold=bold, align="right", indent=1, num_format=_FORMATS.get(column.kind, WHOLE))
    value = stored(number / 100 if share else number)
    if formula:
        sheet.write_formula(row, index, formula, style, value)
    else:
        sheet.write_number(row, index, value, style)


def _placed(column: TableColumn) -> dict[str, Any]:
    """How a text stands in its cell: words for a missing number in the middle, a printed figure as a number would."""
    if column.name == "index" or not column.is_printed:
        return {"align": "center"}
    return {"align": "left" if column.kind == "text" else "right", "indent": 1}


def stored(number: Decimal) -> int | float:
    """A number as a spreadsheet stores it."""
    return int(number) if number == number.to_integral_value() else float(number)


def spanned(sheet: Any, row: int, first: int, last: int, text: str, style: Any) -> None:
    """Text over the columns `first` to `last`: merged where these are several, and never read as a formula."""
    if last > first:
        sheet.merge_range(row, first, row, last, "", style)
    sheet.write_string(row, first, text, style)


def write_notes(book: Book, sheet: Any, notes: Sequence[str], row: int, last: int, width: float) -> int:
    """Notes, each on a line over all columns that is high enough for its text; returns the row after them."""
    for note in notes:
        sheet.set_row(row, row_height([(note, width)]))
        spanned(sheet, row, 0, last, note, book.style(italic=True))
        row += 1
    return row


def stub_end(table: ReportTable) -> int:
    """How many columns on the left stay in sight: up to the first text column that names the row, at most two."""
    kinds = [c.kind for c in table.columns[:2]]
    return 2 if kinds == ["text", "text"] and table.columns[0].name == "index" else int(kinds[:1] == ["text"])


def state(about: About) -> list[str]:
    """Whether it is a trial, and the data passed its checks, tell of the whole period, are sample data, in sentences."""
    checked = (
        f"DỰ THẢO: {about.draft_reason}; không dùng để báo cáo chính thức."
        if about.draft
        else "Dữ liệu đạt các yêu cầu kiểm tra bắt buộc."
    )
    sample = ["DỮ LIỆU MẪU: số liệu tổng hợp bằng chương trình, không phải hồ sơ thật."] * about.sample
    part = [f"CHƯA ĐỦ KỲ: {about.partial}; số liệu là của phần đã có, không so với kỳ khác."] * bool(about.partial)
    trial = [f"XEM THỬ: {about.trial}; không phải báo cáo đã công bố."] * bool(about.trial)
    return [*trial, checked, *part, *sample]
