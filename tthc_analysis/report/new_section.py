"""Start a new section: a numbered notebook in its place among the others, ready to run, that the analyst fills in."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tthc_analysis.errors import ConfigError
from tthc_analysis.rules.profiles import fold
from tthc_analysis.sections import Section, load_sections

_PARAMETERS = """\
period: str = "2024"  # kỳ báo cáo: 2024, 2024-Q1, 2024-H1, 2024-9T, 2024-03 hoặc kỳ riêng trong config.toml
rule_set: str = ""  # bộ quy tắc đếm; để trống là theo config.toml
data: str = ""  # thư mục dữ liệu đã xử lý; để trống là theo config.toml"""
#: order of the data quality section and the appendices, which stay last
CLOSING = 890
#: the part of a report that a section without a number goes to
_PART = "II"
_OPEN = "from tthc_analysis import open_report\n\nreport = open_report(period, rule_set, data)"
_STUB = """\
# Ô hiện số liệu, bảng, hình của mục; thay các dòng này, mỗi kết quả một ô. Tên dùng được: import tthc_analysis; dir(tthc_analysis)
#   Figures("{slug}", "{title}", tuple(mo_dun.indicators(report)))     # thẻ số; mỗi số liệu khai báo ở tthc_analysis/indicators
#   plain_table("ten-bang", "Tên bảng", khung, [TableColumn("cot", ("Tiêu đề",), "text")])    # bảng
# Cách khai báo một số liệu, một sổ mới: docs/them-so-moi.md"""
_NUMBER = re.compile(r"(?P<part>[IVX]+)(?P<rest>(?:\.\d+)*)")
_ROMAN = {"I": 1, "V": 5, "X": 10}
_PREVIEW = "from tthc_analysis import preview  # lưu sổ tay trước; báo cáo không in ô này\n\npreview()"


def new_section(folder: Path, title: str, number: str = "") -> Path:
    """Write a notebook for the section `title` where its `number` puts it; "" is the next one of part II.

    Raises ConfigError when there is such a section, for a number that is none, and where no place is left.
    """
    slug = "-".join(word for part in title.split() if (word := fold(part)))
    if not slug:
        raise ConfigError("Tên mục trống.", "dòng lệnh", 'Ví dụ: tthc new-section "Hồ sơ liên thông"')
    known = load_sections(folder)
    number = number.strip().upper() or _next(known)
    _refuse_second(known, slug, number, folder)
    order = _place(known, number)
    path = folder / f"{order:03d}_{slug.replace('-', '_')}.ipynb"
    text = json.dumps(_notebook(title, slug, number, order), ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")
    return path


def _refuse_second(known: Sequence[Section], slug: str, number: str, folder: Path) -> None:
    if slug in {s.slug for s in known}:
        raise ConfigError(f"Đã có mục “{slug}”.", str(folder), "Chọn tên khác, hoặc sửa sổ tay đang có.")
    same = next((s for s in known if s.number == number), None)
    if same:
        advice = f"Chọn số khác (số tiếp theo: {_next(known)}), hoặc sửa {same.path.name}."
        raise ConfigError(f"Số {number} đã là mục “{same.title}”.", "--number", advice)


def _key(number: str) -> tuple[int, ...]:
    """What a section's number is sorted by: II.4.1 → (2, 4, 1). Raises ConfigError."""
    found = _NUMBER.fullmatch(number)
    if not found:
        raise ConfigError(
            f"“{number}” không phải số mục.", "--number", "Viết số La Mã rồi số thường: II.9, II.4.5, VI."
        )
    values = [_ROMAN[sign] for sign in found["part"]]
    part = sum(-v if any(w > v for w in values[i + 1 :]) else v for i, v in enumerate(values))
    return (part, *(int(n) for n in found["rest"].split(".")[1:]))


def _numbered(known: Sequence[Section]) -> list[Section]:
    return [s for s in known if _NUMBER.fullmatch(s.number) and s.order < CLOSING]


def _next(known: Sequence[Section]) -> str:
    """The number after the last section of part II."""
    numbers = [_key(s.number) for s in _numbered(known)]
    return f"{_PART}.{max((n[1] for n in numbers if n[0] == _key(_PART)[0] and len(n) > 1), default=0) + 1}"


def _place(known: Sequence[Section], number: str) -> int:
    """The order of a section of this number: between those before and after it. Raises ConfigError when no order is free."""
    key = _key(number)
    numbered = _numbered(known)
    before = max((s.order for s in numbered if _key(s.number) < key), default=0)
    after = min((s.order for s in known if s.order > before), default=CLOSING)
    after = min(after, CLOSING)
    order = before + 10 if before + 10 < after else (before + after) // 2
    if order in (before, after):
        advice = f"Nới số thứ tự (order trong siêu dữ liệu tthc) của các mục từ {after}."
        raise ConfigError(f"Không còn chỗ giữa thứ tự {before} và {after}.", "notebooks", advice)
    return order


def _notebook(title: str, slug: str, number: str, order: int) -> dict[str, Any]:
    heading = f"{number}. {title}" if number else title
    cells = [
        ("markdown", f"# {heading}\n\n*Viết một, hai câu: mục này trả lời câu hỏi gì, từ dữ liệu nào.*", []),
        ("code", _PARAMETERS, ["parameters"]),
        ("code", _OPEN, []),
        ("code", _STUB.format(slug=slug, title=title.replace('"', "”")), []),
        ("code", _PREVIEW, ["an-khoi-bao-cao"]),
    ]
    about = {"section": number, "slug": slug, "title": title, "kind": "section", "order": order}
    return {
        "cells": [_cell(i, *cell) for i, cell in enumerate(cells, start=1)],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "tthc": about,
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _cell(index: int, kind: str, source: str, tags: list[str]) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": kind, "id": f"c{index:02d}", "metadata": {}, "source": source.splitlines(True)}
    if tags:
        cell["metadata"]["tags"] = tags
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})
