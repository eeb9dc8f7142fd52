"""A message about an unknown name suggests a few names, never a hundred."""

from __future__ import annotations

from tthc_analysis.errors import suggestion


def test_of_many_names_none_of_which_is_near_five_are_told():
    names = [f"dossiers_{i:03}_count" for i in range(100)]
    said = suggestion("zz", names).removeprefix("Các giá trị gần nhất: ").removesuffix(".").split(", ")
    assert len(said) == 5
    assert set(said) <= set(names)
    assert suggestion("zz", names[:2]) == "Các giá trị dùng được: dossiers_000_count, dossiers_001_count."
