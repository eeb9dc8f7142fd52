"""Write an offline kit for office PCs without internet: `python tools/bundle.py [--python 3.12] [--out dist]`.

The kit holds the package's own wheel and every wheel of `requirements.lock` for Windows and for Linux, with their hashes, an
installer for each and a note. It holds no Python: the note says which one the PC needs. pip reads the markers of a lock for the
machine that it runs on, so the lock is first made one of the target (`pinned`).
"""

from __future__ import annotations

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pip._vendor.packaging.markers import Marker

ROOT = Path(__file__).resolve().parent.parent
PYTHONS = ("3.11", "3.12", "3.13")
SUMS = "SHA256SUMS"


@dataclass(frozen=True)
class Target:
    """One system that the kit serves: its name, what pip calls it, what the markers of a lock see there."""

    name: str
    label: str
    platforms: tuple[str, ...]
    markers: Mapping[str, str]


WINDOWS = Target(
    "windows",
    "Windows 64 bit",
    ("win_amd64",),
    {"sys_platform": "win32", "os_name": "nt", "platform_system": "Windows", "platform_machine": "AMD64"},
)
LINUX = Target(
    "linux",
    "Linux 64 bit",
    ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64", "linux_x86_64"),
    {"sys_platform": "linux", "os_name": "posix", "platform_system": "Linux", "platform_machine": "x86_64"},
)
TARGETS = (WINDOWS, LINUX)


def pinned(lock: str, target: Target, python: str) -> str:
    """The lines of a universal lock that `target` with this Python needs, without markers, hashes kept."""
    seen = {
        **target.markers,
        "python_version": python,
        "python_full_version": f"{python}.0",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "extra": "",
    }
    return "".join(f"{need}{hashes}\n" for need, marker, hashes in _entries(lock) if _holds(marker, seen))


def _entries(lock: str) -> Iterator[tuple[str, str, str]]:
    """(package==version, marker, hashes) of each entry of a lock."""
    for entry in re.split(r"\n(?=[A-Za-z0-9])", lock):
        first, _, hashes = entry.partition("\\\n")
        need, _, marker = first.partition(";")
        if "==" in need:
            yield need.strip(), marker.strip(), " \\\n" + hashes.rstrip()


def _holds(marker: str, seen: Mapping[str, str]) -> bool:
    return not marker or Marker(marker).evaluate(dict(seen))


def download(requirements: Path, folder: Path, target: Target, python: str) -> None:
    """Fetch the wheels of a target, each against its hash; raises CalledProcessError."""
    where = [part for platform in target.platforms for part in ("--platform", platform)]
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--require-hashes",
        "--only-binary",
        ":all:",
        "--no-deps",
    ]
    abis = ["--abi", f"cp{python.replace('.', '')}", "--abi", "abi3", "--abi", "none"]
    versions = ["--python-version", python, "--implementation", "cp", *abis]
    subprocess.run([*command, *where, *versions, "-r", requirements, "-d", folder], check=True)


#: what the package's wheel is made of
WHEEL_OF = ("tthc_analysis", "notebooks", "pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "LICENSE")


def own_wheel(folder: Path) -> Path:
    """The package's wheel, made anew in `folder`; the checkout gets none of what a build leaves behind."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "."]
    with tempfile.TemporaryDirectory() as place:
        for name in WHEEL_OF:
            (Path(place) / name).symlink_to(ROOT / name)
        subprocess.run([*command, "-w", str(folder.resolve())], cwd=place, check=True, timeout=300)
    return next(folder.glob("tthc_analysis-*.whl"))


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


Fetch = Callable[[Path, Path, Target, str], None]


def write(folder: Path, wheel: Path, lock: str, python: str, fetch: Fetch = download) -> None:
    """Write the kit into `folder`, which must be empty or not there."""
    name, version = wheel.name.split("-")[:2]
    own = f"{name.replace('_', '-')}=={version} \\\n    --hash=sha256:{digest(wheel)}\n"
    for target in TARGETS:
        wheels = folder / "wheels" / target.name
        wheels.mkdir(parents=True)
        requirements = folder / f"requirements-{target.name}.txt"
        requirements.write_text(pinned(lock, target, python), encoding="utf-8", newline="\n")
        fetch(requirements, wheels, target, python)
        shutil.copy(wheel, wheels)
        requirements.write_text(requirements.read_text(encoding="utf-8") + own, encoding="utf-8", newline="\n")
    (folder / "cai-dat.bat").write_text(_BAT.format(python=python).replace("\n", "\r\n"), encoding="ascii", newline="")
    (folder / "cai-dat.sh").write_text(_SH.format(python=python), encoding="utf-8", newline="\n")
    (folder / "cai-dat.sh").chmod(0o755)
    (folder / "DOC-TRUOC.txt").write_text(
        _NOTE.format(python=python, version=version).replace("\n", "\r\n"), encoding="utf-8-sig", newline=""
    )
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    sums = "".join(f"{digest(p)}  {p.relative_to(folder).as_posix()}\n" for p in files)
    (folder / SUMS).write_text(sums, encoding="utf-8", newline="\n")


_BAT = """\
@echo off
setlocal
cd /d "%~dp0"
py -{python} -c "import sys; sys.exit(sys.maxsize < 2**32)"
if errorlevel 1 (
  echo Can Python {python} 64 bit. Xem DOC-TRUOC.txt.
  exit /b 2
)
set DICH=%~1
if "%DICH%"=="" set DICH=%USERPROFILE%\\tthc
py -{python} -m venv "%DICH%" || exit /b 1
"%DICH%\\Scripts\\python" -m pip install --no-index --find-links wheels\\windows --require-hashes --only-binary :all: -r requirements-windows.txt || exit /b 1
echo Da cai xong. Lenh: "%DICH%\\Scripts\\tthc"
"""
_SH = """\
#!/bin/sh
# Cài từ bộ này, không cần mạng: ./cai-dat.sh [THƯ_MỤC]
set -e
cd "$(dirname "$0")"
PYTHON=${{PYTHON:-python{python}}}
"$PYTHON" -c 'import sys; sys.exit(sys.version_info[:2] != tuple(map(int, "{python}".split("."))))' || {{
  echo "Cần Python {python} 64 bit. Xem DOC-TRUOC.txt." >&2
  exit 2
}}
sha256sum --check --quiet SHA256SUMS
DICH=${{1:-$HOME/tthc}}
"$PYTHON" -m venv "$DICH"
"$DICH/bin/python" -m pip install --no-index --find-links wheels/linux --require-hashes --only-binary :all: -r requirements-linux.txt
echo "Đã cài xong. Lệnh: $DICH/bin/tthc"
"""
_NOTE = """\
BỘ CÀI ĐẶT KHÔNG CẦN MẠNG – tthc_analysis {version}

Bộ này có mọi thư viện kèm mã kiểm tra, cho Windows 64 bit và Linux 64 bit.
BỘ NÀY KHÔNG CÓ PYTHON. Máy cần Python {python} bản 64 bit (bản khác không dùng được với bộ này): tải từ python.org
ở máy có mạng, cài cho riêng người dùng, không cần quyền quản trị.

Cài đặt
  Windows: mở thư mục này, chạy cai-dat.bat            (cài vào %USERPROFILE%\\tthc)
  Linux:   ./cai-dat.sh                                (cài vào ~/tthc)
  Nơi khác: cai-dat.bat D:\\tthc   hoặc   ./cai-dat.sh /opt/tthc

Dùng: trong một thư mục trống, chạy tthc init, chép tệp xuất vào data, rồi tthc report KỲ.

Kiểm tra bộ còn nguyên: mã SHA-256 của từng tệp ở SHA256SUMS
  Windows: certutil -hashfile TỆP SHA256      Linux: sha256sum --check SHA256SUMS
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Write `<out>/bo-cai-dat-<version>-py<python>`; an earlier one of that name is replaced."""
    parser = argparse.ArgumentParser(description="Bộ cài đặt cho máy không có mạng.")
    parser.add_argument("--python", choices=PYTHONS, default="3.12", help="bản Python của máy sẽ cài")
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="thư mục ghi bộ cài đặt")
    given = parser.parse_args(arguments)
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    folder = given.out / f"bo-cai-dat-{version}-py{given.python}"
    shutil.rmtree(folder, ignore_errors=True)
    given.out.mkdir(parents=True, exist_ok=True)
    wheel = own_wheel(given.out)
    write(folder, wheel, (ROOT / "requirements.lock").read_text(encoding="utf-8"), given.python)
    print(f"Đã ghi {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
