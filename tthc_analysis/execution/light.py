"""jsonschema without the grammar that it builds on being imported where `rfc3987-syntax` is installed: 2.4 s in every process.

JupyterLab needs that package, nothing that runs notebooks does. Only the import of jsonschema is kept from seeing it.
"""

from __future__ import annotations

import sys
from importlib import import_module

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
