"""A random table, damaged at random: its rows come out equal, or something is told of what differs; never neither."""

from __future__ import annotations

import random
import tempfile
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from exports_make import csv_text, html_text, ods, read, spreadsheet_ml, write, xlsx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_text import as_1258, to_tcvn3, to_vni

from tthc_analysis.errors import TthcError
from tthc_analysis.exports import Dataset
from tthc_analysis.preparation.balance import balance

HEAD = ["STT", "Mã hồ sơ", "Mã TTHC", "Lĩnh vực", "Hình thức tiếp nhận", "Ngày tiếp nhận", "Ngày hẹn trả",
        "Ngày kết thúc xử lý", "Phí, lệ phí", "Trạng thái"]  # fmt: skip
CODE, PROCEDURE, FIELD, RECEIVED, DUE, RESOLVED, FEE = 1, 2, 3, 5, 6, 7, 8
FACTS = [
    "dossier_code",
    "procedure_code",
    "field",
    "channel",
    "received_at",
    "due_at",
    "resolved_at",
    "fee_amount",
    "status",
]
Rows = list[list[str]]
Damage = Callable[[Rows, random.Random], Rows]


def table(size: int, dice: random.Random) -> Rows:
    """Dossiers as a portal writes them: the day of receipt within the code, a few days to the due day."""
    rows = []
    for i in range(1, size + 1):
        day = pd.Timestamp("2024-01-01") + pd.Timedelta(days=dice.randrange(330))
        due, end = day + pd.Timedelta(days=7), day + pd.Timedelta(days=dice.randrange(8))
        done = dice.random() < 0.8
        rows.append([
            str(i), f"H24.99-{day:%y%m%d}-{i:04d}", f"1.0050{dice.randrange(90, 95)}", dice.choice(["Thi cử", "Văn bằng"]),
            dice.choice(["Trực tuyến", "Trực tiếp"]), f"{day:%d/%m/%Y} 08:00:00", f"{due:%d/%m/%Y}",
            f"{end:%d/%m/%Y}" if done else "", dice.choice(["0", "8000", "20000"]), "Đã trả kết quả" if done else "Đang xử lý",
        ])  # fmt: skip
    return rows


def in_a_cell(column: int, change: Callable[[str], str]) -> Damage:
    """One filled cell of a column written otherwise."""

    def damage(rows: Rows, dice: random.Random) -> Rows:
        chosen = dice.choice([r for r in rows if r[column]] or rows)
        return [[change(c) if r is chosen and i == column else c for i, c in enumerate(r)] for r in rows]

    return damage


def exchanged(text: str) -> str:
    return f"{text[3:5]}/{text[:2]}{text[5:]}" if text and int(text[:2]) < 13 else text


def twice(change: Callable[[list[str]], list[str]]) -> Damage:
    """One row once more, written otherwise."""

    def damage(rows: Rows, dice: random.Random) -> Rows:
        return [*rows, change(list(dice.choice(rows)))]

    return damage


def with_cell(column: int, change: Callable[[str], str]) -> Callable[[list[str]], list[str]]:
    return lambda row: [change(c) if i == column else c for i, c in enumerate(row)]


def shifted(rows: Rows, dice: random.Random) -> Rows:
    place = dice.randrange(len(rows))
    return [["", *r[:-1]] if i == place else r for i, r in enumerate(rows)]


DAMAGES: dict[str, Damage] = {
    "nothing": lambda rows, dice: rows,
    **{f"code {s}": in_a_cell(CODE, lambda t, s=s: t.replace("-", s)) for s in ("--", "/", "–", "•", "_", " - ")},
    "O for 0": in_a_cell(CODE, lambda t: t.replace("0", "O")),
    "code goes on": in_a_cell(CODE, lambda t: f"{t}-B"),
    "procedure ,": in_a_cell(PROCEDURE, lambda t: t.replace(".", ",")),
    "procedure and name": in_a_cell(PROCEDURE, lambda t: f"{t} - Cấp lại"),
    "field N/A": in_a_cell(FIELD, lambda t: "N/A"),
    "field in capitals": in_a_cell(FIELD, str.upper),
    "fee": in_a_cell(FEE, lambda t: f"{int(t):,} đ" if t.isdigit() else t),
    "fee with a letter": in_a_cell(FEE, lambda t: f"{t}k"),
    "no such day": in_a_cell(RECEIVED, lambda t: "31/02/2024"),
    "day exchanged": in_a_cell(RECEIVED, exchanged),
    "due day exchanged": in_a_cell(DUE, exchanged),
    "end exchanged": in_a_cell(RESOLVED, exchanged),
    "year mistyped": in_a_cell(DUE, lambda t: t.replace("2024", "2042")),
    "not yet": in_a_cell(RESOLVED, lambda t: "Chưa trả"),
    "row again": twice(list),
    "row again in another state": twice(with_cell(RESOLVED, lambda t: "")),
    "row again in another field": twice(with_cell(FIELD, lambda t: "Lĩnh vực khác")),
    "row again under another spelling": twice(with_cell(CODE, lambda t: t.replace("-", "."))),
    "a shifted row": shifted,
    "a rule": lambda rows, dice: [["---"] * len(HEAD), *rows],
    "a bare sum": lambda rows, dice: [*rows, [""] * FEE + [str(sum(int(r[FEE]) for r in rows)), ""]],
    "due and end exchanged": lambda rows, dice: [[*r[:6], r[7], r[6], *r[8:]] for r in rows],
}


def in_two(folder: Path, rows: Rows) -> None:
    """Two exports of one day that share a row."""
    middle = len(rows) // 2
    for name, part in (("a", rows[: middle + 1]), ("b", [rows[0], *rows[middle:]])):
        write(folder / f"{name}-2024-12-31.csv", csv_text(part))


FORMS: dict[str, Callable[[Path, Rows], object]] = {
    "csv": lambda folder, rows: write(folder / "a.csv", csv_text(rows)),
    "comma": lambda folder, rows: write(folder / "a.csv", csv_text(rows, ",")),
    "html": lambda folder, rows: write(folder / "a.xls", html_text(rows)),
    "xml": lambda folder, rows: write(folder / "a.xls", spreadsheet_ml(rows)),
    "utf-16": lambda folder, rows: write(folder / "a.csv", csv_text(rows), "utf-16"),
    "utf-32": lambda folder, rows: write(folder / "a.csv", csv_text(rows), "utf-32"),
    "decomposed": lambda folder, rows: write(folder / "a.csv", unicodedata.normalize("NFD", csv_text(rows))),
    "windows-1258": lambda folder, rows: write(folder / "a.csv", "".join(map(as_1258, csv_text(rows))), "cp1258"),
    "tcvn3": lambda folder, rows: write(folder / "a.csv", csv_text([list(map(to_tcvn3, r)) for r in rows])),
    "vni": lambda folder, rows: write(folder / "a.csv", csv_text([list(map(to_vni, r)) for r in rows])),
    "letters lost": lambda folder, rows: write(folder / "a.csv", csv_text(rows).encode("latin-1", "replace")),
    "two exports": in_two,
    "xlsx": lambda folder, rows: xlsx(folder / "a.xlsx", {"S": rows}),
    "ods": lambda folder, rows: ods(folder / "a.ods", rows),
}


def rows_of(data: Dataset) -> list[tuple[str, ...]]:
    frame = data.frame[FACTS].astype("object").fillna("")
    return sorted(tuple(map(str, row)) for row in frame.itertuples(index=False))


def telling(data: Dataset) -> tuple[object, ...]:
    """What the account of a file and the findings on it say."""
    lines = [(account.skipped, account.mended) for account in data.accounts]
    days = [("received_at", "due_at"), ("received_at", "resolved_at")]
    backwards = [bool((data.frame[a] > data.frame[b]).any()) for a, b in days]
    far = bool((data.frame["due_at"] - data.frame["received_at"] > pd.Timedelta(days=3660)).any())
    failed = [f.code for f in balance(data) if not f.passed]
    return lines, data.contradictions, data.doubts, failed, backwards, far


def outcome(form: str, rows: Rows) -> Dataset | None:
    with tempfile.TemporaryDirectory() as folder:
        FORMS[form](Path(folder), [HEAD, *rows])
        try:
            return read(Path(folder))
        except TthcError:
            return None


def check(damage: str, form: str, seed: int) -> None:
    """Raise AssertionError where the damaged table reads otherwise and nothing is told."""
    dice = random.Random(seed)
    whole = table(dice.choice((12, 40)), dice)
    right = outcome("two exports" if form == "two exports" else "csv", whole)
    found = outcome(form, DAMAGES[damage](whole, dice))
    assert right is not None
    if found is not None and rows_of(found) != rows_of(right):
        assert telling(found) != telling(right), (damage, form, seed, set(rows_of(found)) ^ set(rows_of(right)))


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_read_or_told(damage):
    check(damage, "csv", len(damage))


@pytest.mark.parametrize(
    "form", ["utf-16", "utf-32", "decomposed", "windows-1258", "tcvn3", "vni", "letters lost", "two exports"]
)
def test_encodings_and_two_exports_are_read_or_told(form):
    check("nothing", form, 3)
    check("due and end exchanged", form, 4)
    check("row again in another state", form, 5)


@settings(max_examples=10, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(sorted(DAMAGES)), st.sampled_from(sorted(FORMS)), st.integers(0, 10_000))
def test_any_damage_in_any_form_is_read_or_told(damage, form, seed):
    check(damage, form, seed)


def test_the_instrument_sees_what_is_silent():
    """A field written otherwise in a well-formed row is a fact that nothing speaks against."""
    rows = table(12, random.Random(1))
    other = [[*r[:FIELD], "Lĩnh vực khác", *r[FIELD + 1 :]] if i == 3 else r for i, r in enumerate(rows)]
    right, found = outcome("csv", rows), outcome("csv", other)
    assert right is not None
    assert found is not None
    assert rows_of(found) != rows_of(right)
    assert telling(found) == telling(right)
