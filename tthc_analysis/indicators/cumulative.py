"""Months and quarters beside the year so far (lũy kế) and the same span of the year before, and why parts add up to more.

A span that the exports tell of only in part has no figure here: it is "chưa đủ dữ liệu", never a smaller number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from tthc_analysis.columns import DOSSIERS, TABLES
from tthc_analysis.indicators import dossiers
from tthc_analysis.indicators._counting import ENDED, MEASURES, Bounds, dossiers_sql, evaluations, is_live
from tthc_analysis.indicators._indicator import Indicator
from tthc_analysis.indicators._open import OpenReport
from tthc_analysis.indicators._registers import whole
from tthc_analysis.indicators.definition import Block, Count, Covered, Measure, Relation, Stated, Unknown
from tthc_analysis.indicators.dossiers import FORM_REFERENCE, LABELS
from tthc_analysis.indicators.evaluate import CountsDoNotAdd, Evaluation, named
from tthc_analysis.indicators.registry import blocks, section_key
from tthc_analysis.periods import parts_of_year, year_to_date

NOT_WHOLE = "chưa đủ dữ liệu"
#: sections whose figures are of a span: III compares spans itself
_FIRST, _AFTER = (1,), (3,)


def _again_sql(report: OpenReport) -> str:
    """Dossiers that the parts of the year so far count more often than the year so far does; `times` says how much more."""
    whole_year = year_to_date(report.period) or report.period
    *parts, so_far = (
        f"CASE WHEN {is_live(report.rules, Bounds.of(span))} THEN 1 ELSE 0 END"
        for span in (*parts_of_year(report.period), whole_year)
    )
    times = f"{' + '.join(parts)} - {so_far}"
    return (
        f"WITH {dossiers_sql(report.rules)},\n"
        f"again AS (SELECT * FROM (SELECT dossier_code, {times} AS times FROM dossiers) counted WHERE times > 0)"
    )


AGAIN = Relation(
    "again", DOSSIERS.name, _again_sql, (Covered(DOSSIERS.name), Stated(ENDED)), tally=("times",), place="table"
)
COUNTED_AGAIN = Measure(AGAIN, take="sum", what="times")
BLOCK = Block(
    section="II.4.1",
    reference=FORM_REFERENCE,
    figures=(
        Count(
            name="counted_again_count",
            label="Lượt hồ sơ tính ở nhiều kỳ mà lũy kế chỉ tính một lần",
            part=COUNTED_AGAIN,
            unit="lượt hồ sơ",
            only_with=COUNTED_AGAIN,
        ),
    ),
)
BLOCKS = (BLOCK,)


def so_far(report: OpenReport) -> OpenReport:
    """The same data for the year so far; the report itself where its period is no month or quarter."""
    span = year_to_date(report.period)
    return report.at(span) if span else report


def indicators(report: OpenReport) -> list[Indicator]:
    """How often dossiers are counted in more than one part of the year so far; none when none is."""
    found = (
        named(report, ["counted_again_count"])
        if year_to_date(report.period) and _tells(so_far(report), (DOSSIERS.name,))
        else {}
    )
    return list(found.values())


# --- every figure beside other spans ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Beside:
    """One figure in the period, in the year so far, in the same period a year before, and in the year so far then."""

    now: Indicator
    so_far: Indicator
    last_year: Indicator
    so_far_last_year: Indicator


def figures(report: OpenReport) -> tuple[Beside, ...]:
    """Every figure of sections I and II beside the year so far and the year before; one that is not told of whole says so."""
    names = [f.name for b in blocks() if _FIRST <= section_key(b.section) < _AFTER for f in b.figures]
    names = [n for n in names if n != "counted_again_count"]
    now, cumulative = named(report, names), so_far(report)
    others = [_told(other, names) for other in (cumulative, report.last_year, cumulative.last_year)]
    return tuple(Beside(now[n], *(_of(other, now[n]) for other in others)) for n in now)


def _told(report: OpenReport, names: Sequence[str]) -> dict[str, Indicator]:
    """The figures of a span that the exports tell of as a whole."""
    return {name: i for name, i in named(report, names).items() if _tells(report, i.tables)}


def _tells(report: OpenReport, tables: Sequence[str]) -> bool:
    return all(whole(report, name) for name in tables if TABLES[name].event)


def _of(told: dict[str, Indicator], now: Indicator) -> Indicator:
    unknown = replace(now, numerator=None, denominator=None, gap=NOT_WHOLE)
    return told.get(now.name, unknown)


# --- the form of other spans -----------------------------------------------------------------------------------------


def form(report: OpenReport) -> pd.DataFrame:
    """The measures of form II.06a by field for a span; no row when the exports do not tell of all of it."""
    table = dossiers.by_field(report)
    return table if _tells(report, (DOSSIERS.name,)) else table.head(0)


# --- why the parts add up to more ------------------------------------------------------------------------------------

#: what a count of the parts is more than the same of the year so far, in words
_ENTERED = ("handled", "carried_over")
_STANDING = ("pending", "pending_within", "pending_overdue", "pending_no_due")
_WORDS = {
    "again": "hồ sơ còn mở qua ngày chốt của một kỳ được tính ở cả kỳ sau",
    "standing": "hồ sơ đang giải quyết ở ngày chốt các kỳ trước; lũy kế chỉ lấy ngày chốt cuối cùng",
    "gone": "hồ sơ rút, trả lại sau ngày chốt của kỳ tiếp nhận, lũy kế không tính",
}


def bridge(report: OpenReport) -> pd.DataFrame:
    """Each count of the form: label, parts (sum over the months or quarters), so_far, difference, why.

    No row when the exports do not tell of the whole year so far. Raises CountsDoNotAdd when the difference of the dossiers
    handled is not exactly the dossiers counted again.
    """
    cumulative = so_far(report)
    columns = ["name", "label", "parts", "so_far", "difference", "why"]
    if not year_to_date(report.period) or not _tells(cumulative, (DOSSIERS.name,)):
        return pd.DataFrame(columns=columns)
    *parts, whole_year = evaluations(report, (*parts_of_year(report.period), cumulative.period))
    again = Evaluation(report).number(COUNTED_AGAIN)
    rows = []
    for name, label in LABELS.items():
        counts = [one.number(MEASURES[name]) for one in parts]
        total = whole_year.number(MEASURES[name])
        known = [n for n in counts if not isinstance(n, Unknown)]
        if isinstance(total, Unknown) or len(known) < len(counts):
            continue
        rows.append((name, label, sum(known), total, sum(known) - total, _why(name, sum(known) - total)))
    table = pd.DataFrame(rows, columns=columns)
    _require_explained(table, again)
    return table[(table["parts"] > 0) | (table["so_far"] > 0)].reset_index(drop=True)


def _why(name: str, difference: int) -> str:
    if not difference:
        return ""
    return _WORDS["again" if name in _ENTERED else "standing" if name in _STANDING else "gone"]


def _require_explained(table: pd.DataFrame, again: int | Unknown) -> None:
    difference = dict(zip(table["name"], table["difference"], strict=True)).get("handled", again)
    if difference != again:
        raise CountsDoNotAdd(
            f"Cộng các kỳ lệch lũy kế {difference} lượt, giải thích được {again}.",
            "bảng nối lũy kế",
            "Báo lỗi cho người phát triển kèm tên kỳ và bộ quy tắc đếm.",
        )


def notes(report: OpenReport) -> tuple[str, ...]:
    """Which spans stand beside the period, and which of them the exports do not tell of as a whole."""
    cumulative = so_far(report)
    spans = (
        ("Lũy kế từ đầu năm", cumulative),
        ("Cùng kỳ năm trước", report.last_year),
        ("Lũy kế cùng kỳ năm trước", cumulative.last_year),
    )
    lines = []
    for words, other in spans:
        period = other.period
        line = f"{words}: {period.label}, từ {period.start:%d/%m/%Y} đến {period.end:%d/%m/%Y}"
        lines.append(
            line
            + (
                "."
                if _tells(other, (DOSSIERS.name,))
                else f"; hồ sơ {NOT_WHOLE} của cả khoảng này nên không in, không so."
            )
        )
    return tuple(lines)
