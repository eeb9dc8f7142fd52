"""The figures of many agencies in the period beside the year so far, the period before and the same spans a year before.

Each span has its own bodies: who has no data of the whole of it, or sent no report of it, is not in its figures, which say of
how many bodies they are. No span is made of the figures of others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tthc_analysis.indicators import rollup
from tthc_analysis.indicators._indicator import Indicator
from tthc_analysis.indicators._open import OpenReport
from tthc_analysis.indicators.cumulative import so_far
from tthc_analysis.periods import year_to_date

SAME = "Hai số của số đơn vị khác nhau thì không so với nhau."


@dataclass(frozen=True)
class Span:
    """One span beside the period: the ending of what it names, its words, the same data for it, every figure."""

    name: str
    words: str
    report: OpenReport
    figures: tuple[Indicator, ...]


def spans(report: OpenReport) -> tuple[Span, ...]:
    """The period itself, then every span beside it; a period that is no month or quarter has no year so far of its own."""
    return tuple(Span(name, words, one, tuple(rollup.indicators(one))) for name, words, one in _reports(report))


def _reports(report: OpenReport) -> Sequence[tuple[str, str, OpenReport]]:
    last, whole = report.last_year, so_far(report)
    is_part = year_to_date(report.period) is not None and whole.period.start != report.period.start
    found = [("now", "Trong kỳ", report)]
    found += [("so_far", "Lũy kế từ đầu năm", whole)] if is_part else []
    found += [("previous", "Kỳ trước", report.previous)]
    found += [("last_year", "Cùng kỳ năm trước", last)] if last.period != report.previous.period else []
    return [*found, *([("so_far_last_year", "Lũy kế cùng kỳ năm trước", whole.last_year)] if is_part else [])]


def notes(told: Sequence[Span]) -> tuple[str, ...]:
    """The days of each span, of how many bodies its figures are, and who is not among them."""
    return (*(_note(one) for one in told), SAME)


def _note(span: Span) -> str:
    period, table = span.report.period, rollup.standing(span.report)
    counted = table["state"].isin(rollup.COUNTED)
    days = f"{span.words}: {period.label}, từ {period.start:%d/%m/%Y} đến {period.end:%d/%m/%Y}"
    if not counted.any():
        return f"{days}; chưa có số liệu của đơn vị nào nên không in, không so."
    others = table.loc[~counted, "name"]
    missing = f"; không gồm {', '.join(others)}" if len(others) else ""
    return f"{days}; số liệu của {int(counted.sum())}/{len(table)} đơn vị{missing}."
