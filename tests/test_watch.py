"""`tthc watch`: what was saved is seen, the page holds the trial as it is, and only this machine is answered."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from running import copy_project

from tthc_analysis.cli import watch as command
from tthc_analysis.config import load_config
from tthc_analysis.errors import TthcError
from tthc_analysis.report import watch


@pytest.fixture
def config(tmp_path):
    return load_config(copy_project(tmp_path / "du-an"))


def read(address: str, **headers: str) -> bytes:
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=10) as answer:
        return answer.read()


@pytest.mark.parametrize(
    "place",
    [
        "notebooks/moi.ipynb",
        "data/raw/mau/ho_so/them.csv",
        "config.toml",
        "quy-dinh/van-ban.toml",
        "data/nhan-ve/a.json",
    ],
)
def test_a_saved_file_is_seen(config, place):
    before, path = watch.look(config), config.root / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("đã lưu", encoding="utf-8")
    assert watch.changed(before, watch.look(config)) == [path]
    path.unlink()
    assert watch.changed(before, watch.look(config)) == ([path] if place == "config.toml" else [])


@pytest.mark.parametrize(
    "place", ["notebooks/.ipynb_checkpoints/x.ipynb", "data/raw/mau/ho_so/~$a.xlsx", "reports/x.html", "data/x.parquet"]
)
def test_what_programs_keep_for_themselves_is_passed_over(config, place):
    before, path = watch.look(config), config.root / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x", encoding="utf-8")
    assert not watch.changed(before, watch.look(config))


def test_a_file_is_waited_for_until_it_is_whole(config):
    path, parts = config.raw / "ho_so" / "lon.csv", ["", "một", "hai", "", ""]

    def write_a_part(_seconds: float) -> None:
        if part := parts.pop(0):
            with path.open("a", encoding="utf-8") as stream:
                stream.write(part)

    seen, found = watch.next_change(config, watch.look(config), write_a_part)
    assert (found, path.read_text(encoding="utf-8"), parts) == ([path], "mộthai", [""])
    assert seen == watch.look(config)


def test_the_page_reloads_a_trial_that_is_served_as_it_is(tmp_path):
    (tmp_path / "index.html").write_bytes("<p>Bản xem thử</p>".encode())
    shown = watch.Shown(tmp_path)
    with watch.serving(shown) as address:
        assert b'src="index.html"' in read(address)
        assert read(f"{address}index.html") == (tmp_path / "index.html").read_bytes()
        assert json.loads(read(f"{address}trang-thai")) == {"version": 0, "problem": ""}
        shown.problem = "Cần làm gì"
        shown.made()
        assert json.loads(read(f"{address}trang-thai")) == {"version": 1, "problem": ""}
        for path in ("", "index.html", "trang-thai"):
            with pytest.raises(urllib.error.HTTPError, match="403"):
                read(address + path, Host="noi-khac.example")
    with pytest.raises(urllib.error.URLError):
        read(address)


def test_a_mistake_is_said_on_the_page_and_the_former_trial_stays(tmp_path, monkeypatch, capsys):
    def fail(*_: object) -> None:
        raise TthcError("Sổ tay lỗi.", "ô 2", "Sửa rồi lưu lại.")

    monkeypatch.setattr(command, "_make", fail)
    shown = watch.Shown(tmp_path)
    command._again(shown, "2024", (), "", "")
    assert shown.version == 0
    assert "Sửa rồi lưu lại." in shown.problem
    assert "Sổ tay lỗi." in capsys.readouterr().err


def test_only_what_was_saved_is_run_again_until_ctrl_c(project):
    """From the first trial to the end, without a published file touched."""
    root = project
    sections = ["--only", "ii-5-phan-anh-kien-nghi", "--only", "ii-8-sang-kien"]
    process = subprocess.Popen(
        [sys.executable, "-m", "tthc_analysis.cli", "watch", "2024", *sections],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1", "COLUMNS": "200"},
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )
    assert process.stdout
    lines = iter(process.stdout.readline, "")
    try:
        opened = next(line for line in lines if line.startswith("Mở: "))
        page = root / "reports" / "xem-thu" / "2024" / "index.html"
        assert read(opened.split()[1] + "index.html") == page.read_bytes()
        assert b"trang-thai" not in page.read_bytes()
        _rename(root / "notebooks" / "250_phan_anh_kien_nghi.ipynb")
        assert "250_phan_anh_kien_nghi.ipynb" in next(line for line in lines if line.startswith("Đã lưu"))
        assert "1/2 mục" in next(line for line in lines if line.startswith("Đã chạy"))
        assert "Tên khác" in page.read_text(encoding="utf-8")
        process.send_signal(signal.SIGINT)
        assert "Đã dừng xem thử" in "".join(lines)
        assert process.wait(timeout=30) == 0
    finally:
        process.kill()
        process.stdout.close()
        process.wait()
    assert not (root / "reports" / "2024").exists()


def _rename(path: Path) -> None:
    book = json.loads(path.read_text(encoding="utf-8"))
    book["metadata"]["tthc"]["title"] = "Tên khác"
    path.write_text(json.dumps(book, ensure_ascii=False), encoding="utf-8")
