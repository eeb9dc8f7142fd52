"""Section II.6: communication counters. Exact counts are printed, never "hơn" or "gần" a round number."""

from __future__ import annotations

from typing import Any

import pandas as pd

from tthc_analysis.indicators import _registers
from tthc_analysis.indicators._indicator import Indicator
from tthc_analysis.indicators._scope import NO_DATA, Scope

SECTION = "II.6"
_TABLE = "truyen_thong"
_REFERENCE = "Số đếm của các kênh truyền thông do Sở quản lý"


def _details(*tables: str) -> dict[str, Any]:
    return {"section": SECTION, "tables": (_TABLE, *tables), "reference": _REFERENCE}


def _readings(frame: pd.DataFrame | None, channel: str, column: str) -> pd.Series | None:
    """Known values of one counter in the period, oldest first; None when there is no reading at all."""
    if frame is None:
        return None
    known = frame.loc[frame["channel"] == channel, column].dropna()
    return known if len(known) else None


def _sum(readings: pd.Series | None) -> int | None:
    return None if readings is None else int(readings.sum())


def _last(readings: pd.Series | None) -> int | None:
    return None if readings is None else int(readings.iloc[-1])


def monthly(scope: Scope) -> pd.DataFrame | None:
    """The portal by calendar month: month, visits, posts, reform_posts (empty: not read); None without data."""
    frame = _registers.in_period(scope, _TABLE)
    if frame is None:
        return None
    portal = frame[frame["channel"] == "portal"]
    months = portal["counted_date"].dt.strftime("%Y-%m").rename("month")
    return portal.groupby(months)[["visits", "posts", "reform_posts"]].sum(min_count=1).reset_index()


def indicators(scope: Scope) -> list[Indicator]:
    """Visits a day, followers and topic pages at the last reading, posts of the period, participation."""
    frame = _registers.in_period(scope, _TABLE)
    visits, posts = _readings(frame, "portal", "visits"), _sum(_readings(frame, "portal", "posts"))
    details = _details()
    return [
        scope.mean(
            "portal_visits_mean",
            "Lượt truy cập cổng thông tin điện tử bình quân một ngày",
            _sum(visits),
            None if visits is None else len(visits),
            "lượt/ngày",
            base="ngày có số đếm trong kỳ",
            numerator_label="Lượt truy cập trong kỳ",
            decimals=0,
            **details,
        ),
        scope.count("facebook_followers_count", "Lượt theo dõi Facebook", _last(_readings(frame, "facebook", "followers")), "lượt", **details),
        scope.count("zalo_followers_count", "Lượt theo dõi Zalo", _last(_readings(frame, "zalo", "followers")), "lượt", **details),
        scope.count("topic_pages_count", "Chuyên mục trên cổng thông tin điện tử", _last(_readings(frame, "portal", "topic_pages")), "chuyên mục", **details),
        scope.count("posts_count", "Tin bài đã đăng trong kỳ", posts, "tin bài", **details),
        scope.count("reform_posts_count", "Tin bài về cải cách hành chính", _sum(_readings(frame, "portal", "reform_posts")), "tin bài", **details),
        scope.rate(
            "reform_posts_rate",
            "Tỷ lệ tin bài về cải cách hành chính",
            _sum(_readings(frame, "portal", "reform_posts")),
            posts,
            base="tin bài đã đăng trong kỳ",
            numerator_label="Tin bài về cải cách hành chính",
            **details,
        ),
        *_participation(scope, frame),
    ]  # fmt: skip


def _participation(scope: Scope, frame: pd.DataFrame | None) -> list[Indicator]:
    """Civil servants who took part in contests, and units that communicated, each of all of them."""
    units = _registers.valid_at_end(scope, "don_vi")
    joined = _sum(_readings(frame, "contest", "participants"))
    servants = None if units is None else int(units["civil_servant_count"].sum())
    affiliated = None if units is None else set(units.loc[units["unit_kind"] == "unit", "unit_code"])
    reports = _readings(frame, "unit", "unit_code")
    active = None if reports is None else set(reports)
    gap = {"gap": "chưa có danh sách đơn vị"} if frame is not None and units is None else {}
    both = active is not None and affiliated is not None
    return [
        scope.rate(
            "contest_participation_rate",
            "Tỷ lệ công chức tham gia hội thi tìm hiểu cải cách hành chính",
            None if servants is None else joined,
            None if joined is None else servants,
            base="công chức có mặt của Sở tại ngày chốt",
            numerator_label="Công chức tham gia",
            **(gap or {"gap": NO_DATA} if joined is None or servants is None else {}),
            **_details("don_vi"),
        ),
        scope.rate(
            "units_communicating_rate",
            "Tỷ lệ đơn vị tổ chức tuyên truyền cải cách hành chính",
            len(active & affiliated) if active is not None and affiliated is not None else None,
            len(affiliated) if both and affiliated is not None else None,
            base="đơn vị trực thuộc Sở tại ngày chốt",
            numerator_label="Đơn vị có tuyên truyền trong kỳ",
            **gap,
            **_details("don_vi"),
        ),
    ]


def notes(scope: Scope) -> tuple[str, ...]:
    """What the counters cannot say."""
    return _registers.notes(scope, _TABLE)
