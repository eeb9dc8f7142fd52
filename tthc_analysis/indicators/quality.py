"""Section 00: what became of every row of the exports, and what the checks say."""

from __future__ import annotations

from typing import Any

import pandas as pd

from tthc_analysis.columns import TABLES
from tthc_analysis.glyphs import replaced, told
from tthc_analysis.indicators._indicator import Indicator, counted
from tthc_analysis.indicators._scope import Scope

SECTION = "Chất lượng dữ liệu"
ROW = "dòng"
SEVERITIES = {"critical": "bắt buộc", "warning": "cảnh báo", "info": "thông tin"}


#: columns that cleaning fills from another one when the export states both in one cell
_TAKEN_FROM_OTHERS = {"time_limit_max"}
#: a character beyond Latin letters, digits and common punctuation, as both SQL engines read it
_UNCOMMON = "[^ -~\u00a0-\u024f\u1e00-\u1eff\u2013\u2014\u2018-\u201d\u2026]"


def accounts(scope: Scope) -> pd.DataFrame:
    """One row per export file: dataset, file, snapshot_date, rows_in, kept, replaced, quarantined."""
    rows = [
        {"dataset": data["label"], **account}
        for data in scope.store.quality()["datasets"].values()
        for account in data["accounts"]
    ]
    names = ["dataset", "file", "snapshot_date", "snapshot_rule", "rows_in", "kept", "replaced", "quarantined"]
    frame = pd.DataFrame(rows, columns=names)
    return frame.assign(snapshot_date=pd.to_datetime(frame["snapshot_date"]).dt.strftime("%d/%m/%Y"))


def quarantined(scope: Scope) -> pd.DataFrame:
    """Every row set aside: dataset, source_file, source_row, reason_code, reason."""
    return _listed(scope, "quarantined", ["dataset", "source_file", "source_row", "reason_code", "reason"])


def conflicts(scope: Scope) -> pd.DataFrame:
    """Facts that two exports of one dossier state differently."""
    names = ["dataset", "key", "label", "old_value", "old_file", "new_value", "new_file"]
    return _listed(scope, "conflicts", names)


def corrections(scope: Scope) -> pd.DataFrame:
    """Corrections that the analyst declared beside an export and that were applied: what, why, when, in how many rows."""
    names = ["dataset", "file", "key", "label", "old_value", "new_value", "reason", "date", "rows"]
    return _listed(scope, "corrections", names)


def reading_notes(scope: Scope) -> tuple[str, ...]:
    """What a reader of the figures must know of the files: sheets and files passed over, text decoded, codes mended."""
    lines = []
    for data in scope.store.quality()["datasets"].values():
        lines += [f"{data['label']}: không đọc {one}." for one in data["passed_over"]]
        for account in data["accounts"]:
            lines += [f"{account['file']}: {note}" for note in _file_notes(account)]
    return (*lines, *_printing_notes(scope))


def _printing_notes(scope: Scope) -> list[str]:
    """Characters in texts that the fonts of the PDF lack, by column, and what is printed there instead."""
    found = {
        f"{table.label}, cột “{column.label}”": replaced(_unusual(scope, table.name, column.name))
        for table in TABLES.values()
        if scope.store.has(table.name)
        for column in table.columns
        if column.kind == "text"
    }
    return [
        f"{where}: phông chữ của bản PDF không có ký tự {told(missing)}." for where, missing in found.items() if missing
    ]


def _unusual(scope: Scope, table: str, column: str) -> list[str]:
    """The different texts of a column that hold more than common letters and punctuation."""
    frame = scope.store.query(f"SELECT DISTINCT {column} FROM {table} WHERE regexp_like({column}, '{_UNCOMMON}')")
    return [str(text) for text in frame[column]]


def _file_notes(account: dict[str, Any]) -> list[str]:
    skipped = [f"bỏ qua trang “{sheet}”: {why}" for sheet, why in account["skipped_sheets"].items()]
    decoded = [f"cột “{column}” được giải mã từ {code}" for column, code in account["decoded"].items()]
    mended = [f"{what}: {counted(count, 'ô')}" for what, count in account["mended"].items()]
    return [*skipped, *decoded, *mended]


def _listed(scope: Scope, part: str, names: list[str]) -> pd.DataFrame:
    rows = [{"dataset": d["label"], **row} for d in scope.store.quality()["datasets"].values() for row in d[part]]
    return pd.DataFrame(rows, columns=names)


def findings(scope: Scope) -> pd.DataFrame:
    """Every expectation: code, text, severity and result in words, rows checked and failed."""
    rows: list[dict[str, Any]] = scope.store.quality()["findings"]
    frame = pd.DataFrame(rows, columns=["code", "text", "severity", "checked", "failed", "passed"])
    words = frame["passed"].map({True: "đạt", False: "không đạt"})
    return frame.assign(severity=frame["severity"].map(SEVERITIES), result=words)


def gaps(scope: Scope) -> tuple[str, ...]:
    """Sentences about what the exports lack: datasets without any file, columns that no file of a dataset has."""
    lines = []
    for name, data in scope.store.quality()["datasets"].items():
        if not data["accounts"]:
            lines.append(f"{data['label']}: chưa có dữ liệu.")
            continue
        missing = set.intersection(*(set(a["missing"]) for a in data["accounts"]))
        labels = [f"“{c.label}”" for c in TABLES[name].columns if c.name in missing - _TAKEN_FROM_OTHERS]
        if labels:
            lines.append(f"{data['label']}: không tệp nào có cột {', '.join(labels)}.")
    return tuple(lines)


def indicators(scope: Scope) -> list[Indicator]:
    """Rows read, kept, replaced by a newer export, quarantined; failed expectations."""
    frame, checks = accounts(scope), findings(scope)
    rows_in = int(frame["rows_in"].sum())
    details: dict[str, Any] = {
        "section": SECTION,
        "reference": "Đối chiếu: đọc được = giữ lại + đã có bản mới hơn + cách ly",
    }
    base = "dòng đọc được từ các tệp xuất"
    return [
        scope.count("export_files_count", "Tệp xuất đã đọc", len(frame), "tệp", **details),
        scope.count("rows_read_count", "Dòng đọc được", rows_in, ROW, **details),
        scope.count("rows_kept_count", "Dòng giữ lại", int(frame["kept"].sum()), ROW, **details),
        scope.count("rows_replaced_count", "Dòng đã có bản mới hơn", int(frame["replaced"].sum()), ROW, **details),
        scope.rate(
            "rows_quarantined_rate", "Tỷ lệ dòng cách ly", int(frame["quarantined"].sum()), rows_in, base=base,
            numerator_label="Dòng cách ly", **details,
        ),
        scope.count(
            "checks_failed_count", "Yêu cầu kiểm tra không đạt", int((checks["result"] == "không đạt").sum()), "yêu cầu",
            **{**details, "reference": "Danh mục yêu cầu kiểm tra của tthc_analysis"},
        ),
    ]  # fmt: skip
