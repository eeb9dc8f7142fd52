"""A project, store and report made by an earlier version of the program are read, checked, listed and counted again by this one.

`versions/<commit>.zip` holds a small synthetic project with its exports, its processed tables and one published report of a few
sections, as that commit of the program wrote them.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import pytest

from tthc_analysis.audit.compare import compared
from tthc_analysis.audit.verify import verify
from tthc_analysis.config import load_config
from tthc_analysis.errors import NoExports, OtherVersion
from tthc_analysis.indicators import all_indicators, late, open_report_in
from tthc_analysis.preparation.current import prepare
from tthc_analysis.preparation.source import source_of
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


def copied(config, place, *parts):
    """Only these folders of the old project."""
    for name in parts:
        shutil.copytree(config.root / name, place / name)
    shutil.copy(config.root / "config.toml", place)
    return load_config(place)


def test_its_processed_tables_are_refused_in_words_where_nothing_makes_them_again(old, tmp_path):
    zipfile.ZipFile(VERSIONS[[p.stem for p in VERSIONS].index(old[0])]).extractall(tmp_path)
    with pytest.raises(OtherVersion, match="phiên bản khác"):
        late.by_cause(open_report_in(load_config(tmp_path), "2024-Q3"))


def test_its_report_is_compared_with_what_today_s_version_counts(old, tmp_path):
    version, config = old
    project = copied(config, tmp_path, "data", "reports")
    with compared(project, "reports/2024-Q3", "2024-Q3", lambda _: None) as found:
        differing = {c.name for c in found.changes if "không có" not in (c.before, c.now)}
    assert differing == CHANGED[version]
    assert found.unchanged >= 20


def test_without_exports_the_published_reports_are_compared(old, tmp_path):
    _, config = old
    project = copied(config, tmp_path, "reports")
    with compared(project, "2024-Q3", "reports/2024-Q3", lambda _: None) as found:
        assert not found.changes
        assert found.unchanged >= 20
    lines = [n for n in found.notes if "không truy được" in n]
    assert lines == ["Quý III/2024: không truy được đến từng hồ sơ. Không còn tệp xuất của lần lập đó."] * 2
    with pytest.raises(NoExports), compared(project, "2024-Q3", "2024-Q2", lambda _: None):
        pass


def test_a_published_part_of_a_period_is_not_compared_with_another_one(old, tmp_path):
    _, config = old
    project = copied(config, tmp_path, "reports")
    manifest = project.reports / "2024-Q3" / "manifest.json"
    text = json.loads(manifest.read_text(encoding="utf-8"))
    other = project.reports / "2024-Q4"
    shutil.copytree(project.reports / "2024-Q3", other)
    dates = {"id": "2024-Q4", "label": "Quý IV/2024", "from": "2024-09-15", "to": "2024-12-14"}
    (other / "manifest.json").write_text(json.dumps({**text, "period": {**text["period"], **dates}}), encoding="utf-8")
    items = json.loads((other / "indicators.json").read_text(encoding="utf-8"))
    counts = [i for i in items if isinstance(i["numerator"], int) and i["kind"] == "count"]
    other_items = [{**i, "numerator": i["numerator"] + 1000} for i in counts]
    (other / "indicators.json").write_text(json.dumps(other_items), encoding="utf-8")
    for state, told in (("published", True), ("partial", False)):
        manifest.write_text(json.dumps({**text, "state": state}), encoding="utf-8")
        with compared(project, "2024-Q3", "2024-Q4", lambda _: None) as found:
            assert any(c.difference is not None for c in found.changes) is told
            assert any("chưa đủ kỳ" in note for note in found.notes) is not told


def test_its_exports_give_the_same_figures_today(old):
    """Its own processed tables are made again where this version asks for more columns, without a question."""
    version, config = old
    published = json.loads((config.reports / "2024-Q3" / "indicators.json").read_text(encoding="utf-8"))
    prepare(source_of(config))
    today = {i.name: i for i in all_indicators(open_report_in(config, "2024-Q3"))}
    assert len(published) >= 20
    differing = {
        one["name"]
        for one in published
        if (one["numerator"], one["denominator"]) != (today[one["name"]].numerator, today[one["name"]].denominator)
    }
    assert differing == CHANGED[version]
