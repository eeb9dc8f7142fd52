"""What a date in an export can be, as cited data (`dates.toml`): words and days that mean an empty cell, and sane limits."""

from __future__ import annotations

from datetime import date
from functools import cache

from pydantic import BaseModel, ConfigDict

from tthc_analysis.rules.shipped import shipped


class DateRules(BaseModel):
    """`slip_share` is a share of rows, `longest_due_years` years from receipt, `lone_days` days between two events."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    checked: date
    empty_words: frozenset[str]
    empty_anywhere: frozenset[str]
    empty_names: frozenset[str]
    empty_openings: tuple[str, ...]
    empty_texts: frozenset[str]
    empty_days: tuple[date, ...]
    empty_moments: tuple[date, ...]
    slip_share: float
    first_event: date
    first_day: date
    last_event: date
    last_day: date
    longest_due_years: int
    lone_days: int

    def longest_limit(self, unit: str) -> int:
        """The largest number of units of time (`columns.TIME_UNITS`) that a time limit can be: of what lasts `longest_due_years`."""
        in_a_year = {"month": 12, "hour": 366 * 24}
        return self.longest_due_years * in_a_year.get(unit, 366)


@cache
def load_date_rules() -> DateRules:
    """The rules that the package ships."""
    return DateRules.model_validate(shipped("dates.toml"))
