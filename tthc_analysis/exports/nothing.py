"""`khong_phat_sinh.toml` in the folder of a register: days in which nothing happened, as somebody has declared.

    [[khong_phat_sinh]]
    from = 2026-01-01
    to = 2026-03-31
    reason = "Cổng không có phản ánh nào trong quý, đã đối chiếu ngày 02/4/2026"

Within them the register says 0 where without them it says nothing; a row of those days is a contradiction.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from tthc_analysis.clock import today
from tthc_analysis.columns import NO_EXPORT_DAY, Table
from tthc_analysis.errors import TthcError
from tthc_analysis.rules.written import faults, read_toml

NAME = "khong_phat_sinh.toml"
_NOW = "Mỗi [[khong_phat_sinh]] cần from, to (ngày, dạng 2026-03-31; from không sau to, to đã qua) và reason."


class BadDeclaration(TthcError):
    """A declaration of nothing that is malformed, or of a register whose rows have no day."""


class Nothing(BaseModel):
    """The first and the last day of a span in which nothing happened, and how that is known."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: date = Field(alias="from")
    end: date = Field(alias="to")
    reason: str = Field(min_length=3)

    @model_validator(mode="after")
    def _is_a_span_that_is_over(self) -> Nothing:
        if not self.start <= self.end <= today():
            raise PydanticCustomError("span", "span")
        return self

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready mapping."""
        return {"from": self.start.isoformat(), "to": self.end.isoformat(), "reason": self.reason}


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    khong_phat_sinh: tuple[Nothing, ...] = Field(min_length=1)


def read_nothing(table: Table, folder: Path) -> tuple[Nothing, ...]:
    """What is declared in the folder of a register, none where there is no such file; raises BadDeclaration."""
    path = folder / NAME
    if not path.is_file():
        return ()
    if not table.event:
        what = f"{table.label} không có ngày phát sinh nên không khai báo được không phát sinh."
        raise BadDeclaration(what, str(path), f"Xóa tệp {NAME}.")
    data = read_toml(path, f"Tệp {NAME}", error=BadDeclaration)
    try:
        return _File.model_validate(data).khong_phat_sinh
    except ValidationError as error:
        raise BadDeclaration(f"Tệp {NAME}: {faults(error)}.", str(path), _NOW) from None


def against(
    table: Table, frame: pd.DataFrame, declared: tuple[Nothing, ...], open_statuses: tuple[str, ...]
) -> pd.DataFrame:
    """Rows that happened, or were still in process, within days in which nothing is declared to have happened."""
    found = pd.Series(False, index=frame.index)
    for span in declared:
        first, after = pd.Timestamp(span.start), pd.Timestamp(span.end) + pd.Timedelta(days=1)
        begun = frame[table.event] < after
        found |= begun & (frame[table.event] >= first)
        if "status" in frame and "resolved_at" in frame:
            still = frame["resolved_at"].isna() & frame["status"].isin(open_statuses)
            found |= begun & (still | (frame["resolved_at"] >= first))
    return frame[found]


def newest_empty(exports: list[tuple[date, int]]) -> date | None:
    """The newest day of exports that hold no row, of (day, rows) of all; None where none tells its day."""
    days = [day for day, rows in exports if not rows and day != NO_EXPORT_DAY]
    return max(days, default=None)
