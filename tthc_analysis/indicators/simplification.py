"""Section II.3: procedures proposed for simplification: days, components and compliance cost by the standard cost model.

Cost of one activity in a year = (hours × hourly income + services + fees) × times a year × respondents. The hourly income
comes from the sheet, else from `rules/compliance_cost.toml` as of the day of the proposal.
"""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from tthc_analysis.columns import COMPLIANCE_COSTS, SIMPLIFICATIONS
from tthc_analysis.indicators import _registers
from tthc_analysis.indicators._indicator import Indicator
from tthc_analysis.indicators._open import OpenReport
from tthc_analysis.indicators.definition import Amount, Block, Count, Exported, Measure, Rate, Relation, Take
from tthc_analysis.indicators.evaluate import Evaluation, evaluate, rows
from tthc_analysis.indicators.relations import content_table, in_period
from tthc_analysis.rules.reporting import load_compliance_cost

SECTION = "II.3"
_REFERENCE = "{TT-02-2017} (rà soát, đánh giá TTHC)"
_NO_SHEET = "chưa có bảng tính chi phí tuân thủ"


def _income() -> str:
    """The hourly income of `rules/compliance_cost.toml` for the year of the proposal, in SQL; null in a year without one."""
    rules = load_compliance_cost().hourly_income
    cases = " ".join(f"WHEN {rule.valid_from.year} THEN {rule.hourly}" for rule in rules)
    return f"CASE extract(year FROM proposed_date) {cases} END"


def _rounded(hundredths: str) -> str:
    """Đồng from hundredths, rounded half up: without a division that is a fraction, which engines round differently."""
    return f"CAST(({hundredths} + 50 - ({hundredths} + 50) % 100) / 100 AS BIGINT)"


#: proposals of the period
PROPOSED = in_period(
    "proposed",
    SIMPLIFICATIONS,
    lambda report: (
        "*, coalesce(is_internal, false) AS is_kept_internal, days_before - days_after AS days_cut,\n"
        "  components_before - components_after AS components_cut,\n"
        "  CASE WHEN components_before > 0 THEN 100 * (components_before - components_after) / components_before END"
        " AS components_cut_rate"
    ),
)


def _lines_sql(report: OpenReport) -> str:
    """CTEs up to `cost_lines`: each line of the sheets of the proposals with the income used and its costs."""
    return f"""{PROPOSED.sql(report)},
lines AS (
  SELECT s.proposal_code, stage, line_number, activity, activity_hours, coalesce(s.hourly_income, {_income()}) AS hourly_income,
         s.hourly_income IS NULL AS takes_income_of_rules, proposed_date,
         service_cost, fee_cost, yearly_count, respondent_count, procedure_name,
         s.source_file, s.source_sheet, s.source_row
  FROM {COMPLIANCE_COSTS.name} s JOIN proposed ON proposed.proposal_code = s.proposal_code
),
single_lines AS (
  SELECT *, CAST(round(100 * coalesce(activity_hours, 0)) AS BIGINT) * hourly_income
            + 100 * (coalesce(service_cost, 0) + coalesce(fee_cost, 0)) AS single
  FROM lines
),
year_lines AS (SELECT *, single * coalesce(yearly_count, 1) * coalesce(respondent_count, 1) AS whole_year FROM single_lines),
cost_lines AS (SELECT *, {_rounded("single")} AS single_cost, {_rounded("whole_year")} AS yearly_cost FROM year_lines)"""


def _costed_sql(report: OpenReport) -> str:
    """CTEs up to `costed`: the proposals with their yearly costs, and where each stands among those like it.

    Only a sheet that has both stages and every cost, and no line set aside, gives costs: one without its "after" would look
    like a full cut, one without a line like a cut that is none.
    """
    return f"""{_lines_sql(report)},
stages AS (
  SELECT proposal_code, stage, CASE WHEN count(*) = count(yearly_cost) THEN CAST(sum(yearly_cost) AS BIGINT) END AS cost
  FROM cost_lines WHERE proposal_code NOT IN (SELECT proposal_code FROM {_incomplete(report)})
  GROUP BY proposal_code, stage
),
whole_sheets AS (
  SELECT b.proposal_code, b.cost AS cost_before, a.cost AS cost_after, b.cost - a.cost AS cost_cut,
         CASE WHEN b.cost > 0 THEN 100 * (b.cost - a.cost) / b.cost END AS cost_cut_rate
  FROM stages b JOIN stages a ON a.proposal_code = b.proposal_code
  WHERE b.stage = 'before' AND a.stage = 'after' AND b.cost IS NOT NULL AND a.cost IS NOT NULL
),
joined AS (
  SELECT proposed.*, cost_before, cost_after, cost_cut, cost_cut_rate
  FROM proposed LEFT JOIN whole_sheets ON whole_sheets.proposal_code = proposed.proposal_code
),
costed AS (
  SELECT *, {_place("cost_before", "cost_cut_rate ASC NULLS LAST, proposal_code ASC")} AS cost_up,
         {_place("cost_before", "cost_cut_rate DESC NULLS LAST, proposal_code DESC")} AS cost_down,
         {_place("components_cut", "components_cut_rate ASC NULLS LAST, proposal_code ASC")} AS components_up,
         {_place("components_cut", "components_cut_rate DESC NULLS LAST, proposal_code DESC")} AS components_down
  FROM joined
)"""


def _place(known: str, order: str) -> str:
    """The place of a proposal among the public or internal ones that state `known`; one without a rate comes last."""
    return f"row_number() OVER (PARTITION BY is_kept_internal, {known} IS NULL ORDER BY {order})"


def _incomplete(report: OpenReport) -> str:
    """a table of the SQL session with the proposals whose sheet has a line that was set aside; its name."""
    codes = report.store.quality()["datasets"].get(COMPLIANCE_COSTS.name, {}).get("incomplete", [])
    return content_table(report, "incomplete_sheets", {"proposal_code": pa.array(codes, pa.string())})


COSTED = Relation("costed", SIMPLIFICATIONS.name, _costed_sql, PROPOSED.given)
COST_LINES = Relation(
    "cost_lines",
    COMPLIANCE_COSTS.name,
    _lines_sql,
    (*PROPOSED.given, Exported(COMPLIANCE_COSTS.name)),
)
_PUBLIC, _INTERNAL = "NOT is_kept_internal", "is_kept_internal"


def _cut_of_days(name: str, word: str, take: Take) -> Amount:
    return Amount(
        name=f"simplification_days_cut_{name}",
        label=f"Số ngày làm việc cắt giảm {word} của một TTHC",
        part=Measure(
            COSTED, _PUBLIC, take=take, what="days_cut", empty="không có phương án cắt giảm thời hạn nào trong kỳ"
        ),
        unit="ngày làm việc",
    )


def _cost(column: str, where: str = "cost_before IS NOT NULL") -> Measure:
    return Measure(COSTED, f"{_PUBLIC} AND {where}", take="sum", what=column, empty=_NO_SHEET)


def _cost_cut(name: str, label: str, of: str, where: str = "cost_before IS NOT NULL") -> Rate:
    return Rate(
        name=f"simplification_cost_cut{name}_rate",
        label=label,
        part=_cost("cost_cut", where),
        part_label="Chi phí tuân thủ cắt giảm trong một năm (đồng)",
        whole=_cost("cost_before", where),
        base=f"đồng chi phí tuân thủ một năm {of}trước đơn giản hóa",
        reference=load_compliance_cost().reference,
        tables=_WITH_SHEET,
    )


def _cut_of_components(name: str, label: str, where: str = "true") -> Rate:
    def summed(column: str) -> Measure:
        known = f"{_INTERNAL} AND components_cut IS NOT NULL AND {where}"
        return Measure(COSTED, known, take="sum", what=column, empty="sổ rà soát không ghi thành phần hồ sơ")

    return Rate(
        name=f"internal_components_cut{name}_rate",
        label=label,
        part=summed("components_cut"),
        part_label="Giấy tờ cắt giảm",
        whole=summed("components_before"),
        base="giấy tờ phải nộp trước đơn giản hóa",
    )


_WITH_SHEET = (SIMPLIFICATIONS.name, COMPLIANCE_COSTS.name)
_LEAST, _MOST = "cost_before IS NOT NULL AND cost_up = 1", "cost_before IS NOT NULL AND cost_down = 1"

PUBLIC = Block(
    section=SECTION,
    reference=_REFERENCE,
    figures=(
        Count(
            name="simplification_count",
            label="TTHC được đề xuất đơn giản hóa",
            part=Measure(COSTED, _PUBLIC),
            unit="TTHC",
        ),
        _cut_of_days("min", "ít nhất", "least"),
        _cut_of_days("max", "nhiều nhất", "most"),
        *(
            Amount(
                name=f"simplification_cost_{stage}",
                label=f"Chi phí tuân thủ {word} đơn giản hóa",
                part=_cost(f"cost_{stage}"),
                unit="đồng/năm",
                reference=load_compliance_cost().reference,
                tables=_WITH_SHEET,
            )
            for stage, word in (("before", "trước"), ("after", "sau"))
        ),
        _cost_cut("", "Tỷ lệ cắt giảm chi phí tuân thủ", ""),
        _cost_cut("_min", "Tỷ lệ cắt giảm chi phí thấp nhất của một TTHC", "của thủ tục đó ", _LEAST),
        _cost_cut("_max", "Tỷ lệ cắt giảm chi phí cao nhất của một TTHC", "của thủ tục đó ", _MOST),
    ),
)
INTERNAL = Block(
    section=SECTION,
    reference=_REFERENCE,
    figures=(
        Count(
            name="internal_simplification_count",
            label="TTHC nội bộ được đề xuất đơn giản hóa",
            part=Measure(COSTED, _INTERNAL),
            unit="TTHC",
        ),
        _cut_of_components("", "Tỷ lệ cắt giảm thành phần hồ sơ TTHC nội bộ"),
        _cut_of_components(
            "_min", "Tỷ lệ cắt giảm thành phần hồ sơ thấp nhất của một TTHC nội bộ", "components_up = 1"
        ),
        _cut_of_components(
            "_max", "Tỷ lệ cắt giảm thành phần hồ sơ cao nhất của một TTHC nội bộ", "components_down = 1"
        ),
    ),
)
BLOCKS = (PUBLIC, INTERNAL)


def _listed(report: OpenReport, where: str) -> pd.DataFrame | None:
    if Evaluation(report).silence(COSTED):
        return None
    found = rows(report, COSTED, where=where, order="proposed_date, proposal_code")
    return found.assign(is_internal=found["is_kept_internal"])


def public(report: OpenReport) -> pd.DataFrame | None:
    """Proposals for procedures with citizens and enterprises, with days cut and costs; None without data."""
    return _listed(report, _PUBLIC)


def internal(report: OpenReport) -> pd.DataFrame | None:
    """Proposals for internal procedures, with components cut; None without data."""
    return _listed(report, _INTERNAL)


def cost_sheet(report: OpenReport) -> pd.DataFrame | None:
    """Every line of the sheets of this period's proposals with the income used, cost of one time and of a year, in đồng.

    None without proposals or without any sheet. A line whose year has no income rule has no cost.
    """
    if Evaluation(report).silence(COST_LINES):
        return None
    lines = rows(report, COST_LINES, order="proposal_code, stage DESC, line_number")
    hours = [None if pd.isna(h) else int(h) if h == int(h) else float(h) for h in lines["activity_hours"]]
    whole = (
        "hourly_income",
        "service_cost",
        "fee_cost",
        "yearly_count",
        "respondent_count",
        "single_cost",
        "yearly_cost",
    )
    lines = lines.astype(dict.fromkeys(whole, "Int64"))
    return lines.assign(activity_hours=pd.Series(hours, index=lines.index, dtype=object))


def public_indicators(report: OpenReport) -> list[Indicator]:
    """Procedures with citizens and enterprises: how many, days cut, compliance cost cut."""
    return evaluate(report, PUBLIC)


def internal_indicators(report: OpenReport) -> list[Indicator]:
    """Internal procedures proposed, their components cut in all, and the least and most of one procedure."""
    return evaluate(report, INTERNAL)


def indicators(report: OpenReport) -> list[Indicator]:
    """All figures of section II.3 that come from the review register."""
    return evaluate(report, PUBLIC, INTERNAL)


def notes(report: OpenReport) -> tuple[str, ...]:
    """What the registers cannot say: no proposals, or proposals without a complete cost sheet."""
    lines = list(_registers.notes(report, SIMPLIFICATIONS.name))
    frame = public(report)
    if frame is not None:
        lines += [
            f"{row['procedure_name']}: {_NO_SHEET} (cần đủ các dòng trước và sau, không dòng nào bị cách ly)."
            for row in frame[frame["cost_before"].isna()].to_dict("records")
        ]
    return (*lines, *_income_notes(report))


def _income_notes(report: OpenReport) -> tuple[str, ...]:
    """What must be said of the incomes that lines without one of their own took from the rules."""
    dates = rows(report, COST_LINES, "DISTINCT proposed_date", "takes_income_of_rules")["proposed_date"]
    return load_compliance_cost().notes(int(year) for year in dates.dt.year)
