"""Texts in the limited child and in parts: where a text is read, and how much of it at a time, changes nothing."""

from __future__ import annotations

import pytest
from exports_make import BODY, HEAD, csv_text, html_text, spreadsheet_ml, write

from tthc_analysis.errors import UnreadableExport
from tthc_analysis.exports import _delimited, _texts, read_export
from tthc_analysis.exports import read as read_room
from tthc_analysis.exports.read import Limits

LINES = ["a;b;c", "1;2;3", "", "4;5", '6;"x\ny";8', "7,8,9", "1;2;3;4", ";;", "1;2;3;;;9", "Hồ sơ;ễ;3"]
TEXTS = {
    "odd": "\n".join(LINES * 3) + "\n",
    "no end": "\r\n".join(LINES),
    "last is odd": "a;b;c\n1;2;3\n1;2",
    "all odd but one": "a;b;c\n" + "1;2\n" * 2 + "a;b;c;d\n",
    "tails": "a,b,c;;\nd,e,f;;\n",
    "whole lines": "".join(f'"{line}"\n' for line in ("a;b;c", "d;e;f", "g;h;i")),
    "blank": "\n\n\n",
    "nothing": "\ufeff",
}


def told(path):
    raw = read_export(path)
    grid = raw.grids[0]
    return raw.sha256, raw.form, grid.rows(0, grid.height), grid.widths.tolist(), dict(grid.mended), grid.is_open


@pytest.mark.parametrize("name", TEXTS)
def test_batches_and_the_child_change_nothing(name, tmp_path, monkeypatch):
    path = write(tmp_path / "a.csv", TEXTS[name])
    whole = told(path)
    monkeypatch.setattr(_delimited, "BLOCK_BYTES", 20)
    assert told(path) == whole
    monkeypatch.setattr(read_room, "SMALL_TEXT_BYTES", 0)
    assert told(path) == whole


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
@pytest.mark.parametrize("piece", [7, 1 << 20])
def test_pieces_of_any_encoding_change_nothing(encoding, piece, tmp_path, monkeypatch):
    text = "Mã;Tên\nX1;Đường bộ số một\nX2;Cấp phép xây dựng ở phường\n"
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode(encoding))
    monkeypatch.setattr(_texts, "_PIECE", max(piece, 60 if "16-" in encoding else 7))
    assert read_export(path).grids[0].rows(0, 1) == [["Mã", "Tên"]]


@pytest.mark.parametrize("name", ["SMALL_TEXT_BYTES", "nothing"])
def test_an_open_quotation_mark_ends_a_block(name, tmp_path, monkeypatch):
    """In this process and in the child the line before is named; what follows the mark is not held."""
    monkeypatch.setattr(read_room, name, 0, raising=False)
    rows = csv_text([HEAD, *BODY]) + 'x;"y\n' + csv_text(BODY * 40_000)
    path = write(tmp_path / "a.csv", rows)
    with pytest.raises(UnreadableExport, match=r"nháy kép mở(.|\n)*sau dòng 4"):
        read_export(path)


def test_an_open_quotation_mark_far_below_is_told_by_the_line_before(tmp_path, monkeypatch):
    monkeypatch.setattr(_delimited, "BLOCK_BYTES", 3000)
    path = write(tmp_path / "a.csv", csv_text([HEAD, *BODY * 20]) + 'x;"y\n' + csv_text(BODY * 20))
    with pytest.raises(UnreadableExport, match=r"sau dòng [1-6]"):
        read_export(path)


def test_a_page_of_very_many_tables_is_no_list(tmp_path):
    path = write(tmp_path / "a.html", "<html>" + "<table><tr><td>a</td></tr></table>" * 1001 + "</html>")
    with pytest.raises(UnreadableExport, match="hơn 1000 bảng"):
        read_export(path)


def test_control_marks_are_no_text(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(bytes(range(1, 256)) * 40)
    with pytest.raises(UnreadableExport, match="nhị phân"):
        read_export(path)


@pytest.mark.parametrize("form", ["html", "xml"])
def test_markup_is_read_in_little_memory_or_refused_never_in_part(form, tmp_path):
    """A tree of these rows takes more than half a gigabyte; the parser of pages stops in silence where it has no memory left."""
    rows = [HEAD, *([str(i), f"H24.99-240102-{i:05d}", *BODY[0][2:]] for i in range(1, 30_001))]
    path = write(tmp_path / "a.xls", html_text(rows) if form == "html" else spreadsheet_ml(rows))
    (grid,) = read_export(path, Limits(memory=430 << 20)).grids
    assert (grid.height, grid.rows(30_000, 30_001)[0][1]) == (30_001, "H24.99-240102-30000")
    for memory in (285, 300):
        try:
            assert read_export(path, Limits(memory=memory << 20)).grids[0].height == 30_001
        except UnreadableExport:
            continue
