"""A project, store and report made by an earlier version of the program are read, checked, listed and counted again by this one.

`versions/<commit>.zip` holds a small synthetic project with its exports, its processed tables and one published report of a few
sections, as that commit of the program wrote them.
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from tthc_analysis.audit.verify import verify
from tthc_analysis.config import load_config
from tthc_analysis.indicators import all_indicators, open_report_in
from tthc_analysis.preparation.current import prepare
from tthc_analysis.report import overview
from tthc_analysis.report.published import find_report

VERSIONS = sorted((Path(__file__).parent / "versions").glob("*.zip"))
#: version → figures that were changed on purpose since (CHANGELOG.md)
CHANGED: dict[str, set[str]] = {"e359d71": set()}


@pytest.fixture(scope="module", params=VERSIONS, ids=lambda path: path.stem)
def old(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param.stem)
    zipfile.ZipFile(request.param).extractall(folder)
    return request.param.stem, load_config(folder)


def test_its_report_is_as_it_was_published(old):
    _, config = old
    report = find_report("2024-Q3", config.reports)
    found = verify(report, config, quick=True)
    assert (found.faults, found.exit_code) == ((), 0)
    page = config.reports / "2024-Q3" / "index.html"
    page.write_text(page.read_text(encoding="utf-8").replace("81,82%", "98,97%"), encoding="utf-8", newline="\n")
    assert verify(report, config, quick=True).exit_code == 3


def test_it_is_listed_beside_the_new_ones(old):
    _, config = old
    overview.write(config)
    text = (config.reports / "index.html").read_text(encoding="utf-8")
    assert "Quý III/2024" in text
    assert ">33<" in text


def test_its_exports_give_the_same_figures_today(old):
    """Its own processed tables are made again where this version asks for more columns, without a question."""
    version, config = old
    published = json.loads((config.reports / "2024-Q3" / "indicators.json").read_text(encoding="utf-8"))
    prepare(config)
    today = {i.name: i for i in all_indicators(open_report_in(config, "2024-Q3"))}
    assert len(published) >= 20
    differing = {
        one["name"]
        for one in published
        if (one["numerator"], one["denominator"]) != (today[one["name"]].numerator, today[one["name"]].denominator)
    }
    assert differing == CHANGED[version]
