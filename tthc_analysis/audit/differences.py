"""Where two files first differ, in words; what is too large to be looked at is only said to differ."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

_TEXTS = {".html", ".json", ".csv", ".ipynb", ".md", ".txt", ".xml", ".rels"}
_ARCHIVES = {".xlsx", ".docx", ".zip"}
_SHOWN = 30
#: no part of a report comes near these; a file put in its place may
MAX_BYTES, MAX_PARTS = 64 << 20, 2_000
TOO_LARGE = "tệp lớn bất thường, không mở"


class TooLarge(Exception):
    """A file or an archive that unpacks to more than is looked at."""


def first_difference(before: Path, now: Path, name: str) -> str:
    """Where the file `name` of two folders first differs, in words; "" when one is missing or it cannot be read as text."""
    one, other = before / name, now / name
    if not all(p.is_file() and not p.is_symlink() for p in (one, other)):
        return ""
    suffix = one.suffix.lower()
    try:
        if suffix in _TEXTS:
            return text_difference(*(_read(p).decode("utf-8") for p in (one, other)))
        return archive_difference(one, other) if suffix in _ARCHIVES else ""
    except TooLarge:
        return TOO_LARGE
    except (UnicodeDecodeError, zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, RuntimeError):
        return ""


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise TooLarge
    return data


def text_difference(before: str, now: str) -> str:
    """Line and words of the first difference of two texts; "" when they are equal."""
    if before == now:
        return ""
    shorter = min(len(before), len(now))
    at = next((i for i in range(shorter) if before[i] != now[i]), shorter)
    line = before.count("\n", 0, at) + 1
    start = max(before.rfind("\n", 0, at) + 1, at - _SHOWN)
    return f"dòng {line}: “{_cut(before, start, at)}” → “{_cut(now, start, at)}”"


def _cut(text: str, start: int, at: int) -> str:
    end = text.find("\n", at)
    return text[start : min(at + _SHOWN, end if end >= 0 else len(text))]


def archive_difference(one: Path, other: Path) -> str:
    """The first part of two Office files that differs, and where in it; raises TooLarge."""
    first, second = _parts(one), _parts(other)
    for name in sorted({*first, *second}):
        parts = [side.get(name, b"") for side in (first, second)]
        if parts[0] != parts[1]:
            text = Path(name).suffix.lower() in _TEXTS
            place = text_difference(*(p.decode("utf-8") for p in parts)) if text else ""
            return f"{name}, {place}" if place else name
    return "cách đóng gói tệp"


def _parts(path: Path) -> Mapping[str, bytes]:
    """The parts of an archive, unpacked within limits that the archive itself cannot talk round."""
    with zipfile.ZipFile(path) as archive:
        infos = archive.infolist()
        if len(infos) > MAX_PARTS or sum(i.file_size for i in infos) > MAX_BYTES:
            raise TooLarge
        found, left = {}, MAX_BYTES
        for info in infos:
            with archive.open(info) as part:
                found[info.filename] = part.read(left + 1)
            left -= len(found[info.filename])
            if left < 0:
                raise TooLarge
    return found
