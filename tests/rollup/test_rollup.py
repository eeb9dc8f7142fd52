"""Many agencies as one: who is counted, whose a dossier is, what a total says that is not of all, and that sums are equal."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from pathlib import Path

import city_of as city
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from city_of import FORM

from tthc_analysis.columns import DOSSIERS
from tthc_analysis.config import load_config
from tthc_analysis.display.formats import indicator_text
from tthc_analysis.display.rollup import rollup_by_field, rollup_form
from tthc_analysis.errors import ConfigError
from tthc_analysis.indicators import all_indicators, open_report_in, rollup
from tthc_analysis.indicators.dossiers import totals
from tthc_analysis.indicators.evaluate import CountsDoNotAdd
from tthc_analysis.indicators.evidence import evidence
from tthc_analysis.rules import rule_set_ids
from tthc_analysis.store import INDEX
from tthc_analysis.store.write import StoreWriter

SCENARIOS = Path(__file__).parent.parent / "scenarios" / "rollup"


def scenario(name: str) -> list[dict[str, str]]:
    with (SCENARIOS / name).open(encoding="utf-8") as source:
        return list(csv.DictReader(source))


def given(config, body, *rows):
    city.give(config, body, [city.dossier("K1-240101-0001", "2023-12-16 08:00", snapshot_date=None), *rows])


# --- who is counted --------------------------------------------------------------------------------------------------


def test_who_is_counted_is_as_the_scenarios_say(tmp_path):
    rows = scenario("01_ai_duoc_tinh.csv")
    days = [{n: r[n] for n in ("from", "to") if r[n]} for r in rows]
    config = city.configure(tmp_path, [city.member(r["body"], r["kind"], **d) for r, d in zip(rows, days, strict=True)])
    for at, row in enumerate(rows):
        if row["first"]:
            exported = pd.Timestamp(row["exported"])
            one = city.dossier(f"H24.{at}-240101-0001", f"{row['first']} 08:00", snapshot_date=exported)
            city.give(config, row["body"], [one])
        if row["sent"]:
            city.send(config, row["body"], row["sent"], FORM, row["rules"], row["sent_state"])
    found = rollup.standing(city.united(config)).set_index("body")
    assert {r["body"]: r["state"] for r in rows if r["state"]} == found["state"].to_dict()
    for row in rows:
        if row["why"]:
            assert row["why"] in found.loc[row["body"], "why"], row
    assert (found["why"] == "").equals(found["state"].isin(rollup.COUNTED))


def test_a_district_is_not_awaited_after_the_last_day_of_districts(tmp_path):
    config = city.configure(tmp_path, [city.member("quan-a", "huyen"), city.member("xa-b")])
    before, after = (city.united(config, p) for p in ("2025-Q2", "2025-Q4"))
    assert list(rollup.standing(before)["body"]) == ["quan-a", "xa-b"]
    assert list(rollup.standing(after)["body"]) == ["xa-b"]


def a_district_and_a_ward(tmp_path, exported):
    """A district, exported on a day, with a dossier that is due on 20/07/2025 and one on 12/06/2025; a ward exported in December."""
    config = city.configure(tmp_path, [city.member("quan-a", "huyen"), city.member("xa-b")])
    first = city.dossier("K1-241216-0001", "2024-12-16 08:00", "2025-01-10", "2025-01-05", snapshot_date=exported)
    rows = [("K1-250620-0002", "2025-07-20"), ("K1-250610-0003", "2025-06-12")]
    rows = [city.dossier(code, "2025-06-10 08:00", due, snapshot_date=exported) for code, due in rows]
    city.give(config, "quan-a", [first, *rows])
    own = {"snapshot_date": datetime(2025, 12, 31)}
    late = city.dossier("K2-250601-0002", "2025-06-01 08:00", "2025-07-20", **own)
    city.give(config, "xa-b", [city.dossier("K2-241216-0001", "2024-12-16 08:00", "2025-01-10", **own), late])
    return config


@pytest.mark.parametrize("exported", [datetime(2025, 6, 30), datetime(2025, 7, 31)])
@pytest.mark.parametrize("period", ["2025-H1", "2025-Q2", "2025"])
def test_open_dossiers_of_a_dissolved_district_are_judged_on_its_last_day(tmp_path, exported, period):
    found = city.united(a_district_and_a_ward(tmp_path, exported), period)
    assert set(rollup.standing(found)["state"]) == {"data"}
    counts = rollup.by_body(found).set_index("body")[["pending", "pending_within", "pending_overdue"]]
    assert list(counts.loc["quan-a"]) == [2, 1, 1]
    assert list(counts.loc["xa-b"]) == ([2, 0, 2] if period == "2025" else [2, 1, 1])
    said = [line for line in rollup.notes(found) if "theo ngày" in line]
    ends = "quan-a: hồ sơ đang giải quyết còn hạn hay quá hạn là theo ngày 30/06/2025."
    assert said == ([ends] if period == "2025" else [])
    rollup.indicators(found)


@pytest.mark.parametrize("change", ["without a column", "with another type", "in one of two files"])
def test_data_prepared_by_another_version_are_named_and_not_counted(tmp_path, change):
    config = city.configure(tmp_path, [city.member("xa-a"), city.member("xa-b")])
    for body in ("xa-a", "xa-b"):
        city.give(config, body, [city.dossier(f"{body}-240101-0001", "2023-12-16 08:00")])
    path = config.for_agency("xa-b").processed / f"{DOSSIERS.name}.parquet"
    table = pq.read_table(path)
    if change == "with another type":
        table = table.set_column(0, table.column_names[0], pa.array([1]))
    else:
        table = table.drop_columns(["payment_method"])
    if change == "in one of two files":
        path = _as_a_folder(path)
    pq.write_table(table, path)
    found = rollup.standing(city.united(config)).set_index("body")
    assert found["state"].to_dict() == {"xa-a": found.loc["xa-a", "state"], "xa-b": "missing"}
    assert found.loc["xa-a", "state"] != "missing"
    assert "phiên bản khác của chương trình" in found.loc["xa-b", "why"]


def test_data_that_say_otherwise_what_may_be_missing_are_united(tmp_path):
    """Another writer of parquet marks full columns as required, in one file and not in the next: the values are the same."""
    config = city.configure(tmp_path, [city.member("xa-a"), city.member("xa-b")])
    for body in ("xa-a", "xa-b"):
        city.give(config, body, [city.dossier(f"{body}-240101-0001", "2023-12-16 08:00")])
    path = config.for_agency("xa-b").processed / f"{DOSSIERS.name}.parquet"
    table = pq.read_table(path)
    stricter = pa.schema([f.with_nullable(bool(table[f.name].null_count)) for f in table.schema])
    assert stricter != table.schema
    second = _as_a_folder(path)
    code = pa.array(["xa-b-240101-0002"], table.schema.field("dossier_code").type)
    other = table.set_column(table.schema.get_field_index("dossier_code"), "dossier_code", code)
    pq.write_table(other.cast(stricter), second)
    united = city.united(config)
    assert set(rollup.standing(united)["state"]) == {rollup.standing(united)["state"].iloc[0]} != {"missing"}
    codes = united.store.frame("ho_so")["dossier_code"].tolist()
    assert sorted(codes) == ["xa-a-240101-0001", "xa-b-240101-0001", "xa-b-240101-0002"]


def _as_a_folder(path: Path) -> Path:
    """The table as the first of a folder of files; where the second goes."""
    folder = path.with_suffix("")
    folder.mkdir()
    path.rename(folder / "phan-00000.parquet")
    index = folder.parent / INDEX
    told = json.loads(index.read_text(encoding="utf-8"))
    told[DOSSIERS.name]["files"] = 2
    index.write_text(json.dumps(told), encoding="utf-8")
    return folder / "phan-00001.parquet"


def test_data_that_fail_a_critical_check_are_not_counted(tmp_path):
    config = city.configure(tmp_path, [city.member("xa-a")])
    finding = {
        "passed": False,
        "severity": "critical",
        "table": "ho_so",
        "code": "H1",
        "text": "x",
        "failed": 1,
        "checked": 1,
        "rows": [],
    }
    city.give(config, "xa-a", [city.dossier("K-240101-0001", "2023-12-16 08:00")], [finding])
    (row,) = rollup.standing(city.united(config)).to_dict("records")
    assert (row["state"], row["why"]) == ("missing", "dữ liệu chưa đạt kiểm tra bắt buộc")


def test_a_body_whose_ended_dossiers_tell_no_end_stands_apart(tmp_path):
    config = city.configure(tmp_path, [city.member("xa-a"), city.member("xa-b")])
    city.give(config, "xa-a", [city.dossier("A-240101-0001", "2023-12-16 08:00", status="completed")])
    city.give(config, "xa-b", [city.dossier("B-240101-0001", "2023-12-16 08:00")])
    report = city.united(config)
    found = rollup.standing(report).set_index("body")
    assert found["state"].to_dict() == {"xa-a": "apart", "xa-b": "data"}
    assert found.loc["xa-a", "why"] == "1 hồ sơ đã xong không ghi ngày xong"
    assert next(i for i in all_indicators(report)).numerator == 1


# --- whose a dossier is ----------------------------------------------------------------------------------------------


def test_a_code_of_two_bodies_counts_once_under_the_resolving_one(tmp_path):
    rows = scenario("02_trung_ma.csv")
    members = [city.member("so-a", "so", "Sở A", code="H24.91"), city.member("xa-b", "xa", "UBND xã B")]
    config = city.configure(tmp_path, members)
    for body in ("so-a", "xa-b"):
        own = [
            city.dossier(
                r["ma"], "2024-01-02 08:00", "2024-01-10 17:00", f"{r['xong']} 08:00" if r["xong"] else "",
                agency=r["neu_don_vi"] or None, snapshot_date=pd.Timestamp(r["xuat"]),
            )
            for r in rows if r["don_vi"] == body
        ]  # fmt: skip
        city.give(config, body, [*own, city.dossier(f"{body}-240101-9999", "2023-12-16 08:00")])
    scope = city.united(config)
    shared = rollup.shared(scope).set_index("dossier_code")
    expected = {r["ma"]: (r["tinh_cho"], r["vi"]) for r in rows if r["tinh_cho"]}
    assert set(shared.index) == set(expected)
    for code, (body, why) in expected.items():
        assert shared.loc[code, "body"] == body, code
        assert why in shared.loc[code, "why"], code
        assert shared.loc[code, "other"] != body
    counts = rollup.by_body(scope).set_index("body")["handled"]
    assert counts.to_dict() == {"so-a": 5 + 1, "xa-b": 2 + 1}
    assert totals(scope)["handled"] == len(expected) + 2


#: the dossier in the export of the district, that in the ward's (resolved, unit named), whose it is, why
PASSED = [
    (("", None), ("", None), "phuong-b", "còn hoạt động"),
    (("", "UBND quận A"), ("", None), "phuong-b", "còn hoạt động"),
    (("", "UBND quận A"), ("", "UBND phường B"), "phuong-b", "được nêu là đơn vị giải quyết"),
    (("", None), ("2025-08-05", None), "phuong-b", "kết quả"),
    (("2025-06-25", None), ("2025-06-25", None), "quan-a", "mang mã"),
    (("2025-06-25", "UBND quận A"), ("", None), "quan-a", "được nêu là đơn vị giải quyết"),
    (("2025-07-02", "UBND quận A"), ("", None), "quan-a", "được nêu là đơn vị giải quyết"),
    (("2025-08-05", None), ("2025-08-05", None), "phuong-b", "còn hoạt động"),
]


@pytest.mark.parametrize(("before", "after", "body", "why"), PASSED)
def test_a_body_that_has_ended_gives_up_what_was_open_to_the_one_that_took_over(tmp_path, before, after, body, why):
    bodies = [("quan-a", "huyen", "UBND quận A", "H24.101"), ("phuong-b", "xa", "UBND phường B", "H24.201")]
    config = city.configure(tmp_path, [city.member(i, kind, name, code=code) for i, kind, name, code in bodies])
    exports = (datetime(2025, 6, 30), before), (datetime(2025, 12, 31), after)
    code, opened = "H24.101-250620-0002", "2025-06-20 08:00"
    for (own, _, _, prefix), (exported, (done, unit)) in zip(bodies, exports, strict=True):
        row = city.dossier(code, opened, "2026-01-30 08:00", done, agency=unit, snapshot_date=exported)
        first = city.dossier(f"{prefix}-240901-0001", "2024-09-01", "2024-09-09", "2024-09-08", snapshot_date=exported)
        city.give(config, own, [row, first])
    found = city.united(config, "2025-Q4")
    (told,) = rollup.shared(found).to_dict("records")
    assert (told["body"], told["other"]) == (body, ({"quan-a", "phuong-b"} - {body}).pop())
    assert why in told["why"]
    if not before[0] and not after[0]:
        (counts,) = rollup.by_body(found).to_dict("records")
        assert (counts["body"], counts["handled"], counts["pending"]) == ("phuong-b", 1, 1)


# --- totals ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def three(tmp_path):
    """A department with data, a commune that sent a report, one whose dossiers state no due date, one silent."""
    members = [
        city.member("so-a", "so", "Sở A"),
        city.member("xa-gui", name="Xã gửi"),
        city.member("xa-khong-han", name="Xã không hạn"),
        city.member("xa-im", name="Xã im"),
    ]
    config = city.configure(tmp_path, members)
    city.give(
        config,
        "so-a",
        [
            city.dossier("A-240101-0001", "2023-12-10 08:00", "2024-01-10 17:00", "2024-01-09 08:00"),
            city.dossier("A-240101-0002", "2024-01-02 08:00", "2024-01-10 17:00", "2024-01-12 08:00"),
            city.dossier("A-240101-0003", "2024-01-02 08:00", "2024-02-10 17:00", channel="post", field="Lĩnh vực Y"),
        ],
    )
    city.give(config, "xa-khong-han", [city.dossier("B-240101-0001", "2023-12-16 08:00", "", "2024-01-12 08:00")])
    city.send(config, "xa-gui", "2024-Q1", FORM)
    return config


def test_totals_are_the_sums_of_dossiers_and_of_what_was_sent(three):
    scope = city.united(three)
    found = {i.name: i for i in all_indicators(scope)}
    assert found["all_handled_count"].numerator == 3 + 5 + 1
    assert found["all_carried_over_count"].numerator == 1 + 1
    assert found["all_received_offline_count"].numerator == 1 + 1
    assert indicator_text(found["all_handled_count"]) == "9 (3/4 đơn vị)"
    alone = open_report_in(three.for_agency("so-a"), "2024-Q1")
    own = rollup.by_body(scope).set_index("body").loc["so-a"]
    assert {n: int(own[n]) for n in rollup.ALWAYS} == {n: totals(alone)[n] for n in rollup.ALWAYS}


def test_a_figure_that_a_body_does_not_know_is_of_the_others_in_both_counts(three):
    found = {i.name: i for i in all_indicators(city.united(three))}
    late = found["all_resolved_overdue_rate"]
    assert (late.numerator, late.denominator) == (1 + 1, 2 + 4)
    assert late.covers == "2/4 đơn vị"
    assert found["all_resolved_rate"].covers == "3/4 đơn vị"


def test_the_form_names_who_is_missing_and_leaves_what_is_not_of_all_empty(three):
    scope = city.united(three)
    table = rollup_form(rollup.levels(scope))
    lines = {row[1]: dict(zip((c.name for c in table.columns), row, strict=True)) for row in (*table.rows, table.total)}
    assert list(lines) == [
        "Sở", "Sở A", "UBND cấp xã (2/3 đơn vị)", "Xã gửi (theo báo cáo gửi đến)", "Xã không hạn", "Xã im (chưa có số liệu)",
        "Tổng số (3/4 đơn vị)",
    ]  # fmt: skip
    total = lines["Tổng số (3/4 đơn vị)"]
    assert (total["handled"], total["resolved"], total["resolved_early"]) == (9, 7, None)
    assert lines["Xã im (chưa có số liệu)"]["handled"] is None
    assert lines["Xã không hạn"]["resolved_overdue"] is None
    assert any("Cột (8): chỉ biết tổng của 2/3 đơn vị là 3" in note and "Xã không hạn" in note for note in table.notes)
    assert any(note.startswith("Xã im: chưa") for note in table.notes)


def test_fields_add_up_to_the_same_total(three):
    scope = city.united(three)
    by_field = rollup_by_field(rollup.by_field(scope), rollup.level_label, rollup.share(scope))
    assert by_field.total[1] == "Tổng số (3/4 đơn vị)"
    assert by_field.total[2] == rollup_form(rollup.levels(scope)).total[2]
    assert [row[1] for row in by_field.rows] == ["Sở", "Lĩnh vực X", "Lĩnh vực Y", "UBND cấp xã", "Lĩnh vực X"]


def test_every_figure_leads_to_dossiers_and_to_cells_that_were_sent(three):
    scope = city.united(three)
    for figure in all_indicators(scope):
        found = evidence(scope, figure)
        assert found.agrees(figure), figure.name
        assert (found.rows["source_file"] != "").all()
    keys = evidence(scope, next(i for i in all_indicators(scope) if i.name == "all_handled_count")).keys
    assert "so-a | A-240101-0001" in keys
    assert "xa-gui | ô handled" in keys


def test_ranking_counts_what_is_in_time_and_leaves_the_unknown_last(three):
    table = rollup.ranking(city.united(three))
    assert list(table["name"]) == ["Xã gửi", "Sở A", "Xã không hạn"]
    assert table["rank"].tolist()[:2] == [1, 2]
    assert pd.isna(table["rank"][2])
    assert pd.isna(table["in_time_rate"][2])


def test_a_body_apart_is_shown_with_its_counts_and_not_added(three):
    city.send(three, "xa-im", "2024-Q1", FORM, "he-thong-a-06 1")
    scope = city.united(three)
    (row,) = rollup.apart(scope).to_dict("records")
    assert (row["name"], row["handled"], row["pending_overdue"]) == ("Xã im", 5, 0)
    assert next(i for i in all_indicators(scope)).numerator == 9


def test_what_was_sent_and_does_not_add_up_is_refused(three):
    city.send(three, "xa-gui", "2024-Q1", {**FORM, "resolved": 3})
    with pytest.raises(CountsDoNotAdd, match="resolved"):
        rollup.by_body(city.united(three))


def test_totals_that_differ_from_the_bodies_are_refused(three, monkeypatch):
    scope = city.united(three)
    whole = rollup.by_body(scope)
    monkeypatch.setattr(rollup, "by_body", lambda _: whole.assign(handled=whole["handled"] + 1))
    with pytest.raises(CountsDoNotAdd, match="không bằng tổng các đơn vị"):
        rollup.indicators(scope)


def test_nothing_is_united_again_while_nothing_changed(three):
    city.united(three)
    stamp = (three.processed / "stamp.json").stat().st_mtime_ns
    city.united(three)
    assert (three.processed / "stamp.json").stat().st_mtime_ns == stamp
    city.send(three, "xa-im", "2024-Q1", FORM)
    assert rollup.share(city.united(three)) == ""


@pytest.mark.parametrize("rule_set", rule_set_ids())
def test_no_agency_with_data_is_a_total_that_is_not_known(rule_set, tmp_path):
    report = city.united(city.configure(tmp_path, [city.member("xa-a"), city.member("xa-b")]), "2024-Q1", rule_set)
    assert [i.name for i in all_indicators(report) if i.numerator is not None or not i.gap] == []
    assert rollup.notes(report)[0].startswith("Số liệu là của 0/2 đơn vị")
    assert rollup_form(rollup.levels(report)).total[2:] == (None,) * 11


# --- the tree --------------------------------------------------------------------------------------------------------


def test_members_are_all_below_who_roll_up_no_others(tmp_path):
    config = city.configure(
        tmp_path,
        [city.member("quan", "huyen", "Quận Q"), city.member("phuong", parent="quan"), city.member("xa"), city.member("ngoai", parent="Bộ A", place="B", receiver="Bộ A")],
    )  # fmt: skip
    assert config.rolls_up
    assert [m.id for m in config.members] == ["phuong", "xa"]
    district = config.for_agency("quan")
    assert district.rolls_up
    assert [m.id for m in district.members] == ["phuong"]
    commune = config.for_agency("phuong").agency
    assert (commune.parent, commune.receiver, commune.place) == ("Quận Q", "Quận Q", "T")
    assert not config.for_agency("ngoai").rolls_up


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ([city.member("xa", parent="tp-khac")], "Không có đơn vị cấp trên"),
        ([city.member("a", parent="b", place="T", receiver="T"), city.member("b", parent="a", place="T", receiver="T")], "cấp trên của chính mình"),
    ],
)  # fmt: skip
def test_a_broken_tree_is_refused(tmp_path, members, said):
    with pytest.raises(ConfigError, match=said):
        city.configure(tmp_path, members)


def test_an_agency_that_rolls_up_has_no_exports_of_its_own(three):
    own = three.raw / "ho_so"
    own.mkdir(parents=True)
    (own / "x.csv").write_text("x", encoding="utf-8")
    with pytest.raises(ConfigError, match="tổng hợp từ các đơn vị"):
        city.united(load_config(three.root))


# --- who says that it had nothing ------------------------------------------------------------------------------------


def give_nothing(config, body, first="", last="", exported="", rows=()):
    """Prepared data of an agency that declares days without any, or whose newest export holds no row."""
    folder = config.for_agency(body).processed
    folder.parent.mkdir(parents=True, exist_ok=True)
    writer = StoreWriter(folder)
    about = {"nothing": [{"from": first, "to": last}]} if first else None
    writer.add(DOSSIERS, city.frame_of(rows), about)
    accounts = [{"file": "a.csv", "snapshot_date": exported, "rows_in": 0}] if exported else []
    writer.commit({"datasets": {"ho_so": {"label": "x", "rows": len(rows), "accounts": accounts}}, "findings": []})


@pytest.mark.parametrize(
    ("first", "last", "exported", "state", "why"),
    [
        ("2023-12-15", "2024-03-31", "", "data", "khai báo không phát sinh hồ sơ"),
        ("", "", "2024-03-20", "data", "tệp xuất không có hồ sơ nào"),
        ("2024-01-15", "2024-03-31", "", "apart", "mới có dữ liệu từ 15/01/2024, thiếu đầu kỳ"),
        ("2023-01-01", "2023-06-30", "", "missing", "dữ liệu chỉ có từ 01/01/2023 đến 30/06/2023"),
        ("", "", "", "missing", "tệp xuất không có hồ sơ nào"),
    ],
)
def test_what_a_body_says_it_had_not_is_0_and_what_it_does_not_say_is_missing(
    first, last, exported, state, why, tmp_path
):
    config = city.configure(tmp_path, [city.member("xa-a"), city.member("xa-b")])
    give_nothing(config, "xa-a", first, last, exported)
    city.give(config, "xa-b", [city.dossier("B-240101-0001", "2023-12-16 08:00")])
    report = city.united(config)
    found = rollup.standing(report).set_index("body")
    assert (found.loc["xa-a", "state"], found.loc["xa-a", "why"]) == (state, why)
    counts = rollup.by_body(report).set_index("body")
    assert counts.loc["xa-b", "handled"] == 1
    assert ("xa-a" in counts.index) == (state == "data")
    if state == "data":
        assert counts.loc["xa-a", list(rollup.ROLLED)].tolist() == [0] * len(rollup.ROLLED)
    assert next(i for i in all_indicators(report)).numerator == 1


def test_days_without_any_go_on_from_the_dossiers_before(tmp_path):
    config = city.configure(tmp_path, [city.member("xa-a")])
    rows = [
        city.dossier(
            "A-240101-0001",
            "2023-12-16 08:00",
            "2023-12-30 08:00",
            "2023-12-20 08:00",
            snapshot_date=datetime(2024, 1, 31),
        )
    ]
    give_nothing(config, "xa-a", "2024-02-01", "2024-03-31", rows=rows)
    report = city.united(config)
    (row,) = rollup.standing(report).to_dict("records")
    assert (row["state"], row["why"]) == ("data", "khai báo không phát sinh hồ sơ")
    assert rollup.by_body(report)["resolved"].tolist() == [1]
    (late,) = rollup.standing(city.united(config, "2024-Q2")).to_dict("records")
    assert late["state"] == "missing"
