"""Conventions of the report that no law fixes (`reporting.toml`) and the standard cost model's income (`compliance_cost.toml`)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache

from pydantic import BaseModel, ConfigDict, Field

from tthc_analysis.rules.laws import Mark
from tthc_analysis.rules.shipped import shipped


class _Rule(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    checked: date


class Directives(_Rule):
    """Which documents of the body itself section I counts as directives."""

    topics: tuple[str, ...] = Field(min_length=1)


class ProcessingTime(_Rule):
    """Up to how many working days is fast, and how many dossiers a procedure must have to be listed."""

    fast_working_days: int
    least_dossiers: int


class Slipped(_Rule):
    """From which growth of the median a procedure or field has slipped."""

    median_working_days: int
    least_dossiers: int


class DueDateCheck(_Rule):
    """How far a recomputed due day may lie from the one in the data, and how many that lie further are listed one by one."""

    tolerance_working_days: int
    most_listed: int


class Lists(_Rule):
    """How many dossiers an appendix lists one by one; all of them are counted."""

    most_dossiers: int = Field(ge=1)


class Coverage(_Rule):
    """How many days at the beginning of a period may pass without a row while the export still counts as a whole one.

    Rows before the first end that are fewer than `carried_share` of those expected, where at least `least_expected` are, only
    were carried over; the export begins after the last gap of more than `longest_gap` times the usual one.
    """

    quiet_days: int
    carried_share: float
    least_expected: int
    longest_gap: int


class Reporting(BaseModel):
    """The whole of `reporting.toml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    directives: Directives
    processing_time: ProcessingTime
    slipped: Slipped
    due_date_check: DueDateCheck
    lists: Lists
    coverage: Coverage


class HourlyIncome(_Rule):
    """Average income of one working hour, for the year in which `valid_from` is."""

    valid_from: date
    yearly_income: int
    hours_per_year: int
    mark: Mark

    @property
    def hourly(self) -> int:
        """Đồng for one working hour, rounded half up."""
        return (2 * self.yearly_income + self.hours_per_year) // (2 * self.hours_per_year)


class ComplianceCost(BaseModel):
    """The whole of `compliance_cost.toml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reference: str
    hourly_income: tuple[HourlyIncome, ...] = Field(min_length=1)

    def hourly_on(self, day: date) -> int | None:
        """Đồng for one working hour in the year of `day`; None in a year without an entry."""
        income = self._income(day.year)
        return income.hourly if income else None

    def notes(self, years: Iterable[int]) -> tuple[str, ...]:
        """What must be said beside costs that were worked out with the incomes of these years."""
        return tuple(note for year in sorted(set(years)) if (note := self._note(year)))

    def _income(self, year: int) -> HourlyIncome | None:
        return next((i for i in self.hourly_income if i.valid_from.year == year), None)

    def _note(self, year: int) -> str:
        income = self._income(year)
        if income is None:
            return f"Chưa có thu nhập bình quân một giờ của năm {year}: chi phí của bảng tính không tự ghi thu nhập là chưa rõ."
        return "" if income.mark == "V" else f"Thu nhập bình quân một giờ của năm {year} chưa kiểm: {income.source}."


@cache
def load_reporting() -> Reporting:
    """The conventions that the package ships."""
    return Reporting.model_validate(shipped("reporting.toml"))


@cache
def load_compliance_cost() -> ComplianceCost:
    """The standard cost model's incomes that the package ships."""
    return ComplianceCost.model_validate(shipped("compliance_cost.toml"))
