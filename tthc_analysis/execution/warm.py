"""What the fork server has ready before the first notebook: imported once, inherited by every notebook's process.

Rules of fork safety, each found by a wrong or hanging run: the shell comes before pandas (else pandas does not cut wide
tables off); nothing but imports and pure Python runs here, never data and never a library with threads of its own (a used
one hangs or breaks in the forked process); what is warmed leaves no trace that a notebook could see.
"""

# ruff: noqa: E402, F401 (the order of the imports is the point, and importing is what this module is for)
from __future__ import annotations

import atexit
import gc
import io
import sys

gc.disable()  # what is imported stays: looking for garbage among it is a tenth of the start

from tthc_analysis.execution.shell import the_shell

the_shell()

import duckdb
import IPython.core.logger
import matplotlib
import matplotlib.pyplot  # chooses no backend before the first figure
import nbformat
import numpy as np
import pandas as pd
import papermill
import pyarrow.parquet
from matplotlib.figure import Figure

import tthc_analysis
from tthc_analysis.display.formats import number
from tthc_analysis.documents import render
from tthc_analysis.execution import inprocess
from tthc_analysis.execution.engine import DEFAULT_KERNEL, is_own_kernel


def _draw() -> None:
    """Fonts, text layout and the SVG writer, which cost a notebook's first chart the most."""
    with matplotlib.rc_context(), io.StringIO() as sink:
        figure = Figure(figsize=(2, 2), layout="constrained")
        axes = figure.subplots()
        axes.bar(["Đã giải quyết", "b"], [1, 2])
        axes.set_title("Tỷ lệ 1,5 %")
        figure.savefig(sink, format="svg")


def _touch() -> None:
    """First uses that build tables of their own: schema validation, number formats, frames, the shell's own parts."""
    parameters = nbformat.v4.new_code_cell("a: int = 1", metadata={"tags": ["parameters"]})
    notebook = nbformat.v4.new_notebook(cells=[parameters], metadata={"papermill": {}})
    nbformat.validate(notebook)
    papermill.parameterize.parameterize_notebook(notebook, {"a": 1}, kernel_name=DEFAULT_KERNEL, language="python")
    is_own_kernel(DEFAULT_KERNEL)
    render.fragment(notebook)
    frame = pd.DataFrame({"a": ["x", "y", "x"], "b": [1, 2, 3]})
    frame.groupby("a", dropna=False).sum().sort_values("b").to_dict("records")
    frame.to_html()
    repr(frame)
    number(1234.5)


for _name in tthc_analysis.__all__:
    getattr(tthc_analysis, _name)
_draw()
_touch()
gc.freeze()  # collections in a forked process leave these objects, and so the shared pages, alone
gc.enable()
atexit.register(gc.unfreeze)  # else DuckDB complains of leaks when the server ends
