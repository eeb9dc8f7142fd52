"""What `help()` says of the public names: Vietnamese with an example that runs, and nothing but public names in `dir()`."""

from __future__ import annotations

import inspect
from types import ModuleType

import pytest

import tthc_analysis
from tthc_analysis.display import help as told
from tthc_analysis.display.picker import NoWidgets, period_picker, periods_of
from tthc_analysis.indicators import dossiers

VIETNAMESE = set("ăâđêôơưáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ")


def test_every_public_name_has_vietnamese_help_and_an_example():
    texts = told.texts()
    assert set(texts) == set(tthc_analysis.__all__)
    assert [n for n, e in texts.items() if not set(e["text"].lower()) & VIETNAMESE] == []
    assert [n for n, e in texts.items() if n not in e["example"]] == []


def test_help_says_vietnamese_first_then_the_docstring():
    said = inspect.getdoc(tthc_analysis.open_report)
    assert said.startswith("Mở dữ liệu đã xử lý của một kỳ")
    assert 'Ví dụ: open_report("2024")' in said
    assert said.count("Ví dụ: ") == inspect.getdoc(tthc_analysis.open_report).count("Ví dụ: ") == 1
    assert len(said.split("\n\n")) > 2, "the English docstring stays below"


def test_dir_of_a_module_of_figures_lists_what_may_be_asked():
    names = dir(tthc_analysis.dossiers)
    assert {"by_field", "count_indicators"} <= set(names)
    assert not {"pd", "annotations", "Block", "Count"} & set(names)


@pytest.mark.parametrize("name", [n for n, e in told.texts().items() if e.get("run", True)])
def test_every_example_runs(name, sample_report):
    example = told.texts()[name]["example"]
    if name in ("preview", "open_report", "period_picker") or example.startswith("help("):
        pytest.skip("cần sổ tay hay dự án của chính người dùng")
    words = {n: getattr(tthc_analysis, n) for n in tthc_analysis.__all__} | {"report": sample_report}
    assert eval(example, words) is not None


def test_the_picker_offers_own_periods_and_those_with_data(sample_report):
    offered = [p.id for p in periods_of(sample_report)]
    assert offered[0] == "2024"
    assert {"2023", "2024-Q1", "2024-12"} <= set(offered)
    assert len(offered) == len(set(offered))


def test_choosing_a_period_computes_and_shows_again(sample_report):
    pytest.importorskip("ipywidgets")
    asked = []
    box = period_picker(
        lambda report: asked.append(report.period.id) or dossiers.totals(report)["handled"], sample_report
    )
    choice = box.children[0]
    assert (choice.value, asked) == ("2024", ["2024"])
    choice.value = "2023"
    assert asked == ["2024", "2023"]


def test_without_the_library_the_picker_says_what_to_do(sample_report, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "ipywidgets", None)
    with pytest.raises(NoWidgets, match="ipywidgets"):
        period_picker(dossiers.totals, sample_report)


def test_a_module_stays_the_module_that_it_is():
    assert isinstance(tthc_analysis.dossiers, ModuleType)
    assert tthc_analysis.dossiers is dossiers
