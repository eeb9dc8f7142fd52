"""Due dates made again from the catalogue's time limits and the cited calendar, held against those in the data.

The due date in the data is authoritative; a difference is listed for the analyst, never put in its place. What cannot be
made again (no limit, an impossible one, a limit counted from an event, days outside the calendar's years) is counted with its reason.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Mapping
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa

from tthc_analysis.columns import DOSSIERS, PROCEDURES, TIME_UNITS
from tthc_analysis.errors import CalendarNotCovered
from tthc_analysis.indicators._counting import OLD_ENDED, live_of, procedure_names
from tthc_analysis.indicators._indicator import counted
from tthc_analysis.indicators._open import OpenReport
from tthc_analysis.indicators.catalogue_sql import WITH_CATALOGUE
from tthc_analysis.indicators.definition import Covered, Exported, Measure, Relation, Stated
from tthc_analysis.indicators.evaluate import Evaluation, grouped, rows
from tthc_analysis.indicators.relations import calendar_table
from tthc_analysis.rules.reporting import load_reporting
from tthc_analysis.workdays import Calendar, TimeLimit, due_span

NO_DUE, NOT_LISTED, NO_LIMIT, IMPOSSIBLE, EVENT, OUTSIDE = (
    "hồ sơ không ghi ngày hẹn trả",
    "thủ tục không có trong danh mục còn hiệu lực khi tiếp nhận",
    "danh mục không ghi thời hạn",
    "thời hạn ghi trong danh mục không thể có",
    "thời hạn tính theo sự kiện, không từ ngày tiếp nhận",
    "ngày nằm ngoài các năm của lịch làm việc",
)
_LIMIT = ("time_limit", "time_limit_max", "time_limit_unit")
_KEYS = ("received_day", *_LIMIT)


def _limited_sql(report: OpenReport) -> str:
    """CTEs up to `limited`: dossiers of the period with the time limit in force on the day of receipt."""
    return f"""{live_of(report)},
limited AS (
  SELECT live.dossier_code, live.procedure_code, live.procedure_name, live.received_at, live.received_day,
         live.due_at, live.due_day, c.procedure_code IS NOT NULL AS is_listed, {", ".join(f"c.{c}" for c in _LIMIT)}
  FROM {WITH_CATALOGUE}
)"""


def _checked_sql(report: OpenReport) -> str:
    """CTEs up to `checked`: `limited` with due_from, due_to made again, `gap` and `reason`."""
    calendar, spans = calendar_table(report), _spans(report)
    same = " AND ".join(f"s.{key} IS NOT DISTINCT FROM l.{key}" for key in _KEYS)
    return f"""{_limited_sql(report)},
reasoned AS (
  SELECT l.*, s.due_from, s.due_to, due.elapsed AS due_elapsed, s.from_elapsed, s.to_elapsed,
         CASE WHEN l.due_at IS NULL THEN '{NO_DUE}'
              WHEN NOT l.is_listed THEN '{NOT_LISTED}'
              WHEN s.reason <> '' THEN s.reason
              WHEN due.day IS NULL THEN '{OUTSIDE}'
              ELSE '' END AS reason
  FROM limited l JOIN {spans} s ON {same} LEFT JOIN {calendar} due ON due.day = l.due_day
),
checked AS (
  SELECT *, CASE WHEN reason = '' THEN greatest(due_elapsed - to_elapsed, 0) + least(due_elapsed - from_elapsed, 0) END AS gap
  FROM reasoned
)"""


#: Every dossier of the period with due_from, due_to made again, `gap` and `reason`. `gap` is the due date in the data less the
#: one made again, in working days: 0 within due_from–due_to, negative when the data give less time; null where `reason` says
#: why nothing could be made again
CHECKED = Relation(
    "checked",
    DOSSIERS.name,
    _checked_sql,
    (Covered(DOSSIERS.name), Stated(OLD_ENDED), Exported(PROCEDURES.name)),
    tally=("gap", "reason"),
    groups=("procedure_code",),
    place="table",
)
_WRONG = f"abs(gap) > {load_reporting().due_date_check.tolerance_working_days}"
MADE_AGAIN = Measure(CHECKED, "gap IS NOT NULL")
DIFFERENT = Measure(CHECKED, _WRONG, what="gap")
SHORTER, LONGER = Measure(CHECKED, f"{_WRONG} AND gap < 0"), Measure(CHECKED, f"{_WRONG} AND gap > 0")
LARGEST = Measure(CHECKED, _WRONG, take="most", what="abs(gap)", empty=NO_LIMIT)


def _spans(report: OpenReport) -> str:
    return spans_table(report, f"{_limited_sql(report)}\nSELECT DISTINCT {', '.join(_KEYS)} FROM limited")


def spans_table(report: OpenReport, question: str) -> str:
    """A table of the SQL session with due_from, due_to and reason for each day of receipt and limit that occurs; its name.

    `question` selects them: received_day, time_limit, time_limit_max, time_limit_unit. Python makes the rest, from the few
    combinations that there are.
    """
    name = f"due_spans_{hashlib.sha256((question + calendar_table(report)).encode()).hexdigest()[:16]}"
    if not report.store.knows(name):
        found = [_span(row, report.calendar) for row in report.store.query(question).to_dict("records")]
        report.store.table(name, pa.Table.from_pylist(found, _SPANS))
    return name


_SPANS = pa.schema(
    [
        ("received_day", pa.date32()),
        ("time_limit", pa.int64()),
        ("time_limit_max", pa.int64()),
        ("time_limit_unit", pa.string()),
        ("due_from", pa.date32()),
        ("due_to", pa.date32()),
        ("from_elapsed", pa.int64()),
        ("to_elapsed", pa.int64()),
        ("reason", pa.string()),
    ]
)


def _span(row: Mapping[Hashable, Any], calendar: Calendar) -> dict[str, Any]:
    """One line of the table: a combination, what follows from it, and why nothing does."""
    received, limit = row["received_day"].date(), _limit(row)
    due_from, due_to, reason = _made_again(received, limit, calendar)
    elapsed = [None if d is None else calendar.count_between(calendar.first, d) for d in (due_from, due_to)]
    return {
        "received_day": received,
        "time_limit": limit.least,
        "time_limit_max": limit.most,
        "time_limit_unit": limit.unit or None,
        "due_from": due_from,
        "due_to": due_to,
        "from_elapsed": elapsed[0],
        "to_elapsed": elapsed[1],
        "reason": reason,
    }


def _limit(row: Mapping[Hashable, Any]) -> TimeLimit:
    least, most, unit = (row[name] for name in _LIMIT)
    return TimeLimit(
        None if pd.isna(least) else int(least), None if pd.isna(most) else int(most), "" if pd.isna(unit) else str(unit)
    )


def _made_again(received: date, limit: TimeLimit, calendar: Calendar) -> tuple[date | None, date | None, str]:
    if limit.unit == "event":
        return None, None, EVENT
    if not limit.is_possible:
        return None, None, IMPOSSIBLE
    try:
        span = due_span(received, limit, calendar)
    except CalendarNotCovered:
        return None, None, OUTSIDE
    return (*span, "") if span else (None, None, NO_LIMIT)


def checked(report: OpenReport) -> pd.DataFrame | None:
    """Every row of `CHECKED`, in the order of the codes; None without dossiers or catalogue."""
    return None if Evaluation(report).silence(CHECKED) else rows(report, CHECKED, order="dossier_code")


def differences(report: OpenReport) -> pd.DataFrame | None:
    """Dossiers whose due date differs by more than the tolerance of `rules/reporting.toml`, greatest difference first.

    As many as are listed one by one (`most_listed` there); `notes` and `by_procedure` count all of them. Columns: dossier_code, procedure_name, limit, received_at, due_at, due_from, due_to, gap. None without dossiers or
    catalogue.
    """
    if Evaluation(report).silence(CHECKED):
        return None
    most = load_reporting().due_date_check.most_listed
    wrong = rows(report, CHECKED, where=_WRONG, order="abs(gap) DESC, dossier_code", most=most)
    return wrong.assign(limit=[limit_text(_limit(r)) for r in wrong.to_dict("records")])


def by_procedure(report: OpenReport) -> pd.DataFrame | None:
    """The same by procedure: procedure_code, procedure_name, n, shorter, longer, largest (working days); None likewise."""
    if Evaluation(report).silence(CHECKED):
        return None
    measures = {"n": DIFFERENT, "shorter": SHORTER, "longer": LONGER, "largest": LARGEST}
    table = grouped(report, CHECKED, measures, ["procedure_code"])
    names = procedure_names(report).dropna(subset="procedure_code")[["procedure_code", "procedure_name"]]
    joined = table[table["n"] > 0].merge(names, on="procedure_code")
    return joined.astype({"largest": "int64"})[["procedure_code", "procedure_name", *measures]]


def limit_text(limit: TimeLimit) -> str:
    """The limit in words: "10–15 ngày làm việc", "trong ngày"."""
    unit = TIME_UNITS.get(limit.unit, "")
    if limit.least is None:
        return unit
    return f"{limit.least}{f'–{limit.most}' if limit.most is not None else ''} {unit}".rstrip()


def notes(report: OpenReport) -> tuple[str, ...]:
    """How many due dates were made again, how many differ, and why the others could not be."""
    if Evaluation(report).silence(CHECKED):
        return ("Chưa đối chiếu được ngày hẹn trả: thiếu dữ liệu hồ sơ hoặc danh mục thủ tục.",)
    table = grouped(report, CHECKED, {"made": MADE_AGAIN, "wrong": DIFFERENT, "n": Measure(CHECKED)}, ["reason"])
    tolerance, most = (
        load_reporting().due_date_check.tolerance_working_days,
        load_reporting().due_date_check.most_listed,
    )
    wrong = int(table["wrong"].sum())
    lines = [
        f"Tính lại ngày hẹn trả của {counted(int(table['made'].sum()), 'hồ sơ')} từ thời hạn trong danh mục và lịch làm việc; "
        f"{counted(wrong, 'hồ sơ')} lệch quá {tolerance} ngày làm việc. Ngày hẹn trả trong dữ liệu vẫn là căn cứ."
    ]
    if wrong > most:
        lines.append(f"Bảng chỉ liệt kê {most} hồ sơ lệch nhiều nhất; mục III đếm đủ theo từng thủ tục.")
    reasons = table[table["reason"] != ""].sort_values(["n", "reason"], ascending=[False, True])
    counts = zip(reasons["n"], reasons["reason"], strict=True)
    return (*lines, *(f"{counted(int(count), 'hồ sơ')} không tính lại được: {reason}." for count, reason in counts))
