"""Kinds of relations: which rows of a register belong to a period; and the working calendar as a table of the SQL session."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import cache

import pyarrow as pa

from tthc_analysis.columns import UNITS, Table
from tthc_analysis.indicators._open import OpenReport
from tthc_analysis.indicators.definition import Covered, Exported, Given, Relation
from tthc_analysis.workdays import Calendar


def day(value: date) -> str:
    """A DATE literal that DuckDB and Spark both read."""
    return f"DATE '{value.isoformat()}'"


def literals(values: tuple[str, ...]) -> str:
    """Codes of the program's own as an SQL list; never data."""
    return ", ".join(f"'{value}'" for value in values)


Columns = Callable[[OpenReport], str]


def _all(report: OpenReport) -> str:
    return "*"


def between(
    name: str, table: Table, first: Callable[[OpenReport], date], columns: Columns = _all, given: tuple[Given, ...] = ()
) -> Relation:
    """The rows dated from `first` to the end of the period; `columns` may add classes ("*, … AS is_recognised")."""

    def sql(report: OpenReport) -> str:
        start, end = day(first(report)), day(report.period.span(table.name)[1] + timedelta(days=1))
        return f"WITH {name} AS (SELECT {columns(report)} FROM {table.name} WHERE {table.event} >= {start} AND {table.event} < {end})"

    return Relation(name, table.name, sql, given or (Covered(table.name),))


def in_period(name: str, table: Table, columns: Columns = _all, given: tuple[Given, ...] = ()) -> Relation:
    """The rows dated within the period, or within the register's own days in it."""
    return between(name, table, lambda report: report.period.span(table.name)[0], columns, given)


def in_year(name: str, table: Table) -> Relation:
    """The rows from 1 January of the year of the cut-off to the cut-off, for what is done once a year."""
    return between(name, table, lambda report: date(report.period.span(table.name)[1].year, 1, 1))


def open_in_period(name: str, table: Table, resolved: str) -> Relation:
    """Rows open at some time in the period with is_carried_over and is_resolved, as of its last day."""

    def sql(report: OpenReport) -> str:
        start, end = report.period.span(table.name)
        first, after = day(start), day(end + timedelta(days=1))
        return (
            f"WITH {name} AS (\n  SELECT *, {table.event} < {first} AS is_carried_over,\n"
            f"    coalesce({resolved} < {after}, false) AS is_resolved\n  FROM {table.name}\n"
            f"  WHERE {table.event} < {after} AND coalesce({resolved} >= {first}, true)\n)"
        )

    return Relation(name, table.name, sql, (Covered(table.name),))


def valid_at_end(
    name: str, table: Table, once: tuple[str, ...], columns: Columns = _all, given: tuple[Given, ...] = ()
) -> Relation:
    """The rows of a register with validity dates that are in force on the last day, of rows alike in `once` the newest."""

    def sql(report: OpenReport) -> str:
        end = day(report.period.end)
        place = f"row_number() OVER (PARTITION BY {', '.join(once)} ORDER BY valid_from DESC)"
        return (
            f"WITH {name} AS (\n  SELECT {columns(report)} FROM (\n    SELECT *, {place} AS place FROM {table.name}\n"
            f"    WHERE valid_from <= {end} AND (valid_to IS NULL OR valid_to >= {end})\n  ) WHERE place = 1\n)"
        )

    return Relation(name, table.name, sql, given or (Exported(table.name),))


#: the units of the organisation on the last day of the period
UNITS_AT_END = valid_at_end("units", UNITS, ("unit_code", "unit_kind"))


def with_cte(before: str, after: str) -> str:
    """Two "WITH …" as one."""
    return f"{before},\n{after.removeprefix('WITH ')}"


def calendar_table(report: OpenReport) -> str:
    """The working calendar as a table of the SQL session: day, elapsed (working days up to and including it); its name."""
    return report.store.table(*_calendar(report.calendar))


@cache
def _calendar(calendar: Calendar) -> tuple[str, pa.Table]:
    days = [calendar.first + timedelta(days=i) for i in range((calendar.last - calendar.first).days + 1)]
    elapsed = [calendar.count_between(calendar.first, day) for day in days]
    return _named("lich_lam_viec", {"day": pa.array(days, pa.date32()), "elapsed": pa.array(elapsed, pa.int64())})


def content_table(report: OpenReport, name: str, columns: Mapping[str, pa.Array]) -> str:
    """A small table of the program's own, under `name` and a hash of its content; its name."""
    return report.store.table(*_named(name, columns))


def _named(name: str, columns: Mapping[str, pa.Array]) -> tuple[str, pa.Table]:
    data = pa.table(dict(columns))
    return f"{name}_{hashlib.sha256(repr(data.to_pydict()).encode()).hexdigest()[:16]}", data
