"""One planted fault each: it is found with its code and the words of its sentence, and nothing else is remarked."""

import pytest
from reconcile_cases import CORRECT, with_figures

EARLY = "2.155 hồ sơ trước hạn (99,22% số đã giải quyết)"
HANDLED = "Sở nhận giải quyết 2.215 hồ sơ (2.207 hồ sơ tiếp nhận mới và 08 hồ sơ từ kỳ trước chuyển sang)."
RESOLVED = "Số hồ sơ đã giải quyết là 2.172 hồ sơ, đạt 98,06% số hồ sơ nhận giải quyết."
DIGITISED = "đạt 98,97% (4.342/4.387), tính trên hồ sơ nhận giải quyết cộng kết quả đã giải quyết trong kỳ."
STRENGTH = "Các phòng phối hợp nhịp nhàng nên thời gian luân chuyển giữa các khâu ngày càng ngắn."
WEAKNESS = "Một số thủ tục mới ban hành chưa kịp cập nhật quy trình điện tử ngay trong tuần đầu."
QR = "Mỗi thủ tục đều có mã QR dẫn tới trang hướng dẫn thành phần hồ sơ và biểu mẫu."
NOT_LATE = "không có hồ sơ quá hạn, các phòng"
THIS_PERIOD = "từ 15/11/2023 đến 05/12/2024 theo yêu cầu"

#: what is replaced, by what, the code that must be found, what it must quote, what it must say is right
MUTATIONS = [
    # số liệu lệch
    ("(2.207 hồ sơ tiếp nhận mới", "(2.270 hồ sơ tiếp nhận mới", "SL01", "2.270", "2.207"),
    ("08 hồ sơ từ kỳ trước chuyển sang", "18 hồ sơ từ kỳ trước chuyển sang", "SL01", "18", "8"),
    ("còn 43 hồ sơ đang giải quyết", "còn 34 hồ sơ đang giải quyết", "SL01", "34", "43"),
    (EARLY, EARLY.replace("2.155", "2.165"), "SL01", "2.165", "2.155"),
    ("và 17 hồ sơ đúng hạn", "và 71 hồ sơ đúng hạn", "SL01", "71", "17"),
    ("là 2.172 hồ sơ, đạt", "là 2.127 hồ sơ, đạt", "SL01", "2.127", "2.172"),
    ("trực tuyến là 2.213 hồ sơ", "trực tuyến là 2.123 hồ sơ", "SL01", "2.123", "2.213"),
    ("trong đó 2.205 hồ sơ tiếp nhận trong kỳ", "trong đó 2.250 hồ sơ tiếp nhận trong kỳ", "SL01", "2.250", "2.205"),
    ("Có 02 hồ sơ nộp trực tiếp", "Có 12 hồ sơ nộp trực tiếp", "SL01", "12", "2"),
    ("công khai 114 TTHC", "công khai 141 TTHC", "SL01", "141", "114"),
    ("thành phố: 27 TTHC;", "thành phố: 72 TTHC;", "SL01", "72", "27"),
    ("có 45/114 thủ tục", "có 54/114 thủ tục", "SL01", "54/114", "45/114"),
    ("(2.205/2.207)", "(2.205/2.270)", "SL01", "2.205/2.270", "2.205/2.207"),
    ("99,91% (2.205/2.207)", "99,19%", "SL01", "99,19%", "99,91%"),
    ("Sở có 01 TTHC thu phí", "Sở có 03 TTHC thu phí", "SL01", "03", "1"),
    ("283 bản cam kết", "238 bản cam kết", "SL01", "238", "283"),
    ("hơn 5.000 lượt truy cập", "hơn 9.000 lượt truy cập", "SL01", "9.000", "5.045"),
    ("đề xuất 04 sáng kiến", "đề xuất 05 sáng kiến", "SL01", "05", "4"),
    ("đã đăng 720 tin bài", "đã đăng 702 tin bài", "SL01", "702", "720"),
    # tỷ lệ
    ("đạt 98,06% số", "đạt 98,60% số", "SL03", "98,60%", "98,06%"),
    ("chiếm 39,47%", "chiếm 39,74%", "SL03", "39,74%", "39,47%"),
    ("2/2 phản ánh, đạt 100%", "2/2 phản ánh, đạt 98%", "SL03", "98%", "100%"),
    ("(99,22% số đã giải quyết)", "(99,02% số đã giải quyết)", "SL03", "99,02%", "99,22%"),
    (DIGITISED, "đạt 98,97%.", "SL04", "98,97%", "4.342/4.387"),
    ("99,91% (2.205/2.207)", "99,85%", "SL04", "99,85%", "99,91%"),
    (
        RESOLVED,
        "Sở đã giải quyết 2.172 hồ sơ (98,06%), trong đó trước hạn 2.155 hồ sơ (99,22%).",
        "BC13",
        "98,06%, 99,22%",
        "",
    ),
    (NOT_LATE, "không có hồ sơ quá hạn, hồ sơ đang xử lý đều được xử lý đúng hạn, các phòng", "BC14", "đang xử lý", ""),
    ("cả năm giảm 2,54%", "cả năm giảm 2,54% đối với mỗi thủ tục", "BC15", "2,54% đối với mỗi thủ tục", ""),
    # khẳng định, hồ sơ kỳ trước
    (NOT_LATE, "không có hồ sơ tồn đọng, các phòng", "SL06", "không có hồ sơ tồn đọng", "43"),
    (QR, "100% hồ sơ được nộp qua Cổng dịch vụ công của thành phố.", "SL06", "100% hồ sơ", "2"),
    (QR, "Toàn bộ hồ sơ trong kỳ đều đã giải quyết xong.", "SL06", "Toàn bộ hồ sơ", "43"),
    (HANDLED, "Sở đã tiếp nhận 2.215 hồ sơ.", "SL07", "2.215", "2.207"),
    (HANDLED, "tổng số hồ sơ tiếp nhận trong kỳ: 2.215 hồ sơ.", "SL07", "2.215", "2.207"),
    (
        "99,91% (2.205/2.207)",
        "99,91% (2.205/2.207); trong kỳ Sở tiếp nhận trực tuyến 2.213 hồ sơ",
        "SL07",
        "2.213",
        "2.205",
    ),
    (QR, "Cộng lại: 2.205 + 2 + 9 = 2.215.", "SL02", "2.215", "2.216"),
    # kỳ báo cáo
    (THIS_PERIOD, "từ 01/01/2024 đến 31/12/2024 theo yêu cầu", "KY01", "01/01/2024", "từ 15/11/2023 đến 05/12/2024"),
    (THIS_PERIOD, "từ 15/11/2023 đến 15/12/2024 theo yêu cầu", "KY01", "15/12/2024", "từ 15/11/2023 đến 05/12/2024"),
    (
        "thủ tục hành chính năm 2024 của Sở GDĐT./.",
        "thủ tục hành chính năm 2022 của Sở GDĐT./.",
        "KY01",
        "2022",
        "2024",
    ),
    (RESOLVED, f"Năm 2024, s{RESOLVED[1:]}", "KY02", "Năm 2024", "từ 15/11/2023 đến 05/12/2024"),
    # bố cục
    ("III. ĐÁNH GIÁ", "II. ĐÁNH GIÁ", "BC01", "II", "III"),
    ("3.2. Dịch vụ", "3.1. Dịch vụ", "BC01", "3.1", "3.2"),
    ("3.2. Dịch vụ", "2.2. Dịch vụ", "BC02", "2.2", "3.2"),
    ("3.3. Số hóa", "3.5. Số hóa", "BC03", "3.5", "3.3"),
    ("IV. PHƯƠNG", "VI. PHƯƠNG", "BC03", "VI", "IV"),
    (WEAKNESS, QR, "BC04", "Mỗi thủ tục", ""),
    (WEAKNESS, "Mỗi thủ tục đều có mã QR dẫn tới trang hướng dẫn", "BC05", "tới trang hướng dẫn", ""),
    (
        WEAKNESS,
        "Một số thủ tục mới ban hành chưa kịp cập nhật quy trình điện tử trong tuần đầu và",
        "BC05",
        "đầu và",
        "",
    ),
    (
        WEAKNESS,
        "Một số thủ tục mới ban hành (cập nhật chậm chưa kịp có quy trình điện tử",
        "BC05",
        "quy trình điện tử",
        "",
    ),
    ("nêu tại Phụ lục I kèm theo", "nêu chi tiết tại phụ lục kèm theo", "BC08", "phụ lục kèm theo", ""),
    # cách viết
    ("phối hợp nhịp nhàng", "phối hợp phối hợp nhịp nhàng", "BC06", "phối hợp phối hợp", ""),
    ("giữa các khâu", "giữa các các khâu", "BC06", "các các", ""),
    ("Một số thủ tục mới", "Một số thủ tục hành chính TTHC mới", "BC07", "thủ tục hành chính TTHC", ""),
    (EARLY, EARLY.replace("2.155", "2155"), "BC09", "2155", "1.234"),
    ("cấp xã: 05 TTHC", "cấp xã: 5 TTHC", "BC09", "5", "05"),
    ("(99,22% số", "(99.22% số", "BC09", "99.22%", "12,34%"),
    ("(99,22% số", "(99,22 % số", "BC09", "99,22 %", "12,34%"),
    ("ngày 16/01/2024", "ngày 16/1/2024", "BC10", "16/1/2024", "16/01/2024"),
    ("ngày 03/5/2024", "ngày 3/5/2024", "BC10", "3/5/2024", "03/5/2024"),
    ("Đến ngày chốt, 43/43", "Đến ngày 5 tháng 12 năm 2024, 43/43", "BC10", "ngày 5 tháng 12", "ngày 05 tháng 12"),
    ("tỷ lệ thanh toán", "tỷ lệ thành toán", "BC11", "thành toán", "thanh toán"),
    ("năm 2024 của Sở GDĐT./.", "năm 2024 của Sở GD&ĐT./.", "BC12", "GD&ĐT", "GDĐT"),
    # văn bản
    (QR, "Quyết định số 182/QĐ-SGDĐT ngày 23/02/2024 đã nêu việc này.", "VB01", "23/02/2024", "21/02/2024"),
    ("640/QĐ-SGDĐT", "150/QĐ-SGDĐT", "VB02", "150/QĐ-SGDĐT", ""),
    (QR, "Quyết định số 260/QĐ-SGDĐT ngày 30/01/2024 công bố thủ tục.", "VB02", "260/QĐ-SGDĐT", "260/QĐ-UBND"),
    ("61/2018/NĐ-CP", "61/2018/2018/NĐ-CP", "VB03", "61/2018/2018/NĐ-CP", "61/2018/NĐ-CP"),
    ("512/SGDĐT-VP", "512/SGDDĐT-VP", "VB04", "SGDDĐT", "SGDĐT"),
    ("01/2018/TT-VPCP", "01/2018/TT-CPVP", "VB04", "CPVP", "VPCP"),
    ("TT-VPCP ngày 23/11/2018", "TT-VPCP ngày 23/4/2018", "VB05", "23/4/2018", "23/11/2018"),
    ("468/QĐ-TTg", "486/QĐ-TTg", "VB06", "486/QĐ-TTg", "468/QĐ-TTg"),
    (QR, "Biểu mẫu điện tử theo Nghị định số 43/2011/NĐ-CP.", "VB07", "43/2011/NĐ-CP", "42/2022/NĐ-CP"),
]

#: the same, on figures of which some are not known (their names begin so) and the narrative has to agree with itself
UNKNOWN_FIGURES = [
    ("internal_", "có 29 TTHC nội bộ", "có 28 TTHC nội bộ", "SL02", "28", "29"),
    ("directive_", "và 15 công văn", "và 16 công văn", "SL02", "22", "23"),
    ("procedures_", "cấp huyện: 34 TTHC", "cấp huyện: 43 TTHC", "SL02", "114", "123"),
    ("simplification_", "; (5) Giải thể trung tâm", "", "SL02", "05", "4"),
    ("initiatives_", STRENGTH, f"Cả năm các phòng có 05 sáng kiến. {STRENGTH}", "SL05", "05", "04"),
    ("commitments_", STRENGTH, f"Cả ngành ký 285 bản cam kết. {STRENGTH}", "SL05", "285", "283"),
    ("dossiers_", "chuyển sang).", "chuyển sang), trong đó từ kỳ trước 09 hồ sơ.", "SL05", "09", "08"),
]


def test_the_correct_narrative_is_long_and_has_no_fault(check):
    result = check(CORRECT)
    assert len(result.narrative.blocks) >= 40
    assert result.remarks == ()
    assert result.notes == ()
    assert result.differing == ()
    assert len(result.agreeing) >= 50
    assert result.exit_code == 0


@pytest.mark.parametrize(("old", "new", "code", "found", "expected"), MUTATIONS)
def test_a_planted_fault_is_found_and_no_other(check, old, new, code, found, expected):
    assert old in CORRECT
    result = check(CORRECT.replace(old, new, 1))
    assert [r.code for r in result.remarks] == [code], result.rows()
    remark = result.remarks[0]
    assert found in remark.found
    assert expected in remark.expected
    assert remark.place.paragraph > 0
    quoted = result.narrative.blocks[remark.place.paragraph - 1].text
    assert quoted[remark.place.start : remark.place.end] in remark.quote


@pytest.mark.parametrize(("unknown", "old", "new", "code", "found", "expected"), UNKNOWN_FIGURES)
def test_without_data_the_narrative_is_held_against_itself(check, unknown, old, new, code, found, expected):
    figures = with_figures(without=unknown)
    assert check(CORRECT, figures).remarks == ()
    result = check(CORRECT.replace(old, new, 1), figures)
    assert [(r.code, r.found, r.expected) for r in result.remarks] == [(code, found, expected)]


@pytest.mark.parametrize(
    ("values", "code", "found"),
    [
        ({"paid_online_rate": 20}, "SL06", "100%"),
        ({"dossiers_resolved_overdue_count": 3, "dossiers_pending_overdue_count": -3}, "SL06", "0"),
        ({"dossiers_pending_overdue_count": 1}, "SL06", "không có hồ sơ quá hạn"),
    ],
)
def test_a_claim_is_held_against_its_count(check, values, code, found):
    assert [(r.code, r.found) for r in check(CORRECT, with_figures(**values)).remarks] == [(code, found)]


def test_faults_are_all_reported_when_there_are_many(check):
    text = CORRECT
    for old, new, *_ in (MUTATIONS[0], MUTATIONS[9], MUTATIONS[-1]):
        text = text.replace(old, new, 1)
    assert sorted(r.code for r in check(text).remarks) == ["SL01", "SL01", "VB07"]
