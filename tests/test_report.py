"""A whole, unstubbed `tthc report 2024`: what it publishes, what it never publishes, and what a failure leaves behind."""

from __future__ import annotations

import csv
import hashlib
import html.parser
import json
import re
import shutil
from pathlib import Path

import pytest
from running import tthc

from tthc_analysis.columns import DOSSIERS
from tthc_analysis.sections import load_sections

pytestmark = pytest.mark.report

#: form II.06a of the 2024 report, columns (3) to (13)
LINE_2024 = [2215, 2205, 2, 8, 2172, 2155, 17, 0, 43, 43, 0]
TEXT_FILES = (".html", ".json", ".csv", ".ipynb", ".md", ".txt")


def figures(report: Path) -> dict[str, dict]:
    return {i["name"]: i for i in json.loads((report / "indicators.json").read_text(encoding="utf-8"))}


def shown(path: Path) -> str:
    """A page without its style and script."""
    return re.sub(r"<(style|script)\b.*?</\1>", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


def form(report: Path) -> list[dict]:
    with (report / "so-lieu" / "bieu-ii-06a.csv").open(encoding="utf-8-sig") as source:
        return list(csv.DictReader(source))


def test_the_line_of_form_ii06a(published_report):
    rows = form(published_report)
    names = list(rows[0])[2:]
    assert [sum(int(r[n]) for r in rows) for n in names] == LINE_2024
    assert len(rows) >= 6, "spread over real fields"


@pytest.mark.parametrize(
    ("name", "numerator", "denominator", "text"),
    [
        ("dossiers_handled_count", 2215, None, "2.215"),
        ("dossiers_received_new_count", 2207, None, "2.207"),
        ("dossiers_carried_over_count", 8, None, "8"),
        ("dossiers_resolved_rate", 2172, 2215, "98,06%"),
        ("dossiers_resolved_early_rate", 2155, 2172, "99,22%"),
        ("dossiers_resolved_on_time_rate", 17, 2172, "0,78%"),
        ("dossiers_resolved_overdue_count", 0, None, "0"),
        ("dossiers_pending_count", 43, None, "43"),
        ("online_received_rate", 2205, 2207, "99,91%"),
        ("procedures_full_rate", 45, 114, "39,47%"),
        ("procedures_partial_rate", 69, 114, "60,53%"),
        ("fee_procedures_count", 1, None, "1"),
        ("paid_online_rate", 25, 25, "100%"),
        ("digitised_rate", 4342, 4387, "98,97%"),
        ("digitised_results_rate", 2172, 2172, "100%"),
    ],
)
def test_published_figures(published_report, name, numerator, denominator, text):
    found = figures(published_report)[name]
    assert (found["numerator"], found["denominator"], found["text"]) == (numerator, denominator, text)
    assert found["base"] or denominator is None


def test_every_rate_carries_its_base(published_report):
    for item in figures(published_report).values():
        if item["kind"] in ("rate", "mean") and item["numerator"] is not None:
            assert item["base"], item["name"]
            assert item["denominator"] is not None, item["name"]
            assert item["denominator"] or item["value"] is None, item["name"]


#: sections that are there if there is anything to say: no rule set is known for points of 2024
NOTHING_TO_SAY = {"ii-4-6-diem-766", "phu-luc-7-diem-766"}


def test_every_section_is_there(published_report, published_project):
    index = (published_report / "index.html").read_text(encoding="utf-8")
    of_every_period = (s for s in load_sections(published_project / "notebooks") if not s.rolled_up and not s.periods)
    for section in of_every_period:
        if section.slug in NOTHING_TO_SAY:
            assert section.if_any
            assert not (published_report / section.page).exists()
            assert not (published_report / "so-tay" / f"{section.slug}.ipynb").exists()
            assert f'id="{section.slug}"' not in index
            continue
        assert (published_report / section.page).is_file()
        assert (published_report / "so-tay" / f"{section.slug}.ipynb").is_file()
        assert f'id="{section.slug}"' in index
        if section.kind == "appendix":
            assert (published_report / section.page).with_suffix(".pdf").read_bytes().startswith(b"%PDF")


def test_first_page_names_period_rules_and_sample(published_report):
    index = shown(published_report / "index.html")
    assert '<html lang="vi">' in index
    for text in ("DỮ LIỆU MẪU", "từ 15/11/2023 đến 05/12/2024", "so-2024", "2.215", "99,91%"):
        assert text in index, text
    assert "DỰ THẢO" not in index


class Links(html.parser.HTMLParser):
    """Every address that a browser would fetch for a page."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.images_without_text = 0

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag in ("img", "script", "iframe", "source", "audio", "video", "embed"):
            self.fetched.append(values.get("src") or "")
        if tag == "link":
            self.fetched.append(values.get("href") or "")
        if tag == "img" and not (values.get("alt") or "").strip():
            self.images_without_text += 1


def test_pages_ask_nothing_of_other_hosts(published_report):
    for path in published_report.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        links = Links()
        links.feed(text)
        assert all(not a or a.startswith("data:") for a in links.fetched), path
        assert links.images_without_text == 0, path
        assert not re.search(r"@import|url\((?!['\"]?data:)", text), path


def test_no_connection_was_tried(published_project):
    assert (published_project / "guard" / "sitecustomize.py").is_file()
    assert not (published_project / "guard" / "connections.log").exists()


PERSONAL = re.compile(r"Người nộp|Địa chỉ mẫu|@example\.invalid|0900\d{6}|\b0{8}\d{4}\b")


def test_no_personal_value_is_published(published_project):
    raw = (published_project / "data" / "raw" / "mau" / "ho_so" / "HoSo_20241001.xls").read_text(encoding="utf-8")
    assert len(set(PERSONAL.findall(raw))) > 100, "the raw files do hold such values"
    for folder in ("reports", "data/processed"):
        for path in (published_project / folder).rglob("*"):
            if path.is_file() and path.suffix != ".parquet":
                data = path.read_bytes().decode("utf-8", errors="ignore")
                assert not PERSONAL.search(data), path
    assert not PERSONAL.search((published_project / "output.txt").read_text(encoding="utf-8"))


def test_processed_tables_hold_canonical_columns_only(published_project):
    import pyarrow.parquet as pq

    names = set(pq.read_schema(published_project / "data" / "processed" / "mau" / "ho_so.parquet").names)
    assert names == set(DOSSIERS.names) | {"source_file", "source_sheet", "source_row", "snapshot_date"}
    texts = pq.read_table(published_project / "data" / "processed" / "mau" / "ho_so.parquet").to_pandas()
    for column in texts.select_dtypes(include=["object", "string"]):
        assert not texts[column].astype(str).str.contains("Người nộp|@example", regex=True).any(), column


def test_manifest_covers_every_file(published_report, published_project):
    manifest = json.loads((published_report / "manifest.json").read_text(encoding="utf-8"))
    files = {p.relative_to(published_report).as_posix() for p in published_report.rglob("*") if p.is_file()}
    assert set(manifest["outputs"]) == files - {"manifest.json", "run.log.json"}
    for name, digest in manifest["outputs"].items():
        assert hashlib.sha256((published_report / name).read_bytes()).hexdigest() == digest, name
    raw = published_project / "data" / "raw" / "mau"
    for export in manifest["inputs"]["exports"]:
        data = (raw / export["dataset"] / export["file"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == export["sha256"]
    assert manifest["parameters"] == {"period": "2024", "rule_set": "so-2024", "data": "data/processed/mau"}
    assert manifest["sample_data"] is True
    assert {"python", "tthc-analysis", "pandas", "jinja2"} <= set(manifest["versions"])
    assert len(manifest["versions"]) > 100  # every installed distribution


def test_rows_in_are_kept_replaced_or_quarantined(published_project):
    quality = json.loads((published_project / "data/processed/mau/quality.json").read_text(encoding="utf-8"))
    seen = 0
    for data in quality["datasets"].values():
        for account in data["accounts"]:
            assert account["rows_in"] == account["kept"] + account["replaced"] + account["quarantined"]
            seen += account["quarantined"]
    assert seen >= 4, "the sample holds broken rows"


def test_index_over_reports(published_project):
    text = (published_project / "reports" / "index.html").read_text(encoding="utf-8")
    assert "2024/index.html" in text
    assert "2.215" in text


def break_notebook(folder: Path, name: str, source: str) -> None:
    """Put a failing cell at the end of a notebook."""
    path = next((folder / "notebooks").glob(name))
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cell = {"cell_type": "code", "id": "hong", "metadata": {}, "execution_count": None, "outputs": [], "source": source}
    notebook["cells"].append(cell)
    path.write_text(json.dumps(notebook), encoding="utf-8")


def keep_notebooks(folder: Path, *kept: str) -> None:
    """Leave only some notebooks, so that a run is short."""
    for path in (folder / "notebooks").glob("*.ipynb"):
        if not path.name.startswith(kept):
            path.unlink()


def test_a_failing_section_leaves_the_former_report(project, published_report):
    keep_notebooks(project, "241", "901")
    target = project / "reports" / "2024"
    shutil.copytree(published_report, target)
    before = {p: p.read_bytes() for p in target.rglob("*") if p.is_file()}
    break_notebook(project, "241*", "raise ValueError('thử lỗi')")
    done = tthc(project, "report", "2024")
    assert done.returncode == 4, done.stdout + done.stderr
    assert "II.4.1" in done.stderr
    assert "thử lỗi" in done.stderr
    assert "Phụ lục I" in done.stdout, "the other sections still ran"
    assert "Traceback" not in done.stderr
    assert {p: p.read_bytes() for p in target.rglob("*") if p.is_file()} == before
    assert list((project / "reports" / ".loi-2024").glob("*.ipynb")), "the failing notebook is kept to look at"


@pytest.mark.parametrize("source", ["import os; os._exit(0)", "import sys; sys.exit(0)"])
def test_a_run_that_ends_early_is_a_failure(project, source):
    keep_notebooks(project, "901")
    break_notebook(project, "901*", source)
    done = tthc(project, "report", "2024")
    assert done.returncode == 4, done.stdout + done.stderr
    assert not (project / "reports" / "2024").exists()


def test_bad_parameters_stop_before_a_kernel_starts(project):
    keep_notebooks(project, "901")
    path = next((project / "notebooks").glob("901*"))
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('data: str = \\"\\"', 'thu_muc: str = \\"\\"'), encoding="utf-8")
    done = tthc(project, "report", "2024")
    assert done.returncode == 2
    assert "không có tham số “data”" in done.stderr


def spoil(project: Path) -> None:
    """Make an export break a critical expectation: a personal value in a published column."""
    path = project / "data" / "raw" / "mau" / "ho_so" / "ho_so_2024-12-20.csv"
    text = path.read_bytes().decode("utf-8-sig")
    path.write_bytes(text.replace("Bộ phận Một cửa (mẫu)", "Một cửa 0912345678", 1).encode("utf-8-sig"))


def test_critical_findings_stop_publication_unless_draft(project):
    keep_notebooks(project, "000", "901")
    spoil(project)
    done = tthc(project, "report", "2024")
    assert done.returncode == 3, done.stdout + done.stderr
    assert "H24" in done.stderr
    assert not (project / "reports" / "2024").exists()
    assert "0912345678" not in done.stdout + done.stderr
    assert tthc(project, "check").returncode == 3
    draft = tthc(project, "report", "2024", "--draft")
    assert draft.returncode == 0, draft.stdout + draft.stderr
    pages = list((project / "reports" / "2024").rglob("*.html"))
    assert pages
    assert all("DỰ THẢO" in shown(p) for p in pages)
    import pypdf

    pdf = next((project / "reports" / "2024" / "phu-luc").glob("*.pdf"))
    assert all("DỰ THẢO" in page.extract_text() for page in pypdf.PdfReader(pdf).pages)


def test_two_runs_at_once_are_refused(project):
    from tthc_analysis.report.publish import reports_lock

    keep_notebooks(project, "901")
    with reports_lock(project / "reports"):
        done = tthc(project, "report", "2024")
    assert done.returncode == 5
    assert "đang chạy" in done.stderr


def test_data_replaced_while_sections_run_are_not_published(project):
    """A second `tthc prepare` in the middle of a run: no report may mix two states of the data."""
    keep_notebooks(project, "901")
    break_notebook(
        project,
        "901*",
        "from pathlib import Path; p = Path(report.store.folder, 'quality.json'); p.write_text(p.read_text() + ' ')",
    )
    done = tthc(project, "report", "2024")
    assert done.returncode == 5, done.stdout + done.stderr
    assert "bị thay trong lúc lập báo cáo" in done.stderr
    assert not (project / "reports" / "2024").exists()


def test_a_damaged_older_report_does_not_stop_the_next(project, published_report):
    keep_notebooks(project, "901")
    shutil.copytree(published_report, project / "reports" / "2023")
    (project / "reports" / "2023" / "indicators.json").write_text("[")
    done = tthc(project, "report", "2024")
    assert done.returncode == 0, done.stdout + done.stderr
