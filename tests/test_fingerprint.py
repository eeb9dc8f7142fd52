"""What the cache, the processed data and the manifest know of the program and of what is installed."""

import os
import sys
from importlib.metadata import version

from tthc_analysis import fingerprint


def test_every_installed_distribution_is_known_by_the_version_that_is_imported(tmp_path, monkeypatch):
    found = fingerprint.installed()
    for name in ("tthc-analysis", "pandas", "great-expectations", "python-calamine", "jinja2"):
        assert found[name] == version(name)
    before = fingerprint.libraries_hash(tmp_path)
    (tmp_path / "Pandas_Mau-9.9.dist-info").mkdir()
    (tmp_path / "pandas-0.1.dist-info").mkdir()
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    assert fingerprint.installed() == dict(sorted({**found, "pandas-mau": "9.9", "pandas": "0.1"}.items()))
    assert fingerprint.libraries_hash(tmp_path) != before
    monkeypatch.setattr(sys, "path", [*sys.path[1:], str(tmp_path)])
    assert fingerprint.installed() == dict(sorted({**found, "pandas-mau": "9.9"}.items()))


def test_a_package_that_was_written_to_since_it_was_loaded_is_unknown(tmp_path, monkeypatch):
    (tmp_path / "a.py").write_text("", encoding="utf-8")
    monkeypatch.setattr(fingerprint, "package_folder", lambda: tmp_path)
    monkeypatch.setattr(fingerprint, "_LOADED", (tmp_path / "a.py").stat().st_ctime + 1)
    fingerprint.package_at_start.cache_clear()
    assert fingerprint.package_at_start() == fingerprint.package_hash()
    fingerprint.package_at_start.cache_clear()
    monkeypatch.setattr(fingerprint, "_LOADED", (tmp_path / "a.py").stat().st_ctime)
    assert fingerprint.package_at_start() == ""
    fingerprint.package_at_start.cache_clear()


def test_bytecode_that_is_written_by_the_first_import_is_no_change_of_the_package(tmp_path, monkeypatch):
    (tmp_path / "phong").mkdir()
    (tmp_path / "phong" / "a.py").write_text("", encoding="utf-8")
    loaded = (tmp_path / "phong" / "a.py").stat().st_ctime + 1
    monkeypatch.setattr(fingerprint, "package_folder", lambda: tmp_path)
    monkeypatch.setattr(fingerprint, "_LOADED", loaded)
    (tmp_path / "phong" / "__pycache__").mkdir()
    os.utime(tmp_path / "phong", (loaded + 1, loaded + 1))
    fingerprint.package_at_start.cache_clear()
    assert fingerprint.package_at_start() == fingerprint.package_hash()
    fingerprint.package_at_start.cache_clear()
