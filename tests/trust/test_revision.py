"""What a version of a report says of the one before it: made once, kept in the manifest, carried on, refused when forged."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tthc_analysis.config import Agency
from tthc_analysis.documents.content import About, Revision
from tthc_analysis.indicators import Indicator
from tthc_analysis.periods import parse_period
from tthc_analysis.report.published import ForgedManifest, PublishedReport
from tthc_analysis.report.revision import kept_day, report_in_place, revisions
from tthc_analysis.rules import load_counting_rules
from tthc_analysis.rules.laws import laws

AGENCY = Agency(id="so-a", name="Sở A", short="SA", parent="B", place="C", receiver="D")
ABOUT = About(
    AGENCY, "Báo cáo", parse_period("2024"), load_counting_rules(), laws(), False, False, compiled=date(2025, 1, 10)
)


def count(value: int | None, name: str = "a_count") -> Indicator:
    gap = "" if value is not None else "chưa có dữ liệu"
    return Indicator(name, f"Số {name}", "count", "việc", value, "Số", period="2024", rule_set="so-2024", gap=gap)


def stated(export: str = "a.csv") -> dict:
    inputs = {
        "exports": [{"dataset": "ho_so", "file": export, "sha256": export}],
        "tables": {"ho_so": {"content_sha256": export}},
        "notebooks": {},
        "config_sha256": "c", "package_sha256": "p", "lock_sha256": "l",
    }  # fmt: skip
    return {"inputs": inputs, "rule_set": {}, "period": {}, "parameters": {}, "versions": {}}


def former(*figures: Indicator, **manifest) -> PublishedReport:
    told = {**stated(), "state": "published", "agency": "so-a", "sample_data": False, "compiled": "2024-12-21"}
    return PublishedReport(Path("x"), {**told, **manifest}, {f.name: f for f in figures})


def test_a_first_report_and_the_same_figures_have_no_note():
    assert revisions(None, ABOUT, [count(3)], stated()) == ()
    assert revisions(former(count(3)), ABOUT, [count(3)], stated("b.csv")) == ()


def test_a_report_made_again_of_the_same_things_keeps_its_day():
    assert kept_day(former(count(3)), {**stated(), "compiled": "2026-01-01"}) == date(2024, 12, 21)
    assert kept_day(former(count(3)), {**stated("b.csv"), "compiled": "2024-12-21"}) is None
    assert kept_day(None, stated()) is None


def test_what_changed_is_told_with_its_causes_and_the_reason():
    (note,) = revisions(former(count(3), count(9, "old_count")), ABOUT, [count(4)], stated("b.csv"), " Xuất lại ")
    assert note.changes == (("Số a_count", "3", "4"), ("Số old_count", "9", "không có"))
    assert note.causes == ("tệp xuất: ho_so/a.csv, ho_so/b.csv",)
    assert note.reason == "Xuất lại"
    assert note.title == "Bản lập ngày 10/01/2025 thay bản lập ngày 21/12/2024"


def test_a_note_that_states_no_day_has_a_title_all_the_same():
    note = Revision.from_dict({"before": "", "now": "", "changes": [], "causes": [], "reason": ""})
    assert note.title.endswith("thay bản trước")


def test_a_figure_that_became_known_is_a_change():
    (note,) = revisions(former(count(None)), ABOUT, [count(0)], stated())
    assert note.changes == (("Số a_count", "chưa có dữ liệu", "0"),)


def test_notes_are_carried_on_by_versions_that_change_nothing():
    (note,) = revisions(former(count(3)), ABOUT, [count(4)], stated("b.csv"))
    kept = former(count(4), revisions=[note.to_dict()])
    assert revisions(kept, ABOUT, [count(4)], stated()) == (note,)
    assert len(revisions(kept, ABOUT, [count(5)], stated())) == 2


@pytest.mark.parametrize("other", [{"state": "draft"}, {"agency": "so-b"}, {"sample_data": True}])
def test_a_draft_a_sample_or_another_agency_is_no_version_before(other):
    assert revisions(former(count(3), **other), ABOUT, [count(4)], stated()) == ()
    assert revisions(former(count(3)), replace(ABOUT, draft=True), [count(4)], stated()) == ()


@pytest.mark.parametrize("forged", [[{}], [1], [{**Revision("x", "", ()).to_dict()}], "ab"])
def test_a_forged_note_is_refused(forged):
    with pytest.raises(ForgedManifest, match="thay đổi so với bản trước"):
        _ = former(count(3), revisions=forged).revisions


def test_a_folder_without_a_report_is_no_version(tmp_path):
    assert report_in_place(tmp_path) is None


def test_two_versions_of_one_day_name_it_once():
    assert Revision("2025-01-10", "2025-01-10", (), (), "").title.count("10/01/2025") == 1
