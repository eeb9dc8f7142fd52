"""Tamper with a published report in every way we know and see what `tthc verify` says. Prints a table.

    python tools/tampers.py            # files and manifest, without making the report again (seconds)
    python tools/tampers.py --full     # forged figures with forged manifests too, each made again from its inputs (minutes)

Every tamper works on a fresh copy of the sample's report of 2024, in a project of its own.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tthc_analysis import fingerprint
from tthc_analysis.audit import verify as checking
from tthc_analysis.audit.intact import FAULT_WORDS, check_files
from tthc_analysis.config import Config, load_config
from tthc_analysis.report.published import ForgedManifest, PublishedReport, read_report

ROOT = Path(__file__).resolve().parent.parent
PERIOD = "2024"
Tamper = Callable[[Path], object]
FILES: dict[str, Tamper] = {}
FORGERIES: dict[str, Tamper] = {}
#: changes of a project that are no forgery, with the exit status of `verify`
HONEST: dict[str, tuple[Tamper, int]] = {}


def replace_text(path: Path, old: str, new: str) -> None:
    """Change the first occurrence of a text in a file, as somebody with an editor would."""
    text = path.read_bytes().decode("utf-8")
    assert old in text, (path, old)
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


def _edit(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    change(manifest)
    path.write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")


def accept(folder: Path, name: str = "index.html") -> None:
    """Write the present hash of a file into the manifest, as a forger would."""
    digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    _edit(folder, lambda m: m["outputs"].__setitem__(name, digest))


def _bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"xl/{number}.xml", b"0" * (40 << 20))


def _moved_behind_a_link(folder: Path) -> None:
    (folder / "index.html").rename(folder.parent / "that.html")
    (folder / "index.html").symlink_to(folder.parent / "that.html")


def _exchanged(folder: Path) -> None:
    one, other = folder / "so-lieu" / "so-hoa.csv", folder / "so-lieu" / "dvc-truc-tuyen.csv"
    texts = one.read_bytes(), other.read_bytes()
    one.write_bytes(texts[1])
    other.write_bytes(texts[0])


def _written(name: str, data: bytes) -> Tamper:
    def write(folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)

    return write


def _set(*keys: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(manifest: dict[str, Any]) -> None:
        for key in keys[:-1]:
            manifest = manifest[key]
        manifest[keys[-1]] = value

    return change


def _dropped(folder: Path) -> None:
    (folder / "so-lieu" / "so-hoa.csv").unlink()
    _edit(folder, lambda m: m["outputs"].pop("so-lieu/so-hoa.csv"))


FILES |= {
    "digit in the page": lambda f: replace_text(f / "index.html", "2.215", "2.225"),
    "digit in a section": lambda f: replace_text(f / "muc" / "ii-4-1-ket-qua-giai-quyet.html", "98,06%", "98,96%"),
    "digit in a CSV": lambda f: replace_text(f / "so-lieu" / "bieu-ii-06a.csv", "980", "990"),
    "digit in the figures": lambda f: replace_text(f / "indicators.json", '"numerator": 2215', '"numerator": 2216'),
    "digit in a notebook": lambda f: replace_text(f / "so-tay" / "ii-4-1-ket-qua-giai-quyet.ipynb", "2215", "2216"),
    "digit in the workbook": lambda f: replace_cell(next(f.glob("bieu-mau-*.xlsx")), "<v>2215</v>", "<v>2225</v>"),
    "word in the Word document": lambda f: replace_cell(next(f.glob("*.docx")), "2.215", "2.225"),
    "byte at the end of a PDF": lambda f: _written("phu-luc/phu-luc-3-so-hoa.pdf", (f / "phu-luc/phu-luc-3-so-hoa.pdf").read_bytes() + b"\n")(f),
    "line ends of a CSV": lambda f: _written("so-lieu/so-hoa.csv", (f / "so-lieu/so-hoa.csv").read_bytes().replace(b"\r\n", b"\n"))(f),
    "file emptied": _written("so-lieu/so-hoa.csv", b""),
    "file removed": lambda f: (f / "so-lieu" / "so-hoa.csv").unlink(),
    "file renamed": lambda f: (f / "so-lieu" / "so-hoa.csv").rename(f / "so-lieu" / "so-hoa-2.csv"),
    "two files exchanged": _exchanged,
    "file added": _written("phu-luc/them.pdf", b"%PDF"),
    "hidden file added": _written("so-lieu/.ghi-chu", b"x"),
    "folder with a file added": _written("them/sau/a.txt", b"x"),
    "empty folder added": lambda f: (f / "them" / "sau").mkdir(parents=True),
    "folder in place of a file": lambda f: [(f / "index.html").unlink(), (f / "index.html").mkdir()],
    "link to a file outside": lambda f: (f / "them.html").symlink_to("/etc/hostname"),
    "link to a folder outside": lambda f: (f / "them").symlink_to("/etc"),
    "link that leads nowhere": lambda f: (f / "them.html").symlink_to("khong-co"),
    "file moved behind a link, same bytes": _moved_behind_a_link,
    "pipe": lambda f: os.mkfifo(f / "them"),
    "pipe in place of a file": lambda f: [(f / "index.html").unlink(), os.mkfifo(f / "index.html")],
    "file that runs with its owner's rights": lambda f: (f / "index.html").chmod(0o4755),
    "desktop.ini that renames files": _written("desktop.ini", b"[LocalizedFileNames]\r\nindex.html=khac\r\n"),
    "Thumbs.db that is none": _written("Thumbs.db", b"<html>"),
    ".DS_Store that is none": _written("so-lieu/.DS_Store", b"<html>"),
    "archive bomb in place of the workbook": lambda f: _bomb(next(f.glob("bieu-mau-*.xlsx"))),
    "unknown key in the manifest": lambda f: _edit(f, _set("ghi_chu", value="2.225")),
    "unknown key among the inputs": lambda f: _edit(f, _set("inputs", "ghi_chu", value="2.225")),
    "key of the manifest missing": lambda f: _edit(f, lambda m: m.pop("versions")),
    "key of the manifest twice": lambda f: replace_text(f / "manifest.json", '"agency"', '"state": "draft",\n "agency"'),
    "file dropped from the manifest": lambda f: _edit(f, lambda m: m["outputs"].pop("so-lieu/so-hoa.csv")),
    "manifest that leads out of the folder": lambda f: _edit(f, _set("outputs", "../../config.toml", value="0" * 64)),
    "export that leads out of the folder": lambda f: _edit(f, lambda m: m["inputs"]["exports"][0].update(file="../../x.csv")),
    "manifest of 65 MB": _written("manifest.json", b'{"a": "' + b"x" * (65 << 20) + b'"}'),
}  # fmt: skip


def _forged(change: Callable[[dict[str, Any]], object] = lambda _: None) -> Tamper:
    """A figure changed in the page, the hash in the manifest too, and what `change` does to the manifest."""

    def tamper(folder: Path) -> None:
        replace_text(folder / "index.html", "2.215", "2.225")
        accept(folder)
        _edit(folder, change)

    return tamper


def _first_export(manifest: dict[str, Any]) -> None:
    dossiers = next(e for e in manifest["inputs"]["exports"] if e["dataset"] == "ho_so")
    dossiers["sha256"] = "0" * 64


def _export_and_table(manifest: dict[str, Any]) -> None:
    _first_export(manifest)
    manifest["inputs"]["tables"]["ho_so"]["content_sha256"] = "1" * 64


_NOTEBOOK = "241_ket_qua_giai_quyet.ipynb"
FORGERIES |= {
    "figure and manifest": _forged(),
    "figure, manifest, hash of an export": _forged(_first_export),
    "figure, manifest, hash of a table": _forged(_set("inputs", "tables", "ho_so", "content_sha256", value="1" * 64)),
    "figure, manifest, export and table": _forged(_export_and_table),
    "figure, manifest, hash of config.toml": _forged(_set("inputs", "config_sha256", value="1" * 64)),
    "figure, manifest, hash of the program": _forged(_set("inputs", "package_sha256", value="1" * 64)),
    "figure, manifest, version of a package": _forged(_set("versions", "pandas", value="1.0")),
    "figure, manifest, hash of a notebook": _forged(_set("inputs", "notebooks", _NOTEBOOK, value="1" * 64)),
    "figure, manifest, an export nobody has": _forged(lambda m: m["inputs"]["exports"].append({**m["inputs"]["exports"][0], "file": "khac.csv", "sha256": "2" * 64})),
    "figure, manifest, rule set": _forged(_set("rule_set", "version", value=9)),
    "count of a figure in the manifest": lambda f: _edit(f, _set("figures", "dossiers_handled_count", "numerator", value=2225)),
    "rows of an export in the manifest": lambda f: _edit(f, lambda m: m["inputs"]["exports"][0].update(rows=9)),
    "hash of an export alone": lambda f: _edit(f, _first_export),
    "sample data called real": lambda f: _edit(f, _set("sample_data", value=False)),
    "file and its line in the manifest removed": _dropped,
}  # fmt: skip


def _late_export(folder: Path) -> None:
    source = ROOT / "data" / "raw" / "mau" / "ho_so" / "ho_so_2024-12-20.csv"
    lines = source.read_text(encoding="utf-8-sig").splitlines()
    late = lines[1].replace(lines[1].split(";")[1], "H24.99-241202-9001")
    target = folder.parent.parent / "data" / "raw" / "mau" / "ho_so" / "ho_so_2025-01-10.csv"
    target.write_text("\n".join([lines[0], late]) + "\n", encoding="utf-8-sig")


def _late_export_and_forgery(folder: Path) -> None:
    _late_export(folder)
    _forged()(folder)


FORGERIES["figure and manifest, and a real late export"] = _late_export_and_forgery
HONEST |= {
    "nothing": (lambda _: None, 0),
    "a comment in config.toml": (lambda f: replace_text(f.parent.parent / "config.toml", "\n", "\n# ghi chú\n"), 0),
    "a late export": (_late_export, 1),
    "a text in a notebook": (lambda f: replace_text(f.parent.parent / "notebooks" / "280_sang_kien.ipynb", "Trong kỳ", "Trong cả kỳ"), 1),
}  # fmt: skip


def found_in_files(folder: Path) -> str:
    """What checking the files alone finds; "" when nothing."""
    try:
        faults = check_files(read_report(folder))
    except ForgedManifest as error:
        return error.what
    return "; ".join(dict.fromkeys(f"{f.path}: {FAULT_WORDS[f.kind]}" for f in faults))


def make_project(place: Path) -> Path:
    """A project of the sample with its report of 2024; the report's folder."""
    (place / "data" / "raw").mkdir(parents=True)
    for name in ("notebooks", "data/raw/mau"):
        shutil.copytree(ROOT / name, place / name)
    shutil.copyfile(ROOT / "config.toml", place / "config.toml")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run(
        [sys.executable, "-m", "tthc_analysis.cli", "report", PERIOD], cwd=place, env=environment, check=True, capture_output=True
    )  # fmt: skip
    return place / "reports" / PERIOD


def remembering(place: Path) -> None:
    """Have `verify` make a report once for the same inputs: that it comes out the same again is measured elsewhere."""
    made: dict[str, Path] = {}
    rebuild = checking.rebuild

    def once(copy: Config, report: PublishedReport, tell: Callable[[str], None]) -> PublishedReport:
        inputs = (copy.raw, copy.notebooks, copy.root / "config.toml")
        key = fingerprint.digest(
            [*map(fingerprint.content, inputs), report.manifest["state"], report.manifest["parameters"]]
        )
        if key not in made:
            folder = rebuild(copy, report, tell).folder
            made[key] = Path(shutil.copytree(folder, place / f"made-{len(made)}" / folder.name))
        return read_report(made[key])

    checking.rebuild = once


def main() -> int:
    """Try all and print what was found; the exit status is the number of tampers that were not."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true", help="make the report again for forged manifests too")
    wanted = parser.parse_args()
    missed = 0
    with tempfile.TemporaryDirectory() as place:
        original = make_project(Path(place) / "goc").parent.parent
        for number, (name, tamper) in enumerate(FILES.items()):
            found = found_in_files(_tampered(original, Path(place) / f"t{number}", tamper))
            missed += not found
            print(f"{'found' if found else 'MISSED':7} {name:45} {found[:90]}", flush=True)
        forgeries = [(name, tamper, 3) for name, tamper in FORGERIES.items()]
        honest = [(f"honest: {name}", tamper, code) for name, (tamper, code) in HONEST.items()]
        remembering(Path(place))
        for number, (name, tamper, code) in enumerate([*forgeries, *honest] if wanted.full else []):
            folder = _tampered(original, Path(place) / f"f{number}", tamper)
            said = checking.verify(read_report(folder), load_config(folder.parent.parent))
            missed += said.exit_code != code
            print(f"{'exit ' + str(said.exit_code):7} {name:45} {said.conclusion[:150]}", flush=True)
    print(f"{missed} not as they should be")
    return missed


def _tampered(original: Path, place: Path, tamper: Tamper) -> Path:
    shutil.copytree(original, place)
    tamper(place / "reports" / PERIOD)
    return place / "reports" / PERIOD


if __name__ == "__main__":
    sys.exit(main())
