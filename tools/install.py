"""Prepare `.venv`: create it, install one lock file (hashes required, wheels only) and the package itself.

    python tools/install.py            what `make report` needs  (requirements.lock)
    python tools/install.py --dev      what `make test` needs    (requirements-dev.lock, holds the former)
    python tools/install.py --spark    Apache Spark beside what is there (requirements-spark.lock; needs Java 17)
    python tools/install.py --bench    what `make bench` compares with, in `.venv-bench` (benchmarks/requirements.lock)

Runs on the bare standard library, with the same code on Linux, macOS and Windows. Nothing is repeated while the lock
and the `[project]` part of `pyproject.toml` stay the same. The syntax stays old enough for Python 3.7, which then
says in one line that it is too old.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST, TOO_NEW = (3, 11), (3, 14)
LOCKS = {
    "runtime": "requirements.lock",
    "dev": "requirements-dev.lock",
    "spark": "requirements-spark.lock",
    "bench": "benchmarks/requirements.lock",
}
#: libraries and parts of them that no report imports
SELDOM = r"[\\/](tests|pip|setuptools|scipy|debugpy)[\\/]"
#: the one package that comes without a wheel; its build needs only setuptools, which the lock holds
SPARK_BUILD = ["--no-binary", "pyspark", "--no-build-isolation"]

NO_PYTHON = "Cần Python 3.11, 3.12 hoặc 3.13; bản đang dùng là {}. Cài một trong các bản đó rồi chạy lại lệnh."
NO_VENV = (
    "Không tạo được môi trường {}. Kiểm tra quyền ghi và dung lượng đĩa; trên Debian/Ubuntu cài thêm gói "
    "hệ thống: sudo apt-get install python3-venv. Sau đó chạy lại lệnh."
)
# What pip says → what the reader can do. The first match counts: a refused hash is never taken for a network failure.
PIP_FAILURES = (
    (
        ("DO NOT MATCH THE HASHES", "Hashes are required"),
        "Một gói tải về không khớp mã kiểm tra trong tệp khóa nên không được cài: kho gói (hoặc máy chủ trung gian) đưa "
        "tệp khác bản đã kiểm duyệt. Xóa bộ nhớ đệm bằng `pip cache purge` rồi chạy lại; nếu vẫn lỗi, không dùng kho gói đó.",
    ),
    (("No space left on device", "WinError 112"), "Đĩa đã đầy: giải phóng khoảng 2 GB rồi chạy lại lệnh."),
    (
        ("CERTIFICATE_VERIFY_FAILED", "SSLError"),
        "Không xác thực được chứng thư của kho gói. Hỏi quản trị mạng tệp chứng thư của đơn vị, đặt biến PIP_CERT trỏ tới "
        "tệp đó rồi chạy lại lệnh.",
    ),
    (
        ("NewConnectionError", "NameResolutionError", "ConnectTimeout", "ReadTimeout", "ProxyError", "ConnectionReset"),
        "Không kết nối được kho gói Python. Kiểm tra mạng (hoặc đặt PIP_INDEX_URL, HTTPS_PROXY theo hướng dẫn của đơn vị) "
        "rồi chạy lại lệnh.",
    ),
    (
        ("No matching distribution found",),
        "Kho gói không có bản đóng gói sẵn cho máy này. Kiểm tra biến PIP_INDEX_URL và dùng Python 64 bit bản 3.11–3.13, "
        "rồi chạy lại lệnh.",
    ),
)
PIP_UNKNOWN = "Cài thư viện không thành công; nguyên nhân do pip nêu ở trên. Khắc phục rồi chạy lại lệnh."


class SetupError(Exception):
    """Set-up cannot go on; the message tells the reader, in Vietnamese, what to do."""


def venv_python(venv: Path) -> Path:
    """Path of the interpreter inside `venv` on this system."""
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def check_version(version: Sequence[object]) -> None:
    """Raise SetupError unless `version` (major, minor, …) is one that the package supports."""
    if not OLDEST <= tuple(version[:2]) < TOO_NEW:
        raise SetupError(NO_PYTHON.format(".".join(str(part) for part in version[:3])))


def is_usable(venv: Path) -> bool:
    """Whether `venv` still runs a supported Python with pip, and was made for this very folder.

    Its scripts and the link to the package hold absolute paths: in a folder that was moved or copied they would
    run the code of the old place.
    """
    config = venv / "pyvenv.cfg"
    if not config.is_file():
        return False
    command = [line for line in config.read_text(encoding="utf-8").splitlines() if line.startswith("command")]
    if command and not command[0].rstrip().endswith(str(venv)):
        return False
    probe = f"import pip, sys; sys.exit(not {OLDEST} <= sys.version_info[:2] < {TOO_NEW})"
    try:
        return subprocess.call([str(venv_python(venv)), "-c", probe], stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def create(venv: Path) -> None:
    """Make a new, empty `venv` with the running Python; what was there before goes."""
    check_version(sys.version_info)
    say("Tạo môi trường {} bằng Python {}.{}…".format(venv.name, *sys.version_info[:2]))
    if subprocess.call([sys.executable, "-m", "venv", "--clear", str(venv)], stdout=subprocess.DEVNULL):
        raise SetupError(NO_VENV.format(venv.name))


def fingerprint(root: Path, kind: str) -> str:
    """sha256 over all that an installation of `kind` depends on: its lock and the package's own metadata."""
    import tomllib  # only here: the check of the version must come first

    pyproject = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    metadata = repr((pyproject["build-system"], pyproject["project"], pyproject["tool"]["setuptools"]))
    return hashlib.sha256((root / LOCKS[kind]).read_bytes() + metadata.encode()).hexdigest()


def is_current(root: Path, venv: Path, kind: str) -> bool:
    """Whether `venv` already holds `kind`; a development environment holds the runtime one as well."""
    for held in {kind, "dev"} if kind == "runtime" else {kind}:
        stamp = venv / (held + ".sha256")
        if stamp.is_file() and stamp.read_text() == fingerprint(root, held):
            return True
    return False


def explain(output: str) -> str:
    """The one Vietnamese line that tells what to do about a failure of pip with this output."""
    for marks, message in PIP_FAILURES:
        if any(mark in output for mark in marks):
            return message
    return PIP_UNKNOWN


def pip(root: Path, venv: Path, arguments: Sequence[str]) -> None:
    """Run `pip install` inside `venv`; raise SetupError with the advice that fits its failure."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONUTF8"] = "1"
    options = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off", "--retries", "2"]
    process = subprocess.Popen(
        [str(venv_python(venv)), "-m", "pip", "install", *options, *arguments],
        cwd=str(root), env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace",
    )  # fmt: skip
    output = follow(process.stdout or ())
    if process.wait():
        problems = [line for line in output if line.startswith(("ERROR", "error", "WARNING"))]
        sys.stderr.write("".join((problems or output)[-6:]))
        raise SetupError(explain("".join(output)))


def follow(output: Iterable[str]) -> list[str]:
    """Collect what pip writes while the number of packages it has found is shown."""
    lines, count = [], 0
    for line in output:
        lines.append(line)
        if line.startswith("Collecting "):
            count += 1
            progress(f"  đã tìm {count} gói…")
        elif line.startswith("Installing collected packages"):
            progress(f"  đã tải {count} gói, đang ghi vào máy…")
    progress("")
    return lines


def install(root: Path, venv: Path, kind: str) -> None:
    """Install the lock of `kind`, then the package, then compile them: an uncompiled start takes twice as long.

    pip would compile one file after the other: a third of the whole installation on one core while the others idle. The tools to compare with stay without the package: they start the project's own Python for its notebooks.
    """
    say(f"Cài thư viện theo {LOCKS[kind]} (lần đầu mất vài phút)…")
    build = SPARK_BUILD if kind == "spark" else []
    pip(root, venv, ["--no-compile", "--require-hashes", "--only-binary", ":all:", *build, "-r", LOCKS[kind]])
    if kind != "bench":
        pip(root, venv, ["--no-deps", "--no-build-isolation", "-e", "."])
    compile_all(venv, [root / "tthc_analysis"] if kind != "bench" else [])
    (venv / (kind + ".sha256")).write_text(fingerprint(root, kind))


def compile_all(venv: Path, folders: Iterable[Path]) -> None:
    """Write the bytecode of the libraries and of `folders`, on all cores; files of other Pythons are passed over in silence.

    What no report imports (`SELDOM`: half of all) gets its bytecode when somebody does.
    """
    libraries = subprocess.check_output(
        [str(venv_python(venv)), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], encoding="utf-8"
    )
    places = [libraries.strip(), *map(str, folders)]
    subprocess.call(
        [str(venv_python(venv)), "-m", "compileall", "-qq", "-j", "0", "-x", SELDOM, *places], stdout=subprocess.DEVNULL
    )


def say(text: str) -> None:
    """Print one line at once, also into a pipe."""
    print(text)
    sys.stdout.flush()


def progress(text: str) -> None:
    """Show `text` in place of the former progress, only where somebody watches."""
    if sys.stdout.isatty():
        sys.stdout.write("\r\033[K" + text)
        sys.stdout.flush()


def prepare(root: Path, kind: str) -> None:
    """Bring the environment of `kind` under `root` to what it needs; do nothing when it is there already."""
    venv = root / (".venv-bench" if kind == "bench" else ".venv")
    if not is_usable(venv):
        create(venv)
    if not is_current(root, venv, kind):
        install(root, venv, kind)
        say("Môi trường đã sẵn sàng.")


def main(arguments: Sequence[str]) -> int:
    """Return the exit status: 0 ready, 2 a message was shown."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        if list(arguments) not in ([], ["--dev"], ["--spark"], ["--bench"]):
            raise SetupError("Cách dùng: python tools/install.py [--dev | --spark | --bench]")
        prepare(ROOT, arguments[0].lstrip("-") if arguments else "runtime")
    except SetupError as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
