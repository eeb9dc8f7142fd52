"""Section I: directive documents by kind, issuer and month, and the commitments that were signed."""

from __future__ import annotations

import pandas as pd

from tthc_analysis.columns import COMMITMENTS, DOCUMENT_TOPICS, DOCUMENT_TYPES, DOCUMENTS, ISSUERS, UNITS
from tthc_analysis.indicators import _registers
from tthc_analysis.indicators._indicator import Indicator
from tthc_analysis.indicators._open import OpenReport
from tthc_analysis.indicators.definition import Block, Count, Covered, Exported, Measure, Rate, Relation
from tthc_analysis.indicators.evaluate import Evaluation, evaluate, rows
from tthc_analysis.indicators.relations import UNITS_AT_END, in_period, in_year, literals, with_cte
from tthc_analysis.rules.reporting import load_reporting

SECTION = "I"
DOCUMENT = "văn bản"


_RULE = load_reporting().directives


def _with_own(report: OpenReport) -> str:
    """The columns of the register with whether the reporting body, or the city's committee, issued or proposed a document."""
    own = literals(("own", *report.body.issuers))
    city = literals(("city", *(("own",) if "city" in report.body.issuers else ())))
    return (
        f"*, coalesce(issuer IN ({own}), false) AS is_own, coalesce(proposed_by IN ({own}), false) AS is_proposed, "
        f"coalesce(issuer IN ({city}), false) AS is_of_city"
    )


#: the documents of the period; which topics make one of the body itself a directive is `rules/reporting.toml`
REGISTERED = in_period("documents", DOCUMENTS, _with_own)
_DIRECTIVE = f"is_own AND topic IN ({literals(_RULE.topics)})"
DIRECTIVE = Measure(REGISTERED, _DIRECTIVE)
OF_KIND = {kind: Measure(REGISTERED, f"{_DIRECTIVE} AND document_type = '{kind}'") for kind in DOCUMENT_TYPES}

DIRECTIVES = Block(
    section=SECTION,
    reference=_RULE.source,
    figures=(
        Count(name="directive_documents_count", label="Văn bản chỉ đạo đã ban hành", part=DIRECTIVE, unit=DOCUMENT),
        *(
            Count(
                name=f"directive_{kind}_count",
                label=f"Văn bản chỉ đạo là {label.lower()}",
                part=OF_KIND[kind],
                unit=DOCUMENT,
                only_with=OF_KIND[kind],
            )
            for kind, label in DOCUMENT_TYPES.items()
        ),
    ),
)

COMMITTED = in_year("commitments", COMMITMENTS)


def _units_sql(report: OpenReport) -> str:
    units = UNITS_AT_END.sql(report)
    return (
        f"{with_cte(COMMITTED.sql(report), units)},\n"
        "pledging AS (SELECT *, unit_code IN (SELECT unit_code FROM commitments) AS has_signed FROM units)"
    )


#: the units at the end of the period with whether somebody of theirs has signed
PLEDGING = Relation(
    "pledging", UNITS.name, _units_sql, (Covered(COMMITMENTS.name), Exported(UNITS.name, "chưa có danh sách đơn vị"))
)


def _signed(kind: str, plural: str, base: str) -> Rate:
    return Rate(
        name=f"commitments_{kind}s_rate",
        label=f"Tỷ lệ {plural} đã ký cam kết",
        part=Measure(PLEDGING, f"unit_kind = '{kind}' AND has_signed"),
        part_label=f"{{{plural[1:-1].capitalize()}}} có bản cam kết",
        whole=Measure(PLEDGING, f"unit_kind = '{kind}'"),
        base=base,
    )


SIGNED = Block(
    section=SECTION,
    reference="Sổ cam kết của {unit}; danh sách đơn vị có hiệu lực tại ngày chốt",
    tables=(COMMITMENTS.name, UNITS.name),
    figures=(
        Count(
            name="commitments_count",
            label="Bản cam kết đã ký từ đầu năm đến ngày chốt",
            part=Measure(COMMITTED),
            unit="bản",
        ),
        _signed("room", "{rooms}", "{rooms}"),
        _signed("unit", "{units}", "{units} {unit}"),
    ),
)
BLOCKS = (DIRECTIVES, SIGNED)


def listed(report: OpenReport, where: str) -> pd.DataFrame | None:
    """Documents of the period that satisfy a predicate, oldest first, with Vietnamese labels; None without data."""
    if Evaluation(report).silence(REGISTERED):
        return None
    return labelled(rows(report, REGISTERED, where=where, order="issued_date, document_number"))


def documents(report: OpenReport) -> pd.DataFrame | None:
    """Directive documents of the period, oldest first, with Vietnamese labels; None without data."""
    return listed(report, _DIRECTIVE)


def labelled(frame: pd.DataFrame) -> pd.DataFrame:
    """`frame` with the labels of kind, issuer and topic beside the codes."""
    return frame.assign(
        type_label=frame["document_type"].map(DOCUMENT_TYPES),
        issuer_label=frame["issuer"].map(ISSUERS),
        topic_label=frame["topic"].map(DOCUMENT_TOPICS),
    ).reset_index(drop=True)


def all_documents(report: OpenReport) -> pd.DataFrame | None:
    """Every registered document of the period by issuer and kind: issuer_label, type_label, n; None without data."""
    frame = listed(report, "true")
    if frame is None:
        return None
    table = frame.groupby(["issuer_label", "type_label"], as_index=False).size()
    return table.rename(columns={"size": "n"}).sort_values(
        ["issuer_label", "n"], ascending=[True, False], ignore_index=True
    )


def by_month(report: OpenReport) -> pd.DataFrame | None:
    """Directive documents by calendar month: month (2024-03), received (their number); None without data."""
    frame = documents(report)
    if frame is None:
        return None
    months = pd.period_range(*report.period.span(DOCUMENTS.name), freq="M").strftime("%Y-%m")
    counts = frame["issued_date"].dt.strftime("%Y-%m").value_counts()
    return pd.DataFrame({"month": months, "n": counts.reindex(months, fill_value=0).to_numpy()})


def document_indicators(report: OpenReport) -> list[Indicator]:
    """Number of directive documents, in all and by kind; kinds that do not occur are left out."""
    return evaluate(report, DIRECTIVES)


def commitment_indicators(report: OpenReport) -> list[Indicator]:
    """Commitments signed in the year up to the cut-off, and the share of rooms and of units that have signed."""
    return evaluate(report, SIGNED)


def indicators(report: OpenReport) -> list[Indicator]:
    """All figures of section I."""
    return evaluate(report, *BLOCKS)


def notes(report: OpenReport) -> tuple[str, ...]:
    """What the registers of this section cannot say."""
    return _registers.notes(report, DOCUMENTS.name, COMMITMENTS.name)
