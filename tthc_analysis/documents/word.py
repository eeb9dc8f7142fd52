"""The Word document: an analyst's template with the figures, tables and sentences of the executed notebooks bound by name.

In the template (docs/bao-cao-word.md): `{{ so('ten_so_lieu') }}` is a figure as printed, `tu` and `mau` its numerator and
denominator, `dem` its number for a condition, `co` whether it has a value, `thieu` the sentence when it has none;
`{{p bang('ten-bang') }}`, `{{p cau('ten-thong-bao') }}` and `{{p doan('ten-doan', 'viết gì') }}` insert tables, sentences and
the analyst's own prose, `{{p liet_ke('ten-bang', 'mẫu dòng') }}` the rows of a table as sentences, `{{ chuoi('ten-bang', 'mẫu') }}`
as one. All names are checked before anything is rendered. Counts below ten and dates are written as Decree 30/2020/NĐ-CP has it.
"""

from __future__ import annotations

import io
import re
import traceback
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
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

from tthc_analysis.display.formats import MISSING, date_short, indicator_text, number
from tthc_analysis.display.tables import ReportTable, cell_text
from tthc_analysis.documents import wordml
from tthc_analysis.documents.content import About, ReportContent
from tthc_analysis.errors import TthcError, suggestion
from tthc_analysis.indicators import NO_DATA, Indicator
from tthc_analysis.indicators.one_stop import NO_CLAIM
from tthc_analysis.sections import roman

TEMPLATE = Path(str(files("tthc_analysis.documents") / "templates" / "bao-cao.docx"))
#: of the report of an agency that rolls up others
ROLLUP_TEMPLATE = TEMPLATE.with_name("bao-cao-tong-hop.docx")
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_QUOTED = r"""["'“”‘’][^"'“”‘’]*["'“”‘’]"""
_CALL = re.compile(rf"\b(?P<function>[a-z_]+)\((?P<arguments>(?:{_QUOTED}|[^()])*)\)")
_LITERAL = re.compile(r"""(?<!=)\s*["'“”‘’](?P<name>[^"'“”‘’]*)["'“”‘’]""")
_EXPRESSION = re.compile(
    r"\{\{(?:p|r|tr|tc)?(?P<text>[^}]*)\}\}|\{%(?:p|r|tr|tc)?-?\s*(?:el)?if\s(?P<condition>[^%]*)%\}"
)
_DEFINED = re.compile(r"\{%(?:p|r|tr|tc)?\s*(?:for|set)\s+([\w,\s]+?)\s*(?:=|\bin\b)")
#: a string as Jinja reads it
_STRING = re.compile(r"""'[^'\\]*(?:\\.[^'\\]*)*'|"[^"\\]*(?:\\.[^"\\]*)*\"""", re.DOTALL)
_QUOTES = str.maketrans("“”‘’", "\"\"''")
_BLOCK_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_FIGURE_FUNCTIONS = frozenset({"so", "tu", "mau", "dem", "co", "thieu"})
#: functions that take the name of a table or notice first, and of which all else is words
_TABLE_FUNCTIONS = frozenset({"bang", "cau", "luu_y", "liet_ke", "chuoi", "noi_trinh", "co_dong", "o_phu_luc"})
_FIRST_ONLY = (_TABLE_FUNCTIONS | {"doan"}) - {"bang", "cau", "luu_y"}
#: a paragraph that asks these of a figure decides itself what it says without its value
_OWN_DECISION = frozenset({"co", "thieu"})
#: what a template may not say of a figure without a value: left out, and told to the clerk in this colour
TO_DO = "B00020"
#: the first line of a text that was taken over from an earlier period
CARRIED = re.compile(r"\s*\[Cần soát lại: (?P<whence>[^\]\n]+)\]\s*\n?")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NBSP = "\u00a0"
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
    """What a template may ask for by name; `known` are names of other reports, which this one has no data for.

    `unfilled` gives the folder of each register that was never exported.
    """

    figures: Mapping[str, Indicator]
    tables: Mapping[str, Mapping[str, Any]]
    notices: Mapping[str, Sequence[str]]
    prose: Path
    period: str
    known: Mapping[str, frozenset[str]] = field(default_factory=dict)
    annex_from: int = 0
    unfilled: Mapping[str, str] = field(default_factory=dict)
    _numbered: int = 0

    def so(self, name: str) -> str:
        """The figure as printed everywhere, a count below ten as 08; the reason where the data cannot give it."""
        figure = self._figure(name)
        if figure is None:
            return NO_DATA
        text = indicator_text(figure)
        return two_digits(text) if figure.kind in ("count", "amount") else text

    def tu(self, name: str) -> str:
        """Its numerator or count."""
        figure = self._figure(name)
        return NO_DATA if figure is None or figure.numerator is None else two_digits(number(figure.numerator))

    def mau(self, name: str) -> str:
        """Its denominator."""
        figure = self._figure(name)
        return NO_DATA if figure is None or figure.denominator is None else two_digits(number(figure.denominator))

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

    def con_lai(self, *names: str) -> str:
        """What is known of these, figure by figure, where a sentence over all of them cannot be written."""
        figures = [f for n in dict.fromkeys(names) if (f := self._figure(n)) is not None and f.value is not None]
        return decree_dates(
            "; ".join(f"{f.label.lower() if i else f.label}: {self.so(f.name)}" for i, f in enumerate(figures))
        )

    def can_bo_sung(self, *names: str) -> Markup:
        """The sign to the clerk in the place of a paragraph of which no figure has a value."""
        figures = [f for n in dict.fromkeys(names) if (f := self._figure(n))]
        told = "; ".join(f.label for f in figures) or "nội dung này"
        folders = dict.fromkeys(self.unfilled[t] for f in figures for t in f.tables if t in self.unfilled)
        now = f"Chép tệp xuất vào {', '.join(folders)} rồi lập lại" if folders else "Bổ sung"
        return Markup(_sign(f"Chưa có dữ liệu: {told}. {now}, hoặc bỏ đoạn này"))

    def bang(self, name: str, tieu_de: bool = True, ngang: bool = False, can: str = "") -> Markup:
        """A table, or the sentence that stands in its place when there is nothing to list; `ngang` on a landscape page.

        Of a table that needs (`can`) one of some columns, those that begin so, rows with a value in none are left out; one
        without any such row is nothing.
        """
        if name in self.tables:
            data = ReportTable.from_json(self.tables[name])
            if can:
                needed = [i for i, c in enumerate(data.columns) if c.name.startswith(can)]
                data = replace(
                    data, rows=tuple(r for r in data.rows if any(r[i] not in (None, MISSING) for i in needed))
                )
                if not data.rows:
                    return Markup(wordml.nothing())
            self._numbered += tieu_de
            return Markup(wordml.table(data, self._numbered if tieu_de else 0, tieu_de, landscape=ngang))
        return self.cau(name)

    def cau(self, name: str) -> Markup:
        """The sentences that a section displayed under this name, one paragraph each.

        Those that only say that nothing can be said are one sign to the clerk.
        """
        self._require("bang", name, {*self.tables, *self.notices})
        lines = self.notices.get(name, [f"Nội dung này {NO_DATA}."])
        open_ = [line.removeprefix(NO_CLAIM).rstrip(".") for line in lines if line.startswith(NO_CLAIM)]
        said = [line for line in lines if not line.startswith(NO_CLAIM)]
        out = [wordml.paragraph([wordml.Run(decree_dates(decree_counts(line)))]) for line in said]
        if open_:
            out.append(_sign(f"{NO_CLAIM}{'; '.join(open_)}. Bổ sung, hoặc bỏ đoạn này"))
        return Markup("".join(out) or wordml.paragraph([]))

    def luu_y(self, name: str) -> Markup:
        """The sentences that a section displayed under this name, as signs to the clerk: what a report does not say itself."""
        self._require("bang", name, {*self.tables, *self.notices})
        lines = [line.rstrip(".") for line in self.notices.get(name, [])]
        return Markup("".join(_sign(f"Lưu ý: {line}") for line in lines) or wordml.nothing())

    def co_dong(self, name: str) -> int:
        """How many rows a table lists: 0 where it lists none or there is no such table."""
        return len(self._rows(name))

    def o_phu_luc(self, name: str) -> bool:
        """Whether a list is so long that the configuration moves it to an annex."""
        return bool(self.annex_from) and self.co_dong(name) >= self.annex_from

    def liet_ke(self, name: str, mau: str, nhom: str = "", bo_0: str = "") -> Markup:
        """The rows of a table as sentences: one paragraph each, or one for each value of the column `nhom`.

        `mau` is the sentence with [columns] in brackets; rows whose count `bo_0` is 0 are left out. A list that stands in an annex,
        or has no row, is nothing here.
        """
        if self.o_phu_luc(name):
            return Markup(wordml.nothing())
        rows = [r for r in self._rows(name) if not bo_0 or r.get(bo_0) not in (None, 0)]
        if nhom:
            groups = {key: [r for r in rows if r[nhom] == key] for key in dict.fromkeys(r[nhom] for r in rows)}
            lines = [self._group(key, own, mau) for key, own in groups.items()]
        else:
            ends = [*[";"] * (len(rows) - 1), "."] if rows else []
            lines = [
                f"- {_row_text(mau, row, i)}{end}" for i, (row, end) in enumerate(zip(rows, ends, strict=True), start=1)
            ]
        return Markup("".join(wordml.paragraph([wordml.Run(line)]) for line in lines) or wordml.nothing())

    def _group(self, key: Any, rows: Sequence[Mapping[str, Any]], pattern: str) -> str:
        count = two_digits(str(len(rows)))
        return f"- {key} ({count}): {'; '.join(_row_text(pattern, row, i) for i, row in enumerate(rows, start=1))}."

    def chuoi(self, name: str, mau: str = "", bo_0: str = "") -> str:
        """The rows of a table in one sentence, separated by semicolons; see `liet_ke`."""
        rows = [r for r in self._rows(name) if not bo_0 or r.get(bo_0) not in (None, 0)]
        return "; ".join(_row_text(mau, row, i) for i, row in enumerate(rows, start=1))

    def noi_trinh(self, name: str) -> str:
        """With which documents, and when, the proposals that a table lists were submitted; "" where no row says so."""
        rows = [{k: v for k, v in r.items() if v not in (None, "", MISSING)} for r in self._rows(name)]
        whole = [r for r in rows if {"document_number", "proposed_date"} <= {*r}]
        letters = dict.fromkeys(_row_text("số [document_number] ngày [proposed_date]", r, 0) for r in whole)
        days = dict.fromkeys(_row_text("ngày [proposed_date]", r, 0) for r in rows if "proposed_date" in r)
        return f" tại văn bản {', '.join(letters)}" if letters else f" ({', '.join(days)})" if days else ""

    def _rows(self, name: str) -> list[dict[str, Any]]:
        self._require("bang", name, {*self.tables, *self.notices})
        table = self.tables.get(name)
        return (
            [dict(zip([c["name"] for c in table["columns"]], row, strict=True)) for row in table["rows"]]
            if table
            else []
        )

    def doan(self, name: str, viet: str = "") -> Markup:
        """The analyst's prose for this period, or a visible sign of what is still to be written (`viet`)."""
        path = self.prose / self.period / f"{name}.md"
        if _BLOCK_NAME.fullmatch(name) and path.is_file():
            source = self._with_figures(path)
            carried = CARRIED.match(source)
            if not carried:
                return Markup(wordml.prose(source) or wordml.paragraph([]))
            sign = _sign(f"Đoạn này {carried['whence']}: soát lại, rồi xóa dòng đánh dấu trong tệp {name}.md")
            return Markup(sign + wordml.prose(source[carried.end() :], color=TO_DO))
        return Markup(_sign(f"{viet or 'Nội dung do chuyên viên soạn'} – đoạn {name}"))

    def functions(self) -> dict[str, Callable[..., Any]]:
        """What a template can call."""
        figures = (self.so, self.tu, self.mau, self.dem, self.co, self.thieu, self.con_lai, self.can_bo_sung)
        own = (
            *figures,
            self.bang,
            self.cau,
            self.luu_y,
            self.co_dong,
            self.o_phu_luc,
            self.liet_ke,
            self.chuoi,
            self.noi_trinh,
            self.doan,
        )
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


def two_digits(text: str) -> str:
    """A whole number below ten as administrative texts write it (08); 0 and all else as it is."""
    return f"0{text}" if len(text) == 1 and text in "123456789" else text


#: a whole number below ten before what it counts
_FEW = re.compile(
    r"(?<![\w.,/–-])([1-9])(?= (?:hồ sơ|TTHC|văn bản|quyết định|phản ánh|ngày làm việc|sáng kiến|lĩnh vực|đơn vị|trong hạn|quá hạn|đã giải quyết|đang giải quyết))"
)


def decree_counts(text: str) -> str:
    """Counts below ten in a sentence as administrative texts write them: 02 hồ sơ."""
    return _FEW.sub(r"0\1", text)


_FULL_DATE = re.compile(r"(?<!\d)(\d{2})/0([3-9])/(\d{4})(?!\d)")


def decree_dates(text: str) -> str:
    """Dates as Decree 30/2020/NĐ-CP writes them: 0 before days below 10 and the months 1 and 2 alone (05/12/2024, 26/4/2024)."""
    return _FULL_DATE.sub(r"\1/\2/\3", text)


_FIELD = re.compile(r"\[(?P<name>\w+)(?:\|(?P<how>thuong|ve))?\]")
_ABOUT = re.compile(r"(về việc|v/v|về)\s+", re.IGNORECASE)


def _row_text(pattern: str, row: Mapping[str, Any], index: int) -> str:
    """`pattern` with the columns of `row`: [stt] is the running number; |thuong lowers the first letter, |ve begins with "về"."""

    def value(match: re.Match[str]) -> str:
        name = match["name"]
        if name != "stt" and name not in row:
            raise TemplateMistake(f"Không có cột “{name}”.", "mẫu Word", suggestion(name, row))
        found = index if name == "stt" else row[name]
        text = str(index) if name == "stt" else cell_text(found, "count" if isinstance(found, int) else "text")
        text = two_digits(text) if isinstance(found, int) and name != "stt" else decree_dates(text)
        if match["how"] == "ve":
            return f"về {lowered(_ABOUT.sub('', text, count=1) if _ABOUT.match(text) else text)}"
        return lowered(text) if match["how"] else text

    return _FIELD.sub(value, pattern)


def lowered(text: str) -> str:
    """`text` with a small first letter, unless it begins with an abbreviation such as TTHC or the name of a legal text."""
    return text if text[:2].isupper() or text.startswith(_NAMED) else text[:1].lower() + text[1:]


#: how the names of legal texts begin, which keep their capital
_NAMED = ("Nghị định", "Nghị quyết", "Thông tư", "Quyết định", "Luật", "Chỉ thị", "Công văn", "Kế hoạch số")


def _sign(text: str) -> str:
    """A paragraph that tells the clerk what to do, unlike the text of the report."""
    return wordml.paragraph([wordml.Run(f"[{text}.]", italic=True)], color=TO_DO)


def _template_line(error: Exception) -> int:
    """The line of the template at which rendering failed."""
    lines = [f.lineno or 0 for f in traceback.extract_tb(error.__traceback__) if f.filename == "<template>"]
    return getattr(error, "lineno", None) or (lines[-1] if lines else 1)


_SYNTAX_ADVICE = "Kiểm tra các dấu {{ }}, {% %} và tên hàm ở chỗ đã nêu; xem docs/bao-cao-word.md."


def document(content: ReportContent, path: Path, prose: Path, annex_from: int = 0) -> bytes:
    """`bao-cao-<period>.docx` from the template at `path` and the prose blocks below `prose`; same input, same bytes.

    Lists of `annex_from` rows and more stand in an annex (0: none).
    Raises TemplateMistake that names the paragraph for an unknown name, function or a broken tag.
    """
    figures = {i.name: i for i in content.figures}
    names = Names(
        figures,
        content.tables,
        content.notices,
        prose,
        content.about.period.id,
        _own_names(),
        annex_from,
        content.about.unfilled,
    )
    left_out = content.about.without
    annexes = {s.number: s.shown_number for s in (one.section for one in content.sections) if s.kind == "appendix"}
    words = {
        **variables(content.about, len(annexes)),
        **names.functions(),
        "co_muc": lambda number: number not in left_out,
        "phu_luc": lambda number: annexes.get(number, number),
    }
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
    environment.filters["dau_thuong"] = lowered
    return environment


#: width (pt, as `text_width` measures) of one line of the letterhead's left column
_LETTERHEAD = 195
_PLACE_WORDS = re.compile(r" (?=(?:THÀNH PHỐ|TỈNH|HUYỆN|QUẬN|THỊ XÃ|PHƯỜNG|XÃ|ĐẶC KHU) )")


def letterhead_line(name: str, short: bool = False) -> str:
    """A body's name in capitals as a letterhead prints it: on one line where it fits, `short` with the usual abbreviation.

    A longer one is broken before the kind of place that it names, else within its words, never within its last two.
    """
    from tthc_analysis.documents.pdf import text_width

    def fits(text: str) -> bool:
        return text_width(text, 12) <= _LETTERHEAD

    text = name.upper()
    if short and not fits(text):
        text = text.replace("ỦY BAN NHÂN DÂN", "UBND")
    parts = [text] if fits(text) else _PLACE_WORDS.split(text, maxsplit=1)
    if all(fits(part) for part in parts):
        return " ".join(part.replace(" ", NBSP) for part in parts)
    *others, last, end = text.split(" ")
    return " ".join([*others, f"{last}{NBSP}{end}"])


def variables(about: About, annexes: int = 4) -> dict[str, str]:
    """The words of a template that are no figures: agency, period, rule set, state; `annexes` is how many appendices the report has."""
    agency, period = about.agency, about.period
    return {
        "co_quan": agency.name,
        "co_quan_cap_tren": agency.parent,
        "dau_trang_cap_tren": letterhead_line(agency.parent, short=True),
        "dau_trang_co_quan": letterhead_line(agency.name),
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
        "tu_ngay": decree_dates(date_short(period.start)),
        "den_ngay": decree_dates(date_short(period.end)),
        "ngay_chot": f"ngày {period.end:%d} tháng {period.end.month if period.end.month > 2 else f'{period.end:%m}'} năm {period.end:%Y}",
        "can_cu_ky": period.basis,
        "luu_y_van_ban": "".join(f" {line}" for line in about.laws.notices(period.end)),
        "quy_tac": about.rules.title,
        "cach_dem": " ".join(about.rules.describe()),
        "phu_luc_danh_sach": f"Phụ lục {roman(annexes + 1)}",
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
    """Where a figure of a paragraph has no value, let the paragraph say what is known instead of its own sentence.

    Paragraphs of which nothing is known are left out, and one sign for all that follow each other says so to the clerk. Of a
    figure that it asks `co` or `thieu` about, a paragraph itself decides what to say.
    """
    before: list[Any] = []
    lost: list[str] = []
    for paragraph in list(template.docx.element.body.iter(f"{_W}p")):
        text = _text(paragraph)
        if (listed := _LISTED.fullmatch(text.strip())) and not names.co_dong(listed["name"]):
            continue
        asked = _asked(text)
        decided = {name for function, name in asked if function in _OWN_DECISION}
        figures = [name for name in dict.fromkeys(name for _, name in asked) if name not in decided]
        gaps = [name for name in figures if not names.co(name)]
        if gaps and len(gaps) == len(figures) and _is_body(paragraph):
            before.append(paragraph)
            lost += figures
            continue
        _sign_missing(before, lost)
        before, lost = [], []
        if gaps:
            known, missing = _call("con_lai", figures), _call("thieu", gaps)
            lead = "- " if text.lstrip().startswith("- ") else ""
            said = (
                f"{lead}{{{{ {known} }}}}. {{{{ {missing} }}}}"
                if len(gaps) < len(figures)
                else f"{lead}{{{{ {missing} }}}}"
            )
            _replace(paragraph, said)
    _sign_missing(before, lost)


#: a paragraph that only lists the rows of a table
_LISTED = re.compile(r"\{\{p liet_ke\(['\"](?P<name>[^'\"]*)['\"].*\}\}")


def _asked(text: str) -> list[tuple[str, str]]:
    """(function, figure) for every figure that the tags of a paragraph ask for."""
    return [pair for tag in _TAG.findall(text) for pair in _mentioned(tag) if pair[0] in _FIGURE_FUNCTIONS]


def _call(function: str, names: Sequence[str]) -> str:
    return f"{function}({', '.join(repr(n) for n in dict.fromkeys(names))})"


def _is_body(paragraph: Any) -> bool:
    """Whether it stands between other paragraphs, not alone in a cell of a table."""
    return bool(paragraph.getparent().tag == f"{_W}body")


def _sign_missing(paragraphs: Sequence[Any], names: Sequence[str]) -> None:
    """One sign in the place of these paragraphs."""
    for paragraph in paragraphs[1:]:
        paragraph.getparent().remove(paragraph)
    if paragraphs:
        _replace(paragraphs[0], f"{{{{p {_call('can_bo_sung', names)} }}}}")


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
    """(function, name) for every name in quotes that a tag hands to a function; of words beside a name, the name alone."""
    for call in _CALL.finditer(tag):
        names = [literal["name"] for literal in _LITERAL.finditer(call["arguments"])]
        yield from ((call["function"], name) for name in (names[:1] if call["function"] in _FIRST_ONLY else names))


def _nearest(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, sorted(known), n=3, cutoff=0.5)
    return f"Tên gần nhất: {', '.join(near)}." if near else "Xem các tên bằng `tthc figures KỲ`."


def _known(function: str, names: Names) -> set[str] | None:
    """The names that a function takes; None for one that takes any."""
    if function in _FIGURE_FUNCTIONS:
        return {*names.figures, *names.known.get("so", ())}
    if function in _TABLE_FUNCTIONS:
        return {*names.tables, *names.notices, *names.known.get("bang", ())}
    return None


def _undeclared(tag: str) -> frozenset[str]:
    """Words that the expression of a tag uses; a tag that is no expression, or a broken one, is left to the renderer."""
    expression = _EXPRESSION.fullmatch(tag.translate(_QUOTES))
    if not expression:
        return frozenset()
    return _words(_STRING.sub("''", expression["text"] or expression["condition"]))


@cache
def _words(expression: str) -> frozenset[str]:
    """The words that an expression without its strings uses: most tags differ in nothing but a name."""
    try:
        return frozenset(meta.find_undeclared_variables(Environment(autoescape=True).parse(f"{{{{ {expression} }}}}")))
    except TemplateSyntaxError:
        return frozenset()


def _near(error: Exception, name: str) -> str:
    """The text around a mistake that only shows when rendering."""
    lines = [line.strip() for line in getattr(error, "docx_context", ()) if line.strip()]
    return f"mẫu Word {name}, gần đoạn “{' / '.join(lines)[:160]}”" if lines else f"mẫu Word {name}"


@cache
def _own_names() -> Mapping[str, frozenset[str]]:
    """Names that the project's own templates use: known even in a report whose data cannot give them."""
    of_one, of_many = template_names(TEMPLATE), template_names(ROLLUP_TEMPLATE)
    return {kind: names | of_many[kind] for kind, names in of_one.items()}


def template_of(own: Path | None, rolls_up: bool) -> Path:
    """The template of an agency's report: its own, else the one that comes with the program for its kind of report."""
    return own or (ROLLUP_TEMPLATE if rolls_up else TEMPLATE)


def template_names(path: Path) -> Mapping[str, frozenset[str]]:
    """The names that a Word template mentions, by kind (see `names_in`); raises TemplateMistake."""
    return names_in(place.text for place in places(open_template(path)))


def missing_blocks(path: Path, folder: Path) -> tuple[str, ...]:
    """The prose blocks that the template at `path` asks for and that are not in the period's `folder`, sorted."""
    asked = template_names(path)["doan"]
    return tuple(sorted(name for name in asked if not (folder / f"{name}.md").is_file()))


def carried_blocks(path: Path, folder: Path) -> tuple[str, ...]:
    """The prose blocks in the period's `folder` that were taken over from another period and not checked yet, sorted."""
    there = {file.stem: file for file in folder.glob("*.md") if file.is_file()}
    asked = template_names(path)["doan"] if there else frozenset()
    return tuple(sorted(name for name in asked & there.keys() if CARRIED.match(_markdown(there[name]))))


def names_in(texts: Iterable[str]) -> dict[str, frozenset[str]]:
    """The names that tags mention: `so` for figures, `bang` for tables and notices, `doan` for prose blocks."""
    found: dict[str, set[str]] = {"so": set(), "bang": set(), "doan": set()}
    for text in texts:
        for function, name in (pair for tag in _TAG.findall(text) for pair in _mentioned(tag)):
            kind = "so" if function in _FIGURE_FUNCTIONS else "bang" if function in _TABLE_FUNCTIONS else function
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
