"""Appendices as PDF: no text lost, header on each page, no row cut, bookmarks, metadata, fonts, both standards."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from tthc_analysis.display.tables import ReportTable, TableColumn
from tthc_analysis.documents.pdf import Letterhead, UnknownElement, escape, html_to_pdf

HEAD = Letterhead(
    title="Phụ lục thử", number="Phụ lục I", agency="Sở Giáo dục và Đào tạo", report="(Kèm theo Báo cáo số …)"
)


def squeezed(text: str) -> str:
    """Text without white space: a PDF breaks lines where it likes."""
    return re.sub(r"[\s\u200b\xad]+", "", unicodedata.normalize("NFC", text))


def text_of(data: bytes, folder: Path) -> list[str]:
    path = folder / "thu.pdf"
    path.write_bytes(data)
    return [page.extract_text() for page in PdfReader(path).pages]


@pytest.fixture(scope="module")
def appendices(published_report) -> list[Path]:
    return sorted(published_report.glob("phu-luc/*.pdf"))


def head_of(pdf: Path) -> str:
    """The first word of the table's header; "" for an appendix that lists nothing and says so in a sentence."""
    head = BeautifulSoup(pdf.with_suffix(".html").read_text(encoding="utf-8"), "lxml").select_one("main thead th")
    return head.get_text().split()[0] if head else ""


@pytest.mark.report
def test_the_text_of_every_cell_is_in_the_pdf(appendices):
    assert len(appendices) >= 3
    for path in appendices:
        printed = squeezed("".join(p.extract_text() for p in PdfReader(path).pages))
        tree = BeautifulSoup(path.with_suffix(".html").read_text(encoding="utf-8"), "lxml")
        cells = [squeezed(c.get_text()) for c in tree.select("main th, main td, main .table-note, main .unit")]
        assert len(cells) > 20 or path.name.startswith("phu-luc-5")
        assert [c for c in cells if c not in printed] == [], path.name


@pytest.mark.report
def test_the_header_block_and_who_signs_stand_on_every_appendix(appendices):
    forms = {"phu-luc-1": "II.06a", "phu-luc-4": "II.07b"}
    for path in appendices:
        form = forms.get(path.name[:9], "")
        pages = [" ".join(p.extract_text().split()) for p in PdfReader(path).pages]
        head = ("Đơn vị báo cáo: Sở Giáo dục và Đào tạo", "Đơn vị nhận báo cáo: Ủy ban nhân dân thành phố Hải Phòng",
                "Kỳ báo cáo: Năm 2024 (từ ngày 15/11/2023 đến ngày 05/12/2024)")  # fmt: skip
        first = (
            (f"Biểu số {form}/VPCP/KSTT", "Ban hành theo Thông tư số 01/2020/TT-VPCP")
            if form
            else ("ỦY BAN NHÂN DÂN THÀNH PHỐ HẢI PHÒNG",)
        )
        assert [t for t in (*head, *first) if t not in pages[0]] == [], path.name
        for signed in ("NGƯỜI LẬP BIỂU", "GIÁM ĐỐC", "(Ký, ghi rõ họ tên, đóng dấu)", "năm 2024"):
            assert signed in pages[-1], path.name
        assert head_of(path) in pages[-1], "no page of signatures alone"


@pytest.mark.report
def test_pages_are_a4_across_with_head_number_and_repeated_header(appendices):
    for path in appendices:
        pages = PdfReader(path).pages
        texts = [page.extract_text() for page in pages]
        assert all((round(p.mediabox.width), round(p.mediabox.height)) == (842, 595) for p in pages)
        assert "(Kèm theo Báo cáo số" in texts[0]
        for number, text in enumerate(texts, start=1):
            assert f"Trang {number}/{len(texts)}" in text
            assert head_of(path) in text, "the table's header"


@pytest.mark.report
def test_bookmarks_metadata_fonts_and_standards(appendices):
    for path in appendices:
        reader = PdfReader(path)
        assert len(reader.outline) >= 1
        assert reader.metadata.title
        assert reader.metadata.author == "Sở Giáo dục và Đào tạo"
        assert reader.trailer["/Root"]["/Lang"].startswith("vi")
        assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
        about = reader.xmp_metadata.stream.get_data().decode("utf-8")
        assert re.search(r"<pdfaid:part>2</pdfaid:part>\s*<pdfaid:conformance>A</pdfaid:conformance>", about)
        assert "<pdfuaid:part>1</pdfuaid:part>" in about
        fonts = {str(f.get_object()["/BaseFont"]) for p in reader.pages for f in p["/Resources"]["/Font"].values()}
        assert fonts
        assert all("Tinos" in f for f in fonts), fonts


def rows(count: int) -> str:
    columns = (
        TableColumn("index", ("STT",), "text"),
        TableColumn("name", ("Tên",), "text"),
        TableColumn("n", ("Số hồ sơ",), formula="(3)=(4)+(5)+(6)"),
    )
    long = "tên thủ tục rất dài để phải xuống dòng nhiều lần trong một ô, " * 6
    data = tuple((str(i), f"đầu{i} {long}cuối{i}hết", i) for i in range(1, count + 1))
    return ReportTable("thu", "Bảng thử", columns, data, numbered=True, unit="hồ sơ").to_html()


def test_no_row_is_cut_across_pages(tmp_path):
    pages = [squeezed(t) for t in text_of(html_to_pdf(rows(30), HEAD), tmp_path)]
    assert len(pages) > 2
    for i in range(1, 31):
        own = [n for n, text in enumerate(pages) if f"đầu{i}tên" in text]
        assert own == [n for n, text in enumerate(pages) if f"cuối{i}hết" in text] != []


def test_a_code_is_never_broken_over_lines(tmp_path):
    columns = (TableColumn("code", ("Mã hồ sơ",), "text"), *(TableColumn(n, (n,), "text") for n in "bcdefgh"))
    codes = [f"000.00.19.H29-24{month:02}08-0001" for month in range(1, 8)]
    long = "nội dung của một ô dài hơn chỗ của nó"
    for width in (18, 24):
        data = tuple((code[-width:], *[long] * 7) for code in codes)
        text = "".join(text_of(html_to_pdf(ReportTable("thu", "Thử", columns, data).to_html(), HEAD), tmp_path))
        assert [code for code in codes if code[-width:] in text] == codes


def test_head_title_unit_and_formula_are_printed(tmp_path):
    text = squeezed("".join(text_of(html_to_pdf(rows(2), HEAD), tmp_path)))
    for part in (
        "Phụ lục I",
        "PHỤ LỤC THỬ",
        "(Kèm theo Báo cáo số …)",
        "Bảng thử",
        "Đơn vị tính: hồ sơ",
        "(3)=(4)+(5)+(6)",
    ):
        assert squeezed(part) in text


def test_a_draft_bears_its_stamp_on_every_page(tmp_path):
    pages = text_of(html_to_pdf(rows(30), Letterhead(title="Thử", stamp="DỰ THẢO")), tmp_path)
    assert len(pages) > 2
    assert all("DỰ THẢO" in text for text in pages)


def test_what_belongs_to_the_screen_is_left_out(tmp_path):
    html = (
        '<h1>Đề</h1><div class="card"><p class="value">5</p><p class="label">Số hồ sơ</p>'
        '<details class="cach-tinh"><summary>Cách tính</summary></details></div>'
        '<details class="ma-nguon"><summary>Mã nguồn</summary><pre>print(1)</pre></details>'
    )
    text = " ".join(text_of(html_to_pdf(html, HEAD), tmp_path))
    assert "Số hồ sơ: 5" in text
    assert "Cách tính" not in text
    assert "print" not in text


def test_an_unknown_element_is_an_error_never_lost_text():
    with pytest.raises(UnknownElement):
        html_to_pdf("<p>chữ</p><video>mất</video>", HEAD)


def test_every_mark_of_punctuation_is_printed_as_it_is(tmp_path):
    hostile = "1. #let x = [a] $y$ *đậm* _nghiêng_ <nhãn> @tham // chú ~ \\ `mã` \"ngoặc\" 'đơn' – … ; {k: v} %^&|"
    html = f"<p>{hostile.replace('&', '&amp;').replace('<', '&lt;')}</p>"
    assert squeezed(hostile) in squeezed("".join(text_of(html_to_pdf(html, HEAD), tmp_path)))


def test_escaping_normalises_letters():
    assert escape(unicodedata.normalize("NFD", "Đường")) == "Đường"


def _fonts(reader: PdfReader) -> list[dict]:
    """The descriptor of every font of every page; those of composite fonts stand one level lower."""
    found = []
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            one = font.get_object()
            found.append(one["/DescendantFonts"][0].get_object() if "/DescendantFonts" in one else one)
    return found


@pytest.mark.report
def test_every_pdf_has_what_pdf_a_and_pdf_ua_ask_of_a_file(published_report):
    """What can be told without a validator of the standard; typst refuses to write a file that breaks either by itself."""
    files = [*published_report.rglob("*.pdf")]
    assert len(files) >= 5
    for path in files:
        data, reader = path.read_bytes(), PdfReader(path)
        catalog = reader.trailer["/Root"]
        assert data.startswith(b"%PDF-1."), path.name
        assert "/Encrypt" not in reader.trailer
        assert len(reader.trailer["/ID"]) == 2
        assert catalog["/MarkInfo"]["/Marked"]
        assert catalog["/Lang"] == "vi-VN"
        assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
        assert catalog["/StructTreeRoot"]["/K"]
        (intent,) = [o.get_object() for o in catalog["/OutputIntents"]]
        assert (intent["/S"], bool(intent["/DestOutputProfile"].get_data())) == ("/GTS_PDFA1", True)
        assert not {"/OpenAction", "/AA", "/AcroForm", "/JavaScript", "/EmbeddedFiles"} & {
            *catalog,
            *catalog.get("/Names", {}),
        }
        fonts = _fonts(reader)
        assert fonts
        assert all({"/FontFile2", "/FontFile3"} & {*f["/FontDescriptor"]} for f in fonts), path.name
        about = catalog["/Metadata"].get_data().decode()
        assert re.search(r"<pdfaid:part>2</pdfaid:part>\s*<pdfaid:conformance>A</pdfaid:conformance>", about)
        assert "<pdfuaid:part>1</pdfuaid:part>" in about
