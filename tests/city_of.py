"""A city for a test: agencies with processed dossiers of their own, and reports that they sent in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from tthc_analysis.columns import DOSSIERS, PROVENANCE
from tthc_analysis.config import Config, load_config
from tthc_analysis.indicators import OpenReport, open_report_in
from tthc_analysis.periods import parse_period
from tthc_analysis.preparation.members import prepare_agency, sent_folder
from tthc_analysis.store.write import StoreWriter

Row = Mapping[str, Any]
#: a whole form: 5 = 3 + 1 + 1 carried over = 4 resolved + 1 pending
FORM = {
    "handled": 5, "received_online": 3, "received_offline": 1, "carried_over": 1, "resolved": 4, "resolved_early": 2,
    "resolved_on_time": 1, "resolved_overdue": 1, "pending": 1, "pending_within": 1, "pending_overdue": 0,
    "received_new": 4, "received_no_channel": 0, "resolved_no_due": 0, "pending_no_due": 0,
}  # fmt: skip
_HEAD = """
title = "Tổng hợp"
[agency]
id = "tp"
kind = "tinh"
name = "Thành phố T"
short = "UBND"
parent = "Chính phủ"
place = "T"
receiver = "Chính phủ"
[data]
raw = "data/raw/tp"
"""


def member(id: str, kind: str = "xa", name: str = "", **more: Any) -> str:
    """One [[agencies]] entry below the city."""
    values = {"parent": "tp", "short": id.upper(), **more}
    lines = [f'id = "{id}"', f'kind = "{kind}"', f'name = "{name or id}"']
    lines += [f"{k} = {v}" if k in ("from", "to") else f'{k} = "{v}"' for k, v in values.items()]
    return "\n[[agencies]]\n" + "\n".join(lines) + "\n"


def configure(root: Path, members: Iterable[str]) -> Config:
    """The configuration of the city in `root`."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "config.toml").write_text(_HEAD + "".join(members), encoding="utf-8")
    return load_config(root)


def dossier(code: str, received: str, due: str = "", resolved: str = "", **more: Any) -> dict[str, Any]:
    """A dossier that was filed online and exported after the period unless `more` says otherwise."""
    moments = {"received_at": received, "due_at": due, "resolved_at": resolved}
    values = {k: datetime.fromisoformat(v) if v else None for k, v in moments.items()}
    done = "completed" if resolved else "processing"
    base = {"dossier_code": code, "channel": "online", "field": "Lĩnh vực X", "status": done, "source_file": "x.csv"}
    base |= {"source_row": 2, "source_sheet": "", "snapshot_date": datetime(2024, 3, 20)}
    return base | values | more


def frame_of(rows: Sequence[Row]) -> pd.DataFrame:
    """Dossiers as a canonical table."""
    dtypes = {"integer": "Int64", "date": "datetime64[us]", "datetime": "datetime64[us]", "decimal": "object"}
    columns = (*DOSSIERS.columns, *PROVENANCE)
    return pd.DataFrame(
        {c.name: pd.Series([r.get(c.name) for r in rows], dtype=dtypes.get(c.kind, "str")) for c in columns}
    )


def give(config: Config, body: str, rows: Sequence[Row], findings: Sequence[Row] = ()) -> None:
    """Processed dossiers of one agency, as it would have prepared them elsewhere."""
    folder = config.for_agency(body).processed
    folder.parent.mkdir(parents=True, exist_ok=True)
    writer = StoreWriter(folder)
    writer.add(DOSSIERS, frame_of(rows))
    writer.commit({"datasets": {}, "findings": list(findings)})


def send(
    config: Config,
    body: str,
    period: str,
    counts: Mapping[str, int | None],
    rules: str = "so-2024 1",
    state: str = "published",
) -> None:
    """What `tthc collect` keeps of a report with one line."""
    span = parse_period(period)
    report = {"body": body, "period": period, "starts": span.start.isoformat(), "ends": span.end.isoformat()}
    report |= {"rule_set": rules, "state": state}
    place = {"field": "Lĩnh vực X", "source_file": f"{body}.csv", "source_sheet": "", "source_row": 2}
    rows = [{**place, "measure": name, "item": f"ô {name}", "amount": n} for name, n in counts.items()]
    sent_folder(config.root, config.agency.id).mkdir(parents=True, exist_ok=True)
    (sent_folder(config.root, config.agency.id) / f"{body}-{period}.json").write_text(
        json.dumps({"report": report, "rows": rows}), encoding="utf-8"
    )


def united(config: Config, period: str = "2024-Q1", rules: str = "") -> OpenReport:
    """The scope of the city over what its agencies gave and sent."""
    prepare_agency(config)
    return open_report_in(config, period, rules)


def a_day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
