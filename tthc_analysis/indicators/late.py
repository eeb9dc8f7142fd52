"""Section II.4.5: dossiers that are late or were given another day, why, and whether an apology was sent.

Late is what form II.06a counts as overdue, resolved or open at the cut-off. The first appointment is what a column, the
register of late dossiers or an older export tells; where none does, the due date is the first one.
"""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from tthc_analysis.columns import DOSSIERS, LATE_CAUSES, LATE_DOSSIERS
from tthc_analysis.indicators import dossiers
from tthc_analysis.indicators._counting import ANY_DUE, ENDED, live_of
from tthc_analysis.indicators._indicator import Indicator, counted
from tthc_analysis.indicators._open import OpenReport
from tthc_analysis.indicators._registers import state_day
from tthc_analysis.indicators.definition import Block, Count, Covered, Fact, Given, Measure, Rate, Relation, Stated
from tthc_analysis.indicators.evaluate import Evaluation, evaluate, grouped, rows
from tthc_analysis.indicators.relations import day
from tthc_analysis.periods import Period
from tthc_analysis.rules.appointments import appointment_limit_on
from tthc_analysis.rules.reporting import load_reporting

SECTION = "II.4.5"
UNSTATED = "chưa ghi"
LATE_BASE = "hồ sơ quá hạn hoặc phải hẹn lại ngày trả"


def _judged_sql(report: OpenReport) -> str:
    """CTEs up to `judged`: the dossiers of the period with what the register of late ones says of each until the cut-off.

    What the register tells from the due date of the newest export on, the exports do not know yet: it is added to their count.
    A dossier whose due date is later than its first one was put off at least once, unless for a supplement, as exports count.
    """
    end, judged_on = report.period.end, state_day(report)
    noted = "true" if report.store.has(LATE_DOSSIERS.name) else "false"
    return f"""{live_of(report, ("first_due_at", "reappointment_count", "supplement_requested_at"))},
noted AS (
  SELECT dossier_code AS noted_code,
         max_by(cause, recorded_date) FILTER (WHERE cause IS NOT NULL) AS cause,
         CAST(max(apology_date) AS DATE) AS apology_date,
         max_by(apology_number, apology_date) FILTER (WHERE apology_number IS NOT NULL AND apology_date IS NOT NULL) AS apology_number,
         CAST(min(old_due_date) AS DATE) AS noted_first, count(new_due_date) AS noted_times,
         CAST(max(new_due_date) AS DATE) AS new_due_day
  FROM qua_han WHERE recorded_date < {day(end + timedelta(days=1))} GROUP BY dossier_code
),
further AS (
  SELECT q.dossier_code AS further_code, count(*) AS further_times
  FROM qua_han q JOIN live l ON l.dossier_code = q.dossier_code
  WHERE q.recorded_date < {day(end + timedelta(days=1))} AND CAST(q.old_due_date AS DATE) >= l.due_day AND q.new_due_date > q.old_due_date
  GROUP BY q.dossier_code
),
told AS (SELECT count(new_due_date) > 0 AS tells_times FROM qua_han),
joined AS (
  SELECT *, least(CAST(first_due_at AS DATE), noted_first) AS first_due_day,
         reappointment_count IS NOT NULL OR coalesce(noted_times, 0) > 0 AS is_counted,
         greatest(coalesce(reappointment_count, 0) + coalesce(further_times, 0), coalesce(noted_times, 0),
                  CASE WHEN reappointment_count IS NULL AND supplement_requested_at IS NULL AND CAST(first_due_at AS DATE) < due_day THEN 1 ELSE 0 END) AS times
  FROM live LEFT JOIN noted ON noted_code = dossier_code LEFT JOIN further ON further_code = dossier_code CROSS JOIN told
),
judged AS (
  SELECT *, {noted} AS is_noted, apology_date IS NOT NULL AS has_apology, first_due_day IS NOT NULL AS has_first,
         reappointment_count IS NOT NULL OR first_due_at IS NOT NULL OR tells_times AS has_times,
         coalesce((is_resolved AND lateness > 0) OR (NOT is_resolved AND NOT is_within), false) AS is_late,
         coalesce(CASE WHEN is_resolved THEN end_day WHEN NOT is_resolved THEN {day(judged_on)} END > coalesce(first_due_day, due_day), false) AS is_late_first
  FROM joined
)"""


_GIVEN: tuple[Given, ...] = (Covered(DOSSIERS.name), Stated(ENDED), Stated(ANY_DUE))
#: the dossiers of the period: is_late, is_late_first (against the first appointment), times (re-appointments, at least one where not is_counted), cause, apology
JUDGED = Relation(
    "judged",
    DOSSIERS.name,
    _judged_sql,
    _GIVEN,
    tally=(
        "is_resolved",
        "is_late",
        "is_late_first",
        "times",
        "cause",
        "has_apology",
        "has_first",
        "has_times",
        "is_counted",
        "is_noted",
    ),
    groups=("field", "agency"),
    place="table",
)
_REGISTER = Fact(JUDGED, "sổ hồ sơ quá hạn", "is_noted", "is_late OR times > 0")
_FIRST = Fact(JUDGED, "ngày hẹn trả lần đầu", "has_first OR is_noted")
_TIMES = Fact(JUDGED, "số lần hẹn lại", "has_times")
_ALL_TIMES = Fact(JUDGED, "số lần hẹn lại của mọi hồ sơ đã đổi ngày hẹn", "is_counted", "times > 0", every=True)
LATE = Measure(JUDGED, "is_late", standing=True)
LATE_RESOLVED = Measure(JUDGED, "is_late AND is_resolved")
LATE_PENDING = Measure(JUDGED, "is_late AND NOT is_resolved", standing=True)
PUT_OFF = Measure(JUDGED, "is_late OR times > 0", standing=True)
WITH_CAUSE = Measure(JUDGED, "(is_late OR times > 0) AND cause IS NOT NULL", (_REGISTER,))
WITH_APOLOGY = Measure(JUDGED, "(is_late OR times > 0) AND has_apology", (_REGISTER,))
LATE_FIRST = Measure(JUDGED, "is_late_first", (_FIRST,), standing=True)
REAPPOINTED = Measure(JUDGED, "times > 0", (_TIMES,))
AGAIN = Measure(JUDGED, "times > 1", (_TIMES, _ALL_TIMES))
_LISTED = "is_late OR times > 0 OR (has_first AND is_late_first)"
_ALL_LISTED = Measure(JUDGED, _LISTED)

BLOCK = Block(
    section=SECTION,
    reference="{ND-61-2018|, Điều 19}",
    tables=(DOSSIERS.name, LATE_DOSSIERS.name),
    figures=(
        Count(
            name="late_dossiers_count",
            label="Hồ sơ quá hạn, đã và đang giải quyết",
            part=LATE,
            unit=dossiers.DOSSIER,
            tables=(DOSSIERS.name,),
        ),
        Rate(
            name="late_cause_stated_rate",
            label="Tỷ lệ hồ sơ quá hạn, hẹn lại có ghi nguyên nhân",
            part=WITH_CAUSE,
            part_label="Hồ sơ quá hạn, hẹn lại có ghi nguyên nhân",
            whole=PUT_OFF,
            base=LATE_BASE,
        ),
        Rate(
            name="late_apology_rate",
            label="Tỷ lệ hồ sơ quá hạn, hẹn lại có thư xin lỗi",
            part=WITH_APOLOGY,
            part_label="Hồ sơ quá hạn, hẹn lại có thư xin lỗi",
            whole=PUT_OFF,
            base=LATE_BASE,
        ),
        Count(
            name="late_first_count",
            label="Hồ sơ quá ngày hẹn trả đầu tiên",
            part=LATE_FIRST,
            unit=dossiers.DOSSIER,
        ),
        Count(
            name="reappointed_count",
            label="Hồ sơ phải hẹn lại ngày trả",
            part=REAPPOINTED,
            unit=dossiers.DOSSIER,
        ),
        Count(
            name="reappointed_again_count",
            label="Hồ sơ hẹn lại từ hai lần",
            part=AGAIN,
            unit=dossiers.DOSSIER,
        ),
    ),
)
BLOCKS = (BLOCK,)
#: name of a column of the tables → its measure
COLUMNS = {
    "late": LATE,
    "late_resolved": LATE_RESOLVED,
    "late_pending": LATE_PENDING,
    "apologised": WITH_APOLOGY,
    "late_first": LATE_FIRST,
    "reappointed": REAPPOINTED,
    "again": AGAIN,
}


def indicators(report: OpenReport) -> list[Indicator]:
    """Late dossiers, causes and apologies, and what was put off."""
    return evaluate(report, BLOCK)


def arose(report: OpenReport) -> bool:
    """Whether there is anything to say: a dossier that is late, was put off, or has another first appointment."""
    found = Evaluation(report).number(_ALL_LISTED)
    return isinstance(found, int) and found > 0


def indicators_if_any(report: OpenReport) -> tuple[Indicator, ...]:
    """The figures where something arose; else none, and the section is left out."""
    return tuple(indicators(report)) if arose(report) else ()


def by_cause(report: OpenReport) -> pd.DataFrame:
    """`COLUMNS` by cause of lateness, most late ones first; "chưa ghi" is a class."""
    return _by(report, "cause")


def by_field(report: OpenReport) -> pd.DataFrame:
    """`COLUMNS` by field."""
    return _by(report, "field")


def by_unit(report: OpenReport) -> pd.DataFrame:
    """`COLUMNS` by the unit that handles the dossier."""
    return _by(report, "agency")


def _by(report: OpenReport, key: str) -> pd.DataFrame:
    table = grouped(report, JUDGED, COLUMNS, [key])
    arose = (table[list(COLUMNS)].fillna(0) > 0).any(axis=1)
    names = table[key].map(lambda v: UNSTATED if pd.isna(v) else LATE_CAUSES.get(v, v))
    found = table.assign(name=names)[arose][["name", *COLUMNS]]
    return found.sort_values(["late", "name"], ascending=[False, True], ignore_index=True)


def late_list(report: OpenReport) -> pd.DataFrame:
    """The dossiers that are late or were put off, without names: codes, days, working days late, cause, apology.

    Of more than `rules/reporting.toml` lists those that are still open, then those whose due date is the oldest; see `list_notes`. The first appointment and the number of re-appointments are empty where nothing in the period states them, the number also of a dossier that was put off nobody says how often. `days_late` counts working days after the due date until the result, the cut-off or a newest export before it; empty outside the calendar.
    """
    most = load_reporting().lists.most_dossiers
    found = rows(report, JUDGED, where=_LISTED, order="is_resolved, due_day, dossier_code", most=most)
    found = found.sort_values("dossier_code", ignore_index=True)
    end = pd.to_datetime(found["end_day"]).where(found["is_resolved"].astype(bool), pd.Timestamp(state_day(report)))
    elapsed = report.calendar.elapsed
    late = (elapsed(end) - elapsed(pd.to_datetime(found["due_day"]))).where(found["is_late"].astype(bool))
    cause = found["cause"].map(lambda v: UNSTATED if pd.isna(v) else LATE_CAUSES[v])
    first = pd.to_datetime(found["first_due_day"]).fillna(pd.to_datetime(found["due_day"]))
    facts, uncounted = Evaluation(report), (found["times"] > 0) & ~found["is_counted"].astype(bool)
    return found.assign(
        cause=cause,
        days_late=late,
        first_due_day=first.where(_all(not facts.is_missing(_FIRST), found)),
        times=found["times"].astype("Int64").where(~uncounted & _all(not facts.is_missing(_TIMES), found)),
        agency=found["agency"].fillna("–"),
    )


def list_notes(report: OpenReport) -> tuple[str, ...]:
    """How many of how many dossiers `late_list` has, and where the others are; nothing when it has all."""
    most, all_of_them = load_reporting().lists.most_dossiers, Evaluation(report).number(_ALL_LISTED)
    if not isinstance(all_of_them, int) or all_of_them <= most:
        return ()
    names = (
        f"tthc explain {report.period.id} {name} --rows TỆP"
        for name in ("late_dossiers_count", "late_first_count", "reappointed_count")
    )
    return (
        f"Bảng ghi {counted(most, 'dòng')} trong {counted(all_of_them, 'hồ sơ')}: hồ sơ chưa giải quyết trước, rồi hồ sơ có hạn trả cũ "
        f"nhất. Danh sách đủ: {'; '.join(names)}.",
    )


def _all(value: bool, frame: pd.DataFrame) -> pd.Series[bool]:
    """One value for every row of `frame`."""
    return pd.Series(value, index=frame.index)


def open_late(report: OpenReport, on: date) -> pd.DataFrame:
    """The dossiers that are open and late on a day, by the newest export, with what the register says until then.

    Columns: dossier_code, procedure_name, agency, received_day, due_day, days_late (working days), cause in words,
    new_due_day, apology_date.
    """
    period = Period(f"{on:%Y-%m-%d}", f"Ngày {on:%d/%m/%Y}", "custom", on, on, reason="Thư xin lỗi")
    columns = "dossier_code, procedure_name, agency, received_day, due_day, cause, new_due_day, apology_date"
    found = report.store.query(
        f"{_judged_sql(report.at(period))}\nSELECT {columns} FROM judged WHERE is_late AND NOT is_resolved ORDER BY dossier_code"
    )
    elapsed = report.calendar.elapsed
    today = elapsed(pd.Series([pd.Timestamp(on)])).iloc[0]
    cause = found["cause"].map(LATE_CAUSES).fillna("")
    return found.assign(cause=cause, days_late=today - elapsed(pd.to_datetime(found["due_day"])))


def notes(report: OpenReport) -> tuple[str, ...]:
    """What the limit on re-appointments says of the period, and what the first appointment rests on."""
    again = Evaluation(report).number(AGAIN)
    if not isinstance(again, int):
        return ()
    limit = appointment_limit_on(report.period.end)
    base = "Ngày hẹn trả đầu tiên lấy theo cột của hệ thống, sổ hồ sơ quá hạn, hoặc bản xuất cũ nhất khi các bản xuất ghi khác nhau."
    if limit is None:
        return (base, "Số lần hẹn lại chỉ được đếm: chưa có quy định về số lần hẹn lại cho kỳ này.")
    over = Evaluation(report).number(Measure(JUDGED, f"times > {limit.most}", AGAIN.needs))
    assert isinstance(over, int)
    law = report.laws.cite(limit.law, report.period.end, "", limit.place).text
    said = f"{counted(over, 'hồ sơ')} vượt" if over else "không hồ sơ nào vượt"
    return (base, f"{law}: hẹn lại không quá {limit.most} lần; {said}.")
