"""Open dossiers on a day by their due date, for the work of that morning: what is late, what is due within some working days.

The state is that of the newest export: what was resolved after it is still open here, which the caller must say. Working days
are those of the cited calendar; the due date in the data is authoritative.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from tthc_analysis.columns import DOSSIERS
from tthc_analysis.indicators._counting import live_sql
from tthc_analysis.indicators._open import OpenReport
from tthc_analysis.indicators._registers import coverage, span_columns
from tthc_analysis.periods import Period
from tthc_analysis.store.united import MEMBERS

NO_UNIT = "(không ghi đơn vị)"
#: class of a row → its words, in the order of the list
CLASSES = {"late": "Quá hạn", "today": "Đến hạn hôm nay", "soon": "Sắp đến hạn"}
_COLUMNS = (
    "dossier_code",
    "procedure_name",
    "agency",
    "status",
    "received_day",
    "due_day",
    "is_within",
)


@dataclass(frozen=True)
class Deadlines:
    """What is open on `day`: rows that are late or due until `until` (`dossiers`), and how many others by unit (`units`).

    `dossiers`: dossier_code, procedure_name, agency, status, received_day, due_day, `left` (working days to the due day,
    negative when late, empty outside the calendar), `kind` (`CLASSES`). `units`: agency, open, one column a class, no_due.
    `exported` is the day of the newest export, None without dossiers; of many agencies, of which `agency` is the name, that of the
    one whose newest export is the oldest.
    """

    day: date
    until: date
    exported: date | None
    dossiers: pd.DataFrame
    units: pd.DataFrame

    def number(self, kind: str) -> int:
        """How many dossiers of a class, or of "open" or "no_due", there are."""
        return int(self.units[kind].sum())


def deadlines(report: OpenReport, on: date, within: int) -> Deadlines:
    """Open dossiers that on the day `on` are late or due within so many working days.

    Raises CalendarNotCovered when these days lie outside the calendar; without any, `left` is empty there.
    """
    until = report.calendar.add(on, within) if within else on
    found = _open(report, on)
    found = found.assign(agency=found["agency"].fillna(NO_UNIT), kind=_kinds(found, on, until))
    today = report.calendar.elapsed(pd.Series([pd.Timestamp(on)])).iloc[0]
    listed = found[found["kind"] != ""].assign(left=lambda f: report.calendar.elapsed(f["due_day"]) - today)
    order = listed["kind"].map({name: place for place, name in enumerate(CLASSES)})
    listed = listed.assign(place=order).sort_values(["agency", "place", "due_day", "dossier_code"], ignore_index=True)
    columns = [*_COLUMNS[:-1], "left", "kind"]
    return Deadlines(on, until, _exported(report), listed[columns], _units(found))


def _exported(report: OpenReport) -> date | None:
    """The day of the newest export; of many agencies that of the one whose newest export is the oldest."""
    if not report.is_united:
        span = coverage(report, DOSSIERS.name)
        return span[1] if span else None
    newest = report.store.query(
        f"SELECT min(last) AS last FROM (SELECT body, {span_columns(DOSSIERS.name)} FROM {DOSSIERS.name} GROUP BY body) spans"
    )["last"].iloc[0]
    return None if pd.isna(newest) else pd.Timestamp(newest).date()


def bodies_without_data(report: OpenReport) -> tuple[str, ...]:
    """The names of the agencies of a roll-up that have no dossiers here, in the order of the configuration."""
    if not report.is_united:
        return ()
    found = report.store.query(
        f"SELECT name FROM {MEMBERS} WHERE body NOT IN (SELECT DISTINCT body FROM {DOSSIERS.name}) ORDER BY ordinal"
    )
    return tuple(found["name"])


def export_age(report: OpenReport, found: Deadlines) -> int | None:
    """Working days from the day of the export to the day asked for; None when one lies outside the calendar."""
    calendar = report.calendar
    if found.exported is None or not (calendar.covers(found.exported) and calendar.covers(found.day)):
        return None
    return calendar.count_between(found.exported, found.day)


def _open(report: OpenReport, on: date) -> pd.DataFrame:
    """The dossiers received and not resolved on a day, by the counting rules of the report."""
    period = Period(f"{on:%Y-%m-%d}", f"Ngày {on:%d/%m/%Y}", "custom", on, on, reason="Danh sách đến hạn")
    found = report.store.query(_united_sql(report, period) if report.is_united else _sql(report, period))
    days = {name: pd.to_datetime(found[name]) for name in ("received_day", "due_day")}
    return found.assign(**days, is_within=found["is_within"].astype("boolean"))


def _sql(report: OpenReport, period: Period) -> str:
    return f"{live_sql(period, report.rules)}\nSELECT {', '.join(_COLUMNS)} FROM live WHERE NOT is_resolved"


def _united_sql(report: OpenReport, period: Period) -> str:
    """Of many agencies the unit is the agency itself, by its name."""
    columns = ", ".join("m.name AS agency" if name == "agency" else name for name in _COLUMNS)
    return (
        f"{live_sql(period, report.rules, ('body',))}\nSELECT {columns} FROM live JOIN {MEMBERS} m ON m.body = live.body "
        "WHERE NOT is_resolved"
    )


def _kinds(found: pd.DataFrame, on: date, until: date) -> pd.Series:
    """The class of each open dossier; "" for one that is due later, has no due date, or stands still by the rules."""
    due, within = found["due_day"], found["is_within"].fillna(False)
    kinds = pd.Series("", index=found.index)
    ahead = within & (due >= pd.Timestamp(on))
    kinds[ahead & (due <= pd.Timestamp(until))] = "soon"
    kinds[ahead & (due == pd.Timestamp(on))] = "today"
    kinds[~within & due.notna()] = "late"
    return kinds


def _units(found: pd.DataFrame) -> pd.DataFrame:
    """Numbers of open dossiers by unit, most late ones first."""
    counted = {name: found["kind"] == name for name in CLASSES} | {"no_due": found["due_day"].isna()}
    table = found.assign(open=1, **{n: mask.astype("int64") for n, mask in counted.items()})
    sums = table.groupby("agency", as_index=False)[["open", *counted]].sum()
    return sums.sort_values(["late", "today", "soon", "agency"], ascending=[False, False, False, True]).reset_index(
        drop=True
    )
