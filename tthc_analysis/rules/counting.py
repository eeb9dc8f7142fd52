"""Counting rule sets: how returned, withdrawn, paused and undated dossiers count, as named and versioned data."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from tthc_analysis.columns import STATUSES
from tthc_analysis.errors import UnknownRule
from tthc_analysis.rules.shipped import shipped

DEFAULT_RULE_SET = "so-2024"


class CountingRules(BaseModel):
    """One rule set of `counting.toml`; `describe()` says it in Vietnamese for every report."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    version: int = Field(ge=1)
    label: str
    valid_from: date
    source: str
    checked: date
    compare: Literal["day", "timestamp"]
    excluded_statuses: tuple[str, ...]
    end_date: tuple[Literal["resolved_at", "returned_at"], ...] = Field(min_length=1)
    withdrawn_statuses: tuple[str, ...]
    withdrawn: Literal["by_date", "on_time", "excluded"]
    paused_statuses: tuple[str, ...]
    paused: Literal["by_date", "within"]
    resolved_without_due: Literal["own_class", "on_time"]
    missing_channel: Literal["own_class", "in_person"]
    other_channel: Literal["offline"]

    @property
    def title(self) -> str:
        """Label with version, as printed beside every result."""
        return f"{self.label}, phiên bản {self.version}"

    def describe(self) -> list[str]:
        """The choices of this rule set, one Vietnamese sentence each."""
        return [
            "Hồ sơ thuộc kỳ là hồ sơ được tiếp nhận đến hết ngày chốt và chưa giải quyết xong trước ngày đầu kỳ.",
            "Đã giải quyết hay đang giải quyết được dựng lại tại ngày chốt từ các mốc ngày; việc không tiếp nhận, rút, trả lại "
            "và tạm dừng lấy theo trạng thái lúc xuất dữ liệu.",
            "So sánh theo ngày." if self.compare == "day" else "So sánh theo thời điểm (giờ, phút, giây).",
            "Không tính hồ sơ có trạng thái: " + _labels(self.excluded_statuses) + ".",
            _END[self.end_date],
            _UNENDED,
            _WITHDRAWN[self.withdrawn],
            _PAUSED[self.paused],
            _NO_DUE[self.resolved_without_due],
            _NO_CHANNEL[self.missing_channel],
            _OTHER_CHANNEL[self.other_channel],
        ]


def _labels(statuses: tuple[str, ...]) -> str:
    return ", ".join(STATUSES[s].lower() for s in statuses) or "không có"


_RESOLVED = "Ngày giải quyết xong là ngày kết thúc xử lý"
_UNENDED = (
    "Riêng hồ sơ có trạng thái đã xử lý xong, đã trả kết quả mà không ghi ngày đó thì không rõ xong khi nào: không đếm là đã hay "
    "đang giải quyết, các số cần ngày đó để trống."
)
_RETURNED = "Ngày giải quyết xong là ngày trả kết quả"
_END = {
    ("resolved_at", "returned_at"): f"{_RESOLVED}; nếu hệ thống không ghi thì lấy ngày trả kết quả.",
    ("resolved_at",): f"{_RESOLVED}; không có ngày đó thì hồ sơ còn đang giải quyết, dù đã ghi ngày trả kết quả.",
    ("returned_at", "resolved_at"): f"{_RETURNED}; nếu hệ thống không ghi thì lấy ngày kết thúc xử lý.",
    ("returned_at",): f"{_RETURNED}; không có ngày đó thì hồ sơ còn đang giải quyết, dù đã ghi ngày kết thúc xử lý.",
}
_OPEN_STILL = "chưa có ngày kết thúc thì còn đang giải quyết"
_WITHDRAWN = {
    "by_date": "Hồ sơ rút hoặc trả lại tính là đã giải quyết khi có ngày kết thúc, xếp trước hạn, đúng hạn, quá hạn theo ngày; "
    f"{_OPEN_STILL}.",
    "on_time": "Hồ sơ rút hoặc trả lại khi có ngày kết thúc tính là đã giải quyết đúng hạn, không xét ngày hẹn trả; "
    f"{_OPEN_STILL}.",
    "excluded": "Hồ sơ rút hoặc trả lại đến hết ngày chốt không tính vào kỳ; rút, trả lại sau ngày chốt hoặc "
    f"{_OPEN_STILL}.",
}
_PAUSED = {
    "by_date": "Hồ sơ chờ bổ sung, chờ nghĩa vụ tài chính, tạm dừng xét theo ngày hẹn trả.",
    "within": "Hồ sơ chờ bổ sung, chờ nghĩa vụ tài chính, tạm dừng tính là đang giải quyết trong hạn.",
}
_NO_DUE = {
    "own_class": "Hồ sơ không có ngày hẹn trả là một nhóm riêng, không xếp vào trước hạn, đúng hạn hay quá hạn.",
    "on_time": "Hồ sơ đã giải quyết mà không có ngày hẹn trả tính là đúng hạn.",
}
_NO_CHANNEL = {
    "own_class": "Hồ sơ không ghi hình thức tiếp nhận là một nhóm riêng.",
    "in_person": "Hồ sơ không ghi hình thức tiếp nhận tính là nộp trực tiếp.",
}
_OTHER_CHANNEL = {
    "offline": "Hồ sơ tiếp nhận qua hình thức khác (điện thoại, thư điện tử, nội bộ) là một nhóm riêng, ở biểu đứng trong cột trực tiếp, "
    "bưu chính.",
}


@cache
def _all() -> dict[str, CountingRules]:
    data: dict[str, dict[str, Any]] = shipped("counting.toml")
    return {name: CountingRules(id=name, **values) for name, values in data.items()}


def rule_set_ids() -> list[str]:
    """The ids that a report can be asked for."""
    return sorted(_all())


def load_counting_rules(name: str = DEFAULT_RULE_SET) -> CountingRules:
    """The rule set called `name`; raises UnknownRule with the nearest names."""
    try:
        return _all()[name]
    except KeyError:
        raise UnknownRule("bộ quy tắc đếm", name, _all(), "rule_set trong config.toml, hoặc --rule-set") from None
