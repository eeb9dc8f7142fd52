"""Legacy encodings and hidden marks: decoded per column, Unicode never touched."""

from __future__ import annotations

import unicodedata

import pytest
from exports_make import BODY, FACTS, HEAD, TABLE, csv_text, facts, html_text, read, write, xlsx
from hypothesis import given, settings
from hypothesis import strategies as st

from tthc_analysis.exports.text import _TCVN3, _VNI, clean_text, decode, detect, is_syllable
from tthc_analysis.sample import load_procedures

TO_TCVN3 = {v: k for k, v in _TCVN3.items()}
#: the mark of a small letter is small: aù, AÙ
TO_VNI = {v: k for k, v in sorted(_VNI.items(), key=lambda kv: kv[0][-1].isupper() == kv[1].isupper())}
TO_VNI |= {c: c for c in "íìÍÌ"}
LETTERS = "áàảãạăắằẳẵặâấầẩẫậđéèẻẽẹêếềểễệíìỉĩịóòỏõọôốồổỗộơớờởỡợúùủũụưứừửữựýỳỷỹỵ"


def to_tcvn3(text: str) -> str:
    """As an ABC font writes it: a capital with a tone is the small letter's sign (its font shows it as a capital)."""
    return "".join(TO_TCVN3.get(c) or TO_TCVN3.get(c.lower(), c) for c in text)


def to_vni(text: str) -> str:
    return "".join(TO_VNI.get(c, c) for c in text)


def changed(rows, encode):
    return [[encode(c) for c in row] for row in rows]


def test_tables_hold_every_letter():
    assert len(_TCVN3) == 74
    assert decode(to_tcvn3(LETTERS), "tcvn3") == LETTERS
    assert decode(to_vni(LETTERS), "vni") == LETTERS
    assert decode(to_vni(LETTERS.upper()), "vni") == LETTERS.upper()


@pytest.mark.parametrize("encode", [to_tcvn3, to_vni])
def test_a_workbook_in_a_legacy_font_reads_right(encode, tmp_path):
    xlsx(tmp_path / "a.xlsx", {"S": changed(TABLE, encode)})
    found = read(tmp_path)
    assert facts(found.frame) == FACTS
    label = {to_tcvn3: "TCVN3 (ABC)", to_vni: "VNI"}[encode]
    assert set(found.accounts[0].decoded.values()) == {label}


@pytest.mark.parametrize("encode", [to_tcvn3, to_vni])
def test_a_csv_of_single_bytes_in_a_legacy_font_reads_right(encode, tmp_path):
    write(tmp_path / "a.csv", encode(csv_text()), "latin-1")
    found = read(tmp_path)
    assert facts(found.frame) == FACTS
    assert found.accounts[0].form.endswith({to_tcvn3: "TCVN3 (ABC)", to_vni: "VNI"}[encode])


def test_windows_1258_reads_right(tmp_path):
    text = csv_text()
    marks = "".join(as_1258(c) for c in text)
    write(tmp_path / "a.csv", marks, "cp1258")
    found = read(tmp_path)
    assert facts(found.frame) == FACTS
    assert found.accounts[0].form.endswith("windows-1258")


def as_1258(letter: str) -> str:
    """A letter as this code page writes it: the tone apart, circumflex, breve and horn with the vowel."""
    parts = unicodedata.normalize("NFD", letter)
    tones = [p for p in parts if p in "\u0300\u0301\u0303\u0309\u0323"]
    return unicodedata.normalize("NFC", "".join(p for p in parts if p not in tones)) + "".join(tones)


def test_one_legacy_column_among_unicode_ones(tmp_path):
    rows = [HEAD, *[[*r[:3], to_tcvn3(r[3]), *r[4:]] for r in BODY]]
    write(tmp_path / "a.xls", html_text(rows))
    found = read(tmp_path)
    assert facts(found.frame) == FACTS
    assert found.accounts[0].decoded == {"Tên thủ tục hành chính": "TCVN3 (ABC)"}


def test_a_column_half_unicode_half_legacy(tmp_path):
    rows = [HEAD, BODY[0], *[[*r[:3], to_tcvn3(r[3]), *r[4:]] for r in BODY[1:]]]
    write(tmp_path / "a.csv", csv_text(rows))
    assert facts(read(tmp_path).frame) == FACTS


@pytest.mark.parametrize(
    "text",
    [
        "SỞ GIÁO DỤC VÀ ĐÀO TẠO",
        "Sở Giáo dục và Đào tạo",
        "UBND thành phố Hải Phòng",
        "TTHC của Sở",
        "THPT Lê Hồng Phong",
    ],
)
def test_capitals_of_a_capital_font_are_restored(text):
    assert detect([to_tcvn3(text)]) == "tcvn3"
    assert decode(to_tcvn3(text), "tcvn3") == text


def test_the_soft_hyphen_is_a_letter_before_it_is_a_mark(tmp_path):
    assert "\u00ad" in to_tcvn3("lưu trữ hồ sơ")
    assert clean_text("a\u00adb") == "ab"
    rows = [[*r[:4], to_tcvn3("Lưu trữ, thư viện"), *r[5:]] for r in BODY]
    write(tmp_path / "a.csv", csv_text([HEAD, *rows]))
    assert set(read(tmp_path).frame["field"]) == {"Lưu trữ, thư viện"}


def test_unicode_text_is_never_touched():
    names = {p.name for p in load_procedures()} | {p.field for p in load_procedures()}
    for name in names:
        assert detect([name]) == "unicode"
        assert detect([unicodedata.normalize("NFD", name)]) == "unicode"
    assert detect(["Café Noël", "Müller", "señor", "Ångström", "Crème brûlée", "naïve"]) == "unicode"
    assert detect(["Hà Nội", "Sô", "Toà án", "ô tô", "hôm nay"]) == "unicode"
    assert detect(["", "abc", "12"]) == "unicode"


def test_every_name_of_the_catalogue_is_recognised_in_a_legacy_font():
    names = sorted({p.name for p in load_procedures()})
    for encode, name in ((to_tcvn3, "tcvn3"), (to_vni, "vni")):
        assert detect(map(encode, names)) == name
        assert [decode(encode(n), name) for n in names] == names


@pytest.mark.parametrize(("word", "ok"), [("nghiệp", True), ("giấy", True), ("hoãn", True), ("quyết", True), ("uỷ", True),
                                          ("thuỷ", True), ("khuỷu", True), ("tốc", True), ("tòc", False), ("bx", False),
                                          ("ngoằn", True), ("w", False)])  # fmt: skip
def test_syllables(word, ok):
    assert is_syllable(word) is ok


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.text(max_size=40))
def test_cleaning_twice_is_cleaning_once(text):
    once = clean_text(text)
    again = clean_text(once)
    assert again == once or once.startswith("'")
    assert once == once.strip()
    assert "  " not in once
    assert unicodedata.is_normalized("NFC", once)
