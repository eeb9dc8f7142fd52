"""A process beside the caller, forked from the warm server, that answers orders one after the other while the caller works on.

Starting it waits for the server, and sending waits for what the process does just now: both happen in a thread of their own,
so that the caller never waits before it wants an answer. A process that is lost answers nothing more, and says so.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import queue
import signal
import threading
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from multiprocessing.connection import Connection
from typing import Any

from tthc_analysis.execution import pool

#: makes ready in the new process what answers each order; importable by name
Start = Callable[[], Callable[[Any], Any]]
#: seconds that a process may take to end when nobody asks it any more
_LAST_WAIT = 3.0


class Lost(Exception):
    """The process could not be started, has died, or could not answer."""


class Helper:
    """A process that `start` made ready, after the server has imported the modules `warm`; to be closed."""

    def __init__(self, start: Start, warm: Sequence[str] = ()) -> None:
        pool.warm_up("forkserver", warm)
        self._orders: queue.SimpleQueue[tuple[Any, Future[Any]] | None] = queue.SimpleQueue()
        self._start = start
        self._thread = threading.Thread(target=self._attend, daemon=True)
        self._thread.start()

    def ask(self, order: Any) -> Future[Any]:
        """The answer to come; its `result()` raises Lost when there will be none. What is cancelled in time is never begun."""
        answer: Future[Any] = Future()
        self._orders.put((order, answer))
        return answer

    def close(self) -> None:
        """Let the process end after what it was asked."""
        self._orders.put(None)
        self._thread.join(_LAST_WAIT)

    def _attend(self) -> None:
        """The thread: start the process, hand it each order, take its answer."""
        near, far = multiprocessing.Pipe()
        with near:
            process: Any = multiprocessing.get_context("forkserver").Process(
                target=_serve, args=(self._start, far), daemon=True
            )
            with contextlib.suppress(EOFError, OSError), pool.no_main():
                process.start()
            far.close()
            while (item := self._orders.get()) is not None:
                _answer(near, *item)


def _answer(near: Connection, order: Any, answer: Future[Any]) -> None:
    if not answer.set_running_or_notify_cancel():
        return
    try:
        near.send(order)
        is_good, value = near.recv()
    except Exception:  # the process is lost, or the order cannot be sent: the caller must not wait for ever
        answer.set_exception(Lost())
        return
    if is_good:
        answer.set_result(value)
    else:
        answer.set_exception(Lost())


def _serve(start: Start, far: Connection) -> None:
    """The whole life of the process, which ends when the pipe closes, whether the caller went on or was killed."""
    os.setsid()  # an interruption at the terminal is for the caller, who closes the pipe
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    warnings.simplefilter("ignore")
    answer = start()
    gc.collect()
    gc.freeze()  # what is there stays, and is not looked through each time
    while True:
        try:
            order = far.recv()
        except (EOFError, OSError):
            return  # in order: what the libraries hold of the system (locks) is given back
        try:
            told = (True, answer(order))
        except Exception:  # the caller does the same work again, and sees what is wrong
            told = (False, None)
        try:
            far.send(told)
        except OSError:
            return
        del order, told
        gc.collect()  # tables go in circles of what holds them, which nobody would look for before there are many
