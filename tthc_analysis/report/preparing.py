"""The data of many agencies made by several processes at a time: what each gives is what this process would have given."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, closing
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from tthc_analysis.columns import DOSSIERS
from tthc_analysis.config import Config, MemberAgency
from tthc_analysis.errors import UnreadableExport
from tthc_analysis.execution.helper import Helper, Lost
from tthc_analysis.execution.pool import default_method
from tthc_analysis.execution.run import default_workers
from tthc_analysis.preparation.current import is_made
from tthc_analysis.preparation.later import Later
from tthc_analysis.preparation.member import Member
from tthc_analysis.preparation.members import Say, member, one_by_one, prepare_agency
from tthc_analysis.preparation.source import Source, source_of
from tthc_analysis.store import Store

#: fewer than these are made here sooner than other processes start
LEAST = 6


def prepare_side_by_side(
    config: Config,
    progress: Say | None = None,
    force: bool = False,
    validator: Callable[[], Callable[[], Any]] | None = None,
    later: Later | None = None,
) -> Store:
    """`members.prepare_agency`, with the members of a roll-up made side by side."""
    return prepare_agency(config, progress, force, validator, side_by_side, later)


def side_by_side(config: Config, say: Say, force: bool) -> list[Member]:
    """The data of every member, those that are not current made by as many processes as the machine runs at a time."""
    waiting = [
        m
        for m in config.members
        if _has_exports((own := source_of(config.for_agency(m.id))).raw) and (force or not _is_made(own))
    ]
    if len(waiting) < LEAST or default_method() != "forkserver":
        return one_by_one(config, say, force)
    made = dict(_each(config, waiting, say, force))
    return [made.get(m.id) or member(config.for_agency(m.id), m, _silent, force) for m in config.members]


def _has_exports(raw: Path) -> bool:
    """Whether there may be anything to read: to say of the others that there is not costs no process."""
    folder = raw / DOSSIERS.name
    return folder.is_dir() and any(folder.iterdir())


def _is_made(source: Source) -> bool:
    try:
        return is_made(source)
    except UnreadableExport:  # told with the member's name when it is made
        return False


def _silent(_text: str) -> None:
    """Tell nothing: that is not news."""


def _each(config: Config, waiting: Sequence[MemberAgency], say: Say, force: bool) -> Iterator[tuple[str, Member]]:
    """Each of these that a process has made; one whose process was lost is not among them."""
    from tthc_analysis.report.validating import ALONE  # only here: pandas

    count = min(default_workers(), len(waiting))
    free: SimpleQueue[Helper] = SimpleQueue()
    with ExitStack() as leaving:
        for _ in range(count):
            free.put(leaving.enter_context(closing(Helper(_ready, ALONE))))
        threads = ThreadPoolExecutor(count)
        leaving.callback(threads.shutdown, cancel_futures=True)
        asked = {threads.submit(_asked, free, (config.for_agency(m.id), m, force)): m for m in waiting}
        for at, answer in enumerate(as_completed(asked), start=1):
            one = asked[answer]
            say(f"{one.name}: xong ({at}/{len(waiting)} đơn vị phải làm sạch)")
            if found := answer.result():
                yield one.id, found


def _asked(free: SimpleQueue[Helper], order: Any) -> Member | None:
    """What the next free process makes of an order; None when it is lost."""
    helper = free.get()
    try:
        return helper.ask(order).result()  # type: ignore[no-any-return]
    except Lost:
        return None
    finally:
        free.put(helper)


def _ready() -> Callable[[Any], Member]:
    """In the other process: what validates has been imported once for all members."""
    from tthc_analysis.report import validating

    validating.ready()
    return _member


def _member(order: Any) -> Member:
    own, agency, force = order
    return member(own, agency, _silent, force)
