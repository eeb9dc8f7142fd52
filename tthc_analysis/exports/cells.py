"""Cells that look like values and are none: errors, formulas that nobody computed, lost letters; and groups written once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pyarrow.compute as pc

from tthc_analysis.columns import Column, Table
from tthc_analysis.errors import TthcError, UnreadableExport
from tthc_analysis.exports._faults import NOUGHT
from tthc_analysis.exports.column import SheetColumn, steps
from tthc_analysis.exports.header import Texts
from tthc_analysis.exports.read import Grid

_NAMED = 5
_ERROR_TEXT = re.compile(
    r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!|FIELD!|GETTING_DATA|TÊN\?|GIÁTRỊ!|SỐ!)|Err:\d{3}|#{3,}"
)
#: what every text of an error has, and what stands for a lost letter
_ERROR_MARKS, _LOST_MARKS = ("#", "Err:"), ("?", "\ufffd")
_LOST = re.compile(r"[^\W\d_]\?+[^\W\d_]|\ufffd")
_LOST_START = re.compile(r"(?<!\S)\?+[^\W\d_]")
_MOST_LOST = 0.2
_LEAST_ROWS = 4
#: what registers are commonly laid out by; any other column is filled where the sheet shows it, and else left blank
_HEADS_OF_GROUPS = ("field", "agency", "procedure_name")
_ASK = "Mở bằng Excel để tính lại, sửa hoặc xóa nội dung các ô đó rồi lưu lại; tốt nhất là dùng tệp xuất gốc."


class GroupedCells(TthcError):
    """A column that is filled in the first row of each group only, and nothing shows that the rows below say the same."""


def letters(index: int) -> str:
    """The letters by which a spreadsheet names a column."""
    found = ""
    while index >= 0:
        index, rest = divmod(index, 26)
        found, index = chr(65 + rest) + found, index - 1
    return found


def refuse_faults(grid: Grid, used: Iterable[int] | None, numbers: Iterable[int], where: str) -> None:
    """Refuse cells of the used columns (of all, when None) that hold an error or a formula without its value.

    A formula that gives 0 may be right in a column of `numbers`.
    """
    columns, numbers = None if used is None else {-1, *used}, set(numbers)
    found = [
        f for f in grid.faults if (columns is None or f[1] in columns) and not (f[2] == NOUGHT and f[1] in numbers)
    ]
    if not found and grid.faulty <= len(grid.faults):
        return
    count = len(found) if grid.faulty <= len(grid.faults) else grid.faulty
    kinds = " và ".join(sorted({kind for *_, kind in found or grid.faults}))
    places = [f"{letters(c)}{r + 1}" for r, c, _ in found[:_NAMED] if c >= 0] or ["không rõ vị trí"]
    raise UnreadableExport(where, f"Trang tính có {count} {kinds}, trong đó {', '.join(places)}.", _ASK)


def refuse_damaged(
    table: Table, cells: Mapping[str, SheetColumn], columns: Mapping[str, int], first: int, where: str
) -> None:
    """Refuse columns with the text of an error, or with letters that a saved file has lost; `first` is the first row's number."""
    for name, column in cells.items():
        rows = column.rows_with(_ERROR_MARKS, _is_error)
        if len(rows):
            places = ", ".join(f"{letters(columns[name])}{first + r}" for r in rows[:_NAMED].tolist())
            raise UnreadableExport(
                where, f"Có {len(rows)} ô lỗi công thức (#N/A, #REF!, ####…), trong đó {places}.", _ASK
            )
        if table.column(name).kind in ("text", "category") and _has_lost_letters(column):
            label = table.column(name).label
            raise UnreadableExport(
                where, f"Cột “{label}” đã mất chữ: chữ có dấu thành “?” hoặc “\ufffd”.", _LOST_ADVICE
            )


def _is_error(text: str) -> bool:
    return text[:1] in ("#", "E") and _ERROR_TEXT.fullmatch(text) is not None


def _has_lost_letters(column: SheetColumn) -> bool:
    return any(map(column.has, _LOST_MARKS)) and lost_letters(column.distinct())


_LOST_ADVICE = (
    "Xuất lại tệp, không mở rồi lưu thành CSV bằng Excel (bảng mã của máy không có chữ Việt); "
    "cần lưu thì chọn “CSV UTF-8” hoặc .xlsx."
)


def lost_letters(values: Sequence[str]) -> bool:
    """Whether many of the texts have “?” in the place of letters."""
    marked = [v for v in values if "?" in v or "\ufffd" in v]
    lost = sum(1 for v in marked if _LOST.search(v) or (_LOST_START.search(v) and not v.startswith("?!")))
    return lost > 0 and lost >= _MOST_LOST * sum(map(bool, values))


def refuse_lost_headers(cells: Iterable[str], where: str) -> None:
    """Refuse a sheet whose headers cannot be recognised because their letters are lost."""
    words = [c for c in cells if c]
    if lost_letters(words):
        raise UnreadableExport(
            where, "Tệp đã mất chữ: chữ có dấu thành “?” khi lưu bằng bảng mã không có chữ Việt.", _LOST_ADVICE
        )


# --- groups ----------------------------------------------------------------------------------------------------------


def fill_groups(
    table: Table, cells: dict[str, SheetColumn], is_data: np.ndarray, declared: Sequence[str] | None, where: str
) -> dict[str, int]:
    """Fill columns that only the first row of each group states, where declared or shown; the number of cells by column.

    It is shown when each value of another column then has one value in it. Raises GroupedCells when nothing shows it.
    """
    names = [c.name for c in table.columns if c.name in cells and _may_group(c, table)]
    chosen = [n for n in names if (n in declared if declared is not None else _is_grouped(cells[n], is_data))]
    if not chosen:
        return {}
    filled = {}
    texts = {n: cells[n].texts(0, len(is_data)).take(is_data) for n in names}
    for name in chosen:
        full = _filled(texts[name])
        if declared is None:
            shown = _shown(full, [t for n, t in texts.items() if n != name and not _blank(t).any()])
            if shown is None and name in _HEADS_OF_GROUPS:
                raise _undecided(table, texts[name], name, where)
            if not shown:
                continue
        filled[f"{table.column(name).label}: điền theo ô đầu nhóm"] = int(_blank(texts[name]).sum())
        texts[name] = full
        codes = np.zeros(len(is_data), dtype=full.codes.dtype)
        codes[is_data] = full.codes
        cells[name] = replace(cells[name], fixed=Texts(full.values, codes))
    return {label: count for label, count in filled.items() if count}


def _may_group(column: Column, table: Table) -> bool:
    return column.kind in ("text", "code") and not column.required and column.name not in table.key


def _blank(texts: Texts) -> np.ndarray:
    empty = pc.equal(pc.binary_length(texts.array), 0).to_numpy(zero_copy_only=False)
    blank: np.ndarray = empty[texts.codes] if len(empty) else np.zeros(0, dtype=bool)
    return blank


def _is_grouped(column: SheetColumn, is_data: np.ndarray) -> bool:
    """Whether the first data row is filled, most are blank, and several values come once each."""
    rows, blanks, said = 0, 0, set[str]()
    for start, stop in steps(len(is_data)):
        texts = column.texts(start, stop).take(is_data[start:stop])
        if not len(texts.codes):
            continue
        blank, counts = _blank(texts), texts.counts()
        if (not rows and blank[0]) or counts.total() > len(counts) or not said.isdisjoint(counts):
            return False
        rows, blanks = rows + len(blank), blanks + int(blank.sum())
        said |= counts.keys()
    return rows >= _LEAST_ROWS and blanks * 2 > rows and len(said) > 1


def _filled(texts: Texts) -> Texts:
    blank = _blank(texts)
    last = np.maximum.accumulate(np.where(blank, -1, np.arange(len(blank))))
    return Texts(texts.values, np.where(last >= 0, texts.codes[np.maximum(last, 0)], texts.codes))


def _shown(full: Texts, others: list[Texts]) -> bool | None:
    """Whether some other column shows the groups (True), contradicts them (False), or none says anything (None)."""
    told = False
    for other in others:
        pairs = {(a, b) for a, b in zip(other.codes.tolist(), full.codes.tolist(), strict=True)}
        kinds = len({a for a, _ in pairs})
        if kinds * 2 <= len(full.codes):  # its values come again
            if len(pairs) > kinds:
                return False
            told = True
    return True if told else None


def _undecided(table: Table, texts: Texts, name: str, where: str) -> GroupedCells:
    blank = _blank(texts)
    return GroupedCells(
        f"Cột “{table.column(name).label}” chỉ có giá trị ở dòng đầu mỗi nhóm ({int((~blank).sum())}/{len(blank)} dòng), "
        "các dòng sau để trống.",
        where,
        f'Nếu ô trống nghĩa là như dòng trên, thêm filled_down = ["{name}"] vào bảng [{table.name}] của tệp *.profile.toml; '
        "nếu là chưa có giá trị, thêm filled_down = [].",
    )
