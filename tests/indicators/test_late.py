"""Late and put-off dossiers: each rule as a scenario, unknown kept apart from 0, the first appointment from older exports."""

from __future__ import annotations

import csv
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest
from rows import by_name, dossier

from tthc_analysis.columns import DOSSIERS, TABLES
from tthc_analysis.exports import read_dataset
from tthc_analysis.indicators import late
from tthc_analysis.indicators.evaluate import rows
from tthc_analysis.indicators.evidence import evidence
from tthc_analysis.rules.appointments import appointment_limit_on
from tthc_analysis.rules.profiles import load_profiles
from tthc_analysis.rules.reporting import load_reporting

PATH = Path(__file__).parents[1] / "scenarios" / "late" / "hen_lai.csv"
with PATH.open(encoding="utf-8") as source:
    CASES = list(csv.DictReader(source))


def code(number: int) -> str:
    return str(dossier(number, "2024-01-02")["dossier_code"])


def moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def scenario_dossier(number: int, case: dict[str, str]) -> dict:
    times = int(case["column_times"]) if case["column_times"] else None
    more = {"first_due_at": moment(case["column_first"]), "reappointment_count": times}
    return dossier(number, case["received"], case["due"] or None, case["resolved"] or None, **more)


def scenario_register(number: int, case: dict[str, str]) -> list[dict]:
    found = []
    for one in filter(None, case["register"].split("|")):
        recorded, cause, old, new = one.split(":")
        days = {"recorded_date": moment(recorded), "old_due_date": moment(old), "new_due_date": moment(new)}
        found.append({"dossier_code": code(number), "cause": cause or None, **days})
    return found


@pytest.fixture
def scenario(report_of):
    dossiers = [scenario_dossier(n, case) for n, case in enumerate(CASES)]
    register = [row for n, case in enumerate(CASES) for row in scenario_register(n, case)]
    return report_of("2024-Q1", ho_so=dossiers, qua_han=register)


def test_each_case(scenario):
    found = {r["dossier_code"]: r for r in rows(scenario, late.JUDGED).to_dict("records")}
    for number, case in enumerate(CASES):
        row = found[code(number)]
        said = ("yes" if row["is_late"] else "no", "yes" if row["is_late_first"] else "no", str(int(row["times"])))
        assert said == (case["late"], case["late_first"], case["times"]), case["case"]
        assert ("" if pd.isna(row["cause"]) else row["cause"]) == case["cause"], case["case"]


def test_every_figure_leads_to_its_dossiers(scenario):
    for figure in late.indicators(scenario):
        found = evidence(scenario, figure)
        assert found is not None
        assert found.agrees(figure), figure.name
    figures = by_name(late.indicators(scenario))
    assert figures["late_dossiers_count"].value == sum(c["late"] == "yes" for c in CASES)
    assert figures["late_first_count"].value == sum(c["late_first"] == "yes" for c in CASES)
    assert figures["reappointed_again_count"].value == sum(int(c["times"]) > 1 for c in CASES)
    stated = figures["late_cause_stated_rate"]
    assert (stated.numerator, stated.denominator) == (6, 10)


def test_groups_add_up_to_the_figures_and_unstated_is_a_class(scenario):
    for table in (late.by_cause(scenario), late.by_field(scenario), late.by_unit(scenario)):
        assert (int(table["late"].sum()), int(table["reappointed"].sum()), int(table["again"].sum())) == (3, 8, 4)
    assert "chưa ghi" in set(late.by_cause(scenario)["name"])


def test_without_register_and_columns_nothing_is_said_of_causes(report_of):
    report = report_of("2024-Q1", ho_so=[dossier(1, "2024-01-02", "2024-01-10", "2024-01-12")])
    figures = by_name(late.indicators_if_any(report))
    assert figures["late_dossiers_count"].value == 1
    assert figures["late_apology_rate"].gap == "chưa có dữ liệu sổ hồ sơ quá hạn"
    assert figures["late_first_count"].gap == "chưa có dữ liệu ngày hẹn trả lần đầu"
    assert figures["reappointed_count"].value is None
    assert late.notes(report) == ()


def put_off(number: int, first: str | None, due: str, done: str, **more: object) -> dict:
    return dossier(number, "2024-01-02", due, done, first_due_at=moment(first or ""), **more)


NOTED = {"dossier_code": code(3), "recorded_date": date(2024, 1, 26), "cause": "regulation"}


def test_a_dossier_of_another_first_day_was_put_off_nobody_says_how_often(report_of):
    """A register that tells no new day says nothing of how often; one put off for a supplement is none of them."""
    rows = [
        put_off(1, "2024-01-10", "2024-01-20", "2024-01-15", agency="P1", field="A"),
        put_off(2, "2024-01-10", "2024-01-20", "2024-01-09", agency="P1", field="A"),
        put_off(3, None, "2024-01-20", "2024-01-25", agency="P2", field="B"),
        put_off(4, "2024-01-10", "2024-01-20", "2024-01-18", agency="P3", field="C", supplement_requested_at=moment("2024-01-09")),
    ]  # fmt: skip
    report = report_of("2024-Q1", date(2024, 3, 20), ho_so=rows, qua_han=[NOTED])
    figures = by_name(late.indicators(report))
    assert (figures["late_first_count"].value, figures["reappointed_count"].value) == (3, 2)
    assert figures["reappointed_again_count"].gap == "chưa có dữ liệu số lần hẹn lại của mọi hồ sơ đã đổi ngày hẹn"
    assert (figures["late_cause_stated_rate"].numerator, figures["late_cause_stated_rate"].denominator) == (1, 3)
    for table in (late.by_unit(report), late.by_field(report)):
        assert (int(table["late_first"].sum()), int(table["reappointed"].sum())) == (3, 2)
        assert len(table) == 3
    times = late.late_list(report).set_index("dossier_code")["times"]
    assert times.isna().to_dict() == {code(1): True, code(2): True, code(3): False, code(4): False}
    assert late.notes(report) == ()


def test_a_register_without_new_days_tells_no_number_of_times(report_of):
    rows = [put_off(3, None, "2024-01-20", "2024-01-25")]
    silent = report_of("2024-Q1", date(2024, 3, 20), ho_so=rows, qua_han=[NOTED])
    figures = by_name(late.indicators(silent))
    assert figures["late_dossiers_count"].value == 1
    assert figures["reappointed_count"].gap == "chưa có dữ liệu số lần hẹn lại"
    elsewhere = NOTED | {"dossier_code": code(9), "old_due_date": date(2024, 2, 1), "new_due_date": date(2024, 2, 5)}
    telling = report_of("2024-Q1", date(2024, 3, 20), ho_so=rows, qua_han=[NOTED, elsewhere])
    assert by_name(late.indicators(telling))["reappointed_count"].value == 0


def test_where_nothing_is_late_the_section_has_nothing(report_of):
    report = report_of("2024-Q1", ho_so=[dossier(1, "2024-01-02", "2024-01-10", "2024-01-09")])
    assert late.indicators_if_any(report) == ()
    assert late.late_list(report).empty


def test_the_list_tells_working_days_and_no_name(scenario):
    listed = late.late_list(scenario).set_index("dossier_code")
    assert listed.loc[code(1), "days_late"] == 1
    assert pd.isna(listed.loc[code(4), "days_late"])
    assert len(listed) == 10


def test_a_long_list_is_cut_counted_and_says_where_the_rest_is(scenario, monkeypatch):
    whole = late.late_list(scenario)
    assert late.list_notes(scenario) == ()
    rules = load_reporting()
    few = rules.model_copy(update={"lists": rules.lists.model_copy(update={"most_dossiers": 4})})
    monkeypatch.setattr(late, "load_reporting", lambda: few)
    first = whole.sort_values(["is_resolved", "due_day", "dossier_code"]).head(4)
    assert sorted(first["dossier_code"]) == list(late.late_list(scenario)["dossier_code"])
    [said] = late.list_notes(scenario)
    assert "4 dòng trong 10 hồ sơ" in said
    assert "tthc explain" in said


@pytest.mark.parametrize(
    ("period", "said"),
    [("2024-Q1", "1 hồ sơ vượt"), ("2025-Q2", "1 hồ sơ vượt"), ("2025-Q3", "chỉ được đếm")],
)
def test_the_limit_is_dated(period, said, report_of):
    """At most one re-appointment until 30/6/2025; a period that ends later only counts."""
    year, quarter = int(period[:4]), int(period[-1])
    first = date(year, 3 * quarter - 2, 2)
    register = [
        {"dossier_code": code(1), "recorded_date": first.replace(day=d), "old_due_date": first.replace(day=d + 1), "new_due_date": first.replace(day=d + 3)}
        for d in (5, 8)
    ]  # fmt: skip
    row = dossier(1, f"{first}", f"{first.replace(day=11)}", f"{first.replace(day=11)}")
    report = report_of(period, date(year, 12, 20), ho_so=[row], qua_han=register)
    assert by_name(late.indicators(report))["reappointed_again_count"].value == 1
    assert said in " ".join(late.notes(report))


def test_limits_end_on_their_day():
    assert appointment_limit_on(date(2025, 6, 30)) is not None
    assert appointment_limit_on(date(2025, 7, 1)) is None
    assert appointment_limit_on(date(2018, 6, 20)) is None


HEADER = "Mã hồ sơ;Ngày tiếp nhận;Ngày hẹn trả;Ngày kết thúc xử lý;Ngày yêu cầu bổ sung"


def exported(folder: Path, day: str, *lines: str, header: str = HEADER) -> None:
    (folder / f"ho_so_{day}.csv").write_text("\n".join([header, *lines]) + "\n", encoding="utf-8-sig")


def read(folder: Path) -> pd.DataFrame:
    return read_dataset(DOSSIERS, folder, load_profiles()).frame.set_index("dossier_code")


def test_a_changed_due_date_is_kept_and_not_overwritten(tmp_path):
    exported(
        tmp_path,
        "2024-01-31",
        "H24.99-240102-0001;02/01/2024;10/01/2024;;",
        "H24.99-240102-0002;02/01/2024;10/01/2024;;",
        "H24.99-240102-0003;02/01/2024;10/01/2024;;",
        "H24.99-240102-0004;02/01/2024;;;",
    )
    exported(tmp_path, "2024-02-10", "H24.99-240102-0001;02/01/2024;12/02/2024 17:00;;")
    exported(
        tmp_path,
        "2024-02-29",
        "H24.99-240102-0001;02/01/2024;20/02/2024;20/02/2024;",
        "H24.99-240102-0002;02/01/2024;10/01/2024 17:00;09/01/2024;",
        "H24.99-240102-0003;02/01/2024;20/02/2024;20/02/2024;09/01/2024",
        "H24.99-240102-0004;02/01/2024;10/02/2024;09/02/2024;",
        "H24.99-240202-0001;02/02/2024;10/02/2024;09/02/2024;",
    )
    found = read(tmp_path)
    first = found["first_due_at"].dt.strftime("%d/%m/%Y").fillna("").to_dict()
    assert first == {
        "H24.99-240102-0001": "10/01/2024",
        "H24.99-240102-0002": "",  # another hour of the same day is no other appointment
        "H24.99-240102-0003": "10/01/2024",
        "H24.99-240102-0004": "",  # none was told before
        "H24.99-240202-0001": "",
    }
    times = found["reappointment_count"].astype("object").where(found["reappointment_count"].notna(), None).to_dict()
    assert times["H24.99-240102-0001"] == 2
    assert times["H24.99-240102-0003"] is None  # put off because of a supplement, not by the office
    assert [n for n in times.values() if n is not None] == [2]
    assert found.loc["H24.99-240102-0001", "due_at"] == pd.Timestamp("2024-02-20")


def test_a_column_of_the_system_wins(tmp_path):
    header = f"{HEADER};Ngày hẹn trả lần đầu;Số lần hẹn lại"
    exported(tmp_path, "2024-01-31", "H24.99-240102-0001;02/01/2024;10/01/2024;;;08/01/2024;1", header=header)
    exported(tmp_path, "2024-02-29", "H24.99-240102-0001;02/01/2024;12/01/2024;;;08/01/2024;3", header=header)
    row = read(tmp_path).iloc[0]
    assert (row["first_due_at"], row["reappointment_count"]) == (pd.Timestamp("2024-01-08"), 3)


def test_the_register_reads_and_drops_names(tmp_path):
    (tmp_path / "so.csv").write_text(
        "Mã hồ sơ;Người nộp;Ngày ghi sổ;Nguyên nhân;Ngày hẹn cũ;Ngày hẹn mới;Số thư xin lỗi;Ngày thư xin lỗi\n"
        "H24.99-240102-0001;Người nộp 0001;09/01/2024;Quá tải;10/01/2024;12/01/2024;12/TXL;09/01/2024\n",
        encoding="utf-8-sig",
    )
    table = TABLES["qua_han"]
    row = read_dataset(table, tmp_path, load_profiles()).frame.iloc[0]
    assert (row["cause"], row["apology_number"]) == ("workload", "12/TXL")
    assert "Người nộp" not in str(row.to_dict())
