"""Section II.4.7: beside the form, what became of dossiers that were not simply resolved, fees, what fell due, and the plan.

Returned, withdrawn, refused and waiting are classes by the status at the day of export, returned and withdrawn ones in the period
in which they ended; the form counts the same dossiers by its rule set. Each figure is printed only where a column tells it; what none tells is one line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pandas as pd

from tthc_analysis.columns import CHANNELS, DOSSIERS, PAYMENT_METHODS, PLAN_TASKS
from tthc_analysis.indicators import dossiers
from tthc_analysis.indicators._counting import live_of, unended
from tthc_analysis.indicators._indicator import Indicator
from tthc_analysis.indicators._open import OpenReport
from tthc_analysis.indicators._registers import state_day
from tthc_analysis.indicators.definition import ENDS, Amount, Block, Count, Covered, Fact, Measure, Rate, Relation
from tthc_analysis.indicators.evaluate import Evaluation, evaluate, grouped
from tthc_analysis.indicators.relations import day, in_period

SECTION = "II.4.7"
TASK = "nhiệm vụ"
_MORE = ("supplement_requested_at", "supplement_count", "reused_count", "is_population_data")


def _states_sql(report: OpenReport) -> str:
    """CTEs up to `states`: the dossiers of the period of every status, each by its dates."""
    every = {"excluded_statuses": (), "withdrawn": "by_date", "paused": "by_date"}
    every_status = replace(report, rules=report.rules.model_copy(update=every))
    return f"{live_of(every_status, _MORE)},\nstates AS (SELECT * FROM live WHERE status IS NULL OR status <> 'registered')"


def _due_sql(report: OpenReport) -> str:
    """The dossiers that fall due within the period, with end_day (null: not resolved by the cut-off).

    Of a newest export before the cut-off those that fell due before its day: the others may have been resolved in time.
    """
    last, told = report.period.end, state_day(report)
    start, after = day(report.period.start), day(last + timedelta(days=1))
    until = day(told) if told < last else after
    excluded = ", ".join(f"'{s}'" for s in report.rules.excluded_statuses) or "''"
    end_at = f"coalesce({', '.join(report.rules.end_date)})"
    return (
        f"WITH due AS (SELECT *, CASE WHEN {end_at} < {after} THEN CAST({end_at} AS DATE) END AS end_day, {unended(report.rules.end_date)} AS is_unended FROM ho_so\n"
        f"  WHERE due_at >= {start} AND due_at < {until} AND coalesce(status NOT IN ({excluded}), true))"
    )


STATES = Relation("states", DOSSIERS.name, _states_sql, (Covered(DOSSIERS.name),), place="table")
DUE = Relation("due", DOSSIERS.name, _due_sql, (Covered(DOSSIERS.name),))
TASKS = in_period(
    "tasks",
    PLAN_TASKS,
    lambda report: f"*, coalesce(done_date < {day(report.period.end + timedelta(days=1))}, false) AS is_done",
)
_STATUS = Fact(STATES, "trạng thái hồ sơ", "status IS NOT NULL")
_SUPPLEMENTS = Fact(STATES, "số lần yêu cầu bổ sung", "supplement_count IS NOT NULL")
_REUSED = Fact(STATES, "số thành phần dùng lại", "reused_count IS NOT NULL")
_POPULATION = Fact(STATES, "khai thác dữ liệu dân cư", "is_population_data IS NOT NULL")
_OLD_ENDED = Fact(STATES, ENDS, "is_resolved IS NOT NULL", "is_carried_over", every=True)
_DUE_ENDED = Fact(DUE, ENDS, "NOT is_unended", every=True)
_PAYMENT = Fact(STATES, "trạng thái thanh toán", "payment_status IS NOT NULL")
_FEE = Fact(
    STATES, "phí, lệ phí của hồ sơ đã thanh toán", "fee_amount IS NOT NULL", "payment_status = 'paid'", every=True
)
_ANY_DUE = Fact(DUE, "ngày hẹn trả", "due_at IS NOT NULL")


def _ended(status: str, word: str) -> Fact:
    """Of every dossier of a status it is known when it came to it; one that tells no day may have in any period."""
    return Fact(STATES, f"ngày {word} của mọi hồ sơ {word}", "end_at IS NOT NULL", f"status = '{status}'", every=True)


WITHDRAWN = Measure(STATES, "status = 'withdrawn' AND is_resolved", (_STATUS, _ended("withdrawn", "rút")))
RETURNED = Measure(STATES, "status = 'returned' AND is_resolved", (_STATUS, _ended("returned", "trả lại")))
REFUSED = Measure(STATES, "status = 'rejected' AND NOT is_carried_over", (_STATUS,))
WAITING = Measure(STATES, "status = 'awaiting_supplement' AND NOT is_resolved", (_STATUS,))
STOPPED = Measure(STATES, "status = 'stopped' AND NOT is_resolved", (_STATUS,))
REQUESTS = Measure(STATES, "supplement_count > 0", (_SUPPLEMENTS,), take="sum", what="supplement_count")
_PAID = "payment_status = 'paid' AND NOT is_carried_over"
PAID = Measure(STATES, _PAID, (_PAYMENT,))
COLLECTED = Measure(STATES, _PAID, (_PAYMENT, _FEE), take="sum", what="fee_amount")
HANDLED = Measure(STATES, "status IS NULL OR status <> 'rejected'", (_OLD_ENDED,))
REUSED = Measure(STATES, "(status IS NULL OR status <> 'rejected') AND reused_count > 0", (_OLD_ENDED, _REUSED))
POPULATION = Measure(
    STATES, "(status IS NULL OR status <> 'rejected') AND is_population_data", (_OLD_ENDED, _POPULATION)
)
FELL_DUE = Measure(DUE, standing=True)
DONE_BY_DUE = Measure(DUE, "end_day <= CAST(due_at AS DATE)", (_DUE_ENDED,), standing=True)
PLANNED = Measure(TASKS)
DONE = Measure(TASKS, "is_done")
DONE_IN_TIME = Measure(TASKS, "is_done AND done_date <= planned_date")


def _count(name: str, label: str, part: Measure, unit: str = dossiers.DOSSIER) -> Count:
    return Count(name=name, label=label, part=part, unit=unit)


BLOCK = Block(
    section=SECTION,
    reference="Trạng thái, cột của hệ thống một cửa lúc xuất",
    figures=(
        _count("withdrawn_count", "Hồ sơ công dân rút", WITHDRAWN),
        _count("returned_count", "Hồ sơ trả lại", RETURNED),
        _count("refused_count", "Hồ sơ không được tiếp nhận", REFUSED),
        _count("waiting_supplement_count", "Hồ sơ đang chờ bổ sung", WAITING),
        _count("stopped_count", "Hồ sơ đang dừng xử lý", STOPPED),
        Amount(name="supplement_requests_count", label="Lượt yêu cầu bổ sung", part=REQUESTS, unit="lượt"),
        Amount(
            name="fees_collected_amount", label="Phí, lệ phí đã thu của hồ sơ mới trong kỳ", part=COLLECTED, unit="đồng"
        ),
        Rate(
            name="due_done_rate",
            label="Tỷ lệ hồ sơ đến hạn trong kỳ có kết quả đúng hạn",
            part=DONE_BY_DUE,
            part_label="Hồ sơ đến hạn trong kỳ có kết quả đến ngày hẹn",
            whole=FELL_DUE,
            base="hồ sơ có ngày hẹn trả trong kỳ",
        ),
        Rate(
            name="reused_rate",
            label="Tỷ lệ hồ sơ dùng lại dữ liệu đã số hóa",
            part=REUSED,
            part_label="Hồ sơ dùng lại dữ liệu đã số hóa",
            whole=HANDLED,
            base=dossiers.HANDLED_BASE,
        ),
        Rate(
            name="population_data_rate",
            label="Tỷ lệ hồ sơ có khai thác dữ liệu dân cư",
            part=POPULATION,
            part_label="Hồ sơ có khai thác dữ liệu dân cư",
            whole=HANDLED,
            base=dossiers.HANDLED_BASE,
        ),
    ),
)
PLAN = Block(
    section=SECTION,
    reference="Kế hoạch kiểm soát TTHC của {unit}",
    figures=(
        _count("plan_tasks_count", "Nhiệm vụ của kế hoạch đến hạn trong kỳ", PLANNED, TASK),
        Rate(
            name="plan_done_rate",
            label="Tỷ lệ nhiệm vụ đã hoàn thành",
            part=DONE,
            part_label="Nhiệm vụ đã hoàn thành đến ngày chốt",
            whole=PLANNED,
            base="nhiệm vụ đến hạn trong kỳ",
        ),
        Rate(
            name="plan_in_time_rate",
            label="Tỷ lệ nhiệm vụ hoàn thành đúng hạn",
            part=DONE_IN_TIME,
            part_label="Nhiệm vụ hoàn thành đúng hạn",
            whole=PLANNED,
            base="nhiệm vụ đến hạn trong kỳ",
        ),
    ),
)  # fmt: skip
BLOCKS = (BLOCK, PLAN)


def indicators(report: OpenReport) -> list[Indicator]:
    """All figures of the section, those that no column tells too."""
    return evaluate(report, *BLOCKS)


def stated(report: OpenReport) -> tuple[Indicator, ...]:
    """The figures that the data tell."""
    return tuple(i for i in indicators(report) if i.value is not None)


def gaps(report: OpenReport) -> tuple[str, ...]:
    """One line for each figure that the data do not tell, with the reason."""
    return tuple(f"{i.label}: {i.gap}." for i in indicators(report) if i.value is None)


def fees_by_method(report: OpenReport) -> pd.DataFrame | None:
    """New dossiers of the period that were paid, by method of payment: name, n, amount (đồng); None where no column tells."""
    return _fees(report, "payment_method", PAYMENT_METHODS)


def fees_by_channel(report: OpenReport) -> pd.DataFrame | None:
    """The same by the channel that the dossiers came by, as their exports state it."""
    return _fees(report, "stated_channel", CHANNELS)


def _fees(report: OpenReport, by: str, words: Mapping[str, str]) -> pd.DataFrame | None:
    evaluation = Evaluation(report)
    if not isinstance(evaluation.number(COLLECTED), int):
        return None
    table = grouped(report, STATES, {"n": PAID, "amount": COLLECTED}, [by])
    return table.assign(name=table[by].map(words).fillna("chưa ghi"))[table["n"].fillna(0) > 0][
        ["name", "n", "amount"]
    ].reset_index(drop=True)
