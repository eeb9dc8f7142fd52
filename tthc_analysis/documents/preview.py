"""The section that an analyst is writing, as a report will publish it."""

from __future__ import annotations

import os
from html import escape
from pathlib import Path
from typing import Any

from tthc_analysis.documents.book import HIDDEN_TAGS

#: where JupyterLab and VS Code name the notebook of a kernel; a report takes the first from its processes
SESSION = "JPY_SESSION_NAME"
_HEIGHT = 900
_HINT = "Sổ tay chưa lưu kết quả của mọi ô: chạy hết các ô, lưu (Ctrl+S) rồi chạy lại ô này."


class Preview:
    """A page inside a notebook: shows itself in a frame of its own, so that neither style touches the other."""

    def __init__(self, page: str, name: str, unsaved: bool) -> None:
        self._page, self._name, self._unsaved = page, name, unsaved

    def _repr_html_(self) -> str:
        hint = f"<p><strong>{_HINT}</strong></p>" if self._unsaved else ""
        return (
            f'{hint}<iframe title="Xem thử {escape(self._name)}" srcdoc="{escape(self._page)}" sandbox="allow-scripts" '
            f'style="width:100%;height:{_HEIGHT}px;border:1px solid #999"></iframe>'
        )

    def __repr__(self) -> str:
        return f"Xem thử {self._name} như khi công bố (bản đã lưu gần nhất). {_HINT if self._unsaved else ''}".rstrip()


def preview(notebook: str | Path = "") -> Preview | None:
    """Show the notebook, as last saved with its outputs, the way a report publishes it.

    `notebook` is its path; "" is the one that calls. In a report, which is published itself, nothing is shown (None).
    """
    path = Path(notebook or os.environ.get(SESSION) or _of_vscode())
    if not path.is_file():
        return None
    import nbformat

    from tthc_analysis.documents.render import ReportHTMLExporter

    notebook_node = nbformat.read(path, as_version=4)
    page, _ = ReportHTMLExporter().from_notebook_node(notebook_node)
    return Preview(page, path.name, _unsaved(notebook_node))


def _unsaved(notebook: Any) -> bool:
    """Whether cells of the section have no saved result yet."""
    code = [c for c in notebook.cells if c.cell_type == "code" and not HIDDEN_TAGS & set(c.metadata.get("tags", []))]
    return any(c.source.strip() and c.execution_count is None for c in code)


def _of_vscode() -> str:
    import sys

    return str(getattr(sys.modules.get("__main__"), "__vsc_ipynb_file__", ""))
