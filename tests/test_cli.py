"""The command line as a person meets it: help with an example, clear messages, exit statuses."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tomllib

import openpyxl
import pytest
from running import ROOT, tthc

from tthc_analysis.cli import app

COMMANDS = [c.name for c in app.registered_commands]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_vietnamese_help_with_an_example(name, tmp_path):
    done = tthc(tmp_path, name, "--help")
    assert done.returncode == 0
    assert "Ví dụ:" in done.stdout
    assert f"tthc {name}" in done.stdout
    assert "Cách dùng:" in done.stdout
    assert "Tùy chọn:" in done.stdout
    for english in ("Usage", "Options", "Show this message", "default", "None", "<", "TEXT"):
        assert english not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["reprot", "2024"], 2, "Có phải ý anh/chị là: report"),
        (["report", "--foo"], 2, "Không có tùy chọn “--foo”"),
        (["report", "20x4"], 2, "2024-Q1"),
        (["report"], 2, "Chưa nêu kỳ báo cáo"),
        (["report", "2024", "--only", "khong-co"], 2, "Không có mục “khong-co”"),
        (["report", "2024", "--rule-set", "so-2025"], 2, "so-2024"),
        (["figures", "2024", "--rule-set", "x"], 2, "bộ quy tắc đếm"),
        (["report", "2090"], 3, "Lập lại sau ngày cuối kỳ 14/12/2090"),
        (["report", "quý 1/2019"], 3, "sau ngày cuối kỳ 14/03/2019"),
        (["inspect", "khong-co.xlsx"], 2, "Không có tệp này"),
        (["figures"], 2, "Thiếu tham số KỲ."),
        (["reconcile", "nhap.md"], 2, "Không tìm thấy tệp dự thảo"),
        (["new-section", "…"], 2, "Tên mục trống"),
        (["due", "--day", "31/02/2024"], 2, "không phải một ngày"),
        (["due", "--within", "-1"], 2, "Giá trị phải từ 0"),
        (["due", "--day", "05/12/2024", "--out", "reports/den-han"], 2, "không được nằm trong thư mục báo cáo"),
        (["due", "--day", "05/12/2090"], 2, "Lịch làm việc không có ngày"),
        (["report", "2024", "--engine", "spark"], 2, "--sql spark"),
        (["report", "2024", "--engine", "papermill", "--sql", "spark"], 2, "Bỏ một trong hai"),
        (["report", "2024", "--sql", "sparck"], 2, "Có phải ý anh/chị là: spark"),
        (["report", "2024", "--workers", "hai"], 2, "Giá trị phải là số nguyên"),
        (["report", "2024", "--workers", "-1"], 2, "Giá trị phải từ 0 trở lên"),
        (["report", "2024", "--only"], 2, "Tùy chọn “--only” cần một giá trị"),
        (["report", "2024", "--draft=x"], 2, "Tùy chọn “--draft” không nhận giá trị"),
        (["figures", "2024", "2023"], 2, "Thừa tham số: 2023"),
        (["figures", "2024", "--agency", "so-la"], 2, "Không có đơn vị “so-la”"),
    ],
)
def test_one_clear_message(project, arguments, status, said):
    done = tthc(project, *arguments)
    assert done.returncode == status, done.stdout + done.stderr
    assert said in done.stderr
    assert "Dòng lệnh không hợp lệ" not in done.stderr
    assert "Traceback" not in done.stderr
    assert "Cần làm:" in done.stderr


def test_alone_it_shows_its_help(tmp_path):
    done = tthc(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert all(f"\n  {name} " in done.stdout for name in COMMANDS)


def test_outside_a_project(tmp_path):
    done = tthc(tmp_path, "periods")
    assert done.returncode == 2
    assert "config.toml" in done.stderr


def test_periods(project):
    done = tthc(project, "periods", "2025")
    assert "15/12/2024" in done.stdout
    assert "14/12/2025" in done.stdout
    assert "2025-Q4" in done.stdout


def test_figures_lists_numerator_denominator_and_base(project):
    done = tthc(project, "figures", "2024")
    assert done.returncode == 0, done.stderr
    line = next(x for x in done.stdout.splitlines() if "digitised_rate" in x)
    assert all(text in line for text in ("98,97%", "4.342", "4.387"))


def test_check_passes_on_the_sample(project):
    done = tthc(project, "check")
    assert done.returncode == 0, done.stderr
    assert "0 yêu cầu bắt buộc không đạt" in done.stdout
    assert "HoSo_20241001.xls" in done.stdout


def test_due_lists_the_open_dossiers_and_warns_of_an_old_export(project):
    done = tthc(project, "due", "--day", "05/12/2024", "--out", "den-han")
    assert done.returncode == 0, done.stderr
    assert re.search(r"^ ?Cộng +43 +0 +2 +22 +0 *$", done.stdout, re.MULTILINE)
    assert "bản xuất ngày 20/12/2024" in done.stdout
    assert "CẢNH BÁO" not in done.stderr
    lines = (project / "den-han" / "den-han-2024-12-05.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 1 + 24
    assert (project / "den-han" / "den-han-2024-12-05.xlsx").stat().st_size > 5000
    late = tthc(project, "due", "--day", "24/12/2024")
    assert late.returncode == 0
    assert "CẢNH BÁO: bản xuất ngày 20/12/2024 đã 2 ngày làm việc" in late.stderr
    assert "CẢNH BÁO" not in tthc(project, "due", "--day", "23/12/2024").stderr


def test_inspect_shows_what_is_recognised(project):
    done = tthc(project, "inspect", "data/raw/mau/ho_so/HoSo_20241001.xls")
    assert done.returncode == 0
    assert "dossier_code" in done.stdout
    assert "Người nộp" not in done.stdout


def test_inspect_names_the_hidden_sheets(project):
    path = project / "data/raw/mau/ho_so/HoSo_them.xlsx"
    book = openpyxl.Workbook()
    book.active.title = "Danh sách"
    for row in (["Mã hồ sơ", "Tên thủ tục", "Ngày tiếp nhận"], ["H24.99-240102-0001", "Thử", "02/01/2024"]):
        book.active.append(row)
    book.create_sheet("Nháp tháng 1").sheet_state = "hidden"
    book.save(path)
    done = tthc(project, "inspect", str(path))
    assert "Trang ẩn, không đọc: “Nháp tháng 1”" in " ".join(done.stdout.split())


def test_init_keeps_the_sample_apart(project):
    options = ["--agency", "so-thu", "--name", "Sở Thử", "--parent", "UBND", "--place", "Hải Phòng", "--short", "ST"]
    done = tthc(project, "init", *options)
    assert done.returncode == 0, done.stderr
    config = tomllib.loads((project / "config.toml").read_text(encoding="utf-8"))
    assert config["data"]["raw"] == "data/raw/so-thu"
    assert "sample" not in config["data"]
    assert (project / "config.cu-1.toml").is_file()
    assert (project / "data" / "raw" / "so-thu" / "ho_so").is_dir()
    empty = tthc(project, "report", "2024")
    assert empty.returncode == 2
    assert "Chưa có tệp xuất" in empty.stderr
    again = tthc(project, "init", *options)
    assert again.returncode == 2
    assert "--force" in again.stderr


def test_sample_refuses_the_folder_of_real_data(project):
    text = (project / "config.toml").read_text(encoding="utf-8").replace("sample = true", "sample = false")
    (project / "config.toml").write_text(text, encoding="utf-8")
    done = tthc(project, "sample")
    assert done.returncode == 2
    assert "dữ liệu thật" in done.stderr


def test_new_section_runs_at_once_and_claims_nothing(project):
    done = tthc(project, "new-section", "Hồ sơ liên thông")
    assert done.returncode == 0, done.stderr
    assert (project / "notebooks" / "290_ho_so_lien_thong.ipynb").is_file()
    trial = tthc(project, "report", "2024", "--only", "ho-so-lien-thong")
    assert trial.returncode == 0, trial.stdout + trial.stderr
    page = (project / "reports" / "xem-thu" / "2024" / "muc" / "ho-so-lien-thong.html").read_text(encoding="utf-8")
    assert "II.9. Hồ sơ liên thông" in page
    assert 'class="value"' not in page
    assert not (project / "reports" / "2024").exists()
    assert "XEM THỬ</strong> – chỉ gồm mục II.9; không phải báo cáo đã công bố" in page
    assert "reports/xem-thu/2024/index.html" in trial.stdout.replace("\n", "")


def test_a_new_section_of_a_project_without_notebooks_is_the_project_s(project):
    shutil.rmtree(project / "notebooks")
    before = sorted(p.name for p in (ROOT / "notebooks").iterdir())
    done = tthc(project, "new-section", "Hồ sơ liên thông")
    assert done.returncode == 0, done.stderr
    assert "từ nay báo cáo dùng bản của dự án" in done.stdout
    assert (project / "notebooks" / "290_ho_so_lien_thong.ipynb").is_file()
    assert (project / "notebooks" / "000_tom_tat.ipynb").is_file()
    assert sorted(p.name for p in (ROOT / "notebooks").iterdir()) == before


def test_a_folder_of_notebooks_that_is_not_there_is_told(project):
    text = (project / "config.toml").read_text(encoding="utf-8").replace("[data]", '[data]\nnotebooks = "so-tay-rieng"')
    (project / "config.toml").write_text(text, encoding="utf-8")
    done = tthc(project, "report", "2024", "--only", "II.6")
    assert done.returncode == 2
    assert "“so-tay-rieng”" in done.stderr
    assert "[data] notebooks" in done.stderr


def test_a_trial_is_taken_for_no_publication(project):
    made = tthc(project, "report", "2024", "--only", "ii-6-truyen-thong", "--json", "ket-qua.json")
    assert made.returncode == 0, made.stderr
    assert json.loads((project / "ket-qua.json").read_text(encoding="utf-8"))["trial"] == 1
    trial = project / "reports" / "xem-thu" / "2024"
    assert "manifest.json" not in (trial / "index.html").read_text(encoding="utf-8")
    assert not [p.name for p in trial.rglob("*") if p.name == "manifest.json" or p.suffix == ".docx"]
    book = openpyxl.load_workbook(trial / "so-lieu-2024.xlsx")
    assert any("XEM THỬ" in str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    assert "xem-thu/" not in (project / "reports" / "index.html").read_text(encoding="utf-8")
    for command in (("verify",), ("verify", "reports/xem-thu/2024"), ("compare", "reports/xem-thu/2024", "2023")):
        refused = tthc(project, *command)
        assert refused.returncode == 2
        assert ("bản xem thử" if len(command) > 1 else "Chưa có báo cáo nào") in refused.stderr
    assert tthc(project, "purge", "--yes").returncode == 0
    assert not trial.exists()


@pytest.mark.parametrize(("old", "new"), [('id = "mau"', 'id = "xem-thu"'), ('id = "2024"', 'id = "Xem-thu"')])
def test_nothing_is_called_as_the_folder_of_trials(project, old, new):
    text = (project / "config.toml").read_text(encoding="utf-8").replace(old, new)
    (project / "config.toml").write_text(text, encoding="utf-8")
    done = tthc(project, "periods")
    assert done.returncode == 2
    assert "thư mục của các bản xem thử" in done.stderr


def test_reconcile(project):
    narrative = project / "nhap.md"
    narrative.write_text(
        "# Báo cáo\n\nTrong kỳ, Sở nhận giải quyết 2.215 hồ sơ, đã giải quyết 2.172 hồ sơ.\n", encoding="utf-8"
    )
    assert tthc(project, "reconcile", str(narrative), "--period", "2024").returncode == 0
    narrative.write_text("# Báo cáo\n\nTrong kỳ, Sở nhận giải quyết 2.216 hồ sơ.\n", encoding="utf-8")
    done = tthc(project, "reconcile", str(narrative), "--period", "2024", "--html", str(project / "ra.html"))
    assert done.returncode == 3
    assert "2.215" in done.stdout
    assert 'lang="vi"' in (project / "ra.html").read_text(encoding="utf-8")


def test_reconcile_needs_neither_period_nor_data(tmp_path):
    folder = tmp_path / "bao-cao"
    folder.mkdir()
    right = "Quý I năm 2024, xã tiếp nhận 100 hồ sơ, đã giải quyết 90 hồ sơ, đang giải quyết 10 hồ sơ.\n"
    (folder / "xa-a.txt").write_text(right, encoding="utf-8")
    assert tthc(tmp_path, "reconcile", str(folder / "xa-a.txt")).returncode == 0
    (folder / "xa-b.txt").write_text(right.replace("90 hồ sơ", "80 hồ sơ"), encoding="utf-8")
    (tmp_path / "trong.txt").write_text("Báo cáo không có số nào so được.", encoding="utf-8")
    assert tthc(tmp_path, "reconcile", str(tmp_path / "trong.txt")).returncode == 6
    done = tthc(tmp_path, "reconcile", str(folder), "--json", "ra.json", "--xlsx", "ra.xlsx", "--html", "ra.html")
    assert done.returncode == 3
    found = json.loads((tmp_path / "ra.json").read_text(encoding="utf-8"))
    assert [[r["code"] for r in f["remarks"]] for f in found["files"]] == [[], ["SL13"]]
    assert (tmp_path / "ra.xlsx").read_bytes()[:2] == b"PK"


def test_the_sample_is_never_taken_for_real_data(project):
    options = ["--agency", "mau", "--name", "S", "--parent", "U", "--place", "H", "--short", "S"]
    done = tthc(project, "init", *options)
    assert done.returncode == 2
    assert "dành cho dữ liệu mẫu" in done.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"\xff\xfet\x00", "UTF-8"),
        (b'\n[[periods]]\nid = "../ra"\nlabel = "x"\nfrom = 2024-01-01\nto = 2024-02-01\nbasis = "b"\nreason = "r"\n', "periods"),
        (b'\n[[periods]]\nid = "2024"\nlabel = "x"\nfrom = 2024-01-01\nto = 2024-02-01\nbasis = "b"\nreason = "r"\n', "cùng mã"),
        (b'\n[[periods]]\nid = "9999"\nlabel = "x"\nfrom = 9999-01-01\nto = 9999-12-31\nbasis = "b"\nreason = "r"\n', "nằm ngoài các năm"),
        (b'\n[[periods]]\nid = "moi"\nlabel = "x"\nfrom = "thu hai"\nto = 2024-02-01\nbasis = "b"\nreason = "r"\n', "phải là ngày"),
        (b'\n[[periods]]\nid = "moi"\n', "thiếu mục này"),
        (b'\n[schedule]\nkinds = ["tuan"]\n', "chỉ nhận month, quarter"),
        (b'\n[schedule]\nkinds = 3\n', "phải là danh sách"),
        (b'\n[document]\nprose = 3\n', "phải là chữ trong dấu ngoặc kép"),
        (b'\n[document]\nprosa = "x"\n', "không có mục này"),
    ],
)  # fmt: skip
def test_mistakes_in_the_configuration(project, text, said):
    path = project / "config.toml"
    path.write_bytes(text if text.startswith(b"\xff") else path.read_bytes() + text)
    done = tthc(project, "periods")
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert "Input" not in done.stderr


def test_a_refusal_of_the_system_is_a_message(project):
    done = tthc(project, "reconcile", str(project / "config.toml"), "--period", "2024")
    assert "Traceback" not in done.stderr
    narrative = project / "nhap.md"
    narrative.write_text("# Báo cáo\n\nSở nhận giải quyết 2.215 hồ sơ.\n", encoding="utf-8")
    done = tthc(
        project, "reconcile", str(narrative), "--period", "2024", "--html", str(project / "khong-co" / "ra.html")
    )
    assert done.returncode == 5
    assert "Không có tệp hoặc thư mục" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="Windows kết thúc tiến trình mà không báo trước")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_run_leaves_nothing_half_done(project, number):
    command = [sys.executable, "-m", "tthc_analysis.cli", "report", "2024"]
    environment = {**os.environ, "PYTHONUTF8": "1"}
    before = {p for p in project.rglob("*") if p.is_file()}
    # a test run in the background ignores it, and what it starts would too
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(
        command, cwd=project, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    ) as run:
        assert run.stdout is not None
        assert any("xong" in line for line in run.stdout)  # the first section is done, others are running
        run.send_signal(number)
        _, said = run.communicate(timeout=60)
    assert run.returncode == 128 + number
    assert "Đã dừng theo yêu cầu" in said
    assert "Traceback" not in said
    left = {p.relative_to(project).parts for p in project.rglob("*") if p.is_file() and p not in before}
    assert {parts[:2] for parts in left} <= {("reports", ".bo-nho"), ("reports", ".khoa")}, left


def test_periods_say_overlap(project):
    assert "trùng 30 ngày" in tthc(project, "periods").stdout


def test_figures_of_a_period_told_in_part_say_so_beside_them(published_project):
    for command in (["figures", "2025-Q1", "--csv"], ["explain", "2025-Q1", "dossiers_pending_count"]):
        done = tthc(published_project, *command)
        assert done.returncode == 0
        assert "chưa đủ Quý I/2025" in " ".join(done.stderr.split())
        assert "CẢNH BÁO" not in done.stdout
    assert "CẢNH BÁO" not in tthc(published_project, "figures", "2024", "--csv").stderr


def test_figures_for_machines_are_those_of_the_report(published_project):
    printed = tthc(published_project, "figures", "2024", "--csv").stdout
    rows = {r["name"]: r for r in csv.DictReader(io.StringIO(printed))}
    told = json.loads(tthc(published_project, "figures", "2024", "--json").stdout)
    published = json.loads((published_project / "reports" / "2024" / "indicators.json").read_text(encoding="utf-8"))
    assert {f["name"]: f["text"] for f in published}.items() <= {f["name"]: f["text"] for f in told}.items()
    assert (rows["dossiers_handled_count"]["value"], len(rows)) == ("2.215", len(told))
    assert tthc(published_project, "figures", "2024", "--csv", "--json").returncode == 2
