"""From a printed figure down to the rows behind it: notebook, indicator, counts, rules, tables, export files, codes.

Only codes and places are ever shown, no other cell of a dossier.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from tthc_analysis.columns import TABLES
from tthc_analysis.config import Config
from tthc_analysis.display.formats import calculation, cell_value, date_short, indicator_text, number
from tthc_analysis.errors import TthcError, suggestion
from tthc_analysis.indicators import Indicator, OpenReport, all_indicators, scores
from tthc_analysis.indicators.evidence import RELATIONS, Evidence, evidence, rest
from tthc_analysis.report.manifest import MANIFEST
from tthc_analysis.report.published import PublishedReport, read_report
from tthc_analysis.sections import Section, sections_of

#: codes that the terminal shows; `--rows` writes all of them
SHOWN = 20
#: the lines of "Cách tính" that are the counts
_COUNTS = ("Tử số", "Số đếm", "Mẫu số")


class NoFigure(TthcError):
    """A figure that the period does not have."""


class RowsInsideReports(TthcError):
    """The list of codes must not lie where reports are published."""


@dataclass(frozen=True)
class Explanation:
    """The chain behind one figure: each link as (what, says), then the rows; `evidence` is None when no rule leads to any."""

    indicator: Indicator
    links: tuple[tuple[str, str], ...]
    evidence: Evidence | None

    @property
    def codes(self) -> list[str]:
        """The first codes behind the numerator."""
        return self.evidence.keys[:SHOWN] if self.evidence else []

    @property
    def hidden(self) -> int:
        """How many codes are not among `codes`."""
        return len(self.evidence.rows) - len(self.codes) if self.evidence else 0


def explain(config: Config, opened: OpenReport, name: str, others: bool = False) -> Explanation:
    """The chain behind the figure called `name` (or labelled so); raises NoFigure with the nearest names.

    With `others` its rows are those of the denominator that are not in the numerator; raises NoFigure for what has none.
    """
    indicator = find_figure(opened, name)
    rows = _others(opened, indicator) if others else evidence(opened, indicator)
    period = opened.period
    published = _published(config.reports / period.id)
    links = [
        ("Số liệu", f"{indicator.label}: {indicator_text(indicator)}"),
        ("Bản đã công bố", _published_text(published, indicator)),
        ("Sổ tay", _notebooks(sections_of(config, period), config.data.notebooks, published, indicator)),
        ("Chỉ tiêu", f"{indicator.name} (mục {indicator.section})"),
        *(line for line in calculation(indicator) if line[0] in _COUNTS),
        ("Kỳ", _days(opened, indicator)),
        ("Bộ quy tắc đếm", f"{opened.rules.title} – {opened.rules.source}"),
        ("Căn cứ", indicator.reference or "–"),
        ("Bảng dữ liệu", _tables(opened, indicator)),
        ("Tệp xuất", _exports(opened, indicator, rows, "không ở tử số" if others else "sau tử số")),
        ("Dòng của mẫu số không ở tử số", _others_text(indicator, rows))
        if others
        else ("Dòng đứng sau tử số", _rows_text(indicator, rows)),
    ]
    return Explanation(indicator, tuple(links), rows)


def _days(opened: OpenReport, indicator: Indicator) -> str:
    """The period that the figure counts: of points it is the calendar one."""
    scored = scores.scored_period(opened) if indicator.section == scores.SECTION else None
    period = scored[0] if scored else opened.period
    return f"{period.label}, từ {date_short(period.start)} đến {date_short(period.end)}"


def find_figure(opened: OpenReport, name: str) -> Indicator:
    """The figure of a name, of the anchor `so-lieu-<name>` in the page, or of a label."""
    figures = all_indicators(opened)
    wanted = name.removeprefix("#").removeprefix("so-lieu-")
    for indicator in figures:
        if wanted in (indicator.name, indicator.label):
            return indicator
    raise NoFigure(
        f"Kỳ {opened.period.id} không có số liệu “{name}”.",
        "tên số liệu",
        f"{suggestion(wanted, [i.name for i in figures])} Xem mọi tên: tthc figures {opened.period.id}.",
    )


def _published(folder: Path) -> PublishedReport | None:
    return read_report(folder) if (folder / MANIFEST).is_file() else None


def _published_text(report: PublishedReport | None, indicator: Indicator) -> str:
    """Whether the published report prints the same figure."""
    if report is None:
        return "kỳ này chưa được công bố"
    known = report.figures.get(indicator.name)
    if known is None:
        return "báo cáo đã công bố không in số liệu này"
    same = (known.numerator, known.denominator) == (indicator.numerator, indicator.denominator)
    if same:
        return "giống số liệu này"
    return f"{indicator_text(known)} – KHÁC dữ liệu hiện có; xem tthc verify {report.period_id}"


def _notebooks(sections: Sequence[Section], folder: str, report: PublishedReport | None, indicator: Indicator) -> str:
    """The notebooks that print the figure, as the manifest says; before publication, those of its section."""
    if report and (entry := report.manifest.get("figures", {}).get(indicator.name)):
        chosen = [s for s in sections if s.path.name in entry["notebooks"]]
    else:
        chosen = [s for s in sections if indicator.section in (s.number, s.title)]
    return "; ".join(f"{folder}/{s.path.name} ({s.heading})" for s in chosen) or "không sổ tay nào in số liệu này"


def _tables(opened: OpenReport, indicator: Indicator) -> str:
    if not indicator.tables:
        return "mọi bảng (bản ghi chất lượng dữ liệu)"
    lines = []
    for name in indicator.tables:
        rows = opened.store.index.get(name, {}).get("rows", 0)
        lines.append(
            f"{name} – {TABLES[name].label}, {number(rows)} dòng, sha256 {opened.store.fingerprint(name)[:12]}"
        )
    return "\n".join(lines)


def _exports(opened: OpenReport, indicator: Indicator, rows: Evidence | None, which: str) -> str:
    """The files of the figure's tables, with how many of the rows each one holds; `which` says of them what they are."""
    datasets = opened.store.quality()["datasets"]
    counts: dict[str, int] = {} if rows is None else dict(rows.rows["source_file"].value_counts())
    lines = []
    for table in indicator.tables or tuple(datasets):
        for account in datasets[table]["accounts"]:
            file = account["file"]
            held = f", {number(counts[file])} dòng {which}" if rows and rows.table == table and file in counts else ""
            lines.append(f"{table}/{file}, sha256 {account['sha256'][:12]}{held}")
    own = {account["file"] for data in datasets.values() for account in data["accounts"]}
    lines += [
        f"báo cáo gửi đến: {file}, {number(n)} ô {which}" for file, n in counts.items() if file and file not in own
    ]
    return "\n".join(lines)


def _others(opened: OpenReport, indicator: Indicator) -> Evidence:
    found = rest(opened, indicator)
    if found is None:
        raise NoFigure(
            f"“{indicator.label}” không có các dòng của mẫu số nằm ngoài tử số.",
            indicator.name,
            "Chỉ tỷ lệ đã biết tử số, tử số là một phần các dòng của mẫu số, mới có; bỏ --rest.",
        )
    return found


def _others_text(indicator: Indicator, rows: Evidence | None) -> str:
    assert rows is not None
    assert indicator.numerator is not None
    assert indicator.denominator is not None
    agrees = len(rows.rows) == indicator.denominator - indicator.numerator
    check = "khớp mẫu số trừ tử số" if agrees else "KHÔNG KHỚP: báo người phát triển"
    return f"{number(len(rows.rows))} {TABLES[rows.table].row_label if rows.table else 'mục'}; {check}"


def _rows_text(indicator: Indicator, rows: Evidence | None) -> str:
    if indicator.numerator is None:
        return f"chưa rõ, vì chưa rõ tử số: {indicator.gap}"
    if rows is None:
        return "chưa có quy tắc dẫn tới từng dòng"
    what = TABLES[rows.table].row_label if rows.table else "mục"
    check = "khớp tử số" if rows.agrees(indicator) else "KHÔNG KHỚP TỬ SỐ: báo người phát triển"
    return f"{number(len(rows.rows))} {what}, {RELATIONS[rows.relation]}; {check}"


def write_rows(path: Path, rows: Evidence, reports: Path) -> None:
    """Write code, amount and place of every row as CSV; raises RowsInsideReports for a file below `reports`."""
    if path.resolve().is_relative_to(reports.resolve()):
        raise RowsInsideReports(
            "Danh sách mã hồ sơ không được nằm trong thư mục báo cáo công bố.",
            str(path),
            "Nêu một tệp ở nơi khác, ví dụ ma-ho-so.csv trong thư mục dự án.",
        )
    headers = ["ma", "so", "tep_xuat", "trang_tinh", "dong"]
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(headers)
        writer.writerows(_cells(row) for row in rows.rows.itertuples(index=False))


def _cells(row: Sequence[Any]) -> list[object]:
    """One line of the list; no cell can be run as a formula."""
    return ["" if pd.isna(cell) else cell_value(cell) for cell in row]
