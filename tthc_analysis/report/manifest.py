"""What a report was made of and what it consists of: sha256 of every input and output, parameters, rules, versions."""

from __future__ import annotations

import hashlib
import json
import platform
import subprocess
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

from tthc_analysis.config import CONFIG_FILE, Config
from tthc_analysis.indicators import Scope
from tthc_analysis.report.sections import Section

MANIFEST = "manifest.json"
RUN_LOG = "run.log.json"
LOCK_FILE = "requirements.lock"
_LIBRARIES = (
    "babel", "duckdb", "great-expectations", "matplotlib", "nbconvert", "numpy", "pandas", "papermill", "pyarrow",
    "python-calamine", "typst", "xlsxwriter",
)  # fmt: skip
_SOURCES = (".py", ".toml", ".csv", ".j2", ".css", ".js", ".ttf", ".json", ".docx")


def sha256(path: Path) -> str:
    """sha256 of a file's bytes."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def package_hash() -> str:
    """One sha256 over the package's code, rules, templates and fonts."""
    root = Path(str(files("tthc_analysis")))
    digest = hashlib.sha256()
    for path in sorted(p for p in root.rglob("*") if p.suffix in _SOURCES and "__pycache__" not in p.parts):
        digest.update(f"{path.relative_to(root).as_posix()}\0{sha256(path)}\n".encode())
    return digest.hexdigest()


def git_commit(root: Path) -> str:
    """The commit of the checkout, with "+" when files differ from it; empty outside a checkout."""
    try:
        commit = _git(root, "rev-parse", "HEAD")
        return commit + ("+" if _git(root, "status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.CalledProcessError):
        return ""


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def inputs(config: Config, scope: Scope, sections: Iterable[Section]) -> dict[str, Any]:
    """sha256 of exports, processed tables (by content), notebooks, configuration, package and lock file."""
    datasets = scope.store.quality()["datasets"]
    lock = config.root / LOCK_FILE
    return {
        "exports": [
            {
                "dataset": name,
                "file": a["file"],
                "sha256": a["sha256"],
                "snapshot_date": a["snapshot_date"],
                "rows": a["rows_in"],
            }
            for name, data in sorted(datasets.items())
            for a in data["accounts"]
        ],
        "tables": {name: scope.store.index[name] for name in sorted(scope.store.index)},
        "notebooks": {s.path.name: sha256(s.path) for s in sections},
        "config_sha256": sha256(config.root / CONFIG_FILE),
        "package_sha256": package_hash(),
        "lock_sha256": sha256(lock) if lock.is_file() else "",
    }


def build(
    config: Config, scope: Scope, sections: Iterable[Section], parameters: Mapping[str, Any], outputs: Path, draft: bool
) -> dict[str, Any]:
    """The manifest of everything in `outputs` (the log of the run and the manifest itself aside)."""
    period = scope.period
    listed = sorted(p for p in outputs.rglob("*") if p.is_file() and p.name not in (MANIFEST, RUN_LOG))
    return {
        "manifest_version": 1,
        "agency": config.agency.id,
        "period": {
            "id": period.id, "label": period.label, "kind": period.kind,
            "from": period.start.isoformat(), "to": period.end.isoformat(), "basis": period.basis,
        },
        "state": "draft" if draft else "published",
        "sample_data": config.data.sample,
        "parameters": dict(parameters),
        "rule_set": {"id": scope.rules.id, "version": scope.rules.version, "source": scope.rules.source},
        "inputs": inputs(config, scope, sections),
        "versions": {"tthc-analysis": version("tthc-analysis"), "python": platform.python_version(), **_versions()},
        "git_commit": git_commit(config.root),
        "outputs": {p.relative_to(outputs).as_posix(): sha256(p) for p in listed},
    }  # fmt: skip


def _versions() -> dict[str, str]:
    return {name: version(name) for name in _LIBRARIES}


def write_json(path: Path, data: Any) -> None:
    """JSON with sorted keys, the same bytes for the same data."""
    text = json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")
