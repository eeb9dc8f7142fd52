"""Why a file is not read, as the child process tells its parent. Nothing of the package is imported here."""

AGAIN = "Xuất lại tệp từ hệ thống một cửa."
ASK_AGAIN = "Không mở tệp này; xin lại từ hệ thống nguồn."
LOAD_AGAIN = "Tải lại hoặc xuất lại tệp."
#: no export has more; laying out many more would cost minutes
MOST_COLUMNS = 1000


class Refused(Exception):
    """A file that must not be read: `what` is wrong, what to do `now` (both Vietnamese, without a value of the file).

    `place` is where in the file, as it follows the file's name ("" for the whole file).
    """

    def __init__(self, what: str, now: str = AGAIN, place: str = "") -> None:
        super().__init__(what, now, place)
        self.what, self.now, self.place = what, now, place


def password() -> Refused:
    """The one message for every kind of protection."""
    return Refused("Tệp có mật khẩu.", "Mở bằng Excel, bỏ mật khẩu (Tệp › Thông tin › Bảo vệ) rồi lưu lại.")


def too_wide(columns: int) -> Refused:
    """A table that no register is."""
    return Refused(
        f"Bảng có {columns} cột, nhiều hơn {MOST_COLUMNS}: tệp hỏng hoặc không phải danh sách.",
        "Xóa các cột thừa rồi lưu lại, hoặc xuất lại tệp.",
    )


def broken() -> Refused:
    """A container whose parts are not where it says."""
    return Refused("Tệp bị hỏng hoặc tải về chưa trọn vẹn.", LOAD_AGAIN)
