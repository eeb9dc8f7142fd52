"""From which day on the exports of a register hold every row, where of the days before they hold only what was still open."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from tthc_analysis.rules.reporting import load_reporting


def may_begin_later(first: date, ended: date) -> bool:
    """Whether so long passes from the first receipt to the first end that what came first may only be what was carried over."""
    return (ended - first).days > load_reporting().coverage.quiet_days


def first_whole_day(receipts: pd.Series, ended: date) -> date:
    """The first of the days of receipt from which on the exports hold every row.

    `receipts` counts the rows received on each day, in order; on `ended` the first of them ended. An export of a period holds
    of the days before it only what was then still open: rows that are fewer by far than the days after would let expect, and
    of which none ended earlier. Such rows are counted as carried over, and tell of no period before (`rules/reporting.toml`).
    """
    rule, before = load_reporting().coverage, receipts[receipts.index < ended]
    first: date = receipts.index[0]
    last: date = receipts.index[-1]
    if last < ended:  # nothing came later to compare with
        return first
    each_day = (receipts.sum() - before.sum()) / ((last - ended).days + 1)
    expected = each_day * (ended - first).days
    if expected < rule.least_expected or before.sum() >= rule.carried_share * expected:
        return first
    quiet = timedelta(days=max(rule.quiet_days, rule.longest_gap / each_day))
    begins = ended
    for day in reversed(before.index):
        if begins - day > quiet:
            break
        begins = day
    return begins
