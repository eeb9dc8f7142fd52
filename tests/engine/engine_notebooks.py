"""Notebooks that are hard on an engine, as lists of code cells, and how their outputs are compared."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat

from tthc_analysis.execution.run import Job

#: notebooks that succeed
CALM = {
    "prints": [
        "print('một'); print('hai')",
        "import sys; print('lỗi', file=sys.stderr); print('ra'); sys.stdout.flush(); print('sau')",
        "",
        "6 * 7",
        "_ + 1, In[5], Out[5]",
        "import sys; sys.stdout.isatty(), sys.stdin is None, __name__, 'ipykernel_launcher' in sys.argv[0]",
    ],
    "displays": [
        "from IPython.display import HTML, Markdown, JSON, clear_output, display, update_display",
        "HTML('<b>đậm</b>')",
        "handle = display('đầu', display_id='mã'); print('giữa'); update_display('cuối', display_id='mã')",
        "print('xóa'); clear_output(); print('còn')",
        "import pandas as pd; pd.DataFrame({f'c{i}': range(3) for i in range(30)})",
        "pd.get_option('display.max_columns'), pd.get_option('display.max_rows')",
        "import datetime; display({'application/vnd.tthc+json': {'n': 1, 'd': datetime.date(2024, 1, 2), 't': (1, 2)}}, raw=True)",
        "class Own:\n    def _repr_html_(self): return '<i>x</i>'\nOwn()",
    ],
    "plots": [
        "import matplotlib.pyplot as plt",
        "plt.plot([1, 2, 3]); plt.title('Tỷ lệ')",
        "plt.gcf().number, len(plt.get_fignums()), plt.rcParams['svg.fonttype'], plt.get_backend()",
        "fig, ax = plt.subplots(figsize=(2, 2)); ax.bar(['a'], [1]); fig",
        "%config InlineBackend.figure_formats = ['svg']",
        "plt.rcParams['svg.hashsalt'] = 'x'; plt.barh(['a', 'b'], [1, 2]);",
    ],
    "bare_figure": ["from matplotlib.figure import Figure\nFigure((1, 1))"],
    "magic": [
        "%precision 3",
        "3.14159265",
        "%%bash\necho từ bash\necho lỗi >&2",
        "x = !echo dòng\nx",
        "!echo thẳng",
        "%%capture kept\nprint('giữ')",
        "kept.stdout",
        "%pwd",
        "%env TTHC_BIEN=1",
        "import os; os.environ['TTHC_BIEN']",
        "import warnings; warnings.simplefilter('ignore'); warnings.warn('không hiện')",
    ],
    "history": [
        "x = 1",
        "x + 1",
        "%history",
        "%history -n -o 3-5",
        "_i, _ii, In[3:5], Out[4], _oh is Out, _ih is In",
        "%macro m 4",
        "m",
        "%rerun 3",
        "list(get_ipython().history_manager.get_range(0, 3, 5))",
    ],
    "parallel": [
        "import threading\nt = threading.Thread(target=lambda: print('luồng')); t.start(); t.join()",
        "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(2) as p: print(list(p.map(abs, [-1, -2])))",
        "def f(x): return x * x\nfrom concurrent.futures import ProcessPoolExecutor\nimport multiprocessing as m\n"
        "with ProcessPoolExecutor(2, mp_context=m.get_context('fork')) as p: print(list(p.map(f, [3, 4])))",
        "import subprocess, sys; subprocess.run([sys.executable, '-c', 'print(5)'], capture_output=True, text=True).stdout",
        "import pickle\nclass A:\n    v = 1\npickle.loads(pickle.dumps(A())).v",
        "import numpy as np; float((np.ones((300, 300)) @ np.ones((300, 300))).sum())",
    ],
    "await": [
        "import asyncio\nawait asyncio.sleep(0.01)",
        "async def g(): return 7\nawait g()",
        "task = asyncio.ensure_future(g())",
        "await task",
    ],
    "duckdb": [
        "import duckdb",
        "duckdb.sql('select 1 as a, $$Hải Phòng$$ as b').df()",
        "duckdb.sql('select sum(range) as s from range(1000000)').fetchall()",
        "import pyarrow as pa, pyarrow.parquet as pq, tempfile, os\n"
        "p = os.path.join(tempfile.mkdtemp(), 'x.parquet'); pq.write_table(pa.table({'a': [1, 2]}), p); pq.read_table(p).to_pydict()",
    ],
}
#: notebooks that fail, and the number of the code cell (the injected one does not count, as for the analyst) in which they do
FATAL = {
    "raises": (["print('trước')", "def f():\n    return 1 / 0\nf()", "print('không tới')"], 3),
    "syntax": (["1 +* 2"], 2),
    "exits": (["import sys; print('x')", "sys.exit()", "print('không tới')"], 3),
    "exits_with_status": (["import sys; sys.exit(3)"], 2),
    "quits": (["exit", "1"], 2),
    "asks": (["print('hỏi')\ninput('tên: ')"], 2),
    "dies": (["print('sống')", "import os; os._exit(1)", "1"], 3),
    "killed": (["import os, signal; os.kill(os.getpid(), signal.SIGKILL)"], 2),
    "endless": (["print('trước')", "print('vòng')\nwhile True: pass"], 3),
    "stubborn": (["while True:\n    try:\n        while True: pass\n    except KeyboardInterrupt: pass"], 2),
    "formats_badly": (["class B:\n    def _repr_html_(self): raise ValueError('hỏng')\nB()"], 0),
    "memory": (["bytearray(10**15)"], 2),
}
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_FILE = re.compile(r"\((<ipython-input-[^>]*>|\d+\.py)")
_FRAME = re.compile(r"(Cell In\[\d+\], line \d+)[^\n]*\n(?:[^-\n][^\n]*\n)*?(-+> \d[^\n]*)")
_ADDRESS = re.compile(r"0x[0-9a-f]{6,}|<dc:date>[^<]*")


def write(folder: Path, name: str, cells: list[str]) -> Path:
    """A notebook that has a parameters cell and `cells`."""
    notebook = nbformat.v4.new_notebook()
    parameters = nbformat.v4.new_code_cell('period: str = "2024"', metadata={"tags": ["parameters"]})
    notebook.cells = [parameters, *(nbformat.v4.new_code_cell(c) for c in cells)]
    for i, cell in enumerate(notebook.cells):
        cell["id"] = f"c{i}"
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path = folder / f"{name}.ipynb"
    nbformat.write(notebook, path)
    return path


def job(folder: Path, name: str, cells: list[str], output: Path, **settings) -> Job:
    """A job that runs such a notebook in `folder`."""
    path = write(folder, name, cells)
    return Job(name, name, path, {"period": "2024-Q1"}, output / f"{name}.ipynb", folder, **settings)


def seen(path: Path) -> list:
    """What a reader sees of an executed notebook: sources, counts, outputs; addresses and frames of libraries left out."""
    notebook = nbformat.read(path, as_version=4)
    return [(c.source, c.execution_count, _outputs(c.outputs)) for c in notebook.cells if c.cell_type == "code"]


def own_code(notebook) -> list:
    """The code cells of an executed notebook as the analyst counts them: without the parameters that a run puts in."""
    code = [c for c in notebook.cells if c.cell_type == "code"]
    return [c for c in code if "injected-parameters" not in c.metadata.get("tags", [])]


def _outputs(outputs: list) -> list:
    shown: list = []
    for output in outputs:
        if output.output_type == "stream":
            if shown and shown[-1][0] == output.name:
                shown[-1] = (output.name, shown[-1][1] + output.text)
            else:
                shown.append((output.name, output.text))
        elif output.output_type == "error":
            shown.append(("error", output.ename, plain(output.evalue), _own_frames(output.traceback)))
        else:
            data = {k: _ADDRESS.sub("0x", v) if isinstance(v, str) else v for k, v in output.data.items()}
            shown.append((output.output_type, data, dict(output.metadata), output.get("execution_count")))
    return shown


def plain(error: str) -> str:
    """An error without the name of the cell's file, which is a random one in a kernel."""
    return _FILE.sub("(ô", error)


def _own_frames(traceback: list[str]) -> list[tuple[str, ...]]:
    """Where a traceback passes through the notebook's own cells."""
    return _FRAME.findall(_ANSI.sub("", "\n".join(traceback)))
