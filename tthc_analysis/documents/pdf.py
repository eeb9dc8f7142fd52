"""The HTML of a section → typst → A4 PDF: a small walker over a fixed vocabulary, so that HTML is the one source.

An element that the walker does not know is an error, never silently lost text. Fonts are the bundled ones only.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from html import escape as html_escape
from importlib.resources import files
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from tthc_analysis.documents.pictures import content, kind_of, picture
from tthc_analysis.folders import scratch
from tthc_analysis.glyphs import printed, replaced, told

FONTS = Path(str(files("tthc_analysis.documents") / "fonts"))
#: metadata date of every PDF: the content decides the bytes, not the clock
TIMESTAMP = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp())
STANDARDS: list[Any] = ["a-2a", "ua-1"]
_ESCAPE = re.compile(r"([\\`*_{}\[\]()#+\-.!$<>@~/=\"'&|:;,%^])")
#: parts of the page that belong to the screen
_SCREEN_ONLY = ("ma-nguon", "cach-tinh", "chart-data", "tai-csv", "tai-hinh", "an", "unit")
#: width of the text on a landscape page with the margins of Nghị định 30/2020/NĐ-CP, and room beside a cell's text (pt)
_PAGE_WIDTH, _INSET = 714, 9
#: sizes of table text and least widths of number columns (pt), tried in this order until the text columns keep their share
_FITS = ((9.5, 44), (9.5, 36), (9.0, 30), (8.5, 0), (8.0, 0), (7.5, 0))
_LEAST_TEXT_SHARE = 0.27
_NARROW_SIGNS = frozenset(" .,;:!|()[]/-'ijlítfIìỉĩị1")


@dataclass(frozen=True)
class Letterhead:
    """What stands above an appendix: body, form, title, period; below it who signs; on the page edges agency, period and state.

    `form` is the number of a statutory form and the text that issued it; `span` the period with its days, `signing` the place, the
    year, for whom is signed and the title of who signs.
    """

    title: str
    number: str = ""
    agency: str = ""
    parent: str = ""
    period: str = ""
    report: str = ""
    rules: str = ""
    stamp: str = ""
    sample: bool = False
    receiver: str = ""
    form: tuple[str, str] = ("", "")
    span: str = ""
    signing: tuple[str, str, str, str] = ("", "", "", "")


#: elements that are one function of typst
_FUNCTIONS = {
    **dict.fromkeys(("strong", "b"), "strong"),
    **dict.fromkeys(("em", "i"), "emph"),
    **dict.fromkeys(("del", "s"), "strike"),
    "u": "underline",
    "sub": "sub",
    "sup": "super",
}
#: stands around a picture within a paragraph; no text holds it
_BETWEEN = "\x00"
_PICTURE = "#align(center, image("
#: largest height of a picture (pt): what is left of a page under its title
_PICTURE_HEIGHT = 400


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


def string(text: str) -> str:
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
        self._level, self._room = 1, math.inf
        self._handlers: dict[str, Callable[[Tag], str]] = {
            **dict.fromkeys(("section", "span", "a", "dl", "picture", "article", "small", "mark", "kbd"), self.inside),
            "div": self._div,
            "figure": lambda t: f"\n#block(breakable: false)[{self.inside(t)}];\n",
            "source": lambda _t: "",
            **dict.fromkeys(("p", "dt", "dd", "figcaption"), self._paragraph),
            **{f"h{n}": self._heading for n in range(1, 7)},
            **{name: partial(self._call, function) for name, function in _FUNCTIONS.items()},
            "q": lambda t: f"“{self.inside(t)}”",
            "blockquote": lambda t: f"\n#quote(block: true)[{self.inside(t)}];\n",
            "code": self.inside,
            "br": lambda _t: "#linebreak();",
            "hr": lambda _t: "\n#line(length: 100%, stroke: 0.5pt + luma(120));\n",
            "ul": lambda t: self._list(t, "list"),
            "ol": lambda t: self._list(t, "enum"),
            "pre": self._lines,
            "img": self._image,
            "table": self._table,
            "details": self._fold,
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
        return self._text(str(child))

    def note(self) -> str:
        """A last line that says which characters were printed as others; "" when none was."""
        said = f"Phông chữ của bản PDF không có ký tự {told(self.stand_ins)}."
        return f"\n#par[#emph[{escape(said)}]];\n" if self.stand_ins else ""

    def _call(self, function: str, tag: Tag) -> str:
        return f"#{function}[{self.inside(tag)}];"

    def _paragraph(self, tag: Tag) -> str:
        """A paragraph; a picture inside it stands between its parts, as typst has pictures between paragraphs only."""
        inside = self.inside(tag)
        parts = (part.strip() for part in inside.split(_BETWEEN))
        return (
            "".join(part if part.startswith(_PICTURE) else f"\n#par[{part}];\n" for part in parts if part)
            or "\n#par[];\n"
        )

    def _lines(self, tag: Tag) -> str:
        """Printed text line by line, with the spaces that it has."""
        text = printed(unicodedata.normalize("NFC", tag.get_text().strip("\n").expandtabs()))
        self.stand_ins |= replaced([text.replace("\n", "")])
        lines = (_ESCAPE.sub(r"\\\1", _breakable(line).replace(" ", f"\u00a0{_BREAK}")) for line in text.split("\n"))
        return f"\n#inra[{'#linebreak();'.join(lines)}];\n"

    def _fold(self, tag: Tag) -> str:
        """What an analyst folded, open: paper has no folds. Folds of our own pages belong to the screen."""
        summary = tag.find("summary", recursive=False)
        head = f"\n#par[#strong[{self.inside(summary).strip()}];];\n" if summary else ""
        return head + "".join(self._child(c) for c in tag.children if c is not summary)

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
        source = str(tag.get("src", ""))
        size = picture(source)
        if size is None:
            raise CannotPrint("có ảnh không đọc được.")
        kind = kind_of(source).removeprefix("image/").removesuffix("+xml")
        name = f"hinh-{len(self.images) + 1}.{kind}"
        data = content(source)
        self.images[name] = self._drawing(data.decode("utf-8")) if kind == "svg" else data
        alt = string(str(tag.get("alt") or "Hình chưa có mô tả"))
        shown = f"\n#align(center, image({string(name)}, alt: {alt}, {_image_size(*size)}));\n"
        return f"{_BETWEEN}{shown}{_BETWEEN}" if tag.find_parent("p") else shown

    def _drawing(self, svg: str) -> bytes:
        """An SVG with stand-ins in its texts too: typst leaves characters out there without a word."""
        missing = replaced([svg])
        self.stand_ins |= missing
        return svg.translate({ord(c): html_escape(shown) for c, shown in missing.items()}).encode("utf-8")

    def _table(self, tag: Tag) -> str:
        """A table; one with more columns than a page holds in parts, each with the columns that name its rows."""
        grid = Grid.of(tag)
        if not grid.width:
            return self._caption(tag, "")
        parts = _parts(grid)
        many = len(parts) > 1
        told = [f" (phần {i}/{len(parts)})" if many else "" for i in range(1, len(parts) + 1)]
        return "".join(self._part(tag, grid, columns, more) for columns, more in zip(parts, told, strict=True))

    def _part(self, tag: Tag, grid: Grid, shown: Sequence[int], more: str) -> str:
        layout = _layout(grid, shown)
        head = "".join(self._row(row, shown, layout) for row in grid.head)
        body = "".join(self._row(row, shown, layout) for row in grid.body)
        header = f"table.header(repeat: true,\n{head}),\n" if head else ""
        size, widths = layout.size, layout.widths
        return (
            f"\n{self._caption(tag, more)}#bang({size}pt, ({', '.join(widths)},), {len(grid.head)},\n{header}{body});\n"
        )

    def _caption(self, tag: Tag, more: str) -> str:
        """The title as a heading, so that it is a bookmark too; the unit on a line of its own, right."""
        caption = tag.find("caption")
        if not caption:
            return f"\n#par[#emph[Bảng{escape(more)}];];\n" if more else ""
        unit = caption.find("span", class_="unit")
        below = f"#donvi[{escape(unit.get_text().strip())}];\n" if unit else ""
        return f"#heading(level: {self._level + 1})[{self.inside(caption).strip()}{escape(more)}];\n{below}"

    def _row(self, row: Sequence[Place], shown: Sequence[int], layout: Layout) -> str:
        own = [(place, sum(place.start <= i < place.start + place.columns for i in shown)) for place in row]
        tall = any(layout.is_tall(place) for place, columns in own if columns)
        return "".join(self._cell(place, columns, layout, tall) for place, columns in own if columns) + "\n"

    def _cell(self, place: Place, columns: int, layout: Layout, tall: bool) -> str:
        cell, header = place.cell, place.header
        css = set(cell.get_attribute_list("class"))
        spans = {"colspan": columns if columns > 1 else 0, "rowspan": place.rows if place.rows > 1 else 0}
        options = [f"{name}: {count}" for name, count in spans.items() if count]
        options.append(f"align: {_alignment(css, header)}")
        if tall:
            options.append("breakable: true")
        width = layout.width_of(place)
        text = self._broken(cell, width / layout.size) if width and "colnum" not in css else self.inside(cell).strip()
        if "colnum" in css:
            text = f"#congthuc[{text.replace('=', '=' + _BREAK).replace('+', '+' + _BREAK)}];"
        elif text and (header or (cell.parent is not None and cell.find_parent("tfoot"))):
            text = f"#strong[{text}];"
        return f"table.cell({', '.join(options)})[{text}],"

    def _broken(self, cell: Tag, width: float) -> str:
        """What a cell says, with words that are wider than it (in ems) broken where it ends."""
        self._room = width
        try:
            return self.inside(cell).strip()
        finally:
            self._room = math.inf

    def _text(self, text: str) -> str:
        """Escaped text; a break within a word is a line's end, as a character for it would stay in the text of the PDF."""
        if self._room == math.inf or all(text_width(word, 1) <= self._room for word in text.split()):
            return escape(text)
        return "".join(self._word(part) for part in re.split(r"(\s+)", text))

    def _word(self, word: str) -> str:
        pieces, wide = [""], 0.0
        for sign in word:
            wide += text_width(sign, 1)
            if wide > self._room and pieces[-1]:
                pieces.append("")
                wide = text_width(sign, 1)
            pieces[-1] += sign
        return "#linebreak();".join(escape(piece) for piece in pieces)


#: where a formula may be broken over lines
_BREAK = "\u200b"
#: characters of printed text without a space that stand on one line at least
_UNBROKEN = re.compile(r"(\S{40})(?=\S)")


def _breakable(line: str) -> str:
    """A line of printed text that may be broken within long words."""
    return _UNBROKEN.sub(rf"\1{_BREAK}", line)


def _alignment(css: set[str], header: bool) -> str:
    if header or "colnum" in css:
        return "center + horizon"
    if css & {"stt", "trong"}:
        return "center"
    return "right" if "num" in css else "left"


def _image_size(width: float, height: float) -> str:
    """A picture in its natural size at 96 dots an inch; a chart's or larger one over most of the page, none over all of it."""
    if width >= _WIDE_PICTURE and height * 0.88 * _PAGE_WIDTH / width <= _PICTURE_HEIGHT:
        return "width: 88%"
    scale = min(0.75, 0.88 * _PAGE_WIDTH / width, _PICTURE_HEIGHT / height)
    return f"width: {width * scale:.1f}pt"


#: pixels from which a picture is made for the width of a page
_WIDE_PICTURE = 500


@dataclass(frozen=True)
class Place:
    """One cell of a table where it stands: first column and how many columns and rows it spans."""

    cell: Tag
    start: int
    columns: int
    rows: int
    header: bool


@dataclass(frozen=True)
class Grid:
    """A table's cells by row, in columns that spans of other rows have moved; `width` counts the columns."""

    head: tuple[tuple[Place, ...], ...]
    body: tuple[tuple[Place, ...], ...]
    width: int

    @classmethod
    def of(cls, table: Tag) -> Grid:
        """The grid of an HTML table; rows outside thead, tbody and tfoot belong to the body, short rows are filled up."""
        parts = {name: [*_rows(table, name)] for name in ("thead", "tbody", "tfoot")}
        loose = table.find_all("tr", recursive=False)
        head = _placed(parts["thead"], True)
        body = _placed([*loose, *parts["tbody"], *parts["tfoot"]], False)
        width = max((p.start + p.columns for row in (*head, *body) for p in row), default=0)
        return cls(_filled(head, width, True), _filled(body, width, False), width)


def _placed(rows: Sequence[Tag], header: bool) -> list[list[Place]]:
    taken: dict[tuple[int, int], bool] = {}
    placed: list[list[Place]] = []
    for y, row in enumerate(rows):
        x, places = 0, []
        for cell in _cells_of(row):
            while (y, x) in taken:
                x += 1
            columns, spanned = _span(cell, "colspan"), min(_span(cell, "rowspan"), len(rows) - y)
            taken |= dict.fromkeys(((y + i, x + j) for i in range(spanned) for j in range(columns)), True)
            places.append(Place(cell, x, columns, spanned, header))
            x += columns
        placed.append(places)
    return placed


def _span(cell: Tag, name: str) -> int:
    text = str(cell.get(name) or 1)
    return max(1, min(int(text), 1000)) if text.isdigit() else 1


def _filled(rows: Sequence[Sequence[Place]], width: int, header: bool) -> tuple[tuple[Place, ...], ...]:
    """Rows with an empty cell wherever neither a cell of theirs nor a span from above stands."""
    taken = {
        (y + i, p.start + j) for y, r in enumerate(rows) for p in r for i in range(p.rows) for j in range(p.columns)
    }
    empty = {y: [x for x in range(width) if (y, x) not in taken] for y in range(len(rows))}
    filled = ([*row, *(Place(Tag(name="td"), x, 1, 1, header) for x in empty[y])] for y, row in enumerate(rows))
    return tuple(tuple(sorted(row, key=lambda p: p.start)) for row in filled)


def _rows(table: Tag, part: str) -> Iterator[Tag]:
    for section in table.find_all(part, recursive=False):
        yield from section.find_all("tr", recursive=False)


def _cells_of(row: Tag) -> list[Tag]:
    return [c for c in row.children if isinstance(c, Tag) and c.name in ("th", "td")]


def text_width(text: str, size: float) -> float:
    """About how wide `text` is in points when set in Tinos: rather too much than too little."""
    em = sum(0.3 if c in _NARROW_SIGNS else 0.76 if c.isupper() or c in "%mw" else 0.52 for c in text)
    return em * size


@dataclass(frozen=True)
class Layout:
    """Text size (pt), typst's widths, and the width of each shown column in points."""

    size: float
    widths: list[str]
    points: Mapping[int, float]

    def width_of(self, place: Place) -> float:
        """Width for the text of a cell in one column; 0 for one over several, which has room."""
        return self.points.get(place.start, 0.0) - _INSET if place.columns == 1 else 0.0

    def is_tall(self, place: Place) -> bool:
        """Whether a cell alone would fill most of a page: its row goes on over the next, as no other does."""
        width = sum(self.points.get(i, 0.0) for i in range(place.start, place.start + place.columns)) - _INSET
        text = place.cell.get_text()
        lines = (
            text.count("\n") + len(place.cell.find_all(["br", "p", "li"])) + text_width(text, self.size) / max(width, 1)
        )
        return lines * self.size * 1.2 > _TALL


#: height of a cell from which it may be cut over pages (pt)
_TALL = 250


def _parts(grid: Grid) -> list[Sequence[int]]:
    """The columns of each part: all in one where they fit at the smallest size, else as many as do, rows' names first."""
    columns = _columns(grid)
    size, least = _FITS[-1]
    needs = [_least(c, size, least) for c in columns]
    if sum(needs) <= _PAGE_WIDTH:
        return [range(grid.width)]
    stub = [i for i, c in enumerate(columns[:_MOST_STUBS]) if c.is_stub]
    room = _PAGE_WIDTH - sum(needs[i] for i in stub)
    if room < _PAGE_WIDTH / 3:
        stub, room = [], float(_PAGE_WIDTH)
    parts: list[list[int]] = [[]]
    left = room
    for i in (i for i in range(grid.width) if i not in stub):
        if parts[-1] and needs[i] > left:
            parts.append([])
            left = room
        parts[-1].append(i)
        left -= needs[i]
    return [[*stub, *part] for part in parts]


#: signs of the longest code that stands on one line (1.000715.000.00.00.H24)
_LONGEST_CODE = 24
#: columns at the start of a table that may name its rows
_MOST_STUBS = 2


def _least(column: _Column, size: float, least: float) -> float:
    """The least width that a column can be read in."""
    return max(min(_needed(column, size, least), _PAGE_WIDTH / 3), 20) if not column.is_long else 45


def _layout(grid: Grid, shown: Sequence[int]) -> Layout:
    """Text size and column widths: numbers, codes and short texts get what they need, long texts share the rest."""
    every = _columns(grid)
    columns = {i: every[i] for i in shown}
    for size, least in _FITS:
        fixed = {i: min(_needed(c, size, least), _PAGE_WIDTH / 2) for i, c in columns.items() if not c.is_long}
        if sum(fixed.values()) <= _PAGE_WIDTH * (1 - _LEAST_TEXT_SHARE):
            break
    if len(fixed) == len(columns):
        every_point = _PAGE_WIDTH / sum(fixed.values())
        return Layout(size, [f"{fixed[i]:.1f}fr" for i in fixed], {i: w * every_point for i, w in fixed.items()})
    weights = {i: c.weight for i, c in columns.items() if i not in fixed}
    free = (_PAGE_WIDTH - sum(fixed.values())) / sum(weights.values())
    widths = [f"{fixed[i]:.1f}pt" if i in fixed else f"{weights[i]:.2f}fr" for i in columns]
    return Layout(size, widths, {i: fixed[i] if i in fixed else weights[i] * free for i in columns})


@dataclass(frozen=True)
class _Column:
    """One column's leaf heading and cells; `css` says what it holds."""

    heading: str
    cells: tuple[str, ...]
    css: frozenset[str]
    named: bool = False

    @property
    def is_stub(self) -> bool:
        """Whether it says which row a row is: a running number or row headings."""
        return self.named or "stt" in self.css

    @property
    def is_long(self) -> bool:
        """Whether its texts may be broken over lines: not where each is one word of a code's length."""
        codes = self.cells and all(len(c) <= _LONGEST_CODE and len(c.split()) < 2 for c in self.cells)
        return not (self.css & {"num", "stt", "ma"} or codes)

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


def _columns(grid: Grid) -> list[_Column]:
    """Every column with its leaf heading and the cells of the rows that have one cell for each column."""
    plain = [row for row in grid.body if all(p.columns == 1 for p in row) and len(row) == grid.width]
    if not plain:
        plain = [row for row in grid.body if all(p.columns == 1 for p in row)]
    leaves = {p.start: p.cell.get_text(" ", strip=True) for row in grid.head for p in row if _is_leaf(p)}
    by_column: dict[int, list[Tag]] = {i: [] for i in range(grid.width)}
    for row in plain:
        for place in row:
            by_column[place.start].append(place.cell)
    return [_column(leaves.get(i, ""), tuple(cells)) for i, cells in by_column.items()]


def _is_leaf(place: Place) -> bool:
    return place.columns == 1 and "colnum" not in place.cell.get_attribute_list("class")


def _column(heading: str, cells: tuple[Tag, ...]) -> _Column:
    texts = tuple(c.get_text(" ", strip=True) for c in cells)
    css = frozenset(name for c in cells for name in c.get_attribute_list("class"))
    return _Column(heading, texts, css, bool(cells) and all(c.name == "th" for c in cells))


STYLE = """
#set par(justify: false, leading: 0.58em, spacing: 0.8em)
#set table.cell(breakable: false)
#show heading: set text(size: 12pt)
#show heading: set block(above: 1.1em, below: 0.7em, sticky: true)
#let donvi(body) = block(width: 100%, above: 0.3em, below: 0.5em, sticky: true, align(right, emph(text(size: 10.5pt, body))))
#show quote: set block(inset: (left: 6mm))
#let inra(body) = block(width: 100%, breakable: true,
  text(font: ("Cousine", "Tinos", "TTHC Symbols"), size: 8.5pt, body))
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
#set document(title: {string(head.title)}, author: {string(head.agency or "tthc_analysis")},
  description: {string(" – ".join(p for p in (head.number, head.period, head.rules) if p) or head.title)})
#set text(font: ("Tinos", "TTHC Symbols"), size: 12pt, lang: "vi", region: "VN", fallback: false)
#set page(paper: "a4", flipped: true, margin: (top: 20mm, bottom: 20mm, left: 30mm, right: 15mm),
  background: {stamp}, header: [{sample}],
  footer: context [#set text(size: 8.5pt)
    #grid(columns: (1fr, auto, 1fr), align: (left, center, right), column-gutter: 6mm,
      [{left}], [Trang #counter(page).display()/#counter(page).final().first()], [{right}])])
{STYLE}
"""


def _title_block(head: Letterhead) -> str:
    """Number, title and the line that names the report, as Nghị định 30/2020/NĐ-CP (Phụ lục I) sets them."""
    number = f'#text(size: 14pt, weight: "bold")[{escape(head.number)}]#linebreak()' if head.number else ""
    lines = [
        f"#block(below: 0.4em)[{number}]" if number else "",
        f"#heading(level: 1)[#text(size: 14pt)[{escape(head.title.upper())}]]",
        f"#block(above: 0.4em)[#text(size: 13pt, emph[{escape(head.report)}])]" if head.report else "",
        f"#block(above: 0.4em)[#text(size: 12pt, emph[{escape(head.span)}])]" if head.span else "",
        "#line(length: 45mm, stroke: 0.6pt)",
    ]
    if head.sample:
        lines.append("#strong[DỮ LIỆU MẪU – số liệu tổng hợp bằng chương trình, không phải hồ sơ thật]")
    return _bodies(head) + "#align(center)[\n" + "\n".join(f"{line};" for line in lines if line) + "\n];"


def _bodies(head: Letterhead) -> str:
    """The lines above the title: number and issuing text of a form, or the body under its parent; who reports to whom."""
    if not head.agency or not head.receiver:
        return ""
    first, second = head.form if head.form[0] else (head.parent.upper(), head.agency.upper())
    bold = 0 if head.form[0] else 1
    left = "#linebreak()".join(
        f'#text(weight: "bold")[{escape(t)}]' if i == bold else escape(t) for i, t in enumerate((first, second))
    )
    right = f"{escape(f'Đơn vị báo cáo: {head.agency}')}#linebreak(){escape(f'Đơn vị nhận báo cáo: {head.receiver}')}"
    cells = f"align(left)[{left}], align(right)[{right}]"
    return f"#block(below: 0.8em)[#set text(size: 11pt); #grid(columns: (1fr, 1fr), column-gutter: 8mm, {cells})];\n"


def _signatures(head: Letterhead) -> str:
    """Who made the annex and who signs it, with place and date to fill in; "" where nobody is known to."""
    place, year, on_behalf, title = head.signing
    if not title:
        return ""
    day = f"{place}, ngày … tháng … năm {year}"
    who = (
        ("", *[""] * bool(on_behalf), "NGƯỜI LẬP BIỂU", "(Ký, ghi rõ họ tên)"),
        (day, *[on_behalf.upper()] * bool(on_behalf), title.upper(), "(Ký, ghi rõ họ tên, đóng dấu)"),
    )
    cells = (
        f"[#emph[{escape(first)}]#linebreak()#strong[{'#linebreak()'.join(map(escape, titles))}]#linebreak()#emph[{escape(hint)}]]"
        for first, *titles, hint in who
    )
    grid = f"#grid(columns: (1fr, 1fr), align: center, {', '.join(cells)})"
    return f"#block(breakable: false, above: 0.9em, width: 100%)[#set text(size: 11pt); {grid} #v(5mm)];\n"


def html_to_pdf(fragment: str, head: Letterhead) -> bytes:
    """The PDF (A4 landscape, PDF/A-2a and PDF/UA-1) of one section's HTML fragment; raises CannotPrint."""
    soup = BeautifulSoup(fragment, "html.parser")
    first = soup.find("h1")
    if first:
        first.decompose()  # the letterhead prints the title
    walker = Walker()
    body = walker.inside(soup)
    source = f"{_preamble(head)}\n{_title_block(head)}\n{body}\n{walker.note()}\n{_signatures(head)}"
    return compiled(source, walker.images)


def compiled(source: str, images: Mapping[str, bytes]) -> bytes:
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
