"""The report on one page: what a reader takes into a meeting, A4 upright, made from the notebook of the summary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bs4 import BeautifulSoup

from tthc_analysis.documents.content import STATE_LABELS, About, ReportContent, SectionContent
from tthc_analysis.documents.pdf import STYLE, Walker, compiled, escape, string
from tthc_analysis.indicators.definition import NO_DATA

#: text sizes (pt), tried in this order until all of it stands on the page
_SIZES = (13, 12.5, 12, 11.5, 11, 10.5, 10, 9.5, 9, 8.5, 8, 7.5, 7, 6.5, 6)


def file_name(period_id: str) -> str:
    """The PDF of a period."""
    return f"tom-tat-{period_id}.pdf"


def summary_of(content: ReportContent) -> SectionContent | None:
    """The section that says the findings; None in a trial without it."""
    return next((one for one in content.sections if one.of_type("findings")), None)


def brief(content: ReportContent, facts: Iterable[tuple[str, str]]) -> bytes | None:
    """The PDF (PDF/A-2a, PDF/UA-1), always one page; None where no section says the findings. Raises CannotPrint."""
    section = summary_of(content)
    if section is None:
        return None
    soup = BeautifulSoup(section.fragment, "html.parser")
    walker = Walker()
    parts = [walker.inside(found) for css in ("ket-luan", "chart") for found in soup.find_all(class_=css)[:1]]
    findings, chart = (*parts, "")[:2]
    body = "\n".join((_head(content.about), findings, _figures(section), chart, _facts(facts), walker.note()))
    return compiled(f"{_page(content.about)}\n#vuatrang[\n{body}\n]", walker.images)


def _page(about: About) -> str:
    word = STATE_LABELS[about.state].upper() if about.trial or about.draft else ""
    stamp = f'rotate(-52deg, text(size: 90pt, fill: luma(232), weight: "bold")[{escape(word)}])' if word else "none"
    return f"""
#set document(title: {string(f"Tóm tắt: {about.title}, {about.period.label}")}, author: {string(about.agency.name)})
#set text(font: ("Tinos", "TTHC Symbols"), size: 12pt, lang: "vi", region: "VN", fallback: false)
#set page(paper: "a4", margin: (top: 20mm, bottom: 15mm, left: 30mm, right: 15mm), background: {stamp})
{STYLE}
#show heading: set text(size: 1em)
#show heading: set block(above: 0.9em, below: 0.5em)
#let vuatrang(body) = layout(page => {{
  let shown = none
  for size in {_SIZES} {{
    if shown == none {{
      let whole = block(width: page.width)[#set text(size: size * 1pt); #body]
      if measure(whole, width: page.width).height <= page.height or size == {_SIZES[-1]} {{ shown = whole }}
    }}
  }}
  shown
}})
"""


def _head(about: About) -> str:
    """Whose report it is, its title, its period, and that its data are a sample."""
    lines = [
        f"#align(center)[#par[{escape(about.agency.parent)}]#par[#strong[{escape(about.agency.name)}]]];",
        f"#align(center)[#heading(level: 1)[#text(size: 1.15em)[{escape(f'TÓM TẮT {about.title}'.upper())}]]];",
        f"#v(0.4em)#align(center)[#par[{escape(f'{about.period.label} ({about.dates})')}]];",
    ]
    if about.sample:
        lines.append("#align(center)[#par[#strong[DỮ LIỆU MẪU – số liệu tổng hợp, không phải hồ sơ thật]]];")
    return "\n".join(lines)


def _figures(section: SectionContent) -> str:
    """The headline figures in rows: what, how much, how it moved."""
    items = [item for shown in section.of_type("headlines") for item in shown["items"]]
    if not items:
        return ""
    moved = any(i["change"] for i in items)
    columns = ("1fr", "auto", "1.15fr") if moved else ("1fr", "auto")
    heads = ("Chỉ tiêu", "Kỳ này", "Tăng, giảm")[: len(columns)]
    rows = ((escape(i["label"]), f"#strong[{escape(_value(i))}]", escape(i["change"])) for i in items)
    body = "\n".join("".join(f"[{cell}], " for cell in row[: len(columns)]) for row in rows)
    return (
        f"#heading(level: 2)[{escape('Số liệu chính')}];\n"
        f"#table(columns: ({', '.join(columns)}), inset: (x: 4pt, y: 0.35em), stroke: 0.5pt + luma(140), align: (left, right, left),\n"
        f"table.header({', '.join(f'[#strong[{escape(head)}]]' for head in heads)}),\n{body})"
    )


def _value(item: Mapping[str, Any]) -> str:
    """The figure with its unit; of one that no column tells the fact alone, since the report names the column."""
    if item["value"] is None and str(item["text"]).startswith(NO_DATA):
        return NO_DATA
    measured = item["kind"] in ("amount", "mean") and item["value"] is not None
    return f"{item['text']} {item['unit']}" if measured else str(item["text"])


def _facts(facts: Iterable[tuple[str, str]]) -> str:
    def said() -> Iterator[str]:
        for term, words in facts:
            yield f"{escape(term)}: {escape(words)}"

    return f"#par[#text(size: 0.85em)[{escape(' · ').join(said())}]]"
