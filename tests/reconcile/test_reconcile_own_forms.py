"""Our own statutory forms read back: every cell compared with the data, a changed cell named with both numbers."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from tthc_analysis.reconcile import read_narrative, reconcile
from tthc_analysis.reconcile.annexes import own_forms

pytestmark = pytest.mark.report
CHECK_LINE = "("


@pytest.fixture
def held(sample_report):
    forms = own_forms(sample_report)
    return lambda narrative: reconcile(narrative, (), sample_report.period, None, forms)


@pytest.fixture
def annex(published_report, tmp_path):
    """The published workbook of the statutory forms."""
    return Path(shutil.copy(published_report / "bieu-mau-2024.xlsx", tmp_path / "bieu-mau.xlsx"))


def said(result):
    return [(r.code, r.found, r.expected) for r in result.about_figures]


def all_agree(result):
    assert said(result) == []
    assert {f.status for f in result.figures} == {"agrees"}
    assert result.compared == len(result.figures) > 100


def test_every_cell_agrees_and_each_changed_one_is_named(annex, held):
    narrative = read_narrative(annex)
    right = held(narrative)
    all_agree(right)
    labels = {(b.cell.table, b.cell.row): b.text for b in narrative.blocks if b.cell and b.cell.column == 2}
    for figure in right.figures[::5]:
        index = figure.place.paragraph - 1
        block = narrative.blocks[index]
        if labels[block.cell.table, block.cell.row].startswith(CHECK_LINE):
            continue
        wrong = replace(block, text=str(int(block.text) + 7))
        changed = replace(narrative, blocks=(*narrative.blocks[:index], wrong, *narrative.blocks[index + 1 :]))
        found = held(changed).about_figures
        assert [(r.code, r.found, r.expected.replace(".", "")) for r in found] == [("SL01", wrong.text, block.text)]
        assert found[0].place.cell == block.place.cell


@pytest.mark.parametrize(("suffix", "filter_name"), [("ods", "calc8"), ("xls", "MS Excel 97")])
def test_saved_by_another_office_program_it_still_agrees(annex, held, suffix, filter_name):
    office = shutil.which("soffice")
    if not office:
        pytest.skip("soffice chưa được cài trên máy này")
    subprocess.run(
        [office, "--headless", f"-env:UserInstallation=file://{annex.parent}/lo", "--convert-to", f"{suffix}:{filter_name}", "--outdir", str(annex.parent), str(annex)],
        capture_output=True, check=False, timeout=180,
    )  # fmt: skip
    all_agree(held(read_narrative(annex.with_suffix(f".{suffix}"))))


def test_the_published_appendices_agree_and_a_changed_cell_is_named(published_report, held):
    """PDF: the cells are those of the drawn grid, over page ends too."""
    for name, cells in (("phu-luc-1-ket-qua-giai-quyet", 99), ("phu-luc-2-dvc-truc-tuyen", 180)):
        draft = read_narrative(published_report / "phu-luc" / f"{name}.pdf")
        right = held(draft)
        assert said(right) == []
        assert draft.unread == ()
        assert len({b.cell.table for b in draft.blocks if b.cell}) == 1
        assert sum(f.status == "agrees" for f in right.figures) >= cells
    total = next(i for i, b in enumerate(draft.blocks) if b.cell and b.text == "2.207")
    wrong = replace(draft.blocks[total], text="2.270")
    changed = replace(draft, blocks=(*draft.blocks[:total], wrong, *draft.blocks[total + 1 :]))
    assert {(code, found) for code, found, _ in said(held(changed))} >= {("SL02", "2.270")}
