"""An agency that is rolled up, with where its processed data are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tthc_analysis.columns import DOSSIERS, NO_EXPORT_DAY
from tthc_analysis.config import MemberAgency
from tthc_analysis.store import Store


@dataclass(frozen=True)
class Member:
    """One agency: its processed folder and the state of that; `why` says the reason when nothing is counted from it."""

    agency: MemberAgency
    folder: str
    state: str
    why: str = ""


def spans_without_any(store: Store) -> list[tuple[date, date, str]]:
    """The days in which an agency says that it had no dossier (first, last, how it says so in Vietnamese).

    Declared ones (`khong_phat_sinh.toml`), and those up to the day of an export that holds no row.
    """
    about = store.index.get(DOSSIERS.name, {})
    found = [
        (date.fromisoformat(one["from"]), date.fromisoformat(one["to"]), "khai báo không phát sinh hồ sơ")
        for one in about.get("nothing", ())
    ]
    days = [] if about.get("rows") else [date.fromisoformat(a["snapshot_date"]) for a in _accounts(store)]
    newest = max((day for day in days if day != NO_EXPORT_DAY), default=None)
    return [*found, (NO_EXPORT_DAY, newest, "tệp xuất không có hồ sơ nào")] if newest else found


def _accounts(store: Store) -> list[dict[str, str]]:
    found: list[dict[str, str]] = store.quality()["datasets"].get(DOSSIERS.name, {}).get("accounts", [])
    return found
