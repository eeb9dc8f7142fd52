"""Rows on disk: how many are few, and how many come in one part, changes nothing that is read, kept or told."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace

import pandas as pd
import pytest
import xlsxwriter
from exports_make import BODY, HEAD, cells, csv_text, read, write

from tthc_analysis.columns import PROCEDURES, TABLES
from tthc_analysis.config import load_config
from tthc_analysis.errors import TthcError
from tthc_analysis.exports import column, doubts, exchanged_columns, many, read_dataset
from tthc_analysis.exports.many import Gathered, Rows
from tthc_analysis.preparation.former import Former
from tthc_analysis.preparation.process import process
from tthc_analysis.preparation.source import source_of
from tthc_analysis.rules.profiles import load_profiles
from tthc_analysis.store.write import to_arrow

FEW = [(7, 5), (30, 13)]


def told(data):
    """All that a dataset says, comparable."""
    frames = (data.quarantined, data.replaced, data.conflicts)
    others = data.accounts, data.corrections, data.contradictions, dict(data.doubts.places), data.nothing
    return to_arrow(data.table, data.frame), [f.to_csv() for f in frames], others


def on_disk(monkeypatch, whole, part):
    monkeypatch.setattr(column, "STEP_ROWS", part)
    monkeypatch.setattr(many, "WHOLE_ROWS", whole)
    monkeypatch.setattr(many, "PART_ROWS", part)
    for module in (doubts, exchanged_columns):
        monkeypatch.setattr(module, "_ROWS_AT_A_TIME", part)


@pytest.mark.no_cover  # the same lines many times
@pytest.mark.parametrize("name", TABLES)
def test_the_sample(name, published_project, monkeypatch):
    folder, profiles = published_project / "data/raw/mau" / name, load_profiles()
    whole = read_dataset(TABLES[name], folder, profiles)
    on_disk(monkeypatch, 7, max(5, len(whole.rows) // 25))
    parts = read_dataset(TABLES[name], folder, profiles)
    assert told(parts) == told(whole)
    assert bool(parts.rows.files) == (len(parts.rows) > 7)


@pytest.mark.parametrize(("rows", "part"), FEW)
def test_snapshots_that_contradict_each_other(rows, part, tmp_path, monkeypatch):
    """Replaced rows, conflicts, contradictions, other spellings and doubts, whose rows stand in several files."""
    many_rows = [[*b[:1], f"{b[1][:-4]}{n:04}", *b[2:]] for n in range(7) for b in BODY]
    moved = [cells([r], c7="02/01/2024 09:30:00", c4=f"{r[4]}.")[0] for r in many_rows[::3]]
    write(tmp_path / "a_2024-02-01.csv", csv_text([HEAD, *many_rows]))
    write(tmp_path / "b_2024-03-01.csv", csv_text([HEAD, *moved]))
    write(tmp_path / "c_2024-03-01.csv", csv_text([HEAD, *cells(moved, c3="Tên khác"), cells([BODY[0]], c1="")[0]]))
    whole = read(tmp_path)
    assert min(len(whole.replaced), len(whole.contradictions), len(whole.quarantined)) > 0
    on_disk(monkeypatch, rows, part)
    assert told(read(tmp_path)) == told(whole)


def test_newer_lists_of_one_body(tmp_path, monkeypatch):
    head = ["Mã TTHC", "Tên thủ tục hành chính", "Lĩnh vực", "Cơ quan ban hành"]
    rows = [[f"1.{n:06}", f"Thủ tục {n}", "Đất đai", "Bộ A" if n % 2 else ""] for n in range(20)]
    write(tmp_path / "danh_muc_2024-01-01.csv", csv_text([head, *rows]))
    write(tmp_path / "danh_muc_2024-02-01.csv", csv_text([head, *rows[:9]]))
    whole = read(tmp_path, PROCEDURES)
    assert len(whole.frame) == 9
    on_disk(monkeypatch, 7, 5)
    assert told(read(tmp_path, PROCEDURES)) == told(whole)


def test_every_key_comes_in_one_part(published_project, monkeypatch):
    table = TABLES["ho_so"]
    frame = read_dataset(table, published_project / "data/raw/mau" / "ho_so", load_profiles()).frame.head(100)
    on_disk(monkeypatch, 20, 10)
    gathered, rows = Gathered(table), Rows(table)
    for start in (50, 0, 30):
        gathered.add(frame.iloc[start : start + 50])
    parts = [gathered.part(span) for span in gathered.spans()]
    assert sum(map(len, parts)) == 150
    assert len(parts) > 8
    keys = [set(p["dossier_code"]) for p in parts]
    assert not any(a & b for n, a in enumerate(keys) for b in keys[:n])
    for part in parts:
        rows.add(part)
    whole = rows.whole
    assert whole["dossier_code"].is_monotonic_increasing
    some = rows.columns(["dossier_code", "field", "source_row"])
    assert some.astype({"field": whole["field"].dtype}).equals(whole[["dossier_code", "field", "source_row"]])


def test_rows_are_in_order_only_where_each_key_is_known_and_comes_after_the_one_before():
    table, blank = TABLES["ho_so"], many.no_rows(TABLES["ho_so"])
    for keys, rising in (
        ([], True),
        (["a", "b"], True),
        (["a", "a"], False),
        (["b", "a"], False),
        (["a", None], False),
    ):
        rows = blank.reindex(range(len(keys))).assign(dossier_code=pd.Series(keys, dtype="str"))
        assert many.is_rising(table, rows) == rising


# --- one file --------------------------------------------------------------------------------------------------------


def many_of(count=40):
    """Rows of the same three kinds as BODY, with days and codes of their own."""
    found = []
    for n in range(count):
        base, day = BODY[n % 3], f"{1 + n % 12:02}"
        found.append(
            [str(n + 1), f"H24.99-2402{day}-{n:04}", *base[2:7], f"{day}/02/2024 08:00:00", "", "", *base[10:]]
        )
    return found


def legacy(rows, first):
    """Rows whose field is written in TCVN3 from row `first` on."""
    return [[*r[:4], "V¨n b»ng, chøng chØ" if n >= first else r[4], *r[5:]] for n, r in enumerate(rows)]


def with_row(rows, at, *changes):
    """A copy of rows in which some cells of one differ, each (place, text)."""
    copy = [list(r) for r in rows]
    for place, text in changes:
        copy[at][place] = text
    return copy


def bare(rows):
    """Rows whose codes tell no day."""
    return [[r[0], f"HS.{int(r[0]):05}", *r[2:]] for r in rows]


TELLS = "nothing tells the order", "a late row tells the order"
NOTE = ["", "Người lập biểu", *[""] * 9]
ONE_FILE = {
    "plain": many_of(),
    "odd rows": [
        *many_of(17),
        HEAD,
        ["", "Tổng số", "17", *[""] * 8],
        *many_of(40)[17:],
        ["", "Tổng số", "40", *[""] * 8],
        NOTE,
    ],
    "a font in the last part": legacy(many_of(), 36),
    "a font with one reading late": with_row(legacy(many_of(), 30), 2, (4, "Thñ tôc")),
    TELLS[0]: bare(many_of()),
    TELLS[1]: with_row(bare(many_of()), 38, (7, "25/02/2024 08:00:00")),
    "a late row is of another order": with_row(many_of(), 38, (7, "02/25/2024 08:00:00"), (1, "H24.99-240225-0038")),
    "months first": [[*r[:7], f"02/{r[7][:2]}/2024 08:00:00", *r[8:]] for r in many_of()],
    "unknown values, first and last": with_row(with_row(many_of(), 1, (10, "Lạ")), 37, (10, "Lạ")),
    "unknown values of two columns": with_row(with_row(many_of(), 39, (5, "Qua loa")), 1, (10, "Lạ")),
    "rows to set aside": with_row(with_row(many_of(), 2, (7, "31/02/2024")), 33, (1, ""), (9, "")),
    "forms not known": [[*r[:8], "hôm nào" if n > 9 else "", *r[9:]] for n, r in enumerate(many_of())],
    "two-digit years": [[*r[:8], f"{r[7][:5]}/2{3 + (n > 35)}", *r[9:]] for n, r in enumerate(many_of())],
    "a group from its first row": [
        [*r[:4], f"Lĩnh vực {n}" if n in (0, 21) else "", *r[5:]] for n, r in enumerate(many_of())
    ],
    "a late error": with_row(many_of(), 37, (4, "#N/A")),
    "lost letters late": [[*r[:4], "C?p b?n sao" if n > 20 else r[4], *r[5:]] for n, r in enumerate(many_of())],
    "a second header late": [*many_of(), [*HEAD[:7], "Ngày hẹn trả", "Ngày tiếp nhận", *HEAD[9:]], *many_of(3)],
    "time zones and nothing": with_row(with_row(many_of(), 1, (8, "NULL")), 39, (8, "2024-03-05T20:00:00Z")),
    "more cells late": [*many_of(34), [*many_of()[34], "thừa"], *many_of()[35:]],
}


def outcome(folder):
    """All that reading says, or the refusal."""
    try:
        return told(read(folder))
    except TthcError as error:
        return str(error)


@pytest.mark.no_cover  # the same lines many times
@pytest.mark.parametrize("name", ONE_FILE)
def test_parts_of_one_file(name, tmp_path, monkeypatch):
    """What is decided by all rows of a sheet is decided by all of them, whatever part they come in."""
    write(tmp_path / "a.csv", csv_text([HEAD, *ONE_FILE[name]]))
    whole = outcome(tmp_path)
    for part in (5, 13):
        on_disk(monkeypatch, 7, part)
        assert outcome(tmp_path) == whole


@pytest.mark.parametrize("late", ["12.000 đ", "12345,678"])
def test_sums_of_money_of_one_column_are_read_alike(late, tmp_path, monkeypatch):
    rows = [[*r, "10.000 đ"] for r in many_of()]
    write(tmp_path / "a.csv", csv_text([[*HEAD, "Phí, lệ phí"], *with_row(rows, 39, (11, late))]))
    whole = outcome(tmp_path)
    assert whole[2][0][0].quarantined == (0 if late.endswith("đ") else 40)
    for part in (5, 13):
        on_disk(monkeypatch, 7, part)
        assert outcome(tmp_path) == whole


def test_corrections_of_rows_in_several_parts(tmp_path, monkeypatch):
    one = '[[correction]]\nmatch = {{ source_row = {} }}\ncolumn = "{}"\nold = "{}"\nnew = "{}"\nreason = "nhầm"\ndate = 2024-12-01\n'
    rows = with_row(with_row(many_of(), 3, (10, "Lạ")), 36, (7, "31/02/2024"))
    write(tmp_path / "a.csv", csv_text([HEAD, *rows]))
    told_so = one.format(5, "status", "Lạ", "Đang xử lý") + one.format(38, "received_at", "31/02/2024", "29/02/2024")
    write(tmp_path / "a.csv.corrections.toml", told_so)
    whole = outcome(tmp_path)
    assert [a.rows for a in whole[2][1]] == [1, 1]
    for part in (5, 13):
        on_disk(monkeypatch, 7, part)
        assert outcome(tmp_path) == whole


def test_cells_merged_over_several_parts(tmp_path, monkeypatch):
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        sheet = book.add_worksheet("S")
        for n, row in enumerate([HEAD, *many_of()]):
            sheet.write_row(n, 0, row)
        sheet.merge_range(3, 4, 29, 4, "Lĩnh vực gộp")
    whole = outcome(tmp_path)
    assert whole[0]["field"].to_pylist().count("Lĩnh vực gộp") == 27
    for part in (5, 13):
        on_disk(monkeypatch, 7, part)
        assert outcome(tmp_path) == whole


def test_the_cases_of_one_file_differ(tmp_path):
    """Each case is what its name says: read, set aside, decoded, mended or refused."""
    found = {}
    for n, (name, rows) in enumerate(ONE_FILE.items()):
        write(tmp_path / str(n) / "a.csv", csv_text([HEAD, *rows]))
        found[name] = outcome(tmp_path / str(n))
    refused = {name for name, one in found.items() if isinstance(one, str)}
    assert refused == {
        "a late row is of another order", "months first", "unknown values, first and last", "unknown values of two columns",
        "forms not known", "a late error", "lost letters late", "a second header late",
    }  # fmt: skip
    assert "Lạ" in found["unknown values, first and last"]
    assert "2 dòng" in found["unknown values, first and last"]
    accounts = {name: one[2][0][0] for name, one in found.items() if name not in refused}
    assert accounts["odd rows"].skipped == {
        "tiêu đề": 1,
        "tiêu đề lặp lại": 1,
        "dòng cộng nhóm": 1,
        "dòng tổng": 1,
        "ghi chú, chữ ký": 1,
    }
    assert accounts["a font in the last part"].decoded
    assert accounts["rows to set aside"].quarantined == 2
    assert re.search(r"a\.csv,,4,[\d-]+,Q03(.|\n)*a\.csv,,35,[\d-]+,Q01", found["rows to set aside"][1][0])
    assert [any("không có dấu hiệu" in what for what in accounts[name].mended) for name in TELLS] == [True, False]


def test_rows_on_disk_are_there_until_they_are_validated(published_project, tmp_path, monkeypatch):
    """The whole preparation finds on rows that are on disk what it finds on rows in memory."""
    source = replace(source_of(load_config(published_project)), raw=tmp_path / "raw", processed=tmp_path / "processed")
    for name in ("ho_so", "don_vi"):
        shutil.copytree(published_project / "data/raw/mau" / name, source.raw / name)
    whole = process(source, Former(), lambda _text: None).findings()
    on_disk(monkeypatch, 500, 1500)
    parts = process(source, Former(), lambda _text: None)
    assert parts.findings() == whole
    assert len(list((source.processed / "ho_so").iterdir())) > 2
