"""Folders that are put in place as a whole, and folders for a while; a kill at any moment loses neither old nor new.

A finished folder is renamed to `.dang-thay.<name>.<run>.<inode>` beside its target, then exchanged with it in one step of
the file system. What lies under that name tells by its inode whether the exchange was done: the new folder, which is thrown
away, or the former one, which is kept. Where the system has no such step (Windows), two renames are used, and the next run
puts the former folder back if the machine stopped between them.
"""

from __future__ import annotations

import ctypes
import glob
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_PENDING, _DELETED = ".dang-thay.", ".xoa-"
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2
_SCRATCH = "tthc-"


@dataclass(frozen=True)
class Former:
    """A folder that was replaced: where it lies until somebody keeps it, and the run that replaced it."""

    place: Path
    run: str


def replace_folder(new: Path, target: Path, run: str) -> Former | None:
    """Put the folder `new` in place as `target`; the former one, if any, lies beside it. Raises OSError, then all is as before."""
    if not target.exists():
        new.rename(target)
        return None
    pending = target.with_name(f"{_PENDING}{target.name}.{run}.{new.stat().st_ino}")
    new.rename(pending)
    try:
        if sys.platform.startswith("linux") and _exchange(pending, target):
            return Former(pending, run)
        former = target.with_name(f"{_PENDING}{target.name}.{run}.0")
        _two_renames(pending, target, former)
    except OSError:
        pending.rename(new)
        raise
    return Former(former, run)


def _two_renames(new: Path, target: Path, former: Path) -> None:
    target.rename(former)
    try:
        new.rename(target)
    except OSError:
        former.rename(target)
        raise


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; False where kernel, C library or file system do not know how."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    return bool(rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0)


def recover(target: Path) -> list[Former]:
    """Finish what a killed run left around `target`: the former folders that nobody has kept yet, oldest first."""
    found = []
    pattern = re.compile(rf"{re.escape(_PENDING + target.name)}\.([^.]*)\.(\d+)")
    for path in sorted(target.parent.glob(f"{_PENDING}*")):
        match = pattern.fullmatch(path.name)
        if not match:
            continue
        if path.stat().st_ino == int(match[2]):
            delete(path)  # it never came to its place
        elif target.exists():
            found.append(Former(path, match[1]))
        else:
            path.rename(target)
    return found


def pending_targets(folder: Path) -> list[Path]:
    """The targets in `folder` around which a killed run left something."""
    names = {p.name.removeprefix(_PENDING).rsplit(".", 2)[0] for p in folder.glob(f"{_PENDING}*.*.*")}
    return [folder / name for name in sorted(names)]


def delete(folder: Path) -> None:
    """Remove a folder; killed half-way, what is left bears a name that nobody takes for a whole one."""
    away = folder if folder.name.startswith(_DELETED) else folder.with_name(f"{_DELETED}{folder.name}")
    if away != folder:
        shutil.rmtree(away, ignore_errors=True)
        with suppress(OSError):  # a file in it is open: what can go, goes
            folder = folder.rename(away)
    shutil.rmtree(folder, ignore_errors=True)


def sweep(folder: Path, *patterns: str) -> None:
    """Remove what killed runs left in `folder` under one of these patterns, and half-removed folders."""
    for pattern in (f"{_DELETED}*", *patterns):
        for path in folder.glob(pattern):
            if path.is_dir() and not path.is_symlink():
                delete(path)
            else:
                path.unlink(missing_ok=True)


def unfinished(target: Path) -> Path:
    """Where this process writes what is to become `target`: hidden, beside it."""
    return target.with_name(f".{target.name}.{os.getpid()}.new")


def sweep_unfinished(target: Path) -> None:
    """Remove what killed processes wrote to become `target`; another process that still writes keeps its own."""
    for path in target.parent.glob(f".{glob.escape(target.name)}.*.new"):
        number = path.name.removesuffix(".new").rpartition(".")[2]
        if number.isdecimal() and _is_dead(int(number)):
            delete(path)


@contextmanager
def scratch(purpose: str) -> Iterator[Path]:
    """A new folder of the system's temporary ones; those that killed runs left there go first."""
    for path in Path(tempfile.gettempdir()).glob(f"{_SCRATCH}*"):
        match = re.fullmatch(rf"{_SCRATCH}[a-z-]+\.(\d+)\.\w+", path.name)
        if match and _is_dead(int(match[1])):
            shutil.rmtree(path, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=scratch_name(purpose)) as place:
        yield Path(place)


def scratch_name(purpose: str) -> str:
    """How the name of a temporary folder of this process begins, by which a later run knows it."""
    return f"{_SCRATCH}{purpose}.{os.getpid()}."


def _is_dead(pid: int) -> bool:
    """Whether no process has this id any more; on Windows that is not asked (asking would end the process)."""
    if os.name == "nt":
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
