"""Tables without data: rows by the formulas of their header, by its groups and by what most rows do; columns by their totals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

from tthc_analysis.reconcile._checks import Checks, shown
from tthc_analysis.reconcile._differences import column_differences, controls, row_differences
from tthc_analysis.reconcile._facts import classify
from tthc_analysis.reconcile._grid import Formula, Grid, Number, Row, grids
from tthc_analysis.reconcile._rates import percentage, printed_percent
from tthc_analysis.reconcile._relations import Line, Relation, agrees, difference, share_of, sum_of

#: a relation between columns is taken for a rule of the table when it holds in this share of its rows
_MOST = Decimal("0.75")
_LEAST_ROWS = 3
_MOST_EXCEPTIONS = 2
_WIDEST = 40
_MOST_DECIMALS = 4
_MOST_LISTED = 12


def check_tables(checks: Checks) -> None:
    """SL15 for cells that their row contradicts, SL02 for totals that their column contradicts."""
    for grid in grids(checks.reading):
        if grid.rows and grid.width <= _WIDEST:
            _check(checks, grid)


def numbers_of(checks: Checks) -> Iterator[Number]:
    """Every numeric cell of the narrative's tables."""
    for grid in grids(checks.reading):
        for row in grid.rows:
            yield from row.numbers.values()


def _check(checks: Checks, grid: Grid) -> None:
    covered: set[int] = set()
    used: list[set[int]] = []
    for formula in grid.formulas:
        relation = _of_formula(formula)
        if _holds_somewhere(grid, relation):
            _apply(checks, [r.numbers for r in grid.rows], relation)
            covered.add(relation.column)
            used.append({relation.column, *relation.others})
    for relation in (*_of_groups(grid), *_of_classes(checks, grid)):
        known = _holds_somewhere(grid, relation) if relation.sure else _usual(grid, relation)
        if known and relation.column not in covered:
            _apply(checks, [r.numbers for r in grid.rows], relation)
            covered.add(relation.column)
            used.append({relation.column, *relation.others})
    for relation in column_differences(grid, _counts(grid)):
        if relation.column not in covered:
            _apply(checks, [r.numbers for r in grid.rows if r.kind != "difference"], relation)
            covered.add(relation.column)
            used.append({relation.column, *relation.others})
    for relation in _discovered(grid, covered, used):
        _apply(checks, [r.numbers for r in grid.rows], relation)
    for relation, lines in (*row_differences(grid), *controls(grid)):
        _apply(checks, lines, relation)
    _columns(checks, grid)


def _counts(grid: Grid) -> list[int]:
    """Columns that are not mostly percentages."""
    columns = sorted({c for r in grid.rows for c in r.numbers})
    return [c for c in columns if 2 * sum(r.numbers[c].percent for r in grid.rows if c in r.numbers) <= len(grid.rows)]


# --- rows -----------------------------------------------------------------------------------------------------------


def _of_formula(formula: Formula) -> Relation:
    ratio = any(sign in "/:" for sign, _ in formula.terms)
    names = tuple(c for _, c in formula.terms)

    def compute(row: Mapping[int, Number]) -> Decimal | None:
        if any(c not in row for c in names):
            return None
        result = Decimal(0)
        for position, (sign, column) in enumerate(formula.terms):
            value = row[column].value
            if sign in "/:":
                if not value:
                    return None
                result = result / value
            else:
                result = result * value if sign in "x×*" and position else result + (-value if sign == "-" else value)
        return result * 100 if ratio else result

    return Relation(formula.column, names, formula.text, compute, ratio)


def _of_groups(grid: Grid) -> Iterator[Relation]:
    """Tổng số = the columns beside it under one header; a percentage there is no part."""
    for column, mates in grid.groups():
        percents = {c for c in mates if any(r.numbers[c].percent for r in grid.rows if c in r.numbers)}
        parts = [c for c in mates if c not in percents | grid.differences]
        if len(parts) > 1:
            yield sum_of(column, parts, f"{_name(grid, column)} là tổng các cột bên cạnh")


_BY_CLASS = (
    ("received", ("new", "carried")), ("received", ("resolved", "pending")), ("resolved", ("on_time", "late")),
    ("resolved", ("in_time", "late")), ("resolved", ("early", "on_time", "late")),
    ("pending", ("pending_within", "pending_late")),
)  # fmt: skip


def _of_classes(checks: Checks, grid: Grid) -> Iterator[Relation]:
    """The control equations of dossiers between columns whose headers name the classes."""
    classes: dict[str, list[int]] = {}
    for column, title in grid.titles.items():
        percent = any(r.numbers[column].percent for r in grid.rows if column in r.numbers)
        name = classify(title.split(" / ")[-1], checks.reading.rules) or classify(title, checks.reading.rules)
        if name and not percent and column not in grid.labels:
            classes.setdefault(name, []).append(column)
    for whole, parts in _BY_CLASS:
        if all(len(classes.get(c, ())) == 1 for c in (whole, *parts)):
            columns = [classes[c][0] for c in parts]
            text = f"{_name(grid, classes[whole][0])} = " + " + ".join(_name(grid, c) for c in columns)
            yield replace(sum_of(classes[whole][0], columns, text), sure=parts != ("resolved", "pending"))


def _discovered(grid: Grid, covered: set[int], used: list[set[int]]) -> Iterator[Relation]:
    """Relations that most rows of a longer table keep: sums of two or of neighbours, differences, shares, changes."""
    columns = sorted({c for r in grid.rows for c in r.numbers})
    counts = _counts(grid)
    percents = set(columns) - set(counts)
    for column in columns:
        if column in covered:
            continue
        parts = [c for c in counts if c not in grid.differences]
        candidates = _shares(grid, column, parts) if column in percents else _totals(grid, column, parts)
        new = (r for r in candidates if {r.column, *r.others} not in used)
        found = next((r for r in new if _proven(grid, r)), None)
        if found is not None:
            used.append({found.column, *found.others})
            yield found


def _name(grid: Grid, column: int) -> str:
    return f"“{grid.shown(column)}”"


def _shares(grid: Grid, column: int, counts: Sequence[int]) -> Iterator[Relation]:
    near = sorted(counts, key=lambda c: abs(c - column))
    for top in near:
        for base in near:
            if top != base:
                yield share_of(column, top, base, f"{_name(grid, column)} = {_name(grid, top)} / {_name(grid, base)}")
    for top, base in ((a, b) for a in near for b in near if a != b):
        text = f"{_name(grid, column)} = mức tăng, giảm của {_name(grid, top)} so với {_name(grid, base)}"
        yield share_of(column, top, base, text, change=True)


def _totals(grid: Grid, column: int, counts: Sequence[int]) -> Iterator[Relation]:
    after = [c for c in counts if c > column]
    before = [c for c in counts if c < column]
    runs = [after[:n] for n in range(2, len(after) + 1)] + [before[-n:] for n in range(2, len(before) + 1)]
    for parts in (*runs, *map(list, combinations([c for c in counts if c != column][:10], 2))):
        yield sum_of(column, parts, f"{_name(grid, column)} = " + " + ".join(_name(grid, c) for c in parts))
    for whole, part in ((a, b) for a in before for b in before if a != b):
        yield difference(column, whole, part, f"{_name(grid, column)} = {_name(grid, whole)} − {_name(grid, part)}")


def _outcomes(grid: Grid, relation: Relation) -> list[tuple[Row, bool]]:
    return [(row, kept) for row in grid.rows if (kept := agrees(relation, row.numbers)) is not None]


def _holds_somewhere(grid: Grid, relation: Relation) -> bool:
    """A formula that no row keeps is read wrongly (or means another thing), unless there is one row only."""
    outcomes = _outcomes(grid, relation)
    return len(outcomes) < _LEAST_ROWS or any(kept for _, kept in outcomes)


def _usual(grid: Grid, relation: Relation) -> bool:
    """What the header suggests, and at least half of the rows keep."""
    outcomes = _outcomes(grid, relation)
    kept = sum(k for _, k in outcomes)
    return bool(outcomes) and 2 * kept >= len(outcomes) and (kept > 0 or len(outcomes) == 1)


def _proven(grid: Grid, relation: Relation) -> bool:
    """What only the numbers say: most rows keep it, and enough of them not trivially."""
    outcomes = _outcomes(grid, relation)
    kept = [row for row, k in outcomes if k]
    telling = [r for r in kept if sum(bool(r.numbers[c].value) for c in relation.others) == len(relation.others)]
    distinct = {r.numbers[relation.column].value for r in telling}
    failing = [r for r, k in outcomes if not k and all(r.numbers[c].value for c in relation.others)]
    usual = len(kept) >= _MOST * len(outcomes) and len(telling) >= _MOST * (len(telling) + len(failing))
    return len(distinct) >= _LEAST_ROWS and usual and len(outcomes) - len(kept) <= _MOST_EXCEPTIONS


def _apply(checks: Checks, lines: Sequence[Line], relation: Relation) -> None:
    for line in lines:
        kept = agrees(relation, line)
        if kept is None:
            continue
        numbers = [line[c] for c in (relation.column, *relation.others)]
        if kept or _is_noted(checks, relation, line):
            checks.compared.update(n.key for n in numbers)
        else:
            _cell_remark(checks, relation.compute(line) or Decimal(0), relation, numbers)


def _is_noted(checks: Checks, relation: Relation, line: Line) -> bool:
    """Whether a total is above its columns by no more than a note says to stand in none of them."""
    columns = relation.compute(line)
    if relation.percent or columns is None:
        return False
    return 0 < line[relation.column].value - columns <= max(checks.reading.outside, default=Decimal(0))


def _cell_remark(checks: Checks, value: Decimal, relation: Relation, numbers: Sequence[Number]) -> None:
    number = numbers[0]
    right = (
        printed_percent(percentage(value, Decimal(100), min(number.decimals, _MOST_DECIMALS)))
        if relation.percent
        else shown(value)
    )
    reading = checks.reading
    also = [reading.place(n.block, 0, len(n.text)) for n in numbers[1:]]
    remark = reading.remark("SL15", number.block, (0, len(number.text)), right, also=also, rule=_capital(relation.text))
    checks.add(remark, [n.key for n in numbers])
    checks.wrong.add(number.key)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# --- columns --------------------------------------------------------------------------------------------------------


def _columns(checks: Checks, grid: Grid) -> None:
    rows = [r for r in grid.rows if r.kind != "difference"]
    totals = [r for r in rows if r.kind == "total"]
    for group, children in _groups(rows):
        _down(checks, group, [children])
    for total in totals:
        _down(checks, total, list(_covers(rows, total, totals)))


def _groups(rows: Sequence[Row]) -> Iterator[tuple[Row, list[Row]]]:
    """Rows I, II (or 1 with 1.1, 1.2) with the rows one step deeper that follow them."""
    for index, row in enumerate(rows):
        if row.kind not in ("group", "item"):
            continue
        inside: list[Row] = []
        for follower in rows[index + 1 :]:
            if follower.kind == "total" or follower.depth <= row.depth:
                break
            inside.append(follower)
        direct = [r for r in inside if r.depth == min(i.depth for i in inside)]
        if len(direct) > 1:
            yield row, direct


def _covers(rows: Sequence[Row], total: Row, totals: Sequence[Row]) -> Iterator[list[Row]]:
    """Which rows a total may be the sum of: the top rows, those since the total before it, all rows after it."""
    plain = [r for r in rows if r.kind != "total"]
    top = min((r.depth for r in plain), default=0)
    tops = [r for r in plain if r.depth == top]
    earlier = [t.index for t in totals if t.index < total.index]
    later = [t.index for t in totals if t.index > total.index]
    if len(totals) == 1:
        yield tops
        return
    block = [r for r in plain if (earlier[-1] if earlier else 0) < r.index < total.index]
    after = [r for r in plain if total.index < r.index < (later[0] if later else 10**9)]
    others = [t for t in totals if t is not total]
    yield from (c for c in (block, after, tops, others) if len(c) > 1)


def _down(checks: Checks, total: Row, covers: Sequence[Sequence[Row]]) -> None:
    """The cover that most columns of a total agree with decides; one that hardly any keeps is none."""
    judged = [(_judged(total, rows), rows) for rows in covers if len(rows) > 1]
    judged = [(outcome, rows) for outcome, rows in judged if outcome]
    if not judged:
        return
    outcome, rows = max(judged, key=lambda j: Decimal(sum(j[0].values())) / len(j[0]))
    kept = sum(outcome.values())
    if 2 * kept < len(outcome) and len(outcome) > 1:
        return
    if not kept and (len(covers) > 1 or not _plain(rows)):
        return
    for column, ok in outcome.items():
        _column(checks, total, rows, column, ok=ok)


def _plain(rows: Sequence[Row]) -> bool:
    """Whether rows are a simple numbered list, so that a single column is enough to judge a total by."""
    return (
        all(r.kind == "item" for r in rows)
        or all(r.kind == "group" for r in rows)
        or all(r.kind == "other" for r in rows)
    )


def _judged(total: Row, rows: Sequence[Row]) -> dict[int, bool]:
    """For each column of counts whether the rows add up to the total."""
    found = {}
    for column, number in total.numbers.items():
        parts = [r.numbers[column] for r in rows if column in r.numbers]
        if number.percent or any(p.percent for p in parts) or len(parts) < 2 or number.value < 0:
            continue
        slack = sum((p.step / 2 for p in parts if p.decimals), Decimal(0))
        found[column] = abs(sum((p.value for p in parts), Decimal(0)) - number.value) <= slack
    return found


def _column(checks: Checks, total: Row, rows: Sequence[Row], column: int, *, ok: bool) -> None:
    number = total.numbers[column]
    parts = [r.numbers[column] for r in rows if column in r.numbers]
    if ok:
        checks.compared.update(n.key for n in (number, *parts))
        return
    more = " + …" if len(parts) > _MOST_LISTED else ""
    listed = " + ".join(p.text for p in parts[:_MOST_LISTED]) + more
    sums = shown(sum((p.value for p in parts), Decimal(0)))
    also = [checks.reading.place(p.block, 0, len(p.text)) for p in parts]
    remark = checks.reading.remark("SL02", number.block, (0, len(number.text)), sums, also=also, parts=listed)
    checks.add(remark, [number.key, *(p.key for p in parts)])
    checks.wrong.add(number.key)
