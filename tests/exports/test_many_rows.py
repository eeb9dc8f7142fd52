"""Rows on disk: how many are few, and how many come in one part, changes nothing that is read, kept or told."""

from __future__ import annotations

import pytest
from exports_make import BODY, HEAD, cells, csv_text, read, write

from tthc_analysis.columns import PROCEDURES, TABLES
from tthc_analysis.exports import doubts, many, read_dataset
from tthc_analysis.exports.many import Gathered, Rows
from tthc_analysis.rules.profiles import load_profiles
from tthc_analysis.store.write import to_arrow

FEW = [(7, 5), (30, 13)]


def told(data):
    """All that a dataset says, comparable."""
    frames = (data.quarantined, data.replaced, data.conflicts)
    others = data.accounts, data.corrections, data.contradictions, dict(data.doubts.places), data.nothing
    return to_arrow(data.table, data.frame), [f.to_csv() for f in frames], others


def on_disk(monkeypatch, whole, part):
    monkeypatch.setattr(many, "WHOLE_ROWS", whole)
    monkeypatch.setattr(many, "PART_ROWS", part)
    monkeypatch.setattr(doubts, "_ROWS_AT_A_TIME", part)


@pytest.mark.parametrize("name", TABLES)
def test_the_sample(name, published_project, monkeypatch):
    folder, profiles = published_project / "data/raw/mau" / name, load_profiles()
    whole = read_dataset(TABLES[name], folder, profiles)
    on_disk(monkeypatch, 7, 5)
    parts = read_dataset(TABLES[name], folder, profiles)
    assert told(parts) == told(whole)
    assert bool(parts.rows.files) == (len(parts.rows) > 7)


@pytest.mark.parametrize(("rows", "part"), FEW)
def test_snapshots_that_contradict_each_other(rows, part, tmp_path, monkeypatch):
    """Replaced rows, conflicts, contradictions, other spellings and doubts, whose rows stand in several files."""
    many_rows = [[*b[:1], f"{b[1][:-4]}{n:04}", *b[2:]] for n in range(7) for b in BODY]
    moved = [cells([r], c7="02/01/2024 09:30:00", c4=f"{r[4]}.")[0] for r in many_rows[::3]]
    write(tmp_path / "a_2024-02-01.csv", csv_text([HEAD, *many_rows]))
    write(tmp_path / "b_2024-03-01.csv", csv_text([HEAD, *moved]))
    write(tmp_path / "c_2024-03-01.csv", csv_text([HEAD, *cells(moved, c3="Tên khác"), cells([BODY[0]], c1="")[0]]))
    whole = read(tmp_path)
    assert min(len(whole.replaced), len(whole.contradictions), len(whole.quarantined)) > 0
    on_disk(monkeypatch, rows, part)
    assert told(read(tmp_path)) == told(whole)


def test_newer_lists_of_one_body(tmp_path, monkeypatch):
    head = ["Mã TTHC", "Tên thủ tục hành chính", "Lĩnh vực", "Cơ quan ban hành"]
    rows = [[f"1.{n:06}", f"Thủ tục {n}", "Đất đai", "Bộ A" if n % 2 else ""] for n in range(20)]
    write(tmp_path / "danh_muc_2024-01-01.csv", csv_text([head, *rows]))
    write(tmp_path / "danh_muc_2024-02-01.csv", csv_text([head, *rows[:9]]))
    whole = read(tmp_path, PROCEDURES)
    assert len(whole.frame) == 9
    on_disk(monkeypatch, 7, 5)
    assert told(read(tmp_path, PROCEDURES)) == told(whole)


def test_every_key_comes_in_one_part(published_project, monkeypatch):
    table = TABLES["ho_so"]
    frame = read_dataset(table, published_project / "data/raw/mau" / "ho_so", load_profiles()).frame.head(100)
    on_disk(monkeypatch, 20, 10)
    gathered, rows = Gathered(table), Rows(table)
    for start in (50, 0, 30):
        gathered.add(frame.iloc[start : start + 50])
    parts = list(gathered.parts())
    assert sum(map(len, parts)) == 150
    assert len(parts) > 8
    keys = [set(p["dossier_code"]) for p in parts]
    assert not any(a & b for n, a in enumerate(keys) for b in keys[:n])
    for part in parts:
        rows.add(part)
    whole = rows.whole
    assert whole["dossier_code"].is_monotonic_increasing
    some = rows.columns(["dossier_code", "field", "source_row"])
    assert some.astype({"field": whole["field"].dtype}).equals(whole[["dossier_code", "field", "source_row"]])
