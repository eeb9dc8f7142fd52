"""`tthc report`: make and publish the reports of periods and agencies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from tthc_analysis.cli import console
from tthc_analysis.cli.accounts import show_balance
from tthc_analysis.cli.shared import (
    Agency,
    Periods,
    RuleSet,
    command,
    open_config,
    prepared,
)
from tthc_analysis.clock import today
from tthc_analysis.errors import TthcError, suggestion

if TYPE_CHECKING:
    from tthc_analysis.config import Config
    from tthc_analysis.preparation.later import Later
    from tthc_analysis.report.build import Options, Report
    from tthc_analysis.report.matrix import Order


N = TypeVar("N", bound=str)


@command("report")
def report(
    periods: Periods = None,
    rule_set: RuleSet = "",
    draft: Annotated[
        bool, typer.Option("--draft", help="Vẫn lập báo cáo khi dữ liệu không đạt kiểm tra, đóng dấu DỰ THẢO.")
    ] = False,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only", metavar="MỤC", help="Chỉ chạy mục này (lặp lại được), xem ở reports/xem-thu/KỲ; không công bố."
        ),
    ] = None,
    workers: Annotated[
        int,
        typer.Option("--workers", metavar="SỐ", min=0, help="Số tiến trình chạy cùng lúc; mặc định theo số bộ xử lý."),
    ] = 0,
    all_periods: Annotated[bool, typer.Option("--all", help="Mọi kỳ riêng khai báo trong config.toml.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Chạy lại cả những gì không thay đổi.")] = False,
    why: Annotated[bool, typer.Option("--why", help="Nói vì sao từng mục được chạy lại hay giữ nguyên.")] = False,
    engine: Annotated[
        str,
        typer.Option(
            "--engine",
            metavar="TÊN",
            help="Cách chạy sổ tay. tthc (mặc định): nhanh; papermill: mỗi sổ tay một nhân Jupyter riêng.",
        ),
    ] = "tthc",
    sql: Annotated[
        str,
        typer.Option("--sql", metavar="TÊN", help="Đếm hồ sơ bằng duckdb (mặc định) hoặc spark; cùng số liệu."),
    ] = "duckdb",
    agencies: Annotated[
        list[str] | None,
        typer.Option("--agency", metavar="MÃ", help="Đơn vị trong mục [[agencies]] của config.toml (lặp lại được)."),
    ] = None,
    all_agencies: Annotated[bool, typer.Option("--all-agencies", help="Mọi đơn vị trong config.toml.")] = False,
    due: Annotated[
        bool,
        typer.Option("--due", help="Mọi kỳ đã kết thúc mà báo cáo còn thiếu hoặc đã cũ; dùng cho lịch chạy tự động."),
    ] = False,
    reason: Annotated[
        str,
        typer.Option(
            "--reason", metavar="LÝ_DO", help="Vì sao bản này thay bản trước; in trong trang khi số liệu khác."
        ),
    ] = "",
    json: Annotated[
        Path | None, typer.Option("--json", metavar="TỆP", help="Ghi bảng tổng hợp kết quả dạng JSON.")
    ] = None,
    log: Annotated[
        Path | None, typer.Option("--log", metavar="TỆP", help="Ghi thêm nhật ký, mỗi báo cáo một dòng JSON.")
    ] = None,
) -> int:
    """Lập và công bố báo cáo của một hay nhiều kỳ, một hay nhiều đơn vị.

    Làm sạch và kiểm tra dữ liệu, chạy từng mục, dựng trang HTML, phụ lục PDF, bảng số liệu, rồi công bố `reports/KỲ`
    trọn vẹn hoặc giữ nguyên bản cũ.

    Ví dụ: `tthc report 2024` · `tthc report 2024-Q1 2024-Q2` · `tthc report 2024 --draft` · `tthc report --due --log nhat-ky.jsonl` · `tthc report 2024 --sql spark`
    """
    from tthc_analysis.execution.run import ENGINES
    from tthc_analysis.preparation.later import Later
    from tthc_analysis.report import matrix
    from tthc_analysis.report.build import Options
    from tthc_analysis.report.early import beside_reading
    from tthc_analysis.store.sql import SQL_NAMES

    config = open_config()
    wanted = list(periods or []) + (list(config.custom_periods) if all_periods else [])
    wanted += matrix.due_periods(config.custom_periods, config.schedule, today()) if due else []
    if due and not wanted:
        console.make_console().print("Chưa kỳ nào kết thúc.")
        return 0
    if not wanted:
        known = ", ".join(config.custom_periods) or "2024"
        raise TthcError("Chưa nêu kỳ báo cáo.", "dòng lệnh", f"Ví dụ: tthc report {known}. Xem các kỳ: tthc periods.")
    wanted = list(dict.fromkeys(config.period(period).id for period in wanted))
    chosen = [config.agency.id, *(a.id for a in config.agencies)] if all_agencies else agencies or [config.agency.id]
    orders = matrix.orders(chosen, wanted)
    for agency in chosen:
        config.for_agency(agency)
    options = Options(
        rule_set=rule_set,
        draft=draft,
        only=tuple(only or ()),
        workers=workers,
        force=force,
        engine=_one_of(engine, ENGINES, "--engine"),
        reason=reason,
        counted_by=_one_of(sql, SQL_NAMES, "--sql"),
    )
    with _serving(sql):
        if len(orders) > 1 or due or json or log:
            return _many_reports(config, orders, options, due, json, log, why)
        own = config.for_agency(orders[0].agency)
        with Later() as later:
            show_balance(prepared(own, force, beside_reading, later))
            return _one_report(own, orders[0].period, options, why, later)


def _one_of(word: str, known: Sequence[N], option: str) -> N:
    """The one of `known` that was asked for; raises TthcError."""
    for name in known:
        if name == word:
            return name
    if word == "spark":
        raise TthcError("Apache Spark không phải một cách chạy sổ tay.", option, "Để đếm bằng Spark: --sql spark.")
    raise TthcError(f"Không có lựa chọn “{word}”.", option, suggestion(word, known))


@contextmanager
def _serving(sql: str) -> Iterator[None]:
    """With `spark`, a Spark server is there while the command runs."""
    if sql != "spark":
        yield
        return
    from tthc_analysis.store.spark import serving

    with console.make_console(stderr=True).status("Khởi động Apache Spark…"), ExitStack() as starting:
        starting.enter_context(serving())
        running = starting.pop_all()
    with running:
        yield


def _many_reports(
    config: Config, orders: list[Order], options: Options, due: bool, json: Path | None, log: Path | None, why: bool
) -> int:
    """Make many reports under one board; the summary names what failed, the status is the worst of all."""
    from tthc_analysis.report import matrix
    from tthc_analysis.report.manifest import write_json
    from tthc_analysis.sections import sections_of

    sections = len(sections_of(config))

    def end(result: matrix.Result) -> None:
        board.end(result)
        if log:
            matrix.append_log(log, {"time": datetime.now(UTC).isoformat(timespec="seconds"), **asdict(result)})

    with console.MatrixBoard(len(orders), why) as board:
        watcher = matrix.Watcher(lambda o, c: board.begin(f"{c.agency.name} · {o.period}", sections), board.tell, end)
        results = matrix.make_all(config, orders, options, watcher, complete_only=due)
    found = matrix.summary(results)
    if json:
        write_json(json, found)
    out = console.make_console()
    for result in (r for r in results if r.state == "failed"):
        out.print(f"✗ {result.agency} · {result.period}: {result.error}", style="red", markup=False)
    counts = ", ".join(f"{found[state]} {word}" for state, word in console.REPORT_WORDS.items() if found[state])
    out.print(
        f"{found['reports']} báo cáo: {counts}. Trang chung: [bold]{config.reports / 'index.html'}[/]", soft_wrap=True
    )
    _show_law_notices(config, {o.period for o in orders})
    _show_own_notebooks(config)
    return max(r.exit_code for r in results)


def _show_law_notices(config: Config, periods: Iterable[str]) -> None:
    """Legal texts that forms and rules of these reports follow although they are no longer in force, each sentence once."""
    from tthc_analysis.rules.laws import project_laws

    texts = project_laws(config.root)
    lines = [line for period in sorted(periods) for line in texts.notices(config.period(period).end)]
    for line in dict.fromkeys(lines):
        console.make_console().print(f"! {line}", style="yellow", markup=False, soft_wrap=True)


def _show_own_notebooks(config: Config) -> None:
    """In what the project's own notebooks differ from those that came with the program."""
    from tthc_analysis.config import shipped_notebooks
    from tthc_analysis.sections import own_notebooks_note

    if note := own_notebooks_note(config.notebooks, shipped_notebooks()):
        console.make_console().print(f"! {note}.", style="yellow", markup=False, soft_wrap=True)


def _one_report(config: Config, period: str, options: Options, why: bool, later: Later) -> int:
    """Make one report under its board."""
    from tthc_analysis.report.build import make_report
    from tthc_analysis.sections import sections_of, select

    sections = select(sections_of(config, config.period(period)), options.only)
    with console.Board(f"Báo cáo {config.period(period).label}", sections, why) as board:
        made = make_report(config, period, options, board.listen, board.tell, later)
        board.tell("")
    _show_report(made)
    _show_law_notices(config, {period})
    _show_own_notebooks(config)
    if odd := config.agency.odd_sign:
        console.make_console(stderr=True).print(f"CẢNH BÁO: {odd}", markup=False)
    if made.made and not options.only:
        _show_missing_prose(config, period)
    return 0


def _show_report(made: Report) -> None:
    from tthc_analysis.display.formats import indicator_text, share_text
    from tthc_analysis.indicators import HEADLINES, rollup

    out = console.make_console()
    named = {i.name: i for i in made.indicators}
    listed = (n for n in (*HEADLINES, *rollup.HEADLINES) if n in named)
    rows = [(named[n].label, indicator_text(named[n]), share_text(named[n])) for n in listed]
    if rows:
        out.print(console.simple_table("", ("Số liệu chính", "Giá trị", "Tử số / mẫu số"), rows, right=[1]))
    if made.draft:
        out.print(f"[bold red]DỰ THẢO[/]: {made.draft_reason}; không dùng để báo cáo chính thức.")
    if made.partial:
        out.print(f"[bold yellow]CHƯA ĐỦ KỲ[/]: {made.partial}; số liệu là của phần đã có, không so với kỳ khác.")
    done = (
        "Bản xem thử, không công bố:"
        if made.trial
        else "Đã công bố"
        if made.made
        else "Không có gì thay đổi, giữ nguyên"
    )
    out.print(
        f"{done} {len(made.outcomes)} mục, {len(made.indicators)} số liệu. Mở: [bold]{made.folder / 'index.html'}[/]",
        soft_wrap=True,
    )


def _show_missing_prose(config: Config, period: str) -> None:
    """The prose blocks of the Word document that the analyst has still to write, or to check."""
    from tthc_analysis.documents.prose import left_with_main
    from tthc_analysis.documents.word import carried_blocks, missing_blocks, template_of

    template, prose = template_of(config.template, config.rolls_up), config.prose / period
    if carried := carried_blocks(template, prose):
        files = ", ".join(f"{b}.md" for b in carried)
        console.make_console().print(
            f"{len(carried)} đoạn mang từ kỳ khác còn phải soát lại ([bold]{config.prose_name}/{period}/[/]): {files}",
            soft_wrap=True,
        )
    if blocks := missing_blocks(template, prose):
        console.make_console().print(
            f"Dự thảo Word còn {len(blocks)} đoạn do chuyên viên soạn, đặt ở "
            f"[bold]{config.prose_name}/{period}/[/]: {', '.join(f'{b}.md' for b in blocks)}",
            soft_wrap=True,
        )
    if told := left_with_main(config, period, blocks):
        console.make_console().print(f"! {told}", style="yellow", markup=False, soft_wrap=True)


@command("purge")
def purge_command(
    periods: Periods = None,
    data: Annotated[
        bool, typer.Option("--data", help="Xóa cả dữ liệu đã xử lý (lần sau làm lại từ tệp xuất).")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Không hỏi lại.")] = False,
    agency: Agency = "",
) -> None:
    """Xóa hẳn bản trước của báo cáo, kết quả giữ để dùng lại, bản xem thử, sổ tay lỗi.

    Dùng sau khi đã sửa tệp xuất và lập lại báo cáo vì một bản cũ có thông tin không được giữ. Báo cáo đang công bố, tệp
    xuất, phần lời, sổ tay không bị xóa; bản sao lưu ở nơi khác thì lệnh này không biết.

    Ví dụ: `tthc purge` · `tthc purge 2024 --yes` · `tthc purge --data`
    """
    from tthc_analysis.report.purge import purge

    config = open_config(agency)
    chosen = [config.period(p).id for p in periods or ()]
    what = f"bản trước của kỳ {', '.join(chosen)}" if chosen else "mọi bản trước"
    if not yes:
        typer.confirm(f"Xóa hẳn {what}, bản xem thử và mọi kết quả giữ lại trong {config.reports.name}/?", abort=True)
    found = purge(config, chosen, data)
    out = console.make_console()
    if found:
        rows = [
            (str(p.path.relative_to(config.root)), str(p.files), f"{p.size / 1e6:.1f}".replace(".", ",")) for p in found
        ]
        out.print(console.simple_table("Đã xóa", ("Thư mục", "Số tệp", "MB"), rows, right=[1, 2]))
    else:
        out.print("Không có gì để xóa.")
