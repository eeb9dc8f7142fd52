"""Charts as SVG with text as text, one visual system, a title that says the finding, and an alternative text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from tthc_analysis.display._canvas import (
    ACROSS,
    BLUE,
    GREY,
    INK,
    KEY_LINE,
    ORANGE,
    PALE,
    RULE,
    SKY,
    Drawing,
    bare,
    beside,
    counted_axis,
    data_uri,
    draw,
    key_lines,
    shortened,
    text_width,
    thinned,
)
from tthc_analysis.display._canvas import key as color_key
from tthc_analysis.display._empty import NO_CASE, needs_rows, nothing
from tthc_analysis.display.base import Display
from tthc_analysis.display.formats import MISSING, date_short, month_text, number, percent
from tthc_analysis.display.tables import TableColumn, caption, plain_table
from tthc_analysis.indicators.definition import NO_DATA
from tthc_analysis.periods import Period

_CHANNELS = (("online", "Trực tuyến", BLUE), ("in_person", "Trực tiếp", ORANGE), ("post", "Bưu chính", GREY))
_NO_CHANNEL = ("unknown", "Không ghi hình thức", SKY)
_OTHER_CHANNEL = ("other", "Hình thức khác", INK)
_OUTCOMES = (
    ("resolved_early", "Trước hạn", BLUE),
    ("resolved_on_time", "Đúng hạn", SKY),
    ("resolved_overdue", "Quá hạn", ORANGE),
)
_UNDATED = ("resolved_no_due", "Không có ngày hẹn trả", GREY)
#: months that can be named below a chart: on a desk, on a phone; below a chart of days
_MOST_MONTHS, _MOST_TICKS = 16, (13, 5)
#: a chart by procedure shows at most this many, those with the most dossiers
_MOST_PROCEDURES = 12
#: a label of the backlog: its distance from the point (in points), the share of the axis that it may take
_ABOVE, _BELOW, _LABEL = 6, -14, 0.2


@dataclass(frozen=True)
class Chart(Display):
    """A rendered chart with its data; `svg` is deterministic, `svg_narrow` is the same drawn for a phone."""

    name: str
    title: str
    alt: str
    svg: str
    data: pd.DataFrame
    columns: tuple[TableColumn, ...]
    svg_narrow: str = ""
    notes: tuple[str, ...] = ()

    def to_html(self) -> str:
        """A figure with alternative text and its data folded below it."""
        notes = "".join(f'<p class="table-note">{escape(note)}</p>' for note in self.notes)
        table = plain_table(f"{self.name}-so-lieu", f"Số liệu: {self.title}", self.data, self.columns)
        return (
            f'<figure class="chart" id="hinh-{escape(self.name)}"><figcaption>{caption("Hình", self.title)}</figcaption>'
            f"{self._image()}{notes}"
            f'<details class="chart-data"><summary>Bảng số liệu của hình</summary>{table.to_html(counted=False, download=None)}</details>'
            f'<span class="tai-hinh" data-ten="{escape(self.name)}"></span></figure>'
        )

    def _image(self) -> str:
        image = f'<img src="{data_uri(self.svg)}" alt="{escape(self.alt)}">'
        if not self.svg_narrow:
            return image
        return f'<picture><source media="(max-width: 36rem)" srcset="{data_uri(self.svg_narrow)}">{image}</picture>'

    def to_json(self) -> dict[str, Any]:
        """Title, alternative text and the data."""
        table = plain_table(self.name, self.title, self.data, self.columns).to_json()
        return {
            "type": "chart",
            "name": self.name,
            "title": self.title,
            "alt": self.alt,
            "data": {"columns": table["columns"], "rows": table["rows"]},
        }

    def __str__(self) -> str:
        return f"{self.title}. {self.alt}"


def chart(
    name: str,
    title: str,
    alt: str,
    drawing: Drawing,
    data: pd.DataFrame,
    columns: Sequence[TableColumn],
    notes: tuple[str, ...] = (),
) -> Chart:
    """A chart of a drawing, with the data behind it; `notes` say what the drawing alone does not."""
    return Chart(name, title, alt, drawing.wide, data, tuple(columns), drawing.narrow, notes)


def month_labels(months: Sequence[str]) -> list[str]:
    """2024-03 → 03/2024, as months are printed everywhere."""
    return [month_text(m) for m in months]


def month_ticks(months: Sequence[str], apart: bool = False) -> list[str]:
    """The same below upright bars: the month alone, its year below the first one and every January, or below each one `apart`."""
    return [f"{m[5:]}\n{m[:4]}" if apart or i == 0 or m[5:] == "01" else m[5:] for i, m in enumerate(months)]


#: a series whose highest bar has less than this share of the axis cannot be seen
_SEEN = 0.006


def seen_series(
    frame: pd.DataFrame, series: Sequence[tuple[str, str, str]], total: str
) -> tuple[list[tuple[str, str]], tuple[str, ...]]:
    """Entries of the key for the series that can be seen, each with its sum; and a sentence on those too few to be drawn."""
    most = float(frame[total].max()) or 1.0
    sums = {c: int(frame[c].sum()) for c, _name, _color in series}
    seen = {c for c, _name, _color in series if float(frame[c].fillna(0).max()) >= _SEEN * most}
    few = [f"{name.lower()} {number(sums[c])}" for c, name, _color in series if c not in seen and sums[c]]
    entries = [(color, f"{name} {number(sums[c])}") for c, name, color in series if c in seen]
    said = ", ".join(few)
    return entries, (f"{said[0].upper()}{said[1:]}: quá ít để nhìn thấy trên hình.",) if few else ()


#: points that a key has on a phone: beside the names of months, and where the bars begin at the edge
_PHONE_KEY, _PHONE_KEY_ALONE = 210.0, 262.0


def _month_bars(
    frame: pd.DataFrame, stacks: Sequence[tuple[str, str, str]], total: str, partial: Sequence[bool]
) -> Drawing:
    """Bars by month from zero, stacked, the total on each; upright on a desk, lying on a phone; part months are paler.

    On a desk, many months are not all named; where totals would run into each other, the highest and the last are written.
    """
    months = list(frame["month"])
    values = [int(v) for v in frame[total]]
    step = thinned(len(months), _MOST_MONTHS)
    named = range(0, len(months), step)
    fits = max(text_width(number(v), 9) for v in values) + 3 < ACROSS / len(values)
    written = range(len(values)) if fits else _peak_and_last(values)
    named_series = seen_series(frame, stacks, total)[0]

    def paint(axes: Any, narrow: bool) -> None:
        bare(axes)
        bar, side = (axes.barh, "left") if narrow else (axes.bar, "bottom")
        base = pd.Series(0, index=frame.index)
        for column, _name, color in stacks:
            drawn = bar(range(len(frame)), frame[column].fillna(0), 0.74, **{side: base}, color=color, linewidth=0)
            for patch, part in zip(drawn, partial, strict=True):
                patch.set_alpha(PALE if part else 1)
            base = base + frame[column].fillna(0)
        for at, value in enumerate(values):
            if narrow:
                beside(axes, value, at, number(value))
            elif at in written:
                axes.text(at, value, number(value), ha="center", va="bottom", fontsize=9)
        if narrow:
            axes.set_yticks(range(len(months)), month_labels(months))
            axes.invert_yaxis()
        else:
            axes.set_xticks(named, month_ticks([months[i] for i in named], step > 1))
        if len(stacks) > 1:
            color_key(axes, named_series, narrow, _PHONE_KEY if narrow else None)
        (axes.set_xlim if narrow else axes.set_ylim)(0, max(values) * 1.12)

    more = len(key_lines(named_series, _PHONE_KEY)) - 1
    return draw(paint, 3.1, 0.5 + 0.2 * len(frame) + KEY_LINE * more)


def _peak_and_last(values: Sequence[int]) -> list[int]:
    """The places of the highest number and of the last one, of the last alone when both would run into each other."""
    peak, last = values.index(max(values)), len(values) - 1
    both = text_width(number(values[peak]) + number(values[last]), 9) / 2 + 3
    apart = (last - peak) * ACROSS / len(values) > both or values[last] < 0.85 * values[peak]
    return [peak, last] if apart else [peak]


def peak_months(frame: pd.DataFrame, column: str) -> str:
    """ "tháng 08/2024: 343", or the months that share the highest number."""
    most = int(frame[column].max())
    months = month_labels(list(frame.loc[frame[column] == most, "month"]))
    return f"tháng {', '.join(months)}: {number(most)}"


def _is_partial(month: str, period: Period | None) -> bool:
    """Whether the period covers only a part of `month`."""
    if period is None:
        return False
    whole = pd.Period(month, freq="M")
    return whole.start_time.date() < period.start or whole.end_time.date() > period.end


@needs_rows("ho-so-theo-thang", "Hồ sơ mới theo tháng", "received")
def monthly_chart(frame: pd.DataFrame, period: Period | None = None) -> Display:
    """New dossiers by month of receipt and channel; months that `period` cuts are drawn paler and said in the text.

    Dossiers without a channel are a part of their own; a channel that no dossier of a month states is not 0 there.
    """
    rare = [c for c in (_OTHER_CHANNEL, _NO_CHANNEL) if c[0] in frame and frame[c[0]].sum()]
    channels = (*_CHANNELS, *rare)
    stacks = [c for c in channels if frame[c[0]].sum()] or [_CHANNELS[0]]
    partial = [_is_partial(m, period) for m in frame["month"]]
    labels = month_labels(list(frame["month"]))
    title = f"Hồ sơ mới nhiều nhất vào {peak_months(frame, 'received')} hồ sơ"
    listed = "; ".join(
        f"{label}: {number(int(v))}{' (không đủ tháng)' if part else ''}"
        for label, v, part in zip(labels, frame["received"], partial, strict=True)
    )
    sums = ", ".join(
        f"{name.lower()} {number(int(frame[c].sum()))}" for c, name, _ in channels if frame[c].notna().any()
    )
    columns = (
        TableColumn("month", ("Tháng",), "text"),
        TableColumn("received", ("Tổng số",)),
        *(TableColumn(c, (name,)) for c, name, _ in channels),
    )
    alt = f"Biểu đồ cột số hồ sơ mới theo tháng tiếp nhận. {listed}. Cả kỳ: {sums}."
    drawing = _month_bars(frame, stacks, "received", partial)
    few = seen_series(frame, stacks, "received")[1] if len(stacks) > 1 else ()
    notes = (*few, *_partial_note(labels, partial, period))
    return chart("ho-so-theo-thang", title, alt, drawing, _with_months(frame), columns, notes)


def _partial_note(labels: Sequence[str], partial: Sequence[bool], period: Period | None) -> tuple[str, ...]:
    """Why some bars are paler."""
    cut = [label for label, part in zip(labels, partial, strict=True) if part]
    if not cut or period is None:
        return ()
    days = f"từ {date_short(period.start)} đến {date_short(period.end)}"
    return (f"Cột nhạt: tháng {', '.join(cut)} chỉ tính một phần, vì kỳ {days}.",)


def count_chart(frame: pd.DataFrame | None, name: str, subject: str, column: str = "n", unit: str = "") -> Display:
    """Counts by calendar month (`month`, `column`); bars from zero, the number on each bar; a notice without data.

    `subject` begins the title ("Văn bản chỉ đạo"), `unit` names what is counted.
    """
    if frame is None or frame.empty or not frame[column].sum():
        return nothing(name, f"{subject} theo tháng", NO_DATA if frame is None else NO_CASE)
    title = f"{subject} nhiều nhất vào {peak_months(frame, column)} {unit}".rstrip()
    months = month_labels(list(frame["month"]))
    listed = "; ".join(f"{label}: {number(int(v))}" for label, v in zip(months, frame[column], strict=True))
    columns = (TableColumn("month", ("Tháng",), "text"), TableColumn(column, (subject,)))
    drawing = _month_bars(frame, [(column, subject, BLUE)], column, [False] * len(frame))
    return chart(
        name, title, f"Biểu đồ cột {subject.lower()} theo tháng. {listed}.", drawing, _with_months(frame), columns
    )


def _with_months(frame: pd.DataFrame) -> pd.DataFrame:
    """The data of a chart as printed below it."""
    return frame.assign(month=month_labels(list(frame["month"])))


#: outcome → its colour: resolved, late, open
_STANDING = {
    "resolved_early": BLUE,
    "resolved_on_time": SKY,
    "resolved_overdue": ORANGE,
    "pending_overdue": ORANGE,
}


@needs_rows("tinh-hinh-ho-so", "Tình hình hồ sơ", "n")
def standing_chart(frame: pd.DataFrame) -> Display:
    """Where the dossiers of the period stand on its last day: one bar an outcome, however small, with its number and share."""
    data = frame.reset_index(drop=True)
    total = int(data["n"].sum())
    words = [f"{number(int(n))} ({percent(100 * n / total, 2)})" for n in data["n"]]

    def paint(axes: Any, narrow: bool) -> None:
        bare(axes)
        colors = [_STANDING.get(o, GREY) for o in data["outcome"]]
        # a count that is not 0 is never thinner than a line
        axes.barh(
            range(len(data)), [max(n, total / 250) if n else 0 for n in data["n"]], 0.5, color=colors, linewidth=0
        )
        for y, (label, text, n) in enumerate(zip(data["label"], words, data["n"], strict=True)):
            axes.text(0, y - 0.33, label, va="bottom", fontsize=10)
            beside(axes, n, y, text, fontweight="bold")
        axes.set_xlim(0, total * 1.02 + (float(data["n"].max()) * 0.42))
        axes.set_ylim(len(data) - 0.6, -0.85)

    resolved = int(data.loc[data["outcome"].str.startswith("resolved"), "n"].sum())
    title = f"{number(total)} hồ sơ: {number(resolved)} đã giải quyết, {number(total - resolved)} đang giải quyết"
    listed = "; ".join(f"{label.lower()} {text}" for label, text in zip(data["label"], words, strict=True))
    columns = (
        TableColumn("label", ("Tình hình cuối kỳ",), "text"),
        TableColumn("n", ("Số hồ sơ",)),
        TableColumn("share", ("Tỷ lệ",), "percent"),
    )
    shares = data.assign(share=[100 * n / total for n in data["n"]])
    height = 0.2 + 0.44 * len(data)
    drawing = draw(paint, height, height, wide=3.9)
    return chart(
        "tinh-hinh-ho-so", title, f"Biểu đồ thanh tình hình hồ sơ cuối kỳ: {listed}.", drawing, shares, columns
    )


def _row_labels(axes: Any, labels: Sequence[str], narrow: bool) -> None:
    """The name of each row above its mark: long official names stay readable on a phone."""
    bare(axes)
    for y, label in enumerate(labels):
        axes.text(0, y - 0.3, shortened(label, 46 if narrow else 105), va="bottom", fontsize=9)
    axes.set_ylim(len(labels) - 0.55, -0.85)


@needs_rows("ket-qua-theo-linh-vuc", "Kết quả giải quyết theo lĩnh vực", "resolved")
def outcome_chart(frame: pd.DataFrame) -> Display:
    """Resolved dossiers by field: early, on time, overdue (and without a due date if any); bars from zero, by size."""
    data = frame[frame["resolved"] > 0].sort_values("resolved", ascending=False).reset_index(drop=True)
    fields = list(data["field"])
    outcomes = (*_OUTCOMES, _UNDATED) if data[_UNDATED[0]].sum() else _OUTCOMES
    entries, unseen = seen_series(data, outcomes, "resolved")

    def paint(axes: Any, narrow: bool) -> None:
        _row_labels(axes, fields, narrow)
        left = pd.Series(0, index=data.index)
        for column, _name, color in outcomes:
            axes.barh(range(len(data)), data[column].fillna(0), 0.42, left=left, color=color, linewidth=0)
            left = left + data[column].fillna(0)
        for y, total in enumerate(data["resolved"]):
            beside(axes, total, y, number(int(total)), fontweight="bold")
        axes.margins(x=0.09 if narrow else 0.04)
        axes.set_xlim(left=0)
        color_key(axes, entries, narrow, _PHONE_KEY_ALONE if narrow else None)

    title = _outcome_title(data)
    listed = "; ".join(
        f"{r['field']}: {', '.join(f'{name.lower()} {number(r[c])}' for c, name, _ in outcomes if pd.notna(r[c]))}"
        for r in data.to_dict("records")
    )
    columns = (
        TableColumn("field", ("Lĩnh vực",), "text"),
        TableColumn("resolved", ("Tổng số",)),
        *(TableColumn(c, (name,)) for c, name, _ in outcomes),
    )
    alt = f"Biểu đồ thanh kết quả giải quyết theo lĩnh vực. {listed}."
    more = len(key_lines(entries, _PHONE_KEY_ALONE)) - 1
    drawing = draw(paint, 0.5 + 0.46 * len(data), 0.4 + 0.38 * len(data) + KEY_LINE * more)
    return chart("ket-qua-theo-linh-vuc", title, alt, drawing, data, columns, unseen)


def _outcome_title(data: pd.DataFrame) -> str:
    """How many were late; where no late one is known, the dossiers that nobody can judge are named."""
    late, undated = int(data["resolved_overdue"].sum()), int(data[_UNDATED[0]].sum())
    if undated and undated == int(data["resolved"].sum()):
        return f"{number(undated)} hồ sơ đã giải quyết đều không có ngày hẹn trả, chưa biết hồ sơ nào quá hạn"
    if undated:
        known = f"{number(late)} hồ sơ" if late else "Không có hồ sơ"
        return f"{known} giải quyết quá hạn trong số có ngày hẹn trả; {number(undated)} hồ sơ không có ngày hẹn trả"
    return f"{number(late)} hồ sơ giải quyết quá hạn" if late else "Không có hồ sơ giải quyết quá hạn ở lĩnh vực nào"


@needs_rows("ho-so-dang-giai-quyet", "Hồ sơ đang giải quyết qua từng ngày", "open")
def backlog_chart(frame: pd.DataFrame) -> Display:
    """Open dossiers at the end of each day; the highest and the last day are labelled."""
    days = pd.to_datetime(frame["day"])
    last, peak = frame.iloc[-1], frame.sort_values("open", kind="stable").iloc[-1]
    ticks = [d for d in days if d.day == 1]

    def paint(axes: Any, narrow: bool) -> None:
        axes.fill_between(days, frame["open"], color=SKY, alpha=0.35, linewidth=0)
        axes.plot(days, frame["open"], color=BLUE, linewidth=1.6)
        counted_axis(axes, lambda value: number(int(value)))
        step = thinned(len(ticks), _MOST_TICKS[narrow]) if ticks else 1
        shown = ticks[::step]
        axes.set_xticks(shown, month_ticks([f"{d:%Y-%m}" for d in shown], step > 1))
        axes.set(
            ylim=(0, int(peak["open"]) * 1.16 or 1),
            xlim=(days.iloc[0], max(days.iloc[-1], days.iloc[0] + pd.Timedelta(days=1))),
        )
        for row, side, rise in _backlog_labels(frame, peak, last):
            axes.plot(pd.Timestamp(row["day"]), row["open"], "o", color=BLUE, markersize=5, clip_on=False)
            words = number(int(row["open"])) + ("" if narrow else f" ({pd.Timestamp(row['day']):%d/%m/%Y})")
            axes.annotate(
                words,
                (pd.Timestamp(row["day"]), row["open"]),
                (0, rise),
                textcoords="offset points",
                ha=side,
                fontsize=9,
            ).set_fontweight("bold")

    title = f"Cuối kỳ còn {number(int(last['open']))} hồ sơ đang giải quyết; cao nhất {number(int(peak['open']))} hồ sơ ngày {pd.Timestamp(peak['day']):%d/%m/%Y}"
    by_month = frame[days.dt.is_month_end | (days == days.iloc[-1])].assign(
        day=lambda f: pd.to_datetime(f["day"]).dt.strftime("%d/%m/%Y")
    )
    listed = "; ".join(f"{r['day']}: {number(r['open'])}" for r in by_month.to_dict("records"))
    columns = (TableColumn("day", ("Ngày",), "text"), TableColumn("open", ("Hồ sơ đang giải quyết",)))
    alt = f"Đường số hồ sơ đang giải quyết cuối ngày, tại các ngày cuối tháng: {listed}."
    return chart("ho-so-dang-giai-quyet", title, alt, draw(paint, 2.9, 2.4), by_month, columns)


def _backlog_labels(frame: pd.DataFrame, peak: pd.Series, last: pd.Series) -> list[tuple[pd.Series, str, int]]:
    """What is labelled, on which side of its point and how far above it: once each, inside the plot, apart."""
    days = pd.to_datetime(frame["day"])
    at = (pd.Timestamp(peak["day"]) - days.iloc[0]) / max(days.iloc[-1] - days.iloc[0], pd.Timedelta(days=1))
    if peak["day"] == last["day"]:
        return [(last, "right" if at else "left", _ABOVE)]
    side = "left" if at < _LABEL / 2 else "right" if at > 1 - _LABEL / 2 else "center"
    near = at > 1 - 1.6 * _LABEL and last["open"] > 0.85 * peak["open"]
    return [(peak, side, _ABOVE), (last, "right", _BELOW if near else _ABOVE)]


@needs_rows("thoi-gian-theo-thu-tuc", "Thời gian giải quyết theo thủ tục")
def processing_chart(frame: pd.DataFrame) -> Display:
    """Working days by procedure: half and nine tenths of the dossiers were done by then, beside the usual time limit."""
    data = frame.head(_MOST_PROCEDURES).reset_index(drop=True)
    rows = data.to_dict("records")
    longest = float(max([data["p90"].max(), *data["allowed"].dropna()]))

    def paint(axes: Any, narrow: bool) -> None:
        _row_labels(axes, [f"{r['procedure_name']}" for r in rows], narrow)
        bars = [(y, days) for y, row in enumerate(rows) for days in (longest, float(row["p90"]), float(row["median"]))]
        drawn = axes.barh(*zip(*bars, strict=True), 0.3, color=[RULE, SKY, BLUE] * len(rows), linewidth=0)
        for whole in drawn[::3]:
            whole.set_alpha(0.4)
        for y, row in enumerate(rows):
            half, most = (float(row[c]) for c in ("median", "p90"))
            if pd.notna(row["allowed"]):
                limit = float(row["allowed"])
                axes.plot([limit, limit], [y - 0.22, y + 0.22], color=ORANGE if most > limit else INK, linewidth=2)
            words = f"{number(half)} / {number(most)} / {_limit_text(row['allowed'])}"
            axes.text(longest * 1.015, y, words, va="center", fontsize=9)
        axes.set_xlim(0, longest * (1.28 if narrow else 1.13))
        names = ((BLUE, "50% xong"), (SKY, "90% xong"), (INK, "hạn")) if narrow else (
            (BLUE, "một nửa số hồ sơ xong trong"),
            (SKY, "90% số hồ sơ xong trong"),
            (INK, "thời hạn giải quyết (ngày làm việc)"),
        )  # fmt: skip
        color_key(axes, names, narrow)

    title = _processing_title(data)
    listed = "; ".join(
        f"{r['procedure_name']}: {number(r['n'])} hồ sơ, một nửa xong trong {number(r['median'])} ngày, 90% trong {number(r['p90'])} ngày, thời hạn {_limit_text(r['allowed'], ' ngày')}"
        for r in data.to_dict("records")
    )
    columns = (
        TableColumn("procedure_code", ("Mã TTHC",), "text"),
        TableColumn("procedure_name", ("Tên thủ tục hành chính",), "text"),
        TableColumn("n", ("Hồ sơ đã giải quyết",)),
        TableColumn("median", ("Ngày làm việc", "Một nửa số hồ sơ")),
        TableColumn("p90", ("Ngày làm việc", "90% số hồ sơ")),
        TableColumn("allowed", ("Ngày làm việc", "Thời hạn (trung vị)")),
    )
    alt = f"Thời gian giải quyết tính bằng ngày làm việc theo thủ tục. {listed}."
    return chart(
        "thoi-gian-theo-thu-tuc",
        title,
        alt,
        draw(paint, 0.5 + 0.44 * len(data), 0.4 + 0.37 * len(data)),
        frame,
        columns,
    )


def _limit_text(limit: Any, unit: str = "") -> str:
    """A time limit, or a dash when no dossier of the procedure states a due date."""
    return number(limit) + unit if pd.notna(limit) else MISSING


def _processing_title(frame: pd.DataFrame) -> str:
    data = frame.dropna(subset=["allowed"])
    if data.empty:
        return f"Thời gian giải quyết của {len(frame)} thủ tục nhiều hồ sơ nhất; hồ sơ không ghi ngày hẹn trả"
    which = "thủ tục nhiều hồ sơ nhất" + (" và có ngày hẹn trả" if len(data) < len(frame) else "")
    late = data[data["p90"] > data["allowed"]]
    if len(late):
        return f"{len(late)}/{len(data)} {which} có hơn 10% hồ sơ kéo dài quá thời hạn thông thường"
    ahead = int(pd.to_numeric(data["allowed"] - data["p90"]).min())
    early = f", ít nhất sớm {number(ahead)} ngày làm việc" if ahead > 0 else ""
    return f"Ở cả {len(data)} {which}, 90% hồ sơ xong trong hạn{early}"
