"""What stands of the last preparation: tables whose exports have not changed, findings on rows that are the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Former:
    """The last preparation in `folder`, by a program of the same version: its index, its record, its findings on rows.

    `same` are the tables that would come out as they are: neither their files nor anything else that they are made of has changed.
    Without a folder nothing stands.
    """

    folder: Path | None = None
    index: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    quality: Mapping[str, Any] = field(default_factory=dict)
    findings: Sequence[Mapping[str, Any]] = ()
    same: frozenset[str] = frozenset()

    def on_rows(self, table: str, content: str) -> list[dict[str, Any]]:
        """The findings on the rows of a table; none where its content is another than the last time."""
        known = self.index.get(table, {}).get("content_sha256") == content
        return [dict(one) for one in self.findings if known and one["table"] == table]

    def on_files(self, table: str) -> list[dict[str, Any]]:
        """The findings on the files of a table."""
        return [one for one in self.quality["file_findings"] if one["table"] == table]
