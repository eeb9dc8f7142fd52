"""The back-test: every figure of the 2024 report from the sample, with numerator and denominator.

`figures_2024.csv` is the table to read: the figure's id, what the report of 2024 printed, our indicator, its value and its
counts. `docs/so-lieu-2024.md` says the same to the analyst.
"""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from pathlib import Path

import pytest

from tthc_analysis.display.formats import indicator_text, number, percent
from tthc_analysis.indicators import all_indicators, one_stop
from tthc_analysis.indicators.one_stop import ClaimDoesNotHold

HERE = Path(__file__).parent
ROWS = list(csv.DictReader((HERE / "figures_2024.csv").open(encoding="utf-8")))
FIGURES = [row for row in ROWS if row["indicator"]]
#: figures that the report of 2024 printed and the counts contradict
CONTRADICTED = {"F65"}


@pytest.fixture(scope="module")
def known(open_sample):
    return {i.name: i for i in all_indicators(open_sample("2024"))}


def test_all_69_figures_are_in_the_table():
    assert {row["id"] for row in ROWS} == {f"F{n:02d}" for n in range(1, 70)}


@pytest.mark.parametrize("row", FIGURES, ids=lambda r: f"{r['id']}-{r['indicator']}")
def test_figure(row, known):
    found = known[row["indicator"]]
    counts = tuple("" if c is None else str(c) for c in (found.numerator, found.denominator))
    assert (indicator_text(found), *counts) == (row["value"], row["numerator"], row["denominator"])
    assert found.section
    assert found.tables
    assert found.reference


@pytest.mark.parametrize("row", FIGURES, ids=lambda r: f"{r['id']}-{r['indicator']}")
def test_it_agrees_with_what_was_printed_in_2024(row, known):
    found, printed = known[row["indicator"]], row["in_2024"]
    if row["id"] in CONTRADICTED:
        assert str(found.numerator) != printed
    elif match := re.fullmatch(r"(hơn|gần) ([\d.]+)", printed):
        bound = int(match[2].replace(".", ""))
        assert (found.rounded > bound) if match[1] == "hơn" else (0.95 * bound < found.rounded < bound)
    elif "/" in printed:
        assert [int(part) for part in printed.split("/")] == [found.numerator, found.denominator]
    elif printed.endswith("%"):
        decimals = len(printed.rstrip("%").partition(",")[2])
        assert percent(Decimal(found.value), decimals) == printed
    else:
        assert number(found.value) == (printed.lstrip("0") or "0")


def test_f23_the_period_is_387_days(open_sample):
    period = open_sample("2024").period
    assert (f"{period.start:%d/%m/%Y}", f"{period.end:%d/%m/%Y}", period.days) == ("15/11/2023", "05/12/2024", 387)


def test_f65_the_sentence_that_nothing_is_outstanding_cannot_be_printed(open_sample):
    with pytest.raises(ClaimDoesNotHold, match="43"):
        one_stop.claim(open_sample("2024"), "no_pending").require()


def test_the_document_for_the_analyst_says_the_same():
    text = (HERE.parents[1] / "docs" / "so-lieu-2024.md").read_text(encoding="utf-8")
    table = [line for line in text.splitlines() if re.match(r"\| F\d\d \|", line) and line.count("|") == 7]
    cells = [[c.strip().strip("`") for c in line.strip("|").split("|")] for line in table]
    assert [(c[0], c[3], c[4]) for c in cells] == [(r["id"], r["indicator"] or "–", r["value"]) for r in ROWS]


def test_every_name_occurs_once(open_sample):
    names = [i.name for i in all_indicators(open_sample("2024"))]
    assert len(names) == len(set(names))
