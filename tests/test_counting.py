"""The counting rules: readable scenarios for each rule set, and properties against the pandas twin."""

from __future__ import annotations

import csv
import random
import re
from datetime import date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from edges import edge_frame
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle import classify

from tthc_analysis.columns import DOSSIERS, PROVENANCE, STATUSES
from tthc_analysis.indicators import OpenReport
from tthc_analysis.indicators._counting import MEASURES, counts, live_sql
from tthc_analysis.indicators.definition import Measure
from tthc_analysis.indicators.evaluate import CountsDoNotAdd, check_splits
from tthc_analysis.periods import Period, parse_period
from tthc_analysis.rules import load_counting_rules, rule_set_ids
from tthc_analysis.store.write import StoreWriter

SCENARIOS = sorted((Path(__file__).parent / "scenarios" / "counting").glob("*.csv"))
QUARTER = parse_period("2024-Q1")
RULE_SETS = {"so_2024": "so-2024", "he_thong_a_06": "he-thong-a-06", "theo_thoi_diem": "theo-thoi-diem"}


def parts_of(total: str) -> list[str]:
    """The names of the measures that add up to one."""
    split = MEASURES[total].splits[0]
    return [name for name, measure in MEASURES.items() if measure in split]


_CLASSES = [*parts_of("received_new"), "carried_over"]
_OUTCOMES = [*parts_of("resolved"), *parts_of("pending"), "unended"]


def frame_of(rows: list[dict]) -> pd.DataFrame:
    """A canonical dossier table from a few columns."""
    dtypes = {"integer": "Int64", "date": "datetime64[us]", "datetime": "datetime64[us]", "decimal": "object"}
    columns = (*DOSSIERS.columns, *PROVENANCE)
    return pd.DataFrame(
        {c.name: pd.Series([r.get(c.name) for r in rows], dtype=dtypes.get(c.kind, "str")) for c in columns}
    )


def report_of(frame: pd.DataFrame, folder: Path, rule_set: str = "so-2024", period: Period = QUARTER) -> OpenReport:
    """A report over one dossier table."""
    writer = StoreWriter(folder)
    writer.add(DOSSIERS, frame)
    return OpenReport(period, load_counting_rules(rule_set), writer.commit({"datasets": {}, "findings": []}))


def classes(report: OpenReport) -> dict[str, str]:
    """dossier code → "intake / outcome" as the SQL says."""
    columns = ", ".join(f"({MEASURES[m].where}) AS {m}" for m in (*_CLASSES, *_OUTCOMES))
    frame = report.store.query(f"{live_sql(report.period, report.rules)} SELECT dossier_code, {columns} FROM live")
    found = {}
    for row in frame.to_dict("records"):
        intake = [c for c in _CLASSES if row[c] is True]
        outcome = [c for c in _OUTCOMES if row[c] is True]
        if not outcome:
            outcome = [c for c in ("pending_no_due",) if not pd.isna(row[c]) and row[c]]
        assert len(intake) == len(outcome) == 1, (row, intake, outcome)
        found[row["dossier_code"]] = f"{intake[0]} / {outcome[0]}"
    return found


def read_scenario(path: Path) -> list[dict]:
    with path.open(encoding="utf-8") as source:
        return list(csv.DictReader(source))


def dossier(row: dict) -> dict:
    moments = {"received_at": "received", "due_at": "due", "resolved_at": "resolved", "returned_at": "returned"}
    values = {k: datetime.fromisoformat(row[v]) if row[v] else None for k, v in moments.items()}
    return {k: row[k] or None for k in ("dossier_code", "channel", "status")} | values


@pytest.mark.parametrize("rule_set", RULE_SETS)
@pytest.mark.parametrize("path", SCENARIOS, ids=lambda p: p.stem)
def test_scenario(path, rule_set, tmp_path):
    rows = read_scenario(path)
    report = report_of(frame_of([dossier(r) for r in rows]), tmp_path / "s", RULE_SETS[rule_set])
    expected = {r["dossier_code"]: r[rule_set] for r in rows if r[rule_set]}
    assert classes(report) == expected


def test_every_rule_set_has_scenarios():
    assert set(RULE_SETS.values()) == set(rule_set_ids())


def test_rule_sets_say_their_choices():
    texts = {name: load_counting_rules(name).describe() for name in rule_set_ids()}
    assert "So sánh theo ngày." in texts["so-2024"]
    assert any("đúng hạn, không xét ngày" in line for line in texts["he-thong-a-06"])
    assert any("thời điểm" in line for line in texts["theo-thoi-diem"])


def test_the_printed_choices_are_those_of_the_scenarios():
    texts = {name: " ".join(load_counting_rules(name).describe()) for name in rule_set_ids()}
    fallback = {
        name: re.search(r"nếu hệ thống không ghi thì lấy (ngày [\w ]+)\.", text) for name, text in texts.items()
    }
    assert {name: found and found[1] for name, found in fallback.items()} == {
        "so-2024": "ngày trả kết quả",
        "he-thong-a-06": None,
        "theo-thoi-diem": "ngày kết thúc xử lý",
    }
    for text in texts.values():
        assert "không lấy trạng thái lúc xuất" not in text
        assert "chưa có ngày kết thúc thì còn đang giải quyết" in text
    assert "sau ngày chốt" in texts["theo-thoi-diem"]


def moments(first: date, last: date):
    span = (last - first).days
    return st.builds(
        lambda d, m: datetime.combine(first, datetime.min.time()) + timedelta(days=d, minutes=m),
        st.integers(0, span),
        st.integers(0, 1439),
    )


NEAR = moments(date(2023, 12, 10), date(2024, 3, 20))


@st.composite
def dossiers(draw):
    received = draw(NEAR)
    after = st.integers(0, 30 * 1440).map(lambda m: received + timedelta(minutes=m))
    return {
        "channel": draw(st.sampled_from(["online", "in_person", "post", "other", None])),
        "status": draw(st.sampled_from([*STATUSES, None])),
        "field": draw(st.sampled_from(["A", "B", None])),
        "received_at": received,
        "due_at": draw(st.none() | after),
        "resolved_at": draw(st.none() | after),
        "returned_at": draw(st.none() | after),
    }


TABLES = st.lists(dossiers(), min_size=1, max_size=25).map(
    lambda rows: [r | {"dossier_code": f"M{i:03d}"} for i, r in enumerate(rows)]
)
SLOW = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@SLOW
@given(rows=TABLES, rule_set=st.sampled_from(rule_set_ids()))
def test_sql_agrees_with_the_pandas_twin(rows, rule_set, tmp_path_factory):
    frame = frame_of(rows)
    report = report_of(frame, tmp_path_factory.mktemp("s") / "t", rule_set)
    twin = classify(frame, QUARTER, report.rules)
    assert classes(report) == {r["dossier_code"]: f"{r['intake']} / {r['outcome']}" for r in twin.to_dict("records")}


@pytest.mark.parametrize("rule_set", rule_set_ids())
def test_sql_agrees_with_the_pandas_twin_on_every_edge(rule_set, tmp_path):
    frame = edge_frame()
    report = report_of(frame, tmp_path / "t", rule_set)
    twin = classify(frame, QUARTER, report.rules)
    assert len(twin) > 500
    assert classes(report) == {r["dossier_code"]: f"{r['intake']} / {r['outcome']}" for r in twin.to_dict("records")}


@SLOW
@given(rows=TABLES, rule_set=st.sampled_from(rule_set_ids()))
def test_identities_hold_in_total_and_in_every_group(rows, rule_set, tmp_path_factory):
    report = report_of(frame_of(rows), tmp_path_factory.mktemp("s") / "t", rule_set)
    total, groups = counts(report), counts(report, by=["field", "channel"])
    for table in (total, groups):
        assert (table["handled"] == table["resolved"] + table["pending"] + table["unended"]).all()
        assert (table["handled"] == table["received_new"] + table["carried_over"]).all()
    assert groups[list(MEASURES)].sum().to_dict() == total.iloc[0].to_dict()


@SLOW
@given(rows=TABLES, seed=st.integers(0, 99))
def test_the_order_of_rows_does_not_matter(rows, seed, tmp_path_factory):
    shuffled = random.Random(seed).sample(rows, len(rows))
    one = report_of(frame_of(rows), tmp_path_factory.mktemp("s") / "t")
    other = report_of(frame_of(shuffled), tmp_path_factory.mktemp("s") / "t")
    pd.testing.assert_frame_equal(counts(one, by=["field"]), counts(other, by=["field"]))


@SLOW
@given(rows=TABLES)
def test_the_pending_of_a_period_are_the_carried_over_of_the_next(rows, tmp_path_factory):
    report = report_of(frame_of(rows), tmp_path_factory.mktemp("s") / "t", period=parse_period("2024-01"))
    following = report.at(parse_period("2024-02"))
    left = counts(report)[["pending", "unended"]].iloc[0].sum()
    assert left == counts(following)["carried_over"].iloc[0]


def test_a_broken_identity_is_an_error():
    table = pd.DataFrame({"handled": [3], "received_new": [1], "carried_over": [1]})
    measures: dict[str, Measure] = {name: MEASURES[name] for name in table}
    with pytest.raises(CountsDoNotAdd, match="handled"):
        check_splits(measures, table)
    check_splits(measures, table.assign(handled=2))
