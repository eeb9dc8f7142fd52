"""Child process that reads one spreadsheet, HTML or SpreadsheetML file and prints its cells.

A 1.4 kB workbook can make the reader allocate half a terabyte and abort; here that costs a child, not the run.
Run as a script: it imports nothing of the package, so it starts quickly. The lines are
{"sheet", "visible", "merges"} · {"columns", "widths"} (a chunk of rows of that sheet) · … · {"end"} or {"error"}; they are
printed as JSON, but the cells of a chunk follow it as bytes: {"rows", "sizes", "widths"}, then each column's texts with NUL
between them.
"""

import gc
import json
import math
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, BinaryIO

MEMORY_LIMIT = 4 << 30
CHUNK_ROWS = 50_000
MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384
MAX_CELLS = 120_000_000
MAX_SPAN = 256
_EXACT = 1e15  # a spreadsheet keeps 15 digits: a longer number has lost some, so it is shown as such (1e+16)
_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
_EXCEL = "{urn:schemas-microsoft-com:office:excel}"
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_HIDDEN_CLASSES = re.compile(rf"([^{{}}]*)\{{[^{{}}]*{_HIDDEN.pattern}", re.IGNORECASE)
_CLASS = re.compile(r"\.([\w-]+)\s*(?=,|$)")
_HALF_SECOND = timedelta(milliseconds=500)

Line = dict[str, Any]
Span = tuple[str, int, int]


class Refused(Exception):
    """The file asks for more cells than any real export has, or has no table."""


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


def read_book(path: str) -> Iterator[Line]:
    """The sheets of an xlsx, xls or ods file; hidden ones are named but not read."""
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    with open(path, "rb") as source:  # noqa: PTH123 – by content: from a path the reader trusts the ending
        book = CalamineWorkbook.from_filelike(source)
    for meta in book.sheets_metadata:
        if meta.visible != SheetVisibleEnum.Visible:
            yield {"sheet": meta.name, "visible": False, "merges": []}
            continue
        try:
            sheet = book.get_sheet_by_name(meta.name)
        except Exception as error:
            if "not find" in str(error).lower() or type(error).__name__ == "WorksheetNotFound":  # a chart has no cells
                continue
            raise
        yield {"sheet": meta.name, "visible": True, "merges": _merges(sheet)}
        yield from _sheet_chunks(sheet)


def _merges(sheet: Any) -> list[list[int]]:
    return [[*first, *last] for first, last in sheet.merged_cell_ranges or ()]


def _sheet_chunks(sheet: Any) -> Iterator[Line]:
    """Rows from the top of the sheet (the reader's rows begin there, its columns at the first used one)."""
    if sheet.start is None:
        return
    before, rows = sheet.start[1], sheet.iter_rows()
    while chunk := list(islice(rows, CHUNK_ROWS)):
        blank = [[""] * len(chunk)] * before
        yield {"columns": [*blank, *map(_texts, zip(*chunk, strict=True))]}


# --- HTML ------------------------------------------------------------------------------------------------------------


def read_html(_path: str) -> Iterator[Line]:
    """Every table of the HTML text on standard input; spans are placed as a browser does, without copying text."""
    from lxml import etree

    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True, remove_comments=True, remove_pis=True)
    data = sys.stdin.buffer.read()
    root: Any = etree.fromstring(data, parser=parser) if data.strip() else None
    tables = [] if root is None else list(root.iter("table"))
    if not tables:
        raise Refused("Tệp HTML không có bảng nào.")
    _drop_hidden(root)
    etree.strip_elements(root, "script", "style", with_tail=False)
    for line_break in root.iter("br"):
        line_break.tail = "\n" + (line_break.tail or "")
    for number, table in enumerate(tables, start=1):
        rows = [_html_cells(tr) for tr in table.iter("tr") if _owner(tr) is table]
        yield from _placed("" if len(tables) == 1 else f"Bảng {number}", rows)


def _drop_hidden(root: Any) -> None:
    """Empty what a cell holds but a browser does not show (a key to sort by); rows and cells of the table stay."""
    styles = " ".join(node.text or "" for node in root.iter("style"))
    classes = {name for names in _HIDDEN_CLASSES.findall(styles) for name in _CLASS.findall(names)}
    for node in root.iter("span", "div", "p", "a", "b", "i", "font", "label", "small", "sup", "sub"):
        unseen = node.get("hidden") is not None or _HIDDEN.search(node.get("style") or "")
        if unseen or classes.intersection((node.get("class") or "").split()):
            node.clear(keep_tail=True)


def _owner(node: Any) -> Any:
    return next(node.iterancestors("table"), None)


def _html_cells(row: Any) -> list[Span]:
    return [
        ("" if cell.find(".//table") is not None else "".join(cell.itertext()), _span(cell, "col"), _span(cell, "row"))
        for cell in row.iterchildren("td", "th")
    ]


def _span(cell: Any, which: str) -> int:
    text = (cell.get(f"{which}span") or "1").strip()
    most = MAX_SPAN if which == "col" else MAX_ROWS
    return min(max(int(text), 1), most) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def _placed(name: str, rows: list[list[Span]]) -> Iterator[Line]:
    """Put cells with spans on a grid: a cell that reaches down pushes the cells of the next rows to the right."""
    grid: list[list[str]] = []
    merges: list[list[int]] = []
    below: dict[int, int] = {}  # column → last row that a cell from above reaches
    for index, row in enumerate(rows):
        cells: list[str] = []
        for text, across, down in row:
            while below.get(len(cells), -1) >= index:
                cells.append("")
            first, last_row = len(cells), min(index + down, len(rows)) - 1
            cells += [text, *[""] * (across - 1)]
            if last_row > index:
                below |= dict.fromkeys(range(first, len(cells)), last_row)
            if across > 1 or last_row > index:
                merges.append([index, first, last_row, len(cells) - 1])
        while below.get(len(cells), -1) >= index:
            cells.append("")
        grid.append(cells)
    yield {"sheet": name, "visible": True, "merges": merges}
    yield from _row_chunks(grid)


def _row_chunks(grid: list[list[str]]) -> Iterator[Line]:
    width = max(map(len, grid), default=0)
    if width * len(grid) > MAX_CELLS:
        raise Refused("Bảng có nhiều ô bất thường.")
    for start in range(0, len(grid), CHUNK_ROWS):
        rows = grid[start : start + CHUNK_ROWS]
        padded = [[*r, *[""] * (width - len(r))] for r in rows]
        yield {"columns": list(zip(*padded, strict=True)), "widths": [len(r) for r in rows]}


# --- SpreadsheetML (Excel 2003 XML) ----------------------------------------------------------------------------------


def read_xml(_path: str) -> Iterator[Line]:
    """The worksheets of a SpreadsheetML text on standard input; no entity, DTD or address is followed."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True, encoding="utf-8")
    root = etree.fromstring(sys.stdin.buffer.read(), parser=parser)
    sheets = list(root.iter(f"{_SS}Worksheet"))
    if not sheets:
        raise Refused("Tệp XML không phải bảng tính Excel 2003.")
    for sheet in sheets:
        name, shown = sheet.get(f"{_SS}Name") or "", sheet.findtext(f".//{_EXCEL}Visible") or ""
        if shown in ("SheetHidden", "SheetVeryHidden"):
            yield {"sheet": name, "visible": False, "merges": []}
        else:
            yield from _xml_sheet(name, sheet)


def _xml_sheet(name: str, sheet: Any) -> Iterator[Line]:
    grid: list[list[str]] = []
    merges: list[list[int]] = []
    for row in sheet.iterfind(f"{_SS}Table/{_SS}Row"):
        at = _index(row, len(grid), MAX_ROWS)
        grid += [[] for _ in range(at - len(grid))]
        cells: list[str] = []
        for cell in row.iterfind(f"{_SS}Cell"):
            first = _index(cell, len(cells), MAX_COLUMNS)
            cells += [""] * (first - len(cells))
            across, down = _merged(cell, "Across"), _merged(cell, "Down")
            cells += [_xml_text(cell), *[""] * across]
            if across or down:
                merges.append([at, first, at + down, first + across])
        grid.append(cells)
    yield {"sheet": name, "visible": True, "merges": merges}
    for line in _row_chunks(grid):
        del line["widths"]  # this format leaves blank cells out, so a short row says nothing
        yield line


def _index(node: Any, here: int, most: int) -> int:
    """Where a row or cell stands: its own index counts from 1 and may leap over blank ones."""
    text = node.get(f"{_SS}Index") or ""
    place = int(text) - 1 if text.isascii() and text.isdigit() and len(text) < 9 else here
    if place >= most:
        raise Refused("Tệp có ô ở quá xa.")
    return max(place, here)


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


def answer(kind: str, path: str) -> Iterator[Line]:
    """The lines for one file; any failure becomes one line that names its kind, never its content."""
    try:
        yield from {"book": read_book, "html": read_html, "xml": read_xml}[kind](path)
        yield {"end": True}
    except Refused as error:
        yield {"error": "Refused", "what": str(error)}
    except Exception as error:  # the parent turns the kind of failure into one message
        yield {"error": type(error).__name__}


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


def end_with_parent() -> None:
    """Be killed by the system when the reading process dies, where the system can."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, 9)  # PR_SET_PDEATHSIG, SIGKILL


def limit_memory() -> None:
    """Hold this process to MEMORY_LIMIT where the system can."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    except ImportError:  # Windows has no such limit; the parent's time limit remains
        pass


if __name__ == "__main__":
    end_with_parent()
    limit_memory()
    gc.disable()  # millions of cells, and none in a cycle
    for one in answer(sys.argv[1], sys.argv[2]):
        write(one, sys.stdout.buffer)
