"""A period without dossiers is a state with its own words: never a chart of zeros, never an error."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

import pandas as pd

from tthc_analysis.display.base import Display, Notice
from tthc_analysis.indicators.definition import NO_DATA, UNENDED, WHY

#: why a table or chart is not there, beside the words for what is not known; the one list of such words
NO_DOSSIER = f"{NO_DATA} hồ sơ nào của kỳ này"
NO_CASE = "không có trường hợp nào trong kỳ"
NONE = "không có"

P = ParamSpec("P")
Shown = Callable[Concatenate[pd.DataFrame, P], Display]


def nothing(name: str, subject: str, why: str) -> Notice:
    """The sentence in place of a table or chart that has nothing to show."""
    return Notice(name, (f"{subject}: {why}.",))


def needs_rows(name: str, subject: str, column: str = "") -> Callable[[Shown[P]], Shown[P]]:
    """Show a notice in place of the table or chart when its frame has no row, or `column` counts nothing or is not known."""

    def decorate(show: Shown[P]) -> Shown[P]:
        @wraps(show)
        def shown(frame: pd.DataFrame, *args: P.args, **kwargs: P.kwargs) -> Display:
            if frame.attrs.get(WHY) == UNENDED or (column and frame[column].isna().any()):
                return nothing(name, subject, UNENDED)
            if frame.empty or (column and not frame[column].sum()):
                return nothing(name, subject, NO_DOSSIER)
            return show(frame, *args, **kwargs)

        return cast("Shown[P]", shown)

    return decorate
