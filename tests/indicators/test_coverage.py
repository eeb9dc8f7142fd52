"""A period that no export covers has empty tables and notices: nothing is counted on from what an old export left open."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta

import pandas as pd
import pytest
from rows import by_name, dossier, frame_of, procedure
from running import ROOT

from tthc_analysis.columns import DOSSIERS, NO_EXPORT_DAY
from tthc_analysis.display.assessment import claim_text, comparison_table
from tthc_analysis.display.base import Notice
from tthc_analysis.display.charts import backlog_chart, monthly_chart, outcome_chart
from tthc_analysis.display.forms import ControlSumFails, digitisation_table, form_ii06a, form_ii07b, online_table
from tthc_analysis.display.time_charts import receipts_chart, trend_chart
from tthc_analysis.indicators import (
    _registers,
    all_indicators,
    assessment,
    catalogue,
    digitisation,
    directives,
    dossiers,
    due_dates,
    integration,
    one_stop,
    online,
    summary,
    trend,
)
from tthc_analysis.indicators._beginning import first_whole_day
from tthc_analysis.indicators._registers import coverage
from tthc_analysis.periods import RegisterSpan
from tthc_analysis.preparation.expectations import EXPECTATIONS, with_checks
from tthc_analysis.report import draft
from tthc_analysis.workdays import load_calendar

TABLES = {
    "Phụ lục I": lambda s: form_ii06a(dossiers.by_field(s)),
    "Phụ lục II": lambda s: online_table(online.by_procedure(s)),
    "Phụ lục III": lambda s: digitisation_table(digitisation.by_procedure(s)),
    "theo tháng": lambda s: monthly_chart(dossiers.monthly(s)),
    "đang giải quyết": lambda s: backlog_chart(dossiers.backlog(s)),
    "kết quả": lambda s: outcome_chart(dossiers.by_field(s)),
    "lịch": lambda s: receipts_chart(trend.receipts(s)),
}
#: received before the last export and never closed there: what a later period must not call its backlog
OPEN = [
    *(dossier(i, "2024-11-06", "2024-11-20") for i in range(3)),
    dossier(9, "2024-03-04", "2024-03-08", "2024-03-06"),
]


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("period", ["2025-Q3", "2023"])
def test_no_table_is_made_of_a_period_that_no_export_covers(name, period, report_of):
    shown = TABLES[name](report_of(period, date(2024, 12, 20), ho_so=OPEN))
    assert isinstance(shown, Notice)
    assert "chưa có dữ liệu" in str(shown.to_json())


@pytest.mark.parametrize("name", TABLES)
def test_the_same_tables_are_there_for_a_covered_period(name, report_of):
    assert not isinstance(TABLES[name](report_of("2024", date(2024, 12, 20), ho_so=OPEN)), Notice)


@pytest.mark.parametrize(("period", "first"), [("2024", "2024-03-04"), ("2024-Q2", "2024-03-15")])
def test_the_backlog_begins_on_the_first_day_that_the_exports_tell_of(period, first, report_of):
    table = dossiers.backlog(report_of(period, date(2024, 12, 20), ho_so=OPEN))
    assert str(table["day"].iloc[0].date()) == first
    assert table["open"].iloc[0] == (1 if period == "2024" else 0)


def test_the_backlog_ends_on_the_day_of_the_newest_export(report_of):
    """After it nobody knows what was resolved: no flat line."""
    table = dossiers.backlog(report_of("2024", date(2024, 6, 20), ho_so=OPEN))
    assert str(table["day"].iloc[-1].date()) == "2024-06-20"


def test_a_trend_leaves_out_the_periods_after_the_last_export(report_of):
    report = report_of("2025-Q3", date(2024, 12, 20), ho_so=OPEN)
    assert trend.over_periods(report)["label"].iloc[-1] == "Quý I/2025"  # the quarter in which it was exported
    assert not isinstance(trend_chart(trend.over_periods(report)), Notice)


def test_the_form_of_a_year_before_the_catalogue_has_no_zeros(open_sample):
    table = form_ii07b(catalogue.published_by_level(open_sample("2021")))
    assert (table.rows, table.total) == ((), None)
    assert table.notes == ("Chưa có dữ liệu danh mục thủ tục hành chính của kỳ này.",)


def test_form_ii07b_has_no_column_of_a_level_that_has_ended():
    frame = pd.DataFrame({"level": ["department", "commune"], "label": ["Sở", "UBND cấp xã"], "published": [4, 9]})
    before, after = (form_ii07b(frame, day=day) for day in (date(2025, 6, 30), date(2025, 7, 1)))
    assert ["Cấp huyện" in c.label for c in before.columns].count(True) == 2
    assert not any("huyện" in c.label for c in after.columns)
    assert (before.columns[6].formula, after.columns[5].formula) == ("(7)=(8)+(9)+(10)", "(6)=(7)+(8)")
    assert after.columns[2].formula == "(3)=(4)+(5)"
    assert (before.total[2:6], after.total[2:5]) == ((13, 4, 0, 9), (13, 4, 9))
    assert after.notes[0].startswith("Các cột (6) đến (11) chưa có dữ liệu")


def test_form_ii07b_tells_procedures_that_belong_to_no_single_column():
    labels = ["Sở", "Nhiều cấp", "Chưa rõ cấp"]
    frame = pd.DataFrame({"level": ["department", "several", "unknown"], "label": labels, "published": [4, 2, 1]})
    table = form_ii07b(frame, day=date(2026, 3, 14))
    assert [row[2:5] for row in table.rows] == [(4, 4, 0), (2, None, None), (1, None, None)]
    assert table.total[2:5] == (7, 4, 0)
    assert "Nhiều cấp: 2; Chưa rõ cấp: 1" in table.notes[0]
    assert "(3)=(4)+(5)" in table.notes[0]


def test_the_appendix_asks_for_the_catalogue_of_its_period():
    path = next((ROOT / "notebooks").glob("904_*.ipynb"))
    code = "".join("".join(c["source"]) for c in json.loads(path.read_text(encoding="utf-8"))["cells"])
    assert "form_ii07b(catalogue.published_by_level(report)" in code


FAR = [dossier(i, "2024-03-01", "2024-03-05", "2024-03-04") for i in range(5)] + [
    dossier(6, "2024-03-01", "2204-03-05"),  # a slip in the year, still open
    dossier(7, "2024-03-01", "2204-03-05", "2024-03-04"),
]


def test_a_due_date_outside_the_calendar_stops_nothing_and_is_counted_in_a_note(report_of):
    report = report_of("2024", ho_so=FAR, danh_muc_tthc=[procedure()])
    found = by_name(all_indicators(report))
    assert (found["dossiers_resolved_count"].value, found["processing_days_median"].value) == (6, 1)
    row = dossiers.processing_time(report).iloc[0]
    assert (row["n"], row["median"], row["allowed"]) == (6, 1, 2)
    said = [note for note in assessment.comparison_notes(report) if "lịch làm việc" in note]
    years = f"{load_calendar().first.year}–{load_calendar().last.year}"
    assert said == [f"1 hồ sơ đã giải quyết có ngày nằm ngoài các năm {years} của lịch làm việc: không tính ngày đó."]


def test_the_first_day_after_the_calendar_is_outside_of_it(report_of):
    rows = [dossier(1, "2026-12-01", "2027-01-01"), dossier(2, "2026-12-01", "2026-12-31")]
    frame = due_dates.checked(report_of("2026", date(2026, 12, 20), ho_so=rows, danh_muc_tthc=[procedure()]))
    assert list(frame["reason"]) == [due_dates.OUTSIDE, ""]


def test_one_wrong_year_makes_no_old_export_complete(report_of):
    rows = [dossier(1, "2024-01-20", "2024-01-30", "2024-01-25"), dossier(2, "2042-05-20", "2042-05-30")]
    report = report_of("2024", date(2024, 6, 30), ho_so=rows)
    assert coverage(report, "ho_so") == (date(2024, 1, 20), date(2024, 6, 30))
    assert not dossiers.reach_the_cut_off(report)
    assert any("bản xuất mới đến ngày 30/06/2024" in note for note in assessment.comparison_notes(report))


def test_an_export_that_tells_no_day_reaches_to_its_last_row(report_of):
    signed = [{"commitment_code": f"CK{m}", "unit_code": "P01", "signed_date": date(2024, m, 20)} for m in (1, 3)]
    assert coverage(report_of("2024", NO_EXPORT_DAY, cam_ket=signed), "cam_ket") == (
        date(2024, 1, 20),
        date(2024, 3, 20),
    )


@pytest.mark.parametrize(
    ("received", "resolved", "exported", "known"),
    [
        ("2024-12-20T16:30:00", None, date(2024, 12, 20), True),
        ("2024-12-21T00:00:00", None, date(2024, 12, 20), False),
        ("2024-12-02T08:00:00", "2042-12-05T08:00:00", date(2024, 12, 20), False),
        ("2024-12-02T08:00:00", None, NO_EXPORT_DAY, True),
    ],
)
def test_a_day_after_the_export_is_found_when_data_is_prepared(received, resolved, exported, known):
    frame = frame_of("ho_so", [dossier(1, received, None, resolved)], exported)
    assert list(with_checks(DOSSIERS, frame)["known_when_exported"]) == [known]
    for table in ("ho_so", "phan_anh_kien_nghi"):
        rule = next(e for e in EXPECTATIONS[table] if e.columns == ("known_when_exported",))
        assert rule.severity == "critical"


def test_a_group_that_was_read_on_another_day_keeps_its_last_reading(report_of):
    students = {"person_group": "student", "education_level": "Tiểu học", "record_count": 200}
    teachers = {"person_group": "teacher", "education_level": "Tiểu học", "record_count": 20, "verified_count": 20}
    rows = [
        {**teachers, "counted_date": date(2024, 6, 3)},
        {**students, "verified_count": 100, "counted_date": date(2024, 6, 3)},
        {**students, "verified_count": 180, "counted_date": date(2024, 12, 2)},
    ]
    report = report_of("2024", xac_thuc=rows)
    found = by_name(integration.indicators(report))
    total = found["verified_identities_rate"]
    assert (total.numerator, total.denominator) == (200, 220)
    assert found["verified_teachers_rate"].value == 100
    assert any("các ngày 03/06/2024, 02/12/2024" in note for note in integration.notes(report))


def test_a_dossier_from_before_the_calendar_costs_only_its_own_processing_time(report_of):
    """Carried over from a year that the calendar has not: the other dossiers still tell how long they took."""
    rows = [
        dossier(1, "2015-12-21", "2024-03-20", "2024-03-19"),
        *[dossier(n, "2024-03-01", "2024-03-05", "2024-03-04") for n in range(2, 7)],
    ]
    report = report_of("2024", ho_so=rows, danh_muc_tthc=[procedure()])
    found = by_name(all_indicators(report))
    assert (found["dossiers_resolved_count"].value, found["processing_days_median"].value) == (6, 1)
    assert found["dossiers_carried_over_count"].value == 1
    assert dossiers.processing_time(report).iloc[0]["n"] == 5
    assert any("1 hồ sơ đã giải quyết có ngày nằm ngoài" in note for note in assessment.comparison_notes(report))


#: a first export that begins in the middle of a quarter: 13 dossiers before the quarter that is reported, 40 in it
HALF = [
    *(dossier(i, "2024-02-20", "2024-03-01", "2024-02-28") for i in range(13)),
    *(dossier(100 + i, "2024-04-02", "2024-04-12", "2024-04-08") for i in range(40)),
]


@pytest.mark.parametrize(
    ("period", "exported", "compared"),
    [
        ("2024-Q2", date(2024, 6, 20), False),
        ("2024-05", date(2024, 6, 20), True),
        ("2024-05", date(2024, 5, 10), False),
    ],
)
def test_a_period_that_is_covered_in_part_is_never_compared(period, exported, compared, report_of):
    report = report_of(period, exported, ho_so=HALF)
    found = {c.now.name: c for c in assessment.comparisons(report)}["dossiers_handled_count"]
    assert found.now.value is not None
    assert (found.change is not None) == compared
    before = {now.name: old for now, old in summary.headlines(report)}["dossiers_handled_count"]
    assert (before is not None) == compared
    assert (assessment.slipped(report) is not None) == compared


def test_the_reader_is_told_why_there_is_no_change(report_of):
    report = report_of("2024-Q2", date(2024, 6, 20), ho_so=HALF)
    said = " ".join(assessment.comparison_notes(report))
    assert "Quý I/2024" in said
    assert "20/02/2024, kỳ chỉ có một phần dữ liệu nên không so với kỳ khác" in said
    slipped = by_name(assessment.check_indicators(report))["slipped_procedures_count"]
    assert (slipped.value, "chỉ có một phần dữ liệu" in slipped.gap) == (None, True)
    unfinished = " ".join(summary.period_notes(report_of("2024-05", date(2024, 5, 10), ho_so=HALF)))
    assert "bản xuất mới đến ngày 10/05/2024, chưa hết kỳ" in unfinished


def test_a_covered_month_without_dossiers_is_a_report_of_zeros(report_of):
    found = by_name(dossiers.indicators(report_of("2024-06", date(2024, 6, 20), ho_so=HALF)))
    assert (found["dossiers_handled_count"].value, found["dossiers_pending_count"].value) == (0, 0)
    assert found["dossiers_resolved_rate"].value is None


def test_a_trend_pales_periods_that_are_covered_in_part(report_of):
    table = trend.over_periods(report_of("2024-Q2", date(2024, 6, 20), ho_so=HALF))
    assert table[["label", "is_whole"]].to_numpy().tolist() == [["Quý I/2024", False], ["Quý II/2024", True]]


def test_a_channel_outside_the_statutory_ones_is_a_class_of_its_own(report_of):
    """By telephone, by e-mail, internal: counted apart, and in the form within the column that the rule set names."""
    said = dossier(1, "2024-03-01", "2024-03-08", "2024-03-08", channel="other", field="Hộ tịch")
    here = dossier(2, "2024-03-01", "2024-03-08", "2024-03-08", channel="in_person", field="Đất đai")
    report = report_of("2024", date(2024, 12, 20), ho_so=[said, here])
    assert dossiers.monthly(report)["other"].sum() == 1
    found = by_name(dossiers.indicators(report))
    counts = ("other", "in_person", "post", "online")
    assert [found[f"dossiers_received_{c}_count"].value for c in counts] == [1, 1, 0, 0]
    shown = form_ii06a(dossiers.by_field(report))
    assert shown.to_json()["total"][[c.name for c in shown.columns].index("received_offline")] == 2
    assert "gồm 1 hồ sơ tiếp nhận qua hình thức khác" in shown.notes[0]
    assert labelled(report) == (2, "Hồ sơ mới nộp trực tiếp, qua bưu chính và hình thức khác")
    assert "2 hồ sơ nộp trực tiếp, qua bưu chính và hình thức khác." in claim_text(one_stop.claim(report, "all_online"))
    usual = report_of("2024", date(2024, 12, 20), ho_so=[here])
    assert "dossiers_received_other_count" not in by_name(dossiers.indicators(usual))
    assert labelled(usual) == (1, "Hồ sơ mới nộp trực tiếp, qua bưu chính")


def labelled(report) -> tuple[float | None, str]:
    """The count of what was not filed online, and what its card calls it."""
    figure = by_name(online.dossier_indicators(report))["offline_received_count"]
    return figure.value, figure.label


def test_form_ii06a_prints_no_0_for_channels_and_due_dates_that_nobody_stated(report_of):
    blind = dossier(1, "2024-03-01", None, "2024-03-08", channel=None, field="Hộ tịch")
    known = dossier(2, "2024-03-01", "2024-03-08", "2024-03-08", channel="post", field="Đất đai")
    report = report_of("2024", date(2024, 12, 20), ho_so=[blind, known])
    shown = form_ii06a(dossiers.by_field(report))
    column = [c.name for c in shown.columns].index
    lines = {row[1]: dict(zip((c.name for c in shown.columns), row, strict=True)) for row in shown.to_json()["rows"]}
    land, civil = lines["Đất đai"], lines["Hộ tịch"]
    names = ("received_online", "received_offline", "resolved_early", "resolved_on_time", "resolved_overdue")
    assert [civil[n] for n in names] == [None] * 5
    assert [land[n] for n in names] == [0, 1, 0, 1, 0]
    assert shown.total is not None
    assert [shown.total[column(n)] for n in ("handled", *names)] == [2, 0, 1, 0, 1, 0]
    assert "1 hồ sơ không ghi hình thức tiếp nhận" in shown.notes[0]
    alone = form_ii06a(dossiers.by_field(report_of("2024", date(2024, 12, 20), ho_so=[blind])))
    assert alone.to_json()["total"][column("received_online")] is None


def test_a_class_without_a_column_excuses_its_own_sum_only(report_of):
    blind = dossier(1, "2024-03-01", "2024-03-08", "2024-03-08", channel=None)
    frame = dossiers.by_field(report_of("2024", date(2024, 12, 20), ho_so=[blind]))
    with pytest.raises(ControlSumFails, match=r"\(7\)"):
        form_ii06a(frame.assign(resolved_on_time=7))


def test_months_state_no_channel_that_their_dossiers_do_not(report_of):
    rows = [dossier(1, "2024-03-01", "2024-03-08", channel=None), dossier(2, "2024-04-01", "2024-04-08")]
    months = dossiers.monthly(report_of("2024", date(2024, 12, 20), ho_so=rows))
    assert months["online"].isna().tolist() == [True, False]
    assert months["post"].tolist()[1] == 0


def test_a_table_of_comparisons_marks_periods_told_of_in_part(report_of):
    assert assessment.heads(report_of("2024-Q2", date(2024, 6, 20), ho_so=HALF)) == (
        "Quý I/2024 (một phần)",
        "Quý II/2023",  # not told of at all
        "Kỳ này",
    )
    report = report_of("2024-05", date(2024, 5, 10), ho_so=HALF)
    assert assessment.heads(report)[2] == "Kỳ này (một phần)"
    table = comparison_table(assessment.comparisons(report), *assessment.heads(report))
    assert ["Kỳ này (một phần)"] in [list(c["path"]) for c in table.to_json()["columns"]]


@pytest.mark.parametrize(
    ("period", "exported", "why"),
    [
        ("2024-05", date(2024, 5, 10), "bản xuất hồ sơ mới đến ngày 10/05/2024, kỳ kết thúc ngày 14/05/2024"),
        (
            "2024-Q1",
            date(2024, 6, 20),
            "dữ liệu có đủ hồ sơ từ ngày 20/02/2024, kỳ bắt đầu từ ngày 15/12/2023",
        ),
        ("2024-05", date(2024, 5, 14), ""),
        (
            "2023",
            date(2024, 5, 14),
            "dữ liệu có đủ hồ sơ từ ngày 20/02/2024, sau ngày cuối kỳ 14/12/2023",
        ),
        ("2025", date(2024, 5, 14), "bản xuất hồ sơ mới đến ngày 14/05/2024, trước ngày đầu kỳ 15/12/2024"),
    ],
)
def test_why_a_period_is_told_of_in_part(period, exported, why, report_of):
    assert _registers.partial(report_of(period, exported, ho_so=HALF)) == why


def one_year(first: date, days: int, every: int = 1) -> list[dict]:
    """A dossier on every so many days, each done within three, and four of the months before that were still open then."""
    began = [first + timedelta(days=n) for n in range(0, days, every)]
    new = [dossier(n, str(day), None, str(day + timedelta(days=3))) for n, day in enumerate(began, start=1)]
    former = [first - timedelta(days=60 + 30 * n) for n in range(4)]
    ends = [first + timedelta(days=n) for n in (1, 5, 9, 20)]
    old = [dossier(9000 + n, str(a), None, str(b)) for n, (a, b) in enumerate(zip(former, ends, strict=True))]
    return [*old, *new]


def test_carried_over_dossiers_tell_of_no_period_before(report_of):
    rows = one_year(date(2023, 12, 15), 366)
    now, before = (report_of(year, date(2024, 12, 20), ho_so=rows) for year in ("2024", "2023"))
    assert coverage(now, "ho_so") == (date(2023, 12, 15), date(2024, 12, 20))
    assert (_registers.partial(now), _registers.covers(before, "ho_so")) == ("", False)
    assert by_name(dossiers.indicators(now))["dossiers_carried_over_count"].value == 4
    assert by_name(dossiers.indicators(before))["dossiers_handled_count"].value is None
    assert not _registers.comparable(now, before, ("ho_so",))


@pytest.mark.parametrize("kept", ["one that ended before", "half of them", "few a year", "too few to tell"])
def test_dossiers_of_a_time_of_which_all_are_there_tell_of_it(kept, report_of):
    rows = one_year(date(2023, 12, 15), 366, {"few a year": 60, "too few to tell": 25}.get(kept, 1))
    if kept == "too few to tell":  # one of the six that half a year lets expect
        rows = [row for row in rows if not "H24.99-240101-9000" <= row["dossier_code"] <= "H24.99-240101-9002"]
    first = min(row["received_at"] for row in rows).date()
    if kept == "one that ended before":
        rows.append(dossier(8000, str(first), None, str(first + timedelta(days=2))))
    elif kept == "half of them":
        days = [first + timedelta(days=n) for n in range(0, 150, 2)]
        rows += [dossier(8000 + n, str(day), None, "2024-01-05") for n, day in enumerate(days)]
    assert coverage(report_of("2024", date(2024, 12, 20), ho_so=rows), "ho_so")[0] == first


def test_receipts_that_all_lie_before_the_first_end_are_held_against_nothing():
    receipts = pd.Series([1, 1], index=[date(2024, 1, 1), date(2024, 3, 31)])
    assert first_whole_day(receipts, date(2024, 4, 1)) == date(2024, 1, 1)


def test_an_end_before_the_receipt_hides_nothing(report_of):
    rows = [*one_year(date(2023, 12, 15), 366), dossier(8000, "2024-05-06", None, "2023-01-06")]
    assert coverage(report_of("2024", date(2024, 12, 20), ho_so=rows), "ho_so")[0] == date(2023, 12, 15)


@pytest.mark.parametrize(
    ("period", "rows", "failed", "said"),
    [
        ("2025", OPEN, [], "dữ liệu hồ sơ không bao trùm kỳ"),
        ("2024", OPEN, ["H1"], draft.NOT_VALID),
        ("2025", OPEN, ["H1"], f"{draft.NOT_VALID}; dữ liệu hồ sơ không bao trùm kỳ"),
        (
            "2024",
            [dossier(1, "2024-03-04", "2024-03-08", status="completed")],
            [],
            "1 hồ sơ đã xử lý xong không ghi ngày xong",
        ),
    ],
)
def test_a_draft_says_only_what_makes_it_one(period, rows, failed, said, report_of, monkeypatch):
    monkeypatch.setattr(draft, "critical_findings", lambda store: failed)
    assert draft.reason(report_of(period, date(2024, 12, 14), ho_so=rows)) == said


def petitions(*days: str) -> list[dict[str, object]]:
    """Petitions received on these days, as an export of the last of them tells."""
    exported = date.fromisoformat(max(days))
    more = {"channel": "portal", "kind": "conduct", "snapshot_date": exported}
    return [{"petition_code": f"P{n}", "received_at": datetime.fromisoformat(d), **more} for n, d in enumerate(days)]


@pytest.mark.parametrize(
    ("days", "compares", "said"),
    [
        (("2023-09-16", "2023-12-20", "2024-01-05"), False, "Phản ánh, kiến nghị: bản xuất mới đến ngày 05/01/2024, chưa hết kỳ."),
        (("2023-10-20", "2023-12-20", "2024-03-14"), False, "Kỳ Quý IV/2023: Phản ánh, kiến nghị: dòng đầu tiên là ngày 20/10/2023"),
        (("2023-09-16", "2023-12-20", "2024-03-14"), True, ""),
        (("2023-12-15", "2023-12-20", "2024-03-14"), False, ""),
    ],
)  # fmt: skip
def test_a_register_told_of_in_part_is_not_compared(days, compares, said, report_of):
    ho_so = [dossier(n, f"{d}T08:00", f"{d}T17:00", f"{d}T09:00") for n, d in enumerate(("2023-09-16", "2024-02-16"))]
    report = report_of("2024-Q1", date(2024, 3, 20), ho_so=ho_so, phan_anh_kien_nghi=petitions(*days))
    found = {c.now.name: c for c in assessment.comparisons(report)}
    assert found["dossiers_received_new_count"].change == 0
    petitioned = found["petitions_received_count"]
    assert petitioned.with_previous is compares
    assert (petitioned.change is not None) is compares
    notes = [n for n in assessment.comparison_notes(report) if "Phản ánh" in n]
    assert [n for n in notes if said and said in n] == ([] if not said else notes)


def document(number: str, issued: date) -> dict[str, object]:
    words = {"document_type": "plan", "issuer": "department", "topic": "reform", "subject": "thử"}
    return {"document_number": number, "issued_date": issued, **words}


def test_a_register_may_have_days_of_its_own_in_a_period(report_of):
    rows = [document("1/KH-STP", date(2024, 1, 10)), document("9/KH-STP", date(2023, 12, 20))]
    whole = report_of("2024", date(2024, 12, 20), van_ban=rows)
    own = RegisterSpan("van_ban", date(2024, 1, 1), date(2024, 12, 5), "Đề cương của tỉnh.")
    part = whole.at(replace(whole.period, spans=(own,)))
    counted = [by_name(directives.document_indicators(r))["directive_documents_count"].numerator for r in (whole, part)]
    assert counted == [2, 1]
    said = "Sổ văn bản về kiểm soát thủ tục hành chính: tính riêng từ ngày 01/01/2024 đến ngày 05/12/2024 (Đề cương của tỉnh)."
    assert (said in directives.notes(whole), said in directives.notes(part)) == (False, True)
    assert not _registers.comparable(part, whole, ("van_ban",))
    assert directives.by_month(part)["month"].tolist()[0] == "2024-01"
