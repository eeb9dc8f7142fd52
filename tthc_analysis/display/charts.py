"""Charts as SVG with text as text, one visual system, a title that says the finding, and an alternative text."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from tthc_analysis.display.bundle import Display
from tthc_analysis.display.formats import number
from tthc_analysis.display.tables import TableColumn, plain_table

BLUE, ORANGE, GREEN, GREY = "#0b62a4", "#c8590a", "#1b7f5c", "#6b7280"
_FONT = {"font.family": "sans-serif", "font.sans-serif": ["DejaVu Sans"], "font.size": 10}


@dataclass(frozen=True)
class Chart(Display):
    """A rendered chart with its data; `svg` is deterministic."""

    name: str
    title: str
    alt: str
    svg: str
    data: pd.DataFrame
    columns: tuple[TableColumn, ...]

    def to_html(self) -> str:
        """A figure with alternative text and its data folded below it."""
        image = base64.b64encode(self.svg.encode("utf-8")).decode("ascii")
        table = plain_table(f"{self.name}-so-lieu", f"Số liệu: {self.title}", self.data, self.columns).to_html()
        return (
            f'<figure class="chart" id="hinh-{escape(self.name)}"><figcaption><span class="so-thu-tu" data-loai="Hình"></span>{escape(self.title)}</figcaption>'
            f'<img src="data:image/svg+xml;base64,{image}" alt="{escape(self.alt)}"></figure>'
            f'<details class="chart-data"><summary>Bảng số liệu của hình</summary>{table}</details>'
        )

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


def _figure(height: float) -> tuple[Any, Any]:
    import matplotlib
    from matplotlib.figure import Figure

    matplotlib.rcParams.update(
        {**_FONT, "svg.fonttype": "none", "svg.hashsalt": "tthc", "axes.spines.top": False, "axes.spines.right": False}
    )
    figure = Figure(figsize=(8, height), layout="constrained")
    return figure, figure.subplots()


def _svg(figure: Any) -> str:
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    return out.getvalue()


def month_labels(months: Sequence[str]) -> list[str]:
    """2024-03 → 3/24."""
    return [f"{int(m[5:])}/{m[2:4]}" for m in months]


def monthly_chart(frame: pd.DataFrame) -> Chart:
    """New dossiers by month of receipt; bars from zero, the number on each bar."""
    figure, axes = _figure(3.2)
    labels = month_labels(list(frame["month"]))
    bars = axes.bar(labels, frame["received"], color=BLUE, width=0.72)
    axes.bar_label(bars, labels=[number(int(v)) for v in frame["received"]], padding=2, fontsize=9)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="x", length=0)
    top = frame.sort_values("received", kind="stable").iloc[-1]
    title = f"Hồ sơ mới nhiều nhất vào tháng {int(top['month'][5:])}/{top['month'][:4]}: {number(int(top['received']))} hồ sơ"
    listed = "; ".join(f"{label}: {number(int(v))}" for label, v in zip(labels, frame["received"], strict=True))
    columns = (
        TableColumn("month", ("Tháng",), "text"),
        TableColumn("online", ("Trực tuyến",)),
        TableColumn("in_person", ("Trực tiếp",)),
        TableColumn("post", ("Bưu chính",)),
        TableColumn("received", ("Tổng số",)),
    )
    return Chart(
        "ho-so-theo-thang",
        title,
        f"Biểu đồ cột số hồ sơ mới theo tháng tiếp nhận. {listed}.",
        _svg(figure),
        frame,
        columns,
    )


def outcome_chart(frame: pd.DataFrame) -> Chart:
    """Resolved dossiers by field: early, on time, overdue; bars from zero, in order of size."""
    data = frame[frame["resolved"] > 0].sort_values("resolved").reset_index(drop=True)
    figure, axes = _figure(0.9 + 0.42 * len(data))
    left = pd.Series(0, index=data.index)
    for name, label, color in (
        ("resolved_early", "Trước hạn", BLUE),
        ("resolved_on_time", "Đúng hạn", GREEN),
        ("resolved_overdue", "Quá hạn", ORANGE),
    ):
        axes.barh(data["field"].map(_short), data[name], left=left, color=color, label=label, height=0.62)
        left = left + data[name]
    for y, total in enumerate(data["resolved"]):
        axes.text(total, y, f" {number(int(total))}", va="center", fontsize=9)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.legend(loc="lower right", frameon=False, ncols=3, fontsize=9)
    late = int(data["resolved_overdue"].sum())
    title = f"{number(late)} hồ sơ giải quyết quá hạn" if late else "Không có hồ sơ giải quyết quá hạn ở lĩnh vực nào"
    listed = "; ".join(
        f"{r['field']}: trước hạn {number(r['resolved_early'])}, đúng hạn {number(r['resolved_on_time'])}, quá hạn {number(r['resolved_overdue'])}"
        for r in data.iloc[::-1].to_dict("records")
    )
    columns = (
        TableColumn("field", ("Lĩnh vực",), "text"),
        TableColumn("resolved_early", ("Trước hạn",)),
        TableColumn("resolved_on_time", ("Đúng hạn",)),
        TableColumn("resolved_overdue", ("Quá hạn",)),
        TableColumn("resolved", ("Tổng số",)),
    )
    return Chart(
        "ket-qua-theo-linh-vuc",
        title,
        f"Biểu đồ thanh kết quả giải quyết theo lĩnh vực. {listed}.",
        _svg(figure),
        data.iloc[::-1],
        columns,
    )


def _short(text: str, width: int = 34) -> str:
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"


def backlog_chart(frame: pd.DataFrame) -> Chart:
    """Open dossiers at the end of each day; the last day is labelled."""
    figure, axes = _figure(2.8)
    days = pd.to_datetime(frame["day"])
    axes.fill_between(days, frame["open"], color=BLUE, alpha=0.15, linewidth=0)
    axes.plot(days, frame["open"], color=BLUE, linewidth=1.6)
    last, peak = frame.iloc[-1], frame.sort_values("open", kind="stable").iloc[-1]
    axes.set_ylim(bottom=0)
    ticks = [d for d in days if d.day == 1 and d.month % 2]
    axes.set_xticks(ticks, [f"{d.month}/{d:%y}" for d in ticks])
    axes.text(days.iloc[-1], last["open"], f" {number(int(last['open']))}", va="center", fontweight="bold")
    title = f"Cuối kỳ còn {number(int(last['open']))} hồ sơ đang giải quyết; cao nhất {number(int(peak['open']))} ngày {pd.Timestamp(peak['day']):%d/%m/%Y}"
    by_month = frame[days.dt.is_month_end | (days == days.iloc[-1])].assign(
        day=lambda f: pd.to_datetime(f["day"]).dt.strftime("%d/%m/%Y")
    )
    listed = "; ".join(f"{r['day']}: {number(r['open'])}" for r in by_month.to_dict("records"))
    columns = (TableColumn("day", ("Ngày",), "text"), TableColumn("open", ("Hồ sơ đang giải quyết",)))
    return Chart(
        "ho-so-dang-giai-quyet",
        title,
        f"Đường số hồ sơ đang giải quyết cuối ngày, tại các ngày cuối tháng: {listed}.",
        _svg(figure),
        by_month,
        columns,
    )
