"""What the cache, the processed data and the manifest know of the program and of what is installed."""

import os
import sys
import time
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
    monkeypatch.setattr(fingerprint, "_LOADED", (tmp_path / "a.py").stat().st_ctime_ns + 1)
    fingerprint.package_at_start.cache_clear()
    assert fingerprint.package_at_start() == fingerprint.package_hash()
    fingerprint.package_at_start.cache_clear()
    monkeypatch.setattr(fingerprint, "_LOADED", (tmp_path / "a.py").stat().st_ctime_ns)
    assert fingerprint.package_at_start() == ""
    fingerprint.package_at_start.cache_clear()


def test_bytecode_that_is_written_by_the_first_import_is_no_change_of_the_package(tmp_path, monkeypatch):
    (tmp_path / "phong").mkdir()
    (tmp_path / "phong" / "a.py").write_text("", encoding="utf-8")
    loaded = (tmp_path / "phong" / "a.py").stat().st_ctime_ns + 1
    monkeypatch.setattr(fingerprint, "package_folder", lambda: tmp_path)
    monkeypatch.setattr(fingerprint, "_LOADED", loaded)
    (tmp_path / "phong" / "__pycache__").mkdir()
    os.utime(tmp_path / "phong", ns=(loaded + 1, loaded + 1))
    fingerprint.package_at_start.cache_clear()
    assert fingerprint.package_at_start() == fingerprint.package_hash()
    fingerprint.package_at_start.cache_clear()


def test_the_package_is_read_again_when_a_file_of_it_was_written_however_it_looks(tmp_path, monkeypatch):
    file = tmp_path / "a.py"
    file.write_text("một", encoding="utf-8")
    monkeypatch.setattr(fingerprint, "package_folder", lambda: tmp_path)
    monkeypatch.setattr(fingerprint, "_TELLS_APART", 0)
    before, about = fingerprint.package_hash(), file.stat()
    read = []
    monkeypatch.setattr(fingerprint, "tree", lambda folder: read.append(folder) or "đọc lại")
    assert (fingerprint.package_hash(), read) == (before, [])
    time.sleep(0.05)
    file.write_text("hai", encoding="utf-8")
    os.utime(file, ns=(about.st_atime_ns, about.st_mtime_ns))
    if os.name == "posix":
        assert (fingerprint.package_hash(), read) == ("đọc lại", [tmp_path])


def test_what_was_written_just_now_is_read_each_time(tmp_path, monkeypatch):
    """Within one tick of its clock the system tells of one writing only."""
    (tmp_path / "a.py").write_text("một", encoding="utf-8")
    monkeypatch.setattr(fingerprint, "package_folder", lambda: tmp_path)
    told = fingerprint._written()
    monkeypatch.setattr(fingerprint, "_written", lambda: told)
    before = fingerprint.package_hash()
    (tmp_path / "a.py").write_text("hai", encoding="utf-8")
    assert fingerprint.package_hash() != before


def test_a_tree_is_the_names_and_contents_of_its_files(tmp_path):
    for name in ("a/b.txt", "a/__pycache__/c.pyc", "d.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    files = [[name, fingerprint.sha256(tmp_path / name)] for name in ("a/b.txt", "d.txt")]
    assert fingerprint.tree(tmp_path) == fingerprint.digest(files)
