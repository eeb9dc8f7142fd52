"""A new section: where its number puts it among the others, and what is refused."""

from __future__ import annotations

import json
import shutil

import pytest
from running import ROOT

from tthc_analysis.errors import ConfigError
from tthc_analysis.report.new_section import _key, new_section
from tthc_analysis.sections import load_sections, own_notebooks_note


@pytest.mark.parametrize(
    ("number", "name", "heading"),
    [
        ("", "290_muc_moi.ipynb", "II.9"),
        ("II.4.9", "248_muc_moi.ipynb", "II.4.9"),
        ("ii.2.1", "225_muc_moi.ipynb", "II.2.1"),
        ("VI", "310_muc_moi.ipynb", "VI"),
    ],
)
def test_a_new_section_stands_where_its_number_puts_it(tmp_path, number, name, heading):
    folder = shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    path = new_section(folder, "Mục mới", number)
    assert path.name == name
    sections = [s.number for s in load_sections(folder) if s.number]
    numbers = [s for s in sections if not s.startswith("Phụ lục")]
    assert heading in numbers
    assert [_key(n) for n in numbers] == sorted(_key(n) for n in numbers)


@pytest.mark.parametrize(("number", "said"), [("9", "không phải số mục"), ("II.8", "đã là mục")])
def test_a_number_that_is_none_or_taken_is_refused(tmp_path, number, said):
    folder = shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    with pytest.raises(ConfigError, match=said):
        new_section(folder, "Mục mới", number)


def test_no_place_left_is_said(tmp_path):
    folder = shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    for i in range(1, 5):
        new_section(folder, f"Mục {i}", f"II.1.{i}")
    with pytest.raises(ConfigError, match="Không còn chỗ"):
        new_section(folder, "Mục 5", "II.1.5")


def test_own_notebooks_say_in_what_they_differ_from_those_of_the_program(tmp_path):
    shipped = ROOT / "notebooks"
    folder = shutil.copytree(shipped, tmp_path / "notebooks")
    first, second = [s.path for s in load_sections(folder)][:2]
    printed = json.loads(first.read_text(encoding="utf-8"))
    for cell in printed["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "1"}]
    first.write_text(json.dumps(printed), encoding="utf-8")
    assert own_notebooks_note(shipped, shipped) == own_notebooks_note(folder, shipped) == ""
    printed["cells"][-1]["source"] = "1 + 1"
    first.write_text(json.dumps(printed), encoding="utf-8")
    second.unlink()
    added = new_section(folder, "Mục mới", "")
    assert own_notebooks_note(folder, shipped) == (
        f"Sổ tay của dự án (notebooks/) thay sổ tay của chương trình: sửa {first.name}; thêm {added.name}; "
        f"không có {second.name}"
    )
