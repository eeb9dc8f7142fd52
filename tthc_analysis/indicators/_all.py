"""Every figure of every section, for what is not a notebook: `tthc figures`, reconciling a narrative, comparing reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tthc_analysis.indicators._indicator import Indicator
    from tthc_analysis.indicators._open import OpenReport

#: names of the figures on the first screen, in order of weight
HEADLINES = (
    "dossiers_handled_count",
    "dossiers_resolved_rate",
    "dossiers_resolved_overdue_count",
    "dossiers_pending_count",
    "dossiers_resolved_count",
    "online_received_rate",
    "digitised_rate",
    "paid_online_rate",
)


def all_indicators(report: OpenReport) -> list[Indicator]:
    """Every declared figure of the period, once, in the order of the report; those that are left out are not among them."""
    from tthc_analysis.indicators import rollup
    from tthc_analysis.indicators.evaluate import evaluate
    from tthc_analysis.indicators.registry import blocks

    if report.is_united:
        return rollup.indicators(report)
    return evaluate(report, *(block for block in blocks() if not block.rolled_up))


def last_year_indicators(report: OpenReport) -> list[Indicator]:
    """The figures of the same period a year before that may be compared: every register tells of both periods as a whole."""
    from tthc_analysis.columns import TABLES
    from tthc_analysis.indicators._registers import whole

    if report.is_united:
        return []
    before = report.last_year
    dated = [name for name, table in TABLES.items() if table.event]
    told = {name for name in dated if whole(report, name) and whole(before, name)}
    if not told:
        return []
    return [f for f in all_indicators(before) if f.tables and told.issuperset(f.tables)]
