"""The catalogue as of a date: validity of procedures and of authority levels."""

from __future__ import annotations

from datetime import date

import pytest
from rows import by_name, dossier, frame_of, procedure

from tthc_analysis.columns import PROCEDURES
from tthc_analysis.indicators import assessment, catalogue, publication
from tthc_analysis.indicators.evidence import evidence
from tthc_analysis.periods import Period
from tthc_analysis.preparation.expectations import EXPECTATIONS, with_checks
from tthc_analysis.rules.levels import levels, levels_on


def until(day: date) -> Period:
    return Period("x", "X", "custom", date(2024, 1, 1), day, "thử", "thử ngày chốt")


ROWS = [
    procedure("1.000001"),
    procedure("1.000002", valid_to=date(2024, 9, 15)),
    procedure("1.000003", valid_from=date(2024, 9, 16), online_level="partial"),
    procedure("1.000004", "district", valid_to=date(2025, 6, 30)),
    procedure("1.000005", "district"),  # never closed in the catalogue
    procedure("NB-1", is_internal=True, online_level=None),
]


@pytest.mark.parametrize(
    ("day", "published", "full"),
    [
        (date(2024, 9, 15), 4, 4),  # last day of 000002
        (date(2024, 9, 16), 4, 3),  # first day of 000003
        (date(2025, 6, 30), 4, 3),  # last day of the district level
        (date(2025, 7, 1), 2, 1),
    ],
)
def test_procedures_in_force(day, published, full, report_of):
    report = report_of("2024", danh_muc_tthc=ROWS)
    table = catalogue.published_by_level(report.at(until(day)))
    assert (table["published"].sum(), table["full"].sum(), table["internal"].sum()) == (published, full, 1)


def test_no_district_after_30_06_2025(report_of):
    report = report_of("2024", danh_muc_tthc=ROWS)
    before, after = (report.at(until(d)) for d in (date(2025, 6, 30), date(2025, 7, 1)))
    assert "district" in set(catalogue.published_by_level(before)["level"])
    assert "district" not in set(catalogue.published_by_level(after)["level"])
    assert list(catalogue.of_ended_levels(after)["procedure_code"]) == ["1.000005"]
    assert any(note.startswith("1 thủ tục thuộc cấp thẩm quyền đã kết thúc") for note in catalogue.notes(after))
    assert not catalogue.of_ended_levels(before).size


def test_a_row_that_outlives_its_level_is_found_when_data_is_prepared():
    checked = with_checks(PROCEDURES, frame_of("danh_muc_tthc", ROWS, date(2024, 12, 5)))
    assert list(checked.loc[~checked["level_holds"], "procedure_code"]) == ["1.000005"]


def test_levels_are_dated_data_with_a_source():
    assert [level.id for level in levels_on(date(2025, 7, 1))] == ["ministry", "city", "department", "commune"]
    assert all(level.source for level in levels().values())


def test_an_export_older_than_the_cut_off_is_said(report_of):
    report = report_of("2024", date(2024, 12, 5), danh_muc_tthc=ROWS)
    assert any("05/12/2024, trước ngày chốt" in note for note in catalogue.notes(report.at(until(date(2024, 12, 14)))))
    assert len(catalogue.notes(report.at(until(date(2024, 12, 5))))) == 1


def test_decisions_cited_by_the_catalogue_but_not_registered(report_of):
    report = report_of(
        "2024",
        danh_muc_tthc=[procedure("1.000001", decision="1581/QĐ-UBND"), procedure("1.000002", decision="9/QĐ-UBND")],
        van_ban=[
            {
                "document_number": "1581/QĐ-UBND",
                "issued_date": date(2024, 5, 20),
                "document_type": "decision",
                "issuer": "city",
                "proposed_by": "department",
                "topic": "publication",
            }
        ],
    )
    found = by_name(publication.indicators(report))["unregistered_decisions_count"]
    assert (found.value, evidence(report, found).keys) == (1, ["9/QĐ-UBND"])
    assert len(publication.decisions(report)) == 1


OVERLAP = [
    procedure(valid_to=date(2024, 12, 31), time_limit=10, online_level="partial"),
    procedure(valid_from=date(2024, 1, 1), time_limit=5),
    procedure("1.000002", valid_to=date(2023, 12, 31)),
    procedure("1.000002", valid_from=date(2024, 1, 1)),
]


def test_of_overlapping_rows_the_one_that_began_last_is_in_force(report_of):
    report = report_of("2024", danh_muc_tthc=OVERLAP)
    table = catalogue.published_by_level(report)
    assert (table["published"].sum(), table["full"].sum(), table["partial"].sum()) == (2, 2, 0)


def test_overlapping_rows_count_no_dossier_twice(report_of):
    rows = [dossier(i, "2024-05-06", "2024-05-13", "2024-05-08") for i in range(3)]
    report = report_of("2024", ho_so=rows, danh_muc_tthc=OVERLAP)
    found = by_name(assessment.indicators(report))
    assert found["fast_dossiers_rate"].denominator == 3
    assert found["time_cut_rate"].denominator == 15  # 5 days each, the limit of the later row
    assert (found["due_dates_disagree_rate"].numerator, found["due_dates_disagree_rate"].denominator) == (0, 3)


def test_overlapping_rows_are_found_when_data_is_prepared():
    checked = with_checks(PROCEDURES, frame_of("danh_muc_tthc", OVERLAP, date(2024, 12, 5)))
    assert list(checked["validity_is_apart"]) == [True, False, True, True]
    rule = next(e for e in EXPECTATIONS["danh_muc_tthc"] if e.columns == ("validity_is_apart",))
    assert (rule.code, rule.severity) == ("D09", "warning")
