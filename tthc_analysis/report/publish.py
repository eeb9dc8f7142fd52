"""Put a finished report in place as a whole, or not at all; the former one is kept beside it.

The new folder is complete and synced before it is exchanged with the old one (see `folders`). The former one bears in the
history the moment at which it was replaced; when the clock does not go forward, the name goes forward all the same.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from tthc_analysis import folders
from tthc_analysis.config import TRIALS
from tthc_analysis.errors import PublishError

HISTORY = ".ban-truoc"
KEEP = 5
STAGING = ".dang-lap-"


@contextmanager
def reports_lock(reports: Path) -> Iterator[None]:
    """Hold the only right to publish below `reports`, tidied up; raises PublishError at once when another run has it."""
    reports.mkdir(parents=True, exist_ok=True)
    lock = FileLock(reports / ".khoa", timeout=0)
    try:
        with lock:
            tidy(reports)
            yield
    except Timeout:
        raise PublishError(
            "Một lần lập báo cáo khác đang chạy.", str(reports), "Chờ lần đó xong rồi chạy lại."
        ) from None


@contextmanager
def staging(reports: Path, period_id: str) -> Iterator[Path]:
    """An empty folder on the same disk as `reports`; it goes when the work fails."""
    recover(reports, period_id)
    folder = reports / f"{STAGING}{period_id}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def publish(new: Path, reports: Path, period_id: str, run: str) -> Path:
    """Put the folder `new` in place as `reports/<period_id>`; the former one goes to the history, named by the `run`.

    Raises PublishError when the folder in place cannot be moved; then it stays as it was.
    """
    target = reports / period_id
    _sync(new)
    try:
        former = folders.replace_folder(new, target, run)
    except OSError as error:
        raise PublishError(
            f"Không thay được báo cáo cũ (hệ điều hành từ chối, mã {error.errno}).",
            str(target),
            "Đóng các tệp của báo cáo đang mở rồi chạy lại.",
        ) from None
    if former:
        _keep(former, reports / HISTORY / period_id)
    return target


def put_trial(new: Path, trials: Path, period_id: str, run: str) -> Path:
    """Put the folder `new` in place as `trials/<period_id>`; the former trial goes. Raises PublishError as `publish` does."""
    trials.mkdir(exist_ok=True)
    target = publish(new, trials, period_id, run)
    folders.delete(trials / HISTORY)
    return target


def recover(reports: Path, period_id: str) -> None:
    """Finish a replacement that was cut off: the former report goes to the history, or back to its place."""
    for former in folders.recover(reports / period_id):
        _keep(former, reports / HISTORY / period_id)


def tidy(reports: Path) -> None:
    """Finish or remove what killed runs left below `reports`; only for who holds the lock."""
    for place in (reports, reports / TRIALS):
        for target in folders.pending_targets(place):
            recover(place, target.name)
        folders.sweep(place)
    folders.sweep(reports, f"{STAGING}*", ".*.html.*[0-9]")
    for history in (reports / HISTORY).glob("*/"):
        folders.sweep(history)
        _trim(history)


def tidy_if_free(reports: Path) -> None:
    """The same when there is something to do, unless another run is at work."""
    if any(reports.glob(".dang-*")):
        with suppress(PublishError), reports_lock(reports):
            pass


def _keep(former: folders.Former, history: Path) -> None:
    """Move a former report into the history, under a name that sorts last."""
    history.mkdir(parents=True, exist_ok=True)
    former.place.rename(history / _name(former.run, kept_runs(history)))
    _trim(history)


def _trim(history: Path) -> None:
    """Forget all but the newest few."""
    for stale in kept_runs(history)[:-KEEP]:
        folders.delete(history / stale)


def kept_runs(history: Path) -> list[str]:
    """The names of the reports in a history, oldest first."""
    return (
        sorted(p.name for p in history.iterdir() if p.is_dir() and not p.name.startswith("."))
        if history.is_dir()
        else []
    )


def _name(run: str, kept: list[str]) -> str:
    """`run`, or where that would not sort last (same second, clock set back) the newest name with a number after it."""
    if not kept or run > kept[-1]:
        return run
    found = re.fullmatch(r"(.*?)(?:-(\d{3}))?", kept[-1])
    stem, number = (found[1], int(found[2] or 1)) if found else (kept[-1], 1)
    return f"{stem}-{number + 1:03d}"


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
