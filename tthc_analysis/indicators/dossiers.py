"""Section II.4.1: how dossiers were handled in the period (form II.06a), and how long it took."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd

from tthc_analysis.indicators._counting import (
    DECIDED_BY,
    FACTS,
    MEASURES,
    counts,
    day,
    live_sql,
    unstated,
    without_unknown,
)
from tthc_analysis.indicators._indicator import Indicator
from tthc_analysis.indicators._registers import complete, covers, only_covered
from tthc_analysis.indicators._scope import Scope
from tthc_analysis.workdays import load_calendar

FORM_REFERENCE = "Biểu II.06a/VPCP/KSTT, Thông tư 01/2020/TT-VPCP"
DOSSIER = "hồ sơ"
HANDLED_BASE = "hồ sơ nhận giải quyết trong kỳ"
RESOLVED_BASE = "hồ sơ đã giải quyết trong kỳ"

#: measure → label of the counts that section II.4.1 prints, in the order of the form's columns.
LABELS = {
    "handled": "Hồ sơ nhận giải quyết",
    "received_new": "Hồ sơ tiếp nhận mới trong kỳ",
    "received_online": "Hồ sơ mới nộp trực tuyến",
    "received_in_person": "Hồ sơ mới nộp trực tiếp",
    "received_post": "Hồ sơ mới nộp qua bưu chính công ích",
    "received_no_channel": "Hồ sơ mới không ghi hình thức tiếp nhận",
    "carried_over": "Hồ sơ từ kỳ trước chuyển sang",
    "resolved": "Hồ sơ đã giải quyết",
    "resolved_early": "Hồ sơ giải quyết trước hạn",
    "resolved_on_time": "Hồ sơ giải quyết đúng hạn",
    "resolved_overdue": "Hồ sơ giải quyết quá hạn",
    "resolved_no_due": "Hồ sơ đã giải quyết không có ngày hẹn trả",
    "pending": "Hồ sơ đang giải quyết",
    "pending_within": "Hồ sơ đang giải quyết trong hạn",
    "pending_overdue": "Hồ sơ đang giải quyết quá hạn",
    "pending_no_due": "Hồ sơ đang giải quyết không có ngày hẹn trả",
}


def details(section: str = "II.4.1", **more: Any) -> dict[str, Any]:
    """What every dossier figure states about itself."""
    return {"section": section, "tables": ("ho_so",), "reference": FORM_REFERENCE, **more}


def totals(scope: Scope) -> dict[str, int]:
    """Every measure of the whole period; empty when no export covers the period at all."""
    if not covers(scope, "ho_so"):
        return {}
    row = counts(scope).iloc[0]
    return {measure: int(row[measure]) for measure in MEASURES}


def gaps(scope: Scope) -> dict[str, str]:
    """measure → why the exports cannot give it: no dossier of the period states the fact that decides it."""
    if not covers(scope, "ho_so"):
        return {}
    missing = unstated(scope).iloc[0]
    return {
        measure: no_data_of(*(f for f in facts if missing[f]))
        for measure, facts in DECIDED_BY.items()
        if any(missing[f] for f in facts)
    }


def no_data_of(*facts: str) -> str:
    """The gap of a figure that these facts of `FACTS` decide."""
    return f"chưa có dữ liệu {', '.join(FACTS[f][2] for f in facts)}"


def no_codes(scope: Scope) -> bool:
    """Whether the dossiers of the period are exported without procedure codes, so that no procedure can be told."""
    return covers(scope, "ho_so") and bool(unstated(scope).iloc[0]["code"])


def known(scope: Scope, missing: Collection[str]) -> dict[str, int]:
    """`totals` without the measures of `gaps`, which the exports cannot give."""
    return {measure: number for measure, number in totals(scope).items() if measure not in missing}


def gap(missing: Mapping[str, str], *measures: str) -> dict[str, str]:
    """The detail `gap` for a figure of these measures; nothing when they are known."""
    return next(({"gap": missing[m]} for m in measures if m in missing), {})


def reach_the_cut_off(scope: Scope) -> bool:
    """Whether the newest dossier export was made on or after the cut-off, so that the state on that day is known."""
    return complete(scope, "ho_so")


def count_indicators(scope: Scope) -> list[Indicator]:
    """The counts of form II.06a for the whole period; classes that are empty and not on the form are left out."""
    missing = gaps(scope)
    found = known(scope, missing)
    optional = {"received_no_channel", "resolved_no_due", "pending_no_due"}
    return [
        scope.count(
            f"dossiers_{measure}_count",
            label,
            found.get(measure),
            DOSSIER,
            **gap(missing, measure),
            **details(measure=measure),
        )
        for measure, label in LABELS.items()
        if measure not in optional or found.get(measure)
    ]


def rate_indicators(scope: Scope) -> list[Indicator]:
    """Shares of section II.4.1, each on its own named base."""
    missing = gaps(scope)
    found = known(scope, missing)
    rates = (
        ("resolved", "handled", "Tỷ lệ hồ sơ đã giải quyết", HANDLED_BASE),
        ("resolved_early", "resolved", "Tỷ lệ giải quyết trước hạn", RESOLVED_BASE),
        ("resolved_on_time", "resolved", "Tỷ lệ giải quyết đúng hạn", RESOLVED_BASE),
        ("resolved_overdue", "resolved", "Tỷ lệ giải quyết quá hạn", RESOLVED_BASE),
        ("pending_within", "pending", "Tỷ lệ hồ sơ đang giải quyết còn trong hạn", "hồ sơ đang giải quyết"),
    )
    return [
        scope.rate(
            f"dossiers_{part}_rate",
            label,
            found.get(part),
            found.get(whole),
            base=base,
            **gap(missing, part),
            **details(measure=part, numerator_label=LABELS[part]),
        )
        for part, whole, label, base in rates
    ]


def indicators(scope: Scope) -> list[Indicator]:
    """All figures of section II.4.1."""
    return count_indicators(scope) + rate_indicators(scope)


def by_field(scope: Scope) -> pd.DataFrame:
    """Measures of form II.06a, one row per field in Vietnamese order; no row when no export covers the period."""
    table = only_covered(scope, "ho_so", counts(scope, by=["field"]))
    return _labelled(table, "field", "(không ghi lĩnh vực)")


def by_procedure(scope: Scope, measures: Sequence[str] = tuple(MEASURES)) -> pd.DataFrame:
    """Measures by procedure, told by its code or else by its name; the name is the newest one that the dossiers carry."""
    table = only_covered(scope, "ho_so", counts(scope, by=["procedure_key"], measures=measures))
    names = scope.store.query(
        "SELECT coalesce(procedure_code, procedure_name) AS procedure_key, max(procedure_code) AS procedure_code, "
        "max_by(procedure_name, received_at) AS procedure_name, max_by(field, received_at) AS field "
        "FROM ho_so GROUP BY 1"
    )
    joined = table.merge(names, on="procedure_key", how="left")
    shown = without_unknown(joined, unstated(scope, ["procedure_key"]), "procedure_key")
    return shown[["procedure_code", "procedure_name", "field", *measures]]


def _labelled(table: pd.DataFrame, column: str, missing: str) -> pd.DataFrame:
    return table.assign(**{column: table[column].fillna(missing)})


def monthly(scope: Scope) -> pd.DataFrame:
    """New dossiers by calendar month and channel: month, online, in_person, post, unknown, received."""
    scope.store.use("ho_so")
    found = scope.store.query(
        f"{live_sql(scope.period, scope.rules)}\n"
        "SELECT substr(CAST(received_day AS STRING), 1, 7) AS month,\n"
        "  count(*) FILTER (WHERE channel = 'online') AS online,\n"
        "  count(*) FILTER (WHERE channel = 'in_person') AS in_person,\n"
        "  count(*) FILTER (WHERE channel = 'post') AS post,\n"
        "  count(*) FILTER (WHERE channel IS NULL) AS unknown,\n"
        "  count(*) AS received\n"
        "FROM live WHERE NOT is_carried_over GROUP BY 1 ORDER BY 1"
    )
    return only_covered(scope, "ho_so", found)


def backlog(scope: Scope) -> pd.DataFrame:
    """Open dossiers at the end of each day of the period: day, open; no row when no export covers the period."""
    scope.store.use("ho_so")
    found = scope.store.query(
        f"{live_sql(scope.period, scope.rules)},\n"
        "moves AS (\n"
        f"  SELECT greatest(received_day, {day(scope.period.start)}) AS day, 1 AS step FROM live\n"
        "  UNION ALL SELECT end_day, -1 FROM live WHERE is_resolved\n"
        ")\n"
        "SELECT day, CAST(sum(step) AS BIGINT) AS step FROM moves GROUP BY 1"
    )
    days = pd.date_range(scope.period.start, scope.period.end, unit="us", name="day")
    steps = found.assign(day=pd.to_datetime(found["day"])).set_index("day")["step"]
    open_at_end = steps.reindex(days, fill_value=0).cumsum().astype("int64").rename("open")
    return only_covered(scope, "ho_so", open_at_end.reset_index())


def resolved_dossiers(scope: Scope) -> pd.DataFrame:
    """Resolved dossiers of the period with their working days: from the day after receipt to the day of the result.

    Days outside the working calendar give no number of days; `outside_calendar` counts these dossiers.
    """
    scope.store.use("ho_so")
    frame = scope.store.query(
        f"{live_sql(scope.period, scope.rules)}\n"
        "SELECT procedure_key, procedure_code, procedure_name, field, received_at, end_at, due_at, lateness "
        "FROM live WHERE is_resolved ORDER BY dossier_code"
    )
    calendar = load_calendar()
    received, ended, due = (calendar.elapsed(calendar.covered(frame[c])) for c in ("received_at", "end_at", "due_at"))
    return frame.assign(processing_working_days=ended - received, allowed_working_days=due - received)


def outside_calendar(scope: Scope) -> int:
    """How many resolved dossiers of the period have a day of receipt, result or due date outside the working calendar."""
    frame, calendar = resolved_dossiers(scope), load_calendar()
    days = [frame[c] for c in ("received_at", "end_at", "due_at")]
    return int(pd.concat([d.notna() & calendar.covered(d).isna() for d in days], axis=1).any(axis=1).sum())


def processing_time(scope: Scope, least: int = 5) -> pd.DataFrame:
    """Working days from receipt to result by procedure: n, median, p90, allowed (median limit); procedures with n ≥ `least`.

    Percentiles are observed values (nearest rank), so that a printed day count is one that some dossier really took.
    """
    frame = resolved_dossiers(scope).dropna(subset=["processing_working_days"])
    groups = frame.groupby("procedure_key", dropna=False, observed=True)
    table = groups.agg(
        procedure_code=("procedure_code", "first"),
        procedure_name=("procedure_name", "last"),
        n=("procedure_key", "size"),
        median=("processing_working_days", lambda s: s.quantile(0.5, interpolation="lower")),
        p90=("processing_working_days", lambda s: s.quantile(0.9, interpolation="higher")),
        allowed=("allowed_working_days", lambda s: s.dropna().quantile(0.5, interpolation="lower")),
    ).reset_index()
    return table[table["n"] >= least].sort_values(["n", "procedure_key"], ascending=[False, True], ignore_index=True)
