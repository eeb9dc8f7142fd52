"""One way of making pages from the report's notebooks, for `run.py` to measure: python variants.py WAY NUMBER FOLDER."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tthc_analysis.execution.run import Job, Outcome

PARAMETERS = {"period": "2024", "rule_set": "so-2024", "data": "data/processed/mau"}


def notebooks(number: int) -> list[tuple[str, Path]]:
    """`number` notebooks of the project (name of the page, path); the list starts again when it is used up."""
    found = [p for p in sorted(Path("notebooks").glob("*.ipynb")) if "tthc" in json.loads(p.read_text())["metadata"]]
    return [(f"{i:03}", found[i % min(10, len(found))]) for i in range(number)]


def loop(number: int, folder: Path) -> None:
    """One process: papermill and nbconvert as libraries, the exporter made once."""
    import nbconvert
    import papermill

    exporter = nbconvert.HTMLExporter()
    for name, path in notebooks(number):
        done = papermill.execute_notebook(path, folder / f"{name}.ipynb", PARAMETERS, progress_bar=False)
        (folder / f"{name}.html").write_text(exporter.from_notebook_node(done)[0], encoding="utf-8")


def ours(number: int, folder: Path) -> None:
    """The report's own engine and exporter, nothing taken from the cache."""
    from tthc_analysis.execution.run import Job, run_notebooks
    from tthc_analysis.report.jobs import RENDER, WARM
    from tthc_analysis.sections import read_section

    jobs = []
    for name, path in notebooks(number):
        section = read_section(path.resolve())
        assert section is not None
        made = (folder / f"{name}.ipynb").resolve()
        jobs.append(Job(name, section.title, path.resolve(), PARAMETERS, made, Path.cwd(), render=RENDER))
    write_pages(jobs, run_notebooks(jobs, lambda *_: None, warm=WARM))


def write_pages(jobs: Sequence[Job], outcomes: Sequence[Outcome]) -> None:
    """A page beside each executed notebook, as a report has it; a failed section is an error."""
    from tthc_analysis.documents.book import bind
    from tthc_analysis.documents.pages import PageContext, page

    for job, outcome in zip(jobs, outcomes, strict=True):
        assert outcome.ok, outcome
        text = page(
            "section.html.j2", PageContext(), heading=job.heading, body=bind([("", outcome.fragment)]).body(""),
            kind="section", current="", base="", head=None,
        )  # fmt: skip
        job.output.with_suffix(".html").write_text(text, encoding="utf-8")


def render(paths: list[Path]) -> None:
    """A page beside each executed notebook."""
    import nbformat

    from tthc_analysis.documents.render import ReportHTMLExporter

    exporter = ReportHTMLExporter()
    for path in paths:
        page = exporter.from_notebook_node(nbformat.read(path, as_version=4))[0]
        path.with_suffix(".html").write_text(page, encoding="utf-8")


def floor(number: int, folder: Path) -> None:
    """The cells bare in one warm process, and rendering: prints the CPU seconds of that alone."""
    ours(number, folder)
    from tthc_analysis.execution.shell import the_shell

    shell = the_shell()
    sources = [_cells(folder / f"{name}.ipynb") for name, _ in notebooks(number)]
    with shell.entered():
        for cells in sources[:10]:
            _bare(shell, cells)
        started = time.process_time()
        for cells in sources:
            _bare(shell, cells)
        spent = time.process_time() - started
    paths = [folder / f"{name}.ipynb" for name, _ in notebooks(number)]
    render(paths[:1])  # the imports
    started = time.process_time()
    render(paths)
    (folder / "floor.json").write_text(json.dumps(spent + time.process_time() - started))


def _cells(path: Path) -> list[str]:
    return ["".join(c["source"]) for c in json.loads(path.read_text())["cells"] if c["cell_type"] == "code"]


def _bare(shell: Any, cells: list[str]) -> None:
    for source in cells:
        reply = shell.run(source, None, lambda _message: None)
        assert reply["status"] == "ok", reply


if __name__ == "__main__":
    {"loop": loop, "ours": ours, "floor": floor}[sys.argv[1]](int(sys.argv[2]), Path(sys.argv[3]))
