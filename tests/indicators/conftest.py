"""Scopes for indicator tests: the sample prepared once, and small stores written from rows that a reader can see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from rows import Rows, frame_of

from tthc_analysis.columns import TABLES
from tthc_analysis.config import Config, Folders, load_config
from tthc_analysis.exports import read_dataset
from tthc_analysis.indicators import OpenReport
from tthc_analysis.periods import parse_period
from tthc_analysis.rules import load_counting_rules
from tthc_analysis.rules.profiles import load_profiles
from tthc_analysis.store import INDEX, Store
from tthc_analysis.store.write import StoreWriter

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def sample_config(shared) -> Config:
    """The project's configuration with the processed folder of this test run, filled once from the committed sample."""
    config = load_config(ROOT)
    folder = shared / "mau-da-xu-ly"
    config = config.model_copy(update={"data": Folders(raw=str(ROOT / config.data.raw), processed=str(folder))})
    with FileLock(shared / "mau-da-xu-ly.lock"):
        if not (config.processed / INDEX).exists():
            folder.mkdir(exist_ok=True)
            writer, profiles = StoreWriter(config.processed), load_profiles()
            for table in TABLES.values():
                writer.add(table, read_dataset(table, config.raw / table.name, profiles).frame)
            writer.commit({"datasets": {}, "findings": [], "sample": True})
    return config


@pytest.fixture(scope="session")
def open_sample(sample_config) -> Callable[[str], OpenReport]:
    """Opens the sample for a period: open_sample("2024-Q2")."""

    def open_it(period: str) -> OpenReport:
        config = sample_config
        return OpenReport(config.period(period), load_counting_rules(), Store(config.processed), config.custom_periods)

    return open_it


def _quality(name: str, rows: int, exported: date) -> dict[str, Any]:
    """What `prepare` records of one clean export."""
    account = {"file": "so.csv", "snapshot_date": exported.isoformat(), "snapshot_rule": "ngày trong tên tệp"}
    account |= {"sha256": "0" * 64, "rows_in": rows, "kept": rows, "replaced": 0, "quarantined": 0, "missing": []}
    return {"label": TABLES[name].label, "accounts": [account], "quarantined": [], "conflicts": []}


@pytest.fixture
def report_of(tmp_path) -> Callable[..., OpenReport]:
    """report_of("2024", van_ban=[{…}], …): a report over small tables exported on `exported` (default 20/12/2024)."""

    def make(period: str, exported: date = date(2024, 12, 20), **tables: Rows) -> OpenReport:
        writer = StoreWriter(tmp_path / "kho")
        datasets = {}
        for name, rows in tables.items():
            writer.add(TABLES[name], frame_of(name, rows, exported))
            datasets[name] = _quality(name, len(rows), exported)
        store = writer.commit({"datasets": datasets, "findings": [], "sample": True})
        return OpenReport(parse_period(period), load_counting_rules(), store)

    return make
