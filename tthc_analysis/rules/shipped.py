"""The data files of `rules/` as the package ships them."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from importlib.resources import files
from typing import Any


def shipped(name: str, parse_float: Callable[[str], Any] = float) -> dict[str, Any]:
    """What the TOML file `name` of `rules/` says; `parse_float` makes its numbers with a point."""
    text = files("tthc_analysis.rules").joinpath(name).read_text(encoding="utf-8")
    return tomllib.loads(text, parse_float=parse_float)
