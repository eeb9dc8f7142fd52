"""Kill the exchange of folders, and whole runs, at chosen and random moments; count what was lost. Prints a table.

    python tools/kills.py                 # every file operation of publishing and of preparing, and 60 random moments
    python tools/kills.py --reports 20    # and as many `tthc report` of the sample, killed at random moments (minutes)

A chosen moment is before the n-th file operation (rename, removal, file opened to write): a fresh process is killed there by
SIGKILL, for every n until it ends by itself. After each kill the next run begins, and then: the folder in place is whole and
the old or the new one; the former one is in the history when the new one is in place; nothing is left beside them.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tthc_analysis import folders
from tthc_analysis.report import publish
from tthc_analysis.report.published import earlier_runs

ROOT = Path(__file__).resolve().parent.parent
FILES = ("index.html", "a.csv", "manifest.json")
_OPERATIONS = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "shutil.rmtree", "shutil.move", "ctypes.dlsym"}
PERIOD = "2024"


@dataclass
class Tally:
    """How many kills of one kind there were, and what each fault was."""

    kills: int = 0
    faults: list[str] = field(default_factory=list)


def publish_version(reports: Path, text: str) -> None:
    """One run that publishes a report whose every file holds `text`."""
    with publish.reports_lock(reports), publish.staging(reports, PERIOD) as new:
        for name in FILES:
            (new / name).write_text(text)
        publish.publish(new, reports, PERIOD, "20240101T000000")  # a clock that stands still


def killed_at(number: int, work: Callable[[], None]) -> bool:
    """Whether a process doing `work` was killed before its file operation `number`; false when it ended before."""
    process = multiprocessing.get_context("fork").Process(target=_work_until, args=(number, work))
    process.start()
    process.join()
    return process.exitcode == -signal.SIGKILL


def _work_until(number: int, work: Callable[[], None]) -> None:
    left = number

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        if event in _OPERATIONS or (event == "open" and isinstance(arguments[1], str) and "w" in arguments[1]):
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    work()


def kept_texts(reports: Path) -> list[str]:
    """The text of the report in place, then of the earlier ones, newest first; "?" where one is not whole."""
    places = [reports / PERIOD]
    places += [reports / publish.HISTORY / PERIOD / run for run in reversed(earlier_runs(reports, PERIOD))]
    return [_text(place) for place in places]


def _text(folder: Path) -> str:
    texts = {(folder / name).read_text() if (folder / name).is_file() else "?" for name in FILES}
    return texts.pop() if len(texts) == 1 else "?"


def leftovers(folder: Path) -> list[str]:
    """Names that a finished run does not leave."""
    found = [p for pattern in (".dang-*", ".xoa-*", ".*.new", ".*.old") for p in folder.rglob(pattern)]
    return sorted(p.relative_to(folder).as_posix() for p in found)


def judge(reports: Path, before: list[str], new: str) -> str:
    """What is wrong after the next run has tidied up; "" when nothing is."""
    with publish.reports_lock(reports):
        pass
    now = kept_texts(reports)
    right = (before, [new, *before][: publish.KEEP + 1])
    if now not in right:
        return f"{now}, not one of {right}"
    return f"left: {leftovers(reports)}" if leftovers(reports) else ""


def chosen(make: Callable[[Path], None] = lambda _: None) -> Tally:
    """A kill before every file operation of publishing, over a full history; `make` may change the system first."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as place:
        reports = Path(place)
        make(reports)
        for version in range(publish.KEEP + 2):
            publish_version(reports, f"v{version}")
        number = 0
        while True:
            before, new = kept_texts(reports), f"n{number}"
            if not killed_at(number, lambda new=new: publish_version(reports, new)):
                return tally
            tally.kills += 1
            number += 1
            if fault := judge(reports, before, new):
                tally.faults.append(f"operation {number}: {fault}")


def _publish_for_ever(reports: Path, first: int) -> None:
    for number in range(first, first + 100_000):
        publish_version(reports, f"v{number:06}")


def at_random(turns: int, seed: int = 8) -> Tally:
    """Kills at random moments of runs that publish one version after the other: whole, in order, none between missing."""
    tally, chance = Tally(), random.Random(seed)
    with tempfile.TemporaryDirectory() as place:
        reports, first = Path(place), 0
        for _ in range(turns):
            process = multiprocessing.get_context("fork").Process(target=_publish_for_ever, args=(reports, first))
            process.start()
            time.sleep(chance.uniform(0.01, 0.25))
            process.kill()
            process.join()
            tally.kills += 1
            with publish.reports_lock(reports):
                pass
            now = [t for t in kept_texts(reports) if (reports / PERIOD).exists()]
            wanted = [f"v{int(now[0][1:]) - i:06}" for i in range(len(now))] if now and "?" not in now else ["whole"]
            if now and (now != wanted or leftovers(reports)):
                tally.faults.append(f"{now} {leftovers(reports)}")
            first = int(now[0][1:]) + 1 if now else 0
    return tally


# --- preparing -------------------------------------------------------------------------------------------------------


def _write_store(folder: Path, text: str) -> None:
    from tthc_analysis.columns import TABLES
    from tthc_analysis.store.write import StoreWriter, writing_lock

    with writing_lock(folder, lambda: None):
        StoreWriter(folder).commit({"text": text, "datasets": dict.fromkeys(TABLES)})


def preparing() -> Tally:
    """A kill before every file operation that writes the processed folder and puts it in place."""
    from tthc_analysis.store import Store
    from tthc_analysis.store.write import writing_lock

    tally, number = Tally(), 0
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "mau"
        _write_store(folder, "cũ")
        while killed_at(number, lambda: _write_store(folder, "mới")):
            tally.kills += 1
            number += 1
            text = Store(folder).quality()["text"] if folder.is_dir() else "không còn"
            with writing_lock(folder, lambda: None):
                pass
            if text not in ("cũ", "mới") or leftovers(Path(place)):
                tally.faults.append(f"operation {number}: {text} {leftovers(Path(place))}")
            _write_store(folder, "cũ")
    return tally


# --- whole runs ------------------------------------------------------------------------------------------------------


def whole_runs(turns: int, seed: int = 3) -> Tally:
    """`tthc report` of the sample killed at random moments: the published report verifies, its workers end too."""
    tally, chance = Tally(), random.Random(seed)
    with tempfile.TemporaryDirectory() as place:
        project = Path(place) / "project"
        (project / "data" / "raw").mkdir(parents=True)
        for name in ("config.toml", "notebooks", "data/raw/mau"):
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile
            copy(ROOT / name, project / name)
        command = [sys.executable, "-m", "tthc_analysis.cli", "report", PERIOD]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": place}
        began = time.monotonic()
        subprocess.run(command, cwd=project, env=environment, check=True, capture_output=True)
        longest = time.monotonic() - began
        before = _tree(project / "reports" / PERIOD)
        for _ in range(turns):
            shutil.rmtree(project / "data" / "processed", ignore_errors=True)
            process = subprocess.Popen([*command, "--force"], cwd=project, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
            time.sleep(chance.uniform(0.2, longest))
            process.kill()
            process.wait()
            tally.kills += 1
            if _tree(project / "reports" / PERIOD) != before:
                tally.faults.append("the report in place is another")
            if alive := _still_alive(project):
                tally.faults.append(f"{len(alive)} processes live on")
        subprocess.run(command, cwd=project, env=environment, check=True, capture_output=True)
        left = [*leftovers(project), *(p.name for p in Path(place).glob("tthc-*"))]
        if left or _tree(project / "reports" / PERIOD) != before:
            tally.faults.append(f"after the next run: {left}")
    return tally


def _tree(folder: Path) -> dict[str, bytes]:
    skipped = {"run.log.json"}
    return {
        str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file() and p.name not in skipped
    }


def _still_alive(project: Path, patience: float = 5.0) -> list[int]:
    """Processes that work in `project` some seconds after their command was killed (Linux)."""
    until = time.monotonic() + patience
    while (found := list(_working_in(project))) and time.monotonic() < until:
        time.sleep(0.1)
    return found


def _working_in(project: Path) -> Iterator[int]:
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "cwd").readlink().is_relative_to(project):
                yield int(entry.name)
        except OSError:
            continue


def main() -> int:
    """Run all and print how many were killed and what was lost."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reports", type=int, default=0, metavar="N", help="kill N runs of `tthc report` too")
    wanted = parser.parse_args()
    found = {
        "publishing, before each file operation": chosen(),
        "the same with two renames": _with_two_renames(),
        "publishing, random moments": at_random(60),
        "preparing, before each file operation": preparing(),
    }
    if wanted.reports:
        found["tthc report, random moments"] = whole_runs(wanted.reports)
    for name, tally in found.items():
        print(f"{name:42}{tally.kills:5} kills {len(tally.faults):3} faults")
        for fault in tally.faults[:5]:
            print(f"    {fault}")
    print(
        f"{'all':42}{sum(t.kills for t in found.values()):5} kills {sum(len(t.faults) for t in found.values()):3} faults"
    )
    return int(any(t.faults for t in found.values()))


def _with_two_renames() -> Tally:
    exchange, folders._exchange = folders._exchange, lambda *_: False
    try:
        return chosen()
    finally:
        folders._exchange = exchange


if __name__ == "__main__":
    sys.exit(main())
