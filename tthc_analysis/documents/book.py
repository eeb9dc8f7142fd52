"""The sections as one book: numbered tables and figures, references that lead somewhere, downloads, ids used once.

Every function takes and gives HTML of the small vocabulary that displays and notebooks write.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

#: cells with one of these are shown on no page
HIDDEN_TAGS = frozenset({"parameters", "injected-parameters", "an-khoi-bao-cao"})
_CAPTION = re.compile(r'<span class="so-thu-tu" data-loai="(?P<kind>[^"]+)"></span>')
_NUMBERED = re.compile(
    r'id="(?P<id>(?:hinh|bang)-[^"]+)"(?:(?!id="(?:hinh|bang)-).)*?<span class="so-thu-tu">(?P<text>\S+ \d+)\.',
    re.DOTALL,
)
_ID = re.compile(r' id="(?P<id>[^"]+)"')
_REFERENCE = re.compile(r'<a href="#(?P<id>[^"]+)">(?P<text>.*?)</a>', re.DOTALL)
_CHART = re.compile(r'<span class="tai-hinh" data-ten="(?P<name>[^"]+)"></span>')
_DOWNLOAD = re.compile(r'<span class="tai-csv" data-ten="(?P<name>[^"]+)"></span>')
_HEADING = re.compile(r"(?P<open></?h)(?P<level>[1-5])(?=[\s>])")
_SOURCE = re.compile(r'<details class="ma-nguon">.*?</details>\s*', re.DOTALL)
#: a heading, with the group of figures that it begins
_TITLED = re.compile(
    r'(?:<section class="(?P<css>figures[^"]*)">)?<h(?P<level>[1-6])[^>]*>(?P<title>.*?)</h(?P=level)>', re.DOTALL
)
_TAG = re.compile(r"<[^>]+>")
#: words of a link that stand for the number of what it leads to
_KINDS = ("Bảng", "Hình")


@dataclass(frozen=True)
class Book:
    """The bodies of all pages by page address, what is where (id → address), and the numbers of tables and figures."""

    bodies: Mapping[str, str]
    places: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, str] = field(default_factory=dict)

    def body(self, page: str, base: str = "", data: str = "") -> str:
        """The body of one page; `base` leads from it to the report's folder, `data` to the CSV files ("" for no link)."""
        return self._finished(unique_ids(self.bodies[page]), base, data, lambda i: self.places.get(i) == page)

    def whole(self, data: str) -> dict[str, str]:
        """All bodies for one single page: headings one level lower, no id twice, every reference inside the page."""
        seen: set[str] = set()
        bodies = {page: demote(unique_ids(body, seen)) for page, body in self.bodies.items()}
        return {page: self._finished(body, "", data, seen.__contains__) for page, body in bodies.items()}

    def _finished(self, html: str, base: str, data: str, here: Callable[[str], bool]) -> str:
        def lead(match: re.Match[str]) -> str:
            target, text = match["id"], match["text"]
            text = self.numbers.get(target, text) if text in _KINDS else text
            if here(target):
                return f'<a href="#{target}">{text}</a>'
            page = self.places.get(target)
            return f'<a href="{base}{page}#{target}">{text}</a>' if page else text

        linked = _DOWNLOAD.sub(lambda m: _download(data, m["name"]), _REFERENCE.sub(lead, html))
        return _CHART.sub(lambda m: _chart_links(data, m["name"]), linked)


def bind(fragments: Iterable[tuple[str, str]]) -> Book:
    """The book of (page address, HTML fragment) in reading order; numbers run through all of it."""
    counts: dict[str, int] = {}
    bodies: dict[str, str] = {}
    for page, fragment in fragments:
        bodies[page], counts = number_captions(without_twins(fragment), counts)
    places: dict[str, str] = {}
    numbers: dict[str, str] = {}
    for page, body in bodies.items():
        for match in _ID.finditer(body):
            places.setdefault(match["id"], page)
        for match in _NUMBERED.finditer(body):
            numbers.setdefault(match["id"], match["text"])
    return Book(bodies, places, numbers)


def number_captions(html: str, counts: Mapping[str, int]) -> tuple[str, dict[str, int]]:
    """Write "Bảng 3. ", "Hình 2. " into the captions, going on from `counts`; returns the new counts too."""
    now = dict(counts)

    def number(match: re.Match[str]) -> str:
        kind = match["kind"]
        now[kind] = now.get(kind, 0) + 1
        return f'<span class="so-thu-tu">{kind} {now[kind]}.</span> '

    return _CAPTION.sub(number, html), now


def unique_ids(html: str, seen: set[str] | None = None) -> str:
    """Each id stays where it stands first; `seen` is filled and carries over to the next fragment of the same page."""
    known = set() if seen is None else seen

    def once(match: re.Match[str]) -> str:
        if match["id"] in known:
            return ""
        known.add(match["id"])
        return match[0]

    return _ID.sub(once, html)


def without_source(html: str) -> str:
    """A fragment without the fold that holds the code of its notebook."""
    return _SOURCE.sub("", html)


def without_twins(html: str) -> str:
    """A group of figures right under a heading, or under one of the same words, has no second heading to read."""
    last: re.Match[str] | None = None

    def once(match: re.Match[str]) -> str:
        nonlocal last
        before, last = last, match
        if before is None or not match["css"]:
            return match[0]
        right_under = before["level"] == match["level"] and not _TAG.sub("", html[before.end() : match.start()]).strip()
        if right_under or before["title"].casefold() == match["title"].casefold():
            return f'<section class="{match["css"]}" aria-label="{match["title"]}">'
        return match[0]

    return _TITLED.sub(once, html)


def demote(html: str) -> str:
    """Every heading one level lower, for a section that stands inside a larger page."""
    return _HEADING.sub(lambda m: f"{m['open']}{int(m['level']) + 1}", html)


def _download(data: str, name: str) -> str:
    if not data:
        return ""
    return f'<p class="tai-csv"><a href="{data}{name}.csv" download>Tải bảng này (CSV<span class="an"> {name}</span>)</a></p>'


def _chart_links(data: str, name: str) -> str:
    """Below a chart: its numbers, and an address that leads to it."""
    table = (
        f'<a href="{data}{name}.csv" download>Tải số liệu (CSV<span class="an"> {name}</span>)</a> · ' if data else ""
    )
    return f'<p class="tai-csv">{table}<a href="#hinh-{name}">Liên kết<span class="an"> đến hình {name}</span></a></p>'
