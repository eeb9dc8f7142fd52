"""Raw exports → processed tables: read, clean, unite, validate, and record what became of every row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tthc_analysis.columns import TABLES
from tthc_analysis.config import Config
from tthc_analysis.errors import NoExports, ValidationFailed
from tthc_analysis.exports import Dataset, read_dataset
from tthc_analysis.exports.quarantine import write_quarantine
from tthc_analysis.rules.profiles import load_profiles
from tthc_analysis.store import Store, StoreWriter
from tthc_analysis.validation import validate

QUARANTINE = "cach_ly"


def prepare(config: Config, progress: Callable[[str], None] | None = None) -> Store:
    """Clean and validate every dataset of the raw folder; the store is replaced as a whole.

    Raises NoExports when there is no dossier export, and the reader's errors.
    """
    say = progress or (lambda _text: None)
    profiles = load_profiles(config.raw)
    datasets = [read_dataset(table, config.raw / table.name, profiles, progress=say) for table in TABLES.values()]
    if not datasets[0].accounts:
        raise NoExports(str(config.raw / TABLES["ho_so"].name))
    config.processed.parent.mkdir(parents=True, exist_ok=True)
    writer = StoreWriter(config.processed)
    try:
        quality: dict[str, Any] = {"datasets": {}, "findings": [], "sample": config.data.sample}
        for data in datasets:
            if data.accounts:
                writer.add(data.table, data.frame)
                _write_quarantine(data, writer.subfolder(QUARANTINE))
            quality["datasets"][data.table.name] = _summary(data)
            say(f"Kiểm tra {data.table.label.lower()}")
            quality["findings"] += [f.to_dict() for f in validate(data.table, data.frame)]
        return writer.commit(quality)
    except BaseException:
        writer.discard()
        raise


def _write_quarantine(data: Dataset, folder: Path) -> None:
    """The set-aside rows for the analyst: place, reason and the non-personal cells, readable again as an export."""
    write_quarantine(data.quarantined, folder / f"{data.table.name}.csv")


def _summary(data: Dataset) -> dict[str, Any]:
    places = ["source_file", "source_sheet", "source_row", "reason_code", "reason", "corrected_in"]
    return {
        "label": data.table.label,
        "rows": len(data.frame),
        "accounts": [a.to_dict() for a in data.accounts],
        "quarantined": data.quarantined[places].to_dict("records"),
        "conflicts": data.conflicts.to_dict("records"),
        "corrections": [asdict(one) for one in data.corrections],
        "passed_over": list(data.passed_over),
    }


def critical_findings(store: Store) -> list[str]:
    """The failed critical expectations, one Vietnamese line each."""
    return [
        f"{f['code']} {f['text']}: {f['failed']}/{f['checked']} dòng không đạt (ví dụ {', '.join(f['rows'][:3])})"
        for f in store.quality()["findings"]
        if not f["passed"] and f["severity"] == "critical"
    ]


def require_valid(store: Store) -> None:
    """Raise ValidationFailed when a critical expectation failed."""
    failed = critical_findings(store)
    if failed:
        raise ValidationFailed(failed, str(store.folder))
