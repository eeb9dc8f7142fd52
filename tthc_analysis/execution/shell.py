"""An IPython shell inside this process that speaks like a kernel: the messages of a cell go to a function, not a socket.

The shell is ipykernel's own, so displays, tracebacks, magics and display ids are what a kernel would send. It must exist
before pandas is imported: pandas chooses how wide tables are cut off by the shell that it finds.
"""

from __future__ import annotations

import asyncio
import builtins
import getpass
import io
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from tempfile import TemporaryFile
from types import SimpleNamespace
from typing import Any

from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.error import StdinNotImplementedError
from IPython.core.interactiveshell import InteractiveShell
from jupyter_client.session import Session
from traitlets import Any as AnyTrait
from traitlets.config import Config

Message = dict[str, Any]
Deliver = Callable[[Message], None]


class DirectSession(Session):
    """A session whose messages are delivered at once to `deliver`, as a front end would see them after the wire."""

    deliver = AnyTrait(lambda _message: None)

    def send(  # type: ignore[override]
        self, stream: Any, msg_or_type: Any, content: Any = None, parent: Any = None, **details: Any
    ) -> Message:
        """Build a message and hand it over; its content goes through the wire's JSON, so that types are the same."""
        message: Message = (
            msg_or_type if isinstance(msg_or_type, dict) else self.msg(msg_or_type, content=content, parent=parent)
        )
        message["content"] = self.unpack(self.pack(message["content"]))
        self.deliver(message)
        return message


class Stream(io.TextIOBase):
    """`sys.stdout` or `sys.stderr` of a cell: collected, and sent as one message at each flush and display."""

    encoding = "UTF-8"

    def __init__(self, name: str, session: DirectSession) -> None:
        self.name, self._session = name, session
        self._buffer = io.StringIO()
        self._lock = threading.RLock()
        self._pid = os.getpid()

    def write(self, text: str) -> int:
        """Collect `text`."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        with self._lock:
            return self._buffer.write(text)

    def flush(self) -> None:
        """Send what was collected; a process forked by the notebook writes to the real stream instead."""
        with self._lock:
            text, self._buffer = self._buffer.getvalue(), io.StringIO()
        if not text:
            return
        if os.getpid() == self._pid:
            self._session.send(None, "stream", {"name": self.name, "text": text})
        else:
            os.write(self.fileno(), text.encode())

    def fileno(self) -> int:
        """The real stream, for programs that a cell starts."""
        return 1 if self.name == "stdout" else 2

    def writable(self) -> bool:
        """Always."""
        return True

    def isatty(self) -> bool:
        """Never: a notebook is no terminal."""
        return False


class _Captured:
    """What programs and libraries write to the file descriptors 1 and 2 themselves."""

    def __init__(self, stream: Stream) -> None:
        self._stream, self._number, self._read = stream, stream.fileno(), 0
        self._file = TemporaryFile("a+b")  # noqa: SIM115 (lives as long as the redirection)
        self._kept = os.dup(self._number)
        os.dup2(self._file.fileno(), self._number)

    def collect(self) -> None:
        """Pass what is new to the stream."""
        data = os.pread(self._file.fileno(), os.fstat(self._file.fileno()).st_size - self._read, self._read)
        self._read += len(data)
        self._stream.write(data.decode(errors="replace"))

    def close(self) -> None:
        """Put the real file descriptor back."""
        os.dup2(self._kept, self._number)
        os.close(self._kept)
        self._file.close()


class Shell:
    """The one shell of this process and the streams of its cells."""

    def __init__(self) -> None:
        self.session = DirectSession(key=os.urandom(16))
        config = Config()
        config.HistoryManager.enabled = False  # its database and thread would be shared by forked processes
        # A kernel is what pandas and matplotlib ask for to know that they are in a notebook.
        kernel = SimpleNamespace(eventloop=None, session=self.session, banner="", implementation="ipython")
        self.ip: Any = ZMQInteractiveShell.instance(kernel=kernel, config=config)
        kernel.shell = self.ip
        self.ip.enable_gui = lambda _gui=None: None  # `%matplotlib inline` asks for no window, and here is none
        self.ip.set_parent({"header": {"msg_type": "execute_request", "msg_id": ""}, "msg_type": "execute_request"})
        self.ip.displayhook.session = self.ip.display_pub.session = self.session
        self.ip.extension_manager.load_extension("storemagic")
        with self.ip.builtin_trap:  # pandas asks `get_ipython` how wide tables may be
            import pandas  # noqa: F401
        self.used = False

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Make this process a notebook's: its `__main__`, its streams, no keyboard; undone at the end."""
        self.used = True
        streams = [Stream(name, self.session) for name in ("stdout", "stderr")]
        kept = sys.stdout, sys.stderr, sys.modules["__main__"], builtins.input, getpass.getpass, sys.path[:]
        self._captured = [_Captured(s) for s in streams] if os.name == "posix" else []
        sys.stdout, sys.stderr = streams
        sys.modules["__main__"] = self.ip.user_module
        builtins.input, getpass.getpass = _no_input("raw_input"), _no_input("getpass")
        if "" not in sys.path:
            sys.path.insert(0, "")
        self.ip.init_environment()
        try:
            with ExitStack() as closing:
                for captured in self._captured:
                    closing.callback(captured.close)
                yield
        finally:
            sys.stdout, sys.stderr, sys.modules["__main__"], builtins.input, getpass.getpass, sys.path[:] = kept

    def run(self, source: str, cell_id: str | None, deliver: Deliver) -> Message:
        """Run one cell, deliver its messages, and return the content of the reply (status, error, execution count)."""
        self.session.deliver = deliver
        loop = _loop()
        asyncio.set_event_loop(loop)
        result = loop.run_until_complete(self._in_loop(source, cell_id))
        self.flush()
        reply: Message = {"status": "ok", "execution_count": self.ip.execution_count - 1}
        if not result.success or self.ip._last_traceback_during_displayhook:
            error = result.error_before_exec or result.error_in_exec
            shown = self.ip._last_traceback or []
            reply |= {"status": "error", "ename": type(error).__name__, "evalue": str(error), "traceback": shown}
        return reply

    async def _in_loop(self, source: str, cell_id: str | None) -> Any:
        """Run one cell while the loop runs, as a kernel does: a cell may start tasks, with or without `await`."""
        self.ip._last_traceback, self.ip._last_traceback_during_displayhook = None, False  # as its own run_cell does
        try:
            code, fault = self.ip.transform_cell(source), None
        except Exception:
            code, fault = source, sys.exc_info()
        try:
            return await self.ip.run_cell_async(
                source, store_history=True, transformed_cell=code, preprocessing_exc_tuple=fault, cell_id=cell_id
            )
        finally:
            self.ip.events.trigger("post_execute")  # matplotlib shows the cell's figures then

    def flush(self) -> None:
        """Send everything that was written, standard output first."""
        for captured in self._captured:
            captured.collect()
        sys.stdout.flush()
        sys.stderr.flush()


def _no_input(name: str) -> Callable[..., str]:
    def refuse(prompt: str = "", *_: Any, **__: Any) -> str:
        raise StdinNotImplementedError(f"{name} was called, but this frontend does not support input requests.")

    return refuse


def _loop() -> asyncio.AbstractEventLoop:
    """The loop on which IPython runs a cell's `await`, so that a cell's own `get_event_loop` finds the same."""
    from IPython.core.async_helpers import get_asyncio_loop

    loop: asyncio.AbstractEventLoop = get_asyncio_loop()  # type: ignore[no-untyped-call]
    return loop


_SHELLS: list[Shell] = []


def the_shell() -> Shell:
    """The shell of this process, made at the first call."""
    if not _SHELLS:
        os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
        _SHELLS.append(Shell())
    return _SHELLS[0]


def can_run_here() -> bool:
    """Whether a notebook would find this process fresh: main thread, no other shell, none run before, no pandas first."""
    if threading.current_thread() is not threading.main_thread():
        return False
    if _SHELLS:
        return not _SHELLS[0].used
    return not InteractiveShell.initialized() and "pandas" not in sys.modules
