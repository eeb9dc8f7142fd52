"""Where a sample may be written: nothing that is there is written over, and what is interrupted leaves nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tthc_analysis import folders
from tthc_analysis.config import CONFIG_FILE
from tthc_analysis.errors import ConfigError


def make_empty(folder: Path) -> None:
    """Make the folder of a sample; raises ConfigError when it holds something."""
    refuse_files(folder)
    folder.mkdir(parents=True, exist_ok=True)


def refuse_files(folder: Path) -> None:
    """Raise ConfigError when the folder of a sample holds something."""
    if folder.exists() and any(folder.iterdir()):
        raise ConfigError("Thư mục đã có tệp.", str(folder), "Nêu một thư mục trống; tệp đang có không bị ghi đè.")


@contextmanager
def whole_or_nothing(folder: Path) -> Iterator[Path]:
    """A folder beside `folder` to write a project into, which comes to its place when nothing has interrupted that.

    Raises ConfigError when `folder` holds something. What a killed process left beside it goes first.
    """
    target = folder.resolve()
    refuse_files(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    folders.sweep_unfinished(target)
    new = folders.unfinished(target)
    new.mkdir()
    try:
        yield new
        _put_in_place(new, target)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _put_in_place(new: Path, target: Path) -> None:
    """An empty folder that is there stays itself (somebody may stand in it); without its configuration it is no project yet."""
    if not target.exists():
        new.rename(target)
        return
    for path in sorted(new.iterdir(), key=lambda p: p.name == CONFIG_FILE):
        path.rename(target / path.name)
