"""What is told from the bytes of a column at once is what a look at each of its cells tells."""

from __future__ import annotations

import re
from datetime import date, datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tthc_analysis.exports._bytes import (
    alike,
    begins_shown,
    by_width,
    is_ascii,
    is_canonical,
    is_clean,
    may_hold,
    read_days,
)
from tthc_analysis.exports.rows import LEAST_MATCHES, _filled
from tthc_analysis.exports.text import clean_text

CELLS = st.lists(st.text(alphabet="A1. -/'|\tđ\u00a0", max_size=5), max_size=9)
CODE = re.compile(r"(?:[A-Z0-9]+(?:[-./][A-Z0-9]+)*(?<!\.0))?")


def sliced(cells: list[str]) -> pa.Array:
    """The cells as a part of a longer array, whose own offsets and bytes begin elsewhere."""
    return pa.array(["#đầu", *cells, "cuối#"], pa.string()).slice(1, len(cells))


@given(CELLS)
def test_cells_told_at_once_are_those_told_one_by_one(cells):
    array = sliced(cells)
    assert is_ascii(array) == all(map(str.isascii, cells))
    if is_clean(array):
        assert [clean_text(cell) for cell in cells] == cells
    assert is_canonical(array) == all(CODE.fullmatch(cell) for cell in cells)
    assert not any(shown and not cell.strip() for shown, cell in zip(begins_shown(array), cells, strict=True))


@given(st.lists(st.sampled_from(["Err", ":1", "#", "a", "", "đ"]), max_size=6))
def test_a_mark_is_never_missed_and_the_cells_beside_a_part_are_not_looked_at(cells):
    array = sliced(cells)
    for mark in ("#", "Err:", "đ"):
        assert may_hold(array, mark) == (mark in "".join(cells))


@given(st.lists(st.text(alphabet="01/", max_size=4), max_size=8))
def test_every_cell_comes_once_with_its_bytes(cells):
    found = {}
    for rows, signs in by_width(sliced(cells), 3):
        found |= {int(row): sign.tobytes().decode() for row, sign in zip(rows, signs, strict=True)}
    assert found == {n: cell for n, cell in enumerate(cells) if len(cell) <= 3}


@pytest.mark.parametrize("cells", ["ab", " a", "a  b", "'=a", "a\n", "a'b", "a|b"])
def test_what_needs_no_cleaning_is_known(cells):
    assert is_clean(pa.array(["x", cells])) == (clean_text(cells) == cells)


@given(st.lists(st.tuples(*[st.sampled_from(["", " ", "\u00a0", "\t", "x", "đ", " x"])] * 4), min_size=1, max_size=6))
def test_rows_that_are_nearly_blank_are_counted_exactly(rows):
    body = [pa.array(list(cells), pa.string()) for cells in zip(*rows, strict=True)]
    shown = np.array([sum(bool(cell.strip()) for cell in row) for row in rows])
    found = _filled(body)
    few = shown <= LEAST_MATCHES
    assert found[few].tolist() == shown[few].tolist()
    assert (found[~few] > LEAST_MATCHES).all()


@given(st.lists(st.sampled_from(["a-1", "b-22", "a-9", "", "đ-1", "1", None]), max_size=9))
def test_texts_of_one_skeleton_come_together_with_their_digits(cells):
    found = {}
    for rows, signs, skeleton in alike(pa.array(cells, pa.string()), 3):
        for row, sign in zip(rows.tolist(), signs, strict=True):
            found[row] = "".join(map(chr, sign))
            assert re.sub("[0-9]", "0", found[row]) == skeleton
    assert found == {n: cell for n, cell in enumerate(cells) if cell and len(cell) <= 3}


def written(number: int) -> date | None:
    """The day that a number writes as yymmdd, as the standard library reads it."""
    try:
        return datetime.strptime(f"{number:06}", "%y%m%d").date()
    except ValueError:
        return None


def test_a_number_tells_the_day_that_it_writes_and_none_where_there_is_no_such_day():
    numbers = np.arange(-1, 1_000_000)
    told = read_days(numbers)
    assert np.isnat(told[0])
    rows = np.r_[
        1 + np.arange(0, 1_000_000, 97), 1 + np.array([240229, 230229, 240230, 240431, 240001, 241301, 240100])
    ]
    assert [day.item() for day in told[rows]] == [written(n) for n in numbers[rows].tolist()]
