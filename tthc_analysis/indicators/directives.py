"""Section I: directive documents by kind, issuer and month, and the commitments that were signed."""

from __future__ import annotations

from typing import Any

import pandas as pd

from tthc_analysis.columns import DOCUMENT_TOPICS, DOCUMENT_TYPES, ISSUERS
from tthc_analysis.indicators import _registers
from tthc_analysis.indicators._indicator import Indicator
from tthc_analysis.indicators._scope import NO_DATA, Scope
from tthc_analysis.rules.reporting import load_reporting

SECTION = "I"
DOCUMENT = "văn bản"
_COMMITMENT_REFERENCE = "Sổ cam kết của Sở; danh sách đơn vị có hiệu lực tại ngày chốt"


def documents(scope: Scope) -> pd.DataFrame | None:
    """Directive documents of the period, oldest first, with Vietnamese labels; None without data.

    Which issuer and topics count is `rules/reporting.toml`.
    """
    frame = _registers.in_period(scope, "van_ban")
    if frame is None:
        return None
    rule = load_reporting().directives
    chosen = frame[(frame["issuer"] == rule.issuer) & frame["topic"].isin(rule.topics)]
    return labelled(chosen)


def labelled(frame: pd.DataFrame) -> pd.DataFrame:
    """`frame` with the labels of kind, issuer and topic beside the codes."""
    return frame.assign(
        type_label=frame["document_type"].map(DOCUMENT_TYPES),
        issuer_label=frame["issuer"].map(ISSUERS),
        topic_label=frame["topic"].map(DOCUMENT_TOPICS),
    ).reset_index(drop=True)


def all_documents(scope: Scope) -> pd.DataFrame | None:
    """Every registered document of the period by issuer and kind: issuer_label, type_label, n; None without data."""
    frame = _registers.in_period(scope, "van_ban")
    if frame is None:
        return None
    table = labelled(frame).groupby(["issuer_label", "type_label"], as_index=False).size()
    return table.rename(columns={"size": "n"}).sort_values(
        ["issuer_label", "n"], ascending=[True, False], ignore_index=True
    )


def by_month(scope: Scope) -> pd.DataFrame | None:
    """Directive documents by calendar month: month (2024-03), received (their number); None without data."""
    frame = documents(scope)
    if frame is None:
        return None
    months = pd.period_range(scope.period.start, scope.period.end, freq="M").strftime("%Y-%m")
    counts = frame["issued_date"].dt.strftime("%Y-%m").value_counts()
    return pd.DataFrame({"month": months, "n": counts.reindex(months, fill_value=0).to_numpy()})


def _details(**more: Any) -> dict[str, Any]:
    rule = load_reporting().directives
    return {"section": SECTION, "tables": ("van_ban",), "reference": rule.source, **more}


def document_indicators(scope: Scope) -> list[Indicator]:
    """Number of directive documents, in all and by kind; kinds that do not occur are left out."""
    frame = documents(scope)
    total = None if frame is None else len(frame)
    result = [scope.count("directive_documents_count", "Văn bản chỉ đạo đã ban hành", total, DOCUMENT, **_details())]
    if frame is None:
        return result
    return result + [
        scope.count(
            f"directive_{kind}_count",
            f"Văn bản chỉ đạo là {label.lower()}",
            int((frame["document_type"] == kind).sum()),
            DOCUMENT,
            **_details(),
        )
        for kind, label in DOCUMENT_TYPES.items()
        if (frame["document_type"] == kind).any()
    ]


def _signed_units(scope: Scope, signed: pd.DataFrame | None, kind: str) -> tuple[int, int] | None:
    """(units of `kind` with at least one commitment, all units of `kind`); None when either register is missing."""
    units = _registers.valid_at_end(scope, "don_vi")
    if signed is None or units is None:
        return None
    codes = set(units.loc[units["unit_kind"] == kind, "unit_code"])
    return len(codes & set(signed["unit_code"])), len(codes)


def commitment_indicators(scope: Scope) -> list[Indicator]:
    """Commitments signed in the year up to the cut-off, and the share of rooms and of units that have signed."""
    signed = _registers.in_year(scope, "cam_ket")
    details = _details(tables=("cam_ket", "don_vi"), reference=_COMMITMENT_REFERENCE)
    number = None if signed is None else len(signed)
    result = [
        scope.count("commitments_count", "Bản cam kết đã ký từ đầu năm đến ngày chốt", number, "bản", **details),
    ]
    for kind, plural, base in (
        ("room", "phòng thuộc Sở", "phòng thuộc Sở"),
        ("unit", "đơn vị trực thuộc", "đơn vị trực thuộc Sở"),
    ):
        pair = _signed_units(scope, signed, kind)
        gap = {} if pair else {"gap": NO_DATA if signed is None else "chưa có danh sách đơn vị"}
        result.append(
            scope.rate(
                f"commitments_{kind}s_rate",
                f"Tỷ lệ {plural} đã ký cam kết",
                pair[0] if pair else None,
                pair[1] if pair else None,
                base=base,
                numerator_label=f"{plural[0].upper()}{plural[1:]} có bản cam kết",
                **gap,
                **details,
            )
        )
    return result


def indicators(scope: Scope) -> list[Indicator]:
    """All figures of section I."""
    return document_indicators(scope) + commitment_indicators(scope)


def notes(scope: Scope) -> tuple[str, ...]:
    """What the registers of this section cannot say."""
    return _registers.notes(scope, "van_ban", "cam_ket")
