"""A narrative as the checks read it: numbered blocks of clean text, each with its place among the headings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

from tthc_analysis.reconcile._text import clean

BlockKind = Literal["heading", "paragraph", "item", "cell"]

_LABEL = re.compile(r"(?P<label>[IVXL]+|\d{1,2}(?:\.\d{1,2})*)(?P<dot>\.|\))?\s+(?=[“\"]?\w)")
_ITEM = re.compile(r"(?:[-+•*–]\s+)+|(?:\(?[a-zđ]\)|\(\d+\))\s+")
_LONGEST_HEADING = 260


@dataclass(frozen=True)
class Place:
    """Where something stands: paragraph from 1, headings above it, page and table cell when known, characters in it."""

    paragraph: int
    headings: tuple[str, ...] = ()
    page: int | None = None
    cell: str = ""
    start: int = 0
    end: int = 0

    @property
    def text(self) -> str:
        """The place in Vietnamese: trang, đoạn, ô, đề mục."""
        parts = [f"trang {self.page}"] if self.page else []
        parts.append(f"đoạn {self.paragraph}")
        parts += [self.cell] if self.cell else []
        if self.headings:
            parts.append(f"mục “{_short(self.headings[-1])}”")
        return ", ".join(parts)


def _short(text: str, longest: int = 60) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


@dataclass(frozen=True)
class Cell:
    """Position of a table cell: table, row and column from 1, and over how many columns and rows it reaches."""

    table: int
    row: int
    column: int
    width: int = 1
    height: int = 1


@dataclass(frozen=True)
class Block:
    """One heading, paragraph, list item or table cell; `label` is the number a heading carries ("II", "3.1").

    `anchor` is the paragraph of a Word file that it stands in, from 1, for comments to be put there.
    """

    text: str
    kind: BlockKind = "paragraph"
    level: int = 0
    page: int | None = None
    cell: Cell | None = None
    label: str = ""
    dotted: bool = False
    anchor: int | None = None
    place: Place = field(default_factory=lambda: Place(0))


@dataclass(frozen=True)
class Narrative:
    """A narrative: file name without folder, format, its blocks in reading order, and what of the file was not read."""

    name: str
    format: str
    blocks: tuple[Block, ...]
    unread: tuple[str, ...] = ()


def build_narrative(name: str, form: str, blocks: Iterable[Block], unread: Iterable[str] = ()) -> Narrative:
    """Number the blocks, recognise headings and items by their marks, and give each its path of headings."""
    placed: list[Block] = []
    path: list[Block] = []
    for raw in blocks:
        block = _recognise(replace(raw, text=clean(raw.text)))
        if not block.text:
            continue
        if block.kind == "heading":
            path = [h for h in path if h.level < block.level]
        headings = tuple(h.text for h in path)
        place = Place(len(placed) + 1, headings, block.page, _cell_text(block.cell), 0, len(block.text))
        placed.append(replace(block, place=place))
        if block.kind == "heading":
            path.append(block)
    return Narrative(name, form, tuple(placed), tuple(unread))


def _cell_text(cell: Cell | None) -> str:
    return f"bảng {cell.table}, dòng {cell.row}, cột {cell.column}" if cell else ""


def _recognise(block: Block) -> Block:
    """A heading keeps its number as `label`; a paragraph that begins with a dash or (1) is an item."""
    if block.kind == "cell":
        return block
    match = _LABEL.match(block.text)
    if block.kind == "heading":
        return replace(block, label=match["label"], dotted=bool(match["dot"])) if match else block
    if match and _looks_like_heading(block.text, match):
        level = 1 if match["label"][0] in "IVXL" else 2 + match["label"].count(".")
        return replace(block, kind="heading", level=level, label=match["label"], dotted=bool(match["dot"]))
    if _ITEM.match(block.text):
        return replace(block, kind="item")
    return block


def _looks_like_heading(text: str, label: re.Match[str]) -> bool:
    """A numbered line is a heading when it is short and no sentence: no full stop, semicolon or colon at its end."""
    if not (label["dot"] or "." in label["label"]) or label["dot"] == ")":
        return False
    rest = text[label.end() :]
    return len(text) <= _LONGEST_HEADING and rest[:1].isupper() and text[-1] not in ".;,:!?…"
