"""How many cells of a held-out text set come out right, told or wrong when written in TCVN3 and VNI, in every mixture.

The texts are the Vietnamese names of countries, languages, scripts and currencies that Babel has: words that nobody looked at
while the reading was built. "told" cells are left as they are and counted in the account; of "case" ones only the case of a
letter is unknown, which TCVN3 has not, and they are counted too.

    python tools/measure_fonts.py [--seed 1] [--shown 20]
"""

from __future__ import annotations

import argparse
import random
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from babel import Locale

from tthc_analysis.exports.text import Encoding, clean_text, decode_column, is_syllable

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "exports"))
#: what a cell of a register begins with: short words of bodies and documents
_HEADS = ("UBND", "Sở", "Phòng", "QĐ", "GD&ĐT", "TT", "HĐND", "Số 12/QĐ-UBND")
STATES = ("right", "told", "case", "wrong")

#: kind, true texts, cells, how the other columns of the sheet are written
Column = tuple[str, list[str], list[str], Encoding]
#: kind, truth, cell, what was read, state
Cell = tuple[str, str, str, str, str]


def texts() -> list[str]:
    """The held-out texts: those that Vietnamese words alone make, each once."""
    locale = Locale("vi")
    lists = (locale.territories, locale.languages, locale.scripts, locale.currencies)
    plain = {unicodedata.normalize("NFC", t).translate({40: None, 41: None}) for names in lists for t in names.values()}
    return sorted(t for t in plain if not t.isascii() and all(map(_is_ours, t.split())))


def _is_ours(word: str) -> bool:
    return word.isascii() or is_syllable(word.strip(",.-–’'"))


def columns(encode: Callable[[str], str], name: Encoding, dice: random.Random, most: int) -> Iterator[Column]:
    """Columns of one encoding; of `most` texts (0: all)."""
    every = texts()
    dice.shuffle(every)
    every = every[: most or len(every)]

    def half(text: str) -> str:
        words = text.split()
        at = dice.randrange(1, len(words))
        first, last = " ".join(words[:at]), " ".join(words[at:])
        return f"{first} {encode(last)}" if dice.random() < 0.5 else f"{encode(first)} {last}"

    for start in range(0, len(every), 40):
        some = every[start : start + 40]
        longer = [t for t in some if " " in t]
        headed = [f"{dice.choice(_HEADS)} {t}" for t in some]
        yield "whole", some, list(map(encode, some)), "unicode"
        yield "capitals", [t.upper() for t in some], [encode(t.upper()) for t in some], "unicode"
        yield "beside unicode", some, [t if dice.random() < 0.5 else encode(t) for t in some], "unicode"
        yield "some mixed", longer, [encode(t) if i % 4 else half(t) for i, t in enumerate(longer)], "unicode"
        yield "mixed", longer, list(map(half, longer)), name
        yield "abbreviations", headed, list(map(encode, headed)), "unicode"
    for start in range(0, len(every), 5):
        some = every[start : start + 5]
        yield "few", some, list(map(encode, some)), name
        yield "unicode among legacy columns", some, list(some), name
    for word in sorted({w for t in every for w in t.split() if not w.isascii()})[:150]:
        yield "one word", [word], [encode(word)], name


def measure(seed: int, most: int = 0) -> tuple[Counter[tuple[str, str]], list[Cell]]:
    """(kind, state) → cells; and those that are not right."""
    from test_text import to_tcvn3, to_vni

    told, others = Counter[tuple[str, str]](), list[Cell]()
    encoders: tuple[tuple[Encoding, Callable[[str], str]], ...] = (("tcvn3", to_tcvn3), ("vni", to_vni))
    for name, encode in encoders:
        for kind, truth, cells, hint in columns(encode, name, random.Random(seed), most):
            found = decode_column(cells, hint)
            for i, (true, cell, got) in enumerate(zip(truth, cells, found.texts, strict=True)):
                text = clean_text(got)
                case = i in found.caseless and text.lower() == true.lower()
                state = "right" if text == true else "told" if i in found.raw else "case" if case else "wrong"
                told[f"{name}, {kind}", state] += 1
                if state != "right":
                    others.append((f"{name}, {kind}", true, cell, got, state))
    return told, others


def main() -> int:
    """Print the numbers and some of the cells that are not right; status 1 when one is wrong."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--shown", type=int, default=20)
    asked = options.parse_args()
    told, others = measure(asked.seed)
    total = Counter[str]()
    for kind in sorted({kind for kind, _ in told}):
        print(f"{kind:40}", *(f"{state} {told[kind, state]:5}" for state in STATES))
    for (_, state), count in told.items():
        total[state] += count
    print(f"{'all':40}", *(f"{state} {total[state]:5} ({total[state] / total.total():.2%})" for state in STATES))
    for one in others[: asked.shown]:
        print(*one, sep=" | ")
    return int(total["wrong"] > 0)


if __name__ == "__main__":
    sys.exit(main())
