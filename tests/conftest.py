"""What many tests share: a copy of the project with the sample prepared, and one report published from it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from filelock import FileLock
from running import copy_prepared, copy_project, tthc

from tthc_analysis.execution.pool import warm_up
from tthc_analysis.report.jobs import WARM

#: runs first in every process of the report: records each connection to another host, and refuses it
GUARD = """
import os, socket
_connect = socket.socket.connect
def connect(self, address):
    host = address[0] if isinstance(address, tuple) else ""
    if host and not host.startswith("127.") and host not in ("localhost", "::1"):
        with open(os.environ["TTHC_TEST_GUARD"], "a") as log:
            log.write(f"{host}\\n")
        raise OSError("network is closed in tests")
    return _connect(self, address)
socket.socket.connect = connect
"""


def pytest_collection_modifyitems(items) -> None:
    """Coverage is not measured in tests of many random cases: they run the same lines over and over, twice as long when watched."""
    for item in items:
        if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            item.add_marker(pytest.mark.no_cover)


@pytest.fixture(scope="session")
def shared(tmp_path_factory, worker_id) -> Path:
    """A folder of this test run that all its processes share."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


@pytest.fixture(scope="session", autouse=True)
def warm_server() -> None:
    """The fork server of this process is ready for sections, whatever test asks it first."""
    warm_up(warm=WARM)


@pytest.fixture(scope="session")
def published_project(shared) -> Path:
    """A project folder in which `tthc report 2024` ran, whole and unstubbed, with the network closed; made once."""
    folder = shared / "du-an-chung"
    with FileLock(shared / "du-an-chung.lock"):
        if not (folder / "xong").exists():
            shutil.rmtree(folder, ignore_errors=True)
            copy_project(folder)
            (folder / "guard").mkdir()
            (folder / "guard" / "sitecustomize.py").write_text(GUARD, encoding="utf-8")
            done = tthc(
                folder, "report", "2024",
                PYTHONPATH=str(folder / "guard"), TTHC_TEST_GUARD=str(folder / "guard" / "connections.log"),
            )  # fmt: skip
            (folder / "output.txt").write_text(done.stdout + done.stderr, encoding="utf-8")
            assert done.returncode == 0, done.stdout + done.stderr
            (folder / "xong").touch()
    return folder


@pytest.fixture(scope="session")
def published_report(published_project) -> Path:
    """The published folder of 2024; read only."""
    return published_project / "reports" / "2024"


@pytest.fixture(scope="session")
def sample_report(published_project):
    """The 2024 period over the sample's processed tables."""
    from tthc_analysis.config import load_config
    from tthc_analysis.indicators import open_report_in

    return open_report_in(load_config(published_project), "2024")


@pytest.fixture
def project(tmp_path, published_project) -> Path:
    """A project folder of one's own with the sample already prepared, and no report yet."""
    return copy_prepared(published_project, tmp_path / "du-an")
