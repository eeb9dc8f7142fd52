"""Damage exports of every format at random for as long as told: each must be read or refused with one message, in bounded time.

Of four attempts two damage the bytes of a file, one the parts of a package before they are packed (or the text of any other
file, by characters), and one the table before it is written. What is read is compared with what the whole file says: rows that
differ must be told (set aside, mended, passed over, doubted, or of another number).

    python tools/fuzz.py [--minutes 10] [--seed 1] [--slowest 30]

A failure is printed with its seed and format, and ends the run with status 1; the damaged file is kept beside the message.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import re
import sys
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from pathlib import Path

from tthc_analysis.columns import DOSSIER_CODE, DOSSIERS
from tthc_analysis.errors import TthcError
from tthc_analysis.exports import Dataset, read_dataset
from tthc_analysis.preparation.balance import balance
from tthc_analysis.preparation.expectations import expectations, with_checks
from tthc_analysis.rules.profiles import load_profiles

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "exports"))


#: what is compared of a row
FACTS = ("dossier_code", "procedure_code", "field", "channel", "received_at", "due_at", "resolved_at", "status")
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
    size = len(found)
    return bytes(found[: dice.choice((size, size, size, dice.randint(min(1, size), size)))])


def damaged_within(data: bytes, dice: random.Random) -> bytes:
    """A package with one of its parts damaged, and packed again; a text with a few characters changed."""
    if not data.startswith(b"PK"):
        return _damaged_text(data, dice)
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    cells = [n for n in parts if "sheet" in n or n in ("content.xml", "xl/sharedStrings.xml")]
    chosen = dice.choice(cells if cells and dice.random() < 0.8 else sorted(parts))
    parts[chosen] = _damaged_text(parts[chosen], dice) if dice.random() < 0.6 else damaged(parts[chosen], dice)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as book:
        for name, part in parts.items():
            book.writestr(name, part)
    return target.getvalue()


def _damaged_text(data: bytes, dice: random.Random) -> bytes:
    """A few words cut out, doubled or exchanged with others, as a program or a clerk would."""
    codec = next(
        c for c in ("utf-16", "utf-8", "latin-1") if data.startswith(b"\xff\xfe") or c != "utf-16" if _fits(data, c)
    )
    words = re.split(r"(\W+)", data.decode(codec))
    for _ in range(dice.choice((1, 1, 2, 4))):
        at, other = dice.randrange(len(words)), dice.randrange(len(words))
        words[at] = dice.choice(("", words[at] * 2, words[other], words[at][::-1], "0", "NULL", '"', "<", "\n"))
    return "".join(words).encode(codec, "replace")


def _fits(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


Told = tuple[object, ...]


def said(data: Dataset) -> Told:
    """All that is told of a dataset besides its rows."""
    accounts = [
        (
            a.rows_in,
            a.quarantined,
            a.replaced,
            a.skipped,
            a.mended,
            a.missing,
            a.unknown,
            a.skipped_sheets,
            a.snapshot_date,
        )
        for a in data.accounts
    ]
    findings = [f.code for f in balance(data) if not f.passed]
    return accounts, data.contradictions, data.doubts, data.passed_over, findings


def rows_of(data: Dataset) -> list[tuple[str, ...]]:
    """The facts of the rows, as text."""
    frame = data.frame[list(FACTS)].astype("object").fillna("")
    return sorted(tuple(map(str, row)) for row in frame.itertuples(index=False))


def attempt(folder: Path, name: str, data: bytes, whole: tuple[list[tuple[str, ...]], Told] | None = None) -> str:
    """What became of one file: "read", "other" or the kind of the message; raises for anything else.

    With `whole`, the rows of the undamaged file and what is told of it, "other" are rows that differ and nothing told: a value
    that was written otherwise may say so, and is looked at by hand.
    """
    try:
        found = _read(folder, name, data)
    except TthcError as error:
        if not error.what or not error.now:
            raise AssertionError("a message without what or now") from error
        return type(error).__name__
    for account in found.accounts:
        if account.rows_in != account.kept + account.quarantined + account.replaced:
            raise AssertionError("the account does not add up")
    if whole is None or rows_of(found) == whole[0]:
        return "read"
    return "told" if said(found) != whole[1] or not _is_sound(found) else "other"


def _is_sound(data: Dataset) -> bool:
    """Whether no expectation that stops a publication fails on the rows."""
    frame = with_checks(DOSSIERS, data.frame)
    names = [e.columns[-1] for e in expectations(DOSSIERS) if e.kind == "true"]
    return (
        bool(frame[names].all(axis=None)) and data.frame["dossier_code"].str.fullmatch(DOSSIER_CODE.strip("^$")).all()
    )


def damaged_table(dice: random.Random, seed: int) -> str:
    """The kind of one damaged table; raises AssertionError where it reads otherwise and nothing is told."""
    from test_damage import DAMAGES, FORMS, check

    damage = dice.choice(sorted(DAMAGES))
    check(damage, dice.choice(sorted(FORMS)), seed)
    return f"table: {damage}"


def _right(folder: Path, name: str, data: bytes) -> tuple[list[tuple[str, ...]], Told] | None:
    """The rows of the whole file and what is told of it; none of a format that is refused."""
    try:
        found = _read(folder, name, data)
    except TthcError:
        return None
    return rows_of(found), said(found)


def _read(folder: Path, name: str, data: bytes) -> Dataset:
    """What is read of a file of a format, alone in its folder."""
    for old in folder.iterdir():
        old.unlink()
    (folder / f"a.{_ENDINGS.get(name, name)}").write_bytes(data)
    return read_dataset(DOSSIERS, folder, load_profiles())


def _kept(seed: int, name: str, data: bytes) -> Path:
    path = Path(tempfile.gettempdir()) / f"fuzz-{seed}.{name}"
    path.write_bytes(data)
    return path


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
        right = {name: _right(Path(place), name, data) for name, data in whole.items()}
        others: list[Path] = []
        while time.monotonic() < end:
            dice = random.Random(seed)
            name = dice.choice(sorted(whole))
            within, start = seed % 4 == 1, time.process_time()
            data = (damaged_within if within else damaged)(whole[name], dice)
            try:
                if seed % 4 == 0:
                    outcomes[damaged_table(dice, seed)] += 1
                else:
                    outcome = attempt(Path(place), name, data, right[name])
                    outcomes[f"{name}: {outcome}"] += 1
                    if outcome == "other":
                        others.append(_kept(seed, name, data))
            except Exception:
                traceback.print_exc()
                print(f"seed {seed}, {name}: {_kept(seed, name, data)}")
                return 1
            slowest = max(slowest, time.process_time() - start)
            seed += 1
    for outcome, count in sorted(outcomes.items()):
        print(f"{count:8} {outcome}")
    print(
        f"{len(others)} files with other values in well-formed cells, to be looked at: {', '.join(map(str, others[:40]))}"
    )
    print(
        f"seeds {told.seed} to {seed - 1}: {outcomes.total()} files, the slowest took {slowest:.1f} s of computing here"
    )
    return int(slowest > told.slowest)


if __name__ == "__main__":
    sys.exit(main())
