"""Every figure of every section, for what is not a notebook: `tthc figures`, reconciling a draft, comparing reports."""

from __future__ import annotations

from importlib import import_module

from tthc_analysis.indicators._indicator import Indicator
from tthc_analysis.indicators._scope import Scope

#: modules with `indicators(scope)`, in the order of the report
SECTION_MODULES = (
    "quality",
    "directives",
    "impact",
    "publication",
    "catalogue",
    "simplification",
    "dossiers",
    "online",
    "digitisation",
    "integration",
    "petitions",
    "communication",
    "one_stop",
    "initiatives",
    "assessment",
)


#: names of the figures on the first screen, in order
HEADLINES = (
    "dossiers_handled_count",
    "dossiers_resolved_count",
    "dossiers_resolved_rate",
    "dossiers_resolved_overdue_count",
    "dossiers_pending_count",
    "online_received_rate",
    "digitised_rate",
    "paid_online_rate",
)


def all_indicators(scope: Scope) -> list[Indicator]:
    """Every indicator of the period, once, in the order of the report."""
    found: dict[str, Indicator] = {}
    for name in SECTION_MODULES:
        for indicator in import_module(f"tthc_analysis.indicators.{name}").indicators(scope):
            found.setdefault(indicator.name, indicator)
    return list(found.values())
