"""Snapshots, corrections, quarantine and profiles: what is united, mended, set aside, and that every row is accounted for."""

from __future__ import annotations

import csv
import shutil
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest
from exports_make import (
    BODY,
    FACTS,
    HEAD,
    PROFILES,
    cells,
    csv_text,
    facts,
    html_text,
    profile,
    read,
    write,
    xlsx,
    xlsx_dates,
)

from tthc_analysis.columns import COMPLIANCE_COSTS, DOSSIERS
from tthc_analysis.errors import ConfigError, UnknownValues
from tthc_analysis.exports import Dataset, inspect_export, profile_stub
from tthc_analysis.exports.corrections import BadCorrection
from tthc_analysis.exports.quarantine import incomplete, write_quarantine
from tthc_analysis.personal import PRIVATE_TEXT
from tthc_analysis.rules.profiles import load_profiles

CORRECTION = """
[[correction]]
match = {{ {match} }}
column = "{column}"
old = "{old}"
new = "{new}"
reason = "Nhập nhầm, theo giấy tiếp nhận"
date = 2024-12-01
"""
DONE = cells([BODY[1]], c9="09/01/2024 15:00:00", c10="Đã xử lý xong")


def correct(export: Path, match: str, column: str, old: str, new: str) -> None:
    text = CORRECTION.format(match=match, column=column, old=old, new=new)
    write(export.with_name(export.name + ".corrections.toml"), text)


# --- snapshots -------------------------------------------------------------------------------------------------------


def test_the_newest_snapshot_wins_whatever_the_order_of_names(tmp_path):
    write(tmp_path / "b_2024-01-05.csv", csv_text([HEAD, *BODY[:2]]))
    write(tmp_path / "a_20240110.csv", csv_text([HEAD, *DONE]))
    found = read(tmp_path)
    row = found.frame.set_index("dossier_code").loc[BODY[1][1]]
    assert (row["status"], row["source_file"]) == ("completed", "a_20240110.csv")
    accounts = {a.file: a for a in found.accounts}
    assert (accounts["b_2024-01-05.csv"].kept, accounts["b_2024-01-05.csv"].replaced) == (1, 1)
    assert found.replaced[["dossier_code", "source_file"]].to_numpy().tolist() == [[BODY[1][1], "b_2024-01-05.csv"]]


@pytest.mark.parametrize(
    ("file", "title", "day", "rule"),
    [
        ("a.csv", "Ngày xuất: 08/03/2024 17:00", "2024-03-08", "ngày xuất ghi trong tệp"),
        ("a_2024-12-20.csv", "Thời điểm kết xuất 08/03/2024", "2024-03-08", "ngày xuất ghi trong tệp"),
        ("a_2024-12-20.csv", "Danh sách", "2024-12-20", "ngày trong tên tệp"),
        ("a_20.12.2024.csv", "Danh sách", "2024-12-20", "ngày trong tên tệp"),
        ("a_15-11-2023_05-12-2024.csv", "Danh sách", "2024-12-05", "ngày trong tên tệp"),
        ("a_15.11.2023-05.12.2024.csv", "Danh sách", "2024-12-05", "ngày trong tên tệp"),
        ("a_2023-11-05-2024-12-05.csv", "Danh sách", "2024-12-05", "ngày trong tên tệp"),
        ("a_20231115_20241205.csv", "Danh sách", "2024-12-05", "ngày trong tên tệp"),
        ("a_12_01_20241205.csv", "Danh sách", "2024-12-05", "ngày trong tên tệp"),
        ("a_31-02-2024_05-12-2024.csv", "Danh sách", "2024-12-05", "ngày trong tên tệp"),
        ("a_2023-11-15.csv", "Danh sách", "2024-02-29", "sự kiện muộn nhất trong tệp"),
        ("a_2024-01-03.csv", "Danh sách", "2024-02-29", "sự kiện muộn nhất trong tệp"),
        ("a_20249999.csv", "Ngày xuất: 31/02/2024", "2024-02-29", "sự kiện muộn nhất trong tệp"),
        ("a.csv", "Danh sách", "2024-02-29", "sự kiện muộn nhất trong tệp"),
    ],
)
def test_the_day_of_a_snapshot_comes_from_an_explicit_rule(file, title, day, rule, tmp_path):
    write(tmp_path / file, title + "\r\n" + csv_text())
    (account,) = read(tmp_path).accounts
    assert (account.snapshot_date.isoformat(), account.snapshot_rule) == (day, rule)


def test_a_span_in_the_name_does_not_let_stale_rows_win(tmp_path):
    write(tmp_path / "a_15-11-2023_05-12-2024.csv", csv_text([HEAD, *DONE]))
    write(tmp_path / "b_01-11-2024.csv", csv_text([HEAD, BODY[1]]))
    assert read(tmp_path).frame["status"].tolist() == ["completed"]


def test_one_wrong_year_among_many_rows_does_not_change_the_day_of_a_name(tmp_path):
    many = [["1", f"H24.99-240102-{n:04d}", *BODY[0][2:]] for n in range(100)]
    wrong = cells([many[0]], c7="02/01/2034", c9="")
    write(tmp_path / "a_2024-03-08.csv", csv_text([HEAD, *wrong, *many[1:]]))
    assert read(tmp_path).accounts[0].snapshot_date.isoformat() == "2024-03-08"


def test_the_day_may_stand_below_the_table(tmp_path):
    write(tmp_path / "a.xls", html_text([HEAD, *BODY, ["Ngày xuất: 08/03/2024", *[""] * 10]]))
    assert read(tmp_path).accounts[0].snapshot_rule == "ngày xuất ghi trong tệp"


def test_facts_that_changed_between_snapshots_are_reported(tmp_path):
    write(tmp_path / "a_20240305.csv", csv_text([HEAD, *BODY]))
    write(tmp_path / "a_20240310.csv", csv_text([HEAD, *cells(c7="01/01/2024", c5="Trực tiếp")]))
    found = read(tmp_path).conflicts
    assert found[["label", "old_value", "new_value"]].to_numpy().tolist() == [
        ["Ngày tiếp nhận", "2024-01-02 08:00:00", "2024-01-01 00:00:00"],
        ["Hình thức tiếp nhận", "online", "in_person"],
    ]
    assert set(found["key"]) == {BODY[0][1]}
    assert (found["old_file"] + " " + found["new_file"]).unique().tolist() == ["a_20240305.csv a_20240310.csv"]


def test_a_dossier_twice_in_one_file_counts_once(tmp_path):
    write(tmp_path / "a.csv", csv_text([HEAD, *BODY, BODY[0]]))
    found = read(tmp_path)
    assert facts(found.frame) == FACTS
    assert (found.accounts[0].rows_in, found.accounts[0].replaced) == (4, 1)


# --- corrections -----------------------------------------------------------------------------------------------------


def test_a_correction_mends_a_row_and_is_told(tmp_path):
    path = write(tmp_path / "a.csv", csv_text([HEAD, *cells(c7="31/02/2024 08:00:00")]))
    assert len(read(tmp_path).quarantined) == 1
    correct(path, f'dossier_code = "{BODY[0][1]}"', "received_at", "31/02/2024 08:00:00", "02/01/2024 08:00:00")
    found = read(tmp_path)
    assert facts(found.frame) == FACTS
    (one,) = found.corrections
    assert (one.file, one.key, one.label, one.rows, one.date) == (
        "a.csv",
        BODY[0][1],
        "Ngày tiếp nhận",
        1,
        "2024-12-01",
    )
    assert found.accounts[0].corrected == 1


def test_a_correction_may_name_a_row_and_a_date_in_another_form(tmp_path):
    path = xlsx_dates(tmp_path / "a.xlsx")
    correct(path, 'source_row = 2, source_sheet = "Danh sách"', "due_at", "05/01/2024", "08/01/2024")
    assert read(tmp_path).frame["due_at"].dt.strftime("%d/%m").tolist()[0] == "08/01"


def test_a_correction_may_mend_an_unknown_value(tmp_path):
    path = write(tmp_path / "a.csv", csv_text([HEAD, *cells(c5="Trực tuyếnn")]))
    with pytest.raises(UnknownValues):
        read(tmp_path)
    correct(path, f'dossier_code = "{BODY[0][1]}"', "channel", "Trực tuyếnn", "Trực tuyến")
    assert facts(read(tmp_path).frame) == FACTS


def test_a_correction_tells_no_personal_value(tmp_path):
    name = "Cấp cho 0912345678"
    path = write(tmp_path / "a.csv", csv_text([HEAD, *cells(c3=name)]))
    correct(path, f'procedure_name = "{name}"', "procedure_name", name, "Cấp theo a@b.vn")
    told = read(tmp_path).corrections[0]
    assert (told.key, told.old_value, told.new_value) == (PRIVATE_TEXT, PRIVATE_TEXT, PRIVATE_TEXT)
    correct(path, f'dossier_code = "{BODY[0][1]}"', "procedure_name", name, "Cấp bản sao")
    told = read(tmp_path).corrections[0]
    assert (told.key, told.old_value, told.new_value) == (BODY[0][1], PRIVATE_TEXT, "Cấp bản sao")


def test_the_reason_of_a_correction_may_name_a_dossier_but_no_telephone(tmp_path):
    path = write(tmp_path / "a.csv", csv_text())
    correct(path, "source_row = 2", "due_at", "05/01/2024", "2024-01-08 08:00:00")
    file = path.with_name("a.csv.corrections.toml")
    text = file.read_text(encoding="utf-8")
    shown = {}
    for reason in (f"Theo hồ sơ {BODY[2][1]}.", "Gọi 0912 345 678"):
        write(file, text.replace("Nhập nhầm, theo giấy tiếp nhận", reason))
        told = read(tmp_path).corrections[0]
        shown[told.reason] = told.new_value
    assert shown == {f"Theo hồ sơ {BODY[2][1]}.": "2024-01-08 08:00:00", PRIVATE_TEXT: "2024-01-08 08:00:00"}


@pytest.mark.parametrize(
    ("match", "column", "old", "message"),
    [
        (f'dossier_code = "{BODY[0][1]}"', "due_at", "06/01/2024", "không còn khớp dòng nào"),
        ('dossier_code = "X"', "due_at", "05/01/2024", "không còn khớp dòng nào"),
        ('dossier_code = "X"', "fee_amount", "5", "không còn khớp dòng nào"),
        ("source_row = 99", "due_at", "05/01/2024", "không còn khớp dòng nào"),
        ('applicant = "X"', "due_at", "05/01/2024", "nêu cột “applicant” không có"),
        ('dossier_code = "X"', "due_date", "05/01/2024", "due_at"),
        ("", "due_at", "05/01/2024", "“\\[\\[correction\\]\\] thứ 1, match”"),
    ],
)
def test_a_correction_that_fits_nothing_is_an_error(match, column, old, message, tmp_path):
    correct(write(tmp_path / "a.csv", csv_text()), match, column, old, "08/01/2024")
    with pytest.raises(BadCorrection, match=message):
        read(tmp_path)


@pytest.mark.parametrize("text", ["[[correction]\n", '[[correction]]\ncolumn = "due_at"\n', "x = 1\n", "\xff"])
def test_a_malformed_correction_file_is_an_error(text, tmp_path):
    write(tmp_path / "a.csv", csv_text())
    write(tmp_path / "a.csv.corrections.toml", text, "latin-1")
    with pytest.raises(BadCorrection, match=r"a\.csv\.corrections\.toml"):
        read(tmp_path)


def test_a_correction_file_without_its_export_is_an_error(tmp_path):
    write(tmp_path / "a.csv", csv_text())
    write(tmp_path / "b.csv.corrections.toml", "")
    with pytest.raises(BadCorrection, match="không đi với tệp xuất nào"):
        read(tmp_path)


# --- quarantine ------------------------------------------------------------------------------------------------------


def test_the_quarantine_file_can_be_corrected_and_read_again(tmp_path):
    folder = tmp_path / "ho_so"
    rows = cells(c3='=HYPERLINK("x")', c7="31/02/2024 08:00:00")
    xlsx(folder / "a_20240310.xlsx", {"Trang": [HEAD, *rows]})
    before = read(folder)
    write_quarantine(before.quarantined, tmp_path / "cach_ly.csv")
    with (tmp_path / "cach_ly.csv").open(encoding="utf-8-sig", newline="") as source:
        lines = list(csv.DictReader(source))
    (line,) = lines
    assert (line["source_file"], line["source_sheet"], line["source_row"]) == ("a_20240310.xlsx", "Trang", "2")
    assert line["reason_code"] == "Q03"
    assert line["procedure_name"] == '\'=HYPERLINK("x")'
    assert "Người nộp" not in str(line)
    line["received_at"] = "02/01/2024 08:00:00"
    write(folder / "da_sua.csv", csv_text([list(line), list(line.values())], delimiter=","), "utf-8-sig")

    after = read(folder)
    expected = [(FACTS[0][0], FACTS[0][1], '=HYPERLINK("x")', *FACTS[0][3:]), *FACTS[1:]]
    assert facts(after.frame) == expected
    assert after.quarantined["corrected_in"].tolist() == ["da_sua.csv"]
    snapshots = set(zip(after.frame["source_file"], after.frame["snapshot_date"].dt.strftime("%Y-%m-%d"), strict=True))
    assert snapshots == {("a_20240310.xlsx", "2024-03-10"), ("da_sua.csv", "2024-03-10")}
    account = next(a for a in after.accounts if a.file == "da_sua.csv")
    assert (account.rows_in, account.kept, account.unknown) == (1, 1, ())


def test_a_corrected_row_yields_to_a_newer_snapshot(tmp_path):
    folder = tmp_path / "ho_so"
    write(folder / "a_20240305.csv", csv_text([HEAD, *cells(c7="x")]))
    write_quarantine(read(folder).quarantined, tmp_path / "q.csv")
    text = (tmp_path / "q.csv").read_text(encoding="utf-8-sig").replace(",x,", ",03/01/2024,")
    write(folder / "sua.csv", text)
    write(folder / "b_20240310.csv", csv_text([HEAD, *BODY]))
    assert facts(read(folder).frame) == FACTS


def test_nothing_waiting_writes_no_file(tmp_path):
    write(tmp_path / "ho_so" / "a.csv", csv_text())
    write_quarantine(read(tmp_path / "ho_so").quarantined, tmp_path / "q.csv")
    assert not (tmp_path / "q.csv").exists()


# --- profiles and inspection -----------------------------------------------------------------------------------------

FOREIGN = [
    ["case_id", "opened", "due", "closed", "state", "via", "owner"],
    ["C-1", "01/25/2024", "02/01/2024", "01/26/2024", "Closed", "App", "Người nộp 0001"],
    ["C-2", "01/26/2024", "", "", "Open", "Phone", "Người nộp 0002"],
]


def test_a_new_system_needs_a_completed_stub_and_no_code(tmp_path):
    """The way of docs/exports.md: inspect, complete the stub, inspect again for values, complete, read."""
    path = write(tmp_path / "ho_so" / "a.csv", csv_text(FOREIGN, delimiter=","))
    first = inspect_export(path, DOSSIERS, PROFILES)
    assert not first.readable
    assert [c.guess for c in first.sheets[0].unknown[:3]] == ["mã", "ngày", "ngày"]
    stub = profile_stub(first)
    assert tomllib.loads(stub)["id"] == "he-thong-moi"
    assert '"opened" – ngày, 2 ô' in stub
    assert "Người nộp" not in stub
    pairs = {"dossier_code": "case_id", "received_at": "opened", "due_at": "due", "resolved_at": "closed"}
    for name, header in (pairs | {"status": "state", "channel": "via"}).items():
        stub = stub.replace(f"\n{name} = []", f'\n{name} = ["{header}"]')
    stub = stub.replace("# date_formats = [", 'date_formats = ["%m/%d/%Y"] # [')
    mine = profile(tmp_path, stub)

    second = inspect_export(path, DOSSIERS, mine)
    assert second.unknown_values == {"status": {"Closed": 1, "Open": 1}, "channel": {"App": 1, "Phone": 1}}
    values = profile_stub(second)[profile_stub(second).index("\n[ho_so.values") :]
    codes = {"Closed": "completed", "Open": "processing", "App": "online", "Phone": "in_person"}
    for value, code in codes.items():
        values = values.replace(f'"{value}" = ""', f'"{value}" = "{code}"')
    mine = profile(tmp_path, stub + values)
    third = inspect_export(path, DOSSIERS, mine)
    assert third.readable
    assert dict(third.sheets[0].rows) == {"dữ liệu": 2, "tiêu đề": 1}
    frame = read(tmp_path / "ho_so", profiles=mine).frame
    assert frame[["status", "channel"]].to_numpy().tolist() == [["completed", "online"], ["processing", "in_person"]]
    assert frame["received_at"].dt.strftime("%d/%m/%Y").tolist() == ["25/01/2024", "26/01/2024"]


def test_an_uncompleted_stub_is_an_error_that_says_so(tmp_path):
    path = write(tmp_path / "ho_so" / "a.csv", csv_text([HEAD, *cells(c5="Qua Zalo")]))
    with pytest.raises(ConfigError, match="Hồ sơ cột nêu “”"):
        profile(tmp_path, profile_stub(inspect_export(path, DOSSIERS, PROFILES)))


def test_inspection_shows_rows_by_kind(tmp_path):
    path = write(tmp_path / "a.csv", "Ngày xuất: 08/03/2024\r\n" + csv_text([HEAD, *cells(c7="31/02/2024"), HEAD]))
    found = inspect_export(path, DOSSIERS, PROFILES)
    reason = "cách ly: Ngày tiếp nhận: ngày không có thật hoặc không đúng dạng ngày/tháng/năm"
    assert dict(found.sheets[0].rows) == {"dữ liệu": 2, reason: 1, "đầu đề": 1, "tiêu đề": 1, "tiêu đề lặp lại": 1}
    assert (found.snapshot_rule, found.profile, found.sheets[0].header_rows) == (
        "ngày xuất ghi trong tệp",
        "chung",
        (2,),
    )
    assert found.sheets[0].recognised["Ngày hẹn trả"] == "due_at"
    assert [c.header for c in found.sheets[0].unknown] == ["STT", "Chủ hồ sơ"]
    assert "agency" in [c.name for c in found.missing]


def test_a_file_without_a_header_shows_no_cell(tmp_path):
    path = write(tmp_path / "a.csv", csv_text(BODY))
    found = inspect_export(path, DOSSIERS, PROFILES)
    assert "Người nộp" not in repr(found.sheets)


def test_a_profile_that_knows_the_values_is_preferred(tmp_path):
    write(tmp_path / "ho_so" / "a.csv", csv_text([HEAD, *cells(c5="Qua Zalo")]))
    mine = profile(tmp_path, 'id = "zalo"\nlabel = "x"\n[ho_so.values.channel]\n"Qua Zalo" = "online"\n')
    found = read(tmp_path / "ho_so", profiles=mine)
    assert facts(found.frame) == FACTS
    assert found.accounts[0].profile == "zalo"


def test_a_profile_may_ignore_a_header(tmp_path):
    write(tmp_path / "ho_so" / "a.csv", csv_text())
    mine = profile(
        tmp_path, 'id = "bo"\nlabel = "x"\n[ho_so]\nignore = ["Trạng thái hồ sơ"]\n[ho_so.columns]\nagency = ["STT"]\n'
    )
    assert read(tmp_path / "ho_so", profiles=mine).frame["status"].isna().all()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('id = "x"\nlabel = "x"\n[hoso.columns]\n', "không phải bảng"),
        ('id = "x"\nlabel = "x"\n[ho_so.columns]\nreceived = ["a"]\n', "không phải cột của bảng ho_so"),
        ('id = "x"\nlabel = "x"\n[ho_so.values.status]\n"a" = "done"\n', "không phải mã của cột ho_so.status"),
        ('id = "x"\nlabel = "x"\n[ho_so.values.field]\n"a" = "b"\n', "không phải cột danh mục"),
        ('id = "x"\nlabel = "x"\ndate_formats = ["%d/%m/%Y", "%m/%d/%Y"]\n', "hiểu hai cách"),
        ('id = "x"\n', "“label” thiếu mục này"),
        ("id = ", "sai cú pháp TOML ở dòng 1"),
        ('id = "x"\nlabel = "x"\n[ho_so]\ncolums = {}\n', "“colums”"),
    ],
)
def test_a_wrong_profile_is_an_error_with_its_place(text, message, tmp_path):
    with pytest.raises(ConfigError, match=message) as caught:
        profile(tmp_path, text)
    assert "rieng.profile.toml" in caught.value.where


def test_reading_does_not_depend_on_names_of_files_or_folders(tmp_path):
    write(tmp_path / "một" / "a b “c”.csv", csv_text())
    shutil.copytree(tmp_path / "một", tmp_path / "two")
    one, two = read(tmp_path / "một"), read(tmp_path / "two")
    assert one.frame.equals(two.frame)
    assert load_profiles(tmp_path / "một") == PROFILES


# --- sheets of several lines -----------------------------------------------------------------------------------------

COST_HEAD = ["Mã phương án", "Giai đoạn", "Dòng", "Công việc", "Thời gian thực hiện (giờ)"]


def cost_sheet(folder: Path, hours: str, proposal: str = "A", file: str = "c_2024-12-20.csv") -> Dataset:
    lines = [["A", "Trước", "1", "Nộp", "4"], ["A", "Sau", "1", "Nộp", "2"], ["B", "Trước", "1", "Nộp", "4"]]
    write(folder / file, csv_text([COST_HEAD, *lines, [proposal, "Trước", "2", "Đi lại", hours]]))
    return read(folder, COMPLIANCE_COSTS)


@pytest.mark.parametrize(("hours", "value"), [("0,5", "0.5"), ("0.25", "0.25"), ("1,25", "1.25"), ("24", "24")])
def test_half_hours_are_read(hours, value, tmp_path):
    found = cost_sheet(tmp_path, hours).frame
    assert found.loc[found["line_number"] == 2, "activity_hours"].tolist() == [Decimal(value)]


@pytest.mark.parametrize(
    ("hours", "proposal", "expected"),
    [("0,5", "A", []), ("1.000", "A", ["A"]), ("nửa giờ", "A", ["A"]), ("x", "C", []), ("x", "", ["A", "B"])],
)
def test_a_sheet_with_a_line_set_aside_is_incomplete(hours, proposal, expected, tmp_path):
    found = cost_sheet(tmp_path, hours, proposal)
    assert incomplete(COMPLIANCE_COSTS, found.frame, found.quarantined) == expected


def test_a_newer_export_makes_a_sheet_complete(tmp_path):
    cost_sheet(tmp_path, "x")
    found = cost_sheet(tmp_path, "0,5", file="c_2024-12-21.csv")
    assert len(found.quarantined) == 1
    assert incomplete(COMPLIANCE_COSTS, found.frame, found.quarantined) == []


# --- one wrong year, and rows of one day that differ -----------------------------------------------------------------

OLD = [
    ["1", "H24.99-240201-0001", *BODY[0][2:7], "01/02/2024", "20/02/2024", "", "Đang xử lý"],
    ["2", "H24.99-240201-0002", *BODY[0][2:7], "01/02/2024", "20/02/2024", "05/02/2024", "Đã trả kết quả"],
]
NEW = [
    [*OLD[0][:9], "19/03/2024", "Đã trả kết quả"],
    [*OLD[1][:9], "06/02/2024", "Đã trả kết quả"],
]


@pytest.mark.parametrize(
    ("row", "place", "typed"),
    [(1, 9, "05/02/2042"), (1, 9, "05/02/2025"), (0, 7, "01/02/2034"), (0, 7, "01/02/2025"), (1, 9, "05/02/2567")],
)
def test_one_mistyped_year_does_not_make_an_old_export_the_newest(row, place, typed, tmp_path):
    old = [list(r) for r in OLD]
    old[row][place] = typed
    write(tmp_path / "a.csv", csv_text([HEAD, *old]))
    write(tmp_path / "b.csv", csv_text([HEAD, *NEW]))
    found = read(tmp_path)
    assert [a.snapshot_date.isoformat() for a in found.accounts] == [
        "2024-02-05" if place == 7 else "2024-02-01",
        "2024-03-19",
    ]
    assert "không kể 1 sự kiện" in found.accounts[0].snapshot_rule
    assert set(found.frame["source_file"]) == {"b.csv"}


def test_a_dossier_that_took_long_still_dates_an_export_in_which_others_end(tmp_path):
    late = ["3", "H24.99-220105-0003", *BODY[0][2:7], "05/01/2022", "20/02/2022", "12/02/2024", "Đã trả kết quả"]
    write(tmp_path / "a.csv", csv_text([HEAD, *OLD, late]))
    assert read(tmp_path).accounts[0].snapshot_date.isoformat() == "2024-02-12"


def test_the_day_of_an_export_may_be_declared_beside_it(tmp_path):
    write(tmp_path / "a_2024-01-01.csv", csv_text([HEAD, *NEW]))
    write(tmp_path / "a_2024-01-01.csv.corrections.toml", "snapshot_date = 2024-04-02\n")
    (account,) = read(tmp_path).accounts
    assert (account.snapshot_date.isoformat(), account.snapshot_rule) == (
        "2024-04-02",
        "ngày khai báo trong tệp đính chính",
    )


@pytest.mark.parametrize("files", [["a.csv"], ["a_2024-03-20.csv", "b_2024-03-20.csv"]])
def test_rows_of_one_day_that_differ_are_a_contradiction_and_no_place_decides(files, tmp_path):
    seen = []
    for name, pair in (("x", (OLD[0], NEW[0])), ("y", (NEW[0], OLD[0]))):
        parts = [list(pair)] if len(files) == 1 else [[row] for row in pair]
        for file, rows in zip(files, parts, strict=True):
            write(tmp_path / name / file, csv_text([HEAD, *rows]))
        found = read(tmp_path / name)
        seen.append(found.frame[["status", "resolved_at"]].astype(str).to_numpy().tolist())
        assert len(found.contradictions) == 1
        assert found.contradictions[0].count("dòng") == 2
    assert seen[0] == seen[1] == [["delivered", "2024-03-19"]]


def test_rows_of_different_days_and_equal_rows_are_no_contradiction(tmp_path):
    write(tmp_path / "a_2024-02-20.csv", csv_text([HEAD, *OLD, OLD[0]]))
    write(tmp_path / "b_2024-03-20.csv", csv_text([HEAD, *NEW]))
    write(tmp_path / "c_2024-03-20.csv", csv_text([HEAD, *NEW]))
    assert read(tmp_path).contradictions == ()


@pytest.mark.parametrize("channel", ["Điện thoại", "Thư điện tử", "Email", "Nội bộ", "Khác"])
def test_a_channel_outside_the_statutory_ones_is_known(channel, tmp_path):
    write(tmp_path / "a.csv", csv_text([HEAD, [*OLD[0][:5], channel, *OLD[0][6:]]]))
    assert read(tmp_path).frame["channel"].tolist() == ["other"]
