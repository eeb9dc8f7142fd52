"""The first screen of a roll-up: result, lateness and who is not known, bound to the counts and said of the right bodies."""

from __future__ import annotations

import re

import city_of as city
import pytest
from city_of import FORM

from tthc_analysis.display.findings import findings_list
from tthc_analysis.indicators import findings, rollup, summary

OLD = city.dossier("K-231210-0009", "2023-12-10 08:00", "2024-01-20 17:00", "2024-01-19 08:00")
IN_TIME = {**FORM, "resolved_on_time": 2, "resolved_overdue": 0}


def said(report) -> dict[str, str]:
    """Topic → its sentence as printed."""
    found = findings_list(findings.findings(report)).to_json()
    return dict(zip(found["topics"], found["lines"], strict=True))


def tones(report) -> dict[str, str]:
    return {f.topic: f.tone for f in findings.findings(report)}


@pytest.fixture
def two(tmp_path):
    """A department with two dossiers, one of them late, and a commune that sends reports."""
    config = city.configure(tmp_path, [city.member("so-a", "so", "Sở A"), city.member("xa-b", name="Xã B")])
    city.give(
        config, "so-a", [OLD, city.dossier("K-240102-0001", "2024-01-02 08:00", "2024-01-10 17:00", "2024-01-12 08:00")]
    )
    city.send(config, "xa-b", "2024-Q1", FORM)
    return config


def test_all_bodies_known_no_sentence_counts_bodies_and_the_latest_are_named(two):
    report = city.united(two)
    words = said(report)
    assert words["result"] == "Đã giải quyết 6 trên 7 hồ sơ nhận giải quyết (85,71%), trong đó 3 hồ sơ trước hạn."
    late = "Có 2 hồ sơ giải quyết quá hạn, 0 hồ sơ đang giải quyết đã quá hạn; nhiều nhất: Sở A (1), Xã B (1)."
    assert words["late"] == late
    assert words["pending"] == "Ngày 14/03/2024 còn 1 hồ sơ đang giải quyết: 1 trong hạn."
    assert words["unknown"] == "Có số liệu của cả 2 đơn vị."
    assert (tones(report)["late"], tones(report)["unknown"]) == ("late", "good")


def test_a_silent_body_is_named_and_nothing_is_concluded_for_it(tmp_path):
    members = [city.member("xa-b", name="Xã B"), city.member("xa-im", name="Xã {im}")]
    config = city.configure(tmp_path, members)
    city.send(config, "xa-b", "2024-Q1", IN_TIME)
    report = city.united(config)
    words = said(report)
    assert words["result"].startswith("Ở 1/2 đơn vị có số liệu: đã giải quyết 4 trên 5 hồ sơ")
    assert words["late"].startswith("Chưa kết luận được cho toàn địa bàn: đã thấy 0")
    assert words["unknown"] == "1/2 đơn vị chưa có số liệu (Xã (im))."
    assert tones(report) == {"result": "open", "late": "open", "pending": "open", "change": "open", "unknown": "open"}


def test_nothing_is_late_only_where_every_body_and_every_dossier_tells(tmp_path):
    config = city.configure(tmp_path, [city.member("xa-b", name="Xã B")])
    city.send(config, "xa-b", "2024-Q1", IN_TIME)
    report = city.united(config)
    assert said(report)["late"].startswith("Không có hồ sơ quá hạn: 0 hồ sơ giải quyết quá hạn, 0 ")
    assert tones(report)["late"] == "good"
    city.send(config, "xa-b", "2024-Q1", {**IN_TIME, "pending_within": 0, "pending_no_due": 1})
    undated = said(city.united(config))["late"]
    assert undated.startswith("Chưa kết luận được")
    assert "chưa tính 1 hồ sơ không có ngày hẹn trả" in undated


def test_a_figure_of_fewer_bodies_says_so_inside_the_sentence(two, tmp_path):
    config = city.configure(
        tmp_path / "ba",
        [city.member("xa-b", name="Xã B"), city.member("xa-khong-han", name="Xã không hạn")],
    )
    city.send(config, "xa-b", "2024-Q1", FORM)
    city.give(config, "xa-khong-han", [city.dossier("B-240101-0001", "2023-12-16 08:00", "", "2024-01-12 08:00")])
    report = city.united(config)
    assert "1 (1/2 đơn vị) hồ sơ giải quyết quá hạn" in said(report)["late"]
    assert "chỉ biết của một phần các đơn vị được tính" in said(report)["unknown"]
    assert (
        dict(zip(rollup.outcomes(report)["outcome"], rollup.outcomes(report)["n"], strict=True))["resolved_no_due"] == 1
    )


def test_only_figures_of_the_same_bodies_are_compared(two):
    assert said(city.united(two))["change"].startswith(
        "Không so với quý IV/2023: chưa có số liệu của cùng những đơn vị"
    )
    assert all(before is None for _, before in summary.headlines(city.united(two)))
    city.send(
        two,
        "xa-b",
        "2023-Q4",
        {**FORM, "handled": 9, "resolved": 8, "received_new": 8, "received_online": 7, "resolved_early": 6},
    )
    city.give(
        two, "so-a", [city.dossier("K-230901-0001", "2023-09-01 08:00", "2023-10-10 17:00", "2023-09-22 08:00"), OLD]
    )
    report = city.united(two)
    assert said(report)["change"].startswith("So với quý IV/2023: ")
    assert any(before for _, before in summary.headlines(report))


def test_every_number_of_a_sentence_is_that_of_its_figure(two):
    report = city.united(two)
    known = {i.name: i for i in rollup.indicators(report)}
    for finding in findings.findings(report):
        assert set(re.findall(r"\{(\w+)", finding.template)) == set(finding.figures)
        assert all(known[n] == f for n, f in finding.figures.items())


def test_the_chart_shows_every_dossier_once(two):
    report = city.united(two)
    assert rollup.outcomes(report)["n"].sum() == rollup.by_body(report)["handled"].sum()


def test_of_no_body_at_all_nothing_is_said_but_that(tmp_path):
    report = city.united(city.configure(tmp_path, [city.member("xa-im", name="Xã im")]))
    assert list(said(report)) == ["result", "unknown"]
    assert "1/1 đơn vị chưa có số liệu (Xã im)" in said(report)["unknown"]
    assert rollup.outcomes(report).empty or not rollup.outcomes(report)["n"].sum()
