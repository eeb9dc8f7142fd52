"""What is right and looks like a fault stays without remark; what cannot be tied is said to be untied."""

from decimal import Decimal

import pytest
from reconcile_cases import FIGURES, PERIOD, with_figures

from tthc_analysis.indicators.registry import registry
from tthc_analysis.reconcile import build_narrative, reconcile
from tthc_analysis.reconcile._mentions import mentions, parse_number
from tthc_analysis.reconcile._rates import numerators, possible_sums
from tthc_analysis.reconcile._rules import load_reconcile_rules
from tthc_analysis.reconcile._text import clean, fold, lower, sentences
from tthc_analysis.reconcile.annexes import OwnForm
from tthc_analysis.reconcile.narrative import Block, Cell

RULES = load_reconcile_rules()


def checked(*lines, figures=FIGURES):
    return reconcile(build_narrative("x.txt", "txt", [Block(line) for line in lines]), figures, PERIOD)


def table(*rows):
    return [Block(text, "cell", cell=Cell(1, i, j)) for i, row in enumerate(rows, 1) for j, text in enumerate(row, 1)]


@pytest.mark.parametrize(
    "text",
    [
        "So với cùng kỳ năm trước, Sở tiếp nhận 1.980 hồ sơ.",
        "Lĩnh vực giáo dục trung học tiếp nhận 512 hồ sơ, đã giải quyết 500 hồ sơ.",
        "Năm 2022, Sở tiếp nhận 1.500 hồ sơ và đã giải quyết 1.490 hồ sơ.",
        "Trong tháng 8 Sở tiếp nhận 310 hồ sơ mới.",
        "Phấn đấu năm sau tiếp nhận trực tuyến 100% hồ sơ.",
        "Mỗi ngày Bộ phận Một cửa tiếp nhận bình quân 9 hồ sơ.",
        "Sở không có hồ sơ tồn đọng quá hạn.",
        "Phiếu tính chi phí tuân thủ thủ tục đã gửi kèm tờ trình.",
        "Các bước được làm từ từ, luôn luôn có người hướng dẫn.",
        "Số hồ sơ tiếp nhận là 2.215 hồ sơ, gồm 2.207 hồ sơ mới và 08 hồ sơ từ kỳ trước chuyển sang.",
        "Đã giải quyết trước hạn và đúng hạn 2.172 hồ sơ.",
        "Nghị định 43/2011/NĐ-CP đã được thay thế bằng Nghị định số 42/2022/NĐ-CP.",
        "Quy trình theo ISO 9001:2015, Tổng đài 1022, Điều 12, năm học 2023-2024, lúc 08 giờ 30 phút.",
        "Kế hoạch giai đoạn 2022-2025 được ban hành ngày 15/11/2023.",
        "Quý I từ ngày 15/12/2023 đến ngày 14/3/2024 Sở tập huấn cho các đơn vị.",
        "Từ 01/7/2024 đến 31/12/2024 Sở dùng phần mềm mới.",
        "Sở có 114 TTHC (trong đó có 45 TTHC toàn trình, 01 TTHC thu phí).",
        "Số liệu chi tiết tại Phụ lục II kèm theo; biểu tổng hợp tại Phụ lục kết quả giải quyết TTHC.",
        "Tỷ lệ 2.172 / 2.215 hồ sơ nhận giải quyết trong kỳ.",
        "Hồ sơ đang giải quyết: 43 hồ sơ, chiếm 1,94% số hồ sơ nhận giải quyết (43/2.215).",
        "Công văn số 15/SGDĐT-VP ngày 20/01/2023; Công văn số 9/SGDĐT-VP ngày 12/01/2024.",
        "Công văn số 133-CV/VPTW ngày 25/6/2021 và Nghị quyết số 202/2025/QH15 ngày 12/6/2025.",
    ],
)
def test_a_right_sentence_has_no_remark(text):
    assert checked(text).rows() == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Lĩnh vực giáo dục trung học tiếp nhận 512 hồ sơ.", "512"),
        ("Cả ngành mua 37 máy quét.", "37"),
        ("Thời gian rút ngắn từ 1-3 ngày.", "1-3"),
        ("Sở phấn đấu giải quyết sớm 90% hồ sơ.", "90%"),
        ("Nơi tiếp nhận có 12 – 15 chỗ ngồi.", "12 – 15"),
    ],
)
def test_what_cannot_be_tied_is_listed_with_the_reason(text, found):
    result = checked(text)
    assert [(f.found, f.status) for f in result.figures] == [(found, "untied")]
    assert result.figures[0].reason


def test_two_meanings_are_not_chosen_between():
    figure = checked("Giải quyết trước hạn 2.155 hồ sơ đúng hạn.").figures[0]
    assert (figure.status, figure.indicator) == ("untied", "")
    assert "hai chỉ tiêu" in figure.reason


def test_an_indicator_is_tied_by_its_own_label_too():
    figure = checked(
        "Lượt theo dõi Facebook: 9.000 lượt; Bản cam kết đã ký từ đầu năm đến ngày chốt là 283 bản."
    ).figures
    assert next((f.indicator, f.status) for f in figure) == ("facebook_followers_count", "differs")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Con 44 ho so dang giai quyet tai ngay chot.", "SL01"),
        ("So da tiep nhan 2.215 ho so.", "SL07"),
        ("Khong co ho so ton dong.", "SL06"),
    ],
)
def test_text_without_diacritics_is_understood(text, code):
    assert [r.code for r in checked(text).remarks] == [code]


def test_98_97_is_impossible_on_every_base_of_the_report_but_not_on_their_sum():
    bases = (2215, 2213, 2207, 2205, 2172, 2155)
    printed = Decimal("98.97")
    assert [numerators(b, printed, 2) for b in bases] == [[]] * 6
    assert numerators(4387, printed, 2) == [4342]
    assert (4342, 4387, "2.215 + 2.172") in possible_sums(bases, printed, 2)
    assert numerators(2215, Decimal("98.06"), 2) == [2172]
    assert numerators(2215, Decimal("99.0"), 1) == [2192, 2193]


def test_without_data_the_bases_that_could_are_named():
    lines = ("Sở nhận giải quyết 2.215 hồ sơ, đã giải quyết 2.172 hồ sơ.", "Tỷ lệ số hóa hồ sơ đạt 98,97%.")
    result = checked(*lines, figures=[])
    assert result.remarks == ()
    remark = result.notes[0]
    assert (remark.code, remark.found) == ("GC05", "98,97%")
    assert "4.342/4.387 (mẫu số = 2.215 + 2.172)" in remark.expected


TOTALS = (("STT", "Lĩnh vực", "Nhận", "Xong"), ("(1)", "(2)", "(3)", "(4)"), ("1", "Mầm non", "1.200", "1.190"))


@pytest.mark.parametrize(("total", "found"), [("2.215", []), ("2.225", ["2.225"])])
def test_a_total_row_is_the_sum_of_its_column(total, found):
    cells = table(*TOTALS, ("2", "Trung học", "1.015", "982"), ("", "Tổng số", total, "2.172"))
    remarks = reconcile(build_narrative("x", "docx", cells), [], PERIOD).remarks
    assert [(r.code, r.found) for r in remarks] == [("SL02", f) for f in found]
    assert all(r.place.cell == "bảng 1, dòng 5, cột 3" for r in remarks)


def test_a_row_that_only_begins_like_a_total_is_none():
    cells = table(("TTHC", "Số"), ("Cấp bản sao", "5"), ("Chuyển trường", "6"), ("Công nhận văn bằng", "2"))
    assert reconcile(build_narrative("x", "docx", cells), [], PERIOD).remarks == ()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2.215", "2215"),
        ("2215", "2215"),
        ("05", "5"),
        ("98,97", "98.97"),
        ("98.97", "98.97"),
        ("1.234.567,8", "1234567.8"),
    ],
)
def test_numbers_are_read_as_vietnamese_write_them(text, value):
    assert parse_number(text) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("có 2.215 hồ sơ", [("2.215", "count", "hồ sơ")]),
        ("đạt 98,97 %", [("98,97 %", "percent", "%")]),
        ("45/114 thủ tục", [("45/114", "fraction", "")]),
        ("ngày 05/12/2024, 61/2018/NĐ-CP, 490/SGDĐT-VP, năm 2024", []),
        ("xem https://vi.du/123 hoặc a1@b.vn", []),
        ("(1) một; (2) hai", []),
        ("từ 01 – 02 ngày", [("01 – 02", "range", "")]),
        ("mã 1.005090, H24.99-240105-0012", []),
    ],
)
def test_figures_are_told_from_other_numbers(text, expected):
    assert [(m.text, m.kind, m.unit) for m in mentions(0, text, RULES)] == [
        (t, k, u or m.unit) for (t, k, u), m in zip(expected, mentions(0, text, RULES), strict=True)
    ]


def test_folding_keeps_every_offset():
    text = clean("Đã giải quyết “hồ sơ” ở Sở; İ ß ﬁ số hoá")
    assert len(fold(text)) == len(lower(text)) == len(text)
    assert fold("Đường hoá ẤẬẢ") == "duong hoa aaa"
    assert lower("Số HOÁ, uỷ quyền") == "số hóa, ủy quyền"


def test_sentences_do_not_end_after_abbreviations_or_labels():
    text = "UBND TP. Hải Phòng giao việc. 3.2. Kết quả tốt! Sở báo cáo./."
    assert [text[s:e] for s, e in sentences(text)] == [
        "UBND TP. Hải Phòng giao việc.",
        "3.2. Kết quả tốt!",
        "Sở báo cáo./.",
    ]


def test_every_rule_names_a_code_that_has_a_text():
    codes = set(RULES.remarks)
    assert {w.code for w in RULES.wordings} <= codes
    assert all(r.title and r.explanation.endswith((".", "}")) for r in RULES.remarks.values())


LATE = {"overdue_total_count": 31, "dossiers_resolved_overdue_count": 22, "dossiers_pending_overdue_count": 9}


@pytest.mark.parametrize(
    "text",
    [
        "Có 31 hồ sơ quá hạn, gồm 22 đã giải quyết và 9 đang giải quyết.",
        "Có 31 hồ sơ quá hạn, gồm 22 hồ sơ đã giải quyết và 9 hồ sơ đang giải quyết.",
        "Trong kỳ có 31 hồ sơ bị trễ hạn (trong đó 22 hồ sơ đã giải quyết, 9 hồ sơ chưa giải quyết).",
        "Có 22 hồ sơ giải quyết quá hạn và 9 hồ sơ đang giải quyết quá hạn.",
    ],
)
def test_overdue_dossiers_split_by_state_are_the_sum_of_both(text):
    assert checked(text, figures=with_figures(**LATE)).rows() == []


def test_a_wrong_sum_of_overdue_dossiers_is_found():
    found = checked("Có 22 hồ sơ quá hạn, gồm 22 đã giải quyết và 9 đang giải quyết.", figures=with_figures(**LATE))
    assert ("22", "31") in {(r.found, r.expected) for r in found.remarks}


def test_every_tie_claim_and_partition_names_figures_that_are_declared():
    named = {n for tie in RULES.ties for n in (*tie.names, tie.carried) if n}
    named |= {n for claim in RULES.claims for n in claim.counts}
    named |= {n for total, parts in RULES.partitions.items() for n in (total, *parts)}
    assert named - set(registry()) == set()
    kinds = {tie.names[0]: tie.kind for tie in RULES.ties}
    assert {n for n, kind in kinds.items() if (registry()[n][1].kind == "rate") != (kind == "rate")} == set()


def test_a_misspelt_term_is_told_and_still_understood():
    remarks = checked("Tỷ lệ thanh toan trực tuyến đạt 98%.", "Có 44 hồ sơ đang giải quyêt.").remarks
    assert {(r.code, r.found) for r in remarks} >= {("BC11", "giải quyêt"), ("SL01", "44")}


FORM = OwnForm("II.06a", {}, {"an toan thuc pham": {}, "quy hoach do thi": {}, "tong so": {}})


@pytest.mark.parametrize(
    "text", ["An toàn thực phẩm tiếp nhận 512 hồ sơ.", "Hồ sơ quy hoạch đô thị đã giải quyết: 500 hồ sơ."]
)
def test_a_field_of_our_own_form_is_no_figure_of_the_whole(text):
    narrative = build_narrative("x.txt", "txt", [Block(text)])
    assert reconcile(narrative, FIGURES, PERIOD, forms=[FORM]).about_figures == ()
    assert [r.code for r in reconcile(narrative, FIGURES, PERIOD).about_figures] != []


def test_the_marks_of_every_kind_of_department_are_known():
    text = "Công văn số 12/SVHTTDL-VP, 15/SNNMT-VP, 7/SLĐTBXH-VP, 31/BQLKKT-VP ngày 12/3/2024."
    assert [r.found for r in checked(text).remarks if r.code == "VB04"] == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Có 1.470 hồ sơ trên tổng số 1.500 hồ sơ được số hóa, đạt 98%.", []),
        ("Có 1.470 hồ sơ trên tổng số 1.500 hồ sơ được số hóa, đạt 89%.", ["89%"]),
        ("Số hồ sơ trả sớm là 610 trong 800 hồ sơ, chiếm 76,3%.", []),
        ("Số hồ sơ trả sớm là 610 trong 800 hồ sơ, chiếm 67,3%.", ["67,3%"]),
        ("Lĩnh vực đất đai chiếm 25% số hồ sơ toàn huyện trong kỳ (300/1.200 hồ sơ).", []),
        ("Lĩnh vực đất đai chiếm 52% số hồ sơ toàn huyện trong kỳ (300/1.200 hồ sơ).", ["52%"]),
        ("Hồ sơ đất đai tăng 52% so với cùng kỳ năm ngoái của huyện (300/1.200 hồ sơ).", []),
        ("Giao 40 xã; 38 xã trong 40 xã có máy quét. Cả huyện có 3 tổ, đạt 75% kế hoạch.", []),
    ],
)
def test_a_share_said_with_both_its_counts_is_held_against_them(text, said):
    narrative = build_narrative("x.txt", "txt", [Block(text)])
    assert [r.found for r in reconcile(narrative).about_figures] == said


def test_a_list_that_ends_with_the_others_is_complete():
    text = "Xã tiếp nhận 1.000 hồ sơ, trong đó: hộ tịch 400 hồ sơ, chứng thực 350 hồ sơ, các lĩnh vực khác 250 hồ sơ."
    for whole, said in (("1.000", []), ("1.010", ["1.010"])):
        narrative = build_narrative("x.txt", "txt", [Block(text.replace("1.000", whole))])
        assert [r.found for r in reconcile(narrative).about_figures] == said


def test_a_rate_of_the_new_dossiers_is_not_held_against_all():
    counts = "- Hồ sơ nhận giải quyết: 838; trong đó mới nộp trực tuyến: 694; từ kỳ trước chuyển sang: 37."
    rate = "- Tỷ lệ hồ sơ mới nộp trực tuyến: 86,64% số hồ sơ {} trong kỳ."
    for base, codes in (("tiếp nhận mới", []), ("nhận giải quyết", ["SL03"])):
        blocks = [Block(counts), Block(rate.format(base))]
        found = reconcile(build_narrative("x.txt", "txt", blocks))
        assert [r.code for r in found.about_figures] == codes


@pytest.mark.parametrize(("noted", "codes"), [("5", set()), ("4", {"SL02", "SL15"}), ("", {"SL02", "SL15"})])
def test_a_total_is_above_its_columns_by_what_a_note_says_to_stand_in_none(noted, codes):
    rows = [
        ("STT", "Lĩnh vực", "Tổng số", "Trực tuyến", "Trực tiếp", "Từ kỳ trước"),
        ("(1)", "(2)", "(3) = (4) + (5) + (6)", "(4)", "(5)", "(6)"),
        ("1", "Đất đai", "34", "14", "10", "5"),
        ("2", "Hộ tịch", "40", "29", "8", "3"),
        ("", "Tổng số", "74", "43", "18", "8"),
    ]
    text = "- Hồ sơ nhận giải quyết: 74; trong đó mới nộp trực tuyến: 43; mới nộp trực tiếp: 18; từ kỳ trước chuyển sang: 8."
    note = f"Ghi chú: Trong tổng số có {noted} hồ sơ không ghi hình thức tiếp nhận, không thuộc cột nào của biểu."
    blocks = [Block(text), *table(*rows), *([Block(note)] if noted else [])]
    found = reconcile(build_narrative("x.txt", "txt", blocks))
    assert {r.code for r in found.about_figures} == codes
