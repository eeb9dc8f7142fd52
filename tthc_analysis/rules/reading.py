"""Thresholds of reading exports that no law fixes (`reading.toml`)."""

from __future__ import annotations

from datetime import date
from functools import cache

from pydantic import BaseModel, ConfigDict, Field

from tthc_analysis.rules.shipped import shipped


class Quarantine(BaseModel):
    """The largest share of the rows of one export that may be set aside without stopping publication."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    most_share: float = Field(ge=0, le=1)
    source: str
    checked: date


class OpenWithEnd(BaseModel):
    """From which share of the dossiers still in process, and from how many, a day of end is no slip of single rows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    most_share: float = Field(ge=0, le=1)
    least: int = Field(ge=1)
    source: str
    checked: date


class ExchangedColumns(BaseModel):
    """How far two columns must speak against their headings to be told as exchanged: rows, share alike, share not alike."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    least: int = Field(ge=1)
    nearly_all: float = Field(gt=0.5, le=1)
    scattered: float = Field(ge=0, lt=1)
    source: str
    checked: date


class Reading(BaseModel):
    """The whole of `reading.toml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    quarantine: Quarantine
    open_with_end: OpenWithEnd
    exchanged_columns: ExchangedColumns


@cache
def load_reading() -> Reading:
    """The thresholds that the package ships."""
    return Reading.model_validate(shipped("reading.toml"))
