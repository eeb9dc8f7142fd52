"""The HTML of a section → typst → A4 PDF: a small walker over a fixed vocabulary, so that HTML is the one source.

An element that the walker does not know is an error, never silently lost text. Fonts are the bundled Tinos only.
"""

from __future__ import annotations

import base64
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

FONTS = Path(str(files("tthc_analysis.report") / "fonts"))
#: metadata date of every PDF: the content decides the bytes, not the clock
TIMESTAMP = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp())
STANDARDS: list[Any] = ["a-2a", "ua-1"]
_ESCAPE = re.compile(r"([\\`*_{}\[\]()#+\-.!$<>@~/=\"'&|:;,%^])")
#: parts of the page that belong to the screen
_SCREEN_ONLY = ("ma-nguon", "cach-tinh", "chart-data", "chi-man-hinh")


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


class UnknownElement(ValueError):
    """The walker met an element that it has no typst for."""


def escape(text: str) -> str:
    """`text` as typst markup that prints exactly it: every ASCII punctuation mark escaped, NFC, white space folded."""
    folded = re.sub(r"\s+", " ", unicodedata.normalize("NFC", text))
    return _ESCAPE.sub(r"\\\1", folded)


def _string(text: str) -> str:
    """A typst string literal."""
    return '"' + unicodedata.normalize("NFC", text).replace("\\", "\\\\").replace('"', '\\"') + '"'


class Walker:
    """Turns one HTML fragment into typst markup; `images` collects the files that it refers to."""

    def __init__(self) -> None:
        self.images: dict[str, bytes] = {}
        self._handlers: dict[str, Callable[[Tag], str]] = {
            **dict.fromkeys(("div", "section", "span", "a", "dl", "figure", "article"), self.inside),
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
        return escape(str(child)) if type(child) is NavigableString else ""

    def _paragraph(self, tag: Tag) -> str:
        return f"\n#par[{self.inside(tag).strip()}];\n"

    def _heading(self, tag: Tag) -> str:
        return f"\n#heading(level: {max(1, int(tag.name[1]) - 1)})[{self.inside(tag).strip()}];\n"

    def _list(self, tag: Tag, kind: str) -> str:
        items = "".join(f"[{self.inside(li).strip()}]," for li in tag.find_all("li", recursive=False))
        return f"\n#{kind}({items});\n" if items else ""

    def _image(self, tag: Tag) -> str:
        head, _, data = str(tag["src"]).partition(",")
        name = f"hinh-{len(self.images) + 1}.{'svg' if 'svg' in head else 'png'}"
        self.images[name] = base64.b64decode(data)
        return f"\n#align(center, image({_string(name)}, alt: {_string(str(tag['alt']))}, width: 88%));\n"

    def _table(self, tag: Tag) -> str:
        caption = tag.find("caption")
        title = f"#block(sticky: true, strong[{self.inside(caption).strip()}]);\n" if caption else ""
        head, body = list(_rows(tag, "thead")), [*_rows(tag, "tbody"), *_rows(tag, "tfoot")]
        widths = ", ".join(_widths(tag))
        header = f"table.header(repeat: true,\n{self._cells(head, True)}),\n" if head else ""
        return f"\n{title}#bang(({widths}), [{escape(_label(caption))}],\n{header}{self._cells(body, False)});\n"

    def _cells(self, rows: list[Tag], header: bool) -> str:
        return "".join("".join(self._cell(cell, row, header) for cell in _cells_of(row)) + "\n" for row in rows)

    def _cell(self, cell: Tag, row: Tag, header: bool) -> str:
        options = [f"{name}: {cell[name]}" for name in ("colspan", "rowspan") if cell.get(name)]
        total = row.parent is not None and row.parent.name == "tfoot"
        centred = header or "colnum" in cell.get_attribute_list("class")
        numeric = "num" in cell.get_attribute_list("class")
        options.append("align: " + ("center + horizon" if centred else "right" if numeric else "left"))
        text = self.inside(cell).strip()
        bold = (header and "colnum" not in cell.get_attribute_list("class")) or total
        return f"table.cell({', '.join(options)})[{f'#strong[{text}];' if bold and text else text}],"


def _rows(table: Tag, part: str) -> Iterator[Tag]:
    for section in table.find_all(part, recursive=False):
        yield from section.find_all("tr", recursive=False)


def _cells_of(row: Tag) -> list[Tag]:
    return [c for c in row.children if isinstance(c, Tag) and c.name in ("th", "td")]


def _label(caption: Tag | None) -> str:
    return caption.get_text(" ", strip=True) if caption else "Bảng số liệu"


def _widths(table: Tag) -> list[str]:
    """Numbers take what they need; the text columns share the rest by the length of what they hold."""
    body = [_cells_of(r) for r in _rows(table, "tbody")] or [_cells_of(r) for r in _rows(table, "tfoot")]
    plain = [r for r in body if all(not c.get("colspan") for c in r)]
    if not plain:
        return ["auto"]
    result = []
    for column in zip(*plain, strict=False):
        longest = max(len(c.get_text(strip=True)) for c in column)
        narrow = all("num" in c.get_attribute_list("class") for c in column) or longest <= 8
        result.append(
            "auto" if narrow and len(plain[0]) <= 9 else "1.2fr" if narrow else f"{min(9, max(2, longest // 8))}fr"
        )
    return result


def _preamble(head: Letterhead) -> str:
    left = escape(" – ".join(p for p in (head.agency, head.title) if p))
    right = escape(" – ".join(p for p in (head.period, head.rules) if p))
    stamp = (
        f'#set page(background: rotate(-28deg, text(size: 110pt, fill: luma(232), weight: "bold")[{escape(head.stamp)}]))'
        if head.stamp
        else ""
    )
    return f"""
#set document(title: {_string(head.title)}, author: {_string(head.agency or "tthc_analysis")})
#set text(font: "Tinos", size: 10.5pt, lang: "vi", region: "VN", fallback: false)
#set page(paper: "a4", flipped: true, margin: (top: 20mm, bottom: 17mm, left: 20mm, right: 15mm),
  footer: context [#set text(size: 8.5pt)
    #grid(columns: (1fr, auto, 1fr), align: (left, center, right),
      [{left}], [Trang #counter(page).display()/#counter(page).final().first()], [{right}])])
{stamp}
#set par(justify: false, leading: 0.58em, spacing: 0.8em)
#show heading: set text(size: 12pt)
#let bang(widths, label, ..cells) = block(breakable: true, width: 100%)[
  #set text(size: 9pt)
  #show table.cell: set par(leading: 0.42em)
  #table(columns: widths, inset: (x: 4pt, y: 4pt), stroke: 0.5pt + luma(90),
    fill: (_, y) => none, ..cells)]
"""


def _title_block(head: Letterhead) -> str:
    lines = (
        [f'#align(center)[#text(size: 13pt, weight: "bold")[{escape(head.number.upper())}]];'] if head.number else []
    )
    lines.append(f"#align(center)[#heading(level: 1)[#text(size: 14pt)[{escape(head.title.upper())}]]];")
    if head.report:
        lines.append(f"#align(center)[#emph[{escape(head.report)}]];")
    if head.sample:
        lines.append(
            "#align(center)[#strong[DỮ LIỆU MẪU – số liệu tổng hợp bằng chương trình, không phải hồ sơ thật]];"
        )
    return "\n".join(lines)


def html_to_pdf(fragment: str, head: Letterhead) -> bytes:
    """The PDF (A4 landscape, PDF/A-2a and PDF/UA-1) of one section's HTML fragment; raises UnknownElement."""
    import tempfile

    import typst

    soup = BeautifulSoup(fragment, "html.parser")
    first = soup.find("h1")
    if first:
        first.decompose()  # the letterhead prints the title
    walker = Walker()
    body = walker.inside(soup)
    source = f"{_preamble(head)}\n{_title_block(head)}\n{body}\n"
    with tempfile.TemporaryDirectory(prefix="tthc-pdf-") as folder:
        root = Path(folder)
        (root / "main.typ").write_text(source, encoding="utf-8")
        for name, data in walker.images.items():
            (root / name).write_bytes(data)
        return bytes(
            typst.compile(
                str(root / "main.typ"), root=str(root), font_paths=[str(FONTS)], ignore_system_fonts=True,
                format="pdf", pdf_standards=STANDARDS, timestamp=TIMESTAMP,
            )
        )  # fmt: skip
