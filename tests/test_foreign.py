"""What a notebook shows beside our own displays: the page and the PDF show the same, and what must not be is refused."""

from __future__ import annotations

import base64
import io
import re
import unicodedata

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from PIL import Image
from pypdf import PdfReader

from tthc_analysis.display.tables import ReportTable, TableColumn
from tthc_analysis.documents.foreign import plain
from tthc_analysis.documents.pages import PageContext, page, policy
from tthc_analysis.documents.pdf import Letterhead, html_to_pdf
from tthc_analysis.documents.render import fragment
from tthc_analysis.errors import CannotShow
from tthc_analysis.execution.pictures import take_along

v4 = nbformat.v4


def picture(kind: str = "PNG", size: tuple[int, int] = (60, 20)) -> str:
    out = io.BytesIO()
    Image.new("RGB", size, (10, 90, 160)).save(out, kind)
    return base64.b64encode(out.getvalue()).decode("ascii")


def text_cell(source: str, **attachments: dict[str, str]) -> nbformat.NotebookNode:
    cell = v4.new_markdown_cell(source)
    if attachments:
        cell.attachments = {name.replace("_", "."): bundle for name, bundle in attachments.items()}
    return cell


def code_cell(*outputs: dict, stream: str = "") -> nbformat.NotebookNode:
    made = [v4.new_output("display_data", data) for data in outputs]
    if stream:
        made.append(v4.new_output("stream", text=stream))
    return v4.new_code_cell("x", outputs=made, execution_count=1)


def shown(*cells: nbformat.NotebookNode) -> str:
    html = fragment(v4.new_notebook(cells=list(cells)))
    return re.sub(r'<details class="ma-nguon">.*?</details>', "", html, flags=re.DOTALL)


def pdf(html: str) -> PdfReader:
    return PdfReader(io.BytesIO(html_to_pdf(html, Letterhead(title="Thử"))))


def words(text: str) -> str:
    return re.sub(r"[\s\u200b\xa0]+", "", unicodedata.normalize("NFC", text))


def printed(html: str) -> str:
    return words("".join(p.extract_text() for p in pdf(html).pages))


def pictures(html: str) -> int:
    return sum(len(p.images) for p in pdf(html).pages)


STYLER = pd.DataFrame({"Quận": ["Lê Chân"], "Số": [31]}).style.background_gradient(subset="Số").set_caption("Tô màu")
NESTED = pd.DataFrame(
    {("Nhận", "Mới"): [4, 5], ("Nhận", "Cũ"): [6, 7]}, index=pd.MultiIndex.from_product([["A"], ["x", "y"]])
)


@pytest.mark.parametrize(
    ("cell", "element", "text"),
    [
        (text_cell("> Điều 9\n>\n> Khoản 2"), "blockquote p", "Khoản 2"),
        (text_cell("~~bỏ đi~~ và <s>cũ</s>"), "del", "bỏ đi"),
        (text_cell("## Hai\n\n##### Năm\n\n###### Sáu"), "h6", "Sáu"),
        (text_cell("- [x] đã ký\n- [ ] chưa ký"), "li", "☑ đã ký"),
        (text_cell("trước\n\n***\n\nsau"), "hr", "sau"),
        (text_cell("<i>nghiêng</i> <b>đậm</b> <u>gạch</u> m<sup>2</sup> H<sub>2</sub>O <kbd>F5</kbd>"), "em", "nghiêng"),
        (text_cell("<details><summary>Mở ra</summary>\n\nChi tiết\n\n</details>"), "details", "Chi tiết"),
        (text_cell("<center><font color='red'>giữa</font></center><button>Bấm</button>"), "div", "Bấm"),
        (text_cell("|Cột|Số|\n|--|--:|\n|a|1.234|"), ".table-scroll td.num", "1.234"),
        (text_cell("<dl><dt>Từ</dt><dd>Nghĩa</dd></dl>"), "dd", "Nghĩa"),
        (text_cell("```\nd1  x\n  d2\n```"), "pre", "d2"),
        (code_cell({"text/html": pd.DataFrame({"tên": ["Lan"], "số": [9]})._repr_html_()}), "td.num", "9"),
        (code_cell({"text/html": NESTED._repr_html_()}), "th[rowspan]", "A"),
        (code_cell({"text/html": STYLER._repr_html_()}), "caption", "Tô màu"),
        (code_cell({"text/markdown": "**Tổng: 8 việc**"}), "strong", "Tổng: 8 việc"),
        (code_cell({"text/latex": "$\\frac{a}{b}$", "text/plain": "a/b"}), "pre", "frac"),
        (code_cell({"application/x-la": "1"}), "pre", "application/x-la"),
        (code_cell(stream="\x1b[1;32mxanh\x1b[0m\x07 50%\r100%\nhết\x00"), "pre", "100%"),
    ],
)  # fmt: skip
def test_page_and_pdf_show_the_same(cell, element, text):
    html = shown(cell)
    tree = BeautifulSoup(html, "html.parser")
    assert tree.select(element), html
    assert text in tree.get_text()
    assert "style" not in html.replace("</", "")
    on_paper = printed(html)
    assert [t for t in tree.stripped_strings if words(t) not in on_paper] == []


PNG, JPEG, GIF = (f"data:image/{kind.lower()};base64,{picture(kind)}" for kind in ("PNG", "JPEG", "GIF"))
SVG = '<svg viewBox="0 0 90 30"><title>Sơ đồ</title><linearGradient id="g"/><text x="2" y="20">trong hình</text></svg>'


@pytest.mark.parametrize(
    ("cell", "alternative"),
    [
        (text_cell("trước ![biểu trưng](attachment:logo.png) sau", logo_png={"image/png": picture()}), "biểu trưng"),
        (text_cell('<img src="attachment:a.jpg">', a_jpg={"image/jpeg": picture("JPEG")}), "Hình chưa có mô tả"),
        (text_cell(f'<p>chữ <img src="{PNG}" title="Ảnh chụp" data-x="y"> chữ</p>'), "Ảnh chụp"),
        (text_cell(f'<a href="#x"><img src="{GIF}" alt="Nút"></a>'), "Nút"),
        (code_cell({"image/jpeg": picture("JPEG"), "text/plain": "<Figure>"}), "Hình chưa có mô tả"),
        (code_cell({"image/png": picture() + "\n", "text/plain": "<Figure>"}), "Hình chưa có mô tả"),
        (code_cell({"text/html": f'<div><img src="{JPEG}" alt="x"></div>'}), "x"),
    ],
)
def test_a_picture_is_data_with_an_alternative_text_and_in_the_pdf(cell, alternative):
    html = shown(cell)
    (image,) = BeautifulSoup(html, "html.parser").find_all("img")
    assert image["src"].startswith("data:image/")
    assert image["alt"] == alternative
    assert set(image.attrs) == {"src", "alt"}
    assert pictures(html) == 1


@pytest.mark.parametrize(
    "cell", [text_cell(f"chữ {SVG} chữ"), code_cell({"image/svg+xml": SVG}), code_cell({"text/html": SVG})]
)
def test_a_drawing_keeps_its_names_and_texts(cell):
    html = shown(cell)
    (image,) = BeautifulSoup(html, "html.parser").find_all("img")
    drawing = base64.b64decode(image["src"].partition(",")[2]).decode()
    assert "viewBox" in drawing
    assert "linearGradient" in drawing
    assert image["alt"] == "Sơ đồ"
    assert "tronghình" in printed(html)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (text_cell("![x](https://example.invalid/a.png)"), "ảnh từ mạng"),
        (text_cell('<img src="//example.invalid/a.png">'), "ảnh từ mạng"),
        (text_cell("a <SCRIPT>alert(1)</SCRIPT>"), "JavaScript"),
        (text_cell('<p onclick="f()">a</p>'), "onclick"),
        (text_cell('<a href=" java\nscript:f()">a</a>'), "liên kết"),
        (text_cell('<link rel="stylesheet" href="https://example.invalid/a.css">'), "kiểu dáng"),
        (text_cell("![x](attachment:mat.png)"), "đính kèm"),
        (text_cell("![x](khong-co.png)"), "khong-co.png"),
        (text_cell("![x](data:image/png;base64,AAAA)"), "không đọc được"),
        (code_cell({"text/html": '<iframe src="https://example.invalid"></iframe>'}), "iframe"),
        (code_cell({"text/html": "<video src='a.mp4'></video>"}), "video"),
        (code_cell({"text/html": "<div></div><script>Plotly.newPlot()</script>"}), "JavaScript"),
        (code_cell({"application/javascript": "1", "text/plain": "x"}), "JavaScript"),
        (code_cell({"image/svg+xml": "<svg><g></svg>"}), "SVG"),
    ],
)  # fmt: skip
def test_what_a_page_must_not_hold_is_refused_with_the_cell(cell, said):
    injected = v4.new_code_cell("x = 1", metadata={"tags": ["injected-parameters"]})
    with pytest.raises(CannotShow, match=said) as told:
        shown(text_cell("# Đầu"), v4.new_code_cell("1"), injected, cell)
    assert told.value.where == ("ô văn bản 2" if cell.cell_type == "markdown" else "ô mã 2")
    assert told.value.exit_code == 4


def test_a_script_in_a_drawing_goes_and_style_of_pandas_too():
    html = shown(
        code_cell({"text/html": f"<style>th{{color:red}}</style>{SVG.replace('<text', '<script>f()</script><text')}"})
    )
    assert "color:red" not in html
    image = BeautifulSoup(html, "html.parser").img
    assert "script" not in base64.b64decode(image["src"].partition(",")[2]).decode()


def test_picture_files_beside_the_notebook_are_taken_along_and_none_from_outside(tmp_path):
    folder = tmp_path / "du-an" / "notebooks"
    folder.mkdir(parents=True)
    for path in (folder / "logo (1).png", tmp_path / "ngoai.png"):
        path.write_bytes(base64.b64decode(picture()))
    notebook = v4.new_notebook(cells=[
        text_cell('<img src="logo%20(1).png" alt="của mình">'),
        code_cell({"text/html": '<img src="logo%20(1).png" alt="trong kết quả">'}),
    ])  # fmt: skip
    take_along(notebook, folder, tmp_path / "du-an")
    assert fragment(notebook).count("data:image/png;base64,") == 2
    outside = v4.new_notebook(cells=[text_cell("![x](../../ngoai.png)")])
    take_along(outside, folder, tmp_path / "du-an")
    with pytest.raises(CannotShow, match=r"ngoai\.png"):
        fragment(outside)


def test_printed_text_is_what_a_terminal_shows_at_the_end():
    assert plain("a\x1b]0;tên\x07b\x1b[2K\x1b(Bc\x9bd") == "abcd"
    assert plain("10%\r50%\rxong\r\nhai\n") == "xong\nhai\n"
    assert plain("nửa \ud83d chữ") == "nửa \ufffd chữ"


def test_colours_of_a_table_are_not_lost_without_a_word():
    plain_frame = pd.DataFrame({"Số": [1]})
    by_hand = "<table><tr><td style='background: red'>7</td><td style='text-align: right'>8</td></tr></table>"
    note = "không giữ màu"
    for html in (STYLER._repr_html_(), by_hand):
        page_ = shown(code_cell({"text/html": html}))
        assert page_.count(note) == 1
        assert words(note) in printed(page_)
    for html in (plain_frame._repr_html_(), by_hand.replace("background", "padding")):
        assert note not in shown(code_cell({"text/html": html}))


def test_printed_text_has_letters_of_one_width_and_stays_on_the_page():
    numbers = [f"số{i:03d}" for i in range(90)]
    html = shown(code_cell(stream=" ".join(numbers) + "\n" + "x" * 500 + "\nTỷ lệ ưỡng ẹ │ ≥ 5\n"))
    (paper,) = pdf(html).pages
    assert any("Cousine" in str(font.get_object()["/BaseFont"]) for font in paper["/Resources"]["/Font"].values())
    ends: list[float] = []
    paper.extract_text(
        visitor_text=lambda text, _cm, at, _font, size: ends.append(at[4] + 0.6 * 8.5 * len(text.strip()))
    )
    assert max(ends) < float(paper.mediabox.width)
    text = words(paper.extract_text())
    assert [n for n in numbers if n not in text] == []
    assert text.count("x") == 500
    assert "Tỷlệưỡngẹ│≥5" in text


def table(columns: list[TableColumn], *rows: tuple) -> str:
    return ReportTable("thu", "Bảng thử", tuple(columns), rows).to_html()


def test_a_cell_taller_than_a_page_loses_no_word():
    long = " ".join(f"từ{i}" for i in range(4000))
    html = table([TableColumn("a", ("A",), "text"), TableColumn("n", ("Số",))], (long, 7), ("ngắn", 8))
    text = printed(html)
    assert [i for i in range(4000) if f"từ{i}" not in text] == []
    assert len(pdf(html).pages) < 8


def test_a_long_word_stays_in_its_column():
    html = table(
        [TableColumn(n, (n,), "text") for n in "abc"], ("X" * 300, "https://example.invalid/" + "y" * 250, "kề bên")
    )
    (page_,) = pdf(html).pages
    lines = page_.extract_text(extraction_mode="layout").replace("\u200b", "").splitlines()
    assert len([line for line in lines if "XX" in line]) > 2
    assert not [line for line in lines if re.search("y.*X|kề.*[yX]|X(?=y)", line.replace("example", ""))]
    assert "".join(lines).count("X") == 300


def test_a_table_with_more_columns_than_a_page_holds_is_printed_in_parts_with_its_row_names():
    columns = [TableColumn("ten", ("Tên",), "text"), *(TableColumn(f"c{i}", ("Nhóm", f"Cột {i}")) for i in range(130))]
    html = table(columns, ("dòng một", *range(1000, 1130)), ("dòng hai", *range(2000, 2130)))
    text = printed(html)
    parts = int(re.search(r"\(phần1/(\d+)\)", text)[1])
    assert parts > 2
    assert text.count("dòngmột") == text.count("dònghai") == parts
    assert [n for n in (*range(1000, 1130), *range(2000, 2130)) if f"{n:,}".replace(",", ".") not in text] == []
    assert f"(phần{parts}/{parts})" in text


def test_ragged_and_empty_tables_print_what_they_have():
    html = "<table><tr><td>một</td><td rowspan='9'>hai</td></tr><tr><td>ba</td><td>bốn</td></tr><tr></tr></table><table></table>"
    assert all(word in printed(html) for word in ("một", "hai", "ba", "bốn"))


def test_every_page_has_a_policy_with_its_own_script_and_nothing_from_elsewhere():
    html = page("section.html.j2", PageContext(), heading="a", body="", kind="section", current="", base="", head=None)
    tree = BeautifulSoup(html, "html.parser")
    said = tree.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    (script,) = tree.find_all("script")
    assert said == policy(script.string)
    assert said.startswith("default-src 'none'; script-src 'sha256-")
    assert "img-src data:;" in said
    assert "http" not in said
