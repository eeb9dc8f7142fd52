"""Small stores of random rows in every table: columns and tables missing, dates on the cut-offs, sheets without a stage."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from rows import frame_of

from tthc_analysis.columns import TABLES, Column, Table
from tthc_analysis.indicators import OpenReport
from tthc_analysis.periods import parse_period
from tthc_analysis.rules import load_counting_rules, rule_set_ids
from tthc_analysis.store.write import StoreWriter

PERIODS = ("2024-Q1", "2024", "2023", "2024-Q3", "2024-07", "2025-Q1")
#: columns whose values must meet those of other tables, or lie close together
_POOLS: Mapping[str, tuple[Any, ...]] = {
    "procedure_code": ("1.000001", "1.000002", "2.000003", "9.000009"),
    "unit_code": ("P01", "P02", "DV1", "DV2"),
    "document_number": ("1/QĐ-UBND", "2/QĐ-UBND", "3/KH-SGDĐT"),
    "decision": ("1/QĐ-UBND", "9/QĐ-UBND"),
    "proposal_code": ("PA1", "PA2", "PA3", "PA4"),
    "line_number": (1, 2, 3),
    "yearly_count": (1, 12),
    "hourly_income": (30000, 45001),
}


class RandomStores:
    """One random period, rule set and store a seed."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.period = parse_period(self.draw.choice(PERIODS))
        first, last = self.period.start, self.period.end
        near = [first, last, first - timedelta(1), last + timedelta(1), date(2031, 3, 4)]
        inside = [first + timedelta(self.draw.randrange(self.period.days)) for _ in range(9)]
        before = [first - timedelta(self.draw.randint(1, 400)) for _ in range(4)]
        self.days = [*near, *inside, *before]

    def value(self, column: Column) -> Any:
        """A value of a column."""
        day = datetime.combine(self.draw.choice(self.days), datetime.min.time())
        if column.values:
            return self.draw.choice([*column.values])
        if column.name in _POOLS:
            return self.draw.choice(_POOLS[column.name])
        kinds: Mapping[str, Any] = {
            "date": day,
            "datetime": day + timedelta(hours=self.draw.choice((0, 9, 23))),
            "boolean": self.draw.random() < 0.5,
            "integer": self.draw.choice((0, 1, 3, 10)),
            "decimal": self.draw.choice((Decimal(0), Decimal("0.5"), Decimal(8))),
            "code": f"M{self.draw.randint(1, 99)}",
        }
        return kinds.get(column.kind, self.draw.choice(("A", "B", "Đ")))

    def rows(self, table: Table) -> list[dict[str, Any]]:
        """Rows of a table with different keys; some columns are in no row, others in some."""
        empty = {c.name: 0 if c.required else self.draw.choice((0, 0.1, 0.5, 1)) for c in table.columns}
        found: dict[tuple[Any, ...], dict[str, Any]] = {}
        for _ in range(self.draw.choice((0, 3, 25, 60))):
            row = {c.name: self.value(c) if self.draw.random() >= empty[c.name] else None for c in table.columns}
            found[tuple(row[k] for k in table.key)] = row
        return list(found.values())

    def report(self, folder: Path) -> OpenReport:
        """The store, written to `folder`, under the period and rule set."""
        writer, datasets = StoreWriter(folder), {}
        exported = self.period.end + timedelta(self.draw.choice((-10, 0, 10, 10, 10)))
        for name, table in TABLES.items():
            if self.draw.random() < 0.1:
                continue
            rows = self.rows(table)
            writer.add(table, frame_of(name, rows, exported))
            datasets[name] = self._quality(table, len(rows), exported)
        findings = [
            {
                "code": f"C{i}",
                "table": "ho_so",
                "text": "",
                "severity": "warning",
                "checked": 1,
                "failed": 0,
                "passed": i > 1,
            }
            for i in range(4)
        ]
        store = writer.commit({"datasets": datasets, "findings": findings, "sample": True})
        return OpenReport(self.period, load_counting_rules(self.draw.choice(rule_set_ids())), store)

    def _quality(self, table: Table, rows: int, exported: date) -> dict[str, Any]:
        account = {"file": "so.csv", "snapshot_date": exported.isoformat(), "snapshot_rule": ""}
        account |= {"rows_in": rows + 1, "kept": rows, "replaced": 0, "quarantined": 1}
        set_aside = ["PA1"] if self.draw.random() < 0.3 else []
        lists = {key: [] for key in ("quarantined", "conflicts", "corrections", "passed_over")}
        return {"label": table.label, "accounts": [account], "incomplete": set_aside, **lists}
