"""Recounts that know nothing of the program's SQL: pandas over the processed files, by the words of the form alone.

A dossier is of a period when it was received by its last day and not resolved before its first; it is carried over when it was
received before the first day; early, on time and late compare the day of the end with the due day.
"""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

import city_of as city
import pandas as pd
import pytest

from tthc_analysis.config import load_config
from tthc_analysis.display.rollup import rollup_by_field, rollup_form
from tthc_analysis.indicators import dossiers, open_report_in, rollup

NAMES = list(rollup.NAMES)


def recount(frame: pd.DataFrame, start: date, end: date) -> pd.DataFrame:
    """One row a dossier of the period with 0 or 1 in each column of the form; the rule set so-2024."""
    frame = frame[~frame["status"].isin(["registered", "rejected"])]
    first, last = pd.Timestamp(start), pd.Timestamp(end)
    received, due = frame["received_at"].dt.normalize(), frame["due_at"].dt.normalize()
    ended = frame["resolved_at"].fillna(frame["returned_at"]).dt.normalize()
    of_period = (received <= last) & (ended.isna() | (ended >= first))
    done, carried = ended <= last, received < first
    new, pending = of_period & ~carried, of_period & ~done
    found = {
        "handled": of_period, "received_online": new & (frame["channel"] == "online"),
        "received_offline": new & frame["channel"].isin(["in_person", "post", "other"]), "carried_over": of_period & carried,
        "resolved": of_period & done, "resolved_early": of_period & done & (ended < due),
        "resolved_on_time": of_period & done & (ended == due), "resolved_overdue": of_period & done & (ended > due),
        "pending": pending, "pending_within": pending & (due >= last), "pending_overdue": pending & (due < last),
    }  # fmt: skip
    counted = frame.assign(**{name: value.fillna(False).astype(int) for name, value in found.items()})
    return counted[counted["handled"] == 1]


# --- two quarters and their half year --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sample(published_project):
    config = load_config(published_project)
    frame = pd.read_parquet(config.processed / "ho_so.parquet")
    reports = {p: open_report_in(config, p) for p in ("2024-Q1", "2024-Q2", "2024-H1")}
    return reports, {p: recount(frame, r.period.start, r.period.end) for p, r in reports.items()}


@pytest.mark.report
def test_every_field_of_every_period_is_as_recounted(sample):
    reports, counted = sample
    for period, report in reports.items():
        own = counted[period].groupby("field")[NAMES].sum()
        said = dossiers.by_field(report).set_index("field")[NAMES].astype("int64")
        pd.testing.assert_frame_equal(said.sort_index(), own.sort_index(), check_names=False, check_dtype=False)


@pytest.mark.report
def test_two_quarters_are_the_half_year_but_for_what_the_second_took_over(sample):
    _, counted = sample
    one, two, half = (counted[p] for p in ("2024-Q1", "2024-Q2", "2024-H1"))
    over = set(two.loc[two["carried_over"] == 1, "dossier_code"])
    assert over == set(one.loc[one["pending"] == 1, "dossier_code"])
    assert over
    assert set(half["dossier_code"]) == set(one["dossier_code"]) | set(two["dossier_code"])
    assert set(one["dossier_code"]) & set(two["dossier_code"]) == over
    q1, q2, h1 = (frame[NAMES].sum() for frame in (one, two, half))
    for name in (
        "received_online",
        "received_offline",
        "resolved",
        "resolved_early",
        "resolved_on_time",
        "resolved_overdue",
    ):
        assert q1[name] + q2[name] == h1[name], name
    assert q1["handled"] + q2["handled"] - len(over) == h1["handled"]
    assert (q1["carried_over"], q2["pending"]) == (h1["carried_over"], h1["pending"])


# --- a parent of three levels and its children -----------------------------------------------------------------------

FIELDS, CHILDREN = ("Đất đai", "Hộ tịch", "Xây dựng"), (("so-a", "so"), ("so-b", "so"), ("xa-a", "xa"), ("xa-b", "xa"))
QUARTER = (date(2023, 12, 15), date(2024, 3, 14))


def _children(drawn: random.Random, body: str) -> list[dict]:
    """Dossiers of one body, the first of them from before the quarter."""
    rows = [city.dossier(f"{body}-0", "2023-12-01 08:00", "2023-12-20 17:00", "2023-12-20 09:00", field=FIELDS[0])]
    for at in range(1, 60):
        received = datetime(2023, 11, 20, 8) + timedelta(days=drawn.randrange(115))
        due = received + timedelta(days=drawn.randrange(3, 30))
        ended = received + timedelta(days=drawn.randrange(1, 40))
        resolved = ended.isoformat(sep=" ") if ended < datetime(2024, 3, 20) else ""
        more = {"field": drawn.choice(FIELDS), "channel": drawn.choice(("online", "online", "in_person", "post"))}
        rows.append(city.dossier(f"{body}-{at}", received.isoformat(sep=" "), due.isoformat(sep=" "), resolved, **more))
    return rows


@pytest.fixture(scope="module")
def parent(tmp_path_factory):
    """A city over departments, a district with one commune below it and a commune of its own: its report, each child's recount."""
    drawn, root = random.Random(20241127), tmp_path_factory.mktemp("cay") / "tp"
    between = city.member("huyen-a", "huyen")
    members = [city.member(body, kind, **({"parent": "huyen-a"} if body == "xa-a" else {})) for body, kind in CHILDREN]
    config = city.configure(root, [between, *members])
    for body, _ in CHILDREN:
        city.give(config, body, _children(drawn, body))
    report = city.united(config)
    files = {b: pd.read_parquet(config.for_agency(b).processed / "ho_so.parquet") for b, _ in CHILDREN}
    counted = {
        body: recount(frame, *QUARTER).assign(body=body, kind=kind)
        for (body, kind), frame in zip(CHILDREN, files.values(), strict=True)
    }
    return report, pd.concat(counted.values())


def _lines(table) -> dict[str, tuple]:
    return {str(row[1]): tuple(row[2:]) for row in (*table.rows, table.total)}


def test_the_form_by_body_is_the_recount_of_each_child_and_their_sums(parent):
    report, counted = parent
    lines = _lines(rollup_form(rollup.levels(report), report.period.end))
    for body, own in counted.groupby("body"):
        assert lines[body] == tuple(own[NAMES].sum()), body
    assert lines["Sở"] == tuple(counted.loc[counted["kind"] == "so", NAMES].sum())
    assert lines["UBND cấp xã"] == tuple(counted.loc[counted["kind"] == "xa", NAMES].sum())
    assert lines["Tổng số"] == tuple(counted[NAMES].sum())
    assert "huyen-a" not in lines  # it has no dossiers of its own


def test_the_form_by_field_is_the_recount_of_each_level(parent):
    report, counted = parent
    frame = rollup.by_field(report)
    wanted = {k: tuple(v) for k, v in counted.groupby(["kind", "field"])[NAMES].sum().iterrows()}
    level = {"so": "department", "xa": "commune"}
    said = {(r["level"], r["field"]): tuple(r[n] for n in NAMES) for r in frame.to_dict("records")}
    assert said == {(level[kind], field): counts for (kind, field), counts in wanted.items()}
    assert _lines(rollup_by_field(frame, rollup.level_label))["Tổng số"] == tuple(counted[NAMES].sum())


def test_the_ranking_is_that_of_the_recounted_shares(parent):
    report, counted = parent
    sums = counted.groupby("body")[NAMES].sum()
    share = 100 * (sums["resolved_early"] + sums["resolved_on_time"]) / sums["resolved"]
    found = rollup.ranking(report).set_index("name")
    assert list(found.index) == list(share.sort_values(ascending=False, kind="stable").index)
    assert found["in_time_rate"].to_dict() == pytest.approx(share.to_dict())
    assert list(found["rank"]) == [1, 2, 3, 4]
    online = 100 * sums["received_online"] / (sums["received_online"] + sums["received_offline"])
    assert found["online_rate"].to_dict() == pytest.approx(online.to_dict())
