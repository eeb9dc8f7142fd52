"""Four bodies that are not the first user: what each answers to `tthc init`, and small exports of its own shape.

A ward with the header of a real ward's system (no channel, no fee), a health department, a ministry's unit, and a district of
2024. No name, title, level or figure of one belongs to another.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import xlsxwriter

WARD_HEAD = (
    "STT", "Số hồ sơ", "Tên thủ tục\nhành chính", "Tên lĩnh vực", "Phòng ban", "Ngày tiếp nhận", "Ngày hẹn trả",
    "Ngày kết thúc xử lý", "Cơ quan/đơn vị", "Chủ hồ sơ", "Số điện thoại", "Cán bộ xử lý hiện tại", "Trạng thái hồ sơ",
)  # fmt: skip
HEAD = (
    "Mã hồ sơ", "Mã TTHC", "Tên thủ tục hành chính", "Lĩnh vực", "Đơn vị giải quyết", "Hình thức tiếp nhận",
    "Ngày tiếp nhận", "Ngày hẹn trả", "Ngày kết thúc xử lý", "Trạng thái", "Người nộp",
)  # fmt: skip


@dataclass(frozen=True)
class SomeBody:
    """A body: its answers to `tthc init`, its period, its procedures (code, name, field), and what its report must not say."""

    answers: dict[str, str]
    period: str
    exported: date
    first: date
    procedures: tuple[tuple[str, str, str], ...]
    signer: str
    foreign: tuple[str, ...] = ()
    ward: bool = False
    more: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Its short code."""
        return self.answers["agency"]


WARD = SomeBody(
    {"kind": "xa", "agency": "phuong-thu", "name": "Ủy ban nhân dân phường Thử", "code": "H29.259",
     "parent": "Ủy ban nhân dân Thành phố Hồ Chí Minh", "place": "Thành phố Hồ Chí Minh", "short": "UBND"},
    "2026-Q1", date(2026, 3, 20), date(2025, 12, 10),
    (("", "Đăng ký khai sinh", "Hộ tịch"), ("", "Chứng thực bản sao", "Chứng thực"), ("", "Đăng ký đất đai lần đầu", "Đất đai")),
    "TM. ỦY BAN NHÂN DÂN", ("Sở", "GIÁM ĐỐC", "cấp huyện", "học sinh", "giáo viên", "Giáo dục", "Hải Phòng"), ward=True,
)  # fmt: skip
HEALTH = SomeBody(
    {"kind": "so", "agency": "so-y-te", "name": "Sở Y tế", "code": "H56.12", "parent": "Ủy ban nhân dân tỉnh Thử",
     "place": "Thử", "short": "SYT"},
    "2024-Q3", date(2024, 9, 30), date(2024, 6, 3),
    (("1.900001", "Cấp phép hành nghề thử", "Khám bệnh, chữa bệnh"), ("1.900002", "Công bố đủ điều kiện thử", "Dược phẩm"),
     ("1.900003", "Kiểm nghiệm thử", "An toàn thực phẩm")),
    "GIÁM ĐỐC", ("học sinh", "giáo viên", "Giáo dục", "Hải Phòng", "SGDĐT", "TM. ỦY BAN"),
)  # fmt: skip
UNIT = SomeBody(
    {"kind": "cuc", "agency": "cuc-thu", "name": "Cục Kiểm định Thử", "code": "G09.02", "parent": "Bộ Xây dựng",
     "place": "Hà Nội", "short": "CKĐ"},
    "2025-Q4", date(2025, 12, 31), date(2025, 9, 8),
    (("1.900011", "Cấp chứng nhận kiểm định thử", "Đăng kiểm"), ("1.900012", "Thẩm định thiết kế thử", "Hàng hải")),
    "CỤC TRƯỞNG", ("Sở", "GIÁM ĐỐC", "học sinh", "giáo viên", "Giáo dục", "Hải Phòng", "UBND thành phố", "TM. ỦY BAN"),
)  # fmt: skip
DISTRICT = SomeBody(
    {"kind": "huyen", "agency": "huyen-thu", "name": "Ủy ban nhân dân huyện Thử", "code": "H40.05",
     "parent": "Ủy ban nhân dân tỉnh Thử", "place": "Thử", "short": "UBND"},
    "2024-Q2", date(2024, 6, 28), date(2024, 3, 4),
    (("2.900021", "Đăng ký hộ kinh doanh thử", "Thành lập và hoạt động hộ kinh doanh"), ("1.900022", "Cấp giấy phép thử", "Đầu tư"),
     ("1.900023", "Chứng thực thử", "Chứng thực")),
    "TM. ỦY BAN NHÂN DÂN", ("Sở", "GIÁM ĐỐC", "học sinh", "giáo viên", "Giáo dục", "Hải Phòng"),
)  # fmt: skip
BODIES = (WARD, HEALTH, UNIT, DISTRICT)


def dossiers(body: SomeBody) -> Iterator[tuple[str, int, datetime, datetime, datetime | None]]:
    """Code, procedure, received, due and resolved of 40 dossiers from the body's first day to its export."""
    days = (body.exported - body.first).days
    for number in range(40):
        received = datetime.combine(body.first + timedelta(days=number * days // 40), datetime.min.time())
        received += timedelta(days={5: 2, 6: 1}.get(received.weekday(), 0), hours=8 + number % 8)
        due = received + timedelta(days=7)
        resolved = received + timedelta(days=1 + number % 6 + (4 if number % 13 == 7 else 0))
        code = f"{body.answers['code']}-{received - timedelta(days=9 if body.ward else 0):%y%m%d}-{number + 1:04d}"
        ended = resolved if resolved.date() < body.exported and number % 9 else None
        yield code, number % len(body.procedures), received, due, ended


def rows(body: SomeBody) -> list[Sequence[str]]:
    """The dossiers as the body's own system writes them."""
    made: list[Sequence[str]] = []
    for number, (code, which, received, due, ended) in enumerate(dossiers(body), start=1):
        procedure, name, group = body.procedures[which]
        days = [f"{d:%d/%m/%Y %H:%M}" if d else "" for d in (received, due, ended)]
        person, state = f"Người nộp {number:04d}", "Đã trả kết quả" if ended else "Đang xử lý"
        if body.ward:
            made.append(
                (str(number), code, name, group, "Bộ phận một cửa", *days, body.answers["name"], person, "", "", state)
            )
        else:
            how = ("Trực tuyến", "Trực tuyến", "Trực tiếp")[number % 3]
            made.append((code, procedure, name, group, body.answers["name"], how, *days, state, person))
    return made


def write_exports(body: SomeBody, raw: Path) -> None:
    """Write the exports of `body` below `raw`: a workbook with a merged title for the ward, text for the others."""
    folder = raw / "ho_so"
    folder.mkdir(parents=True, exist_ok=True)
    if not body.ward:
        with (folder / f"ho-so-{body.exported}.csv").open("w", encoding="utf-8-sig", newline="") as out:
            csv.writer(out, delimiter=";").writerows([HEAD, *rows(body)])
        return
    with xlsxwriter.Workbook(folder / f"ho-so-{body.exported}.xlsx") as book:
        sheet = book.add_worksheet("Sheet1")
        sheet.merge_range(0, 0, 0, len(WARD_HEAD) - 1, "DANH SÁCH HỒ SƠ")
        for number, row in enumerate([WARD_HEAD, *rows(body)], start=1):
            sheet.write_row(number, 0, row)
