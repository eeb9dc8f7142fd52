"""Rows of the canonical tables as a test writes them: only the columns that matter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pandas as pd

from tthc_analysis.columns import PROVENANCE, TABLES

Rows = Sequence[Mapping[str, Any]]
_DTYPES = {
    "integer": "Int64",
    "boolean": "boolean",
    "date": "datetime64[us]",
    "datetime": "datetime64[us]",
    "decimal": "object",
}


def frame_of(name: str, rows: Rows, exported: date) -> pd.DataFrame:
    """Rows of one canonical table; columns that a row leaves out are empty."""
    place = {"source_file": "so.csv", "source_sheet": "", "snapshot_date": exported}
    full = [{**place, "source_row": number, **row} for number, row in enumerate(rows, start=2)]
    columns = (*TABLES[name].columns, *PROVENANCE)
    return pd.DataFrame(
        {c.name: pd.Series([_value(r.get(c.name)) for r in full], dtype=_DTYPES.get(c.kind, "str")) for c in columns}
    )


def _value(value: Any) -> Any:
    return datetime.combine(value, datetime.min.time()) if type(value) is date else value


def dossier(
    number: int, received: str, due: str | None = None, resolved: str | None = None, **more: Any
) -> dict[str, Any]:
    """One online dossier with its dates as ISO text."""

    def moment(text: str | None) -> datetime | None:
        return datetime.fromisoformat(text) if text else None

    return {
        "dossier_code": f"H24.99-240101-{number:04d}",
        "procedure_code": "1.000001",
        "procedure_name": "Thủ tục thử",
        "field": "Lĩnh vực thử",
        "channel": "online",
        "status": "completed" if resolved else "processing",
        "received_at": moment(received),
        "due_at": moment(due),
        "resolved_at": moment(resolved),
        **more,
    }


def procedure(code: str = "1.000001", level: str = "department", **more: Any) -> dict[str, Any]:
    """One catalogue row in force since 2023."""
    return {
        "procedure_code": code,
        "procedure_name": f"Thủ tục {code}",
        "field": "Lĩnh vực thử",
        "authority_level": level,
        "online_level": "full",
        "is_internal": False,
        "fee_amount": Decimal(0),
        "time_limit": 5,
        "time_limit_unit": "working_day",
        "valid_from": date(2023, 1, 1),
        **more,
    }


def by_name(indicators: Sequence[Any]) -> dict[str, Any]:
    """Indicators by name."""
    return {i.name: i for i in indicators}
