"""Damage exports of every format at random for as long as told: each must be read or refused with one message, in bounded time.

Every fourth attempt damages the table before it is written instead of the bytes after: its rows come out equal, or it is told.

    python tools/fuzz.py [--minutes 10] [--seed 1] [--slowest 30]

A failure is printed with its seed and format, and ends the run with status 1; the damaged file is kept beside the message.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

from tthc_analysis.columns import DOSSIERS
from tthc_analysis.errors import TthcError
from tthc_analysis.exports import read_dataset
from tthc_analysis.rules.profiles import load_profiles

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "exports"))


#: format → the ending under which portals give it, where it is another
_ENDINGS = {"html": "xls", "xml": "xls", "mhtml": "xls", "json": "csv"}


def originals(folder: Path) -> dict[str, bytes]:
    """One whole export of each format."""
    import exports_make as make
    from test_cells_and_files import xlsb

    text = make.csv_text()
    page = make.html_text()
    mail = (
        "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n"
    )
    files = {name: (ROOT / "tests/exports/files" / f"bang.{name}").read_bytes() for name in ("xls", "ods")}
    return {
        **files,
        "xlsx": make.xlsx(folder / "a.xlsx").read_bytes(),
        "csv": text.encode(),
        "tsv": make.csv_text(delimiter="\t").encode("utf-16"),
        "html": page.encode(),
        "xlsb": xlsb(folder / "a.xlsb", make.TABLE).read_bytes(),
        "txt": make.csv_text(delimiter="|").encode("cp1258", "replace"),
        "mhtml": f"{mail}{page}\r\n--x--\r\n".encode(),
        "json": json.dumps([dict(zip(make.HEAD, row, strict=True)) for row in make.BODY]).encode(),
        "xml": make.spreadsheet_ml().encode(),
    }


def damaged(data: bytes, dice: random.Random) -> bytes:
    """The bytes with a few cut out, doubled, overwritten, flipped or moved; sometimes cut off."""
    found = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 5))):
        start = dice.randrange(len(found) or 1)
        piece = bytes(found[start : start + dice.choice((1, 2, 4, 16, 300))])
        flipped = bytes(b ^ 1 << dice.randrange(8) for b in piece)
        new = (b"", piece * 2, piece * 50, dice.randbytes(len(piece)), flipped, piece[::-1], b'"', b"\0", b"\xff" * 4)
        found[start : start + len(piece)] = dice.choice(new)
    return bytes(found[: dice.choice((len(found), len(found), len(found), dice.randrange(1, len(found) + 1)))])


def attempt(folder: Path, name: str, data: bytes) -> str:
    """What became of one file: "read", or the kind of the message; raises for anything else."""
    for old in folder.iterdir():
        old.unlink()
    (folder / f"a.{_ENDINGS.get(name, name)}").write_bytes(data)
    try:
        found = read_dataset(DOSSIERS, folder, load_profiles())
    except TthcError as error:
        if not error.what or not error.now:
            raise AssertionError("a message without what or now") from error
        return type(error).__name__
    for account in found.accounts:
        if account.rows_in != account.kept + account.quarantined + account.replaced:
            raise AssertionError("the account does not add up")
    return "read"


def damaged_table(dice: random.Random, seed: int) -> str:
    """The kind of one damaged table; raises AssertionError where it reads otherwise and nothing is told."""
    from test_damage import DAMAGES, FORMS, check

    damage = dice.choice(sorted(DAMAGES))
    check(damage, dice.choice(sorted(FORMS)), seed)
    return f"table: {damage}"


def main() -> int:
    """Fuzz until the time is over."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--minutes", type=float, default=10)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--slowest", type=float, default=30, help="seconds that one file may take")
    told = options.parse_args()
    end, seed, outcomes, slowest = time.monotonic() + told.minutes * 60, told.seed, Counter[str](), 0.0
    with tempfile.TemporaryDirectory() as made, tempfile.TemporaryDirectory() as place:
        whole = originals(Path(made))
        while time.monotonic() < end:
            dice = random.Random(seed)
            name = dice.choice(sorted(whole))
            data, start = damaged(whole[name], dice), time.process_time()
            try:
                if seed % 4 == 0:
                    outcomes[damaged_table(dice, seed)] += 1
                else:
                    outcomes[f"{name}: {attempt(Path(place), name, data)}"] += 1
            except Exception:
                traceback.print_exc()
                kept = Path(tempfile.gettempdir()) / f"fuzz-{seed}.{name}"
                kept.write_bytes(data)
                print(f"seed {seed}, {name}: {kept}")
                return 1
            slowest = max(slowest, time.process_time() - start)
            seed += 1
    for outcome, count in sorted(outcomes.items()):
        print(f"{count:8} {outcome}")
    print(f"{outcomes.total()} files, the slowest took {slowest:.1f} s of computing here")
    return int(slowest > told.slowest)


if __name__ == "__main__":
    sys.exit(main())
