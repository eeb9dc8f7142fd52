"""What a notebook reads while it runs: the processed tables that it opens, and every other file that Python opens.

The cache asks this to know on what a section depends. Where it cannot be known (a program or a connection is started, a
library is used that reads files behind Python's back) the section is simply never taken from the cache.
"""

from __future__ import annotations

import importlib.util
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path
from types import FrameType
from typing import Any

from tthc_analysis.store import FINDINGS, INDEX, opened_tables

#: audit events after which the inputs are not known any more
_UNKNOWN_AFTER = (
    "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty", "os.spawn", "os.startfile",
    "socket.connect", "sqlite3.connect", "ctypes.dlopen", "urllib.Request",
)  # fmt: skip
#: what no audit event tells of: libraries that open files in C, and questions whether a file is there, or how it is
_BLIND = re.compile(
    r"^\s*(?:import|from)\s+(?:duckdb|pyarrow|polars|ctypes|h5py|netCDF4|fastparquet)\b"
    r"|^\s*from\s+os(?:\.path)?\s+import\b|\bos\.access\("
    r"|\.(?:l?exists|is_file|is_dir|is_mount|is_symlink|isfile|isdir|islink|ismount|l?stat|get[mac]time|getsize|samefile|readlink)\(",
    re.MULTILINE,
)
_NO_READING = os.O_WRONLY | os.O_TRUNC


class Tracer:
    """Collects what this process reads while `active`; one for a process, as Python has no way to remove it."""

    def __init__(self, root: Path, settled: Iterable[Path] = ()) -> None:
        self.root = root.resolve()
        self._settled = {str(path.resolve()) for path in settled}
        self.active = False
        self.files: set[str] = set()
        self.folders: set[str] = set()
        self.unknown = ""
        self._skipped = _elsewhere()

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        """The audit hook."""
        if not self.active:
            return
        if event == "open":
            path, _mode, flags = arguments
            if not (flags or 0) & _NO_READING:
                self.note(path, self.files)
        elif event in ("os.listdir", "os.scandir"):
            if not _importing():
                self.note(arguments[0] or ".", self.folders)
        elif event in _UNKNOWN_AFTER and not _importing():
            self.unknown = event

    def note(self, path: Any, known: set[str]) -> None:
        """Remember a path, given in any way that Python allows."""
        if not isinstance(path, str | bytes | os.PathLike):
            return
        try:
            full = os.path.abspath(os.fsdecode(path))  # noqa: PTH100 (a Path would cost more than the reading)
            if full.endswith(".pyc"):
                full = importlib.util.source_from_cache(full)
        except (OSError, ValueError):  # no working folder any more, a compiled module without source
            self.unknown = "path"
            return
        inside = full.startswith(f"{self.root}{os.sep}") or full == str(self.root)
        if not full.startswith(self._skipped if inside else (*self._skipped, *_machine())):
            known.add(full)

    def inputs(self, notebook: Any) -> tuple[str, ...] | None:
        """Everything that was read, as "table:<folder>:<name>", "file:<path>", "folder:<path>"; None when not known.

        Paths are relative to the root where they are below it.
        """
        if self.unknown or any(_BLIND.search(source) for source in self._sources(notebook)):
            return None
        tables = opened_tables()
        own = {*self._settled, *(str(folder / INDEX) for folder, _ in tables)}
        own |= {str(folder / FINDINGS) for folder, name in tables if name == "findings"}
        found = {f"table:{self._short(str(folder))}:{name}" for folder, name in tables}
        found |= {f"file:{self._short(p)}" for p in self.files - own if not os.path.isdir(p)}  # noqa: PTH112
        found |= {f"folder:{self._short(p)}" for p in self.folders}
        return tuple(sorted(found))

    def _sources(self, notebook: Any) -> Iterator[str]:
        """The code of the notebook, and of the modules outside the package and the libraries that it imported."""
        yield "\n".join(c.source for c in notebook.cells if c.cell_type == "code")
        for path in (Path(p) for p in self.files if p.endswith(".py")):
            if path.is_file():
                yield path.read_text(encoding="utf-8", errors="replace")

    def _short(self, path: str) -> str:
        full = Path(path)
        return full.relative_to(self.root).as_posix() if full.is_relative_to(self.root) else full.as_posix()


def _importing() -> bool:
    """Whether the import system itself looks at files, or a library does on being imported."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        if frame.f_code.co_filename.startswith("<ipython-input"):
            return False
        frame = frame.f_back
    return False


def _elsewhere() -> tuple[str, ...]:
    """Folders that other parts of the cache's key stand for: this package, Python, the installed libraries."""
    package = os.path.abspath(str(files("tthc_analysis")))  # noqa: PTH100
    return tuple(f"{os.path.abspath(p)}{os.sep}" for p in (package, sys.prefix, sys.base_prefix))  # noqa: PTH100


def _machine() -> tuple[str, ...]:
    """Folders of the system outside the project, which hold no data of the report."""
    home = os.path.expanduser("~/.")  # noqa: PTH111
    return (tempfile.gettempdir() + os.sep, home, *(f"/{n}/" for n in ("dev", "etc", "proc", "sys", "usr", "lib")))


def start(root: Path, settled: Iterable[Path] = ()) -> Tracer:
    """A tracer for a notebook that runs in `root`, in this process and for the rest of its life."""
    tracer = Tracer(root, settled)
    sys.addaudithook(tracer)
    return tracer
