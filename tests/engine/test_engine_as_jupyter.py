"""What Jupyter promises a cell holds in both engines: tags, a running loop, a kernel; failures are told as the analyst counts."""

from __future__ import annotations

import nbformat
import pytest
from engine_notebooks import job, own_code
from papermill.execute import ERROR_MARKER_TAG

from tthc_analysis.execution.run import run_notebooks

CELLS = {
    "tags": [
        ("raise RuntimeError('không chạy')", ["skip-execution"]),
        ("1 / 0", ["raises-exception"]),
        ("print('sau cùng')", []),
    ],
    "loop": [
        ("import asyncio\nasync def xong():\n    await asyncio.sleep(0.01)\n    print('nền')\ntask = asyncio.create_task(xong())", []),
        ("asyncio.get_running_loop().is_running()", []),
        ("await asyncio.sleep(0.1)\ntask.done()", []),
    ],
    "kernel": [
        ("%matplotlib inline\nget_ipython().kernel.shell is get_ipython()", []),
        ("get_ipython().parent_header['msg_type'], get_ipython().kernel.session.session[:0]", []),
    ],
    "warns": [
        ("import json.decoder, warnings\nwarnings.warn_explicit('khác', UserWarning, json.decoder.__file__, 3)", []),
        (
            "import nbformat.v4, sys\nwarnings.warn_explicit('nữa', UserWarning, nbformat.v4.__file__, 9)\nprint(nbformat.v4.__file__)",
            [],
        ),
        ("warnings.warn_explicit('lẻ', UserWarning, '/nơi nào/đó/tep.py', 1)", []),
    ],
    "magic": [("x = 1", []), ("%khong_co_lenh_nay", []), ("print('không tới')", [])],
    "fails": [("x = 1", []), ("1 / 0", ["raises-exception"]), ("{}['thiếu']", [])],
    "dies": [("1 / 0", ["raises-exception"]), ("print('sống')", []), ("import os; os._exit(5)", []), ("2", [])],
}  # fmt: skip


@pytest.fixture(scope="module", params=["tthc", "papermill"])
def ran(request, tmp_path_factory):
    """Each notebook's outcome and its executed copy, by one engine."""
    folder = tmp_path_factory.mktemp(f"nhu-jupyter-{request.param}")
    (folder / "ra").mkdir()
    jobs = [
        job(folder, name, [c for c, _ in cells], folder / "ra", engine=request.param) for name, cells in CELLS.items()
    ]
    for one in jobs:
        notebook = nbformat.read(one.notebook, as_version=4)
        for cell, (_, tags) in zip(notebook.cells[1:], CELLS[one.slug], strict=True):
            cell.metadata["tags"] = tags
        nbformat.write(notebook, one.notebook)
    outcomes = {o.slug: o for o in run_notebooks(jobs, lambda *_: None, workers=2)}
    return outcomes, {j.slug: nbformat.read(j.output, as_version=4) for j in jobs}


def texts(notebook) -> list[str]:
    outputs = [o for c in notebook.cells if c.cell_type == "code" for o in c.outputs]
    return [o.get("text") or o.get("data", {}).get("text/plain") or o.get("ename") for o in outputs]


def test_a_skipped_cell_does_not_run_and_a_cell_that_may_fail_ends_nothing(ran):
    outcomes, notebooks = ran
    assert outcomes["tags"].ok, outcomes["tags"]
    assert texts(notebooks["tags"]) == ["ZeroDivisionError", "sau cùng\n"]


def test_a_cell_runs_while_the_loop_runs(ran):
    outcomes, notebooks = ran
    assert outcomes["loop"].ok, outcomes["loop"]
    said = texts(notebooks["loop"])
    # nbclient drops what a task prints after its cell is done; that the task ran to its end is the last cell's answer
    assert [t for t in said if t != "nền\n"] == ["True", "True"]


def test_a_cell_finds_a_kernel(ran):
    outcomes, notebooks = ran
    assert outcomes["kernel"].ok, outcomes["kernel"]
    assert texts(notebooks["kernel"]) == ["True", "('execute_request', '')"]


def test_a_warning_of_a_library_names_no_folder_of_this_machine(ran):
    outcomes, notebooks = ran
    assert outcomes["warns"].ok, outcomes["warns"]
    outputs = [o for c in notebooks["warns"].cells if c.cell_type == "code" for o in c.outputs]
    heads = [o.text.splitlines()[0] for o in outputs if o.name == "stderr"]
    assert heads == [
        "json/decoder.py:3: UserWarning: khác",
        "nbformat/v4/__init__.py:9: UserWarning: nữa",
        "tep.py:1: UserWarning: lẻ",
    ]
    assert [o.text for o in outputs if o.name == "stdout"] == [f"{nbformat.v4.__file__}\n"]


def test_a_failing_magic_says_what_is_wrong_and_cells_count_as_written(ran):
    outcomes, _ = ran
    assert not outcomes["magic"].ok
    assert "khong_co_lenh_nay" in outcomes["magic"].error
    assert outcomes["magic"].cell == 3
    assert not outcomes["fails"].ok
    assert (outcomes["fails"].cell, outcomes["fails"].error) == (4, "KeyError: 'thiếu'")


@pytest.mark.parametrize("name", ["fails", "dies"])
def test_the_copy_of_a_failure_shows_the_error_that_was_allowed_and_points_at_the_other(ran, name):
    outcomes, notebooks = ran
    outcome, cells = outcomes[name], notebooks[name].cells
    assert not outcome.ok
    assert outcome.cell == 4
    anchors = [i for i, c in enumerate(cells) if ERROR_MARKER_TAG in c.metadata.get("tags", [])]
    assert cells[anchors[1] + 1].source == CELLS[name][2][0]
    assert "ZeroDivisionError" in [o.get("ename") for c in own_code(notebooks[name]) for o in c.outputs]
