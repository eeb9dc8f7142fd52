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
#: width of a table's grid in twentieths of a point; the table itself always fills the text width
_GRID = 9600
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
    """NFC text without the control characters that XML forbids and without line breaks."""
    return re.sub(r"\s+", " ", _NOT_XML.sub("", unicodedata.normalize("NFC", text)))


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


def table(data: ReportTable, number: int = 0, title: bool = True) -> str:
    """A table with caption, merged header that repeats on each page, total line and notes; `number` 0 prints none."""
    size = 18 if len(data.columns) > 9 else 20 if len(data.columns) > 6 else 22
    out = list(_caption(data, number)) if title else []
    grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in _grid(data))
    rows = [_row(cells, header=True) for cells in _header(data, size)]
    rows += [_row(_line(data.columns, values, size)) for values in data.rows]
    if data.total:
        rows.append(_row(_line(data.columns, data.total, size, bold=True)))
    properties = f'<w:tblW w:w="5000" w:type="pct"/><w:tblBorders>{_BORDERS}</w:tblBorders><w:tblLayout w:type="fixed"/>{_MARGINS}'
    out.append(f"<w:tbl><w:tblPr>{properties}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>")
    notes = [f"Ghi chú: {note}" for note in data.notes] or [""]
    out += [paragraph([Run(note, italic=True)], _flat("both", space=40), 22) for note in notes]
    return "".join(out)


def _caption(data: ReportTable, number: int) -> Iterator[str]:
    text = f"Bảng {number}. {data.title}" if number else data.title
    yield paragraph([Run(text, bold=True)], _flat("center", keep=True, space=80), 26)
    if data.unit:
        yield paragraph([Run(f"Đơn vị tính: {data.unit}", italic=True)], _flat("right", keep=True), 22)


def _grid(data: ReportTable) -> list[int]:
    """Column widths: numbers take what they need, text shares the rest by what it holds."""
    weights = [_weight(c, [r[i] for r in data.rows]) for i, c in enumerate(data.columns)]
    return [round(_GRID * w / sum(weights)) for w in weights]


def _weight(column: TableColumn, values: Sequence[Any]) -> float:
    longest = max((len(cell_text(v, column.kind, column.missing)) for v in values), default=0)
    word = max(len(w) for w in column.path[-1].split())
    if column.name == "index":
        return 4.0
    if column.kind == "text":
        return max(min(longest, 20) + min(longest, 120) / 6, word + 1.0, 8.0)
    return float(max(min(longest, 12), word + 1.5, min(len(column.formula) * 0.62, 11), 6))


def _header(data: ReportTable, size: int) -> Iterator[list[str]]:
    rows = header_cells(data.columns)
    starts = {(c.row, c.column): c for row in rows for c in row}
    for level in range(len(rows)):
        yield list(_header_level(starts, level, len(data.columns), size))
    if data.numbered:
        numbers = (c.formula or f"({i})" for i, c in enumerate(data.columns, start=1))
        yield [_cell([Run(text, italic=True)], "center", max(size - 3, 13)) for text in numbers]


def _header_level(starts: Mapping[tuple[int, int], HeaderCell], level: int, width: int, size: int) -> Iterator[str]:
    """The cells of one header row: those that begin here, and the lower parts of those that began above."""
    column = 0
    while column < width:
        begun = next(c for row in range(level, -1, -1) if (c := starts.get((row, column))) and row + c.rows > level)
        own = begun.row == level
        merge = "" if begun.rows == 1 else '<w:vMerge w:val="restart"/>' if own else "<w:vMerge/>"
        yield _cell([Run(begun.text, bold=True)] if own else [], "center", size, begun.columns, merge)
        column += begun.columns


def _line(columns: Sequence[TableColumn], values: Sequence[Any], size: int, bold: bool = False) -> list[str]:
    out = []
    for column, value in zip(columns, values, strict=True):
        empty = bold and column.kind == "text" and value is None
        text = "" if empty else cell_text(value, column.kind, column.missing)
        align = "center" if column.name == "index" or value is None else "left" if column.kind == "text" else "right"
        out.append(_cell([Run(text, bold=bold)], align, size))
    return out


def _cell(pieces: Iterable[Run], align: str, size: int, span: int = 1, merge: str = "") -> str:
    wide = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    return f'<w:tc><w:tcPr>{wide}{merge}<w:vAlign w:val="center"/></w:tcPr>{paragraph(pieces, _flat(align, space=20), size)}</w:tc>'


def _row(cells: Iterable[str], header: bool = False) -> str:
    return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' * header}</w:trPr>{''.join(cells)}</w:tr>"


def prose(markdown: str) -> str:
    """The analyst's Markdown as body paragraphs: headings are bold, list items begin with "- " or their number."""
    import mistune

    tokens = mistune.create_markdown(renderer=None)(markdown)
    return "".join(_block(t) for t in tokens if isinstance(t, dict))


def _block(token: Mapping[str, Any], lead: str = "") -> str:
    kind = token["type"]
    if kind == "list":
        return "".join(_item(item, i, token) for i, item in enumerate(token["children"]))
    if kind in ("block_quote", "list_item"):
        return "".join(_block(child, lead) for child in token["children"])
    pieces = list(_inline(token, bold=kind == "heading", italic=False))
    return paragraph([Run(lead), *pieces] if lead else pieces) if pieces else ""


def _item(item: Mapping[str, Any], index: int, parent: Mapping[str, Any]) -> str:
    about = parent["attrs"]
    lead = f"{about.get('start', 1) + index}. " if about["ordered"] else "+ " if about.get("depth") else "- "
    children = item["children"]
    return "".join(_block(child, lead if i == 0 else "") for i, child in enumerate(children))


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
