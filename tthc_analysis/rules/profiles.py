"""Column profiles: which header is which canonical column, and what each portal's coded values mean, as data."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tthc_analysis.columns import Table
from tthc_analysis.errors import ConfigError

PROFILE_SUFFIX = ".profile.toml"


def fold(text: str) -> str:
    """`text` without case, diacritics, spaces and punctuation, for matching headers and coded values."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return re.sub(r"[^0-9a-z]+", "", plain)


class TableProfile(BaseModel):
    """How one system names the columns and coded values of one table."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = Field(default_factory=dict)


class Profile(BaseModel):
    """One source system; tables it does not describe fall back to the profile `chung`."""

    model_config = ConfigDict(frozen=True, extra="allow")

    id: str
    label: str
    source: str = ""
    date_formats: tuple[str, ...] = ()

    def table(self, table: Table) -> TableProfile:
        """This profile's part for `table` (empty when it says nothing)."""
        return TableProfile.model_validate((self.model_extra or {}).get(table.name, {}))

    def header_map(self, table: Table) -> dict[str, str]:
        """Folded header → canonical column name; the canonical names and labels themselves always match."""
        own = self.table(table).columns
        unknown = set(own) - set(table.names)
        if unknown:
            raise ConfigError(
                f"Hồ sơ cột “{self.id}” nêu cột không có: {', '.join(sorted(unknown))}.",
                f"bảng {table.name}",
                "Dùng các tên cột trong docs/tu-dien-du-lieu.md.",
            )
        found = {fold(name): name for name in table.names}
        found |= {fold(column.label): column.name for column in table.columns}
        return found | {fold(alias): name for name, aliases in own.items() for alias in aliases}

    def value_map(self, table: Table, column: str) -> dict[str, str]:
        """Folded source value → canonical value of a category column."""
        allowed = table.column(column).values
        known = {fold(code): code for code in allowed} | {fold(label): code for code, label in allowed.items()}
        return known | {fold(source): code for source, code in self.table(table).values.get(column, {}).items()}


class Profiles(BaseModel):
    """All profiles at hand, `chung` first."""

    model_config = ConfigDict(frozen=True)

    profiles: tuple[Profile, ...]

    def best(self, table: Table, headers: Iterable[str]) -> tuple[Profile, int]:
        """The profile that recognises most of `headers`, with the number of columns recognised."""
        folded = {fold(h) for h in headers if h}
        scored = [(len({m[f] for f in folded if f in (m := p.header_map(table))}), p) for p in self.profiles]
        score, profile = max(scored, key=lambda pair: pair[0])
        return profile, score


def _parse(text: str, where: str) -> Profile:
    try:
        return Profile.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise ConfigError(f"Hồ sơ cột không đọc được: {error}", where, "Sửa lại cú pháp TOML của tệp.") from None


def load_profiles(extra: Path | None = None) -> Profiles:
    """The package's profiles and every `*.profile.toml` in the folder `extra` (the raw root)."""
    shipped = sorted(
        files("tthc_analysis.rules").joinpath("profiles").iterdir(), key=lambda f: (f.name != "chung.toml", f.name)
    )
    found = [_parse(f.read_text(encoding="utf-8"), f.name) for f in shipped if f.name.endswith(".toml")]
    formats = found[0].date_formats
    own = sorted(extra.glob(f"*{PROFILE_SUFFIX}")) if extra and extra.is_dir() else []
    found += [_parse(path.read_text(encoding="utf-8"), str(path)) for path in own]
    return Profiles(profiles=tuple(p.model_copy(update={"date_formats": p.date_formats or formats}) for p in found))
