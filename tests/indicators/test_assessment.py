"""Section III: comparisons, working days, time saved against the catalogue's limits, slips, due dates that disagree."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from rows import by_name, dossier, procedure

from tthc_analysis.display.assessment import comparison_table
from tthc_analysis.display.formats import indicator_text
from tthc_analysis.indicators import NO_DATA, assessment, due_dates
from tthc_analysis.indicators import times as processing
from tthc_analysis.indicators.definition import NONE_AROSE, Unknown
from tthc_analysis.indicators.evaluate import Evaluation
from tthc_analysis.workdays import TimeLimit, due_span, load_calendar


def times(report):
    return by_name(assessment.time_indicators(report))


def test_days_are_working_days_without_the_day_of_receipt(report_of):
    rows = [
        dossier(1, "2024-05-06", "2024-05-13", "2024-05-06"),  # same day: 0
        dossier(2, "2024-05-10", "2024-05-17", "2024-05-13"),  # Friday to Monday: 1
        dossier(3, "2024-04-26", "2024-05-07", "2024-05-07"),  # over the holidays, Saturday 4/5 worked: 5
    ]
    report = report_of("2024", ho_so=rows, danh_muc_tthc=[procedure(time_limit=5)])
    found = times(report)
    assert (found["processing_days_median"].value, found["processing_days_p90"].value) == (1, 5)
    saved = found["time_cut_rate"]
    assert (saved.numerator, saved.denominator, indicator_text(saved)) == (9, 15, "60%")
    assert (found["fast_dossiers_rate"].numerator, found["fast_dossiers_rate"].denominator) == (2, 3)


def test_without_resolved_dossiers_there_is_no_time(report_of):
    found = times(report_of("2024", ho_so=[dossier(1, "2024-05-06", "2024-05-13")]))
    assert {i.value for i in found.values()} == {None}
    assert found["processing_days_median"].gap == "không có trường hợp nào phát sinh"


@pytest.mark.parametrize(
    ("due", "unit", "limit", "wrong"),
    [
        ("2024-05-13", "working_day", 5, 0),
        ("2024-05-14", "working_day", 5, 0),  # one day is tolerated
        ("2024-05-15", "working_day", 5, 1),
        ("2024-05-09", "working_day", 5, 1),  # two days shorter
        ("2024-05-07", "hour", 8, 0),
        ("2024-05-15", "hour", 20, 1),  # 20 hours are 3 days
    ],
)
def test_due_dates_are_held_against_the_limit(due, unit, limit, wrong, report_of):
    catalogue = [procedure(time_limit=limit, time_limit_unit=unit)]
    report = report_of("2024", ho_so=[dossier(1, "2024-05-06", due)], danh_muc_tthc=catalogue)
    found = by_name(assessment.check_indicators(report))["due_dates_disagree_rate"]
    assert (found.numerator, found.denominator) == (wrong, 1)
    assert len(assessment.due_date_differences(report)) == wrong


def test_limits_are_those_of_the_day_of_receipt(report_of):
    versions = [
        procedure(time_limit=5, valid_to=date(2024, 5, 31)),
        procedure(time_limit=10, valid_from=date(2024, 6, 1)),
    ]
    rows = [
        dossier(1, "2024-05-06", "2024-05-13", "2024-05-08"),
        dossier(2, "2024-06-03", "2024-06-17", "2024-06-05"),
    ]
    report = report_of("2024", ho_so=rows, danh_muc_tthc=versions)
    assert times(report)["time_cut_rate"].denominator == 15
    assert by_name(assessment.check_indicators(report))["due_dates_disagree_rate"].numerator == 0


def test_limits_that_are_no_working_days_are_not_recomputed(report_of):
    catalogue = [procedure(time_limit=None, time_limit_unit="event")]
    report = report_of("2024", ho_so=[dossier(1, "2024-05-06", "2024-05-13")], danh_muc_tthc=catalogue)
    assert by_name(assessment.check_indicators(report))["due_dates_disagree_rate"].denominator == 0


#: on the first day of 2023, so that the exports cover the year as a whole
FIRST = dossier(900, "2022-12-15", "2022-12-20", "2022-12-19")


def test_slipped_needs_a_slower_median_and_enough_dossiers(report_of):
    before = [FIRST] + [dossier(i, "2023-05-08", "2023-05-22", "2023-05-10") for i in range(5)]
    slower = [dossier(10 + i, "2024-05-06", "2024-05-20", "2024-05-09") for i in range(5)]
    report = report_of("2024", ho_so=before + slower)
    found = assessment.slipped(report)
    assert list(found[["median", "median_before"]].iloc[0]) == [3, 2]
    assert by_name(assessment.check_indicators(report))["slipped_procedures_count"].value == 1
    assert assessment.slipped(report_of("2024", ho_so=before + slower[:4])).empty


def test_a_growing_share_of_overdue_dossiers_is_a_slip_too(report_of):
    before = [FIRST] + [dossier(i, "2023-05-08", "2023-05-15", "2023-05-10") for i in range(5)]
    later = [dossier(10 + i, "2024-05-06", "2024-05-10" if i else "2024-05-07", "2024-05-08") for i in range(5)]
    found = assessment.slipped(report_of("2024", ho_so=before + later), "field")
    assert list(found["overdue_rate"]) == [20]


def test_a_previous_period_without_data_is_said_not_counted(report_of):
    report = report_of("2024", ho_so=[dossier(1, "2024-05-06", "2024-05-10", "2024-05-08")])
    assert assessment.slipped(report) is None
    assert "năm 2023" in by_name(assessment.check_indicators(report))["slipped_procedures_count"].gap
    compared = {c.now.name: c for c in assessment.comparisons(report)}
    assert compared["dossiers_handled_count"].now.value == 1
    assert compared["dossiers_handled_count"].previous.gap == NO_DATA
    assert compared["dossiers_handled_count"].change is None
    assert any("Năm 2023" in note and NO_DATA in note for note in assessment.comparison_notes(report))


def test_changes_add_up_as_printed(open_sample):
    for comparison in assessment.comparisons(open_sample("2024")):
        if comparison.change is not None:
            printed = Decimal(comparison.previous.rounded) + comparison.change
            assert printed == comparison.now.rounded


def test_a_quarter_is_compared_with_the_quarter_before_and_the_one_a_year_ago(open_sample):
    compared = assessment.comparisons(open_sample("2024-Q2"))
    assert {(c.now.period, c.previous.period, c.last_year.period) for c in compared} == {
        ("2024-Q2", "2024-Q1", "2023-Q2")
    }
    assert {c.now.name for c in compared} == set(assessment.HEADLINES)
    columns = comparison_table(compared, "Quý I/2024", "Quý II/2023").to_json()["columns"]
    assert [c["label"] for c in columns][-1] == "Cùng kỳ năm trước: Quý II/2023 – Tăng, giảm"


def test_time_saved_is_unknown_without_limits_and_never_none_arose(report_of):
    """Neither without a catalogue nor with one whose limits are in calendar days is there anything to hold days against."""
    done = [dossier(1, "2024-03-01", "2024-03-08", "2024-03-05")]
    for more in ({}, {"danh_muc_tthc": [procedure(time_limit=9, time_limit_unit="calendar_day")]}):
        rate = times(report_of("2024", ho_so=done, **more))["time_cut_rate"]
        assert (rate.numerator, rate.denominator, rate.gap) == (
            None,
            None,
            "chưa có dữ liệu thời hạn trong danh mục TTHC",
        )


@pytest.mark.parametrize(
    ("number", "unit"),
    [(10**7, "day"), (4 * 10**6, "day"), (10**6, "month"), (9999, "month"), (10**9, "hour"), (10**7, "working_day"), (-5, "day"), (-3, "month"), (-8, "hour"), (-2, "working_day")],
)  # fmt: skip
def test_an_impossible_limit_is_unknown_and_never_used(number, unit, report_of):
    row = dossier(1, "2024-01-02", "2024-01-20", "2024-01-15")
    made = report_of("2024-Q1", ho_so=[row], danh_muc_tthc=[procedure(time_limit=number, time_limit_unit=unit)])
    assert due_dates.checked(made)["reason"].tolist() == [due_dates.IMPOSSIBLE]
    assert due_dates.notes(made)[-1] == f"1 hồ sơ không tính lại được: {due_dates.IMPOSSIBLE}."
    assert Evaluation(made).number(processing.LIMIT) == Unknown(NONE_AROSE)
    assert due_span(date(2024, 1, 2), TimeLimit(number, None, unit), load_calendar()) is None
    ranged = report_of("2024-Q1", ho_so=[row], danh_muc_tthc=[procedure(time_limit_max=number, time_limit_unit=unit)])
    assert due_dates.checked(ranged)["reason"].tolist() == [due_dates.IMPOSSIBLE]
    assert Evaluation(ranged).number(processing.LIMIT) == Unknown(NONE_AROSE)
