"""Numbers and dates as Vietnamese administrative documents print them (2.215; 98,97%; ngày 05 tháng 12 năm 2024)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from tthc_analysis.indicators._indicator import Indicator
from tthc_analysis.periods import lowered

MISSING = "–"
_FORMULA_STARTS = tuple("=+-@\t\r")
_SWAP = str.maketrans({",": ".", ".": ","})


def number(value: int | Decimal | float, decimals: int = 0) -> str:
    """A number with a dot between thousands and a decimal comma, rounded half up."""
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return f"{exact:,.{decimals}f}".translate(_SWAP)


def percent(value: Decimal | float, decimals: int = 2) -> str:
    """A percentage (0–100) without a space before the sign; whole percentages without decimals."""
    text = number(value, decimals)
    return (text.removesuffix("," + "0" * decimals) if decimals else text) + "%"


def date_short(day: date) -> str:
    """22/02/2024: day and month with two digits."""
    return f"{day:%d/%m/%Y}"


def month_text(month: str) -> str:
    """2024-03 → 03/2024."""
    return f"{month[5:7]}/{month[:4]}"


def indicator_text(indicator: Indicator) -> str:
    """The figure as printed everywhere; the reason when the data cannot give it."""
    value = indicator.value
    if value is None:
        return indicator.gap or MISSING
    if indicator.kind == "rate":
        text = percent(Decimal(value), indicator.decimals)
    else:
        text = number(value, 0 if isinstance(value, int) else indicator.decimals)
    told = ", ".join(t for t in (indicator.covers, indicator.as_of) if t)
    return f"{text} ({told})" if told else text


def sentence_text(indicator: Indicator) -> str:
    """The figure inside a sentence that tells itself of which export it is."""
    return indicator_text(replace(indicator, as_of=""))


def share_text(indicator: Indicator) -> str:
    """ "2.172 / 2.215 hồ sơ nhận giải quyết trong kỳ"; empty for a figure without a denominator or a value."""
    if indicator.denominator is None or indicator.numerator is None:
        return ""
    return f"{number(indicator.numerator)} / {number(indicator.denominator)} {indicator.base}"


def change_text(now: Indicator, before: Indicator | None, label: str) -> str:
    """The change against the period `label`; empty where one of the two is not known."""
    words = change_words(now, before)
    return f"{words} so với {lowered(label)}" if words else ""


def change_words(now: Indicator, before: Indicator | None) -> str:
    """ "tăng 292 (15,18%)": in percentage points for rates, in units and per cent for counts; "" where one is not known.

    It is the difference of the two figures as printed, so that it adds up for a reader.
    """
    if before is None or now.rounded is None or before.rounded is None:
        return ""
    difference = Decimal(now.rounded) - Decimal(before.rounded)
    if not difference:
        return "không đổi"
    word = "tăng" if difference > 0 else "giảm"
    if now.kind == "rate":
        return f"{word} {number(abs(difference), now.decimals)} điểm %"
    share = f" ({percent(100 * abs(difference) / Decimal(before.rounded))})" if before.rounded else ""
    decimals = 0 if isinstance(now.value, int) else now.decimals
    return f"{word} {number(abs(difference), decimals)}{share}"


def calculation(indicator: Indicator) -> list[tuple[str, str]]:
    """The lines of "Cách tính": what was divided by what, on which base, by which rule."""
    lines = []
    if indicator.numerator is not None:
        name = "Tử số" if indicator.denominator is not None else "Số đếm"
        lines.append((name, f"{number(indicator.numerator)} – {indicator.numerator_label}"))
    if indicator.denominator is not None:
        lines.append(("Mẫu số", f"{number(indicator.denominator)} – {indicator.base}"))
    lines.append(("Kỳ, quy tắc", f"{indicator.period}; {indicator.rule_set}"))
    lines.append(("Căn cứ", indicator.reference or MISSING))
    lines.append(("Tên số liệu", indicator.name))
    return lines


def cell_value(value: object) -> object:
    """A table cell for machines: text that a spreadsheet would run as a formula is quoted, nothing else changes."""
    if isinstance(value, str) and value[:1] in _FORMULA_STARTS:
        return f"'{value}"
    return "" if value is None else value
