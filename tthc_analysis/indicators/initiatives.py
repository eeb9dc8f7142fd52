"""Section II.8: initiatives on the reform of administrative procedures."""

from __future__ import annotations

from typing import Any

import pandas as pd

from tthc_analysis.indicators import _registers
from tthc_analysis.indicators._indicator import Indicator
from tthc_analysis.indicators._scope import Scope

SECTION = "II.8"
_REFERENCE = "Nghị định 13/2012/NĐ-CP (Điều lệ Sáng kiến)"


def initiatives(scope: Scope) -> pd.DataFrame | None:
    """Initiatives proposed in the period with is_recognised as of its last day; None without data."""
    frame = _registers.in_period(scope, "sang_kien")
    if frame is None:
        return None
    recognised = frame["recognised_date"] <= pd.Timestamp(scope.period.end)
    units = _registers.valid_at_end(scope, "don_vi")
    names = {} if units is None else dict(zip(units["unit_code"], units["unit_name"], strict=True))
    return frame.assign(is_recognised=recognised, unit_name=frame["unit_code"].map(names))


def indicators(scope: Scope) -> list[Indicator]:
    """Initiatives proposed in the period and, of these, recognised up to its last day."""
    frame = initiatives(scope)
    details: dict[str, Any] = {"section": SECTION, "tables": ("sang_kien",), "reference": _REFERENCE}
    return [
        scope.count(
            "initiatives_count",
            "Sáng kiến cải cách TTHC đề xuất trong kỳ",
            None if frame is None else len(frame),
            "sáng kiến",
            **details,
        ),
        scope.count(
            "initiatives_recognised_count",
            "Trong đó đã được công nhận",
            None if frame is None else int(frame["is_recognised"].sum()),
            "sáng kiến",
            **details,
        ),
    ]


def notes(scope: Scope) -> tuple[str, ...]:
    """What the register cannot say."""
    return _registers.notes(scope, "sang_kien")
