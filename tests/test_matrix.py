"""Many reports in one run: agencies, periods, what is due, one failure among many, the summary and the log."""

from __future__ import annotations

import json
import shutil
from datetime import date

import pytest
from running import tthc

from tthc_analysis.config import load_config
from tthc_analysis.errors import ConfigError
from tthc_analysis.report.matrix import Order, due_periods, orders

MEMBER = """
[[agencies]]
id = "don-vi-b"
name = "Đơn vị mẫu B"
short = "DVB"
parent = "Sở Giáo dục và Đào tạo"
place = "Hải Phòng"
receiver = "Sở Giáo dục và Đào tạo"
"""


@pytest.fixture
def two_agencies(project):
    """The project with a second agency that has exports of its own, and two short notebooks."""
    for path in (project / "notebooks").glob("*.ipynb"):
        if not path.name.startswith(("000", "901")):
            path.unlink()
    config = project / "config.toml"
    config.write_text(config.read_text(encoding="utf-8") + MEMBER, encoding="utf-8")
    own = project / "data" / "raw" / "don-vi-b" / "ho_so"
    own.mkdir(parents=True)
    shutil.copy(project / "data" / "raw" / "mau" / "ho_so" / "ho_so_2023.xlsx", own)
    return project


def test_orders_are_each_made_once():
    assert orders(["a", "b", "a"], ["2024", "2024"]) == [Order("a", "2024"), Order("b", "2024")]


def test_an_agency_has_its_own_folders(two_agencies):
    own = load_config(two_agencies).for_agency("don-vi-b")
    assert own.agency.name == "Đơn vị mẫu B"
    assert own.raw == two_agencies / "data" / "raw" / "don-vi-b"
    assert own.reports == two_agencies / "reports" / "don-vi-b"
    assert own.processed_name == "data/processed/don-vi-b"
    with pytest.raises(ConfigError, match="don-vi-c"):
        load_config(two_agencies).for_agency("don-vi-c")


def test_due_periods_are_over_and_custom_ones_stand_for_statutory_ones(project):
    config = load_config(project)
    assert due_periods(config.custom_periods, config.schedule, date(2024, 3, 15)) == ["2023", "2023-Q4", "2024-Q1"]
    assert due_periods(config.custom_periods, config.schedule, date(2024, 3, 14)) == ["2023", "2023-Q4"]
    late = due_periods(config.custom_periods, config.schedule, date(2024, 12, 31))
    assert late.count("2024") == 1
    assert late[-2:] == ["2024", "2024-Q4"]


def test_agencies_by_periods(two_agencies):
    done = tthc(two_agencies, "report", "2023", "2024-Q1", "--all-agencies", "--json", "s.json", "--log", "l.jsonl")
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads((two_agencies / "s.json").read_text(encoding="utf-8"))
    assert (found["reports"], found["published"], found["failed"]) == (4, 4, 0)
    lines = [json.loads(line) for line in (two_agencies / "l.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(x["agency"], x["period"]) for x in lines] == [
        ("mau", "2023"), ("mau", "2024-Q1"), ("don-vi-b", "2023"), ("don-vi-b", "2024-Q1"),
    ]  # fmt: skip
    page = two_agencies / "reports" / "don-vi-b" / "2023" / "index.html"
    assert "Đơn vị mẫu B" in page.read_text(encoding="utf-8")
    index = (two_agencies / "reports" / "index.html").read_text(encoding="utf-8")
    assert "2024-Q1/index.html" in index
    assert "don-vi-b/2023/index.html" in index
    assert "Đơn vị mẫu B" in index
    again = tthc(two_agencies, "report", "2023", "2024-Q1", "--all-agencies", "--why", "--json", "s.json")
    assert "4 không đổi" in again.stdout
    results = json.loads((two_agencies / "s.json").read_text(encoding="utf-8"))["results"]
    for result in results:
        assert len(result["why"]) == 2
        for slug, why in result["why"].items():
            assert f"    {slug}: {why}" in again.stdout


def test_one_agency_of_several_is_looked_at(two_agencies):
    main, own = (tthc(two_agencies, "figures", "2023", *more).stdout for more in ((), ("--agency", "don-vi-b")))
    assert "dossiers_handled" in own
    assert main != own
    assert "HoSo_20241001.xls" not in tthc(two_agencies, "check", "--agency", "don-vi-b").stdout


def test_one_failing_report_stops_no_other(two_agencies):
    (two_agencies / "data" / "raw" / "don-vi-b" / "ho_so" / "hong.xlsx").write_bytes(b"PK\x03\x04 cut off")
    done = tthc(two_agencies, "report", "2023", "--agency", "don-vi-b", "--agency", "mau", "--json", "s.json")
    assert done.returncode == 2, done.stdout + done.stderr
    results = json.loads((two_agencies / "s.json").read_text(encoding="utf-8"))["results"]
    assert [(r["agency"], r["state"]) for r in results] == [("don-vi-b", "failed"), ("mau", "published")]
    assert "Traceback" not in done.stdout + done.stderr


def test_due_waits_for_exports_that_reach_the_cut_off(two_agencies):
    text = (two_agencies / "config.toml").read_text(encoding="utf-8")
    schedule = '\n[schedule]\nkinds = ["year"]\nsince = 2024-12-01\n'
    (two_agencies / "config.toml").write_text(text + schedule, encoding="utf-8")
    done = tthc(two_agencies, "report", "--due", "--json", "s.json")
    assert done.returncode == 0, done.stdout + done.stderr
    states = {r["period"]: r["state"] for r in json.loads((two_agencies / "s.json").read_text("utf-8"))["results"]}
    assert states["2024"] == "published"
    assert states["2025"] == "waiting"
    assert not (two_agencies / "reports" / "2025").exists()
