"""Why a report is a draft, in one sentence that page, workbook, package and terminal print alike."""

from __future__ import annotations

from tthc_analysis.columns import DOSSIERS
from tthc_analysis.indicators import OpenReport
from tthc_analysis.preparation.current import critical_findings

NOT_VALID = "dữ liệu chưa đạt kiểm tra bắt buộc (xem tthc check)"


def without_end(opened: OpenReport) -> int:
    """How many dossiers have ended by their status but tell none of the days by which the rule set counts them as resolved."""
    if not opened.store.has(DOSSIERS.name):
        return 0
    from tthc_analysis.indicators._counting import unended  # only here: pandas

    rows = opened.store.query(f"SELECT count(*) AS n FROM {DOSSIERS.name} WHERE {unended(opened.rules.end_date)}")
    return int(rows.iloc[0]["n"])


def reason(opened: OpenReport) -> str:
    """What makes a report a draft; only what is true of its data, never a list of what may be."""
    from tthc_analysis.indicators import _registers  # only here: pandas

    found = [NOT_VALID] if critical_findings(opened.store) else []
    if not opened.is_united and (missing := without_end(opened)):
        found.append(f"{missing} hồ sơ đã xử lý xong không ghi ngày xong")
    if not _registers.covers(opened, DOSSIERS.name):
        found.append("dữ liệu hồ sơ không bao trùm kỳ")
    return "; ".join(found) or "kỳ chưa bắt đầu"
