"""Raw exports → processed tables: read, clean, unite, validate, and record what became of every row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from tthc_analysis.columns import DOSSIERS, TABLES, Table
from tthc_analysis.errors import NoExports, PersonalName
from tthc_analysis.exports import Dataset, read_dataset
from tthc_analysis.exports.doubts import (
    COLUMNS,
    ENDED,
    EXCHANGED,
    MANY_ENDED,
    NAMES,
    NO_END,
    ODD_CODE,
    PERHAPS,
    TWO_SPELLINGS,
)
from tthc_analysis.exports.exchanged_columns import IN_PROCESS
from tthc_analysis.exports.nothing import NAME, against, newest_empty
from tthc_analysis.exports.quarantine import incomplete, write_quarantine
from tthc_analysis.exports.read import list_exports, passed_over_beside
from tthc_analysis.personal import is_personal
from tthc_analysis.preparation import balance, ownership
from tthc_analysis.preparation.expectations import NO_END_DAY, Severity, expectations
from tthc_analysis.preparation.former import Former
from tthc_analysis.preparation.impersonal import masked_all, masked_cells
from tthc_analysis.preparation.later import Later
from tthc_analysis.preparation.source import Source
from tthc_analysis.preparation.validation import MAX_EXAMPLES, Finding, Here, Validating
from tthc_analysis.rules.profiles import Profiles, fold, load_profiles
from tthc_analysis.store import Store
from tthc_analysis.store.write import StoreWriter

QUARANTINE = "cach_ly"
#: makes what validates the tables of one run
Validator = Callable[[], Validating]


def process(
    source: Source,
    former: Former,
    say: Callable[[str], None],
    validator: Validator = Here,
    later: Later | None = None,
) -> Store:
    """Make all tables anew and put them in place as a whole, but for those that `former` left as they would come out again.

    Rows that are the same as the last time are not validated again. `later` is given the findings to wait for, where another
    process looks for them all. Raises NoExports when there is no dossier export, PersonalName, and the reader's errors.
    """
    for table in TABLES:
        _refuse_personal_names(source.raw / table)
    source.processed.parent.mkdir(parents=True, exist_ok=True)
    writer = StoreWriter(source.processed)
    try:
        with ExitStack() as held:
            validating = held.enter_context(closing(validator()))
            run = _Run(
                source,
                load_profiles(source.raw, source.agency.names, source.agency.body.issuers),
                writer,
                former,
                validating,
                say,
            )
            if same := run.former.same & run.former.index.keys():
                say(f"Dùng lại {len(same)} bảng có tệp xuất không đổi")
            parts = [_kept(run, table) or _taken(run, table) for table in TABLES.values()]
            dossiers = parts[0].record
            if not (dossiers["accounts"] or dossiers["nothing"]):
                raise NoExports(str(source.raw / DOSSIERS.name))
            quality: dict[str, Any] = {
                "datasets": {part.table.name: part.record for part in parts},
                "file_findings": [one for part in parts for one in part.of_files],
                "sample": source.sample,
                "passed_over": passed_over_beside(source.raw, TABLES),
            }
            if later and validating.is_beside and not any(part.is_large for part in parts):
                store = writer.commit(masked_all(quality))
                later.wait_for(validating.is_ready, lambda: writer.add_findings(_findings(run, parts)), held.pop_all())
                return store
            return writer.commit({**masked_all(quality), "findings": _findings(run, parts)})
    except BaseException:
        writer.discard()
        raise


@dataclass(frozen=True)
class _Run:
    """What the steps of one run share."""

    source: Source
    profiles: Profiles
    writer: StoreWriter
    former: Former
    validating: Validating
    say: Callable[[str], None]

    def known(self, table: Table) -> list[dict[str, Any]]:
        """The findings that are known of the rows written of a table."""
        return self.former.on_rows(table.name, self.writer.content(table))


@dataclass(frozen=True)
class _Part:
    """What became of one dataset: its record, the findings on its files, the odd headings of days; `is_large` is one in files.

    `findings` are those on its rows, None where they are still looked for.
    """

    table: Table
    record: Mapping[str, Any]
    of_files: Sequence[Mapping[str, Any]]
    day_headings: Sequence[str] = ()
    is_large: bool = False
    findings: Sequence[dict[str, Any]] | None = None


def _kept(run: _Run, table: Table) -> _Part | None:
    """A dataset that would come out as the last time, taken over; None for one that must be read."""
    folder, name = run.former.folder, table.name
    if folder is None or name not in run.former.same:
        return None
    if name in run.former.index:
        run.writer.take(name, run.former.index[name], folder)
    run.writer.take_path(folder / QUARANTINE / f"{name}.csv", QUARANTINE)
    record = run.former.quality["datasets"][name]
    return _Part(table, record, run.former.on_files(name), findings=run.known(table))


def _taken(run: _Run, table: Table) -> _Part:
    """One dataset read and written; its validation has begun, unless its findings are known."""
    data = read_dataset(table, run.source.raw / table.name, run.profiles, progress=run.say)
    _refuse_personal_sheets(data, run.source.raw / table.name)
    written: list[Path] = []  # those of the rows go with the rows
    if data.accounts or data.nothing:
        if files := data.rows.files:
            written = run.writer.add_files(table, files, _about(data), data.rows.contents)
        else:
            run.writer.add(table, data.frame, _about(data))
        aside = masked_cells(table, data.quarantined, data.rows)
        write_quarantine(aside, run.writer.subfolder(QUARANTINE) / f"{table.name}.csv")
    if not run.known(table):
        if written:
            run.validating.submit_files(table, written)
        else:
            run.validating.submit(table, data.frame)
    return _Part(table, _summary(data), _of_files(data, run.source), _day_headings(data), bool(data.rows.files))


def _about(data: Dataset) -> dict[str, Any]:
    """What a register says besides its rows: the spans without any that are declared, the day of a newer export without any."""
    empty = newest_empty([(a.snapshot_date, a.rows_in) for a in data.accounts])
    declared = [{"from": d.start.isoformat(), "to": d.end.isoformat()} for d in data.nothing]
    told = {"nothing": declared} if declared else {}
    return {**told, "empty_to": empty.isoformat()} if empty and len(data.rows) else told


def _findings(run: _Run, parts: Sequence[_Part]) -> list[dict[str, Any]]:
    """The findings on the rows kept, waited for where another process looks for them."""
    found: list[dict[str, Any]] = []
    for part in parts:
        if part.findings is not None:
            found += part.findings
            continue
        new = run.known(part.table) or [f.to_dict() for f in _new_findings(run, part.table)]
        found += _with_headings(part, new)
    masked: list[dict[str, Any]] = masked_all(found)
    return masked


def _new_findings(run: _Run, table: Table) -> list[Finding]:
    run.say(f"Kiểm tra {table.label.lower()}")
    return run.validating.findings(table)


_MOST_HEADINGS = 8
_OF_DAYS = ("ngay", "thoi", "gio", "date", "time")


def _day_headings(data: Dataset) -> list[str]:
    """The headings that nobody has declared and that look like those of days."""
    headings = dict.fromkeys(h for a in data.accounts for h in a.unknown)
    return [h for h in headings if any(word in fold(h) for word in _OF_DAYS)]


def _with_headings(part: _Part, findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The findings; that on missing ends names the headings of days that nobody has declared: one may be the day looked for."""
    own = next((e.text for e in expectations(part.table) if e.code == NO_END_DAY), "")
    shown = part.day_headings
    listed = ", ".join(f"“{h}”" for h in shown[:_MOST_HEADINGS]) + (" …" if len(shown) > _MOST_HEADINGS else "")
    told = f"; tệp có tiêu đề chưa khai báo {listed}: nếu đó là ngày xong thì thêm vào resolved_at trong tệp *.profile.toml"
    return [
        {**f, "text": own + (told if shown and not f["passed"] else "")} if f["code"] == NO_END_DAY else f
        for f in findings
    ]


def _refuse_personal_names(folder: Path) -> None:
    """Raise PersonalName for a file whose name is printed with every row and looks personal; the message tells its place."""
    for number, path in enumerate(list_exports(folder), start=1):
        if is_personal(path.name):
            raise PersonalName(f"Tên tệp thứ {number} (xếp theo tên)", str(folder))


def _refuse_personal_sheets(data: Dataset, folder: Path) -> None:
    for account in data.accounts:
        for number, sheet in enumerate(account.sheets, start=1):
            if is_personal(sheet):
                raise PersonalName(
                    f"Tên trang tính thứ {number} trong số các trang được đọc", str(folder / account.file)
                )


def _of_files(data: Dataset, source: Source) -> list[dict[str, Any]]:
    """The findings on what the files say besides the rows kept: found anew each time, however well the rows are known."""
    found = [f.to_dict() for f in (*_contradictions(data), *_declared(data), *_doubts(data))]
    if data.table is DOSSIERS:
        found += ownership.findings(source.agency, data.rows.parts(ownership.READ), source.other_codes)
    return found + [f.to_dict() for f in balance.balance(data)]


def _letter(data: Dataset) -> str:
    """What begins the codes of the table's expectations."""
    return expectations(data.table)[0].code[0]


def _contradictions(data: Dataset) -> list[Finding]:
    """A critical finding where rows of one key and one day of export differ: no place in a file says which one is right."""
    if not data.contradictions:
        return []
    text = (
        "Không có hai dòng trùng mã mà mâu thuẫn trong một ngày xuất (xuất lại; hoặc khai báo snapshot_date của tệp mới hơn "
        "trong <tên tệp>.corrections.toml)"
    )
    code = f"{_letter(data)}90"  # a number that no expectation of the table has
    checked, failed = len(data.rows), len(data.contradictions)
    return [Finding(code, data.table.name, text, "critical", checked, failed, data.contradictions[:MAX_EXAMPLES])]


def _declared(data: Dataset) -> list[Finding]:
    """Whether nothing is within the days that are declared to have had nothing."""
    if not data.nothing:
        return []
    rows = pd.concat([against(data.table, part, data.nothing, IN_PROCESS) for part in data.rows])
    places = tuple(f"{r.source_file}, dòng {r.source_row}" for r in rows.head(MAX_EXAMPLES).itertuples())
    text = (
        f"Trong khoảng ngày khai báo không phát sinh ({NAME}) không có dòng nào (xóa khai báo, hoặc xem lại tệp xuất)"
    )
    return [
        Finding(
            f"{_letter(data)}85", data.table.name, text, "critical", max(len(data.rows), len(rows)), len(rows), places
        )
    ]


_CONFIRM = "sửa, hoặc xác nhận bằng một đính chính có old và new như nhau trong <tên tệp>.corrections.toml"
#: kind of doubt → the number of its finding, how grave it is, what is expected
_DOUBTS: Mapping[str, tuple[str, Severity, str]] = {
    ODD_CODE: ("94", "critical", f"Mã viết như các mã khác của tệp ({_CONFIRM})"),
    TWO_SPELLINGS: ("95", "critical", f"Không có hai mã chỉ khác dấu, hay chữ giống chữ số ({_CONFIRM})"),
    EXCHANGED: (
        "96",
        "critical",
        "Không có ngày chỉ khớp mã hồ sơ và các ngày cùng dòng khi đổi chỗ ngày với tháng (sửa bằng đính chính; chắc chắn đúng thì "
        "xác nhận bằng đính chính có old và new như nhau, hoặc khai báo swapped_dates = false)",
    ),
    ENDED: (
        "86",
        "warning",
        "Hồ sơ có trạng thái đang xử lý thì chưa có ngày kết thúc, ngày trả (có thì được đếm là đã giải quyết từ ngày ấy; trạng "
        "thái có thể chưa kịp cập nhật)",
    ),
    MANY_ENDED: (
        "87",
        "critical",
        "Hồ sơ có trạng thái đang xử lý thì chưa có ngày kết thúc, ngày trả: quá nhiều dòng, cột ấy có thể ghi hạn trả hay ngày dự "
        "kiến (sửa tiêu đề hoặc trạng thái trong hồ sơ cột; chắc chắn đúng thì khai báo swapped_dates = false)",
    ),
    COLUMNS: (
        "88",
        "critical",
        "Ngày hẹn trả và ngày kết thúc, ngày trả nằm đúng dưới tiêu đề của mình: nội dung cho thấy hai cột đã đổi chỗ (xuất lại; chắc "
        "chắn đúng thì khai báo swapped_dates = false)",
    ),
    PERHAPS: (
        "84",
        "warning",
        "Ngày hẹn trả và ngày kết thúc, ngày trả nằm đúng dưới tiêu đề của mình: tệp ít dòng, mọi hồ sơ kết thúc đúng hoặc sau hạn và "
        "cách đều ngày tiếp nhận trong khi hạn trả thì không, hai cột có thể đã đổi chỗ",
    ),
    NAMES: (
        "89",
        "warning",
        "Tên thủ tục và lĩnh vực nằm đúng dưới tiêu đề của mình: mỗi lĩnh vực chỉ có một thủ tục mà thủ tục thuộc nhiều lĩnh vực, "
        "hai cột có thể đã đổi chỗ",
    ),
    NO_END: (
        "97",
        "warning",
        "Dòng cuối của tệp có dấu xuống dòng (không có thì tệp có thể đã bị cắt: so ô cuối với hệ thống nguồn)",
    ),
}


def _doubts(data: Dataset) -> list[Finding]:
    """The findings on rows that read well and yet cannot all be right; only what is found is told."""
    found = []
    for kind, (number, severity, text) in _DOUBTS.items():
        if places := data.doubts.places.get(kind):
            name, shown = data.table.name, places[:MAX_EXAMPLES]
            found.append(Finding(_letter(data) + number, name, text, severity, len(data.rows), len(places), shown))
    return found


def _incomplete(data: Dataset) -> list[str]:
    """What is not complete because of rows set aside, in a table whose rows make a whole together."""
    if not data.table.whole:
        return []
    rows = data.rows.columns([data.table.whole, "snapshot_date", "source_file"])
    return incomplete(data.table, rows, data.quarantined)


def _summary(data: Dataset) -> dict[str, Any]:
    places = ["source_file", "source_sheet", "source_row", "reason_code", "reason", "corrected_in"]
    return {
        "label": data.table.label,
        "rows": len(data.rows),
        "accounts": [a.to_dict() for a in data.accounts],
        "quarantined": data.quarantined[places].to_dict("records"),
        "incomplete": _incomplete(data),
        "conflicts": data.conflicts.to_dict("records"),
        "corrections": [asdict(one) for one in data.corrections],
        "passed_over": list(data.passed_over),
        "nothing": [one.to_dict() for one in data.nothing],
    }
