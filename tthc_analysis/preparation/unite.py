"""The dossiers of many agencies as one table with a column for the body, beside who they are and what they sent in.

A dossier code that two bodies hold is one dossier: it stays with the body that resolves it, and every such choice is kept
with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from tthc_analysis import fingerprint
from tthc_analysis.columns import DOSSIERS, TABLES
from tthc_analysis.config import MemberAgency
from tthc_analysis.preparation.member import Member, spans_without_any
from tthc_analysis.preparation.ownership import newest_shape
from tthc_analysis.store import Store
from tthc_analysis.store.sql import DuckDB, files_of
from tthc_analysis.store.united import MEMBERS, NOTHING, SENT, SHARED, sent_table
from tthc_analysis.store.write import StoreWriter, schema

OTHER_VERSION = "dữ liệu do phiên bản khác của chương trình làm sạch; cài cùng một phiên bản ở mọi nơi rồi làm sạch lại (tthc prepare)"
_SHARED = pa.schema(
    [(n, pa.string()) for n in ("dossier_code", "body", "other", "why", "source_file", "source_sheet")]
    + [("source_row", pa.int64())]
)


def unite(folder: Path, members: Sequence[Member], sent: Path) -> Store:
    """Write the united tables of the members into `folder` and put them in place as a whole; `sent` holds reports sent in."""
    members = [_of_this_version(m) for m in members]
    able = [m for m in members if m.folder and not m.why]
    stores = {m.agency.id: Store(m.folder) for m in able}
    shared = shared_codes([m.agency for m in able], stores)
    writer = StoreWriter(folder)
    try:
        _write_dossiers(writer, stores, shared)
        writer.add_small(MEMBERS, _members_table(members))
        writer.add_small(SHARED, pa.Table.from_pandas(shared[_SHARED.names], schema=_SHARED, preserve_index=False))
        writer.add_small(NOTHING, _nothing_table(stores))
        writer.add_small(SENT, sent_table(sent))
        return writer.commit(_quality(stores))
    except BaseException:
        writer.discard()
        raise


def _of_this_version(member: Member) -> Member:
    """The member, with the reason when its dossiers, prepared elsewhere, do not have the columns that this program counts."""
    if not member.folder or member.why:
        return member
    files = files_of(Store(member.folder).place(DOSSIERS.name))
    own = _columns(schema(DOSSIERS))
    same = all(_columns(pq.read_schema(file)) == own for file in files)
    return member if same else replace(member, why=OTHER_VERSION)


def _columns(told: pa.Schema) -> list[tuple[str, pa.DataType]]:
    """Names and types: whether a value may be missing, other writers of parquet say otherwise of the same values."""
    return [(field.name, field.type) for field in told]


def _write_dossiers(writer: StoreWriter, stores: Mapping[str, Store], shared: pd.DataFrame) -> None:
    """One file a body, without the dossiers that belong to another."""
    folder, rows = writer.subfolder(DOSSIERS.name), 0
    if not stores:
        pq.write_table(pa.schema([("body", pa.string()), *schema(DOSSIERS)]).empty_table(), folder / "trong.parquet")
    for body, store in stores.items():
        away = set(shared.loc[shared["other"] == body, "dossier_code"])
        rows += _copy(store.place(DOSSIERS.name), folder / f"{body}.parquet", body, away)
    told = [[body, s.fingerprint(DOSSIERS.name), s.index[DOSSIERS.name]["rows"]] for body, s in stores.items()]
    content = fingerprint.digest([told, shared[["dossier_code", "body", "other"]].to_numpy().tolist()])
    writer.add_folder(DOSSIERS.name, rows, content, len(stores))


def _copy(place: str, target: Path, body: str, away: set[str]) -> int:
    """The rows of one body with its id as the first column; how many were written."""
    rows, out = 0, None
    for file in files_of(place):
        for batch in pq.ParquetFile(file).iter_batches(1 << 18):
            data = pa.Table.from_batches([batch]).cast(schema(DOSSIERS))
            data = data.add_column(0, pa.field("body", pa.string()), pa.array([body] * data.num_rows, pa.string()))
            if away:
                data = data.filter(pa.array([c not in away for c in data["dossier_code"].to_pylist()]))
            out = out or pq.ParquetWriter(target, data.schema, compression="zstd")
            out.write_table(data)
            rows += data.num_rows
    if out:
        out.close()
    return rows


def _members_table(members: Sequence[Member]) -> pa.Table:
    """Every agency that is rolled up, in the order of the configuration, with the days of its existence."""
    rows = [
        {
            "body": m.agency.id,
            "name": m.agency.name,
            "level": m.agency.body.level,
            "ordinal": at,
            "starts": m.agency.start,
            "ends": _last_day(m.agency),
            "why": m.why,
        }
        for at, m in enumerate(members)
    ]
    texts = [(n, pa.string()) for n in ("body", "name", "level", "why")]
    return pa.Table.from_pylist(
        rows, pa.schema([*texts, ("ordinal", pa.int64()), ("starts", pa.date32()), ("ends", pa.date32())])
    )


def _last_day(agency: MemberAgency) -> date | None:
    """The last day on which an agency exists, by its own days or those of its kind."""
    return min((d for d in (agency.end, agency.body.valid_to) if d), default=None)


def _nothing_table(stores: Mapping[str, Store]) -> pa.Table:
    """The days in which each body says that it had no dossier: there its counts are 0, and not missing."""
    rows = [
        {"body": body, "starts": first, "ends": last, "said": said}
        for body, store in stores.items()
        for first, last, said in spans_without_any(store)
    ]
    days = [("starts", pa.date32()), ("ends", pa.date32())]
    return pa.Table.from_pylist(rows, pa.schema([("body", pa.string()), *days, ("said", pa.string())]))


# --- codes that several bodies hold ----------------------------------------------------------------------------------


def shared_codes(agencies: Sequence[MemberAgency], stores: Mapping[str, Store]) -> pd.DataFrame:
    """One row for each dossier that a body holds and another one resolves: code, body, other (who gives it up), why, place."""
    rows = list(_given_up(agencies, _held_twice(stores)))
    return pd.DataFrame(rows, columns=_SHARED.names).sort_values(["dossier_code", "other"], ignore_index=True)


def _held_twice(stores: Mapping[str, Store]) -> pd.DataFrame:
    """The rows of all codes that more than one body holds."""
    running = DuckDB()
    for at, store in enumerate(stores.values()):
        running.view(f"m{at}", store.place(DOSSIERS.name))
    held = "body, dossier_code, agency, resolved_at, returned_at, snapshot_date, source_file, source_sheet, source_row"
    every = " UNION ALL ".join(f"SELECT '{body}' AS body, * FROM m{at}" for at, body in enumerate(stores))
    if len(stores) < 2:
        return pd.DataFrame(columns=held.split(", "))
    return running.frame(
        f"WITH held AS (SELECT {held} FROM ({every})) SELECT * FROM held WHERE dossier_code IN "
        "(SELECT dossier_code FROM held GROUP BY 1 HAVING count(DISTINCT body) > 1) ORDER BY dossier_code"
    )


def _given_up(agencies: Sequence[MemberAgency], held: pd.DataFrame) -> Iterator[dict[str, Any]]:
    for code, rows in held.groupby("dossier_code", sort=False):
        body, why = resolving(str(code), rows, agencies)
        for row in rows[rows["body"] != body].to_dict("records"):
            place = {n: row[n] for n in ("source_file", "source_sheet", "source_row")}
            yield {"dossier_code": code, "body": body, "other": row["body"], "why": why, **place}


def resolving(code: str, rows: pd.DataFrame, agencies: Sequence[MemberAgency]) -> tuple[str, str]:
    """Which of the bodies that hold a dossier resolves it, and why: the first of these questions that has one answer.

    Who is named as the resolving unit and was not gone by then; who has ended it; who was not gone; whose code the dossier
    carries; who exported it last.
    """
    held = [a for a in agencies if a.id in set(rows["body"])]
    named = {_folded(name) for name in rows["agency"].dropna()}
    ended = set(rows.loc[rows["resolved_at"].notna() | rows["returned_at"].notna(), "body"])
    able = [a for a in held if ended == {a.id} or not _was_gone(a, rows)] or held
    own = newest_shape(code.rsplit("-", 2)[0])
    newest = set(rows.loc[rows["snapshot_date"] == rows["snapshot_date"].max(), "body"])
    questions = (
        ("được nêu là đơn vị giải quyết", [a.id for a in able if {_folded(a.name), _folded(a.short)} & named]),
        ("là đơn vị duy nhất có kết quả giải quyết", [a.id for a in held if a.id in ended]),
        ("là đơn vị duy nhất còn hoạt động khi ấy", [a.id for a in able]),
        ("mã hồ sơ mang mã của đơn vị", [a.id for a in able if _is_code_of(a, own)]),
        ("có bản xuất mới nhất", [a.id for a in able if a.id in newest]),
    )
    for why, answers in questions:
        if len(answers) == 1:
            return answers[0], why
    return able[0].id, "không rõ đơn vị giải quyết, tính cho đơn vị khai báo trước"


def _was_gone(agency: MemberAgency, rows: pd.DataFrame) -> bool:
    """Whether an agency had ended before the dossier was, or, of one still open, before the newest export of another that has it."""
    last = _last_day(agency)
    done = rows[["resolved_at", "returned_at"]].min().min()
    known = rows.loc[rows["body"] != agency.id, "snapshot_date"].max() if pd.isna(done) else done
    return last is not None and not pd.isna(known) and pd.Timestamp(known).date() > last


def _is_code_of(agency: MemberAgency, own: str) -> bool:
    """Whether `own` is a code of the agency, or of a unit below it."""
    codes = (newest_shape(c.code) for c in agency.own_codes)
    return any(own == code or own.startswith(f"{code}.") for code in codes)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


# --- what became of every row ----------------------------------------------------------------------------------------


def _quality(stores: Mapping[str, Store]) -> dict[str, Any]:
    """The record of the dossiers of all bodies; each file is named with its body before it."""
    told = {body: store.quality() for body, store in stores.items()}
    whole: dict[str, Any] = {"label": DOSSIERS.label, "rows": 0}
    whole |= {n: [] for n in ("accounts", "quarantined", "incomplete", "conflicts", "corrections", "passed_over")}
    for body, quality in told.items():
        data = quality["datasets"].get(DOSSIERS.name, {})
        whole["rows"] += data.get("rows", 0)
        whole["accounts"] += [{**a, "file": f"{body}/{a['file']}"} for a in data.get("accounts", [])]
        whole["quarantined"] += [
            {**q, "source_file": f"{body}/{q['source_file']}"} for q in data.get("quarantined", [])
        ]
        whole["passed_over"] += [f"{body}/{name}" for name in data.get("passed_over", [])]
    empty = {
        n: {**whole, "label": t.label, "rows": 0, "accounts": [], "quarantined": [], "passed_over": []}
        for n, t in TABLES.items()
    }
    sample = any(quality.get("sample") for quality in told.values())
    return {"datasets": {**empty, DOSSIERS.name: whole}, "findings": [], "sample": sample, "passed_over": []}
