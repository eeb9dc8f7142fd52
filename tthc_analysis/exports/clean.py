"""Text cells → canonical values, or a reason why a row is quarantined. Pure: no file is touched here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from tthc_analysis.columns import Column, Table
from tthc_analysis.errors import UnknownValues
from tthc_analysis.exports.layout import Layout, parse_moment
from tthc_analysis.rules.profiles import Profile, fold

_PROCEDURE_SUFFIX = re.compile(r"^(\d\.\d{6})(?:\.000)?(?:\.00)*(?:\.H\d{2})$")
_INTEGER = re.compile(r"-?\d+")
_DECIMAL = re.compile(r"-?\d+")
_TRUE, _FALSE = {"co", "x", "true", "1", "yes"}, {"khong", "", "false", "0", "no"}

#: pairs (earlier, later) of moments that a real dossier keeps
ORDER = (("received_at", "resolved_at"), ("received_at", "returned_at"), ("valid_from", "valid_to"))


class Rejected(Exception):
    """A cell that cannot be understood: code and Vietnamese reason (without the cell's text)."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


@dataclass(frozen=True)
class Cleaned:
    """The good rows of one sheet as dictionaries, and the rejected ones with code and reason."""

    good: list[dict[str, Any]]
    rejected: list[dict[str, Any]]


def procedure_code(text: str) -> str:
    """A national procedure code without the province's suffix; any other code as it is."""
    match = _PROCEDURE_SUFFIX.match(text)
    return match[1] if match else text


def _moment(column: Column, profile: Profile) -> Callable[[str], datetime]:
    @lru_cache(maxsize=65536)
    def parse(text: str) -> datetime:
        moment = parse_moment(text, profile.date_formats)
        if moment is None:
            raise Rejected("Q03", f"{column.label}: ngày không có thật hoặc không đúng dạng ngày/tháng/năm")
        return moment.replace(hour=0, minute=0, second=0) if column.kind == "date" else moment

    return parse


def _number(column: Column, pattern: re.Pattern[str], make: Callable[[str], Any]) -> Callable[[str], Any]:
    def parse(text: str) -> Any:
        if not pattern.fullmatch(text):
            raise Rejected("Q04", f"{column.label}: không phải số nguyên viết liền (2.215 hay 98,1 không được đoán)")
        return make(text)

    return parse


def _boolean(column: Column) -> Callable[[str], bool]:
    def parse(text: str) -> bool:
        word = fold(text)
        if word not in _TRUE | _FALSE:
            raise Rejected("Q05", f"{column.label}: chỉ nhận Có hoặc Không")
        return word in _TRUE

    return parse


def _parser(table: Table, column: Column, profile: Profile) -> Callable[[str], Any]:
    if column.kind in ("date", "datetime"):
        return _moment(column, profile)
    if column.kind == "integer":
        return _number(column, _INTEGER, int)
    if column.kind == "decimal":
        return _number(column, _DECIMAL, Decimal)
    if column.kind == "boolean":
        return _boolean(column)
    if column.kind == "category":
        values = profile.value_map(table, column.name)
        return lambda text: values[fold(text)]
    return procedure_code if column.name == "procedure_code" else str


def check_known_values(table: Table, layout: Layout, where: str) -> None:
    """Raise UnknownValues when a coded column holds a value that the profile does not map."""
    for column in table.columns:
        if column.kind == "category" and column.name in layout.columns:
            known, index = layout.profile.value_map(table, column.name), layout.columns[column.name]
            counts = Counter(r[index] for _, r in layout.rows if index < len(r) and r[index])
            unknown = {v: n for v, n in sorted(counts.items()) if fold(v) not in known}
            if unknown:
                raise UnknownValues(where, column.label, unknown, f"{table.name}.values.{column.name}")


def clean_rows(table: Table, layout: Layout, where: str) -> Cleaned:
    """Every data row of a sheet as canonical values, or rejected with its first reason."""
    check_known_values(table, layout, where)
    parsers = {c.name: _parser(table, c, layout.profile) for c in table.columns if c.name in layout.columns}
    good: list[dict[str, Any]] = []
    rejected: list[dict[str, Any]] = []
    for number, cells in layout.rows:
        texts = {n: cells[i] if i < len(cells) else "" for n, i in layout.columns.items()}
        try:
            row = {name: parsers[name](text) if text else None for name, text in texts.items()}
            _check_row(table, row)
        except Rejected as problem:
            rejected.append({**texts, "source_row": number, "reason_code": problem.code, "reason": problem.reason})
        else:
            good.append({**row, "source_row": number})
    return Cleaned(good, rejected)


def _check_row(table: Table, row: Mapping[str, Any]) -> None:
    for column in table.columns:
        if column.required and row.get(column.name) is None:
            raise Rejected("Q01", f"Thiếu {column.label.lower()}")
    for earlier, later in ORDER:
        first, last = row.get(earlier), row.get(later)
        if first is not None and last is not None and last.date() < first.date():
            raise Rejected("Q02", f"{table.column(later).label} trước {table.column(earlier).label.lower()}")
