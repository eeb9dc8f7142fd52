"""The same notebooks made into pages by other people's tools: papermill's own command line, Jupyter Book, Snakemake.

Jupyter Book and Snakemake live in `.venv-bench` (tools/install.py --bench). Whatever the tool, notebooks run under the
project's own Python, so that all use the same libraries.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from measure import Cost, run
from variants import PARAMETERS, notebooks

HERE = Path(__file__).resolve().parent
TOOLS = HERE.parent / ".venv-bench" / "bin"
PYTHON = sys.executable
#: papermill's options; -r takes every value as text, as the notebooks declare them
_VALUES = [word for name, value in PARAMETERS.items() for word in ("-r", name, value)]
#: what a page has where a cell left an output
_NBCONVERT, _JUPYTER_BOOK = "jp-OutputArea-output", "cell_output"


def shell(number: int, folder: Path) -> Callable[[], Cost]:
    """papermill and nbconvert from the command line, one after the other for each notebook."""

    def once() -> Cost:
        out = Path(tempfile.mkdtemp(dir=folder))
        commands = []
        for name, path in notebooks(number):
            made = str(out / f"{name}.ipynb")
            commands.append([PYTHON, "-m", "papermill", "--no-progress-bar", *_VALUES, str(path), made])
            commands.append([PYTHON, "-m", "nbconvert", "--to", "html", made])
        return _checked(run(commands, folder), [out / f"{name}.html" for name, _ in notebooks(number)], _NBCONVERT)

    return once


def snakemake(number: int, folder: Path) -> Callable[[], Cost]:
    """Snakemake starting the same two commands for each notebook, two notebooks at a time."""

    def once() -> Cost:
        out = Path(tempfile.mkdtemp(dir=folder)).relative_to(folder)
        names = [path.stem for _, path in notebooks(number)]
        settings = [f"folder={out}", f"names={','.join(names)}", f"python={PYTHON}", f"parameters={' '.join(_VALUES)}"]
        command = [str(TOOLS / "snakemake"), "--snakefile", str(HERE / "Snakefile"), "--cores", "2"]
        cost = run([[*command, "--config", *settings]], folder)
        return _checked(cost, [folder / out / f"{name}.html" for name in names], _NBCONVERT)

    return once


def jupyter_book(number: int, folder: Path) -> Callable[[], Cost]:
    """Jupyter Book 1.x executing every notebook with its own defaults, which are the 2024 report's."""

    def once() -> Cost:
        book = Path(tempfile.mkdtemp(dir=folder))
        names = [path.stem for _, path in notebooks(number)]
        for name in names:
            (book / f"{name}.ipynb").write_bytes((folder / "notebooks" / f"{name}.ipynb").read_bytes())
        _write_json(book / "_config.yml", {"title": "2024", "execute": {"execute_notebooks": "force", "timeout": 1800}})
        chapters = [{"file": name} for name in names[1:]]
        _write_json(book / "_toc.yml", {"format": "jb-book", "root": names[0], "chapters": chapters})
        _write_kernel(book / "jupyter" / "kernels" / "python3")
        command = [str(TOOLS / "jupyter-book"), "build", str(book)]
        cost = run([command], folder, {"JUPYTER_PATH": str(book / "jupyter")})
        pages = book / "_build" / "html"
        failed = sorted(p.name for p in (pages / "reports").glob("*.err.log"))
        assert not failed, failed
        return _checked(cost, [pages / f"{name}.html" for name in names], _JUPYTER_BOOK)

    return once


def _checked(cost: Cost, pages: Sequence[Path], mark: str) -> Cost:
    """`cost`, when every page is there and shows outputs: some tools end well although a notebook failed."""
    empty = [page.name for page in pages if mark not in page.read_text(encoding="utf-8")]
    assert not empty, f"không có kết quả trong {empty}"
    return cost


def _write_kernel(place: Path) -> None:
    """Make the kernel `python3` the project's own Python."""
    place.mkdir(parents=True)
    argv = [PYTHON, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    _write_json(place / "kernel.json", {"argv": argv, "display_name": "Python 3", "language": "python"})


def _write_json(path: Path, value: object) -> None:
    """JSON, which is YAML too."""
    path.write_text(json.dumps(value), encoding="utf-8")
