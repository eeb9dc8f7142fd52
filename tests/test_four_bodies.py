"""Four bodies that are not the first user, each from `init` to its figures, words and signer: nothing in it is another's."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime

import pytest
from four_bodies import BODIES, SomeBody, dossiers, write_exports

from tthc_analysis.audit.verify import transplant
from tthc_analysis.config import load_config
from tthc_analysis.display.forms import form_ii06a, form_ii07b
from tthc_analysis.display.listed import late_table
from tthc_analysis.documents.word import variables
from tthc_analysis.indicators import (
    all_indicators,
    assessment,
    catalogue,
    late,
    one_stop,
    online,
    open_report_in,
    summary,
)
from tthc_analysis.indicators import dossiers as counted
from tthc_analysis.preparation.members import prepare_agency
from tthc_analysis.project import init_project
from tthc_analysis.report.content import about, unfilled
from tthc_analysis.sections import sections_of


@pytest.fixture(scope="module", params=BODIES, ids=lambda body: body.id)
def made(request, tmp_path_factory):
    """The body, its configuration and its report, begun in an empty folder."""
    body: SomeBody = request.param
    folder = tmp_path_factory.mktemp(body.id)
    init_project(folder, body.answers)
    write_exports(body, folder / "data" / "raw" / body.id)
    config = load_config(folder)
    prepare_agency(config, lambda _: None)
    return body, config, open_report_in(config, body.period)


def expected(body: SomeBody, first: datetime, last: datetime) -> Counter[str]:
    """The counts of form II.06a, by hand from what was written."""
    found: Counter[str] = Counter()
    for _, _, received, due, ended in dossiers(body):
        if received.date() > last.date() or (ended and ended.date() < first.date()):
            continue
        done = ended is not None and ended.date() <= last.date()
        found["handled"] += 1
        found["resolved" if done else "pending"] += 1
        if done and ended.date() > due.date():
            found["resolved_overdue"] += 1
        found["carried_over"] += received.date() < first.date()
    return found


def test_the_figures_are_its_own(made):
    body, _, report = made
    table = form_ii06a(counted.by_field(report))
    total = dict(zip((c.name for c in table.columns), table.total, strict=True))
    start, end = (datetime.combine(d, datetime.min.time()) for d in (report.period.start, report.period.end))
    wanted = expected(body, start, end)
    assert wanted["handled"] > 20
    assert {name: total[name] for name in wanted} == dict(wanted)
    fields = {field for _, _, field in body.procedures}
    assert {row[1] for row in table.rows} == fields
    if body.ward:  # no channel column: unknown, not 0
        assert (total["received_online"], total["received_offline"]) == (None, None)


def test_what_no_file_states_is_unknown_in_the_totals_too(made):
    _, _, report = made
    late_cases = late_table(late.by_cause(report))
    total = dict(zip((c.name for c in late_cases.columns), late_cases.total, strict=True))
    assert total["late"] > 0
    assert {total[n] for n in ("reappointed", "again", "late_first", "apologised")} == {None}
    listed = late.late_list(report)
    assert listed["times"].isna().all()
    assert listed["first_due_day"].isna().all()
    assert set(online.by_procedure(report)["online_level"]) <= {"chưa có danh mục", "chưa rõ"}


def test_a_copy_of_the_project_names_the_same_folders(made, tmp_path):
    """A report made again to verify it says what the first one said, although its exports are read elsewhere."""
    body, config, report = made
    copy = transplant(config, tmp_path)
    assert (copy.raw, copy.root) == (config.raw.resolve(), tmp_path)
    assert unfilled(copy.data.raw, report) == unfilled(config.data.raw, report)
    assert unfilled(copy.data.raw, report)["van_ban"] == f"data/raw/{body.id}/van_ban"


def test_no_word_level_or_signer_is_another_s(made):
    body, config, report = made
    words = variables(about(config, report, draft=False))
    told = [
        *words.values(),
        *(text for i in all_indicators(report) for text in (i.label, i.base, i.reference, i.gap)),
        *summary.period_notes(report),
        *assessment.comparison_notes(report),
        *one_stop.notes(report),
        *catalogue.notes(report),
        *(f"{s.number} {s.title}" for s in sections_of(config)),
        *(c.label for c in form_ii07b(None, day=report.period.end).columns),
    ]
    # the law's own words stay: titles of texts and of forms
    said = re.sub(r"(?:Nghị định|Thông tư|Quyết định|Nghị quyết)[^;.]*", "", "\n".join(told))
    assert [word for word in body.foreign if word in said] == []
    assert words["co_quan"] == body.answers["name"]
    assert words["thay_mat"] == (body.signer if body.signer.startswith("TM.") else "")
    assert words["chuc_danh_ky"] in ("CHỦ TỊCH", body.signer)
