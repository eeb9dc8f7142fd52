"""How a figure is declared, once: rows of a relation, facts that must be stated, measures over them, figures of measures.

Everything else follows from the declaration (`evaluate`): value, gap, the rows behind it, its row in the documentation, the
registry that publishing checks. A definition counts nothing and opens nothing; its SQL is what DuckDB and Spark both read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from tthc_analysis.columns import TABLES
from tthc_analysis.indicators._indicator import IndicatorKind

if TYPE_CHECKING:
    from tthc_analysis.indicators._open import OpenReport

NO_DATA = "chưa có dữ liệu"
#: why what hangs on the end of a dossier is not known
ENDS = "ngày xong của mọi hồ sơ đã xử lý xong"
UNENDED = f"{NO_DATA} {ENDS}"
#: the attribute of a frame without rows that says why it has none
WHY = "why"
NONE_AROSE = "không có trường hợp nào phát sinh"

#: how one number comes from the rows of a measure: how many, the sum of what each has, or one of these (percentiles observed)
Take = Literal["rows", "sum", "least", "most", "median", "p90"]
#: where the places of a relation's rows are: in the relation itself, in its table under the same key, or nowhere
Place = Literal["row", "table", "none"]


@dataclass(frozen=True)
class Unknown:
    """In place of a number that the data cannot give: `why` in Vietnamese. Never 0."""

    why: str


@dataclass(frozen=True)
class Covered:
    """The exports of `table` say something of the period (or of the one before); `words` may name that as {previous}.

    With `wholly` they tell of all of it: what is told in part is never compared.
    """

    table: str
    previous: bool = False
    words: str = NO_DATA
    wholly: bool = False


@dataclass(frozen=True)
class Finished:
    """The exports of `table` tell of the calendar period of the report to its last day."""

    table: str


@dataclass(frozen=True)
class Exported:
    """`table` was exported with at least one row, whatever the period."""

    table: str
    words: str = NO_DATA


@dataclass(frozen=True)
class Speaks:
    """Another relation is not silent."""

    relation: Relation


@dataclass(frozen=True)
class Stated:
    """A fact of another relation is stated."""

    fact: Fact


@dataclass(frozen=True)
class Some:
    """Another measure is known and not 0."""

    measure: Measure
    words: str = NO_DATA


Given = Covered | Finished | Exported | Speaks | Stated | Some


@dataclass(frozen=True, eq=False)
class Relation:
    """Rows that belong to a period, mostly of one canonical table, with their classes: a CTE that predicates speak of.

    `sql` gives "WITH …, name AS (…)". `given` must hold before anything is said; with `silent_when_empty` no row means no
    data. `tally` names the columns ("x", or "… AS x") by which very many rows are added up before predicates are tested,
    together with `groups`, by which they are often asked; one that `is_added_up` has such groups for rows, of `tallied` each.
    """

    name: str
    table: str
    sql: Callable[[OpenReport], str]
    given: tuple[Given, ...] = ()
    silent_when_empty: bool = False
    tally: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    is_added_up: bool = False
    own_key: tuple[str, ...] = ()
    place: Place = "row"

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that name a row."""
        return self.own_key or TABLES[self.table].key


@dataclass(frozen=True)
class Fact:
    """What rows should state, under its Vietnamese name: of the rows `who` at least one must, with `every` each one.

    Where they do not, what needs the fact is unknown, for the reason `words` (made from the name when empty).
    """

    of: Relation
    name: str
    stated: str
    who: str = "true"
    every: bool = False
    words: str = ""


@dataclass(frozen=True)
class Measure:
    """A number over the rows `where` of a relation, known only when its facts are stated.

    `standing`: of what is open, as of the last day that the exports tell of.
    All but "rows" take the number `what` of each row. `empty` says why there is none when there is no row; "" is a true 0.
    The measures of each of its `splits` must add up to it, in total and in every group; checked whenever they are asked for.
    """

    of: Relation
    where: str = "true"
    needs: tuple[Fact, ...] = ()
    take: Take = "rows"
    what: str = "1"
    empty: str = ""
    splits: tuple[tuple[Measure, ...], ...] = ()
    standing: bool = False


@dataclass(frozen=True, kw_only=True)
class _Figure:
    """What every figure states. `part_label`, `reference` and `tables` are the label's and the block's unless given.

    With `only_with` the figure is left out where that measure is 0 or not known; where there is any of the measure of `wider`,
    the label is the one given with it.
    """

    kind: ClassVar[IndicatorKind]
    name: str
    label: str
    part: Measure
    part_label: str = ""
    reference: str = ""
    tables: tuple[str, ...] = ()
    only_with: Measure | None = None
    wider: tuple[Measure, str] | None = None


@dataclass(frozen=True, kw_only=True)
class Count(_Figure):
    """A number of things."""

    kind = "count"
    unit: str


@dataclass(frozen=True, kw_only=True)
class Amount(_Figure):
    """A measured quantity (days, money)."""

    kind = "amount"
    unit: str


@dataclass(frozen=True, kw_only=True)
class Rate(_Figure):
    """`part` of `whole` in per cent; `base` names the whole. With `together` one is not printed without the other."""

    kind = "rate"
    whole: Measure
    base: str
    decimals: int = 2
    together: bool = False
    unit: ClassVar[str] = "%"


@dataclass(frozen=True, kw_only=True)
class Mean(_Figure):
    """`part` over `whole` in `unit`; `base` names the whole."""

    kind = "mean"
    whole: Measure
    base: str
    unit: str
    decimals: int = 2
    together: ClassVar[bool] = False


Figure = Count | Amount | Rate | Mean


@dataclass(frozen=True, kw_only=True)
class Block:
    """The figures that one display shows, with what they have in common; `tables` are those of the first one unless given.

    With `rolled_up` they are figures of many agencies together, which no single one reports.
    """

    section: str
    reference: str
    figures: tuple[Figure, ...]
    tables: tuple[str, ...] = ()
    rolled_up: bool = False

    def tables_of(self, figure: Figure) -> tuple[str, ...]:
        """The canonical tables that a figure of this block names."""
        own = (figure.part.of.table,) if figure.part.of.table else ()
        return figure.tables or self.tables or own


def measures_of(figure: Figure) -> tuple[Measure, ...]:
    """Every measure that the figure asks for."""
    whole = (figure.whole,) if isinstance(figure, Rate | Mean) else ()
    condition = (figure.only_with,) if figure.only_with else ()
    wider = (figure.wider[0],) if figure.wider else ()
    return (figure.part, *whole, *condition, *wider)
