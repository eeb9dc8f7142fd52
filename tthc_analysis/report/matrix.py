"""Many reports in one run: agencies × periods, over one warm pool; one that fails stops no other.

Reports are made one after the other and their sections several at a time, so that memory is that of one report however
many there are.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args

from tthc_analysis.config import Config, Schedule
from tthc_analysis.errors import TthcError
from tthc_analysis.execution.run import Outcome
from tthc_analysis.periods import Period, statutory_periods
from tthc_analysis.preparation.later import Later
from tthc_analysis.report.build import Options, make_report
from tthc_analysis.report.early import beside_reading
from tthc_analysis.report.preparing import prepare_side_by_side

OrderState = Literal["published", "unchanged", "draft", "trial", "waiting", "failed"]
STATES: tuple[OrderState, ...] = get_args(OrderState)
Note = Callable[[str], None]


@dataclass(frozen=True)
class Order:
    """One report to make."""

    agency: str
    period: str


@dataclass(frozen=True)
class Result:
    """What became of one order; `exit_code` is the status that the command alone would have ended with.

    `why` tells by section why it was run or kept.
    """

    agency: str
    period: str
    state: OrderState
    seconds: float
    sections: int = 0
    figures: int = 0
    folder: str = ""
    error: str = ""
    exit_code: int = 0
    why: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Watcher:
    """Who is told what: the order at hand (its number and listener for sections), steps, and results."""

    begin: Callable[[Order, Config], tuple[Callable[[str, str, Outcome | None], None], Note]]
    step: Note
    end: Callable[[Result], None]


def orders(agencies: Iterable[str], periods: Sequence[str]) -> list[Order]:
    """Every period of every agency, agency by agency, each once."""
    return [Order(agency, period) for agency in dict.fromkeys(agencies) for period in dict.fromkeys(periods)]


def due_periods(own: Mapping[str, Period], schedule: Schedule, today: date) -> list[str]:
    """Periods that are over and should be published: the project's own ones and the scheduled kinds, oldest first.

    Whether a report is missing or out of date is found when it is made: a current one costs next to nothing.
    """
    custom = list(own.values())
    since = schedule.since or min((p.start for p in custom), default=date(today.year, 1, 1))
    statutory = statutory_periods(range(since.year, today.year + 1))
    wanted = [p for p in statutory if p.kind in schedule.kinds and p.end >= since and p.id not in own]
    return [p.id for p in sorted([*custom, *wanted], key=_by_end) if p.end < today]


def _by_end(period: Period) -> tuple[date, date]:
    return (period.end, period.start)


def make_all(
    config: Config, wanted: Sequence[Order], options: Options, watcher: Watcher, complete_only: bool = False
) -> list[Result]:
    """Prepare each agency's data once and make its reports; a mistake of one order is its result, the others go on.

    With `complete_only` a period whose newest dossier export was made before its cut-off waits for a newer one.
    """
    results = []
    prepared: dict[str, TthcError | None] = {}
    for order in wanted:
        own = config.for_agency(order.agency)
        with Later() as later:
            if order.agency not in prepared:
                prepared[order.agency] = _prepare(own, options.force, watcher.step, later)
            result = _make(own, order, options, watcher, prepared[order.agency], complete_only, later)
        watcher.end(result)
        results.append(result)
    from tthc_analysis.report import overview

    config.reports.mkdir(parents=True, exist_ok=True)
    overview.write(config)
    return results


def _prepare(config: Config, force: bool, step: Note, later: Later) -> TthcError | None:
    try:
        prepare_side_by_side(config, step, force, beside_reading, later)
    except TthcError as error:
        return error
    return None


def _make(
    config: Config,
    order: Order,
    options: Options,
    watcher: Watcher,
    problem: TthcError | None,
    complete_only: bool,
    later: Later,
) -> Result:
    began = time.monotonic()
    try:
        if problem:
            raise problem
        if complete_only and not _reaches_the_cut_off(config, order.period, options):
            return Result(order.agency, order.period, "waiting", 0.0, error="bản xuất hồ sơ chưa đến ngày chốt của kỳ")
        listen, tell = watcher.begin(order, config)
        made = make_report(config, order.period, options, listen, tell, later)
    except TthcError as error:
        spent = round(time.monotonic() - began, 2)
        return Result(order.agency, order.period, "failed", spent, error=str(error), exit_code=error.exit_code)
    state: OrderState = "trial" if made.trial else "draft" if made.draft else "published" if made.made else "unchanged"
    folder = made.folder.relative_to(config.root).as_posix()
    spent = round(time.monotonic() - began, 2)
    why = {o.slug: o.why for o in made.outcomes}
    return Result(order.agency, order.period, state, spent, len(made.outcomes), len(made.indicators), folder, why=why)


def _reaches_the_cut_off(config: Config, period: str, options: Options) -> bool:
    from tthc_analysis.indicators import dossiers, open_report_in

    return dossiers.reach_the_cut_off(open_report_in(config, period, options.rule_set, counted_by=options.counted_by))


def summary(results: Sequence[Result]) -> dict[str, Any]:
    """Counts by state and every result, for machines."""
    states = [r.state for r in results]
    return {
        "reports": len(results),
        **{state: states.count(state) for state in STATES},
        "seconds": round(sum(r.seconds for r in results), 2),
        "results": [asdict(r) for r in results],
    }


def append_log(path: Path, record: dict[str, Any]) -> None:
    """Add one line of JSON to a log that several runs share."""
    with path.open("a", encoding="utf-8", newline="\n") as log:
        log.write(json.dumps(record, ensure_ascii=False) + "\n")
