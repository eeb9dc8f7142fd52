"""Days and periods that a text names, held against the calendar, its own date and its own title."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from tthc_analysis.display.formats import date_short
from tthc_analysis.reconcile._checks import Checks
from tthc_analysis.reconcile._facts import Fact
from tthc_analysis.reconcile._mentions import DATE, LONG_DATE
from tthc_analysis.reconcile._reading import Reading
from tthc_analysis.reconcile._spans import Span, spans
from tthc_analysis.reconcile._text import any_phrase
from tthc_analysis.rules.levels import level_ends

_DAY = re.compile(rf"(?<![\d/.,-]){DATE}(?![\d/])")
_LONG = re.compile(LONG_DATE)
_SHORT = re.compile(r"ngay (?P<d>\d{1,2})[/.-](?P<m>\d{1,2})(?![\d/.,-])")
_ISSUED = re.compile(rf"^[^,;.]{{2,40}}, ?{LONG_DATE}$")
_UP_TO = re.compile(r"(?:tinh den|den het|cap nhat den|chot den|so lieu den|tinh toi|den ngay)[^\d]{0,20}$")
_LONGEST_MONTH = 31


@dataclass(frozen=True)
class Day:
    """A day as printed at characters `start`–`end` of a block; `day` is None when the calendar has no such day."""

    block: int
    start: int
    end: int
    day: date | None


def check_dates(checks: Checks, facts: Sequence[Fact]) -> None:
    """KY03 for days that do not exist, KY04 for days after the narrative, KY05 for levels that ended, KY06 for two periods."""
    reading = checks.reading
    days = [d for block in range(len(reading.blocks)) for d in days_of(block, reading.folded[block])]
    issued = _issued(reading)
    for day in days:
        at = (day.start, day.end)
        if day.day is None:
            checks.add(reading.remark("KY03", day.block, at))
        elif issued is not None and day.day > issued and _is_past(reading, day):
            checks.add(reading.remark("KY04", day.block, at, date_short(issued)))
    for fact, span in _other_periods(reading, facts):
        own = reading.own_span
        expected = own.label if own is not None else ""
        checks.add(reading.remark("KY06", span.block, (span.start, span.end), expected), [fact.mention.key])
    _ended_levels(checks, facts)


def days_of(block: int, folded: str) -> Iterator[Day]:
    """Every day of one block; an impossible one has no date."""
    for pattern in (_DAY, _LONG):
        for match in pattern.finditer(folded):
            yield Day(block, match.start(), match.end(), _date(int(match["y"]), int(match["m"]), int(match["d"])))
    for match in _SHORT.finditer(folded):
        if (
            _date(2024, int(match["m"]), int(match["d"])) is None
            and int(match["d"]) <= _LONGEST_MONTH
            and int(match["m"]) <= 12
        ):
            yield Day(block, match.start(), match.end(), None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _issued(reading: Reading) -> date | None:
    """The day of the narrative itself: “Hải Phòng, ngày 05 tháng 12 năm 2024” on a line of its own at its head."""
    for index in range(min(len(reading.blocks), 25)):
        match = _ISSUED.match(reading.folded[index])
        if match:
            return _date(int(match["y"]), int(match["m"]), int(match["d"]))
    return None


def _is_past(reading: Reading, day: Day) -> bool:
    """Whether a day is said of what has happened: the end of the figures, or the date of a cited document."""
    if reading.is_goal(day.block):
        return False
    before = reading.folded[day.block][max(0, day.start - 60) : day.start]
    first, _ = reading.sentence(day.block, day.start)
    if any_phrase(
        (*reading.rules.goals, "thời hạn", "hiệu lực", "trước ngày", "hoàn thành", "hết hạn"),
        reading.lowered[day.block][first : day.start],
    ):
        return False
    cited = re.search(r"\d+/(?:\d{4}/)?[a-z][\w-]* ngay $", before)
    return cited is not None or _UP_TO.search(before) is not None


def _other_periods(reading: Reading, facts: Sequence[Fact]) -> Iterator[tuple[Fact, Span]]:
    """Figures said of another period of the same kind than the title's, in a narrative that compares nothing there."""
    own = reading.own_span
    if own is None or own.block not in reading.heads:
        return
    body = [s for i, text in enumerate(reading.folded) if i not in reading.heads for s in spans(i, text)]
    alike = [s for s in body if s.kind == own.kind and not reading.is_goal(s.block)]
    kinds = {s.number for s in alike if not s.same(own)}
    if len(kinds) > 1:  # a narrative that goes through several periods
        return
    for span in alike:
        if not span.same(own) and _leads_figures(reading, span):
            fact = next(
                (f for f in facts if f.counts and f.mention.block == span.block and f.mention.start > span.end), None
            )
            if fact is not None and fact.unit in ("hồ sơ", "phản ánh", "kết quả"):
                yield fact, span
                return


def _leads_figures(reading: Reading, span: Span) -> bool:
    """Whether the span opens its sentence, which neither compares nor cites."""
    first, _ = reading.sentence(span.block, span.start)
    before = reading.lowered[span.block][first : span.start]
    whole = reading.lowered[span.block]
    words = (*reading.rules.parts.before, *reading.rules.parts.up, *reading.rules.parts.down, "lũy kế", "giai đoạn")
    opening = re.fullmatch(r"[-+* ]*(?:trong|tính trong|theo đó, trong|kết quả)? ?", before) is not None
    return opening and not any_phrase(words, whole)


def _ended_levels(checks: Checks, facts: Sequence[Fact]) -> None:
    """KY05: a count of this period for a level that had ended before the period began."""
    reading = checks.reading
    start = begins(reading)
    ended = level_ends().get("district")
    if start is None or ended is None or start <= ended:
        return
    found = [f for f in facts if f.counts and f.body == "cấp huyện" and f.value > 0]
    if found:
        fact = found[0]
        said = f"cấp huyện kết thúc ngày {date_short(ended)}, kỳ báo cáo bắt đầu sau ngày đó"
        span = (fact.mention.start, fact.mention.end)
        text = reading.blocks[fact.mention.block].text[span[0] : max(span[1], fact.mention.unit_end)]
        checks.add(
            reading.remark("KY05", fact.mention.block, span, said, found=f"{text} của cấp huyện"), [fact.mention.key]
        )


def begins(reading: Reading) -> date | None:
    """The first day of the period: the one asked for, else that of the span in the title."""
    if reading.period is not None:
        return reading.period.start
    own = reading.own_span
    if own is None or own.year is None:
        return None
    if own.kind == "month":
        return date(own.year, own.number, 1)
    return (
        date(own.year, 3 * own.number - 2, 1)
        if own.kind == "quarter"
        else date(own.year, 7 if own.number < 0 else 1, 1)
    )
