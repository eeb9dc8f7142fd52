"""What became of dossiers beside the form: classes by status, requests, fees, what fell due, the plan; no column is no figure."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from rows import by_name, dossier

from tthc_analysis.indicators import dossiers as form
from tthc_analysis.indicators import outcomes
from tthc_analysis.indicators.evidence import evidence

#: received, due, resolved, status, further columns → which figures count it (those of the plan apart)
CASES = [
    ("2024-01-02", "2024-01-10", "2024-01-09", "withdrawn", {}, "withdrawn due done"),
    ("2024-01-02", "2024-01-10", "2024-01-12", "returned", {"supplement_count": 2}, "returned due"),
    ("2024-01-02", None, None, "rejected", {}, "refused"),
    ("2023-12-01", None, "2024-01-05", "rejected", {}, ""),  # refused before the period
    ("2024-01-02", "2024-02-10", None, "awaiting_supplement", {"supplement_count": 1}, "waiting due"),
    ("2024-01-02", "2024-03-20", None, "stopped", {"supplement_count": 0}, "stopped"),
    ("2024-01-02", "2024-03-14", "2024-03-14T16:00", "completed", {"reused_count": 1}, "due done reused"),
    ("2024-01-02", "2024-03-14", "2024-03-15", "completed", {"reused_count": 0}, "due"),  # resolved after the cut-off
    ("2024-01-02", "2024-01-10", None, "registered", {}, ""),
]


@pytest.fixture
def report(report_of):
    rows = [dossier(n, r, due, done, status=s, **more) for n, (r, due, done, s, more, _) in enumerate(CASES)]
    return report_of("2024-Q1", ho_so=rows)


@pytest.mark.parametrize(
    ("figure", "word"),
    [
        ("withdrawn_count", "withdrawn"),
        ("returned_count", "returned"),
        ("refused_count", "refused"),
        ("waiting_supplement_count", "waiting"),
        ("stopped_count", "stopped"),
        ("due_done_rate", "done"),
        ("reused_rate", "reused"),
    ],
)
def test_each_class(figure, word, report):
    found = by_name(outcomes.indicators(report))[figure]
    rows = evidence(report, found)
    assert rows is not None
    assert rows.agrees(found)
    assert rows.keys == [dossier(n, "2024-01-02")["dossier_code"] for n, c in enumerate(CASES) if word in c[5].split()]


@pytest.mark.parametrize(("status", "figure"), [("withdrawn", "withdrawn_count"), ("returned", "returned_count")])
def test_what_was_taken_back_counts_in_the_period_in_which_it_was(status, figure, report_of):
    rows = [
        dossier(1, "2024-03-01", "2024-03-30", "2024-03-20", status=status),
        dossier(2, "2024-01-01", "2024-03-30", "2024-03-14T16:00", status=status),
    ]
    for period, number in (("2024-Q1", 1), ("2024-Q2", 1), ("2024-Q3", 0), ("2024", 2)):
        report = report_of(period, ho_so=rows)
        assert by_name(outcomes.indicators(report))[figure].value == number
        assert by_name(form.indicators(report))["dossiers_resolved_count"].value == number
    unsaid = by_name(outcomes.indicators(report_of("2024-Q3", ho_so=[*rows, dossier(3, "2024-02-01", status=status)])))
    assert unsaid[figure].gap.startswith("chưa có dữ liệu ngày ")
    other = "returned" if status == "withdrawn" else "withdrawn"
    assert unsaid[f"{other}_count"].value == 0


def test_what_falls_due_from_the_day_of_an_older_export_on_is_not_judged(report_of):
    rows = [
        dossier(1, "2024-01-02", "2024-01-20", "2024-01-15"),
        dossier(2, "2024-01-02", "2024-02-10"),
        dossier(3, "2024-02-01", "2024-03-05"),
        dossier(4, "2024-02-01", "2024-02-20T17:00"),  # due on the day of the export
        dossier(5, "2024-02-01", "2024-03-10", "2024-02-19"),
    ]
    for exported, told, as_of in (
        (date(2024, 2, 20), (1, 2), "theo bản xuất ngày 20/02/2024"),
        (date(2024, 3, 14), (2, 5), ""),
        (date(2024, 1, 3), (0, 0), "theo bản xuất ngày 03/01/2024"),
    ):
        kept = [r for r in rows if r["received_at"].date() <= exported]
        rate = by_name(outcomes.indicators(report_of("2024-Q1", exported, ho_so=kept)))["due_done_rate"]
        assert ((rate.numerator, rate.denominator), rate.as_of) == (told, as_of)


def test_denominators_and_requests(report):
    figures = by_name(outcomes.indicators(report))
    assert figures["due_done_rate"].denominator == sum("due" in c[5].split() for c in CASES)
    assert figures["supplement_requests_count"].value == 3
    assert figures["reused_rate"].denominator == 6


def test_fees_by_method(report_of):
    def paid(number: int, method: str | None, amount: int, status: str = "paid", received: str = "2024-01-03") -> dict:
        more = {"fee_amount": Decimal(amount), "payment_status": status, "payment_method": method}
        return dossier(number, received, "2024-01-10", "2024-01-09", **more)

    rows = [
        paid(1, "online", 10000),
        paid(2, "online", 5000),
        paid(3, "cash", 7000),
        paid(4, None, 1000) | {"channel": "in_person"},
    ]
    rows += [paid(5, "cash", 9000, "unpaid"), paid(6, "cash", 9000, received="2023-12-01")]
    report = report_of("2024-Q1", ho_so=rows)
    table = outcomes.fees_by_method(report)
    assert table is not None
    assert dict(zip(table["name"], zip(table["n"], table["amount"], strict=True), strict=True)) == {
        "Trực tuyến": (2, 15000), "Tiền mặt": (1, 7000), "chưa ghi": (1, 1000),
    }  # fmt: skip
    by_channel = outcomes.fees_by_channel(report)
    assert by_channel is not None
    assert sorted(by_channel.to_numpy().tolist()) == [["Trực tiếp", 1, 1000], ["Trực tuyến", 3, 22000]]
    total = by_name(outcomes.indicators(report))["fees_collected_amount"]
    assert total.value == 23000
    found = evidence(report, total)
    assert found is not None
    assert found.agrees(total)


def test_what_no_column_tells_is_one_line_each(report_of):
    report = report_of("2024-Q1", ho_so=[dossier(1, "2024-01-02", "2024-01-10", "2024-01-09")])
    known = {i.name for i in outcomes.stated(report)}
    assert {"withdrawn_count", "due_done_rate"} <= known
    assert not known & {"supplement_requests_count", "fees_collected_amount", "reused_rate", "plan_tasks_count"}
    lines = outcomes.gaps(report)
    assert "Tỷ lệ hồ sơ dùng lại dữ liệu đã số hóa: chưa có dữ liệu số thành phần dùng lại." in lines
    assert len(lines) + len(known) == len(outcomes.indicators(report))
    assert outcomes.fees_by_method(report) is None


def test_a_paid_dossier_without_an_amount_leaves_the_sum_unknown(report_of):
    rows = [
        dossier(1, "2024-01-02", payment_status="paid"),
        dossier(2, "2024-01-02", payment_status="paid", fee_amount=Decimal(5)),
    ]
    assert by_name(outcomes.indicators(report_of("2024-Q1", ho_so=rows)))["fees_collected_amount"].value is None


def test_the_plan_counts_what_fell_due_in_the_period(report_of):
    def task(number: int, planned: date, done: date | None) -> dict:
        return {"task_code": f"KH{number}", "planned_date": planned, "done_date": done}

    plan = [
        task(1, date(2024, 1, 31), date(2024, 1, 31)),
        task(2, date(2024, 2, 15), date(2024, 3, 1)),
        task(3, date(2024, 3, 14), date(2024, 3, 15)),  # done after the cut-off
        task(4, date(2024, 3, 31), date(2024, 1, 5)),  # due later
    ]
    row = dossier(1, "2024-01-02", "2024-01-10", received_at=datetime(2024, 1, 2))
    figures = by_name(outcomes.indicators(report_of("2024-Q1", ho_so=[row], ke_hoach=plan)))
    assert figures["plan_tasks_count"].value == 3
    assert (figures["plan_done_rate"].numerator, figures["plan_in_time_rate"].numerator) == (2, 1)
