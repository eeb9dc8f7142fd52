"""The cited working calendar: the vectors of the domain notes and its limits."""

from datetime import date

import pandas as pd
import pytest

from tthc_analysis.errors import CalendarNotCovered, ConfigError
from tthc_analysis.rules import own
from tthc_analysis.workdays import TimeLimit, due_span, load_calendar, project_calendar

VECTORS = [
    ("2024-02-05", 5, "2024-02-19"),
    ("2024-04-26", 5, "2024-05-07"),
    ("2024-08-28", 3, "2024-09-04"),
    ("2025-01-24", 5, "2025-02-07"),
    ("2025-04-25", 3, "2025-04-29"),
    ("2025-12-30", 5, "2026-01-08"),
    ("2026-02-12", 3, "2026-02-24"),
    ("2026-08-21", 5, "2026-08-27"),
    ("2023-12-29", 1, "2024-01-02"),
]


@pytest.mark.parametrize(("received", "days", "due"), VECTORS)
def test_add_working_days(received, days, due):
    calendar = load_calendar()
    assert calendar.add(date.fromisoformat(received), days) == date.fromisoformat(due)
    assert calendar.count_between(date.fromisoformat(received), date.fromisoformat(due)) == days


def test_working_days_of_2024():
    calendar = load_calendar()
    assert calendar.count_between(date(2023, 12, 31), date(2024, 12, 31)) == 251


@pytest.mark.parametrize("day", [date(2017, 12, 14), date(2027, 1, 1)])
def test_outside_the_calendar_is_refused(day):
    with pytest.raises(CalendarNotCovered, match="quy-dinh/lich-lam-viec"):
        load_calendar().is_working(day)


def test_differences_to_the_holidays_package_are_known():
    import holidays

    ours, theirs = load_calendar(), holidays.country_holidays("VN", years=range(2018, 2027))
    first = date(2018, 1, 1).toordinal()
    last = date(2026, 12, 31).toordinal()
    days = [date.fromordinal(n) for n in range(first, last + 1)]
    different = [d for d in days if ours.is_working(d) != theirs.is_working_day(d)]
    assert different == [date(2026, 1, 2), date(2026, 1, 10), date(2026, 11, 24)]


def test_outside_the_calendar_nothing_is_known_and_nothing_stops():
    calendar = load_calendar()
    assert (calendar.worked(date(2026, 12, 31)), calendar.worked(date(2027, 1, 1))) == (True, None)
    days = pd.to_datetime(pd.Series(["2017-12-14", "2017-12-15", "2026-12-31", "2027-01-01", None]))
    assert calendar.elapsed(days).isna().tolist() == [True, False, False, True, True]
    assert calendar.count_between(date(2017, 12, 15), date(2018, 1, 2)) == 11


def test_a_day_off_that_is_only_expected_is_worked_and_its_difference_is_no_finding():
    calendar = load_calendar()
    assert calendar.is_working(date(2026, 11, 24))
    assert [e.day for e in calendar.expected] == [date(2026, 11, 24)]
    assert due_span(date(2026, 11, 20), TimeLimit(5, None, "working_day"), calendar) == (
        date(2026, 11, 27),
        date(2026, 11, 30),
    )
    assert due_span(date(2026, 11, 2), TimeLimit(5, None, "working_day"), calendar) == (date(2026, 11, 9),) * 2


OWN = """
years = [2027]
[[days]]
date = 2027-02-08
kind = "off"
basis = "Tết Nguyên đán"
source = "Thông báo"
checked = 2026-12-20
[[days]]
date = 2026-05-13
kind = "off"
basis = "Ngày nghỉ của địa phương"
source = "Quyết định của tỉnh"
checked = 2026-05-01
"""


def calendar_of(root, text):
    path = root / own.CALENDAR
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    return project_calendar(root)


def test_a_project_adds_years_and_local_days(tmp_path):
    calendar = calendar_of(tmp_path, OWN)
    assert calendar.last == date(2027, 12, 31)
    assert not calendar.is_working(date(2027, 2, 8))
    assert not calendar.is_working(date(2026, 5, 13))
    assert load_calendar().is_working(date(2026, 5, 13))
    assert calendar.add(date(2026, 12, 30), 3) == date(2027, 1, 4)


def test_without_a_file_of_its_own_the_shipped_calendar_holds(tmp_path):
    assert project_calendar(tmp_path) is load_calendar()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (OWN.replace("years = [2027]", ""), "08/02/2027 thuộc năm chưa ghi đủ"),
        (OWN.replace("[2027]", "[2027, 2030]"), "thiếu năm"),
        (OWN.replace("[2027]", "[2027, 2028]"), "Năm 2028 ghi trong years mà không có ngày nghỉ"),
        (OWN.replace('"off"', '"nghỉ"', 1), "“\\[\\[days\\]\\] thứ 1, kind” chỉ nhận off, worked"),
        (OWN.replace("2027-02-08", "2027-02-30"), "sai cú pháp"),
    ],
)
def test_a_wrong_calendar_of_ones_own_is_refused(tmp_path, text, said):
    with pytest.raises(ConfigError, match=said) as error:
        calendar_of(tmp_path, text)
    assert error.value.where.startswith(own.CALENDAR)
