"""Annexes read back: a table with the columns of a statutory form, cell by cell against our own form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from tthc_analysis.reconcile._checks import Checks
from tthc_analysis.reconcile._grid import Grid, Row, grids
from tthc_analysis.reconcile._rates import dotted
from tthc_analysis.reconcile._reading import Reading
from tthc_analysis.reconcile._result import Remark
from tthc_analysis.reconcile._text import fold

if TYPE_CHECKING:
    from tthc_analysis.display.tables import ReportTable
    from tthc_analysis.indicators import OpenReport

#: a table is the form when it has this share of its columns
_LEAST_SHARE = 0.8
_TOTAL = "tong so"
#: lines of a table's title, and the days that it states, folded
_LINES = 6
_SPAN = re.compile(
    r"(?:ky bao cao|luy ke|cung ky|ky truoc).*tu (?:ngay )?(\d{1,2}/\d{1,2}/\d{4}) den (?:het )?(?:ngay )?(\d{1,2}/\d{1,2}/\d{4})"
)


@dataclass(frozen=True)
class OwnForm:
    """One of our forms: number, header paths of its counts, and counts by folded row label and column."""

    number: str
    columns: Mapping[str, tuple[str, ...]]
    rows: Mapping[str, Mapping[str, int]]


def own_forms(report: OpenReport) -> list[OwnForm]:
    """The forms II.06a and II.07b of a period as the report prints them; one without data is left out."""
    from tthc_analysis.display.forms import II06A, II07B, form_ii06a, form_ii07b
    from tthc_analysis.display.tables import ReportTable
    from tthc_analysis.indicators import catalogue, dossiers
    from tthc_analysis.rules.forms import load_form

    tables = (
        (II06A, form_ii06a(dossiers.by_field(report))),
        (II07B, form_ii07b(catalogue.published_by_level(report), day=report.period.end)),
    )
    return [own_form(load_form(name).number, t) for name, t in tables if isinstance(t, ReportTable) and t.rows]


def own_form(number: str, table: ReportTable) -> OwnForm:
    """One of our forms as a published table has it."""
    counts = [(i, c) for i, c in enumerate(table.columns) if c.kind == "count"]
    rows = [*table.rows, *([table.total] if table.total else [])]
    values = {fold(str(r[1])): {c.name: int(r[i]) for i, c in counts if r[i] is not None} for r in rows}
    return OwnForm(number, {c.name: c.path for _, c in counts}, values)


def parts_of(forms: Sequence[OwnForm]) -> frozenset[str]:
    """The folded names of the rows of our forms but for the total: fields and levels that are parts of the whole."""
    return frozenset(label for form in forms for label in form.rows if label != _TOTAL and " " in label)


def check_annexes(checks: Checks, forms: Sequence[OwnForm]) -> list[Remark]:
    """SL01 for every cell of a recognised annex that is not what our form of the period has."""
    found: list[Remark] = []
    for grid in grids(checks.reading) if forms else ():
        if _is_of_another_span(checks.reading, grid):
            continue
        for form in forms:
            columns = _columns(grid, form)
            if len(columns) >= _LEAST_SHARE * len(form.columns):
                found += [r for row in grid.rows for r in _row(checks, form, columns, row)]
                break
    return found


def _is_of_another_span(reading: Reading, grid: Grid) -> bool:
    """Whether the title above a table states other days than the period of our forms: cumulative, a year before."""
    numbered = [n.block for row in grid.rows for n in row.numbers.values()]
    if reading.period is None or not numbered:
        return False
    own = (reading.period.start, reading.period.end)
    spans = [m.groups() for text in _title(reading, min(numbered)) if (m := _SPAN.search(text))]
    return any(tuple(datetime.strptime(day, "%d/%m/%Y").date() for day in span) != own for span in spans)


def _title(reading: Reading, first: int) -> list[str]:
    """The folded lines next above the table that has block `first`."""
    cell, lines = reading.blocks[first].cell, []
    for block, text in zip(reversed(reading.blocks[:first]), reversed(reading.folded[:first]), strict=True):
        if block.cell is None:
            lines.append(text)
        elif cell is None or block.cell.table != cell.table:
            break
    return lines[:_LINES]


def _columns(grid: Grid, form: OwnForm) -> dict[str, int]:
    """Form column → column of the table whose header has the same words from the top group down."""
    titles = {c: [fold(p) for p in t.split(" / ") if p] for c, t in grid.titles.items() if c not in grid.labels}
    found: dict[str, int] = {}
    for name, path in form.columns.items():
        wanted = [fold(p) for p in path]
        same = [c for c, parts in titles.items() if _same_path(wanted, parts) and c not in found.values()]
        if same:
            found[name] = same[0]
    return found


def _same_path(wanted: Sequence[str], parts: Sequence[str]) -> bool:
    """Whether each part of a form's header is found in the table's, the last ones being the same."""
    if not parts:
        return False
    leaf = wanted[-1] in parts[-1] or parts[-1] in wanted[-1]
    return leaf and all(any(w in p or p in w for p in parts) for w in (wanted[0], wanted[-1]))


def _row(checks: Checks, form: OwnForm, columns: Mapping[str, int], row: Row) -> Iterator[Remark]:
    label = _TOTAL if row.kind == "total" else fold(row.label)
    own = form.rows.get(label)
    if own is None:
        return
    for name, column in columns.items():
        number, value = row.numbers.get(column), own.get(name)
        if number is None or value is None:
            continue
        checks.compared.add(number.key)
        if number.value != value:
            reading = checks.reading
            said = f"{form.number}, dòng “{row.label}”, cột “{' – '.join(form.columns[name])}”"
            checks.wrong.add(number.key)
            span = (0, len(number.text))
            yield reading.remark("SL01", number.block, span, dotted(value), form.number, label=said, hint="")
