"""Tables with the header hierarchy of statutory forms: spans computed from paths, numbering row, totals, notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from html import escape
from itertools import groupby
from typing import Any, Literal

import pandas as pd

from tthc_analysis.display.bundle import Display
from tthc_analysis.display.formats import MISSING, number, percent

CellKind = Literal["text", "count", "percent", "days"]


@dataclass(frozen=True)
class TableColumn:
    """A column: `path` is its header from the top group down; `formula` is printed in the numbering row."""

    name: str
    path: tuple[str, ...]
    kind: CellKind = "count"
    formula: str = ""

    @property
    def label(self) -> str:
        """The whole header in one line."""
        return " – ".join(self.path)


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

    def to_html(self) -> str:
        """A captioned table in a scrollable region."""
        body = "".join(_row(self.columns, row) for row in self.rows)
        total = f"<tfoot>{_row(self.columns, self.total)}</tfoot>" if self.total else ""
        notes = "".join(f'<p class="table-note">{escape(n)}</p>' for n in self.notes)
        unit = f"<span class='unit'>Đơn vị tính: {escape(self.unit)}</span>" if self.unit else ""
        return (
            f'<div class="table-scroll" tabindex="0" role="region" aria-label="{escape(self.title)}">'
            f'<table class="report-table" id="bang-{escape(self.name)}"><caption><span class="so-thu-tu" data-loai="Bảng"></span>{escape(self.title)} {unit}</caption>'
            f"<thead>{header_html(self.columns)}{self._number_row()}</thead><tbody>{body}</tbody>{total}</table></div>{notes}"
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

    def __str__(self) -> str:
        return pd.DataFrame(self.rows, columns=[c.label for c in self.columns]).to_string(index=False)


def _plain(value: Any) -> Any:
    if value is None or pd.isna(value):
        return None
    if isinstance(value, Decimal):
        return str(value)
    return value.item() if hasattr(value, "item") else value


def cell_text(value: Any, kind: CellKind) -> str:
    """A cell as printed; a dash where there is no value."""
    plain = _plain(value)
    if plain is None:
        return MISSING
    if kind == "percent":
        return percent(plain)
    return number(plain) if kind in ("count", "days") else str(plain)


def _row(columns: Sequence[TableColumn], row: Sequence[Any]) -> str:
    cells = []
    for index, (column, value) in enumerate(zip(columns, row, strict=True)):
        text = escape(cell_text(value, column.kind))
        stub = index == _stub(columns)
        css = "" if column.kind == "text" else ' class="num"'
        cells.append(f'<th scope="row">{text}</th>' if stub else f"<td{css}>{text}</td>")
    return f"<tr>{''.join(cells)}</tr>"


def _stub(columns: Sequence[TableColumn]) -> int:
    """The column that names the row: the first text column that is no running number."""
    return next((i for i, c in enumerate(columns) if c.kind == "text" and c.name != "index"), 0)


def header_html(columns: Sequence[TableColumn]) -> str:
    """Header rows whose spans follow from the columns' paths; a short path spans the rows below it."""
    depth = max(len(c.path) for c in columns)
    rows = []
    for level in range(depth):
        cells = []
        for prefix, group in groupby(columns, key=partial(_prefix, level=level)):
            members = list(group)
            first = members[0]
            if len(first.path) <= level:
                continue
            last = len(first.path) == level + 1
            rowspan = depth - level if last else 1
            spans = (f' rowspan="{rowspan}"' if rowspan > 1 else "") + (
                f' colspan="{len(members)}"' if len(members) > 1 else ""
            )
            cells.append(f'<th scope="{"col" if last else "colgroup"}"{spans}>{escape(prefix[level])}</th>')
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return "".join(rows)


def _prefix(column: TableColumn, level: int) -> tuple[str, ...]:
    """What columns under one header cell of `level` share; a column that ends here or above stands alone."""
    return column.path[: level + 1] + ((column.name,) if len(column.path) <= level + 1 else ())


def plain_table(name: str, title: str, frame: pd.DataFrame, columns: Sequence[TableColumn], **more: Any) -> ReportTable:
    """A table of the frame's columns in the given order."""
    rows = tuple(tuple(_plain(r[c.name]) for c in columns) for r in frame.to_dict("records"))
    return ReportTable(name, title, tuple(columns), rows, **more)
