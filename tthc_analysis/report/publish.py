"""Put a finished report in place as a whole, or not at all; the former one is kept beside it.

The new folder is complete and synced before it is exchanged with the old one in one step of the file system. Where the
system has no such step (Windows), two renames are used, and the next run puts a former report back if the machine
stopped between them.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from tthc_analysis.errors import PublishError

HISTORY = ".ban-truoc"
KEEP = 5
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2


@contextmanager
def reports_lock(reports: Path) -> Iterator[None]:
    """Hold the only right to publish below `reports`; raises PublishError at once when another run has it."""
    reports.mkdir(parents=True, exist_ok=True)
    lock = FileLock(reports / ".khoa", timeout=0)
    try:
        with lock:
            yield
    except Timeout:
        raise PublishError(
            "Một lần lập báo cáo khác đang chạy.", str(reports), "Chờ lần đó xong rồi chạy lại."
        ) from None


@contextmanager
def staging(reports: Path, period_id: str) -> Iterator[Path]:
    """An empty folder on the same disk as `reports`; it goes when the work fails."""
    recover(reports, period_id)
    folder = reports / f".dang-lap-{period_id}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def publish(new: Path, reports: Path, period_id: str, run: str) -> Path:
    """Put the folder `new` in place as `reports/<period_id>`; the former one goes to the history as `<run>`.

    Raises PublishError when the folder in place cannot be moved; then it stays as it was.
    """
    target = reports / period_id
    _sync(new)
    try:
        if target.exists():
            _exchange(new, target, _parked(reports, period_id))
        else:
            new.rename(target)
    except OSError as error:
        raise PublishError(
            f"Không thay được báo cáo cũ ({error.strerror}).",
            str(target),
            "Đóng các tệp của báo cáo đang mở rồi chạy lại.",
        ) from None
    if new.exists():
        _keep(new, reports / HISTORY / period_id, run)
    return target


def _exchange(new: Path, target: Path, parked: Path) -> None:
    if sys.platform.startswith("linux") and _exchange_linux(new, target):
        return
    target.rename(parked)
    try:
        new.rename(target)
    except OSError:
        parked.rename(target)
        raise
    parked.rename(new)


def _exchange_linux(new: Path, target: Path) -> bool:
    """Exchange two folders in one step; False where kernel, C library or file system do not know how."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    return bool(rename(_AT_FDCWD, os.fsencode(new), _AT_FDCWD, os.fsencode(target), _RENAME_EXCHANGE) == 0)


def _parked(reports: Path, period_id: str) -> Path:
    return reports / f".dang-thay-{period_id}"


def recover(reports: Path, period_id: str) -> None:
    """Undo a replacement that was cut off between its two renames."""
    parked, target = _parked(reports, period_id), reports / period_id
    if parked.exists() and not target.exists():
        parked.rename(target)
    shutil.rmtree(parked, ignore_errors=True)


def _keep(old: Path, history: Path, run: str) -> None:
    """Move a former report into the history and forget all but the newest few."""
    history.mkdir(parents=True, exist_ok=True)
    place = history / run
    shutil.rmtree(place, ignore_errors=True)
    old.rename(place)
    for stale in sorted(p for p in history.iterdir() if p.is_dir())[:-KEEP]:
        shutil.rmtree(stale, ignore_errors=True)


def _sync(folder: Path) -> None:
    """Flush every file to the disk, so that the exchange never shows an empty one after a power cut."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb+") as file:
                os.fsync(file.fileno())


def replace_file(path: Path, text: str) -> None:
    """Write a single file as a whole."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(text, encoding="utf-8", newline="\n")
    temporary.replace(path)
