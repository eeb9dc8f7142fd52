"""Run section notebooks through papermill, several at a time, each in a process of its own.

A run is good only when every code cell has an execution count: papermill records a dead or timed-out kernel as
completed. One failing section never stops the others.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from tthc_analysis.report.sections import Section

#: seconds that one notebook may take before it is stopped
TIME_LIMIT = 1800
INJECTED_ID = "tham-so-cua-ky"
State = Literal["waiting", "running", "done", "failed"]
_VOLATILE = ("papermill", "execution")


@dataclass(frozen=True)
class Job:
    """One notebook to run: its checked parameters and where the executed copy goes; `root` is its working folder."""

    section: Section
    parameters: Mapping[str, Any]
    output: Path
    root: Path
    time_limit: int = TIME_LIMIT


@dataclass(frozen=True)
class Outcome:
    """What became of one notebook; `cell` is the number of the failing code cell (1 is the first), 0 when none failed."""

    slug: str
    heading: str
    ok: bool
    seconds: float
    cell: int = 0
    error: str = ""
    advice: str = ""

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready mapping."""
        return asdict(self)


Listener = Callable[[str, State, "Outcome | None"], None]


def default_workers() -> int:
    """One process for each processor, at most eight: a notebook needs about 300 MB."""
    return max(1, min(8, os.cpu_count() or 1))


def run_sections(jobs: Sequence[Job], listen: Listener, workers: int = 0) -> list[Outcome]:
    """Run every job and tell `listen` of each change of state; outcomes come in the order of `jobs`."""
    context = multiprocessing.get_context("spawn")
    outcomes: dict[str, Outcome] = {}
    with ProcessPoolExecutor(workers or default_workers(), mp_context=context) as pool:
        waiting: dict[Future[Outcome], Job] = {pool.submit(execute, job): job for job in jobs}
        told: set[str] = set()
        while waiting:
            done, _ = wait(waiting, timeout=0.2, return_when=FIRST_COMPLETED)
            for future, job in waiting.items():
                if future.running() and job.section.slug not in told:
                    told.add(job.section.slug)
                    listen(job.section.slug, "running", None)
            for future in done:
                job = waiting.pop(future)
                outcome = outcomes[job.section.slug] = _result(future, job)
                listen(job.section.slug, "done" if outcome.ok else "failed", outcome)
    return [outcomes[job.section.slug] for job in jobs]


def _result(future: Future[Outcome], job: Job) -> Outcome:
    try:
        return future.result()
    except BrokenProcessPool:
        return _failed(
            job.section, 0.0, 0, "Tiến trình chạy sổ tay dừng đột ngột.", "Kiểm tra bộ nhớ còn trống rồi chạy lại."
        )


def _failed(section: Section, seconds: float, cell: int, error: str, advice: str) -> Outcome:
    return Outcome(section.slug, section.heading, False, round(seconds, 2), cell, error, advice)


def execute(job: Job) -> Outcome:
    """Run one notebook in this process; every failure becomes an outcome that says cell, error and what to do."""
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # its import builds a slow grammar for nothing
    import nbformat

    started = time.monotonic()
    advice = f"Mở {job.section.path.name} trong JupyterLab, chạy từng ô để xem lỗi, rồi chạy lại lệnh."
    try:
        _papermill(job)
    except Exception as problem:
        return _failed(job.section, time.monotonic() - started, *explain(job, problem), advice)
    notebook = nbformat.read(job.output, as_version=4)
    skipped = [i for i, c in enumerate(_code(notebook), start=1) if c.source.strip() and c.execution_count is None]
    if skipped:
        error = "Sổ tay dừng giữa chừng: ô này và các ô sau chưa được chạy."
        return _failed(job.section, time.monotonic() - started, skipped[0], error, advice)
    nbformat.write(normalise(notebook), job.output)
    return Outcome(job.section.slug, job.section.heading, True, round(time.monotonic() - started, 2))


def _papermill(job: Job) -> None:
    import logging

    import papermill

    logging.getLogger("papermill").setLevel(logging.ERROR)
    papermill.execute_notebook(
        str(job.section.path),
        str(job.output),
        parameters=dict(job.parameters),
        cwd=str(job.root),
        kernel_name="python3",
        progress_bar=False,
        log_output=False,
        execution_timeout=job.time_limit,
        start_timeout=120,
    )


def explain(job: Job, problem: Exception) -> tuple[int, str]:
    """Number of the failing code cell (0 when not known) and the error in one line, without a traceback."""
    name = type(problem).__name__
    if name == "PapermillExecutionError":
        return int(getattr(problem, "exec_count", 0) or 0), f"{problem.ename}: {problem.evalue}"  # type: ignore[attr-defined]
    if name == "CellTimeoutError":
        return 0, f"Một ô chạy quá {job.time_limit} giây nên bị dừng."
    if name == "DeadKernelError":
        return 0, "Tiến trình tính toán của sổ tay bị tắt (thường do thiếu bộ nhớ)."
    return 0, f"{name}: {problem}"


def _code(notebook: Any) -> list[Any]:
    return [c for c in notebook.cells if c.cell_type == "code"]


def normalise(notebook: Any) -> Any:
    """`notebook` without times, absolute paths and random ids, so that two equal runs give equal bytes."""
    for key in _VOLATILE:
        notebook.metadata.pop(key, None)
    for cell in notebook.cells:
        for key in _VOLATILE:
            cell.metadata.pop(key, None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = INJECTED_ID
    return notebook
