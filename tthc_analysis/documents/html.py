"""The pages of a report: one with everything, one for each section; and its appendices as PDF."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tthc_analysis.display.formats import date_short
from tthc_analysis.documents import brief, office, pages
from tthc_analysis.documents.book import bind, without_source
from tthc_analysis.documents.content import STATE_LABELS, About, ReportContent, SectionContent
from tthc_analysis.documents.pdf import CannotPrint, Letterhead, html_to_pdf
from tthc_analysis.errors import SectionsFailed
from tthc_analysis.rules.forms import Form, forms
from tthc_analysis.sections import Section


def context(content: ReportContent) -> pages.PageContext:
    """What every page of the report says about it."""
    about, sections = content.about, [one.section for one in content.sections]
    period = about.period
    return pages.PageContext(
        agency=about.agency.name,
        parent=about.agency.parent,
        title=about.title,
        period_label=period.label,
        period_dates=f"{date_short(period.start)} – {date_short(period.end)}",
        rules=about.rules.title,
        draft=about.draft,
        draft_reason=about.draft_reason,
        trial=about.trial,
        sample=about.sample,
        state=about.state,
        state_label=STATE_LABELS[about.state],
        partial=about.partial,
        data_day=date_short(about.data_day) if about.data_day else "",
        facts=tuple(facts(about)),
        revisions=about.revisions[::-1],
        links=pages.links((s.page, s.shown_number, s.title, s.kind) for s in sections),
        downloads=(
            *_brief_link(content),
            *pages.links(
                (s.page.replace(".html", ".pdf"), "", s.heading, "PDF") for s in sections if s.kind == "appendix"
            ),
            *office.downloads(content),
        ),
    )


def facts(about: About) -> Iterator[tuple[str, str]]:
    """What a reader may ask of the report as a whole: its data, day, way of counting, whom to ask, what comes next."""
    yield "Số liệu đến ngày", date_short(about.data_day) if about.data_day else "chưa có dữ liệu"
    if about.compiled:
        yield "Lập ngày", date_short(about.compiled)
    yield "Cách đếm", about.rules.title
    yield "Liên hệ", about.agency.contact or about.agency.name
    if about.next_report:
        yield "Báo cáo tiếp theo", about.next_report
    if about.revisions:
        latest = about.revisions[-1]
        yield "So với bản trước", f"{len(latest.changes)} số liệu khác ({latest.title[0].lower()}{latest.title[1:]})"
    if about.unread:
        yield "Chưa đọc được", about.unread


def write_pages(content: ReportContent, folder: Path) -> None:
    """Write `index.html` and the page of each section."""
    about = context(content)
    sections = [one.section for one in content.sections]
    heads = {s.page: letterhead(content.about, s) for s in sections}
    source = content.about.source
    book = bind((s.section.page, s.fragment if source else without_source(s.fragment)) for s in content.sections)
    for section in sections:
        target = folder / section.page
        target.parent.mkdir(exist_ok=True)
        body = book.body(section.page, "../", f"../{office.DATA}/")
        html = pages.page(
            "section.html.j2", about, heading=section.heading, body=body, kind=section.kind, current=section.page,
            base="../", head=heads[section.page],
        )  # fmt: skip
        target.write_text(html, encoding="utf-8", newline="\n")
    whole = book.whole(f"{office.DATA}/")
    shown = [{"section": s, "head": heads[s.page], "body": whole[s.page]} for s in sections]
    inside = pages.links((f"#{s.slug}", s.shown_number, s.title, s.kind) for s in sections)
    html = pages.page("index.html.j2", about, sections=shown, links=inside)
    (folder / "index.html").write_text(html, encoding="utf-8", newline="\n")


def _brief_link(content: ReportContent) -> Iterator[pages.Link]:
    if brief.summary_of(content):
        yield pages.Link(brief.file_name(content.about.period.id), "", "Tóm tắt một trang A4", "PDF")


def write_brief(content: ReportContent, folder: Path) -> None:
    """Write the report on one page; a trial without the summary has none. Raises SectionsFailed for what cannot be printed."""
    try:
        pdf = brief.brief(content, facts(content.about))
    except CannotPrint as problem:
        raise SectionsFailed(
            f"Không dựng được bản tóm tắt một trang: {problem}",
            "sổ tay tóm tắt",
            "Sửa hoặc bỏ phần đó trong sổ tay. Báo cáo đã công bố trước đó giữ nguyên.",
        ) from None
    if pdf is not None:
        (folder / brief.file_name(content.about.period.id)).write_bytes(pdf)


def write_appendices(content: ReportContent, folder: Path) -> None:
    """Write each appendix as PDF beside its page; raises SectionsFailed for what cannot be printed."""
    for one in (e for e in content.sections if e.section.kind == "appendix"):
        try:
            pdf = html_to_pdf(one.fragment, letterhead(content.about, one.section, _form_of(one)))
        except CannotPrint as problem:
            raise SectionsFailed(
                f"Không dựng được PDF của {one.section.heading}: {problem}",
                str(one.section.path),
                "Sửa hoặc bỏ phần đó trong sổ tay. Báo cáo đã công bố trước đó giữ nguyên.",
            ) from None
        (folder / one.section.page).with_suffix(".pdf").write_bytes(pdf)


def _form_of(content: SectionContent) -> Form | None:
    """The statutory form that a section displays; None for a table of our own."""
    return next((forms()[t["name"]] for t in content.of_type("table") if t["name"] in forms()), None)


def letterhead(about: About, section: Section, form: Form | None = None) -> Letterhead:
    """What an appendix bears above and below, on paper as in PDF; `form` is the statutory one that it is."""
    agency, period = about.agency, about.period
    return Letterhead(
        title=section.title,
        number=section.shown_number,
        agency=agency.name,
        parent=agency.parent,
        period=f"{about.period.label} ({about.dates})",
        report=f"(Kèm theo Báo cáo số …/BC-{agency.short} ngày … tháng … năm … của {agency.name})",
        rules=about.rules.title,
        stamp={"published": ""}.get(about.state, STATE_LABELS[about.state].upper()),
        sample=about.sample,
        receiver=agency.receiver,
        form=(form.number, form.stamp(period.end)) if form else ("", ""),
        span=f"Kỳ báo cáo: {period.label} (từ ngày {date_short(period.start)} đến ngày {date_short(period.end)})",
        signing=(agency.place, str(period.end.year), agency.body.on_behalf, agency.signer),
    )
