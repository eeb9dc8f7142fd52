"""Kinds of reporting bodies as data (`bodies.toml`): their words, signer's title, own level, sections that do not apply."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict

from tthc_analysis.errors import UnknownRule
from tthc_analysis.rules.shipped import shipped

#: what a configuration without a kind was written for
DEFAULT_KIND = "so-gddt"


class Body(BaseModel):
    """One kind of body; `on_behalf` stands above the signer's title ("TM. …"), `level` "" is not known, `people` "" has no verified identities to report.

    `issuers` are the codes by which a register of documents may name the body beside "own".
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    label: str
    unit: str
    rooms: str
    units: str
    leaders: str
    signer_title: str
    on_behalf: str = ""
    level: str
    people: str = ""
    without: tuple[str, ...] = ()
    issuers: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    valid_to: date | None = None
    source: str
    checked: date

    def said(self, text: str) -> str:
        """`text` with the words of this kind: {unit}, {rooms}, {units}, {people}, capitalised ones at a beginning."""
        words = {"unit": self.within, "rooms": self.rooms, "units": self.units, "people": self.people}
        for name, word in words.items():
            text = text.replace(f"{{{name}}}", word).replace(f"{{{name.capitalize()}}}", word[:1].upper() + word[1:])
        return text

    @property
    def within(self) -> str:
        """The body's own name inside a sentence after a noun: "đơn vị trực thuộc Sở"; lower case but for a proper word."""
        return self.unit if self.unit != "Cơ quan" else "cơ quan"


@cache
def bodies() -> Mapping[str, Body]:
    """Every kind by id, in the order in which they are offered."""
    data: dict[str, dict[str, Any]] = shipped("bodies.toml")
    return {name: Body(id=name, **values) for name, values in data.items()}


def load_body(kind: str = DEFAULT_KIND) -> Body:
    """The kind called `kind`; raises UnknownRule with the nearest ids."""
    try:
        return bodies()[kind]
    except KeyError:
        raise UnknownRule("loại cơ quan", kind, bodies()) from None
