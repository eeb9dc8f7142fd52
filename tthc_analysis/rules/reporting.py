"""Conventions of the report that no law fixes (`reporting.toml`) and the standard cost model's income (`compliance_cost.toml`)."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field


class _Rule(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    checked: date


class Directives(_Rule):
    """Which documents section I counts as directives."""

    issuer: str
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
    """How far a recomputed due day may lie from the one in the data."""

    tolerance_working_days: int


class Reporting(BaseModel):
    """The whole of `reporting.toml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    directives: Directives
    processing_time: ProcessingTime
    slipped: Slipped
    due_date_check: DueDateCheck


class HourlyIncome(_Rule):
    """Average income of one working hour from `valid_from` on."""

    valid_from: date
    yearly_income: int
    hours_per_year: int

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
        """Đồng for one working hour as of `day`; None before the first entry."""
        known = [i for i in self.hourly_income if i.valid_from <= day]
        return max(known, key=lambda i: i.valid_from).hourly if known else None


def _text(name: str) -> str:
    return files("tthc_analysis.rules").joinpath(name).read_text(encoding="utf-8")


@cache
def load_reporting() -> Reporting:
    """The conventions that the package ships."""
    return Reporting.model_validate(tomllib.loads(_text("reporting.toml")))


@cache
def load_compliance_cost() -> ComplianceCost:
    """The standard cost model's incomes that the package ships."""
    return ComplianceCost.model_validate(tomllib.loads(_text("compliance_cost.toml")))
