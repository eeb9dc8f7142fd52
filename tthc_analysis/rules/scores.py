"""How dossiers, petitions and procedures become points (Quyết định 766/QĐ-TTg), as dated rule sets (`scores.toml`).

Each component is rounded half up by itself and then added; a group is never more than its most. What no rule set says for a
day, and a component whose formula is not known, has no points: never 0 in their place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from tthc_analysis.rules.laws import Mark
from tthc_analysis.rules.shipped import shipped


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Component(_Model):
    """One component: `points` for the share `full_at` of `part` in `whole`, never more than `ceiling` (`points` unless given).

    `empty` are the points of an empty whole, None when there are none; `own`: the body's own data can tell the numbers;
    `gainable`: what is missing may still be done after the period, as we read the formula.
    """

    id: str
    label: str
    part: str
    whole: str
    points: Decimal
    full_at: Decimal = Decimal(1)
    ceiling: Decimal | None = None
    empty: Decimal | None = None
    own: bool = False
    gainable: bool = False
    note: str = ""

    @property
    def most(self) -> Decimal:
        """The most points that the component can give."""
        return self.points if self.ceiling is None else self.ceiling

    def score(self, part: int, whole: int, decimals: int = 2) -> Decimal | None:
        """The points of `part` of `whole`, rounded half up; those of an empty whole, or None when it has none."""
        if not whole:
            return self.empty
        exact = Fraction(part, whole) * Fraction(self.points) / Fraction(self.full_at)
        return half_up(min(exact, Fraction(self.most)), decimals)


class Group(_Model):
    """Components that are added up to `most` points; `unknown` says why a group has no points at all."""

    id: str
    label: str
    most: Decimal
    components: tuple[Component, ...] = ()
    unknown: str = ""
    note: str = ""

    def total(self, points: Iterable[Decimal]) -> Decimal:
        """The points of its components, each rounded already, up to the group's most."""
        return min(sum(points, Decimal(0)), self.most)


class ScoreRules(_Model):
    """One rule set, for calendar periods that end within its validity."""

    id: str
    version: int = Field(ge=1)
    label: str
    law: str
    valid_from: date
    valid_to: date | None = None
    source: str
    checked: date
    mark: Mark
    decimals: int
    excluded_statuses: tuple[str, ...]
    end_date: tuple[Literal["resolved_at", "returned_at"], ...] = Field(min_length=1)
    supplement_statuses: tuple[str, ...]
    most_supplement_requests: int
    petition_days: Mapping[str, int]
    groups: tuple[Group, ...]

    def component(self, name: str) -> Component:
        """The component called `name`; KeyError when there is none."""
        return {c.id: c for g in self.groups for c in g.components}[name]

    def points(self, name: str, part: int, whole: int) -> Decimal | None:
        """The rounded points of one component."""
        return self.component(name).score(part, whole, self.decimals)


def half_up(value: Fraction, decimals: int) -> Decimal:
    """An exact number rounded half up, as the portal prints points."""
    scale = 10**decimals
    whole = (2 * value.numerator * scale + value.denominator) // (2 * value.denominator)
    return Decimal(whole).scaleb(-decimals)


@cache
def score_rules() -> tuple[ScoreRules, ...]:
    """Every rule set that the package ships, oldest first."""
    found = [ScoreRules.model_validate(one) for one in shipped("scores.toml", Decimal)["rule_sets"]]
    return tuple(sorted(found, key=lambda rules: rules.valid_from))


def score_rules_on(day: date) -> ScoreRules | None:
    """The rule set that is known for a calendar period that ends on `day`; None when none is."""
    found = [r for r in score_rules() if r.valid_from <= day and (r.valid_to is None or day <= r.valid_to)]
    return found[-1] if found else None


#: component → label, over all rule sets: what the register of published components may name
COMPONENTS: Mapping[str, str] = {c.id: c.label for r in score_rules() for g in r.groups for c in g.components}
