"""All checks that need no data, and what they leave to say beside the remarks that rest on data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

from tthc_analysis.reconcile._checks import Checks, Key
from tthc_analysis.reconcile._dates import check_dates
from tthc_analysis.reconcile._facts import Fact
from tthc_analysis.reconcile._growth import check_growth
from tthc_analysis.reconcile._identity import check_identity
from tthc_analysis.reconcile._reading import Reading
from tthc_analysis.reconcile._result import CheckedFigure, Remark, Status
from tthc_analysis.reconcile._shares import check_shares
from tthc_analysis.reconcile._spoken import check_spoken
from tthc_analysis.reconcile._sums import check_sums
from tthc_analysis.reconcile._tables import check_tables, numbers_of

IN_TABLE = "ô trong bảng, chưa có công thức hay dòng tổng nào để so"
COMPARED = "so với các ô khác trong bảng"


def self_check(reading: Reading, facts: Sequence[Fact]) -> Checks:
    """The narrative held against itself; the equations come first, for they explain two values of one quantity."""
    checks = Checks(reading)
    checks.attached.update(f.mention.key for f in facts if f.share_of is not None)
    check_sums(checks, facts)
    check_shares(checks, facts)
    check_spoken(checks, facts)
    check_growth(checks, facts)
    check_tables(checks)
    check_identity(checks, facts)
    check_dates(checks, facts)
    return checks


def unexplained(checks: Checks, said: Sequence[Remark], data_wrong: Set[Key]) -> Iterator[Remark]:
    """Findings that no difference from the data explains and that no other remark makes at the same place."""
    told = {(r.code, r.place.paragraph, r.place.start) for r in said}
    for finding in checks.findings:
        place = finding.remark.place
        if not data_wrong & set(finding.keys) and (finding.remark.code, place.paragraph, place.start) not in told:
            yield finding.remark


def table_figures(checks: Checks) -> Iterator[CheckedFigure]:
    """Every numeric cell as a checked figure: compared with others of its table, or listed as not compared."""
    reading = checks.reading
    for number in numbers_of(checks):
        status: Status = "untied"
        if number.key in checks.wrong:
            status = "differs"
        elif number.key in checks.compared:
            status = "agrees"
        place = reading.place(number.block, 0, len(number.text))
        reason = IN_TABLE if status == "untied" else COMPARED
        yield CheckedFigure(status, place, number.text, number.text, "", "", "", reason)
