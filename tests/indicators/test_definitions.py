"""What every declared figure must keep: its SQL binds without data, its rows give its number, it is a number or says why."""

from __future__ import annotations

from dataclasses import replace

import pytest
from random_stores import RandomStores
from rows import dossier

from tthc_analysis.columns import DOSSIERS
from tthc_analysis.indicators import Indicator, OpenReport, all_indicators, scores
from tthc_analysis.indicators.definition import Block, Count, Covered, Fact, Measure, Rate, Relation, measures_of
from tthc_analysis.indicators.evaluate import CountsDoNotAdd, Evaluation, evaluate, grouped, statement
from tthc_analysis.indicators.evidence import evidence
from tthc_analysis.indicators.registry import declared, facts_of, is_declared, registry, section_key
from tthc_analysis.periods import parse_period
from tthc_analysis.report.content import NotDeclared, require_declared
from tthc_analysis.rules import load_counting_rules, rule_set_ids
from tthc_analysis.store.write import StoreWriter


@pytest.fixture
def bare(tmp_path) -> OpenReport:
    """A store into which nothing was exported."""
    store = StoreWriter(tmp_path / "trống").commit({"datasets": {}, "findings": [], "sample": True})
    return OpenReport(parse_period("2024"), load_counting_rules(), store)


@pytest.mark.parametrize("rule_set", rule_set_ids())
def test_every_declared_statement_binds_without_data(rule_set, bare):
    report = replace(bare, rules=load_counting_rules(rule_set))
    own = {name: pair for name, pair in registry().items() if not pair[0].rolled_up}
    relations = dict.fromkeys(m.of for _, figure in own.values() for m in measures_of(figure))
    for relation in relations:
        assert len(report.store.query(statement(report, relation, declared(relation), facts_of(relation)))) == 1
    for block, figure in own.values():
        zero = Indicator(figure.name, figure.label, "count", figure.unit, 0, "", section=block.section)
        assert evidence(report, zero).rows.empty


def test_without_any_table_every_figure_says_why(bare):
    found = [i for i in all_indicators(bare) if i.section != "Chất lượng dữ liệu"]
    assert len(found) > 60
    assert [i.name for i in found if i.numerator is not None or not i.gap] == []


@pytest.mark.parametrize("seed", range(24))
def test_the_rows_of_every_figure_give_its_number_in_random_stores(seed, tmp_path):
    report = RandomStores(seed).report(tmp_path / "kho")
    figures = all_indicators(report)
    assert [i.name for i in figures if not evidence(report, i).agrees(i)] == []
    assert [i.name for i in figures if i.value is None and not i.gap] == []
    assert [i.name for i in figures if not is_declared(i)] == []


def test_random_stores_show_numbers_and_reasons(tmp_path):
    """What the comparison above rests on: over its seeds, nearly every figure has a number, and many have a reason."""
    known, unknown = set(), set()
    for seed in range(24):
        for i in all_indicators(RandomStores(seed).report(tmp_path / str(seed))):
            (unknown if i.value is None else known).add(i.name)
    own = [b for b, _ in registry().values() if not b.rolled_up and b.section != scores.SECTION]  # none scored so early
    assert len(known) > 0.9 * len(own)
    assert len(unknown) > 0.5 * len(own)


ROWS = Relation(
    "live_rows",
    DOSSIERS.name,
    lambda report: "WITH live_rows AS (SELECT *, component_file_count AS files FROM ho_so)",
    (Covered(DOSSIERS.name, words="chưa xuất"),),
)
DUE = Fact(ROWS, "ngày hẹn trả", "due_at IS NOT NULL", who="resolved_at IS NOT NULL")
LATE = Measure(ROWS, "resolved_at > due_at", (DUE,))
ALL = Measure(ROWS)


def figure_of(report: OpenReport, part: Measure, whole: Measure = ALL, **more: object) -> Indicator:
    rate = Rate(name="x_rate", label="X", part=part, whole=whole, base="hồ sơ", **more)
    (found,) = evaluate(report, Block(section="II", reference="", figures=(rate,)))
    return found


def test_reasons_come_in_order(report_of, bare):
    late = dossier(1, "2024-05-06", "2024-05-07", "2024-05-08")
    assert figure_of(report_of("2024", ho_so=[late]), LATE).value == 100
    undated = figure_of(report_of("2024", ho_so=[{**late, "due_at": None}]), LATE)
    assert (undated.numerator, undated.denominator, undated.gap) == (None, 1, "chưa có dữ liệu ngày hẹn trả")
    assert figure_of(bare, LATE).gap == "chưa xuất"
    nothing = figure_of(report_of("2024", ho_so=[late]), LATE, Measure(ROWS, "false"))
    assert (nothing.numerator, nothing.denominator, nothing.gap) == (1, 0, "không có trường hợp nào phát sinh")
    assert figure_of(report_of("2024", ho_so=[{**late, "due_at": None}]), LATE, together=True).denominator is None


@pytest.mark.parametrize(
    ("files", "median", "p90"),
    [([4], 4, 4), ([1, 9], 1, 9), ([3, 1, 2], 2, 3), (range(1, 11), 5, 9), (range(1, 12), 6, 10), ([7] * 5, 7, 7)],
)
def test_percentiles_are_observed_values_in_total_and_by_group(files, median, p90, report_of):
    rows = [dossier(i, "2024-05-06", component_file_count=n) for i, n in enumerate(files)]
    report = report_of("2024", ho_so=[*rows, dossier(99, "2024-05-06")])
    takes = {
        take: Measure(ROWS, "files IS NOT NULL", take=take, what="files", empty="không") for take in ("median", "p90")
    }
    assert [Evaluation(report).number(m) for m in takes.values()] == [median, p90]
    table = grouped(report, ROWS, takes, ["field"])
    assert table[["median", "p90"]].to_numpy().tolist() == [[median, p90]]


def test_sum_least_most_and_their_rows(report_of):
    rows = [dossier(i, "2024-05-06", component_file_count=n) for i, n in enumerate([3, 1, None])]
    report = report_of("2024", ho_so=rows)
    takes = ("sum", "least", "most", "rows")
    found = [Evaluation(report).number(Measure(ROWS, take=take, what="files")) for take in takes]
    assert found == [4, 1, 3, 3]
    none = Measure(ROWS, "false", take="least", what="files", empty="không có dòng nào")
    assert Evaluation(report).number(none).why == "không có dòng nào"
    assert Evaluation(report).number(replace(none, take="sum", empty="")) == 0


def test_a_group_that_states_nothing_is_empty_and_the_others_are_numbers(report_of):
    rows = [
        dossier(1, "2024-05-06", None, "2024-05-08", field="A"),
        dossier(2, "2024-05-06", "2024-05-07", "2024-05-09"),
    ]
    table = grouped(report_of("2024", ho_so=rows), ROWS, {"late": LATE, "n": ALL}, ["field"]).set_index("field")
    assert table["n"].tolist() == [1, 1]
    assert table["late"].isna().to_dict() == {"A": True, "Lĩnh vực thử": False}


def test_a_split_that_does_not_add_up_is_no_figure(report_of):
    total = Measure(ROWS, splits=((Measure(ROWS, "resolved_at IS NOT NULL"),),))
    report = report_of("2024", ho_so=[dossier(1, "2024-05-06")])
    with pytest.raises(CountsDoNotAdd):
        grouped(report, ROWS, {"total": total, "part": total.splits[0][0]})


def test_a_figure_may_be_left_out(report_of):
    report = report_of("2024", ho_so=[dossier(1, "2024-05-06")])
    figures = tuple(
        Count(name=f"x{i}_count", label="X", part=ALL, unit="hồ sơ", only_with=condition)
        for i, condition in enumerate((None, ALL, Measure(ROWS, "false")))
    )
    assert [i.name for i in evaluate(report, Block(section="", reference="", figures=figures))] == [
        "x0_count",
        "x1_count",
    ]


def test_sections_are_in_the_order_of_their_numbers():
    numbers = ["III", "II.10", "I", "II.4.2", "Chất lượng dữ liệu", "II.4", "II.2"]
    assert sorted(numbers, key=section_key) == ["Chất lượng dữ liệu", "I", "II.2", "II.4", "II.4.2", "II.10", "III"]


def test_publishing_refuses_what_no_definition_declares(sample_report):
    figures = all_indicators(sample_report)
    require_declared(figures)
    with pytest.raises(NotDeclared, match="“my_count”"):
        require_declared([*figures, replace(figures[0], name="my_count")])
    with pytest.raises(NotDeclared, match=figures[0].name):
        require_declared([replace(figures[0], label="Nhãn khác"), *figures[1:]])


def test_a_figure_of_an_earlier_version_is_read(sample_report):
    figure = all_indicators(sample_report)[0]
    assert Indicator.from_dict({**figure.to_dict(), "measure": "handled", "value": "1", "text": "1"}) == figure
