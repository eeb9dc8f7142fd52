"""An agency that is rolled up, with where its processed data are."""

from __future__ import annotations

from dataclasses import dataclass

from tthc_analysis.config import MemberAgency


@dataclass(frozen=True)
class Member:
    """One agency: its processed folder and the state of that; `why` says the reason when nothing is counted from it."""

    agency: MemberAgency
    folder: str
    state: str
    why: str = ""
