"""The tables that only list columns, as data: what each shows, in which columns; call one with a frame to show it."""

from tthc_analysis.display._empty import NONE
from tthc_analysis.display.specs import TableSpec
from tthc_analysis.display.tables import TableColumn

#: documents: number, date, kind, issuer, subject
documents_table = TableSpec(
    "van-ban",
    "Văn bản",
    (
        TableColumn("document_number", ("Số, ký hiệu",), "text"),
        TableColumn("issued_date", ("Ngày ban hành",), "text"),
        TableColumn("type_label", ("Loại",), "text"),
        TableColumn("issuer_label", ("Cơ quan ban hành",), "text"),
        TableColumn("topic_label", ("Nội dung",), "text"),
        TableColumn("subject", ("Trích yếu",), "text"),
    ),
    dates=("issued_date",),
)
#: registered documents by issuer and kind
document_counts_table = TableSpec(
    "van-ban-theo-loai",
    "Văn bản trong sổ theo cơ quan ban hành và loại",
    (
        TableColumn("issuer_label", ("Cơ quan ban hành",), "text"),
        TableColumn("type_label", ("Loại văn bản",), "text"),
        TableColumn("n", ("Số văn bản",)),
    ),
    total="Tổng số",
)
#: procedures by authority level: published, by online level, internal; with totals
levels_table = TableSpec(
    "tthc-theo-cap",
    "Thủ tục hành chính theo cấp thẩm quyền",
    (
        TableColumn("label", ("Cấp thẩm quyền",), "text"),
        TableColumn("published", ("TTHC công khai", "Tổng số")),
        TableColumn("full", ("TTHC công khai", "Toàn trình")),
        TableColumn("partial", ("TTHC công khai", "Một phần")),
        TableColumn("information", ("TTHC công khai", "Cung cấp thông tin")),
        TableColumn("internal", ("TTHC nội bộ",)),
    ),
    total="Tổng số",
)
#: public procedures: days and yearly compliance cost before and after
simplification_table = TableSpec(
    "don-gian-hoa",
    "Thủ tục hành chính được đề xuất đơn giản hóa",
    (
        TableColumn("procedure_name", ("Thủ tục hành chính",), "text"),
        TableColumn("days_before", ("Thời hạn (ngày làm việc)", "Trước")),
        TableColumn("days_after", ("Thời hạn (ngày làm việc)", "Sau")),
        TableColumn("days_cut", ("Thời hạn (ngày làm việc)", "Cắt giảm")),
        TableColumn("cost_before", ("Chi phí tuân thủ một năm (đồng)", "Trước")),
        TableColumn("cost_after", ("Chi phí tuân thủ một năm (đồng)", "Sau")),
        TableColumn("cost_cut_rate", ("Chi phí tuân thủ một năm (đồng)", "Tỷ lệ cắt giảm"), "percent"),
        TableColumn("document_number", ("Văn bản trình",), "text"),
        TableColumn("proposed_date", ("Ngày trình",), "text"),
    ),
    dates=("proposed_date",),
)
#: internal procedures: components before and after
internal_simplification_table = TableSpec(
    "don-gian-hoa-noi-bo",
    "Thủ tục hành chính nội bộ được đề xuất đơn giản hóa",
    (
        TableColumn("procedure_name", ("Thủ tục hành chính nội bộ",), "text"),
        TableColumn("components_before", ("Thành phần hồ sơ", "Trước")),
        TableColumn("components_after", ("Thành phần hồ sơ", "Sau")),
        TableColumn("components_cut_rate", ("Thành phần hồ sơ", "Tỷ lệ cắt giảm"), "percent"),
        TableColumn("document_number", ("Văn bản trình",), "text"),
        TableColumn("proposed_date", ("Ngày trình",), "text"),
    ),
    dates=("proposed_date",),
)
#: every line of the standard cost model with the income used and the cost of a year, in đồng
cost_sheet_table = TableSpec(
    "chi-phi-tuan-thu",
    "Bảng tính chi phí tuân thủ",
    (
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
    ),
    unit="đồng",
    words={"stage": ("stage", {"before": "Trước", "after": "Sau"})},
)
#: verified identities by school level at the last reading
verification_table = TableSpec(
    "xac-thuc-dinh-danh",
    "Xác thực định danh theo cấp học",
    (
        TableColumn("education_level", ("Cấp học",), "text"),
        TableColumn("record_count", ("Tổng số bản ghi",)),
        TableColumn("verified_count", ("Đã xác thực",)),
        TableColumn("rate", ("Tỷ lệ",), "percent"),
    ),
)
#: petitions by kind and channel
petitions_table = TableSpec(
    "phan-anh-kien-nghi",
    "Phản ánh, kiến nghị theo loại và kênh",
    (
        TableColumn("kind", ("Loại",), "text"),
        TableColumn("channel", ("Kênh tiếp nhận",), "text"),
        TableColumn("handled", ("Nhận xử lý",)),
        TableColumn("resolved", ("Đã xử lý", "Tổng số")),
        TableColumn("on_time", ("Đã xử lý", "Đúng hạn")),
        TableColumn("pending", ("Đang xử lý",)),
    ),
)
#: the portal by month
communication_table = TableSpec(
    "truyen-thong-theo-thang",
    "Cổng thông tin điện tử theo tháng",
    (
        TableColumn("month", ("Tháng",), "text"),
        TableColumn("visits", ("Lượt truy cập",)),
        TableColumn("posts", ("Tin bài", "Tổng số")),
        TableColumn("reform_posts", ("Tin bài", "Về cải cách hành chính")),
    ),
    months=("month",),
    total="Cả kỳ",
)
#: initiatives of the period
initiatives_table = TableSpec(
    "sang-kien",
    "Sáng kiến cải cách thủ tục hành chính",
    (
        TableColumn("title", ("Tên sáng kiến",), "text"),
        TableColumn("unit_name", ("Đơn vị",), "text"),
        TableColumn("proposed_date", ("Ngày đề xuất",), "text"),
        TableColumn("status", ("Công nhận",), "text"),
    ),
    dates=("proposed_date",),
    words={"status": ("is_recognised", {True: "Đã công nhận", False: "Chưa công nhận"})},
)
#: processing time by procedure in working days
processing_table = TableSpec(
    "thoi-gian-giai-quyet",
    "Thời gian giải quyết theo thủ tục",
    (
        TableColumn("procedure_code", ("Mã",), "text"),
        TableColumn("procedure_name", ("Thủ tục hành chính",), "text"),
        TableColumn("n", ("Hồ sơ đã giải quyết",)),
        TableColumn("median", ("Ngày làm việc", "Trung vị"), "days"),
        TableColumn("p90", ("Ngày làm việc", "90% hồ sơ không quá"), "days"),
        TableColumn("limit", ("Ngày làm việc", "Thời hạn quy định"), "days"),
        TableColumn("cut_rate", ("Rút ngắn so với thời hạn",), "percent"),
    ),
)
#: procedures or fields that became slower or later than in the previous period
slipped_table = TableSpec(
    "cham-di",
    "Chậm đi so với kỳ trước",
    (
        TableColumn("name", ("Tên",), "text"),
        TableColumn("n", ("Hồ sơ đã giải quyết", "Kỳ này")),
        TableColumn("n_before", ("Hồ sơ đã giải quyết", "Kỳ trước")),
        TableColumn("median", ("Trung vị (ngày làm việc)", "Kỳ này"), "days"),
        TableColumn("median_before", ("Trung vị (ngày làm việc)", "Kỳ trước"), "days"),
        TableColumn("overdue_rate", ("Tỷ lệ quá hạn", "Kỳ này"), "percent"),
        TableColumn("overdue_rate_before", ("Tỷ lệ quá hạn", "Kỳ trước"), "percent"),
    ),
)
_LATE_COLUMNS = (
    TableColumn("late", ("Hồ sơ quá hạn", "Tổng số"), formula="(2)=(3)+(4)"),
    TableColumn("late_resolved", ("Hồ sơ quá hạn", "Đã giải quyết")),
    TableColumn("late_pending", ("Hồ sơ quá hạn", "Đang giải quyết")),
    TableColumn("reappointed", ("Hẹn lại ngày trả", "Tổng số")),
    TableColumn("again", ("Hẹn lại ngày trả", "Từ hai lần")),
    TableColumn("late_first", ("Quá ngày hẹn đầu tiên",)),
    TableColumn("apologised", ("Có thư xin lỗi",)),
)
#: late dossiers and those that were put off, by cause, field or unit
late_table = TableSpec(
    "qua-han-theo-nguyen-nhan",
    "Hồ sơ quá hạn, hẹn lại theo nguyên nhân",
    (TableColumn("name", ("Nhóm",), "text"), *_LATE_COLUMNS),
    total="Tổng số",
    numbered=True,
    unit="hồ sơ",
)
#: each of them, without names
late_list = TableSpec(
    "ho-so-qua-han",
    "Từng hồ sơ quá hạn, hẹn lại ngày trả",
    (
        TableColumn("dossier_code", ("Mã hồ sơ",), "text"),
        TableColumn("procedure_name", ("Thủ tục hành chính",), "text"),
        TableColumn("agency", ("Đơn vị giải quyết",), "text"),
        TableColumn("received_day", ("Ngày tiếp nhận",), "text"),
        TableColumn("first_due_day", ("Ngày hẹn trả", "Đầu tiên"), "text"),
        TableColumn("due_day", ("Ngày hẹn trả", "Cuối cùng"), "text"),
        TableColumn("end_day", ("Ngày có kết quả",), "text"),
        TableColumn("days_late", ("Quá hạn (ngày làm việc)",), "days"),
        TableColumn("times", ("Số lần hẹn lại",)),
        TableColumn("cause", ("Nguyên nhân",), "text"),
        TableColumn("apology_number", ("Thư xin lỗi", "Số"), "text"),
        TableColumn("apology_date", ("Thư xin lỗi", "Ngày"), "text"),
    ),
    dates=("received_day", "first_due_day", "due_day", "end_day", "apology_date"),
)
#: fees of new dossiers that were paid, by method of payment
fees_table = TableSpec(
    "phi-theo-hinh-thuc",
    "Phí, lệ phí đã thu theo hình thức thanh toán",
    (
        TableColumn("name", ("Hình thức thanh toán",), "text"),
        TableColumn("n", ("Hồ sơ",)),
        TableColumn("amount", ("Số tiền (đồng)",)),
    ),
    total="Tổng số",
)
#: the same by the channel that the dossiers came by
channel_fees_table = TableSpec(
    "phi-theo-kenh",
    "Phí, lệ phí đã thu theo hình thức tiếp nhận hồ sơ",
    (
        TableColumn("name", ("Hình thức tiếp nhận",), "text"),
        TableColumn("n", ("Hồ sơ",)),
        TableColumn("amount", ("Số tiền (đồng)",)),
    ),
    total="Tổng số",
)
#: points by group of Quyết định 766/QĐ-TTg
score_groups_table = TableSpec(
    "diem-766-theo-nhom",
    "Điểm theo nhóm",
    (
        TableColumn("group", ("Nhóm",), "text"),
        TableColumn("points", ("Điểm",), "points", missing="chưa rõ"),
        TableColumn("known_points", ("Điểm của các thành phần đã biết",), "points"),
        TableColumn("known", ("Đã biết",), "text"),
        TableColumn("most", ("Điểm tối đa",), "points"),
    ),
    unit="điểm",
)
#: points by component, with the counts behind them
score_table = TableSpec(
    "diem-766-thanh-phan",
    "Điểm từng thành phần",
    (
        TableColumn("group", ("Nhóm",), "text"),
        TableColumn("name", ("Thành phần",), "text"),
        TableColumn("part", ("Tử số",)),
        TableColumn("whole", ("Mẫu số",)),
        TableColumn("points", ("Điểm",), "points"),
        TableColumn("most", ("Tối đa",), "points"),
        TableColumn("lost", ("Mất",), "points"),
        TableColumn("origin", ("Nguồn, lý do chưa có điểm",), "text"),
    ),
    unit="điểm",
)
#: what each lost point costs, which cases lost it, and what can still be gained
score_lost_table = TableSpec(
    "diem-766-mat",
    "Điểm đã mất, xếp theo điểm còn giành lại được",
    (
        TableColumn("name", ("Thành phần",), "text"),
        TableColumn("gainable", ("Còn giành được", "Điểm"), "points"),
        TableColumn("mendable", ("Còn giành được", "Trường hợp")),
        TableColumn("lost", ("Đã mất", "Điểm"), "points"),
        TableColumn("cases", ("Đã mất", "Trường hợp")),
        TableColumn("each", ("Thêm một trường hợp được (điểm)",), "small"),
        TableColumn("codes", ("Mã",), "text"),
    ),
    empty="không thành phần nào mất điểm vì một hồ sơ",
)
#: each dossier that lost points
score_lost_list = TableSpec(
    "diem-766-tung-ho-so",
    "Từng hồ sơ làm mất điểm",
    (
        TableColumn("name", ("Thành phần",), "text"),
        TableColumn("dossier_code", ("Mã hồ sơ",), "text"),
        TableColumn("procedure_name", ("Thủ tục hành chính",), "text"),
        TableColumn("agency", ("Đơn vị giải quyết",), "text"),
        TableColumn("received_day", ("Ngày tiếp nhận",), "text"),
        TableColumn("due_day", ("Ngày hẹn trả",), "text"),
        TableColumn("end_day", ("Ngày kết thúc",), "text"),
        TableColumn("mendable", ("Còn giành được",), "text"),
    ),
    dates=("received_day", "due_day", "end_day"),
    words={"mendable": ("is_mendable", {True: "có", False: "không"})},
)
#: from the dossiers of the report to those of the calendar period
score_bridge_table = TableSpec(
    "noi-ky-lich",
    "Từ kỳ báo cáo đến kỳ theo lịch",
    (
        TableColumn("name", ("Bước",), "text"),
        TableColumn("n", ("Hồ sơ",)),
        TableColumn("codes", ("Mã hồ sơ",), "text"),
    ),
    unit="hồ sơ",
)
#: procedures whose due dates differ from the time limit of the catalogue
due_dates_table = TableSpec(
    "ngay-hen-tra-lech",
    "Ngày hẹn trả lệch so với thời hạn trong danh mục",
    (
        TableColumn("procedure_code", ("Mã",), "text"),
        TableColumn("procedure_name", ("Thủ tục hành chính",), "text"),
        TableColumn("n", ("Hồ sơ có ngày hẹn trả lệch", "Tổng số")),
        TableColumn("shorter", ("Hồ sơ có ngày hẹn trả lệch", "Sớm hơn thời hạn")),
        TableColumn("longer", ("Hồ sơ có ngày hẹn trả lệch", "Muộn hơn thời hạn")),
        TableColumn("largest", ("Lệch nhiều nhất (ngày làm việc)",), "days"),
    ),
)
#: dossiers whose due date is not the one that follows from the time limit and the working calendar
due_date_list = TableSpec(
    "ngay-hen-tra-tung-ho-so",
    "Từng hồ sơ có ngày hẹn trả lệch",
    (
        TableColumn("dossier_code", ("Mã hồ sơ",), "text"),
        TableColumn("procedure_name", ("Thủ tục hành chính",), "text"),
        TableColumn("limit", ("Thời hạn",), "text"),
        TableColumn("received_at", ("Ngày tiếp nhận",), "text"),
        TableColumn("due_at", ("Ngày hẹn trả", "Trong dữ liệu"), "text"),
        TableColumn("due_from", ("Ngày hẹn trả", "Tính lại, sớm nhất"), "text"),
        TableColumn("due_to", ("Ngày hẹn trả", "Tính lại, muộn nhất"), "text"),
        TableColumn("gap", ("Lệch (ngày làm việc)",), "days"),
    ),
    dates=("received_at", "due_at", "due_from", "due_to"),
)
#: what became of every row of every export file
accounts_table = TableSpec(
    "tep-du-lieu",
    "Từng tệp xuất và số dòng",
    (
        TableColumn("dataset", ("Dữ liệu",), "text"),
        TableColumn("file", ("Tệp xuất",), "text"),
        TableColumn("snapshot_date", ("Ngày xuất",), "text"),
        TableColumn("lines", ("Số dòng", "Trong tệp"), formula="(4)=(5)+(6)+(7)+(8)"),
        TableColumn("kept", ("Số dòng", "Giữ lại")),
        TableColumn("replaced", ("Số dòng", "Đã có bản mới hơn")),
        TableColumn("quarantined", ("Số dòng", "Cách ly")),
        TableColumn("named", ("Số dòng", "Không phải dữ liệu")),
    ),
    total="Tổng số",
    numbered=True,
    unit="dòng",
    empty="",
)
#: every expectation with its result
findings_table = TableSpec(
    "kiem-tra-du-lieu",
    "Kết quả kiểm tra dữ liệu",
    (
        TableColumn("code", ("Mã",), "text"),
        TableColumn("text", ("Yêu cầu kiểm tra",), "text"),
        TableColumn("severity", ("Mức độ",), "text"),
        TableColumn("checked", ("Số dòng kiểm tra",)),
        TableColumn("failed", ("Không đạt",)),
        TableColumn("result", ("Kết quả",), "text"),
    ),
    empty="",
)
#: rows set aside, by place and reason; their values are not printed
quarantine_table = TableSpec(
    "dong-cach-ly",
    "Các dòng được cách ly, không tính vào số liệu",
    (
        TableColumn("dataset", ("Dữ liệu",), "text"),
        TableColumn("source_file", ("Tệp",), "text"),
        TableColumn("source_row", ("Dòng",)),
        TableColumn("reason_code", ("Mã",), "text"),
        TableColumn("reason", ("Lý do",), "text"),
    ),
    empty=NONE,
)
#: facts that differ between two exports of one dossier
conflicts_table = TableSpec(
    "thong-tin-khac-nhau",
    "Thông tin khác nhau giữa các lần xuất",
    (
        TableColumn("key", ("Mã",), "text"),
        TableColumn("label", ("Thông tin",), "text"),
        TableColumn("old_file", ("Tệp cũ",), "text"),
        TableColumn("old_value", ("Giá trị cũ",), "text"),
        TableColumn("new_file", ("Tệp mới",), "text"),
        TableColumn("new_value", ("Giá trị mới (được dùng)",), "text"),
    ),
    empty=NONE,
)
#: corrections applied to the exports, each with its reason and date
corrections_table = TableSpec(
    "chinh-sua",
    "Chỉnh sửa đã áp dụng",
    (
        TableColumn("file", ("Tệp",), "text"),
        TableColumn("key", ("Mã",), "text"),
        TableColumn("label", ("Cột",), "text"),
        TableColumn("old_value", ("Giá trị cũ",), "text"),
        TableColumn("new_value", ("Giá trị mới",), "text"),
        TableColumn("reason", ("Lý do",), "text"),
        TableColumn("date", ("Ngày",), "text"),
        TableColumn("rows", ("Số dòng",)),
    ),
    empty=NONE,
)
#: agencies by the share of their dossiers that were resolved in time
ranking_table = TableSpec(
    "xep-hang-don-vi",
    "Xếp hạng đơn vị theo tỷ lệ giải quyết đúng hạn và trước hạn",
    (
        TableColumn("rank", ("Hạng",)),
        TableColumn("name", ("Đơn vị",), "text"),
        TableColumn("level_label", ("Cấp",), "text"),
        TableColumn("in_time_rate", ("Đúng hạn và trước hạn",), "percent"),
        TableColumn("resolved", ("Hồ sơ đã giải quyết", "Tổng số")),
        TableColumn("resolved_overdue", ("Hồ sơ đã giải quyết", "Quá hạn")),
        TableColumn("pending", ("Hồ sơ đang giải quyết", "Tổng số")),
        TableColumn("pending_overdue", ("Hồ sơ đang giải quyết", "Quá hạn")),
        TableColumn("online_rate", ("Hồ sơ mới trực tuyến",), "percent"),
        TableColumn("origin", ("Nguồn",), "text"),
    ),
)
#: agencies counted otherwise than the total, each with the reason
apart_table = TableSpec(
    "de-rieng",
    "Đơn vị để riêng, không cộng vào tổng",
    (
        TableColumn("name", ("Đơn vị",), "text"),
        TableColumn("why", ("Vì sao để riêng",), "text"),
        TableColumn("handled", ("Nhận giải quyết",)),
        TableColumn("resolved", ("Đã giải quyết",)),
        TableColumn("resolved_overdue", ("Giải quyết quá hạn",)),
        TableColumn("pending", ("Đang giải quyết",)),
        TableColumn("pending_overdue", ("Đang giải quyết quá hạn",)),
    ),
    empty=NONE,
)
#: counts that an agency's own dossiers and the report that it sent say otherwise
cross_check_table = TableSpec(
    "doi-chieu-gui-den",
    "Báo cáo gửi đến khác dữ liệu hồ sơ của chính đơn vị",
    (
        TableColumn("name", ("Đơn vị",), "text"),
        TableColumn("label", ("Số đếm",), "text"),
        TableColumn("own", ("Dữ liệu hồ sơ (được cộng)",)),
        TableColumn("sent", ("Báo cáo gửi đến",)),
        TableColumn("difference", ("Chênh lệch",)),
    ),
    unit="hồ sơ",
    empty=NONE,
)
#: dossier codes that two agencies hold
shared_codes_table = TableSpec(
    "trung-ma-don-vi",
    "Hồ sơ có ở hai đơn vị, tính một lần",
    (
        TableColumn("dossier_code", ("Mã hồ sơ",), "text"),
        TableColumn("body_name", ("Tính cho",), "text"),
        TableColumn("other_name", ("Không tính ở",), "text"),
        TableColumn("place", ("Dòng không tính",), "text"),
        TableColumn("why", ("Vì đơn vị được tính",), "text"),
    ),
    empty=NONE,
)
