"""How often the day of result may be put off, as dated limits (`appointments.toml`)."""

from __future__ import annotations

from datetime import date
from functools import cache

from pydantic import BaseModel, ConfigDict

from tthc_analysis.rules.laws import Mark
from tthc_analysis.rules.shipped import shipped


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
    return tuple(AppointmentLimit.model_validate(one) for one in shipped("appointments.toml")["limits"])


def appointment_limit_on(day: date) -> AppointmentLimit | None:
    """The limit in force on a day; None when none is known, and re-appointments are only counted."""
    found = (limit for limit in appointment_limits() if limit.valid_from <= day)
    return next((limit for limit in found if limit.valid_to is None or day <= limit.valid_to), None)
