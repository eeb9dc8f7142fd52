"""Due dates made again from the time limit: hours, days, working days, months, ranges, events, none."""

import csv
from datetime import date
from pathlib import Path

import pytest

from tthc_analysis.columns import TABLES, TIME_UNITS
from tthc_analysis.errors import CalendarNotCovered
from tthc_analysis.exports import read_dataset
from tthc_analysis.exports.time_limits import Split, split_time_limit
from tthc_analysis.indicators import OpenReport, due_dates
from tthc_analysis.periods import parse_period
from tthc_analysis.rules import load_counting_rules
from tthc_analysis.rules.profiles import load_profiles
from tthc_analysis.rules.reporting import load_reporting
from tthc_analysis.store.write import StoreWriter
from tthc_analysis.workdays import TimeLimit, due_span, load_calendar

PATH = Path(__file__).parents[1] / "scenarios" / "deadlines" / "01_han_theo_thoi_han.csv"
with PATH.open(encoding="utf-8") as source:
    CASES = list(csv.DictReader(source))


def span(received, least, unit, most=None):
    found = due_span(date.fromisoformat(received), TimeLimit(least, most, unit), load_calendar())
    return found and tuple(day.isoformat() for day in found)


@pytest.mark.parametrize("case", CASES, ids=[f"{c['received']} {c['least']} {c['unit']}" for c in CASES])
def test_due_span(case):
    least, most = (int(case[n]) if case[n] else None for n in ("least", "most"))
    wanted = (case["first"], case["last"]) if case["first"] else None
    assert span(case["received"], least, case["unit"], most) == wanted, case["vi_sao"]


def test_days_outside_the_calendar_are_refused():
    with pytest.raises(CalendarNotCovered):
        span("2026-12-20", 2, "month")
    with pytest.raises(CalendarNotCovered):
        span("2017-12-05", 5, "day")


@pytest.mark.parametrize(
    ("text", "least", "most", "unit"),
    [
        ("15", "15", "", ""),
        ("05 ngày làm việc", "05", "", "working_day"),
        ("Từ 10 đến 15 ngày làm việc", "10", "15", "working_day"),
        ("10-15 ngày", "10", "15", "day"),
        ("Không quá 03 ngày làm việc kể từ ngày nhận đủ hồ sơ hợp lệ.", "03", "", "working_day"),
        ("24 giờ làm việc", "24", "", "hour"),
        ("02 tháng", "02", "", "month"),
        ("Trong ngày làm việc", "", "", "same_day"),
        ("15 ngày kể từ ngày kết thúc nhận đơn phúc khảo", "15", "", "event"),
        ("Không quy định", "", "", ""),
        ("khoảng 5 ngày", "", "", ""),
        ("15 ngày (không tính ngày nghỉ)", "", "", ""),
        ("20 ngày làm việc | 24 giờ làm việc", "", "", ""),
        ("2.215", "2.215", "", ""),
    ],
)
def test_time_limits_in_words(text, least, most, unit):
    assert split_time_limit(text) == Split(least, most, TIME_UNITS.get(unit, ""))


CATALOGUE = """Mã TTHC;Tên thủ tục hành chính;Lĩnh vực;Cấp thẩm quyền;Thời hạn giải quyết;Hiệu lực từ
1.000001;Một;Thử;Sở;05 ngày làm việc;01/01/2023
1.000002;Hai;Thử;Sở;Từ 10 đến 15 ngày làm việc;01/01/2023
1.000003;Ba;Thử;Sở;15 ngày kể từ ngày kết thúc nhận đơn;01/01/2023
1.000004;Bốn;Thử;Sở;Không quy định;01/01/2023
1.000005;Năm;Thử;Sở;01 tháng;01/01/2023
1.000006;Sáu;Thử;Sở;20 ngày làm việc | 24 giờ làm việc;01/01/2023
"""
DOSSIERS = """Mã hồ sơ;Mã TTHC;Tên thủ tục hành chính;Ngày tiếp nhận;Ngày hẹn trả;Trạng thái hồ sơ
H24.99-240506-0001;1.000001;Một;06/05/2024 08:00:00;13/05/2024 17:00:00;Đang xử lý
H24.99-240506-0002;1.000001;Một;06/05/2024 08:00:00;09/05/2024 17:00:00;Đang xử lý
H24.99-240506-0003;1.000002;Hai;06/05/2024 08:00:00;22/05/2024 17:00:00;Đang xử lý
H24.99-240506-0004;1.000002;Hai;06/05/2024 08:00:00;31/05/2024 17:00:00;Đang xử lý
H24.99-240506-0005;1.000003;Ba;06/05/2024 08:00:00;31/05/2024 17:00:00;Đang xử lý
H24.99-240506-0006;1.000004;Bốn;06/05/2024 08:00:00;31/05/2024 17:00:00;Đang xử lý
H24.99-240506-0007;1.000005;Năm;06/05/2024 08:00:00;06/06/2024 17:00:00;Đang xử lý
H24.99-240506-0008;1.000009;Lạ;06/05/2024 08:00:00;13/05/2024 17:00:00;Đang xử lý
H24.99-240506-0009;1.000001;Một;06/05/2024 08:00:00;;Đang xử lý
H24.99-240506-0010;1.000001;Một;06/05/2024 08:00:00;13/05/2031 17:00:00;Đang xử lý
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """A catalogue with limits in words and a dossier for each case, read and stored as real exports are."""
    folder = tmp_path_factory.mktemp("thoi-han")
    writer, datasets = StoreWriter(folder / "kho"), {}
    for name, text in (("danh_muc_tthc", CATALOGUE), ("ho_so", DOSSIERS)):
        (folder / name).mkdir()
        (folder / name / f"{name}_2024-12-20.csv").write_text(text, encoding="utf-8-sig")
        data = read_dataset(TABLES[name], folder / name, load_profiles())
        assert data.quarantined.empty, data.quarantined
        writer.add(data.table, data.frame)
        datasets[name] = {"label": name, "accounts": [a.to_dict() for a in data.accounts]}
    store = writer.commit({"datasets": datasets, "findings": []})
    return OpenReport(parse_period("2024"), load_counting_rules(), store)


def test_a_limit_that_is_not_understood_is_unknown_and_told(report):
    (account,) = report.store.quality()["datasets"]["danh_muc_tthc"]["accounts"]
    assert [(what.split(":")[0], rows) for what, rows in account["mended"].items()] == [("Thời hạn giải quyết", 1)]
    kept = report.store.frame("danh_muc_tthc").set_index("procedure_code")
    assert kept["time_limit"].isna().loc["1.000006"]
    assert kept.loc["1.000006", "procedure_name"] == "Sáu"


@pytest.mark.parametrize("received", ["2027-01-04", "9998-06-01"])
def test_receipt_after_the_calendar_gives_no_due_date(received):
    for unit in ("day", "month", "working_day", "hour"):
        with pytest.raises(CalendarNotCovered):
            span(received, 120, unit)


def test_differences_are_listed_greatest_first(report):
    found = due_dates.differences(report)
    listed = [(r.dossier_code[-4:], r.limit, r.gap) for r in found.itertuples()]
    assert listed == [("0004", "10–15 ngày làm việc", 4), ("0002", "5 ngày làm việc", -2)]


def test_of_many_differences_only_the_greatest_are_listed_and_all_are_counted(report, monkeypatch):
    rules = load_reporting()
    few = rules.model_copy(update={"due_date_check": rules.due_date_check.model_copy(update={"most_listed": 1})})
    monkeypatch.setattr(due_dates, "load_reporting", lambda: few)
    assert [code[-4:] for code in due_dates.differences(report)["dossier_code"]] == ["0004"]
    first, second, *_ = due_dates.notes(report)
    assert "2 hồ sơ lệch" in first
    assert "chỉ liệt kê 1 hồ sơ" in second


def test_what_cannot_be_made_again_has_its_reason(report):
    frame = due_dates.checked(report).set_index("dossier_code")
    reasons = {code[-4:]: reason for code, reason in frame["reason"].items() if reason}
    assert reasons == {
        "0005": due_dates.EVENT,
        "0006": due_dates.NO_LIMIT,
        "0008": due_dates.NOT_LISTED,
        "0009": due_dates.NO_DUE,
        "0010": due_dates.OUTSIDE,
    }
    assert frame["gap"].isna().sum() == len(reasons)


def test_the_notes_count_everything(report):
    first, *others = due_dates.notes(report)
    assert first.startswith("Tính lại ngày hẹn trả của 5 hồ sơ")
    assert "2 hồ sơ lệch quá 1 ngày làm việc" in first
    assert sum(int(line.split()[0]) for line in others) == 5


def test_the_sample_keeps_its_limits(sample_report):
    assert due_dates.differences(sample_report).empty
    assert due_dates.checked(sample_report)["reason"].eq("").all()
