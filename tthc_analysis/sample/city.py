"""A small synthetic city for the roll-up: two departments and three communes, of which one sends a report and one nothing.

The dossiers are those of the sample, dealt out to the bodies under codes of their own; no row describes a real person,
dossier or office.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from tthc_analysis.config import CONFIG_FILE
from tthc_analysis.sample.empty import make_empty
from tthc_analysis.sample.plan import Dossier, make_dossiers
from tthc_analysis.sample.write import Export, _csv_bom, _dirt, _row

#: what the bodies have handled is exported a few days after the end of this period
PERIOD, EXPORTED = "2024-Q3", date(2024, 9, 20)
_FIRST, _FILE = date(2023, 12, 15), "ho_so_2024-09-20.csv"
_ALIKE = 4
_DAY, _LATE_AT_LEAST = timedelta(days=1), timedelta(days=8)


@dataclass(frozen=True)
class Body:
    """One body of the city: its place in the configuration, and which of the dossiers are its own.

    Every so-many-th of them was late (`late`) or filed in person (`offline`); 0 is none.
    """

    id: str
    kind: str
    name: str
    short: str
    code: str
    share: int
    late: int = 0
    offline: int = 0


BODIES = (
    Body("so-mau-a", "so", "Sở Mẫu A", "SMA", "H24.91", 0, 60),
    Body("so-mau-b", "so", "Sở Mẫu B", "SMB", "H24.92", 1, 23),
    Body("xa-mau-1", "xa", "Ủy ban nhân dân xã Mẫu 1", "UBND1", "", 2, 9, 3),
    Body("xa-mau-2", "xa", "Ủy ban nhân dân xã Mẫu 2", "UBND2", "", 3, 31, 5),
    Body("xa-mau-3", "xa", "Ủy ban nhân dân xã Mẫu 3", "UBND3", "", -1),
)
#: sends a published report instead of data; sends nothing
SENDER, SILENT = "xa-mau-2", "xa-mau-3"
#: where what was sent lies
INBOX = "gui-den"

_HEAD = """\
# Thành phố mẫu (dữ liệu tổng hợp bằng chương trình): hai sở, ba xã; một xã chỉ gửi báo cáo, một xã chưa gửi gì.
title = "Tổng hợp tình hình, kết quả kiểm soát thủ tục hành chính"
rule_set = "so-2024"

[agency]
id = "tp-mau"
kind = "tinh"
name = "Ủy ban nhân dân thành phố Mẫu"
short = "UBND"
parent = "Chính phủ"
place = "Thành phố Mẫu"
receiver = "Văn phòng Chính phủ"

[data]
raw = "data/raw/tp-mau"
sample = true
"""
_MEMBER = """
[[agencies]]
id = "{id}"
kind = "{kind}"
name = "{name}"
short = "{short}"
code = "{code}"
parent = "tp-mau"
"""


def write_city(folder: Path, seed: int = 2024) -> list[Path]:
    """Write the project of the city into `folder`: configuration and exports; the same bytes every time.

    The sender's exports are there too: its report is made from them and sent in. Raises ConfigError when the folder holds
    something.
    """
    make_empty(folder)
    config = folder / CONFIG_FILE
    config.write_text(_HEAD + "".join(_MEMBER.format(**vars(b)) for b in BODIES), encoding="utf-8", newline="\n")
    dossiers = [d for d in make_dossiers(seed) if _FIRST <= d.received.date() <= EXPORTED]
    return [config, *(_write(folder, b, dossiers) for b in BODIES if b.id != SILENT)]


def _write(folder: Path, body: Body, dossiers: Sequence[Dossier]) -> Path:
    own = [_of(body, d, at) for at, d in enumerate(d for d in dossiers if d.number % _ALIKE == body.share)]
    if body.id == "xa-mau-1":  # received here, resolved by a department: both export it
        own.append(_of(BODIES[0], [d for d in dossiers if d.number % _ALIKE == 0][-1], 1))
    path = folder / "data" / "raw" / body.id / "ho_so" / _FILE
    path.parent.mkdir(parents=True)
    export = Export(_FILE, _FIRST, EXPORTED, EXPORTED, _csv_bom, True)
    _csv_bom(path, export, _dirt([_row(i, d, EXPORTED) for i, d in enumerate(own, start=1)]))
    return path


def _of(body: Body, dossier: Dossier, at: int) -> Dossier:
    """The dossier as the body has it: a code of its own, some filed in person, some a day late."""
    own = replace(dossier, code=_code(body, dossier))
    if body.offline and at % body.offline == 0:
        own = replace(own, channel="in_person")
    ended = own.resolved or datetime.combine(EXPORTED, time(17))
    if body.late and at % body.late == 0 and ended - own.received > _LATE_AT_LEAST:
        own = replace(own, due=ended - (_DAY if own.resolved else _LATE_AT_LEAST))
    return own


def _code(body: Body, dossier: Dossier) -> str:
    """A code of the body, with the day and the serial of the dossier."""
    own = body.code or f"H24.{30 + body.share}"
    return f"{own}-{dossier.code.split('-', 1)[1]}"
