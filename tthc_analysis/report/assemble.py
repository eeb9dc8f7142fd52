"""The files of one report from its executed sections: pages, appendices, form, Word draft, tables, figures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tthc_analysis.config import Config
from tthc_analysis.display.formats import date_short, indicator_text
from tthc_analysis.documents import pages
from tthc_analysis.documents.book import bind
from tthc_analysis.documents.pdf import CannotPrint, Letterhead, html_to_pdf
from tthc_analysis.errors import SectionsFailed
from tthc_analysis.indicators import Indicator, Scope
from tthc_analysis.report import bundle, manifest, office
from tthc_analysis.report.bundle import Executed
from tthc_analysis.report.published import INDICATORS
from tthc_analysis.report.sections import Section


def write(config: Config, scope: Scope, executed: Sequence[Executed], folder: Path, draft: bool) -> list[Indicator]:
    """Write all that a report publishes but its manifest; returns its figures."""
    figures = bundle.indicators(executed)
    tables = bundle.tables(executed)
    manifest.write_json(folder / INDICATORS, [{**i.to_dict(), "text": indicator_text(i)} for i in figures])
    office.write(config, scope, executed, figures, tables, folder, draft)
    _write_pages(config, scope, executed, folder, draft)
    _write_appendices(config, scope, executed, folder, draft)
    return figures


def _context(config: Config, scope: Scope, executed: Sequence[Executed], draft: bool) -> pages.PageContext:
    """What every page of this report says about itself."""
    period = scope.period
    return pages.PageContext(
        agency=config.agency.name,
        parent=config.agency.parent,
        title=config.title,
        period_label=period.label,
        period_dates=f"từ {date_short(period.start)} đến {date_short(period.end)}",
        rules=scope.rules.title,
        draft=draft,
        sample=config.data.sample,
        links=pages.links((e.section.page, e.section.number, e.section.title, e.section.kind) for e in executed),
        downloads=(
            *pages.links(
                (e.section.page.replace(".html", ".pdf"), "", f"{e.section.heading}", "PDF")
                for e in executed
                if e.section.kind == "appendix"
            ),
            *office.downloads(config, scope, executed),
        ),
    )


def _write_pages(config: Config, scope: Scope, executed: Sequence[Executed], folder: Path, draft: bool) -> None:
    about = _context(config, scope, executed, draft)
    heads = {e.section.page: _letterhead(config, scope, e.section, draft) for e in executed}
    book = bind((e.section.page, e.fragment) for e in executed)
    for section in (e.section for e in executed):
        target = folder / section.page
        target.parent.mkdir(exist_ok=True)
        body = book.body(section.page, "../", f"../{office.DATA}/")
        html = pages.page(
            "section.html.j2", about, heading=section.heading, body=body, kind=section.kind, current=section.page,
            base="../", head=heads[section.page],
        )  # fmt: skip
        target.write_text(html, encoding="utf-8", newline="\n")
    whole = book.whole(f"{office.DATA}/")
    shown = [{"section": e.section, "head": heads[e.section.page], "body": whole[e.section.page]} for e in executed]
    inside = pages.links((f"#{e.section.slug}", e.section.number, e.section.title, e.section.kind) for e in executed)
    html = pages.page("index.html.j2", about, sections=shown, links=inside)
    (folder / "index.html").write_text(html, encoding="utf-8", newline="\n")


def _write_appendices(config: Config, scope: Scope, executed: Sequence[Executed], folder: Path, draft: bool) -> None:
    for one in (e for e in executed if e.section.kind == "appendix"):
        try:
            pdf = html_to_pdf(one.fragment, _letterhead(config, scope, one.section, draft))
        except CannotPrint as problem:
            raise SectionsFailed(
                f"Không dựng được PDF của {one.section.heading}: {problem}",
                str(one.section.path),
                "Sửa hoặc bỏ phần đó trong sổ tay. Báo cáo đã công bố trước đó giữ nguyên.",
            ) from None
        (folder / one.section.page).with_suffix(".pdf").write_bytes(pdf)


def _letterhead(config: Config, scope: Scope, section: Section, draft: bool) -> Letterhead:
    """What an appendix bears above and below, on paper as in PDF."""
    period = scope.period
    return Letterhead(
        title=section.title,
        number=section.number,
        agency=config.agency.name,
        parent=config.agency.parent,
        period=f"{period.label} ({date_short(period.start)}–{date_short(period.end)})",
        report=f"(Kèm theo Báo cáo số …/BC-{config.agency.short} ngày … tháng … năm … của {config.agency.name})",
        rules=scope.rules.title,
        stamp="DỰ THẢO" if draft else "",
        sample=config.data.sample,
    )
