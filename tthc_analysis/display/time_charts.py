"""Charts of time: the calendar of receipts, and headline figures over periods side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from tthc_analysis.display._canvas import BLUE, RULE, SCALE, SKY, SOFT, bare, counted_axis, draw, key, text_width
from tthc_analysis.display._empty import needs_rows
from tthc_analysis.display.base import Display
from tthc_analysis.display.charts import chart
from tthc_analysis.display.formats import MISSING, date_short, number, percent
from tthc_analysis.display.tables import TableColumn

#: weeks that stand side by side in the calendar on a desk: a year from any weekday on
_WEEKS = 54
#: what one panel of the trend can be written on across, in points
_PANEL = 120.0
_WEEKDAYS = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")
#: figures of the trend: column, name, whether it is a percentage
_PANELS = (
    ("received_new", "Hồ sơ mới", False),
    ("resolved", "Đã giải quyết", False),
    ("pending", "Còn lại cuối kỳ", False),
    ("overdue_rate", "Tỷ lệ quá hạn", True),
)


@needs_rows("lich-tiep-nhan", "Lịch tiếp nhận hồ sơ", "received")
def receipts_chart(frame: pd.DataFrame) -> Display:
    """A calendar of new dossiers: one square a day, one column a week, at most a year across; on a phone half of that."""
    days = pd.to_datetime(frame["day"])
    week = (days - days.iloc[0] + pd.Timedelta(days=days.iloc[0].weekday())).dt.days // 7
    most = int(frame["received"].max())
    limits = _limits(most)
    colors = [SCALE[sum(v > limit for limit in limits[:-1])] if v else "none" for v in frame["received"]]

    weeks = int(week.max()) + 1
    bands = [max(least, -(-weeks // (_WEEKS // least))) for least in (1, 2)]

    def paint(axes: Any, narrow: bool) -> None:
        across = -(-weeks // bands[narrow])
        band = 9.5 * (week // across)
        _squares(axes, week % across, days.dt.day_of_week + band, colors)
        _calendar_labels(axes, days, week % across, band)
        axes.set(xlim=(-2.6, across - 0.3), ylim=(float(band.max()) + 6.7, -1.9), aspect="equal")
        key(axes, _scale_names(limits, narrow), narrow)

    off = int(frame.loc[~frame["is_working"], "received"].sum())
    peaks = ", ".join(date_short(d) for d in days[frame["received"] == most][:3])
    title = f"Nhiều nhất {number(most)} hồ sơ mới trong một ngày ({peaks}); {number(off)} hồ sơ nộp vào ngày nghỉ"
    by_weekday = frame.groupby(days.dt.day_of_week)["received"].sum()
    listed = "; ".join(f"{_WEEKDAYS[int(str(w))]}: {number(int(n))}" for w, n in by_weekday.items())
    alt = f"Lịch số hồ sơ mới từng ngày. Cộng theo thứ trong tuần: {listed}. {title}."
    columns = (
        TableColumn("day", ("Ngày",), "text"),
        TableColumn("kind", ("Loại ngày",), "text"),
        TableColumn("received", ("Hồ sơ mới",)),
    )
    drawing = draw(paint, 1.6 * bands[0], 1.3 * bands[1])
    return chart("lich-tiep-nhan", title, alt, drawing, _days_with_receipts(frame, days), columns)


def _days_with_receipts(frame: pd.DataFrame, days: pd.Series) -> pd.DataFrame:
    kinds = frame["is_working"].map({True: "ngày làm việc", False: "ngày nghỉ"})
    return frame.assign(day=days.dt.strftime("%d/%m/%Y"), kind=kinds)[frame["received"] > 0]


def _limits(most: int) -> list[int]:
    """Upper limits of at most five classes of about equal width; the last is `most`, no class is beyond it."""
    step = max(1, -(-most // len(SCALE)))
    return [min(limit, most) for limit in range(step, most + step, step)]


def _scale_names(limits: Sequence[int], narrow: bool) -> list[tuple[str, str]]:
    if narrow:
        return [(c, f"≤ {limit}") for c, limit in zip(SCALE, limits, strict=False)]
    lower = [1, *(limit + 1 for limit in limits)]
    names = [f"{low}–{high}" if low < high else f"{low}" for low, high in zip(lower, limits, strict=False)]
    return [(c, f"{n} hồ sơ" if i == 0 else n) for i, (c, n) in enumerate(zip(SCALE, names, strict=False))]


def _squares(axes: Any, x: pd.Series, y: pd.Series, colors: Sequence[str]) -> None:
    from matplotlib.collections import PatchCollection
    from matplotlib.patches import Rectangle

    bare(axes)
    squares = [Rectangle((a - 0.42, b - 0.42), 0.84, 0.84) for a, b in zip(x, y, strict=True)]
    edges = [RULE if c == "none" else c for c in colors]
    axes.add_collection(PatchCollection(squares, facecolor=list(colors), edgecolor=edges, linewidth=0.6))


def _calendar_labels(axes: Any, days: pd.Series, x: pd.Series, band: pd.Series) -> None:
    """Months above their first week, weekdays before the first column of every band."""
    for top in sorted(set(band)):
        for at, name in enumerate(_WEEKDAYS):
            axes.text(-0.8, top + at, name, ha="right", va="center", fontsize=7.5, color=SOFT)
    for day, at, top in zip(days, x, band, strict=True):
        if day.day == 1:
            axes.text(at, top - 0.8, f"{day:%m/%Y}", ha="left", va="bottom", fontsize=7.5, color=SOFT)


@needs_rows("xu-huong", "Xu hướng qua các kỳ")
def trend_chart(frame: pd.DataFrame) -> Display:
    """Four figures over the periods side by side, each from zero; a period that is cut short is paler."""

    def paint(panels: Any, narrow: bool) -> None:
        for axes, (column, name, is_rate) in zip(panels.flat, _PANELS, strict=True):
            _panel(axes, frame, column, is_rate)
            axes.set_title(name, fontsize=10, fontweight="bold", loc="left")

    listed = "; ".join(
        f"{r['label']}: mới {_printed(r['received_new'])}, đã giải quyết {_printed(r['resolved'])}, còn lại {_printed(r['pending'])}, quá hạn {_printed(r['overdue_rate'], is_rate=True)}"
        for r in frame.to_dict("records")
    )
    columns = (
        TableColumn("label", ("Kỳ",), "text"),
        TableColumn("handled", ("Hồ sơ nhận giải quyết",)),
        TableColumn("received_new", ("Hồ sơ mới", "Tổng số")),
        TableColumn("online_rate", ("Hồ sơ mới", "Trực tuyến (%)"), "percent"),
        TableColumn("resolved", ("Đã giải quyết", "Tổng số")),
        TableColumn("resolved_overdue", ("Đã giải quyết", "Quá hạn")),
        TableColumn("overdue_rate", ("Đã giải quyết", "Tỷ lệ quá hạn"), "percent"),
        TableColumn("pending", ("Còn lại cuối kỳ",)),
    )
    alt = f"Bốn biểu đồ cột nhỏ qua các kỳ. {listed}."
    return chart("xu-huong", _trend_title(frame), alt, draw(paint, 2.1, 3.6, ((1, 4), (2, 2))), frame, columns)


def _trend_title(frame: pd.DataFrame) -> str:
    """How the share of late ones moved between the first and the last period that are whole and know it; no other is compared."""
    whole = frame[frame["is_whole"]]
    known = whole[whole["overdue_rate"].notna()]
    if len(known) < 2:
        lacking = "đủ dữ liệu" if len(whole) < 2 else "biết tỷ lệ quá hạn"
        return f"{len(frame)} kỳ đến {frame['label'].iloc[-1]}; chưa có hai kỳ {lacking} để so sánh"
    before, last = known.iloc[0], known.iloc[-1]
    first, then = _printed(before["overdue_rate"], is_rate=True), _printed(last["overdue_rate"], is_rate=True)
    fell = last["overdue_rate"] < before["overdue_rate"]
    moved = f"từ {first} còn {then}" if fell else f"{first} và {then}"
    return f"Từ {before['label']} đến {last['label']}: tỷ lệ quá hạn {moved}"


def _panel(axes: Any, frame: pd.DataFrame, column: str, is_rate: bool) -> None:
    known = pd.to_numeric(frame[column])
    values = known.fillna(0)
    bare(axes)
    bars = axes.bar(range(len(frame)), values, 0.78, color=SKY, linewidth=0)
    bars[-1].set_color(BLUE)
    for at in range(len(frame)):
        if not frame["is_whole"].iloc[at]:
            bars[at].set_alpha(0.6)
    axes.set_ylim(0, float(values.max()) * 1.18 or 1)
    axes.spines["bottom"].set_visible(True)
    if known.notna().any():
        counted_axis(axes, (lambda v: percent(v, 1)) if is_rate else (lambda v: number(int(v))), 3)
    for at in _written(known, values, is_rate):
        axes.text(at, values.iloc[at], _printed(known.iloc[at], is_rate), ha="center", va="bottom", fontsize=8.5)
    ends = [0, len(frame) - 1]
    axes.set_xticks(ends, [_short(frame["label"].iloc[i]) for i in ends], fontsize=8.5)
    axes.tick_params(axis="x", pad=6)
    if len(frame) > 2:  # away from the numbers of the axis beside them
        for label, side in zip(axes.get_xticklabels(), ("left", "right"), strict=True):
            label.set_ha(side)


def _written(known: pd.Series, values: pd.Series, is_rate: bool) -> list[int]:
    """The bars that bear words: the ends, what is not known, and the highest where its words run into none of these."""
    last, peak = len(values) - 1, int(values.argmax())
    fixed = {0, last, *np.flatnonzero(known.isna())}
    slot, highest = _PANEL / len(values), float(values.max()) or 1.0

    def apart(at: int) -> bool:
        words = [_printed(known.iloc[i], is_rate) for i in (peak, at)]
        near = abs(peak - at) * slot < text_width("".join(words), 8.5) / 2 + 3
        return not near or values.iloc[at] < 0.85 * highest

    return sorted(fixed | ({peak} if all(apart(at) for at in fixed - {peak}) else set()))


def _printed(value: Any, is_rate: bool = False) -> str:
    """A value in the words of the chart; one that is not known is no 0."""
    if pd.isna(value):
        return MISSING
    return percent(value) if is_rate else number(int(value))


def _short(label: str) -> str:
    """Quý IV/2024 (đến 05/12/2024) → IV/2024."""
    return label.split(" (", maxsplit=1)[0].removeprefix("Tháng ").removeprefix("Quý ")
