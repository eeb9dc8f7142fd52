"""Legacy fonts in the kinds of real registers: one-word columns, abbreviations, capitals, cells and columns of both kinds."""

from __future__ import annotations

import random

import pytest
import tools_of
from exports_make import BODY, HEAD, csv_text, read, write
from test_text import to_tcvn3, to_vni

from tthc_analysis.exports.header import UNKNOWN_CASE, UNKNOWN_FONT
from tthc_analysis.exports.text import clean_text, decode_all, decode_column, sheet_encoding
from tthc_analysis.sample import load_procedures

ENCODERS = {"tcvn3": to_tcvn3, "vni": to_vni}
WORDS = ("Có", "Không", "Nữ", "Mới", "Cũ", "Xã", "Phường", "Sở", "Đạt", "Tốt", "Trễ", "Hủy", "Đủ", "Hộ")
SHORT = ("QĐ", "ĐTXD", "GD&ĐT", "LĐ", "HĐND", "GCN QSDĐ", "TTĐT", "45/HĐND", "12/QĐ-UBND", "Đ")
BODIES = (
    "UBND Sở Nội vụ", "Phòng GD&ĐT quận Lê Chân", "UBND TP Đà Nẵng", "HĐND xã An Hòa", "SỞ XÂY DỰNG", "Hộ tịch",
    "Trường THPT Trần Nguyên Hãn", "Ban QLDA ĐTXD huyện Thủy Nguyên", "Quyết định số 12/QĐ-UBND", "TIẾP NHẬN VÀ TRẢ KẾT QUẢ",
    "Văn phòng ĐKĐĐ chi nhánh huyện An Lão", "Ủy ban nhân dân phường Đông Hải", "Ứng dụng CNTT", "Bộ phận một cửa",
)  # fmt: skip


def right(texts, encode, hint="unicode"):
    return [clean_text(t) for t in decode_all([encode(t) for t in texts], hint)[0]] == list(texts)


@pytest.mark.parametrize("encoding", ENCODERS)
@pytest.mark.parametrize("words", [WORDS[:2], WORDS[2:5], WORDS[5:8], WORDS[8:], *[[w] for w in WORDS]])
def test_a_column_of_one_word_is_read_with_the_help_of_its_sheet(words, encoding):
    assert right(words, ENCODERS[encoding], encoding)


@pytest.mark.parametrize("encoding", ENCODERS)
@pytest.mark.parametrize("words", [SHORT, SHORT[:1], SHORT[1:3], SHORT[3:4], SHORT[-2:]])
def test_a_column_of_abbreviations(words, encoding):
    assert right(words, ENCODERS[encoding], encoding)


@pytest.mark.parametrize("encoding", ENCODERS)
def test_bodies_with_abbreviations_and_capitals(encoding):
    assert right(BODIES, ENCODERS[encoding])


def test_capitals_of_a_whole_column():
    assert right(["XÃ", "SỞ XÂY DỰNG", "BỘ"], to_tcvn3)
    assert right(["Xã", "Sở Xây dựng", "Bộ"], to_tcvn3)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("Sở Giáo dục vµ §µo t¹o", "Sở Giáo dục và Đào tạo"),
        (
            "UBND thµnh phè Hải Phòng",
            "UBND thµnh phè Hải Phòng",
        ),  # “phè” stands where the encoding changes: it may be a word
        ("Cấp giÊy phÐp xây dựng", "Cấp giấy phép xây dựng"),
        ("Mẫu sè 08", "Mẫu số 08"),
        ("Đất đai (cÊp lÇn ®Çu)", "Đất đai (cấp lần đầu)"),
    ],
)
def test_unicode_and_a_legacy_font_in_one_cell(cell, text):
    assert decode_all([cell, to_tcvn3("Đăng ký hộ tịch"), to_tcvn3("Chứng thực chữ ký")])[0][0] == text


@pytest.mark.parametrize("encoding", ENCODERS)
def test_unicode_stays_among_legacy_columns(encoding):
    columns = [
        [ENCODERS[encoding](b) for b in BODIES],
        list(BODIES),
        list(WORDS),
        ["m² đất", "10 °C", "Điều 5 § 2"],
        ["", "12"],
    ]
    hint = sheet_encoding(columns)
    assert hint == encoding
    assert all(decode_all(c, hint)[0] == c for c in columns[1:])
    assert sheet_encoding(columns[1:]) == "unicode"


@pytest.mark.parametrize("encoding", ENCODERS)
def test_names_of_procedures_in_every_mixture(encoding):
    """At least 99 of 100 cells: whole, in capitals, half in Unicode, and beside cells in Unicode."""
    draw, encode = random.Random(20241127), ENCODERS[encoding]
    names = sorted({clean_text(p.name) for p in load_procedures()})

    def half(name):
        words = name.split()
        at = draw.randrange(1, len(words))
        first, last = " ".join(words[:at]), " ".join(words[at:])
        return f"{first} {encode(last)}" if draw.random() < 0.5 else f"{encode(first)} {last}"

    columns = [
        (names, [encode(n) for n in names]),
        ([n.upper() for n in names], [encode(n.upper()) for n in names]),
        (names, [n if draw.random() < 0.5 else encode(n) for n in names]),
        (names[:40], [half(n) if " " in n else n for n in names[:40]]),
    ]
    told, pairs = 0, []
    for texts, cells in columns:
        found = decode_column(cells)
        told += len(found.raw)
        pairs += [(t, d) for i, (t, d) in enumerate(zip(texts, found.texts, strict=True)) if i not in found.raw]
    wrong = [pair for pair in pairs if pair[0] != clean_text(pair[1])]
    assert wrong == []
    assert told * 100 <= 2 * len(pairs)


def test_a_file_tells_what_its_one_word_column_is(tmp_path):
    """“Bé” alone may be Unicode; beside a column in TCVN3 it is Bộ."""
    rows = [[*r[:3], to_tcvn3(r[3]), "Bé", *r[5:]] for r in BODY]
    write(tmp_path / "a.csv", csv_text([HEAD, *rows]))
    found = read(tmp_path)
    assert set(found.frame["field"]) == {"Bộ"}
    assert set(found.accounts[0].decoded) == {"Tên thủ tục hành chính", "Lĩnh vực"}


def test_what_is_not_decided_is_left_and_told(tmp_path):
    """“Thái” is a word, and Thỏi in TCVN3: in a column of mixed cells nothing says which; Ấ or ấ TCVN3 does not know."""
    names = ["TiÕng Do Thái", to_tcvn3("Cấp lại") + " giấy phép", to_tcvn3("Rupee Ấn Độ")]
    rows = [[*r[:3], name, *r[4:]] for r, name in zip(BODY, names, strict=True)]
    write(tmp_path / "a.csv", csv_text([HEAD, *rows]))
    found = read(tmp_path)
    assert found.frame["procedure_name"].tolist() == ["TiÕng Do Thái", "Cấp lại giấy phép", "Rupee ấn Độ"]
    label = "Tên thủ tục hành chính"
    assert found.accounts[0].mended == {f"{label}: {UNKNOWN_FONT}": 1, f"{label}: {UNKNOWN_CASE}": 1}


def test_a_lone_legacy_word_in_a_column_of_unicode_is_told(tmp_path):
    rows = [[*r[:4], field, *r[5:]] for r, field in zip(BODY, ("Hộ tịch", "Đất đai", to_tcvn3("Đất")), strict=True)]
    write(tmp_path / "a.csv", csv_text([HEAD, *rows]))
    assert read(tmp_path).accounts[0].mended == {f"Lĩnh vực: {UNKNOWN_FONT}": 1}


def test_held_out_words_are_right_or_told():
    """A few of the words of `tools/measure_fonts.py`, which has them all."""
    tool = tools_of.load("measure_fonts")
    told, wrong = tool.measure(5, most=80)
    assert not [one for one in wrong if one[-1] == "wrong"]
    total = sum(told.values())
    assert sum(n for (_, state), n in told.items() if state != "told") >= 0.98 * total
