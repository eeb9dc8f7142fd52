"""Percentages against integers: which count over which base gives a printed percentage, and whether any can."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from itertools import combinations_with_replacement

_MOST_SHOWN = 4
_SWAP = str.maketrans(",.", ".,")


def rounded(value: Decimal, decimals: int) -> Decimal:
    """`value` half up at `decimals` places, as a report prints it."""
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def percentage(top: Decimal, base: Decimal, decimals: int) -> Decimal:
    """`top` of `base` in per cent as printed."""
    return rounded(top * 100 / base, decimals)


def gives(top: Decimal, base: Decimal, printed: Decimal, decimals: int) -> bool:
    """Whether `top` of `base` is printed as `printed`."""
    return base > 0 and percentage(top, base, decimals) == printed


def numerators(base: int, printed: Decimal, decimals: int) -> list[int]:
    """Every whole number from 0 to `base` whose share of `base` is printed as `printed`."""
    half = Decimal(1).scaleb(-decimals) / 2
    low = ((printed - half) * base / 100).to_integral_value(ROUND_FLOOR)
    high = ((printed + half) * base / 100).to_integral_value(ROUND_CEILING)
    candidates = range(max(0, int(low)), min(base, int(high)) + 1)
    return [n for n in candidates if gives(Decimal(n), Decimal(base), printed, decimals)]


def possible_sums(bases: Iterable[int], printed: Decimal, decimals: int) -> list[tuple[int, int, str]]:
    """Sums of two bases that can give `printed`: a numerator, the sum, and how it is made ("2.215 + 2.172")."""
    found: list[tuple[int, int, str]] = []
    for one, other in combinations_with_replacement(sorted(set(bases), reverse=True), 2):
        tops = numerators(one + other, printed, decimals) if one != other else []
        found += [(tops[0], one + other, f"{dotted(one)} + {dotted(other)}")] if tops else []
    return found[:_MOST_SHOWN]


def dotted(value: int | Decimal) -> str:
    """A whole number with dots between thousands; decimals with a comma."""
    return f"{value:,}".translate(_SWAP)


def printed_percent(value: Decimal) -> str:
    """98,97% or 100%."""
    return dotted(value.to_integral_value() if value == value.to_integral_value() else value) + "%"
