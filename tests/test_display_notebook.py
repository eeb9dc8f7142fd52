"""Displays inside a notebook: the page's own style in a box that touches nothing else, and none of it in a page."""

from __future__ import annotations

import re

import nbformat
import pytest

from tthc_analysis.display.base import MIME, Figures, Headlines, Notice
from tthc_analysis.display.notebook import bare, page_css, styled
from tthc_analysis.display.tables import ReportTable, TableColumn
from tthc_analysis.documents.render import fragment
from tthc_analysis.indicators import Indicator

FIGURE = Indicator(
    "a_count", "Số việc <1>", "count", "việc", 1234567, numerator_label="Số việc", period="2024", rule_set="so-2024"
)
COLUMNS = (TableColumn("ten", ("Tên",), "text"), TableColumn("so", ("Số",)))
DISPLAYS = [
    Figures("n", "Nhóm", (FIGURE,)),
    Headlines("h", "Chính", ((FIGURE, None),), "kỳ trước"),
    Notice("l", ('Câu có </style> và </div> và <a href="#x">',)),
    ReportTable("b", "Bảng", COLUMNS, (("x", 1),)),
]


@pytest.mark.parametrize("display", DISPLAYS, ids=lambda d: d.name)
def test_a_notebook_gets_the_html_of_the_page_in_a_styled_box(display):
    shown = display._repr_mimebundle_()
    assert set(shown) == {"text/plain", "text/html", MIME}
    assert shown["text/html"].startswith('<div class="tthc-hien-thi"><style>.tthc-hien-thi {')
    assert bare(shown["text/html"]) == display.to_html()


def test_nothing_to_show_is_no_box():
    assert styled(Notice("l", ()).to_html()) == ""


def test_a_reference_is_a_link_only_to_what_is_inside():
    html = '<p id="bang-a">x</p><a href="#bang-a">Bảng</a> <a href="#bang-b">Bảng</a>'
    assert '<a href="#bang-a">' in styled(html)
    assert "#bang-b" not in styled(html)
    assert bare(styled(html)) == html


def test_a_page_takes_the_display_without_the_style():
    cell = nbformat.v4.new_code_cell("x", outputs=[
        nbformat.v4.new_output("execute_result", DISPLAYS[0]._repr_mimebundle_(), execution_count=1),
        nbformat.v4.new_output("display_data", {"text/html": "<p>khác</p>"}),
    ])  # fmt: skip
    page = fragment(nbformat.v4.new_notebook(cells=[cell]))
    assert DISPLAYS[0].to_html() in page
    assert "<p>khác</p>" in page
    assert "<style" not in page


def rules(css: str) -> dict[str, str]:
    """Custom properties of a piece of style."""
    return dict(re.findall(r"(--[\w-]+):\s*([^;}]+)", css))


def test_the_box_has_both_schemes_of_the_page_and_follows_the_notebooks_theme():
    light, dark = page_css().split("@media screen and (prefers-color-scheme: dark)", 1)
    box = styled("<p>x</p>")
    own, themed = box.split('[data-jp-theme-light="false"] &', 1)
    assert rules(own)["--nen"] == rules(light)["--nen"] != rules(dark)["--nen"]
    assert rules(themed) == rules(dark)
    assert "color-scheme:dark" in themed.replace(": ", ":")
    assert "prefers-color-scheme" not in box, "the notebook decides, not the desktop"
    assert ":root" not in box


def test_every_rule_of_the_box_is_inside_it():
    css = re.search(r"<style>(.*)</style>", styled("<p>x</p>"))[1]
    depth = 0
    for place, sign in enumerate(css):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        assert depth > 0 or place < len(".tthc-hien-thi {") or place == len(css) - 1
    assert depth == 0
    assert len(css) < 8_000, "each output carries it"
