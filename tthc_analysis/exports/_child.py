"""The child process: one file on standard input → its cells on standard output, within limits of memory and time.

A 1.4 kB workbook can make the reader allocate half a terabyte and abort; here that costs a child, not the run. It is run as
a script. The rooms of the package that it needs import nothing heavy, but the packages they are in would: they are replaced
by bare ones, so the child starts quickly.
"""

import gc
import sys
import types
from pathlib import Path

MEMORY_LIMIT = 1400 << 20
CPU_SECONDS = 25


def limit() -> None:
    """Hold this process to its memory (that of its caller, if one is named) and time where the system can."""
    memory = int(sys.argv[2]) if len(sys.argv) > 2 else MEMORY_LIMIT
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
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
    for name, place in (("tthc_analysis", root), ("tthc_analysis.exports", root / "exports")):
        package = types.ModuleType(name)
        package.__path__ = [str(place)]
        sys.modules[name] = package


def main() -> None:
    """Print the lines of the file on standard input."""
    end_with_parent()
    limit()
    gc.disable()  # millions of cells, and none in a cycle
    use_bare_packages()
    from tthc_analysis.exports._sheets import answer, write

    for line in answer(sys.argv[1], sys.stdin.buffer.read()):
        write(line, sys.stdout.buffer)


if __name__ == "__main__":
    main()
