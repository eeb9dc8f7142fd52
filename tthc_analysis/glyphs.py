"""Which characters the fonts of the PDF have, and what is printed for one that they have not.

Data come with anything: emoji, full-width digits, Chinese, signs of Word's own fonts. None of it may end a report.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

#: printed for a character that has no other stand-in
BOX = "□"
#: signs whose stand-in Unicode does not name: emoji, and the bullets and ticks of Word's Symbol and Wingdings fonts
_ALIKE = {
    "✅": "✔",
    "❌": "✘",
    "❎": "☒",
    "❗": "!",
    "❓": "?",
    "⭐": "★",
    "➕": "+",
    "➖": "–",
    "\uf0b7": "•",
    "\uf0a7": "▪",
    "\uf0a8": "◻",
    "\uf0d8": "➢",
    "\uf0e0": "→",
    "\uf0fc": "✓",
    "\uf0fb": "✗",
    "\uf02d": "-",
}
_TOLD = 10


@cache
def printable() -> frozenset[str]:
    """The characters that a font of the PDF has (`glyphs.txt`, made by tools/make_fonts.py together with the fonts)."""
    lines = (files("tthc_analysis") / "glyphs.txt").read_text(encoding="ascii").split()
    ends = [[int(end, 16) for end in line.split("-")] for line in lines]
    return frozenset(chr(c) for first, last in ends for c in range(first, last + 1))


@cache
def stand_in(character: str) -> str:
    """What is printed for one character: itself, its parts, an equal of another width or shape, nothing, else a box."""
    if character in printable() or character in "\n\t":
        return character
    if character in _ALIKE:
        return _ALIKE[character]
    if unicodedata.category(character) in ("Cc", "Cf") or unicodedata.name(character, "").startswith("VARIATION SEL"):
        return ""  # invisible: a control, a mark of direction or a choice between two shapes of an emoji
    if unicodedata.category(character) in ("Zs", "Zl", "Zp"):
        return " "
    parts = (unicodedata.normalize(form, character) for form in ("NFD", "NFKC"))
    return next((p for p in parts if set(p) <= printable()), BOX)


def printed(text: str) -> str:
    """`text` with every character that no font has replaced by its stand-in."""
    return text if printable().issuperset(text) else "".join(map(stand_in, text))


def replaced(texts: Iterable[str]) -> dict[str, str]:
    """Visible characters of `texts` that are printed as something else → as what."""
    found = {c for text in texts if not printable().issuperset(text) for c in text}
    told = {c: stand_in(c) for c in sorted(found)}
    return {c: shown for c, shown in told.items() if shown.strip() and unicodedata.normalize("NFC", shown) != c}


def told(stand_ins: Mapping[str, str]) -> str:
    """What was replaced, in words: by code point, as the characters themselves cannot be printed."""
    parts = [f"U+{ord(c):04X} (in thành “{shown}”)" for c, shown in stand_ins.items()]
    more = f" và {len(parts) - _TOLD} ký tự khác" if len(parts) > _TOLD else ""
    return ", ".join(parts[:_TOLD]) + more
