"""Faulty and merged cells of an OpenDocument spreadsheet, of which the reader tells nothing; runs in the child."""

import re
import zipfile
from typing import Any

from tthc_analysis.exports._faults import ERROR, UNCOMPUTED, Faults, check_names
from tthc_analysis.exports._refused import Refused

_T = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_O = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_C = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}p"
_WORTH = re.compile(rb"calcext:value-type=\"error\"|>(?:#[A-Z/!?0]+|Err:\d+)<|table:formula=|rows-spanned=\"(?!1\")|columns-spanned=\"(?!1\")")  # fmt: skip
#: one of these stands in whatever the pattern above finds, and is found many times faster
_MARKS = (b'calcext:value-type="error"', b">#", b">Err:", b"table:formula=", b"rows-spanned=", b"columns-spanned=")
_ERROR_TEXT = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!)|Err:\d+")
_MAX_PLACES = 200_000


def ods_faults(archive: zipfile.ZipFile) -> dict[str, Faults]:
    """The faulty cells by sheet, with its merged cells; a sheet without either is looked at no further."""
    from lxml import etree

    with archive.open("content.xml") as part:
        if not any(_is_worth(block) for block in _overlapping(part)):
            return {}
    found: list[tuple[str, Faults]] = []
    with archive.open("content.xml") as part:
        for _, table in etree.iterparse(part, tag=f"{_T}table", huge_tree=True, resolve_entities=False):
            faults = Faults()
            _look_through(table, faults)
            found.append((table.get(f"{_T}name") or "", faults))
            table.clear()
    check_names([name for name, _ in found])
    return dict(found)


def _is_worth(block: bytes) -> bool:
    return any(mark in block for mark in _MARKS) and bool(_WORTH.search(block))


def _overlapping(part: Any) -> Any:
    last = b""
    while block := part.read(4 << 20):
        yield last + block
        last = block[-200:]


def _look_through(table: Any, faults: Faults) -> None:
    row = 0
    for line in table.iter(f"{_T}table-row"):
        column, again = 0, _count(line, "number-rows-repeated")
        for cell in line:
            times = _count(cell, "number-columns-repeated")
            if cell.tag == f"{_T}table-cell":
                _look_at(cell, row, column, faults)
            column += times
        row += again


def _look_at(cell: Any, row: int, column: int, faults: Faults) -> None:
    down, across = _count(cell, "number-rows-spanned"), _count(cell, "number-columns-spanned")
    if down > 1 or across > 1:
        faults.merges.append([row, column, row + down - 1, column + across - 1])
        if len(faults.merges) > _MAX_PLACES:
            raise Refused("Trang tính có số ô gộp bất thường.")
    kind, formula = cell.get(f"{_O}value-type"), cell.get(f"{_T}formula")
    if cell.get(f"{_C}value-type") == "error":
        faults.add(row, column, ERROR)
    elif formula is not None or kind == "string":
        text = "".join(cell.itertext(_TEXT, f"{_TEXT[:-1]}span")) if len(cell) else ""
        if _ERROR_TEXT.fullmatch(text.strip()):
            faults.add(row, column, ERROR)
        elif formula is not None and kind is None and not text:
            faults.add(row, column, UNCOMPUTED)


def _count(node: Any, name: str) -> int:
    text = node.get(f"{_T}{name}") or "1"
    return min(max(int(text), 1), 1 << 20) if text.isascii() and text.isdigit() and len(text) < 9 else 1
