"""The page of measurements says what the committed figures say, and nothing else."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import pytest

from tthc_analysis.config import load_config
from tthc_analysis.preparation.members import prepare_agency

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "benchmarks" / "ket-qua.json"


def loaded(monkeypatch, name):
    spec = importlib.util.spec_from_file_location(f"benchmarks_{name}", ROOT / "benchmarks" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)  # dataclasses look there
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def page(monkeypatch):
    return loaded(monkeypatch, "page")


@pytest.fixture
def growing(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    return loaded(monkeypatch, "growing")


@pytest.fixture
def result():
    return json.loads(RESULT.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["benchmarks.md", "benchmarks.svg", "benchmarks-lon-dan.svg"])
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


def cost(wall: float, together: float) -> dict[str, float]:
    return {"wall": wall, "cpu": 2 * wall, "peak": together / 2, "together": together}


def test_growth_is_drawn_and_told_once_two_sizes_were_measured(page, result, tmp_path):
    for part in ("reports", "prepared"):
        result.pop(part, None)
    assert page.GROWTH not in page.page(result)
    result["reports"] = {"100000": cost(8.0, 500.0), "10000000": cost(30.5, 1100.0)}
    page.write(result, tmp_path)
    assert "cả báo cáo" in (tmp_path / page.GROWTH).read_text(encoding="utf-8")
    text = (tmp_path / "benchmarks.md").read_text(encoding="utf-8")
    assert "![Thời gian và bộ nhớ từ 0,1 đến 10 triệu hồ sơ](benchmarks-lon-dan.svg)" in text
    assert "| cả báo cáo của 10 triệu hồ sơ: đồng hồ | 30 giây | 30,5 giây | **chưa đạt** |" in text
    assert "| 10 | 30,5 | 61,0 | 550 | 1.100 |" in text


def test_what_was_compared_with_the_former_program_is_a_ratio_or_said_to_be_missing(page, result):
    now, then = {"wall": 7.0, "cpu": 13.0, "peak": 300.0}, {"wall": 14.0, "cpu": 13.0, "peak": 300.0}
    result["exported"] = {"base": page.BASE, "pairs": 3, "now": now, "then": then, "ratio": {"wall": 0.5, "cpu": 1.0}}
    result["prepared"] = {"1000000": {**cost(9.0, 900.0), "then": cost(20.0, 1300.0)}}
    result["cluster"] = {"rows": 10**7, "sample": {"duckdb": 9.0, "spark": 61.0, "equal": True}}
    result["cluster"]["large"] = {"duckdb": 20.0, "spark": 150.0, "equal": False}
    text = page.page(result)
    assert "| bản xuất mới đến lúc công bố: đồng hồ so với e359d71 | 0,6 | 0,50 | đạt |" in text
    assert "| bản xuất mới đến lúc công bố: CPU so với e359d71 | 0,9 | 1,00 | **chưa đạt** |" in text
    assert "| 1 | 9,0 | 18,0 | 111.100 | 900 | 0,45 | 0,45 |" in text
    assert "| báo cáo mẫu đếm trên cụm Spark, đồng hồ | 60 giây | 61,0 giây | **chưa đạt** |" in text
    assert "Hai bộ máy cho báo cáo khác nhau." in text
    del result["exported"]["then"], result["exported"]["ratio"]
    assert "không có e359d71 nên chưa so được" in page.page(result)


def test_pairs_are_compared_pair_by_pair(growing):
    def costs(*walls: float) -> list[object]:
        return [growing.Cost(wall, 2.0, 100.0) for wall in walls]

    told = growing.exported({"now": costs(1.0, 9.0, 3.0), "then": costs(2.0, 10.0, 4.0)})
    assert (told["ratio"]["wall"], told["now"]["wall"], told["pairs"]) == (0.75, 3.0, 3)
    assert "ratio" not in growing.exported({"now": costs(1.0)})


def test_every_new_export_is_another_one(growing, tmp_path):
    folder = tmp_path / growing.EXPORTS
    folder.mkdir(parents=True)
    (folder / "ho_so_2024-12-20.csv").write_text("đầu\na\nb\nc\n", encoding="utf-8-sig")
    told = []
    for number in (1, 2, 3):
        growing.another_export(tmp_path, number)
        (newer,) = (p for p in folder.iterdir() if p.name != "ho_so_2024-12-20.csv")
        told.append((newer.name, newer.read_text(encoding="utf-8-sig").count("\n")))
    assert told == [("ho_so_2024-12-21.csv", 3), ("ho_so_2024-12-22.csv", 2), ("ho_so_2024-12-23.csv", 1)]


def test_the_engines_are_compared_by_reports_made_anew_of_the_same_processed_dossiers(growing, tmp_path, monkeypatch):
    project, ran = tmp_path / "lon", []
    (project / "reports" / "2024").mkdir(parents=True)
    (project / "reports" / "2024" / "truoc.csv").write_text("cũ", encoding="utf-8")

    def report(command, cwd, **_):
        ran.append(command[len(growing.TTHC) :])
        assert not (cwd / "reports").exists()
        (cwd / "reports" / "2024").mkdir(parents=True)
        for name, text in {"so-lieu.csv": "1", "run.log.json": command[-1]}.items():
            (cwd / "reports" / "2024" / name).write_text(text, encoding="utf-8")

    monkeypatch.setattr(growing.subprocess, "run", report)
    assert growing.compared(project)["equal"]
    assert ran == [["report", "2024", "--sql", name] for name in ("duckdb", "spark")]  # --force would ask for exports


def test_every_agency_hands_over_a_folder_that_the_one_above_unites(monkeypatch, tmp_path):
    loaded(monkeypatch, "province").make(tmp_path / "tinh", 3, 40)
    config = load_config(tmp_path / "tinh")
    assert not config.raw.exists()
    united = prepare_agency(config)
    bodies = united.query("SELECT body, count(*) AS n, count(DISTINCT agency) AS own FROM ho_so GROUP BY 1 ORDER BY 1")
    assert bodies["body"].tolist() == ["xa-0", "xa-1", "xa-2"]
    assert (bodies["n"].sum(), set(bodies["own"])) == (120, {1})
    assert sum(account["kept"] for account in united.quality()["datasets"]["ho_so"]["accounts"]) == 120


def test_a_body_above_agencies_is_told_with_their_number_and_its_cost(page, result):
    assert "province" in page.PARTS
    result["province"] = {"agencies": 7, "each": 150_000, **cost(21.5, 820.0)}
    text = page.page(result)
    assert "## Tổng hợp 7 đơn vị × 150.000 hồ sơ" in text
    assert "| 21,5 | 43,0 | 410 | 820 |" in text
