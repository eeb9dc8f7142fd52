"""What begins before data are read when they are to be made: the fork server, which validates them and runs the sections."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tthc_analysis.execution.pool import warm_up
from tthc_analysis.report.jobs import WARM


def beside_reading() -> Callable[[], Any]:
    """Let the fork server get ready, which the sections need anyway; what makes the validator that works beside reading."""
    warm_up(warm=WARM)

    def make() -> Any:
        from tthc_analysis.report.validating import beside  # only here: pandas

        return beside()

    return make
