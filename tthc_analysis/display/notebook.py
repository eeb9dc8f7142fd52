"""A display inside a notebook: the HTML of the page with the page's own style around it, light or dark as the notebook is."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_BOX = "tthc-hien-thi"
#: where JupyterLab and VS Code say that their theme is dark; anything else is light
_DARK_THEMES = ('[data-jp-theme-light="false"] &', ".vscode-dark &", '[data-vscode-theme-kind*="dark"] &')
_DARK = re.compile(r"@media screen and \(prefers-color-scheme: dark\) \{\s*:root \{(?P<colours>.*?)\}\s*\}", re.DOTALL)
_STYLED = re.compile(rf'^<div class="{_BOX}"><style>.*?</style>(?P<html>.*)</div>$', re.DOTALL)
_ELSEWHERE = re.compile(r'<span data-toi="(?P<id>[^"]+)">(?P<text>.*?)</span>', re.DOTALL)
_REFERENCE = re.compile(r'<a href="#(?P<id>[^"]+)">(?P<text>.*?)</a>', re.DOTALL)


def page_css() -> str:
    """The style of figures, tables, charts and notices, with the colours of both schemes."""
    return (files("tthc_analysis.display") / "display.css").read_text(encoding="utf-8")


@cache
def _scoped_css() -> str:
    """The same for one box of a notebook: nothing outside is touched, and the colours are the notebook's."""
    css = page_css()
    found = _DARK.search(css)
    dark = f"{', '.join(_DARK_THEMES)} {{ color-scheme: dark; {found['colours']} }}" if found else ""
    own = (files("tthc_analysis.display") / "notebook.css").read_text(encoding="utf-8")
    light = _DARK.sub("", css).replace(":root {", "& {").replace("color-scheme: light dark", "color-scheme: light")
    return f".{_BOX} {{{_small(own + light + dark)}}}"


def _small(css: str) -> str:
    """`css` without comments and white space that means nothing."""
    return re.sub(r"\s*([{};,])\s*|\s+", lambda m: m[1] or " ", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))


def styled(html: str) -> str:
    """`html` of a display in its own styled box; a reference to what is not inside is no link there."""

    def lead(match: re.Match[str]) -> str:
        inside = f'id="{match["id"]}"' in html
        return match[0] if inside else f'<span data-toi="{match["id"]}">{match["text"]}</span>'

    return f'<div class="{_BOX}"><style>{_scoped_css()}</style>{_REFERENCE.sub(lead, html)}</div>' if html else ""


def bare(html: str) -> str:
    """What `styled` was given: a page has the style itself, and what a reference leads to."""
    found = _STYLED.match(html)
    return _ELSEWHERE.sub(r'<a href="#\g<id>">\g<text></a>', found["html"]) if found else html


def is_styled(html: str) -> bool:
    """Whether `html` is a display in its box, and so of our own making."""
    return _STYLED.match(html) is not None
