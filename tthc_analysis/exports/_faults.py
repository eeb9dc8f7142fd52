"""Cells of a sheet whose value is none, and what the parts of a package are called; runs in the child."""

import zipfile
from xml.etree import ElementTree

from tthc_analysis.exports._refused import Refused

#: how many of the faulty cells of a sheet are named
MAX_FAULTS = 1000
MAX_CELLS = 60_000_000
ERROR, UNCOMPUTED = "ô lỗi công thức (#N/A, #REF!…)", "ô công thức chưa được tính"
#: a formula that gives 0 like all others of its column; only where the column is no number
NOUGHT = "ô công thức cho giá trị 0"
_NOUGHTS_NAMED = 20

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


class Formulas:
    """The formulas of one sheet, told one by one, and what they say of which of them nobody has computed.

    A program that computes writes a blank for an empty text and 0 for a reference to a blank cell; another one writes them for
    every formula. So they are values where some formula of their column has another one.
    """

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._told: set[int] = set()
        self._noughts: dict[int, list[int]] = {}
        self._blanks: dict[int, list[int]] = {}

    def value(self, column: int) -> None:
        """A formula with a value."""
        self._told.add(column)

    def nought(self, row: int, column: int, asks: bool = False) -> None:
        """A formula with the value 0; nobody has computed it where the file `asks` for that when it is opened."""
        if asks:
            self._faults.add(row, column, UNCOMPUTED)
            return
        rows = self._noughts.setdefault(column, [])
        if len(rows) < _NOUGHTS_NAMED:
            rows.append(row)

    def blank(self, row: int, column: int) -> None:
        """A formula with a blank for a value."""
        self._blanks.setdefault(column, []).append(row)

    def settle(self) -> Faults:
        """The faults, with the formulas that are none but in their look."""
        for kind, found in ((UNCOMPUTED, self._blanks), (NOUGHT, self._noughts)):
            for column, rows in found.items():
                if column not in self._told:
                    for row in rows:
                        self._faults.add(row, column, kind)
        return self._faults


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
