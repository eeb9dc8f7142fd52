"""What reads well row by row and cannot all be right is told: odd codes, two spellings, exchanged days, a cut last cell."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from exports_make import BODY, HEAD, csv_text, profile, read, write
from hypothesis import given
from hypothesis import strategies as st

from tthc_analysis.columns import DOSSIERS
from tthc_analysis.errors import UnreadableExport
from tthc_analysis.exports import doubts, exchanged_columns
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
from tthc_analysis.preparation.process import _doubts

ROWS = [
    ["", f"H24.99-2403{d:02d}-0001", *BODY[0][2:7], f"{d:02d}/03/2024 08:00:00", f"{d + 5:02d}/03/2024",
     f"{d + 2:02d}/03/2024", "Đã trả kết quả"]
    for d in range(1, 21)
]  # fmt: skip


def changed(row: int, cells: dict[int, str]) -> list[list[str]]:
    """ROWS with some cells of one row changed."""
    return [[cells.get(c, text) if r == row else text for c, text in enumerate(line)] for r, line in enumerate(ROWS)]


def told(folder, rows, end: str = "\r\n") -> dict[str, tuple[str, ...]]:
    write(folder / "a.csv", csv_text([HEAD, *rows]).rstrip() + end)
    return {kind: places for kind, places in read(folder).doubts.places.items() if places}


@pytest.mark.parametrize(
    "spelt", ["{}--{}--{}", "{}/{}/{}", "{}¯{}¯{}", "{}ー{}ー{}", "{}•{}•{}", "{}_{}_{}", "{} {} {}"]
)
def test_other_signs_between_the_parts_of_a_national_code_are_mended(spelt, tmp_path):
    parts = ROWS[3][1].split("-")
    rows = changed(3, {1: spelt.format(*parts)})
    assert told(tmp_path, rows) == {}
    assert ROWS[3][1] in read(tmp_path).frame["dossier_code"].tolist()


def test_letters_typed_for_digits_are_mended(tmp_path):
    assert told(tmp_path, changed(3, {1: "H24.99-24O3O4-OOOl"})) == {}
    assert ROWS[3][1] in read(tmp_path).frame["dossier_code"].tolist()


@pytest.mark.parametrize(
    ("written", "code"),
    [("1,005092", "1.005092"), ("1-005092", "1.005092"), ("Mã: 1.005092", "1.005092"), ("1.005092 - Cấp lại", "1.005092"),
     ("1.005092.000.00.00.H24", "1.005092"), ("1,00509", "1.005090"), ("NB-05", "NB-05"), ("1.005092 - 2", "1.005092-2")],
)  # fmt: skip
def test_spellings_of_a_procedure_code(written, code, tmp_path):
    told(tmp_path, changed(0, {2: written}))
    found = read(tmp_path)
    assert found.frame["procedure_code"].iloc[0] == code
    assert bool(found.accounts[0].mended) == (not written.startswith(("1.005092.0", "NB")))


def test_a_few_codes_of_another_shape_are_told(tmp_path):
    assert told(tmp_path, changed(3, {1: "H24.99-240304-0001-B"})) == {ODD_CODE: ("a.csv, dòng 5",)}
    own = [[r[0], f"HS-{i:03d}/2024", *r[2:]] for i, r in enumerate(ROWS)]
    assert told(tmp_path, own) == {}
    twin = [*own, [own[4][0], "HS--004/2O24", *own[4][2:]]]
    assert set(told(tmp_path, twin)) == {ODD_CODE, TWO_SPELLINGS}


def test_an_odd_code_of_a_small_file_is_told(tmp_path):
    """One among five of its file is no small share; it is the only one all the same."""
    five = [[*r[:1], "H24.99-240304-0001-B", *r[2:]] if i == 2 else r for i, r in enumerate(ROWS[:5])]
    assert told(tmp_path, five) == {ODD_CODE: ("a.csv, dòng 4",)}
    three = [[*r[:1], "H24.99-240304-0001-B", *r[2:]] if i == 2 else r for i, r in enumerate(ROWS[:3])]
    assert told(tmp_path, three) == {}
    write(tmp_path / "b.csv", csv_text([HEAD, *ROWS[3:]]))
    assert told(tmp_path, three) == {ODD_CODE: ("a.csv, dòng 4",)}


CODES = st.lists(st.text(alphabet="09OIl aBđ-./²", max_size=6) | st.none(), min_size=1, max_size=12)


@given(CODES, st.data())
def test_codes_are_rewritten_at_once_as_one_by_one_in_any_part(codes, data):
    first = data.draw(st.integers(0, len(codes)))
    some = pd.Series(codes, dtype="str").iloc[first:]
    for one in (doubts._shape, doubts._spelling):
        assert doubts._rewritten(some, one).to_pylist() == [None if c is None else one(c) for c in codes[first:]]


@given(
    st.lists(
        st.sampled_from(["A-1", "A-2", "A-3", "A-4", "A-5", "A.1", "b-1", "9", "O9", "09"]), min_size=1, unique=True
    ),
    st.integers(1, 3),
    st.sampled_from([r"^A-\d$", ""]),
    st.sampled_from([2, 100]),
)
def test_odd_codes_and_twins_are_those_of_a_look_at_each(codes, files, shape, together):
    frame = pd.DataFrame(
        {"k": pd.Series(codes, dtype="str"), "source_file": [str(n % files) for n in range(len(codes))]}
    )
    misses = np.array([not re.search(shape, code) if shape else True for code in codes])
    spelt = [doubts._spelling(code) for code in codes]
    twins = [n for n, one in enumerate(spelt) if misses.any() and spelt.count(one) > 1]
    odd = set()
    for name in {*frame["source_file"], ""}:
        rows = [n for n in range(len(codes)) if name in ("", frame["source_file"][n])]
        shapes = [doubts._shape(codes[n]) for n in rows]
        few, usual = max(1, 0.1 * len(rows)), max(sorted(set(shapes)), key=shapes.count)
        own = [n for n in rows if misses[n]]
        if len(own) > few:
            own = [n for n, one in zip(rows, shapes, strict=True) if one != usual]
        odd |= set(own) if len(own) <= few and len(rows) - len(own) >= 4 else set()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(doubts, "_ROWS_AT_A_TIME", together)
        assert doubts._two_spellings(frame["k"], misses).tolist() == twins
        assert doubts._odd_codes(frame, "k", misses).tolist() == sorted(odd)


def test_a_correction_confirms_an_odd_code(tmp_path):
    write(
        tmp_path / "a.csv.corrections.toml",
        '[[correction]]\nmatch = { source_row = 5 }\ncolumn = "dossier_code"\nold = "H24.99-240304-0001-B"\n'
        'new = "H24.99-240304-0001-B"\nreason = "Đã đối chiếu hồ sơ giấy"\ndate = 2024-04-01\n',
    )
    assert told(tmp_path, changed(3, {1: "H24.99-240304-0001-B"})) == {}


@pytest.mark.parametrize(
    "cells",
    [
        {7: "03/01/2024 08:00:00", 1: "H24.99-240301-0001"},  # 1 March by the code
        {9: "03/05/2024", 7: "03/03/2024", 8: "08/03/2024"},  # the end, 5 March
        {8: "03/08/2024", 7: "03/03/2024", 9: "04/03/2024"},  # the due day, 8 March
    ],
)
def test_a_single_exchanged_day_is_told(cells, tmp_path):
    assert told(tmp_path, changed(3, cells)) == {EXCHANGED: ("a.csv, dòng 5",)}
    sure = profile(tmp_path / "p", 'id = "x"\nlabel = "x"\nswapped_dates = false\n')
    assert not read_with(tmp_path, sure)


def read_with(folder, profiles):
    return {k: p for k, p in read(folder, profiles=profiles).doubts.places.items() if p}


def test_days_that_are_late_for_other_reasons_are_not_told(tmp_path):
    late = [[*r[:8], f"{5 + i % 20:02d}/04/2024", f"{13 + i % 15:02d}/07/2024", r[10]] for i, r in enumerate(ROWS)]
    assert told(tmp_path, late) == {}
    delayed = [[r[0], f"H24.99-2401{i + 1:02d}-0001", *r[2:]] for i, r in enumerate(ROWS)]
    assert told(tmp_path, delayed) == {}


def with_open(count: int) -> list[list[str]]:
    """ROWS with ends on different days, the last `count` of them still in process."""
    rows = [[*r[:9], f"{d + d % 5:02d}/03/2024", r[10]] for d, r in enumerate(ROWS, start=1)]
    return [*rows[: 20 - count], *([*r[:9], "", "Đang xử lý"] for r in rows[20 - count :])]


def exchanged_pair(rows: list[list[str]], one: int, other: int) -> list[list[str]]:
    order = {one: other, other: one}
    return [[r[order.get(i, i)] for i in range(len(r))] for r in rows]


@pytest.mark.parametrize(("count", "kinds"), [(0, {COLUMNS}), (2, {ENDED, COLUMNS}), (4, {MANY_ENDED, COLUMNS})])
def test_due_days_and_ends_under_each_others_headings_are_told(count, kinds, tmp_path):
    assert told(tmp_path, with_open(count)) == {}
    found = told(tmp_path, exchanged_pair(with_open(count), 8, 9))
    assert set(found) == kinds
    assert found[COLUMNS] == ("a.csv: “Ngày hẹn trả”, “Ngày kết thúc xử lý”",)
    sure = profile(tmp_path / "p", 'id = "x"\nlabel = "x"\nswapped_dates = false\n')
    assert not read_with(tmp_path, sure)


def test_dossiers_all_late_or_all_done_on_the_day_are_not_exchanged(tmp_path):
    late = [[*r[:9], f"{15 + i * 7 % 13:02d}/04/2024", r[10]] for i, r in enumerate(ROWS)]
    assert told(tmp_path, late) == {}
    at_once = [[*r[:8], f"{10 + i * 7 % 19:02d}/04/2024", r[7], r[10]] for i, r in enumerate(ROWS)]
    assert told(tmp_path, at_once) == {}


def test_ends_of_what_is_in_process_are_told_each_or_as_a_kind(tmp_path):
    some = [[*r[:10], "Đang xử lý"] if i in (3, 9) else r for i, r in enumerate(ROWS)]
    assert told(tmp_path, some) == {ENDED: ("a.csv, dòng 5", "a.csv, dòng 11")}
    many = [[*r[:10], "Chờ bổ sung"] if i < 4 else r for i, r in enumerate(ROWS)]
    assert set(told(tmp_path, many)) == {MANY_ENDED}
    (critical,) = _doubts(read(tmp_path))
    assert (critical.code, critical.severity, critical.failed) == ("H87", "critical", 4)


@pytest.mark.parametrize("together", [3, 1000])
def test_names_and_fields_under_each_others_headings_are_told(together, tmp_path, monkeypatch):
    monkeypatch.setattr(exchanged_columns, "_ROWS_AT_A_TIME", together)
    rows = [[*r[:3], f"Thủ tục {i % 5}", f"Lĩnh vực {i % 5 // 2}", *r[5:]] for i, r in enumerate(ROWS)]
    assert told(tmp_path, rows) == {}
    assert told(tmp_path, exchanged_pair(rows, 3, 4)) == {NAMES: ("a.csv: “Tên thủ tục hành chính”, “Lĩnh vực”",)}


@pytest.mark.parametrize("column", [4, 3])
def test_rows_of_one_day_that_differ_only_in_a_name_are_a_contradiction(column, tmp_path):
    other = [*ROWS[3]]
    other[column] = "Thi, tuyển sinh"
    write(tmp_path / "a.csv", csv_text([HEAD, *ROWS, other]))
    assert read(tmp_path).contradictions == ("a.csv, dòng 5 và a.csv, dòng 22",)
    other[column] = ""
    write(tmp_path / "a.csv", csv_text([HEAD, *ROWS, other]))
    assert read(tmp_path).contradictions == ()


@pytest.mark.parametrize("word", ["N/A", "n/a", "-", "--", "(trống)", "Chưa xác định"])
def test_words_for_nothing_are_no_field_and_told(word, tmp_path):
    told(tmp_path, changed(3, {4: word, 5: word, 2: word}))
    found = read(tmp_path)
    assert found.frame[["field", "channel", "procedure_code"]].isna().sum().tolist() == [1, 1, 1]
    assert found.accounts[0].mended["Lĩnh vực: ghi như ô trống (NULL, N/A, - …)"] == 1


# --- the end of the file ---------------------------------------------------------------------------------------------


def with_last(values: list[str], cut: int) -> str:
    rows = [[*r, v] for r, v in zip(ROWS, values, strict=True)]
    return csv_text([[*HEAD, "Phí, lệ phí"], *rows]).rstrip()[: -cut or None]


@pytest.mark.parametrize("cut", [1, 2, 4])
def test_a_file_cut_inside_its_last_cell_is_refused(cut, tmp_path):
    fees = ["20000" if i % 2 else "8000" for i in range(len(ROWS))]
    write(tmp_path / "d" / "a.csv", with_last(fees, cut))
    with pytest.raises(UnreadableExport, match="ô cuối của dòng cuối"):
        read(tmp_path / "d")
    told = profile(tmp_path, 'id = "cat"\nlabel = "x"\ncut_last_line = true\n[ho_so.columns]\nfee_amount = ["Phí"]\n')
    found = read(tmp_path / "d", profiles=told)
    assert found.quarantined["source_row"].tolist() == [21]


def test_words_and_days_that_are_cut_are_refused(tmp_path):
    write(tmp_path / "a.csv", csv_text([HEAD, *ROWS]).rstrip()[:-4])
    with pytest.raises(UnreadableExport, match="cắt ngang"):
        read(tmp_path)
    turned = [[*r[:9], r[10], r[9]] for r in [HEAD, *ROWS]]
    write(tmp_path / "a.csv", csv_text(turned).rstrip()[:-2])
    with pytest.raises(UnreadableExport, match="cắt ngang"):
        read(tmp_path)


def test_a_last_line_without_an_end_is_told(tmp_path):
    assert told(tmp_path, ROWS, end="") == {NO_END: ("a.csv, dòng 21",)}
    found = _doubts(read(tmp_path))
    assert [(f.code, f.severity, f.failed) for f in found] == [("H97", "warning", 1)]


def test_doubts_become_critical_findings(tmp_path):
    told(tmp_path, changed(3, {1: "H24.99-240304-0001-B"}))
    (found,) = _doubts(read(tmp_path))
    assert (found.code, found.severity, found.table, found.rows) == (
        "H94",
        "critical",
        DOSSIERS.name,
        ("a.csv, dòng 5",),
    )


def test_few_rows_with_the_due_day_and_the_end_exchanged_are_a_warning(tmp_path):
    """Each due day in its place is three days after receipt; exchanged, each end is."""
    days = [(2, 5, 3), (3, 6, 6), (8, 11, 8), (15, 18, 16)]
    right = [row_of(i, f"0{r}"[-2:], f"0{due}"[-2:], f"0{end}"[-2:]) for i, (r, due, end) in enumerate(days, 1)]
    turned = [[*r[:8], r[9], r[8], *r[10:]] for r in right]
    write(tmp_path / "b" / "a.csv", csv_text([HEAD, *right]))
    write(tmp_path / "c" / "a.csv", csv_text([HEAD, *turned]))
    assert PERHAPS not in {k for k, v in read(tmp_path / "b").doubts.places.items() if v}
    assert read(tmp_path / "c").doubts.places[PERHAPS] == ("a.csv: “Ngày hẹn trả”, “Ngày kết thúc xử lý”",)


def row_of(number: int, received: str, due: str, end: str) -> list[str]:
    code, named = f"H24.99-2401{received}-{number:04d}", BODY[0]
    days = [f"{day}/01/2024" for day in (received, due, end)]
    return [str(number), code, *named[2:7], *days, named[10]]


@pytest.mark.parametrize("together", [2, 5, 1000])
def test_the_usual_term_is_the_median_of_its_kind_from_parts_of_any_size(together, monkeypatch):
    monkeypatch.setattr(doubts, "_ROWS_AT_A_TIME", together)
    kinds = np.array([0, 1, 0, 1, 2, 0, 0, 1, 3, 1, 1])
    terms = np.array([5, 9, 20, -1, np.nan, 6, 5, 9, 4, np.nan, 10], dtype=np.float32)
    found = doubts._medians(kinds, terms)
    assert found.to_dict("index") == {
        0: {"count": 4, "median": 5.5},
        1: {"count": 4, "median": 9.0},
        3: {"count": 1, "median": 4.0},
    }
