"""Executed notebooks → HTML: our own nbconvert exporters over one template.

`jupyter nbconvert --to tthc-html` and `--to tthc-pdf` use the same exporters.
"""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import Any

from nbconvert.exporters.html import HTMLExporter
from traitlets import default

from tthc_analysis.display.notebook import bare
from tthc_analysis.documents.book import HIDDEN_TAGS, bind
from tthc_analysis.documents.pages import TEMPLATES, PageContext, page


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
        _unstyle(shown)
        shown.cells = [c for c in shown.cells if not HIDDEN_TAGS & set(c.metadata.get("tags", []))]
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


def _unstyle(notebook: Any) -> None:
    """Take from each output the style that it has for a notebook."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if "text/html" in data:
                data["text/html"] = bare("".join(data["text/html"]))


class AppendixPDFExporter(ReportHTMLExporter):
    """nbconvert exporter `tthc-pdf`: one notebook as A4 landscape PDF, made by typst from the same HTML."""

    export_from_notebook = "Phụ lục TTHC (PDF)"
    output_mimetype = "application/pdf"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".pdf"

    def from_notebook_node(self, nb: Any, resources: Any = None, **_: Any) -> tuple[bytes, Any]:  # type: ignore[override]
        """The PDF's bytes; the same notebook gives the same bytes."""
        from tthc_analysis.documents.pdf import Letterhead, html_to_pdf

        _html, known = super().from_notebook_node(nb, resources)
        about = nb.metadata.get("tthc", {})
        known["output_extension"] = ".pdf"
        return html_to_pdf(self.fragment(nb), Letterhead(title=about.get("title", "Phụ lục"))), known


@cache
def _exporter() -> ReportHTMLExporter:
    return ReportHTMLExporter()


def fragment(notebook: Any) -> str:
    """What an executed notebook says, as HTML without a page around it."""
    return _exporter().fragment(notebook)
