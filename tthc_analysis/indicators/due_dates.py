"""Due dates made again from the catalogue's time limits and the cited calendar, held against those in the data.

The due date in the data is authoritative; a difference is listed for the analyst, never put in its place. What cannot be
made again (no limit, a limit counted from an event, days outside the calendar's years) is counted with its reason.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from datetime import date
from typing import Any

import pandas as pd

from tthc_analysis.columns import TIME_UNITS
from tthc_analysis.errors import CalendarNotCovered
from tthc_analysis.indicators._counting import live_sql
from tthc_analysis.indicators._indicator import counted
from tthc_analysis.indicators._registers import covers
from tthc_analysis.indicators._scope import Scope
from tthc_analysis.indicators.catalogue import WITH_CATALOGUE
from tthc_analysis.rules.reporting import load_reporting
from tthc_analysis.workdays import TimeLimit, due_span, load_calendar

NO_DUE, NOT_LISTED, NO_LIMIT, EVENT, OUTSIDE = (
    "hồ sơ không ghi ngày hẹn trả",
    "thủ tục không có trong danh mục còn hiệu lực khi tiếp nhận",
    "danh mục không ghi thời hạn",
    "thời hạn tính theo sự kiện, không từ ngày tiếp nhận",
    "ngày nằm ngoài các năm của lịch làm việc",
)
_LIMIT = ["time_limit", "time_limit_max", "time_limit_unit"]
_KEYS = ["received_day", *_LIMIT]


def checked(scope: Scope) -> pd.DataFrame | None:
    """Every dossier of the period with due_from, due_to made again, `gap` and `reason`; None without dossiers or catalogue.

    `gap` is the due date in the data less the one made again, in working days: 0 within due_from–due_to, negative when
    the data give less time. It is null where `reason` says why nothing could be made again.
    """
    if not (covers(scope, "ho_so") and scope.store.has("danh_muc_tthc")):
        return None
    frame = _dossiers(scope)
    spans = _spans(frame[_KEYS].drop_duplicates())
    frame = frame.merge(spans, on=_KEYS, how="left").sort_values("dossier_code", ignore_index=True)
    inside = load_calendar().covered(frame["due_at"]).notna()
    reason = frame["reason"].mask(frame["is_listed"].isna(), NOT_LISTED)
    reason = reason.mask(frame["due_at"].notna() & ~inside & (reason == ""), OUTSIDE)
    frame = frame.assign(reason=reason.mask(frame["due_at"].isna(), NO_DUE))
    return frame.assign(gap=_gap(frame))


def _dossiers(scope: Scope) -> pd.DataFrame:
    """Dossiers of the period with the time limit in force on the day of receipt."""
    return scope.store.query(
        f"{live_sql(scope.period, scope.rules)}\n"
        "SELECT live.dossier_code, live.procedure_code, live.procedure_name, live.received_at, live.received_day,\n"
        "  live.due_at, c.procedure_code AS is_listed, c.time_limit, c.time_limit_max, c.time_limit_unit\n"
        f"FROM {WITH_CATALOGUE}\n"
        "ORDER BY live.dossier_code"
    )


def _spans(combinations: pd.DataFrame) -> pd.DataFrame:
    """due_from, due_to and reason for each day of receipt and limit that occurs."""
    found = [_span(r["received_day"].date(), _limit(r)) for r in combinations.to_dict("records")]
    made = pd.DataFrame(found, columns=["due_from", "due_to", "reason"], index=combinations.index)
    days = {name: pd.to_datetime(made[name]) for name in ("due_from", "due_to")}
    return combinations.assign(**days, reason=made["reason"])


def _limit(row: Mapping[Hashable, Any]) -> TimeLimit:
    least, most, unit = (row[name] for name in _LIMIT)
    return TimeLimit(
        None if pd.isna(least) else int(least), None if pd.isna(most) else int(most), "" if pd.isna(unit) else str(unit)
    )


def _span(received: date, limit: TimeLimit) -> tuple[date | None, date | None, str]:
    if limit.unit == "event":
        return None, None, EVENT
    try:
        span = due_span(received, limit, load_calendar())
    except CalendarNotCovered:
        return None, None, OUTSIDE
    return (*span, "") if span else (None, None, NO_LIMIT)


def _gap(frame: pd.DataFrame) -> pd.Series:
    """Working days by which the due date in the data misses the span."""
    calendar, known = load_calendar(), frame["reason"] == ""
    due, first, last = (calendar.elapsed(frame[n].where(known)) for n in ("due_at", "due_from", "due_to"))
    late, early = (due - last).clip(lower=0), (due - first).clip(upper=0)
    return late + early


def differences(scope: Scope) -> pd.DataFrame | None:
    """Dossiers whose due date differs by more than the tolerance of `rules/reporting.toml`, greatest difference first.

    Columns: dossier_code, procedure_name, limit, received_at, due_at, due_from, due_to, gap. None as for `checked`.
    """
    frame = checked(scope)
    if frame is None:
        return None
    wrong = frame[frame["gap"].abs() > load_reporting().due_date_check.tolerance_working_days]
    wrong = wrong.assign(limit=[limit_text(_limit(r)) for r in wrong.to_dict("records")], size=wrong["gap"].abs())
    return wrong.sort_values(["size", "dossier_code"], ascending=[False, True], ignore_index=True)


def limit_text(limit: TimeLimit) -> str:
    """The limit in words: "10–15 ngày làm việc", "trong ngày"."""
    unit = TIME_UNITS.get(limit.unit, "")
    if limit.least is None:
        return unit
    return f"{limit.least}{f'–{limit.most}' if limit.most is not None else ''} {unit}".rstrip()


def notes(scope: Scope) -> tuple[str, ...]:
    """How many due dates were made again, how many differ, and why the others could not be."""
    frame = checked(scope)
    if frame is None:
        return ("Chưa đối chiếu được ngày hẹn trả: thiếu dữ liệu hồ sơ hoặc danh mục thủ tục.",)
    tolerance = load_reporting().due_date_check.tolerance_working_days
    wrong = int((frame["gap"].abs() > tolerance).sum())
    lines = [
        f"Tính lại ngày hẹn trả của {counted(int(frame['gap'].notna().sum()), 'hồ sơ')} từ thời hạn trong danh mục và lịch làm việc; "
        f"{counted(wrong, 'hồ sơ')} lệch quá {tolerance} ngày làm việc. Ngày hẹn trả trong dữ liệu vẫn là căn cứ."
    ]
    reasons = frame.loc[frame["gap"].isna(), "reason"].value_counts()
    return (*lines, *(f"{counted(count, 'hồ sơ')} không tính lại được: {reason}." for reason, count in reasons.items()))
