"""What an export says that reads well row by row and yet cannot all be right: it is told, with the rows, and nothing is changed.

A few codes in another shape than nearly all others of their file; one code in two spellings; a day and a month exchanged in a
single date; two columns under each other's headings; an end of what is in process; a last line that may have been cut. Each row counts as it stands, so whoever publishes must know.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from operator import itemgetter

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pandas.util import hash_array

from tthc_analysis.columns import Table
from tthc_analysis.exports._bytes import alike, flat, is_ascii, read_days, read_number
from tthc_analysis.exports.exchanged_columns import (
    ended_in_process,
    exchanged_days,
    exchanged_names,
    perhaps_exchanged_days,
    spans,
)

ODD_CODE, TWO_SPELLINGS, EXCHANGED, NO_END = "odd_code", "two_spellings", "exchanged", "no_end"
ENDED, MANY_ENDED, COLUMNS, NAMES = "ended_in_process", "many_ended_in_process", "exchanged_columns", "exchanged_names"
PERHAPS = "perhaps_exchanged_columns"
#: the least codes of one shape in a file for another shape to be odd, and the least share that they are of all
_LEAST_ALIKE, _NEARLY_ALL = 4, 0.9
#: an exchanged date may fit by chance: about one in so many of those that lie as far away, against a code and a due day
_CHANCE_OF_CODE, _CHANCE_OF_TERM = 300, 60
#: by how many days a date lies far beyond the usual one: an exchange moves it by four weeks at least
_FAR_DAYS = 20
_ROWS_AT_A_TIME = 1_000_000
_SIGNS = re.compile(r"[^0-9A-ZĐ]+")
_LIKE_DIGITS = str.maketrans("OIL", "011")
#: the day in a code of which every digit is a 0
_CODE_DAY = re.compile(r"(?:\A|[^0])(?P<day>0{6})(?:[^0]|\Z)")


@dataclass(frozen=True)
class Doubts:
    """The places of doubtful rows by kind, each “file, dòng n”; of doubtful columns, each “file: columns”."""

    places: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return any(self.places.values())


#: columns in which doubts are looked for, besides the key
_LOOKED_AT = frozenset(
    ("received_at", "due_at", "resolved_at", "returned_at", "status", "procedure_code", "procedure_name", "field")
)
_PLACE = ["source_file", "source_row"]


def find_doubts(
    table: Table, columns: Callable[[list[str]], pd.DataFrame], sure: Iterable[str], confirmed: Iterable[str]
) -> Doubts:
    """The doubtful rows of a table; `sure` are files whose days are declared to be right, `confirmed` keys looked at.

    `columns` gives some columns, at least, of all rows, each time in the same order. What is asked of the keys is asked first:
    they are a third of what is looked at, and memory need not hold them beside the rest.
    """
    key, sure = table.column(table.key[0]), set(sure)
    if key.kind != "code" or len(table.key) > 1:
        return Doubts()
    are_cases = table.event == "received_at"  # whose codes one system gives
    codes = columns([key.name, "source_file"])
    if codes.empty:
        return Doubts()
    misses = _misses(codes[key.name], key.shape)
    found = {TWO_SPELLINGS: _two_spellings(codes[key.name], misses)}
    days = np.zeros(0, dtype="datetime64[D]")
    if are_cases:
        found[ODD_CODE] = _odd_codes(codes, key.name, misses)
        days = _by_spans(codes[key.name], _code_days)
    del codes, misses
    frame = columns([*(c.name for c in table.columns if c.name in _LOOKED_AT), *_PLACE])
    is_sure = frame["source_file"].isin(sure).to_numpy()
    unsure = frame[~is_sure] if sure else frame
    if are_cases:
        found[EXCHANGED] = _exchanged_days(unsure, days[~is_sure] if sure else days)
        ended, many = ended_in_process(unsure)
        found[ENDED], found[MANY_ENDED] = ended.index.to_numpy(), many.index.to_numpy()
    seen = set(confirmed)
    if seen and any(map(len, found.values())):
        is_seen = columns([key.name])[key.name].isin(seen).to_numpy()
        found = {kind: rows[~is_seen[rows]] for kind, rows in found.items()}
    told = {kind: _places(frame, rows) for kind, rows in found.items()}
    told[NAMES] = exchanged_names(table, frame)
    if are_cases:
        told[COLUMNS] = exchanged_days(table, unsure)
        told[PERHAPS] = perhaps_exchanged_days(table, unsure)
    return Doubts({kind: tuple(places) for kind, places in told.items()})


def _places(frame: pd.DataFrame, rows: np.ndarray) -> list[str]:
    return [f"{r.source_file}, dòng {r.source_row}" for r in frame.loc[np.sort(rows), _PLACE].itertuples()]


def _by_spans(codes: pd.Series, told: Callable[[pd.Series], np.ndarray]) -> np.ndarray:
    """What some codes tell each for itself, so many at a time."""
    return np.concatenate([told(codes.iloc[some]) for some in spans(len(codes), _ROWS_AT_A_TIME)])


# --- codes -----------------------------------------------------------------------------------------------------------


def _misses(codes: pd.Series, shape: str) -> np.ndarray:
    """Which codes are not of the declared shape: all, where none is declared."""
    if not shape:
        return np.ones(len(codes), dtype=bool)

    def told(some: pd.Series) -> np.ndarray:
        texts = pa.array(some, type=pa.string())
        return np.asarray(~pc.fill_null(pc.match_substring_regex(texts, shape), True).to_numpy(zero_copy_only=False))

    return _by_spans(codes, told)


def _shape(code: str) -> str:
    """The signs of a code between its runs of digits (9) and letters (A)."""
    return re.sub(r"[^\W\d_]+", "A", re.sub(r"\d+", "9", code))


def _spelling(code: str) -> str:
    """What two spellings of one code share: the order of its parts, whatever signs stand between them."""
    return _SIGNS.sub("-", code.upper()).translate(_LIKE_DIGITS)


#: what these two do to a code in ASCII, once in capitals: patterns and what stands in their place, one after the other
_AT_ONCE: Mapping[Callable[[str], str], tuple[tuple[str, str], ...]] = {
    _shape: (("[0-9]+", "9"), ("[A-Z]+", "A")),
    _spelling: (("[^0-9A-Z]+", "-"), ("O", "0"), ("[IL]", "1")),
}


def _rewritten(codes: pd.Series, one: Callable[[str], str]) -> pa.Array:
    """What `_shape` or `_spelling` makes of each code, unknown where there is none."""
    texts = flat(pa.array(codes, type=pa.string()))
    if not is_ascii(texts):
        return pa.array((None if text is None else one(text) for text in texts.to_pylist()), pa.string())
    texts = pc.utf8_upper(texts)  # `ascii_upper` reads the wrong bytes of a part of an array (pyarrow 26)
    for pattern, sign in _AT_ONCE[one]:
        texts = pc.replace_substring_regex(texts, pattern, sign)
    return texts


def _odd_codes(codes: pd.DataFrame, key: str, misses: np.ndarray) -> np.ndarray:
    """The rows whose code misses the shape of nearly all others of their file, or of the register."""
    files, names = pd.factorize(codes["source_file"])
    shapes = cache(partial(_shapes, codes[key]))
    odd = _odd_among(files, misses, shapes)
    if len(names) > 1:
        odd |= _odd_among(np.zeros(len(files), dtype=np.int64), misses, shapes)
    return np.flatnonzero(odd)


def _shapes(codes: pd.Series) -> np.ndarray:
    """The shape of each code as its number among all, in their order; -1 where there is no code."""
    known: dict[str, int] = {}

    def told(some: pd.Series) -> np.ndarray:
        own = _rewritten(some, _shape).dictionary_encode()
        numbers = [known.setdefault(text, len(known)) for text in own.dictionary.to_pylist()]
        places: np.ndarray = own.indices.fill_null(-1).to_numpy()
        return np.asarray(np.array([*numbers, -1], dtype=np.int32)[places])

    found = _by_spans(codes, told)
    ranks = np.append(np.argsort(np.argsort(list(known))), -1).astype(np.int32)
    return np.asarray(ranks[found])


def _odd_among(groups: np.ndarray, misses: np.ndarray, shapes: Callable[[], np.ndarray]) -> np.ndarray:
    """Which codes are of the few of their group, one at least, that miss the shape, or a shape of their own that nearly all have."""
    rows, missed = np.bincount(groups), np.bincount(groups, misses)
    few = np.maximum(1.0, (1 - _NEARLY_ALL) * rows)
    odd, has_own = misses, missed > few
    if has_own.any():
        often = pd.DataFrame({"group": groups, "shape": shapes()}).groupby(["group", "shape"]).size()
        usual = often.groupby("group").idxmax().map(itemgetter(1)).reindex(range(len(rows))).to_numpy()
        odd = np.where(has_own[groups], shapes() != usual[groups], misses)
    left = np.bincount(groups, odd)
    told = (left <= few) & (rows - left >= _LEAST_ALIKE)
    found: np.ndarray = odd & told[groups]
    return found


def _two_spellings(keys: pd.Series, misses: np.ndarray) -> np.ndarray:
    """The rows whose codes differ from another's only in signs, or in letters that look like digits."""
    if not misses.any():
        return np.zeros(0, dtype=np.int64)
    hashes = _by_spans(keys, lambda some: hash_array(_rewritten(some, _spelling).to_numpy(zero_copy_only=False)))
    known = keys.notna().to_numpy()
    ordered = np.sort(hashes[known])
    again = np.flatnonzero(known & np.isin(hashes, ordered[1:][ordered[1:] == ordered[:-1]]))
    codes = keys.iloc[again].astype("object")
    different = codes.drop_duplicates()
    twins = different[different.map(_spelling).duplicated(keep=False)]
    found: np.ndarray = again[codes.isin(twins).to_numpy()]
    return found


# --- days ------------------------------------------------------------------------------------------------------------


def _exchanged_days(frame: pd.DataFrame, code_days: np.ndarray) -> np.ndarray:
    """The rows in which one date fits the others, or that of the code, only once its day and month are exchanged.

    Such a fit may be chance, so the rows are told where there are more of them than dates as far away would give.
    """
    usual = _usual_terms(frame)
    fits: dict[str, list[np.ndarray]] = {}
    far: dict[str, int] = {}
    for some in spans(len(frame), _ROWS_AT_A_TIME):
        for name, (fit, away) in _tests(
            frame.iloc[some], code_days[some], None if usual is None else usual[some].astype(np.float64)
        ):
            fits.setdefault(name, []).append(fit)
            far[name] = far.get(name, 0) + int(away.sum())
    found = np.zeros(len(frame), dtype=bool)
    for name, parts in fits.items():
        rows = np.concatenate(parts)
        if rows.sum() * (_CHANCE_OF_CODE if name == "code" else _CHANCE_OF_TERM) > 3 * far[name]:
            found |= rows
    return frame.index.to_numpy()[found]


def _tests(frame: pd.DataFrame, code_days: np.ndarray, usual: np.ndarray | None) -> Iterator[tuple[str, Test]]:
    """Each way in which a date of some rows may be an exchanged one."""
    days = {n: _days(frame[n]) for n in ("received_at", "due_at", "resolved_at", "returned_at") if n in frame}
    received, due = days["received_at"], days.get("due_at")
    yield "code", _against_code(received, code_days)
    if due is not None:
        if usual is not None:
            yield "term", _against_term(received, due, usual)
        for name in ("resolved_at", "returned_at"):
            if name in days:
                yield name, _against_due(received, due, days[name])


#: which rows fit once exchanged, of those that are far away
Test = tuple[np.ndarray, np.ndarray]


def _days(moments: pd.Series) -> np.ndarray:
    return moments.to_numpy(dtype="datetime64[us]").astype("datetime64[D]")


def exchanged(days: np.ndarray) -> np.ndarray:
    """Days with day and month exchanged; NaT where that is no other day."""
    months = days.astype("datetime64[M]")
    year, month, day = months.astype("datetime64[Y]"), months.astype(np.int64) % 12, (days - months).astype(np.int64)
    can = ~np.isnat(days) & (day < 12) & (day != month)
    turned = year.astype("datetime64[M]") + np.where(can, day, 0)
    return np.where(can, turned.astype("datetime64[D]") + np.where(can, month, 0), np.datetime64("NaT", "D"))


def _code_days(codes: pd.Series) -> np.ndarray:
    numbers = np.full(len(codes), -1, dtype=np.int64)
    for rows, signs, skeleton in alike(flat(pa.array(codes, type=pa.string()))):
        if found := _CODE_DAY.search(skeleton):
            numbers[rows] = read_number(signs, slice(*found.span("day")))
    return read_days(numbers)


def _against_code(received: np.ndarray, told: np.ndarray) -> Test:
    """The day of receipt is another than that of the code, and the same once exchanged."""
    return exchanged(received) == told, ~np.isnat(told) & ~np.isnat(received) & (received != told)


def _usual_terms(frame: pd.DataFrame) -> np.ndarray | None:
    """The usual time limit of each row: that of its procedure, of all where it has few; None where nearly none is known."""
    if "due_at" not in frame:
        return None
    terms = np.empty(len(frame), dtype=np.float32)
    for some in spans(len(frame), _ROWS_AT_A_TIME):
        terms[some] = _distance(_days(frame["received_at"].iloc[some]), _days(frame["due_at"].iloc[some]))
    known = terms[~np.isnan(terms)]
    if len(known) < _LEAST_ALIKE:
        return None
    kinds = pd.factorize(
        frame["procedure_code" if "procedure_code" in frame else "source_file"], use_na_sentinel=False
    )[0]
    groups = _medians(kinds, terms).reindex(range(kinds.max() + 1))
    usual = groups["median"].where(groups["count"] >= _LEAST_ALIKE, float(np.median(known)))
    found: np.ndarray = usual.to_numpy(dtype=np.float32)[kinds]
    return found


def _medians(kinds: np.ndarray, terms: np.ndarray) -> pd.DataFrame:
    """How many terms of each kind are known and their median, from how often each comes: memory holds only distinct ones."""
    parts = []
    for some in spans(len(terms), _ROWS_AT_A_TIME):
        parts.append(pd.DataFrame({"kind": kinds[some], "term": terms[some]}).groupby(["kind", "term"]).size())
    often = pd.concat(parts).groupby(["kind", "term"]).sum().rename("often").reset_index()
    of_kind = often.groupby("kind")["often"]
    twice, count = 2 * of_kind.cumsum(), of_kind.transform("sum")
    lower, upper = (often[reached].groupby("kind")["term"].first() for reached in (twice >= count, twice > count))
    return pd.DataFrame({"count": of_kind.sum(), "median": (lower + upper) / 2})


def _against_term(received: np.ndarray, due: np.ndarray, usual: np.ndarray) -> Test:
    """The time limit is far beyond the usual one, and usual once receipt or due day is exchanged."""
    far = _distance(received, due) > usual + _FAR_DAYS
    fits = np.zeros(len(due), dtype=bool)
    for turned in (_distance(received, exchanged(due)), _distance(exchanged(received), due)):
        fits |= far & (turned >= 0) & (turned <= 1.5 * usual + 2)
    return fits, far


def _distance(first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Days between two days, NaN where one is not known."""
    found = (last - first).astype("timedelta64[D]")
    return np.where(np.isnat(found), np.nan, found.astype(np.int64))


def _against_due(received: np.ndarray, due: np.ndarray, end: np.ndarray) -> Test:
    """The end is long after the due day, and between receipt and due day once exchanged."""
    far = _distance(due, end) >= _FAR_DAYS
    turned = exchanged(end)
    return far & (turned >= received) & (turned <= due), far
