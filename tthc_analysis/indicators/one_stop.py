"""Section II.7: the one-stop mechanism, and claims that are bound to counts.

What may be said of outstanding and overdue dossiers follows from the counts: a claim carries the figures that decide it,
prints its other wording when they contradict it, and cannot be demanded when it does not hold.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from tthc_analysis.columns import DOSSIER_CODE
from tthc_analysis.errors import TthcError, suggestion
from tthc_analysis.indicators import _registers, catalogue, dossiers, online
from tthc_analysis.indicators._counting import live_sql
from tthc_analysis.indicators._indicator import Indicator
from tthc_analysis.indicators._scope import Scope

SECTION = "II.7"
_REFERENCE = "Nghị định 61/2018/NĐ-CP, Nghị định 107/2021/NĐ-CP; từ 01/7/2025: Nghị định 118/2025/NĐ-CP"


class ClaimDoesNotHold(TthcError):
    """A sentence was demanded that the counts contradict, or that no data supports."""

    exit_code = 3


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
            return f"Chưa có dữ liệu để kết luận: {self.wording[0].lower()}{self.wording[1:]}"
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


def registered(scope: Scope) -> int | None:
    """Handled dossiers whose code has the national structure that the one-stop system gives; None without data."""
    if not dossiers.totals(scope):
        return None
    sql = f"{live_sql(scope.period, scope.rules)}\nSELECT count(*) AS n FROM live WHERE regexp_matches(dossier_code, '{DOSSIER_CODE}')"
    return int(scope.store.query(sql)["n"].iloc[0])


def _details(**more: Any) -> dict[str, Any]:
    return dossiers.details(SECTION, reference=_REFERENCE, **more)


def indicators(scope: Scope) -> list[Indicator]:
    """Dossiers overdue in all (resolved and pending), registered in the electronic one-stop system, and fee procedures."""
    found = dossiers.totals(scope)
    overdue = found["resolved_overdue"] + found["pending_overdue"] if found else None
    return [
        scope.count(
            "overdue_total_count", "Hồ sơ quá hạn (đã và đang giải quyết)", overdue, dossiers.DOSSIER, **_details()
        ),
        scope.rate(
            "one_stop_registered_rate",
            "Tỷ lệ hồ sơ có trong hệ thống một cửa điện tử",
            registered(scope),
            found.get("handled"),
            base=dossiers.HANDLED_BASE,
            numerator_label="Hồ sơ mang mã do hệ thống một cửa cấp",
            **_details(),
        ),
    ]


def claims(scope: Scope) -> tuple[Claim, ...]:
    """The claims of section II.7, each decided by the counts of this period.

    Nothing is concluded when the newest export is older than the cut-off: what happened after it is not known.
    """
    found = _claims(_figures(scope))
    return found if _registers.complete(scope, "ho_so") else tuple(replace(c, holds=None) for c in found)


def _claims(known: dict[str, Indicator]) -> tuple[Claim, ...]:
    return (
        _zero(
            "no_overdue",
            "Không có hồ sơ quá hạn trong số đã giải quyết và đang giải quyết.",
            "Có {overdue_total_count} hồ sơ quá hạn, gồm {dossiers_resolved_overdue_count} đã giải quyết và {dossiers_pending_overdue_count} đang giải quyết.",
            known,
            "overdue_total_count",
            "dossiers_resolved_overdue_count",
            "dossiers_pending_overdue_count",
        ),
        _zero(
            "no_pending",
            "Không còn hồ sơ đang giải quyết tại ngày chốt.",
            "Tại ngày chốt còn {dossiers_pending_count} hồ sơ đang giải quyết: {dossiers_pending_within_count} trong hạn, {dossiers_pending_overdue_count} quá hạn.",
            known,
            "dossiers_pending_count",
            "dossiers_pending_within_count",
            "dossiers_pending_overdue_count",
        ),
        _zero(
            "all_online",
            "Toàn bộ hồ sơ mới trong kỳ được nộp trực tuyến.",
            "{online_received_rate} hồ sơ mới được nộp trực tuyến; {offline_received_count} hồ sơ nộp trực tiếp hoặc qua bưu chính.",
            known,
            "offline_received_count",
            "online_received_rate",
        ),
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


def claim(scope: Scope, name: str) -> Claim:
    """The claim called `name`; raises ClaimDoesNotHold when there is no such claim."""
    found = {c.name: c for c in claims(scope)}
    if name not in found:
        raise ClaimDoesNotHold(f"Không có câu khẳng định “{name}”.", f"mục {SECTION}", suggestion(name, found))
    return found[name]


def _figures(scope: Scope) -> dict[str, Indicator]:
    found = [*dossiers.count_indicators(scope), *online.indicators(scope), *indicators(scope)]
    return {i.name: i for i in found}


def _zero(name: str, wording: str, otherwise: str, known: dict[str, Indicator], *names: str) -> Claim:
    """A claim that holds when the first figure is 0."""
    figures = tuple(known[n] for n in names)
    number = figures[0].numerator
    return Claim(name, None if number is None else number == 0, wording, otherwise, figures)


def _whole(name: str, wording: str, otherwise: str, figure: Indicator) -> Claim:
    """A claim that holds when the figure's numerator is its whole base; an empty base decides nothing."""
    decided = figure.value is not None
    return Claim(name, figure.numerator == figure.denominator if decided else None, wording, otherwise, (figure,))


def notes(scope: Scope) -> tuple[str, ...]:
    """How far the dossier exports reach, and whether there is a catalogue for the claim on payment."""
    no_catalogue = () if scope.store.has("danh_muc_tthc") else catalogue.notes(scope)
    return _registers.notes(scope, "ho_so") + no_catalogue
