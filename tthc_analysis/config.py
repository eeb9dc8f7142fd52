"""`config.toml`: the agency, the data folders, the rule set and the custom periods, read into typed values."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tthc_analysis.columns import TABLES
from tthc_analysis.errors import ConfigError, suggestion
from tthc_analysis.periods import Period, PeriodKind, parse_period

CONFIG_FILE = "config.toml"
AGENCY_ID = r"^[a-z0-9][a-z0-9-]*$"
PERIOD_ID = r"^[0-9A-Za-z][0-9A-Za-z-]*$"
#: folder and id of the synthetic sample; never those of a real agency
SAMPLE_ID = "mau"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Agency(_Model):
    """The reporting agency as it is printed."""

    id: str = Field(pattern=AGENCY_ID)
    name: str
    short: str
    code: str = ""
    parent: str
    place: str
    receiver: str
    signer_title: str = "GIÁM ĐỐC"


class MemberAgency(Agency):
    """Another agency whose reports are made in the same run; its exports are in a folder of its own."""

    raw: str = ""


class Schedule(_Model):
    """Which periods `tthc report --due` keeps up: kinds of statutory periods that end on or after `since`."""

    kinds: tuple[PeriodKind, ...] = ("quarter", "year")
    since: date | None = None


class Folders(_Model):
    """Where exports, processed data, notebooks and reports are, relative to the project's root.

    `spark` is where Spark finds a copy of `processed`: any path that it reads; "" is `processed` itself.
    """

    raw: str = "data/raw"
    processed: str = "data/processed"
    notebooks: str = "notebooks"
    reports: str = "reports"
    sample: bool = False
    spark: str = ""


class Document(_Model):
    """The Word draft: the analyst's own template ("" is the project's) and the folder of the prose blocks, from the root."""

    template: str = ""
    prose: str = "noi-dung"


class CustomPeriod(_Model):
    """A span that some authority asked for instead of the statutory one."""

    id: str = Field(pattern=PERIOD_ID)
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
    document: Document = Document()
    rule_set: str = "so-2024"
    title: str = "Tình hình, kết quả kiểm soát thủ tục hành chính"
    periods: tuple[CustomPeriod, ...] = ()
    agencies: tuple[MemberAgency, ...] = ()
    schedule: Schedule = Schedule()

    def for_agency(self, agency_id: str) -> Config:
        """The same configuration for one of `agencies`, with its own raw, processed and reports folders.

        The main agency's id gives this configuration itself. Raises ConfigError for any other id.
        """
        members = {a.id: a for a in self.agencies}
        if agency_id == self.agency.id:
            return self
        if agency_id not in members:
            known = suggestion(agency_id, [self.agency.id, *members])
            raise ConfigError(f"Không có đơn vị “{agency_id}”.", "config.toml, mục [[agencies]]", known)
        member = members[agency_id]
        own = {"raw": member.raw or f"data/raw/{agency_id}", "reports": f"{self.data.reports}/{agency_id}"}
        return self.model_copy(update={"agency": member, "data": self.data.model_copy(update=own)})

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
        data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        config = Config.model_validate({**data, "root": folder})
    except FileNotFoundError:
        raise ConfigError("Không tìm thấy config.toml.", str(path), "Tạo tệp bằng `tthc init`.") from None
    except UnicodeDecodeError:
        raise ConfigError("config.toml không phải mã UTF-8.", str(path), "Lưu lại tệp bằng mã UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"config.toml sai cú pháp TOML: {error}.", str(path), "Sửa dòng đã nêu.") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        what = f"Giá trị không hợp lệ ở “{place}”: {_fault(first['type'], first.get('ctx', {}))}."
        raise ConfigError(what, str(path), "Sửa mục đã nêu; giải thích từng mục: docs/cau-hinh.md.") from None
    ids = [p.id for p in config.periods]
    twice = sorted({i for i in ids if ids.count(i) > 1})
    if twice:
        raise ConfigError(f"Hai kỳ riêng cùng mã: {', '.join(twice)}.", str(path), "Đổi id của một kỳ.")
    return config


#: kind of a value's fault → what is wrong with it; the first beginning that fits counts
_FAULTS = {
    "missing": "thiếu mục này",
    "extra_forbidden": "không có mục này, xem lại cách viết",
    "string_pattern_mismatch": "chỉ dùng chữ không dấu, chữ số và dấu gạch nối (mã đơn vị: chữ thường)",
    "string": "phải là chữ trong dấu ngoặc kép",
    "date": "phải là ngày, viết như 2024-12-31, không có ngoặc kép",
    "bool": "phải là true hoặc false",
    "literal_error": "chỉ nhận {expected}",
    "tuple": "phải là danh sách trong ngoặc vuông",
    "model": "phải là một mục có tiêu đề trong ngoặc vuông",
}


def _fault(kind: str, context: Mapping[str, Any]) -> str:
    """What pydantic's kind of error means for somebody who writes config.toml."""
    text = next((text for name, text in _FAULTS.items() if kind.startswith(name)), "không đúng kiểu")
    return text.format(**{"expected": "", **context}).replace(" or ", " hoặc ")


_NEW_CONFIG = """\
# Cấu hình báo cáo của đơn vị; giải thích từng mục: docs/cau-hinh.md
title = "Tình hình, kết quả kiểm soát thủ tục hành chính"
rule_set = "so-2024"

[agency]
id = {id}
name = {name}
short = {short}
parent = {parent}
place = {place}
receiver = {parent}

[data]
raw = "data/raw/{folder}"

# Kỳ riêng, khi cơ quan nhận báo cáo yêu cầu khoảng ngày khác quy định (bỏ dấu # và sửa):
# [[periods]]
# id = "2024"
# label = "Năm 2024"
# from = 2023-11-15
# to = 2024-12-05
# basis = "Công văn số …"
# reason = "Vì sao không theo ngày chốt quy định"
# previous = "2023"
"""


def init_project(
    folder: Path, agency_id: str, name: str, parent: str, place: str, short: str, force: bool = False
) -> tuple[Path | None, str]:
    """Write `config.toml` for a real agency and make its raw folders; returns (the old file kept aside, raw folder).

    The sample's configuration is set aside without asking; another one only with `force`. Raises ConfigError.
    """
    if agency_id == SAMPLE_ID:
        raise ConfigError(
            f"Mã “{SAMPLE_ID}” dành cho dữ liệu mẫu.",
            "--agency",
            "Chọn mã khác, để dữ liệu thật và dữ liệu mẫu không lẫn.",
        )
    if not re.fullmatch(AGENCY_ID, agency_id):
        raise ConfigError(f"Mã đơn vị “{agency_id}” không hợp lệ.", "--agency", "Chỉ dùng a–z, 0–9 và dấu gạch nối.")
    path = folder / CONFIG_FILE
    kept = _set_aside(path, force) if path.is_file() else None
    texts = {"id": agency_id, "name": name, "short": short, "parent": parent, "place": place}
    quoted = {key: json.dumps(text, ensure_ascii=False) for key, text in texts.items()}
    path.write_text(_NEW_CONFIG.format(**quoted, folder=agency_id), encoding="utf-8")
    config = load_config(folder)
    for table in TABLES:
        (config.raw / table).mkdir(parents=True, exist_ok=True)
    return kept, config.data.raw


def _set_aside(path: Path, force: bool) -> Path:
    if not (force or load_config(path.parent).data.sample):
        raise ConfigError(
            "config.toml đã có cấu hình của một đơn vị.", str(path), "Thêm --force để thay (bản cũ được giữ lại)."
        )
    number = next(n for n in range(1, 1000) if not path.with_name(f"config.cu-{n}.toml").exists())
    return path.rename(path.with_name(f"config.cu-{number}.toml"))
