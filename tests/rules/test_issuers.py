"""Who issued a document: the reporting body's own names are itself, and another body's are not."""

from __future__ import annotations

import pytest

from tthc_analysis.columns import DOCUMENTS
from tthc_analysis.config import Agency
from tthc_analysis.rules.profiles import fold, load_profiles

SOME = {"place": "Thử", "parent": "Ủy ban nhân dân tỉnh Thử", "receiver": "Ủy ban nhân dân tỉnh Thử"}


def codes(kind, name, short):
    agency = Agency(id="don-vi", name=name, short=short, kind=kind, **SOME)
    base = load_profiles(None, agency.names, agency.body.issuers).profiles[0]
    return base.value_map(DOCUMENTS, "issuer"), {"own", *agency.body.issuers}


@pytest.mark.parametrize(
    ("kind", "name", "short", "own", "others"),
    [
        ("so-gddt", "Sở Giáo dục và Đào tạo", "SGDĐT", ("Sở Giáo dục và Đào tạo", "SGDĐT"), ("UBND", "Chính phủ")),
        (
            "so-gddt",
            "Sở Giáo dục và Đào tạo tỉnh Thử",
            "SGDĐT",
            ("Sở Giáo dục và Đào tạo tỉnh Thử", "SGDĐT"),
            ("UBND",),
        ),
        ("so", "Sở Y tế", "SYT", ("SỞ Y TẾ", "SYT", "Sở"), ("Sở Giáo dục và Đào tạo", "SGDĐT", "UBND")),
        ("xa", "Ủy ban nhân dân phường Mẫu", "UBND", ("UBND phường Mẫu", "UBND"), ("Sở", "UBND thành phố", "SGDĐT")),
        ("tinh", "UBND tỉnh Thử", "UBND", ("Ủy ban nhân dân tỉnh Thử", "UBND", "UBND thành phố"), ("Sở", "Chính phủ")),
        ("cuc", "Cục Kiểm định", "CKĐ", ("Cục Kiểm định",), ("Bộ", "Sở", "UBND")),
    ],
)
def test_a_body_is_known_by_its_own_names_alone(kind, name, short, own, others):
    known, itself = codes(kind, name, short)
    assert {known[fold(word)] in itself for word in own} == {True}
    assert {known[fold(word)] in itself for word in others} == {False}
