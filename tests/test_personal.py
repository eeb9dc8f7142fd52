"""One detector: every spelling of a personal value in every published column, and nothing that only has many digits."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from tthc_analysis import personal
from tthc_analysis.columns import TABLES
from tthc_analysis.config import load_config
from tthc_analysis.errors import PersonalName, TthcError, UnknownValues
from tthc_analysis.exports.quarantine import quarantine_frame
from tthc_analysis.personal import PRIVATE_TEXT, is_personal, masked, person_names
from tthc_analysis.preparation import validation
from tthc_analysis.preparation.current import prepare
from tthc_analysis.preparation.impersonal import impersonal, masked_all, masked_cells, watched
from tthc_analysis.preparation.source import source_of

PROJECT = load_config(Path(__file__).resolve().parent.parent)
SPELLINGS = {
    "mobile": "0912345678",
    "mobile in blanks": "0912 345 678",
    "mobile in points": "0912.345.678",
    "mobile in dashes": "0912–345–678",
    "mobile in slashes": "0912/345/678",
    "area in brackets": "(091) 234 5678",
    "pairs": "09 12 34 56 78",
    "single digits": "0 9 1 2 3 4 5 6 7 8",
    "with the country": "+84 91 234 56 78",
    "country and zero": "(+84)(0)912345678",
    "country dialled": "0084912345678",
    "country without a sign": "84912345678",
    "full width": "０９１２３４５６７８",
    "foreign digits": "٠٩١٢٣٤٥٦٧٨",
    "invisible marks": "0912\u200b345\u2060678",
    "no-break blanks": "0912\u00a0345\u202f678",
    "land line": "0225.3842.123",
    "labelled number": "SĐT: 38421234",
    "citizen id": "031085001234",
    "citizen id in blanks": "031 085 001 234",
    "old id": "031234567",
    "old id in points": "123.456.789",
    "passport": "C1234567",
    "passport with a blank": "P 01234567",
    "insurance": "GD4313112345678",
    "mail": "nguoi.nop@coquan.vn",
    "mail (at)": "nguoi.nop(at)coquan.vn",
    "mail written out": "nguoi [at] coquan (dot) vn",
    "mail with blanks": "nguoi @ coquan.vn",
    "full-width mail": "nguoi＠coquan.vn",
}  # fmt: skip
HARMLESS = (
    "H24.99-231213-0003", "G03.05.01-240301-0123", "000.00.16.G03-240101-0001", "000.00.16.H24-240101-0001", "1.005090", "1.005090.000.00.00.H24; 2.002481", "1805/QĐ-UBND ngày 21/6/2024",
    "61/2018/NĐ-CP, 42/2022/NĐ-CP", "từ 15/11/2023 đến 05/12/2024", "15/11/2023-05/12/2024", "05/12/2024 10:30", "2024-01-05 08:00:00",
    "giai đoạn 2021-2025, 2026-2030", "năm học 2023-2024 125 trường", "ngày 05, 06, 07, 08, 09/5", "1.500.000.000 đồng",
    "12.345/12.500 hồ sơ", "2.215 2.205 2 8 2.172 2.155 17 0 43 43 0", "| 0 | 245 | 352 | 385 |", "HoSo_20241220_153000.xlsx",
    "ho_so_15-11-2023_05-12-2024.csv", "export_1734690000000.xlsx", "reports/2024@20250103T070000", "B20241220", "3f" * 32,
    "sha256 934753b51967028d…", "Tổng đài 1900 1234 56", "*đậm* @ref <nhan>", "Meet at noon. Every figure", "",
)  # fmt: skip


@pytest.mark.parametrize("name", SPELLINGS)
def test_every_spelling_is_found_alone_and_within_a_text(name):
    value = SPELLINGS[name]
    assert is_personal(value)
    left = masked(f"Cấp bản sao cho người nộp {value} theo đơn")
    assert PRIVATE_TEXT in left
    assert left.startswith("Cấp bản sao cho người nộp ")
    assert left.endswith(" theo đơn")
    assert not any(c.isdecimal() or c in "@＠" for c in left.replace(PRIVATE_TEXT, ""))


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_has_many_digits_is_none(text):
    assert masked(text) == text


def test_what_was_masked_is_never_taken_for_data():
    assert is_personal(f"Cấp bản sao {PRIVATE_TEXT}")
    assert masked(PRIVATE_TEXT) == PRIVATE_TEXT


def test_random_numbers_however_joined_are_found():
    chance = random.Random(14)
    for _ in range(1000):
        digits = "0" + chance.choice("35789") + "".join(chance.choices("0123456789", k=8))
        cuts = sorted(chance.sample(range(2, 10), chance.randint(0, 3)))
        parts = [digits[a:b] for a, b in zip([0, *cuts], [*cuts, 10], strict=True)]
        text = chance.choice((" ", ".", "-", "\u00a0", " - ", "_")).join(parts)
        assert is_personal(text), text


COLUMNS = [(table.name, column.name) for table in TABLES.values() for column in watched(table)]


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_every_spelling_is_found_in_every_published_column(table, column, sample_report):
    if not sample_report.store.has(table):
        pytest.skip("mẫu không có bảng này")
    declared = TABLES[table].column(column)
    frame = sample_report.store.frame(table).head(40)
    values = frame[column].astype("object").reset_index(drop=True)
    assert impersonal(declared, values).all(), "the sample itself"
    for place, value in enumerate(SPELLINGS.values()):
        spoilt = values.copy()
        spoilt.iloc[place % len(spoilt)] = value
        told = impersonal(declared, spoilt)
        assert list(told[~told].index) == [place % len(spoilt)], value


def test_codes_and_names_of_files_are_told_with_their_place_and_the_value_is_not(sample_report):
    frame = sample_report.store.frame("ho_so").head(20).copy()
    frame.loc[frame.index[3], "dossier_code"] = "0912 345 678"
    frame.loc[frame.index[5], "source_sheet"] = "nguoi@coquan.vn"
    found = [f for f in validation.validate(TABLES["ho_so"], frame) if f.code == "TT01"]
    assert [(f.severity, f.failed, f.checked) for f in found] == [("critical", 1, 20)] * 2
    assert str(frame["source_row"].iloc[3]) in found[0].rows[0]
    assert "0912" not in str([f.to_dict() for f in found])


def test_a_system_with_long_codes_of_its_own_is_no_register_of_telephones():
    column = TABLES["phan_anh_kien_nghi"].column("petition_code")
    own = pd.Series([f"20240{n:07d}" for n in range(20)])
    assert impersonal(column, own).all()
    own[7] = "0912345678"
    assert list(own[~impersonal(column, own)]) == ["0912345678"]
    calls = pd.Series([f"09{n:08d}" for n in range(12345678, 12345698)])
    assert not impersonal(column, calls).any()


def test_a_single_numbered_register_entry_is_no_passport():
    assert impersonal(TABLES["sang_kien"].column("initiative_code"), pd.Series(["S2024001"])).all()


@pytest.mark.parametrize("value", SPELLINGS.values())
def test_set_aside_cells_are_masked_in_every_column(value):
    table = TABLES["ho_so"]
    kept = pd.DataFrame({n: pd.Series([], dtype="object") for n in table.names})
    row = dict.fromkeys(table.names, value) | {"source_row": 2, "reason_code": "Q03", "reason": "x"}
    told = masked_cells(table, quarantine_frame(table, [pd.DataFrame([row])]), [kept])
    amounts = {c.name for c in table.columns if c.kind in ("integer", "decimal")}
    stays = amounts if value in ("84912345678", "123.456.789") else set()
    assert {n: told[n].tolist() for n in table.names} == {
        n: [value if n in stays else PRIVATE_TEXT] for n in table.names
    }


def test_set_aside_amounts_dates_and_codes_stay():
    table = TABLES["ho_so"]
    row = dict.fromkeys(table.names, "") | {"dossier_code": "H24.99-240101-0001", "fee_amount": "1.500.000.000"}
    row |= {"received_at": "2024-01-05 08:00:00", "status": "Đang xử lý", "source_row": 2}
    frame = quarantine_frame(table, [pd.DataFrame([row])])
    pd.testing.assert_frame_equal(
        masked_cells(table, frame, [frame.head(0)])[list(row)], frame[list(row)].astype("object"), check_dtype=False
    )


def test_messages_and_records_are_masked():
    error = TthcError("Cột “Gọi 0912 345 678” lạ.", "tệp (at)", "Liên hệ nguoi@coquan.vn")
    assert "0912" not in str(error)
    assert "nguoi@" not in str(error)
    assert "031085001234" not in str(
        UnknownValues("x.csv", "Trạng thái", {"Chờ 031085001234": 3}, "ho_so.values.status")
    )
    told = masked_all({"Trang 0912345678": ["C1234567", {"sha256": "12345678" * 8, "n": 912345678}]})
    assert told == {f"Trang {PRIVATE_TEXT}": [PRIVATE_TEXT, {"sha256": "12345678" * 8, "n": 912345678}]}
    json.dumps(told)


# --- names of persons: made of the rule's own syllables, nobody's ------------------------------------------------------


def made_up_names(count: int, seed: int) -> list[str]:
    data = personal.tomllib.loads(personal._DATA.read_text(encoding="utf-8"))["names"]
    given = [w for w in data["syllables"]["words"].split() if w.lower() not in ("thi", "van", "thị", "văn")]
    chance = random.Random(seed)
    surnames = data["surnames"]["words"].split()[:12]
    names = [
        " ".join((chance.choice(surnames), chance.choice(("Thị", "Văn", *given)), chance.choice(given)))
        for _ in range(count)
    ]
    return [n for n in names if n.lower() not in data["known"]["words"].lower()]


@pytest.mark.parametrize(
    "text", ["{}", "Đơn của {} đề nghị cấp lại", "Cấp bản sao cho {}, lớp 12A", "cô giáo {} (Sở)", "Chuyển ông: {}"]
)
def test_a_name_in_free_text_is_found(text):
    names = made_up_names(200, 5)
    found = [person_names(text.format(name)) == [name] for name in names]
    assert sum(found) >= 0.97 * len(names)


@pytest.mark.parametrize(
    "text",
    [
        "Trường THPT {}",
        "đường {}",
        "Trường Tiểu học {} và {}",
        "phố {}, phường An Biên",
        "Trường THCS {}; Trường Mầm non {}",
    ],
)
def test_schools_and_streets_named_after_persons_are_no_persons(text):
    for one, other in zip(made_up_names(100, 6), made_up_names(100, 7), strict=False):
        assert person_names(text.format(one, other)) == []


@pytest.mark.parametrize(
    "text",
    [
        "Sở Giáo dục và Đào tạo Hải Phòng", "Chủ tịch Hồ Chí Minh", "Thủ Tục Quản Lý Văn Bản Hành Chính", "Hà Nội, Cao Bằng, Thái Nguyên",
        "Đoàn Thanh niên Cộng sản Hồ Chí Minh", "CẤP BẢN SAO VĂN BẰNG TỪ SỔ GỐC", "Người nộp 0001", "",
    ],
)  # fmt: skip
def test_what_only_begins_like_a_surname_is_no_name(text):
    assert person_names(text) == []


def test_a_name_is_a_warning_with_its_place(sample_report):
    frame = sample_report.store.frame("ho_so").head(20).copy()
    frame.loc[frame.index[4], "procedure_name"] = f"Cấp bản sao cho {made_up_names(1, 8)[0]}"
    found = [f for f in validation.validate(TABLES["ho_so"], frame) if f.code == "TT02"]
    assert [(f.severity, f.failed) for f in found] == [("warning", 1)]
    assert found[0].rows[0].endswith(f"dòng {frame['source_row'].iloc[4]}")


@pytest.mark.parametrize(("name", "sheet", "told"), [("hoso 0912 345 678.xlsx", "Trang 1", "Tên tệp thứ 2"), ("ho_so.xlsx", "C1234567", "Tên trang tính thứ 1")])  # fmt: skip
def test_a_file_or_sheet_with_a_personal_name_is_refused_and_its_name_not_repeated(tmp_path, name, sheet, told):
    folder = tmp_path / "data" / "raw" / "mau" / "ho_so"
    source = next((PROJECT.raw / "ho_so").glob("*_dot1.xlsx"))
    folder.mkdir(parents=True)
    shutil.copy(next((PROJECT.raw / "ho_so").glob("*.csv")), folder / "a.csv")
    book = openpyxl.load_workbook(source)
    book.active.title = sheet
    book.save(folder / name)
    config = PROJECT.model_copy(update={"root": tmp_path})
    with pytest.raises(PersonalName, match=told) as caught:
        prepare(source_of(config))
    assert not is_personal(str(caught.value).replace(PRIVATE_TEXT, ""))
    assert not config.processed.exists()


@pytest.mark.parametrize(
    "text",
    [
        "Tệp có 123456789 dòng, nhiều hơn 12000000.",
        "Có 987.654.321 hồ sơ",
        "dòng dài hơn 1234567890 ký tự",
    ],
)
def test_a_count_of_things_is_no_id(text):
    assert masked(text) == text
    assert masked(f"Tệp có 0{'9' * 9} dòng") != f"Tệp có 0{'9' * 9} dòng"
    assert masked("CMND 123456789 hồ sơ") != "CMND 123456789 hồ sơ"
    assert masked("số 123456789 hồ sơ") != "số 123456789 hồ sơ"
