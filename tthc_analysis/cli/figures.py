"""Periods and figures: `periods`, `figures`, `explain`."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tthc_analysis.cli import console
from tthc_analysis.cli.shared import (
    Agency,
    OnePeriod,
    RuleSet,
    command,
    open_config,
    prepared,
)
from tthc_analysis.clock import today
from tthc_analysis.errors import BadParameter

if TYPE_CHECKING:
    from tthc_analysis.config import Config
    from tthc_analysis.indicators import Indicator, OpenReport
    from tthc_analysis.periods import Period


@command("periods")
def periods_command(
    years: Annotated[
        list[int] | None,
        typer.Argument(metavar="NĂM", help="Năm cần xem; mặc định các năm có kỳ riêng hoặc có dữ liệu."),
    ] = None,
) -> None:
    """Các kỳ báo cáo: khoảng ngày, kỳ trước, dữ liệu hồ sơ có đến đâu, đã công bố chưa.

    Ví dụ: `tthc periods` · `tthc periods 2025 2026`
    """
    from tthc_analysis.periods import continuity_warnings, previous_period, statutory_periods

    config = open_config()
    custom = config.custom_periods
    span = _dossier_span(config)
    covered = range(span[0].year, span[1].year + 1) if span else ()
    wanted = years or sorted({*covered, *(p.end.year for p in custom.values())}) or [today().year]
    listed = [*custom.values(), *(p for p in statutory_periods(wanted) if p.id not in custom)]
    rows = [
        (p.id, p.label, f"{p.start:%d/%m/%Y}", f"{p.end:%d/%m/%Y}", str(p.days), previous_period(p, custom).id,
         _reach(p, span), "đã công bố" if (config.reports / p.id / "manifest.json").is_file() else "")
        for p in listed
    ]  # fmt: skip
    headers = ("Kỳ", "Tên", "Từ ngày", "Đến ngày", "Số ngày", "Kỳ trước", "Dữ liệu hồ sơ", "Báo cáo")
    out = console.make_console()
    out.print(console.simple_table("Kỳ báo cáo", headers, rows, right=[4], keep=[0, 2, 3, 5]))
    if span:
        out.print(f"Dữ liệu hồ sơ: từ {span[0]:%d/%m/%Y} đến {span[1]:%d/%m/%Y}.", markup=False)
    else:
        out.print("Chưa có dữ liệu hồ sơ đã xử lý: chạy tthc prepare.", markup=False)
    for period in custom.values():
        for note in continuity_warnings(period, previous_period(period, custom)):
            out.print(f"{period.id}: {note}", markup=False)


def _dossier_span(config: Config) -> tuple[date, date] | None:
    """First and last day that the processed dossiers can speak of; None when there are none yet."""
    from tthc_analysis.columns import DOSSIERS
    from tthc_analysis.errors import NotPrepared
    from tthc_analysis.indicators import open_report_in
    from tthc_analysis.indicators._registers import coverage

    try:
        return coverage(open_report_in(config, str(today().year)), DOSSIERS.name)
    except NotPrepared:
        return None


def _reach(period: Period, span: tuple[date, date] | None) -> str:
    """Whether the dossier exports cover a period: wholly, in part, or not at all."""
    if period.start > today():
        return "kỳ chưa đến"
    if span is None or span[0] > period.end or span[1] < period.start:
        return "chưa có"
    from tthc_analysis.indicators._registers import reaches_over

    return "đủ" if reaches_over(span, period) else "một phần"


@command("figures")
def figures(
    period: OnePeriod,
    rule_set: RuleSet = "",
    as_csv: Annotated[bool, typer.Option("--csv", help="In dạng CSV, các cột như so-lieu/chi-tieu.csv.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="In dạng JSON, như indicators.json của báo cáo.")] = False,
    agency: Agency = "",
) -> None:
    """Mọi số liệu của một kỳ: tên, giá trị, tử số, mẫu số, cơ số, mục. Tên dùng trong mẫu Word và khi đối chiếu.

    Ví dụ: `tthc figures 2024` · `tthc figures 2024 --csv > so-lieu-2024.csv` · `tthc figures 2024 --json`
    """
    from tthc_analysis.display.formats import indicator_text, number
    from tthc_analysis.indicators import all_indicators, open_report_in

    if as_csv and as_json:
        raise BadParameter("Nêu cả --csv và --json.", "--csv, --json", "Bỏ một trong hai.")
    config = open_config(agency)
    prepared(config)
    report = open_report_in(config, period, rule_set)
    _tell_part(report)
    if as_csv or as_json:
        _print_for_machines(all_indicators(report), as_json)
        return
    rows = [
        (i.section, i.name, i.label, indicator_text(i), "" if i.numerator is None else number(i.numerator),
         "" if i.denominator is None else number(i.denominator), i.base)
        for i in all_indicators(report)
    ]  # fmt: skip
    headers = ("Mục", "Tên", "Số liệu", "Giá trị", "Tử số", "Mẫu số", "Cơ số")
    console.make_console().print(
        console.simple_table(f"Số liệu {report.period.label}", headers, rows, right=[3, 4, 5], keep=[0, 1])
    )


def _tell_part(report: OpenReport) -> None:
    """On standard error: why the dossiers tell of the period only in part, so that its figures are not yet those of the period."""
    from tthc_analysis.indicators import _registers

    if why := _registers.partial(report):
        console.make_console(stderr=True).print(
            f"CẢNH BÁO: số liệu hồ sơ chưa đủ {report.period.label}: {why}. "
            "Các con số chỉ kể phần dữ liệu đã có, chưa phải số của cả kỳ.",
            markup=False,
        )


def _print_for_machines(found: Sequence[Indicator], as_json: bool) -> None:
    """Figures as the published report writes them, to the standard output and nothing else on it."""
    from tthc_analysis.display.formats import indicator_text
    from tthc_analysis.documents.datapackage import figures_csv

    if as_json:
        items = [{**i.to_dict(), "text": indicator_text(i)} for i in found]
        sys.stdout.write(json.dumps(items, ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.write(figures_csv(found).decode("utf-8-sig").replace("\r\n", "\n"))


@command("explain")
def explain_command(
    period: OnePeriod,
    figure: Annotated[str, typer.Argument(metavar="SỐ_LIỆU", help="Tên số liệu, xem bằng `tthc figures KỲ`.")],
    rule_set: RuleSet = "",
    rows: Annotated[
        Path | None,
        typer.Option(
            "--rows", metavar="TỆP", help="Ghi mọi mã (đứng sau tử số, hay của --rest) vào tệp CSV này, ngoài reports/."
        ),
    ] = None,
    agency: Agency = "",
    cumulative: Annotated[
        bool, typer.Option("--cumulative", help="Số lũy kế từ đầu năm đến hết kỳ (tháng, quý).")
    ] = False,
    last_year: Annotated[bool, typer.Option("--last-year", help="Số của cùng kỳ năm trước.")] = False,
    rest: Annotated[
        bool, typer.Option("--rest", help="Của một tỷ lệ: các dòng của mẫu số không nằm trong tử số.")
    ] = False,
) -> None:
    """Truy một số liệu đến tận nơi: sổ tay, chỉ tiêu, tử số, mẫu số, quy tắc, bảng, tệp xuất, mã hồ sơ.

    Chỉ in mã, không in nội dung hồ sơ.

    Ví dụ: `tthc explain 2024 dossiers_resolved_on_time_rate` · `tthc explain 2024 dossiers_pending_count --rows dang-giai-quyet.csv` · `tthc explain 2024-Q2 dossiers_handled_count --cumulative`
    """
    from tthc_analysis.audit.explain import explain, write_rows
    from tthc_analysis.indicators import open_report_in
    from tthc_analysis.indicators.cumulative import so_far

    config = open_config(agency)
    prepared(config)
    report = open_report_in(config, period, rule_set)
    report = so_far(report) if cumulative else report
    report = report.last_year if last_year else report
    _tell_part(report)
    found = explain(config, report, figure, rest)
    out = console.make_console()
    out.print(console.simple_table("", ("", ""), found.links))
    if found.codes:
        more = f" … và {found.hidden} mã nữa (ghi đủ bằng --rows TỆP)" if found.hidden else ""
        out.print(", ".join(found.codes) + more, markup=False)
    if rows and found.evidence:
        write_rows(rows, found.evidence, config.reports)
        out.print(f"Đã ghi {len(found.evidence.rows)} mã vào [bold]{rows}[/].")
