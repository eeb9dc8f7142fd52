"""The published pages under a real browser and validators: each tool runs once per test run, tests read what it found.

Node, Chromium and Java are no part of the package. Where one is missing its tests are skipped and say which.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

TOOLS = Path(__file__).resolve().parents[2] / "tools" / "web"


def _program(*names: str) -> str:
    found = next((path for name in names if (path := shutil.which(name))), None)
    if not found:
        pytest.skip(f"cần {names[0]}, máy này không có")
    return found


def _package(name: str) -> Path:
    folder = TOOLS / "node_modules" / name
    if not folder.is_dir():
        pytest.skip(f"chưa cài {name}: chạy `npm ci --prefix tools/web`")
    return folder


@pytest.fixture(scope="session")
def pages(published_report) -> list[Path]:
    """Every page: the index over periods, the whole report, each section and each appendix."""
    own = [published_report / "index.html", *sorted(published_report.glob("*/*.html"))]
    return [published_report.parent / "index.html", *own]


@pytest.fixture(scope="session")
def once(shared) -> Callable[..., str]:
    """Run a command once for all processes of this test run and give what it printed."""

    def run(name: str, command: list[str | Path], *, stream: str = "stdout", status: tuple[int, ...] = (0,)) -> str:
        result = shared / f"{name}.json"
        with FileLock(shared / f"{name}.lock"):
            if not result.exists():
                done = subprocess.run(
                    [str(part) for part in command],
                    capture_output=True,
                    encoding="utf-8",
                    env=_environment(),
                    check=False,
                )
                assert done.returncode in status, done.stdout + done.stderr
                result.write_text(getattr(done, stream), encoding="utf-8")
        return result.read_text(encoding="utf-8")

    return run


def _environment() -> dict[str, str]:
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or ""
    return {**os.environ, "TTHC_CHROMIUM": browser}


@pytest.fixture(scope="session")
def node() -> str:
    """Node, with Chromium and its driver there too."""
    _program("chromium", "chromium-browser")
    _package("playwright-core")
    return _program("node")


@pytest.fixture(scope="session")
def driven(node, once, shared, published_report) -> dict:
    """What happened when tools/web/drive.mjs used the pages."""
    (shared / "tai-ve").mkdir(exist_ok=True)
    return json.loads(once("drive", [node, TOOLS / "drive.mjs", published_report, shared / "tai-ve"]))


@pytest.fixture(scope="session")
def axe(node, once, pages, shared) -> list[dict]:
    """What axe-core finds on every page, and on one page with known faults (the first)."""
    _package("axe-core")
    faulty = shared / "co-loi.html"
    faulty.write_text(
        '<!doctype html><title>Lỗi</title><img src="data:,"><p style="color:#bbb;background:#fff">nhạt</p>',
        encoding="utf-8",
    )
    return json.loads(once("axe", [node, TOOLS / "axe.mjs", faulty, *pages]))


@pytest.fixture(scope="session")
def nu(once, pages, shared) -> list[dict]:
    """Messages of the Nu HTML checker for every page, and for one page with a known fault."""
    jar = next(_package("vnu-jar").rglob("vnu.jar"))
    faulty = shared / "sai.html"
    faulty.write_text('<!doctype html><html lang="vi"><title>Sai</title><p id="a"><p id="a">', encoding="utf-8")
    command = [_program("java"), "-jar", jar, "--format", "json", faulty, *pages]
    return json.loads(once("nu", command, stream="stderr", status=(0, 1)))["messages"]
