"""Rows and columns that say a difference: held as differences, never summed; a difference of other things is left alone."""

import pytest

from tthc_analysis.reconcile import build_narrative, reconcile
from tthc_analysis.reconcile.narrative import Block, Cell


def said(*rows):
    cells = [
        Block(text, "cell", cell=Cell(1, i, j))
        for i, row in enumerate(rows, 1)
        for j, text in enumerate(row, 1)
        if text
    ]
    return [(r.code, r.found, r.expected) for r in reconcile(build_narrative("x", "docx", cells)).about_figures]


TITLES = ("Kỳ", "Tiếp nhận", "Giải quyết", "Trực tuyến")
LAST, THIS = ("Năm 2022", "1.200", "1.150", "800"), ("Năm 2023", "1.500", "1.420", "1.260")


@pytest.mark.parametrize(
    "row",
    [
        ("Chênh lệch", "300", "270", "460"),
        ("Tăng/giảm", "+300", "+270", "+460"),
        ("Tăng (+), giảm (-) so với cùng kỳ", "300", "270", "460"),
        ("So sánh năm 2023 với năm 2022", "-300", "-270", "-460"),
        ("Tỷ lệ tăng (%)", "25", "23,5", "57,5"),
        ("So với cùng kỳ năm 2022", "125%", "123,5%", "157,5%"),
    ],
)
def test_a_row_of_differences_is_held_against_the_two_rows_above(row):
    assert said(TITLES, LAST, THIS, row) == []
    wrong = (*row[:2], row[2].replace("27", "29").replace("23,5", "33,5"), row[3])
    assert [found for _, found, _ in said(TITLES, LAST, THIS, wrong)] == [wrong[2]]


def test_a_row_of_differences_is_no_part_of_a_total():
    rows = (("Xã A", "10", "8", "5"), ("Xã B", "20", "19", "9"), ("Xã C", "5", "5", "4"))
    assert said(TITLES, *rows, ("Chênh lệch giữa xã B và xã A", "10", "11", "4"), ("Tổng cộng", "35", "32", "18")) == []


@pytest.mark.parametrize("titles", [("Chênh lệch",), ("Tăng/giảm", "Tỷ lệ tăng (%)")])
def test_a_column_of_differences_is_held_even_in_two_rows(titles):
    header = ("Chỉ tiêu", "Năm 2023", "Năm 2022", *titles)
    rows = [("Hồ sơ tiếp nhận", "1.500", "1.200", "300", "25,0"), ("Hồ sơ trực tuyến", "1.260", "800", "460", "57,5")]
    width = 3 + len(titles)
    assert said(header, *(r[:width] for r in rows)) == []
    wrong = (*rows[1][:3], "640", *rows[1][4:])
    assert ("SL15", "640", "460") in said(header, rows[0][:width], wrong[:width])


def test_of_two_columns_one_row_is_enough_of_three_it_is_not():
    header = ("Chỉ tiêu", "Báo cáo", "Trên Cổng", "Chênh lệch")
    assert said(header, ("Hồ sơ", "512", "500", "21")) == [("SL15", "21", "12")]
    assert said((*header[:3], "Kế hoạch", "Chênh lệch"), ("Hồ sơ", "512", "500", "480", "21")) == []


def test_a_field_that_only_begins_with_such_a_word_is_summed_as_before():
    rows = (("Giảm nghèo", "10", "8", "5"), ("Tăng cường kỷ luật", "20", "19", "9"), ("Đất đai", "5", "5", "4"))
    assert said(TITLES, *rows, ("Cộng", "35", "32", "18")) == []
    assert said(TITLES, *rows, ("Cộng", "25", "32", "18")) == [("SL02", "25", "35")]


def test_a_difference_of_something_else_is_left_alone():
    assert said(TITLES, LAST, THIS, ("Chênh lệch so với kế hoạch", "17", "211", "98")) == []


def test_a_control_row_with_its_equation_is_held_against_the_total():
    header = (("STT", "Lĩnh vực", "Nhận", "Mới", "Cũ"), ("(1)", "(2)", "(3)=(4)+(5)", "(4)", "(5)"))
    rows = (("1", "Đất đai", "12", "10", "2"), ("2", "Hộ tịch", "30", "30", "0"), ("", "Tổng số", "42", "40", "2"))
    assert said(*header, *rows, ("", "Chênh lệch đối chiếu (3) = (4)+(5)", "0")) == []
    assert said(*header, *rows, ("", "Chênh lệch đối chiếu (3) = (4)+(5)", "4")) == [("SL15", "4", "0")]
