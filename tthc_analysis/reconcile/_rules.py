"""The data of reconciling (`rules/reconcile.toml`): ties of words to indicators, claims, documents, spellings, remarks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict

from tthc_analysis.rules.shipped import shipped

Severity = Literal["error", "warning", "note"]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RemarkText(_Model):
    """Title, severity and explanation (a `str.format` template) of one remark code."""

    title: str
    severity: Severity
    explanation: str


class Tie(_Model):
    """Words that name one indicator (or the sum of several): `near` the figure, in its `context`, and `without` others.

    `anyhow`: even beside words of comparison or of a part, which keep other figures untied. `carried`: the same with the
    dossiers of the period before. Of two ties that match with the same `rival` neither is taken.
    """

    indicator: str | tuple[str, ...]
    kind: Literal["count", "rate"] = "count"
    unit: str = ""
    near: tuple[str, ...]
    context: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    without_context: tuple[str, ...] = ()
    carried: str = ""
    rival: str = ""
    anyhow: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the indicators whose sum the figure is."""
        return (self.indicator,) if isinstance(self.indicator, str) else self.indicator


class Claim(_Model):
    """A sentence without a figure that is true only when the sum of some counts is `equals`."""

    pattern: str
    counts: tuple[str, ...]
    equals: int = 0
    without: tuple[str, ...] = ()


class Wording(_Model):
    """A wording that is a fault by itself, whatever the data."""

    code: str
    pattern: str
    expected: str


class Marks(_Model):
    """Known parts of document numbers: kinds, issuers, units inside an agency."""

    kinds: tuple[str, ...]
    issuers: tuple[str, ...]
    units: tuple[str, ...]


class PartWords(_Model):
    """Words that open lists of parts, stand between a count and its share, or say what a figure is not."""

    all: tuple[str, ...]
    some: tuple[str, ...]
    rest: tuple[str, ...]
    others: tuple[str, ...]
    glue: tuple[str, ...]
    base: tuple[str, ...]
    no_share: tuple[str, ...]
    up: tuple[str, ...]
    down: tuple[str, ...]
    before: tuple[str, ...]
    aside: tuple[str, ...]
    follow: tuple[str, ...]


class ReconcileRules(_Model):
    """Everything that reconciling takes as given."""

    version: int
    checked: date
    units: Mapping[str, tuple[str, ...]]
    measured: tuple[str, ...]
    spelt: tuple[str, ...]
    difference: str
    general: frozenset[str]
    names: tuple[str, ...]
    parts: PartWords
    classes: Mapping[str, tuple[str, ...]]
    bodies: Mapping[str, tuple[str, ...]]
    kinds: Mapping[str, tuple[str, ...]]
    not_figures: tuple[str, ...]
    joined: tuple[str, ...]
    other_scope: tuple[str, ...]
    other_period: tuple[str, ...]
    other_scope_dossiers: tuple[str, ...]
    goals: tuple[str, ...]
    goal_headings: tuple[str, ...]
    dangling: tuple[str, ...]
    once: tuple[str, ...]
    abbreviations: Mapping[str, tuple[str, ...]]
    variants: tuple[tuple[str, ...], ...]
    terms: tuple[str, ...]
    partitions: Mapping[str, tuple[str, ...]]
    marks: Marks
    remarks: Mapping[str, RemarkText]
    ties: tuple[Tie, ...]
    claims: tuple[Claim, ...]
    wordings: tuple[Wording, ...]


@cache
def load_reconcile_rules() -> ReconcileRules:
    """The rules of `rules/reconcile.toml`, checked once."""
    return ReconcileRules(**shipped("reconcile.toml"))
