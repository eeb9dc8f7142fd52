"""How often the day of result may be put off, as dated limits (`appointments.toml`)."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from tthc_analysis.rules.laws import Mark


class AppointmentLimit(BaseModel):
    """The most re-appointments of one dossier from a day to another, by a clause of a legal text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    law: str
    place: str
    most: int
    valid_from: date
    valid_to: date | None = None
    source: str
    checked: date
    mark: Mark


@cache
def appointment_limits() -> tuple[AppointmentLimit, ...]:
    """Every limit that the package ships."""
    text = files("tthc_analysis.rules").joinpath("appointments.toml").read_text(encoding="utf-8")
    return tuple(AppointmentLimit.model_validate(one) for one in tomllib.loads(text)["limits"])


def appointment_limit_on(day: date) -> AppointmentLimit | None:
    """The limit in force on a day; None when none is known, and re-appointments are only counted."""
    found = (limit for limit in appointment_limits() if limit.valid_from <= day)
    return next((limit for limit in found if limit.valid_to is None or day <= limit.valid_to), None)
