"""What a notebook shows beside our own displays, brought into the small vocabulary that page and PDF share.

Markdown, frames, pictures, printed text: nothing is lost in silence. What a page must not do (ask another host, run a script)
is refused with one message. Pictures are data inside the page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape, unescape
from typing import Any

from bs4 import BeautifulSoup, Tag
from bs4.element import Comment, Doctype, NavigableString, ProcessingInstruction

from tthc_analysis.documents.pictures import data_uri, picture
from tthc_analysis.errors import CannotShow

#: elements that pages and PDF know, and the attributes that they keep
_KEPT = frozenset(
    (
        "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "strong", "em", "code", "pre", "blockquote", "hr", "br", "a",
        "img", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "dl", "dt", "dd", "div", "span", "sub", "sup",
        "del", "u", "small", "mark", "kbd", "q", "details", "summary", "figure", "figcaption", "section", "article",
    )
)  # fmt: skip
_RENAMED = {
    "b": "strong",
    "i": "em",
    "s": "del",
    "strike": "del",
    "center": "div",
    "tt": "code",
    "samp": "code",
    "var": "em",
}
_ATTRIBUTES = frozenset(("id", "href", "colspan", "rowspan", "start", "scope", "alt", "src", "open"))
#: what has no text to lose
_DROPPED = frozenset(("style", "template", "head", "title", "colgroup", "col", "link", "meta", "map"))
_REFUSED = {
    "script": "đoạn mã JavaScript (<script>)",
    **dict.fromkeys(("iframe", "frame", "object", "embed", "applet", "portal"), "trang hay đối tượng nhúng (<{}>)"),
    **dict.fromkeys(("video", "audio", "canvas", "base", "form"), "thẻ <{}>"),
}
_NUMBER = re.compile(r"[-+−]?\d[\d.,\s]*%?|nan|NaN|<NA>|NaT")
_LINK = re.compile(r"(?:#|https?://|mailto:|tel:|[^:/?#]*(?:[/?#]|$))", re.IGNORECASE)
#: terminal control: colours, movements, titles of windows
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[PX^_][^\x1b]*\x1b\\|[ -/]*[0-~])")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
_OVERWRITTEN = re.compile(r"[^\n]*\r(?!\n)")
_SVG = re.compile(r"<svg\b[^>]*>|</svg\s*>", re.IGNORECASE)
#: media types of an output, the best first; text comes as HTML, picture, or itself
_SHOWN = ("text/html", "image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp", "text/markdown", "text/latex", "text/plain")  # fmt: skip
_PLAIN_MARKDOWN = re.compile(r"[<>!\\`~$\[|]")


def plain(text: str) -> str:
    """Printed text without terminal controls; a line that was written over is shown as it was last."""
    shown = _OVERWRITTEN.sub("", _ANSI.sub("", text.replace("\r\n", "\n")))
    return _CONTROL.sub("", readable(shown))


def readable(text: str) -> str:
    """`text` without halves of characters, which no file can hold."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def output_html(data: Mapping[str, Any], about: Mapping[str, Any], where: str) -> dict[str, str]:
    """An output's data as the one thing that a page shows: {"text/html": …}, {"text/markdown": …} or {"text/plain": …}."""
    if "application/javascript" in data or "text/javascript" in data:
        raise _refused(_REFUSED["script"], where)
    kind = next((k for k in _SHOWN if data.get(k)), "")
    if not kind:
        return {"text/plain": f"(Kết quả kiểu {', '.join(sorted(data)) or 'trống'} không hiện được ngoài JupyterLab.)"}
    content = "".join(data[kind]) if isinstance(data[kind], list) else str(data[kind])
    if kind == "text/html":
        return {kind: clean(content, where)}
    if kind == "image/svg+xml":
        return {"text/html": f"<p>{_drawing(content, where, _alternative(about, kind))}</p>"}
    if kind.startswith("image/"):
        uri = f"data:{kind};base64,{''.join(content.split())}"
        return {"text/html": f'<p><img src="{uri}" alt="{escape(_alternative(about, kind))}"></p>'}
    return {"text/plain": plain(content)} if kind != "text/markdown" else {kind: readable(content)}


def _alternative(about: Mapping[str, Any], kind: str) -> str:
    own = about.get(kind)
    given = (own if isinstance(own, Mapping) else {}).get("alt") or about.get("alt")
    return str(given or _NO_ALT)


_NO_ALT = "Hình chưa có mô tả"


def clean(html: str, where: str, attachments: Mapping[str, Any] | None = None) -> str:
    """`html` in the small vocabulary: pictures inside, no script, style or address of another host; raises CannotShow.

    `where` names the cell in messages; `attachments` are the pictures of a text cell by name.
    """
    soup = BeautifulSoup(_without_svg(readable(html), where), "html.parser")
    for node in list(soup.find_all(string=True)):
        if isinstance(node, Comment | Doctype | ProcessingInstruction):
            node.extract()
        elif type(node) is NavigableString and _CONTROL.search(node):
            node.replace_with(_CONTROL.sub("", node))
    coloured = [t for t in soup.find_all("table") if _is_coloured(t, soup)]
    for tag in list(soup.find_all(True)):
        if tag.parent is not None:
            _clean_tag(tag, where, attachments or {})
    for number, table in enumerate(soup.find_all("table"), start=1):
        box = _dress(soup, table, f"Bảng {number} của {where}")
        if any(table is one for one in coloured):
            box.insert_after(_note(soup, _NO_COLOURS))
    return str(soup)


_NO_COLOURS = "Bảng này được tô màu, in đậm trong sổ tay; trang báo cáo và bản in giữ mọi chữ số, không giữ màu."
_COLOURS = re.compile(r"\b(?:color|background|font-weight|opacity)\b")


def _is_coloured(table: Tag, soup: BeautifulSoup) -> bool:
    """Whether pandas' Styler, or an attribute, gives cells of the table a look that says something."""
    own = str(table.get("id", ""))
    styled = own and any(f"#{own}_" in s.get_text() and _COLOURS.search(s.get_text()) for s in soup.find_all("style"))
    return bool(styled) or any(_COLOURS.search(str(c["style"])) for c in table.find_all(["td", "th"], style=True))


def _note(soup: BeautifulSoup, text: str) -> Tag:
    note = soup.new_tag("p", attrs={"class": "table-note"})
    note.string = text
    return note


def _clean_tag(tag: Tag, where: str, attachments: Mapping[str, Any]) -> None:
    name = tag.name.lower()
    _refuse(tag, name, where)
    tag.name = name = _RENAMED.get(name, name)
    if name == "img":
        _embed(tag, where, attachments)
    elif name == "input":
        _checkbox(tag)
        return
    elif name in _DROPPED:
        tag.decompose()
        return
    elif name not in _KEPT:
        tag.unwrap()
        return
    tag.attrs = {k: v for k, v in tag.attrs.items() if k in _ATTRIBUTES}


def _refuse(tag: Tag, name: str, where: str) -> None:
    if name in _REFUSED:
        raise _refused(_REFUSED[name].format(name), where)
    if name == "link" and "stylesheet" in tag.get_attribute_list("rel"):
        raise _refused("kiểu dáng từ nơi khác (<link>)", where)
    events = [k for k in tag.attrs if k.lower().startswith("on")]
    if events:
        raise _refused(f"lệnh JavaScript ({events[0]}=…)", where)
    if name == "a" and not _LINK.match("".join(str(tag.get("href", "#")).split())):
        raise _refused(f"liên kết “{str(tag['href'])[:40]}”", where)


def _refused(what: str, where: str) -> CannotShow:
    return CannotShow(
        f"Trang báo cáo không được chứa {what}.",
        where,
        "Bỏ phần đó khỏi sổ tay; ảnh thì tải về, đặt cạnh sổ tay rồi dùng tên tệp.",
    )


def _embed(tag: Tag, where: str, attachments: Mapping[str, Any]) -> None:
    """The picture of an `<img>` as data: an attachment, a file that was taken along, or data already."""
    source = unescape(str(tag.get("src", ""))).strip()
    bundle = attachments.get(source.removeprefix("attachment:"))
    if bundle:
        kind, content = next(iter(bundle.items()))
        source = f"data:{kind};base64,{''.join(content.split())}"
    if not source.startswith("data:image/"):
        if re.match(r"(?:[a-z][a-z0-9+.-]*:)?//", source, re.IGNORECASE):
            raise _refused("ảnh từ mạng", where)
        raise CannotShow(f"Không có ảnh “{source[:80]}”.", where, "Đặt tệp ảnh cạnh sổ tay, hoặc đính kèm vào ô.")
    if picture(source) is None:
        raise CannotShow("Có ảnh không đọc được.", where, "Lưu lại ảnh dạng PNG hay JPEG rồi đính kèm.")
    tag["src"], tag["alt"] = source, str(tag.get("alt") or tag.get("title") or _NO_ALT)


def _checkbox(tag: Tag) -> None:
    box = str(tag.get("type", "")).lower() == "checkbox"
    tag.replace_with(("☑ " if tag.has_attr("checked") else "☐ ") if box else str(tag.get("value", "")))


def _without_svg(html: str, where: str) -> str:
    """Drawings as pictures: the parser below would write their names in lower case."""
    out, start, depth = [], 0, 0
    for match in _SVG.finditer(html):
        opens = not match[0].startswith("</")
        alone = match[0].endswith("/>")
        if not opens and not depth:
            continue  # closes nothing
        if opens and not depth:
            out.append(html[start : match.start()])
            start = match.start()
        depth = max(0, depth + (1 if opens else -1) - alone)
        if not depth:
            out.append(_drawing(html[start : match.end()], where, ""))
            start = match.end()
    return "".join((*out, html[start:]))


def _drawing(svg: str, where: str, alternative: str) -> str:
    """An SVG as `<img>`; its title is the alternative text where none is given."""
    found = data_uri(svg)
    if found is None:
        raise CannotShow("Có hình SVG không đọc được.", where, "Xuất lại hình, hoặc dùng ảnh PNG.")
    uri, title = found
    alt = alternative if alternative not in ("", _NO_ALT) else title or _NO_ALT
    return f'<img src="{uri}" alt="{escape(alt)}">'


def _dress(soup: BeautifulSoup, table: Tag, label: str) -> Tag:
    """A table of our own kind in its box: scrollable, numbers right, header cells with a scope."""
    table["class"] = "report-table"
    for cell in table.find_all(["th", "td"]):
        text = cell.get_text().strip()
        if cell.name == "th" and not text:
            cell.name = "td"
            cell.attrs.pop("scope", None)
        elif cell.name == "th":
            cell["scope"] = "col" if cell.find_parent("thead") else "row"
        if cell.name == "td" and _NUMBER.fullmatch(text):
            cell["class"] = "num"
    box = soup.new_tag("div", attrs={"class": "table-scroll", "tabindex": "0", "role": "region", "aria-label": label})
    table.wrap(box)
    return box


def needs_cleaning(html: str) -> bool:
    """Whether HTML made of Markdown holds more than the plainest elements without attributes."""
    return any(not _SIMPLE.fullmatch(tag) for tag in re.findall(r"<[^>]*>?", html))


_SIMPLE = re.compile(
    r'</?(?:p|ul|ol|li|strong|em|code|blockquote|pre|h[1-6])>|<br ?/?>|<hr ?/?>|<h[1-6] id="[^"<>]*">|<a href="(?:#|https?://|mailto:)[^"<>]*">|</a>'
)
