"""The expectations on cleaned tables, run by Great Expectations: on the rows in memory, or file by file.

Each expectation has a code, a Vietnamese text and a severity; a critical finding stops publication. Great Expectations
is imported to validate rows only: its import costs more than a whole section. What compares rows of several files is
told by DuckDB over the compared columns alone, so that a table of any size is validated in bounded memory.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from functools import reduce
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

import duckdb
import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from tthc_analysis.columns import Kind, Table
from tthc_analysis.exports.many import read_rows
from tthc_analysis.folders import scratch
from tthc_analysis.preparation.expectations import (
    Expectation,
    RuleKind,
    Severity,
    compared_columns,
    comparison,
    expectations,
    sources,
    with_checks,
    with_row_checks,
)
from tthc_analysis.preparation.impersonal import CODE, NAME_CODE, impersonal, nameless, watched

_MEMORY_LIMIT = "512MB"
#: so many rows are compared at a time
_COMPARED_ROWS = 2_000_000
MAX_EXAMPLES = 20


@dataclass(frozen=True)
class Finding:
    """The result of one expectation on one table; `rows` are places (file, sheet, row), never values.

    It does not apply where no row states what it speaks of: nothing was met, and nothing broken.
    """

    code: str
    table: str
    text: str
    severity: Severity
    checked: int
    failed: int
    rows: tuple[str, ...] = field(default=())
    applies: bool = True

    @property
    def passed(self) -> bool:
        """Whether no row failed."""
        return self.failed == 0

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready mapping."""
        return {**asdict(self), "rows": list(self.rows), "passed": self.passed}


def _rule(expectation: Expectation) -> Any:
    """One expectation as Great Expectations wants it; needs Great Expectations."""
    import great_expectations.expectations as gxe

    one, arguments = expectation.columns[-1], expectation.arguments
    is_true = ("ExpectColumnValuesToBeInSet", {"column": one, "value_set": [True]})
    made: dict[RuleKind, tuple[str, dict[str, Any]]] = {
        "not_null": ("ExpectColumnValuesToNotBeNull", {"column": one, **_condition(arguments.get("where"))}),
        "unique": ("ExpectColumnValuesToBeUnique", {"column": one}),
        "matches": is_true,
        "impersonal": is_true,
        "in_set": ("ExpectColumnValuesToBeInSet", {"column": one, "value_set": list(arguments.get("values", ()))}),
        "at_least": ("ExpectColumnValuesToBeBetween", {"column": one, "min_value": arguments.get("least")}),
        "true": is_true,
        "order": (
            "ExpectColumnPairValuesAToBeGreaterThanB",
            {
                "column_A": one,
                "column_B": expectation.columns[0],
                "or_equal": True,
                "ignore_row_if": "either_value_is_missing",
            },
        ),
    }
    name, settings = made[expectation.kind]
    meta = {"code": expectation.code, "text": expectation.text}
    return getattr(gxe, name)(**settings, severity=expectation.severity, meta=meta)


def _condition(where: Mapping[str, Any] | None) -> dict[str, Any]:
    """The rows that a conditional expectation looks at."""
    if where is None:
        return {}
    from great_expectations.expectations.row_conditions import Column

    return {"row_condition": Column(where["column"]).is_in(list(where["values"]))}


def validate(table: Table, frame: pd.DataFrame) -> list[Finding]:
    """Every finding on `frame`, in order of code. An expectation that crashes is an error."""
    if frame.empty:
        return []
    rows, private = frame.reset_index(drop=True), _Private(table)
    return _findings(table, [with_checks(table, private.add(rows))], expectations(table)) + private.findings()


@dataclass(frozen=True)
class OfRows:
    """What rows tell each for itself: the findings by code, and those on what looks personal."""

    found: tuple[Finding, ...]
    private: tuple[Finding, ...]

    def followed_by(self, later: OfRows) -> OfRows:
        """The same of these rows and some more."""
        return OfRows(_together(self.found, later.found, "code"), _together(self.private, later.private, "text"))


def validate_rows(table: Table, files: Sequence[Path]) -> OfRows:
    """What the rows in some parquet files tell each for itself, whatever other rows the table has."""
    private = _Private(table)
    rows = (with_row_checks(table, private.add(read_rows(table, path))) for path in files)
    alone = [e for e in expectations(table) if not compared_columns(e)]
    found = _findings(table, rows, alone)
    return OfRows(tuple(found), tuple(private.findings()))


def validate_files(
    table: Table, files: Sequence[Path], tell: Callable[[int], OfRows | None] = lambda _: None
) -> list[Finding]:
    """Every finding on a table in parquet files, in order of code; as `validate` of all rows, of which one file is held.

    Somebody else may look at the files too, beginning with the first: `tell` gives what the rows of one told, None where
    they are to be looked at here.
    """
    with scratch("kiem-tra") as folder, closing(_Compared(table, files, folder)) as compared:
        told = compared.findings()
    shares = [
        tell(number) or validate_rows(table, files[number : number + 1]) for number in reversed(range(len(files)))
    ]
    both = reduce(OfRows.followed_by, reversed(shares))
    private = [replace(one, checked=compared.rows) for one in both.private]
    return sorted([*both.found, *told], key=lambda finding: finding.code) + private


def _together(first: Sequence[Finding], later: Sequence[Finding], by: str) -> tuple[Finding, ...]:
    found = {getattr(one, by): one for one in first}
    for one in later:
        key = getattr(one, by)
        found[key] = _add(found[key], one) if key in found else one
    return tuple(found.values())


def _findings(table: Table, parts: Iterable[pd.DataFrame], rules: Sequence[Expectation]) -> list[Finding]:
    """What Great Expectations finds in each part, added up, in order of code."""
    suite, found = _Suite(table, rules), dict[str, Finding]()
    for part in parts:
        broken = suite.broken(_ready(table, part, rules))
        for rule in rules:
            finding = _finding(table, part, rule, *broken.get(rule.code, (0, ())))
            known = found.get(rule.code)
            found[rule.code] = _add(known, finding) if known else finding
    return [found[code] for code in sorted(found)]


def _ready(table: Table, part: pd.DataFrame, rules: Sequence[Expectation]) -> pd.DataFrame:
    """What the rules read, as they compare it: numbers as floats, moments by their days (an export may tell the time of one only).

    Great Expectations copies the frame for every rule, so texts come as categories, and what only has to be stated as a number.
    """
    valued = set(chain.from_iterable(_read(rule) for rule in rules if rule.kind != "not_null" or rule.arguments))
    kinds = {c.name: c.kind for c in table.columns}
    names = dict.fromkeys(chain.from_iterable(map(_read, rules)))
    return pd.DataFrame({n: _comparable(kinds.get(n), part[n]) if n in valued else _stated(part[n]) for n in names})


def _comparable(kind: Kind | None, values: pd.Series) -> pd.Series:
    if kind in ("integer", "decimal"):
        return values.astype("Float64").astype("float64")
    if kind == "datetime":
        return pd.to_datetime(values).dt.normalize()
    return values.astype("category") if kind in ("text", "code", "category") else values


def _stated(values: pd.Series) -> pd.Series:
    """1 where there is a value."""
    return values.notna().astype("float64").replace(0.0, np.nan)


def _read(rule: Expectation) -> tuple[str, ...]:
    """The columns that Great Expectations reads for a rule."""
    where = rule.arguments.get("where")
    return (*rule.columns, where["column"]) if where else rule.columns


class _Suite:
    """Some expectations as Great Expectations runs them on one frame after the other."""

    def __init__(self, table: Table, rules: Sequence[Expectation]) -> None:
        self._gx = great_expectations()
        context = self._gx.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False}
        asset = context.data_sources.add_pandas("bo_nho").add_dataframe_asset(table.name)
        self._batch = asset.add_batch_definition_whole_dataframe("tat_ca")
        self._name, self._rules = table.name, rules

    def broken(self, ready: pd.DataFrame) -> dict[str, tuple[int, list[int]]]:
        """How many rows break an expectation and which do first, by its code; only broken ones are asked for rows."""
        met = {code: one.success for code, one in self._results(ready, self._rules, "BOOLEAN_ONLY")}
        rules = [rule for rule in self._rules if not met[rule.code]]
        if not rules:
            return {}
        columns = list(dict.fromkeys(chain.from_iterable(map(_read, rules))))
        told = self._results(ready[columns], rules, "COMPLETE")
        return {code: (int(one.result["unexpected_count"]), one.result["unexpected_index_list"]) for code, one in told}

    def _results(self, ready: pd.DataFrame, rules: Sequence[Expectation], form: str) -> Iterator[tuple[str, Any]]:
        suite = self._gx.ExpectationSuite(name=self._name, expectations=[_rule(rule) for rule in rules])
        wanted = {"result_format": form, "return_unexpected_index_query": False}
        for one in self._batch.get_batch({"dataframe": ready}).validate(suite, result_format=wanted).results:
            code = one.expectation_config.meta["code"]
            if any(v.get("raised_exception") for v in one.exception_info.values() if isinstance(v, dict)):
                raise RuntimeError(f"{code}: {one.exception_info}")
            yield code, one


class Validating(Protocol):
    """Tables are submitted as they become known; their findings are asked for later. To be closed.

    `is_beside` says that another process looks for them, `is_ready` that nobody has to wait for it any more.
    """

    is_beside: bool

    def is_ready(self) -> bool: ...  # noqa: D102

    def submit(self, table: Table, frame: pd.DataFrame) -> None: ...  # noqa: D102

    def submit_files(self, table: Table, files: Sequence[Path]) -> None: ...  # noqa: D102

    def findings(self, table: Table) -> list[Finding]: ...  # noqa: D102

    def close(self) -> None: ...  # noqa: D102


class Here:
    """Validates a table in this process, when its findings are asked for."""

    is_beside = False

    def __init__(self) -> None:
        self._asked_later: dict[str, Callable[[], list[Finding]]] = {}

    def submit(self, table: Table, frame: pd.DataFrame) -> None:
        """Keep the rows until they are asked about."""
        self._asked_later[table.name] = lambda: validate(table, frame)

    def submit_files(self, table: Table, files: Sequence[Path]) -> None:
        """The same of rows that parquet files hold."""
        self._asked_later[table.name] = lambda: validate_files(table, files)

    def findings(self, table: Table) -> list[Finding]:
        """The findings on a submitted table."""
        return self._asked_later[table.name]()

    def is_ready(self) -> bool:
        """Nobody else is waited for."""
        return True

    def close(self) -> None:
        """Nothing is held."""


def great_expectations() -> Any:
    """Great Expectations without Spark, which it would load wherever it is installed; another import of Spark is untouched."""
    hidden = "pyspark" not in sys.modules
    if hidden:
        sys.modules["pyspark"] = None  # type: ignore[assignment]
    try:
        import great_expectations
    finally:
        if hidden:
            sys.modules.pop("pyspark", None)
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    return great_expectations


class _Private:
    """What looks personal where no expectation of the table looks: codes, names of files and sheets, names of persons.

    Only what is found is told, so that a table without any says nothing of it.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self._found: dict[str, Finding] = {}
        self._rows = 0

    def add(self, part: pd.DataFrame) -> pd.DataFrame:
        """Look at some more rows, which are given back."""
        own = {name for e in expectations(self._table) if e.kind == "impersonal" for name in sources(e)}
        for column in watched(self._table):
            label = column.label.lower()
            if column.name not in own or column.kind == "code":
                text = f"Không {label} nào giống số điện thoại, CCCD, hộ chiếu, thư điện tử"
                self._tell(CODE, text, "critical", part[~impersonal(column, part[column.name])])
            if column.kind == "text":
                text = f"Không {label} nào giống họ tên người"
                self._tell(NAME_CODE, text, "warning", part[~nameless(part[column.name])])
        self._rows += len(part)
        return part

    def _tell(self, code: str, text: str, severity: Severity, rows: pd.DataFrame) -> None:
        if len(rows):
            places = _places(rows.head(MAX_EXAMPLES))
            one = Finding(code, self._table.name, text, severity, 0, len(rows), places)
            self._found[text] = _add(self._found[text], one) if text in self._found else one

    def findings(self) -> list[Finding]:
        """One finding for each column in which something was found."""
        return [replace(one, checked=self._rows) for one in self._found.values()]


class _Compared:
    """The columns of a table in parquet files in which expectations compare rows."""

    def __init__(self, table: Table, files: Sequence[Path], folder: Path) -> None:
        self._table = table
        self._rules = [e for e in expectations(table) if compared_columns(e)]
        columns = dict.fromkeys(["source_file", "source_row", *chain(*map(compared_columns, self._rules))])
        settings = {"memory_limit": _MEMORY_LIMIT, "threads": "1", "temp_directory": str(folder)}
        self._connection = duckdb.connect(config=settings)
        # a view is not prepared with parameters: the names of its files go into a variable
        self._connection.execute("SET VARIABLE files = ?", [[str(path) for path in files]])
        self._connection.execute(
            f"CREATE VIEW seen AS SELECT file_index AS file, file_row_number AS row, {', '.join(columns)} "
            "FROM read_parquet(getvariable('files'))"
        )
        self.rows = sum(pq.read_metadata(path).num_rows for path in files)

    def findings(self) -> list[Finding]:
        """One finding for each expectation that compares rows, over all rows."""
        return [self._finding(rule) for rule in self._rules]

    def _finding(self, rule: Expectation) -> Finding:
        failed, places = self._repeated(rule.columns[0]) if rule.kind == "unique" else self._derived(rule)
        return Finding(rule.code, self._table.name, rule.text, rule.severity, self.rows, failed, _places(places))

    def _repeated(self, column: str) -> tuple[int, pd.DataFrame]:
        """The number of rows whose value is not theirs alone, and the places of the first of them."""
        shares = max(-(-self.rows // _COMPARED_ROWS), 1)
        found = pd.concat([self._repeated_of(column, share, shares) for share in range(shares)])
        failed = found.groupby("share")["failed"].first().sum()
        return int(failed), found.sort_values(["file", "row"]).head(MAX_EXAMPLES)

    def _repeated_of(self, column: str, share: int, shares: int) -> pd.DataFrame:
        """The same of one share of the values: memory holds no more of them at a time."""
        found: pd.DataFrame = self._connection.execute(
            f"WITH repeated AS (SELECT {column} FROM seen WHERE {column} IS NOT NULL AND hash({column}) % {shares} = {share} "
            f"GROUP BY ALL HAVING count(*) > 1) SELECT {share} AS share, file, row, source_file, source_row, "
            f"count(*) OVER () AS failed FROM seen SEMI JOIN repeated USING ({column}) "
            f"ORDER BY file, row LIMIT {MAX_EXAMPLES}"
        ).df()
        return found

    def _derived(self, rule: Expectation) -> tuple[int, pd.DataFrame]:
        """The same for a derived column; only registers have one, whose few columns memory holds."""
        frame = self._connection.execute("FROM seen ORDER BY file, row").df()
        broken = frame[~comparison(rule)(frame)]
        return len(broken), broken.head(MAX_EXAMPLES)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


def _is_stated(rule: Expectation, part: pd.DataFrame) -> bool:
    """Whether some row states every column that `rule` speaks of."""
    return all(bool(part[name].notna().any()) for name in sources(rule))


def _finding(table: Table, part: pd.DataFrame, rule: Expectation, failed: int, first: Sequence[int]) -> Finding:
    """What one part tells of a rule, which `failed` rows of it break, in these places `first`."""
    rows = _places(part.iloc[[int(at) for at in first[:MAX_EXAMPLES]]]) if failed else ()
    applies = failed > 0 or _is_stated(rule, part)
    return Finding(rule.code, table.name, rule.text, rule.severity, len(part), failed, rows, applies)


def _places(rows: pd.DataFrame) -> tuple[str, ...]:
    return tuple(f"{p.source_file}, dòng {p.source_row}" for p in rows[["source_file", "source_row"]].itertuples())


def _add(one: Finding, other: Finding) -> Finding:
    rows = (one.rows + other.rows)[:MAX_EXAMPLES]
    applies = one.applies or other.applies
    return replace(
        one, checked=one.checked + other.checked, failed=one.failed + other.failed, rows=rows, applies=applies
    )
