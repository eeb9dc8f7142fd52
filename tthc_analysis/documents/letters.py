"""Letters of apology and re-appointment as Word documents from the office's template, one per late dossier.

The name of the applicant is not known here and is left blank to fill in, as is every reason and day that no register states.
Same input, same bytes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2.exceptions import SecurityError, TemplateError

from tthc_analysis.config import Agency
from tthc_analysis.display.formats import date_short
from tthc_analysis.documents import wordml
from tthc_analysis.documents.word import TemplateMistake, environment, normalised, open_template

TEMPLATE = Path(str(files("tthc_analysis.documents") / "templates" / "thu-xin-loi.docx"))
BLANK = "…………………"
_ADVICE = "Sửa thẻ trong mẫu; các tên dùng được ở docs/bao-cao-word.md."
_UNSAFE = re.compile(r"[^0-9A-Za-z.-]")


@dataclass(frozen=True)
class Letter:
    """What a letter says of one dossier; "" and None are left blank."""

    code: str
    procedure: str
    unit: str
    received: date | None
    due: date | None
    days_late: int | None
    cause: str = ""
    new_due: date | None = None

    @property
    def file_name(self) -> str:
        """A name that any file system takes."""
        return f"thu-xin-loi-{_UNSAFE.sub('_', self.code)}.docx"


def words(letter: Letter, agency: Agency, on: date, basis: str) -> dict[str, str]:
    """The names that a template may use; `basis` is the text that the letter rests on, as cited on the day."""
    return {
        "co_quan": agency.name,
        "co_quan_cap_tren": agency.parent,
        "viet_tat": agency.short,
        "dia_danh": agency.place,
        "chuc_danh_ky": agency.signer,
        "nam": str(on.year),
        "can_cu": basis,
        "ma_ho_so": letter.code,
        "thu_tuc": letter.procedure or BLANK,
        "don_vi_xu_ly": letter.unit or BLANK,
        "ngay_tiep_nhan": _day(letter.received),
        "ngay_hen_tra": _day(letter.due),
        "so_ngay_qua_han": BLANK if letter.days_late is None else str(letter.days_late),
        "nguyen_nhan": letter.cause or BLANK,
        "ngay_hen_moi": _day(letter.new_due),
        "nguoi_nop": BLANK,
    }


def _day(day: date | None) -> str:
    return date_short(day) if day else BLANK


def write(path: Path, said: Mapping[str, str], on: date) -> bytes:
    """One letter from the template at `path`; raises TemplateMistake."""
    template = open_template(path)
    try:
        template.render(dict(said), environment())
    except (TemplateError, SecurityError) as error:
        raise TemplateMistake(f"Mẫu thư xin lỗi có lỗi: {error}.", path.name, _ADVICE) from None
    _properties(template.docx.core_properties, said, on)
    out = io.BytesIO()
    template.save(out)
    return normalised(out.getvalue())


def _properties(properties: Any, said: Mapping[str, str], on: date) -> None:
    properties.title = wordml.clean(f"Thư xin lỗi, hẹn lại ngày trả – {said['ma_ho_so']}")
    properties.author = properties.last_modified_by = wordml.clean(said["co_quan"])
    properties.created = properties.modified = datetime.combine(on, time())
    properties.revision = 1
