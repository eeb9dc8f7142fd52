"""Measure everything and write benchmarks/ket-qua.json, docs/benchmarks.md and its chart: `make bench`.

Pairs run in turn in one go, so that the state of the machine falls on both; medians and ratios are reported, of CPU first:
wall time says little on a machine that others use too. Only tools of the project's own environment are used.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from statistics import median as middle
from typing import Any

import page
from measure import Cost, alternate, become_reaper, median, run

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PYTHON = sys.executable
TEN = 10
PARTS = ("notebooks", "commands", "counting")


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


def shell(number: int, folder: Path) -> Callable[[], Cost]:
    """papermill and nbconvert from the command line, one after the other for each notebook."""
    sys.path.insert(0, str(HERE))
    from variants import PARAMETERS, notebooks

    def once() -> Cost:
        out = Path(tempfile.mkdtemp(dir=folder))
        os.chdir(folder)
        values = [word for name, value in PARAMETERS.items() for word in ("-r", name, value)]
        commands = []
        for name, path in notebooks(number):
            made = str(out / f"{name}.ipynb")
            commands.append([PYTHON, "-m", "papermill", "--no-progress-bar", *values, str(path), made])
            commands.append([PYTHON, "-m", "nbconvert", "--to", "html", made])
        return run(commands, folder)

    return once


def floor(number: int, folder: Path) -> float:
    """CPU seconds of the bare cells and rendering."""
    out = Path(tempfile.mkdtemp(dir=folder))
    run([[PYTHON, str(HERE / "variants.py"), "floor", str(number), str(out)]], folder)
    return float(json.loads((out / "floor.json").read_text()))


def of_notebooks(folder: Path, rounds: int) -> dict[str, Any]:
    """Ten notebooks to HTML in four ways, and what one more costs."""
    ways = {"loop": way("loop", TEN, folder), "ours": way("ours", TEN, folder)}
    found = alternate(ways, rounds) | alternate({"shell": shell(TEN, folder)}, 1)
    bare = middle(floor(TEN, folder) for _ in range(rounds))
    margin = alternate({"50": way("ours", 50, folder), "100": way("ours", 100, folder)}, max(1, rounds - 1))
    each = {name: median(costs) for name, costs in margin.items()}
    return {
        "number": TEN,
        **{name: vars(median(costs)) for name, costs in found.items()},
        "floor_cpu": bare,
        "margin_cpu": (each["100"].cpu - each["50"].cpu) / 50,
        "margin_wall": (each["100"].wall - each["50"].wall) / 50,
        "peak_50": each["50"].peak,
        "peak_100": each["100"].peak,
    }


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
    found = {name: vars(median(costs)) for name, costs in alternate(ways, rounds + 2).items()}
    assert log.stat().st_mtime_ns == written, "a report of which nothing changed was made again"
    return {"first": vars(first), **found}


def of_counting(folder: Path, sizes: Sequence[int], rounds: int) -> dict[str, Any]:
    """All measures by field against a scan of the same columns."""
    result = {}
    for size in sizes:
        place = folder / f"dem-{size}"
        counting = [PYTHON, str(HERE / "counting.py")]
        subprocess.run([*counting, "make", str(size), str(place)], check=True)

        def once(what: str, place: Path = place, counting: Sequence[str] = counting) -> Callable[[], Cost]:
            command = [*counting, what, str(place)]
            return lambda: Cost(*json.loads(subprocess.run(command, check=True, capture_output=True).stdout))

        found = alternate({"scan": once("scan"), "count": once("count")}, rounds)
        result[str(size)] = {name: vars(median(costs)) for name, costs in found.items()}
        result[str(size)]["bytes"] = sum(p.stat().st_size for p in place.rglob("*.parquet"))
        shutil.rmtree(place)
    return result


def machine() -> dict[str, Any]:
    """What it is measured on."""
    system = f"{platform.system()} {platform.machine()}"
    return {"processors": os.cpu_count(), "system": system, "python": platform.python_version()}


def main() -> None:
    """Measure, keep the figures, write the page."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=3, help="lượt đo của mỗi cách")
    arguments.add_argument("--millions", type=float, nargs="*", default=[1, 10], help="triệu hồ sơ khi đo phép đếm")
    arguments.add_argument(
        "--parts", nargs="*", choices=PARTS, default=PARTS, help="chỉ đo lại phần này, phần khác giữ số cũ"
    )
    chosen = arguments.parse_args()
    become_reaper()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    kept = HERE / "ket-qua.json"
    result = json.loads(kept.read_text(encoding="utf-8")) if set(chosen.parts) != set(PARTS) else {}
    result |= {"date": date.today().isoformat(), "machine": machine(), "rounds": chosen.rounds}
    with tempfile.TemporaryDirectory() as place:
        folder = project(Path(place))
        measured = {
            "notebooks": lambda: of_notebooks(folder, chosen.rounds),
            "commands": lambda: of_commands(folder, chosen.rounds),
            "counting": lambda: of_counting(folder, [int(m * 1e6) for m in chosen.millions], chosen.rounds),
        }
        result |= {part: measured[part]() for part in chosen.parts}
    kept.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    page.write(result, ROOT / "docs")


if __name__ == "__main__":
    main()
