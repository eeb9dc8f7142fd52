"""`reconcile`: narratives and annexes against the figures of a period, against themselves, and many against one another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tthc_analysis.cli import console
from tthc_analysis.cli.shared import LISTED, Agency, RuleSet, command, open_config, prepared

if TYPE_CHECKING:
    from rich.console import Console

    from tthc_analysis.indicators import OpenReport
    from tthc_analysis.reconcile import Narrative, Reconciliation, Sender, Sum

Narratives = Annotated[
    list[Path],
    typer.Argument(metavar="TỆP|THƯ_MỤC…", help="Báo cáo, phụ lục: docx, odt, pdf, html, md, txt, xlsx, xls, ods."),
]
PeriodOption = Annotated[
    str,
    typer.Option(
        "--period", metavar="KỲ", help="So cả với số liệu của kỳ này; không có thì chỉ soát văn bản với chính nó."
    ),
]
Target = Path | None


@command("reconcile")
def reconcile_command(
    narratives: Narratives,
    period: PeriodOption = "",
    rule_set: RuleSet = "",
    html: Annotated[
        Target, typer.Option("--html", metavar="TỆP", help="Ghi bản đối soát có đánh dấu (nhiều tệp: bảng chung).")
    ] = None,
    json: Annotated[Target, typer.Option("--json", metavar="TỆP", help="Ghi kết quả dạng JSON.")] = None,
    docx: Annotated[
        Target,
        typer.Option("--docx", metavar="TỆP|THƯ_MỤC", help="Ghi bản Word của đơn vị gửi, thêm chú thích ở từng chỗ."),
    ] = None,
    xlsx: Annotated[
        Target, typer.Option("--xlsx", metavar="TỆP", help="Ghi bảng đơn vị × loại sai, từng chỗ, cộng các đơn vị.")
    ] = None,
    total: Annotated[
        Target, typer.Option("--total", metavar="TỆP", help="Báo cáo của đơn vị nhận: so với tổng các đơn vị gửi.")
    ] = None,
    agency: Agency = "",
) -> int:
    """Đối soát báo cáo: tổng và thành phần, tỷ lệ, tăng giảm, bảng, kỳ, văn bản dẫn; có --period thì cả với dữ liệu.

    Không cần dữ liệu cũng chạy. Mã kết thúc: 0 không có gì, 1 chỉ có điểm cần xem, 3 có chỗ sai, 6 không kiểm được số nào.

    Ví dụ: `tthc reconcile bao-cao.docx --period 2024 --docx da-soat.docx` · `tthc reconcile bao-cao-cac-don-vi/ --xlsx tong-hop.xlsx`
    """
    from tthc_analysis.reconcile import narratives_in, read_narrative

    check = _against_data(period, rule_set, agency) if period else _against_itself
    files = narratives_in(narratives)
    if len(files) == 1 and xlsx is None and total is None and not narratives[0].is_dir():
        return _one(files[0], check(read_narrative(files[0])), html, json, docx)
    return _many(files, check, total, {"html": html, "json": json, "docx": docx, "xlsx": xlsx})


Check = Callable[["Narrative"], "Reconciliation"]


def _against_itself(narrative: Narrative) -> Reconciliation:
    from tthc_analysis.reconcile import reconcile

    return reconcile(narrative)


def _against_data(period: str, rule_set: str, agency: str) -> Check:
    """The check of a narrative against the figures of a period, and of an annex against our own form."""
    from tthc_analysis.indicators import all_indicators, last_year_indicators, open_report_in
    from tthc_analysis.reconcile import LastYear, reconcile
    from tthc_analysis.reconcile.annexes import own_forms

    config = open_config(agency)
    prepared(config)
    report = open_report_in(config, period, rule_set)
    if config.rolls_up:
        return _against_all(report)
    figures, forms, previous = all_indicators(report), own_forms(report), report.previous.period
    last_year = LastYear(report.last_year.period, {f.name: f for f in last_year_indicators(report)})
    return lambda narrative: reconcile(narrative, figures, report.period, previous, forms, last_year)


def _against_all(report: OpenReport) -> Check:
    """The check of a report that rolls up others against the figures of all of them."""
    from tthc_analysis.indicators import all_indicators
    from tthc_analysis.reconcile import reconcile
    from tthc_analysis.reconcile.rolled import require_same_scope, rolled_figures, rolled_forms

    figures, forms = rolled_figures(all_indicators(report)), rolled_forms(report)

    def check(narrative: Narrative) -> Reconciliation:
        require_same_scope(narrative, report)
        return reconcile(narrative, figures, report.period, report.previous.period, forms)

    return check


def _one(file: Path, found: Reconciliation, html: Target, json: Target, docx: Target) -> int:
    from tthc_analysis.reconcile import FIGURE_HEADERS, ROW_HEADERS, to_html, to_json

    out = console.make_console()
    if rows := found.rows(style=False):
        out.print(console.simple_table("Số liệu: cần sửa, cần xem", ROW_HEADERS, rows))
    if style := found.about_style:
        codes = ", ".join(dict.fromkeys(f"{r.code} {r.title.lower()}" for r in style))
        out.print(
            f"Cách viết, bố cục: {len(style)} chỗ ({codes}); xem từng chỗ bằng --html.", style="dim", markup=False
        )
    if untied := found.figure_rows():
        shown = untied[:LISTED]
        out.print(console.simple_table("Số chưa kiểm được", FIGURE_HEADERS, shown))
        if len(untied) > len(shown):
            out.print(
                f"… và {len(untied) - len(shown)} số nữa, xem bằng --html hoặc --json.", style="dim", markup=False
            )
    if found.narrative.unread:
        out.print("Không đọc: " + "; ".join(found.narrative.unread) + ".", markup=False)
    out.print(f"Kỳ: {found.span_text}. {found.summary}", markup=False)
    _write({html: to_html(found) if html else "", json: to_json(found) if json else ""}, out)
    if docx:
        _comment(file, found, docx, out)
    return found.exit_code


def _write(texts: dict[Target, str], out: Console) -> None:
    for target, text in texts.items():
        if target:
            target.write_text(text, encoding="utf-8")
            out.print(f"Đã ghi [bold]{target}[/].")


def _comment(file: Path, found: Reconciliation, target: Path, out: Console) -> None:
    from tthc_analysis.errors import ConfigError
    from tthc_analysis.reconcile import write_comments

    if file.suffix.lower() != ".docx":
        raise ConfigError("Chỉ ghi được chú thích vào tệp .docx.", file.name, "Dùng --html cho tệp này.")
    if target.resolve() == file.resolve():
        raise ConfigError("Không ghi đè lên tệp của đơn vị gửi.", file.name, "Chọn tên khác cho --docx.")
    count = write_comments(file, target, found)
    out.print(f"Đã ghi [bold]{target}[/], {count} chú thích.")


def _many(files: Sequence[Path], check: Check, total: Target, targets: dict[str, Target]) -> int:
    from tthc_analysis.reconcile import add_up, check_all, exit_code, read_narrative, sum_rows, summary_rows

    own = check(read_narrative(total)) if total else None
    senders = check_all([f for f in files if total is None or f.resolve() != total.resolve()], check)
    sums = add_up(senders, own)
    out = console.make_console()
    out.print(console.simple_table("Từng đơn vị", *summary_rows(senders)))
    if sums:
        out.print(console.simple_table("Cộng các đơn vị", *sum_rows(sums)))
    _write_many(senders, sums, targets, out)
    return exit_code(senders, sums)


def _write_many(senders: Sequence[Sender], sums: Sequence[Sum], targets: dict[str, Target], out: Console) -> None:
    from tthc_analysis.reconcile import many_to_json, to_page, to_xlsx

    _write({
        targets["html"]: to_page(senders, sums) if targets["html"] else "",
        targets["json"]: many_to_json(senders, sums) if targets["json"] else "",
    }, out)  # fmt: skip
    if book := targets["xlsx"]:
        book.write_bytes(to_xlsx(senders, sums))
        out.print(f"Đã ghi [bold]{book}[/].")
    if folder := targets["docx"]:
        folder.mkdir(exist_ok=True)
        for sender in senders:
            if sender.result is not None and sender.path.suffix.lower() == ".docx":
                _comment(sender.path, sender.result, folder / sender.path.name, out)
