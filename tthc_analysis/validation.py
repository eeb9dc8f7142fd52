"""The expectations on cleaned tables, run by Great Expectations once per batch of at most 100,000 rows.

Each expectation has a code, a Vietnamese text and a severity; a critical finding stops publication. Great Expectations
is imported inside `validate` only: its import costs more than a whole section.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import pandas as pd

from tthc_analysis.columns import Table
from tthc_analysis.expectations import Expectation, RuleKind, Severity, expectations, with_checks

BATCH_ROWS = 100_000
_MAX_EXAMPLES = 20


@dataclass(frozen=True)
class Finding:
    """The result of one expectation on one table; `rows` are places (file, sheet, row), never values."""

    code: str
    table: str
    text: str
    severity: Severity
    checked: int
    failed: int
    rows: tuple[str, ...] = field(default=())

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
        "no_match": ("ExpectColumnValuesToNotMatchRegex", {"column": one, "regex": arguments.get("pattern")}),
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
    """Every finding on `frame`, in order of code; batches are added up. An expectation that crashes is an error."""
    if frame.empty:
        return []
    import great_expectations as gx

    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("bo_nho").add_dataframe_asset(table.name)
    definition = asset.add_batch_definition_whole_dataframe("tat_ca")
    suite = gx.ExpectationSuite(name=table.name, expectations=[_rule(e) for e in expectations(table)])
    found: dict[str, Finding] = {}
    for batch in _batches(table, with_checks(table, frame)):
        result = definition.get_batch({"dataframe": batch}).validate(
            suite, result_format={"result_format": "COMPLETE", "return_unexpected_index_query": False}
        )
        for one in result.results:
            finding = _finding(table, batch, one)
            known = found.get(finding.code)
            found[finding.code] = _add(known, finding) if known else finding
    return [found[code] for code in sorted(found)]


def _batches(table: Table, frame: pd.DataFrame) -> Iterator[pd.DataFrame]:
    ready = frame.copy()
    for column in table.columns:
        if column.kind == "decimal":
            ready[column.name] = ready[column.name].astype("Float64")
    for start in range(0, len(ready), BATCH_ROWS):
        yield ready.iloc[start : start + BATCH_ROWS].reset_index(drop=True)


def _finding(table: Table, batch: pd.DataFrame, result: Any) -> Finding:
    config = result.expectation_config
    code = config.meta["code"]
    if any(v.get("raised_exception") for v in result.exception_info.values() if isinstance(v, dict)):
        raise RuntimeError(f"{code}: {result.exception_info}")
    indexes = [int(i) for i in result.result.get("unexpected_index_list") or []]
    places = batch.iloc[indexes[:_MAX_EXAMPLES]][["source_file", "source_sheet", "source_row"]]
    rows = tuple(f"{p.source_file}, dòng {p.source_row}" for p in places.itertuples())
    failed = int(result.result.get("unexpected_count") or 0) if not result.success else 0
    severity: Severity = getattr(config.severity, "value", config.severity)
    return Finding(code, table.name, config.meta["text"], severity, len(batch), failed, rows)


def _add(one: Finding, other: Finding) -> Finding:
    rows = (one.rows + other.rows)[:_MAX_EXAMPLES]
    return replace(one, checked=one.checked + other.checked, failed=one.failed + other.failed, rows=rows)
