"""How much reading costs beside the bare readers, in CPU seconds (own process and its children), run side by side.

    python benchmarks/bench_reading.py [--xlsx 100000] [--csv 1000000]

Bare readers: a loop over python-calamine's rows that makes every cell text, and DuckDB reading all columns as text into Arrow.
Targets: `read_export` within 1.5 × the first on 100,000 dossiers, within 2 × the second on 1,000,000. `read_dataset` (decoded,
cleaned, typed, united and accounted for) is shown for comparison. Each job runs in a fresh process, imports not counted.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

import xlsxwriter

HEADERS = ("Mã hồ sơ", "Mã TTHC", "Tên thủ tục hành chính", "Lĩnh vực", "Hình thức tiếp nhận", "Chủ hồ sơ",
           "Ngày tiếp nhận", "Ngày hẹn trả", "Ngày kết thúc xử lý", "Trạng thái hồ sơ")  # fmt: skip
REPEATS = 3
_TIMED = """
import resource, sys
from pathlib import Path
def cpu():
    return sum(r.ru_utime + r.ru_stime for r in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))
path = Path(sys.argv[1])
{setup}
start = cpu()
{job}
print(cpu() - start, result)
"""
JOBS = {
    "calamine": (
        "from python_calamine import CalamineWorkbook",
        "rows = [[str(v) for v in r] for r in CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()]\n"
        "result = len(rows)",
    ),
    "duckdb": (
        "import duckdb\ncon = duckdb.connect()",
        "result = con.execute(f\"SELECT * FROM read_csv('{path}', all_varchar=true, delim=';', header=false)\")"
        ".to_arrow_table().num_rows",
    ),
    "read_export": ("from tthc_analysis.exports import read_export", "result = read_export(path).grids[0].height"),
    "read_dataset": (
        "from tthc_analysis.columns import DOSSIERS\nfrom tthc_analysis.exports import read_dataset\n"
        "from tthc_analysis.rules.profiles import load_profiles\nprofiles = load_profiles()",
        "result = len(read_dataset(DOSSIERS, path.parent, profiles).frame)",
    ),
}


def dossiers(count: int) -> list[list[str | datetime]]:
    """Synthetic dossiers with distinct codes, persons and moments, as in a real export."""
    first = datetime(2024, 1, 2, 8)
    found: list[list[str | datetime]] = []
    for i in range(count):
        received = first + timedelta(seconds=i * 29)
        found.append(
            [f"H24.99-{received:%y%m%d}-{i:06d}", f"1.{5000 + i % 60:06d}", f"Thủ tục hành chính số {i % 60}",
             f"Lĩnh vực {i % 12}", "Trực tuyến", f"Người nộp {i:06d}", received, received + timedelta(days=5),
             received + timedelta(days=3), "Đã trả kết quả"]
        )  # fmt: skip
    return found


def write_xlsx(path: Path, count: int) -> None:
    """One sheet with real date cells."""
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet, stamp = book.add_worksheet(), book.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"})
        sheet.write_row(0, 0, HEADERS)
        for number, row in enumerate(dossiers(count), start=1):
            for column, value in enumerate(row):
                if isinstance(value, datetime):
                    sheet.write_datetime(number, column, value, stamp)
                else:
                    sheet.write_string(number, column, value)


def write_csv(path: Path, count: int) -> None:
    """The same as semicolon-separated UTF-8."""
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, delimiter=";")
        writer.writerow(HEADERS)
        for row in dossiers(count):
            writer.writerow([f"{v:%d/%m/%Y %H:%M:%S}" if isinstance(v, datetime) else v for v in row])


def measure(job: str, path: Path) -> tuple[float, str]:
    """The least CPU seconds of a few fresh processes, and what the job returned."""
    setup, code = JOBS[job]
    program = _TIMED.format(setup=setup, job=code)
    runs = [
        subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True).stdout
        for _ in range(REPEATS)
    ]
    seconds, result = min((float(line.split()[0]), line.split()[1]) for line in runs)
    return seconds, result


def compare(path: Path, bare: str, target: float) -> None:
    """Print the bare reader and ours, and whether the target is met."""
    base, _ = measure(bare, path)
    print(f"{path.name}: {path.stat().st_size / 1e6:.0f} MB\n  {bare:<13}{base:6.2f} s CPU")
    for job in ("read_export", "read_dataset"):
        seconds, result = measure(job, path)
        note = (
            f"  (target ≤ {target}: {'met' if seconds <= target * base else 'NOT met'})" if job == "read_export" else ""
        )
        print(f"  {job:<13}{seconds:6.2f} s CPU = {seconds / base:4.2f} × {bare}, {result} rows{note}")


def main() -> None:
    """Write both files and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--xlsx", type=int, default=100_000, help="dossiers in the workbook")
    parser.add_argument("--csv", type=int, default=1_000_000, help="dossiers in the CSV file")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        for suffix, write, count, bare, target in (
            ("xlsx", write_xlsx, chosen.xlsx, "calamine", 1.5),
            ("csv", write_csv, chosen.csv, "duckdb", 2.0),
        ):
            folder = Path(name) / suffix
            folder.mkdir()
            write(folder / f"ho_so.{suffix}", count)
            compare(folder / f"ho_so.{suffix}", bare, target)


if __name__ == "__main__":
    main()
