"""How well names of persons are told from schools, streets and titles. Prints counts and every text that was flagged.

    python tools/measure_names.py DANH_SACH.xlsx van-ban.txt …    # texts of your own: every flag is printed to be judged
    python tools/measure_names.py --made 2000                     # names made of syllables, in sentences: share found

Every line of a text file and every cell of a workbook or CSV is one text. Precision is what a reader finds right among the
flags; a list of procedures or schools has no person in it, so that every flag there is false.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from tthc_analysis.personal import person_names

NAMES = Path(__file__).resolve().parent.parent / "tthc_analysis" / "rules" / "personal.toml"
PERSONS = (
    "Đơn của {} đề nghị cấp lại bằng", "Cấp bản sao cho {}, lớp 12A", "ông {} ký thay", "cô giáo {} chuyển trường",
    "Hồ sơ do {} nộp ngày 05/12/2024", "Phản ánh về {} chậm trả kết quả", "{}", "người nộp: {} (phụ huynh)",
)  # fmt: skip
PLACES = (
    "Trường THPT {}", "Trường Tiểu học {} và Trường THCS {}", "số 5 đường {}", "phố {}, phường {}", "các trường THPT {}, {} và {}",
    "giải thưởng {}", "Bệnh viện {}", "tuyến đường {} - {}", "Liên đội Trường THCS {}", "Quỹ học bổng {}",
)  # fmt: skip


def texts(path: Path) -> Iterator[str]:
    """Every line or cell of a file."""
    if path.suffix.lower() in (".xlsx", ".xls", ".ods"):
        from python_calamine import CalamineWorkbook

        book = CalamineWorkbook.from_path(path)
        for name in book.sheet_names:
            yield from (str(c) for row in book.get_sheet_by_name(name).to_python() for c in row if str(c).strip())
    elif path.suffix.lower() == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as source:
            yield from (cell for row in csv.reader(source) for cell in row if cell.strip())
    else:
        yield from (line for line in path.read_text(encoding="utf-8").splitlines() if line.strip())


def made_up(chance: random.Random) -> str:
    """A name of the rule's own syllables, of two to four syllables after the surname's; nobody's."""
    data = tomllib.loads(NAMES.read_text(encoding="utf-8"))["names"]
    given = [w for w in data["syllables"]["words"].split() if w not in ("Thi", "Van", "Thị", "Văn")]
    middle = chance.choice(("Thị", "Văn", *chance.sample(given, 4)))
    words = [chance.choice(data["surnames"]["words"].split()[:30]), middle, chance.choice(given)]
    return " ".join([*words, chance.choice(given)] if chance.random() < 0.3 else words)


def measure_made_up(count: int) -> None:
    """Print how many sentences with a person are flagged, and how many with places named after persons are."""
    chance = random.Random(2026)
    for label, patterns in (("with a person", PERSONS), ("with places only", PLACES)):
        flagged = 0
        for number in range(count):
            pattern = patterns[number % len(patterns)]
            flagged += bool(person_names(pattern.format(*(made_up(chance) for _ in range(pattern.count("{}"))))))
        print(f"{count} sentences {label}: {flagged} flagged ({100 * flagged / count:.1f} %)")


def main() -> int:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--made", type=int, default=0, metavar="N")
    wanted = parser.parse_args()
    if wanted.made:
        measure_made_up(wanted.made)
    for path in wanted.files:
        every = list(texts(path))
        flags = [(text, names) for text in every if (names := person_names(text))]
        print(
            f"{path.name}: {len(every)} texts, {sum(map(len, (t.split() for t in every)))} words, {len(flags)} flagged"
        )
        for text, names in flags:
            print(f"    {names}: {text[:120]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
