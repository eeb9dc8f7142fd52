"""Formulas that nobody has computed, in every format: named and refused, never read as 0 or as a blank."""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from exports_make import BODY, FACTS, HEAD, TABLE, facts, read, spreadsheet_ml, write, xlsx
from test_cells_and_files import formula_in_xls, ods, record, refused, repacked, wide

DUE, FEE = 8, len(HEAD)
PLACED = {"I2": (1, DUE), "I3": (2, DUE)}
#: how each format says: no value, 0, an empty text, another value
Value = None | float | str


def in_xlsx(folder: Path, cells: Sequence[tuple[str, Value]], asks: bool = False, table=TABLE) -> Path:
    path = xlsx(folder / "a.xlsx", {"S": table})
    with zipfile.ZipFile(path) as book:
        sheet = book.read("xl/worksheets/sheet1.xml")
    changes = {} if asks else {b' fullCalcOnLoad="1"': b""}
    for place, value in cells:
        found = re.search(rb'<c r="' + place.encode() + rb'"[^>]*?(?:/>|>.*?</c>)', sheet)
        text = "" if value is None else f"<v>{value:g}</v>" if isinstance(value, float) else f"<v>{value}</v>"
        kind = ' t="str"' if isinstance(value, str) else ""
        changes[found[0]] = f'<c r="{place}"{kind}><f>H2+5</f>{text}</c>'.encode()
    return repacked(path, changes)


def in_xlsb(folder: Path, cells: Sequence[tuple[str, Value]], asks: bool = False, table=TABLE) -> Path:
    formulas = {PLACED.get(place, (1, FEE)): value for place, value in cells}
    lines = b""
    for number, row in enumerate(table):
        lines += record(0, struct.pack("<IIHBBI", number, 0, 300, 0, 0, 0))
        for column, text in enumerate(row):
            at = struct.pack("<II", column, 0)
            if (number, column) in formulas:
                value = formulas[number, column]
                flags = struct.pack("<HII", 0, 0, 0)
                if isinstance(value, str):
                    lines += record(8, at + wide(value) + flags)
                else:
                    lines += record(9, at + struct.pack("<d", value or 0.0) + flags)
            elif text:
                lines += record(6, at + wide(text))
    area = record(148, struct.pack("<4I", 0, len(table) - 1, 0, len(table[0]) - 1))
    sheet = record(129) + area + record(145) + lines + record(146) + record(130)
    calculation = record(157, struct.pack("<IIIdIH", 1, 1, 100, 0.001, 1, 1 if asks else 0))
    path = folder / "a.xlsb"
    from test_cells_and_files import xlsb

    xlsb(path, table)
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    parts["xl/worksheets/sheet1.bin"] = sheet
    end = record(132)
    assert parts["xl/workbook.bin"].endswith(end)
    parts["xl/workbook.bin"] = parts["xl/workbook.bin"][: -len(end)] + calculation + end
    with zipfile.ZipFile(path, "w") as book:
        for name, data in parts.items():
            book.writestr(name, data)
    return path


def in_ods(folder: Path, cells: Sequence[tuple[str, Value]], asks: bool = False, table=TABLE) -> Path:
    path = ods(folder / "a.ods")
    with zipfile.ZipFile(path) as book:
        content = book.read("content.xml").decode()
    for place, value in cells:
        old = re.search(
            rf"<table:table-cell[^>]*?><text:p>{BODY[PLACED[place][0] - 1][DUE]}</text:p></table:table-cell>", content
        )
        kinds = {
            type(None): "",
            float: f' office:value-type="float" office:value="{value:g}"' if isinstance(value, float) else "",
            str: ' office:value-type="string"',
        }
        shown = f"<text:p>{value}</text:p>" if value else ""
        content = content.replace(
            old[0], f'<table:table-cell table:formula="of:=[.H2]+5"{kinds[type(value)]}>{shown}</table:table-cell>', 1
        )
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    parts["content.xml"] = content.encode()
    with zipfile.ZipFile(path, "w") as book:
        for name, data in parts.items():
            book.writestr(name, data)
    return path


def in_xml(folder: Path, cells: Sequence[tuple[str, Value]], asks: bool = False, table=TABLE) -> Path:
    text = spreadsheet_ml(table)
    for place, value in cells:
        shown = BODY[PLACED[place][0] - 1][DUE]
        kind = "Number" if isinstance(value, float) else "String"
        data = (
            ""
            if value is None
            else f'<Data ss:Type="{kind}">{value:g}</Data>'
            if isinstance(value, float)
            else f'<Data ss:Type="String">{value}</Data>'
        )
        text = text.replace(
            f'<Cell><Data ss:Type="String">{shown}</Data></Cell>', f'<Cell ss:Formula="=RC[-1]+5">{data}</Cell>', 1
        )
    return write(folder / "a.xml", text)


FORMS: dict[str, Callable[..., Path]] = {"xlsx": in_xlsx, "xlsb": in_xlsb, "ods": in_ods, "xml": in_xml}


@pytest.mark.parametrize("form", FORMS)
def test_noughts_that_all_formulas_of_a_column_give_are_named(form, tmp_path):
    FORMS[form](tmp_path, [("I2", 0.0), ("I3", 0.0)])
    refused(tmp_path, "2 ô công thức cho giá trị 0.*I2, I3")


@pytest.mark.parametrize("form", FORMS)
def test_a_formula_with_a_value_is_that(form, tmp_path):
    FORMS[form](tmp_path, [("I2", 45296.0)])
    assert read(tmp_path).frame["due_at"].dt.strftime("%Y-%m-%d").tolist()[0] == "2024-01-05"


@pytest.mark.parametrize("form", FORMS)
def test_a_nought_beside_a_computed_one_is_a_blank_cell_that_was_referred_to(form, tmp_path):
    FORMS[form](tmp_path, [("I2", 0.0), ("I3", 45301.0)])
    found = read(tmp_path)
    assert len(found.frame) + len(found.quarantined) == 3


@pytest.mark.parametrize("form", ["xlsx", "ods", "xml"])
def test_a_formula_without_a_value_is_named(form, tmp_path):
    FORMS[form](tmp_path, [("I2", None), ("I3", 45301.0)])
    refused(tmp_path, "1 ô công thức chưa được tính.*I2")


@pytest.mark.parametrize("form", ["xlsx", "xlsb"])
def test_a_workbook_that_asks_to_be_computed_has_no_noughts(form, tmp_path):
    FORMS[form](tmp_path, [("I2", 0.0), ("I3", 45301.0)], asks=True)
    refused(tmp_path, "1 ô công thức chưa được tính.*I2")


@pytest.mark.parametrize(("texts", "named"), [(["", ""], True), (["", "10/01/2024"], False)])
def test_empty_texts_of_a_binary_workbook_are_values_beside_others(texts, named, tmp_path):
    in_xlsb(tmp_path, list(zip(("I2", "I3"), texts, strict=True)))
    if named:
        refused(tmp_path, "2 ô công thức chưa được tính.*I2, I3")
    else:
        assert read(tmp_path).frame["due_at"].isna().tolist() == [True, False, False]


@pytest.mark.parametrize("form", ["xlsx", "ods", "xml"])
def test_an_empty_text_is_blank_where_the_format_marks_it(form, tmp_path):
    FORMS[form](tmp_path, [("I2", "")])
    assert read(tmp_path).frame["due_at"].isna().tolist() == [True, False, False]


@pytest.mark.parametrize("form", ["xlsx", "xlsb"])
def test_noughts_in_a_column_of_numbers_are_numbers(form, tmp_path):
    table = [[*HEAD, "Phí, lệ phí"], *([*r, "0"] for r in BODY)]
    FORMS[form](tmp_path, [("L2", 0.0)], table=table)
    found = read(tmp_path).frame
    assert facts(found) == FACTS
    assert found["fee_amount"].astype(float).tolist() == [0, 0, 0]


def test_a_nought_of_an_xls_without_any_mark_is_named(tmp_path):
    formula_in_xls(tmp_path, bytes(8))
    refused(tmp_path, "1 ô công thức cho giá trị 0.*I4")


@pytest.mark.parametrize(
    "cell",
    [
        '<table:table-cell office:value-type="date"><text:p>05/01/2024</text:p></table:table-cell>',
        '<table:table-cell office:value-type="float"/>',
        '<table:table-cell office:value-type="date" table:formula="of:=1"/>',
    ],
)
def test_a_cell_of_an_ods_that_names_a_kind_and_has_no_value(cell, tmp_path):
    repacked(ods(tmp_path / "a.ods"), {old_cell(tmp_path / "a.ods"): cell.encode()})
    refused(tmp_path, "1 ô công thức chưa được tính.*I2")


def old_cell(path: Path) -> bytes:
    with zipfile.ZipFile(path) as book:
        return re.search(
            rb"<table:table-cell[^>]*?><text:p>05/01/2024</text:p></table:table-cell>", book.read("content.xml")
        )[0]
