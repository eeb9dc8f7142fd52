"""A new project: what `tthc init` asks, how each answer is checked, and what is written."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tthc_analysis.columns import TABLES
from tthc_analysis.config import AGENCY_CODE, AGENCY_ID, CONFIG_FILE, SAMPLE_ID, TRIALS, Config, load_config
from tthc_analysis.errors import ConfigError, suggestion
from tthc_analysis.periods import reads_as_period
from tthc_analysis.rules import load_counting_rules, rule_set_ids
from tthc_analysis.rules.bodies import DEFAULT_KIND, bodies, load_body
from tthc_analysis.rules.counting import DEFAULT_RULE_SET

Answers = Mapping[str, str]
_LONGEST = 200


@dataclass(frozen=True)
class Question:
    """One question: its option, its words, what an empty answer means (given the answers so far), how it is checked.

    `choices` are shown before it is asked. `check` returns the answer as it is kept, and raises ConfigError that says what is wrong with it.
    """

    name: str
    text: str
    check: Callable[[str], str]
    default: Callable[[Answers], str] = lambda _: ""
    optional: bool = False
    choices: tuple[str, ...] = ()

    def answer(self, given: str, so_far: Answers) -> str:
        """The checked answer to `given`, or its default when it is empty; raises ConfigError."""
        value = " ".join(given.split()) or self.default(so_far)
        if not value and not self.optional:
            raise ConfigError(f"{self.text}: chưa có câu trả lời.", f"--{self.name}", "Nêu giá trị.")
        return self.check(value) if value else value


def _kind(value: str) -> str:
    if value not in bodies():
        raise ConfigError(f"Không có loại cơ quan “{value}”.", "--kind", suggestion(value, bodies()))
    return value


def _rule_set(value: str) -> str:
    load_counting_rules(value)
    return value


def _agency(value: str) -> str:
    if value == SAMPLE_ID:
        raise ConfigError(
            f"Mã “{SAMPLE_ID}” dành cho dữ liệu mẫu.",
            "--agency",
            "Chọn mã khác, để dữ liệu thật và dữ liệu mẫu không lẫn.",
        )
    if value == TRIALS:
        raise ConfigError(f"Mã “{TRIALS}” là thư mục của các bản xem thử.", "--agency", "Chọn mã khác.")
    if not re.fullmatch(AGENCY_ID, value):
        raise ConfigError(f"Mã đơn vị “{value}” không hợp lệ.", "--agency", "Chỉ dùng a–z, 0–9 và dấu gạch nối.")
    if reads_as_period(value):
        raise ConfigError(
            f"Mã đơn vị “{value}” giống mã kỳ báo cáo.", "--agency", "Chọn mã khác, để báo cáo không đè lên nhau."
        )
    return value


def _code(value: str) -> str:
    if not re.fullmatch(AGENCY_CODE, value):
        raise ConfigError(
            f"Mã định danh “{value}” không hợp lệ.", "--code",
            "Viết như trong mã hồ sơ, phần trước ngày: H24.99, H29.259, 000.17.22.H56; chưa biết thì để trống.",
        )  # fmt: skip
    return value


def _short(value: str) -> str:
    if not re.fullmatch(r"[\w&.-]+", value):
        raise ConfigError(f"Viết tắt “{value}” không hợp lệ.", "--short", "Một từ, ví dụ SGDĐT, UBND, BTP.")
    return value


def _text(value: str) -> str:
    if len(value) > _LONGEST or not any(c.isalpha() for c in value):
        raise ConfigError(f"“{value[:40]}” không phải tên.", "câu trả lời", "Viết tên như in trên báo cáo.")
    return value


#: a body that is named after its place says it itself; all others say their parent's
_PLACE = re.compile(
    r"\b(?P<unit>thành phố|tỉnh|quận|huyện|thị xã|thị trấn|phường|xã|đặc khu)\s+(?P<name>.+)$", re.IGNORECASE
)
#: places that are written in full: those with a number, and the one city that bears a person's name (Decree 30/2020, Annex I)
_IN_FULL = re.compile(r"\d+|Hồ Chí Minh", re.IGNORECASE)


def _place(answers: Answers) -> str:
    """The place out of the own name of a people's committee, else out of the parent's: "Sở Y tế" of "… tỉnh Thanh Hóa" → "Thanh Hóa"."""
    own = load_body(answers.get("kind") or DEFAULT_KIND).on_behalf
    match = _PLACE.search(answers.get("name" if own else "parent", ""))
    if not match:
        return ""
    name = match["name"]
    return f"{match['unit'].capitalize()} {name}" if _IN_FULL.fullmatch(name) else name


QUESTIONS = (
    Question(
        "kind",
        "Loại cơ quan",
        _kind,
        lambda _: DEFAULT_KIND,
        choices=tuple(f"{b.id}: {b.label}" for b in bodies().values()),
    ),
    Question("name", "Tên đơn vị, như in trên báo cáo", _text),
    Question("agency", "Mã ngắn của đơn vị (chữ thường, không dấu, ví dụ sgddt-hp), dùng làm tên thư mục", _agency),
    Question("code", "Mã định danh của đơn vị trong mã hồ sơ (ví dụ H24.99)", _code, optional=True),
    Question("parent", "Cơ quan cấp trên, ví dụ Ủy ban nhân dân thành phố Hải Phòng", _text),
    Question("place", "Địa danh, ví dụ Hải Phòng", _text, _place),
    Question("short", "Viết tắt trong số văn bản, ví dụ SGDĐT", _short),
    Question("signer", "Chức danh người ký", _text, lambda a: load_body(a.get("kind") or DEFAULT_KIND).signer_title),
    Question(
        "rule-set",
        "Bộ quy tắc đếm",
        _rule_set,
        lambda _: DEFAULT_RULE_SET,
        choices=tuple(f"{name}: {load_counting_rules(name).source}" for name in rule_set_ids()),
    ),
)

_NEW_CONFIG = """\
# Cấu hình báo cáo của đơn vị; giải thích từng mục: docs/cau-hinh.md
title = "Tình hình, kết quả kiểm soát thủ tục hành chính"
rule_set = {rule_set}
# Mục không lập trong báo cáo của đơn vị, theo số mục (bỏ dấu # và sửa):
# without = ["II.8"]

[agency]
id = {agency}
kind = {kind}
name = {name}
short = {short}
code = {code}
parent = {parent}
place = {place}
receiver = {parent}
signer_title = {signer}

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


def refuse_second(folder: Path, force: bool) -> None:
    """A configuration of a real agency is replaced only with `force`; raises ConfigError that explains [[agencies]]."""
    path = folder / CONFIG_FILE
    if not path.is_file() or force or load_config(folder).data.sample:
        return
    raise ConfigError(
        "config.toml đã có cấu hình của một đơn vị.", str(path),
        "Thêm đơn vị thứ hai: ghi một mục [[agencies]] (id, name, short, parent, place, receiver, kind) vào config.toml, rồi "
        "chạy tthc report KỲ --agency MÃ. Thay hẳn đơn vị: thêm --force (bản cũ được giữ lại).",
    )  # fmt: skip


def require_all(answers: Answers) -> None:
    """Raise ConfigError that names every question without an answer or a default at once, as options to paste."""
    open_ones = [q for q in QUESTIONS if not (answers.get(q.name) or q.optional or q.default(answers))]
    if len(open_ones) > 1:
        raise ConfigError(
            f"Còn {len(open_ones)} câu chưa có câu trả lời: {'; '.join(q.text for q in open_ones)}.",
            ", ".join(f"--{q.name}" for q in open_ones),
            f"Thêm vào lệnh: {' '.join(f'--{q.name} …' for q in open_ones)}; hoặc chạy `tthc init` trong cửa sổ lệnh để được hỏi.",
        )


def init_project(folder: Path, answers: Answers, force: bool = False) -> tuple[Path | None, str]:
    """Write `config.toml` from the answers to `QUESTIONS` and make the raw folders; returns (old file kept aside, raw folder).

    The sample's configuration is set aside without asking; another one only with `force`. Raises ConfigError.
    """
    require_all(answers)
    checked: dict[str, str] = {}
    for question in QUESTIONS:
        checked[question.name] = question.answer(answers.get(question.name, ""), checked)
    refuse_second(folder, force)
    path = folder / CONFIG_FILE
    kept = _set_aside(path) if path.is_file() else None
    quoted = {key.replace("-", "_"): json.dumps(text, ensure_ascii=False) for key, text in checked.items()}
    path.write_text(_NEW_CONFIG.format(**quoted, folder=checked["agency"]), encoding="utf-8")
    config = load_config(folder)
    for table in TABLES:
        (config.raw / table).mkdir(parents=True, exist_ok=True)
    return kept, config.data.raw


def own_notebooks(config: Config) -> bool:
    """Copy the notebooks of the program into the project where it has none of its own; whether that was done.

    What a person writes or edits belongs to the project, never to the installed program.
    """
    own = config.root / config.data.notebooks
    if own.is_dir():
        return False
    shutil.copytree(config.notebooks, own, ignore=shutil.ignore_patterns(".*"))
    return True


def _set_aside(path: Path) -> Path:
    number = next(n for n in range(1, 1000) if not path.with_name(f"config.cu-{n}.toml").exists())
    return path.rename(path.with_name(f"config.cu-{number}.toml"))
