"""The end of a process: what was to be done is done, all that was said is heard, the rest is left to the system."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_PROGRAM = """
import atexit, sys
from tthc_analysis.execution import ending
status = []
ending.at_once(lambda: status[0] if status else None)
class Heavy:
    def __del__(self):
        sys.stderr.write("tháo dỡ")
heavy = Heavy()
atexit.register(print, "đã dọn")
print("đã nói")
{end}
"""


def ended(end, **settings):
    """What became of a process that came to this end."""
    return subprocess.run(
        [sys.executable, "-X", "utf8", "-c", _PROGRAM.format(end=end)],
        check=False, stderr=subprocess.PIPE, encoding="utf-8", timeout=60, env={**os.environ, "PYTHONUNBUFFERED": ""}, **settings,
    )  # fmt: skip


@pytest.mark.parametrize("status", [0, 3])
def test_all_is_done_and_said_and_nothing_is_taken_apart(status):
    done = ended(f"status.append({status}); sys.exit({status})", stdout=subprocess.PIPE)
    assert (done.returncode, done.stdout, done.stderr) == (status, "đã nói\nđã dọn\n", "")


def test_a_crash_is_told_as_ever():
    done = ended("raise ValueError('hỏng')", stdout=subprocess.PIPE)
    assert done.returncode == 1
    assert "ValueError: hỏng" in done.stderr
    assert "tháo dỡ" in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="không có đĩa đầy để thử")
def test_what_cannot_be_said_any_more_is_no_success():
    with Path("/dev/full").open("wb") as full:
        done = ended("status.append(0); sys.exit(0)", stdout=full)
    assert done.returncode == 120


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="tách tiến trình")
def test_a_forked_process_comes_to_its_own_end():
    done = ended(
        "import os\nif not os.fork(): status.append(7); sys.exit(4)\nstatus.append(os.waitstatus_to_exitcode(os.wait()[1])); sys.exit(0)",
        stdout=subprocess.PIPE,
    )
    assert done.returncode == 4


def test_only_the_fork_server_ends_so_by_what_it_imports():
    code = "import sys, tthc_analysis.execution.first, tthc_analysis.execution.settled; sys.exit(3)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 3
    server = f"'multiprocessing.forkserver'; {code}"
    assert subprocess.run([sys.executable, "-c", server], check=False, timeout=60).returncode == 0
