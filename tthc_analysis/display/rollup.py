"""The roll-up as tables and charts: the form by level and body, by level and field, and the main figures side by side.

A cell that is not of all the bodies of its line is empty, and a note says what is known and of how many.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import pandas as pd

from tthc_analysis.display._canvas import BLUE, INK, ORANGE, bare, beside, draw, shortened
from tthc_analysis.display._empty import nothing
from tthc_analysis.display.base import Display
from tthc_analysis.display.charts import chart
from tthc_analysis.display.formats import MISSING, number, percent
from tthc_analysis.display.forms import FORM_II06A, II06A, RESIDUAL_WORDS, check_sums, law_notes
from tthc_analysis.display.tables import ReportTable, TableColumn
from tthc_analysis.indicators.definition import NO_DATA
from tthc_analysis.indicators.rollup import NAMES, OFFLINE, OTHER, RESIDUAL
from tthc_analysis.rules.forms import load_form

#: label, standing of all bodies, counts of those in the total
Level = tuple[str, pd.DataFrame, pd.DataFrame]
#: name of the form by level and body
FORM = "tong-hop-ii-06a"
_ROMAN = ("I", "II", "III", "IV", "V", "VI")
_COLUMNS = tuple(TableColumn("body", ("Cấp, đơn vị",), "text") if c.name == "field" else c for c in FORM_II06A)
_NUMBERS = {c.name: f"({i})" for i, c in enumerate(FORM_II06A, start=1)}
#: bodies that a chart shows at most, those with the most dossiers
_MOST = 12


def rollup_form(
    levels: Sequence[Level], day: date | None = None, title: str = load_form(FORM).title, variant: str = ""
) -> Display:
    """The columns of form II.06a by level and body, each level with its sum; `day` is the last one of the period.

    `variant` is the ending of its name for another span than the period's (`forms.VARIANTS`). Bodies that are missing or apart have a line without counts. Raises ControlSumFails when an equation fails in a line.
    """
    if not levels:
        return nothing(f"{FORM}{variant}", "Biểu tổng hợp", NO_DATA)
    every = pd.concat([standing for _, standing, _ in levels])
    counted = pd.concat([counts for _, _, counts in levels])
    rows: list[tuple[Any, ...]] = []
    for at, (label, standing, counts) in enumerate(levels):
        rows.append((_ROMAN[at], _of(label, counts, standing), *_sums(counts, f"cấp {label}")))
        rows += _body_rows(standing, counts.set_index("body"))
    total = ("", _of("Tổng số", counted, every), *_sums(counted, "tổng số"))
    notes = (
        *_partial_notes(levels, counted),
        *_other_channel(counted),
        *_residual_notes(counted),
        *law_notes(II06A, day),
    )
    return ReportTable(f"{FORM}{variant}", title, _COLUMNS, tuple(rows), total, notes, numbered=True, unit="hồ sơ TTHC")


def _of(label: str, counts: pd.DataFrame, standing: pd.DataFrame) -> str:
    """A label that says of how many bodies its line is, where they are not all."""
    return label if len(counts) == len(standing) else f"{label} ({len(counts)}/{len(standing)} đơn vị)"


def _body_rows(standing: pd.DataFrame, counts: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    for at, body in enumerate(standing.to_dict("records"), start=1):
        if body["body"] not in counts.index:
            words = "để riêng" if body["state"] == "apart" else "chưa có số liệu"
            yield (str(at), f"{body['name']} ({words})", *(None for _ in NAMES))
            continue
        line = {n: _whole(counts.loc[body["body"], n]) for n in (*NAMES, *RESIDUAL)}
        check_sums(line, f"đơn vị {body['name']}")
        mark = " (theo báo cáo gửi đến)" if body["state"] == "sent" else ""
        yield (str(at), f"{body['name']}{mark}", *(line[n] for n in NAMES))


def _whole(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)


def _sums(counts: pd.DataFrame, place: str) -> tuple[int | None, ...]:
    """The sums of the counts that all bodies of the line know; checked against the equations of the form."""
    line = {n: int(counts[n].sum()) if len(counts) and counts[n].notna().all() else None for n in (*NAMES, *RESIDUAL)}
    if None not in (line["handled"], line["resolved"], line["pending"]):
        check_sums(line, place)
    return tuple(line[n] for n in NAMES)


def _partial_notes(levels: Sequence[Level], counted: pd.DataFrame) -> Iterator[str]:
    """What is known of the columns whose sum is not of all bodies that are counted."""
    for name in NAMES:
        unknown = counted[counted[name].isna()]
        if len(unknown) and len(unknown) < len(counted):
            known = number(int(counted[name].sum()))
            yield (
                f"Cột {_NUMBERS[name]}: chỉ biết tổng của {len(counted) - len(unknown)}/{len(counted)} đơn vị là {known}; "
                f"chưa có dữ liệu của {', '.join(unknown['name'])}."
            )
        elif len(unknown):
            yield f"Cột {_NUMBERS[name]} chưa có dữ liệu của đơn vị nào."
    for _, standing, _ in levels:
        for body in standing[standing["why"] != ""].to_dict("records"):
            yield f"{body['name']}: {body['why']}."


def _other_channel(counted: pd.DataFrame) -> Iterator[str]:
    """How many of the dossiers of a column came by a channel that the form does not name, as far as bodies tell."""
    if other := int(counted[OTHER].fillna(0).sum()):
        sent = counted.loc[counted["state"] == "sent", "name"]
        apart = f", không kể báo cáo gửi đến của {', '.join(sent)}" if len(sent) else ""
        yield f"Cột {_NUMBERS[OFFLINE]} gồm {number(other)} hồ sơ {RESIDUAL_WORDS[OTHER]}{apart}."


def _residual_notes(counted: pd.DataFrame) -> Iterator[str]:
    for name in RESIDUAL:
        if left := int(counted[name].fillna(0).sum()):
            yield f"Trong tổng số có {number(left)} hồ sơ {RESIDUAL_WORDS[name]}, không thuộc cột nào của biểu."


def rollup_by_field(frame: pd.DataFrame, labels: Any, of: str = "") -> Display:
    """The columns of form II.06a by level and field, from `rollup.by_field`; `labels` names a level, `of` the bodies counted."""
    if frame.empty:
        return nothing("tong-hop-theo-linh-vuc", "Tổng hợp theo lĩnh vực", NO_DATA)
    rows: list[tuple[Any, ...]] = []
    for at, (level, group) in enumerate(frame.groupby("level", sort=False, dropna=False)):
        rows.append((_ROMAN[at], labels(level), *_sums(group, f"cấp {labels(level)}")))
        for place, line in enumerate(group.to_dict("records"), start=1):
            rows.append((str(place), line["field"], *(_whole(line[n]) for n in NAMES)))
    total = ("", f"Tổng số{f' ({of})' if of else ''}", *_sums(frame, "tổng số theo lĩnh vực"))
    title = load_form("tong-hop-theo-linh-vuc").title
    notes = tuple(_residual_notes(frame))
    return ReportTable(
        "tong-hop-theo-linh-vuc", title, FORM_II06A, tuple(rows), total, notes, numbered=True, unit="hồ sơ TTHC"
    )


# --- the main figures side by side -----------------------------------------------------------------------------------

_PANELS = (
    ("handled", "Hồ sơ nhận giải quyết", "count"),
    ("in_time_rate", "Đúng hạn, trước hạn", "percent"),
    ("online_rate", "Mới nộp trực tuyến", "percent"),
    ("pending_overdue", "Đang giải quyết quá hạn", "count"),
)


def bodies_chart(ranked: pd.DataFrame) -> Display:
    """The main figures of each body side by side, from `rollup.ranking`: one panel a figure, bodies in the same order."""
    if ranked.empty:
        return nothing("so-lieu-don-vi", "Số liệu chính của từng đơn vị", NO_DATA)
    data = ranked.sort_values("handled", ascending=False, kind="stable").head(_MOST).reset_index(drop=True)

    def paint(grid: Any, narrow: bool) -> None:
        for at, (panel, axes) in enumerate(zip(_PANELS, grid, strict=True)):
            _panel(axes, data, *panel, with_names=narrow or at == 0)

    title = _title(ranked, data)
    listed = "; ".join(
        f"{r['name']}: {', '.join(f'{words.lower()} {_text(r[n], kind)}' for n, words, kind in _PANELS)}"
        for r in data.to_dict("records")
    )
    columns = (
        TableColumn("name", ("Đơn vị",), "text"),
        *(TableColumn(n, (words,), "percent" if kind == "percent" else "count") for n, words, kind in _PANELS),
    )
    height = 0.9 + 0.42 * len(data)
    drawing = draw(paint, height, 4 * height, ((1, 4), (4, 1)))
    return chart("so-lieu-don-vi", title, f"Bốn biểu đồ thanh theo đơn vị. {listed}.", drawing, data, columns)


def _title(ranked: pd.DataFrame, data: pd.DataFrame) -> str:
    late = ranked[ranked["pending_overdue"].fillna(0) > 0]
    shown = f"{len(data)} đơn vị nhiều hồ sơ nhất" if len(ranked) > len(data) else f"{len(ranked)} đơn vị có số liệu"
    how_many = f"{len(late)}/{len(ranked)} đơn vị" if len(late) else "không đơn vị nào"
    return f"{shown}: {how_many} còn hồ sơ đang giải quyết quá hạn"


def _text(value: Any, kind: str) -> str:
    if pd.isna(value):
        return NO_DATA
    return percent(float(value)) if kind == "percent" else number(int(value))


def _panel(axes: Any, data: pd.DataFrame, name: str, words: str, kind: str, with_names: bool) -> None:
    """Bars of one figure from zero; a body that does not know it has no bar and says so."""
    bare(axes)
    axes.set_title(words, fontsize=9, fontweight="bold", color=INK, loc="left")
    values = data[name].astype("Float64")
    color = ORANGE if name == "pending_overdue" else BLUE
    longest = 100.0 if kind == "percent" else max(float(values.max() or 0), 1.0)
    for y, (label, value) in enumerate(zip(data["name"], values, strict=True)):
        known = not pd.isna(value)
        axes.barh(y, float(value) if known else 0, 0.4, color=color, linewidth=0)
        beside(axes, float(value) if known else 0, y, _text(value, kind) if known else MISSING)
        if with_names:
            axes.text(0, y - 0.28, shortened(label, 34), va="bottom", fontsize=8)
    axes.set_xlim(0, longest * 1.45)
    axes.set_ylim(len(data) - 0.5, -0.85)
