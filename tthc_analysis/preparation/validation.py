"""The expectations on cleaned tables, run by Great Expectations once per batch of at most 250,000 rows.

Each expectation has a code, a Vietnamese text and a severity; a critical finding stops publication. Great Expectations
is imported to validate rows only: its import costs more than a whole section. What compares rows of several batches is
told by one DuckDB query over the compared columns alone, so that a table of any size is validated in bounded memory.
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
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from tthc_analysis.columns import Table
from tthc_analysis.exports.many import read_rows
from tthc_analysis.folders import scratch
from tthc_analysis.preparation.expectations import (
    IMPERSONAL,
    Expectation,
    RuleKind,
    Severity,
    compared_columns,
    comparison,
    expectations,
    with_checks,
    with_row_checks,
)
from tthc_analysis.preparation.impersonal import CODE, NAME_CODE, impersonal, nameless, watched

BATCH_ROWS = 250_000
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
    made: dict[RuleKind, tuple[str, dict[str, Any]]] = {
        "not_null": ("ExpectColumnValuesToNotBeNull", {"column": one, **_condition(arguments.get("where"))}),
        "unique": ("ExpectColumnValuesToBeUnique", {"column": one}),
        "matches": ("ExpectColumnValuesToMatchRegex", {"column": one, "regex": arguments.get("pattern")}),
        "impersonal": ("ExpectColumnValuesToBeInSet", {"column": one, "value_set": [True]}),
        "in_set": ("ExpectColumnValuesToBeInSet", {"column": one, "value_set": list(arguments.get("values", ()))}),
        "at_least": ("ExpectColumnValuesToBeBetween", {"column": one, "min_value": arguments.get("least")}),
        "true": ("ExpectColumnValuesToBeInSet", {"column": one, "value_set": [True]}),
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
    return validate_batches(table, [frame])


def validate_batches(table: Table, batches: Iterable[pd.DataFrame]) -> list[Finding]:
    """Every finding on a table whose rows come in batches, in order of code; as `validate` of the whole table.

    Batches are frames as `Store.frame` gives them, of any number of rows; only two parts of them are held at a time.
    """
    parts = _parts(batches)
    first, second = next(parts, None), next(parts, None)
    if first is None:
        return []
    private = _Private(table)
    if second is None:
        return _findings(table, [with_checks(table, private.add(first))], expectations(table)) + private.findings()
    with scratch("kiem-tra") as folder, closing(_Compared(table, folder)) as compared:
        rows = (with_row_checks(table, compared.add(private.add(part))) for part in chain([first, second], parts))
        alone = [e for e in expectations(table) if not compared_columns(e)]
        found = sorted(_findings(table, rows, alone) + compared.findings(), key=lambda finding: finding.code)
        return found + private.findings()


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
    batches = (read_rows(table, path) for path in files)
    rows = (with_row_checks(table, private.add(part)) for part in _parts(batches))
    alone = [e for e in expectations(table) if not compared_columns(e)]
    found = _findings(table, rows, alone)
    return OfRows(tuple(found), tuple(private.findings()))


def validate_shared(table: Table, files: Sequence[Path], tell: Callable[[int], OfRows | None]) -> list[Finding]:
    """Every finding on a table in parquet files, at whose rows somebody else looks too, beginning with the first file.

    `tell` gives what the rows of one file told, None where they are to be looked at here.
    """
    with scratch("kiem-tra") as folder, closing(_Compared(table, folder)) as compared:
        for path in files:
            compared.add(read_rows(table, path, columns=compared.columns))
        told = compared.findings()
    shares = [
        tell(number) or validate_rows(table, files[number : number + 1]) for number in reversed(range(len(files)))
    ]
    both = reduce(OfRows.followed_by, reversed(shares))
    checked = sum(pq.read_metadata(path).num_rows for path in files)
    private = [replace(one, checked=checked) for one in both.private]
    return sorted([*both.found, *told], key=lambda finding: finding.code) + private


def _together(first: Sequence[Finding], later: Sequence[Finding], by: str) -> tuple[Finding, ...]:
    found = {getattr(one, by): one for one in first}
    for one in later:
        key = getattr(one, by)
        found[key] = _add(found[key], one) if key in found else one
    return tuple(found.values())


def _parts(batches: Iterable[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    for batch in batches:
        for start in range(0, len(batch), BATCH_ROWS):
            yield batch.iloc[start : start + BATCH_ROWS].reset_index(drop=True)


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

    Texts come as categories but for the key, whose values are many: Great Expectations copies the frame for every rule.
    """
    read = dict.fromkeys(chain.from_iterable(map(_read, rules)))
    kinds = {c.name: c.kind for c in table.columns}
    return pd.DataFrame({n: _comparable(kinds.get(n, ""), part[n], n == table.key[0]) for n in read})


def _comparable(kind: str, values: pd.Series, is_key: bool) -> pd.Series:
    if kind in ("integer", "decimal"):
        return values.astype("Float64").astype("float64")
    if kind == "datetime":
        return pd.to_datetime(values).dt.normalize()
    return values.astype("category") if kind in ("text", "code", "category") and not is_key else values


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
        self._asked_later[table.name] = lambda: validate_batches(table, (read_rows(table, path) for path in files))

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
        own = {name.removeprefix(IMPERSONAL) for e in expectations(self._table) for name in e.columns}
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
    """The columns of a table in which expectations compare rows, kept on disk until every row has been seen."""

    def __init__(self, table: Table, folder: Path) -> None:
        self._table = table
        self._rules = [e for e in expectations(table) if compared_columns(e)]
        self.columns = list(dict.fromkeys(["source_file", "source_row", *chain(*map(compared_columns, self._rules))]))
        settings = {"memory_limit": _MEMORY_LIMIT, "threads": "1", "temp_directory": str(folder)}
        self._connection = duckdb.connect(str(folder / "rows.duckdb"), config=settings)
        self._rows = 0

    def add(self, part: pd.DataFrame) -> pd.DataFrame:
        """Keep what is compared of some more rows, which are given back."""
        self._connection.register("part", pa.Table.from_pandas(part[self.columns], preserve_index=False))
        self._connection.execute("INSERT INTO seen FROM part" if self._rows else "CREATE TABLE seen AS FROM part")
        self._connection.unregister("part")
        self._rows += len(part)
        return part

    def findings(self) -> list[Finding]:
        """One finding for each expectation that compares rows, over all rows."""
        return [self._finding(rule) for rule in self._rules]

    def _finding(self, rule: Expectation) -> Finding:
        failed, places = self._repeated(rule.columns[0]) if rule.kind == "unique" else self._derived(rule)
        return Finding(rule.code, self._table.name, rule.text, rule.severity, self._rows, failed, _places(places))

    def _repeated(self, column: str) -> tuple[int, pd.DataFrame]:
        """The number of rows whose value is not theirs alone, and the places of the first of them."""
        shares = max(-(-self._rows // _COMPARED_ROWS), 1)
        found = pd.concat([self._repeated_of(column, share, shares) for share in range(shares)])
        failed = found.groupby("share")["failed"].first().sum()
        return int(failed), found.sort_values("rowid").head(MAX_EXAMPLES)

    def _repeated_of(self, column: str, share: int, shares: int) -> pd.DataFrame:
        """The same of one share of the values: memory holds no more of them at a time."""
        found: pd.DataFrame = self._connection.execute(
            f"WITH repeated AS (SELECT {column} FROM seen WHERE {column} IS NOT NULL AND hash({column}) % {shares} = {share} "
            f"GROUP BY ALL HAVING count(*) > 1) SELECT {share} AS share, seen.rowid AS rowid, source_file, source_row, "
            f"count(*) OVER () AS failed FROM seen SEMI JOIN repeated USING ({column}) "
            f"ORDER BY seen.rowid LIMIT {MAX_EXAMPLES}"
        ).df()
        return found

    def _derived(self, rule: Expectation) -> tuple[int, pd.DataFrame]:
        """The same for a derived column; only registers have one, whose few columns memory holds."""
        frame = self._connection.execute("FROM seen ORDER BY rowid").df()
        broken = frame[~comparison(rule)(frame)]
        return len(broken), broken.head(MAX_EXAMPLES)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


def _is_stated(rule: Expectation, part: pd.DataFrame) -> bool:
    """Whether some row states every column that `rule` reads (the source of what tells whether a text is impersonal)."""
    names = [name.removeprefix(IMPERSONAL) for name in rule.columns]
    return all(bool(part[name].notna().any()) for name in names)


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
