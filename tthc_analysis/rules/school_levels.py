"""The natural order of school levels, as cited data (`school_levels.toml`)."""

from __future__ import annotations

import unicodedata
from functools import cache

from tthc_analysis.rules.shipped import shipped


@cache
def _levels() -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(words) for words in shipped("school_levels.toml")["levels"])


def school_level_key(name: str | None) -> int:
    """Where a level stands among the others: the lowest first, one that is not known last."""
    plain = unicodedata.normalize("NFC", str(name or "")).casefold()
    found = (place for place, words in enumerate(_levels()) if any(word in plain for word in words))
    return next(found, len(_levels()))
