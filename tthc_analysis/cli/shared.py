"""What the commands share: the application, its options, the configuration, and how data are prepared before a question."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from tthc_analysis.cli import console, usage

if TYPE_CHECKING:
    from tthc_analysis.config import Config
    from tthc_analysis.preparation.later import Later
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

#: rows of a long list that the terminal shows
LISTED = 30

F = TypeVar("F", bound=Callable[..., Any])


def command(name: str) -> Callable[[F], F]:
    """Register a command with Vietnamese help."""
    return app.command(name, cls=usage.Command)


def open_config(agency: str = "") -> Config:
    """The configuration of the main agency, or of the one that was asked for."""
    from tthc_analysis.config import load_config

    config = load_config()
    return config.for_agency(agency) if agency else config


def prepared(
    config: Config,
    force: bool = False,
    validator: Callable[[], Callable[[], Any]] | None = None,
    later: Later | None = None,
) -> Store:
    """Clean and validate the exports, with a `validator` of the caller's, while a spinner names the file at hand.

    What can be done while the caller goes on is left to `later`.
    """
    from tthc_analysis.report.preparing import prepare_side_by_side

    out = console.make_console(stderr=True)
    if not out.is_terminal:
        return prepare_side_by_side(config, lambda text: out.print(text + "…", markup=False), force, validator, later)
    with out.status("Đọc tệp xuất…") as status:
        return prepare_side_by_side(config, lambda text: status.update(f"{text}…"), force, validator, later)


def say() -> Callable[[str], None]:
    """Tell the steps of a long command, one line each."""
    out = console.make_console(stderr=True)
    return lambda text: out.print(f"{text}…", style="dim", markup=False)
