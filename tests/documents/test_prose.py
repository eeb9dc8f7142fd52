"""The analyst's texts taken over from an earlier period: marked, never over one that is there."""

from __future__ import annotations

from functools import partial

import city_of as city
import pytest
from running import copy_project, tthc

from tthc_analysis.audit.stated import _restore_texts
from tthc_analysis.documents.prose import NothingToCarry, carry, latest, left_with_main
from tthc_analysis.documents.word import missing_blocks, template_of
from tthc_analysis.fingerprint import sha256
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


@pytest.fixture
def shared(tmp_path):
    """A city made before its agencies had folders of their own: all texts in one."""
    made = city.configure(tmp_path / "tp", [city.member("xa-1", name="Xã 1")])
    (made.root / "noi-dung" / "2024").mkdir(parents=True)
    (made.root / "noi-dung" / "2024" / "phuong-huong.md").write_text("Lời của tỉnh.\n", encoding="utf-8")
    return made


def test_each_agency_has_texts_of_its_own(shared):
    own = shared.for_agency("xa-1")
    assert (shared.prose_name, own.prose_name) == ("noi-dung", "noi-dung/xa-1")
    assert missing_blocks(template_of(None, False), own.prose / "2024")
    (own.prose / "2025").mkdir(parents=True)
    (own.prose / "2025" / "phuong-huong.md").write_text("Lời của xã.\n", encoding="utf-8")
    assert latest(shared.prose, parse_period("2026"), shared.period).id == "2024"
    assert latest(own.prose, parse_period("2026"), own.period).id == "2025"


def test_texts_left_in_the_common_folder_are_told_to_the_agency_that_misses_them(shared):
    own = shared.for_agency("xa-1")
    told = left_with_main(own, "2024", ["phuong-huong", "mot-cua"])
    assert told.startswith("1 đoạn cùng tên ở noi-dung/2024/ (phuong-huong) chỉ vào dự thảo của cơ quan chính")
    assert told.endswith("đoạn nào là của Xã 1 thì chép sang noi-dung/xa-1/2024/.")
    assert left_with_main(own, "2024", ["mot-cua"]) == left_with_main(shared, "2024", ["phuong-huong"]) == ""


def test_a_report_made_before_is_proven_with_the_texts_it_had(shared):
    own, name = shared.for_agency("xa-1"), "noi-dung/2024/phuong-huong.md"
    (own.prose / "2024").mkdir(parents=True)
    (own.prose / "2024" / "mot-cua.md").write_text("Mới viết.\n", encoding="utf-8")
    wanted = {name: sha256(shared.root / name)}
    assert not list(_restore_texts(shared.root, own.prose / "2024", own.prose_of_main, wanted))
    assert [p.name for p in (own.prose / "2024").iterdir()] == ["phuong-huong.md"]
