"""The tables and sentences of the sections beside the dossiers: registers, catalogue levels, assessment, bound claims."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from tthc_analysis.display.base import Display, Notice
from tthc_analysis.display.formats import MISSING, date_short, indicator_text, number
from tthc_analysis.display.tables import TableColumn, plain_table
from tthc_analysis.indicators._indicator import Indicator
from tthc_analysis.indicators.assessment import Comparison
from tthc_analysis.indicators.one_stop import Claim


def _shown(name: str, title: str, frame: pd.DataFrame | None, columns: Sequence[TableColumn], **more: Any) -> Display:
    """The table, or its own words when there is no data (None) or nothing to list (no row)."""
    if frame is None:
        return Notice(name, (f"{title}: chưa có dữ liệu.",))
    if frame.empty:
        return Notice(name, (f"{title}: không có trường hợp nào trong kỳ.",))
    return plain_table(name, title, frame, columns, **more)


def _dated(frame: pd.DataFrame | None, *names: str) -> pd.DataFrame | None:
    """`frame` with these date columns as dd/mm/yyyy."""
    if frame is None:
        return None
    texts = {n: [MISSING if pd.isna(v) else date_short(pd.Timestamp(v).date()) for v in frame[n]] for n in names}
    return frame.assign(**texts)


def documents_table(frame: pd.DataFrame | None, name: str, title: str) -> Display:
    """Documents: number, date, kind, issuer, subject."""
    columns = (
        TableColumn("document_number", ("Số, ký hiệu",), "text"),
        TableColumn("issued_date", ("Ngày ban hành",), "text"),
        TableColumn("type_label", ("Loại",), "text"),
        TableColumn("issuer_label", ("Cơ quan ban hành",), "text"),
        TableColumn("topic_label", ("Nội dung",), "text"),
        TableColumn("subject", ("Trích yếu",), "text"),
    )
    return _shown(name, title, _dated(frame, "issued_date"), columns)


def document_counts_table(frame: pd.DataFrame | None) -> Display:
    """Registered documents by issuer and kind."""
    columns = (
        TableColumn("issuer_label", ("Cơ quan ban hành",), "text"),
        TableColumn("type_label", ("Loại văn bản",), "text"),
        TableColumn("n", ("Số văn bản",)),
    )
    return _shown("van-ban-theo-loai", "Văn bản trong sổ theo cơ quan ban hành và loại", frame, columns)


def levels_table(frame: pd.DataFrame | None) -> Display:
    """Procedures by authority level: published, by online level, internal; with totals."""
    columns = (
        TableColumn("label", ("Cấp thẩm quyền",), "text"),
        TableColumn("published", ("TTHC công khai", "Tổng số")),
        TableColumn("full", ("TTHC công khai", "Toàn trình")),
        TableColumn("partial", ("TTHC công khai", "Một phần")),
        TableColumn("information", ("TTHC công khai", "Cung cấp thông tin")),
        TableColumn("internal", ("TTHC nội bộ",)),
    )
    total = None if frame is None else ("Tổng số", *(int(frame[c.name].sum()) for c in columns[1:]))
    return _shown("tthc-theo-cap", "Thủ tục hành chính theo cấp thẩm quyền", frame, columns, total=total)


def simplification_table(frame: pd.DataFrame | None) -> Display:
    """Public procedures: days and yearly compliance cost before and after."""
    columns = (
        TableColumn("procedure_name", ("Thủ tục hành chính",), "text"),
        TableColumn("days_before", ("Thời hạn (ngày làm việc)", "Trước")),
        TableColumn("days_after", ("Thời hạn (ngày làm việc)", "Sau")),
        TableColumn("days_cut", ("Thời hạn (ngày làm việc)", "Cắt giảm")),
        TableColumn("cost_before", ("Chi phí tuân thủ một năm (đồng)", "Trước")),
        TableColumn("cost_after", ("Chi phí tuân thủ một năm (đồng)", "Sau")),
        TableColumn("cost_cut_rate", ("Chi phí tuân thủ một năm (đồng)", "Tỷ lệ cắt giảm"), "percent"),
    )
    return _shown("don-gian-hoa", "Thủ tục hành chính được đề xuất đơn giản hóa", frame, columns)


def internal_simplification_table(frame: pd.DataFrame | None) -> Display:
    """Internal procedures: components before and after."""
    columns = (
        TableColumn("procedure_name", ("Thủ tục hành chính nội bộ",), "text"),
        TableColumn("components_before", ("Thành phần hồ sơ", "Trước")),
        TableColumn("components_after", ("Thành phần hồ sơ", "Sau")),
        TableColumn("components_cut_rate", ("Thành phần hồ sơ", "Tỷ lệ cắt giảm"), "percent"),
        TableColumn("document_number", ("Văn bản trình",), "text"),
    )
    return _shown("don-gian-hoa-noi-bo", "Thủ tục hành chính nội bộ được đề xuất đơn giản hóa", frame, columns)


_STAGES = {"before": "Trước", "after": "Sau"}


def cost_sheet_table(frame: pd.DataFrame | None) -> Display:
    """Every line of the standard cost model with the income used and the cost of a year, in đồng."""
    columns = (
        TableColumn("procedure_name", ("Thủ tục hành chính",), "text"),
        TableColumn("stage", ("Giai đoạn",), "text"),
        TableColumn("activity", ("Công việc",), "text"),
        TableColumn("activity_hours", ("Giờ",), "hours"),
        TableColumn("hourly_income", ("Thu nhập một giờ",)),
        TableColumn("service_cost", ("Thuê dịch vụ",)),
        TableColumn("fee_cost", ("Phí, chi phí khác",)),
        TableColumn("single_cost", ("Chi phí một lần",)),
        TableColumn("yearly_count", ("Số lần một năm",)),
        TableColumn("respondent_count", ("Số đối tượng",)),
        TableColumn("yearly_cost", ("Chi phí một năm",)),
    )
    data = None if frame is None else frame.assign(stage=frame["stage"].map(_STAGES))
    return _shown("chi-phi-tuan-thu", "Bảng tính chi phí tuân thủ", data, columns, unit="đồng")


def verification_table(frame: pd.DataFrame | None) -> Display:
    """Verified identities by school level at the last reading."""
    columns = (
        TableColumn("education_level", ("Cấp học",), "text"),
        TableColumn("record_count", ("Tổng số bản ghi",)),
        TableColumn("verified_count", ("Đã xác thực",)),
        TableColumn("rate", ("Tỷ lệ",), "percent"),
    )
    return _shown("xac-thuc-dinh-danh", "Xác thực định danh theo cấp học", frame, columns)


def petitions_table(frame: pd.DataFrame | None) -> Display:
    """Petitions by kind and channel."""
    columns = (
        TableColumn("kind", ("Loại",), "text"),
        TableColumn("channel", ("Kênh tiếp nhận",), "text"),
        TableColumn("handled", ("Nhận xử lý",)),
        TableColumn("resolved", ("Đã xử lý", "Tổng số")),
        TableColumn("on_time", ("Đã xử lý", "Đúng hạn")),
        TableColumn("pending", ("Đang xử lý",)),
    )
    return _shown("phan-anh-kien-nghi", "Phản ánh, kiến nghị theo loại và kênh", frame, columns)


def communication_table(frame: pd.DataFrame | None) -> Display:
    """The portal by month."""
    columns = (
        TableColumn("month", ("Tháng",), "text"),
        TableColumn("visits", ("Lượt truy cập",)),
        TableColumn("posts", ("Tin bài", "Tổng số")),
        TableColumn("reform_posts", ("Tin bài", "Về cải cách hành chính")),
    )
    return _shown("truyen-thong-theo-thang", "Cổng thông tin điện tử theo tháng", frame, columns)


def initiatives_table(frame: pd.DataFrame | None) -> Display:
    """Initiatives of the period."""
    columns = (
        TableColumn("title", ("Tên sáng kiến",), "text"),
        TableColumn("unit_name", ("Đơn vị",), "text"),
        TableColumn("proposed_date", ("Ngày đề xuất",), "text"),
        TableColumn("status", ("Công nhận",), "text"),
    )
    data = _dated(frame, "proposed_date")
    if data is not None:
        data = data.assign(status=data["is_recognised"].map({True: "Đã công nhận", False: "Chưa công nhận"}))
    return _shown("sang-kien", "Sáng kiến cải cách thủ tục hành chính", data, columns)


def _change(value: Decimal | None, indicator: Indicator) -> str:
    """A signed difference: percentage points for rates, the unit's own places otherwise."""
    if value is None:
        return MISSING
    if not value:
        return "không đổi"
    exponent = value.as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{number(abs(value), decimals)}" + (" điểm %" if indicator.kind == "rate" else "")


def comparison_table(comparisons: Sequence[Comparison], previous_label: str, last_year_label: str) -> Display:
    """Headline figures beside the previous period and, when it is another one, the same period a year before."""
    frame = pd.DataFrame(
        {
            "label": c.now.label,
            "unit": c.now.unit,
            "now": indicator_text(c.now),
            "previous": indicator_text(c.previous),
            "change": _change(c.change, c.now),
            "last_year": indicator_text(c.last_year),
            "change_last_year": _change(c.change_last_year, c.now),
        }
        for c in comparisons
    )
    columns = [
        TableColumn("label", ("Chỉ tiêu",), "text"),
        TableColumn("unit", ("Đơn vị tính",), "text"),
        TableColumn("now", ("Kỳ này",), "text"),
        TableColumn("previous", (f"Kỳ trước: {previous_label}", "Số liệu"), "text"),
        TableColumn("change", (f"Kỳ trước: {previous_label}", "Tăng, giảm"), "text"),
    ]
    if last_year_label != previous_label:
        group = f"Cùng kỳ năm trước: {last_year_label}"
        columns += [
            TableColumn("last_year", (group, "Số liệu"), "text"),
            TableColumn("change_last_year", (group, "Tăng, giảm"), "text"),
        ]
    return _shown("so-sanh-ky", "Số liệu chính so với các kỳ khác", frame, columns)


def processing_table(frame: pd.DataFrame | None) -> Display:
    """Processing time by procedure in working days."""
    columns = (
        TableColumn("procedure_code", ("Mã",), "text"),
        TableColumn("procedure_name", ("Thủ tục hành chính",), "text"),
        TableColumn("n", ("Hồ sơ đã giải quyết",)),
        TableColumn("median", ("Ngày làm việc", "Trung vị"), "days"),
        TableColumn("p90", ("Ngày làm việc", "90% hồ sơ không quá"), "days"),
        TableColumn("limit", ("Ngày làm việc", "Thời hạn quy định"), "days"),
        TableColumn("cut_rate", ("Rút ngắn so với thời hạn",), "percent"),
    )
    return _shown("thoi-gian-giai-quyet", "Thời gian giải quyết theo thủ tục", frame, columns)


def slipped_table(frame: pd.DataFrame | None, name: str, title: str) -> Display:
    """Procedures or fields that became slower or later than in the previous period."""
    columns = (
        TableColumn("name", ("Tên",), "text"),
        TableColumn("n", ("Hồ sơ đã giải quyết", "Kỳ này")),
        TableColumn("n_before", ("Hồ sơ đã giải quyết", "Kỳ trước")),
        TableColumn("median", ("Trung vị (ngày làm việc)", "Kỳ này"), "days"),
        TableColumn("median_before", ("Trung vị (ngày làm việc)", "Kỳ trước"), "days"),
        TableColumn("overdue_rate", ("Tỷ lệ quá hạn", "Kỳ này"), "percent"),
        TableColumn("overdue_rate_before", ("Tỷ lệ quá hạn", "Kỳ trước"), "percent"),
    )
    return _shown(name, title, frame, columns)


def due_dates_table(frame: pd.DataFrame | None) -> Display:
    """Procedures whose due dates differ from the time limit of the catalogue."""
    columns = (
        TableColumn("procedure_code", ("Mã",), "text"),
        TableColumn("procedure_name", ("Thủ tục hành chính",), "text"),
        TableColumn("n", ("Hồ sơ có ngày hẹn trả lệch", "Tổng số")),
        TableColumn("shorter", ("Hồ sơ có ngày hẹn trả lệch", "Sớm hơn thời hạn")),
        TableColumn("longer", ("Hồ sơ có ngày hẹn trả lệch", "Muộn hơn thời hạn")),
        TableColumn("largest", ("Lệch nhiều nhất (ngày làm việc)",), "days"),
    )
    return _shown("ngay-hen-tra-lech", "Ngày hẹn trả lệch so với thời hạn trong danh mục", frame, columns)


def due_date_list(frame: pd.DataFrame | None) -> Display:
    """Dossiers whose due date is not the one that follows from the time limit and the working calendar."""
    columns = (
        TableColumn("dossier_code", ("Mã hồ sơ",), "text"),
        TableColumn("procedure_name", ("Thủ tục hành chính",), "text"),
        TableColumn("limit", ("Thời hạn",), "text"),
        TableColumn("received_at", ("Ngày tiếp nhận",), "text"),
        TableColumn("due_at", ("Ngày hẹn trả", "Trong dữ liệu"), "text"),
        TableColumn("due_from", ("Ngày hẹn trả", "Tính lại, sớm nhất"), "text"),
        TableColumn("due_to", ("Ngày hẹn trả", "Tính lại, muộn nhất"), "text"),
        TableColumn("gap", ("Lệch (ngày làm việc)",), "days"),
    )
    dated = _dated(frame, "received_at", "due_at", "due_from", "due_to")
    return _shown("ngay-hen-tra-tung-ho-so", "Từng hồ sơ có ngày hẹn trả lệch", dated, columns)


def claim_text(claim: Claim) -> str:
    """The sentence that the counts allow, with its figures printed."""
    return claim.template.format(**{f.name: indicator_text(f) for f in claim.figures})


def claims_notice(claims: Sequence[Claim]) -> Notice:
    """Sentences that follow from the counts; what the counts contradict is not among them."""
    return Notice("cau-khang-dinh", tuple(claim_text(c) for c in claims))
