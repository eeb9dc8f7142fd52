"""Run notebooks through papermill, several at a time, each in a process of its own.

A run is good only when every code cell has an execution count and none shows an error: papermill records a dead or
timed-out kernel as completed and counts `sys.exit(0)` as success. One that fails never stops the others.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from tthc_analysis.execution import engine, light, pool
from tthc_analysis.execution.pictures import take_along
from tthc_analysis.execution.warned import without_folders

#: seconds that one notebook may take before it is stopped
TIME_LIMIT = 1800
INJECTED_ID = "tham-so-cua-ky"
State = Literal["waiting", "running", "done", "failed"]
Engine = Literal["tthc", "papermill"]
ENGINES: tuple[Engine, ...] = ("tthc", "papermill")
#: tags of cells that Jupyter knows: not to be run, allowed to fail
_SKIPPED, _MAY_FAIL = "skip-execution", "raises-exception"
_VOLATILE = ("papermill", "execution")
_MEMORY = "Kiểm tra bộ nhớ còn trống rồi chạy lại."


@dataclass(frozen=True)
class Job:
    """One notebook to run: its checked parameters and where the executed copy goes; `root` is the project.

    `slug` is its name among the jobs, `heading` what people are told of it. `engine` "tthc" runs Python notebooks in warm
    processes, "papermill" runs every notebook in a kernel of its own. `before` is called in the notebook's process first.
    `render` names a function ("module:name") that makes `Outcome.fragment` of the executed notebook, where its module is
    loaded already. `settled` are files that the caller keeps count of: reading them is no input of the notebook.
    """

    slug: str
    heading: str
    notebook: Path
    parameters: Mapping[str, Any]
    output: Path
    root: Path
    time_limit: int = TIME_LIMIT
    engine: Engine = "tthc"
    before: Callable[[], None] | None = None
    render: str = ""
    settled: tuple[Path, ...] = ()

    @property
    def folder(self) -> Path:
        """The working folder: the notebook's own, as when it is opened by hand; the project's for one from elsewhere."""
        own = self.notebook.resolve().parent
        return own if own.is_relative_to(self.root.resolve()) else self.root


@dataclass(frozen=True)
class Outcome:
    """What became of one notebook; `cell` is the number of the failing code cell (1 is the first), 0 when none failed.

    `cells` are the seconds that each code cell took. `inputs` are what the notebook read (see `execution.trace`), None when
    that cannot be known. `cached` marks a notebook that was not run; `why` says why it was or was not. `fragment` is what
    `Job.render` made of it, "" where that is still to be done; `refused` is a good run
    that shows what the renderer cannot take.
    """

    slug: str
    heading: str
    ok: bool
    seconds: float
    cell: int = 0
    error: str = ""
    advice: str = ""
    cells: tuple[float, ...] = ()
    inputs: tuple[str, ...] | None = None
    cached: bool = False
    why: str = ""
    fragment: str = ""
    refused: bool = False

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready mapping for the log of the run."""
        return {name: value for name, value in asdict(self).items() if name not in ("fragment", "refused")}


Listener = Callable[[str, State, "Outcome | None"], None]


def default_workers() -> int:
    """One process for each processor, at most eight: a notebook needs about 300 MB."""
    return max(1, min(8, os.cpu_count() or 1))


@dataclass
class _Journal:
    """What the process of a notebook told of its cells, for the case that it dies: index → outputs and count.

    They are opened only then: their classes are those of nbformat, whose import costs more than a section.
    """

    pickled: dict[int, bytes] = field(default_factory=dict)
    running: int | None = None

    def note(self, told: tuple[int, bytes | None]) -> None:
        index, record = told
        self.running = index if record is None else None
        if record is not None:
            self.pickled[index] = record

    def cells(self) -> Iterator[tuple[int, dict[str, Any]]]:
        for index, record in self.pickled.items():
            yield index, pickle.loads(record)


def run_notebooks(
    jobs: Sequence[Job],
    listen: Listener,
    workers: int = 0,
    method: pool.Method | None = None,
    warm: Sequence[str] = (),
    look: Callable[[], None] = lambda: None,
) -> list[Outcome]:
    """Run every job and tell `listen` of each change of state; outcomes come in the order of `jobs`.

    `warm` are modules that forked processes find imported; `look` is called from time to time while they work.
    """
    journals = {index: _Journal() for index in range(len(jobs))}
    outcomes: dict[int, Outcome] = {}
    for job in jobs:
        job.output.unlink(missing_ok=True)  # what is there afterwards is of this run
    tasks = [pool.Task(job, job.folder, job.time_limit) for job in jobs]
    for event in pool.run_each(execute, tasks, workers or default_workers(), method, warm, look):
        job = jobs[event.index]
        if event.kind == "started":
            listen(job.slug, "running", None)
        elif event.kind == "told":
            journals[event.index].note(event.value)
        else:
            # a journal holds all outputs of its notebook: kept, memory would grow with the number of jobs
            outcome = outcomes[event.index] = _ended(job, journals.pop(event.index), event)
            listen(job.slug, "done" if outcome.ok else "failed", outcome)
    return [outcomes[i] for i in range(len(jobs))]


def _ended(job: Job, journal: _Journal, event: pool.Event) -> Outcome:
    """The outcome that the process sent, or one for a process that did not live to send any."""
    if event.kind == "done":
        outcome: Outcome = event.value
        if not (outcome.ok or outcome.refused or _has_banner(job.output)):
            cell = _banner(job, journal, "NotebookStopped", outcome.error)
            return replace(outcome, cell=outcome.cell or cell)
        return outcome
    if event.kind == "overdue":
        error, advice = _too_long(job), _advice(job)
    else:
        error, advice = f"Tiến trình chạy sổ tay tắt giữa chừng (mã thoát {event.value}).", f"{_advice(job)} {_MEMORY}"
    cell = _banner(job, journal, "DeadKernelError", error)
    return _failed(job, 0.0, cell, error, advice)


def _advice(job: Job) -> str:
    return f"Mở {job.notebook.name} trong JupyterLab, chạy từng ô để xem lỗi, rồi chạy lại lệnh."


def _too_long(job: Job) -> str:
    return f"Sổ tay chạy quá {job.time_limit} giây nên bị dừng."


def _failed(job: Job, seconds: float, cell: int, error: str, advice: str) -> Outcome:
    return Outcome(job.slug, job.heading, False, round(seconds, 2), cell, error, advice)


def execute(job: Job, tell: Callable[[Any], None] = lambda _told: None) -> Outcome:
    """Run one notebook, in a process that runs no other; every failure becomes an outcome: cell, error and what to do."""
    started = time.monotonic()
    late = threading.Event()
    try:
        if job.before:
            job.before()
        with _interrupted_after(job.time_limit, late):
            notebook, inputs = _papermill(job, tell)
    except (Exception, KeyboardInterrupt, SystemExit) as problem:
        cell, error = describe(job, problem)
        return _failed(job, time.monotonic() - started, cell, _too_long(job) if late.is_set() else error, _advice(job))
    seconds = round(time.monotonic() - started, 2)
    if fault := _fault(notebook):
        return _failed(job, seconds, *fault, _advice(job))
    cells = tuple(float(c.metadata.get("papermill", {}).get("duration") or 0.0) for c in _code(notebook))
    _write(normalise(notebook), job.output)
    try:
        fragment = _rendered(job, notebook)
    except Exception as problem:
        return replace(_failed(job, seconds, 0, *_refusal(job, problem)), refused=True)
    return Outcome(job.slug, job.heading, True, seconds, cells=cells, inputs=inputs, fragment=fragment)


def _refusal(job: Job, problem: Exception) -> tuple[str, str]:
    """What the renderer has against an executed notebook, and what to do."""
    what = getattr(problem, "what", "")
    if not what:
        return describe(job, problem)[1], _advice(job)
    where = getattr(problem, "where", "")
    return f"{what} ({where})" if where else what, getattr(problem, "now", "") or _advice(job)


def _rendered(job: Job, notebook: Any) -> str:
    """What the renderer makes of it, where that is at hand: a process that is not forked would pay its import each time."""
    module, _, name = job.render.partition(":")
    return getattr(sys.modules[module], name)(notebook) if module in sys.modules else ""


@contextmanager
def _interrupted_after(seconds: float, late: threading.Event) -> Iterator[None]:
    """Interrupt the main thread, as Ctrl-C does, when the time is over: the cell records outputs and traceback."""

    def interrupt() -> None:
        late.set()
        if hasattr(signal, "pthread_kill"):
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        else:
            import _thread

            _thread.interrupt_main()

    timer = threading.Timer(seconds, interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _papermill(job: Job, tell: Callable[[Any], None]) -> tuple[Any, tuple[str, ...] | None]:
    """The executed notebook, and what it read where that can be known."""
    import logging

    light.import_jsonschema()
    import papermill

    logging.getLogger("papermill").setLevel(logging.ERROR)
    kernel, language = _kernel(job.notebook)
    own = job.engine == engine.NAME and engine.runs_here(kernel)
    tracer = None
    if own:
        from tthc_analysis.execution import trace
        from tthc_analysis.execution.inprocess import listen_to_cells

        tracer = trace.start(job.root, job.settled)

        def note(index: int, record: dict[str, Any] | None) -> None:
            tracer.active = True  # from the first cell on: threads may read between cells too
            tell((index, record and pickle.dumps(record)))

        listen_to_cells(note)
    with _allowed_to_fail():
        notebook = papermill.execute_notebook(
            str(job.notebook),
            str(job.output),
            parameters=dict(job.parameters),
            engine_name=engine.NAME if own else None,
            request_save_on_cell_execute=not own,  # the journal does that, at a tenth of the cost
            cwd=str(job.folder),
            kernel_name=kernel,
            language=language,
            progress_bar=False,
            log_output=False,
            execution_timeout=None if own else job.time_limit,
            start_timeout=120,
        )
    take_along(notebook, job.notebook.parent, job.root)
    without_folders(notebook)
    return notebook, tracer.inputs(notebook) if tracer else None


def _kernel(path: Path) -> tuple[str, str]:
    """The kernel and the language that a notebook names, else this Python: papermill guesses neither."""
    import json

    about = json.loads(path.read_text(encoding="utf-8"))["metadata"]
    named, language = about.get("kernelspec", {}), about.get("language_info", {}).get("name")
    return named.get("name") or engine.DEFAULT_KERNEL, language or named.get("language") or "python"


def _fault(notebook: Any) -> tuple[int, str] | None:
    """The code cell that shows the run to be no good although papermill was content, and what is wrong with it."""
    for number, cell in enumerate(_own_code(notebook), start=1):
        tags = cell.metadata.get("tags", [])
        if _shows_fault(cell):
            error = next(o for o in cell.outputs if o.output_type == "error")
            return number, f"{error.ename}: {error.evalue}"
        if _SKIPPED not in tags and cell.source.strip() and cell.execution_count is None:
            return number, "Sổ tay dừng giữa chừng: ô này và các ô sau chưa được chạy."
    return None


def _shows_fault(cell: Any) -> bool:
    """Whether the cell shows an error that it is not allowed."""
    return _MAY_FAIL not in cell.metadata.get("tags", []) and any(o.output_type == "error" for o in cell.outputs)


def _write(notebook: Any, path: Path) -> None:
    """Write the executed notebook as a whole, checked once."""
    import nbformat

    temporary = path.with_suffix(".tmp")
    nbformat.write(notebook, temporary)
    temporary.replace(path)


def _has_banner(path: Path) -> bool:
    from papermill.execute import ERROR_MARKER_TAG

    return path.is_file() and ERROR_MARKER_TAG in path.read_text(encoding="utf-8")


def _banner(job: Job, journal: _Journal, name: str, error: str) -> int:
    """Leave the banner and return the number of the cell; 0 for a file that is no notebook at all."""
    try:
        return _write_banner(job, journal, name, error)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return 0


def _write_banner(job: Job, journal: _Journal, name: str, error: str) -> int:
    """Leave a notebook with all outputs so far, the error in the cell that ran, and papermill's banner; its number."""
    light.import_jsonschema()
    import nbformat
    import papermill
    from papermill import execute as machine

    if not job.output.is_file():
        kernel, language = _kernel(job.notebook)
        papermill.execute_notebook(
            str(job.notebook), str(job.output), dict(job.parameters), prepare_only=True,
            engine_name=engine.NAME, kernel_name=kernel, language=language,
        )  # fmt: skip
    notebook = nbformat.read(job.output, as_version=4)
    for index, record in journal.cells():
        notebook.cells[index].update(nbformat.from_dict(record))
    at = _stopped_at(notebook, journal)
    if at is None:
        return 0
    number = len(_own_code(notebook, at + 1))
    # papermill takes sys.exit(0) for a success, so an error that it believes in is put beside it
    if all(o.ename == "SystemExit" for o in notebook.cells[at].outputs if o.output_type == "error"):
        failure = nbformat.v4.new_output("error", ename=name, evalue=error, traceback=[f"{name}: {error}"])
        notebook.cells[at].outputs.append(failure)
    with contextlib.suppress(machine.PapermillExecutionError), _allowed_to_fail():
        machine.raise_for_execution_errors(notebook, str(job.output))
    return number


def _stopped_at(notebook: Any, journal: _Journal) -> int | None:
    """Index of the cell that was running: by the journal, by its error, by papermill's record of what it started."""
    code = [(i, c) for i, c in enumerate(notebook.cells) if c.cell_type == "code" and c.source.strip()]
    failed = [i for i, c in code if _shows_fault(c)]
    started = [i for i, c in code if c.metadata.get("papermill", {}).get("start_time") or c.execution_count]
    if journal.running is not None:
        return journal.running
    return next(iter(failed or started[::-1] or [i for i, _ in code]), None)


def describe(job: Job, problem: BaseException) -> tuple[int, str]:
    """Number of the failing code cell (0 when not known) and the error in one line, without a traceback."""
    name = type(problem).__name__
    if name == "PapermillExecutionError":
        return _papermill_error(job, problem)
    if name == "CellTimeoutError":
        return 0, f"Một ô chạy quá {job.time_limit} giây nên bị dừng."
    if name == "DeadKernelError":
        return 0, "Tiến trình tính toán của sổ tay bị tắt (do lệnh exit trong ô, hoặc thiếu bộ nhớ)."
    return 0, f"{name}: {problem}"


def _papermill_error(job: Job, problem: Any) -> tuple[int, str]:
    import nbformat

    executed = nbformat.read(job.output, as_version=4) if job.output.is_file() else None
    number = _failing(executed) if executed else int(problem.exec_count or 0)
    silent = problem.ename == "CellExecutionError" and not problem.evalue
    return number, _said_last(executed) if silent and executed else f"{problem.ename}: {problem.evalue}"


def _said_last(notebook: Any) -> str:
    """The last line that the failing cell wrote to its error stream: a failing magic says there what is wrong."""
    failed = [c for c in _code(notebook) if c.metadata.get("papermill", {}).get("exception") is True]
    texts = [o.text for c in failed for o in c.outputs if o.output_type == "stream" and o.name == "stderr"]
    lines = "".join(texts).strip().splitlines()
    return lines[-1] if lines else "lệnh trong ô bị lỗi mà không nói gì."


def _failing(notebook: Any) -> int:
    """Number of the cell that failed, as the analyst counts: without the parameters that a report puts in."""
    for number, cell in enumerate(_own_code(notebook), start=1):
        if _shows_fault(cell) or cell.metadata.get("papermill", {}).get("exception") is True:
            return number
    return 0


@contextmanager
def _allowed_to_fail() -> Iterator[None]:
    """Let papermill see no failure in cells that are tagged `raises-exception`; it knows the tag while running only."""
    import papermill.execute as machine

    judge = machine.raise_for_execution_errors

    def lenient(notebook: Any, output: str) -> None:
        tagged = [c for c in _code(notebook) if _MAY_FAIL in c.metadata.get("tags", [])]
        kept = [(c, c.outputs) for c in tagged]
        for cell in tagged:
            cell.outputs = [o for o in cell.outputs if o.output_type != "error"]
            cell.metadata.get("papermill", {})["exception"] = False
        try:
            judge(notebook, output)
        except machine.PapermillExecutionError:
            _restore(kept)
            machine.write_ipynb(notebook, output)
            raise
        _restore(kept)

    machine.raise_for_execution_errors = lenient
    try:
        yield
    finally:
        machine.raise_for_execution_errors = judge


def _restore(kept: Sequence[tuple[Any, Any]]) -> None:
    for cell, outputs in kept:
        cell.outputs = outputs


def _own_code(notebook: Any, until: int | None = None) -> list[Any]:
    """The code cells of the notebook as it was written, of its first `until` cells."""
    code = [c for c in notebook.cells[:until] if c.cell_type == "code"]
    return [c for c in code if "injected-parameters" not in c.metadata.get("tags", [])]


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
