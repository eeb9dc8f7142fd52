"""Many narratives at once: one sheet sender × fault, and the senders' counts added up against the receiver's own line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from io import BytesIO
from pathlib import Path

from tthc_analysis.errors import ConfigError
from tthc_analysis.reconcile._quantities import LINE
from tthc_analysis.reconcile._rates import dotted
from tthc_analysis.reconcile._result import SEVERITY_LABELS, Reconciliation
from tthc_analysis.reconcile._rules import load_reconcile_rules
from tthc_analysis.reconcile.narrative import Narrative
from tthc_analysis.reconcile.read import READERS, UnreadableNarrative, read_narrative
from tthc_analysis.reconcile.render import PAGE_STYLE

_NUMBERS = re.compile(r"(?:[\d.,/]+)?")


@dataclass(frozen=True)
class Sender:
    """One file: its result, or the reason why it could not be read."""

    path: Path
    result: Reconciliation | None
    problem: str = ""


@dataclass(frozen=True)
class Sum:
    """One class added up over the senders that print it, against the receiver's own count (None: it prints none).

    `is_held` says whether there is a receiver's report at all.
    """

    cls: str
    total: Decimal
    senders: int
    missing: tuple[str, ...]
    own: Decimal | None
    periods: int = 1
    is_held: bool = False

    @property
    def verdict(self) -> str:
        """Khớp, lệch, or why the two cannot be compared."""
        if self.own is None:
            return "đơn vị nhận không ghi số này"
        if self.periods > 1:
            return "chưa so được: các đơn vị nêu kỳ khác nhau"
        if self.missing:
            return f"chưa so được: {len(self.missing)} đơn vị không ghi số này"
        return "khớp" if self.own == self.total else "lệch"


def narratives_in(paths: Iterable[Path]) -> list[Path]:
    """The files named, and those of the folders named that can be read, in order of name; raises ConfigError for none."""
    found: list[Path] = []
    for path in paths:
        inside = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        found += [p for p in inside if not path.is_dir() or (p.suffix.lower() in READERS and p.name[:1] not in "~.")]
    if not found:
        named = ", ".join(p.name for p in paths)
        raise ConfigError("Không có tệp nào đọc được.", named, f"Chép báo cáo ({', '.join(READERS)}) vào thư mục đó.")
    return list(dict.fromkeys(found))


def check_all(paths: Sequence[Path], check: Callable[[Narrative], Reconciliation]) -> list[Sender]:
    """Each file reconciled; one that cannot be read keeps its message and stops no other."""
    senders = []
    for path in paths:
        try:
            senders.append(Sender(path, check(read_narrative(path))))
        except UnreadableNarrative as error:
            senders.append(Sender(path, None, str(error).split("\n")[0]))
    return senders


def add_up(senders: Sequence[Sender], own: Reconciliation | None) -> list[Sum]:
    """The lines of all senders added up, class by class."""
    read = [s for s in senders if s.result is not None]
    periods = len({s.result.span_text for s in read if s.result is not None})
    sums = []
    for cls in LINE:
        having = [s for s in read if s.result is not None and cls in s.result.line]
        if having:
            total = sum((s.result.line[cls] for s in having if s.result is not None), Decimal(0))
            missing = tuple(s.path.name for s in senders if s not in having)
            sums.append(
                Sum(
                    cls,
                    total,
                    len(having),
                    missing,
                    own.line.get(cls) if own is not None else None,
                    periods,
                    own is not None,
                )
            )
    return sums


def exit_code(senders: Sequence[Sender], sums: Sequence[Sum]) -> int:
    """2 when no file could be read; else the gravest of the files; 3 also when a sum differs; 6 when nothing was compared."""
    codes = [s.result.exit_code for s in senders if s.result is not None]
    if not codes:
        return 2
    if 3 in codes or any(s.verdict == "lệch" for s in sums):
        return 3
    return 6 if set(codes) == {6} else max((c for c in codes if c != 6), default=0)


# --- tables -----------------------------------------------------------------------------------------------------------


def codes_of(senders: Sequence[Sender]) -> list[str]:
    """Codes of remarks on figures that occur, in order."""
    return sorted({r.code for s in senders if s.result is not None for r in s.result.about_figures})


def summary_rows(senders: Sequence[Sender]) -> tuple[list[str], list[list[str]]]:
    """Header and rows of the sheet sender × fault."""
    titles = load_reconcile_rules().remarks
    codes = codes_of(senders)
    header = [
        "Tệp",
        "Kỳ",
        "Đã kiểm",
        "Chỗ sai, cần xem",
        *(f"{c} {titles[c].title}" for c in codes),
        "Cách viết",
        "Ghi chú",
    ]
    return header, [_row(s, codes) for s in senders]


def _row(sender: Sender, codes: Sequence[str]) -> list[str]:
    result = sender.result
    if result is None:
        return [sender.path.name, "", "", "", *("" for _ in codes), "", sender.problem]
    counts = [sum(1 + len(()) for r in result.about_figures if r.code == code) for code in codes]
    nothing = "Không kiểm được số nào." if not result.compared else ""
    unread = f"Không đọc: {'; '.join(result.narrative.unread)}." if result.narrative.unread else ""
    return [
        sender.path.name, result.span_text, f"{result.compared}/{len(result.figures)}", str(len(result.about_figures)),
        *(str(c) if c else "" for c in counts), str(len(result.about_style)), " ".join(t for t in (nothing, unread) if t),
    ]  # fmt: skip


def detail_rows(senders: Sequence[Sender]) -> tuple[list[str], list[list[str]]]:
    """Every remark on a figure of every file."""
    header = ["Tệp", "Mức", "Mã", "Ở đâu", "Dự thảo ghi", "Phải là", "Giải thích", "Câu"]
    rows = [
        [s.path.name, SEVERITY_LABELS[r.severity], r.code, r.place.text, r.found, r.expected, f"{r.title}. {r.explanation}", r.quote]
        for s in senders if s.result is not None for r in s.result.about_figures
    ]  # fmt: skip
    return header, rows


def sum_rows(sums: Sequence[Sum]) -> tuple[list[str], list[list[str]]]:
    """The sums of the senders against the receiver's line."""
    held = ["Đơn vị nhận ghi", "Kết quả"] if any(s.is_held for s in sums) else []
    header = ["Số liệu", "Cộng các đơn vị", "Số đơn vị", *held, "Đơn vị không ghi"]
    rows = [[LINE[s.cls], dotted(s.total), str(s.senders), *_held(s)[: len(held)], ", ".join(s.missing)] for s in sums]
    return header, rows


def _held(line: Sum) -> list[str]:
    """What the receiver states and what comes of it."""
    return ["" if line.own is None else dotted(line.own), line.verdict]


def to_xlsx(senders: Sequence[Sender], sums: Sequence[Sum]) -> bytes:
    """A workbook of three sheets; every cell is text or a number, never a formula."""
    import xlsxwriter

    data = BytesIO()
    book = xlsxwriter.Workbook(data, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    for name, (header, rows) in (
        ("Tổng hợp", summary_rows(senders)), ("Chi tiết", detail_rows(senders)), ("Cộng các đơn vị", sum_rows(sums)),
    ):  # fmt: skip
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 1)
        for column, title in enumerate(header):
            sheet.write_string(0, column, title, bold)
            sheet.set_column(column, column, 40 if title in ("Giải thích", "Câu", "Ghi chú") else 16 if column else 32)
        for index, row in enumerate(rows, 1):
            for column, text in enumerate(row):
                whole = text.isascii() and text.isdigit() and len(text) < 10
                (
                    sheet.write_number(index, column, int(text), plain)
                    if whole
                    else sheet.write_string(index, column, text, plain)
                )
    book.close()
    return data.getvalue()


def to_page(senders: Sequence[Sender], sums: Sequence[Sum]) -> str:
    """The same as one page without scripts."""
    faulty = sum(1 for s in senders if s.result is not None and s.result.about_figures)
    unread = sum(1 for s in senders if s.result is None)
    title = f"Đối soát {len(senders)} tệp"
    said = f"{faulty} tệp có chỗ sai hoặc cần xem, {len(senders) - faulty - unread} tệp không, {unread} tệp không đọc được."
    parts = [
        '<!DOCTYPE html>\n<html lang="vi">\n<head>\n<meta charset="utf-8">\n',
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n",
        f"<title>{title}</title>\n<style>{PAGE_STYLE}</style>\n</head>\n<body>\n<header>\n<h1>{title}</h1>\n</header>\n<main>\n<p><strong>{said}</strong></p>\n",
        _table("Từng đơn vị", *summary_rows(senders)), _table("Từng chỗ", *detail_rows(senders)),
        _table("Cộng các đơn vị", *sum_rows(sums)), "</main>\n</body>\n</html>\n",
    ]  # fmt: skip
    return "".join(parts)


def _table(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{escape(h)}</th>' for h in header)
    css = [' class="num"' if all(_NUMBERS.fullmatch(row[i]) for row in rows) else "" for i in range(len(header))]
    body = "".join(
        "<tr>" + "".join(f"<td{c}>{escape(t)}</td>" for c, t in zip(css, row, strict=True)) + "</tr>" for row in rows
    )
    label = escape(title, quote=True)
    return (
        f'<h2>{escape(title)}</h2>\n<div class="table-scroll" tabindex="0" role="region" aria-label="{label}"><table class="report-table"><thead><tr>{head}'
        f"</tr></thead><tbody>{body}</tbody></table></div>\n"
    )
