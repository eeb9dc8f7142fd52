"""A column that the exports lack is "chưa có dữ liệu" in every figure that it decides, never 0 and never 0%."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from rows import by_name, dossier, procedure
from test_registers import petition

from tthc_analysis.columns import DOSSIERS
from tthc_analysis.display.charts import outcome_chart
from tthc_analysis.display.forms import ControlSumFails, digitisation_table, form_ii06a, online_table
from tthc_analysis.display.listed import petitions_table
from tthc_analysis.display.time_charts import trend_chart
from tthc_analysis.indicators import (
    all_indicators,
    assessment,
    communication,
    digitisation,
    dossiers,
    evidence,
    one_stop,
    online,
    petitions,
    quality,
    summary,
    trend,
)
from tthc_analysis.rules import load_counting_rules

DATES = ("2024-05-06", "2024-05-10", "2024-05-08")


def figures(module, report):
    return by_name(module.indicators(report))


def gaps(found, *names: str) -> set[str]:
    """The gaps of these figures; none of them may have a number."""
    assert [n for n in names if found[n].value is not None] == []
    return {found[n].gap for n in names}


def test_without_the_channel_nothing_is_said_of_online_dossiers(report_of):
    rows = [dossier(1, *DATES, channel=None), dossier(2, "2024-12-10", "2024-12-30", channel=None)]
    report = report_of("2024", ho_so=rows)
    online_names = (
        "online_handled_count",
        "online_received_count",
        "offline_received_count",
        "online_received_rate",
        "online_pending_within_rate",
        "online_overdue_count",
    )
    assert gaps(figures(online, report), *online_names) == {"chưa có dữ liệu hình thức tiếp nhận"}
    found = figures(dossiers, report)
    names = (f"dossiers_received_{c}_count" for c in ("online", "in_person", "post"))
    assert gaps(found, *names) == {"chưa có dữ liệu hình thức tiếp nhận"}
    assert found["dossiers_received_no_channel_count"].value == 2
    assert found["dossiers_pending_within_count"].value == 1


def test_the_online_appendix_leaves_the_cells_of_an_unknown_channel_empty(report_of):
    other = {"procedure_code": "1.000002", "procedure_name": "Thủ tục khác"}
    rows = [dossier(1, *DATES, channel=None), dossier(2, *DATES, **other), dossier(3, *DATES, **other, channel=None)]
    table = online_table(online.by_procedure(report_of("2024", ho_so=rows)))
    assert [row[5:] for row in table.rows] == [(1, None, None, None, 0, None), (2, 1, 0, 0, 0, 50.0)]
    assert table.notes == ("Trong tổng số có 2 hồ sơ không ghi hình thức tiếp nhận, không thuộc cột nào của bảng.",)
    nothing = online_table(online.by_procedure(report_of("2024", ho_so=rows[:1])))
    assert nothing.total[5:] == (1, None, None, None, 0, None)


@pytest.mark.parametrize(("resolved", "of_resolved", "of_pending"), [("2024-05-08", True, False), (None, False, True)])
def test_without_due_dates_no_dossier_is_early_or_late(resolved, of_resolved, of_pending, report_of):
    found = figures(dossiers, report_of("2024", ho_so=[dossier(1, "2024-05-06", None, resolved)]))
    classes = {f"dossiers_resolved_{c}_{k}" for c in ("early", "on_time", "overdue") for k in ("count", "rate")}
    classes |= {"dossiers_pending_within_count", "dossiers_pending_overdue_count", "dossiers_pending_within_rate"}
    unknown = {n for n in classes if found[n].gap == "chưa có dữ liệu ngày hẹn trả"}
    assert unknown == {n for n in classes if n.startswith("dossiers_resolved") == of_resolved}
    assert all(found[n].value is None for n in unknown)
    assert of_pending != of_resolved


def test_without_due_dates_the_overdue_dossiers_are_not_counted(report_of):
    report = report_of("2024", ho_so=[dossier(1, "2024-05-06", None, "2024-05-08"), dossier(2, "2024-12-10")])
    assert gaps(figures(one_stop, report), "overdue_total_count") == {"chưa có dữ liệu ngày hẹn trả"}
    assert one_stop.claim(report, "no_overdue").holds is None
    pending = one_stop.claim(report, "no_pending")
    assert [f.name for f in pending.figures] == ["dossiers_pending_count", "dossiers_pending_no_due_count"]


def test_a_column_of_an_older_export_says_nothing_of_this_period(report_of):
    """The digitised files are in the export of 2023 only: 2024 has no share, and no fall from 100%."""
    files = {"component_file_count": 2, "result_file_count": 1}
    rows = [dossier(1, "2022-12-15", "2022-12-20", "2022-12-19", **files), dossier(2, *DATES)]
    report = report_of("2024", ho_so=rows)
    found = figures(digitisation, report)
    assert gaps(found, "digitised_components_rate") == {"chưa có dữ liệu số tệp thành phần hồ sơ"}
    assert gaps(found, "digitised_results_rate") == {"chưa có dữ liệu số tệp kết quả giải quyết"}
    assert found["digitised_rate"].value is None
    assert figures(digitisation, report.previous)["digitised_rate"].value == 100
    before = {now.name: was for now, was in summary.headlines(report)}
    assert before["digitised_rate"] is not None
    table = digitisation_table(digitisation.by_procedure(report))
    assert (table.rows[0][4:], table.total[4:]) == (((1, None, None, 1, None, None),) * 2)


def test_files_that_are_stated_as_none_are_a_true_zero(report_of):
    rows = [dossier(1, *DATES, component_file_count=0, result_file_count=0)]
    found = figures(digitisation, report_of("2024", ho_so=rows))
    assert {i.value for i in found.values()} == {0}


PAID = {"payment_status": "paid", "payment_method": "online"}
PAYMENTS = [
    # fee, status and method of the dossiers, numerator, gap
    ([PAID], 1, ""),  # no fee recorded: the catalogue says that there is one
    ([{**PAID, "fee_amount": Decimal(5000)}, {"fee_amount": Decimal(5000), "payment_status": "unpaid"}], 1, ""),
    ([{"payment_status": "unpaid"}], 0, ""),  # nobody paid: a true 0, no method is missing
    ([{"payment_status": "paid"}], None, "chưa có dữ liệu hình thức thanh toán"),
    ([{"fee_amount": Decimal(5000)}], None, "chưa có dữ liệu trạng thái thanh toán"),
]


@pytest.mark.parametrize(("payments", "paid", "gap"), PAYMENTS)
def test_payment_online(payments, paid, gap, report_of):
    rows = [dossier(i, *DATES, **more) for i, more in enumerate(payments, start=1)]
    report = report_of("2024", ho_so=rows, danh_muc_tthc=[procedure(fee_amount=Decimal(5000))])
    found = by_name(online.payment_indicators(report))["paid_online_rate"]
    assert (found.numerator, found.gap) == (paid, gap)
    assert evidence.evidence(report, found).agrees(found)


def test_internal_procedures_are_no_published_ones_with_a_fee(report_of):
    fee = {"fee_amount": Decimal(5000)}
    listed = [procedure(**fee), procedure("1.000002", is_internal=True, **fee)]
    rows = [dossier(1, *DATES, **PAID), dossier(2, *DATES, procedure_code="1.000002", **PAID)]
    found = by_name(online.payment_indicators(report_of("2024", ho_so=rows, danh_muc_tthc=listed)))
    assert (found["fee_procedures_count"].value, found["fee_dossiers_count"].value) == (1, 1)


def test_petitions_on_time_are_of_those_with_a_due_date(report_of):
    dated, late = (petition(f"P{i}", "2024-05-06", "2024-05-10", f"2024-05-{d}") for i, d in ((1, "10"), (2, "13")))
    undated = {**dated, "petition_code": "P3", "due_at": None}
    found = figures(petitions, report_of("2024", phan_anh_kien_nghi=[dated, late, undated]))["petitions_on_time_rate"]
    assert (found.numerator, found.denominator) == (1, 2)
    nothing = report_of("2024", phan_anh_kien_nghi=[undated])
    assert gaps(figures(petitions, nothing), "petitions_on_time_rate") == {"chưa có dữ liệu hạn xử lý"}
    assert petitions_table(petitions.by_kind(nothing)).rows[0][2:] == (1, 1, None, 0)


def test_months_without_a_reading_of_posts_are_empty(report_of):
    reading = {"channel": "portal", "counted_date": date(2024, 5, 6), "visits": 10}
    table = communication.monthly(report_of("2024", truyen_thong=[reading]))
    assert table["visits"].tolist() == [10]
    assert table[["posts", "reform_posts"]].isna().all(axis=None)


def test_every_figure_of_bare_dossiers_is_a_number_or_a_gap(report_of):
    """Only a code and a day of receipt are exported: what is printed are totals; no rate is 0%."""
    bare = {"channel": None, "procedure_code": None, "procedure_name": None, "field": None, "status": None}
    rows = [dossier(1, "2024-05-06", **bare), dossier(2, "2024-05-06", None, "2024-05-08", **bare)]
    found = [i for i in all_indicators(report_of("2024", ho_so=rows)) if i.section.startswith("II.4")]
    assert [i.name for i in found if i.kind == "rate" and i.value == 0] == []
    assert by_name(found)["dossiers_handled_count"].value == 2
    assert by_name(found)["dossiers_pending_count"].value == 1


def test_procedures_without_codes_are_told_by_their_names(report_of):
    names = ["Thủ tục A"] * 5 + ["Thủ tục B"] * 6
    rows = [dossier(i, *DATES, procedure_code=None, procedure_name=n) for i, n in enumerate(names, start=1)]
    report = report_of("2024", ho_so=rows, danh_muc_tthc=[procedure(fee_amount=Decimal(5000))])
    table = dossiers.by_procedure(report)
    assert table[["procedure_name", "handled"]].to_numpy().tolist() == [["Thủ tục A", 5], ["Thủ tục B", 6]]
    assert table["procedure_code"].isna().all()
    assert online_table(online.by_procedure(report)).total[5] == 11
    for times in (dossiers.processing_time(report), assessment.processing(report)):
        assert times[["procedure_name", "n"]].to_numpy().tolist() == [["Thủ tục B", 6], ["Thủ tục A", 5]]
    found = by_name(all_indicators(report))
    names = ("fast_procedures_count", "slipped_procedures_count", "fee_dossiers_count", "paid_online_rate")
    assert gaps(found, *names) == {"chưa có dữ liệu mã thủ tục"}


def test_one_code_is_one_procedure_whatever_its_dossiers_call_it(report_of):
    rows = [dossier(1, *DATES), dossier(2, *DATES, procedure_name="Tên cũ"), dossier(3, *DATES, procedure_code=None)]
    table = dossiers.by_procedure(report_of("2024", ho_so=rows))
    assert table["handled"].tolist() == [2, 1]
    assert table["procedure_code"].isna().tolist() == [False, True]


def test_a_trend_has_no_rate_where_the_column_is_missing(report_of):
    rows = [
        dossier(1, "2024-02-05", None, "2024-02-07", channel=None),
        dossier(2, "2024-05-06", "2024-05-10", "2024-05-08"),
    ]
    table = trend.over_periods(report_of("2024-Q2", ho_so=rows))
    assert table["handled"].tolist() == [1, 1]
    assert table[["online_rate", "overdue_rate"]].isna().all(axis=1).tolist() == [True, False]
    assert table.iloc[-1][["online_rate", "overdue_rate"]].tolist() == [100, 0]
    assert "quá hạn –" in trend_chart(table).alt


def form_of(report):
    """The cells of form II.06a, its total line and its notes."""
    shown = form_ii06a(dossiers.by_field(report))
    return [row[2:] for row in shown.rows], shown.total[2:], shown.notes


def test_the_form_without_a_channel_column_knows_only_the_sum_of_its_columns(report_of):
    old = dossier(4, "2022-12-01", "2023-12-30", "2023-12-28", channel=None)
    rows = [old, *(dossier(i, *DATES, channel=None, field=f) for i, f in ((1, "A"), (2, "A"), (3, "B")))]
    cells, total, notes = form_of(report_of("2024", ho_so=rows[1:]))
    assert cells[0] == (2, None, None, 0, 2, 2, 0, 0, 0, 0, 0)
    assert total == (3, None, None, 0, 3, 3, 0, 0, 0, 0, 0)
    assert notes == (
        "Cột (4), (5) chưa có dữ liệu hình thức tiếp nhận: chỉ biết (4)+(5) = (3)−(6) = 3; "
        "cân đối (3) = (4)+(5)+(6) không kiểm được.",
    )
    assert form_of(report_of("2024", ho_so=rows))[1][:4] == (4, None, None, 1)


def test_a_field_with_old_dossiers_only_makes_no_zero_of_unknown_channels(report_of):
    """Nothing new in field A is a true 0 there, and no sum: all new dossiers are in B, without a channel."""
    old = dossier(1, "2023-10-02", "2024-05-10", "2024-05-08", field="A")
    new = dossier(2, *DATES, channel=None, field="B")
    cells, total, _ = form_of(report_of("2024", ho_so=[old, new]))
    assert [row[:4] for row in cells] == [(1, 0, 0, 1), (1, None, None, 0)]
    assert total[:4] == (2, None, None, 1)
    keyed = [{**old, "procedure_code": "1.000001"}, {**new, "procedure_code": "1.000002"}]
    assert online_table(online.by_procedure(report_of("2024", ho_so=keyed))).total[5:9] == (1, None, None, None)


def test_the_form_without_due_dates_judges_nothing(report_of):
    rows = [dossier(1, "2024-05-06", None, "2024-05-08"), dossier(2, "2024-12-01", None)]
    cells, total, notes = form_of(report_of("2024", ho_so=rows))
    assert cells == [total] == [(2, 2, 0, 0, 1, None, None, None, 1, None, None)]
    assert [n.partition(";")[0] for n in notes] == [
        "Cột (8), (9), (10) chưa có dữ liệu ngày hẹn trả: chỉ biết (8)+(9)+(10) = (7) = 1",
        "Cột (12), (13) chưa có dữ liệu ngày hẹn trả: chỉ biết (12)+(13) = (11) = 1",
    ]


def test_rows_of_the_form_that_do_not_add_up_say_why(report_of):
    undated = {"due_at": None}
    rows = [dossier(1, *DATES, field="A"), dossier(2, *DATES, field="A") | undated]
    rows += [dossier(3, *DATES, field="B"), dossier(4, *DATES, field="C") | undated]
    cells, total, notes = form_of(report_of("2024", ho_so=rows))
    assert [row[4:8] for row in (*cells, total)] == [(2, 1, 0, 0), (1, 1, 0, 0), (1, None, None, None), (4, 2, 0, 0)]
    assert notes == (
        "Trong tổng số có 2 hồ sơ đã giải quyết không có ngày hẹn trả, không thuộc cột nào của biểu.",
        "Vì vậy (7) ≠ (8)+(9)+(10) ở dòng 1.",
        "Cột (8), (9), (10) ở dòng 3 chưa có dữ liệu ngày hẹn trả; cân đối (7) = (8)+(9)+(10) ở đó không kiểm được.",
    )


def test_a_residual_excuses_its_own_sum_only(report_of):
    frame = dossiers.by_field(report_of("2024", ho_so=[dossier(1, *DATES, channel=None), dossier(2, *DATES)]))
    assert form_ii06a(frame).total[2:6] == (2, 1, 0, 0)
    for column in ("resolved_early", "pending_within", "received_online"):
        with pytest.raises(ControlSumFails):
            form_ii06a(frame.assign(**{column: frame[column] + 1}))


def test_a_rule_for_missing_channels_holds_where_some_are_stated(report_of):
    rows = [dossier(1, *DATES, field="A"), dossier(2, *DATES, field="B", channel=None)]
    ruled = replace(report_of("2024", ho_so=rows), rules=load_counting_rules("he-thong-a-06"))
    assert form_of(ruled)[1][:3] == (2, 1, 1)


def test_the_chart_names_no_overdue_of_undated_dossiers(report_of):
    shown = outcome_chart(dossiers.by_field(report_of("2024", ho_so=[dossier(1, "2024-05-06", None, "2024-05-08")])))
    assert shown.title == "1 hồ sơ đã giải quyết đều không có ngày hẹn trả, chưa biết hồ sơ nào quá hạn"
    assert "quá hạn 0" not in shown.alt
    assert shown.to_json()["data"]["rows"][0][1:5] == [1, None, None, None]


def test_totals_leave_out_what_is_not_stated(report_of):
    told = dossiers.totals(report_of("2024", ho_so=[dossier(1, *DATES, channel=None)]))
    assert (told["handled"], told["resolved_early"]) == (1, 1)
    assert "received_online" not in told


@pytest.mark.parametrize(("fees", "known"), [([None, None], False), ([None, Decimal(0)], True)])
def test_a_catalogue_without_fees_does_not_say_that_nothing_is_to_pay(fees, known, report_of):
    listed = [procedure(f"1.00000{i}", fee_amount=fee) for i, fee in enumerate(fees, start=1)]
    report = report_of("2024", ho_so=[dossier(1, *DATES, **PAID)], danh_muc_tthc=listed)
    found = by_name(online.payment_indicators(report))
    counts = [found[n].value for n in ("fee_procedures_count", "fee_dossiers_count")]
    assert counts == ([0, 0] if known else [None, None])
    gap = "không có trường hợp nào phát sinh" if known else "chưa có dữ liệu phí, lệ phí của danh mục"
    assert found["paid_online_rate"].gap == gap
    assert one_stop.claim(report, "all_paid_online").holds is None


def account(file: str, kept: int, *missing: str) -> dict:
    return {"file": file, "kept": kept, "missing": list(missing)}


def test_a_column_that_some_files_lack_is_named_with_its_files_and_rows():
    def told(*accounts):
        data = {"ho_so": {"label": "Hồ sơ", "accounts": list(accounts)}}
        return quality.gaps(SimpleNamespace(store=SimpleNamespace(quality=lambda: {"datasets": data})))

    whole = account("moi.csv", 1200)
    label = DOSSIERS.column("component_file_count").label
    assert told(whole, account("cu.csv", 60, "component_file_count")) == (
        f"Hồ sơ: cột “{label}” không có ở tệp cu.csv: 60 dòng trong 1.260 dòng không ghi, số đếm theo cột ấy có thể thấp hơn thực tế.",
    )
    many = told(whole, *(account(f"{n}.csv", 1, "component_file_count") for n in range(5)))
    assert "ở tệp 0.csv, 1.csv, 2.csv và 2 tệp khác: 5 dòng trong 1.205 dòng" in many[0]
    assert told(whole, account("rong.csv", 0, "component_file_count")) == ()
    assert told(account("a.csv", 1, "component_file_count"), account("b.csv", 2, "component_file_count")) == (
        f"Hồ sơ: không tệp nào có cột “{label}”.",
    )
