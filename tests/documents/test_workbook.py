"""The XLSX of forms and of data: header hierarchy, formulas with computed values, print set-up, stamps, text that stays text."""

from __future__ import annotations

import io
import json
import math
import shutil
import subprocess
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest
from documents_hostile import HOSTILE

from tthc_analysis.display.figures import figure_rows
from tthc_analysis.display.tables import ReportTable, TableColumn
from tthc_analysis.documents import wordml
from tthc_analysis.documents.datapackage import describe, files
from tthc_analysis.documents.forms_book import CHECKS, forms_workbook
from tthc_analysis.documents.sheets import Equation
from tthc_analysis.documents.workbook import workbook

pytestmark = pytest.mark.report
#: first header row of a sheet, counted from 1: of a form, of any other table
FORM_HEAD, HEAD = 7, 5
FORMS = {"II.06a": "bieu-ii-06a", "II.07b": "bieu-ii-07b"}


@pytest.fixture(scope="module")
def content(displayed):
    return workbook(displayed.content(displayed.figures, displayed.tables))


@pytest.fixture(scope="module")
def forms_content(displayed):
    return forms_workbook(displayed.content(displayed.figures, displayed.tables))


@pytest.fixture(scope="module")
def formulas(forms_content):
    return openpyxl.load_workbook(io.BytesIO(forms_content))


@pytest.fixture(scope="module")
def values(forms_content):
    return openpyxl.load_workbook(io.BytesIO(forms_content), data_only=True)


@pytest.fixture(scope="module")
def data(content):
    return openpyxl.load_workbook(io.BytesIO(content), data_only=True)


def test_same_input_gives_same_bytes(displayed, content, forms_content):
    again = displayed.content(displayed.figures, displayed.tables)
    assert (workbook(again), forms_workbook(again)) == (content, forms_content)


def test_published_files_are_these(published_report, content, forms_content):
    assert (published_report / "bieu-mau-2024.xlsx").read_bytes() == forms_content
    assert (published_report / "so-lieu-2024.xlsx").read_bytes() == content


def test_forms_have_a_workbook_of_their_own(formulas):
    assert formulas.sheetnames == [*FORMS, CHECKS]


def test_sheets_in_order_and_contents_link_to_each(content, displayed):
    book = openpyxl.load_workbook(io.BytesIO(content))
    names = book.sheetnames
    assert (names[:2], names[-2:]) == (["Bìa", "Mục lục"], ["Chỉ tiêu", "Ghi chú"])
    assert len(names) == len(displayed.tables) - len(FORMS) + 4
    links = [row[1].hyperlink.location for row in book["Mục lục"].iter_rows(min_row=4)]
    assert links == [f"'{name}'!A1" for name in names[2:]]
    drawn = {d["name"] for one in displayed.executed for d in one.of_type("chart")}
    kinds = [name in drawn for name in names[2:-2] if name in displayed.tables]
    assert kinds == sorted(kinds), "the data of charts come last"


def test_print_area_is_the_form_alone_with_header_block_and_signatures(formulas, values, displayed):
    sheet, shown = formulas["II.06a"], values["II.06a"]
    last = next(c.row for c in sheet["B"] if c.value == "Tổng số")
    agency = displayed.config.agency
    assert sheet.print_area == f"'II.06a'!$A$1:$M${last + 9}"
    inside = [str(c.value) for row in shown.iter_rows(max_row=last + 9) for c in row if c.value is not None]
    assert inside[0] == "Biểu số II.06a/VPCP/KSTT"
    assert f"Đơn vị nhận báo cáo: {agency.receiver}" in inside
    assert "Kỳ báo cáo: Năm 2024 (từ ngày 15/11/2023 đến ngày 05/12/2024)" in inside
    below = inside[-5:]
    assert below[0].startswith(f"{agency.place}, ngày ")
    assert below[1:] == ["NGƯỜI LẬP BIỂU", agency.signer, "(Ký, ghi rõ họ tên)", "(Ký, ghi rõ họ tên, đóng dấu)"]
    assert shown.max_row <= last + 9, "nothing stands below the signatures"
    assert not [t for t in inside if "Chênh lệch" in t or t.startswith("Ghi chú")]


def test_counts_of_forms_are_numbers(values):
    first, last = 11, next(c.row for c in values["II.06a"]["B"] if c.value == "Tổng số")
    cells = values["II.06a"].iter_rows(min_row=first, max_row=last, min_col=3, max_col=13)
    assert {type(c.value) for row in cells for c in row} == {int}


def test_ii06a_header_is_merged_as_the_form_has_it(formulas):
    sheet = formulas["II.06a"]
    merged = {str(m) for m in sheet.merged_cells.ranges}
    assert {"A7:A9", "B7:B9", "C7:F7", "C8:C9", "D8:E8", "F8:F9", "G7:J7", "K7:M7", "G8:G9", "M8:M9"} <= merged
    assert [sheet["C7"].value, sheet["G7"].value, sheet["K7"].value] == [
        "Số hồ sơ nhận giải quyết",
        "Số hồ sơ đã giải quyết",
        "Số hồ sơ đang giải quyết",
    ]
    assert [c.value for c in sheet[10]] == [
        "(1)", "(2)", "(3)=(4)+(5)+(6)", "(4)", "(5)", "(6)", "(7)=(8)+(9)+(10)", "(8)", "(9)", "(10)",
        "(11)=(12)+(13)", "(12)", "(13)",
    ]  # fmt: skip


def test_ii07b_header_is_merged_as_the_form_has_it(formulas):
    merged = {str(m) for m in formulas["II.07b"].merged_cells.ranges}
    assert {"A7:A8", "B7:B8", "C7:F7", "G7:J7", "K7:N7"} <= merged


def test_ii06a_total_line_is_the_line_of_2024(values):
    sheet = values["II.06a"]
    total = next(row for row in sheet.iter_rows(min_row=11, values_only=True) if row[1] == "Tổng số")
    assert list(total[2:]) == [2215, 2205, 2, 8, 2172, 2155, 17, 0, 43, 43, 0]


def test_control_sums_are_formulas_and_checks_give_0(formulas, values):
    sheet, computed = formulas["II.06a"], values["II.06a"]
    assert (sheet["C11"].value, sheet["G11"].value, sheet["K11"].value) == ("=D11+E11+F11", "=H11+I11+J11", "=L11+M11")
    last = next(c.row for c in sheet["B"] if c.value == "Tổng số")
    assert sheet.cell(last, 3).value == f"=SUM(C11:C{last - 1})"
    checks, stated = formulas[CHECKS], values[CHECKS]
    assert [stated.cell(row, 5).value for row in range(4, 8)] == [0, 0, 0, 0]
    assert [c.value for c in checks[7]] == [
        "II.06a", "(3) = (7)+(11)", f"='II.06a'!C{last}", f"='II.06a'!G{last}+'II.06a'!K{last}", "=C7-D7",
    ]  # fmt: skip
    assert computed.cell(last, 3).value == stated["C7"].value == 2215


def test_notes_of_forms_stand_beside_the_checks(values, displayed):
    said = {c.value for row in values[CHECKS].iter_rows() for c in row}
    assert set(displayed.tables["bieu-ii-07b"]["notes"]) <= said
    assert any(str(t).startswith("Ban hành theo Thông tư số 01/2020/TT-VPCP") for t in said)


def test_ii07b_columns_without_data_say_so(values):
    rows = list(values["II.07b"].iter_rows(min_row=10, max_row=14, max_col=14, values_only=True))
    assert rows[-1][1:6] == ("Tổng số", 114, 75, 34, 5)
    assert {cell for row in rows for cell in row[6:]} == {"chưa có dữ liệu"}


def test_every_table_cell_is_the_displayed_value(values, data, displayed):
    seen = set()
    for name, own in displayed.tables.items():
        table, form = ReportTable.from_json(own), next((s for s, n in FORMS.items() if n == name), "")
        sheet = values[form] if form else data[name]
        seen.add(name)
        first = (FORM_HEAD if form else HEAD) + max(len(c.path) for c in table.columns) + table.numbered
        for offset, row in enumerate(table.rows):
            shown = [sheet.cell(first + offset, i + 1).value for i in range(len(row))]
            assert [_plain(c, v) for c, v in zip(table.columns, row, strict=True)] == [
                _read(c, v) for c, v in zip(table.columns, shown, strict=True)
            ], name
    assert set(FORMS.values()) < seen


def _plain(column: TableColumn, value):
    if value is None:
        return column.missing
    if column.is_printed:
        return str(value)
    return round(Decimal(str(value)), 9)


def _read(column: TableColumn, value):
    if column.is_printed or value == column.missing:
        return value or ""
    return round(Decimal(repr(value)) * (100 if column.kind == "percent" else 1), 9)


def test_a_printed_figure_stands_as_a_number_does_and_stays_a_text_in_every_file(displayed):
    columns = (TableColumn("name", ("Tên",), "text"), TableColumn("now", ("Kỳ này",), "figure"))
    values = ("2.215", "+0,01 điểm %", "chưa có dữ liệu đơn vị nào")
    table = ReportTable("thu", "Thử", columns, tuple(("x", value) for value in values))
    html = table.to_html()
    for css, value in (("num", values[0]), ("num", values[1]), ("num thieu", values[2])):
        assert f'<td class="{css}">{value}</td>' in html
    content = displayed.content(displayed.figures[:1], {"thu": table.to_json()})
    book = openpyxl.load_workbook(io.BytesIO(workbook(content)))
    cells = [row[1] for row in book["thu"].iter_rows() if row[0].value == "x"]
    assert [(c.value, c.data_type, c.alignment.horizontal) for c in cells] == [(v, "s", "right") for v in values]
    assert wordml.table(table, title=False).count('<w:jc w:val="right"/>') == len(values)
    package = json.loads(describe(content, files(content.figures, content.tables)))
    fields = next(r for r in package["resources"] if r["name"] == "thu")["schema"]["fields"]
    assert [f["type"] for f in fields] == ["string", "string"]


def test_figures_sheet_prints_every_figure_with_both_counts(data, displayed):
    rows = {r[1]: r for r in data["Chỉ tiêu"].iter_rows(min_row=5, values_only=True) if r[1]}
    assert set(rows) == {f.name for f in displayed.figures}
    for line, figure in zip(figure_rows(displayed.figures), displayed.figures, strict=True):
        row = rows[line.name]
        assert row[3] == line.value
        for cell, count in ((row[5], figure.numerator), (row[6], figure.denominator)):
            assert cell == ("" if count is None else pytest.approx(float(count)))
        if figure.value is not None:
            share = 100 if figure.kind == "rate" else 1
            assert row[7] * share == pytest.approx(float(figure.value))


def test_no_formula_comes_from_data(displayed):
    tables = {"doc": _hostile_table()}
    book = openpyxl.load_workbook(io.BytesIO(workbook(displayed.content(displayed.figures[:1], tables))))
    cells = [row[0] for row in book["doc"].iter_rows(min_row=HEAD + 1, max_row=HEAD + len(HOSTILE))]
    assert [c.data_type for c in cells] == ["s"] * len(HOSTILE)
    assert [c.value for c in cells][:7] == list(HOSTILE)[:7]


def _hostile_table():
    columns = (TableColumn("field", ("=Lĩnh vực",), "text"), TableColumn("n", ("Số",)))
    return ReportTable("doc", "=HYPERLINK(1)", columns, tuple((text, 1) for text in HOSTILE)).to_json()


def test_residual_class_keeps_the_computed_value_and_shows_the_difference(displayed):
    table = deepcopy(displayed.tables["bieu-ii-06a"])
    table["rows"][0][2] += 1
    table["total"][2] += 1
    content = forms_workbook(displayed.content([], {"bieu-ii-06a": table}))
    sheet = openpyxl.load_workbook(io.BytesIO(content))["II.06a"]
    assert sheet["C11"].value == table["rows"][0][2]
    checked = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    last = next(c.row for c in checked["II.06a"]["B"] if c.value == "Tổng số")
    assert checked["II.06a"].cell(last, 3).value == 2216
    assert [c.value for c in checked[CHECKS][4]] == ["II.06a", "(3) = (4)+(5)+(6)", 2216, 2215, 1]


def test_an_equation_with_an_unknown_term_says_so(displayed):
    table = deepcopy(displayed.tables["bieu-ii-06a"])
    table["total"][3] = None
    book = openpyxl.load_workbook(io.BytesIO(forms_workbook(displayed.content([], {"bieu-ii-06a": table}))))
    assert [c.value for c in book[CHECKS][4]][-1] == "không kiểm được"


@pytest.mark.parametrize(("draft", "stamp"), [(False, "DỮ LIỆU MẪU"), (True, "DỰ THẢO – DỮ LIỆU MẪU")])
def test_state_is_stamped_on_every_sheet(displayed, draft, stamp):
    whole = displayed.content(displayed.figures, displayed.tables, draft=draft)
    books = [openpyxl.load_workbook(io.BytesIO(made)) for made in (workbook(whole), forms_workbook(whole))]
    assert all(stamp in (sheet.oddHeader.right.text or "") for book in books for sheet in book)
    for sheet in (books[0]["Bìa"], books[1]["II.06a"]):
        assert stamp in {c.value for row in sheet.iter_rows() for c in row}


def test_a_part_of_a_period_is_said_on_the_cover_every_sheet_and_in_the_package(displayed):
    whole = displayed.content()
    said = replace(whole, about=replace(whole.about, partial="bản xuất hồ sơ mới đến ngày 01/10/2024"))
    book = openpyxl.load_workbook(io.BytesIO(workbook(said)))
    assert all("CHƯA ĐỦ KỲ – DỮ LIỆU MẪU" in (sheet.oddHeader.right.text or "") for sheet in book)
    cover = [c.value for row in book["Bìa"].iter_rows() for c in row]
    assert "Dữ liệu đạt kiểm tra; chưa đủ kỳ: bản xuất hồ sơ mới đến ngày 01/10/2024" in cover
    notes = [c.value for row in book["Ghi chú"].iter_rows() for c in row]
    assert any(str(n).startswith("CHƯA ĐỦ KỲ: bản xuất hồ sơ mới đến ngày 01/10/2024") for n in notes)
    package = json.loads(describe(said, files(said.figures, said.tables)))
    assert package["description"].endswith("chưa đủ kỳ: bản xuất hồ sơ mới đến ngày 01/10/2024.")
    assert (said.about.state, replace(said.about, draft=True).state, whole.about.state) == (
        "partial",
        "draft",
        "published",
    )


def test_why_a_report_is_a_draft_is_one_sentence_everywhere(displayed):
    whole = displayed.content()
    said = replace(whole, about=replace(whole.about, draft=True, draft_reason="dữ liệu hồ sơ không bao trùm kỳ"))
    book = openpyxl.load_workbook(io.BytesIO(workbook(said)))
    lines = [str(c.value) for name in ("Bìa", "Ghi chú") for row in book[name].iter_rows() for c in row]
    lines.append(json.loads(describe(said, files(said.figures, said.tables)))["description"])
    assert len([line for line in lines if "dữ liệu hồ sơ không bao trùm kỳ" in line]) == 3
    assert not [line for line in lines if "kiểm tra bắt buộc" in line]


def test_print_set_up(formulas):
    sheet = formulas["II.06a"]
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows == "$7:$10"
    assert sheet.oddFooter.center.text == "Trang &P/&N"
    assert {c.font.name for row in sheet.iter_rows(min_row=7, max_row=12) for c in row if c.value is not None} == {
        "Times New Roman"
    }
    assert sheet["C11"].number_format == "#,##0"


def test_the_data_print_upright_where_that_takes_fewer_pages_and_small_where_long(data):
    assert data["kiem-tra-du-lieu"].page_setup.orientation == "portrait"
    daily = data["lich-tiep-nhan"]
    assert daily.max_row > 200
    assert (daily.page_setup.orientation, daily.page_setup.fitToHeight) == (
        "portrait",
        math.ceil((daily.max_row - 7) / 84),
    )
    assert all(s.sheet_properties.pageSetUpPr.fitToPage and (s.page_setup.fitToWidth or 1) == 1 for s in data)


def test_long_and_equal_names_get_sheets_of_their_own(displayed):
    columns = (TableColumn("n", ("Số",)),)
    names = [
        "mot-ten-bang-rat-dai-vuot-qua-ba-muoi-mot-ky-tu",
        "mot-ten-bang-rat-dai-vuot-qua-ba-muoi-mot-ky-tu-2",
        "bìa",
    ]
    tables = {n: ReportTable(n, n, columns, ((1,),)).to_json() for n in names}
    book = openpyxl.load_workbook(io.BytesIO(workbook(displayed.content([], tables))))
    assert len({s.casefold() for s in book.sheetnames}) == len(names) + 4
    assert all(len(s) <= 31 for s in book.sheetnames)


@pytest.mark.parametrize(
    ("text", "row", "expected"),
    [
        ("(3)=(1)+(2)", (1, 2, None), Decimal(3)),
        ("(3)=(1)/(2)", (1, 4, None), Decimal(25)),
        ("(3)=(1)/(2)", (1, 0, None), None),
        ("(3)=(1)+(2)", (None, 2, None), None),
    ],
)
def test_equation(text, row, expected):
    assert Equation.parse(text).value(row) == expected


@pytest.mark.parametrize("text", ["", "(3)", "xem (1)+(2)", "(3)=(1)-(2)"])
def test_no_equation(text):
    assert Equation.parse(text) is None


def test_libreoffice_recalculates_the_same_values(content, forms_content, tmp_path):
    office = shutil.which("soffice")
    if not office:
        pytest.skip("soffice chưa được cài trên máy này")
    books = {"so-lieu": content, "bieu-mau": forms_content}
    for name, made in books.items():
        (tmp_path / f"{name}.xlsx").write_bytes(_without_cached_values(made))
    done = subprocess.run(
        [office, "--headless", f"-env:UserInstallation=file://{tmp_path}/lo", "--convert-to", "ods:calc8", "--outdir", str(tmp_path), *(str(tmp_path / f"{n}.xlsx") for n in books)],
        capture_output=True, check=False, timeout=180,
    )  # fmt: skip
    for name, made in books.items():
        assert (tmp_path / f"{name}.ods").is_file(), done.stderr.decode(errors="replace")
        assert _formula_values(tmp_path / f"{name}.ods") == _cached_values(made)


def _without_cached_values(content: bytes) -> bytes:
    """The workbook as openpyxl writes it: formulas only, so that every value must be computed."""
    out = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(content)).save(out)
    return out.getvalue()


def _cached_values(content: bytes) -> dict[str, list[float]]:
    book, cached = (openpyxl.load_workbook(io.BytesIO(content), data_only=d) for d in (False, True))
    return {
        sheet.title: [
            pytest.approx(cached[sheet.title][c.coordinate].value)
            for row in sheet.iter_rows()
            for c in row
            if c.data_type == "f"
        ]
        for sheet in book
    }


def _formula_values(path) -> dict[str, list[float]]:
    import zipfile

    from lxml import etree

    ns = {
        "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
        "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    }
    tree = etree.fromstring(zipfile.ZipFile(path).read("content.xml"))
    return {
        sheet.get(f"{{{ns['table']}}}name"): [
            float(cell.get(f"{{{ns['office']}}}value"))
            for cell in sheet.iterfind(".//table:table-cell[@table:formula]", ns)
        ]
        for sheet in tree.iterfind(".//table:table", ns)
    }


def test_figure_rows_are_json_ready(displayed):
    first = figure_rows(displayed.figures)[0]
    assert json.loads(json.dumps(vars(first)))["name"] == displayed.figures[0].name
