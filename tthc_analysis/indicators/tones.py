"""What the colour of a figure says."""

from __future__ import annotations

from typing import Literal

from tthc_analysis.indicators._indicator import Indicator

Tone = Literal["plain", "good", "late", "open"]

#: counts of lateness: 0 is good, anything else is what a reader must see first
LATENESS = frozenset(
    {
        "dossiers_resolved_overdue_count",
        "dossiers_pending_overdue_count",
        "overdue_total_count",
        "all_resolved_overdue_count",
        "all_pending_overdue_count",
    }
)


def tone_of(figure: Indicator) -> Tone:
    """What the colour of a figure says: good or late where it counts lateness, open where it is not known of all."""
    if figure.value is None:
        return "open"
    if figure.name in LATENESS:
        return "late" if figure.value else "open" if figure.covers else "good"
    return "plain"
