"""Section II.4.6: points by Quyết định 766/QĐ-TTg for the calendar period of a report (`rules/scores.toml`).

What the body's own exports and registers tell is counted here; what only the portal knows comes from the register of published
components; what neither tells has no points, never 0. Nothing is scored where no rule set is known for the period.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pandas as pd

from tthc_analysis.columns import DOSSIERS, PETITIONS, PROCEDURES, PUBLISHED_SCORES
from tthc_analysis.indicators import _registers, dossiers
from tthc_analysis.indicators._counting import LIVE, Bounds, dossiers_sql, is_live, unended
from tthc_analysis.indicators._indicator import Indicator, counted
from tthc_analysis.indicators._open import OpenReport
from tthc_analysis.indicators.catalogue_sql import FEE_BEARING, IN_FORCE, WITH_CATALOGUE
from tthc_analysis.indicators.definition import (
    NO_DATA,
    Block,
    Covered,
    Fact,
    Finished,
    Given,
    Measure,
    Rate,
    Relation,
    Unknown,
)
from tthc_analysis.indicators.due_dates import spans_table
from tthc_analysis.indicators.evaluate import CountsDoNotAdd, Evaluation, evaluate, rows
from tthc_analysis.indicators.petitions import PETITION
from tthc_analysis.indicators.relations import day, literals
from tthc_analysis.periods import Period, calendar_period
from tthc_analysis.rules.scores import Component, Group, ScoreRules, score_rules_on

SECTION = "II.4.6"
OWN, PUBLISHED = "dữ liệu của đơn vị", "số Cổng công bố"
#: codes and rows that a table lists
LISTED_CODES, LISTED_ROWS = 8, 500


def scored_period(report: OpenReport) -> tuple[Period, ScoreRules] | None:
    """The calendar period of a report and the rules that score it; None where one of them is not known."""
    calendar = calendar_period(report.period)
    rules = score_rules_on(calendar.end) if calendar else None
    return (calendar, rules) if calendar and rules else None


# --- what is counted -------------------------------------------------------------------------------------------------


def _between(column: str, period: Period) -> str:
    return f"{column} >= {day(period.start)} AND {column} < {day(period.end + timedelta(days=1))}"


def _is(statuses: tuple[str, ...]) -> str:
    return f"coalesce(status IN ({literals(statuses)}), false)" if statuses else "false"


def _scored_sql(report: OpenReport) -> str:
    """CTEs up to `scored`: the dossiers received in the calendar period with is_overdue (null: not known) and what they have."""
    found = scored_period(report)
    if found is None:
        return "WITH scored AS (SELECT *, false AS is_overdue, false AS is_complained, false AS is_asked, false AS is_due_made, false AS is_told, CAST(NULL AS DATE) AS received_day, CAST(NULL AS DATE) AS due_day, CAST(NULL AS DATE) AS end_day FROM ho_so WHERE false)"
    period, rules = found
    end, judged_on = day(period.end), day(_registers.state_day(report.at(period)))
    covered = "false" if _registers.short_of_calendar(report, PETITIONS.name) else "true"
    return f"""
WITH {_made_due_sql(report, period, rules)},
complained AS (
  SELECT dossier_code AS complained_code FROM phan_anh_kien_nghi
  WHERE dossier_code IS NOT NULL AND {_between("received_at", period)} GROUP BY dossier_code
),
told AS (
  SELECT {covered} AND (count(*) = 0 OR count(dossier_code) > 0) AS is_told FROM phan_anh_kien_nghi WHERE {_between("received_at", period)}
),
received AS (
  SELECT ho_so.*, {_is(rules.supplement_statuses)} AS is_asked, CAST(received_at AS DATE) AS received_day,
         coalesce(CAST(due_at AS DATE), made.made_day) AS due_day, due_at IS NULL AND made.made_day IS NOT NULL AS is_due_made,
         CASE WHEN {_is(rules.supplement_statuses)} THEN CAST(supplement_requested_at AS DATE)
              ELSE CAST(coalesce({", ".join(rules.end_date)}) AS DATE) END AS ended
  FROM ho_so LEFT JOIN made_due made ON made.made_code = ho_so.dossier_code
  WHERE {_between("received_at", period)} AND NOT {_is(rules.excluded_statuses)}
),
scored AS (
  SELECT r.*, CASE WHEN ended <= {end} THEN ended END AS end_day, c.complained_code IS NOT NULL AS is_complained, t.is_told,
         CASE WHEN is_asked AND coalesce(supplement_count, 1) > {rules.most_supplement_requests} THEN true
              WHEN {unended(rules.end_date)} THEN NULL
              WHEN is_asked AND ended IS NULL THEN CASE WHEN due_day >= {judged_on} THEN false END
              ELSE least(coalesce(ended, {judged_on}), {end}) > due_day END AS is_overdue
  FROM received r LEFT JOIN complained c ON c.complained_code = r.dossier_code CROSS JOIN told t
)"""


def _made_due_sql(report: OpenReport, period: Period, rules: ScoreRules) -> str:
    """CTEs up to `made_due`: the dossiers without a due date, with the one that the procedure's longest limit gives."""
    limited = f"""live AS (
  SELECT dossier_code, procedure_code, CAST(received_at AS DATE) AS received_day FROM ho_so
  WHERE due_at IS NULL AND {_between("received_at", period)} AND NOT {_is(rules.excluded_statuses)}
),
limited AS (
  SELECT live.dossier_code, live.received_day, c.time_limit, c.time_limit_max, c.time_limit_unit FROM {WITH_CATALOGUE}
)"""
    keys = ("received_day", "time_limit", "time_limit_max", "time_limit_unit")
    spans = spans_table(report, f"WITH {limited}\nSELECT DISTINCT {', '.join(keys)} FROM limited")
    same = " AND ".join(f"s.{key} IS NOT DISTINCT FROM l.{key}" for key in keys)
    return f"""{limited},
made_due AS (
  SELECT l.dossier_code AS made_code, s.due_to AS made_day FROM limited l JOIN {spans} s ON {same}
)"""


def _petitioned_sql(report: OpenReport) -> str:
    """The petitions received in the calendar period with is_on_time (resolved by the due day within it)."""
    found = scored_period(report)
    if found is None:
        return "WITH petitioned AS (SELECT *, false AS is_on_time, false AS is_due_made, CAST(NULL AS DATE) AS due_day FROM phan_anh_kien_nghi WHERE false)"
    period, rules = found
    days = " ".join(f"WHEN outcome = '{name}' THEN {n}" for name, n in rules.petition_days.items())
    limit = f"CAST(CASE {days} ELSE {rules.petition_days['answered']} END AS BIGINT)"
    limited = f"""limited AS (
  SELECT p.*, CAST(received_at AS DATE) AS received_day, {limit} AS time_limit FROM phan_anh_kien_nghi p
  WHERE {_between("received_at", period)}
)"""
    spans = spans_table(
        report,
        f"WITH {limited}\nSELECT DISTINCT received_day, time_limit, CAST(NULL AS BIGINT) AS time_limit_max, "
        "'working_day' AS time_limit_unit FROM limited WHERE due_at IS NULL",
    )
    return f"""WITH {limited},
dated AS (
  SELECT l.*, coalesce(CAST(l.due_at AS DATE), s.due_to) AS due_day, l.due_at IS NULL AND s.due_to IS NOT NULL AS is_due_made
  FROM limited l LEFT JOIN {spans} s ON s.received_day = l.received_day AND s.time_limit = l.time_limit
),
petitioned AS (
  SELECT *, coalesce(CAST(resolved_at AS DATE) <= due_day AND resolved_at < {day(period.end + timedelta(days=1))}, false) AS is_on_time
  FROM dated
)"""


def _fee_procedures_sql(report: OpenReport) -> str:
    """The body's own procedures with a fee at the end of the calendar period, and whether a dossier of one was paid online."""
    found = scored_period(report)
    at = report.at(found[0]) if found else report
    scored = _scored_sql(report).removeprefix("\n").removeprefix("WITH ")
    return (
        f"{IN_FORCE.sql(at)},\n{scored},\nfee_procedures AS (\n"
        "  SELECT p.procedure_code, p.valid_from, p.fee_amount, p.source_file, p.source_sheet, p.source_row,\n"
        f"         EXISTS (SELECT 1 FROM scored s WHERE s.procedure_code = p.procedure_code AND {_PAID_ONLINE}) AS is_paid_online\n"
        f"  FROM in_force p WHERE {FEE_BEARING} AND {'true' if found else 'false'}\n)"
    )


_PAID_ONLINE = "coalesce(s.payment_status = 'paid' AND s.payment_method = 'online', false)"
_GIVEN: tuple[Given, ...] = (Covered(DOSSIERS.name),)
_ENDED: tuple[Given, ...] = (*_GIVEN, Finished(DOSSIERS.name))
#: the dossiers of the calendar period as far as the exports tell, and the same once they tell of all of it: only these give points
SO_FAR = Relation("scored", DOSSIERS.name, _scored_sql, _GIVEN)
SCORED = Relation("scored", DOSSIERS.name, _scored_sql, _ENDED)
PETITIONED = Relation(
    "petitioned", PETITIONS.name, _petitioned_sql, (Covered(PETITIONS.name), Finished(PETITIONS.name))
)
FEE_PROCEDURES = Relation(
    "fee_procedures",
    PROCEDURES.name,
    _fee_procedures_sql,
    (*IN_FORCE.given, Finished(DOSSIERS.name)),
    own_key=("procedure_code", "valid_from"),
)

_DECIDED = Fact(SCORED, "ngày hẹn trả của mọi hồ sơ", "is_overdue IS NOT NULL", every=True)
_FEE = Fact(SCORED, "phí, lệ phí của hồ sơ", "fee_amount IS NOT NULL")
_STATUS = Fact(SCORED, "trạng thái thanh toán", "payment_status IS NOT NULL", "fee_amount > 0")
_METHOD = Fact(
    SCORED, "hình thức thanh toán", "payment_method IS NOT NULL", "fee_amount > 0 AND payment_status = 'paid'"
)
_TOLD = Fact(SCORED, "hồ sơ bị phản ánh", "is_told", every=True)
_RESULTS = Fact(SCORED, "số tệp kết quả giải quyết", "result_file_count IS NOT NULL")
_COMPONENTS = Fact(SCORED, "số tệp thành phần hồ sơ", "component_file_count IS NOT NULL")
_REUSED = Fact(SCORED, "số thành phần dùng lại", "reused_count IS NOT NULL")
_STORE = Fact(SCORED, "kho dữ liệu cá nhân", "is_in_personal_store IS NOT NULL")
_POPULATION = Fact(SCORED, "khai thác dữ liệu dân cư", "is_population_data IS NOT NULL")
_CATALOGUE_FEE = Fact(IN_FORCE, "phí, lệ phí của danh mục", "fee_amount IS NOT NULL")
_PETITION_DUE = Fact(PETITIONED, "hạn xử lý phản ánh, kiến nghị", "due_day IS NOT NULL", every=True)
_SATISFIED = Fact(PETITIONED, "mức độ hài lòng với xử lý phản ánh", "is_satisfied IS NOT NULL")

RECEIVED = Measure(SCORED)
RECEIVED_SO_FAR = Measure(SO_FAR)
_PAYING = "coalesce(fee_amount > 0, false)"
_PAID = f"{_PAYING} AND coalesce(payment_status = 'paid' AND payment_method = 'online', false)"
_ALL_PETITIONS = Measure(PETITIONED)
#: component → its numerator and denominator, of those that own exports and registers can tell
OWN_MEASURES: Mapping[str, tuple[Measure, Measure]] = {
    "on_time": (Measure(SCORED, "NOT is_overdue", (_DECIDED,)), RECEIVED),
    "paid_online": (Measure(SCORED, _PAID, (_FEE, _STATUS, _METHOD)), Measure(SCORED, _PAYING, (_FEE,))),
    "paid_procedures": (Measure(FEE_PROCEDURES, "is_paid_online", (_CATALOGUE_FEE,)), Measure(FEE_PROCEDURES, "true", (_CATALOGUE_FEE,))),
    "received_well": (Measure(SCORED, "NOT is_overdue AND NOT is_complained", (_DECIDED, _TOLD)), RECEIVED),
    "petitions_on_time": (Measure(PETITIONED, "is_on_time", (_PETITION_DUE,)), _ALL_PETITIONS),
    "petitions_satisfied": (Measure(PETITIONED, "is_satisfied", (_SATISFIED,)), _ALL_PETITIONS),
    "electronic_result": (Measure(SCORED, "result_file_count > 0", (_RESULTS,)), RECEIVED),
    "digitised": (Measure(SCORED, "result_file_count > 0 AND component_file_count > 0", (_RESULTS, _COMPONENTS)), RECEIVED),
    "reused": (Measure(SCORED, "reused_count > 0", (_REUSED,)), RECEIVED),
    "personal_store": (Measure(SCORED, "is_in_personal_store", (_STORE,)), RECEIVED),
    "population_data": (Measure(SCORED, "is_population_data", (_POPULATION,)), RECEIVED),
}  # fmt: skip
#: component → which of the cases that lost points may still be mended; the others that may be: all of them
_MENDABLE = {"paid_online": "coalesce(payment_status <> 'paid', true)"}
#: component → label of its rate, of its numerator, and what it is a share of
_NAMES = {
    "on_time": ("Tỷ lệ hồ sơ đúng hạn theo cách tính điểm", "Hồ sơ đúng hạn, kể cả đang giải quyết trong hạn", dossiers.DOSSIER),
    "paid_online": ("Tỷ lệ hồ sơ có nghĩa vụ tài chính thanh toán trực tuyến", "Hồ sơ thanh toán trực tuyến", "hồ sơ có nghĩa vụ tài chính"),
    "paid_procedures": ("Tỷ lệ TTHC có phí phát sinh thanh toán trực tuyến", "TTHC có hồ sơ thanh toán trực tuyến", "TTHC có phí, lệ phí"),
    "received_well": ("Tỷ lệ hồ sơ không quá hạn, không bị phản ánh", "Hồ sơ không quá hạn, không bị phản ánh", dossiers.DOSSIER),
    "petitions_on_time": ("Tỷ lệ phản ánh, kiến nghị xử lý đúng hạn theo kỳ lịch", "Phản ánh, kiến nghị xử lý đúng hạn", PETITION),
    "petitions_satisfied": ("Tỷ lệ phản ánh, kiến nghị được hài lòng", "Phản ánh, kiến nghị được hài lòng", PETITION),
    "electronic_result": ("Tỷ lệ hồ sơ có kết quả điện tử", "Hồ sơ có kết quả điện tử", dossiers.DOSSIER),
    "digitised": ("Tỷ lệ hồ sơ số hóa cả thành phần và kết quả", "Hồ sơ có cả tệp thành phần và tệp kết quả", dossiers.DOSSIER),
    "reused": ("Tỷ lệ hồ sơ tái sử dụng dữ liệu số hóa", "Hồ sơ dùng lại dữ liệu đã số hóa", dossiers.DOSSIER),
    "personal_store": ("Tỷ lệ hồ sơ có kết quả trong kho dữ liệu cá nhân", "Hồ sơ có kết quả trong kho dữ liệu cá nhân", dossiers.DOSSIER),
    "population_data": ("Tỷ lệ hồ sơ khai thác dữ liệu dân cư", "Hồ sơ khai thác dữ liệu dân cư", dossiers.DOSSIER),
}  # fmt: skip
BLOCK = Block(
    section=SECTION,
    reference="{QD-766-2022}",
    figures=tuple(
        Rate(
            name=f"score_{name}_rate",
            label=_NAMES[name][0],
            part=part,
            part_label=_NAMES[name][1],
            whole=whole,
            base=f"{_NAMES[name][2]} tiếp nhận trong kỳ theo lịch" if whole.of is not FEE_PROCEDURES else f"{_NAMES[name][2]} cuối kỳ theo lịch",
            only_with=RECEIVED_SO_FAR,
        )
        for name, (part, whole) in OWN_MEASURES.items()
    ),
)  # fmt: skip
BLOCKS = (BLOCK,)


def indicators(report: OpenReport) -> list[Indicator]:
    """The share behind each component that own data tell; none where nothing is scored."""
    return evaluate(report, BLOCK) if scored_period(report) else []


# --- points ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scored:
    """A component with its counts, their origin and its points; `why` says why there are none."""

    group: Group
    component: Component | None
    part: int | None = None
    whole: int | None = None
    points: Decimal | None = None
    origin: str = ""
    why: str = ""


def components(report: OpenReport) -> tuple[Scored, ...]:
    """Every component of every group in order; own counts before published ones. None scored: empty."""
    found = scored_period(report)
    if found is None or not isinstance(count := Evaluation(report).number(RECEIVED_SO_FAR), int) or not count:
        return ()
    period, rules = found
    published, evaluation = _published(report, period), Evaluation(report)
    result = []
    for group in rules.groups:
        if not group.components:
            result.append(Scored(group, None, why=group.unknown))
        result += [_scored(evaluation, rules, group, c, published.get(c.id)) for c in group.components]
    return tuple(result)


def _published(report: OpenReport, period: Period) -> dict[str, tuple[int, int]]:
    """Numerator and denominator by component as the register states them for exactly this calendar period."""
    found = report.store.query(
        f"SELECT component, part_count, whole_count FROM {PUBLISHED_SCORES.name} "
        f"WHERE period_start = {day(period.start)} AND period_end = {day(period.end)}"
    )
    return {str(r["component"]): (int(r["part_count"]), int(r["whole_count"])) for r in found.to_dict("records")}


def _scored(
    evaluation: Evaluation, rules: ScoreRules, group: Group, component: Component, published: tuple[int, int] | None
) -> Scored:
    numbers = [evaluation.number(m) for m in OWN_MEASURES.get(component.id, ())]
    unknown = next((n.why for n in numbers if isinstance(n, Unknown)), "" if numbers else NO_DATA)
    counts, origin = published, PUBLISHED
    if not unknown:
        counts, origin = (int(numbers[0]), int(numbers[1])), OWN  # type: ignore[arg-type]
    if counts is None:
        return Scored(group, component, why=unknown)
    points = component.score(*counts, rules.decimals)
    return Scored(group, component, *counts, points, origin, "" if points is not None else "mẫu số bằng 0")


def component_table(report: OpenReport) -> pd.DataFrame:
    """One row a component: group, name, part, whole, points, most, lost, origin (or why there are no points)."""
    table = [
        {
            "group": s.group.label,
            "name": s.component.label if s.component else "–",
            "part": s.part,
            "whole": s.whole,
            "points": s.points,
            "most": s.component.most if s.component else s.group.most,
            "lost": None if s.points is None or s.component is None else s.component.most - s.points,
            "origin": s.origin if s.points is not None else s.why,
        }
        for s in components(report)
    ]
    names = ["group", "name", "part", "whole", "points", "most", "lost", "origin"]
    return pd.DataFrame(table, columns=names, dtype="object")


def group_table(report: OpenReport) -> pd.DataFrame:
    """One row a group: points (empty unless every component is known), the sum of the known ones, how many are known, most."""
    found, table = components(report), []
    for group in dict.fromkeys(s.group for s in found):
        own = [s for s in found if s.group == group and s.component]
        known = [s.points for s in own if s.points is not None]
        whole = bool(own) and len(known) == len(own)
        told = f"{len(known)}/{len(own)} thành phần" if own else group.unknown
        total = group.total(known)
        table.append(
            {
                "group": group.label,
                "points": total if whole else None,
                "known_points": total if known else None,
                "known": told,
                "most": group.most,
            }
        )
    return pd.DataFrame(table, columns=["group", "points", "known_points", "known", "most"], dtype="object")


# --- what lost points ------------------------------------------------------------------------------------------------


def lost_table(report: OpenReport) -> pd.DataFrame:
    """Components that lost points and whose cases are known, by the points that can still be gained.

    Columns: name, lost, cases, each (points of one case more), mendable, gainable, codes.
    """
    table = [_lost(report, s) for s in components(report) if _has_cases(s)]
    names = ["name", "lost", "cases", "each", "mendable", "gainable", "codes"]
    found = pd.DataFrame(table, columns=names, dtype="object")
    return found.sort_values(["gainable", "lost"], ascending=False, ignore_index=True) if len(found) else found


def _has_cases(scored: Scored) -> bool:
    component = scored.component
    return bool(
        component
        and scored.origin == OWN
        and scored.points is not None
        and scored.points < component.most
        and scored.whole
    )


def _cases(report: OpenReport, component: Component, most: int) -> pd.DataFrame:
    """The first rows that are in the denominator of a component and not in its numerator, with is_mendable, in order of their key."""
    part, _ = OWN_MEASURES[component.id]
    columns = f"*, ({_mendable(component)}) AS is_mendable"
    return rows(report, part.of, columns, _lost_where(component), ", ".join(part.of.key), most)


def _number_of_cases(report: OpenReport, component: Component) -> tuple[int, int]:
    """How many such rows there are, and how many of them can still be mended."""
    part, _ = OWN_MEASURES[component.id]
    columns = f"count(*) AS n, count(*) FILTER (WHERE {_mendable(component)}) AS mendable"
    found = rows(report, part.of, columns, _lost_where(component))
    return int(found["n"].sum()), int(found["mendable"].sum())


def _lost_where(component: Component) -> str:
    part, whole = OWN_MEASURES[component.id]
    return f"({whole.where}) AND NOT coalesce(({part.where}), false)"


def _mendable(component: Component) -> str:
    return _MENDABLE.get(component.id, "true") if component.gainable else "false"


def _lost(report: OpenReport, scored: Scored) -> dict[str, object]:
    component = scored.component
    assert component
    assert scored.part is not None
    assert scored.whole
    assert scored.points is not None
    found = _cases(report, component, LISTED_CODES)
    cases, mendable = _number_of_cases(report, component)
    reached = component.score(scored.part + mendable, scored.whole)
    assert reached is not None
    each = Fraction(component.points) / Fraction(component.full_at) / scored.whole
    codes = [str(code) for code in found[OWN_MEASURES[component.id][0].of.key[0]]]
    return {
        "name": component.label,
        "lost": component.most - scored.points,
        "cases": cases,
        "each": Decimal(each.numerator) / Decimal(each.denominator),
        "mendable": mendable,
        "gainable": reached - scored.points,
        "codes": _some(codes, cases),
    }


def _some(codes: Sequence[str], all_of_them: int) -> str:
    """The first codes, and how many more there are."""
    more = f" … và {counted(all_of_them - LISTED_CODES, 'mã')} khác" if all_of_them > LISTED_CODES else ""
    return ", ".join(codes[:LISTED_CODES]) + more


def lost_list(report: OpenReport) -> pd.DataFrame:
    """Each dossier that lost points, at most `LISTED_ROWS`: name of the component, code, procedure, unit, days, mendable."""
    parts = [_cases(report, c, LISTED_ROWS).assign(name=c.label) for c in _losing_dossiers(report)]
    columns = ["name", "dossier_code", "procedure_name", "agency", "received_day", "due_day", "end_day", "is_mendable"]
    found = pd.concat(parts)[columns] if parts else pd.DataFrame(columns=columns)
    return found.head(LISTED_ROWS).reset_index(drop=True)


def _losing_dossiers(report: OpenReport) -> list[Component]:
    """The components that lost points through dossiers, those by which most can be gained first."""
    losing = [s.component for s in components(report) if _has_cases(s)]
    found = [c for c in losing if c and OWN_MEASURES[c.id][0].of is SCORED]
    order = list(lost_table(report)["name"])
    return sorted(found, key=lambda c: order.index(c.label))


def list_notes(report: OpenReport) -> tuple[str, ...]:
    """Where the whole list is when `lost_list` is cut: of how many lines it has how many, and the command for each component."""
    found = {s.component.id: s for s in components(report) if s.component}
    losing = _losing_dossiers(report)
    rest = {c.id: (found[c.id].whole or 0) - (found[c.id].part or 0) for c in losing}
    if (more := sum(rest.values()) - LISTED_ROWS) <= 0:
        return ()
    named = "; ".join(f"{c.label} ({counted(rest[c.id], 'hồ sơ')}): score_{c.id}_rate" for c in losing)
    return (
        f"Bảng ghi {counted(LISTED_ROWS, 'dòng')} đầu … và {counted(more, 'dòng')} khác. Danh sách đủ của từng thành phần: "
        f"tthc explain {report.period.id} TÊN --rest --rows TỆP, TÊN là: {named}.",
    )


# --- from the report's total to the calendar period's ----------------------------------------------------------------


def bridge(report: OpenReport) -> pd.DataFrame:
    """From the dossiers of form II.06a to those that are scored: name, sign, n, codes; the last row is the scored total.

    Every dossier that is in one of the two and not in the other is in exactly one step, so that nothing remains.
    """
    found = scored_period(report)
    columns = ["name", "n", "codes"]
    if found is None or not components(report):
        return pd.DataFrame(columns=columns)
    period, steps = report.period, _steps(report, found[0])
    total, target = Evaluation(report).number(Measure(LIVE)), Evaluation(report).number(RECEIVED_SO_FAR)
    assert isinstance(total, int)
    assert isinstance(target, int)
    first = f"Nhận giải quyết trong kỳ báo cáo {period.start:%d/%m/%Y}–{period.end:%d/%m/%Y}"
    last = f"Tiếp nhận trong kỳ lịch {found[0].start:%d/%m/%Y}–{found[0].end:%d/%m/%Y}"
    table = [(first, total, ""), *steps]
    rest = target - sum(number for _, number, _ in table)
    if rest:
        raise CountsDoNotAdd(
            f"Còn {rest} hồ sơ chưa giải thích được giữa kỳ báo cáo và kỳ lịch.",
            "bảng nối kỳ báo cáo với kỳ lịch",
            "Báo lỗi cho người phát triển kèm tên kỳ và bộ quy tắc đếm.",
        )
    return pd.DataFrame([*table, ("Phần chưa giải thích được", rest, ""), (last, target, "")], columns=columns)


def _steps(report: OpenReport, calendar: Period) -> list[tuple[str, int, str]]:
    """The dossiers that only one of both totals counts, by step in order: its name, how many come (− leave), the first codes."""
    listed = report.store.query(
        f"{_only_one_sql(report, calendar)}\n"
        "SELECT step, n, dossier_code FROM (\n"
        "  SELECT step, dossier_code, count(*) OVER (PARTITION BY step) AS n,\n"
        "         row_number() OVER (PARTITION BY step ORDER BY dossier_code) AS place FROM only_one\n"
        f") numbered WHERE place <= {LISTED_CODES} ORDER BY step, place"
    )
    found = []
    for step, (name, sign, _) in enumerate(_step_kinds(report.period, calendar)):
        part = listed[listed["step"] == step]
        if len(part):
            n = int(part["n"].iloc[0])
            found.append((name, sign * n, _some(list(part["dossier_code"]), n)))
    return found


def _step_kinds(period: Period, calendar: Period) -> list[tuple[str, int, str]]:
    """Each step with its sign and with the dossiers that are in it, unless an earlier one has them."""
    start, end = period.start, period.end
    before, after = f"received_at < {day(start)}", f"received_at >= {day(end + timedelta(days=1))}"
    ended = calendar.end + timedelta(days=1)
    return [
        (f"Trừ: từ kỳ trước chuyển sang (tiếp nhận trước ngày {start:%d/%m/%Y})", -1, f"is_counted AND {before}"),
        (f"Trừ: tiếp nhận trước ngày đầu kỳ lịch {calendar.start:%d/%m/%Y}", -1, f"is_counted AND received_at < {day(calendar.start)}"),
        (f"Trừ: tiếp nhận sau ngày cuối kỳ lịch {calendar.end:%d/%m/%Y}", -1, f"is_counted AND received_at >= {day(ended)}"),
        (f"Cộng: tiếp nhận sau ngày chốt {end:%d/%m/%Y}", 1, f"NOT is_counted AND {after}"),
        (f"Cộng: tiếp nhận và giải quyết trước ngày {start:%d/%m/%Y}", 1, f"NOT is_counted AND {before}"),
        ("Cộng: hồ sơ mà bộ quy tắc đếm của báo cáo không tính", 1, "NOT is_counted"),
    ]  # fmt: skip


def _only_one_sql(report: OpenReport, calendar: Period) -> str:
    """CTEs up to `only_one`: the dossiers that only one of both totals counts, each with the place of its step."""
    rules = scored_period(report)
    excluded = _is(rules[1].excluded_statuses) if rules else "false"
    every = report.rules.model_copy(update={"excluded_statuses": ()})
    counted_here = f"NOT {_is(report.rules.excluded_statuses)} AND {is_live(report.rules, Bounds.of(report.period))}"
    cases = " ".join(f"WHEN {who} THEN {i}" for i, (_, _, who) in enumerate(_step_kinds(report.period, calendar)))
    return (
        f"WITH {dossiers_sql(every)},\n"
        f"judged AS (\n  SELECT dossier_code, received_at, {counted_here} AS is_counted,\n"
        f"         {_between('received_at', calendar)} AND NOT {excluded} AS is_scored FROM dossiers\n),\n"
        f"only_one AS (SELECT dossier_code, CASE {cases} END AS step FROM judged WHERE is_counted <> is_scored)"
    )


def notes(report: OpenReport) -> tuple[str, ...]:
    """By which rules the points were made, what limits them, and what the exports do not reach."""
    found = scored_period(report)
    if found is None or not components(report):
        return ()
    period, rules = found
    lines = [
        f"Kỳ tính điểm là kỳ theo lịch {period.start:%d/%m/%Y}–{period.end:%d/%m/%Y}, không phải kỳ báo cáo.",
        f"{rules.label}, phiên bản {rules.version}, chưa kiểm ở văn bản gốc: {rules.source}.",
        "Từng thành phần làm tròn nửa lên hai số lẻ rồi mới cộng.",
        *(f"{group.label}: {group.note}." for group in rules.groups if group.note),
        *(f"{c.label}: {c.note}." for group in rules.groups for c in group.components if c.note),
    ]
    return (
        *lines,
        *_made_notes(report, rules),
        *_code_notes(report),
        *_registers.notes(replace(report, period=period), DOSSIERS.name),
    )


def _code_notes(report: OpenReport) -> Iterator[str]:
    """Where the codes are that the tables leave out."""
    if any(" … và " in codes for codes in (*lost_table(report)["codes"], *bridge(report)["codes"])):
        yield (
            f"Bảng chỉ ghi {LISTED_CODES} mã đầu. Mã làm mất điểm ở phụ lục “Hồ sơ làm mất điểm”, đủ bằng tthc explain {report.period.id} "
            "score_<thành phần>_rate --rest --rows TỆP; mã của một bước nối là các hồ sơ có ngày như bước đó ghi."
        )


def _made_notes(report: OpenReport, rules: ScoreRules) -> Iterator[str]:
    """How many due days come from a limit because no export states them."""
    evaluation = Evaluation(report)
    made = evaluation.number(Measure(SO_FAR, "is_due_made"))
    if isinstance(made, int) and made:
        yield f"{counted(made, 'hồ sơ')} không ghi ngày hẹn trả: lấy thời hạn dài nhất của thủ tục trong danh mục."
    asked = evaluation.number(Measure(PETITIONED, "is_due_made"))
    if isinstance(asked, int) and asked:
        days = rules.petition_days
        yield (
            f"{counted(asked, 'phản ánh, kiến nghị')} không ghi hạn xử lý: lấy {days['answered']} ngày làm việc; từ chối "
            f"{days['refused']}, yêu cầu bổ sung {days['asked']}."
        )
