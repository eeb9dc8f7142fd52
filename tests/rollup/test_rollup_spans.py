"""The roll-up beside other spans, each of its own bodies; a report that was sent beside the data of the same body."""

from __future__ import annotations

import csv

import city_of as city
import pytest
from test_rollup import FORM, SCENARIOS

from tthc_analysis.display.rollup import rollup_form
from tthc_analysis.display.rollup_spans import rollup_span_form, rollup_spans_table
from tthc_analysis.indicators import all_indicators, rollup, rollup_spans


@pytest.fixture
def report(tmp_path):
    """So A tells of all of the half year, xã B only of its second quarter, xã C sent a report of that quarter."""
    config = city.configure(tmp_path, [city.member("so-a", "so"), city.member("xa-b"), city.member("xa-c")])
    with (SCENARIOS / "03_cac_khoang.csv").open(encoding="utf-8") as source:
        rows = list(csv.DictReader(source))
    for body in ("so-a", "xa-b"):
        own = [r for r in rows if r["body"] == body]
        told = [city.dossier(r["code"], r["received"], r["due"], r["resolved"], channel=r["channel"]) for r in own]
        city.give(config, body, [{**d, "snapshot_date": city.datetime(2024, 6, 20)} for d in told])
    city.send(config, "xa-c", "2024-Q2", FORM)
    return city.united(config, "2024-Q2")


def test_each_span_is_of_the_bodies_that_tell_of_it(report):
    spans = rollup_spans.spans(report)
    assert [(s.name, s.report.period.id) for s in spans] == [
        ("now", "2024-Q2"), ("so_far", "2024-H1"), ("previous", "2024-Q1"), ("last_year", "2023-Q2"),
        ("so_far_last_year", "2023-H1"),
    ]  # fmt: skip
    texts = {s.name: {i.name: (i.numerator, i.covers) for i in s.figures} for s in spans}
    # the quarter: A 2 (one carried over), B 2, C 5; the half year: A 3; the first quarter: A 2; nothing of 2023
    assert texts["now"]["all_handled_count"] == (9, "")
    assert texts["so_far"]["all_handled_count"] == (3, "1/3 đơn vị")
    assert texts["previous"]["all_handled_count"] == (2, "1/3 đơn vị")
    assert texts["previous"]["all_pending_count"] == (1, "1/3 đơn vị")
    assert texts["last_year"]["all_handled_count"] == (None, "")
    notes = rollup_spans.notes(spans)
    assert notes[1].endswith("số liệu của 1/3 đơn vị; không gồm xa-b, xa-c.")
    assert "chưa có số liệu của đơn vị nào" in notes[3]


def test_spans_stand_side_by_side_each_with_its_share(report):
    table = rollup_spans_table(rollup_spans.spans(report))
    first = dict(zip((c.name for c in table.columns), table.rows[0], strict=True))
    assert (first["now"], first["so_far"]) == ("9", "3 (1/3 đơn vị)")
    assert first["last_year"].startswith("chưa có dữ liệu")


def test_a_year_has_no_year_so_far_of_its_own(report):
    spans = rollup_spans.spans(report.at(rollup_spans.so_far(report).period))
    assert [s.name for s in spans] == ["now", "previous", "last_year"]


def test_the_form_of_another_span_bears_its_days(report):
    so_far = rollup_spans.so_far(report)
    form = rollup_span_form(rollup.levels(so_far), so_far.period, "-luy-ke")
    assert form.name == "tong-hop-ii-06a-luy-ke"
    assert "lũy kế: 6 tháng đầu năm 2024, từ ngày 15/12/2023" in form.title
    assert form.total[2] == 3
    before = report.last_year
    assert not hasattr(rollup_span_form(rollup.levels(before), before.period, "-cung-ky"), "rows")


def test_other_channels_are_named_where_they_are_counted(report):
    first = report.previous
    named = {i.name: i for i in all_indicators(first)}
    assert "hình thức khác" in named["all_received_offline_count"].label
    assert any(
        n.startswith("Cột (5) gồm 1 hồ sơ tiếp nhận qua hình thức khác")
        for n in rollup_form(rollup.levels(first)).notes
    )
    assert "hình thức khác" not in {i.name: i for i in all_indicators(report)}["all_received_offline_count"].label


def test_a_report_that_was_sent_is_held_against_the_data_of_its_body(tmp_path):
    config = city.configure(tmp_path, [city.member("so-a", "so", "Sở A")])
    rows = [city.dossier("A-231216-0001", "2023-12-16 08:00", "2024-01-10 17:00", "2024-01-09 08:00")]
    city.give(config, "so-a", [*rows, city.dossier("A-240201-0002", "2024-02-01 08:00", "2024-05-10 17:00")])
    own = dict.fromkeys(FORM, 0) | {"handled": 2, "received_new": 2, "received_online": 2, "resolved": 1}
    own |= {"resolved_early": 1, "pending": 1, "pending_within": 1}
    city.send(config, "so-a", "2024-Q1", own)
    assert rollup.cross_check(city.united(config)).empty
    city.send(config, "so-a", "2024-Q1", own | {"resolved_early": 0, "resolved_on_time": 1})
    scope = city.united(config)
    found = rollup.cross_check(scope)
    assert found[["own", "sent", "difference"]].to_numpy().tolist() == [[1, 0, 1], [0, 1, -1]]
    assert any("Sở A: báo cáo gửi đến khác dữ liệu hồ sơ ở 2 số đếm" in line for line in rollup.notes(scope))
    assert {i.name: i.numerator for i in all_indicators(scope)}["all_resolved_early_count"] == 1
