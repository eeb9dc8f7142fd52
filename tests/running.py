"""A project folder for a test, and the command line run in it (no test imports a conftest: there are several)."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def copy_project(target: Path) -> Path:
    """A project folder with configuration, notebooks and the sample exports, and nothing else."""
    target.mkdir(parents=True)
    shutil.copy(ROOT / "config.toml", target)
    shutil.copytree(ROOT / "notebooks", target / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    shutil.copytree(ROOT / "data" / "raw" / "mau", target / "data" / "raw" / "mau")
    return target


def copy_prepared(source: Path, target: Path) -> Path:
    """A project folder with the sample as `source` has it prepared, and no report yet."""
    copy_project(target)
    shutil.copytree(source / "data" / "processed", target / "data" / "processed", dirs_exist_ok=True)
    return target


def tthc(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in `folder`, as a person would."""
    return subprocess.run(
        [sys.executable, "-m", "tthc_analysis.cli", *arguments],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1", "COLUMNS": "200", **environment},
        check=False,
    )


def keep_few_exports(project: Path) -> None:
    """Leave a project of the sample one export of dossiers and the register of initiatives."""
    for folder in (project / "data/raw/mau").iterdir():
        if folder.is_dir() and folder.name not in ("ho_so", "sang_kien"):
            shutil.rmtree(folder)
    for path in (project / "data/raw/mau/ho_so").iterdir():
        if path.name != "ho_so_2024-12-20.csv":
            path.unlink()


def tree(folder: Path) -> dict[str, str]:
    """sha256 of every published file; the log of the run says when and how long, and is left out."""
    files = (p for p in folder.rglob("*") if p.is_file() and p.name != "run.log.json")
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}
