"""The list of a morning: what is late or due within N working days, from dates alone, by unit; and how old the export is."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from zipfile import ZipFile

import pytest
from rows import dossier

from tthc_analysis.documents import worklist
from tthc_analysis.errors import CalendarNotCovered
from tthc_analysis.indicators.deadlines import CLASSES, deadlines, export_age

#: Friday; the Saturday 04/5 of 2024 is worked, 30/4 and 01/5 are off
DAY = date(2024, 4, 26)
SCENARIO = [
    # due, resolved, class, working days left
    ("2024-04-25", None, "late", -1),
    ("2024-04-26T17:00", None, "today", 0),
    ("2024-05-02", None, "soon", 1),  # 29/4 is swapped with 04/5
    ("2024-05-04", None, "soon", 3),
    ("2024-05-06", None, "", None),
    ("2024-04-01", "2024-04-26T08:00", "", None),  # resolved on the day itself: nothing is left to do
    ("2024-04-24", "2024-04-29", "late", -2),  # resolved later: on that morning it was open
    (None, None, "", None),
]


def found_on(report_of, exported=date(2024, 4, 26), within=3, on=DAY, **more):
    rows = [
        dossier(n, "2024-03-04T09:00", due, resolved, agency=("Phòng A", None)[n % 2], **more)
        for n, (due, resolved, *_) in enumerate(SCENARIO)
    ]
    report = report_of("2024-04", exported, ho_so=rows)
    return report, deadlines(report, on, within)


def test_each_class_and_the_working_days_left(report_of):
    _, found = found_on(report_of)
    said = dict(
        zip(
            found.dossiers["dossier_code"],
            zip(found.dossiers["kind"], found.dossiers["left"], strict=True),
            strict=True,
        )
    )
    for number, (_, _, kind, left) in enumerate(SCENARIO):
        code = dossier(number, "2024-03-04")["dossier_code"]
        assert said.get(code, ("", None)) == (kind, left)
    assert found.until == date(2024, 5, 4)
    assert {name: found.number(name) for name in (*CLASSES, "open", "no_due")} == {
        "late": 2, "today": 1, "soon": 2, "open": 7, "no_due": 1,
    }  # fmt: skip


def test_no_working_day_ahead_lists_the_day_itself(report_of):
    _, found = found_on(report_of, within=0)
    assert set(found.dossiers["kind"]) == {"late", "today"}


def test_units_are_listed_with_the_latest_first_and_one_without_a_name(report_of):
    _, found = found_on(report_of)
    assert found.units["late"].is_monotonic_decreasing
    assert "(không ghi đơn vị)" in set(found.units["agency"])
    assert worklist.unit_rows(found)[-1][:3] == ["Cộng", 7, 2]


def test_a_dossier_that_stands_still_by_the_rules_is_not_late(report_of):
    from dataclasses import replace

    from tthc_analysis.rules import load_counting_rules

    report, _ = found_on(report_of, status="awaiting_supplement")
    paused = replace(report, rules=load_counting_rules("he-thong-a-06"))
    assert deadlines(report, DAY, 0).number("late") == 2
    assert deadlines(paused, DAY, 0).number("late") == 0


@pytest.mark.parametrize(("exported", "age"), [(date(2024, 4, 26), 0), (date(2024, 4, 25), 1), (date(2024, 4, 22), 4)])
def test_the_age_of_the_export_in_working_days(exported, age, report_of):
    assert export_age(*found_on(report_of, exported)) == age


def test_a_day_beyond_the_calendar_is_refused(report_of):
    with pytest.raises(CalendarNotCovered):
        found_on(report_of, on=date(2190, 1, 2))


def test_a_day_beyond_the_calendar_alone_is_listed_without_working_days(report_of):
    report, found = found_on(report_of, within=0, on=date(2190, 1, 2))
    assert list(found.dossiers["kind"]) == ["late"] * 5
    assert found.dossiers["left"].isna().all()
    assert {row[-1] for row in worklist.list_rows(found)} == {None}
    assert export_age(report, found) is None


def test_the_files_hold_every_row_and_no_formula(report_of):
    rows = [dossier(1, "2024-03-04", "2024-04-25", procedure_name="=1+1", agency="Phòng A", status="processing")]
    found = deadlines(report_of("2024-04", DAY, ho_so=rows), DAY, 3)
    header, row = csv.reader(io.StringIO(worklist.to_csv(found).decode("utf-8-sig")))
    assert header == list(worklist.LIST)
    assert row[3:] == ["'=1+1", "Đang xử lý", "2024-03-04", "2024-04-25", "-1"]
    data = worklist.to_xlsx(found)
    assert data == worklist.to_xlsx(found)
    with ZipFile(io.BytesIO(data)) as book:
        sheets = "".join(book.read(f"xl/worksheets/sheet{n}.xml").decode() for n in (1, 2))
        assert "<f>" not in sheets
        assert "=1+1" in book.read("xl/sharedStrings.xml").decode()
    assert datetime(2024, 4, 25).date() in worklist.list_rows(found)[0]
