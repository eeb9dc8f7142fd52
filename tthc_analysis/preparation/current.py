"""Whether processed tables are current, and valid: they are made only when something they depend on has changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from tthc_analysis import fingerprint
from tthc_analysis.columns import TABLES
from tthc_analysis.errors import UnreadableExport, ValidationFailed
from tthc_analysis.preparation.former import Former
from tthc_analysis.preparation.later import Later
from tthc_analysis.preparation.source import Source
from tthc_analysis.rules.profiles import PROFILE_SUFFIX
from tthc_analysis.store import FINDINGS, INDEX, QUALITY, Store, write_json

STAMP = "stamp.json"
_PROGRAM = ("package", "libraries", "python")
UNCHANGED = "Dữ liệu gốc không đổi, dùng lại dữ liệu đã xử lý"


def prepare(
    source: Source,
    progress: Callable[[str], None] | None = None,
    force: bool = False,
    validator: Callable[[], Callable[[], Any]] | None = None,
    later: Later | None = None,
) -> Store:
    """Clean and validate every dataset of the raw folder; the store is replaced as a whole.

    Nothing is done when neither exports, corrections and profiles nor the program have changed since the last time and
    the processed tables are as they were left, unless `force`d. `validator` is called once it is known that
    the tables are to be made, and gives what makes their validator (default: in this process, after reading). With `later`
    the tables may be in place before their findings, which it is given to wait for. Raises NoExports when there is no
    dossier export, and the reader's errors.
    """
    say = progress or (lambda _text: None)
    program = fingerprint.package_at_start()
    hashes = _hashes(source)
    if not force and is_current(source.processed, hashes):
        say(UNCHANGED)
        return Store(source.processed)
    make = validator() if validator else None
    from tthc_analysis.preparation.process import process  # only here: what is current costs no import of pandas
    from tthc_analysis.store.write import writing_lock

    with ExitStack() as held:
        lock = writing_lock(source.processed, lambda: say("Chờ một lần làm sạch dữ liệu khác"))
        hashes = _hashes(source) if held.enter_context(lock) else hashes
        made = partial(process, validator=make) if make else process
        return _made(source, say, force, made, program, later, held, hashes)


def _made(
    source: Source,
    say: Callable[[str], None],
    force: bool,
    process: Callable[..., Store],
    program: str,
    later: Later | None,
    held: ExitStack,
    hashes: Mapping[str, str],
) -> Store:
    """The store made anew, unless another run has just made it; `later` keeps what is `held` until it has all findings."""
    if not force and is_current(source.processed, hashes):
        return Store(source.processed)
    former = Former() if force else _former(source.processed, hashes)
    store = process(source, former, say, later=later)

    def end() -> None:
        # else a file changed while it was read, or the program since it was loaded
        if _hashes(source) == hashes and hashes["package"] == program:
            keep(source.processed, hashes)

    if later and later.pending:
        later.then(end, held.pop_all())
    else:
        end()
    return store


def keep(folder: Path, hashes: Mapping[str, str]) -> None:
    """Note of a processed folder, as it is now, what it was made of."""
    write_json(folder / STAMP, {"sources": hashes, "results": results(folder)})


def keep_as_current(source: Source) -> None:
    """Take the processed folder as it is for what the raw folder gives, until one of them or the program changes.

    Only for tables that no export makes, such as synthetic ones that were written straight.
    """
    keep(source.processed, _hashes(source))


def _hashes(source: Source) -> dict[str, str]:
    """Content hashes of all that the processed tables depend on; raises UnreadableExport where one may not be read."""
    try:
        return _contents(source)
    except PermissionError as error:
        raise UnreadableExport(
            str(error.filename), "Không có quyền đọc tệp.", "Xin quyền đọc, hoặc chép tệp lại bằng tài khoản đang dùng."
        ) from None


def _contents(source: Source) -> dict[str, str]:
    return {
        **{_raw(name): fingerprint.content(source.raw / name) for name in TABLES},
        "profiles": fingerprint.digest([fingerprint.sha256(p) for p in sorted(source.raw.glob(f"*{PROFILE_SUFFIX}"))]),
        "package": fingerprint.package_hash(),
        "libraries": fingerprint.libraries_hash(source.root),
        "python": fingerprint.python_version(),
        "sample": str(source.sample),
        "names": fingerprint.digest([*source.agency.names, *source.agency.body.issuers]),
        "codes": fingerprint.digest([[c.model_dump(mode="json") for c in source.agency.own_codes], source.other_codes]),
    }


def _raw(table: str) -> str:
    """What the hash of a table's exports is called."""
    return f"raw/{table}"


def results(folder: Path) -> str:
    """One sha256 over all that a processed folder holds."""
    return fingerprint.tree(folder, skip=(STAMP,))


def is_made(source: Source) -> bool:
    """Whether the processed tables are what the raw folder gives now."""
    return is_current(source.processed, _hashes(source))


def is_current(folder: Path, hashes: Mapping[str, str]) -> bool:
    """Whether the processed folder was made from what has these hashes, and nobody has touched it since."""
    try:
        stamp = json.loads((folder / STAMP).read_text(encoding="utf-8"))
        return bool(stamp["sources"] == hashes and stamp["results"] == results(folder))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _former(folder: Path, hashes: Mapping[str, str]) -> Former:
    """What the last preparation left; nothing when the program is another, or the folder was touched."""
    try:
        stamp = json.loads((folder / STAMP).read_text(encoding="utf-8"))
        if any(stamp["sources"][n] != hashes[n] for n in _PROGRAM) or stamp["results"] != results(folder):
            return Former()
        index, told, quality = (_read(folder / name) for name in (INDEX, FINDINGS, QUALITY))
        changed = {name for name, value in hashes.items() if stamp["sources"].get(name) != value}
        exports = {_raw(name): name for name in TABLES}
        same = {name for raw, name in exports.items() if raw not in changed and changed <= exports.keys()}
        return Former(folder, index, quality, told["findings"], frozenset(same))
    except (OSError, ValueError, KeyError, TypeError):
        return Former()


def _read(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data


def critical_findings(store: Store) -> list[str]:
    """The failed critical expectations, one Vietnamese line each."""
    return [
        f"{f['code']} {f['text']}: {f['failed']}/{f['checked']} dòng không đạt (ví dụ {', '.join(f['rows'][:3])})"
        for f in store.findings()
        if not f["passed"] and f["severity"] == "critical"
    ]


def require_valid(store: Store) -> None:
    """Raise ValidationFailed when a critical expectation failed."""
    failed = critical_findings(store)
    if failed:
        raise ValidationFailed(failed, str(store.folder))
