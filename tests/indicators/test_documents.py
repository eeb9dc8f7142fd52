"""Checks on the register of documents that find the slips of a hand-made list."""

from __future__ import annotations

from datetime import date

import pytest
from rows import frame_of

from tthc_analysis.columns import DOCUMENTS, TABLES, Column, Table
from tthc_analysis.preparation.expectations import EXPECTATIONS, derived, sources, with_checks


def checked(*rows):
    found = [
        {"document_number": number, "issued_date": date.fromisoformat(day), "issuer": issuer}
        for number, day, issuer in rows
    ]
    return with_checks(DOCUMENTS, frame_of("van_ban", found, date(2024, 12, 20))).set_index("document_number")


def test_a_decision_with_the_symbol_of_another_series_breaks_the_order():
    frame = checked(
        ("51/QĐ-SGDĐT", "2024-01-12", "department"),
        ("227/QĐ-SGDĐT", "2024-01-22", "city"),
        ("164/QĐ-SGDĐT", "2024-02-19", "department"),
        ("62/QĐ-UBND", "2024-01-10", "city"),
        ("302/QĐ-UBND", "2024-01-30", "city"),
    )
    assert list(frame.index[~frame["number_follows_date"]]) == ["227/QĐ-SGDĐT"]
    assert list(frame.index[~frame["symbol_fits_issuer"]]) == ["227/QĐ-SGDĐT"]


def test_the_corrected_number_fits():
    frame = checked(
        ("62/QĐ-UBND", "2024-01-10", "city"),
        ("227/QĐ-UBND", "2024-01-22", "city"),
        ("302/QĐ-UBND", "2024-01-30", "city"),
    )
    assert frame["number_follows_date"].all()
    assert frame["symbol_fits_issuer"].all()


def test_numbers_begin_again_each_year_and_in_each_series():
    frame = checked(
        ("4502/QĐ-UBND", "2024-12-02", "city"),
        ("12/QĐ-UBND", "2025-01-06", "city"),
        ("3/KH-UBND", "2024-12-20", "city"),
    )
    assert frame["number_follows_date"].all()


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_table_has_expectations_with_codes_of_one_letter(name):
    codes = [e.code for e in EXPECTATIONS[name]]
    assert len({c[0] for c in codes}) == 1
    numbers = [int(c[1:]) for c in codes]  # a code is never given twice; one that went is not given again
    assert len(set(numbers)) == len(numbers)
    assert min(numbers) == 1
    of_rows = {"known_when_exported", "level_holds", "validity_is_apart", "number_follows_date", "symbol_fits_issuer"}
    of_rows |= {"within_limits", "due_is_near", "is_listed_on_a_day", "has_its_end", "limit_is_possible"}
    columns = {column for e in EXPECTATIONS[name] for column in sources(e)}
    assert columns <= set(TABLES[name].names) | of_rows


def test_expectations_of_a_table_follow_from_its_columns():
    columns = (
        Column("course_code", "Mã lớp", "code", "Mã", required=True),
        Column("topic", "Chủ đề", "text", "Chủ đề"),
        Column("form", "Hình thức", "category", "Hình thức", required=True, values={"online": "Trực tuyến"}),
        Column("attendee_count", "Số người dự", "integer", "Số người"),
        Column("held_date", "Ngày tổ chức", "date", "Ngày"),
    )
    table = Table("lop", "Lớp", "lớp học", "Lớp học", ("course_code",), columns, letter="L")
    found = {e.code: (e.kind, e.columns[-1]) for e in derived(table)}
    assert found == {
        "L01": ("not_null", "course_code"),
        "L03": ("not_null", "form"),
        "L23": ("in_set", "form"),
        "L44": ("at_least", "attendee_count"),
        "L62": ("impersonal", "impersonal_topic"),
        "L80": ("true", "within_limits"),
    }
