"""Properties: any table written in any format, encoding and layout reads back equal; any damage is a message or told."""

from __future__ import annotations

import csv
import random
import tempfile
import unicodedata
from collections import Counter
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
from exports_make import PROFILES, csv_text, html_text, ods, spreadsheet_ml, write, xlsx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_text import to_tcvn3, to_vni

from tthc_analysis.columns import CHANNELS, DOSSIERS, STATUSES
from tthc_analysis.errors import TthcError
from tthc_analysis.exports import Dataset, read_dataset, read_export
from tthc_analysis.exports.text import clean_text
from tthc_analysis.sample import load_procedures

HEAD = [
    "STT",
    "Mã hồ sơ",
    "Tên thủ tục hành chính",
    "Hình thức tiếp nhận",
    "Ghi chú",
    "Ngày tiếp nhận",
    "Ngày hẹn trả",
    "Trạng thái",
]
NAMES = sorted({unicodedata.normalize("NFC", p.name) for p in load_procedures()})
NOTES = ["", "a;b", 'nói "có"', "dòng 1\ndòng 2", "x,y\tz|", "0900", "=1+1", "<b>&amp;</b>", "' "]
QUICK = settings(max_examples=40, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
FEW = settings(QUICK, max_examples=8)
FUZZ = settings(QUICK, max_examples=120)

moments = st.datetimes(datetime(2020, 1, 1), datetime(2026, 12, 31)).map(lambda m: m.replace(microsecond=0))
dossiers = st.builds(
    lambda name, channel, note, received, due, status: (name, channel, note, received, due, status),
    st.sampled_from(NAMES),
    st.sampled_from(sorted(CHANNELS)),
    st.sampled_from(NOTES),
    moments,
    st.none() | moments,
    st.sampled_from(sorted(STATUSES)),
)
tables = st.lists(dossiers, min_size=1, max_size=12)


def rows_of(table) -> list[list[str]]:
    return [
        [str(i), f"H24.99-240101-{i:04d}", name, CHANNELS[channel], note, f"{received:%d/%m/%Y %H:%M:%S}",
         f"{due:%d/%m/%Y}" if due else "", STATUSES[status]]
        for i, (name, channel, note, received, due, status) in enumerate(table, start=1)
    ]  # fmt: skip


def expected(table) -> list[tuple]:
    return [
        (f"H24.99-240101-{i:04d}", clean_text(name), channel, received, due and due.replace(hour=0, minute=0, second=0), status)
        for i, (name, channel, _, received, due, status) in enumerate(table, start=1)
    ]  # fmt: skip


def got(dataset: Dataset) -> list[tuple]:
    columns = ["dossier_code", "procedure_name", "channel", "received_at", "due_at", "status"]
    frame = dataset.frame[columns].astype(object)
    return [tuple(None if pd.isna(v) else v for v in row) for row in frame.itertuples(index=False, name=None)]


def dressed(rows: list[list[str]], dress: int) -> list[list[str]]:
    """The rows under a header, with what portals put around them."""
    blank = [""] * len(HEAD)
    before = [["DANH SÁCH HỒ SƠ", *blank[1:]], blank] if dress & 1 else []
    numbering = [[f"({i})" for i in range(1, len(HEAD) + 1)]] if dress & 2 else []
    middle = len(rows) // 2
    body = [*rows[:middle], HEAD, blank, *rows[middle:]] if dress & 4 else rows
    after = [[f"Tổng số: {len(rows)} hồ sơ", *blank[1:]], blank, [*blank[1:], "NGƯỜI LẬP BIỂU"]] if dress & 8 else []
    return [*before, HEAD, *numbering, *body, *after]


def dataset_of(folder: Path) -> Dataset:
    return read_dataset(DOSSIERS, folder, PROFILES)


@QUICK
@given(
    tables,
    st.sampled_from(";,\t|~^"),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "nfd"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    st.sampled_from(["\r\n", "\n", "\r"]),
    st.integers(0, 15),
)
def test_any_delimited_text(table, delimiter, encoding, quoting, end, dress):
    text = csv_text(dressed(rows_of(table), dress), delimiter, quoting, end)
    text, encoding = (unicodedata.normalize("NFD", text), "utf-8") if encoding == "nfd" else (text, encoding)
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder) / "a.csv", text, encoding)
        found = dataset_of(Path(folder))
    assert got(found) == expected(table)
    assert len(found.quarantined) == 0


@FEW
@given(tables, st.integers(0, 15), st.sampled_from(["html", "xml", "xlsx", "ods"]))
def test_any_structured_file(table, dress, form):
    rows = dressed(rows_of(table), dress)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if form == "html":
            write(folder / "a.xls", html_text(rows))
        elif form == "xml":
            write(folder / "a.xls", spreadsheet_ml(rows))
        else:
            {"xlsx": lambda: xlsx(folder / "a.xlsx", {"S": rows}), "ods": lambda: ods(folder / "a.ods", rows)}[form]()
        found = dataset_of(folder)
    assert got(found) == expected(table)


@QUICK
@given(tables, st.sampled_from([to_tcvn3, to_vni]), st.booleans())
def test_any_table_in_a_legacy_font(table, encode, single_bytes):
    text = encode(csv_text([HEAD, *rows_of(table)]))
    with tempfile.TemporaryDirectory() as folder:
        plain = "“" not in text  # the quotation marks of some names are in no single-byte font
        write(Path(folder) / "a.csv", text, "latin-1" if single_bytes and plain else "utf-8")
        found = dataset_of(Path(folder))
    assert got(found) == expected(table)


@QUICK
@given(st.lists(tables, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_files_and_rows_does_not_matter(parts, order):
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        for day, part in enumerate(parts, start=1):
            rows = rows_of(part)
            write(Path(one) / f"a_202701{day:02d}.csv", csv_text([HEAD, *rows]))
            order.shuffle(rows)
            write(Path(two) / f"{9 - day}_202701{day:02d}.csv", csv_text([HEAD, *rows]))
        first, second = dataset_of(Path(one)), dataset_of(Path(two))
    assert got(first) == got(second)
    for dataset in (first, second):
        assert all(a.rows_in == a.kept + a.quarantined + a.replaced for a in dataset.accounts)


# --- damage ----------------------------------------------------------------------------------------------------------

BASE = rows_of([(NAMES[i % 5], "online", "", datetime(2024, 1, 1 + i, 8), None, "processing") for i in range(9)])
TEXTS = {
    "csv": csv_text([HEAD, *BASE]).encode(),
    "csv quoted": csv_text([HEAD, *BASE], ",", csv.QUOTE_ALL).encode("utf-8-sig"),
    "csv utf-16": csv_text([HEAD, *BASE], "\t").encode("utf-16"),
    "csv tcvn3": to_tcvn3(csv_text([HEAD, *BASE])).encode("latin-1"),
}
MARKUP = {"html": html_text([HEAD, *BASE]).encode(), "xml": spreadsheet_ml([HEAD, *BASE]).encode()}


def read_or_message(data: bytes, suffix: str) -> Dataset | None:
    """The dataset of the bytes, or None after a well-formed message; anything else fails the test."""
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder) / f"a{suffix}", data)
        try:
            return dataset_of(Path(folder))
        except TthcError as error:
            told = error
    assert told.what
    assert told.now
    return None


def mutated(data: bytes, seed: int) -> bytes:
    """The bytes with a few cut out, doubled, overwritten or turned round."""
    dice = random.Random(seed)
    found = bytearray(data)
    for _ in range(dice.randint(1, 3)):
        start = dice.randrange(len(found) or 1)
        stop = min(start + dice.choice((1, 2, 7, 60)), len(found))
        piece = bytes(found[start:stop])
        found[start:stop] = dice.choice((b"", piece * 2, dice.randbytes(len(piece)), piece[::-1], b'"', b"\0", b"<"))
    return bytes(found[: dice.choice((len(found), len(found), dice.randrange(1, len(found) + 1)))])


@FUZZ
@given(st.sampled_from(sorted(TEXTS)), st.integers(0, 2**32))
def test_damaged_text_is_read_or_refused(name, seed):
    found = read_or_message(mutated(TEXTS[name], seed), ".csv")
    if found is not None:
        (account,) = found.accounts
        assert account.rows_in == account.kept + account.quarantined + account.replaced


@settings(FUZZ, max_examples=100)
@given(
    st.sampled_from([1, 5, len(BASE)]),
    st.integers(0, len(HEAD) - 1),
    st.sampled_from(["drop", "double", "blank", "rubbish"]),
)
def test_a_damaged_row_is_never_lost(row, column, damage):
    """One cell dropped, doubled, blanked or spoilt: every other dossier stays, and the row is kept, set aside or refused."""
    rows = [list(r) for r in BASE]
    cell = rows[row - 1][column]
    rows[row - 1][column : column + 1] = {"drop": [], "double": [cell, cell], "blank": [""], "rubbish": ["?!"]}[damage]
    found = read_or_message(csv_text([HEAD, *rows]).encode(), ".csv")
    if found is not None:
        others = {r[1] for i, r in enumerate(BASE, start=1) if i != row}
        assert others <= set(found.frame["dossier_code"])
        (account,) = found.accounts
        assert account.rows_in == len(BASE)
        width = damage in ("drop", "double")
        spoilt = {"blank": (1, 5), "rubbish": (5, 6)}.get(damage, ())
        assert account.quarantined == (width or column in spoilt)


@FUZZ
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data):
    for head in (b"", b"M\xc3\xa3 h\xe1\xbb\x93 s\xc6\xa1;Ng\xc3\xa0y ti\xe1\xba\xbfp nh\xe1\xba\xadn\n"):
        read_or_message(head + data, ".csv")


@settings(FEW, max_examples=25)
@given(st.sampled_from(sorted(MARKUP)), st.integers(0, 2**32))
def test_damaged_markup_is_read_or_refused(name, seed):
    read_or_message(mutated(MARKUP[name], seed), ".xls")


@pytest.fixture(scope="module")
def books(tmp_path_factory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("books")
    made = {"xlsx": xlsx(folder / "a.xlsx", {"S": [HEAD, *BASE]}), "ods": ods(folder / "a.ods", [HEAD, *BASE])}
    made["xls"] = Path(__file__).parent / "files" / "bang.xls"
    return {name: path.read_bytes() for name, path in made.items()}


@settings(FEW, max_examples=45)
@given(seed=st.integers(0, 2**32), name=st.sampled_from(["xls", "xlsx", "ods"]))
def test_damaged_workbooks_are_read_or_refused(books, name, seed):
    read_or_message(mutated(books[name], seed), f".{name}")


def test_the_cells_of_any_text_file_are_those_of_the_csv_module(tmp_path):
    """Ragged records, quotes and line breaks: the fast reader gives what Python's own one gives, row by row."""
    dice = random.Random(2024)
    alphabet = ["a", "", "1", 'q"q', "x;y", "d\ne", " ", "ơ"]
    for number in range(150):
        rows = [
            [dice.choice(alphabet) for _ in range(dice.choice((4, 4, 4, 1, 5)))] for _ in range(dice.randint(1, 12))
        ]
        text = csv_text([["h1", "h2", "h3", "h4"]] * 3 + rows, end=dice.choice(("\n", "\r\n")))
        path = write(tmp_path / f"{number}.csv", text)
        (grid,) = read_export(path).grids
        whole = list(csv.reader(text.splitlines(keepends=True), delimiter=";"))
        assert grid.height == len(whole)
        for cells, width, right in zip(grid.rows(0, grid.height), grid.widths, whole, strict=True):
            assert cells[: len(right)] == right
            assert not any(cells[len(right) :])
            assert width == (len(right) if any(right) else 0)
    assert Counter(p.suffix for p in tmp_path.iterdir()) == {".csv": 150}
