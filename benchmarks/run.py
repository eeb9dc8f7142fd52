"""Measure everything and write benchmarks/ket-qua.json, docs/benchmarks.md and its chart: `make bench`.

Pairs run in turn in one go, so that the state of the machine falls on both; medians and ratios are reported, of CPU first:
wall time says little on a machine that others use too. The load of the machine is kept beside the figures. This process
stays small, because the system counts the memory of a parent as a peak of the children that it starts.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from statistics import median as middle
from typing import Any

import growing
import matrix
from measure import Cost, Together, alternate, become_reaper, least, median, run
from others import jupyter_book, shell, snakemake

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
RESULT = HERE / "ket-qua.json"
PYTHON = sys.executable
TEN = 10
PARTS = (
    "notebooks", "commands", "exported", "reports", "prepared", "preparing", "counting", "spark", "cluster", "matrix",
    "province",
)  # fmt: skip
ON_SPARK = ("spark", "cluster")


def project(folder: Path) -> Path:
    """A project with the sample, prepared."""
    for name in ("config.toml", "requirements.lock"):
        shutil.copy(ROOT / name, folder)
    for name in ("notebooks", "data/raw/mau"):
        shutil.copytree(ROOT / name, folder / name)
    subprocess.run([PYTHON, "-m", "tthc_analysis.cli", "prepare"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return folder


def way(name: str, number: int, folder: Path) -> Callable[[], Cost]:
    """A variant of `variants.py` with a fresh output folder each time."""

    def once() -> Cost:
        out = Path(tempfile.mkdtemp(dir=folder))
        return run([[PYTHON, str(HERE / "variants.py"), name, str(number), str(out)]], folder)

    return once


def floor(number: int, folder: Path) -> Callable[[], Cost]:
    """CPU seconds of the bare cells and rendering, in the place of the whole command's."""

    def once() -> Cost:
        out = Path(tempfile.mkdtemp(dir=folder))
        cost = run([[PYTHON, str(HERE / "variants.py"), "floor", str(number), str(out)]], folder)
        return replace(cost, cpu=float(json.loads((out / "floor.json").read_text())))

    return once


def of_notebooks(folder: Path, rounds: int) -> dict[str, Any]:
    """Ten notebooks to HTML in five ways, the slow ones once, and what one more costs."""
    ways = {"loop": way("loop", TEN, folder), "ours": way("ours", TEN, folder)}
    slow = {make.__name__: make(TEN, folder) for make in (shell, jupyter_book, snakemake)}
    found = alternate(ways, rounds) | alternate(slow, 1)
    more = {"50": way("ours", 50, folder), "floor": floor(TEN, folder), "100": way("ours", 100, folder)}
    each = {name: least(costs) for name, costs in alternate(more, rounds).items()}
    return {
        "number": TEN,
        "versions": versions(),
        **{name: vars(median(costs)) for name, costs in found.items()},
        "floor_cpu": each["floor"].cpu,
        "margin_cpu": (each["100"].cpu - each["50"].cpu) / 50,
        "margin_wall": (each["100"].wall - each["50"].wall) / 50,
        "peak_50": each["50"].peak,
        "peak_100": each["100"].peak,
    }


def versions() -> dict[str, str]:
    """Of the tools that are compared with."""
    lock = (HERE / "requirements.lock").read_text(encoding="utf-8")
    return dict(re.findall(r"^(jupyter-book|snakemake)==(\S+)", lock, re.MULTILINE))


def of_commands(folder: Path, rounds: int) -> dict[str, Any]:
    """A report of which nothing changed, help, imports."""
    report = [PYTHON, "-m", "tthc_analysis.cli", "report", "2024"]
    first = run([report], folder)
    log = folder / "reports" / "2024" / "run.log.json"
    written = log.stat().st_mtime_ns
    ways = {
        "unchanged": lambda: run([report], folder),
        "help": lambda: run([[PYTHON, "-m", "tthc_analysis.cli", "--help"]], folder),
        "python": lambda: run([[PYTHON, "-c", "pass"]], folder),
        "import_pandas": lambda: run([[PYTHON, "-c", "import pandas"]], folder),
        "import_package": lambda: run([[PYTHON, "-c", "import tthc_analysis"]], folder),
        "import_open_report": lambda: run([[PYTHON, "-c", "from tthc_analysis import open_report"]], folder),
    }
    found = {name: vars(median(costs)) for name, costs in alternate(ways, 2 * rounds + 1).items()}
    assert log.stat().st_mtime_ns == written, "a report of which nothing changed was made again"
    return {"first": vars(first), **found}


def of_counting(folder: Path, sizes: Sequence[int], rounds: int) -> dict[str, Any]:
    """All measures by field against a scan of the same columns."""
    result = {}
    for size in sorted(sizes):
        with dossiers(folder, size) as place:
            ways = {what: (lambda what=what, place=place: counting(what, place)[0]) for what in ("scan", "count")}
            result[str(size)] = {name: vars(median(costs)) for name, costs in alternate(ways, rounds).items()}
            result[str(size)]["bytes"] = sum(p.stat().st_size for p in place.rglob("*.parquet"))
    return result


@contextlib.contextmanager
def dossiers(folder: Path, size: int) -> Iterator[Path]:
    """A folder of `size` synthetic dossiers that goes at the end."""
    place = folder / f"dem-{size}"
    subprocess.run([PYTHON, str(HERE / "counting.py"), "make", str(size), str(place)], check=True)
    try:
        yield place
    finally:
        shutil.rmtree(place)


def counting(what: str, place: Path, engine: str = "duckdb") -> tuple[Cost, str]:
    """What one query costs in a fresh process, and a hash of its result."""
    command = [PYTHON, str(HERE / "counting.py"), what, str(place), engine]
    told = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return Cost(**told["cost"]), told["result"]


def of_spark(folder: Path, size: int, rounds: int) -> dict[str, Any]:
    """The same count by DuckDB and by Apache Spark on this machine; Spark's CPU is its server's and stays unknown."""
    results = set()

    def once(engine: str) -> Cost:
        cost, result = counting("count", place, engine)
        results.add(result)
        return cost

    with dossiers(folder, size) as place:
        costs = alternate({engine: (lambda engine=engine: once(engine)) for engine in ("duckdb", "spark")}, rounds)
    duckdb, spark = median(costs["duckdb"]), median(costs["spark"])
    return {
        "rows": size,
        "duckdb": {"cpu": duckdb.cpu, "wall": duckdb.wall},
        "spark": {"wall": spark.wall},
        "equal": len(results) == 1,
    }


def of_preparing(rounds: int) -> dict[str, Any]:
    """Seconds of CPU of the stages between an export and processed tables."""
    command = [PYTHON, str(HERE / "preparing.py")]
    found = [json.loads(subprocess.run(command, check=True, capture_output=True).stdout) for _ in range(rounds)]
    return {name: middle(one[name] for one in found) for name in found[0]}


def of_matrix(folder: Path, sizes: Sequence[int]) -> dict[str, Any]:
    """Ten sections for each of many agencies, each number of agencies once."""
    matrix.make(max(sizes), folder)
    result = {}
    for size in sorted(sizes):
        out = Path(tempfile.mkdtemp(dir=folder))
        with Together() as memory:
            cost = run([[PYTHON, str(HERE / "matrix.py"), str(size), str(out)]], folder)
        shutil.rmtree(out)
        result[str(size)] = {**vars(cost), "together": memory.peak, "typical": memory.middle}
        print(f"  {size} đơn vị: {result[str(size)]}", flush=True)
    return result


def whole(millions: Sequence[float]) -> list[int]:
    """So many dossiers."""
    return [round(m * 1e6) for m in millions]


def has_spark() -> bool:
    """Whether Apache Spark can run here; says so when it can't."""
    found = bool(find_spec("pyspark") and shutil.which("java"))
    if not found:
        print("spark: bỏ qua, máy này thiếu pyspark hoặc Java", flush=True)
    return found


def machine() -> dict[str, Any]:
    """What it is measured on."""
    system = f"{platform.system()} {platform.machine()}"
    return {"processors": os.cpu_count(), "system": system, "python": platform.python_version()}


def measured(part: Callable[[], dict[str, Any]], rounds: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a part found, and when, how long and on how busy a machine it was measured."""
    before, started = os.getloadavg()[0], time.monotonic()
    found = part()
    about = {
        "date": date.today().isoformat(),
        "rounds": rounds,
        "seconds": round(time.monotonic() - started),
        "load": [round(before, 2), round(os.getloadavg()[0], 2)],
    }
    return found, about


def options() -> argparse.Namespace:
    """What the command line asks for."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=3, help="lượt đo của mỗi cách")
    arguments.add_argument("--millions", type=float, nargs="+", default=[1, 10], help="triệu hồ sơ khi đo phép đếm")
    arguments.add_argument("--reports", type=float, nargs="+", default=[0.1, 1], help="triệu hồ sơ khi đo cả báo cáo")
    arguments.add_argument(
        "--prepared", type=float, nargs="+", default=[0.1, 1], help="triệu hồ sơ khi đo làm sạch tệp xuất"
    )
    arguments.add_argument("--cluster", type=float, default=0, help="triệu hồ sơ khi đo cụm Spark, ngoài báo cáo mẫu")
    arguments.add_argument(
        "--agencies", type=int, nargs="+", default=[10, 50], help="số đơn vị khi đo 10 mục mỗi đơn vị"
    )
    arguments.add_argument(
        "--province", type=int, nargs=2, default=[25, 200_000], help="số đơn vị, số hồ sơ mỗi đơn vị khi đo tổng hợp"
    )
    arguments.add_argument(
        "--parts", nargs="+", choices=PARTS, default=PARTS, help="chỉ đo lại phần này, phần khác giữ số cũ"
    )
    return arguments.parse_args()


def main() -> None:
    """Measure, keep the figures, write the page."""
    chosen = options()
    wanted = [part for part in chosen.parts if part not in ON_SPARK or has_spark()]
    become_reaper()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    result = json.loads(RESULT.read_text(encoding="utf-8")) | {"machine": machine()}
    with tempfile.TemporaryDirectory() as place, contextlib.chdir(place):
        folder = project(Path(place))
        parts = {
            "notebooks": lambda: of_notebooks(folder, chosen.rounds),
            "commands": lambda: of_commands(folder, chosen.rounds),
            "exported": lambda: growing.of_exported(folder, chosen.rounds),
            "reports": lambda: growing.of_reports(folder, whole(chosen.reports)),
            "prepared": lambda: growing.of_prepared(folder, whole(chosen.prepared)),
            "cluster": lambda: growing.of_cluster(folder, folder, *whole([chosen.cluster])),
            "province": lambda: growing.of_province(folder, *chosen.province),
            "preparing": lambda: of_preparing(chosen.rounds),
            "counting": lambda: of_counting(folder, whole(chosen.millions), chosen.rounds),
            "spark": lambda: of_spark(folder, int(max(chosen.millions) * 1e6), chosen.rounds),
            "matrix": lambda: of_matrix(folder, chosen.agencies),
        }
        for name in wanted:
            print(name, flush=True)
            result[name], result["parts"][name] = measured(parts[name], chosen.rounds)
            RESULT.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    subprocess.run([PYTHON, str(HERE / "page.py")], check=True)


if __name__ == "__main__":
    main()
