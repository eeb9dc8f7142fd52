"""The law clock: no text cited before its first day, none past its last without a word, in every month of 2019–2027."""

import ast
import re
import tomllib
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from tthc_analysis.errors import ConfigError, UnknownRule
from tthc_analysis.indicators import OpenReport
from tthc_analysis.indicators.registry import registry
from tthc_analysis.periods import parse_period
from tthc_analysis.rules import load_counting_rules
from tthc_analysis.rules.bodies import bodies
from tthc_analysis.rules.forms import forms
from tthc_analysis.rules.laws import Law, Laws, cite, cited_text, laws, project_laws
from tthc_analysis.rules.own import LAWS as OWN_LAWS
from tthc_analysis.rules.reporting import load_compliance_cost

MONTHS = [date(year, month, 14) for year in range(2019, 2028) for month in range(1, 13)]
STYLES = ("", "short", "dated", "full", "amended")
ENDED = re.compile(r"(thay thế|bãi bỏ) bởi|hết hiệu lực")
NUMBERS = {law.id: re.compile(rf"(?<![\w./]){re.escape(law.number)}(?![\w/-])") for law in laws()}


def named(text: str) -> list[Law]:
    """The texts whose full numbers stand in `text`."""
    return [laws()[law_id] for law_id, pattern in NUMBERS.items() if pattern.search(text)]


@pytest.mark.parametrize("law_id", laws().texts)
def test_every_citation_in_every_month(law_id):
    for day in MONTHS:
        for style in STYLES:
            citation = cite(law_id, day, style)
            assert citation.text
            assert "{" not in citation.text
            for law in named(citation.text):
                assert law.first_day <= day, f"{law.id} is cited on {day}, before its first day: {citation.text}"
                if laws().current(law, day) is not law:
                    assert ENDED.search(citation.text), f"{law.id} is cited on {day} without a word: {citation.text}"
            if citation.state != "in_force" and citation.law.governs:
                assert citation.notice in laws().notices(day)


@pytest.mark.parametrize("law", list(laws()), ids=lambda law: law.id)
def test_what_takes_a_texts_place_has_itself_begun_and_not_ended(law):
    for day in MONTHS:
        current = laws().current(law, day)
        assert current is None or cite(current.id, day).state == "in_force"
        assert current is None or current.first_day <= day


@pytest.mark.parametrize(
    ("law_id", "day", "text"),
    [
        ("ND-42-2022", "2022-08-14", "Nghị định 43/2011/NĐ-CP"),
        ("ND-42-2022", "2022-08-15", "Nghị định 42/2022/NĐ-CP"),
        ("ND-42-2022", "2026-06-30", "Nghị định 42/2022/NĐ-CP"),
        ("ND-42-2022", "2026-07-01", "Nghị định 224/2026/NĐ-CP"),
        ("ND-43-2011", "2026-09-14", "Nghị định 224/2026/NĐ-CP"),
        ("ND-61-2018", "2025-06-30", "Nghị định 61/2018/NĐ-CP"),
        (
            "ND-61-2018",
            "2025-07-01",
            "Nghị định 61/2018/NĐ-CP, được thay thế bởi Nghị định 118/2025/NĐ-CP từ ngày 01/07/2025 (chưa kiểm điều khoản)",
        ),
        ("TT-01-2020", "2026-02-14", "Thông tư 01/2020/TT-VPCP"),
        (
            "TT-01-2020",
            "2026-02-15",
            "Thông tư 01/2020/TT-VPCP, có thể được thay thế bởi Thông tư 5/2025/TT-VPCP từ ngày 15/02/2026 "
            "(chưa kiểm điều khoản)",
        ),
        (
            "TT-01-2018",
            "2025-09-15",
            "Thông tư 01/2018/TT-VPCP, được thay thế bởi Thông tư 03/2025/TT-VPCP (chưa kiểm điều khoản, chưa rõ từ ngày nào)",
        ),
        ("QD-117-2017", "2021-05-14", "Quyết định 117/QĐ-TTg, hết hiệu lực sau ngày 31/12/2020"),
    ],
)
def test_the_days_on_which_a_citation_changes(law_id, day, text):
    assert cite(law_id, date.fromisoformat(day)).text == text


def test_styles_and_amendments():
    day = date(2024, 12, 5)
    assert cited_text("{ND-20-2008:amended}; {ND-63-2010:short}", day) == (
        "Nghị định 20/2008/NĐ-CP (sửa đổi bởi NĐ 92/2017); NĐ 63/2010"
    )
    assert cite("TT-01-2020", day, "full").text == "Thông tư số 01/2020/TT-VPCP ngày 21/10/2020"
    assert cite("QD-06-2022", day, "dated").text == "Quyết định 06/QĐ-TTg ngày 06/01/2022"
    assert cite("ND-61-2018", date(2021, 12, 5), "amended").text == "Nghị định 61/2018/NĐ-CP"
    assert cite("L-80-2015", day).text == "Luật Ban hành văn bản quy phạm pháp luật 80/2015/QH13"


def test_a_text_of_later_years_is_not_named():
    citation = cite("TT-01-2023", date(2022, 12, 14))
    assert citation.cited is None
    assert "01/2023" not in citation.text
    assert "chưa rõ" in citation.text


def test_the_sample_year_needs_no_notice_and_2026_says_which_forms_are_the_former_ones():
    assert laws().notices(date(2024, 12, 5)) == ()
    now = " ".join(laws().notices(date(2026, 9, 14)))
    assert "Mẫu các biểu II.01–II.08/VPCP/KSTT trong báo cáo này theo Thông tư 01/2020/TT-VPCP" in now
    assert "chưa có trong chương trình" in now


def test_a_number_is_found_with_or_without_its_leading_zero():
    assert laws().by_number("05/2025/TT-VPCP").id == "TT-05-2025"
    assert laws().by_number("1/2018/tt-vpcp").id == "TT-01-2018"
    assert laws().by_number("999/QĐ-TTg") is None


def test_an_unknown_id_is_refused_with_the_nearest():
    with pytest.raises(UnknownRule, match="TT-01-2020"):
        cite("TT-01-2021", date(2024, 1, 1))


OWN = """
[[laws]]
id = "QD-112-UBND"
kind = "Quyết định"
number = "112/QĐ-UBND"
title = "ban hành Kế hoạch kiểm soát thủ tục hành chính năm 2026"
issued = 2026-01-20
last_day = 2026-12-31
source = "Văn thư của đơn vị"
checked = 2026-02-01
mark = "V"
"""


def own(root, text):
    path = root / OWN_LAWS
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    return root


def test_a_project_adds_its_own_texts(tmp_path):
    found = project_laws(own(tmp_path, OWN))
    assert found.text("{QD-112-UBND:dated}", date(2026, 9, 14)) == "Quyết định 112/QĐ-UBND ngày 20/01/2026"
    assert "hết hiệu lực sau ngày 31/12/2026" in found.text("{QD-112-UBND}", date(2027, 3, 14))
    assert found["ND-63-2010"] is laws()["ND-63-2010"]
    assert "QD-112-UBND" not in laws().texts


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[laws", "sai cú pháp"),
        (OWN.replace("QD-112-UBND", "ND-63-2010"), "đã có sẵn"),
        (OWN.replace("2026-01-20", '"20/01/2026"'), "QD-112-UBND: “issued” phải là ngày"),
        (OWN.replace("last_day = 2026", "last_day = 2025"), "hết hiệu lực trước"),
        (OWN + OWN, "hai mục cùng id"),
        (OWN + 'amended_by = ["QD-5"]\n', "QD-5: không có trong sổ"),
        (
            OWN + '[[laws.successions]]\nby = "QD-112-UBND"\nhow = "replaced"\nsource = "x"\nmark = "K"\n',
            "thay thế bởi chính nó",
        ),
    ],
)
def test_a_wrong_list_of_own_texts_is_refused_with_its_place(tmp_path, text, message):
    with pytest.raises(ConfigError, match=message) as error:
        project_laws(own(tmp_path, text))
    assert error.value.where.startswith(OWN_LAWS)


def test_facts_that_were_not_read_are_never_certain():
    """Only a succession whose clause was read leads a citation to another text in silence."""
    for law in laws():
        for step in law.successions:
            assert step.is_read or not step.same_matter
    doubtful = Laws([*laws()]).cite("ND-61-2018", date(2026, 1, 14))
    assert doubtful.cited is laws()["ND-61-2018"]


def test_forms_are_stamped_with_the_text_of_the_day_and_say_when_it_may_have_ended():
    for form in forms().values():
        assert form.stamp(date(2024, 12, 5)) == f"{form.issued} Thông tư số 01/2020/TT-VPCP ngày 21/10/2020"
        assert form.notes(date(2024, 12, 5)) == ()
        assert "có thể được thay thế bởi Thông tư 5/2025/TT-VPCP" in form.stamp(date(2026, 9, 14))
        assert "chưa có trong chương trình" in form.notes(date(2026, 9, 14))[0]
        assert "01/2020" not in form.stamp(date(2020, 6, 14))


def test_an_article_is_named_with_its_own_text_only():
    template = "{ND-42-2022|, khoản 1 Điều 11}"
    assert cited_text(template, date(2024, 12, 5)) == "Nghị định 42/2022/NĐ-CP, khoản 1 Điều 11"
    assert cited_text(template, date(2026, 9, 14)) == "Nghị định 224/2026/NĐ-CP"
    assert cited_text("{ND-61-2018|, Điều 30}", date(2026, 9, 14)).startswith("Nghị định 61/2018/NĐ-CP, Điều 30, được")


NUMBER = re.compile(
    r"\b\d+/(?:\d{4}/)?(?:NĐ-CP|TT-[A-Z]+|QĐ-TTg|NQ-CP|QH\d+)|\b(?:NĐ|TT|QĐ|Nghị định|Thông tư) \d+/\d{4}"
)
PACKAGE = Path(str(files("tthc_analysis")))
#: fields that say where a fact was read; they are shown as they stand
NOT_YET = {"sample"}
READ_AT = {"source", "checked", "basis"}


def strings(node: object, key: str = "") -> list[str]:
    """Every text of TOML data but where it was read."""
    if isinstance(node, dict):
        return [s for k, v in node.items() if k not in READ_AT or "{" in str(v) for s in strings(v, k)]
    if isinstance(node, list):
        return [s for one in node for s in strings(one, key)]
    return [node] if isinstance(node, str) else []


@pytest.mark.parametrize(
    "path",
    sorted(p for p in (PACKAGE / "rules").glob("*.toml") if p.stem not in ("laws", "reconcile")),
    ids=lambda p: p.name,
)
def test_rules_name_legal_texts_by_id(path):
    assert [s for s in strings(tomllib.loads(path.read_text(encoding="utf-8"))) if NUMBER.search(s)] == []


def docstrings(tree: ast.AST) -> set[int]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node):
            found.add(id(node.body[0].value))
    return found


@pytest.mark.parametrize(
    "path", sorted(p for p in PACKAGE.rglob("*.py") if p.parent.name not in NOT_YET), ids=lambda p: p.name
)
def test_code_names_legal_texts_by_id(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    said = docstrings(tree)
    texts = [
        n for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in said
    ]
    assert [n.value for n in texts if NUMBER.search(n.value)] == []


def test_incomes_hold_for_their_own_year_and_a_doubtful_one_says_so():
    rule = load_compliance_cost()
    assert [rule.hourly_on(date(y, 7, 1)) for y in range(2022, 2028)] == [None, 45_265, 48_248, 53_977, 59_422, None]
    assert rule.notes([2024, 2026]) == ()
    assert "2025 chưa kiểm" in rule.notes([2025, 2026])[0]
    assert ["2022" in rule.notes([2027, 2022])[0], "2027" in rule.notes([2027, 2022])[1]] == [True, True]


@pytest.mark.parametrize("day", MONTHS[::5], ids=str)
def test_every_figure_cites_only_texts_that_may_be_cited(day):
    for block, figure in registry().values():
        said = cited_text(figure.reference or block.reference, day)
        assert not re.search(r"\{[A-Z]", said), said
        for law in named(said):
            assert law.first_day <= day
            assert laws().current(law, day) is law or ENDED.search(said), f"{figure.name} on {day}: {said}"


@pytest.mark.parametrize("kind", list(bodies().values()), ids=lambda kind: kind.id)
def test_figures_speak_of_the_body_that_reports(kind):
    """But for the number of procedures of each authority level, of which departments are one."""
    report = OpenReport(parse_period("2024"), load_counting_rules(), None, body=kind)
    figures = [f for _, f in registry().values() if "procedures_department_count" not in f.name]
    said = [report.said(text) for f in figures for text in (f.label, f.part_label, getattr(f, "base", ""))]
    assert not [text for text in said if "{" in text]
    assert bool([text for text in said if re.search(r"\bSở\b(?!, ban, ngành)", text)]) == (kind.unit == "Sở")
