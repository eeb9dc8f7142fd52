"""What the data of one agency are made of: all that reading, cleaning and checking ask of the configuration."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tthc_analysis.config import Agency, Config


@dataclass(frozen=True)
class Source:
    """Where the exports of `agency` are, where its processed tables go, and whose dossiers may be among them.

    `root` is the project's folder, `other_codes` are the codes of the other agencies of the project, `sample` marks made-up data.
    """

    agency: Agency
    root: Path
    raw: Path
    processed: Path
    sample: bool
    other_codes: tuple[str, ...]


def source_of(config: Config) -> Source:
    """What the data of the agency of `config` are made of."""
    return Source(config.agency, config.root, config.raw, config.processed, config.data.sample, config.other_codes)
