"""A dossier that has ended by its status and tells no day of it: what it decides is unknown, everywhere and alike."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from rows import dossier, procedure

from tthc_analysis.indicators import all_indicators, dossiers, late
from tthc_analysis.indicators.deadlines import deadlines
from tthc_analysis.indicators.evaluate import Evaluation
from tthc_analysis.indicators.outcomes import DONE_BY_DUE
from tthc_analysis.report.draft import without_end

MORE = {"component_file_count": 1, "result_file_count": 1, "fee_amount": 10, "payment_status": "paid"}
KNOWN = [
    dossier(1, "2023-12-20", "2024-01-05", "2024-01-03", payment_method="online", reused_count=1, **MORE),
    dossier(2, "2024-01-10", "2024-01-20", "2024-02-02", payment_method="online", reused_count=0, **MORE),
    dossier(3, "2024-02-10", "2024-03-01", **MORE),
    dossier(4, "2024-03-01", "2024-03-30", **MORE),
    dossier(5, "2024-01-12", "2024-01-18", "2024-01-17", **MORE),
]
CATALOGUE = [procedure(valid_from=date(2020, 1, 1), fee_amount=10, time_limit=5, time_limit_unit="working_day")]
EXPORTED = date(2024, 4, 20)


def ended(number: int, received: str, **more: object):
    """A dossier that is completed, nobody knows since when."""
    return dossier(number, received, "2024-01-25", **{"status": "completed", **MORE, **more})


def figures(report) -> dict[str, tuple[int | None, int | None, str]]:
    return {i.name: (i.numerator, i.denominator, i.gap) for i in all_indicators(report)}


@pytest.mark.parametrize(("received", "number"), [("2024-01-08", 71), ("2023-11-01", 72)])
def test_what_is_still_told_is_the_same_whenever_it_ended(received, number, report_of):
    """The days tried: before the period, within it before and after the due day, after the period."""
    days = [d for d in ("2023-11-02", "2024-01-09", "2024-01-25", "2024-03-10", "2024-04-02") if d >= received]
    possible = [
        figures(report_of("2024-Q1", EXPORTED, danh_muc_tthc=CATALOGUE, ho_so=[*KNOWN, ended(number, received, resolved_at=pd.Timestamp(day))]))
        for day in days
    ]  # fmt: skip
    told = figures(report_of("2024-Q1", EXPORTED, danh_muc_tthc=CATALOGUE, ho_so=[*KNOWN, ended(number, received)]))
    known = {name: value for name, value in told.items() if value[0] is not None}
    wrong = {n: (v[:2], [p[n][:2] for p in possible if n in p]) for n, v in known.items() if any(p.get(n, v)[:2] != v[:2] for p in possible)}  # fmt: skip
    assert wrong == {}
    unknown = [n for n, v in told.items() if v[0] is None and "ngày xong của mọi hồ sơ" in v[2]]
    assert {"dossiers_pending_count", "dossiers_resolved_count", "overdue_total_count"} <= set(unknown)
    assert ("dossiers_handled_count" in unknown) == received.startswith("2023")
    assert known["dossiers_received_new_count"][0] == (6 if received.startswith("2024") else 5)


def test_lists_and_tables_leave_it_out_and_say_so(report_of):
    report = report_of("2024-Q1", EXPORTED, ho_so=[*KNOWN, ended(71, "2024-01-08"), ended(72, "2023-11-01")])
    assert dossiers.backlog(report).empty
    assert dossiers.processing_time(report, least=1).empty
    assert late.late_list(report).empty
    assert "pending" not in dossiers.totals(report)
    assert dossiers.by_field(report)[["resolved", "pending", "handled"]].isna().all(axis=None)
    assert not isinstance(Evaluation(report).number(DONE_BY_DUE), int)
    open_ones = deadlines(report, date(2024, 4, 22), 5)
    assert sorted(open_ones.dossiers["dossier_code"]) == ["H24.99-240101-0003", "H24.99-240101-0004"]
    assert sorted(late.open_late(report, date(2024, 4, 22))["dossier_code"]) == [
        "H24.99-240101-0003",
        "H24.99-240101-0004",
    ]
    assert without_end(report) == 2


def test_a_field_without_such_dossiers_keeps_its_figures(report_of):
    report = report_of("2024-Q1", EXPORTED, ho_so=[*KNOWN, ended(71, "2024-01-08", field="Khác")])
    table = dossiers.by_field(report).set_index("field")
    assert table["pending"].isna().to_dict() == {"Khác": True, "Lĩnh vực thử": False}
    assert table.loc["Lĩnh vực thử", "pending"] == 2
