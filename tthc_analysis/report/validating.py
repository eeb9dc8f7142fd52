"""Validation beside reading: the tables of an export are checked in another process while the next ones are read."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd

from tthc_analysis.columns import TABLES, Table
from tthc_analysis.execution import light
from tthc_analysis.execution.helper import Helper, Lost
from tthc_analysis.execution.pool import default_method
from tthc_analysis.preparation.validation import (
    Finding,
    Here,
    OfRows,
    Validating,
    validate,
    validate_files,
    validate_rows,
)
from tthc_analysis.report import unused
from tthc_analysis.report.jobs import WARM

#: what the other process has imported where nothing but validation is wanted of it
ALONE = ("tthc_analysis.preparation.validation",)
#: a larger table is checked where it is: sending it would hold it twice
MOST_ROWS = 300_000
Answer = list[Finding]


def beside(warm: Sequence[str] = WARM) -> Validating:
    """A validator in a process of its own where processes can be forked (after the modules `warm`), else here."""
    return Beside(warm) if default_method() == "forkserver" else Here()


class Beside(Here):
    """Hands each table to the other process as soon as it is submitted; what that cannot answer is validated here."""

    is_beside = True

    def __init__(self, warm: Sequence[str] = WARM) -> None:
        super().__init__()
        self._helper = Helper(ready, warm)
        self._asked: dict[str, Future[Any]] = {}
        self._shared: dict[str, tuple[Sequence[Path], list[Future[Any]]]] = {}

    def submit(self, table: Table, frame: pd.DataFrame) -> None:
        """Have the table validated; its findings are asked for later."""
        super().submit(table, frame)
        if 0 < len(frame) <= MOST_ROWS:
            self._asked[table.name] = self._helper.ask((table.name, frame))

    def submit_files(self, table: Table, files: Sequence[Path]) -> None:
        """Have the files looked at one after the other; those not yet begun when their findings are asked for, are left for here."""
        super().submit_files(table, files)
        self._shared[table.name] = files, [self._helper.ask((table.name, [file])) for file in files]

    def is_ready(self) -> bool:
        """Whether the other process has answered everything, or is lost."""
        shared = (one for _, asked in self._shared.values() for one in asked)
        return all(asked.done() for asked in (*self._asked.values(), *shared))

    def findings(self, table: Table) -> Answer:
        """The findings on a submitted table, waited for."""
        asked = self._asked.get(table.name)
        files, shared = self._shared.get(table.name, ((), []))
        try:
            if files:
                return validate_files(table, files, lambda n: None if shared[n].cancel() else shared[n].result())
            if asked is None:
                return super().findings(table)
            answer: Answer = asked.result()
            return answer
        except Lost:
            return super().findings(table)

    def close(self) -> None:
        """End the other process."""
        self._helper.close()


def ready() -> Callable[[Any], Answer | OfRows]:
    """In the other process: Great Expectations imported, without what no expectation of ours uses."""
    light.import_jsonschema()
    unused.leave_out()
    gc.disable()
    from tthc_analysis.preparation.validation import great_expectations

    great_expectations()
    gc.enable()
    # else its progress bar, which is off, takes a lock of the system
    import_module("tqdm").tqdm.set_lock(threading.RLock())
    return _validated


def _validated(order: Any) -> Answer | OfRows:
    """The findings on a table, or what the rows in some files tell each for itself."""
    name, rows = order
    table = TABLES[name]
    return validate(table, rows) if isinstance(rows, pd.DataFrame) else validate_rows(table, rows)
