"""What looks like a personal value in a text: one detector for the gate before publishing, for messages and for masks.

Telephone numbers, citizen ids, passports, accounts and e-mail addresses are found however they are spelt: full-width or
foreign digits, separators, invisible marks, "(at)". Dates, years, amounts and codes of a declared shape are none. Names of
persons are only guessed at (`person_names`): they are a warning, never a reason to refuse.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

#: what is printed instead of a personal value; the detector finds it too, so that a masked cell is never published as data
PRIVATE_TEXT = "(giá trị giống thông tin cá nhân)"

#: shapes that have many digits and name nobody, wherever in a text they stand
_SHAPES = re.compile(
    r"(?<![0-9A-Za-z])(?<!\d[-._ ])(?:"
    r"(?:\d{3}[.]\d{2}[.]\d{2}[.][GH]\d{2}|[GH]\d{2}(?:[.]\d{1,3}){0,3})-\d{6}-\d{4,7}"  # dossier
    r"|\d[.]\d{6}(?:[.]\d{3}[.]\d{2}[.]\d{2}[.]H\d{2}|[.]H\d{2})?"  # procedure
    r"|[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"  # hashes, UUID
    r"|1[5-9]\d{11}"  # milliseconds since 1970, in names of downloads
    r"|1[89]00[ .]?\d{2}[ .]?\d{2}(?:[ .]?\d{2})?"  # public service lines
    r")(?![0-9A-Za-z]|[-._]\d)"
)
_YEAR = r"(?:19|20)\d\d"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_MOMENTS = re.compile(
    rf"(?<![\d]){_DAY}([/.-]){_MONTH}\1{_YEAR}(?![/.-]?\d)|(?<![\d]){_YEAR}([/.-]){_MONTH}\2{_DAY}(?![/.-]?\d)"
    rf"|(?<!\d){_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[-_T]?(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?)?(?!\d)"
    rf"|(?<!\d)(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2]){_YEAR}(?! ?[-. ]? ?\d)"
    rf"|(?<![\d/]){_DAY}/{_MONTH}(?![\d/])|(?<![\d/]){_MONTH}/{_YEAR}(?![\d/])|(?<!\d)\d\d?:\d\d(?::\d\d)?(?:[.,]\d{{1,9}})?(?!\d)"
)
_MONEY = re.compile(
    r"(?<![\d.,])[1-9](?:\d{0,2}(?:[. ]\d{3})+|\d*)(?:,\d+)?(?=\s{0,2}(?:đồng|đ|vnđ|vnd|usd|nghìn|triệu|tỷ|tỉ)\b)", re.I
)
#: a count of things: after a word that begins one, before what is counted
_COUNTED = re.compile(
    r"(?:\b(?:có|hơn|gồm|trong|còn|quá)|[=+/]) ?[1-9](?:\d{0,2}(?:\.\d{3})+|\d{0,9})(?= (?:dòng|ô|cột|hồ sơ|tệp|ký tự|byte|thủ tục|trang|bảng)\b)",
    re.IGNORECASE,
)  # fmt: skip
_AT = r"(?:@|[(\[{<]\s?(?:at|a|@)\s?[)\]}>]|\sa còng\s)"
_WRITTEN_DOT = r"(?:\s?[(\[{]\s?(?:dot|chấm|\.)\s?[)\]}]\s?|\s(?:dot|chấm)\s)"
_DOT = rf"(?:\s?\.\s?|{_WRITTEN_DOT})"
_PROVIDERS = "gmail|yahoo|hotmail|outlook|icloud"
_EMAIL = re.compile(
    rf"[\w.+%-]{{1,64}}\s{{0,2}}{_AT}\s{{0,2}}(?:(?:[\w-]{{1,63}}{_DOT}){{1,5}}[^\W\d_]{{2,24}}|(?:{_PROVIDERS})\b)"
    rf"|[\w.+%-]{{1,64}}\sat\s(?:(?:[\w-]{{1,63}}{_WRITTEN_DOT}){{1,5}}[^\W\d_]{{2,24}}|(?:{_PROVIDERS})\b)",
    re.IGNORECASE,
)
_PASSPORT = re.compile(r"(?<![^\W_])(?:P[ .-]?\d{8}|[A-Z][ .-]?\d{7})(?![\w])(?![.-]\d)", re.IGNORECASE)
_LABELLED = re.compile(
    r"\b(?:s?đt|điện thoại|di động|tel|phone|mobile|zalo|cccd|cmnd|cmt|căn cước|hộ chiếu|passport|stk|số tài khoản|bhyt|bhxh)"
    r"\b[\s:.,()-]{0,6}(?:(?:số|là|công dân|liên hệ)[\s:.]{1,3}){0,3}([A-Z]{0,3}\d(?:[ .-]?\d){5,})",
    re.IGNORECASE,
)
_GROUP = r"(?:[1-9]\d{0,2}(?:\.\d{3}){1,2}(?!\.?\d)|\d+)"
_LOOSE = r"(?: ?[-._·•()\[\]'+] ?){1,2}| {1,3}|[,/]"
_CLUSTER = re.compile(rf"{_GROUP}(?:(?:{_LOOSE}){_GROUP})*")
_TOKEN = re.compile(rf"({_LOOSE})?({_GROUP})")
_PLAIN_JOINS = {"", " ", ".", "-", "_", "·"}
_IDENTITY = re.compile(
    r"0[35789]\d{8}|02\d{8,9}|01[2689]\d{8}|(?:00)?840?(?:[35789]\d{8}|2\d{8,9})|0\d{8}|0\d{11}"  # calls; old and new ids
)
_CALL_OR_CARD = re.compile(r"0[35789]\d{8}|02\d{9}|(?:00)?84[35789]\d{8}|0(?:[0-8]\d|9[0-6])[0-3]\d{8}")
_LEAST_DIGITS = 9
_DIGIT = "[\\d²³¹⁰-₉①-⓿❶-➓]"
#: most texts have neither an e-mail's sign nor six digits near each other, and are looked at no further
_MAYBE = re.compile(rf"[@＠﹫]|\bat\b|[(\[{{<]\s?a|còng|{_DIGIT}(?:.{{0,8}}?{_DIGIT}){{5}}", re.IGNORECASE | re.DOTALL)
_DATA = Path(__file__).with_name("rules") / "personal.toml"


def is_personal(text: str) -> bool:
    """Whether `text` holds a telephone number, a citizen id, an account, a passport, an e-mail address, or their mask."""
    return PRIVATE_TEXT in text or bool(personal_spans(text))


def is_identity(text: str) -> bool:
    """Whether the whole of `text` is a telephone number or an id of a citizen's card, and could be no running number."""
    return _CALL_OR_CARD.fullmatch(re.sub(r"\D", "", _plain(text)[0])) is not None


def masked(text: str) -> str:
    """`text` with PRIVATE_TEXT in place of every personal value."""
    for start, end in reversed(personal_spans(text)):
        text = f"{text[:start]}{PRIVATE_TEXT}{text[end:]}"
    return text


def personal_spans(text: str) -> list[tuple[int, int]]:
    """Where personal values begin and end in `text`, from left to right, none over another."""
    if not _MAYBE.search(text):
        return []
    plain, places = _plain(text)
    found = sorted(_found(plain))
    spans: list[tuple[int, int]] = []
    for start, end in found:
        if spans and start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return [(places[start], places[end - 1] + 1) for start, end in spans]


def _plain(text: str) -> tuple[str, list[int]]:
    """`text` with digits, letters, blanks and dashes in their plainest form, and the place of each character in `text`."""
    if text.isascii():
        return text, list(range(len(text)))
    letters, places = [], []
    for place, letter in enumerate(text):
        for one in _plainest(letter):
            letters.append(one)
            places.append(place)
    return "".join(letters), places


@lru_cache(maxsize=4096)
def _plainest(letter: str) -> str:
    shown = []
    for one in unicodedata.normalize("NFKC", letter):
        kind = unicodedata.category(one)
        digit = unicodedata.decimal(one, -1)
        if kind in ("Cf", "Cc"):
            continue
        shown.append(str(digit) if digit >= 0 else "-" if kind == "Pd" else " " if kind == "Zs" else one)
    return "".join(shown)


def _found(text: str) -> Iterator[tuple[int, int]]:
    for match in _EMAIL.finditer(text):
        yield match.span()
    for harmless in (_SHAPES, _MONEY):
        text = harmless.sub(_blotted, text)
    for match in _LABELLED.finditer(text):
        yield match.span(1)
    for match in _PASSPORT.finditer(text):
        if not _MOMENTS.fullmatch(match[0][1:]):
            yield match.span()
    for harmless in (_MOMENTS, _COUNTED):
        text = harmless.sub(_blotted, text)
    for match in _CLUSTER.finditer(text):
        if sum(map(str.isdigit, match[0])) >= _LEAST_DIGITS:
            yield from _in_cluster(text, match)


def _blotted(match: re.Match[str]) -> str:
    return "¤" * len(match[0])


@dataclass(frozen=True)
class _Token:
    """A group of digits within a cluster: what joins it to the one before, its digits, its place, a letter beside it."""

    join: str
    text: str
    start: int
    end: int
    is_glued: bool

    @property
    def digits(self) -> str:
        return self.text.replace(".", "")

    @property
    def is_year(self) -> bool:
        return re.fullmatch(_YEAR, self.text) is not None

    @property
    def is_grouped(self) -> bool:
        """Whether it is a number with marks between thousands, too short to be an id."""
        return "." in self.text and len(self.digits) < _LEAST_DIGITS


def _in_cluster(text: str, cluster: re.Match[str]) -> Iterator[tuple[int, int]]:
    tokens = []
    for match in _TOKEN.finditer(text, cluster.start(), cluster.end()):
        join, (start, end) = match[1] or "", match.span(2)
        glued = text[start - 1 : start].isalpha() or text[end : end + 1].isalpha()
        tokens.append(_Token(join.strip() or join[:1], match[2], start, end, glued))
    for first, last in _identities(tokens):
        yield tokens[first].start, tokens[last].end
    for run in _plain_runs(tokens):
        telling = [t for t in run if not (t.is_year or t.is_grouped)]
        if sum(len(t.digits) for t in telling) >= _LEAST_DIGITS and any(len(t.digits) > 2 for t in telling):
            yield run[0].start, run[-1].end


def _identities(tokens: Sequence[_Token]) -> Iterator[tuple[int, int]]:
    """Runs of tokens that are together a telephone number or an id, whatever joins them."""
    for first, token in enumerate(tokens):
        if not token.text.startswith(("0", "84")):
            continue
        digits = ""
        for last in range(first, min(first + 14, len(tokens))):
            digits += tokens[last].digits
            if len(digits) > 14:
                break
            if len(digits) >= _LEAST_DIGITS and _IDENTITY.fullmatch(digits) and _tells(tokens[first : last + 1]):
                yield first, last


def _tells(tokens: Sequence[_Token]) -> bool:
    """Whether the tokens are not just a short number followed by years or by amounts."""
    if sum(t.is_grouped for t in tokens) > 1 or sum(len(t.digits) for t in tokens if not t.is_year) < 4:
        return False
    sizes = {len(t.digits) for t in tokens[1:]}
    return len(tokens[0].text) > 1 or len(tokens) == 1 or sizes in ({1}, {3})


def _plain_runs(tokens: Sequence[_Token]) -> Iterator[Sequence[_Token]]:
    """Runs of tokens joined as the digits of one number are; a group with a letter beside it is one of its own."""
    start = 0
    for index in range(1, len(tokens) + 1):
        apart = index == len(tokens) or tokens[index].join not in _PLAIN_JOINS
        if apart or tokens[index].is_glued or tokens[index - 1].is_glued:
            yield tokens[start:index]
            start = index


# --- names of persons ------------------------------------------------------------------------------------------------

_WORD = re.compile(r"[^\W\d_]+")
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_MOST_SYLLABLES = 5
#: from this share of the other words with a capital on, a text is a heading in capitals: they tell nothing of names there
_HEADING_SHARE, _HEADING_WORDS = 0.8, 3


@dataclass(frozen=True)
class _Names:
    """Syllables and words of `rules/personal.toml`, folded."""

    surnames: frozenset[str]
    syllables: frozenset[str]
    markers: frozenset[str]
    titles: frozenset[str]
    places: frozenset[str]
    fillers: frozenset[str]
    known: frozenset[str]


@lru_cache(maxsize=1)
def _names() -> _Names:
    data: Mapping[str, Mapping[str, str]] = tomllib.loads(_DATA.read_text(encoding="utf-8"))["names"]
    words = {k: frozenset(_folded(w) for w in data[k]["words"].split()) for k in data if k != "known"}
    known = frozenset(_folded(line) for line in data["known"]["words"].splitlines() if line.strip())
    return _Names(**words, known=known)


def _folded(text: str) -> str:
    """Lower case, each syllable with its tone at the end: "hoà" and "hòa" are one."""
    return " ".join(
        "".join(c for c in n if c not in _TONES) + "".join(c for c in n if c in _TONES)
        for n in unicodedata.normalize("NFD", text.strip().lower()).split()
    )


def person_names(text: str) -> list[str]:
    """What in `text` is likely a person's name (surname, middle and given names), as written.

    Schools, streets and prizes named after persons are none, nor are names of history; a list after one of them neither.
    """
    words = list(_WORD.finditer(unicodedata.normalize("NFC", text)))
    if len(words) < 2:
        return []
    text = words[0].string
    folded = [_folded(w[0]) for w in words]
    capitals = sum(_capital(w[0]) for w in words)
    found: list[str] = []
    index, after_place = 0, -1
    while index < len(words):
        length = _name_length(words, folded, index)
        if length < 2:
            index += 1
            continue
        before = _before(folded, index)
        named_after = before == "place" or _is_listed(text, words, after_place, index)
        name = text[words[index].start() : words[index + length - 1].end()]
        if named_after:
            after_place = index + length
        elif _is_person(folded[index : index + length], before, _is_heading(len(words) - length, capitals - length)):
            found.append(name)
        index += length
    return found


def _capital(word: str) -> bool:
    return word[:1].isupper() and (word[1:].islower() or word.isupper() or len(word) == 1)


def _name_length(words: Sequence[re.Match[str]], folded: Sequence[str], index: int) -> int:
    """How many words from `index` on are a surname and names after it, all with a capital, with one blank between."""
    names, end = _names(), index + 1
    if not _capital(words[index][0]) or folded[index] not in names.surnames:
        return 0
    while end < min(len(words), index + _MOST_SYLLABLES):
        one, gap = words[end], words[end].start() - words[end - 1].end()
        usual = folded[end] in names.syllables or len(one[0]) == 1
        if gap != 1 or not one.string[one.start() - 1].isspace() or not _capital(one[0]) or not usual:
            break
        end += 1
    return end - index


def _before(folded: Sequence[str], index: int) -> str:
    """ "place" or "title" by the nearest telling word before `index`; fillers such as a number's word are passed over."""
    names = _names()
    for word in reversed(folded[max(0, index - 4) : index]):
        if word in names.places:
            return "place"
        if word in names.titles:
            return "title"
        if word not in names.fillers:
            return ""
    return ""


def _is_heading(others: int, capitals: int) -> bool:
    return others >= _HEADING_WORDS and capitals >= _HEADING_SHARE * others


def _is_listed(text: str, words: Sequence[re.Match[str]], after_place: int, index: int) -> bool:
    """Whether the name at `index` goes on a list of places: after a comma, a dash or "và"."""
    if after_place < 1 or after_place > index:
        return False
    between = text[words[after_place - 1].end() : words[index].start()]
    return re.fullmatch(r"\s*(?:[,;–-]|và|hoặc)\s*(?:và\s+)?", between) is not None


def _is_person(folded: Sequence[str], before: str, heading: bool) -> bool:
    names = _names()
    if " ".join(folded) in names.known:
        return False
    strong = before == "title" or (len(folded) > 2 and folded[1] in names.markers)
    return strong or (len(folded) > 2 and not heading)
