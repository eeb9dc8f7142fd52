"""How every chart looks: one palette, two widths (desk and phone), SVG that follows the reader's light or dark scheme.

Matplotlib draws; its SVG is then rewritten so that colours are plain attributes, which a style rule for dark screens
can override, and texts use the reader's own sans-serif. Engines that know no media queries (the PDF's) see the light one.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from lxml import etree

#: colours that stay apart for colour-blind readers (blue, sky and orange differ in lightness too) → the same on dark
INK, SOFT, RULE = "#17212f", "#4d5b6e", "#d5dbe3"
BLUE, SKY, ORANGE, GREY = "#0b62a4", "#8cbde0", "#c8590a", "#8a94a3"
#: a scale from few to many
SCALE = ("#dcebf6", "#a9cfe9", "#6aa9d6", "#2a7ab8", "#0a4a7d")
DARK = {
    INK: "#e8edf3",
    SOFT: "#a9b5c4",
    RULE: "#3a4757",
    BLUE: "#5fb0f0",
    SKY: "#2f6893",
    ORANGE: "#f2954d",
    GREY: "#7b8797",
    **dict(zip(SCALE, ("#1d3144", "#234d70", "#2f73a8", "#58a5e0", "#b5dcff"), strict=True)),
}
_WIDE, _NARROW = 8.6, 3.7
#: what a chart on a desk can be written on across, in points
ACROSS = 590.0
#: how much of its colour the bar of a part of a period has
PALE = 0.45
#: an inch in what an SVG is measured in
_POINTS = 72
_FONTS = "'Segoe UI', system-ui, -apple-system, Roboto, 'Noto Sans', 'Liberation Sans', Arial, sans-serif"
_SVG = "{http://www.w3.org/2000/svg}"
_FONT = re.compile(r"^(?:(?P<weight>bold|[1-9]00) )?(?P<size>[\d.]+)px ")
#: attributes that hold positions: a hundredth of a point is exact enough
_PLACES = {"d", "x", "y", "transform"}
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}")
#: attributes that only repeat a default
_DEFAULTS = {"stroke-linejoin": "miter", "stroke-linecap": "butt", "opacity": "1"}

Paint = Callable[[Any, bool], None]
#: (text, hash of its font, whether it is mathematics) → width, height and descent in points, in our style
_SIZES: dict[tuple[str, int, Any], tuple[float, float, float]] = {}


@dataclass(frozen=True)
class Drawing:
    """One chart drawn twice: for a desk and for a phone."""

    wide: str
    narrow: str


def draw(
    paint: Paint,
    wide_height: float,
    narrow_height: float,
    grids: tuple[tuple[int, int], tuple[int, int]] = ((1, 1), (1, 1)),
    wide: float = _WIDE,
) -> Drawing:
    """Call `paint(axes, narrow)` for both widths; sizes are in inches, `grids` (rows, columns) of axes for each width.

    `wide` is the width of a chart that stands beside something on a desk.
    """
    return Drawing(_one(paint, wide, wide_height, grids[0], False), _one(paint, _NARROW, narrow_height, grids[1], True))


def _one(paint: Paint, width: float, height: float, grid: tuple[int, int], narrow: bool) -> str:
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    with matplotlib.rc_context(), _texts_measured_once():
        matplotlib.rcdefaults()  # the reader's report does not depend on whose machine draws it
        matplotlib.rcParams.update(_style())
        figure = Figure(figsize=(width, height), dpi=_POINTS, layout=ConstrainedLayoutEngine(w_pad=0.02, h_pad=0.03))
        FigureCanvasSVG(figure)
        paint(figure.subplots(*grid), narrow)
        _lay_out(figure)
        out = io.BytesIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    return themed(out.getvalue())


@contextmanager
def _texts_measured_once() -> Iterator[None]:
    """Let matplotlib, which measures each text anew for the layout, for the drawing and for both widths, remember its size.

    It depends on the text and its font alone as long as the style is ours.
    """
    from matplotlib.textpath import TextToPath

    really = TextToPath.get_text_width_height_descent

    def measured(measure: Any, text: str, font: Any, is_math: Any) -> tuple[float, float, float]:
        asked = (text, hash(font), is_math)
        if asked not in _SIZES:
            _SIZES[asked] = really(measure, text, font, is_math)
        return _SIZES[asked]

    setattr(TextToPath, really.__name__, measured)
    try:
        yield
    finally:
        setattr(TextToPath, really.__name__, really)


def _lay_out(figure: Any) -> None:
    """Place everything once; `savefig` would draw the whole figure an extra time only for that."""
    figure.get_layout_engine().execute(figure)
    figure.set_layout_engine(None)


def _style() -> dict[str, Any]:
    return {
        "font.family": "sans-serif",
        "font.sans-serif": ["DejaVu Sans"],
        "font.size": 10,
        "svg.fonttype": "none",
        "svg.hashsalt": "tthc",
        "text.parse_math": False,  # names from data are words, whatever signs they hold
        "text.color": INK,
        "axes.edgecolor": RULE,
        "axes.linewidth": 1,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.spines.left": False,
        "xtick.color": RULE,
        "ytick.color": RULE,
        "xtick.labelcolor": SOFT,
        "ytick.labelcolor": SOFT,
        "ytick.left": False,
        "xtick.major.size": 0,
        "grid.color": RULE,
        "grid.linewidth": 0.8,
    }


def themed(svg: bytes) -> str:
    """Matplotlib's SVG with plain attributes, the reader's font and a rule for dark screens; the same input, the same bytes."""
    root = etree.fromstring(svg, etree.XMLParser(remove_blank_text=True, remove_comments=True))
    for element in [*root.iter(f"{_SVG}metadata"), *root.iter(f"{_SVG}style")]:
        element.getparent().remove(element)
    for element in root.iter():
        for name, value in _attributes(element.attrib.pop("style", "")):
            element.set(name, value)
        for name in _PLACES & set(element.attrib):
            element.set(
                name, _LONG_NUMBER.sub(lambda m: f"{float(m[0]):.2f}".rstrip("0").rstrip("."), element.get(name))
            )
    root.set("font-family", _FONTS)
    sheet = etree.SubElement(root, f"{_SVG}style")
    sheet.text = "@media screen and (prefers-color-scheme: dark) {" + "".join(_dark_rules()) + "}"
    root.insert(0, sheet)
    return str(etree.tostring(root, encoding="unicode"))


def _attributes(style: str) -> list[tuple[str, str]]:
    """Presentation attributes for a `style` attribute; its font becomes a size and a weight."""
    pairs = [tuple(part.strip() for part in item.split(":", 1)) for item in style.split(";") if ":" in item]
    found = [(k, v) for k, v in pairs if k != "font" and _DEFAULTS.get(k) != v]
    font = next((_FONT.match(v) for k, v in pairs if k == "font"), None)
    if font:
        found.append(("font-size", font["size"]))
        if font["weight"]:
            found.append(("font-weight", font["weight"]))
    return found


def _dark_rules() -> list[str]:
    return [f"[fill='{light}']{{fill:{dark}}}[stroke='{light}']{{stroke:{dark}}}" for light, dark in DARK.items()]


def data_uri(svg: str) -> str:
    """The SVG as an address that holds it."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode("utf-8")).decode("ascii")


#: height in inches of one more line of a key
KEY_LINE = 0.18
_KEY_SIZE, _SQUARE, _GAP = 9, 9, 4


def key_lines(entries: Sequence[tuple[str, str]], room: float) -> list[list[tuple[str, str]]]:
    """The entries of a key in as few lines as fit into `room` points, in their order."""
    lines: list[list[tuple[str, str]]] = [[]]
    taken = 0.0
    for color, name in entries:
        width = _SQUARE + _GAP + text_width(name, _KEY_SIZE) + 8
        if lines[-1] and taken + width > room:
            lines.append([])
            taken = 0.0
        lines[-1].append((color, name))
        taken += width
    return lines


def key(axes: Any, entries: Sequence[tuple[str, str]], narrow: bool, room: float | None = None) -> None:
    """Coloured squares with their names above the axes, for series that cannot be named in place.

    In one line, or in as many as `room` (points) asks for: a line wider than the drawing would be cut and leave no room for it.
    """
    from matplotlib.offsetbox import AnchoredOffsetbox, HPacker, VPacker

    lines = [list(entries)] if room is None else key_lines(entries, room)
    sep = 8 if narrow else 16
    packed: list[Any] = [HPacker(children=_key_parts(line), pad=0, sep=sep, align="center") for line in lines]
    child = packed[0] if len(packed) == 1 else VPacker(children=packed, pad=0, sep=3, align="left")
    axes.add_artist(
        AnchoredOffsetbox(
            "lower left", child=child, pad=0, frameon=False, bbox_to_anchor=(0, 1), bbox_transform=axes.transAxes
        )
    )


def _key_parts(entries: Sequence[tuple[str, str]]) -> list[Any]:
    from matplotlib.offsetbox import DrawingArea, HPacker, TextArea
    from matplotlib.patches import Rectangle

    parts: list[Any] = []
    for color, name in entries:
        square = DrawingArea(_SQUARE, _SQUARE)
        square.add_artist(Rectangle((0, 0), _SQUARE, _SQUARE, color=color, linewidth=0))
        text = TextArea(name, textprops={"fontsize": _KEY_SIZE, "color": SOFT})
        parts.append(HPacker(children=[square, text], pad=0, sep=_GAP, align="center"))
    return parts


def thinned(count: int, most: int) -> int:
    """Every how many-th of `count` months is named so that at most `most` are: 1, 2, 3, 6, 12 or a multiple of it."""
    whole_years = 12 * max(1, -(-count // (12 * most)))
    return next((step for step in (1, 2, 3, 6) if -(-count // step) <= most), whole_years)


def text_width(text: str, size: float) -> float:
    """About how long a text of figures is, in points."""
    return 0.62 * size * len(text)


def counted_axis(axes: Any, form: Callable[[float], str], most: int = 4) -> None:
    """A few round numbers at the left with lines across, for values that do not bear their own."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.yaxis.set_major_locator(MaxNLocator(most, steps=[1, 2, 5, 10], min_n_ticks=2))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: form(value)))
    axes.tick_params(axis="y", labelsize=8.5, labelleft=True)
    axes.grid(axis="y")
    axes.set_axisbelow(True)


def bare(axes: Any) -> None:
    """No frame, no ticks: numbers stand beside what they count."""
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines["bottom"].set_visible(False)


def beside(axes: Any, x: float, y: float, text: str, **style: Any) -> None:
    """A number right of the end of a lying bar; SVG drops leading spaces, so the gap is a distance."""
    axes.annotate(text, (x, y), (4, 0), textcoords="offset points", va="center", fontsize=9, **style)


def shortened(text: str, width: int) -> str:
    """At most `width` characters, cut at a word."""
    if len(text) <= width:
        return text
    return text[: width - 1].rsplit(" ", 1)[0].rstrip(" ,(") + "…"
