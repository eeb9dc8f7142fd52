"""The content of a report from its executed notebooks: what their cells displayed, each figure and table once."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

from tthc_analysis.columns import DOSSIERS, TABLES
from tthc_analysis.config import Config
from tthc_analysis.display.base import MIME
from tthc_analysis.documents.content import About, ReportContent, SectionContent
from tthc_analysis.errors import CannotShow, TthcError
from tthc_analysis.execution import light
from tthc_analysis.indicators import Indicator, OpenReport
from tthc_analysis.indicators.definition import NO_DATA
from tthc_analysis.indicators.registry import is_declared
from tthc_analysis.report.draft import reason
from tthc_analysis.sections import Section

_HEADING = re.compile(r"<h1[^>]*>.*?</h1>", re.DOTALL)


class SameNameTwice(TthcError):
    """Two sections print different values under one name: no report may say two things."""


class NotDeclared(TthcError):
    """A section prints a figure that no definition declares, or another one under a declared name."""

    exit_code = 4


def about(config: Config, report: OpenReport, draft: bool, compiled: date | None = None) -> About:
    """What a report says of itself."""
    from tthc_analysis.indicators import _registers, quality  # only here: deciding what to make needs none of it

    covered = _registers.coverage(report, DOSSIERS.name)
    return About(
        config.agency,
        config.title,
        report.period,
        report.rules,
        report.laws,
        draft,
        config.data.sample,
        frozenset({*config.without, *config.agency.body.without}),
        quality.unread(report),
        covered[1] if covered else None,
        compiled,
        config.publish.source,
        _registers.partial(report),
        reason(report) if draft else "",
    )


def report_content(
    about: About, sections: Sequence[SectionContent], exports: Sequence[Mapping[str, Any]] = (), whole: bool = True
) -> ReportContent:
    """All that a report prints; raises SameNameTwice when two sections disagree, NotDeclared for a figure of their own."""
    found = indicators(sections), tables(sections), notices(sections)
    require_declared(found[0])
    return ReportContent(about, tuple(sections), tuple(found[0]), found[1], found[2], exports, whole)


def read_executed(section: Section, path: Path, fragment: str = "") -> SectionContent:
    """Open an executed notebook and collect its displays; it is rendered here unless its `fragment` is known."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    outputs = [o for c in notebook["cells"] if c["cell_type"] == "code" for o in c["outputs"]]
    found = [o["data"][MIME] for o in outputs if MIME in o.get("data", {})]
    try:
        return SectionContent(section, fragment or _rendered(path), tuple(found))
    except CannotShow as problem:
        raise CannotShow(problem.what, f"{section.path.name}, {problem.where}", problem.now) from None


def in_one_line(one: SectionContent, missing: Collection[str], raw: str) -> SectionContent:
    """A section whose figures all wait for registers that were never exported (`missing`): its page is one line that names them.

    The figures stay in the report's data as unknown; `raw` is the folder of the exports as the project names it.
    """
    figures = [item for group in one.of_type("figures") for item in group["items"]]
    wanted = dict.fromkeys(name for item in figures for name in item["tables"])
    rows = [table for table in one.of_type("table") if table["rows"]]
    told = rows + one.of_type("chart") + [i for i in figures if i["numerator"] is not None]
    heading = _HEADING.search(one.fragment)
    if told or not wanted or heading is None or not set(wanted) <= set(missing):
        return one
    folders = ", ".join(f"<code>{escape(raw)}/{name}</code> ({TABLES[name].label.lower()})" for name in wanted)
    line = f'<p class="khong-du-lieu">{NO_DATA[:1].upper()}{NO_DATA[1:]}: chép tệp xuất vào {folders} rồi lập lại báo cáo.</p>'
    return replace(one, fragment=f"{heading[0]}\n{line}\n")


def says_something(one: SectionContent) -> bool:
    """Whether a section belongs into the report: one that is there `if_any` needs a figure, a table or a chart."""
    told = any(group["items"] for group in one.of_type("figures")) or one.of_type("table") or one.of_type("chart")
    return bool(told) or not one.section.if_any


def _rendered(path: Path) -> str:
    light.import_jsonschema()
    import nbformat

    from tthc_analysis.documents import render

    return render.fragment(nbformat.read(path, as_version=4))


def indicators(executed: Iterable[SectionContent]) -> list[Indicator]:
    """Every indicator that any section printed, once; raises SameNameTwice when two sections disagree."""
    found: dict[str, tuple[Indicator, str]] = {}
    for one in executed:
        for group in one.of_type("figures"):
            for item in group["items"]:
                indicator = Indicator.from_dict({k: v for k, v in item.items() if k != "text"})
                known, where = found.setdefault(indicator.name, (indicator, one.section.heading))
                _same(known, indicator, f"{where}; {one.section.heading}")
    return [indicator for indicator, _ in found.values()]


def require_declared(figures: Iterable[Indicator]) -> None:
    """Hold every printed figure against the registry of definitions; raises NotDeclared with those that differ."""
    wrong = [figure for figure in figures if not is_declared(figure)]
    if wrong:
        names = ", ".join(f"“{figure.name}”" for figure in wrong)
        raise NotDeclared(
            f"Không định nghĩa nào khai báo số liệu {names} với nhãn, loại, đơn vị và mục như đã in.",
            "; ".join(dict.fromkeys(f"mục {figure.section}" for figure in wrong)),
            "Khai báo số liệu trong BLOCKS của một mô-đun ở tthc_analysis/indicators, xem docs/them-so-moi.md; hoặc bỏ nó khỏi sổ tay.",
        )


def _same(known: Indicator, other: Indicator, where: str) -> None:
    if (known.numerator, known.denominator) != (other.numerator, other.denominator):
        raise SameNameTwice(
            f"Số liệu “{known.name}” có hai giá trị.", where, "Để cả hai mục lấy từ cùng một hàm chỉ tiêu."
        )


def tables(executed: Sequence[SectionContent]) -> dict[str, dict[str, Any]]:
    """Every table by name, and each chart's data under the chart's name; raises SameNameTwice."""
    found: dict[str, dict[str, Any]] = {}
    for one in executed:
        for display in one.displays:
            if display["type"] in ("table", "chart"):
                data = display if display["type"] == "table" else {**display["data"], **_named(display)}
                if found.setdefault(display["name"], data) != data:
                    raise SameNameTwice(
                        f"Bảng “{display['name']}” có hai nội dung.",
                        one.section.heading,
                        "Đặt cho mỗi bảng một tên riêng.",
                    )
    return found


def notices(executed: Sequence[SectionContent]) -> dict[str, list[str]]:
    """The sentences that sections displayed, by name."""
    return {d["name"]: d["lines"] for one in executed for d in one.displays if "lines" in d}


def _named(display: dict[str, Any]) -> dict[str, Any]:
    return {"name": display["name"], "title": display["title"], "total": None, "notes": [], "unit": ""}
