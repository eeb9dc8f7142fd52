"""`tthc watch`: see a report change while its notebooks and exports are worked on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tthc_analysis.cli import console
from tthc_analysis.cli.shared import Agency, OnePeriod, RuleSet, command, open_config, prepared
from tthc_analysis.errors import TthcError

if TYPE_CHECKING:
    from tthc_analysis.execution.run import Outcome
    from tthc_analysis.report.build import Report
    from tthc_analysis.report.watch import Shown

#: names in one line of the terminal
_NAMED = 3


@command("watch")
def watch(
    period: OnePeriod,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="MỤC", help="Chỉ xem mục này (lặp lại được); mặc định mọi mục."),
    ] = None,
    port: Annotated[
        int, typer.Option("--port", metavar="SỐ", min=0, max=65535, help="Cổng của trang xem thử; mặc định cổng trống.")
    ] = 0,
    rule_set: RuleSet = "",
    agency: Agency = "",
) -> None:
    """Xem thử báo cáo trong trình duyệt; lưu sổ tay, tệp xuất hay config.toml thì phần thay đổi được làm lại, trang tự tải lại.

    Bản xem thử nằm ở `reports/xem-thu/KỲ`, chỉ máy này mở được trang, báo cáo đã công bố giữ nguyên. Dừng: Ctrl-C.

    Ví dụ: `tthc watch 2024` · `tthc watch 2024 --only ii-5-phan-anh-kien-nghi`
    """
    from tthc_analysis.report import watch as watching

    config = open_config(agency)
    shown = watching.Shown(config.trials / config.period(period).id)
    out = console.make_console()
    seen = watching.look(config)
    _make(shown, period, tuple(only or ()), rule_set, agency)
    with watching.serving(shown, port) as address:
        out.print(f"Mở: [bold]{address}[/] (dừng: Ctrl-C)", soft_wrap=True)
        try:
            while True:
                seen, found = watching.next_change(config, seen)
                out.print(f"Đã lưu: {_named([path.name for path in found], ', ', 'tệp')}", markup=False)
                _again(shown, period, tuple(only or ()), rule_set, agency)
        except KeyboardInterrupt:
            out.print(
                f"Đã dừng xem thử. Bản xem thử cuối cùng: {shown.folder / 'index.html'}", markup=False, soft_wrap=True
            )


def _again(shown: Shown, period: str, only: tuple[str, ...], rule_set: str, agency: str) -> None:
    """Make the trial again; what is wrong is said in the terminal and on the page, which keeps the former one."""
    try:
        _make(shown, period, only, rule_set, agency)
    except TthcError as error:
        shown.problem = str(error)
        console.show_error(error)


def _make(shown: Shown, period: str, only: tuple[str, ...], rule_set: str, agency: str) -> None:
    """Make the trial again of what changed, and say which sections these were; raises TthcError and leaves the former one."""
    from tthc_analysis.report.build import Options, make_report
    from tthc_analysis.sections import sections_of

    config = open_config(agency)
    prepared(config)
    wanted = only or tuple(s.slug for s in sections_of(config, config.period(period)))
    made = make_report(config, period, Options(rule_set, only=wanted), _quiet, lambda _: None)
    shown.made()
    console.make_console().print(_said(made), markup=False, soft_wrap=True)


def _quiet(slug: str, state: str, outcome: Outcome | None) -> None:
    """The board of a report would fill the terminal at every saving."""


def _said(made: Report) -> str:
    ran = [o.heading for o in made.outcomes if not o.cached]
    if not ran:
        return f"Không mục nào phải chạy lại ({len(made.outcomes)} mục)."
    return f"Đã chạy {len(ran)}/{len(made.outcomes)} mục: {_named(ran, '; ', 'mục')}."


def _named(names: list[str], between: str, what: str) -> str:
    """The first of many names, and how many more there are."""
    more = f" và {len(names) - _NAMED} {what} khác" if len(names) > _NAMED else ""
    return between.join(names[:_NAMED]) + more
