"""Read a draft from docx, odt, pdf, html, md or txt. Only text is taken: no macro, link, script or image is followed."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

from tthc_analysis.errors import TthcError
from tthc_analysis.reconcile._text import clean
from tthc_analysis.reconcile.draft import Block, Cell, Draft, begins_new_block, build_draft

LARGEST_FILE = 50_000_000
LARGEST_UNPACKED = 400_000_000
MOST_CHARACTERS = 5_000_000

_TERMINAL = re.compile(r"[.;:!?…][”\"')\]]*$")
_BROKEN_WORD = re.compile(r"\w[-/]$")
_DANGLING = re.compile(r"(?:^|\s)(?:số|và|của|ngày|các|về|tại|theo|cho|với|trong|là|từ|đến|để|do|bởi)$|,$")


class UnreadableDraft(TthcError):
    """A draft that cannot be read: missing, empty, corrupt, protected, too large or of an unknown format."""

    def __init__(self, path: Path, what: str, now: str = "Mở tệp bằng Word, lưu lại thành .docx rồi thử lại.") -> None:
        super().__init__(what, path.name, now)


def read_draft(path: str | Path) -> Draft:
    """The text of `path` with the place of every paragraph and cell.

    The format follows from the file's suffix. Raises UnreadableDraft with one message for any fault of the file.
    """
    file = Path(path)
    reader = READERS.get(file.suffix.lower())
    if reader is None:
        known = ", ".join(sorted(READERS))
        raise UnreadableDraft(
            file, f"Không đọc được định dạng “{file.suffix}”.", f"Lưu dự thảo thành một trong: {known}."
        )
    _check_file(file)
    try:
        draft = build_draft(file.name, file.suffix.lower().lstrip("."), reader(file))
    except UnreadableDraft:
        raise
    except Exception as error:  # parsers raise many kinds for a corrupt file; the user needs one message
        raise UnreadableDraft(file, f"Tệp hỏng hoặc không đúng định dạng ({type(error).__name__}).") from error
    if not draft.blocks:
        raise UnreadableDraft(
            file,
            "Tệp không có chữ nào đọc được.",
            "Kiểm tra tệp không rỗng; bản quét ảnh cần nhận dạng chữ (OCR) trước.",
        )
    return draft


def _check_file(file: Path) -> None:
    if not file.is_file():
        raise UnreadableDraft(file, "Không tìm thấy tệp dự thảo.", "Kiểm tra lại đường dẫn.")
    size = file.stat().st_size
    if size == 0:
        raise UnreadableDraft(file, "Tệp rỗng.", "Chọn lại tệp dự thảo đã lưu.")
    if size > LARGEST_FILE:
        raise UnreadableDraft(file, "Tệp lớn hơn 50 MB.", "Bỏ bớt ảnh trong dự thảo rồi lưu lại.")


def _check_zip(file: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > LARGEST_UNPACKED:
            raise UnreadableDraft(file, "Tệp nén bung ra quá lớn.")


def _read_docx(file: Path) -> Iterator[Block]:
    import docx
    from docx.table import Table

    _check_zip(file)
    page = tables = 0
    for part in docx.Document(str(file)).iter_inner_content():
        if isinstance(part, Table):
            tables += 1
            rows = [[cell.text for cell in row.cells] for row in part.rows]
            yield from _table_blocks(rows, tables, page + 1 if page else None)
        else:
            yield _docx_paragraph(part, page + 1 if page else None)
            page += len(part.rendered_page_breaks)


def _docx_paragraph(part: Any, page: int | None) -> Block:
    style = (part.style.name or "") if part.style is not None else ""
    heading = re.fullmatch(r"(?:Heading|heading|Tiêu đề|Đề mục) (\d)", style)
    if heading:
        return Block(part.text, "heading", int(heading[1]), page)
    return Block(part.text, "item" if style.startswith("List") else "paragraph", page=page)


def _table_blocks(rows: list[list[str]], number: int, page: int | None = None) -> Iterator[Block]:
    for i, row in enumerate(rows, 1):
        for j, text in enumerate(row, 1):
            yield Block(text, "cell", page=page, cell=Cell(number, i, j))


_ODF_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_ODF_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"


def _read_odt(file: Path) -> Iterator[Block]:
    from lxml import etree

    _check_zip(file)
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    with zipfile.ZipFile(file) as archive:
        root = etree.fromstring(archive.read("content.xml"), parser)
    tables = 0
    for element in root.iter(f"{_ODF_TEXT}h", f"{_ODF_TEXT}p", f"{_ODF_TABLE}table"):
        if element.tag == f"{_ODF_TABLE}table":
            tables += 1
            yield from _table_blocks(_odt_rows(element), tables)
        elif not any(a.tag == f"{_ODF_TABLE}table" for a in element.iterancestors()):
            yield _odt_paragraph(element)


def _odt_rows(table: Any) -> list[list[str]]:
    rows = table.iter(f"{_ODF_TABLE}table-row")
    return [[_odt_text(c) for c in row if c.tag == f"{_ODF_TABLE}table-cell"] for row in rows]


def _odt_paragraph(element: Any) -> Block:
    if element.tag == f"{_ODF_TEXT}h":
        return Block(_odt_text(element), "heading", int(element.get(f"{_ODF_TEXT}outline-level", "1")))
    listed = any(a.tag == f"{_ODF_TEXT}list-item" for a in element.iterancestors())
    return Block(_odt_text(element), "item" if listed else "paragraph")


def _odt_text(element: Any) -> str:
    pieces: list[str] = []
    for node in element.iter():
        if node.tag in (f"{_ODF_TEXT}s", f"{_ODF_TEXT}tab", f"{_ODF_TEXT}line-break"):
            pieces.append(" ")
        pieces.append(node.text or "")
        if node is not element:
            pieces.append(node.tail or "")
    return "".join(pieces)


def _read_pdf(file: Path) -> Iterator[Block]:
    try:
        from pypdf import PdfReader
    except ImportError:
        raise UnreadableDraft(
            file,
            "Máy này chưa có thư viện đọc PDF (pypdf).",
            "Đối soát bản .docx của dự thảo, hoặc cài thêm: pip install pypdf.",
        ) from None
    reader = PdfReader(file)
    if reader.is_encrypted and not reader.decrypt(""):
        raise UnreadableDraft(file, "Tệp PDF có mật khẩu.", "Bỏ mật khẩu, hoặc đối soát bản .docx.")
    for number, page in enumerate(reader.pages, 1):
        lines = [clean(line) for line in page.extract_text().splitlines()]
        for text in _paragraphs_of_lines(_without_page_number(lines)):
            yield Block(text, page=number)


def _without_page_number(lines: list[str]) -> list[str]:
    """Lines of a page without a first or last line that is only its number."""
    kept = [line for line in lines if line]
    for end in (0, -1):
        if kept and re.fullmatch(r"\d{1,3}", kept[end]):
            kept.pop(end)
    return kept


def _paragraphs_of_lines(lines: list[str]) -> list[str]:
    """Wrapped lines joined again: a full line that ends no sentence goes on in the next one."""
    if not lines:
        return []
    width = max(map(len, lines))
    joined = [lines[0]]
    for before, line in pairwise(lines):
        full = len(before) > 0.75 * width
        if not begins_new_block(line) and (_goes_on(before, line) or (full and not _TERMINAL.search(before))):
            joined[-1] += ("" if _BROKEN_WORD.search(before) else " ") + line
        else:
            joined.append(line)
    return joined


def _goes_on(before: str, line: str) -> bool:
    """Whether a paragraph was cut by a page or line end: it stops in mid-sentence and the next begins in lower case."""
    return not _TERMINAL.search(before) and bool(line[:1].islower() or _DANGLING.search(before))


def _read_txt(file: Path) -> Iterator[Block]:
    lines = [clean(line) for line in _decoded(file).splitlines()]
    yield from (Block(text) for text in _rejoined(line for line in lines if line))


def _rejoined(lines: Iterable[str]) -> list[str]:
    """Paragraphs of a plain text; one that a page break cut in mid-sentence is put together again."""
    joined: list[str] = []
    for line in lines:
        if joined and not begins_new_block(line) and _goes_on(joined[-1], line):
            joined[-1] += " " + line
        else:
            joined.append(line)
    return joined


def _decoded(file: Path) -> str:
    data = file.read_bytes()
    if len(data) > MOST_CHARACTERS:
        raise UnreadableDraft(file, "Tệp chữ dài quá 5 triệu ký tự.", "Chọn đúng tệp dự thảo.")
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise UnreadableDraft(file, "Tệp không phải chữ Unicode.", "Lưu lại với bảng mã UTF-8 (Unicode) rồi thử lại.")
    return text


def _read_md(file: Path) -> Iterator[Block]:
    import mistune

    html = mistune.create_markdown(escape=True, plugins=["table"])(_decoded(file))
    return _html_blocks(str(html))


def _read_html(file: Path) -> Iterator[Block]:
    text = _decoded(file)
    if "<" not in text:
        raise UnreadableDraft(file, "Tệp không phải HTML.", "Lưu lại thành .docx hoặc .txt rồi thử lại.")
    return _html_blocks(text)


_HTML_BLOCKS = ("h1", "h2", "h3", "h4", "h5", "h6", "p", "li", "dt", "dd", "blockquote", "pre", "figcaption", "caption")


def _html_blocks(html: str) -> Iterator[Block]:
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(html, "lxml")
    for hidden in soup(["script", "style", "template", "noscript", "head", "svg", "iframe", "object"]):
        hidden.decompose()
    tables = 0
    for element in soup.find_all([*_HTML_BLOCKS, "table", "div", "body"]):
        if element.name == "table":
            tables += 1
            rows = [[c.get_text(" ") for c in row.find_all(["td", "th"])] for row in element.find_all("tr")]
            yield from _table_blocks(rows, tables)
        elif element.find_parent("table") is None:
            yield _html_block(element)


def _html_block(element: Any) -> Block:
    """The element's own text: what stands in a block inside it comes as a block of its own."""
    inner = [*_HTML_BLOCKS, "table", "div", "ul", "ol"]
    own = [s for s in element.find_all(string=True) if s.find_parent([*inner, "body"]) is element]
    text = clean("".join(own))
    name = element.name
    if len(name) == 2 and name[0] == "h":
        return Block(text, "heading", int(name[1]))
    if name == "li" and element.parent is not None and element.parent.name == "ol" and text:
        return Block(f"{_list_number(element)}. {text}", "item")
    return Block(text, "item" if name == "li" else "paragraph")


def _list_number(element: Any) -> int:
    """The number that a browser prints before an item of an ordered list."""
    start = str(element.parent.get("start", "1"))
    return (int(start) if start.isdigit() else 1) + len(element.find_previous_siblings("li"))


Reader = Callable[[Path], Iterable[Block]]
READERS: Mapping[str, Reader] = cast(
    "Mapping[str, Reader]",
    {
        ".docx": _read_docx,
        ".odt": _read_odt,
        ".pdf": _read_pdf,
        ".html": _read_html,
        ".htm": _read_html,
        ".md": _read_md,
        ".txt": _read_txt,
    },
)
