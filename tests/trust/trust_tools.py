"""What the trust tests share: an export that comes late, a report altered by hand, trees held against each other."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import zipfile
from pathlib import Path

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


def tree(folder: Path) -> dict[str, str]:
    """sha256 of every published file; the log of the run says when and how long, and is left out."""
    files = (p for p in folder.rglob("*") if p.is_file() and p.name != "run.log.json")
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def moved(report: Path, target: Path) -> Path:
    """A copy of a report at another place."""
    return Path(shutil.copytree(report, target))


def replace_text(path: Path, old: str, new: str) -> None:
    """Change the first occurrence of a text in a file, as somebody with an editor would."""
    text = path.read_bytes().decode("utf-8")
    assert old in text
    path.write_bytes(text.replace(old, new, 1).encode("utf-8"))


def replace_cell(path: Path, old: str, new: str) -> str:
    """Change one value inside an Office file; returns the name of the part that holds it."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = next(n for n, data in parts.items() if n.endswith(".xml") and old.encode() in data)
    parts[name] = parts[name].replace(old.encode(), new.encode(), 1)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, data in parts.items():
            archive.writestr(part, data)
    return name


def accept(report: Path, name: str) -> None:
    """Write the present hash of a file into the manifest, as a forger would."""
    path = report / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["outputs"][name] = hashlib.sha256((report / name).read_bytes()).hexdigest()
    path.write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")
