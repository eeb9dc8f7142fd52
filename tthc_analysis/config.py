"""`config.toml`: the agency, the data folders, the rule set and the custom periods, read into typed values."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError

from tthc_analysis.columns import DOSSIERS, TABLES
from tthc_analysis.errors import ConfigError, UnknownPeriod, suggestion
from tthc_analysis.periods import Period, PeriodKind, RegisterSpan, parse_period, reads_as_period
from tthc_analysis.rules.bodies import DEFAULT_KIND, Body, bodies, load_body
from tthc_analysis.rules.written import faults, read_toml

CONFIG_FILE = "config.toml"
AGENCY_ID = r"^[a-z0-9][a-z0-9-]*$"
#: a national agency code: H24.99, H29.259, G03.05.01, or of the older shape 000.17.22.H56
AGENCY_CODE = r"^([A-Z]\d{2}(\.\d{1,3}){0,3}|\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2})$"
PERIOD_ID = r"^[0-9A-Za-z][0-9A-Za-z-]*$"
#: folder and id of the synthetic sample; never those of a real agency
SAMPLE_ID = "mau"
#: folder of trials beside the published reports; no agency, no period is called so
TRIALS = "xem-thu"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _no_trials(value: str) -> str:
    """An id that is not the folder of trials."""
    if value.lower() == TRIALS:
        raise PydanticCustomError("reads_as_trials", "trials")
    return value


class AgencyCode(_Model):
    """A code of the agency, or of a predecessor, in dossier codes; `start` and `end` are its days, None without end."""

    code: str = Field(pattern=AGENCY_CODE)
    start: date | None = Field(default=None, alias="from")
    end: date | None = Field(default=None, alias="to")


class Agency(_Model):
    """The reporting agency as it is printed; `kind` is one of `rules/bodies.toml`, `signer_title` "" that kind's own.

    `code` stands in its dossiers' codes; `codes` are those of its predecessors, with their days. `contact` is whom a reader
    asks, an office and never a person: it is published. `above` is the id of the agency that rolls its figures up: what
    `parent` says when it is an id instead of a name.
    """

    id: str = Field(pattern=AGENCY_ID)
    name: str
    short: str
    code: str = Field(default="", pattern=f"^$|{AGENCY_CODE}")
    parent: str
    place: str
    receiver: str
    kind: str = DEFAULT_KIND
    signer_title: str = ""
    contact: str = ""
    codes: tuple[AgencyCode, ...] = ()
    above: str = ""

    @field_validator("id")
    @classmethod
    def _is_no_period(cls, value: str) -> str:
        if reads_as_period(value):
            raise PydanticCustomError("reads_as_period", "period")
        return _no_trials(value)

    @field_validator("kind")
    @classmethod
    def _is_known(cls, value: str) -> str:
        if value not in bodies():
            raise PydanticCustomError("literal_error", "kind", {"expected": ", ".join(bodies())})
        return value

    @property
    def own_codes(self) -> tuple[AgencyCode, ...]:
        """Every code that its dossiers may carry: its own, and those of `codes` in their days; none when not known."""
        return (*((AgencyCode(code=self.code),) if self.code else ()), *self.codes)

    @property
    def names(self) -> tuple[str, ...]:
        """What a register of documents may call it: its name, long and short, its abbreviation, words of its kind."""
        whole, brief = "Ủy ban nhân dân", "UBND"
        told = (self.name, self.name.replace(whole, brief), self.name.replace(brief, whole), self.short)
        return tuple(dict.fromkeys((*told, *self.body.names)))

    @property
    def body(self) -> Body:
        """The kind of body with its words."""
        return load_body(self.kind)

    @property
    def signer(self) -> str:
        """The title of who signs."""
        return self.signer_title or self.body.signer_title

    @property
    def odd_sign(self) -> str:
        """What is odd of the sign in its numbers (Số: …/BC-…): letters that its name does not begin its words with; "" if nothing.

        A configuration made from another agency's often keeps that one's sign.
        """
        initials = iter(word[0] for word in re.findall(r"\w+", _bare(self.name)))
        if all(letter in initials for letter in re.sub(r"\W", "", _bare(self.short))):
            return ""
        return f"ký hiệu “{self.short}” (short trong config.toml) không phải chữ đầu của “{self.name}”: kiểm tra dòng Số của văn bản."


def _bare(text: str) -> str:
    """Capitals without marks: Ủ as U, Đ as D."""
    plain = unicodedata.normalize("NFD", text.upper()).replace("Đ", "D")
    return "".join(c for c in plain if not unicodedata.combining(c))


class MemberAgency(Agency):
    """Another agency whose reports are made in the same run; its exports are in a folder of its own.

    `start` and `end` are the days from and to which it exists, None without end.
    """

    raw: str = ""
    start: date | None = Field(default=None, alias="from")
    end: date | None = Field(default=None, alias="to")


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
    """The Word document: the analyst's own template ("" is the project's), the folder of the prose blocks, from the root.

    `rollup` is the template of the report of an agency that rolls up others, whose figures are others.

    Lists of `annex_from` rows and more stand in an annex instead of the text; 0 is never.
    `letter` is the office's own template of a letter of apology; "" is the package's.
    """

    template: str = ""
    rollup: str = ""
    letter: str = ""
    prose: str = "noi-dung"
    annex_from: int = Field(default=0, ge=0)


class Publish(_Model):
    """What is made public: procedures with fewer than `least` dossiers are one row of the page and its CSV; 0 is off.

    With `source` the pages show the code of their notebooks.
    """

    least: int = Field(default=0, ge=0)
    source: bool = False


class OwnSpan(_Model):
    """The days over which one register is counted in a custom period."""

    table: str
    start: date = Field(alias="from")
    end: date = Field(alias="to")
    reason: str = Field(min_length=1)

    @field_validator("table")
    @classmethod
    def _is_a_dated_register(cls, value: str) -> str:
        known = [t.name for t in TABLES.values() if t.event and t is not DOSSIERS]
        if value not in known:
            raise PydanticCustomError("literal_error", "table", {"expected": ", ".join(known)})
        return value


class CustomPeriod(_Model):
    """A span that some authority asked for instead of the statutory one."""

    id: str = Field(pattern=PERIOD_ID)
    label: str
    start: date = Field(alias="from")
    end: date = Field(alias="to")
    basis: str
    reason: str
    previous: str = ""
    registers: tuple[OwnSpan, ...] = ()

    @field_validator("id")
    @classmethod
    def _is_no_folder_of_trials(cls, value: str) -> str:
        return _no_trials(value)

    def to_period(self) -> Period:
        """The period value of this entry."""
        spans = tuple(RegisterSpan(s.table, s.start, s.end, s.reason) for s in self.registers)
        return Period(
            self.id, self.label, "custom", self.start, self.end, self.basis, self.reason, self.previous, spans
        )


class Config(_Model):
    """The whole of `config.toml`; `root` is the folder that holds it, `without` numbers or slugs of sections left out.

    `raw_at` is where the exports are read instead of `data.raw`, which stays the folder's name in words: for a copy of a project.
    """

    root: Path
    raw_at: Path | None = None
    agency: Agency
    data: Folders = Folders()
    document: Document = Document()
    publish: Publish = Publish()
    rule_set: str = "so-2024"
    title: str = "Tình hình, kết quả kiểm soát thủ tục hành chính"
    periods: tuple[CustomPeriod, ...] = ()
    agencies: tuple[MemberAgency, ...] = ()
    schedule: Schedule = Schedule()
    without: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _parents(cls, data: Any) -> Any:
        return with_parents(data) if isinstance(data, dict) else data

    @property
    def rolls_up(self) -> bool:
        """Whether the agency's report is made of the figures of others, which name it as their parent."""
        return any(a.above == self.agency.id for a in self.agencies)

    @property
    def members(self) -> tuple[MemberAgency, ...]:
        """The agencies whose figures this one rolls up: all below it that roll up no others, in the order of the file."""
        parents = {a.id: a.above for a in self.agencies}
        uppers = set(parents.values())
        return tuple(a for a in self.agencies if a.id not in uppers and self.agency.id in _line(a.id, parents))

    @property
    def other_codes(self) -> tuple[str, ...]:
        """The codes of the other agencies of the project: a dossier may pass from one to another."""
        return tuple(c.code for a in self.agencies if a.id != self.agency.id for c in a.own_codes)

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
        data = self.data.model_copy(update=own)
        return self.model_copy(update={"agency": member, "data": data, "raw_at": None})

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
        return self.raw_at or self.root / self.data.raw

    @property
    def processed(self) -> Path:
        """Folder of the processed tables: one for each agency, so that the sample never mixes with real data."""
        return self.root / self.processed_name

    @property
    def processed_name(self) -> str:
        """The processed folder relative to the root, as notebooks are given it."""
        return f"{self.data.processed}/{self.agency.id}"

    @property
    def letter(self) -> Path | None:
        """The office's own template of a letter of apology; None is the package's."""
        return self.root / self.document.letter if self.document.letter else None

    @property
    def template(self) -> Path | None:
        """The analyst's own template of the Word document; None is the project's."""
        own = self.document.rollup if self.rolls_up else self.document.template
        return self.root / own if own else None

    @property
    def prose(self) -> Path:
        """Folder of the analyst's texts for the Word document, one folder in it for each period."""
        return self.root / self.prose_name

    @property
    def prose_name(self) -> str:
        """`prose` relative to the root: one of `agencies` has a folder of its own, the main agency that of the project."""
        own = f"/{self.agency.id}" if isinstance(self.agency, MemberAgency) else ""
        return self.document.prose + own

    @property
    def prose_of_main(self) -> Path | None:
        """Where one of `agencies` had its texts before it had a folder of its own; None for the main agency."""
        return self.root / self.document.prose if isinstance(self.agency, MemberAgency) else None

    @property
    def notebooks(self) -> Path:
        """Folder of the section notebooks: the project's own, else those that come with the program.

        Raises ConfigError where the file names a folder that is not there.
        """
        own = self.root / self.data.notebooks
        if "notebooks" in self.data.model_fields_set and not own.is_dir():
            what = f"Không có thư mục sổ tay “{self.data.notebooks}”."
            raise ConfigError(
                what, "config.toml, [data] notebooks", "Sửa đường dẫn, hoặc bỏ mục này để dùng sổ tay của chương trình."
            )
        return own if own.is_dir() else shipped_notebooks()

    @property
    def reports(self) -> Path:
        """Folder of the published reports."""
        return self.root / self.data.reports

    @property
    def trials(self) -> Path:
        """Folder of the trials, of some sections each: where people look, and apart from what is published."""
        return self.reports / TRIALS

    @property
    def all_reports(self) -> tuple[Path, ...]:
        """The folders of the published reports of every agency, its own first."""
        return tuple(self.for_agency(a.id).reports for a in (self.agency, *self.agencies))


def with_parents(data: dict[str, Any]) -> dict[str, Any]:
    """`data` of config.toml with each `parent` that is an agency's id replaced by its name, and the id kept as `above`.

    Such an agency has the parent's place and reports to it unless it says otherwise.
    """
    members = data.get("agencies")
    if not isinstance(members, list | tuple) or not all(isinstance(m, dict) for m in members):
        return data
    known = {m.get("id"): m for m in (data.get("agency"), *members) if isinstance(m, dict)}
    return {**data, "agencies": [_with_parent(m, known) for m in members]}


def _with_parent(member: dict[str, Any], known: Mapping[Any, dict[str, Any]]) -> dict[str, Any]:
    upper = known.get(member.get("parent"))
    if upper is None:
        return {"place": "", "receiver": "", **member} if _is_id(str(member.get("parent", ""))) else member
    line, place = [upper], upper.get("place")
    while place is None and (upper := known.get(line[-1].get("parent"))) and upper not in line:
        line.append(upper)
        place = upper.get("place")
    own = {"place": place or "", "receiver": line[0].get("name")}
    return {**own, **member, "parent": line[0].get("name"), "above": line[0].get("id")}


def _line(agency_id: str, parents: Mapping[str, str]) -> list[str]:
    """The ids above an agency, nearest first; stops where they come back."""
    found: list[str] = []
    above = parents.get(agency_id, "")
    while above and above not in found:
        found.append(above)
        above = parents.get(above, "")
    return found


def shipped_notebooks() -> Path:
    """The notebooks that come with the program: inside an installed package, beside it in a checkout."""
    package = Path(str(files("tthc_analysis")))
    inside = package / "notebooks"
    return inside if inside.is_dir() else package.parent / "notebooks"


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
    if not path.is_file():
        raise ConfigError("Không tìm thấy config.toml.", str(path), "Tạo tệp bằng `tthc init`.")
    data = read_toml(path, CONFIG_FILE)
    try:
        config = Config.model_validate({**{k: v for k, v in data.items() if k not in _NOT_WRITTEN}, "root": folder})
    except ValidationError as error:
        raise ConfigError(f"config.toml: {faults(error, set(_names(Config)))}.", str(path), _NOW) from None
    if wrong := [name for name in _NOT_WRITTEN if name in data]:
        raise ConfigError(f"config.toml: không có mục “{wrong[0]}”.", str(path), _NOW)
    _each_once(config, str(path))
    _require_periods(config)
    return config


def _names(model: type[BaseModel]) -> Iterator[str]:
    """Every name that an entry of the file can have, as it is written."""
    for name, entry in model.model_fields.items():
        yield entry.alias or name
        for part in (entry.annotation, *get_args(entry.annotation)):
            if isinstance(part, type) and issubclass(part, BaseModel):
                yield from _names(part)


def _require_periods(config: Config) -> None:
    """Raise ConfigError, naming the entry, for a custom period that contradicts itself or follows one that there is not."""
    for number, one in enumerate(config.periods, 1):
        try:
            one.to_period()
            if one.previous:
                config.period(one.previous)
        except UnknownPeriod:
            what, now = f"Kỳ {one.id} nối tiếp kỳ “{one.previous}”, kỳ ấy không hiểu được.", "Sửa hoặc bỏ previous."
            raise ConfigError(what, f"config.toml, [[periods]] thứ {number}", now) from None


#: fields of the configuration that no file says
_NOT_WRITTEN = ("root", "raw_at")
_NOW = "Sửa mục đã nêu; giải thích từng mục: docs/cau-hinh.md."


def _each_once(config: Config, place: str) -> None:
    """Reports of periods and of agencies lie side by side: no id may be given twice, in any case of letters."""
    periods = [p.id.lower() for p in config.periods]
    agencies = [config.agency.id, *(a.id for a in config.agencies)]
    folders = [
        config.data.raw.rstrip("/").lower(),
        *((a.raw or f"data/raw/{a.id}").rstrip("/").lower() for a in config.agencies),
    ]
    faults = (
        ("Hai kỳ riêng cùng mã", _twice(periods), "Đổi id của một kỳ."),
        ("Hai đơn vị cùng mã", _twice(agencies), "Đổi id của một đơn vị."),
        ("Mã đơn vị trùng mã kỳ", sorted({*periods} & {*agencies}), "Đổi id của đơn vị hoặc của kỳ."),
        ("Hai đơn vị cùng thư mục dữ liệu", _twice(folders), "Đặt raw khác nhau."),
    )
    for fault, where, now in (*faults, *_faults_of_the_tree(config)):
        if where:
            raise ConfigError(f"{fault}: {', '.join(where)}.", place, now)


def _faults_of_the_tree(config: Config) -> Iterator[tuple[str, list[str], str]]:
    """Agencies above themselves, and parents that look like an id of none."""
    parents = {a.id: a.above for a in config.agencies}
    ids = [config.agency.id, *parents]
    yield "Đơn vị là cấp trên của chính mình", [a for a in parents if a in _line(a, parents)], "Sửa parent."
    lost = [a for a in config.agencies if (a.above not in ids and a.above) or (not a.above and _is_id(a.parent))]
    now = suggestion(lost[0].above or lost[0].parent, ids) if lost else ""
    yield "Không có đơn vị cấp trên mà parent nêu của đơn vị", [a.id for a in lost], now


def _is_id(parent: str) -> bool:
    """Whether a parent is written as ids are (a dash, no space, no capital letter), which no name of an office is."""
    return "-" in parent and bool(re.fullmatch(AGENCY_ID, parent))


def _twice(names: Sequence[str]) -> list[str]:
    return sorted({n for n in names if names.count(n) > 1})
