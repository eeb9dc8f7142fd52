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
from tthc_analysis.sections import APPENDIX, Section

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
        unfilled=unfilled(config.data.raw, report),
    )


def unfilled(raw: str, report: OpenReport) -> dict[str, str]:
    """The folder of each register that was never exported, in `raw` as the project names it; none of a roll-up, which has no folder of its own."""
    lacking = () if report.is_united else (name for name in TABLES if name not in report.store.index)
    return {name: f"{raw}/{name}" for name in lacking}


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
    """A section, or a group of figures in it, of which nothing is known for want of exports is one line that says what to fill.

    `missing` are the registers that were never exported, `raw` is the folder of the exports as the project names it ("" for a
    roll-up, which has none). The figures stay in the report's data as unknown.
    """
    if not raw:
        return one
    groups = one.of_type("figures")
    items = [item for group in groups for item in group["items"]]
    told = [table for table in one.of_type("table") if table["rows"]] + one.of_type("chart")
    heading = _HEADING.search(one.fragment)
    if heading and not told and (line := _to_fill(items, missing, raw)):
        return replace(one, fragment=f"{heading[0]}\n{line}\n")
    fragment = one.fragment
    for group in groups:
        if line := _to_fill(group["items"], missing, raw):
            before, title, after = fragment.partition(f'<section class="figures"><h2>{escape(group["title"])}</h2>')
            fragment = f"{before}{title}{line}{after[after.find('</section>') :]}" if title else fragment
    return one if fragment == one.fragment else replace(one, fragment=fragment)


def _to_fill(items: Sequence[Mapping[str, Any]], missing: Collection[str], raw: str) -> str:
    """The line that says which folders to fill, and what their files lack, for figures that all wait for that; else ""."""
    folders: dict[str, str] = {}
    lacking: dict[str, dict[str, None]] = {}
    for item in items:
        wanted = [name for name in item["tables"] if name in missing]
        lacks = str(item["gap"]).removeprefix(f"{NO_DATA} ")
        if item["numerator"] is not None or not (wanted or (item["tables"] and lacks != item["gap"])):
            return ""
        folders |= {name: f"<code>{escape(raw)}/{name}</code> ({TABLES[name].label.lower()})" for name in wanted}
        if not wanted:
            places = " hoặc ".join(f"<code>{escape(raw)}/{name}</code>" for name in item["tables"])
            lacking[places] = lacking.get(places, {}) | dict.fromkeys(lacks.split(", "))
    steps = [f"chép tệp xuất vào {', '.join(folders.values())}"] if folders else []
    steps += [f"xuất thêm {escape(', '.join(words))} ở tệp trong {places}" for places, words in lacking.items()]
    said = f"{NO_DATA[:1].upper()}{NO_DATA[1:]}: {'; '.join(steps)} rồi lập lại báo cáo."
    return f'<p class="khong-du-lieu">{said}</p>' if steps else ""


def consecutive(executed: Iterable[SectionContent]) -> list[SectionContent]:
    """The appendices numbered as they stand in this report: what it leaves out leaves no gap."""
    shown, place = [], 0
    for one in executed:
        if one.section.kind == "appendix" and one.section.number.startswith(APPENDIX):
            place += 1
            section = replace(one.section, place=place)
            title = _HEADING.search(one.fragment)
            heading = title[0].replace(f"{one.section.number}.", f"{section.shown_number}.", 1) if title else ""
            one = replace(one, section=section, fragment=_HEADING.sub(lambda _: heading, one.fragment, count=1))  # noqa: B023, PLW2901
        shown.append(one)
    return shown


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
