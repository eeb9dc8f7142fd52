"""What is left of preparing data when their tables are in place: the findings, which another process looks for meanwhile.

Until they are there the folder bears no stamp, its lock is held, and nothing may be published from it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType

from tthc_analysis.errors import TthcError


class Later:
    """The end of a preparation, for a caller who has other work until the findings are there.

    Leaving it ends the preparation; an interruption or a crash leaves data that are prepared again the next time.
    """

    def __init__(self) -> None:
        self._is_ready: Callable[[], bool] = bool
        self._steps: list[Callable[[], None]] = []
        self._held = ExitStack()

    @property
    def pending(self) -> bool:
        """Whether the findings are still missing."""
        return bool(self._steps)

    def wait_for(self, is_ready: Callable[[], bool], step: Callable[[], None], held: ExitStack) -> None:
        """Take `step` when `is_ready` or when asked to, and let go of what is `held` for it afterwards."""
        self._is_ready = is_ready
        self.then(step, held)

    def then(self, step: Callable[[], None], held: ExitStack) -> None:
        """Take `step` after the others; what is `held` is let go of after what was held before."""
        self._steps.append(step)
        before, self._held = self._held, held
        self._held.push(before)

    def step(self) -> bool:
        """End the preparation if the findings are there; whether it ended now."""
        if not self.pending or not self._is_ready():
            return False
        self.finish()
        return True

    def finish(self) -> None:
        """End the preparation, waiting for the findings."""
        steps, self._steps = self._steps, []
        with self._held.pop_all():
            for step in steps:
                step()

    def __enter__(self) -> Later:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        if kind is None or issubclass(kind, TthcError):
            self.finish()
        else:
            self._steps = []
            self._held.close()
