"""The catalogue of procedures as of the end of the period (section II.2, and the bases of section 3.2)."""

from __future__ import annotations

from typing import Any

import pandas as pd

from tthc_analysis.columns import AUTHORITY_LEVELS, ONLINE_LEVELS
from tthc_analysis.indicators._counting import day
from tthc_analysis.indicators._indicator import Indicator
from tthc_analysis.indicators._scope import Scope

PROCEDURE = "TTHC"
PUBLISHED_BASE = "TTHC công khai còn hiệu lực tại ngày chốt"
ONLINE_REFERENCE = "Nghị định 42/2022/NĐ-CP"
DEPARTMENT = "department"


def in_force_sql(scope: Scope) -> str:
    """A SELECT of the catalogue rows in force on the last day of the period."""
    end = day(scope.period.end)
    return f"SELECT * FROM danh_muc_tthc WHERE valid_from <= {end} AND (valid_to IS NULL OR valid_to >= {end})"


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


def indicators(scope: Scope) -> list[Indicator]:
    """Number of published and internal procedures as of the end of the period, by level and online level."""
    if not scope.store.has("danh_muc_tthc"):
        return [scope.count("procedures_published_count", "TTHC công khai", None, PROCEDURE, **_details())]
    table = by_level(scope)
    result = [
        scope.count(
            "procedures_published_count", "TTHC công khai", int(table["published"].sum()), PROCEDURE, **_details()
        )
    ]
    result += [
        scope.count(
            f"procedures_{row['level']}_count",
            f"TTHC thuộc thẩm quyền {row['label']}",
            int(row["published"]),
            PROCEDURE,
            **_details(),
        )
        for row in table.to_dict("records")
    ]
    return [*result, *online_level_indicators(scope, table), *internal_indicators(scope, table)]


def online_level_indicators(scope: Scope, table: pd.DataFrame | None = None) -> list[Indicator]:
    """Full, partial and information-only procedures of all published ones."""
    if not scope.store.has("danh_muc_tthc"):
        return []
    levels = by_level(scope) if table is None else table
    published = int(levels["published"].sum())
    details = _details(section="3.2", reference=ONLINE_REFERENCE)
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


def internal_indicators(scope: Scope, table: pd.DataFrame) -> list[Indicator]:
    """Internal procedures (between public bodies), in all and by level."""
    total = scope.count(
        "internal_procedures_count", "TTHC nội bộ", int(table["internal"].sum()), PROCEDURE, **_details()
    )
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
