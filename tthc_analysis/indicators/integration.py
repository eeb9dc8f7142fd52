"""Section II.4.4: identities verified with the national population database."""

from __future__ import annotations

from typing import Any

import pandas as pd

from tthc_analysis.columns import PERSON_GROUPS
from tthc_analysis.indicators import _registers
from tthc_analysis.indicators._indicator import Indicator
from tthc_analysis.indicators._scope import Scope

SECTION = "II.4.4"
_BASE = "học sinh, giáo viên, cán bộ quản lý trong cơ sở dữ liệu ngành"


def latest(scope: Scope) -> pd.DataFrame | None:
    """The last reading of the period of each group and school level; None without a reading in the period.

    Groups are read on days of their own: one that was not read again keeps its last reading.
    """
    frame = _registers.in_period(scope, "xac_thuc")  # oldest first
    if frame is None or frame.empty:
        return None
    return frame.drop_duplicates(["person_group", "education_level"], keep="last").reset_index(drop=True)


def by_level(scope: Scope) -> pd.DataFrame | None:
    """The last reading by school level: education_level, record_count, verified_count, rate (%); None without data."""
    frame = latest(scope)
    if frame is None:
        return None
    table = frame.groupby("education_level", as_index=False, sort=False)[["record_count", "verified_count"]].sum()
    return table.assign(rate=100 * table["verified_count"] / table["record_count"].where(table["record_count"] > 0))


def _rate(scope: Scope, name: str, label: str, frame: pd.DataFrame | None, base: str) -> Indicator:
    verified = None if frame is None else int(frame["verified_count"].sum())
    records = None if frame is None else int(frame["record_count"].sum())
    details: dict[str, Any] = {"section": SECTION, "tables": ("xac_thuc",), "decimals": 1}
    return scope.rate(
        name,
        label,
        verified,
        records,
        base=base,
        numerator_label="Bản ghi đã xác thực định danh",
        reference="Quyết định 06/QĐ-TTg ngày 06/01/2022 (Đề án 06); số đọc gần nhất trong kỳ",
        **details,
    )


def indicators(scope: Scope) -> list[Indicator]:
    """Share of verified identities in all and by group of persons, at the last reading of the period."""
    frame = latest(scope)
    total = _rate(scope, "verified_identities_rate", "Tỷ lệ xác thực định danh toàn ngành", frame, _BASE)
    if frame is None:
        return [total]
    return [total] + [
        _rate(
            scope,
            f"verified_{group}s_rate",
            f"Tỷ lệ xác thực định danh {label.lower()}",
            frame[frame["person_group"] == group],
            f"{label.lower()} trong cơ sở dữ liệu ngành",
        )
        for group, label in PERSON_GROUPS.items()
        if (frame["person_group"] == group).any()
    ]


def notes(scope: Scope) -> tuple[str, ...]:
    """The days of the readings that were taken, or why there is none."""
    lines = _registers.notes(scope, "xac_thuc")
    frame = latest(scope)
    if frame is None:
        return lines or ("Không có số đọc xác thực định danh nào trong kỳ: chưa có dữ liệu.",)
    days = [f"{d:%d/%m/%Y}" for d in sorted(frame["counted_date"].unique())]
    if len(days) == 1:
        return (*lines, f"Số liệu xác thực đọc ngày {days[0]}.")
    return (
        *lines,
        f"Số liệu xác thực đọc các ngày {', '.join(days)}: mỗi nhóm và cấp học lấy số đọc gần nhất trong kỳ.",
    )
