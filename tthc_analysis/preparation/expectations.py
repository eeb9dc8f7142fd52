"""What is expected of every cleaned table, as data: code, Vietnamese text, severity, kind of rule and columns.

A critical expectation stops publication, a warning is printed in the data quality section, an info is only counted.
`validation` hands them to Great Expectations; nothing heavy is imported here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd

from tthc_analysis.columns import (
    COMMITMENTS,
    COMMUNICATION,
    COMPLIANCE_COSTS,
    DOCUMENTS,
    DOSSIER_CODE,
    DOSSIERS,
    FINISHED_STATUSES,
    INITIATIVES,
    NO_EXPORT_DAY,
    PETITIONS,
    PROCEDURES,
    SIMPLIFICATIONS,
    TABLES,
    UNITS,
    VERIFICATIONS,
    Table,
)
from tthc_analysis.preparation.impersonal import impersonal
from tthc_analysis.rules.dates import load_date_rules
from tthc_analysis.rules.levels import level_ends

Severity = Literal["critical", "warning", "info"]
Check = Callable[[pd.DataFrame], pd.Series]
RuleKind = Literal["not_null", "unique", "matches", "impersonal", "in_set", "at_least", "order", "true"]

PROCEDURE_CODE = r"^\d\.\d{6}$"
DOCUMENT_NUMBER = r"^\d+/[A-ZĐa-z0-9-]+$"
#: derived columns that tell whether another is impersonal, whether it is written as the rule's pattern wants
IMPERSONAL, MATCHES = "impersonal_", "matches_"


@dataclass(frozen=True)
class Expectation:
    """One expectation; `order` takes (earlier, later), every other kind one column: `true` and the like one derived for it."""

    code: str
    text: str
    severity: Severity
    kind: RuleKind
    columns: tuple[str, ...]
    arguments: Mapping[str, Any] = field(default_factory=dict)


def _required(
    table: Table, letter: str, subject: str, first: int, severity: Severity, *names: str
) -> list[Expectation]:
    return [
        Expectation(
            f"{letter}{n:02d}", f"{subject} có ghi {table.column(name).label.lower()}", severity, "not_null", (name,)
        )
        for n, name in enumerate(names, start=first)
    ]


def _not_negative(table: Table, letter: str, first: int, *names: str) -> list[Expectation]:
    return [
        Expectation(
            f"{letter}{n:02d}", f"{table.column(name).label} không âm", "critical", "at_least", (name,), {"least": 0}
        )
        for n, name in enumerate(names, start=first)
    ]


def _impersonal(table: Table, letter: str, *numbers: int) -> list[Expectation]:
    """One for each column of free text, in the table's order; a new one without its number stops the import."""
    names = [c.name for c in table.columns if c.kind == "text"]
    return [_without_person(table, letter, n, name) for n, name in zip(numbers, names, strict=True)]


def _without_person(table: Table, letter: str, number: int, name: str) -> Expectation:
    text = f"{table.column(name).label} không chứa số điện thoại, CCCD, thư điện tử"
    return Expectation(f"{letter}{number:02d}", text, "critical", "impersonal", (f"{IMPERSONAL}{name}",))


def _coded(table: Table, letter: str, first: int, *names: str) -> list[Expectation]:
    return [
        Expectation(
            f"{letter}{n:02d}",
            f"{table.column(name).label} nằm trong danh mục",
            "critical",
            "in_set",
            (name,),
            {"values": tuple(table.column(name).values)},
        )
        for n, name in enumerate(names, start=first)
    ]


def _matches(code: str, text: str, name: str, pattern: str) -> Expectation:
    return Expectation(code, text, "warning", "matches", (f"{MATCHES}{name}",), {"pattern": pattern})


def _order(code: str, text: str, severity: Severity, first: str, last: str) -> Expectation:
    return Expectation(code, text, severity, "order", (first, last))


def _dates(code: str, due: str = "") -> list[Expectation]:
    """The limits of all dates of a table; with `due`, the code for due dates, their distance from receipt too."""
    rules = load_date_rules()
    text = (
        f"Ngày nằm trong giới hạn hợp lý (sự việc từ {rules.first_event.year} đến {rules.last_event.year}; sai thường do gõ nhầm "
        "năm, năm Phật lịch như 2567 hay giá trị mặc định của hệ thống)"
    )
    far = f"Hạn trả không quá {rules.longest_due_years} năm sau ngày tiếp nhận (sai thường do gõ nhầm năm)"
    found = [_true(code, text, "critical", "within_limits")]
    return [*found, _true(due, far, "critical", "due_is_near")] if due else found


def _limit_text() -> str:
    years = load_date_rules().longest_due_years
    return f"Thời hạn giải quyết không âm, không quá {years} năm (thời hạn như thế là chưa biết, không dùng để tính)"


def _true(code: str, text: str, severity: Severity, column: str) -> Expectation:
    return Expectation(code, text, severity, "true", (column,))


#: the expectation that a finished dossier tells its end
NO_END_DAY = "H19"
_NOT_AHEAD = "không sau ngày xuất (sai thường do gõ nhầm năm, hoặc ngày ghi ở tên tệp không phải ngày xuất)"
_LEVEL_TOLD = "Thủ tục rõ cấp thẩm quyền (tthc inspect TỆP liệt kê cơ quan chưa rõ cấp; khai báo cấp của chúng trong tệp *.profile.toml)"
_LISTED_WHEN = (
    "Danh mục không ghi ngày hiệu lực thì biết ngày xuất (ghi vào tên tệp: danh-muc-2026-11-27.xlsx); không biết thì chưa tính được "
    "thủ tục nào còn hiệu lực"
)
_TAKEN_BACK = {"column": "status", "values": ("withdrawn", "returned")}

_DECLARED: Mapping[str, tuple[Expectation, ...]] = {
    DOSSIERS.name: (
        *_required(DOSSIERS, "H", "Hồ sơ", 1, "critical", "dossier_code", "received_at"),
        *_required(
            DOSSIERS,
            "H",
            "Hồ sơ",
            3,
            "warning",
            "due_at",
            "channel",
            "status",
            "procedure_code",
            "procedure_name",
            "field",
        ),
        Expectation("H09", "Mã hồ sơ không trùng nhau", "critical", "unique", ("dossier_code",)),
        _matches("H10", "Mã hồ sơ đúng cấu trúc quốc gia", "dossier_code", DOSSIER_CODE),
        _matches("H11", "Mã thủ tục đúng cấu trúc d.dddddd", "procedure_code", PROCEDURE_CODE),
        _order("H12", "Ngày hẹn trả không trước ngày tiếp nhận", "critical", "received_at", "due_at"),
        _order("H13", "Ngày kết thúc xử lý không trước ngày tiếp nhận", "critical", "received_at", "resolved_at"),
        _order("H14", "Ngày trả kết quả không trước ngày kết thúc xử lý", "warning", "resolved_at", "returned_at"),
        *_coded(DOSSIERS, "H", 15, "channel", "status", "payment_status", "payment_method"),
        _true(
            NO_END_DAY, "Hồ sơ đã xử lý xong có ngày kết thúc xử lý hoặc ngày trả kết quả", "critical", "has_its_end"
        ),
        *_not_negative(DOSSIERS, "H", 20, "component_file_count", "result_file_count"),
        *_impersonal(DOSSIERS, "H", 22, 23, 24),
        _true("H25", f"Ngày tiếp nhận, ngày kết thúc xử lý, ngày trả {_NOT_AHEAD}", "critical", "known_when_exported"),
        Expectation(
            "H26",
            "Hồ sơ rút hoặc trả lại có ngày kết thúc xử lý",
            "warning",
            "not_null",
            ("resolved_at",),
            {"where": _TAKEN_BACK},
        ),
        *_dates("H27", "H28"),
        _order("H29", "Ngày hẹn trả lần đầu không trước ngày tiếp nhận", "warning", "received_at", "first_due_at"),
        *_not_negative(DOSSIERS, "H", 30, "reappointment_count", "supplement_count", "reused_count"),
    ),
    PROCEDURES.name: (
        *_required(PROCEDURES, "D", "Thủ tục", 1, "critical", "procedure_code", "procedure_name"),
        Expectation("D03", _LEVEL_TOLD, "warning", "not_null", ("authority_level",)),
        *_required(PROCEDURES, "D", "Thủ tục", 4, "warning", "valid_from"),
        _order("D05", "Ngày hết hiệu lực không trước ngày hiệu lực", "critical", "valid_from", "valid_to"),
        *_not_negative(PROCEDURES, "D", 6, "fee_amount"),
        *_impersonal(PROCEDURES, "D", 7, 10, 11, 13, 14, 15),
        _true("D08", "Thủ tục không còn hiệu lực sau ngày cấp thẩm quyền kết thúc", "warning", "level_holds"),
        _true("D09", "Khoảng hiệu lực của một mã thủ tục không chồng nhau", "warning", "validity_is_apart"),
        *_dates("D12"),
        _true("D16", _LISTED_WHEN, "warning", "is_listed_on_a_day"),
        _true("D17", _limit_text(), "warning", "limit_is_possible"),
    ),
    DOCUMENTS.name: (
        *_required(
            DOCUMENTS, "V", "Văn bản", 1, "critical", "document_number", "issued_date", "document_type", "issuer"
        ),
        *_required(DOCUMENTS, "V", "Văn bản", 5, "warning", "subject"),
        *_coded(DOCUMENTS, "V", 6, "document_type", "issuer", "topic"),
        _matches("V09", "Số, ký hiệu có dạng số/ký hiệu", "document_number", DOCUMENT_NUMBER),
        _true("V10", "Số văn bản tăng theo ngày trong cùng ký hiệu, cùng năm", "warning", "number_follows_date"),
        _true("V11", "Ký hiệu văn bản khớp cơ quan ban hành", "warning", "symbol_fits_issuer"),
        *_impersonal(DOCUMENTS, "V", 12),
        *_dates("V13"),
    ),
    SIMPLIFICATIONS.name: (
        *_required(
            SIMPLIFICATIONS, "G", "Phương án", 1, "critical", "proposal_code", "procedure_name", "proposed_date"
        ),
        _order("G04", "Thời hạn sau không dài hơn trước", "warning", "days_after", "days_before"),
        _order("G05", "Thành phần hồ sơ sau không nhiều hơn trước", "warning", "components_after", "components_before"),
        *_not_negative(SIMPLIFICATIONS, "G", 6, "days_after", "components_after"),
        *_impersonal(SIMPLIFICATIONS, "G", 8, 9),
        *_dates("G10"),
    ),
    COMPLIANCE_COSTS.name: (
        *_required(COMPLIANCE_COSTS, "C", "Dòng chi phí", 1, "critical", "proposal_code", "stage", "activity"),
        *_not_negative(
            COMPLIANCE_COSTS,
            "C",
            4,
            "activity_hours",
            "hourly_income",
            "service_cost",
            "fee_cost",
            "yearly_count",
            "respondent_count",
        ),
        *_required(COMPLIANCE_COSTS, "C", "Dòng chi phí", 10, "warning", "yearly_count", "respondent_count"),
        *_impersonal(COMPLIANCE_COSTS, "C", 12),
    ),
    PETITIONS.name: (
        *_required(PETITIONS, "P", "Phản ánh, kiến nghị", 1, "critical", "petition_code", "received_at"),
        *_required(PETITIONS, "P", "Phản ánh, kiến nghị", 3, "warning", "due_at", "channel", "kind"),
        _order("P06", "Hạn xử lý không trước ngày tiếp nhận", "critical", "received_at", "due_at"),
        _order("P07", "Ngày xử lý xong không trước ngày tiếp nhận", "critical", "received_at", "resolved_at"),
        *_coded(PETITIONS, "P", 8, "channel", "kind"),
        *_impersonal(PETITIONS, "P", 10),
        _true("P11", f"Ngày tiếp nhận, ngày xử lý xong {_NOT_AHEAD}", "critical", "known_when_exported"),
        *_dates("P12", "P13"),
    ),
    COMMUNICATION.name: (
        *_required(COMMUNICATION, "T", "Lượt ghi", 1, "critical", "counted_date", "channel"),
        *_not_negative(
            COMMUNICATION, "T", 3, "visits", "followers", "posts", "reform_posts", "topic_pages", "participants"
        ),
        _order("T09", "Tin bài CCHC không nhiều hơn tin bài", "critical", "reform_posts", "posts"),
        *_dates("T10"),
    ),
    COMMITMENTS.name: (
        *_required(COMMITMENTS, "K", "Bản cam kết", 1, "critical", "commitment_code", "unit_code", "signed_date"),
        *_coded(COMMITMENTS, "K", 4, "signer_role"),
        *_dates("K05"),
    ),
    VERIFICATIONS.name: (
        *_required(VERIFICATIONS, "X", "Số đọc", 1, "critical", "counted_date", "person_group"),
        *_required(VERIFICATIONS, "X", "Số đọc", 3, "critical", "record_count", "verified_count"),
        _order("X05", "Số đã xác thực không nhiều hơn tổng số", "critical", "verified_count", "record_count"),
        *_not_negative(VERIFICATIONS, "X", 6, "verified_count"),
        *_impersonal(VERIFICATIONS, "X", 7),
        *_dates("X08"),
    ),
    INITIATIVES.name: (
        *_required(INITIATIVES, "S", "Sáng kiến", 1, "critical", "initiative_code", "title", "proposed_date"),
        _order("S04", "Ngày công nhận không trước ngày đề xuất", "critical", "proposed_date", "recognised_date"),
        *_impersonal(INITIATIVES, "S", 5),
        *_dates("S06"),
    ),
    UNITS.name: (
        *_required(UNITS, "U", "Đơn vị", 1, "critical", "unit_code", "unit_name", "unit_kind", "valid_from"),
        _order("U05", "Ngày cuối không trước ngày đầu", "critical", "valid_from", "valid_to"),
        *_not_negative(UNITS, "U", 6, "civil_servant_count"),
        *_impersonal(UNITS, "U", 7),
        *_dates("U08"),
    ),
}


def derived(table: Table) -> tuple[Expectation, ...]:
    """What follows from the columns: required ones are stated, codes known, numbers not negative, texts impersonal, days real.

    The number of a code is the column's place, after 20, 40 and 60 for what is expected of values; 80 is that of days.
    """
    found: list[Expectation] = []
    for place, column in enumerate(table.columns, start=1):
        name, letter = column.name, table.letter
        if column.required:
            found += _required(table, letter, table.row_label.capitalize(), place, "critical", name)
        if column.values:
            found += _coded(table, letter, 20 + place, name)
        if column.kind in ("integer", "decimal"):
            found += _not_negative(table, letter, 40 + place, name)
        if column.kind == "text":
            found.append(_without_person(table, letter, 60 + place, name))
    dated = any(c.kind in ("date", "datetime") for c in table.columns)
    return (*found, *(_dates(f"{table.letter}80") if dated else ()))


def _all() -> Mapping[str, tuple[Expectation, ...]]:
    """The expectations of every table; a table that has none and names no letter for derived ones would pass unseen."""
    if bare := sorted(name for name, table in TABLES.items() if name not in _DECLARED and not table.letter):
        raise AssertionError(f"tables without expectations: {bare}")
    return {name: _DECLARED.get(name) or derived(table) for name, table in TABLES.items()}


EXPECTATIONS: Mapping[str, tuple[Expectation, ...]] = _all()


def expectations(table: Table) -> tuple[Expectation, ...]:
    """The expectations of `table` in order of code; every table has some."""
    return EXPECTATIONS[table.name]


def with_checks(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """`frame`, a whole table, with all derived true/false columns that its expectations read."""
    names = [e.columns[-1] for e in expectations(table)]
    compared = {name: _COMPARING[name][0](frame) for name in names if name in _COMPARING}
    return with_row_checks(table, frame).assign(**compared)


def with_row_checks(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """`frame`, any rows of a table, with the derived columns that tell of each row alone."""
    told: dict[str, pd.Series] = {}
    for rule in expectations(table):
        name, (source, *_) = rule.columns[-1], sources(rule)
        if rule.kind == "impersonal":
            told[name] = impersonal(table.column(source), frame[source])
        elif rule.kind == "matches":
            told[name] = _is_written(frame[source], rule.arguments["pattern"])
        elif name in _OF_ROWS:
            told[name] = _OF_ROWS[name](frame)
    return frame.assign(**told)


def sources(rule: Expectation) -> tuple[str, ...]:
    """The columns that `rule` speaks of: the source of one that tells how a text is written."""
    return tuple(name.removeprefix(IMPERSONAL).removeprefix(MATCHES) for name in rule.columns)


def _is_written(values: pd.Series, pattern: str) -> pd.Series:
    """Whether each value is written as `pattern`, unknown where there is none."""
    fits = values.astype("str").str.fullmatch(f"(?:{pattern})").astype("boolean")
    return fits.mask(values.isna())


def compared_columns(expectation: Expectation) -> tuple[str, ...]:
    """The columns in which `expectation` compares rows with each other; none when it tells of each row alone."""
    one = expectation.columns[-1]
    if expectation.kind == "unique":
        return (one,)
    return _COMPARING[one][1] if one in _COMPARING else ()


def comparison(expectation: Expectation) -> Check:
    """What derives the column that `expectation` reads, of those that compare rows."""
    return _COMPARING[expectation.columns[-1]][0]


def _level_holds(frame: pd.DataFrame) -> pd.Series:
    """Whether a procedure ends no later than its authority level does (no district level after 30/06/2025)."""
    ends = frame["authority_level"].map({k: pd.Timestamp(v) for k, v in level_ends().items()})
    lasts = pd.to_datetime(frame["valid_to"]).fillna(pd.Timestamp.max.floor("D"))
    return ends.isna() | (lasts <= ends)


def known_when_exported(frame: pd.DataFrame) -> pd.Series:
    """Whether nothing in a row happened after the day of its export; true where the export tells no day."""
    exported = pd.to_datetime(frame["snapshot_date"])
    names = [name for name in ("received_at", "resolved_at", "returned_at") if name in frame]
    later = pd.concat([pd.to_datetime(frame[name]).dt.normalize() > exported for name in names], axis=1).any(axis=1)
    return ~later | (exported == pd.Timestamp(NO_EXPORT_DAY))


def has_its_end(frame: pd.DataFrame) -> pd.Series:
    """Whether a finished dossier tells the day of its end, or that of the result."""
    ends = [frame[name].notna() for name in ("resolved_at", "returned_at") if name in frame]
    return ~frame["status"].isin(FINISHED_STATUSES) | pd.concat(ends, axis=1).any(axis=1)


def within_limits(frame: pd.DataFrame) -> pd.Series:
    """Whether every date of a row is one that a real register holds (`rules/dates.toml`); empty dates are."""
    rules = load_date_rules()
    names = [n for n in frame.select_dtypes("datetime").columns if n != "snapshot_date"]
    found = pd.Series(True, index=frame.index)
    for name in names:
        first = rules.first_event if name in _OF_CASES else rules.first_day
        last = rules.last_day if name in _AHEAD else rules.last_event
        days = pd.to_datetime(frame[name]).dt.normalize()
        found &= days.isna() | ((days >= pd.Timestamp(first)) & (days <= pd.Timestamp(last)))
    return found


def _is_listed_on_a_day(frame: pd.DataFrame) -> pd.Series:
    """Whether a procedure has its first day, or at least the day of the list that names it."""
    return frame["valid_from"].notna() | (pd.to_datetime(frame["snapshot_date"]) != pd.Timestamp(NO_EXPORT_DAY))


def due_is_near(frame: pd.DataFrame) -> pd.Series:
    """Whether the due date is at most some years after receipt (`rules/dates.toml`)."""
    longest = pd.Timedelta(days=366 * load_date_rules().longest_due_years)
    return ~(pd.to_datetime(frame["due_at"]) - pd.to_datetime(frame["received_at"]) > longest)


def limit_is_possible(frame: pd.DataFrame) -> pd.Series:
    """Whether the time limit is none below 0 or longer than due dates can be (`TimeLimit.is_possible`)."""
    longest = frame["time_limit_unit"].astype("object").fillna("").map(load_date_rules().longest_limit)
    limits = [frame[name].astype("Float64") for name in ("time_limit", "time_limit_max")]
    return pd.concat([((n >= 0) & (n <= longest)).fillna(True) for n in limits], axis=1).all(axis=1)


def validity_is_apart(frame: pd.DataFrame) -> pd.Series:
    """Whether a row begins after every earlier row of the same procedure has ended (an open row never ends)."""
    first = pd.to_datetime(frame["valid_from"])
    last = pd.to_datetime(frame["valid_to"]).fillna(pd.Timestamp.max.floor("D"))
    work = pd.DataFrame({"code": frame["procedure_code"], "first": first, "last": last})
    work = work.sort_values(["first", "last"], kind="stable")
    before = work.groupby("code")["last"].transform(lambda s: s.cummax().shift())
    return (work["first"].isna() | before.isna() | (work["first"] > before)).reindex(frame.index)


def _parts(frame: pd.DataFrame) -> pd.DataFrame:
    """Running number and symbol of each document number ("62/QĐ-UBND" → 62, "QĐ-UBND")."""
    return frame["document_number"].astype("string").str.extract(r"^(?P<number>\d+)/(?P<symbol>.+)$")


def number_follows_date(frame: pd.DataFrame) -> pd.Series:
    """Whether no later document of the same symbol and year has a smaller number.

    A wrong symbol or date shows as a break: a document of another series lands between numbers it cannot be between.
    """
    days = pd.to_datetime(frame["issued_date"])
    work = _parts(frame).assign(day=days, year=days.dt.year)
    work["number"] = pd.to_numeric(work["number"])
    work = work.sort_values(["day", "number"], kind="stable")
    groups = work.groupby(["symbol", "year"], dropna=False)["number"]
    after = groups.transform(lambda s: s[::-1].cummin()[::-1])
    return (work["number"].isna() | (work["number"] <= after)).reindex(frame.index)


def _symbol_fits_issuer(frame: pd.DataFrame) -> pd.Series:
    """Whether a city document carries UBND in its symbol and no department document does."""
    symbol = _parts(frame)["symbol"].fillna("")
    city, named = frame["issuer"] == "city", symbol.str.contains("UBND", regex=False)
    return ~(city ^ named) | ~frame["issuer"].isin(["city", "department"])


#: moments of electronic dossiers and petitions; dates that may lie ahead of the day of export
_OF_CASES = ("received_at", "resolved_at", "returned_at", "supplement_requested_at")
_AHEAD = ("due_at", "first_due_at", "valid_from", "valid_to", "old_due_date", "new_due_date", "planned_date")

#: derived columns that tell of each row alone
_OF_ROWS: Mapping[str, Check] = {
    "within_limits": within_limits,
    "due_is_near": due_is_near,
    "has_its_end": has_its_end,
    "known_when_exported": known_when_exported,
    "level_holds": _level_holds,
    "limit_is_possible": limit_is_possible,
    "is_listed_on_a_day": _is_listed_on_a_day,
    "symbol_fits_issuer": _symbol_fits_issuer,
}
#: derived columns that compare rows, with the columns that they read of a whole table
_COMPARING: Mapping[str, tuple[Check, tuple[str, ...]]] = {
    "validity_is_apart": (validity_is_apart, ("procedure_code", "valid_from", "valid_to")),
    "number_follows_date": (number_follows_date, ("document_number", "issued_date")),
}
