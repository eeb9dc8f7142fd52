"""The catalogue of procedures as of the end of the period (section II.2, and the bases of section II.4.2)."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from tthc_analysis.columns import AUTHORITY_LEVELS, ONLINE_LEVELS, PROCEDURES
from tthc_analysis.indicators._indicator import Indicator, counted
from tthc_analysis.indicators._open import OpenReport
from tthc_analysis.indicators.catalogue_sql import IN_FORCE, existing_levels, in_force_on
from tthc_analysis.indicators.definition import NO_DATA, Block, Count, Measure, Rate
from tthc_analysis.indicators.evaluate import Evaluation, evaluate, grouped, rows
from tthc_analysis.indicators.relations import day

SECTION = "II.2"
PROCEDURE = "TTHC"
PUBLISHED_BASE = "TTHC công khai còn hiệu lực tại ngày chốt"
ONLINE_REFERENCE = "{ND-42-2022}"
_REFERENCE = "{TT-02-2017}"

PUBLISHED = Measure(IN_FORCE, "NOT is_kept_internal")
INTERNAL = Measure(IN_FORCE, "is_kept_internal")


def _of(measure: Measure, column: str, value: str) -> Measure:
    return replace(measure, where=f"{measure.where} AND {column} = '{value}'")


BY_ONLINE_LEVEL = {level: _of(PUBLISHED, "online_level", level) for level in ONLINE_LEVELS}

LEVELS = Block(
    section=SECTION,
    reference=_REFERENCE,
    figures=(
        Count(name="procedures_published_count", label="TTHC công khai", part=PUBLISHED, unit=PROCEDURE),
        *(
            Count(
                name=f"procedures_{level}_count",
                label=f"TTHC thuộc thẩm quyền {label}",
                part=_of(PUBLISHED, "authority_level", level),
                unit=PROCEDURE,
                only_with=Measure(IN_FORCE, f"authority_level = '{level}'"),
            )
            for level, label in AUTHORITY_LEVELS.items()
        ),
    ),
)


def _online(level: str, label: str) -> tuple[Count, Rate]:
    """How many procedures have an online level, and their share; what only informs is left out when there is none."""
    part = BY_ONLINE_LEVEL[level]
    said = f"TTHC cung cấp DVC {label.lower()}"
    shown = part if level == "information" else Measure(IN_FORCE)
    return (
        Count(name=f"procedures_{level}_count", label=said, part=part, unit=PROCEDURE, only_with=shown),
        Rate(
            name=f"procedures_{level}_rate",
            label=f"Tỷ lệ {said}",
            part=part,
            part_label=said,
            whole=PUBLISHED,
            base=PUBLISHED_BASE,
            only_with=shown,
        ),
    )


ONLINE = Block(
    section="II.4.2",
    reference=ONLINE_REFERENCE,
    figures=tuple(figure for level, label in ONLINE_LEVELS.items() for figure in _online(level, label)),
)
KEPT_INTERNAL = Block(
    section=SECTION,
    reference=_REFERENCE,
    figures=(
        Count(name="internal_procedures_count", label="TTHC nội bộ", part=INTERNAL, unit=PROCEDURE),
        *(
            Count(
                name=f"internal_procedures_{level}_count",
                label=f"TTHC nội bộ thuộc thẩm quyền {label}",
                part=_of(INTERNAL, "authority_level", level),
                unit=PROCEDURE,
                only_with=_of(INTERNAL, "authority_level", level),
            )
            for level, label in AUTHORITY_LEVELS.items()
        ),
    ),
)
BLOCKS = (LEVELS, ONLINE, KEPT_INTERNAL)


def of_ended_levels(report: OpenReport) -> pd.DataFrame:
    """Rows that the catalogue still calls valid although their authority level has ended by the last day: never counted."""
    report.store.use(PROCEDURES.name)
    return report.store.query(
        "SELECT procedure_code, procedure_name, authority_level, valid_to "
        f"FROM ({in_force_on(day(report.period.end))}) "
        f"WHERE authority_level NOT IN ({existing_levels(report)}) ORDER BY procedure_code"
    )


def notes(report: OpenReport) -> tuple[str, ...]:
    """What a reader must know of the catalogue: as of which day, how old the export is, rows of ended levels."""
    if not report.store.has(PROCEDURES.name):
        return (f"{PROCEDURES.label}: {NO_DATA}.",)
    end = report.period.end
    lines = [f"Danh mục tính tại ngày {end:%d/%m/%Y} theo ngày hiệu lực của từng thủ tục."]
    exported = pd.Timestamp(report.store.query("SELECT max(snapshot_date) AS d FROM danh_muc_tthc")["d"].iloc[0]).date()
    if exported < end:
        lines.append(
            f"Bản danh mục xuất ngày {exported:%d/%m/%Y}, trước ngày chốt: thay đổi sau đó chưa có trong dữ liệu."
        )
    ended = len(of_ended_levels(report))
    if ended:
        lines.append(
            f"{counted(ended, 'thủ tục')} thuộc cấp thẩm quyền đã kết thúc trước ngày chốt, không tính là còn hiệu lực."
        )
    return tuple(lines)


def in_force(report: OpenReport) -> pd.DataFrame:
    """Procedures in force on the last day of the period, internal ones included; none without a catalogue."""
    return rows(report, IN_FORCE, order="procedure_code")


def published_by_level(report: OpenReport) -> pd.DataFrame | None:
    """Published and internal procedures by authority level: level, label, published, full, partial, information, internal.

    None when no catalogue was exported, or none that speaks of the last day of the period.
    """
    if Evaluation(report).silence(IN_FORCE):
        return None
    measures = {"published": PUBLISHED, **BY_ONLINE_LEVEL, "internal": INTERNAL}
    found = grouped(report, IN_FORCE, measures, ["authority_level"]).set_index("authority_level")
    table = found.reindex([level for level in AUTHORITY_LEVELS if level in found.index])
    labels = pd.Series(AUTHORITY_LEVELS).reindex(table.index)
    return table.assign(label=labels).rename_axis("level").reset_index()[["level", "label", *measures]]


def level_indicators(report: OpenReport) -> list[Indicator]:
    """Number of published procedures as of the end of the period, in all and by authority level."""
    return evaluate(report, LEVELS)


def online_level_indicators(report: OpenReport) -> list[Indicator]:
    """Full, partial and information-only procedures of all published ones."""
    return evaluate(report, ONLINE)


def internal_indicators(report: OpenReport) -> list[Indicator]:
    """Internal procedures (between public bodies), in all and by level; levels without any are left out."""
    return evaluate(report, KEPT_INTERNAL)


def indicators(report: OpenReport) -> list[Indicator]:
    """Number of published and internal procedures as of the end of the period, by level and online level."""
    return evaluate(report, LEVELS, ONLINE, KEPT_INTERNAL)
