"""Reconcile (đối soát) a narrative narrative with the figures of a period: what agrees, what differs, what cannot be tied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tthc_analysis.indicators import Indicator
from tthc_analysis.periods import Period
from tthc_analysis.reconcile._claims import check_claims
from tthc_analysis.reconcile._documents import check_documents
from tthc_analysis.reconcile._facts import read_facts
from tthc_analysis.reconcile._figures import check_figures
from tthc_analysis.reconcile._last_year import LastYear, check_last_year
from tthc_analysis.reconcile._period import check_period
from tthc_analysis.reconcile._quantities import line_of
from tthc_analysis.reconcile._reading import Reading
from tthc_analysis.reconcile._result import (
    FIGURE_HEADERS,
    ROW_HEADERS,
    SEVERITY_LABELS,
    STATUS_LABELS,
    CheckedFigure,
    Reconciliation,
    Remark,
)
from tthc_analysis.reconcile._rules import load_reconcile_rules
from tthc_analysis.reconcile._selfcheck import self_check, table_figures, unexplained
from tthc_analysis.reconcile._structure import check_structure
from tthc_analysis.reconcile._style import check_style
from tthc_analysis.reconcile.annexes import OwnForm, check_annexes, parts_of
from tthc_analysis.reconcile.comments import write_comments
from tthc_analysis.reconcile.many import (
    Sender,
    Sum,
    add_up,
    check_all,
    exit_code,
    narratives_in,
    sum_rows,
    summary_rows,
    to_page,
    to_xlsx,
)
from tthc_analysis.reconcile.narrative import Block, Narrative, Place, build_narrative
from tthc_analysis.reconcile.read import READERS, UnreadableNarrative, read_narrative
from tthc_analysis.reconcile.render import many_to_json, to_html, to_json

__all__ = [
    "FIGURE_HEADERS",
    "READERS",
    "ROW_HEADERS",
    "SEVERITY_LABELS",
    "STATUS_LABELS",
    "Block",
    "CheckedFigure",
    "LastYear",
    "Narrative",
    "Place",
    "Reconciliation",
    "Remark",
    "Sender",
    "Sum",
    "UnreadableNarrative",
    "add_up",
    "build_narrative",
    "check_all",
    "exit_code",
    "many_to_json",
    "narratives_in",
    "read_narrative",
    "reconcile",
    "sum_rows",
    "summary_rows",
    "to_html",
    "to_json",
    "to_page",
    "to_xlsx",
    "write_comments",
]


def reconcile(
    narrative: Narrative,
    figures: Sequence[Indicator] = (),
    period: Period | None = None,
    previous: Period | None = None,
    forms: Sequence[OwnForm] = (),
    last_year: LastYear | None = None,
) -> Reconciliation:
    """Hold every figure, claim, period, heading and citation of `narrative` against `figures` and against each other.

    A pure function: `figures` are the indicators of `period` (the first of each name counts); without them the narrative is
    held against itself alone; `forms` are our own annexes, against which a table with their columns is held; growth over
    the same period a year before is held against `last_year`, when its figures are given. What could not be compared is in `untied` with the reason, never taken for right.
    """
    by_name = {f.name: f for f in reversed(figures)}
    reading = Reading(narrative, by_name, period, previous, load_reconcile_rules(), parts_of(forms))
    facts = read_facts(reading)
    checks = self_check(reading, facts)
    in_annexes = check_annexes(checks, forms)
    grown = check_last_year(checks, facts, last_year)
    checked, found = check_figures(reading, checks, facts)
    found += [*in_annexes, *grown]
    claims, said = check_claims(reading)
    data_wrong = {(r.place.paragraph - 1, r.place.start) for r in (*found, *said) if r.indicator}
    found += [*said, *check_period(reading, tuple(checked)), *unexplained(checks, [*found, *said], data_wrong)]
    found += [*check_structure(reading), *check_style(reading), *check_documents(reading)]
    spoken = [c for c in claims if c.status != "untied" or by_name]
    all_figures = sorted((*checked, *spoken, *table_figures(checks)), key=lambda f: (f.place.paragraph, f.place.start))
    remarks, notes = [[r for r in found if (r.severity == "note") == is_note] for is_note in (False, True)]
    stated = reading.own_span.label if reading.own_span is not None else ""
    line = line_of(reading, facts)
    return Reconciliation(narrative, period, _in_order(remarks), _in_order(notes), tuple(all_figures), stated, line)


def _in_order(remarks: Sequence[Remark]) -> tuple[Remark, ...]:
    """In the order of the text; the same fault in several places is one remark with further places."""
    merged: dict[tuple[str, ...], Remark] = {}
    for remark in sorted(remarks, key=lambda r: (r.place.paragraph, r.place.start, r.code)):
        key = (remark.code, remark.found, remark.expected, remark.explanation)
        first = merged.get(key)
        merged[key] = replace(first, also=(*first.also, remark.place, *remark.also)) if first else remark
    return tuple(merged.values())
