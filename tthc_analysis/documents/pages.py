"""The pages around what notebooks say: one template, style and script inside, nothing asked of any other host."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tthc_analysis.display.notebook import page_css
from tthc_analysis.documents.content import Revision

TEMPLATES = Path(str(files("tthc_analysis.documents") / "templates"))


@dataclass(frozen=True)
class Link:
    """An entry of the side navigation."""

    href: str
    number: str
    title: str
    kind: str = "section"


@dataclass(frozen=True)
class PageContext:
    """What every page of one report says about itself; `sample` marks synthetic data, `partial` says why a period is not whole.

    `facts` are what a reader may ask of the report as a whole, as (term, words); `revisions` what its versions changed.
    """

    agency: str = ""
    parent: str = ""
    title: str = ""
    period_label: str = ""
    period_dates: str = ""
    rules: str = ""
    draft: bool = False
    draft_reason: str = ""
    trial: str = ""
    sample: bool = False
    state: str = ""
    state_label: str = ""
    partial: str = ""
    data_day: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    revisions: tuple[Revision, ...] = ()
    links: tuple[Link, ...] = field(default=())
    downloads: tuple[Link, ...] = field(default=())
    place: str = ""
    short: str = ""


@cache
def _pages() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(template: str, context: PageContext, **values: Any) -> str:
    """One whole page: style and script inside, no request to any host."""
    style, script = ((TEMPLATES / name).read_text(encoding="utf-8") for name in ("report.css", "report.js"))
    style = f"{page_css()}\n{style}"
    script = f"\n{script}\n"
    return (
        _pages()
        .get_template(template)
        .render(report=context, style=style, script=script, policy=policy(script), **values)
    )


def policy(script: str = "") -> str:
    """The Content-Security-Policy of a page: nothing from anywhere, pictures as data, no script but its own by hash."""
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    own = f" script-src 'sha256-{digest}';" if script else ""
    return f"default-src 'none';{own} img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def links(items: Iterable[tuple[str, str, str, str]]) -> tuple[Link, ...]:
    """Navigation entries from (href, number, title, kind)."""
    return tuple(Link(*item) for item in items)
