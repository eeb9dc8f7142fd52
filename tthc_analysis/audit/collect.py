"""Reports that agencies send in: what their manifest proves, or what their annex workbook says, as counts with their cells.

A published report is taken with its manifest: every file as published, the form's totals those of its figures. A workbook of
forms alone has no such proof and is held against itself: every equation, every total. What is taken is kept as it was read,
one file for each agency, period and rule set; what is not taken is told with the reason.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from tthc_analysis.audit.intact import FAULT_WORDS, check_files
from tthc_analysis.config import Config
from tthc_analysis.display.forms import FORM_II06A, II06A
from tthc_analysis.errors import TthcError
from tthc_analysis.exports.read import Grid, read_export
from tthc_analysis.fingerprint import sha256
from tthc_analysis.indicators.rollup import ALWAYS, EQUATIONS, NAMES, RESIDUAL
from tthc_analysis.preparation.members import sent_folder
from tthc_analysis.report.manifest import MANIFEST
from tthc_analysis.report.published import PublishedReport, read_report
from tthc_analysis.rules import load_counting_rules, rule_set_ids
from tthc_analysis.store import write_json

FORM_FILE = f"so-lieu/{II06A}.csv"
#: the form of a report that rolls up others: its lines of fields, below one line for each level
ROLLED_FILE = "so-lieu/tong-hop-theo-linh-vuc.csv"
_BY_BODY, _BY_FIELD = "theo cấp, đơn vị", "theo cấp, lĩnh vực"
_PARTIAL = re.compile(r"\((\d+/\d+) đơn vị\)")
_TOTAL = "tổng số"
_BETWEEN = (
    "{} có đơn vị cấp dưới trong config.toml và các đơn vị ấy được cộng từng đơn vị: nhận báo cáo của từng đơn vị, hoặc bỏ các "
    "mục cấp dưới ấy để nhận báo cáo tổng hợp"
)
_SPAN = re.compile(r"từ ngày (\d{2}/\d{2}/\d{4}) đến ngày (\d{2}/\d{2}/\d{4})")
_FIRST_COUNT = 2


class NotTaken(TthcError):
    """A report that was sent in and cannot be counted; the reason says why."""


@dataclass(frozen=True)
class Cell:
    """A count of a form and where it stands; None when the sender does not know it."""

    amount: int | None
    place: str


@dataclass(frozen=True)
class Line:
    """One line of a form: its field, the row of the file, and its cells by name of the count."""

    field: str
    row: int
    cells: Mapping[str, Cell]


@dataclass(frozen=True)
class Sent:
    """A report as it was sent: of whom, of which days, by which rules ("id version", "" not said), from which file."""

    body: str
    period: str
    starts: date
    ends: date
    rule_set: str
    state: str
    file: str
    sheet: str
    proof: str
    lines: tuple[Line, ...]

    @property
    def key(self) -> str:
        """What two sendings of one report have in common; the name of the file that keeps it."""
        return f"{self.body}_{self.starts}_{self.ends}_{self.rule_set.replace(' ', '-') or 'khong-ro'}"


@dataclass(frozen=True)
class Taken:
    """What became of one thing in the folder: taken (`sent`) or not (`why`)."""

    place: str
    sent: Sent | None
    why: str = ""


@dataclass(frozen=True)
class Expected:
    """Whose reports are collected: the names of the agencies by id, and whether these are made-up data.

    `between` are the names of those whose own agencies are counted one by one.
    """

    names: Mapping[str, str]
    sample: bool
    between: Mapping[str, str]


def collect(config: Config, folder: Path) -> list[Taken]:
    """Read every report and every workbook of forms below `folder` and keep what can be counted; raises NotTaken when there is none."""
    packages = sorted(p.parent for p in folder.rglob(MANIFEST))
    books = [p for p in sorted(folder.rglob("*.xlsx")) if not _is_inside(p, packages) and not p.name.startswith("~$")]
    if not (packages or books):
        raise NotTaken(
            "Không thấy báo cáo nào gửi đến.",
            str(folder),
            f"Nêu thư mục có báo cáo đã công bố ({MANIFEST}) hoặc tệp biểu mẫu .xlsx.",
        )
    between = {a.id: a.name for a in config.agencies if a.id in {b.above for b in config.agencies}}
    expected = Expected({m.id: m.name for m in config.members}, config.data.sample, between)
    found: dict[str, Taken] = {}
    results = []
    for path in (*packages, *books):
        one = _taken(expected, folder, path)
        if one.sent and (known := found.setdefault(one.sent.key, one)) is not one:
            one = replace(one, sent=None, why=f"đã có báo cáo của đơn vị, kỳ và quy tắc này ở {known.place}")
        results.append(one)
    target = sent_folder(config.root, config.agency.id)
    for key, one in found.items():
        target.mkdir(parents=True, exist_ok=True)
        assert one.sent is not None
        write_json(target / f"{key}.json", _kept(one.sent))
    return results


def _is_inside(path: Path, packages: Sequence[Path]) -> bool:
    return any(path.is_relative_to(p) for p in packages)


def _taken(expected: Expected, folder: Path, path: Path) -> Taken:
    place = path.relative_to(folder).as_posix()
    place = folder.name if place == "." else place
    try:
        sent = _package(expected, path, place) if path.is_dir() else _book(expected, path, place)
        _check(sent)
    except TthcError as error:
        return Taken(place, None, error.what.rstrip("."))
    return Taken(place, sent)


# --- a published report ----------------------------------------------------------------------------------------------


def _package(expected: Expected, folder: Path, place: str) -> Sent:
    """A published report whose every file is as its manifest says."""
    published = read_report(folder)
    faults = check_files(published)
    if faults:
        raise NotTaken(f"không còn như khi công bố: {faults[0].path} {FAULT_WORDS[faults[0].kind]}", place)
    manifest = published.manifest
    _require_member(expected, str(manifest["agency"]), place)
    if manifest["sample_data"] and not expected.sample:
        raise NotTaken("là báo cáo từ dữ liệu mẫu", place)
    form = next((f for f in (FORM_FILE, ROLLED_FILE) if f in manifest["outputs"]), "")
    if not form:
        raise NotTaken("không có Biểu II.06a (kỳ đó chưa có dữ liệu hồ sơ)", place)
    if form == ROLLED_FILE:
        _require_all(_share(published), place)
    period, rules = manifest["period"], manifest["rule_set"]
    try:
        starts, ends = (date.fromisoformat(period[n]) for n in ("from", "to"))
        mark = f"{rules['id']} {rules['version']}"
    except (KeyError, TypeError, ValueError):
        raise NotTaken("bản kê không ghi đúng kỳ, quy tắc đếm", place) from None
    sent = Sent(
        str(manifest["agency"]), str(period["id"]), starts, ends, mark, str(manifest["state"]),
        f"{place}/{form}", "", sha256(folder / MANIFEST), tuple(_csv_lines(folder / form, place)),
    )  # fmt: skip
    _same_as_figures(sent, published, form, place)
    return sent


def _figure(name: str, form: str) -> str:
    """The figure that is the total of a column of the form."""
    return f"all_{name}_count" if form == ROLLED_FILE else f"dossiers_{name}_count"


def _share(published: PublishedReport) -> str:
    """Of how many agencies a published roll-up is; "" when it is of all. Raises NotTaken when it has not that figure."""
    figure = published.figures.get(_figure("handled", ROLLED_FILE))
    if figure is None:
        raise NotTaken("báo cáo tổng hợp không có số hồ sơ nhận giải quyết", published.folder.name)
    return figure.covers


def _require_all(share: str, place: str) -> None:
    """Raise NotTaken for a roll-up that is not of all its agencies: a part is never taken for the whole."""
    if share:
        raise NotTaken(f"báo cáo tổng hợp chỉ gồm {share}, chưa phải của cả đơn vị", place)


def _is_level(index: str) -> bool:
    """Whether a line of a roll-up's form is the sum of a level: those of fields are numbered 1, 2, 3 below it."""
    return not index.strip().isdecimal()


def _csv_lines(path: Path, place: str) -> Iterator[Line]:
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    head = rows[0] if rows else []
    if missing := [n for n in ("index", "field", *NAMES) if n not in head]:
        raise NotTaken(f"biểu thiếu cột {', '.join(missing)}", place)
    rolled = path.name == Path(ROLLED_FILE).name
    for number, row in enumerate(rows[1:], start=2):
        if rolled and _is_level(row[head.index("index")]):
            continue
        cells = {n: Cell(_count(row[head.index(n)], place), f"{_letter(head.index(n))}{number}") for n in NAMES}
        yield Line(row[head.index("field")], number, cells)


def _count(text: str, place: str) -> int | None:
    """A count of a form; a dash or nothing is not known. Raises NotTaken for anything else that is no whole number."""
    plain = text.strip().replace(".", "").replace("\u00a0", "")
    if plain in ("", "–", "-", "chưa có dữ liệu"):
        return None
    if not plain.isdecimal():
        raise NotTaken("biểu có ô không phải số nguyên", place)
    return int(plain)


def _letter(column: int) -> str:
    return chr(ord("A") + column)


def _same_as_figures(sent: Sent, published: PublishedReport, form: str, place: str) -> None:
    """The figures were counted by the rules of the manifest, and the totals of the form are the figures; raises NotTaken."""
    counted_by = {i.rule_set for i in published.figures.values() if i.rule_set}
    if others := sorted(counted_by - {sent.rule_set.split(" ")[0]}):
        raise NotTaken(f"bản kê ghi quy tắc đếm {sent.rule_set}, chỉ tiêu đếm theo {', '.join(others)}", place)
    for name in NAMES:
        figure = published.figures.get(_figure(name, form))
        total = _sum(sent.lines, name)
        if figure and figure.numerator is not None and total is not None and total != figure.numerator:
            raise NotTaken(f"tổng của biểu và chỉ tiêu khác nhau: {figure.label} {total} ≠ {figure.numerator}", place)


def _sum(lines: Sequence[Line], name: str) -> int | None:
    amounts = [line.cells[name].amount for line in lines]
    return None if None in amounts else sum(a for a in amounts if a is not None)


# --- a workbook of forms ---------------------------------------------------------------------------------------------


def _book(expected: Expected, path: Path, place: str) -> Sent:
    """A workbook of statutory forms as this program writes it, perhaps saved again; it proves nothing but itself."""
    export = read_export(path)
    found = [(grid, at) for grid in export.grids if (at := _numbering(grid)) is not None]
    if not found:
        raise NotTaken("không thấy Biểu II.06a (hàng đánh số cột của biểu)", place)
    rolled = _titled(found[0], _BY_BODY)
    grid, at = next((f for f in found if _titled(f, _BY_FIELD)), found[0]) if rolled else found[0]
    above = _above(grid, at)
    said = [text for g in export.grids for row in g.rows(0, g.height) for text in row if text]
    body = _named_body(expected, above, place)
    starts, ends = _span(above, place)
    state = "draft" if any("DỰ THẢO" in text for text in above) else "published"
    if any("DỮ LIỆU MẪU" in text for text in above) and not expected.sample:
        raise NotTaken("là biểu từ dữ liệu mẫu", place)
    lines, total = _grid_lines(grid, at + 1, rolled, place)
    for name, amount in total.items():
        if amount is not None and (own := _sum(lines, name)) is not None and own != amount:
            raise NotTaken(f"dòng tổng số không bằng tổng các dòng: {_label(name)} {amount} ≠ {own}", place)
    return Sent(body, "", starts, ends, _rules_said(said), state, place, grid.sheet, export.sha256, tuple(lines))


def _above(grid: Grid, at: int) -> list[str]:
    return [text for row in grid.rows(0, at) for text in row if text]


def _titled(form: tuple[Grid, int], words: str) -> bool:
    return any(words in _folded(text) for text in _above(*form))


def _numbering(grid: Grid) -> int | None:
    """The row of a grid that numbers the columns of form II.06a."""
    wanted = [_plain(c.formula or f"({i})") for i, c in enumerate(FORM_II06A, start=1)]
    for at, row in enumerate(grid.rows(0, grid.height)):
        if [_plain(text) for text in row[: len(wanted)]] == wanted:
            return at
    return None


def _plain(text: str) -> str:
    return "".join(text.split())


def _grid_lines(grid: Grid, first: int, rolled: bool, place: str) -> tuple[list[Line], dict[str, int | None]]:
    """The lines of the form down to its total, and the total; of a roll-up's those of the fields alone."""
    lines: list[Line] = []
    for number, row in enumerate(grid.rows(first, grid.height), start=first + 1):
        label, counts = row[1].strip(), row[_FIRST_COUNT : _FIRST_COUNT + len(NAMES)]
        amounts = dict(zip(NAMES, (_count(text, place) for text in counts), strict=True)) if any(counts) else {}
        if label.casefold().startswith(_TOTAL):
            _require_all(f"{part[1]} đơn vị" if (part := _PARTIAL.search(label)) else "", place)
            return lines, amounts
        if amounts and not (rolled and _is_level(row[0])):
            cells = {n: Cell(a, f"{_letter(_FIRST_COUNT + i)}{number}") for i, (n, a) in enumerate(amounts.items())}
            lines.append(Line(label, number, cells))
    raise NotTaken("biểu không có dòng Tổng số", place)


def _named_body(expected: Expected, texts: Sequence[str], place: str) -> str:
    """The agency of the city that the form names as the reporting one."""
    named = [text.split(":", 1)[1] for text in texts if _folded(text).startswith("đơn vị báo cáo:")]
    said = set(map(_folded, named))
    found = _bodies(expected.names, said) or _bodies(expected.between, said)
    if len(found) != 1:
        raise NotTaken("đơn vị báo cáo ghi trên biểu không phải một đơn vị trong [[agencies]]", place)
    _require_member(expected, found[0], place)
    return found[0]


def _bodies(names: Mapping[str, str], said: Collection[str]) -> list[str]:
    return [body for body, name in names.items() if _folded(name) in said]


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _span(texts: Sequence[str], place: str) -> tuple[date, date]:
    for text in texts:
        if match := _SPAN.search(text):
            starts, ends = (datetime.strptime(day, "%d/%m/%Y").date() for day in match.groups())
            return starts, ends
    raise NotTaken("biểu không ghi kỳ báo cáo từ ngày nào đến ngày nào", place)


def _rules_said(texts: Sequence[str]) -> str:
    """The one rule set whose title the workbook prints; "" when it prints none, or several."""
    known = [load_counting_rules(name) for name in rule_set_ids()]
    found = {f"{r.id} {r.version}" for r in known if any(f"{r.title}." in f"{text}." for text in texts)}
    return found.pop() if len(found) == 1 else ""


# --- what is kept ----------------------------------------------------------------------------------------------------


def _require_member(expected: Expected, body: str, place: str) -> None:
    if body in expected.between:
        raise NotTaken(_BETWEEN.format(expected.between[body]), place)
    if body not in expected.names:
        raise NotTaken(f"đơn vị “{body}” không có trong [[agencies]] của config.toml", place)


def _label(name: str) -> str:
    return next(c.label for c in FORM_II06A if c.name == name)


def _check(sent: Sent) -> None:
    """The counts that every report has are there, and every equation of the form holds in every line; raises NotTaken."""
    if not sent.lines:
        raise NotTaken("biểu không có dòng nào", sent.file)
    for line in sent.lines:
        if unknown := [n for n in ALWAYS if line.cells[n].amount is None]:
            raise NotTaken(f"biểu không ghi {_label(unknown[0])} ở dòng {line.row}", sent.file)
        amounts = _amounts(line)
        for total, parts in EQUATIONS:
            known = [amounts[n] for n in (total, *parts)]
            whole = known[0]
            if None not in known and whole != sum(a for a in known[1:] if a is not None):
                raise NotTaken(f"cân đối của biểu không khớp ở dòng {line.row}: {_label_of(total)}", sent.file)
        if any((amounts[n] or 0) < 0 for n in RESIDUAL):
            raise NotTaken(f"các cột của biểu cộng lại lớn hơn tổng ở dòng {line.row}", sent.file)


def _label_of(name: str) -> str:
    return _label(name) if name in NAMES else "hồ sơ mới trong kỳ"


#: what a form says only by what is left over: count → total and parts
_LEFT: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "received_new": ("handled", ("carried_over",)),
    "received_no_channel": ("handled", ("carried_over", "received_online", "received_offline")),
    "resolved_no_due": ("resolved", ("resolved_early", "resolved_on_time", "resolved_overdue")),
    "pending_no_due": ("pending", ("pending_within", "pending_overdue")),
}


def _amounts(line: Line) -> dict[str, int | None]:
    """Every count of a line: those of the form, and those that it says by what is left over."""
    return {n: c.amount for n, c in _cells(line).items()}


def _cells(line: Line) -> dict[str, Cell]:
    cells = dict(line.cells)
    for name, (total, parts) in _LEFT.items():
        terms = [line.cells[n] for n in (total, *parts)]
        known = [c.amount for c in terms if c.amount is not None]
        left = known[0] - sum(known[1:]) if len(known) == len(terms) else None
        cells[name] = Cell(left, "−".join(c.place for c in terms))
    return cells


def _kept(sent: Sent) -> dict[str, Any]:
    """What is kept of a report: of whom and when, its proof, and every count with its cell.

    A count that some line does not know is not known of the report.
    """
    lines = [(line, _cells(line)) for line in sent.lines]
    unknown = {n for _, cells in lines for n, c in cells.items() if c.amount is None}
    report = {
        "body": sent.body, "period": sent.period, "starts": sent.starts.isoformat(), "ends": sent.ends.isoformat(),
        "rule_set": sent.rule_set, "state": sent.state,
    }  # fmt: skip
    rows = [
        {
            "field": line.field, "measure": name, "item": f"ô {cell.place}", "amount": None if name in unknown else cell.amount,
            "source_file": sent.file, "source_sheet": sent.sheet, "source_row": line.row,
        }
        for line, cells in lines for name, cell in cells.items()
    ]  # fmt: skip
    return {"report": report, "proof": sent.proof, "rows": rows}
