"""Child process that reads one spreadsheet with python-calamine and prints its cells as JSON text.

A 1.4 kB workbook can make the reader allocate half a terabyte and abort; here that costs a child, not the run.
Run as a script: it imports nothing of the package, so it starts quickly.
"""

import json
import sys
from datetime import date, datetime, time, timedelta
from typing import Any

MEMORY_LIMIT = 4 << 30


def as_text(value: object) -> str:
    """A cell as text: whole numbers without a decimal point, moments in ISO form, nothing guessed."""
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time | timedelta):
        return str(value)
    return str(value)


def main(path: str) -> None:
    """Print {"sheets": [{"name", "rows"}]} or {"error"}; hidden sheets are named but not read."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    except ImportError:  # Windows has no such limit; the parent's time limit remains
        pass
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    try:
        book = CalamineWorkbook.from_path(path)
        sheets = [
            {"name": meta.name, "rows": [[as_text(v) for v in row] for row in _rows(book, meta.name)]}
            for meta in book.sheets_metadata
            if meta.visible == SheetVisibleEnum.Visible
        ]
        json.dump({"sheets": sheets}, sys.stdout, ensure_ascii=False)
    except Exception as error:  # the parent turns the kind of failure into one message
        json.dump({"error": type(error).__name__}, sys.stdout)


def _rows(book: Any, name: str) -> list[list[object]]:
    sheet = book.get_sheet_by_name(name)
    first = sheet.start[0] if sheet.start else 0
    rows: list[list[object]] = sheet.to_python(skip_empty_area=True)
    return [[] for _ in range(first)] + rows


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    main(sys.argv[1])
