"""The data of an agency, whichever kind it is: made from its own exports, or united from the agencies that it rolls up.

Each member prepares its own folder, alone and anywhere; what cannot be had of one is a reason beside its name, and stops
no other. Nothing is united again while no member, no report sent in and no declaration has changed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tthc_analysis import fingerprint
from tthc_analysis.columns import DOSSIERS
from tthc_analysis.config import Config, MemberAgency
from tthc_analysis.errors import ConfigError, NoExports, TthcError
from tthc_analysis.preparation.current import UNCHANGED, critical_findings, is_current, keep, prepare
from tthc_analysis.preparation.later import Later
from tthc_analysis.preparation.member import Member, spans_without_any
from tthc_analysis.preparation.source import source_of
from tthc_analysis.store import INDEX, Store

Say = Callable[[str], None]
#: makes the data of every member of a roll-up, in the order of the configuration
Many = Callable[[Config, Say, bool], list[Member]]
#: where reports that were sent in are kept, one folder for each agency that collects them
SENT = "data/nhan-ve"
NO_EXPORT, NO_ROW = "chưa có tệp xuất hồ sơ", "tệp xuất không có hồ sơ nào"
NOT_VALID = "dữ liệu chưa đạt kiểm tra bắt buộc"


def prepare_agency(
    config: Config,
    progress: Say | None = None,
    force: bool = False,
    validator: Callable[[], Callable[[], Any]] | None = None,
    many: Many | None = None,
    later: Later | None = None,
) -> Store:
    """The processed data of the agency of `config`, made when they are not current; see `current.prepare` for `later` too.

    `many` makes those of all members of a roll-up (default: one after the other, in this process). Raises ConfigError for an agency that rolls up others and has exports of its own.
    """
    if not config.rolls_up:
        return prepare(source_of(config), progress, force, validator, later)
    say = progress or (lambda _text: None)
    _refuse_own_exports(config.agency.name, config.raw / DOSSIERS.name)
    found, sent = (many or one_by_one)(config, say, force), sent_folder(config.root, config.agency.id)
    hashes = _hashes(config.root, found, sent)
    if not force and is_current(config.processed, hashes):
        return Store(config.processed)
    from tthc_analysis.preparation.unite import unite  # only here: what is current costs no import of pandas

    say("Ghép dữ liệu các đơn vị")
    store = unite(config.processed, found, sent)
    keep(config.processed, hashes)
    return store


def one_by_one(config: Config, say: Say, force: bool) -> list[Member]:
    """The data of every member, made in this process."""
    return [member(config.for_agency(m.id), m, say, force) for m in config.members]


def sent_folder(root: Path, agency_id: str) -> Path:
    """Where the reports that were sent to an agency are kept as they were read."""
    return root / SENT / agency_id


def _refuse_own_exports(name: str, own: Path) -> None:
    if own.is_dir() and any(p.is_file() and not p.name.startswith(".") for p in own.iterdir()):
        raise ConfigError(
            f"{name} tổng hợp từ các đơn vị nên không có tệp xuất hồ sơ của riêng mình.",
            str(own),
            "Khai báo cơ quan có các tệp này thành một mục [[agencies]] với parent là đơn vị tổng hợp, chuyển tệp vào "
            "thư mục của mục đó.",
        )


def member(own: Config, agency: MemberAgency, say: Say, force: bool) -> Member:
    """The prepared folder of one member, or why there is none; data prepared elsewhere need no exports here."""
    try:
        brought = not (own.raw / DOSSIERS.name).is_dir() and (own.processed / INDEX).is_file()
        store = (
            Store(own.processed) if brought else prepare(source_of(own), lambda text: _say(say, agency, text), force)
        )
        is_valid = not critical_findings(store)
    except NoExports:
        return Member(agency, "", "", NO_EXPORT)
    except TthcError as error:
        return Member(agency, "", "", f"không đọc được dữ liệu: {error.what.rstrip('.')}")
    if not is_valid:
        return Member(agency, "", store.state(), NOT_VALID)
    has_told = store.has(DOSSIERS.name) or bool(spans_without_any(store))
    return Member(agency, str(own.processed), store.state(), "" if has_told else NO_ROW)


def _say(say: Say, agency: MemberAgency, text: str) -> None:
    """What is done for a member; that nothing is, of so many, is no news."""
    if text != UNCHANGED:
        say(f"{agency.name}: {text}")


def _hashes(root: Path, members: list[Member], sent: Path) -> dict[str, str]:
    """Hashes of all that the united tables depend on."""
    told = [[m.agency.model_dump(mode="json"), m.state, m.why] for m in members]
    return {
        "members": fingerprint.digest(told),
        "sent": fingerprint.content(sent),
        "package": fingerprint.package_hash(),
        "libraries": fingerprint.libraries_hash(root),
    }
