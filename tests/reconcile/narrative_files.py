"""Write one text as a narrative of every format, the way an office program does: headings, items, paragraphs."""

import re
import zipfile
from collections.abc import Callable, Mapping
from html import escape
from pathlib import Path

import docx
import typst

HEADING = re.compile(r"(?:[IVX]+|\d(?:\.\d)*)\. ")
_ODF = "urn:oasis:names:tc:opendocument:xmlns:"


def level_of(line: str) -> int:
    """Heading level of a line of our narrative; 0 for text."""
    if not HEADING.match(line):
        return 0
    label = line.split(" ", 1)[0].rstrip(".")
    return 1 if label[0] in "IVX" else 2 + label.count(".")


def write_docx(path: Path, lines: list[str]) -> None:
    document = docx.Document()
    for line in lines:
        level = level_of(line)
        if level:
            document.add_heading(line, level)
        else:
            document.add_paragraph(line)
    document.save(str(path))


def write_html(path: Path, lines: list[str]) -> None:
    parts = []
    for line in lines:
        tag = f"h{level_of(line)}" if level_of(line) else "p"
        parts.append(f"<{tag}>{escape(line)}</{tag}>")
    body = "\n".join(parts)
    path.write_text(
        f"<!DOCTYPE html><html><head><title>x</title></head><body><div>{body}</div></body></html>", encoding="utf-8"
    )


def write_md(path: Path, lines: list[str]) -> None:
    marked = [("#" * level_of(line) + " " if level_of(line) else "") + line.replace("(", "\\(") for line in lines]
    path.write_text("\n\n".join(marked), encoding="utf-8")


def write_txt(path: Path, lines: list[str]) -> None:
    path.write_text("\n\n".join(lines), encoding="utf-16")


def odt_content(body: str) -> str:
    """content.xml of a text document with this body."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="{_ODF}office:1.0" '
        f'xmlns:text="{_ODF}text:1.0" xmlns:table="{_ODF}table:1.0">'
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )


def write_odt(path: Path, lines: list[str]) -> None:
    parts = []
    for line in lines:
        level, text = level_of(line), escape(line).replace(" TTHC", "<text:s/><text:span>TTHC</text:span>")
        parts.append(f'<text:h text:outline-level="{level}">{text}</text:h>' if level else f"<text:p>{text}</text:p>")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", odt_content("".join(parts)))


def write_pdf(path: Path, lines: list[str]) -> None:
    source = '#set page(width: 21cm, height: 14cm, numbering: "1")\n#set par(justify: false)\n'
    source += "\n\n".join("#" + f'text("{line}")' for line in lines)
    path.write_bytes(typst.compile(source.encode("utf-8")))


WRITERS: Mapping[str, Callable[[Path, list[str]], None]] = {
    ".docx": write_docx,
    ".odt": write_odt,
    ".pdf": write_pdf,
    ".html": write_html,
    ".md": write_md,
    ".txt": write_txt,
}
