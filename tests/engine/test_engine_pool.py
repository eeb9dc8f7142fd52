"""The processes: isolation, both ways of starting them, order, time, and what is left behind."""

import os
import subprocess
import sys
import time
import weakref
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from engine_notebooks import job, seen

from tthc_analysis.execution import pool
from tthc_analysis.execution.engine import ReportEngine, is_own_kernel
from tthc_analysis.execution.run import Outcome, run_notebooks
from tthc_analysis.indicators import open_report


def quiet(*_):
    return None


def run(folder, notebooks, **settings):
    out = folder / "ra"
    out.mkdir(exist_ok=True)
    method, workers = settings.pop("method", None), settings.pop("workers", 2)
    outcomes = run_notebooks([job(folder, n, c, out, **settings) for n, c in notebooks.items()], quiet, workers, method)
    return outcomes, {n: seen(out / f"{n}.ipynb") if (out / f"{n}.ipynb").exists() else None for n in notebooks}


def result(notebook, cell):
    """The text of the result of a code cell, counted from 1 after the two parameter cells."""
    return notebook[cell + 1][2][0][1]["text/plain"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="máy chủ tách tiến trình")
def test_a_server_that_dies_is_said_and_is_no_request_to_stop(tmp_path):
    (tmp_path / "tat_ngay.py").write_text("import os\nos._exit(9)\n")
    program = """
import sys
from pathlib import Path
import typer
from tthc_analysis.cli.console import run
from tthc_analysis.execution.pool import Task, run_each
app = typer.Typer()
@app.command()
def chay() -> None:
    list(run_each(print, [Task("x", Path("."), 5.0)], 1, "forkserver", ["tat_ngay"]))
sys.exit(run(app, ["chay"]))
"""
    ended = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True, timeout=120,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )  # fmt: skip
    assert ended.returncode == 4, ended.stderr
    assert "tắt đột ngột" in ended.stderr
    assert "theo yêu cầu" not in ended.stderr
    assert "Traceback" not in ended.stderr


def test_notebooks_start_from_matplotlibs_own_defaults(tmp_path, monkeypatch):
    (tmp_path / "matplotlibrc").write_text("figure.figsize: 1, 1\n")
    monkeypatch.setenv("MATPLOTLIBRC", str(tmp_path / "matplotlibrc"))
    look = "import matplotlib\nmatplotlib.rcParams['figure.figsize']"
    (tmp_path / "o").mkdir()
    _, found = run(tmp_path / "o", {"look": [look]}, engine="papermill")
    assert result(found["look"], 1) == "[6.4, 4.8]"


@pytest.mark.parametrize("importing", ["import tthc_analysis.execution.warm", "light.import_matplotlib()"])
def test_a_matplotlibrc_of_the_working_folder_has_no_effect(tmp_path, importing):
    """The first is what the fork server does, the second what a spawned process does, before a notebook runs."""
    (tmp_path / "matplotlibrc").write_text("figure.figsize: 1, 1\n")
    code = f"from tthc_analysis.execution import light\n{importing}\nimport os, matplotlib\nprint(matplotlib.rcParams['figure.figsize'], os.getcwd())"
    environment = {**os.environ, "MATPLOTLIBRC": os.devnull}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True, env=environment
    )
    assert done.stdout.strip() == f"[6.4, 4.8] {tmp_path}"


@pytest.mark.parametrize("engine", ["tthc", "papermill"])
def test_a_notebook_runs_in_its_own_folder_as_by_hand(tmp_path, engine):
    here, elsewhere = tmp_path / "du-an" / "so-tay", tmp_path / "goi"
    for folder in (here, elsewhere, tmp_path / "ra"):
        folder.mkdir(parents=True)
    (here / "ben_canh.py").write_text("x = 'bên cạnh'\n", encoding="utf-8")
    look = ["import os; os.path.basename(os.getcwd())", "import ben_canh; ben_canh.x"]
    inside, outside = job(here, "trong", look, tmp_path / "ra"), job(elsewhere, "ngoai", look[:1], tmp_path / "ra")
    jobs = [replace(one, root=tmp_path / "du-an", engine=engine) for one in (inside, outside)]
    assert all(o.ok for o in run_notebooks(jobs, quiet))
    assert [result(seen(inside.output), n) for n in (1, 2)] == ["'so-tay'", "'bên cạnh'"]
    assert result(seen(outside.output), 1) == "'du-an'"


def test_the_server_is_warm_and_notebooks_are_isolated(tmp_path):
    leave = "import pandas as pd, matplotlib.pyplot as plt, os, decimal\nx = 1\npd.set_option('display.max_rows', 5); plt.figure()\nos.environ['RO_RI'] = '1'; os.chdir('/'); decimal.getcontext().prec = 3"
    look = "import sys, os, decimal\n('pandas' in sys.modules, 'tthc_analysis.execution.warm' in sys.modules, 'x' in globals(), os.environ.get('RO_RI'), os.getcwd() == GOC, decimal.getcontext().prec)"
    rest = "import pandas as pd, matplotlib.pyplot as plt\npd.get_option('display.max_rows'), plt.get_fignums(), plt.rcParams['figure.figsize']"
    found = [f"GOC = {str(tmp_path)!r}", look, rest]
    outcomes, seen_in = run(tmp_path, {"a": [leave], "b": found, "c": [leave], "d": found}, workers=1)
    assert [o.ok for o in outcomes] == [True] * 4
    for name in "bd":
        assert result(seen_in[name], 2) == "(True, True, False, None, True, 28)"
        assert result(seen_in[name], 3) == "(60, [], [6.4, 4.8])"


def test_random_numbers_differ_between_notebooks(tmp_path):
    draw = ["import numpy as np, random, uuid\nfloat(np.random.rand()), random.random(), uuid.uuid4().hex"]
    _, seen_in = run(tmp_path, {"a": draw, "b": draw})
    ours, other = (eval(result(seen_in[n], 1)) for n in "ab")
    assert all(x != y for x, y in zip(ours, other, strict=True))


def test_what_a_notebook_told_is_let_go_with_its_end(tmp_path, monkeypatch):
    told, alive = [], []

    class Record(dict):
        pass

    def events(_work, tasks, *_):
        for index in range(len(tasks)):
            record = Record(outputs=["x" * 1000])
            told.append(weakref.ref(record))
            yield pool.Event(index, "told", (0, record))
            del record
            yield pool.Event(index, "done", Outcome("a", "A", True, 0.1))

    def count(_slug, state, _outcome):
        alive.append(sum(one() is not None for one in told))

    monkeypatch.setattr(pool, "run_each", events)
    run_notebooks([job(tmp_path, name, ["1"], tmp_path) for name in "abc"], count)
    assert alive == [0, 0, 0]


def test_a_job_sees_the_environment_of_its_start(tmp_path, monkeypatch):
    cells = ["import os; os.environ.get('TTHC_THU'), 'OPENBLAS_NUM_THREADS' in os.environ"]
    monkeypatch.setenv("TTHC_THU", "một")
    assert result(run(tmp_path, {"a": cells})[1]["a"], 1) == "('một', False)"
    monkeypatch.setenv("TTHC_THU", "hai")
    assert result(run(tmp_path, {"a": cells})[1]["a"], 1) == "('hai', False)"


def test_spawned_processes_give_the_same_notebooks(tmp_path):
    cells = {
        "a": [
            "import pandas as pd; pd.get_option('display.max_columns')",
            "class A: pass\nimport pickle; type(pickle.loads(pickle.dumps(A()))).__name__",
            "import matplotlib.pyplot as plt; plt.bar(['a'], [1]);",
            "import os, sys; __name__, sys.modules['__main__'].A is A",
        ],
        "b": ["print('sống')", "import os; os._exit(7)"],
    }
    (good, dead), forked = run(tmp_path, cells)
    (good2, dead2), spawned = run(tmp_path, cells, method="spawn")
    assert (good.ok, good2.ok, dead.ok, dead2.ok) == (True, True, False, False)
    assert "mã thoát 7" in dead.error
    assert (dead.cell, dead.error) == (dead2.cell, dead2.error)
    assert forked == spawned


def test_a_death_does_not_stop_the_batch_and_outcomes_keep_their_order(tmp_path):
    notebooks = {f"s{i}": ["import os; os._exit(3)" if i % 2 else f"print({i})"] for i in range(7)}
    outcomes, _ = run(tmp_path, notebooks, workers=3)
    assert [o.slug for o in outcomes] == list(notebooks)
    assert [o.ok for o in outcomes] == [not i % 2 for i in range(7)]


def test_states_are_told_in_order(tmp_path):
    told = []
    jobs = [job(tmp_path, "a", ["1"], tmp_path / "ra"), job(tmp_path, "b", ["1 / 0"], tmp_path / "ra")]
    (tmp_path / "ra").mkdir()
    run_notebooks(jobs, lambda slug, state, outcome: told.append((slug, state, outcome and outcome.ok)), 1)
    assert told == [("a", "running", None), ("a", "done", True), ("b", "running", None), ("b", "failed", False)]


@pytest.mark.skipif(os.name != "posix", reason="process groups")
def test_what_a_notebook_starts_ends_with_it(tmp_path):
    start = "import subprocess; p = subprocess.Popen(['sleep', '600']); open('pid', 'w').write(str(p.pid))"
    outcomes, _ = run(tmp_path, {"a": [start]})
    assert outcomes[0].ok
    pid = int((tmp_path / "pid").read_text())
    for _ in range(50):
        if not _alive(pid):
            break
        time.sleep(0.1)
    assert not _alive(pid)


def _alive(pid):
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False


def test_threads_left_running_do_not_keep_the_batch(tmp_path):
    outcomes, _ = run(
        tmp_path, {"a": ["import threading, time; threading.Thread(target=time.sleep, args=(600,)).start()"]}
    )
    assert outcomes[0].ok
    assert outcomes[0].seconds < 60


def test_a_script_without_main_guard_can_run_a_batch(tmp_path):
    script = tmp_path / "bo.py"
    script.write_text(
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "from engine_notebooks import job\nfrom pathlib import Path\nfrom tthc_analysis.execution.run import Outcome, run_notebooks\n"
        "here = Path(__file__).parent; print('bắt đầu')\n"
        "print([o.ok for o in run_notebooks([job(here, 'a', ['1'], here / 'ra')], lambda *a: None)])\n"
    )
    (tmp_path / "ra").mkdir()
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.splitlines() == ["bắt đầu", "[True]"]
    assert done.stderr == ""


def test_leaving_the_batch_ends_its_processes(tmp_path):
    one = job(tmp_path, "a", ["import os; open('pid', 'w').write(str(os.getpid()))", "while True: pass"], tmp_path)
    events = pool.run_each(_sleep, [pool.Task(one, tmp_path, 60.0)], 1)
    event = next(e for e in events if e.kind == "told")
    events.close()
    for _ in range(50):
        if not _alive(event.value):
            break
        time.sleep(0.1)
    assert not _alive(event.value)


def _leave_word(name, _tell):
    Path(name).touch()


def test_the_next_task_is_at_work_while_the_end_of_one_is_told(tmp_path):
    events = pool.run_each(_leave_word, [pool.Task(n, tmp_path, 60.0) for n in ("một", "hai")], 1)
    assert next(e.index for e in events if e.kind == "done") == 0
    for _ in range(300):  # nobody asks for the next event meanwhile
        if (tmp_path / "hai").exists():
            break
        time.sleep(0.1)
    assert (tmp_path / "hai").exists()
    assert [(e.index, e.kind) for e in events] == [(1, "started"), (1, "done")]


def _sleep(_job, tell):
    tell(os.getpid())
    time.sleep(600)


def test_the_engine_is_registered_with_papermill(tmp_path):
    from papermill.engines import papermill_engines

    assert papermill_engines.get_engine("tthc") is ReportEngine


def test_papermill_alone_can_use_the_engine(tmp_path):
    one = job(tmp_path, "a", ["period"], tmp_path / "ra")
    (tmp_path / "ra").mkdir()
    command = [sys.executable, "-m", "papermill", "--engine", "tthc", "--no-progress-bar", "-p", "period", "2024"]
    subprocess.run([*command, one.notebook, one.output], check=True, timeout=120, capture_output=True)
    assert result(seen(one.output), 1) == "2024"  # a year comes as a number


def test_a_year_as_a_number_is_that_period(published_project, monkeypatch):
    monkeypatch.chdir(published_project)
    assert open_report(2024).period == open_report("2024").period


def test_a_process_that_is_not_fresh_is_left_to_papermill(tmp_path):
    one = job(tmp_path, "a", ["import os; os.getpid()"], tmp_path)
    import pandas  # noqa: F401 (before any shell: this process is no notebook's)
    import papermill

    papermill.execute_notebook(one.notebook, tmp_path / "ra.ipynb", engine_name="tthc", progress_bar=False)
    assert seen(tmp_path / "ra.ipynb")[1][2][0][1]["text/plain"] != str(os.getpid())


def test_other_kernels_are_left_to_papermill(tmp_path, monkeypatch):
    spec = tmp_path / "kernels" / "khac"
    spec.mkdir(parents=True)
    other = tmp_path / "python-khac"
    other.symlink_to(sys.executable)
    command = f'["{other}", "-m", "ipykernel_launcher", "-f", "{{connection_file}}"]'
    (spec / "kernel.json").write_text(f'{{"argv": {command}, "display_name": "Khác", "language": "python"}}')
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    assert not is_own_kernel("khac")
    assert not is_own_kernel("khong-co")
    assert is_own_kernel("python3")
    one = job(tmp_path, "a", ["get_ipython().kernel.__class__.__name__"], tmp_path / "ra")
    (tmp_path / "ra").mkdir()
    notebook = nbformat.read(one.notebook, as_version=4)
    notebook.metadata.kernelspec.name = "khac"
    nbformat.write(notebook, one.notebook)
    env_python = Path(sys.prefix)
    monkeypatch.setenv("PYTHONPATH", str(next(env_python.glob("lib/python3*/site-packages"))))
    outcomes = run_notebooks([one], quiet)
    assert outcomes[0].ok, outcomes[0]
    assert outcomes[0].inputs is None
    assert result(seen(one.output), 1) == "'IPythonKernel'"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="đọc /proc")
@pytest.mark.parametrize("method", ["forkserver", "spawn"])
def test_workers_and_what_they_started_end_with_a_parent_that_is_killed(tmp_path, method):
    (tmp_path / "ban.py").write_text(
        "import os, subprocess, time\n"
        "def work(what, tell):\n"
        "    child = subprocess.Popen(['sleep', '600'])\n"
        "    print(os.getpid(), child.pid, flush=True)\n"
        "    time.sleep(600)\n"
    )
    script = (
        "from pathlib import Path; from tthc_analysis.execution import pool; from ban import work\n"
        f"list(pool.run_each(work, [pool.Task(n, Path({str(tmp_path)!r}), 600) for n in range(2)], 2, {method!r}))"
    )
    env = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{Path(__file__).resolve().parents[2]}"}
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=env) as parent:
        pids = [int(pid) for _ in range(2) for pid in parent.stdout.readline().split()]
        parent.kill()
    until = time.monotonic() + 20
    while (alive := [p for p in pids if Path(f"/proc/{p}/cwd").exists()]) and time.monotonic() < until:
        time.sleep(0.05)
    assert len(pids) == 4
    assert alive == []


def test_a_slow_statement_shows_no_progress_among_the_outputs(tmp_path):
    shown = "DuckDB().frame(\"SELECT current_setting('enable_progress_bar') AS shown\")['shown'][0]"
    cell = f"from tthc_analysis.store.sql import DuckDB\nassert not {shown}"
    (tmp_path / "ra").mkdir()
    (outcome,) = run_notebooks([job(tmp_path, "cham", [cell], tmp_path / "ra")], quiet)
    assert outcome.ok, outcome.error
