"""The national database's own list of procedures, read as it is: bodies, levels by words, limits, lists that follow each other."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from exports_make import PROFILES, csv_text, profile, read, write, xlsx

from tthc_analysis.columns import PROCEDURES
from tthc_analysis.exports import inspect_export
from tthc_analysis.exports.authority import bodies_of, united
from tthc_analysis.exports.time_limits import Split, split_time_limit
from tthc_analysis.rules.catalogue import load_catalogue_rules

TITLE = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập – Tự do – Hạnh phúc\n\nDANH SÁCH THỦ TỤC HÀNH CHÍNH\n"
HEAD = ["Mã số", "Tên", "Cơ quan ban hành", "Cơ quan thực hiện", "Lĩnh vực"]
BODY = [
    ["1.900001", " Cấp phép thử thứ nhất ", "Bộ Y tế", "Sở Y tế", "Khám bệnh"],
    ["1.900002", "Cấp phép thử thứ hai", "Bộ Y tế", "Chủ tịch ủy ban nhân dân cấp tỉnh\nSở Y tế\n", "Khám bệnh"],
    ["3.900003", "Xác nhận thử", "Bộ Y tế", "\nUBND cấp  xã", "Dân số"],
    ["1.900004", "Công bố thử", "Bộ Y tế", "Cục Quản lý Dược", "Dược"],
    ["1.900005", "Kiểm tra thử", "Bộ Y tế", "Trung tâm Kiểm nghiệm\nSở Y tế", "Dược"],
    ["2.900006", "Giám định thử", "Bộ Y tế", "", "Giám định"],
]


def national(folder, name="danh-sach-tthc-2026-11-27.xlsx", rows=BODY):
    return xlsx(folder / name, {"Danh sách TTHC": [[TITLE, "", "", "", ""], HEAD, *rows]})


def levels(frame: pd.DataFrame) -> dict[str, tuple[str | None, str | None]]:
    shown = frame[["authority_level", "authority_levels"]].astype("object")
    shown = shown.where(shown.notna(), None)
    return dict(zip(frame["procedure_code"], shown.itertuples(index=False, name=None), strict=True))


def test_the_list_is_read_as_it_is(tmp_path):
    national(tmp_path)
    found = read(tmp_path, PROCEDURES)
    assert (len(found.frame), len(found.quarantined)) == (6, 0)
    assert levels(found.frame) == {
        "1.900001": ("department", "department"),
        "1.900002": ("several", "city;department"),
        "3.900003": ("commune", "commune"),
        "1.900004": ("ministry", "ministry"),
        "1.900005": (None, "department"),  # the other body may be of any level
        "2.900006": (None, None),
    }
    first = found.frame.iloc[0]
    assert (first["procedure_name"], first["issuing_body"]) == ("Cấp phép thử thứ nhất", "Bộ Y tế")
    assert found.frame["valid_from"].isna().all()
    assert found.accounts[0].snapshot_date == date(2026, 11, 27)


def test_a_body_without_a_level_is_listed_and_may_be_declared(tmp_path):
    path = national(tmp_path)
    assert inspect_export(path, PROCEDURES, PROFILES).unknown_bodies == {"Trung tâm Kiểm nghiệm": 1}
    told = profile(
        tmp_path, 'id="y"\nlabel="y"\n[danh_muc_tthc.values.authority_level]\n"Trung tâm Kiểm nghiệm" = "department"'
    )
    assert not inspect_export(path, PROCEDURES, told).unknown_bodies
    assert levels(read(tmp_path, PROCEDURES, told).frame)["1.900005"] == ("department", "department")


def test_the_day_of_a_list_is_its_own(tmp_path):
    """Without a day in the name, the day on which the workbook says that it was made."""
    national(tmp_path, "danh-sach.xlsx")
    account = read(tmp_path, PROCEDURES).accounts[0]
    assert account.snapshot_rule == "ngày tạo ghi trong thuộc tính của tệp"
    assert account.snapshot_date.year >= 2024


def test_a_newer_list_of_the_same_body_says_all(tmp_path):
    other = [["9.900001", "Thủ tục thử của bộ khác", "Bộ Nội vụ", "Sở Nội vụ", "Lưu trữ"]]
    national(tmp_path, "a-2026-08-01.xlsx", [*BODY, ["1.900009", "Đã bãi bỏ", "Bộ Y tế", "Sở Y tế", "Dược"]])
    national(tmp_path, "b-2026-09-01.xlsx", other)
    national(tmp_path, "c-2026-11-27.xlsx")
    found = read(tmp_path, PROCEDURES)
    assert "1.900009" not in set(found.frame["procedure_code"])
    assert "9.900001" in set(found.frame["procedure_code"])
    assert (len(found.frame), len(found.replaced)) == (7, 7)


def test_a_list_with_limits_by_way_of_filing(tmp_path):
    head = ["procedure_code", "procedure_title", "field", "agency", "processing_time_values"]
    rows = [
        ["1.900001", "Thử 1", "Dược", "Sở Y tế; Ủy ban nhân dân cấp xã", "20 ngày làm việc | 20 ngày làm việc"],
        ["1.900002", "Thử 2", "Dược", "Cục Quản lý Dược - Bộ Y tế", "N/A | N/A"],
        ["1.900003", "Thử 3", "Dược", "Sở Y tế", "12 ngày làm việc | 7 ngày làm việc"],
    ]
    write(tmp_path / "tom-tat-2026-11-27.csv", csv_text([head, *rows], ","))
    found = read(tmp_path, PROCEDURES)
    assert not len(found.quarantined)
    limits = found.frame[["time_limit", "time_limit_max", "time_limit_unit"]].astype("object")
    assert limits.where(limits.notna(), None).to_numpy().tolist() == [
        [20, None, "working_day"],
        [None, None, None],
        [7, 12, "working_day"],
    ]
    assert levels(found.frame)["1.900001"] == ("several", "department;commune")


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("30 ngày | 30 ngày | 45 ngày", Split("30", "45", "ngày")),
        ("n/a | 4 giờ làm việc", Split("4", "", "giờ")),
        ("15 ngày | 10 ngày làm việc", Split("")),  # two units: not one limit
        ("10 ngày | theo lịch", Split("")),
    ],
)
def test_several_limits(text, limit):
    assert split_time_limit(text) == limit


@pytest.mark.parametrize(
    ("body", "level"),
    [
        ("Ủy ban nhân dân cấp xã", "commune"),
        ("Chủ tịch UBND phường", "commune"),
        ("UBND đặc khu Cát Hải", "commune"),
        ("Ủy ban nhân dân huyện An Lão", "district"),
        ("Ủy ban nhân dân cấp huyện", "district"),
        ("Giám đốc Sở Nội vụ", "department"),
        ("Văn phòng Sở Xây dựng", "department"),
        ("Người đứng đầu cơ quan chuyên môn thuộc Ủy ban nhân dân cấp tỉnh", "department"),
        ("Hội đồng nhân dân tỉnh", "city"),
        ("Ủy ban nhân dân thành phố Hải Phòng", "city"),
        ("Bộ Nội vụ", "ministry"),
        ("Cục Bảo trợ xã hội - Bộ Y tế", "ministry"),
        ("Thủ tướng Chính phủ", "ministry"),
        ("Cục Thuế tỉnh Phú Thọ", ""),
        ("Chi cục Thủy sản", ""),
        ("Bộ Tham mưu quân khu", ""),
        ("Cơ quan do Ủy ban nhân dân cấp tỉnh chỉ định", ""),
        ("Cơ sở giáo dục", ""),
        ("Sở hữu chung", ""),
    ],
)
def test_levels_by_words(body, level):
    assert load_catalogue_rules().level_of(body) == level


def test_bodies_of_a_cell_are_taken_once():
    assert bodies_of("Sở Y tế; Sở Y tế ;\n UBND  cấp xã") == ["Sở Y tế", "UBND cấp xã"]
    assert united(["Sở Y tế", "Sở Nội vụ"], {}) == ("department", "department")


def test_written_levels_may_be_several(tmp_path):
    head = ["Mã TTHC", "Tên TTHC", "Cấp thẩm quyền", "Hiệu lực từ"]
    rows = [["1.900001", "Thử", "Sở; UBND cấp xã", "01/01/2024"], ["1.900002", "Thử", "Sở", "01/01/2024"]]
    write(tmp_path / "danh-muc.csv", csv_text([head, *rows]).replace("Sở; UBND", '"Sở | UBND').replace("xã;0", 'xã";0'))
    assert levels(read(tmp_path, PROCEDURES).frame) == {
        "1.900001": ("several", "department;commune"),
        "1.900002": ("department", None),
    }
