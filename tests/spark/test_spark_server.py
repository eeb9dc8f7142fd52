"""The server that this program starts ends with it, however it ends; nothing here needs Spark."""

import subprocess
import sys
import time
from pathlib import Path

import pytest


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="đọc /proc")
def test_the_server_ends_with_a_program_that_is_killed():
    code = (
        "import subprocess, time\n"
        "from tthc_analysis.store.spark import ending_with_us\n"
        "server = subprocess.Popen(['sleep', '600'], start_new_session=True)\n"
        "with ending_with_us(server.pid):\n"
        "    print(server.pid, flush=True)\n"
        "    time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as program:
        server = Path("/proc") / program.stdout.readline().strip() / "cwd"
        assert server.exists()
        program.kill()
    until = time.monotonic() + 20
    while server.exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not server.exists()


def test_who_waits_for_the_end_is_gone_with_the_server():
    code = (
        "import subprocess\n"
        "from tthc_analysis.store.spark import ending_with_us\n"
        "server = subprocess.Popen(['sleep', '600'])\n"
        "with ending_with_us(server.pid):\n"
        "    pass\n"
        "print(server.poll())\n"
        "server.kill()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "None"
