"""`tthc purge` removes what may still hold a value that should not have been kept, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tthc_analysis.config import load_config
from tthc_analysis.errors import PublishError
from tthc_analysis.report import publish
from tthc_analysis.report.purge import purge

ROOT = Path(__file__).resolve().parent.parent
SECRET = "0912345678"
KEPT = (
    "reports/2024/index.html",
    "reports/index.html",
    "data/raw/mau/ho_so/a.csv",
    "noi-dung/2024/mo-dau.md",
    "notebooks/a.ipynb",
)
PURGED = (
    "reports/.ban-truoc/2024/r1/index.html", "reports/.ban-truoc/2023/r1/a.csv", "reports/.bo-nho/mau/x.ipynb", "reports/.thu-2024/a.html", "reports/xem-thu/2024/a.html",
    "reports/.loi-2024/a.ipynb", "reports/.dang-lap-2024/a.html", "notebooks/.ipynb_checkpoints/a-checkpoint.ipynb",
    "reports/.ban-truoc/.thu-2024/r1/a.html",
)  # fmt: skip
DATA = ("data/processed/mau/cach_ly/ho_so.csv",)


@pytest.fixture
def full(tmp_path):
    (tmp_path / "config.toml").write_text((ROOT / "config.toml").read_text(encoding="utf-8"), encoding="utf-8")
    for name in (*KEPT, *PURGED, *DATA):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(SECRET)
    return load_config(tmp_path)


def holding(config):
    found = {p.relative_to(config.root).as_posix() for p in config.root.rglob("*") if p.is_file()}
    return {name for name in found if SECRET in (config.root / name).read_text(encoding="utf-8")}


def test_everything_kept_beside_the_reports_goes(full):
    assert holding(full) == {*KEPT, *PURGED, *DATA}
    assert sum(p.files for p in purge(full)) == len(PURGED) - 1, "what a killed run left is swept first"
    assert holding(full) == {*KEPT, *DATA}
    assert purge(full) == []


def test_the_history_of_other_periods_stays_and_processed_data_go_when_asked(full):
    purge(full, ["2024"], data=True)
    assert holding(full) == {*KEPT, "reports/.ban-truoc/2023/r1/a.csv"}
    assert not full.processed.exists()


def test_nothing_is_removed_under_another_run(full):
    with publish.reports_lock(full.reports), pytest.raises(PublishError, match="đang chạy"):
        purge(full)
    assert set(PURGED) - holding(full) == {"reports/.dang-lap-2024/a.html"}
