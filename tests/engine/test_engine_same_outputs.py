"""Our engine and papermill's own leave the same outputs; what goes wrong is a failed outcome with papermill's banner."""

import json
from dataclasses import asdict, replace

import nbformat
import pytest
from engine_notebooks import CALM, FATAL, job, own_code, plain, seen
from filelock import FileLock
from papermill.execute import ERROR_MARKER_TAG

from tthc_analysis.execution.run import Outcome, run_notebooks

LIMIT = 3
#: a notebook that papermill records as content, or in another way, when it is not
DIFFERENT = {"endless", "stubborn", "dies", "killed", "quits"}


@pytest.fixture(scope="session")
def runs(tmp_path_factory, worker_id):
    """Every notebook run once by each engine (one test process does it for all): engine → name → outcome; the folders."""
    base = tmp_path_factory.getbasetemp()
    shared = (base if worker_id == "master" else base.parent) / "hai-engine"
    with FileLock(f"{shared}.khoa"):
        if not (shared / "xong.json").exists():
            (shared / "xong.json").write_text(json.dumps(_run_all(shared)))
    found = json.loads((shared / "xong.json").read_text())
    return {e: {n: Outcome(**o) for n, o in of.items()} for e, of in found.items()}, shared


def _run_all(shared):
    notebooks = {**CALM, **{name: cells for name, (cells, _) in FATAL.items()}}
    result = {}
    for engine in ("tthc", "papermill"):
        out = shared / engine
        out.mkdir(parents=True)
        jobs = [job(shared, n, c, out, engine=engine, time_limit=60) for n, c in notebooks.items()]
        jobs = [j if j.slug not in ("endless", "stubborn") else _short(j) for j in jobs]
        outcomes = run_notebooks(jobs, lambda *_: None, workers=2)
        result[engine] = {o.slug: asdict(o) for o in outcomes}
    return result


def _short(one):
    return replace(one, time_limit=LIMIT)


@pytest.mark.parametrize("name", CALM)
def test_calm_notebooks_give_the_same_outputs(runs, name):
    outcomes, folder = runs
    for engine in ("tthc", "papermill"):
        assert outcomes[engine][name].ok, outcomes[engine][name]
    assert seen(folder / "tthc" / f"{name}.ipynb") == seen(folder / "papermill" / f"{name}.ipynb")


@pytest.mark.parametrize("name", CALM)
def test_executed_notebooks_have_the_same_metadata(runs, name):
    _, folder = runs
    ours, theirs = (nbformat.read(folder / e / f"{name}.ipynb", as_version=4) for e in ("tthc", "papermill"))
    assert ours.metadata == theirs.metadata
    assert [(c.metadata, c.id) for c in ours.cells] == [(c.metadata, c.id) for c in theirs.cells]


@pytest.mark.parametrize("name", sorted(set(FATAL) - DIFFERENT - {"formats_badly"}))
def test_failing_notebooks_give_the_same_outputs(runs, name):
    outcomes, folder = runs
    ours, theirs = outcomes["tthc"][name], outcomes["papermill"][name]
    assert (ours.ok, ours.cell, plain(ours.error)) == (theirs.ok, theirs.cell, plain(theirs.error))
    assert seen(folder / "tthc" / f"{name}.ipynb") == seen(folder / "papermill" / f"{name}.ipynb")


@pytest.mark.parametrize("engine", ["tthc", "papermill"])
@pytest.mark.parametrize("name", sorted(FATAL))
def test_every_failure_is_an_outcome_with_a_banner(runs, name, engine):
    if (name, engine) == ("quits", "papermill"):
        pytest.skip("a kernel that was asked to exit may still run the next cells")
    outcomes, folder = runs
    outcome = outcomes[engine][name]
    notebook = nbformat.read(folder / engine / f"{name}.ipynb", as_version=4)
    banners = [c for c in notebook.cells if ERROR_MARKER_TAG in c.metadata.get("tags", [])]
    assert not outcome.ok
    assert outcome.error
    assert outcome.advice
    assert len(banners) == 2
    assert banners[0] is notebook.cells[0]
    if FATAL[name][1] and not (engine == "papermill" and name in DIFFERENT):
        number = FATAL[name][1]
        assert outcome.cell == number
        shown = own_code(notebook)[number - 1]
        assert any(o.output_type == "error" for o in shown.outputs)


def test_outputs_before_a_death_or_a_time_out_are_kept(runs):
    outcomes, folder = runs
    died = seen(folder / "tthc" / "dies.ipynb")
    assert died[2][2] == [("stdout", "sống\n")]
    endless = seen(folder / "tthc" / "endless.ipynb")
    assert endless[2][2] == [("stdout", "trước\n")]
    assert endless[3][2][0] == ("stdout", "vòng\n")
    assert endless[3][2][1][1] == "KeyboardInterrupt"
    assert f"{LIMIT} giây" in outcomes["tthc"]["endless"].error
    assert f"{LIMIT} giây" in outcomes["tthc"]["stubborn"].error


def test_times_of_cells_are_in_the_outcome_and_not_in_the_notebook(runs):
    outcomes, folder = runs
    assert len(outcomes["tthc"]["await"].cells) == 2 + len(CALM["await"])
    assert "duration" not in (folder / "tthc" / "await.ipynb").read_text()
