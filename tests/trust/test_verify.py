"""A published report is as it was, or it is said which file, digit, input or figure is not."""

import json
import shutil

import pytest
import tools_of
from running import copy_project, tthc
from trust_tools import LATE, accept, late_export, moved, replace_cell, replace_text

from tthc_analysis.audit import differences
from tthc_analysis.audit import verify as checking
from tthc_analysis.config import load_config
from tthc_analysis.report.published import NoReport, find_report, read_report

tampers = tools_of.load("tampers")
pytestmark = pytest.mark.report


def faults(folder):
    return {f.path: f.kind for f in checking.check_files(read_report(folder))}


def test_an_untouched_report_has_no_fault(published_report):
    assert faults(published_report) == {}


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("index.html", "2.215", "2.216"),
        ("muc/ii-4-1-ket-qua-giai-quyet.html", "98,06%", "98,96%"),
        ("so-lieu/bieu-ii-06a.csv", "980", "990"),
        ("indicators.json", '"numerator": 2215', '"numerator": 2216'),
        ("so-tay/ii-4-1-ket-qua-giai-quyet.ipynb", "2215", "2216"),
    ],
)
def test_one_digit_is_found(published_report, tmp_path, name, old, new):
    copy = moved(published_report, tmp_path / "2024")
    replace_text(copy / name, old, new)
    assert faults(copy) == {name: "altered"}


def test_one_digit_in_a_workbook_is_found_and_shown(published_report, tmp_path):
    copy = moved(published_report, tmp_path / "2024")
    workbook = next(copy.rglob("bieu-mau-*.xlsx"))
    part = replace_cell(workbook, "<v>2215</v>", "<v>2216</v>")
    assert faults(copy) == {workbook.relative_to(copy).as_posix(): "altered"}
    original = published_report / workbook.relative_to(copy)
    shown = differences.archive_difference(original, workbook)
    assert part in shown
    assert "2216</v>" in shown.split("→")[1]


def test_what_desktops_write_into_a_folder_is_no_fault(published_report, tmp_path):
    copy = moved(published_report, tmp_path / "2024")
    (copy / "Thumbs.db").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1...")
    (copy / "so-lieu" / ".DS_Store").write_bytes(b"\x00\x00\x00\x01Bud1...")
    (copy / "desktop.ini").write_bytes(b"")
    assert faults(copy) == {}


@pytest.mark.parametrize("name", tampers.FILES)
def test_every_tamper_with_files_or_keys_is_found_without_making_the_report_again(published_report, tmp_path, name):
    copy = moved(published_report, tmp_path / "2024")
    tampers.FILES[name](copy)
    assert tampers.found_in_files(copy)


def made_again(monkeypatch, project, report):
    """Have `verify` take the true report for what its true inputs give: a test of its own holds that."""
    true = moved(report, project.parent / "that" / "2024")
    monkeypatch.setattr(checking, "rebuild", lambda *_: read_report(true))


@pytest.mark.parametrize("name", [n for n in tampers.FORGERIES if "late" not in n])
def test_a_forged_manifest_does_not_talk_verify_round(published_report, tmp_path, monkeypatch, name):
    project = copy_project(tmp_path / "du-an")
    copy = moved(published_report, project / "reports" / "2024")
    made_again(monkeypatch, project, published_report)
    tampers.FORGERIES[name](copy)
    found = checking.verify(read_report(copy), load_config(project))
    assert found.exit_code == 3, found.conclusion
    not_to_be_had = (
        "config.toml",
        "program",
        "package",
        "rule set",
        "hash of an export",
        "nobody has",
        "export and table",
    )
    assert ("CHƯA CHỨNG MINH" in found.conclusion) == any(w in name for w in not_to_be_had), found.conclusion


def test_a_bomb_is_not_unpacked(published_report, tmp_path):
    copy = moved(published_report, tmp_path / "2024")
    tampers.FILES["archive bomb in place of the workbook"](copy)
    name = next(copy.glob("bieu-mau-*.xlsx")).name
    assert differences.first_difference(published_report, copy, name) == differences.TOO_LARGE


def test_no_text_from_a_file_commands_the_terminal(published_report, tmp_path):
    copy = moved(published_report, tmp_path / "2024")
    evil = "\x1b]0;ten\x07\x1b[2J\u202etxt"
    (copy / f"x{evil}.txt").write_text("x")
    tampers._edit(copy, lambda m: m["period"].update(label=f"Năm 2024{evil}[/bold]"))
    done = tthc(tmp_path, "verify", "2024", "--quick")
    assert done.returncode == 3, done.stderr
    assert not any(c in done.stdout for c in "\x1b\x07\u202e")
    assert "Năm 2024\ufffd]0;ten" in done.stdout


def test_a_report_moved_to_another_machine_verifies_there(published_report, tmp_path):
    """Another checkout at another place, the report somewhere else again; nothing is written into the project."""
    project = copy_project(tmp_path / "may khác")
    copy = moved(published_report, tmp_path / "usb" / "2024")
    done = tthc(project, "verify", str(copy), TZ="Asia/Tokyo")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "giống hệt từng byte" in done.stdout
    assert {p.name for p in project.iterdir()} == {"config.toml", "notebooks", "data"}
    assert not (project / "data" / "processed").exists()


def test_a_forged_report_whose_manifest_was_forged_too_is_found(published_project, published_report, tmp_path):
    project = copy_project(tmp_path / "du-an")
    copy = moved(published_report, project / "reports" / "2024")
    replace_text(copy / "index.html", "2.215", "2.225")
    accept(copy, "index.html")
    assert faults(copy) == {}
    found = checking.verify(find_report("2024", project / "reports"), load_config(project))
    assert found.exit_code == 3
    assert [d.name for d in found.rebuilt.outputs] == ["index.html"]
    assert "2.225" in found.rebuilt.outputs[0].now
    assert not found.rebuilt.inputs


def test_changed_inputs_are_named_with_the_figures_that_moved(published_report, tmp_path):
    project = copy_project(tmp_path / "du-an")
    moved(published_report, project / "reports" / "2024")
    late_export(project)
    notebook = next((project / "notebooks").glob("280_*.ipynb"))
    replace_text(notebook, "Trong kỳ có bao nhiêu", "Trong kỳ này có bao nhiêu")
    found = checking.verify(find_report("2024", project / "reports"), load_config(project))
    assert found.exit_code == 1, found.conclusion
    inputs = {(d.kind, d.name) for d in found.rebuilt.inputs}
    assert inputs == {("tệp xuất", f"ho_so/{LATE}"), ("bảng dữ liệu", "ho_so"), ("sổ tay", notebook.name)}
    figures = {d.name: (d.before, d.now) for d in found.rebuilt.figures}
    assert figures["dossiers_handled_count"] == ("2.215", "2.216")
    assert figures["dossiers_pending_count"] == ("43", "42")
    assert "initiatives_count" not in figures
    assert "muc/ii-8-sang-kien.html" in {d.name for d in found.rebuilt.outputs}


def test_every_kind_of_input_is_compared(published_report):
    manifest = read_report(published_report).manifest
    other = json.loads(json.dumps(manifest))
    other["inputs"]["package_sha256"] = "0" * 64
    other["inputs"]["config_sha256"] = "1" * 64
    other["inputs"]["raw_settings"] = {"cong.profile.toml": "2" * 64}
    other["inputs"]["document"] = {"noi-dung/2024/mo-dau.md": "3" * 64}
    other["rule_set"]["version"] = 2
    other["versions"]["pandas"] = "0.1"
    other["period"]["to"] = "2024-12-06"
    found = {d.kind for d in checking.input_differences(manifest, other)}
    assert found == {
        "chương trình, cấu hình", "khai báo cột, sửa lỗi", "phần lời, mẫu Word", "bộ quy tắc", "gói phần mềm", "kỳ báo cáo",
    }  # fmt: skip


def test_without_a_project_the_files_are_still_checked(published_report, tmp_path):
    copy = moved(published_report, tmp_path / "2024")
    whole, quick = tthc(tmp_path, "verify", "2024"), tthc(tmp_path, "verify", "2024", "--quick")
    assert (whole.returncode, quick.returncode) == (1, 0), whole.stderr + quick.stderr
    assert "Chưa lập lại được" in whole.stdout
    replace_text(copy / "index.html", "2.215", "2.216")
    assert tthc(tmp_path, "verify", "2024", "--quick").returncode == 3


def test_exports_that_are_gone_are_a_reason_not_a_crash(published_report, tmp_path):
    project = copy_project(tmp_path / "du-an")
    shutil.rmtree(project / "data" / "raw" / "mau" / "ho_so")
    found = checking.verify(read_report(published_report), load_config(project))
    assert found.rebuilt is None
    assert "Chưa có tệp xuất" in found.why
    assert found.exit_code == 1


def test_what_is_no_report_is_said(tmp_path, published_report):
    with pytest.raises(NoReport, match=r"manifest\.json"):
        read_report(tmp_path)
    copy = moved(published_report, tmp_path / "2024")
    (copy / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(NoReport, match="hỏng"):
        read_report(copy)
    (copy / "manifest.json").write_text("{}", encoding="utf-8")
    with pytest.raises(NoReport, match="không đọc được"):
        read_report(copy)
    with pytest.raises(NoReport, match="Không giữ bản trước"):
        find_report(f"{copy}@20240101T000000", None)


def test_a_report_of_an_agency_that_is_not_configured_is_not_made_again(published_report, project, tmp_path):
    copy = moved(published_report, tmp_path / "2024")
    replace_text(copy / "manifest.json", '"agency": "mau"', '"agency": "so-khac"')
    found = checking.verify(read_report(copy), load_config(project))
    assert (found.rebuilt, found.exit_code) == (None, 1)
    assert "so-khac" in found.why
