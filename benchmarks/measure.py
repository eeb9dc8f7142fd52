"""What a command costs: wall time, CPU of all its descendants, and the peak memory of the largest of them."""

from __future__ import annotations

import contextlib
import ctypes
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_SUBREAPER = 36
#: seconds between two looks at the memory of all processes
_LOOK_EVERY = 0.5


@dataclass(frozen=True)
class Cost:
    """Seconds of wall time and CPU, peak memory in MiB of the largest process."""

    wall: float
    cpu: float
    peak: float


def become_reaper() -> None:
    """Inherit orphans, so that the CPU of a server that outlives its caller is counted too (Linux)."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)


def run(commands: Sequence[Sequence[str]], folder: Path, environment: Mapping[str, str] | None = None) -> Cost:
    """The cost of running `commands` one after the other in `folder`; a failing one is an error."""
    started, cpu, peak = time.monotonic(), 0.0, 0.0
    for command in commands:
        process = subprocess.Popen(
            command, cwd=folder, env={**os.environ, **(environment or {})},
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert process.stderr is not None
        problem = process.stderr.read()
        while True:
            try:
                pid, status, used = os.wait4(-1, 0)
            except ChildProcessError:
                break
            cpu += used.ru_utime + used.ru_stime
            peak = max(peak, used.ru_maxrss / 1024)
            if pid == process.pid and status:
                raise RuntimeError(f"{command}: {problem.decode()[-2000:]}")
        process.returncode = 0
    return Cost(time.monotonic() - started, cpu, peak)


def alternate(variants: Mapping[str, Callable[[], Cost]], rounds: int) -> dict[str, list[Cost]]:
    """Run the variants in turn, forwards and backwards, so that the state of the machine falls on all of them alike."""
    found: dict[str, list[Cost]] = {name: [] for name in variants}
    for number in range(rounds):
        for name in list(variants)[:: -1 if number % 2 else 1]:
            found[name].append(variants[name]())
            print(f"  {name}: {found[name][-1]}", flush=True)
    return found


def median(costs: Sequence[Cost]) -> Cost:
    """The middle of each quantity."""
    return Cost(*(statistics.median(getattr(c, n) for c in costs) for n in ("wall", "cpu", "peak")))


def least(costs: Sequence[Cost]) -> Cost:
    """The round that took the least CPU: the rest of a machine only ever adds to it."""
    return min(costs, key=lambda cost: cost.cpu)


class Together:
    """While it is open: the memory that all descendants of this process held at each look, in MiB (Linux).

    A page that several processes share counts once (PSS). The peak of many looks is higher than that of few, also where
    nothing grows, so the middle is told too. Both are 0 where the system does not tell.
    """

    def __init__(self) -> None:
        self._seen: list[float] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Together:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(_LOOK_EVERY):
            self._seen.append(sum(map(_share, _descendants(os.getpid()))) / 1024)

    @property
    def peak(self) -> float:
        """The most at one moment."""
        return max(self._seen, default=0.0)

    @property
    def middle(self) -> float:
        """The median over time."""
        return statistics.median(self._seen or [0.0])


def _descendants(ancestor: int) -> list[int]:
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it ended meanwhile
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    found, generation = [], {ancestor}
    while generation:
        generation = {pid for pid, parent in parents.items() if parent in generation}
        found += generation
    return found


def _share(pid: int) -> int:
    """KiB of memory that fall to the process, shared pages divided among those that share them."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
