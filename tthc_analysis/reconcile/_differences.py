"""Rows and columns of a table that say the difference of two others: checked as differences, never summed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

from tthc_analysis.reconcile._grid import Grid, Row
from tthc_analysis.reconcile._relations import Line, Relation, agrees, difference, share_of
from tthc_analysis.reconcile._text import lower

#: how many of the nearest columns or rows a difference may be of
_MOST_OTHERS = 8

Pair = tuple[int, int]


def column_differences(grid: Grid, counts: Sequence[int]) -> Iterator[Relation]:
    """One relation for each column whose header says that it compares two of the `counts`."""
    lines = [row.numbers for row in grid.rows if row.kind != "difference"]
    others = [c for c in counts if c not in grid.differences]
    for column in sorted(grid.differences):
        near = sorted(others, key=lambda c: abs(c - column))[:_MOST_OTHERS]
        percent = _mostly_percent(lines, column)
        found = _decided(column, near, lines, lambda c: f"“{grid.shown(c)}”", percent)
        if found is not None:
            yield found


def row_differences(grid: Grid) -> Iterator[tuple[Relation, list[Line]]]:
    """One relation for each row that compares two others, with the lines (columns) it is to hold in."""
    rows = grid.rows
    for row in (r for r in rows if r.kind == "difference"):
        others = [r for r in rows if r.kind != "difference" and r.index < row.index][::-1][:_MOST_OTHERS]
        named = {r.index: f"dòng “{r.label}”" for r in (row, *others)}
        lines: list[Line] = [{r.index: r.numbers[c] for r in (row, *others) if c in r.numbers} for c in row.numbers]
        percent = "%" in row.label or lower(row.label).startswith("tỷ lệ") or _mostly_percent(lines, row.index)
        found = _decided(row.index, [r.index for r in others], lines, named.__getitem__, percent)
        if found is not None:
            yield found, lines


def controls(grid: Grid) -> Iterator[tuple[Relation, list[Line]]]:
    """Rows that print what remains of an equation of the columns, such as “Chênh lệch (3)=(4)+(5)”, under the total row."""
    total = next((r for r in reversed(grid.rows) if r.kind == "total"), None)
    for row in grid.rows if total is not None else ():
        made = grid.formula_in(row.label) if row.kind == "difference" and len(row.numbers) == 1 else None
        if made is not None and total is not None:
            yield _control(row, total, made.column, made.terms, row.label)


def _control(
    row: Row, total: Row, column: int, terms: Sequence[tuple[str, int]], text: str
) -> tuple[Relation, list[Line]]:
    """The line has the remainder at 0 and the numbers of the total row at their columns."""

    def compute(line: Line) -> Decimal | None:
        if column not in line or any(c not in line for _, c in terms):
            return None
        parts = (-line[c].value if sign == "-" else line[c].value for sign, c in terms)
        return line[column].value - sum(parts, Decimal(0))

    relation = Relation(0, (column, *(c for _, c in terms)), text, compute)
    return relation, [{0: next(iter(row.numbers.values())), **total.numbers}]


def _mostly_percent(lines: Sequence[Line], at: int) -> bool:
    numbers = [line[at] for line in lines if at in line]
    return 2 * sum(n.percent for n in numbers) > len(numbers)


def _decided(
    at: int, others: Sequence[int], lines: Sequence[Line], name: Callable[[int], str], percent: bool
) -> Relation | None:
    """The pair and sign that most lines keep, at least half of them; of two others and one line nothing need be kept."""
    readings = [r for pair in combinations(others, 2) for r in _readings(at, pair, name, percent)]
    judged = [(outcomes, r) for r in readings if (outcomes := _outcomes(r, lines))]
    if len(others) == 2 and judged and all(len(outcomes) == 1 for outcomes, _ in judged):
        return min((r for _, r in judged), key=lambda r: _distance(r, lines))
    usual = [(Decimal(sum(o)) / len(o), sum(o), r) for o, r in judged if sum(o) and 2 * sum(o) >= len(o)]
    return max(usual, key=lambda u: u[:2])[2] if usual else None


def _outcomes(relation: Relation, lines: Sequence[Line]) -> list[bool]:
    return [outcome for line in lines if (outcome := agrees(relation, line)) is not None]


def _distance(relation: Relation, lines: Sequence[Line]) -> Decimal:
    """How far the printed numbers are from what the relation gives."""
    pairs = ((relation.compute(line), line[relation.column].value) for line in lines if relation.column in line)
    return sum((abs(value - printed) for value, printed in pairs if value is not None), Decimal(0))


def _readings(at: int, pair: Pair, name: Callable[[int], str], percent: bool) -> Iterator[Relation]:
    """What “difference of two” may mean: one less the other, with or without sign; for a rate the change or the share."""
    for now, before in (pair, pair[::-1]):
        if percent:
            change = f"{name(at)} = mức tăng, giảm của {name(now)} so với {name(before)}"
            yield share_of(at, now, before, change, change=True)
            yield _unsigned(share_of(at, now, before, change, change=True))
            yield share_of(at, now, before, f"{name(at)} = {name(now)} / {name(before)}")
        else:
            text = f"{name(at)} = {name(now)} − {name(before)}"
            yield difference(at, now, before, text)
            yield _unsigned(difference(at, now, before, text))


def _unsigned(relation: Relation) -> Relation:
    def compute(line: Line) -> Decimal | None:
        value = relation.compute(line)
        return abs(value) if value is not None else None

    return replace(relation, compute=compute)
