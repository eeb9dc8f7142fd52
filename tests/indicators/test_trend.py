"""The periods of a trend, their counts, and receipts day by day."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from rows import dossier

from tthc_analysis.display.time_charts import trend_chart
from tthc_analysis.indicators import dossiers, trend
from tthc_analysis.periods import Period, parse_period

YEAR = Period("2024", "Năm 2024", "custom", date(2023, 11, 15), date(2024, 12, 5), "căn cứ", "lý do", "2023")


def test_a_long_span_is_followed_by_quarters_and_the_last_is_cut_on_its_last_day():
    found = trend.steps(YEAR)
    assert [p.id for p in found] == [f"{y}-Q{q}" for y in (2023, 2024) for q in (1, 2, 3, 4)]
    assert (found[-1].end, found[-1].label) == (date(2024, 12, 5), "Quý IV/2024 (đến 05/12/2024)")
    assert all(a.end < b.start for a, b in pairwise(found))


def test_a_month_is_followed_by_months_up_to_itself():
    found = trend.steps(parse_period("2024-03"))
    assert (len(found), found[0].id, found[-1].id) == (8, "2023-08", "2024-03")


@pytest.mark.report
def test_each_period_counts_by_the_rules_of_the_report(sample_report):
    table = trend.over_periods(sample_report)
    third = sample_report.at(parse_period("2024-Q3"))
    row = table[table["label"] == "Quý III/2024"].iloc[0]
    found = dossiers.totals(third)
    assert [row[m] for m in ("handled", "received_new", "resolved", "pending")] == [
        found[m] for m in ("handled", "received_new", "resolved", "pending")
    ]
    assert float(row["online_rate"]) == pytest.approx(100 * found["received_online"] / found["received_new"])
    assert list(table["is_whole"]) == [True] * (len(table) - 1) + [False]
    assert table["pending"].iloc[-1] == 43


def test_a_covered_period_without_dossiers_is_a_true_0_between_others(report_of):
    rows = [dossier(1, "2023-12-20", "2024-01-20", "2024-01-15"), dossier(2, "2024-09-20", "2024-10-20", "2024-10-15")]
    table = trend.over_periods(report_of("2024", ho_so=rows))
    assert list(zip(table["label"].str[:9], table["handled"], table["is_whole"], strict=True)) == [
        ("Quý I/202", 1, True), ("Quý II/20", 0, True), ("Quý III/2", 0, True), ("Quý IV/20", 1, True),
    ]  # fmt: skip
    assert table["overdue_rate"].isna().tolist() == [False, True, True, False]
    assert "Quý II/2024: mới 0, đã giải quyết 0" in trend_chart(table).alt


def test_a_period_of_which_not_all_is_known_stays_between_others(report_of):
    """Nobody knows whether the second dossier was resolved before the second quarter."""
    rows = [
        dossier(1, "2023-12-20", "2024-01-20", "2024-01-15"),
        dossier(2, "2024-02-01", "2024-03-20", status="completed"),
        dossier(3, "2024-09-20", "2024-10-20", "2024-10-15"),
    ]
    table = trend.over_periods(report_of("2024", ho_so=rows))
    assert table["handled"].isna().tolist() == [False, True, True, True]
    assert table["received_new"].tolist() == [2, 0, 0, 1]
    assert "mới 0, đã giải quyết –" in trend_chart(table).alt


@pytest.mark.report
def test_receipts_of_all_days_add_up_to_the_new_dossiers(sample_report):
    days = trend.receipts(sample_report)
    assert len(days) == sample_report.period.days
    assert days["received"].sum() == 2207
    assert not days.set_index("day").loc["2024-09-02", "is_working"], "National Day"
