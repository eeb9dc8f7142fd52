"""Column profiles: which header is which canonical column, and what each portal's coded values mean, as data.

The profile `chung` holds the national codes and the usual headers. Every other profile adds to it: it names only what is
different in its system, and its own entries win.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tthc_analysis.columns import DOCUMENTS, TABLES, Table
from tthc_analysis.errors import ConfigError, suggestion
from tthc_analysis.rules.written import faults, parse_toml

PROFILE_SUFFIX = ".profile.toml"
BASE = "chung"


#: columns of the register of documents that name a body
_ISSUERS = ("issuer", "proposed_by")


_FOLDED_AWAY = re.compile(r"[^0-9a-z]+")


@lru_cache(maxsize=1 << 14)
def fold(text: str) -> str:
    """`text` without case, diacritics, spaces and punctuation, for matching headers and coded values."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return _FOLDED_AWAY.sub("", plain)


class TableProfile(BaseModel):
    """How one system names the columns and coded values of one table, and which headers are none of them.

    `filled_down` names the columns in which a blank cell says the same as the one above (none, when it is empty); where it is
    not given, the sheet itself must show them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = Field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    filled_down: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Matching:
    """One profile ready for one table: folded header → (column, rank: 0 is best), column → folded value → code.

    `ignored` are folded headers that this system is known to have and that are none of the columns.
    """

    headers: Mapping[str, tuple[str, int]]
    values: Mapping[str, Mapping[str, str]]
    ignored: frozenset[str] = frozenset()


class Profile(BaseModel):
    """One source system. `thousands` and `decimal` say how it writes numbers; without them only digits are numbers.

    `swapped_dates = false` says that its days and months are in their places although codes or other dates speak against it.
    `trailing_blanks_trimmed` says that it leaves out the blank cells at the end of a line; `cut_last_line` that a last line
    which breaks off is known, so that it is set aside instead of the file being refused. `is_own` marks a profile of the
    user's, not of the package.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    id: str
    label: str
    source: str = ""
    date_formats: tuple[str, ...] = ()
    thousands: str = ""
    decimal: str = ""
    trailing_blanks_trimmed: bool = False
    swapped_dates: bool | None = None
    cut_last_line: bool = False
    base: Profile | None = None
    is_own: bool = False

    def table(self, table: Table) -> TableProfile:
        """This profile's own part for `table` (empty when it says nothing)."""
        return TableProfile.model_validate((self.model_extra or {}).get(table.name, {}))

    def matching(self, table: Table) -> Matching:
        """This profile's entries, then the canonical names and labels, then those of `chung`; the first one wins."""
        own = self.table(table)
        entries = [(alias, name) for name, aliases in own.columns.items() for alias in aliases]
        entries += [(word, c.name) for c in table.columns for word in (c.label, c.name)]
        if self.base:
            entries += [(alias, name) for name, more in self.base.table(table).columns.items() for alias in more]
        ignored, headers = frozenset(fold(h) for h in own.ignore), dict[str, tuple[str, int]]()
        for rank, (alias, name) in enumerate(entries):
            if fold(alias) not in ignored:
                headers.setdefault(fold(alias), (name, rank))
        return Matching(headers, {c.name: self.value_map(table, c.name) for c in table.columns if c.values}, ignored)

    def value_map(self, table: Table, column: str) -> dict[str, str]:
        """Folded source value → canonical value of a category column."""
        allowed = table.column(column).values
        known = {fold(code): code for code in allowed} | {fold(label): code for code, label in allowed.items()}
        for profile in (self.base, self):
            if profile:
                known |= {fold(source): code for source, code in profile.table(table).values.get(column, {}).items()}
        return known


class Profiles(BaseModel):
    """All profiles at hand, `chung` first."""

    model_config = ConfigDict(frozen=True)

    profiles: tuple[Profile, ...]

    def matchings(self, table: Table) -> list[tuple[Profile, Matching]]:
        """Every profile made ready for `table`, in order."""
        return [(p, p.matching(table)) for p in self.profiles]


def _parse(text: str, where: str) -> Profile:
    try:
        profile = Profile.model_validate(parse_toml(text, "Hồ sơ cột", where))
        for name, part in (profile.model_extra or {}).items():
            _check_table(name, part, where)
        _check_formats(profile, where)
    except ValidationError as error:
        raise ConfigError(f"Hồ sơ cột: {faults(error)}.", where, "Sửa mục đã nêu.") from None
    return profile


def _check_formats(profile: Profile, where: str) -> None:
    """Refuse a profile in which 03/04/2024 could be two days."""
    orders = {"".join(re.findall("%([dm])", f)) for f in profile.date_formats} & {"dm", "md"}
    years_first = all(f.startswith("%Y") for f in profile.date_formats if "".join(re.findall("%([dm])", f)) == "md")
    if len(orders) > 1 and not years_first:
        raise ConfigError(
            "Hồ sơ cột có cả dạng ngày/tháng và tháng/ngày: một ngày có thể hiểu hai cách.",
            where,
            "Chỉ giữ dạng mà hệ thống nguồn thật sự dùng.",
        )


def _check_table(name: str, part: Any, where: str) -> None:
    """Refuse tables, columns and codes that do not exist: a misspelt entry would otherwise do nothing."""
    _known(name, TABLES, "bảng", where)
    own, table = TableProfile.model_validate(part), TABLES[name]
    for column in (*own.columns, *(own.filled_down or ())):
        _known(column, table.names, f"cột của bảng {name}", where)
    for column, codes in own.values.items():
        _known(column, [c.name for c in table.columns if c.values], f"cột danh mục của bảng {name}", where)
        for code in codes.values():
            _known(code, table.column(column).values, f"mã của cột {name}.{column}", where)


def _known(word: str, known: Iterable[str], kind: str, where: str) -> None:
    names = list(known)
    if word not in names:
        raise ConfigError(f"Hồ sơ cột nêu “{word}”, không phải {kind}.", where, suggestion(word, names))


def load_profiles(extra: Path | None = None, names: Iterable[str] = (), issuers: Collection[str] = ()) -> Profiles:
    """The package's profiles and every `*.profile.toml` in the folder `extra` (the raw root); raises ConfigError.

    `names` are the reporting body's own in a register of documents, `issuers` the codes that stand for it there.
    """
    shipped = sorted(
        files("tthc_analysis.rules").joinpath("profiles").iterdir(), key=lambda f: (f.name != f"{BASE}.toml", f.name)
    )
    found = [_parse(f.read_text(encoding="utf-8"), f.name) for f in shipped if f.name.endswith(".toml")]
    own = sorted(extra.glob(f"*{PROFILE_SUFFIX}")) if extra and extra.is_dir() else []
    found += [_parse(_read(path), str(path)).model_copy(update={"is_own": True}) for path in own]
    base = _naming(found[0], list(names), issuers) if names else found[0]
    return Profiles(profiles=(base, *(_on(base, p) for p in found[1:])))


def _naming(base: Profile, names: list[str], issuers: Collection[str]) -> Profile:
    """`base` in which these names are the reporting body, and names of other bodies of its level are not."""
    part, own = base.table(DOCUMENTS), {fold(name) for name in names}
    values = dict(part.values)
    for column in _ISSUERS:
        known = part.values.get(column, {})
        others = {word: "other" for word, code in known.items() if code in issuers and fold(word) not in own}
        already = {fold(word) for word, code in known.items() if code in issuers}
        values[column] = {**known, **others, **{name: "own" for name in names if fold(name) not in already}}
    made = base.model_copy()
    made.__pydantic_extra__ = {
        **(base.model_extra or {}),
        DOCUMENTS.name: {**part.model_dump(exclude_unset=True), "values": values},
    }
    return made


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError("Hồ sơ cột không phải mã UTF-8.", str(path), "Lưu lại tệp với mã UTF-8.") from None


def _on(base: Profile, profile: Profile) -> Profile:
    """`profile` on top of `chung`; date formats are its own or those of `chung`, never a mixture."""
    return profile.model_copy(update={"base": base, "date_formats": profile.date_formats or base.date_formats})
