"""Whose dossiers these are: the agency, day and serial that a dossier code carries, held against the agency that reports.

Only what is found is told. A code of another shape says nothing of its agency. The day in a code is often weeks before the
day of receipt (filed online, received later), which is no fault; a day after it is one. Gaps in the serial numbers of a day are
information, for refused dossiers use numbers too; they are told only of days of which the exports should hold every dossier,
and not where the numbers are shared with other agencies.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pandas as pd

from tthc_analysis.columns import DOSSIERS
from tthc_analysis.config import Agency
from tthc_analysis.exports.many import joined
from tthc_analysis.preparation.validation import Finding

FOREIGN, LATER, REPEATED, GAPS = ("H91", "H92", "H93", "H98")
_CODE = re.compile(r"^(?P<agency>.+)-(?P<day>\d{6})-(?P<serial>\d{4,})$")
_OLD = re.compile(r"^(?P<unit>\d{3})\.(?P<group>\d{2})\.(?P<body>\d{2})\.(?P<province>[A-Z]\d{2})$")
_EXAMPLES, _NAMED = 20, 3


def newest_shape(agency: str) -> str:
    """An agency code in the shape of today: 000.17.22.H56 → H56.22.17, without parts that are all zeros."""
    match = _OLD.match(agency)
    if not match:
        return agency
    parts = [match["body"], match["group"], match["unit"]]
    while parts and not int(parts[-1]):
        parts.pop()
    return ".".join([match["province"], *parts])


def findings(agency: Agency, rows: Iterable[pd.DataFrame], others: Sequence[str] = ()) -> list[dict[str, Any]]:
    """What is found on the dossiers of `agency`, as validation tells it; `others` are the codes of the other agencies known."""
    parts = [_named(part) for part in rows]
    files = pd.CategoricalDtype(
        list(dict.fromkeys(file for part in parts for file in part["source_file"].cat.categories))
    )
    named = joined([part.astype({"source_file": files}) for part in parts])
    found = (*_foreign(agency, named, others), *_later(named), *_repeated(named), *_gaps(agency, named))
    return [one.to_dict() for one in found]


def _named(frame: pd.DataFrame) -> pd.DataFrame:
    """What the code of each dossier says, and no more of the row than is asked of it."""
    codes = frame["dossier_code"].astype("string").str.extract(_CODE)
    return pd.DataFrame(
        {
            "agency": codes["agency"].map(newest_shape, na_action="ignore"),
            "code_day": pd.to_datetime(codes["day"], format="%y%m%d", errors="coerce"),
            "number": pd.to_numeric(codes["serial"]),
            "received_at": frame["received_at"],
            "snapshot_date": frame["snapshot_date"],
            "source_file": frame["source_file"].astype("category"),
            "source_row": frame["source_row"],
        }
    )


def _of(named: pd.DataFrame, rows: pd.Series) -> pd.DataFrame:
    """Some rows; of millions all are not held twice."""
    return named if rows.all() else named[rows]


def _foreign(agency: Agency, named: pd.DataFrame, others: Sequence[str]) -> Iterator[Finding]:
    """Dossiers with the code of another agency: critical when the reporting one is known, else when there are several.

    Those of other agencies of the project that are fewer than its own may have passed between them: a warning, for a roll-up
    counts each once.
    """
    known = _of(named, named["agency"].notna())
    if known.empty:
        return
    if agency.own_codes:
        wrong = known[~_own(agency, known)]
        subject = f"Hồ sơ mang mã của đơn vị {', '.join(dict.fromkeys(c.code for c in agency.own_codes))}"
    else:
        wrong = known[known["agency"] != known["agency"].mode().iloc[0]]
        subject = "Hồ sơ mang mã của một cơ quan (đơn vị chưa khai code trong config.toml)"
    if len(wrong):
        counts = wrong["agency"].value_counts()
        told = ", ".join(f"{name} {number} hồ sơ" for name, number in counts.head(_NAMED).items())
        more = f" và {len(counts) - _NAMED} mã khác" if len(counts) > _NAMED else ""
        passed = _is_of(wrong["agency"], others).all() and len(wrong) < len(known) - len(wrong)
        severity = "critical" if agency.own_codes and not passed else "warning"
        yield _finding(FOREIGN, f"{subject}; mã khác: {told}{more}", severity, named, wrong)


def _is_of(codes: pd.Series, agencies: Sequence[str]) -> pd.Series:
    """Whether each code is one of these agencies', or of a unit below one."""
    found = pd.Series(False, index=codes.index)
    for code in map(newest_shape, agencies):
        found |= (codes == code) | codes.str.startswith(f"{code}.")
    return found


def _own(agency: Agency, known: pd.DataFrame) -> pd.Series:
    """Whether each code is one of the agency's on the day of receipt: its own, a unit's below it, or a predecessor's."""
    days = pd.to_datetime(known["received_at"]).dt.normalize()
    own = pd.Series(False, index=known.index)
    for span in agency.own_codes:
        code = newest_shape(span.code)
        here = (known["agency"] == code) | known["agency"].str.startswith(f"{code}.")
        first, last = pd.Timestamp(span.start or pd.Timestamp.min), pd.Timestamp(span.end or pd.Timestamp.max)
        own |= here & (days.isna() | ((days >= first) & (days <= last)))
    return own


def _later(named: pd.DataFrame) -> Iterator[Finding]:
    wrong = named[named["code_day"] > pd.to_datetime(named["received_at"]).dt.normalize()]
    if len(wrong):
        yield _finding(LATER, "Ngày trong mã hồ sơ không sau ngày tiếp nhận", "warning", named, wrong)


def _repeated(named: pd.DataFrame) -> Iterator[Finding]:
    """Codes of both shapes, or with another number of zeros, that name one serial of one agency and day."""
    coded = _of(named, named["code_day"].notna())
    wrong = coded[coded.duplicated(["agency", "code_day", "number"], keep=False)]
    if len(wrong):
        text = "Số thứ tự trong ngày của mã hồ sơ không lặp lại"
        yield _finding(REPEATED, text, "warning", named, wrong)


def _gaps(agency: Agency, named: pd.DataFrame) -> Iterator[Finding]:
    """Days whose highest serial number is more than the numbers there are; the rows are those with the highest."""
    coded = _of(named, named["code_day"].notna() & named["received_at"].notna())
    if coded.empty:
        return
    covered = _covered(coded[_own(agency, coded)] if agency.own_codes else coded)
    if covered.empty:
        return
    days = covered.groupby(["agency", "code_day"], sort=False)["number"].agg(["max", "nunique", "idxmax"])
    missing = days["max"] - days["nunique"]
    if 0 < missing.sum() <= len(covered):
        text = (
            f"Số thứ tự trong ngày của mã hồ sơ liền nhau; thiếu {missing.sum()} số ở các ngày mà bản xuất bao trùm (hồ sơ "
            "không được tiếp nhận cũng dùng số; thiếu nhiều số thì xem bản xuất có bị cắt)"
        )
        wrong = covered.loc[days["idxmax"][missing > 0]]
        yield Finding(GAPS, DOSSIERS.name, text, "info", len(days), len(wrong), _places(wrong))


def _covered(coded: pd.DataFrame) -> pd.DataFrame:
    """Rows of days after the first receipt whose dossiers, by the longest wait seen, had all come before the last export."""
    received = pd.to_datetime(coded["received_at"]).dt.normalize()
    wait = (received - coded["code_day"]).max()
    last = pd.to_datetime(coded["snapshot_date"]).max()
    fits = (coded["code_day"] > received.min()) & (coded["code_day"] + wait < last)
    found: pd.DataFrame = coded.loc[fits]
    return found


def _finding(code: str, text: str, severity: Any, checked: pd.DataFrame, wrong: pd.DataFrame) -> Finding:
    return Finding(code, DOSSIERS.name, text, severity, len(checked), len(wrong), _places(wrong))


def _places(wrong: pd.DataFrame) -> tuple[str, ...]:
    rows = wrong.head(_EXAMPLES).to_dict("records")
    return tuple(f"{r['source_file']}, dòng {r['source_row']}" for r in rows)
