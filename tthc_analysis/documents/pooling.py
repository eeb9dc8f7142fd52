"""Small counts in what is made public: procedures with few dossiers become one row, in the page and its CSV only.

Forms, the Word document, PDF appendices and all that is sent upward are made from the whole tables and are never pooled.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tthc_analysis.display.formats import number
from tthc_analysis.display.tables import ReportTable
from tthc_analysis.documents.content import ReportContent, SectionContent
from tthc_analysis.errors import TthcError

OTHERS = "TTHC khác"
#: the column that names the procedure; in tables that compare procedures with themselves it is another
_PROCEDURE, _PROCEDURE_OF = "procedure_name", {"tthc-cham-di": "name"}
#: the number of dossiers of a row: the first of these columns that a table has
_DOSSIERS = ("received_new", "handled", "n")
#: where a row counts new dossiers, those from before are dossiers too
_BESIDE = {"received_new": "carried_over"}
#: the same of the period before: where it is small, the row is
_BEFORE = "n_before"
_FRACTION = re.compile(r"\((\d+)\)=\((\d+)\)/\((\d+)\)")


class NotPooled(TthcError):
    """A table that must be pooled does not stand in the page as it was displayed."""


@dataclass(frozen=True)
class _Shape:
    """Where a table has its procedures and what counts a row's dossiers."""

    procedure: int
    counts: tuple[int, ...]
    before: int | None

    def size(self, row: Sequence[Any]) -> int:
        now = sum(int(row[i] or 0) for i in self.counts)
        return now if self.before is None else min(now, int(row[self.before] or 0))


def pooled(table: Mapping[str, Any], least: int) -> Mapping[str, Any]:
    """`table` with every procedure of fewer than `least` dossiers in one last row; itself when there is none.

    The row holds at least two procedures and `least` dossiers, so that the totals give none of them away: when the small ones
    do not, the next smallest join them. Sums are added, shares taken anew from their formula; a median has no value there.
    """
    shape = _shape(table)
    if shape is None or not least:
        return table
    order = sorted(range(len(table["rows"])), key=lambda i: (shape.size(table["rows"][i]), i))
    chosen = _chosen([shape.size(table["rows"][i]) for i in order], least)
    if not chosen:
        return table
    small = set(order[:chosen])
    kept = [row for i, row in enumerate(table["rows"]) if i not in small]
    others = _others(table, [table["rows"][i] for i in sorted(small)], shape)
    note = f"“{OTHERS}” gộp {chosen} thủ tục; thủ tục có dưới {number(least)} hồ sơ không in riêng ở bản công khai."
    return {**table, "rows": _renumbered(table, [*kept, others]), "notes": [*table.get("notes", ()), note]}


def _shape(table: Mapping[str, Any]) -> _Shape | None:
    names = [c["name"] for c in table["columns"]]
    counted = next((n for n in _DOSSIERS if n in names), None)
    procedure = _PROCEDURE_OF.get(table["name"], _PROCEDURE)
    if procedure not in names or counted is None:
        return None
    beside = [names.index(n) for n in (_BESIDE.get(counted),) if n in names]
    before = names.index(_BEFORE) if _BEFORE in names else None
    return _Shape(names.index(procedure), (names.index(counted), *beside), before)


def _chosen(sizes: Sequence[int], least: int) -> int:
    """How many of the rows, smallest first, are pooled."""
    small = sum(size < least for size in sizes)
    if not small:
        return 0
    while small < len(sizes) and (small < 2 or sum(sizes[:small]) < least):
        small += 1
    return small


def _others(table: Mapping[str, Any], rows: Sequence[Sequence[Any]], shape: _Shape) -> list[Any]:
    """One row for all: sums of what can be added, shares by their formula, no medians."""
    columns = table["columns"]
    first = [i for i, c in enumerate(columns) if c["name"] in ("median", "p90", "allowed", "limit")]
    row: list[Any] = []
    for index, column in enumerate(columns):
        values = [r[index] for r in rows if r[index] is not None]
        adds = column["kind"] == "count" and index not in first
        row.append(sum(values) if adds and values else "" if column["kind"] == "text" else None)
    row[shape.procedure] = OTHERS
    for index, column in enumerate(columns):
        if column["kind"] == "percent" and (found := _FRACTION.fullmatch(column["formula"])):
            part, whole = (row[int(n) - 1] for n in found.groups()[1:])
            row[index] = 100 * part / whole if whole and part is not None else None
    return row


def _renumbered(table: Mapping[str, Any], rows: list[list[Any]]) -> list[list[Any]]:
    names = [c["name"] for c in table["columns"]]
    if "index" not in names:
        return rows
    place = names.index("index")
    return [[str(n) if i == place else v for i, v in enumerate(row)] for n, row in enumerate(rows, start=1)]


def public_content(content: ReportContent, least: int) -> ReportContent:
    """The content that the public page and its CSV show; raises NotPooled when a table is not found where it was displayed."""
    if not least:
        return content
    sections = tuple(replace(one, fragment=_public_fragment(one, least)) for one in content.sections)
    return replace(content, sections=sections, tables={n: pooled(t, least) for n, t in content.tables.items()})


def _public_fragment(one: SectionContent, least: int) -> str:
    html = one.fragment
    for display in one.displays:
        if display["type"] == "table" and (small := pooled(display, least)) is not display:
            html = _exchanged(
                html, _TABLE.format(name=re.escape(display["name"])), ReportTable.from_json(small).to_html(), one
            )
        elif display["type"] == "chart":
            data = {**display["data"], "name": display["name"], "title": display["title"], "unit": ""}
            if (small := pooled(data, least)) is not data:
                table = ReportTable.from_json(small).to_html(download=display["name"])
                html = _exchanged(html, _FIGURE.format(name=re.escape(display["name"])), table, one)
    return html


#: a table as `ReportTable.to_html` writes it, with its notes and its download; a chart with all that belongs to it
_TABLE = (
    r'<div class="table-scroll[^>]*aria-labelledby="ten-{name}">(?:(?!</table>).)*</table></div>'
    r'(?:\s*<p class="table-note">[^<]*</p>)*\s*<span class="tai-csv"[^>]*></span>'
)
_FIGURE = r'<figure[^>]*id="hinh-{name}"(?:(?!</figure>).)*</figure>'


def _exchanged(html: str, pattern: str, new: str, one: SectionContent) -> str:
    changed, count = re.subn(pattern, lambda _: new, html, flags=re.DOTALL)
    if not count:
        raise NotPooled(
            "Có bảng theo thủ tục không gộp được ở trang công khai.",
            f"mục {one.section.heading}",
            "Trình bày bảng bằng hàm của thư viện, hoặc bỏ least ở mục [publish] của config.toml.",
        )
    return changed
