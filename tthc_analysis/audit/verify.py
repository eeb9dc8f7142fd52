"""Whether a published report is still as it was published, and whether its inputs give it again byte for byte.

First every file is held against `manifest.json`; then the report is made anew from the raw exports in a temporary folder
and compared. What differs is named: export, table, rule, notebook, package, output, and the figures that moved. Inputs that
are not those of the manifest explain a difference only when the inputs of the manifest, found by their content, give the
published bytes again; else the report is altered or nothing proves it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tthc_analysis.audit.differences import first_difference
from tthc_analysis.audit.intact import FileFault, check_files
from tthc_analysis.audit.stated import restore_inputs
from tthc_analysis.columns import DOSSIERS
from tthc_analysis.config import CONFIG_FILE, Config, MemberAgency
from tthc_analysis.errors import TthcError
from tthc_analysis.fingerprint import LOCK_FILE, sha256
from tthc_analysis.folders import scratch
from tthc_analysis.preparation.members import sent_folder
from tthc_analysis.report.build import Options, make_report
from tthc_analysis.report.inputs import NONE, Difference, differing, input_differences
from tthc_analysis.report.manifest import INPUT_KEYS, KEYS, MANIFEST
from tthc_analysis.report.preparing import prepare_side_by_side
from tthc_analysis.report.published import PublishedReport, read_report

Tell = Callable[[str], None]
#: kinds of inputs that are put together again from what the manifest states
_RESTORED = {"tệp xuất", "bảng dữ liệu", "khai báo cột, sửa lỗi", "sổ tay"}


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
class Proof:
    """What the inputs of the manifest themselves give: the published bytes or not; `gone` are those not to be had here."""

    holds: bool
    gone: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verification:
    """The outcome for one report; `rebuilt` is None when only the files were checked, and `why` then says the reason.

    `proof` is there when the inputs of today differ and give another report.
    """

    report: PublishedReport
    file_count: int
    manifest_sha256: str
    faults: tuple[FileFault, ...]
    rebuilt: Rebuilt | None = None
    proof: Proof | None = None
    why: str = ""
    quick: bool = False

    @property
    def exit_code(self) -> int:
        """0 as published and the same again; 1 other inputs since, or not to be tried; 3 altered by hand, or unproven."""
        if self.faults:
            return 3
        if self.rebuilt is None:
            return 0 if self.quick else 1
        if self.rebuilt.same:
            return 0
        return 1 if self.proof and self.proof.holds else 3

    @property
    def conclusion(self) -> str:
        """What to think of the report, in a sentence or two."""
        again = self._again
        if self.faults:
            return f"Báo cáo KHÔNG còn như khi công bố: {len(self.faults)} chỗ sai khác. {again}".rstrip()
        return f"Cả {self.file_count} tệp khớp bản kê. {again}".rstrip()

    @property
    def _again(self) -> str:
        if self.rebuilt is None:
            return "" if self.quick else f"Chưa lập lại được: {self.why}."
        if self.rebuilt.same:
            note = " (đầu vào có chỗ khác nhưng không làm đổi kết quả)" if self.rebuilt.inputs else ""
            return f"Lập lại từ tệp xuất gốc cho đúng bản đã công bố, giống hệt từng byte{note}."
        return _judgement(self.proof)


def _judgement(proof: Proof | None) -> str:
    if proof is None:
        return "Đầu vào không đổi mà lập lại ra khác: báo cáo và bản kê đã bị sửa, hoặc chương trình không ổn định."
    if proof.holds:
        return (
            "Lập lại hôm nay ra khác vì đầu vào đã khác; từ chính những đầu vào ghi trong bản kê thì ra đúng bản đã công bố, "
            "giống hệt từng byte."
        )
    if proof.gone:
        return (
            "CHƯA CHỨNG MINH ĐƯỢC: lập lại ra khác, và không còn đúng đầu vào ghi trong bản kê để thử "
            f"({', '.join(proof.gone)}). Báo cáo có thể đã bị sửa cùng bản kê."
        )
    return "Những đầu vào khác ấy không giải thích được chỗ khác: báo cáo và bản kê đã bị sửa."


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
            owner = config.for_agency(report.agency_id)
            again = rebuild(transplant(owner, place / "hom-nay"), report, tell)
        except TthcError as error:
            return replace(found, why=f"{error.what} ({error.where})" if error.where else error.what)
        tell("So từng tệp")
        detailed = tuple(_detailed(f, report.folder, again.folder) for f in faults)
        rebuilt = compare_reports(report, again)
        proof = None
        if not faults and not rebuilt.same and rebuilt.inputs:
            proof = _proof(owner, report, place / "ban-ke", tell)
        return replace(found, faults=detailed, rebuilt=rebuilt, proof=proof)


def _proof(config: Config, report: PublishedReport, place: Path, tell: Tell) -> Proof:
    """Make the report from the very inputs of its manifest, as far as they are to be had."""
    tell("Đầu vào đã khác: lập lại từ chính những đầu vào ghi trong bản kê")
    copy = transplant(config, place)
    copy, gone = restore_inputs(config, copy, report)
    try:
        again = rebuild(copy, report, tell)
    except TthcError as error:
        return Proof(False, (*gone, error.what))
    found = compare_reports(report, again)
    others = (f"{d.kind} {d.name}" for d in found.inputs if d.kind not in _RESTORED)
    return Proof(found.same, () if found.same else tuple(dict.fromkeys((*gone, *others))))


def rebuild(copy: Config, report: PublishedReport, tell: Tell) -> PublishedReport:
    """The same report made from the exports of `copy`, a transplanted project; the project itself is not written to."""
    tell("Làm sạch lại tệp xuất gốc")
    prepare_side_by_side(copy)
    rule_set = str(report.manifest["parameters"]["rule_set"])
    options = Options(
        rule_set=rule_set,
        draft=report.manifest["state"] == "draft",
        compiled=report.compiled,
        revisions=report.revisions,
    )
    tell("Lập lại báo cáo")
    made = make_report(copy, report.period_id, options, lambda *_: None, lambda _: None)
    return read_report(made.folder)


def transplant(config: Config, place: Path) -> Config:
    """The project with everything a report depends on but the raw exports copied to `place`; those are read in place."""
    names = (
        CONFIG_FILE,
        LOCK_FILE,
        config.data.notebooks,
        config.document.prose,
        config.document.template,
        config.document.rollup,
    )
    for name in filter(None, names):
        source, target = config.root / name, place / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
        elif source.is_file():
            shutil.copyfile(source, target)
    members = _transplanted_members(config, place) if config.rolls_up else config.agencies
    return config.model_copy(update={"root": place, "raw_at": config.raw.resolve(), "agencies": members})


def _transplanted_members(config: Config, place: Path) -> tuple[MemberAgency, ...]:
    """The agencies that a roll-up reads: their exports in place, what they prepared elsewhere or sent in copied."""
    folders = [sent_folder(config.root, config.agency.id)]
    for member in config.members:
        own = config.for_agency(member.id)
        folders += [own.processed] if not (own.raw / DOSSIERS.name).is_dir() else []
    for folder in (f for f in folders if f.is_dir()):
        shutil.copytree(folder, place / folder.relative_to(config.root))
    raws = {a.id: str(config.for_agency(a.id).raw.resolve()) for a in config.agencies}
    return tuple(a.model_copy(update={"raw": raws[a.id]}) for a in config.agencies)


def compare_reports(report: PublishedReport, again: PublishedReport) -> Rebuilt:
    """Everything in which `again` is not `report`: inputs and outputs by manifest, figures as printed."""
    outputs = [
        Difference("tệp", d.name, d.before, first_difference(report.folder, again.folder, d.name) or d.now)
        for d in differing("tệp", report.manifest["outputs"], again.manifest["outputs"])
    ]
    figures = tuple(figure_differences(report, again))
    moved = {f"figures.{d.name}" for d in figures}
    inputs = tuple(input_differences(report.manifest, again.manifest))
    said = [d for d in differing("bản kê", _rest(report.manifest), _rest(again.manifest)) if d.name not in moved]
    if not outputs:  # every file names the exports in some way: what the manifest alone says of them is false
        said += [replace(d, kind="bản kê") for d in inputs if d.kind in ("tệp xuất", "bảng dữ liệu")]
    return Rebuilt(inputs, (*outputs, *said, *_false_details(report.manifest, again.manifest)), figures)


def _false_details(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Difference]:
    """What two manifests say otherwise of one and the same export, table or figure, or under keys of their own."""
    sides = [m["inputs"] for m in (before, now)]
    exports = [{f"{e['dataset']}/{e['file']}": e for e in side["exports"]} for side in sides]
    yield from differing("bản kê", *_of_same(exports, "sha256"))
    yield from differing("bản kê", *_of_same([side["tables"] for side in sides], "content_sha256"))
    if exports[0].keys() == exports[1].keys():
        listed = [{k: str(f.get("exports")) for k, f in m.get("figures", {}).items()} for m in (before, now)]
        yield from differing("bản kê", *listed)
    yield from differing("bản kê", *({k: str(m[k]) for k in m if k not in KEYS} for m in (before, now)))
    yield from differing("bản kê", *({f"inputs.{k}": str(s[k]) for k in s if k not in INPUT_KEYS} for s in sides))


def _of_same(sides: Sequence[Mapping[str, Mapping[str, Any]]], key: str) -> Iterator[dict[str, str]]:
    """Both sides' words on the entries that are there twice with one hash."""
    one, other = sides
    same = [n for n in one if n in other and one[n].get(key) == other[n].get(key)]
    for side in sides:
        yield {name: str(sorted(side[name].items())) for name in same}


def _rest(manifest: Mapping[str, Any]) -> dict[str, str]:
    """What a manifest says beside inputs and outputs; the commit is left out: the code is held by its own hash."""
    figures = {
        f"figures.{name}": "; ".join(f"{k}={v}" for k, v in sorted(entry.items()) if k != "exports")
        for name, entry in manifest.get("figures", {}).items()
    }
    return {**figures, **{k: str(manifest[k]) for k in ("manifest_version", "agency", "state", "sample_data")}}


def figure_differences(report: PublishedReport, again: PublishedReport) -> Iterator[Difference]:
    """Figures that are printed differently, with both counts."""
    for name in (*report.figures, *(n for n in again.figures if n not in report.figures)):
        before, now = _printed(report, name), _printed(again, name)
        if before != now:
            label = (report.figures.get(name) or again.figures[name]).label
            yield Difference(label, name, before, now)


def _printed(report: PublishedReport, name: str) -> str:
    if name not in report.figures:
        return NONE
    figure = report.figures[name]
    counts = "" if figure.denominator is None else f" ({figure.numerator}/{figure.denominator})"
    return report.text(name) + counts


def _detailed(fault: FileFault, published: Path, again: Path) -> FileFault:
    if fault.kind != "altered":
        return fault
    return replace(fault, detail=first_difference(again, published, fault.path))
