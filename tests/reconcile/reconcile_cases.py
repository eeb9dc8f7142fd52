"""The figures of 2024, the period, and a correct narrative of our own that every mutation starts from."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd

from tthc_analysis.indicators import Indicator
from tthc_analysis.periods import Period

HERE = Path(__file__).parent
PERIOD = Period("2024", "Năm 2024", "custom", date(2023, 11, 15), date(2024, 12, 5), "yêu cầu", "cơ quan nhận", "2023")
CORRECT = (HERE / "correct_narrative.txt").read_text(encoding="utf-8")


def _indicator(row: Mapping[str, str]) -> Indicator:
    return Indicator(
        row["name"],
        row["label"],
        row["kind"],
        row["unit"],
        int(row["numerator"]),
        row["label"],
        int(row["denominator"]) if row["denominator"] else None,
        row["base"],
    )


def load_figures() -> list[Indicator]:
    table = pd.read_csv(HERE / "figures.csv", dtype=str, keep_default_na=False)
    return [_indicator(row) for row in table.to_dict("records")]


FIGURES = load_figures()


def with_figures(without: str = "", **values: int) -> list[Indicator]:
    """The figures less those whose name begins with `without`, some with another numerator."""
    kept = [f for f in FIGURES if not (without and f.name.startswith(without))]
    return [replace(f, numerator=values.get(f.name, f.numerator)) for f in kept]
