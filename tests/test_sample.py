"""The synthetic exports: the same bytes each time, small, obviously synthetic."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tthc_analysis import sample
from tthc_analysis.columns import TABLES
from tthc_analysis.sample import write_sample

COMMITTED = Path(__file__).resolve().parent.parent / "data" / "raw" / "mau"


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("mau")
    write_sample(folder)
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_the_committed_files_are_what_the_generator_writes(written):
    committed = {k: v for k, v in files(COMMITTED).items() if not k.endswith(".md")}
    assert committed == files(written)


def test_another_seed_gives_other_dossiers(tmp_path, written):
    write_sample(tmp_path, seed=7)
    assert files(tmp_path)["ho_so/ho_so_2024-12-20.csv"] != files(written)["ho_so/ho_so_2024-12-20.csv"]


def test_size_shapes_and_datasets(written):
    found = files(written)
    assert sum(map(len, found.values())) <= 3 << 20
    assert {name.split("/")[0] for name in found} == set(TABLES)
    assert {Path(n).suffix for n in found if n.startswith("ho_so/")} == {".xlsx", ".xls", ".csv"}
    assert found["ho_so/HoSo_20241001.xls"].lstrip().startswith(b"<html")
    assert found["ho_so/ho_so_2024-12-20.csv"].startswith(b"\xef\xbb\xbf")


def test_it_says_that_it_is_synthetic(written):
    assert "synthetic" in (sample.__doc__ or "").lower()
    html = files(written)["ho_so/HoSo_20241001.xls"].decode()
    assert "DỮ LIỆU MẪU" in html
    assert re.search(r"Người nộp \d{4}<", html)


def test_any_number_of_dossiers_for_large_trials(tmp_path):
    from running import tthc

    from tthc_analysis.indicators._counting import counts
    from tthc_analysis.indicators._open import OpenReport
    from tthc_analysis.periods import parse_period
    from tthc_analysis.rules import load_counting_rules
    from tthc_analysis.store import Store

    done = tthc(tmp_path, "sample", "lon", "--dossiers", "3000", "--agencies", "7")
    assert done.returncode == 0, done.stderr
    assert "3.000 hồ sơ" in done.stdout
    store = Store(tmp_path / "lon" / "data" / "processed" / "lon")
    found = store.query("SELECT count(*) AS n, count(DISTINCT agency) AS a FROM ho_so").iloc[0]
    assert (found["n"], found["a"]) == (3000, 7)
    table = counts(OpenReport(parse_period("2023"), load_counting_rules(), store), by=["agency"])
    assert 1300 < table["handled"].sum() < 1600
    again = tthc(tmp_path, "sample", "lon", "--dossiers", "10")
    assert again.returncode == 2
    assert "không bị ghi đè" in again.stderr
