"""The tables that only a roll-up has: who is rolled up, what was sent in, which dossiers two bodies hold."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pyarrow as pa

MEMBERS, SENT, SHARED = "don_vi_cap_duoi", "so_lieu_gui", "trung_ma_don_vi"
#: one row for each count of each line of a form that was sent in; a count that the sender does not know is empty
SENT_SCHEMA = pa.schema(
    [(n, pa.string()) for n in ("body", "field", "measure", "item", "source_file", "source_sheet")]
    + [("source_row", pa.int64()), ("amount", pa.int64()), ("starts", pa.date32()), ("ends", pa.date32())]
    + [(n, pa.string()) for n in ("period", "rule_set", "state")]
)


def sent_table(folder: Path) -> pa.Table:
    """All that `tthc collect` has read and kept in `folder`, one file a report."""
    kept = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    rows = [{**one["report"], **row} for one in kept for row in one["rows"]]
    return pa.Table.from_pylist([_typed(row) for row in rows], SENT_SCHEMA)


def _typed(row: dict[str, object]) -> dict[str, object]:
    return {**row, **{n: date.fromisoformat(str(row[n])) for n in ("starts", "ends")}}
