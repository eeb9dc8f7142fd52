"""Points by QĐ 766 against published ones of the third quarter of 2026: every component and every group, to two decimals.

The rows state numerator and denominator of each component of a unit; the row without a component is the group's total. Where a
component's own points were not published, only the total holds it.
"""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import groupby, pairwise
from pathlib import Path

import pytest

from tthc_analysis.rules.laws import laws
from tthc_analysis.rules.scores import half_up, score_rules, score_rules_on

with Path(__file__).with_name("qd766_2026_q3.csv").open(encoding="utf-8") as source:
    ROWS = list(csv.DictReader(source))
UNITS = [(key, list(rows)) for key, rows in groupby(ROWS, key=lambda r: (r["group"], r["unit"]))]
RULES = score_rules_on(date(2026, 9, 30))
assert RULES
GROUPS = {group.id: group for group in RULES.groups}


@pytest.mark.parametrize(("key", "rows"), UNITS, ids=["-".join(key) for key, _ in UNITS])
def test_the_published_points_come_out(key, rows):
    *parts, total = rows
    points = {r["component"]: RULES.points(r["component"], int(r["part"]), int(r["whole"])) for r in parts}
    assert {c.id for c in GROUPS[key[0]].components} == set(points)
    published = {r["component"]: Decimal(r["points"]) for r in parts if r["points"]}
    assert {name: points[name] for name in published} == published
    assert GROUPS[key[0]].total(points.values()) == Decimal(total["points"])


def test_components_are_rounded_before_they_are_added():
    """Adding first and rounding then gives other totals for some units: the rule is not a matter of taste."""
    others = 0
    for (group, _), (*parts, total) in UNITS:
        exact = Fraction(0)
        for row in parts:
            rule, whole = RULES.component(row["component"]), int(row["whole"])
            share = Fraction(int(row["part"]), whole) if whole else Fraction(0)
            points = min(share * Fraction(rule.points) / Fraction(rule.full_at), Fraction(rule.most))
            exact += points if whole else Fraction(rule.empty or 0)
        others += half_up(exact, 2) != Decimal(total["points"])
        assert group in GROUPS
    assert others > 3


@pytest.mark.parametrize(
    ("part", "whole", "points"),
    [(0, 0, 0), (1, 1, 6), (1, 2000, 0), (1, 1200, "0.01"), (1, 1201, 0), (233203, 268066, "5.22")],
)
def test_half_a_hundredth_goes_up(part, whole, points):
    """6 × 1/1200 = 0,005 is 0,01; an empty denominator of the payment group is 0."""
    assert RULES.points("paid_online", part, whole) == Decimal(points)


@pytest.mark.parametrize(
    ("component", "part", "whole", "points"),
    [
        ("received_well", 899, 1000, "5.99"),
        ("received_well", 900, 1000, 6),
        ("received_well", 1000, 1000, 6),
        ("received_well", 0, 0, 6),
        ("petitions_on_time", 0, 0, 6),
        ("reused", 80, 100, 2),
        ("reused", 79, 100, "1.98"),
        ("paid_procedures", 4, 5, 2),
        ("on_time", 0, 0, None),
        ("synced", 0, 0, None),
        ("certified_copies", 0, 0, 2),
    ],
)
def test_ceilings_and_empty_denominators(component, part, whole, points):
    assert RULES.points(component, part, whole) == (None if points is None else Decimal(points))


def test_a_group_is_never_more_than_its_most():
    payment = GROUPS["payment"]
    assert sum(c.most for c in payment.components) == Decimal("10.5")
    assert payment.total(c.most for c in payment.components) == 10
    for group in RULES.groups:
        assert group.unknown or sum(c.most for c in group.components) >= group.most


def test_no_rule_set_is_known_before_its_first_day():
    assert score_rules_on(date(2025, 12, 31)) is None
    assert score_rules_on(date(2026, 1, 1)) is RULES


def test_the_rule_sets_cite_a_known_text_and_end_before_the_next_begins():
    known = score_rules()
    assert all(r.law in laws().texts for r in known)
    for one, other in pairwise(known):
        assert one.valid_to is not None
        assert one.valid_to < other.valid_from
