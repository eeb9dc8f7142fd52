"""The national catalogue as dated, cited data (`catalogue.toml`): levels by words, replaced codes, cuts of procedures.

A project adds its own in the same form (`own.CATALOGUE`).
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from tthc_analysis.columns import AUTHORITY_LEVELS
from tthc_analysis.errors import ConfigError
from tthc_analysis.rules import own
from tthc_analysis.rules.laws import Mark
from tthc_analysis.rules.shipped import shipped
from tthc_analysis.rules.written import faults, read_toml


class _Cited(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str = ""
    checked: date


class Listing(_Cited):
    """For how many days before its day of export a list without validity days speaks."""

    most_days_back: int = Field(ge=0)


class BodyWords(_Cited):
    """The level of the bodies whose whole name, in small letters, has `pattern`."""

    level: str
    pattern: str

    @field_validator("level")
    @classmethod
    def _is_level(cls, value: str) -> str:
        if value not in AUTHORITY_LEVELS:
            raise ValueError(f"cấp {value} không có; các cấp: {', '.join(AUTHORITY_LEVELS)}")
        return value

    @field_validator("pattern")
    @classmethod
    def _is_pattern(cls, value: str) -> str:
        try:
            re.compile(value)
        except re.error:
            raise ValueError("mẫu chữ không đúng cú pháp") from None
        return value


class Replaced(_Cited):
    """A procedure code in whose place another came; `since` None: the day is not known."""

    old: str
    new: str
    since: date | None = None
    mark: Mark


class Moved(_Cited):
    """Where the procedures of a level that ended went."""

    level: str
    to: tuple[str, ...]
    since: date
    mark: Mark


class Cuts(_Cited):
    """A resolution that cuts procedures; no `procedures`: its list was not read. `law` is an id of the registry of texts."""

    law: str
    list: str
    procedures: tuple[str, ...] = ()
    mark: Mark


class Added(BaseModel):
    """What a project may add: replaced codes and resolutions that cut procedures."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    replaced: tuple[Replaced, ...] = ()
    cuts: tuple[Cuts, ...] = ()


class CatalogueRules(Added):
    """The whole of `catalogue.toml`."""

    listing: Listing
    bodies: tuple[BodyWords, ...] = ()
    moved: tuple[Moved, ...] = ()

    def level_of(self, body: str) -> str:
        """The level of a body by the words of its name; "" when none of them tells it."""
        name = " ".join(body.casefold().split()).strip(" .,;")
        return next((b.level for b in self.bodies if re.fullmatch(b.pattern, name)), "")


@cache
def load_catalogue_rules() -> CatalogueRules:
    """The data that the package ships."""
    return CatalogueRules.model_validate(shipped("catalogue.toml"))


def project_catalogue_rules(root: Path | None) -> CatalogueRules:
    """The shipped data with the project's own `quy-dinh/danh-muc.toml`; raises ConfigError with the place."""
    shipped = load_catalogue_rules()
    path = root / own.CATALOGUE if root else None
    if path is None or not path.is_file():
        return shipped
    data = read_toml(path, "Tệp danh mục", own.CATALOGUE)
    try:
        added = Added.model_validate(data)
    except ValidationError as error:
        what = f"Tệp danh mục: {faults(error)}."
        raise ConfigError(what, own.CATALOGUE, "Sửa mục đã nêu, theo mẫu ở docs/danh-muc.md.") from None
    more = {"replaced": (*added.replaced, *shipped.replaced), "cuts": (*added.cuts, *shipped.cuts)}
    return shipped.model_copy(update=more)
