"""A whole report counted on a standalone cluster, in sessions of another zone than the driver's, is the report."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest
from running import ROOT, tthc

SPEC = importlib.util.spec_from_file_location("benchmarks_cluster", ROOT / "benchmarks" / "cluster.py")
clusters = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(clusters)

needs_cluster = pytest.mark.skipif(
    bool(clusters.missing() or sys.platform == "win32"), reason=clusters.missing() or "kịch bản của Spark cần bash"
)


def contents(report: Path) -> dict[str, bytes]:
    """Every published file but the one that tells when it was made."""
    files = (path for path in report.rglob("*") if path.is_file() and path.name != "run.log.json")
    return {path.relative_to(report).as_posix(): path.read_bytes() for path in files}


@needs_cluster
@pytest.mark.report
def test_a_report_counted_on_a_cluster_is_the_same_in_every_byte(project, published_report):
    with clusters.cluster(java="-XX:TieredStopAtLevel=1"):
        done = tthc(project, "report", "2024", "--sql", "spark")
    assert done.returncode == 0, done.stdout + done.stderr
    made, published = contents(project / "reports" / "2024"), contents(published_report)
    assert sorted(made) == sorted(published)
    assert [name for name in made if made[name] != published[name]] == []


def test_what_a_machine_lacks_for_a_cluster_is_said(monkeypatch):
    monkeypatch.setattr(clusters, "find_spec", lambda name: None)
    assert "install.py --spark" in clusters.missing()
    monkeypatch.setattr(clusters, "find_spec", lambda name: object())
    monkeypatch.setattr(clusters.shutil, "which", lambda name: None)
    assert "Java" in clusters.missing()
