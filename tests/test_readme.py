"""The README and the architecture in both languages say the same: headings, commands, figures, links, rooms."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAIRS = [("README.md", "README.en.md"), ("docs/architecture.md", "docs/architecture.en.md")]
#: links that each language has for itself
OWN_LINKS = {
    "README.md",
    "README.en.md",
    "docs/architecture.md",
    "docs/architecture.en.md",
    "architecture.md",
    "architecture.en.md",
}


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def outside_code(text: str) -> str:
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


def headings(text: str) -> list[int]:
    return [len(m[1]) for m in re.finditer(r"^(#+) ", outside_code(text), re.MULTILINE)]


def code(text: str) -> list[str]:
    """The lines of code blocks without comments and without the words that stand for a value."""
    blocks = re.findall(r"^```(?:sh|bat|python)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = (re.split(r"\s+#", line)[0].rstrip() for block in blocks for line in block.splitlines())
    return [re.sub(r"\b(TỆP|FILE)\b", "…", line) for line in lines if line]


def links(text: str) -> list[str]:
    found = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text)
    return sorted({name for name in found if name not in OWN_LINKS})


def figures(text: str) -> list[str]:
    """The numbers that the tables of the text print."""
    rows = [line for line in text.splitlines() if re.match(r"\| \d", line)]
    return [cell.strip() for row in rows for cell in row.strip("|").split("|")]


@pytest.mark.parametrize(("vietnamese", "english"), PAIRS)
def test_both_languages_say_the_same(vietnamese, english):
    one, other = read(vietnamese), read(english)
    assert headings(one) == headings(other)
    assert code(one) == code(other)
    assert links(one) == links(other)
    assert figures(one) == figures(other)
    assert f"]({Path(english).name})" in "".join(one.splitlines()[:3])
    assert f"]({Path(vietnamese).name})" in "".join(other.splitlines()[:3])


def test_both_readmes_name_the_same_commands_options_and_types():
    rows = [[line for line in read(n).splitlines() if line.startswith("| `")] for n in PAIRS[0]]
    names = [[re.findall(r"`(?:tthc )?([\w-]+|--[\w-]+)", row.split("|")[1]) for row in table] for table in rows]
    assert names[0] == names[1]
    options = [[sorted(re.findall(r"--[\w-]+", row)) for row in table] for table in rows]
    assert options[0] == options[1]
    statuses = [re.findall(r"(?<=[:·] )(\d+(?:, \d+)*) ", read(n)) for n in PAIRS[0]]
    assert statuses[0] == statuses[1] != []


def test_both_architectures_name_the_same_rooms_and_modules():
    tables = [[re.search(r"^\| `([\w/]+)`", line) for line in read(n).splitlines()] for n in PAIRS[1]]
    vietnamese, english = ([m[1] for m in table if m] for table in tables)
    layered = vietnamese[len(english) :]
    assert vietnamese[: len(english)] == english
    assert set(layered) <= set(english)


@pytest.mark.parametrize("name", [name for pair in PAIRS for name in pair])
def test_every_link_leads_to_a_file(name):
    folder = (ROOT / name).parent
    found = re.findall(r"\]\((?!http)([^)#]+)(?:#[^)]*)?\)", read(name))
    assert [target for target in found if not (folder / target).exists()] == []
