"""What a published report says otherwise than the one that it takes the place of, and why.

The note is made once, when the report is published, and stands in its manifest as an input: whoever makes the report again
(`tthc verify`) takes it from there, so that the same inputs after the same former report give the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from tthc_analysis.display.formats import indicator_text, share_text
from tthc_analysis.documents.content import About, Revision
from tthc_analysis.indicators import Indicator
from tthc_analysis.report.inputs import NONE, input_differences
from tthc_analysis.report.published import NoReport, PublishedReport, read_report

#: so many names of one kind of input are told one by one
_NAMED = 3
#: kinds of inputs that follow from another one that is told
_FOLLOWS = {"bảng dữ liệu": "tệp xuất"}


def report_in_place(folder: Path) -> PublishedReport | None:
    """The report that is about to be replaced; None when there is none that can be read."""
    try:
        return read_report(folder)
    except NoReport:
        return None


def kept_day(former: PublishedReport | None, stated: Mapping[str, Any]) -> date | None:
    """The day of the report in place when it was made of all that is `stated` now, that day aside; else None."""
    if former is None:
        return None
    now = json.loads(json.dumps(stated))
    return former.compiled if all(former.manifest.get(k) == v for k, v in now.items() if k != "compiled") else None


def revisions(
    former: PublishedReport | None,
    about: About,
    figures: Iterable[Indicator],
    stated: Mapping[str, Any],
    reason: str = "",
) -> tuple[Revision, ...]:
    """The notes that a report bears: those of the former one, and one more where figures are printed otherwise than there.

    `stated` is what the manifest will say of the inputs. A draft or a report of sample data is no version of another kind.
    """
    if former is None or not _is_version(former, about):
        return ()
    changes = tuple(_changes(former, {f.name: f for f in figures}))
    if not changes:
        return former.revisions
    before = former.compiled.isoformat() if former.compiled else ""
    now = about.compiled.isoformat() if about.compiled else ""
    return (*former.revisions, Revision(before, now, changes, tuple(_causes(former.manifest, stated)), reason.strip()))


def _is_version(former: PublishedReport, about: About) -> bool:
    same = (former.manifest.get("agency"), former.manifest.get("sample_data")) == (about.agency.id, about.sample)
    return same and not about.draft and former.manifest.get("state") in ("published", "partial")


def _changes(former: PublishedReport, now: Mapping[str, Indicator]) -> Iterator[tuple[str, str, str]]:
    """(label, before, now) of every figure that is printed otherwise, in the order of the report."""
    for name in (*now, *(n for n in former.figures if n not in now)):
        texts = _printed(former.figures.get(name)), _printed(now.get(name))
        if texts[0] != texts[1]:
            yield (now.get(name) or former.figures[name]).label, *texts


def _printed(figure: Indicator | None) -> str:
    if figure is None:
        return NONE
    share = share_text(figure)
    return f"{indicator_text(figure)} ({share})" if share else indicator_text(figure)


def _causes(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """Kinds of inputs that differ, with the names of the first few."""
    found: dict[str, list[str]] = {}
    try:
        for one in input_differences(before, now):
            found.setdefault(one.kind, []).append(one.name)
    except (KeyError, TypeError, AttributeError):
        return  # a manifest of an older version tells too little
    for kind, names in found.items():
        if _FOLLOWS.get(kind) not in found:
            more = f" và {len(names) - _NAMED} mục nữa" if len(names) > _NAMED else ""
            yield f"{kind}: {', '.join(names[:_NAMED])}{more}"
