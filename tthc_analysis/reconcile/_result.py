"""What reconciling says: remarks with their place, the figures that agree, differ or could not be tied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tthc_analysis.periods import Period
from tthc_analysis.reconcile._rules import Severity, load_reconcile_rules
from tthc_analysis.reconcile.draft import Draft, Place

Status = Literal["agrees", "differs", "untied"]

SEVERITY_LABELS: dict[Severity, str] = {"error": "Sai", "warning": "Cần xem", "note": "Ghi chú"}
STATUS_LABELS: dict[Status, str] = {"agrees": "Khớp", "differs": "Lệch", "untied": "Chưa nối được"}


@dataclass(frozen=True)
class Remark:
    """One finding: what the draft says (`found`) in which sentence (`quote`), what it should say, and why.

    `also` are further places of the same fault; `indicator` is the name of the figure it was held against.
    """

    code: str
    severity: Severity
    place: Place
    quote: str
    found: str
    expected: str
    indicator: str
    explanation: str
    also: tuple[Place, ...] = ()

    @property
    def title(self) -> str:
        """What this code means, in Vietnamese."""
        return load_reconcile_rules().remarks[self.code].title


@dataclass(frozen=True)
class CheckedFigure:
    """One figure of the draft: agrees with, differs from, or could not be tied to an indicator (`reason` says why)."""

    status: Status
    place: Place
    quote: str
    found: str
    expected: str
    indicator: str
    label: str
    reason: str = ""


@dataclass(frozen=True)
class Reconciliation:
    """The outcome for one draft: `remarks` are faults, `notes` ask for attention without being one."""

    draft: Draft
    period: Period
    remarks: tuple[Remark, ...]
    notes: tuple[Remark, ...]
    figures: tuple[CheckedFigure, ...]

    @property
    def agreeing(self) -> tuple[CheckedFigure, ...]:
        """Figures that are what the data say."""
        return self._with("agrees")

    @property
    def differing(self) -> tuple[CheckedFigure, ...]:
        """Figures that are not what the data say."""
        return self._with("differs")

    @property
    def untied(self) -> tuple[CheckedFigure, ...]:
        """Figures that no indicator could be found for: a person has to check them."""
        return self._with("untied")

    def _with(self, status: Status) -> tuple[CheckedFigure, ...]:
        return tuple(f for f in self.figures if f.status == status)

    @property
    def exit_code(self) -> int:
        """0 nothing found, 1 warnings only, 3 at least one error."""
        if any(r.severity == "error" for r in self.remarks):
            return 3
        return 1 if self.remarks else 0

    def rows(self) -> list[tuple[str, str, str, str, str, str]]:
        """Remarks as plain cells for a table: mức, mã, ở đâu, câu, dự thảo ghi, giải thích."""
        return [
            (SEVERITY_LABELS[r.severity], r.code, _places(r), r.quote, r.found, f"{r.title}. {r.explanation}")
            for r in (*self.remarks, *self.notes)
        ]

    def figure_rows(self, status: Status = "untied") -> list[tuple[str, str, str, str, str]]:
        """Figures of one status as plain cells: kết quả, số, phải là, ở đâu, chỉ tiêu or reason."""
        return [
            (
                STATUS_LABELS[f.status],
                f.found,
                f.expected,
                f.place.text,
                " – ".join(t for t in (f.label, f.reason) if t),
            )
            for f in self._with(status)
        ]

    @property
    def summary(self) -> str:
        """One Vietnamese sentence with all counts."""
        errors = sum(r.severity == "error" for r in self.remarks)
        return (
            f"{errors} chỗ sai, {len(self.remarks) - errors} chỗ cần xem; {len(self.agreeing)} số khớp, "
            f"{len(self.differing)} số lệch, {len(self.untied)} số chưa nối được với chỉ tiêu."
        )


ROW_HEADERS: Sequence[str] = ("Mức", "Mã", "Ở đâu", "Câu", "Dự thảo ghi", "Giải thích")
FIGURE_HEADERS: Sequence[str] = ("Kết quả", "Dự thảo ghi", "Dữ liệu", "Ở đâu", "Chỉ tiêu hoặc lý do")


def _places(remark: Remark) -> str:
    more = f" và {len(remark.also)} chỗ khác" if remark.also else ""
    return remark.place.text + more
