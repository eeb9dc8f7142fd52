"""The rows behind a figure: which dossiers or register entries make its numerator, and where in the exports they stand.

Every figure is one of three things of its rows: they are counted, their amounts are summed, or one of their amounts is the
figure (a median, the least, the last reading). `Evidence.agrees` holds the rows against the figure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal

import pandas as pd

from tthc_analysis.columns import (
    AUTHORITY_LEVELS,
    DOCUMENT_TYPES,
    DOSSIER_CODE,
    ONLINE_LEVELS,
    PERSON_GROUPS,
    TABLES,
)
from tthc_analysis.indicators import (
    _registers,
    assessment,
    catalogue,
    directives,
    dossiers,
    due_dates,
    impact,
    initiatives,
    integration,
    online,
    petitions,
    publication,
    quality,
    simplification,
)
from tthc_analysis.indicators._counting import MEASURES, live_sql
from tthc_analysis.indicators._indicator import Indicator
from tthc_analysis.indicators._scope import Scope
from tthc_analysis.rules.reporting import load_reporting

Relation = Literal["counted", "summed", "measured"]
#: key of the row, what it adds, and its place in the exports ("" and 0 for what is no row of an export)
COLUMNS = ("key", "amount", "source_file", "source_sheet", "source_row")
RELATIONS: Mapping[Relation, str] = {
    "counted": "mỗi dòng đếm 1",
    "summed": "cộng số ở từng dòng",
    "measured": "là một trong các số ở từng dòng (trung vị, nhỏ nhất, lớn nhất hoặc lần đọc cuối)",
}


@dataclass(frozen=True)
class Evidence:
    """The rows behind a numerator (`COLUMNS`), what they are called, and how the numerator follows from them."""

    table: str
    relation: Relation
    rows: pd.DataFrame

    @property
    def keys(self) -> list[str]:
        """The codes of the rows, in order."""
        return [str(key) for key in self.rows["key"]]

    def agrees(self, indicator: Indicator) -> bool:
        """Whether the rows give the numerator of `indicator`."""
        if indicator.numerator is None:
            return self.rows.empty
        if self.relation == "counted":
            return len(self.rows) == indicator.numerator
        amounts = [int(a) for a in self.rows["amount"].dropna()]
        return sum(amounts) == indicator.numerator if self.relation == "summed" else indicator.numerator in amounts


Selector = Callable[[Scope], "pd.DataFrame | None"]
_Entry = tuple[str, Relation, Selector]


def evidence(scope: Scope, indicator: Indicator) -> Evidence | None:
    """The rows behind `indicator` in this scope; None for a figure that no rule here leads to rows."""
    entry = _entry(indicator)
    if entry is None:
        return None
    table, relation, select = entry
    rows = select(scope) if indicator.numerator is not None else None
    found = _frame([]) if rows is None else rows[list(COLUMNS)].sort_values("key", ignore_index=True)
    return Evidence(table, relation, found)


def _entry(indicator: Indicator) -> _Entry | None:
    if indicator.measure in MEASURES:
        return "ho_so", "counted", partial(_dossiers, MEASURES[indicator.measure])
    return _ENTRIES.get(indicator.name)


# --- dossiers --------------------------------------------------------------------------------------------------------


def _dossiers(predicate: str, scope: Scope, amount: str = "1") -> pd.DataFrame:
    """Dossiers open in the period that satisfy a predicate over the counting SQL's `live`."""
    return scope.store.query(
        f"{live_sql(scope.period, scope.rules)}\n"
        "SELECT chosen.dossier_code AS key, amount, source_file, source_sheet, source_row FROM (\n"
        f"  SELECT dossier_code, {amount} AS amount FROM live WHERE {predicate}\n"
        ") chosen JOIN ho_so USING (dossier_code) ORDER BY key"
    )


_DIGITISED = (
    "coalesce(CAST(component_file_count > 0 AS INTEGER), 0)"
    " + coalesce(CAST(is_resolved AND result_file_count > 0 AS INTEGER), 0)"
)


def _digitised(scope: Scope) -> pd.DataFrame:
    """Dossiers with a digitised component (1), an attached result (1), or both (2)."""
    return _dossiers(f"{_DIGITISED} > 0", scope, _DIGITISED)


def _paying(scope: Scope, condition: str = "true") -> pd.DataFrame | None:
    """Dossiers of fee-bearing procedures that had to pay."""
    if not scope.store.has("danh_muc_tthc"):
        return None
    codes = ", ".join(f"'{code}'" for code in catalogue.fee_bearing_codes(scope)) or "''"
    return _dossiers(f"procedure_code IN ({codes}) AND {online.PAYABLE} AND {condition}", scope)


def _times(choose: Callable[[pd.DataFrame], pd.Series], scope: Scope) -> pd.DataFrame:
    """Dossiers with an amount in working days that `choose` takes from `assessment.dossier_times` (null: not counted)."""
    frame = assessment.dossier_times(scope)
    return _located(scope, frame["dossier_code"], choose(frame))


def _located(scope: Scope, codes: pd.Series, numbers: pd.Series) -> pd.DataFrame:
    """Dossiers by code with a number each (null: left out) and their places in the exports."""
    amounts = pd.DataFrame({"key": codes, "amount": numbers}).dropna()
    places = scope.store.query("SELECT dossier_code AS key, source_file, source_sheet, source_row FROM ho_so")
    return amounts.merge(places, on="key", how="left")


def _fast(frame: pd.DataFrame) -> pd.Series:
    limit = load_reporting().processing_time.fast_working_days
    return frame["used"].where(frame["used"] <= limit)


def _disagreeing(scope: Scope) -> pd.DataFrame | None:
    found = due_dates.differences(scope)
    return None if found is None else _located(scope, found["dossier_code"], found["gap"])


_OVERDUE = "(is_resolved AND lateness > 0) OR (NOT is_resolved AND NOT is_within)"
_OFFLINE = "NOT is_carried_over AND channel IN ('in_person', 'post')"

_DOSSIERS: dict[str, _Entry] = {
    "online_handled_count": ("ho_so", "counted", partial(_dossiers, "channel = 'online'")),
    "offline_received_count": ("ho_so", "counted", partial(_dossiers, _OFFLINE)),
    "overdue_total_count": ("ho_so", "counted", partial(_dossiers, _OVERDUE)),
    "one_stop_registered_rate": (
        "ho_so", "counted", partial(_dossiers, f"regexp_matches(dossier_code, '{DOSSIER_CODE}')"),
    ),
    "digitised_rate": ("ho_so", "summed", _digitised),
    "fee_dossiers_count": ("ho_so", "counted", _paying),
    "paid_online_rate": ("ho_so", "counted", partial(_paying, condition=online.PAID_ONLINE)),
    "processing_days_median": ("ho_so", "measured", partial(_times, lambda f: f["used"])),
    "processing_days_p90": ("ho_so", "measured", partial(_times, lambda f: f["used"])),
    "time_cut_rate": ("ho_so", "summed", partial(_times, lambda f: f["limit"] - f["used"])),
    "fast_dossiers_rate": ("ho_so", "counted", partial(_times, _fast)),
    "due_dates_disagree_rate": ("ho_so", "counted", _disagreeing),
}  # fmt: skip


# --- what is no row of an export -------------------------------------------------------------------------------------


def _frame(rows: list[tuple[str, int]]) -> pd.DataFrame:
    """Rows without a place in an export."""
    frame = pd.DataFrame(rows, columns=["key", "amount"])
    return frame.assign(source_file="", source_sheet="", source_row=0)


def _files(column: str, scope: Scope) -> pd.DataFrame:
    """Export files with one of their row counts."""
    table = quality.accounts(scope)
    amounts = table[column] if column in table else pd.Series(1, index=table.index)
    return _frame([(f, int(n)) for f, n in zip(table["file"], amounts, strict=True) if n])


def _failed_checks(scope: Scope) -> pd.DataFrame:
    table = quality.findings(scope)
    return _frame([(str(code), 1) for code in table.loc[table["result"] == "không đạt", "code"]])


def _fast_procedures(scope: Scope) -> pd.DataFrame:
    rule = load_reporting().processing_time
    table = dossiers.processing_time(scope, rule.least_dossiers)
    table = table[table["median"] <= rule.fast_working_days]
    return _frame([(str(c), int(m)) for c, m in zip(table["procedure_key"], table["median"], strict=True)])


def _slipped(key: str, scope: Scope) -> pd.DataFrame | None:
    table = assessment.slipped(scope, key)
    return None if table is None else _frame([(str(k), int(n)) for k, n in zip(table[key], table["n"], strict=True)])


_COMPUTED: dict[str, _Entry] = {
    "export_files_count": ("", "counted", partial(_files, "")),
    "rows_read_count": ("", "summed", partial(_files, "rows_in")),
    "rows_kept_count": ("", "summed", partial(_files, "kept")),
    "rows_replaced_count": ("", "summed", partial(_files, "replaced")),
    "rows_quarantined_rate": ("", "summed", partial(_files, "quarantined")),
    "checks_failed_count": ("", "counted", _failed_checks),
    "fast_procedures_count": ("", "counted", _fast_procedures),
    "fast_procedures_min_days": ("", "measured", _fast_procedures),
    "fast_procedures_max_days": ("", "measured", _fast_procedures),
    "slipped_procedures_count": ("", "counted", partial(_slipped, "procedure_code")),
    "slipped_fields_count": ("", "counted", partial(_slipped, "field")),
}


# --- registers -------------------------------------------------------------------------------------------------------


def _entries(name: str, frame: pd.DataFrame | None, amount: str = "") -> pd.DataFrame | None:
    """Rows of the register `name` under their key, each with 1 or with the number in column `amount`."""
    if frame is None:
        return None
    parts = zip(*(_texts(frame[column]) for column in TABLES[name].key), strict=True)
    keys = pd.Series([" | ".join(part) for part in parts], index=frame.index, dtype="string")
    places = {c: frame.get(c, "") for c in ("source_file", "source_sheet", "source_row")}
    amounts = frame[amount] if amount else 1
    return pd.DataFrame({"key": keys, "amount": amounts, **places}).dropna(subset=["amount"])


def _texts(values: pd.Series) -> list[str]:
    if pd.api.types.is_datetime64_any_dtype(values):
        return ["–" if pd.isna(v) else f"{v:%d/%m/%Y}" for v in values]
    return ["–" if pd.isna(v) else str(v) for v in values]


def _chosen(
    name: str,
    read: Callable[[Scope], pd.DataFrame | None],
    where: Mapping[str, object],
    scope: Scope,
    amount: str = "",
    choose: Callable[[pd.DataFrame], pd.DataFrame] = lambda frame: frame,
) -> pd.DataFrame | None:
    """Rows that `read` gives and whose columns have these values; a missing truth value is false."""
    frame = read(scope)
    if frame is None:
        return None
    for column, value in where.items():
        known = frame[column].astype("boolean").fillna(False) if isinstance(value, bool) else frame[column]
        frame = frame[known == value]
    return _entries(name, choose(frame), amount)


def _of(
    name: str,
    read: Callable[[Scope], pd.DataFrame | None],
    relation: Relation = "counted",
    amount: str = "",
    choose: Callable[[pd.DataFrame], pd.DataFrame] = lambda frame: frame,
    **where: object,
) -> _Entry:
    return name, relation, partial(_chosen, name, read, where, amount=amount, choose=choose)


def _catalogue(scope: Scope) -> pd.DataFrame | None:
    """Procedures in force; a missing mark "internal" means that it is none."""
    if not scope.store.has("danh_muc_tthc"):
        return None
    frame = catalogue.in_force(scope)
    return frame.assign(is_internal=frame["is_internal"].fillna(False).astype(bool))


def _fee_procedures(scope: Scope) -> pd.DataFrame | None:
    frame = _catalogue(scope)
    return None if frame is None else frame[frame["procedure_code"].isin(catalogue.fee_bearing_codes(scope))]


def _unregistered(scope: Scope) -> pd.DataFrame | None:
    found = publication.unregistered_decisions(scope)
    return None if found is None else _frame([(number, 1) for number in found])


def _committed_units(kind: str, scope: Scope) -> pd.DataFrame | None:
    """Units of a kind of which somebody has signed."""
    units, signed = _registers.valid_at_end(scope, "don_vi"), _registers.in_year(scope, "cam_ket")
    if units is None or signed is None:
        return None
    return _entries("don_vi", units[(units["unit_kind"] == kind) & units["unit_code"].isin(signed["unit_code"])])


def _active_units(scope: Scope) -> pd.DataFrame | None:
    """Affiliated units that communicated in the period."""
    units, readings = _registers.valid_at_end(scope, "don_vi"), _media(scope)
    if units is None or readings is None:
        return None
    active = set(readings.loc[readings["channel"] == "unit", "unit_code"])
    return _entries("don_vi", units[(units["unit_kind"] == "unit") & units["unit_code"].isin(active)])


def _media(scope: Scope) -> pd.DataFrame | None:
    return _registers.in_period(scope, "truyen_thong")


def _last(column: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """The last row that says anything in `column`."""
    return lambda frame: frame.dropna(subset=[column]).tail(1)


def _internal_components(frame: pd.DataFrame) -> pd.DataFrame:
    known = frame.dropna(subset=["components_before", "components_after"])
    return known.sort_values(["components_cut_rate", "proposal_code"])


def _costed(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.dropna(subset=["cost_before"]).sort_values(["cost_cut_rate", "proposal_code"])


_PROPOSALS, _MEDIA, _READINGS = "don_gian_hoa", "truyen_thong", "xac_thuc"

_REGISTERS: dict[str, _Entry] = {
    "directive_documents_count": _of("van_ban", directives.documents),
    **{f"directive_{k}_count": _of("van_ban", directives.documents, document_type=k) for k in DOCUMENT_TYPES},
    "commitments_count": _of("cam_ket", lambda s: _registers.in_year(s, "cam_ket")),
    **{f"commitments_{k}s_rate": ("don_vi", "counted", partial(_committed_units, k)) for k in ("room", "unit")},
    "normative_documents_count": _of("van_ban", impact.normative),
    "normative_with_procedures_count": _of("van_ban", impact.normative, has_procedures=True),
    "impact_assessed_rate": _of("van_ban", impact.normative, has_procedures=True, is_impact_assessed=True),
    "publication_decisions_count": _of("van_ban", publication.decisions),
    "internal_publication_decisions_count": _of("van_ban", publication.decisions, is_internal=True),
    "unregistered_decisions_count": ("danh_muc_tthc", "counted", _unregistered),
    "procedures_published_count": _of("danh_muc_tthc", _catalogue, is_internal=False),
    "internal_procedures_count": _of("danh_muc_tthc", _catalogue, is_internal=True),
    **{
        f"{prefix}procedures_{level}_count": _of(
            "danh_muc_tthc", _catalogue, is_internal=bool(prefix), authority_level=level
        )
        for level in AUTHORITY_LEVELS
        for prefix in ("", "internal_")
    },
    **{
        f"procedures_{level}_{end}": _of("danh_muc_tthc", _catalogue, is_internal=False, online_level=level)
        for level in ONLINE_LEVELS
        for end in ("count", "rate")
    },
    "fee_procedures_count": _of("danh_muc_tthc", _fee_procedures),
    "simplification_count": _of(_PROPOSALS, simplification.public),
    **{
        f"simplification_days_cut_{end}": _of(_PROPOSALS, simplification.public, "measured", "days_cut")
        for end in ("min", "max")
    },
    **{
        f"simplification_cost_{stage}": _of(_PROPOSALS, simplification.public, "summed", f"cost_{stage}")
        for stage in ("before", "after")
    },
    "simplification_cost_cut_rate": _of(_PROPOSALS, simplification.public, "summed", "cost_cut", _costed),
    "simplification_cost_cut_min_rate": _of(
        _PROPOSALS, simplification.public, "summed", "cost_cut", lambda f: _costed(f).head(1)
    ),
    "simplification_cost_cut_max_rate": _of(
        _PROPOSALS, simplification.public, "summed", "cost_cut", lambda f: _costed(f).tail(1)
    ),
    "internal_simplification_count": _of(_PROPOSALS, simplification.internal),
    "internal_components_cut_rate": _of(
        _PROPOSALS, simplification.internal, "summed", "components_cut", _internal_components
    ),
    "internal_components_cut_min_rate": _of(
        _PROPOSALS, simplification.internal, "summed", "components_cut", lambda f: _internal_components(f).head(1)
    ),
    "internal_components_cut_max_rate": _of(
        _PROPOSALS, simplification.internal, "summed", "components_cut", lambda f: _internal_components(f).tail(1)
    ),
    "verified_identities_rate": _of(_READINGS, integration.latest, "summed", "verified_count"),
    **{
        f"verified_{group}s_rate": _of(_READINGS, integration.latest, "summed", "verified_count", person_group=group)
        for group in PERSON_GROUPS
    },
    "petitions_received_count": _of("phan_anh_kien_nghi", petitions.handled, is_carried_over=False),
    "petitions_carried_over_count": _of("phan_anh_kien_nghi", petitions.handled, is_carried_over=True),
    "petitions_resolved_count": _of("phan_anh_kien_nghi", petitions.handled, is_resolved=True),
    "petitions_pending_count": _of("phan_anh_kien_nghi", petitions.handled, is_resolved=False),
    "petitions_on_time_rate": _of("phan_anh_kien_nghi", petitions.handled, is_on_time=True),
    "portal_visits_mean": _of(_MEDIA, _media, "summed", "visits", channel="portal"),
    **{
        f"{channel}_followers_count": _of(_MEDIA, _media, "measured", "followers", _last("followers"), channel=channel)
        for channel in ("facebook", "zalo")
    },
    "topic_pages_count": _of(_MEDIA, _media, "measured", "topic_pages", _last("topic_pages"), channel="portal"),
    "posts_count": _of(_MEDIA, _media, "summed", "posts", channel="portal"),
    **{
        f"reform_posts_{end}": _of(_MEDIA, _media, "summed", "reform_posts", channel="portal")
        for end in ("count", "rate")
    },
    "contest_participation_rate": _of(_MEDIA, _media, "summed", "participants", channel="contest"),
    "units_communicating_rate": ("don_vi", "counted", _active_units),
    "initiatives_count": _of("sang_kien", initiatives.initiatives),
    "initiatives_recognised_count": _of("sang_kien", initiatives.initiatives, is_recognised=True),
}

_ENTRIES: Mapping[str, _Entry] = {**_DOSSIERS, **_COMPUTED, **_REGISTERS}
