"""Section II.8: initiatives on the reform of administrative procedures."""

from __future__ import annotations

import pandas as pd

from tthc_analysis.columns import INITIATIVES
from tthc_analysis.indicators import _registers
from tthc_analysis.indicators._indicator import Indicator
from tthc_analysis.indicators._open import OpenReport
from tthc_analysis.indicators.definition import Block, Count, Measure
from tthc_analysis.indicators.evaluate import Evaluation, evaluate, rows
from tthc_analysis.indicators.relations import UNITS_AT_END, day, in_period

SECTION = "II.8"
INITIATIVE = "sáng kiến"

#: initiatives proposed in the period with is_recognised as of its last day
PROPOSED = in_period(
    "initiatives",
    INITIATIVES,
    lambda report: f"*, coalesce(recognised_date <= {day(report.period.end)}, false) AS is_recognised",
)
BLOCK = Block(
    section=SECTION,
    reference="{ND-13-2012} (Điều lệ Sáng kiến)",
    figures=(
        Count(
            name="initiatives_count",
            label="Sáng kiến cải cách TTHC đề xuất trong kỳ",
            part=Measure(PROPOSED),
            unit=INITIATIVE,
        ),
        Count(
            name="initiatives_recognised_count",
            label="Trong đó đã được công nhận",
            part=Measure(PROPOSED, "is_recognised"),
            unit=INITIATIVE,
        ),
    ),
)
BLOCKS = (BLOCK,)


def initiatives(report: OpenReport) -> pd.DataFrame | None:
    """Initiatives proposed in the period with is_recognised and the name of the unit; None without data."""
    if Evaluation(report).silence(PROPOSED):
        return None
    units = rows(report, UNITS_AT_END, "unit_code, unit_name")
    names = dict(zip(units["unit_code"], units["unit_name"], strict=True))
    found = rows(report, PROPOSED, order="proposed_date, initiative_code")
    return found.assign(unit_name=found["unit_code"].map(names))


def indicators(report: OpenReport) -> list[Indicator]:
    """Initiatives proposed in the period and, of these, recognised up to its last day."""
    return evaluate(report, BLOCK)


def notes(report: OpenReport) -> tuple[str, ...]:
    """What the register cannot say."""
    return _registers.notes(report, INITIATIVES.name)
