"""What a report was made of and what it consists of: sha256 of every input and output, parameters, rules, versions."""

from __future__ import annotations

import json
import platform
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tthc_analysis.config import CONFIG_FILE, Config
from tthc_analysis.documents.content import ReportContent
from tthc_analysis.fingerprint import LOCK_FILE, installed, package_hash, sha256
from tthc_analysis.indicators import OpenReport
from tthc_analysis.sections import Section

MANIFEST = "manifest.json"
#: all that a manifest states, and all that it states of inputs
KEYS = frozenset(
    {"agency", "appendices", "compiled", "figures", "git_commit", "inputs", "manifest_version", "outputs", "parameters", "period", "revisions", "rule_set",
     "sample_data", "state", "versions"}
)  # fmt: skip
#: those that reports of earlier versions of the program do not state
LATER_KEYS = frozenset({"appendices", "compiled", "revisions"})
INPUT_KEYS = frozenset(
    {"config_sha256", "document", "exports", "lock_sha256", "notebooks", "package_sha256", "raw_settings", "tables"}
)
RUN_LOG = "run.log.json"


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


def inputs(config: Config, opened: OpenReport, sections: Iterable[Section]) -> dict[str, Any]:
    """sha256 of exports, processed tables (by content), notebooks, configuration, prose, package and lock file."""
    lock = config.root / LOCK_FILE
    return {
        "exports": exports(opened.store.quality()["datasets"]),
        "tables": {name: opened.store.index[name] for name in sorted(opened.store.index)},
        "raw_settings": _hashes(config.raw, config.raw.rglob("*.toml")),
        "notebooks": {s.path.name: sha256(s.path) for s in sections},
        "document": _hashes(
            config.root, _document_files(config.root, config.template, config.prose / opened.period.id)
        ),
        "config_sha256": sha256(config.root / CONFIG_FILE),
        "package_sha256": package_hash(),
        "lock_sha256": sha256(lock) if lock.is_file() else "",
    }


def exports(datasets: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The export files that the processed tables were read from, by dataset."""
    return [
        {
            "dataset": name,
            "file": a["file"],
            "sha256": a["sha256"],
            "snapshot_date": a["snapshot_date"],
            "rows": a["rows_in"],
        }
        for name, data in sorted(datasets.items())
        for a in data["accounts"]
    ]


def _hashes(folder: Path, paths: Iterable[Path]) -> dict[str, str]:
    return {p.relative_to(folder).as_posix(): sha256(p) for p in sorted(paths)}


def _document_files(root: Path, template: Path | None, prose: Path) -> list[Path]:
    """The analyst's own template of the Word document and the prose of the period."""
    own = [template] if template else []
    return [p for p in (*own, *prose.glob("*.md")) if p.is_file() and p.is_relative_to(root)]


def figures(content: ReportContent, datasets: Mapping[str, Any]) -> dict[str, Any]:
    """Each printed figure by name: the notebooks that print it, both counts, base, rule set, tables and export files."""
    printed: dict[str, list[str]] = {}
    for one in content.sections:
        for name in sorted(
            {i["name"] for kind in ("figures", "headlines", "findings") for d in one.of_type(kind) for i in d["items"]}
        ):
            printed.setdefault(name, []).append(one.section.slug)
    return {
        i.name: {
            "label": i.label,
            "section": i.section,
            "printed_in": printed[i.name],
            "notebooks": [e.section.path.name for e in content.sections if e.section.slug in printed[i.name]],
            "numerator": i.to_dict()["numerator"],
            "denominator": i.to_dict()["denominator"],
            "base": i.base,
            "rule_set": i.rule_set,
            "tables": list(i.tables),
            "exports": [f"{t}/{a['file']}" for t in i.tables or sorted(datasets) for a in datasets[t]["accounts"]],
        }
        for i in content.figures
    }


def build(
    config: Config, opened: OpenReport, content: ReportContent, parameters: Mapping[str, Any], outputs: Path
) -> dict[str, Any]:
    """The manifest of everything in `outputs` (the log of the run and the manifest itself aside)."""
    listed = sorted(p for p in outputs.rglob("*") if p.is_file() and p.name not in (MANIFEST, RUN_LOG))
    return {
        **stated(config, opened, content, parameters),
        "figures": figures(content, opened.store.quality()["datasets"]),
        "git_commit": git_commit(config.root),
        "revisions": [r.to_dict() for r in content.about.revisions],
        "outputs": {p.relative_to(outputs).as_posix(): sha256(p) for p in listed},
    }


def stated(config: Config, opened: OpenReport, content: ReportContent, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """What the manifest says of what the report is made of."""
    period = opened.period
    return {
        "manifest_version": 1,
        "agency": config.agency.id,
        "appendices": [
            {"number": s.shown_number, "page": s.page} for s in (e.section for e in content.sections) if s.kind == "appendix"
        ],
        "period": {
            "id": period.id, "label": period.label, "kind": period.kind,
            "from": period.start.isoformat(), "to": period.end.isoformat(), "basis": period.basis,
        },
        "compiled": content.about.compiled.isoformat() if content.about.compiled else "",
        "state": content.about.state,
        "sample_data": config.data.sample,
        "parameters": dict(parameters),
        "rule_set": {"id": opened.rules.id, "version": opened.rules.version, "source": opened.rules.source},
        "inputs": inputs(config, opened, [e.section for e in content.sections]),
        "versions": {"python": platform.python_version(), **installed()},
    }  # fmt: skip


def write_json(path: Path, data: Any) -> None:
    """JSON with sorted keys, the same bytes for the same data."""
    text = json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")
