"""What the pages hold: references that exist, ids used once, one file without a network, the first screen, the state."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from bs4 import BeautifulSoup

from tthc_analysis.documents.pages import PageContext
from tthc_analysis.documents.pages import page as make_page
from tthc_analysis.documents.pdf import Letterhead

pytestmark = pytest.mark.report
MEGABYTE = 1024 * 1024


@pytest.fixture(scope="session")
def trees(pages) -> dict:
    return {p: BeautifulSoup(p.read_text(encoding="utf-8"), "lxml") for p in pages}


def test_every_reference_leads_to_a_file_and_a_place(trees):
    dead = []
    for page, tree in trees.items():
        for link in tree.select("a[href]"):
            address, _, place = str(link["href"]).partition("#")
            target = (page.parent / address).resolve() if address else page
            if not target.is_file() or (place and not trees[target].find(id=place)):
                dead.append((page.name, link["href"]))
    assert dead == []


def test_no_id_is_used_twice_on_a_page(trees):
    for page, tree in trees.items():
        twice = [i for i, n in Counter(t["id"] for t in tree.select("[id]")).items() if n > 1]
        assert twice == [], page


def test_pages_hold_everything_inside(pages, trees):
    for page, tree in trees.items():
        outside = [str(t) for t in tree.select("[src], [srcset], link[href], script[src]") if "data:" not in str(t)]
        assert outside == [], page
        assert not re.search(r"@import|url\((?!data:)", page.read_text(encoding="utf-8"))
    assert max(p.stat().st_size for p in pages) <= 3 * MEGABYTE


def test_every_picture_says_its_numbers(trees):
    for page, tree in trees.items():
        for image in tree.select("img"):
            assert re.search(r"\d", image["alt"]), page
        assert "No description has been provided" not in str(tree)


def test_tables_and_figures_are_numbered_through_the_whole_report(trees, published_report):
    numbers = [t.get_text() for t in trees[published_report / "index.html"].select(".so-thu-tu")]
    for kind in ("Bảng", "Hình"):
        own = [n for n in numbers if n.startswith(kind)]
        assert own == [f"{kind} {i}." for i in range(1, len(own) + 1)]
        assert own


def test_every_numbered_table_and_figure_can_be_downloaded(trees, published_report):
    tree = trees[published_report / "index.html"]
    offered = {str(a["href"]) for a in tree.select("p.tai-csv a[download]")}
    named = {t["id"].split("-", 1)[1] for t in tree.select(".report-table, .chart") if t.select_one(".so-thu-tu")}
    assert {f"so-lieu/{name}.csv" for name in named} == offered


def test_the_summary_is_the_first_screen_and_stands_once(trees, published_report):
    main = trees[published_report / "index.html"].main
    first = main.find(["article", "section"])
    assert first["id"] == "tom-tat"
    headlines = first.select(".noi-bat .card")
    assert len(headlines) == 8
    assert len(main.select(".noi-bat")) == 1
    assert "tăng 292 (15,18%) so với năm 2023" in headlines[0].get_text(" ")
    assert first.find_next_sibling()["class"] == ["ve-bao-cao"]


def test_the_report_says_what_day_it_is_of_whom_to_ask_and_what_comes_next(trees, published_report):
    terms = trees[published_report / "index.html"].select(".thong-tin div")
    facts = {t.dt.get_text(): t.dd.get_text() for t in terms}
    assert facts["Số liệu đến ngày"] == "20/12/2024"
    assert re.fullmatch(r"\d\d/\d\d/\d{4}", facts["Lập ngày"])
    assert facts["Liên hệ"] == "Sở Giáo dục và Đào tạo"
    assert facts["Báo cáo tiếp theo"] == "Năm 2025, số liệu đến 14/12/2025"
    assert facts["Chưa đọc được"].startswith("7 dòng cách ly")


def test_every_figure_tells_how_it_was_computed(trees, published_report):
    for card in trees[published_report / "index.html"].select(".card"):
        terms = [dt.get_text() for dt in card.select(".cach-tinh dt")]
        assert terms[-3:] == ["Kỳ, quy tắc", "Căn cứ", "Tên số liệu"]


def test_no_page_shows_the_code_of_its_notebook_unless_asked(trees):
    for page, tree in trees.items():
        assert not tree.select(".ma-nguon"), page
        assert "open_report(" not in tree.get_text(), page


def test_the_notebook_on_its_own_has_its_code_folded_at_its_end(published_report):
    import nbformat

    from tthc_analysis.documents.render import ReportHTMLExporter

    notebook = nbformat.read(published_report / "so-tay" / "ii-4-3-so-hoa.ipynb", as_version=4)
    folds = BeautifulSoup(ReportHTMLExporter().from_notebook_node(notebook)[0], "lxml").select("details.ma-nguon")
    assert len(folds) == 1
    assert "open_report(" in folds[0].get_text()


def test_no_two_headings_say_the_same_or_stand_right_under_each_other(trees, published_report):
    for section in trees[published_report / "index.html"].select("article.muc"):
        titles = [h.get_text().casefold() for h in section.select("h2, h3, h4")]
        assert len(titles) == len(set(titles)), section["id"]
        for heading in section.select(".figures > :is(h3, h4):first-child"):
            before = heading.parent.find_previous_sibling()
            assert before is None or before.find_all(True)[-1].name != heading.name, heading.get_text()


def test_the_state_of_a_draft_is_on_its_pages():
    about = PageContext(
        agency="Sở", title="Báo cáo", period_label="Năm 2024", draft=True, draft_reason="dữ liệu vênh", sample=True
    )
    head = Letterhead(title="Phụ lục")
    page = make_page(
        "section.html.j2", about, heading="Mục", body="<h1>Mục</h1>", kind="section", current="", base="", head=head
    )
    tree = BeautifulSoup(page, "lxml")
    assert "du-thao" in tree.body["class"]
    assert tree.select_one(".dai-du-thao").get_text() == "DỰ THẢO – dữ liệu vênh; không dùng để báo cáo chính thức."
    assert tree.select_one(".dai-mau")


def test_a_part_of_a_period_is_on_every_page_in_amber():
    about = PageContext(
        agency="Sở",
        title="Báo cáo",
        period_label="Năm 2024",
        state="partial",
        state_label="Chưa đủ kỳ",
        partial="vì thử",
    )
    head = Letterhead(title="Phụ lục")
    page = make_page(
        "section.html.j2", about, heading="Mục", body="<h1>Mục</h1>", kind="section", current="", base="", head=head
    )
    said = BeautifulSoup(page, "lxml").select_one(".dai-chua-du").get_text()
    assert said == "CHƯA ĐỦ KỲ – vì thử: số liệu là của phần đã có, không so với kỳ khác."
    badge = BeautifulSoup(make_page("index.html.j2", about, links=(), sections=()), "lxml").select_one(".nhan-chua-du")
    assert badge.get_text() == "Chưa đủ kỳ"


def test_the_published_report_is_no_draft_and_says_that_its_data_are_a_sample(trees, published_report):
    tree = trees[published_report / "index.html"]
    assert "du-thao" not in tree.body["class"]
    assert "Đạt kiểm tra" in tree.select_one(".ky").get_text()
    assert tree.select_one(".dai-mau")


def test_the_index_over_periods_lists_the_report_with_state_and_figures(trees, published_report):
    rows = trees[published_report.parent / "index.html"].select("tbody tr")
    assert [r.a["href"] for r in rows] == ["2024/index.html"]
    text = rows[0].get_text(" ")
    for part in ("Năm 2024", "15/11/2023 – 05/12/2024", "Đạt kiểm tra", "Dữ liệu mẫu", "2.215", "99,91%"):
        assert part in text
