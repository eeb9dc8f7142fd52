"""Take every picture of `docs/hinh` anew: `python tools/pictures.py`.

The sample, the sample city and the four bodies of `tests/four_bodies.py` are published in folders of their own first. Needs Node
with the tools of `tools/web` (`make web`), Chromium, and `pdftoppm` of poppler.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "hinh"
DOTS_PER_INCH = 80
INDEX = "index.html"


@dataclass(frozen=True)
class Screen:
    """A page of a report in a window of a size (CSS pixels); `at` is what the page is scrolled to."""

    name: str
    page: str = INDEX
    width: int = 1440
    height: int = 900
    dark: bool = False
    short: bool = False
    at: str = ""


@dataclass(frozen=True)
class Sheet:
    """A page of a PDF of a report; without a `path` that of the page as the browser prints it."""

    name: str
    path: str = ""
    number: int = 1


@dataclass(frozen=True)
class Taken:
    """A report that pictures are taken of: the folder of its project that `make` fills, the period, the pictures."""

    project: str
    period: str
    screens: tuple[Screen, ...]
    sheets: tuple[Sheet, ...] = ()


SAMPLE = Taken(
    "mau",
    "2024",
    (
        Screen("index-1440"),
        Screen("index-768", width=768, height=1024),
        Screen("index-360", width=360, height=640),
        Screen("index-toi", dark=True),
        Screen("rut-gon-360", width=360, short=True, at="#ii-4-1-ket-qua-giai-quyet"),
        Screen("phu-luc-1", "phu-luc/phu-luc-1-ket-qua-giai-quyet.html"),
    ),
    (
        Sheet("in-an"),
        Sheet("tom-tat", "tom-tat-2024.pdf"),
        Sheet("phu-luc-pdf", "phu-luc/phu-luc-1-ket-qua-giai-quyet.pdf"),
    ),
)
CITY = Taken(
    "thanh-pho",
    "2024-Q3",
    (Screen("tong-hop-1440"), Screen("tong-hop-bieu", "phu-luc/phu-luc-1-tong-hop.html")),
    (Sheet("tong-hop-tom-tat", "tom-tat-2024-Q3.pdf"),),
)
#: project of a body of `tests/four_bodies.py` → its picture
PICTURE_OF = {
    "phuong-thu": "don-vi-phuong",
    "so-y-te": "don-vi-so-y-te",
    "cuc-thu": "don-vi-cuc",
    "huyen-thu": "don-vi-huyen",
}


def names() -> set[str]:
    """The file of every picture that this makes."""
    shown = [s.name for taken in (SAMPLE, CITY) for s in (*taken.screens, *taken.sheets)]
    return {f"{name}.png" for name in (*shown, *PICTURE_OF.values())}


def program(*wanted: str) -> str:
    """The first of these programs that is there; ends with what to install."""
    found = next((path for name in wanted if (path := shutil.which(name))), None)
    return found or sys.exit(f"Cần {wanted[0]}, máy này không có.")


def take(report: Path, taken: Taken, made: Path) -> None:
    """Take the pictures of a published report into `made`."""
    environment = {**os.environ, "TTHC_CHROMIUM": program("chromium", "chromium-browser")}
    screens = json.dumps([asdict(s) for s in taken.screens])
    printed = made / "in-an.pdf" if any(not s.path for s in taken.sheets) else ""
    script = ROOT / "tools" / "web" / "pictures.mjs"
    subprocess.run([program("node"), script, report, made, screens, str(printed)], check=True, env=environment)
    for sheet in taken.sheets:
        source = report / sheet.path if sheet.path else printed
        page = ["-f", str(sheet.number), "-l", str(sheet.number), "-r", str(DOTS_PER_INCH), "-png", "-singlefile"]
        subprocess.run([program("pdftoppm"), *page, source, made / sheet.name], check=True)


def tthc(project: Path, *arguments: str) -> None:
    """Run the command line in a project."""
    subprocess.run([sys.executable, "-m", "tthc_analysis.cli", *arguments], check=True, cwd=project)


def projects(folder: Path) -> Iterator[tuple[Path, Taken]]:
    """Every project with its exports in place, begun in `folder`, and what is taken of it."""
    sample = folder / SAMPLE.project
    sample.mkdir()
    shutil.copy(ROOT / "config.toml", sample)
    shutil.copytree(ROOT / "notebooks", sample / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    shutil.copytree(ROOT / "data" / "raw" / "mau", sample / "data" / "raw" / "mau")
    yield sample, SAMPLE
    tthc(folder, "sample", "--city", CITY.project)
    tthc(folder / CITY.project, "collect", "gui-den")
    yield folder / CITY.project, CITY
    yield from _bodies(folder)


def _bodies(folder: Path) -> Iterator[tuple[Path, Taken]]:
    sys.path.insert(0, str(ROOT / "tests"))
    import four_bodies

    from tthc_analysis.project import init_project

    for body in four_bodies.BODIES:
        place = folder / body.id
        place.mkdir()
        init_project(place, body.answers)
        four_bodies.write_exports(body, place / "data" / "raw" / body.id)
        yield place, Taken(body.id, body.period, (Screen(PICTURE_OF[body.id], width=1200, height=720),))


def main() -> None:
    """Publish, take, and put in place only when no picture of the documentation is left over."""
    with tempfile.TemporaryDirectory() as place:
        made = Path(place) / "hinh"
        made.mkdir()
        for project, taken in projects(Path(place)):
            tthc(project, "report", taken.period)
            take(project / "reports" / taken.period, taken, made)
        found = {p.name for p in made.glob("*.png")}
        if left := sorted(({p.name for p in PICTURES.glob("*.png")} | names()) - found):
            sys.exit(f"Không có lệnh nào chụp: {', '.join(left)}. Thêm vào tools/pictures.py hoặc xóa khỏi docs/hinh.")
        for name in sorted(found):
            Image.open(made / name).convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE).save(
                PICTURES / name, optimize=True
            )
            print(f"docs/hinh/{name}")


if __name__ == "__main__":
    main()
