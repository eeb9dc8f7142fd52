"""What a report consists of: one value, made once (`report.content`); every document is a function of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal

from tthc_analysis.config import Agency
from tthc_analysis.display.formats import date_short
from tthc_analysis.indicators import Indicator
from tthc_analysis.periods import Period, next_period
from tthc_analysis.rules import CountingRules
from tthc_analysis.rules.laws import Laws
from tthc_analysis.sections import Section

State = Literal["trial", "draft", "partial", "published"]
UNFINISHED = "Chưa đủ kỳ"
#: the state of a report in one or two words
STATE_LABELS: Mapping[str, str] = {
    "trial": "Xem thử",
    "draft": "Dự thảo",
    "partial": UNFINISHED,
    "published": "Đạt kiểm tra",
}


@dataclass(frozen=True)
class Revision:
    """What one published version of a report changed against the one before it.

    `before` and `now` are the days that the two bear (ISO, "" where not known), `changes` are (label, text before, text now),
    `causes` the inputs that differ, `reason` what whoever published it gave as the reason ("" for none).
    """

    before: str
    now: str
    changes: tuple[tuple[str, str, str], ...]
    causes: tuple[str, ...] = ()
    reason: str = ""

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready mapping."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Revision:
        """The note that `to_dict` wrote; raises KeyError, TypeError or ValueError for what is none."""
        changes = tuple((str(label), str(before), str(now)) for label, before, now in data["changes"])
        causes = tuple(map(str, data["causes"]))
        for day in filter(None, (data["before"], data["now"])):
            date.fromisoformat(day)
        return cls(str(data["before"]), str(data["now"]), changes, causes, str(data["reason"]))

    @property
    def title(self) -> str:
        """Which version takes the place of which; two of one day are told by that day once."""
        if self.now and self.before == self.now:
            return f"Bản lập lại trong ngày {date_short(date.fromisoformat(self.now))} thay bản trước"
        days = [date_short(date.fromisoformat(d)) if d else "trước" for d in (self.now, self.before)]
        return f"Bản lập ngày {days[0]} thay bản {'lập ngày ' if self.before else ''}{days[1]}"


@dataclass(frozen=True)
class About:
    """What a report says of itself: whose it is, of which period, by which rules and laws, and in which state.

    `without` are the numbers or slugs of sections that the body does not report; `unread` counts the rows set aside and the
    files passed over ("" when there are none). `data_day` is the last day that the dossiers tell of, `compiled` the day on
    which the report was made, `revisions` what its versions changed, oldest first; `source`: whether pages show the code of
    their notebooks. `partial` says why the exports tell of the period only in part ("" when they tell of all of it), `draft_reason`
    why a draft is one (`report.draft`), `trial` which sections a trial of some is of ("" for a report). `unfilled` gives
    the folder, as the project names it, of each register that was never exported.
    """

    agency: Agency
    title: str
    period: Period
    rules: CountingRules
    laws: Laws
    draft: bool
    sample: bool
    without: frozenset[str] = frozenset()
    unread: str = ""
    data_day: date | None = None
    compiled: date | None = None
    source: bool = False
    partial: str = ""
    draft_reason: str = ""
    trial: str = ""
    unfilled: Mapping[str, str] = field(default_factory=dict)
    revisions: tuple[Revision, ...] = ()

    @property
    def next_report(self) -> str:
        """The period of the next report and its last day; "" when that is not known."""
        after = next_period(self.period)
        return f"{after.label}, số liệu đến {date_short(after.end)}" if after else ""

    @property
    def state(self) -> State:
        """Trial before draft, draft before partial: a draft of an unfinished period is no more than a draft."""
        return "trial" if self.trial else "draft" if self.draft else "partial" if self.partial else "published"

    @property
    def said_state(self) -> str:
        """The state in words, with why a period is not told of as a whole."""
        checked = f"Dự thảo: {self.draft_reason}" if self.draft else "Dữ liệu đạt kiểm tra"
        told = f"{checked}; chưa đủ kỳ: {self.partial}" if self.partial else checked
        return f"Xem thử: {self.trial}. {told}" if self.trial else told

    @property
    def stamp(self) -> str:
        """What marks a trial, a draft, a part of a period or sample data; empty for a published report of real data."""
        marks = (
            ("XEM THỬ", bool(self.trial)),
            ("DỰ THẢO", self.draft),
            (UNFINISHED.upper(), bool(self.partial)),
            ("DỮ LIỆU MẪU", self.sample),
        )
        return " – ".join(text for text, shown in marks if shown)

    @property
    def dates(self) -> str:
        """First and last day of the period as printed."""
        return f"{date_short(self.period.start)}–{date_short(self.period.end)}"


@dataclass(frozen=True)
class SectionContent:
    """A section with what its executed notebook says as HTML, and everything that it displayed, in order."""

    section: Section
    fragment: str
    displays: tuple[dict[str, Any], ...]

    def of_type(self, kind: str) -> list[dict[str, Any]]:
        """The displays of one type: figures, table, chart, notice."""
        return [d for d in self.displays if d["type"] == kind]


@dataclass(frozen=True)
class ReportContent:
    """All that a report prints: sections, each figure, table and notice once, and the exports that they come from.

    `whole` is false for a trial of some sections, which has no Word document: what is left out would read as no data.
    """

    about: About
    sections: tuple[SectionContent, ...]
    figures: tuple[Indicator, ...]
    tables: Mapping[str, Mapping[str, Any]]
    notices: Mapping[str, Sequence[str]]
    exports: Sequence[Mapping[str, Any]] = ()
    whole: bool = True
