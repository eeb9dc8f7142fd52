"""The expectations on cleaned tables, run by Great Expectations once per batch of at most 100,000 rows.

Each expectation has a code, a Vietnamese text and a severity; a critical finding stops publication. Great Expectations
is imported inside `validate` only: its import costs more than a whole section.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

import pandas as pd

from tthc_analysis.columns import DOSSIERS, PROCEDURES, Table

Severity = Literal["critical", "warning", "info"]
BATCH_ROWS = 100_000
_MAX_EXAMPLES = 20

DOSSIER_CODE = r"^(\d{3}\.\d{2}\.\d{2}\.H\d{2}|H\d{2}(\.\d{1,3}){0,3})-\d{6}-\d{4,}$"
PROCEDURE_CODE = r"^\d\.\d{6}$"
#: digits or letters that look like a telephone number, a citizen id or an e-mail address in a published text
PERSONAL = r"(?<!\d)(0\d{9}|\d{12})(?!\d)|[\w.+-]+@[\w-]+\.\w+"


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


def _expectations(table: Table) -> list[Any]:
    """The suite of one table; needs Great Expectations."""
    import great_expectations.expectations as gxe
    from great_expectations.expectations.row_conditions import Column

    def rule(code: str, text: str, severity: Severity, kind: Any, **arguments: Any) -> Any:
        return kind(**arguments, severity=severity, meta={"code": code, "text": text})

    not_null, in_set = gxe.ExpectColumnValuesToNotBeNull, gxe.ExpectColumnValuesToBeInSet
    matches, no_match = gxe.ExpectColumnValuesToMatchRegex, gxe.ExpectColumnValuesToNotMatchRegex
    later, between = gxe.ExpectColumnPairValuesAToBeGreaterThanB, gxe.ExpectColumnValuesToBeBetween
    rules: list[Any] = []

    def order(code: str, text: str, severity: Severity, first: str, last: str) -> None:
        rules.append(
            rule(
                code,
                text,
                severity,
                later,
                column_A=last,
                column_B=first,
                or_equal=True,
                ignore_row_if="either_value_is_missing",
            )
        )

    if table is DOSSIERS:
        required: tuple[tuple[int, str, Severity], ...] = (
            (1, "dossier_code", "critical"),
            (2, "received_at", "critical"),
            (3, "due_at", "warning"),
            (4, "channel", "warning"),
            (5, "status", "warning"),
            (6, "procedure_code", "warning"),
            (7, "procedure_name", "warning"),
            (8, "field", "warning"),
        )
        for number, name, severity in required:
            label = table.column(name).label.lower()
            rules.append(rule(f"H{number:02d}", f"Hồ sơ có ghi {label}", severity, not_null, column=name))
        rules.append(
            rule(
                "H09", "Mã hồ sơ không trùng nhau", "critical", gxe.ExpectColumnValuesToBeUnique, column="dossier_code"
            )
        )
        rules.append(
            rule(
                "H10", "Mã hồ sơ đúng cấu trúc quốc gia", "warning", matches, column="dossier_code", regex=DOSSIER_CODE
            )
        )
        rules.append(
            rule(
                "H11",
                "Mã thủ tục đúng cấu trúc d.dddddd",
                "warning",
                matches,
                column="procedure_code",
                regex=PROCEDURE_CODE,
            )
        )
        order("H12", "Ngày hẹn trả không trước ngày tiếp nhận", "critical", "received_at", "due_at")
        order("H13", "Ngày kết thúc xử lý không trước ngày tiếp nhận", "critical", "received_at", "resolved_at")
        order("H14", "Ngày trả kết quả không trước ngày kết thúc xử lý", "warning", "resolved_at", "returned_at")
        for number, name in ((15, "channel"), (16, "status"), (17, "payment_status"), (18, "payment_method")):
            column = table.column(name)
            rules.append(
                rule(
                    f"H{number}",
                    f"{column.label} nằm trong danh mục",
                    "critical",
                    in_set,
                    column=name,
                    value_set=list(column.values),
                )
            )
        rules.append(
            rule(
                "H19",
                "Hồ sơ đã xử lý xong có ngày kết thúc xử lý",
                "critical",
                not_null,
                column="resolved_at",
                row_condition=Column("status").is_in(["completed", "delivered"]),
            )
        )
        for number, name in ((20, "component_file_count"), (21, "result_file_count")):
            rules.append(
                rule(
                    f"H{number}", f"{table.column(name).label} không âm", "critical", between, column=name, min_value=0
                )
            )
        for number, name in ((22, "procedure_name"), (23, "field"), (24, "agency")):
            rules.append(
                rule(
                    f"H{number}",
                    f"{table.column(name).label} không chứa số điện thoại, CCCD, thư điện tử",
                    "critical",
                    no_match,
                    column=name,
                    regex=PERSONAL,
                )
            )
    elif table is PROCEDURES:
        for number, name in ((1, "procedure_code"), (2, "procedure_name"), (3, "authority_level"), (4, "valid_from")):
            label = table.column(name).label.lower()
            rules.append(rule(f"D{number:02d}", f"Thủ tục có ghi {label}", "critical", not_null, column=name))
        order("D05", "Ngày hết hiệu lực không trước ngày hiệu lực", "critical", "valid_from", "valid_to")
        rules.append(rule("D06", "Phí, lệ phí không âm", "critical", between, column="fee_amount", min_value=0))
        rules.append(
            rule(
                "D07",
                "Tên thủ tục không chứa số điện thoại, CCCD, thư điện tử",
                "critical",
                no_match,
                column="procedure_name",
                regex=PERSONAL,
            )
        )
    return rules


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
    suite = gx.ExpectationSuite(name=table.name, expectations=_expectations(table))
    found: dict[str, Finding] = {}
    for batch in _batches(table, frame):
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
