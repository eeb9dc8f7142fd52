"""Faulty cells, repeated rows and far cells of an .xlsx workbook, found in its markup; runs in the child.

The reader gives a cell with an error, or a formula nobody has computed, as a blank one; and of two rows with one number it
keeps one. So the markup of every sheet is looked through first: such cells are named, such rows refused.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from functools import cache
from typing import IO
from xml.etree import ElementTree

from tthc_analysis.exports._faults import ERROR, MAX_CELLS, UNCOMPUTED, Faults, Formulas, check_names, relations
from tthc_analysis.exports._refused import ASK_AGAIN, Refused

_BLOCK = 4 << 20
_MAX_ROW_BYTES = 64 << 20
_MAX_PLAIN_WIDTH = 57  # so wide, a sheet of as many rows as Excel knows is still no far cell
_CELL_PLACE = re.compile(rb"\sr=[\"']([A-Za-z]{1,3}\d{1,7})[\"']")
_ROW_PLACE = re.compile(rb"<(?:\w+:)?row\s[^>]*?\br=[\"'](\d{1,9})[\"']")
_ERROR_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*\bt=[\"']e[\"'][^>]*)>")
_FORMULA = rb"<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)"
_VALUE = rb"(?:<(?:\w+:)?v(?:\s[^>]*)?(?:/>|>([^<]*)</(?:\w+:)?v>))?"
_FORMULA_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*)>\s*" + _FORMULA + rb"\s*" + _VALUE + rb"\s*</(?:\w+:)?c>")
_OF_TEXT = re.compile(rb"\bt=[\"']str[\"']")
_OWN_PLACE = re.compile(rb"\br=[\"']([A-Za-z]+)(\d+)")
_DIMENSION = re.compile(rb"<(?:\w+:)?dimension\s[^>]*?\bref=[\"']([^\"']*)[\"'][^>]*?(?:/>|></(?:\w+:)?dimension>)")
_AREA = re.compile(rb"[A-Za-z]{1,3}[1-9]\d{0,6}(?::[A-Za-z]{1,3}[1-9]\d{0,6})?")
_END = re.compile(rb"</(?:\w+:)?sheetData>")
_RECOMPUTE = re.compile(rb"<(?:\w+:)?calcPr\s[^>]*fullCalcOnLoad=[\"'](?:1|true)[\"']")
_DIGITS = b"0123456789"
_LETTERS = bytes(range(65, 91)) + bytes(range(97, 123))
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


def xlsx_faults(archive: zipfile.ZipFile, names: set[str]) -> tuple[dict[str, Faults], set[str]]:
    """The faulty cells by sheet, and the parts in which the used area is written as no reader expects it."""
    book = next((n for n in names if n.lower() == "xl/workbook.xml"), "xl/workbook.xml")
    text = archive.read(book)
    parts = dict(_sheet_parts(archive, text))
    recompute = bool(_RECOMPUTE.search(text))
    faults, odd = {}, set()
    for name in sorted(n for n in names if n.lower().startswith("xl/worksheets/") and n.lower().endswith(".xml")):
        found = Faults()
        with archive.open(name) as part:
            if _look_through(part, found, recompute):
                odd.add(name)
        if name in parts:
            faults[parts[name]] = found
    return faults, odd


def _sheet_parts(archive: zipfile.ZipFile, workbook: bytes) -> list[tuple[str, str]]:
    """(part, name) of each sheet of a workbook; refuses two sheets of one name, of which the reader gives only one."""
    root = ElementTree.fromstring(workbook)
    found = [e for e in root.iter() if e.tag.rpartition("}")[2] == "sheet" and e.get("name") is not None]
    check_names([e.get("name") or "" for e in found])
    targets = relations(archive, "xl/_rels/workbook.xml.rels")
    ids = [(e.get(_RELATION) or e.get(_STRICT_RELATION) or "", e.get("name") or "") for e in found]
    return [(targets[one], name) for one, name in ids if one in targets]


def _look_through(part: IO[bytes], faults: Faults, recompute: bool) -> bool:
    """Look through the markup of one sheet; whether its used area is written in an unusual way."""
    last, width, odd, first = 0, 1, False, True
    formulas = Formulas(faults)
    for block in _row_blocks(part):
        if first and (area := _DIMENSION.search(block)):
            odd = not _AREA.fullmatch(area[1])
            width = 1 if odd else min(_number(area[1].rpartition(b":")[2].rstrip(_DIGITS)), _MAX_PLAIN_WIDTH)
        first = False
        if end := b"sheetData>" in block and _END.search(block):
            block = block[: end.start()]  # noqa: PLW2901 – what follows the rows names cells again
        plain = _plain_rows(block, width)
        rows = list(map(int, plain or _ROW_PLACE.findall(block)))
        places = [] if plain else _CELL_PLACE.findall(block)
        distinct = set(places)
        if len(distinct) < len(places) or any(b <= a for a, b in zip([last, *rows], rows, strict=False)):
            raise Refused(
                "Trang tính có hai dòng, hai ô cùng số thứ tự hoặc dòng lùi: trình đọc sẽ bỏ mất một.",
                "Mở bằng Excel, lưu lại thành tệp mới rồi đọc lại, hoặc xuất lại.",
            )
        last = rows[-1] if rows else last
        width = max(width, max(map(_number, {p.rstrip(_DIGITS) for p in distinct}), default=1))
        height = max(last, max((int(p.lstrip(_LETTERS)) for p in places[-1:]), default=1))
        if width * height > MAX_CELLS:
            raise Refused(
                f"Tệp có ô ở quá xa (cột thứ {width}, dòng {height}): trang tính rộng bất thường.",
                "Xóa các cột, dòng thừa ở cuối trang tính rồi lưu lại, hoặc xuất dạng CSV.",
            )
        _find_errors(block, faults)
        if not plain:
            _find_uncomputed(block, faults, formulas, recompute)
        if end:
            break
    formulas.settle()
    return odd


def _plain_rows(block: bytes, width: int) -> list[bytes]:
    """The row numbers of markup in which every cell stands in its own row, in rising columns up to a width.

    Such markup names no cell twice, none far away and no formula, so its cells need not be listed; none if it may.
    """
    if width > _MAX_PLAIN_WIDTH:
        return []
    before, *pieces = _plain_row(width).split(block)
    odd = before.split(b"<sheetData>", 1)[-1].strip() or any(map(bytes.strip, pieces[1::2]))
    return [] if odd else pieces[::2]


@cache
def _plain_row(width: int) -> re.Pattern[bytes]:
    """A row as nearly every program writes it: its number first, then for each column one cell or none."""
    cell = rb'(?:<c r="%s\1"[^>]*>(?:<v>[^<]*</v></c>|(?<=/>)|<is><t[^>]*>[^<]*</t></is></c>|</c>)|)'
    cells = b"".join(cell % _column(number) for number in range(1, width + 1))
    return re.compile(rb'<row r="(\d{1,7})"[^>]*>(?:(?<=/>)|' + cells + b"</row>)")


def _row_blocks(part: IO[bytes]) -> Iterator[bytes]:
    """The markup in pieces that end with a row."""
    rest = b""
    while more := part.read(_BLOCK):
        rest += more.replace(b"\0", b"")
        end = rest.rfind(b"row>") + 4
        if end > 3:
            yield rest[:end]
            rest = rest[end:]
        elif len(rest) > _MAX_ROW_BYTES:
            raise Refused("Trang tính có một dòng dài bất thường.", ASK_AGAIN)
    yield rest


def _find_errors(block: bytes, faults: Faults) -> None:
    if b't="e"' in block or b"t='e'" in block:
        for cell in _ERROR_CELL.finditer(block):
            faults.add(*_place(cell[1]), ERROR)


def _find_uncomputed(block: bytes, faults: Faults, formulas: Formulas, recompute: bool) -> None:
    """Look at each formula; a blank that is marked as text is one, for who computes nothing marks none."""
    if b"<f" not in block and b":f" not in block:
        return
    for cell in _FORMULA_CELL.finditer(block):
        (row, column), value = _place(cell[1]), (cell[2] or b"").strip()
        if _OF_TEXT.search(cell[1]):
            if value:
                formulas.value(column)
        elif not value:
            faults.add(row, column, UNCOMPUTED)
        elif value == b"0":
            formulas.nought(row, column, recompute)
        else:
            formulas.value(column)


def _place(attributes: bytes) -> tuple[int, int]:
    found = _OWN_PLACE.search(attributes)
    return (int(found[2]) - 1, _number(found[1]) - 1) if found else (-1, -1)


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _column(number: int) -> bytes:
    letters = b""
    while number:
        number, letter = divmod(number - 1, 26)
        letters = bytes([65 + letter]) + letters
    return letters


def without_areas(archive: zipfile.ZipFile, odd: set[str]) -> bytes:
    """The package without the used areas that the reader takes for damage; it finds them out itself."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as copy:
        for info in archive.infolist():
            content = archive.read(info)
            copy.writestr(info.filename, _DIMENSION.sub(b"", content, 1) if info.filename in odd else content)
    return target.getvalue()
