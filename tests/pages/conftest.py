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

import city_of as city
import pytest
from filelock import FileLock
from running import ROOT, tthc

from tthc_analysis.report import overview

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
def other_pages(shared, published_project) -> dict[str, Path]:
    """The pages beside a report of one agency, by what they are; made once."""
    folder = shared / "trang-khac"
    with FileLock(shared / "trang-khac.lock"):
        if not (folder / "xong").exists():
            _make_other_pages(folder, published_project)
            (folder / "xong").touch()
    city = folder / "tp" / "reports"
    return {
        "tong-hop": city / "2024-Q1" / "index.html",
        "phu-luc-tong-hop": city / "2024-Q1" / "phu-luc" / "phu-luc-1-tong-hop.html",
        "cac-don-vi": city / "index.html",
        **{name: folder / f"{name}.html" for name in ("so-sanh", "doi-soat", "doi-soat-nhieu")},
    }


def _make_other_pages(folder: Path, project: Path) -> None:
    """A roll-up of three bodies, an index with a report of one of them, two periods compared, drafts reconciled."""
    folder.mkdir(exist_ok=True)
    members = [
        city.member("so-a", "so", "Sở A"),
        city.member("xa-gui", name="Xã gửi"),
        city.member("xa-im", name="Xã im"),
    ]
    config = city.configure(folder / "tp", members)
    late = city.dossier("A-231216-0001", "2023-12-16 08:00", "2024-01-10 17:00", "2024-01-12 08:00")
    city.give(config, "so-a", [late, city.dossier("A-240110-0002", "2024-01-10 08:00", "2024-02-10 17:00")])
    city.send(config, "xa-gui", "2024-Q1", city.FORM)
    drafts = [folder / f"{name}.txt" for name in ("don-vi-1", "don-vi-2")]
    for draft in drafts:
        shutil.copy(ROOT / "tests" / "reconcile" / "correct_narrative.txt", draft)
    for place, arguments in (
        (config.root, ("report", "2024-Q1")),
        (project, ("compare", "2023", "2024", "--html", str(folder / "so-sanh.html"))),
        (project, ("reconcile", str(drafts[0]), "--html", str(folder / "doi-soat.html"))),
        (project, ("reconcile", *map(str, drafts), "--html", str(folder / "doi-soat-nhieu.html"))),
    ):
        done = tthc(place, *arguments)
        assert done.returncode in (0, 1), done.stdout + done.stderr
    _lay_a_report_of("so-a", project / "reports" / "2024", config.reports / "so-a" / "2024")
    overview.write(config)


def _lay_a_report_of(agency: str, source: Path, target: Path) -> None:
    """What the index reads of a report, as if the agency had published it."""
    target.mkdir(parents=True)
    shutil.copy(source / "indicators.json", target)
    stated = json.loads((source / "manifest.json").read_text(encoding="utf-8")) | {"agency": agency}
    (target / "manifest.json").write_text(json.dumps(stated), encoding="utf-8")


@pytest.fixture(scope="session")
def read(node, once, other_pages, shared) -> dict[str, dict]:
    """What tools/web/read.mjs met on each of the other pages."""
    (shared / "in-trang-khac").mkdir(exist_ok=True)
    found = json.loads(once("read", [node, TOOLS / "read.mjs", shared / "in-trang-khac", *other_pages.values()]))
    return dict(zip(other_pages, found, strict=True))


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
def axe(node, once, pages, other_pages, shared) -> list[dict]:
    """What axe-core finds on every page, and on one page with known faults (the first)."""
    _package("axe-core")
    faulty = shared / "co-loi.html"
    faulty.write_text(
        '<!doctype html><title>Lỗi</title><img src="data:,"><p style="color:#bbb;background:#fff">nhạt</p>',
        encoding="utf-8",
    )
    return json.loads(once("axe", [node, TOOLS / "axe.mjs", faulty, *pages, *other_pages.values()]))


@pytest.fixture(scope="session")
def nu(once, pages, other_pages, shared) -> list[dict]:
    """Messages of the Nu HTML checker for every page, and for one page with a known fault."""
    jar = next(_package("vnu-jar").rglob("vnu.jar"))
    faulty = shared / "sai.html"
    faulty.write_text('<!doctype html><html lang="vi"><title>Sai</title><p id="a"><p id="a">', encoding="utf-8")
    command = [_program("java"), "-jar", jar, "--format", "json", faulty, *pages, *other_pages.values()]
    return json.loads(once("nu", command, stream="stderr", status=(0, 1)))["messages"]
