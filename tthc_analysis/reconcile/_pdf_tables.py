"""Tables of one page of a PDF, by the lines drawn on it: rules → grid → cells, each text in the cell it begins in.

A PDF knows no table. What is drawn as a grid of lines is read as one when every box of it is a rectangle and no piece of
text runs over from one box to another; all else is no table, or one that is said to be unread. Nothing is guessed from gaps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

Point = tuple[float, float]

#: points: rules nearer than this are one, and ends nearer than this meet
NEAR = 3.0
_SHORTEST_RULE = 4.0
_MOST_RULES = 2_000
_MOST_BOXES = 20_000
#: of its boxes that a table has text in; the grid behind a chart has next to none
_LEAST_FILLED = 0.3
#: thousandths of the letter size: a move within one piece of text that may lead to the next column
_LONGEST_GAP = 1_500


@dataclass(frozen=True)
class Rule:
    """A drawn line: upright at x = `at` from y = `low` to `high`, or level at y = `at` with x from `low` to `high`."""

    upright: bool
    at: float
    low: float
    high: float


@dataclass
class Piece:
    """A piece of text in the order of the page, where it begins and where else its letters were set."""

    text: str
    at: Point
    shown: list[Point] = field(default_factory=list)
    gap: bool = False


@dataclass(frozen=True)
class PageTable:
    """A table: the column lines, its cells as (row, column, width, height, text), the places of its pieces on the page."""

    columns: tuple[float, ...]
    cells: tuple[tuple[int, int, int, int, str], ...]
    pieces: frozenset[int]

    def row(self, number: int) -> list[tuple[int, int, str]]:
        """Columns, widths and texts of one row."""
        return [(c, w, t) for r, c, w, _, t in self.cells if r == number]

    @property
    def height(self) -> int:
        """The number of rows."""
        return max(r + h - 1 for r, _, _, h, _ in self.cells)


class Canvas:
    """Collects what a page draws: give its two methods to `extract_text` as visitors."""

    def __init__(self, rotation: int) -> None:
        self.rotation = rotation % 360
        self.rules: list[Rule] = []
        self.pieces: list[Piece] = []
        self._paths: list[list[Point]] = []
        self._shown: list[Point] = []
        self._gap = False

    def operand(self, operator: bytes, operands: Any, cm: Sequence[float], tm: Sequence[float]) -> None:
        """One instruction of the page, before it is carried out."""
        name = operator.decode("latin-1")
        if name in ("m", "l", "re"):
            self._draw(name, [float(v) for v in operands], cm)
        elif name in ("Tj", "TJ", "'", '"'):
            self._shown.append(self._place(tm[4], tm[5], cm))
            self._gap = self._gap or _has_gap(operands)
        elif name in _PAINTED:
            stroked, filled = _PAINTED[name]
            self.rules += _stroked(self._paths, name in "sb") if stroked else _filled(self._paths) if filled else []
            self._paths = []

    def text(self, text: str, cm: Sequence[float], tm: Sequence[float], _font: Any, _size: float) -> None:
        """One piece of text, after it was set."""
        if text:
            shown = self._shown if text.strip() else []
            self.pieces.append(Piece(text, self._place(tm[4], tm[5], cm), shown, self._gap))
        if text.strip():
            self._shown, self._gap = [], False

    def _place(self, x: float, y: float, cm: Sequence[float]) -> Point:
        """A point as the reader sees it, the page turned upright."""
        x, y = x * cm[0] + y * cm[2] + cm[4], x * cm[1] + y * cm[3] + cm[5]
        return {90: (y, -x), 180: (-x, -y), 270: (-y, x)}.get(self.rotation, (x, y))

    def _draw(self, name: str, values: Sequence[float], cm: Sequence[float]) -> None:
        if name == "re" and len(values) >= 4:
            x, y, w, h = values[:4]
            corners = ((x, y), (x + w, y), (x + w, y + h), (x, y + h), (x, y))
            self._paths.append([self._place(*c, cm) for c in corners])
        elif len(values) >= 2:
            if name == "m" or not self._paths:
                self._paths.append([])
            self._paths[-1].append(self._place(values[0], values[1], cm))


#: what ends a path: whether it is stroked, whether it is filled
_PAINTED = {
    "S": (True, False), "s": (True, False), "B": (True, True), "B*": (True, True), "b": (True, True), "b*": (True, True),
    "f": (False, True), "F": (False, True), "f*": (False, True), "n": (False, False),
}  # fmt: skip


def _has_gap(operands: Any) -> bool:
    """Whether one piece of text moves on by more than any space between two words."""
    items = operands[0] if operands and isinstance(operands[0], list) else ()
    return any(isinstance(i, (int, float)) and -i > _LONGEST_GAP for i in items)


def _stroked(paths: Iterable[Sequence[Point]], closed: bool) -> list[Rule]:
    found = []
    for path in paths:
        points = [*path, path[0]] if closed and path else path
        found += [r for a, b in pairwise(points) if (r := _rule(a, b)) is not None]
    return found


def _filled(paths: Iterable[Sequence[Point]]) -> list[Rule]:
    """Thin filled boxes are lines too."""
    found = []
    for path in (p for p in paths if len(p) > 3):
        left, right = min(x for x, _ in path), max(x for x, _ in path)
        low, high = min(y for _, y in path), max(y for _, y in path)
        if min(right - left, high - low) < NEAR:
            rule = (
                _rule((left, (low + high) / 2), (right, (low + high) / 2))
                if right - left > high - low
                else _rule(((left + right) / 2, low), ((left + right) / 2, high))
            )
            found += [rule] if rule is not None else []
    return found


def _rule(a: Point, b: Point) -> Rule | None:
    wide, tall = abs(a[0] - b[0]), abs(a[1] - b[1])
    if wide < 1 and tall >= _SHORTEST_RULE:
        return Rule(True, (a[0] + b[0]) / 2, min(a[1], b[1]), max(a[1], b[1]))
    if tall < 1 and wide >= _SHORTEST_RULE:
        return Rule(False, (a[1] + b[1]) / 2, min(a[0], b[0]), max(a[0], b[0]))
    return None


# --- rules → tables -------------------------------------------------------------------------------------------------


def page_tables(rules: Sequence[Rule], pieces: Sequence[Piece]) -> tuple[list[PageTable], int]:
    """The tables of a page from top to bottom, and how many grids with text could not be read as one."""
    lines = _joined(rules)
    if len(lines) > _MOST_RULES:
        return [], 1
    found, unclear = [], 0
    for group in sorted(_touching(lines), key=lambda g: -max(r.high if r.upright else r.at for r in g)):
        table = _table(group, pieces)
        if isinstance(table, PageTable):
            found.append(table)
        else:
            unclear += table
    return found, unclear


def _joined(rules: Sequence[Rule]) -> list[Rule]:
    """Rules on one line that meet or overlap as one rule."""
    found: list[Rule] = []
    for rule in sorted(rules, key=lambda r: (r.upright, round(r.at / NEAR), r.low)):
        last = found[-1] if found else None
        if last and last.upright == rule.upright and abs(last.at - rule.at) < NEAR and rule.low <= last.high + NEAR:
            found[-1] = Rule(last.upright, last.at, last.low, max(last.high, rule.high))
        else:
            found.append(rule)
    return found


def _touching(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Groups of rules that cross or meet each other."""
    root = list(range(len(rules)))

    def top(i: int) -> int:
        while root[i] != i:
            root[i] = root[root[i]]
            i = root[i]
        return i

    for i, a in enumerate(rules):
        for j in range(i):
            b = rules[j]
            if (
                a.upright != b.upright
                and b.low - NEAR <= a.at <= b.high + NEAR
                and a.low - NEAR <= b.at <= a.high + NEAR
            ):
                root[top(i)] = top(j)
    groups: dict[int, list[Rule]] = {}
    for i, rule in enumerate(rules):
        groups.setdefault(top(i), []).append(rule)
    return list(groups.values())


def _lines(values: Iterable[float]) -> list[float]:
    """Values from small to large, those near each other once."""
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > NEAR:
            found.append(value)
    return found


def _table(rules: Sequence[Rule], pieces: Sequence[Piece]) -> PageTable | int:
    """The table that these rules draw; 0 where they draw none, 1 where they draw one that cannot be read."""
    upright, level = [r for r in rules if r.upright], [r for r in rules if not r.upright]
    xs = _lines([*(r.at for r in upright), *(e for r in level for e in (r.low, r.high))])
    ys = _lines([*(r.at for r in level), *(e for r in upright for e in (r.low, r.high))])[::-1]
    rows, columns = len(ys) - 1, len(xs) - 1
    if rows < 2 or columns < 2:
        return 0
    if rows * columns > _MOST_BOXES:
        return 1
    regions = _regions(xs, ys, upright, level)
    home = {box: number for number, boxes in enumerate(regions) for box in boxes}
    box_of = _finder(xs, ys)
    texts: list[list[Piece]] = [[] for _ in regions]
    inside: set[int] = set()
    crossing = False
    for index, piece in enumerate(pieces):
        boxes = {
            home.get(box) if (box := box_of(p)) else None for p in ([piece.at] if not piece.shown else piece.shown)
        }
        if boxes == {None}:
            continue
        inside.add(index)
        crossing = crossing or (bool(piece.text.strip()) and (len(boxes) > 1 or piece.gap))
        start = box_of(piece.at)
        number = home[start] if start else None
        if number is not None and piece.text.strip():
            texts[number].append(piece)
    filled = sum(map(bool, texts))
    if filled < max(3, _LEAST_FILLED * len(regions)):
        return 0
    if crossing or not all(map(_is_rectangle, regions)):
        return 1
    cells = (_cell(boxes, texts[n]) for n, boxes in enumerate(regions))
    return PageTable(tuple(xs), tuple(sorted(cells)), frozenset(inside))


def _finder(xs: Sequence[float], ys: Sequence[float]) -> Callable[[Point], tuple[int, int] | None]:
    """Which box, by (row, column), a text that begins at a point is in; its base line is above the rule below it."""

    def box_of(point: Point) -> tuple[int, int] | None:
        x, y = point[0] + 1, point[1] + 1
        column = next((i for i, (a, b) in enumerate(pairwise(xs)) if a <= x < b), None)
        row = next((i for i, (a, b) in enumerate(pairwise(ys)) if b <= y < a), None)
        return None if column is None or row is None else (row, column)

    return box_of


def _regions(
    xs: Sequence[float], ys: Sequence[float], upright: Sequence[Rule], level: Sequence[Rule]
) -> list[list[tuple[int, int]]]:
    """Boxes without a rule between them, together: each is a cell."""
    rows, columns = len(ys) - 1, len(xs) - 1
    whole: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for row in range(rows):
        for column in range(columns):
            own = [(row, column)]
            middle_y, middle_x = (ys[row] + ys[row + 1]) / 2, (xs[column] + xs[column + 1]) / 2
            if column and not _drawn(upright, xs[column], middle_y):
                own = _unite(whole, own, whole[row, column - 1])
            if row and not _drawn(level, ys[row], middle_x):
                own = _unite(whole, own, whole[row - 1, column])
            whole[row, column] = own
    return list({id(boxes): boxes for boxes in whole.values()}.values())


def _unite(
    whole: dict[tuple[int, int], list[tuple[int, int]]], own: list[tuple[int, int]], other: list[tuple[int, int]]
) -> list[tuple[int, int]]:
    if own is not other:
        other += own
        for box in own:
            whole[box] = other
    return other


def _drawn(rules: Sequence[Rule], at: float, middle: float) -> bool:
    return any(abs(r.at - at) <= NEAR and r.low <= middle <= r.high for r in rules)


def _is_rectangle(boxes: Sequence[tuple[int, int]]) -> bool:
    _, _, width, height = _extent(boxes)
    return len(boxes) == width * height


def _extent(boxes: Sequence[tuple[int, int]]) -> tuple[int, int, int, int]:
    rows, columns = [r for r, _ in boxes], [c for _, c in boxes]
    return min(rows), min(columns), max(columns) - min(columns) + 1, max(rows) - min(rows) + 1


def _cell(boxes: Sequence[tuple[int, int]], pieces: Sequence[Piece]) -> tuple[int, int, int, int, str]:
    row, column, width, height = _extent(boxes)
    lines = (" ".join(line.split()) for line in "".join(_words(pieces)).split("\n"))
    return row + 1, column + 1, width, height, "\n".join(line for line in lines if line)


def _words(pieces: Sequence[Piece]) -> Iterator[str]:
    """The pieces of a cell in order, each line on one of its own."""
    for before, piece in pairwise([None, *pieces]):
        if before is not None and piece is not None and abs(before.at[1] - piece.at[1]) > NEAR:
            yield "\n"
        yield piece.text.replace("\n", " ") if piece is not None else ""


# --- pages ----------------------------------------------------------------------------------------------------------

#: table, row, column, width, height
Place = tuple[int, int, int, int, int]


@dataclass(frozen=True)
class Page:
    """A page as its text and tables in order; `unclear` counts the grids that were left as text."""

    parts: tuple[str | PageTable, ...]
    unclear: int

    @property
    def first(self) -> PageTable | None:
        """The table at the top of the page."""
        return next((p for p in self.parts if not isinstance(p, str)), None)

    def beside(self, last: bool) -> set[str]:
        """The lines before the first table (or after the last one), without their digits."""
        texts: list[str] = []
        for part in self.parts[::-1] if last else self.parts:
            if not isinstance(part, str):
                break
            texts.append(part)
        return _marks("\n".join(texts))

    @property
    def marks(self) -> set[str]:
        """Every line outside tables, without its digits."""
        return _marks("\n".join(p for p in self.parts if isinstance(p, str)))


def _marks(text: str) -> set[str]:
    return {mark for line in text.splitlines() if (mark := "".join(c for c in line if c.isalpha()))}


def read_page(page: Any) -> Page:
    """One page of pypdf: its text in order, with each table that is drawn clearly in the place of its text."""
    canvas = Canvas(int(page.get("/Rotate", 0) or 0))
    page.extract_text(visitor_operand_before=canvas.operand, visitor_text=canvas.text)
    tables, unclear = page_tables(canvas.rules, canvas.pieces)
    of_piece = {index: table for table in tables for index in table.pieces}
    parts: list[str | PageTable] = []
    for index, piece in enumerate(canvas.pieces):
        table = of_piece.get(index)
        if table is None:
            if parts and isinstance(parts[-1], str):
                parts[-1] += piece.text
            else:
                parts.append(piece.text)
        elif not any(part is table for part in parts):
            parts.append(table)
    return Page(tuple(parts), unclear)


def placed(pages: Sequence[Page]) -> Iterator[tuple[int, str | list[tuple[Place, str]]]]:
    """Page by page the text and the cells of each table; a table that goes on over a page end is one table."""
    number, height = 0, 0
    before: tuple[Page, PageTable] | None = None
    for page_number, page in enumerate(pages, 1):
        for part in page.parts:
            if isinstance(part, str):
                yield page_number, part
                continue
            going_on = before is not None and part is page.first and _goes_on(pages, before, page, part)
            skipped = _repeated(before[1], part) if before and going_on else 0
            number, height = (number, height) if going_on else (number + 1, 0)
            yield (
                page_number,
                [((number, height + r - skipped, c, w, h), t) for r, c, w, h, t in part.cells if r > skipped and t],
            )
            height += part.height - skipped
            before = (page, part)


def _goes_on(pages: Sequence[Page], before: tuple[Page, PageTable], page: Page, table: PageTable) -> bool:
    """Whether a table has the columns of the one before, and nothing but the running heads of the pages stands between."""
    (earlier, above), at = before, next(i for i, p in enumerate(pages) if p is page)
    if not at or pages[at - 1] is not earlier or len(above.columns) != len(table.columns):
        return False
    same = all(abs(a - b) < NEAR for a, b in zip(above.columns, table.columns, strict=True))
    running = (
        {mark for p in pages if p is not earlier for mark in p.marks},
        {mark for p in pages if p is not page for mark in p.marks},
    )
    return same and earlier.beside(last=True) <= running[0] and page.beside(last=False) <= running[1]


def _repeated(above: PageTable, table: PageTable) -> int:
    """How many rows of a table repeat the first ones of the part before it: its header."""
    rows = range(1, min(above.height, table.height) + 1)
    return next((r - 1 for r in rows if above.row(r) != table.row(r)), 0)
