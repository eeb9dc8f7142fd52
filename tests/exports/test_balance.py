"""Every line of a file is kept, set aside, replaced or named; a file of which too little was kept is no success."""

from __future__ import annotations

import csv

import pytest
from exports_make import BODY, FACTS, HEAD, TABLE, cells, csv_text, facts, profile, read, write

from tthc_analysis.columns import PROCEDURES
from tthc_analysis.errors import UnreadableExport
from tthc_analysis.exports.rows import SecondHeader
from tthc_analysis.preparation.balance import balance

LIST = ["Mã hồ sơ", "Ngày tiếp nhận"]
BLANK = [""] * len(HEAD)


def lines_of(text: str) -> int:
    return len(list(csv.reader(text.splitlines(), delimiter=";")))


def account_of(folder, text):
    write(folder / "a.csv", text)
    found = read(folder)
    (account,) = found.accounts
    assert account.lines == lines_of(text)
    assert account.lines == account.kept + account.quarantined + account.replaced + account.named
    return found, account


def row(**cells_by_place: str) -> list[str]:
    line = list(BLANK)
    for place, value in cells_by_place.items():
        line[int(place[1:])] = value
    return line


# --- what is data, whatever it looks like ----------------------------------------------------------------------------


@pytest.mark.parametrize("odd", ["HS 03/2025", "45", "A-7", "Số 9"])
def test_a_code_without_its_day_is_set_aside_never_dropped(odd, tmp_path):
    rows = [LIST, ["HS 01/2025", "02/01/2025"], ["HS 02/2025", "03/01/2025"], [odd, ""]]
    found, account = account_of(tmp_path, csv_text(rows))
    assert found.quarantined["source_row"].tolist() == [4]
    assert (account.kept, account.quarantined, account.named) == (2, 1, 1)


@pytest.mark.parametrize(
    "odd",
    [
        row(c0="xem hồ sơ H24.99-240102-0001 ở trên"),
        row(c10="Đang xử lý"),
        row(c7="05/01/2024"),
        row(c0="4|H24|1.005092|Trực tiếp|05/01/2024"),
        row(c3="Cấp bản sao", c4="Văn bằng", c10="Đang xử lý"),
    ],
)
def test_a_line_that_tells_of_a_dossier_is_data(odd, tmp_path):
    found, account = account_of(tmp_path, csv_text([*TABLE, odd]))
    assert found.quarantined["source_row"].tolist() == [5]
    assert account.kept == 3


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("dòng tổng", row(c0="Tổng cộng", c3="3 hồ sơ")),
        ("dòng tổng", row(c1="Cộng:", c4="3", c5="1")),
        ("dòng tổng", row(c3="Lũy kế từ đầu năm", c4="30")),
        ("ghi chú, chữ ký", row(c1="II. Lĩnh vực giáo dục trung học")),
        ("ghi chú, chữ ký", row(c1="Tháng 02/2024")),
        ("ghi chú, chữ ký", row(c7="Thái Bình, ngày 05 tháng 02 năm 2024")),
        ("ghi chú, chữ ký", row(c2="NGƯỜI LẬP BIỂU", c5="KẾ TOÁN", c8="THỦ TRƯỞNG ĐƠN VỊ")),
        ("dòng chỉ có số thứ tự", row(c0="4")),
        ("dòng trống", BLANK),
    ],
)
def test_what_is_no_data_has_a_name(kind, line, tmp_path):
    found, account = account_of(tmp_path, csv_text([*TABLE, line]))
    assert facts(found.frame) == FACTS
    assert account.skipped == {"tiêu đề": 1, kind: 1}


def test_a_total_within_the_data_is_that_of_a_group(tmp_path):
    text = csv_text([HEAD, BODY[0], row(c1="Cộng nhóm 1", c3="1 hồ sơ"), *BODY[1:], row(c1="Cộng nhóm 2")])
    found, account = account_of(tmp_path, text)
    assert facts(found.frame) == FACTS
    assert account.skipped == {"tiêu đề": 1, "dòng cộng nhóm": 1, "dòng tổng": 1}


# --- lines in another form -------------------------------------------------------------------------------------------


def quoted(line: str) -> str:
    return '"' + line.replace('"', '""') + '"'


@pytest.mark.parametrize("sign", [";", ",", "\t", "|"])
@pytest.mark.parametrize("first", [0, 1, 2])
def test_lines_that_are_one_quoted_cell_are_read(sign, first, tmp_path):
    lines = csv_text(delimiter=sign).splitlines()
    write(tmp_path / "a.csv", "\r\n".join([*lines[:first], *map(quoted, lines[first:])]) + "\r\n")
    found = read(tmp_path)
    assert facts(found.frame) == FACTS
    assert list(found.accounts[0].mended.values()) == [len(TABLE) - first]


@pytest.mark.parametrize(("one", "other"), [(";", ","), (",", ";"), ("\t", ";"), (";", "|")])
def test_two_files_joined_are_read_each_by_its_delimiter(one, other, tmp_path):
    text = csv_text([HEAD, BODY[0]], one) + csv_text([HEAD, *BODY[1:]], other)
    write(tmp_path / "a.csv", text)
    found = read(tmp_path)
    assert facts(found.frame) == FACTS
    assert list(found.accounts[0].mended.values()) == [2]  # the header and row of the smaller part
    assert found.accounts[0].skipped == {"tiêu đề": 1, "tiêu đề lặp lại": 1}


def test_a_line_that_fits_no_delimiter_is_set_aside(tmp_path):
    write(tmp_path / "a.csv", csv_text() + "4,H24.99-240102-0004,1.005092,lẻ\r\n")
    found = read(tmp_path)
    assert found.quarantined["reason_code"].tolist() == ["Q07"]
    assert len(found.frame) == 3


# --- a second header -------------------------------------------------------------------------------------------------


def exchanged(rows, a, b):
    return [[r[b] if i == a else r[a] if i == b else c for i, c in enumerate(r)] for r in rows]


@pytest.mark.parametrize(
    "second",
    [
        exchanged([HEAD], 8, 9)[0],
        [*HEAD[:8], "Ngày gia hạn", *HEAD[9:]],
        [*HEAD[:8], "", *HEAD[9:]],
        ["TT", "Mã số", "Tên việc", "Loại", "Nơi làm", "Cách nộp", "Tên", "Lúc nào", "Hạn", "Xong", "Tình hình"],
    ],
)
def test_a_second_header_with_other_columns_is_refused(second, tmp_path):
    write(tmp_path / "a.csv", csv_text([HEAD, *BODY[:2], second, BODY[2]]))
    with pytest.raises(SecondHeader, match=r"Dòng 4.*bảng thứ hai"):
        read(tmp_path)


# --- a download that broke off ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kept", [1, 2, 4, 12, 25, 60, 90])
def test_a_file_cut_in_its_last_line_is_refused(kept, tmp_path):
    lines = csv_text().splitlines(keepends=True)
    write(tmp_path / "ho_so" / "a.csv", "".join(lines[:-1]) + lines[-1][:kept])
    with pytest.raises(UnreadableExport, match=r"cắt ngang: dòng cuối \(4\)"):
        read(tmp_path / "ho_so")
    told = profile(tmp_path, 'id = "cat"\nlabel = "x"\ncut_last_line = true\n[ho_so.columns]\nagency = ["STT"]\n')
    assert len(read(tmp_path / "ho_so", profiles=told).frame) == 2


def test_a_file_cut_within_quotation_marks_is_refused(tmp_path):
    text = csv_text(quoting=csv.QUOTE_ALL)
    write(tmp_path / "a.csv", text[: text.rindex("Người nộp") + 4])
    with pytest.raises(UnreadableExport, match="cắt ngang"):
        read(tmp_path)


# --- nothing kept is never a success ---------------------------------------------------------------------------------


def failed(folder) -> dict[str, int]:
    return {f.code: f.failed for f in balance(read(folder)) if not f.passed}


def dossier(number: int, day: str = "02/01/2024") -> list[str]:
    return ["", f"H24.99-240102-{number:04d}", *BODY[1][2:7], day, *BODY[1][8:]]


def test_a_file_of_which_nothing_is_kept_fails(tmp_path):
    write(tmp_path / "a.csv", csv_text([HEAD, *(dossier(i, "") for i in range(5))]))
    write(tmp_path / "b.csv", csv_text([HEAD, *(dossier(i) for i in range(10, 90))]))
    assert failed(tmp_path) == {"H98": 5, "H99": 5}


@pytest.mark.parametrize(("bad", "codes"), [(0, {}), (2, {}), (3, {"H99": 3})])
def test_a_share_of_rows_may_be_set_aside(bad, codes, tmp_path):
    rows = [dossier(i, "31/02/2024" if i < bad else "02/01/2024") for i in range(100)]
    write(tmp_path / "a.csv", csv_text([HEAD, *rows]))
    assert failed(tmp_path) == codes


def test_a_file_without_a_data_row_is_a_true_nothing(tmp_path):
    write(tmp_path / "a.csv", csv_text([HEAD]))
    assert failed(tmp_path) == {}


def test_bad_rows_that_a_newer_export_replaced_do_not_block(tmp_path):
    write(tmp_path / "a_20240110.csv", csv_text([HEAD, dossier(1), dossier(2, "31/02/2024")]))
    assert failed(tmp_path) == {"H99": 1}
    write(tmp_path / "b_20240210.csv", csv_text([HEAD, dossier(2)]))
    assert failed(tmp_path) == {}


def test_rows_that_a_correction_accepts_leave_the_share(tmp_path):
    write(tmp_path / "a.csv", csv_text([HEAD, dossier(1), dossier(2, "31/02/2024")]))
    write(
        tmp_path / "a.csv.corrections.toml",
        '[[correction]]\nmatch = { dossier_code = "H24.99-240102-0002" }\ncolumn = "received_at"\n'
        'old = "31/02/2024"\nnew = "29/02/2024"\nreason = "Nhập nhầm"\ndate = 2024-03-01\n',
    )
    assert failed(tmp_path) == {}


def test_a_title_of_many_words_stays_one(tmp_path):
    write(tmp_path / "a.csv", csv_text([*TABLE, *cells([row(c0="Hải Phòng, ngày 5 tháng 1, năm 2024")])]))
    assert len(read(tmp_path).quarantined) == 0


# --- what other programs leave around the data -----------------------------------------------------------------------


def lined(rows, sign):
    return "\n".join(f"{sign} {f' {sign} '.join(r)} {sign}" for r in rows) + "\n"


@pytest.mark.parametrize(
    "text",
    [
        lined([HEAD, ["---"] * len(HEAD), *BODY], "|"),
        lined([HEAD, [":--:"] * len(HEAD), *BODY], "|"),
        "+-----+----+\n" + lined([HEAD], "|") + "+-----+----+\n" + lined(BODY, "|") + "+-----+----+\n",
        csv_text([HEAD, ["------"] * len(HEAD), *BODY]) + "3 rows selected.\r\n",
    ],
)
def test_ruled_lines_are_no_data(text, tmp_path):
    write(tmp_path / "a.csv", text)
    found = read(tmp_path)
    assert facts(found.frame) == FACTS
    assert len(found.quarantined) == 0
    assert found.accounts[0].skipped["dòng kẻ"] in (1, 2)


@pytest.mark.parametrize("wrap", [str, quoted])
@pytest.mark.parametrize("tail", [";", ";;;"])
def test_a_comma_file_saved_again_with_another_delimiter_is_read(wrap, tail, tmp_path):
    lines = csv_text([[*r[:9], r[10], r[9]] for r in TABLE], ",").splitlines()
    wrapped = [wrap(line) if "Văn bằng" in line else line for line in lines]
    write(tmp_path / "a.csv", "".join(f"{line}{tail}\r\n" for line in wrapped))
    found = read(tmp_path)
    assert facts(found.frame) == FACTS
    assert found.accounts[0].mended["bỏ dấu “;” thừa ở cuối dòng"] == len(TABLE)


def test_blank_last_columns_stay(tmp_path):
    write(tmp_path / "a.csv", csv_text([[*r, "", ""] for r in TABLE]))
    found = read(tmp_path)
    assert facts(found.frame) == FACTS
    assert found.accounts[0].mended == {}


PAID = [[*HEAD, "Phí, lệ phí"], *([*r, fee] for r, fee in zip(BODY, ("8.000", "10.000 đ", "0 đồng"), strict=True))]


def test_sums_of_money_are_read_and_told(tmp_path):
    write(tmp_path / "a.csv", csv_text(PAID))
    found = read(tmp_path)
    assert found.frame["fee_amount"].astype(str).tolist() == ["8000", "10000", "0"]
    assert found.accounts[0].mended["Phí, lệ phí: bỏ dấu phân cách hàng nghìn, chữ đồng"] == 3


@pytest.mark.parametrize("fee", ["98,1", "1.5", "0912.345.678", "10.000 (mười nghìn)", "1.00.000"])
def test_what_is_no_sum_of_money_is_set_aside(fee, tmp_path):
    write(tmp_path / "a.csv", csv_text([*PAID[:3], [*PAID[3][:-1], fee]]))
    assert read(tmp_path).quarantined["reason_code"].tolist() == ["Q04"]


def test_three_decimals_are_no_thousands(tmp_path):
    write(tmp_path / "a.csv", csv_text([PAID[0], [*BODY[0], "500.000"], [*BODY[1], "12000.000"], [*BODY[2], "8000"]]))
    assert read(tmp_path).quarantined["reason_code"].tolist() == ["Q04", "Q04"]


@pytest.mark.parametrize(("total", "kind"), [("18.000", "dòng tổng"), ("18.001", "")])
def test_a_last_row_that_only_sums_is_a_total(total, kind, tmp_path):
    write(tmp_path / "a.csv", csv_text([*PAID, [*BLANK, total]]))
    found = read(tmp_path)
    assert facts(found.frame) == FACTS
    assert found.accounts[0].skipped.get("dòng tổng", 0) == (kind != "")
    assert len(found.quarantined) == (kind == "")


def test_a_set_aside_row_whose_key_has_a_part_that_no_column_states(tmp_path):
    """A catalogue without days of validity: the key of its rows is half blank, on both sides."""
    folder = tmp_path / PROCEDURES.name
    folder.mkdir()
    head = "Mã TTHC;Tên thủ tục hành chính;Lĩnh vực;Cấp thực hiện;Thời hạn giải quyết\n"
    for day, limit in (("01", "theo lịch"), ("02", "5 ngày làm việc")):
        lines = f"1.000001;Thử một;Thử;Sở;{limit}\n1.000002;Thử hai;Thử;Sở;5 ngày làm việc\n"
        write(folder / f"danh-muc-2026-03-{day}.csv", head + lines)
        data = read(folder, PROCEDURES)
        told = [f for f in balance(data) if f.failed]
        assert len(told) == (day == "01"), "a newer list that states the limit settles it"
