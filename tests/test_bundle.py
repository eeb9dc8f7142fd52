"""The offline kit: what each system gets, hashes of all of it, installers that name the Python which the kit does not hold."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from running import ROOT
from tools_of import load

bundle = load("bundle")
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def needs(text: str) -> dict[str, str]:
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", text, re.MULTILINE))


@pytest.mark.parametrize("python", bundle.PYTHONS)
def test_a_lock_of_one_system_has_each_package_once_with_hashes(python):
    windows, linux = (bundle.pinned(LOCK, target, python) for target in bundle.TARGETS)
    for text in (windows, linux):
        entries = re.split(r"\n(?=[A-Za-z0-9])", text)
        assert len(needs(text)) == len(entries) > 80
        assert all("--hash=sha256:" in entry for entry in entries)
        assert ";" not in text
    assert needs(windows).keys() - needs(linux).keys() >= {"colorama", "pywinpty"}
    assert "pexpect" in needs(linux)
    assert "pexpect" not in needs(windows)
    assert {"pandas", "duckdb", "pyarrow"} <= needs(windows).keys() & needs(linux).keys()


@pytest.fixture
def kit(tmp_path) -> Path:
    """A kit whose wheels are small stand-ins."""
    wheel = tmp_path / "tthc_analysis-9.8.7-py3-none-any.whl"
    wheel.write_bytes(b"banh xe")

    def fetch(requirements: Path, folder: Path, target, python: str) -> None:
        assert needs(requirements.read_text(encoding="utf-8"))
        (folder / f"mot-1.0-{target.name}-{python}.whl").write_bytes(target.name.encode())

    bundle.write(tmp_path / "bo", wheel, LOCK, "3.12", fetch)
    return tmp_path / "bo"


def test_every_file_of_the_kit_has_its_hash(kit):
    told = dict(line.split("  ", 1)[::-1] for line in (kit / "SHA256SUMS").read_text(encoding="utf-8").splitlines())
    there = {p.relative_to(kit).as_posix(): p for p in kit.rglob("*") if p.is_file() and p.name != "SHA256SUMS"}
    assert told == {name: hashlib.sha256(p.read_bytes()).hexdigest() for name, p in there.items()}
    for system in ("windows", "linux"):
        own = hashlib.sha256(b"banh xe").hexdigest()
        text = (kit / f"requirements-{system}.txt").read_text(encoding="utf-8")
        assert text.endswith(f"tthc-analysis==9.8.7 \\\n    --hash=sha256:{own}\n")
        assert f"wheels/{system}/tthc_analysis-9.8.7-py3-none-any.whl" in told


def test_the_kit_says_which_python_it_does_not_hold(kit):
    note = (kit / "DOC-TRUOC.txt").read_text(encoding="utf-8-sig")
    assert "KHÔNG CÓ PYTHON" in note
    assert "Python 3.12 bản 64 bit" in note
    script = (kit / "cai-dat.bat").read_bytes()
    assert script.isascii()  # the console of an office PC has a code page of its own
    assert script.count(b"\n") == script.count(b"\r\n") > 10
    for text in (script.decode(), (kit / "cai-dat.sh").read_text(encoding="utf-8")):
        assert "--no-index" in text
        assert "--require-hashes" in text
        assert "3.12" in text


@pytest.mark.skipif(os.name == "nt", reason="trình cài đặt của Linux")
def test_the_installer_refuses_another_python_and_a_changed_kit(kit, tmp_path):
    def run(python: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", kit / "cai-dat.sh", tmp_path / "dich"], env={**os.environ, "PYTHON": python}, capture_output=True, text=True,
            check=False,
        )  # fmt: skip

    other = tmp_path / "python"
    other.write_text("#!/bin/sh\nexit 1\n")
    other.chmod(0o755)
    done = run(str(other))
    assert (done.returncode, "Cần Python 3.12 64 bit" in done.stderr) == (2, True)
    (kit / "wheels" / "linux" / "mot-1.0-linux-3.12.whl").write_bytes(b"khac")
    same = tmp_path / "python-dung"
    same.write_text(f'#!/bin/sh\ncase "$1" in -c) exit 0;; *) exec "{sys.executable}" "$@";; esac\n')
    same.chmod(0o755)
    assert run(str(same)).returncode == 1
    assert not (tmp_path / "dich").exists()
