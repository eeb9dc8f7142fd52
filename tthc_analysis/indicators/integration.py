"""Section II.4.4: identities verified with the national population database."""

from __future__ import annotations

import pandas as pd

from tthc_analysis.columns import PERSON_GROUPS, VERIFICATIONS
from tthc_analysis.indicators import _registers
from tthc_analysis.indicators._indicator import Indicator
from tthc_analysis.indicators._open import OpenReport
from tthc_analysis.indicators.definition import NO_DATA, Block, Measure, Rate, Relation
from tthc_analysis.indicators.evaluate import Evaluation, evaluate, rows
from tthc_analysis.indicators.relations import in_period
from tthc_analysis.rules.school_levels import school_level_key

SECTION = "II.4.4"
#: the last reading of the period of each group and school level: one that was not read again keeps its last reading
_READINGS = in_period(
    "readings",
    VERIFICATIONS,
    lambda report: (
        "*, row_number() OVER (PARTITION BY person_group, education_level ORDER BY counted_date DESC) AS place"
    ),
)
LATEST = Relation(
    "latest",
    VERIFICATIONS.name,
    lambda report: f"{_READINGS.sql(report)},\nlatest AS (SELECT * FROM readings WHERE place = 1)",
    _READINGS.given,
    silent_when_empty=True,
)


def _sum(column: str, group: str = "") -> Measure:
    return Measure(LATEST, f"person_group = '{group}'" if group else "true", take="sum", what=column)


def _rate(name: str, label: str, base: str, group: str = "") -> Rate:
    return Rate(
        name=name,
        label=label,
        part=_sum("verified_count", group),
        part_label="Bản ghi đã xác thực định danh",
        whole=_sum("record_count", group),
        base=base,
        only_with=Measure(LATEST, f"person_group = '{group}'") if group else None,
    )


BLOCK = Block(
    section=SECTION,
    reference="{QD-06-2022:dated} (Đề án 06); số đọc gần nhất trong kỳ",
    figures=(
        _rate(
            "verified_identities_rate",
            "Tỷ lệ xác thực định danh toàn ngành",
            "học sinh, giáo viên, cán bộ quản lý trong cơ sở dữ liệu ngành",
        ),
        *(
            _rate(
                f"verified_{group}s_rate",
                f"Tỷ lệ xác thực định danh {label.lower()}",
                f"{label.lower()} trong cơ sở dữ liệu ngành",
                group,
            )
            for group, label in PERSON_GROUPS.items()
        ),
    ),
)
BLOCKS = (BLOCK,)


def latest(report: OpenReport) -> pd.DataFrame | None:
    """The last reading of the period of each group and school level, oldest first; None without a reading in the period."""
    if Evaluation(report).silence(LATEST):
        return None
    return rows(report, LATEST, order="counted_date, person_group, education_level")


def by_level(report: OpenReport) -> pd.DataFrame | None:
    """The last reading by school level, lowest first: education_level, record_count, verified_count, rate (%); None without data."""
    frame = latest(report)
    if frame is None:
        return None
    table = frame.groupby("education_level", as_index=False, sort=False)[["record_count", "verified_count"]].sum()
    table = table.sort_values("education_level", key=lambda names: names.map(school_level_key), kind="stable")
    return table.assign(rate=100 * table["verified_count"] / table["record_count"].where(table["record_count"] > 0))


def indicators(report: OpenReport) -> list[Indicator]:
    """Share of verified identities in all and by group of persons, at the last reading of the period."""
    return evaluate(report, BLOCK)


def notes(report: OpenReport) -> tuple[str, ...]:
    """The days of the readings that were taken, or why there is none."""
    lines = _registers.notes(report, VERIFICATIONS.name)
    frame = latest(report)
    if frame is None:
        return lines or (f"Không có số đọc xác thực định danh nào trong kỳ: {NO_DATA}.",)
    days = [f"{d:%d/%m/%Y}" for d in sorted(frame["counted_date"].unique())]
    if len(days) == 1:
        return (*lines, f"Số liệu xác thực đọc ngày {days[0]}.")
    return (
        *lines,
        f"Số liệu xác thực đọc các ngày {', '.join(days)}: mỗi nhóm và cấp học lấy số đọc gần nhất trong kỳ.",
    )
