"""Figures against the data and against each other: agrees, differs, untied; rates, two values for one quantity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from tthc_analysis.reconcile._checks import Checks
from tthc_analysis.reconcile._facts import Fact
from tthc_analysis.reconcile._mentions import Mention
from tthc_analysis.reconcile._percentages import beside_of, mixed_bases, rate_outcome
from tthc_analysis.reconcile._rates import dotted, rounded
from tthc_analysis.reconcile._reading import Reading
from tthc_analysis.reconcile._result import CheckedFigure, Remark
from tthc_analysis.reconcile._ties import (
    NO_FIGURE,
    NO_WORDS,
    Outcome,
    Tied,
    expected_value,
    label_of,
    of_another_unit,
    same_pair,
    tie_all,
    window_of,
)

#: why a figure counts as checked without an indicator
WITHIN = "chỉ so với các số in kèm trong văn bản"


def check_figures(reading: Reading, checks: Checks, facts: Sequence[Fact]) -> tuple[list[CheckedFigure], list[Remark]]:
    """Every figure of the running text with what it agrees with or differs from, and the remarks on them."""
    tied = tie_all(reading)
    rows = [[_outcome(reading, tied, block, i, checks) for i in range(len(row))] for block, row in enumerate(tied)]
    flat = [o for row in rows for o in row]
    remarks = [o.remark for o in flat if o.remark]
    remarks += _two_values(reading, flat, {f.mention.key: f for f in facts}) if reading.figures else []
    remarks += [r for block in range(len(tied)) for r in mixed_bases(reading, tied, block)]
    return [_checked(reading, o, checks) for o in flat], remarks


def _checked(reading: Reading, outcome: Outcome, checks: Checks) -> CheckedFigure:
    mention, names = outcome.tied.mention, outcome.tied.names
    span = (mention.start, mention.end)
    status, reason = outcome.status, outcome.reason or outcome.tied.reason
    if status == "untied" and mention.key in checks.compared:
        status = "differs" if mention.key in checks.wrong else "untied" if reading.figures else "agrees"
        reason = WITHIN
    expected = outcome.expected
    if outcome.status == "untied" and mention.key in checks.by_data:
        (status, expected), reason = checks.by_data[mention.key], ""
    return CheckedFigure(
        status, reading.place(mention.block, *span), reading.quote(mention.block, *span), mention.text, expected,
        outcome.tied.key if reading.figures else "", label_of(reading, names) if reading.figures else "", reason,
    )  # fmt: skip


def _outcome(reading: Reading, tied: tuple[tuple[Tied, ...], ...], block: int, index: int, checks: Checks) -> Outcome:
    item = tied[block][index]
    if item.mention.kind == "percent":
        return rate_outcome(reading, tied, block, index, checks)
    if item.mention.kind == "fraction":
        return _fraction_outcome(reading, item if item.names else _as_its_rate(reading, tied[block], index))
    if item.reason == NO_WORDS and reading.figures:
        other = of_another_unit(reading, item.mention, window_of(reading, item.mention, index))
        if other:
            return _unit_outcome(reading, item, other)
    return _count_outcome(reading, item)


def _unit_outcome(reading: Reading, item: Tied, names: tuple[str, ...]) -> Outcome:
    """SL16: the right number of the right words with another unit."""
    mention, figure = item.mention, reading.figures[names[0]]
    span = (mention.start, max(mention.end, mention.unit_end))
    remark = reading.remark(
        "SL16", mention.block, span, figure.unit, names[0], label=label_of(reading, names), unit=mention.unit
    )
    return Outcome(Tied(mention, names), "differs", figure.unit, remark=remark)


# --- counts ---------------------------------------------------------------------------------------------------------


def _count_outcome(reading: Reading, item: Tied) -> Outcome:
    expected = expected_value(reading, item.names)
    if expected is None:
        return Outcome(item, "untied", reason=NO_FIGURE if item.names else "")
    printed = dotted(rounded(expected, item.mention.decimals))
    if _fits(item.mention, expected):
        return Outcome(item, "agrees", printed)
    return Outcome(item, "differs", printed, remark=_count_remark(reading, item, expected))


def _fits(mention: Mention, expected: Decimal) -> bool:
    """Whether the printed number is the expected one; “hơn”, “gần”, “khoảng” allow what these words allow."""
    value = mention.value
    return {
        "": value == rounded(expected, mention.decimals),
        "over": value <= expected <= value * Decimal("1.25"),
        "under": value * Decimal("0.75") <= expected <= value,
        "about": abs(value - expected) <= value / 10,
    }[mention.approximate]


def _count_remark(reading: Reading, item: Tied, expected: Decimal) -> Remark:
    mention, label = item.mention, label_of(reading, item.names)
    span, printed = (mention.start, mention.end), dotted(rounded(expected, mention.decimals))
    with_carried = expected_value(reading, (item.carried,)) if item.carried else None
    if with_carried is not None and mention.value == with_carried:
        carried = dotted(with_carried - expected)
        return reading.remark("SL07", mention.block, span, printed, item.key, carried=carried, label=label)
    if mention.value == 0:
        said = f"{label.lower()} là {printed}"
        return reading.remark("SL06", mention.block, span, said, item.key)
    hint = _whose(reading, mention, item.names)
    return reading.remark("SL01", mention.block, span, printed, item.key, label=f"“{label}”", hint=hint)


def _whose(reading: Reading, mention: Mention, names: tuple[str, ...]) -> str:
    """A sentence naming the indicator that a wrong number really is, when exactly one has this value."""
    same = {
        f.label
        for f in reading.figures.values()
        if f.kind == "count" and f.value == mention.value and f.name not in names and mention.unit in (f.unit, "")
    }
    return f" Số {mention.text} là của “{same.pop()}”." if len(same) == 1 else ""


# --- fractions ------------------------------------------------------------------------------------------------------


def _as_its_rate(reading: Reading, row: tuple[Tied, ...], index: int) -> Tied:
    """An untied fraction in brackets after a percentage is the numerator and base of that rate."""
    item = row[index]
    if index and row[index - 1].mention.kind == "percent" and beside_of(reading, row, index - 1) is item:
        return Tied(item.mention, row[index - 1].names, item.reason)
    return item


def _fraction_outcome(reading: Reading, item: Tied) -> Outcome:
    """A fraction is a rate's when its words name the rate, or when both its counts are the rate's."""
    pair = (item.mention.value, item.mention.base)
    item = Tied(item.mention, same_pair(reading, item.mention, item.names) or item.names, item.reason)
    figure = reading.figures.get(item.names[0]) if len(item.names) == 1 else None
    if figure is None or figure.numerator is None or figure.denominator is None:
        return Outcome(item, "untied", reason=NO_FIGURE if item.names else "")
    expected = f"{dotted(figure.numerator)}/{dotted(figure.denominator)}"
    if pair == (figure.numerator, figure.denominator):
        return Outcome(Tied(item.mention, item.names), "agrees", expected)
    span = (item.mention.start, item.mention.end)
    label = f"“{figure.label}”"
    remark = reading.remark("SL01", item.mention.block, span, expected, item.key, label=label, hint="")
    return Outcome(item, "differs", expected, remark=remark)


# --- two values for one quantity ------------------------------------------------------------------------------------


def _two_values(reading: Reading, outcomes: list[Outcome], facts: Mapping[tuple[int, int], Fact]) -> Iterator[Remark]:
    """SL05: a quantity that the data do not know, printed with different values of one body and subject."""
    first: dict[tuple[str, ...], Outcome] = {}
    for outcome in outcomes:
        mention, fact = outcome.tied.mention, facts.get(outcome.tied.mention.key)
        if outcome.status != "untied" or not outcome.tied.names or mention.approximate or fact is None:
            continue
        identity = (outcome.tied.key, mention.kind, fact.body, fact.subject, fact.role)
        known = first.setdefault(identity, outcome).tied.mention
        if mention.value != known.value:
            place = reading.place(known.block, known.start, known.end)
            label = f"{mention.unit or 'tỷ lệ'}, {outcome.tied.key}"
            span = (mention.start, mention.end)
            yield reading.remark(
                "SL05", mention.block, span, known.text, outcome.tied.key, also=[place], label=label, other=place.text
            )
