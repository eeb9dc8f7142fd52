"""What is read many cells at a time is what each cell alone gives."""

from __future__ import annotations

import io
import json

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tthc_analysis.exports._sheets import write as write_line
from tthc_analysis.exports.column import SheetColumn
from tthc_analysis.exports.moments import Parts
from tthc_analysis.exports.read import _lines
from tthc_analysis.exports.rows import _strange, _surely_data
from tthc_analysis.exports.text import clean_text, clean_texts

WHOLE = st.builds(
    "{:02}{}{:02}{}{:04}{}".format,
    st.integers(0, 32), st.sampled_from("/-–"), st.integers(0, 32), st.sampled_from("/-–"),
    st.sampled_from((0, 1, 1999, 2000, 2023, 2024, 2100, 9999)),
    st.sampled_from(("", " 08:30", " 24:00", " 23:59:59", " 23:59:60", " 8:5", " ", "\0", " lúc 08:30", " 008:30")),
)  # fmt: skip
ISO = st.builds(
    "{:04}{}{:02}{}{:02}{}".format,
    st.sampled_from((0, 1900, 2024)), st.sampled_from(("-", "")), st.integers(0, 13), st.sampled_from(("-", "")),
    st.integers(0, 32), st.sampled_from(("", " 00:00:00", "T23:59:59", "235959")),
)  # fmt: skip
LOOSE = st.text("0123456789/-: T\0\n٣²", max_size=20)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(WHOLE | ISO | LOOSE, max_size=8), st.sampled_from(("dmy", "mdy")), st.sampled_from(("dmy", "mdy", "ymd"))
)
@example(["102/2024", "0102/2024", "01/02/2024"], "dmy", "dmy")
@example(["٠١/٠٢/٢٠٢٤", "29/02/2023", "29/02/2024", "29/02/1900"], "dmy", "dmy")
def test_moments(texts, last, short):
    alone = [Parts.of([t]).read(last, short)[0].item() for t in texts]
    assert Parts.of(texts).read(last, short).tolist() == alone


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text("ab'| =\t\n\x00ă\u0300\u200b", max_size=6), max_size=6))
def test_clean_texts(values):
    assert list(clean_texts(values)) == [clean_text(v) for v in values]


@given(st.lists(st.text("toncghs TC0129.-ồ(\t\u200b'", min_size=1, max_size=16), min_size=1, max_size=6))
@example(["H24.99-240102-0001", "01/02/2024 08:30", "Tổng cộng: 2.215", "TONGCONG0001"])
def test_no_odd_row_looks_plain(values):
    keys = ("mahoso", "h2", "t")
    cells = SheetColumn.of(pa.chunked_array([values], pa.string()))
    sure = _surely_data(cells, 0, len(values), {"ma", "h2", "t", "to", "co"}, is_code=False)
    assert not any(_strange(clean_text(v), keys) for v, is_sure in zip(values, sure, strict=True) if is_sure)


# --- the cells that the child process prints -------------------------------------------------------------------------

COLUMNS = [["", "Hồ sơ", "a\nb"], ["x", "", ""], ["", "", ""], ["\ud800", "\x01", "𐍈"]]


def printed(*lines):
    stream = io.BytesIO()
    for line in lines:
        write_line(dict(line), stream)
    return stream.getvalue()


def test_columns_arrive_as_they_were_sent():
    data = printed({"sheet": "Tờ 1"}, {"columns": COLUMNS, "widths": [1, 2, 3]}, {"columns": [["a"]]}, {"end": True})
    first, chunk, other, last = _lines(io.BytesIO(data))
    assert (first["sheet"], chunk["widths"], last) == ("Tờ 1", [1, 2, 3], {"end": True})
    assert [c.to_pylist() for c in chunk["columns"]] == [*COLUMNS[:3], ["?", "\x01", "𐍈"]]
    assert [c.to_pylist() for c in other["columns"]] == [["a"]]


def test_a_nul_within_a_cell_is_a_blank():
    (chunk,) = _lines(io.BytesIO(printed({"columns": [["a\0b", "", "\0"], ["c", "d", "e"]]})))
    assert [c.to_pylist() for c in chunk["columns"]] == [["a b", "", " "], ["c", "d", "e"]]


def test_an_answer_that_breaks_off_is_no_answer():
    data = printed({"columns": COLUMNS, "widths": [1, 2, 3]})
    for kept in range(1, len(data)):
        with pytest.raises(ValueError, match=r"."):
            list(_lines(io.BytesIO(data[:kept])))


def test_bytes_that_are_no_text_are_no_answer():
    with pytest.raises(ValueError, match="UTF8"):
        list(_lines(io.BytesIO(json.dumps({"rows": 1, "sizes": [2]}).encode() + b"\n\xff\xfe")))
