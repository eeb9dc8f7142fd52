"""Read a narrative from docx, odt, pdf, html, md, txt or a workbook. Only text is taken: no macro, link or script is followed.

Foreign files are parsed in a child process with limits (`_files.py`); workbooks by the readers of `exports/`.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tthc_analysis.errors import TthcError
from tthc_analysis.reconcile.narrative import Block, Cell, Narrative, build_narrative

LARGEST_FILE = 50_000_000
#: of the child that reads one foreign file, whatever its format
MEMORY_LIMIT = 1 << 30
TIME_LIMIT_SECONDS = 60
MOST_CHARACTERS = 5_000_000
#: rows of one sheet that are read; an annex has hundreds, a register of dossiers is no annex
MOST_ROWS = 3_000

_FILES = Path(__file__).with_name("_files.py")
_KINDS: Mapping[str, str] = {
    ".docx": "docx", ".odt": "odt", ".pdf": "pdf", ".html": "html", ".htm": "html", ".md": "md", ".txt": "txt",
}  # fmt: skip
_BOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
#: suffixes that can be read
READERS: tuple[str, ...] = (*_KINDS, *_BOOKS)
_LAST_LETTERS, _FIRST_LETTERS = re.compile(r"[^\W\d_]+$"), re.compile(r"[^\W\d_]+")
#: what a line end may have cut: a formula of columns, or the thousands of a number
_JOINED = re.compile(r"[-\d()+x×*/:=% ]*\([-\d()+x×*/:=% ]*|\d{1,3}(?:\.\d{3})+")
_AGAIN = "Mở tệp bằng Word, lưu lại thành .docx rồi thử lại."


class UnreadableNarrative(TthcError):
    """A narrative that cannot be read: missing, empty, corrupt, protected, too large or of an unknown format."""

    def __init__(self, path: Path, what: str, now: str = _AGAIN) -> None:
        super().__init__(what, path.name, now)


def read_narrative(path: str | Path) -> Narrative:
    """The text of `path` with the place of every paragraph and cell.

    The format follows from the file's suffix. Raises UnreadableNarrative with one message for any fault of the file.
    """
    file = Path(path)
    suffix = file.suffix.lower()
    if suffix not in READERS:
        known = ", ".join(sorted(READERS))
        raise UnreadableNarrative(
            file, f"Không đọc được định dạng “{file.suffix}”.", f"Lưu dự thảo thành một trong: {known}."
        )
    _check_file(file)
    blocks, unread = _book(file) if suffix in _BOOKS else _document(file, _KINDS[suffix])
    narrative = build_narrative(file.name, suffix.lstrip("."), blocks, unread)
    if not narrative.blocks:
        raise UnreadableNarrative(
            file,
            "Tệp không có chữ nào đọc được.",
            "Kiểm tra tệp không rỗng; bản quét ảnh cần nhận dạng chữ (OCR) trước.",
        )
    return narrative


def _check_file(file: Path) -> None:
    if not file.is_file():
        raise UnreadableNarrative(file, "Không tìm thấy tệp dự thảo.", "Kiểm tra lại đường dẫn.")
    size = file.stat().st_size
    if size == 0:
        raise UnreadableNarrative(file, "Tệp rỗng.", "Chọn lại tệp dự thảo đã lưu.")
    if size > LARGEST_FILE:
        raise UnreadableNarrative(file, "Tệp lớn hơn 50 MB.", "Bỏ bớt ảnh trong dự thảo rồi lưu lại.")


# --- documents ------------------------------------------------------------------------------------------------------


def _document(file: Path, kind: str) -> tuple[list[Block], list[str]]:
    text = _decoded(file) if kind in ("html", "md", "txt") else None
    if kind == "html" and text is not None and "<" not in text:
        raise UnreadableNarrative(file, "Tệp không phải HTML.", "Lưu lại thành .docx hoặc .txt rồi thử lại.")
    blocks, unread, ended = [], [], False
    for line in _lines(file, kind, text):
        if "error" in line:
            raise UnreadableNarrative(file, str(line["error"]))
        ended = ended or "end" in line
        if "unread" in line:
            unread.append(str(line["unread"]))
        elif "text" in line:
            blocks.append(_block(line | {"text": _unbroken(line["text"])} if kind == "pdf" else line))
    if not ended:
        raise UnreadableNarrative(file, "Tệp làm trình đọc dừng đột ngột (tệp hỏng hoặc cần quá nhiều bộ nhớ).")
    return blocks, unread


def _lines(file: Path, kind: str, text: str | None) -> Iterator[dict[str, Any]]:
    """What the child prints for one file, within its limits of memory and time."""
    try:
        child = subprocess.run(
            [sys.executable, "-I", str(_FILES), kind, str(file), str(MEMORY_LIMIT)],
            input=(text or "").encode("utf-8", errors="replace"),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=TIME_LIMIT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UnreadableNarrative(file, f"Đọc tệp quá {TIME_LIMIT_SECONDS} giây.") from None
    try:
        yield from (json.loads(line) for line in child.stdout.splitlines())
    except ValueError:  # the child broke off in the middle of a line
        return


def _block(line: Mapping[str, Any]) -> Block:
    place = line.get("cell")
    cell = Cell(*map(int, place)) if place else None
    return Block(line["text"], line["kind"], line["level"], line.get("page"), cell, anchor=line.get("anchor"))


def _unbroken(text: str) -> str:
    """Lines of a narrow cell as one: a syllable or a formula that the line end cut is whole again."""
    first, *others = text.split("\n")
    for line in others:
        glued = _JOINED.fullmatch(first + line) or line[:1] in ",.;:)" or _is_cut(first, line)
        first += ("" if glued else " ") + line
    return first


def _is_cut(before: str, after: str) -> bool:
    """Whether a line ends within a syllable: both halves make one, and the second alone is none that people write."""
    from tthc_analysis.exports.text import is_syllable
    from tthc_analysis.rules.syllables import common_syllables

    ending, start = _LAST_LETTERS.search(before), _FIRST_LETTERS.match(after)
    if ending is None or start is None:
        return False
    rest, whole = start[0].lower(), (ending[0] + start[0]).lower()
    odd = not is_syllable(rest) or (whole in common_syllables() and rest not in common_syllables())
    return is_syllable(whole) and odd


def _decoded(file: Path) -> str:
    data = file.read_bytes()
    if len(data) > MOST_CHARACTERS:
        raise UnreadableNarrative(file, "Tệp chữ dài quá 5 triệu ký tự.", "Chọn đúng tệp dự thảo.")
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise UnreadableNarrative(
            file, "Tệp không phải chữ Unicode.", "Lưu lại với bảng mã UTF-8 (Unicode) rồi thử lại."
        )
    return text


# --- workbooks ------------------------------------------------------------------------------------------------------


def _book(file: Path) -> tuple[list[Block], list[str]]:
    """The sheets of a workbook (also TCVN3, VNI and HTML saved as .xls) as tables, their lone cells as paragraphs."""
    from tthc_analysis.errors import UnreadableExport
    from tthc_analysis.exports.read import Limits, read_export
    from tthc_analysis.exports.text import clean_text, decode, detect

    try:
        export = read_export(file, Limits(MEMORY_LIMIT, TIME_LIMIT_SECONDS))
    except UnreadableExport as error:
        raise UnreadableNarrative(
            file, str(error).split("\n")[0].rstrip(".") + ".", "Mở bằng Excel, lưu lại thành .xlsx."
        ) from None
    except (OSError, zipfile.BadZipFile):
        raise UnreadableNarrative(file, "Tệp bị hỏng.", "Mở bằng Excel, lưu lại thành .xlsx.") from None
    blocks: list[Block] = []
    unread = [f"trang tính ẩn “{name}”" for name in export.hidden]
    for number, grid in enumerate(export.grids, 1):
        rows = grid.rows(0, MOST_ROWS)
        encoding = detect(text for row in rows for text in row)
        decoded = [[clean_text(decode(text, encoding)) for text in row] for row in rows]
        blocks += _sheet(number, decoded, grid.merges)
        if grid.height > MOST_ROWS:
            unread.append(f"trang “{grid.sheet}” từ dòng {MOST_ROWS + 1}")
    return blocks, unread


def _sheet(number: int, rows: list[list[str]], merges: Iterable[tuple[int, int, int, int]]) -> Iterator[Block]:
    """Rows of a sheet: those with one filled cell above the table are its title, the others its cells."""
    spans = {(r, c): (last_c - c + 1, last_r - r + 1) for r, c, last_r, last_c in merges}
    filled = [sum(bool(text) for text in row) for row in rows]
    first = next((i for i, count in enumerate(filled) if count > 2), len(rows))
    for row in rows[:first]:
        yield from (Block(text) for text in row if text)
    for index, row in enumerate(rows[first:], 1):
        for column, text in enumerate(row):
            if text:
                width, height = spans.get((index - 1 + first, column), (1, 1))
                yield Block(_number(text), "cell", cell=Cell(number, index, column + 1, width, height))


def _number(text: str) -> str:
    """A number of a workbook as Vietnamese print it: 2215 stays, 0.9906 and 98.5 get a decimal comma."""
    plain = text.replace(".", "", 1).removeprefix("-")
    return text.replace(".", ",") if text.count(".") == 1 and plain.isascii() and plain.isdigit() else text
