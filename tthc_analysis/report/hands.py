"""The files of a report written side by side: each part by a process of its own, which finds the libraries imported."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

from tthc_analysis.execution.helper import Helper
from tthc_analysis.execution.pool import default_method
from tthc_analysis.indicators import registry
from tthc_analysis.report.jobs import WARM

#: writes some files of a report; importable by name
Part = Callable[[Any], None]
COUNT = 2
_NEEDED = (
    "tthc_analysis.report.assemble",
    "tthc_analysis.report.overview",
    "tthc_analysis.report.revision",
    "tthc_analysis.documents.word",
    "tthc_analysis.documents.prose",
    "tthc_analysis.indicators.quality",
    "docxtpl",  # the template names the prose that is still missing
)


def helpers() -> list[Helper]:
    """Processes that get ready while the caller goes on; none where processes cannot be forked. To be closed."""
    return [Helper(_ready, WARM) for _ in range(COUNT)] if default_method() == "forkserver" else []


@cache
def get_ready() -> None:
    """Import, once and while the sections run, what the caller needs when they have run."""
    threading.Thread(target=_import_all).start()


def _import_all() -> None:
    for name in _NEEDED:
        import_module(name)
    registry.registry()


def _ready() -> Callable[[tuple[Part, Any]], None]:
    return _do


def _do(order: tuple[Part, Any]) -> None:
    part, what = order
    part(what)


def office(order: Any) -> None:
    """The forms, the workbook and the Word document."""
    from tthc_analysis.documents import office

    office.write(*order)


def pages(order: Any) -> None:
    """The pages, the appendices and the report on one page."""
    from tthc_analysis.documents import html

    content, public, folder = order
    html.write_pages(public, folder)
    html.write_appendices(content, folder)
    html.write_brief(content, folder)


def figures(order: Any) -> None:
    """Every table and figure as CSV."""
    from tthc_analysis.documents import office

    content, folder = order
    office.write_data(content, folder / office.DATA)
