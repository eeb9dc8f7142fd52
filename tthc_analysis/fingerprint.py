"""Content hashes of everything that a result depends on. Contents only: a time stamp says nothing about a figure."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
import time
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

#: when this process loaded the package, in nanoseconds
_LOADED = time.time_ns()
LOCK_FILE = "requirements.lock"
ABSENT, FOLDER = "không có", "thư mục"
#: what Python makes of modules by itself
_COMPILED = ("__pycache__",)
#: what the system told of the files of the package → its hash
_KNOWN: dict[tuple[tuple[str, int, int, int], ...], str] = {}
#: nanoseconds between two writings of a file that the system tells apart for certain
_TELLS_APART = 2_000_000_000


def sha256(path: Path) -> str:
    """sha256 of a file's bytes."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def digest(data: Any) -> str:
    """sha256 of JSON-like data."""
    return hashlib.sha256(
        json.dumps(data, sort_keys=True, ensure_ascii=False).encode("utf-8", "surrogatepass")
    ).hexdigest()


def content(path: Path) -> str:
    """sha256 of a file, or of all files of a folder with their names; a word of its own when there is no such path."""
    if path.is_dir():
        return tree(path)
    return sha256(path) if path.is_file() else ABSENT


def tree(folder: Path, skip: Iterable[str] = _COMPILED) -> str:
    """sha256 over the names and contents of all files below `folder`, in whatever order the system lists them."""
    return digest([[name, sha256(Path(place))] for name, place in sorted(_files(folder, skip))])


def _files(folder: Path, skip: Iterable[str] = _COMPILED) -> Iterator[tuple[str, str]]:
    """Name below `folder` and place of each file, without those that are, or lie below, something named in `skip`.

    Not by way of Path, which would take longer than reading them all.
    """
    start, skipped = len(os.fspath(folder)) + 1, set(skip)
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in skipped]
        for path in (os.path.join(place, name) for name in names if name not in skipped):  # noqa: PTH118
            if os.path.isfile(path):  # noqa: PTH113
                yield path[start:].replace(os.sep, "/"), path


def package_folder() -> Path:
    """Where the package is: code, rules, templates, fonts."""
    return Path(str(files("tthc_analysis")))


def package_hash() -> str:
    """One sha256 over the package, read again when the system tells that a file of it was written since the last time."""
    written = _written()
    if written not in _KNOWN:
        found = tree(package_folder())
        newest = max((stamp for *_, stamp in written), default=0)
        if newest > time.time_ns() - _TELLS_APART:
            return found  # another writing within the same tick of the system's clock would not be told
        _KNOWN.clear()
        _KNOWN[written] = found
    return _KNOWN[written]


def _written() -> tuple[tuple[str, int, int, int], ...]:
    """What the system tells of each file of the package: place, inode and size, and when it was last written."""
    found = ((place, os.stat(place)) for _, place in _files(package_folder()))  # noqa: PTH116
    return tuple(sorted((place, s.st_ino, s.st_size, _last_written(s)) for place, s in found))


def _last_written(about: os.stat_result) -> int:
    """The later of the times of a file's content and of what is known of it, in nanoseconds; Windows has but the first."""
    return max(about.st_mtime_ns, about.st_ctime_ns if os.name == "posix" else 0)


@cache
def package_at_start() -> str:
    """The package as this process loaded it; "" when a file was written since, which is not what runs here.

    Folders say nothing: importing a module for the first time puts its bytecode there.
    """
    if any(stamp >= _LOADED for *_, stamp in _written()):
        return ""
    return package_hash()


def installed() -> dict[str, str]:
    """Name and version of every distribution that this Python finds, from the names of their folders."""
    found: dict[str, str] = {}
    for place in (Path(p) for p in dict.fromkeys(sys.path) if p):
        for name, _, version in (p.stem.partition("-") for p in sorted(place.glob("*.dist-info"))):
            found.setdefault(name.lower().replace("_", "-"), version)
    return dict(sorted(found.items()))


def libraries_hash(root: Path) -> str:
    """One sha256 over the lock file of the project and the names and versions of what is really installed."""
    return digest([content(root / LOCK_FILE), installed()])


def python_version() -> str:
    """The interpreter: implementation, version, machine."""
    return f"{platform.python_implementation()} {platform.python_version()} {sys.platform} {platform.machine()}"
