"""What the project itself publishes is in agreement with its figures: reconciling it finds nothing."""

import pytest

from tthc_analysis.indicators import all_indicators
from tthc_analysis.reconcile import read_narrative, reconcile


@pytest.mark.report
def test_the_published_report_has_no_fault(published_report, sample_report):
    figures = all_indicators(sample_report)
    files = sorted(
        [*published_report.glob("muc/*.html"), *published_report.rglob("*.pdf"), *published_report.rglob("*.docx")]
    )
    assert len(files) > 15
    agreeing = 0
    for file in files:
        result = reconcile(read_narrative(file), figures, sample_report.period, sample_report.previous.period)
        assert result.rows() == [r for r in result.rows() if r[0] == "Ghi chú"], file.name
        agreeing += len(result.agreeing)
    assert agreeing > 20
