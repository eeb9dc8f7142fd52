"""The documents: generated pages are fresh, links lead somewhere, every command and dataset is described."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest
import tools_of

from tthc_analysis.columns import TABLES

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def generator():
    spec = importlib.util.spec_from_file_location("docs", ROOT / "tools" / "docs.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_generated_pages_are_fresh(sample_report):
    for name, text in generator().pages(sample_report).items():
        assert (ROOT / "docs" / name).read_text(encoding="utf-8") == text, f"chạy python tools/docs.py: {name}"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_to_files(page):
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_the_readme_names_every_command():
    from tthc_analysis.cli import app

    text = (ROOT / "README.md").read_text(encoding="utf-8")
    missing = [c.name for c in app.registered_commands if not re.search(rf"`tthc {c.name}\b", text)]
    assert not missing


def test_the_dictionary_names_every_dataset():
    text = (ROOT / "docs" / "tu-dien-du-lieu.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in text for name in TABLES)


def test_every_picture_is_made_by_the_command():
    kept = {p.name for p in (ROOT / "docs" / "hinh").iterdir()}
    assert kept == tools_of.load("pictures").names()
