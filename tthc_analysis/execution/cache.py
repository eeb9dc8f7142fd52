"""Which notebooks need not run again: those of which nothing that they depend on has changed.

A notebook depends on itself, its parameters, the package with its rules, the installed libraries, Python, the caller's
settings, and on what it read when it ran: processed tables and files, by content (`execution.trace` finds out). One whose
inputs cannot be known is run each time. What is kept is one folder, which may be deleted at any moment.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from tthc_analysis import fingerprint
from tthc_analysis.execution.run import Job, Listener, Outcome, State, run_notebooks
from tthc_analysis.store import FINDINGS, INDEX, QUALITY, parquet_path

#: kept runs of one notebook with the same parameters: going back to former data needs no run either
KEEP = 3
#: seconds that a chart may take
_A_CHART = 0.2
#: what the renderer made of a kept notebook, beside it
MADE = ".html"
UNCHANGED, FIRST, FORCED, OWN_KERNEL, UNKNOWN, DAMAGED = (
    "không có gì thay đổi",
    "chưa có lần chạy nào với tham số này",
    "được yêu cầu chạy lại",
    "chạy bằng papermill, luôn chạy lại",
    "không biết được sổ tay đọc những gì (gọi chương trình ngoài, mạng, hỏi tệp có hay không, hoặc đọc tệp không qua tthc_analysis)",
    "bản lưu của lần trước bị hỏng",
)
_LABELS = {
    "notebook": "sổ tay",
    "parameters": "tham số",
    "package": "chương trình tthc_analysis và bộ quy tắc",
    "libraries": "phiên bản thư viện",
    "python": "phiên bản Python",
}
_RECORDS = {"quality": QUALITY, "findings": FINDINGS}
_KINDS = {"table": "bảng", "file": "tệp", "folder": "danh sách tệp của thư mục"}


@dataclass(frozen=True)
class Kept:
    """A former run: what it depended on (`parts`, `inputs`: name → hash), its executed notebook, how long it took.

    `sha256` is that of the notebook and of what was made of it.
    """

    parts: Mapping[str, str]
    inputs: Mapping[str, str]
    notebook: Path
    sha256: str
    cells: tuple[float, ...]

    @property
    def whole(self) -> bool:
        """Whether the executed notebook, and what was made of it, are as they were left."""
        return self.notebook.is_file() and _both(self.notebook) == self.sha256

    @property
    def fragment(self) -> str:
        """What was made of the notebook, "" where that was left to others."""
        made = self.notebook.with_suffix(MADE)
        return made.read_text(encoding="utf-8") if made.is_file() else ""


@dataclass(frozen=True)
class Verdict:
    """Whether a notebook must run, and why; `kept` is the former run that stands for it."""

    why: str
    kept: Kept | None = None


@dataclass
class Cache:
    """The kept runs in `folder` of notebooks that run in `root`; hashes are taken once, for the life of this object.

    `settings` tells what else every notebook depends on (what people call it → hash), taken anew at each call.
    """

    root: Path
    folder: Path
    settings: Callable[[], Mapping[str, str]] = dict
    common: Mapping[str, str] = field(init=False)
    _program: str = field(init=False)
    began: float = field(default_factory=time.time)
    _hashes: dict[str, str] = field(default_factory=dict)
    _written: list[Path] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._program = fingerprint.package_at_start()
        self.common = self._common()

    def judge(self, job: Job, force: bool = False) -> Verdict:
        """Whether `job` must run, and why."""
        former = self._former(job)
        if force or job.engine != "tthc" or not former:
            return Verdict(FORCED if force else FIRST if job.engine == "tthc" else OWN_KERNEL)
        parts = self._parts(job)
        for kept in former:
            if kept.parts == parts and all(self._hash(name) == value for name, value in kept.inputs.items()):
                return Verdict(UNCHANGED, kept) if kept.whole else Verdict(DAMAGED)
        return Verdict(self._difference(former[0], parts))

    def _difference(self, kept: Kept, parts: Mapping[str, str]) -> str:
        """What changed since the newest run."""
        changed = [_LABELS.get(name, name) for name in parts if kept.parts.get(name) != parts[name]]
        changed += [_shown(name) for name, value in kept.inputs.items() if self._hash(name) != value]
        return f"đã thay đổi: {', '.join(changed)}"

    def keep(self, job: Job, outcome: Outcome) -> None:
        """Remember a good run, if its inputs are known for certain: what changed while it ran is not."""
        if not outcome.ok or outcome.inputs is None:
            return
        # findings are written once, while the sections run: whoever makes others replaces the quality record too
        read = [name for name in outcome.inputs if not _is_findings(name)]
        if any(self._changed(path) for path in (job.notebook, *map(self._witness, read))):
            return
        inputs = {name: self._hash(name) for name in outcome.inputs}
        parts = dict(self._parts(job))
        place = self._place(job)
        place.mkdir(parents=True, exist_ok=True)
        path = place / f"{fingerprint.digest([parts, inputs])[:32]}.ipynb"
        _replace(path, job.output.read_bytes())
        if outcome.fragment:
            _replace(path.with_suffix(MADE), outcome.fragment.encode())
        record = {
            "parts": parts,
            "inputs": inputs,
            "sha256": _both(path),
            "cells": list(outcome.cells),
        }
        _replace(path.with_suffix(".json"), json.dumps(record, ensure_ascii=False, indent=1).encode())
        self._written.append(path.with_suffix(".json"))
        self._forget(place)

    def order(self, job: Job) -> float:
        """What to start first: what took longest the last time, with whatever parameters; of what never ran, what draws most.

        What waits for findings is no exception: while it waits the validator has its core.
        """
        records = [p for place in self.folder.glob(f"{job.slug}-*") for p in place.glob("*.json")]
        newest = max(records, key=lambda p: p.stat().st_mtime_ns, default=None)
        if newest is not None and (kept := _read(newest)):
            return -sum(kept.cells)
        text = job.notebook.read_text(encoding="utf-8") if job.notebook.is_file() else ""
        return -_A_CHART * text.count("chart(")

    def may_stand(self, job: Job) -> bool:
        """Whether nothing but findings that are still missing can make the notebook run again."""
        newest = self._former(job)[:1]
        return self.judge(job).kept is not None or any(_is_findings(name) for kept in newest for name in kept.inputs)

    def confirm(self) -> None:
        """Forget what this run kept when the program changed since this process, and with it the fork server, began."""
        edited = self.common["package"] != self._program
        if self._written and (edited or self._common() != self.common):
            for path in self._written:
                path.unlink(missing_ok=True)

    def _common(self) -> dict[str, str]:
        return {**common_parts(self.root), **self.settings()}

    def _place(self, job: Job) -> Path:
        return self.folder / f"{job.slug}-{fingerprint.digest(dict(job.parameters))[:16]}"

    def _former(self, job: Job) -> list[Kept]:
        """Former runs of the notebook with these parameters, newest first."""
        records = sorted(self._place(job).glob("*.json"), key=lambda p: p.stat().st_mtime_ns, reverse=True)
        return [kept for path in records if (kept := _read(path))]

    def _forget(self, place: Path) -> None:
        records = sorted(place.glob("*.json"), key=lambda p: p.stat().st_mtime_ns, reverse=True)
        for path in records[KEEP:]:
            path.unlink(missing_ok=True)
        known = {p.stem for p in place.glob("*.json")}
        for path in (p for p in place.iterdir() if p.stem not in known):
            path.unlink(missing_ok=True)

    def _parts(self, job: Job) -> Mapping[str, str]:
        return {
            **self.common,
            "notebook": notebook_hash(job.notebook),
            "parameters": fingerprint.digest(dict(job.parameters)),
        }

    def _hash(self, name: str) -> str:
        if name not in self._hashes:
            kind, _, _ = name.partition(":")
            path = self._path(name)
            if _is_findings(name) and not path.exists():
                return fingerprint.ABSENT  # yet
            if kind == "folder":
                listed = sorted(p.name for p in path.iterdir()) if path.is_dir() else fingerprint.ABSENT
                self._hashes[name] = fingerprint.digest(listed)
            else:
                self._hashes[name] = fingerprint.content(path)
        return self._hashes[name]

    def _path(self, name: str) -> Path:
        """The file or folder behind an input."""
        kind, _, place = name.partition(":")
        if kind != "table":
            return self.root / place
        folder, _, table = place.rpartition(":")
        if table in _RECORDS:
            return self.root / folder / _RECORDS[table]
        return parquet_path(self.root / folder, table)

    def _witness(self, name: str) -> Path:
        """What tells by its time whether an input has changed: of a table that was never exported the index of its folder."""
        path = self._path(name)
        return path if path.exists() or not name.startswith("table:") else path.parent / INDEX

    def _changed(self, path: Path) -> bool:
        """Whether a path may have changed since this cache was opened, by the clock of the file system."""
        while not path.exists():
            path = path.parent
        about = path.stat()
        return max(about.st_mtime, about.st_ctime if os.name == "posix" else 0.0) >= self.began


def common_parts(root: Path) -> dict[str, str]:
    """What every notebook depends on."""
    return {
        "package": fingerprint.package_hash(),
        "libraries": fingerprint.libraries_hash(root),
        "python": fingerprint.python_version(),
    }


def notebook_hash(path: Path) -> str:
    """sha256 of what decides a run: not the outputs and counts that JupyterLab saves, which papermill throws away."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        cell.pop("outputs", None)
        cell.pop("execution_count", None)
    notebook["metadata"].pop("language_info", None)
    return fingerprint.digest(notebook)


def run_cached(
    cache: Cache,
    jobs: Sequence[Job],
    listen: Listener,
    workers: int = 0,
    force: bool = False,
    warm: Sequence[str] = (),
    look: Callable[[], None] = lambda: None,
) -> list[Outcome]:
    """Run the jobs that must run and take the others from the cache; outcomes come in the order of `jobs`.

    Those that took longest the last time start first, so that none of them is waited for at the end. Each good run is kept
    as soon as it ends, so that after a failure only the others are run again. `look` is called from time to time meanwhile,
    and ends all that runs by raising.
    """
    verdicts = {job.slug: cache.judge(job, force) for job in jobs}
    done: dict[str, Outcome] = {}
    for job in jobs:
        if kept := verdicts[job.slug].kept:
            shutil.copyfile(kept.notebook, job.output)
            done[job.slug] = replace(unchanged(job, kept), fragment=kept.fragment)
            listen(job.slug, "done", done[job.slug])
    wanted = {job.slug: job for job in jobs if job.slug not in done}

    def hear(slug: str, state: State, outcome: Outcome | None) -> None:
        if outcome is not None:
            cache.keep(wanted[slug], outcome)
            unknown = outcome.ok and outcome.inputs is None and wanted[slug].engine == "tthc"
            outcome = done[slug] = replace(outcome, why=UNKNOWN if unknown else verdicts[slug].why)
        listen(slug, state, outcome)

    run_notebooks(sorted(wanted.values(), key=cache.order), hear, workers, warm=warm, look=look)
    cache.confirm()
    return [done[job.slug] for job in jobs]


def unchanged(job: Job, kept: Kept) -> Outcome:
    """The outcome of a notebook that was not run."""
    inputs = tuple(kept.inputs)
    return Outcome(job.slug, job.heading, True, 0.0, cells=kept.cells, inputs=inputs, cached=True, why=UNCHANGED)


def _is_findings(name: str) -> bool:
    """Whether an input of a notebook is the findings on some tables."""
    return name.startswith("table:") and name.endswith(":findings")


def _shown(name: str) -> str:
    kind, _, place = name.partition(":")
    return f"{_KINDS[kind]} {place.rpartition(':')[2]}"


def _read(path: Path) -> Kept | None:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return Kept(data["parts"], data["inputs"], path.with_suffix(".ipynb"), data["sha256"], tuple(data["cells"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _both(notebook: Path) -> str:
    """One hash over an executed notebook and what was made of it."""
    made = notebook.with_suffix(MADE)
    return fingerprint.digest([fingerprint.sha256(p) for p in (notebook, made) if p.is_file()])


def _replace(path: Path, data: bytes) -> None:
    """Write a file as a whole."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    temporary.write_bytes(data)
    temporary.replace(path)
