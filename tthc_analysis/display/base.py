"""What a notebook cell shows: HTML for the reader, plain text, and JSON for everything that is rendered later."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from tthc_analysis.display.formats import calculation, change_text, indicator_text, share_text
from tthc_analysis.display.notebook import styled
from tthc_analysis.indicators._indicator import Indicator
from tthc_analysis.indicators.tones import Tone, tone_of

MIME = "application/vnd.tthc+json"
#: tone → class of the page's style
TONES: Mapping[Tone, str] = {"plain": "thuong", "good": "tot", "late": "tre", "open": "cho"}
#: how many of the headline figures stand larger than the rest
MAIN_HEADLINES = 4
#: a number with more signs than this is printed smaller
_LONG_NUMBER = 8


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
        return {"text/plain": str(self), "text/html": styled(self.to_html()), MIME: self.to_json()}


@dataclass(frozen=True)
class Figures(Display):
    """A group of indicators, each with its "Cách tính"."""

    name: str
    title: str
    indicators: tuple[Indicator, ...]

    def to_html(self) -> str:
        """A definition list; every figure can be opened to see how it was computed. A group without figures has no heading."""
        if not self.indicators:
            return ""
        cards = "".join(_card(i) for i in self.indicators)
        return f'<section class="figures"><h2>{escape(self.title)}</h2><div class="cards">{cards}</div></section>'

    def to_json(self) -> dict[str, Any]:
        """Indicators with the printed text."""
        items = [{**i.to_dict(), "text": indicator_text(i)} for i in self.indicators]
        return {"type": "figures", "name": self.name, "title": self.title, "items": items}

    def __str__(self) -> str:
        return "\n".join(f"{i.label}: {indicator_text(i)}" for i in self.indicators)


def _card(indicator: Indicator) -> str:
    share = f'<p class="share">{escape(text)}</p>' if (text := share_text(indicator)) else ""
    return (
        f'<div class="card" id="so-lieu-{escape(indicator.name)}">{_value(indicator)}'
        f'<p class="label">{escape(indicator.label)}</p>{share}{_how(indicator)}</div>'
    )


def _value(indicator: Indicator) -> str:
    """The figure, measured ones with their unit; a missing one is words, which need less room, as do long numbers."""
    text = indicator_text(replace(indicator, covers="", as_of=""))
    if indicator.value is None:
        return f'<p class="value missing">{escape(text)}</p>'
    measured = indicator.unit if indicator.kind in ("amount", "mean") else ""
    small = " – ".join(t for t in (measured, indicator.covers, indicator.as_of) if t)
    unit = f' <span class="don-vi">{escape(small)}</span>' if small else ""
    return f'<p class="value{" long" if len(text) > _LONG_NUMBER else ""}">{escape(text)}{unit}</p>'


def _how(indicator: Indicator) -> str:
    """The fold "Cách tính": numerator, denominator, base, rule, reference."""
    lines = "".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in calculation(indicator))
    name = f'<span class="an"> {escape(indicator.label)}</span>'
    return f'<details class="cach-tinh"><summary>Cách tính{name}</summary><dl>{lines}</dl></details>'


@dataclass(frozen=True)
class Headlines(Display):
    """The figures of the first screen, each with the same figure of the previous period (None when there is none)."""

    name: str
    title: str
    pairs: tuple[tuple[Indicator, Indicator | None], ...]
    previous_label: str

    def _items(self) -> list[dict[str, Any]]:
        return [
            {
                **now.to_dict(),
                "text": indicator_text(now),
                "share": share_text(now),
                "change": change_text(now, before, self.previous_label),
                "previous": before.to_dict() if before else None,
            }
            for now, before in self.pairs
        ]

    def to_html(self) -> str:
        """Cards with value, share, change and the fold "Cách tính"; each leads to its figure in the section of its own."""
        cards = "".join(
            self._headline(now, change_text(now, before, self.previous_label), place < MAIN_HEADLINES)
            for place, (now, before) in enumerate(self.pairs)
        )
        return (
            f'<section class="figures noi-bat"><h2>{escape(self.title)}</h2><div class="cards">{cards}</div></section>'
        )

    @staticmethod
    def _headline(now: Indicator, change: str, is_main: bool) -> str:
        lines = "".join(
            f'<p class="{css}">{escape(text)}</p>'
            for css, text in (("change", change), ("share", share_text(now)))
            if text
        )
        link = f'<a href="#so-lieu-{escape(now.name)}">{escape(now.label)}</a>'
        css = f"card {TONES[tone_of(now)]}{' chinh' if is_main else ''}"
        return f'<div class="{css}">{_value(now)}<p class="label">{link}</p>{lines}{_how(now)}</div>'

    def to_json(self) -> dict[str, Any]:
        """Indicators with printed text, share and change."""
        return {"type": "headlines", "name": self.name, "title": self.title, "items": self._items()}

    def __str__(self) -> str:
        return "\n".join(f"{i['label']}: {i['text']} {i['change']}".rstrip() for i in self._items())


@dataclass(frozen=True)
class Notice(Display):
    """Sentences that the reader must see: warnings, gaps, or claims bound to counts.

    With a `fold`, its title, they are folded away: what is said for whoever asks.
    """

    name: str
    lines: tuple[str, ...]
    kind: str = "notice"
    fold: str = ""

    def to_html(self) -> str:
        """A list of sentences, or a fold with it."""
        items = "".join(f"<li>{escape(line)}</li>" for line in self.lines)
        if items and self.fold:
            return f'<details class="gap-lai"><summary>{escape(self.fold)}</summary><ul>{items}</ul></details>'
        return f'<div class="{escape(self.kind)}"><ul>{items}</ul></div>' if items else ""

    def to_json(self) -> dict[str, Any]:
        """The sentences."""
        return {"type": self.kind, "name": self.name, "lines": list(self.lines)}

    def __str__(self) -> str:
        return "\n".join(self.lines)
