"""The year so far: which span it is, that its parts add up to more by exactly what was carried over, what is not told whole."""

from __future__ import annotations

import csv
from datetime import date, datetime
from pathlib import Path

import pytest
from rows import frame_of

from tthc_analysis.columns import DOSSIERS
from tthc_analysis.display.cumulative import bridge_table, cumulative_form, cumulative_table
from tthc_analysis.display.formats import indicator_text
from tthc_analysis.indicators import OpenReport, cumulative
from tthc_analysis.indicators.dossiers import totals
from tthc_analysis.indicators.evaluate import CountsDoNotAdd
from tthc_analysis.indicators.evidence import evidence
from tthc_analysis.periods import parse_period, parts_of_year, year_to_date
from tthc_analysis.rules import load_counting_rules
from tthc_analysis.store.write import StoreWriter

SCENARIO = Path(__file__).parent.parent / "scenarios" / "cumulative" / "01_noi_ky.csv"


@pytest.mark.parametrize(
    ("period", "so_far", "last", "parts"),
    [
        ("2024-Q1", "2024-Q1", "2024-03-14", 1),
        ("2024-Q2", "2024-H1", "2024-06-14", 2),
        ("2024-Q3", "2024-9T", "2024-09-14", 3),
        ("2024-Q4", "2024-nam", "2024-12-14", 4),
        ("2024-01", "2024-01", "2024-01-14", 1),
        ("2024-03", "2024-Q1", "2024-03-14", 3),
        ("2024-05", "2024-05-luy-ke", "2024-05-14", 5),
        ("2024-12", "2024-nam", "2024-12-14", 12),
    ],
)
def test_the_year_so_far_begins_with_the_year(period, so_far, last, parts):
    found, pieces = year_to_date(parse_period(period)), parts_of_year(parse_period(period))
    assert (found.id, found.start, found.end.isoformat()) == (so_far, date(2023, 12, 15), last)
    assert len(pieces) == parts
    assert (pieces[0].start, pieces[-1].end) == (found.start, found.end)


@pytest.mark.parametrize("period", ["2024", "2024-H1", "2024-H2", "2024-9T"])
def test_other_kinds_have_no_year_so_far(period):
    assert year_to_date(parse_period(period)) is None
    assert parts_of_year(parse_period(period)) == [parse_period(period)]


def report_of(folder: Path, rows, period="2024-Q2", rules="so-2024") -> OpenReport:
    writer = StoreWriter(folder)
    writer.add(DOSSIERS, frame_of(DOSSIERS.name, rows, date(2024, 7, 20)))
    store = writer.commit({"datasets": {}, "findings": []})
    return OpenReport(parse_period(period), load_counting_rules(rules), store)


def scenario():
    with SCENARIO.open(encoding="utf-8") as source:
        return list(csv.DictReader(source))


def rows_of(table):
    return [
        {
            "dossier_code": r["ma"],
            "channel": "online",
            "status": r["trang_thai"],
            "received_at": datetime.fromisoformat(r["nhan"]),
            "resolved_at": datetime.fromisoformat(r["xong"]) if r["xong"] else None,
            "due_at": datetime(2024, 12, 1),
        }
        for r in table
    ]


@pytest.mark.parametrize(
    ("rules", "column"), [("so-2024", "lan_tinh_so_2024"), ("theo-thoi-diem", "lan_tinh_theo_thoi_diem")]
)
def test_parts_add_up_to_more_by_the_dossiers_that_the_scenario_names(tmp_path, rules, column):
    table = scenario()
    report = report_of(tmp_path / "s", rows_of(table), rules=rules)
    (figure,) = cumulative.indicators(report)
    found = evidence(report, figure)
    assert found.agrees(figure)
    assert found.keys == [r["ma"] for r in table if int(r[column])]
    bridge = cumulative.bridge(report).set_index("name")
    quarters = [totals(report.at(p)) for p in parts_of_year(report.period)]
    half = totals(report.at(parse_period("2024-H1")))
    assert (
        sum(q["handled"] for q in quarters) - half["handled"] == figure.numerator == bridge.loc["handled", "difference"]
    )
    assert bridge.loc["resolved", "difference"] == 0
    assert bridge.loc["pending", "difference"] == quarters[0]["pending"]
    assert bridge.loc[bridge["difference"] != 0, "why"].ne("").all()


def test_a_difference_that_no_dossier_explains_is_refused(tmp_path, monkeypatch):
    report = report_of(tmp_path / "s", rows_of(scenario()))
    monkeypatch.setattr(cumulative, "COUNTED_AGAIN", cumulative.Measure(cumulative.AGAIN, "false"))
    with pytest.raises(CountsDoNotAdd, match="lệch lũy kế 5 lượt, giải thích được 0"):
        cumulative.bridge(report)


def test_what_is_told_in_part_is_neither_printed_nor_bridged(tmp_path):
    late = [r for r in scenario() if r["nhan"] > "2024-01-20"]
    report = report_of(tmp_path / "s", rows_of(late))
    by_name = {b.now.name: b for b in cumulative.figures(report)}
    handled = by_name["dossiers_handled_count"]
    assert handled.now.numerator == 5
    assert [indicator_text(i) for i in (handled.so_far, handled.last_year)] == [cumulative.NOT_WHOLE] * 2
    assert cumulative.bridge(report).empty
    assert cumulative.indicators(report) == []
    so_far = cumulative.so_far(report)
    assert str(cumulative_form(cumulative.form(so_far), so_far.period, "-luy-ke")).endswith("chưa đủ dữ liệu.")
    assert any("chưa đủ dữ liệu của cả khoảng này" in line for line in cumulative.notes(report))


def test_every_figure_stands_beside_the_year_so_far(tmp_path):
    report = report_of(tmp_path / "s", rows_of(scenario()))
    figures = cumulative.figures(report)
    handled = next(b for b in figures if b.now.name == "dossiers_handled_count")
    half = totals(report.at(parse_period("2024-H1")))["handled"]
    assert (handled.now.numerator, handled.so_far.numerator, handled.last_year.numerator) == (6, half, None)
    table = cumulative_table(figures, report.period, report.last_year.period)
    line = next(row for row in table.rows if row[1] == handled.now.label)
    assert line[3:] == ("6", str(half), cumulative.NOT_WHOLE, cumulative.NOT_WHOLE)
    so_far = cumulative.so_far(report)
    form = cumulative_form(cumulative.form(so_far), so_far.period, "-luy-ke")
    assert form.name == "bieu-ii-06a-luy-ke"
    assert form.total[2] == half
    assert bridge_table(cumulative.bridge(report)).rows[0][0] == "Hồ sơ nhận giải quyết"
