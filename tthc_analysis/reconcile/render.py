"""A reconciliation as JSON and as one annotated HTML page: the narrative's text, its faults marked, the remarks beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from html import escape
from itertools import pairwise
from typing import Any

from tthc_analysis.display.notebook import page_css
from tthc_analysis.reconcile._result import (
    FIGURE_HEADERS,
    SEVERITY_LABELS,
    STATUS_LABELS,
    CheckedFigure,
    Reconciliation,
    Remark,
    Status,
)
from tthc_analysis.reconcile._rules import Severity
from tthc_analysis.reconcile.narrative import Block, Place

#: the colours and tables of a report's pages, and what only this page has
PAGE_STYLE = (
    page_css()
    + """
@page{size:A4;margin:15mm}
body{margin:0;font:1rem/1.6 "Segoe UI",system-ui,-apple-system,Roboto,"Noto Sans","Liberation Sans",Arial,sans-serif;color:var(--chu);background:var(--nen)}
header{padding:1rem max(1rem,calc((100vw - 76rem)/2));background:var(--dau);color:var(--dau-chu);border-bottom:3px solid var(--vang)}
header p{margin:.2rem 0}main{max-width:76rem;margin:1rem auto;padding:1rem 1.4rem;border:1px solid var(--vien);border-radius:10px;background:var(--giay)}
h1{margin:0;font-size:1.5rem;line-height:1.25}h2{font-size:1.25rem;margin-top:2rem}h3{font-size:1.05rem;margin:1rem 0 0}
a{color:inherit}a:focus-visible{outline:3px solid var(--nhan)}
.block{display:grid;grid-template-columns:minmax(0,3fr) minmax(0,2fr);gap:1.25rem;padding:.15rem 0}
.block.marked{border-top:1px solid var(--vien);border-bottom:1px solid var(--vien);margin:.4rem 0;padding:.5rem 0}
.text{margin:0}.heading{font-weight:bold}.cell .text{font-size:.9rem}
mark{color:inherit;text-decoration:underline;text-decoration-thickness:2px;text-underline-offset:3px}
mark.error{background:var(--do)}mark.warning{background:var(--bao);text-decoration-style:wavy}mark.note{background:var(--nhan-nhat)}
.remark{margin:0 0 .5rem;padding:.4rem .6rem;border-left:4px solid;font-size:.92rem}
.remark.error{border-color:var(--tre)}.remark.warning{border-color:var(--cho)}.remark.note{border-color:var(--nhan)}
.remark b{font-weight:bold}.number{color:var(--phu);font-size:.8rem;margin-right:.4rem}
@media (max-width:48rem){.block{grid-template-columns:1fr;gap:.3rem}}
@media print{body{background:#fff}main{max-width:none;border:0;padding:0}header{background:#fff;color:#000}.block{break-inside:avoid}}
"""
)
_ORDER: tuple[Severity, ...] = ("error", "warning", "note")
_STATUSES: tuple[tuple[Status, str], ...] = (
    ("differs", "Số liệu lệch"),
    ("untied", "Số liệu chưa nối được với chỉ tiêu, cần người kiểm tra"),
    ("agrees", "Số liệu khớp"),
)


def to_json(result: Reconciliation) -> str:
    """The whole result as JSON text with stable order, for other programs."""
    data = {
        "narrative": result.narrative.name,
        "format": result.narrative.format,
        "period": _period_data(result),
        "stated_period": result.stated,
        "checked": {"compared": result.compared, "found": len(result.figures)},
        "unread": list(result.narrative.unread),
        "exit_code": result.exit_code,
        "summary": result.summary,
        "remarks": [_remark_data(r) for r in result.remarks],
        "notes": [_remark_data(r) for r in result.notes],
        "figures": [asdict(f) | {"place": _place_data(f.place)} for f in result.figures],
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def many_to_json(senders: Sequence[Any], sums: Sequence[Any]) -> str:
    """The results of many files and the sums of their lines as JSON text."""
    files = [
        {"narrative": s.path.name, "problem": s.problem} if s.result is None else json.loads(to_json(s.result))
        for s in senders
    ]
    added = [
        {"class": s.cls, "total": str(s.total), "senders": s.senders, "missing": list(s.missing),
         "own": None if s.own is None else str(s.own), "verdict": s.verdict}
        for s in sums
    ]  # fmt: skip
    return json.dumps({"files": files, "sums": added}, ensure_ascii=False, indent=2) + "\n"


def _period_data(result: Reconciliation) -> dict[str, str] | None:
    if result.period is None:
        return None
    return {
        "id": result.period.id,
        "from": result.period.start.isoformat(),
        "to": result.period.end.isoformat(),
    }


def _remark_data(remark: Remark) -> dict[str, Any]:
    places = {"place": _place_data(remark.place), "also": [_place_data(p) for p in remark.also]}
    return {**asdict(remark), "title": remark.title, **places}


def _place_data(place: Place) -> dict[str, Any]:
    return {**asdict(place), "headings": list(place.headings), "text": place.text}


def to_html(result: Reconciliation) -> str:
    """A self-contained page in Vietnamese without scripts: summary, the annotated narrative, the lists of figures."""
    numbered = list(enumerate((*result.remarks, *result.notes), 1))
    title = f"Đối soát {result.narrative.name}"
    parts = [
        '<!DOCTYPE html>\n<html lang="vi">\n<head>\n<meta charset="utf-8">\n',
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n",
        f"<title>{escape(title)}</title>\n<style>{PAGE_STYLE}</style>\n</head>\n<body>\n<header>\n",
        f"<h1>{escape(title)}</h1>\n<p>Kỳ số liệu: {escape(result.span_text)}.</p>\n</header>\n<main>\n",
        f"<p><strong>{escape(result.summary)}</strong></p>\n",
        '<nav aria-label="Nội dung"><a href="#van-ban">Văn bản và nhận xét</a> · <a href="#so-lieu">Số liệu đã so</a></nav>\n',
        *_overview([(n, r) for n, r in numbered if not r.is_style]),
        *_style_overview([(n, r) for n, r in numbered if r.is_style]),
        *_unread(result.narrative.unread),
        '<h2 id="van-ban">Văn bản và nhận xét</h2>\n',
        *(_block(block, numbered) for block in result.narrative.blocks),
        '<h2 id="so-lieu">Số liệu đã so</h2>\n',
        *(_figures(result, status, heading) for status, heading in _STATUSES),
        "</main>\n</body>\n</html>\n",
    ]
    return "".join(parts)


Numbered = list[tuple[int, Remark]]


def _overview(numbered: Numbered) -> Iterator[str]:
    """All remarks with links to their places; what is wrong before what to look at."""
    if not numbered:
        yield "<p>Không thấy số liệu nào sai.</p>\n"
        return
    yield '<h2 id="nhan-xet">Số liệu: cần sửa, cần xem</h2>\n<ul>\n'
    yield from (_overview_item(n, r) for n, r in sorted(numbered, key=lambda i: _ORDER.index(i[1].severity)))
    yield "</ul>\n"


def _overview_item(number: int, remark: Remark) -> str:
    places = 1 + len(remark.also)
    times = f" ({places} chỗ)" if places > 1 else ""
    label = f"{SEVERITY_LABELS[remark.severity]} · {remark.code} · {escape(remark.title)}"
    return f'<li><a href="#r{number}">{label}</a>: “{escape(remark.found)}”, {escape(remark.place.text)}{times}</li>\n'


def _style_overview(numbered: Numbered) -> Iterator[str]:
    """Remarks on the way of writing, folded away."""
    if numbered:
        yield f'<details id="cach-viet"><summary>Cách viết, bố cục ({len(numbered)})</summary>\n<ul>\n'
        yield from (_overview_item(n, r) for n, r in numbered)
        yield "</ul>\n</details>\n"


def _unread(unread: Sequence[str]) -> Iterator[str]:
    """What the file has and was not read."""
    if unread:
        yield "<p>Không đọc được: " + escape("; ".join(unread)) + ".</p>\n"


def _block(block: Block, numbered: Numbered) -> str:
    here = [(n, r) for n, r in numbered if r.place.paragraph == block.place.paragraph]
    marks = [(n, r, p) for n, r in numbered for p in _marked(r) if p.paragraph == block.place.paragraph]
    text = "".join(_annotated(block.text, marks))
    cell = f'<span class="number">{escape(block.place.cell)}</span>' if block.place.cell else ""
    notes = "".join(_note(n, r) for n, r in here)
    aside = f'<aside aria-label="Nhận xét đoạn {block.place.paragraph}">{notes}</aside>' if notes else ""
    classes = f"block {block.kind}{' marked' if here else ''}"
    number = f'<span class="number" aria-hidden="true">{block.place.paragraph}</span>'
    return (
        f'<div class="{classes}" id="d{block.place.paragraph}"><p class="text">{number}{cell}{text}</p>{aside}</div>\n'
    )


def _marked(remark: Remark) -> tuple[Place, ...]:
    """Where a remark is marked: of two places that only explain it, the first stays unmarked."""
    explains = remark.code in ("BC01", "BC04", "BC05", "VB01") or remark.code.startswith(
        ("SL02", "SL03", "SL05", "SL06", "SL1")
    )
    return (remark.place,) if explains else (remark.place, *remark.also)


def _annotated(text: str, marks: list[tuple[int, Remark, Place]]) -> Iterator[str]:
    """The text cut where a mark begins or ends, so that overlapping marks stay valid HTML."""
    cuts = sorted({0, len(text), *(p.start for _, _, p in marks), *(min(p.end, len(text)) for _, _, p in marks)})
    for start, end in pairwise(cuts):
        piece = escape(text[start:end])
        over = [(n, r) for n, r, p in marks if p.start <= start and end <= p.end]
        if not over:
            yield piece
            continue
        severity = min((r.severity for _, r in over), key=_ORDER.index)
        links = " ".join(f"r{n}" for n, _ in over)
        title = "; ".join(f"{r.code} {r.title}" for _, r in over)
        yield f'<mark class="{severity}" aria-describedby="{links}" title="{escape(title, quote=True)}">{piece}</mark>'


def _note(number: int, remark: Remark) -> str:
    more = ""
    others = dict.fromkeys(p.paragraph for p in remark.also if p.paragraph != remark.place.paragraph)
    if others:
        links = ", ".join(f'<a href="#d{paragraph}">đoạn {paragraph}</a>' for paragraph in others)
        more = f"<br>Xem thêm: {links}."
    return (
        f'<p class="remark {remark.severity}" id="r{number}"><b>{SEVERITY_LABELS[remark.severity]} · {remark.code} · '
        f"{escape(remark.title)}.</b> {escape(remark.explanation)}{more}</p>"
    )


def _figures(result: Reconciliation, status: Status, heading: str) -> str:
    found = [f for f in result.figures if f.status == status]
    if not found:
        return ""
    head = "".join(f'<th scope="col">{escape(h)}</th>' for h in FIGURE_HEADERS)
    rows = "".join(_figure_row(f) for f in found)
    return (
        f'<h3>{escape(heading)} ({len(found)})</h3>\n<div class="table-scroll" tabindex="0" role="region" '
        f'aria-label="{escape(heading, quote=True)}"><table class="report-table"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>\n'
    )


def _figure_row(figure: CheckedFigure) -> str:
    place = f'<a href="#d{figure.place.paragraph}">{escape(figure.place.text)}</a>'
    what = escape(" – ".join(t for t in (figure.label, figure.reason) if t))
    cells = (STATUS_LABELS[figure.status], escape(figure.found), escape(figure.expected), place, what)
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
