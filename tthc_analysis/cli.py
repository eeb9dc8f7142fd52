"""The command `tthc`. Nothing heavy is imported before a command needs it; nobody imports this module."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from tthc_analysis import console, usage
from tthc_analysis.errors import ConfigError, TthcError, suggestion

if TYPE_CHECKING:
    from tthc_analysis.audit.compare import Comparison
    from tthc_analysis.audit.verify import Verification
    from tthc_analysis.config import Config
    from tthc_analysis.exports import Inspection
    from tthc_analysis.report.build import Options, Report
    from tthc_analysis.report.matrix import Order
    from tthc_analysis.store import Store

app = typer.Typer(
    cls=usage.Group,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # it would print values of the data
    rich_markup_mode=None,
    help="Báo cáo kiểm soát thủ tục hành chính từ dữ liệu một cửa. Lần đầu: `tthc report 2024` (dữ liệu mẫu).",
)

Periods = Annotated[list[str] | None, typer.Argument(metavar="KỲ", help="2024, 2024-Q1, 2024-H1, 2024-9T, 2024-03 hoặc kỳ riêng trong config.toml.")]  # fmt: skip
OnePeriod = Annotated[str, typer.Argument(metavar="KỲ", help="Kỳ báo cáo, ví dụ 2024 hoặc 2024-Q1.")]
RuleSet = Annotated[str, typer.Option("--rule-set", metavar="TÊN", help="Bộ quy tắc đếm; mặc định theo config.toml.")]
Agency = Annotated[
    str, typer.Option("--agency", metavar="MÃ", help="Đơn vị trong mục [[agencies]]; mặc định đơn vị chính.")
]

ENGINES = ("tthc", "papermill", "spark")
#: rows of a long list that the terminal shows
LISTED = 30

F = TypeVar("F", bound=Callable[..., Any])


def command(name: str) -> Callable[[F], F]:
    """Register a command with Vietnamese help."""
    return app.command(name, cls=usage.Command)


def _config(agency: str = "") -> Config:
    """The configuration of the main agency, or of the one that was asked for."""
    from tthc_analysis.config import load_config

    config = load_config()
    return config.for_agency(agency) if agency else config


def _prepare(config: Config, force: bool = False) -> Store:
    """Clean and validate the exports while a spinner names the file at hand."""
    from tthc_analysis.preparation.current import prepare

    out = console.make_console(stderr=True)
    if not out.is_terminal:
        return prepare(config, lambda text: out.print(text + "…", markup=False), force)
    with out.status("Đọc tệp xuất…") as status:
        return prepare(config, lambda text: status.update(f"{text}…"), force)


@command("report")
def report(
    periods: Periods = None,
    rule_set: RuleSet = "",
    draft: Annotated[
        bool, typer.Option("--draft", help="Vẫn lập báo cáo khi dữ liệu không đạt kiểm tra, đóng dấu DỰ THẢO.")
    ] = False,
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="MỤC", help="Chỉ chạy mục này (lặp lại được); không công bố.")
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
            help="tthc (mặc định): chạy nhanh; papermill: mỗi sổ tay một nhân Jupyter riêng; spark: đếm hồ sơ bằng Apache Spark.",
        ),
    ] = "tthc",
    agencies: Annotated[
        list[str] | None,
        typer.Option("--agency", metavar="MÃ", help="Đơn vị trong mục [[agencies]] của config.toml (lặp lại được)."),
    ] = None,
    all_agencies: Annotated[bool, typer.Option("--all-agencies", help="Mọi đơn vị trong config.toml.")] = False,
    due: Annotated[
        bool,
        typer.Option("--due", help="Mọi kỳ đã kết thúc mà báo cáo còn thiếu hoặc đã cũ; dùng cho lịch chạy tự động."),
    ] = False,
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

    Ví dụ: `tthc report 2024` · `tthc report 2024-Q1 2024-Q2` · `tthc report 2024 --draft` · `tthc report --due --log nhat-ky.jsonl` · `tthc report 2024 --engine spark`
    """
    from tthc_analysis.report import matrix
    from tthc_analysis.report.build import Options

    config = _config()
    wanted = list(periods or []) + (list(config.custom_periods) if all_periods else [])
    wanted += matrix.due_periods(config, date.today()) if due else []
    if due and not wanted:
        console.make_console().print("Chưa kỳ nào kết thúc.")
        return 0
    if not wanted:
        known = ", ".join(config.custom_periods) or "2024"
        raise TthcError("Chưa nêu kỳ báo cáo.", "dòng lệnh", f"Ví dụ: tthc report {known}. Xem các kỳ: tthc periods.")
    for period in wanted:
        config.period(period)
    if engine not in ENGINES:
        raise TthcError(f"Không có cách chạy “{engine}”.", "--engine", suggestion(engine, ENGINES))
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
        engine="papermill" if engine == "papermill" else "tthc",
    )
    with _counting(engine):
        if len(orders) > 1 or due or json or log:
            return _many_reports(config, orders, options, due, json, log, why)
        own = config.for_agency(orders[0].agency)
        _prepare(own, force)
        return _one_report(own, orders[0].period, options, why)


@contextmanager
def _counting(engine: str) -> Iterator[None]:
    """With `spark`, dossiers are counted by Apache Spark in this process and in those of the notebooks."""
    if engine != "spark":
        yield
        return
    from tthc_analysis.store.sql import counting_on_spark

    with console.make_console(stderr=True).status("Khởi động Apache Spark…"), ExitStack() as starting:
        starting.enter_context(counting_on_spark())
        running = starting.pop_all()
    with running:
        yield


def _many_reports(
    config: Config, orders: list[Order], options: Options, due: bool, json: Path | None, log: Path | None, why: bool
) -> int:
    """Make many reports under one board; the summary names what failed, the status is the worst of all."""
    from tthc_analysis.execution.sections import load_sections
    from tthc_analysis.report import matrix
    from tthc_analysis.report.manifest import write_json

    sections = len(load_sections(config.notebooks))

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
    return max(r.exit_code for r in results)


def _one_report(config: Config, period: str, options: Options, why: bool = False) -> int:
    """Make one report under its board."""
    from tthc_analysis.execution.sections import load_sections, select
    from tthc_analysis.report.build import make_report

    sections = select(load_sections(config.notebooks), options.only)
    with console.Board(f"Báo cáo {config.period(period).label}", sections, why) as board:
        made = make_report(config, period, options, board.listen, board.tell)
        board.tell("")
    _show_report(made)
    if made.made and not options.only:
        _show_missing_prose(config, period)
    return 0


def _show_report(made: Report) -> None:
    from tthc_analysis.display.formats import indicator_text, share_text
    from tthc_analysis.indicators import HEADLINES

    out = console.make_console()
    named = {i.name: i for i in made.indicators}
    rows = [(named[n].label, indicator_text(named[n]), share_text(named[n])) for n in HEADLINES if n in named]
    if rows:
        out.print(console.simple_table("", ("Số liệu chính", "Giá trị", "Tử số / mẫu số"), rows, right=[1]))
    if made.draft:
        out.print("[bold red]DỰ THẢO[/]: dữ liệu chưa đạt kiểm tra bắt buộc; xem `tthc check`.")
    trial = made.folder.name.startswith(".")
    done = "Đã lập thử, không công bố," if trial else "Đã công bố" if made.made else "Không có gì thay đổi, giữ nguyên"
    out.print(
        f"{done} {len(made.outcomes)} mục, {len(made.indicators)} số liệu. Mở: [bold]{made.folder / 'index.html'}[/]",
        soft_wrap=True,
    )


def _show_missing_prose(config: Config, period: str) -> None:
    """The prose blocks of the Word draft that the analyst has still to write."""
    from tthc_analysis.documents.word import missing_blocks

    if blocks := missing_blocks(config, period):
        console.make_console().print(
            f"Dự thảo Word còn {len(blocks)} đoạn do chuyên viên soạn, đặt ở "
            f"[bold]{config.document.prose}/{period}/[/]: {', '.join(f'{b}.md' for b in blocks)}",
            soft_wrap=True,
        )


@command("prepare")
def prepare_command(agency: Agency = "") -> None:
    """Làm sạch, hợp nhất, kiểm tra dữ liệu gốc và ghi bảng đã xử lý.

    Tệp gốc không bao giờ bị sửa. Dòng không hiểu được nằm trong thư mục `cach_ly` kèm lý do.

    Ví dụ: `tthc prepare` · `tthc prepare --agency sgd-2`
    """
    config = _config(agency)
    store = _prepare(config)
    _show_accounts(store)
    console.make_console().print(f"Đã ghi vào [bold]{config.processed_name}[/].")


def _show_accounts(store: Store) -> None:
    rows, problems = [], []
    for data in store.quality()["datasets"].values():
        for a in data["accounts"]:
            rows.append(
                (data["label"], a["file"], *(str(a[n]) for n in ("rows_in", "kept", "replaced", "quarantined")))
            )
        problems += [
            (q["source_file"], str(q["source_row"]), q["reason_code"], q["reason"]) for q in data["quarantined"]
        ]
    out = console.make_console()
    headers = ("Dữ liệu", "Tệp", "Đọc được", "Giữ lại", "Có bản mới hơn", "Cách ly")
    out.print(console.simple_table("Từng tệp xuất", headers, rows, right=range(2, 6)))
    if problems:
        out.print(console.simple_table("Dòng cách ly", ("Tệp", "Dòng", "Mã", "Lý do"), problems, right=[1]))


@command("check")
def check(
    every: Annotated[bool, typer.Option("--all", help="Liệt kê cả các yêu cầu đã đạt.")] = False,
    agency: Agency = "",
) -> int:
    """Kiểm tra dữ liệu, không lập báo cáo.

    Kết thúc với mã 3 khi có yêu cầu bắt buộc không đạt.

    Ví dụ: `tthc check` · `tthc check --all`
    """
    from tthc_analysis.indicators.quality import SEVERITIES

    store = _prepare(_config(agency))
    _show_accounts(store)
    findings = store.quality()["findings"]
    failed = [f for f in findings if not f["passed"]]
    rows = [
        (f["code"], f["text"], SEVERITIES[f["severity"]], str(f["checked"]), str(f["failed"]), "; ".join(f["rows"][:3]))
        for f in (findings if every else failed)
    ]
    out = console.make_console()
    if rows:
        headers = ("Mã", "Yêu cầu", "Mức độ", "Số dòng", "Không đạt", "Ví dụ")
        out.print(console.simple_table("Kết quả kiểm tra", headers, rows, right=[3, 4]))
    critical = [f for f in failed if f["severity"] == "critical"]
    out.print(f"{len(findings) - len(failed)}/{len(findings)} yêu cầu đạt; {len(critical)} yêu cầu bắt buộc không đạt.")
    return 3 if critical else 0


@command("periods")
def periods_command(
    years: Annotated[
        list[int] | None, typer.Argument(metavar="NĂM", help="Năm cần xem; mặc định các năm có kỳ riêng.")
    ] = None,
) -> None:
    """Các kỳ báo cáo: khoảng ngày, kỳ trước, đã công bố chưa.

    Ví dụ: `tthc periods` · `tthc periods 2025 2026`
    """
    from tthc_analysis.periods import continuity_warnings, previous_period, statutory_periods

    config = _config()
    custom = config.custom_periods
    wanted = years or sorted({p.end.year for p in custom.values()}) or [2024]
    listed = [*custom.values(), *(p for p in statutory_periods(wanted) if p.id not in custom)]
    rows = [
        (p.id, p.label, f"{p.start:%d/%m/%Y}", f"{p.end:%d/%m/%Y}", str(p.days), previous_period(p, custom).id,
         "đã công bố" if (config.reports / p.id / "manifest.json").is_file() else "")
        for p in listed
    ]  # fmt: skip
    headers = ("Kỳ", "Tên", "Từ ngày", "Đến ngày", "Số ngày", "Kỳ trước", "Báo cáo")
    out = console.make_console()
    out.print(console.simple_table("Kỳ báo cáo", headers, rows, right=[4], keep=[0, 2, 3, 5]))
    for period in custom.values():
        for note in continuity_warnings(period, previous_period(period, custom)):
            out.print(f"{period.id}: {note}", markup=False)


@command("figures")
def figures(period: OnePeriod, rule_set: RuleSet = "", agency: Agency = "") -> None:
    """Mọi số liệu của một kỳ: tên, giá trị, tử số, mẫu số, cơ số, mục. Tên dùng trong mẫu Word và khi đối chiếu.

    Ví dụ: `tthc figures 2024`
    """
    from tthc_analysis.display.formats import indicator_text, number
    from tthc_analysis.indicators import all_indicators, open_report_in

    config = _config(agency)
    _prepare(config)
    scope = open_report_in(config, period, rule_set)
    rows = [
        (i.section, i.name, i.label, indicator_text(i), "" if i.numerator is None else number(i.numerator),
         "" if i.denominator is None else number(i.denominator), i.base)
        for i in all_indicators(scope)
    ]  # fmt: skip
    headers = ("Mục", "Tên", "Số liệu", "Giá trị", "Tử số", "Mẫu số", "Cơ số")
    console.make_console().print(
        console.simple_table(f"Số liệu {scope.period.label}", headers, rows, right=[3, 4, 5], keep=[0, 1])
    )


@command("lab")
def lab() -> None:
    """Mở sổ tay trong JupyterLab.

    Ví dụ: `tthc lab`
    """
    config = _config()
    start = config.notebooks / "bat_dau.ipynb"
    target = start if start.is_file() else config.notebooks
    os.chdir(config.root)
    os.execv(sys.executable, [sys.executable, "-m", "jupyterlab", str(target), f"--ServerApp.root_dir={config.root}"])


@command("sample")
def sample(
    folder: Annotated[Path | None, typer.Argument(metavar="THƯ_MỤC", help="Nơi ghi; mặc định data/raw/mau.")] = None,
    dossiers: Annotated[
        int,
        typer.Option(
            "--dossiers", metavar="SỐ", min=0, help="Thay vào đó, ghi thẳng SỐ hồ sơ đã xử lý để thử dữ liệu lớn."
        ),
    ] = 0,
    agencies: Annotated[int, typer.Option("--agencies", metavar="SỐ", min=1, help="Số đơn vị của dữ liệu lớn.")] = 1,
) -> None:
    """Ghi các tệp xuất mẫu (dữ liệu tổng hợp, không có người thật), lần nào cũng giống nhau từng byte.

    Ví dụ: `tthc sample` · `tthc sample thu/` · `tthc sample lon/ --dossiers 10000000 --agencies 250`
    """
    from tthc_analysis.config import find_root
    from tthc_analysis.sample import write_sample

    out = console.make_console()
    if dossiers:
        return _bulk_sample(folder, dossiers, agencies)
    target = folder or find_root() / "data" / "raw" / "mau"
    config = _config() if folder is None else None
    if config and not config.data.sample and config.raw.resolve() == target.resolve():
        raise ConfigError("Thư mục này đang chứa dữ liệu thật.", str(target), "Nêu một thư mục khác cho dữ liệu mẫu.")
    written = write_sample(target)
    out.print(f"Đã ghi {len(written)} tệp mẫu vào [bold]{target}[/].")
    return None


def _bulk_sample(folder: Path | None, dossiers: int, agencies: int) -> None:
    from tthc_analysis.sample.bulk import write_bulk

    if folder is None:
        raise TthcError("Chưa nêu thư mục.", "dòng lệnh", "Ví dụ: tthc sample lon/ --dossiers 1000000")
    out = console.make_console()
    with out.status("Đang ghi…") as status:
        write_bulk(folder, dossiers, agencies, lambda rows: status.update(f"Đã ghi {rows:,} hồ sơ…".replace(",", ".")))
    out.print(f"Đã ghi {dossiers:,} hồ sơ vào [bold]{folder}[/].".replace(",", "."))


@command("init")
def init(
    agency: Annotated[
        str,
        typer.Option(
            "--agency",
            metavar="MÃ",
            prompt="Mã đơn vị (chữ thường, không dấu, ví dụ sgddt-hp)",
            help="Mã ngắn, dùng làm tên thư mục.",
        ),
    ],
    name: Annotated[str, typer.Option("--name", prompt="Tên đơn vị", help="Tên in trên báo cáo.")],
    parent: Annotated[
        str, typer.Option("--parent", prompt="Cơ quan chủ quản", help="Ví dụ: Ủy ban nhân dân thành phố Hải Phòng.")
    ],
    place: Annotated[str, typer.Option("--place", prompt="Địa danh", help="Ví dụ: Hải Phòng.")],
    short: Annotated[str, typer.Option("--short", prompt="Viết tắt trong số văn bản", help="Ví dụ: SGDĐT.")],
    force: Annotated[bool, typer.Option("--force", help="Thay config.toml đang dùng (bản cũ được giữ lại).")] = False,
) -> None:
    """Tạo config.toml và thư mục dữ liệu cho đơn vị thật; dữ liệu mẫu giữ riêng.

    Ví dụ: `tthc init --agency sgddt-hp --name "Sở Giáo dục và Đào tạo" --parent "Ủy ban nhân dân thành phố Hải Phòng" --place "Hải Phòng" --short SGDĐT`
    """
    from tthc_analysis.config import init_project

    kept, raw = init_project(Path.cwd(), agency, name, parent, place, short, force)
    out = console.make_console()
    if kept:
        out.print(f"Cấu hình cũ được giữ tại [bold]{kept.name}[/].")
    out.print(
        f"Đã tạo [bold]config.toml[/] và thư mục [bold]{raw}[/]. Chép tệp xuất vào từng thư mục con rồi chạy: tthc report KỲ"
    )


@command("inspect")
def inspect(
    file: Annotated[Path, typer.Argument(metavar="TỆP", help="Tệp xuất cần xem.")],
    dataset: Annotated[
        str, typer.Option("--dataset", metavar="BỘ", help="Bộ dữ liệu; mặc định theo tên thư mục chứa tệp.")
    ] = "",
    stub: Annotated[
        Path | None,
        typer.Option("--stub", metavar="TỆP", help="Ghi mẫu khai báo cho hệ thống mới vào tệp *.profile.toml này."),
    ] = None,
) -> int:
    """Xem một tệp xuất được hiểu thế nào: cột nhận ra, cột và giá trị lạ, số dòng từng loại.

    Kết thúc với mã 2 khi tệp chưa đọc được; `--stub` ghi sẵn mẫu khai báo để điền nốt.

    Ví dụ: `tthc inspect data/raw/sgddt/ho_so/thang3.xlsx` · `tthc inspect thang3.csv --dataset ho_so --stub data/raw/sgddt/cong.profile.toml`
    """
    from tthc_analysis.columns import TABLES
    from tthc_analysis.errors import suggestion
    from tthc_analysis.exports import inspect_export, profile_stub
    from tthc_analysis.rules.profiles import load_profiles

    name = dataset or file.resolve().parent.name
    if not file.is_file():
        raise TthcError("Không có tệp này.", str(file), "Kiểm tra lại đường dẫn.")
    if name not in TABLES:
        raise TthcError(f"Không có bộ dữ liệu “{name}”.", "--dataset", suggestion(name, TABLES))
    found = inspect_export(file, TABLES[name], load_profiles(_config().raw))
    _show_inspection(found)
    if stub:
        if stub.exists():
            raise TthcError("Tệp khai báo đã có.", str(stub), "Nêu tên khác; tệp đang có không bị ghi đè.")
        stub.write_text(profile_stub(found), encoding="utf-8")
        console.make_console().print(f"Đã ghi mẫu khai báo vào [bold]{stub}[/]; điền nốt rồi chạy lại lệnh này.")
    return 0 if found.readable else 2


def _show_inspection(found: Inspection) -> None:
    out = console.make_console()
    exported = f"{found.snapshot_date:%d/%m/%Y}" if found.snapshot_date else "chưa rõ"
    out.print(f"{found.file}: {found.form}; ngày xuất {exported} ({found.snapshot_rule})", markup=False)
    for sheet in found.sheets:
        columns = [(h, found.table.column(n).label, n) for h, n in sheet.recognised.items()]
        columns += [(u.header, f"(bỏ qua; giống {u.guess}, {u.filled} ô)", "") for u in sheet.unknown]
        out.print(
            console.simple_table(
                f"Trang “{sheet.name}”" if sheet.name else "", ("Tiêu đề trong tệp", "Được hiểu là", "Tên cột"), columns
            )
        )
        out.print("; ".join(f"{kind}: {count} dòng" for kind, count in sheet.rows.items()), markup=False)
        if sheet.problem:
            out.print(f"Chưa đọc được: {sheet.problem}", style="red", markup=False)
    for column, counts in found.unknown_values.items():
        listed = "; ".join(f"“{value}” ({count} dòng)" for value, count in counts.items())
        out.print(f"Giá trị lạ ở cột “{found.table.column(column).label}”: {listed}", style="red", markup=False)
    if found.missing:
        out.print("Không có cột: " + ", ".join(c.label for c in found.missing), style="dim", markup=False)


@command("reconcile")
def reconcile_command(
    draft: Annotated[Path, typer.Argument(metavar="DỰ_THẢO", help="Bản thuyết minh: docx, odt, pdf, html, md, txt.")],
    period: Annotated[str, typer.Option("--period", metavar="KỲ", help="Kỳ mà bản thuyết minh nói về.")],
    rule_set: RuleSet = "",
    html: Annotated[
        Path | None, typer.Option("--html", metavar="TỆP", help="Ghi bản đối soát có đánh dấu ngay trong văn bản.")
    ] = None,
    json: Annotated[Path | None, typer.Option("--json", metavar="TỆP", help="Ghi kết quả dạng JSON.")] = None,
    agency: Agency = "",
) -> int:
    """Đối soát một bản thuyết minh với số liệu của kỳ: số khớp, số lệch, số chưa nối được, câu và văn bản sai.

    Mã kết thúc: 0 không có gì, 1 chỉ có điểm cần xem, 3 có chỗ sai.

    Ví dụ: `tthc reconcile bao-cao.docx --period 2024 --html doi-soat.html`
    """
    from tthc_analysis.indicators import all_indicators, open_report_in
    from tthc_analysis.reconcile import FIGURE_HEADERS, ROW_HEADERS, read_draft, reconcile, to_html, to_json

    config = _config(agency)
    _prepare(config)
    scope = open_report_in(config, period, rule_set)
    found = reconcile(read_draft(draft), all_indicators(scope), scope.period, scope.previous.period)
    out = console.make_console()
    if rows := found.rows():
        out.print(console.simple_table("Cần sửa, cần xem", ROW_HEADERS, rows))
    if untied := found.figure_rows():
        out.print(console.simple_table("Số chưa nối được với chỉ tiêu nào", FIGURE_HEADERS, untied))
    out.print(found.summary, markup=False)
    for target, text in ((html, to_html), (json, to_json)):
        if target:
            target.write_text(text(found), encoding="utf-8")
            out.print(f"Đã ghi [bold]{target}[/].")
    return found.exit_code


@command("new-section")
def new_section_command(
    title: Annotated[str, typer.Argument(metavar="TÊN_MỤC", help="Tên mục như sẽ in trong báo cáo.")],
    number: Annotated[str, typer.Option("--number", metavar="SỐ", help="Số mục in trước tên, ví dụ II.9.")] = "",
) -> None:
    """Tạo sổ tay cho một mục mới theo mẫu, chạy được ngay.

    Ví dụ: `tthc new-section "Hồ sơ liên thông" --number II.9`
    """
    from tthc_analysis.report.new_section import new_section

    config = _config()
    path = new_section(config.notebooks, title, number)
    console.make_console().print(f"Đã tạo [bold]{path.relative_to(config.root)}[/]. Mở bằng: tthc lab")


@command("verify")
def verify_command(
    reports: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="THƯ_MỤC", help="Thư mục báo cáo, kỳ, hoặc KỲ@BẢN_TRƯỚC; mặc định mọi báo cáo đã công bố."
        ),
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Chỉ kiểm tra từng tệp, không lập lại báo cáo.")] = False,
) -> int:
    """Kiểm tra báo cáo đã công bố còn nguyên không, rồi lập lại từ tệp xuất gốc và so từng byte.

    Mã kết thúc: 0 còn nguyên và lập lại giống hệt, 1 lập lại ra khác hoặc chưa lập lại được, 3 đã bị sửa.

    Ví dụ: `tthc verify reports/2024` · `tthc verify --quick`
    """
    from tthc_analysis.audit.verify import verify
    from tthc_analysis.errors import ConfigError as NoConfig
    from tthc_analysis.report.published import find_report, published_folders

    config: Config | None
    try:
        config = _config()
    except NoConfig:
        config = None
    wanted = list(reports or []) or [str(p) for p in published_folders(config)]
    found = [verify(find_report(text, config), config, quick, _say()) for text in wanted]
    for one in found:
        _show_verification(one)
    return max(one.exit_code for one in found)


def _say() -> Callable[[str], None]:
    """Tell the steps of a long command, one line each."""
    out = console.make_console(stderr=True)
    return lambda text: out.print(f"{text}…", style="dim", markup=False)


def _show_verification(found: Verification) -> None:
    from tthc_analysis.audit.verify import FAULT_WORDS

    out = console.make_console()
    out.print(f"[bold]{found.report.folder}[/] – {found.report.label}; bản kê sha256 {found.manifest_sha256[:16]}…")
    if found.faults:
        rows = [(f.path, FAULT_WORDS[f.kind], f.detail) for f in found.faults]
        out.print(
            console.simple_table(
                "Tệp sai khác", ("Tệp", "Tình trạng", "Chỗ khác đầu tiên (bản gốc → bản đang có)"), rows
            )
        )
    if found.rebuilt:
        headers = ("Loại", "Tên", "Khi công bố", "Lập lại")
        for title, listed in (
            ("Đầu vào khác", found.rebuilt.inputs),
            ("Kết quả khác", found.rebuilt.outputs),
            ("Số liệu đổi", found.rebuilt.figures),
        ):
            if listed:
                shown = [(d.kind, d.name, d.before, d.now) for d in listed[:LISTED]]
                out.print(console.simple_table(title, headers, shown))
                if len(listed) > LISTED:
                    out.print(f"… và {len(listed) - LISTED} chỗ khác nữa.")
    out.print(found.conclusion, style="bold green" if found.exit_code == 0 else "bold red", markup=False)


@command("explain")
def explain_command(
    period: OnePeriod,
    figure: Annotated[str, typer.Argument(metavar="SỐ_LIỆU", help="Tên số liệu, xem bằng `tthc figures KỲ`.")],
    rule_set: RuleSet = "",
    rows: Annotated[
        Path | None,
        typer.Option("--rows", metavar="TỆP", help="Ghi mọi mã đứng sau tử số vào tệp CSV này, ngoài reports/."),
    ] = None,
    agency: Agency = "",
) -> None:
    """Truy một số liệu đến tận nơi: sổ tay, chỉ tiêu, tử số, mẫu số, quy tắc, bảng, tệp xuất, mã hồ sơ.

    Chỉ in mã, không in nội dung hồ sơ.

    Ví dụ: `tthc explain 2024 dossiers_resolved_on_time_rate` · `tthc explain 2024 dossiers_pending_count --rows dang-giai-quyet.csv`
    """
    from tthc_analysis.audit.explain import explain, write_rows
    from tthc_analysis.indicators import open_report_in

    config = _config(agency)
    _prepare(config)
    found = explain(config, open_report_in(config, period, rule_set), figure)
    out = console.make_console()
    out.print(console.simple_table("", ("", ""), found.links))
    if found.codes:
        more = f" … và {found.hidden} mã nữa (ghi đủ bằng --rows TỆP)" if found.hidden else ""
        out.print(", ".join(found.codes) + more, markup=False)
    if rows and found.evidence:
        write_rows(rows, found.evidence, config.reports)
        out.print(f"Đã ghi {len(found.evidence.rows)} mã vào [bold]{rows}[/].")


@command("compare")
def compare_command(
    before: Annotated[str, typer.Argument(metavar="TRƯỚC", help="Kỳ (2023), hoặc bản trước: reports/2024@BẢN_TRƯỚC.")],
    now: Annotated[
        str, typer.Argument(metavar="SAU", help="Kỳ hoặc báo cáo; mặc định báo cáo đang công bố của kỳ đó.")
    ] = "",
    html: Annotated[Path | None, typer.Option("--html", metavar="TỆP", help="Ghi trang so sánh.")] = None,
    json: Annotated[Path | None, typer.Option("--json", metavar="TỆP", help="Ghi đủ mã dạng JSON.")] = None,
    agency: Agency = "",
) -> None:
    """So hai kỳ, hoặc hai lần lập của một kỳ: số nào đổi, đổi bao nhiêu, do hồ sơ nào.

    Nói rõ ngày trùng, ngày hở giữa hai kỳ; hồ sơ chuyển sang phải bằng hồ sơ đang giải quyết của kỳ liền trước, nếu lệch
    thì giải thích từng hồ sơ.

    Ví dụ: `tthc compare 2023 2024` · `tthc compare reports/2024@20250103T070000 --html so-sanh.html`
    """
    from tthc_analysis.audit.compare import compared, default_other, to_html, to_json
    from tthc_analysis.report.manifest import write_json

    config = _config(agency)
    with compared(config, before, now or default_other(before), _say()) as found:
        _show_comparison(found)
        if html:
            html.write_text(to_html(config, found), encoding="utf-8")
        if json:
            write_json(json, to_json(found))
    for path in filter(None, (html, json)):
        console.make_console().print(f"Đã ghi [bold]{path}[/].")


def _show_comparison(found: Comparison) -> None:
    out = console.make_console()
    for note in found.notes:
        out.print(f"• {note}", markup=False)
    if found.bridge:
        out.print(found.bridge.sentence, markup=False, style="bold")
        for reason, count in found.bridge.reasons.items():
            out.print(f"  {count} hồ sơ: {reason}", markup=False)
    if found.inputs:
        rows = [(d.kind, d.name, d.before, d.now) for d in found.inputs]
        out.print(console.simple_table("Đầu vào khác nhau", ("Loại", "Tên", "Trước", "Sau"), rows))
    if found.changes:
        headers = ("Mục", "Số liệu", found.before.label, found.now.label, "Chênh lệch", "Dòng sau tử số")
        figures = [(c.section, c.label, c.before, c.now, c.difference_text, c.rows_text) for c in found.changes]
        out.print(console.simple_table("Số liệu thay đổi", headers, figures, right=[2, 3, 4]))
    if found.dossiers:
        shown = [(d.code, d.what, d.facts_text) for d in found.dossiers[:LISTED]]
        out.print(console.simple_table("Hồ sơ có thông tin khác nhau", ("Mã hồ sơ", "Thay đổi", "Thông tin"), shown))
        if len(found.dossiers) > LISTED:
            out.print(f"… và {len(found.dossiers) - LISTED} hồ sơ nữa (ghi đủ bằng --html hoặc --json).")
    out.print(f"{len(found.changes)} số liệu thay đổi, {found.unchanged} số liệu không đổi.")


def main() -> int:
    """Entry point of `tthc`."""
    return console.run(app, [c.name or "" for c in app.registered_commands])


if __name__ == "__main__":
    sys.exit(main())
