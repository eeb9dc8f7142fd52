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

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from tthc_analysis.columns import DOSSIERS
from tthc_analysis.config import Agency
from tthc_analysis.exports._bytes import alike, flat, read_days, read_number
from tthc_analysis.exports.many import joined
from tthc_analysis.preparation.validation import Finding

FOREIGN, LATER, REPEATED, GAPS = ("H91", "H92", "H93", "H98")
#: a code of which every digit is a 0
_CODE = re.compile(r"(?P<agency>.+)-(?P<day>0{6})-(?P<serial>0{4,})")
_OLD = re.compile(r"^(?P<unit>\d{3})\.(?P<group>\d{2})\.(?P<body>\d{2})\.(?P<province>[A-Z]\d{2})$")
_EXAMPLES, _NAMED = 20, 3
_DAY, _ENDLESS = ["agency", "code_day"], 10**18 - 1
_ROWS_AT_A_TIME = 1_000_000
#: the columns of a dossier that are looked at
READ = ["dossier_code", "received_at", "snapshot_date", "source_file", "source_row"]


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
    """What is found on the dossiers of `agency`, as validation tells it; `others` are the codes of the other agencies known.

    Of each row no more than `READ` is asked.
    """
    parts = [_named(part) for part in rows]
    kinds = {name: _kinds(parts, name) for name in ("agency", "source_file")}
    parts = [part.astype(kinds) for part in parts]
    named = joined(parts)
    found = (*_foreign(agency, named, others), *_later(named), *_repeated(named), *_gaps(agency, named))
    return [one.to_dict() for one in found]


def _kinds(parts: Sequence[pd.DataFrame], name: str) -> pd.CategoricalDtype:
    return pd.CategoricalDtype(sorted({text for part in parts for text in part[name].cat.categories}))


def _named(frame: pd.DataFrame) -> pd.DataFrame:
    """What the code of each dossier says, and no more of the row than is asked of it; a text or day is read once."""
    agencies, places, days, serials = _parts_of(flat(pa.array(frame["dossier_code"], pa.string())))
    newest = pd.Categorical(list(map(newest_shape, agencies)))
    return pd.DataFrame(
        {
            "agency": newest.take(places, allow_fill=True),
            "code_day": read_days(days).astype("datetime64[s]"),
            "number": serials,
            "received_day": pd.to_datetime(frame["received_at"]).dt.normalize().array,
            "snapshot_date": frame["snapshot_date"].array,
            "source_file": frame["source_file"].astype("category").array,
            "source_row": frame["source_row"].array,
        }
    )


def _parts_of(codes: pa.Array) -> tuple[list[str], np.ndarray, np.ndarray, np.ndarray]:
    """The distinct agencies and the place of that of each code among them, the day in it as a number (-1 for none), its serial."""
    agencies: dict[str, int] = {}
    places, days = np.full(len(codes), -1, dtype=np.int64), np.full(len(codes), -1, dtype=np.int64)
    serials = np.zeros(len(codes), dtype=np.int64)
    for rows, signs, skeleton in alike(codes):
        if found := _CODE.fullmatch(skeleton):
            some = codes if len(rows) == len(codes) else codes.take(pa.array(rows))
            own = pc.utf8_slice_codeunits(some, 0, found.end("agency")).dictionary_encode()
            known = [agencies.setdefault(text, len(agencies)) for text in own.dictionary.to_pylist()]
            places[rows] = np.array(known, dtype=np.int64)[own.indices.to_numpy()]
            days[rows] = read_number(signs, slice(*found.span("day")))
            serials[rows] = _serial(signs[:, slice(*found.span("serial"))])
    return list(agencies), places, days, serials


def _serial(digits: np.ndarray) -> np.ndarray:
    """The serial numbers of these digits; one of more digits than a number has here is `_ENDLESS`."""
    told = max(digits.shape[1] - len(str(_ENDLESS)), 0)
    endless = (digits[:, :told] != ord("0")).any(axis=1)
    return np.where(endless, _ENDLESS, read_number(digits[:, told:], slice(None)))


def _foreign(agency: Agency, named: pd.DataFrame, others: Sequence[str]) -> Iterator[Finding]:
    """Dossiers with the code of another agency: critical when the reporting one is known, else when there are several.

    Those of other agencies of the project that are fewer than its own may have passed between them: a warning, for a roll-up
    counts each once.
    """
    known = named["agency"].notna()
    if not known.any():
        return
    if agency.own_codes:
        wrong = named[known & ~_own(agency, named)]
        subject = f"Hồ sơ mang mã của đơn vị {', '.join(dict.fromkeys(c.code for c in agency.own_codes))}"
    else:
        wrong = named[known & (named["agency"] != named["agency"].mode().iloc[0])]
        subject = "Hồ sơ mang mã của một cơ quan (đơn vị chưa khai code trong config.toml)"
    if len(wrong):
        counts = wrong["agency"].astype("string").value_counts()
        told = ", ".join(f"{name} {number} hồ sơ" for name, number in counts.head(_NAMED).items())
        more = f" và {len(counts) - _NAMED} mã khác" if len(counts) > _NAMED else ""
        passed = _is_of(wrong["agency"], others).all() and len(wrong) < known.sum() - len(wrong)
        severity = "critical" if agency.own_codes and not passed else "warning"
        yield _finding(FOREIGN, f"{subject}; mã khác: {told}{more}", severity, len(named), wrong)


def _is_of(codes: pd.Series, agencies: Iterable[str]) -> pd.Series:
    """Whether each code is one of these agencies', or of a unit below one."""
    newest = [newest_shape(code) for code in agencies]
    below = tuple(f"{code}." for code in newest)
    found: pd.Series = codes.isin([c for c in codes.cat.categories if c in newest or c.startswith(below)])
    return found


def _own(agency: Agency, named: pd.DataFrame) -> pd.Series:
    """Whether each code is one of the agency's on the day of receipt: its own, a unit's below it, or a predecessor's."""
    days = named["received_day"]
    own = pd.Series(False, index=named.index)
    for span in agency.own_codes:
        first, last = pd.Timestamp(span.start or pd.Timestamp.min), pd.Timestamp(span.end or pd.Timestamp.max)
        own |= _is_of(named["agency"], [span.code]) & (days.isna() | ((days >= first) & (days <= last)))
    return own


def _later(named: pd.DataFrame) -> Iterator[Finding]:
    wrong = named[named["code_day"] > named["received_day"]]
    if len(wrong):
        yield _finding(LATER, "Ngày trong mã hồ sơ không sau ngày tiếp nhận", "warning", len(named), wrong)


def _by_day(named: pd.DataFrame, wanted: pd.Series) -> Iterator[pd.DataFrame]:
    """What the codes of wanted rows say, all rows of a day in one part of a size that memory holds easily."""
    shares = -(-len(named) // _ROWS_AT_A_TIME)
    share = named["code_day"].to_numpy(dtype="datetime64[D]").astype(np.int64) % max(shares, 1)
    for number in range(shares):
        yield named.loc[wanted & (share == number), [*_DAY, "number"]]


def _repeated(named: pd.DataFrame) -> Iterator[Finding]:
    """Codes of both shapes, or with another number of zeros, that name one serial of one agency and day."""
    numbered = named["code_day"].notna() & (named["number"] < _ENDLESS)
    parts = _by_day(named, numbered)
    again = [part.index[part.duplicated(keep=False)] for part in parts]
    wrong = named.loc[np.sort(np.concatenate(again))] if again else named.iloc[:0]
    if len(wrong):
        text = "Số thứ tự trong ngày của mã hồ sơ không lặp lại"
        yield _finding(REPEATED, text, "warning", len(named), wrong)


def _gaps(agency: Agency, named: pd.DataFrame) -> Iterator[Finding]:
    """Days whose highest serial number is more than the numbers there are; the rows are those with the highest."""
    coded = named["code_day"].notna() & named["received_day"].notna()
    covered = _covered(named, coded & _own(agency, named) if agency.own_codes else coded)
    if not covered.any():
        return
    days = pd.concat([_serials(part) for part in _by_day(named, covered)]).sort_values("first")
    missing = days["highest"] - days["count"]
    rows = int(covered.sum())
    if 0 < missing.clip(upper=rows + 1).sum() <= rows:
        text = (
            f"Số thứ tự trong ngày của mã hồ sơ liền nhau; thiếu {missing.sum()} số ở các ngày mà bản xuất bao trùm (hồ sơ "
            "không được tiếp nhận cũng dùng số; thiếu nhiều số thì xem bản xuất có bị cắt)"
        )
        yield _finding(GAPS, text, "info", len(days), named.loc[days["at"][missing > 0]])


def _serials(rows: pd.DataFrame) -> pd.DataFrame:
    """The highest number of each agency and day, how many there are, where the highest is, and the first row."""
    days = rows.assign(row=rows.index).groupby(_DAY, sort=False, observed=True)
    found: pd.DataFrame = days.agg(
        highest=("number", "max"), count=("number", "nunique"), at=("number", "idxmax"), first=("row", "min")
    )
    return found


def _covered(named: pd.DataFrame, coded: pd.Series) -> pd.Series:
    """Rows of days after the first receipt whose dossiers, by the longest wait seen, had all come before the last export."""
    received, code_day = named["received_day"].where(coded), named["code_day"]
    wait = (received - code_day).max()
    last = pd.to_datetime(named["snapshot_date"].where(coded)).max()
    found: pd.Series = coded & (code_day > received.min()) & (code_day + wait < last)
    return found


def _finding(code: str, text: str, severity: Any, checked: int, wrong: pd.DataFrame) -> Finding:
    return Finding(code, DOSSIERS.name, text, severity, checked, len(wrong), _places(wrong))


def _places(wrong: pd.DataFrame) -> tuple[str, ...]:
    rows = wrong.head(_EXAMPLES).to_dict("records")
    return tuple(f"{r['source_file']}, dòng {r['source_row']}" for r in rows)
