"""Pieces of a Word document as WordprocessingML: paragraphs, tables with merged headers, an analyst's Markdown.

Every text is escaped here, and characters that XML cannot hold are dropped: nothing from data or prose becomes markup.
A paragraph without its own properties takes the body text of the template (style Normal).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from tthc_analysis.display.tables import HeaderCell, ReportTable, TableColumn, cell_text, header_cells

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: width of the text in twentieths of a point, on an upright page and on one in landscape, with the margins of the template
_UPRIGHT, _LANDSCAPE = 9350, 14850
#: sizes of table text in half points, largest first, and what a cell's margins take (twentieths of a point)
_SIZES = (22, 20, 18, 16, 15, 14)
_CELL_MARGINS = 160
#: texts up to so many characters stand on one line
_SHORT = 16
_MARGINS = '<w:tblCellMar><w:left w:w="57" w:type="dxa"/><w:right w:w="57" w:type="dxa"/></w:tblCellMar>'
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)


@dataclass(frozen=True)
class Run:
    """A piece of text with its emphasis."""

    text: str
    bold: bool = False
    italic: bool = False


def clean(text: str) -> str:
    """NFC text without the control characters that XML forbids and without line breaks; no-break spaces stay."""
    return re.sub(r"[^\S\u00a0]+", " ", _NOT_XML.sub("", unicodedata.normalize("NFC", text)))


def runs(pieces: Iterable[Run], size: int = 0, color: str = "") -> str:
    """Runs of text; `size` in half points, 0 for that of the paragraph's style."""
    out = []
    for piece in pieces:
        marks = "<w:b/>" * piece.bold + "<w:i/>" * piece.italic
        marks += f'<w:color w:val="{color}"/>' if color else ""
        marks += f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>' if size else ""
        text = f'<w:t xml:space="preserve">{escape(clean(piece.text), quote=False)}</w:t>'
        out.append(f"<w:r>{f'<w:rPr>{marks}</w:rPr>' if marks else ''}{text}</w:r>")
    return "".join(out)


def paragraph(pieces: Iterable[Run], properties: str = "", size: int = 0, color: str = "") -> str:
    """One paragraph; without `properties` it is body text."""
    mark = f'<w:rPr><w:sz w:val="{size}"/></w:rPr>' if properties and size else ""
    about = f"<w:pPr>{properties}{mark}</w:pPr>" if properties else ""
    return f"<w:p>{about}{runs(pieces, size, color)}</w:p>"


def _flat(align: str, keep: bool = False, space: int = 0) -> str:
    """Properties of a line outside the body text: no first-line indent, its own alignment."""
    return (
        "<w:keepNext/>" * keep + f'<w:spacing w:before="{space}" w:after="{space}" w:line="240" w:lineRule="auto"/>'
        f'<w:ind w:left="0" w:firstLine="0"/><w:jc w:val="{align}"/>'
    )


def nothing() -> str:
    """A paragraph without text or height, where a template needs one and there is nothing to say."""
    return paragraph([], '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>')


def table(data: ReportTable, number: int = 0, title: bool = True, landscape: bool = False) -> str:
    """A table with caption, merged header that repeats on each page, total line and notes; `number` 0 prints none.

    Text is as large as the widest word or number of every column allows on the page.
    """
    size, widths = _fitted(data, _LANDSCAPE if landscape else _UPRIGHT)
    out = list(_caption(data, number)) if title else []
    grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in widths)
    rows = [_row(cells, header=True) for cells in _header(data, size)]
    last = len(data.rows) - _BEFORE_TOTAL if data.total else len(data.rows)
    rows += [_row(_line(data.columns, values, size, keep=at >= last)) for at, values in enumerate(data.rows)]
    if data.total:
        rows.append(_row(_line(data.columns, data.total, size, bold=True)))
    properties = f'<w:tblW w:w="5000" w:type="pct"/><w:tblBorders>{_BORDERS}</w:tblBorders><w:tblLayout w:type="fixed"/>{_MARGINS}'
    out.append(f"<w:tbl><w:tblPr>{properties}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>")
    notes = [f"Ghi chú: {note}" for note in data.notes] or [""]
    out += [paragraph([Run(note, italic=True)], _flat("both", space=40), 22) for note in notes]
    return "".join(out)


#: rows that go to the next page together with the total
_BEFORE_TOTAL = 2


def _caption(data: ReportTable, number: int) -> Iterator[str]:
    text = f"Bảng {number}. {data.title}" if number else data.title
    yield paragraph([Run(text, bold=True)], _flat("center", keep=True, space=80), 26)
    if data.unit:
        yield paragraph([Run(f"Đơn vị tính: {data.unit}", italic=True)], _flat("right", keep=True), 22)


def _fitted(data: ReportTable, width: int) -> tuple[int, list[int]]:
    """The size of the text (half points) and the width of each column: no word or number is broken where that is possible."""
    columns = [(c, _texts(data, i)) for i, c in enumerate(data.columns)]
    for size in _SIZES:
        least = [
            max((_wide(w, size) for text in _pieces(c, texts) for w in text.split(" ")), default=0)
            for c, texts in columns
        ]
        if sum(least) <= width * _MOST_FIXED:
            break
    wanted = [_wanted(c, texts, size) for c, texts in columns]
    free, want = max(width - sum(least), 0), [max(w - n, 0) for w, n in zip(wanted, least, strict=True)]
    spread = [n + free * (w / sum(want) if sum(want) else 1 / len(least)) for n, w in zip(least, want, strict=True)]
    return size, [round(width * w / sum(spread)) for w in spread]


#: largest share of a line that words which may not be broken take
_MOST_FIXED = 0.92


def _texts(data: ReportTable, index: int) -> list[str]:
    column = data.columns[index]
    lines = [*data.rows, *([data.total] if data.total else [])]
    return [_one_line(cell_text(row[index], column.kind, column.missing)) for row in lines]


def _pieces(column: TableColumn, texts: Sequence[str]) -> list[str]:
    """What a column must hold without breaking its words: cells, its own heading, the formula under it."""
    return [*texts, column.path[-1], *column.formula.replace("+", " +").replace("=", " =").split(" ")]


def _wanted(column: TableColumn, texts: Sequence[str], size: int) -> float:
    """The width that a column would like: its longest text on one line, a long one on about three."""
    longest = max((_wide(t, size) for t in texts), default=0.0)
    heading = max(_wide(column.path[-1], size), _wide(column.formula, size - 3))
    return max(min(longest, 2400 + longest / 4), heading / 2 + _CELL_MARGINS)


def _wide(text: str, size: int) -> float:
    """About how wide `text` stands in a cell (twentieths of a point); rather too much, as headings are bold."""
    em = sum(0.32 if c in " .,;:!|()[]/-'ijltfI1" else 0.8 if c.isupper() or c in "%mw" else 0.56 for c in text)
    return em * size * 10 + _CELL_MARGINS


def _one_line(text: str) -> str:
    """A short text with spaces that do not break: a number stays with its unit, a date whole."""
    return text.replace(" ", "\u00a0") if len(text) <= _SHORT and any(c.isdigit() for c in text) else text


def _header(data: ReportTable, size: int) -> Iterator[list[str]]:
    rows = header_cells(data.columns)
    starts = {(c.row, c.column): c for row in rows for c in row}
    for level in range(len(rows)):
        yield list(_header_level(starts, level, len(data.columns), size))
    if data.numbered:
        numbers = (c.formula or f"({i})" for i, c in enumerate(data.columns, start=1))
        parts = (
            text.replace("=", " = ").replace("+", " + ").replace("/", " / ") if "=" in text else text
            for text in numbers
        )
        yield [_cell([Run(text, italic=True)], "center", max(size - 3, 13)) for text in parts]


def _header_level(starts: Mapping[tuple[int, int], HeaderCell], level: int, width: int, size: int) -> Iterator[str]:
    """The cells of one header row: those that begin here, and the lower parts of those that began above."""
    column = 0
    while column < width:
        begun = next(c for row in range(level, -1, -1) if (c := starts.get((row, column))) and row + c.rows > level)
        own = begun.row == level
        merge = "" if begun.rows == 1 else '<w:vMerge w:val="restart"/>' if own else "<w:vMerge/>"
        yield _cell([Run(begun.text, bold=True)] if own else [], "center", size, begun.columns, merge)
        column += begun.columns


def _line(
    columns: Sequence[TableColumn], values: Sequence[Any], size: int, bold: bool = False, keep: bool = False
) -> list[str]:
    out = []
    for column, value in zip(columns, values, strict=True):
        empty = bold and column.kind == "text" and value is None
        text = "" if empty else _one_line(cell_text(value, column.kind, column.missing))
        align = "center" if column.name == "index" or value is None else "left" if column.kind == "text" else "right"
        out.append(_cell([Run(text, bold=bold)], align, size, keep=keep))
    return out


def _cell(pieces: Iterable[Run], align: str, size: int, span: int = 1, merge: str = "", keep: bool = False) -> str:
    wide = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    return f'<w:tc><w:tcPr>{wide}{merge}<w:vAlign w:val="center"/></w:tcPr>{paragraph(pieces, _flat(align, keep, space=20), size)}</w:tc>'


def _row(cells: Iterable[str], header: bool = False) -> str:
    return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' * header}</w:trPr>{''.join(cells)}</w:tr>"


def prose(markdown: str, color: str = "") -> str:
    """The analyst's Markdown as body paragraphs: headings are bold, list items begin with "- " or their number."""
    import mistune

    tokens = mistune.create_markdown(renderer=None)(markdown)
    return "".join(_block(t, color=color) for t in tokens if isinstance(t, dict))


def _block(token: Mapping[str, Any], lead: str = "", color: str = "") -> str:
    kind = token["type"]
    if kind == "list":
        return "".join(_item(item, i, token, color) for i, item in enumerate(token["children"]))
    if kind in ("block_quote", "list_item"):
        return "".join(_block(child, lead, color) for child in token["children"])
    pieces = list(_inline(token, bold=kind == "heading", italic=False))
    return paragraph([Run(lead), *pieces] if lead else pieces, color=color) if pieces else ""


def _item(item: Mapping[str, Any], index: int, parent: Mapping[str, Any], color: str) -> str:
    about = parent["attrs"]
    lead = f"{about.get('start', 1) + index}. " if about["ordered"] else "+ " if about.get("depth") else "- "
    children = item["children"]
    return "".join(_block(child, lead if i == 0 else "", color) for i, child in enumerate(children))


def _inline(token: Mapping[str, Any], *, bold: bool, italic: bool) -> Iterator[Run]:
    kind = token["type"]
    bold, italic = bold or kind == "strong", italic or kind == "emphasis"
    if kind in ("softbreak", "linebreak"):
        yield Run(" ")
    elif "children" in token:
        for child in token["children"]:
            yield from _inline(child, bold=bold, italic=italic)
    elif token.get("raw"):
        yield Run(token["raw"], bold, italic)
