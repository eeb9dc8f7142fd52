"""Statutory cut-offs, custom spans, and what must be said of overlaps and gaps."""

import tomllib
import unicodedata
from datetime import date
from importlib.resources import files

import pytest

from tthc_analysis.errors import ConfigError, UnknownPeriod
from tthc_analysis.periods import (
    Period,
    canonical,
    continuity_warnings,
    lowered,
    overlap_days,
    parse_period,
    previous_period,
    reads_as_period,
    same_period_last_year,
    statutory_basis,
    statutory_periods,
)

SPAN_2024 = Period(
    "2024", "Năm 2024", "custom", date(2023, 11, 15), date(2024, 12, 5), "yêu cầu", "cơ quan nhận yêu cầu", "2023"
)


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        ("2023", date(2022, 12, 15), date(2023, 12, 14)),
        ("2024-01", date(2023, 12, 15), date(2024, 1, 14)),
        ("2024-03", date(2024, 2, 15), date(2024, 3, 14)),
        ("2024-Q1", date(2023, 12, 15), date(2024, 3, 14)),
        ("2024-Q4", date(2024, 9, 15), date(2024, 12, 14)),
        ("2024-H1", date(2023, 12, 15), date(2024, 6, 14)),
        ("2024-9T", date(2023, 12, 15), date(2024, 9, 14)),
    ],
)
def test_statutory_spans(period, start, end):
    found = parse_period(period)
    assert (found.start, found.end) == (start, end)


def test_a_custom_span_goes_first_and_the_statutory_year_stays_reachable():
    custom = {"2024": SPAN_2024}
    assert parse_period("2024", custom).days == 387
    assert parse_period("2024-nam", custom).days == 366


@pytest.mark.parametrize(
    ("period", "before"),
    [("2024-01", "2023-12"), ("2024-Q1", "2023-Q4"), ("2024-H1", "2023-H2"), ("2024-9T", "2023-9T"), ("2023", "2022")],
)
def test_previous(period, before):
    assert previous_period(parse_period(period)).id == before


def test_contiguous_kinds_touch():
    for period in ("2024-01", "2024-Q3", "2023"):
        now = parse_period(period)
        assert overlap_days(now, previous_period(now)) == 0


def test_the_2024_span_overlaps_2023_by_30_days_and_leaves_nine_out():
    previous = previous_period(SPAN_2024)
    assert overlap_days(SPAN_2024, previous) == 30
    notes = " ".join(continuity_warnings(SPAN_2024, previous))
    assert "30 ngày (15/11/2023–14/12/2023)" in notes
    assert "06/12/2024–14/12/2024" in notes


def test_a_gap_is_said():
    later = Period("x", "X", "custom", date(2024, 1, 10), date(2024, 2, 1), "b", "r")
    assert "26 ngày không thuộc kỳ nào" in continuity_warnings(later, parse_period("2023"))[0]


def test_same_period_last_year():
    assert same_period_last_year(parse_period("2024-Q2")).id == "2023-Q2"
    assert same_period_last_year(SPAN_2024).id == "2023"


@pytest.mark.parametrize(
    ("start", "end", "first", "last"),
    [
        (date(2024, 3, 10), date(2024, 4, 20), date(2023, 3, 10), date(2023, 4, 20)),
        (date(2024, 2, 29), date(2025, 1, 30), date(2023, 2, 28), date(2024, 1, 30)),
        (date(2025, 2, 1), date(2025, 2, 28), date(2024, 2, 1), date(2024, 2, 29)),  # a month's last day stays one
        (date(2024, 3, 1), date(2025, 2, 28), date(2023, 3, 1), date(2024, 2, 29)),
        (date(2024, 2, 1), date(2024, 2, 29), date(2023, 2, 1), date(2023, 2, 28)),
        (date(2024, 2, 1), date(2024, 2, 28), date(2023, 2, 1), date(2023, 2, 28)),
        (date(2025, 2, 3), date(2025, 2, 27), date(2024, 2, 3), date(2024, 2, 27)),
        (date(2024, 7, 1), date(2024, 12, 31), date(2023, 7, 1), date(2023, 12, 31)),
    ],
)
def test_a_custom_span_without_a_previous_one_moves_back_a_year(start, end, first, last):
    span = Period("x", "X", "custom", start, end, "b", "r")
    found = same_period_last_year(span)
    assert (found.start, found.end, found.kind) == (first, last, "custom")
    assert found.id != previous_period(span).id != span.id


def test_the_statutory_days_are_dated_data():
    text = files("tthc_analysis.rules").joinpath("periods.toml").read_text(encoding="utf-8")
    rule = tomllib.loads(text)["statutory"]
    assert (rule["first_day"], rule["last_day"]) == (15, 14)
    assert parse_period("2024").basis == statutory_basis(date(2024, 12, 14)) == "Nghị định 09/2019/NĐ-CP, Điều 12"
    assert "09/2019" not in parse_period("2019-01").basis
    assert rule["source"]
    assert rule["valid_from"] < rule["checked"]


@pytest.mark.parametrize(
    "wrong",
    [
        "24",
        "2024-Q5",
        "2024-13",
        "2024-03x",
        "",
        "quý 1",
        "quý 5/2024",
        "13/2026",
        "3/6/2024",
        "2024-Q1-Q2",
        "12024",
        "6 tháng cuối năm",
    ],
)
def test_unknown_periods_are_refused(wrong):
    with pytest.raises(UnknownPeriod, match="2024-Q1"):
        parse_period(wrong)


def test_a_custom_span_needs_a_reason_and_an_order():
    with pytest.raises(ConfigError, match="lý do"):
        Period("x", "X", "custom", date(2024, 1, 1), date(2024, 2, 1))
    with pytest.raises(ConfigError, match="sau khi kết thúc"):
        Period("x", "X", "custom", date(2024, 3, 1), date(2024, 2, 1), "b", "r")


@pytest.mark.parametrize(
    ("spelling", "period"),
    [
        ("2024Q1", "2024-Q1"),
        ("2024-q3", "2024-Q3"),
        ("quý 1/2024", "2024-Q1"),
        ("Quý IV năm 2024", "2024-Q4"),
        ("QUÝ III/2025", "2025-Q3"),
        ("q2-2026", "2026-Q2"),
        ("6 tháng cuối năm 2024", "2024-H2"),
        ("H2 2024", "2024-H2"),
        ("6T2024", "2024-H1"),
        ("6 tháng đầu năm 2024", "2024-H1"),
        ("2024 H2", "2024-H2"),
        ("2026-6T", "2026-H1"),
        ("2024 6t", "2024-H1"),
        ("9T/2024", "2024-9T"),
        ("9 tháng 2024", "2024-9T"),
        ("01/2026", "2026-01"),
        ("1/2026", "2026-01"),
        ("Tháng 12 năm 2025", "2025-12"),
        ("T3/2026", "2026-03"),
        ("2026-3", "2026-03"),
        ("năm 2024", "2024"),
        (" 2024 ", "2024"),
        ("2024-nam", "2024-nam"),
    ],
)
def test_usual_spellings_are_understood(spelling, period):
    assert parse_period(spelling).id == period
    assert parse_period(unicodedata.normalize("NFD", spelling)) == parse_period(period)


def test_a_spelling_of_a_custom_period_means_the_custom_one():
    assert parse_period("năm 2024", {"2024": SPAN_2024}) is SPAN_2024
    assert parse_period("2024-nam", {"2024": SPAN_2024}).kind == "year"


@pytest.mark.parametrize("wrong", ["sgddt-hp", "so-2024-moi", "p24", "phuong-6", "quan-1"])
def test_ids_of_agencies_are_no_periods(wrong):
    assert not reads_as_period(wrong)


@pytest.mark.parametrize(
    ("label", "said"), [("Năm 2023", "năm 2023"), ("Quý I/2026", "quý I/2026"), ("Tháng 02/2026", "tháng 02/2026"),
                        ("Đợt A", "Đợt A"), ("6 tháng đầu năm 2026", "6 tháng đầu năm 2026"), ("Nămkhác", "Nămkhác")]
)  # fmt: skip
def test_a_label_reads_well_in_a_sentence(label, said):
    assert lowered(label) == said


def test_every_label_that_is_printed_is_understood():
    for period in statutory_periods((2024, 2027)):
        assert canonical(period.label) == period.id
        assert canonical(lowered(period.label)) == period.id
