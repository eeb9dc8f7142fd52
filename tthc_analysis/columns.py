"""Every canonical table and column, once: name, Vietnamese label, kind, unit, allowed values, meaning.

Only these columns pass the reader (an allow-list): names, addresses, telephone numbers, e-mails, citizen ids and notes
have no column here and so can never reach processed data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

#: national shape of a dossier code (Thông tư 01/2018/TT-VPCP) and the shorter one of newer portals (H29.259-260804-0645); H for provinces, G for ministries
#: (without a backslash, which SQL dialects read differently)
DOSSIER_CODE = "^([0-9]{3}[.][0-9]{2}[.][0-9]{2}[.][GH][0-9]{2}|[GH][0-9]{2}([.][0-9]{1,3}){0,3})-[0-9]{6}-[0-9]{4,}$"
#: national shape of a procedure code, with the suffix that some provinces add (1.005090, 1.005090.000.00.00.H24)
PROCEDURE_CODE = "^[0-9][.][0-9]{6}([.]000)?([.]00)*([.]H[0-9]{2})?$"
#: digits of a decimal number in all, and after its point: what the processed tables hold
DECIMAL_DIGITS, DECIMAL_PLACES = 18, 4
Kind = Literal["code", "text", "category", "date", "datetime", "integer", "decimal", "boolean"]


@dataclass(frozen=True)
class Column:
    """A canonical column; `values` maps each allowed code of a category to its Vietnamese label.

    A `short` decimal has at most two decimals, after a comma or a point, and no mark between thousands. A value that has
    the whole `shape`, a pattern, is a code of this column and nothing else, however many digits it has. An `extra` column is
    one that few systems export: where it is absent, what needs it says so and nothing else does.
    """

    name: str
    label: str
    kind: Kind
    meaning: str
    unit: str = ""
    required: bool = False
    values: Mapping[str, str] = field(default_factory=dict)
    short: bool = False
    shape: str = ""
    listed: bool = False
    extra: bool = False


@dataclass(frozen=True)
class Table:
    """A canonical table: one row is one `row_label`, rows are united by `key`; `event` dates a row within a period.

    Rows that share `whole` are one thing: where one of them is set aside, what the others add up to is no total.
    `letter` begins the codes of its expectations where these follow from the columns (`preparation.expectations`); a column
    added later goes last, so that codes stay. An `extra` register is one that not every office keeps.
    """

    name: str
    label: str
    row_label: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    event: str = ""
    whole: str = ""
    letter: str = ""
    extra: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The data columns' names in order (without provenance)."""
        return tuple(c.name for c in self.columns)

    def column(self, name: str) -> Column:
        """The column called `name`; KeyError when there is none."""
        return {c.name: c for c in (*self.columns, *PROVENANCE)}[name]


CHANNELS: Mapping[str, str] = {
    "online": "Trực tuyến",
    "in_person": "Trực tiếp",
    "post": "Qua bưu chính công ích",
    "other": "Hình thức khác",
}
STATUSES: Mapping[str, str] = {
    "registered": "Mới đăng ký",
    "received": "Được tiếp nhận",
    "rejected": "Không được tiếp nhận",
    "processing": "Đang xử lý",
    "awaiting_supplement": "Yêu cầu bổ sung giấy tờ",
    "awaiting_payment": "Yêu cầu thực hiện nghĩa vụ tài chính",
    "withdrawn": "Công dân yêu cầu rút hồ sơ",
    "returned": "Trả lại hồ sơ",
    "stopped": "Dừng xử lý",
    "completed": "Đã xử lý xong",
    "delivered": "Đã trả kết quả",
}
#: statuses of dossiers whose processing has ended
FINISHED_STATUSES = ("completed", "delivered")
PAYMENT_STATUSES: Mapping[str, str] = {
    "unpaid": "Chưa thanh toán",
    "waiting": "Chờ thanh toán",
    "paid": "Đã thanh toán",
    "refunded": "Hoàn phí",
    "cancelled": "Hủy",
}
PAYMENT_METHODS: Mapping[str, str] = {"cash": "Tiền mặt", "transfer": "Chuyển khoản", "online": "Trực tuyến"}
AUTHORITY_LEVELS: Mapping[str, str] = {
    "ministry": "Bộ, cơ quan trung ương",
    "city": "UBND thành phố",
    "department": "Sở",
    "district": "UBND cấp huyện",
    "commune": "UBND cấp xã",
}
#: the level of a procedure that bodies of several levels handle, and what stands between the codes of these levels
SEVERAL_LEVELS, LIST_MARK = "several", ";"
ONLINE_LEVELS: Mapping[str, str] = {"full": "Toàn trình", "partial": "Một phần", "information": "Cung cấp thông tin"}
TIME_UNITS: Mapping[str, str] = {
    "hour": "giờ",
    "day": "ngày",
    "working_day": "ngày làm việc",
    "month": "tháng",
    "same_day": "trong ngày",
    "event": "theo sự kiện",
}

ISSUERS: Mapping[str, str] = {
    "own": "Cơ quan báo cáo",
    "department": "Sở",
    "city": "UBND thành phố",
    "ministry": "Bộ",
    "government": "Chính phủ, Thủ tướng Chính phủ",
    "other": "Cơ quan khác",
}
DOCUMENT_TYPES: Mapping[str, str] = {
    "plan": "Kế hoạch",
    "decision": "Quyết định",
    "letter": "Công văn",
    "proposal": "Tờ trình",
    "report": "Báo cáo",
    "notice": "Thông báo",
    "normative": "Văn bản quy phạm pháp luật",
}
DOCUMENT_TOPICS: Mapping[str, str] = {
    "reform": "Cải cách hành chính",
    "control": "Kiểm soát TTHC, một cửa",
    "online": "Dịch vụ công trực tuyến",
    "communication": "Tuyên truyền",
    "discipline": "Kỷ luật, cam kết",
    "publication": "Công bố TTHC",
    "simplification": "Đơn giản hóa TTHC",
    "digital": "Chuyển đổi số",
    "other": "Nội dung khác",
}
STAGES: Mapping[str, str] = {"before": "Trước đơn giản hóa", "after": "Sau đơn giản hóa"}
PETITION_CHANNELS: Mapping[str, str] = {
    "national_portal": "Cổng DVC quốc gia",
    "hotline": "Tổng đài, đường dây nóng",
    "in_person": "Trực tiếp",
    "post": "Bưu chính",
    "email": "Thư điện tử",
}
PETITION_OUTCOMES: Mapping[str, str] = {
    "answered": "Đã trả lời",
    "refused": "Từ chối tiếp nhận",
    "asked": "Yêu cầu bổ sung",
}
PETITION_KINDS: Mapping[str, str] = {"regulation": "Quy định hành chính", "conduct": "Hành vi hành chính"}
MEDIA_CHANNELS: Mapping[str, str] = {
    "portal": "Cổng thông tin điện tử",
    "facebook": "Facebook",
    "zalo": "Zalo",
    "contest": "Hội thi tìm hiểu",
    "unit": "Đơn vị tuyên truyền",
}
UNIT_KINDS: Mapping[str, str] = {
    "leadership": "Ban Giám đốc",
    "room": "Phòng thuộc Sở",
    "unit": "Đơn vị trực thuộc",
}
SIGNER_ROLES: Mapping[str, str] = {"head": "Thủ trưởng", "staff": "Cá nhân"}
PERSON_GROUPS: Mapping[str, str] = {"student": "Học sinh", "teacher": "Giáo viên", "manager": "Cán bộ quản lý"}

#: why a dossier is late, as registers of late dossiers group it
LATE_CAUSES: Mapping[str, str] = {
    "regulation": "Quy định của thủ tục",
    "officials": "Cán bộ, công chức xử lý",
    "coordination": "Chờ cơ quan phối hợp",
    "verification": "Phải xác minh, bổ sung hồ sơ",
    "systems": "Hệ thống, cơ sở vật chất",
    "workload": "Khối lượng hồ sơ lớn",
    "other": "Nguyên nhân khác",
}
#: components of the score by Quyết định 766/QĐ-TTg (`rules/scores.toml` says how each is counted)
SCORE_COMPONENTS: Mapping[str, str] = {
    "published_on_time": "Công bố đúng hạn",
    "updated_on_time": "Cập nhật, công khai đúng hạn",
    "full_content": "Công khai đủ nội dung",
    "synced": "Đồng bộ hồ sơ lên Cổng quốc gia",
    "on_time": "Giải quyết đúng hạn",
    "paid_online": "Hồ sơ thanh toán trực tuyến",
    "paid_procedures": "TTHC có thanh toán trực tuyến",
    "fee_procedures": "TTHC có phí phát sinh hồ sơ",
    "received_well": "Tiếp nhận, giải quyết không quá hạn, không bị phản ánh",
    "petitions_on_time": "Phản ánh, kiến nghị xử lý đúng hạn",
    "petitions_satisfied": "Phản ánh, kiến nghị được hài lòng",
    "electronic_result": "Kết quả điện tử",
    "digitised": "Số hóa hồ sơ và kết quả",
    "reused": "Tái sử dụng dữ liệu số hóa",
    "personal_store": "Kho dữ liệu cá nhân",
    "population_data": "Khai thác dữ liệu dân cư (hồ sơ)",
    "population_procedures": "Khai thác dữ liệu dân cư (TTHC)",
    "certified_copies": "Chứng thực bản sao điện tử",
}

PROVENANCE = (
    Column("source_file", "Tệp nguồn", "text", "Tên tệp xuất, tương đối với thư mục dữ liệu gốc"),
    Column("source_sheet", "Trang tính", "text", "Tên trang tính; trống với CSV và HTML"),
    Column("source_row", "Dòng", "integer", "Số dòng trong tệp gốc, đếm từ 1 kể cả tiêu đề"),
    Column("snapshot_date", "Ngày xuất", "date", "Ngày hệ thống xuất tệp; bản mới nhất được giữ"),
)

#: the snapshot day of an export that tells no day at all, neither itself nor in the events that date an export
NO_EXPORT_DAY = date(1900, 1, 1)

DOSSIERS = Table(
    "ho_so",
    "Hồ sơ thủ tục hành chính",
    "hồ sơ",
    "Hồ sơ do cơ quan tiếp nhận và giải quyết, mỗi mã một dòng, theo bản xuất mới nhất.",
    ("dossier_code",),
    (
        Column(
            "dossier_code", "Mã hồ sơ", "code", "Số hồ sơ do hệ thống một cửa cấp", required=True, shape=DOSSIER_CODE
        ),
        Column(
            "procedure_code",
            "Mã thủ tục",
            "code",
            "Mã TTHC quốc gia, đã bỏ hậu tố địa phương (1.005090)",
            shape=PROCEDURE_CODE,
        ),
        Column("procedure_name", "Tên thủ tục hành chính", "text", "Tên TTHC như hệ thống ghi"),
        Column("field", "Lĩnh vực", "text", "Lĩnh vực của TTHC"),
        Column("agency", "Đơn vị giải quyết", "text", "Cơ quan, đơn vị giải quyết hồ sơ"),
        Column(
            "channel",
            "Hình thức tiếp nhận",
            "category",
            "Kênh nộp hồ sơ; hình thức khác là điện thoại, thư điện tử, nội bộ: một nhóm riêng",
            values=CHANNELS,
        ),
        Column(
            "status", "Trạng thái", "category", "Trạng thái tại ngày xuất, không phải tại ngày chốt", values=STATUSES
        ),
        Column("received_at", "Ngày tiếp nhận", "datetime", "Thời điểm hồ sơ được tiếp nhận", required=True),
        Column("due_at", "Ngày hẹn trả", "datetime", "Hạn trả kết quả ghi trên giấy tiếp nhận"),
        Column("resolved_at", "Ngày kết thúc xử lý", "datetime", "Thời điểm giải quyết xong"),
        Column("returned_at", "Ngày trả kết quả", "datetime", "Thời điểm trả kết quả cho người nộp"),
        Column("supplement_requested_at", "Ngày yêu cầu bổ sung", "datetime", "Lần yêu cầu bổ sung gần nhất"),
        Column("component_file_count", "Số tệp thành phần hồ sơ", "integer", "Tệp thành phần đã số hóa", unit="tệp"),
        Column("result_file_count", "Số tệp kết quả", "integer", "Tệp kết quả điện tử đính kèm", unit="tệp"),
        Column("fee_amount", "Phí, lệ phí", "decimal", "Số tiền phải nộp; 0 là được miễn", unit="đồng"),
        Column("payment_status", "Trạng thái thanh toán", "category", "Đã nộp hay chưa", values=PAYMENT_STATUSES),
        Column("payment_method", "Hình thức thanh toán", "category", "Cách nộp phí", values=PAYMENT_METHODS),
        Column(
            "first_due_at",
            "Ngày hẹn trả lần đầu",
            "datetime",
            "Ngày hẹn trước khi hẹn lại: cột của hệ thống; không có cột thì ngày hẹn của bản xuất cũ nhất khi bản mới ghi ngày khác",
            extra=True,
        ),
        Column(
            "reappointment_count",
            "Số lần hẹn lại",
            "integer",
            "Số lần hẹn lại ngày trả: cột của hệ thống; không có cột thì số lần ngày hẹn đổi giữa các bản xuất của hồ sơ không phải bổ sung",
            unit="lần",
            extra=True,
        ),
        Column(
            "supplement_count",
            "Số lần yêu cầu bổ sung",
            "integer",
            "Số lần yêu cầu bổ sung hồ sơ",
            unit="lần",
            extra=True,
        ),
        Column(
            "reused_count",
            "Số thành phần dùng lại",
            "integer",
            "Thành phần hồ sơ, kết quả lấy từ dữ liệu đã số hóa",
            unit="giấy tờ",
            extra=True,
        ),
        Column(
            "is_population_data",
            "Khai thác dữ liệu dân cư",
            "boolean",
            "Đã khai thác cơ sở dữ liệu quốc gia về dân cư khi giải quyết",
            extra=True,
        ),
        Column(
            "is_in_personal_store",
            "Lưu kho dữ liệu cá nhân",
            "boolean",
            "Kết quả đã có trong kho dữ liệu của tổ chức, cá nhân",
            extra=True,
        ),
    ),
    event="received_at",
)

PROCEDURES = Table(
    "danh_muc_tthc",
    "Danh mục thủ tục hành chính",
    "thủ tục",
    "Danh mục TTHC đã công bố, mỗi thủ tục một dòng cho mỗi khoảng hiệu lực.",
    ("procedure_code", "valid_from"),
    (
        Column(
            "procedure_code",
            "Mã thủ tục",
            "code",
            "Mã TTHC quốc gia hoặc mã nội bộ",
            required=True,
            shape=PROCEDURE_CODE,
        ),
        Column("procedure_name", "Tên thủ tục hành chính", "text", "Tên TTHC theo quyết định công bố", required=True),
        Column("field", "Lĩnh vực", "text", "Lĩnh vực của TTHC"),
        Column(
            "authority_level",
            "Cấp thẩm quyền",
            "category",
            "Cấp giải quyết TTHC; trống là chưa rõ",
            values={**AUTHORITY_LEVELS, SEVERAL_LEVELS: "Nhiều cấp"},
            listed=True,
        ),
        Column(
            "online_level",
            "Mức độ trực tuyến",
            "category",
            "Mức dịch vụ công trực tuyến của thủ tục",
            values=ONLINE_LEVELS,
        ),
        Column("is_internal", "TTHC nội bộ", "boolean", "Là thủ tục nội bộ giữa các cơ quan nhà nước"),
        Column(
            "fee_amount",
            "Phí, lệ phí",
            "decimal",
            "Mức phí một hồ sơ; trống hoặc 0 là không thu, cả cột trống là chưa biết",
            unit="đồng",
        ),
        Column("time_limit", "Thời hạn giải quyết", "integer", "Số theo đơn vị thời hạn"),
        Column("time_limit_max", "Thời hạn tối đa", "integer", "Cận trên khi thời hạn là một khoảng (10–15 ngày)"),
        Column("time_limit_unit", "Đơn vị thời hạn", "category", "Đơn vị của thời hạn", values=TIME_UNITS),
        Column(
            "valid_from", "Hiệu lực từ", "date", "Ngày bắt đầu hiệu lực; trống là danh mục chỉ nói về ngày xuất của nó"
        ),
        Column("valid_to", "Hiệu lực đến", "date", "Ngày cuối cùng còn hiệu lực; trống là còn hiệu lực"),
        Column("decision", "Quyết định công bố", "text", "Số quyết định công bố"),
        Column("issuing_body", "Cơ quan ban hành", "text", "Cơ quan ban hành, công bố TTHC"),
        Column("performing_body", "Cơ quan thực hiện", "text", "Cơ quan giải quyết TTHC, có thể nhiều", listed=True),
        Column("authority_levels", "Các cấp thẩm quyền", "text", "Mã các cấp giải quyết khi có nhiều cơ quan"),
    ),
)

DOCUMENTS = Table(
    "van_ban",
    "Sổ văn bản về kiểm soát thủ tục hành chính",
    "văn bản",
    "Văn bản chỉ đạo, công bố, đề xuất liên quan đến TTHC và cải cách hành chính; số hiệu lặp lại giữa các năm.",
    ("document_number", "issued_date"),
    (
        Column("document_number", "Số, ký hiệu", "code", "Số và ký hiệu văn bản (62/QĐ-UBND)", required=True),
        Column("issued_date", "Ngày ban hành", "date", "Ngày ghi trên văn bản", required=True),
        Column(
            "document_type",
            "Loại văn bản",
            "category",
            "Tên loại văn bản hành chính",
            required=True,
            values=DOCUMENT_TYPES,
        ),
        Column("issuer", "Cơ quan ban hành", "category", "Cấp ban hành", required=True, values=ISSUERS),
        Column("proposed_by", "Cơ quan tham mưu", "category", "Cơ quan trình, tham mưu văn bản", values=ISSUERS),
        Column("topic", "Nội dung", "category", "Nhóm nội dung", required=True, values=DOCUMENT_TOPICS),
        Column("subject", "Trích yếu", "text", "Nội dung tóm tắt của văn bản"),
        Column("has_procedures", "Có quy định TTHC", "boolean", "Văn bản quy phạm có quy định về TTHC"),
        Column("is_impact_assessed", "Đã đánh giá tác động", "boolean", "Đã đánh giá tác động quy định TTHC"),
        Column("is_internal", "Về TTHC nội bộ", "boolean", "Quyết định công bố TTHC nội bộ"),
    ),
    event="issued_date",
)

SIMPLIFICATIONS = Table(
    "don_gian_hoa",
    "Phương án đơn giản hóa thủ tục hành chính",
    "phương án",
    "Mỗi thủ tục được đề xuất đơn giản hóa một dòng; chi phí tuân thủ ở bảng chi_phi_tuan_thu.",
    ("proposal_code",),
    (
        Column("proposal_code", "Mã phương án", "code", "Mã của phương án trong sổ rà soát", required=True),
        Column(
            "procedure_code",
            "Mã thủ tục",
            "code",
            "Mã TTHC quốc gia; trống khi danh mục chưa có mã",
            shape=PROCEDURE_CODE,
        ),
        Column("procedure_name", "Tên thủ tục hành chính", "text", "Tên TTHC được rà soát", required=True),
        Column("is_internal", "TTHC nội bộ", "boolean", "Là thủ tục nội bộ giữa các cơ quan nhà nước"),
        Column("proposed_date", "Ngày trình", "date", "Ngày trình phương án", required=True),
        Column("document_number", "Văn bản trình", "text", "Số, ký hiệu tờ trình"),
        Column("days_before", "Thời hạn trước", "integer", "Thời hạn trước khi cắt giảm", unit="ngày làm việc"),
        Column("days_after", "Thời hạn sau", "integer", "Thời hạn sau khi cắt giảm", unit="ngày làm việc"),
        Column("components_before", "Thành phần hồ sơ trước", "integer", "Số giấy tờ phải nộp trước", unit="giấy tờ"),
        Column("components_after", "Thành phần hồ sơ sau", "integer", "Số giấy tờ phải nộp sau", unit="giấy tờ"),
    ),
    event="proposed_date",
)

COMPLIANCE_COSTS = Table(
    "chi_phi_tuan_thu",
    "Bảng tính chi phí tuân thủ thủ tục hành chính",
    "dòng chi phí",
    "Mỗi công việc của người thực hiện TTHC một dòng, trước và sau khi đơn giản hóa, theo mô hình chi phí chuẩn.",
    ("proposal_code", "stage", "line_number"),
    (
        Column("proposal_code", "Mã phương án", "code", "Mã của phương án trong don_gian_hoa", required=True),
        Column("stage", "Giai đoạn", "category", "Trước hay sau đơn giản hóa", required=True, values=STAGES),
        Column("line_number", "Dòng", "integer", "Số thứ tự công việc trong bảng", required=True),
        Column("activity", "Công việc", "text", "Công việc khi thực hiện TTHC", required=True),
        Column(
            "activity_hours", "Thời gian thực hiện", "decimal", "Thời gian cho một lần, như 0,5", unit="giờ", short=True
        ),
        Column(
            "hourly_income",
            "Thu nhập bình quân một giờ",
            "integer",
            "Trống là lấy theo quy tắc chi phí tuân thủ của năm trình",
            unit="đồng",
        ),
        Column("service_cost", "Chi phí thuê tư vấn, dịch vụ", "integer", "Cho một lần thực hiện", unit="đồng"),
        Column("fee_cost", "Phí, lệ phí, chi phí khác", "integer", "Cho một lần thực hiện", unit="đồng"),
        Column("yearly_count", "Số lần trong năm", "integer", "Số lần một đối tượng thực hiện", unit="lần"),
        Column("respondent_count", "Số đối tượng tuân thủ", "integer", "Số đối tượng trong năm", unit="đối tượng"),
    ),
    whole="proposal_code",
)

PETITIONS = Table(
    "phan_anh_kien_nghi",
    "Phản ánh, kiến nghị",
    "phản ánh, kiến nghị",
    "Phản ánh, kiến nghị về quy định và hành vi hành chính, mỗi mã một dòng.",
    ("petition_code",),
    (
        Column("petition_code", "Mã phản ánh, kiến nghị", "code", "Mã do hệ thống tiếp nhận cấp", required=True),
        Column("received_at", "Ngày tiếp nhận", "datetime", "Thời điểm tiếp nhận", required=True),
        Column("due_at", "Hạn xử lý", "datetime", "Hạn trả lời"),
        Column("resolved_at", "Ngày xử lý xong", "datetime", "Thời điểm trả lời xong"),
        Column("channel", "Kênh tiếp nhận", "category", "Nơi gửi đến", values=PETITION_CHANNELS),
        Column("kind", "Loại phản ánh", "category", "Về quy định hay hành vi hành chính", values=PETITION_KINDS),
        Column("field", "Lĩnh vực", "text", "Lĩnh vực được phản ánh"),
        Column("is_published", "Đã công khai", "boolean", "Kết quả xử lý đã công khai"),
        Column(
            "dossier_code",
            "Mã hồ sơ bị phản ánh",
            "code",
            "Hồ sơ mà phản ánh nói tới; trống khi không về hồ sơ nào",
            shape=DOSSIER_CODE,
            extra=True,
        ),
        Column("is_satisfied", "Được hài lòng", "boolean", "Người phản ánh hài lòng với việc xử lý", extra=True),
        Column(
            "outcome",
            "Kết quả xử lý phản ánh",
            "category",
            "Trả lời, từ chối hay yêu cầu bổ sung: mỗi loại một thời hạn khi sổ không ghi hạn xử lý",
            values=PETITION_OUTCOMES,
            extra=True,
        ),
    ),
    event="received_at",
)

COMMUNICATION = Table(
    "truyen_thong",
    "Số liệu truyền thông",
    "lượt ghi",
    "Số đọc của một kênh trong một ngày: lượt truy cập và tin bài của ngày, lượt theo dõi và chuyên mục tại ngày đó.",
    ("channel", "unit_code", "counted_date"),
    (
        Column("counted_date", "Ngày ghi", "date", "Ngày của số đọc", required=True),
        Column("channel", "Kênh", "category", "Kênh truyền thông", required=True, values=MEDIA_CHANNELS),
        Column("unit_code", "Mã đơn vị", "code", "Đơn vị thực hiện; trống là cơ quan Sở"),
        Column("visits", "Lượt truy cập", "integer", "Lượt truy cập trong ngày", unit="lượt"),
        Column("followers", "Lượt theo dõi", "integer", "Lượt theo dõi tại ngày ghi", unit="lượt"),
        Column("posts", "Tin bài", "integer", "Tin bài đăng trong ngày", unit="tin bài"),
        Column("reform_posts", "Tin bài CCHC", "integer", "Trong đó về cải cách hành chính", unit="tin bài"),
        Column("topic_pages", "Chuyên mục", "integer", "Chuyên mục đang duy trì tại ngày ghi", unit="chuyên mục"),
        Column("participants", "Công chức tham gia", "integer", "Công chức của Sở tham gia", unit="người"),
    ),
    event="counted_date",
)

COMMITMENTS = Table(
    "cam_ket",
    "Bản cam kết không gây phiền hà, sách nhiễu",
    "bản cam kết",
    "Mỗi bản cam kết đã ký và nộp một dòng; không giữ tên người ký.",
    ("commitment_code",),
    (
        Column("commitment_code", "Số bản cam kết", "code", "Số thứ tự trong sổ", required=True),
        Column("unit_code", "Mã đơn vị", "code", "Đơn vị của người ký", required=True),
        Column("signer_role", "Tư cách ký", "category", "Thủ trưởng hay cá nhân", values=SIGNER_ROLES),
        Column("signed_date", "Ngày ký", "date", "Ngày ký cam kết", required=True),
    ),
    event="signed_date",
)

VERIFICATIONS = Table(
    "xac_thuc",
    "Xác thực định danh trong cơ sở dữ liệu ngành",
    "số đọc",
    "Số người đã xác thực với cơ sở dữ liệu quốc gia về dân cư, theo nhóm và cấp học, tại một ngày.",
    ("person_group", "education_level", "counted_date"),
    (
        Column("counted_date", "Ngày ghi", "date", "Ngày của số đọc", required=True),
        Column("person_group", "Đối tượng", "category", "Nhóm người", required=True, values=PERSON_GROUPS),
        Column("education_level", "Cấp học", "text", "Cấp học của cơ sở giáo dục", required=True),
        Column("record_count", "Tổng số bản ghi", "integer", "Người có trong cơ sở dữ liệu ngành", unit="người"),
        Column("verified_count", "Đã xác thực", "integer", "Người đã xác thực định danh", unit="người"),
    ),
    event="counted_date",
)

INITIATIVES = Table(
    "sang_kien",
    "Sáng kiến cải cách thủ tục hành chính",
    "sáng kiến",
    "Mỗi sáng kiến một dòng; không giữ tên tác giả.",
    ("initiative_code",),
    (
        Column("initiative_code", "Mã sáng kiến", "code", "Mã trong sổ sáng kiến", required=True),
        Column("title", "Tên sáng kiến", "text", "Tên gọi", required=True),
        Column("unit_code", "Mã đơn vị", "code", "Đơn vị đề xuất"),
        Column("proposed_date", "Ngày đề xuất", "date", "Ngày đăng ký, đề xuất", required=True),
        Column("recognised_date", "Ngày công nhận", "date", "Ngày được công nhận; trống là chưa"),
    ),
    event="proposed_date",
)

UNITS = Table(
    "don_vi",
    "Đơn vị và biên chế",
    "đơn vị",
    "Phòng thuộc Sở và đơn vị trực thuộc, mỗi đơn vị một dòng cho mỗi khoảng hiệu lực.",
    ("unit_code", "valid_from"),
    (
        Column("unit_code", "Mã đơn vị", "code", "Mã dùng chung trong các sổ", required=True),
        Column("unit_name", "Tên đơn vị", "text", "Tên gọi", required=True),
        Column("unit_kind", "Loại đơn vị", "category", "Phòng hay đơn vị", required=True, values=UNIT_KINDS),
        Column("civil_servant_count", "Số công chức", "integer", "Công chức có mặt", unit="người"),
        Column("valid_from", "Hiệu lực từ", "date", "Ngày bắt đầu có trong tổ chức", required=True),
        Column("valid_to", "Hiệu lực đến", "date", "Ngày cuối cùng còn trong tổ chức; trống là còn"),
    ),
)

LATE_DOSSIERS = Table(
    "qua_han",
    "Sổ hồ sơ quá hạn, hẹn lại ngày trả",
    "lần ghi",
    "Mỗi lần hồ sơ quá hạn hoặc hẹn lại một dòng: nguyên nhân, thư xin lỗi, ngày hẹn mới; không giữ tên người nộp.",
    ("dossier_code", "recorded_date"),
    (
        Column("dossier_code", "Mã hồ sơ", "code", "Số hồ sơ", required=True, shape=DOSSIER_CODE),
        Column("recorded_date", "Ngày ghi sổ", "date", "Ngày ghi nhận quá hạn hoặc hẹn lại", required=True),
        Column("cause", "Nguyên nhân", "category", "Nhóm nguyên nhân; trống là chưa ghi", values=LATE_CAUSES),
        Column("old_due_date", "Ngày hẹn cũ", "date", "Ngày hẹn trả trước lần hẹn lại này"),
        Column(
            "new_due_date",
            "Ngày hẹn mới",
            "date",
            "Ngày hẹn trả mới; trống là không hẹn lại, cả sổ không ghi ngày nào thì sổ không nói số lần",
        ),
        Column("apology_number", "Số thư xin lỗi", "code", "Số, ký hiệu của thư xin lỗi"),
        Column("apology_date", "Ngày thư xin lỗi", "date", "Ngày ghi trên thư xin lỗi; trống là chưa gửi"),
    ),
    event="recorded_date",
    letter="Q",
    extra=True,
)

PUBLISHED_SCORES = Table(
    "diem_thanh_phan",
    "Số liệu thành phần điểm do Cổng công bố",
    "thành phần",
    "Tử số, mẫu số của thành phần điểm của Bộ chỉ số phục vụ mà dữ liệu của đơn vị không cho biết, theo kỳ lịch.",
    ("period_start", "period_end", "component"),
    (
        Column("period_start", "Từ ngày", "date", "Ngày đầu kỳ lịch", required=True),
        Column("period_end", "Đến ngày", "date", "Ngày cuối kỳ lịch", required=True),
        Column("component", "Thành phần", "category", "Thành phần điểm", required=True, values=SCORE_COMPONENTS),
        Column("part_count", "Tử số", "integer", "Tử số như Cổng công bố", required=True),
        Column("whole_count", "Mẫu số", "integer", "Mẫu số như Cổng công bố", required=True),
    ),
    event="period_start",
    letter="O",
    extra=True,
)

PLAN_TASKS = Table(
    "ke_hoach",
    "Nhiệm vụ trong kế hoạch kiểm soát thủ tục hành chính",
    "nhiệm vụ",
    "Mỗi nhiệm vụ của kế hoạch năm một dòng, với hạn và ngày hoàn thành.",
    ("task_code", "planned_date"),
    (
        Column("task_code", "Mã nhiệm vụ", "code", "Số thứ tự trong kế hoạch", required=True),
        Column("planned_date", "Thời hạn", "date", "Hạn hoàn thành theo kế hoạch", required=True),
        Column("title", "Nhiệm vụ", "text", "Nội dung nhiệm vụ"),
        Column("unit_code", "Mã đơn vị", "code", "Đơn vị chủ trì"),
        Column("done_date", "Ngày hoàn thành", "date", "Ngày hoàn thành; trống là chưa"),
    ),
    event="planned_date",
    letter="N",
    extra=True,
)

REGISTERS = (
    DOCUMENTS,
    SIMPLIFICATIONS,
    COMPLIANCE_COSTS,
    PETITIONS,
    COMMUNICATION,
    COMMITMENTS,
    VERIFICATIONS,
    INITIATIVES,
    UNITS,
    LATE_DOSSIERS,
    PUBLISHED_SCORES,
    PLAN_TASKS,
)
TABLES: Mapping[str, Table] = {t.name: t for t in (DOSSIERS, PROCEDURES, *REGISTERS)}
