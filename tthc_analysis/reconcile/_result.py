"""What reconciling says: remarks with their place, the figures that agree, differ or could not be tied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from tthc_analysis.display.formats import date_short
from tthc_analysis.periods import Period
from tthc_analysis.reconcile._rules import Severity, load_reconcile_rules
from tthc_analysis.reconcile.narrative import Narrative, Place

Status = Literal["agrees", "differs", "untied"]

SEVERITY_LABELS: dict[Severity, str] = {"error": "Sai", "warning": "Cần xem", "note": "Ghi chú"}
STATUS_LABELS: dict[Status, str] = {"agrees": "Khớp", "differs": "Lệch", "untied": "Chưa nối được"}


@dataclass(frozen=True)
class Remark:
    """One finding: what the narrative says (`found`) in which sentence (`quote`), what it should say, and why.

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
    def is_style(self) -> bool:
        """Whether it is about the way of writing (codes that begin with BC), not about a figure."""
        return self.code.startswith("BC")

    @property
    def title(self) -> str:
        """What this code means, in Vietnamese."""
        return load_reconcile_rules().remarks[self.code].title


@dataclass(frozen=True)
class CheckedFigure:
    """One figure of the narrative: agrees with, differs from, or could not be tied to an indicator (`reason` says why)."""

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
    """The outcome for one narrative: `remarks` are faults, `notes` ask for attention without being one."""

    narrative: Narrative
    period: Period | None
    remarks: tuple[Remark, ...]
    notes: tuple[Remark, ...]
    figures: tuple[CheckedFigure, ...]
    stated: str = ""
    line: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def span_text(self) -> str:
        """The period in words: the one asked for, else the one the narrative names, else that none was found."""
        if self.period is not None:
            return f"{self.period.label} (từ {date_short(self.period.start)} đến {date_short(self.period.end)})"
        return f"{self.stated} (đọc từ văn bản)" if self.stated else "không tìm thấy trong văn bản"

    @property
    def about_figures(self) -> tuple[Remark, ...]:
        """Remarks on figures, periods and documents."""
        return tuple(r for r in self.remarks if not r.is_style)

    @property
    def about_style(self) -> tuple[Remark, ...]:
        """Remarks on the way of writing."""
        return tuple(r for r in self.remarks if r.is_style)

    @property
    def compared(self) -> int:
        """How many figures could be compared with something."""
        return len(self.agreeing) + len(self.differing)

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
        """0 nothing found, 1 warnings only, 3 at least one error, 6 no figure could be compared with anything."""
        if any(r.severity == "error" for r in self.remarks):
            return 3
        if not self.compared:
            return 6
        return 1 if self.remarks else 0

    def rows(self, *, style: bool = True) -> list[tuple[str, str, str, str, str, str]]:
        """Remarks as plain cells for a table: mức, mã, ở đâu, câu, dự thảo ghi, giải thích; with those on style or not."""
        return [
            (SEVERITY_LABELS[r.severity], r.code, _places(r), r.quote, r.found, f"{r.title}. {r.explanation}")
            for r in (*self.remarks, *self.notes)
            if style or not r.is_style
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
        figures, style = self.about_figures, self.about_style
        errors = sum(r.severity == "error" for r in figures)
        return (
            f"Đã kiểm {self.compared}/{len(self.figures)} số: {len(self.agreeing)} số khớp, {len(self.differing)} số lệch. "
            f"{errors} chỗ sai, {len(figures) - errors} chỗ cần xem; {len(style)} chỗ về cách viết."
        )


ROW_HEADERS: Sequence[str] = ("Mức", "Mã", "Ở đâu", "Câu", "Dự thảo ghi", "Giải thích")
FIGURE_HEADERS: Sequence[str] = ("Kết quả", "Dự thảo ghi", "Dữ liệu", "Ở đâu", "Chỉ tiêu hoặc lý do")


def _places(remark: Remark) -> str:
    more = f" và {len(remark.also)} chỗ khác" if remark.also else ""
    return remark.place.text + more
