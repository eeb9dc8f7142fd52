"""Reports on administrative procedures (TTHC) from one-stop exports: every figure right, explainable, the same everywhere."""

import re
from importlib import import_module
from pathlib import Path
from typing import Any

_LIST = Path(__file__).with_suffix(".pyi").read_text(encoding="utf-8")
#: public name → module that has it; the list is `__init__.pyi`, which editors and mypy read
_WHERE = {name: module for module, name in re.findall(r"^from (\S+) import (\w+) as \w+$", _LIST, re.MULTILINE)}

__all__ = [*_WHERE]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    """Load a public name on first use, so that `import tthc_analysis` stays light."""
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name == "open_report":
        import_module(f"{__name__}.display.interactive").install()
    module = _WHERE[name]
    found = getattr(import_module(module), name, None) or import_module(f"{module}.{name}")
    return import_module(f"{__name__}.display.help").told(name, found)


def __dir__() -> list[str]:
    """What a notebook may use, and nothing else."""
    return sorted(__all__)
