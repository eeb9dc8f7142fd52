"""The first screen: sentences whose numbers lead to their figures."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from tthc_analysis.display.base import TONES, Display
from tthc_analysis.display.formats import change_words, indicator_text, number, sentence_text
from tthc_analysis.indicators._finding import Finding
from tthc_analysis.indicators._indicator import Indicator

_TOPICS = {
    "result": "Kết quả",
    "late": "Quá hạn",
    "pending": "Đang giải quyết",
    "change": "So sánh",
    "unknown": "Chưa biết",
}
_PLACE = re.compile(r"\{(?P<name>\w+)(?:\.(?P<what>part|change))?\}")


@dataclass(frozen=True)
class FindingsList(Display):
    """The findings of a period in order; `unknown` are the figures that the data cannot give, listed in a fold."""

    name: str
    findings: tuple[Finding, ...]
    unknown: tuple[Indicator, ...] = ()

    def to_html(self) -> str:
        """A list; every number is a link to its figure."""
        items = "".join(
            f'<li class="{TONES[f.tone]}"><strong>{_TOPICS[f.topic]}.</strong> <span>{_filled(f, _linked)}</span></li>'
            for f in self.findings
        )
        return f'<div class="ket-luan"><ul>{items}</ul></div>{self._fold()}'

    def _fold(self) -> str:
        if not self.unknown:
            return ""
        items = "".join(f"<li>{escape(f'{i.section}. {i.label}: {i.gap}.')}</li>" for i in self.unknown)
        return (
            f'<details class="gap-lai"><summary>{len(self.unknown)} số liệu chưa có dữ liệu</summary>'
            f"<ul>{items}</ul></details>"
        )

    def to_json(self) -> dict[str, Any]:
        """The sentences as printed, and the figures that they are bound to."""
        figures = {n: f for found in self.findings for n, f in found.figures.items()}
        return {
            "type": "findings",
            "name": self.name,
            "lines": [_filled(f, lambda text, _: text) for f in self.findings],
            "topics": [f.topic for f in self.findings],
            "items": [{**f.to_dict(), "text": indicator_text(f)} for f in figures.values()],
        }

    def __str__(self) -> str:
        return "\n".join(f"{_TOPICS[f.topic]}: {_filled(f, lambda text, _: text)}" for f in self.findings)


def findings_list(
    findings: tuple[Finding, ...], unknown: tuple[Indicator, ...] = (), name: str = "ket-luan"
) -> FindingsList:
    """The findings as the first screen shows them."""
    return FindingsList(name, findings, unknown)


def _filled(finding: Finding, show: Callable[[str, str], str]) -> str:
    """The sentence with its numbers printed; `show` gets each number and the name of its figure."""

    def number_of(match: re.Match[str]) -> str:
        name = match["name"]
        return show(_text(finding, name, match["what"] or ""), name)

    plain = escape if show is _linked else str
    parts, at = [], 0
    for match in _PLACE.finditer(finding.template):
        parts += [plain(finding.template[at : match.start()]), number_of(match)]
        at = match.end()
    return "".join([*parts, plain(finding.template[at:])])


def _text(finding: Finding, name: str, what: str) -> str:
    figure = finding.figures[name]
    if what == "change":
        return change_words(figure, finding.before[name])
    if what == "part" and figure.numerator is not None:
        return number(figure.numerator)
    return sentence_text(replace(figure, covers="") if figure.covers == finding.covers else figure)


def _linked(text: str, name: str) -> str:
    return f'<a href="#so-lieu-{escape(name)}">{escape(text)}</a>'
