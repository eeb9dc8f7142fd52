"""The whole report and the prepared data: made once, left alone while nothing changes, never stale."""

import json
import os
import shutil
from pathlib import Path

import pytest
from running import copy_prepared, tree

from tthc_analysis import fingerprint
from tthc_analysis.config import load_config
from tthc_analysis.errors import SectionsFailed
from tthc_analysis.execution import cache
from tthc_analysis.execution.run import run_notebooks
from tthc_analysis.indicators import all_indicators, open_report_in
from tthc_analysis.preparation import current as prepare_module
from tthc_analysis.preparation import validation
from tthc_analysis.preparation.source import source_of
from tthc_analysis.report.build import Options, make_report


def keep_steady(monkeypatch):
    for name in ("package_hash", "package_at_start"):
        monkeypatch.setattr(fingerprint, name, lambda: "gói")


@pytest.fixture
def small(project, monkeypatch):
    """A project with one section and one appendix, prepared."""
    keep_steady(monkeypatch)
    return with_two_notebooks(project)


def with_two_notebooks(project):
    for path in (project / "notebooks").glob("*.ipynb"):
        if path.name not in ("241_ket_qua_giai_quyet.ipynb", "901_phu_luc_ket_qua.ipynb"):
            path.unlink()
    return project


@pytest.fixture(scope="module")
def made_once(published_project, tmp_path_factory):
    """Such a project whose report has been made; to be copied, not to be touched."""
    root = with_two_notebooks(copy_prepared(published_project, tmp_path_factory.mktemp("da-lam") / "du-an"))
    with pytest.MonkeyPatch.context() as monkeypatch:
        keep_steady(monkeypatch)
        make(root)
    return root


@pytest.fixture
def made(made_once, tmp_path, monkeypatch):
    """One's own copy of the project whose report has been made."""
    keep_steady(monkeypatch)
    return shutil.copytree(made_once, tmp_path / "du-an")


@pytest.fixture
def started(monkeypatch):
    """How many notebooks each run started."""
    counts = []

    def counted(jobs, *rest, **more):
        counts.append(len(jobs))
        return run_notebooks(jobs, *rest, **more)

    monkeypatch.setattr(cache, "run_notebooks", counted)
    return counts


def make(root, **options):
    return make_report(load_config(root), "2024", Options(**options), lambda *_: None, lambda _: None)


def test_nothing_changed_starts_nothing_and_leaves_the_report_alone(small, started):
    first = make(small)
    before = tree(small / "reports" / "2024")
    times = {p: p.stat().st_mtime_ns for p in (small / "reports" / "2024").rglob("*")}
    second = make(small)
    assert (first.made, second.made) == (True, False)
    assert started == [2]
    assert second.indicators == first.indicators
    assert [o.cached for o in second.outcomes] == [True, True]
    assert tree(small / "reports" / "2024") == before
    assert {p: p.stat().st_mtime_ns for p in (small / "reports" / "2024").rglob("*")} == times


def replace_title(root):
    path = root / "config.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("Tình hình, kết quả", "Báo cáo về"), encoding="utf-8")


def damage(root):
    page = root / "reports" / "2024" / "index.html"
    page.write_bytes(page.read_bytes() + b" ")


def write_prose(root):
    folder = root / "noi-dung" / "2024"
    folder.mkdir(parents=True)
    (folder / "de-xuat.md").write_text("Đề xuất.\n", encoding="utf-8")


CHANGES = {
    "title": (replace_title, 2),
    "damaged_page": (damage, 0),
    "report_deleted": (lambda r: shutil.rmtree(r / "reports" / "2024"), 0),
    "prose": (write_prose, 0),
    "comment_in_the_configuration": (lambda r: (r / "config.toml").open("a").write("\n# chú thích\n"), 0),
}

OF_THE_REPORT_ITSELF = ("damaged_page", "report_deleted")


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_report_is_what_a_clean_run_makes(made, made_once, started, name):
    change, notebooks = CHANGES[name]
    change(made)
    assert make(made).made
    assert started in ([notebooks], [] if not notebooks else None)
    after = tree(made / "reports" / "2024")
    if name in OF_THE_REPORT_ITSELF:  # then the first run was a clean one of the same
        assert after == tree(made_once / "reports" / "2024")
        return
    shutil.rmtree(made / "reports")
    make(made)
    assert after == tree(made / "reports" / "2024")


def test_a_failing_section_does_not_make_the_others_run_again(small, started):
    path = small / "notebooks" / "901_phu_luc_ket_qua.ipynb"
    good = path.read_text(encoding="utf-8")
    notebook = json.loads(good)
    notebook["cells"][-1]["source"] = ["1 / 0"]
    path.write_text(json.dumps(notebook), encoding="utf-8")
    with pytest.raises(SectionsFailed):
        make(small)
    path.write_text(good, encoding="utf-8")
    report = make(small)
    assert started == [2, 1]
    assert [o.cached for o in report.outcomes].count(True) == 1


def test_another_rule_set_is_another_report(made, started):
    config = load_config(made)
    other = next(n for n in _rule_sets() if n != config.rule_set)
    assert make(made, rule_set=other).made
    assert started == [2]
    assert not make(made, rule_set=other).made
    assert make(made).made


def _rule_sets():
    import tomllib
    from importlib.resources import files

    return tomllib.loads(files("tthc_analysis.rules").joinpath("counting.toml").read_text(encoding="utf-8"))


@pytest.fixture
def validated(monkeypatch):
    """The tables that were validated: the costly part of preparing, stubbed to be counted."""
    names = []
    monkeypatch.setattr(validation, "validate", lambda table, frame: names.append(table.name) or [])
    monkeypatch.setattr("tthc_analysis.fingerprint.package_hash", lambda: "gói")
    monkeypatch.setattr("tthc_analysis.fingerprint.package_at_start", lambda: "gói")
    return names


@pytest.fixture
def raw(project):
    """A project whose only exports are two small registers and the dossiers of one file."""
    for folder in (project / "data" / "raw" / "mau").iterdir():
        if folder.is_dir() and folder.name not in ("ho_so", "sang_kien"):
            shutil.rmtree(folder)
    for path in (project / "data" / "raw" / "mau" / "ho_so").iterdir():
        if path.name != "ho_so_2024-12-20.csv":
            path.unlink()
    shutil.rmtree(project / "data" / "processed")
    return project


EXPORT = "data/raw/mau/sang_kien/sang_kien_2024-12-20.tsv"


def _append_last_row(path):
    data = path.read_bytes()
    line = b"\r\n" if b"\r\n" in data else b"\n"
    path.write_bytes(data.rstrip() + line + data.rstrip().rsplit(line, 1)[1] + line)


def _add_profile(root):
    (root / "data/raw/mau/rieng.profile.toml").write_text('id = "rieng"\nlabel = "Riêng"\n', encoding="utf-8")


def _edit_quality(root):
    path = root / "data/processed/mau/quality.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"sample": true', '"sample":  true'), encoding="utf-8")


def _unmark(path):
    path.write_text(path.read_text(encoding="utf-8").replace("sample = true", "sample = false"), encoding="utf-8")


RAW_CHANGES = {
    "nothing": (lambda r: None, False),
    "times": (lambda r: os.utime(r / EXPORT), False),
    "a_title_in_the_configuration": (replace_title, False),
    "an_export": (lambda r: _append_last_row(r / EXPORT), True),
    "a_new_export": (lambda r: shutil.copy(r / EXPORT, (r / EXPORT).with_name("them_2024-12-21.tsv")), True),
    "an_export_deleted": (lambda r: (r / EXPORT).unlink(), True),
    "a_new_profile": (_add_profile, True),
    "a_text_beside_the_exports": (lambda r: (r / "data/raw/mau/README.md").write_text("x"), False),
    "a_processed_table": (lambda r: (r / "data/processed/mau/sang_kien.parquet").unlink(), True),
    "the_quality_record": (_edit_quality, True),
    "sample_mark": (lambda r: _unmark(r / "config.toml"), True),
}


def processed(root):
    folder = root / "data" / "processed" / "mau"
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize("name", RAW_CHANGES)
def test_exports_are_read_again_only_when_they_changed(raw, validated, name):
    change, again = RAW_CHANGES[name]
    prepare_module.prepare(source_of(load_config(raw)))
    count = len(validated)
    assert count > 0
    change(raw)
    prepare_module.prepare(source_of(load_config(raw)))
    assert (len(validated) > count) is again
    after = processed(raw)
    prepare_module.prepare(source_of(load_config(raw)), force=True)
    assert processed(raw) == after


def test_prepared_data_of_another_program_are_not_used(raw, validated, monkeypatch):
    prepare_module.prepare(source_of(load_config(raw)))
    count = len(validated)
    monkeypatch.setattr("tthc_analysis.fingerprint.package_hash", lambda: "gói khác")
    prepare_module.prepare(source_of(load_config(raw)))
    assert len(validated) == 2 * count


def test_the_figures_after_a_cached_run_are_those_of_2024(made):
    report = make(made)
    assert not report.made
    figures = {i.name: i for i in report.indicators}
    expected = {i.name: i for i in all_indicators(open_report_in(load_config(made), "2024"))}
    assert figures
    assert all(figures[n].numerator == expected[n].numerator for n in figures if n in expected)
    assert figures["dossiers_handled_count"].numerator == 2215
    assert Path(report.folder / "index.html").is_file()
