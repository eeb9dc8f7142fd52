"""The catalogue of procedures as of the end of the period (section II.2, and the bases of section II.4.2)."""

from __future__ import annotations

from typing import Any

import pandas as pd

from tthc_analysis.columns import AUTHORITY_LEVELS, ONLINE_LEVELS, PROCEDURES, PROVENANCE
from tthc_analysis.indicators._counting import day
from tthc_analysis.indicators._indicator import Indicator, counted
from tthc_analysis.indicators._scope import Scope
from tthc_analysis.rules.levels import levels_on

PROCEDURE = "TTHC"
PUBLISHED_BASE = "TTHC công khai còn hiệu lực tại ngày chốt"
ONLINE_REFERENCE = "Nghị định 42/2022/NĐ-CP"
DEPARTMENT = "department"


def in_force_on(moment: str, days: str = "") -> str:
    """A SELECT of the catalogue rows in force on `moment`, one a procedure: of rows that overlap the one that began last.

    `moment` is a DATE literal; or a column of the relation `days`, and then there is one row a day (`on_day`) and procedure.
    """
    columns = ", ".join(c.name for c in (*PROCEDURES.columns, *PROVENANCE))
    on_day, source = ("on_day, ", f"{days} CROSS JOIN danh_muc_tthc c") if days else ("", "danh_muc_tthc c")
    return (
        f"SELECT {on_day}{columns} FROM (\n"
        f"  SELECT {moment} AS on_day, c.*, row_number() OVER (PARTITION BY {moment}, c.procedure_code\n"
        "    ORDER BY c.valid_from DESC, c.snapshot_date DESC, c.source_file DESC, c.source_row DESC) AS place\n"
        f"  FROM {source}\n"
        f"  WHERE c.valid_from <= {moment} AND (c.valid_to IS NULL OR c.valid_to >= {moment})\n"
        ") WHERE place = 1"
    )


#: the dossiers `live` with, as `c`, the catalogue row in force on their day of receipt
WITH_CATALOGUE = (
    f"live LEFT JOIN ({in_force_on('d.received_day', '(SELECT DISTINCT received_day FROM live) d')}) c\n"
    "  ON c.procedure_code = live.procedure_code AND c.on_day = live.received_day"
)


def in_force_sql(scope: Scope) -> str:
    """A SELECT of the catalogue rows in force on the last day of the period, of the authority levels that exist then."""
    end, existing = day(scope.period.end), ", ".join(f"'{level.id}'" for level in levels_on(scope.period.end))
    return f"SELECT * FROM ({in_force_on(end)}) WHERE authority_level IN ({existing})"


def of_ended_levels(scope: Scope) -> pd.DataFrame:
    """Rows that the catalogue still calls valid although their authority level has ended by the last day: never counted."""
    scope.store.use("danh_muc_tthc")
    end, existing = day(scope.period.end), ", ".join(f"'{level.id}'" for level in levels_on(scope.period.end))
    return scope.store.query(
        f"SELECT procedure_code, procedure_name, authority_level, valid_to FROM ({in_force_on(end)}) "
        f"WHERE authority_level NOT IN ({existing}) ORDER BY procedure_code"
    )


def notes(scope: Scope) -> tuple[str, ...]:
    """What a reader must know of the catalogue: as of which day, how old the export is, rows of ended levels."""
    if not scope.store.has("danh_muc_tthc"):
        return ("Danh mục thủ tục hành chính: chưa có dữ liệu.",)
    end = scope.period.end
    lines = [f"Danh mục tính tại ngày {end:%d/%m/%Y} theo ngày hiệu lực của từng thủ tục."]
    exported = pd.Timestamp(scope.store.query("SELECT max(snapshot_date) AS d FROM danh_muc_tthc")["d"].iloc[0]).date()
    if exported < end:
        lines.append(
            f"Bản danh mục xuất ngày {exported:%d/%m/%Y}, trước ngày chốt: thay đổi sau đó chưa có trong dữ liệu."
        )
    ended = len(of_ended_levels(scope))
    if ended:
        lines.append(
            f"{counted(ended, 'thủ tục')} thuộc cấp thẩm quyền đã kết thúc trước ngày chốt, không tính là còn hiệu lực."
        )
    return tuple(lines)


def in_force(scope: Scope) -> pd.DataFrame:
    """Procedures in force on the last day of the period, internal ones included."""
    scope.store.use("danh_muc_tthc")
    return scope.store.query(f"{in_force_sql(scope)} ORDER BY procedure_code")


def by_level(scope: Scope) -> pd.DataFrame:
    """Published and internal procedures by authority level: level, label, published, full, partial, information, internal."""
    frame = in_force(scope)
    internal = frame["is_internal"].fillna(False).astype(bool)
    rows = []
    for level, label in AUTHORITY_LEVELS.items():
        here = frame["authority_level"] == level
        published = frame[here & ~internal]
        row = {"level": level, "label": label, "published": len(published)}
        row |= {online: int((published["online_level"] == online).sum()) for online in ONLINE_LEVELS}
        rows.append(row | {"internal": int((here & internal).sum())})
    table = pd.DataFrame(rows)
    return table[(table["published"] > 0) | (table["internal"] > 0)].reset_index(drop=True)


def fee_bearing_codes(scope: Scope, level: str = DEPARTMENT) -> list[str]:
    """Codes of the published procedures of `level` that collect a fee, sorted."""
    frame = in_force(scope)
    with_fee = frame["fee_amount"].fillna(0) > 0
    return sorted(frame.loc[with_fee & (frame["authority_level"] == level), "procedure_code"])


def _details(**more: Any) -> dict[str, Any]:
    return {"section": "II.2", "tables": ("danh_muc_tthc",), "reference": "Thông tư 02/2017/TT-VPCP", **more}


def published_by_level(scope: Scope) -> pd.DataFrame | None:
    """`by_level`, or None when no catalogue was exported, or none that speaks of the last day of the period."""
    table = by_level(scope) if scope.store.has("danh_muc_tthc") else None
    return None if table is None or table.empty else table


def level_indicators(scope: Scope) -> list[Indicator]:
    """Number of published procedures as of the end of the period, in all and by authority level."""
    table = published_by_level(scope)
    total = None if table is None else int(table["published"].sum())
    result = [scope.count("procedures_published_count", "TTHC công khai", total, PROCEDURE, **_details())]
    if table is None:
        return result
    return result + [
        scope.count(
            f"procedures_{row['level']}_count",
            f"TTHC thuộc thẩm quyền {row['label']}",
            int(row["published"]),
            PROCEDURE,
            **_details(),
        )
        for row in table.to_dict("records")
    ]


def indicators(scope: Scope) -> list[Indicator]:
    """Number of published and internal procedures as of the end of the period, by level and online level."""
    return level_indicators(scope) + online_level_indicators(scope) + internal_indicators(scope)


def online_level_indicators(scope: Scope, table: pd.DataFrame | None = None) -> list[Indicator]:
    """Full, partial and information-only procedures of all published ones."""
    levels = published_by_level(scope) if table is None else table
    if levels is None:
        return []
    published = int(levels["published"].sum())
    details = _details(section="II.4.2", reference=ONLINE_REFERENCE)
    result: list[Indicator] = []
    for level, label in ONLINE_LEVELS.items():
        number, name = int(levels[level].sum()), label.lower()
        if number or level != "information":
            result.append(
                scope.count(f"procedures_{level}_count", f"TTHC cung cấp DVC {name}", number, PROCEDURE, **details)
            )
            result.append(
                scope.rate(
                    f"procedures_{level}_rate",
                    f"Tỷ lệ TTHC cung cấp DVC {name}",
                    number,
                    published,
                    base=PUBLISHED_BASE,
                    numerator_label=f"TTHC cung cấp DVC {name}",
                    **details,
                )
            )
    return result


def internal_indicators(scope: Scope) -> list[Indicator]:
    """Internal procedures (between public bodies), in all and by level; levels without any are left out."""
    table = published_by_level(scope)
    number = None if table is None else int(table["internal"].sum())
    total = scope.count("internal_procedures_count", "TTHC nội bộ", number, PROCEDURE, **_details())
    if table is None:
        return [total]
    return [total] + [
        scope.count(
            f"internal_procedures_{row['level']}_count",
            f"TTHC nội bộ thuộc thẩm quyền {row['label']}",
            int(row["internal"]),
            PROCEDURE,
            **_details(),
        )
        for row in table.to_dict("records")
        if row["internal"]
    ]
