"""Two periods, or two runs of one period, held side by side: what changed, by how much, and from which rows.

An earlier run has no processed data any more: its tables are made again from the exports that its manifest names, when
those are still there, and must then have the content hashes of that manifest.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from tthc_analysis.audit.verify import transplant
from tthc_analysis.columns import CHANNELS, DOSSIERS, STATUSES, TABLES
from tthc_analysis.config import Agency, Config
from tthc_analysis.display.formats import date_short, indicator_text, number, share_text
from tthc_analysis.documents.pages import PageContext, page
from tthc_analysis.errors import NoExports, TthcError
from tthc_analysis.fingerprint import sha256
from tthc_analysis.folders import scratch
from tthc_analysis.indicators import HEADLINES, Indicator, OpenReport, _registers, all_indicators, open_report_in
from tthc_analysis.indicators._counting import live_of
from tthc_analysis.indicators.evidence import evidence
from tthc_analysis.periods import Period, overlap_days
from tthc_analysis.report.inputs import Difference, input_differences
from tthc_analysis.report.manifest import MANIFEST
from tthc_analysis.report.preparing import prepare_side_by_side
from tthc_analysis.report.published import RUN_MARK, PublishedReport, find_report

_MISSING = "không có"
#: codes that the page shows for one figure; the JSON has all of them
SHOWN_CODES = 200


@dataclass(frozen=True)
class Side:
    """One of the two: its label, figures by name, and the data it was counted from (None when they are gone: `why`)."""

    label: str
    period: Period
    figures: Mapping[str, Indicator]
    opened: OpenReport | None
    manifest: Mapping[str, Any] | None = None
    why: str = ""

    @property
    def partial(self) -> bool:
        """Whether the published report says that its exports tell of the period only in part."""
        return self.opened is None and (self.manifest or {}).get("state") == "partial"


@dataclass(frozen=True)
class Change:
    """One figure on both sides; `gone` and `new` are the codes that only the one or only the other numerator has."""

    name: str
    label: str
    section: str
    before: str
    now: str
    before_share: str
    now_share: str
    difference: Decimal | None
    unit: str
    gone: tuple[str, ...] | None = None
    new: tuple[str, ...] | None = None
    altered: tuple[str, ...] = ()

    @property
    def is_printed_otherwise(self) -> bool:
        """Whether the figure or the counts beside it differ on paper."""
        return (self.before, self.before_share) != (self.now, self.now_share)

    @property
    def difference_text(self) -> str:
        """The change with its sign; rates in percentage points."""
        if self.difference is None:
            return "–"
        decimals = max(0, -int(self.difference.as_tuple().exponent))
        sign = "+" if self.difference > 0 else "−" if self.difference < 0 else ""
        unit = "điểm %" if self.unit == "%" else self.unit
        return f"{sign}{number(abs(self.difference), decimals)} {unit}"

    @property
    def rows_text(self) -> str:
        """How many rows entered, left or changed their amount."""
        if self.gone is None or self.new is None:
            return "không truy được"
        parts = [
            f"{word} {number(len(codes))}"
            for word, codes in (("thêm", self.new), ("bớt", self.gone), ("đổi số", self.altered))
            if codes
        ]
        return ", ".join(parts) or "cùng các dòng"


@dataclass(frozen=True)
class DossierChange:
    """One dossier whose record differs between the two sides' data: what became of it, and the facts that changed."""

    code: str
    what: str
    facts: tuple[tuple[str, str, str], ...] = ()

    @property
    def facts_text(self) -> str:
        """The changed facts in one line."""
        return "; ".join(f"{label}: {before} → {now}" for label, before, now in self.facts)


@dataclass(frozen=True)
class Bridge:
    """From what was pending at the end of one period to what the next one carries over, dossier by dossier."""

    pending: int
    carried_over: int
    both: int
    dossiers: tuple[tuple[str, str], ...]

    @property
    def holds(self) -> bool:
        """Whether both are the very same dossiers."""
        return not self.dossiers

    @property
    def sentence(self) -> str:
        """Both numbers and whether they are the same dossiers."""
        counts = f"Cuối kỳ trước đang giải quyết {number(self.pending)} hồ sơ, kỳ sau nhận chuyển sang {number(self.carried_over)}"
        if self.holds:
            return f"{counts}: đúng cùng những hồ sơ đó."
        return f"{counts}; {number(self.both)} hồ sơ có ở cả hai, {number(len(self.dossiers))} hồ sơ chênh lệch:"

    @property
    def reasons(self) -> dict[str, int]:
        """Reason → number of dossiers."""
        counts: dict[str, int] = {}
        for _, reason in self.dossiers:
            counts[reason] = counts.get(reason, 0) + 1
        return counts


@dataclass(frozen=True)
class Comparison:
    """Everything that `tthc compare` says; `notes` are overlaps, gaps and what could not be traced."""

    before: Side
    now: Side
    changes: tuple[Change, ...]
    unchanged: int
    notes: tuple[str, ...]
    bridge: Bridge | None = None
    inputs: tuple[Difference, ...] = ()
    dossiers: tuple[DossierChange, ...] = field(default=())


# --- the two sides ---------------------------------------------------------------------------------------------------


@contextmanager
def compared(config: Config, before: str, now: str, tell: Callable[[str], None]) -> Iterator[Comparison]:
    """The comparison of two periods or reports; data of earlier runs are made again for as long as the block lasts."""
    with ExitStack() as stack:
        sides = [_side(config, text, stack.enter_context(scratch("so-sanh")), tell) for text in (before, now)]
        tell("So từng số liệu")
        yield compare(*sides)


def _present(opened: OpenReport) -> Side:
    return Side(opened.period.label, opened.period, {i.name: i for i in all_indicators(opened)}, opened)


def default_other(text: str) -> str:
    """What a single argument is compared with: an earlier run with the published report of its period."""
    place, mark, _ = text.partition(RUN_MARK)
    if not mark:
        raise TthcError(
            "Cần hai kỳ để so sánh, hoặc một bản cũ.",
            "dòng lệnh",
            "Ví dụ: tthc compare 2023 2024, hoặc tthc compare reports/2024@BẢN_TRƯỚC (các bản giữ lại nằm ở reports/.ban-truoc/2024).",
        )
    return place


def _side(config: Config, text: str, place: Path, tell: Callable[[str], None]) -> Side:
    """A period over the processed data, or a published report with the data that it was made from.

    Of a period whose exports are gone, the report that was published of it.
    """
    if "/" not in text and "\\" not in text and RUN_MARK not in text:
        period = config.period(text)
        try:
            prepare_side_by_side(config, tell)
            return _present(open_report_in(config, text))
        except NoExports:
            if not (config.reports / period.id / MANIFEST).is_file():
                raise
            text = str(config.reports / period.id)
    report = find_report(text, config.reports)
    tell(f"Dựng lại dữ liệu của {report.label}")
    opened: OpenReport | None = None
    why = ""
    try:
        opened = data_of(config.for_agency(report.agency_id), report, place)
    except TthcError as error:
        why = error.what
    period = opened.period if opened else config.period(report.period_id)
    return Side(report.label, period, report.figures, opened, report.manifest, why)


class InputsGone(TthcError):
    """The exports of an earlier run are no longer all there, or no longer give the same tables."""


def data_of(config: Config, report: PublishedReport, place: Path) -> OpenReport:
    """The data that a published report was made from: the present ones when they are the same, else made again.

    Raises InputsGone with the exports that are missing.
    """
    rule_set = str(report.manifest["parameters"]["rule_set"])
    wanted = {name: entry["content_sha256"] for name, entry in report.manifest["inputs"]["tables"].items()}
    try:
        prepare_side_by_side(config)
    except NoExports as error:
        raise InputsGone("Không còn tệp xuất của lần lập đó", error.where, error.now) from None
    present = open_report_in(config, report.period_id, rule_set)
    if _contents(present) == wanted:
        return present
    copy = transplant(config, place)
    raw = place / "tep-xuat-cu"
    _copy_exports(config.raw, report, raw)
    copy = copy.model_copy(update={"raw_at": raw})
    prepare_side_by_side(copy)
    opened = open_report_in(copy, report.period_id, rule_set)
    if _contents(opened) != wanted:
        raise InputsGone(
            "Tệp xuất còn đủ nhưng chương trình hoặc khai báo cột đã khác nên không dựng lại đúng bảng dữ liệu cũ.",
            str(report.folder),
        )
    return opened


def _contents(opened: OpenReport) -> dict[str, str]:
    return {name: str(entry["content_sha256"]) for name, entry in opened.store.index.items()}


def _copy_exports(source: Path, report: PublishedReport, raw: Path) -> None:
    """Copy the exports of the manifest, found by content whatever their name is now, with corrections and profiles."""
    known = {sha256(p): p for p in source.rglob("*") if p.is_file() and p.suffix != ".toml"}
    exports = report.manifest["inputs"]["exports"]
    if gone := [f"{e['dataset']}/{e['file']}" for e in exports if e["sha256"] not in known]:
        raise InputsGone(
            f"Không còn {len(gone)} tệp xuất của lần lập đó ({', '.join(gone[:3])})",
            str(source),
            "Đưa các tệp đó trở lại để truy đến từng hồ sơ.",
        )
    for export in exports:
        target = raw / export["dataset"] / export["file"]
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(known[export["sha256"]], target)
    for name in report.manifest["inputs"].get("raw_settings", {}):
        if (source / name).is_file():
            (raw / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source / name, raw / name)


# --- what changed ----------------------------------------------------------------------------------------------------


def compare(before: Side, now: Side) -> Comparison:
    """All figures of both sides, the bridge between two periods, and for one period the dossiers whose record changed."""
    names = [*before.figures, *(n for n in now.figures if n not in before.figures)]
    every = [_change(name, before, now) for name in names]
    same_period = _same_span(before, now)
    changes = tuple(c for c in every if c.is_printed_otherwise or (same_period and (c.gone or c.new or c.altered)))
    traced = [f"{s.label}: không truy được đến từng hồ sơ. {s.why.rstrip('.')}." for s in (before, now) if s.why]
    inputs = tuple(input_differences(before.manifest, now.manifest)) if before.manifest and now.manifest else ()
    both = before.opened is not None and now.opened is not None
    return Comparison(
        before,
        now,
        changes,
        len(every) - len(changes),
        (*coverage_notes(before, now), *period_notes(before.period, now.period), *traced),
        None if same_period or not both else bridge(*_in_time(before, now)),
        inputs,
        tuple(dossier_changes(before, now)) if same_period and both else (),
    )


def _change(name: str, before: Side, now: Side) -> Change:
    old, new = before.figures.get(name), now.figures.get(name)
    known = new or old
    assert known is not None
    gone, added, altered = _moved(_amounts(before, old), _amounts(now, new))
    difference = None
    if old and new and old.rounded is not None and new.rounded is not None and _compares(before, now, known):
        difference = Decimal(new.rounded) - Decimal(old.rounded)
    return Change(
        name,
        known.label,
        known.section,
        indicator_text(old) if old else _MISSING,
        indicator_text(new) if new else _MISSING,
        share_text(old) if old else "",
        share_text(new) if new else "",
        difference,
        known.unit,
        gone,
        added,
        altered,
    )


def _same_span(one: Side, other: Side) -> bool:
    return (one.period.start, one.period.end) == (other.period.start, other.period.end)


def _compares(before: Side, now: Side, figure: Indicator) -> bool:
    """Whether the change of a figure says anything: two periods must both be told of as a whole, as in the report."""
    if _same_span(before, now):
        return True
    if before.opened is None or now.opened is None:
        return not (before.partial or now.partial)
    return _registers.comparable(now.opened, before.opened, figure.tables)


def coverage_notes(before: Side, now: Side) -> list[str]:
    """Which of two periods the exports of a register tell of in part, and that no change is worked out then."""
    both = [s.opened for s in _in_time(before, now) if s.opened and not _same_span(before, now)]
    untraced = [s for s in _in_time(before, now) if s.partial and not _same_span(before, now)]
    partial = [s for s in both if not _registers.whole(s, DOSSIERS.name)]
    lines = [f"{s.period.label}: {note}" for s in partial for note in _registers.notes(s, DOSSIERS.name)]
    lines += [f"{s.period.label}: báo cáo đã công bố ghi chưa đủ kỳ." for s in untraced]
    for one in both:
        if names := [TABLES[name].label for name in _registers.told_in_part(one, TABLES)]:
            lines.append(f"{one.period.label}: chỉ có dữ liệu một phần kỳ của {'; '.join(names)}.")
    if lines:
        lines.append("Số liệu của sổ chưa đủ dữ liệu trong kỳ không được so với kỳ khác: cột thay đổi ghi “–”.")
    return lines


def _amounts(side: Side, figure: Indicator | None) -> dict[str, Any] | None:
    """Code → amount of the rows behind a figure; empty when the side has no such figure, None when it cannot be traced."""
    if side.opened is None:
        return None
    if figure is None:
        return {}
    found = evidence(side.opened, figure)
    return None if found is None else dict(zip(found.keys, found.rows["amount"], strict=True))


def _moved(
    before: Mapping[str, Any] | None, now: Mapping[str, Any] | None
) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None, tuple[str, ...]]:
    """Codes of one numerator only, of the other only, and those of both whose amounts differ."""
    if before is None or now is None:
        return None, None, ()
    altered = tuple(k for k in before if k in now and before[k] != now[k])
    return tuple(k for k in before if k not in now), tuple(k for k in now if k not in before), altered


def period_notes(one: Period, other: Period) -> list[str]:
    """Overlap or gap of two periods, and other cut-offs than the statutory ones."""
    earlier, later = sorted((one, other), key=lambda p: (p.start, p.end))
    if (earlier.start, earlier.end) == (later.start, later.end):
        return []
    spans = " và ".join(f"{p.label} ({date_short(p.start)}–{date_short(p.end)})" for p in (earlier, later))
    shared = overlap_days(later, earlier)
    if shared > 0:
        first, last = max(earlier.start, later.start), min(earlier.end, later.end)
        notes = [
            f"{spans} trùng nhau {shared} ngày ({date_short(first)}–{date_short(last)}): "
            "hồ sơ của những ngày đó có mặt trong cả hai kỳ."
        ]
    elif shared < 0:
        first, last = earlier.end + timedelta(days=1), later.start - timedelta(days=1)
        notes = [f"Giữa {spans} có {-shared} ngày không thuộc kỳ nào ({date_short(first)}–{date_short(last)})."]
    else:
        notes = [f"{spans} liền nhau, không trùng, không hở ngày nào."]
    return notes + [
        f"{p.label} không theo ngày chốt quy định. Lý do: {p.reason}." for p in (earlier, later) if not p.is_statutory
    ]


def _in_time(one: Side, other: Side) -> tuple[Side, Side]:
    first, second = sorted((one, other), key=lambda s: (s.period.start, s.period.end))
    return first, second


# --- pending of one period, carried over of the next -----------------------------------------------------------------


def bridge(earlier: Side, later: Side) -> Bridge:
    """Pending at the end of the earlier period against carried over into the later one, each odd dossier explained."""
    assert earlier.opened is not None
    assert later.opened is not None
    old, new = _live(earlier.opened), _live(later.opened)
    old, new = (side[side["is_resolved"].notna()] for side in (old, new))  # the others have ended nobody knows when
    pending = set(old.index[~old["is_resolved"].astype(bool)])
    carried = set(new.index[new["is_carried_over"]])
    received = {str(code): day.date() for code, day in new["received_day"].items()}
    known = {str(code) for code in old.index}
    lines = [(c, _why_not_carried(received.get(c), earlier.period, later.period)) for c in sorted(pending - carried)]
    lines += [(c, _why_not_pending(received[c], c in known, earlier.period)) for c in sorted(carried - pending)]
    return Bridge(len(pending), len(carried), len(pending & carried), tuple(lines))


def _live(opened: OpenReport) -> pd.DataFrame:
    """Dossiers open at some time in the period, by code."""
    sql = (
        f"{live_of(opened)}\n"
        "SELECT dossier_code, received_day, end_day, is_carried_over, is_resolved FROM live ORDER BY dossier_code"
    )
    return opened.store.query(sql).set_index("dossier_code")


def _why_not_carried(received: date | None, earlier: Period, later: Period) -> str:
    """Why a dossier pending at the end of the earlier period is not carried over into the later one.

    `received` is its day of receipt in the later period's data, None when that period does not count it.
    """
    if received is None:
        if overlap_days(later, earlier) < 0:
            return f"giải quyết xong trong những ngày hở, trước {date_short(later.start)}"
        return "dữ liệu của kỳ sau không còn hồ sơ này, đã đổi ngày, hoặc bộ quy tắc của kỳ sau không tính"
    if received >= later.start:
        return f"tiếp nhận trong những ngày trùng (từ {date_short(later.start)}), kỳ sau đếm là mới tiếp nhận"
    return "trạng thái khác nhau giữa hai kỳ"


def _why_not_pending(received: date, is_known: bool, earlier: Period) -> str:
    """Why a dossier carried over into the later period was not pending at the end of the earlier one."""
    if is_known:
        return f"kỳ trước đã đếm là giải quyết xong (đến {date_short(earlier.end)}), thuộc những ngày trùng"
    if received > earlier.end:
        return f"tiếp nhận trong những ngày hở, sau {date_short(earlier.end)}"
    return "dữ liệu của kỳ trước chưa có hồ sơ này (xuất muộn), hoặc bộ quy tắc của kỳ trước không tính"


# --- one period, two runs --------------------------------------------------------------------------------------------


def dossier_changes(before: Side, now: Side) -> Iterator[DossierChange]:
    """Dossiers of the period that are new, gone, or whose recorded facts differ, each with the facts."""
    assert before.opened is not None
    assert now.opened is not None
    old, new = _records(before.opened), _records(now.opened)
    codes = sorted(set(_live(before.opened).index) | set(_live(now.opened).index))
    differing = _differing(old, new, codes)
    for code in codes:
        if code not in old.index:
            yield DossierChange(code, "mới có trong dữ liệu")
        elif code not in new.index:
            yield DossierChange(code, "không còn trong dữ liệu")
        elif code in differing:
            yield DossierChange(code, "thông tin đổi", tuple(_facts(old.loc[code], new.loc[code])))


def _differing(old: pd.DataFrame, new: pd.DataFrame, codes: Sequence[str]) -> set[str]:
    """Those of `codes` that both have with any recorded fact not the same."""
    common = [c for c in codes if c in old.index and c in new.index]
    names = [c.name for c in DOSSIERS.columns if c.name in old.columns and c.name in new.columns]
    one, other = (frame.loc[common, names].astype(object) for frame in (old, new))
    same = (one == other) | (one.isna() & other.isna())
    return {str(code) for code in same.index[~same.all(axis=1)]}


def _records(opened: OpenReport) -> pd.DataFrame:
    return opened.store.frame(DOSSIERS.name).set_index("dossier_code")


def _facts(old: pd.Series, new: pd.Series) -> Iterator[tuple[str, str, str]]:
    for column in DOSSIERS.columns:
        if column.name in old.index and column.name in new.index:
            before, now = (_fact(column.name, row[column.name]) for row in (old, new))
            if before != now:
                yield column.label, before, now


def _fact(name: str, value: object) -> str:
    """A recorded fact in words; none of these columns is personal."""
    if pd.isna(value):  # type: ignore[call-overload]
        return "trống"
    if isinstance(value, pd.Timestamp):
        return f"{value:%d/%m/%Y %H:%M}".removesuffix(" 00:00")
    labels = {"status": STATUSES, "channel": CHANNELS}.get(name, {})
    return labels.get(str(value), str(value))


# --- for machines ----------------------------------------------------------------------------------------------------


def to_json(found: Comparison) -> dict[str, Any]:
    """Everything with all codes, JSON-ready."""
    return {
        "before": _side_json(found.before),
        "now": _side_json(found.now),
        "notes": list(found.notes),
        "figures": [_change_json(c) for c in found.changes],
        "unchanged_figures": found.unchanged,
        "inputs": [vars(d) for d in found.inputs],
        "carried_over": None if found.bridge is None else _bridge_json(found.bridge),
        "dossiers": [{"code": d.code, "what": d.what, "facts": [list(f) for f in d.facts]} for d in found.dossiers],
    }


def _side_json(side: Side) -> dict[str, Any]:
    period = side.period
    return {
        "label": side.label,
        "period": period.id,
        "from": period.start.isoformat(),
        "to": period.end.isoformat(),
        "traced": side.opened is not None,
        "why": side.why,
    }


def _change_json(change: Change) -> dict[str, Any]:
    codes: Mapping[str, Sequence[str] | None] = {"new": change.new, "gone": change.gone, "altered": change.altered}
    return {
        "name": change.name,
        "label": change.label,
        "section": change.section,
        "before": change.before,
        "now": change.now,
        "before_share": change.before_share,
        "now_share": change.now_share,
        "difference": None if change.difference is None else str(change.difference),
        "unit": change.unit,
        **{name: None if listed is None else list(listed) for name, listed in codes.items()},
    }


def _bridge_json(found: Bridge) -> dict[str, Any]:
    return {
        "pending": found.pending,
        "carried_over": found.carried_over,
        "both": found.both,
        "equal": found.holds,
        "reasons": found.reasons,
        "dossiers": [{"code": code, "reason": reason} for code, reason in found.dossiers],
    }


def to_html(agency: Agency, sample: bool, found: Comparison) -> str:
    """The comparison as one page that asks nothing of any host."""
    about = PageContext(
        agency=agency.name,
        parent=agency.parent,
        title="So sánh báo cáo",
        sample=sample,
    )
    changed = {c.name: c for c in found.changes}
    headlines = [c for name in HEADLINES if (c := changed.get(name)) and c.before != c.now]
    return page("compare.html.j2", about, found=found, headlines=headlines, shown=SHOWN_CODES)
