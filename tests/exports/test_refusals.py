"""Files that must not be read: one clear message each (what, where, what now), never a traceback, never a count."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from exports_make import (
    BODY,
    HEAD,
    PROFILES,
    TABLE,
    bare_xlsx,
    cells,
    csv_text,
    html_text,
    ods,
    profile,
    read,
    repacked,
    spreadsheet_ml,
    write,
    xlsx,
)

from tthc_analysis.columns import DOSSIERS, TABLES
from tthc_analysis.errors import MissingColumns, TthcError, UnknownValues, UnreadableExport
from tthc_analysis.exports import inspect_export, read_export
from tthc_analysis.exports import read as read_room
from tthc_analysis.exports.clean import UncodedColumn
from tthc_analysis.exports.header import AmbiguousProfiles
from tthc_analysis.exports.layout import AmbiguousColumns, ShiftedColumns
from tthc_analysis.store.write import to_arrow

FILES = Path(__file__).parent / "files"
SHEET = '<worksheet xmlns="MAIN"><sheetData>{}</sheetData></worksheet>'
FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="{r}"><c r="{c}{r}"><v>1</v></c></row>'
# One real portal: twelve headers, eleven cells; 'Người tiếp nhận' has no cell, so all that follows stands one column left.
REAL_HEAD = ["STT", "Đơn vị tiếp nhận", "Người tiếp nhận", "Tên thủ tục hành chính", "Mã hồ sơ", "Trạng thái", "Địa chỉ",
             "Chủ hồ sơ", "Ngày nộp hồ sơ", "Ngày nhận", "Ngày hẹn trả", "Ngày kết thúc xử lý"]  # fmt: skip
REAL_ROWS = [["1", "Một cửa (mẫu)", "Cấp bản sao", f"H24.99-240102-{i:04d}", "Đang xử lý", f"Địa chỉ mẫu {i}",
              f"Người nộp {i:04d}", "01/01/2024", "02/01/2024", "05/01/2024", "04/01/2024"] for i in range(1, 8)]  # fmt: skip
CASES: dict[str, tuple[Callable[[Path], object], type[TthcError], str]] = {}


def text_case(name: str, content: str | bytes, error: type[TthcError], message: str, file: str = "a.csv") -> None:
    CASES[name] = (lambda folder: write(folder / file, content), error, message)


def made_case(name: str, make: Callable[[Path], object], error: type[TthcError], message: str) -> None:
    CASES[name] = (make, error, message)


def _zip(path: Path, names: list[str]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in names:
            target.writestr(name, b"x")
    return path


def _cut(path: Path, share: float) -> Path:
    return write(path, path.read_bytes()[: int(path.stat().st_size * share)])


def _bomb(folder: Path) -> Path:
    path = xlsx(folder / "a.xlsx")
    return repacked(path, add={"xl/media/big.bin": b"\0" * (60 << 20)})


def _locked(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copy(FILES / "co_mat_khau.xlsx", path))


ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
text_case("empty", b"", UnreadableExport, "Tệp trống")
text_case("blanks only", "\r\n \r\n", UnreadableExport, "không có dòng nào")
text_case("one word", "xin chào", MissingColumns, "Không tìm thấy cột bắt buộc: Mã hồ sơ, Ngày tiếp nhận")
text_case("no header", csv_text(BODY), MissingColumns, "Không tìm thấy cột bắt buộc")
text_case(
    "header lacks the date",
    csv_text([[r[1], r[2], r[3]] for r in TABLE]),
    MissingColumns,
    r"Ngày tiếp nhận(.|\n)*tthc inspect",
)
text_case("pdf", b"%PDF-1.7 x", UnreadableExport, "tệp PDF", "a.xlsx")
text_case("image", b"\x89PNG\r\n", UnreadableExport, "tệp ảnh", "a.xls")
text_case("rar", b"Rar!\x1a\x07", UnreadableExport, "RAR", "a.xls")
text_case("binary", bytes(range(256)) * 4, UnreadableExport, "bảng mã|nhị phân")
text_case("unknown single bytes", "Mã;x\n\x81\x8d".encode("latin-1") + b"\xff\xd0\x9d" * 9, UnreadableExport, "bảng mã")
text_case(
    "utf-8 cut in a letter",
    csv_text().encode()[: csv_text().encode().rindex("ý".encode()) + 1],
    UnreadableExport,
    "cắt ngang",
)
text_case("utf-16 cut in a letter", csv_text().encode("utf-16")[:-1], UnreadableExport, "UTF-16 bị cắt")
text_case(
    "open quote over many rows",
    csv_text([HEAD, *BODY * 5]).replace("Người nộp 0001", '"Người nộp 0001', 1),
    UnreadableExport,
    "nháy kép.*dòng",
)
text_case(
    "open quote at the end",
    csv_text().replace("H24.99-240229-0003", '"H24.99-240229-0003'),
    UnreadableExport,
    "nháy kép",
)
text_case(
    "html without a table", "<html><body>Hết phiên đăng nhập</body></html>", UnreadableExport, "không có bảng", "a.xls"
)
text_case("html cut off", html_text()[:-60], UnreadableExport, "cắt ngang", "a.xls")
text_case(
    "html with entities declared",
    '<!DOCTYPE html [<!ENTITY x "y">]>' + html_text(),
    UnreadableExport,
    "ENTITY",
    "a.xls",
)
text_case("spreadsheetml cut off", spreadsheet_ml()[:-80], UnreadableExport, "cắt ngang", "a.xls")
text_case("spreadsheetml broken", spreadsheet_ml().replace("</Row>", "", 1), UnreadableExport, "bị hỏng", "a.xls")
text_case(
    "spreadsheetml far row",
    spreadsheet_ml().replace("<Row>", '<Row ss:Index="99999999">', 1),
    UnreadableExport,
    "quá xa",
    "a.xls",
)
text_case(
    "spreadsheetml bomb of entities",
    '<?xml version="1.0"?><!DOCTYPE W [<!ENTITY a "aaaa">]>' + spreadsheet_ml()[39:],
    UnreadableExport,
    "ENTITY",
    "a.xls",
)
text_case(
    "twelve headers, eleven cells",
    csv_text([REAL_HEAD, *REAL_ROWS]),
    ShiftedColumns,
    "12 tiêu đề nhưng 7/7 dòng chỉ có 11 ô.*lệch",
)
text_case(
    "twelve headers, eleven cells in html",
    html_text([REAL_HEAD, *REAL_ROWS]),
    ShiftedColumns,
    "12 tiêu đề nhưng 7/7 dòng chỉ có 11 ô",
    "a.xls",
)
text_case(
    "shifted to the right",
    csv_text([HEAD, *[["x", *r[:-1]] for r in BODY * 4]]),
    ShiftedColumns,
    "lệch 1 cột sang phải.*Hình thức tiếp nhận",
)
text_case(
    "two columns of one name",
    csv_text([[*r, "X" + r[1]] for r in TABLE]).replace("XMã hồ sơ", "Mã hồ sơ"),
    AmbiguousColumns,
    "Cột B và L cùng tên “Mã hồ sơ”",
)
text_case(
    "unknown status and channel",
    csv_text([HEAD, *cells(c5="Qua Zalo"), BODY[1]]),
    UnknownValues,
    r'“Qua Zalo” \(1 dòng\)(.|\n)*ho_so.values.channel(.|\n)*"Qua Zalo" = "…"',
)
text_case(
    "unknown value with quotes",
    csv_text([HEAD, *cells(c10="Đã 'xong' \"rồi\"")]),
    UnknownValues,
    r'"Đã \'xong\' \\"rồi\\"" = "…"',
)
text_case(
    "a name column taken for the status",
    csv_text(
        [["Mã hồ sơ", "Ngày tiếp nhận", "Trạng thái"], *[[f"X{i}", "02/01/2024", f"Người nộp {i}"] for i in range(60)]]
    ),
    UncodedColumn,
    "60 giá trị khác nhau",
)
text_case(
    "a telephone number as the channel",
    csv_text([HEAD, *cells(c5="0900000001")]),
    UnknownValues,
    "giống thông tin cá nhân",
)
text_case("old Word file", ole + "WordDocument".encode("utf-16-le"), UnreadableExport, "tệp Word", "a.xls")
text_case("OLE without a workbook", ole, UnreadableExport, "OLE không có bảng tính", "a.xls")
text_case("OLE rubbish", ole + "Workbook".encode("utf-16-le") + b"\1" * 999, UnreadableExport, "bị hỏng", "a.xls")
made_case(
    "xls cut off",
    lambda f: write(f / "a.xls", (FILES / "bang.xls").read_bytes()[:3000]),
    UnreadableExport,
    "bị hỏng|OLE",
)
made_case("encrypted package", lambda f: _locked(f / "a.xlsx"), UnreadableExport, "mật khẩu")
made_case("xlsx cut off", lambda f: _cut(xlsx(f / "a.xlsx"), 0.6), UnreadableExport, "chưa trọn vẹn")
made_case(
    "ods with a password",
    lambda f: repacked(ods(f / "a.ods"), {b'1.0"/>': b'1.0"><manifest:encryption-data/></manifest:manifest>'}),
    UnreadableExport,
    "mật khẩu",
)
made_case(
    "Word file",
    lambda f: _zip(f / "a.xlsx", ["[Content_Types].xml", "word/document.xml"]),
    UnreadableExport,
    "tệp Word",
)
made_case("zip of files", lambda f: _zip(f / "a.xlsx", ["a.csv"]), UnreadableExport, "tệp nén")
made_case(
    "package without a workbook", lambda f: _zip(f / "a.xlsx", ["[Content_Types].xml"]), UnreadableExport, "bị hỏng"
)
made_case("zip that unpacks to much", _bomb, UnreadableExport, "giải nén thành")
made_case(
    "one far cell",
    lambda f: bare_xlsx(f / "a.xlsx", SHEET.format(FAR.format(c="XFD", r=1048576))),
    UnreadableExport,
    r"quá xa \(cột thứ 16384, dòng 1048576\)",
)
made_case(
    "far cell in small letters",
    lambda f: bare_xlsx(f / "a.xlsx", SHEET.format(FAR.format(c="xfd", r=1048576))),
    UnreadableExport,
    "quá xa",
)
made_case(
    "formula errors",
    lambda f: bare_xlsx(f / "a.xlsx", SHEET.format('<row r="1"><c r="C7" s="1" t="e"><v>#N/A</v></c></row>')),
    UnreadableExport,
    "1 ô lỗi công thức.*C7",
)
text_case(
    "utf-8 with one spoilt letter",
    csv_text().encode().replace("Đăng ký".encode(), b"\xc4\x90\xc4ng k\xc3\xbd"),
    UnreadableExport,
    "bảng mã.*dòng 3",
)
made_case(
    "dtd in a sheet",
    lambda f: bare_xlsx(f / "a.xlsx", '<!DOCTYPE x [<!ENTITY a "b">]>' + SHEET.format("")),
    UnreadableExport,
    "DTD",
)
made_case("empty workbook", lambda f: xlsx(f / "a.xlsx", {"S": [[""]]}), UnreadableExport, "không có dòng nào")
made_case(
    "only hidden sheets have data",
    lambda f: xlsx(f / "a.xlsx", {"Bìa": [[""]], "S": TABLE}, hidden=["S"]),
    UnreadableExport,
    "bỏ ẩn",
)
made_case(
    "rows go on without a header",
    lambda f: xlsx(f / "a.xlsx", {"Trang 1": TABLE, "Trang 2": BODY}),
    UnreadableExport,
    "không có dòng tiêu đề",
)
made_case(
    "twelve headers, eleven cells in xlsx",
    lambda f: xlsx(f / "a.xlsx", {"S": [REAL_HEAD, *REAL_ROWS]}),
    ShiftedColumns,
    "lệch 1 cột sang trái.*“Mã hồ sơ” nằm dưới tiêu đề “Tên thủ tục hành chính”",
)


@pytest.mark.parametrize("name", CASES)
def test_is_refused_with_one_clear_message(name, tmp_path):
    make, error, message = CASES[name]
    make(tmp_path / "ho_so")
    with pytest.raises(error, match=message) as caught:
        read(tmp_path / "ho_so")
    text = str(caught.value)
    assert "Cần làm: " in text
    assert "a." in caught.value.where
    assert "Traceback" not in text
    assert "Người nộp" not in text
    assert "Địa chỉ" not in text.replace("Địa chỉ, ", "")


def test_a_reader_that_dies_costs_one_message(tmp_path, monkeypatch):
    """Were the checks to miss a file that no reader survives, the child dies and the run goes on."""
    dying = write(tmp_path / "dying.py", "import os, sys; sys.stdin.buffer.read(); os.abort()")
    with monkeypatch.context() as patched:
        patched.setattr(read_room, "_CHILD", dying)
        with pytest.raises(UnreadableExport, match="dừng đột ngột"):
            read_export(xlsx(tmp_path / "a.xlsx"))
    assert read_export(tmp_path / "a.xlsx").grids[0].height == 4


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limits of a process")
def test_the_child_has_little_memory_and_time(tmp_path, monkeypatch):
    greedy = (Path(read_room.__file__).with_name("_child.py")).read_text(encoding="utf-8")
    for work in ("bytearray(2 << 30)", "CPU_SECONDS = 1; limit()\n    while True: pass"):
        script = greedy.replace("    limit()\n", f"    limit()\n    global CPU_SECONDS\n    {work}\n", 1)
        monkeypatch.setattr(read_room, "_CHILD", write(tmp_path / "greedy.py", script))
        with pytest.raises(UnreadableExport, match="dừng đột ngột"):
            read_export(xlsx(tmp_path / "a.xlsx"))


def test_a_reader_that_takes_too_long_is_stopped(tmp_path, monkeypatch):
    slow = write(tmp_path / "slow.py", "import time; time.sleep(60)")
    monkeypatch.setattr(read_room, "_CHILD", slow)
    monkeypatch.setattr(read_room, "TIME_LIMIT_SECONDS", 0.3)
    with pytest.raises(UnreadableExport, match=r"Đọc quá 0\.3 giây"):
        read_export(xlsx(tmp_path / "a.xlsx"))


def test_a_shift_that_is_only_trimmed_blanks_can_be_declared(tmp_path):
    rows = [r[:9] for r in BODY]
    write(tmp_path / "ho_so" / "a.csv", csv_text([HEAD, *rows]))
    with pytest.raises(ShiftedColumns, match="trailing_blanks_trimmed = true"):
        read(tmp_path / "ho_so")
    mine = profile(
        tmp_path, 'id = "cat"\nlabel = "x"\ntrailing_blanks_trimmed = true\n[ho_so.columns]\nagency = ["STT"]\n'
    )
    assert len(read(tmp_path / "ho_so", profiles=mine).frame) == 3


def test_a_row_with_a_cell_too_many_or_too_few_is_set_aside(tmp_path):
    long = [*BODY[0][:4], "Văn bằng", *BODY[0][4:]]
    rows = [HEAD, long, *BODY[1:], [*BODY[0][:5], *BODY[0][6:]]]
    write(tmp_path / "a.csv", csv_text(rows))
    found = read(tmp_path)
    assert found.quarantined["reason_code"].tolist() == ["Q07", "Q07"]
    assert found.quarantined["source_row"].tolist() == [2, 5]
    assert len(found.frame) == 2


def test_the_cells_of_a_row_that_does_not_line_up_are_not_kept(tmp_path):
    shifted = [*BODY[0][:2], "Người nộp 0009", "0912345678", *BODY[0][2:]]
    backwards = ["4", "H24.99-240103-0004", *BODY[1][2:9], "01/01/2024", "Đã xử lý xong"]
    write(tmp_path / "a.csv", csv_text([HEAD, shifted, *BODY[1:], backwards]))
    set_aside = read(tmp_path).quarantined
    assert set_aside["reason_code"].tolist() == ["Q07", "Q02"]
    assert set_aside["source_row"].tolist() == [2, 5]
    crooked, straight = set_aside[list(DOSSIERS.names)].astype("str").fillna("").to_dict("records")
    assert set(crooked.values()) == {""}
    assert (straight["dossier_code"], straight["procedure_name"]) == ("H24.99-240103-0004", BODY[1][3])


@pytest.mark.parametrize(
    ("changes", "code", "reason"),
    [
        ({"c1": ""}, "Q01", "Thiếu mã hồ sơ"),
        ({"c7": ""}, "Q01", "Thiếu ngày tiếp nhận"),
        ({"c7": "31/02/2024"}, "Q03", "Ngày tiếp nhận: ngày không có thật"),
        ({"c8": "12/25/2024"}, "Q03", "Ngày hẹn trả: ngày không có thật"),
        ({"c8": "24060"}, "Q03", "Ngày hẹn trả"),
        ({"c8": "ngày mai"}, "Q03", "Ngày hẹn trả"),
        ({"c8": "2024010508"}, "Q03", "Ngày hẹn trả"),
        ({"c8": "0912345678"}, "Q03", "Ngày hẹn trả"),
        ({"c8": "13:75 05/01/2024"}, "Q03", "Ngày hẹn trả"),
        ({"c9": "01/01/2024"}, "Q02", "Ngày kết thúc xử lý trước ngày tiếp nhận"),
        ({"c1": "1.01004E+11"}, "Q06", "số mũ"),
    ],
)
def test_a_row_that_cannot_be_right_is_set_aside_with_its_reason(changes, code, reason, tmp_path):
    write(tmp_path / "a.csv", csv_text([HEAD, *cells(**changes)]))
    found = read(tmp_path)
    (row,) = found.quarantined.to_dict("records")
    assert (row["reason_code"], row["source_row"], row["source_file"]) == (code, 2, "a.csv")
    assert reason in row["reason"]
    assert (found.accounts[0].rows_in, found.accounts[0].kept, found.accounts[0].quarantined) == (3, 2, 1)


@pytest.mark.parametrize("number", ["2.215", "98,1", "1e3", "2 215", "٣", "1.0", "99999999999999999999"])
def test_a_number_is_never_guessed(number, tmp_path):
    write(
        tmp_path / "a.csv", csv_text([["Mã hồ sơ", "Ngày tiếp nhận", "Số tệp kết quả"], ["X1", "02/01/2024", number]])
    )
    assert read(tmp_path).quarantined["reason_code"].tolist() == ["Q04"]


@pytest.mark.parametrize(("fee", "codes"), [("9" * 14, []), ("1" * 15, ["Q04"]), ("1" * 19, ["Q04"])])
def test_a_fee_that_no_table_holds_is_set_aside(fee, codes, tmp_path):
    rows = [["Mã hồ sơ", "Ngày tiếp nhận", "Phí, lệ phí"], ["X1", "02/01/2024", fee], ["X2", "02/01/2024", "5000"]]
    write(tmp_path / "a.csv", csv_text(rows))
    found = read(tmp_path)
    assert found.quarantined["reason_code"].tolist() == codes
    assert to_arrow(DOSSIERS, found.frame).num_rows == 2 - len(codes)


def test_a_profile_may_declare_how_numbers_are_written(tmp_path):
    rows = [["X1", "02/01/2024", "1.250.000"], ["X2", "02/01/2024", "50.00"], ["X3", "02/01/2024", "2.500,50"]]
    write(tmp_path / "ho_so" / "a.csv", csv_text([["Mã hồ sơ", "Ngày tiếp nhận", "Tiền"], *rows]))
    text = 'id = "so"\nlabel = "x"\nthousands = "."\ndecimal = ","\n[ho_so.columns]\nfee_amount = ["Tiền"]\n'
    found = read(tmp_path / "ho_so", profiles=profile(tmp_path, text))
    assert dict(zip(found.frame["dossier_code"], map(str, found.frame["fee_amount"]), strict=True)) == {
        "X1": "1250000",
        "X3": "2500.50",
    }
    assert found.quarantined["dossier_code"].tolist() == ["X2"]


def test_inspection_of_a_refused_file_tells_the_same(tmp_path):
    path = write(tmp_path / "a.csv", csv_text([REAL_HEAD, *REAL_ROWS]))

    found = inspect_export(path, DOSSIERS, PROFILES)
    assert not found.readable
    assert "12 tiêu đề" in found.sheets[0].problem


def test_a_telephone_number_in_a_column_of_numbers_is_set_aside(tmp_path):
    write(tmp_path / "a.csv", csv_text([[*HEAD, "Số tệp kết quả"], [*BODY[0], "0912345678"], [*BODY[1], "3"]]))
    data = read(tmp_path)
    assert data.quarantined["reason_code"].tolist() == ["Q04"]
    assert data.frame["result_file_count"].tolist() == [3]


def test_a_table_of_thousands_of_columns_is_refused_at_once(tmp_path):
    wide = [";".join(map(str, range(58_884)))] * 3
    write(tmp_path / "a" / "a.csv", "\n".join(wide))
    write(tmp_path / "b" / "a.csv", csv_text() + wide[0] + "\n")
    write(tmp_path / "c" / "a.xls", html_text([[str(i) for i in range(2_000)]]))
    xlsx(tmp_path / "d" / "a.xlsx", {"S": [[*HEAD, *map(str, range(2_000))]]})
    for name in "abcd":
        with pytest.raises(UnreadableExport, match=r"cột, nhiều hơn 1000"):
            read(tmp_path / name)


@pytest.mark.parametrize(("order", "day"), [("%m/%d/%Y", "2024-03-04"), ("%d/%m/%Y", "2024-04-03")])
def test_the_profile_of_the_user_wins_a_tie(order, day, tmp_path):
    write(tmp_path / "ho_so" / "a.csv", csv_text([["Mã hồ sơ", "Ngày tiếp nhận"], ["X1", "03/04/2024"]]))
    mine = profile(tmp_path, f'id = "cong"\nlabel = "x"\ndate_formats = ["{order}"]\n')
    found = read(tmp_path / "ho_so", profiles=mine)
    assert found.frame["received_at"].dt.strftime("%Y-%m-%d").tolist() == [day]
    assert found.accounts[0].profile == "cong"


def test_profiles_that_tie_and_read_otherwise_are_told(tmp_path):
    write(tmp_path / "ho_so" / "a.csv", csv_text([["Mã hồ sơ", "Ngày tiếp nhận"], ["X1", "03/04/2024"]]))
    write(tmp_path / "b.profile.toml", 'id = "b"\nlabel = "x"\ndate_formats = ["%m/%d/%Y"]\n')
    both = profile(tmp_path, 'id = "a"\nlabel = "x"\ndate_formats = ["%d/%m/%Y"]\n')
    with pytest.raises(AmbiguousProfiles, match=r"“a”, “b”|“b”, “a”"):
        read(tmp_path / "ho_so", profiles=both)


@pytest.mark.parametrize(
    ("name", "most", "message"),
    [("MAX_LINES", 3, "nhiều hơn 3"), ("MAX_LEGACY_BYTES", 50, "Không nhận ra bảng mã")],
)
def test_a_text_beyond_what_a_register_is_is_refused_at_once(name, most, message, tmp_path, monkeypatch):
    from tthc_analysis.exports import _texts as reading

    monkeypatch.setattr(reading, name, most)
    write(tmp_path / "a.csv", csv_text().encode("cp1258", "replace") if "LEGACY" in name else csv_text())
    with pytest.raises(UnreadableExport, match=message):
        read(tmp_path)


def test_very_many_lines_of_many_widths_are_refused_before_they_are_read_one_by_one(tmp_path, monkeypatch):
    from tthc_analysis.exports import _delimited

    monkeypatch.setattr(_delimited, "_MOST_ODD", 3)
    rows = ["a;b", "a;b;c;d", "a;b;c;d;e", "a", "a;b;c;d;e;f"]
    write(tmp_path / "a.csv", csv_text() + "\r\n".join(rows) + "\r\n")
    with pytest.raises(UnreadableExport, match="số ô khác nhau"):
        read(tmp_path)


@pytest.mark.parametrize("name", TABLES)
def test_a_file_in_the_folder_of_another_dataset_is_told_its_own(name, tmp_path):
    write(tmp_path / "a.csv", csv_text([[c.label for c in TABLES[name].columns]]))
    for other in (t for t in TABLES.values() if t.name != name):
        with pytest.raises(TthcError, match=name):
            read(tmp_path, other)


@pytest.mark.parametrize("sign", [";", "x"])
def test_a_line_that_no_list_has_is_refused_before_its_cells_are_made(sign, tmp_path):
    write(tmp_path / "a.csv", csv_text() + sign * 1_000_000)
    with pytest.raises(UnreadableExport, match="dòng dài hơn"):
        read(tmp_path)


@pytest.mark.parametrize(("text", "needed"), [("<table><tr><td>a</td></tr></table>", False), ("a,b\n1,2\n", True)])
def test_only_a_delimited_text_costs_the_child_the_import_of_arrow(tmp_path, text, needed):
    child = Path(read_room.__file__).with_name("_child.py")
    order = [sys.executable, "-I", "-X", "importtime", str(child), "text", str(tmp_path / "batches")]
    done = subprocess.run(order, input=text.encode(), capture_output=True, check=True)
    assert b'"end"' in done.stdout
    assert (b"pyarrow" in done.stderr) == needed
