"""One value, everywhere: each figure of one published run is the same in every file that prints it, in vi-VN format.

The expected text is formatted here, from the counts in `indicators.json` alone, by a formatter of the test's own.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal

import docx
import jinja2
import nbformat
import openpyxl
import pytest
from bs4 import BeautifulSoup
from docx.oxml.ns import qn
from pypdf import PdfReader

from tthc_analysis.display.base import MIME
from tthc_analysis.documents.word import TEMPLATE

pytestmark = pytest.mark.report
CUT_OFF = "ngày 05 tháng 12 năm 2024"
#: the words of a template that stand for the period and the kind of body of the sample
WORDS = {
    "ngay_chot": CUT_OFF, "phong": "phòng thuộc Sở", "don_vi_truc_thuoc": "đơn vị trực thuộc",
    "don_vi": "Sở", "nhom_nguoi": "học sinh, giáo viên, cán bộ quản lý", "lanh_dao": "Ban Giám đốc",
}  # fmt: skip
#: totals of the appendices: table → column → the figure that must be printed there
TOTALS = {
    "bieu-ii-06a": {
        "handled": "dossiers_handled_count",
        "received_online": "dossiers_received_online_count",
        "received_offline": "offline_received_count",
        "carried_over": "dossiers_carried_over_count",
        "resolved": "dossiers_resolved_count",
        "resolved_early": "dossiers_resolved_early_count",
        "resolved_on_time": "dossiers_resolved_on_time_count",
        "resolved_overdue": "dossiers_resolved_overdue_count",
        "pending": "dossiers_pending_count",
        "pending_within": "dossiers_pending_within_count",
        "pending_overdue": "dossiers_pending_overdue_count",
    },
    "dvc-truc-tuyen": {
        "received_new": "dossiers_received_new_count",
        "received_online": "online_received_count",
        "received_in_person": "dossiers_received_in_person_count",
        "received_post": "dossiers_received_post_count",
        "carried_over": "dossiers_carried_over_count",
        "online_rate": "online_received_rate",
    },
    "so-hoa": {
        "handled": "dossiers_handled_count",
        "component_rate": "digitised_components_rate",
        "resolved": "dossiers_resolved_count",
        "result_rate": "digitised_results_rate",
    },
    "bieu-ii-07b": {
        "procedures": "procedures_published_count",
        "procedures_district": "procedures_district_count",
        "procedures_commune": "procedures_commune_count",
    },
}
PDFS = {
    "bieu-ii-06a": "phu-luc-1-ket-qua-giai-quyet",
    "dvc-truc-tuyen": "phu-luc-2-dvc-truc-tuyen",
    "so-hoa": "phu-luc-3-so-hoa",
    "bieu-ii-07b": "phu-luc-4-so-luong-tthc",
}


def vietnamese(value: Decimal, decimals: int) -> str:
    """Dots between thousands, decimal comma, half up."""
    whole, _, rest = str(abs(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)).partition(".")
    groups = re.findall(r"\d{1,3}", whole[::-1])
    return ("-" if value < 0 else "") + ".".join(groups)[::-1] + (f",{rest}" if rest else "")


def printed(item: dict) -> str:
    """How a figure must be printed, from its counts."""
    numerator, denominator = (None if item[k] is None else Decimal(str(item[k])) for k in ("numerator", "denominator"))
    if numerator is None or (item["kind"] in ("rate", "mean") and not denominator):
        return item["gap"]
    if item["kind"] == "rate":
        return (
            vietnamese(100 * numerator / denominator, item["decimals"]).removesuffix("," + "0" * item["decimals"]) + "%"
        )
    if item["kind"] == "mean":
        return vietnamese(numerator / denominator, item["decimals"])
    return vietnamese(numerator, 0 if isinstance(item["numerator"], int) else item["decimals"])


@pytest.fixture(scope="module")
def items(published_report):
    found = json.loads((published_report / "indicators.json").read_text(encoding="utf-8"))
    return {item["name"]: item for item in found}


@pytest.fixture(scope="module")
def expected(items):
    return {name: printed(item) for name, item in items.items()}


@pytest.fixture(scope="module")
def word(published_report):
    return docx.Document(published_report / "bao-cao-2024.docx")


def test_formatter_of_this_test():
    assert vietnamese(Decimal(2215), 0) == "2.215"
    assert vietnamese(Decimal("1234567.885"), 2) == "1.234.567,89"
    example = {"kind": "rate", "numerator": 4342, "denominator": 4387, "decimals": 2, "gap": ""}
    assert printed(example) == "98,97%"


def test_json(items, expected):
    assert {name: item["text"] for name, item in items.items()} == expected
    assert (expected["dossiers_handled_count"], expected["digitised_rate"]) == ("2.215", "98,97%")


def test_executed_notebooks(published_report, expected):
    seen = Counter()
    for path in (published_report / "so-tay").glob("*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            for output in cell.get("outputs", []):
                for item in output.get("data", {}).get(MIME, {}).get("items", []):
                    assert item["text"] == expected[item["name"]], (path.name, item["name"])
                    seen[item["name"]] += 1
    assert set(seen) == set(expected)
    assert seen["dossiers_handled_count"] > 1


def test_html_of_the_whole_report_and_of_each_section(published_report, expected):
    pages = [published_report / "index.html", *(published_report / "muc").glob("*.html")]
    seen = Counter()
    for page in pages:
        soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
        for card in soup.select("[id^=so-lieu-]"):
            name = card["id"].removeprefix("so-lieu-")
            value = next(iter(card.select_one(".value").stripped_strings))
            assert value == expected[name], (page.name, name)
            seen[name] += 1
    assert all(seen[name] >= 2 for name in expected), [n for n in expected if seen[n] < 2]


def test_csv(published_report, expected):
    text = (published_report / "so-lieu" / "chi-tieu.csv").read_text(encoding="utf-8-sig")
    assert {row["name"]: row["value"] for row in csv.DictReader(io.StringIO(text))} == expected


def test_xlsx(published_report, expected):
    book = openpyxl.load_workbook(published_report / "so-lieu-2024.xlsx", data_only=True)
    rows = book["Chỉ tiêu"].iter_rows(min_row=5, values_only=True)
    assert {row[1]: row[3] for row in rows if row[1]} == expected


def test_docx_sentences(word, items, expected):
    """Every sentence of the template with a figure, filled in here from the JSON alone, is in the document."""
    text = {_text(p) for p in word.element.body.iter(qn("w:p"))}
    environment, seen = jinja2.Environment(autoescape=False), set()
    environment.filters["dau_thuong"] = str
    for paragraph in docx.Document(str(TEMPLATE)).element.body.iter(qn("w:p")):
        source = _text(paragraph)
        names = set(re.findall(r"\b(?:so|tu|mau)\('(\w+)'\)", source))
        if not names or any(call in source for call in ("co_dong(", "chuoi(", "noi_trinh(", "o_phu_luc(")):
            continue
        filled = environment.from_string(source).render({**WORDS, **_functions(items, expected)})
        assert filled in text
        seen |= names
    assert len(seen) > 40


def _functions(items: dict, expected: dict[str, str]) -> dict:
    def value(name: str) -> float:
        if name not in items:  # a figure that is printed only where there is anything to count
            return math.nan
        item = items[name]
        empty = item["numerator"] is None or (item["denominator"] == 0)
        return math.nan if empty else item["numerator"] / (item["denominator"] or 1)

    return {
        "so": lambda n: _padded(expected[n]) if items[n]["kind"] in ("count", "amount") else expected[n],
        "tu": lambda n: _padded(vietnamese(Decimal(str(items[n]["numerator"])), 0)),
        "mau": lambda n: _padded(vietnamese(Decimal(str(items[n]["denominator"])), 0)),
        "dem": value,
        "co": lambda *names: not any(math.isnan(value(n)) for n in names),
    }


def _padded(text: str) -> str:
    """A whole number from 1 to 9 with the 0 that administrative texts write."""
    return text.zfill(2) if re.fullmatch("[1-9]", text) else text


def test_docx_conditional_sentences(word):
    """The sentences that counts decide, as the sample must print them."""
    text = {_text(p) for p in word.element.body.iter(qn("w:p"))}
    assert {
        "- Đã giải quyết 2.172 hồ sơ, đạt 98,06% số hồ sơ nhận giải quyết. Trong số hồ sơ đã giải quyết, 2.155 hồ sơ trước "
        "hạn (99,22%), 17 hồ sơ đúng hạn (0,78%), không có hồ sơ quá hạn.",
        f"- Tại {CUT_OFF} còn 43 hồ sơ đang giải quyết, tất cả trong hạn.",
    } <= text


def _text(paragraph) -> str:
    return "".join(t.text or "" for t in paragraph.iter(qn("w:t")))


@pytest.fixture(scope="module")
def columns(published_report):
    """Column names of each appendix table, as the CSV has them."""
    package = json.loads((published_report / "so-lieu" / "datapackage.json").read_text(encoding="utf-8"))
    return {r["name"]: [f["name"] for f in r["schema"]["fields"]] for r in package["resources"]}


@pytest.mark.parametrize("table", TOTALS)
class TestTotalLine:
    """The total line of an appendix prints the figures, on the page, in PDF, Word and Excel, and its CSV adds up to it."""

    def test_html(self, published_report, columns, expected, table):
        pages = [published_report / "index.html", *published_report.glob(f"phu-luc/{PDFS[table]}.html")]
        assert len(pages) == 2
        for page in pages:
            soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
            cells = [
                c.get_text(" ", strip=True) for c in soup.select_one(f"#bang-{table} tfoot tr").find_all(["td", "th"])
            ]
            assert _picked(dict(zip(columns[table], cells, strict=True)), table) == _named(expected, table)

    def test_docx(self, word, columns, expected, table):
        found = [t for t in word.tables if len(t.columns) == len(columns[table]) and _is(t, table)]
        assert len(found) == 1
        cells = [c.text for c in found[0].rows[-1].cells]
        assert _picked(dict(zip(columns[table], cells, strict=True)), table) == _named(expected, table)

    def test_xlsx(self, published_report, columns, items, table):
        sheet = {"bieu-ii-06a": "II.06a", "bieu-ii-07b": "II.07b"}.get(table, table)
        name = "so-lieu" if sheet == table else "bieu-mau"
        book = openpyxl.load_workbook(published_report / f"{name}-2024.xlsx", data_only=True)
        line = next(r for r in book[sheet].iter_rows(values_only=True) if r[1] == "Tổng số")
        for column, name in TOTALS[table].items():
            item = items[name]
            exact = Decimal(item["numerator"]) / (item["denominator"] if item["kind"] == "rate" else 1)
            assert line[columns[table].index(column)] == pytest.approx(float(exact))

    def test_pdf(self, published_report, columns, expected, table):
        text = "\n".join(p.extract_text() for p in PdfReader(published_report / "phu-luc" / f"{PDFS[table]}.pdf").pages)
        line = re.search(r"Tổng số ([\d.,%\s]+)", text.replace("chưa có", ""))[1].split()
        names = [
            c
            for c in columns[table]
            if c not in ("index", "field", "unit", "procedure_code", "procedure_name", "online_level")
        ]
        assert _picked(dict(zip(names, line, strict=False)), table) == _named(expected, table)

    def test_csv(self, published_report, items, table):
        text = (published_report / "so-lieu" / f"{table}.csv").read_text(encoding="utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text)))
        for column, name in TOTALS[table].items():
            if items[name]["kind"] == "count":
                assert sum(int(r[column]) for r in rows) == items[name]["numerator"]


def _picked(line: dict[str, str], table: str) -> dict[str, str]:
    return {name: line[column] for column, name in TOTALS[table].items()}


def _named(expected: dict[str, str], table: str) -> dict[str, str]:
    return {name: expected[name] for name in TOTALS[table].values()}


def _is(table, name: str) -> bool:
    heads = {"bieu-ii-06a": "Số hồ sơ nhận giải quyết", "bieu-ii-07b": "Quy trình nội bộ giải quyết TTHC đã ban hành",
             "dvc-truc-tuyen": "Hồ sơ mới trong kỳ", "so-hoa": "Thành phần hồ sơ"}  # fmt: skip
    return heads[name] in {c.text for c in table.rows[0].cells}


def test_index_over_all_reports(published_report, expected):
    soup = BeautifulSoup((published_report.parent / "index.html").read_text(encoding="utf-8"), "html.parser")
    text = soup.get_text(" ", strip=True).split()
    for name in ("dossiers_handled_count", "dossiers_resolved_count", "dossiers_pending_count", "online_received_rate"):
        assert expected[name] in text


def test_section_pages_link_to_every_download(published_report):
    soup = BeautifulSoup((published_report / "index.html").read_text(encoding="utf-8"), "html.parser")
    hrefs = {a["href"] for a in soup.select(".tai-ve a")}
    assert {"bieu-mau-2024.xlsx", "so-lieu-2024.xlsx", "bao-cao-2024.docx", "so-lieu/datapackage.json"} <= hrefs
    assert all((published_report / h).is_file() for h in hrefs)
