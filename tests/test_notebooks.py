"""Every committed notebook runs from first to last cell without an edit, as in JupyterLab, also for other periods."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tthc_analysis.errors import BadParameter
from tthc_analysis.sections import load_sections, read_section

ROOT = Path(__file__).resolve().parent.parent
#: those of a roll-up have no data in a project of one agency
ROLLED_UP = {s.path.name for s in load_sections(ROOT / "notebooks") if s.rolled_up}
NOTEBOOKS = [p for p in sorted((ROOT / "notebooks").glob("*.ipynb")) if p.name not in ROLLED_UP]


def run(notebook, folder):
    """Execute in `folder`, the working folder that JupyterLab gives a notebook."""
    return NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_runs_by_hand(path, published_project):
    notebook = run(nbformat.read(path, as_version=4), published_project / "notebooks")
    code = [c for c in notebook.cells if c.cell_type == "code"]
    assert all(c.execution_count for c in code)
    assert any(c.outputs for c in code)


@pytest.mark.parametrize("period", ["2024-Q1", "2023", "2024-12", "2025", "2019-03"])
def test_sections_of_other_periods_run_and_say_what_is_missing(period, published_project):
    """One kernel for all sections: a period without data is a state with its own words, never an error."""
    sections = [s for s in load_sections(published_project / "notebooks") if not s.rolled_up]
    cells, joined = [], nbformat.v4.new_notebook()
    for section in sections:
        for cell in nbformat.read(section.path, as_version=4).cells:
            if cell.cell_type == "code":
                source = cell.source.replace('period: str = "2024"', f'period: str = "{period}"')
                cells.append(nbformat.v4.new_code_cell(source))
    joined.cells = cells
    done = run(joined, published_project / "notebooks")
    text = "\n".join(o.get("data", {}).get("text/plain", "") for c in done.cells for o in c.outputs)
    if period in ("2019-03", "2025"):
        assert "chưa có dữ liệu" in text
    else:
        assert "Hồ sơ nhận giải quyết" in text


def section_with(tmp_path, source: str) -> Path:
    cell = nbformat.v4.new_code_cell(source)
    cell.metadata["tags"] = ["parameters"]
    about = {"section": "", "slug": "thu", "title": "Thử", "kind": "section", "order": 1}
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"tthc": about})
    nbformat.write(notebook, tmp_path / "thu.ipynb")
    return tmp_path / "thu.ipynb"


@pytest.mark.parametrize(
    "source", ["period = '2024'", "period: str = 2024", "period: str = f()", "import os", "period: date = '2024'"]
)
def test_an_untyped_parameter_is_refused(source, tmp_path):
    with pytest.raises(BadParameter, match="tham số"):
        read_section(section_with(tmp_path, source))


def test_parameters_are_checked_by_name_and_type(tmp_path):
    section = read_section(section_with(tmp_path, 'period: str = "2024"\nnumber: int = 3'))
    assert section.check({"period": "2023", "number": 4}) == {"period": "2023", "number": 4}
    with pytest.raises(BadParameter, match="không có tham số “perod”"):
        section.check({"perod": "2024"})
    with pytest.raises(BadParameter, match="phải là int"):
        section.check({"number": "4"})
    with pytest.raises(BadParameter, match="phải là int"):
        section.check({"number": True})


@pytest.mark.parametrize(("exporter", "begins"), [("tthc-html", b"<!doctype html>"), ("tthc-pdf", b"%PDF")])
def test_nbconvert_knows_our_exporters(exporter, begins, published_report, tmp_path):
    executed = published_report / "so-tay" / "phu-luc-1-ket-qua-giai-quyet.ipynb"
    command = [sys.executable, "-m", "nbconvert", "--to", exporter, "--output-dir", str(tmp_path), str(executed)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (made,) = tmp_path.iterdir()
    assert made.read_bytes().lower().startswith(begins.lower())
    assert made.suffix == f".{exporter[5:]}"
