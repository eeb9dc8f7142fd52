"""The build of the text: numbers of headings, repeated and cut-off sentences, annexes announced without a name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tthc_analysis.reconcile._mentions import DOCUMENT
from tthc_analysis.reconcile._reading import Reading
from tthc_analysis.reconcile._result import Remark
from tthc_analysis.reconcile._text import fold, words
from tthc_analysis.reconcile.narrative import Block, Place

_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50}
_LEAST_WORDS = 9
_LONG_RUN = 26
_TERMINAL = re.compile(r"[.;:!?…][”\"')\]]*$")
_ANNEX = re.compile(
    r"(?:chi tiet )?(?:tai |theo |co |xem )?(?:cac )?phu luc (?:duoc )?(?:gui |dinh )?kem(?: theo)?(?! (?:so|[ivx]+\b|\d))"
)


def check_structure(reading: Reading) -> list[Remark]:
    """BC01–BC05 and BC08."""
    return [*_headings(reading), *_repeats(reading), *_cut_off(reading), *_annexes(reading)]


# --- headings -------------------------------------------------------------------------------------------------------


@dataclass
class _Numbering:
    """The numbers seen so far at each depth, and the heading that each deeper one stands under."""

    path: list[str] = field(default_factory=list)
    seen: dict[tuple[str, ...], dict[int, int]] = field(default_factory=dict)
    counted: Counter[tuple[str, ...]] = field(default_factory=Counter)
    misplaced: set[tuple[str, ...]] = field(default_factory=set)


def roman(text: str) -> int:
    """The value of a Roman numeral."""
    values = [_ROMAN[c] for c in text]
    return sum(-v if any(v < w for w in values[i + 1 : i + 2]) else v for i, v in enumerate(values))


def _number(label: str) -> int:
    last = label.rsplit(".", 1)[-1]
    return roman(last) if last[0] in _ROMAN else int(last)


def to_roman(value: int) -> str:
    """A Roman numeral up to 89."""
    tens, ones = divmod(value, 10)
    digits = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[ones]
    return ("", "X", "XX", "XXX", "XL", "L", "LX", "LXX", "LXXX")[tens] + digits


def _headings(reading: Reading) -> Iterator[Remark]:
    state = _Numbering()
    for index, block in enumerate(reading.blocks):
        if block.kind == "heading" and block.label:
            yield from _heading(reading, state, index, block)


def _depth(label: str) -> int:
    return 0 if label[0] in _ROMAN else 1 + label.count(".")


def _heading(reading: Reading, state: _Numbering, index: int, block: Block) -> Iterator[Remark]:
    depth = _depth(block.label)
    parent = tuple(state.path[:depth])
    state.counted[parent] += 1
    if depth > 1 and len(state.path) >= depth and block.label.rsplit(".", 1)[0] != state.path[depth - 1]:
        if parent not in state.misplaced:
            state.misplaced.add(parent)
            yield _misplaced(reading, index, block, state.path[depth - 1])
        return
    seen, number = state.seen.setdefault(parent, {}), _number(block.label)
    state.path[depth:] = [block.label]
    while len(state.path) <= depth:
        state.path.insert(0, "")
    label_span = (0, len(block.label))
    following = max(seen, default=0) + 1
    allowed = max(following, state.counted[parent])
    if number in seen:
        place = reading.blocks[seen[number]].place
        expected = _like(block.label, following)
        yield reading.remark("BC01", index, label_span, expected, also=[place], other=place.text)
        _forget(state, (*parent, block.label))
    elif number > allowed and (seen or depth):
        before = _like(block.label, following - 1) if following > 1 else "đầu mục"
        yield reading.remark("BC03", index, label_span, _like(block.label, following), other=before)
    seen.setdefault(number, index)


def _forget(state: _Numbering, parent: tuple[str, ...]) -> None:
    """A second heading of one number has children of its own."""
    for inner in [k for k in (*state.seen, *state.counted) if k[: len(parent)] == parent]:
        state.seen.pop(inner, None)
        state.counted.pop(inner, None)


def _like(label: str, number: int) -> str:
    """`number` written as the last part of `label`."""
    if label[0] in _ROMAN:
        return to_roman(number)
    return ".".join([*label.split(".")[:-1], str(number)])


def _misplaced(reading: Reading, index: int, block: Block, parent: str) -> Remark:
    expected = f"{parent}.{block.label.rsplit('.', 1)[1]}"
    also = [
        b.place
        for b in reading.blocks[index + 1 :]
        if b.kind == "heading" and b.label.rsplit(".", 1)[0] == block.label.rsplit(".", 1)[0] and "." in b.label
    ]
    return reading.remark("BC02", index, (0, len(block.label)), expected, also=also, parent=parent)


# --- repeated sentences ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Sentence:
    block: int
    start: int
    end: int
    words: tuple[str, ...]


def _all_sentences(reading: Reading) -> list[_Sentence]:
    found = []
    for block, spans in enumerate(reading.sentences):
        if reading.blocks[block].kind in ("paragraph", "item"):
            text = reading.blocks[block].text
            found += [_Sentence(block, s, e, tuple(words(text[s:e]))) for s, e in spans]
    return found


def _repeats(reading: Reading) -> Iterator[Remark]:
    """BC04: a sentence, or a run of words longer than a title is, that stood before; BC05 for its beginning only."""
    first: dict[tuple[str, ...], _Sentence] = {}
    runs: dict[tuple[str, ...], _Sentence] = {}
    sentences = _all_sentences(reading)
    for sentence in sentences:
        if sum(w.isalpha() for w in sentence.words) < _LEAST_WORDS:
            continue
        whole = first.get(sentence.words)
        cut = None if whole else _beginning_of(reading, sentence, sentences)
        if cut is not None:
            yield _again(reading, "BC05", sentence, cut)
        elif not _is_finished(reading, sentence):
            continue
        elif whole is not None:
            yield _again(reading, "BC04", sentence, whole)
        else:
            run = next((runs[r] for r in _runs(reading, sentence) if r in runs), None)
            if run is not None:
                yield _again(reading, "BC04", sentence, run)
        first.setdefault(sentence.words, sentence)
        for run_words in _runs(reading, sentence):
            runs.setdefault(run_words, sentence)


def _runs(reading: Reading, sentence: _Sentence) -> Iterator[tuple[str, ...]]:
    """Long runs of words; none of a sentence that cites documents, whose titles repeat rightly."""
    found = sentence.words
    cites = re.search(DOCUMENT, reading.blocks[sentence.block].text[sentence.start : sentence.end])
    return (found[i : i + _LONG_RUN] for i in range(0 if cites else len(found) - _LONG_RUN + 1))


def _is_finished(reading: Reading, sentence: _Sentence) -> bool:
    """Whether a sentence ends in a punctuation mark; rows of a table that a PDF repeats on each page do not."""
    return bool(_TERMINAL.search(reading.blocks[sentence.block].text[sentence.start : sentence.end]))


def _beginning_of(reading: Reading, sentence: _Sentence, others: list[_Sentence]) -> _Sentence | None:
    """The longer sentence elsewhere that an unfinished one is the beginning of."""
    if _is_finished(reading, sentence) or reading.blocks[sentence.block].text.isupper():
        return None
    size = len(sentence.words)
    return next((o for o in others if len(o.words) > size and o.words[:size] == sentence.words), None)


def _again(reading: Reading, code: str, sentence: _Sentence, other: _Sentence) -> Remark:
    place = reading.place(other.block, other.start, other.end)
    span = (sentence.start, sentence.end)
    hint = f"; câu đầy đủ ở {place.text}" if code == "BC05" else ""
    said = reading.blocks[sentence.block].text[sentence.start : sentence.end]
    tail = " ".join(said.split()[-4:]) if code == "BC05" else said
    return reading.remark(code, sentence.block, span, found=tail, also=[place], other=place.text, hint=hint)


# --- cut-off sentences, annexes -------------------------------------------------------------------------------------


def _cut_off(reading: Reading) -> Iterator[Remark]:
    """BC05: a paragraph that ends in a word or mark with which no sentence ends."""
    for index, block in enumerate(reading.blocks):
        if block.kind not in ("paragraph", "item") or len(block.text.split()) < _LEAST_WORDS:
            continue
        tail = block.text.split()[-1]
        ends_open = tail.endswith((",", "(", "–", "-")) or fold(tail) in {
            fold(w) for w in reading.rules.dangling if w == tail
        }
        unclosed = block.text.count("(") > block.text.count(")") and not _TERMINAL.search(block.text)
        if ends_open or unclosed:
            start = max(0, len(block.text) - len(" ".join(block.text.split()[-4:])))
            yield reading.remark("BC05", index, (start, len(block.text)), hint="")


def _annexes(reading: Reading) -> Iterator[Remark]:
    """BC08: annexes spoken of without number or name, reported once with all places."""
    found: list[tuple[int, int, int]] = [
        (index, m.start(), m.end()) for index, text in enumerate(reading.folded) for m in _ANNEX.finditer(text)
    ]
    if found:
        block, start, end = found[0]
        also: list[Place] = [reading.place(*f) for f in found[1:]]
        yield reading.remark("BC08", block, (start, end), also=also)
