"""Cells of a sheet whose value is none, and what the parts of a package are called; runs in the child."""

import zipfile
from xml.etree import ElementTree

from tthc_analysis.exports._refused import Refused

#: how many of the faulty cells of a sheet are named
MAX_FAULTS = 1000
MAX_CELLS = 60_000_000
ERROR, UNCOMPUTED = "ô lỗi công thức (#N/A, #REF!…)", "ô công thức chưa được tính"

#: row, column (from 0; -1 when the cell does not say) and what is wrong with it
Fault = tuple[int, int, str]


class Faults:
    """The faulty cells of one sheet: how many, and the first of them; merged cells where the reader tells none."""

    def __init__(self) -> None:
        self.count = 0
        self.cells: list[Fault] = []
        self.merges: list[list[int]] = []

    def add(self, row: int, column: int, kind: str) -> None:
        """Count one, and keep it if it is among the first."""
        self.count += 1
        if len(self.cells) < MAX_FAULTS:
            self.cells.append((row, column, kind))


def check_names(names: list[str]) -> None:
    """Refuse a workbook in which two sheets have one name."""
    twice = sorted({n for n in names if [m.casefold() for m in names].count(n.casefold()) > 1})
    if twice:
        raise Refused(
            f"Tệp có hai trang tính cùng tên “{twice[0]}”: trình đọc chỉ thấy một trang.",
            "Mở bằng Excel, đổi tên một trang rồi lưu lại, hoặc xuất lại.",
        )


def relations(archive: zipfile.ZipFile, name: str) -> dict[str, str]:
    """Relation id → part of the package."""
    if name not in archive.namelist():
        return {}
    root = ElementTree.fromstring(archive.read(name))
    found = {e.get("Id") or "": e.get("Target") or "" for e in root}
    return {key: target.lstrip("/") if target.startswith("/") else f"xl/{target}" for key, target in found.items()}
