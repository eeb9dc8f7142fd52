"""The set-up itself: locks, environment, what git may hold, the notebooks as committed, the order of the rooms."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "tthc_analysis"
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LOCKS = ("requirements.lock", "requirements-dev.lock")


def git(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


in_checkout = pytest.mark.skipif(git("rev-parse", "HEAD").returncode != 0, reason="không phải bản sao git")


def test_environment_yml_is_what_the_generator_writes():
    spec = importlib.util.spec_from_file_location("environment", ROOT / "tools" / "environment.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    assert text == module.environment()
    requires = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    assert f"- python {requires}" in text
    assert "- -r requirements.lock" in text


@pytest.mark.parametrize("name", [*LOCKS, "benchmarks/requirements.lock"])
def test_locks_have_hashes_and_no_addresses(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    packages = re.findall(r"^([a-z0-9][\w.-]*)==", text, flags=re.MULTILINE)
    assert len(packages) > 50
    blocks = re.split(r"^(?=[a-z0-9][\w.-]*==)", text, flags=re.MULTILINE)[1:]
    assert all("--hash=sha256:" in block for block in blocks)
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links", text)


def test_the_runtime_lock_is_part_of_the_development_lock():
    pins = [
        set(re.findall(r"^[a-z0-9][\w.-]*==\S+", (ROOT / n).read_text(encoding="utf-8"), re.MULTILINE)) for n in LOCKS
    ]
    assert pins[0] <= pins[1]


@in_checkout
@pytest.mark.parametrize(
    "path",
    [
        "data/raw/sgddt/ho_so/that.xlsx",
        "data/raw/ho_so.xlsx",
        "data/processed/mau/ho_so.parquet",
        "reports/2024/index.html",
        ".venv/x",
    ],
)
def test_git_ignores_real_data_and_results(path):
    assert git("check-ignore", "-q", path).returncode == 0


@in_checkout
def test_git_keeps_the_sample():
    assert git("check-ignore", "-q", "data/raw/mau/ho_so/ho_so_2023.xlsx").returncode == 1


@in_checkout
def test_no_machine_path_or_registry_in_the_repository():
    pattern = r"/(work|farm|root|home/[a-z]+)/|/tmp/bash|https?://[a-z.]*(pypi|pythonhosted|npmjs|debian)\b"
    found = git("grep", "-nIE", pattern, "--", ".", ":!tests/test_setup.py")
    assert not found.stdout, found.stdout


def logical_lines(source: str) -> int:
    """Lines of a cell; an import that the formatter wrapped counts once."""
    imports = [n for n in ast.parse(source).body if isinstance(n, ast.Import | ast.ImportFrom)]
    return len(source.splitlines()) - sum(n.end_lineno - n.lineno for n in imports)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_notebooks_are_thin_and_clean(path):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    code = [c for c in notebook["cells"] if c["cell_type"] == "code"]
    assert len([c for c in code if "an-khoi-bao-cao" not in c["metadata"].get("tags", [])]) <= 10
    for cell in code:
        source = "".join(cell["source"])
        assert logical_lines(source) <= 8
        assert not re.search(r"^\s*(def|class)\s", source, flags=re.MULTILINE)
        assert cell["outputs"] == []
        assert cell["execution_count"] is None
    about = notebook["metadata"].get("tthc")
    if about:
        assert sum("parameters" in c["metadata"].get("tags", []) for c in code) == 1
        assert notebook["cells"][0]["cell_type"] == "markdown"
        assert about["title"] in "".join(notebook["cells"][0]["source"])


#: what each room may import; `errors`, `columns` and `personal` are open to all
ROOMS = {
    "personal": set(),
    "folders": set(),
    "errors": {"personal"},
    "columns": set(),
    "glyphs": set(),
    "periods": {"rules"},
    "rules": {"rules"},
    "fingerprint": set(),
    "workdays": {"rules"},
    "config": {"periods", "rules"},
    "project": {"config", "periods", "rules"},
    "exports": {"exports", "rules"},
    "store": {"store"},
    "preparation": {"preparation", "config", "exports", "fingerprint", "periods", "rules", "store"},
    "sample": {"sample", "periods", "rules", "store", "workdays"},
    "indicators": {"indicators", "config", "glyphs", "periods", "rules", "workdays", "store"},
    "display": {"display", "indicators", "periods", "rules", "store"},
    "reconcile": {"reconcile", "indicators", "periods", "rules", "display", "exports"},
    "execution": {"execution", "config", "display", "documents", "fingerprint", "rules", "store"},
    "documents": {"documents", "config", "display", "glyphs", "indicators", "periods", "rules"},
    "report": {
        "report",
        "config",
        "display",
        "documents",
        "execution",
        "fingerprint",
        "indicators",
        "periods",
        "preparation",
        "rules",
        "store",
    },
    "audit": {
        "audit",
        "config",
        "display",
        "documents",
        "execution",
        "fingerprint",
        "indicators",
        "periods",
        "preparation",
        "report",
    },
    "cli": {"*"},
}
OPEN = {"errors", "columns", "folders", "personal"}


def room_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tthc_analysis"):
            rooms = {room_of(node.module or "")} - {""}
            found |= rooms or {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {room_of(a.name) for a in node.names if a.name.startswith("tthc_analysis")} - {""}
    return found


def test_imports_go_downward_only():
    wrong = []
    for path in PACKAGE.rglob("*.py"):
        room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if room == "__init__":
            continue
        allowed = ROOMS[room]
        extra = set() if "*" in allowed else imports(path) - allowed - OPEN
        wrong += [f"{path.relative_to(ROOT)} → {name}" for name in sorted(extra)]
    assert not wrong, wrong


def test_importing_the_package_and_the_help_are_light():
    heavy = [
        "pandas",
        "numpy",
        "duckdb",
        "matplotlib",
        "great_expectations",
        "papermill",
        "nbconvert",
        "pydantic",
        "rich",
    ]
    code = (
        "import sys, tthc_analysis.cli as c\n"
        "try:\n    c.app(['--help'], standalone_mode=False)\nexcept BaseException: pass\n"
        f"print([m for m in {heavy!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8")
    assert done.stdout.strip().endswith("[]"), done.stdout[-300:]


def test_great_expectations_is_imported_only_to_validate():
    code = "import sys, tthc_analysis.preparation.validation, tthc_analysis.report.build; print('great_expectations' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_deciding_what_to_make_loads_nothing_that_only_makes_it():
    heavy = [
        "pandas",
        "pyarrow",
        "duckdb",
        "papermill",
        "nbconvert",
        "matplotlib",
        "bs4",
        "jinja2",
        "docxtpl",
    ]
    code = (
        "import sys, tthc_analysis.preparation.current, tthc_analysis.report.build, tthc_analysis.report.matrix\n"
        f"print([m for m in {heavy!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def after(code: str) -> str:
    """What a fresh process prints that runs `code`."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8")
    return done.stdout.strip()


def test_importing_changes_nothing_of_the_process():
    code = (
        "import os, signal, sys, warnings\n"
        "def state():\n"
        "    blocked = [name for name, module in sys.modules.items() if module is None]\n"
        "    hooks = (sys.excepthook, sys.displayhook, sys.stdout, sys.stderr, signal.getsignal(signal.SIGINT))\n"
        "    return blocked, dict(os.environ), os.getcwd(), os.stat, open, hooks, list(warnings.filters)\n"
        "before = state()\n"
        "import tthc_analysis\n"
        "import tthc_analysis.cli, tthc_analysis.fingerprint, tthc_analysis.execution.run, tthc_analysis.execution.trace\n"
        "import tthc_analysis.store, tthc_analysis.report.build, tthc_analysis.preparation.current\n"
        "print([a == b for a, b in zip(before, state())], tthc_analysis.fingerprint.package_at_start.cache_info().misses)"
    )
    assert after(code) == "[True, True, True, True, True, True, True] 0"


def test_jsonschema_alone_is_kept_from_its_grammar():
    code = (
        "import sys\nfrom tthc_analysis.execution.light import import_jsonschema\n"
        "import_jsonschema()\nprint('jsonschema' in sys.modules, 'lark' in sys.modules, 'rfc3987_syntax' in sys.modules)\n"
        "import rfc3987_syntax\nprint('lark' in sys.modules)"
    )
    assert after(code).splitlines() == ["True False False", "True"]
