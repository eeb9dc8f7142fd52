"""Points by QĐ 766 from own data: which dossiers count and how, unknown apart from 0, what lost points, and the bridge."""

from __future__ import annotations

import csv
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from rows import by_name, dossier, procedure

from tthc_analysis.audit.explain import explain
from tthc_analysis.columns import SCORE_COMPONENTS
from tthc_analysis.indicators import all_indicators, scores
from tthc_analysis.indicators.evaluate import rows
from tthc_analysis.indicators.evidence import evidence, rest
from tthc_analysis.periods import calendar_period, parse_period
from tthc_analysis.rules.scores import COMPONENTS

PATH = Path(__file__).parents[1] / "scenarios" / "scores" / "tien_do.csv"
LIMITS = PATH.parents[1] / "deadlines" / "02_phan_anh_khong_ghi_han.csv"
with PATH.open(encoding="utf-8") as source:
    CASES = list(csv.DictReader(source))
with LIMITS.open(encoding="utf-8") as source:
    PETITIONS = list(csv.DictReader(source))
EXPORTED = date(2026, 10, 8)
QUARTER = "2026-Q3"


def moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def scenario_dossier(number: int, case: dict[str, str]) -> dict:
    return dossier(
        number, case["received"], case["due"] or None, case["resolved"] or None, status=case["status"],
        supplement_requested_at=moment(case["supplement"]), supplement_count=int(case["times"]) if case["times"] else None,
    )  # fmt: skip


@pytest.fixture
def scenario(report_of):
    return report_of(QUARTER, EXPORTED, ho_so=[scenario_dossier(n, c) for n, c in enumerate(CASES)])


def points(report, name: str) -> Decimal | None:
    return {s.component.id: s.points for s in scores.components(report) if s.component}[name]


def test_which_dossiers_count_and_which_are_overdue(scenario):
    found = {r["dossier_code"]: r["is_overdue"] for r in rows(scenario, scores.SCORED).to_dict("records")}
    for number, case in enumerate(CASES):
        code = dossier(number, "2026-07-01")["dossier_code"]
        assert (code in found) == (case["counted"] == "yes"), case["case"]
        if code in found:
            assert bool(found[code]) == (case["overdue"] == "yes"), case["case"]


def test_progress_is_scored_over_the_calendar_period(scenario):
    counted = [c for c in CASES if c["counted"] == "yes"]
    on_time = sum(c["overdue"] == "no" for c in counted)
    figure = by_name(scores.indicators(scenario))["score_on_time_rate"]
    assert (figure.numerator, figure.denominator) == (on_time, len(counted))
    assert points(scenario, "on_time") == Decimal("10.77")  # 20 × 7/13 = 10,769…


def test_every_figure_leads_to_its_rows(report_of):
    report = report_of(QUARTER, EXPORTED, **rich())
    figures = scores.indicators(report)
    assert len(figures) == len(scores.OWN_MEASURES)
    for figure in figures:
        assert figure.value is not None, figure.name
        found = evidence(report, figure)
        assert found is not None
        assert found.agrees(figure), figure.name


def rich() -> dict[str, list[dict]]:
    """Four dossiers, two of them with a fee, two petitions, a catalogue with two fee-bearing procedures."""
    common = {"component_file_count": 1, "reused_count": 0, "is_population_data": True, "is_in_personal_store": False}
    paid = {"fee_amount": Decimal(1000), "payment_status": "paid", "payment_method": "online"}
    unpaid = {"fee_amount": Decimal(1000), "payment_status": "unpaid"}
    free = {"fee_amount": Decimal(0)}
    return {
        "ho_so": [
            dossier(1, "2026-07-01", "2026-07-10", "2026-07-09", result_file_count=1, **common, **paid),
            dossier(2, "2026-08-03", "2026-08-10", "2026-08-12", result_file_count=1, **common, **free),
            dossier(3, "2026-09-01", "2026-09-28", None, result_file_count=0, **common, **unpaid),
            dossier(4, "2026-09-21", "2026-10-28", None, result_file_count=0, **common, **free),
        ],
        "phan_anh_kien_nghi": [
            {"petition_code": "P1", "received_at": datetime(2026, 8, 3), "due_at": datetime(2026, 8, 20), "resolved_at": datetime(2026, 8, 19), "is_satisfied": True, "dossier_code": dossier(1, "2026-07-01")["dossier_code"]},
            {"petition_code": "P2", "received_at": datetime(2026, 8, 3), "due_at": datetime(2026, 8, 20), "resolved_at": datetime(2026, 8, 21), "is_satisfied": False},
        ],
        "danh_muc_tthc": [procedure(fee_amount=Decimal(1000)), procedure("1.000002", fee_amount=Decimal(500))],
    }  # fmt: skip


def test_the_points_of_a_small_office(report_of):
    report = report_of(QUARTER, EXPORTED, **rich())
    found = {s.component.id: (s.part, s.whole, s.points) for s in scores.components(report) if s.component and s.whole}
    assert found == {
        "on_time": (2, 4, Decimal("10.00")),
        "paid_online": (1, 2, Decimal("3.00")),
        "paid_procedures": (1, 2, Decimal("1.25")),
        "received_well": (1, 4, Decimal("1.67")),
        "petitions_on_time": (1, 2, Decimal("3.00")),
        "petitions_satisfied": (1, 2, Decimal("3.00")),
        "electronic_result": (2, 4, Decimal("3.00")),
        "digitised": (2, 4, Decimal("2.00")),
        "reused": (0, 4, Decimal("0.00")),
        "personal_store": (0, 4, Decimal("0.00")),
        "population_data": (4, 4, Decimal("2.00")),
    }
    groups = scores.group_table(report).set_index("group")
    assert groups.loc["Mức độ hài lòng", "points"] == Decimal("7.67")
    assert groups.loc["Thanh toán trực tuyến", "points"] is None  # one component is not known
    assert groups.loc["Thanh toán trực tuyến", "known_points"] == Decimal("4.25")
    assert groups.loc["Dịch vụ công trực tuyến", "known"] == "chưa rõ cách tính"


def test_what_lost_points_is_ordered_by_what_can_be_gained(report_of):
    report = report_of(QUARTER, EXPORTED, **rich())
    lost = scores.lost_table(report)
    assert list(lost["gainable"]) == sorted(lost["gainable"], reverse=True)
    row = lost.set_index("name").loc["Giải quyết đúng hạn"]
    assert (row["lost"], row["cases"], row["each"], row["gainable"]) == (
        Decimal("10.00"),
        2,
        Decimal(5),
        Decimal("0.00"),
    )
    assert row["codes"] == "H24.99-240101-0002, H24.99-240101-0003"
    results = lost.set_index("name").loc["Kết quả điện tử"]
    assert (results["gainable"], results["mendable"]) == (Decimal("3.00"), 2)
    listed = scores.lost_list(report)
    assert set(listed[listed["name"] == "Hồ sơ thanh toán trực tuyến"]["dossier_code"]) == {"H24.99-240101-0003"}


def test_no_petition_gives_full_points_and_no_register_gives_none(report_of):
    with_register = rich() | {"phan_anh_kien_nghi": []}
    assert points(report_of(QUARTER, EXPORTED, **with_register), "petitions_on_time") == 6


def test_without_the_columns_nothing_is_scored_as_0(scenario):
    for name in ("petitions_on_time", "received_well", "paid_online", "electronic_result", "reused", "synced"):
        assert points(scenario, name) is None, name
    table = scores.component_table(scenario).set_index("name")
    assert table.loc["Kết quả điện tử", "origin"] == "chưa có dữ liệu số tệp kết quả giải quyết"


@pytest.mark.parametrize(
    ("told", "ended"), [(date(2026, 9, 20), False), (date(2026, 9, 29), False), (date(2026, 9, 30), True)]
)
def test_an_unfinished_calendar_quarter_has_no_points(told, ended, report_of):
    """The statutory quarter ends on 14/9; what is scored goes on until 30/9."""
    report = report_of(QUARTER, told, **rich())
    figures = by_name(scores.indicators(report))
    assert len(figures) == len(scores.OWN_MEASURES)
    for name in scores.OWN_MEASURES:
        assert (points(report, name) is not None) == ended, name
        assert (figures[f"score_{name}_rate"].value is not None) == ended, name
    why = f"bản xuất mới đến ngày {told:%d/%m/%Y}, chưa hết kỳ lịch"
    origins = scores.component_table(report).set_index("name")["origin"]
    assert (origins["Giải quyết đúng hạn"] == why) != ended
    assert (
        scores.group_table(report).set_index("group").loc["Tiến độ giải quyết", "known"] == "1/1 thành phần"
    ) == ended
    assert scores.lost_list(report).empty != ended


def test_points_need_the_first_days_of_the_calendar_quarter_too(report_of):
    report = report_of(QUARTER, EXPORTED, ho_so=[dossier(1, "2026-08-03", "2026-08-10", "2026-08-07")])
    assert points(report, "on_time") is None


def test_what_the_portal_published_is_scored_before_the_quarter_is_exported(report_of):
    days = {"period_start": date(2026, 7, 1), "period_end": date(2026, 9, 30)}
    published = [{**days, "component": "on_time", "part_count": 9, "whole_count": 10}]
    report = report_of(QUARTER, date(2026, 9, 20), **rich(), diem_thanh_phan=published)
    assert points(report, "on_time") == Decimal("18.00")


def test_numerators_are_named_as_what_they_count(report_of):
    for figure in scores.indicators(report_of(QUARTER, EXPORTED, **rich())):
        assert not figure.numerator_label.startswith("Tỷ lệ"), figure.name


def test_explain_says_why_a_numerator_is_unknown_and_names_the_calendar_period(sample_config, report_of):
    report = report_of(QUARTER, date(2026, 9, 20), **rich())
    links = dict(explain(sample_config, report, "score_on_time_rate").links)
    why = "bản xuất mới đến ngày 20/09/2026, chưa hết kỳ lịch"
    assert links["Dòng đứng sau tử số"] == f"chưa rõ, vì chưa rõ tử số: {why}"
    assert links["Kỳ"].endswith("theo lịch, từ 01/07/2026 đến 30/09/2026")
    assert "từ 15/06/2026" in dict(explain(sample_config, report, "dossiers_pending_count").links)["Kỳ"]


def test_a_dossier_without_due_date_leaves_progress_unknown(report_of):
    report = report_of(QUARTER, EXPORTED, ho_so=[dossier(1, "2026-07-01", None, "2026-07-02"), dossier(2, "2026-07-01", "2026-07-03", "2026-07-02")])  # fmt: skip
    assert points(report, "on_time") is None


def test_what_the_portal_published_fills_what_own_data_cannot_tell(report_of):
    days = {"period_start": date(2026, 7, 1), "period_end": date(2026, 9, 30)}
    published = [
        {**days, "component": "full_content", "part_count": 87, "whole_count": 89},
        {**days, "component": "certified_copies", "part_count": 0, "whole_count": 0},
        {**days, "component": "population_data", "part_count": 0, "whole_count": 9},
        {"period_start": date(2026, 4, 1), "period_end": date(2026, 6, 30), "component": "synced", "part_count": 1, "whole_count": 1},
    ]  # fmt: skip
    report = report_of(QUARTER, EXPORTED, **rich(), diem_thanh_phan=published)
    assert points(report, "full_content") == Decimal("1.96")
    assert points(report, "certified_copies") == 2
    assert points(report, "population_data") == 2  # own counts come first
    assert points(report, "synced") is None  # of another period


@pytest.mark.parametrize(("period", "first", "last"), [
    ("2026-Q3", date(2026, 7, 1), date(2026, 9, 30)),
    ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
    ("2024", date(2024, 1, 1), date(2024, 12, 31)),
    ("2026-9T", date(2026, 1, 1), date(2026, 9, 30)),
    ("2026-H2", date(2026, 7, 1), date(2026, 12, 31)),
])  # fmt: skip
def test_calendar_periods(period, first, last):
    found = calendar_period(parse_period(period))
    assert found is not None
    assert (found.start, found.end) == (first, last)


def test_nothing_is_scored_before_the_first_known_rule_set(report_of):
    report = report_of("2024-Q3", ho_so=[dossier(1, "2024-07-01", "2024-07-10", "2024-07-09")])
    assert scores.indicators(report) == []
    assert scores.components(report) == ()
    assert scores.bridge(report).empty
    assert scores.notes(report) == ()


def test_the_bridge_leads_from_one_total_to_the_other_with_nothing_left(report_of):
    cases = [
        ("2026-06-01", "2026-06-20", "completed"),  # carried over
        ("2026-06-20", "2026-06-25", "completed"),  # before the calendar period begins
        ("2026-07-02", "2026-07-10", "completed"),  # in both
        ("2026-07-02", "2026-07-10", "rejected"),  # scored, not in the form
        ("2026-09-14", None, "processing"),  # in both
        ("2026-09-15", None, "processing"),  # after the cut-off
        ("2026-09-30", None, "processing"),
        ("2026-10-01", None, "processing"),  # in neither
    ]
    dossiers = [dossier(n, r, "2026-10-30", e, status=s) for n, (r, e, s) in enumerate(cases)]
    table = scores.bridge(report_of(QUARTER, EXPORTED, ho_so=dossiers))
    numbers = list(table["n"])
    assert numbers == [4, -1, -1, 2, 1, 0, 5]
    assert sum(numbers[:-1]) == numbers[-1]
    assert table["codes"][3] == "H24.99-240101-0005, H24.99-240101-0006"


def test_the_register_may_name_every_component_and_no_other():
    assert dict(COMPONENTS) == dict(SCORE_COMPONENTS)


def test_notes_say_that_the_rules_are_not_read_at_their_source(scenario):
    said = " ".join(scores.notes(scenario))
    assert "01/07/2026–30/09/2026" in said
    assert "chưa kiểm ở văn bản gốc" in said
    assert "10,5" in said
    assert "/qd766" not in said
    assert not pd.isna(said)


def test_a_missing_due_date_is_the_longest_limit_of_the_procedure(report_of):
    """5–10 working days from 1/7/2026 end on 15/7; what no limit tells is not known."""
    limits = [procedure(time_limit_max=10)]
    late = dossier(1, "2026-07-01", None, "2026-07-16")
    own = dossier(2, "2026-07-01", "2026-07-03", "2026-07-06")  # a due date in the data is not replaced
    data = {"ho_so": [late, own, dossier(3, "2026-07-01", None, "2026-07-15")], "danh_muc_tthc": limits}
    report = report_of(QUARTER, EXPORTED, **data)
    assert by_name(scores.indicators(report))["score_on_time_rate"].numerator == 1
    found = rows(report, scores.SCORED, order="dossier_code").to_dict("records")
    assert [bool(r["is_due_made"]) for r in found] == [True, False, True]
    assert pd.Timestamp(found[0]["due_day"]).date() == date(2026, 7, 15)
    assert any("2 hồ sơ không ghi ngày hẹn trả" in line for line in scores.notes(report))
    unknown = report_of(QUARTER, EXPORTED, **(data | {"danh_muc_tthc": [procedure("1.000009")]}))
    assert by_name(scores.indicators(unknown))["score_on_time_rate"].value is None


@pytest.mark.parametrize("case", PETITIONS, ids=[c["vi_sao"] for c in PETITIONS])
def test_petitions_without_a_due_date_have_the_working_days_of_what_became_of_them(report_of, case):
    days = {"received_at": moment(case["received"]), "resolved_at": moment(case["resolved"])}
    petition = {"petition_code": "P1", "outcome": case["outcome"] or None, **days}
    report = report_of(QUARTER, EXPORTED, **(rich() | {"phan_anh_kien_nghi": [petition]}))
    figure = by_name(scores.indicators(report))["score_petitions_on_time_rate"]
    assert (figure.numerator, figure.denominator) == (int(case["on_time"] == "yes"), 1)


def test_a_cut_list_says_how_many_are_left_out_and_where_all_are(report_of, monkeypatch):
    report = report_of(QUARTER, EXPORTED, **rich())
    assert scores.list_notes(report) == ()
    monkeypatch.setattr(scores, "LISTED_ROWS", 3)
    whole = sum(len(f.rows) for f in _all_rests(report))
    (line,) = scores.list_notes(report)
    assert f"3 dòng đầu … và {whole - 3} dòng khác" in line
    assert "score_on_time_rate" in line
    assert len(scores.lost_list(report)) == 3


def _all_rests(report):
    names = [f"score_{c.id}_rate" for c in scores._losing_dossiers(report)]
    return [rest(report, f) for f in scores.indicators(report) if f.name in names]


def test_what_is_not_in_the_numerator_is_led_to(report_of):
    report = report_of(QUARTER, EXPORTED, **rich())
    figure = by_name(scores.indicators(report))["score_on_time_rate"]
    found = rest(report, figure)
    assert found is not None
    assert found.keys == ["H24.99-240101-0002", "H24.99-240101-0003"]
    assert rest(report, by_name(all_indicators(report))["dossiers_handled_count"]) is None
