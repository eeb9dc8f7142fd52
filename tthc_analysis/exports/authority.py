"""Who handles a procedure, as the national catalogue lists it (several bodies in one cell) → its authority level.

The level follows from the words of each body (`rules/catalogue.toml`) or from the profile; several levels are kept apart, a body
whose words tell no level leaves the procedure without one and is listed, never guessed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import pandas as pd
import pyarrow as pa

from tthc_analysis.columns import AUTHORITY_LEVELS, LIST_MARK, SEVERAL_LEVELS, Table
from tthc_analysis.exports.header import Texts
from tthc_analysis.exports.layout import Part
from tthc_analysis.rules.catalogue import load_catalogue_rules
from tthc_analysis.rules.profiles import fold

LEVEL, LEVELS, BODIES = "authority_level", "authority_levels", "performing_body"
_BETWEEN = re.compile(r"[;|\n]")


def bodies_of(text: str) -> list[str]:
    """The bodies that one cell lists, each once."""
    return list(dict.fromkeys(part for one in _BETWEEN.split(text) if (part := " ".join(one.split()))))


def level_of(body: str, declared: Mapping[str, str]) -> str:
    """The level of one body: what the profile declares for its name, else what its words say; "" when neither does."""
    known = declared.get(fold(body), "")
    return known if known in AUTHORITY_LEVELS else load_catalogue_rules().level_of(body)


def united(bodies: list[str], declared: Mapping[str, str]) -> tuple[str, str]:
    """The level of a procedure, and its levels where there are several bodies; ("", "") where no level is certain."""
    found = [level_of(body, declared) for body in bodies]
    told = [level for level in AUTHORITY_LEVELS if level in found]
    if len(told) == 1 and "" not in found:
        return told[0], told[0]
    return (SEVERAL_LEVELS if len(told) > 1 else ""), LIST_MARK.join(told)


def with_levels(table: Table, part: Part) -> Part:
    """`part` with levels taken from lists of levels, and from the bodies where no level is written."""
    if LEVELS not in table.names or LEVELS in part.texts:
        return part
    declared = part.layout.matching.values.get(LEVEL, {})
    written = _cells(part, LEVEL)
    if not any(len(bodies_of(text)) > 1 for text in written) and BODIES not in part.texts:
        return part
    told = [_told(*cells, declared) for cells in zip(written, _cells(part, BODIES), strict=True)]
    made = {LEVEL: [one[0] for one in told], LEVELS: [one[1] for one in told]}
    texts = {name: Texts.of(pa.array(cells, type=pa.string())) for name, cells in made.items()}
    return replace(part, texts={**part.texts, **texts})


def _cells(part: Part, name: str) -> list[str]:
    return part.texts[name].to_list() if name in part.texts else [""] * len(part.rows)


def _told(level: str, bodies: str, declared: Mapping[str, str]) -> tuple[str, str]:
    """The level and the levels of one row; a level that nobody knows stays, so that it is asked for."""
    several = bodies_of(level)
    if len(several) == 1:
        return level, ""
    return united(several or bodies_of(bodies), declared)


def unknown_bodies(frame: pd.DataFrame, declared: Mapping[str, str]) -> Counter[str]:
    """Bodies whose level nothing tells → number of procedures, of the rows without one certain level."""
    rows = frame[frame[LEVEL].isna() | (frame[LEVEL] == SEVERAL_LEVELS)]
    return Counter(
        body for text in rows[BODIES].dropna() for body in bodies_of(str(text)) if not level_of(body, declared)
    )
