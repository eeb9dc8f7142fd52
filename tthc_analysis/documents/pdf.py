"""The HTML of a section → typst → A4 PDF: a small walker over a fixed vocabulary, so that HTML is the one source.

An element that the walker does not know is an error, never silently lost text. Fonts are the bundled ones only.
"""

from __future__ import annotations

import base64
import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape as html_escape
from importlib.resources import files
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from tthc_analysis.folders import scratch
from tthc_analysis.glyphs import printed, replaced, told

FONTS = Path(str(files("tthc_analysis.documents") / "fonts"))
#: metadata date of every PDF: the content decides the bytes, not the clock
TIMESTAMP = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp())
STANDARDS: list[Any] = ["a-2a", "ua-1"]
_ESCAPE = re.compile(r"([\\`*_{}\[\]()#+\-.!$<>@~/=\"'&|:;,%^])")
#: parts of the page that belong to the screen
_SCREEN_ONLY = ("ma-nguon", "cach-tinh", "chart-data", "tai-csv", "an", "unit")
#: width of the text on a landscape page with the margins of Nghị định 30/2020/NĐ-CP, and room beside a cell's text (pt)
_PAGE_WIDTH, _INSET = 714, 9
#: sizes of table text and least widths of number columns (pt), tried in this order until the text columns keep their share
_FITS = ((9.5, 44), (9.5, 36), (9.0, 30), (8.5, 0), (8.0, 0), (7.5, 0))
_LEAST_TEXT_SHARE = 0.27
_NARROW_SIGNS = frozenset(" .,;:!|()[]/-'ijlítfIìỉĩị1")


@dataclass(frozen=True)
class Letterhead:
    """What stands above an appendix: its title, and on the page edges the agency, period and state."""

    title: str
    number: str = ""
    agency: str = ""
    parent: str = ""
    period: str = ""
    report: str = ""
    rules: str = ""
    stamp: str = ""
    sample: bool = False


class CannotPrint(ValueError):
    """A fragment that no PDF can be made of; the message says which part of it and why, in Vietnamese."""


class UnknownElement(CannotPrint):
    """The walker met an element that it has no typst for."""

    def __init__(self, name: str) -> None:
        super().__init__(f"bản PDF chưa in được thẻ HTML <{name}>.")


def escape(text: str) -> str:
    """`text` as typst markup that prints it: punctuation escaped, NFC, white space folded, stand-ins for missing signs."""
    folded = re.sub(r"\s+", " ", unicodedata.normalize("NFC", printed(unicodedata.normalize("NFC", text))))
    return _ESCAPE.sub(r"\\\1", folded)


def _string(text: str) -> str:
    """A typst string literal."""
    plain = printed(re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)))
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'


class Walker:
    """Turns one HTML fragment into typst markup.

    `images` collects the files that it refers to, `stand_ins` what is printed for characters that no font has.
    """

    def __init__(self) -> None:
        self.images: dict[str, bytes] = {}
        self.stand_ins: dict[str, str] = {}
        self._level = 1
        self._handlers: dict[str, Callable[[Tag], str]] = {
            **dict.fromkeys(("section", "span", "a", "dl", "picture", "article"), self.inside),
            "div": self._div,
            "figure": lambda t: f"\n#block(breakable: false)[{self.inside(t)}];\n",
            "source": lambda _t: "",
            **dict.fromkeys(("p", "dt", "dd", "figcaption"), self._paragraph),
            **{f"h{n}": self._heading for n in range(1, 6)},
            "strong": lambda t: f"#strong[{self.inside(t)}];",
            "b": lambda t: f"#strong[{self.inside(t)}];",
            "em": lambda t: f"#emph[{self.inside(t)}];",
            "code": self.inside,
            "br": lambda _t: "#linebreak();",
            "ul": lambda t: self._list(t, "list"),
            "ol": lambda t: self._list(t, "enum"),
            "pre": self._paragraph,
            "img": self._image,
            "table": self._table,
            "details": lambda _t: "",
        }

    def inside(self, tag: Tag) -> str:
        """Everything within `tag`."""
        return "".join(self._child(child) for child in tag.children)

    def _child(self, child: Any) -> str:
        if isinstance(child, Tag):
            if set(child.get_attribute_list("class")) & set(_SCREEN_ONLY):
                return ""
            if child.name not in self._handlers:
                raise UnknownElement(child.name)
            return self._handlers[child.name](child)
        if type(child) is not NavigableString:
            return ""
        self.stand_ins |= replaced([str(child)])
        return escape(str(child))

    def note(self) -> str:
        """A last line that says which characters were printed as others; "" when none was."""
        said = f"Phông chữ của bản PDF không có ký tự {told(self.stand_ins)}."
        return f"\n#par[#emph[{escape(said)}]];\n" if self.stand_ins else ""

    def _paragraph(self, tag: Tag) -> str:
        return f"\n#par[{self.inside(tag).strip()}];\n"

    def _div(self, tag: Tag) -> str:
        return self._card(tag) if "card" in tag.get_attribute_list("class") else self.inside(tag)

    def _card(self, tag: Tag) -> str:
        """A figure in one line: label, value, and what it is a share of."""
        parts = {name: p for p in tag.find_all("p") for name in p.get_attribute_list("class")}
        label, value = (self.inside(parts[name]).strip() for name in ("label", "value"))
        more = "".join(f" – {self.inside(parts[name]).strip()}" for name in ("change", "share") if name in parts)
        return f"\n#par[{label}: #strong[{value}];{more}];\n"

    def _heading(self, tag: Tag) -> str:
        """A heading at most one level below the one before: readers of PDF/UA refuse gaps."""
        self._level = min(max(1, int(tag.name[1]) - 1), self._level + 1)
        return f"\n#heading(level: {self._level})[{self.inside(tag).strip()}];\n"

    def _list(self, tag: Tag, kind: str) -> str:
        items = "".join(f"[{self.inside(li).strip()}]," for li in tag.find_all("li", recursive=False))
        return f"\n#{kind}({items});\n" if items else ""

    def _image(self, tag: Tag) -> str:
        head, _, data = str(tag["src"]).partition(",")
        name = f"hinh-{len(self.images) + 1}.{'svg' if 'svg' in head else 'png'}"
        content = base64.b64decode(data)
        self.images[name] = self._drawing(content.decode("utf-8")) if "svg" in head else content
        return f"\n#align(center, image({_string(name)}, alt: {_string(str(tag['alt']))}, width: 88%));\n"

    def _drawing(self, svg: str) -> bytes:
        """An SVG with stand-ins in its texts too: typst leaves characters out there without a word."""
        missing = replaced([svg])
        self.stand_ins |= missing
        return svg.translate({ord(c): html_escape(shown) for c, shown in missing.items()}).encode("utf-8")

    def _table(self, tag: Tag) -> str:
        head, body = list(_rows(tag, "thead")), [*_rows(tag, "tbody"), *_rows(tag, "tfoot")]
        size, widths = _layout(tag)
        header = f"table.header(repeat: true,\n{self._cells(head, True)}),\n" if head else ""
        cells = f"{header}{self._cells(body, False)}"
        return f"\n{self._caption(tag)}#bang({size}pt, ({', '.join(widths)},), {len(head)},\n{cells});\n"

    def _caption(self, tag: Tag) -> str:
        """The title as a heading, so that it is a bookmark too; the unit on a line of its own, right."""
        caption = tag.find("caption")
        if not caption:
            return ""
        unit = caption.find("span", class_="unit")
        below = f"#donvi[{escape(unit.get_text().strip())}];\n" if unit else ""
        return f"#heading(level: {self._level + 1})[{self.inside(caption).strip()}];\n{below}"

    def _cells(self, rows: list[Tag], header: bool) -> str:
        return "".join("".join(self._cell(cell, row, header) for cell in _cells_of(row)) + "\n" for row in rows)

    def _cell(self, cell: Tag, row: Tag, header: bool) -> str:
        css = set(cell.get_attribute_list("class"))
        options = [f"{name}: {cell[name]}" for name in ("colspan", "rowspan") if cell.get(name)]
        options.append(f"align: {_alignment(css, header)}")
        text = self.inside(cell).strip()
        if "colnum" in css:
            text = f"#congthuc[{text.replace('=', '=' + _BREAK).replace('+', '+' + _BREAK)}];"
        elif text and (header or (row.parent is not None and row.parent.name == "tfoot")):
            text = f"#strong[{text}];"
        return f"table.cell({', '.join(options)})[{text}],"


#: where a formula may be broken over lines
_BREAK = "\u200b"


def _alignment(css: set[str], header: bool) -> str:
    if header or "colnum" in css:
        return "center + horizon"
    if css & {"stt", "trong"}:
        return "center"
    return "right" if "num" in css else "left"


def _rows(table: Tag, part: str) -> Iterator[Tag]:
    for section in table.find_all(part, recursive=False):
        yield from section.find_all("tr", recursive=False)


def _cells_of(row: Tag) -> list[Tag]:
    return [c for c in row.children if isinstance(c, Tag) and c.name in ("th", "td")]


def text_width(text: str, size: float) -> float:
    """About how wide `text` is in points when set in Tinos: rather too much than too little."""
    em = sum(0.3 if c in _NARROW_SIGNS else 0.76 if c.isupper() or c in "%mw" else 0.52 for c in text)
    return em * size


def _layout(table: Tag) -> tuple[float, list[str]]:
    """Text size and column widths: numbers, codes and short texts get what they need, long texts share the rest."""
    columns = _columns(table)
    for size, least in _FITS:
        fixed = {i: _needed(c, size, least) for i, c in enumerate(columns) if not c.is_long}
        if sum(fixed.values()) <= _PAGE_WIDTH * (1 - _LEAST_TEXT_SHARE):
            break
    if len(fixed) == len(columns):
        return size, [f"{fixed[i]:.1f}fr" for i in fixed]
    return size, [f"{fixed[i]:.1f}pt" if i in fixed else f"{c.weight:.2f}fr" for i, c in enumerate(columns)]


@dataclass(frozen=True)
class _Column:
    """One column's leaf heading and cells; `css` says what it holds."""

    heading: str
    cells: tuple[str, ...]
    css: frozenset[str]

    @property
    def is_long(self) -> bool:
        """Whether its texts may be broken over lines."""
        return not self.css & {"num", "stt", "ma"}

    @property
    def weight(self) -> float:
        """Share of the free width: by length, so that the longest column does not take all."""
        longest = max(len(text) for text in (*self.cells, self.heading))
        return math.sqrt(max(1, longest))


def _needed(column: _Column, size: float, least: float) -> float:
    """Width for the longest piece that must not be broken; number columns get at least `least`."""
    is_number = "num" in column.css
    pieces = [*column.heading.split(), *(w for c in column.cells for w in (c.split() if is_number else [c]))]
    widest = max((text_width(piece, size) for piece in pieces), default=0.0) * 1.03 + _INSET
    return max(widest, least if is_number else 0)


def _columns(table: Tag) -> list[_Column]:
    rows = [_cells_of(r) for part in ("tbody", "tfoot") for r in _rows(table, part)]
    plain = [r for r in rows if all(not c.get("colspan") for c in r)]
    leaves = {int(str(th["data-cot"])): th.get_text(" ", strip=True) for th in table.select("thead th[data-cot]")}
    if not plain:
        return [_Column(leaves[i], (), frozenset()) for i in sorted(leaves)]
    return [_column(leaves.get(i, ""), cells) for i, cells in enumerate(zip(*plain, strict=False))]


def _column(heading: str, cells: tuple[Tag, ...]) -> _Column:
    texts = tuple(c.get_text(" ", strip=True) for c in cells)
    return _Column(heading, texts, frozenset(name for c in cells for name in c.get_attribute_list("class")))


_STYLE = """
#set par(justify: false, leading: 0.58em, spacing: 0.8em)
#set table.cell(breakable: false)
#show heading: set text(size: 12pt)
#show heading: set block(above: 1.1em, below: 0.7em, sticky: true)
#let donvi(body) = block(width: 100%, above: 0.3em, below: 0.5em, sticky: true, align(right, emph(text(size: 10.5pt, body))))
#let congthuc(body) = text(size: 0.78em, style: "italic", body)
#let bang(size, widths, header, ..cells) = block(breakable: true, width: 100%)[
  #set text(size: size)
  #show table.cell: set par(leading: 0.42em)
  #table(columns: widths, inset: (x: 4pt, y: 3.6pt), stroke: 0.5pt + luma(80),
    fill: (_, y) => if y < header { luma(243) }, ..cells)]
"""


def _preamble(head: Letterhead) -> str:
    left = escape(" – ".join(p for p in (head.agency, head.title) if p))
    right = escape(" – ".join(p for p in (head.period, head.rules) if p))
    sample = "#align(right, text(size: 8.5pt, emph[Dữ liệu mẫu]))" if head.sample else ""
    stamp = (
        f'rotate(-28deg, text(size: 110pt, fill: luma(232), weight: "bold")[{escape(head.stamp)}])'
        if head.stamp
        else "none"
    )
    return f"""
#set document(title: {_string(head.title)}, author: {_string(head.agency or "tthc_analysis")},
  description: {_string(" – ".join(p for p in (head.number, head.period, head.rules) if p) or head.title)})
#set text(font: ("Tinos", "TTHC Symbols"), size: 12pt, lang: "vi", region: "VN", fallback: false)
#set page(paper: "a4", flipped: true, margin: (top: 20mm, bottom: 20mm, left: 30mm, right: 15mm),
  background: {stamp}, header: [{sample}],
  footer: context [#set text(size: 8.5pt)
    #grid(columns: (1fr, auto, 1fr), align: (left, center, right), column-gutter: 6mm,
      [{left}], [Trang #counter(page).display()/#counter(page).final().first()], [{right}])])
{_STYLE}
"""


def _title_block(head: Letterhead) -> str:
    """Number, title and the line that names the report, as Nghị định 30/2020/NĐ-CP (Phụ lục I) sets them."""
    number = f'#text(size: 14pt, weight: "bold")[{escape(head.number)}]#linebreak()' if head.number else ""
    lines = [
        f"#block(below: 0.4em)[{number}]" if number else "",
        f"#heading(level: 1)[#text(size: 14pt)[{escape(head.title.upper())}]]",
        f"#block(above: 0.4em)[#text(size: 13pt, emph[{escape(head.report)}])]" if head.report else "",
        "#line(length: 45mm, stroke: 0.6pt)",
    ]
    if head.sample:
        lines.append("#strong[DỮ LIỆU MẪU – số liệu tổng hợp bằng chương trình, không phải hồ sơ thật]")
    return "#align(center)[\n" + "\n".join(f"{line};" for line in lines if line) + "\n];"


def html_to_pdf(fragment: str, head: Letterhead) -> bytes:
    """The PDF (A4 landscape, PDF/A-2a and PDF/UA-1) of one section's HTML fragment; raises CannotPrint."""
    soup = BeautifulSoup(fragment, "html.parser")
    first = soup.find("h1")
    if first:
        first.decompose()  # the letterhead prints the title
    walker = Walker()
    body = walker.inside(soup)
    source = f"{_preamble(head)}\n{_title_block(head)}\n{body}\n{walker.note()}"
    return _compiled(source, walker.images)


def _compiled(source: str, images: Mapping[str, bytes]) -> bytes:
    """The PDF of a typst document; raises CannotPrint with what typst says."""

    import typst

    with scratch("pdf") as root:
        (root / "main.typ").write_text(source, encoding="utf-8")
        for name, data in images.items():
            (root / name).write_bytes(data)
        try:
            return bytes(
                typst.compile(
                    str(root / "main.typ"), root=str(root), font_paths=[str(FONTS)], ignore_system_fonts=True,
                    format="pdf", pdf_standards=STANDARDS, timestamp=TIMESTAMP,
                )
            )  # fmt: skip
        except typst.TypstError as problem:
            raise CannotPrint(f"typst báo “{problem}”.") from None
