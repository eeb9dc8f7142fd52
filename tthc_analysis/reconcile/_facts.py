"""What each figure of the running text is: its class, level, unit, subject, role, its parts and its shares."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

from tthc_analysis.reconcile._mentions import Mention
from tthc_analysis.reconcile._reading import Reading
from tthc_analysis.reconcile._rules import PartWords, ReconcileRules
from tthc_analysis.reconcile._segments import Segment, segments
from tthc_analysis.reconcile._spans import spans as find_spans
from tthc_analysis.reconcile._text import any_phrase, fold, lower, phrase, phrases

Scope = tuple[int, str, str]

_NAMED = re.compile(
    r"(?:[Ss]ở|[Pp]hòng|[Hh]uyện|[Xx]ã|[Pp]hường|[Tt]hị trấn|[Qq]uận|[Tt]hị xã|[Tt]hành phố|[Cc]hi cục|[Cc]ục|[Vv]ụ|"
    r"[Bb]an [Qq]uản lý|Công an|Bảo hiểm|[Tt]rường|UBND(?: (?:huyện|xã|phường|quận|thị xã|thành phố|tỉnh))?)"
    r"(?P<name>(?:,? [^\W\d_][\w&-]*)+)"
)
_FIELD = re.compile(r"(?<!\w)(?:lĩnh vực|thủ tục|nhóm|khối) [“\"]?(?!hành chính|thuộc)[^\d,;:.()”\"]{3,40}")
_ASIDE = re.compile(r"(?<!\w)(?:lũy kế (?:từ|đến|tới|năm)|từ đầu năm|trong (?:tuần|ngày)|riêng[^\d,;:.()]{0,40})")


_COMPARED = re.compile(r"(?:so voi|cung ky|hon|tu)(?: [^\W\d_]+){0,3} $")
_PERCENT = re.compile(r"\d[\d.,]*\s?%")
_VERBS = frozenset(
    [
        "đã",
        "tiếp",
        "có",
        "là",
        "đang",
        "nhận",
        "giải",
        "được",
        "chuyển",
        "với",
        "trong",
        "đạt",
        "xử",
        "trả",
        "hoàn",
        "thực",
        "còn",
        "đều",
        "báo",
        "ban",
    ]
)
#: a part of a count of such a class is of that class only
_PARTS = frozenset(
    [
        "online",
        "direct",
        "post",
        "offline",
        "late",
        "early",
        "on_time",
        "in_time",
        "full",
        "partial",
        "info",
        "returned",
        "carried",
    ]
)
#: units of which dossiers' classes (received, resolved, late …) can be said
_STATES = ("hồ sơ", "phản ánh", "kết quả", "")


@dataclass(eq=False)
class Fact:
    """One figure understood: `cls` is its class ("late", "received"…), `parent` the count it is a part of.

    `role`: value, previous (of the period compared with), change (an increase or decrease), goal, aside.
    """

    mention: Mention
    segment: Segment
    label: str
    cls: str = ""
    unit: str = ""
    body: str = ""
    subject: str = ""
    role: str = "value"
    sign: int = 0
    parent: Fact | None = None
    cue: str = ""
    share_of: Fact | None = None
    scope: Scope = (0, "", "")
    shares: list[Fact] = field(default_factory=list)
    children: list[Fact] = field(default_factory=list)

    @property
    def value(self) -> Decimal:
        """The printed number."""
        return self.mention.value

    @property
    def counts(self) -> bool:
        """Whether it is a count of this period that sums may use."""
        return self.mention.kind in ("count", "fraction") and self.role == "value"

    @property
    def slack(self) -> Decimal:
        """How far the true number may be from the printed one: half a unit of the last digit when it is rounded."""
        return self.mention.step / 2 if self.mention.step > 1 else Decimal(0)


def classify(label: str, rules: ReconcileRules) -> str:
    """The class that the words of a clause name; empty when they name none or two that exclude each other."""
    text = phrases(rules.names).sub(lambda m: " " * len(m.group()), label)
    has = {name: phrases(patterns).search(text) is not None for name, patterns in rules.classes.items()}
    if has["returned"]:
        return "returned"
    if has["late"]:
        late = has["pending"] and (has["resolved"] and "chưa" in text) and "đã" in text
        return "" if late else "pending_late" if has["pending"] else "late"
    if has["early"] or has["on_time"]:
        return "in_time" if has["early"] and has["on_time"] else "early" if has["early"] else "on_time"
    if has["carried"]:
        return "carried"
    return _by_state(has)


def _by_state(has: Mapping[str, bool]) -> str:
    """The class by state, then channel, then level of service; the first row whose condition holds."""
    channels = [name for name in ("online", "direct", "post") if has[name]]
    done = has["resolved"] and not (has["received"] or has["whole"])
    services = has["full"] or has["partial"] or has["info"]
    rows = (
        (has["whole"] and not channels, "received"),
        (has["within"], "pending_only" if has["pending"] else "pending_within"),
        (has["pending"], "pending"),
        (has["due"], "due"),
        (bool(channels), "" if done else _channel(channels, has)),
        (services, _service(has)),
        (has["new"] and not has["resolved"], "new"),
        (has["received"] and has["resolved"], "both"),
        (has["resolved"], "resolved"),
        (has["received"] or has["total"], "received"),
    )
    return next((name for holds, name in rows if holds), "")


def _service(has: Mapping[str, bool]) -> str:
    """The one level of service that is named."""
    named = [n for n in ("full", "partial", "info") if has[n]]
    return named[0] if len(named) == 1 else ""


def _channel(channels: Sequence[str], has: Mapping[str, bool]) -> str:
    """A channel; “trực tuyến toàn trình” names the level of a service, not a channel."""
    if channels == ["online"] and (has["full"] or has["partial"] or has["info"]):
        return _service(has)
    return {"direct post": "offline"}.get(" ".join(channels), channels[0] if len(channels) == 1 else "")


def read_facts(reading: Reading) -> list[Fact]:
    """Every figure of the running text in reading order, with parents, shares and scopes."""
    reader = _Reader(reading)
    for block in range(len(reading.blocks)):
        reader.read(block)
    return reader.facts


class _Reader:
    """Goes through the narrative once and carries what a figure takes from the words before it."""

    def __init__(self, reading: Reading) -> None:
        self.reading, self.rules = reading, reading.rules
        self.facts: list[Fact] = []
        self.leads: dict[int, Fact] = {}
        self.subject = self.body = ""
        self.subjects: set[tuple[str, str]] = set()
        self.run = 0
        self.own = _own_names(reading)
        self.seen: dict[Scope, dict[str, Decimal]] = {}
        self.turn: dict[tuple[int, str, str], int] = {}

    def read(self, block: int) -> None:
        """Read one block."""
        kind = self.reading.blocks[block].kind
        if kind in ("heading", "cell"):
            self.run += kind == "heading" or block == 0 or self.reading.blocks[block - 1].kind != "cell"
            self.subject = self.body = ""
            return
        if block in self.reading.table_rows:
            return
        found = self.reading.mentions[block]
        lowered = self.reading.lowered[block]
        pieces = segments(lowered, self.reading.sentences[block], found, self.rules)
        mine: list[Fact] = []
        for index, piece in enumerate(pieces):
            if index == 0 or pieces[index - 1].sentence != piece.sentence:
                self._begin(block, piece, first=index == 0)
                self.subjects = set()
            self._subject(block, piece)
            for mention in (m for m in found if piece.start <= m.start < piece.end):
                self.subjects.add((self.body, self.subject))
                mine.append(self._fact(block, piece, mention, pieces[:index], mine))
        self._shares_before(lowered, mine)
        self.facts += mine
        self._remember_lead(block, mine)

    # --- subject ------------------------------------------------------------------------------------------------------

    def _begin(self, block: int, piece: Segment, *, first: bool) -> None:
        """At a new paragraph the subject of the one before ends, unless the sentence goes on about it."""
        lead = self.reading.leads[block]
        if len(self.subjects) > 1:
            self.subject = self.body = ""
        if not first:
            return
        if lead is not None and lead in self.leads:
            self.subject, self.body = self.leads[lead].subject, self.leads[lead].body
        elif not phrases(self.rules.parts.follow).match(self.reading.lowered[block], piece.start):
            self.subject = self.body = ""

    def _subject(self, block: int, piece: Segment) -> None:
        """The level, name, field or span that the figures from here on are of."""
        text = self.reading.blocks[block].text[piece.start : piece.end]
        found = [full for name, full in _names(text) if fold(name) not in self.own]
        lowered = lower(text)
        fields = [m.group().strip() for m in _FIELD.finditer(lowered)]
        asides = [m.group().strip() for m in _ASIDE.finditer(lowered)]
        own = self.reading.own_span
        folded = fold(text)
        others = [s for s in find_spans(block, folded) if own is not None and not own.same(s)]
        spans = [s.label for s in others if not _COMPARED.search(folded[: s.start])]
        named = [lower(n) for n in found] + fields + asides + spans
        named_bodies = re.sub(r"(?<!\w)và \d+ [^\d,;:.()]+?(?= (?:đã |tiếp |trong ))", " ", lowered)
        bodies = [b for b, p in self.rules.bodies.items() if phrases(p).search(named_bodies)]
        body = bodies[0] if len(bodies) == 1 else "toàn bộ" if bodies else ""
        if body or named:
            self.body = "" if body == "toàn bộ" else body or self.body
            self.subject = " ".join(named)

    # --- figures ------------------------------------------------------------------------------------------------------

    def _fact(
        self, block: int, piece: Segment, mention: Mention, before: Sequence[Segment], mine: Sequence[Fact]
    ) -> Fact:
        lowered = self.reading.lowered[block]
        label = _label(lowered, piece, mention)
        if not re.search(r"[^\W\d_]{2}", label) and piece.opens == "(" and before:
            outer = before[-1]
            if not any(outer.start <= f.mention.start < outer.end for f in mine):
                label = lowered[outer.start : outer.end]
        fact = Fact(mention, piece, label, subject=self.subject, body=self.body)
        fact.unit = mention.unit or self._kind_after(lowered, mention) or self._unit(label, mine)
        fact.role, fact.sign = self._role(block, piece, mention, before, mine)
        if mention.kind != "percent":
            fact.cls = self._class(fact, mine)
            if fact.unit not in _STATES and fact.cls not in ("full", "partial", "info"):
                fact.cls = ""
            self._parent(block, fact, before, mine)
            if not fact.cls and fact.body:
                fact.cls = self._class_of_levels(fact, mine)
            fact.scope = self._scope(fact)
        else:
            fact.cls = classify(label, self.rules)
            fact.scope = (self.run, fact.subject, fact.body)
            self._share(fact, lowered, mine)
        return fact

    def _kind_after(self, lowered: str, mention: Mention) -> str:
        """“đơn vị” when the word after a bare number is a kind of body: 18/22 quận, huyện."""
        words = phrases(self.rules.kinds["đơn vị"]).match(lowered[mention.end :].lstrip())
        return "đơn vị" if words is not None and mention.kind != "percent" else ""

    def _unit(self, label: str, mine: Sequence[Fact]) -> str:
        for unit, names in self.rules.units.items():
            if any(phrase(re.escape(n)).search(label) for n in names) and unit != "%":
                return unit
        return next((f.unit for f in reversed(mine) if f.mention.kind != "percent" and f.unit), "")

    def _role(
        self, block: int, piece: Segment, mention: Mention, before: Sequence[Segment], mine: Sequence[Fact]
    ) -> tuple[str, int]:
        """Value, about, goal, change (with its sign), previous or aside, by the words before and after the figure."""
        rules, lowered = self.rules.parts, self.reading.lowered[block]
        left = lowered[piece.start : mention.start]
        sentence = lowered[self.reading.sentence(block, mention.start)[0] : mention.start]
        goal = self.reading.is_goal(block) or any_phrase(self.rules.goals, sentence)
        if mention.approximate or goal:
            return ("about" if mention.approximate else "goal"), 0
        words = _run_before(lowered, piece, before, mine) + _words_before(lowered, piece, mention, mine)
        down = any_phrase(rules.down, left)
        changes = down or any_phrase(rules.up, left)
        if changes and re.search(r"(?<!\w)(?:từ|đến|còn|xuống|lên)\s*$", left):
            return "aside", 0
        if any_phrase(rules.before, left) or (not changes and any_phrase(rules.before, words)):
            return "previous", 0
        if changes:
            return "change", -1 if down else 1
        planned = mention.kind == "percent" and any_phrase(rules.no_share, lowered[mention.end : piece.end])
        aside = planned or any_phrase(rules.aside, lowered[piece.start : piece.end])
        return ("aside" if aside else "value"), 0

    def _class(self, fact: Fact, mine: Sequence[Fact]) -> str:
        """The class by its own words; “trong hạn”, “quá hạn” after the open dossiers of a sentence are theirs."""
        cls = classify(fact.label, self.rules)
        state = self._state(fact, mine)
        if state == "pending" and not any_phrase(self.rules.classes["resolved"], fact.label.replace("giải quyết", " ")):
            cls = {"late": "pending_late", "on_time": "pending_within", "pending_only": "pending_within"}.get(cls, cls)
        return cls

    @staticmethod
    def _class_of_levels(fact: Fact, mine: Sequence[Fact]) -> str:
        """The class of a level that names none: of the whole, or of the level before it in the sentence."""
        if fact.parent is not None:
            return fact.parent.cls
        before = [f for f in mine if f.body and f.counts and f.segment.sentence == fact.segment.sentence]
        return before[-1].cls if before else ""

    def _state(self, fact: Fact, mine: Sequence[Fact]) -> str:
        """The last state named before in the sentence, or by the lead of the list."""
        same = [f for f in mine if f.segment.sentence == fact.segment.sentence]
        states = [f.cls for f in same if f.cls in ("pending", "resolved", "received", "both")]
        if states:
            return states[-1]
        text = self.reading.lowered[fact.mention.block]
        said = phrases(("trong số[^,;.]*(?:đang|còn lại)[^,;.]*",)).search(text[: fact.mention.start])
        lead = self.reading.leads[fact.mention.block]
        above = self.leads.get(lead) if lead is not None else None
        return "pending" if said and not same else above.cls if above is not None else ""

    # --- parts --------------------------------------------------------------------------------------------------------

    def _parent(self, block: int, fact: Fact, before: Sequence[Segment], mine: Sequence[Fact]) -> None:
        """The count that this one is a part of: before its bracket, before “trong đó”, or in the lead of its list."""
        if not fact.counts:
            return
        parent, cue = self._bracket_parent(fact, mine) or self._cue_parent(block, fact, before, mine) or (None, "")
        if parent is None and fact.segment.sentence == 0 and not mine:
            lead = self.reading.leads[block]
            above = self.leads.get(lead) if lead is not None else None
            parent, cue = (above, self._lead_cue(lead)) if above is not None and lead is not None else (None, "")
        if parent is not None and not self._ends_list(parent, fact):
            fact.parent, fact.cue = parent, cue
            parent.children.append(fact)

    def _bracket_parent(self, fact: Fact, mine: Sequence[Fact]) -> tuple[Fact, str] | None:
        if not fact.segment.depth:
            return None
        lowered = self.reading.lowered[fact.mention.block]
        start = _open_bracket(lowered, fact.mention.start)
        outer = [f for f in mine if f.counts and f.mention.start < start and f.segment.depth < fact.segment.depth]
        if not outer or outer[-1].segment.sentence != fact.segment.sentence:
            return None
        own_end = max(outer[-1].mention.end, outer[-1].mention.unit_end)
        if re.search(r"[;:.]|\d", _PERCENT.sub(" ", lowered[own_end:start])):
            return None
        beyond = _PERCENT.sub(" ", lowered[max(own_end, outer[-1].segment.end) : start])
        if re.search(r"[^\W\d_]", phrases(self.rules.parts.glue).sub(" ", beyond)):
            return None
        words = lowered[start : fact.mention.start]
        return outer[-1], "some" if any_phrase(self.rules.parts.some, words) else "bracket"

    def _cue_parent(
        self, block: int, fact: Fact, before: Sequence[Segment], mine: Sequence[Fact]
    ) -> tuple[Fact, str] | None:
        lowered, rules = self.reading.lowered[block], self.rules.parts
        first, _ = self.reading.sentence(block, fact.mention.start)
        same = [f for f in mine if f.segment.sentence == fact.segment.sentence and f.counts]
        flat = [f for f in same if f.segment.depth == fact.segment.depth]
        if flat and flat[-1].parent is not None and flat[-1].cue in ("all", "some"):
            own = _cue_at(lowered, flat[-1].mention.end, fact.mention.start, rules)
            return (flat[-1], own) if own else (flat[-1].parent, flat[-1].cue)
        since = max([first, *(f.mention.end for f in flat[-1:])])
        cue = _cue_at(lowered, since, fact.mention.start, rules)
        if not cue:
            total = next((f for f in flat if f.unit in ("văn bản", "đơn vị")), None)
            return (total, "bracket") if total is not None and self._is_kind(total, fact) else None
        if flat:
            return flat[-1], cue
        opens = phrases(rules.some).match(lowered[first:].lstrip())
        if opens is None:
            return None
        earlier = [
            f for f in mine if f.counts and f.segment.sentence == fact.segment.sentence - 1 and not f.segment.depth
        ]
        tops = [f for f in earlier if f.parent is None]
        return (tops[-1], cue) if tops else None

    def _is_kind(self, total: Fact, fact: Fact) -> bool:
        """Whether a count is of one kind of what the total counts: 22 văn bản; kế hoạch: 5."""
        return phrases(self.rules.kinds[total.unit]).search(fact.label) is not None and fact.segment.opens in ";,"

    def _lead_cue(self, lead: int) -> str:
        text = self.reading.lowered[lead]
        return "all" if any_phrase(self.rules.parts.all, text[-40:]) else "list"

    def _ends_list(self, parent: Fact, fact: Fact) -> bool:
        """Whether a count begins a new statement instead of being one more part."""
        states = ("received", "resolved", "pending", "both", "pending_only")
        if fact.cls not in states or parent.cls not in states or fact.body or fact.cue == "bracket":
            return False
        return any(c.cls not in states for c in parent.children) or parent.cls == fact.cls

    def _remember_lead(self, block: int, mine: Sequence[Fact]) -> None:
        tops = [f for f in mine if f.counts and f.parent is None] or [f for f in mine if f.counts]
        if tops and self.reading.blocks[block].text.endswith(":"):
            self.leads[block] = tops[-1]

    # --- shares, scopes -----------------------------------------------------------------------------------------------

    def _share(self, fact: Fact, lowered: str, mine: Sequence[Fact]) -> None:
        """The count that a percentage is the share of: right before it, or in the brackets right after it."""
        if fact.role != "value":
            return
        depth = fact.segment.depth - (fact.segment.opens == "(")
        before = [f for f in mine if f.mention.kind in ("count", "fraction") and f.unit not in self.rules.measured]
        counts = [f for f in before if f.segment.sentence == fact.segment.sentence]
        same = [f for f in counts if f.segment == fact.segment]
        level = (
            same or [f for f in counts if f.segment.depth == depth] or [f for f in counts if f.segment.depth > depth]
        )
        if not level or level[-1].role not in ("value", "aside"):
            return
        count = level[-1]
        if count.unit == "đơn vị" and fact.cls:
            return
        begin = fact.mention.start if count.segment == fact.segment else count.segment.end
        between = lowered[min(begin, fact.mention.start) : fact.mention.start]
        if not re.search(r"[;:]", _without_brackets(between)) and self._only_glue(between, count, fact):
            fact.share_of = count
            count.shares.append(fact)

    @staticmethod
    def _shares_before(lowered: str, mine: Sequence[Fact]) -> None:
        """A percentage with its count or fraction in the brackets right after it: 98,7% (34.891/35.350 hồ sơ)."""
        for share, count in pairwise(mine):
            opened = re.fullmatch(r"\s*\(\s*", lowered[share.mention.end : count.mention.start])
            told = count.mention.kind == "fraction" or (count.mention.kind == "count" and share.share_of is None)
            if share.mention.kind == "percent" and share.role == "value" and opened and told:
                share.share_of = count
                count.shares.append(share)
                count.role = "aside" if count.mention.kind == "fraction" else count.role
                count.cls = count.cls or share.cls

    def _only_glue(self, between: str, count: Fact, fact: Fact) -> bool:
        """Whether the words between a count and a percentage say no other thing than the count's own class."""
        bare = phrases(self.rules.parts.glue).sub(" ", _without_brackets(between))
        lowered = self.reading.lowered[fact.mention.block]
        after = lowered[fact.mention.end : fact.segment.end].lstrip()
        of_base = phrases(self.rules.parts.base).match(after) is not None
        cls = classify(lowered[fact.segment.start : fact.mention.start] if of_base else fact.label, self.rules)
        same = not cls or cls == count.cls or {cls, count.cls} <= {"in_time", "on_time"}
        left = re.findall(r"[^\W\d_]+", bare)
        if fact.segment == count.segment:
            return True
        return same and (not left or bool(cls))

    def _scope(self, fact: Fact) -> Scope:
        """Facts of one scope speak of one thing; a class that comes again with another value opens a new one."""
        if not fact.counts:
            return (self.run, "", "")
        part = fact.parent.cls if fact.parent is not None and fact.parent.cls in _PARTS else ""
        key = (self.run, f"{fact.subject}|{fact.unit}|{part}", fact.body)
        turn = self.turn.get(key, 0)
        scope = (self.run * 1000 + turn, key[1], key[2])
        known = self.seen.setdefault(scope, {})
        again = fact.cls in ("received", "resolved") and known.get(fact.cls, fact.value) != fact.value
        if again and fact.parent is None:
            self.turn[key] = turn + 1
            scope = (self.run * 1000 + turn + 1, key[1], key[2])
            known = self.seen.setdefault(scope, {})
        known.setdefault(fact.cls, fact.value)
        return scope


def _label(lowered: str, piece: Segment, mention: Mention) -> str:
    """The words of the clause without the figure, its unit and other figures."""
    end = max(mention.end, mention.unit_end)
    return f"{lowered[piece.start : mention.start]} {lowered[mention.end : end]} | {lowered[end : piece.end]}".strip()


def _run_before(lowered: str, piece: Segment, before: Sequence[Segment], mine: Sequence[Fact]) -> str:
    """The words of the clause right before this one when it has no figure of its own."""
    if not before or before[-1].sentence != piece.sentence:
        return ""
    last = before[-1]
    if any(last.start <= f.mention.start < last.end for f in mine):
        return ""
    return lowered[last.start : last.end]


def _words_before(lowered: str, piece: Segment, mention: Mention, mine: Sequence[Fact]) -> str:
    """The words right before the bracket that a figure stands in, since the figure before."""
    if piece.opens != "(":
        return ""
    since = max([0, *(f.mention.end for f in mine if f.mention.end <= piece.start)])
    return " " + re.split(r"[,;:]", lowered[since : piece.start])[-1]


def _open_bracket(text: str, at: int) -> int:
    """Where the innermost bracket around character `at` opens."""
    depth = 0
    for i in range(at - 1, -1, -1):
        if text[i] == ")":
            depth += 1
        elif text[i] == "(":
            if depth == 0:
                return i
            depth -= 1
    return 0


def _without_brackets(text: str) -> str:
    previous = None
    while previous != text:
        previous, text = text, re.sub(r"\([^()]*\)", " ", text)
    return text


def _cue_at(lowered: str, start: int, end: int, rules: PartWords) -> str:
    """“all” or “some” when words that open a list of parts stand between two characters; the first ones count."""
    text = lowered[start:end]
    found = [(m.start(), "all") for m in phrases(rules.all).finditer(text)]
    found += [(m.start(), "some") for m in phrases(rules.some).finditer(text)]
    return min(found)[1] if found else ""


def _names(text: str) -> Iterator[tuple[str, str]]:
    """Bodies called by a name of their own: the words up to the last capital, and the few words after them."""
    for match in _NAMED.finditer(text):
        words = [w.strip(", ") for w in re.findall(r",? [^\W\d_][\w&-]*", match["name"])]
        capitals = next((i for i, w in enumerate(words) if not w[0].isupper()), len(words))
        if capitals:
            head = match.group()[: match.start("name") - match.start()]
            end = next((i for i, w in enumerate(words[: capitals + 4]) if w in _VERBS), min(len(words), capitals + 4))
            yield " ".join([head, *words[:capitals]]), " ".join([head, *words[:end]])


def _own_names(reading: Reading) -> set[str]:
    """Names of bodies in the head of the narrative: they are the narrative's own, not a part of it."""
    head = " ".join(reading.blocks[i].text for i in reading.heads)
    folded = fold(head)
    names = {fold(n) for b in reading.blocks for n, _ in _names(b.text)}
    return {n for n in names if n in folded}


def in_scopes(facts: Sequence[Fact]) -> Iterator[tuple[Scope, list[Fact]]]:
    """The counts of each scope in reading order."""
    grouped: dict[Scope, list[Fact]] = {}
    for fact in facts:
        if fact.counts:
            grouped.setdefault(fact.scope, []).append(fact)
    yield from grouped.items()
