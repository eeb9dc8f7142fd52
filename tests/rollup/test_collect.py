"""Reports that are sent in: what is taken is what they print, to the cell; what cannot be proven is told and not counted."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
import zipfile

import city_of as city
import pytest
from running import tthc

from tthc_analysis.audit.collect import NotTaken, collect
from tthc_analysis.config import load_config
from tthc_analysis.indicators import all_indicators, rollup
from tthc_analysis.indicators.evidence import evidence

LINE_2024 = (2215, 2205, 2, 8, 2172, 2155, 17, 0, 43, 43, 0)
OFFICE = city.member("mau", "so-gddt", "Sở Giáo dục và Đào tạo")


@pytest.fixture
def receiver(tmp_path, published_report):
    """A city that has the agency of the sample below it, the same period of its own, and an inbox with its report."""
    config = city.configure(tmp_path / "tp", [OFFICE, city.member("xa-a", name="Xã A")])
    text = (config.root / "config.toml").read_text(encoding="utf-8").replace("[data]", "[data]\nsample = true")
    own = (published_report.parent.parent / "config.toml").read_text(encoding="utf-8")
    (config.root / "config.toml").write_text(text + own[own.index("[[periods]]") :], encoding="utf-8")
    shutil.copytree(published_report, tmp_path / "gui-den" / "so")
    return load_config(config.root), tmp_path / "gui-den"


def the_line(config) -> tuple[int, ...]:
    table = rollup.by_body(city.united(config, "2024")).set_index("body")
    return tuple(int(n) for n in table.loc["mau", list(rollup.NAMES)])


def why(config, inbox) -> str:
    (found,) = collect(config, inbox)
    assert found.sent is None
    return found.why


def forge(inbox, name: str, change) -> None:
    """Change a file of the report and its hash in the manifest, as somebody would who knows of it."""
    path, manifest = inbox / "so" / name, inbox / "so" / "manifest.json"
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    stated = json.loads(manifest.read_text(encoding="utf-8"))
    stated["outputs"][name] = hashlib.sha256(path.read_bytes()).hexdigest()
    manifest.write_text(json.dumps(stated, ensure_ascii=False), encoding="utf-8")


def change_manifest(inbox, change) -> None:
    path = inbox / "so" / "manifest.json"
    stated = json.loads(path.read_text(encoding="utf-8"))
    change(stated)
    path.write_text(json.dumps(stated, ensure_ascii=False), encoding="utf-8")


def test_a_published_report_gives_the_line_that_it_prints(receiver):
    config, inbox = receiver
    (found,) = collect(config, inbox)
    assert found.sent.rule_set == "so-2024 1"
    assert the_line(config) == LINE_2024
    report = city.united(config, "2024")
    assert rollup.share(report) == "1/2 đơn vị"
    pending = next(i for i in all_indicators(report) if i.name == "all_pending_count")
    rows = evidence(report, pending)
    assert rows.agrees(pending)
    assert set(rows.rows["source_file"]) == {"so/so-lieu/bieu-ii-06a.csv"}
    assert all(key.startswith("mau | ô K") for key in rows.keys)


def test_the_workbook_of_forms_alone_gives_the_same_line(receiver):
    config, inbox = receiver
    shutil.move(inbox / "so" / "bieu-mau-2024.xlsx", inbox / "bieu.xlsx")
    shutil.rmtree(inbox / "so")
    (found,) = collect(config, inbox)
    assert (found.sent.body, found.sent.rule_set, found.sent.sheet) == ("mau", "so-2024 1", "II.06a")
    assert the_line(config) == LINE_2024


def test_a_second_report_of_the_same_agency_and_period_is_told(receiver):
    config, inbox = receiver
    shutil.copy(inbox / "so" / "bieu-mau-2024.xlsx", inbox / "bieu.xlsx")
    first, second = collect(config, inbox)
    assert first.sent
    assert second.why == "đã có báo cáo của đơn vị, kỳ và quy tắc này ở so"


def test_a_file_that_is_not_as_published_is_not_taken(receiver):
    config, inbox = receiver
    path = inbox / "so" / "so-lieu" / "bieu-ii-06a.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("43", "44"), encoding="utf-8")
    assert "đã bị sửa sau khi công bố" in why(config, inbox)


def test_a_form_that_is_not_its_report_is_not_taken(receiver):
    config, inbox = receiver
    rows = (inbox / "so" / "so-lieu" / "bieu-ii-06a.csv").read_text(encoding="utf-8").splitlines()
    forge(inbox, "so-lieu/bieu-ii-06a.csv", lambda _: "\n".join(rows[:-1]))
    assert "tổng của biểu và chỉ tiêu khác nhau" in why(config, inbox)


def test_a_line_that_does_not_add_up_is_not_taken(receiver):
    config, inbox = receiver

    def move_one(text: str) -> str:
        """One pending dossier from a line to another: every total stays."""
        rows = list(csv.reader(io.StringIO(text)))
        giver = next(row for row in rows[1:] if int(row[10]) > 0)
        taker = next(row for row in rows[1:] if row is not giver)
        giver[10], taker[10] = str(int(giver[10]) - 1), str(int(taker[10]) + 1)
        out = io.StringIO()
        csv.writer(out).writerows(rows)
        return out.getvalue()

    forge(inbox, "so-lieu/bieu-ii-06a.csv", move_one)
    assert "cân đối của biểu không khớp" in why(config, inbox)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda m: m.update(agency="khac"), "không có trong [[agencies]]"),
        (lambda m: m["rule_set"].pop("id"), "không ghi đúng kỳ, quy tắc đếm"),
        (lambda m: m["rule_set"].update(id="khac-2026"), "ghi quy tắc đếm khac-2026 1, chỉ tiêu đếm theo so-2024"),
        (lambda m: m["outputs"].pop("so-lieu/bieu-ii-06a.csv"), "không có trong bản kê"),
    ],
)
def test_a_manifest_that_says_otherwise_is_not_taken(receiver, change, said):
    config, inbox = receiver
    change_manifest(inbox, change)
    assert said in why(config, inbox)


def test_sample_data_never_reach_a_real_total(receiver):
    config, inbox = receiver
    real = config.model_copy(update={"data": config.data.model_copy(update={"sample": False})})
    assert why(real, inbox) == "là báo cáo từ dữ liệu mẫu"


def test_a_draft_and_another_rule_set_are_kept_and_stand_apart(receiver):
    config, inbox = receiver
    change_manifest(inbox, lambda m: m.update(state="draft"))
    assert collect(config, inbox)[0].sent
    (row,) = rollup.apart(city.united(config, "2024")).to_dict("records")
    assert (row["why"], row["handled"], row["pending"]) == ("báo cáo gửi đến là dự thảo", 2215, 43)


def test_a_folder_without_reports_is_told(receiver, tmp_path):
    (tmp_path / "trong").mkdir()
    with pytest.raises(NotTaken, match="Không thấy báo cáo nào"):
        collect(receiver[0], tmp_path / "trong")


# --- a level between -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def district(tmp_path_factory):
    """A district that rolls up two communes, one by its dossiers and one by what it sent, and its published report."""
    root = tmp_path_factory.mktemp("huyen")
    config = city.configure(root / "tp", [city.member("xa-1", name="Xã 1"), city.member("xa-2", name="Xã 2")])
    rows = [
        city.dossier("X-231214-0001", "2023-12-14 08:00", "2024-01-20 17:00", "2024-01-15 09:00", field="Đất đai"),
        city.dossier("X-240110-0002", "2024-01-10 08:00", "2024-01-20 17:00", "2024-02-15 09:00", channel=None),
        city.dossier("X-240112-0003", "2024-01-12 08:00", "2024-01-22 17:00", "2024-01-22 09:00", field="Đất đai"),
    ]
    city.give(config, "xa-1", rows)
    city.send(config, "xa-2", "2024-Q1", city.FORM)
    done = tthc(config.root, "report", "2024-Q1")
    assert done.returncode == 0, done.stderr
    return config.root / "reports" / "2024-Q1"


def province(root, *more: str):
    """A province over the district, which has the id of the report that it sends."""
    made = city.configure(root / "tinh", [])
    path = made.root / "config.toml"
    head = path.read_text(encoding="utf-8").replace('"tp"', '"tinh"').replace("Thành phố T", "Tỉnh")
    below = (city.member("tp", "tinh", "Thành phố T", parent="tinh"), *more)
    path.write_text(head.replace("data/raw/tp", "data/raw/tinh") + "".join(below), encoding="utf-8")
    return load_config(made.root)


#: what the two communes of the district have together: three dossiers (one late and without a channel), and the form that the other sent
TOGETHER = (8, 4, 1, 2, 7, 3, 2, 2, 1, 1, 0)


def line_of(config) -> tuple[int, ...]:
    table = rollup.by_body(city.united(config)).set_index("body")
    return tuple(int(n) for n in table.loc["tp", list(rollup.NAMES)])


def test_a_roll_up_of_a_level_between_is_counted_under_its_name(district, tmp_path):
    config = province(tmp_path)
    shutil.copytree(district, tmp_path / "gui" / "tp")
    (found,) = collect(config, tmp_path / "gui")
    assert found.why == ""
    assert line_of(config) == TOGETHER
    fields = rollup.by_field(city.united(config)).set_index("field")["handled"].to_dict()
    assert fields == {"Đất đai": 2, "Lĩnh vực X": 6}
    assert rollup.share(city.united(config)) == ""
    assert rollup.by_body(city.united(config))["received_no_channel"].tolist() == [1]


def test_its_draft_says_that_some_dossiers_are_in_no_part(district):
    with zipfile.ZipFile(district / "bao-cao-2024-Q1.docx") as draft:
        assert "các số thành phần cộng lại nhỏ hơn tổng" in draft.read("word/document.xml").decode()


def test_so_is_its_workbook_of_forms_alone(district, tmp_path):
    config = province(tmp_path)
    (tmp_path / "gui").mkdir()
    shutil.copy(district / "bieu-mau-2024-Q1.xlsx", tmp_path / "gui")
    (found,) = collect(config, tmp_path / "gui")
    assert (found.why, found.sent.sheet) == ("", "Tổng hợp theo lĩnh vực")
    assert line_of(config) == TOGETHER


def test_a_level_between_whose_agencies_are_counted_one_by_one_is_not_taken_too(district, tmp_path):
    config = province(tmp_path, city.member("xa-1", name="Xã 1", parent="tp"))
    shutil.copytree(district, tmp_path / "gui" / "tp")
    shutil.copy(district / "bieu-mau-2024-Q1.xlsx", tmp_path / "gui")
    found = collect(config, tmp_path / "gui")
    assert [one.sent for one in found] == [None, None]
    assert all("Thành phố T có đơn vị cấp dưới trong config.toml" in one.why for one in found)


def test_a_roll_up_that_is_not_of_all_its_agencies_is_not_taken_for_the_whole(district, tmp_path):
    inbox = tmp_path / "gui"
    shutil.copytree(district, inbox / "so")

    def partly(text: str) -> str:
        figures = json.loads(text)
        return json.dumps([{**f, "covers": "2/3 đơn vị"} for f in figures], ensure_ascii=False)

    forge(inbox, "indicators.json", partly)
    assert "chỉ gồm 2/3 đơn vị" in why(province(tmp_path), inbox)
