"""Child process that reads one foreign document and prints its paragraphs, cells and what it left unread.

40 kB of nested HTML can take half a minute and a small odt can ask for gigabytes; here that costs a child with limits of
memory and time, not the run. Run as a script: of the package it imports one small module, without what the package imports. Every line printed is one JSON object:
{"text", "kind", "level", "page", "cell", "anchor"} · {"unread"} · {"end"} or {"error"}.
"""

import json
import re
import sys
import types
import zipfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

MOST_UNPACKED = 200 << 20
MOST_RATIO = 150
ALWAYS_FINE = 20 << 20
MOST_BLOCKS = 200_000
MOST_CELLS = 100_000
MOST_REPEATED = 200
DEEPEST = 400
#: the parser cuts off what is nested deeper than about 2,000
DEEPEST_HTML = 1_500
MOST_NESTED_TABLES = 50

Line = dict[str, Any]
Span = tuple[int, int]


class Refused(Exception):
    """The file cannot be read; the message is for the user."""


def line(text: str, kind: str = "paragraph", level: int = 0, **more: Any) -> Line:
    """One paragraph, heading, item or cell."""
    return {"text": text, "kind": kind, "level": level, **more}


# --- packages --------------------------------------------------------------------------------------------------------


def parts_of(path: str, needed: str) -> zipfile.ZipFile:
    """A zip package that is whole, unprotected and not enormous."""
    archive = zipfile.ZipFile(path)
    infos = archive.infolist()
    total, packed = sum(i.file_size for i in infos), sum(i.compress_size for i in infos) or 1
    if any(i.flag_bits & 1 for i in infos):
        raise Refused("Tệp có mật khẩu.")
    if total > MOST_UNPACKED or (total > ALWAYS_FINE and total / packed > MOST_RATIO):
        raise Refused("Tệp nén bung ra quá lớn.")
    if needed not in archive.namelist():
        raise Refused("Tệp hỏng hoặc không đúng định dạng.")
    return archive


def xml_of(archive: zipfile.ZipFile, name: str) -> Any:
    """A part parsed without entities, DTD or network; None when the package has no such part."""
    from lxml import etree

    if name not in archive.namelist():
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(archive.read(name), parser=parser)


# --- docx ------------------------------------------------------------------------------------------------------------

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_HEADING = re.compile(r"(?:heading|tiêu đề|đề mục)\s*(\d)", re.IGNORECASE)


class Docx:
    """The final text of a Word file: tracked deletions left out, insertions, controls, text boxes and notes kept."""

    def __init__(self, path: str) -> None:
        self.archive = parts_of(path, "word/document.xml")
        self.tables = self.page = 0
        self.headings = self._heading_styles()
        self.pictures = self.objects = 0
        self.paragraphs: list[Any] = []
        self.root: Any = xml_of(self.archive, "word/document.xml")

    def read(self) -> Iterator[Line]:
        """Body, then footnotes and endnotes."""
        body = self.root.find(f"{W}body")
        yield from self._content(body if body is not None else self.root, 0)
        for part, name in (("word/footnotes.xml", "footnote"), ("word/endnotes.xml", "endnote")):
            notes = xml_of(self.archive, part)
            for note in [] if notes is None else notes.iter(f"{W}{name}"):
                if note.get(f"{W}type") not in ("separator", "continuationSeparator", "continuationNotice"):
                    yield from (one | {"anchor": None} for one in self._content(note, 0))
        yield from self._unread()

    def _heading_styles(self) -> dict[str, int]:
        styles = xml_of(self.archive, "word/styles.xml")
        found: dict[str, int] = {}
        for style in [] if styles is None else styles.iter(f"{W}style"):
            name = style.find(f"{W}name")
            match = _HEADING.match(name.get(f"{W}val", "")) if name is not None else None
            if match:
                found[style.get(f"{W}styleId", "")] = int(match[1])
        return found

    def _content(self, parent: Any, depth: int) -> Iterator[Line]:
        if depth > DEEPEST:
            raise Refused("Tệp lồng nhau quá sâu.")
        for node in parent:
            if node.tag == f"{W}p":
                yield from self._paragraph(node, depth)
            elif node.tag == f"{W}tbl":
                yield from self._table(node, depth)
            elif node.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}moveTo", f"{W}customXml", f"{W}smartTag"):
                yield from self._content(node, depth + 1)

    def _paragraph(self, node: Any, depth: int) -> Iterator[Line]:
        self.paragraphs.append(node)
        anchor = len(self.paragraphs)
        breaks = sum(1 for _ in node.iter(f"{W}lastRenderedPageBreak"))
        text = "".join(self._words(node))
        style = node.find(f"{W}pPr/{W}pStyle")
        level = self.headings.get(style.get(f"{W}val", ""), 0) if style is not None else 0
        listed = node.find(f"{W}pPr/{W}numPr") is not None
        kind = "heading" if level else "item" if listed else "paragraph"
        yield line(text, kind, level, page=self.page + 1 if self.page else None, anchor=anchor)
        self.page += breaks
        for box in self._boxes(node):
            yield from (one | {"anchor": anchor} for one in self._content(box, depth + 1))

    def _words(self, node: Any) -> Iterator[str]:
        """Texts of the runs in order; nothing of deletions, fields' instructions, or text boxes (they come after)."""
        for child in node:
            tag = child.tag
            if tag in (f"{W}t",):
                yield child.text or ""
            elif tag in (f"{W}tab", f"{W}br", f"{W}cr"):
                yield " "
            elif tag == f"{W}noBreakHyphen":
                yield "-"
            elif tag in (f"{W}drawing", f"{W}pict", f"{W}object"):
                self.pictures += tag == f"{W}drawing" and not any(True for _ in child.iter(f"{W}txbxContent"))
                self.objects += tag == f"{W}object"
            elif tag in (
                f"{W}del",
                f"{W}moveFrom",
                f"{W}instrText",
                f"{W}delText",
                f"{W}pPr",
                f"{_MC}AlternateContent",
            ):
                continue
            elif isinstance(tag, str):
                yield from self._words(child)

    def _boxes(self, node: Any) -> Iterator[Any]:
        """Text boxes of a paragraph, each once (the fallback for old programs repeats them)."""
        for box in node.iter(f"{W}txbxContent"):
            above = [a.tag for a in box.iterancestors()]
            inner = above.index(f"{W}txbxContent") if f"{W}txbxContent" in above else len(above)
            if f"{_MC}Fallback" not in above and node in list(box.iterancestors())[: inner + 1]:
                yield box

    def _table(self, table: Any, depth: int) -> Iterator[Line]:
        self.tables += 1
        number = self.tables
        below: dict[int, Line] = {}
        cells: list[tuple[Line, list[Line]]] = []
        for row_number, row in enumerate(self._rows(table), 1):
            column = 1 + _grid_offset(row)
            for cell in self._cells(row):
                width = _integer(cell.find(f"{W}tcPr/{W}gridSpan"), 1)
                merge = cell.find(f"{W}tcPr/{W}vMerge")
                if merge is not None and merge.get(f"{W}val") != "restart" and column in below:
                    below[column]["cell"][4] = row_number - below[column]["cell"][1] + 1
                    list(self._content(cell, depth + 1))
                else:
                    own, nested = self._cell(cell, depth, [number, row_number, column, width, 1])
                    cells.append((own, nested))
                    below[column] = own
                column += width
        yield from (own for own, _ in cells)
        yield from (one for _, nested in cells for one in nested)

    def _rows(self, table: Any) -> Iterator[Any]:
        for node in table:
            if node.tag == f"{W}tr" and node.find(f"{W}trPr/{W}del") is None:
                yield node
            elif node.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins"):
                yield from self._rows(node)

    def _cells(self, row: Any) -> Iterator[Any]:
        for node in row:
            if node.tag == f"{W}tc":
                yield node
            elif node.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins"):
                yield from self._cells(node)

    def _cell(self, cell: Any, depth: int, place: list[int]) -> tuple[Line, list[Line]]:
        """A cell as one line, and the tables inside it after it."""
        content = list(self._content(cell, depth + 1))
        own = [c for c in content if "cell" not in c]
        text = " ".join(c["text"] for c in own if c["text"])
        anchor = own[0]["anchor"] if own else None
        page = own[0].get("page") if own else None
        return line(text, "cell", cell=place, page=page, anchor=anchor), [c for c in content if "cell" in c]

    def _unread(self) -> Iterator[Line]:
        names = self.archive.namelist()
        charts = sum(re.fullmatch(r"word/charts/chart\d+\.xml", n) is not None for n in names)
        for count, what in (
            (self.pictures - charts, "hình ảnh"),
            (charts, "biểu đồ"),
            (self.objects, "đối tượng nhúng"),
        ):
            if count > 0:
                yield {"unread": f"{count} {what}"}
        if any(n.startswith(("word/header", "word/footer")) for n in names):
            yield {"unread": "đầu trang, chân trang"}


def _grid_offset(row: Any) -> int:
    return _integer(row.find(f"{W}trPr/{W}gridBefore"), 0)


def _integer(node: Any, default: int) -> int:
    text = node.get(f"{W}val", "") if node is not None else ""
    return min(int(text), 100) if text.isascii() and text.isdigit() and len(text) < 5 else default


# --- odt -------------------------------------------------------------------------------------------------------------

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_HIDDEN_ODF = {f"{_TEXT}tracked-changes", f"{_OFFICE}annotation", f"{_TEXT}sequence-decls"}


class Odt:
    """The text of an OpenDocument file; tracked deletions are kept apart by the format and are not read."""

    def __init__(self, path: str) -> None:
        self.archive = parts_of(path, "content.xml")
        self.tables = self.pictures = 0

    def read(self) -> Iterator[Line]:
        """Body with its notes and text boxes where they stand."""
        root = xml_of(self.archive, "content.xml")
        body = root.find(f"{_OFFICE}body")
        yield from self._content(body if body is not None else root, False, 0)
        if self.pictures:
            yield {"unread": f"{self.pictures} hình ảnh"}

    def _content(self, parent: Any, listed: bool, depth: int) -> Iterator[Line]:
        if depth > DEEPEST:
            raise Refused("Tệp lồng nhau quá sâu.")
        for node in parent:
            if node.tag in (f"{_TEXT}p", f"{_TEXT}h"):
                yield from self._paragraph(node, listed, depth)
            elif node.tag == f"{_TABLE}table":
                yield from self._table(node, depth)
            elif isinstance(node.tag, str) and node.tag not in _HIDDEN_ODF:
                yield from self._content(node, listed or node.tag == f"{_TEXT}list-item", depth + 1)

    def _paragraph(self, node: Any, listed: bool, depth: int) -> Iterator[Line]:
        inside: list[Any] = []
        text = "".join(self._words(node, inside))
        level = node.get(f"{_TEXT}outline-level", "1") if node.tag == f"{_TEXT}h" else "0"
        kind = "heading" if node.tag == f"{_TEXT}h" else "item" if listed else "paragraph"
        yield line(text, kind, int(level) if level.isdigit() else 1)
        for box in inside:
            yield from self._content(box, False, depth + 1)

    def _words(self, node: Any, inside: list[Any]) -> Iterator[str]:
        yield node.text or ""
        for child in node:
            if child.tag in (f"{_TEXT}s", f"{_TEXT}tab", f"{_TEXT}line-break"):
                yield " "
            elif child.tag in (f"{_DRAW}text-box", f"{_TEXT}note-body"):
                inside.append(child)
            elif child.tag == f"{_DRAW}image":
                self.pictures += 1
            elif child.tag not in (f"{_TEXT}note-citation", f"{_OFFICE}annotation"):
                yield from self._words(child, inside)
            yield child.tail or ""

    def _table(self, table: Any, depth: int) -> Iterator[Line]:
        self.tables += 1
        number, later = self.tables, []
        rows = [r for r in table.iter(f"{_TABLE}table-row") if next(r.iterancestors(f"{_TABLE}table")) is table]
        for row_number, row in enumerate(rows, 1):
            column = 1
            for cell in row:
                if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
                    continue
                repeated = min(_count(cell, "number-columns-repeated"), MOST_REPEATED)
                if cell.tag == f"{_TABLE}table-cell":
                    content = list(self._content(cell, False, depth + 1))
                    text = " ".join(c["text"] for c in content if "cell" not in c and c.get("text"))
                    later += [c for c in content if "cell" in c]
                    spans = [_count(cell, "number-columns-spanned"), _count(cell, "number-rows-spanned")]
                    for shift in range(repeated if text else 0):
                        yield line(text, "cell", cell=[number, row_number, column + shift, *spans])
                column += repeated
        yield from later


def _count(cell: Any, name: str) -> int:
    text = cell.get(f"{_TABLE}{name}", "1")
    return max(1, min(int(text), 10_000)) if text.isascii() and text.isdigit() and len(text) < 9 else 1


# --- html ------------------------------------------------------------------------------------------------------------

_BLOCKS = {
    "h1", "h2", "h3", "h4", "h5", "h6", "p", "li", "dt", "dd", "blockquote", "pre", "figcaption", "caption", "div", "body",
    "section", "article", "main", "header", "footer", "nav", "aside", "figure", "details", "summary", "ul", "ol", "dl", "form",
    "address", "fieldset", "html", "center", "hr",
}  # fmt: skip
_DROPPED = {
    "script",
    "style",
    "template",
    "noscript",
    "head",
    "svg",
    "iframe",
    "object",
    "math",
    "canvas",
    "video",
    "audio",
}
_UNREAD_TAGS = {
    "svg": "hình vẽ",
    "img": "hình ảnh",
    "iframe": "khung nhúng",
    "object": "đối tượng nhúng",
    "canvas": "hình vẽ",
}


class Html:
    """The text of an HTML page in one pass over its tree."""

    def __init__(self, text: str) -> None:
        from lxml import etree

        parser = etree.HTMLParser(
            encoding="utf-8", no_network=True, huge_tree=True, remove_comments=True, remove_pis=True
        )
        self.root: Any = etree.fromstring(text.encode("utf-8"), parser=parser) if text.strip() else None
        self.tables = 0
        self.words: list[str] = []
        self.missed: dict[str, int] = {}

    def read(self) -> Iterator[Line]:
        """Blocks in order; a table is read by cells, a table inside a cell after it."""
        if self.root is None:
            return
        yield from self._walk(self.root)
        for what, count in self.missed.items():
            yield {"unread": f"{count} {what}"}

    def _walk(self, root: Any) -> Iterator[Line]:
        """Depth first without recursion, so that nesting costs nothing: enter, text, children, leave, tail."""
        stack: list[tuple[Any, bool, int]] = [(root, False, 0)]
        block = ("paragraph", 0, "")
        held: list[tuple[str, int, str]] = []
        while stack:
            node, leaving, depth = stack.pop()
            if depth > DEEPEST_HTML:
                raise Refused("Tệp lồng nhau quá sâu.")
            tag = node.tag if isinstance(node.tag, str) else ""
            if leaving:
                if tag in _BLOCKS:
                    yield from self._flush(block)
                    block = held.pop()
                self.words.append(node.tail or "")
                continue
            if tag in _UNREAD_TAGS:
                self.missed[_UNREAD_TAGS[tag]] = self.missed.get(_UNREAD_TAGS[tag], 0) + 1
            if tag in _DROPPED or not tag or node.get("hidden") is not None:
                self.words.append(node.tail or "")
                continue
            if tag == "table":
                yield from self._flush(block)
                yield from self._table(node)
                self.words.append(node.tail or "")
                continue
            if tag in _BLOCKS:
                yield from self._flush(block)
                held.append(block)
                block = _html_kind(node, tag, block)
            elif tag == "br":
                self.words.append(" ")
            self.words.append(node.text or "")
            stack.append((node, True, depth))
            stack.extend((child, False, depth + 1) for child in reversed(node))
        yield from self._flush(block)

    def _flush(self, block: tuple[str, int, str]) -> Iterator[Line]:
        text, kind = "".join(self.words), block
        self.words.clear()
        if text.strip():
            number = f"{kind[2]}. " if kind[2] else ""
            yield line(number + text.strip(), kind[0], kind[1])

    def _table(self, table: Any, depth: int = 0) -> Iterator[Line]:
        if depth > MOST_NESTED_TABLES:
            raise Refused("Tệp lồng nhau quá sâu.")
        self.tables += 1
        number, cells = self.tables, 0
        taken: set[Span] = set()
        nested: list[Any] = []
        for row_number, row in enumerate(_own(table, "tr"), 1):
            column = 1
            for cell in (c for c in row if c.tag in ("td", "th")):
                while (row_number, column) in taken:
                    column += 1
                width, height = _html_span(cell, "colspan"), _html_span(cell, "rowspan")
                cells += width * height
                if cells > MOST_CELLS:
                    raise Refused("Bảng có nhiều ô bất thường.")
                taken.update((row_number + r, column + c) for r in range(height) for c in range(width))
                inner = list(_own_tables(cell))
                nested += inner
                yield line(_cell_text(cell), "cell", cell=[number, row_number, column, width, height])
                column += width
        for inner in nested:
            yield from self._table(inner, depth + 1)


def _html_kind(node: Any, tag: str, outer: tuple[str, int, str]) -> tuple[str, int, str]:
    if re.fullmatch(r"h[1-6]", tag):
        return ("heading", int(tag[1]), "")
    if tag in ("li", "dt", "dd"):
        parent = node.getparent()
        ordered = parent is not None and parent.tag == "ol"
        return ("item", 0, str(_list_number(node, parent)) if ordered else "")
    return (
        (outer[0], outer[1], "")
        if outer[0] in ("heading", "item") and tag not in ("div", "body")
        else ("paragraph", 0, "")
    )


def _list_number(node: Any, parent: Any) -> int:
    """The number that a browser prints before an item of an ordered list, counted once for each list."""
    known = getattr(_list_number, "known", {})
    start = parent.get("start", "1")
    first = int(start) if start.isascii() and start.isdigit() and len(start) < 7 else 1
    number = known.get(parent, first - 1) + 1
    known[parent] = number
    _list_number.known = known  # type: ignore[attr-defined]
    return int(number)


def _own(table: Any, tag: str) -> Iterator[Any]:
    """Rows of a table that are not of a table inside it."""
    for child in table:
        if child.tag == tag:
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from (row for row in child if row.tag == tag)


def _own_tables(cell: Any) -> Iterator[Any]:
    stack = [*reversed(cell)]
    while stack:
        node = stack.pop()
        if node.tag == "table":
            yield node
        else:
            stack.extend(reversed(node))


def _cell_text(cell: Any) -> str:
    """The text of a cell without that of tables inside it."""
    pieces, stack = [], [(cell, False)]
    while stack:
        node, tail = stack.pop()
        if tail:
            pieces.append(node.tail or "")
            continue
        if node is not cell:
            stack.append((node, True))
        if node.tag == "table" or not isinstance(node.tag, str) or node.tag in _DROPPED:
            continue
        pieces.append(" " if node.tag in _BLOCKS or node.tag == "br" else "")
        pieces.append(node.text or "")
        stack.extend((child, False) for child in reversed(node))
    return " ".join("".join(pieces).split())


def _html_span(cell: Any, name: str) -> int:
    text = (cell.get(name) or "1").strip()
    return max(1, min(int(text), 1000)) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def read_md(text: str) -> Iterator[Line]:
    """Markdown through the HTML that it means; markup written as text stays text."""
    import mistune

    html = str(mistune.create_markdown(escape=True, plugins=["table"])(text))
    if html.count("<blockquote>") > DEEPEST:
        raise Refused("Tệp lồng nhau quá sâu.")
    return Html(f"<html><body>{html}</body></html>").read()


# --- txt -------------------------------------------------------------------------------------------------------------

_LABEL = re.compile(r"(?P<label>[IVXL]+|\d{1,2}(?:\.\d{1,2})*)(?P<dot>\.|\))?\s+(?=[“\"]?\w)")
_ITEM = re.compile(r"(?:[-+•*–]\s+)+|(?:\(?[a-zđ]\)|\(\d+\))\s+")
_TERMINAL = re.compile(r"[.;:!?…][”\"')\]]*$")
_BROKEN_WORD = re.compile(r"\w[-/]$")
_DANGLING = re.compile(r"(?:^|\s)(?:số|và|của|ngày|các|về|tại|theo|cho|với|trong|là|từ|đến|để|do|bởi)$|,$")
_RULE = re.compile(r"\|[-|: ]+\|")


def begins_new_block(text: str) -> bool:
    """Whether a line of a text without paragraph marks starts a heading or an item of its own."""
    match = _LABEL.match(text)
    return bool(_ITEM.match(text) or (match and match["dot"] == "." and text[match.end() : match.end() + 1].isupper()))


def read_txt(text: str) -> Iterator[Line]:
    """Paragraphs of a plain text, one that a page break cut put together again; lines of bars are tables."""
    tables, joined = 0, ""
    rows: list[str] = []
    for raw in [*text.splitlines(), ""]:
        words = " ".join(raw.split())
        if words.startswith("|") and words.endswith("|") and len(words) > 2:
            yield from (line(joined) for _ in range(bool(joined)))
            joined, rows = "", [*rows, words]
            continue
        if rows:
            tables += 1
            yield from _bar_table(rows, tables)
            rows = []
        if not words:
            continue
        if joined and not begins_new_block(words) and goes_on(joined, words):
            joined += " " + words
        else:
            yield from (line(joined) for _ in range(bool(joined)))
            joined = words
    if joined:
        yield line(joined)


def _bar_table(rows: list[str], number: int) -> Iterator[Line]:
    for row_number, row in enumerate((r for r in rows if not _RULE.fullmatch(r)), 1):
        for column, text in enumerate(row[1:-1].split("|"), 1):
            yield line(text.strip(), "cell", cell=[number, row_number, column, 1, 1])


def goes_on(before: str, words: str) -> bool:
    """Whether a paragraph was cut by a page or line end: it stops in mid-sentence and the next begins in lower case."""
    return not _TERMINAL.search(before) and bool(words[:1].islower() or _DANGLING.search(before))


# --- pdf -------------------------------------------------------------------------------------------------------------


def read_pdf(path: str) -> Iterator[Line]:
    """Paragraphs of a PDF by its lines, tables by the rules drawn around their cells; what is unclear or a picture is said."""
    from pypdf import PdfReader

    from tthc_analysis.reconcile._pdf_tables import placed, read_page

    reader = PdfReader(path)
    if reader.is_encrypted and not reader.decrypt(""):
        raise Refused("Tệp PDF có mật khẩu.")
    pages = [read_page(page) for page in reader.pages]
    for number, part in placed(pages):
        if isinstance(part, str):
            lines = [" ".join(t.split()) for t in part.splitlines()]
            kept = _without_page_number([t for t in lines if t])
            yield from (line(text, page=number) for text in _paragraphs_of_lines(kept))
        else:
            yield from (line(text, "cell", page=number, cell=list(cell)) for cell, text in part)
    empty = sum(not any(not isinstance(p, str) or p.strip() for p in page.parts) for page in pages)
    unclear = [str(number) for number, page in enumerate(pages, 1) if page.unclear]
    if empty:
        yield {"unread": f"{empty} trang chỉ có hình (bản quét)"}
    if unclear:
        yield {"unread": f"cột của bảng ở trang {', '.join(unclear)} (kẻ không rõ ô, đọc như chữ thường)"}


def _without_page_number(lines: list[str]) -> list[str]:
    """Lines of a page without a first or last line that is only its number."""
    for end in (0, -1):
        if lines and re.fullmatch(r"\d{1,3}", lines[end]):
            lines.pop(end)
    return lines


def _paragraphs_of_lines(lines: list[str]) -> list[str]:
    """Wrapped lines joined again: a full line that ends no sentence goes on in the next one."""
    if not lines:
        return []
    width = max(map(len, lines))
    joined = [lines[0]]
    for before, text in pairwise(lines):
        full = len(before) > 0.75 * width
        if not begins_new_block(text) and (goes_on(before, text) or (full and not _TERMINAL.search(before))):
            joined[-1] += ("" if _BROKEN_WORD.search(before) else " ") + text
        else:
            joined.append(text)
    return joined


# --- the process -----------------------------------------------------------------------------------------------------


def answer(kind: str, path: str) -> Iterator[Line]:
    """The lines for one file; any failure becomes one line that names its kind, never its content."""
    try:
        text = sys.stdin.buffer.read().decode("utf-8") if kind in ("html", "md", "txt") else ""
        readers: dict[str, Any] = {
            "docx": lambda: Docx(path).read(), "odt": lambda: Odt(path).read(), "pdf": lambda: read_pdf(path),
            "html": lambda: Html(text).read(), "md": lambda: read_md(text), "txt": lambda: read_txt(text),
        }  # fmt: skip
        for count, one in enumerate(readers[kind]()):
            if count > MOST_BLOCKS:
                raise Refused("Tệp có nhiều đoạn bất thường.")
            yield one
        yield {"end": True}
    except Refused as error:
        yield {"error": str(error)}
    except MemoryError:
        yield {"error": "Đọc tệp cần quá 1 GB bộ nhớ."}
    except RecursionError:
        yield {"error": "Tệp lồng nhau quá sâu."}
    except ImportError as error:
        yield {"error": f"Máy này chưa có thư viện {error.name}."}
    except Exception as error:  # the parent turns the kind of failure into one message
        yield {"error": f"Tệp hỏng hoặc không đúng định dạng ({type(error).__name__})."}


def limit_memory(most: int) -> None:
    """Hold this process to `most` bytes where the system can."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    except ImportError:  # Windows has no such limit; the parent's time limit remains
        pass


def use_bare_packages() -> None:
    """Let modules of the package be found without what the package itself imports."""
    root = Path(__file__).resolve().parents[1]
    for name, place in (("tthc_analysis", root), ("tthc_analysis.reconcile", root / "reconcile")):
        package = types.ModuleType(name)
        package.__path__ = [str(place)]
        sys.modules[name] = package


if __name__ == "__main__":
    use_bare_packages()
    limit_memory(int(sys.argv[3]))
    for printed in answer(sys.argv[1], sys.argv[2]):
        sys.stdout.write(json.dumps(printed, ensure_ascii=True) + "\n")
