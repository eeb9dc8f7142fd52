"""How often Vietnamese syllables are seen (`syllables.csv`), by which two readings of one word are told apart."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def common_syllables() -> Mapping[str, int]:
    """Syllable in small letters → how often the texts of this project have it; rare ones are left out."""
    with files("tthc_analysis.rules").joinpath("syllables.csv").open(encoding="utf-8") as source:
        return {row["syllable"]: int(row["count"]) for row in csv.DictReader(source)}
