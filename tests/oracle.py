"""A short pandas twin of the counting SQL, written from the text of the rule sets: the oracle of the tests."""

from __future__ import annotations

import pandas as pd

from tthc_analysis.periods import Period
from tthc_analysis.rules import CountingRules


def classify(dossiers: pd.DataFrame, period: Period, rules: CountingRules) -> pd.DataFrame:
    """Each dossier open in the period with `intake` (carried or the channel) and `outcome`."""
    frame = dossiers.copy()
    excluded = set(rules.excluded_statuses)
    frame = frame[~frame["status"].isin(excluded)]
    end = frame[list(rules.end_date)].bfill(axis=1).iloc[:, 0]
    frame = frame.assign(end=pd.to_datetime(end))
    start, stop = pd.Timestamp(period.start), pd.Timestamp(period.end)
    received, ended = frame["received_at"].dt.normalize(), frame["end"].dt.normalize()
    frame = frame[(received <= stop) & (ended.isna() | (ended >= start))]
    if rules.withdrawn == "excluded":
        frame = frame[~(frame["status"].isin(rules.withdrawn_statuses) & (frame["end"].dt.normalize() <= stop))]
    rows = [_row(row, start, stop, rules) for row in frame.to_dict("records")]
    return pd.DataFrame(rows, columns=["dossier_code", "intake", "outcome"])


def _row(row, start, stop, rules):
    channel = row["channel"] if isinstance(row["channel"], str) else None
    if channel is None and rules.missing_channel == "in_person":
        channel = "in_person"
    carried = row["received_at"].normalize() < start
    intake = "carried_over" if carried else f"received_{channel or 'no_channel'}"
    resolved = not pd.isna(row["end"]) and row["end"].normalize() <= stop
    outcome = _resolved(row, rules) if resolved else _pending(row, stop, rules)
    if row["status"] in ("completed", "delivered") and pd.isna(row["end"]):
        outcome = "unended"
    return {"dossier_code": row["dossier_code"], "intake": intake, "outcome": outcome}


def _resolved(row, rules):
    if rules.withdrawn == "on_time" and row["status"] in rules.withdrawn_statuses:
        return "resolved_on_time"
    if pd.isna(row["due_at"]):
        return "resolved_on_time" if rules.resolved_without_due == "on_time" else "resolved_no_due"
    end, due = row["end"], row["due_at"]
    if rules.compare == "day":
        end, due = end.normalize(), due.normalize()
    return "resolved_early" if end < due else "resolved_on_time" if end == due else "resolved_overdue"


def _pending(row, stop, rules):
    if rules.paused == "within" and row["status"] in rules.paused_statuses:
        return "pending_within"
    if pd.isna(row["due_at"]):
        return "pending_no_due"
    return "pending_within" if row["due_at"].normalize() >= stop else "pending_overdue"
