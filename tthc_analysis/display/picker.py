"""A period picker for notebooks: choose a period, and what is asked of it is computed and shown again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tthc_analysis.errors import TthcError
from tthc_analysis.indicators import OpenReport, _registers
from tthc_analysis.periods import Period, statutory_periods


class NoWidgets(TthcError):
    """The library of notebook widgets is not installed."""


def periods_of(report: OpenReport) -> list[Period]:
    """The periods that the dossiers can speak of: own ones first, then the statutory ones, the latest year first."""
    from tthc_analysis.columns import DOSSIERS

    span = _registers.coverage(report, DOSSIERS.name)
    years = range(span[1].year, span[0].year - 1, -1) if span else [report.period.end.year]
    own = [*report.custom_periods.values()]
    known = {p.id for p in own}
    return [*own, *(p for year in years for p in statutory_periods([year]) if p.id not in known)]


def period_picker(show: Callable[[OpenReport], Any], report: OpenReport) -> Any:
    """A list of periods; choosing one computes `show(report of that period)` and shows it below.

    `report` is an open report: its data and rules are used, its period is chosen first. Raises NoWidgets without ipywidgets.
    """
    try:
        import ipywidgets
    except ImportError:
        raise NoWidgets(
            "Chưa cài ipywidgets, nên không có ô chọn kỳ.",
            "ô sổ tay",
            "Chạy `make report` để cài đủ gói, rồi mở lại sổ tay.",
        ) from None
    from IPython.display import display

    periods = {p.id: p for p in [report.period, *periods_of(report)]}
    options = [(f"{p.label} ({p.id})", p.id) for p in periods.values()]
    choice = ipywidgets.Dropdown(options=options, value=report.period.id, description="Kỳ:")
    place = ipywidgets.Output()

    def again(_change: Any = None) -> None:
        place.clear_output(wait=True)
        with place:
            display(show(report.at(periods[choice.value])))  # type: ignore[no-untyped-call]

    choice.observe(again, names="value")
    again()
    return ipywidgets.VBox([choice, place])
