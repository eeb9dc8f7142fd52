"""Section II.4.2: online public services and online payment, by dossiers and by procedure."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import pandas as pd

from tthc_analysis.columns import ONLINE_LEVELS
from tthc_analysis.indicators import catalogue, dossiers
from tthc_analysis.indicators._counting import live_sql
from tthc_analysis.indicators._indicator import Indicator
from tthc_analysis.indicators._registers import covers
from tthc_analysis.indicators._scope import Scope

SECTION = "II.4.2"
CHANNELS = ("received_online", "received_in_person", "received_post")
#: a dossier without a recorded fee had to pay: the catalogue says that its procedure has one
PAYABLE = "(fee_amount IS NULL OR fee_amount > 0)"
PAID_ONLINE = "payment_status = 'paid' AND payment_method = 'online'"
NEW_BASE = "hồ sơ tiếp nhận mới trong kỳ"


def indicators(scope: Scope) -> list[Indicator]:
    """All figures of the section: dossiers, procedures by online level, payment."""
    return [
        *dossier_indicators(scope),
        *catalogue.online_level_indicators(scope),
        *payment_indicators(scope),
    ]


def dossier_indicators(scope: Scope) -> list[Indicator]:
    """Online dossiers new and carried over, their share, and how the open online ones stand."""
    missing = dossiers.gaps(scope)
    found = dossiers.known(scope, missing)
    gap = partial(dossiers.gap, missing)
    online = _sum(found, "received_online", "carried_over_online")
    offline = _sum(found, "received_in_person", "received_post")
    details = dossiers.details(SECTION, reference=catalogue.ONLINE_REFERENCE)
    return [
        scope.count(
            "online_handled_count",
            "Hồ sơ trực tuyến nhận giải quyết",
            online,
            dossiers.DOSSIER,
            **gap("received_online", "carried_over_online"),
            **details,
        ),
        scope.count(
            "online_received_count",
            "Hồ sơ trực tuyến mới trong kỳ",
            found.get("received_online"),
            dossiers.DOSSIER,
            **gap("received_online"),
            measure="received_online",
            **details,
        ),
        scope.count(
            "online_carried_over_count",
            "Hồ sơ trực tuyến từ kỳ trước",
            found.get("carried_over_online"),
            dossiers.DOSSIER,
            **gap("carried_over_online"),
            measure="carried_over_online",
            **details,
        ),
        scope.count(
            "offline_received_count",
            "Hồ sơ mới nộp trực tiếp, qua bưu chính",
            offline,
            dossiers.DOSSIER,
            **gap("received_in_person"),
            **details,
        ),
        scope.rate(
            "online_received_rate",
            "Tỷ lệ hồ sơ mới nộp trực tuyến",
            found.get("received_online"),
            found.get("received_new"),
            base=NEW_BASE,
            numerator_label="Hồ sơ mới nộp trực tuyến",
            **gap("received_online"),
            measure="received_online",
            **details,
        ),
        scope.rate(
            "online_pending_within_rate",
            "Tỷ lệ hồ sơ trực tuyến đang giải quyết còn trong hạn",
            found.get("pending_online_within"),
            found.get("pending_online"),
            base="hồ sơ trực tuyến đang giải quyết",
            numerator_label="Hồ sơ trực tuyến đang giải quyết trong hạn",
            **gap("pending_online_within"),
            measure="pending_online_within",
            **details,
        ),
        scope.count(
            "online_overdue_count",
            "Hồ sơ trực tuyến quá hạn (đã và đang giải quyết)",
            found.get("overdue_online"),
            dossiers.DOSSIER,
            **gap("overdue_online"),
            measure="overdue_online",
            **details,
        ),
    ]


def _sum(found: Mapping[str, int], *measures: str) -> int | None:
    """The sum of some counts; None when one is not known."""
    return sum(found[m] for m in measures) if set(measures) <= set(found) else None


def payment_counts(scope: Scope) -> dict[str, int]:
    """Handled dossiers of fee-bearing procedures: procedures, dossiers, exempt, payable, paid_online, stated, paid, by_method.

    Empty without a catalogue; only `procedures` when no dossier export covers the period or none of its dossiers has a
    procedure code. A dossier is exempt when its fee is recorded as 0; the base of the rate is the dossiers that had to pay.
    Of those `stated` say whether they paid, `paid` did, and `by_method` of these say how.
    """
    if catalogue.published_by_level(scope) is None:
        return {}
    codes = catalogue.fee_bearing_codes(scope)
    if not covers(scope, "ho_so") or dossiers.no_codes(scope):
        return {"procedures": len(codes)}
    listed = ", ".join(f"'{code}'" for code in codes) or "''"
    row = scope.store.query(
        f"{live_sql(scope.period, scope.rules)}\n"
        "SELECT count(*) AS dossiers,\n"
        "  count(*) FILTER (WHERE fee_amount = 0) AS exempt,\n"
        f"  count(*) FILTER (WHERE {PAYABLE}) AS payable,\n"
        f"  count(*) FILTER (WHERE {PAYABLE} AND {PAID_ONLINE}) AS paid_online,\n"
        f"  count(payment_status) FILTER (WHERE {PAYABLE}) AS stated,\n"
        f"  count(*) FILTER (WHERE {PAYABLE} AND payment_status = 'paid') AS paid,\n"
        f"  count(payment_method) FILTER (WHERE {PAYABLE} AND payment_status = 'paid') AS by_method\n"
        f"FROM live WHERE procedure_code IN ({listed})"
    ).iloc[0]
    return {"procedures": len(codes), **{name: int(row[name]) for name in row.index}}


def payment_indicators(scope: Scope) -> list[Indicator]:
    """Fee-bearing procedures of the department and the share of their dossiers paid online."""
    found = payment_counts(scope)
    details = dossiers.details(SECTION, tables=("ho_so", "danh_muc_tthc"), reference="Nghị định 45/2020/NĐ-CP")
    uncoded = {"gap": dossiers.no_data_of("code")} if dossiers.no_codes(scope) and found else {}
    gap = uncoded or _payment_gap(found)
    paid = None if gap else found.get("paid_online")
    return [
        scope.count(
            "fee_procedures_count",
            "TTHC có phí, lệ phí của Sở",
            found.get("procedures"),
            catalogue.PROCEDURE,
            **details,
        ),
        scope.count(
            "fee_dossiers_count",
            "Hồ sơ phải nộp phí, lệ phí",
            found.get("payable"),
            dossiers.DOSSIER,
            **uncoded,
            **details,
        ),
        scope.rate(
            "paid_online_rate",
            "Tỷ lệ thanh toán trực tuyến",
            paid,
            found.get("payable"),
            base="hồ sơ phải nộp phí, lệ phí",
            numerator_label="Hồ sơ đã thanh toán trực tuyến",
            **gap,
            **details,
        ),
    ]


def _payment_gap(found: Mapping[str, int]) -> dict[str, str]:
    """Why the share paid online is not known: no dossier says whether it was paid, or no paid one says how."""
    if found.get("payable") and not found["stated"]:
        return {"gap": "chưa có dữ liệu trạng thái thanh toán"}
    if found.get("paid") and not found["by_method"]:
        return {"gap": "chưa có dữ liệu hình thức thanh toán"}
    return {}


def by_procedure(scope: Scope) -> pd.DataFrame:
    """Appendix: each procedure with dossiers in the period, its online level, new dossiers by channel and the online share."""
    measures = ("handled", "received_new", *CHANNELS, "received_no_channel", "carried_over")
    table = dossiers.by_procedure(scope, measures)
    levels = catalogue.in_force(scope)[["procedure_code", "online_level"]] if scope.store.has("danh_muc_tthc") else None
    if levels is not None:
        table = table.merge(levels.drop_duplicates("procedure_code"), on="procedure_code", how="left")
    else:
        table["online_level"] = None
    labels = table["online_level"].map(ONLINE_LEVELS).fillna("ngoài danh mục")
    share = 100 * table["received_online"] / table["received_new"].where(table["received_new"] > 0)
    table = table.assign(online_level=labels, online_rate=share)
    return table.sort_values(["field", "procedure_code"], ignore_index=True)
