"""Section II.4.2: online public services and online payment, by dossiers and by procedure."""

from __future__ import annotations

import pandas as pd

from tthc_analysis.columns import DOSSIERS, ONLINE_LEVELS, PROCEDURES
from tthc_analysis.indicators import _counting as c
from tthc_analysis.indicators import catalogue, dossiers
from tthc_analysis.indicators._counting import live_of
from tthc_analysis.indicators._indicator import Indicator
from tthc_analysis.indicators._open import OpenReport
from tthc_analysis.indicators._order import in_order
from tthc_analysis.indicators.catalogue_sql import FEE_BEARING, IN_FORCE
from tthc_analysis.indicators.definition import Block, Count, Covered, Fact, Measure, Rate, Relation, Speaks, Stated
from tthc_analysis.indicators.evaluate import evaluate
from tthc_analysis.indicators.relations import with_cte

SECTION = "II.4.2"
CHANNELS = ("received_online", "received_in_person", "received_post")
NEW_BASE = "hồ sơ tiếp nhận mới trong kỳ"

DOSSIER_FIGURES = Block(
    section=SECTION,
    reference=catalogue.ONLINE_REFERENCE,
    figures=(
        Count(
            name="online_handled_count",
            label="Hồ sơ trực tuyến nhận giải quyết",
            part=c.ONLINE,
            unit=dossiers.DOSSIER,
        ),
        Count(
            name="online_received_count",
            label="Hồ sơ trực tuyến mới trong kỳ",
            part=c.RECEIVED_ONLINE,
            unit=dossiers.DOSSIER,
        ),
        Count(
            name="online_carried_over_count",
            label="Hồ sơ trực tuyến từ kỳ trước",
            part=c.CARRIED_OVER_ONLINE,
            unit=dossiers.DOSSIER,
        ),
        Count(
            name="offline_received_count",
            label="Hồ sơ mới nộp trực tiếp, qua bưu chính",
            part=c.OFFLINE,
            unit=dossiers.DOSSIER,
            wider=(c.RECEIVED_OTHER, "Hồ sơ mới nộp trực tiếp, qua bưu chính và hình thức khác"),
        ),
        Rate(
            name="online_received_rate",
            label="Tỷ lệ hồ sơ mới nộp trực tuyến",
            part=c.RECEIVED_ONLINE,
            part_label="Hồ sơ mới nộp trực tuyến",
            whole=c.RECEIVED_NEW,
            base=NEW_BASE,
        ),
        Rate(
            name="online_pending_within_rate",
            label="Tỷ lệ hồ sơ trực tuyến đang giải quyết còn trong hạn",
            part=c.PENDING_ONLINE_WITHIN,
            part_label="Hồ sơ trực tuyến đang giải quyết trong hạn",
            whole=c.PENDING_ONLINE,
            base="hồ sơ trực tuyến đang giải quyết",
        ),
        Count(
            name="online_overdue_count",
            label="Hồ sơ trực tuyến quá hạn (đã và đang giải quyết)",
            part=c.OVERDUE_ONLINE,
            unit=dossiers.DOSSIER,
        ),
    ),
)

#: a catalogue none of whose rows states a fee, not even 0, has no such column: nothing is known of fees
_FEE = Fact(IN_FORCE, "phí, lệ phí của danh mục", "fee_amount IS NOT NULL")
#: dossiers of the body's own fee-bearing procedures
FEES = Relation(
    "with_fee",
    DOSSIERS.name,
    lambda report: (
        f"{with_cte(live_of(report), IN_FORCE.sql(report))},\n"
        "with_fee AS (SELECT * FROM live WHERE procedure_code IN (\n"
        f"  SELECT procedure_code FROM in_force WHERE {FEE_BEARING}\n))"
    ),
    (Speaks(IN_FORCE), Covered(DOSSIERS.name), Stated(c.OLD_ENDED)),
    place="table",
)
#: a dossier without a recorded fee had to pay: the catalogue says that its procedure has one; a fee of 0 is an exemption
_PAYABLE = "(fee_amount IS NULL OR fee_amount > 0)"
_PAID = f"{_PAYABLE} AND payment_status = 'paid'"
_STATUS = Fact(FEES, "trạng thái thanh toán", "payment_status IS NOT NULL", _PAYABLE)
_METHOD = Fact(FEES, "hình thức thanh toán", "payment_method IS NOT NULL", _PAID)
PAYABLE = Measure(FEES, _PAYABLE, (c.CODES, _FEE))
PAID_ONLINE = Measure(FEES, f"{_PAID} AND payment_method = 'online'", (c.CODES, _FEE, _STATUS, _METHOD))

PAYMENT = Block(
    section=SECTION,
    reference="{ND-45-2020}",
    tables=(DOSSIERS.name, PROCEDURES.name),
    figures=(
        Count(
            name="fee_procedures_count",
            label="TTHC có phí, lệ phí của {unit}",
            part=Measure(IN_FORCE, FEE_BEARING, (_FEE,)),
            unit=catalogue.PROCEDURE,
        ),
        Count(
            name="fee_dossiers_count",
            label="Hồ sơ phải nộp phí, lệ phí",
            part=PAYABLE,
            unit=dossiers.DOSSIER,
        ),
        Rate(
            name="paid_online_rate",
            label="Tỷ lệ thanh toán trực tuyến",
            part=PAID_ONLINE,
            part_label="Hồ sơ đã thanh toán trực tuyến",
            whole=PAYABLE,
            base="hồ sơ phải nộp phí, lệ phí",
        ),
    ),
)
BLOCKS = (DOSSIER_FIGURES, PAYMENT)


def dossier_indicators(report: OpenReport) -> list[Indicator]:
    """Online dossiers new and carried over, their share, and how the open online ones stand."""
    return evaluate(report, DOSSIER_FIGURES)


def payment_indicators(report: OpenReport) -> list[Indicator]:
    """Fee-bearing procedures of the department and the share of their dossiers paid online."""
    return evaluate(report, PAYMENT)


def indicators(report: OpenReport) -> list[Indicator]:
    """All figures of the section: dossiers, procedures by online level, payment."""
    return evaluate(report, DOSSIER_FIGURES, catalogue.ONLINE, PAYMENT)


def by_procedure(report: OpenReport) -> pd.DataFrame:
    """Appendix: each procedure with dossiers in the period, its online level, new dossiers by channel and the online share."""
    measures = ("handled", "received_new", *CHANNELS, "received_other", "received_no_channel", "carried_over")
    table = dossiers.by_procedure(report, measures)
    levels = catalogue.in_force(report)[["procedure_code", "online_level"]]
    table = table.merge(levels.drop_duplicates("procedure_code"), on="procedure_code", how="left")
    listed = table["procedure_code"].isin(levels["procedure_code"])
    unlisted = "ngoài danh mục" if report.store.has(PROCEDURES.name) else "chưa có danh mục"
    why = listed.map({True: "chưa rõ", False: unlisted}).mask(table["procedure_code"].isna(), "chưa rõ")
    labels = table["online_level"].map(ONLINE_LEVELS).fillna(why)
    share = 100 * table["received_online"] / table["received_new"].where(table["received_new"] > 0)
    table = table.assign(online_level=labels, online_rate=share)
    return in_order(table, ["field", "procedure_code"])
