"""The inputs that a manifest states, put together again as far as they are to be had: files are known by their content."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tthc_analysis.config import Config
from tthc_analysis.fingerprint import sha256
from tthc_analysis.report.build import NOTEBOOKS
from tthc_analysis.report.published import PublishedReport
from tthc_analysis.sections import load_sections

_RAW = "tep-xuat-ban-ke"


def restore_inputs(config: Config, copy: Config, report: PublishedReport) -> tuple[Config, tuple[str, ...]]:
    """`copy`, a transplanted project, with the exports, notebooks and texts of the manifest; and what is not to be had.

    Settings, program and packages stay as they are today: nothing kept them.
    """
    inputs, notebooks = report.manifest["inputs"], copy.root / copy.data.notebooks
    if not notebooks.is_dir():  # those that come with the program
        shutil.copytree(config.notebooks, notebooks, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    gone = [
        *_restore_exports(config.raw, copy.root / _RAW, inputs),
        *_restore_notebooks(notebooks, report, inputs["notebooks"]),
        *_restore_texts(copy.root, copy.prose / report.period_id, copy.prose_of_main, inputs.get("document", {})),
    ]
    return copy.model_copy(update={"raw_at": copy.root / _RAW}), tuple(gone)


def _restore_exports(source: Path, target: Path, inputs: Mapping[str, Any]) -> Iterator[str]:
    """Copy exports, corrections and profiles, found by content whatever their names are now; yields those not found."""
    known = {sha256(p): p for p in source.rglob("*") if p.is_file()}
    wanted = {f"{e['dataset']}/{e['file']}": e["sha256"] for e in inputs["exports"]} | dict(inputs["raw_settings"])
    target.mkdir(parents=True)
    for name, digest in wanted.items():
        if digest in known:
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(known[digest], target / name)
        else:
            yield f"tệp xuất {name}"


def _restore_notebooks(folder: Path, report: PublishedReport, wanted: Mapping[str, str]) -> Iterator[str]:
    """Put the cells that the report itself shows into every notebook that is another now; drop those it did not have."""
    slugs = {s.path.name: s.slug for s in load_sections(folder)}
    for name in slugs.keys() - wanted.keys():
        (folder / name).unlink()
    for name, digest in wanted.items():
        path = folder / name
        if path.is_file() and sha256(path) == digest:
            continue
        executed = report.folder / NOTEBOOKS / f"{slugs.get(name, '')}.ipynb"
        if executed.is_file():
            path.write_text(json.dumps(_as_it_was(executed), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        else:
            yield f"sổ tay {name}"


def _as_it_was(executed: Path) -> dict[str, Any]:
    """A notebook before it was run, from its executed copy."""
    notebook: dict[str, Any] = json.loads(executed.read_text(encoding="utf-8"))
    cells = [c for c in notebook["cells"] if "injected-parameters" not in c["metadata"].get("tags", [])]
    for cell in (c for c in cells if c["cell_type"] == "code"):
        cell["outputs"], cell["execution_count"] = [], None
    for part in (notebook, *cells):
        for key in ("papermill", "execution"):
            part["metadata"].pop(key, None)
    return {**notebook, "cells": cells}


def _restore_texts(root: Path, prose: Path, of_main: Path | None, wanted: Mapping[str, str]) -> Iterator[str]:
    """Drop the prose that the report did not have, bring what it had from the main agency's; yields texts that are others now."""
    for path in prose.glob("*.md"):
        if path.relative_to(root).as_posix() not in wanted:
            path.unlink()
    for name, digest in wanted.items():
        path = root / name
        if not path.is_file() or sha256(path) != digest:
            yield f"phần lời, mẫu Word {name}"
        elif of_main and path.parent == of_main / prose.name:  # a report made before the agency had a folder of its own
            prose.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, prose / path.name)
