"""Section II.5: petitions on administrative rules and conduct, as of the period from their dates (form II.05)."""

from __future__ import annotations

import pandas as pd

from tthc_analysis.columns import PETITION_CHANNELS, PETITION_KINDS, PETITIONS
from tthc_analysis.indicators import _registers
from tthc_analysis.indicators._indicator import Indicator
from tthc_analysis.indicators._open import OpenReport
from tthc_analysis.indicators.definition import Block, Count, Fact, Measure, Rate
from tthc_analysis.indicators.evaluate import Evaluation, evaluate, grouped
from tthc_analysis.indicators.relations import open_in_period

SECTION = "II.5"
PETITION = "phản ánh, kiến nghị"

#: petitions open at some time in the period; one that is answered after its last day is still open
HELD = open_in_period("petitions", PETITIONS, "resolved_at")
_DUE = Fact(HELD, "hạn xử lý", "due_at IS NOT NULL", who="is_resolved")
RESOLVED = Measure(HELD, "is_resolved")
PENDING = Measure(HELD, "NOT is_resolved")
DATED = Measure(HELD, "is_resolved AND due_at IS NOT NULL")
#: on time is the due day or before
ON_TIME = Measure(HELD, "is_resolved AND CAST(resolved_at AS DATE) <= CAST(due_at AS DATE)", (_DUE,))

BLOCK = Block(
    section=SECTION,
    reference="{ND-20-2008:amended}; Biểu II.05/VPCP/KSTT",
    figures=(
        Count(
            name="petitions_received_count",
            label="Phản ánh, kiến nghị tiếp nhận trong kỳ",
            part=Measure(HELD, "NOT is_carried_over"),
            unit=PETITION,
        ),
        Count(
            name="petitions_carried_over_count",
            label="Phản ánh, kiến nghị từ kỳ trước",
            part=Measure(HELD, "is_carried_over"),
            unit=PETITION,
        ),
        Count(name="petitions_resolved_count", label="Phản ánh, kiến nghị đã xử lý", part=RESOLVED, unit=PETITION),
        Count(name="petitions_pending_count", label="Phản ánh, kiến nghị đang xử lý", part=PENDING, unit=PETITION),
        Rate(
            name="petitions_on_time_rate",
            label="Tỷ lệ phản ánh, kiến nghị xử lý đúng hạn",
            part=ON_TIME,
            part_label="Phản ánh, kiến nghị đã xử lý trong hạn",
            whole=DATED,
            base="phản ánh, kiến nghị có hạn xử lý đã xử lý trong kỳ",
        ),
    ),
)
BLOCKS = (BLOCK,)


def indicators(report: OpenReport) -> list[Indicator]:
    """Petitions received, carried over, resolved, pending, and the share resolved on time."""
    return evaluate(report, BLOCK)


def by_kind(report: OpenReport) -> pd.DataFrame | None:
    """Handled petitions by kind and channel: kind, channel, handled, resolved, on_time (empty without due dates), pending; None without data."""
    if Evaluation(report).silence(HELD):
        return None
    measures = {"handled": Measure(HELD), "resolved": RESOLVED, "on_time": ON_TIME, "pending": PENDING}
    table = grouped(report, HELD, measures, ["kind", "channel"])
    named = table.assign(
        kind=table["kind"].map(PETITION_KINDS).fillna("(không ghi loại)"),
        channel=table["channel"].map(PETITION_CHANNELS).fillna("(không ghi kênh)"),
    )
    return named.sort_values(["kind", "channel"], ignore_index=True)


def notes(report: OpenReport) -> tuple[str, ...]:
    """What the register cannot say."""
    return _registers.notes(report, PETITIONS.name)
