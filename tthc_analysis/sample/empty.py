"""Where a sample may be written: nothing that is there is written over."""

from __future__ import annotations

from pathlib import Path

from tthc_analysis.errors import ConfigError


def make_empty(folder: Path) -> None:
    """Make the folder of a sample; raises ConfigError when it holds something."""
    if folder.exists() and any(folder.iterdir()):
        raise ConfigError("Thư mục đã có tệp.", str(folder), "Nêu một thư mục trống; tệp đang có không bị ghi đè.")
    folder.mkdir(parents=True, exist_ok=True)
