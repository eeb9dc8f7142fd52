"""The rules of every register as tables that a reader can follow: what each row adds to each figure, and why.

A cell under a figure is what the row adds: "1" or an amount, for rates "numerator/base"; empty is nothing. The method appendix
`docs/cach-dem.md` is printed from the same files.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from rows import by_name

from tthc_analysis.columns import REGISTERS, TABLES, Column
from tthc_analysis.indicators import all_indicators, evidence
from tthc_analysis.indicators.registry import registry

FOLDER = Path(__file__).resolve().parents[1] / "scenarios" / "registers"
SCENARIOS = sorted(FOLDER.glob("*.csv"))
PERIOD = "2024-Q2"
_READ: Mapping[str, Callable[[str], Any]] = {
    "integer": int,
    "decimal": Decimal,
    "boolean": {"có": True, "không": False}.__getitem__,
    "date": datetime.fromisoformat,
    "datetime": datetime.fromisoformat,
}


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as source:
        return list(csv.DictReader(source))


def value(column: Column, text: str) -> Any:
    return _READ.get(column.kind, str)(text) if text else None


def of_table(lines: list[dict[str, str]], name: str) -> list[dict[str, str]]:
    return [line for line in lines if line["bang"] == name]


def added(cell: str) -> tuple[Decimal, Decimal | None]:
    part, slash, whole = cell.partition("/")
    return Decimal(part), Decimal(whole) if slash else None


def figures(lines: list[dict[str, str]]) -> list[str]:
    return [name for name in lines[0] if name in registry()]


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda p: p.stem)
def test_each_row_adds_what_is_said(path, report_of):
    lines = read(path)
    tables = {
        name: [
            {c.name: value(c, line[c.name]) for c in TABLES[name].columns if c.name in line}
            for line in of_table(lines, name)
        ]
        for name in dict.fromkeys(line["bang"] for line in lines)
    }
    report = report_of(PERIOD, **tables)
    found = by_name(all_indicators(report))
    for name in figures(lines):
        cells = [added(line[name]) for line in lines if line[name]]
        parts, wholes = sum(part for part, _ in cells), [whole for _, whole in cells if whole is not None]
        assert (found[name].numerator, found[name].denominator) == (parts, sum(wholes) if wholes else None), name
        behind = evidence.evidence(report, found[name])
        if behind.relation != "measured":
            own = of_table(lines, behind.table)
            said = {number for number, line in enumerate(own, start=2) if line[name] and added(line[name])[0]}
            assert {int(r.source_row) for r in behind.rows.itertuples() if r.amount} == said, name


def test_a_line_names_only_columns_and_figures():
    for path in SCENARIOS:
        lines = read(path)
        for line in lines:
            assert None not in line, (path.name, line)
            known = {c.name for c in TABLES[line["bang"]].columns}
            filled = {name for name, cell in line.items() if cell} - {"bang", "vi_sao"} - set(registry())
            assert filled <= known, (path.name, line)


def test_every_register_has_its_table():
    """Every one that a figure is counted on."""
    told = {line["bang"] for path in SCENARIOS for line in read(path)}
    assert told >= {name for block, figure in registry().values() for name in block.tables_of(figure)}


def test_every_kind_of_figure_of_a_register_is_told():
    """Figures that differ from a told one only by a kind, level or group of the same column need no column of their own; nor do
    the counts of a score, which has tables of points in its own tests."""
    told = {name for path in SCENARIOS for name in figures(read(path))}
    alike = ("directive_", "procedures_", "internal_procedures_", "verified_", "zalo_followers", "score_")
    wanted = {name for name, (_, figure) in registry().items() if figure.part.of.table in {t.name for t in REGISTERS}}
    assert {n for n in wanted - told if not n.startswith(alike)} == set()
