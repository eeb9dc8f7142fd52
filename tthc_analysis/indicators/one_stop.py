"""Section II.7: the one-stop mechanism, and claims that are bound to counts.

What may be said of outstanding and overdue dossiers follows from the counts: a claim carries the figures that decide it,
prints its other wording when they contradict it, and cannot be demanded when it does not hold.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from tthc_analysis.columns import DOSSIER_CODE, DOSSIERS, PROCEDURES
from tthc_analysis.errors import TthcError, suggestion
from tthc_analysis.indicators import _counting as c
from tthc_analysis.indicators import _registers, catalogue, dossiers, online
from tthc_analysis.indicators._counting import live_of
from tthc_analysis.indicators._indicator import Indicator
from tthc_analysis.indicators._open import OpenReport
from tthc_analysis.indicators.definition import Block, Count, Covered, Fact, Measure, Rate, Relation, Stated
from tthc_analysis.indicators.evaluate import evaluate

SECTION = "II.7"
_REFERENCE = "{ND-61-2018:amended}"


class ClaimDoesNotHold(TthcError):
    """A sentence was demanded that the counts contradict, or that no data supports."""

    exit_code = 3


#: how a sentence begins that no count can hold or deny
NO_CLAIM = "Chưa có dữ liệu để kết luận: "


@dataclass(frozen=True)
class Claim:
    """A sentence bound to figures: `wording` when it holds, `otherwise` when not; both name figures in braces.

    `holds` is None when the data cannot tell; then only the gap may be printed.
    """

    name: str
    holds: bool | None
    wording: str
    otherwise: str
    figures: tuple[Indicator, ...]

    @property
    def template(self) -> str:
        """The sentence that may be printed, figures still by name."""
        if self.holds is None:
            return f"{NO_CLAIM}{self.wording[0].lower()}{self.wording[1:]}"
        return self.wording if self.holds else self.otherwise

    def require(self) -> Claim:
        """This claim when it holds; raises ClaimDoesNotHold with the counts that contradict it."""
        if self.holds:
            return self
        counts = "; ".join(f"{f.label}: {f.numerator if f.numerator is not None else f.gap}" for f in self.figures)
        raise ClaimDoesNotHold(
            f"Không được ghi “{self.wording}”: số liệu không cho phép ({counts}).",
            f"câu khẳng định {self.name}",
            "Dùng câu do số đếm quyết định, hoặc sửa dữ liệu nguồn nếu dữ liệu sai.",
        )


#: the dossiers of the period with whether their code has the national structure that the one-stop system gives
CODED = Relation(
    "coded",
    DOSSIERS.name,
    lambda report: (
        f"{live_of(report)},\n"
        f"coded AS (SELECT dossier_code, regexp_like(dossier_code, '{DOSSIER_CODE}') AS is_registered FROM live)"
    ),
    (Covered(DOSSIERS.name), Stated(c.OLD_ENDED)),
    tally=("is_registered",),
    place="table",
)
#: codes all of another shape may be what a one-stop system of another make gives
_STRUCTURED = Fact(CODED, "mã hồ sơ theo cấu trúc quốc gia", "is_registered")
BLOCK = Block(
    section=SECTION,
    reference=_REFERENCE,
    figures=(
        Count(
            name="overdue_total_count",
            label="Hồ sơ quá hạn (đã và đang giải quyết)",
            part=c.OVERDUE,
            unit=dossiers.DOSSIER,
        ),
        Rate(
            name="one_stop_registered_rate",
            label="Tỷ lệ hồ sơ có trong hệ thống một cửa điện tử",
            part=Measure(CODED, "is_registered", (_STRUCTURED,)),
            part_label="Hồ sơ mang mã do hệ thống một cửa cấp",
            whole=c.HANDLED,
            base=dossiers.HANDLED_BASE,
        ),
    ),
)
BLOCKS = (BLOCK,)


def indicators(report: OpenReport) -> list[Indicator]:
    """Dossiers overdue in all (resolved and pending), and registered in the electronic one-stop system."""
    return evaluate(report, BLOCK)


def claims(report: OpenReport) -> tuple[Claim, ...]:
    """The claims of section II.7, each decided by the counts of this period.

    When the newest export is older than the cut-off, what happened after it is not known: only what it contradicts already is
    told, as of its day.
    """
    found, told = _claims(_figures(report)), _registers.as_of(report)
    return tuple(_as_of(claim, f"T{told[1:]}, chưa hết kỳ: ") for claim in found) if told else found


#: claims that nothing after an export can make true again once it contradicts them
_LASTING = frozenset({"no_overdue", "all_online", "all_registered"})


def _as_of(claim: Claim, lead: str) -> Claim:
    """A claim of an export older than the cut-off: contradicted for good, or not decided."""
    if claim.name not in _LASTING or claim.holds is not False:
        return replace(claim, holds=None)
    return replace(claim, otherwise=lead + claim.otherwise[:1].lower() + claim.otherwise[1:])


def _claims(known: dict[str, Indicator]) -> tuple[Claim, ...]:
    return (
        _no_overdue(known),
        _no_pending(known),
        _all_online(known),
        _whole(
            "all_registered",
            "Toàn bộ hồ sơ nhận giải quyết có trong hệ thống một cửa điện tử.",
            "{one_stop_registered_rate} hồ sơ nhận giải quyết có trong hệ thống một cửa điện tử.",
            known["one_stop_registered_rate"],
        ),
        _whole(
            "all_paid_online",
            "Toàn bộ hồ sơ phải nộp phí, lệ phí đã được thanh toán trực tuyến.",
            "{paid_online_rate} hồ sơ phải nộp phí, lệ phí đã được thanh toán trực tuyến.",
            known["paid_online_rate"],
        ),
    )


def claim(report: OpenReport, name: str) -> Claim:
    """The claim called `name`; raises ClaimDoesNotHold when there is no such claim."""
    found = {one.name: one for one in claims(report)}
    if name not in found:
        raise ClaimDoesNotHold(f"Không có câu khẳng định “{name}”.", f"mục {SECTION}", suggestion(name, found))
    return found[name]


def _figures(report: OpenReport) -> dict[str, Indicator]:
    found = evaluate(report, dossiers.COUNTS, online.DOSSIER_FIGURES, online.PAYMENT, BLOCK)
    return {i.name: i for i in found}


_OVERDUE_PARTS = {
    "dossiers_resolved_overdue_count": "đã giải quyết",
    "dossiers_pending_overdue_count": "đang giải quyết",
}
_UNDATED_PARTS = {"dossiers_resolved_no_due_count": "đã giải quyết", "dossiers_pending_no_due_count": "đang giải quyết"}
_PENDING_PARTS = {
    "dossiers_pending_within_count": "trong hạn",
    "dossiers_pending_overdue_count": "quá hạn",
    "dossiers_pending_no_due_count": "không có ngày hẹn trả",
}


def _no_overdue(known: dict[str, Indicator]) -> Claim:
    """Holds when no dossier is overdue and every one has a due date; one without it may be late, nobody can say."""
    overdue, parts, undated = known["overdue_total_count"], _some(known, _OVERDUE_PARTS), _some(known, _UNDATED_PARTS)
    tail = f"; chưa tính {_listed(undated, ' và ')} không có ngày hẹn trả" if undated else ""
    return Claim(
        "no_overdue",
        None if overdue.numerator == 0 and undated else _is_zero(overdue),
        "Không có hồ sơ quá hạn trong số đã giải quyết và đang giải quyết.",
        f"Có {{overdue_total_count}} hồ sơ quá hạn, gồm {_listed(parts, ' và ')}{tail}.",
        (overdue, *(known[n] for n in (*parts, *undated))),
    )


def _no_pending(known: dict[str, Indicator]) -> Claim:
    pending, parts = known["dossiers_pending_count"], _some(known, _PENDING_PARTS)
    return Claim(
        "no_pending",
        _is_zero(pending),
        "Không còn hồ sơ đang giải quyết tại ngày chốt.",
        f"Tại ngày chốt còn {{dossiers_pending_count}} hồ sơ đang giải quyết: {_listed(parts, ', ')}.",
        (pending, *(known[n] for n in parts)),
    )


def _all_online(known: dict[str, Indicator]) -> Claim:
    """Decided by the share of new dossiers received online; not at all while some of them state no channel."""
    unstated = [known[n] for n in ("dossiers_received_no_channel_count",) if n in known]
    other = ", qua bưu chính và hình thức khác" if "dossiers_received_other_count" in known else " hoặc qua bưu chính"
    found = _whole(
        "all_online",
        "Toàn bộ hồ sơ mới trong kỳ được nộp trực tuyến.",
        f"{{online_received_rate}} hồ sơ mới được nộp trực tuyến; {{offline_received_count}} hồ sơ nộp trực tiếp{other}.",
        known["online_received_rate"],
    )
    figures = (*found.figures, known["offline_received_count"], *unstated)
    return replace(found, holds=None if unstated else found.holds, figures=figures)


def _some(known: dict[str, Indicator], words: dict[str, str]) -> dict[str, str]:
    """Those of the named counts that the data give; a class that is empty and not on the form is no figure at all."""
    return {name: word for name, word in words.items() if name in known and known[name].numerator is not None}


def _listed(parts: dict[str, str], joint: str) -> str:
    return joint.join(f"{{{name}}} {word}" for name, word in parts.items())


def _is_zero(figure: Indicator) -> bool | None:
    """Whether a count is 0; None when it is not known."""
    return None if figure.numerator is None else figure.numerator == 0


def _whole(name: str, wording: str, otherwise: str, figure: Indicator) -> Claim:
    """A claim that holds when the figure's numerator is its whole base; an empty base decides nothing."""
    decided = figure.value is not None
    return Claim(name, figure.numerator == figure.denominator if decided else None, wording, otherwise, (figure,))


def notes(report: OpenReport) -> tuple[str, ...]:
    """How far the dossier exports reach, and whether there is a catalogue for the claim on payment."""
    no_catalogue = () if report.store.has(PROCEDURES.name) else catalogue.notes(report)
    return _registers.notes(report, DOSSIERS.name) + no_catalogue
