"""Statutory forms as cited data (`forms.toml`): number, title, columns, control equations."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from tthc_analysis.errors import UnknownRule


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FormColumn(_Model):
    """One column: its header from the top group down, and the equation that the form prints under it."""

    name: str
    path: tuple[str, ...] = Field(min_length=1)
    kind: Literal["text", "count"] = "count"
    formula: str = ""


class Form(_Model):
    """One statutory form; `checks` are equations between its columns that are not printed under a column.

    `levels` maps authority levels to columns, `no_data` is printed in columns that no export can fill.
    """

    sheet: str = Field(max_length=31)
    number: str
    title: str
    unit: str
    issued: str
    valid_from: date
    source: str
    checked: date
    columns: tuple[FormColumn, ...]
    checks: tuple[str, ...] = ()
    levels: Mapping[str, str] = Field(default_factory=dict)
    no_data: str = ""


@cache
def forms() -> Mapping[str, Form]:
    """Every form by the name of its table."""
    data = tomllib.loads(files("tthc_analysis.rules").joinpath("forms.toml").read_text(encoding="utf-8"))
    return {name: Form(**values) for name, values in data.items()}


def load_form(name: str) -> Form:
    """The form called `name`; raises UnknownRule with the nearest names."""
    try:
        return forms()[name]
    except KeyError:
        raise UnknownRule("biểu mẫu", name, forms()) from None
