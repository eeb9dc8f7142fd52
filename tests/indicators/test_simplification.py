"""The standard cost model: hours × hourly income + services + fees, × times a year × respondents."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from rows import by_name

from tthc_analysis.display.formats import indicator_text
from tthc_analysis.display.listed import cost_sheet_table
from tthc_analysis.display.tables import cell_text
from tthc_analysis.indicators import simplification
from tthc_analysis.rules.reporting import load_compliance_cost


@pytest.mark.parametrize(
    ("hours", "income", "service", "fee", "times", "respondents", "cost"),
    [
        (8, 50_000, 0, 0, 1, 1, 400_000),
        (8, 50_000, 100_000, 30_000, 1, 1, 530_000),
        (8, 50_000, 100_000, 30_000, 2, 10, 10_600_000),
        (0, 50_000, 0, 0, 5, 5, 0),
        (Decimal("0.5"), 31_001, 0, 0, 1, 1, 15_501),
        (Decimal("0.5"), 31_001, 0, 0, 2, 1, 31_001),
    ],
)
def test_cost_of_one_activity(hours, income, service, fee, times, respondents, cost, report_of):
    counted = {"service_cost": service, "yearly_count": times, "respondent_count": respondents}
    sheet = [line("before", hours, fee, hourly_income=income, **counted), line("after", 0)]
    report = report_of("2024", don_gian_hoa=[proposal()], chi_phi_tuan_thu=sheet)
    assert figures(report)["simplification_cost_before"].value == cost


def proposal(code: str = "G1", **more):
    return {
        "proposal_code": code,
        "procedure_name": f"Thủ tục {code}",
        "is_internal": False,
        "proposed_date": date(2024, 9, 27),
        "days_before": 15,
        "days_after": 13,
        **more,
    }


def line(stage: str, hours: int, fee: int = 0, code: str = "G1", number: int = 1, **more):
    return {
        "proposal_code": code,
        "stage": stage,
        "line_number": number,
        "activity": "Chuẩn bị hồ sơ",
        "activity_hours": hours,
        "hourly_income": 31_000,
        "service_cost": 0,
        "fee_cost": fee,
        "yearly_count": 1,
        "respondent_count": 1,
        **more,
    }


def figures(report):
    return by_name(simplification.indicators(report))


def test_1_024_000_to_231_000_is_a_cut_of_77_44_percent(report_of):
    report = report_of(
        "2024",
        don_gian_hoa=[proposal()],
        chi_phi_tuan_thu=[
            line("before", 24, 200_000),
            line("before", 0, 80_000, number=2),
            line("after", 6, 45_000),
        ],
    )
    found = figures(report)
    assert found["simplification_cost_before"].value == 1_024_000
    assert found["simplification_cost_after"].value == 231_000
    assert indicator_text(found["simplification_cost_cut_rate"]) == "77,44%"


def test_the_rate_of_all_is_weighted_by_times_and_respondents(report_of):
    report = report_of(
        "2024",
        don_gian_hoa=[proposal("G1"), proposal("G2")],
        chi_phi_tuan_thu=[
            line("before", 10, respondent_count=90),
            line("after", 5, respondent_count=90),
            line("before", 10, code="G2", yearly_count=2, respondent_count=5),
            line("after", 10, code="G2", yearly_count=2, respondent_count=5),
        ],
    )
    found = figures(report)
    assert indicator_text(found["simplification_cost_cut_rate"]) == "45%"
    assert indicator_text(found["simplification_cost_cut_min_rate"]) == "0%"
    assert indicator_text(found["simplification_cost_cut_max_rate"]) == "50%"


def test_a_sheet_without_its_second_stage_is_no_cut_of_100_percent(report_of):
    report = report_of("2024", don_gian_hoa=[proposal()], chi_phi_tuan_thu=[line("before", 24)])
    assert figures(report)["simplification_cost_cut_rate"].gap == "chưa có bảng tính chi phí tuân thủ"
    assert "Thủ tục G1" in simplification.notes(report)[0]


def test_without_any_sheet_days_and_components_remain(report_of):
    internal = proposal(
        "N1", is_internal=True, components_before=5, components_after=4, days_before=None, days_after=None
    )
    found = figures(report_of("2024", don_gian_hoa=[proposal(), internal]))
    assert found["simplification_days_cut_max"].value == 2
    assert indicator_text(found["internal_components_cut_rate"]) == "20%"
    assert found["simplification_cost_before"].gap == "chưa có bảng tính chi phí tuân thủ"


def test_an_empty_income_is_taken_from_the_rules_of_the_year(report_of):
    rule = load_compliance_cost()
    report = report_of(
        "2024",
        don_gian_hoa=[proposal()],
        chi_phi_tuan_thu=[line("before", 10, hourly_income=None), line("after", 9, hourly_income=None)],
    )
    assert figures(report)["simplification_cost_before"].value == 10 * rule.hourly_on(date(2024, 9, 27))


@pytest.mark.parametrize("year", [2022, 2024, 2027])
def test_an_income_is_of_its_year_only(year, report_of):
    rows = [line("before", 10, hourly_income=None), line("after", 9, hourly_income=None)]
    proposed = proposal(proposed_date=date(year, 6, 3))
    report = report_of(str(year), date(year, 12, 20), don_gian_hoa=[proposed], chi_phi_tuan_thu=rows)
    hourly = load_compliance_cost().hourly_on(date(year, 6, 3))
    found = figures(report)["simplification_cost_before"]
    assert (found.value, found.gap == "") == ((10 * hourly, True) if hourly else (None, False))
    assert any(f"của năm {year}" in note for note in simplification.notes(report)) == (not hourly)


def test_a_proposal_that_cost_nothing_before_has_no_rate_and_is_not_the_highest(report_of):
    free = proposal("G9")
    sheet = [line("before", 10), line("after", 5), line("before", 0, code="G9"), line("after", 0, code="G9")]
    found = figures(report_of("2024", don_gian_hoa=[proposal(), free], chi_phi_tuan_thu=sheet))
    assert found["simplification_cost_cut_max_rate"].value == 50
    alone = figures(report_of("2024", don_gian_hoa=[free], chi_phi_tuan_thu=sheet[2:]))
    assert alone["simplification_cost_cut_max_rate"].gap == "không có trường hợp nào phát sinh"


def test_hourly_income_is_dated_data():
    rule = load_compliance_cost()
    assert rule.hourly_on(date(2022, 12, 31)) is None
    assert rule.hourly_on(date(2023, 12, 31)) == 45_265  # 95 600 000 / 2 112 hours
    assert rule.hourly_on(date(2024, 1, 1)) == 48_248  # 101 900 000 / 2 112 hours
    assert all(i.source for i in rule.hourly_income)


def test_proposals_outside_the_period_do_not_count(report_of):
    report = report_of("2024-Q4", don_gian_hoa=[proposal(), proposal("G2", proposed_date=date(2024, 8, 1))])
    assert figures(report)["simplification_count"].value == 1


def test_half_hours_cost_half_an_hour_and_are_printed_with_a_comma(report_of):
    report = report_of(
        "2024", don_gian_hoa=[proposal()], chi_phi_tuan_thu=[line("before", Decimal("0.5")), line("after", 0)]
    )
    assert figures(report)["simplification_cost_before"].value == 15_500
    rows = cost_sheet_table(simplification.cost_sheet(report)).to_json()["rows"]
    assert [row[3] for row in rows] == [0.5, 0]
    assert [cell_text(row[3], "hours") for row in rows] == ["0,5", "0"]
    assert [cell_text(value, "hours") for value in (10, 1.25, None)] == ["10", "1,25", "–"]


def test_a_sheet_with_a_line_set_aside_gives_no_cost(report_of, monkeypatch):
    report = report_of("2024", don_gian_hoa=[proposal()], chi_phi_tuan_thu=[line("before", 24), line("after", 6)])
    quality = report.store.quality()
    quality["datasets"]["chi_phi_tuan_thu"]["incomplete"] = ["G1"]
    monkeypatch.setattr(report.store, "quality", lambda: quality)
    assert figures(report)["simplification_cost_cut_rate"].gap == "chưa có bảng tính chi phí tuân thủ"
    assert "không dòng nào bị cách ly" in simplification.notes(report)[0]
