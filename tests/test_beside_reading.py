"""Validation beside reading: the findings of here, whatever becomes of the other process; nothing of it is left behind."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from tthc_analysis.columns import TABLES
from tthc_analysis.execution.helper import Helper, Lost
from tthc_analysis.execution.pool import default_method
from tthc_analysis.exports import many
from tthc_analysis.preparation.validation import Here, validate
from tthc_analysis.report import validating

pytestmark = pytest.mark.skipif(default_method() != "forkserver", reason="processes are forked on Linux only")
COMMITMENTS = TABLES["cam_ket"]


def rows(count):
    names = (*COMMITMENTS.names, "source_file", "source_sheet", "source_row")
    return pd.DataFrame({name: [f"a{i}" for i in range(count)] for name in names})


def failing():
    return _failed


def _failed(order):
    raise ValueError


def doubling():
    return _doubled


def _doubled(order):
    if order == "die":
        os._exit(9)
    return (2 * order, os.getpid())


@pytest.fixture
def helper():
    made = Helper(doubling)
    yield made
    made.close()


def gone(pid):
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def test_orders_are_answered_in_another_process_which_ends_with_the_caller_s_interest(helper):
    first, second = helper.ask(2), helper.ask(21)
    assert (first.result()[0], second.result()[0]) == (4, 42)
    pid = second.result()[1]
    assert pid != os.getpid()
    helper.close()
    assert gone(pid)


def test_an_order_that_fails_or_kills_is_lost_and_no_more(helper):
    with pytest.raises(Lost):
        helper.ask(lambda: 1).result()  # nothing that can be sent
    assert helper.ask(3).result()[0] == 6
    with pytest.raises(Lost):
        helper.ask(None).result()  # nothing that can be doubled
    assert helper.ask(4).result()[0] == 8
    for order in ("die", 5):
        with pytest.raises(Lost):
            helper.ask(order).result()


@pytest.fixture
def beside():
    made = validating.beside()
    yield made
    made.close()


def test_the_findings_are_those_of_here(beside):
    frame = rows(30)
    beside.submit(COMMITMENTS, frame)
    found = beside.findings(COMMITMENTS)
    assert found == validate(COMMITMENTS, frame)
    assert any(not f.passed for f in found)


def test_the_other_process_validates_every_table_though_it_lacks_what_is_not_used(published_project):
    """What it could not answer would be validated here, and nobody would see that it was."""
    files = sorted((published_project / "data" / "processed" / "mau").glob("*.parquet"))
    frames = {file.stem: pd.read_parquet(file) for file in files}
    helper = Helper(validating.ready)
    found = {name: helper.ask((name, frame)).result() for name, frame in frames.items()}
    helper.close()
    assert found == {name: validate(TABLES[name], frame) for name, frame in frames.items()}


ALONE = """
import pandas as pd
from tthc_analysis.columns import TABLES
from tthc_analysis.report.validating import beside
table = TABLES["cam_ket"]
validator = beside()
validator.submit(table, pd.DataFrame({c: ["a"] for c in (*table.names, "source_file", "source_sheet", "source_row")}))
print(len(validator.findings(table)))
validator.close()
"""


PREPARED = """
import sys
sys.path.insert(0, sys.argv[1])
from test_beside_reading import names
from tthc_analysis.execution.helper import Helper
from tthc_analysis.report.validating import ALONE
helper = Helper(names, ALONE)
print(" ".join(sorted(helper.ask(("great_expectations", "pandas", "matplotlib", "IPython", "rfc3987_syntax", "altair.vegalite")).result())))
helper.close()
"""


def names():
    """In the other process: answers which of some modules are there."""
    validating.ready()
    return lambda asked: [name for name in asked if name in sys.modules]


def test_what_only_validates_has_nothing_of_notebooks():
    """Nor the grammar of web addresses, which jsonschema would read for a second."""
    here = str(Path(__file__).parent)
    done = subprocess.run([sys.executable, "-c", PREPARED, here], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["great_expectations", "pandas"], done.stderr


def test_nothing_is_said_of_what_the_other_process_held():
    """Its libraries take locks of the system, which somebody else would complain of at the end."""
    done = subprocess.run([sys.executable, "-c", ALONE], capture_output=True, text=True, check=True)
    assert (int(done.stdout) > 3, done.stderr) == (True, "")


def test_what_the_other_process_cannot_tell_is_found_here(monkeypatch):
    monkeypatch.setattr(validating, "ready", failing)
    made = validating.Beside()
    made.submit(COMMITMENTS, rows(3))
    here = Here()
    here.submit(COMMITMENTS, rows(3))
    assert made.findings(COMMITMENTS) == here.findings(COMMITMENTS)
    made.close()


def test_a_large_or_empty_table_is_not_sent(monkeypatch, beside):
    monkeypatch.setattr(validating, "MOST_ROWS", 2)
    asked = []
    monkeypatch.setattr(beside._helper, "ask", asked.append)
    for count in (0, 3):
        beside.submit(COMMITMENTS, rows(count))
        assert len(beside.findings(COMMITMENTS)) == len(validate(COMMITMENTS, rows(count)))
    assert asked == []


@pytest.mark.parametrize("lost", [False, True])
def test_halves_tell_what_the_whole_table_tells(lost, monkeypatch):
    """Rows in files: one half is looked at beside, what compares rows over all of them, and nothing is lost with a process."""
    table = TABLES["ho_so"]
    days = pd.Series(pd.date_range("2024-01-02", periods=90, unit="us"))
    told = {"dossier_code": [f"H24.99-240102-{n:04}" for n in range(90)], "received_at": days, "due_at": days}
    told |= {"status": "received", "channel": "online", "field": "Đất đai", "source_file": "a.csv", "source_sheet": ""}
    told |= {"source_row": range(2, 92), "snapshot_date": days.max()}
    blank = many.no_rows(table)
    frame = blank.reindex(range(90)).assign(**told).astype(blank.dtypes)
    frame.loc[[2, 50, 88], "dossier_code"] = frame["dossier_code"].iloc[7]
    frame.loc[[3, 60], "field"] = "Gọi 0912345678"
    frame.loc[70, "due_at"] = pd.Timestamp("2023-01-01")
    monkeypatch.setattr(many, "WHOLE_ROWS", 20)
    kept = many.Rows(table)
    for start in range(0, 90, 25):
        kept.add(frame.iloc[start : start + 25])
    if lost:
        monkeypatch.setattr(validating, "ready", failing)
    made = validating.Beside(())
    made.submit_files(table, kept.files)
    found = made.findings(table)
    made.close()
    assert found == validate(table, kept.whole)
    assert {"H09", "H12", "H23"} <= {f.code for f in found if f.failed}
