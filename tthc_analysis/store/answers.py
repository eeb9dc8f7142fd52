"""What the stores of one run were answered, kept for its other processes: what several sections ask is counted once."""

from __future__ import annotations

import hashlib
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

#: where the stores of this process keep their answers and look for those of others; empty: nowhere
_PLACES: list[Path] = []


def share(place: Path) -> None:
    """Let the stores of this process share answers with all that were told of the folder `place`, which lasts as long as a run."""
    _PLACES[:] = [place]


def shared(question: str, ask: Callable[[], T]) -> T:
    """The answer to a question that names the state of its data; who asks while it is being answered waits for it."""
    if not _PLACES:
        return ask()
    from filelock import FileLock  # only here: who shares nothing needs no lock

    path = _PLACES[0] / hashlib.sha256(question.encode()).hexdigest()
    with FileLock(path.with_suffix(".khoa")):
        if path.is_file():
            answer: T = pickle.loads(path.read_bytes())
            return answer
        answer = ask()
        temporary = path.with_name(f"{path.name}.{os.getpid()}")
        temporary.write_bytes(pickle.dumps(answer))
        temporary.replace(path)
        return answer
