"""Claims are bound to counts: what the counts contradict cannot be printed."""

from __future__ import annotations

from datetime import date

import pytest
from rows import dossier, procedure

from tthc_analysis.display.assessment import claim_text, claims_notice
from tthc_analysis.display.charts import outcome_chart
from tthc_analysis.indicators import dossiers, one_stop
from tthc_analysis.indicators.one_stop import ClaimDoesNotHold

EARLY = ("2024-05-06", "2024-05-10", "2024-05-08")
LATE = ("2024-05-06", "2024-05-10", "2024-05-13")
OPEN = ("2024-12-10", "2024-12-16", None)
OPEN_LATE = ("2024-12-02", "2024-12-06", None)


def holds(report, name: str):
    return one_stop.claim(report, name).holds


@pytest.mark.parametrize(
    ("rows", "no_overdue", "no_pending"),
    [
        ([EARLY], True, True),
        ([EARLY, LATE], False, True),
        ([EARLY, OPEN], True, False),
        ([EARLY, OPEN_LATE], False, False),
    ],
)
def test_overdue_and_pending_follow_from_the_counts(rows, no_overdue, no_pending, report_of):
    report = report_of("2024", ho_so=[dossier(i, *moments) for i, moments in enumerate(rows, start=1)])
    assert (holds(report, "no_overdue"), holds(report, "no_pending")) == (no_overdue, no_pending)
    printed = claims_notice(one_stop.claims(report)).lines
    assert ("Không còn hồ sơ đang giải quyết tại ngày chốt." in printed) == no_pending
    assert ("Không có hồ sơ quá hạn trong số đã giải quyết và đang giải quyết." in printed) == no_overdue


def test_the_other_wording_prints_the_counts(report_of):
    rows = [dossier(1, *OPEN), dossier(2, *OPEN_LATE), dossier(3, *EARLY, channel="post")]
    report = report_of("2024", ho_so=rows)
    assert claim_text(one_stop.claim(report, "no_pending")) == (
        "Tại ngày chốt còn 2 hồ sơ đang giải quyết: 1 trong hạn, 1 quá hạn."
    )
    assert claim_text(one_stop.claim(report, "all_online")) == (
        "66,67% hồ sơ mới được nộp trực tuyến; 1 hồ sơ nộp trực tiếp hoặc qua bưu chính."
    )


def test_a_claim_that_does_not_hold_cannot_be_demanded(report_of):
    report = report_of("2024", ho_so=[dossier(1, *LATE)])
    assert one_stop.claim(report, "no_pending").require().holds
    with pytest.raises(ClaimDoesNotHold, match=r"Hồ sơ quá hạn.*: 1"):
        one_stop.claim(report, "no_overdue").require()


def test_without_data_nothing_is_concluded(report_of):
    report = report_of("2024", van_ban=[])
    assert {c.holds for c in one_stop.claims(report)} == {None}
    assert all(line.startswith("Chưa có dữ liệu để kết luận") for line in claims_notice(one_stop.claims(report)).lines)
    with pytest.raises(ClaimDoesNotHold, match="chưa có dữ liệu"):
        one_stop.claim(report, "no_overdue").require()


def test_an_export_older_than_the_cut_off_concludes_nothing(report_of):
    report = report_of("2024", date(2024, 11, 1), ho_so=[dossier(1, *EARLY)])
    assert holds(report, "no_pending") is None
    assert "chưa hết kỳ" in one_stop.notes(report)[0]


def test_an_export_older_than_the_cut_off_tells_what_is_known_already(report_of):
    rows = [
        dossier(1, *EARLY),
        dossier(2, "2024-09-02", "2024-09-09", "2024-09-20"),
        dossier(3, "2024-10-01", "2024-10-08"),
    ]
    rows.append(dossier(4, "2024-10-28", "2024-11-11"))  # may be done in time after the export
    report = report_of("2024", date(2024, 11, 1), ho_so=[*rows, dossier(5, *EARLY, channel="post")])
    said = {c.name: (c.holds, claim_text(c)) for c in one_stop.claims(report)}
    assert said["no_overdue"] == (
        False,
        "Theo bản xuất ngày 01/11/2024, chưa hết kỳ: có 2 hồ sơ quá hạn, gồm 1 đã giải quyết và 1 đang giải quyết.",
    )
    assert said["all_online"][0] is False
    assert said["no_pending"][0] is None
    with pytest.raises(ClaimDoesNotHold):
        one_stop.claim(report, "no_overdue").require()


def test_codes_all_of_another_shape_are_no_0_percent(report_of):
    rows = [dossier(i, *EARLY, dossier_code=f"HS.2024.{i:05d}") for i in range(3)]
    report = report_of("2024", ho_so=rows)
    found = one_stop.indicators(report)[1]
    assert (found.value, "mã hồ sơ theo cấu trúc quốc gia" in found.gap) == (None, True)
    assert holds(report, "all_registered") is None
    ministry = report_of("2024", ho_so=[dossier(1, *EARLY, dossier_code="G09.02-240102-0001")])
    assert one_stop.indicators(ministry)[1].numerator == 1


def test_payment_without_any_payable_dossier_is_no_100_percent(report_of):
    report = report_of("2024", ho_so=[dossier(1, *EARLY)], danh_muc_tthc=[procedure()])
    assert holds(report, "all_paid_online") is None


def test_codes_that_no_one_stop_system_gave_are_counted(report_of):
    rows = [dossier(1, *EARLY), dossier(2, *EARLY, dossier_code="SO-GIAY-17")]
    report = report_of("2024", ho_so=rows)
    found = one_stop.indicators(report)[1]
    assert (found.numerator, found.denominator) == (1, 2)
    assert holds(report, "all_registered") is False


def test_an_unknown_claim_names_the_nearest(report_of):
    with pytest.raises(ClaimDoesNotHold, match="no_pending"):
        one_stop.claim(report_of("2024", ho_so=[dossier(1, *EARLY)]), "no_pendin")


UNDATED, UNDATED_OPEN = ("2024-05-06", None, "2024-05-08"), ("2024-12-10", None, None)


@pytest.mark.parametrize("moments", [UNDATED, UNDATED_OPEN])
def test_without_due_dates_nobody_can_say_that_none_is_overdue(moments, report_of):
    report = report_of("2024", ho_so=[dossier(1, *EARLY), dossier(2, *moments)])
    found = one_stop.claim(report, "no_overdue")
    assert found.holds is None
    assert claim_text(found).startswith("Chưa có dữ liệu để kết luận")
    with pytest.raises(ClaimDoesNotHold, match="không có ngày hẹn trả: 1"):
        found.require()


def test_known_overdue_dossiers_are_printed_beside_those_without_a_due_date(report_of):
    rows = [dossier(1, *LATE), dossier(2, *UNDATED), dossier(3, *UNDATED_OPEN), dossier(4, *OPEN)]
    report = report_of("2024", ho_so=rows)
    assert claim_text(one_stop.claim(report, "no_overdue")) == (
        "Có 1 hồ sơ quá hạn, gồm 1 đã giải quyết và 0 đang giải quyết; "
        "chưa tính 1 đã giải quyết và 1 đang giải quyết không có ngày hẹn trả."
    )
    assert claim_text(one_stop.claim(report, "no_pending")) == (
        "Tại ngày chốt còn 2 hồ sơ đang giải quyết: 1 trong hạn, 0 quá hạn, 1 không có ngày hẹn trả."
    )


@pytest.mark.parametrize(
    ("channels", "all_online"),
    [(("online", "online"), True), (("online", "post"), False), (("online", None), None), ((None, None), None)],
)
def test_all_online_is_decided_by_the_channels_that_are_known(channels, all_online, report_of):
    rows = [dossier(i, *EARLY, channel=channel) for i, channel in enumerate(channels, start=1)]
    assert holds(report_of("2024", ho_so=rows), "all_online") is all_online


def test_no_new_dossier_is_not_all_of_them_online(report_of):
    assert holds(report_of("2024-Q3", ho_so=[dossier(1, "2024-03-01", "2024-03-08")]), "all_online") is None


def test_the_chart_does_not_say_that_undated_dossiers_were_in_time(report_of):
    shown = outcome_chart(dossiers.by_field(report_of("2024", ho_so=[dossier(1, *EARLY), dossier(2, *UNDATED)])))
    assert shown.title == "Không có hồ sơ giải quyết quá hạn trong số có ngày hẹn trả; 1 hồ sơ không có ngày hẹn trả"
    assert "không có ngày hẹn trả 1" in shown.alt
    dated = outcome_chart(dossiers.by_field(report_of("2024", ho_so=[dossier(1, *EARLY)])))
    assert dated.title == "Không có hồ sơ giải quyết quá hạn ở lĩnh vực nào"
    assert "ngày hẹn trả" not in dated.alt
