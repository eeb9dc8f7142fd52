"""The line of the whole body that a narrative prints: received, resolved, pending …, from its text or the total row of a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from tthc_analysis.reconcile._facts import Fact, classify
from tthc_analysis.reconcile._grid import grids
from tthc_analysis.reconcile._reading import Reading

#: class → its name, in the order of Biểu II.06a
LINE: Mapping[str, str] = {
    "received": "Nhận giải quyết",
    "new": "Tiếp nhận mới",
    "online": "Trực tuyến",
    "carried": "Từ kỳ trước",
    "resolved": "Đã giải quyết",
    "in_time": "Trước và đúng hạn",
    "early": "Trước hạn",
    "on_time": "Đúng hạn",
    "late": "Quá hạn",
    "pending": "Đang giải quyết",
    "pending_within": "Đang giải quyết, trong hạn",
    "pending_late": "Đang giải quyết, quá hạn",
}


def line_of(reading: Reading, facts: Sequence[Fact]) -> dict[str, Decimal]:
    """Class → count of dossiers of the whole body; what is printed with two values or only rounded is left out."""
    found: dict[str, set[Decimal]] = {}
    for fact in facts:
        whole = fact.counts and not fact.body and not fact.subject and fact.unit in ("hồ sơ", "")
        part = fact.scope[1].split("|")[-1]
        if whole and fact.cls in LINE and not part and fact.mention.step <= 1 and fact.mention.kind == "count":
            found.setdefault(fact.cls, set()).add(fact.value)
    line = {cls: values.pop() for cls, values in found.items() if len(values) == 1}
    return _table_line(reading) | line


def _table_line(reading: Reading) -> dict[str, Decimal]:
    """The total row of the first table whose columns name the classes."""
    for grid in grids(reading):
        classes = {c: _class(title, reading) for c, title in grid.titles.items()}
        totals = [r for r in grid.rows if r.kind == "total"]
        named = {c: cls for c, cls in classes.items() if cls in LINE and list(classes.values()).count(cls) == 1}
        if totals and len(named) > 1:
            row = totals[-1]
            return {
                cls: row.numbers[c].value for c, cls in named.items() if c in row.numbers and not row.numbers[c].percent
            }
    return {}


def _class(title: str, reading: Reading) -> str:
    """The class of a column by its header: the last line, with the upper ones where it says only “Tổng số”."""
    leaf, whole = title.rsplit(" / ", maxsplit=1)[-1], title.replace(" / ", ", ")
    own = classify(leaf, reading.rules)
    above = classify(title.split(" / ", maxsplit=1)[0], reading.rules) if " / " in title else ""
    if own == "late" and above == "pending":
        return "pending_late"
    return own or (above if above else classify(whole, reading.rules))
