"""Remarks as comments in the sender's own Word file: a copy with every other part unchanged, each comment at its words."""

from __future__ import annotations

import unicodedata
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tthc_analysis.reconcile._files import Docx, W, xml_of
from tthc_analysis.reconcile._result import SEVERITY_LABELS, Reconciliation, Remark
from tthc_analysis.reconcile._text import clean

AUTHOR = "tthc đối soát"
_COMMENTS = "word/comments.xml"
_TYPES = "[Content_Types].xml"
_RELATIONS = "word/_rels/document.xml.rels"
_NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
_CONTENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
#: a fixed day, so that the same narrative gives the same file
_DAY = "2000-01-01T00:00:00Z"


def write_comments(source: Path, target: Path, result: Reconciliation) -> int:
    """Write a copy of the Word file `source` with a comment at each remark on a figure; returns how many were written.

    Remarks on style are only counted in the first comment, which says how much of the narrative was checked.
    """
    reader = Docx(str(source))
    list(reader.read())
    existing = xml_of(reader.archive, _COMMENTS)
    comments = existing if existing is not None else _empty()
    first = 1 + max((int(c.get(f"{W}id", "0")) for c in comments), default=-1)
    placed = [(reader.paragraphs[0], "", _summary(result)), *_placed(reader, result)]
    for number, (node, found, text) in enumerate(placed, first):
        _mark(node, found, number)
        comments.append(_comment(number, text))
    _write(reader, target, comments, is_new=existing is None)
    return len(placed) - 1


def _summary(result: Reconciliation) -> str:
    return f"{result.summary} Kỳ: {result.span_text}."


def _placed(reader: Docx, result: Reconciliation) -> list[tuple[Any, str, str]]:
    """Each remark with the paragraph it stands in and the words it is about."""
    found = []
    for remark in (r for r in (*result.remarks, *result.notes) if not r.is_style):
        block = result.narrative.blocks[remark.place.paragraph - 1]
        anchor = block.anchor or 1
        words = block.text[remark.place.start : remark.place.end] if block.anchor else ""
        found.append((reader.paragraphs[min(anchor, len(reader.paragraphs)) - 1], words, _text(remark)))
    return found


def _text(remark: Remark) -> str:
    return f"{SEVERITY_LABELS[remark.severity]} · {remark.code} · {remark.title}. {remark.explanation}"


def _empty() -> Any:
    from lxml import etree

    return etree.Element(f"{W}comments", nsmap={"w": _NAMESPACE})


def _comment(number: int, text: str) -> Any:
    from lxml import etree

    comment = etree.Element(
        f"{W}comment", {f"{W}id": str(number), f"{W}author": AUTHOR, f"{W}initials": "ĐS", f"{W}date": _DAY}
    )
    run = etree.SubElement(etree.SubElement(comment, f"{W}p"), f"{W}r")
    etree.SubElement(run, f"{W}t").text = clean(text)
    return comment


def _mark(node: Any, words: str, number: int) -> None:
    """Put the range of a comment around the runs of a paragraph that hold `words`, else around all of them."""
    from lxml import etree

    runs = [r for r in node.iter(f"{W}r") if next(r.iterancestors(f"{W}p")) is node]
    first, last = _runs_of(runs, words)
    start = etree.Element(f"{W}commentRangeStart", {f"{W}id": str(number)})
    end = etree.Element(f"{W}commentRangeEnd", {f"{W}id": str(number)})
    reference = etree.Element(f"{W}r")
    etree.SubElement(reference, f"{W}commentReference", {f"{W}id": str(number)})
    if not runs:
        node.extend([start, end, reference])
        return
    runs[first].addprevious(start)
    runs[last].addnext(end)
    end.addnext(reference)


def _runs_of(runs: Sequence[Any], words: str) -> tuple[int, int]:
    """The first and last run that hold the words; all runs when they cannot be told."""
    letters: list[tuple[str, int]] = []
    for index, run in enumerate(runs):
        text = "".join((t.text or "") if t.tag == f"{W}t" else " " for t in run.iter(f"{W}t", f"{W}tab", f"{W}br"))
        letters += [(c, index) for c in unicodedata.normalize("NFC", text)]
    kept = [pair for i, pair in enumerate(letters) if not (pair[0].isspace() and i and letters[i - 1][0].isspace())]
    at = "".join(" " if c.isspace() else c for c, _ in kept).find(words) if words else -1
    return (kept[at][1], kept[at + len(words) - 1][1]) if at >= 0 else (0, max(0, len(runs) - 1))


def _write(reader: Docx, target: Path, comments: Any, *, is_new: bool) -> None:
    from lxml import etree

    def packed(root: Any) -> bytes:
        return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))

    changed = {"word/document.xml": packed(reader.root), _COMMENTS: packed(comments)}
    if is_new:
        changed[_TYPES] = packed(_with_type(xml_of(reader.archive, _TYPES)))
        changed[_RELATIONS] = packed(_with_relation(xml_of(reader.archive, _RELATIONS)))
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for info in reader.archive.infolist():
            copy.writestr(info, changed.pop(info.filename, b"") or reader.archive.read(info.filename))
        for name, data in changed.items():
            copy.writestr(zipfile.ZipInfo(name), data)


def _with_type(types: Any) -> Any:
    from lxml import etree

    space = types.tag.split("}")[0] + "}"
    etree.SubElement(types, f"{space}Override", {"PartName": f"/{_COMMENTS}", "ContentType": _CONTENT})
    return types


def _with_relation(relations: Any) -> Any:
    from lxml import etree

    space = "{http://schemas.openxmlformats.org/package/2006/relationships}"
    root = relations if relations is not None else etree.Element(f"{space}Relationships")
    used = {r.get("Id") for r in root}
    name = next(f"rIdDoiSoat{n}" for n in range(1, 1000) if f"rIdDoiSoat{n}" not in used)
    etree.SubElement(root, f"{space}Relationship", {"Id": name, "Type": _RELATION, "Target": "comments.xml"})
    return root
