"""A sentence that is bound to the figures that decide it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from tthc_analysis.indicators._indicator import Indicator
from tthc_analysis.indicators.tones import Tone

Topic = Literal["result", "late", "pending", "change", "unknown"]


@dataclass(frozen=True)
class Finding:
    """A sentence with its figures by name in braces: `{x}` the value, `{x.part}` its numerator, `{x.change}` its change.

    `before` are the same figures of the period that a change is told against. `covers` is of how many bodies the sentence
    itself says that it is: a figure of as many does not repeat it.
    """

    topic: Topic
    tone: Tone
    template: str
    figures: Mapping[str, Indicator] = field(default_factory=dict)
    before: Mapping[str, Indicator] = field(default_factory=dict)
    covers: str = ""


def bound(topic: Topic, tone: Tone, template: str, known: Mapping[str, Indicator], covers: str = "") -> Finding:
    """A finding with just those figures that its sentence names."""
    used = {n: f for n, f in known.items() if f"{{{n}}}" in template or f"{{{n}." in template}
    return Finding(topic, tone, template, used, covers=covers)


def says_some(known: Mapping[str, Indicator], name: str) -> bool:
    """Whether a figure is known and not 0."""
    return name in known and bool(known[name].value)


def lowered_label(figure: Indicator) -> str:
    """The label of a figure inside a sentence."""
    return figure.label[0].lower() + figure.label[1:]
