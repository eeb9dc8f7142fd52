"""What the trust tests share: an export that comes late, a report altered by hand, trees held against each other."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import tools_of

tampers = tools_of.load("tampers")

LATE = "ho_so_2025-01-10.csv"
#: pending on 05/12/2024 in the sample; the late export says that it was resolved that day
RESOLVED_LATE = "H24.99-241201-0001"
NEW_LATE = "H24.99-241202-9001"


def late_export(project: Path) -> None:
    """Put an export of 10/01/2025 into the project: one dossier resolved within the period after all, and one new."""
    folder = project / "data" / "raw" / "mau" / "ho_so"
    with (folder / "ho_so_2024-12-20.csv").open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.DictReader(source, delimiter=";"))
    resolved = next(r for r in rows if r["Mã hồ sơ"].strip() == RESOLVED_LATE)
    resolved |= {"Ngày kết thúc xử lý": "05/12/2024 10:00:00", "Ngày trả kết quả": "05/12/2024 10:00:00"}
    resolved |= {"Trạng thái hồ sơ": "Đã trả kết quả"}
    new = {**resolved, "Mã hồ sơ": NEW_LATE, "Ngày tiếp nhận": "02/12/2024 08:00:00"}
    new |= {"Ngày hẹn trả": "12/12/2024 17:00:00", "Ngày kết thúc xử lý": "04/12/2024 09:00:00"}
    with (folder / LATE).open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.DictWriter(out, list(resolved), delimiter=";")
        writer.writeheader()
        writer.writerows([resolved, new])


def moved(report: Path, target: Path) -> Path:
    """A copy of a report at another place."""
    return Path(shutil.copytree(report, target))


replace_text, replace_cell, accept = tampers.replace_text, tampers.replace_cell, tampers.accept
