"""Section II.2: decisions that publish procedures; the procedures themselves are counted by `catalogue`."""

from __future__ import annotations

from typing import Any

import pandas as pd

from tthc_analysis.indicators import _registers, catalogue
from tthc_analysis.indicators._indicator import Indicator
from tthc_analysis.indicators._scope import Scope
from tthc_analysis.indicators.directives import labelled

SECTION = "II.2"
_REFERENCE = "Nghị định 63/2010/NĐ-CP (sửa đổi bởi NĐ 48/2013, NĐ 92/2017); Thông tư 02/2017/TT-VPCP"


def decisions(scope: Scope) -> pd.DataFrame | None:
    """Publication decisions of the city that the department proposed in the period, oldest first; None without data."""
    frame = _registers.in_period(scope, "van_ban")
    if frame is None:
        return None
    chosen = (
        (frame["topic"] == "publication")
        & (frame["document_type"] == "decision")
        & (frame["issuer"] == "city")
        & (frame["proposed_by"] == "department")
    )
    return labelled(frame[chosen])


def unregistered_decisions(scope: Scope) -> list[str] | None:
    """Decisions that the catalogue in force cites and no registered document bears, sorted; None without both."""
    if catalogue.published_by_level(scope) is None or not scope.store.has("van_ban"):
        return None
    cited = set(catalogue.in_force(scope)["decision"].dropna())
    return sorted(cited - set(scope.store.frame("van_ban")["document_number"]))


def indicators(scope: Scope) -> list[Indicator]:
    """Publication decisions in all and on internal procedures, and decisions of the catalogue missing from the register."""
    frame = decisions(scope)
    details: dict[str, Any] = {"section": SECTION, "tables": ("van_ban",), "reference": _REFERENCE}
    missing = unregistered_decisions(scope)
    return [
        scope.count(
            "publication_decisions_count",
            "Quyết định công bố TTHC do Sở trình",
            None if frame is None else len(frame),
            "quyết định",
            **details,
        ),
        scope.count(
            "internal_publication_decisions_count",
            "Trong đó quyết định công bố TTHC nội bộ",
            None if frame is None else int(frame["is_internal"].fillna(False).astype(bool).sum()),
            "quyết định",
            **details,
        ),
        scope.count(
            "unregistered_decisions_count",
            "Quyết định danh mục dẫn chiếu nhưng sổ văn bản không có",
            None if missing is None else len(missing),
            "quyết định",
            **{**details, "tables": ("van_ban", "danh_muc_tthc")},
        ),
    ]


def notes(scope: Scope) -> tuple[str, ...]:
    """What the register and the catalogue cannot say as of the cut-off."""
    return _registers.notes(scope, "van_ban") + catalogue.notes(scope)
