"""TOML files that people write: read, and their mistakes told in words that name the line or the entry."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tthc_analysis.errors import ConfigError, TthcError

#: beginning of what the TOML parser says → what is wrong with the line; the first that fits counts
_SYNTAX = {
    r"Invalid value": "giá trị không hợp lệ; chữ phải nằm trong dấu ngoặc kép, ngày viết như 2024-12-31",
    r"Illegal character|Unterminated string|Expected '\"'": "chữ thiếu dấu ngoặc kép đóng, hoặc có ký tự không được phép",
    r"Unescaped|Invalid hex|Escaped character": "dấu \\ trong ngoặc kép không hiểu được; đường dẫn thì viết bằng dấu /",
    r"Expected '\]": "tiêu đề thiếu dấu ] đóng",
    r"Cannot (?:overwrite|mutate|redefine)|Duplicate": "mục này đã ghi ở trên, hoặc trùng với một mục khác",
    r"Cannot declare": "tiêu đề này đã có ở trên; ghi các mục vào dưới một tiêu đề",
    r"Expected '='": "thiếu dấu = giữa tên mục và giá trị",
    r"Invalid date or datetime": "không có ngày này; ngày viết như 2024-12-31",
    r"Invalid statement|Invalid initial": "dòng không phải mục (tên = giá trị), tiêu đề [tên] hay ghi chú bắt đầu bằng #",
    r"Expected newline": "thừa chữ sau giá trị; mỗi mục một dòng",
    r"Unclosed array": "danh sách thiếu dấu ] đóng",
    r"Unclosed inline": "thiếu dấu } đóng",
}
#: kind of a value's fault → what is wrong with it; the first beginning that fits counts
_FAULTS = {
    "missing": "thiếu mục này",
    "extra_forbidden": "không có mục này, xem lại cách viết",
    "reads_as_period": "không được giống mã kỳ báo cáo (2024, 2024-q1), vì báo cáo của đơn vị sẽ đè lên báo cáo của kỳ",
    "reads_as_trials": "không được là xem-thu, thư mục của các bản xem thử",
    "string_pattern_mismatch": "chỉ dùng chữ không dấu, chữ số và dấu gạch nối (mã đơn vị: chữ thường)",
    "string_too_short": "không được để trống",
    "too_short": "không được để trống",
    "string": "phải là chữ trong dấu ngoặc kép",
    "date": "phải là ngày, viết như 2024-12-31, không có ngoặc kép",
    "bool": "phải là true hoặc false",
    "int": "phải là số nguyên, không có ngoặc kép",
    "float": "phải là số, không có ngoặc kép",
    "decimal": "phải là số, không có ngoặc kép",
    "greater_than_equal": "phải từ {ge} trở lên",
    "less_than_equal": "phải từ {le} trở xuống",
    "literal_error": "chỉ nhận {expected}",
    "enum": "chỉ nhận {expected}",
    "tuple": "phải là danh sách trong ngoặc vuông",
    "list": "phải là danh sách trong ngoặc vuông",
    "model": "phải là một mục có tiêu đề trong ngoặc vuông",
    "dict": "phải là một mục có tiêu đề trong ngoặc vuông",
}
#: entries that a pattern of their own checks → how they are written
_WRITTEN = {"code": "viết như trong mã hồ sơ, phần trước ngày: H24.99, H29.259, 000.17.22.H56"}
_MOST = 5


def read_toml(path: Path, what: str, where: str = "", error: type[TthcError] = ConfigError) -> dict[str, Any]:
    """What the file says; raises `error` that names the line. `what` is the file in words, `where` its place if not the path."""
    place = where or str(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise error(f"{what} không phải mã UTF-8.", place, "Lưu lại tệp bằng mã UTF-8.") from None
    return parse_toml(text, what, place, error)


def parse_toml(text: str, what: str, place: str, error: type[TthcError] = ConfigError) -> dict[str, Any]:
    """The same for a text that was read already."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        said = str(fault)
        found = re.search(r"\(at (?:line (\d+)|end of document)", said)
        line = int(found[1]) if found and found[1] else len(text.splitlines())
        why = next((words for start, words in _SYNTAX.items() if re.match(start, said)), "không đọc được")
        raise error(
            f"{what} sai cú pháp TOML ở dòng {line}: {why}.", f"{place}, dòng {line}", "Sửa dòng đã nêu rồi chạy lại."
        ) from None


def faults(error: ValidationError, known: Iterable[str] = ()) -> str:
    """The first few faults of a file's values, each with its place; of an unknown entry the nearest of the `known` names."""
    return "; ".join(dict.fromkeys(_told(error, tuple(known))))


def _told(error: ValidationError, known: tuple[str, ...]) -> Iterator[str]:
    found = error.errors()
    for one in found[:_MOST]:
        name = str(one["loc"][-1]) if one["loc"] else ""
        why = _fault(one["type"], one.get("ctx", {}), name)
        near = get_close_matches(name, known, n=1) if one["type"] == "extra_forbidden" else []
        yield f"“{_place(one['loc'])}” {why}{f' (có phải {near[0]}?)' if near else ''}"
    if len(found) > _MOST:
        yield f"và {len(found) - _MOST} chỗ khác"


def _place(parts: Iterable[int | str]) -> str:
    """Where an entry stands: agency.short; [[periods]] thứ 1, from."""
    names: list[str] = []
    for part in parts:
        if isinstance(part, int) and names:
            names[-1] = f"[[{names[-1]}]] thứ {part + 1}"
        else:
            names.append(str(part))
    return (", " if any("[[" in n for n in names) else ".").join(names)


def _fault(kind: str, context: Mapping[str, Any], name: str) -> str:
    """What pydantic's kind of error means for somebody who writes the file."""
    if kind == "string_pattern_mismatch" and name in _WRITTEN:
        return _WRITTEN[name]
    if kind == "value_error" and "error" in context:
        return str(context["error"])  # our own words
    text = next((text for start, text in _FAULTS.items() if kind.startswith(start)), "không đúng")
    words = {"expected": "", "ge": "", "le": "", **context}
    return text.format(**words).replace(" or ", " hoặc ").replace("'", "")
