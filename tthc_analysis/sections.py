"""The notebooks of a report: which there are, in which order, and the parameters each one takes."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from tthc_analysis.config import Config
from tthc_analysis.errors import BadParameter, ConfigError, TthcError, suggestion
from tthc_analysis.periods import Period

SectionKind = Literal["section", "appendix"]
APPENDIX = "Phụ lục "
_NUMBERED = re.compile(r"^phu-luc-\d+-")
_TYPES: Mapping[str, type] = {"str": str, "int": int, "float": float, "bool": bool}


@dataclass(frozen=True)
class Parameter:
    """One line of a notebook's `parameters` cell: `name: type = default`."""

    name: str
    type: type
    default: str | int | float | bool


@dataclass(frozen=True)
class Section:
    """One notebook of the report, as its metadata describe it; `number` is printed before the title (II.4.1).

    One that is `rolled_up` belongs to the report of an agency that rolls up others, and to no other report; one with
    `periods` to reports of these kinds of periods alone. A section `if_any` is left out of a report for which it has neither
    a figure nor a table. `place` is where an appendix stands in one report, from 1: there it bears that number, so
    that those left out leave no gap; everywhere else it is known by its `number`.
    """

    path: Path
    number: str
    slug: str
    title: str
    kind: SectionKind
    order: int
    parameters: tuple[Parameter, ...]
    rolled_up: bool = False
    if_any: bool = False
    periods: tuple[str, ...] = ()
    place: int = 0

    @property
    def shown_number(self) -> str:
        """The number as printed."""
        return f"{APPENDIX}{roman(self.place)}" if self.place else self.number

    @property
    def heading(self) -> str:
        """Number and title as printed."""
        return f"{self.shown_number}. {self.title}" if self.number else self.title

    @property
    def page(self) -> str:
        """Path of the section's own page inside a published report."""
        if self.kind != "appendix":
            return f"muc/{self.slug}.html"
        return f"phu-luc/{_NUMBERED.sub(f'phu-luc-{self.place}-', self.slug) if self.place else self.slug}.html"

    def check(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """`values` checked against the notebook's parameters; raises BadParameter before a kernel starts."""
        known = {p.name: p for p in self.parameters}
        for name, value in values.items():
            if name not in known:
                raise BadParameter(f"Sổ tay không có tham số “{name}”.", str(self.path), suggestion(name, known))
            if type(value) is not known[name].type:
                raise BadParameter(
                    f"Tham số “{name}” phải là {known[name].type.__name__}, đang là {type(value).__name__}.",
                    str(self.path),
                    f"Viết như giá trị mặc định: {known[name].default!r}.",
                )
        return dict(values)


def roman(count: int) -> str:
    """The Roman number of an appendix."""
    signs = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
    text = ""
    for value, sign in signs:
        text += sign * (count // value)
        count %= value
    return text


def load_sections(folder: Path) -> list[Section]:
    """Every notebook in `folder` with `tthc` metadata, in order; raises ConfigError or BadParameter for a faulty one."""
    found = [s for path in sorted(folder.glob("*.ipynb")) if (s := read_section(path))]
    if not found:
        raise ConfigError("Không có sổ tay nào.", str(folder), "Kiểm tra thư mục notebooks trong config.toml.")
    slugs = [s.slug for s in found]
    twice = sorted({s for s in slugs if slugs.count(s) > 1})
    if twice:
        raise ConfigError(f"Hai sổ tay cùng tên mục: {', '.join(twice)}.", str(folder), "Đổi slug của một sổ tay.")
    return sorted(found, key=lambda s: (s.order, s.slug))


def sections_of(config: Config, period: Period | None = None) -> list[Section]:
    """The sections of a project's reports: without those that do not apply to its kind of body or that it leaves out.

    With a `period` those of its report, without it all that some period has.
    Raises ConfigError for a number in `without` that no notebook has.
    """
    found = load_sections(config.notebooks)
    numbers = {s.number for s in found}
    unknown = [n for n in config.without if n not in numbers or not n]
    if unknown:
        known = suggestion(unknown[0], [n for n in numbers if n])
        raise ConfigError(f"Không có mục “{unknown[0]}” để bỏ.", "config.toml, without", known)
    left_out = {*config.without, *config.agency.body.without}
    fitting = (s for s in found if s.rolled_up == config.rolls_up)
    of_period = (s for s in fitting if period is None or not s.periods or period.kind in s.periods)
    return [s for s in of_period if not s.number or s.number not in left_out]


def own_notebooks_note(own: Path, shipped: Path) -> str:
    """In what the notebooks of a project are not those of the program that they take the place of; "" when they are the same."""
    if own.resolve() == shipped.resolve():
        return ""
    mine, theirs = (
        {s.slug: s.path for s in map(read_section, sorted(folder.glob("*.ipynb"))) if s} for folder in (own, shipped)
    )
    parts = (
        ("sửa", [path for slug, path in mine.items() if slug in theirs and _cells(path) != _cells(theirs[slug])]),
        ("thêm", [path for slug, path in mine.items() if slug not in theirs]),
        ("không có", [path for slug, path in theirs.items() if slug not in mine]),
    )
    said = "; ".join(f"{word} {_some(paths)}" for word, paths in parts if paths)
    return f"Sổ tay của dự án ({own.name}/) thay sổ tay của chương trình: {said}" if said else ""


def _some(paths: Sequence[Path], most: int = 3) -> str:
    more = f" và {len(paths) - most} sổ tay nữa" if len(paths) > most else ""
    return ", ".join(path.name for path in paths[:most]) + more


def _cells(path: Path) -> list[tuple[str, str]]:
    """Kind and text of each cell: what a notebook says, whatever it has printed."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [(c["cell_type"], "".join(c["source"])) for c in cells]


def select(sections: Sequence[Section], only: Sequence[str]) -> list[Section]:
    """The sections called `only` (slug, number or file name); all when `only` is empty. Raises BadParameter."""
    if not only:
        return list(sections)
    names = {name: s for s in sections for name in (s.number, s.path.stem, s.slug) if name}
    for name in only:
        if name not in names:
            raise BadParameter(f"Không có mục “{name}”.", "--only", suggestion(name, [s.slug for s in sections]))
    chosen = {names[name].slug for name in only}
    return [s for s in sections if s.slug in chosen]


def read_section(path: Path) -> Section | None:
    """The section that a notebook describes; None for a notebook that is no part of the report."""
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        about = notebook["metadata"].get("tthc")
    except (ValueError, KeyError, AttributeError):
        raise ConfigError("Tệp không phải sổ tay Jupyter hợp lệ.", str(path), "Lưu lại từ JupyterLab.") from None
    if about is None:
        return None
    try:
        return Section(
            path, about["section"], about["slug"], about["title"], about["kind"], int(about["order"]),
            read_parameters(path, notebook), bool(about.get("rolled_up", False)), bool(about.get("if_any", False)),
            tuple(about.get("periods", ())),
        )  # fmt: skip
    except KeyError as missing:
        raise ConfigError(
            f"Siêu dữ liệu tthc của sổ tay thiếu {missing}.", str(path), "Thêm section, slug, title, kind, order."
        ) from None


def read_parameters(path: Path, notebook: Mapping[str, Any]) -> tuple[Parameter, ...]:
    """The typed parameters of a notebook; raises BadParameter when their cell is missing, double or not plain."""
    cells = [c for c in notebook["cells"] if "parameters" in c.get("metadata", {}).get("tags", [])]
    if len(cells) != 1:
        raise BadParameter(
            f"Sổ tay có {len(cells)} ô tham số, cần đúng một ô.", str(path), "Gắn thẻ parameters cho đúng một ô mã."
        )
    source = cells[0]["source"]
    try:
        statements = ast.parse(source if isinstance(source, str) else "".join(source)).body
        return tuple(_parameter(s) for s in statements)
    except (SyntaxError, TthcError, ValueError) as error:
        raise BadParameter(
            f"Ô tham số không hợp lệ: {error}", str(path), 'Mỗi dòng viết như: period: str = "2024"'
        ) from None


def _parameter(statement: ast.stmt) -> Parameter:
    if not (isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value):
        raise ValueError(f"dòng {statement.lineno} không phải “tên: kiểu = giá trị”")
    kind = _TYPES.get(ast.unparse(statement.annotation))
    default = ast.literal_eval(statement.value)
    if kind is None or not isinstance(default, str | int | float) or type(default) is not kind:
        raise ValueError(
            f"dòng {statement.lineno}: giá trị mặc định không đúng kiểu {ast.unparse(statement.annotation)}"
        )
    return Parameter(statement.target.id, kind, default)
