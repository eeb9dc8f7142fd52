"""Jobs of one kind shared by two processes: this one, and one forked from it for as long as they last."""

from __future__ import annotations

import gc
import os
import pickle
import signal
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, TypeVar

import numpy as np

from tthc_analysis.folders import scratch

T = TypeVar("T")
_NUMBER_BYTES = 4


def by_two(job: Callable[[int], T], count: int) -> list[T]:
    """What `job` gives for 0, 1, … in order; a process forked from this one takes its share where the system can.

    What that process does not answer, its errors too, is done here.
    """
    if count < 2 or not hasattr(os, "fork") or (os.cpu_count() or 1) < 2:
        return [job(number) for number in range(count)]
    with scratch("doi") as folder:
        orders, answers = _orders(count), folder / "tra-loi"
        child = _forked(lambda: _answer(job, orders, answers))
        try:
            found = {number: job(number) for number in iter(lambda: _next(orders), -1)}
        except BaseException:
            os.kill(child, signal.SIGKILL)
            raise
        finally:
            os.waitpid(child, 0)
            orders.close()
        found |= _answers(answers)
        return [found[number] if number in found else job(number) for number in range(count)]


def _orders(count: int) -> IO[bytes]:
    """A pipe from which each process takes the number of its next job."""
    out, into = os.pipe()
    with os.fdopen(into, "wb", buffering=0) as orders:
        orders.write(np.arange(count, dtype=np.int32).tobytes())
    return os.fdopen(out, "rb", buffering=0)


def _next(orders: IO[bytes]) -> int:
    taken = orders.read(_NUMBER_BYTES)
    return int(np.frombuffer(taken, dtype=np.int32)[0]) if taken else -1


def _forked(work: Callable[[], None]) -> int:
    """The id of a process that does this and ends."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # other threads here only wait for another process
        child = os.fork()
    if child:
        return child
    try:
        gc.freeze()
        work()
    finally:
        os._exit(0)


def _answer(job: Callable[[int], Any], orders: IO[bytes], answers: Path) -> None:
    with answers.open("wb") as file:
        for number in iter(lambda: _next(orders), -1):
            pickle.dump((number, job(number)), file)


def _answers(path: Path) -> dict[int, Any]:
    """The answers up to the end of the file, or to where the process broke off."""
    found: dict[int, Any] = {}
    with path.open("rb") as file:
        try:
            while True:
                number, answer = pickle.load(file)
                found[number] = answer
        except (EOFError, pickle.UnpicklingError):
            return found
