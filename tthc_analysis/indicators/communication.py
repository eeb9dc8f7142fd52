"""Section II.6: communication counters. Exact counts are printed, never "hơn" or "gần" a round number."""

from __future__ import annotations

import pandas as pd

from tthc_analysis.columns import COMMUNICATION, UNITS
from tthc_analysis.indicators import _registers
from tthc_analysis.indicators._indicator import Indicator
from tthc_analysis.indicators._open import OpenReport
from tthc_analysis.indicators.definition import (
    NO_DATA,
    Block,
    Count,
    Covered,
    Exported,
    Mean,
    Measure,
    Rate,
    Relation,
    Some,
)
from tthc_analysis.indicators.evaluate import Evaluation, evaluate, rows
from tthc_analysis.indicators.relations import UNITS_AT_END, in_period, with_cte

SECTION = "II.6"


def _read_last(column: str) -> str:
    """The place of a reading among those of its channel that state a counter, the last one first."""
    order = "counted_date DESC, unit_code DESC NULLS FIRST"
    return f"row_number() OVER (PARTITION BY channel, {column} IS NULL ORDER BY {order}) AS {column}_place"


#: the place of a reading among those of its channel and day that state the visits: days are counted by the first ones
_OF_DAY = (
    "row_number() OVER (PARTITION BY channel, counted_date, visits IS NULL ORDER BY unit_code NULLS FIRST) AS day_place"
)
READINGS = in_period(
    "readings", COMMUNICATION, lambda report: f"*, {_read_last('followers')}, {_read_last('topic_pages')}, {_OF_DAY}"
)


def _stated(channel: str, column: str) -> str:
    return f"channel = '{channel}' AND {column} IS NOT NULL"


def _sum(channel: str, column: str) -> Measure:
    """The sum of one counter over the period; not known without any reading of it."""
    return Measure(READINGS, _stated(channel, column), take="sum", what=column, empty=NO_DATA)


def _last(channel: str, column: str) -> Measure:
    """One counter at its last reading: the only row that is asked, so the most of it."""
    where = f"{_stated(channel, column)} AND {column}_place = 1"
    return Measure(READINGS, where, take="most", what=column, empty=NO_DATA)


_NO_UNITS = Exported(UNITS.name, "chưa có danh sách đơn vị")
#: who took part in contests; says nothing where the staff is not known
CONTESTS = Relation("readings", COMMUNICATION.name, READINGS.sql, (*READINGS.given, _NO_UNITS))
#: units of the organisation at the end of the period with whether they communicated in it
COMMUNICATING = Relation(
    "communicating",
    UNITS.name,
    lambda report: (
        f"{with_cte(READINGS.sql(report), UNITS_AT_END.sql(report))},\n"
        "communicating AS (\n  SELECT *, unit_code IN (\n"
        f"    SELECT unit_code FROM readings WHERE {_stated('unit', 'unit_code')}\n  ) AS is_active FROM units\n)"
    ),
    (Covered(COMMUNICATION.name), _NO_UNITS, Some(Measure(READINGS, _stated("unit", "unit_code")))),
)
#: readings that state both: posts of the others may be about the reform or not
_BOTH = f"{_stated('portal', 'posts')} AND reform_posts IS NOT NULL"


def _of_both(column: str) -> Measure:
    return Measure(READINGS, _BOTH, take="sum", what=column, empty=NO_DATA)


BLOCK = Block(
    section=SECTION,
    reference="Số đếm của các kênh truyền thông do {unit} quản lý",
    figures=(
        Mean(
            name="portal_visits_mean",
            label="Lượt truy cập cổng thông tin điện tử bình quân một ngày",
            part=_sum("portal", "visits"),
            part_label="Lượt truy cập trong kỳ",
            whole=Measure(READINGS, f"{_stated('portal', 'visits')} AND day_place = 1", take="sum", empty=NO_DATA),
            base="ngày có số đếm trong kỳ",
            unit="lượt/ngày",
            decimals=0,
        ),
        Count(
            name="facebook_followers_count",
            label="Lượt theo dõi Facebook",
            part=_last("facebook", "followers"),
            unit="lượt",
        ),
        Count(name="zalo_followers_count", label="Lượt theo dõi Zalo", part=_last("zalo", "followers"), unit="lượt"),
        Count(
            name="topic_pages_count",
            label="Chuyên mục trên cổng thông tin điện tử",
            part=_last("portal", "topic_pages"),
            unit="chuyên mục",
        ),
        Count(name="posts_count", label="Tin bài đã đăng trong kỳ", part=_sum("portal", "posts"), unit="tin bài"),
        Count(
            name="reform_posts_count",
            label="Tin bài về cải cách hành chính",
            part=_sum("portal", "reform_posts"),
            unit="tin bài",
        ),
        Rate(
            name="reform_posts_rate",
            label="Tỷ lệ tin bài về cải cách hành chính",
            part=_of_both("reform_posts"),
            part_label="Tin bài về cải cách hành chính",
            whole=_of_both("posts"),
            base="tin bài của những lượt ghi có cả số tin bài về cải cách hành chính",
        ),
        Rate(
            name="contest_participation_rate",
            label="Tỷ lệ công chức tham gia hội thi tìm hiểu cải cách hành chính",
            part=Measure(CONTESTS, _stated("contest", "participants"), take="sum", what="participants", empty=NO_DATA),
            part_label="Công chức tham gia",
            whole=Measure(UNITS_AT_END, take="sum", what="civil_servant_count"),
            base="công chức có mặt của {unit} tại ngày chốt",
            tables=(COMMUNICATION.name, UNITS.name),
            together=True,
        ),
        Rate(
            name="units_communicating_rate",
            label="Tỷ lệ đơn vị tổ chức tuyên truyền cải cách hành chính",
            part=Measure(COMMUNICATING, "unit_kind = 'unit' AND is_active"),
            part_label="Đơn vị có tuyên truyền trong kỳ",
            whole=Measure(COMMUNICATING, "unit_kind = 'unit'"),
            base="đơn vị trực thuộc {unit} tại ngày chốt",
            tables=(COMMUNICATION.name, UNITS.name),
        ),
    ),
)
BLOCKS = (BLOCK,)


def monthly(report: OpenReport) -> pd.DataFrame | None:
    """The portal by calendar month: month, visits, posts, reform_posts (empty: not read); None without data."""
    if Evaluation(report).silence(READINGS):
        return None
    portal = rows(report, READINGS, where="channel = 'portal'")
    months = portal["counted_date"].dt.strftime("%Y-%m").rename("month")
    return portal.groupby(months)[["visits", "posts", "reform_posts"]].sum(min_count=1).reset_index()


def indicators(report: OpenReport) -> list[Indicator]:
    """Visits a day, followers and topic pages at the last reading, posts of the period, participation."""
    return evaluate(report, BLOCK)


def notes(report: OpenReport) -> tuple[str, ...]:
    """What the counters cannot say."""
    return _registers.notes(report, COMMUNICATION.name)
