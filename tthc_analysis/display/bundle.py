"""What a notebook cell shows: HTML for the reader, plain text, and JSON for everything that is rendered later."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from html import escape
from typing import Any

from tthc_analysis.display.formats import calculation, indicator_text, number
from tthc_analysis.indicators._indicator import Indicator

MIME = "application/vnd.tthc+json"


class Display(ABC):
    """A frozen value that shows itself in a notebook."""

    @abstractmethod
    def to_html(self) -> str:
        """HTML of a fixed small vocabulary, everything from data escaped."""

    @abstractmethod
    def to_json(self) -> dict[str, Any]:
        """The data behind it; `type` says what it is."""

    @abstractmethod
    def __str__(self) -> str: ...

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {"text/plain": str(self), "text/html": self.to_html(), MIME: self.to_json()}


@dataclass(frozen=True)
class Figures(Display):
    """A group of indicators, each with its "Cách tính"."""

    name: str
    title: str
    indicators: tuple[Indicator, ...]

    def to_html(self) -> str:
        """A definition list; every figure can be opened to see how it was computed."""
        cards = "".join(_card(i) for i in self.indicators)
        return f'<section class="figures"><h3>{escape(self.title)}</h3><div class="cards">{cards}</div></section>'

    def to_json(self) -> dict[str, Any]:
        """Indicators with the printed text."""
        items = [{**i.to_dict(), "text": indicator_text(i)} for i in self.indicators]
        return {"type": "figures", "name": self.name, "title": self.title, "items": items}

    def __str__(self) -> str:
        return "\n".join(f"{i.label}: {indicator_text(i)}" for i in self.indicators)


def _card(indicator: Indicator) -> str:
    share = ""
    if indicator.denominator is not None and indicator.numerator is not None:
        share = f'<p class="share">{number(indicator.numerator)} / {number(indicator.denominator)} {escape(indicator.base)}</p>'
    lines = "".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in calculation(indicator))
    missing = " missing" if indicator.value is None else ""
    return (
        f'<div class="card" id="so-lieu-{escape(indicator.name)}"><p class="value{missing}">{escape(indicator_text(indicator))}</p>'
        f'<p class="label">{escape(indicator.label)}</p>{share}'
        f'<details class="cach-tinh"><summary>Cách tính</summary><dl>{lines}</dl></details></div>'
    )


@dataclass(frozen=True)
class Notice(Display):
    """Sentences that the reader must see: warnings, gaps, or claims bound to counts."""

    name: str
    lines: tuple[str, ...]
    kind: str = "notice"

    def to_html(self) -> str:
        """A list of sentences."""
        items = "".join(f"<li>{escape(line)}</li>" for line in self.lines)
        return f'<section class="{escape(self.kind)}"><ul>{items}</ul></section>' if items else "<p></p>"

    def to_json(self) -> dict[str, Any]:
        """The sentences."""
        return {"type": self.kind, "name": self.name, "lines": list(self.lines)}

    def __str__(self) -> str:
        return "\n".join(self.lines)
