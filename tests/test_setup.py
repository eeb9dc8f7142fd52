"""The set-up itself: locks, environment, what git may hold, the notebooks as committed, the order of the rooms."""

from __future__ import annotations

import ast
import contextlib
import importlib.util
import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, metadata
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


#: rooms that every room may use
OPEN = {"errors", "columns", "personal"}
ANY = "mọi phòng trên"
#: the largest part of the code that a room may be without layers inside that are declared and held
LARGEST = 0.15


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def modules_used(path: Path) -> set[tuple[str, ...]]:
    """The modules of this package that a file imports, as names below the package; a name may be one inside a module."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "tthc_analysis":
            found |= {tuple(f"{node.module}.{alias.name}".split(".")[1:]) for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {tuple(a.name.split(".")[1:]) for a in node.names if a.name.startswith("tthc_analysis.")}
    return found


def architecture(heading: str) -> list[list[str]]:
    """The cells of the table below a heading of docs/architecture.md."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").split(f"## {heading}\n")[1]
    lines = [line for line in text.split("\n## ")[0].splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def named(cell: str) -> list[str]:
    return [name.rstrip("/") for name in re.findall(r"`([^`]+)`", cell)]


def test_the_architecture_says_what_each_room_imports_and_all_go_down():
    real: dict[str, set[str]] = {}
    for path in PACKAGE.rglob("*.py"):
        real.setdefault(room_of(path), set()).update(used[0] for used in modules_used(path))
    del real["__init__"]
    said = {named(row[0])[0]: row[2] for row in architecture("Các phòng")}
    assert set(said) == set(real)
    order = list(said)
    for room, cell in said.items():
        used = (real[room] & set(order)) - {room}
        assert all(order.index(other) < order.index(room) for other in used), f"{room} → {sorted(used)}"
        assert cell == ANY or set(named(cell)) == used - OPEN, f"{room} → {sorted(used - OPEN)}, tài liệu ghi: {cell}"


def test_no_room_is_large_without_layers_and_no_imports_run_in_circles():
    layers = {
        named(row[0])[0]: [named(tier) for tier in row[1].split("→")] for row in architecture("Tầng trong phòng lớn")
    }
    files = [p for p in PACKAGE.rglob("*.py") if p.name != "__init__.py"]
    sizes = {p: len(p.read_text(encoding="utf-8").splitlines()) for p in files}
    for room in {room_of(p) for p in files}:
        own = [p for p in files if room_of(p) == room]
        modules = {p.stem for p in own}
        inner = {
            p.stem: {u[1] for u in modules_used(p) if u[0] == room and len(u) > 1} & modules - {p.stem} for p in own
        }
        if room in layers:
            tier = {name: at for at, names in enumerate(layers[room]) for name in names}
            assert set(tier) == modules, f"{room}: {sorted(set(tier) ^ modules)}"
            assert all(tier[other] < tier[name] for name, others in inner.items() for other in others), room
        else:
            share = sum(sizes[p] for p in own) / sum(sizes.values())
            assert share <= LARGEST, (
                f"{room}: {share:.1%} của mã; khai tầng bên trong ở docs/architecture.md hoặc tách phòng"
            )
        left = dict(inner)
        while done := [name for name, others in left.items() if not others & left.keys()]:
            for name in done:
                del left[name]
        assert not left, f"{room}: {left}"


def parts_of_the_configuration(function: ast.FunctionDef, all_functions: dict[str, list[ast.FunctionDef]]) -> set[str]:
    """The entries of the `Config` that a function takes which it, or those that it hands the whole to, read."""
    read: set[str] = set()
    waiting, seen = [function], set[int]()
    while waiting:
        one = waiting.pop()
        seen.add(id(one))
        names = whole_configurations(one)
        for node in ast.walk(one):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in names:
                read.add(node.attr)
            elif isinstance(node, ast.Call):
                handed = [a for a in (*node.args, *(k.value for k in node.keywords)) if isinstance(a, ast.Name)]
                if any(a.id in names for a in handed):
                    called = ast.unparse(node.func).rsplit(".", 1)[-1]
                    waiting += [f for f in all_functions.get(called, ()) if id(f) not in seen]
    return read


def whole_configurations(function: ast.FunctionDef) -> set[str]:
    """The parameters of a function that are a whole `Config`."""
    given = (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    return {a.arg for a in given if a.annotation and re.search(r"\bConfig\b", ast.unparse(a.annotation))}


def test_only_those_take_the_whole_configuration_that_use_much_of_it():
    found: dict[str, list[ast.FunctionDef]] = {}
    rooms: dict[int, str] = {}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                found.setdefault(node.name, []).append(node)
                rooms[id(node)] = f"{path.relative_to(PACKAGE)}:{node.lineno} {node.name}"
    held = [
        f
        for fs in found.values()
        for f in fs
        if whole_configurations(f) and not rooms[id(f)].startswith(("cli", "config"))
    ]
    parts = {rooms[id(f)]: parts_of_the_configuration(f, found) for f in held}
    assert len(parts) > 10
    # whoever asks for an agency's own configuration, or for all values, needs a whole one
    whole = {"for_agency", "model_dump"}
    small = {place: sorted(read) for place, read in parts.items() if len(read) < 3 and not read & whole}
    assert small == {}, "lấy đúng giá trị cần dùng thay cho cả Config"


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


def test_every_public_name_is_there_and_none_is_said_twice():
    import tthc_analysis

    names = re.findall(r" as (\w+)$", (PACKAGE / "__init__.pyi").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(names) == dir(tthc_analysis) == sorted(set(names))
    assert all(getattr(tthc_analysis, name) is not None for name in names)
    with pytest.raises(AttributeError):
        tthc_analysis.open_reprot  # noqa: B018


def test_tables_are_named_by_their_constants():
    from tthc_analysis.columns import TABLES

    rooms = ("indicators", "preparation", "store", "display", "report", "audit", "reconcile", "cli")
    said = [
        f"{path.relative_to(PACKAGE)}:{node.lineno} {node.value}"
        for room in rooms
        for path in (PACKAGE / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value in TABLES
    ]
    assert said == []


def test_every_package_with_a_copyleft_licence_is_named_in_security():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    named = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    found = {}
    for name in re.findall(r"^([a-z0-9][\w.-]*)==", lock, flags=re.MULTILINE):
        with contextlib.suppress(PackageNotFoundError):
            about = metadata(name)
            said = [
                about.get("License-Expression") or about.get("License", "")[:60],
                *(about.get_all("Classifier") or []),
            ]
            if any(
                re.search(r"GPL|MPL|GNU|Mozilla Public", text) for text in said if "License" in text or "::" not in text
            ):
                found[name] = said[0]
    assert {"docxtpl", "certifi"} <= set(found)
    assert not [name for name in found if f"`{name}`" not in named], found
