"""Delimited text → columns of text, by Arrow's reader; records of another width are read one by one, never dropped."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from tthc_analysis.exports._bytes import may_hold
from tthc_analysis.exports._refused import MOST_COLUMNS, Refused, too_wide

DELIMITERS = ";,\t|~^\x1f#"
_SAMPLE_CHARACTERS, _SAMPLE_BYTES, _SAMPLE_ROWS = 200_000, 800_000, 400
#: of one batch, and of the longest record: a quotation mark that is left open ends here
BLOCK_BYTES = 8 << 20
_LINES_BYTES = 1 << 20
WIDTHS = "widths"
#: the least cells of a line that is read again by another delimiter; more where the usual one cuts it too
_LEAST_REREAD, _SURE_REREAD = 3, 5
#: so many records of another width than the others are no slips of a register, and each is read one by one
_MOST_ODD = 100_000
_UNCLOSED = "Dấu nháy kép mở mà không đóng, làm nhiều dòng dính vào một ô."
_CUT = "Tệp bị cắt ngang: dòng cuối dở dang, dấu nháy kép chưa đóng."
_LOAD_AGAIN = "Tải lại tệp từ hệ thống một cửa."
_FIX_QUOTES = "Xuất lại tệp dạng Excel; hoặc sửa dấu nháy kép ở dòng đã nêu trong tệp gốc."


def _rows(text: str, delimiter: str) -> list[list[str]]:
    """The records of a text up to a cell beyond the module's limit, such as a quotation mark left open makes."""
    found: list[list[str]] = []
    with suppress(csv.Error):
        found.extend(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    return found


def _refuse_wide(width: int) -> None:
    if width > MOST_COLUMNS:
        raise too_wide(width)


def _guess(text: str) -> tuple[str, int]:
    """The delimiter that cuts most records into the same number of cells, and that number."""
    told = text[:6].lower()
    if told.startswith("sep=") and told[4:5].strip("\r\n"):
        sample = _rows(text[:_SAMPLE_CHARACTERS].split("\n", 1)[-1], told[4])[:_SAMPLE_ROWS]
        return told[4], _usual_width(sample)[0]
    best = (0.0, ";", 1)
    for delimiter in DELIMITERS:
        width, share = _usual_width(_rows(text[:_SAMPLE_CHARACTERS], delimiter)[:_SAMPLE_ROWS])
        best = max(best, ((width - 1) * share, delimiter, width), key=lambda b: b[0])
    return best[1], best[2]


def _usual_width(rows: list[list[str]]) -> tuple[int, float]:
    widths = Counter(len(r) for r in rows if any(r))
    if not widths:
        return 1, 0.0
    width, count = max(widths.items(), key=lambda item: (item[1] * (item[0] - 1), item[0]))
    return width, count / widths.total()


class Delimited:
    """The records of a delimited text in UTF-8, in batches of the file's order; short records are padded with blanks.

    Known once all batches have been given: `beyond`, the cells of records wider than the others by (column, row); `mended`,
    the number of records that were written with another delimiter, or as one cell; `is_open`, whether the last one has no
    end of line. Raises Refused when a quotation mark is left open.
    """

    def __init__(self, text: IO[bytes]) -> None:
        self.beyond: dict[tuple[int, int], str] = {}
        self.mended: Counter[str] = Counter()
        self.is_open = _last_byte(text) not in b"\r\n"
        self._text, self._whole = text, list[str]()
        start = _start(self._text)
        if sign := _tail(start):
            self._text = _without_tails(text, sign)
            self._whole.append(_tails(sign))
            start = _start(self._text)
        self.delimiter, self.width = _guess(start)
        if self.width == 1 and '"' in start and (bare := _unwrapped(self._text)):
            self._text, self.is_open = bare, False
            self.delimiter, self.width = _guess(_start(self._text))
            self._whole.append(_whole_lines(self.delimiter))
        _refuse_wide(self.width)
        self._odd: dict[int, str] = {}
        self._all_odd = self._regular = self._count = 0

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Columns “0”, “1”, … of text and “widths”, how many cells each record really has."""
        held = None
        try:
            for batch in self._regular_records():
                if held is not None:
                    yield self._merged(held, is_last=False)
                held = batch
        except pa.ArrowInvalid as error:
            if "Empty CSV" not in str(error):
                raise self._unread(self._count + (held.num_rows if held else 0)) from None
            held = pa.record_batch([pa.array([""])] * self.width, names=self._names)
        yield self._merged(self._none() if held is None else held, is_last=True)
        self.mended.update(dict.fromkeys(self._whole, self._count))

    @property
    def _names(self) -> list[str]:
        return [str(i) for i in range(self.width)]

    def _none(self) -> pa.RecordBatch:
        return pa.record_batch([pa.array([], pa.string())] * self.width, names=self._names)

    def _regular_records(self) -> Iterator[pa.RecordBatch]:
        """The records of the usual width, by Arrow's reader; the others are kept as text."""
        self._text.seek(0)
        return iter(
            pa_csv.open_csv(
                pa.PythonFile(self._text, mode="r"),
                read_options=pa_csv.ReadOptions(use_threads=False, column_names=self._names, block_size=BLOCK_BYTES),
                parse_options=pa_csv.ParseOptions(
                    delimiter=self.delimiter,
                    newlines_in_values=True,
                    ignore_empty_lines=False,
                    invalid_row_handler=self._keep,
                ),
                convert_options=pa_csv.ConvertOptions(
                    column_types=dict.fromkeys(self._names, pa.string()), strings_can_be_null=False
                ),
            )
        )

    def _keep(self, row: pa_csv.InvalidRow) -> str:
        self._odd[row.number - 1] = row.text
        self._all_odd += 1
        return "error" if self._is_ragged(row.number) else "skip"

    def _is_ragged(self, rows: int) -> bool:
        """Whether more than half of the first `rows` records are of another width, and too many to be slips."""
        return self._all_odd > _MOST_ODD and self._all_odd * 2 > rows

    def _unread(self, read: int) -> Refused:
        """Why Arrow's reader has given up after some records."""
        if self._odd and self._is_ragged(max(self._odd) + 1):
            return Refused("Hơn nửa số dòng có số ô khác nhau.", "Xuất lại tệp, hoặc xuất dạng Excel.")
        after = f", sau dòng {read}" if read else f", dòng {self._first_open() + 1}"
        return Refused(_UNCLOSED, _FIX_QUOTES, after)

    def _first_open(self) -> int:
        """The number of whole records before the one that does not end."""
        self._text.seek(0)
        text = self._text.read(BLOCK_BYTES).decode("utf-8", "ignore")
        return len(_rows(text, self.delimiter))

    def _merged(self, batch: pa.RecordBatch, is_last: bool) -> pa.RecordBatch:
        """The regular records of a batch and the odd ones among them, in the order of the file."""
        _refuse_swallowed(batch, self.delimiter, self._regular)
        first, odd = self._count, self._odd_among(batch.num_rows, is_last)
        self._regular, self._count = self._regular + batch.num_rows, first + batch.num_rows + len(odd)
        end = self._count - 1 if is_last and self.is_open else -1
        records = [_odd_record(t, self.delimiter, self.width, n, n == end, self.mended) for n, t in odd.items()]
        _refuse_wide(max(map(len, records), default=0))
        widths = np.full(self._count - first, self.width, dtype=np.int64)
        columns = list(batch.columns)
        if odd:
            places = np.fromiter(odd, dtype=np.int64) - first
            widths[places] = [len(r) for r in records]
            columns = _with_odd(columns, records, places)
        filled = self._filled_beyond(records, odd, first, len(widths))
        arrays = [*columns, pa.array(_without_blank(columns, widths, filled))]
        return pa.record_batch(arrays, names=[*self._names, WIDTHS])

    def _odd_among(self, regular: int, is_last: bool) -> dict[int, str]:
        """The odd records, by their number, that stand before the end of the next `regular` ones; of the last, all."""
        found: dict[int, str] = {}
        for number in list(self._odd):
            if not is_last and number >= self._count + regular + len(found):
                break
            found[number] = self._odd.pop(number)
        return found

    def _filled_beyond(self, records: list[list[str]], odd: Mapping[int, str], first: int, rows: int) -> np.ndarray:
        """Keep the cells beyond the usual width; which rows have one that is not blank."""
        filled = np.zeros(rows, dtype=bool)
        for number, record in zip(odd, records, strict=True):
            for column, cell in enumerate(record[self.width :], start=self.width):
                self.beyond[column, number] = cell
                filled[number - first] |= bool(cell)
        return filled


def _with_odd(columns: list[Any], records: list[list[str]], places: np.ndarray) -> list[Any]:
    """Columns with the cells of some more records, each at its place."""
    regular = len(columns[0])
    order = np.empty(regular + len(places), dtype=np.int64)
    order[np.setdiff1d(np.arange(len(order)), places, assume_unique=True)] = np.arange(regular)
    order[places] = np.arange(regular, len(order))
    cells = [[r[i] if i < len(r) else "" for r in records] for i in range(len(columns))]
    added = [pa.array(c, pa.string()) for c in cells]
    return [pa.concat_arrays([c, a]).take(pa.array(order)) for c, a in zip(columns, added, strict=True)]


def _odd_record(text: str, delimiter: str, width: int, number: int, is_last: bool, mended: Counter[str]) -> list[str]:
    """One record of another width than usual; raises Refused when a quote in it is left open."""
    if _is_open(text, delimiter) or ("\n" in text and text.count('"') % 2):
        what, now = (_CUT, _LOAD_AGAIN) if is_last and "\n" not in text else (_UNCLOSED, _FIX_QUOTES)
        raise Refused(what, now, f", dòng {number + 1}")
    rows = _rows(text, delimiter)
    cells = rows[0] if rows else []
    if cells and width >= (_LEAST_REREAD if len(cells) == 1 else _SURE_REREAD):
        for sign in (delimiter, *DELIMITERS):
            for again in _rows(cells[0], sign)[:1] + _rows(text, sign)[:1] if sign in text else []:
                if len(again) == width:
                    mended[_whole_lines(sign) if sign == delimiter else _other_sign(sign)] += 1
                    return again
    return cells


def _tail(start: str) -> str:
    """The sign by which another program has ended every line with its own delimiter (a,b,c;;;); "" for none."""
    lines = [line for line in start.splitlines()[:_SAMPLE_ROWS] if line.strip()]
    for sign in ";,\t":
        if len(lines) > 1 and all(line.endswith(sign) for line in lines):
            delimiter, width = _guess(re.sub(rf"{sign}+(?=\r?$)", "", start, flags=re.MULTILINE))
            return sign if delimiter != sign or width == 1 else ""
    return ""


def _without_tails(text: IO[bytes], sign: str) -> IO[bytes]:
    """A text without the delimiters at the ends of its lines."""
    bare: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115
    tails = re.compile(rb"%s+(?=\r?$)" % sign.encode(), re.MULTILINE)
    text.seek(0)
    while lines := text.readlines(_LINES_BYTES):
        bare.write(tails.sub(b"", b"".join(lines)))
    return bare


def _tails(sign: str) -> str:
    return f"bỏ dấu {named(sign)} thừa ở cuối dòng"


def _whole_lines(sign: str) -> str:
    return f"dòng nằm trọn trong một ô, đọc lại theo dấu ngăn cách {named(sign)}"


def _other_sign(sign: str) -> str:
    return f"dòng dùng dấu ngăn cách khác, đọc lại theo {named(sign)}"


def named(sign: str) -> str:
    """A delimiter as messages name it."""
    return f"“{ {chr(9): 'tab', chr(31): 'mã 31'}.get(sign, sign) }”"


def _unwrapped(text: IO[bytes]) -> IO[bytes] | None:
    """The lines of a file in which each one is wholly in quotation marks, without these; None when it is no such file."""
    text.seek(0)
    lines = io.TextIOWrapper(text, "utf-8", newline="")
    bare: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115
    try:
        for row in csv.reader(lines, delimiter="\0"):
            bare.write(f"{row[0] if row else ''}\n".encode())
    except csv.Error:  # a cell beyond the module's limit
        return None
    finally:
        lines.detach()
    return bare if _guess(_start(bare))[1] >= _LEAST_REREAD else None


def _start(text: IO[bytes]) -> str:
    """The part of a text by which its delimiter is guessed."""
    text.seek(0)
    return text.read(_SAMPLE_BYTES).decode("utf-8", "ignore")[:_SAMPLE_CHARACTERS]


def _last_byte(text: IO[bytes]) -> bytes:
    text.seek(max(text.seek(0, 2) - 1, 0))
    return text.read(1)


def _is_open(text: str, delimiter: str) -> bool:
    try:
        list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False


def _refuse_swallowed(batch: pa.RecordBatch, delimiter: str, before: int) -> None:
    """A cell that holds a line break and about as many delimiters as a record has swallowed its neighbours."""
    if batch.num_columns <= 2:
        return
    most = max(2, (batch.num_columns - 1) // 2)
    for column in batch.columns:
        if not may_hold(column, "\n"):
            continue
        broken = pc.match_substring(column, "\n")
        if broken.true_count:
            broken = pc.and_(broken, pc.greater_equal(pc.count_substring(column, delimiter), most))
        if broken.true_count:
            row = before + pc.index(broken, True).as_py()
            raise Refused(_UNCLOSED, _FIX_QUOTES, f", gần dòng {row + 1}")


def _without_blank(columns: list[Any], widths: np.ndarray, filled: np.ndarray) -> np.ndarray:
    """A blank line has no cells, whatever the reader made of it; some rows are known to be `filled`."""
    for column in columns:
        if filled.all():
            break
        filled = filled | pc.greater(pc.binary_length(column), 0).to_numpy(zero_copy_only=False)
    return np.where(filled, widths, 0)
