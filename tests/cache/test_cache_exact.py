"""A section runs again when, and only when, something that it depends on changed; what is shown is never stale.

Each change is made to a small project that has just been run. Its sections are then run through the cache and, in a copy
without any cache, from scratch: the notebooks must be the same to the byte, and exactly the expected sections must have run.
"""

import json
import os
import py_compile
import shutil
from dataclasses import replace
from datetime import datetime

import nbformat
import pandas as pd
import pytest

from tthc_analysis import fingerprint
from tthc_analysis.columns import PROVENANCE, TABLES
from tthc_analysis.config import load_config
from tthc_analysis.execution import cache as cache_module
from tthc_analysis.execution.cache import DAMAGED, FIRST, FORCED, OWN_KERNEL, UNCHANGED, UNKNOWN, run_cached
from tthc_analysis.report.jobs import KEPT, cache_of, jobs
from tthc_analysis.sections import load_sections
from tthc_analysis.store.write import StoreWriter

CONFIG = """
title = "Thử"
[agency]
id = "mau"
name = "Sở thử"
short = "ST"
parent = "UBND"
place = "Hải Phòng"
receiver = "UBND"
"""
STORE = "from tthc_analysis.store import Store\nstore = Store(f'../{data}')"
NOTEBOOKS = {
    "chuong-trinh": [STORE, "store.frame('sang_kien')['title'].tolist(), period"],
    "cau-lenh": [STORE, "store.query('SELECT count(*) AS n FROM cam_ket')['n'].tolist(), store.has('don_vi')"],
    "chat-luong": [STORE, "store.quality()['sample']"],
    "kiem-tra": [STORE, "store.findings()"],
    "tep": [
        "from pathlib import Path\nimport tro_giup\ntro_giup.GHI_CHU",
        "try: Path('tuy-chon.md').read_text()\nexcept FileNotFoundError: pass",
        "Path('loi-van.md').read_text(), sorted(p.name for p in Path('van').iterdir())",
    ],
    "cau-hinh": ["from tthc_analysis.config import load_config\nload_config().title"],
}
ALL = set(NOTEBOOKS)


def frame(name, rows):
    """A canonical frame with the given values, everything else empty."""
    columns = (*TABLES[name].columns, *PROVENANCE)
    blank = {"date": pd.NaT, "datetime": pd.NaT}
    made = pd.DataFrame({c.name: [row.get(c.name, blank.get(c.kind)) for row in rows] for c in columns})
    for c in columns:
        if c.kind in ("date", "datetime"):
            made[c.name] = pd.to_datetime(made[c.name])
        elif c.kind in ("integer", "boolean"):
            made[c.name] = made[c.name].astype("Int64" if c.kind == "integer" else "boolean")
    return made


def write_tables(root, findings=0, sample=True, **extra):
    tables = {
        "sang_kien": [{"title": "Sáng kiến 0001"}],
        "cam_ket": [{"signed_date": datetime(2024, 1, 2)}],
        **extra,
    }
    writer = StoreWriter(root / "data" / "processed" / "mau")
    for name, rows in tables.items():
        if rows is not None:
            writer.add(TABLES[name], frame(name, rows))
    found = [{"table": "cam_ket", "failed": number} for number in range(findings)]
    writer.commit({"datasets": {}, "findings": found, "sample": sample})


def write_notebook(root, slug, cells, **metadata):
    notebook = nbformat.v4.new_notebook()
    lines = 'period: str = "2024"\ndata: str = ""'
    first = nbformat.v4.new_code_cell(lines, metadata={"tags": ["parameters"]})
    notebook.cells = [nbformat.v4.new_markdown_cell(f"# {slug}"), first, *map(nbformat.v4.new_code_cell, cells)]
    for i, cell in enumerate(notebook.cells):
        cell["id"] = f"c{i}"
    about = {"section": "", "slug": slug, "title": slug, "kind": "section", "order": 1}
    notebook.metadata.update({"tthc": about, "kernelspec": {"name": "python3", "display_name": "P"}, **metadata})
    nbformat.write(notebook, root / "notebooks" / f"{slug}.ipynb")


@pytest.fixture(autouse=True)
def steady(monkeypatch):
    """The package and libraries stay as they are while the tests run."""
    keep_steady(monkeypatch)


def keep_steady(monkeypatch):
    monkeypatch.setattr(fingerprint, "package_hash", lambda: "gói")
    monkeypatch.setattr(fingerprint, "package_at_start", lambda: "gói")


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path / "du-an")


@pytest.fixture(scope="module")
def run_already(tmp_path_factory):
    """A project whose sections have all been run once; to be copied, not to be touched."""
    root = make_project(tmp_path_factory.mktemp("da-chay") / "du-an")
    with pytest.MonkeyPatch.context() as monkeypatch:
        keep_steady(monkeypatch)
        outcomes, _ = run(root)
    assert ran(outcomes) == ALL
    return root


def make_project(root):
    for folder in ("notebooks/van", "data", "reports"):
        (root / folder).mkdir(parents=True)
    (root / "config.toml").write_text(CONFIG, encoding="utf-8")
    (root / "notebooks" / "loi-van.md").write_text("một", encoding="utf-8")
    (root / "notebooks" / "van" / "a.md").write_text("a", encoding="utf-8")
    (root / "notebooks" / "tro_giup.py").write_text("GHI_CHU = 'cũ'\n", encoding="utf-8")
    py_compile.compile(str(root / "notebooks" / "tro_giup.py"))  # so that no run changes the folder by writing bytecode
    (root / "requirements.lock").write_text("pandas==3\n")
    write_tables(root)
    for slug, cells in NOTEBOOKS.items():
        write_notebook(root, slug, cells)
    return root


def run(root, only=None, period="2024", engine="tthc", **settings):
    """Run the sections of a project: slug → outcome, slug → bytes of the executed notebook."""
    config = load_config(root)
    out = root / "reports" / "ra"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    values = {"period": period, "data": "data/processed/mau"}
    sections = [s for s in load_sections(config.notebooks) if only is None or s.slug in only]
    wanted = jobs(values, sections, root, out, engine)
    outcomes = {o.slug: o for o in run_cached(cache_of(config), wanted, lambda *_: None, 2, **settings)}
    return outcomes, {
        s.slug: job.output.read_bytes() for s, job in zip(sections, wanted, strict=True) if job.output.exists()
    }


def ran(outcomes):
    return {slug for slug, outcome in outcomes.items() if not outcome.cached}


def edit_json(path, change):
    data = json.loads(path.read_text(encoding="utf-8"))
    change(data)
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")


def replace_in(path, old, new):
    """Change a file and give it back its former time: only the content may tell."""
    times = path.stat()
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def tamper(root):
    """Processed data replaced by hand, without `tthc prepare`."""
    kept = (root / "data/processed/mau/tables.json").read_bytes()
    write_tables(root, sang_kien=[{"title": "Sửa tay"}])
    (root / "data/processed/mau/tables.json").write_bytes(kept)


NB = "notebooks/{}.ipynb".format
#: what changes → how, which sections must run again, and a word of the reason given for one of them
CHANGES = {
    "nothing": (lambda r: None, set(), ""),
    "times_only": (lambda r: [os.utime(p) for p in r.rglob("*") if p.is_file()], set(), ""),
    "code_of_a_notebook": (
        lambda r: replace_in(r / NB("cau-hinh"), ".title", ".title.upper()"),
        {"cau-hinh"},
        "sổ tay",
    ),
    "text_of_a_notebook": (lambda r: replace_in(r / NB("tep"), "# tep", "# Tệp"), {"tep"}, "sổ tay"),
    "tag_of_a_cell": (
        lambda r: edit_json(r / NB("tep"), lambda n: n["cells"][2]["metadata"].update(tags=["an-khoi-bao-cao"])),
        {"tep"},
        "sổ tay",
    ),
    "outputs_saved_by_jupyter": (
        lambda r: edit_json(r / NB("tep"), lambda n: n["cells"][2].update(execution_count=4)),
        set(),
        "",
    ),
    "a_table": (lambda r: write_tables(r, sang_kien=[{"title": "Khác"}]), {"chuong-trinh"}, "bảng sang_kien"),
    "a_table_read_by_sql": (lambda r: write_tables(r, cam_ket=[{}, {}]), {"cau-lenh"}, "bảng cam_ket"),
    "a_new_table": (lambda r: write_tables(r, don_vi=[{}]), {"cau-lenh"}, "bảng don_vi"),
    "a_table_nobody_reads": (lambda r: write_tables(r, van_ban=[{}]), set(), ""),
    "a_table_changed_by_hand": (tamper, {"chuong-trinh"}, "bảng sang_kien"),
    "quality_record": (lambda r: write_tables(r, sample=False), {"chat-luong", "kiem-tra"}, "bảng quality"),
    "findings": (lambda r: write_tables(r, findings=2), {"kiem-tra"}, "bảng findings"),
    "a_file_that_is_read": (
        lambda r: replace_in(r / "notebooks" / "loi-van.md", "một", "hai"),
        {"tep"},
        "tệp notebooks/loi-van.md",
    ),
    "a_file_that_was_not_there": (
        lambda r: (r / "notebooks" / "tuy-chon.md").touch(),
        {"tep"},
        "tệp notebooks/tuy-chon.md",
    ),
    "a_file_beside_the_listed": (lambda r: (r / "notebooks" / "van" / "b.md").touch(), {"tep"}, "danh sách tệp"),
    "a_module_of_the_project": (
        lambda r: replace_in(r / "notebooks" / "tro_giup.py", "cũ", "đã sửa"),
        {"tep"},
        "tro_giup.py",
    ),
    "configuration": (lambda r: replace_in(r / "config.toml", '"Thử"', '"Lại"'), ALL, "config.toml"),
    "a_comment_in_the_configuration": (
        lambda r: replace_in(r / "config.toml", "[agency]", "# chú\n[agency]"),
        set(),
        "",
    ),
    "lock_file": (lambda r: replace_in(r / "requirements.lock", "3", "4"), ALL, "thư viện"),
    "damaged_copy": (
        lambda r: [p.write_bytes(p.read_bytes()[:-9]) for p in (r / "reports" / KEPT).rglob("tep*/*.ipynb")],
        {"tep"},
        DAMAGED,
    ),
    "cache_deleted": (lambda r: shutil.rmtree(r / "reports" / KEPT), ALL, FIRST),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_runs_what_depends_on_it_and_nothing_else(run_already, tmp_path, name):
    change, expected, word = CHANGES[name]
    project = shutil.copytree(run_already, tmp_path / "du-an")
    change(project)
    outcomes, notebooks = run(project)
    assert ran(outcomes) == expected
    assert all(word in outcomes[slug].why for slug in expected)
    assert all(outcomes[slug].why == UNCHANGED for slug in ALL - expected)
    clean = project.parent / "sach"
    shutil.copytree(project, clean, ignore=shutil.ignore_patterns("reports", "__pycache__"))
    (clean / "reports").mkdir()
    fresh, expected_notebooks = run(clean)
    assert ran(fresh) == ALL
    assert notebooks == expected_notebooks


@pytest.mark.parametrize(
    ("name", "word"), [("package_hash", "chương trình"), ("python_version", "Python"), ("libraries_hash", "thư viện")]
)
def test_program_libraries_and_python_are_part_of_it(project, monkeypatch, name, word):
    run(project, only=["cau-hinh"])
    monkeypatch.setattr(fingerprint, name, lambda *_: "khác")
    outcomes, _ = run(project, only=["cau-hinh"])
    assert word in outcomes["cau-hinh"].why
    assert not outcomes["cau-hinh"].cached


def test_parameters_are_part_of_it_and_former_runs_are_found_again(project):
    one = ["chuong-trinh"]
    _, first = run(project, only=one)
    outcomes, second = run(project, only=one, period="2023")
    assert outcomes["chuong-trinh"].why == FIRST
    assert first != second
    again, third = run(project, only=one)
    assert again["chuong-trinh"].cached
    assert third == first
    write_tables(project, sang_kien=[{"title": "Khác"}])
    assert not run(project, only=one)[0]["chuong-trinh"].cached
    write_tables(project)
    back, fourth = run(project, only=one)
    assert back["chuong-trinh"].cached
    assert fourth == first


def test_force_and_papermill_run_everything(project):
    run(project, only=["tep", "cau-hinh"])
    forced, _ = run(project, only=["tep"], force=True)
    assert forced["tep"].why == FORCED
    kernel, _ = run(project, only=["cau-hinh"], engine="papermill")
    assert kernel["cau-hinh"].why == OWN_KERNEL
    assert not kernel["cau-hinh"].cached


@pytest.mark.parametrize(
    "cell",
    [
        "import subprocess; subprocess.run(['true'])",
        "!true",
        "import duckdb; duckdb.sql('select 1').fetchall()",
        "import pyarrow.parquet as pq",
        "import socket\ntry: socket.create_connection(('127.0.0.1', 9), 0.1)\nexcept OSError: pass",
        "import os\nif (p := os.fork()) == 0: os._exit(0)\nos.waitpid(p, 0)",
        "from pathlib import Path\nPath('tuy-chon.md').exists()",
        "import os.path\nos.path.getsize('loi-van.md')",
        "from os import path\npath.isfile('tuy-chon.md')",
        "import hoi",
    ],
)
def test_a_section_whose_inputs_cannot_be_known_always_runs(project, cell):
    (project / "notebooks" / "hoi.py").write_text(
        "import os\nCO = os.access('tuy-chon.md', os.R_OK)\n", encoding="utf-8"
    )
    write_notebook(project, "tep", [cell])
    for _ in range(2):
        outcomes, _ = run(project, only=["tep"])
        assert outcomes["tep"].why == UNKNOWN
        assert not outcomes["tep"].cached


def test_what_changes_during_the_run_is_not_kept(project):
    write_notebook(
        project,
        "tep",
        ["from pathlib import Path\nx = Path('loi-van.md').read_text()", "Path('loi-van.md').write_text(x + '!')"],
    )
    run(project, only=["tep"])
    assert not run(project, only=["tep"])[0]["tep"].cached


def test_after_a_failure_only_what_failed_runs_again(project):
    write_notebook(project, "tep", ["1 / 0"])
    outcomes, _ = run(project)
    assert [slug for slug, o in outcomes.items() if not o.ok] == ["tep"]
    write_notebook(project, "tep", ["1"])
    again, _ = run(project)
    assert ran(again) == {"tep"}
    assert all(o.ok for o in again.values())


def test_a_program_changed_meanwhile_is_not_kept(project, monkeypatch):
    hashes = iter(["gói", "sau"])
    monkeypatch.setattr(fingerprint, "package_hash", lambda: next(hashes))
    run(project, only=["tep"])
    monkeypatch.setattr(fingerprint, "package_hash", lambda: "gói")
    assert not run(project, only=["tep"])[0]["tep"].cached


def test_a_program_changed_since_it_was_loaded_is_not_kept(project, monkeypatch):
    monkeypatch.setattr(fingerprint, "package_hash", lambda: "mới trên đĩa")
    run(project, only=["tep"])
    assert not run(project, only=["tep"])[0]["tep"].cached


def test_only_the_newest_runs_are_kept(project):
    for i in range(cache_module.KEEP + 2):
        write_tables(project, sang_kien=[{"title": f"Sáng kiến {i}"}])
        run(project, only=["chuong-trinh"])
    kept = list((project / "reports" / KEPT / "mau").glob("chuong-trinh-*/*"))
    assert len({p.stem for p in kept}) == cache_module.KEEP
    assert {p.suffix for p in kept} >= {".ipynb", ".json"}  # and a page, where the server was warm for it


def test_what_took_longest_the_last_time_starts_first_whatever_it_waits_for(project, monkeypatch):
    took = {"tep": 3.0, "chat-luong": 9.0, "cau-hinh": 1.0, "kiem-tra": 20.0}
    for slug, seconds in took.items():
        place = project / "reports" / KEPT / "mau" / f"{slug}-x"
        place.mkdir(parents=True)
        inputs = {"table:data/processed/mau:findings": "a"} if slug == "kiem-tra" else {}
        told = {"parts": {}, "inputs": inputs, "sha256": "", "cells": [seconds / 2, seconds / 2]}
        (place / "a.json").write_text(json.dumps(told), encoding="utf-8")
    started = []
    monkeypatch.setattr(cache_module, "run_notebooks", lambda wanted, *_, **__: started.extend(j.slug for j in wanted))
    with pytest.raises(KeyError):  # nothing was run
        run(project, force=True)
    assert started[:4] == ["kiem-tra", "chat-luong", "tep", "cau-hinh"]


def test_the_time_of_the_newest_run_is_known_whatever_its_parameters(project):
    outcomes, _ = run(project, only={"cau-hinh"})
    config = load_config(project)
    sections = [s for s in load_sections(config.notebooks) if s.slug in ("cau-hinh", "tep", "kiem-tra")]
    other = jobs({"period": "2023", "data": "data/processed/mau"}, sections, project, project / "reports")
    replace_in(project / "notebooks" / "tep.ipynb", "# tep", "# tep a_chart() b_chart()")
    order = {job.slug: cache_of(config).order(job) for job in other}
    took = pytest.approx(-sum(outcomes["cau-hinh"].cells))
    assert order == {"cau-hinh": took, "tep": pytest.approx(-0.4), "kiem-tra": 0.0}


def test_what_the_renderer_made_is_kept_with_the_notebook(project, monkeypatch):
    really = cache_module.run_notebooks

    def rendered(jobs, listen, *rest, **settings):
        def told(slug, state, outcome):
            listen(slug, state, outcome and replace(outcome, fragment=f"<h1>{slug}</h1>"))

        return really(jobs, told, *rest, **settings)

    monkeypatch.setattr(cache_module, "run_notebooks", rendered)
    first, again = (run(project, only={"tep"})[0]["tep"] for _ in range(2))
    assert again.cached
    assert again.fragment == first.fragment == "<h1>tep</h1>"
    for made in (project / "reports" / KEPT).rglob("tep*/*.html"):
        made.write_text("khác", encoding="utf-8")
    assert run(project, only={"tep"})[0]["tep"].why == DAMAGED


def test_inputs_are_named(project):
    outcomes, _ = run(project)
    assert outcomes["chuong-trinh"].inputs == ("table:data/processed/mau:sang_kien",)
    assert outcomes["cau-lenh"].inputs == ("table:data/processed/mau:cam_ket", "table:data/processed/mau:don_vi")
    beside = (
        "file:notebooks/loi-van.md",
        "file:notebooks/tro_giup.py",
        "file:notebooks/tuy-chon.md",
        "folder:notebooks/van",
    )
    assert outcomes["tep"].inputs == beside
    assert outcomes["cau-hinh"].inputs == ()
