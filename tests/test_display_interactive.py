"""Values in a notebook: a period in words, the tables of a store, frames under Vietnamese labels, the page as preview."""

from __future__ import annotations

import json

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from IPython.core.formatters import DisplayFormatter

import tthc_analysis
from tthc_analysis.columns import TABLES
from tthc_analysis.display import interactive
from tthc_analysis.documents.preview import SESSION, preview
from tthc_analysis.indicators import dossiers


@pytest.fixture
def shown(monkeypatch):
    """How a notebook that opened a report shows a value: media type → text."""

    class Notebook:
        display_formatter = DisplayFormatter()

    notebook = Notebook()
    monkeypatch.setattr("IPython.get_ipython", lambda: notebook)
    interactive.install()
    yield lambda value: notebook.display_formatter.format(value)[0]
    interactive._INSTALLED.remove(notebook)


def test_a_period_is_shown_in_words(shown, sample_report):
    text = "Năm 2024: từ 15/11/2023 đến 05/12/2024 (387 ngày)"
    assert shown(sample_report.period)["text/plain"].startswith(text)
    assert text in shown(sample_report.period)["text/html"]


def test_a_store_names_its_tables_and_their_rows(shown, sample_report):
    tree = BeautifulSoup(shown(sample_report.store)["text/html"], "html.parser")
    rows = {r.th.get_text(): [c.get_text() for c in r.find_all("td")] for r in tree.select("tbody tr")}
    assert set(rows) == set(sample_report.store.index)
    label, meaning, count = rows["ho_so"]
    assert (label, meaning) == (TABLES["ho_so"].label, TABLES["ho_so"].meaning)
    assert int(count.replace(".", "")) == len(sample_report.store.frame("ho_so"))


def heads(html: str) -> list[str]:
    return [" ".join(th.get_text(" ").split()) for th in BeautifulSoup(html, "html.parser").select("thead th")]


def test_frames_of_the_store_have_labels_and_names(shown, sample_report):
    for name in ("ho_so", "van_ban", "phan_anh_kien_nghi"):
        frame = sample_report.store.frame(name)
        html = shown(frame)["text/html"]
        for column in TABLES[name].columns:
            assert f"{column.label} {column.name}" in heads(html), name
        assert (f"Hiện 20 trong {len(frame)} dòng." in html) == (len(frame) > 20)


def test_counts_have_labels_and_a_frame_of_ones_own_stays_as_pandas_shows_it(shown, sample_report):
    assert "Hồ sơ nhận giải quyết handled" in heads(shown(dossiers.by_field(sample_report))["text/html"])
    own = pd.DataFrame({"a": [1], "b": [[1, 2]], "field": ["x"]})
    assert shown(own)["text/html"] == own._repr_html_()


def test_cells_are_what_code_sees_and_nothing_is_markup(shown):
    frame = pd.DataFrame({"field": ["<b>x</b>", None], "channel": ["online", "post"], "received_at": [pd.Timestamp(2024, 3, 1, 8), pd.NaT]})  # fmt: skip
    rows = BeautifulSoup(shown(frame)["text/html"], "html.parser").select("tbody tr")
    assert [[c.get_text() for c in r.find_all("td")] for r in rows] == [
        ["<b>x</b>", "online", "01/03/2024 08:00:00"],
        ["", "post", ""],
    ]


def test_dir_lists_what_a_notebook_uses_and_nothing_else():
    assert set(dir(tthc_analysis)) == set(tthc_analysis.__all__)
    assert "open_report" in dir(tthc_analysis)


def test_a_preview_is_the_page_of_the_saved_notebook_and_nothing_in_a_report(tmp_path, monkeypatch):
    cell = nbformat.v4.new_code_cell("1", outputs=[nbformat.v4.new_output("stream", text="kết quả <đã lưu>")])
    hidden = nbformat.v4.new_code_cell("preview()", metadata={"tags": ["an-khoi-bao-cao"]})
    path = tmp_path / "muc.ipynb"
    path.write_text(json.dumps(nbformat.v4.new_notebook(cells=[cell, hidden])), encoding="utf-8")
    monkeypatch.setenv(SESSION, str(path))
    frame = BeautifulSoup(preview()._repr_html_(), "html.parser").iframe
    page = BeautifulSoup(frame["srcdoc"], "html.parser")
    assert "kết quả <đã lưu>" in page.main.get_text()
    assert "preview()" not in page.main.get_text()
    assert "chưa lưu kết quả" in preview()._repr_html_()
    cell.execution_count = 1
    path.write_text(json.dumps(nbformat.v4.new_notebook(cells=[cell, hidden])), encoding="utf-8")
    assert "chưa lưu kết quả" not in preview()._repr_html_()
    hidden.outputs = [nbformat.v4.new_output("display_data", {"text/html": preview()._repr_html_()})]
    path.write_text(json.dumps(nbformat.v4.new_notebook(cells=[cell, hidden])), encoding="utf-8")
    assert "kết quả" in preview()._repr_html_(), "saved together with its own frame"
    monkeypatch.delenv(SESSION)
    assert preview() is None


def test_no_process_of_a_report_knows_the_notebook_that_called_it(monkeypatch):
    from tthc_analysis.execution.pool import _own_environment

    monkeypatch.setenv(SESSION, "x.ipynb")
    assert SESSION not in _own_environment()
