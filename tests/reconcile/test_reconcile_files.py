"""What a foreign file holds is read or said not to be; workbooks, comments, many senders, annexes against our own."""

import json
import re
import zipfile

import docx
import pytest
import xlsxwriter
from reconcile_cases import FIGURES, PERIOD

from tthc_analysis.errors import ConfigError
from tthc_analysis.reconcile import (
    UnreadableNarrative,
    add_up,
    check_all,
    exit_code,
    many_to_json,
    narratives_in,
    read_narrative,
    reconcile,
    summary_rows,
    to_page,
    to_xlsx,
    write_comments,
)
from tthc_analysis.reconcile.annexes import OwnForm

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
WRONG = "Tiếp nhận 100 hồ sơ, đã giải quyết 80 hồ sơ, đang giải quyết 10 hồ sơ."


def raw_docx(path, body, **parts):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", f"<w:document {W}><w:body>{body}</w:body></w:document>")
        for name, content in parts.items():
            archive.writestr(f"word/{name}.xml", content)


def paragraph(*runs):
    return f"<w:p>{''.join(f'<w:r><w:t>{r}</w:t></w:r>' for r in runs)}</w:p>"


def test_the_final_text_of_a_word_file_is_read(tmp_path):
    body = (
        "<w:p><w:r><w:t>Có </w:t></w:r><w:del><w:r><w:delText>5</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>6</w:t></w:r></w:ins><w:r><w:t> hồ sơ</w:t></w:r></w:p>"
        f"<w:sdt><w:sdtContent>{paragraph('trong ô điều khiển')}</w:sdtContent></w:sdt>"
        f"<w:p><w:r><w:t>ngoài</w:t></w:r><w:r><w:pict><w:txbxContent>{paragraph('trong khung')}</w:txbxContent></w:pict></w:r></w:p>"
        f"<w:tbl><w:tr><w:tc>{paragraph('a')}<w:tbl><w:tr><w:tc>{paragraph('b')}</w:tc></w:tr></w:tbl></w:tc></w:tr></w:tbl>"
    )
    notes = f'<w:footnotes {W}><w:footnote w:type="separator">{paragraph("-")}</w:footnote><w:footnote>{paragraph("chú thích")}</w:footnote></w:footnotes>'
    raw_docx(tmp_path / "x.docx", body, footnotes=notes, header1=f"<w:hdr {W}/>")
    narrative = read_narrative(tmp_path / "x.docx")
    assert [b.text for b in narrative.blocks] == [
        "Có 6 hồ sơ",
        "trong ô điều khiển",
        "ngoài",
        "trong khung",
        "a",
        "b",
        "chú thích",
    ]
    assert [b.place.cell for b in narrative.blocks][4:6] == ["bảng 1, dòng 1, cột 1", "bảng 2, dòng 1, cột 1"]
    assert narrative.unread == ("đầu trang, chân trang",)


def test_merged_cells_keep_their_reach(tmp_path):
    document = docx.Document()
    table = document.add_table(3, 3)
    table.cell(0, 0).merge(table.cell(1, 0)).text = "A"
    table.cell(0, 1).merge(table.cell(0, 2)).text = "B"
    document.save(str(tmp_path / "x.docx"))
    cells = {b.text: b.cell for b in read_narrative(tmp_path / "x.docx").blocks}
    assert (cells["A"].width, cells["A"].height) == (1, 2)
    assert (cells["B"].width, cells["B"].height) == (2, 1)


def workbook(path, rows):
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Biểu")
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            if value != "":
                sheet.write(i, j, value)
    book.close()


ANNEX = [
    ["Biểu tổng hợp kỳ báo cáo quý I năm 2024", "", "", "", ""],
    ["STT", "Lĩnh vực", "Tiếp nhận", "Đã giải quyết", "Đang giải quyết"],
    [1, "Đất đai", 2215, 2172, 43],
    [2, "Hộ tịch", 100, 90, 10],
    ["", "Tổng số", 2315, 2262, 53],
]


@pytest.mark.parametrize(("row", "column", "value", "codes"), [(0, 0, ANNEX[0][0], []), (4, 3, 2226, ["SL02", "SL15"])])
def test_a_workbook_is_checked_alone(tmp_path, row, column, value, codes):
    rows = [list(r) for r in ANNEX]
    rows[row][column] = value
    workbook(tmp_path / "x.xlsx", rows)
    result = reconcile(read_narrative(tmp_path / "x.xlsx"))
    assert sorted({r.code for r in result.about_figures}) == codes
    assert (result.compared, len(result.figures)) == (9, 9)
    assert result.stated == "quý I năm 2024"


def test_a_rate_that_a_workbook_keeps_as_a_binary_number_is_right(tmp_path):
    rows = [["TT", "Lĩnh vực", "Tổng số", "Đúng hạn", "Tỷ lệ"], ["(1)", "(2)", "(3)", "(4)", "(5)=(4)/(3)"]]
    rows += [[i, name, whole, part, part / whole] for i, (name, whole, part) in enumerate(
        [("Đất đai", 34, 33), ("Hộ tịch", 71, 64), ("Xây dựng", 900, 887)], 1
    )]  # fmt: skip
    rows[2][4] = 0.9705882352941178
    workbook(tmp_path / "x.xlsx", rows)
    assert reconcile(read_narrative(tmp_path / "x.xlsx")).about_figures == ()
    rows[3][4] = 64 / 72
    workbook(tmp_path / "x.xlsx", rows)
    found = reconcile(read_narrative(tmp_path / "x.xlsx")).about_figures
    assert [(r.code, r.found[:6], r.expected) for r in found] == [("SL15", "0,8888", "90,1408%")]


def test_html_saved_as_xls_in_tcvn3_is_read(tmp_path):
    rows = "".join(f"<tr>{''.join(f'<td>{c}</td>' for c in row)}</tr>" for row in [
        ["TT", "LÜnh vùc", "TiÕp nhËn", "§· gi¶i quyÕt"], ["1", "§Êt ®ai", "5", "4"], ["2", "Hé tÞch", "7", "6"], ["", "Tæng sè", "13", "10"],
    ])  # fmt: skip
    (tmp_path / "x.xls").write_bytes(f"<html><table>{rows}</table></html>".encode("latin-1"))
    result = reconcile(read_narrative(tmp_path / "x.xls"))
    assert [(r.code, r.found, r.expected) for r in result.about_figures] == [("SL02", "13", "12")]


def test_an_annex_is_held_cell_by_cell_against_our_own_form(tmp_path):
    workbook(tmp_path / "x.xlsx", ANNEX)
    columns = {"handled": ("Tiếp nhận",), "resolved": ("Đã giải quyết",), "pending": ("Đang giải quyết",)}
    rows = {
        "dat dai": {"handled": 2215, "resolved": 2173, "pending": 42},
        "tong so": {"handled": 2315, "resolved": 2262, "pending": 53},
    }
    result = reconcile(
        read_narrative(tmp_path / "x.xlsx"), FIGURES, PERIOD, None, [OwnForm("Biểu II.06a", columns, rows)]
    )
    assert [(r.code, r.found, r.expected) for r in result.about_figures] == [
        ("SL01", "2172", "2.173"),
        ("SL01", "43", "42"),
    ]
    assert "dòng “Đất đai”, cột “Đã giải quyết”" in result.about_figures[0].explanation


def test_comments_stand_at_their_words_and_change_nothing_else(tmp_path):
    document = docx.Document()
    document.add_paragraph("Báo cáo quý I năm 2024")
    one = document.add_paragraph("Tiếp nhận ")
    for text in ("100", " hồ sơ, đã giải quyết 80 hồ sơ, ", "đang giải quyết 10 hồ sơ."):
        one.add_run(text)
    document.save(str(tmp_path / "gui.docx"))
    result = reconcile(read_narrative(tmp_path / "gui.docx"))
    assert write_comments(tmp_path / "gui.docx", tmp_path / "ra.docx", result) == 1
    written = docx.Document(str(tmp_path / "ra.docx"))
    assert [p.text for p in written.paragraphs] == [p.text for p in document.paragraphs]
    comments = [c.text for c in written.comments]
    assert comments[0].startswith("Đã kiểm 3/3 số")
    assert "SL13" in comments[1]
    xml = zipfile.ZipFile(tmp_path / "ra.docx").read("word/document.xml").decode("utf-8")
    marked = re.search(r'commentRangeStart w:id="1"/>(.*?)<w:commentRangeEnd w:id="1"', xml, re.S)
    assert re.sub(r"<[^>]+>", "", marked[1]) == "100"
    assert read_narrative(tmp_path / "ra.docx").blocks == read_narrative(tmp_path / "gui.docx").blocks
    again = write_comments(tmp_path / "ra.docx", tmp_path / "ra2.docx", reconcile(read_narrative(tmp_path / "ra.docx")))
    assert (again, len(list(docx.Document(str(tmp_path / "ra2.docx")).comments))) == (1, 4)


def line(received, resolved, pending):
    return f"Tiếp nhận {received} hồ sơ, đã giải quyết {resolved} hồ sơ, đang giải quyết {pending} hồ sơ."


def test_senders_are_one_sheet_and_their_sums_the_receivers_line(tmp_path):
    folder = tmp_path / "gui"
    folder.mkdir()
    (folder / "a.txt").write_text(line(100, 90, 10), encoding="utf-8")
    (folder / "b.txt").write_text(line(50, 40, 20), encoding="utf-8")
    (folder / "c.docx").write_bytes(b"PK hong")
    (folder / "~$c.docx").write_bytes(b"x")
    senders = check_all(narratives_in([folder]), reconcile)
    assert [(s.path.name, s.result is None) for s in senders] == [("a.txt", False), ("b.txt", False), ("c.docx", True)]
    (tmp_path / "nhan.txt").write_text(line(150, 130, 20), encoding="utf-8")
    readable = senders[:2]
    sums = {s.cls: s for s in add_up(readable, reconcile(read_narrative(tmp_path / "nhan.txt")))}
    assert [(sums[c].total, sums[c].verdict) for c in ("received", "resolved", "pending")] == [
        (150, "khớp"), (130, "khớp"), (30, "lệch"),
    ]  # fmt: skip
    assert "chưa so được: 1 đơn vị" in add_up(senders, reconcile(read_narrative(tmp_path / "nhan.txt")))[0].verdict
    header, rows = summary_rows(senders)
    assert any(h.startswith("SL13") for h in header)
    assert [row[2] for row in rows] == ["3/3", "3/3", ""]
    assert exit_code(senders, []) == 3
    assert json.loads(many_to_json(senders, []))["files"][2]["problem"]
    assert "a.txt" in to_page(senders, list(sums.values()))
    assert to_xlsx(senders, []) == to_xlsx(senders, [])


def test_nothing_compared_is_no_success(check):
    assert check("Sở công khai 114 quy trình nội bộ.", []).exit_code == 6
    assert check(WRONG, []).exit_code == 3
    with pytest.raises(ConfigError, match="Không có tệp nào"):
        narratives_in([])


def test_a_protected_or_foreign_package_gives_one_message(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.docx", "w") as archive:
        archive.writestr("content.xml", "<a/>")
    with pytest.raises(UnreadableNarrative, match="không đúng định dạng"):
        read_narrative(tmp_path / "x.docx")
