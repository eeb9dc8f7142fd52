"""Tables with the header hierarchy of statutory forms: spans computed from paths, numbering row, totals, notes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from html import escape
from itertools import groupby
from typing import Any, Literal

import pandas as pd

from tthc_analysis.display.base import Display
from tthc_analysis.display.formats import MISSING, number, percent

#: a "figure" is printed already, for each row has a unit of its own
CellKind = Literal["text", "figure", "count", "percent", "days", "hours", "points", "small"]
PRINTED: frozenset[CellKind] = frozenset(("text", "figure"))

#: from so many rows on, a table can be sorted and keeps its header in view
LONG_TABLE = 12
#: from so many columns on, a table is set smaller
WIDE_TABLE = 8
_SHORT_TEXT, _LONG_TEXT = 14, 40


def caption(kind: str, title: str) -> str:
    """The title of a table ("Bảng") or figure ("Hình"); the page writes its number into the empty mark."""
    return f'<span class="so-thu-tu" data-loai="{kind}"></span>{escape(title)}'


@dataclass(frozen=True)
class TableColumn:
    """A column: `path` is its header from the top group down; `formula` is printed in the numbering row.

    `missing` is printed where a row has no value.
    """

    name: str
    path: tuple[str, ...]
    kind: CellKind = "count"
    formula: str = ""
    missing: str = MISSING

    @property
    def label(self) -> str:
        """The whole header in one line."""
        return " – ".join(self.path)

    @property
    def is_printed(self) -> bool:
        """Whether its values are texts as they are printed."""
        return self.kind in PRINTED


@dataclass(frozen=True)
class ReportTable(Display):
    """One table of the report. `rows` hold machine values in the order of `columns`; `group` rows have one text only."""

    name: str
    title: str
    columns: tuple[TableColumn, ...]
    rows: tuple[tuple[Any, ...], ...]
    total: tuple[Any, ...] | None = None
    notes: tuple[str, ...] = ()
    numbered: bool = False
    unit: str = ""

    def to_html(self, *, counted: bool = True, download: str | None = "") -> str:
        """A captioned table in a scrollable region; `counted` gives it a number, `download` is the name of its CSV file.

        "" is its own name, None offers none.
        """
        css = [_css(c, [row[i] for row in self.rows]) for i, c in enumerate(self.columns)]
        empty = f'<tr><td class="trong" colspan="{len(self.columns)}">Không có dòng nào.</td></tr>'
        body = "".join(_row(self.columns, row, css) for row in self.rows) or empty
        total = f"<tfoot>{_row(self.columns, self.total, css)}</tfoot>" if self.total else ""
        notes = "".join(f'<p class="table-note">{escape(n)}</p>' for n in self.notes)
        unit = f'<span class="unit">Đơn vị tính: {escape(self.unit)}</span>' if self.unit else ""
        title = caption("Bảng", self.title) if counted else escape(self.title)
        size = f"{' dai' if len(self.rows) >= LONG_TABLE else ''}{' rong' if len(self.columns) >= WIDE_TABLE else ''}"
        name = escape(self.name)
        offered = "" if download is None else f'<span class="tai-csv" data-ten="{escape(download) or name}"></span>'
        return (
            f'<div class="table-scroll{size}" tabindex="0" role="region" aria-labelledby="ten-{name}">'
            f'<table class="report-table" id="bang-{name}"><caption><span id="ten-{name}">{title}</span>{unit}</caption>'
            f"<thead>{header_html(self.columns)}{self._number_row()}</thead><tbody>{body}</tbody>{total}</table></div>"
            f"{notes}{offered}"
        )

    def _number_row(self) -> str:
        if not self.numbered:
            return ""
        cells = "".join(
            f'<td class="colnum">{escape(c.formula or f"({i})")}</td>' for i, c in enumerate(self.columns, start=1)
        )
        return f"<tr>{cells}</tr>"

    def to_json(self) -> dict[str, Any]:
        """Columns, machine values, totals and notes."""
        columns = [
            {"name": c.name, "label": c.label, "path": list(c.path), "kind": c.kind, "formula": c.formula}
            | ({"missing": c.missing} if c.missing != MISSING else {})
            for c in self.columns
        ]
        return {
            "type": "table",
            "name": self.name,
            "title": self.title,
            "unit": self.unit,
            "columns": columns,
            "rows": [[_plain(v) for v in row] for row in self.rows],
            "total": [_plain(v) for v in self.total] if self.total else None,
            "notes": list(self.notes),
            "numbered": self.numbered,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ReportTable:
        """The table that `to_json` wrote; the data of a chart, which has neither total nor notes, is one too."""
        columns = tuple(
            TableColumn(c["name"], tuple(c["path"]), c["kind"], c["formula"], c.get("missing", MISSING))
            for c in data["columns"]
        )
        total = data.get("total")
        return cls(
            data["name"],
            data["title"],
            columns,
            tuple(tuple(row) for row in data["rows"]),
            tuple(total) if total else None,
            tuple(data.get("notes", ())),
            data.get("numbered", False),
            data.get("unit", ""),
        )

    def __str__(self) -> str:
        return pd.DataFrame(self.rows, columns=[c.label for c in self.columns]).to_string(index=False)


def _plain(value: Any) -> Any:
    if value is None or pd.isna(value):
        return None
    if isinstance(value, Decimal):
        return str(value)
    return value.item() if hasattr(value, "item") else value


def cell_text(value: Any, kind: CellKind, missing: str = MISSING) -> str:
    """A cell as printed; `missing` (a dash) where there is no value."""
    plain = _plain(value)
    if plain is None:
        return missing
    if kind == "percent":
        return percent(plain)
    if kind == "hours":
        return number(plain, 2).rstrip("0").removesuffix(",")
    if kind == "points":
        return number(plain, 2)
    if kind == "small":
        return number(plain, 4)
    return number(plain) if kind in ("count", "days") else str(plain)


def _row(columns: Sequence[TableColumn], row: Sequence[Any], css: Sequence[str]) -> str:
    cells = []
    for index, (column, value) in enumerate(zip(columns, row, strict=True)):
        text = escape(cell_text(value, column.kind, column.missing))
        start, end = ('th scope="row"', "th") if index == _stub(columns) else ("td", "td")
        words = " thieu" if _is_words(column, text) else ""
        kind = f' class="{css[index]}{words}"' if css[index] else ""
        cells.append(f"<{start}{kind}>{text}</{end}>")
    return f"<tr>{''.join(cells)}</tr>"


def _is_words(column: TableColumn, text: str) -> bool:
    """Whether words stand where a number is looked for: they may take several lines."""
    if column.kind == "figure":
        return len(text) > _SHORT_TEXT
    return column.kind != "text" and text == escape(column.missing) != MISSING


def _css(column: TableColumn, values: Sequence[Any]) -> str:
    """How a column is set: numbers right, running numbers centred, short texts on one line, long ones with some room."""
    if column.kind != "text":
        return "num"
    if column.name == "index":
        return "stt"
    longest = max((len(str(v)) for v in values if v is not None), default=0)
    return "ma" if longest <= _SHORT_TEXT else "dai-chu" if longest >= _LONG_TEXT else ""


def _stub(columns: Sequence[TableColumn]) -> int:
    """The column that names the row: the first text column that is no running number."""
    return next((i for i, c in enumerate(columns) if c.kind == "text" and c.name != "index"), 0)


@dataclass(frozen=True)
class HeaderCell:
    """One cell of a header: its row and first column (from 0), how many rows and columns it spans, and its text."""

    row: int
    column: int
    rows: int
    columns: int
    text: str
    is_group: bool


def header_cells(columns: Sequence[TableColumn]) -> list[list[HeaderCell]]:
    """Header rows whose spans follow from the columns' paths; a short path spans the rows below it."""
    depth = max(len(c.path) for c in columns)
    return [list(_header_row(columns, level, depth)) for level in range(depth)]


def _header_row(columns: Sequence[TableColumn], level: int, depth: int) -> Iterator[HeaderCell]:
    start = 0
    for prefix, group in groupby(columns, key=partial(_prefix, level=level)):
        members = list(group)
        length = len(members[0].path)
        if length > level:
            last = length == level + 1
            yield HeaderCell(level, start, depth - level if last else 1, len(members), prefix[level], not last)
        start += len(members)


def header_html(columns: Sequence[TableColumn]) -> str:
    """The header as table rows with computed spans."""
    return "".join(f"<tr>{''.join(_header_cell(c) for c in row)}</tr>" for row in header_cells(columns))


def _header_cell(cell: HeaderCell) -> str:
    spans = (f' rowspan="{cell.rows}"' if cell.rows > 1 else "") + (
        f' colspan="{cell.columns}"' if cell.columns > 1 else ""
    )
    place = "" if cell.is_group else f' data-cot="{cell.column}"'
    return f'<th scope="{"colgroup" if cell.is_group else "col"}"{place}{spans}>{escape(cell.text)}</th>'


def _prefix(column: TableColumn, level: int) -> tuple[str, ...]:
    """What columns under one header cell of `level` share; a column that ends here or above stands alone."""
    return column.path[: level + 1] + ((column.name,) if len(column.path) <= level + 1 else ())


def plain_table(name: str, title: str, frame: pd.DataFrame, columns: Sequence[TableColumn], **more: Any) -> ReportTable:
    """A table of the frame's columns in the given order."""
    rows = tuple(tuple(_plain(r[c.name]) for c in columns) for r in frame.to_dict("records"))
    return ReportTable(name, title, tuple(columns), rows, **more)
