"""Procedures with few dossiers are one row in what is public, and nowhere else; totals do not move."""

from __future__ import annotations

import csv
import json

import openpyxl
import pypdf
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from running import copy_project, tthc

from tthc_analysis.documents.pooling import OTHERS, pooled


def table(sizes):
    """A table of procedures: new dossiers, those from before, the share of online ones."""
    names = [("index", "text", ""), ("procedure_name", "text", ""), ("received_new", "count", ""), ("received_online", "count", ""),
             ("carried_over", "count", ""), ("online_rate", "percent", "(6)=(4)/(3)"), ("median", "days", "")]  # fmt: skip
    columns = [{"name": n, "label": n, "path": [n], "kind": k, "formula": f} for n, k, f in names]
    rows = [[str(i), f"Thủ tục {i}", size, size // 2, 0, 50.0, 3] for i, size in enumerate(sizes, start=1)]
    return {
        "type": "table",
        "name": "t",
        "title": "T",
        "columns": columns,
        "rows": rows,
        "total": ["", "", sum(sizes)],
        "notes": [],
    }


@given(
    st.lists(st.integers(min_value=0, max_value=60), min_size=2, max_size=30), st.integers(min_value=1, max_value=40)
)
def test_no_small_row_stands_alone_and_nothing_is_lost(sizes, least):
    made = pooled(table(sizes), least)
    sums = [sum(row[i] for row in made["rows"]) for i in (2, 3)]
    assert sums == [sum(sizes), sum(s // 2 for s in sizes)]
    assert made["total"] == table(sizes)["total"]
    own = [row for row in made["rows"] if row[1] != OTHERS]
    others = [row for row in made["rows"] if row[1] == OTHERS]
    assert all(row[2] >= least for row in own)
    assert [row[0] for row in made["rows"]] == [str(n) for n in range(1, len(made["rows"]) + 1)]
    if others:
        assert len(sizes) - len(own) >= 2
        assert others[0][2] >= least or not own
    else:
        assert made["rows"] == table(sizes)["rows"]


def test_one_small_procedure_takes_the_next_with_it_and_shares_are_taken_anew():
    made = pooled(table([3, 40, 9, 100]), 5)
    assert [row[1] for row in made["rows"]] == ["Thủ tục 2", "Thủ tục 4", OTHERS]
    assert made["rows"][-1][2:] == [12, 5, 0, pytest.approx(100 * 5 / 12), None]
    assert "gộp 2 thủ tục" in made["notes"][0]


def test_it_is_off_by_default_and_leaves_other_tables_alone():
    assert pooled(table([1, 2]), 0) == table([1, 2])
    register = {
        **table([1, 2]),
        "columns": [{**c, "name": c["name"].replace("received_new", "days")} for c in table([])["columns"]],
    }
    assert pooled(register, 10) is register


@pytest.mark.report
def test_only_the_page_and_its_csv_are_pooled(tmp_path):
    folder = copy_project(tmp_path / "du-an")
    config = folder / "config.toml"
    config.write_text(config.read_text(encoding="utf-8") + "\n[publish]\nleast = 40\n", encoding="utf-8")
    sections = ["phu-luc-2-dvc-truc-tuyen", "ii-4-1-ket-qua-giai-quyet", "iii-danh-gia-chung"]
    done = tthc(folder, "report", "2024", *(part for s in sections for part in ("--only", s)))
    assert done.returncode == 0, done.stdout + done.stderr
    made = folder / "reports" / "xem-thu" / "2024"
    displays = json.loads((made / "so-tay" / "phu-luc-2-dvc-truc-tuyen.ipynb").read_text(encoding="utf-8"))
    whole = next(d for c in displays["cells"] for o in c.get("outputs", []) for d in o.get("data", {}).values() if isinstance(d, dict) and d.get("name") == "dvc-truc-tuyen")  # fmt: skip
    names = {row[3]: row[5] + row[9] for row in whole["rows"]}
    small = {name for name, size in names.items() if size < 40}
    assert 2 < len(small) < len(names)

    with (made / "so-lieu" / "dvc-truc-tuyen.csv").open(encoding="utf-8-sig") as source:
        rows = list(csv.DictReader(source))
    assert not small & {r["procedure_name"] for r in rows}
    assert sum(int(r["received_new"]) for r in rows) == sum(r[5] for r in whole["rows"])
    for page in ("index.html", "phu-luc/phu-luc-2-dvc-truc-tuyen.html"):
        soup = BeautifulSoup((made / page).read_text(encoding="utf-8"), "html.parser")
        cells = {c.get_text() for c in soup.select("#bang-dvc-truc-tuyen th, #bang-dvc-truc-tuyen td")}
        assert OTHERS in cells
        assert not small & cells
        total = [c.get_text() for c in soup.select("#bang-dvc-truc-tuyen tfoot td")]
        assert f"{whole['total'][5]:,}".replace(",", ".") in total
        assert not soup.select("#hinh-thoi-gian-theo-thu-tuc")
        assert not small & {c.get_text() for c in soup.select("th, td")}

    printed = "".join(
        p.extract_text() for p in pypdf.PdfReader(made / "phu-luc" / "phu-luc-2-dvc-truc-tuyen.pdf").pages
    )
    assert OTHERS not in printed
    book = openpyxl.load_workbook(next(made.glob("so-lieu-*.xlsx")), read_only=True)
    texts = {v for sheet in book for row in sheet.iter_rows(values_only=True) for v in row if isinstance(v, str)}
    assert small <= texts
    assert OTHERS not in texts
