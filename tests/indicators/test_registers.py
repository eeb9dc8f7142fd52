"""Whether a register speaks of a period: absent and not covered are "chưa có dữ liệu"; covered and empty is a true 0."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from rows import by_name, dossier

from tthc_analysis.columns import ISSUERS, TABLES
from tthc_analysis.indicators import (
    NO_DATA,
    all_indicators,
    communication,
    directives,
    dossiers,
    impact,
    initiatives,
    integration,
    petitions,
    publication,
    simplification,
)
from tthc_analysis.rules.bodies import load_body

MODULES = (directives, impact, publication, simplification, integration, petitions, communication, initiatives)


def document(number: str, day: date, **more):
    return {
        "document_number": number,
        "issued_date": day,
        "document_type": "letter",
        "issuer": "department",
        "topic": "reform",
        "has_procedures": False,
        "is_impact_assessed": False,
        **more,
    }


@pytest.mark.parametrize(
    ("kind", "own"),
    [("xa", {"own"}), ("bo", {"own", "ministry"}), ("tinh", {"own", "city"}), ("so-gddt", {"own", "department"})],
)
def test_directives_and_normative_documents_are_those_of_the_body_itself(kind, own, report_of):
    """By "own", or by the code of its kind; those of another body stand in the register alone."""
    rows = [
        document(f"{i}{kind_of}", date(2024, 5, 6), issuer=issuer, document_type=kind_of, has_procedures=True)
        for i, issuer in enumerate(ISSUERS)
        for kind_of in ("plan", "normative")
    ]
    report = replace(report_of("2024", van_ban=rows), body=load_body(kind))
    listed = directives.documents(report)
    assert set(listed["issuer"]) == own
    found = by_name([*directives.indicators(report), *impact.indicators(report)])
    assert found["directive_plan_count"].numerator == len(own)
    assert found["normative_with_procedures_count"].numerator == len(own)


def test_a_decision_is_of_the_city_that_the_body_is(report_of):
    words = {"document_type": "decision", "topic": "publication", "proposed_by": "own"}
    rows = [
        document(str(i), date(2024, 5, 6), issuer=code, **words) for i, code in enumerate(("own", "city", "ministry"))
    ]
    report = report_of("2024", van_ban=rows)
    counts = [
        by_name(publication.indicators(replace(report, body=load_body(kind))))["publication_decisions_count"].numerator
        for kind in ("tinh", "so")
    ]
    assert counts == [2, 1]


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.__name__.rpartition(".")[2])
def test_an_absent_register_is_a_state(module, report_of):
    report = report_of("2024", ho_so=[dossier(1, "2024-05-06", "2024-05-10", "2024-05-08")])
    found = module.indicators(report)
    assert found
    assert {i.value for i in found} == {None}
    assert all(i.gap for i in found)
    assert any(NO_DATA in note for note in module.notes(report))


def test_a_report_without_any_small_register_still_has_every_figure(report_of):
    report = report_of("2024", ho_so=[dossier(1, "2024-05-06", "2024-05-10", "2024-05-08")])
    found = by_name(all_indicators(report))
    assert found["dossiers_handled_count"].value == 1
    assert found["directive_documents_count"].gap == NO_DATA
    assert found["procedures_published_count"].gap == NO_DATA


CASES = [
    # period, first document, exported, number of directives (None: no data)
    ("2024-Q2", date(2024, 1, 8), date(2024, 12, 20), 0),  # covered, nothing issued: a true 0
    ("2024-Q1", date(2024, 1, 8), date(2024, 12, 20), 1),
    ("2023-Q4", date(2024, 1, 8), date(2024, 12, 20), None),  # before the register begins
    ("2025-Q2", date(2024, 1, 8), date(2024, 12, 20), None),  # after its newest export
    ("2024-Q1", date(2024, 1, 8), date(2024, 2, 1), 1),  # exported within the period: so far
]


@pytest.mark.parametrize(("period", "first", "exported", "number"), CASES)
def test_coverage(period, first, exported, number, report_of):
    report = report_of(period, exported, van_ban=[document("1/SGDĐT-VP", first)])
    assert by_name(directives.indicators(report))["directive_documents_count"].value == number
    said = " ".join(directives.notes(report))
    assert ("Sổ văn bản" in said) == (number is None or exported < report.period.end)


def test_a_register_exported_without_a_row_says_none_so_far(report_of):
    report = report_of("2024-Q2", phan_anh_kien_nghi=[])
    found = by_name(petitions.indicators(report))
    assert found["petitions_received_count"].value == 0
    assert found["petitions_on_time_rate"].gap == "không có trường hợp nào phát sinh"
    assert petitions.indicators(report_of("2025-Q2", phan_anh_kien_nghi=[]))[0].gap == NO_DATA


def test_dossiers_of_a_period_that_no_export_covers_are_no_zero(report_of):
    rows = [dossier(1, "2024-05-06", "2024-05-10")]
    assert dossiers.totals(report_of("2024", ho_so=rows))["pending"] == 1
    assert dossiers.totals(report_of("2023", ho_so=rows)) == {}
    assert dossiers.totals(report_of("2025-Q3", ho_so=rows)) == {}


def petition(code: str, received: str, due: str, resolved: str | None):
    moments = [datetime.fromisoformat(t) if t else None for t in (received, due, resolved)]
    return {
        "petition_code": code,
        **dict(zip(("received_at", "due_at", "resolved_at"), moments, strict=True)),
        "channel": "hotline",
        "kind": "conduct",
    }


def test_petitions_are_as_of_the_cut_off(report_of):
    report = report_of(
        "2024-Q2",  # 15/03–14/06/2024
        phan_anh_kien_nghi=[
            petition("P1", "2024-03-01", "2024-03-08", "2024-03-07"),  # closed before
            petition("P2", "2024-03-12", "2024-03-19", "2024-03-19T16:00"),  # carried over, due day: on time
            petition("P3", "2024-05-02", "2024-05-09", "2024-05-10"),  # late
            petition("P4", "2024-06-12", "2024-06-19", "2024-06-18"),  # answered after the cut-off: pending
            petition("P5", "2024-07-01", "2024-07-08", None),  # later
        ],
    )
    found = {name: i.numerator for name, i in by_name(petitions.indicators(report)).items()}
    assert found == {
        "petitions_received_count": 2,
        "petitions_carried_over_count": 1,
        "petitions_resolved_count": 2,
        "petitions_pending_count": 1,
        "petitions_on_time_rate": 1,
    }


def test_commitments_without_a_list_of_units_have_a_count_but_no_share(report_of):
    signed = {"commitment_code": "CK1", "unit_code": "P01", "signer_role": "head", "signed_date": date(2024, 1, 20)}
    found = by_name(directives.commitment_indicators(report_of("2024-Q3", cam_ket=[signed])))
    assert found["commitments_count"].value == 1
    assert found["commitments_rooms_rate"].gap == "chưa có danh sách đơn vị"


def test_units_that_ended_are_not_in_the_base(report_of):
    unit = {"unit_kind": "room", "civil_servant_count": 3, "valid_from": date(2020, 1, 1)}
    report = report_of(
        "2024",
        cam_ket=[
            {"commitment_code": f"CK{i}", "unit_code": code, "signed_date": date(2024, 1, 20)}
            for i, code in enumerate(["P01", "P01", "P03", "DV99"])
        ],
        don_vi=[
            {**unit, "unit_code": "P01", "unit_name": "Phòng 1"},
            {**unit, "unit_code": "P02", "unit_name": "Phòng 2"},
            {**unit, "unit_code": "P03", "unit_name": "Phòng 3", "valid_to": date(2024, 6, 30)},
        ],
    )
    found = by_name(directives.commitment_indicators(report))["commitments_rooms_rate"]
    assert (found.numerator, found.denominator) == (1, 2)


def test_a_reading_outside_the_period_is_not_taken(report_of):
    reading = {"person_group": "student", "education_level": "Tiểu học", "record_count": 200, "verified_count": 199}
    rows = [{**reading, "counted_date": date(2024, 1, 31)}]
    assert integration.indicators(report_of("2024-Q1", xac_thuc=rows))[0].value is not None
    later = report_of("2024-Q3", xac_thuc=rows)
    assert integration.indicators(later)[0].gap == NO_DATA
    assert "Không có số đọc" in integration.notes(later)[0]


def test_normative_documents_without_the_procedure_column_give_no_zero(report_of):
    rows = [document("5/2024/QĐ-UBND", date(2024, 4, 1), document_type="normative", has_procedures=None)]
    found = by_name(impact.indicators(report_of("2024", van_ban=rows)))
    assert found["normative_documents_count"].value == 1
    assert found["normative_with_procedures_count"].gap == "sổ văn bản không ghi có quy định TTHC hay không"


def test_every_register_that_a_period_selects_from_has_an_event():
    assert {name for name, t in TABLES.items() if not t.event} == {"danh_muc_tthc", "chi_phi_tuan_thu", "don_vi"}
    assert all(t.event in t.names for t in TABLES.values() if t.event)


def test_a_period_before_all_exports_has_no_figure_at_all(sample_report):
    """Never a 0 in place of what is not known: every figure of 2019 says why it is missing."""
    from tthc_analysis.indicators import all_indicators
    from tthc_analysis.periods import parse_period

    found = [i for i in all_indicators(sample_report.at(parse_period("2019"))) if i.section != "Chất lượng dữ liệu"]
    assert len(found) > 50
    assert [i.name for i in found if i.numerator is not None] == []
    assert all(i.gap for i in found)
