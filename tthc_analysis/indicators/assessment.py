"""Section III: the headline figures against other periods, how long procedures took, and what slipped.

Days are working days of the cited calendar, the day of receipt not counted. The due date in the data is authoritative;
the time limit of the catalogue is only held against it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd

from tthc_analysis.indicators import (
    _registers,
    catalogue,
    communication,
    digitisation,
    dossiers,
    due_dates,
    online,
    petitions,
)
from tthc_analysis.indicators._counting import live_sql
from tthc_analysis.indicators._indicator import Indicator, counted
from tthc_analysis.indicators._scope import NO_DATA, Scope
from tthc_analysis.periods import continuity_warnings
from tthc_analysis.rules.reporting import load_reporting
from tthc_analysis.workdays import load_calendar

SECTION = "III"
DAYS = "ngày làm việc"
_CALENDAR = "Bộ luật Dân sự 2015, Điều 147, 148; lịch làm việc rules/calendar.csv"
_NONE_RESOLVED = "không có trường hợp nào phát sinh"

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


@dataclass(frozen=True)
class Comparison:
    """One figure in this period, in the previous one and in the same period a year before."""

    now: Indicator
    previous: Indicator
    last_year: Indicator

    @property
    def change(self) -> Decimal | None:
        """Printed value of this period less the previous one (percentage points for rates); None when one is missing."""
        return difference(self.now, self.previous)

    @property
    def change_last_year(self) -> Decimal | None:
        """Printed value of this period less that of the same period a year before."""
        return difference(self.now, self.last_year)


def difference(now: Indicator, before: Indicator) -> Decimal | None:
    """The difference of two figures as printed, so that the table adds up for a reader; None when one is missing."""
    if now.rounded is None or before.rounded is None:
        return None
    return Decimal(now.rounded) - Decimal(before.rounded)


def _figures(scope: Scope) -> dict[str, Indicator]:
    found = [
        *dossiers.indicators(scope),
        *online.indicators(scope),
        *digitisation.indicators(scope),
        *catalogue.indicators(scope),
        *petitions.indicators(scope),
        *communication.indicators(scope),
        *time_indicators(scope),
    ]
    return {i.name: i for i in found}


def comparisons(scope: Scope) -> tuple[Comparison, ...]:
    """Every headline figure beside the previous period and the same period a year before."""
    now, previous = _figures(scope), _figures(scope.previous)
    same = scope.last_year.period == scope.previous.period
    last_year = previous if same else _figures(scope.last_year)
    return tuple(
        Comparison(now[name], previous[name], last_year[name])
        for name in HEADLINES
        if name in now and name in previous and name in last_year
    )


def comparison_notes(scope: Scope) -> tuple[str, ...]:
    """Overlaps, gaps and cut-offs that limit the comparison, and periods that no dossier export covers."""
    previous, last_year = scope.previous, scope.last_year
    lines = [*continuity_warnings(scope.period, previous.period), *_registers.notes(scope, "ho_so")]
    for other in {previous.period.id: previous, last_year.period.id: last_year}.values():
        lines += [f"Kỳ {other.period.label}: {note}" for note in _registers.notes(other, "ho_so")]
    return (*lines, *_calendar_notes(scope))


def _calendar_notes(scope: Scope) -> list[str]:
    """Resolved dossiers whose processing time is not known, because a day lies outside the working calendar."""
    outside = dossiers.outside_calendar(scope) if dossiers.totals(scope) else 0
    first, last = load_calendar().first.year, load_calendar().last.year
    where = f"ngoài các năm {first}–{last} của lịch làm việc"
    return [f"{counted(outside, 'hồ sơ')} đã giải quyết có ngày nằm {where}: không tính ngày đó."] if outside else []


def dossier_times(scope: Scope) -> pd.DataFrame:
    """Dossiers of the period by code, with used and limit in working days; null where the data cannot tell.

    `used` receipt to result (resolved ones), `limit` the time limit of the catalogue as of the day of receipt, where it is
    in working days or hours (8 hours are a day). Days outside the working calendar tell nothing.
    """
    scope.store.use("ho_so")
    frame = scope.store.query(
        f"{live_sql(scope.period, scope.rules)}\n"
        f"SELECT live.dossier_code, live.procedure_key, live.procedure_code, live.procedure_name, live.field, received_at, due_at, lateness, is_resolved,\n"
        "  CASE WHEN is_resolved THEN end_at END AS end_at,"
        f"{_LIMITED if scope.store.has('danh_muc_tthc') else ' NULL AS time_limit, NULL AS time_limit_unit FROM live'}\n"
        "ORDER BY live.dossier_code"
    )
    calendar = load_calendar()
    received, ended = (calendar.elapsed(calendar.covered(pd.to_datetime(frame[c]))) for c in ("received_at", "end_at"))
    limit = pd.to_numeric(frame["time_limit"]).astype("Int64")
    in_days = limit.where(frame["time_limit_unit"] == "working_day")
    in_hours = ((limit + 7) // 8).where(frame["time_limit_unit"] == "hour")
    return frame.assign(
        used=ended - received,
        limit=in_days.fillna(in_hours),
    )


_LIMITED = f"""
  c.time_limit, c.time_limit_unit
FROM {catalogue.WITH_CATALOGUE}"""


def _details(**more: Any) -> dict[str, Any]:
    return {"section": SECTION, "tables": ("ho_so",), "reference": _CALENDAR, **more}


def time_indicators(scope: Scope) -> list[Indicator]:
    """Median and 90th percentile of processing days, share of the statutory time saved, dossiers within few days."""
    frame = dossier_times(scope) if dossiers.totals(scope) else None
    used = None if frame is None else frame["used"].dropna()
    gap = {} if used is not None and len(used) else {"gap": NO_DATA if frame is None else _NONE_RESOLVED}
    fast = load_reporting().processing_time.fast_working_days
    median, p90 = observed(used)
    result = [
        scope.amount(f"processing_days_{name}", label, number, DAYS, **gap, **_details())
        for name, label, number in (
            ("median", "Thời gian giải quyết trung vị", median),
            ("p90", "Thời gian giải quyết của 90% hồ sơ không quá", p90),
        )
    ]
    return [*result, _time_cut(scope, frame), _fast(scope, used, fast)]


def observed(days: pd.Series | None) -> tuple[int | None, int | None]:
    """Median and 90th percentile as days that some dossier really took; None of no dossiers."""
    if days is None or days.empty:
        return None, None
    return int(days.quantile(0.5, interpolation="lower")), int(days.quantile(0.9, interpolation="higher"))


def _time_cut(scope: Scope, frame: pd.DataFrame | None) -> Indicator:
    """Working days saved against the time limits of the catalogue, over the resolved dossiers whose limit is known."""
    known = None if frame is None else frame.dropna(subset=["used", "limit"])
    return scope.rate(
        "time_cut_rate",
        "Tỷ lệ thời gian rút ngắn so với thời hạn quy định",
        None if known is None else int((known["limit"] - known["used"]).sum()),
        None if known is None else int(known["limit"].sum()),
        base="ngày làm việc theo thời hạn trong danh mục TTHC của các hồ sơ đã giải quyết",
        numerator_label="Ngày làm việc rút ngắn",
        **_details(tables=("ho_so", "danh_muc_tthc")),
    )


def _fast(scope: Scope, used: pd.Series | None, fast: int) -> Indicator:
    return scope.rate(
        "fast_dossiers_rate",
        f"Tỷ lệ hồ sơ giải quyết trong {fast} ngày làm việc",
        None if used is None else int((used <= fast).sum()),
        None if used is None else len(used),
        base=dossiers.RESOLVED_BASE,
        numerator_label=f"Hồ sơ giải quyết trong {fast} ngày làm việc",
        **_details(),
    )


def fast_indicators(scope: Scope) -> list[Indicator]:
    """Procedures whose median is at most a few days, and the least and most of these medians (section II.3)."""
    rule = load_reporting().processing_time
    uncoded = dossiers.no_codes(scope)
    known = bool(dossiers.totals(scope)) and not uncoded
    table = dossiers.processing_time(scope, rule.least_dossiers) if known else None
    fast = table[table["median"] <= rule.fast_working_days] if table is not None else None
    no_data = dossiers.no_data_of("code") if uncoded else NO_DATA
    gap = no_data if table is None else f"không có TTHC nào có trung vị không quá {rule.fast_working_days} ngày"
    details = _details(section="II.3", reference=rule.source)
    extremes = [
        scope.amount(
            f"fast_procedures_{name}_days",
            f"Trung vị thời gian giải quyết {word} trong các TTHC đó",
            int(fast["median"].agg(name)) if fast is not None and len(fast) else None,
            DAYS,
            **({} if fast is not None and len(fast) else {"gap": gap}),
            **details,
        )
        for name, word in (("min", "ngắn nhất"), ("max", "dài nhất"))
    ]
    count = scope.count(
        "fast_procedures_count",
        f"TTHC có trung vị thời gian giải quyết không quá {rule.fast_working_days} ngày làm việc",
        None if fast is None else len(fast),
        "TTHC",
        **({"gap": no_data} if fast is None else {}),
        **details,
    )
    return [count, *extremes]


def processing(scope: Scope) -> pd.DataFrame | None:
    """Processing time by procedure: n, median, p90, limit, cut_rate (%); None without data.

    Only procedures with enough resolved dossiers (`rules/reporting.toml`).
    """
    if not dossiers.totals(scope):
        return None
    least = load_reporting().processing_time.least_dossiers
    frame = dossier_times(scope).dropna(subset=["used"])
    saved = frame.assign(
        known=frame["limit"].where(frame["limit"].notna()), spent=frame["used"].where(frame["limit"].notna())
    )
    sums = saved.groupby("procedure_key", dropna=False)[["known", "spent"]].sum().reset_index()
    table = _spread(frame, ["procedure_key"]).merge(sums, on="procedure_key")
    cut = 100 * (table["known"] - table["spent"]) / table["known"].where(table["known"] > 0)
    table = table.assign(cut_rate=cut).drop(columns=["known", "spent"])
    return table[table["n"] >= least].sort_values(["n", "procedure_key"], ascending=[False, True], ignore_index=True)


def _spread(frame: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """n, observed median, observed 90th percentile, median limit and overdue dossiers by group."""
    groups = frame.groupby(keys, dropna=False, observed=True)
    return groups.agg(
        procedure_code=("procedure_code", "first"),
        procedure_name=("procedure_name", "last"),
        n=("used", "size"),
        median=("used", lambda s: s.quantile(0.5, interpolation="lower")),
        p90=("used", lambda s: s.quantile(0.9, interpolation="higher")),
        limit=("limit", lambda s: s.dropna().quantile(0.5, interpolation="lower")),
        overdue=("lateness", lambda s: int((s > 0).sum())),
    ).reset_index()


def slipped(scope: Scope, key: str = "procedure_code") -> pd.DataFrame | None:
    """Procedures (or with key "field" fields) that became slower or later than in the previous period.

    Columns: key, name, n, n_before, median, median_before, overdue_rate, overdue_rate_before (%). The thresholds are in
    `rules/reporting.toml`. A procedure without a code is told by its name. None when either period has no data.
    """
    if not (dossiers.totals(scope) and dossiers.totals(scope.previous)):
        return None
    rule, group = load_reporting().slipped, "procedure_key" if key == "procedure_code" else key
    now, before = (
        _spread(dossier_times(s).dropna(subset=["used"]), [group])
        .drop(columns="procedure_code")
        .rename(columns={group: key})
        for s in (scope, scope.previous)
    )
    table = now.merge(before[[key, "n", "median", "overdue"]], on=key, suffixes=("", "_before"))
    table = table[(table["n"] >= rule.least_dossiers) & (table["n_before"] >= rule.least_dossiers)]
    table = table.assign(
        name=table["procedure_name"] if key == "procedure_code" else table[key],
        overdue_rate=100 * table["overdue"] / table["n"],
        overdue_rate_before=100 * table["overdue_before"] / table["n_before"],
    )
    slower = table["median"] - table["median_before"] >= rule.median_working_days
    later = table["overdue_rate"] > table["overdue_rate_before"]
    columns = [key, "name", "n", "n_before", "median", "median_before", "overdue_rate", "overdue_rate_before"]
    return table.loc[slower | later, list(dict.fromkeys(columns))].reset_index(drop=True)


def due_date_differences(scope: Scope) -> pd.DataFrame | None:
    """Dossiers whose due date differs from the catalogue's limit by more than the tolerance, by procedure.

    Columns: procedure_code, procedure_name, n, shorter, longer, largest (working days). None without both tables.
    """
    checked = _checked_due_dates(scope)
    if checked is None:
        return None
    wrong = checked[checked["gap"].abs() > load_reporting().due_date_check.tolerance_working_days]
    return wrong.groupby("procedure_code", as_index=False).agg(
        procedure_name=("procedure_name", "last"),
        n=("gap", "size"),
        shorter=("gap", lambda s: int((s < 0).sum())),
        longer=("gap", lambda s: int((s > 0).sum())),
        largest=("gap", lambda s: int(s.abs().max())),
    )


def _checked_due_dates(scope: Scope) -> pd.DataFrame | None:
    """Dossiers with a due date that can be made again, and its `gap` in working days; None without data."""
    frame = due_dates.checked(scope)
    return None if frame is None else frame.dropna(subset=["gap"])


def check_indicators(scope: Scope) -> list[Indicator]:
    """What slipped since the previous period, and due dates that disagree with the working calendar."""
    rule = load_reporting()
    checked = _checked_due_dates(scope)
    wrong = None
    if checked is not None:
        wrong = int((checked["gap"].abs() > rule.due_date_check.tolerance_working_days).sum())
    details = _details(reference=rule.slipped.source)
    before = scope.previous.period
    result = []
    for key, word in (("procedure_code", "TTHC"), ("field", "Lĩnh vực")):
        uncoded = key == "procedure_code" and dossiers.no_codes(scope)
        found = None if uncoded else slipped(scope, key)
        name = "procedures" if key == "procedure_code" else "fields"
        gap = {"gap": f"chưa có dữ liệu của kỳ {before.label} để so sánh"} if found is None else {}
        gap = {"gap": dossiers.no_data_of("code")} if uncoded else gap
        number = None if found is None else len(found)
        result.append(
            scope.count(
                f"slipped_{name}_count",
                f"{word} chậm đi so với kỳ trước",
                number,
                word.lower() if key == "field" else word,
                **gap,
                **details,
            )
        )
    return [
        *result,
        scope.rate(
            "due_dates_disagree_rate",
            "Tỷ lệ ngày hẹn trả lệch so với thời hạn trong danh mục",
            wrong,
            None if checked is None else len(checked),
            base="hồ sơ có ngày hẹn trả và thời hạn tính được theo lịch làm việc",
            numerator_label="Hồ sơ có ngày hẹn trả lệch",
            **_details(reference=rule.due_date_check.source, tables=("ho_so", "danh_muc_tthc")),
        ),
    ]


def indicators(scope: Scope) -> list[Indicator]:
    """All figures of section III, and how fast procedures are (printed in section II.3)."""
    return time_indicators(scope) + check_indicators(scope) + fast_indicators(scope)
