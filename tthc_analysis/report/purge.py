"""Remove for good what the project keeps beside the published reports: earlier versions, caches, trials, copies of notebooks.

A value that should not have been published is not gone when the report is made anew: the version before holds it, and so do
results kept to be used again. The published reports, the exports and the analyst's own files stay.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tthc_analysis.config import TRIALS, Config
from tthc_analysis.errors import PublishError
from tthc_analysis.report.jobs import KEPT
from tthc_analysis.report.publish import HISTORY, reports_lock
from tthc_analysis.store.write import writing_lock

#: executed copies of failing notebooks, with their tracebacks
FAILED = ".loi-"
#: a trial as earlier versions of the program hid it
_HIDDEN_TRIAL = ".thu-"
_CHECKPOINTS = ".ipynb_checkpoints"


@dataclass(frozen=True)
class Purged:
    """A folder that was removed: what it was, its files and their size."""

    path: Path
    files: int
    size: int


def purge(config: Config, periods: Iterable[str] = (), data: bool = False) -> list[Purged]:
    """Remove the earlier versions of `periods` (of all when none is named), and every cache; with `data` processed data too.

    Raises PublishError when another run is at work, or when a folder cannot be removed.
    """
    with reports_lock(config.reports):
        found = [_removed(path) for path in list(_kept(config.reports, config.notebooks, tuple(periods)))]
    if data and config.processed.is_dir():
        with writing_lock(config.processed, lambda: None):
            found.append(_removed(config.processed))
    return found


def _kept(reports: Path, notebooks: Path, periods: tuple[str, ...]) -> Iterator[Path]:
    history = reports / HISTORY
    wanted = (
        [history / name for name in (*periods, *(f"{_HIDDEN_TRIAL}{p}" for p in periods))] if periods else [history]
    )
    yield from (path for path in wanted if path.is_dir())
    yield from (path for path in (reports / KEPT, reports / TRIALS) if path.is_dir())
    for beginning in (_HIDDEN_TRIAL, FAILED):
        yield from sorted(p for p in reports.glob(f"{beginning}*") if p.is_dir())
    yield from sorted(p for p in notebooks.rglob(_CHECKPOINTS) if p.is_dir())


def _removed(path: Path) -> Purged:
    files = [p.stat().st_size for p in path.rglob("*") if p.is_file() and not p.is_symlink()]
    shutil.rmtree(path, ignore_errors=True)
    if path.exists():
        raise PublishError("Không xóa hết được thư mục.", str(path), "Đóng các tệp đang mở trong đó rồi chạy lại.")
    return Purged(path, len(files), sum(files))
