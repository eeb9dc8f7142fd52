"""Nasty but honest files: each reads to exactly the three dossiers, whatever its format, encoding or layout."""

from __future__ import annotations

import csv
import shutil
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from exports_make import (
    BODY,
    FACTS,
    HEAD,
    STRICT,
    TABLE,
    bare_xlsx,
    cells,
    csv_text,
    facts,
    html_text,
    ods,
    read,
    repacked,
    spreadsheet_ml,
    write,
    xlsx,
    xlsx_dates,
)

from tthc_analysis.columns import TABLES

FILES = Path(__file__).parent / "files"
BLANK = [""] * len(HEAD)
TITLE = ["DANH SÁCH HỒ SƠ", *[""] * (len(HEAD) - 1)]
NUMBERING = [f"({i})" for i in range(1, len(HEAD) + 1)]
TOTAL = ["Tổng số: 3 hồ sơ", *[""] * (len(HEAD) - 1)]
SIGNED = [*[""] * (len(HEAD) - 1), "NGƯỜI LẬP BIỂU"]
CASES: dict[str, Callable[[Path], object]] = {}


def case(name: str) -> Callable[[Callable[[Path], object]], Callable[[Path], object]]:
    def keep(make: Callable[[Path], object]) -> Callable[[Path], object]:
        CASES[name] = make
        return make

    return keep


def text_case(name: str, content: str, encoding: str = "utf-8", file: str = "a.csv") -> None:
    CASES[name] = lambda folder: write(folder / file, content, encoding)


for sign, label in ((";", "semicolon"), (",", "comma"), ("\t", "tab"), ("|", "bar"), ("~", "tilde"), ("^", "caret")):
    text_case(f"csv {label}", csv_text(delimiter=sign))
text_case("csv unit separator", csv_text(delimiter="\x1f"))
text_case("csv every cell quoted", csv_text(quoting=csv.QUOTE_ALL))
text_case("csv with sep= line", "sep=|\r\n" + csv_text(delimiter="|"))
text_case("csv unix line ends", csv_text(end="\n"))
text_case("csv old mac line ends", csv_text(end="\r"))
text_case("csv no end of last line", csv_text().rstrip("\r\n"))
text_case("csv utf-8 with mark", csv_text(), "utf-8-sig")
text_case("csv utf-16 with mark", csv_text(delimiter="\t"), "utf-16", "a.txt")
text_case("csv utf-16 without mark", csv_text(delimiter="\t"), "utf-16-le")
text_case("csv utf-16 big end first", csv_text(), "utf-16-be")
text_case("csv utf-32", csv_text(), "utf-32")
text_case("csv decomposed letters", unicodedata.normalize("NFD", csv_text()))
text_case("csv upper-case headers", csv_text([[h.upper() for h in HEAD], *BODY]))
text_case("csv headers without marks", csv_text([[_h.replace("đ", "d") for _h in HEAD], *BODY]))
text_case("csv title of one cell", "DANH SÁCH HỒ SƠ\r\n\r\n" + csv_text())
text_case("csv padded titles", csv_text([TITLE, BLANK, *TABLE]))
text_case("csv repeated header on each page", csv_text([HEAD, BODY[0], BLANK, HEAD, BODY[1], HEAD, BODY[2]]))
text_case("csv numbering row", csv_text([HEAD, NUMBERING, *BODY]))
text_case("csv numbering row A B 1 2", csv_text([HEAD, ["A", "B", *map(str, range(1, 10))], *BODY]))
text_case("csv totals and signatures", csv_text([*TABLE, TOTAL, BLANK, SIGNED]))
text_case("csv totals of one cell", csv_text(TABLE) + "Tổng cộng: 3\r\nNgười lập biểu\r\n")
text_case("csv line break inside a quoted cell", csv_text([HEAD, *cells(c6="Người nộp\n0001")]))
text_case("csv no-break and doubled blanks", csv_text([HEAD, *cells(c1=" H24.99-240102-0001\u00a0", c5="Trực  tuyến")]))
text_case(
    "csv zero-width and direction marks",
    csv_text([HEAD, *cells(c1="\u202eH24.99\u200b-240102-0001\u2066", c5="\ufeffTrực tuyến")]),
)
text_case("csv text mark before a formula sign", csv_text([HEAD, *cells(c6="'=1+1")]))
text_case("csv province suffix of the code", csv_text([HEAD, *cells(c2="1.005092.000.00.00.H24")]))
text_case("csv short province suffix", csv_text([HEAD, *cells(c2="1.005092.H24")]))
text_case("csv national codes for channel and status", csv_text([HEAD, *cells(c5="2", c10="10")]))
text_case("csv compact moments", csv_text([HEAD, *cells(c7="20240102080000")]))
text_case("csv moments in ISO form", csv_text([HEAD, *cells(c7="2024-01-02T08:00:00", c8="2024-01-05")]))
text_case("csv one-digit days", csv_text([HEAD, *cells(c7="2/1/2024 8:00:00", c8="5/1/2024")]))
text_case("csv extra empty column", csv_text([[*r, ""] for r in TABLE]))
text_case("csv blank cells beyond the header", csv_text([HEAD, *[[*r, "", ""] for r in BODY]]))
text_case("csv unknown personal columns", csv_text([[*HEAD, "Số CCCD", "Email"], *[[*r, "0", "x"] for r in BODY]]))
text_case("csv quotes inside a cell", csv_text([HEAD, *cells(c6='Người "nộp" 5" 0001')]))
text_case("csv ending in .xls", csv_text(delimiter="\t"), "utf-16", "a.xls")
text_case("html as xls", html_text(), file="a.xls")
text_case("html in utf-16", html_text(), "utf-16", "a.xls")
text_case("html with title over all columns", html_text(title="DANH SÁCH<br>HỒ SƠ"), file="a.html")
text_case(
    "html upper-case tags without ends",
    html_text().upper().replace("</TD>", "").replace("</TR>", "")[:0]
    + html_text().replace("</td>", "").replace("</tr>", ""),
    file="a.xls",
)
text_case(
    "html with scripts and comments",
    html_text().replace("<table>", "<script>var a='<td>x</td>'</script><!-- <td> --><table>", 1),
    file="a.xls",
)
text_case(
    "html entities",
    html_text().replace("ồ", "&#7891;").replace("à", "&agrave;"),
    "ascii" if html_text().isascii() else "utf-8",
    "a.xls",
)
text_case("html line breaks in headers", html_text().replace("Ngày tiếp nhận", "Ngày<br/>tiếp nhận"), file="a.xls")
text_case(
    "html inside a layout table", "<table><tr><td>Cổng</td><td>" + html_text() + "</td></tr></table>", file="a.xls"
)
text_case(
    "html two tables, one a menu",
    html_text().replace("<body>", "<body><table><tr><td>Trang chủ</td></tr></table>"),
    file="a.xls",
)
text_case("html huge column span", html_text(title="x").replace("colspan=11", "colspan=100000"), file="a.xls")
text_case("spreadsheetml", spreadsheet_ml(), file="a.xls")
text_case("spreadsheetml .xml in utf-16", spreadsheet_ml().replace("UTF-8", "UTF-16"), "utf-16", "a.xml")
text_case("spreadsheetml with leaps", spreadsheet_ml().replace("<Row>", '<Row ss:Index="5">', 1), file="a.xls")


@case("html two pages as two tables")
def _two_tables(folder: Path) -> object:
    pages = html_text([HEAD, BODY[0]]) + html_text([HEAD, *BODY[1:]])
    return write(folder / "a.xls", pages.replace("</body></html><html><head><meta charset='utf-8'></head><body>", ""))


@case("html two-row header with spans")
def _html_spans(folder: Path) -> object:
    upper = "".join(f"<th rowspan=2>{h}</th>" for h in HEAD[:7]) + "<th colspan=3>Ngày, tháng, năm</th>"
    lower = "".join(f"<th>{h}</th>" for h in HEAD[7:10])
    head = f"<tr>{upper}<th rowspan='2'>{HEAD[10]}</th></tr><tr>{lower}</tr>"
    return write(folder / "a.xls", html_text(BODY).replace("<table>", f"<table>{head}"))


@case("html cell merged over rows")
def _html_rowspan(folder: Path) -> object:
    rows = html_text([BODY[1], BODY[2]]).replace("<td>Đang xử lý</td></tr>", "<td rowspan=2>Đang xử lý</td></tr>", 1)
    rows = "</tr>".join(rows.rsplit("<td>Đang xử lý</td></tr>", 1))
    return write(folder / "a.xls", rows.replace("<table>", html_text([HEAD, BODY[0]]).split("</table>")[0][47:]))


@case("spreadsheetml typed cells and index")
def _typed_xml(folder: Path) -> object:
    text = spreadsheet_ml().replace(
        '<Data ss:Type="String">02/01/2024 08:00:00</Data>', '<Data ss:Type="DateTime">2024-01-02T08:00:00.000</Data>'
    )
    text = text.replace('<Data ss:Type="String">1</Data>', '<Data ss:Type="Number">1</Data>')
    blank = '<Cell><Data ss:Type="String"></Data></Cell><Cell><Data ss:Type="String">Đang xử lý'
    return write(folder / "a.xls", text.replace(blank, '<Cell ss:Index="11"><Data ss:Type="String">Đang xử lý'))


@case("xlsx text cells")
def _xlsx(folder: Path) -> object:
    return xlsx(folder / "a.xlsx")


@case("xlsx real dates and numbers")
def _xlsx_dates(folder: Path) -> object:
    return xlsx_dates(folder / "a.xlsx")


@case("xlsx 1904 dates")
def _xlsx_1904(folder: Path) -> object:
    return xlsx_dates(folder / "a.xlsx", date_1904=True)


@case("xlsx strict")
def _xlsx_strict(folder: Path) -> object:
    return repacked(xlsx_dates(folder / "a.xlsx"), STRICT)


@case("xlsx that is called .xls")
def _xlsx_as_xls(folder: Path) -> object:
    return xlsx(folder / "a.xls")


@case("xlsx not beginning at A1")
def _xlsx_offset(folder: Path) -> object:
    rows = [["", "", *r] for r in [[""] * len(HEAD), [""] * len(HEAD), *TABLE]]
    return xlsx(folder / "a.xlsx", {"S": rows})


@case("xlsx data on two sheets")
def _two_sheets(folder: Path) -> object:
    return xlsx(folder / "a.xlsx", {"Tháng 1": TABLE[:3], "Tháng 2": [HEAD, BODY[2]]})


@case("xlsx other and hidden sheets")
def _other_sheets(folder: Path) -> object:
    sheets = {"Hướng dẫn": [["Cách điền"]], "Danh sách": TABLE, "Nháp": TABLE, "Trống": [[""]]}
    return xlsx(folder / "a.xlsx", sheets, hidden=["Nháp"])


@case("xlsx three-row merged header")
def _three_rows(folder: Path) -> object:
    folder.mkdir()
    with xlsxwriter.Workbook(str(folder / "a.xlsx")) as book:
        sheet = book.add_worksheet("S")
        sheet.merge_range(0, 0, 0, 10, "DANH SÁCH")
        sheet.merge_range(1, 7, 1, 9, "Ngày, tháng, năm")
        sheet.merge_range(2, 7, 2, 8, "Nhận và hẹn")
        for column, label in enumerate(HEAD):
            if column in (7, 8):
                sheet.write(3, column, label.replace(" ", "\n"))
            elif column == 9:
                sheet.merge_range(2, 9, 3, 9, label)
            else:
                sheet.merge_range(1, column, 3, column, label)
        for row, values in enumerate(BODY, start=4):
            sheet.write_row(row, 0, values)
    return None


@case("xlsx merged cells in the body")
def _merged_body(folder: Path) -> object:
    folder.mkdir()
    with xlsxwriter.Workbook(str(folder / "a.xlsx")) as book:
        sheet = book.add_worksheet("S")
        for row, values in enumerate(TABLE):
            for column, value in enumerate(values):
                if not (row in (2, 3) and column == 10):
                    sheet.write_string(row, column, value)
        sheet.merge_range(2, 10, 3, 10, "Đang xử lý")
    return None


@case("xlsx inline and rich text")
def _inline(folder: Path) -> object:
    def cell(text: str) -> str:
        half = len(text) // 2
        runs = "".join(f'<r><t xml:space="preserve">{t}</t></r>' for t in (text[:half], text[half:]) if t)
        return f'<c t="inlineStr"><is>{runs}</is></c>'

    rows = "".join(f"<row>{''.join(map(cell, r))}</row>" for r in TABLE)
    return bare_xlsx(folder / "a.xlsx", f'<worksheet xmlns="MAIN"><sheetData>{rows}</sheetData></worksheet>')


@case("xlsx dates in ISO form, as strict files have")
def _iso_dates(folder: Path) -> object:
    moment = {7: "2024-01-02T08:00:00", 8: "2024-01-05", 9: "2024-01-04T16:30:00"}

    def cell(row: int, column: int, text: str) -> str:
        if row == 1 and column in moment:
            return f'<c t="d"><v>{moment[column]}</v></c>'
        return f'<c t="inlineStr"><is><t>{text}</t></is></c>'

    rows = "".join(f"<row>{''.join(cell(r, c, v) for c, v in enumerate(row))}</row>" for r, row in enumerate(TABLE))
    return bare_xlsx(folder / "a.xlsx", f'<worksheet xmlns="MAIN"><sheetData>{rows}</sheetData></worksheet>')


@case("ods")
def _ods(folder: Path) -> object:
    return ods(folder / "a.ods")


@case("xls of Excel 97")
def _biff(folder: Path) -> object:
    folder.mkdir()
    return shutil.copy(FILES / "bang.xls", folder / "a.xls")


@case("ods of an office suite")
def _real_ods(folder: Path) -> object:
    folder.mkdir()
    return shutil.copy(FILES / "bang.ods", folder / "a.ods")


@pytest.mark.parametrize("name", CASES)
def test_reads_to_exactly_the_three_dossiers(name, tmp_path):
    CASES[name](tmp_path / "ho_so")
    found = read(tmp_path / "ho_so")
    assert facts(found.frame) == FACTS
    assert len(found.quarantined) == 0
    (account,) = found.accounts
    assert (account.rows_in, account.kept, account.replaced) == (3, 3, 0)


def test_what_is_no_data_is_counted_by_kind(tmp_path):
    rows = [TITLE, BLANK, HEAD, NUMBERING, BODY[0], HEAD, *BODY[1:], TOTAL, BLANK, SIGNED]
    write(tmp_path / "a.csv", csv_text(rows))
    (account,) = read(tmp_path).accounts
    assert account.skipped == {
        "tiêu đề": 1,
        "đầu đề": 1,
        "dòng trống": 2,
        "dòng đánh số cột": 1,
        "tiêu đề lặp lại": 1,
        "dòng tổng": 1,
        "ghi chú, chữ ký": 1,
    }
    assert account.header_rows == (3,)
    assert sum(account.skipped.values()) + account.rows_in == len(rows)


def test_every_sheet_is_named_with_why_it_was_passed_over(tmp_path):
    CASES["xlsx other and hidden sheets"](tmp_path)
    (account,) = read(tmp_path).accounts
    assert account.sheets == ("Danh sách",)
    assert account.skipped_sheets == {
        "Nháp": "trang ẩn",
        "Hướng dẫn": "Không tìm thấy cột bắt buộc: Mã hồ sơ, Ngày tiếp nhận.",
        "Trống": "trang trống",
    }


def test_rows_keep_their_number_in_the_file(tmp_path):
    write(tmp_path / "a.csv", "Danh sách\n\n" + csv_text([HEAD, BODY[0], BLANK, *BODY[1:]], end="\n"))
    frame = read(tmp_path).frame
    assert dict(zip(frame["dossier_code"], frame["source_row"], strict=True)) == {
        BODY[0][1]: 4,
        BODY[1][1]: 6,
        BODY[2][1]: 7,
    }


def test_missing_channel_and_fee_columns_are_a_known_gap(tmp_path):
    write(tmp_path / "a.csv", csv_text([[r[1], r[7], r[8]] for r in TABLE]))
    found = read(tmp_path)
    assert {"channel", "fee_amount", "status"} <= set(found.accounts[0].missing)
    assert found.frame["channel"].isna().all()
    assert found.frame["received_at"].notna().all()


def test_personal_columns_never_pass(tmp_path):
    write(tmp_path / "a.csv", csv_text())
    found = read(tmp_path)
    assert found.accounts[0].unknown == ("STT", "Chủ hồ sơ")
    for frame in (found.frame, found.quarantined, found.replaced):
        assert "Người nộp" not in frame.to_csv()


def test_a_real_ward_header_with_two_agency_columns_is_read(tmp_path):
    """Headers of one ward's export: 'Phòng ban' and 'Cơ quan/đơn vị' both name an agency; the better alias wins."""
    head = ["STT", "Số hồ sơ", "Tên thủ tục hành chính", "Tên lĩnh vực", "Phòng ban", "Ngày tiếp nhận", "Ngày hẹn trả",
            "Ngày kết thúc xử lý", "Cơ quan/đơn vị", "Chủ hồ sơ", "Số điện thoại", "Cán bộ xử lý hiện tại", "Trạng thái hồ sơ"]  # fmt: skip
    row = ["1", "H29.259-260804-0645", NAME_WITH_BREAK, "Hộ tịch", "Phòng Văn hóa", "04/08/2026 11:34:00", "04/08/2026 13:00:00",
           "", "UBND phường (mẫu)", "Người nộp 0001", "0", "Cán bộ 0001", "Đang xử lý"]  # fmt: skip
    xlsx(tmp_path / "a.xlsx", {"Sheet1": [["DANH SÁCH HỒ SƠ"], head, row]})
    found = read(tmp_path)
    assert found.frame["agency"].tolist() == ["UBND phường (mẫu)"]
    assert "Phòng ban" in found.accounts[0].unknown
    assert found.frame["procedure_name"].tolist() == ["Đăng ký khai sinh"]
    assert "channel" in found.accounts[0].missing


NAME_WITH_BREAK = "Đăng ký\nkhai sinh"


def test_two_equal_columns_of_one_name_are_one(tmp_path):
    write(tmp_path / "a.csv", csv_text([[*r, r[1]] for r in TABLE]))
    assert facts(read(tmp_path).frame) == FACTS


def test_codes_cut_by_a_spreadsheet_are_restored_and_told(tmp_path):
    write(tmp_path / "a.csv", csv_text([HEAD, *cells(c2="1.00509")]))
    found = read(tmp_path)
    assert found.frame["procedure_code"].tolist()[0] == "1.005090"
    assert list(found.accounts[0].mended.values()) == [1]


def test_numeric_codes_of_a_workbook_stay_whole(tmp_path):
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Mã hồ sơ", "Ngày tiếp nhận", "Số tệp kết quả", "Phí, lệ phí"])
        sheet.write_row(1, 0, [101004143000, "02/01/2024", 2, 50000])
        sheet.write_row(2, 0, [12345678901234567, "02/01/2024", 1, 0])
        sheet.write_row(3, 0, ["X1", "02/01/2024", 1.5, 0])
    found = read(tmp_path)
    assert found.frame["dossier_code"].tolist() == ["101004143000"]
    assert found.frame["fee_amount"].map(str).tolist() == ["50000"]
    assert found.quarantined["reason_code"].tolist() == ["Q06", "Q04"]


def test_harmful_text_passes_as_text_without_hidden_marks(tmp_path):
    names = ["<script>alert(1)</script>", '=HYPERLINK("http://x")', "{{ 7*7 }}", "$(id)", "a\u202eb\u200b\x07c"]
    rows = [[f"X{i}", n, "02/01/2024"] for i, n in enumerate(names)]
    write(tmp_path / "a.csv", csv_text([["Mã hồ sơ", "Tên TTHC", "Ngày tiếp nhận"], *rows]))
    assert read(tmp_path).frame["procedure_name"].tolist() == [*names[:4], "ab c"]


def test_a_folder_without_exports_is_empty_and_other_files_are_named(tmp_path):
    write(tmp_path / "ghi chu.docx", b"PK")
    write(tmp_path / "~$a.xlsx", b"x")
    write(tmp_path / "sai-cho.profile.toml", b"x")
    found = read(tmp_path)
    assert (len(found.frame), found.accounts) == (0, ())
    assert found.passed_over == (
        "“ghi chu.docx” (đuôi .docx không phải tệp xuất)",
        "“sai-cho.profile.toml” (đuôi .toml không phải tệp xuất)",
    )
    assert read(tmp_path / "khong co").passed_over == ()


def test_all_tables_have_an_empty_reading(tmp_path):
    for table in TABLES.values():
        found = read(tmp_path, table)
        assert list(found.frame.columns)[: len(table.names)] == list(table.names)
