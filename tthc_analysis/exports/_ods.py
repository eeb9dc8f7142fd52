"""Faulty and merged cells of an OpenDocument spreadsheet, of which the reader tells nothing; runs in the child."""

import re
import zipfile
from typing import Any

from tthc_analysis.exports._faults import ERROR, UNCOMPUTED, Faults, Formulas, check_names
from tthc_analysis.exports._refused import Refused

_T = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_O = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_C = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}p"
#: a cell that is said to have a value of a kind, and has none
_UNTOLD = rb"office:value-type=\"(?:(?:float|percentage|currency)\"(?![^<>]*\soffice:value=)|(?:date|time|boolean)\"(?![^<>]*\soffice:(?:date|time|boolean)-value=))"  # fmt: skip
_WORTH = re.compile(rb"calcext:value-type=\"error\"|>(?:#[A-Z/!?0]+|Err:\d+)<|table:formula=|rows-spanned=\"(?!1\")|columns-spanned=\"(?!1\")|" + _UNTOLD)  # fmt: skip
#: one of these stands in whatever the pattern above finds, and is found many times faster
_MARKS = (
    b'calcext:value-type="error"', b">#", b">Err:", b"table:formula=", b"rows-spanned=", b"columns-spanned=",
    b'"float"', b'"percentage"', b'"currency"', b'"date"', b'"time"', b'"boolean"',
)  # fmt: skip
#: kind of value → the attribute that has it
_VALUES = {"float": "value", "percentage": "value", "currency": "value"} | {
    k: f"{k}-value" for k in ("date", "time", "boolean")
}
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
    row, formulas = 0, Formulas(faults)
    for line in table.iter(f"{_T}table-row"):
        column, again = 0, _count(line, "number-rows-repeated")
        for cell in line:
            times = _count(cell, "number-columns-repeated")
            if cell.tag == f"{_T}table-cell":
                _look_at(cell, row, column, faults, formulas)
            column += times
        row += again
    formulas.settle()


def _look_at(cell: Any, row: int, column: int, faults: Faults, formulas: Formulas) -> None:
    down, across = _count(cell, "number-rows-spanned"), _count(cell, "number-columns-spanned")
    if down > 1 or across > 1:
        faults.merges.append([row, column, row + down - 1, column + across - 1])
        if len(faults.merges) > _MAX_PLACES:
            raise Refused("Trang tính có số ô gộp bất thường.")
    kind, formula = cell.get(f"{_O}value-type"), cell.get(f"{_T}formula")
    value = cell.get(f"{_O}{_VALUES[kind]}") if kind in _VALUES else None
    text = "".join(cell.itertext(_TEXT, f"{_TEXT[:-1]}span")).strip() if len(cell) else ""
    if cell.get(f"{_C}value-type") == "error" or ((formula or kind == "string") and _ERROR_TEXT.fullmatch(text)):
        faults.add(row, column, ERROR)
    elif (kind in _VALUES and not value) or (formula and kind is None and not text):
        faults.add(row, column, UNCOMPUTED)
    elif formula and value == "0":
        formulas.nought(row, column)
    elif formula and (value or text):
        formulas.value(column)


def _count(node: Any, name: str) -> int:
    text = node.get(f"{_T}{name}") or "1"
    return min(max(int(text), 1), 1 << 20) if text.isascii() and text.isdigit() and len(text) < 9 else 1
