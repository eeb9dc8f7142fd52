"""Every format gives the same paragraphs with their places; a bad file gives one clear message."""

import sys
import unicodedata
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest
from narrative_files import WRITERS, odt_content
from reconcile_cases import CORRECT, FIGURES, PERIOD

from tthc_analysis.errors import TthcError
from tthc_analysis.exports import read as read_room
from tthc_analysis.reconcile import READERS, UnreadableNarrative, _files, build_narrative, read_narrative, reconcile
from tthc_analysis.reconcile.narrative import Block

LINES = CORRECT.splitlines()


@pytest.fixture(params=sorted(WRITERS))
def written(request, tmp_path):
    path = tmp_path / f"du-thao{request.param}"
    WRITERS[request.param](path, LINES)
    return path


def test_every_format_reads_the_same_and_the_correct_narrative_has_no_fault(written):
    narrative = read_narrative(written)
    lines = [line.removeprefix("- ") for line in LINES] if written.suffix == ".md" else LINES
    assert [b.text for b in narrative.blocks] == lines
    assert narrative.format == written.suffix[1:]
    assert {b.text: b.level for b in narrative.blocks}["3.1. Kết quả chung"] == 3
    handled = next(b for b in narrative.blocks if "nhận giải quyết 2.215" in b.text)
    assert handled.place.headings[-2:] == ("3. Giải quyết hồ sơ", "3.1. Kết quả chung")
    assert reconcile(narrative, FIGURES, PERIOD).remarks == ()


def test_a_fault_is_found_in_every_format(tmp_path):
    lines = [line.replace("còn 43 hồ sơ", "còn 44 hồ sơ") for line in LINES]
    for suffix, write in WRITERS.items():
        path = tmp_path / f"x{suffix}"
        write(path, lines)
        remarks = reconcile(read_narrative(path), FIGURES, PERIOD).remarks
        assert [(r.code, r.found) for r in remarks] == [("SL01", "44")], suffix


def test_pages_of_a_pdf_are_known(tmp_path):
    path = tmp_path / "x.pdf"
    WRITERS[".pdf"](path, LINES)
    pages = [b.page for b in read_narrative(path).blocks]
    assert pages[0] == 1
    assert pages == sorted(pages)
    assert pages[-1] > 1
    assert "trang 1, đoạn 1" in read_narrative(path).blocks[0].place.text


def test_text_is_composed_and_clean(tmp_path):
    path = tmp_path / "x.txt"
    path.write_text(unicodedata.normalize("NFD", "Sở\u00a0đã  tiếp\u200b nhận\thồ sơ."), encoding="utf-8-sig")
    assert [b.text for b in read_narrative(path).blocks] == ["Sở đã tiếp nhận hồ sơ."]


def test_a_paragraph_cut_by_a_page_end_is_joined_again(tmp_path):
    path = tmp_path / "x.txt"
    path.write_text("Sở ban hành Văn bản số\n\n512/SGDĐT-VP về rà soát các\n\nthủ tục.\n\n- Mục khác", encoding="utf-8")
    assert [b.text for b in read_narrative(path).blocks] == [
        "Sở ban hành Văn bản số 512/SGDĐT-VP về rà soát các thủ tục.",
        "- Mục khác",
    ]


def test_cells_of_a_docx_table_have_their_place(tmp_path):
    document = docx.Document()
    table = document.add_table(2, 2)
    for cell, text in zip(
        (c for row in table.rows for c in row.cells), ["Lĩnh vực", "Số hồ sơ", "Mầm non", "12"], strict=True
    ):
        cell.text = text
    document.save(str(tmp_path / "x.docx"))
    blocks = read_narrative(tmp_path / "x.docx").blocks
    assert [(b.text, b.place.cell) for b in blocks][-1] == ("12", "bảng 1, dòng 2, cột 2")


def test_tables_of_odt_html_and_md_are_read_alike(tmp_path):
    row = "<table:table-row><table:table-cell><text:p>{}</text:p></table:table-cell><table:table-cell><text:p>{}</text:p></table:table-cell></table:table-row>"
    with zipfile.ZipFile(tmp_path / "x.odt", "w") as archive:
        archive.writestr(
            "content.xml",
            odt_content("<table:table>" + row.format("Nhóm", "Số") + row.format("A", "7") + "</table:table>"),
        )
    (tmp_path / "x.html").write_text(
        "<table><tr><th>Nhóm</th><th>Số</th></tr><tr><td>A</td><td><p>7</p></td></tr></table>", encoding="utf-8"
    )
    (tmp_path / "x.md").write_text("| Nhóm | Số |\n|---|---|\n| A | 7 |\n", encoding="utf-8")
    found = [
        [(b.text, b.place.cell) for b in read_narrative(tmp_path / f"x.{s}").blocks] for s in ("odt", "html", "md")
    ]
    assert found[0] == found[1] == found[2]
    assert found[0][-1] == ("7", "bảng 1, dòng 2, cột 2")


def test_html_keeps_list_numbers_and_drops_what_is_not_text(tmp_path):
    (tmp_path / "x.html").write_text(
        "<body>Mở đầu<script>alert(1)</script><style>p{}</style><ol start='2'><li>hai</li><li>ba</li></ol><ul><li>gạch</li></ul></body>",
        encoding="utf-8",
    )
    assert [b.text for b in read_narrative(tmp_path / "x.html").blocks] == ["Mở đầu", "2. hai", "3. ba", "gạch"]


@pytest.mark.parametrize("suffix", sorted(READERS))
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a zip", b"\xff\xfe\x00\xd8", b"   \n\n"])
def test_an_empty_or_corrupt_file_gives_one_message(tmp_path, suffix, content):
    path = tmp_path / f"hong{suffix}"
    path.write_bytes(content)
    if suffix in (".txt", ".md") and content.startswith(b"PK"):
        content = content + b"\xff"
        path.write_bytes(content)
    with pytest.raises(UnreadableNarrative) as caught:
        read_narrative(path)
    message = str(caught.value)
    assert f"hong{suffix}" in message
    assert str(tmp_path) not in message
    assert "Cần làm:" in message
    assert "Traceback" not in message


@pytest.mark.parametrize("name", ["khong-co.docx", "anh.png", "cu.doc"])
def test_a_missing_or_foreign_file_gives_one_message(tmp_path, name):
    if not name.endswith("docx"):
        (tmp_path / name).write_bytes(b"x")
    with pytest.raises(TthcError) as caught:
        read_narrative(tmp_path / name)
    assert name in str(caught.value)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.odt", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("content.xml", "x" * (_files.ALWAYS_FINE + 5000))
    with pytest.raises(UnreadableNarrative, match="quá lớn"):
        read_narrative(tmp_path / "x.odt")


@pytest.mark.parametrize(
    "html", ["<div>" * 4000 + "12 hồ sơ", "<ul><li>a" * 3000, "<table><tr><td>a" * 3000, "<b>" * 20_000 + "x"]
)
def test_deep_nesting_gives_one_message_and_loses_nothing_in_silence(tmp_path, html):
    (tmp_path / "x.html").write_text(f"<html><body>{html}", encoding="utf-8")
    with pytest.raises(UnreadableNarrative, match="lồng nhau quá sâu"):
        read_narrative(tmp_path / "x.html")


def test_a_child_that_hangs_or_dies_gives_one_message(tmp_path, monkeypatch):
    (tmp_path / "x.txt").write_text("Có 12 hồ sơ.", encoding="utf-8")
    script = tmp_path / "child.py"
    monkeypatch.setattr("tthc_analysis.reconcile.read._FILES", script)
    script.write_text("print('{\"text\": \"a', end='')", encoding="utf-8")
    with pytest.raises(UnreadableNarrative, match="dừng đột ngột"):
        read_narrative(tmp_path / "x.txt")
    script.write_text("import time; time.sleep(30)", encoding="utf-8")
    monkeypatch.setattr("tthc_analysis.reconcile.read.TIME_LIMIT_SECONDS", 1)
    with pytest.raises(UnreadableNarrative, match="quá 1 giây"):
        read_narrative(tmp_path / "x.txt")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limits of a process")
def test_a_workbook_has_the_limits_of_every_other_draft(tmp_path, monkeypatch):
    book = openpyxl.Workbook()
    book.active.append(["Lĩnh vực", "Số hồ sơ", "Đã xong"])
    book.save(tmp_path / "x.xlsx")
    child = Path(read_room.__file__).with_name("_child.py").read_text(encoding="utf-8")
    greedy, slow = tmp_path / "greedy.py", tmp_path / "slow.py"
    greedy.write_text(child.replace("    limit()\n", "    limit()\n    bytearray(1100 << 20)\n", 1), encoding="utf-8")
    slow.write_text("import time; time.sleep(30)", encoding="utf-8")
    monkeypatch.setattr(read_room, "_CHILD", greedy)
    with pytest.raises(UnreadableNarrative, match="dừng đột ngột"):
        read_narrative(tmp_path / "x.xlsx")
    monkeypatch.setattr(read_room, "_CHILD", slow)
    monkeypatch.setattr("tthc_analysis.reconcile.read.TIME_LIMIT_SECONDS", 0.5)
    with pytest.raises(UnreadableNarrative, match=r"quá 0\.5 giây"):
        read_narrative(tmp_path / "x.xlsx")


def test_an_entity_in_an_odt_is_not_followed(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("bi-mat", encoding="utf-8")
    content = odt_content("<text:p>a &e; b c</text:p>").replace(
        "?>", f'?><!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>', 1
    )
    with zipfile.ZipFile(tmp_path / "x.odt", "w") as archive:
        archive.writestr("content.xml", content)
    assert "bi-mat" not in " ".join(b.text for b in read_narrative(tmp_path / "x.odt").blocks)


@pytest.mark.parametrize(
    ("text", "kind", "label"),
    [
        ("II. KẾT QUẢ", "heading", "II"),
        ("3.2 Dịch vụ công", "heading", "3.2"),
        ("1. Tiếp tục rà soát các thủ tục.", "paragraph", ""),
        ("- Như trên;", "item", ""),
        ("(1) Thành lập", "item", ""),
        ("2024 là năm đầu", "paragraph", ""),
        ("15 hồ sơ được trả", "paragraph", ""),
    ],
)
def test_headings_and_items_are_told_by_their_marks(text, kind, label):
    block = build_narrative("x", "txt", [Block(text)]).blocks[0]
    assert (block.kind, block.label) == (kind, label)
