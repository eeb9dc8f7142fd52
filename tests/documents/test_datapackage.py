"""CSV tables and their data package: valid for frictionless, complete, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from decimal import Decimal

import frictionless
import pytest
from documents_hostile import HOSTILE

from tthc_analysis.display.tables import ReportTable, TableColumn
from tthc_analysis.documents import datapackage

pytestmark = pytest.mark.report


def rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_frictionless_finds_the_published_package_valid(published_report):
    report = frictionless.validate(str(published_report / "so-lieu" / "datapackage.json"))
    assert report.valid, [e.message for task in report.tasks for e in task.errors] + [e.message for e in report.errors]
    assert len(report.tasks) > 10


def test_frictionless_would_find_a_wrong_cell(published_report, tmp_path):
    package = json.loads((published_report / "so-lieu" / "datapackage.json").read_text(encoding="utf-8"))
    form = next(r for r in package["resources"] if r["name"] == "bieu-ii-06a")
    broken = (
        (published_report / "so-lieu" / form["path"]).read_bytes().replace(b"2205", b"x").replace(b",980,", b",abc,", 1)
    )
    (tmp_path / form["path"]).write_bytes(broken)
    form = {k: v for k, v in form.items() if k not in ("hash", "bytes")}
    (tmp_path / "datapackage.json").write_text(json.dumps({**package, "resources": [form]}), encoding="utf-8")
    assert not frictionless.validate(str(tmp_path / "datapackage.json")).valid


def test_package_names_period_rules_sources_and_every_file(published_report):
    folder = published_report / "so-lieu"
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    manifest = json.loads((published_report / "manifest.json").read_text(encoding="utf-8"))
    assert package["period"]["from"] == "2023-11-15"
    assert package["rule_set"]["id"] == manifest["rule_set"]["id"]
    assert {s["hash"] for s in package["sources"]} == {f"sha256:{e['sha256']}" for e in manifest["inputs"]["exports"]}
    assert {r["path"] for r in package["resources"]} == {p.name for p in folder.glob("*.csv")}
    for resource in package["resources"]:
        content = (folder / resource["path"]).read_bytes()
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        assert [f["name"] for f in resource["schema"]["fields"]] == rows(content)[0]


def test_text_that_a_spreadsheet_would_run_is_quoted_and_numbers_are_not():
    columns = (TableColumn("t", ("Chữ",), "text"), TableColumn("p", ("Tỷ lệ",), "percent"))
    table = ReportTable("x", "x", columns, tuple((text, Decimal("-2.54")) for text in HOSTILE)).to_json()
    found = rows(datapackage.table_csv(table))[1:]
    assert all(not text.startswith(("=", "+", "-", "@")) for text, _ in found)
    assert {number for _, number in found} == {"-2.54"}


def test_missing_value_is_empty_never_0():
    columns = (TableColumn("t", ("Chữ",), "text"), TableColumn("n", ("Số",)))
    table = ReportTable("x", "x", columns, (("a", None), ("b", 0))).to_json()
    assert rows(datapackage.table_csv(table)) == [["t", "n"], ["a", ""], ["b", "0"]]


def test_same_input_gives_same_bytes(displayed):
    once, again = (datapackage.files(displayed.figures, displayed.tables) for _ in range(2))
    assert once == again
    described = [datapackage.describe(displayed.content(), once) for _ in range(2)]
    assert described[0] == described[1]
