"""Section II.4.3: digitised components and electronic results.

Three different rates are called "tỷ lệ số hóa" in practice (components, results, both together); each has its own name
and base here. Thông tư 01/2023/TT-VPCP.
"""

from __future__ import annotations

import pandas as pd

from tthc_analysis.indicators import _counting as c
from tthc_analysis.indicators import dossiers
from tthc_analysis.indicators._counting import LIVE
from tthc_analysis.indicators._indicator import Indicator
from tthc_analysis.indicators._open import OpenReport
from tthc_analysis.indicators._order import in_order
from tthc_analysis.indicators.definition import Block, Measure, Rate
from tthc_analysis.indicators.evaluate import evaluate

SECTION = "II.4.3"
REFERENCE = "{TT-01-2023}"

_COMPONENT, _RESULT = "component_file_count > 0", "is_resolved AND result_file_count > 0"
#: a dossier counts once for a digitised component and once for an attached result
BOTH = Measure(
    LIVE,
    f"{_COMPONENT} OR ({_RESULT})",
    (c.ENDED, c.COMPONENTS, c.RESULTS),
    "sum",
    f"CASE WHEN {_COMPONENT} THEN 1 ELSE 0 END + CASE WHEN {_RESULT} THEN 1 ELSE 0 END",
)
BLOCK = Block(
    section=SECTION,
    reference=REFERENCE,
    figures=(
        Rate(
            name="digitised_components_rate",
            label="Tỷ lệ hồ sơ có thành phần số hóa",
            part=c.WITH_COMPONENTS,
            part_label="Hồ sơ có ít nhất một tệp thành phần",
            whole=c.HANDLED,
            base=dossiers.HANDLED_BASE,
        ),
        Rate(
            name="digitised_results_rate",
            label="Tỷ lệ hồ sơ có kết quả điện tử đính kèm",
            part=c.RESOLVED_WITH_RESULT,
            part_label="Hồ sơ đã giải quyết có tệp kết quả",
            whole=c.RESOLVED,
            base=dossiers.RESOLVED_BASE,
        ),
        Rate(
            name="digitised_rate",
            label="Tỷ lệ số hóa hồ sơ và kết quả",
            part=BOTH,
            part_label="Hồ sơ có thành phần số hóa cộng kết quả điện tử",
            whole=Measure(LIVE, needs=(c.ENDED,), take="sum", what="1 + CAST(is_resolved AS INTEGER)"),
            base="hồ sơ nhận giải quyết cộng kết quả đã giải quyết trong kỳ",
        ),
    ),
)
BLOCKS = (BLOCK,)


def indicators(report: OpenReport) -> list[Indicator]:
    """Components digitised, results attached, and the two together (hồ sơ + kết quả)."""
    return evaluate(report, BLOCK)


def by_procedure(report: OpenReport) -> pd.DataFrame:
    """Appendix: digitised components and results by procedure, with both shares in per cent."""
    measures = ("handled", "with_components", "resolved", "resolved_with_result")
    table = dossiers.by_procedure(report, measures)
    resolved = table["resolved"].where(table["resolved"] > 0)
    table = table.assign(
        component_rate=100 * table["with_components"] / table["handled"],
        result_rate=100 * table["resolved_with_result"] / resolved,
    )
    return in_order(table, ["field", "procedure_code"])
