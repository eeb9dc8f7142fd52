"""The first appointment of a dossier from overlapping exports: a due day that a newer export changes is kept beside the new one."""

from __future__ import annotations

import pandas as pd

from tthc_analysis.columns import Table


def with_appointments(table: Table, kept: pd.DataFrame, everything: pd.DataFrame) -> pd.DataFrame:
    """`kept` with the first due day and the number of changes that older exports tell, where no column states them.

    `everything` are all rows in order of key and snapshot. A due day that was moved while the applicant had to supplement the
    dossier is no new appointment and is not counted.
    """
    if "first_due_at" not in table.names or len(kept) == len(everything):
        return kept
    told = everything[everything.duplicated(list(table.key), keep=False) & everything["due_at"].notna()]
    keys, days = told[table.key[0]], told["due_at"].dt.normalize()
    moved = keys.eq(keys.shift()) & (days != days.shift())
    codes = kept[table.key[0]]
    changed = moved.groupby(keys).sum().reindex(codes, fill_value=0).set_axis(kept.index).astype("int64")
    first = told.groupby(keys)["due_at"].first().reindex(codes).set_axis(kept.index).where(changed > 0)
    counted = changed.where((changed > 0) & kept["supplement_requested_at"].isna()).astype("Int64")
    return kept.assign(
        first_due_at=kept["first_due_at"].fillna(first),
        reappointment_count=kept["reappointment_count"].fillna(counted),
    )
