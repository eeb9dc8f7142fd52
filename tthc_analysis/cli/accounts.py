"""What became of every line of every export, as the terminal shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tthc_analysis.cli import console
from tthc_analysis.cli.shared import LISTED

if TYPE_CHECKING:
    from tthc_analysis.store import Store

_SUMS = ("lines", "kept", "replaced", "quarantined", "named")


def show_accounts(store: Store) -> None:
    """Every export with its lines, what was passed over or mended, and the first of the rows that were set aside."""
    from datetime import date

    from tthc_analysis.display.formats import date_short
    from tthc_analysis.indicators.quality import file_notes

    datasets = store.quality()["datasets"].values()
    accounts = [(data["label"], a) for data in datasets for a in data["accounts"]]
    rows = [(label, a["file"], a["profile"], *(str(a[n]) for n in _SUMS)) for label, a in accounts]
    out = console.make_console()
    headers = ("Dữ liệu", "Tệp", "Hồ sơ cột", "Số dòng", "Giữ lại", "Có bản mới hơn", "Cách ly", "Không phải dữ liệu")
    out.print(console.simple_table("Từng tệp xuất", headers, rows, right=range(3, 8)))
    for _, a in accounts:
        named = "; ".join(f"{kind}: {count}" for kind, count in a["skipped"].items())
        out.print(f"{a['file']}: không phải dữ liệu gồm {named}", style="dim", markup=False, soft_wrap=True)
    for one in store.quality().get("passed_over", ()):
        out.print(f"Không đọc {one}", style="yellow", markup=False, soft_wrap=True)
    for data in datasets:
        for declared in data.get("nothing", ()):
            days = " đến ".join(date_short(date.fromisoformat(declared[end])) for end in ("from", "to"))
            said = f"{data['label']}: khai báo không phát sinh từ {days} ({declared['reason']})"
            out.print(said, markup=False, soft_wrap=True)
        over = [f"Không đọc {data['label'].lower()}: {one}" for one in data["passed_over"]]
        for line in [*over, *(f"{a['file']}: {note}" for a in data["accounts"] for note in file_notes(a))]:
            out.print(line, style="yellow", markup=False, soft_wrap=True)
    _show_quarantined([q for data in datasets for q in data["quarantined"]], store)


def _show_quarantined(rows: list[dict[str, Any]], store: Store) -> None:
    if not rows:
        return
    out = console.make_console()
    listed = [(q["source_file"], str(q["source_row"]), q["reason_code"], q["reason"]) for q in rows[:LISTED]]
    out.print(console.simple_table(f"Dòng cách ly ({len(rows)})", ("Tệp", "Dòng", "Mã", "Lý do"), listed, right=[1]))
    if len(rows) > LISTED:
        rest = f"… và {len(rows) - LISTED} dòng nữa: xem các tệp trong {store.folder / 'cach_ly'}"
        out.print(rest, markup=False, soft_wrap=True)


def show_balance(store: Store) -> None:
    """One line that adds up all lines of the exports; another one when rows were set aside or files passed over."""
    datasets = store.quality()["datasets"].values()
    accounts = [a for data in datasets for a in data["accounts"]]
    lines, kept, replaced, quarantined, named = (sum(a[n] for a in accounts) for n in _SUMS)
    out = console.make_console()
    out.print(
        f"{len(accounts)} tệp xuất, {lines} dòng = {kept} giữ lại + {replaced} có bản mới hơn + {quarantined} cách ly + "
        f"{named} không phải dữ liệu (đầu đề, tiêu đề, dòng tổng, ghi chú, trống).",
        soft_wrap=True,
    )
    over = sum(len(data["passed_over"]) for data in (store.quality(), *datasets) if "passed_over" in data)
    if quarantined or over:
        told = [f"{quarantined} dòng cách ly"] * bool(quarantined) + [f"{over} tệp, thư mục không đọc"] * bool(over)
        out.print(f"{' và '.join(told)}: xem `tthc check`.", style="yellow", markup=False)
