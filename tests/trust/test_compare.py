"""Two periods or two runs side by side: what changed, from which dossiers; what is carried over is what was pending."""

import itertools
import json
import re
import shutil

import pytest
from filelock import FileLock
from running import copy_project, tthc
from trust_tools import LATE, NEW_LATE, RESOLVED_LATE, late_export

from tthc_analysis.audit.compare import Side, bridge, compared, period_notes, to_html, to_json
from tthc_analysis.audit.verify import verify
from tthc_analysis.config import load_config
from tthc_analysis.indicators import open_report_in
from tthc_analysis.periods import parse_period
from tthc_analysis.report.published import earlier_runs, find_report

pytestmark = pytest.mark.report
QUARTERS = ["2023-Q4", "2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4"]


@pytest.fixture(scope="module")
def config(published_project):
    return load_config(published_project)


def held(config, before, now):
    with compared(config, before, now, lambda _: None) as found:
        return found


def side(config, period):
    report = open_report_in(config, period)
    return Side(report.period.label, report.period, {}, report)


@pytest.mark.parametrize(("before", "now"), list(itertools.pairwise(QUARTERS)))
def test_contiguous_periods_carry_over_what_was_pending(config, before, now):
    one, other = side(config, before), side(config, now)
    found = bridge(one, other)
    assert found.holds
    assert found.pending == found.carried_over == found.both > 0
    assert "liền nhau" in period_notes(one.period, other.period)[0]


def test_the_2024_span_overlaps_the_statutory_year_2023(config):
    found = held(config, "2023", "2024")
    assert any("trùng nhau 30 ngày (15/11/2023–14/12/2023)" in note for note in found.notes)
    bridge = found.bridge
    assert (bridge.pending, bridge.carried_over, bridge.both) == (25, 8, 0)
    assert sum(bridge.reasons.values()) == 33
    reasons = " ".join(bridge.reasons)
    assert "kỳ sau đếm là mới tiếp nhận" in reasons
    assert "kỳ trước đã đếm là giải quyết xong" in reasons


def test_a_gap_is_explained_dossier_by_dossier(config):
    one, other = side(config, "2024-Q1"), side(config, "2024-Q3")
    assert "có 92 ngày không thuộc kỳ nào (15/03/2024–14/06/2024)" in period_notes(one.period, other.period)[0]
    found = bridge(one, other)
    assert all("những ngày hở" in reason for reason in found.reasons)
    odd = found.pending + found.carried_over - 2 * found.both
    assert len(found.dossiers) == sum(found.reasons.values()) == odd > 0


def test_changes_say_how_much_and_from_which_rows(config):
    change = {c.name: c for c in held(config, "2023", "2024").changes}
    handled = change["dossiers_handled_count"]
    assert (handled.before, handled.now, handled.difference_text) == ("1.923", "2.215", "+292 hồ sơ")
    assert len(handled.new) - len(handled.gone) == 292
    assert change["dossiers_resolved_rate"].difference_text == "−0,64 điểm %"


@pytest.mark.parametrize(("before", "now"), [("2025", "2024"), ("2024-Q4", "2025-Q1")])
def test_a_period_that_is_covered_in_part_is_not_compared(config, before, now):
    """The sample's newest export is of 20/12/2024, some days into 2025."""
    found = held(config, before, now)
    assert "bản xuất mới đến ngày 20/12/2024, chưa hết kỳ" in found.notes[0]
    assert any("không được so với kỳ khác" in note for note in found.notes)
    change = {c.name: c for c in found.changes}
    assert change["dossiers_handled_count"].difference_text == "–"
    assert change["dossiers_handled_count"].before != change["dossiers_handled_count"].now


def test_of_whole_periods_only_registers_that_begin_later_are_spoken_of(config):
    """The sample's dossiers tell of both years, its petitions from 06/03/2023 on."""
    found = held(config, "2023", "2024")
    assert not [n for n in found.notes if "bản xuất" in n or "Hồ sơ thủ tục hành chính" in n]
    assert any(n.startswith("Năm 2023: chỉ có dữ liệu một phần kỳ của Phản ánh, kiến nghị") for n in found.notes)
    assert {c.name: c for c in found.changes}["petitions_received_count"].difference_text == "–"


def test_notes_of_statutory_and_custom_periods():
    assert period_notes(parse_period("2024-Q1"), parse_period("2024-Q1")) == []
    assert len(period_notes(parse_period("2024-Q1"), parse_period("2024-Q2"))) == 1


@pytest.fixture(scope="session")
def revised(published_project, shared):
    """The project after a late export: the first run of 2024 is kept, the second is published."""
    folder = shared / "du-an-lap-lai"
    with FileLock(f"{folder}.lock"):
        if not (folder / "xong").exists():
            copy_project(folder)
            shutil.copytree(published_project / "reports" / "2024", folder / "reports" / "2024")
            late_export(folder)
            done = tthc(folder, "report", "2024")
            assert done.returncode == 0, done.stdout + done.stderr
            (folder / "xong").touch()
    return folder


def test_a_revision_is_explained_by_its_dossiers(revised):
    config = load_config(revised)
    (run,) = earlier_runs(config.reports, "2024")
    found = held(config, f"{config.reports}/2024@{run}", f"{config.reports}/2024")
    changes = {c.name: c for c in found.changes}
    pending, resolved = changes["dossiers_pending_count"], changes["dossiers_resolved_count"]
    assert (pending.before, pending.now, pending.gone, pending.new) == ("43", "42", (RESOLVED_LATE,), ())
    assert (resolved.before, resolved.now, resolved.new) == ("2.172", "2.174", (RESOLVED_LATE, NEW_LATE))
    assert {d.code: d.what for d in found.dossiers} == {
        RESOLVED_LATE: "thông tin đổi",
        NEW_LATE: "mới có trong dữ liệu",
    }
    facts = next(d for d in found.dossiers if d.code == RESOLVED_LATE).facts
    assert ("Ngày kết thúc xử lý", "11/12/2024 07:50", "05/12/2024 10:00") in facts
    assert [(d.kind, d.name) for d in found.inputs if d.kind == "tệp xuất"] == [("tệp xuất", f"ho_so/{LATE}")]
    assert found.bridge is None
    assert "petitions_received_count" not in changes


def test_the_command_writes_page_and_json(revised, tmp_path):
    run = earlier_runs(revised / "reports", "2024")[0]
    page, data = tmp_path / "so-sanh.html", tmp_path / "so-sanh.json"
    done = tthc(revised, "compare", f"reports/2024@{run}", "--html", str(page), "--json", str(data))
    assert done.returncode == 0, done.stdout + done.stderr
    assert NEW_LATE in done.stdout
    html = page.read_text(encoding="utf-8")
    assert '<html lang="vi">' in html
    assert RESOLVED_LATE in html
    assert not re.search(r"(?:src|href)=\"https?:", html)
    found = json.loads(data.read_text(encoding="utf-8"))
    assert {d["code"] for d in found["dossiers"]} == {RESOLVED_LATE, NEW_LATE}


def test_a_run_whose_exports_are_gone_still_compares_its_figures(revised, tmp_path):
    folder = tmp_path / "du-an"
    shutil.copytree(revised, folder)
    (folder / "data/raw/mau/truyen_thong/truyen_thong_2024-01-02.csv").unlink()
    run = earlier_runs(folder / "reports", "2024")[0]
    found = held(load_config(folder), f"{folder}/reports/2024@{run}", f"{folder}/reports/2024")
    assert any("truyen_thong_2024-01-02.csv" in note for note in found.notes)
    change = {c.name: c for c in found.changes}["dossiers_handled_count"]
    assert (change.before, change.now, change.new) == ("2.215", "2.216", None)
    assert change.rows_text == "không truy được"


def test_later_against_earlier_is_bridged_in_time(config):
    found = held(config, "2024-Q3", "2024-Q1")
    assert found.bridge == bridge(side(config, "2024-Q1"), side(config, "2024-Q3"))
    change = {c.name: c for c in found.changes}["dossiers_handled_count"]
    assert change.difference == int(change.now) - int(change.before)
    page, data = to_html(config.agency, config.data.sample, found), to_json(found)
    assert page.index('class="cards noi-bat"') < page.index('id="so-lieu"') + 4000
    assert page.index('id="so-lieu"') < page.index('id="chuyen-ky"') < page.index("Từng hồ sơ chênh lệch")
    assert data["carried_over"]["equal"] is False
    assert len(data["carried_over"]["dossiers"]) == len(found.bridge.dossiers)
    assert json.loads(json.dumps(data, ensure_ascii=False)) == data


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("2024",), "Cần hai kỳ"),
        (("reports/2024@19990101T000000",), "Không giữ bản trước"),
        (("2023", "202x"), "Không hiểu kỳ báo cáo"),
    ],
)
def test_wrong_arguments_get_one_message(published_project, arguments, words):
    done = tthc(published_project, "compare", *arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_revision_is_told_in_its_page_and_made_again_byte_for_byte(revised):
    folder = revised / "reports" / "2024"
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert '<td class="num">2.172</td><td class="num">2.174</td>' in page
    assert f"Đầu vào khác: tệp xuất: ho_so/{LATE}" in page
    config = load_config(revised)
    found = verify(find_report("2024", config.reports), config)
    assert found.rebuilt is not None
    assert found.rebuilt.same, found.conclusion
