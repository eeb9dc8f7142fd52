"""Apache Spark on this machine gives what DuckDB gives: every class of every dossier, edges, roll-ups, rows behind."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import city_of
import pandas as pd
import pytest
from edges import QUARTER, edge_frame
from indicators import rows as small

from tthc_analysis.columns import DOSSIERS, FINISHED_STATUSES, PETITIONS, PROCEDURES, TABLES
from tthc_analysis.errors import SparkUnavailable
from tthc_analysis.indicators import (
    OpenReport,
    outcomes,
    rollup,
    scores,
)
from tthc_analysis.indicators._counting import counts, live_sql
from tthc_analysis.indicators.cumulative import AGAIN
from tthc_analysis.indicators.deadlines import deadlines
from tthc_analysis.indicators.evaluate import named, tabulated
from tthc_analysis.indicators.evidence import evidence
from tthc_analysis.periods import parse_period
from tthc_analysis.rules import load_counting_rules, rule_set_ids
from tthc_analysis.store import Store, sql
from tthc_analysis.store import spark as spark_module
from tthc_analysis.store.write import StoreWriter

needs_spark = pytest.mark.skipif(
    spark_module.find_spec("pyspark") is None or shutil.which("java") is None,
    reason="cần Apache Spark: python tools/install.py --spark, và Java",
)
#: a session's zone decides what a moment means as soon as one of them carries a zone; the second has no 02:30 on 10/3/2024
ZONES = ("Asia/Ho_Chi_Minh", "America/Los_Angeles")


@pytest.fixture(scope="module")
def server():
    """One server for the tests here of one process, with a compiler that is quick to start."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -Duser.timezone=UTC")
        with spark_module.serving():
            yield


@pytest.fixture
def both(server, monkeypatch) -> Callable[[OpenReport, Callable[[OpenReport], object], str], tuple[object, object]]:
    """What a function of a report gives on DuckDB, and on Spark in a session of the given zone."""

    def run(report: OpenReport, work: Callable[[OpenReport], object], zone: str) -> tuple[object, object]:
        one = work(OpenReport(report.period, report.rules, Store(report.store.folder), report.custom_periods))
        with monkeypatch.context() as patch:
            patch.setitem(spark_module._SESSION, "spark.sql.session.timeZone", zone)
            store = Store(report.store.folder, counted_by="spark")
            other = work(OpenReport(report.period, report.rules, store, report.custom_periods))
            assert "spark" in store._running
        return one, other

    return run


@pytest.fixture(scope="module")
def edge_scope(tmp_path_factory) -> OpenReport:
    """The first quarter of 2024 over these dossiers."""
    writer = StoreWriter(tmp_path_factory.mktemp("spark") / "biên")
    writer.add(DOSSIERS, edge_frame())
    return OpenReport(QUARTER, load_counting_rules("so-2024"), writer.commit({"datasets": {}, "findings": []}))


def every_class(report: OpenReport) -> pd.DataFrame:
    """All that the counting SQL says of each dossier."""
    return report.store.query(f"{live_sql(report.period, report.rules)}\nSELECT * FROM live ORDER BY dossier_code")


@needs_spark
def test_a_roll_up_and_the_year_so_far_are_the_same(both, edge_scope, tmp_path):
    """Two agencies of which one sent a report: every figure, every body; and what the year so far counts again."""
    config = city_of.configure(tmp_path, [city_of.member("xa-a"), city_of.member("xa-b"), city_of.member("xa-im")])
    told = edge_frame()
    told = told[told["resolved_at"].notna() | ~told["status"].isin(FINISHED_STATUSES)]
    edges = told.assign(snapshot_date=pd.Timestamp("2024-04-01")).to_dict("records")
    city_of.give(config, "xa-a", [city_of.dossier("A-231216-0001", "2023-12-16 08:00"), *edges])
    sent = dict.fromkeys(rollup.ROLLED, 0) | {"handled": 2, "received_new": 1, "received_online": 1, "carried_over": 1}
    sent |= dict.fromkeys(("resolved", "resolved_early", "pending", "pending_within"), 1)
    city_of.send(config, "xa-b", "2024-Q1", sent)
    one, other = both(
        city_of.united(config), lambda s: tabulated(s, rollup.ITEMS, rollup.ROLLED, ("body", "level")), ZONES[0]
    )
    assert len(one) == 2
    pd.testing.assert_frame_equal(one, other)
    for work in (rollup.cross_check, lambda s: deadlines(s, date(2024, 3, 20), 5).dossiers):
        one, other = both(city_of.united(config), work, ZONES[1])
        pd.testing.assert_frame_equal(one, other)
    again = [
        both(
            edge_scope.at(parse_period(p)),
            lambda s: int(s.store.query(f"{AGAIN.sql(s)} SELECT sum(times) AS n FROM again")["n"].iloc[0]),
            ZONES[1],
        )
        for p in ("2024-Q2", "2024-03")
    ]
    assert all(one == other for one, other in again)
    assert again[0][0] > 0


@needs_spark
@pytest.mark.parametrize("rule_set", rule_set_ids())
def test_every_dossier_is_in_the_same_classes_in_any_zone(both, edge_scope, rule_set):
    report = OpenReport(QUARTER, load_counting_rules(rule_set), edge_scope.store)
    for zone in ZONES:
        one, other = both(report, every_class, zone)
        assert len(one) > 500
        pd.testing.assert_frame_equal(one, other)
    one, other = both(report, lambda s: counts(s, by=["field", "channel"]), ZONES[1])
    pd.testing.assert_frame_equal(one, other)


def _points_of_2026(folder) -> OpenReport:
    """A calendar quarter with dossiers and petitions without due days, fees, and one that is late."""
    exported, paid = (
        date(2026, 10, 8),
        {"fee_amount": Decimal(1000), "payment_status": "paid", "payment_method": "online"},
    )
    tables = {
        DOSSIERS.name: [
            small.dossier(1, "2026-07-01", None, "2026-07-16", result_file_count=1, component_file_count=1, **paid),
            small.dossier(2, "2026-08-03", "2026-08-10", "2026-08-12", result_file_count=0, channel="post", fee_amount=Decimal(0)),
            small.dossier(3, "2026-09-01", "2026-09-28", first_due_at=datetime(2026, 9, 10), reappointment_count=1),
        ],
        PETITIONS.name: [{"petition_code": "P1", "received_at": datetime(2026, 8, 3), "resolved_at": datetime(2026, 8, 24)}],
        PROCEDURES.name: [small.procedure(time_limit_max=10, fee_amount=Decimal(1000))],
    }  # fmt: skip
    writer, datasets = StoreWriter(folder / "kho"), {}
    for name, rows in tables.items():
        writer.add(TABLES[name], small.frame_of(name, rows, exported))
        account = {"file": "so.csv", "snapshot_date": exported.isoformat(), "snapshot_rule": "", "sha256": "0" * 64}
        account |= {"rows_in": len(rows), "kept": len(rows), "replaced": 0, "quarantined": 0, "missing": []}
        datasets[name] = {"label": name, "accounts": [account], "quarantined": [], "conflicts": []}
    store = writer.commit({"datasets": datasets, "findings": []})
    return OpenReport(parse_period("2026-Q3"), load_counting_rules(), store)


@needs_spark
def test_points_and_what_stands_beside_the_form_are_the_same(both, tmp_path):
    report = _points_of_2026(tmp_path)
    for work in (scores.component_table, outcomes.fees_by_channel):
        one, other = both(report, work, ZONES[1])
        assert len(one), work
        pd.testing.assert_frame_equal(one, other)


#: one figure of each relation over dossiers
BEHIND = (
    "digitised_rate",
    "one_stop_registered_rate",
    "paid_online_rate",
    "time_cut_rate",
    "fast_procedures_count",
    "slipped_fields_count",
    "due_dates_disagree_rate",
)


def behind(report: OpenReport) -> pd.DataFrame:
    """The rows behind them."""
    found = [evidence(report, figure).rows for figure in named(report, BEHIND).values()]
    return pd.concat(found, keys=BEHIND)


@needs_spark
def test_the_rows_behind_figures_of_the_sample_are_the_same(both, sample_report):
    """Every figure and table of the sample: see the whole report of test_spark_cluster."""
    one, other = both(sample_report, behind, ZONES[1])
    assert len(one)
    pd.testing.assert_frame_equal(one, other)


def test_tables_are_read_where_the_configuration_says(tmp_path, edge_scope, monkeypatch):
    asked: list[tuple[str, str]] = []

    class Listening:
        def view(self, name: str, place: str) -> None:
            asked.append((name, place))

        def frame(self, sql: str) -> pd.DataFrame:
            return pd.DataFrame({"n": [1]})

    monkeypatch.setattr(sql, "start", lambda *_: Listening())
    Store(edge_scope.store.folder, "s3a://kho/tthc/so", "spark").query("SELECT count(*) AS n FROM ho_so")
    assert asked == [("ho_so", "s3a://kho/tthc/so/ho_so.parquet")]


@needs_spark
def test_a_copy_that_is_not_there_is_a_message(server, edge_scope):
    with pytest.raises(SparkUnavailable, match=r"không đọc được bảng “ho_so”.*\n.*khong-co.*\n.*\[data\] spark"):
        Store(edge_scope.store.folder, "file:///khong-co", "spark").query("SELECT count(*) AS n FROM ho_so")


def test_without_spark_the_message_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(spark_module, "find_spec", lambda name: None)
    with pytest.raises(SparkUnavailable, match=r"install\.py --spark"), spark_module.serving():
        pass


@needs_spark
def test_a_server_that_does_not_start_is_a_message(monkeypatch):
    monkeypatch.delenv(spark_module.REMOTE, raising=False)
    monkeypatch.setattr(spark_module, "_command", lambda *_: ["java", "-không-có-tùy-chọn-này"])
    with pytest.raises(SparkUnavailable, match="không khởi động được"), spark_module.serving():
        pass
