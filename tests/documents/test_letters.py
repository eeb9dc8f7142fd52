"""Letters of apology: one per late dossier from the office's template, what is not known left blank, no name anywhere."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from docx import Document
from running import ROOT, tthc

from tthc_analysis.config import load_config
from tthc_analysis.documents import letters
from tthc_analysis.documents.letters import BLANK, Letter, words, write
from tthc_analysis.documents.word import TemplateMistake

ON = date(2024, 12, 24)
KNOWN = Letter("H24.99-241115-0002", "Thủ tục <A> & B", "Phòng 1", date(2024, 11, 15), date(2024, 12, 20), 2, "Chờ cơ quan phối hợp", date(2024, 12, 27))  # fmt: skip
BARE = Letter("H24/99 0001", "", "", None, None, None)


def text_of(data: bytes) -> str:
    document = Document(io.BytesIO(data))
    cells = [p.text for table in document.tables for cell in table._cells for p in cell.paragraphs]
    return "\n".join([*cells, *(p.text for p in document.paragraphs)])


def said(letter: Letter, path: Path = letters.TEMPLATE) -> bytes:
    return write(path, words(letter, load_config(ROOT).agency, ON, "Nghị định thử"), ON)


def test_what_is_known_is_written_and_text_is_never_markup():
    text = text_of(said(KNOWN))
    for part in (
        "H24.99-241115-0002",
        "Thủ tục <A> & B",
        "20/12/2024",
        "quá hạn 2 ngày",
        "27/12/2024",
        "Nghị định thử",
    ):
        assert part in text
    assert "chưa đối chiếu Mẫu 04" in text
    assert f"Kính gửi: {BLANK}" in text
    assert "{{" not in text


def test_what_is_not_known_is_left_blank():
    text = text_of(said(BARE))
    assert f"Lý do: {BLANK}." in text
    assert f"quá hạn {BLANK} ngày" in text
    assert BARE.file_name == "thu-xin-loi-H24_99_0001.docx"


def test_the_same_letter_has_the_same_bytes():
    assert said(KNOWN) == said(KNOWN)


def test_an_unknown_name_in_the_offices_template_is_one_message(tmp_path):
    document = Document()
    document.add_paragraph("Hồ sơ {{ ma_ho_so }} của {{ ho_ten }}")
    path = tmp_path / "mau.docx"
    document.save(str(path))
    with pytest.raises(TemplateMistake, match="ho_ten"):
        said(KNOWN, path)


def test_one_letter_a_late_dossier_by_command(project):
    done = tthc(project, "letters", "--day", "24/12/2024")
    assert done.returncode == 0, done.stderr
    made = sorted((project / "thu-xin-loi").glob("*.docx"))
    listed = tthc(project, "due", "--day", "24/12/2024", "--within", "0", "--out", "ds")
    assert listed.returncode == 0
    rows = (project / "ds" / "den-han-2024-12-24.csv").read_text(encoding="utf-8-sig").splitlines()
    late = {line.split(",")[2] for line in rows if ",Quá hạn," in line}
    assert late
    assert {p.stem.removeprefix("thu-xin-loi-") for p in made} == late
    assert f"đã viết {len(late)} thư" in done.stdout
    inside = tthc(project, "letters", "--out", "reports/thu")
    assert inside.returncode == 2
    assert "không được nằm trong thư mục báo cáo" in inside.stderr
