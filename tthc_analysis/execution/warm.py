"""What the fork server has ready before the first notebook: imported once, inherited by every notebook's process.

The modules of a caller come after it, `settled` is the last (`pool.warm_up`). The rules of fork safety that all of them follow
are in README.md beside this file.
"""

# ruff: noqa: E402, F401 (the order of the imports is the point, and importing is what this module is for)
from __future__ import annotations

import contextlib
import gc
import io

gc.disable()  # what is imported stays: looking for garbage among it is a tenth of the start

from tthc_analysis.execution import light

light.import_jsonschema()

from tthc_analysis.execution.shell import the_shell

the_shell()

light.import_matplotlib()

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

with contextlib.suppress(ImportError):  # DuckDB imports it in a notebook, where JupyterLab is installed
    import ipywidgets

from tthc_analysis.execution import inprocess
from tthc_analysis.execution.engine import DEFAULT_KERNEL, is_own_kernel


def example() -> nbformat.NotebookNode:
    """A notebook with a parameters cell, for first uses."""
    parameters = nbformat.v4.new_code_cell("a: int = 1", metadata={"tags": ["parameters"]})
    return nbformat.v4.new_notebook(cells=[parameters], metadata={"papermill": {}})


def _draw() -> None:
    """Fonts, text layout and the SVG writer, which cost a notebook's first chart the most."""
    with matplotlib.rc_context(), io.StringIO() as sink:
        matplotlib.rcdefaults()
        figure = Figure(figsize=(2, 2), layout="constrained")
        axes = figure.subplots()
        axes.bar(["Đã giải quyết", "b"], [1, 2])
        axes.set_title("Tỷ lệ 1,5 %")
        figure.savefig(sink, format="svg")


def _touch() -> None:
    """First uses that build tables of their own: schema validation, frames, the shell's own parts."""
    notebook = example()
    nbformat.validate(notebook)
    papermill.parameterize.parameterize_notebook(notebook, {"a": 1}, kernel_name=DEFAULT_KERNEL, language="python")
    is_own_kernel(DEFAULT_KERNEL)
    frame = pd.DataFrame({"a": ["x", "y", "x"], "b": [1, 2, 3]})
    frame.groupby("a", dropna=False).sum().sort_values("b").to_dict("records")
    frame.to_html()
    repr(frame)


_draw()
_touch()
