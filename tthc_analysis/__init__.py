"""Reports on administrative procedures (TTHC) from one-stop exports: every figure right, explainable, the same everywhere."""

from importlib import import_module
from typing import Any

_MODULES = (
    "assessment",
    "catalogue",
    "communication",
    "digitisation",
    "directives",
    "dossiers",
    "due_dates",
    "impact",
    "initiatives",
    "integration",
    "one_stop",
    "online",
    "petitions",
    "publication",
    "quality",
    "simplification",
    "summary",
    "trend",
)
_DISPLAYS = (
    "Chart",
    "Figures",
    "Headlines",
    "Notice",
    "TableColumn",
    "accounts_table",
    "backlog_chart",
    "claim_text",
    "claims_notice",
    "communication_table",
    "comparison_table",
    "conflicts_table",
    "corrections_table",
    "cost_sheet_table",
    "count_chart",
    "digitisation_table",
    "document_counts_table",
    "documents_table",
    "due_date_list",
    "due_dates_table",
    "findings_table",
    "form_ii06a",
    "form_ii07b",
    "initiatives_table",
    "internal_simplification_table",
    "levels_table",
    "monthly_chart",
    "online_table",
    "outcome_chart",
    "petitions_table",
    "plain_table",
    "processing_chart",
    "processing_table",
    "quarantine_table",
    "receipts_chart",
    "simplification_table",
    "slipped_table",
    "trend_chart",
    "verification_table",
)
_WHERE = {
    "open_report": "indicators",
    "preview": "documents.preview",
    **dict.fromkeys(_MODULES, "indicators"),
    **dict.fromkeys(_DISPLAYS, "display"),
}

__all__ = [*_WHERE]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    """Load a public name on first use, so that `import tthc_analysis` stays light."""
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name == "open_report":
        import_module(f"{__name__}.display.interactive").install()
    room = f"{__name__}.{_WHERE[name]}"
    return import_module(f"{room}.{name}") if name in _MODULES else getattr(import_module(room), name)


def __dir__() -> list[str]:
    """What a notebook may use, and nothing else."""
    return sorted(__all__)
