"""A large table is a folder of parquet files: the same figures, the same cache rules."""

import shutil

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tthc_analysis.columns import PROVENANCE, TABLES
from tthc_analysis.execution.cache import Cache
from tthc_analysis.indicators import OpenReport, all_indicators
from tthc_analysis.indicators._counting import counts
from tthc_analysis.store import INDEX, Store, sql, write_json
from tthc_analysis.store.write import StoreWriter, content_hash, to_arrow


def copy_in_parts(store, folder, size):
    """The same processed data with the dossiers in files of `size` rows."""
    writer = StoreWriter(folder)
    frame = pd.read_parquet(store.folder / "ho_so.parquet")
    for column in (*TABLES["ho_so"].columns, *PROVENANCE):
        if column.kind == "date":
            frame[column.name] = pd.to_datetime(frame[column.name])
    writer.add_parts(TABLES["ho_so"], (frame[i : i + size].reset_index(drop=True) for i in range(0, len(frame), size)))
    made = writer.commit({**store.quality(), "findings": store.findings()})
    for path in store.folder.glob("*.parquet"):
        if path.stem != "ho_so":
            shutil.copy(path, folder)
    write_json(folder / INDEX, {**store.index, **made.index})
    return Store(folder)


def test_figures_do_not_depend_on_the_number_of_files(sample_report, tmp_path):
    store = copy_in_parts(sample_report.store, tmp_path / "mau", 500)
    parts = OpenReport(sample_report.period, sample_report.rules, store, sample_report.custom_periods)
    assert len(list((tmp_path / "mau" / "ho_so").glob("*.parquet"))) == -(-store.index["ho_so"]["rows"] // 500) > 1
    assert store.index["ho_so"]["rows"] == sample_report.store.index["ho_so"]["rows"]
    assert counts(parts, by=["field"]).equals(counts(sample_report, by=["field"]))
    assert [i.to_dict() for i in all_indicators(parts)] == [i.to_dict() for i in all_indicators(sample_report)]


def test_one_changed_file_of_many_is_another_input(sample_report, tmp_path):
    copy_in_parts(sample_report.store, tmp_path / "mau", 500)
    name = "table:mau:ho_so"
    before = Cache(tmp_path, tmp_path)._hash(name)
    part = sorted((tmp_path / "mau" / "ho_so").iterdir())[1]
    frame = pd.read_parquet(part)
    frame.loc[0, "channel"] = "post"
    frame.to_parquet(part)
    assert Cache(tmp_path, tmp_path)._hash(name) != before
    part.unlink()
    assert Cache(tmp_path, tmp_path)._hash(name) != before


@pytest.mark.parametrize(("small", "threads"), [(sql.SMALL, "1"), (0, "2")])
def test_memory_and_threads_are_bounded_and_nothing_is_downloaded(small, threads, sample_report, monkeypatch):
    monkeypatch.setattr(sql, "SMALL", small)
    store = Store(sample_report.store.folder)
    store.query("SELECT count(*) FROM ho_so")
    settings_now = store.query(
        "SELECT name, value FROM duckdb_settings() WHERE name IN "
        "('threads', 'memory_limit', 'autoinstall_known_extensions', 'autoload_known_extensions')"
    )
    values = dict(zip(settings_now["name"], settings_now["value"], strict=True))
    assert values["threads"] == threads
    assert values["memory_limit"] == "1.8 GiB"
    assert values["autoinstall_known_extensions"] == values["autoload_known_extensions"] == "false"


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.sampled_from("abc"), min_size=1, max_size=6), st.lists(st.sampled_from("abc"), min_size=1, max_size=6)
)
def test_content_hash_is_equal_only_for_equal_content(first, second):
    def table(codes):
        frame = pd.DataFrame(
            {c.name: pd.Series([None] * len(codes), dtype="object") for c in TABLES["sang_kien"].columns}
        )
        for column in ("source_file", "source_sheet"):
            frame[column] = ""
        frame["source_row"], frame["snapshot_date"] = 1, pd.Timestamp("2024-01-01")
        frame["initiative_code"] = codes
        for column in ("proposed_date", "recognised_date"):
            frame[column] = pd.to_datetime(frame[column])
        return to_arrow(TABLES["sang_kien"], frame)

    assert (content_hash(table(first)) == content_hash(table(second))) is (first == second)
