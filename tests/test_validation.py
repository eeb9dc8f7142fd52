"""Every expectation fails on a row that breaks it, names the row's place and never its values, and passes otherwise."""

from __future__ import annotations

import pandas as pd
import pytest

from tthc_analysis import validation
from tthc_analysis.columns import TABLES
from tthc_analysis.expectations import EXPECTATIONS, Expectation
from tthc_analysis.validation import validate

SPOILED = {"no_match": "Gọi 0912345678", "in_set": "la-lung", "matches": "? không đúng ?"}


def spoil(frame: pd.DataFrame, row: int, expectation: Expectation) -> None:
    """Break `expectation` in one row of `frame`."""
    name, label = expectation.columns[-1], frame.index[row]
    if expectation.kind == "order":
        dated = pd.api.types.is_datetime64_any_dtype(frame[name])
        high, low = (pd.Timestamp("2024-01-10"), pd.Timestamp("2024-01-07")) if dated else (10, 9)
        frame.loc[label, expectation.columns[0]], frame.loc[label, name] = high, low
    elif expectation.kind == "not_null":
        where = expectation.arguments.get("where")
        if where:
            frame.loc[label, where["column"]] = where["values"][0]
        frame.loc[label, name] = None
    elif expectation.kind == "unique":
        frame.loc[label, name] = frame.loc[frame.index[row - 1], name]
    elif expectation.kind == "at_least":
        frame.loc[label, name] = expectation.arguments["least"] - 1
    else:
        frame.loc[label, name] = SPOILED[expectation.kind]


def rows_of(scope, name: str, count: int) -> pd.DataFrame:
    """At least `count` valid rows of one sample table (repeated where the register is shorter)."""
    frame = scope.store.frame(name)
    times = -(-count // len(frame))
    repeated = pd.concat([frame] * times, ignore_index=True).head(max(count, 30))
    repeated["source_row"] = range(1, len(repeated) + 1)
    return repeated


@pytest.mark.parametrize("name", TABLES)
def test_each_expectation_finds_its_broken_row(name, sample_scope):
    testable = [e for e in EXPECTATIONS[name] if e.kind != "true"]
    frame = rows_of(sample_scope, name, 2 * len(testable) + 2)
    for number, expectation in enumerate(testable):
        spoil(frame, 2 * number + 1, expectation)
    found = {f.code: f for f in validate(TABLES[name], frame)}
    assert set(found) == {e.code for e in EXPECTATIONS[name]}
    for number, expectation in enumerate(testable):
        finding = found[expectation.code]
        assert not finding.passed, expectation
        place = f"dòng {2 * number + 2}"
        assert any(row.endswith(place) for row in finding.rows) or finding.failed > len(finding.rows), expectation
        assert "0912345678" not in str(finding.to_dict())


@pytest.mark.parametrize("name", TABLES)
def test_the_sample_passes(name, sample_scope):
    assert [f.code for f in validate(TABLES[name], sample_scope.store.frame(name)) if not f.passed] == []


@pytest.mark.parametrize("status", ["withdrawn", "returned"])
def test_a_withdrawn_dossier_without_its_end_is_warned_of(status, sample_scope):
    frame = sample_scope.store.frame("ho_so").head(30).copy()
    frame.loc[frame.index[7], ["status", "resolved_at"]] = [status, pd.NaT]
    frame.loc[frame.index[9], "status"] = status
    frame.loc[frame.index[9], "resolved_at"] = frame.loc[frame.index[9], "received_at"]
    found = {f.code: f for f in validate(TABLES["ho_so"], frame)}
    assert (found["H26"].failed, found["H26"].severity) == (1, "warning")
    assert found["H19"].passed


def test_there_are_enough_and_each_has_its_own_code():
    every = [e for group in EXPECTATIONS.values() for e in group]
    assert len({e.code for e in every}) == len(every)
    assert len(EXPECTATIONS["ho_so"]) >= 20
    assert {e.severity for e in every} >= {"critical", "warning"}


def test_batches_are_added_up(sample_scope, monkeypatch):
    frame = sample_scope.store.frame("ho_so").head(50).copy()
    frame.loc[frame.index[[3, 44]], "received_at"] = pd.NaT
    monkeypatch.setattr(validation, "BATCH_ROWS", 20)
    finding = next(f for f in validate(TABLES["ho_so"], frame) if f.code == "H02")
    assert (finding.checked, finding.failed) == (50, 2)


def test_an_expectation_that_crashes_is_an_error(sample_scope):
    frame = sample_scope.store.frame("ho_so").head(5).drop(columns="due_at")
    with pytest.raises(Exception, match="due_at"):
        validate(TABLES["ho_so"], frame)


@pytest.mark.parametrize("name", TABLES)
def test_every_column_of_free_text_must_be_impersonal(name):
    texts = {c.name for c in TABLES[name].columns if c.kind == "text"}
    checked = {e.columns[0] for e in EXPECTATIONS[name] if e.kind == "no_match" and e.severity == "critical"}
    assert checked == texts
