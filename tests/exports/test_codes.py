"""Codes and names are compared in one spelling; what was mended is counted."""

from __future__ import annotations

import pandas as pd
import pytest
from exports_make import BODY, FACTS, FIELD, HEAD, TABLE, cells, csv_text, facts, read, write
from hypothesis import given
from hypothesis import strategies as st

from tthc_analysis.columns import DOCUMENTS, DOSSIERS
from tthc_analysis.exports.text import canonical_code
from tthc_analysis.exports.words import word_key
from tthc_analysis.preparation.validation import validate

CODE = BODY[0][1]
MENDED = "Mã hồ sơ: sửa cách viết mã (dấu nháy, gạch nối, dấu cách, chữ hoa)"


@pytest.mark.parametrize(
    "spelt",
    [
        "'" + CODE, "’" + CODE, f'="{CODE}"', f'"{CODE}"', CODE.lower(), CODE.replace("-", "–"), CODE.replace("-", "‑"),
        CODE.replace("-", " - "), CODE.replace("-", "\u00a0–\u00a0"), CODE.replace(".", ". "), CODE + ".", CODE.replace("H", "Н"), "Ｈ24.99-240102-0001",
    ],
)  # fmt: skip
def test_one_dossier_under_two_spellings_counts_once(spelt, tmp_path):
    write(tmp_path / "a_2024-03-01.csv", csv_text([HEAD, *cells(c1=spelt)]))
    write(tmp_path / "b_2024-03-02.csv", csv_text(TABLE))
    found = read(tmp_path)
    assert facts(found.frame) == FACTS
    assert [a.mended.get(MENDED) for a in found.accounts] == [1, None]


@pytest.mark.parametrize(
    "formula",
    [
        '=T("{}")',
        '= trim("{}")',
        '=TEXT("{}";"@")',
        '=CONCATENATE("{}")',
        '=HYPERLINK("https://dvc.vidu.vn/?ma=1","{}")',
    ],
)
def test_a_formula_that_only_says_a_text_is_that_text(formula, tmp_path):
    odd = [[formula.format(c) if i in (1, 2, 4, 10) else c for i, c in enumerate(r)] for r in BODY]
    write(tmp_path / "a_2024-03-01.csv", csv_text([HEAD, *odd]))
    write(tmp_path / "b_2024-03-02.csv", csv_text(TABLE))
    found = read(tmp_path)
    assert facts(found.frame) == FACTS
    assert found.frame["field"].tolist() == [r[4] for r in BODY]
    assert found.accounts[0].mended[MENDED] == len(BODY)


@pytest.mark.parametrize(
    "words",
    ["Mã HS: {}", "HS {}", "[{}]", "#{}", "{}*", "«{}»", "{} (Người nộp 0007)", "https://dvc.vidu.vn/tra-cuu?ma={}"],
)
def test_a_code_among_other_words_is_that_code(words, tmp_path):
    write(tmp_path / "a_2024-03-01.csv", csv_text([HEAD, *([r[0], words.format(r[1]), *r[2:]] for r in BODY)]))
    write(tmp_path / "b_2024-03-02.csv", csv_text(TABLE))
    found = read(tmp_path)
    assert facts(found.frame) == FACTS
    assert found.accounts[0].mended[MENDED] == len(BODY)


@pytest.mark.parametrize("more", ["{}-1", "{}/BS", "X{}", "{} 2", "{} (2)", "{}, H24.99-240103-0009"])
def test_a_code_that_goes_on_is_not_cut(more, tmp_path):
    write(tmp_path / "a.csv", csv_text([*TABLE, ["4", more.format(BODY[0][1]), *BODY[0][2:]]]))
    assert len(read(tmp_path).frame) == len(TABLE)


@pytest.mark.parametrize(
    "formula", ['=B2&"-0001"', '=CONCATENATE("H24.99-240102","-0001")', "=VLOOKUP(A2,Nguon!A:B,2,0)"]
)
def test_a_formula_that_computes_a_code_is_set_aside(formula, tmp_path):
    write(tmp_path / "a.csv", csv_text([HEAD, *cells(c1=formula)]))
    found = read(tmp_path)
    assert facts(found.frame) == FACTS[1:]
    assert found.quarantined["reason_code"].tolist() == ["Q09"]


@given(st.from_regex(r"[A-Za-z0-9]{1,4}([-./ ]{1,3}[0-9]{1,6}){0,3}", fullmatch=True))
def test_a_canonical_code_stays_as_it_is(code):
    assert canonical_code(canonical_code(code)) == canonical_code(code)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("123456.0", "123456"),
        ("1.005090", "1.005090"),
        ("000.00.16.H24-240102-0001", "000.00.16.H24-240102-0001"),
        ("12", "12"),
    ],
)
def test_numbers_saved_by_a_spreadsheet(text, code):
    assert canonical_code(text) == code


def test_the_symbol_of_a_document_keeps_its_small_letters(tmp_path):
    head = ["Số, ký hiệu", "Ngày ban hành", "Loại văn bản", "Cơ quan ban hành", "Nội dung"]
    rows = [
        ["12 /TTr – SGDĐT", "15/03/2024", "TTr", "SGDĐT", "CCHC"],
        ["13/QÐ-SGDÐT", "16/03/2024", "QĐ", "SGDĐT", "CCHC"],
    ]
    write(tmp_path / "a.csv", csv_text([head, *rows]))
    assert list(read(tmp_path, DOCUMENTS).frame["document_number"]) == ["12/TTr-SGDĐT", "13/QĐ-SGDĐT"]


@pytest.mark.parametrize("style", ['style="display: none"', "style='VISIBILITY:hidden'", "hidden", 'class="khoa an"'])
def test_what_a_browser_does_not_show_is_not_read(style, tmp_path):
    rows = "".join(
        f"<tr>{''.join(f'<td><span {style}>77</span>{c}</td>' if i == 1 else f'<td>{c}</td>' for i, c in enumerate(r))}</tr>"
        for r in BODY
    )
    head = "".join(f"<th>{h}</th>" for h in HEAD)
    styles = "<style>td.x, .an {color: red; display:none}</style>"
    write(tmp_path / "a.xls", f"<html><head>{styles}</head><body><table><tr>{head}</tr>{rows}</table></body></html>")
    assert facts(read(tmp_path).frame) == FACTS


@pytest.mark.parametrize("other", [FIELD.upper(), FIELD + ".", FIELD.replace(", ", ","), "Văn  bằng, chứng chỉ"])
def test_spellings_of_one_field_are_one_and_told(other, tmp_path):
    write(tmp_path / "a.csv", csv_text([HEAD, *cells(c4=other), *[[*BODY[0][:1], "HS9", *BODY[0][2:]]]]))
    found = read(tmp_path)
    assert set(found.frame["field"]) == {FIELD, "Thi, tuyển sinh"}
    told = sum(n for what, n in found.accounts[0].mended.items() if what.startswith("Lĩnh vực: gộp"))
    assert told == (other != "Văn  bằng, chứng chỉ")  # blanks are folded in every text


def test_the_place_of_a_tone_makes_no_other_name():
    assert word_key("Hoà giải, thuỷ lợi.") == word_key("hòa giải ,thủy lợi")
    assert word_key("Hòa giải") != word_key("Hoa giải")
    assert word_key("Hòa") != word_key("Hóa")


def test_null_is_an_empty_cell_in_any_column(tmp_path):
    write(tmp_path / "a.csv", csv_text([HEAD, *cells(c4="NULL", c5="null", c2="\\N")]))
    row = read(tmp_path).frame.iloc[0]
    assert row[["field", "channel", "procedure_code"]].isna().all()


def test_days_are_compared_with_days():
    """An export may tell the time of receipt and only the day of the result."""
    row = {c.name: pd.Series([pd.NA], dtype="str") for c in DOSSIERS.columns}
    day = pd.Series(pd.to_datetime(["2024-03-04"])).astype("datetime64[us]")
    frame = pd.DataFrame(row).assign(
        dossier_code="H24.99-240304-0001", received_at=day + pd.Timedelta(hours=9), due_at=day, resolved_at=day,
        returned_at=day, snapshot_date=day, source_file="a.csv", source_sheet="", source_row=2, status="delivered",
        component_file_count=pd.array([1], dtype="Int64"), result_file_count=pd.array([1], dtype="Int64"), fee_amount=None,
    )  # fmt: skip
    failed = {f.code for f in validate(DOSSIERS, frame) if not f.passed}
    assert not failed & {"H12", "H13", "H14"}
