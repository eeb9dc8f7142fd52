"""One class per mistake a user can make; the message says what, where and what now, in Vietnamese.

No class takes a personal value, and none prints one: a row is named by file, sheet and row number only, and what of a file
or of the command line is repeated in a message is masked where it looks personal.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from difflib import get_close_matches

from tthc_analysis.personal import masked


class TthcError(Exception):
    """A mistake of the user: `what` is wrong, `where` it was seen, what to do `now`. `exit_code` is the CLI's status."""

    exit_code = 2

    def __init__(self, what: str, where: str = "", now: str = "") -> None:
        self.what, self.where, self.now = masked(what), masked(where), masked(now)
        super().__init__(self.what, self.where, self.now)

    def __str__(self) -> str:
        parts = [self.what]
        if self.where:
            parts.append(f"Ở đâu: {self.where}")
        if self.now:
            parts.append(f"Cần làm: {self.now}")
        return "\n".join(parts)


#: more names than these are not all listed in a message
_MANY = 40


def suggestion(word: str, known: Iterable[str]) -> str:
    """A sentence with the nearest known names; when none is near, all of them, or the nearest five of many."""
    names = sorted(known)
    near = get_close_matches(word, names, n=3, cutoff=0.5)
    if near:
        return "Có phải ý anh/chị là: " + ", ".join(near) + "?"
    if len(names) > _MANY:
        return "Các giá trị gần nhất: " + ", ".join(get_close_matches(word, names, n=5, cutoff=0)) + "."
    return "Các giá trị dùng được: " + ", ".join(names) + "."


class ConfigError(TthcError):
    """`config.toml` is missing, malformed or contradicts itself."""


class UnknownPeriod(TthcError):
    """A period id that neither the statutory rule nor `config.toml` knows."""

    def __init__(self, period: str, custom: Iterable[str] = ()) -> None:
        own = ", ".join(sorted(custom))
        super().__init__(
            f"Không hiểu kỳ báo cáo “{period}”.",
            "tham số kỳ báo cáo",
            "Viết như 2024 (năm), 2024-Q1 (quý), 2024-6T hay 2024-H1 (6 tháng đầu năm), 2024-9T (9 tháng), 2024-03 (tháng)"
            + (f", hoặc một kỳ riêng trong config.toml: {own}." if own else "."),
        )


class CalendarNotCovered(TthcError):
    """A date outside the years of the cited working calendar."""

    def __init__(self, day: str, first: str, last: str) -> None:
        super().__init__(
            f"Lịch làm việc không có ngày {day}.",
            f"lịch làm việc (từ {first} đến {last})",
            "Bổ sung năm đó với ngày nghỉ, ngày làm bù kèm văn bản căn cứ vào quy-dinh/lich-lam-viec.toml (docs/cau-hinh.md).",
        )


class UnknownRule(TthcError):
    """A rule set, form or profile name that is not in `rules/`."""

    def __init__(self, kind: str, name: str, known: Iterable[str], where: str = "") -> None:
        super().__init__(f"Không có {kind} “{name}”.", where or "thư mục tthc_analysis/rules", suggestion(name, known))


class NoExports(TthcError):
    """The raw folder holds no export of a dataset that is needed."""

    def __init__(self, folder: str) -> None:
        super().__init__(
            "Chưa có tệp xuất dữ liệu hồ sơ nào.",
            folder,
            "Chép tệp xuất từ hệ thống một cửa vào thư mục này, hoặc chạy `tthc sample` để có dữ liệu mẫu.",
        )


class UnreadableExport(TthcError):
    """A file that cannot be read, or must not be: corrupt, protected, empty, a bomb, or of an unknown shape."""

    def __init__(self, path: str, what: str, now: str = "Mở tệp bằng Excel, lưu lại thành .xlsx rồi thử lại.") -> None:
        super().__init__(what, path, now)


class PersonalName(TthcError):
    """The name of a file or sheet, printed beside every row of it, looks like a personal value."""

    def __init__(self, what: str, where: str) -> None:
        super().__init__(
            f"{what} có chữ giống số điện thoại, CCCD, hộ chiếu hoặc thư điện tử; tên ấy được in trong báo cáo.",
            where,
            "Đổi tên rồi chạy lại.",
        )


class MissingColumns(TthcError):
    """No header row could be recognised, or a required column is not there; `like` says of which dataset there are more."""

    def __init__(self, path: str, missing: Iterable[str], seen: Iterable[str], like: str = "") -> None:
        super().__init__(
            "Không tìm thấy cột bắt buộc: " + ", ".join(missing) + "." + like,
            f"{path}; các tiêu đề đọc được: " + (", ".join(seen) or "không có"),
            f"Chạy `tthc inspect {path}` để xem cột nào đã nhận ra và lấy mẫu khai báo cho hệ thống mới.",
        )


class UnknownValues(TthcError):
    """Status, channel or other coded values that no profile maps; `counts` is value → number of rows."""

    def __init__(self, path: str, label: str, counts: Mapping[str, int], table: str) -> None:
        listed = "; ".join(f"“{value}” ({count} dòng)" for value, count in counts.items())
        lines = " ".join(f'{json.dumps(value, ensure_ascii=False)} = "…"' for value in counts)
        super().__init__(
            f"Cột “{label}” có giá trị chưa khai báo: {listed}.",
            path,
            f"Thêm vào bảng [{table}] của hồ sơ cột (rules/profiles hoặc tệp khai báo riêng): {lines}",
        )


class NotPrepared(TthcError):
    """A notebook or report asks for a table that `tthc prepare` has not written."""

    def __init__(self, table: str, folder: str) -> None:
        super().__init__(f"Chưa có bảng dữ liệu “{table}”.", folder, "Chạy `tthc prepare` trước.")


class NotValidated(TthcError):
    """Somebody asks for the findings on processed data whose validation was broken off."""

    def __init__(self, folder: str) -> None:
        super().__init__("Dữ liệu đã xử lý chưa được kiểm tra xong.", folder, "Chạy `tthc prepare`.")


class OtherVersion(TthcError):
    """Processed data whose columns are those of another version of the program."""

    def __init__(self, folder: str) -> None:
        super().__init__(
            "Dữ liệu đã xử lý do phiên bản khác của chương trình làm ra.",
            folder,
            "Làm lại từ tệp xuất: `tthc prepare`.",
        )


class BadParameter(TthcError):
    """An unknown, missing or mistyped notebook parameter, found before a kernel starts."""


class ValidationFailed(TthcError):
    """A critical expectation fails: no report is published from such data unless it is a draft."""

    exit_code = 3

    def __init__(self, findings: Iterable[str], where: str) -> None:
        super().__init__(
            "Dữ liệu không đạt kiểm tra bắt buộc:\n  - " + "\n  - ".join(findings),
            where,
            "Sửa dữ liệu tại hệ thống nguồn rồi xuất lại; hoặc thêm --draft để ra bản có dấu DỰ THẢO.",
        )


class PeriodNotCovered(TthcError):
    """A period that has not begun, or of which no export says anything: no report is published of it unless it is a draft."""

    exit_code = 3

    def __init__(self, label: str, days: tuple[date, date], where: str, gap: str = "") -> None:
        """`gap` says what the exports lack; "" for a period whose first day has not come."""
        ahead = f"kỳ bắt đầu từ ngày {days[0]:%d/%m/%Y}, chưa đến"
        now = (
            "Chép tệp xuất của kỳ này vào thư mục đã nêu; xem dữ liệu bao trùm những kỳ nào: tthc periods"
            if gap
            else f"Lập lại sau ngày cuối kỳ {days[1]:%d/%m/%Y}; xem các kỳ lập được: tthc periods"
        )
        what = f"Chưa lập được báo cáo {label}: {gap or ahead}."
        super().__init__(what, where, f"{now}; hoặc thêm --draft để ra bản có dấu DỰ THẢO.")


class SparkUnavailable(TthcError):
    """Counting on Apache Spark was asked for, and there is none to be reached."""

    def __init__(self, what: str, where: str, now: str = "") -> None:
        super().__init__(
            what,
            where,
            now
            or "Cài bằng `python tools/install.py --spark` (cần Java 17 trở lên), hoặc đặt biến SPARK_REMOTE trỏ tới máy chủ "
            "Spark Connect; không có --sql spark thì DuckDB đếm trên máy này, ra cùng số liệu.",
        )


class SectionsFailed(TthcError):
    """Some notebooks failed: nothing was published and the former report stays."""

    exit_code = 4


class WorkersLost(TthcError):
    """The process from which notebooks' processes are split off ended by itself."""

    exit_code = 4

    def __init__(self) -> None:
        super().__init__(
            "Tiến trình chủ, nơi tách ra các tiến trình chạy sổ tay, tắt đột ngột; chưa phải do sổ tay.",
            "khi bắt đầu chạy sổ tay",
            "Kiểm tra bộ nhớ còn trống rồi chạy lại. Báo cáo đã công bố trước đó giữ nguyên.",
        )


class CannotShow(TthcError):
    """Something in a notebook that no page may hold; `where` names the cell."""

    exit_code = 4


class PublishError(TthcError):
    """The published folder cannot be replaced (open in another program, no right to write, another run at work)."""

    exit_code = 5
