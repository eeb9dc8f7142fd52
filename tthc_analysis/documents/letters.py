"""Letters of apology and re-appointment as Word documents from the office's template, one per late dossier.

The name of the applicant is not known here and is left blank to fill in, as is every reason and day that no register states.
Same input, same bytes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime, time
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2.exceptions import SecurityError, TemplateError

from tthc_analysis.config import Agency
from tthc_analysis.display.formats import date_short
from tthc_analysis.documents import wordml
from tthc_analysis.documents.word import TO_DO, TemplateMistake, environment, normalised, open_template

TEMPLATE = Path(str(files("tthc_analysis.documents") / "templates" / "thu-xin-loi.docx"))
BLANK = "…………………"
#: stands for a text that is not known to be in force on the letter's day, in the colour of what is left to the clerk
TO_CHECK = "[căn cứ: kiểm tra lại]"
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
    """The names that a template may use; `basis` is the text in force that the letter rests on, "" for the clerk to check."""
    return {
        "co_quan": agency.name,
        "co_quan_cap_tren": agency.parent,
        "viet_tat": agency.short,
        "dia_danh": agency.place,
        "thay_mat": agency.body.on_behalf,
        "chuc_danh_ky": agency.signer,
        "nam": str(on.year),
        "can_cu": basis or TO_CHECK,
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
    _colour(template.docx.element.body)
    _properties(template.docx.core_properties, said, on)
    out = io.BytesIO()
    template.save(out)
    return normalised(out.getvalue())


def _colour(body: Any) -> None:
    """Put every sign to the clerk into a run of its own, coloured, with the other properties of the run around it."""
    from docx.shared import RGBColor
    from docx.text.run import Run

    for element in [r for r in body.xpath(".//w:r") if TO_CHECK in Run(r, None).text]:
        pieces = re.split(f"({re.escape(TO_CHECK)})", Run(element, None).text)
        for piece in filter(None, pieces):
            run = Run(deepcopy(element), None)
            run.text = piece
            if piece == TO_CHECK:
                run.font.color.rgb = RGBColor.from_string(TO_DO)
            element.addprevious(run._element)
        element.getparent().remove(element)


def _properties(properties: Any, said: Mapping[str, str], on: date) -> None:
    properties.title = wordml.clean(f"Thư xin lỗi, hẹn lại ngày trả – {said['ma_ho_so']}")
    properties.author = properties.last_modified_by = wordml.clean(said["co_quan"])
    properties.created = properties.modified = datetime.combine(on, time())
    properties.revision = 1
