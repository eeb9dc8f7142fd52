"""Kinds of exports that portals, Excel and clerks make, of one register of our own: the same dossiers, or one clear refusal."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from exports_make import csv_text, html_text, ods, read, spreadsheet_ml, write, xlsx

from tthc_analysis.errors import TthcError

HEAD = [
    "STT", "Số hồ sơ", "Mã thủ tục", "Tên thủ tục", "Tên lĩnh vực", "Kênh thực hiện", "Chủ hồ sơ",
    "Ngày tiếp nhận", "Ngày hẹn trả", "Ngày có kết quả", "Trạng thái",
]  # fmt: skip
CODE, PROCEDURE, FIELD, RECEIVED, DUE, END, STATE = 1, 2, 4, 7, 8, 9, 10
PROCEDURES = (
    ("1.004567", "Cấp giấy chứng nhận đăng ký", "Đăng ký"),
    ("2.000123", "Xác nhận thông tin cư trú", "Cư trú"),
    ("1.009876", "Gia hạn giấy phép hoạt động", "Giấy phép"),
)
FACTS = [
    "dossier_code", "procedure_code", "procedure_name", "field", "channel", "received_at", "due_at", "resolved_at", "status",
]  # fmt: skip
Row = list[str]


def _register(count: int = 24) -> list[Row]:
    dice, rows = random.Random(77), []
    for number in range(1, count + 1):
        received = date(2025, 1, 2) + timedelta(days=dice.randrange(300))
        ended = received + timedelta(days=dice.randrange(1, 12))
        done = dice.random() < 0.7
        rows.append([
            str(number), f"H51.20-{received:%y%m%d}-{number:04d}", *dice.choice(PROCEDURES),
            dice.choice(["Trực tuyến", "Trực tiếp"]), f"Người nộp {number:04d}", f"{received:%d/%m/%Y} 09:{number:02d}:00",
            f"{received + timedelta(days=9):%d/%m/%Y}", f"{ended:%d/%m/%Y}" if done else "",
            "Đã trả kết quả" if done else "Đang xử lý",
        ])  # fmt: skip
    return rows


ROWS = _register()
WHOLE = [HEAD, *ROWS]
BLANK = [""] * len(HEAD)


def _changed(change: Callable[[str], str], *columns: int) -> list[Row]:
    """The register with the filled cells of these columns written another way."""
    return [HEAD, *([change(c) if i in columns and c else c for i, c in enumerate(row)] for row in ROWS)]


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%d/%m/%Y %H:%M:%S" if " " in text else "%d/%m/%Y")


def _at(form: str) -> Callable[[str], str]:
    return lambda text: _moment(text).strftime(form)


def _epoch(text: str) -> str:
    """Milliseconds since 1970 of a moment in Viet Nam."""
    return str(int((_moment(text) - timedelta(hours=7) - datetime(1970, 1, 1)).total_seconds() * 1000))


def _serial(text: str) -> str:
    return repr((_moment(text) - datetime(1899, 12, 30)) / timedelta(days=1))


def _empty_ends(word: str) -> list[Row]:
    return [HEAD, *([word if i == END and not c else c for i, c in enumerate(row)] for row in ROWS)]


def _without(row: Row, column: int) -> Row:
    return [*row[:column], *row[column + 1 :]]


def _by_field() -> list[list[Row]]:
    return [[row for row in ROWS if row[FIELD] == field] for _, _, field in PROCEDURES]


def _first_of_its_field() -> list[Row]:
    """The field written in the first row of each group only."""
    return [
        HEAD,
        *([*r[:FIELD], r[FIELD] if not n else "", *r[FIELD + 1 :]] for g in _by_field() for n, r in enumerate(g)),
    ]


OTHER_ORDER = [HEAD[i] for i in (*range(8), END, DUE, STATE)]
MOMENTS = (RECEIVED, DUE, END)
OBJECTS = [dict(zip(HEAD, row, strict=True)) for row in ROWS]
PAGE = html_text(WHOLE)

#: kind → the text of a file that gives every dossier as it is
READ: dict[str, str | bytes] = {
    "byte order mark": "\ufeff" + csv_text(WHOLE),
    "UTF-16 little end": csv_text(WHOLE).encode("utf-16-le"),
    "UTF-16 big end": ("\ufeff" + csv_text(WHOLE)).encode("utf-16-be"),
    "tabs": csv_text(WHOLE, "\t"),
    "bars": csv_text(WHOLE, "|"),
    "sep line": "sep=;\r\n" + csv_text(WHOLE),
    "carriage returns": csv_text(WHOLE, end="\r"),
    "each line in quotes": "\r\n".join(
        '"' + line.replace('"', '""') + '"' for line in csv_text(WHOLE, ",").splitlines()
    ),
    "formulas around cells": csv_text(_changed('="{}"'.format, CODE, PROCEDURE, RECEIVED)),
    "apostrophes": csv_text(_changed("'{}".format, CODE, DUE)),
    "codes in small letters": csv_text(_changed(str.lower, CODE)),
    "hyphens that do not break": csv_text(_changed(lambda t: t.replace("-", "\u2011") + "\u00a0", CODE)),
    "ISO": csv_text(_changed(lambda t: _moment(t).isoformat(), *MOMENTS)),
    "ISO with an offset": csv_text(_changed(_at("%Y-%m-%dT%H:%M:%S+07:00"), *MOMENTS)),
    "ISO in UTC": csv_text(_changed(lambda t: f"{_moment(t) - timedelta(hours=7):%Y-%m-%dT%H:%M:%S}.000Z", *MOMENTS)),
    "epoch milliseconds": csv_text(_changed(_epoch, *MOMENTS)),
    "serial numbers": csv_text(_changed(_serial, *MOMENTS)),
    "time first": csv_text(_changed(_at("%H:%M:%S %d/%m/%Y"), RECEIVED)),
    "two digits of a year": csv_text(_changed(_at("%d/%m/%y"), DUE, END)),
    "days in words": csv_text(_changed(_at("ngày %d tháng %m năm %Y"), DUE, END)),
    "points": csv_text(_changed(_at("%d.%m.%Y"), DUE, END)),
    "NULL": csv_text(_empty_ends("NULL")),
    "a dash": csv_text(_empty_ends("-")),
    "a table below with the same columns": csv_text([HEAD, *ROWS[:12], BLANK, HEAD, *ROWS[12:]]),
    "fields as lines of their own": csv_text(
        [HEAD, *(r for g in _by_field() for r in ([f"Lĩnh vực: {g[0][FIELD]}", *BLANK[1:]], *g))]
    ),
    "a field once in its group": csv_text(_first_of_its_field()),
    "subtotals": csv_text(
        [HEAD, *ROWS[:8], ["", "Cộng nhóm 1: 8 hồ sơ", *BLANK[2:]], *ROWS[8:], ["", "Tổng cộng", "24", *BLANK[3:]]]
    ),
    "title and signature": csv_text(
        [["DANH SÁCH HỒ SƠ NĂM 2025", *BLANK[1:]], HEAD, *ROWS, BLANK, ["Người lập biểu", *BLANK[1:]]]
    ),
    "numbered columns": csv_text([HEAD, [f"({i})" for i in range(1, 12)], *ROWS]),
    "the same row twice": csv_text([*WHOLE, ROWS[0]]),
    "page": PAGE,
    "spreadsheet XML": spreadsheet_ml(WHOLE),
}
#: kind → the text of a file that nobody can read for certain
REFUSED: dict[str, str] = {
    "page in a mail": "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\n"
    f"Content-Type: text/html\r\n\r\n{PAGE}\r\n--b--",
    "a table below with other columns": csv_text(
        [HEAD, *ROWS[:12], BLANK, OTHER_ORDER, *([*r[:8], r[END], r[DUE], r[STATE]] for r in ROWS[12:])]
    ),
    "two tables side by side": csv_text(
        [[*HEAD, "", *HEAD], *([*a, "", *b] for a, b in zip(ROWS[:12], ROWS[12:], strict=True))]
    ),
    "month first": csv_text(_changed(_at("%m/%d/%Y %I:%M:%S %p"), *MOMENTS)),
    "letters lost": csv_text(WHOLE).encode("ascii", "replace").decode(),
    "cut in a line": csv_text(WHOLE)[:-25],
    "an error in a cell": csv_text(
        [HEAD, *([*r[:DUE], "#REF!" if not n else r[DUE], *r[DUE + 1 :]] for n, r in enumerate(ROWS))]
    ),
    "an unknown state": csv_text([HEAD, [*ROWS[0][:STATE], "Chờ ký số"], *ROWS[1:]]),
    "no column of receipt": csv_text([_without(row, RECEIVED) for row in WHOLE]),
}


def _facts(folder: Path) -> list[tuple[str, ...]]:
    frame = read(folder).frame[FACTS].copy()
    for name in ("received_at", "due_at", "resolved_at"):
        frame[name] = frame[name].dt.strftime("%Y-%m-%d").fillna("")
    return sorted(map(tuple, frame.astype(str).to_numpy().tolist()))


@pytest.fixture(scope="module")
def right(tmp_path_factory) -> list[tuple[str, ...]]:
    folder = tmp_path_factory.mktemp("dung")
    write(folder / "a.csv", csv_text(WHOLE))
    found = _facts(folder)
    assert len(found) == len(ROWS)
    return found


@pytest.mark.parametrize("kind", READ)
def test_the_same_dossiers_come_out_of_every_kind_of_text(kind, right, tmp_path):
    content = READ[kind]
    path = tmp_path / "a.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert _facts(tmp_path) == right


@pytest.mark.parametrize("kind", REFUSED)
def test_what_can_be_read_in_two_ways_is_refused(kind, tmp_path):
    write(tmp_path / "a.csv", REFUSED[kind])
    with pytest.raises(TthcError) as caught:
        _facts(tmp_path)
    assert "a.csv" in f"{caught.value.where}"
    assert caught.value.now


@pytest.mark.parametrize(
    "text", [json.dumps(OBJECTS, ensure_ascii=False), json.dumps({"data": {"items": OBJECTS}}, ensure_ascii=False)]
)
def test_objects_are_not_taken_for_a_table(text, tmp_path):
    write(tmp_path / "a.txt", text)
    with pytest.raises(TthcError, match="JSON"):
        _facts(tmp_path)


def test_the_sheets_of_a_workbook_are_read_together(right, tmp_path):
    xlsx(tmp_path / "a.xlsx", {"Quý 1": [HEAD, *ROWS[:12]], "Quý 2": [HEAD, *ROWS[12:]]})
    assert _facts(tmp_path) == right


def test_an_open_document_gives_the_same(right, tmp_path):
    ods(tmp_path / "a.ods", WHOLE)
    assert _facts(tmp_path) == right
