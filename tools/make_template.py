"""Write the first versions of the Word templates, of one agency and of many: `python tools/make_template.py`.

Afterwards the template is edited in Word (docs/bao-cao-word.md); this script is run again only to begin anew. Layout as
Decree 30/2020/NĐ-CP, annex I: A4, margins 20/20/30/15 mm, Times New Roman 13–14, page number centred at the top.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from tthc_analysis.documents.word import ROLLUP_TEMPLATE, TEMPLATE, normalised

FONT = "Times New Roman"


def main(target: Path = TEMPLATE) -> None:
    """Write the template to `target`."""
    parts = (_letterhead, _title, _direction, _control, _assessment, _closing, _signature, _annexes)
    save(target, "Mẫu báo cáo kiểm soát thủ tục hành chính", parts)


def main_of_many(target: Path = ROLLUP_TEMPLATE) -> None:
    """Write the template of the report of an agency that rolls up others."""
    parts = (_letterhead, _title, _bodies, _whole_area, _closing_of_many, _signature, _annexes_of_many)
    save(target, "Mẫu báo cáo tổng hợp kiểm soát thủ tục hành chính", parts)


def save(target: Path, title: str, parts: Iterable[Callable[[Any], object]]) -> None:
    """Write a document of these parts."""
    document = Document()
    _styles(document)
    _page(document.sections[0])
    for write in parts:
        write(document)
    document.core_properties.title = title
    document.core_properties.author = ""
    document.save(str(target))
    target.write_bytes(normalised(target.read_bytes()))


def _bodies(document: Any) -> None:
    _heading(document, "I. PHẠM VI SỐ LIỆU", 1)
    _insert(document, "cau('don-vi-tong-hop')")
    _prose(document, "tong-hop-chi-dao", "Viết kết quả chỉ đạo, kiểm tra, đôn đốc các đơn vị trong kỳ")


def _whole_area(document: Any) -> None:
    _heading(document, "II. KẾT QUẢ GIẢI QUYẾT HỒ SƠ TOÀN ĐỊA BÀN", 1)
    for text in (
        "- Hồ sơ nhận giải quyết: {{ so('all_handled_count') }}; trong đó mới nộp trực tuyến: {{ so('all_received_online_count') }}; "
        "mới nộp trực tiếp, qua dịch vụ bưu chính công ích: {{ so('all_received_offline_count') }}; từ kỳ trước chuyển sang: "
        "{{ so('all_carried_over_count') }}.",
        "- Hồ sơ đã giải quyết: {{ so('all_resolved_count') }}; trong đó trước hạn: {{ so('all_resolved_early_count') }}; đúng hạn: "
        "{{ so('all_resolved_on_time_count') }}; quá hạn: {{ so('all_resolved_overdue_count') }}.",
        "- Hồ sơ đang giải quyết: {{ so('all_pending_count') }}; trong đó trong hạn: {{ so('all_pending_within_count') }}; quá hạn: "
        "{{ so('all_pending_overdue_count') }}.",
        "- Tỷ lệ hồ sơ đã giải quyết: {{ so('all_resolved_rate') }} số hồ sơ nhận giải quyết trong kỳ ({{ tu('all_resolved_rate') }}/{{ mau('all_resolved_rate') }} hồ sơ).",
        "- Tỷ lệ giải quyết quá hạn: {{ so('all_resolved_overdue_rate') }} số hồ sơ đã giải quyết trong kỳ ({{ tu('all_resolved_overdue_rate') }}/{{ mau('all_resolved_overdue_rate') }} hồ sơ).",
        "- Tỷ lệ hồ sơ mới nộp trực tuyến: {{ so('all_received_online_rate') }} số hồ sơ tiếp nhận mới trong kỳ ({{ tu('all_received_online_rate') }}/{{ mau('all_received_online_rate') }} hồ sơ).",
    ):
        _text(document, text)
    more = " or ".join(
        f"dem('all_{whole}_count') > " + " + ".join(f"dem('all_{part}_count')" for part in parts)
        for whole, parts in (
            ("received_new", ("received_online", "received_offline")),
            ("resolved", ("resolved_early", "resolved_on_time", "resolved_overdue")),
            ("pending", ("pending_within", "pending_overdue")),
        )
    )
    _text(document, f"{{%p if {more} %}}")
    _text(
        document,
        "Có hồ sơ không ghi hình thức tiếp nhận hoặc không có ngày hẹn trả, nên các số thành phần cộng lại nhỏ hơn tổng; xem ghi chú "
        "tại Phụ lục I.",
    )
    _text(document, "{%p endif %}")
    _text(
        document,
        "Kết quả theo cấp, đơn vị và theo lĩnh vực tại Phụ lục I; của từng đơn vị tại {{ phu_luc('Phụ lục III') }}.",
    )
    _text(document, "{%p if co_dong('trung-ma-don-vi') %}")
    _text(
        document,
        "Có {{ '%02d' % co_dong('trung-ma-don-vi') }} lượt hồ sơ mà hai đơn vị cùng có, được tính một lần cho đơn vị giải quyết.",
    )
    _text(document, "{%p endif %}")
    _heading(document, "Lũy kế, kỳ trước và cùng kỳ năm trước (số liệu tại Phụ lục II)", 2)
    _insert(document, "cau('khoang-tong-hop')")


def _closing_of_many(document: Any) -> None:
    _heading(document, "III. ĐÁNH GIÁ CHUNG", 1)
    _prose(document, "tong-hop-danh-gia", "Viết kết quả nổi bật, tồn tại, nguyên nhân và trách nhiệm của từng đơn vị")
    _closing(document, "tong-hop-")


def _annexes_of_many(document: Any) -> None:
    columns = "Các cột của Biểu số II.06a/VPCP/KSTT"
    annexes = (
        (
            "Phụ lục I",
            "Tổng hợp theo cấp, đơn vị và theo cấp, lĩnh vực",
            columns,
            ("tong-hop-ii-06a", "tong-hop-theo-linh-vuc"),
        ),
        ("Phụ lục II", "Lũy kế, kỳ trước và cùng kỳ năm trước", "", ("tong-hop-luy-ke",)),
        ("Phụ lục III", "Kết quả của từng đơn vị", "", ("xep-hang-don-vi",)),
    )
    for number, title, form, tables in annexes:
        _annex(document, number, title, form, first=number == "Phụ lục I")
        for table in tables:
            _insert(document, f"bang('{table}', tieu_de={len(tables) > 1}, ngang=True)")
    _text(document, "{%p if co_dong('de-rieng') %}")
    _annex(document, "Phụ lục IV", "Đơn vị để riêng, ngoài tổng", "")
    _insert(document, "bang('de-rieng', tieu_de=False, ngang=True)")
    _text(document, "{%p endif %}")
    _line(document, "Cách đếm hồ sơ: {{ cach_dem }}", italic=True, size=11, align=ALIGN.JUSTIFY)


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
    left, right, number, day = _columns(document, (69, 96), rows=2)
    _line(left, "{{ dau_trang_cap_tren }}", size=12)
    _line(left, "{{ dau_trang_co_quan }}", bold=True, size=12)
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
    _line(document, "{{ tieu_de }} {{ ky | dau_thuong }} của {{ co_quan }}", bold=True, size=14)
    _rule(_line(document, "", size=2), 60)
    _line(document, "Kính gửi: {{ noi_nhan }}.", size=14).paragraph_format.space_before = Pt(10)
    _text(
        document,
        "{{ co_quan }} báo cáo công tác kiểm soát thủ tục hành chính (TTHC) {{ ky | dau_thuong }}. Số liệu giải quyết hồ sơ "
        "tính từ ngày {{ tu_ngay }} đến hết ngày {{ den_ngay }} ({{ can_cu_ky | dau_thuong }}).",
    )
    _text(document, "{%p if luu_y_van_ban %}")
    _to_do(document, "[Lưu ý về văn bản, xem lại trước khi trình: {{ luu_y_van_ban | trim }}]")
    _text(document, "{%p endif %}")


def _to_do(document: Any, text: str) -> None:
    """A paragraph to the clerk, unlike the text of the report."""
    run = document.add_paragraph().add_run(text)
    run.italic, run.font.color.rgb = True, RGBColor(0xB0, 0x00, 0x20)


def _heading(document: Any, text: str, level: int) -> None:
    document.add_paragraph(text, style=f"Heading {level}")


def _text(document: Any, text: str) -> None:
    document.add_paragraph(text)


@contextmanager
def _if_included(document: Any, number: str, table: str = "") -> Iterator[None]:
    """What stands in the document only when the report has the section of this number, and the table has a row."""
    rows = f" and co_dong('{table}')" if table else ""
    _text(document, f"{{%p if co_muc('{number}'){rows} %}}")
    yield
    _text(document, "{%p endif %}")


def _insert(document: Any, call: str) -> None:
    _text(document, f"{{{{p {call} }}}}")


def _prose(document: Any, name: str, hint: str) -> None:
    """The place of a text of the analyst's own, with what to write there."""
    _insert(document, f"doan('{name}', '{hint}')")


def _direction(document: Any) -> None:
    _heading(document, "I. CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH", 1)
    _text(
        document,
        "{% if dem('directive_documents_count') == 0 %}Trong kỳ, {{ don_vi }} không ban hành văn bản chỉ đạo về cải cách hành "
        "chính và kiểm soát TTHC.{% else %}Trong kỳ, {{ don_vi }} ban hành {{ so('directive_documents_count') }} văn bản chỉ đạo về "
        "cải cách hành chính và kiểm soát TTHC{% if o_phu_luc('danh-sach-van-ban') %} (danh sách tại {{ phu_luc_danh_sach }})."
        "{% elif co_dong('danh-sach-van-ban') %}, gồm:{% else %}.{% endif %}{% endif %}",
    )
    _insert(
        document,
        "liet_ke('danh-sach-van-ban', 'số [document_number] ngày [issued_date] [subject|ve]', nhom='type_label')",
    )
    _text(
        document,
        "Tính từ đầu năm đến {{ ngay_chot }}, đã ký {{ so('commitments_count') }} bản cam kết không gây phiền hà, sách nhiễu"
        "{% if co('commitments_rooms_rate') %}; {{ tu('commitments_rooms_rate') }}/{{ mau('commitments_rooms_rate') }} {{ phong }} "
        "đã ký{% endif %}{% if co('commitments_units_rate') %}; {{ tu('commitments_units_rate') }}/"
        "{{ mau('commitments_units_rate') }} {{ don_vi_truc_thuoc }} đã ký{% endif %}.",
    )
    _prose(document, "chi-dao-dieu-hanh", "Viết kết quả chỉ đạo, kiểm tra, đôn đốc nổi bật trong kỳ")


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
        "{% if dem('normative_with_procedures_count') == 0 %}Trong kỳ, {{ don_vi }} không tham mưu ban hành văn bản quy phạm pháp "
        "luật nào có quy định TTHC, nên không phát sinh việc đánh giá tác động."
        "{% else %}Trong kỳ, {{ don_vi }} tham mưu {{ so('normative_with_procedures_count') }} văn bản quy phạm pháp luật có quy định "
        "TTHC{% if co('impact_assessed_rate') %}; tỷ lệ văn bản đã đánh giá tác động đạt {{ so('impact_assessed_rate') }}{% endif %}."
        "{% endif %}",
    )


def _publication(document: Any) -> None:
    _heading(document, "2. Công bố, công khai TTHC", 2)
    _text(
        document,
        "{% if dem('publication_decisions_count') == 0 %}Trong kỳ, {{ don_vi }} không trình ban hành quyết định công bố TTHC."
        "{% else %}Trong kỳ, {{ don_vi }} trình cấp có thẩm quyền ban hành {{ so('publication_decisions_count') }} quyết định công bố "
        "TTHC{% if dem('internal_publication_decisions_count') > 0 %}, trong đó {{ so('internal_publication_decisions_count') }} quyết "
        "định về TTHC nội bộ{% endif %}{% if o_phu_luc('danh-sach-quyet-dinh') %} (danh sách tại {{ phu_luc_danh_sach }})."
        "{% elif co_dong('danh-sach-quyet-dinh') %}, gồm:{% else %}.{% endif %}{% endif %}",
    )
    _insert(
        document, "liet_ke('danh-sach-quyet-dinh', '[type_label] số [document_number] ngày [issued_date] [subject|ve]')"
    )
    _text(
        document,
        "Tính đến {{ ngay_chot }}, {{ don_vi }} công khai {{ so('procedures_published_count') }} TTHC còn hiệu lực"
        "{% if co('procedures_full_count', 'procedures_partial_count') %}; trong đó {{ so('procedures_full_count') }} TTHC cung cấp dịch "
        "vụ công trực tuyến toàn trình, {{ so('procedures_partial_count') }} TTHC cung cấp dịch vụ công trực tuyến một phần{% endif %}."
        "{% if co_dong('tthc-theo-cap') %} Theo cấp có thẩm quyền giải quyết, các TTHC công khai gồm:{% endif %}",
    )
    _insert(
        document, "liet_ke('tthc-theo-cap', 'Thẩm quyền giải quyết của [label]: [published] TTHC', bo_0='published')"
    )
    _text(
        document,
        "{% if dem('internal_procedures_count') == 0 %}Chưa có TTHC nội bộ được công bố.{% else %}Có "
        "{{ so('internal_procedures_count') }} TTHC nội bộ còn hiệu lực{% if co_dong('tthc-theo-cap') %} "
        "({{ chuoi('tthc-theo-cap', 'thẩm quyền của [label] [internal]', bo_0='internal') }}){% endif %}.{% endif %}",
    )
    _prose(
        document,
        "cong-bo-cong-khai",
        "Viết nơi niêm yết, công khai TTHC và việc công bố danh mục dịch vụ công trực tuyến",
    )


def _simplification(document: Any) -> None:
    _heading(document, "3. Rà soát, đơn giản hóa TTHC", 2)
    _text(
        document,
        "{% if dem('simplification_count') == 0 %}Trong kỳ, {{ don_vi }} không trình phương án đơn giản hóa TTHC.{% else %}{{ don_vi }} "
        "trình phương án đơn giản hóa {{ so('simplification_count') }} TTHC{{ noi_trinh('don-gian-hoa') }}"
        "{% if co_dong('don-gian-hoa') %}: {{ chuoi('don-gian-hoa', '([stt]) [procedure_name]') }}{% endif %}."
        "{% if co('simplification_days_cut_min', 'simplification_days_cut_max') %} Thời hạn giải quyết mỗi TTHC cắt giảm từ "
        "{{ so('simplification_days_cut_min') }} đến {{ so('simplification_days_cut_max') }} ngày làm việc.{% endif %}"
        "{% if co('simplification_cost_cut_rate') %} Chi phí tuân thủ trong một năm cắt giảm {{ so('simplification_cost_cut_rate') }} "
        "({{ tu('simplification_cost_cut_rate') }}/{{ mau('simplification_cost_cut_rate') }} đồng).{% endif %}{% endif %}",
    )
    _text(
        document,
        "{% if dem('internal_simplification_count') == 0 %}Trong kỳ, {{ don_vi }} không trình phương án đơn giản hóa TTHC nội bộ."
        "{% else %}{{ don_vi }} trình phương án đơn giản hóa {{ so('internal_simplification_count') }} TTHC nội bộ"
        "{{ noi_trinh('don-gian-hoa-noi-bo') }}{% if co_dong('don-gian-hoa-noi-bo') %}: "
        "{{ chuoi('don-gian-hoa-noi-bo', '([stt]) [procedure_name]') }}{% endif %}.{% if co('internal_components_cut_rate') %} Thành phần "
        "hồ sơ cắt giảm {{ so('internal_components_cut_rate') }} ({{ tu('internal_components_cut_rate') }}/"
        "{{ mau('internal_components_cut_rate') }} loại giấy tờ).{% endif %}{% endif %}",
    )
    _prose(document, "don-gian-hoa", "Viết cách rà soát, ý kiến tham vấn, kết quả phê duyệt và thực thi phương án")


def _handling(document: Any) -> None:
    _heading(document, "4. Tình hình, kết quả giải quyết TTHC", 2)
    _heading(document, "4.1. Kết quả giải quyết hồ sơ", 3)
    _text(
        document,
        "- Số hồ sơ nhận giải quyết là {{ so('dossiers_handled_count') }} hồ sơ{% if co('dossiers_received_new_count', "
        "'dossiers_carried_over_count') %}, gồm {{ so('dossiers_received_new_count') }} hồ sơ tiếp nhận mới trong kỳ và "
        "{{ so('dossiers_carried_over_count') }} hồ sơ từ kỳ trước chuyển sang{% endif %}.{% if co('dossiers_received_online_count', "
        "'offline_received_count') %} Hồ sơ tiếp nhận mới gồm {{ so('dossiers_received_online_count') }} hồ sơ nộp trực tuyến, "
        "{{ so('offline_received_count') }} hồ sơ nộp trực tiếp{% if co('dossiers_received_other_count') %}, qua dịch vụ bưu chính công "
        "ích và hình thức khác{% else %} hoặc qua dịch vụ bưu chính công ích{% endif %}.{% endif %}",
    )
    _text(
        document,
        "- Đã giải quyết {{ so('dossiers_resolved_count') }} hồ sơ{% if co('dossiers_resolved_rate') %}, đạt "
        "{{ so('dossiers_resolved_rate') }} số hồ sơ nhận giải quyết{% endif %}.{% if co('dossiers_resolved_early_count', "
        "'dossiers_resolved_early_rate', 'dossiers_resolved_on_time_count', 'dossiers_resolved_on_time_rate', "
        "'dossiers_resolved_overdue_count', 'dossiers_resolved_overdue_rate') %} Trong số hồ sơ đã giải quyết, "
        "{{ so('dossiers_resolved_early_count') }} hồ sơ trước hạn ({{ so('dossiers_resolved_early_rate') }}), "
        "{{ so('dossiers_resolved_on_time_count') }} hồ sơ đúng hạn ({{ so('dossiers_resolved_on_time_rate') }}), "
        "{% if dem('dossiers_resolved_overdue_count') == 0 %}không có hồ sơ quá hạn{% else %}"
        "{{ so('dossiers_resolved_overdue_count') }} hồ sơ quá hạn ({{ so('dossiers_resolved_overdue_rate') }}){% endif %}.{% endif %}",
    )
    _text(
        document,
        "- {% if dem('dossiers_pending_count') == 0 %}Tại {{ ngay_chot }} không còn hồ sơ "
        "đang giải quyết.{% elif dem('dossiers_pending_overdue_count') == 0 %}Tại {{ ngay_chot }} còn "
        "{{ so('dossiers_pending_count') }} hồ sơ đang giải quyết, tất cả trong hạn.{% elif co('dossiers_pending_overdue_count', "
        "'dossiers_pending_within_count') %}Tại {{ ngay_chot }} còn {{ so('dossiers_pending_count') }} hồ sơ đang giải quyết, trong đó "
        "{{ so('dossiers_pending_within_count') }} hồ sơ trong hạn và {{ so('dossiers_pending_overdue_count') }} hồ sơ quá hạn."
        "{% else %}Tại {{ ngay_chot }} còn {{ so('dossiers_pending_count') }} hồ sơ đang giải quyết.{% endif %}",
    )
    with _if_included(document, "Phụ lục I", "bieu-ii-06a"):
        _text(document, "Chi tiết theo lĩnh vực tại {{ phu_luc('Phụ lục I') }}.")
    _online(document)
    _digitisation(document)


def _online(document: Any) -> None:
    _heading(document, "4.2. Dịch vụ công trực tuyến", 3)
    _text(
        document,
        "- Số hồ sơ trực tuyến nhận giải quyết là {{ so('online_handled_count') }} hồ sơ{% if co('online_received_count', "
        "'online_carried_over_count') %}, gồm {{ so('online_received_count') }} hồ sơ mới và {{ so('online_carried_over_count') }} hồ "
        "sơ từ kỳ trước{% endif %}.{% if co('online_received_rate') %} Tỷ lệ hồ sơ mới nộp trực tuyến đạt "
        "{{ so('online_received_rate') }} ({{ tu('online_received_rate') }}/{{ mau('online_received_rate') }} hồ sơ).{% endif %}",
    )
    _text(
        document,
        "- Tỷ lệ TTHC cung cấp dịch vụ công trực tuyến toàn trình đạt {{ so('procedures_full_rate') }} "
        "({{ tu('procedures_full_rate') }}/{{ mau('procedures_full_rate') }} TTHC){% if co('procedures_partial_rate') %}, một phần đạt "
        "{{ so('procedures_partial_rate') }} ({{ tu('procedures_partial_rate') }}/{{ mau('procedures_partial_rate') }} TTHC){% endif %}.",
    )
    _text(
        document,
        "- Tỷ lệ thanh toán trực tuyến đạt {{ so('paid_online_rate') }} ({{ tu('paid_online_rate') }}/{{ mau('paid_online_rate') }} "
        "hồ sơ phải nộp phí, lệ phí){% if co('fee_procedures_count') %}; {{ don_vi }} có {{ so('fee_procedures_count') }} TTHC thu phí, "
        "lệ phí{% endif %}.",
    )
    with _if_included(document, "Phụ lục II", "dvc-truc-tuyen"):
        _text(document, "Chi tiết theo thủ tục tại {{ phu_luc('Phụ lục II') }}.")


def _digitisation(document: Any) -> None:
    _heading(document, "4.3. Số hóa hồ sơ, kết quả giải quyết", 3)
    _text(
        document,
        "Tỷ lệ số hóa hồ sơ và kết quả đạt {{ so('digitised_rate') }} ({{ tu('digitised_rate') }}/{{ mau('digitised_rate') }})"
        "{% if co('digitised_components_rate', 'digitised_results_rate') %}; trong đó {{ so('digitised_components_rate') }} hồ sơ có thành "
        "phần số hóa ({{ tu('digitised_components_rate') }}/{{ mau('digitised_components_rate') }}) và "
        "{{ so('digitised_results_rate') }} hồ sơ đã giải quyết có kết quả điện tử ({{ tu('digitised_results_rate') }}/"
        "{{ mau('digitised_results_rate') }}){% endif %}.",
    )
    with _if_included(document, "Phụ lục III", "so-hoa"):
        _text(document, "Chi tiết theo thủ tục tại {{ phu_luc('Phụ lục III') }}.")
    with _if_included(document, "II.4.4"):
        _heading(document, "4.4. Tích hợp, chia sẻ dữ liệu", 3)
        _text(
            document,
            "Tỷ lệ {{ nhom_nguoi }} toàn ngành đã xác thực định danh đạt {{ so('verified_identities_rate') }} "
            "({{ tu('verified_identities_rate') }}/{{ mau('verified_identities_rate') }}).",
        )
        _prose(document, "tich-hop-chia-se", "Viết các hệ thống đã kết nối, chia sẻ dữ liệu và văn bản thực hiện")
    with _if_included(document, "II.4.5", "ho-so-qua-han"):
        _heading(document, "{% if co_muc('II.4.4') %}4.5{% else %}4.4{% endif %}. Hồ sơ quá hạn, hẹn lại ngày trả", 3)
        _insert(document, "bang('qua-han-theo-nguyen-nhan')")
        _text(document, "Từng hồ sơ tại {{ phu_luc('Phụ lục V') }}.")
    late = "(1 if co_muc('II.4.5') and co_dong('ho-so-qua-han') else 0)"
    scored = "(1 if co_muc('II.4.6') and co_dong('diem-766-theo-nhom') else 0)"
    before = f"4 + (1 if co_muc('II.4.4') else 0) + {late}"
    with _if_included(document, "II.4.6", "diem-766-theo-nhom"):
        _scores(document, f"4.{{{{ {before} }}}}")
    with _if_included(document, "II.4.7"):
        _beside_the_form(document, f"4.{{{{ {before} + {scored} }}}}")


def _scores(document: Any, number: str) -> None:
    """Points of the calendar period: there for periods that a rule set scores."""
    _heading(document, f"{number}. Điểm theo Quyết định 766/QĐ-TTg (kỳ theo lịch)", 3)
    _insert(document, "bang('diem-766-theo-nhom')")
    _text(document, "{%p if co_dong('diem-766-mat') %}")
    _text(
        document,
        "Điểm đã mất, xếp theo điểm còn giành lại được: "
        "{{ chuoi('diem-766-mat', '[name|thuong]: mất [lost] điểm ([cases] trường hợp), còn giành được [gainable] điểm') }}.",
    )
    _text(document, "{%p endif %}")
    _text(
        document,
        "Thành phần, cách tính, hồ sơ làm mất điểm ở trang báo cáo, mục II.4.6 và {{ phu_luc('Phụ lục VII') }}.",
    )


def _beside_the_form(document: Any, number: str) -> None:
    """What a column tells beside the form; what none tells has no sentence."""
    _heading(document, f"{number}. Hồ sơ rút, trả lại, chờ bổ sung; phí, lệ phí; đến hạn; kế hoạch", 3)
    _text(document, "{%p if co('withdrawn_count', 'returned_count', 'refused_count', 'waiting_supplement_count') %}")
    _text(
        document,
        "- Theo trạng thái lúc xuất: {{ so('withdrawn_count') }} hồ sơ công dân rút, {{ so('returned_count') }} hồ sơ trả lại, "
        "{{ so('refused_count') }} hồ sơ bị từ chối, {{ so('waiting_supplement_count') }} hồ sơ đang chờ bổ sung"
        "{% if co('stopped_count') %}, {{ so('stopped_count') }} hồ sơ đang dừng xử lý{% endif %}"
        "{% if co('supplement_requests_count') %}; {{ so('supplement_requests_count') }} lượt yêu cầu bổ sung{% endif %}.",
    )
    _text(document, "{%p endif %}")
    for name, sentence in (
        ("fees_collected_amount", "Phí, lệ phí đã thu của hồ sơ mới trong kỳ: {{ so('fees_collected_amount') }} đồng."),
        ("due_done_rate", "Hồ sơ đến hạn trong kỳ có kết quả đúng hạn: {{ so('due_done_rate') }} ({{ tu('due_done_rate') }}/{{ mau('due_done_rate') }})."),
        ("reused_rate", "Hồ sơ dùng lại dữ liệu đã số hóa: {{ so('reused_rate') }} ({{ tu('reused_rate') }}/{{ mau('reused_rate') }})."),
        ("population_data_rate", "Hồ sơ có khai thác dữ liệu dân cư: {{ so('population_data_rate') }} ({{ tu('population_data_rate') }}/{{ mau('population_data_rate') }})."),
        ("plan_done_rate", "Nhiệm vụ của kế hoạch đến hạn trong kỳ đã hoàn thành: {{ so('plan_done_rate') }} ({{ tu('plan_done_rate') }}/{{ mau('plan_done_rate') }})."),
    ):  # fmt: skip
        _text(document, f"{{%p if co('{name}') %}}")
        _text(document, f"- {sentence}")
        _text(document, "{%p endif %}")


def _petitions(document: Any) -> None:
    _heading(document, "5. Tiếp nhận, xử lý phản ánh, kiến nghị", 2)
    _text(
        document,
        "{% if dem('petitions_received_count') == 0 and dem('petitions_carried_over_count') == 0 %}Trong kỳ không phát sinh "
        "phản ánh, kiến nghị."
        "{% else %}Trong kỳ tiếp nhận {{ so('petitions_received_count') }} phản ánh, kiến nghị{% if "
        "dem('petitions_carried_over_count') > 0 %}, cùng {{ so('petitions_carried_over_count') }} phản ánh, kiến nghị từ kỳ trước "
        "chuyển sang{% endif %}; đã xử lý {{ so('petitions_resolved_count') }}{% if co('petitions_on_time_rate') %}, trong đó đúng hạn "
        "{{ tu('petitions_on_time_rate') }}/{{ mau('petitions_on_time_rate') }}, đạt {{ so('petitions_on_time_rate') }}{% endif %}"
        "{% if dem('petitions_pending_count') > 0 %}; đang xử lý {{ so('petitions_pending_count') }}{% endif %}.{% endif %}",
    )
    _insert(
        document,
        "liet_ke('phan-anh-kien-nghi', '[kind], tiếp nhận qua [channel]: [handled] phản ánh, kiến nghị, đã xử lý [resolved]')",
    )


def _communication(document: Any) -> None:
    _heading(document, "6. Truyền thông về kiểm soát TTHC", 2)
    _text(
        document,
        "Trong kỳ, Cổng thông tin điện tử của ngành đăng {{ so('posts_count') }} tin, bài{% if co('reform_posts_count') %}, trong đó "
        "{{ so('reform_posts_count') }} tin, bài về cải cách hành chính{% endif %}{% if co('topic_pages_count') %}; duy trì "
        "{{ so('topic_pages_count') }} chuyên mục{% endif %}{% if co('portal_visits_mean') %}; bình quân mỗi ngày có "
        "{{ so('portal_visits_mean') }} lượt truy cập{% endif %}.",
    )
    _text(
        document,
        "Tại ngày chốt, trang Facebook có {{ so('facebook_followers_count') }} lượt theo dõi{% if co('zalo_followers_count') %}, trang "
        "Zalo có {{ so('zalo_followers_count') }} lượt theo dõi{% endif %}.",
    )
    _text(
        document,
        "{{ tu('contest_participation_rate') }}/{{ mau('contest_participation_rate') }} công chức "
        "({{ so('contest_participation_rate') }}) tham gia hội thi tìm hiểu cải cách hành chính.",
    )
    _text(
        document,
        "{{ tu('units_communicating_rate') }}/{{ mau('units_communicating_rate') }} đơn vị trực thuộc "
        "({{ so('units_communicating_rate') }}) tổ chức tuyên truyền cải cách hành chính.",
    )
    _prose(document, "truyen-thong", "Viết các hình thức tuyên truyền, cơ quan báo chí phối hợp và kết quả nổi bật")


def _one_stop(document: Any) -> None:
    _heading(document, "7. Thực hiện cơ chế một cửa, một cửa liên thông", 2)
    _insert(document, "cau('cau-khang-dinh')")
    _prose(document, "mot-cua", "Viết tổ chức Bộ phận Một cửa, quy trình nội bộ, mức độ hài lòng và việc còn vướng")


def _initiatives(document: Any) -> None:
    _heading(document, "8. Sáng kiến trong cải cách TTHC", 2)
    _text(
        document,
        "{% if dem('initiatives_count') == 0 %}Trong kỳ "
        "không có sáng kiến được đề xuất.{% else %}Trong kỳ có {{ so('initiatives_count') }} sáng kiến được đề xuất{% if "
        "dem('initiatives_recognised_count') > 0 %}, trong đó {{ so('initiatives_recognised_count') }} sáng kiến đã được công nhận"
        "{% endif %}{% if o_phu_luc('sang-kien') %} (danh sách tại {{ phu_luc_danh_sach }}).{% elif co_dong('sang-kien') %}, gồm:"
        "{% else %}.{% endif %}{% endif %}",
    )
    _insert(document, "liet_ke('sang-kien', '[title] ([unit_name], đề xuất ngày [proposed_date], [status|thuong])')")


def _assessment(document: Any) -> None:
    _heading(document, "III. ĐÁNH GIÁ CHUNG", 1)
    _heading(document, "1. Kết quả đạt được", 2)
    _text(
        document,
        "Một nửa số hồ sơ được giải quyết trong {{ so('processing_days_median') }} ngày làm việc{% if co('processing_days_p90') %}, 90% "
        "số hồ sơ trong {{ so('processing_days_p90') }} ngày làm việc{% endif %}{% if co('time_cut_rate') %}; so với thời hạn quy định, "
        "thời gian giải quyết rút ngắn {{ so('time_cut_rate') }}{% endif %}.",
    )
    _insert(document, "bang('so-sanh-ky', can='change')")
    _insert(document, "luu_y('ghi-chu-so-sanh')")
    _prose(
        document, "ket-qua-dat-duoc", "Viết các kết quả nổi bật so với kế hoạch, nhiệm vụ được giao và so với kỳ trước"
    )
    _heading(document, "2. Tồn tại, hạn chế và nguyên nhân", 2)
    _text(
        document,
        "{% if dem('slipped_procedures_count') == 0 %}Không có TTHC nào có thời gian giải quyết dài hơn hay quá hạn nhiều hơn kỳ trước."
        "{% else %}Có {{ so('slipped_procedures_count') }} TTHC có thời gian giải quyết dài hơn hoặc quá hạn nhiều hơn kỳ trước"
        "{% if co_dong('tthc-cham-di') %}: {{ chuoi('tthc-cham-di', '([stt]) [name]') }}{% endif %}.{% endif %}",
    )
    _text(
        document,
        "{% if dem('overdue_total_count') > 0 %}Trong kỳ "
        "có {{ so('overdue_total_count') }} hồ sơ quá hạn.{% else %}Trong kỳ không phát sinh hồ sơ quá hạn.{% endif %}",
    )
    _prose(
        document, "ton-tai-han-che", "Viết tồn tại, nguyên nhân và trách nhiệm; nêu rõ nguyên nhân nếu có hồ sơ quá hạn"
    )


def _closing(document: Any, prefix: str = "") -> None:
    """What comes last; `prefix` keeps the texts of a roll-up apart from those of its agencies."""
    _heading(document, "IV. ĐỀ XUẤT, KIẾN NGHỊ", 1)
    _prose(document, f"{prefix}de-xuat-kien-nghi", "Viết kiến nghị với từng cấp, mỗi kiến nghị một gạch đầu dòng")
    _heading(document, "V. PHƯƠNG HƯỚNG, NHIỆM VỤ KỲ TIẾP THEO", 1)
    _prose(document, f"{prefix}phuong-huong", "Viết nhiệm vụ trọng tâm của kỳ tiếp theo, người chủ trì và thời hạn")
    last = document.add_paragraph(
        "Trên đây là báo cáo {{ tieu_de | dau_thuong }} {{ ky | dau_thuong }} của {{ co_quan }}, kính báo cáo {{ noi_nhan }}./."
    )
    last.paragraph_format.keep_with_next = True


def _signature(document: Any) -> None:
    sign(document, ("- {{ noi_nhan }};", "- {{ lanh_dao }};", "- Lưu: VT, VP."))


def sign(document: Any, receivers: Sequence[str]) -> None:
    """Whom the document goes to at the left, who signs at the right."""
    left, right = _columns(document, (82, 83))
    _line(left, "Nơi nhận:", bold=True, italic=True, size=12, align=ALIGN.LEFT).paragraph_format.space_before = Pt(8)
    for text in receivers:
        _line(left, text, size=11, align=ALIGN.LEFT)
    _line(right, "", size=8)
    _line(right, "{%p if thay_mat %}")
    _line(right, "{{ thay_mat | upper }}", bold=True, size=14)
    _line(right, "{%p endif %}")
    _line(right, "{{ chuc_danh_ky | upper }}", bold=True, size=14)
    for _ in range(4):
        _line(right, "", size=14)


def _annexes(document: Any) -> None:
    annexes = (
        ("Phụ lục I", "Tình hình, kết quả giải quyết thủ tục hành chính", "Biểu số II.06a/VPCP/KSTT", "bieu-ii-06a"),
        ("Phụ lục II", "Kết quả cung cấp dịch vụ công trực tuyến", "", "dvc-truc-tuyen"),
        ("Phụ lục III", "Kết quả số hóa hồ sơ, kết quả giải quyết", "", "so-hoa"),
        ("Phụ lục IV", "Số lượng thủ tục hành chính theo cấp giải quyết", "Biểu số II.07b/VPCP/KSTT", "bieu-ii-07b"),
        ("Phụ lục V", "Hồ sơ quá hạn, hẹn lại ngày trả", "", "ho-so-qua-han"),
    )
    for number, title, form, table in annexes:
        with _if_included(document, number, table) if table != "bieu-ii-06a" else nullcontext():
            _annex(document, f"{{{{ phu_luc('{number}') }}}}", title, form, first=table == "bieu-ii-06a")
            _insert(document, f"bang('{table}', tieu_de=False, ngang=True)")
            if table == "bieu-ii-06a":
                _line(document, "Cách đếm hồ sơ: {{ cach_dem }}", italic=True, size=11, align=ALIGN.JUSTIFY)
    _lists(document)


#: lists that the setting annex_from moves out of the text when they are long
_LONG_LISTS = ("danh-sach-van-ban", "danh-sach-quyet-dinh", "sang-kien")


def _lists(document: Any) -> None:
    """The annex of the lists that are too long for the text; there only when there is one."""
    moved = " or ".join(f"o_phu_luc('{name}')" for name in _LONG_LISTS)
    _text(document, f"{{%p if {moved} %}}")
    _annex(document, "{{ phu_luc_danh_sach }}", "Danh sách kèm theo báo cáo", "")
    for name in _LONG_LISTS:
        _text(document, f"{{%p if o_phu_luc('{name}') %}}")
        _insert(document, f"bang('{name}', ngang=True)")
        _text(document, "{%p endif %}")
    _text(document, "{%p endif %}")


def _annex(document: Any, number: str, title: str, form: str, first: bool = False) -> None:
    section = document.add_section(WD_SECTION.NEW_PAGE)
    _flat(document.element.body.xpath("./w:p[w:pPr/w:sectPr]")[-1])
    _page(section, landscape=True) if first else None
    _restart(section)
    _line(document, number, bold=True, size=14)
    _line(document, title.upper(), bold=True, size=14)
    if form:
        _line(document, f"({form})", size=13)
    _line(
        document,
        "(Kèm theo Báo cáo số       /BC-{{ viet_tat }} ngày       tháng       năm {{ nam }} của {{ co_quan }})",
        italic=True,
        size=14,
    )
    _line(document, "Kỳ báo cáo: {{ ky }} (từ ngày {{ tu_ngay }} đến ngày {{ den_ngay }})", italic=True, size=13)
    _line(document, "", size=6)


def _flat(paragraph: Any) -> None:
    """The paragraph that ends a section takes no room: else one that fills its page would bring a blank one."""
    spacing = OxmlElement("w:spacing")
    for key, value in (("before", "0"), ("after", "0"), ("line", "20"), ("lineRule", "exact")):
        spacing.set(qn(f"w:{key}"), value)
    paragraph.pPr.insert_element_before(spacing, "w:ind", "w:jc", "w:rPr", "w:sectPr")


def _restart(section: Any) -> None:
    """Number the pages of an annex from 1 again."""
    number = OxmlElement("w:pgNumType")
    number.set(qn("w:start"), "1")
    section._sectPr.insert_element_before(number, "w:cols", "w:titlePg", "w:docGrid")


if __name__ == "__main__":
    main(*(Path(a) for a in sys.argv[1:2]))
    main_of_many(*(Path(a) for a in sys.argv[2:]))
