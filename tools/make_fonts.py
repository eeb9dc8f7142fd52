"""Make `fonts/Symbols.ttf` and `glyphs.txt`: signs that Tinos lacks, cut out of DejaVu Sans, and what can be printed.

Run after a change of the fonts: `python tools/make_fonts.py`. DejaVu Sans is the copy that matplotlib brings along. With the
path of a `Cousine-Regular.ttf` (Debian package fonts-croscore) the letters of printed text are cut out anew too.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import matplotlib
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

PACKAGE = Path(__file__).resolve().parent.parent / "tthc_analysis"
FONTS = PACKAGE / "documents" / "fonts"
FAMILY = "TTHC Symbols"
#: letters and signs of printed text: Latin with Vietnamese, punctuation, arrows, mathematical signs, lines of tables
PRINTED = (
    (0x20, 0x7E),
    (0xA0, 0x24F),
    (0x1EA0, 0x1EFF),
    (0x2010, 0x2044),
    (0x2190, 0x2195),
    (0x2200, 0x2265),
    (0x2500, 0x25CF),
)
#: scripts of a Vietnamese office and its signs; not Arabic, Canadian syllables, Braille and the like
BLOCKS = ((0xA0, 0x24F), (0x2B0, 0x52F), (0x2000, 0x27BF), (0x2B00, 0x2BFF), (0xFB00, 0xFB06), (0xFFFD, 0xFFFD))


def covered(path: Path) -> set[int]:
    """The characters that a font has."""
    return set(TTFont(path).getBestCmap())


def tinos() -> set[int]:
    """The characters that all four faces of Tinos have."""
    return set.intersection(*(covered(p) for p in sorted(FONTS.glob("Tinos-*.ttf"))))


def make_symbols(wanted: set[int]) -> None:
    """Cut `wanted` out of DejaVu Sans, under a name of its own, without dates that change from run to run."""
    font = TTFont(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf", recalcTimestamp=False)
    options = Options(layout_features=["ccmp", "mark", "mkmk"], hinting=False, name_IDs=[0, 1, 2, 3, 4, 6, 13, 14])
    cutter = Subsetter(options)
    cutter.populate(unicodes=wanted & set(font.getBestCmap()))
    cutter.subset(font)
    for record in font["name"].names:
        if record.nameID in (1, 3, 4, 6):
            record.string = FAMILY if record.nameID != 6 else FAMILY.replace(" ", "")
    font.save(FONTS / "Symbols.ttf")


def cut_printed(source: Path) -> None:
    """Cut the letters of printed text out of Cousine, the sister of Tinos with letters of one width; it has every Vietnamese letter."""
    font = TTFont(source, recalcTimestamp=False)
    cutter = Subsetter(Options(layout_features=[], hinting=False, name_IDs=[0, 1, 2, 3, 4, 6, 13, 14]))
    cutter.populate(unicodes={c for first, last in PRINTED for c in range(first, last + 1)})
    cutter.subset(font)
    font.save(FONTS / "Cousine-Regular.ttf")


def ranges(characters: Iterable[int]) -> list[str]:
    """`characters` as lines of first and last code point in hexadecimal."""
    ordered = sorted(characters)
    starts = [ordered[0], *(b for a, b in pairwise(ordered) if b != a + 1)]
    ends = [*(a for a, b in pairwise(ordered) if b != a + 1), ordered[-1]]
    return [f"{a:X}-{b:X}" for a, b in zip(starts, ends, strict=True)]


def marks(characters: Iterable[int]) -> set[int]:
    """The combining marks among `characters`."""
    return {c for c in characters if unicodedata.category(chr(c)).startswith("M")}


def main() -> None:
    """Write the files."""
    for given in sys.argv[1:]:
        cut_printed(Path(given))
    own = tinos()
    make_symbols({c for first, last in BLOCKS for c in range(first, last + 1)} - own | marks(own))
    # a mark and what it stands on come from one font: Tinos has no letter under the other marks
    known = covered(FONTS / "Symbols.ttf")
    lines = ranges(own | (known - marks(known)))
    (PACKAGE / "glyphs.txt").write_text("\n".join(lines) + "\n", encoding="ascii", newline="\n")


if __name__ == "__main__":
    main()
