"""The tables that only a roll-up has: who is rolled up, what was sent in, which dossiers two bodies hold, who had nothing."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

MEMBERS, SENT, SHARED, NOTHING = "don_vi_cap_duoi", "so_lieu_gui", "trung_ma_don_vi", "khong_phat_sinh"


def sent_table(folder: Path) -> pa.Table:
    """All that `tthc collect` has read and kept in `folder`, one file a report.

    One row for each count of each line of a form; a count that the sender does not know is empty.
    """
    import pyarrow as pa  # only here: the names above cost nothing

    texts = ("body", "field", "measure", "item", "source_file", "source_sheet", "period", "rule_set", "state")
    whole, days = (("source_row", pa.int64()), ("amount", pa.int64())), (("starts", pa.date32()), ("ends", pa.date32()))
    schema = pa.schema([*((n, pa.string()) for n in texts), *whole, *days])
    kept = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    return pa.Table.from_pylist([_typed({**one["report"], **row}) for one in kept for row in one["rows"]], schema)


def _typed(row: dict[str, object]) -> dict[str, object]:
    return {**row, **{n: date.fromisoformat(str(row[n])) for n in ("starts", "ends")}}
