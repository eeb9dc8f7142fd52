"""The plan of the synthetic dossiers: what happened to each one, before any export distorts it."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from typing import Any

from tthc_analysis.workdays import Calendar, load_calendar

CUT_OFF = date(2024, 12, 5)
START = date(2023, 11, 15)
FIRST_DAY = date(2022, 12, 15)
LAST_EXPORT = date(2024, 12, 20)

#: figures of the 2024 report that the plan must give
NEW_IN_PERIOD, CARRIED_OVER, PENDING, ON_TIME, WITHOUT_COMPONENTS = 2207, 8, 43, 17, 45
#: dossiers of the year before, and how much worse they were handled
BEFORE, BEFORE_OVERDUE, BEFORE_OFFLINE, BEFORE_ON_TIME = 1790, 21, 212, 64
AFTER_CUT_OFF = 90
AGENCY_CODE = "H24.99"
EXEMPT_SHARE = 0.1

_MONTH = {1: 0.8, 2: 0.5, 3: 0.8, 4: 0.9, 5: 1.1, 6: 1.5, 7: 1.7, 8: 1.8, 9: 1.1, 10: 0.9, 11: 0.8, 12: 0.8}
_SEASON = {"summer": {6: 3, 7: 4, 8: 4, 9: 2, 1: 1.5}, "exam": {7: 4, 8: 3, 9: 2, 6: 1.5}, "flat": {}}
_WEEKEND_SHARE = 0.12


@dataclass(frozen=True)
class Procedure:
    """A row of the synthetic catalogue; `weight` is its share of dossiers, 0 for none."""

    code: str
    name: str
    field: str
    level: str
    online: str
    internal: bool
    fee: str
    limit: int
    weight: float
    season: str
    valid_from: str
    valid_to: str
    decision: str


@dataclass(frozen=True)
class Dossier:
    """The truth about one synthetic dossier; `resolved` is None while it is open."""

    number: int
    code: str
    procedure: Procedure
    channel: str
    received: datetime
    due: datetime
    resolved: datetime | None
    components: int
    results: int
    fee: int | None

    def as_of(self, moment: date) -> Dossier:
        """What the system knew at the end of `moment`: a later result is not there yet."""
        if self.resolved and self.resolved.date() > moment:
            return replace(self, resolved=None, results=0)
        return self


def load_procedures() -> list[Procedure]:
    """The synthetic catalogue that the package ships."""
    with files("tthc_analysis.sample").joinpath("procedures.csv").open(encoding="utf-8") as source:
        return [_procedure(row) for row in csv.DictReader(source)]


def _procedure(row: dict[str, Any]) -> Procedure:
    row |= {"internal": row["internal"] == "yes", "limit": int(row["limit"]), "weight": float(row["weight"])}
    return Procedure(**row)


class _Planner:
    """Draws dossiers one after the other from one seeded generator."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.calendar: Calendar = load_calendar()
        self.procedures = [p for p in load_procedures() if p.weight > 0]

    def days(self, first: date, last: date, count: int) -> list[date]:
        """`count` days of receipt: seasons, few at weekends, none at Tết."""
        span = [first + timedelta(i) for i in range((last - first).days + 1)]
        weights = [_MONTH[d.month] * (1 if self.calendar.is_working(d) else _WEEKEND_SHARE) for d in span]
        return sorted(self.random.choices(span, weights, k=count))

    def moment(self, day: date) -> datetime:
        """A time of the working day."""
        minute = self.random.choice([self.random.randint(450, 690), self.random.randint(810, 1020)])
        return datetime.combine(day, time(minute // 60, minute % 60, self.random.randint(0, 59)))

    def procedure(self, day: date) -> Procedure:
        weights = [p.weight * _SEASON[p.season].get(day.month, 1) for p in self.procedures]
        return self.random.choices(self.procedures, weights)[0]

    def draw(self, day: date, procedure: Procedure | None = None) -> Dossier:
        """An open online dossier received on `day`; the due day follows the procedure's limit in working days."""
        chosen = procedure or self.procedure(day)
        received = self.moment(day)
        due = datetime.combine(self.calendar.add(day, chosen.limit), time(17, 0))
        fee = (0 if self.random.random() < EXEMPT_SHARE else int(chosen.fee)) if chosen.fee else None
        return Dossier(0, "", chosen, "online", received, due, None, self.random.randint(1, 6), 0, fee)

    def resolve(self, dossier: Dossier, day: date) -> Dossier:
        return replace(dossier, resolved=max(self.moment(day), dossier.received + timedelta(minutes=30)), results=1)

    def early(self, dossier: Dossier, latest: date) -> Dossier:
        """Resolved on a working day before the due day and not after `latest`."""
        received, due = dossier.received.date(), dossier.due.date()
        last = min(self.calendar.count_between(received, due) - 1, self.calendar.count_between(received, latest))
        used = min(last, max(1, round(self.random.triangular(1, last, last * 0.35)))) if last >= 1 else 0
        return self.resolve(dossier, self.calendar.add(received, used) if used else received)


def _period_dossiers(plan: _Planner) -> list[Dossier]:
    """The 2207 new dossiers of the 2024 period and their outcomes."""
    drawn = [plan.draw(day) for day in plan.days(START, CUT_OFF, NEW_IN_PERIOD)]
    last_working = plan.calendar.count_between
    must_wait = [i for i, d in enumerate(drawn) if last_working(d.received.date(), CUT_OFF) < 1]
    could_wait = [i for i, d in enumerate(drawn) if d.due.date() >= CUT_OFF and i not in set(must_wait)]
    pending = {*must_wait, *plan.random.sample(could_wait, PENDING - len(must_wait))}
    on_time = set(
        plan.random.sample([i for i, d in enumerate(drawn) if i not in pending and d.due.date() <= CUT_OFF], ON_TIME)
    )
    result = []
    for index, dossier in enumerate(drawn):
        if index in pending:
            result.append(_after_cut_off(plan, dossier))
        elif index in on_time:
            result.append(plan.resolve(dossier, dossier.due.date()))
        else:
            result.append(plan.early(dossier, CUT_OFF))
    offline = plan.random.sample([i for i, d in enumerate(result) if not d.procedure.fee and i not in pending], 2)
    for index, channel in zip(offline, ("in_person", "post"), strict=True):
        result[index] = replace(result[index], channel=channel)
    return result


def _after_cut_off(plan: _Planner, dossier: Dossier) -> Dossier:
    """Pending at the cut-off; two thirds are finished in the fortnight after it, as the newest export shows."""
    if plan.random.random() < 2 / 3:
        first = max(CUT_OFF, dossier.received.date()) + timedelta(1)
        return plan.resolve(dossier, plan.calendar.next_working(first + timedelta(plan.random.randint(0, 10))))
    return dossier


def _carried_over(plan: _Planner) -> list[Dossier]:
    """Eight online dossiers received just before the period and resolved early in it."""
    slow = next(p for p in plan.procedures if p.code == "1.005053")
    days = [START - timedelta(plan.random.randint(1, 7)) for _ in range(CARRIED_OVER)]
    drawn = [plan.draw(plan.calendar.next_working(min(day, START - timedelta(2))), slow) for day in sorted(days)]
    return [plan.resolve(d, plan.calendar.add(START, plan.random.randint(1, 3))) for d in drawn]


def _year_before(plan: _Planner) -> list[Dossier]:
    """Dossiers received and resolved before the period: more on paper, some late."""
    limit = START - timedelta(1)
    days = plan.days(FIRST_DAY, START - timedelta(40), BEFORE)
    drawn = [plan.early(plan.draw(day), limit) for day in days]
    order = plan.random.sample(range(BEFORE), BEFORE)
    for index in order[:BEFORE_OVERDUE]:
        late = plan.calendar.add(drawn[index].due.date(), plan.random.randint(1, 4))
        drawn[index] = plan.resolve(drawn[index], min(late, limit))
    for index in order[BEFORE_OVERDUE : BEFORE_OVERDUE + BEFORE_ON_TIME]:
        drawn[index] = plan.resolve(drawn[index], drawn[index].due.date())
    for index in order[-BEFORE_OFFLINE:]:
        channel = plan.random.choice(["in_person", "in_person", "post"])
        drawn[index] = replace(drawn[index], channel=channel)
    for index in plan.random.sample(range(BEFORE), BEFORE // 9):
        drawn[index] = replace(drawn[index], components=0)
    return drawn


def _late_dossiers(plan: _Planner) -> list[Dossier]:
    """Dossiers received after the cut-off: in the newest export, but not in the 2024 period."""
    days = plan.days(CUT_OFF + timedelta(1), LAST_EXPORT, AFTER_CUT_OFF)
    return [plan.early(d, d.due.date()) if plan.random.random() < 1 / 3 else d for d in map(plan.draw, days)]


def _number(dossiers: list[Dossier]) -> Iterator[Dossier]:
    """Give codes in order of receipt: agency, day, running number of the day."""
    serial: dict[date, int] = {}
    for number, dossier in enumerate(sorted(dossiers, key=lambda d: (d.received, d.procedure.code)), start=1):
        day = dossier.received.date()
        serial[day] = serial.get(day, 0) + 1
        yield replace(dossier, number=number, code=f"{AGENCY_CODE}-{day:%y%m%d}-{serial[day]:04d}")


def make_dossiers(seed: int = 2024) -> list[Dossier]:
    """Every synthetic dossier from 15/12/2022 to 20/12/2024, in order of receipt."""
    plan = _Planner(seed)
    period = _period_dossiers(plan) + _carried_over(plan)
    for index in plan.random.sample(range(len(period)), WITHOUT_COMPONENTS):
        period[index] = replace(period[index], components=0)
    return list(_number(_year_before(plan) + period + _late_dossiers(plan)))
