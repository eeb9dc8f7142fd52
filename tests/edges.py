"""Dossiers that lie on the edges of the first quarter of 2024, for every test that compares two ways of counting."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import product

import pandas as pd

from tthc_analysis.columns import CHANNELS, DOSSIERS, PROVENANCE, STATUSES
from tthc_analysis.periods import parse_period

QUARTER = parse_period("2024-Q1")


def edges() -> list[datetime]:
    """Moments on and beside both ends of the quarter, on whole days and within them, and one that some zones skip."""
    days = [datetime.combine(d, datetime.min.time()) for d in (QUARTER.start, QUARTER.end)]
    steps = (timedelta(microseconds=-1), timedelta(), timedelta(hours=9, minutes=30), timedelta(hours=23, minutes=59))
    after = days[1] + timedelta(days=1)
    return [*(d + s for d, s in product(days, steps)), after, datetime(2024, 3, 10, 2, 30)]


def edge_frame() -> pd.DataFrame:
    """Dossiers whose every date lies on an edge or is missing, in every status and channel, some without a field."""
    draw = random.Random(1)
    moments = [None, *edges()]
    rows = [
        {
            "dossier_code": f"M{number:04d}",
            "procedure_code": draw.choice(["1.000001", "1.000002", None]),
            "procedure_name": "Thủ tục Đặng “’”\\d",
            "field": draw.choice(["Ấ", "a", "", None]),
            "channel": draw.choice([*CHANNELS, None]),
            "status": draw.choice([*STATUSES, None]),
            "received_at": draw.choice(moments),
            **{name: draw.choice(moments) for name in ("due_at", "resolved_at", "returned_at")},
            **{name: draw.choice([None, 0, 2]) for name in ("component_file_count", "result_file_count")},
        }
        for number in range(1500)
    ]
    kinds: Mapping[str, str] = {
        "integer": "Int64",
        "date": "datetime64[us]",
        "datetime": "datetime64[us]",
        "decimal": "object",
    }
    return pd.DataFrame(
        {
            c.name: pd.Series([r.get(c.name) for r in rows], dtype=kinds.get(c.kind, "str"))
            for c in (*DOSSIERS.columns, *PROVENANCE)
        }
    )
