"""Whether a published report is still as it was published, and whether its inputs give it again byte for byte.

First every file is held against `manifest.json`; then the report is made anew from the raw exports in a temporary folder
and compared. What differs is named: export, table, rule, notebook, package, output, and the figures that moved.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from tthc_analysis.config import CONFIG_FILE, Config
from tthc_analysis.errors import TthcError
from tthc_analysis.fingerprint import LOCK_FILE, sha256
from tthc_analysis.folders import scratch
from tthc_analysis.preparation.current import prepare
from tthc_analysis.report.build import Options, make_report
from tthc_analysis.report.manifest import MANIFEST, RUN_LOG
from tthc_analysis.report.published import PublishedReport, read_report

Tell = Callable[[str], None]
FaultKind = Literal["altered", "missing", "unknown"]
FAULT_WORDS: Mapping[FaultKind, str] = {
    "altered": "đã bị sửa sau khi công bố",
    "missing": "không còn",
    "unknown": "không có trong bản kê",
}
#: files that desktops put into any folder they show; they are no part of a report
_DESKTOP = {".ds_store", "thumbs.db", "desktop.ini"}
_TEXTS = {".html", ".json", ".csv", ".ipynb", ".md", ".txt", ".xml", ".rels"}
_ARCHIVES = {".xlsx", ".docx", ".zip"}
_SHOWN = 30
_NONE = "không có"


@dataclass(frozen=True)
class FileFault:
    """A file that is not as the manifest says; `detail` shows the first place where it differs from the rebuilt one."""

    path: str
    kind: FaultKind
    detail: str = ""


@dataclass(frozen=True)
class Difference:
    """One thing that is not the same now as in the manifest: what kind of thing, its name, before and now."""

    kind: str
    name: str
    before: str
    now: str


@dataclass(frozen=True)
class Rebuilt:
    """What making the report anew gave: differing inputs, differing outputs, and figures whose printed text moved."""

    inputs: tuple[Difference, ...]
    outputs: tuple[Difference, ...]
    figures: tuple[Difference, ...]

    @property
    def same(self) -> bool:
        """Whether every published byte came out again."""
        return not (self.outputs or self.figures)


@dataclass(frozen=True)
class Verification:
    """The outcome for one report; `rebuilt` is None when only the files were checked, and `why` then says the reason."""

    report: PublishedReport
    file_count: int
    manifest_sha256: str
    faults: tuple[FileFault, ...]
    rebuilt: Rebuilt | None = None
    why: str = ""
    quick: bool = False

    @property
    def exit_code(self) -> int:
        """0 as published and the same again; 1 not the same again, or that could not be tried; 3 altered by hand."""
        if self.faults:
            return 3
        if self.rebuilt is None:
            return 0 if self.quick else 1
        if self.rebuilt.same:
            return 0
        return 1 if self.rebuilt.inputs else 3

    @property
    def conclusion(self) -> str:
        """What to think of the report, in a sentence or two."""
        again = self._again
        if self.faults:
            return f"Báo cáo KHÔNG còn như khi công bố: {len(self.faults)} tệp sai khác. {again}".rstrip()
        return f"Cả {self.file_count} tệp khớp bản kê. {again}".rstrip()

    @property
    def _again(self) -> str:
        if self.rebuilt is None:
            return "" if self.quick else f"Chưa lập lại được: {self.why}."
        if self.rebuilt.same:
            note = " (đầu vào có chỗ khác nhưng không làm đổi kết quả)" if self.rebuilt.inputs else ""
            return f"Lập lại từ tệp xuất gốc cho đúng bản đã công bố, giống hệt từng byte{note}."
        if self.rebuilt.inputs:
            return "Lập lại hôm nay ra khác vì đầu vào đã khác."
        return "Đầu vào không đổi mà lập lại ra khác: báo cáo và bản kê đã bị sửa, hoặc chương trình không ổn định."


def check_files(report: PublishedReport) -> list[FileFault]:
    """Every file that was altered, is missing, or is not in the manifest."""
    listed = report.manifest["outputs"]
    present = {p.relative_to(report.folder).as_posix(): p for p in report.folder.rglob("*") if p.is_file()}
    faults = [FileFault(name, "missing") for name in listed if name not in present]
    faults += [FileFault(n, "altered") for n, digest in listed.items() if n in present and sha256(present[n]) != digest]
    own = {MANIFEST, RUN_LOG}
    faults += [
        FileFault(name, "unknown")
        for name, path in present.items()
        if name not in listed and name not in own and path.name.lower() not in _DESKTOP
    ]
    return sorted(faults, key=lambda f: f.path)


def verify(
    report: PublishedReport, config: Config | None, quick: bool = False, tell: Tell = lambda _: None
) -> Verification:
    """Check the files, and unless `quick` make the report anew in a temporary folder and compare."""
    tell("Kiểm tra từng tệp với bản kê")
    faults = tuple(check_files(report))
    found = Verification(report, len(report.manifest["outputs"]), sha256(report.folder / MANIFEST), faults, quick=quick)
    if quick:
        return found
    if config is None:
        return replace(found, why="không có dự án (config.toml) ở đây, chạy lệnh trong thư mục dự án có dữ liệu gốc")
    with scratch("kiem-lai") as place:
        try:
            again = rebuild(report.owner(config), report, place, tell)
        except TthcError as error:
            return replace(found, why=f"{error.what} ({error.where})" if error.where else error.what)
        tell("So từng tệp")
        detailed = tuple(_detailed(f, report.folder, again.folder) for f in faults)
        return replace(found, faults=detailed, rebuilt=compare_reports(report, again))


def rebuild(config: Config, report: PublishedReport, place: Path, tell: Tell) -> PublishedReport:
    """The same report made from the raw exports in the empty folder `place`; the project itself is not written to."""
    copy = transplant(config, place)
    tell("Làm sạch lại tệp xuất gốc")
    prepare(copy)
    rule_set = str(report.manifest["parameters"]["rule_set"])
    options = Options(rule_set=rule_set, draft=report.manifest["state"] == "draft")
    tell("Lập lại báo cáo")
    made = make_report(copy, report.period_id, options, lambda *_: None, lambda _: None)
    return read_report(made.folder)


def transplant(config: Config, place: Path) -> Config:
    """The project with everything a report depends on but the raw exports copied to `place`; those are read in place."""
    names = (CONFIG_FILE, LOCK_FILE, config.data.notebooks, config.document.prose, config.document.template)
    for name in filter(None, names):
        source, target = config.root / name, place / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
        elif source.is_file():
            shutil.copyfile(source, target)
    data = config.data.model_copy(update={"raw": str(config.raw.resolve())})
    return config.model_copy(update={"root": place, "data": data})


def compare_reports(report: PublishedReport, again: PublishedReport) -> Rebuilt:
    """Everything in which `again` is not `report`: inputs and outputs by manifest, figures as printed."""
    outputs = (
        Difference("tệp", d.name, d.before, _first_difference(report.folder, again.folder, d.name) or d.now)
        for d in _mapping("tệp", report.manifest["outputs"], again.manifest["outputs"])
    )
    figures = tuple(figure_differences(report, again))
    moved = {f"figures.{d.name}" for d in figures}
    said = _mapping("bản kê", _rest(report.manifest), _rest(again.manifest))
    return Rebuilt(
        tuple(input_differences(report.manifest, again.manifest)),
        (*outputs, *(d for d in said if d.name not in moved)),
        figures,
    )


def input_differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Difference]:
    """Inputs that two manifests state differently: exports, tables, settings, notebooks, prose, rules, code, packages."""
    old, new = before["inputs"], now["inputs"]
    yield from _mapping("tệp xuất", _exports(old), _exports(new))
    yield from _mapping("bảng dữ liệu", _hashes(old["tables"]), _hashes(new["tables"]))
    yield from _mapping("khai báo cột, sửa lỗi", old.get("raw_settings", {}), new.get("raw_settings", {}))
    yield from _mapping("sổ tay", old["notebooks"], new["notebooks"])
    yield from _mapping("phần lời, mẫu Word", old.get("document", {}), new.get("document", {}))
    yield from _mapping("bộ quy tắc", _flat(before["rule_set"]), _flat(now["rule_set"]))
    yield from _mapping("kỳ báo cáo", _flat(before["period"]), _flat(now["period"]))
    yield from _mapping("tham số", _flat(before["parameters"]), _flat(now["parameters"]))
    names = {"config_sha256": "config.toml", "package_sha256": "mã nguồn tthc_analysis", "lock_sha256": LOCK_FILE}
    single = [{label: side[key] for key, label in names.items()} for side in (old, new)]
    yield from _mapping("chương trình, cấu hình", single[0], single[1])
    yield from _mapping("gói phần mềm", before["versions"], now["versions"])


def _exports(inputs: Mapping[str, Any]) -> dict[str, str]:
    return {f"{e['dataset']}/{e['file']}": e["sha256"] for e in inputs["exports"]}


def _hashes(tables: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(entry["content_sha256"]) for name, entry in tables.items()}


def _flat(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items()}


def _rest(manifest: Mapping[str, Any]) -> dict[str, str]:
    """What a manifest says beside inputs and outputs; the commit is left out: the code is held by its own hash."""
    figures = {
        f"figures.{name}": "; ".join(f"{k}={v}" for k, v in sorted(entry.items()) if k != "exports")
        for name, entry in manifest.get("figures", {}).items()
    }
    return {**figures, **{k: str(manifest[k]) for k in ("agency", "state", "sample_data")}}


def _mapping(kind: str, before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[Difference]:
    for name in sorted({*before, *now}):
        if before.get(name) != now.get(name):
            yield Difference(kind, name, _short(before.get(name)), _short(now.get(name)))


def _short(value: str | None) -> str:
    """A value for a table cell; of a sha256 the first digits."""
    if value is None:
        return _NONE
    return value[:12] if len(value) == 64 and set(value) <= set("0123456789abcdef") else value[:80]


def figure_differences(report: PublishedReport, again: PublishedReport) -> Iterator[Difference]:
    """Figures that are printed differently, with both counts."""
    for name in (*report.figures, *(n for n in again.figures if n not in report.figures)):
        before, now = _printed(report, name), _printed(again, name)
        if before != now:
            label = (report.figures.get(name) or again.figures[name]).label
            yield Difference(label, name, before, now)


def _printed(report: PublishedReport, name: str) -> str:
    if name not in report.figures:
        return _NONE
    figure = report.figures[name]
    counts = "" if figure.denominator is None else f" ({figure.numerator}/{figure.denominator})"
    return report.text(name) + counts


def _detailed(fault: FileFault, published: Path, again: Path) -> FileFault:
    if fault.kind != "altered":
        return fault
    return FileFault(fault.path, fault.kind, _first_difference(again, published, fault.path))


def _first_difference(before: Path, now: Path, name: str) -> str:
    """Where the file `name` of two folders first differs, in words; "" when one is missing or it cannot be read as text."""
    one, other = before / name, now / name
    if not (one.is_file() and other.is_file()):
        return ""
    suffix = one.suffix.lower()
    try:
        if suffix in _TEXTS:
            return text_difference(one.read_bytes().decode("utf-8"), other.read_bytes().decode("utf-8"))
        return archive_difference(one, other) if suffix in _ARCHIVES else ""
    except (UnicodeDecodeError, zipfile.BadZipFile, KeyError):
        return ""


def text_difference(before: str, now: str) -> str:
    """Line and words of the first difference of two texts; "" when they are equal."""
    if before == now:
        return ""
    shorter = min(len(before), len(now))
    at = next((i for i in range(shorter) if before[i] != now[i]), shorter)
    line = before.count("\n", 0, at) + 1
    start = max(before.rfind("\n", 0, at) + 1, at - _SHOWN)
    return f"dòng {line}: “{_cut(before, start, at)}” → “{_cut(now, start, at)}”"


def _cut(text: str, start: int, at: int) -> str:
    end = text.find("\n", at)
    return text[start : min(at + _SHOWN, end if end >= 0 else len(text))]


def archive_difference(one: Path, other: Path) -> str:
    """The first part of two Office files that differs, and where in it."""
    with zipfile.ZipFile(one) as first, zipfile.ZipFile(other) as second:
        for name in sorted({*first.namelist(), *second.namelist()}):
            parts = [archive.read(name) if name in archive.namelist() else b"" for archive in (first, second)]
            if parts[0] != parts[1]:
                text = Path(name).suffix.lower() in _TEXTS
                place = text_difference(*(p.decode("utf-8") for p in parts)) if text else ""
                return f"{name}, {place}" if place else name
    return "cách đóng gói tệp"
