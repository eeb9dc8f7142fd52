"""A report that rolls up many agencies against its own figures: those of the whole area stand for what its words say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tthc_analysis.errors import TthcError
from tthc_analysis.reconcile._text import fold
from tthc_analysis.reconcile.annexes import OwnForm, own_form

if TYPE_CHECKING:
    from tthc_analysis.display.tables import ReportTable
    from tthc_analysis.indicators import Indicator, OpenReport
    from tthc_analysis.reconcile.narrative import Narrative

#: figures of the whole area whose twin of one agency has a name of its own
_TWINS: Mapping[str, str] = {
    "all_received_online_count": "online_received_count",
    "all_received_offline_count": "offline_received_count",
    "all_received_online_rate": "online_received_rate",
}
#: how our own draft says of how many agencies it is, as folded
_SCOPE = re.compile(r"so lieu la cua (\d+)/(\d+) don vi")


class OtherScope(TthcError):
    """The text is of other agencies than the figures."""


def rolled_figures(figures: Sequence[Indicator]) -> list[Indicator]:
    """The figures of a roll-up under the names that the words of a report are tied to."""
    return [replace(f, name=_TWINS.get(f.name, f.name.replace("all_", "dossiers_", 1))) for f in figures]


def rolled_forms(report: OpenReport) -> list[OwnForm]:
    """The forms by agency and by field of a roll-up as it prints them; a label that stands for several lines is left out."""
    from tthc_analysis.display.rollup import rollup_by_field, rollup_form
    from tthc_analysis.display.tables import ReportTable
    from tthc_analysis.indicators import rollup

    by_field = rollup_by_field(rollup.by_field(report), rollup.level_label, rollup.share(report))
    tables = (rollup_form(rollup.levels(report), report.period.end), by_field)
    return [_unmistakable(t, own_form("Biểu tổng hợp", t)) for t in tables if isinstance(t, ReportTable) and t.rows]


def _unmistakable(table: ReportTable, form: OwnForm) -> OwnForm:
    labels = [fold(str(row[1])) for row in table.rows]
    return replace(form, rows={k: v for k, v in form.rows.items() if labels.count(k) < 2})


def require_same_scope(narrative: Narrative, report: OpenReport) -> None:
    """Raise OtherScope for a draft that says it is of another number of agencies than the figures are."""
    from tthc_analysis.indicators import rollup

    table = rollup.standing(report)
    now = (int(table["state"].isin(rollup.COUNTED).sum()), len(table))
    for said in _scopes(narrative):
        if said != now:
            raise OtherScope(
                f"Văn bản ghi số liệu của {said[0]}/{said[1]} đơn vị, số liệu hiện có là của {now[0]}/{now[1]} đơn vị.",
                narrative.name,
                f"Lập lại báo cáo (tthc report {report.period.id}), hoặc bỏ --period để soát văn bản với chính nó.",
            )


def _scopes(narrative: Narrative) -> Iterator[tuple[int, int]]:
    for block in narrative.blocks:
        if match := _SCOPE.search(fold(block.text)):
            yield int(match[1]), int(match[2])
