"""What `prepare` costs by stage, in CPU seconds of itself and its children: python preparing.py [ROWS] → one JSON object.

A fresh process reads, cleans, validates and writes one workbook of ROWS dossiers (default 100,000) with real date cells.
`reader` is the bare reader: a loop over python-calamine's rows that makes every cell text, in a process of its own.
`great_expectations` is its import and its runs, `writing` pyarrow's writing of parquet. `ours` is all the rest of the call:
the child process beside the bare reader, layout, cleaning, uniting, accounts, checks, Arrow tables, hashing. Python's start
and the import of this library are no part of `total`; they would only make the share of `ours` smaller.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROWS = 100_000
CONFIG = """
[agency]
id = "do"
name = "Đo"
short = "Đo"
parent = "Đo"
place = "Đo"
receiver = "Đo"

[data]
raw = "raw"
"""


class Stages:
    """CPU seconds by stage: the time within a wrapped call is its stage's, less that of wrapped calls within it."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._stages = ["ours"]
        self._since = time.process_time()

    def wrap(self, place: Any, name: str, stage: str) -> None:
        """Count every call of `place.name` as `stage`."""
        inner = getattr(place, name)

        def counted(*arguments: Any, **named: Any) -> Any:
            self.turn()
            self._stages.append(stage)
            try:
                return inner(*arguments, **named)
            finally:
                self.turn()
                self._stages.pop()

        setattr(place, name, counted)

    def turn(self) -> None:
        """Give the time since the last turn to the stage at hand."""
        now, stage = time.process_time(), self._stages[-1]
        self.seconds[stage] = self.seconds.get(stage, 0.0) + now - self._since
        self._since = now


def prepared(folder: Path) -> dict[str, float]:
    """CPU seconds of one `prepare` of the project in `folder`, by stage; `child` is the reader's process."""
    from tthc_analysis.config import load_config
    from tthc_analysis.preparation import current, validation
    from tthc_analysis.preparation.source import source_of
    from tthc_analysis.store import write

    stages = Stages()
    stages.wrap(validation, "validate", "great_expectations")
    stages.wrap(validation, "with_checks", "ours")
    stages.wrap(write.pq, "write_table", "writing")
    current.prepare(source_of(load_config(folder)), force=True)
    stages.turn()
    child = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {**stages.seconds, "child": child.ru_utime + child.ru_stime}


def measure(rows: int) -> dict[str, float]:
    """Seconds by stage for a workbook of `rows` dossiers, and their sum."""
    from bench_reading import measure as bare
    from bench_reading import write_xlsx

    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "raw" / "ho_so").mkdir(parents=True)
        (folder / "config.toml").write_text(CONFIG, encoding="utf-8")
        path = folder / "raw" / "ho_so" / "ho_so.xlsx"
        write_xlsx(path, rows)
        command = [sys.executable, __file__, "--within", place]
        told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        reader, _ = bare("calamine", path)
    return {
        "reader": reader,
        "great_expectations": told["great_expectations"],
        "writing": told["writing"],
        "ours": told["ours"] + told["child"] - reader,
        "total": told["ours"] + told["child"] + told["great_expectations"] + told["writing"],
        "rows": rows,
    }


def main() -> None:
    """Print what one `prepare` costs; `--within FOLDER` is the fresh process that is measured."""
    if sys.argv[1:2] == ["--within"]:
        print(json.dumps(prepared(Path(sys.argv[2]))))
    else:
        print(json.dumps(measure(int(sys.argv[1]) if sys.argv[1:] else ROWS)))


if __name__ == "__main__":
    main()
