"""Publication is whole or not at all, whatever stops it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time

import pytest

from tthc_analysis.errors import PublishError
from tthc_analysis.report import publish


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
    monkeypatch.setattr(publish, "_exchange_linux", lambda *_: False)
    report(tmp_path / "2024", "old")
    with publish.staging(tmp_path, "2024") as new:
        (new / "index.html").write_text("new")
        publish.publish(new, tmp_path, "2024", "r")
    assert content(tmp_path / "2024") == {"new"}


def test_a_stop_between_the_two_renames_is_undone(tmp_path):
    report(tmp_path / ".dang-thay-2024", "old")
    with publish.staging(tmp_path, "2024"):
        pass
    assert content(tmp_path / "2024") == {"old"}


def test_a_second_run_is_refused_and_the_lock_frees_itself(tmp_path):
    with publish.reports_lock(tmp_path), pytest.raises(PublishError, match="đang chạy"):
        publish.reports_lock(tmp_path).__enter__()
    with publish.reports_lock(tmp_path):
        pass


def _publish_for_ever(folder):
    number = 0
    while True:
        number += 1
        with publish.staging(folder, "2024") as new:
            for name in ("index.html", "a.csv", "b.csv"):
                (new / name).write_text(f"v{number}")
            publish.publish(new, folder, "2024", f"r{number:06d}")


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL chỉ có trên Linux, macOS")
def test_killed_at_any_moment_the_report_in_place_is_whole(tmp_path):
    context = multiprocessing.get_context("fork")
    for turn in range(15):
        worker = context.Process(target=_publish_for_ever, args=(tmp_path,))
        worker.start()
        time.sleep(0.03 + 0.011 * turn)
        os.kill(worker.pid, signal.SIGKILL)
        worker.join()
        publish.recover(tmp_path, "2024")
        if (tmp_path / "2024").exists():
            assert len(content(tmp_path / "2024")) == 1, "a mixture of two reports"
            assert len(list((tmp_path / "2024").iterdir())) == 3
    assert (tmp_path / "2024").exists()
