"""Authority levels with the days on which they begin and end, as cited data (`levels.toml`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache

from pydantic import BaseModel, ConfigDict

from tthc_analysis.columns import AUTHORITY_LEVELS
from tthc_analysis.rules.shipped import shipped


class Level(BaseModel):
    """One authority level; `valid_to` is its last day, None while it exists."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    valid_from: date
    valid_to: date | None = None
    source: str
    checked: date

    @property
    def label(self) -> str:
        """Vietnamese name."""
        return AUTHORITY_LEVELS[self.id]

    def exists_on(self, day: date) -> bool:
        """Whether the level exists on `day`."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@cache
def levels() -> Mapping[str, Level]:
    """Every level by id, in the order of `columns.AUTHORITY_LEVELS`."""
    data = shipped("levels.toml")
    return {name: Level(id=name, **data[name]) for name in AUTHORITY_LEVELS}


def levels_on(day: date) -> list[Level]:
    """The levels that exist on `day`."""
    return [level for level in levels().values() if level.exists_on(day)]


def level_ends() -> dict[str, date]:
    """Last day of each level that has ended or will end."""
    return {level.id: level.valid_to for level in levels().values() if level.valid_to}
