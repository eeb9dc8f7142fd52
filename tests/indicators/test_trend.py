"""The periods of a trend, their counts, and receipts day by day."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

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


@pytest.mark.report
def test_receipts_of_all_days_add_up_to_the_new_dossiers(sample_report):
    days = trend.receipts(sample_report)
    assert len(days) == sample_report.period.days
    assert days["received"].sum() == 2207
    assert not days.set_index("day").loc["2024-09-02", "is_working"], "National Day"
