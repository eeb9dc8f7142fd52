"""Executed notebooks → HTML: our own nbconvert exporters over one template.

`jupyter nbconvert --to tthc-html` and `--to tthc-pdf` use the same exporters.
"""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import Any

from jinja2 import pass_context
from nbconvert.exporters.html import HTMLExporter
from nbconvert.filters.markdown_mistune import InvalidNotebook
from traitlets import default

from tthc_analysis.display.base import MIME
from tthc_analysis.display.notebook import bare, is_styled
from tthc_analysis.documents.book import HIDDEN_TAGS, bind
from tthc_analysis.documents.foreign import clean, needs_cleaning, output_html, plain, readable
from tthc_analysis.documents.pages import TEMPLATES, PageContext, page
from tthc_analysis.errors import CannotShow

#: where a cell's place is kept while it is rendered
_WHERE = "tthc_o"
_KINDS = {"markdown": "ô văn bản", "code": "ô mã", "raw": "ô thô"}


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

    @pass_context
    def markdown2html(self, context: Any, source: str) -> str:
        """Markdown as HTML of the small vocabulary; raises CannotShow for what no page may hold."""
        cell = context.get("cell", {})
        where = cell.get("metadata", {}).get(_WHERE, "sổ tay")
        try:
            html = str(super().markdown2html(context, source))
        except InvalidNotebook as problem:
            raise CannotShow(f"Ảnh đính kèm không có trong ô: {problem}.", where, "Đính kèm lại ảnh.") from None
        return clean(html, where, cell.get("attachments")) if needs_cleaning(html) else html

    def fragment(self, notebook: Any, resources: dict[str, Any] | None = None) -> str:
        """The notebook's texts and results as HTML without a page around it; its parameter cells are left out."""
        shown = deepcopy(notebook)
        _prepare(shown)
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


def _prepare(notebook: Any) -> None:
    """Make every text and output of `notebook` one that a page may hold; raises CannotShow, cells counted as written."""
    numbers = {"markdown": 0, "code": 0, "raw": 0}
    for cell in notebook.cells:
        numbers[cell.cell_type] += "injected-parameters" not in cell.metadata.get("tags", [])
        cell.source = readable(cell.source)
        cell.metadata[_WHERE] = f"{_KINDS[cell.cell_type]} {numbers[cell.cell_type]}"
        if HIDDEN_TAGS & set(cell.metadata.get("tags", [])):
            continue  # no page shows it: the frame of a preview is as good as any other output
        for output in cell.get("outputs", ()):
            _prepare_output(output, cell.metadata[_WHERE])


def _prepare_output(output: Any, where: str) -> None:
    if output.output_type == "stream":
        output.text = plain(output.text)
    elif output.output_type == "error":
        output.ename, output.evalue = plain(output.ename), plain(output.evalue)
    elif MIME in output.data or is_styled("".join(output.data.get("text/html", ""))):
        output.data = {"text/html": bare("".join(output.data.get("text/html", "")))}
    else:
        output.data = output_html(output.data, output.get("metadata", {}), where)


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
