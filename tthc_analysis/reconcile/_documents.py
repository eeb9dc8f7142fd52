"""Documents that a narrative cites: number, mark and date against each other, against their series, against known ones."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from tthc_analysis.display.formats import date_short
from tthc_analysis.reconcile._dates import begins
from tthc_analysis.reconcile._mentions import DATE, DOCUMENT
from tthc_analysis.reconcile._reading import Reading
from tthc_analysis.reconcile._result import Remark
from tthc_analysis.reconcile._rules import Marks
from tthc_analysis.reconcile._text import any_phrase, fold
from tthc_analysis.rules.laws import Law, laws

_CITED = re.compile(DOCUMENT)
_DATED = re.compile(
    rf"[^\d;.()]{{0,40}}?ngày (?:{DATE}|(?P<d2>\d{{1,2}}) tháng (?P<m2>\d{{1,2}}) năm (?P<y2>(?:19|20)\d\d))",
    re.IGNORECASE,
)
_TITLED = re.compile(r"(?: của [^,;.]{2,40}?)?(?: quy định)? về (?:việc )?(?P<title>[^;.,]+)")
_CLOSE = 0.78


@dataclass(frozen=True)
class Cited:
    """One citation: number, years in the number, mark ("QĐ-UBND") and the date printed after it."""

    block: int
    start: int
    end: int
    number: int
    digits: str
    years: tuple[str, ...]
    join: str
    mark: str
    day: date | None
    day_span: tuple[int, int]

    def identity(self, mark: str = "") -> str:
        """The number as it should be written: each year once, the right mark."""
        return f"{self.digits}{''.join(f'/{y}' for y in dict.fromkeys(self.years))}{self.join}{mark or self.mark}"


def check_documents(reading: Reading) -> list[Remark]:
    """VB01–VB07, and GC03 for other titles."""
    cited = [c for block in range(len(reading.blocks)) for c in _cited(reading, block)]
    marks = {c.mark: _right_mark(c.mark, reading.rules.marks) for c in cited}
    remarks = [*_doubled_years(reading, cited), *_wrong_marks(reading, cited, marks)]
    wrong = [r for c in cited for r in _against_known(reading, c, marks[c.mark])]
    faulty = {(r.place.paragraph, r.place.start) for r in wrong}
    remarks += wrong
    remarks += _two_dates(reading, [c for c in cited if not _is_at(reading, c, faulty)], marks)
    return [*remarks, *_orders(reading, cited, marks), *_other_titles(reading, cited)]


def _is_at(reading: Reading, cited: Cited, places: set[tuple[int, int]]) -> bool:
    paragraph = reading.blocks[cited.block].place.paragraph
    return bool({(paragraph, cited.start), (paragraph, cited.day_span[0])} & places)


def _cited(reading: Reading, block: int) -> Iterator[Cited]:
    text = reading.blocks[block].text
    for match in _CITED.finditer(text):
        dated = _DATED.match(text, match.end())
        day, span = _day(dated) if dated else (None, (0, 0))
        years = tuple(re.findall(r"\d{4}", match["years"]))
        yield Cited(
            block, match.start(), match.end(), int(match["number"]), match["number"], years, match["join"],
            match["mark"], day, span,
        )  # fmt: skip


def _day(match: re.Match[str]) -> tuple[date | None, tuple[int, int]]:
    """The date after a number and its characters; None when there is no such day."""
    long = match["y"] is None
    year, month, day = (match["y2"], match["m2"], match["d2"]) if long else (match["y"], match["m"], match["d"])
    span = (match.start("d2" if long else "d"), match.end("y2" if long else "y"))
    try:
        return date(int(year), int(month), int(day)), span
    except ValueError:
        return None, span


def _doubled_years(reading: Reading, cited: list[Cited]) -> Iterator[Remark]:
    for one in cited:
        if len(one.years) > 1:
            yield reading.remark("VB03", one.block, (one.start, one.end), one.identity())


# --- marks ----------------------------------------------------------------------------------------------------------


def _right_mark(mark: str, known: Marks) -> str:
    """`mark` with every malformed part replaced by the known part it resembles."""
    parts = re.split(r"([-/])", mark)
    return "".join(p if p in "-/" else _right_part(p, known) for p in parts)


def _right_part(part: str, known: Marks) -> str:
    everything = (*known.kinds, *known.issuers, *known.units)
    if part in everything or re.fullmatch(r"QH\d+", part) or len(part) < 4:
        return part
    same_letters = [k for k in known.issuers if sorted(k) == sorted(part)]
    near = get_close_matches(part, known.issuers, n=1, cutoff=_CLOSE)
    doubled = [k for k in known.issuers if _single(k) == _single(part)]
    return next(iter([*same_letters, *doubled]), near[0] if near and len(near[0]) < len(part) else part)


def _single(letters: str) -> str:
    """Letters with each run reduced to one (SGDDĐT → SGDĐT)."""
    return re.sub(r"(.)\1+", r"\1", letters)


def _wrong_marks(reading: Reading, cited: list[Cited], marks: dict[str, str]) -> Iterator[Remark]:
    """VB04 for each malformed part once, with all citations that carry it."""
    found: dict[tuple[str, str], list[Cited]] = {}
    for one in cited:
        for said, right in zip(re.split("[-/]", one.mark), re.split("[-/]", marks[one.mark]), strict=True):
            if said != right:
                found.setdefault((said, right), []).append(one)
    for (said, right), places in found.items():
        first = places[0]
        also = [reading.place(c.block, c.start, c.end) for c in places[1:]]
        yield reading.remark("VB04", first.block, (first.start, first.end), right, found=said, also=also)


# --- dates ----------------------------------------------------------------------------------------------------------


def _two_dates(reading: Reading, cited: list[Cited], marks: dict[str, str]) -> Iterator[Remark]:
    """VB01: one number, two dates. The series starts anew each year, so another year is another document."""
    first: dict[tuple[str, int], Cited] = {}
    for one in cited:
        if one.day is None:
            continue
        known = first.setdefault((one.identity(marks[one.mark]), one.day.year), one)
        if known.day is not None and known.day != one.day:
            place = reading.place(known.block, known.start, known.end)
            expected, number = date_short(known.day), one.identity()
            yield reading.remark(
                "VB01", one.block, one.day_span, expected, also=[place], number=number, other=place.text
            )


def _against_known(reading: Reading, cited: Cited, mark: str) -> Iterator[Remark]:
    """A citation against the registry of legal texts: its date, its number, and whether it was in force in the period."""
    number = cited.identity(mark)
    for known in laws():
        if known.number.lstrip("0") == number.lstrip("0"):
            yield from _known_document(reading, cited, known)
        elif cited.day == known.issued and _mistyped(cited, mark, known.number):
            title, source = known.title, known.source
            yield reading.remark(
                "VB06", cited.block, (cited.start, cited.end), known.number, title=title, source=source
            )


def _known_document(reading: Reading, cited: Cited, known: Law) -> Iterator[Remark]:
    if cited.day and cited.day != known.issued:
        right, number, source = date_short(known.issued), known.number, known.source
        yield reading.remark("VB05", cited.block, cited.day_span, right, number=number, source=source)
    start = begins(reading)
    citation = laws().cite(known.id, start) if start is not None else None
    if citation is None or not known.successions or _says_replaced(reading, cited):
        return
    holder = citation.cited if citation.cited is not None and citation.cited is not known else None
    if holder is None and citation.state != "ended":
        return
    step = known.successions[0]
    current = holder or laws().current(known, citation.day) or laws()[step.by]
    since = step.start or laws()[step.by].first_day
    span = (cited.start, cited.end)
    yield reading.remark("VB07", cited.block, span, current.number, date=date_short(since), source=step.source)


def _first_words(reading: Reading, title: str) -> list[str]:
    """The first words of a title, abbreviations written out."""
    for short, fulls in reading.rules.abbreviations.items():
        title = re.sub(rf"\b{short}\b", fulls[0], title)
    return fold(title).split()[:3]


def _other_titles(reading: Reading, cited: list[Cited]) -> Iterator[Remark]:
    """GC03: a known document whose cited title begins with other words than its own."""
    known = {d.number: d.title.removeprefix("về ") for d in laws() if d.title.startswith("về ")}
    for one in cited:
        title = known.get(one.identity())
        match = _TITLED.match(reading.blocks[one.block].text, one.day_span[1]) if title and one.day else None
        if title and match and _first_words(reading, match["title"]) != _first_words(reading, title):
            yield reading.remark("GC03", one.block, match.span("title"), title, number=one.identity())


def _says_replaced(reading: Reading, cited: Cited) -> bool:
    """Whether the sentence itself says that the document was replaced or has expired."""
    first, last = reading.sentence(cited.block, cited.start)
    return any_phrase(("thay thế", "hết hiệu lực", "bãi bỏ"), reading.lowered[cited.block][first:last])


def _mistyped(cited: Cited, mark: str, number: str) -> bool:
    """Whether a number is a known one with digits swapped or one of them changed."""
    match = _CITED.fullmatch(number)
    if match is None or match["mark"] != mark or len(match["number"]) != len(cited.digits):
        return False
    other = match["number"]
    differing = sum(a != b for a, b in zip(other, cited.digits, strict=True))
    swapped = sorted(other) == sorted(cited.digits)
    return other != cited.digits and (swapped or differing == 1) and len(other) > 1


# --- order within a series ------------------------------------------------------------------------------------------


def _orders(reading: Reading, cited: list[Cited], marks: dict[str, str]) -> Iterator[Remark]:
    """VB02: numbers of one series and year have to rise with their dates."""
    series: dict[tuple[str, int], dict[int, Cited]] = {}
    for one in cited:
        if one.day is not None and (not one.years or one.years[0] == str(one.day.year)):
            series.setdefault((marks[one.mark], one.day.year), {}).setdefault(one.number, one)
    for (mark, year), found in series.items():
        for culprit, others in _out_of_order(list(found.values()), series, year):
            yield _order_remark(reading, mark, culprit, others, series)


Series = dict[tuple[str, int], dict[int, Cited]]


def _breaks(one: Cited, other: Cited) -> bool:
    if one.day is None or other.day is None or one.day == other.day:
        return False
    return (one.day < other.day) != (one.number < other.number)


def _out_of_order(found: list[Cited], series: Series, year: int) -> Iterator[tuple[Cited, list[Cited]]]:
    """The citations to take out so that the rest is in order: the one with most conflicts first.

    Of two that only conflict with each other, the one that fits another series of the same kind is the wrong one.
    """
    left = list(found)
    while True:
        conflicts = Counter({c: sum(_breaks(c, o) for o in left) for c in left})
        worst = max(conflicts.values(), default=0)
        if not worst:
            return
        candidates = [c for c in left if conflicts[c] == worst]
        culprit = next((c for c in candidates if _fitting_series(c, series, year)), candidates[-1])
        left.remove(culprit)
        yield culprit, left


def _fitting_series(cited: Cited, series: Series, year: int) -> str:
    """Another series of the same kind of document in which the number and date are in order; empty when none."""
    kind = cited.mark.split("-")[0]
    for (mark, other_year), found in series.items():
        others = list(found.values())
        if mark != cited.mark and other_year == year and mark.split("-")[0] == kind and len(others) > 1:
            around = [o for o in others if o.number < cited.number], [o for o in others if o.number > cited.number]
            if all(around) and not any(_breaks(cited, o) for o in others):
                return mark
    return ""


def _order_remark(reading: Reading, mark: str, culprit: Cited, others: list[Cited], series: Series) -> Remark:
    day = culprit.day or date.min
    in_conflict = sorted((o for o in others if _breaks(culprit, o)), key=lambda o: o.number)[:3]
    neighbours = ", ".join(f"{o.digits} ({date_short(o.day)})" for o in in_conflict if o.day)
    fitting = _fitting_series(culprit, series, day.year)
    hint = f" Số và ngày này khớp với loạt {fitting}: có lẽ là {culprit.digits}/{fitting}." if fitting else ""
    expected = f"{culprit.digits}/{fitting}" if fitting else ""
    span = (culprit.start, culprit.end)
    return reading.remark(
        "VB02", culprit.block, span, expected, series=mark, date=date_short(day), neighbours=neighbours, hint=hint
    )
