"""The cells of one spreadsheet, HTML or SpreadsheetML file as lines for the parent process; runs in the child.

The lines are {"form"} · {"sheet", "visible", "merges", "faults", "faulty"} · {"columns", "widths"} (a chunk of rows of that
sheet) · … · {"end", "sha256"} or {"error"}; they are printed as JSON, but the cells of a chunk follow it as bytes: {"rows",
"sizes", "widths"}, then each column's texts with NUL between them. The rows of a delimited text go into a file of Arrow's.
"""

import hashlib
import io
import json
import math
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from typing import IO, Any, BinaryIO

from tthc_analysis.exports._faults import ERROR, MAX_CELLS, UNCOMPUTED, Faults, Formulas, check_names
from tthc_analysis.exports._ole import check_ole
from tthc_analysis.exports._package import check_package
from tthc_analysis.exports._refused import MOST_COLUMNS, Refused, too_wide

CHUNK_ROWS = 50_000
MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384
MAX_SPAN = 256
#: of one HTML text; a page of a portal has some
MOST_TABLES = 1000
_EXACT = 1e15  # a spreadsheet keeps 15 digits: a longer number has lost some, so it is shown as such (1e+16)
_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
_EXCEL = "{urn:schemas-microsoft-com:office:excel}"
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_HIDDEN_CLASSES = re.compile(rf"([^{{}}]*)\{{[^{{}}]*{_HIDDEN.pattern}", re.IGNORECASE)
_CLASS = re.compile(r"\.([\w-]+)\s*(?=,|$)")
_STYLES = re.compile(rb"<style[^>]*>(.*?)</style", re.IGNORECASE | re.DOTALL)
_MAY_BE_HIDDEN = frozenset(("span", "div", "p", "a", "b", "i", "font", "label", "small", "sup", "sub"))
_CELLS = frozenset(("td", "th"))
_HALF_SECOND = timedelta(milliseconds=500)

Line = dict[str, Any]
Span = tuple[str, int, int]


class Hashed:
    """A file whose bytes are hashed as they are read."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source, self._hash = source, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        data = self._source.read(size)
        self._hash.update(data)
        return data

    @property
    def sha256(self) -> str:
        """Of all bytes that were read."""
        return self._hash.hexdigest()


def as_text(value: object) -> str:
    """A cell as text: whole numbers without a decimal point, moments in ISO form to the second, nothing guessed."""
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, float):
        whole = math.isfinite(value) and value.is_integer() and abs(value) < _EXACT
        return str(int(value)) if whole else repr(value)
    if isinstance(value, datetime):
        return (value + _HALF_SECOND).isoformat(sep=" ", timespec="seconds") if value.microsecond else str(value)
    return str(value)


def _texts(column: tuple[object, ...]) -> list[str]:
    kinds = set(map(type, column))
    if kinds == {str}:
        return list(column)  # type: ignore[arg-type]
    if kinds <= {str, date}:
        return list(map(str, column))
    return [v if type(v) is str else as_text(v) for v in column]


# --- workbooks -------------------------------------------------------------------------------------------------------


def read_book(data: bytes) -> Iterator[Line]:
    """The sheets of an xlsx, xlsb, xls or ods file; hidden ones are named but not read."""
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    if data.startswith(b"PK"):
        form, data, faults = check_package(data)
    else:
        form, faults = "Excel 97–2003 (xls)", check_ole(data)
    yield {"form": form}
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    del data
    check_names(list(book.sheet_names))
    for meta in book.sheets_metadata:
        if meta.visible != SheetVisibleEnum.Visible:
            yield _head(meta.name, visible=False)
            continue
        try:
            sheet = book.get_sheet_by_name(meta.name)
        except Exception as error:
            if "not find" in str(error).lower() or type(error).__name__ == "WorksheetNotFound":  # a chart has no cells
                continue
            raise
        found = faults.get(meta.name) or Faults()
        yield _head(meta.name, found.merges or _merges(sheet), found)
        yield from _sheet_chunks(sheet)


def _head(name: str, merges: list[list[int]] | None = None, faults: Faults | None = None, visible: bool = True) -> Line:
    told = {"faults": faults.cells, "faulty": faults.count} if faults else {"faults": [], "faulty": 0}
    return {"sheet": name, "visible": visible, "merges": merges or [], **told}


def _merges(sheet: Any) -> list[list[int]]:
    return [[*first, *last] for first, last in sheet.merged_cell_ranges or ()]


def _sheet_chunks(sheet: Any) -> Iterator[Line]:
    """Rows from the top of the sheet (the reader's rows begin there, its columns at the first used one)."""
    if sheet.start is None:
        return
    before, rows = sheet.start[1], sheet.iter_rows()
    if sheet.total_width > MOST_COLUMNS:
        raise too_wide(sheet.total_width)
    while chunk := list(islice(rows, CHUNK_ROWS)):
        blank = [[""] * len(chunk)] * before
        yield {"columns": [*blank, *map(_texts, zip(*chunk, strict=True))]}


# --- HTML ------------------------------------------------------------------------------------------------------------


def read_html(data: bytes) -> Iterator[Line]:
    """Every table of an HTML text in UTF-8; spans are placed as a browser does.

    A row is forgotten as soon as it is placed: a tree of all of them would be many times the text.
    """
    from lxml import etree
    from lxml.etree import ErrorTypes

    tables: dict[Any, _Placed] = {}
    hidden = _hidden_classes(data)
    events = etree.iterparse(
        io.BytesIO(data), ("start", "end"), tag=("table", "tr"), html=True, encoding="utf-8", no_network=True,
        huge_tree=True, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    for event, node in events if data.strip() else ():
        if node.tag == "table" and event == "start":
            if len(tables) >= MOST_TABLES:
                raise Refused(f"Tệp HTML có hơn {MOST_TABLES} bảng: không phải danh sách.")
            tables[node] = _Placed()
        elif node.tag == "tr" and (owner := tables.get(next(node.iterancestors("table"), None))):
            if event == "start":
                owner.begin(node)
            else:
                owner.end(node, _html_cells(node, hidden))
                _forget(node)
    if any(error.type in (ErrorTypes.ERR_NO_MEMORY, ErrorTypes.ERR_INTERNAL_ERROR) for error in events.error_log):
        raise MemoryError  # this parser goes on after every error, and here it has not come to the end
    if not tables:
        raise Refused("Tệp HTML không có bảng nào.")
    for number, placed in enumerate(tables.values(), start=1):
        yield from placed.lines("" if len(tables) == 1 else f"Bảng {number}")


def _forget(row: Any) -> None:
    """Empty a row, but for one that holds a table or stands in another, and take those before it away."""
    if row.find(".//table") is None and next(row.iterancestors("tr", "table")).tag == "table":
        row.clear()
    while (before := row.getprevious()) is not None and before.tag == "tr" and not len(before):
        row.getparent().remove(before)


def _hidden_classes(data: bytes) -> frozenset[str]:
    """The classes of what a browser does not show."""
    styles = b" ".join(_STYLES.findall(data)).decode("utf-8", "ignore")
    return frozenset(name for names in _HIDDEN_CLASSES.findall(styles) for name in _CLASS.findall(names))


def _is_hidden(node: Any, classes: frozenset[str]) -> bool:
    """Whether a browser does not show a part of a page; rows and cells of a table stay."""
    if node.tag not in _MAY_BE_HIDDEN:
        return False
    unseen = node.get("hidden") is not None or _HIDDEN.search(node.get("style") or "")
    return bool(unseen) or not classes.isdisjoint((node.get("class") or "").split())


def _html_cells(row: Any, hidden: frozenset[str]) -> list[Span]:
    return [(_cell_text(cell, hidden), _span(cell, "col"), _span(cell, "row")) for cell in row if cell.tag in _CELLS]


def _cell_text(cell: Any, hidden: frozenset[str]) -> str:
    """What a cell shows: nothing of what is hidden (a key to sort by), of scripts, or of a table within it."""
    if not len(cell):
        return cell.text or ""
    if cell.find(".//table") is not None:
        return ""
    return "".join(_shown(cell, hidden))


def _shown(node: Any, hidden: frozenset[str]) -> Iterator[str]:
    if node.tag == "br":
        yield "\n"
    elif node.tag not in ("script", "style") and not _is_hidden(node, hidden):
        yield node.text or ""
        for part in node:
            yield from _shown(part, hidden)
            yield part.tail or ""


def _span(cell: Any, which: str) -> int:
    text = (cell.get(f"{which}span") or "1").strip()
    most = MAX_SPAN if which == "col" else MAX_ROWS
    return min(max(int(text), 1), most) if text.isascii() and text.isdigit() and len(text) < 9 else 1


class _Placed:
    """The rows of one table on a grid: a cell that reaches down pushes the cells of the next rows to the right."""

    def __init__(self) -> None:
        self._grid: list[list[str]] = []
        self._merges: list[list[int]] = []
        self._below: dict[int, int] = {}  # column → last row that a cell from above reaches
        self._known: dict[str, str] = {}  # a text that comes again is kept once
        self._begun: dict[Any, list[Span] | None] = {}

    def begin(self, row: Any) -> None:
        """A row begins; it stands before those that begin within it."""
        self._begun[row] = None

    def end(self, row: Any, cells: list[Span]) -> None:
        """A row ends: it is placed as soon as all before it are."""
        self._begun[row] = cells
        while self._begun and (first := next(iter(self._begun.items())))[1] is not None:
            self.add(first[1])
            del self._begun[first[0]]

    def add(self, row: list[Span]) -> None:
        """Place one more row."""
        index, below = len(self._grid), self._below
        cells: list[str] = []
        for text, across, down in row:
            while below.get(len(cells), -1) >= index:
                cells.append("")
            first, last_row = len(cells), index + down - 1
            cells += [self._known.setdefault(text, text), *[""] * (across - 1)]
            if down > 1:
                below |= dict.fromkeys(range(first, len(cells)), last_row)
            if across > 1 or down > 1:
                self._merges.append([index, first, last_row, len(cells) - 1])
        while below.get(len(cells), -1) >= index:
            cells.append("")
        self._grid.append(cells)

    def lines(self, name: str) -> Iterator[Line]:
        """The table; no cell reaches beyond its last row."""
        last = len(self._grid) - 1
        merges = [[top, left, min(bottom, last), right] for top, left, bottom, right in self._merges]
        yield _head(name, [m for m in merges if m[2] > m[0] or m[3] > m[1]])
        yield from _row_chunks(self._grid)


def _row_chunks(grid: list[list[str]]) -> Iterator[Line]:
    width = max(map(len, grid), default=0)
    if width * len(grid) > MAX_CELLS:
        raise Refused("Bảng có nhiều ô bất thường.")
    if width > MOST_COLUMNS:
        raise too_wide(width)
    for start in range(0, len(grid), CHUNK_ROWS):
        rows = grid[start : start + CHUNK_ROWS]
        padded = [[*r, *[""] * (width - len(r))] for r in rows]
        yield {"columns": list(zip(*padded, strict=True)), "widths": [len(r) for r in rows]}


# --- SpreadsheetML (Excel 2003 XML) ----------------------------------------------------------------------------------


def read_xml(data: bytes) -> Iterator[Line]:
    """The worksheets of a SpreadsheetML text in UTF-8; no entity, DTD or address is followed, and a row is forgotten once read."""
    from lxml import etree

    sheets: list[_XmlSheet] = []
    events = etree.iterparse(
        io.BytesIO(data), ("start", "end"), tag=(f"{_SS}Worksheet", f"{_SS}Row"), encoding="utf-8", no_network=True,
        huge_tree=True, resolve_entities=False, load_dtd=False,
    )  # fmt: skip
    for event, node in events:
        if event == "start":
            if node.tag == f"{_SS}Worksheet":
                sheets.append(_XmlSheet(node.get(f"{_SS}Name") or ""))
        elif node.tag == f"{_SS}Worksheet":
            sheets[-1].is_visible = (node.findtext(f".//{_EXCEL}Visible") or "") not in (
                "SheetHidden",
                "SheetVeryHidden",
            )
            node.clear()
        elif sheets and _is_row_of_a_sheet(node):
            sheets[-1].add(node)
            node.clear()
            while node.getprevious() is not None and node.getprevious().tag == node.tag:
                node.getparent().remove(node.getprevious())
    if not sheets:
        raise Refused("Tệp XML không phải bảng tính Excel 2003.")
    check_names([sheet.name for sheet in sheets])
    for sheet in sheets:
        yield from sheet.lines()


def _is_row_of_a_sheet(row: Any) -> bool:
    table = row.getparent()
    return table is not None and table.tag == f"{_SS}Table" and table.getparent().tag == f"{_SS}Worksheet"


class _XmlSheet:
    """One worksheet of a SpreadsheetML text, row by row."""

    def __init__(self, name: str) -> None:
        self.name, self.is_visible = name, True
        self._grid: list[list[str]] = []
        self._merges: list[list[int]] = []
        self._faults = Faults()
        self._formulas = Formulas(self._faults)
        self._known: dict[str, str] = {}

    def add(self, row: Any) -> None:
        """Place one more row."""
        at = _index(row, len(self._grid), MAX_ROWS)
        self._grid += [[] for _ in range(at - len(self._grid))]
        cells: list[str] = []
        for cell in row.iterfind(f"{_SS}Cell"):
            first = _index(cell, len(cells), MAX_COLUMNS)
            cells += [""] * (first - len(cells))
            across, down = _merged(cell, "Across"), _merged(cell, "Down")
            _look_at(cell, at, first, self._faults, self._formulas)
            text = _xml_text(cell)
            cells += [self._known.setdefault(text, text), *[""] * across]
            if across or down:
                self._merges.append([at, first, at + down, first + across])
        self._grid.append(cells)

    def lines(self) -> Iterator[Line]:
        """The sheet; a hidden one is named alone."""
        if not self.is_visible:
            yield _head(self.name, visible=False)
            return
        yield _head(self.name, self._merges, self._formulas.settle())
        for line in _row_chunks(self._grid):
            del line["widths"]  # this format leaves blank cells out, so a short row says nothing
            yield line


def _look_at(cell: Any, row: int, column: int, faults: Faults, formulas: Formulas) -> None:
    """A cell with an error, or a formula and what value it has."""
    data = cell.find(f"{_SS}Data")
    kind = None if data is None else data.get(f"{_SS}Type")
    text = "" if data is None else "".join(data.itertext()).strip()
    if kind == "Error":
        faults.add(row, column, ERROR)
    elif cell.get(f"{_SS}Formula"):
        if not text and kind != "String":
            faults.add(row, column, UNCOMPUTED)
        elif text == "0" and kind == "Number":
            formulas.nought(row, column)
        elif text:
            formulas.value(column)


def _index(node: Any, here: int, most: int) -> int:
    """Where a row or cell stands: its own index counts from 1 and may leap over blank ones."""
    text = node.get(f"{_SS}Index") or ""
    place = int(text) - 1 if text.isascii() and text.isdigit() and len(text) < 9 else here
    if place >= most:
        raise Refused("Tệp có ô ở quá xa.")
    if place < here:
        raise Refused("Trang tính có hai dòng, hai ô cùng số thứ tự hoặc số thứ tự lùi.")
    return place


def _merged(cell: Any, which: str) -> int:
    text = cell.get(f"{_SS}Merge{which}") or "0"
    return min(int(text), MAX_SPAN if which == "Across" else MAX_ROWS) if text.isascii() and text.isdigit() else 0


def _xml_text(cell: Any) -> str:
    data = cell.find(f"{_SS}Data")
    if data is None:
        return ""
    text, kind = "".join(data.itertext()), data.get(f"{_SS}Type")
    try:
        if kind == "Number" and not text.strip().isdigit():
            return as_text(float(text))
        if kind == "DateTime":
            return as_text(datetime.fromisoformat(text.strip()))
    except (ValueError, OverflowError):
        return text
    return ("Không", "Có")[text.strip() == "1"] if kind == "Boolean" else text


# --- the process -----------------------------------------------------------------------------------------------------


def write(line: Line, target: BinaryIO) -> None:
    """Print one line; after that of a chunk the bytes of each of its columns."""
    columns = line.pop("columns", None)
    packed = [_packed(column) for column in columns or ()]
    if columns:
        line |= {"rows": len(columns[0]), "sizes": list(map(len, packed))}
    target.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n")
    target.writelines(packed)


def _packed(column: Sequence[str]) -> bytes:
    """The cells with NUL between them; within a cell it is a blank, as every control mark will be."""
    whole = "\0".join(column)
    if whole.count("\0") >= len(column):
        whole = "\0".join(cell.replace("\0", " ") for cell in column)
    return whole.encode("utf-8", "replace")
