"""What the terminal shows: errors, the progress boards, tables."""

from __future__ import annotations

import errno
import re
import signal
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Literal, Self

import typer

from tthc_analysis.cli.usage import UsageError, usage_message
from tthc_analysis.errors import TthcError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from tthc_analysis.execution.run import Outcome
    from tthc_analysis.report.matrix import Result
    from tthc_analysis.sections import Section


def make_console(stderr: bool = False) -> Console:
    """A rich console; without a terminal (pipe, log of a scheduled run) lines are not wrapped."""
    from rich.console import Console
    from rich.segment import Segment

    class SafeConsole(Console):
        """No text from a file reaches the terminal as a command to it: only rich's own control codes do."""

        def render(self, renderable: Any, options: Any = None) -> Iterable[Segment]:
            """The segments of a renderable with harmless texts."""
            for text, style, control in super().render(renderable, options):
                yield Segment(text if control else harmless(text), style, control)

    console = SafeConsole(stderr=stderr, highlight=False)
    if not console.is_terminal:
        console = SafeConsole(stderr=stderr, highlight=False, width=1000)
    return console


#: what moves the cursor, colours, renames the window or turns the direction of the text
_COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def harmless(text: str) -> str:
    """`text` with a mark in place of every control character; line breaks and tabs stay."""
    return _COMMANDS.sub("\ufffd", text)


def show_error(error: TthcError) -> None:
    """What is wrong, where, and what to do now."""
    from rich.text import Text

    console = make_console(stderr=True)
    console.print(Text("Lỗi: ", style="bold red") + Text(error.what))
    for label, text in (("Ở đâu", error.where), ("Cần làm", error.now)):
        if text:
            console.print(Text(f"{label}: ", style="bold") + Text(text))


#: what a shell adds to a signal's number
_BY_SIGNAL = 128
_INTERRUPTED = _BY_SIGNAL + signal.SIGINT
_STOPPED = TthcError("Đã dừng theo yêu cầu.", "", "Báo cáo đã công bố trước đó giữ nguyên.")


def system_error(error: OSError) -> TthcError:
    """A refusal of the operating system as a message: what, which file, what to do."""
    whats = {
        errno.ENOSPC: ("Đĩa đã đầy.", "Giải phóng đĩa rồi chạy lại."),
        errno.EACCES: (
            "Không có quyền đọc hoặc ghi.",
            "Kiểm tra quyền của tệp, thư mục; đóng tệp đang mở ở chương trình khác.",
        ),
        errno.EROFS: ("Ổ đĩa chỉ cho đọc.", "Chọn nơi ghi được rồi chạy lại."),
        errno.ENOENT: ("Không có tệp hoặc thư mục.", "Kiểm tra lại đường dẫn; tạo thư mục trước."),
        errno.EPERM: ("Không có quyền đọc hoặc ghi.", "Kiểm tra quyền của tệp, thư mục."),
        errno.EEXIST: ("Chỗ này phải là thư mục, hiện là một tệp.", "Đổi tên tệp đó, hoặc nêu đường dẫn khác."),
        errno.ENOTEMPTY: ("Thư mục không trống.", "Nêu đường dẫn khác."),
        errno.ENAMETOOLONG: ("Tên tệp hoặc đường dẫn quá dài.", "Đặt dự án ở thư mục có đường dẫn ngắn hơn."),
        errno.EBUSY: ("Tệp đang được chương trình khác dùng.", "Đóng chương trình đó rồi chạy lại."),
        errno.ETXTBSY: ("Tệp đang được chương trình khác dùng.", "Đóng chương trình đó rồi chạy lại."),
        errno.EMFILE: ("Hệ thống không mở thêm được tệp.", "Đóng bớt chương trình rồi chạy lại."),
        errno.ENOMEM: ("Hết bộ nhớ.", "Đóng bớt chương trình rồi chạy lại."),
        errno.EIO: ("Ổ đĩa hoặc mạng đọc, ghi bị lỗi.", "Kiểm tra ổ đĩa, kết nối rồi chạy lại."),
        errno.ENOTDIR: ("Đường dẫn đi qua một tệp, không phải thư mục.", "Kiểm tra lại đường dẫn."),
        errno.EISDIR: ("Cần một tệp, đường dẫn lại là thư mục.", "Kiểm tra lại đường dẫn."),
    }
    what, now = whats.get(
        error.errno or 0, (f"Hệ điều hành từ chối (mã {error.errno}).", "Kiểm tra đường dẫn, ổ đĩa rồi chạy lại.")
    )
    return TthcError(what, str(error.filename or "hệ điều hành"), f"{now} Báo cáo đã công bố trước đó giữ nguyên.")


def simple_table(
    title: str,
    headers: Sequence[str],
    rows: Iterable[Sequence[str]],
    right: Iterable[int] = (),
    keep: Iterable[int] = (),
) -> Table:
    """A table of plain texts; the columns in `right` are aligned right, those in `keep` are never broken."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    numeric, whole = set(right), set(keep)
    for index, header in enumerate(headers):
        side: Literal["left", "right"] = "right" if index in numeric else "left"
        table.add_column(header, justify=side, overflow="fold", no_wrap=index in whole)
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))
    return table


_STATES = {"waiting": ("·", "chờ", "dim"), "running": ("▸", "đang chạy", "cyan"), "done": ("✓", "xong", "green"), "failed": ("✗", "lỗi", "bold red"), "unchanged": ("=", "không đổi", "green")}  # fmt: skip


class _LiveBoard:
    """What is drawn again and again on a terminal for as long as its block lasts; elsewhere only lines are printed."""

    def __init__(self) -> None:
        self.console = make_console()
        self._drawn = ExitStack()

    def __enter__(self) -> Self:
        from rich.live import Live

        if self.console.is_terminal:
            self._drawn.enter_context(Live(get_renderable=self._render, console=self.console, refresh_per_second=8))
        return self

    def __exit__(self, *problem: Any) -> None:
        self._drawn.__exit__(*problem)

    def _render(self) -> Any:
        raise NotImplementedError


class Board(_LiveBoard):
    """The progress of one report: a line for each section on a terminal, a line at each end elsewhere."""

    def __init__(self, title: str, sections: Sequence[Section], why: bool = False) -> None:
        super().__init__()
        self.title, self.why = title, why
        self.headings = {s.slug: s.heading for s in sections}
        self.states = dict.fromkeys(self.headings, "waiting")
        self.started: dict[str, float] = {}
        self.seconds: dict[str, float] = {}
        self.notes: dict[str, str] = {}
        self.step = ""

    def listen(self, slug: str, state: str, outcome: Outcome | None) -> None:
        """A section changed its state."""
        self.states[slug] = state = "unchanged" if outcome is not None and outcome.cached else state
        if state == "running":
            self.started[slug] = time.monotonic()
        if outcome is not None:
            self.seconds[slug] = outcome.seconds
            self.notes[slug] = outcome.error or (outcome.why if self.why else "")
            if not self.console.is_terminal:
                mark, word, _ = _STATES[state]
                self.console.print(
                    f"{mark} {self.headings[slug]}: {word}, {_seconds(outcome.seconds)} {self.notes[slug]}".rstrip(),
                    markup=False,
                )

    def tell(self, text: str) -> None:
        """A step of the whole report."""
        self.step = text
        if text and not self.console.is_terminal:
            self.console.print(text + "…", markup=False)

    def _render(self) -> Any:
        from rich.console import Group as Lines
        from rich.table import Table
        from rich.text import Text

        table = Table.grid(padding=(0, 1))
        table.add_column()
        table.add_column(overflow="fold")
        table.add_column(justify="right")
        table.add_column(style="dim", overflow="fold")
        for slug, state in self.states.items():
            mark, _, style = _STATES[state]
            seconds = self.seconds.get(slug, time.monotonic() - self.started.get(slug, time.monotonic()))
            table.add_row(
                Text(mark, style=style),
                Text(self.headings[slug], style="dim" if state == "waiting" else ""),
                Text("" if state == "waiting" else _seconds(seconds), style=style),
                Text(self.notes.get(slug, "") if self.why else ""),
            )
        done = sum(s in ("done", "failed", "unchanged") for s in self.states.values())
        head = Text(f"{self.title} – {done}/{len(self.states)} mục", style="bold")
        return Lines(head, table, Text(self.step, style="dim"))


_REPORT_STATES = {"published": ("✓", "đã công bố", "green"), "unchanged": ("=", "không đổi", "dim"), "draft": ("✓", "dự thảo", "yellow"), "trial": ("✓", "xem thử, không công bố", "cyan"), "waiting": ("·", "chờ dữ liệu", "yellow"), "failed": ("✗", "lỗi", "bold red")}  # fmt: skip


REPORT_WORDS = {state: word for state, (_, word, _style) in _REPORT_STATES.items()}


class MatrixBoard(_LiveBoard):
    """The progress of many reports: a line for each of the latest, the one at hand, and totals."""

    def __init__(self, total: int, why: bool = False) -> None:
        super().__init__()
        self.total, self.why = total, why
        self.results: list[Result] = []
        self.current, self.done, self.sections, self.step = "", 0, 0, ""

    def begin(self, title: str, sections: int) -> tuple[Any, Any]:
        """A report begins; returns the listener for its sections and the one for its steps."""
        self.current, self.done, self.sections, self.step = title, 0, sections, ""
        return self._listen, self.tell

    def _listen(self, slug: str, state: str, outcome: Outcome | None) -> None:
        self.done += outcome is not None

    def tell(self, text: str) -> None:
        """A step of the report at hand, or of its data."""
        self.step = text

    def end(self, result: Result) -> None:
        """A report is over."""
        self.results.append(result)
        self.current = ""
        if self.why or not self.console.is_terminal:
            self.console.print(self._line(result).plain, markup=False)
        for slug, why in result.why.items() if self.why else ():
            self.console.print(f"    {slug}: {why}", markup=False)

    @staticmethod
    def _line(result: Result) -> Text:
        from rich.text import Text

        mark, word, style = _REPORT_STATES[result.state]
        text = f"{mark} {result.agency} · {result.period}: {word}, {_seconds(result.seconds)}"
        return Text(f"{text} {result.error.splitlines()[0] if result.error else ''}".rstrip(), style=style)

    def _render(self) -> Any:
        from rich.console import Group as Lines
        from rich.text import Text

        counts = [(word, sum(r.state == state for r in self.results)) for state, word in REPORT_WORDS.items()]
        head = Text(
            f"{len(self.results)}/{self.total} báo cáo – " + ", ".join(f"{n} {w}" for w, n in counts if n), style="bold"
        )
        room = max(5, self.console.height - 6)
        now = [Text(f"▸ {self.current}: {self.done}/{self.sections} mục", style="cyan")] if self.current else []
        return Lines(head, *(self._line(r) for r in self.results[-room:]), *now, Text(self.step, style="dim"))


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} giây".replace(".", ",")


def run(app: typer.Typer, commands: Iterable[str]) -> int:
    """Run the command line; every mistake of the user becomes one message and an exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    received = _tidy_up_on(signal.SIGTERM)
    try:
        result = app(standalone_mode=False, prog_name="tthc")  # an interrupted command returns its status
    except (KeyboardInterrupt, typer.Abort):
        result = _INTERRUPTED
    except (TthcError, OSError, UsageError) as error:
        return _failed(error, commands)
    if result == _INTERRUPTED:
        show_error(_STOPPED)
        return _BY_SIGNAL + (received[0] if received else signal.SIGINT)
    return result if isinstance(result, int) else 0


def _failed(error: Any, commands: Iterable[str]) -> int:
    """Show what went wrong and return the status."""
    if type(error).__name__ == "NoArgsIsHelpError":
        typer.echo(error.ctx.get_help())
        return 0
    if isinstance(error, OSError):
        show_error(system_error(error))
        return 5
    shown = error if isinstance(error, TthcError) else usage_message(error, commands)
    show_error(shown)
    return shown.exit_code


def _tidy_up_on(number: int) -> list[int]:
    """End on this signal as on Ctrl-C, leaving nothing half done; the list tells which one came."""
    received: list[int] = []

    def end(signal_number: int, _frame: Any) -> None:
        received.append(signal_number)
        raise KeyboardInterrupt

    signal.signal(number, end)
    return received
