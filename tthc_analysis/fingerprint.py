"""Content hashes of everything that a result depends on. Contents only: a time stamp says nothing about a figure."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
import time
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

#: when this process loaded the package
_LOADED = time.time()
LOCK_FILE = "requirements.lock"
ABSENT, FOLDER = "không có", "thư mục"


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


def tree(folder: Path, skip: Iterable[str] = ("__pycache__",)) -> str:
    """sha256 over the names and contents of all files below `folder`, in whatever order the system lists them."""
    skipped = set(skip)
    found = sorted(
        (p.relative_to(folder).as_posix(), p)
        for p in folder.rglob("*")
        if not skipped & set(p.relative_to(folder).parts) and p.is_file()
    )
    return digest([[name, sha256(path)] for name, path in found])


def package_folder() -> Path:
    """Where the package is: code, rules, templates, fonts."""
    return Path(str(files("tthc_analysis")))


def package_hash() -> str:
    """One sha256 over the package."""
    return tree(package_folder())


@cache
def package_at_start() -> str:
    """The package as this process loaded it; "" when a file was written since, which is not what runs here.

    Folders say nothing: importing a module for the first time puts its bytecode there.
    """
    written = (p.stat() for p in package_folder().rglob("*") if "__pycache__" not in p.parts and p.is_file())
    if any(max(s.st_mtime, s.st_ctime if os.name == "posix" else 0.0) >= _LOADED for s in written):
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
