"""The rows for the terminal, the annotated page and the JSON: complete, in Vietnamese, with nothing of the narrative live."""

import json

import pytest
from bs4 import BeautifulSoup
from reconcile_cases import CORRECT, FIGURES, PERIOD

from tthc_analysis.reconcile import FIGURE_HEADERS, ROW_HEADERS, build_narrative, reconcile, to_html, to_json
from tthc_analysis.reconcile.narrative import Block

HOSTILE = [
    '<script>alert("x")</script> thủ tục hành chính TTHC {{ 7*7 }} {% raw %}',
    "<img src=x onerror=alert(1)> còn 44 hồ sơ đang giải quyết & </mark></p> %s {0} {found}",
    "\"><svg onload='alert(1)'> Sở đã tiếp nhận tiếp nhận ]]> ${7*7}",
]


def _reconciled(lines):
    return reconcile(build_narrative('"><b>x</b>.txt', "txt", [Block(line) for line in lines]), FIGURES, PERIOD)


@pytest.fixture
def faulty(check):
    text = CORRECT.replace("còn 43 hồ sơ", "còn 44 hồ sơ").replace("ngày 16/01/2024", "ngày 16/1/2024")
    return check(text.replace("giữa các khâu", "giữa các các khâu"))


def test_hostile_text_stays_text():
    result = _reconciled(HOSTILE)
    assert {r.code for r in result.remarks} == {"BC07", "SL01", "BC06"}
    page = to_html(result)
    soup = BeautifulSoup(page, "lxml")
    assert soup.find_all(["script", "img", "svg", "iframe", "link", "b"], string="x") == []
    assert not soup.find(["script", "img", "svg", "iframe", "object", "link"])
    assert not [a for tag in soup.find_all() for a in tag.attrs if a.startswith("on")]
    shown = soup.get_text()
    for line in HOSTILE:
        assert " ".join(line.split()) in shown
    assert "{{ 7*7 }}" in page


def test_the_page_is_accessible_and_self_contained(faulty):
    soup = BeautifulSoup(to_html(faulty), "lxml")
    assert soup.html["lang"] == "vi"
    assert len(soup.find_all("h1")) == 1
    assert soup.title.string.startswith("Đối soát")
    assert soup.find("meta", attrs={"name": "viewport"})
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    assert len(ids) == len(set(ids))
    for mark in soup.find_all("mark"):
        assert set(mark["aria-describedby"].split()) <= set(ids)
    assert all(a["href"][1:] in ids for a in soup.find_all("a", href=True))
    assert all(th["scope"] == "col" for th in soup.find_all("th"))
    assert "://" not in to_html(faulty)


def test_marks_stand_on_the_faulty_words_beside_their_remarks(faulty):
    soup = BeautifulSoup(to_html(faulty), "lxml")
    assert [m.get_text() for m in soup.find_all("mark")] == ["16/1/2024", "44", "các các"]
    for mark in soup.find_all("mark"):
        remark = soup.find(id=mark["aria-describedby"])
        assert mark.find_parent(class_="block") is remark.find_parent(class_="block")
    blocks = [p.get_text() for p in soup.select(".text")]
    assert len(blocks) == len(faulty.narrative.blocks)


def test_overlapping_marks_are_valid_and_lose_no_letter():
    result = _reconciled(["Sở có thủ tục hành chính TTHC TTHC mới."])
    assert {r.code for r in result.remarks} == {"BC06", "BC07"}
    text = BeautifulSoup(to_html(result), "lxml").select_one(".text").get_text()
    assert text == "1Sở có thủ tục hành chính TTHC TTHC mới."


def test_every_figure_is_listed_once_as_agreeing_differing_or_untied(faulty):
    assert len(faulty.agreeing) + len(faulty.differing) + len(faulty.untied) == len(faulty.figures)
    assert [(f.found, f.expected, f.indicator) for f in faulty.differing] == [("44", "43", "dossiers_pending_count")]
    assert all(f.reason for f in faulty.untied)
    assert "44" in " ".join(faulty.figure_rows("differs")[0])
    assert all(len(row) == len(FIGURE_HEADERS) for row in faulty.figure_rows("untied"))


def test_rows_are_plain_text_in_the_order_of_the_narrative(faulty):
    rows = faulty.rows()
    assert all(len(row) == len(ROW_HEADERS) for row in rows)
    assert [row[:2] for row in rows] == [("Cần xem", "BC10"), ("Sai", "SL01"), ("Cần xem", "BC06")]
    assert "đoạn 30, mục “3.1. Kết quả chung”" in rows[1][2]
    assert "44" in rows[1][4]
    assert "43" in rows[1][5]


def test_json_holds_the_whole_result(faulty):
    data = json.loads(to_json(faulty))
    assert data["exit_code"] == 3
    assert data["period"] == {"id": "2024", "from": "2023-11-15", "to": "2024-12-05"}
    assert [r["code"] for r in data["remarks"]] == [r.code for r in faulty.remarks]
    remark = data["remarks"][1]
    assert {"severity", "place", "quote", "found", "expected", "indicator", "explanation", "title"} <= set(remark)
    assert remark["place"]["headings"][-1] == "3.1. Kết quả chung"
    assert len(data["figures"]) == len(faulty.figures)
    assert to_json(faulty) == to_json(faulty)


@pytest.mark.parametrize(
    ("old", "new", "status"),
    [("", "", 0), ("giữa các khâu", "giữa các các khâu", 1), ("còn 43 hồ sơ", "còn 44 hồ sơ", 3)],
)
def test_the_exit_status_follows_the_severity(check, old, new, status):
    assert check(CORRECT.replace(old, new) if old else CORRECT).exit_code == status


def test_a_fault_in_several_places_is_one_remark_with_all_places(check):
    result = check(CORRECT.replace("SGDĐT-VP", "SGDDĐT-VP"))
    assert [(r.code, len(r.also)) for r in result.remarks] == [("VB04", 1)]
    assert to_html(result).count("<mark") == 2


def test_blanks_and_repeated_claims_are_notes_not_faults(check):
    claims = "".join(f"{place} không có hồ sơ quá hạn.\n" for place in ("Quý I", "Quý II", "Cả năm"))
    result = check(f"Số:      /BC-SGDĐT\nHải Phòng, ngày     tháng     năm 2024\n{claims}")
    assert result.remarks == ()
    assert [(r.code, len(r.also)) for r in result.notes] == [("GC01", 1), ("GC02", 2)]
    assert result.exit_code == 0


def test_doubtful_names_are_notes(check):
    cited = "Nghị định số 61/2018/NĐ-CP ngày 23/4/2018 của Chính phủ về cơ chế một cửa."
    result = check(f"{cited}\nTỷ lệ TTHC đủ điều kiện cung cấp DVC được rà soát.")
    assert result.remarks == ()
    assert [r.code for r in result.notes] == ["GC03", "GC04"]
    assert result.notes[0].expected.startswith("thực hiện cơ chế một cửa")


def test_the_page_begins_with_what_is_wrong(faulty):
    soup = BeautifulSoup(to_html(faulty), "lxml")
    items = [li.get_text() for li in soup.select("main > ul > li")]
    assert [text.split(" · ")[1] for text in items] == ["SL01"]
    style = [li.get_text() for li in soup.select("details#cach-viet li")]
    assert [text.split(" · ")[1] for text in style] == ["BC10", "BC06"]
