"""Many agencies made by several processes at a time: the same data and the same reasons as one after the other."""

from __future__ import annotations

import os
import shutil

import city_of as city
import pytest

from tthc_analysis import fingerprint
from tthc_analysis.execution.pool import default_method
from tthc_analysis.preparation.members import one_by_one, prepare_agency
from tthc_analysis.report import preparing

pytestmark = pytest.mark.skipif(default_method() != "forkserver", reason="processes are forked on Linux only")

_HEAD = "Mã hồ sơ,Lĩnh vực,Trạng thái,Ngày tiếp nhận,Ngày hẹn trả,Ngày kết thúc xử lý\n"
_ROW = "H24.{at}-240110-000{row},Đất đai,{status},{row}/01/2024 08:00,20/01/2024 17:00,{ended}\n"


def _export(config, at):
    folder = config.root / "data" / "raw" / f"xa-{at}" / "ho_so"
    folder.mkdir(parents=True)
    rows = [_ROW.format(at=at, row=r, status="Đã xử lý xong", ended="15/01/2024 09:00") for r in range(1, at + 3)]
    (folder / "ho_so_2024-03-20.csv").write_text(_HEAD + "".join(rows), encoding="utf-8")
    return folder


@pytest.fixture
def config(tmp_path):
    made = city.configure(tmp_path / "tp", [city.member(f"xa-{at}", name=f"Xã {at}") for at in range(1, 5)])
    for at in (1, 2, 3):  # the fourth has nothing
        folder = _export(made, at)
    (folder / "ho_so_2024-03-20.csv").write_bytes(b"PK\x03\x04 no workbook")
    return made


def test_processes_give_what_one_gives_with_the_same_reasons(config, monkeypatch):
    wanted = one_by_one(config, lambda _: None, False)
    shutil.rmtree(config.root / "data" / "processed")
    monkeypatch.setattr(preparing, "LEAST", 1)
    told = []
    found = preparing.side_by_side(config, told.append, False)
    assert [(m.agency.id, m.state, m.why) for m in found] == [(m.agency.id, m.state, m.why) for m in wanted]
    assert [bool(m.folder) for m in found] == [True, True, False, False]
    assert [line.split(": ")[1] for line in told] == [f"xong ({n}/3 đơn vị phải làm sạch)" for n in (1, 2, 3)]
    assert prepare_agency(config, many=preparing.side_by_side).index["ho_so"]["rows"] == 7


def test_what_is_current_is_not_made_again(config, monkeypatch):
    for name in ("package_hash", "package_at_start"):  # whatever is saved in the program's folder meanwhile
        monkeypatch.setattr(fingerprint, name, lambda: "gói")
    preparing.side_by_side(config, lambda _: None, False)
    monkeypatch.setattr(preparing, "LEAST", 1)
    told = []
    preparing.side_by_side(config, told.append, False)
    assert told == ["Xã 3: xong (1/1 đơn vị phải làm sạch)"]


def _dying():
    return lambda _order: os._exit(9)


def test_a_member_whose_process_dies_is_made_here(config, monkeypatch):
    monkeypatch.setattr(preparing, "LEAST", 1)
    monkeypatch.setattr(preparing, "_ready", _dying)
    found = preparing.side_by_side(config, lambda _: None, False)
    assert [bool(m.folder) for m in found] == [True, True, False, False]
