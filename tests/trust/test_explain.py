"""Every figure leads to the rows behind it, and the manifest says where each comes from."""

import csv
import json
import re

import pytest
from running import tthc

from tthc_analysis.audit.explain import NoFigure, RowsInsideReports, explain, write_rows
from tthc_analysis.config import load_config
from tthc_analysis.indicators import all_indicators, open_report_in
from tthc_analysis.indicators.evidence import evidence

pytestmark = pytest.mark.report


@pytest.fixture(scope="module")
def config(published_project):
    return load_config(published_project)


@pytest.mark.parametrize("period", ["2024", "2024-nam", "2023", "2024-Q1", "2024-07", "2019"])
def test_the_rows_of_every_figure_give_its_numerator(config, period):
    report = open_report_in(config, period)
    figures = all_indicators(report)
    found = {i.name: evidence(report, i) for i in figures}
    assert [name for name, rows in found.items() if rows is None] == []
    assert [i.name for i in figures if not found[i.name].agrees(i)] == []


def test_codes_are_those_of_the_export_files(config, sample_report):
    found = explain(config, sample_report, "dossiers_carried_over_count")
    assert len(found.evidence.keys) == len(set(found.evidence.keys)) == 8
    assert all(re.fullmatch(r"H24\.99-23\d{4}-\d{4}", code) for code in found.codes)
    places = sample_report.store.query(
        "SELECT dossier_code, source_file, source_row FROM ho_so WHERE received_at < '2023-11-15'"
    ).set_index("dossier_code")
    for row in found.evidence.rows.itertuples():
        assert tuple(places.loc[row.key]) == (row.source_file, row.source_row)


def test_the_chain_has_every_link(config, sample_report):
    links = dict(explain(config, sample_report, "dossiers_resolved_on_time_rate").links)
    assert links["Số liệu"].endswith("0,78%")
    assert links["Bản đã công bố"] == "giống số liệu này"
    assert "241_ket_qua_giai_quyet.ipynb" in links["Sổ tay"]
    assert links["Tử số"].startswith("17 ")
    assert links["Mẫu số"].startswith("2.172 ")
    assert "so-2024" in links["Bộ quy tắc đếm"]
    assert sample_report.store.fingerprint("ho_so")[:12] in links["Bảng dữ liệu"]
    held = [int(n) for n in re.findall(r", (\d+) dòng sau tử số", links["Tệp xuất"])]
    assert sum(held) == 17
    assert "khớp tử số" in links["Dòng đứng sau tử số"]


def test_a_figure_is_found_by_name_anchor_or_label(config, sample_report):
    names = ("dossiers_pending_count", "#so-lieu-dossiers_pending_count", "Hồ sơ đang giải quyết")
    assert {explain(config, sample_report, n).indicator.numerator for n in names} == {43}
    with pytest.raises(NoFigure, match="dossiers_pending_count"):
        explain(config, sample_report, "dossier_pending_counts")


def test_a_published_figure_that_is_no_longer_so_is_said(config, project):
    """The report in place prints 43; data in which nothing is pending say otherwise."""
    report = open_report_in(config, "2024-Q1")
    found = explain(config.model_copy(update={"root": project}), report, "dossiers_pending_count")
    assert dict(found.links)["Bản đã công bố"] == "kỳ này chưa được công bố"


def test_rows_are_written_outside_reports_only(config, sample_report, tmp_path):
    rows = explain(config, sample_report, "dossiers_pending_count").evidence
    with pytest.raises(RowsInsideReports):
        write_rows(config.reports / "2024" / "ma.csv", rows, config.reports)
    with pytest.raises(RowsInsideReports):
        write_rows(config.reports / "x" / ".." / "ma.csv", rows, config.reports)
    write_rows(tmp_path / "ma.csv", rows, config.reports)
    with (tmp_path / "ma.csv").open(encoding="utf-8-sig") as source:
        lines = list(csv.DictReader(source))
    assert [line["ma"] for line in lines] == rows.keys
    assert set(lines[0]) == {"ma", "so", "tep_xuat", "trang_tinh", "dong"}


def test_the_command_prints_codes_and_nothing_personal(published_project, tmp_path):
    done = tthc(published_project, "explain", "2024", "dossiers_pending_count", "--rows", str(tmp_path / "ma.csv"))
    assert done.returncode == 0, done.stderr
    assert len(re.findall(r"H24\.99-\d{6}-\d{4}", done.stdout)) == 20
    assert "23 mã nữa" in done.stdout
    written = (tmp_path / "ma.csv").read_text(encoding="utf-8-sig")
    assert written.count("H24.99-") == 43
    for text in (done.stdout, written):
        assert not re.search(r"Người nộp|Địa chỉ mẫu|@example|0900\d{6}", text)


def test_the_manifest_links_every_printed_figure(published_report, published_project):
    manifest = json.loads((published_report / "manifest.json").read_text(encoding="utf-8"))
    items = json.loads((published_report / "indicators.json").read_text(encoding="utf-8"))
    exports = {f"{e['dataset']}/{e['file']}" for e in manifest["inputs"]["exports"]}
    assert set(manifest["figures"]) == {i["name"] for i in items}
    for item in items:
        link = manifest["figures"][item["name"]]
        assert (link["numerator"], link["denominator"]) == (item["numerator"], item["denominator"])
        assert link["rule_set"] == "so-2024"
        assert set(link["tables"]) <= set(manifest["inputs"]["tables"])
        assert link["exports"], item["name"]
        assert set(link["exports"]) <= exports
        assert all(name in manifest["inputs"]["notebooks"] for name in link["notebooks"])
        for slug in link["printed_in"]:
            assert item["name"] in (published_report / "so-tay" / f"{slug}.ipynb").read_text(encoding="utf-8")
