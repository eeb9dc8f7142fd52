"""The corpus of invented notices and reports: each text as blocks, and as a file of every format that keeps tables."""

import json
import re
import tomllib
import zipfile
from collections.abc import Iterator
from html import escape
from pathlib import Path

import docx
import typst
from narrative_files import odt_content

from tthc_analysis.reconcile.narrative import Block, Cell, Narrative, build_narrative

FOLDER = Path(__file__).parent / "corpus"
Rows = list[tuple[int, int, int, int, str]]


def cases(*names: str) -> list[tuple[str, str, list[list[str]]]]:
    """Name, text and planted faults of every case of these files."""
    found = []
    for name in names:
        data = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
        found += [(c["name"], c["text"].strip("\n"), c["faults"]) for c in data["case"]]
    return found


def pieces(text: str) -> Iterator[str | Rows]:
    """Lines and tables in order; "||" joins a cell to the left, an empty header cell belongs to the one above."""
    table: list[str] = []
    for line in [*text.splitlines(), ""]:
        if line.startswith("|"):
            table.append(line)
            continue
        if table:
            yield _rows(table)
            table = []
        if line.strip():
            yield line


def _rows(lines: list[str]) -> Rows:
    rule = next(i for i, line in enumerate(lines) if re.fullmatch(r"\|[-|: ]+\|", line))
    grid = [
        [c if c == "" else c.strip() or " " for c in line[1:-1].split("|")] for i, line in enumerate(lines) if i != rule
    ]
    found: Rows = []
    for i, row in enumerate(grid):
        for j, text in enumerate(row):
            if (text == "" and j) or (text == " " and 0 < i < rule):
                continue
            width = next((w for w in range(1, len(row) - j) if row[j + w] != ""), len(row) - j)
            height = next(
                (h for h in range(1, max(1, rule - i)) if i + h >= rule or grid[i + h][j] != " "), max(1, rule - i)
            )
            found.append((i + 1, j + 1, width, height if i < rule else 1, text.strip()))
    return found


def narrative_of(text: str) -> Narrative:
    """The text as the readers give it."""
    blocks: list[Block] = []
    tables = 0
    for piece in pieces(text):
        if isinstance(piece, str):
            blocks.append(Block(piece))
        else:
            tables += 1
            blocks += [Block(t, "cell", cell=Cell(tables, r, c, w, h)) for r, c, w, h, t in piece]
    return build_narrative("x.txt", "txt", blocks)


def write_docx(path: Path, text: str) -> None:
    document = docx.Document()
    for piece in pieces(text):
        if isinstance(piece, str):
            document.add_paragraph(piece)
            continue
        table = document.add_table(max(r for r, *_ in piece), max(c + w - 1 for _, c, w, *_ in piece))
        for r, c, w, h, t in piece:
            cell = table.cell(r - 1, c - 1).merge(table.cell(r + h - 2, c + w - 2))
            cell.text = t
    document.save(str(path))


def write_html(path: Path, text: str) -> None:
    parts = []
    for piece in pieces(text):
        if isinstance(piece, str):
            parts.append(f"<p>{escape(piece)}</p>")
            continue
        rows: dict[int, str] = {}
        for r, _c, w, h, t in piece:
            rows[r] = rows.get(r, "") + f'<td colspan="{w}" rowspan="{h}">{escape(t)}</td>'
        parts.append("<table>" + "".join(f"<tr>{rows[r]}</tr>" for r in sorted(rows)) + "</table>")
    path.write_text(f"<html><body>{''.join(parts)}</body></html>", encoding="utf-8")


def write_odt(path: Path, text: str) -> None:
    parts = []
    for piece in pieces(text):
        if isinstance(piece, str):
            parts.append(f"<text:p>{escape(piece)}</text:p>")
            continue
        at = {(r, c): (w, h, t) for r, c, w, h, t in piece}
        rows, columns = max(r for r, *_ in piece), max(c + w - 1 for _, c, w, *_ in piece)
        lines = ("".join(_odt_cell(at.get((r, c))) for c in range(1, columns + 1)) for r in range(1, rows + 1))
        parts.append(
            "<table:table>" + "".join(f"<table:table-row>{line}</table:table-row>" for line in lines) + "</table:table>"
        )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", odt_content("".join(parts)))


def _odt_cell(cell: tuple[int, int, str] | None) -> str:
    if cell is None:
        return "<table:covered-table-cell/>"
    width, height, text = cell
    spans = f'table:number-columns-spanned="{width}" table:number-rows-spanned="{height}"'
    return f"<table:table-cell {spans}><text:p>{escape(text)}</text:p></table:table-cell>"


def write_txt(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def write_md(path: Path, text: str) -> None:
    lines = text.splitlines()
    tabled = [line.startswith("|") for line in lines]
    parts = [
        line + ("\n" if a and b else "\n\n") for line, a, b in zip(lines, tabled, [*tabled[1:], False], strict=True)
    ]
    path.write_text("".join(parts), encoding="utf-8")


def write_pdf(path: Path, text: str) -> None:
    """Paragraphs and ruled tables on landscape pages, as an office program prints them."""
    parts = ['#set page(width: 29.7cm, height: 21cm, numbering: "1")\n#set text(size: 10pt)']
    for piece in pieces(text):
        if isinstance(piece, str):
            parts.append(f"#text({json.dumps(piece, ensure_ascii=False)})")
            continue
        cells = (
            f"table.cell(colspan: {w}, rowspan: {h})[#text({json.dumps(t, ensure_ascii=False)})]"
            for _, _, w, h, t in piece
        )
        columns = max(c + w - 1 for _, c, w, *_ in piece)
        parts.append(f"#table(columns: {columns}, {', '.join(cells)})")
    path.write_bytes(typst.compile("\n\n".join(parts).encode("utf-8")))
