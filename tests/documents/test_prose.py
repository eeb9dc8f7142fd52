"""The analyst's texts taken over from an earlier period: marked, never over one that is there."""

from __future__ import annotations

from functools import partial

import pytest
from running import copy_project, tthc

from tthc_analysis.documents.prose import NothingToCarry, carry, latest
from tthc_analysis.periods import parse_period


@pytest.fixture
def prose(tmp_path):
    for period, names in (
        ("2023", ("a",)),
        ("2024-Q3", ("a", "b")),
        ("2025-Q1", ("b",)),
        ("2027", ("a",)),
        ("nhap", ("a",)),
    ):
        (tmp_path / period).mkdir()
        for name in names:
            (tmp_path / period / f"{name}.md").write_text(f"Văn {name} của {period}.\n", encoding="utf-8")
    return tmp_path


def test_the_latest_period_before_is_taken(prose):
    assert latest(prose, parse_period("2025-Q1"), partial(parse_period)).id == "2024-Q3"
    with pytest.raises(NothingToCarry, match="Chưa có đoạn văn"):
        latest(prose, parse_period("2022"), partial(parse_period))


def test_texts_are_marked_once_and_none_is_written_over(prose):
    source, target = parse_period("2024-Q3"), parse_period("2025-Q1")
    assert carry(prose, source, target) == (["a"], ["b"])
    assert (prose / "2025-Q1" / "b.md").read_text(encoding="utf-8") == "Văn b của 2025-Q1.\n"
    assert (prose / "2025-Q1" / "a.md").read_text(encoding="utf-8") == (
        f"[Cần soát lại: mang từ {source.label}]\n\nVăn a của 2024-Q3.\n"
    )
    later = parse_period("2025-Q2")
    carry(prose, target, later)
    said = (prose / "2025-Q2" / "a.md").read_text(encoding="utf-8")
    assert said.count("Cần soát lại") == 1
    assert said.startswith(f"[Cần soát lại: mang từ {target.label}]")


def test_the_command_says_what_it_took(tmp_path):
    project = copy_project(tmp_path / "du-an")
    (project / "noi-dung" / "2024").mkdir(parents=True)
    (project / "noi-dung" / "2024" / "phuong-huong.md").write_text("Giữ nếp.\n", encoding="utf-8")
    done = tthc(project, "prose", "2025-Q1")
    assert done.returncode == 0, done.stderr
    assert "Mang 1 đoạn từ Năm 2024 sang noi-dung/2025-Q1/: phuong-huong" in done.stdout
    assert "Giữ nguyên 1 đoạn đã có: phuong-huong" in tthc(project, "prose", "2025-Q1").stdout
    assert tthc(project, "prose", "2025-Q1", "--from", "2023").returncode == 2
