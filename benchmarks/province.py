"""A body above many agencies that each prepared their own data: `python province.py AGENCIES EACH FOLDER`.

Writes a project without any export: a processed folder for each agency, as if it stood on shared storage, with about EACH
synthetic dossiers and the record of the export that they came from.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from tthc_analysis.columns import DOSSIERS
from tthc_analysis.exports import FileAccount
from tthc_analysis.sample.bulk import SNAPSHOT, write_bulk
from tthc_analysis.store import FINDINGS, INDEX, QUALITY, write_json
from tthc_analysis.store.write import schema

_ABOVE = """
title = "Báo cáo tổng hợp để đo"
rule_set = "so-2024"

[agency]
id = "tp"
kind = "tinh"
name = "Ủy ban nhân dân thành phố Mẫu"
short = "UBND"
parent = "Chính phủ"
place = "Thành phố Mẫu"
receiver = "Chính phủ"

[data]
sample = true
"""
_BELOW = """
[[agencies]]
id = "xa-{number}"
kind = "xa"
name = "Đơn vị {number}"
short = "XA{number}"
parent = "tp"
"""


def make(folder: Path, agencies: int, each: int) -> None:
    """Write the project; `folder` must not exist."""
    every = folder / "tat-ca"
    write_bulk(every, agencies * each, agencies)
    for number in range(agencies):
        _hand_over(every, folder / "data" / "processed" / f"xa-{number}", f"Đơn vị {number}")
    shutil.rmtree(every)
    below = (_BELOW.format(number=number) for number in range(agencies))
    (folder / "config.toml").write_text(_ABOVE + "".join(below), encoding="utf-8")


def _hand_over(every: Path, folder: Path, agency: str) -> None:
    """Put the dossiers of one agency into a processed folder of their own."""
    folder.mkdir(parents=True)
    own = duckdb.read_parquet(f"{every}/{DOSSIERS.name}/*.parquet").filter(f"agency = '{agency}'")
    dossiers = own.to_arrow_table().cast(schema(DOSSIERS))
    pq.write_table(dossiers, folder / f"{DOSSIERS.name}.parquet", compression="zstd")
    write_json(folder / INDEX, {DOSSIERS.name: {"rows": dossiers.num_rows, "content_sha256": agency}})
    write_json(folder / FINDINGS, {"findings": []})
    write_json(folder / QUALITY, _record(dossiers.num_rows))


def _record(rows: int) -> dict[str, Any]:
    """What is recorded of one export that brought so many dossiers."""
    account = FileAccount(
        file=f"{DOSSIERS.name}_{SNAPSHOT}.csv", sha256="", snapshot_date=SNAPSHOT, snapshot_rule="ngày trong tên tệp", profile="chung",
        sheets=("",), header_rows=(1,), rows_in=rows, kept=rows, quarantined=0, replaced=0, missing=(), unknown=(),
        skipped={"tiêu đề": 1},
    )  # fmt: skip
    told = {"label": DOSSIERS.label, "rows": rows, "accounts": [account.to_dict()]}
    nothing: dict[str, Any] = {
        name: [] for name in ("quarantined", "incomplete", "conflicts", "corrections", "passed_over", "nothing")
    }
    return {"datasets": {DOSSIERS.name: {**nothing, **told}}, "file_findings": [], "passed_over": [], "sample": True}


if __name__ == "__main__":
    make(Path(sys.argv[3]), int(sys.argv[1]), int(sys.argv[2]))
