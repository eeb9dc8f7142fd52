"""The child process: one file on standard input → its cells on standard output, within limits of memory and time.

A 1.4 kB workbook can make the reader allocate half a terabyte and abort; here that costs a child, not the run. It is run as
a script. The rooms of the package that it needs import nothing heavy, but the packages they are in would: they are replaced
by bare ones, so the child starts quickly.
"""

import gc
import os
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

MEMORY_LIMIT = 1400 << 20
CPU_SECONDS = 25
#: a text is read in parts, so that it may be of any length
BYTES_PER_SECOND = 10 << 20
#: how libxml2 tells that it has no memory left
_NO_MEMORY = 2


def seconds(kind: str, size: int) -> int:
    """Of computing that a file of this size may take."""
    return CPU_SECONDS + (size // BYTES_PER_SECOND if kind == "text" else 0)


def limit() -> None:
    """Hold this process to its memory (that of its caller, if one is named) and time where the system can."""
    memory = int(sys.argv[3]) if len(sys.argv) > 3 else MEMORY_LIMIT
    longest = seconds(sys.argv[1], os.fstat(sys.stdin.fileno()).st_size)
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (longest, longest))
    except ImportError:  # Windows has no such limits; the parent's time limit remains
        pass


def end_with_parent() -> None:
    """Be killed by the system when the reading process dies, where the system can."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, 9)  # PR_SET_PDEATHSIG, SIGKILL


def use_bare_packages() -> None:
    """Let modules be found in the package without what the package itself imports."""
    root = Path(__file__).resolve().parents[1]
    rooms = {f"tthc_analysis.{room}": root / room for room in ("exports", "rules")}
    for name, place in ({"tthc_analysis": root} | rooms).items():
        package = types.ModuleType(name)
        package.__path__ = [str(place)]
        sys.modules[name] = package


def answer(kind: str, source: BinaryIO) -> Iterator[dict[str, Any]]:
    """The lines for one file; any failure becomes one line that names its kind, never its content."""
    from tthc_analysis.exports._refused import Refused
    from tthc_analysis.exports._sheets import Hashed, read_book

    hashed = Hashed(source)
    try:
        if kind == "book":
            yield from read_book(hashed.read())
        else:
            from tthc_analysis.exports._texts import read_text  # only here: a book needs no words

            yield from read_text(hashed)
        yield {"end": True, "sha256": hashed.sha256}
    except Refused as error:
        yield {"error": "Refused", "what": error.what, "now": error.now, "place": error.place}
    except Exception as error:  # the parent turns the kind of failure into one message
        yield {"error": "MemoryError" if getattr(error, "code", 0) == _NO_MEMORY else type(error).__name__}


def main() -> None:
    """Print the lines of the file on standard input; batches of Arrow's go into the file that the caller names."""
    end_with_parent()
    limit()
    gc.disable()  # millions of cells, and none in a cycle
    use_bare_packages()
    from tthc_analysis.exports._sheets import write

    batches = None
    for line in answer(sys.argv[1], sys.stdin.buffer):
        if "batch" in line:
            batches = batches or _opened(line["batch"].schema)
            batches.write_batch(line["batch"])
            continue
        if batches and "end" in line:
            batches.close()
        write(line, sys.stdout.buffer)


def _opened(schema: Any) -> Any:
    """The file for batches of this schema."""
    import pyarrow as pa

    return pa.ipc.new_file(sys.argv[2], schema)


if __name__ == "__main__":
    main()
