"""Files that people write: every mistake is told in Vietnamese with its line or entry, and no word of the parser's."""

from __future__ import annotations

import inspect
import re
import tomllib
from pathlib import Path

import pytest

from tthc_analysis.config import load_config
from tthc_analysis.errors import ConfigError
from tthc_analysis.exports.corrections import BadCorrection, declared_day
from tthc_analysis.rules.profiles import load_profiles
from tthc_analysis.rules.written import _SYNTAX

GOOD = """title = "Báo cáo"
[agency]
id = "so-thu"
name = "Sở Thử"
short = "ST"
parent = "Ủy ban nhân dân tỉnh Thử"
place = "Thử"
receiver = "Ủy ban nhân dân tỉnh Thử"
[data]
raw = "data/raw/so-thu"
"""
OWN_PERIOD = '\n[[periods]]\nid = "k1"\nlabel = "K"\nfrom = 2026-02-01\nto = 2026-06-01\nbasis = "b"\nreason = "r"\n'


def told(folder: Path, text: str) -> str:
    (folder / "config.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        load_config(folder)
    return str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ('"Sở Thử"', "Sở Thử", 4, "ngoặc kép"),
        ('"ST"', '"ST', 5, "ngoặc kép đóng"),
        ("[data]", "[data", 9, "thiếu dấu ]"),
        ('short = "ST"', 'short "ST"', 5, "thiếu dấu ="),
        ('short = "ST"', 'name = "ST"', 5, "đã ghi ở trên"),
        ("[data]", "[agency]", 9, "tiêu đề này đã có"),
        ('"data/raw/so-thu"', '"data\\raw\\so-thu"', 10, "dấu /"),
        ('title = "Báo cáo"', 'title = "Báo cáo" hay', 1, "thừa chữ"),
        ('title = "Báo cáo"', "title", 1, "thiếu dấu ="),
        ('title = "Báo cáo"', "= 5", 1, "không phải mục"),
        ('title = "Báo cáo"', "without = [", 2, "giá trị"),
        ("[data]", "[data]\nx = 2026-02-31", 10, "không có ngày này"),
        ("[data]", "[data]\nx = {a = 1, a = 2}", 10, "trùng"),
    ],
)
def test_wrong_syntax_names_the_line(tmp_path, old, new, line, said):
    message = told(tmp_path, GOOD.replace(old, new, 1))
    assert f"dòng {line}:" in message
    assert said in message
    assert not re.search(r"Invalid|Expected|Cannot|Illegal|Unclosed|line \d|column", message)


def test_everything_that_the_parser_says_has_its_words():
    source = inspect.getsource(inspect.getmodule(tomllib.loads))
    said = re.findall(r'suffixed_err\(\s*src,\s*[^,]+,\s*f?"([^"]*)"', source)
    assert len(said) > 15
    unknown = [s for s in said if not any(re.match(start, s) for start in _SYNTAX)]
    assert unknown == ["Expected {expect!r}", "Found invalid character {src[pos]!r}"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD.replace("short", "shrot"), "“agency.shrot” không có mục này, xem lại cách viết (có phải short?)"),
        (GOOD.replace('"ST"', "5"), "“agency.short” phải là chữ trong dấu ngoặc kép"),
        (GOOD.replace("[agency]", '[agency]\ncode = "56.12"'), "“agency.code” viết như trong mã hồ sơ"),
        (GOOD + "[publish]\nleast = -1\n", "“publish.least” phải từ 0 trở lên"),
        (GOOD + OWN_PERIOD.replace("2026-02-01", '"01/02/2026"'), "“[[periods]] thứ 1, from” phải là ngày"),
        (GOOD + OWN_PERIOD.replace("2026-06-01", "2026-01-01"), "sau khi kết thúc"),
        (GOOD + OWN_PERIOD + 'previous = "k0"\n', "Kỳ k1 nối tiếp kỳ “k0”"),
        ('root = "x"\n' + GOOD, "không có mục “root”"),
        (GOOD + '[[agencies]]\nid = "a-1"\nname = "A"\nshort = "A"\nparent = "a-1"\n', "cấp trên của chính mình: a-1"),
    ],
)
def test_a_wrong_entry_is_named_with_what_is_wrong(tmp_path, text, said):
    message = told(tmp_path, text)
    assert said in message
    assert "config.toml" in message


def test_profiles_and_corrections_say_it_the_same_way(tmp_path):
    (tmp_path / "he.profile.toml").write_text('id = "he\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"Hồ sơ cột sai cú pháp TOML ở dòng 1: chữ thiếu dấu ngoặc kép"):
        load_profiles(tmp_path)
    (tmp_path / "he.profile.toml").write_text('id = "he"\ndate_formats = 5\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"“date_formats” phải là danh sách"):
        load_profiles(tmp_path)
    (tmp_path / "a.csv.corrections.toml").write_text("snapshot_date = 31/12/2024\n", encoding="utf-8")
    with pytest.raises(BadCorrection, match="ở dòng 1: thừa chữ"):
        declared_day(tmp_path / "a.csv")
