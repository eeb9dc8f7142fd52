"""Dates of exports: one order of day and month for each column, found from all its values; never guessed, never silent."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
import pytest
import xlsxwriter
from exports_make import BODY, FACTS, HEAD, cells, csv_text, facts, profile, read, write

from tthc_analysis.exports.day_order import UnclearDates
from tthc_analysis.exports.moments import moment_parser

DATES = {7: "received_at", 8: "due_at", 9: "resolved_at"}
CODES = ("H24.99-240304-0001", "H24.99-240617-0002", "H24.99-240925-0003", "H24.99-241108-0004")
MOMENTS = (
    ("2024-03-04 08:05:00", "2024-03-11 00:00:00", "2024-03-08 15:40:00"),
    ("2024-06-17 13:30:00", "2024-07-01 00:00:00", "2024-06-28 09:00:00"),
    ("2024-09-25 10:15:00", "2024-10-02 00:00:00", ""),
    ("2024-11-08 16:59:00", "2024-11-15 00:00:00", "2024-11-12 07:45:00"),
)


def table(write_moment, codes=CODES, moments=MOMENTS):
    """Rows whose dates are written by `write_moment` (moment, whether it has a time)."""
    rows = []
    for code, days in zip(codes, moments, strict=True):
        told = [write_moment(datetime.fromisoformat(d), p != 1) if d else "" for p, d in enumerate(days)]
        rows.append([*BODY[0][:1], code, *BODY[0][2:7], *told, "Đã trả kết quả" if days[2] else "Đang xử lý"])
    return [HEAD, *rows]


def told(frame):
    return [
        tuple("" if pd.isna(row[name]) else str(row[name])[:19] for name in DATES.values())
        for row in frame.sort_values("dossier_code").to_dict("records")
    ]


def by(shape, day_only=""):
    return lambda moment, timed: moment.strftime(shape if timed or not day_only else day_only)


def half(moment, timed):
    """The Vietnamese words for the halves of the day."""
    return (
        moment.strftime("%d/%m/%Y %I:%M:%S ") + ("SA" if moment.hour < 12 else "CH") if timed else f"{moment:%d/%m/%Y}"
    )


SHAPES = {
    "two digits of the year": by("%d/%m/%y %H:%M", "%d/%m/%y"),
    "dots": by("%d.%m.%Y %H:%M:%S", "%d.%m.%Y"),
    "no leading zeros": lambda m, t: f"{m.day}/{m.month}/{m.year}" + (f" {m.hour}:{m:%M:%S}" if t else ""),
    "time first": by("%H:%M:%S %d/%m/%Y", "%d/%m/%Y"),
    "time first in words": lambda m, t: f"{m.hour}h{m:%M} ngày {m:%d/%m/%Y}" if t else f"ngày {m:%d/%m/%Y}",
    "words": lambda m, t: (f"{m.hour} giờ {m:%M} phút " if t else "") + f"ngày {m:%d} tháng {m:%m} năm {m:%Y}",
    "halves of the day": half,
    "halves of the day in English": by("%d/%m/%Y %I:%M %p", "%d/%m/%Y"),
    "milliseconds": by("%Y-%m-%d %H:%M:%S.000"),
    "seven decimals": by("%Y-%m-%dT%H:%M:%S.0000000"),
    "year first with slashes": by("%Y/%m/%d %H:%M", "%Y/%m/%d"),
    "local time zone": by("%Y-%m-%dT%H:%M:%S+07:00"),
    "digits only": by("%Y%m%d%H%M%S", "%Y%m%d"),
    "day first in digits only": by("%d%m%Y"),
    "English months": by("%d-%b-%Y %H:%M:%S", "%d-%b-%Y"),
    "weekday": lambda m, t: f"Thứ {m.isoweekday() + 1}, {m:%d/%m/%Y %H:%M:%S}",
    "wrapped in a formula": by('="%d/%m/%Y %H:%M:%S"'),
    "after an apostrophe": by("'%d/%m/%Y %H:%M:%S"),
    "the name of the time zone": by("%d/%m/%Y %H:%M:%S ICT"),
    "serial numbers": lambda m, t: repr((m - datetime(1899, 12, 30)).total_seconds() / 86400),
    "seconds since 1970": lambda m, t: str(int((m - datetime(1970, 1, 1)).total_seconds() - 7 * 3600)),
    "milliseconds since 1970": lambda m, t: str(int((m - datetime(1970, 1, 1)).total_seconds() - 7 * 3600) * 1000),
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_that_one_reading_fits_is_read(name, tmp_path):
    write(tmp_path / "a.csv", csv_text(table(SHAPES[name])))
    whole = "day first" in name
    expected = [tuple(d[:10] + " 00:00:00" if whole and d else d for d in row) for row in MOMENTS]
    assert told(read(tmp_path).frame) == expected


def test_a_time_zone_is_turned_to_local_time_and_told(tmp_path):
    utc = table(lambda m, t: (m - (datetime(2024, 1, 1, 7) - datetime(2024, 1, 1))).strftime("%Y-%m-%dT%H:%M:%SZ"))
    write(tmp_path / "a.csv", csv_text(utc))
    found = read(tmp_path)
    assert told(found.frame) == list(MOMENTS)
    assert found.accounts[0].mended["Ngày tiếp nhận: đã đổi múi giờ sang giờ Việt Nam"] == 4


def test_a_declared_time_zone_is_local_time_too(tmp_path):
    own = profile(tmp_path / "p", 'id = "aaa"\nlabel = "x"\ndate_formats = ["%d %Y %m %H-%M %z"]')
    assert moment_parser(("%d %Y %m %H-%M %z",))("15 2024 04 00-30 +0000") == datetime(2024, 4, 15, 7, 30)
    rows = table(lambda m, t: m.strftime("%d %Y %m %H-%M +0700"))
    write(tmp_path / "d/a.csv", csv_text(rows))
    profiles = own.model_copy(update={"profiles": own.profiles[1:]})
    assert told(read(tmp_path / "d", profiles=profiles).frame) == list(MOMENTS)


# --- day and month ---------------------------------------------------------------------------------------------------

US = by("%m/%d/%Y %H:%M:%S", "%m/%d/%Y")


def refused(folder, *words, profiles=None):
    with pytest.raises(UnclearDates) as error:
        read(folder, **({"profiles": profiles} if profiles else {}))
    assert all(word in str(error.value) for word in words), str(error.value)


def test_month_first_is_one_error_with_the_line_to_add(tmp_path):
    write(tmp_path / "a.csv", csv_text(table(US)))
    refused(tmp_path, "tháng trước ngày", "99/99/9999", 'date_formats = ["%m/%d/%Y"]')


def test_the_codes_tell_month_first_where_no_day_is_above_twelve(tmp_path):
    few = (CODES[0], CODES[3])
    write(
        tmp_path / "a.csv", csv_text(table(US, few, (MOMENTS[0], ("2024-11-08 16:59:00", "2024-11-12 00:00:00", ""))))
    )
    refused(tmp_path, "tháng trước ngày", "2 mã")


def test_one_code_that_fits_by_chance_speaks_against_nothing(tmp_path):
    """Codes with the day of another event: one of many is the day of receipt with day and month exchanged."""
    moments = [(f"2024-{m:02}-05 08:00:00", f"2024-{m:02}-25 00:00:00", "") for m in (1, 2, 3, 4, 6, 7, 8, 9, 10, 11)]
    codes = [f"H24.99-240{m}28-000{m}" for m in range(1, 10)] + ["H24.99-240511-0011"]
    write(tmp_path / "a.csv", csv_text(table(by("%d/%m/%Y %H:%M:%S"), codes, moments)))
    assert sorted(told(read(tmp_path).frame)) == sorted(moments)


def test_the_order_of_dates_in_rows_tells_month_first_where_codes_have_no_day(tmp_path):
    moments = [("2024-01-09 08:00:00", "2024-02-02 00:00:00", "2024-02-01 09:00:00"),
               ("2024-03-11 08:00:00", "2024-04-02 00:00:00", "2024-04-03 09:00:00"),
               ("2024-05-10 08:00:00", "2024-06-02 00:00:00", "2024-06-01 09:00:00"),
               ("2024-07-12 08:00:00", "2024-08-05 00:00:00", "2024-08-04 09:00:00")]  # fmt: skip
    write(tmp_path / "a.csv", csv_text(table(US, [f"HS{n}" for n in range(4)], moments)))
    refused(tmp_path, "tháng trước ngày", "4 dòng")


def test_a_declared_order_is_taken_and_its_contrary_refused(tmp_path):
    own = profile(tmp_path / "p", 'id = "aaa"\nlabel = "x"\ndate_formats = ["%m/%d/%Y"]')
    profiles = own.model_copy(update={"profiles": own.profiles[1:]})
    write(tmp_path / "d/a.csv", csv_text(table(US)))
    assert told(read(tmp_path / "d", profiles=profiles).frame) == list(MOMENTS)
    write(tmp_path / "e/a.csv", csv_text(table(by("%d/%m/%Y %H:%M:%S", "%d/%m/%Y"))))
    refused(tmp_path / "e", "tháng đứng trước", profiles=profiles)


def test_a_mixture_of_both_orders_is_refused(tmp_path):
    rows = [HEAD, *table(US)[1:3], *table(by("%d/%m/%Y %H:%M:%S"))[3:], *table(by("%d/%m/%Y"))[2:4]]
    rows = [HEAD, *[[r[0], f"HS{i}", *r[2:]] for i, r in enumerate(rows[1:] * 3)]]
    write(tmp_path / "a.csv", csv_text(rows))
    refused(tmp_path, "trộn hai dạng")


def test_one_row_with_the_month_first_is_a_slip_of_that_row(tmp_path):
    write(tmp_path / "a.csv", csv_text([HEAD, *cells(c8="02/25/2024")]))
    found = read(tmp_path)
    assert list(found.quarantined["reason_code"]) == ["Q03"]
    assert facts(found.frame) == FACTS[1:]


def test_dates_without_any_evidence_are_read_day_first_and_told(tmp_path):
    rows = [
        HEAD,
        *[[*r[:1], f"HS{i}", *r[2:7], f"0{i}/05/2024", f"1{i}/06/2024", "", r[10]] for i, r in enumerate(BODY, 1)],
    ]
    write(tmp_path / "a.csv", csv_text([HEAD, *[[*r[:8], f"0{i}/07/2024", *r[9:]] for i, r in enumerate(rows[1:], 1)]]))
    found = read(tmp_path)
    assert str(found.frame["received_at"].iloc[0])[:10] == "2024-05-01"
    assert sum(n for what, n in found.accounts[0].mended.items() if "không có dấu hiệu" in what) == 6


def workbook(path, rows, real):
    """A workbook whose dates are real cells where `real` (a moment) says so, else text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path)) as book:
        sheet, stamp = book.add_worksheet(), book.add_format({"num_format": "m/d/yyyy h:mm"})
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if isinstance(value, datetime):
                    sheet.write_datetime(r, c, real(value), stamp)
                elif value:
                    sheet.write_string(r, c, value)
    return path


def us_excel(moment, timed):
    """What a spreadsheet with month-first dates makes of a day-first text."""
    if moment.day > 12:
        return f"{moment:%d/%m/%Y %H:%M:%S}"
    return moment.replace(month=moment.day, day=moment.month)


def test_a_workbook_whose_days_up_to_twelve_were_swapped_is_refused(tmp_path):
    workbook(tmp_path / "a.xlsx", table(us_excel), lambda m: m)
    refused(tmp_path, "đổi chỗ", "Excel", "swapped_dates")


def test_a_swapped_workbook_is_noticed_without_days_in_the_codes(tmp_path):
    workbook(tmp_path / "a.xlsx", table(us_excel, [f"HS{n}" for n in range(4)]), lambda m: m)
    refused(tmp_path, "đổi chỗ")


def test_a_swapped_workbook_with_days_up_to_twelve_only_is_noticed_by_its_codes(tmp_path):
    workbook(
        tmp_path / "a.xlsx", table(us_excel, (CODES[0], CODES[3]), (MOMENTS[0], (*MOMENTS[3][:1], "", ""))), lambda m: m
    )
    refused(tmp_path, "đổi chỗ")


def test_real_dates_are_never_read_by_the_formats_of_a_profile(tmp_path):
    own = profile(tmp_path / "p", 'id = "aaa"\nlabel = "x"\ndate_formats = ["%m/%d/%Y"]')
    profiles = own.model_copy(update={"profiles": own.profiles[1:]})
    workbook(tmp_path / "d/a.xlsx", table(lambda m, t: m), lambda m: m)
    assert told(read(tmp_path / "d", profiles=profiles).frame) == list(MOMENTS)


def test_a_declaration_lets_odd_dates_pass(tmp_path):
    own = profile(tmp_path / "p", 'id = "aaa"\nlabel = "x"\nswapped_dates = false')
    profiles = own.model_copy(update={"profiles": own.profiles[1:]})
    workbook(tmp_path / "d/a.xlsx", table(us_excel), lambda m: m)
    assert (
        len(read(tmp_path / "d", profiles=profiles).frame) + len(read(tmp_path / "d", profiles=profiles).quarantined)
        == 4
    )


# --- empty cells and unknown forms -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "word",
    [
        "NULL",
        "-",
        "–",
        "\\N",
        "Chưa có",
        "không",
        "N/A",
        "0001-01-01",
        "31/12/9999",
        "9999-12-31 23:59:59",
        "00/00/0000",
        "//",
    ],
)
def test_a_cell_that_stands_for_an_empty_one_is_empty_and_told(word, tmp_path):
    write(tmp_path / "a.csv", csv_text([HEAD, *cells(c9=word)]))
    found = read(tmp_path)
    assert found.frame["resolved_at"].isna().tolist() == [True, True, True]
    assert found.accounts[0].mended == {"Ngày kết thúc xử lý: ghi như ô trống (NULL, -, 31/12/9999 …)": 1}


def test_an_empty_cell_in_words_is_missing_where_the_column_is_required(tmp_path):
    write(tmp_path / "a.csv", csv_text([HEAD, *cells(c7="NULL")]))
    assert list(read(tmp_path).quarantined["reason_code"]) == ["Q01"]


def test_a_form_that_nobody_knows_is_one_error_without_its_words(tmp_path):
    write(tmp_path / "a.csv", csv_text(table(lambda m, t: f"Phạm Thị {m:%d}")))
    refused(tmp_path, "không hiểu dạng ngày", "xxxx xxx 99", "date_formats")


def test_the_codes_tell_that_the_year_of_two_digits_comes_first(tmp_path):
    few = [(m[0], "", "") for m in MOMENTS]
    write(tmp_path / "a.csv", csv_text(table(by("%y-%m-%d"), CODES, few)))
    refused(tmp_path, "năm đứng trước")
    write(tmp_path / "b/a.csv", csv_text(table(by("%y-%m-%d"), CODES[:2], few[:2])))
    refused(tmp_path / "b", "2 mã")


def test_two_digit_years_that_begin_with_the_year_are_refused_until_declared(tmp_path):
    moments = [(f"2024-03-{n + 10} 08:00:00", f"2024-04-{n + 11} 00:00:00", "") for n in range(8)]
    rows = table(by("%y-%m-%d"), [f"HS{n}" for n in range(8)], moments)
    write(tmp_path / "d/a.csv", csv_text(rows))
    refused(tmp_path / "d", "năm đứng trước")
    own = profile(tmp_path / "p", 'id = "aaa"\nlabel = "x"\ndate_formats = ["%y-%m-%d"]')
    profiles = own.model_copy(update={"profiles": own.profiles[1:]})
    assert {str(d)[:7] for d in read(tmp_path / "d", profiles=profiles).frame["received_at"]} == {"2024-03"}


def from_1904(moment, timed):
    return repr((moment - datetime(1904, 1, 1)).total_seconds() / 86400)


def test_serial_numbers_from_1904_are_refused_where_the_codes_show_it(tmp_path):
    write(tmp_path / "a.csv", csv_text(table(from_1904)))
    with pytest.raises(UnclearDates, match="1904"):
        read(tmp_path)


@pytest.mark.parametrize(
    "word",
    ["Chưa trả", "chưa xử lý", "Đang giải quyết", "x", "#NULL", "1900-01-00", "01-01-1970", "01/01/1970 07:00:00"],
)
def test_what_stands_for_no_end_is_an_empty_cell_and_told(word, tmp_path):
    rows = table(by("%d/%m/%Y %H:%M:%S"))
    rows[1][9], rows[1][10] = word, "Đang xử lý"
    write(tmp_path / "a.csv", csv_text(rows))
    found = read(tmp_path)
    assert told(found.frame)[0] == (*MOMENTS[0][:2], "")
    assert found.accounts[0].mended["Ngày kết thúc xử lý: ghi như ô trống (NULL, -, 31/12/9999 …)"] == 1


def test_the_dates_of_json_are_read(tmp_path):
    seconds = table(lambda m, t: f"/Date({int((m - datetime(1970, 1, 1)).total_seconds() - 7 * 3600) * 1000})/")
    write(tmp_path / "a.csv", csv_text(seconds))
    assert told(read(tmp_path).frame) == list(MOMENTS)
