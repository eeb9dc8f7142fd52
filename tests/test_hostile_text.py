"""Text from exports is text everywhere: in pages, PDF, Excel, Word and CSV, whatever it looks like."""

from __future__ import annotations

import csv
import html

import openpyxl
import pypdf
import pytest
from docx import Document
from running import copy_project, tthc

from tthc_analysis.glyphs import printed

HOSTILE = (
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    '=HYPERLINK(A1,"x")',
    "+1+1|cmd",
    "{{ 7*7 }} {% raw %}",
    "$(reboot) `id` #eval[1]",
    "*đậm* _nghiêng_ @ref <nhan>",
    "Số ４７ 証明書 ✅ 25 ℃ \ufffd \uf0b7 \ufdd0 🏫 a\u0489",
    "Tên có \u202eđảo\u202c và \u200bkhoảng ẩn",
)
#: what the reader leaves of the last one: no direction marks, no zero-width characters
SHOWN = (*HOSTILE[:-1], "Tên có đảo và khoảng ẩn")
_HEADERS = ("Mã hồ sơ", "Mã TTHC", "Tên thủ tục hành chính", "Lĩnh vực", "Hình thức tiếp nhận", "Trạng thái hồ sơ", "Ngày tiếp nhận", "Ngày hẹn trả")  # fmt: skip


@pytest.fixture(scope="module")
def hostile_report(tmp_path_factory, published_project):
    """A report over dossiers whose procedures and fields have hostile names."""
    folder = copy_project(tmp_path_factory.mktemp("xau") / "du-an")
    for path in (folder / "data" / "raw" / "mau" / "ho_so").iterdir():
        path.unlink()
    rows = [
        (f"H24.99-240301-{i:04d}", f"1.00000{i}", text, f"Lĩnh vực {text}", "Trực tuyến", "Đang xử lý", "01/03/2024 08:00:00", "20/12/2024 17:00:00")
        for i, text in enumerate(HOSTILE)
    ]  # fmt: skip
    path = folder / "data" / "raw" / "mau" / "ho_so" / "ho_so_2024-12-20.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out).writerows([_HEADERS, *rows])
    done = tthc(folder, "report", "2024")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "reports" / "2024"


def test_pages_escape_it(hostile_report):
    for name in ("index.html", "phu-luc/phu-luc-2-dvc-truc-tuyen.html"):
        page = (hostile_report / name).read_text(encoding="utf-8")
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        for text in SHOWN:
            assert html.escape(text) in page or html.escape(text, quote=False) in page, text
        assert "\u202e" not in page


def test_the_pdf_prints_it_as_it_is(hostile_report):
    reader = pypdf.PdfReader(hostile_report / "phu-luc" / "phu-luc-2-dvc-truc-tuyen.pdf")
    text = "".join("".join(page.extract_text() for page in reader.pages).split())
    for shown in SHOWN:
        assert "".join(printed(shown).split()) in text, shown
    assert "49" not in text.split("1.000004")[1][:30], "no template ran"


def test_the_quality_section_and_the_pdf_tell_what_no_font_has(hostile_report):
    page = (hostile_report / "muc" / "chat-luong-du-lieu.html").read_text(encoding="utf-8")
    pdf = "".join(
        p.extract_text() for p in pypdf.PdfReader(hostile_report / "phu-luc" / "phu-luc-2-dvc-truc-tuyen.pdf").pages
    )
    for text in (page, " ".join(pdf.replace("\u200b", "").split())):
        for told in ("U+8A3C (in thành", "U+FF17 (in thành", "U+2705 (in thành", "U+F0B7 (in thành"):
            assert told in text, told
        assert "U+2103" not in text, "a font has it"


def test_the_workbook_holds_no_formula_from_data(hostile_report):
    book = openpyxl.load_workbook(hostile_report / "so-lieu-2024.xlsx")
    found = {c.value for sheet in book for row in sheet.iter_rows() for c in row if isinstance(c.value, str) and c.data_type != "f"}  # fmt: skip
    formulas = [c.value for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    assert set(SHOWN) <= found
    assert not [f for f in formulas if "HYPERLINK" in str(f) or "cmd" in str(f)]


def test_csv_cells_do_not_begin_a_formula(hostile_report):
    with (hostile_report / "so-lieu" / "dvc-truc-tuyen.csv").open(encoding="utf-8-sig") as source:
        names = [row["procedure_name"] for row in csv.DictReader(source)]
    assert len(names) == len(HOSTILE)
    assert not [n for n in names if n.startswith(("=", "+", "-", "@"))]


def test_word_prints_it_as_it_is(hostile_report):
    document = Document(str(hostile_report / "bao-cao-2024.docx"))
    cells = {c.text for table in document.tables for row in table.rows for c in row.cells}
    for shown in SHOWN:
        assert any(shown in cell for cell in cells), shown
