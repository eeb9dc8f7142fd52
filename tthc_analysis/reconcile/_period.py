"""The period of the figures as the narrative names it: spans that differ from it, and figures of it said of a year."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tthc_analysis.display.formats import date_short
from tthc_analysis.periods import Period, overlap_days
from tthc_analysis.reconcile._mentions import DATE, LONG_DATE
from tthc_analysis.reconcile._reading import Reading
from tthc_analysis.reconcile._result import CheckedFigure, Remark


def _date_pattern(prefix: str) -> str:
    names = f"{LONG_DATE}|(?:ngay )?{DATE}".replace("(?P<", f"(?P<{prefix}")
    long, short = names.split("|", 1)
    return f"(?:{long}|{re.sub(r'(?<=[dmy])>', '_>', short)})"


_SPAN = re.compile(
    rf"(?:tu|ke tu|tinh tu) {_date_pattern('a')}(?:,? (?:den het|den|toi)(?: het)? | ?[-–] ?)"
    rf"(?:{_date_pattern('b')}|(?P<now>thoi diem (?:bao cao|hien tai)|nay))"
)
_YEAR = re.compile(r"(?<!\w)(?:trong )?nam (?P<year>20\d\d)(?![-–\d])")
_DEFINED = re.compile(r"nam (20\d\d) ?\((?:sau day|goi|tinh|tu|ky)")
_CLOSING = re.compile(r"tren day la bao cao.*?nam (?P<year>20\d\d)")
#: A span that covers this share of the period is meant to be the period.
_SAME_PERIOD = 0.6


@dataclass(frozen=True)
class _Span:
    block: int
    start: int
    end: int
    first: date
    last: date


def check_period(reading: Reading, figures: tuple[CheckedFigure, ...]) -> list[Remark]:
    """KY01 for every other name of the period, KY02 for its figures said of a year in a narrative that names the span."""
    period = reading.period
    if period is None:
        return []
    spans = list(_spans(reading, period))
    remarks = [r for span in spans for r in _other_span(reading, span, period)]
    remarks += _closing(reading, period)
    named = any(_matches(s, period) for s in spans)
    defined = {m[1] for text in reading.folded for m in _DEFINED.finditer(text)}
    if named and not period.is_statutory:
        remarks += _year_figures(reading, period, figures, spans, defined)
    return remarks


def _spans(reading: Reading, period: Period) -> Iterator[_Span]:
    for block, text in enumerate(reading.folded):
        for match in _SPAN.finditer(text):
            first, last = _day(match, "a"), period.end if match["now"] else _day(match, "b")
            if first and last and first <= last:
                yield _Span(block, match.start(), match.end(), first, last)


def _day(match: re.Match[str], prefix: str) -> date | None:
    """The date of one end of a span; None when there is no such day."""
    found = [match[f"{prefix}{part}"] or match[f"{prefix}{part}_"] for part in ("y", "m", "d")]
    try:
        return date(*map(int, found))
    except (TypeError, ValueError):
        return None


def _matches(span: _Span, period: Period | None) -> bool:
    return period is not None and (span.first, span.last) == (period.start, period.end)


def _other_span(reading: Reading, span: _Span, period: Period) -> Iterator[Remark]:
    if _matches(span, period) or _matches(span, reading.previous):
        return
    as_period = Period("x", "x", "custom", span.first, span.last, reason="x")
    shared = overlap_days(as_period, period)
    if shared >= _SAME_PERIOD * max(period.days, as_period.days):
        yield reading.remark("KY01", span.block, (span.start, span.end), _period_text(period))


def _period_text(period: Period) -> str:
    return f"từ {date_short(period.start)} đến {date_short(period.end)}"


def _closing(reading: Reading, period: Period) -> Iterator[Remark]:
    """“Trên đây là báo cáo … năm N” of another year than the period."""
    for block, text in enumerate(reading.folded):
        match = _CLOSING.match(text)
        if match and int(match["year"]) not in (period.start.year, period.end.year):
            yield reading.remark("KY01", block, match.span("year"), str(period.end.year))


def _year_figures(
    reading: Reading, period: Period, figures: tuple[CheckedFigure, ...], spans: list[_Span], defined: set[str]
) -> Iterator[Remark]:
    """Dossier figures in a sentence that begins with a year instead of the span."""
    seen: set[tuple[int, int]] = set()
    for figure in figures:
        block = figure.place.paragraph - 1
        first, last = reading.sentence(block, figure.place.start)
        year = _YEAR.match(reading.folded[block], first, last)
        is_dossiers = figure.indicator.startswith(("dossiers_", "online_", "offline_")) and figure.found[:1].isdigit()
        if not year or not is_dossiers or year["year"] in defined or (block, first) in seen:
            continue
        if not any(s.block == block and first <= s.start < last for s in spans):
            seen.add((block, first))
            yield reading.remark("KY02", block, year.span(), _period_text(period))
