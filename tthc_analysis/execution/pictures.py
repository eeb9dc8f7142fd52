"""Picture files that a notebook names: taken along in the executed copy, which then needs no other file."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

#: endings that a notebook may take along → media type
TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
}
_NAMED = re.compile(r"!\[[^\]]*\]\(\s*<?([^)\s>]+)|<img\b[^>]*?\bsrc\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
_LARGEST = 20 * 1024 * 1024


def named(text: str) -> Iterator[str]:
    """The addresses of pictures that a Markdown or HTML text names, as written."""
    for markdown, html in _NAMED.findall(text):
        yield markdown or html


def beside(address: str, folder: Path, root: Path) -> tuple[str, str] | None:
    """Media type and base64 of the picture file that `address` names, seen from `folder`; None for any other address.

    Only files below the project's `root` are taken along.
    """
    if re.match(r"[a-z][a-z0-9+.-]*:|//|#", address, re.IGNORECASE):
        return None
    path = (folder / unquote(address)).resolve()
    kind = TYPES.get(path.suffix.lower())
    inside = path.is_relative_to(root.resolve())
    if not (kind and inside and path.is_file()) or path.stat().st_size > _LARGEST:
        return None
    return kind, base64.b64encode(path.read_bytes()).decode("ascii")


def take_along(notebook: Any, folder: Path, root: Path) -> None:
    """Put the picture files that text cells and HTML outputs name into the notebook, so that it needs no other file."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for address in set(named(cell.source)) - set(cell.get("attachments", {})):
                if found := beside(address, folder, root):
                    cell.setdefault("attachments", {})[address] = {found[0]: found[1]}
        for output in cell.get("outputs", ()):
            html = output.get("data", {}).get("text/html")
            if isinstance(html, str) and "<img" in html:
                output["data"]["text/html"] = _with_data(html, folder, root)


def _with_data(html: str, folder: Path, root: Path) -> str:
    for address in set(named(html)):
        if found := beside(address, folder, root):
            html = html.replace(address, f"data:{found[0]};base64,{found[1]}")
    return html
