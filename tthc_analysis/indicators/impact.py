"""Section II.1: legal normative documents with procedures that the department proposed, and their impact assessment."""

from __future__ import annotations

from tthc_analysis.columns import DOCUMENTS
from tthc_analysis.indicators import _registers
from tthc_analysis.indicators._indicator import Indicator
from tthc_analysis.indicators._open import OpenReport
from tthc_analysis.indicators.definition import Block, Count, Fact, Measure, Rate
from tthc_analysis.indicators.directives import DOCUMENT, REGISTERED
from tthc_analysis.indicators.evaluate import evaluate

SECTION = "II.1"

#: normative documents that the body issued or proposed
_OWN = "document_type = 'normative' AND (is_proposed OR is_own)"
_UNSAID = "sổ văn bản không ghi có quy định TTHC hay không"
_WITH = Fact(REGISTERED, "có quy định TTHC", "has_procedures IS NOT NULL", _OWN, every=True, words=_UNSAID)
_ASSESSED = Fact(
    REGISTERED,
    "đã đánh giá tác động",
    "is_impact_assessed IS NOT NULL",
    f"{_OWN} AND has_procedures",
    every=True,
    words=_UNSAID,
)
WITH_PROCEDURES = Measure(REGISTERED, f"{_OWN} AND has_procedures", (_WITH,))

BLOCK = Block(
    section=SECTION,
    reference="{L-80-2015}; Biểu II.01, II.02/VPCP/KSTT",
    figures=(
        Count(
            name="normative_documents_count",
            label="Văn bản quy phạm pháp luật do {unit} ban hành, tham mưu",
            part=Measure(REGISTERED, _OWN),
            unit=DOCUMENT,
        ),
        Count(
            name="normative_with_procedures_count",
            label="Văn bản quy phạm pháp luật có quy định TTHC do {unit} tham mưu",
            part=WITH_PROCEDURES,
            unit=DOCUMENT,
        ),
        Rate(
            name="impact_assessed_rate",
            label="Tỷ lệ văn bản có quy định TTHC đã đánh giá tác động",
            part=Measure(REGISTERED, f"{_OWN} AND has_procedures AND is_impact_assessed", (_WITH, _ASSESSED)),
            part_label="Văn bản đã đánh giá tác động",
            whole=WITH_PROCEDURES,
            base="văn bản quy phạm pháp luật có quy định TTHC do {unit} tham mưu",
        ),
    ),
)
BLOCKS = (BLOCK,)


def indicators(report: OpenReport) -> list[Indicator]:
    """Normative documents proposed, those with procedures, and how many of these were assessed for their impact."""
    return evaluate(report, BLOCK)


def notes(report: OpenReport) -> tuple[str, ...]:
    """What the register cannot say."""
    return _registers.notes(report, DOCUMENTS.name)
