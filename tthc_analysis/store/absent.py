"""A canonical table that was never exported, as SQL: its columns and no row."""

from __future__ import annotations

from collections.abc import Mapping

from tthc_analysis.columns import DECIMAL_DIGITS, DECIMAL_PLACES, PROVENANCE, Kind, Table

#: types that both know by these names; a moment has its own in each, see `empty_sql`
_TYPES: Mapping[Kind, str] = {
    "code": "STRING",
    "text": "STRING",
    "category": "STRING",
    "date": "DATE",
    "integer": "BIGINT",
    "decimal": f"DECIMAL({DECIMAL_DIGITS}, {DECIMAL_PLACES})",
    "boolean": "BOOLEAN",
}


def empty_sql(table: Table, moment: str) -> str:
    """A SELECT of no row with the columns of `table`; `moment` is the type of a moment without a time zone."""
    types = {**_TYPES, "datetime": moment}
    columns = ", ".join(f"CAST(NULL AS {types[c.kind]}) AS {c.name}" for c in (*table.columns, *PROVENANCE))
    return f"SELECT * FROM (SELECT {columns}) WHERE false"
