"""`so-lieu/`: every table and every figure as tidy CSV, described by one `datapackage.json` (Frictionless Data Package)."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from tthc_analysis.display.figures import FigureRow, figure_rows
from tthc_analysis.display.formats import cell_value
from tthc_analysis.display.tables import PRINTED
from tthc_analysis.documents.content import ReportContent
from tthc_analysis.indicators import Indicator

PACKAGE, FIGURES = "datapackage.json", "chi-tieu"
_TYPES = {
    "text": "string",
    "figure": "string",
    "count": "integer",
    "percent": "number",
    "days": "number",
    "hours": "number",
    "points": "number",
    "small": "number",
}
_FIGURE_TITLES = {
    "name": "Tên số liệu",
    "label": "Chỉ tiêu",
    "value": "Giá trị in trong báo cáo",
    "unit": "Đơn vị tính",
    "numerator": "Tử số, số đếm (như in)",
    "denominator": "Mẫu số (như in)",
    "base": "Cơ sở tính",
    "section": "Mục của báo cáo",
}


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """CSV as RFC 4180 has it, UTF-8 with a byte-order mark, without which Excel garbles Vietnamese."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def table_csv(table: Mapping[str, Any]) -> bytes:
    """A table with one header row of column names and machine values; text that Excel would run is quoted."""
    columns = table["columns"]
    return csv_bytes(
        [c["name"] for c in columns],
        (
            [cell_value(v) if c["kind"] in PRINTED else _machine(v) for c, v in zip(columns, row, strict=True)]
            for row in table["rows"]
        ),
    )


def _machine(value: Any) -> Any:
    """A number as it is (a decimal comes as text and may be negative), nothing where there is no value."""
    return "" if value is None else value


def figures_csv(figures: Iterable[Indicator]) -> bytes:
    """Every figure as it is printed, with its counts."""
    names = [f.name for f in fields(FigureRow)]
    rows = ([cell_value(v) for v in asdict(row).values()] for row in figure_rows(figures))
    return csv_bytes(names, rows)


def files(figures: Sequence[Indicator], tables: Mapping[str, Mapping[str, Any]]) -> dict[str, bytes]:
    """Every CSV of the package by file name."""
    return {f"{FIGURES}.csv": figures_csv(figures)} | {f"{name}.csv": table_csv(t) for name, t in tables.items()}


def describe(content: ReportContent, written: Mapping[str, bytes]) -> bytes:
    """`datapackage.json`: what each CSV holds, its hash, and the exports that all of it comes from."""
    about, tables = content.about, content.tables
    period, rules = about.period, about.rules
    resources = [_figures_resource(written[f"{FIGURES}.csv"])]
    resources += [_table_resource(t, written[f"{name}.csv"]) for name, t in tables.items()]
    package = {
        "profile": "tabular-data-package",
        "name": f"tthc-{about.agency.id}-{period.id}".lower(),
        "title": f"{about.title} – {about.agency.name} – {period.label}",
        "description": f"{about.said_state}.",
        "sample_data": about.sample,
        "period": {
            "id": period.id, "title": period.label, "from": period.start.isoformat(), "to": period.end.isoformat(),
            "basis": period.basis,
        },
        "rule_set": {"id": rules.id, "version": rules.version, "title": rules.title, "rules": rules.describe()},
        "sources": [
            {"title": f"{e['dataset']}: {e['file']}", "path": e["file"], "hash": f"sha256:{e['sha256']}"} for e in content.exports
        ],
        "resources": resources,
    }  # fmt: skip
    return (json.dumps(package, ensure_ascii=False, indent=1) + "\n").encode()


def _resource(name: str, title: str, content: bytes, columns: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": name.lower(),
        "path": f"{name}.csv",
        "title": title,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8-sig",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": {"fields": columns, "missingValues": [""]},
    }


def _figures_resource(content: bytes) -> dict[str, Any]:
    columns = [{"name": f.name, "type": "string", "title": _FIGURE_TITLES[f.name]} for f in fields(FigureRow)]
    resource = _resource(FIGURES, "Toàn bộ chỉ tiêu của báo cáo", content, columns)
    resource["schema"]["primaryKey"] = "name"
    return resource


def _table_resource(table: Mapping[str, Any], content: bytes) -> dict[str, Any]:
    columns = [
        {"name": c["name"], "type": _TYPES[c["kind"]], "title": c["label"]}
        | ({"unit": "%"} if c["kind"] == "percent" else {})
        | ({"description": c["formula"]} if c["formula"] else {})
        for c in table["columns"]
    ]
    return _resource(table["name"], table["title"], content, columns)
