"""Warnings of libraries name a file of the library, not where this machine has installed it."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any

#: the head of a warning as Python prints it: file, line, category
_HEAD = re.compile(r"^(?P<file>(?:/|[A-Za-z]:[\\/]).*?\.pyx?)(?=:\d+: \w+: )", re.MULTILINE)


def without_folders(notebook: Any) -> None:
    """Shorten the files that warnings in the outputs of `notebook` name to their place in what can be imported."""
    for output in (o for c in notebook.cells if c.cell_type == "code" for o in c.outputs):
        if output.output_type == "stream" and output.name == "stderr":
            output.text = shortened(output.text, [os.path.realpath(p) for p in sys.path] + sys.path)


def shortened(text: str, folders: Iterable[str]) -> str:
    """`text` with each warning's file relative to the nearest of `folders`, else without its folder."""
    roots = sorted((f for f in folders if f), key=len, reverse=True)
    return _HEAD.sub(lambda head: _shortened(PurePath(head["file"]), roots), text)


def _shortened(file: PurePath, roots: Iterable[str]) -> str:
    root = next((r for r in roots if file.is_relative_to(r)), file.parent)
    return file.relative_to(root).as_posix()
