"""What the checks without data share: a collector of remarks that keeps account of which figures were compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from tthc_analysis.reconcile._facts import Fact
from tthc_analysis.reconcile._rates import dotted
from tthc_analysis.reconcile._reading import Reading
from tthc_analysis.reconcile._result import Remark, Status

Key = tuple[int, int]


@dataclass(frozen=True)
class Finding:
    """A remark with the figures it rests on: when one of them differs from the data, that explains the remark."""

    remark: Remark
    keys: tuple[Key, ...]


@dataclass
class Checks:
    """Remarks found so far; `compared` are the places of all figures that took part in a comparison.

    `attached` are the percentages that stand beside their own count; `by_data` what data of another period say of a figure.
    """

    reading: Reading
    findings: list[Finding] = field(default_factory=list)
    compared: set[Key] = field(default_factory=set)
    wrong: set[Key] = field(default_factory=set)
    attached: set[Key] = field(default_factory=set)
    by_data: dict[Key, tuple[Status, str]] = field(default_factory=dict)

    def agree(self, *facts: Fact) -> None:
        """These figures were compared with each other and agree."""
        self.compared.update(f.mention.key for f in facts)

    def differ(self, code: str, fact: Fact, involved: Sequence[Fact], expected: str = "", **details: str) -> None:
        """`fact` does not agree with the others of `involved`."""
        mention = fact.mention
        keys = tuple(dict.fromkeys((mention.key, *(f.mention.key for f in involved))))
        span = (mention.start, mention.end)
        also = [self.reading.place(f.mention.block, f.mention.start, f.mention.end) for f in involved if f is not fact]
        remark = self.reading.remark(code, mention.block, span, expected, also=also, **details)
        self.add(remark, keys)
        self.wrong.add(mention.key)

    def add(self, remark: Remark, keys: Sequence[Key] = ()) -> None:
        """A remark that is made already."""
        self.findings.append(Finding(remark, tuple(keys)))
        self.compared.update(keys)


def shown(value: Decimal) -> str:
    """A number as a remark prints it."""
    return dotted(value.normalize() if value != value.to_integral_value() else value.to_integral_value())


def listed(facts: Sequence[Fact], most: int = 12) -> str:
    """The printed numbers with plus signs between them."""
    more = " + …" if len(facts) > most else ""
    return " + ".join(f.mention.text for f in facts[:most]) + more


def adds_up(total: Fact, parts: Sequence[Fact]) -> bool:
    """Whether the parts make the total, allowing for what rounding can hide."""
    slack = total.slack + sum((p.slack for p in parts), Decimal(0))
    return abs(total.value - sum((p.value for p in parts), Decimal(0))) <= slack


def sum_of(parts: Sequence[Fact]) -> Decimal:
    """The parts together."""
    return sum((p.value for p in parts), Decimal(0))
