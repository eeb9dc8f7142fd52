"""The law clock: the legal texts that the program cites, each resolved for a day (`laws.toml`).

A text is cited neither before its first day nor, without a word, after its last. What is not known (a day, a clause that was
not read) stays unknown and is said in the citation. A project adds its own texts in the same form (`own.LAWS`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tthc_analysis.errors import ConfigError, UnknownRule
from tthc_analysis.rules import own
from tthc_analysis.rules.shipped import shipped
from tthc_analysis.rules.written import faults, read_toml

#: V read at the source, S secondary source, K general knowledge, U not found
Mark = Literal["V", "S", "K", "U"]
#: `before` its first day; `in_force`; `perhaps_ended`: a later text may have taken its place; `ended`
State = Literal["before", "in_force", "perhaps_ended", "ended"]

UNREAD = "chưa kiểm điều khoản"
_SHORT = {"Nghị định": "NĐ", "Thông tư": "TT", "Quyết định": "QĐ", "Nghị quyết": "NQ", "Luật": "Luật"}
_REFERENCE = re.compile(r"\{(?P<id>[A-Z][\w.-]*)(?::(?P<style>short|dated|full|amended))?(?:\|(?P<place>[^{}]*))?\}")


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Succession(_Model):
    """What took a text's place: `start` is the first day without the old text, None when it is not known.

    Only the mark V says that the clause was read; `same_matter`: the new text holds what the program cites the old one for.
    """

    by: str
    how: Literal["replaced", "repealed"]
    start: date | None = Field(default=None, alias="from")
    clause: str = ""
    same_matter: bool = False
    source: str
    mark: Mark

    @property
    def is_read(self) -> bool:
        """Whether the clause that ends the old text was read."""
        return self.mark == "V"


class Law(_Model):
    """One legal text; `in_force` None: the day is not known. `governs`: the part of the program that follows this text."""

    id: str = Field(pattern=r"^[A-Z][\w.-]*$")
    kind: str
    number: str
    title: str
    issued: date
    in_force: date | None = None
    in_force_mark: Mark | None = None
    last_day: date | None = None
    amended_by: tuple[str, ...] = ()
    successions: tuple[Succession, ...] = ()
    governs: str = ""
    source: str
    checked: date
    mark: Mark

    @property
    def first_day(self) -> date:
        """The first day on which the text may be cited: when it came into force, else (not known) when it was issued."""
        return self.in_force or self.issued

    @property
    def name(self) -> str:
        """Kind and number as cited in a line: "Nghị định 63/2010/NĐ-CP"; a law by its own name."""
        return f"{self.title} {self.number}" if self.kind == "Luật" else f"{self.kind} {self.number}"

    def styled(self, style: str) -> str:
        """The name as `short` "NĐ 92/2017", `dated` with its day of issue, `full` with "số" and the day, else plain."""
        day = f"ngày {self.issued:%d/%m/%Y}"
        styles = {
            "short": f"{_SHORT.get(self.kind, self.kind)} {re.sub(r'(?<=/[0-9]{4})/.*', '', self.number)}",
            "dated": f"{self.name} {day}",
            "full": f"{self.kind} số {self.number} {day}",
        }
        return styles.get(style, self.name)


@dataclass(frozen=True)
class Citation:
    """A text as it may be cited on a day: `law` is the one asked for, `cited` the one whose name is printed (None: none).

    `text` is ready to print; `notice` says in a sentence what a reader must know of it, "" when nothing.
    """

    law: Law
    day: date
    state: State
    cited: Law | None
    text: str
    notice: str = ""


class Laws:
    """A registry of legal texts by id."""

    def __init__(self, texts: Iterable[Law]) -> None:
        self.texts: Mapping[str, Law] = {law.id: law for law in texts}

    def __iter__(self) -> Iterator[Law]:
        return iter(self.texts.values())

    def __getitem__(self, law_id: str) -> Law:
        """The text of this id; raises UnknownRule with the nearest ids."""
        try:
            return self.texts[law_id]
        except KeyError:
            raise UnknownRule("văn bản", law_id, self.texts) from None

    def by_number(self, number: str, issued: date | None = None) -> Law | None:
        """The text of this number (a leading 0 does not matter); several of one number: the one issued on `issued`."""
        found = [law for law in self if _bare(law.number) == _bare(number)]
        dated = [law for law in found if law.issued == issued]
        return next(iter(dated or found), None)

    def cite(self, law_id: str, day: date, style: str = "", place: str = "") -> Citation:
        """The text `law_id` as it may be cited on `day`: itself, the one that holds its matter then, or with a word.

        `place` (", Điều 12") is printed after the name of this very text only: another one has other articles.
        """
        law = self[law_id]
        if day < law.first_day:
            return self._before(law, day, style)
        holder = self._holder(law, day)
        at = place if holder is law else ""
        if self._state(holder, day) != "in_force":
            return self._ended(law, holder, day, holder.styled(style) + at)
        return Citation(law, day, "in_force", holder, self._styled(holder, day, style) + at)

    def text(self, template: str, day: date) -> str:
        """`template` with every {ID}, {ID:style} or {ID|, Điều 12} as it may be cited on `day`; raises UnknownRule.

        Styles: `short`, `dated`, `full` (see `Law.styled`) and `amended`, which names the amending texts in force.
        """
        return _REFERENCE.sub(lambda m: self.cite(m["id"], day, m["style"] or "", m["place"] or "").text, template)

    def notices(self, day: date) -> tuple[str, ...]:
        """What a report whose last day is `day` must say of the texts that the program's forms and rules follow."""
        found = (self.cite(law.id, day).notice for law in self if law.governs)
        return tuple(notice for notice in found if notice)

    def current(self, law: Law, day: date) -> Law | None:
        """The text at the end of the chain of successions of `law` on `day`, itself when it is in force; None: not known.

        Never a text that has itself ended or may have.
        """
        last = self._last(law, day)
        return last if self._state(last, day) == "in_force" and last.first_day <= day else None

    def _state(self, law: Law, day: date) -> State:
        if day < law.first_day:
            return "before"
        if law.last_day and day > law.last_day:
            return "ended"
        step = self._step(law, day)
        if step is None:
            return "in_force"
        return "perhaps_ended" if step.mark == "U" or self._start(step) is None else "ended"

    def _start(self, step: Succession) -> date | None:
        """The first day of the successor in place of the old text; None when it is not known."""
        return step.start or self[step.by].in_force

    def _step(self, law: Law, day: date) -> Succession | None:
        """The succession that has happened by `day`; one of unknown day counts from the day its text was issued."""
        done = [s for s in law.successions if (self._start(s) or self[s.by].issued) <= day]
        return done[-1] if done else None

    def _holder(self, law: Law, day: date) -> Law:
        """Along the successions that were read and hold the same matter."""
        step = self._step(law, day)
        return self._holder(self[step.by], day) if step and step.is_read and step.same_matter else law

    def _last(self, law: Law, day: date) -> Law:
        step = self._step(law, day)
        return self._last(self[step.by], day) if step else law

    def _styled(self, law: Law, day: date, style: str) -> str:
        if style != "amended":
            return law.styled(style)
        amending = [self[one].styled("short") for one in law.amended_by if self[one].first_day <= day]
        return f"{law.name} (sửa đổi bởi {', '.join(amending)})" if amending else law.name

    def _before(self, law: Law, day: date, style: str) -> Citation:
        """Before its first day the text whose matter it took over is cited, else none."""
        for old in self:
            if any(s.by == law.id and s.is_read and s.same_matter for s in old.successions) and old.first_day <= day:
                return self.cite(old.id, day, style)
        text = f"văn bản có hiệu lực sau ngày {day:%d/%m/%Y}, căn cứ tại ngày đó chưa rõ"
        notice = f"{_capital(law.governs)} trong báo cáo này theo văn bản có hiệu lực sau ngày {day:%d/%m/%Y}; căn cứ tại ngày đó chưa rõ."
        return Citation(law, day, "before", None, text, notice if law.governs else "")

    def _ended(self, asked: Law, law: Law, day: date, name: str) -> Citation:
        """A text past its last day, or perhaps: its name with what took its place, and what the program still follows."""
        step, state = self._step(law, day), self._state(law, day)
        if step is None:
            what = f"hết hiệu lực sau ngày {law.last_day:%d/%m/%Y}"
        else:
            what = self._words(step, self._last(self[step.by], day), state)
        governs = asked.governs or law.governs
        notice = (
            f"{_capital(governs)} trong báo cáo này theo {law.name}, {what}; nội dung của văn bản mới chưa có trong chương trình."
            if governs
            else ""
        )
        return Citation(asked, day, state, law, f"{name}, {what}", notice)

    def _words(self, step: Succession, last: Law, state: State) -> str:
        start = self._start(step)
        since = f" từ ngày {start:%d/%m/%Y}" if start else ""
        verb = "được thay thế bởi" if step.how == "replaced" else "bị bãi bỏ bởi"
        if step.is_read:
            clause = f" ({step.clause})" if step.clause else ""
            return f"{verb} {last.name}{since}{clause}"
        doubts = UNREAD if start else f"{UNREAD}, chưa rõ từ ngày nào"
        return f"{'có thể ' if step.mark == 'U' else ''}{verb} {last.name}{since} ({doubts})"


def _bare(number: str) -> str:
    return number.lstrip("0").casefold()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


@cache
def laws() -> Laws:
    """The texts that the package ships."""
    return _checked(_read(shipped("laws.toml"), "rules/laws.toml"), "rules/laws.toml")


def project_laws(root: Path) -> Laws:
    """The shipped texts with those of the project's own `quy-dinh/van-ban.toml`; raises ConfigError with the place."""
    path = root / own.LAWS
    if not path.is_file():
        return laws()
    added = _read(read_toml(path, "Sổ văn bản", own.LAWS), own.LAWS)
    twice = sorted({law.id for law in added} & set(laws().texts))
    if twice:
        raise ConfigError(f"Văn bản {', '.join(twice)} đã có sẵn trong chương trình.", own.LAWS, "Đặt id khác.")
    return _checked([*laws(), *added], own.LAWS)


def _read(data: Mapping[str, Any], place: str) -> list[Law]:
    found = []
    for number, one in enumerate(data.get("laws", ()), 1):
        try:
            found.append(Law.model_validate(one))
        except ValidationError as error:
            name = one.get("id", f"thứ {number}") if isinstance(one, dict) else f"thứ {number}"
            raise ConfigError(f"Văn bản {name}: {faults(error)}.", place, "Sửa mục đã nêu.") from None
    return found


def _checked(texts: list[Law], place: str) -> Laws:
    """Ids once each, every named text there, no chain that ends in itself, days in order."""
    ids = [law.id for law in texts]
    found = Laws(texts)
    named = {one for law in texts for one in (*law.amended_by, *(s.by for s in law.successions))}
    faults = {
        "hai mục cùng id": sorted({i for i in ids if ids.count(i) > 1}),
        "không có trong sổ": sorted(named - set(ids)),
        "có hiệu lực trước ngày ban hành": [law.id for law in texts if law.first_day < law.issued],
        "hết hiệu lực trước ngày có hiệu lực": [law.id for law in texts if (law.last_day or date.max) < law.first_day],
    }
    for fault, where in faults.items():
        if where:
            raise ConfigError(f"Văn bản {', '.join(where)}: {fault}.", place, "Sửa mục đã nêu.")
    for law in texts:
        _follow(found, law, place)
    return found


def _follow(found: Laws, law: Law, place: str, seen: tuple[str, ...] = ()) -> None:
    if law.id in seen:
        raise ConfigError(f"Văn bản {law.id} được thay thế bởi chính nó.", place, "Sửa các mục thay thế.")
    for step in law.successions:
        _follow(found, found[step.by], place, (*seen, law.id))


def cite(law_id: str, day: date, style: str = "", place: str = "") -> Citation:
    """The shipped text `law_id` as it may be cited on `day`."""
    return laws().cite(law_id, day, style, place)


def cited_text(template: str, day: date) -> str:
    """`template` with its {ID}s resolved for `day` from the shipped texts."""
    return laws().text(template, day)
