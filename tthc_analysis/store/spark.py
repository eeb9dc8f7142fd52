"""Apache Spark as what runs SQL, through Spark Connect; the only module that knows pyspark.

The process that asks is a thin client, so that a notebook costs no virtual machine of its own. The server is the one that
`SPARK_REMOTE` names (`sc://host:port`), else one that `serving` starts on this machine and stops again.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import uuid
import warnings
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from tthc_analysis.columns import Table
from tthc_analysis.errors import SparkUnavailable
from tthc_analysis.folders import scratch
from tthc_analysis.store.absent import empty_sql

#: the names are Spark's own
REMOTE, TOKEN = "SPARK_REMOTE", "SPARK_CONNECT_AUTHENTICATE_TOKEN"
#: seconds that a server on this machine may take to start, and to end
START_LIMIT, STOP_LIMIT = 120.0, 10.0
_SERVER = "org.apache.spark.sql.connect.service.SparkConnectServer"
_LOOK_EVERY = 0.2
_KEEPER = "import os, signal, sys; sys.stdin.buffer.read(); os.kill(int(sys.argv[1]), signal.SIGTERM)"
#: what the figures rest on, whatever the cluster's defaults: errors instead of nulls, moments without a zone
_SESSION = {"spark.sql.ansi.enabled": "true", "spark.sql.parquet.inferTimestampNTZ.enabled": "true"}
#: up to so many rows a question takes longer to plan, compile and send about than to answer
SMALL = 500_000
#: for small tables: one task where there would be many, nothing planned anew on the way, nothing compiled
_OF_SMALL = {
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
_COPY = (
    "Chép thư mục dữ liệu đã xử lý tới nơi máy chủ Spark đọc được rồi khai báo nơi đó: [data] spark trong config.toml."
)
#: sessions of this process; at exit, one whose server has ended would wait for it for minutes
_OPEN: list[Any] = []


class Spark:
    """A session on a Spark Connect server for tables of up to `rows` rows; raises SparkUnavailable when there is none."""

    def __init__(self, rows: int) -> None:
        until_exit = ExitStack()
        atexit.register(until_exit.close)
        until_exit.enter_context(serving())
        self._session = _connect(_SESSION | (_OF_SMALL if rows <= SMALL else {}))

    def view(self, name: str, place: str) -> None:
        """See sql.Sql; `place` is any path that Spark reads, one of this machine when it names no scheme."""
        from pyspark.errors import PySparkException

        files = self._session.read.option("recursiveFileLookup", "true")
        path = place if "://" in place else f"file://{place}"
        try:
            files.parquet(path).createOrReplaceTempView(name)
        except PySparkException as error:
            why = str(error).strip().splitlines()[0]
            raise SparkUnavailable(f"Spark không đọc được bảng “{name}”: {why}", path, _COPY) from None

    def empty(self, table: Table) -> None:
        """See sql.Sql."""
        self._session.sql(empty_sql(table, "TIMESTAMP_NTZ")).createOrReplaceTempView(table.name)

    def table(self, name: str, data: pa.Table) -> None:
        """See sql.Sql."""
        self._session.createDataFrame(data).createOrReplaceTempView(name)

    def frame(self, sql: str) -> pd.DataFrame:
        """See sql.Sql; the types are those that DuckDB gives a frame."""
        import duckdb

        result: pd.DataFrame = duckdb.from_arrow(self.arrow(sql)).df()
        return result

    def arrow(self, sql: str) -> pa.Table:
        """See sql.Sql."""
        return self._session.sql(sql).toArrow()


def _connect(settings: Mapping[str, str]) -> Any:
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of pandas 3, which only meets Arrow tables here
        from pyspark.errors import PySparkException
        from pyspark.sql.connect.session import SparkSession

        try:
            builder = SparkSession.builder.remote(os.environ[REMOTE])
            session = builder.create()
            for name, value in settings.items():
                session.conf.set(name, value)
        except (PySparkException, OSError) as error:
            raise SparkUnavailable(f"Không nối được Spark Connect tại {os.environ[REMOTE]}.", str(error)) from None
    _OPEN.append(session)
    return session


@contextmanager
def serving() -> Iterator[None]:
    """A Spark Connect server for this process and those that it starts: the one of `SPARK_REMOTE`, else one of its own.

    Raises SparkUnavailable when pyspark or Java is missing or the server does not start.
    """
    if find_spec("pyspark") is None:
        raise SparkUnavailable("Chưa cài Apache Spark cho Python (pyspark).", "môi trường Python")
    if os.environ.get(REMOTE):
        yield
        return
    with own_server():
        yield


@contextmanager
def own_server(master: str = "local[*]", settings: Mapping[str, str] | None = None) -> Iterator[None]:
    """A server of this process on the cluster `master`, by default none but this machine; ends with the block.

    `settings` are Spark's own. Raises SparkUnavailable when Java is missing or the server does not start.
    """
    with _started(master, settings or {}) as names:
        os.environ.update(names)
        try:
            yield
        finally:
            for name in names:
                os.environ.pop(name, None)


@contextmanager
def _started(master: str, settings: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
    """A server on this machine that only this user can talk to; yields the environment of its clients."""
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        raise SparkUnavailable("Máy này chưa có Java, Spark cần Java 17 trở lên.", "máy đang chạy")
    token, port = str(uuid.uuid4()), _free_port()
    with scratch("spark") as place:
        log = place / "spark.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                _command(port, place, master, settings),
                env={**os.environ, TOKEN: token, "SPARK_LOCAL_IP": "127.0.0.1"},
                cwd=place,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            with ending_with_us(process.pid):
                _wait_for(process, port, log)
                # only this name makes Spark's client send the token over a channel of this machine
                yield {REMOTE: f"sc://localhost:{port}", TOKEN: token}
        finally:
            while _OPEN:
                _OPEN.pop().stop()
            process.terminate()
            try:
                process.wait(STOP_LIMIT)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def ending_with_us(pid: int) -> Iterator[None]:
    """End the process `pid` when this one is gone, however it ended: a second one waits for the end of what only we could write."""
    keeper = subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", _KEEPER, str(pid)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        keeper.kill()
        keeper.communicate()


def _command(port: int, place: Path, master: str, further: Mapping[str, str]) -> list[str]:
    """spark-submit's command line; everything that Spark writes goes below `place`."""
    import pyspark

    submit = Path(pyspark.__file__).parent / "bin" / ("spark-submit.cmd" if os.name == "nt" else "spark-submit")
    settings = {
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": str(port),
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": str(os.cpu_count() or 1),
        "spark.sql.warehouse.dir": str(place / "warehouse"),
        "spark.local.dir": str(place),
        **further,
    }
    options = [word for name, value in settings.items() for word in ("--conf", f"{name}={value}")]
    return [str(submit), "--class", _SERVER, "--master", master, "--name", "tthc", *options, "spark-internal"]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


def _wait_for(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Return when the server listens; raise SparkUnavailable when it ended or takes too long."""
    limit = time.monotonic() + START_LIMIT
    while process.poll() is None and time.monotonic() < limit:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(_LOOK_EVERY)
    said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    raise SparkUnavailable("Spark không khởi động được.", "; ".join(said[-2:]) or "không có thông báo")
