"""One period from the same inputs gives the same bytes: elsewhere, later, as somebody else, with other workers."""

import json
import os
import shutil

import pytest
from running import copy_project, tree, tthc

pytestmark = pytest.mark.report


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """The same project in a folder with another name, its files older, made under other circumstances."""
    folder = copy_project(tmp_path_factory.mktemp("noi khác") / "Dự án số 2")
    for path in folder.rglob("*"):
        os.utime(path, (1_500_000_000, 1_500_000_000))
    home = folder.parent / "nhà"
    home.mkdir()
    made = tthc(
        folder, "report", "2024", "--workers", "1",
        TZ="America/Los_Angeles", LC_ALL="C", LANG="C", LANGUAGE="", PYTHONHASHSEED="7",
        HOME=str(home), USER="nguoi-khac", LOGNAME="nguoi-khac", TMPDIR=str(home), COLUMNS="80",
    )  # fmt: skip
    assert made.returncode == 0, made.stdout + made.stderr
    yield folder
    shutil.rmtree(folder)


def test_every_published_file_has_the_same_bytes(published_report, elsewhere):
    here, there = tree(published_report), tree(elsewhere / "reports" / "2024")
    assert {name for name in here.keys() | there.keys() if here.get(name) != there.get(name)} == set()
    kinds = {name.rsplit(".", 1)[-1] for name in here}
    assert kinds >= {"html", "pdf", "csv", "json", "ipynb", "xlsx", "docx"}


def test_processed_data_are_the_same(published_project, elsewhere):
    one, other = (
        json.loads((p / "data/processed/mau/tables.json").read_text(encoding="utf-8"))
        for p in (published_project, elsewhere)
    )
    assert one == other


def test_times_are_kept_apart(published_report):
    log = json.loads((published_report / "run.log.json").read_text(encoding="utf-8"))
    assert log["started"] <= log["finished"]
    manifest = json.loads((published_report / "manifest.json").read_text(encoding="utf-8"))
    assert manifest.pop(
        "compiled"
    )  # the day that the report bears is one of its facts, and verifying takes it from here
    assert log["started"][:10] not in json.dumps(manifest)
    for path in (published_report / "so-tay").glob("*.ipynb"):
        text = path.read_text(encoding="utf-8")
        assert "start_time" not in text
        assert "duration" not in json.loads(text)["metadata"].get("papermill", {})
