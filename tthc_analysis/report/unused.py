"""What Great Expectations imports and a validation of frames never uses: a third of its start, left out of a process that does nothing else.

A module left out has whatever name is asked of it, as an empty class. Where that is not enough, the import fails, and who hands
tables to the process validates them itself.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

#: draw distributions of values, and compare them
_OF_DISTRIBUTIONS = ("altair", "scipy.stats")
#: one module for each kind of data: files, clouds, databases, Spark; only frames are validated
_DATA = "great_expectations.datasource.fluent"
_NEEDED = {"pandas_datasource", "invalid_datasource"}


class _Bare(ModuleType):
    """A module that has every name, as an empty class."""

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})


def leave_out() -> None:
    """Let nothing import them from now on; never where somebody else's code runs."""
    spec = importlib.util.find_spec(_DATA.partition(".")[0])
    places = spec.submodule_search_locations if spec else None
    folders = [Path(place).joinpath(*_DATA.split(".")[1:]) for place in places or ()]
    kinds = {path.stem for folder in folders for path in folder.glob("*_datasource.py")} - _NEEDED
    for name in (*_OF_DISTRIBUTIONS, *(f"{_DATA}.{kind}" for kind in sorted(kinds))):
        sys.modules.setdefault(name, _Bare(name))
