"""Figures of many agencies together: who is counted, every count by body and level, and the totals of those that are.

A body is counted when its own dossiers tell of the whole period, or when a report of this very period and rule set was sent
in. Who is missing is named, who is told of in part or counted otherwise stands apart, and a figure that is not of all bodies
says of how many it is.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Literal

import pandas as pd

from tthc_analysis.columns import AUTHORITY_LEVELS, DOSSIERS
from tthc_analysis.indicators import _counting as c
from tthc_analysis.indicators._counting import ENDED, LIVE, MEASURES, OLD_ENDED, live_sql, unended
from tthc_analysis.indicators._indicator import Indicator, counted
from tthc_analysis.indicators._open import OpenReport
from tthc_analysis.indicators._order import in_order
from tthc_analysis.indicators._registers import date_of, joined, reaches_over, spans_of_rows
from tthc_analysis.indicators.definition import (
    NO_DATA,
    Block,
    Count,
    Fact,
    Figure,
    Measure,
    Rate,
    Relation,
)
from tthc_analysis.indicators.dossiers import FORM_REFERENCE, HANDLED_BASE, LABELS, RESOLVED_BASE, STANDING
from tthc_analysis.indicators.evaluate import CountsDoNotAdd, Evaluation, indicator, tabulated
from tthc_analysis.indicators.relations import day, literals
from tthc_analysis.rules.reporting import load_reporting
from tthc_analysis.store.united import MEMBERS, NOTHING, SENT, SHARED

SECTION = "Tổng hợp"
Record = Mapping[Hashable, Any]
State = Literal["data", "sent", "apart", "missing"]
#: in the total: its own dossiers, or a report that was sent in
COUNTED: tuple[State, ...] = ("data", "sent")
OTHER_LEVEL = "Cơ quan khác"
_PLACE = ("source_file", "source_sheet", "source_row")
#: counts of the form, in the order of its columns; the form has one column for in person and post together
OFFLINE = "received_offline"
NAMES = (
    "handled", "received_online", OFFLINE, "carried_over",
    "resolved", "resolved_early", "resolved_on_time", "resolved_overdue",
    "pending", "pending_within", "pending_overdue",
)  # fmt: skip
#: classes that the form has no column for; a report that is sent in tells them only by what is left over
RESIDUAL = ("received_no_channel", "resolved_no_due", "pending_no_due")
#: counts that every body knows which counts at all
ALWAYS = ("handled", "carried_over", "resolved", "pending")
_OF: Mapping[str, Measure] = {**MEASURES, OFFLINE: c.OFFLINE}


# --- who is counted --------------------------------------------------------------------------------------------------


def standing(report: OpenReport) -> pd.DataFrame:
    """One row for each body that exists in the period: body, name, level, state, why.

    `why` is in Vietnamese: why it is not counted, or by what it says that it had no dossier; "" for any other that is counted.
    """
    members = report.store.query(f"SELECT * FROM {MEMBERS} ORDER BY ordinal")
    (spans, said), sent, unended = _spans(report), _sent(report), _unended(report)
    rows = []
    for member in members.to_dict("records"):
        starts, ends = date_of(member["starts"]), date_of(member["ends"])
        if (starts and starts > report.period.end) or (ends and ends < report.period.start):
            continue
        state, why = _state(report, member, spans.get(member["body"]), sent.get(member["body"], []))
        if state == "data" and member["body"] in unended:
            state, why = "apart", unended[member["body"]]
        elif state == "data":
            why = said.get(member["body"], "")
        rows.append({**{n: member[n] for n in ("body", "name", "level")}, "state": state, "why": why})
    return pd.DataFrame(rows, columns=["body", "name", "level", "state", "why"])


Spans = dict[str, tuple[date, date]]


def _spans(report: OpenReport) -> tuple[Spans, dict[str, str]]:
    """First and last day that each body tells of, and how those say so that tell of the period by having had nothing."""
    spans, said = spans_of_rows(report, DOSSIERS.name, "body"), dict[str, str]()
    if NOTHING not in report.store.index:
        return spans, said
    nothing = report.store.query(f"SELECT * FROM {NOTHING} ORDER BY body, starts")
    for body, told in nothing.groupby("body"):
        days = [(pd.Timestamp(r["starts"]).date(), pd.Timestamp(r["ends"]).date()) for r in told.to_dict("records")]
        whole = joined([*days, *([spans[str(body)]] if body in spans else [])])
        own, over = (
            spans.get(str(body)),
            [s for s in whole if s[0] <= report.period.start and report.period.end <= s[1]],
        )
        if own:  # the first days of what is exported may be quiet ones
            over += [s for s in whole if s[0] == own[0] and reaches_over(s, report.period)]
        if over and own not in over:
            said[str(body)] = ", ".join(dict.fromkeys(told["said"]))
        spans[str(body)] = next(iter(over), own or whole[-1])
    return spans, said


def _unended(report: OpenReport) -> dict[str, str]:
    """The bodies with dossiers that have ended by their status but tell no day by which the rule set counts them as resolved."""
    found = report.store.query(
        f"SELECT body, count(*) AS n FROM ho_so WHERE {unended(report.rules.end_date)} GROUP BY body"
    )
    return {r["body"]: f"{counted(r['n'], 'hồ sơ')} đã xong không ghi ngày xong" for r in found.to_dict("records")}


def _sent(report: OpenReport) -> dict[str, list[Record]]:
    """The reports that each body has sent in: period, days, rule set, state."""
    found = report.store.query(
        f"SELECT DISTINCT body, period, starts, ends, rule_set, state FROM {SENT} ORDER BY body, starts, ends, period"
    )
    reports: dict[str, list[Record]] = {}
    for row in found.to_dict("records"):
        reports.setdefault(row["body"], []).append(row)
    return reports


def _state(
    report: OpenReport, member: Record, span: tuple[date, date] | None, sent: Sequence[Record]
) -> tuple[State, str]:
    partial = _partial(report, date_of(member["starts"]), date_of(member["ends"]), span) if span else ""
    if span and not partial:
        return "data", ""
    if any(_is_ours(report, told) for told in sent):
        return "sent", ""
    if partial.startswith("mới"):
        return "apart", partial
    near = [r for r in sent if date_of(r["starts"]) <= report.period.end and date_of(r["ends"]) >= report.period.start]  # type: ignore[operator]
    if near:
        return "apart", _otherwise(report, near[0])
    other = "báo cáo đã gửi là của kỳ khác" if sent else ""
    return "missing", partial or other or member["why"]


def _partial(report: OpenReport, starts: date | None, ends: date | None, span: tuple[date, date]) -> str:
    """Why the dossiers of a body do not tell of all of the period in which it exists; "" when they do.

    What begins with "mới" tells of a part.
    """
    first, last = span
    begins = max(report.period.start, starts or report.period.start)
    until = min(report.period.end, ends or report.period.end)
    if first > report.period.end or last < begins:
        return f"dữ liệu chỉ có từ {first:%d/%m/%Y} đến {last:%d/%m/%Y}"
    if last < until:
        return f"mới có dữ liệu đến {last:%d/%m/%Y}, chưa hết kỳ"
    if first > begins + timedelta(days=load_reporting().coverage.quiet_days):
        return f"mới có dữ liệu từ {first:%d/%m/%Y}, thiếu đầu kỳ"
    return ""


def rules_mark(report: OpenReport) -> str:
    """The rule set as reports name it for each other: id and version."""
    return f"{report.rules.id} {report.rules.version}"


def _is_ours(report: OpenReport, told: Record) -> bool:
    """Whether a report that was sent in counts the very same: days, rule set, no draft."""
    days = (date_of(told["starts"]), date_of(told["ends"])) == (report.period.start, report.period.end)
    return days and told["rule_set"] == rules_mark(report) and told["state"] == "published"


def _otherwise(report: OpenReport, told: Record) -> str:
    if told["state"] != "published":
        return "báo cáo gửi đến là dự thảo"
    if told["rule_set"] != rules_mark(report):
        return f"báo cáo gửi đến đếm theo quy tắc {told['rule_set']}, không phải {rules_mark(report)}"
    return f"báo cáo gửi đến là của kỳ {date_of(told['starts']):%d/%m/%Y}–{date_of(told['ends']):%d/%m/%Y}"


# --- one table of all bodies -----------------------------------------------------------------------------------------


def _bodies(report: OpenReport, *states: str) -> str:
    table = standing(report)
    return literals(tuple(table.loc[table["state"].isin(states), "body"])) or "''"


def _judged_on(report: OpenReport) -> dict[str, date]:
    """The day as of which the open dossiers of a body are judged, where it is before the cut-off: its last export, or its last day.

    What falls due after it may have been resolved by then, by the body or by the one that took over.
    """
    members = report.store.query(f"SELECT body, ends FROM {MEMBERS} WHERE ends IS NOT NULL")
    own = {body: span[1] for body, span in _spans(report)[0].items()}
    for member in members.to_dict("records"):
        ends = pd.Timestamp(member["ends"]).date()
        own[member["body"]] = min(own.get(member["body"], ends), ends)
    return {body: told for body, told in sorted(own.items()) if told < report.period.end}


def _items_sql(report: OpenReport) -> str:
    """Dossiers (each counts 1) and counts that were sent in, of the bodies in the total: what every figure adds up."""
    period = report.period
    names = "is_carried_over, is_resolved, lateness, is_within, channel, is_offline, stated_channel"
    nothing = ", ".join(
        f"CAST(NULL AS {kind}) AS {name}"
        for name, kind in zip(
            names.split(", "), ("BOOLEAN", "BOOLEAN", "INTEGER", "BOOLEAN", "STRING", "BOOLEAN", "STRING"), strict=True
        )
    )
    return f"""{live_sql(period, report.rules, ("body", *_PLACE), of_bodies=_judged_on(report))},
items AS (
  SELECT live.body, m.level, live.field, dossier_code AS item, CAST(NULL AS STRING) AS measure, CAST(1 AS BIGINT) AS amount,
         {names}, concat(live.body, '/', source_file) AS source_file, source_sheet, source_row
  FROM live JOIN {MEMBERS} m ON m.body = live.body
  WHERE live.body IN ({_bodies(report, "data")})
  UNION ALL
  SELECT s.body, m.level, s.field, s.item, s.measure, s.amount, {nothing}, s.source_file, s.source_sheet, s.source_row
  FROM {SENT} s JOIN {MEMBERS} m ON m.body = s.body
  WHERE s.body IN ({_bodies(report, "sent")}) AND s.starts = {day(period.start)} AND s.ends = {day(period.end)}
    AND s.rule_set = '{rules_mark(report)}' AND s.state = 'published'
)"""


ITEMS = Relation(
    "items",
    DOSSIERS.name,
    _items_sql,
    tally=(
        "measure",
        "amount",
        "is_carried_over",
        "is_resolved",
        "lateness",
        "is_within",
        "channel",
        "is_offline",
        "stated_channel IS NOT NULL AS has_channel",
    ),
    groups=("body", "level", "field"),
    own_key=("body", "item"),
)


def _rolled(name: str) -> Measure:
    """A count over dossiers and what was sent in."""
    own = _OF[name].where
    return Measure(
        ITEMS,
        f"(measure IS NULL AND ({own})) OR (measure = '{name}' AND amount > 0)",
        take="sum",
        what="amount",
    )


#: part of `received_offline` that the form does not name; no report that is sent in tells it
OTHER = "received_other"
ROLLED: Mapping[str, Measure] = {name: _rolled(name) for name in (*NAMES, "received_new", OTHER, *RESIDUAL)}
#: count → what the dossiers of a body, or its report, must state for it to be known
_STATED: Mapping[str, tuple[Fact, ...]] = {
    name: (
        *(Fact(ITEMS, f.name, f"measure IS NOT NULL OR ({f.stated})", f"measure IS NULL AND ({f.who})", f.every) for f in _OF[name].needs if f.of is LIVE),
        Fact(ITEMS, f"báo cáo gửi đến không ghi {name}", "amount IS NOT NULL", f"measure = '{name}'", every=True),
    )
    for name in ROLLED
}  # fmt: skip


def by_body(report: OpenReport) -> pd.DataFrame:
    """One row for each body in the total, in the order of the configuration: body, name, level, state, every count.

    A count is empty where the body does not know it. Raises CountsDoNotAdd when a control equation fails in some row.
    """
    found = _counted(report, ("body",)).set_index("body")
    table = standing(report)
    counted = table[table["state"].isin(COUNTED)].drop(columns="why").reset_index(drop=True)
    none = dict.fromkeys(ROLLED, 0)  # a body whose data cover the period and hold no dossier of it
    rows = [found.loc[b].to_dict() if b in found.index else none for b in counted["body"]]
    counts = pd.DataFrame(rows, columns=list(ROLLED), index=counted.index).astype("Int64")
    joined = pd.concat([counted, counts], axis=1)
    _check(joined)
    return joined


def by_field(report: OpenReport) -> pd.DataFrame:
    """One row for each level and field of the bodies in the total: level, field, every count, empty where some body there does not know it."""
    table = _counted(report, ("body", "level", "field"))
    table["field"] = table["field"].fillna("(không ghi lĩnh vực)")
    groups = table.groupby(["level", "field"], dropna=False, sort=True)
    sums = groups[list(ROLLED)].sum(min_count=1)
    known = groups[list(ROLLED)].count().eq(groups.size(), axis=0)
    found = sums.where(known).reset_index()
    return in_order(found.assign(order=found["level"].map(_level_order)), ["order", "field"]).drop(columns="order")


def _counted(report: OpenReport, by: Sequence[str]) -> pd.DataFrame:
    """Every count of each group, which begins with the body: what a body does not know at all is empty in all its groups.

    A field with no channel in its rows has none in that column, when other rows of the body state theirs.
    """
    facts = tuple(dict.fromkeys(f for needs in _STATED.values() for f in needs))
    table = tabulated(report, ITEMS, ROLLED, by, facts)
    of_body = (table if tuple(by) == ("body",) else tabulated(report, ITEMS, ROLLED, ("body",), facts)).set_index(
        "body"
    )
    for name, needs in _STATED.items():
        unknown = of_body[[f"f{facts.index(f)}" for f in needs]].astype(bool).any(axis=1)
        table[name] = table[name].astype("Int64").fillna(0).mask(table["body"].map(unknown))
    return table[[*by, *ROLLED]]


#: total → its parts, the class without a column last
EQUATIONS = (
    ("received_new", ("received_online", OFFLINE, "received_no_channel")),
    ("handled", ("received_new", "carried_over")),
    ("resolved", ("resolved_early", "resolved_on_time", "resolved_overdue", "resolved_no_due")),
    ("pending", ("pending_within", "pending_overdue", "pending_no_due")),
    ("handled", ("resolved", "pending")),
)


def _check(table: pd.DataFrame) -> None:
    for total, parts in EQUATIONS:
        known = table[[total, *parts]].notna().all(axis=1)
        wrong = table[known & (table[total] != table[list(parts)].sum(axis=1))]
        if len(wrong):
            raise CountsDoNotAdd(
                f"Cân đối không khớp: {total} ≠ {' + '.join(parts)}.",
                f"đơn vị {', '.join(wrong['name'])}",
                "Kiểm tra báo cáo gửi đến của đơn vị, hoặc báo lỗi cho người phát triển.",
            )


def _level_order(level: str) -> int:
    known = list(AUTHORITY_LEVELS)
    return known.index(level) if level in known else len(known)


def level_label(level: str) -> str:
    """The name of a level as the form groups by it."""
    return AUTHORITY_LEVELS.get(level, OTHER_LEVEL)


def levels(report: OpenReport) -> list[tuple[str, pd.DataFrame, pd.DataFrame]]:
    """The levels from the top down: label, standing of all its bodies, counts of those in the total."""
    every, counts = standing(report), by_body(report)
    found = sorted(set(every["level"]), key=_level_order)
    return [(level_label(x), every[every["level"] == x], counts[counts["level"] == x]) for x in found]


def require_sums(report: OpenReport) -> None:
    """Assert that the totals over the one table are the sums of what each body counts by itself; raises CountsDoNotAdd."""
    evaluation, table = Evaluation(report), by_body(report)
    for name, measure in ROLLED.items():
        whole, parts = evaluation.number(measure), int(table[name].fillna(0).sum())
        if whole != parts:
            raise CountsDoNotAdd(
                f"Tổng hợp không bằng tổng các đơn vị: {LABELS.get(name, name)} {whole} ≠ {parts}.",
                report.period.label,
                "Báo lỗi cho người phát triển kèm tên kỳ và bộ quy tắc đếm.",
            )


# --- figures ---------------------------------------------------------------------------------------------------------


def label_of(name: str) -> str:
    """The words for a count of the form."""
    return LABELS.get(name, "Hồ sơ mới nộp trực tiếp, qua bưu chính công ích")


def _rate(part: str, whole: str, label: str, base: str) -> Rate:
    return Rate(
        name=f"all_{part}_rate",
        label=label,
        part=ROLLED[part],
        part_label=label_of(part),
        whole=ROLLED[whole],
        base=base,
    )


_WIDER = "Hồ sơ mới nộp trực tiếp, qua bưu chính và hình thức khác, toàn địa bàn"
COUNTS = Block(
    section=SECTION,
    reference=FORM_REFERENCE,
    rolled_up=True,
    figures=tuple(
        Count(
            name=f"all_{name}_count",
            label=f"{label_of(name)}, toàn địa bàn",
            part=ROLLED[name],
            unit="hồ sơ",
            wider=(ROLLED[OTHER], _WIDER) if name == OFFLINE else None,
        )
        for name in (*NAMES[:3], "received_new", *NAMES[3:])
    ),
)
RATES = Block(
    section=SECTION,
    reference=FORM_REFERENCE,
    rolled_up=True,
    figures=(
        _rate("resolved", "handled", "Tỷ lệ hồ sơ đã giải quyết, toàn địa bàn", HANDLED_BASE),
        _rate("resolved_early", "resolved", "Tỷ lệ giải quyết trước hạn, toàn địa bàn", RESOLVED_BASE),
        _rate("resolved_overdue", "resolved", "Tỷ lệ giải quyết quá hạn, toàn địa bàn", RESOLVED_BASE),
        _rate("received_online", "received_new", "Tỷ lệ hồ sơ mới nộp trực tuyến, toàn địa bàn", "hồ sơ tiếp nhận mới trong kỳ"),
    ),
)  # fmt: skip
BLOCKS = (COUNTS, RATES)
#: names of the figures on the first screen, in order
HEADLINES = (
    "all_handled_count",
    "all_resolved_rate",
    "all_resolved_overdue_count",
    "all_pending_overdue_count",
    "all_resolved_count",
    "all_pending_count",
    "all_resolved_early_rate",
    "all_received_online_rate",
)


def indicators(report: OpenReport) -> list[Indicator]:
    """All figures of the roll-up; the sums of the bodies are held against the totals first."""
    require_sums(report)
    evaluation, table, expected = Evaluation(report), by_body(report), len(standing(report))
    return [_figure(evaluation, table, expected, b, f) for b in BLOCKS for f in b.figures]


def count_indicators(report: OpenReport) -> list[Indicator]:
    """The counts of the form over all bodies in the total."""
    names = {f.name for f in COUNTS.figures}
    return [i for i in indicators(report) if i.name in names]


def rate_indicators(report: OpenReport) -> list[Indicator]:
    """The shares over all bodies in the total that know both counts."""
    names = {f.name for f in RATES.figures}
    return [i for i in indicators(report) if i.name in names]


_NAME_OF = {measure: name for name, measure in ROLLED.items()}


def _figure(evaluation: Evaluation, table: pd.DataFrame, expected: int, block: Block, figure: Figure) -> Indicator:
    """One figure over the bodies that know all its counts; it says of how many it is when they are not all."""
    found = indicator(evaluation, block, figure)
    assert found is not None
    names = _counts_of(figure)
    known = table[table[names].notna().all(axis=1)]
    if known.empty:
        nothing = None if found.denominator is None else found.denominator
        return replace(found, numerator=None, denominator=nothing, gap=NO_DATA)
    covers = "" if len(known) == expected else f"{len(known)}/{expected} đơn vị"
    sums = [int(known[name].sum()) for name in names]
    whole = sums[1] if len(sums) > 1 else None
    return replace(found, numerator=sums[0], denominator=whole, covers=covers)


def _counts_of(figure: Figure) -> list[str]:
    """The names of the counts that a figure is made of."""
    return [_NAME_OF[m] for m in ((figure.part, figure.whole) if isinstance(figure, Rate) else (figure.part,))]


def bodies_behind(report: OpenReport) -> dict[str, frozenset[str]]:
    """For each figure the bodies that it is of: those in the total that know all its counts."""
    table = by_body(report)
    return {
        f.name: frozenset(table.loc[table[_counts_of(f)].notna().all(axis=1), "body"])
        for b in BLOCKS
        for f in b.figures
    }


def outcomes(report: OpenReport) -> pd.DataFrame:
    """Where the dossiers of the bodies in the total stand on the last day: outcome, label, n; every dossier once.

    Those whose body or due date does not tell are a class of their own.
    """
    table = by_body(report)
    found = {n: int(table[n].fillna(0).sum()) for n in STANDING if not n.endswith("_no_due")}
    for whole in ("resolved", "pending"):
        found[f"{whole}_no_due"] = int(table[whole].sum()) - sum(
            n for part, n in found.items() if part.startswith(f"{whole}_")
        )
    words = {
        **STANDING,
        "resolved_no_due": "Đã giải quyết, chưa rõ hạn",
        "pending_no_due": "Đang giải quyết, chưa rõ hạn",
    }
    rows = [(n, text, found[n]) for n, text in words.items() if found[n] or not n.endswith("_no_due")]
    return pd.DataFrame(rows, columns=["outcome", "label", "n"])


# --- what stands beside the figures ----------------------------------------------------------------------------------


def share(report: OpenReport) -> str:
    """ "4/5 đơn vị": of how many bodies the total is; "" when it is of all."""
    table = standing(report)
    counted = int(table["state"].isin(COUNTED).sum())
    return "" if counted == len(table) else f"{counted}/{len(table)} đơn vị"


def notes(report: OpenReport) -> tuple[str, ...]:
    """Of how many bodies the totals are; every missing one and every one apart by name, with the reason."""
    table = standing(report)
    counted = table[table["state"].isin(COUNTED)]
    own, sent = (int((table["state"] == s).sum()) for s in COUNTED)
    lines = [
        f"Số liệu là của {len(counted)}/{len(table)} đơn vị: {own} đơn vị đếm từ dữ liệu hồ sơ, {sent} đơn vị theo báo cáo gửi đến."
    ]
    for state, words in (("missing", "Chưa có số liệu"), ("apart", "Để riêng, không cộng vào tổng")):
        lines += [f"{words}: {r['name']} ({r['why']})." for r in table[table["state"] == state].to_dict("records")]
    return (*lines, *_judged_lines(report, counted), *_cross_check_lines(report))


def _judged_lines(report: OpenReport, counted: pd.DataFrame) -> Iterator[str]:
    """The bodies in the total whose open dossiers are judged before the cut-off, for they or their exports end before it."""
    judged = _judged_on(report)
    for row in counted[(counted["state"] == "data") & counted["body"].isin(list(judged))].to_dict("records"):
        yield f"{row['name']}: hồ sơ đang giải quyết còn hạn hay quá hạn là theo ngày {judged[row['body']]:%d/%m/%Y}."


def _cross_check_lines(report: OpenReport) -> Iterator[str]:
    for name, rows in cross_check(report).groupby("name", sort=False):
        yield (
            f"{name}: báo cáo gửi đến khác dữ liệu hồ sơ ở {len(rows)} số đếm; tổng lấy theo dữ liệu hồ sơ, xem bảng đối chiếu "
            "rồi hỏi lại đơn vị."
        )


def shared(report: OpenReport) -> pd.DataFrame:
    """Dossiers that two bodies hold: dossier_code, body_name (that counts it), other_name, why, place of the other row."""
    names = dict(
        zip(*(report.store.query(f"SELECT body, name FROM {MEMBERS}")[n] for n in ("body", "name")), strict=True)
    )
    found = report.store.query(f"SELECT * FROM {SHARED} ORDER BY dossier_code, other")
    place = [f"{r['source_file']}, dòng {r['source_row']}" for r in found.to_dict("records")]
    return found.assign(body_name=found["body"].map(names), other_name=found["other"].map(names), place=place)


def cross_check(report: OpenReport) -> pd.DataFrame:
    """Bodies counted from their own dossiers that sent a report of the very same too: each count that the two say otherwise.

    Columns: name, label, own, sent, difference (own less sent). Equal counts have no row; what one does not know is not compared.
    """
    counted = {r["body"]: r for r in by_body(report).to_dict("records") if r["state"] == "data"}
    told = [r for r in _sent_counts(report).to_dict("records") if r["body"] in counted and r["measure"] in NAMES]
    rows = []
    for body, measure, sent in ((counted[r["body"]], r["measure"], int(r["amount"])) for r in told):
        own = body[measure]
        if not pd.isna(own) and own != sent:
            rows.append((body["name"], label_of(measure), int(own), sent, int(own) - sent))
    return pd.DataFrame(rows, columns=["name", "label", "own", "sent", "difference"])


def _sent_counts(report: OpenReport) -> pd.DataFrame:
    """What reports of this period and rule set say, as (body, measure, amount); what some line does not know is left out."""
    period = report.period
    found = report.store.query(
        f"SELECT body, measure, CAST(sum(amount) AS BIGINT) AS amount, count(*) FILTER (WHERE amount IS NULL) AS unknown "
        f"FROM {SENT} WHERE starts = {day(period.start)} AND ends = {day(period.end)} AND rule_set = '{rules_mark(report)}' "
        f"AND state = 'published' GROUP BY body, measure"
    )
    known = found[(found["unknown"] == 0) & found["amount"].notna()]
    order = known["measure"].map({name: at for at, name in enumerate(NAMES)})
    return known.assign(order=order).sort_values(["body", "order"], ignore_index=True)


def apart(report: OpenReport) -> pd.DataFrame:
    """Bodies outside the total of which something is known: name, why, counts by another rule set, period or part."""
    table = standing(report)
    rows = []
    for one in table[table["state"] == "apart"].to_dict("records"):
        rows.append({"name": one["name"], "why": one["why"], **_apart_counts(report, one["body"])})
    return pd.DataFrame(rows, columns=["name", "why", *NAMES])


def _apart_counts(report: OpenReport, body: str) -> dict[str, int | None]:
    """What is known of a body apart: its own dossiers as far as they go, else what it sent in."""
    own = ", ".join(f"count(*) FILTER (WHERE {_OF[n].where}) AS {n}" for n in NAMES)
    facts = {ENDED: "unended", OLD_ENDED: "old_unended"}
    own += "".join(f", count(*) FILTER (WHERE ({f.who}) AND NOT ({f.stated})) AS {n}" for f, n in facts.items())
    found = report.store.query(
        f"{live_sql(report.period, report.rules, ('body',), of_bodies=_judged_on(report))} SELECT {own}, count(*) AS everything FROM live WHERE body = '{body}'"
    ).iloc[0]
    if found["everything"]:
        unknown = {f for f, n in facts.items() if found[n]}
        return {n: None if unknown.intersection(_OF[n].needs) else int(found[n]) for n in NAMES}
    sent = report.store.query(
        f"SELECT measure, CAST(sum(amount) AS BIGINT) AS amount, count(*) FILTER (WHERE amount IS NULL) AS unknown FROM {SENT} "
        f"WHERE body = '{body}' AND starts <= {day(report.period.end)} AND ends >= {day(report.period.start)} GROUP BY measure"
    )
    known = sent[(sent["unknown"] == 0) & sent["amount"].notna()]
    return {n: next((int(v) for v in known.loc[known["measure"] == n, "amount"]), None) for n in NAMES}


def ranking(report: OpenReport) -> pd.DataFrame:
    """The bodies in the total by the share of resolved dossiers that were in time, best first; equal shares share a rank.

    Columns: rank, name, level_label, origin, handled, resolved, in_time_rate, overdue, online_rate, pending_overdue. Who does
    not know the share, or resolved nothing, has no rank and stands last.
    """
    table = by_body(report)
    in_time = table["resolved_early"] + table["resolved_on_time"]
    judged = in_time + table["resolved_overdue"]
    rate = (100 * in_time.astype("Float64") / judged.where(judged > 0)).astype("Float64")
    new = table["received_new"]
    online = (100 * table["received_online"].astype("Float64") / new.where(new > 0)).astype("Float64")
    found = table.assign(
        in_time_rate=rate,
        online_rate=online,
        rank=rate.rank(method="min", ascending=False).astype("Int64"),
        level_label=table["level"].map(level_label),
        origin=table["state"].map({"data": "dữ liệu hồ sơ", "sent": "báo cáo gửi đến"}),
    )
    return found.sort_values(["rank"], na_position="last", kind="stable", ignore_index=True)
