"""Accessibility, valid HTML and silence: nothing found, on every page, at two widths and in both colour schemes (see tools/web/axe.mjs)."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.report


def test_axe_sees_the_faults_of_a_faulty_page(axe):
    rules = {v["rule"] for v in axe[0]["violations"]}
    assert {"image-alt", "html-has-lang", "color-contrast"} <= rules
    assert {(v["width"], v["colorScheme"]) for v in axe[0]["violations"]} == {
        (1440, "light"), (1440, "dark"), (360, "light"), (360, "dark"),
    }  # fmt: skip


def test_axe_finds_nothing(axe, pages, other_pages):
    assert [p["path"] for p in axe[1:]] == [str(p) for p in (*pages, *other_pages.values())]
    assert [(p["path"], p["violations"]) for p in axe[1:] if p["violations"]] == []


def test_no_page_is_wider_than_the_window(axe):
    assert {int(width) for p in axe for width in p["overflow"]} >= {360, 768, 1440, 1920}
    assert [(p["path"], width) for p in axe[1:] for width, over in p["overflow"].items() if over > 0] == []


def test_no_page_asks_for_anything_or_complains(axe):
    assert [(p["path"], p["requests"], p["complaints"]) for p in axe[1:] if p["requests"] or p["complaints"]] == []


def test_nu_sees_the_fault_of_a_faulty_page(nu):
    assert any("sai.html" in m["url"] and m["type"] == "error" for m in nu)


def test_nu_finds_no_error(nu):
    errors = [(m["url"], m["message"]) for m in nu if m["type"] == "error" and "sai.html" not in m["url"]]
    assert errors == []
