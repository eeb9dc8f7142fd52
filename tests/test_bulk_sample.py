"""Large synthetic data: a whole project, of which the processed and the exported dossiers give the same figures."""

import os
import subprocess
import sys

import pytest
from running import tthc
from typer.testing import CliRunner

from tthc_analysis.cli import app
from tthc_analysis.config import load_config
from tthc_analysis.errors import ConfigError, NoExports
from tthc_analysis.indicators import all_indicators, open_report_in
from tthc_analysis.preparation.current import critical_findings, prepare
from tthc_analysis.preparation.source import source_of
from tthc_analysis.sample.bulk import PERIOD, write_project
from tthc_analysis.sample.empty import whole_or_nothing

DOSSIERS, AGENCIES = 1_500, 4


def figures(config):
    prepare(source_of(config))
    opened = open_report_in(config, PERIOD)
    return {f.name: (f.value, f.numerator, f.denominator) for f in all_indicators(opened)}, opened.store


@pytest.fixture(scope="module")
def projects(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lon")
    write_project(folder / "xong", DOSSIERS, AGENCIES)
    write_project(folder / "tho", DOSSIERS, AGENCIES, raw=True)
    return {name: load_config(folder / name) for name in ("xong", "tho")}


def test_processed_and_exported_dossiers_give_the_same_figures(projects):
    found, store = figures(projects["xong"])
    exported, prepared = figures(projects["tho"])
    assert found == exported
    assert critical_findings(prepared) == []
    assert not [a for a in prepared.quality()["datasets"]["ho_so"]["accounts"] if a["unknown"] or a["quarantined"]]
    assert len(found) > 60
    rows = "SELECT count(*) AS n, count(DISTINCT dossier_code) AS codes, count(DISTINCT agency) AS agencies FROM ho_so"
    assert store.query(rows).iloc[0].to_list() == [DOSSIERS, DOSSIERS, AGENCIES]
    [told] = store.quality()["datasets"]["ho_so"]["accounts"]
    assert (told["rows_in"], told["kept"], told["snapshot_date"]) == (DOSSIERS, DOSSIERS, "2025-01-15")


def test_processed_dossiers_are_not_thrown_away_for_nothing(projects, monkeypatch):
    """Without exports they cannot be made anew: that is said, and they stay."""
    monkeypatch.setattr("tthc_analysis.fingerprint.package_hash", lambda: "another program")
    with pytest.raises(NoExports):
        prepare(source_of(projects["xong"]))
    assert (projects["xong"].processed / "ho_so").is_dir()


def test_a_folder_with_files_is_refused_and_raw_wants_a_number(projects, tmp_path):
    with pytest.raises(ConfigError):
        write_project(projects["xong"].root, 10, 1)
    refused = tthc(tmp_path, "sample", "x", "--raw")
    assert (refused.returncode, "--dossiers" in refused.stderr) == (2, True)


def test_an_interruption_leaves_nothing_and_the_next_time_all_is_there(tmp_path, monkeypatch):
    """Also what a killed process left goes; the project of another that still writes stays."""
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    for pid in (dead.pid, os.getppid()):
        (tmp_path / f".lon.{pid}.new").mkdir()

    def stopped(rows):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), whole_or_nothing(tmp_path / "lon") as place:
        write_project(place, 10, 1, raw=True, tell=stopped)
    assert [p.name for p in tmp_path.iterdir()] == [f".lon.{os.getppid()}.new"]
    (tmp_path / "lon").mkdir()
    known = (tmp_path / "lon").stat().st_ino
    with whole_or_nothing(tmp_path / "lon") as place:
        write_project(place, 10, 1)
        assert list((tmp_path / "lon").iterdir()) == []
    assert (tmp_path / "lon").stat().st_ino == known
    config = load_config(tmp_path / "lon")
    assert prepare(source_of(config)).index["ho_so"]["rows"] == 10
    with pytest.raises(ConfigError), whole_or_nothing(tmp_path / "lon"):
        pytest.fail("a folder that holds something")


@pytest.mark.parametrize("kind", [["--dossiers", "10"], ["--scores"], ["--city"]])
def test_every_project_that_the_command_writes_is_written_aside(kind, tmp_path, monkeypatch):
    """Each is stopped when it has begun to write: nothing is left of it."""

    def stopped(*_, **__):
        raise KeyboardInterrupt

    for module, name in (("bulk", "write_catalogue"), ("scored", "_write"), ("city", "_write")):
        monkeypatch.setattr(f"tthc_analysis.sample.{module}.{name}", stopped)
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["sample", "moi", *kind])
    assert result.exit_code != 0
    assert list(tmp_path.iterdir()) == []
