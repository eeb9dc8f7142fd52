"""Increases and decreases: the printed change against both printed numbers, and its direction."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from tthc_analysis.reconcile._checks import Checks, shown
from tthc_analysis.reconcile._facts import Fact
from tthc_analysis.reconcile._rates import percentage, printed_percent


def check_growth(checks: Checks, facts: Sequence[Fact]) -> None:
    """SL12 for a change that the two numbers it compares do not give."""
    for index, fact in enumerate(facts):
        if fact.role == "change" and not fact.mention.approximate:
            _change(checks, facts, index)


def _change(checks: Checks, facts: Sequence[Fact], index: int) -> None:
    change = facts[index]
    percent = change.mention.kind == "percent"
    before = former_number(facts, index)
    now = changed_number(facts, index, before)
    if now is None and before is not None and percent:
        _step_of(checks, facts, index, before)
    if now is None or now.mention.approximate:
        return
    if before is not None:
        _against_both(checks, change, now, before)
    elif percent:
        _against_step(checks, facts, index, now)


def former_number(facts: Sequence[Fact], index: int) -> Fact | None:
    """The number of the period compared with: in the same sentence, nearest to the change."""
    change = facts[index]
    near = [f for f in facts if f.role == "previous" and _same_sentence(f, change) and f.mention.approximate == ""]
    kinds = [f for f in near if f.mention.kind in ("count", "percent")]
    if change.mention.kind == "count":
        kinds = [f for f in kinds if f.mention.kind == "count"]
    return min(kinds, key=lambda f: abs(f.mention.start - change.mention.start)) if kinds else None


def _same_sentence(one: Fact, other: Fact) -> bool:
    return (one.mention.block, one.segment.sentence) == (other.mention.block, other.segment.sentence)


def changed_number(facts: Sequence[Fact], index: int, before: Fact | None) -> Fact | None:
    """The number that has changed: the last value of the same kind and unit before the change."""
    change = facts[index]
    kind = before.mention.kind if before is not None else "count"
    mine = [
        f
        for f in facts[:index]
        if f.role == "value" and f.mention.kind == kind and f.mention.block == change.mention.block
        and (kind == "percent" or before is None or f.unit == before.unit)
        and f.segment.sentence in (change.segment.sentence, change.segment.sentence - 1)
    ]  # fmt: skip
    same = [f for f in mine if _same_sentence(f, change)]
    if not same:
        mine = [
            f
            for f in facts[:index]
            if f.role == "value" and f.mention.kind == kind and f.unit == (before or change).unit
        ]
        tops = [f for f in mine if change.cls and f.cls == change.cls and not f.body and not f.subject]
        return tops[0] if len({f.value for f in tops}) == 1 else None
    flat = [f for f in same if f.parent is None] or same
    return flat[0] if len(flat) > 1 and flat[0].cls == (before.cls if before else "") != "" else flat[-1]


def _against_both(checks: Checks, change: Fact, now: Fact, before: Fact) -> None:
    difference = now.value - before.value
    if change.mention.kind == "count" or (now.mention.kind == "percent" and change.unit == "điểm"):
        right, shown_right = difference, shown(abs(difference))
        ok = abs(abs(right) - change.value) <= now.slack + before.slack
    elif now.mention.kind == "percent":
        relative = percentage(abs(difference), before.value, change.mention.decimals) if before.value else Decimal(0)
        ok = change.value in (abs(difference), relative)
        shown_right = printed_percent(abs(difference))
    else:
        if before.value == 0:
            return
        exact = abs(difference) * 100 / before.value
        ok = abs(exact - change.value) < change.mention.step
        shown_right = printed_percent(percentage(abs(difference), before.value, change.mention.decimals))
    direction = difference == 0 or (difference > 0) == (change.sign > 0)
    if ok and direction:
        checks.agree(change, now, before)
        return
    word = "tăng" if difference > 0 else "giảm"
    checks.differ(
        "SL12", change, [change, now, before], f"{word} {shown_right}", now=now.mention.text, before=before.mention.text
    )


def _step_of(checks: Checks, facts: Sequence[Fact], index: int, before: Fact) -> None:
    """“so với 2.070 hồ sơ tăng 248 hồ sơ, tương ứng 12%”: the step and the former number give the percentage."""
    change = facts[index]
    steps = [f for f in facts[max(0, index - 1) : index] if f.role == "change" and f.mention.kind == "count"]
    if not steps or not _same_sentence(steps[0], change) or steps[0].sign != change.sign or not before.value:
        return
    now = before.value + change.sign * steps[0].value
    if abs(steps[0].value * 100 / before.value - change.value) < change.mention.step:
        checks.agree(change, before, steps[0])
    else:
        right = printed_percent(percentage(steps[0].value, before.value, change.mention.decimals))
        word = "tăng" if change.sign > 0 else "giảm"
        involved = [change, before, steps[0]]
        checks.differ("SL12", change, involved, f"{word} {right}", now=shown(now), before=before.mention.text)


def _against_step(checks: Checks, facts: Sequence[Fact], index: int, now: Fact) -> None:
    """“tăng 9.600 hồ sơ (61,5%)”: the step and the present number give the former one."""
    change = facts[index]
    near = [*facts[max(0, index - 1) : index], *facts[index + 1 : index + 2]]
    steps = [f for f in near if f.role == "change" and f.mention.kind == "count" and _same_sentence(f, change)]
    if not steps or steps[0].sign != change.sign or steps[0].unit != now.unit:
        return
    before = now.value - steps[0].sign * steps[0].value
    if before <= 0:
        return
    exact = steps[0].value * 100 / before
    if abs(exact - change.value) < change.mention.step:
        checks.agree(change, now, steps[0])
    else:
        right = printed_percent(percentage(steps[0].value, before, change.mention.decimals))
        word = "tăng" if change.sign > 0 else "giảm"
        checks.differ(
            "SL12", change, [change, now, steps[0]], f"{word} {right}", now=now.mention.text, before=shown(before)
        )
