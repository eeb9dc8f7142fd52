"""Start a new section: a notebook in the fixed form, ready to run, that the analyst fills in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tthc_analysis.errors import ConfigError
from tthc_analysis.rules.profiles import fold
from tthc_analysis.sections import load_sections

_PARAMETERS = """\
period: str = "2024"  # kỳ báo cáo: 2024, 2024-Q1, 2024-H1, 2024-9T, 2024-03 hoặc kỳ riêng trong config.toml
rule_set: str = ""  # bộ quy tắc đếm; để trống là theo config.toml
data: str = ""  # thư mục dữ liệu đã xử lý; để trống là theo config.toml"""
#: order of the data quality section and the appendices, which stay last
CLOSING = 890
_OPEN = "from tthc_analysis import Figures, dossiers, open_report\n\nreport = open_report(period, rule_set, data)"
_EXAMPLE = 'Figures("{slug}", "{title}", tuple(dossiers.rate_indicators(report)))'
_PREVIEW = "from tthc_analysis import preview  # lưu sổ tay trước; báo cáo không in ô này\n\npreview()"


def new_section(folder: Path, title: str, number: str = "") -> Path:
    """Write a notebook for the section `title` after the last one in `folder`; raises ConfigError when there is one."""
    slug = "-".join(word for part in title.split() if (word := fold(part)))
    if not slug:
        raise ConfigError("Tên mục trống.", "dòng lệnh", 'Ví dụ: tthc new-section "Hồ sơ liên thông"')
    known = load_sections(folder)
    if slug in {s.slug for s in known}:
        raise ConfigError(f"Đã có mục “{slug}”.", str(folder), "Chọn tên khác, hoặc sửa sổ tay đang có.")
    order = max(s.order for s in known if s.order < CLOSING) + 10
    path = folder / f"{order:03d}_{slug.replace('-', '_')}.ipynb"
    text = json.dumps(_notebook(title, slug, number, order), ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")
    return path


def _notebook(title: str, slug: str, number: str, order: int) -> dict[str, Any]:
    heading = f"{number}. {title}" if number else title
    cells = [
        ("markdown", f"# {heading}\n\nMục này trả lời câu hỏi gì, từ dữ liệu nào.", []),
        ("code", _PARAMETERS, ["parameters"]),
        ("code", _OPEN, []),
        ("code", _EXAMPLE.format(slug=slug, title=title.replace('"', "”")), []),
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
