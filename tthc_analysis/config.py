"""`config.toml`: the agency, the data folders, the rule set and the custom periods, read into typed values."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tthc_analysis.errors import ConfigError
from tthc_analysis.periods import Period, parse_period

CONFIG_FILE = "config.toml"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Agency(_Model):
    """The reporting agency as it is printed."""

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    name: str
    short: str
    code: str = ""
    parent: str
    place: str
    receiver: str
    signer_title: str = "GIÁM ĐỐC"


class Folders(_Model):
    """Where exports, processed data, notebooks and reports are, relative to the project's root."""

    raw: str = "data/raw"
    processed: str = "data/processed"
    notebooks: str = "notebooks"
    reports: str = "reports"
    sample: bool = False


class CustomPeriod(_Model):
    """A span that some authority asked for instead of the statutory one."""

    id: str
    label: str
    start: date = Field(alias="from")
    end: date = Field(alias="to")
    basis: str
    reason: str
    previous: str = ""

    def to_period(self) -> Period:
        """The period value of this entry."""
        return Period(self.id, self.label, "custom", self.start, self.end, self.basis, self.reason, self.previous)


class Config(_Model):
    """The whole of `config.toml`; `root` is the folder that holds it."""

    root: Path
    agency: Agency
    data: Folders = Folders()
    rule_set: str = "so-2024"
    title: str = "Tình hình, kết quả kiểm soát thủ tục hành chính"
    periods: tuple[CustomPeriod, ...] = ()

    @property
    def custom_periods(self) -> Mapping[str, Period]:
        """Custom periods by id."""
        return {p.id: p.to_period() for p in self.periods}

    def period(self, period_id: str) -> Period:
        """The period called `period_id`; raises UnknownPeriod."""
        return parse_period(period_id, self.custom_periods)

    @property
    def raw(self) -> Path:
        """Folder of the raw exports."""
        return self.root / self.data.raw

    @property
    def processed(self) -> Path:
        """Folder of the processed tables: one for each agency, so that the sample never mixes with real data."""
        return self.root / self.processed_name

    @property
    def processed_name(self) -> str:
        """The processed folder relative to the root, as notebooks are given it."""
        return f"{self.data.processed}/{self.agency.id}"

    @property
    def notebooks(self) -> Path:
        """Folder of the section notebooks."""
        return self.root / self.data.notebooks

    @property
    def reports(self) -> Path:
        """Folder of the published reports."""
        return self.root / self.data.reports


def find_root(start: Path | None = None) -> Path:
    """The nearest folder at or above `start` (default: the working folder) that holds `config.toml`."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / CONFIG_FILE).is_file():
            return folder
    raise ConfigError(
        "Không tìm thấy config.toml.", str(here), "Chạy lệnh trong thư mục dự án, hoặc tạo tệp bằng `tthc init`."
    )


def load_config(root: Path | None = None) -> Config:
    """Read and check `config.toml`; raises ConfigError with the place of the first mistake."""
    folder = root or find_root()
    path = folder / CONFIG_FILE
    try:
        data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        return Config(root=folder, **data)
    except FileNotFoundError:
        raise ConfigError("Không tìm thấy config.toml.", str(path), "Tạo tệp bằng `tthc init`.") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"config.toml sai cú pháp TOML: {error}.", str(path), "Sửa dòng đã nêu.") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ConfigError(f"Giá trị không hợp lệ ở “{place}”: {first['msg']}.", str(path), "Sửa mục đã nêu.") from None
