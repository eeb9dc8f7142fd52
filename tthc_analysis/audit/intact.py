"""Whether the folder of a report holds what its manifest says and nothing else; nothing is made again here.

Every name in the folder is looked at without following links. What is no plain file of the manifest is told: links, devices,
empty folders, files with special rights, files that desktops do not write; so are keys that no manifest has.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from tthc_analysis.fingerprint import sha256
from tthc_analysis.report.manifest import INPUT_KEYS, KEYS, LATER_KEYS, MANIFEST, RUN_LOG
from tthc_analysis.report.published import PublishedReport

FaultKind = Literal["altered", "missing", "unknown", "link", "special", "rights", "empty", "statement"]
FAULT_WORDS: Mapping[FaultKind, str] = {
    "altered": "đã bị sửa sau khi công bố",
    "missing": "không còn",
    "unknown": "không có trong bản kê",
    "link": "là liên kết, không phải tệp của báo cáo",
    "special": "không phải tệp thường",
    "rights": "có quyền đặc biệt (setuid, setgid)",
    "empty": "thư mục không có tệp nào của báo cáo",
    "statement": "bản kê có mục lạ hoặc thiếu mục",
}
#: what desktops put into any folder they show, by how such a file begins; an empty one is harmless
_DESKTOP: Mapping[str, tuple[bytes, ...]] = {
    ".ds_store": (b"\x00\x00\x00\x01Bud1",),
    "thumbs.db": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",),
    "desktop.ini": (),
}


@dataclass(frozen=True)
class FileFault:
    """Something that is not as the manifest says; `detail` shows the first place where it differs from the rebuilt one."""

    path: str
    kind: FaultKind
    detail: str = ""


def check_files(report: PublishedReport) -> list[FileFault]:
    """Everything in the folder and in the manifest that is not as it was published, in order of path."""
    listed, found = report.manifest["outputs"], dict(_entries(report.folder))
    faults = [FileFault(MANIFEST, "statement", key) for key in strange_keys(report.manifest)]
    faults += [FileFault(name, "missing") for name in listed if name not in found]
    own = {*listed, MANIFEST, RUN_LOG}
    for name, entry in found.items():
        if kind := _fault(entry, name in own):
            faults.append(FileFault(name, kind))
        elif name in listed and sha256(Path(entry.path)) != listed[name]:
            faults.append(FileFault(name, "altered"))
        elif name not in own and not entry.is_dir(follow_symlinks=False) and not _is_of_desktop(Path(entry.path)):
            faults.append(FileFault(name, "unknown"))
    faults += [FileFault(name, "empty") for name in _without_files(found, own)]
    return sorted(faults, key=lambda f: (f.path, f.detail))


def _entries(folder: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Every entry below `folder` by its path with slashes; links are not followed."""
    waiting = [(folder, "")]
    while waiting:
        place, before = waiting.pop()
        with os.scandir(place) as entries:
            for entry in entries:
                yield f"{before}{entry.name}", entry
                if entry.is_dir(follow_symlinks=False):
                    waiting.append((Path(entry.path), f"{before}{entry.name}/"))


def _fault(entry: os.DirEntry[str], is_own: bool) -> FaultKind | None:
    """What is wrong with an entry whatever it holds."""
    mode = entry.stat(follow_symlinks=False).st_mode
    if entry.is_symlink() or (hasattr(entry, "is_junction") and entry.is_junction()):
        return "link"
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)) or (stat.S_ISDIR(mode) and is_own):
        return "special"
    return "rights" if stat.S_ISREG(mode) and mode & (stat.S_ISUID | stat.S_ISGID) else None


def _is_of_desktop(path: Path) -> bool:
    begins = _DESKTOP.get(path.name.lower())
    if begins is None:
        return False
    with path.open("rb") as file:
        head = file.read(8)
    return not head or head.startswith(begins)


def _without_files(found: Mapping[str, os.DirEntry[str]], own: set[str]) -> list[str]:
    """Folders without any file below them that belongs to the report; of nested ones the uppermost."""
    needed = {"/".join(name.split("/")[:depth]) for name in own for depth in range(1, name.count("/") + 1)}
    empty = [n for n, e in found.items() if e.is_dir(follow_symlinks=False) and n not in needed and n not in own]
    return [name for name in empty if not any(name.startswith(f"{other}/") for other in empty)]


def strange_keys(manifest: Mapping[str, Any]) -> list[str]:
    """Keys that a manifest does not have, and keys that it lacks; those that came later may be missing."""
    stated = {*manifest, *(f"inputs.{key}" for key in manifest["inputs"])}
    known = {*KEYS, *(f"inputs.{key}" for key in INPUT_KEYS)}
    return sorted((stated ^ known) - (LATER_KEYS - stated))
