"""Exports as they came → one canonical table: read, clean, unite snapshots, quarantine with reasons.

Rows in = kept + quarantined + replaced by a newer snapshot, for every file; nothing is dropped in silence.
"""

from tthc_analysis.exports.dataset import Dataset, FileAccount, read_dataset
from tthc_analysis.exports.inspection import Inspection, inspect_export, profile_stub
from tthc_analysis.exports.read import list_exports, read_export

__all__ = [
    "Dataset",
    "FileAccount",
    "Inspection",
    "inspect_export",
    "list_exports",
    "profile_stub",
    "read_dataset",
    "read_export",
]
