"""Write the first version of the template of a letter of apology: `python tools/make_letter.py`.

Afterwards the template is edited in Word; an office puts its own in its place (`[document] letter` in config.toml). It is not
held against form 04 of the circular: the command says so to the clerk, the letter to nobody.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docx.shared import Pt
from make_template import _columns, _line, _rule, _text, save, sign

from tthc_analysis.documents.letters import TEMPLATE


def main(target: Path = TEMPLATE) -> None:
    """Write the template to `target`."""
    save(target, "Mẫu thư xin lỗi và hẹn lại ngày trả kết quả", (_without_page_number, _head, _body, _foot))


def _without_page_number(document: Any) -> None:
    for part in (document.sections[0].header, document.sections[0].first_page_header):
        for paragraph in part.paragraphs:
            paragraph.clear()


def _head(document: Any) -> None:
    left, right, number, day = _columns(document, (67, 98), rows=2)
    _line(left, "{{ co_quan_cap_tren | upper }}", size=12)
    _line(left, "{{ co_quan | upper }}", bold=True, size=12)
    _rule(_line(left, "", size=2), 20)
    _line(number, "Số:          /TXL-{{ viet_tat }}").paragraph_format.space_before = Pt(6)
    _line(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold=True, size=12)
    _line(right, "Độc lập - Tự do - Hạnh phúc", bold=True)
    _rule(_line(right, "", size=2), 22)
    _line(day, "{{ dia_danh }}, ngày       tháng       năm {{ nam }}", italic=True).paragraph_format.space_before = Pt(
        6
    )
    _line(document, "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ", bold=True, size=14).paragraph_format.space_before = Pt(
        18
    )
    _rule(_line(document, "", size=2), 60)
    _line(document, "Kính gửi: {{ nguoi_nop }}{{ nguoi_nop }}", size=14).paragraph_format.space_before = Pt(10)


def _body(document: Any) -> None:
    for text in (
        "Ngày {{ ngay_tiep_nhan }}, {{ co_quan }} tiếp nhận hồ sơ đề nghị giải quyết thủ tục hành chính: {{ thu_tuc }}; "
        "mã hồ sơ: {{ ma_ho_so }}; ngày hẹn trả kết quả: {{ ngay_hen_tra }}.",
        "Đến nay, {{ co_quan }} chưa trả được kết quả đúng ngày đã hẹn (quá hạn {{ so_ngay_qua_han }} ngày làm việc; "
        "đơn vị xử lý: {{ don_vi_xu_ly }}). Lý do: {{ nguyen_nhan }}.",
        "Căn cứ {{ can_cu }}, {{ co_quan }} xin lỗi và hẹn trả kết quả vào ngày {{ ngay_hen_moi }}.",
        "Mong nhận được sự thông cảm của ông/bà (tổ chức) vì sự chậm trễ này./.",
    ):
        _text(document, text)


def _foot(document: Any) -> None:
    sign(document, ("- Như trên;", "- Bộ phận Một cửa;", "- Lưu: VT."))


if __name__ == "__main__":
    main()
