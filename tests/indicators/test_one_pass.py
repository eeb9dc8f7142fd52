"""Dossiers are gone through once for all that is asked of them: in a section, over many periods, in all sections of a run."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pandas as pd
import pytest
from random_stores import RandomStores
from rows import dossier, procedure

from tthc_analysis.indicators import dossiers, trend
from tthc_analysis.indicators._counting import LIVE, MEASURES, evaluations, live_of
from tthc_analysis.indicators.catalogue_sql import WITH_CATALOGUE
from tthc_analysis.indicators.evaluate import Evaluation, grouped
from tthc_analysis.indicators.registry import facts_of
from tthc_analysis.periods import parse_period
from tthc_analysis.store import Store, answers
from tthc_analysis.store.sql import DuckDB

PERIODS = tuple(parse_period(p) for p in ("2023", "2024-Q1", "2024-03", "2024-H1", "2024", "2025-Q1"))


@pytest.fixture
def asked(monkeypatch) -> list[str]:
    """Every statement over the dossiers that DuckDB is given."""
    found: list[str] = []
    for name in ("frame", "arrow"):
        run = getattr(DuckDB, name)

        def note(self: DuckDB, text: str, run=run):
            if "ho_so" in text:
                found.append(text)
            return run(self, text)

        monkeypatch.setattr(DuckDB, name, note)
    return found


@pytest.fixture
def sharing(tmp_path, monkeypatch):
    """A folder in which the stores of this test share answers."""
    monkeypatch.setattr(answers, "_PLACES", [])
    place = tmp_path / "chung"
    place.mkdir()
    answers.share(place)
    return place


@pytest.mark.parametrize("seed", range(8))
def test_many_periods_in_one_pass_count_as_each_alone(seed, tmp_path, asked):
    report = RandomStores(seed).report(tmp_path / "kho")
    together = evaluations(report, PERIODS)
    passes = len(asked)
    for one, period in zip(together, PERIODS, strict=True):
        alone = Evaluation(report.at(period))
        assert [one.number(m) for m in MEASURES.values()] == [alone.number(m) for m in MEASURES.values()]
        assert [one.is_missing(f) for f in facts_of(LIVE)] == [alone.is_missing(f) for f in facts_of(LIVE)]
    assert passes <= 3, "the days that the exports tell of, receipts by day, and the dossiers"


def test_a_trend_asks_once_for_all_its_periods(report_of, asked):
    days = ("2023-02-01", "2023-05-02", "2023-11-20", "2024-02-01", "2024-07-01")
    rows = [dossier(i, day, "2024-08-01", "2024-08-02") for i, day in enumerate(days)]
    report = report_of("2024-Q3", ho_so=rows)
    table = trend.over_periods(report)
    assert list(table["handled"]) == [1, 2, 2, 3, 4, 4, 5]
    assert sum("tallied" in text for text in asked) == 1


def test_groups_of_the_same_rows_are_counted_in_one_pass(report_of, asked):
    rows = [
        dossier(1, "2024-02-01", "2024-02-05", "2024-02-02", procedure_code="1.1", field="A"),
        dossier(2, "2024-02-01", "2024-02-05", procedure_code="1.2", field="A"),
        dossier(3, "2024-02-03", "2024-02-05", procedure_code="1.3", field="B"),
    ]
    report = report_of("2024-Q1", ho_so=rows)
    assert dossiers.totals(report)["handled"] == 3
    assert list(dossiers.by_field(report)["handled"]) == [2, 1]
    assert list(grouped(report, LIVE, {"n": MEASURES["pending"]}, ["procedure_key"])["n"]) == [0, 1, 1]
    assert sum("tallied" in text for text in asked) == 1


def test_what_one_store_was_answered_another_of_the_run_is_not_asked(report_of, asked, sharing):
    report = report_of("2024-Q1", ho_so=[dossier(1, "2024-02-01")])
    first, count = dossiers.totals(report), len(asked)
    other = type(report)(report.period, report.rules, Store(report.store.folder))
    assert dossiers.totals(other) == first
    assert len(asked) == count
    assert other.store.opened == report.store.opened, "what a section depends on is noted all the same"


def test_other_data_in_the_same_place_are_asked_anew(report_of, sharing):
    one = report_of("2024-Q1", ho_so=[dossier(1, "2024-02-01")])
    assert dossiers.totals(one)["handled"] == 1
    two = report_of("2024-Q1", ho_so=[dossier(1, "2024-02-01"), dossier(2, "2024-02-01")])
    assert one.store.folder == two.store.folder
    assert dossiers.totals(two)["handled"] == 2


def test_a_question_that_fails_leaves_no_answer(sharing):
    def fail() -> int:
        raise ValueError("lỗi")

    with pytest.raises(ValueError, match="lỗi"):
        answers.shared("?", fail)
    assert answers.shared("?", lambda: 7) == 7
    assert answers.shared("?", fail) == 7


def test_without_a_run_nothing_is_kept(monkeypatch):
    monkeypatch.setattr(answers, "_PLACES", [])
    assert [answers.shared("?", lambda: 1), answers.shared("?", lambda: 2)] == [1, 2]


def test_the_catalogue_row_of_each_dossier_is_the_one_in_force_on_its_day(report_of):
    """Rows of a procedure that overlap, end, leave gaps and begin on one day, recounted row by row."""
    draw = random.Random(16)
    first, days = date(2024, 1, 1), 60
    listed = []
    for number in range(40):
        begun = first + timedelta(draw.randrange(-20, days))
        end = draw.choice((None, begun + timedelta(draw.randrange(15))))
        rows_of = procedure(f"1.00000{number % 5}", valid_from=begun, valid_to=end, time_limit=number + 1)
        listed.append(rows_of)
    once = {(row["procedure_code"], row["valid_from"]): row for row in listed}
    received = [(f"1.00000{code}", first + timedelta(day)) for code in range(6) for day in range(days)]
    rows = [dossier(n, day.isoformat(), procedure_code=code) for n, (code, day) in enumerate(received)]
    report = report_of("2024-Q1", ho_so=rows, danh_muc_tthc=list(once.values()))
    found = report.store.query(
        f"{live_of(report)}\nSELECT live.procedure_code, received_day, c.time_limit FROM {WITH_CATALOGUE}"
    )
    assert len(found) == len(received)
    for row in found.itertuples():
        day = row.received_day.date()
        valid = [
            one for one in once.values()
            if one["procedure_code"] == row.procedure_code and one["valid_from"] <= day <= (one["valid_to"] or day)
        ]  # fmt: skip
        newest = max(valid, key=lambda one: one["valid_from"], default={"time_limit": None})["time_limit"]
        assert (None if pd.isna(row.time_limit) else row.time_limit) == newest
