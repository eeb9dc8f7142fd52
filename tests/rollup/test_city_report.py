"""The report of a city, made by the command: its files, its sums, and the way back to a dossier and to a sender's cell."""

from __future__ import annotations

import csv
import json
import zipfile

import city_of as city
from city_of import FORM
from pypdf import PdfReader
from running import tthc

from tthc_analysis.exports.read import read_export


def test_the_report_of_a_city_is_published_whole(tmp_path):
    members = [
        city.member("so-a", "so", "Sở A"),
        city.member("xa-gui", name="Xã gửi"),
        city.member("xa-im", name="Xã im"),
    ]
    config = city.configure(tmp_path / "tp", members)
    rows = [
        city.dossier("A-231216-0001", "2023-12-16 08:00", "2024-01-10 17:00", "2024-01-12 08:00"),
        city.dossier("A-240110-0002", "2024-01-10 08:00", "2024-02-10 17:00", channel="in_person"),
    ]
    city.give(config, "so-a", rows)
    city.send(config, "xa-gui", "2024-Q1", FORM)
    done = tthc(config.root, "report", "2024-Q1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "7 (2/3 đơn vị)" in done.stdout
    folder = config.root / "reports" / "2024-Q1"
    figures = {f["name"]: f for f in json.loads((folder / "indicators.json").read_text(encoding="utf-8"))}
    assert (figures["all_handled_count"]["value"], figures["all_handled_count"]["text"]) == (7, "7 (2/3 đơn vị)")
    with (folder / "so-lieu" / "tong-hop-ii-06a.csv").open(encoding="utf-8-sig") as source:
        lines = {row["body"]: row for row in csv.DictReader(source)}
    bodies = ("Sở A", "Xã gửi (theo báo cáo gửi đến)")
    for name in FORM.keys() & lines["Sở A"].keys():
        assert sum(int(lines[b][name]) for b in bodies) == figures[f"all_{name}_count"]["value"], name
    assert "7 (2/3 đơn vị)" in (config.root / "reports" / "index.html").read_text(encoding="utf-8")
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert "Chưa có số liệu: Xã im" in page
    book = read_export(folder / "bieu-mau-2024-Q1.xlsx")
    first = [text for row in book.grids[0].rows(0, book.grids[0].height) for text in row if text]
    assert {"Đơn vị báo cáo: Thành phố T", "Tổng số (2/3 đơn vị)", "NGƯỜI LẬP BIỂU", "CHỦ TỊCH"} <= set(first)
    assert [g.sheet for g in book.grids][:2] == ["Tổng hợp theo đơn vị", "Tổng hợp theo lĩnh vực"]
    with zipfile.ZipFile(folder / "bao-cao-2024-Q1.docx") as draft:
        words = draft.read("word/document.xml").decode()
    assert "Hồ sơ nhận giải quyết: 7 (2/3 đơn vị)" in words.replace("07 (", "7 (")
    assert "Chưa có số liệu: Xã im" in words
    assert "thành phần cộng lại nhỏ hơn" not in words
    (brief,) = PdfReader(folder / "tom-tat-2024-Q1.pdf").pages
    text = " ".join(brief.extract_text().split())
    for said in ("Ở 2/3 đơn vị có số liệu: đã giải quyết 5 trên 7", "2 hồ sơ giải quyết quá hạn", "(Xã im)"):
        assert said in text, said
    told = tthc(config.root, "explain", "2024-Q1", "all_resolved_overdue_count").stdout
    assert "khớp tử số" in told
    assert "so-a | A-231216-0001" in told
    assert "xa-gui | ô resolved_overdue" in told
    assert "báo cáo gửi đến: xa-gui.csv" in told
    draft_file = "reports/2024-Q1/bao-cao-2024-Q1.docx"
    _held_against_its_figures(config.root, draft_file)
    checked = tthc(config.root, "check")
    assert checked.returncode == 0, checked.stderr
    assert "Sở A: đạt mọi yêu cầu bắt buộc (tthc check --agency so-a)" in checked.stdout
    assert "1/3 đơn vị được tổng hợp từ tệp xuất" in checked.stdout


def _held_against_its_figures(root, draft_file):
    for file in (
        draft_file,
        "reports/2024-Q1/bieu-mau-2024-Q1.xlsx",
    ):  # the workbook has cumulative forms beside the period's
        for period in ((), ("--period", "2024-Q1")):
            held = tthc(root, "reconcile", file, *period)
            assert held.returncode == 0, held.stdout
            assert " 0 số lệch. 0 chỗ sai" in " ".join(held.stdout.split())
    text = root / "loi.txt"
    text.write_text("Số liệu là của 2/3 đơn vị.\n- Hồ sơ nhận giải quyết: 8 (2/3 đơn vị).\n", encoding="utf-8")
    wrong = tthc(root, "reconcile", str(text), "--period", "2024-Q1")
    assert wrong.returncode == 3
    assert "toàn địa bàn” là 7" in " ".join(wrong.stdout.split()) or " 7 " in wrong.stdout
    text.write_text("Số liệu là của 3/3 đơn vị.\n- Hồ sơ nhận giải quyết: 7.\n", encoding="utf-8")
    other = tthc(root, "reconcile", str(text), "--period", "2024-Q1")
    assert other.returncode == 2
    assert "Văn bản ghi số liệu của 3/3 đơn vị, số liệu hiện có là của 2/3 đơn vị" in " ".join(other.stderr.split())


def test_a_morning_of_many_agencies_is_by_agency_and_their_letters_are_their_own(tmp_path):
    members = [city.member("so-a", "so", "Sở A"), city.member("xa-b", name="Xã B"), city.member("xa-im", name="Xã im")]
    config = city.configure(tmp_path / "tp", members)
    older = {"snapshot_date": city.datetime(2024, 3, 11), "agency": "Bộ phận Một cửa"}
    city.give(config, "so-a", [city.dossier("A-240110-0001", "2024-01-10 08:00", "2024-03-01 17:00", agency="Phòng 1")])
    city.give(config, "xa-b", [city.dossier("B-240110-0002", "2024-01-10 08:00", "2024-03-22 17:00", **older)])
    done = tthc(config.root, "due", "--day", "20/03/2024")
    assert done.returncode == 0, done.stderr
    assert "Sở A" in done.stdout
    assert "Xã B" in done.stdout
    assert "Bộ phận Một cửa" not in done.stdout
    assert "bản xuất ngày 11/03/2024" in done.stderr  # the oldest of the newest
    assert "1 đơn vị chưa có dữ liệu hồ sơ: Xã im" in done.stderr
    refused = tthc(config.root, "letters", "--day", "20/03/2024")
    assert refused.returncode == 2
    assert "tthc letters --agency MÃ" in refused.stderr
    assert not (config.root / "thu-xin-loi").exists()
