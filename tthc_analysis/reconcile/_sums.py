"""Totals against the parts printed with them: in brackets, after “gồm”, in a list, in an equation, in a table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations

from tthc_analysis.reconcile._mentions import Mention, masked, parse_number
from tthc_analysis.reconcile._rates import dotted
from tthc_analysis.reconcile._reading import Reading
from tthc_analysis.reconcile._result import Remark
from tthc_analysis.reconcile._text import lower
from tthc_analysis.reconcile._ties import Outcome
from tthc_analysis.reconcile.draft import Block

Rows = tuple[tuple[Outcome, ...], ...]

_OPENS = re.compile(r"(?:\s*\([^()]*%\))?[^\d;.:()]{0,60}\((?!\s*trong do co)")
_CONSISTS = re.compile(r"(?<!trong do )(?<!\w)(?:bao gom|gom)(?: co)?(?! ca)(?!\w)\s*:?")
_LISTED = re.compile(r"(?:trong do|gom|bao gom|cu the|chia ra)(?: co)?\s*:$")
_EQUATION = re.compile(r"(?<![\w.,])(\d[\d.]*(?:\s?\+\s?\d[\d.]*)+)\s?=\s?(\d[\d.]*)(?![\w,])")
_TOTAL_ROW = re.compile(r"(?:tổng(?: số| cộng)?|cộng|toàn (?:sở|ngành|thành phố))(?: chung)?:?")
_WHOLE = re.compile(r"\d{1,3}(?:\.\d{3})+|\d+")
_MOST_PARTS = 12


def check_sums(reading: Reading, outcomes: Rows) -> list[Remark]:
    """SL02 wherever a printed total is not the sum of its printed parts.

    A total or part that already differs from the data explains the sum, so such sums are left out.
    """
    remarks = [r for block in range(len(outcomes)) for r in _in_block(reading, outcomes, block)]
    remarks += list(_in_lists(reading, outcomes))
    remarks += [*_equations(reading), *_enumerations(reading, outcomes)]
    return remarks + list(_in_tables(reading))


def _in_block(reading: Reading, outcomes: Rows, block: int) -> Iterator[Remark]:
    for i, outcome in enumerate(outcomes[block]):
        if outcome.tied.mention.kind == "count":
            parts = _parts_in_sentence(reading, outcomes[block], i)
            if len(parts) > 1:
                yield from _compare(reading, outcome, parts)


def _parts_in_sentence(reading: Reading, row: tuple[Outcome, ...], index: int) -> list[Outcome]:
    """The counts of the total's unit in the brackets after it, or after “gồm” up to the end of the sentence."""
    total = row[index].tied.mention
    folded, text = reading.folded[total.block], reading.blocks[total.block].text
    last = reading.sentence(total.block, total.start)[1]
    opened = _OPENS.match(folded, total.end)
    if opened:
        inside = _bracket(text, opened.end())
        return [] if inside is None else _same_unit(row, total, opened.end(), inside, text)
    following = next((o.tied.mention.start for o in row[index + 1 :] if o.tied.mention.kind == "count"), last)
    consists = _CONSISTS.search(folded, total.end, following)
    if consists is None or re.search(r"[;:(]", folded[total.end : consists.start()]):
        return []
    stop = re.search(r"[;:]", folded[consists.end() : last])
    return _same_unit(row, total, consists.end(), consists.end() + stop.start() if stop else last, text)


def _bracket(text: str, start: int) -> int | None:
    """The end of the bracket that was opened just before `start`."""
    depth = 1
    for i in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[i], 0)
        if depth == 0:
            return i
    return None


def _same_unit(row: tuple[Outcome, ...], total: Mention, start: int, end: int, text: str) -> list[Outcome]:
    """Counts between two characters, outside inner brackets; none when one has another unit."""
    parts = [
        o
        for o in row
        if start <= o.tied.mention.start < end
        and o.tied.mention.kind == "count"
        and _depth(text, start, o.tied.mention.start) == 0
    ]
    units = {o.tied.mention.unit for o in parts} - {"", total.unit}
    return [] if units or any(o.tied.mention.approximate for o in parts) else parts


def _depth(text: str, start: int, end: int) -> int:
    return text.count("(", start, end) - text.count(")", start, end)


def _compare(reading: Reading, total: Outcome, parts: list[Outcome]) -> Iterator[Remark]:
    if any(o.status == "differs" for o in (total, *parts)):
        return
    mention = total.tied.mention
    sums = sum((o.tied.mention.value for o in parts), Decimal(0))
    if sums != mention.value and not _some_add_up(parts, mention.value):
        listed = " + ".join(o.tied.mention.text for o in parts)
        span = (mention.start, mention.end)
        yield reading.remark("SL02", mention.block, span, dotted(sums), total.tied.key, parts=listed)


def _some_add_up(parts: list[Outcome], total: Decimal) -> bool:
    """Whether some of the parts make the total: the others then classify it once more, in another way."""
    values = [o.tied.mention.value for o in parts[:_MOST_PARTS]]
    return any(sum(c) == total for n in range(2, len(values)) for c in combinations(values, n))


def _in_lists(reading: Reading, outcomes: Rows) -> Iterator[Remark]:
    """A lead “… N hồ sơ, trong đó:” against the first count of each item below it."""
    for lead in sorted({i for i in reading.leads if i is not None}):
        if not _LISTED.search(reading.folded[lead]):
            continue
        total = next((o for o in reversed(outcomes[lead]) if o.tied.mention.kind == "count"), None)
        items = [b for b, above in enumerate(reading.leads) if above == lead]
        firsts = [next((o for o in outcomes[b] if o.tied.mention.kind == "count"), None) for b in items]
        parts = [o for o in firsts if o is not None and total is not None and _comparable(total, o)]
        if total is not None and len(parts) > 1 and len(parts) == len(items):
            yield from _compare(reading, total, parts)


def _comparable(total: Outcome, part: Outcome) -> bool:
    return part.tied.mention.unit in ("", total.tied.mention.unit) and not part.tied.mention.approximate


def _equations(reading: Reading) -> Iterator[Remark]:
    """a + b = c written out."""
    for block, text in enumerate(reading.folded):
        for match in _EQUATION.finditer(text):
            sums = sum((parse_number(n.strip()) for n in match[1].split("+")), Decimal(0))
            if sums != parse_number(match[2].rstrip(".")):
                yield reading.remark("SL02", block, match.span(2), dotted(sums), parts=match[1])


def _enumerations(reading: Reading, outcomes: Rows) -> Iterator[Remark]:
    """“05 TTHC: (1) …; (2) …” against the number of things listed."""
    for block, row in enumerate(outcomes):
        text = reading.blocks[block].text
        for mention in (o.tied.mention for o in row if o.tied.mention.kind == "count"):
            opened = re.compile(r"[^.;:()\d]{0,60}:\s*(?=\(1\) )").match(text, mention.end)
            if not opened:
                continue
            numbers = [int(n) for n in re.findall(r"\((\d{1,2})\) ", text[opened.end() :])]
            listed = next((i for i, n in enumerate(numbers) if n != i + 1), len(numbers))
            if listed > 1 and listed != mention.value:
                span, parts = (mention.start, mention.end), f"danh sách (1)–({listed})"
                yield reading.remark("SL02", block, span, str(listed), parts=parts)


def _in_tables(reading: Reading) -> Iterator[Remark]:
    """Columns of whole numbers against the row that begins with “Tổng”."""
    tables: dict[int, list[tuple[int, Block]]] = {}
    for i, block in enumerate(reading.blocks):
        if block.cell:
            tables.setdefault(block.cell.table, []).append((i, block))
    for cells in tables.values():
        yield from _in_table(reading, cells)


def _in_table(reading: Reading, cells: list[tuple[int, Block]]) -> Iterator[Remark]:
    totals = [b.cell.row for _, b in cells if b.cell and _TOTAL_ROW.fullmatch(lower(b.text)) and b.cell.column <= 2]
    grouped = any(b.cell and b.cell.column == 1 and re.fullmatch(r"[IVX]+|[A-Z]", b.text) for _, b in cells)
    if len(set(totals)) != 1 or grouped:
        return
    last = totals[0]
    numbering = _numbering_rows(cells)
    body = [(i, b) for i, b in cells if b.cell and b.cell.row < last and b.cell.row not in numbering]
    for i, total in cells:
        if total.cell and total.cell.row == last and total.cell.column > 1 and _WHOLE.fullmatch(total.text):
            yield from _column(reading, i, total, [b for _, b in body if b.cell and b.cell.column == total.cell.column])


def _numbering_rows(cells: list[tuple[int, Block]]) -> set[int]:
    """Rows that number the columns: every cell holds the number of its own column."""
    rows: dict[int, list[Block]] = {}
    for _, block in cells:
        if block.cell:
            rows.setdefault(block.cell.row, []).append(block)
    return {
        row
        for row, found in rows.items()
        if len(found) > 1 and all(b.cell and b.text.strip("()") == str(b.cell.column) for b in found)
    }


def _column(reading: Reading, index: int, total: Block, above: list[Block]) -> Iterator[Remark]:
    """The run of whole numbers right above the total."""
    parts: list[Block] = []
    for block in reversed(above):
        if not _WHOLE.fullmatch(masked(block.text, reading.rules)):
            break
        parts.insert(0, block)
    sums = sum((parse_number(b.text) for b in parts), Decimal(0))
    if len(parts) > 1 and sums != parse_number(total.text):
        shown = " + ".join(b.text for b in parts[:_MOST_PARTS]) + (" + …" if len(parts) > _MOST_PARTS else "")
        yield reading.remark("SL02", index, (0, len(total.text)), dotted(sums), parts=shown)
