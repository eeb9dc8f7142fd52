"""Section II.2: decisions that publish procedures; the procedures themselves are counted by `catalogue`."""

from __future__ import annotations

import pandas as pd

from tthc_analysis.columns import DOCUMENTS, PROCEDURES
from tthc_analysis.indicators import _registers, catalogue
from tthc_analysis.indicators._indicator import Indicator
from tthc_analysis.indicators._open import OpenReport
from tthc_analysis.indicators.catalogue_sql import IN_FORCE
from tthc_analysis.indicators.definition import Block, Count, Exported, Measure, Relation, Speaks
from tthc_analysis.indicators.directives import REGISTERED, listed
from tthc_analysis.indicators.evaluate import evaluate

SECTION = "II.2"
DECISION = "quyết định"

#: publication decisions of the city that the body proposed
_PUBLISHING = "topic = 'publication' AND document_type = 'decision' AND is_of_city AND is_proposed"
#: decisions that the catalogue in force cites and no registered document bears
UNREGISTERED = Relation(
    "unregistered",
    PROCEDURES.name,
    lambda report: (
        f"{IN_FORCE.sql(report)},\n"
        "unregistered AS (\n  SELECT DISTINCT decision FROM in_force WHERE decision IS NOT NULL\n"
        f"    AND decision NOT IN (SELECT document_number FROM {DOCUMENTS.name} WHERE document_number IS NOT NULL)\n)"
    ),
    (Speaks(IN_FORCE), Exported(DOCUMENTS.name)),
    own_key=("decision",),
    place="none",
)

BLOCK = Block(
    section=SECTION,
    reference="{ND-63-2010:amended}; {TT-02-2017}",
    tables=(DOCUMENTS.name,),
    figures=(
        Count(
            name="publication_decisions_count",
            label="Quyết định công bố TTHC do {unit} trình",
            part=Measure(REGISTERED, _PUBLISHING),
            unit=DECISION,
        ),
        Count(
            name="internal_publication_decisions_count",
            label="Trong đó quyết định công bố TTHC nội bộ",
            part=Measure(REGISTERED, f"{_PUBLISHING} AND is_internal"),
            unit=DECISION,
        ),
        Count(
            name="unregistered_decisions_count",
            label="Quyết định danh mục dẫn chiếu nhưng sổ văn bản không có",
            part=Measure(UNREGISTERED),
            unit=DECISION,
            tables=(DOCUMENTS.name, PROCEDURES.name),
        ),
    ),
)
BLOCKS = (BLOCK,)


def decisions(report: OpenReport) -> pd.DataFrame | None:
    """Publication decisions of the city that the department proposed in the period, oldest first; None without data."""
    return listed(report, _PUBLISHING)


def indicators(report: OpenReport) -> list[Indicator]:
    """Publication decisions in all and on internal procedures, and decisions of the catalogue missing from the register."""
    return evaluate(report, BLOCK)


def notes(report: OpenReport) -> tuple[str, ...]:
    """What the register and the catalogue cannot say as of the cut-off."""
    return _registers.notes(report, DOCUMENTS.name) + catalogue.notes(report)
