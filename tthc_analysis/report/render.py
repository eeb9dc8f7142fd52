"""Executed notebooks → pages: our own nbconvert exporters over one HTML template, and the pages around them.

`jupyter nbconvert --to tthc-html` and `--to tthc-pdf` use the same exporters. A page asks nothing of any other host.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from nbconvert.exporters.html import HTMLExporter
from traitlets import default

from tthc_analysis.display.formats import date_short
from tthc_analysis.report.book import bind
from tthc_analysis.report.pdf import Letterhead, html_to_pdf

TEMPLATES = Path(str(files("tthc_analysis.report") / "templates"))
_HIDDEN_TAGS = {"parameters", "injected-parameters", "an-khoi-bao-cao"}


@dataclass(frozen=True)
class Link:
    """An entry of the side navigation."""

    href: str
    number: str
    title: str
    kind: str = "section"


@dataclass(frozen=True)
class PageContext:
    """What every page of one report says about itself; `state` is "", "draft"; `sample` marks synthetic data."""

    agency: str = ""
    parent: str = ""
    title: str = ""
    period_label: str = ""
    period_dates: str = ""
    rules: str = ""
    draft: bool = False
    sample: bool = False
    failed: int = 0
    links: tuple[Link, ...] = field(default=())
    downloads: tuple[Link, ...] = field(default=())
    place: str = ""
    short: str = ""


class ReportHTMLExporter(HTMLExporter):  # type: ignore[misc]
    """nbconvert exporter `tthc-html`: one notebook as a self-contained Vietnamese page."""

    export_from_notebook = "Báo cáo TTHC (HTML)"

    @default("template_name")
    def _template_name_default(self) -> str:
        return "tthc"

    @default("extra_template_basedirs")
    def _extra_template_basedirs_default(self) -> list[str]:
        return [str(TEMPLATES)]

    @default("template_extension")
    def _template_extension_default(self) -> str:
        return ".html.j2"

    @default("default_preprocessors")
    def _default_preprocessors_default(self) -> list[str]:
        return []

    @default("exclude_anchor_links")
    def _exclude_anchor_links_default(self) -> bool:
        return True

    def fragment(self, notebook: Any, resources: dict[str, Any] | None = None) -> str:
        """The notebook's texts and results as HTML without a page around it; its parameter cells are left out."""
        shown = deepcopy(notebook)
        shown.cells = [c for c in shown.cells if not _HIDDEN_TAGS & set(c.metadata.get("tags", []))]
        # HTMLExporter itself would parse and rewrite the page to invent alternative texts: ours are there already.
        html, _ = super(HTMLExporter, self).from_notebook_node(shown, resources)
        return str(html)

    def from_notebook_node(self, nb: Any, resources: Any = None, **_: Any) -> tuple[str, Any]:
        """A whole page of one notebook."""
        about = nb.metadata.get("tthc", {})
        title = about.get("title") or (resources or {}).get("metadata", {}).get("name", "Sổ tay")
        body = bind([("", self.fragment(nb))]).body("")
        _html, known = super(HTMLExporter, self).from_notebook_node(type(nb)({**nb, "cells": []}), resources)
        return page(
            "section.html.j2", PageContext(), heading=title, body=body, kind="section", current="", base="", head=None
        ), known


class AppendixPDFExporter(ReportHTMLExporter):
    """nbconvert exporter `tthc-pdf`: one notebook as A4 landscape PDF, made by typst from the same HTML."""

    export_from_notebook = "Phụ lục TTHC (PDF)"
    output_mimetype = "application/pdf"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".pdf"

    def from_notebook_node(self, nb: Any, resources: Any = None, **_: Any) -> tuple[bytes, Any]:  # type: ignore[override]
        """The PDF's bytes; the same notebook gives the same bytes."""
        _html, known = super().from_notebook_node(nb, resources)
        about = nb.metadata.get("tthc", {})
        known["output_extension"] = ".pdf"
        return html_to_pdf(self.fragment(nb), Letterhead(title=about.get("title", "Phụ lục"))), known


@cache
def _pages() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["date_short"] = date_short
    return environment


def page(template: str, context: PageContext, **values: Any) -> str:
    """One whole page: style and script inside, no request to any host."""
    style, script = ((TEMPLATES / name).read_text(encoding="utf-8") for name in ("report.css", "report.js"))
    return _pages().get_template(template).render(report=context, style=style, script=script, **values)


def links(items: Iterable[tuple[str, str, str, str]]) -> tuple[Link, ...]:
    """Navigation entries from (href, number, title, kind)."""
    return tuple(Link(*item) for item in items)
