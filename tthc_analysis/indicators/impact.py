"""Section II.1: legal normative documents with procedures that the department proposed, and their impact assessment."""

from __future__ import annotations

from typing import Any

import pandas as pd

from tthc_analysis.indicators import _registers
from tthc_analysis.indicators._indicator import Indicator
from tthc_analysis.indicators._scope import NO_DATA, Scope

SECTION = "II.1"
_REFERENCE = "Luật Ban hành văn bản quy phạm pháp luật; Biểu II.01, II.02/VPCP/KSTT"


def normative(scope: Scope) -> pd.DataFrame | None:
    """Normative documents of the period that the department issued or proposed; None without data."""
    frame = _registers.in_period(scope, "van_ban")
    if frame is None:
        return None
    own = (frame["proposed_by"] == "department") | (frame["issuer"] == "department")
    return frame[(frame["document_type"] == "normative") & own].reset_index(drop=True)


def _flagged(frame: pd.DataFrame | None, column: str) -> int | None:
    """Rows on which `column` is true; None when the register does not say it for every row."""
    if frame is None or frame[column].isna().any():
        return None
    return int(frame[column].astype(bool).sum())


def indicators(scope: Scope) -> list[Indicator]:
    """Normative documents proposed, those with procedures, and how many of these were assessed for their impact."""
    frame = normative(scope)
    details: dict[str, Any] = {"section": SECTION, "tables": ("van_ban",), "reference": _REFERENCE}
    procedures = _flagged(frame, "has_procedures")
    with_procedures = frame[frame["has_procedures"].fillna(False).astype(bool)] if frame is not None else None
    assessed = _flagged(with_procedures, "is_impact_assessed") if procedures is not None else None
    gap = {"gap": NO_DATA if frame is None else "sổ văn bản không ghi có quy định TTHC hay không"}
    return [
        scope.count(
            "normative_documents_count",
            "Văn bản quy phạm pháp luật do Sở ban hành, tham mưu",
            None if frame is None else len(frame),
            "văn bản",
            **details,
        ),
        scope.count(
            "normative_with_procedures_count",
            "Văn bản quy phạm pháp luật có quy định TTHC do Sở tham mưu",
            procedures,
            "văn bản",
            **(gap if procedures is None else {}),
            **details,
        ),
        scope.rate(
            "impact_assessed_rate",
            "Tỷ lệ văn bản có quy định TTHC đã đánh giá tác động",
            assessed,
            procedures,
            base="văn bản quy phạm pháp luật có quy định TTHC do Sở tham mưu",
            numerator_label="Văn bản đã đánh giá tác động",
            **(gap if assessed is None else {}),
            **details,
        ),
    ]


def notes(scope: Scope) -> tuple[str, ...]:
    """What the register cannot say."""
    return _registers.notes(scope, "van_ban")
