"""The tables with control sums: statutory forms, and the appendices by procedure."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from tthc_analysis.display._empty import NO_DOSSIER, needs_rows, nothing
from tthc_analysis.display.base import Display
from tthc_analysis.display.formats import MISSING, number
from tthc_analysis.display.tables import ReportTable, TableColumn, plain_table
from tthc_analysis.errors import TthcError
from tthc_analysis.indicators.definition import UNENDED
from tthc_analysis.rules.forms import Form, load_form


class ControlSumFails(TthcError):
    """A printed control equation of a form does not hold."""


II06A, II07B = "bieu-ii-06a", "bieu-ii-07b"
#: ending of the name of form II.06a for another span → what its sheet is called besides
VARIANTS = {"-luy-ke": "lũy kế", "-cung-ky": "cùng kỳ"}


def form_columns(form: Form) -> tuple[TableColumn, ...]:
    """The columns of a statutory form as `rules/forms.toml` has them."""
    return tuple(TableColumn(c.name, c.path, c.kind, c.formula, form.no_data or MISSING) for c in form.columns)


FORM_II06A = form_columns(load_form(II06A))
_NUMBERS = {c.name: f"({i})" for i, c in enumerate(FORM_II06A, start=1)}
_CHANNEL, _DUE = "hình thức tiếp nhận", "ngày hẹn trả"


@dataclass(frozen=True)
class _Sum:
    """A control equation of form II.06a: total = parts + the class that the form has no column for.

    `parts` that hang on what the dossiers state (`fact`) may be unknown; `whole` are the dossiers that should state it.
    """

    total: str
    parts: tuple[str, ...]
    fact: str = ""
    residual: str = ""
    whole: str = ""
    known: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The equation in column numbers."""
        return f"{_NUMBERS[self.total]} = {_plus((*self.parts, *self.known))}"


_SUMS = (
    _Sum(
        "handled",
        ("received_online", "received_offline"),
        _CHANNEL,
        "received_no_channel",
        "received_new",
        ("carried_over",),
    ),
    _Sum("resolved", ("resolved_early", "resolved_on_time", "resolved_overdue"), _DUE, "resolved_no_due", "resolved"),
    _Sum("pending", ("pending_within", "pending_overdue"), _DUE, "pending_no_due", "pending"),
    _Sum("handled", ("resolved", "pending")),
)
#: column → the dossiers that should state what decides it
_WHOLES = {
    **{part: s.whole for s in _SUMS if s.whole for part in s.parts},
    "received_in_person": "received_new",
    "received_post": "received_new",
    "with_components": "handled",
    "resolved_with_result": "resolved",
}
#: classes that the form has no column for
RESIDUAL_WORDS = {
    "received_other": "tiếp nhận qua hình thức khác (điện thoại, thư điện tử, nội bộ)",
    "received_no_channel": "không ghi hình thức tiếp nhận",
    "resolved_no_due": "đã giải quyết không có ngày hẹn trả",
    "pending_no_due": "đang giải quyết không có ngày hẹn trả",
}


def _plus(columns: Iterable[str]) -> str:
    return "+".join(_NUMBERS[c] for c in columns)


@needs_rows("bieu-ii-06a", "Biểu II.06a")
def form_ii06a(
    frame: pd.DataFrame,
    title: str = "Biểu II.06a – Tình hình, kết quả giải quyết thủ tục hành chính",
    day: date | None = None,
    variant: str = "",
    as_of: str = "",
) -> Display:
    """Form II.06a from the measures by field; classes that the form has no column for are said in notes, never hidden.

    On `day`, the last one of the period, a form whose text is no longer in force says so. `variant` is the ending of its name
    for another span than the period's (`VARIANTS`). `as_of` says of which export the state of open dossiers is ("theo bản xuất …").

    A cell that the dossiers do not state is empty, and a note says why and what is known of the sum of such cells.
    Raises ControlSumFails when a line differs from an equation of the form by more than the class without a column.
    """
    names = [c.name for c in FORM_II06A[2:]]
    told = (*names, *RESIDUAL_WORDS)
    lines = [{n: _whole_number(r[n]) for n in told} for r in frame.to_dict("records")]
    totals = {n: _known_sum(frame, n) for n in told}
    for place, line in enumerate((*lines, totals), start=1):
        check_sums(line, f"dòng {place}" if place <= len(lines) else "dòng tổng số")
    rows = tuple(
        (str(i), field, *(line[n] for n in names))
        for i, (field, line) in enumerate(zip(frame["field"], lines, strict=True), start=1)
    )
    notes = (
        *(
            (f"{_plus(('pending', 'pending_within', 'pending_overdue')).replace('+', ', ')} {as_of}, chưa hết kỳ.",)
            if as_of
            else ()
        ),
        *_other_channel(totals),
        *_without_end(totals),
        *(n for s in _SUMS for n in _sum_notes(s, lines, totals)),
        *law_notes(II06A, day),
    )
    return ReportTable(
        f"{II06A}{variant}",
        title,
        FORM_II06A,
        rows,
        ("", "Tổng số", *(totals[n] for n in names)),
        notes,
        numbered=True,
        unit="hồ sơ TTHC",
    )


Line = Mapping[str, int | None]


def _other_channel(totals: Line) -> Iterator[str]:
    """How many of the dossiers of a column came by a channel that the form does not name."""
    if other := totals["received_other"]:
        yield f"Cột {_NUMBERS['received_offline']} gồm {number(other)} hồ sơ {RESIDUAL_WORDS['received_other']}."


def _without_end(totals: Line) -> Iterator[str]:
    """Which columns are empty because dossiers have ended nobody knows when."""
    if columns := [n for n in ("handled", "carried_over", "resolved", "pending") if totals[n] is None]:
        yield f"Cột {', '.join(_NUMBERS[n] for n in columns)} và các cột thành phần để trống: {UNENDED}."


def _whole_number(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)


def check_sums(line: Line, place: str) -> None:
    """Assert every equation of a line whose cells are known; raises ControlSumFails."""
    for equation in _SUMS:
        cells = [line[n] for n in (*equation.parts, *equation.known)]
        left_over = line[equation.residual] or 0 if equation.residual else 0
        if None not in cells and line[equation.total] != sum(c or 0 for c in cells) + left_over:
            raise ControlSumFails(
                f"Biểu II.06a: {equation.text} không khớp.", place, "Kiểm tra lại bảng theo lĩnh vực."
            )


def _sum_notes(equation: _Sum, lines: Sequence[Line], totals: Line) -> Iterator[str]:
    """Why an equation of the form cannot be checked, or does not hold, and in which rows."""
    if None in [totals[n] for n in (equation.total, *equation.known)]:
        return
    columns = [_NUMBERS[p] for p in equation.parts]
    unknown = [str(i) for i, line in enumerate(lines, start=1) if None in [line[p] for p in equation.parts]]
    if None in [totals[p] for p in equation.parts]:
        rest = "".join(f"−{_NUMBERS[k]}" for k in equation.known)
        left = (totals[equation.total] or 0) - sum(totals[k] or 0 for k in equation.known)
        yield (
            f"Cột {', '.join(columns)} chưa có dữ liệu {equation.fact}: chỉ biết "
            f"{_plus(equation.parts)} = {_NUMBERS[equation.total]}{rest} = {number(left)}; "
            f"cân đối {equation.text} không kiểm được."
        )
    elif equation.residual and totals[equation.residual]:
        yield from _residual_notes({equation.residual: totals[equation.residual] or 0}, "biểu")
        apart = [str(i) for i, line in enumerate(lines, start=1) if line[equation.residual] and str(i) not in unknown]
        if apart:
            yield f"Vì vậy {equation.text.replace('=', '≠')} ở dòng {', '.join(apart)}."
        if unknown:
            yield (
                f"Cột {', '.join(columns)} ở dòng {', '.join(unknown)} chưa có dữ liệu {equation.fact}; "
                f"cân đối {equation.text} ở đó không kiểm được."
            )


def form_ii07b(
    frame: pd.DataFrame | None,
    title: str = "Biểu II.07b – Số lượng thủ tục hành chính theo cấp giải quyết",
    day: date | None = None,
) -> ReportTable:
    """Form II.07b from the catalogue by authority level (columns level, label, published); None without a catalogue.

    No export says which procedures a one-stop section receives or which internal workflows were issued: these columns
    have no value, and the form prints so. A line of procedures without a column of its own (several levels, none known, a ministry)
    has its total alone. After `day` (as in form II.06a) the columns of levels that have ended are not printed.
    """
    form = load_form(II07B).on(day) if day else load_form(II07B)
    columns = form_columns(form)
    if frame is None:
        notes = (_NO_CATALOGUE, *law_notes(II07B, day))
        return ReportTable(II07B, title, columns, (), None, notes, numbered=True, unit=form.unit)
    counted = ("procedures", *dict.fromkeys(form.levels.values()))
    lines = [_level_line(i, r, form.levels) for i, r in enumerate(frame.to_dict("records"), start=1)]
    total = {"index": "", "unit": "Tổng số", **{n: sum(line[n] or 0 for line in lines) for n in counted}}
    rows = [tuple(line.get(c.name) for c in columns) for line in (*lines, total)]
    first = next(i for i, c in enumerate(columns, start=1) if c.name == "one_stop")
    notes = (*_beside(lines, columns), _NO_ONE_STOP.format(first=first, last=len(columns)), *law_notes(II07B, day))
    return ReportTable(II07B, title, columns, tuple(rows[:-1]), rows[-1], notes, numbered=True, unit=form.unit)


def _beside(lines: Sequence[Mapping[str, Any]], columns: Sequence[TableColumn]) -> Iterator[str]:
    """Why the total of a form II.07b is more than its levels: procedures that belong to no single column."""
    own = [n for n in (c.name for c in columns) if n.startswith("procedures_")]
    apart = [line for line in lines if line["procedures"] and not any(line[n] for n in own)]
    if apart:
        told = "; ".join(f"{line['unit']}: {number(line['procedures'])}" for line in apart)
        equation = next(c.formula for c in columns if c.name == "procedures")
        yield f"Cột (3) gồm cả thủ tục không thuộc riêng cột cấp nào ({told}), nên {equation} không áp dụng cho các thủ tục này."


def law_notes(name: str, day: date | None) -> tuple[str, ...]:
    """What a form says of its text when that is no longer in force on `day`."""
    return load_form(name).notes(day) if day else ()


_NO_CATALOGUE = "Chưa có dữ liệu danh mục thủ tục hành chính của kỳ này."
_NO_ONE_STOP = "Các cột ({first}) đến ({last}) chưa có dữ liệu: tệp xuất không ghi thủ tục thực hiện tại bộ phận một cửa và quy trình nội bộ."


def _level_line(index: int, row: Mapping[Hashable, Any], levels: Mapping[str, str]) -> dict[str, Any]:
    """One line of form II.07b: the procedures of a level stand in the column of that level, 0 in the others.

    Those without a column of their own may belong to any of them: none has a value.
    """
    published, column = int(row["published"]), levels.get(str(row["level"]))
    own = dict.fromkeys(levels.values(), 0 if column else None) | ({column: published} if column else {})
    return {"index": str(index), "unit": row["label"], "procedures": published, **own}


@dataclass(frozen=True)
class ProcedureTable:
    """A numbered table by procedure as data: `columns` after the procedure's own, `rates` as part and whole of each share.

    A total of shares is the share of the totals.
    """

    name: str
    title: str
    columns: tuple[TableColumn, ...]
    rates: Mapping[str, tuple[str, str]]

    def __call__(self, frame: pd.DataFrame) -> Display:
        """The table of these rows, or what is said in its place."""
        if frame.empty:
            return nothing(self.name, self.title, NO_DOSSIER)
        columns = (*_PROCEDURE, *self.columns)
        data = frame.assign(index=[str(i) for i in range(1, len(frame) + 1)])
        sums = {c.name: _known_sum(frame, c.name) for c in columns if c.kind == "count"}
        shares = {k: _share(sums[part], sums[whole]) for k, (part, whole) in self.rates.items()}
        words = {"field": "Tổng số"}
        total = tuple({**words, **sums, **shares}.get(c.name, "" if c.kind == "text" else None) for c in columns)
        residual = {n: _known_sum(frame, n) or 0 for n in RESIDUAL_WORDS if n in frame}
        notes = _residual_notes({k: n for k, n in residual.items() if n}, "bảng")
        return plain_table(self.name, self.title, data, columns, total=total, notes=notes, numbered=True, unit="hồ sơ")


_PROCEDURE = (
    TableColumn("index", ("STT",), "text"),
    TableColumn("field", ("Lĩnh vực",), "text"),
    TableColumn("procedure_code", ("Mã TTHC",), "text"),
    TableColumn("procedure_name", ("Tên thủ tục hành chính",), "text"),
)
#: appendix: new dossiers by procedure and channel, with totals and the online share
online_table = ProcedureTable(
    "dvc-truc-tuyen",
    "Kết quả cung cấp dịch vụ công trực tuyến theo thủ tục",
    (
        TableColumn("online_level", ("Mức độ DVC",), "text"),
        TableColumn("received_new", ("Hồ sơ mới trong kỳ", "Tổng số"), formula="(6)=(7)+(8)+(9)"),
        TableColumn("received_online", ("Hồ sơ mới trong kỳ", "Trực tuyến")),
        TableColumn("received_in_person", ("Hồ sơ mới trong kỳ", "Trực tiếp")),
        TableColumn("received_post", ("Hồ sơ mới trong kỳ", "Bưu chính")),
        TableColumn("carried_over", ("Từ kỳ trước",)),
        TableColumn("online_rate", ("Tỷ lệ trực tuyến",), "percent", "(11)=(7)/(6)"),
    ),
    {"online_rate": ("received_online", "received_new")},
)
#: appendix: digitised components and electronic results by procedure, with totals and both shares
digitisation_table = ProcedureTable(
    "so-hoa",
    "Kết quả số hóa hồ sơ, kết quả giải quyết theo thủ tục",
    (
        TableColumn("handled", ("Thành phần hồ sơ", "Hồ sơ nhận giải quyết")),
        TableColumn("with_components", ("Thành phần hồ sơ", "Có tệp số hóa")),
        TableColumn("component_rate", ("Thành phần hồ sơ", "Tỷ lệ"), "percent", "(7)=(6)/(5)"),
        TableColumn("resolved", ("Kết quả giải quyết", "Hồ sơ đã giải quyết")),
        TableColumn("resolved_with_result", ("Kết quả giải quyết", "Có kết quả điện tử")),
        TableColumn("result_rate", ("Kết quả giải quyết", "Tỷ lệ"), "percent", "(10)=(9)/(8)"),
    ),
    {"component_rate": ("with_components", "handled"), "result_rate": ("resolved_with_result", "resolved")},
)


def _known_sum(frame: pd.DataFrame, name: str) -> int | None:
    """The sum of a column; None when no row that should state it does (a 0 of rows that have nothing to state is no sum).

    Of a column that every row should tell, and of its parts, one row that does not is enough.
    """
    values, unknown = frame[name], frame[name].isna()
    whole = frame[_WHOLES.get(name, name)]
    if unknown.any() and (whole.isna().any() or not (~unknown & (whole > 0)).any()):
        return None
    return int(values.sum())


def _share(part: int | None, whole: int | None) -> float | None:
    return 100 * part / whole if whole and part is not None else None


def _residual_notes(residual: Mapping[str, int], place: str) -> tuple[str, ...]:
    """What stands in no column of a form or table."""
    return tuple(
        f"Trong tổng số có {number(n)} hồ sơ {RESIDUAL_WORDS[k]}, không thuộc cột nào của {place}."
        for k, n in residual.items()
    )
