"""Section II.4.3: digitised components and electronic results.

Three different rates are called "tỷ lệ số hóa" in practice (components, results, both together); each has its own name
and base here. Thông tư 01/2023/TT-VPCP.
"""

from __future__ import annotations

import pandas as pd

from tthc_analysis.indicators import dossiers
from tthc_analysis.indicators._indicator import Indicator
from tthc_analysis.indicators._scope import Scope

SECTION = "II.4.3"
REFERENCE = "Thông tư 01/2023/TT-VPCP"


def indicators(scope: Scope) -> list[Indicator]:
    """Components digitised, results attached, and the two together (hồ sơ + kết quả)."""
    missing = dossiers.gaps(scope)
    found = dossiers.known(scope, missing)
    parts, results = found.get("with_components"), found.get("resolved_with_result")
    gaps = {m: dossiers.gap(missing, m) for m in ("with_components", "resolved_with_result")}
    both = None if parts is None or results is None else parts + results
    base = found["handled"] + found["resolved"] if found else None
    details = dossiers.details(SECTION, reference=REFERENCE)
    return [
        scope.rate(
            "digitised_components_rate",
            "Tỷ lệ hồ sơ có thành phần số hóa",
            parts,
            found.get("handled"),
            base=dossiers.HANDLED_BASE,
            numerator_label="Hồ sơ có ít nhất một tệp thành phần",
            measure="with_components",
            **gaps["with_components"],
            **details,
        ),
        scope.rate(
            "digitised_results_rate",
            "Tỷ lệ hồ sơ có kết quả điện tử đính kèm",
            results,
            found.get("resolved"),
            base=dossiers.RESOLVED_BASE,
            numerator_label="Hồ sơ đã giải quyết có tệp kết quả",
            measure="resolved_with_result",
            **gaps["resolved_with_result"],
            **details,
        ),
        scope.rate(
            "digitised_rate",
            "Tỷ lệ số hóa hồ sơ và kết quả",
            both,
            base,
            base="hồ sơ nhận giải quyết cộng kết quả đã giải quyết trong kỳ",
            numerator_label="Hồ sơ có thành phần số hóa cộng kết quả điện tử",
            **dossiers.gap(missing, *gaps),
            **details,
        ),
    ]


def by_procedure(scope: Scope) -> pd.DataFrame:
    """Appendix: digitised components and results by procedure, with both shares in per cent."""
    measures = ("handled", "with_components", "resolved", "resolved_with_result")
    table = dossiers.by_procedure(scope, measures)
    resolved = table["resolved"].where(table["resolved"] > 0)
    table = table.assign(
        component_rate=100 * table["with_components"] / table["handled"],
        result_rate=100 * table["resolved_with_result"] / resolved,
    )
    return table.sort_values(["field", "procedure_code"], ignore_index=True)
