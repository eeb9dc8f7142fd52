"""Which cells of a table look personal: every column of codes and texts, and the names of files and sheets.

Columns of dates, numbers and allowed values hold what their kind allows and nothing else. A code of its column's declared
shape, or written like most codes of its column, is none whatever its digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from tthc_analysis.columns import PROVENANCE, Column, Table
from tthc_analysis.personal import PRIVATE_TEXT, is_identity, is_personal, masked, person_names

CODE, NAME_CODE = "TT01", "TT02"
#: from this many values on, at least half of a column, a way of writing codes is the system's own
_LEAST_ALIKE = 3
_SAMPLE = 200
#: a letter, a year and a running number, as registers are numbered; a passport's number has no year
_NUMBERED = re.compile(r"[A-Za-zĐđ](?:19|20)\d{5,6}")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:[.,]\d{1,4})?|-?[1-9]\d{0,2}(?:[.]\d{3})+(?:,\d{1,4})?")


def watched(table: Table) -> Iterator[Column]:
    """The columns in which a personal value could stand."""
    yield from (c for c in (*table.columns, *PROVENANCE) if c.kind in ("text", "code"))


def impersonal(column: Column, values: pd.Series, others: Iterable[pd.Series] = ()) -> pd.Series:
    """Whether each value is blank or names nobody; codes are judged by how the `others` of their column are written too."""
    if column.kind != "code":
        return ~_true_of(values, is_personal)
    shaped = _shaped(column, values)
    told = pd.Series(True, index=values.index)
    rest = values[~shaped]
    if len(rest):
        known = [(other[~_shaped(column, other)], int(other.notna().sum())) for other in others]
        alike = pd.concat([*(some for some, _ in known if len(some)), rest], ignore_index=True)
        exempt = _exempt(alike, int(values.notna().sum()) + sum(count for _, count in known))
        told[~shaped] = ~_true_of(rest, lambda text: not exempt(text) and is_personal(text))
    return told


def _shaped(column: Column, values: pd.Series) -> pd.Series:
    """Which codes are blank or of the declared shape of their column."""
    shaped = values.isna()
    if column.shape:
        shaped |= values.astype("str").str.fullmatch(column.shape).fillna(False).astype(bool)
    return shaped


def nameless(values: pd.Series) -> pd.Series:
    """Whether each text is blank or holds no person's name."""
    return ~_true_of(values, lambda text: bool(person_names(text)))


def masked_cells(table: Table, quarantined: pd.DataFrame, kept: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """The set-aside rows with every cell masked that looks personal, of whatever kind its column is."""
    found = {}
    for column in table.columns:
        values = quarantined[column.name].astype("object")
        if column.kind == "code":
            others = (part[column.name].astype("object") for part in kept if column.name in part)
            fine = impersonal(column, values, others).to_numpy()
        else:
            amount = column.kind in ("integer", "decimal")
            fine = ~_true_of(values, _is_no_amount if amount else is_personal).to_numpy()
        found[column.name] = values.where(fine, PRIVATE_TEXT)
    return quarantined.assign(**found)


def _is_no_amount(text: str) -> bool:
    """Whether a cell of a column of numbers is none but looks personal."""
    return _NUMBER.fullmatch(text) is None and is_personal(text)


def masked_all(value: Any) -> Any:
    """A JSON-ready value with every personal text in it masked, keys too; hashes are no texts."""
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, dict):
        return {masked(k): masked_all(v) for k, v in value.items()}
    return [masked_all(v) for v in value] if isinstance(value, list | tuple) else value


def _true_of(values: pd.Series, test: Callable[[str], bool]) -> pd.Series:
    """Whether `test` holds for each value; every distinct one is looked at once."""
    codes, distinct = pd.factorize(values)
    found = [isinstance(text, str) and test(text) for text in distinct]
    told = np.array([*found, False])  # the last of them is that of a blank, whose code is -1
    return pd.Series(told[codes], index=values.index, dtype=bool)


def _exempt(values: pd.Series, whole: int) -> Callable[[str], bool]:
    """Which codes, of a column of `whole` values, may have any digits: those written as most of the column are."""
    counts = values.astype("str").value_counts()
    texts = counts.index.to_series()
    shapes = texts.str.replace(r"[0-9]", "9", regex=True).str.replace(r"[^\W\d_]", "A", regex=True)
    sizes = counts.groupby(shapes).sum()
    usual = {s for s, n in sizes.items() if n >= _LEAST_ALIKE and n * 2 >= whole}
    usual = {s for s in usual if not _are_identities(texts[shapes == s])}
    common = set(texts[shapes.isin(usual)])
    return lambda text: text in common or bool(_NUMBERED.fullmatch(text))


def _are_identities(texts: pd.Series) -> bool:
    """Whether a column of codes is one of telephone numbers or citizen ids."""
    sample = texts.head(_SAMPLE)
    return bool(sample.map(is_identity).mean() > 0.9)
