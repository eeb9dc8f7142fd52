"""Time limits in words, as catalogues print them (“từ 10 đến 15 ngày làm việc”) → number, upper bound and unit.

A limit whose words are not understood, or that has two units, is unknown and told: the procedure stays. Text without a unit of
time is no limit in words; it stays as it is and is set aside by the cleaning like any other text in a column of numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import pyarrow as pa

from tthc_analysis.columns import TIME_UNITS, Table
from tthc_analysis.exports.header import Texts
from tthc_analysis.exports.layout import Part

LIMIT, MOST, UNIT = "time_limit", "time_limit_max", "time_limit_unit"
_WORDS = re.compile(
    r"(?:(?:không quá|tối đa|chậm nhất|trong thời hạn|trong vòng|trong|từ)\s+)*"
    r"(?P<least>\d{1,4})(?:\s*(?:-|–|đến|tới)\s*(?P<most>\d{1,4}))?\s*"
    r"(?P<unit>giờ làm việc|giờ|ngày làm việc|ngày|tháng)\b(?P<rest>.*)",
    re.DOTALL,
)
_FROM_RECEIPT = re.compile(r"[\s,;(]*(?:kể\s+)?từ\s+(?:ngày|khi|lúc|thời điểm)\s+(?:tiếp\s+)?nhận\s+(?:đủ|được|hồ sơ)")
_FROM_EVENT = re.compile(r"[\s,;(]*(?:kể\s+)?từ\s")
_SAME_DAY = re.compile(r"(?:ngay\s+)?trong\s+ngày(?:\s+làm việc)?\.?")
_NONE = re.compile(r"(?:không(?:\s+quy định|\s+có)?|n/a|-|–)\.?")
_IN_WORDS = re.compile(r"\b(?:giờ|ngày|tuần|tháng|năm)\b")
NOT_UNDERSTOOD = "không hiểu được chữ, hoặc hai đơn vị thời gian trong một ô; thời hạn của thủ tục là chưa biết"
_UNITS = {"giờ làm việc": "hour", "giờ": "hour", "ngày làm việc": "working_day", "ngày": "day", "tháng": "month"}


@dataclass(frozen=True)
class Split:
    """The three cells that one text stands for; `unit` "" leaves the unit column of the file as it is."""

    least: str
    most: str = ""
    unit: str = ""


_UNKNOWN = Split("")


def split_time_limit(text: str) -> Split:
    """The parts of one time limit, or of the limits of several ways of filing (“20 ngày làm việc | 15 ngày làm việc”).

    Limits that differ become a range. Nothing when the words are not understood or the units differ; `text` itself as number when
    it has no unit of time.
    """
    parts = list(dict.fromkeys(_split(part) for part in text.split("|") if part.strip()))
    told = [part for part in parts if part != _UNKNOWN]
    if len(told) <= 1:
        return (told or parts or [_split(text)])[0]
    bounds = [bound for part in told for bound in (part.least, part.most) if bound]
    if len({part.unit for part in told}) > 1 or not all(bound.isdigit() for bound in bounds):
        return _UNKNOWN
    return Split(min(bounds, key=int), max(bounds, key=int), told[0].unit)


def _split(text: str) -> Split:
    words = _words(text)
    if _SAME_DAY.fullmatch(words):
        return Split("", "", TIME_UNITS["same_day"])
    if _NONE.fullmatch(words):
        return _UNKNOWN
    found = _WORDS.fullmatch(words)
    if found is None:
        return _UNKNOWN if _IN_WORDS.search(words) else Split(text)
    parts = Split(found["least"], found["most"] or "", TIME_UNITS[_UNITS[found["unit"]]])
    rest = found["rest"].strip(" .;")
    if not rest or _FROM_RECEIPT.match(rest):
        return parts
    return replace(parts, unit=TIME_UNITS["event"]) if _FROM_EVENT.match(rest) else _UNKNOWN


def with_time_limits(table: Table, part: Part, mended: dict[str, int]) -> Part:
    """`part` with time limits in words taken apart, those not understood counted in `mended`; the same where none is in words."""
    limits = part.texts.get(LIMIT)
    if LIMIT not in table.names or limits is None or all(v.isdigit() for v in limits.values if v):
        return part
    parts = [split_time_limit(text) if text and not text.isdigit() else Split(text) for text in limits.to_list()]
    lost = sum(_is_lost(text, part) for text, part in zip(limits.to_list(), parts, strict=True))
    if lost:
        mended[f"{table.column(LIMIT).label}: {NOT_UNDERSTOOD}"] = lost
    blank = [""] * len(parts)
    most, unit = (part.texts[n].to_list() if n in part.texts else blank for n in (MOST, UNIT))
    columns = {
        LIMIT: [p.least for p in parts],
        MOST: [p.most or old for p, old in zip(parts, most, strict=True)],
        UNIT: [p.unit or old for p, old in zip(parts, unit, strict=True)],
    }
    made = {name: Texts.of(pa.array(cells, type=pa.string())) for name, cells in columns.items()}
    return replace(part, texts={**part.texts, **made})


def _is_lost(text: str, part: Split) -> bool:
    """Whether a text says something of a limit that nothing is left of."""
    return part == _UNKNOWN and any(not _NONE.fullmatch(_words(one)) for one in text.split("|") if one.strip())


def _words(text: str) -> str:
    return " ".join(text.casefold().split())
