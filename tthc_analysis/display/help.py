"""What `help()` and `?` say of the public names: Vietnamese and an example first (`help.toml`), the English docstring below.

English stays the rule for docstrings; what an analyst meets in a notebook is told in Vietnamese too, and `dir()` of a module of
figures lists what may be asked of it, without its imports.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from inspect import cleandoc, isclass, isfunction
from types import ModuleType
from typing import Any

_EXAMPLE = "Ví dụ"


@cache
def texts() -> Mapping[str, Mapping[str, Any]]:
    """Text and example of every public name."""
    return tomllib.loads((files("tthc_analysis.display") / "help.toml").read_text(encoding="utf-8"))


def told(name: str, value: Any) -> Any:
    """`value`, with the Vietnamese help of the public `name` before its docstring; the same value comes back."""
    entry = texts().get(name)
    own = cleandoc(getattr(value, "__doc__", None) or "")
    if entry is None or f"\n{_EXAMPLE}: " in own:
        return value
    lines = f"{entry['text']}\n\n{_EXAMPLE}: {entry['example']}\n\n{own}".rstrip() + "\n"
    try:
        object.__setattr__(value, "__doc__", lines) if not isclass(value) else setattr(value, "__doc__", lines)
    except (AttributeError, TypeError):  # a value that cannot carry a text of its own
        return value
    if isinstance(value, ModuleType):
        value.__dict__.setdefault("__dir__", lambda: public(value))
    return value


def public(module: ModuleType) -> list[str]:
    """What a module itself defines for a notebook: functions and classes without a leading underscore."""
    own = vars(module).items()
    return sorted(
        n for n, v in own if not n.startswith("_") and (isfunction(v) or isclass(v)) and v.__module__ == module.__name__
    )
