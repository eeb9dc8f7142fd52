"""Section II.3: procedures proposed for simplification: days, components and compliance cost by the standard cost model.

Cost of one activity in a year = (hours × hourly income + services + fees) × times a year × respondents. The hourly income
comes from the sheet, else from `rules/compliance_cost.toml` as of the day of the proposal.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd

from tthc_analysis.indicators import _registers
from tthc_analysis.indicators._indicator import Indicator
from tthc_analysis.indicators._scope import NO_DATA, Scope
from tthc_analysis.rules.reporting import load_compliance_cost

SECTION = "II.3"
PROPOSALS = "don_gian_hoa"
SHEET = "chi_phi_tuan_thu"
_REFERENCE = "Thông tư 02/2017/TT-VPCP (rà soát, đánh giá TTHC)"
_NO_SHEET = "chưa có bảng tính chi phí tuân thủ"


def yearly_cost(
    hours: int | Decimal,
    hourly_income: int,
    service_cost: int = 0,
    fee_cost: int = 0,
    yearly_count: int = 1,
    respondents: int = 1,
) -> int:
    """Compliance cost of one activity in a year, in đồng rounded half up (standard cost model, Thông tư 02/2017/TT-VPCP).

    `hours` has at most two decimals.
    """
    hundredths = int(hours * 100) * hourly_income + 100 * (service_cost + fee_cost)
    return (hundredths * yearly_count * respondents + 50) // 100


def proposals(scope: Scope) -> pd.DataFrame | None:
    """Proposals of the period with days_cut, components_cut and components_cut_rate (%); None without data."""
    frame = _registers.in_period(scope, PROPOSALS)
    if frame is None:
        return None
    components = frame["components_before"] - frame["components_after"]
    return frame.assign(
        is_internal=frame["is_internal"].fillna(False).astype(bool),
        days_cut=frame["days_before"] - frame["days_after"],
        components_cut=components,
        components_cut_rate=100 * components / frame["components_before"].where(frame["components_before"] > 0),
    )


def public(scope: Scope) -> pd.DataFrame | None:
    """Proposals for procedures with citizens and enterprises, with their costs; None without data."""
    frame = proposals(scope)
    if frame is None:
        return None
    costs = cost_by_proposal(scope)
    chosen = frame[~frame["is_internal"]]
    return chosen.merge(costs, on="proposal_code", how="left")


def internal(scope: Scope) -> pd.DataFrame | None:
    """Proposals for internal procedures; None without data."""
    frame = proposals(scope)
    return None if frame is None else frame[frame["is_internal"]].reset_index(drop=True)


def cost_sheet(scope: Scope) -> pd.DataFrame | None:
    """Every line of the sheets of this period's proposals with the income used, cost of one time and of a year, in đồng.

    None without proposals or without any sheet. A line whose year has no income rule has no cost.
    """
    frame = proposals(scope)
    if frame is None or not scope.store.has(SHEET):
        return None
    sheet = scope.store.frame(SHEET).drop(columns=["source_file", "source_sheet", "source_row", "snapshot_date"])
    lines = sheet.merge(frame[["proposal_code", "procedure_name", "proposed_date"]], on="proposal_code")
    rule = load_compliance_cost()
    hourly = [rule.hourly_on(day.date()) for day in lines["proposed_date"]]
    income = pd.Series(hourly, index=lines.index, dtype="Int64")
    lines["hourly_income"] = lines["hourly_income"].astype("Int64").fillna(income)
    parts = {name: lines[name].astype("Int64").fillna(0) for name in ("service_cost", "fee_cost")}
    hours = lines["activity_hours"].astype("Float64")
    hundredths = (100 * hours.fillna(0)).round().astype("Int64")
    times = [lines[name].astype("Int64").fillna(1) for name in ("yearly_count", "respondent_count")]
    single = hundredths * lines["hourly_income"] + 100 * (parts["service_cost"] + parts["fee_cost"])
    lines = lines.assign(
        activity_hours=[None if pd.isna(h) else int(h) if h == int(h) else float(h) for h in hours],
        single_cost=(single + 50) // 100,
        yearly_cost=(single * times[0] * times[1] + 50) // 100,
    )
    lines["activity_hours"] = lines["activity_hours"].astype(object)
    order = lines["stage"].map({"before": 0, "after": 1})
    lines = lines.assign(stage_order=order).sort_values(
        ["proposal_code", "stage_order", "line_number"], ignore_index=True
    )
    return lines.drop(columns="stage_order")


def cost_by_proposal(scope: Scope) -> pd.DataFrame:
    """Yearly cost by proposal: proposal_code, cost_before, cost_after, cost_cut, cost_cut_rate (%).

    Only proposals whose sheet has both stages and every cost, and no line set aside: a sheet without its "after" would look
    like a full cut, one without a line like a cut that is none.
    """
    names = ["proposal_code", "cost_before", "cost_after", "cost_cut", "cost_cut_rate"]
    lines = cost_sheet(scope)
    if lines is None or lines.empty:
        return pd.DataFrame({n: pd.Series(dtype="object" if n == names[0] else "Int64") for n in names})
    lines = lines[~lines["proposal_code"].isin(_incomplete(scope))]
    sums = lines.groupby(["proposal_code", "stage"])["yearly_cost"].agg(lambda s: s.sum(skipna=False)).unstack()
    sums = sums.reindex(columns=["before", "after"]).dropna().astype("Int64")
    table = sums.rename(columns={"before": "cost_before", "after": "cost_after"}).reset_index()
    cut = table["cost_before"] - table["cost_after"]
    rate = 100 * cut / table["cost_before"].where(table["cost_before"] > 0)
    return table.assign(cost_cut=cut, cost_cut_rate=rate)[names]


def _incomplete(scope: Scope) -> list[str]:
    """The proposals whose sheet has a line that was set aside."""
    return list(scope.store.quality()["datasets"].get(SHEET, {}).get("incomplete", []))


def _details(*tables: str) -> dict[str, Any]:
    return {"section": SECTION, "tables": tables or (PROPOSALS,), "reference": _REFERENCE}


def _extremes(scope: Scope, frame: pd.DataFrame | None) -> list[Indicator]:
    """Least and most working days cut from one public procedure."""
    known = frame["days_cut"].dropna() if frame is not None else None
    gap = NO_DATA if frame is None else "không có phương án cắt giảm thời hạn nào trong kỳ"
    return [
        scope.amount(
            f"simplification_days_cut_{name}",
            f"Số ngày làm việc cắt giảm {word} của một TTHC",
            int(known.agg(name)) if known is not None and len(known) else None,
            "ngày làm việc",
            **({} if known is not None and len(known) else {"gap": gap}),
            **_details(),
        )
        for name, word in (("min", "ít nhất"), ("max", "nhiều nhất"))
    ]


def _cost_indicators(scope: Scope, frame: pd.DataFrame | None) -> list[Indicator]:
    """Cut of compliance cost over all public proposals, and for the procedures with the least and the most."""
    known = frame.dropna(subset=["cost_before"]) if frame is not None else None
    usable = known is not None and len(known) > 0
    gap = {} if usable else {"gap": NO_DATA if frame is None else _NO_SHEET}
    details = {**_details(PROPOSALS, SHEET), "reference": load_compliance_cost().reference}
    before = after = None
    if known is not None and usable:
        before, after = int(known["cost_before"].sum()), int(known["cost_after"].sum())
    result = [
        scope.amount(
            "simplification_cost_before", "Chi phí tuân thủ trước đơn giản hóa", before, "đồng/năm", **gap, **details
        ),
        scope.amount(
            "simplification_cost_after", "Chi phí tuân thủ sau đơn giản hóa", after, "đồng/năm", **gap, **details
        ),
        scope.rate(
            "simplification_cost_cut_rate",
            "Tỷ lệ cắt giảm chi phí tuân thủ",
            None if before is None or after is None else before - after,
            before,
            base="đồng chi phí tuân thủ một năm trước đơn giản hóa",
            numerator_label="Chi phí tuân thủ cắt giảm trong một năm (đồng)",
            **gap,
            **details,
        ),
    ]
    ordered = known.sort_values(["cost_cut_rate", "proposal_code"]) if known is not None and usable else None
    for name, word, place in (("min", "thấp nhất", 0), ("max", "cao nhất", -1)):
        row = ordered.iloc[place] if ordered is not None else None
        result.append(
            scope.rate(
                f"simplification_cost_cut_{name}_rate",
                f"Tỷ lệ cắt giảm chi phí {word} của một TTHC",
                None if row is None else int(row["cost_cut"]),
                None if row is None else int(row["cost_before"]),
                base="đồng chi phí tuân thủ một năm của thủ tục đó trước đơn giản hóa",
                numerator_label="Chi phí tuân thủ cắt giảm trong một năm (đồng)",
                **gap,
                **details,
            )
        )
    return result


def internal_indicators(scope: Scope) -> list[Indicator]:
    """Internal procedures proposed, their components cut in all, and the least and most of one procedure."""
    frame = internal(scope)
    known = frame.dropna(subset=["components_before", "components_after"]) if frame is not None else None
    usable = known is not None and len(known) > 0
    gap = {} if usable else {"gap": NO_DATA if frame is None else "sổ rà soát không ghi thành phần hồ sơ"}
    result = [
        scope.count(
            "internal_simplification_count",
            "TTHC nội bộ được đề xuất đơn giản hóa",
            None if frame is None else len(frame),
            "TTHC",
            **_details(),
        )
    ]
    ordered = known.sort_values(["components_cut_rate", "proposal_code"]) if known is not None and usable else None
    rows = (
        ("", "Tỷ lệ cắt giảm thành phần hồ sơ TTHC nội bộ", ordered),
        (
            "_min",
            "Tỷ lệ cắt giảm thành phần hồ sơ thấp nhất của một TTHC nội bộ",
            ordered.head(1) if ordered is not None else None,
        ),
        (
            "_max",
            "Tỷ lệ cắt giảm thành phần hồ sơ cao nhất của một TTHC nội bộ",
            ordered.tail(1) if ordered is not None else None,
        ),
    )
    for suffix, label, part in rows:
        result.append(
            scope.rate(
                f"internal_components_cut{suffix}_rate",
                label,
                None if part is None else int(part["components_cut"].sum()),
                None if part is None else int(part["components_before"].sum()),
                base="giấy tờ phải nộp trước đơn giản hóa",
                numerator_label="Giấy tờ cắt giảm",
                **gap,
                **_details(),
            )
        )
    return result


def public_indicators(scope: Scope) -> list[Indicator]:
    """Procedures with citizens and enterprises: how many, days cut, compliance cost cut."""
    frame = public(scope)
    count = scope.count(
        "simplification_count",
        "TTHC được đề xuất đơn giản hóa",
        None if frame is None else len(frame),
        "TTHC",
        **_details(),
    )
    return [count, *_extremes(scope, frame), *_cost_indicators(scope, frame)]


def indicators(scope: Scope) -> list[Indicator]:
    """All figures of section II.3 that come from the review register."""
    return public_indicators(scope) + internal_indicators(scope)


def notes(scope: Scope) -> tuple[str, ...]:
    """What the registers cannot say: no proposals, or proposals without a complete cost sheet."""
    lines = list(_registers.notes(scope, PROPOSALS))
    frame = public(scope)
    if frame is not None:
        lines += [
            f"{row['procedure_name']}: {_NO_SHEET} (cần đủ các dòng trước và sau, không dòng nào bị cách ly)."
            for row in frame[frame["cost_before"].isna()].to_dict("records")
        ]
    return tuple(lines)
