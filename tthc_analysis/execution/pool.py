"""A process for each task, a bounded number at a time, forked from a warm server; a dead or endless one stops nothing.

The server is multiprocessing's fork server, a fresh process without threads, because the caller may have used libraries
that do not survive a fork. Where forking is not safe (Windows, macOS) processes are spawned: the same results, slower.
multiprocessing's own pools are no use here: a crash breaks them and they cannot stop one task.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import ModuleType
from typing import Any, Generic, Literal, TypeVar

from tthc_analysis.errors import WorkersLost

Method = Literal["forkserver", "spawn"]
#: what the fork server imports first of all, then where notebooks are to run, and last
_FIRST, NOTEBOOKS, _SETTLED = (f"tthc_analysis.execution.{name}" for name in ("first", "warm", "settled"))
#: seconds between the interruption of a task that is overdue and its end by force
GRACE = 3.0
#: seconds that a process may take to start
START_LIMIT = 120.0
#: seconds between two looks at what else goes on: who waits for its end waits no longer
_LOOK_EVERY = 0.05
#: where Jupyter names the notebook of a kernel: ours are of none
_NOTEBOOK_OF_JUPYTER = "JPY_SESSION_NAME"
#: no helper threads in the server: they do not survive a fork, and two processes need no two threads each
_SERVER_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false"}
#: matplotlib's own defaults in every notebook, whatever the user's settings: an empty file instead of them
_MATPLOTLIB = {"MATPLOTLIBRC": os.devnull}

T = TypeVar("T")
Tell = Callable[[Any], None]


#: what a process does with its task: importable by name, takes the task and a way to tell the caller of its progress
Work = Callable[[T, Tell], Any]


@dataclass(frozen=True)
class Task(Generic[T]):
    """Something to work on, in a folder, for at most `limit` seconds."""

    what: T
    folder: Path
    limit: float


@dataclass(frozen=True)
class Event:
    """The task at `index` started, told something, ended with a result, or died (`value` is then the exit status)."""

    index: int
    kind: Literal["started", "told", "done", "died", "overdue"]
    value: Any = None


def default_method() -> Method:
    """Fork where that is safe."""
    return "forkserver" if sys.platform.startswith("linux") else "spawn"


def warm_up(method: Method | None = None, warm: Sequence[str] = ()) -> None:
    """Start the fork server, which imports the modules `warm`, in the background: ready when the first task comes.

    A server that runs already stays as it is.
    """
    if (method or default_method()) != "forkserver":
        return
    from multiprocessing import forkserver

    multiprocessing.get_context("forkserver").set_forkserver_preload([_FIRST, *warm, _SETTLED])
    with _environment(_SERVER_ENVIRONMENT | _MATPLOTLIB), no_main():
        forkserver.ensure_running()


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    kept = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in kept.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextmanager
def no_main() -> Iterator[None]:
    """Hide the caller's script: multiprocessing would run it again in every process."""
    kept, sys.modules["__main__"] = sys.modules["__main__"], ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = kept


class _Running:
    """A process at work on one task."""

    def __init__(self, index: int, task: Task[Any], work: Work[Any], context: Any) -> None:
        self.index, self.task = index, task
        self.connection, far = multiprocessing.Pipe(duplex=False)
        order = pickle.dumps((work, task.what))
        self.process = context.Process(target=_serve, args=(order, task.folder, _own_environment(), far))
        try:
            with no_main():
                self.process.start()
        except (EOFError, ConnectionError) as problem:
            raise WorkersLost from problem
        far.close()
        self.deadline = time.monotonic() + START_LIMIT
        self.overdue = self.over = False

    def events(self) -> Iterator[Event]:
        """What the process has to say now."""
        try:
            while not self.over and self.connection.poll():
                kind, value = self.connection.recv()
                if kind == "started":
                    self.deadline = time.monotonic() + self.task.limit + GRACE
                self.over = kind == "done"
                yield Event(self.index, kind, value)
        except (EOFError, OSError):
            self._lost()
            yield Event(self.index, "overdue" if self.overdue else "died", self.process.exitcode)

    def check(self) -> Iterator[Event]:
        """End the process by force when it is overdue; notice one that died without a word."""
        if not self.over and time.monotonic() > self.deadline:
            self.overdue = True
            self.stop()
        if not self.over and not self.process.is_alive():
            yield from self.events()
            if not self.over:
                self._lost()
                yield Event(self.index, "overdue" if self.overdue else "died", self.process.exitcode)

    def _lost(self) -> None:
        self.over = True
        self.process.join(GRACE)

    def stop(self) -> None:
        """End the process and all that it started."""
        if os.name == "posix" and self.process.pid:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.kill()
        self.process.join(GRACE)

    def close(self) -> None:
        """Forget the process, which is over."""
        self.stop()
        self.connection.close()
        with contextlib.suppress(ValueError):  # a process that not even the system can end now
            self.process.close()


def run_each(
    work: Work[T],
    tasks: Sequence[Task[T]],
    workers: int,
    method: Method | None = None,
    warm: Sequence[str] = (),
    look: Callable[[], None] = lambda: None,
) -> Iterator[Event]:
    """Run `work` on every task, each in a process ready for notebooks, at most `workers` at a time; yields what happens.

    Every task ends with exactly one event "done", "died" or "overdue". Leaving the loop early ends the processes, and so
    does what `look` raises, which is called many times a second. The next task starts before the end of one is told: what the
    caller does then costs no time of a processor that waits.
    """
    chosen = method or default_method()
    warm_up(chosen, (NOTEBOOKS, *warm))
    context = multiprocessing.get_context(chosen)
    waiting = list(enumerate(tasks))[::-1]
    running: list[_Running] = []
    happened: list[Event] = []
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                with _undisturbed():
                    running.append(_Running(*waiting.pop(), work, context))
            yield from happened
            soonest = min(r.deadline for r in running) - time.monotonic()
            wait(_signs(running), timeout=max(0.0, min(soonest, _LOOK_EVERY)))
            look()
            happened = [event for one in running for event in (*one.events(), *one.check())]
            for one in [r for r in running if r.over]:
                running.remove(one)
                one.close()
        yield from happened
    finally:
        for one in running:
            one.close()


@contextmanager
def _undisturbed() -> Iterator[None]:
    """A signal that ends the command waits until a process is wholly started, and can be ended with the others."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    received: list[int] = []
    former = {n: signal.signal(n, lambda number, _: received.append(number)) for n in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
    if received:
        signal.raise_signal(received[0])


def _signs(running: Sequence[_Running]) -> list[Any]:
    return [sign for r in running for sign in (r.connection, r.process.sentinel)]


def _own_environment() -> dict[str, str]:
    """This process's environment without the notebook that it may be called from and the user's look of figures."""
    return {name: value for name, value in os.environ.items() if name != _NOTEBOOK_OF_JUPYTER} | _MATPLOTLIB


def _end_with_parent() -> None:
    """Wait until the process that gave the task is gone, however it ended, and end this one with all that it started."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    if os.name == "posix":
        os.killpg(os.getpgrp(), signal.SIGKILL)
    os._exit(1)


def _serve(order: bytes, folder: Path, environment: Mapping[str, str], far: Connection) -> None:
    """The whole life of a task's process."""
    if os.name == "posix":
        os.setsid()  # a group of its own, to be ended together with what the task starts
    # a command in the background of a shell ignores it, and so would this process: a time limit could not interrupt a cell
    signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["ipykernel_launcher.py"]
    os.chdir(folder)
    from tthc_analysis.execution import light

    light.import_jsonschema()
    from tthc_analysis.execution.shell import the_shell

    the_shell()
    light.import_matplotlib()
    far.send(("started", None))
    sys.modules["numpy"].random.seed()  # else every forked process draws the same numbers
    work, what = pickle.loads(order)  # opened only now: it imports libraries that the shell must precede
    result = work(what, lambda value: far.send(("told", value)))
    far.send(("done", result))
    far.close()
    os._exit(0)  # no waiting for threads and processes that the task left behind
