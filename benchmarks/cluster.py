"""A standalone Apache Spark cluster on this machine: a master, two workers of one core each, a Spark Connect server.

For tests and measurements; it has what a real one has and one process has not: a driver and executors that only share files,
and tasks that are sent to them. `python cluster.py COMMAND…` runs a command with `SPARK_REMOTE` set.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

from tthc_analysis.store import spark

WORKERS = 2
#: of each worker's only executor, and of the driver
MEMORY = "1g"
#: of the virtual machines, and of the sessions on them
ZONE, SESSION_ZONE = "America/New_York", "Asia/Ho_Chi_Minh"
_DEPLOY = "org.apache.spark.deploy"
_PATIENCE, _LOOK_EVERY = spark.START_LIMIT, 0.1


def missing() -> str:
    """What this machine lacks for a cluster; empty when nothing."""
    if find_spec("pyspark") is None:
        return "cần Apache Spark: python tools/install.py --spark"
    return "" if shutil.which("java") else "cần Java 17 trở lên"


@contextlib.contextmanager
def cluster(java: str = "") -> Iterator[None]:
    """A cluster that this process and those that it starts count on while it is open.

    `java` are further options of every virtual machine. Everything ends with the block, whatever happens in it.
    """
    with contextlib.ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tthc-cum-", ignore_cleanup_errors=True)))
        options = f"-Duser.timezone={ZONE} {java}".strip()
        environment = {**os.environ, "JAVA_TOOL_OPTIONS": options, "SPARK_LOCAL_IP": "127.0.0.1"}
        master = _master(stack, place, environment)
        for number in range(WORKERS):
            own = place / f"worker-{number}"
            words = ("--host", "127.0.0.1", "--webui-port", "0", "--cores", "1", "--memory", MEMORY, "--work-dir", own)
            _start(stack, place, environment, "worker.Worker", *map(str, words), master)
        settings = {
            "spark.driver.memory": MEMORY,
            "spark.executor.memory": MEMORY,
            "spark.executor.cores": "1",
            "spark.sql.session.timeZone": SESSION_ZONE,
        }
        former = os.environ.get("JAVA_TOOL_OPTIONS")
        os.environ["JAVA_TOOL_OPTIONS"] = options
        try:
            stack.enter_context(spark.own_server(master, settings))
        finally:
            _restore("JAVA_TOOL_OPTIONS", former)
        yield


def _restore(name: str, value: str | None) -> None:
    os.environ.pop(name, None)
    if value is not None:
        os.environ[name] = value


def _master(stack: contextlib.ExitStack, place: Path, environment: Mapping[str, str]) -> str:
    """Start a master; its address once it listens there."""
    log = _start(stack, place, environment, "master.Master", "--host", "127.0.0.1", "--port", "0", "--webui-port", "0")
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        for word in log.read_text(encoding="utf-8", errors="replace").split():
            if word.startswith("spark://127.0.0.1:"):
                return word.rstrip(".,")
        time.sleep(_LOOK_EVERY)
    raise RuntimeError(
        f"no master after {_PATIENCE:.0f} s:\n{log.read_text(encoding='utf-8', errors='replace')[-2000:]}"
    )


def _start(
    stack: contextlib.ExitStack, place: Path, environment: Mapping[str, str], name: str, *arguments: str
) -> Path:
    """Start a part of the cluster, which ends with `stack`; where it logs."""
    import pyspark

    command = Path(pyspark.__file__).parent / "bin" / "spark-class"
    log = place / f"{name}-{len(list(place.glob('*.log')))}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(command), f"{_DEPLOY}.{name}", *arguments],
            env=environment, cwd=place, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
    stack.callback(_end, process)
    stack.enter_context(spark.ending_with_us(process.pid))
    return log


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


if __name__ == "__main__":
    with cluster():
        sys.exit(subprocess.run(sys.argv[1:], check=False).returncode)
