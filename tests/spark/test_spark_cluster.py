"""A whole report counted on a standalone cluster, in sessions of another zone than the driver's, is the report."""

from __future__ import annotations

import importlib.util
import sys

import pytest
from running import ROOT, tree, tthc

SPEC = importlib.util.spec_from_file_location("benchmarks_cluster", ROOT / "benchmarks" / "cluster.py")
clusters = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(clusters)

needs_cluster = pytest.mark.skipif(
    bool(clusters.missing() or sys.platform == "win32"), reason=clusters.missing() or "kịch bản của Spark cần bash"
)


@needs_cluster
@pytest.mark.report
def test_a_report_counted_on_a_cluster_is_the_same_in_every_byte(project, published_report):
    with clusters.cluster(java="-XX:TieredStopAtLevel=1"):
        done = tthc(project, "report", "2024", "--sql", "spark")
    assert done.returncode == 0, done.stdout + done.stderr
    made, published = tree(project / "reports" / "2024"), tree(published_report)
    assert sorted(made) == sorted(published)
    assert [name for name in made if made[name] != published[name]] == []


def test_what_a_machine_lacks_for_a_cluster_is_said(monkeypatch):
    monkeypatch.setattr(clusters, "find_spec", lambda name: None)
    assert "install.py --spark" in clusters.missing()
    monkeypatch.setattr(clusters, "find_spec", lambda name: object())
    monkeypatch.setattr(clusters.shutil, "which", lambda name: None)
    assert "Java" in clusters.missing()
