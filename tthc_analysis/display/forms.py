"""The tables with control sums: statutory forms, and the appendices by procedure."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from datetime import date
from typing import Any

import pandas as pd

from tthc_analysis.display._empty import needs_rows
from tthc_analysis.display.base import Display
from tthc_analysis.display.formats import MISSING, number
from tthc_analysis.display.tables import ReportTable, TableColumn, plain_table
from tthc_analysis.errors import TthcError
from tthc_analysis.rules.forms import Form, load_form


class ControlSumFails(TthcError):
    """A printed control equation of a form does not hold."""


II06A, II07B = "bieu-ii-06a", "bieu-ii-07b"


def form_columns(name: str) -> tuple[TableColumn, ...]:
    """The columns of a statutory form as `rules/forms.toml` has them; raises UnknownRule."""
    form = load_form(name)
    return tuple(TableColumn(c.name, c.path, c.kind, c.formula, form.no_data or MISSING) for c in form.columns)


FORM_II06A = form_columns(II06A)
#: total, its parts in the form, the class of it that the form has no column for
_SUMS: tuple[tuple[str, tuple[str, ...], str | None], ...] = (
    ("handled", ("received_online", "received_offline", "carried_over"), "received_no_channel"),
    ("resolved", ("resolved_early", "resolved_on_time", "resolved_overdue"), "resolved_no_due"),
    ("pending", ("pending_within", "pending_overdue"), "pending_no_due"),
    ("handled", ("resolved", "pending"), None),
)
_RESIDUAL = {
    "received_no_channel": "không ghi hình thức tiếp nhận",
    "resolved_no_due": "đã giải quyết không có ngày hẹn trả",
    "pending_no_due": "đang giải quyết không có ngày hẹn trả",
}


@needs_rows("bieu-ii-06a", "Biểu II.06a")
def form_ii06a(
    frame: pd.DataFrame,
    title: str = "Biểu II.06a – Tình hình, kết quả giải quyết thủ tục hành chính",
    day: date | None = None,
) -> Display:
    """Form II.06a from the measures by field; classes that the form has no column for are said in notes, never hidden.

    On `day`, the last one of the period, a form whose text is no longer in force says so. What no dossier of a field
    states stays empty, never 0; its total is that of the fields that state it.

    Raises ControlSumFails when an equation of the form does not hold, the class without a column of its own counted in.
    """
    data = frame.assign(received_offline=frame["received_in_person"] + frame["received_post"])
    names = [c.name for c in FORM_II06A[2:]]
    totals = {n: _known_sum(data[n]) for n in (*names, *_RESIDUAL)}
    for total, parts, rest in _SUMS:
        if totals[total] != sum(totals[p] or 0 for p in (*parts, *((rest,) if rest else ()))):
            raise ControlSumFails(
                f"Biểu II.06a: {total} ≠ {' + '.join(parts)}.", "dòng tổng số", "Kiểm tra lại bảng theo lĩnh vực."
            )
    rows = tuple((str(i), r["field"], *(r[n] for n in names)) for i, r in enumerate(data.to_dict("records"), start=1))
    residual = {n: count for n in _RESIDUAL if (count := totals[n])}
    notes = (*_residual_notes(residual, "biểu"), *_law_notes(II06A, day))
    return ReportTable(
        II06A,
        title,
        FORM_II06A,
        rows,
        ("", "Tổng số", *(totals[n] for n in names)),
        notes,
        numbered=True,
        unit="hồ sơ TTHC",
    )


def form_ii07b(
    frame: pd.DataFrame | None,
    title: str = "Biểu II.07b – Số lượng thủ tục hành chính theo cấp giải quyết",
    day: date | None = None,
) -> ReportTable:
    """Form II.07b from the catalogue by authority level (columns level, label, published); None without a catalogue.

    No export says which procedures a one-stop section receives or which internal workflows were issued: these columns
    have no value, and the form prints so; `day` as in form II.06a. Raises ControlSumFails for a level that the form has no column for.
    """
    form, columns = load_form(II07B), form_columns(II07B)
    if frame is None:
        notes = (_NO_CATALOGUE, *_law_notes(II07B, day))
        return ReportTable(II07B, title, columns, (), None, notes, numbered=True, unit=form.unit)
    _known_levels(frame["level"], form)
    counted = ("procedures", *dict.fromkeys(form.levels.values()))
    lines = [_level_line(i, r, form.levels) for i, r in enumerate(frame.to_dict("records"), start=1)]
    total = {"index": "", "unit": "Tổng số", **{n: sum(line[n] for line in lines) for n in counted}}
    rows = [tuple(line.get(c.name) for c in columns) for line in (*lines, total)]
    notes = (_NO_ONE_STOP, *_law_notes(II07B, day))
    return ReportTable(II07B, title, columns, tuple(rows[:-1]), rows[-1], notes, numbered=True, unit=form.unit)


def _law_notes(name: str, day: date | None) -> tuple[str, ...]:
    return load_form(name).notes(day) if day else ()


_NO_CATALOGUE = "Chưa có dữ liệu danh mục thủ tục hành chính của kỳ này."
_NO_ONE_STOP = "Các cột (7) đến (14) chưa có dữ liệu: tệp xuất không ghi thủ tục thực hiện tại bộ phận một cửa và quy trình nội bộ."


def _known_levels(levels: Iterable[str], form: Form) -> None:
    unknown = sorted(set(levels) - set(form.levels))
    if unknown:
        raise ControlSumFails(
            f"Biểu II.07b không có cột cho cấp {', '.join(unknown)}.", form.number, "Thêm cấp này vào rules/forms.toml."
        )


def _level_line(index: int, row: Mapping[Hashable, Any], levels: Mapping[str, str]) -> dict[str, Any]:
    """One line of form II.07b: the procedures of a level stand in the column of that level, 0 in the others."""
    published = int(row["published"])
    own = dict.fromkeys(levels.values(), 0) | {levels[row["level"]]: published}
    return {"index": str(index), "unit": row["label"], "procedures": published, **own}


PROCEDURE_COLUMNS = (
    TableColumn("index", ("STT",), "text"),
    TableColumn("field", ("Lĩnh vực",), "text"),
    TableColumn("procedure_code", ("Mã TTHC",), "text"),
    TableColumn("procedure_name", ("Tên thủ tục hành chính",), "text"),
)
ONLINE_COLUMNS = (
    *PROCEDURE_COLUMNS,
    TableColumn("online_level", ("Mức độ DVC",), "text"),
    TableColumn("received_new", ("Hồ sơ mới trong kỳ", "Tổng số"), formula="(6)=(7)+(8)+(9)"),
    TableColumn("received_online", ("Hồ sơ mới trong kỳ", "Trực tuyến")),
    TableColumn("received_in_person", ("Hồ sơ mới trong kỳ", "Trực tiếp")),
    TableColumn("received_post", ("Hồ sơ mới trong kỳ", "Bưu chính")),
    TableColumn("carried_over", ("Từ kỳ trước",)),
    TableColumn("online_rate", ("Tỷ lệ trực tuyến",), "percent", "(11)=(7)/(6)"),
)
DIGITISATION_COLUMNS = (
    *PROCEDURE_COLUMNS,
    TableColumn("handled", ("Thành phần hồ sơ", "Hồ sơ nhận giải quyết")),
    TableColumn("with_components", ("Thành phần hồ sơ", "Có tệp số hóa")),
    TableColumn("component_rate", ("Thành phần hồ sơ", "Tỷ lệ"), "percent", "(7)=(6)/(5)"),
    TableColumn("resolved", ("Kết quả giải quyết", "Hồ sơ đã giải quyết")),
    TableColumn("resolved_with_result", ("Kết quả giải quyết", "Có kết quả điện tử")),
    TableColumn("result_rate", ("Kết quả giải quyết", "Tỷ lệ"), "percent", "(10)=(9)/(8)"),
)


@needs_rows("dvc-truc-tuyen", "Dịch vụ công trực tuyến theo thủ tục")
def online_table(frame: pd.DataFrame) -> Display:
    """Appendix: new dossiers by procedure and channel, with totals and the online share."""
    rates = {"online_rate": ("received_online", "received_new")}
    return _by_procedure(
        "dvc-truc-tuyen", "Kết quả cung cấp dịch vụ công trực tuyến theo thủ tục", frame, ONLINE_COLUMNS, rates
    )


@needs_rows("so-hoa", "Số hóa theo thủ tục")
def digitisation_table(frame: pd.DataFrame) -> Display:
    """Appendix: digitised components and electronic results by procedure, with totals and both shares."""
    rates = {"component_rate": ("with_components", "handled"), "result_rate": ("resolved_with_result", "resolved")}
    return _by_procedure(
        "so-hoa", "Kết quả số hóa hồ sơ, kết quả giải quyết theo thủ tục", frame, DIGITISATION_COLUMNS, rates
    )


def _by_procedure(
    name: str, title: str, frame: pd.DataFrame, columns: tuple[TableColumn, ...], rates: dict[str, tuple[str, str]]
) -> ReportTable:
    """A numbered table by procedure; a total of shares is the share of the totals."""
    data = frame.assign(index=[str(i) for i in range(1, len(frame) + 1)])
    sums = {c.name: _known_sum(frame[c.name]) for c in columns if c.kind == "count"}
    shares = {k: _share(sums[part], sums[whole]) for k, (part, whole) in rates.items()}
    words = {"field": "Tổng số"}
    total = tuple({**words, **sums, **shares}.get(c.name, "" if c.kind == "text" else None) for c in columns)
    residual = {n: int(frame[n].sum()) for n in _RESIDUAL if n in frame}
    notes = _residual_notes({k: n for k, n in residual.items() if n}, "bảng")
    return plain_table(name, title, data, columns, total=total, notes=notes, numbered=True, unit="hồ sơ")


def _known_sum(values: pd.Series) -> int | None:
    """The sum of a column; None when no row of it is known."""
    return None if values.isna().all() else int(values.sum())


def _share(part: int | None, whole: int | None) -> float | None:
    return 100 * part / whole if whole and part is not None else None


def _residual_notes(residual: Mapping[str, int], place: str) -> tuple[str, ...]:
    """What stands in no column of a form or table."""
    return tuple(
        f"Trong tổng số có {number(n)} hồ sơ {_RESIDUAL[k]}, không thuộc cột nào của {place}."
        for k, n in residual.items()
    )
