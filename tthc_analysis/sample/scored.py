"""A small synthetic office in 2026, whose points by QĐ 766 can be known: dossiers, petitions, catalogue, published components.

A known share of them loses points, so that the section has points, lost points and codes. No row describes a real
person, dossier or office.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

from tthc_analysis.columns import DOSSIERS, PETITIONS, PROCEDURES, PUBLISHED_SCORES, Table
from tthc_analysis.config import CONFIG_FILE
from tthc_analysis.sample.empty import make_empty

#: the report that has the points, and the day after it on which everything was exported
PERIOD, EXPORTED = "2026-Q3", date(2026, 10, 8)
_FIRST, _A_DAY = date(2026, 6, 1), timedelta(days=1)
_EACH_DAY, _DAYS_TO_DO, _SERIAL = 3, 14, "H24.90-{:%y%m%d}-{:04d}"
#: every so-many-th dossier: late, without an electronic result, not digitised, paid in cash, not from population data
_LATE, _NO_RESULT, _NO_FILE, _CASH, _NO_POPULATION = 19, 11, 7, 8, 9
#: code, name, fee in đồng
_PROCEDURES = (
    ("9.000001", "Thủ tục mẫu 1", 0),
    ("9.000002", "Thủ tục mẫu 2", 50_000),
    ("9.000003", "Thủ tục mẫu 3", 100_000),
    ("9.000004", "Thủ tục mẫu 4", 0),
)
#: component as the portal names it, numerator, denominator
_PUBLISHED = (
    ("Công bố đúng hạn", 44, 50),
    ("Cập nhật, công khai đúng hạn", 49, 50),
    ("Công khai đủ nội dung", 50, 50),
    ("Đồng bộ hồ sơ lên Cổng quốc gia", 190, 200),
)
_CONFIG = """\
# Đơn vị mẫu (dữ liệu tổng hợp bằng chương trình) có số liệu năm 2026 để xem điểm theo Quyết định 766/QĐ-TTg.
title = "Tình hình, kết quả kiểm soát thủ tục hành chính"
rule_set = "so-2024"

[agency]
id = "mau-766"
kind = "so"
name = "Sở Mẫu"
short = "SM"
code = "H24.90"
parent = "Ủy ban nhân dân thành phố Mẫu"
place = "Thành phố Mẫu"
receiver = "Ủy ban nhân dân thành phố Mẫu"

[data]
raw = "data/raw/mau-766"
sample = true
"""
Row = Mapping[str, object]


def write_scored(folder: Path) -> list[Path]:
    """Write the project of the office into `folder`: configuration and exports; the same bytes every time.

    Raises ConfigError when the folder holds something.
    """
    make_empty(folder)
    config = folder / CONFIG_FILE
    config.write_text(_CONFIG, encoding="utf-8", newline="\n")
    raw = folder / "data" / "raw" / "mau-766"
    tables = (
        (DOSSIERS, _dossiers()),
        (PETITIONS, _petitions()),
        (PROCEDURES, _procedures()),
        (PUBLISHED_SCORES, _told()),
    )
    return [config, *(_write(raw, table, list(rows)) for table, rows in tables)]


def _write(raw: Path, table: Table, rows: Sequence[Row]) -> Path:
    """One export with the columns that its rows have, under their Vietnamese names."""
    path = raw / table.name / f"{table.name}_{EXPORTED}.csv"
    path.parent.mkdir(parents=True)
    columns = [c for c in table.columns if c.name in rows[0]]
    with path.open("w", encoding="utf-8-sig", newline="") as target:
        out = csv.writer(target, lineterminator="\n")
        out.writerow([c.label for c in columns])
        out.writerows([[_text(row[c.name]) for c in columns] for row in rows])
    return path


def _text(value: object) -> object:
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M}"
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else value


def _days() -> Iterator[date]:
    at = _FIRST
    while at < EXPORTED:
        if at.weekday() < 5:
            yield at
        at += _A_DAY


def _at(day: date, hour: int = 8) -> datetime:
    return datetime.combine(day, time(hour))


def _dossiers() -> Iterator[Row]:
    received = [day for day in _days() for _ in range(_EACH_DAY)]
    for number, day in enumerate(received, start=1):
        yield _dossier(number, day)


def _dossier(number: int, day: date) -> Row:
    """Done after ten days, or two days late; open when that is after the export."""
    procedure, name, fee = _PROCEDURES[number % len(_PROCEDURES)]
    due = day + _DAYS_TO_DO * _A_DAY
    ended = due + 2 * _A_DAY if number % _LATE == 0 else day + 10 * _A_DAY
    is_done = ended < EXPORTED
    is_paid = fee > 0 and is_done
    return {
        "dossier_code": _SERIAL.format(day, number), "procedure_code": procedure, "procedure_name": name,
        "field": "Lĩnh vực mẫu", "channel": "Trực tuyến" if number % 5 else "Trực tiếp",
        "status": "Đã xử lý xong" if is_done else "Đang xử lý",
        "received_at": _at(day), "due_at": _at(due, 17), "resolved_at": _at(ended, 16) if is_done else "",
        "component_file_count": 2 if number % _NO_FILE else 0, "result_file_count": int(is_done and number % _NO_RESULT > 0),
        "fee_amount": fee, "payment_status": "Đã thanh toán" if is_paid else "Chưa thanh toán" if fee else "",
        "payment_method": ("Tiền mặt" if number % _CASH == 1 else "Trực tuyến") if is_paid else "",
        "reused_count": number % 2, "is_population_data": "Có" if number % _NO_POPULATION else "Không",
        "is_in_personal_store": "Có" if is_done else "Không",
    }  # fmt: skip


def _petitions() -> Iterator[Row]:
    """Six petitions: one answered late and disliked, the last not answered yet."""
    for number in range(6):
        received, is_bad = date(2026, 6, 10) + 21 * number * _A_DAY, number == 3
        yield {
            "petition_code": f"PAKN-{number + 1:03d}", "received_at": _at(received), "due_at": _at(received + 14 * _A_DAY, 17),
            "resolved_at": _at(received + (20 if is_bad else 7) * _A_DAY) if received < date(2026, 9, 20) else "",
            "channel": "Cổng DVC quốc gia", "kind": "Hành vi hành chính", "is_published": "Có",
            "dossier_code": _SERIAL.format(date(2026, 7, 1), 67) if is_bad else "",
            "is_satisfied": "Không" if is_bad else "Có", "outcome": "Đã trả lời",
        }  # fmt: skip


def _procedures() -> Iterator[Row]:
    for code, name, fee in _PROCEDURES:
        yield {
            "procedure_code": code, "procedure_name": name, "field": "Lĩnh vực mẫu", "authority_level": "Sở",
            "online_level": "Toàn trình", "is_internal": "Không", "fee_amount": fee, "time_limit": 10,
            "time_limit_unit": "ngày làm việc", "valid_from": date(2025, 1, 1),
        }  # fmt: skip


def _told() -> Iterator[Row]:
    for component, part, whole in _PUBLISHED:
        days = {"period_start": date(2026, 7, 1), "period_end": date(2026, 9, 30)}
        yield {**days, "component": component, "part_count": part, "whole_count": whole}
