"""Reports on administrative procedures (TTHC) from one-stop exports: every figure right, explainable, the same everywhere."""

from importlib import import_module
from typing import Any

_WHERE = dict.fromkeys(("catalogue", "digitisation", "dossiers", "online", "open_report"), "indicators")

__all__ = ["catalogue", "digitisation", "dossiers", "online", "open_report"]


def __getattr__(name: str) -> Any:
    """Load a public name on first use, so that `import tthc_analysis` stays light."""
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
