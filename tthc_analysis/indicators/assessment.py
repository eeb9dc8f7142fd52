"""Section III: the headline figures against other periods, how long procedures took, and what slipped.

Days are working days of the cited calendar, the day of receipt not counted. The due date in the data is authoritative;
the time limit of the catalogue is only held against it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from tthc_analysis.columns import DOSSIERS, PROCEDURES
from tthc_analysis.indicators import _registers, dossiers, due_dates, times
from tthc_analysis.indicators._counting import CODES
from tthc_analysis.indicators._indicator import Indicator, counted
from tthc_analysis.indicators._open import OpenReport
from tthc_analysis.indicators.definition import Amount, Block, Count, Measure, Rate, Take
from tthc_analysis.indicators.evaluate import Evaluation, evaluate, named
from tthc_analysis.indicators.registry import registry
from tthc_analysis.periods import continuity_warnings
from tthc_analysis.rules.reporting import load_reporting

SECTION = "III"
_CALENDAR = "Bộ luật Dân sự 2015, Điều 147, 148; lịch làm việc rules/calendar.csv"

#: figures that the assessment compares, in order
HEADLINES = (
    "dossiers_handled_count",
    "dossiers_received_new_count",
    "dossiers_resolved_count",
    "dossiers_resolved_rate",
    "dossiers_resolved_early_rate",
    "dossiers_resolved_overdue_count",
    "dossiers_pending_count",
    "online_received_rate",
    "paid_online_rate",
    "digitised_rate",
    "procedures_published_count",
    "procedures_full_count",
    "petitions_received_count",
    "posts_count",
    "processing_days_median",
    "processing_days_p90",
    "time_cut_rate",
)


_RULES, _FAST = load_reporting(), times.FAST_DAYS

TIME = Block(
    section=SECTION,
    reference=_CALENDAR,
    figures=(
        Amount(
            name="processing_days_median",
            label="Thời gian giải quyết trung vị",
            part=times.MEDIAN,
            unit=times.DAYS,
        ),
        Amount(
            name="processing_days_p90",
            label="Thời gian giải quyết của 90% hồ sơ không quá",
            part=times.P90,
            unit=times.DAYS,
        ),
        Rate(
            name="time_cut_rate",
            label="Tỷ lệ thời gian rút ngắn so với thời hạn quy định",
            part=times.SAVED,
            part_label="Ngày làm việc rút ngắn",
            whole=times.LIMITED,
            base="ngày làm việc theo thời hạn trong danh mục TTHC của các hồ sơ đã giải quyết",
            tables=(DOSSIERS.name, PROCEDURES.name),
        ),
        Rate(
            name="fast_dossiers_rate",
            label=f"Tỷ lệ hồ sơ giải quyết trong {_FAST} ngày làm việc",
            part=times.FAST,
            part_label=f"Hồ sơ giải quyết trong {_FAST} ngày làm việc",
            whole=times.TIMED,
            base=dossiers.RESOLVED_BASE,
        ),
    ),
)
CHECKS = Block(
    section=SECTION,
    reference=_RULES.slipped.source,
    tables=(DOSSIERS.name,),
    figures=(
        Count(
            name="slipped_procedures_count",
            label="TTHC chậm đi so với kỳ trước",
            part=Measure(times.SLIPPED_CODED, what="n"),
            unit="TTHC",
        ),
        Count(
            name="slipped_fields_count",
            label="Lĩnh vực chậm đi so với kỳ trước",
            part=Measure(times.SLIPPED_FIELDS, what="n"),
            unit="lĩnh vực",
        ),
        Rate(
            name="due_dates_disagree_rate",
            label="Tỷ lệ ngày hẹn trả lệch so với thời hạn trong danh mục",
            part=due_dates.DIFFERENT,
            part_label="Hồ sơ có ngày hẹn trả lệch",
            whole=due_dates.MADE_AGAIN,
            base="hồ sơ có ngày hẹn trả và thời hạn tính được theo lịch làm việc",
            reference=_RULES.due_date_check.source,
            tables=(DOSSIERS.name, PROCEDURES.name),
        ),
    ),
)


def _fast_median(name: str, word: str, take: Take) -> Amount:
    return Amount(
        name=f"fast_procedures_{name}_days",
        label=f"Trung vị thời gian giải quyết {word} trong các TTHC đó",
        part=Measure(
            times.FAST_PROCEDURES,
            needs=(CODES,),
            take=take,
            what="median",
            empty=f"không có TTHC nào có trung vị không quá {_FAST} ngày",
        ),
        unit=times.DAYS,
    )


FAST = Block(
    section="II.3",
    reference=_RULES.processing_time.source,
    tables=(DOSSIERS.name,),
    figures=(
        Count(
            name="fast_procedures_count",
            label=f"TTHC có trung vị thời gian giải quyết không quá {_FAST} ngày làm việc",
            part=Measure(times.FAST_PROCEDURES, needs=(CODES,), what="median"),
            unit="TTHC",
        ),
        _fast_median("min", "ngắn nhất", "least"),
        _fast_median("max", "dài nhất", "most"),
    ),
)
BLOCKS = (TIME, CHECKS, FAST)


#: the mark of a period of which the exports tell only in part
PART = " (một phần)"


@dataclass(frozen=True)
class Comparison:
    """One figure in this period, in the previous one and in the same period a year before; `with_…`: whether they compare."""

    now: Indicator
    previous: Indicator
    last_year: Indicator
    with_previous: bool = True
    with_last_year: bool = True

    @property
    def change(self) -> Decimal | None:
        """Printed value of this period less the previous one (percentage points for rates); None when one is missing."""
        return difference(self.now, self.previous) if self.with_previous else None

    @property
    def change_last_year(self) -> Decimal | None:
        """Printed value of this period less that of the same period a year before."""
        return difference(self.now, self.last_year) if self.with_last_year else None


def difference(now: Indicator, before: Indicator) -> Decimal | None:
    """The difference of two figures as printed, so that the table adds up for a reader; None when one is missing."""
    if now.rounded is None or before.rounded is None:
        return None
    return Decimal(now.rounded) - Decimal(before.rounded)


def comparisons(report: OpenReport) -> tuple[Comparison, ...]:
    """Every headline figure beside the previous period and the same period a year before."""
    now, previous = named(report, HEADLINES), named(report.previous, HEADLINES)
    same = report.last_year.period == report.previous.period
    last_year = previous if same else named(report.last_year, HEADLINES)
    return tuple(
        Comparison(
            now[name],
            previous[name],
            last_year[name],
            *(_registers.comparable(report, other, now[name].tables) for other in (report.previous, report.last_year)),
        )
        for name in HEADLINES
        if name in now and name in previous and name in last_year
    )


def heads(report: OpenReport) -> tuple[str, str, str]:
    """What stands above the previous period, the same period a year before and this one; a period told of in part says so."""

    def marked(label: str, of: OpenReport) -> str:
        return label + PART if _registers.covers(of, DOSSIERS.name) and _registers.partial(of) else label

    before, last_year = (marked(other.period.label, other) for other in (report.previous, report.last_year))
    return before, last_year, marked("Kỳ này", report)


def _tables_of(name: str) -> tuple[str, ...]:
    block, figure = registry()[name]
    return block.tables_of(figure)


def comparison_notes(report: OpenReport) -> tuple[str, ...]:
    """Overlaps, gaps and cut-offs that limit the comparison, periods that no dossier export covers, and registers told of in part."""
    previous, last_year = report.previous, report.last_year
    names = dict.fromkeys(table for name in HEADLINES for table in _tables_of(name))
    lines = [*continuity_warnings(report.period, previous.period), *_registers.comparison_notes(report, *names)]
    for other in {previous.period.id: previous, last_year.period.id: last_year}.values():
        lines += [f"Kỳ {other.period.label}: {note}" for note in _registers.comparison_notes(other, *names)]
    return (*lines, *_calendar_notes(report))


def _calendar_notes(report: OpenReport) -> list[str]:
    """Resolved dossiers whose processing time is not known, because a day lies outside the working calendar."""
    outside = dossiers.outside_calendar(report) if dossiers.totals(report) else 0
    first, last = report.calendar.first.year, report.calendar.last.year
    where = f"ngoài các năm {first}–{last} của lịch làm việc"
    return [f"{counted(outside, 'hồ sơ')} đã giải quyết có ngày nằm {where}: không tính ngày đó."] if outside else []


def time_indicators(report: OpenReport) -> list[Indicator]:
    """Median and 90th percentile of processing days, share of the statutory time saved, dossiers within few days."""
    return evaluate(report, TIME)


def fast_indicators(report: OpenReport) -> list[Indicator]:
    """Procedures whose median is at most a few days, and the least and most of these medians (section II.3)."""
    return evaluate(report, FAST)


def check_indicators(report: OpenReport) -> list[Indicator]:
    """What slipped since the previous period, and due dates that disagree with the working calendar."""
    return evaluate(report, CHECKS)


def indicators(report: OpenReport) -> list[Indicator]:
    """All figures of section III, and how fast procedures are (printed in section II.3)."""
    return evaluate(report, TIME, CHECKS, FAST)


def processing(report: OpenReport) -> pd.DataFrame | None:
    """Processing time by procedure: n, median, p90, limit, cut_rate (%); None without data.

    Only procedures with enough resolved dossiers (`rules/reporting.toml`).
    """
    if Evaluation(report).silence(times.TIMES):
        return None
    measures = {
        "n": times.TIMED,
        "median": times.MEDIAN,
        "p90": times.P90,
        "limit": times.LIMIT,
        "overdue": times.LATE,
        "known": times.LIMITED,
        "saved": times.SAVED,
    }
    table = times.by_procedure(report, measures)
    known = table["known"].astype("float64")
    table = table.assign(cut_rate=100 * table["saved"].astype("float64") / known.where(known > 0))
    least = load_reporting().processing_time.least_dossiers
    return table[table["n"] >= least].drop(columns=["known", "saved"]).reset_index(drop=True)


def slipped(report: OpenReport, key: str = "procedure_code") -> pd.DataFrame | None:
    """Procedures (or with key "field" fields) that became slower or later than in the previous period.

    Columns: key, name, n, n_before, median, median_before, overdue_rate, overdue_rate_before (%). The thresholds are in
    `rules/reporting.toml`. A procedure without a code is told by its name. None when either period has no data.
    """
    table = times.slipped(report, times.SLIPPED_FIELDS if key == "field" else times.SLIPPED_PROCEDURES)
    if table is None:
        return None
    columns = [key, "name", "n", "n_before", "median", "median_before", "overdue_rate", "overdue_rate_before"]
    return table.rename(columns={"procedure_key": key})[columns]


def due_date_differences(report: OpenReport) -> pd.DataFrame | None:
    """Dossiers whose due date differs from the catalogue's limit by more than the tolerance, by procedure."""
    return due_dates.by_procedure(report)
