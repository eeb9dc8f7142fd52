"""The Word document: an analyst's template with the figures, tables and sentences of the executed notebooks bound by name.

In the template (docs/bao-cao-word.md): `{{ so('ten_so_lieu') }}` is a figure as printed, `tu` and `mau` its numerator and
denominator, `dem` its number for a condition, `co` whether it has a value, `thieu` the sentence when it has none;
`{{p bang('ten-bang') }}`, `{{p cau('ten-thong-bao') }}` and `{{p doan('ten-doan') }}` insert tables, sentences and the
analyst's own prose. All names are checked before anything is rendered.
"""

from __future__ import annotations

import io
import re
import traceback
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, TemplateSyntaxError, meta
from jinja2.exceptions import SecurityError, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from tthc_analysis.display.formats import date_long, date_short, indicator_text, number
from tthc_analysis.display.tables import ReportTable
from tthc_analysis.documents import wordml
from tthc_analysis.documents.content import About, ReportContent
from tthc_analysis.errors import TthcError, suggestion
from tthc_analysis.indicators import NO_DATA, Indicator

TEMPLATE = Path(str(files("tthc_analysis.documents") / "templates" / "bao-cao.docx"))
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_CALL = re.compile(r"\b(?P<function>[a-z]+)\((?P<arguments>[^()]*)\)")
_LITERAL = re.compile(r"""(?<!=)\s*["'“”‘’](?P<name>[^"'“”‘’]*)["'“”‘’]""")
_EXPRESSION = re.compile(
    r"\{\{(?:p|r|tr|tc)?(?P<text>[^}]*)\}\}|\{%(?:p|r|tr|tc)?-?\s*(?:el)?if\s(?P<condition>[^%]*)%\}"
)
_DEFINED = re.compile(r"\{%(?:p|r|tr|tc)?\s*(?:for|set)\s+([\w,\s]+?)\s*(?:=|\bin\b)")
_QUOTES = str.maketrans("“”‘’", "\"\"''")
_BLOCK_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_FIGURE_FUNCTIONS = frozenset({"so", "tu", "mau", "dem", "co", "thieu"})
#: a paragraph that asks for these decides itself what it says without data
_OWN_DECISION = frozenset({"co", "thieu"})
_LEAD = re.compile(r"\s*[-+•]\s+")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


class TemplateMistake(TthcError):
    """The Word template, or a prose block, asks for what there is not."""


@dataclass(frozen=True)
class Place:
    """A paragraph of the template: its number among those with text, and the text."""

    label: str
    text: str

    def __str__(self) -> str:
        start = self.text if len(self.text) <= 60 else self.text[:57] + "…"
        return f"{self.label}: “{start}”"


@dataclass
class Names:
    """What a template may ask for by name; `known` are names of other reports, which this one has no data for."""

    figures: Mapping[str, Indicator]
    tables: Mapping[str, Mapping[str, Any]]
    notices: Mapping[str, Sequence[str]]
    prose: Path
    period: str
    known: Mapping[str, frozenset[str]] = field(default_factory=dict)
    _numbered: int = 0

    def so(self, name: str) -> str:
        """The figure as printed everywhere; the reason where the data cannot give it."""
        figure = self._figure(name)
        return indicator_text(figure) if figure else NO_DATA

    def tu(self, name: str) -> str:
        """Its numerator or count."""
        figure = self._figure(name)
        return NO_DATA if figure is None or figure.numerator is None else number(figure.numerator)

    def mau(self, name: str) -> str:
        """Its denominator."""
        figure = self._figure(name)
        return NO_DATA if figure is None or figure.denominator is None else number(figure.denominator)

    def dem(self, name: str) -> float:
        """Its value for a condition; without a value it is NaN, so that no comparison holds and no claim is made."""
        figure = self._figure(name)
        return float("nan") if figure is None or figure.value is None else float(figure.value)

    def co(self, *names: str) -> bool:
        """Whether all of these have a value."""
        return all((figure := self._figure(n)) is not None and figure.value is not None for n in names)

    def thieu(self, *names: str) -> str:
        """The sentence that says which of these have no value, and why."""
        gaps = [(n, f) for n in names if (f := self._figure(n)) is None or f.value is None]
        lines = (f"{f.label}: {indicator_text(f)}." if f else f"Nội dung này {NO_DATA}." for _, f in gaps)
        return " ".join(dict.fromkeys(lines))

    def bang(self, name: str, tieu_de: bool = True) -> Markup:
        """A table, or the sentence that stands in its place when there is nothing to list."""
        if name in self.tables:
            self._numbered += tieu_de
            data = ReportTable.from_json(self.tables[name])
            return Markup(wordml.table(data, self._numbered if tieu_de else 0, tieu_de))
        return self.cau(name)

    def cau(self, name: str) -> Markup:
        """The sentences that a section displayed under this name, one paragraph each."""
        self._require("bang", name, {*self.tables, *self.notices})
        lines = self.notices.get(name, [f"Nội dung này {NO_DATA}."])
        return Markup("".join(wordml.paragraph([wordml.Run(line)]) for line in lines) or wordml.paragraph([]))

    def doan(self, name: str) -> Markup:
        """The analyst's prose for this period, or a visible sign that it is still to be written."""
        path = self.prose / self.period / f"{name}.md"
        if _BLOCK_NAME.fullmatch(name) and path.is_file():
            return Markup(wordml.prose(self._with_figures(path)) or wordml.paragraph([]))
        sign = [wordml.Run(f"[Nội dung do chuyên viên soạn: {name}]", italic=True)]
        return Markup(wordml.paragraph(sign, color="B00020"))

    def functions(self) -> dict[str, Callable[..., Any]]:
        """What a template can call."""
        own = (self.so, self.tu, self.mau, self.dem, self.co, self.thieu, self.bang, self.cau, self.doan)
        return {function.__name__: function for function in own}

    def _figure(self, name: str) -> Indicator | None:
        """The figure, or None for one that this report does not have but another may."""
        self._require("so", name, self.figures)
        return self.figures.get(name)

    def _require(self, kind: str, name: str, present: Iterable[str]) -> None:
        names = {*present, *self.known.get(kind, ())}
        if name not in names:
            raise TemplateMistake(f"Không có tên “{name}”.", "mẫu Word", suggestion(name, names))

    def _with_figures(self, path: Path) -> str:
        """The Markdown with figures filled in; raises TemplateMistake that names file and line."""
        source = _markdown(path)
        places = [
            (Place(f"{path.name}, dòng {i}", line.strip()), line) for i, line in enumerate(source.splitlines(), 1)
        ]
        inside = {k: v for k, v in self.functions().items() if k in _FIGURE_FUNCTIONS}
        check(places, self, set(inside), f"đoạn văn {path.name}")
        environment = SandboxedEnvironment(undefined=StrictUndefined)
        try:
            return environment.from_string(source).render(inside)
        except TthcError:
            raise
        except Exception as error:  # a calculation in {{ }} can fail in any way; the user needs file and line
            said = (
                str(error) if isinstance(error, TemplateError) else f"phép tính không làm được ({type(error).__name__})"
            )
            place = f"{path.name}, dòng {_template_line(error)}"
            raise TemplateMistake(f"Không dựng được đoạn văn: {said}.", place, _SYNTAX_ADVICE) from None


def _template_line(error: Exception) -> int:
    """The line of the template at which rendering failed."""
    lines = [f.lineno or 0 for f in traceback.extract_tb(error.__traceback__) if f.filename == "<template>"]
    return getattr(error, "lineno", None) or (lines[-1] if lines else 1)


_SYNTAX_ADVICE = "Kiểm tra các dấu {{ }}, {% %} và tên hàm ở chỗ đã nêu; xem docs/bao-cao-word.md."


def document(content: ReportContent, path: Path, prose: Path) -> bytes:
    """`bao-cao-<period>.docx` from the template at `path` and the prose blocks below `prose`; same input, same bytes.

    Raises TemplateMistake that names the paragraph for an unknown name, function or a broken tag.
    """
    figures = {i.name: i for i in content.figures}
    names = Names(figures, content.tables, content.notices, prose, content.about.period.id, _own_names())
    left_out = content.about.without
    words = {**variables(content.about), **names.functions(), "co_muc": lambda number: number not in left_out}
    template = open_template(path)
    check([(p, p.text) for p in places(template)], names, set(words), f"mẫu Word {path.name}")
    _say_missing(template, names)
    try:
        template.render(words, environment())
    except (TemplateError, SecurityError) as error:
        raise TemplateMistake(f"Mẫu Word có lỗi: {error}.", _near(error, path.name), _SYNTAX_ADVICE) from None
    _properties(template.docx.core_properties, content.about)
    out = io.BytesIO()
    template.save(out)
    return normalised(out.getvalue())


def _markdown(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise TemplateMistake(
            "Đoạn văn không phải văn bản UTF-8.",
            path.name,
            "Lưu lại tệp với bảng mã UTF-8 (Notepad: Save as, Encoding).",
        ) from None


def open_template(path: Path) -> Any:
    """The template, ready to be read and rendered; raises TemplateMistake when it cannot be read."""
    from docxtpl import DocxTemplate

    try:
        template = DocxTemplate(io.BytesIO(path.read_bytes()))
        template.render_init()
    except OSError:
        raise TemplateMistake(
            "Không đọc được mẫu Word.",
            str(path),
            "Kiểm tra [document] template trong config.toml; đóng tệp nếu đang mở.",
        ) from None
    except (KeyError, ValueError, zipfile.BadZipFile):
        raise TemplateMistake(
            "Tệp không phải văn bản Word .docx.", str(path), "Lưu lại bằng Word thành .docx."
        ) from None
    return template


def environment() -> Environment:
    """Text from data and configuration is escaped, an unknown name is an error, and a template reaches nothing else."""
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    environment.finalize = lambda value: wordml.clean(value) if type(value) is str else value
    environment.filters["dau_thuong"] = lambda text: text[:1].lower() + text[1:]
    return environment


def variables(about: About) -> dict[str, str]:
    """The words of a template that are no figures: agency, period, rule set, state."""
    agency, period = about.agency, about.period
    return {
        "co_quan": agency.name,
        "co_quan_cap_tren": agency.parent,
        "noi_nhan": agency.receiver,
        "viet_tat": agency.short,
        "dia_danh": agency.place,
        "thay_mat": agency.body.on_behalf,
        "chuc_danh_ky": agency.signer,
        "don_vi": agency.body.unit,
        "phong": agency.body.rooms,
        "don_vi_truc_thuoc": agency.body.units,
        "lanh_dao": agency.body.leaders,
        "nhom_nguoi": agency.body.people,
        "tieu_de": about.title,
        "ky": period.label,
        "nam": str(period.end.year),
        "tu_ngay": date_short(period.start),
        "den_ngay": date_short(period.end),
        "ngay_chot": date_long(period.end),
        "can_cu_ky": period.basis,
        "luu_y_van_ban": "".join(f" {line}" for line in about.laws.notices(period.end)),
        "quy_tac": about.rules.title,
        "dau": about.stamp,
    }


def _properties(properties: Any, about: About) -> None:
    properties.title = wordml.clean(f"{about.title} – {about.period.label}")
    properties.author = properties.last_modified_by = wordml.clean(about.agency.name)
    properties.comments = about.stamp
    properties.created = properties.modified = datetime.combine(about.period.end, time())
    properties.revision = 1


def places(template: Any) -> Iterator[Place]:
    """Every paragraph with text of the body, then of the page edges, in the order of the document."""
    parts = [("đoạn", template.docx.element.body)]
    for uri, label in ((template.HEADER_URI, "đầu trang, đoạn"), (template.FOOTER_URI, "chân trang, đoạn")):
        parts += [(label, part._element) for _, part in template.get_headers_footers(uri)]
    for label, element in parts:
        texts = [_text(p) for p in element.iter(f"{_W}p")]
        yield from (Place(f"{label} {i}", text.strip()) for i, text in enumerate((t for t in texts if t.strip()), 1))


def _text(paragraph: Any) -> str:
    return "".join(t.text or "" for t in paragraph.iter(f"{_W}t"))


def _say_missing(template: Any, names: Names) -> None:
    """Where a figure of a paragraph has no value, let the paragraph say so in a full sentence instead of its own.

    A paragraph that asks `co` or `thieu` decides by itself.
    """
    for paragraph in template.docx.element.body.iter(f"{_W}p"):
        text = _text(paragraph)
        asked = [pair for tag in _TAG.findall(text) for pair in _mentioned(tag) if pair[0] in _FIGURE_FUNCTIONS]
        gaps = dict.fromkeys(name for _, name in asked if not names.co(name))
        if gaps and not _OWN_DECISION & {function for function, _ in asked}:
            lead = match[0] if (match := _LEAD.match(text)) else ""
            _replace(paragraph, f"{lead}{{{{ thieu({', '.join(repr(n) for n in gaps)}) }}}}")


def _replace(paragraph: Any, text: str) -> None:
    """Put `text` into the first run that has any, and nothing into the others."""
    first, *others = (t for t in paragraph.iter(f"{_W}t") if t.text)
    first.text = text
    for other in others:
        other.text = ""


def check(paragraphs: Sequence[tuple[Place, str]], names: Names, words: set[str], where: str) -> None:
    """Every name and function that the tags mention; raises one TemplateMistake that lists all mistakes with places."""
    own = {name for _, source in paragraphs for found in _DEFINED.findall(source) for name in re.findall(r"\w+", found)}
    mistakes = [f"{place} – {text}" for place, source in paragraphs for text in _mistakes(source, names, words | own)]
    if mistakes:
        raise TemplateMistake(
            "Mẫu dùng tên không có:\n  - " + "\n  - ".join(mistakes), where, "Sửa tên trong mẫu rồi chạy lại."
        )


def _mistakes(source: str, names: Names, words: set[str]) -> Iterator[str]:
    for tag in _TAG.findall(source):
        for function, name in _mentioned(tag):
            known = _known(function, names)
            if known is not None and name not in known:
                yield f"không có tên “{name}”. {_nearest(name, known)}"
        yield from (f"không có “{word}”. {_nearest(word, words)}" for word in sorted(_undeclared(tag) - words))


def _mentioned(tag: str) -> Iterator[tuple[str, str]]:
    """(function, name) for every name in quotes that a tag hands to a function."""
    for call in _CALL.finditer(tag):
        yield from ((call["function"], literal["name"]) for literal in _LITERAL.finditer(call["arguments"]))


def _nearest(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, sorted(known), n=3, cutoff=0.5)
    return f"Tên gần nhất: {', '.join(near)}." if near else "Xem các tên bằng `tthc figures KỲ`."


def _known(function: str, names: Names) -> set[str] | None:
    """The names that a function takes; None for one that takes any."""
    if function in _FIGURE_FUNCTIONS:
        return {*names.figures, *names.known.get("so", ())}
    if function in ("bang", "cau"):
        return {*names.tables, *names.notices, *names.known.get("bang", ())}
    return None


def _undeclared(tag: str) -> set[str]:
    """Words that the expression of a tag uses; a tag that is no expression, or a broken one, is left to the renderer."""
    expression = _EXPRESSION.fullmatch(tag.translate(_QUOTES))
    if not expression:
        return set()
    text = expression["text"] or expression["condition"]
    try:
        return set(meta.find_undeclared_variables(Environment(autoescape=True).parse(f"{{{{ {text} }}}}")))
    except TemplateSyntaxError:
        return set()


def _near(error: Exception, name: str) -> str:
    """The text around a mistake that only shows when rendering."""
    lines = [line.strip() for line in getattr(error, "docx_context", ()) if line.strip()]
    return f"mẫu Word {name}, gần đoạn “{' / '.join(lines)[:160]}”" if lines else f"mẫu Word {name}"


@cache
def _own_names() -> Mapping[str, frozenset[str]]:
    """Names that the project's own template uses: known even in a report whose data cannot give them."""
    return template_names(TEMPLATE)


def template_names(path: Path) -> Mapping[str, frozenset[str]]:
    """The names that a Word template mentions, by kind (see `names_in`); raises TemplateMistake."""
    return names_in(place.text for place in places(open_template(path)))


def missing_blocks(path: Path, folder: Path) -> tuple[str, ...]:
    """The prose blocks that the template at `path` asks for and that are not in the period's `folder`, sorted."""
    asked = template_names(path)["doan"]
    return tuple(sorted(name for name in asked if not (folder / f"{name}.md").is_file()))


def names_in(texts: Iterable[str]) -> dict[str, frozenset[str]]:
    """The names that tags mention: `so` for figures, `bang` for tables and notices, `doan` for prose blocks."""
    found: dict[str, set[str]] = {"so": set(), "bang": set(), "doan": set()}
    for text in texts:
        for function, name in (pair for tag in _TAG.findall(text) for pair in _mentioned(tag)):
            kind = "so" if function in _FIGURE_FUNCTIONS else "bang" if function == "cau" else function
            if kind in found:
                found[kind].add(name)
    return {kind: frozenset(names) for kind, names in found.items()}


def normalised(content: bytes) -> bytes:
    """The same zip with fixed times, so that equal documents have equal bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for item in source.infolist():
            entry = zipfile.ZipInfo(item.filename, _ZIP_DATE)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            target.writestr(entry, source.read(item.filename))
    return out.getvalue()
