"""The cited working calendar: the vectors of the domain notes and its limits."""

from datetime import date

import pytest

from tthc_analysis.errors import CalendarNotCovered
from tthc_analysis.workdays import load_calendar

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


@pytest.mark.parametrize("day", [date(2021, 12, 31), date(2027, 1, 1)])
def test_outside_the_calendar_is_refused(day):
    with pytest.raises(CalendarNotCovered, match=r"rules/calendar\.csv"):
        load_calendar().is_working(day)


def test_differences_to_the_holidays_package_are_known():
    import holidays

    ours, theirs = load_calendar(), holidays.country_holidays("VN", years=range(2022, 2027))
    first = date(2022, 1, 1).toordinal()
    last = date(2026, 12, 31).toordinal()
    days = [date.fromordinal(n) for n in range(first, last + 1)]
    different = [d for d in days if ours.is_working(d) != theirs.is_working_day(d)]
    assert different == [date(2026, 1, 2), date(2026, 1, 10)]
