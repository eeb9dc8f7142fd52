"""What a whole report and `prepare` cost at every size, beside the state of the program that its aims were set against.

`python growing.py PROJECT…` inside a cluster (`cluster.py`) prints the seconds of a report of each project, counted by Spark
and by DuckDB, and whether both published the same.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from io import BytesIO
from pathlib import Path
from statistics import median as middle
from typing import Any

from measure import Cost, Together, run

from tthc_analysis.fingerprint import tree
from tthc_analysis.report.manifest import RUN_LOG

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
TTHC = [sys.executable, "-m", "tthc_analysis.cli"]
#: the state of the program that the aims of speed were set against
BASE = "e359d71"
#: the size at which `prepare` is compared with it
COMPARED = 1_000_000
SAMPLE, EXPORTS = "data/raw/mau", "data/raw/mau/ho_so"
_LONGEST_WAIT, _BUSY = 60.0, 0.2


def settle() -> None:
    """Wait until the processors have been idle for a second, a minute at most (Linux)."""
    until = time.monotonic() + _LONGEST_WAIT
    while Path("/proc/stat").exists() and time.monotonic() < until:
        before = _ticks()
        time.sleep(1)
        busy, every = (now - then for now, then in zip(_ticks(), before, strict=True))
        if busy <= _BUSY * every:
            return


def _ticks() -> tuple[int, int]:
    """Ticks of all processors so far: busy, and busy or idle."""
    told = [int(word) for word in Path("/proc/stat").read_text().splitlines()[0].split()[1:]]
    return sum(told) - told[3] - told[4], sum(told)


def former(folder: Path) -> Path | None:
    """The program as it was at `BASE`, ready to be run with PYTHONPATH; None where this repository does not hold it."""
    archive = subprocess.run(["git", "-C", str(ROOT), "archive", BASE], capture_output=True, check=False)
    if archive.returncode:
        return None
    with tarfile.open(fileobj=BytesIO(archive.stdout)) as files:
        files.extractall(folder, filter="data")
    about = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = {"console_scripts": about.get("scripts", {}), **about.get("entry-points", {})}
    place = folder / f"{about['name'].replace('-', '_')}-{about['version']}.dist-info"
    place.mkdir()
    (place / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {about['name']}\nVersion: {about['version']}\n")
    (place / "entry_points.txt").write_text("\n".join(_points(groups)))
    return folder


def _points(groups: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    for group, points in groups.items():
        yield f"[{group}]"
        yield from (f"{name} = {target}" for name, target in points.items())


def of_exported(folder: Path, rounds: int) -> dict[str, Any]:
    """A new export comes: until the report is published, now and at `BASE`, in alternate pairs; the sections that both have."""
    code = former(folder / "truoc")
    sides = {"now": ROOT, **({"then": code} if code else {})}
    both = set.intersection(*({p.name for p in (place / "notebooks").glob("*.ipynb")} for place in sides.values()))
    projects = {name: _published(folder / f"xuat-{name}", place, both) for name, place in sides.items()}
    found: dict[str, list[Cost]] = {name: [] for name in sides}
    for number in range(1, rounds + 1):
        for name in list(sides)[:: -1 if number % 2 else 1]:
            another_export(projects[name], number)
            settle()
            found[name].append(run([[*TTHC, "report", "2024"]], projects[name], {"PYTHONPATH": str(sides[name])}))
            print(f"  {name}: {found[name][-1]}", flush=True)
    return exported(found)


def exported(found: Mapping[str, Sequence[Cost]]) -> dict[str, Any]:
    """Medians of each side, and of the ratios of pairs."""
    told: dict[str, Any] = {"base": BASE, "pairs": len(found["now"])}
    for name, costs in found.items():
        told[name] = {n: middle(getattr(c, n) for c in costs) for n in ("wall", "cpu", "peak")}
    if "then" in found:
        pairs = list(zip(found["now"], found["then"], strict=True))
        told["ratio"] = {n: middle(getattr(a, n) / getattr(b, n) for a, b in pairs) for n in ("wall", "cpu")}
    return told


def _published(folder: Path, code: Path, notebooks: Collection[str]) -> Path:
    """A project of the sample with a published report of some notebooks, made with the program at `code`."""
    folder.mkdir()
    for name in ("config.toml", "requirements.lock"):
        shutil.copy(code / name, folder)
    for name in ("notebooks", SAMPLE):
        shutil.copytree(code / name, folder / name)
    for path in set((folder / "notebooks").glob("*.ipynb")):
        if path.name not in notebooks:
            path.unlink()
    run([[*TTHC, "report", "2024"]], folder, {"PYTHONPATH": str(code)})
    return folder


def another_export(project: Path, number: int) -> None:
    """Put a newer export of dossiers beside the newest of the sample, each time with other content."""
    newest = project / EXPORTS / "ho_so_2024-12-20.csv"
    for path in newest.parent.glob("ho_so_2024-12-2[1-9].csv"):
        path.unlink()
    rows = newest.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    name = f"ho_so_2024-12-{21 + (number - 1) % 9}.csv"
    newest.with_name(name).write_text("".join(rows[:-number]), encoding="utf-8-sig", newline="")


@contextmanager
def bulk(folder: Path, size: int, *more: str) -> Iterator[Path]:
    """A project with `size` synthetic dossiers that goes at the end."""
    place = Path(tempfile.mkdtemp(dir=folder)) / "lon"
    subprocess.run(
        [*TTHC, "sample", str(place), "--dossiers", str(size), "--agencies", "250", *more],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    try:
        yield place
    finally:
        shutil.rmtree(place.parent)


def watched(word: Sequence[str], project: Path, code: Path = ROOT) -> dict[str, float]:
    """What a command of the program at `code` costs, and the most memory of all its processes at one moment."""
    settle()
    with Together() as memory:
        cost = run([[*TTHC, *word]], project, {"PYTHONPATH": str(code)})
    return {**vars(cost), "together": memory.peak}


def of_reports(folder: Path, sizes: Sequence[int]) -> dict[str, Any]:
    """A whole report of processed dossiers of each size, every section run, all files."""
    result = {}
    for size in sorted(sizes):
        with bulk(folder, size) as project:
            result[str(size)] = watched(("report", "2024"), project)
        print(f"  {size} hồ sơ: {result[str(size)]}", flush=True)
    return result


def of_prepared(folder: Path, sizes: Sequence[int]) -> dict[str, Any]:
    """`prepare` of CSV exports of each size, and at one of them with the program of `BASE` too."""
    result: dict[str, Any] = {}
    code = former(folder / "truoc-lam-sach") if COMPARED in sizes else None
    for size in sorted(sizes):
        with bulk(folder, size, "--raw") as project:
            one: dict[str, Any] = watched(("prepare",), project)
            if code and size == COMPARED:
                shutil.rmtree(project / "data" / "processed")
                config = project / "config.toml"  # which knew no kinds of agencies then
                config.write_text(config.read_text(encoding="utf-8").replace('kind = "so"\n', ""), encoding="utf-8")
                one["then"] = watched(("prepare",), project, code)
        result[str(size)] = one
        print(f"  {size} hồ sơ: {one}", flush=True)
    return result


def of_cluster(folder: Path, sample: Path, size: int) -> dict[str, Any]:
    """A whole report on a cluster of this machine and without it: the sample, and `size` dossiers unless that is 0."""
    with ExitStack() as stack:
        projects = [sample, *([stack.enter_context(bulk(folder, size))] if size else [])]
        command = [sys.executable, str(HERE / "cluster.py"), sys.executable, __file__, *map(str, projects)]
        found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    return {"rows": size, **dict(zip(("sample", "large"), found, strict=False))}


def of_province(folder: Path, agencies: int, each: int) -> dict[str, Any]:
    """The first report of a body above agencies whose folders are prepared: united, counted, published."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        project = Path(place) / "tinh"
        make = [sys.executable, str(HERE / "province.py"), str(agencies), str(each), str(project)]
        subprocess.run(make, check=True)
        return {"agencies": agencies, "each": each, **watched(("report", "2024"), project)}


def compared(project: Path) -> dict[str, Any]:
    """Seconds of a report of `project` by each, and whether every published byte is the same."""
    told: dict[str, Any] = {}
    kept = Path(tempfile.mkdtemp(dir=project.parent))
    for name in ("duckdb", "spark"):
        # not with --force, which prepares too: synthetic dossiers have no export to be prepared from
        shutil.rmtree(project / "reports", ignore_errors=True)
        started = time.monotonic()
        subprocess.run([*TTHC, "report", "2024", "--sql", name], cwd=project, check=True, stdout=sys.stderr)
        told[name] = time.monotonic() - started
        shutil.copytree(project / "reports" / "2024", kept / name)
    # but for the file that tells when it was made
    told["equal"] = tree(kept / "duckdb", (RUN_LOG,)) == tree(kept / "spark", (RUN_LOG,))
    shutil.rmtree(kept)
    return told


if __name__ == "__main__":
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    print(json.dumps([compared(Path(name)) for name in sys.argv[1:]]))
