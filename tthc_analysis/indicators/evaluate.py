"""Declared figures → indicators, tables by group and rows behind them: one statement a relation, DuckDB's or Spark's.

The statement of a relation asks for every measure that is declared on it, whoever asks: its text depends on the relation and
the period alone, so that the store answers it once for all sections of a process.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import pandas as pd

from tthc_analysis.errors import TthcError
from tthc_analysis.indicators import _registers
from tthc_analysis.indicators._indicator import Indicator
from tthc_analysis.indicators._open import OpenReport
from tthc_analysis.indicators._order import in_order
from tthc_analysis.indicators.definition import (
    NO_DATA,
    NONE_AROSE,
    WHY,
    Block,
    Covered,
    Exported,
    Fact,
    Figure,
    Finished,
    Given,
    Mean,
    Measure,
    Rate,
    Relation,
    Some,
    Speaks,
    Stated,
    Unknown,
    measures_of,
)
from tthc_analysis.indicators.registry import declared, facts_of, registry

T = TypeVar("T")

#: percentile (nearest rank) → the test of the place in the running count: the value at ⌈n/2⌉, at ⌈9n/10⌉
_PLACES = {"median": "2 * {upto} >= {total}", "p90": "10 * {upto} >= 9 * {total}"}
_PLAIN = {"sum": "sum(tallied * ({what}))", "least": "min({what})", "most": "max({what})"}


class CountsDoNotAdd(TthcError):
    """A control equation fails: a fault of the program or of the data, never printed as a figure."""


# --- one statement a relation ----------------------------------------------------------------------------------------


def statement(
    report: OpenReport,
    relation: Relation,
    measures: Sequence[Measure],
    facts: Sequence[Fact] = (),
    by: Sequence[str] = (),
) -> str:
    """The SELECT of `measures` (m0 …), of whether each fact is missing (f0 …) and of all rows, in all or by group."""
    spreads = list(dict.fromkeys((m.where, m.what) for m in measures if m.take in _PLACES))
    taken = [f"{_taken(m, spreads)} AS m{i}" for i, m in enumerate(measures)]
    missing = [f"{_missing(f)} AS f{i}" for i, f in enumerate(facts)]
    columns = ",\n  ".join([*by, *taken, *missing, f"{_number('true')} AS everything"])
    before, source = _tally(report, relation, by)
    return f"{before}SELECT {columns}\nFROM {_ranked(source, spreads, by)}{_grouping(by)}".rstrip()


def _tally(report: OpenReport, relation: Relation, by: Sequence[str]) -> tuple[str, str]:
    """The CTEs of a relation and what the measures read: each row once, or the groups of a large one, `tallied` rows in each.

    The rows of a large relation are gone through once for all that is asked of it by some of its `groups`.
    """
    if not relation.tally:
        return f"{relation.sql(report)}\n", f"(SELECT *, 1 AS tallied FROM {relation.name}) tally"
    if relation.is_added_up:
        return f"{relation.sql(report)}\n", f"(SELECT {', '.join(relation.tally)}, tallied FROM {relation.name}) tally"
    groups = relation.groups if set(by) <= {*relation.groups, *relation.tally} else by
    columns = [*groups, *(c for c in relation.tally if c not in groups)]
    places = ", ".join(str(i) for i in range(1, len(columns) + 1))
    select = ", ".join(columns)
    found = report.store.counted(
        f"{relation.sql(report)}\nSELECT {select}, count(*) AS tallied\nFROM {relation.name}\nGROUP BY {places}"
    )
    return "", f"{found} tally"


def _ranked(source: str, spreads: Sequence[tuple[str, str]], by: Sequence[str]) -> str:
    """`source` with the running and the whole number of rows of each percentile."""
    if not spreads:
        return source
    group = f"PARTITION BY {', '.join(by)} " if by else ""
    windows = []
    for i, (where, what) in enumerate(spreads):
        counted = f"sum(CASE WHEN ({where}) AND ({what}) IS NOT NULL THEN tallied ELSE 0 END)"
        windows += [
            f"{counted} OVER ({group}ORDER BY {what}) AS upto{i}",
            f"{counted} OVER ({group.strip()}) AS total{i}",
        ]
    return f"(SELECT *, {', '.join(windows)} FROM {source}) ranked"


def _taken(measure: Measure, spreads: Sequence[tuple[str, str]]) -> str:
    if measure.take == "rows":
        return _number(measure.where)
    if measure.take in _PLAIN:
        return f"CAST({_PLAIN[measure.take].format(what=measure.what)} FILTER (WHERE ({measure.where})) AS BIGINT)"
    i = spreads.index((measure.where, measure.what))
    place = _PLACES[measure.take].format(upto=f"upto{i}", total=f"total{i}")
    return f"CAST(min({measure.what}) FILTER (WHERE ({measure.where}) AND {place}) AS BIGINT)"


def _number(where: str) -> str:
    """How many rows satisfy a predicate."""
    return f"CAST(coalesce(sum(tallied) FILTER (WHERE ({where})), 0) AS BIGINT)"


def _missing(fact: Fact) -> str:
    """Whether rows should state the fact and none does (with `every`: not each one)."""
    if fact.every:
        return f"{_number(f'({fact.who}) AND NOT ({fact.stated})')} > 0"
    return f"{_number(fact.who)} > 0 AND {_number(f'({fact.who}) AND ({fact.stated})')} = 0"


def _grouping(by: Sequence[str]) -> str:
    """One row a group; `in_order` puts them in order, which engines do each in their own way."""
    return f"\nGROUP BY {', '.join(by)}" if by else ""


# --- numbers, or why there are none ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Answer:
    """What one statement says of a relation: numbers (None: no row), which facts are missing, how many rows there are."""

    numbers: Mapping[Measure, int | None]
    missing: Mapping[Fact, bool]
    rows: int


class Evaluation:
    """The numbers of one report; each relation is asked once, for all that is declared on it.

    `instead` names, for a relation, another of the same columns that says the same.
    """

    def __init__(self, report: OpenReport, instead: Mapping[Relation, Relation] | None = None) -> None:
        self.report = report
        self._instead = instead or {}
        self._answers: dict[Relation, _Answer] = {}
        self._silence: dict[Relation, str] = {}

    def number(self, measure: Measure) -> int | Unknown:
        """The number of a measure, or why it is not known."""
        if why := self.silence(measure.of):
            return Unknown(why)
        if missing := [f for f in measure.needs if self.is_missing(f)]:
            return Unknown(_gap(missing))
        found = self._answer(measure.of, measure).numbers[measure]
        if found is not None:
            return found
        return Unknown(measure.empty) if measure.empty else 0

    def is_missing(self, fact: Fact) -> bool:
        """Whether rows should state the fact and do not; a relation that is silent misses nothing."""
        return not self.silence(fact.of) and self._answer(fact.of, fact).missing[fact]

    def silence(self, relation: Relation) -> str:
        """Why a relation says nothing of the period; "" when it speaks."""
        if relation not in self._silence:
            reasons = (self._why_not(given) for given in relation.given)
            why = next((reason for reason in reasons if reason), "")
            empty = not why and relation.silent_when_empty and not self._answer(relation).rows
            self._silence[relation] = NO_DATA if empty else why
        return self._silence[relation]

    def _why_not(self, given: Given) -> str:
        match given:
            case Covered():
                report = self.report.previous if given.previous else self.report
                told = _registers.whole if given.wholly else _registers.covers
                return "" if told(report, given.table) else self._words(given.words)
            case Finished():
                return _registers.short_of_calendar(self.report, given.table)
            case Exported():
                return "" if self.report.store.has(given.table) else given.words
            case Speaks():
                return self.silence(given.relation)
            case Stated():
                return _gap([given.fact]) if self.is_missing(given.fact) else ""
            case Some():
                found = self.number(given.measure)
                return found.why if isinstance(found, Unknown) else "" if found else given.words

    def _words(self, words: str) -> str:
        return words.format(previous=self.report.previous.period.in_sentence) if "{" in words else words

    def _answer(self, relation: Relation, wanted: Measure | Fact | None = None) -> _Answer:
        """The answer of a relation; it is asked again only for what no figure declares."""
        found = self._answers.get(relation)
        if found is None or not (wanted is None or wanted in found.numbers or wanted in found.missing):
            measures = [*declared(relation), *(found.numbers if found else ())]
            facts = [*facts_of(relation), *(found.missing if found else ())]
            if isinstance(wanted, Measure):
                measures.append(wanted)
            elif isinstance(wanted, Fact):
                facts.append(wanted)
            asked = self._instead.get(relation, relation)
            found = self._answers[relation] = _ask(self.report, asked, _once(measures), _once(facts))
        return found


def _once(values: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))


def _ask(report: OpenReport, relation: Relation, measures: Sequence[Measure], facts: Sequence[Fact]) -> _Answer:
    found = report.store.query(statement(report, relation, measures, facts))
    check_splits({f"m{i}": m for i, m in enumerate(measures)}, found)
    row = found.iloc[0]
    numbers = {m: None if pd.isna(row[f"m{i}"]) else int(row[f"m{i}"]) for i, m in enumerate(measures)}
    return _Answer(numbers, {f: bool(row[f"f{i}"]) for i, f in enumerate(facts)}, int(row["everything"]))


def _gap(missing: Sequence[Fact]) -> str:
    """Why a figure is not known that these facts decide."""
    own = next((f.words for f in missing if f.words), "")
    return own or f"{NO_DATA} {', '.join(dict.fromkeys(f.name for f in missing))}"


# --- figures ---------------------------------------------------------------------------------------------------------


def evaluate(report: OpenReport, *shown: Block) -> list[Indicator]:
    """The figures of some blocks of the report, in order; those that are left out are not among them."""
    evaluation = Evaluation(report)
    found = [indicator(evaluation, block, figure) for block in shown for figure in block.figures]
    return [i for i in found if i is not None]


def named(report: OpenReport, names: Iterable[str]) -> dict[str, Indicator]:
    """The declared figures of these names, in order, without those that are left out."""
    evaluation = Evaluation(report)
    found = {name: indicator(evaluation, *registry()[name]) for name in names}
    return {name: i for name, i in found.items() if i is not None}


def indicator(evaluation: Evaluation, block: Block, figure: Figure) -> Indicator | None:
    """One declared figure as an indicator; None where it is left out."""
    condition = evaluation.number(figure.only_with) if figure.only_with else 1
    if isinstance(condition, Unknown) or not condition:
        return None
    part, whole = _counts(evaluation, figure)
    report, label = evaluation.report, _label(evaluation, figure)
    return Indicator(
        name=figure.name,
        label=report.said(label),
        kind=figure.kind,
        unit=figure.unit,
        numerator=_known(part),
        numerator_label=report.said(figure.part_label or label),
        denominator=_known(whole),
        base=report.said(figure.base) if isinstance(figure, Rate | Mean) else "",
        period=report.period.id,
        rule_set=report.rules.id,
        reference=report.laws.text(report.said(figure.reference or block.reference), report.period.end),
        section=block.section,
        tables=block.tables_of(figure),
        decimals=figure.decimals if isinstance(figure, Rate | Mean) else 2,
        gap=_reason(part, whole),
        as_of=_registers.as_of(report) if _known(part) is not None and _is_standing(figure) else "",
    )


def _label(evaluation: Evaluation, figure: Figure) -> str:
    """The label that is true of what was counted."""
    if figure.wider:
        measure, label = figure.wider
        if _known(evaluation.number(measure)):
            return label
    return figure.label


def _is_standing(figure: Figure) -> bool:
    return any(measure.standing for measure in measures_of(figure))


def _counts(evaluation: Evaluation, figure: Figure) -> tuple[int | Unknown, int | Unknown | None]:
    """Numerator and denominator (None for a figure that has none)."""
    part = evaluation.number(figure.part)
    if not isinstance(figure, Rate | Mean):
        return part, None
    whole = evaluation.number(figure.whole)
    if figure.together:
        unknown = next((n for n in (part, whole) if isinstance(n, Unknown)), None)
        return (unknown, unknown) if unknown else (part, whole)
    return part, whole


def _known(number: int | Unknown | None) -> int | None:
    return None if isinstance(number, Unknown) else number


def _reason(part: int | Unknown, whole: int | Unknown | None) -> str:
    """Why a figure has no value; "" when it has one."""
    if isinstance(part, Unknown):
        return part.why
    if isinstance(whole, Unknown):
        return whole.why
    return NONE_AROSE if whole == 0 else ""


# --- tables by group, and rows ---------------------------------------------------------------------------------------


def grouped(
    report: OpenReport, relation: Relation, measures: Mapping[str, Measure], by: Sequence[str] = ()
) -> pd.DataFrame:
    """One row per group with a whole number for each measure, empty where the rows of the group do not state its facts.

    No row when the relation is silent. Raises CountsDoNotAdd when a split of a measure does not add up in some row.
    """
    facts = _once(f for m in measures.values() for f in m.needs if f.of is relation)
    table = tabulated(report, relation, measures, by, facts)
    for name, measure in measures.items():
        unknown = table[[f"f{facts.index(f)}" for f in measure.needs if f in facts]].astype(bool).any(axis=1)
        if unknown.any():
            table[name] = table[name].astype("Int64").mask(unknown)
    table = table[[*by, *measures]]
    return _unless_silent(report, relation, table)


def tabulated(
    report: OpenReport,
    relation: Relation,
    measures: Mapping[str, Measure],
    by: Sequence[str],
    facts: Sequence[Fact] = (),
) -> pd.DataFrame:
    """The same of whatever rows there are, with whether each fact is missing (f0 …)."""
    found = report.store.query(statement(report, relation, tuple(measures.values()), facts, by))
    table = in_order(found.rename(columns={f"m{i}": name for i, name in enumerate(measures)}), by)
    check_splits(measures, table)
    return table


def check_splits(measures: Mapping[str, Measure], table: pd.DataFrame) -> None:
    """Assert on every row of `table` that the splits of its measures add up; raises CountsDoNotAdd."""
    names = {measure: name for name, measure in measures.items()}
    for total, split in ((m, split) for m in names for split in m.splits):
        if set(split) <= set(names):
            parts = [names[part] for part in split]
            wrong = table[table[names[total]] != table[parts].sum(axis=1)]
            if len(wrong):
                raise CountsDoNotAdd(
                    f"Cân đối không khớp: {names[total]} ≠ {' + '.join(parts)} ở {len(wrong)} dòng.",
                    "bảng tính chỉ tiêu hồ sơ",
                    "Báo lỗi cho người phát triển kèm tên kỳ và bộ quy tắc đếm.",
                )


def rows(
    report: OpenReport, relation: Relation, columns: str = "*", where: str = "true", order: str = "", most: int = 0
) -> pd.DataFrame:
    """Rows of a relation for a table that lists them, the first `most` of them (0: all); none when it is silent."""
    ordered = (f" ORDER BY {order}" if order else "") + (f" LIMIT {most}" if most else "")
    found = report.store.query(f"{relation.sql(report)}\nSELECT {columns} FROM {relation.name} WHERE {where}{ordered}")
    return _unless_silent(report, relation, found)


def _unless_silent(report: OpenReport, relation: Relation, table: pd.DataFrame) -> pd.DataFrame:
    """`table`, or no row of it and why, when the relation is silent."""
    return without_rows(table, why) if (why := Evaluation(report).silence(relation)) else table


def without_rows(table: pd.DataFrame, why: str) -> pd.DataFrame:
    """No row of `table`, and why."""
    found = table.head(0)
    found.attrs[WHY] = why
    return found
