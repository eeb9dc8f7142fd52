"""Statutory forms as cited data (`forms.toml`): number, title, columns, control equations."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from tthc_analysis.errors import UnknownRule
from tthc_analysis.rules.laws import Citation, cite
from tthc_analysis.rules.levels import levels
from tthc_analysis.rules.shipped import shipped


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FormColumn(_Model):
    """One column: its header from the top group down, the equation that the form prints under it, the level that it is of."""

    name: str
    path: tuple[str, ...] = Field(min_length=1)
    kind: Literal["text", "count"] = "count"
    formula: str = ""
    level: str = ""


class Form(_Model):
    """One statutory form; `checks` are equations between its columns that are not printed under a column.

    `law` is the text that issued it, or (`issued` says so) the form that it was made after; `levels` maps authority levels to columns, `no_data` is printed in columns that no export can fill.
    """

    sheet: str = Field(max_length=31)
    number: str
    title: str
    unit: str
    law: str
    valid_from: date
    source: str
    checked: date
    columns: tuple[FormColumn, ...]
    checks: tuple[str, ...] = ()
    levels: Mapping[str, str] = Field(default_factory=dict)
    no_data: str = ""
    issued: str = "Ban hành theo"

    def on(self, day: date) -> Form:
        """The form without the columns of levels that have ended before `day`, its equations in the numbers that are left."""
        gone = {level.id for level in levels().values() if level.valid_to and level.valid_to < day}
        kept = [(i, c) for i, c in enumerate(self.columns, start=1) if c.level not in gone]
        places = {old: new for new, (old, _) in enumerate(kept, start=1)}
        columns = tuple(c.model_copy(update={"formula": _renumbered(c.formula, places)}) for _, c in kept)
        used = {k: column for k, column in self.levels.items() if k not in gone}
        return self.model_copy(update={"columns": columns, "levels": used})

    def cited(self, day: date) -> Citation:
        """The text that issued the form, as it may be cited on `day`."""
        return cite(self.law, day, "full")

    def stamp(self, day: date) -> str:
        """The line under the form's number in a report whose last day is `day`."""
        return f"{self.issued} {self.cited(day).text}"

    def notes(self, day: date) -> tuple[str, ...]:
        """What must stand under the form on `day`: that its text has, or may have, been replaced."""
        citation = self.cited(day)
        if citation.state == "in_force":
            return ()
        former = "Mẫu mới, nếu có, chưa có trong chương trình." if citation.cited else ""
        return (f"Mẫu biểu theo {citation.text}. {former}".rstrip(),)


def _renumbered(formula: str, places: Mapping[int, int]) -> str:
    """An equation in new column numbers, without the terms that are gone."""

    def moved(match: re.Match[str]) -> str:
        place = places.get(int(match["number"]))
        return f"{match['sign']}({place})" if place else ""

    return re.sub(r"(?P<sign>[=+]?)\((?P<number>\d+)\)", moved, formula)


@cache
def forms() -> Mapping[str, Form]:
    """Every form by the name of its table."""
    data = shipped("forms.toml")
    return {name: Form(**_whole(data, values)) for name, values in data.items()}


def _whole(data: Mapping[str, Mapping[str, Any]], values: Mapping[str, Any]) -> dict[str, Any]:
    """What an entry says, with what the one that it is `like` says besides."""
    like = values.get("like")
    own = {name: value for name, value in values.items() if name != "like"}
    return {**_whole(data, data[like]), **own} if like else own


def load_form(name: str) -> Form:
    """The form called `name`; raises UnknownRule with the nearest names."""
    try:
        return forms()[name]
    except KeyError:
        raise UnknownRule("biểu mẫu", name, forms()) from None
