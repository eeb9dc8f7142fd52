"""The recipe of docs/them-so-moi.md, followed to the letter in a copy of the project: a register, a figure, a section, a table."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path
from zipfile import ZipFile

import pytest
from running import ROOT, copy_project, tthc

pytestmark = pytest.mark.report

RECIPE = (ROOT / "docs" / "them-so-moi.md").read_text(encoding="utf-8")
STEPS = re.split(r"^## (?=\d)", RECIPE.partition("## Các dạng số liệu")[0], flags=re.MULTILINE)[1:]


def blocks(step: str) -> list[str]:
    """The code of one step, as it is to be written."""
    return re.findall(r"^```\w+\n(.*?)^```", step, flags=re.MULTILINE | re.DOTALL)


def test_the_recipe_is_short():
    assert len(STEPS) <= 5
    assert sum(len(block.splitlines()) for step in STEPS for block in blocks(step)) <= 90


def follow(folder: Path) -> None:
    """Do what each step says."""
    columns, profile, module, _, export = (re.search(r"`([\w/.-]+\.\w+)`", s.splitlines()[0]) for s in STEPS)
    path = folder / columns[1]
    source, (table,) = path.read_text(encoding="utf-8"), blocks(STEPS[0])
    assert source.count("REGISTERS = (\n") == 1
    path.write_text(source.replace("REGISTERS = (\n", table), encoding="utf-8")
    with (folder / profile[1]).open("a", encoding="utf-8") as out:
        out.write(blocks(STEPS[1])[0])
    for place, step in ((module[1], STEPS[2]), (export[1], STEPS[4])):
        (folder / place).parent.mkdir(exist_ok=True)
        (folder / place).write_text(blocks(step)[0], encoding="utf-8")
    made = tthc(folder, "new-section", "Tập huấn", "--number", "II.9")
    assert made.returncode == 0, made.stdout + made.stderr
    fill_in(next((folder / "notebooks").glob("*_tap_huan.ipynb")), blocks(STEPS[3]))


def fill_in(path: Path, cells: list[str]) -> None:
    """Put the recipe's cells in place of the two example cells behind the parameters."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    code = [i for i, cell in enumerate(notebook["cells"]) if cell["cell_type"] == "code"]
    example = notebook["cells"][code[1]]
    new = [{**example, "id": f"r{i}", "source": text.rstrip().splitlines(True)} for i, text in enumerate(cells)]
    notebook["cells"][code[1] : code[2] + 1] = new
    path.write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")


@pytest.fixture(scope="module")
def recipe_project(tmp_path_factory) -> Path:
    """A copy of the project with its code, in which the recipe was followed and the report of 2024 published."""
    folder = copy_project(tmp_path_factory.mktemp("cong-thuc") / "du-an")
    shutil.copytree(ROOT / "tthc_analysis", folder / "tthc_analysis", ignore=shutil.ignore_patterns("__pycache__"))
    for path in (folder / "notebooks").glob("*.ipynb"):  # one old section is enough beside the new one
        if not path.name.startswith("280_"):
            path.unlink()
    follow(folder)
    done = tthc(folder, "report", "2024", PYTHONPATH=str(folder))
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_the_figure_and_the_table_are_published(recipe_project):
    report = recipe_project / "reports" / "2024"
    figures = {i["name"]: i for i in json.loads((report / "indicators.json").read_text(encoding="utf-8"))}
    assert (figures["trainings_count"]["numerator"], figures["trainings_count"]["section"]) == (2, "II.9")
    page = (report / "index.html").read_text(encoding="utf-8")
    assert 'id="so-lieu-trainings_count"' in page
    assert "Số hóa thành phần hồ sơ" in page
    listed = {path.name: path.read_text(encoding="utf-8-sig") for path in report.rglob("*.csv")}
    rows = [row for text in listed.values() for row in csv.reader(text.splitlines())]
    assert any("trainings_count" in row and "2" in row for row in rows)
    assert any("Số hóa thành phần hồ sơ" in row and "38" in row for row in rows)
    texts = [
        book.read(name).decode()
        for path in report.rglob("*.xlsx")
        for book in [ZipFile(path)]
        for name in book.namelist()
        if name.endswith(("sharedStrings.xml", "sheet1.xml"))
    ]
    assert any("Lớp tập huấn đã tổ chức" in text for text in texts)
    assert any("Số hóa thành phần hồ sơ" in text for text in texts)


def test_the_figure_is_listed_and_explained(recipe_project):
    listed = tthc(recipe_project, "figures", "2024", PYTHONPATH=str(recipe_project))
    assert re.search(r"Lớp tập huấn đã tổ chức\W+2\b|trainings_count", listed.stdout), listed.stdout[-2000:]
    said = tthc(recipe_project, "explain", "2024", "trainings_count", PYTHONPATH=str(recipe_project))
    assert "2 lớp tập huấn" in said.stdout
    assert "khớp tử số" in said.stdout
    assert {"TH01", "TH02"} <= set(re.findall(r"TH\d\d", said.stdout))
