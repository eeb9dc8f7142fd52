"""Which indicator a figure of the narrative is: by the words beside it, or said to be untied; nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from tthc_analysis.indicators import Indicator
from tthc_analysis.reconcile._mentions import Mention
from tthc_analysis.reconcile._reading import Reading
from tthc_analysis.reconcile._result import Remark, Status
from tthc_analysis.reconcile._rules import ReconcileRules, Tie
from tthc_analysis.reconcile._text import any_phrase, fold, lower, phrase

HERE = " | "
DOSSIER = "hồ sơ"

_IN_YEAR = re.compile(r"(?:^|, |; |trong )(?:năm|nam) (20\d\d)(?![-–\d])")
_STANDS_BARE = re.compile(r"\s*(?:$|[,.;:()/]|và |so với )")

NO_WORDS = "không có từ nào cho biết đây là chỉ tiêu gì"
OTHER_SCOPE = "số của kỳ khác, một phần hoặc phép so sánh"
A_GOAL = "chỉ tiêu, mục tiêu; không phải kết quả"
NO_FIGURE = "chưa có số liệu của chỉ tiêu này để so"
TWO_MEANINGS = "các từ bên cạnh chỉ hai chỉ tiêu khác nhau"
A_ROW = "dòng của một bảng không còn cột (PDF); đối soát bản Word hoặc Excel"
A_RANGE = "khoảng số, không so được với một số đếm"


@dataclass(frozen=True)
class Tied:
    """A figure and the indicators whose sum it is; `names` is empty when untied, `reason` then says why."""

    mention: Mention
    names: tuple[str, ...] = ()
    reason: str = ""
    carried: str = ""
    right_end: int = 0

    @property
    def key(self) -> str:
        """The name of the quantity: one indicator or several joined."""
        return " + ".join(self.names)


@dataclass(frozen=True)
class Outcome:
    """One figure checked, with its remark when it is wrong."""

    tied: Tied
    status: Status
    expected: str = ""
    reason: str = ""
    remark: Remark | None = None


@dataclass(frozen=True)
class Window:
    """Lowered words around a figure: `left` and `right` in its own clause, `before` in its sentence.

    `context` is everything above and before the figure, `whole` goes on to the end of the sentence.
    """

    left: str
    right: str
    before: str
    context: str
    whole: str
    right_end: int

    @property
    def near(self) -> str:
        """The words of the figure's own clause, the figure itself as a bar."""
        return self.left + HERE + self.right


def tie_all(reading: Reading) -> tuple[tuple[Tied, ...], ...]:
    """Every figure of running text with what it is, by block."""
    return tuple(tuple(_tie_block(reading, block)) for block in range(len(reading.blocks)))


def _tie_block(reading: Reading, block: int) -> Iterator[Tied]:
    used = 0
    for index, mention in enumerate(reading.mentions[block]):
        window = window_of(reading, mention, index, used)
        tied = _tie(reading, mention, window)
        used = tied.right_end or mention.unit_end
        yield tied


def _cuttable(lowered: str, rules: ReconcileRules) -> str:
    """`lowered` with the commas that join blanked, so that only the separating ones remain."""
    for pattern in rules.joined:
        lowered = phrase(pattern).sub(lambda m: m.group().replace(",", " "), lowered)
    return lowered


def window_of(reading: Reading, mention: Mention, index: int, used: int = 0) -> Window:
    """The words that may name a figure: from the one before it (whose own words are `used`) to the one after it."""
    lowered = reading.lowered[mention.block]
    cuttable = _cuttable(lowered, reading.rules)
    first, last = reading.sentence(mention.block, mention.start)
    others = reading.mentions[mention.block]
    following = others[index + 1].start if index + 1 < len(others) else last
    left_from = _left_start(cuttable, max(first, used), mention.start)
    right_to = _right_end(cuttable, mention.end, min(following, last), following < last)
    lead = reading.leads[mention.block]
    above = [lower(h) for h in reading.blocks[mention.block].place.headings[-1:]]
    above += [reading.lowered[lead]] if lead is not None else []
    return Window(
        lowered[left_from : mention.start].strip(),
        lowered[mention.end : right_to].strip(),
        lowered[first : mention.start],
        " ".join([*above, lowered[first : mention.start]]),
        " ".join([*above, lowered[first : mention.start], HERE, lowered[mention.end : last]]),
        right_to,
    )


def _left_start(cuttable: str, first: int, start: int) -> int:
    """After the last comma, semicolon or opening bracket before the figure."""
    return max([first, *(m.end() for m in re.finditer(r"[,;(]|\. ", cuttable[:start]) if m.end() > first)])


def _right_end(cuttable: str, end: int, last: int, more: bool) -> int:
    """At the next punctuation mark; without one before a following figure, at the “và” that leads to it."""
    cut = re.search(r"[,;:()]|\.(?=\s|/|$)", cuttable[end:last])
    if cut:
        return end + cut.start()
    joint = re.search(r"\s(?:và|va)\s", cuttable[end:last]) if more else None
    return end + joint.start() if joint else last


def _tie(reading: Reading, mention: Mention, window: Window) -> Tied:
    if mention.kind == "range" or mention.block in reading.table_rows:
        return Tied(mention, reason=A_RANGE if mention.kind == "range" else A_ROW)
    if reading.is_goal(mention.block) or any_phrase(reading.rules.goals, window.before):
        return Tied(mention, reason=A_GOAL)
    unit = mention.unit or _unit_before(reading, mention, window)
    matching = [t for t in reading.rules.ties if _kind_fits(t, mention) and _matches(t, window, unit)]
    if _elsewhere(reading, window, unit):
        matching = [t for t in matching if t.anyhow]
        if not matching:
            return Tied(mention, reason=OTHER_SCOPE)
    if not matching:
        return _tie_by_label(reading, mention, window, unit)
    chosen = matching[0]
    if chosen.rival and any(t.rival == chosen.rival and t.names != chosen.names for t in matching):
        return Tied(mention, reason=TWO_MEANINGS)
    names, carried = chosen.names, chosen.carried
    if carried and _includes_carried(reading, mention, carried):
        names, carried = (carried,), ""
    return Tied(mention, names, "", carried, _used_right(chosen, window))


def _kind_fits(tie: Tie, mention: Mention) -> bool:
    """Percentages and fractions are rates: the words after a fraction often name its base, not its numerator."""
    return (tie.kind == "rate") == (mention.kind in ("percent", "fraction"))


def _matches(tie: Tie, window: Window, unit: str) -> bool:
    if tie.kind == "count" and tie.unit != unit:
        return False
    near = window.near
    if not any_phrase(tie.near, near) or any_phrase(tie.without, near):
        return False
    if tie.context and not any_phrase(tie.context, window.whole):
        return False
    return not any_phrase(tie.without_context, window.context)


def _used_right(tie: Tie, window: Window) -> int:
    """The end of the right words when they named the figure, so that the next one does not take them too."""
    return window.right_end if any_phrase(tie.near, HERE + window.right) else 0


def _unit_before(reading: Reading, mention: Mention, window: Window) -> str:
    """The unit of a bare number: the first unit named before it in its clause, its sentence, or the lead of its list.

    None when a word follows the number, for that word is a unit that the rules do not know.
    """
    if not _STANDS_BARE.match(reading.blocks[mention.block].text, mention.end):
        return ""
    lead = reading.leads[mention.block]
    for text in (window.left, window.before, reading.lowered[lead] if lead is not None else ""):
        found = [
            (match.start(), -len(match.group()), unit)
            for unit, names in reading.rules.units.items()
            for name in names
            if (match := phrase(re.escape(name)).search(text))
        ]
        if found:
            return min(found)[2]
    return ""


def _elsewhere(reading: Reading, window: Window, unit: str) -> bool:
    """Whether the words say that the figure is of another period, a comparison or a part."""
    rules = reading.rules
    if any_phrase(rules.other_scope, window.near) or any_phrase(rules.other_period, window.before):
        return True
    year = _IN_YEAR.search(window.before)
    if year and reading.period is not None and int(year[1]) != reading.period.end.year:
        return True
    around = {DOSSIER: f"{window.context} {window.right}", "%": window.near}.get(unit, "")
    return any_phrase(rules.other_scope_dossiers, around) or (bool(around) and reading.names_part(fold(around)))


def _includes_carried(reading: Reading, mention: Mention, carried: str) -> bool:
    """Whether a figure that equals the total with carried-over dossiers says so in the rest of its sentence."""
    figure = reading.figures.get(carried)
    _, last = reading.sentence(mention.block, mention.start)
    rest = reading.lowered[mention.block][mention.end : last]
    return figure is not None and figure.value == mention.value and bool(phrase("kỳ trước").search(rest))


def _tie_by_label(reading: Reading, mention: Mention, window: Window, unit: str) -> Tied:
    """The indicator whose own label stands beside the figure; the longest label wins."""
    wanted = "rate" if mention.kind == "percent" else "count"
    near = window.near
    fitting = [
        figure
        for figure in reading.figures.values()
        if figure.kind == wanted and (wanted == "rate" or figure.unit in (unit, "")) and _says(figure, near)
    ]
    if not fitting:
        return Tied(mention, reason=NO_WORDS)
    return Tied(mention, (max(fitting, key=lambda f: len(f.label)).name,))


def _says(figure: Indicator, near: str) -> bool:
    return figure.label.count(" ") >= 2 and bool(phrase(re.escape(figure.label)).search(near))


def expected_value(reading: Reading, names: tuple[str, ...]) -> Decimal | None:
    """The unrounded value of the indicators together; None when one of them is unknown."""
    values = [reading.figures[n].value if n in reading.figures else None for n in names]
    if not values or any(v is None for v in values):
        return None
    return sum((Decimal(v) for v in values if v is not None), Decimal(0))


def same_pair(reading: Reading, mention: Mention, named: tuple[str, ...]) -> tuple[str, ...]:
    """The rate of which a printed fraction is both counts when its words name a rate at all; empty if none."""
    pair = (mention.value, mention.base)
    same = [f.name for f in reading.figures.values() if (f.numerator, f.denominator) == pair]
    return tuple([n for n in named if n in same] or (same[:1] if named else []))


def of_another_unit(reading: Reading, mention: Mention, window: Window) -> tuple[str, ...]:
    """The indicator that the words and the value name while the printed unit is another's; empty if none."""
    for tie in reading.rules.ties:
        value = expected_value(reading, tie.names)
        other = tie.kind == "count" and mention.unit and tie.unit != mention.unit
        if other and value == mention.value and value > 9 and _matches(tie, window, tie.unit):
            return tie.names
    return ()


def label_of(reading: Reading, names: tuple[str, ...]) -> str:
    """The Vietnamese label of the indicators together."""
    return " và ".join(reading.figures[n].label if n in reading.figures else n for n in names)
