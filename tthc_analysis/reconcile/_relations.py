"""How one number of a table is made of others of its line: sums, differences, shares, changes, and whether a line keeps it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tthc_analysis.reconcile._grid import Number

#: a workbook keeps a rate as a binary number of sixteen digits, of which the last ones are noise
_LEAST_STEP = Decimal("1e-9")
#: the numbers of one row by column, or of one column by row
Line = Mapping[int, Number]


@dataclass(frozen=True)
class Relation:
    """How a column is made of others in every row (or a row in every column); `compute` gives None where a number is missing.

    `sure`: the headers say it without doubt, so that one row that keeps it is enough to read it so.
    """

    column: int
    others: tuple[int, ...]
    text: str
    compute: Callable[[Line], Decimal | None]
    percent: bool = False
    sure: bool = False


def sum_of(column: int, parts: Sequence[int], text: str) -> Relation:
    def compute(row: Line) -> Decimal | None:
        found = [row[c].value for c in parts if c in row]
        return sum(found, Decimal(0)) if len(found) == len(parts) else None

    return Relation(column, tuple(parts), text, compute)


def share_of(column: int, top: int, base: int, text: str, *, change: bool = False) -> Relation:
    def compute(row: Line) -> Decimal | None:
        if top not in row or base not in row or not row[base].value:
            return None
        above = row[top].value - row[base].value if change else row[top].value
        return above * 100 / row[base].value

    return Relation(column, (top, base), text, compute, True)


def difference(column: int, whole: int, part: int, text: str) -> Relation:
    def compute(row: Line) -> Decimal | None:
        return row[whole].value - row[part].value if whole in row and part in row else None

    return Relation(column, (whole, part), text, compute)


def agrees(relation: Relation, line: Line) -> bool | None:
    """Whether a line keeps a relation; None where it cannot be computed."""
    number = line.get(relation.column)
    if number is None:
        return None
    value = relation.compute(line)
    if value is None:
        return None
    if relation.percent:
        step = max(number.step, _LEAST_STEP)
        ratio = abs(value - number.value) < step or abs(value / 100 - number.value) < step
        return ratio and not (number.value == 100 and value < 100 and number.decimals == 0 and value < Decimal("99.5"))
    return abs(value - number.value) <= (number.step / 2 if number.decimals else 0)
