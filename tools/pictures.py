"""Publish the sample anew in a folder of its own and take the pictures of `docs/hinh` of it: `python tools/pictures.py`.

Needs Node with the tools of `tools/web` (`make web`), Chromium, and `pdftoppm` of poppler.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "hinh"
#: picture → PDF of the report, page of it ("" is the page printed by the browser)
PRINTED = {
    "in-an": ("", 1),
    "tom-tat": ("tom-tat-2024.pdf", 1),
    "phu-luc-pdf": ("phu-luc/phu-luc-1-ket-qua-giai-quyet.pdf", 1),
}
DOTS_PER_INCH = 80


def program(*names: str) -> str:
    """The first of these programs that is there; ends with what to install."""
    found = next((path for name in names if (path := shutil.which(name))), None)
    return found or sys.exit(f"Cần {names[0]}, máy này không có.")


def take(report: Path, target: Path) -> None:
    """Take every picture of a published report into `target`."""
    node, pdftoppm = program("node"), program("pdftoppm")
    environment = {**os.environ, "TTHC_CHROMIUM": program("chromium", "chromium-browser")}
    with tempfile.TemporaryDirectory() as place:
        made = Path(place)
        subprocess.run([node, ROOT / "tools" / "web" / "pictures.mjs", report, made], check=True, env=environment)
        for name, (path, number) in PRINTED.items():
            source = report / path if path else made / "in-an.pdf"
            page = ["-f", str(number), "-l", str(number), "-r", str(DOTS_PER_INCH), "-png", "-singlefile"]
            subprocess.run([pdftoppm, *page, source, made / name], check=True)
        for picture in sorted(made.glob("*.png")):
            shutil.copyfile(picture, target / picture.name)
            print(f"docs/hinh/{picture.name}")


def publish(project: Path) -> Path:
    """The report of 2024 over the sample, the first one of its project."""
    project.mkdir()
    shutil.copy(ROOT / "config.toml", project)
    shutil.copytree(ROOT / "notebooks", project / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    shutil.copytree(ROOT / "data" / "raw" / "mau", project / "data" / "raw" / "mau")
    subprocess.run([sys.executable, "-m", "tthc_analysis.cli", "report", "2024"], check=True, cwd=project)
    return project / "reports" / "2024"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        take(publish(Path(folder) / "du-an"), PICTURES)
