"""Results → what is shown. Formats, figures, tables and charts; nothing is computed here."""

from importlib import import_module
from typing import Any

_NAMES = {
    "bundle": (
        "MIME",
        "Display",
        "Figures",
        "Headlines",
        "Notice",
    ),
    "charts": (
        "Chart",
        "backlog_chart",
        "count_chart",
        "monthly_chart",
        "outcome_chart",
        "processing_chart",
    ),
    "forms": (
        "accounts_table",
        "conflicts_table",
        "corrections_table",
        "digitisation_table",
        "findings_table",
        "form_ii06a",
        "form_ii07b",
        "online_table",
        "quarantine_table",
    ),
    "sections": (
        "claim_text",
        "claims_notice",
        "communication_table",
        "comparison_table",
        "cost_sheet_table",
        "document_counts_table",
        "documents_table",
        "due_date_list",
        "due_dates_table",
        "initiatives_table",
        "internal_simplification_table",
        "levels_table",
        "petitions_table",
        "processing_table",
        "simplification_table",
        "slipped_table",
        "verification_table",
    ),
    "tables": (
        "ReportTable",
        "TableColumn",
        "plain_table",
    ),
    "time_charts": (
        "receipts_chart",
        "trend_chart",
    ),
}
_WHERE = {name: module for module, names in _NAMES.items() for name in names}

__all__ = [*_WHERE]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    """Load a public name on first use, so that a number can be formatted without loading charts and tables."""
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
