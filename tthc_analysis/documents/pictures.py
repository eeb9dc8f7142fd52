"""Pictures as data inside a page, and their natural size."""

from __future__ import annotations

import base64
import binascii
import io
import re
from typing import Any
from urllib.parse import unquote


def kind_of(source: str) -> str:
    """The media type of a data address."""
    return source.partition(":")[2].partition(",")[0].partition(";")[0]


def content(source: str) -> bytes:
    """The bytes of a data address; raises ValueError."""
    head, _, data = source.partition(",")
    try:
        return base64.b64decode(data, validate=False) if ";base64" in head else unquote(data).encode("utf-8")
    except binascii.Error as problem:
        raise ValueError(str(problem)) from None


def picture(source: str) -> tuple[float, float] | None:
    """Natural width and height of the picture in a data address, in pixels; None when it is none."""
    try:
        data = content(source)
        return svg_size(data.decode("utf-8")) if "svg" in kind_of(source) else _raster_size(data)
    except (ValueError, OSError):
        return None


def _raster_size(data: bytes) -> tuple[float, float]:
    from PIL import Image

    with Image.open(io.BytesIO(data)) as image:
        image.verify()
        width, height = image.size
    return float(width), float(height)


_NAMES = {"xmlns": "http://www.w3.org/2000/svg", "xmlns:xlink": "http://www.w3.org/1999/xlink"}


def _parsed(svg: str) -> Any:
    """The root of an SVG; raises ValueError. No entity of it is resolved and no address opened."""
    from lxml import etree

    named = svg[max(0, svg.lower().find("<svg")) :]
    opening = named.partition(">")[0]
    for name, address in _NAMES.items():
        if f"{name}=" not in opening and (name == "xmlns" or "xlink:" in named):
            named = f'{named[:4]} {name}="{address}"{named[4:]}'
    try:
        root = etree.fromstring(named.encode("utf-8"), etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, UnicodeEncodeError) as problem:
        raise ValueError(str(problem)) from None
    if etree.QName(root).localname != "svg":
        raise ValueError("no svg")
    return root


def svg_size(svg: str) -> tuple[float, float]:
    """Width and height of an SVG in pixels; raises ValueError."""
    root = _parsed(svg)
    box = [float(n) for n in re.findall(r"-?[\d.]+(?:e-?\d+)?", root.get("viewBox", ""))]
    sizes = [re.match(r"([\d.]+)(px|pt|mm|cm|in)?\s*$", root.get(name, "")) for name in ("width", "height")]
    if all(sizes):
        width, height = (float(m[1]) * _UNITS[m[2] or "px"] for m in sizes if m)
        return width, height
    return (box[2], box[3]) if len(box) == 4 else (300.0, 150.0)


_UNITS = {"px": 1.0, "pt": 96 / 72, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}


def data_uri(svg: str) -> tuple[str, str] | None:
    """An SVG as a data address, and its title; None when it is not well formed. Scripts in it go."""
    from lxml import etree

    try:
        root = _parsed(svg)
    except ValueError:
        return None
    for element in list(root.iter()):
        if isinstance(element.tag, str) and etree.QName(element).localname in ("script", "foreignObject"):
            element.getparent().remove(element)
    title = next((e.text for e in root.iter("{*}title") if e.text), "") or root.get("aria-label", "")
    text = etree.tostring(root, encoding="utf-8")
    return "data:image/svg+xml;base64," + base64.b64encode(text).decode("ascii"), title.strip()
