"""Imports without what happens to lie about: a grammar that slows every process, settings of a working folder.

jsonschema builds a grammar on being imported where `rfc3987-syntax` is installed: 2.4 s in every process. JupyterLab needs
that package, nothing that runs notebooks does; only the import of jsonschema is kept from seeing it.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

_GRAMMAR = "rfc3987_syntax"


def import_jsonschema() -> None:
    """Import jsonschema, if nobody has yet, without its grammar; any other import finds the package as ever."""
    if _GRAMMAR in sys.modules:
        return
    sys.modules[_GRAMMAR] = None  # type: ignore[assignment]
    try:
        import_module("jsonschema")
    finally:
        del sys.modules[_GRAMMAR]


def import_matplotlib() -> None:
    """Import matplotlib, if nobody has yet, from its own folder: it takes a `matplotlibrc` of the working folder first of all."""
    found = find_spec("matplotlib")
    if "matplotlib" in sys.modules or found is None or found.origin is None:
        return
    here = Path.cwd()
    os.chdir(Path(found.origin).parent)
    try:
        import_module("matplotlib")
    finally:
        os.chdir(here)
