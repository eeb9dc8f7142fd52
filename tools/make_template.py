"""Write the first version of the Word template: `python tools/make_template.py`.

Afterwards the template is edited in Word (docs/bao-cao-word.md); this script is run again only to begin anew. Layout as
Decree 30/2020/NĐ-CP, annex I: A4, margins 20/20/30/15 mm, Times New Roman 13–14, page number centred at the top.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from tthc_analysis.documents.word import TEMPLATE, normalised

FONT = "Times New Roman"


def main(target: Path = TEMPLATE) -> None:
    """Write the template to `target`."""
    document = Document()
    _styles(document)
    _page(document.sections[0])
    _letterhead(document)
    _title(document)
    for write in (_direction, _control, _assessment, _closing, _signature, _annexes):
        write(document)
    document.core_properties.title = "Mẫu báo cáo kiểm soát thủ tục hành chính"
    document.core_properties.author = ""
    document.save(str(target))
    target.write_bytes(normalised(target.read_bytes()))


def _styles(document: Any) -> None:
    normal = document.styles["Normal"]
    _font(normal, 14)
    form = normal.paragraph_format
    form.alignment, form.first_line_indent = ALIGN.JUSTIFY, Mm(12.7)
    form.space_before = form.space_after = Pt(3)
    form.line_spacing = 1.1
    for level, (size, italic) in enumerate(((14, False), (14, False), (14, True)), start=1):
        style = document.styles[f"Heading {level}"]
        _font(style, size)
        style.font.bold, style.font.italic = True, italic
        style.font.color.rgb = None
        color = style.element.rPr.find(qn("w:color"))
        if color is not None:
            style.element.rPr.remove(color)
        style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(6)
        style.paragraph_format.keep_with_next = True
    for name in ("Header", "Footer"):
        style = document.styles[name]
        _font(style, 13)
        style.paragraph_format.first_line_indent = Mm(0)
        style.paragraph_format.alignment = ALIGN.CENTER


def _font(style: Any, size: int) -> None:
    style.font.name, style.font.size = FONT, Pt(size)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for key in list(fonts.attrib):
        if "Theme" in key or "theme" in key:
            del fonts.attrib[key]
    for kind in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{kind}"), FONT)


def _page(section: Any, landscape: bool = False) -> None:
    """A4 with the margins of the decree; page numbers from the second page on, and the state of the data on each."""
    width, height = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = width, height
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = (Mm(20), Mm(15)) if landscape else (Mm(30), Mm(15))
    section.header_distance = Mm(9)
    section.different_first_page_header_footer = True
    section.header.is_linked_to_previous = section.first_page_header.is_linked_to_previous = False
    _field(section.header.paragraphs[0], "PAGE")
    for header in (section.header, section.first_page_header):
        stamp = header.add_paragraph() if header is section.header else header.paragraphs[0]
        stamp.alignment = ALIGN.RIGHT
        run = stamp.add_run("{{ dau }}")
        run.bold, run.font.size = True, Pt(11)


def _field(paragraph: Any, code: str) -> None:
    """A Word field such as PAGE."""
    for kind, text in (("begin", ""), ("", code), ("end", "")):
        run = paragraph.add_run()
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)


def _line(
    cell_or_document: Any,
    text: str,
    *,
    bold: bool = False,
    italic: bool = False,
    size: float = 13,
    align: Any = ALIGN.CENTER,
) -> Any:
    """A line outside the body text."""
    paragraph = cell_or_document.add_paragraph()
    form = paragraph.paragraph_format
    form.alignment, form.first_line_indent, form.line_spacing = align, Mm(0), 1.0
    form.space_before = form.space_after = Pt(0)
    if not text:
        form.line_spacing = Pt(size)
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
    return paragraph


def _rule(paragraph: Any, indent: float) -> None:
    """A line under a paragraph, shorter on both sides by `indent` millimetres."""
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Mm(indent)
    borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for key, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        bottom.set(qn(f"w:{key}"), value)
    borders.append(bottom)
    paragraph._p.get_or_add_pPr().insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")


def _columns(document: Any, widths: Sequence[float], rows: int = 1) -> list[Any]:
    """A table without borders: its cells row by row, emptied."""
    table = document.add_table(rows=rows, cols=len(widths))
    table.autofit = False
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
            cell._tc.remove(cell.paragraphs[0]._p)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    return [cell for row in table.rows for cell in row.cells]


def _letterhead(document: Any) -> None:
    left, right, number, day = _columns(document, (67, 98), rows=2)
    _line(left, "{{ co_quan_cap_tren | upper }}", size=12)
    _line(left, "{{ co_quan | upper }}", bold=True, size=12)
    _rule(_line(left, "", size=2), 20)
    _line(number, "Số:          /BC-{{ viet_tat }}").paragraph_format.space_before = Pt(6)
    _line(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold=True, size=12)
    _line(right, "Độc lập - Tự do - Hạnh phúc", bold=True)
    _rule(_line(right, "", size=2), 22)
    _line(day, "{{ dia_danh }}, ngày       tháng       năm {{ nam }}", italic=True).paragraph_format.space_before = Pt(
        6
    )


def _title(document: Any) -> None:
    _line(document, "BÁO CÁO", bold=True, size=14).paragraph_format.space_before = Pt(18)
    _line(document, "{{ tieu_de }} {{ ky | dau_thuong }}", bold=True, size=14)
    _rule(_line(document, "", size=2), 60)
    _line(document, "Kính gửi: {{ noi_nhan }}.", size=14).paragraph_format.space_before = Pt(10)
    _text(
        document,
        "{{ co_quan }} báo cáo công tác kiểm soát thủ tục hành chính (TTHC) {{ ky | dau_thuong }}. Số liệu giải quyết hồ sơ "
        "tính từ ngày {{ tu_ngay }} đến hết ngày {{ den_ngay }} (căn cứ: {{ can_cu_ky }}), theo {{ quy_tac | dau_thuong }}.{{ luu_y_van_ban }}",
    )


def _heading(document: Any, text: str, level: int) -> None:
    document.add_paragraph(text, style=f"Heading {level}")


def _text(document: Any, text: str) -> None:
    document.add_paragraph(text)


@contextmanager
def _if_included(document: Any, number: str) -> Iterator[None]:
    """What stands in the document only when the report has the section of this number."""
    _text(document, f"{{%p if co_muc('{number}') %}}")
    yield
    _text(document, "{%p endif %}")


def _insert(document: Any, call: str) -> None:
    _text(document, f"{{{{p {call} }}}}")


def _direction(document: Any) -> None:
    _heading(document, "I. CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH", 1)
    _text(
        document,
        "{% if co('directive_documents_count') %}Trong kỳ, {{ don_vi }} ban hành {{ so('directive_documents_count') }} văn bản chỉ đạo về "
        "cải cách hành chính và kiểm soát TTHC{% if dem('directive_plan_count') > 0 %}; kế hoạch: "
        "{{ so('directive_plan_count') }}{% endif %}{% if dem('directive_decision_count') > 0 %}; quyết định: "
        "{{ so('directive_decision_count') }}{% endif %}{% if dem('directive_letter_count') > 0 %}; công văn: "
        "{{ so('directive_letter_count') }}{% endif %}.{% else %}{{ thieu('directive_documents_count') }}{% endif %}",
    )
    _text(
        document,
        "Việc ký cam kết không gây phiền hà, sách nhiễu được thực hiện ở {{ tu('commitments_rooms_rate') }}/"
        "{{ mau('commitments_rooms_rate') }} {{ phong }} và {{ tu('commitments_units_rate') }}/"
        "{{ mau('commitments_units_rate') }} {{ don_vi_truc_thuoc }}, tổng cộng {{ so('commitments_count') }} bản cam kết.",
    )
    _insert(document, "doan('chi-dao-dieu-hanh')")


def _control(document: Any) -> None:
    _heading(document, "II. KẾT QUẢ KIỂM SOÁT THỦ TỤC HÀNH CHÍNH", 1)
    for number, write in (
        ("II.1", _impact),
        ("II.2", _publication),
        ("II.3", _simplification),
        ("", _handling),
        ("II.5", _petitions),
        ("II.6", _communication),
        ("II.7", _one_stop),
        ("II.8", _initiatives),
    ):
        with _if_included(document, number) if number else nullcontext():
            write(document)


def _impact(document: Any) -> None:
    _heading(document, "1. Đánh giá tác động, tham gia ý kiến về quy định TTHC", 2)
    _text(
        document,
        "{% if not co('normative_with_procedures_count') %}{{ thieu('normative_with_procedures_count') }}"
        "{% elif dem('normative_with_procedures_count') == 0 %}Trong kỳ, {{ don_vi }} không tham mưu ban hành văn bản quy phạm pháp "
        "luật nào có quy định TTHC, nên không phát sinh việc đánh giá tác động."
        "{% else %}Trong kỳ, {{ don_vi }} tham mưu {{ so('normative_with_procedures_count') }} văn bản quy phạm pháp luật có quy định "
        "TTHC; tỷ lệ văn bản đã đánh giá tác động: {{ so('impact_assessed_rate') }}.{% endif %}",
    )


def _publication(document: Any) -> None:
    _heading(document, "2. Công bố, công khai TTHC", 2)
    _text(
        document,
        "{% if dem('publication_decisions_count') == 0 %}Trong kỳ, {{ don_vi }} không trình ban hành quyết định công bố TTHC."
        "{% else %}Trong kỳ, {{ don_vi }} trình cấp có thẩm quyền ban hành {{ so('publication_decisions_count') }} quyết định công bố "
        "TTHC, trong đó {{ so('internal_publication_decisions_count') }} quyết định về TTHC nội bộ.{% endif %}",
    )
    _text(
        document,
        "Tính đến {{ ngay_chot }}, số TTHC công khai còn hiệu lực là {{ so('procedures_published_count') }}, trong đó "
        "{{ so('procedures_full_count') }} TTHC cung cấp dịch vụ công toàn trình và {{ so('procedures_partial_count') }} TTHC "
        "cung cấp dịch vụ công một phần; số TTHC nội bộ là {{ so('internal_procedures_count') }}.",
    )
    _insert(document, "bang('tthc-theo-cap')")
    _insert(document, "doan('cong-bo-cong-khai')")


def _simplification(document: Any) -> None:
    _heading(document, "3. Rà soát, đơn giản hóa TTHC", 2)
    _text(
        document,
        "{{ don_vi }} đề xuất đơn giản hóa {{ so('simplification_count') }} TTHC, mỗi TTHC giảm từ {{ so('simplification_days_cut_min') }} "
        "đến {{ so('simplification_days_cut_max') }} ngày làm việc; tổng chi phí tuân thủ trong một năm giảm "
        "{{ so('simplification_cost_cut_rate') }} ({{ tu('simplification_cost_cut_rate') }} đồng trên "
        "{{ mau('simplification_cost_cut_rate') }} đồng).",
    )
    _insert(document, "bang('don-gian-hoa')")
    _text(
        document,
        "Đối với TTHC nội bộ, {{ so('internal_simplification_count') }} thủ tục được đề xuất đơn giản hóa, thành phần hồ sơ "
        "giảm {{ so('internal_components_cut_rate') }} ({{ tu('internal_components_cut_rate') }} trên "
        "{{ mau('internal_components_cut_rate') }} loại giấy tờ).",
    )
    _insert(document, "doan('don-gian-hoa')")


def _handling(document: Any) -> None:
    _heading(document, "4. Tình hình, kết quả giải quyết TTHC", 2)
    _heading(document, "4.1. Kết quả giải quyết hồ sơ", 3)
    _text(
        document,
        "- Số hồ sơ nhận giải quyết là {{ so('dossiers_handled_count') }}, gồm {{ so('dossiers_received_new_count') }} hồ sơ tiếp "
        "nhận mới trong kỳ ({{ so('dossiers_received_online_count') }} nộp trực tuyến, {{ so('offline_received_count') }} nộp "
        "trực tiếp hoặc qua bưu chính công ích) và {{ so('dossiers_carried_over_count') }} hồ sơ từ kỳ trước chuyển sang.",
    )
    _text(
        document,
        "- Đã giải quyết {{ so('dossiers_resolved_count') }} hồ sơ, đạt {{ so('dossiers_resolved_rate') }} số hồ sơ nhận giải "
        "quyết. Trong số hồ sơ đã giải quyết, {{ so('dossiers_resolved_early_count') }} hồ sơ trước hạn "
        "({{ so('dossiers_resolved_early_rate') }}), {{ so('dossiers_resolved_on_time_count') }} hồ sơ đúng hạn "
        "({{ so('dossiers_resolved_on_time_rate') }}), {% if dem('dossiers_resolved_overdue_count') == 0 %}không có hồ sơ quá "
        "hạn{% else %}{{ so('dossiers_resolved_overdue_count') }} hồ sơ quá hạn ({{ so('dossiers_resolved_overdue_rate') }})"
        "{% endif %}.",
    )
    _text(
        document,
        "- {% if dem('dossiers_pending_count') == 0 %}Tại {{ ngay_chot }} không còn hồ sơ "
        "đang giải quyết.{% elif dem('dossiers_pending_overdue_count') == 0 %}Tại {{ ngay_chot }} còn "
        "{{ so('dossiers_pending_count') }} hồ sơ đang giải quyết, tất cả trong hạn.{% else %}Tại {{ ngay_chot }} còn "
        "{{ so('dossiers_pending_count') }} hồ sơ đang giải quyết, trong đó {{ so('dossiers_pending_within_count') }} hồ sơ "
        "trong hạn và {{ so('dossiers_pending_overdue_count') }} hồ sơ quá hạn.{% endif %}",
    )
    _text(document, "Chi tiết theo lĩnh vực tại Phụ lục I.")
    _online(document)
    _digitisation(document)


def _online(document: Any) -> None:
    _heading(document, "4.2. Dịch vụ công trực tuyến", 3)
    _text(
        document,
        "- Hồ sơ trực tuyến nhận giải quyết: {{ so('online_handled_count') }}, gồm {{ so('online_received_count') }} hồ sơ mới và "
        "{{ so('online_carried_over_count') }} hồ sơ từ kỳ trước. Tỷ lệ nộp trực tuyến đạt {{ so('online_received_rate') }} "
        "({{ tu('online_received_rate') }}/{{ mau('online_received_rate') }} hồ sơ mới).",
    )
    _text(
        document,
        "- Tỷ lệ TTHC cung cấp dịch vụ công toàn trình: {{ so('procedures_full_rate') }} ({{ tu('procedures_full_rate') }}/"
        "{{ mau('procedures_full_rate') }}); một phần: {{ so('procedures_partial_rate') }} ({{ tu('procedures_partial_rate') }}/"
        "{{ mau('procedures_partial_rate') }}).",
    )
    _text(
        document,
        "- Tỷ lệ thanh toán trực tuyến: {{ so('paid_online_rate') }} ({{ tu('paid_online_rate') }}/{{ mau('paid_online_rate') }} "
        "hồ sơ phải nộp phí, lệ phí; số TTHC có thu phí, lệ phí của {{ don_vi }}: {{ so('fee_procedures_count') }}).",
    )
    _text(document, "Chi tiết theo thủ tục tại Phụ lục II.")


def _digitisation(document: Any) -> None:
    _heading(document, "4.3. Số hóa hồ sơ, kết quả giải quyết", 3)
    _text(
        document,
        "Tỷ lệ số hóa hồ sơ và kết quả đạt {{ so('digitised_rate') }} ({{ tu('digitised_rate') }}/{{ mau('digitised_rate') }}): "
        "{{ so('digitised_components_rate') }} hồ sơ có thành phần số hóa ({{ tu('digitised_components_rate') }}/"
        "{{ mau('digitised_components_rate') }}) và {{ so('digitised_results_rate') }} hồ sơ đã giải quyết có kết quả điện tử "
        "({{ tu('digitised_results_rate') }}/{{ mau('digitised_results_rate') }}).",
    )
    _text(document, "Chi tiết theo thủ tục tại Phụ lục III.")
    with _if_included(document, "II.4.4"):
        _heading(document, "4.4. Tích hợp, chia sẻ dữ liệu", 3)
        _text(
            document,
            "Tỷ lệ {{ nhom_nguoi }} toàn ngành đã xác thực định danh: {{ so('verified_identities_rate') }} "
            "({{ tu('verified_identities_rate') }}/{{ mau('verified_identities_rate') }}).",
        )
        _insert(document, "doan('tich-hop-chia-se')")


def _petitions(document: Any) -> None:
    _heading(document, "5. Tiếp nhận, xử lý phản ánh, kiến nghị", 2)
    _text(
        document,
        "{% if not co('petitions_received_count') %}{{ thieu('petitions_received_count') }}"
        "{% elif dem('petitions_received_count') == 0 and dem('petitions_carried_over_count') == 0 %}Trong kỳ không phát sinh "
        "phản ánh, kiến nghị."
        "{% else %}Trong kỳ tiếp nhận {{ so('petitions_received_count') }} phản ánh, kiến nghị và có "
        "{{ so('petitions_carried_over_count') }} phản ánh, kiến nghị từ kỳ trước; đã xử lý {{ so('petitions_resolved_count') }}"
        "{% if co('petitions_on_time_rate') %}, đúng hạn {{ tu('petitions_on_time_rate') }}/{{ mau('petitions_on_time_rate') }} "
        "({{ so('petitions_on_time_rate') }}){% endif %}; đang xử lý {{ so('petitions_pending_count') }}.{% endif %}",
    )


def _communication(document: Any) -> None:
    _heading(document, "6. Truyền thông về kiểm soát TTHC", 2)
    _text(
        document,
        "Cổng thông tin điện tử của ngành có {{ so('topic_pages_count') }} chuyên mục; trong kỳ đăng {{ so('posts_count') }} tin, "
        "bài, trong đó {{ so('reform_posts_count') }} tin, bài về cải cách hành chính.",
    )
    _text(
        document,
        "Bình quân mỗi ngày có {{ so('portal_visits_mean') }} lượt truy cập cổng; tại ngày chốt, trang Facebook có "
        "{{ so('facebook_followers_count') }} và trang Zalo có {{ so('zalo_followers_count') }} lượt theo dõi.",
    )
    _text(
        document,
        "Tham gia hội thi tìm hiểu cải cách hành chính: {{ tu('contest_participation_rate') }}/"
        "{{ mau('contest_participation_rate') }} công chức ({{ so('contest_participation_rate') }}).",
    )
    _text(
        document,
        "Tổ chức tuyên truyền cải cách hành chính: "
        "{{ tu('units_communicating_rate') }}/{{ mau('units_communicating_rate') }} đơn vị trực thuộc "
        "({{ so('units_communicating_rate') }}).",
    )
    _insert(document, "doan('truyen-thong')")


def _one_stop(document: Any) -> None:
    _heading(document, "7. Thực hiện cơ chế một cửa, một cửa liên thông", 2)
    _insert(document, "cau('cau-khang-dinh')")
    _insert(document, "doan('mot-cua')")


def _initiatives(document: Any) -> None:
    _heading(document, "8. Sáng kiến trong cải cách TTHC", 2)
    _text(
        document,
        "{% if dem('initiatives_count') == 0 %}Trong kỳ "
        "không có sáng kiến được đề xuất.{% else %}Trong kỳ có {{ so('initiatives_count') }} sáng kiến được đề xuất, trong đó "
        "{{ so('initiatives_recognised_count') }} sáng kiến đã được công nhận.{% endif %}",
    )
    _insert(document, "bang('sang-kien')")


def _assessment(document: Any) -> None:
    _heading(document, "III. ĐÁNH GIÁ CHUNG", 1)
    _heading(document, "1. Kết quả đạt được", 2)
    _text(
        document,
        "Một nửa số hồ sơ được giải quyết trong {{ so('processing_days_median') }} ngày làm việc, 90% số hồ sơ trong "
        "{{ so('processing_days_p90') }} ngày làm việc; so với thời hạn quy định, thời gian giải quyết rút ngắn "
        "{{ so('time_cut_rate') }}.",
    )
    _insert(document, "bang('so-sanh-ky')")
    _insert(document, "cau('ghi-chu-so-sanh')")
    _insert(document, "doan('ket-qua-dat-duoc')")
    _heading(document, "2. Tồn tại, hạn chế và nguyên nhân", 2)
    _text(
        document,
        "{% if dem('slipped_procedures_count') == 0 %}Không có TTHC nào chậm đi so với kỳ trước."
        "{% else %}Số TTHC chậm đi so với kỳ trước: {{ so('slipped_procedures_count') }}.{% endif %}",
    )
    _text(
        document,
        "{% if dem('overdue_total_count') > 0 %}Trong kỳ "
        "có {{ so('overdue_total_count') }} hồ sơ quá hạn, cần nêu rõ nguyên nhân và trách nhiệm.{% else %}Trong kỳ không phát "
        "sinh hồ sơ quá hạn.{% endif %}",
    )
    _insert(document, "doan('ton-tai-han-che')")


def _closing(document: Any) -> None:
    _heading(document, "IV. ĐỀ XUẤT, KIẾN NGHỊ", 1)
    _insert(document, "doan('de-xuat-kien-nghi')")
    _heading(document, "V. PHƯƠNG HƯỚNG, NHIỆM VỤ KỲ TIẾP THEO", 1)
    _insert(document, "doan('phuong-huong')")
    _text(document, "Trên đây là báo cáo {{ ky | dau_thuong }} của {{ co_quan }}./.")


def _signature(document: Any) -> None:
    left, right = _columns(document, (82, 83))
    _line(left, "Nơi nhận:", bold=True, italic=True, size=12, align=ALIGN.LEFT).paragraph_format.space_before = Pt(8)
    for text in ("- {{ noi_nhan }};", "- {{ lanh_dao }};", "- Lưu: VT, VP."):
        _line(left, text, size=11, align=ALIGN.LEFT)
    _line(right, "{{ chuc_danh_ky | upper }}", bold=True, size=14).paragraph_format.space_before = Pt(8)
    for _ in range(4):
        _line(right, "", size=14)


def _annexes(document: Any) -> None:
    annexes = (
        ("Phụ lục I", "Tình hình, kết quả giải quyết thủ tục hành chính (Biểu II.06a)", "bieu-ii-06a"),
        ("Phụ lục II", "Kết quả cung cấp dịch vụ công trực tuyến", "dvc-truc-tuyen"),
        ("Phụ lục III", "Kết quả số hóa hồ sơ, kết quả giải quyết", "so-hoa"),
        ("Phụ lục IV", "Số lượng thủ tục hành chính theo cấp giải quyết (Biểu II.07b)", "bieu-ii-07b"),
    )
    for number, title, table in annexes:
        with _if_included(document, number) if table != "bieu-ii-06a" else nullcontext():
            _annex(document, number, title, table)


def _annex(document: Any, number: str, title: str, table: str) -> None:
    section = document.add_section(WD_SECTION.NEW_PAGE)
    _page(section, landscape=True) if table == "bieu-ii-06a" else None
    _restart(section)
    _line(document, number, bold=True, size=14)
    _line(document, title.upper(), bold=True, size=14)
    _line(
        document,
        "(Kèm theo Báo cáo số       /BC-{{ viet_tat }} ngày       tháng       năm {{ nam }} của {{ co_quan }})",
        italic=True,
        size=14,
    )
    _line(document, "Kỳ báo cáo: {{ ky }} (từ ngày {{ tu_ngay }} đến ngày {{ den_ngay }})", italic=True, size=13)
    _line(document, "", size=6)
    _insert(document, f"bang('{table}', tieu_de=False)")


def _restart(section: Any) -> None:
    """Number the pages of an annex from 1 again."""
    number = OxmlElement("w:pgNumType")
    number.set(qn("w:start"), "1")
    section._sectPr.insert_element_before(number, "w:cols", "w:titlePg", "w:docGrid")


if __name__ == "__main__":
    main(*(Path(a) for a in sys.argv[1:]))
