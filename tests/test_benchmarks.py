"""The page of measurements says what the committed figures say, and nothing else."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "benchmarks" / "ket-qua.json"


@pytest.fixture
def page(monkeypatch):
    spec = importlib.util.spec_from_file_location("benchmarks_page", ROOT / "benchmarks" / "page.py")
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)  # dataclasses look there
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def result():
    return json.loads(RESULT.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["benchmarks.md", "benchmarks.svg"])
def test_the_committed_page_is_made_from_the_committed_figures(page, result, tmp_path, name):
    page.write(result, tmp_path)
    assert (tmp_path / name).read_bytes() == (ROOT / "docs" / name).read_bytes(), "chạy python benchmarks/page.py"


def test_a_limit_that_is_not_kept_is_said_with_its_reason(page, result):
    result["counting"] = {"1000000": {"bytes": 1e6, "scan": {"cpu": 1.0}, "count": {"cpu": 1.71, "peak": 200}}}
    text = page.page(result)
    assert "| đếm 1 triệu hồ sơ: CPU so với chỉ đọc | 1,7 | 1,71 | **chưa đạt** |" in text
    assert "- đếm 1 triệu hồ sơ: CPU so với chỉ đọc: phần hơn lần đọc là" in text
    result["counting"]["1000000"]["count"]["cpu"] = 1.7
    assert "| đếm 1 triệu hồ sơ: CPU so với chỉ đọc | 1,7 | 1,70 | đạt |" in page.page(result)


def test_a_part_without_figures_is_named(page, result):
    del result["matrix"]
    result["spark"] = {"rows": 2_000_000, "duckdb": {"cpu": 1.0, "wall": 0.5}, "spark": {"wall": 20.0}, "equal": False}
    text = page.page(result)
    assert "nhiều đơn vị" in text.split("Chưa có số đo: ")[1].splitlines()[0]
    assert "Hai bộ máy cho kết quả khác nhau." in text
    assert "| Apache Spark | – | 20,0 |" in text
