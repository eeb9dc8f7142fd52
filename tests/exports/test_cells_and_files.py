"""Cells that are no values, groups written once, and files that are not what they seem: right, or one true message."""

from __future__ import annotations

import hashlib
import io
import os
import re
import struct
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from exports_make import (
    BODY,
    FACTS,
    HEAD,
    PROFILES,
    TABLE,
    cells,
    csv_text,
    facts,
    html_text,
    ods,
    profile,
    read,
    repacked,
    spreadsheet_ml,
    write,
    xlsx,
    xlsx_dates,
)

from tthc_analysis.columns import DOSSIERS
from tthc_analysis.errors import MissingColumns, TthcError, UnreadableExport
from tthc_analysis.exports import _ods, _xlsx, inspect_export, read_export
from tthc_analysis.exports import read as read_room
from tthc_analysis.exports._refused import Refused
from tthc_analysis.exports.cells import GroupedCells
from tthc_analysis.exports.layout import AmbiguousColumns

FILES = Path(__file__).parent / "files"


def refused(folder: Path, message: str, error: type[TthcError] = UnreadableExport, profiles=PROFILES) -> None:
    with pytest.raises(error, match=message) as caught:
        read(folder, profiles=profiles)
    assert "Cần làm: " in str(caught.value)
    assert "Người nộp" not in str(caught.value)


def fields(dataset) -> list[str]:
    return dataset.frame["field"].fillna("").tolist()


# --- a small binary workbook (.xlsb), by hand ------------------------------------------------------------------------


def record(kind: int, content: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, tail = len(content), b""
    while True:
        tail += bytes([size & 0x7F | (0x80 if size > 127 else 0)])
        size >>= 7
        if not size:
            return head + tail + content


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def xlsb(path: Path, rows, errors=(), merges=(), repeat=0, names=("S",)) -> Path:
    """A workbook of text cells; `errors` are places with #N/A, `repeat` is written twice."""
    lines = b""
    for number, row in enumerate(rows):
        for _ in range(2 if number == repeat and repeat else 1):
            lines += record(0, struct.pack("<IIHBBI", number, 0, 300, 0, 0, 0))
            for column, value in enumerate(row):
                at = struct.pack("<II", column, 0)
                if (number, column) in errors:
                    lines += record(3, at + b"\x2a")
                elif value:
                    lines += record(6, at + wide(value))
    merged = b"".join(record(176, struct.pack("<4I", top, bottom, left, right)) for top, left, bottom, right in merges)
    area = record(148, struct.pack("<4I", 0, len(rows) - 1, 0, len(rows[0]) - 1))
    sheet = record(129) + area + record(145) + lines + record(146) + merged + record(130)
    listed = b"".join(
        record(156, struct.pack("<II", 0, i + 1) + wide(f"rId{i + 1}") + wide(n)) for i, n in enumerate(names)
    )
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    links = "".join(
        f'<Relationship Id="rId{i + 1}" Type="{relation}/worksheet" Target="worksheets/sheet{i + 1}.bin"/>'
        for i in range(len(names))
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr(
            "[Content_Types].xml", "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>"
        )
        target.writestr("xl/workbook.bin", record(131) + record(143) + listed + record(144) + record(132))
        target.writestr(
            "xl/_rels/workbook.bin.rels",
            f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{links}</Relationships>',
        )
        for i in range(len(names)):
            target.writestr(f"xl/worksheets/sheet{i + 1}.bin", sheet)
    return path


def test_a_binary_workbook_is_read(tmp_path):
    xlsb(tmp_path / "a.xlsb", TABLE)
    assert facts(read(tmp_path).frame) == FACTS
    assert read_export(tmp_path / "a.xlsb").form == "Excel nhị phân (xlsb)"


def test_a_merged_cell_of_a_binary_workbook_speaks_for_its_rows(tmp_path):
    rows = [HEAD, BODY[0], [*BODY[1][:10], "Đang xử lý"], [*BODY[2][:10], ""]]
    xlsb(tmp_path / "a.xlsb", rows, merges=[(2, 10, 3, 10)])
    assert facts(read(tmp_path).frame) == FACTS


# --- errors and formulas ---------------------------------------------------------------------------------------------


def changed_cell(cell: bytes, place: bytes = b"I2"):
    def make(folder: Path) -> Path:
        path = xlsx(folder / "a.xlsx")
        with zipfile.ZipFile(path) as book:
            sheet = book.read("xl/worksheets/sheet1.xml")
        (old,) = re.findall(rb'<c r="' + place + rb'"[^>]*>.*?</c>', sheet)
        return repacked(path, {old: cell})

    return make


FAULTY = {
    "error": changed_cell(b'<c r="I2" t="e"><v>#REF!</v></c>'),
    "error of a formula": changed_cell(b'<c r="I2" t="e"><f>1/0</f><v>#DIV/0!</v></c>'),
    "formula alone": changed_cell(b'<c r="I2"><f>H2+5</f></c>'),
    "formula without a value": changed_cell(b'<c r="I2" s="0"><f>H2+5</f><v></v></c>'),
    "formula with an empty value": changed_cell(b'<c r="I2"><f>H2+5</f><v/></c>'),
    "shared formula": changed_cell(b'<c r="I2"><f t="shared" si="0"/><v/></c>'),
    "xlsb": lambda folder: xlsb(folder / "a.xlsb", TABLE, errors=[(1, 8)]),
    "csv": lambda folder: write(folder / "a.csv", csv_text([HEAD, *cells(c8="#N/A")])),
    "csv of a narrow column": lambda folder: write(folder / "a.csv", csv_text([HEAD, *cells(c8="########")])),
    "html": lambda folder: write(folder / "a.xls", html_text([HEAD, *cells(c8="#VALUE!")])),
    "spreadsheetml": lambda folder: write(
        folder / "a.xml",
        spreadsheet_ml().replace('ss:Type="String">05/01/2024<', 'ss:Type="Error">#N/A<'),
    ),
    "ods": lambda folder: repacked(ods(folder / "a.ods"), {b"<text:p>05/01/2024</text:p>": b"<text:p>#REF!</text:p>"}),
}


@pytest.mark.parametrize("name", FAULTY)
def test_a_cell_without_its_value_is_named(name, tmp_path):
    FAULTY[name](tmp_path)
    refused(tmp_path, r"1 ô (lỗi công thức|công thức chưa được tính).*I2")


def test_an_error_in_a_column_that_is_not_read_does_no_harm(tmp_path):
    changed_cell(b'<c r="G2" t="e"><v>#N/A</v></c>', b"G2")(tmp_path)
    assert facts(read(tmp_path).frame) == FACTS


def test_a_formula_that_gives_an_empty_text_is_blank(tmp_path):
    changed_cell(b'<c r="I2" t="str"><f>IF(1,"","x")</f><v></v></c>')(tmp_path)
    assert read(tmp_path).frame["due_at"].isna().tolist() == [True, False, False]


def test_a_formula_that_was_never_computed_gives_no_nought(tmp_path):
    """Some writers put 0 where no value is known, and ask the program that opens the file to compute."""
    path = changed_cell(b'<c r="I2"><f>H2+5</f><v>0</v></c>')(tmp_path)
    with zipfile.ZipFile(path) as book:
        assert b'fullCalcOnLoad="1"' in book.read("xl/workbook.xml")
    refused(tmp_path, "1 ô công thức chưa được tính.*I2")


def test_errors_in_a_large_workbook_are_named(tmp_path):
    rows = [HEAD, *([str(i), f"H24.99-240102-{i:04d}", *BODY[0][2:]] for i in range(1, 30_000))]
    path = xlsx(tmp_path / "a.xlsx", {"S": rows})
    with zipfile.ZipFile(path) as book:
        sheet = book.read("xl/worksheets/sheet1.xml")
    old = re.search(rb'<c r="J29999"[^>]*>.*?</c>', sheet)
    repacked(path, {old[0]: b'<c r="J29999" t="e"><v>#N/A</v></c>'})
    refused(tmp_path, "1 ô lỗi công thức.*J29999")


# --- groups ----------------------------------------------------------------------------------------------------------


def grouped(first: str, second: str) -> list[list[str]]:
    """Eight dossiers of two fields, of which only the first row of each group says the field."""
    rows = []
    for i in range(8):
        field, code = (first, "1.005092") if i < 5 else (second, "2.001914")
        said = field if i in (0, 5) else ""
        rows.append([str(i), f"H24.99-240102-{i:04d}", code, f"Thủ tục {code}", said, *BODY[0][5:]])
    return [HEAD, *rows]


def test_a_field_that_each_group_says_once_is_filled(tmp_path):
    write(tmp_path / "a.csv", csv_text(grouped("Văn bằng", "Thi cử")))
    found = read(tmp_path)
    assert fields(found) == ["Văn bằng"] * 5 + ["Thi cử"] * 3
    assert found.accounts[0].mended == {"Lĩnh vực: điền theo ô đầu nhóm": 6}


def test_what_no_layout_shows_must_be_declared(tmp_path):
    rows = [[*r[:2], f"1.00{5000 + i}", f"Thủ tục {i}", *r[4:]] for i, r in enumerate(grouped("A", "B")[1:])]
    write(tmp_path / "ho_so" / "a.csv", csv_text([HEAD, *rows]))
    refused(tmp_path / "ho_so", r'“Lĩnh vực” chỉ có.*2/8(.|\n)*filled_down = \["field"\]', GroupedCells)
    head = 'id = "n"\nlabel = "x"\n[ho_so]\nfilled_down = '
    for declared, expected in (('["field"]', ["A"] * 5 + ["B"] * 3), ("[]", ["A", *[""] * 4, "B", "", ""])):
        told = profile(tmp_path, head + declared + '\n[ho_so.columns]\nagency = ["STT"]\n')
        assert fields(read(tmp_path / "ho_so", profiles=told)) == expected


def test_a_sparse_column_stays_blank_where_procedures_contradict_it(tmp_path):
    rows = grouped("Văn bằng", "Thi cử")
    rows[-1][2:4] = rows[1][2:4]
    write(tmp_path / "a.csv", csv_text(rows))
    assert sum(map(bool, fields(read(tmp_path)))) == 2


def test_cells_merged_in_an_opendocument_speak_for_their_rows(tmp_path):
    path = ods(tmp_path / "a.ods", [HEAD, BODY[0], BODY[1], [*BODY[2][:10], "zzz"]])
    down = b'<table:table-cell table:number-rows-spanned="2" office:value-type="string"><text:p>\xc4\x90ang x'
    with zipfile.ZipFile(path) as book:
        content = book.read("content.xml")
    cell = re.search(rb"<table:table-cell[^>]*><text:p>\xc4\x90ang x", content)
    last = re.search(rb"<table:table-cell[^>]*><text:p>zzz</text:p></table:table-cell>", content)
    repacked(path, {cell[0]: down, last[0]: b"<table:covered-table-cell/>"})
    assert facts(read(tmp_path).frame) == FACTS


# --- sheets, rows, tables --------------------------------------------------------------------------------------------


def test_two_sheets_of_one_name_are_refused(tmp_path):
    xlsx(tmp_path / "a.xlsx", {"Tháng 1": TABLE, "Tháng 2": [HEAD, BODY[0]]})
    repacked(tmp_path / "a.xlsx", {"Tháng 2".encode(): "Tháng 1".encode()})
    refused(tmp_path, "hai trang tính cùng tên “Tháng 1”")


def test_two_sheets_of_one_name_in_other_forms_are_refused(tmp_path):
    more = spreadsheet_ml([HEAD, BODY[1]]).partition("<Worksheet")[2].partition("</Workbook>")[0]
    write(tmp_path / "xml" / "a.xls", spreadsheet_ml(extra=f"<Worksheet{more}"))
    xlsb(tmp_path / "xlsb" / "a.xlsb", TABLE, names=("S", "s"))
    for form in ("xml", "xlsb"):
        refused(tmp_path / form, "hai trang tính cùng tên")


@pytest.mark.parametrize("change", [{b'<row r="3"': b'<row r="2"'}, {b'r="B3"': b'r="B2"', b'r="A3"': b'r="A2"'}])
def test_repeated_numbers_of_rows_and_cells_are_refused(change, tmp_path):
    repacked(xlsx(tmp_path / "a.xlsx"), change)
    refused(tmp_path, "cùng số thứ tự")


def sheet_rows(*rows: str, area: str = "A1:C9") -> bytes:
    return f'<worksheet><dimension ref="{area}"/><sheetData>{"".join(rows)}</sheetData></worksheet>'.encode()


def one_row(number: int, *places: str, inside: str = "<v>5</v>") -> str:
    return f'<row r="{number}" s="1">{"".join(f"""<c r="{p}" t="s">{inside}</c>""" for p in places)}</row>'


@pytest.mark.parametrize(
    "rows",
    [
        (one_row(2, "A2", "C2"), one_row(4, "B4"), '<row r="6"/>'),
        (
            '<row r="2"><c r="A2" s="1"/><c r="B2"></c><c r="C2" t="inlineStr"><is><t>r="A2"</t></is></c></row>',
            '<row r="3"/>',
        ),
    ],
)
def test_rows_as_programs_write_them_are_checked_without_listing_their_cells(rows, monkeypatch):
    monkeypatch.delattr(_xlsx, "_CELL_PLACE")
    found = _xlsx.Faults()
    _xlsx._look_through(io.BytesIO(sheet_rows(*rows)), found, recompute=True)
    assert found.count == 0


@pytest.mark.parametrize(
    "rows",
    [
        (one_row(2, "A2"), one_row(2, "A2")),
        (one_row(2, "A2"), one_row(2, "B2")),
        (one_row(12, "A12"), one_row(2, "A2")),
        (one_row(2, "A2", "C2", "C2"),),
        (one_row(2, "A2"), one_row(3, "A2")),
        (one_row(2, "A2", "A2", inside=""),),
        (one_row(2, "A2", "B2"), one_row(12, "A12", "B2")),
        (one_row(2, "A2", "K2"), one_row(3, "K3", "K3")),
        ('<row r="2"><c r="A2"/><c r="A2"><v>1</v></c></row>',),
        ("<row r='2'><c r='A2'/></row>", "<row r='2'/>"),
    ],
)
@pytest.mark.parametrize("area", ["A1", "A1:C9", "A1:XFD9"])
def test_what_the_reader_would_lose_is_refused_in_every_way_of_writing_it(rows, area):
    for block in (rows, ("\n", *rows), (one_row(1, "A1"), *rows)):
        with pytest.raises(Refused, match="cùng số thứ tự"):
            _xlsx._look_through(io.BytesIO(sheet_rows(*block, area=area)), _xlsx.Faults(), recompute=False)


@pytest.mark.parametrize("inside", ["<f>A1</f>", "<f>A1</f><v></v>", "<f>A1</f><v/>", "<f>A1</f><v>0</v>"])
@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_formula_among_plain_rows_is_found(inside, at):
    found = _xlsx.Faults()
    rows = [one_row(n, f"B{n}", inside=inside if n == at else "<v>5</v>") for n in (1, 2, 3)]
    _xlsx._look_through(io.BytesIO(sheet_rows(*rows)), found, recompute=True)
    assert found.cells == [(at - 1, 1, _xlsx.UNCOMPUTED)]


@pytest.mark.parametrize(
    ("markup", "worth"),
    [
        (b'<table:table-cell calcext:value-type="error"/>', True),
        (b"<text:p>#N/A</text:p>", True),
        (b"<text:p>Err:502</text:p>", True),
        (b'<table:table-cell table:formula="of:=1"/>', True),
        (b'<table:table-cell table:number-rows-spanned="2"/>', True),
        (b'<table:table-cell table:number-columns-spanned="12"/>', True),
        (b'<table:table-cell table:number-rows-spanned="1"/>', False),
        (b'<table:table-cell calcext:value-type="string"><text:p>Err: 502</text:p></table:table-cell>', False),
    ],
)
def test_an_opendocument_is_looked_through_for_what_its_reader_does_not_tell(markup, worth):
    assert _ods._is_worth(markup) is worth


def test_the_used_area_never_makes_a_sheet_too_far():
    rows = one_row(1, "A1"), one_row(1_048_576, "C1048576", inside="<f>A1</f><v>1</v>")
    _xlsx._look_through(io.BytesIO(sheet_rows(*rows, area="A1:XFD1048576")), _xlsx.Faults(), recompute=False)
    far = one_row(1, "A1"), one_row(1_048_576, "BG1048576")
    with pytest.raises(Refused, match="ở quá xa"):
        _xlsx._look_through(io.BytesIO(sheet_rows(*far)), _xlsx.Faults(), recompute=False)


def test_repeated_rows_in_other_forms_are_refused(tmp_path):
    xlsb(tmp_path / "xlsb" / "a.xlsb", TABLE, repeat=2)
    text = spreadsheet_ml().replace("<Row>", '<Row ss:Index="3">', 1).replace("<Row>", '<Row ss:Index="2">', 1)
    write(tmp_path / "xml" / "a.xls", text)
    for form in ("xlsb", "xml"):
        refused(tmp_path / form, "số thứ tự")


def test_two_tables_side_by_side_are_refused(tmp_path):
    other = ["", "Số hồ sơ", "Ngày nhận", "Trạng thái"]
    right = [["", f"K-{i}", "05/05/2024", "Đang xử lý"] for i in range(3)]
    write(tmp_path / "a.csv", csv_text([[*HEAD, *other], *([*a, *b] for a, b in zip(BODY, right, strict=True))]))
    refused(tmp_path, "hai bảng cạnh nhau|cùng tên", AmbiguousColumns)


def test_a_used_area_that_names_whole_rows_is_read(tmp_path):
    xlsx_dates(tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        area = re.search(rb"<dimension ref=\"[^\"]*\"", book.read("xl/worksheets/sheet1.xml"))
    for ref in (b"1:1", b"A:K", b"", b"#REF!"):
        path = repacked(xlsx_dates(tmp_path / "a.xlsx"), {area[0]: b'<dimension ref="' + ref + b'"'})
        assert facts(read(path.parent).frame) == FACTS


# --- files that are something else -----------------------------------------------------------------------------------

MHTML = (
    "MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\n"
    "Content-Type: text/html\r\n\r\n" + html_text()
)
OTHERS = {
    "mhtml": (MHTML, "MHTML"),
    "json records": ('[\n {"Mã hồ sơ": "A"}]', "JSON"),
    "json object": ('{"data": [1]}', "JSON"),
    "json rows": ('[["Mã hồ sơ", "Ngày tiếp nhận"]]', "JSON"),
    "rtf": (r"{\rtf1\ansi Danh sach}", "RTF"),
    "xml": ('<?xml version="1.0"?><hoSo><ma>1</ma></hoSo>', "XML không phải bảng tính"),
    "sylk": ("ID;PWXL;N;E\r\nC;Y1;X1;K1\r\n", "SYLK"),
    "parquet": ("PAR1....", "Parquet"),
    "sqlite": ("SQLite format 3\0", "SQLite"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_file_of_another_kind_is_told_so(name, tmp_path):
    content, message = OTHERS[name]
    write(tmp_path / "a.csv", content)
    refused(tmp_path, message)


def lost(text: str, encoding: str) -> bytes:
    return text.encode(encoding, "replace")


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_letters_turned_to_question_marks_are_told(encoding, tmp_path):
    write(tmp_path / "a.csv", lost(csv_text(), encoding))
    refused(tmp_path, "mất chữ|bảng mã")


def test_lost_letters_below_plain_headers_are_told(tmp_path):
    plain = ["STT", "Ma ho so", "Ma TTHC", "Ten thu tuc hanh chinh", "Linh vuc", "Hinh thuc", "Ten", "Ngay tiep nhan",
             "Ngay hen tra", "Ngay ket thuc xu ly", "Trang thai ho so"]  # fmt: skip
    write(tmp_path / "a.csv", lost(csv_text([plain, *BODY]), "ascii"))
    refused(tmp_path, "“Tên thủ tục hành chính” đã mất chữ")


def test_a_question_within_a_name_is_no_loss(tmp_path):
    write(tmp_path / "a.csv", csv_text([HEAD, *cells(c3="Cấp bản sao? (theo yêu cầu)"), *BODY[1:]]))
    assert len(read(tmp_path).frame) == 3


def test_an_xls_with_a_password_says_so(tmp_path):
    data = (FILES / "bang.xls").read_bytes()
    at = data.index(struct.pack("<HH", 0x0809, 16))
    locked = bytearray(data)
    after = at + 20
    locked[after : after + 4] = struct.pack("<HH", 0x002F, struct.unpack_from("<H", data, after + 2)[0])
    write(tmp_path / "a.xls", bytes(locked))
    refused(tmp_path, "mật khẩu")


def test_an_error_in_an_xls_is_named(tmp_path):
    """The cells I4 and J4 become one with an error and a record of no meaning: the file keeps its size."""
    data = (FILES / "bang.xls").read_bytes()
    start = data.index(struct.pack("<HHHH", 0x027E, 10, 3, 8))
    error = struct.pack("<HHHHHBB", 0x0205, 8, 3, 8, 15, 0x2A, 1) + struct.pack("<HH", 0x1111, 16) + b"\0" * 16
    write(tmp_path / "a.xls", data[:start] + error + data[start + len(error) :])
    refused(tmp_path, "1 ô lỗi công thức.*I4")


def formula_in_xls(folder: Path, value: bytes, flags: int = 0, before: bytes = b"") -> Path:
    """The cells I4 and J4 become a formula (TRUE) with this value and flags, and a record of no meaning or `before`."""
    data = (FILES / "bang.xls").read_bytes()
    start = data.index(struct.pack("<HHHH", 0x027E, 10, 3, 8))
    formula = struct.pack("<HHHHH", 0x0006, 24, 3, 8, 15) + value + struct.pack("<HIHBB", flags, 0, 2, 0x1D, 1)
    record = before or struct.pack("<HH", 0x1111, 0)
    made = before + formula if before else formula + record
    return write(folder / "a.xls", data[:start] + made + data[start + len(made) :])


@pytest.mark.parametrize(
    ("value", "flags", "before"),
    [
        (bytes(8), 2, b""),
        (bytes(8), 0, struct.pack("<HH", 0x005E, 0)),
        (b"\x03\0\0\0\0\0\xff\xff", 0, b""),
    ],
    ids=["to be computed on opening", "a sheet to be computed", "no formula has a value"],
)
def test_a_formula_of_an_xls_that_nobody_computed_is_named(value, flags, before, tmp_path):
    formula_in_xls(tmp_path, value, flags, before)
    refused(tmp_path, "1 ô công thức chưa được tính.*I4")


def test_a_computed_formula_of_an_xls_is_its_value(tmp_path):
    formula_in_xls(tmp_path, struct.pack("<d", 45_300.0))
    assert pd.Timestamp("2024-01-09") in set(read(tmp_path).frame["due_at"])


# --- the folder ------------------------------------------------------------------------------------------------------


def test_all_that_is_passed_over_is_named(tmp_path):
    write(tmp_path / "a.csv", csv_text())
    write(tmp_path / "cu" / "b.csv", csv_text())
    write(tmp_path / "c.zip", "PK")
    write(tmp_path / "d.docx", "x")
    write(tmp_path / "e.lnk", "x")
    (tmp_path / "f.csv").symlink_to(tmp_path / "khong-co.csv")
    write(tmp_path / "~$a.xlsx", "x")
    told = " ".join(read(tmp_path).passed_over)
    for name, why in (("cu", "thư mục con"), ("c.zip", "tệp nén"), ("d.docx", "đuôi .docx"), ("e.lnk", "lối tắt")):
        assert f"“{name}” ({why}" in told
    assert "“f.csv” (liên kết hỏng)" in told
    assert "~$" not in told


@pytest.mark.skipif(sys.platform != "linux", reason="names are bytes there only")
def test_a_name_that_is_no_text_is_one_message(tmp_path):
    name = os.fsencode(tmp_path) + b"/h\xf4 s\xbf.csv"
    with open(name, "wb") as target:  # noqa: PTH123 – a name that is no text
        target.write(csv_text().encode())
    refused(tmp_path, "Tên tệp không phải mã UTF-8")


def test_a_file_that_may_not_be_read_is_one_message(tmp_path, monkeypatch):
    write(tmp_path / "a.csv", csv_text())

    def denied(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(read_room, "_start", denied)
    refused(tmp_path, "Không có quyền đọc tệp")


@pytest.mark.parametrize("small", [0, 1 << 20])
def test_the_bytes_hashed_are_the_bytes_read(small, tmp_path, monkeypatch):
    """A file that is written anew while it is looked at: rows and hash are of one and the same state, in the child too."""
    path, real = write(tmp_path / "a.csv", csv_text()), read_room._kind

    def changing(*told):
        write(path, csv_text([HEAD, BODY[0]]))
        return real(*told)

    monkeypatch.setattr(read_room, "SMALL_TEXT_BYTES", small)
    for rows in (TABLE, [HEAD, BODY[0]]):
        raw = read_export(path)
        assert raw.grids[0].height == len(rows)
        assert raw.sha256 == hashlib.sha256(csv_text(rows).encode()).hexdigest()
        monkeypatch.setattr(read_room, "_kind", changing)


def test_a_file_of_another_dataset_is_told(tmp_path):
    rows = [
        ["Mã phản ánh", "Ngày tiếp nhận", "Hạn xử lý", "Kênh tiếp nhận", "Phân loại"],
        ["P1", "02/01/2024", "", "", ""],
    ]
    path = write(tmp_path / "a.csv", csv_text(rows))
    with pytest.raises(MissingColumns, match="Phản ánh, kiến nghị"):
        read(tmp_path)
    assert "Phản ánh, kiến nghị" in inspect_export(path, DOSSIERS, PROFILES).sheets[0].problem
