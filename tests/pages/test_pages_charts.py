"""Charts: numbers in words, both widths, both schemes, text as text, the same bytes each time."""

from __future__ import annotations

import re

import matplotlib
import pandas as pd
import pytest
from lxml import etree

from tthc_analysis.display import time_charts
from tthc_analysis.display._canvas import DARK, shortened
from tthc_analysis.display.charts import backlog_chart, count_chart, monthly_chart, outcome_chart, processing_chart
from tthc_analysis.display.time_charts import receipts_chart, trend_chart
from tthc_analysis.periods import parse_period

MONTHS = pd.DataFrame(
    {
        "month": ["2024-01", "2024-02", "2024-03"],
        "online": [1500, 20, 30],
        "in_person": [0, 5, 0],
        "post": [0, 0, 0],
        "unknown": [0, 0, 0],
        "received": [1500, 25, 30],
    }
)
FIELDS = pd.DataFrame(
    {
        "field": ["Lĩnh vực A", "Lĩnh vực B"],
        "resolved": [10, 90],
        "resolved_early": [8, 80],
        "resolved_on_time": [2, 7],
        "resolved_overdue": [0, 3],
        "resolved_no_due": [0, 0],
    }
)
TIMES = pd.DataFrame(
    {
        "procedure_code": ["1.000001", "1.000002"],
        "procedure_name": ["Thủ tục một", "Thủ tục hai"],
        "n": [20, 10],
        "median": [3, 4],
        "p90": [5, 9],
        "allowed": [8, 7],
    }
)
DAYS = pd.date_range("2024-01-01", "2024-03-31")
RECEIPTS = pd.DataFrame(
    {
        "day": DAYS,
        "received": [7 if d.day == 6 else d.weekday() for d in DAYS],
        "is_working": [d.weekday() < 5 for d in DAYS],
    }
)
PERIODS = pd.DataFrame(
    {
        "label": ["Quý I/2024", "Quý II/2024 (đến 05/06/2024)"],
        "is_whole": [True, False],
        "handled": [120, 80],
        "received_new": [100, 70],
        "online_rate": [50.0, 75.5],
        "resolved": [90, 60],
        "resolved_overdue": [9, 3],
        "overdue_rate": [10.0, 5.0],
        "pending": [30, 20],
    }
)
CHARTS = {
    "month": lambda: monthly_chart(MONTHS, parse_period("2024-Q1")),
    "outcome": lambda: outcome_chart(FIELDS),
    "backlog": lambda: backlog_chart(pd.DataFrame({"day": DAYS, "open": range(len(DAYS))})),
    "processing": lambda: processing_chart(TIMES),
    "receipts": lambda: receipts_chart(RECEIPTS),
    "trend": lambda: trend_chart(PERIODS),
}


@pytest.fixture(params=list(CHARTS))
def chart(request):
    return CHARTS[request.param]()


def test_both_drawings_hold_text_as_text_and_follow_the_scheme(chart):
    for svg in (chart.svg, chart.svg_narrow):
        root = etree.fromstring(svg.encode())
        assert [t for t in root.iter("{*}text") if "".join(t.itertext()).strip()]
        assert "prefers-color-scheme: dark" in svg
        assert " style=" not in svg


def test_every_colour_has_its_counterpart_on_dark(chart):
    for svg in (chart.svg, chart.svg_narrow):
        used = set(re.findall(r'(?:fill|stroke)="(#[0-9a-f]{6})"', svg))
        assert used
        assert used <= set(DARK)


def test_the_alternative_text_holds_numbers_and_the_page_shows_it(chart):
    assert re.search(r"\d", chart.alt)
    assert chart.to_html().count("<source") == 1
    assert "No description" not in chart.to_html()


def test_the_same_data_give_the_same_bytes(request):
    for make in CHARTS.values():
        assert make().to_html() == make().to_html()


def test_no_setting_of_the_user_reaches_a_drawing(chart, request):
    name = request.node.callspec.params["chart"]
    own = {"axes.grid": True, "font.size": 21, "text.usetex": True, "lines.marker": "s", "savefig.bbox": "tight"}
    own |= {"figure.facecolor": "red", "axes.spines.bottom": False, "xtick.major.pad": 30, "figure.dpi": 33}
    with matplotlib.rc_context(own):
        assert CHARTS[name]().to_html() == chart.to_html()
        assert matplotlib.rcParams["font.size"] == own["font.size"]


@pytest.mark.parametrize("name", ["Hạng A$#1$", r"$\frac$ và $x_2$", r"a\$b$", "50 $ – 70 $"])
def test_names_from_data_are_no_mathematics(name):
    drawn = outcome_chart(FIELDS.assign(field=[name, *FIELDS["field"][1:]]))
    for svg in (drawn.svg, drawn.svg_narrow):
        assert name in "".join(etree.fromstring(svg.encode()).itertext())


def test_the_title_says_the_finding():
    assert CHARTS["month"]().title == "Hồ sơ mới nhiều nhất vào tháng 01/2024: 1.500 hồ sơ"
    assert CHARTS["outcome"]().title == "3 hồ sơ giải quyết quá hạn"
    assert CHARTS["backlog"]().title.startswith("Cuối kỳ còn 90 hồ sơ đang giải quyết")
    assert CHARTS["processing"]().title.startswith("1/2 thủ tục nhiều hồ sơ nhất có hơn 10% hồ sơ")
    assert trend_chart(PERIODS.assign(is_whole=True)).title.endswith("tỷ lệ quá hạn từ 10% còn 5%")
    assert CHARTS["receipts"]().title.startswith(
        "Nhiều nhất 7 hồ sơ mới trong một ngày (06/01/2024, 06/02/2024, 06/03/2024)"
    )


def test_months_that_the_period_cuts_are_said():
    assert "03/2024: 30 (không đủ tháng)" in CHARTS["month"]().alt
    assert "01/2024: 1.500;" in CHARTS["month"]().alt


def test_months_that_share_the_highest_number_are_all_named():
    frame = pd.DataFrame({"month": ["2024-02", "2024-03"], "n": [5, 5]})
    assert (
        count_chart(frame, "thu", "Văn bản", unit="văn bản").title
        == "Văn bản nhiều nhất vào tháng 02/2024, 03/2024: 5 văn bản"
    )


def test_a_chart_without_data_is_a_sentence():
    assert str(count_chart(None, "thu", "Văn bản")) == "Văn bản theo tháng: chưa có dữ liệu."


def _boxes(svg: str, width: float) -> list[tuple[float, float, float]]:
    """Left end, right end and height of each bold text, by a generous width of a letter; all inside the drawing."""
    boxes = []
    for text in etree.fromstring(svg.encode()).iter("{*}text"):
        if text.get("font-weight") in ("bold", "700"):
            x, y, words = float(text.get("x")), float(text.get("y")), "".join(text.itertext())
            long = 5.0 * len(words)
            x -= {"middle": long / 2, "end": long}.get(text.get("text-anchor"), 0)
            assert 0 <= x < x + long <= width, (words, x)
            boxes.append((x, x + long, y))
    return boxes


@pytest.mark.parametrize(
    "numbers",
    [
        [0, 0, 1, 1],
        [9, 3, 2, 1],
        [1, 2, 9, 8],
        [1, 9, 8, 8],
        [3, 2, 1, 9],
        [1] * 40 + [9, 8],
        [8, 9] + [8] * 40,
        [5],
        [5, 0],
    ],
)
def test_labels_of_the_backlog_stand_apart_and_inside(numbers):
    days = pd.date_range("2024-01-01", periods=len(numbers)).strftime("%Y-%m-%d")
    drawn = backlog_chart(pd.DataFrame({"day": days, "open": [100 * n for n in numbers]}))
    for svg, width in ((drawn.svg, 8.6 * 72), (drawn.svg_narrow, 3.7 * 72)):
        boxes = _boxes(svg, width)
        assert 1 <= len(boxes) <= 2
        if len(boxes) == 2:
            (a, b, y), (c, d, z) = boxes
            assert b < c or d < a or abs(y - z) > 9, boxes


def test_a_rate_that_nobody_knows_is_drawn_as_a_dash_and_not_as_nothing_late():
    drawn = trend_chart(PERIODS.assign(overdue_rate=float("nan")))
    for svg in (drawn.svg, drawn.svg_narrow):
        texts = ["".join(t.itertext()) for t in etree.fromstring(svg.encode()).iter("{*}text")]
        assert texts.count("–") == len(PERIODS)
        assert not any(re.fullmatch(r"0(,0+)?%", t) for t in texts)


def _collisions(svg: str) -> list[tuple[str, str]]:
    """Pairs of texts on one line that run into each other, by a narrow width of a letter."""
    placed = []
    for text in etree.fromstring(svg.encode()).iter("{*}text"):
        words, size = "".join(text.itertext()), float(text.get("font-size", "10").removesuffix("px"))
        long = 0.55 * size * len(words)
        at = re.search(r"translate\(([-\d.]+)[ ,]+([-\d.]+)\)", text.get("transform", ""))
        x, y = (float(v) for v in (at.groups() if at else (text.get("x"), text.get("y"))))
        start = x - {"middle": long / 2, "end": long}.get(text.get("text-anchor"), 0)
        placed.append((words, start, start + long, y))
    pairs = [(one, other) for at, one in enumerate(placed) for other in placed[at + 1 :] if abs(one[3] - other[3]) < 8]
    return [(a[0], b[0]) for a, b in pairs if a[1] < b[2] and b[1] < a[2]]


def _long_period(months: int) -> list:
    """Every chart of time over so many months, with numbers of four digits."""
    names = [str(p) for p in pd.period_range("2020-01", periods=months, freq="M")]
    count = [1100 + 97 * (i % 11) + 7 * i for i in range(months)]
    channels = {"online": count, "in_person": 0, "post": 0, "unknown": 0, "received": count}
    days = pd.date_range("2020-01-01", periods=30 * months)
    received = [(7 * d.day) % 23 for d in days]
    return [
        monthly_chart(pd.DataFrame({"month": names, **channels})),
        backlog_chart(pd.DataFrame({"day": days, "open": [900 + (i % 90) for i in range(len(days))]})),
        receipts_chart(pd.DataFrame({"day": days, "received": received, "is_working": True})),
    ]


@pytest.mark.parametrize("months", [13, 24, 36, 60])
def test_labels_of_long_periods_do_not_collide(months):
    for shown in _long_period(months):
        assert [_collisions(svg) for svg in (shown.svg, shown.svg_narrow)] == [[], []], shown.name


@pytest.mark.parametrize("periods", [2, 8, 12])
@pytest.mark.parametrize("peak", [0, 1, -2, -1])
def test_labels_of_a_trend_do_not_collide(periods, peak):
    numbers = [11_900] * periods
    numbers[peak] = 12_345
    rows = pd.concat([PERIODS.head(1)] * periods, ignore_index=True)
    shown = trend_chart(rows.assign(received_new=numbers, resolved=numbers, pending=numbers))
    assert [_collisions(svg) for svg in (shown.svg, shown.svg_narrow)] == [[], []]


def test_a_trend_compares_only_periods_whose_rate_is_known():
    rows = pd.concat([PERIODS.head(1)] * 3, ignore_index=True).assign(
        label=["Quý I/2024", "Quý II/2024", "Quý III/2024"]
    )
    assert trend_chart(rows.assign(overdue_rate=[None, 2.0, 1.0])).title == (
        "Từ Quý II/2024 đến Quý III/2024: tỷ lệ quá hạn từ 2% còn 1%"
    )
    assert trend_chart(rows.assign(overdue_rate=[None, None, 1.0])).title == (
        "3 kỳ đến Quý III/2024; chưa có hai kỳ biết tỷ lệ quá hạn để so sánh"
    )


def test_names_are_cut_at_a_word():
    assert shortened("Cấp giấy chứng nhận đăng ký", 16) == "Cấp giấy chứng…"
    assert shortened("ngắn", 16) == "ngắn"


@pytest.mark.parametrize("whole", [(True, False), (False, True), (False, False)])
def test_a_trend_never_compares_a_period_that_is_covered_in_part(whole):
    title = trend_chart(PERIODS.assign(is_whole=whole)).title
    assert "%" not in title
    assert "chưa có hai kỳ đủ dữ liệu" in title


@pytest.mark.filterwarnings("error")
def test_dossiers_without_a_channel_are_drawn_and_no_channel_is_0():
    none = pd.array([None] * len(MONTHS), dtype="Int64")
    shown = monthly_chart(MONTHS.assign(online=none, in_person=none, post=none, unknown=MONTHS["received"]))
    assert "Cả kỳ: không ghi hình thức 1.555." in shown.alt
    assert [c.path[0] for c in shown.columns] == ["Tháng", "Tổng số", "Trực tuyến", "Trực tiếp", "Bưu chính", "Không ghi hình thức"]  # fmt: skip
    assert "<td>0</td>" not in shown.to_html()


def test_a_series_too_small_to_be_seen_is_told_in_words_and_a_cut_month_is_explained():
    shown = monthly_chart(MONTHS.assign(online=[1500, 24, 30], in_person=[0, 1, 0]), parse_period("2024-Q1"))
    texts = ["".join(t.itertext()) for t in etree.fromstring(shown.svg.encode()).iter("{*}text")]
    assert "Trực tuyến 1.554" in texts
    assert not any(t.startswith("Trực tiếp") for t in texts)
    assert shown.notes[0] == "Trực tiếp 1: quá ít để nhìn thấy trên hình."
    assert shown.notes[1].startswith("Cột nhạt: tháng 03/2024 chỉ tính một phần, vì kỳ từ 15/12/2023")


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("many", [1, 40, 4000])
def test_a_key_of_many_series_has_lines_of_its_own_on_a_phone(many):
    counts = pd.DataFrame({"month": ["2026-01", "2026-02"], "online": many, "in_person": many, "post": many})
    shown = monthly_chart(counts.assign(other=many, unknown=many, received=5 * many))
    root = etree.fromstring(shown.svg_narrow.encode())
    texts = {"".join(t.itertext()): _place(t) for t in root.iter("{*}text")}
    names = [n for n in texts if n.startswith(("Trực", "Bưu", "Hình", "Không"))]
    assert len(names) == 5
    width = float(root.get("viewBox").split()[2])
    assert all(texts[n][0] + 0.5 * 9 * len(n) < width for n in names)
    assert len({texts[n][1] for n in names}) > 1


def _place(text) -> tuple[float, float]:
    """Where a text of a drawing starts, in points."""
    found = re.search(r"translate\(([\d.]+)[ ,]([\d.]+)\)", text.get("transform", ""))
    return (float(found[1]), float(found[2])) if found else (float(text.get("x", 0)), float(text.get("y", 0)))


@pytest.mark.parametrize("most", [1, 4, 5, 7, 23, 100])
def test_no_class_of_the_calendar_is_beyond_the_busiest_day(most):
    limits = time_charts._limits(most)
    assert limits[-1] == most
    assert limits == sorted(set(limits))
    assert len(time_charts._scale_names(limits, narrow=False)) == len(limits) <= 5
