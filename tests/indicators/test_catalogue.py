"""The catalogue as of a date: validity of procedures and of authority levels."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from rows import by_name, dossier, frame_of, procedure

from tthc_analysis.columns import NO_EXPORT_DAY, PROCEDURES
from tthc_analysis.errors import ConfigError
from tthc_analysis.indicators import assessment, catalogue, publication
from tthc_analysis.indicators.evidence import evidence
from tthc_analysis.periods import Period
from tthc_analysis.preparation.expectations import EXPECTATIONS, with_checks
from tthc_analysis.rules import own
from tthc_analysis.rules.catalogue import project_catalogue_rules
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


LISTED = {"valid_from": None, "online_level": None, "is_internal": None, "fee_amount": None}
LIST = [
    procedure("1.000001", **LISTED),
    procedure("1.000002", None, authority_levels="department", **LISTED),
    procedure("1.000003", "several", authority_levels="department;commune", **LISTED),
    procedure("1.000004", "several", authority_levels="city;commune", **LISTED),
    procedure("1.000005", "district", **LISTED),
    procedure("1.000006", None, **LISTED),
]


def test_a_list_without_validity_days_speaks_of_its_day(report_of):
    report = report_of("2024", date(2025, 8, 1), danh_muc_tthc=LIST)
    for day, known in ((date(2025, 4, 30), False), (date(2025, 5, 1), True), (date(2025, 12, 31), True)):
        found = by_name(catalogue.level_indicators(report.at(until(day))))["procedures_published_count"]
        assert (found.numerator is not None) == known, day
    assert any(
        "xuất ngày 01/08/2025, không ghi ngày hiệu lực" in n
        for n in catalogue.notes(report.at(until(date(2025, 7, 31))))
    )


def test_a_list_of_an_unknown_day_says_nothing(report_of):
    report = report_of("2024", NO_EXPORT_DAY, danh_muc_tthc=LIST)
    assert by_name(catalogue.level_indicators(report))["procedures_published_count"].numerator is None
    checked = with_checks(PROCEDURES, frame_of("danh_muc_tthc", LIST, NO_EXPORT_DAY))
    assert not checked["is_listed_on_a_day"].any()


def test_several_and_unknown_levels_are_classes_of_their_own(report_of):
    report = report_of("2024", date(2025, 8, 1), danh_muc_tthc=LIST).at(until(date(2025, 7, 31)))
    found = {i.name: i.numerator for i in catalogue.level_indicators(report)}
    assert found == {
        "procedures_published_count": 5,  # the district level has ended
        "procedures_department_count": 1,
        "procedures_several_count": 2,
        "procedures_unknown_level_count": 2,
    }
    table = catalogue.published_by_level(report)
    assert list(table["label"]) == ["Sở", "Nhiều cấp", "Chưa rõ cấp"]
    assert table["published"].tolist() == [1, 2, 2]
    assert table[["full", "partial"]].isna().all(axis=None)  # nobody stated an online level: unknown, never 0
    assert any("01/07/2025" in note and "UBND cấp xã" in note for note in catalogue.notes(report))


def test_unknown_online_levels_are_no_zeros(report_of):
    report = report_of("2024", date(2025, 8, 1), danh_muc_tthc=LIST).at(until(date(2025, 7, 31)))
    assert all(i.numerator is None for i in catalogue.online_level_indicators(report))


def test_a_procedure_of_several_levels_is_the_own_one_of_each(report_of):
    report = report_of("2024", date(2025, 8, 1), danh_muc_tthc=LIST).at(until(date(2025, 7, 31)))
    assert report.body.level == "department"
    own = catalogue.in_force(report).query("is_own")
    assert list(own["procedure_code"]) == ["1.000001", "1.000002", "1.000003"]


def test_replaced_codes_and_cuts_are_told(report_of, tmp_path):
    rows = [procedure("2.002478"), procedure("2.002854"), procedure("1.900777")]
    report = report_of("2024", date(2026, 10, 1), danh_muc_tthc=rows).at(until(date(2026, 9, 30)))
    notes = "\n".join(catalogue.notes(report))
    assert "Mã 2.002478 đã được thay bằng 2.002854" in notes
    assert "Nghị quyết 66.18/2026/NQ-CP" in notes
    assert "chưa có trong chương trình" in notes
    assert "66.18" not in "\n".join(catalogue.notes(report.at(until(date(2026, 6, 30)))))
    write_own(
        tmp_path,
        '[[cuts]]\nlaw = "NQ-66-18-2026"\nlist = "Phụ lục"\nprocedures = ["1.900777"]\nchecked = 2026-11-27\nmark = "V"',
    )
    told = "\n".join(catalogue.notes(replace(report, root=tmp_path)))
    assert "danh mục vẫn ghi 01 thủ tục bị cắt giảm: 1.900777" in told or "1 thủ tục bị cắt giảm: 1.900777" in told


def test_a_wrong_own_file_is_one_message(tmp_path):
    write_own(tmp_path, '[[replaced]]\nold = "1.000001"')
    with pytest.raises(ConfigError, match="replaced"):
        project_catalogue_rules(tmp_path)


def write_own(root, text):
    path = root / own.CATALOGUE
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
