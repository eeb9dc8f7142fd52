"""Section II.5: petitions on administrative rules and conduct, as of the period from their dates (form II.05)."""

from __future__ import annotations

from typing import Any

import pandas as pd

from tthc_analysis.columns import PETITION_CHANNELS, PETITION_KINDS
from tthc_analysis.indicators import _registers
from tthc_analysis.indicators._indicator import Indicator
from tthc_analysis.indicators._scope import Scope

SECTION = "II.5"
PETITION = "phản ánh, kiến nghị"
_TABLE = "phan_anh_kien_nghi"
_REFERENCE = "Nghị định 20/2008/NĐ-CP (sửa đổi bởi NĐ 92/2017); Biểu II.05/VPCP/KSTT"


def handled(scope: Scope) -> pd.DataFrame | None:
    """Petitions open at some time in the period with is_carried_over, is_resolved, is_dated (resolved, with a due date), is_on_time; None without data.

    State is as of the last day of the period; a petition answered later is still open. On time is the due day or before.
    """
    if not _registers.covers(scope, _TABLE):
        return None
    frame = scope.store.frame(_TABLE)
    start, end = pd.Timestamp(scope.period.start), pd.Timestamp(scope.period.end)
    received, resolved = frame["received_at"].dt.normalize(), frame["resolved_at"].dt.normalize()
    done = resolved <= end
    frame = frame.assign(
        is_carried_over=received < start,
        is_resolved=done,
        is_dated=done & frame["due_at"].notna(),
        is_on_time=done & (resolved <= frame["due_at"].dt.normalize()),
    )
    open_in_period = (received <= end) & (resolved.isna() | (resolved >= start))
    chosen: pd.DataFrame = frame[open_in_period]
    return chosen.sort_values("received_at", ignore_index=True)


def by_kind(scope: Scope) -> pd.DataFrame | None:
    """Handled petitions by kind and channel: kind, channel, handled, resolved, on_time (empty without due dates), pending; None without data."""
    frame = handled(scope)
    if frame is None:
        return None
    named = frame.assign(
        kind=frame["kind"].map(PETITION_KINDS).fillna("(không ghi loại)"),
        channel=frame["channel"].map(PETITION_CHANNELS).fillna("(không ghi kênh)"),
    )
    table = named.groupby(["kind", "channel"], as_index=False).agg(
        handled=("petition_code", "size"),
        resolved=("is_resolved", "sum"),
        on_time=("is_on_time", "sum"),
        dated=("is_dated", "sum"),
    )
    on_time = table["on_time"].astype("Int64").mask((table["resolved"] > 0) & (table["dated"] == 0))
    return table.assign(on_time=on_time, pending=table["handled"] - table["resolved"]).drop(columns="dated")


def indicators(scope: Scope) -> list[Indicator]:
    """Petitions received, carried over, resolved, pending, and the share resolved on time."""
    frame = handled(scope)
    details: dict[str, Any] = {"section": SECTION, "tables": (_TABLE,), "reference": _REFERENCE}

    def counted(column: str, inverse: bool = False) -> int | None:
        if frame is None:
            return None
        return int((~frame[column] if inverse else frame[column]).sum())

    resolved, dated = counted("is_resolved"), counted("is_dated")
    undated = bool(resolved) and not dated
    counts = (
        ("received", "Phản ánh, kiến nghị tiếp nhận trong kỳ", counted("is_carried_over", inverse=True)),
        ("carried_over", "Phản ánh, kiến nghị từ kỳ trước", counted("is_carried_over")),
        ("resolved", "Phản ánh, kiến nghị đã xử lý", resolved),
        ("pending", "Phản ánh, kiến nghị đang xử lý", counted("is_resolved", inverse=True)),
    )
    return [
        *(scope.count(f"petitions_{name}_count", label, value, PETITION, **details) for name, label, value in counts),
        scope.rate(
            "petitions_on_time_rate",
            "Tỷ lệ phản ánh, kiến nghị xử lý đúng hạn",
            None if undated else counted("is_on_time"),
            dated,
            base="phản ánh, kiến nghị có hạn xử lý đã xử lý trong kỳ",
            numerator_label="Phản ánh, kiến nghị đã xử lý trong hạn",
            **({"gap": "chưa có dữ liệu hạn xử lý"} if undated else {}),
            **details,
        ),
    ]


def notes(scope: Scope) -> tuple[str, ...]:
    """What the register cannot say."""
    return _registers.notes(scope, _TABLE)
