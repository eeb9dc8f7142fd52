"""Letters of apology: one per late dossier from the office's template, what is not known left blank, no name anywhere."""

from __future__ import annotations

import io
from datetime import date, timedelta
from pathlib import Path

import pytest
from docx import Document
from running import ROOT, tthc

from tthc_analysis.cli import late
from tthc_analysis.config import load_config
from tthc_analysis.documents import letters
from tthc_analysis.documents.letters import BLANK, Letter, words, write
from tthc_analysis.documents.word import TemplateMistake
from tthc_analysis.workdays import load_calendar

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
    assert "Mẫu 04" not in text
    assert "phần mềm" not in text
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
    assert "chưa đối chiếu Mẫu 04" in done.stderr
    assert "ký hiệu" not in done.stderr
    assert "Căn cứ Nghị định 61/2018/NĐ-CP, " in text_of(made[0].read_bytes())
    inside = tthc(project, "letters", "--out", "reports/thu")
    assert inside.returncode == 2
    assert "không được nằm trong thư mục báo cáo" in inside.stderr


def test_a_text_not_known_to_be_in_force_is_left_to_the_clerk_in_red(tmp_path):
    """In the office's own template too, with the looks of the words around it."""
    document = Document()
    document.add_paragraph().add_run("Căn cứ {{ can_cu }}, xin lỗi.").bold = True
    document.save(str(tmp_path / "mau.docx"))
    agency = load_config(ROOT).agency
    data = write(tmp_path / "mau.docx", words(KNOWN, agency, ON, ""), ON)
    runs = Document(io.BytesIO(data)).paragraphs[0].runs
    assert [r.text for r in runs] == ["Căn cứ ", letters.TO_CHECK, ", xin lỗi."]
    assert all(r.bold for r in runs)
    assert [str(r.font.color.rgb) for r in runs] == ["None", "B00020", "None"]


@pytest.mark.parametrize("kind", ["so", "xa"])
def test_a_letter_is_signed_as_the_report_is(kind):
    agency = load_config(ROOT).agency.model_copy(update={"kind": kind})
    lines = text_of(write(letters.TEMPLATE, words(KNOWN, agency, ON, "Luật thử"), ON)).splitlines()
    title = lines.index(agency.signer.upper())
    assert (lines[title - 1] == "TM. ỦY BAN NHÂN DÂN") == (kind == "xa")


def test_a_replaced_decree_is_cited_in_no_letter(project):
    done = tthc(project, "letters", "--day", "05/01/2026", "--all")
    assert done.returncode == 0, done.stderr
    text = text_of(next((project / "thu-xin-loi").glob("*.docx")).read_bytes())
    assert f"Căn cứ {letters.TO_CHECK}, " in text
    assert not [word for word in ("61/2018", "118/2025", "chưa kiểm") if word in text]
    assert "căn cứ trong thư để cán bộ kiểm tra, điền trước khi ký: Nghị định 61/2018/NĐ-CP" in done.stderr
    none = tthc(project, "letters", "--day", "16/11/2023", "--out", "khong")
    assert none.returncode == 0, none.stderr
    assert "không có thư nào phải viết" in none.stdout
    assert not (project / "khong").exists()


def test_beyond_the_working_calendar_letters_are_written_without_the_days_late(project):
    day = f"{load_calendar().last + timedelta(days=1):%d/%m/%Y}"
    done = tthc(project, "letters", "--day", day, "--all")
    assert done.returncode == 0, done.stderr
    assert f"quá hạn {BLANK} ngày" in text_of(next((project / "thu-xin-loi").glob("*.docx")).read_bytes())
    listed = tthc(project, "due", "--day", day, "--within", "0")
    assert listed.returncode == 0, listed.stderr
    for told in (done.stderr, listed.stderr):
        assert f"Lịch làm việc không có ngày {day}. Số ngày làm việc quá hạn, còn lại chưa tính được" in told
        assert "quy-dinh/lich-lam-viec.toml" in told
    ahead = tthc(project, "due", "--day", day)
    assert ahead.returncode == 2
    assert f"Lịch làm việc không có ngày {day}" in ahead.stderr


@pytest.mark.parametrize(
    ("name", "sign", "is_odd"),
    [
        ("Sở Giáo dục và Đào tạo", "SGDĐT", False),
        ("Ủy ban nhân dân xã Hòa Bình", "UBND", False),
        ("Ban Quản lý các khu công nghiệp", "BQL-KCN", False),
        ("Ủy ban nhân dân xã Hòa Bình", "SGDĐT", True),
        ("Sở Tài chính", "SNV", True),
    ],
)
def test_a_sign_that_is_not_of_the_name_is_told(name, sign, is_odd):
    agency = load_config(ROOT).agency.model_copy(update={"name": name, "short": sign})
    assert bool(agency.odd_sign) == is_odd


def test_the_number_line_bears_the_agencys_own_sign():
    commune = load_config(ROOT).agency.model_copy(update={"name": "UBND xã X", "short": "UBNDX", "kind": "xa"})
    assert "/TXL-UBNDX" in text_of(write(letters.TEMPLATE, words(KNOWN, commune, ON, "Nghị định thử"), ON))


@pytest.mark.parametrize("is_new", [True, False])
def test_letters_are_held_one_at_a_time_and_put_in_place_together(tmp_path, is_new):
    out = tmp_path / "thu"
    if not is_new:
        out.mkdir()
        (out / "a.docx").write_bytes(b"former")
        (out / ".dang-viet-killed").mkdir()

    def made(mistake):
        yield "a.docx", b"a"
        assert [p.read_bytes() for p in out.glob(".dang-viet-*/*")] == [b"a"]
        if mistake:
            raise TemplateMistake("sai", "mau.docx", "sửa")
        yield "b.docx", b"b"

    with pytest.raises(TemplateMistake):
        late._put_into(out, made(True))
    assert out.exists() is not is_new
    assert is_new or [(p.name, p.read_bytes()) for p in out.iterdir()] == [("a.docx", b"former")]
    assert late._put_into(out, made(False)) == 2
    assert sorted((p.name, p.read_bytes()) for p in out.iterdir()) == [("a.docx", b"a"), ("b.docx", b"b")]
