"""How the command line is used: Vietnamese help pages, and sentences for mistakes on the line itself.

The pages are plain text with bold headings, so that help needs nothing that is slow to import.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from tthc_analysis.errors import TthcError, suggestion

_EXAMPLES = "Ví dụ:"
_HELP = "Hiện hướng dẫn này."
_NOW = "Thêm --help để xem cách dùng và ví dụ."
#: what the parser says in English → the sentence for it
_PARSER_SAYS = {
    r"valid integer": "Giá trị phải là số nguyên.",
    r"valid number": "Giá trị phải là số.",
    r"greater than or equal to (\S+)": "Giá trị phải từ {} trở lên.",
    r"Option '(.*)' requires an argument": "Tùy chọn “{}” cần một giá trị đi kèm.",
    r"Option '(.*)' does not take a value": "Tùy chọn “{}” không nhận giá trị.",
    r"unexpected extra argument\S* \((.*)\)": "Thừa tham số: {}.",
}
#: every mistake on the command line itself (the class that typer builds on has no public name)
UsageError: type[Exception] = typer.BadParameter.__mro__[1]


class Command(TyperCommand):
    """A command whose help is Vietnamese."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The whole help page."""
        _page(self, ctx, formatter)


class Group(TyperGroup):
    """The group of commands whose help is Vietnamese."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The whole help page."""
        _page(self, ctx, formatter)
        _list(formatter, "Các lệnh:", [(name, _paragraphs(one.help)[0]) for name, one in self.commands.items()])
        formatter.write("\nCách dùng và ví dụ của từng lệnh: tthc LỆNH --help\n")


def _page(command: Any, ctx: Any, formatter: Any) -> None:
    """Usage, what the command does, examples, arguments, options."""
    parameters = [p for p in command.get_params(ctx) if not getattr(p, "hidden", False)]
    arguments = [p for p in parameters if p.param_type_name == "argument"]
    options = [p for p in parameters if p.param_type_name == "option" and not isinstance(command, TyperGroup)]
    words = [_shown(a) for a in arguments] if options else ["LỆNH"]
    formatter.write(f"{_bold('Cách dùng:')} {' '.join([ctx.command_path, *words, '[TÙY CHỌN]'])}\n")
    examples: list[str] = []
    for paragraph in _paragraphs(command.help):
        if paragraph.startswith(_EXAMPLES):
            examples += paragraph.removeprefix(_EXAMPLES).split(" · ")
        else:
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(paragraph)
    if examples:
        formatter.write(f"\n{_bold(_EXAMPLES)}\n")
        formatter.write("".join(f"  {example.strip()}\n" for example in examples))
    _list(formatter, "Tham số:", [(a.metavar, _plain(a.help)) for a in arguments])
    _list(formatter, "Tùy chọn:", list(_options(options)))


def _options(options: Iterable[Any]) -> Iterator[tuple[str, str]]:
    for option in options:
        value = "" if option.is_flag else f" {option.metavar or 'CHỮ'}"
        yield f"{', '.join(option.opts)}{value}", _HELP if option.name == "help" else _plain(option.help)


def _shown(argument: Any) -> str:
    """An argument on the usage line: in brackets when it can be left out, with dots when it can be repeated."""
    word = argument.metavar + ("…" if argument.nargs == -1 else "")
    return word if argument.required else f"[{word}]"


def _list(formatter: Any, heading: str, rows: list[tuple[str, str]]) -> None:
    if rows:
        formatter.write(f"\n{_bold(heading)}\n")
        with formatter.indentation():
            formatter.write_dl(rows)


def _paragraphs(text: str | None) -> list[str]:
    """The paragraphs of a docstring, each in one line, without the marks of code."""
    return [" ".join(_plain(part).split()) for part in re.split(r"\n\s*\n", text or "")]


def _plain(text: str | None) -> str:
    return (text or "").replace("`", "")


def _bold(text: str) -> str:
    return typer.style(text, bold=True)  # the marks go where no terminal is


def usage_message(error: Any, commands: Iterable[str]) -> TthcError:
    """An error of the command line itself, in Vietnamese."""
    name = type(error).__name__
    if name == "NoSuchOption":
        return TthcError(f"Không có tùy chọn “{error.option_name}”.", "dòng lệnh", _NOW)
    if name == "MissingParameter":
        return TthcError(f"Thiếu tham số {error.param.metavar or error.param.opts[-1]}.", "dòng lệnh", _NOW)
    message = str(getattr(error, "message", error))
    if message.startswith("No such command"):
        word = message.split("'")[1]
        return TthcError(f"Không có lệnh “{word}”.", "dòng lệnh", f"{suggestion(word, commands)} {_NOW}")
    param = getattr(error, "param", None)
    place = (param.opts[-1] if param.param_type_name == "option" else param.metavar) if param else ""
    return TthcError(_in_vietnamese(message), place or "dòng lệnh", _NOW)


def _in_vietnamese(message: str) -> str:
    """What the parser says of a value or a word, in Vietnamese; a text that is not known stays as it is."""
    for pattern, text in _PARSER_SAYS.items():
        if found := re.search(pattern, message):
            return text.format(*found.groups())
    return "Dòng lệnh không hợp lệ."
