"""Section 00: what became of every row of the exports, and what the checks say."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pandas as pd
import pyarrow as pa

from tthc_analysis.columns import TABLES
from tthc_analysis.glyphs import replaced, told
from tthc_analysis.indicators._indicator import Indicator, counted, first_named
from tthc_analysis.indicators._open import OpenReport
from tthc_analysis.indicators.definition import NO_DATA, Block, Count, Measure, Rate, Relation
from tthc_analysis.indicators.evaluate import evaluate
from tthc_analysis.indicators.relations import content_table

SECTION = "Chất lượng dữ liệu"
ROW = "dòng"
SEVERITIES = {"critical": "bắt buộc", "warning": "cảnh báo", "info": "thông tin"}


_MOST_NAMED = 3
#: columns that cleaning fills from another one when the export states both in one cell
_TAKEN_FROM_OTHERS = {"time_limit_max", "authority_levels"}
#: a character beyond Latin letters, digits and common punctuation, as both SQL engines read it
_UNCOMMON = "[^ -~\u00a0-\u024f\u1e00-\u1eff\u2013\u2014\u2018-\u201d\u2026]"


def accounts(report: OpenReport) -> pd.DataFrame:
    """One row per export file: dataset, file, snapshot_date, rows_in, kept, replaced, quarantined, lines, named.

    `lines` are all lines of the sheets that hold the table; `named` those of them that are no data.
    """
    rows = [
        {"dataset": data["label"], **account}
        for data in report.store.quality()["datasets"].values()
        for account in data["accounts"]
    ]
    names = [
        "dataset",
        "file",
        "snapshot_date",
        "snapshot_rule",
        "rows_in",
        "kept",
        "replaced",
        "quarantined",
        "lines",
        "named",
    ]
    frame = pd.DataFrame(rows, columns=names)
    return frame.assign(snapshot_date=pd.to_datetime(frame["snapshot_date"]).dt.strftime("%d/%m/%Y"))


def quarantined(report: OpenReport) -> pd.DataFrame:
    """Every row set aside: dataset, source_file, source_row, reason_code, reason."""
    return _listed(report, "quarantined", ["dataset", "source_file", "source_row", "reason_code", "reason"])


def conflicts(report: OpenReport) -> pd.DataFrame:
    """Facts that two exports of one dossier state differently."""
    names = ["dataset", "key", "label", "old_value", "old_file", "new_value", "new_file"]
    return _listed(report, "conflicts", names)


def corrections(report: OpenReport) -> pd.DataFrame:
    """Corrections that the analyst declared beside an export and that were applied: what, why, when, in how many rows."""
    names = ["dataset", "file", "key", "label", "old_value", "new_value", "reason", "date", "rows"]
    return _listed(report, "corrections", names)


def reading_notes(report: OpenReport) -> tuple[str, ...]:
    """What a reader of the figures must know of the files: sheets and files passed over, text decoded, codes mended."""
    lines = [f"Dữ liệu gốc: không đọc {one}." for one in report.store.quality().get("passed_over", ())]
    for data in report.store.quality()["datasets"].values():
        lines += [f"{data['label']}: không đọc {one}." for one in data["passed_over"]]
        for account in data["accounts"]:
            lines += [f"{account['file']}: {note}" for note in file_notes(account)]
    return (*lines, *_printing_notes(report))


def _printing_notes(report: OpenReport) -> list[str]:
    """Characters in texts that the fonts of the PDF lack, by column, and what is printed there instead."""
    found = {
        f"{table.label}, cột “{column.label}”": replaced(_unusual(report, table.name, column.name))
        for table in TABLES.values()
        if report.store.has(table.name)
        for column in table.columns
        if column.kind == "text"
    }
    return [
        f"{where}: phông chữ của bản PDF không có ký tự {told(missing)}." for where, missing in found.items() if missing
    ]


def _unusual(report: OpenReport, table: str, column: str) -> list[str]:
    """The different texts of a column that hold more than common letters and punctuation."""
    # of millions of rows few texts differ; in one statement DuckDB would test every row first
    texts = report.store.counted(f"SELECT DISTINCT {column} FROM {table}")
    frame = report.store.query(f"SELECT {column} FROM {texts} WHERE regexp_like({column}, '{_UNCOMMON}')")
    return [str(text) for text in frame[column]]


def file_notes(account: dict[str, Any]) -> list[str]:
    """What had to be mended in one export, and what of it was passed over."""
    skipped = [f"bỏ qua trang “{sheet}”: {why}" for sheet, why in account["skipped_sheets"].items()]
    decoded = [f"cột “{column}” được giải mã từ {code}" for column, code in account["decoded"].items()]
    mended = [f"{what}: {counted(count, 'ô')}" for what, count in account["mended"].items()]
    return [*skipped, *decoded, *mended]


def unread(report: OpenReport) -> str:
    """How many rows were set aside and how many files passed over; "" when there are none."""
    datasets = report.store.quality()["datasets"].values()
    rows = sum(a["quarantined"] for data in datasets for a in data["accounts"])
    files = sum(len(data["passed_over"]) for data in (report.store.quality(), *datasets) if "passed_over" in data)
    told = [counted(rows, "dòng cách ly")] * bool(rows) + [counted(files, "tệp, thư mục bỏ qua")] * bool(files)
    return f"{', '.join(told)}; xem mục {SECTION}" if told else ""


def _listed(report: OpenReport, part: str, names: list[str]) -> pd.DataFrame:
    rows = [{"dataset": d["label"], **row} for d in report.store.quality()["datasets"].values() for row in d[part]]
    return pd.DataFrame(rows, columns=names)


#: the result of a rule that reads a column which no export has
NOT_APPLICABLE = "không áp dụng"


def findings(report: OpenReport) -> pd.DataFrame:
    """Every expectation: code, text, severity and result in words, rows checked and failed."""
    frame = pd.DataFrame(
        report.store.findings(), columns=["code", "text", "severity", "checked", "failed", "passed", "applies"]
    )
    words = frame["passed"].map({True: "đạt", False: "không đạt"}).where(frame["applies"].ne(False), NOT_APPLICABLE)
    return frame.assign(severity=frame["severity"].map(SEVERITIES), result=words)


def gaps(report: OpenReport) -> tuple[str, ...]:
    """Sentences about what the exports lack: datasets without any file, columns that no file of a dataset has, or some lack."""
    lines = []
    for name, data in report.store.quality()["datasets"].items():
        if not data["accounts"]:
            if data.get("nothing"):
                continue
            if not TABLES[name].extra:
                lines.append(f"{data['label']}: {NO_DATA}.")
            continue
        told = [*absent(report, name), *partly(report, name)]
        lines += [f"{data['label']}: {one}." for one in told]
    return tuple(lines)


def _accounts(report: OpenReport, name: str) -> list[dict[str, Any]]:
    """What the preparation tells of each file of a dataset."""
    found: list[dict[str, Any]] = report.store.quality()["datasets"].get(name, {}).get("accounts", [])
    return found


def absent(report: OpenReport, name: str) -> tuple[str, ...]:
    """Which columns no file of a dataset has."""
    accounts = _accounts(report, name)
    labels = _labels(name, set.intersection(*(set(a["missing"]) for a in accounts)) if accounts else ())
    return (f"không tệp nào có cột {labels}",) if labels else ()


def _labels(name: str, columns: Collection[str]) -> str:
    """The labels of columns of a table in its order, without those that other tables give or that few systems have."""
    wanted = set(columns) - _TAKEN_FROM_OTHERS
    return ", ".join(f"“{c.label}”" for c in TABLES[name].columns if c.name in wanted and not c.extra)


def partly(report: OpenReport, name: str) -> tuple[str, ...]:
    """The columns that only some files of a dataset have: of the rows of the others nobody knows what the columns would say."""
    accounts = [a for a in _accounts(report, name) if a["kept"]]
    if not accounts:
        return ()
    rows, lacking = sum(a["kept"] for a in accounts), dict[tuple[str, ...], list[str]]()
    for column in sorted(set().union(*(a["missing"] for a in accounts))):
        files = tuple(a["file"] for a in accounts if column in a["missing"])
        if len(files) < len(accounts):
            lacking.setdefault(files, []).append(column)
    return tuple(
        f"cột {labels} không có ở tệp {first_named(files, _MOST_NAMED, 'tệp')}: {counted(sum(a['kept'] for a in accounts if a['file'] in files), 'dòng')} "
        f"trong {counted(rows, 'dòng')} không ghi, số đếm theo cột ấy có thể thấp hơn thực tế"
        for files, columns in lacking.items()
        if (labels := _labels(name, columns))
    )


def _failed(report: OpenReport) -> pd.DataFrame:
    table = findings(report)
    return table[table["result"] == "không đạt"]


def _record(report: OpenReport, name: str, key: str, frame: pd.DataFrame, numbers: tuple[str, ...] = ()) -> str:
    """ "WITH name AS (…)" over a table of the SQL session that holds these columns of the preparation's record."""
    columns = {key: pa.array(frame[key].astype(str), pa.string())}
    columns |= {column: pa.array(frame[column].astype("int64"), pa.int64()) for column in numbers}
    return f"WITH {name} AS (SELECT * FROM {content_table(report, f'record_of_{name}', columns)})"


_NUMBERS = ("rows_in", "kept", "replaced", "quarantined")
#: one row per export file, and one per expectation that failed: from the record of the preparation, not from a table
FILES = Relation(
    "files",
    "",
    lambda report: _record(report, "files", "file", accounts(report), _NUMBERS),
    own_key=("file",),
    place="none",
)
FAILED = Relation(
    "failed",
    "",
    lambda report: _record(report, "failed", "code", _failed(report)),
    own_key=("code",),
    place="none",
)


def _rows(column: str) -> Measure:
    return Measure(FILES, f"{column} <> 0", take="sum", what=column)


BLOCK = Block(
    section=SECTION,
    reference="Đối chiếu: đọc được = giữ lại + đã có bản mới hơn + cách ly",
    figures=(
        Count(name="export_files_count", label="Tệp xuất đã đọc", part=Measure(FILES), unit="tệp"),
        Count(name="rows_read_count", label="Dòng đọc được", part=_rows("rows_in"), unit=ROW),
        Count(name="rows_kept_count", label="Dòng giữ lại", part=_rows("kept"), unit=ROW),
        Count(name="rows_replaced_count", label="Dòng đã có bản mới hơn", part=_rows("replaced"), unit=ROW),
        Rate(
            name="rows_quarantined_rate",
            label="Tỷ lệ dòng cách ly",
            part=_rows("quarantined"),
            part_label="Dòng cách ly",
            whole=_rows("rows_in"),
            base="dòng đọc được từ các tệp xuất",
        ),
        Count(
            name="checks_failed_count",
            label="Yêu cầu kiểm tra không đạt",
            part=Measure(FAILED),
            unit="yêu cầu",
            reference="Danh mục yêu cầu kiểm tra của tthc_analysis",
        ),
    ),
)
BLOCKS = (BLOCK,)


def indicators(report: OpenReport) -> list[Indicator]:
    """Rows read, kept, replaced by a newer export, quarantined; failed expectations."""
    return evaluate(report, BLOCK)
