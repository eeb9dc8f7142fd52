from collections.abc import Callable
from pathlib import Path

import pytest
from reconcile_cases import FIGURES, PERIOD

from tthc_analysis.indicators import Indicator
from tthc_analysis.periods import parse_period
from tthc_analysis.reconcile import Reconciliation, read_narrative, reconcile


@pytest.fixture
def check(tmp_path: Path) -> Callable[..., Reconciliation]:
    """Reconcile a text as a .txt narrative."""

    def run(text: str, figures: list[Indicator] | None = None) -> Reconciliation:
        path = tmp_path / "du-thao.txt"
        path.write_text(text, encoding="utf-8")
        return reconcile(read_narrative(path), FIGURES if figures is None else figures, PERIOD, parse_period("2023"))

    return run
