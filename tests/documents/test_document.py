"""The Word document: figures by name, sentences chosen by counts, missing data, prose, mistakes, harmless text, layout."""

from __future__ import annotations

import dataclasses
import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from documents_hostile import HOSTILE
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn

from tthc_analysis.display.formats import indicator_text
from tthc_analysis.display.tables import ReportTable, TableColumn
from tthc_analysis.documents import word
from tthc_analysis.documents.forms_book import forms_workbook
from tthc_analysis.documents.word import TEMPLATE, TemplateMistake, document, template_names
from tthc_analysis.indicators.registry import registry
from tthc_analysis.periods import parse_period

pytestmark = pytest.mark.report
ROOT = Path(__file__).resolve().parents[2]


def paragraphs(content: bytes) -> list[str]:
    """The text of every paragraph, those in tables included."""
    body = docx.Document(io.BytesIO(content)).element.body
    texts = ("".join(t.text or "" for t in p.iter(qn("w:t"))) for p in body.iter(qn("w:p")))
    return [text for text in texts if text.strip()]


@pytest.fixture
def make(displayed, tmp_path):
    """Render a template of these paragraphs over the figures of 2024, some of them changed."""

    def render(*lines, tables=None, notices=None, own=True, draft_stamp=False, **changed) -> bytes:
        path, prose = TEMPLATE, displayed.config.prose
        if own:
            template = docx.Document()
            for line in lines:
                template.add_paragraph(line)
            path, prose = tmp_path / "mau.docx", tmp_path / "noi-dung"
            template.save(path)
        figures = [replace(f, **changed[f.name]) if f.name in changed else f for f in displayed.figures]
        return document(displayed.content(figures, tables, notices, draft_stamp), path, prose)

    return render


@pytest.fixture(scope="module")
def published(published_report):
    return (published_report / "bao-cao-2024.docx").read_bytes()


def test_same_input_gives_same_bytes_and_is_what_was_published(make, published):
    assert make(own=False) == make(own=False) == published


def test_values_numerators_and_denominators_by_name(make):
    text = "{{ so('digitised_rate') }}|{{ tu('digitised_rate') }}|{{ mau('digitised_rate') }}|{{ so('dossiers_handled_count') }}"
    assert paragraphs(make(text)) == ["98,97%|4.342|4.387|2.215"]


def test_words_of_agency_and_period(make):
    text = "{{ co_quan }}; {{ ky }}; {{ tu_ngay }}–{{ den_ngay }}; {{ ngay_chot }}; {{ dau }}"
    assert paragraphs(make(text)) == [
        "Sở Giáo dục và Đào tạo; Năm 2024; 15/11/2023–05/12/2024; ngày 05 tháng 12 năm 2024; DỮ LIỆU MẪU"
    ]


def test_text_broken_into_runs_by_word_and_curly_quotes_still_work(displayed, tmp_path, make):
    template = docx.Document()
    paragraph = template.add_paragraph("Có {{ so(")
    paragraph.add_run("“dossiers_").bold = True
    paragraph.add_run("handled_count” ) }} hồ sơ")
    template.save(tmp_path / "m2.docx")
    content = document(displayed.content(), tmp_path / "m2.docx", tmp_path)
    assert paragraphs(content) == ["Có 2.215 hồ sơ"]


@pytest.mark.parametrize(
    ("pending", "overdue", "expected"),
    [
        (0, 0, "- Tại ngày 05 tháng 12 năm 2024 không còn hồ sơ đang giải quyết."),
        (43, 0, "- Tại ngày 05 tháng 12 năm 2024 còn 43 hồ sơ đang giải quyết, tất cả trong hạn."),
        (43, 2, "- Tại ngày 05 tháng 12 năm 2024 còn 43 hồ sơ đang giải quyết, trong đó 41 hồ sơ trong hạn và 02 hồ sơ quá hạn."),
    ],
)  # fmt: skip
def test_what_is_said_of_pending_dossiers_follows_from_the_counts(make, pending, overdue, expected):
    found = paragraphs(
        make(
            own=False,
            dossiers_pending_count={"numerator": pending},
            dossiers_pending_overdue_count={"numerator": overdue},
            dossiers_pending_within_count={"numerator": pending - overdue},
        )
    )
    assert [t for t in found if t.startswith("- Tại ngày")] == [expected]


def test_overdue_dossiers_are_never_denied(make):
    found = " ".join(
        paragraphs(
            make(
                own=False,
                dossiers_resolved_overdue_count={"numerator": 3},
                dossiers_resolved_overdue_rate={"numerator": 3},
                overdue_total_count={"numerator": 3},
            )
        )
    )
    assert "03 hồ sơ quá hạn (0,14%)" in found
    assert "Trong kỳ có 03 hồ sơ quá hạn" in found
    assert "không phát sinh hồ sơ quá hạn" not in found


GAP = {"numerator": None, "gap": "chưa có dữ liệu"}


def test_paragraphs_without_data_are_left_out_and_one_sign_tells_the_clerk(make):
    found = paragraphs(make(own=False, dossiers_pending_count=GAP, digitised_rate=GAP, directive_documents_count=GAP))
    assert "[Chưa có dữ liệu: Hồ sơ đang giải quyết; Hồ sơ giải quyết quá hạn. Bổ sung, hoặc bỏ đoạn này.]" not in found
    signs = [t for t in found if t.startswith("[Chưa có dữ liệu: ")]
    assert "[Chưa có dữ liệu: Tỷ lệ số hóa hồ sơ và kết quả. Bổ sung, hoặc bỏ đoạn này.]" in signs
    assert "[Chưa có dữ liệu: Văn bản chỉ đạo đã ban hành. Bổ sung, hoặc bỏ đoạn này.]" in signs
    assert not [t for t in found if t.endswith("chưa có dữ liệu.") and "Hồ sơ" not in t]
    assert not any("tất cả trong hạn" in t or "không còn hồ sơ đang" in t for t in found)


def test_dossiers_of_another_channel_are_named_with_those_filed_on_paper(displayed):
    figures = {f.name: f for f in displayed.figures}
    other = replace(figures["dossiers_received_post_count"], name="dossiers_received_other_count", numerator=27)
    post = "hồ sơ nộp trực tiếp hoặc qua dịch vụ bưu chính công ích."
    for given, ending in (
        ([], post),
        ([other], "hồ sơ nộp trực tiếp, qua dịch vụ bưu chính công ích và hình thức khác."),
    ):
        said = paragraphs(document(displayed.content([*displayed.figures, *given]), TEMPLATE, displayed.config.prose))
        assert next(t for t in said if "Hồ sơ tiếp nhận mới gồm" in t).endswith(f"02 {ending}")


def test_nothing_known_is_lost_where_a_column_is_missing(make):
    """No export states how a dossier came in: the totals of II.4.1 still stand, and nothing is said of the channel."""
    unknown = (
        "dossiers_received_online_count",
        "offline_received_count",
        "online_handled_count",
        "online_received_rate",
    )
    found = paragraphs(make(own=False, **dict.fromkeys(unknown, GAP)))
    assert (
        "- Số hồ sơ nhận giải quyết là 2.215 hồ sơ, gồm 2.207 hồ sơ tiếp nhận mới trong kỳ và 08 hồ sơ từ kỳ trước chuyển sang."
        in found
    )
    start, end = found.index("4.2. Dịch vụ công trực tuyến"), found.index("4.3. Số hóa hồ sơ, kết quả giải quyết")
    assert not any("hồ sơ mới nộp trực tuyến" in t or "Hồ sơ tiếp nhận mới gồm" in t for t in found[start:end])


def test_a_sentence_of_an_own_template_keeps_what_is_known(make):
    text = "- Nhận {{ so('dossiers_handled_count') }}, trực tuyến {{ so('online_handled_count') }}, còn {{ so('dossiers_pending_count') }}."
    assert paragraphs(make(text, online_handled_count=GAP)) == [
        "- Hồ sơ nhận giải quyết: 2.215; hồ sơ đang giải quyết: 43. Hồ sơ trực tuyến nhận giải quyết: chưa có dữ liệu."
    ]


def test_paragraphs_of_unknown_figures_that_follow_each_other_are_one_sign(make):
    lines = ("A {{ so('dossiers_handled_count') }}", "B {{ so('dossiers_pending_count') }}", "C {{ ky }}")
    found = paragraphs(make(*lines, dossiers_handled_count=GAP, dossiers_pending_count=GAP))
    assert found == [
        "[Chưa có dữ liệu: Hồ sơ nhận giải quyết; Hồ sơ đang giải quyết. Bổ sung, hoặc bỏ đoạn này.]",
        "C Năm 2024",
    ]


def test_report_without_any_register_still_renders(displayed):
    content = document(displayed.content([], {}, {}, True), TEMPLATE, displayed.config.prose)
    found = paragraphs(content)
    assert len([t for t in found if t.startswith("[Chưa có dữ liệu: ")]) > 10
    assert not any(re.search(r"\d+ (hồ sơ|TTHC|văn bản)", t) for t in found if not t.startswith("Cách đếm"))


def test_counts_below_ten_and_dates_are_written_as_decree_30_has_it(make):
    text = (
        "{{ so('publication_decisions_count') }}|{{ so('dossiers_resolved_overdue_count') }}|{{ so('dossiers_pending_count') }}|"
        "{{ tu('commitments_rooms_rate') }}/{{ mau('commitments_rooms_rate') }}|{{ so('commitments_rooms_rate') }}|{{ den_ngay }}"
    )
    assert paragraphs(make(text)) == ["08|0|43|09/09|100%|05/12/2024"]
    assert (
        word.decree_counts("2 hồ sơ, 12 hồ sơ, 1/2 hồ sơ, tháng 3 năm") == "02 hồ sơ, 12 hồ sơ, 1/2 hồ sơ, tháng 3 năm"
    )
    assert word.decree_dates("26/04/2024, 05/12/2024, 10/01/2024, 12/05/2024–14/06/2024") == (
        "26/4/2024, 05/12/2024, 10/01/2024, 12/5/2024–14/6/2024"
    )


def test_what_cannot_be_said_is_a_sign_to_the_clerk_and_no_sentence(make):
    lines = [
        "Không có hồ sơ quá hạn.",
        "Chưa có dữ liệu để kết luận: toàn bộ nộp trực tuyến.",
        "Có 7 hồ sơ quá hạn, gồm 5 đã giải quyết.",
    ]
    assert paragraphs(make("{{p cau('loi') }}", notices={"loi": lines})) == [
        "Không có hồ sơ quá hạn.",
        "Có 07 hồ sơ quá hạn, gồm 05 đã giải quyết.",
        "[Chưa có dữ liệu để kết luận: toàn bộ nộp trực tuyến. Bổ sung, hoặc bỏ đoạn này.]",
    ]


def test_a_comparison_lists_only_what_can_be_compared(make, displayed):
    table = {**displayed.tables["so-sanh-ky"]}
    names = [c["name"] for c in table["columns"]]
    rows = [[*r] for r in table["rows"]]
    for row in rows[1:]:
        row[names.index("change")] = "–"
    found = docx.Document(
        io.BytesIO(make("{{p bang('so-sanh-ky', can='change') }}", tables={"so-sanh-ky": {**table, "rows": rows}}))
    )
    assert len(found.tables[0].rows) == 3, "two of the header, one that has a change"
    rows[0][names.index("change")] = "–"
    assert not paragraphs(
        make("{{p bang('so-sanh-ky', can='change') }}", tables={"so-sanh-ky": {**table, "rows": rows}})
    )


def test_the_rows_of_a_table_as_sentences(make):
    columns = [
        {"name": n, "label": n, "path": [n], "kind": k, "formula": ""}
        for n, k in (("loai", "text"), ("so", "text"), ("ten", "text"), ("n", "count"))
    ]
    rows = [
        ["Kế hoạch", "2/KH", "Về việc rà soát", 1],
        ["Công văn", "3/CV", "TTHC mới", 0],
        ["Kế hoạch", "4/KH", "Kiểm tra", 12],
    ]
    table = {
        "type": "table",
        "name": "doc",
        "title": "Doc",
        "columns": columns,
        "rows": rows,
        "unit": "",
        "total": None,
        "notes": [],
        "numbered": False,
    }
    found = paragraphs(
        make(
            "{{p liet_ke('doc', 'số [so] [ten|ve]', nhom='loai') }}",
            "{{p liet_ke('doc', '[so]: [n] ([stt])', bo_0='n') }}",
            "Gồm {{ chuoi('doc', '([stt]) [ten|thuong]') }}; {{ co_dong('doc') }} dòng.",
            tables={"doc": table},
        )
    )
    assert found == [
        "- Kế hoạch (02): số 2/KH về rà soát; số 4/KH về kiểm tra.",
        "- Công văn (01): số 3/CV về TTHC mới.",
        "- 2/KH: 01 (1);",
        "- 4/KH: 12 (2).",
        "Gồm (1) về việc rà soát; (2) TTHC mới; (3) kiểm tra; 3 dòng.",
    ]
    with pytest.raises(TemplateMistake, match="Không có cột “tn”"):
        make("{{p liet_ke('doc', '[tn]') }}", tables={"doc": table})


def test_the_draft_lists_what_the_registers_know(published):
    found = paragraphs(published)
    text = "\n".join(found)
    assert "- Quyết định (02): số 51/QĐ-SGDĐT ngày 12/01/2024 về kiện toàn" in text
    assert "- Quyết định số 1384/QĐ-UBND ngày 26/4/2024 về TTHC được sửa đổi, bổ sung;" in found
    levels = [t for t in found if t.startswith("- Thẩm quyền giải quyết của ")]
    assert [t.split(": ")[1] for t in levels] == ["27 TTHC;", "48 TTHC;", "34 TTHC;", "05 TTHC."]
    assert "(thẩm quyền của UBND thành phố 08; thẩm quyền của Sở 15; thẩm quyền của UBND cấp huyện 06)" in text
    assert (
        "06 TTHC nội bộ tại văn bản số 1431/TTr-SGDĐT ngày 14/11/2024: (1) Thành lập trung tâm giáo dục thường xuyên;"
        in text
    )
    assert "đơn giản hóa 05 TTHC (ngày 27/9/2024): (1) Thành lập, cho phép" in text
    assert "- Nhắc hẹn trả kết quả qua Zalo (Phòng mẫu 02, đề xuất ngày 11/9/2024, chưa công nhận)." in found
    assert "- Quy định hành chính, tiếp nhận qua Cổng DVC quốc gia: 02 phản ánh, kiến nghị, đã xử lý 02." in found


def test_long_lists_move_to_an_annex_by_one_setting(displayed):
    whole = displayed.content()
    text, moved = (document(whole, TEMPLATE, displayed.config.prose, n) for n in (0, 10))
    found, before = paragraphs(moved), paragraphs(text)
    annexes = [t for t in found if re.fullmatch("Phụ lục [IVX]+", t)]
    assert len(annexes) == len(set(annexes)) == len([t for t in before if re.fullmatch("Phụ lục [IVX]+", t)]) + 1
    assert any(t.endswith(f"(danh sách tại {annexes[-1]}).") for t in found)
    assert not any(t.startswith("- Kế hoạch (05)") for t in found)
    assert any(t.startswith("- Quyết định số 62/QĐ-UBND") for t in found), "8 decisions are no long list"
    tables = docx.Document(io.BytesIO(moved)).tables
    assert sum("Số, ký hiệu" in t.rows[0].cells[0].text for t in tables) == 1


def test_no_word_of_the_program_stands_in_the_text(published):
    text = "\n".join(paragraphs(published))
    assert "so-2024" not in text
    assert "BIỂU II.06A" not in text.replace("Biểu số II.06a/VPCP/KSTT", "")
    assert not re.search(r": \d+\.$", text, re.MULTILINE)


def test_the_parents_name_is_not_broken():
    line = word.letterhead_line
    assert line("Ủy ban nhân dân thành phố Hải Phòng", short=True) == "UBND THÀNH PHỐ HẢI PHÒNG".replace(" ", word.NBSP)
    own = line("Ủy ban nhân dân phường Mẫu").split(" ")
    assert own == ["ỦY BAN NHÂN DÂN".replace(" ", word.NBSP), f"PHƯỜNG{word.NBSP}MẪU"]
    assert word.letterhead_line("Sở Y tế") == f"SỞ{word.NBSP}Y{word.NBSP}TẾ"
    long = word.letterhead_line("Sở Nông nghiệp và Phát triển nông thôn Hà Nội")
    assert long == f"SỞ NÔNG NGHIỆP VÀ PHÁT TRIỂN NÔNG THÔN HÀ{word.NBSP}NỘI"


def test_words_and_numbers_fit_their_columns(published):
    """Every column of a table in the document is at least as wide as its longest word, set in a generous estimate."""
    for table in docx.Document(io.BytesIO(published)).tables:
        if not table._tbl.tblPr.findall(qn("w:tblBorders")):
            continue
        widths = [int(c.get(qn("w:w"))) for c in table._tbl.tblGrid.findall(qn("w:gridCol"))]
        for row in table.rows[-3:]:
            for width, cell in zip(widths, row.cells, strict=True):
                size = int(next(cell._tc.iter(qn("w:sz"))).get(qn("w:val")))
                words = cell.text.split(" ")
                assert max(len(w) for w in words) * size * 10 * 0.42 + 114 <= width, cell.text


def test_the_end_of_a_section_takes_no_room(published):
    ends = docx.Document(io.BytesIO(published)).element.body.xpath("./w:p[w:pPr/w:sectPr]")
    assert len(ends) >= 4
    assert {e.pPr.find(qn("w:spacing")).get(qn("w:line")) for e in ends} == {"20"}


def test_only_the_first_letter_is_lowered(make):
    assert paragraphs(make("{{ ky | dau_thuong }}; {{ 'Quý II/2024' | dau_thuong }}")) == ["năm 2024; quý II/2024"]


def test_conditions_on_missing_figures_are_false_both_ways(make):
    gap = {"numerator": None, "gap": "chưa có dữ liệu"}
    text = "{% if co('zalo_followers_count') %}a{% endif %}{% if dem('zalo_followers_count') == 0 %}b{% endif %}{% if dem('zalo_followers_count') > 0 %}c{% endif %}d"
    assert paragraphs(make(text, zalo_followers_count=gap)) == ["d"]


def test_unknown_figure_names_the_paragraph_and_the_nearest_names(make):
    with pytest.raises(TemplateMistake) as caught:
        make("Mở đầu.", "Trong kỳ nhận {{ so('dossiers_handled_counts') }} hồ sơ.", "{{p bang('bieu-ii-06') }}")
    message = str(caught.value)
    assert "đoạn 2: “Trong kỳ nhận {{ so('dossiers_handled_counts') }} hồ sơ.”" in message
    assert "Tên gần nhất: dossiers_handled_count" in message
    assert "đoạn 3" in message
    assert "bieu-ii-06a" in message


def test_unknown_name_in_a_branch_that_is_not_taken_is_found_too(make):
    with pytest.raises(TemplateMistake, match="khong_co_that"):
        make("{% if dem('dossiers_handled_count') == 0 %}{{ so('khong_co_that') }}{% endif %}")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Của {{ co_quna }}", "co_quan"),
        ("{{ soo('dossiers_handled_count') }}", "không có “soo”"),
        ("{% if demm('dossiers_handled_count') > 1 %}a{% endif %}", "không có “demm”"),
    ],
)
def test_unknown_word_names_the_paragraph(make, text, word):
    with pytest.raises(TemplateMistake, match=re.escape(word)) as caught:
        make("Đầu.", text)
    assert "đoạn 2" in str(caught.value)


def test_words_that_the_template_defines_are_known(make):
    assert paragraphs(make("{% set a = 2 %}{% for i in range(a) %}{{ i }}{% endfor %}")) == ["01"]


@pytest.mark.parametrize(
    "text", ["{{ so('dossiers_handled_count') ", "{% if co('dossiers_handled_count') %}a", "{{ 1 + }}"]
)
def test_broken_tag_is_an_error_with_the_text_around_it(make, text):
    with pytest.raises(TemplateMistake) as caught:
        make("Đoạn đầu tiên.", text)
    assert "mẫu Word mau.docx" in str(caught.value)
    assert "Traceback" not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["{{ co_quan.__class__.__mro__ }}", "{{ so.__globals__ }}", "{{ self._TemplateReference__context }}"]
)
def test_template_reaches_nothing_but_its_words(make, text):
    with pytest.raises(TemplateMistake):
        make(text)


def test_template_that_is_missing_or_no_word_file(displayed, tmp_path):
    (tmp_path / "mau.docx").write_bytes(b"khong phai Word")
    for name in ("mau.docx", "khong-co.docx"):
        with pytest.raises(TemplateMistake, match=name):
            document(displayed.content([], {}, {}), tmp_path / name, tmp_path)


def test_prose_blocks_keep_paragraphs_lists_emphasis_and_figures(make, tmp_path):
    folder = tmp_path / "noi-dung" / "2024"
    folder.mkdir(parents=True)
    source = "Đoạn **đậm**,\ntiếp theo.\n\n- một\n- hai: {{ so('dossiers_handled_count') }}\n\n1. thứ nhất\n"
    (folder / "phuong-huong.md").write_text(source, encoding="utf-8")
    content = make("{{p doan('phuong-huong') }}", "{{p doan('de-xuat') }}")
    assert paragraphs(content) == [
        "Đoạn đậm, tiếp theo.", "- một", "- hai: 2.215", "1. thứ nhất", "[Nội dung do chuyên viên soạn – đoạn de-xuat.]",
    ]  # fmt: skip
    bold = [r.text for p in docx.Document(io.BytesIO(content)).paragraphs for r in p.runs if r.bold]
    assert bold == ["đậm"]
    assert (folder / "phuong-huong.md").read_text(encoding="utf-8") == source


def test_mistake_in_prose_names_file_and_line(make, tmp_path):
    folder = tmp_path / "noi-dung" / "2024"
    folder.mkdir(parents=True)
    (folder / "x.md").write_text("Dòng một.\n\nCó {{ so('dossiers_handled') }} hồ sơ.", encoding="utf-8")
    with pytest.raises(TemplateMistake, match=r"x\.md, dòng 3") as caught:
        make("{{p doan('x') }}")
    assert "dossiers_handled_count" in str(caught.value)


@pytest.mark.parametrize("faulty", ["{{ 1/0 }}", "{{ 'a' + 1 }}", "{{ [][3] }}", "{% for x in 5 %}{% endfor %}"])
def test_a_calculation_that_fails_in_prose_names_file_and_line(make, tmp_path, faulty):
    folder = tmp_path / "noi-dung" / "2024"
    folder.mkdir(parents=True)
    (folder / "x.md").write_text(f"Dòng một.\n\nCó {faulty} hồ sơ.", encoding="utf-8")
    with pytest.raises(TemplateMistake, match=r"x\.md, dòng 3"):
        make("{{p doan('x') }}")


def test_prose_in_another_encoding_is_an_error_that_says_so(make, tmp_path):
    folder = tmp_path / "noi-dung" / "2024"
    folder.mkdir(parents=True)
    (folder / "x.md").write_bytes("Đoạn văn".encode("utf-16"))
    with pytest.raises(TemplateMistake, match="UTF-8"):
        make("{{p doan('x') }}")


def test_block_names_cannot_leave_their_folder(make, tmp_path):
    (tmp_path / "noi-dung" / "2024").mkdir(parents=True)
    (tmp_path / "bi-mat.md").write_text("bí mật", encoding="utf-8")
    assert not any("bí mật" in t for t in paragraphs(make("{{p doan('../../bi-mat') }}")))


def test_missing_blocks_are_listed(displayed, published):
    blocks = word.missing_blocks(TEMPLATE, displayed.config.prose / "2024")
    assert "phuong-huong" in blocks
    signs = [t for t in paragraphs(published) if t.startswith("[Viết ")]
    assert sorted(t.rsplit(" ", 1)[1].removesuffix(".]") for t in signs) == sorted(blocks)
    assert all(len(t.split()) > 8 for t in signs), "each says what to write"


def test_a_text_taken_over_from_an_earlier_period_is_marked_until_it_is_checked(make, tmp_path):
    folder = tmp_path / "noi-dung" / "2024"
    folder.mkdir(parents=True)
    (folder / "x.md").write_text("[Cần soát lại: mang từ Năm 2023]\n\nGiữ **nếp**.\n", encoding="utf-8")
    content = make("{{p doan('x') }}")
    sign = "[Đoạn này mang từ Năm 2023: soát lại, rồi xóa dòng đánh dấu trong tệp x.md.]"
    assert paragraphs(content) == [sign, "Giữ nếp."]
    colours = {r.font.color.rgb for p in docx.Document(io.BytesIO(content)).paragraphs for r in p.runs}
    assert [str(c) for c in colours] == ["B00020"]
    (folder / "x.md").write_text("Giữ **nếp**.\n", encoding="utf-8")
    assert paragraphs(make("{{p doan('x') }}")) == ["Giữ nếp."]


def test_text_from_data_stays_text(make):
    columns = (TableColumn("t", ("Chữ",), "text"),)
    table = ReportTable(
        "doc", "{{ 7*7 }} <w:p>", columns, tuple((text,) for text in HOSTILE), notes=("{{ 1 }}",)
    ).to_json()
    found = paragraphs(
        make("{{p bang('doc') }}", "{{p cau('loi') }}", tables={"doc": table}, notices={"loi": list(HOSTILE)})
    )
    assert found[0] == "Bảng 1. {{ 7*7 }} <w:p>"
    plain = [re.sub(r"\s+", " ", re.sub("[\x00-\x08\x0b\x0c]", "", text)) for text in HOSTILE]
    assert [
        t for t in (f.replace("\u00a0", " ") for f in found) if t.strip() in {p.strip() for p in plain}
    ] == plain * 2
    assert "49" not in "".join(found)


def test_table_header_is_merged_and_repeats(published):
    tables = docx.Document(io.BytesIO(published)).tables
    form = next(t for t in tables if "Lĩnh vực, công việc" in t.rows[0].cells[1].text)
    top = [c.text for c in form.rows[0].cells]
    assert top[2:6] == ["Số hồ sơ nhận giải quyết"] * 4
    assert [c.text for c in form.rows[2].cells][3:5] == ["Trực tuyến", "Trực tiếp, dịch vụ bưu chính"]
    assert form.rows[2].cells[0].text == form.rows[0].cells[0].text == "STT"
    assert all(r._tr.trPr.find(qn("w:tblHeader")) is not None for r in form.rows[:4])
    assert [c.text for c in form.rows[-1].cells][2:] == ["2.215", "2.205", "2", "8", "2.172", "2.155", "17", "0", "43", "43", "0"]  # fmt: skip


def test_layout_of_decree_30(published):
    word = docx.Document(io.BytesIO(published))
    first = word.sections[0]
    assert [round(v.mm) for v in (first.page_width, first.page_height)] == [210, 297]
    assert 20 <= round(first.top_margin.mm) <= 25
    assert 30 <= round(first.left_margin.mm) <= 35
    assert 15 <= round(first.right_margin.mm) <= 20
    assert first.different_first_page_header_footer
    assert "PAGE" in "".join(t.text or "" for t in first.header._element.iter(qn("w:instrText")))
    assert not list(first.first_page_header._element.iter(qn("w:instrText")))
    assert [s.orientation for s in word.sections[1:]] == [WD_ORIENT.LANDSCAPE] * 5
    assert (word.styles["Normal"].font.name, word.styles["Normal"].font.size.pt) == ("Times New Roman", 14)


def test_outline_is_the_corrected_one(published):
    word = docx.Document(io.BytesIO(published))
    headings = [p.text for p in word.paragraphs if p.style.name.startswith("Heading")]
    assert [h.split(". ")[0] for h in headings] == [
        "I", "II", "1", "2", "3", "4", "4.1", "4.2", "4.3", "4.4", "4.5", "4.6", "5", "6", "7", "8", "III", "1", "2", "IV", "V",
    ]  # fmt: skip
    text = paragraphs(published)
    assert {"BÁO CÁO", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Nơi nhận:"} <= set(text)


@pytest.mark.parametrize(("is_draft", "stamp"), [(False, "DỮ LIỆU MẪU"), (True, "DỰ THẢO – DỮ LIỆU MẪU")])
def test_state_is_stamped_on_every_page(make, is_draft, stamp):
    word = docx.Document(io.BytesIO(make(own=False, draft_stamp=is_draft)))
    for section in word.sections:
        for header in (section.header, section.first_page_header):
            assert stamp in [p.text for p in header.paragraphs]


def test_own_template_asks_only_for_names_that_the_full_report_has(displayed):
    names = template_names(TEMPLATE)
    left_out_when_empty = {name for name, (_, figure) in registry().items() if figure.only_with}
    assert names["so"] <= {f.name for f in displayed.figures} | left_out_when_empty
    scored = {"diem-766-theo-nhom", "diem-766-mat"}  # of periods from 2026 on
    assert names["bang"] <= {*displayed.tables, *displayed.notices} | scored
    assert names["so"]


def test_claims_are_the_sentences_of_section_ii7(displayed, published):
    assert {word.decree_counts(line) for line in displayed.notices["cau-khang-dinh"]} <= set(paragraphs(published))


def test_rendering_leaves_no_tag(published):
    assert not [t for t in paragraphs(published) if "{{" in t or "{%" in t]


def test_document_shows_figures_as_printed(displayed, published):
    text = "\n".join(paragraphs(published))
    for figure in displayed.figures:
        if figure.name in {
            "dossiers_handled_count",
            "digitised_rate",
            "verified_identities_rate",
            "portal_visits_mean",
        }:
            assert indicator_text(figure) in text


def test_first_template_can_be_written_anew(tmp_path):
    import runpy

    runpy.run_path(str(ROOT / "tools" / "make_template.py"))["main"](tmp_path / "mau.docx")
    assert template_names(tmp_path / "mau.docx") == template_names(TEMPLATE)


def test_a_report_of_2026_says_which_texts_its_forms_still_follow(displayed):
    later = displayed.report.at(parse_period("2026-Q3"))
    content = document(displayed.content(report=later), TEMPLATE, displayed.config.prose)
    said = "Thông tư 01/2020/TT-VPCP, có thể được thay thế bởi Thông tư 5/2025/TT-VPCP"
    assert said in "\n".join(paragraphs(content))
    sign = next(t for t in paragraphs(content) if said in t)
    assert sign.startswith("[Lưu ý về văn bản, xem lại trước khi trình: "), "no part of the report's own text"
    assert "thay thế bởi" not in "\n".join(paragraphs(draft_of_2024(displayed)))
    book = zipfile.ZipFile(io.BytesIO(forms_workbook(displayed.content(report=later))))
    assert "có thể được thay thế bởi Thông tư 5/2025/TT-VPCP" in book.read("xl/sharedStrings.xml").decode()


def draft_of_2024(displayed) -> bytes:
    return document(displayed.content(), TEMPLATE, displayed.config.prose)


@pytest.mark.parametrize("kind", ["xa", "huyen", "tinh", "cuc", "khac"])
def test_the_draft_of_another_kind_of_body_has_its_own_words(displayed, kind):
    own = {"name": "Cơ quan Mẫu", "parent": "Cấp trên", "receiver": "Cấp trên", "kind": kind}
    agency = displayed.config.agency.model_copy(update=own)
    config = displayed.config.model_copy(update={"agency": agency})
    forms = {"bieu-ii-07b": displayed.tables["bieu-ii-07b"]}
    said = paragraphs(document(displayed.content(None, forms, {}, config=config), TEMPLATE, config.prose))
    body = agency.body
    assert not [line for line in said if line != "Sở" and re.search(r"\bSở\b|Giám đốc|GIÁM ĐỐC|học sinh", line)]
    assert body.signer_title in said
    assert f"- {body.leaders};" in said
    assert (body.on_behalf in said) == bool(body.on_behalf)
    assert not body.on_behalf or said.index(body.on_behalf) == said.index(body.signer_title) - 1
    assert f"Trong kỳ, {body.unit} trình cấp có thẩm quyền" in "\n".join(said)
    assert "4.4. Tích hợp, chia sẻ dữ liệu" not in said
    assert ("Phụ lục IV" in said) == ("Phụ lục IV" not in body.without)


def test_sections_that_are_left_out_leave_no_heading(displayed):
    config = displayed.config.model_copy(update={"without": ("II.8", "Phụ lục III")})
    said = paragraphs(document(displayed.content(config=config), TEMPLATE, config.prose))
    assert not [line for line in said if line.startswith("8. Sáng kiến") or line == "Phụ lục III"]
    assert "Phụ lục IV" in said


def test_the_total_of_a_table_never_stands_alone_on_a_page():
    from tthc_analysis.display.tables import ReportTable, TableColumn
    from tthc_analysis.documents import wordml

    columns = (TableColumn("name", ("Tên",), "text"), TableColumn("n", ("Số",)))
    data = ReportTable("b", "Bảng", columns, tuple((f"dòng {i}", i) for i in range(5)), ("Tổng số", 10))
    rows = wordml.table(data, title=False).split("<w:tr>")[2:]
    assert ["keepNext" in row for row in rows] == [False, False, False, True, True, False]
    assert "keepNext" not in wordml.table(dataclasses.replace(data, total=None), title=False)
