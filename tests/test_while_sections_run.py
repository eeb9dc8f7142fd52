"""Validation that ends while sections run: nothing is published, noted or left behind before it has."""

import json
import shutil
import threading
import time
from contextlib import ExitStack, closing

import pytest
from running import keep_few_exports

from tthc_analysis import fingerprint
from tthc_analysis.config import load_config
from tthc_analysis.errors import NotValidated, TthcError, ValidationFailed
from tthc_analysis.execution import pool
from tthc_analysis.preparation import current
from tthc_analysis.preparation.later import Later
from tthc_analysis.preparation.source import source_of
from tthc_analysis.preparation.validation import Finding, Here
from tthc_analysis.report import build
from tthc_analysis.report.build import Options, make_report
from tthc_analysis.store import FINDINGS, Store, await_findings
from tthc_analysis.store.write import StoreWriter, writing_lock


class Aside(Here):
    """A validator whose findings are there when the test says so."""

    is_beside = True
    ready = False
    closed = False
    severity = "warning"

    def is_ready(self):
        return self.ready

    def findings(self, table):
        if self.severity == "broken":
            raise RuntimeError("hỏng")
        return [Finding("Q98", table.name, "yêu cầu", self.severity, 3, 1, ("tệp, dòng 2",))] * (table.name == "ho_so")

    def close(self):
        self.closed = True


@pytest.fixture
def config(project, monkeypatch):
    """A project with few small exports and a report."""
    for name in ("package_hash", "package_at_start"):  # whatever is saved in the program's folder meanwhile
        monkeypatch.setattr(fingerprint, name, lambda: "gói")
    keep_few_exports(project)
    (project / "reports/2024").mkdir(parents=True)
    (project / "reports/2024/index.html").write_text("bản trước", encoding="utf-8")
    return load_config(project)


@pytest.fixture
def aside():
    return Aside()


def prepare(config, aside, later):
    return current.prepare(source_of(config), force=True, validator=lambda: lambda: aside, later=later)


def prepare_and(problem, config, aside):
    with Later() as later:
        prepare(config, aside, later)
        raise problem


def prepare_and_report(config, aside, period):
    with Later() as later:
        prepare(config, aside, later)
        make_report(config, period, Options(), lambda *_: None, lambda _: None, later)


def is_free(config):
    """Whether nobody holds the lock of the processed data."""
    waited = []
    with ExitStack() as trying, pytest.MonkeyPatch.context() as patch:
        patch.setattr("tthc_analysis.store.write.LONGEST_WAIT", 0.0)
        try:
            trying.enter_context(writing_lock(config.processed, lambda: waited.append(1)))
        except TthcError:
            return False
    return not waited


def test_tables_stand_without_findings_until_these_are_there(config, aside):
    with Later() as later:
        store = prepare(config, aside, later)
        assert store.has("ho_so")
        assert later.pending
        assert not current.is_made(source_of(config))
        with pytest.raises(NotValidated):
            store.findings()
        assert not later.step()
        aside.ready = True
        assert later.step()
        assert [f["code"] for f in store.findings() if f["code"] == "Q98"] == ["Q98"]
        assert not later.pending
        assert aside.closed
        assert is_free(config)
    assert current.is_made(source_of(config))


def test_an_interruption_leaves_data_that_are_made_again(config, aside):
    with pytest.raises(KeyboardInterrupt):
        prepare_and(KeyboardInterrupt(), config, aside)
    assert aside.closed
    assert is_free(config)
    assert not current.is_made(source_of(config))
    assert not (config.processed / FINDINGS).exists()


def test_what_changed_while_another_run_was_waited_for_is_what_the_tables_are_of(config):
    source, other, said = source_of(config), ExitStack(), []
    other.enter_context(writing_lock(config.processed, lambda: None))

    def change(text):
        said.append(text)
        if len(said) == 1:
            shutil.rmtree(config.raw / "sang_kien")
            other.close()

    current.prepare(source, change, force=True)
    assert said[0] == "Chờ một lần làm sạch dữ liệu khác"
    assert current.is_made(source)


def test_a_mistake_of_the_user_does_not_waste_the_findings(config, aside):
    with pytest.raises(TthcError):
        prepare_and(TthcError("sai", "đâu", "gì"), config, aside)
    assert current.is_made(source_of(config))


def test_findings_are_waited_for_where_they_are_announced(config):
    store = Store(config.processed)
    told = (config.processed / FINDINGS).read_text(encoding="utf-8")
    (config.processed / FINDINGS).unlink()
    with pytest.raises(NotValidated):
        store.findings()
    await_findings(config.processed)
    threading.Timer(0.2, StoreWriter(config.processed).add_findings, (json.loads(told)["findings"],)).start()
    assert store.findings()


def _slow(seconds, _tell):
    time.sleep(seconds)


def test_what_a_look_raises_ends_all_that_runs(tmp_path):
    looks = []

    def look():
        looks.append(1)
        raise ValidationFailed(["x"], "y")

    began = time.monotonic()
    tasks = [pool.Task(60.0, tmp_path, 100.0)] * 2
    with pytest.raises(ValidationFailed), closing(pool.run_each(_slow, tasks, 2, look=look)) as events:
        list(events)
    assert looks == [1]
    assert time.monotonic() - began < 30


def published(config):
    return {p.name: p.read_bytes() for p in (config.reports / "2024").rglob("*") if p.is_file()}


@pytest.mark.parametrize(("severity", "error"), [("critical", ValidationFailed), ("broken", RuntimeError)])
def test_bad_news_while_sections_run_end_the_report_which_stays_as_it_was(config, aside, severity, error, monkeypatch):
    before, seen = published(config), []

    def sections(cache, jobs, listen, *_, **__):
        look = _[-1]
        look()
        seen.append("chưa")
        aside.ready, aside.severity = True, severity
        look()
        seen.append("không đến đây")

    monkeypatch.setattr(build, "run_cached", sections)
    with pytest.raises(error):
        prepare_and_report(config, aside, "2024")
    assert seen == ["chưa"]
    assert published(config) == before
    assert not list(config.reports.glob(".dang-lap*"))
    assert is_free(config)
    assert current.is_made(source_of(config)) == (severity == "critical")


def test_an_uncovered_period_is_told_only_of_valid_data(config, aside):
    aside.severity = "critical"
    with pytest.raises(ValidationFailed):
        prepare_and_report(config, aside, "2031")
