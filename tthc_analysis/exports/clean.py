"""Cleaned texts → canonical values, or a reason why a row is quarantined. Pure: no file is touched here.

Each distinct text of a column is parsed once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from tthc_analysis.columns import DECIMAL_DIGITS, DECIMAL_PLACES, Column, Table
from tthc_analysis.errors import TthcError, UnknownValues
from tthc_analysis.exports._bytes import is_canonical, may_hold
from tthc_analysis.exports.authority import with_levels
from tthc_analysis.exports.corrections import Corrections
from tthc_analysis.exports.day_order import SAMPLE, DateColumn, Evidence, check_dates, read_dates
from tthc_analysis.exports.header import Texts
from tthc_analysis.exports.layout import Layout, Part
from tthc_analysis.exports.text import canonical_code, code_within, shaped_code, unwrapped
from tthc_analysis.exports.time_limits import with_time_limits
from tthc_analysis.personal import PRIVATE_TEXT, is_personal
from tthc_analysis.rules.dates import load_date_rules
from tthc_analysis.rules.profiles import Profile, fold

_PROCEDURE_SUFFIX = re.compile(r"^(\d\.\d{6})(?:\.000)?(?:\.00)*(?:\.H\d{2})$")
_CUT_PROCEDURE_CODE = re.compile(r"(\d)[.,](\d{1,5})")
_SHORT_DECIMAL = re.compile(r"[0-9]{1,9}(?:[.,][0-9]{1,2})?")
_EXPONENT = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d+")
_IS_EXPONENT = "^[0-9](?:[.,][0-9]+)?E[0-9]+$"
_TRUE, _FALSE = {"co", "x", "true", "1", "yes"}, {"khong", "", "false", "0", "no"}
_FORMULA = re.compile(r"=.*[(&]", re.DOTALL)
_LONGEST_NULL = 16
#: a sum of money: đồng have no part, so what stands before three digits is a mark of thousands
_MONEY = re.compile(
    r"(-?)(\d{1,3}(?:([.,\u00a0 ])\d{3})(?:\3\d{3})*|\d+)(?:[.,]0{1,2})?\s*(?:đ|đồng|vnđ|vnd|₫)?", re.IGNORECASE
)
_PART_OF_THREE = re.compile(r"-?\d{4,}[.,]\d{3}")
_ONLY_SIGNS = set("-–—/\\.…_*?: ")
_WRAPPING = frozenset("='’")
_SPELT = "sửa cách viết mã (dấu nháy, gạch nối, dấu cách, chữ hoa)"
MANY_UNKNOWN = 40

#: pandas type of each kind of column; every other kind is text
DTYPES = {
    "integer": "Int64",
    "boolean": "boolean",
    "decimal": "object",
    "date": "datetime64[us]",
    "datetime": "datetime64[us]",
}

#: pairs (earlier, later) of moments that a real dossier keeps
ORDER = (("received_at", "resolved_at"), ("received_at", "returned_at"), ("valid_from", "valid_to"))

#: why a row is set aside
REASONS = {
    "Q01": "Thiếu {label}",
    "Q02": "{later} trước {earlier}",
    "Q03": "{label}: ngày không có thật hoặc không đúng dạng ngày/tháng/năm",
    "Q04": "{label}: không phải số nguyên viết liền (2.215 hay 98,1 không được đoán), hoặc quá dài",
    "Q05": "{label}: chỉ nhận Có hoặc Không",
    "Q06": "{label}: mã đã bị bảng tính đổi thành số mũ, mất chữ số",
    "Q08": "{label}: giá trị chưa khai báo",
    "Q09": "{label}: ô là công thức chưa tính, không phải mã; mở bằng Excel, chép lại thành giá trị",
    "Q07": "Số ô của dòng không khớp số tiêu đề: có thể thừa dấu ngăn cách hoặc thiếu ô",
}


class Rejected(Exception):
    """A text that cannot be understood, with the code of the reason (never the text itself)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class UncodedColumn(TthcError):
    """A column taken for a coded one holds so many different values that it must be another: none is printed."""


@dataclass
class Findings:
    """What the rows of a sheet seen so far say together: what was mended, coded values not known, what their dates tell."""

    mended: Counter[str] = field(default_factory=Counter)
    unknown: dict[str, Counter[str]] = field(default_factory=dict)
    dates: dict[str, Evidence] = field(default_factory=dict)

    def add(self, later: Findings) -> None:
        """Take in what some later rows say."""
        self.mended.update(later.mended)
        for name, values in later.unknown.items():
            self.unknown.setdefault(name, Counter()).update(values)
        for name, evidence in later.dates.items():
            self.dates.setdefault(name, Evidence()).add(evidence)


@dataclass(frozen=True)
class Cleaned:
    """The good rows among some of one sheet with typed columns, the rejected ones as text with reasons, and what all say."""

    good: pd.DataFrame
    rejected: pd.DataFrame
    findings: Findings


# --- one text --------------------------------------------------------------------------------------------------------


def procedure_code(text: str) -> str:
    """A national procedure code without the province's suffix; a spreadsheet's cut zeros restored; others as they are."""
    match = _PROCEDURE_SUFFIX.match(text)
    if match:
        return match[1]
    cut = _CUT_PROCEDURE_CODE.fullmatch(text)
    return f"{cut[1]}.{cut[2]:0<6}" if cut else text


#: a telephone or card number in a column of numbers would be added up
_NO_AMOUNT = re.compile(r"0\d{8}")


def _number(profile: Profile, make: Callable[[str], Any], fraction: bool) -> Callable[[str], Any]:
    """Digits only; a separator only where the profile declares it, and only where that separator can stand."""
    group, point = re.escape(profile.thousands), re.escape(profile.decimal)
    whole = rf"\d+|\d{{1,3}}(?:{group}\d{{3}})+" if group else r"\d+"
    pattern = re.compile(rf"-?(?:{whole})" + (rf"(?:{point}\d+)?" if point and fraction else ""))

    def parse(text: str) -> Any:
        if not text.isascii() or not pattern.fullmatch(text) or _NO_AMOUNT.match(text):
            raise Rejected("Q04")
        plain = text.replace(profile.thousands, "") if profile.thousands else text
        return make(plain.replace(profile.decimal, ".") if profile.decimal else plain)

    return parse


def _integer(text: str) -> int:
    if len(text) > 18:  # more than a 64-bit number holds
        raise Rejected("Q04")
    return int(text)


def _decimal(text: str) -> Decimal:
    whole, _, fraction = text.lstrip("-").partition(".")
    if len(whole) > DECIMAL_DIGITS - DECIMAL_PLACES or len(fraction) > DECIMAL_PLACES:
        raise Rejected("Q04")
    return Decimal(text)


def _short_decimal(text: str) -> Decimal:
    """A number whose only mark can be that before its one or two decimals."""
    if not _SHORT_DECIMAL.fullmatch(text):
        raise Rejected("Q04")
    return Decimal(text.replace(",", "."))


def _boolean(text: str) -> bool:
    word = fold(text)
    if word not in _TRUE | _FALSE:
        raise Rejected("Q05")
    return word in _TRUE


def _code(column: Column) -> Callable[[str], str]:
    capitals = column.name != "document_number"

    def parse(text: str) -> str:
        if _FORMULA.match(unwrapped(text)):
            raise Rejected("Q09")
        code = canonical_code(code_within(text, column.shape) if column.shape else text, capitals)
        if column.shape and not re.fullmatch(column.shape, code):
            code = shaped_code(text, column.shape) or code
        if _EXPONENT.fullmatch(code):
            raise Rejected("Q06")
        return procedure_code(code) if column.name == "procedure_code" else code

    return parse


def _coded(values: Mapping[str, str], text: str) -> str:
    """The code of a value; only a row that does not line up with the header can hold one that is not known."""
    if fold(text) not in values:
        raise Rejected("Q08")
    return values[fold(text)]


def _parser(column: Column, layout: Layout) -> Callable[[str], Any]:
    if column.kind == "integer":
        return _number(layout.profile, _integer, fraction=False)
    if column.kind == "decimal":
        return _short_decimal if column.short else _number(layout.profile, _decimal, fraction=True)
    if column.kind == "boolean":
        return _boolean
    if column.kind == "category":
        values = layout.matching.values[column.name]
        return lambda text: _coded(values, text)
    return _code(column) if column.kind == "code" else str


# --- one column ------------------------------------------------------------------------------------------------------


def _unknown_values(table: Table, part: Part) -> dict[str, Counter[str]]:
    """Coded column → its values that the profile does not map, with the number of rows; crooked rows do not speak."""
    found, straight = {}, ~part.crooked
    for name, texts in part.texts.items():
        if table.column(name).kind == "category":
            known = part.layout.matching.values[name]
            counts = texts.take(straight).counts().items()
            strange = Counter({v: n for v, n in counts if fold(v) not in known and not _is_null(v, table.column(name))})
            if strange:
                found[name] = strange
    return found


def _check_known_values(table: Table, layout: Layout, unknown: Mapping[str, Mapping[str, int]], where: str) -> None:
    """Raise UnknownValues when a coded column holds values that the profile does not map, UncodedColumn when very many."""
    for name in layout.cells:
        if not (strange := dict(sorted(unknown.get(name, {}).items()))):
            continue
        label, header = table.column(name).label, layout.headers[layout.columns[name]]
        if len(strange) > MANY_UNKNOWN:
            raise UncodedColumn(
                f"Cột “{header}” được hiểu là “{label}” nhưng có {len(strange)} giá trị khác nhau chưa khai báo.",
                where,
                f"Nếu cột này không phải “{label}”, thêm ignore = ['{header}'] vào [{table.name}] của tệp *.profile.toml.",
            )
        shown: dict[str, int] = {}
        for value, count in strange.items():
            text = PRIVATE_TEXT if is_personal(value) else value
            shown[text] = shown.get(text, 0) + count
        raise UnknownValues(where, label, shown, f"{table.name}.values.{name}")


def _parsed(
    texts: Texts, column: Column, layout: Layout, date: DateColumn | None, is_plain: bool
) -> tuple[Sequence[Any] | np.ndarray, np.ndarray]:
    """The value of each distinct text (none when blank or rejected) and the code of its rejection ("" when fine)."""
    if date is not None:
        return date.moments, np.where(date.unread, "Q03", "").astype("U3")
    problems = np.full(len(texts), "", dtype="U3")
    if is_plain:
        blank = pc.equal(pc.binary_length(texts.array), 0)
        return pc.if_else(blank, pa.scalar(None, pa.string()), texts.array), problems
    parse = _parser(column, layout)
    values: list[Any] = []
    for index, text in enumerate(texts.values):
        value = None
        known = column.kind == "category" and fold(text) in layout.matching.values[column.name]
        if text and (known or not _is_null(text, column)):
            try:
                value = parse(text)
            except Rejected as reason:
                problems[index] = reason.code
        values.append(value)
    return values, problems


def _is_plain(texts: Texts, column: Column) -> bool:
    """Whether a column of codes needs nothing done: one look at all of them is much cheaper than one at each."""
    if column.kind != "code" or column.name == "procedure_code" or not is_canonical(texts.array):
        return False
    if column.shape and not pc.all(pc.match_substring_regex(texts.array, f"^$|{column.shape}")).as_py():
        return False
    nulls = pa.array([word.upper() for word in load_date_rules().empty_names], pa.string())
    if pc.any(pc.is_in(texts.array, nulls)).as_py():
        return False
    return not (may_hold(texts.array, "E") and pc.any(pc.match_substring_regex(texts.array, _IS_EXPONENT)).as_py())


def series(kind: str, values: Sequence[Any] | np.ndarray, codes: np.ndarray) -> pd.Series:
    """A typed column from distinct values and the place of each row's value among them."""
    dtype = DTYPES.get(kind, "str")
    if not len(values):
        return pd.Series([], dtype=dtype)
    if isinstance(values, pa.Array):
        values = values.to_pandas()
    if dtype == "object":
        return pd.Series(np.array([*values, None], dtype=object)[codes], dtype=object)
    return pd.Series(values, dtype=dtype).take(codes).reset_index(drop=True)


# --- one sheet -------------------------------------------------------------------------------------------------------


def grouped_money(table: Table, layout: Layout, corrections: Corrections) -> frozenset[str]:
    """The columns of money of a sheet of which some cell may be a number with three decimals: no mark is taken off there."""
    names = {c.name for c in table.columns if c.unit == "đồng"} & set(layout.cells)
    found: set[str] = set()
    for part in layout.parts(None if corrections else names) if names else ():
        corrections.apply(part)
        texts = _without_wrapping(table, part)[0].texts
        found |= {n for n in names if any(map(_PART_OF_THREE.fullmatch, texts[n].values))}
    return frozenset(found)


def clean_rows(table: Table, part: Part, unclear_money: frozenset[str]) -> Cleaned:
    """Some data rows of a sheet as canonical values, or rejected with their first reason; `check_rows` looks at all together.

    `unclear_money` are columns in which no mark of thousands is taken off, as `grouped_money` tells of the whole sheet.
    """
    part, mended = _without_wrapping(table, part)
    part = _plain_money(table, part, unclear_money, mended)
    part = with_levels(table, with_time_limits(table, part, mended))
    findings = Findings(Counter(mended), _unknown_values(table, part))
    height = len(part.rows)
    reasons = np.full(height, "", dtype=object)
    _mark(reasons, part.crooked, REASONS["Q07"], "Q07")
    frame: dict[str, pd.Series] = {}
    parsed: dict[str, Sequence[Any] | np.ndarray] = {}
    dates = read_dates(table, part)
    findings.dates = {name: date.evidence for name, date in dates.items()}
    for column in table.columns:
        if column.name in part.texts:
            texts = part.texts[column.name]
            is_plain = _is_plain(texts, column)
            values, problems = _parsed(texts, column, part.layout, dates.get(column.name), is_plain)
            parsed[column.name] = values
            for code in sorted(set(problems.tolist()) - {""}):
                _mark(reasons, problems[texts.codes] == code, REASONS[code].format(label=column.label), code)
            frame[column.name] = series(column.kind, values, texts.codes)
            if not is_plain:
                _count_mended(column, texts, values, findings.mended)
        else:
            frame[column.name] = series(column.kind, [None], np.zeros(height, dtype=np.int64))
        if column.required:
            blank = frame[column.name].isna().to_numpy()
            _mark(reasons, blank, REASONS["Q01"].format(label=column.label.lower()), "Q01")
    for earlier, later in ORDER:
        if earlier in frame and later in frame:
            backwards = (frame[later].dt.normalize() < frame[earlier].dt.normalize()).to_numpy()
            labels = {"later": table.column(later).label, "earlier": table.column(earlier).label.lower()}
            _mark(reasons, backwards, REASONS["Q02"].format(**labels), "Q02")
    bad = reasons != ""
    typed = pd.DataFrame(frame).assign(source_row=part.rows)
    return Cleaned(typed[~bad].reset_index(drop=True), _rejected(table, part, parsed, bad, reasons), findings)


def check_rows(
    table: Table, layout: Layout, findings: Findings, corrections: Corrections, where: str
) -> dict[str, int]:
    """What was mended in a sheet, by what all its rows say; raises UnknownValues, UncodedColumn, UnclearDates."""
    _check_known_values(table, layout, findings.unknown, where)
    sample = layout.sample(SAMPLE)
    corrections.apply(sample)
    return {**findings.mended, **check_dates(table, findings.dates, _without_wrapping(table, sample)[0], where)}


def _without_wrapping(table: Table, part: Part) -> tuple[Part, dict[str, int]]:
    """`part` without formulas and apostrophes around its cells, and in how many cells they stood; codes have their own rule."""
    bare, mended = dict(part.texts), dict[str, int]()
    for column in (c for c in table.columns if c.kind != "code" and c.name in part.texts):
        texts = part.texts[column.name]
        if any(pc.any(pc.starts_with(texts.array, sign)).as_py() for sign in _WRAPPING):
            values = tuple(map(unwrapped, texts.values))
            changed = np.array([a != b for a, b in zip(values, texts.values, strict=True)], dtype=bool)
            if changed.any():
                bare[column.name] = Texts(values, texts.codes)
                mended[f"{column.label}: bỏ dấu nháy, công thức bọc ngoài ô"] = int(changed[texts.codes].sum())
    return (replace(part, texts=bare) if mended else part), mended


def _plain_money(table: Table, part: Part, unclear: frozenset[str], mended: dict[str, int]) -> Part:
    """`part` with sums of money in digits only (10.000 đ), counted in `mended`; a profile that says how it writes them decides."""
    plain, profile = dict(part.texts), part.layout.profile
    for column in (c for c in table.columns if c.unit == "đồng" and c.name in part.texts):
        texts = part.texts[column.name]
        if profile.thousands or profile.decimal or column.name in unclear:
            continue
        values = tuple(v if v.isdigit() else _digits_of(v) for v in texts.values)
        changed = np.array([a != b for a, b in zip(values, texts.values, strict=True)], dtype=bool)
        if changed.any():
            plain[column.name] = Texts(values, texts.codes)
            mended[f"{column.label}: bỏ dấu phân cách hàng nghìn, chữ đồng"] = int(changed[texts.codes].sum())
    return replace(part, texts=plain)


def _digits_of(text: str) -> str:
    """The digits of a sum of money; `text` itself where it is none, or may be another number (a telephone number's)."""
    found = _MONEY.fullmatch(text)
    digits = re.sub(r"\D", "", found[2]) if found else ""
    return text if not found or digits[:1] == "0" != digits else found[1] + digits


def _mark(reasons: np.ndarray, rows: np.ndarray, text: str, code: str) -> None:
    """Give `rows` that have no reason yet this one."""
    if len(rows):
        reasons[rows & (reasons == "")] = f"{code} {text}"


def _count_mended(column: Column, texts: Texts, values: Sequence[Any] | np.ndarray, mended: Counter[str]) -> None:
    """Count cells that say NULL, procedure codes whose last zeros a spreadsheet had cut, and codes spelt otherwise."""
    tests: dict[str, Callable[[str, Any], bool]] = {
        "ghi như ô trống (NULL, N/A, - …)": lambda text, value: value is None and _is_null(text, column)
    }
    if column.name == "procedure_code":
        tests["bù số 0 cuối mà bảng tính đã cắt"] = lambda text, _: bool(
            _CUT_PROCEDURE_CODE.fullmatch(canonical_code(text))
        )
        tests[_SPELT] = lambda text, value: value is not None and value != procedure_code(text)
    elif column.kind == "code":
        tests[_SPELT] = lambda text, value: value is not None and value != text
    elif column.kind in ("date", "datetime"):
        tests = {}
    for what, test in tests.items():
        found = np.array([test(t, v) for t, v in zip(texts.values, values, strict=True)], dtype=bool)
        if found.any():
            mended[f"{column.label}: {what}"] = int(found[texts.codes].sum())


def _is_null(text: str, column: Column) -> bool:
    """Whether a cell that is no date says that it is empty: a word for it, or signs only."""
    if not text or len(text) > _LONGEST_NULL:
        return False
    rules = load_date_rules()
    words = rules.empty_names if column.kind in ("text", "code", "category") else rules.empty_anywhere
    return _ONLY_SIGNS.issuperset(text) or text.casefold() in words


def _shown(column: Column, text: str, value: Any) -> str:
    """How a set-aside row shows a cell: in canonical form where it was understood, else as the export has it."""
    if isinstance(value, np.datetime64):
        value = value.item()
    if isinstance(value, pa.Scalar):
        value = value.as_py()
    if value is None:
        return text
    if isinstance(value, bool):
        return "Có" if value else "Không"
    return column.values.get(value, str(value)) if column.values else str(value)


def _rejected(
    table: Table,
    part: Part,
    parsed: Mapping[str, Sequence[Any] | np.ndarray],
    bad: np.ndarray,
    reasons: np.ndarray,
) -> pd.DataFrame:
    """The set-aside rows; cells that do not line up with the header are left out, for they may be anybody's."""
    told = [reason.split(" ", 1) for reason in reasons[bad]]
    crooked = part.crooked[bad]
    cells = {
        name: [
            "" if shifted else _shown(table.column(name), part.texts[name].values[c], values[c])
            for c, shifted in zip(part.texts[name].codes[bad], crooked, strict=True)
        ]
        for name, values in parsed.items()
    }
    return pd.DataFrame(
        {
            **cells,
            "source_row": part.rows[bad],
            "reason_code": [code for code, _ in told],
            "reason": [text for _, text in told],
        }
    )
