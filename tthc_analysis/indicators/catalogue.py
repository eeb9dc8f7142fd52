"""The catalogue of procedures as of the end of the period (section II.2, and the bases of section II.4.2)."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from tthc_analysis.columns import AUTHORITY_LEVELS, ONLINE_LEVELS, PROCEDURES, SEVERAL_LEVELS
from tthc_analysis.indicators._indicator import Indicator, counted
from tthc_analysis.indicators._open import OpenReport
from tthc_analysis.indicators.catalogue_sql import IN_FORCE, existing_levels, in_force_on
from tthc_analysis.indicators.definition import NO_DATA, Block, Count, Fact, Measure, Rate
from tthc_analysis.indicators.evaluate import Evaluation, evaluate, grouped, rows
from tthc_analysis.indicators.relations import day
from tthc_analysis.rules.catalogue import load_catalogue_rules, project_catalogue_rules

SECTION = "II.2"
PROCEDURE = "TTHC"
PUBLISHED_BASE = "TTHC công khai còn hiệu lực tại ngày chốt"
ONLINE_REFERENCE = "{ND-42-2022}"
_REFERENCE = "{TT-02-2017}"

PUBLISHED = Measure(IN_FORCE, "NOT is_kept_internal")
INTERNAL = Measure(IN_FORCE, "is_kept_internal")


_UNKNOWN = "unknown"
#: every class of a procedure by who handles it: one level, several, or none that the catalogue tells
LEVEL_LABELS = {**AUTHORITY_LEVELS, SEVERAL_LEVELS: "nhiều cấp", _UNKNOWN: "Chưa rõ cấp"}


def _of(measure: Measure, column: str, value: str) -> Measure:
    said = f"{column} IS NULL" if value == _UNKNOWN else f"{column} = '{value}'"
    return replace(measure, where=f"{measure.where} AND {said}")


def _named(level: str) -> str:
    return "unknown_level" if level == _UNKNOWN else level


def _handled(what: str, level: str) -> str:
    """The label of the procedures of one class."""
    return f"{what} chưa rõ cấp thẩm quyền" if level == _UNKNOWN else f"{what} thuộc thẩm quyền {LEVEL_LABELS[level]}"


_ONLINE_STATED = Fact(IN_FORCE, "mức độ trực tuyến", "online_level IS NOT NULL", who="NOT is_kept_internal")
BY_ONLINE_LEVEL = {
    level: replace(_of(PUBLISHED, "online_level", level), needs=(_ONLINE_STATED,)) for level in ONLINE_LEVELS
}

LEVELS = Block(
    section=SECTION,
    reference=_REFERENCE,
    figures=(
        Count(name="procedures_published_count", label="TTHC công khai", part=PUBLISHED, unit=PROCEDURE),
        *(
            Count(
                name=f"procedures_{_named(level)}_count",
                label=_handled("TTHC", level),
                part=_of(PUBLISHED, "authority_level", level),
                unit=PROCEDURE,
                only_with=_of(Measure(IN_FORCE), "authority_level", level),
            )
            for level in LEVEL_LABELS
        ),
    ),
)


def _online(level: str, label: str) -> tuple[Count, Rate]:
    """How many procedures have an online level, and their share; what only informs is left out when there is none.

    Without a catalogue the full level stands for all: unknown, with the reason.
    """
    part = BY_ONLINE_LEVEL[level]
    said = f"TTHC cung cấp DVC {label.lower()}"
    shown = {"full": None, "information": part}.get(level, Measure(IN_FORCE))
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
                name=f"internal_procedures_{_named(level)}_count",
                label=_handled("TTHC nội bộ", level),
                part=_of(INTERNAL, "authority_level", level),
                unit=PROCEDURE,
                only_with=_of(INTERNAL, "authority_level", level),
            )
            for level in LEVEL_LABELS
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
        f"WHERE authority_level NOT IN ('{SEVERAL_LEVELS}', {existing_levels(report)}) ORDER BY procedure_code"
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
    return (*lines, *_undated(report), *_ended(report), *_replaced(report), *_cut(report))


def _undated(report: OpenReport) -> list[str]:
    """Of lists without validity days: that their figures are those of the day of export."""
    found = report.store.query(
        f"SELECT snapshot_date AS d, count(*) AS n FROM ({in_force_on(day(report.period.end))}) "
        "WHERE valid_from IS NULL GROUP BY snapshot_date ORDER BY d"
    )
    return [
        f"{counted(int(n), 'thủ tục')} theo danh mục xuất ngày {pd.Timestamp(d):%d/%m/%Y}, không ghi ngày hiệu lực: số này là số của "
        "ngày xuất, không phải của ngày chốt."
        for d, n in zip(found["d"], found["n"], strict=True)
    ]


def _ended(report: OpenReport) -> list[str]:
    ended = of_ended_levels(report)
    if ended.empty:
        return []
    lines = [
        f"{counted(len(ended), 'thủ tục')} thuộc cấp thẩm quyền đã kết thúc trước ngày chốt, không tính là còn hiệu lực."
    ]
    for moved in load_catalogue_rules().moved:
        if moved.level in set(ended["authority_level"]) and moved.since <= report.period.end:
            where = ", ".join(AUTHORITY_LEVELS[level] for level in moved.to)
            lines.append(
                f"Từ ngày {moved.since:%d/%m/%Y}, thẩm quyền của {AUTHORITY_LEVELS[moved.level]} chuyển cho {where} tùy thủ tục "
                f"({moved.source}): cần danh mục mới, không so sánh theo cấp với trước ngày đó."
            )
    return lines


def _replaced(report: OpenReport) -> list[str]:
    """Replaced codes that the catalogue still lists beside the new ones: both would be counted."""
    codes = set(in_force(report)["procedure_code"])
    end = report.period.end
    return [
        f"Mã {one.old} đã được thay bằng {one.new}{f' từ ngày {one.since:%d/%m/%Y}' if one.since else ''} nhưng danh mục vẫn ghi cả "
        "hai: kiểm tra để không tính một thủ tục hai lần."
        for one in project_catalogue_rules(report.root).replaced
        if {one.old, one.new} <= codes and (one.since is None or one.since <= end)
    ]


def _cut(report: OpenReport) -> list[str]:
    """Resolutions in force on the last day that cut procedures: which of the catalogue, or that their list is not known."""
    codes, end = set(in_force(report)["procedure_code"]), report.period.end
    lines = []
    for one in project_catalogue_rules(report.root).cuts:
        law = report.laws[one.law]
        if law.first_day > end or (law.last_day or end) < end:
            continue
        if not one.procedures:
            what = f"danh mục ở {one.list} chưa có trong chương trình, kiểm tra thủ tục bị cắt giảm trước khi công bố số liệu"
        elif cut := sorted(codes & set(one.procedures)):
            what = f"danh mục vẫn ghi {counted(len(cut), 'thủ tục')} bị cắt giảm: {', '.join(cut)}"
        else:
            continue
        lines.append(f"{law.name} cắt giảm, đơn giản hóa thủ tục hành chính: {what}.")
    return lines


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
    found = grouped(report, IN_FORCE, measures, ["authority_level"])
    found = found.assign(authority_level=found["authority_level"].fillna(_UNKNOWN)).set_index("authority_level")
    table = found.reindex([level for level in LEVEL_LABELS if level in found.index])
    labels = pd.Series({**LEVEL_LABELS, SEVERAL_LEVELS: "Nhiều cấp"}).reindex(table.index)
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
