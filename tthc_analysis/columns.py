"""Every canonical table and column, once: name, Vietnamese label, kind, unit, allowed values, meaning.

Only these columns pass the reader (an allow-list): names, addresses, telephone numbers, e-mails, citizen ids and notes
have no column here and so can never reach processed data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["code", "text", "category", "date", "datetime", "integer", "decimal", "boolean"]


@dataclass(frozen=True)
class Column:
    """A canonical column; `values` maps each allowed code of a category to its Vietnamese label."""

    name: str
    label: str
    kind: Kind
    meaning: str
    unit: str = ""
    required: bool = False
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """A canonical table: one row is one `row_label`, rows are united by `key`."""

    name: str
    label: str
    row_label: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

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
PAYMENT_STATUSES: Mapping[str, str] = {
    "unpaid": "Chưa thanh toán",
    "waiting": "Chờ thanh toán",
    "paid": "Đã thanh toán",
    "refunded": "Hoàn phí",
    "cancelled": "Hủy",
}
PAYMENT_METHODS: Mapping[str, str] = {"cash": "Tiền mặt", "transfer": "Chuyển khoản", "online": "Trực tuyến"}
AUTHORITY_LEVELS: Mapping[str, str] = {
    "city": "UBND thành phố",
    "department": "Sở",
    "district": "UBND cấp huyện",
    "commune": "UBND cấp xã",
}
ONLINE_LEVELS: Mapping[str, str] = {"full": "Toàn trình", "partial": "Một phần", "information": "Cung cấp thông tin"}
TIME_UNITS: Mapping[str, str] = {
    "hour": "giờ",
    "day": "ngày",
    "working_day": "ngày làm việc",
    "month": "tháng",
    "same_day": "trong ngày",
    "event": "theo sự kiện",
}

PROVENANCE = (
    Column("source_file", "Tệp nguồn", "text", "Tên tệp xuất, tương đối với thư mục dữ liệu gốc"),
    Column("source_sheet", "Trang tính", "text", "Tên trang tính; trống với CSV và HTML"),
    Column("source_row", "Dòng", "integer", "Số dòng trong tệp gốc, đếm từ 1 kể cả tiêu đề"),
    Column("snapshot_date", "Ngày xuất", "date", "Ngày hệ thống xuất tệp; bản mới nhất được giữ"),
)

DOSSIERS = Table(
    "ho_so",
    "Hồ sơ thủ tục hành chính",
    "hồ sơ",
    "Hồ sơ do cơ quan tiếp nhận và giải quyết, mỗi mã một dòng, theo bản xuất mới nhất.",
    ("dossier_code",),
    (
        Column("dossier_code", "Mã hồ sơ", "code", "Số hồ sơ do hệ thống một cửa cấp", required=True),
        Column("procedure_code", "Mã thủ tục", "code", "Mã TTHC quốc gia, đã bỏ hậu tố địa phương (1.005090)"),
        Column("procedure_name", "Tên thủ tục hành chính", "text", "Tên TTHC như hệ thống ghi"),
        Column("field", "Lĩnh vực", "text", "Lĩnh vực của TTHC"),
        Column("agency", "Đơn vị giải quyết", "text", "Cơ quan, đơn vị giải quyết hồ sơ"),
        Column("channel", "Hình thức tiếp nhận", "category", "Kênh nộp hồ sơ", values=CHANNELS),
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
    ),
)

PROCEDURES = Table(
    "danh_muc_tthc",
    "Danh mục thủ tục hành chính",
    "thủ tục",
    "Danh mục TTHC đã công bố, mỗi thủ tục một dòng cho mỗi khoảng hiệu lực.",
    ("procedure_code", "valid_from"),
    (
        Column("procedure_code", "Mã thủ tục", "code", "Mã TTHC quốc gia hoặc mã nội bộ", required=True),
        Column("procedure_name", "Tên thủ tục hành chính", "text", "Tên TTHC theo quyết định công bố", required=True),
        Column("field", "Lĩnh vực", "text", "Lĩnh vực của TTHC"),
        Column(
            "authority_level",
            "Cấp thẩm quyền",
            "category",
            "Cấp giải quyết TTHC",
            required=True,
            values=AUTHORITY_LEVELS,
        ),
        Column("online_level", "Mức độ trực tuyến", "category", "Mức DVC theo NĐ 42/2022", values=ONLINE_LEVELS),
        Column("is_internal", "TTHC nội bộ", "boolean", "Là thủ tục nội bộ giữa các cơ quan nhà nước"),
        Column("fee_amount", "Phí, lệ phí", "decimal", "Mức phí một hồ sơ; trống hoặc 0 là không thu", unit="đồng"),
        Column("time_limit", "Thời hạn giải quyết", "integer", "Số theo đơn vị thời hạn"),
        Column("time_limit_unit", "Đơn vị thời hạn", "category", "Đơn vị của thời hạn", values=TIME_UNITS),
        Column("valid_from", "Hiệu lực từ", "date", "Ngày bắt đầu hiệu lực", required=True),
        Column("valid_to", "Hiệu lực đến", "date", "Ngày cuối cùng còn hiệu lực; trống là còn hiệu lực"),
        Column("decision", "Quyết định công bố", "text", "Số quyết định công bố"),
    ),
)

TABLES: Mapping[str, Table] = {t.name: t for t in (DOSSIERS, PROCEDURES)}
