"""Every declared figure by name: found in the modules of this package that have `BLOCKS`, in the order of the report."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from tthc_analysis.indicators._indicator import Indicator
from tthc_analysis.indicators.definition import Block, Fact, Figure, Measure, Relation, Some, Stated, measures_of
from tthc_analysis.rules.bodies import bodies

_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6}


class DeclaredTwice(Exception):
    """Two definitions of one name: a mistake of the program."""


@cache
def blocks() -> tuple[Block, ...]:
    """All blocks, by the number of their section; what has none comes first."""
    package = __name__.rpartition(".")[0]
    folder = import_module(package).__path__
    modules = [import_module(f"{package}.{m.name}") for m in iter_modules(folder) if not m.name.startswith("_")]
    found = [block for module in modules for block in getattr(module, "BLOCKS", ())]
    return tuple(sorted(found, key=lambda block: section_key(block.section)))


def section_key(section: str) -> tuple[int, ...]:
    """Where a section stands: "II.4.2" after "II.4" and before "III"."""
    first, *rest = section.split(".")
    if first not in _ROMAN or not all(re.fullmatch(r"\d+", part) for part in rest):
        return ()
    return (_ROMAN[first], *map(int, rest))


@cache
def registry() -> Mapping[str, tuple[Block, Figure]]:
    """Name → its block and definition; raises DeclaredTwice."""
    found: dict[str, tuple[Block, Figure]] = {}
    for block in blocks():
        for figure in block.figures:
            if figure.name in found:
                raise DeclaredTwice(figure.name)
            found[figure.name] = (block, figure)
    return found


def is_declared(indicator: Indicator) -> bool:
    """Whether an indicator is what the definition of its name declares, in the words of some kind of body."""
    if indicator.name not in registry():
        return False
    block, figure = registry()[indicator.name]
    declared_as = (figure.kind, figure.unit, block.section)
    words = (figure.label, *(figure.wider[1:] if figure.wider else ()))
    labels = {body.said(label) for body in bodies().values() for label in words}
    return indicator.label in labels and declared_as == (indicator.kind, indicator.unit, indicator.section)


@cache
def declared(relation: Relation) -> tuple[Measure, ...]:
    """Every measure that some figure asks of `relation`: one statement always asks for all of them."""
    measures = [m for _, figure in registry().values() for m in measures_of(figure)]
    measures += [given.measure for m in measures for given in m.of.given if isinstance(given, Some)]
    return tuple(dict.fromkeys(m for m in measures if m.of is relation))


@cache
def facts_of(relation: Relation) -> tuple[Fact, ...]:
    """Every fact of `relation` that some declared measure, or a relation of one, needs."""
    every = [m for _, figure in registry().values() for m in measures_of(figure)]
    needed = [fact for m in every for fact in (*m.needs, *(g.fact for g in m.of.given if isinstance(g, Stated)))]
    return tuple(dict.fromkeys(f for f in needed if f.of is relation))
