"""Reports on administrative procedures (TTHC) from one-stop exports: every figure right, explainable, the same everywhere."""

from importlib import import_module
from typing import Any

_MODULES = ("catalogue", "digitisation", "dossiers", "online", "quality", "summary")
_DISPLAYS = (
    "Chart",
    "Figures",
    "Headlines",
    "Notice",
    "TableColumn",
    "accounts_table",
    "backlog_chart",
    "conflicts_table",
    "digitisation_table",
    "findings_table",
    "form_ii06a",
    "form_ii07b",
    "monthly_chart",
    "online_table",
    "outcome_chart",
    "plain_table",
    "quarantine_table",
)
_WHERE = {
    "open_report": "indicators",
    **dict.fromkeys(_MODULES, "indicators"),
    **dict.fromkeys(_DISPLAYS, "display"),
}

__all__ = [*_WHERE]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    """Load a public name on first use, so that `import tthc_analysis` stays light."""
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    room = f"{__name__}.{_WHERE[name]}"
    return import_module(f"{room}.{name}") if name in _MODULES else getattr(import_module(room), name)
