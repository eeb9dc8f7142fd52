"""Section II.8: initiatives on the reform of administrative procedures."""

from __future__ import annotations

import pandas as pd

from tthc_analysis.columns import INITIATIVES
from tthc_analysis.indicators import _registers
from tthc_analysis.indicators._indicator import Indicator
from tthc_analysis.indicators._scope import Scope
from tthc_analysis.indicators.definition import Block, Count, Measure
from tthc_analysis.indicators.evaluate import Evaluation, evaluate, rows
from tthc_analysis.indicators.relations import UNITS_AT_END, day, in_period

SECTION = "II.8"
INITIATIVE = "sáng kiến"

#: initiatives proposed in the period with is_recognised as of its last day
PROPOSED = in_period(
    "initiatives",
    INITIATIVES,
    lambda scope: f"*, coalesce(recognised_date <= {day(scope.period.end)}, false) AS is_recognised",
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


def initiatives(scope: Scope) -> pd.DataFrame | None:
    """Initiatives proposed in the period with is_recognised and the name of the unit; None without data."""
    if Evaluation(scope).silence(PROPOSED):
        return None
    units = rows(scope, UNITS_AT_END, "unit_code, unit_name")
    names = dict(zip(units["unit_code"], units["unit_name"], strict=True))
    found = rows(scope, PROPOSED, order="proposed_date, initiative_code")
    return found.assign(unit_name=found["unit_code"].map(names))


def indicators(scope: Scope) -> list[Indicator]:
    """Initiatives proposed in the period and, of these, recognised up to its last day."""
    return evaluate(scope, BLOCK)


def notes(scope: Scope) -> tuple[str, ...]:
    """What the register cannot say."""
    return _registers.notes(scope, INITIATIVES.name)
