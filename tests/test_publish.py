"""Publication is whole or not at all, whatever stops it."""

from __future__ import annotations

import multiprocessing
import os

import pytest
import tools_of

from tthc_analysis import folders
from tthc_analysis.errors import PublishError
from tthc_analysis.report import publish

kills = tools_of.load("kills")


def report(folder, text):
    folder.mkdir(parents=True)
    for name in ("index.html", "a.csv", "b.csv"):
        (folder / name).write_text(text)
    return folder


def content(folder):
    return {p.read_text() for p in folder.iterdir()}


def test_the_first_and_the_next_report(tmp_path):
    with publish.staging(tmp_path, "2024") as new:
        for name in ("index.html", "a.csv"):
            (new / name).write_text("1")
        publish.publish(new, tmp_path, "2024", "r1")
    assert content(tmp_path / "2024") == {"1"}
    with publish.staging(tmp_path, "2024") as new:
        (new / "index.html").write_text("2")
        publish.publish(new, tmp_path, "2024", "r2")
    assert content(tmp_path / "2024") == {"2"}
    assert content(tmp_path / publish.HISTORY / "2024" / "r2") == {"1"}


def test_failed_work_leaves_no_trace(tmp_path):
    def fail():
        with publish.staging(tmp_path, "2024") as new:
            (new / "index.html").write_text("x")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_history_keeps_the_newest(tmp_path):
    for number in range(publish.KEEP + 3):
        with publish.staging(tmp_path, "2024") as new:
            (new / "index.html").write_text(str(number))
            publish.publish(new, tmp_path, "2024", f"r{number:02d}")
    kept = sorted(p.name for p in (tmp_path / publish.HISTORY / "2024").iterdir())
    assert len(kept) == publish.KEEP
    assert kept[-1] == f"r{publish.KEEP + 2:02d}"


def test_without_an_exchanging_system_two_renames_do(tmp_path, monkeypatch):
    monkeypatch.setattr(folders, "_exchange", lambda *_: False)
    report(tmp_path / "2024", "old")
    with publish.staging(tmp_path, "2024") as new:
        (new / "index.html").write_text("new")
        publish.publish(new, tmp_path, "2024", "r")
    assert content(tmp_path / "2024") == {"new"}


def test_a_stop_between_the_two_renames_is_undone(tmp_path):
    report(tmp_path / ".dang-thay.2024.20240101T000000.0", "old")
    with publish.staging(tmp_path, "2024"):
        pass
    assert content(tmp_path / "2024") == {"old"}


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL chỉ có trên Linux, macOS")
@pytest.mark.parametrize("exchanging", [True, False])
def test_killed_before_any_file_operation_nothing_is_lost(exchanging, monkeypatch):
    """Former and new report, and the history, after a kill at every chosen moment of a publication."""
    if not exchanging:
        monkeypatch.setattr(folders, "_exchange", lambda *_: False)
    tally = kills.chosen()
    assert tally.kills >= 15
    assert tally.faults == []


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL chỉ có trên Linux, macOS")
def test_killed_before_any_file_operation_processed_data_are_whole():
    tally = kills.preparing()
    assert tally.kills >= 10
    assert tally.faults == []


def versions(reports):
    return [
        (reports / publish.HISTORY / "2024" / run / "index.html").read_text()
        for run in publish.kept_runs(reports / publish.HISTORY / "2024")
    ]


@pytest.mark.parametrize(
    "clock",
    [
        ["20250103T070000"] * 5,
        ["20250103T070000", "20250102T070000", "20250101T070000", "20250104T070000", "20250104T070000"],
    ],
    ids=["same second", "set back"],
)
def test_history_sorts_as_it_was_published_whatever_the_clock_says(tmp_path, clock):
    for number, run in enumerate(["20250101T000000", *clock]):
        with publish.staging(tmp_path, "2024") as new:
            (new / "index.html").write_text(str(number))
            publish.publish(new, tmp_path, "2024", run)
    assert versions(tmp_path) == ["0", "1", "2", "3", "4"]
    assert content(tmp_path / "2024") == {"5"}


def test_what_killed_runs_left_is_swept_and_other_files_are_not(tmp_path):
    for name in (".dang-lap-2023", ".xoa-2022", ".ban-truoc/2023/.xoa-r1", ".loi-2024", "2023"):
        (tmp_path / name).mkdir(parents=True)
    for name in (".index.html.4711", "index.html", ".dang-lap-2023/a"):
        (tmp_path / name).write_text("x")
    with publish.reports_lock(tmp_path):
        assert sorted(p.name for p in tmp_path.iterdir()) == [".ban-truoc", ".khoa", ".loi-2024", "2023", "index.html"]
        assert list((tmp_path / ".ban-truoc" / "2023").iterdir()) == []


def test_a_folder_for_a_while_goes_with_the_next_run_when_its_process_is_dead(tmp_path, monkeypatch):
    monkeypatch.setattr(folders.tempfile, "tempdir", str(tmp_path))
    dead = multiprocessing.get_context("fork").Process(target=int)
    dead.start()
    dead.join()
    left, others = (
        tmp_path / f"tthc-pdf.{dead.pid}.abc",
        [tmp_path / f"tthc-pdf.{os.getpid()}.abc", tmp_path / "tthc-xyz"],
    )
    for folder in (left, *others):
        folder.mkdir()
    with folders.scratch("pdf") as place:
        assert place.is_dir()
        assert not left.exists()
    assert sorted(tmp_path.iterdir()) == sorted(others)


def test_a_second_run_is_refused_and_the_lock_frees_itself(tmp_path):
    with publish.reports_lock(tmp_path), pytest.raises(PublishError, match="đang chạy"):
        publish.reports_lock(tmp_path).__enter__()
    with publish.reports_lock(tmp_path):
        pass


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL chỉ có trên Linux, macOS")
def test_killed_at_any_moment_the_reports_are_whole_and_in_order():
    tally = kills.at_random(12)
    assert tally.kills == 12
    assert tally.faults == []
