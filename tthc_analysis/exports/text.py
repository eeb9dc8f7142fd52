"""Vietnamese text as exports hold it → Unicode NFC: TCVN3 (ABC), VNI, windows-1258, decomposed letters, invisible marks.

TCVN3 and VNI write Vietnamese letters with Latin-1 characters and a special font. They are recognised by the share of words
that are possible Vietnamese syllables, jointly over all texts of a column, and decoded before anything is stripped (the soft
hyphen U+00AD is the TCVN3 'ư'). Text that reads as Unicode Vietnamese is never touched.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Literal

from tthc_analysis.rules.syllables import common_syllables

Encoding = Literal["unicode", "tcvn3", "vni"]
ENCODING_LABELS: dict[Encoding, str] = {"unicode": "Unicode", "tcvn3": "TCVN3 (ABC)", "vni": "VNI"}

#: the first rows of a sheet by which its encoding is told
SHEET_SAMPLE = 200
#: the least share of possible syllables among the words with special letters, for a text to be taken as a legacy one
LEAST_SHARE = 0.6

_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
#: what a printable ASCII text that needs cleaning shows, between the bars of `clean_texts`
_UNCLEAN = ("  ", "| ", " |", "|'")
_TEXT_MARK = re.compile(r"^'(?=[=+\-@\t\r])")
_CERTAINLY_UNICODE = re.compile("[ăđơưĂĐƠƯ\u0300\u0301\u0303\u0309\u0323\u1ea0-\u1ef9]")
_BETWEEN_WORDS = re.compile(r"[\s\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f–—‘’“”…]+")

#: a code that has its one spelling already (whole numbers as spreadsheets save them, 12345.0, have not)
_PLAIN_CODE = re.compile(r"[A-Z0-9]+(?:[-./][A-Z0-9]+)*(?<!\.0)")
_CODE_SIGNS = str.maketrans(
    dict.fromkeys("‐‑‒–—―−﹣－⁃", "-")
    | {"Ð": "Đ", "ð": "đ", "⁄": "/", "∕": "/"}
    | dict(zip("АВЕКМНОРСТХ", "ABEKMHOPCTX", strict=True))  # Cyrillic letters that look like Latin ones
)
_AROUND_CODE = re.compile(r"""^[\s=+'"`´‘’“”]+|[\s'"`´‘’“”.,;:]+$""")
#: letters that are typed, or recognised from a scan, for the digits of a code
_DIGITS = str.maketrans("OIL", "011")
_CODE_GAPS = re.compile(r"[^A-Z0-9.,]+")
_WRAPPED = re.compile(r"""=\s*"([^"]*)"|['’](.*)""")
#: a formula that only says a text: =T("…"), =TEXT("…";"@"), =CONCATENATE("…"), =HYPERLINK("https://…";"…")
_TEXT_FORMULA = re.compile(
    r"""=\s*(?:(?:T|TRIM|CLEAN|CONCAT|CONCATENATE)\(\s*"([^"]*)"\s*\)|TEXT\(\s*"([^"]*)"\s*[,;]\s*"@?"\s*\)"""
    r"""|HYPERLINK\(\s*"[^"]*"\s*[,;]\s*"([^"]*)"\s*\))""",
    re.IGNORECASE,
)
_BLANK_IN_CODE = re.compile(r"\s*([-./])\s*")
_SPACED_CODE = re.compile(r"(?=.*\d)[A-Za-z0-9./ -]+")
_FLOAT_CODE = re.compile(r"^(\d{4,})\.0$")

_TCVN3 = dict(
    zip(
        "¡¢£¤¥¦§¨©ª«¬\u00ad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ",
        "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
        strict=True,
    )
)
_TONES = {"\u0301": "ùÙ", "\u0300": "øØ", "\u0309": "ûÛ", "\u0303": "õÕ", "\u0323": "ïÏ"}
_CIRCUMFLEX = {"": "âÂ", "\u0301": "áÁ", "\u0300": "àÀ", "\u0309": "åÅ", "\u0303": "ãÃ", "\u0323": "äÄ"}
_BREVE = {"": "êÊ", "\u0301": "éÉ", "\u0300": "èÈ", "\u0309": "úÚ", "\u0303": "üÜ", "\u0323": "ëË"}
_VNI_SINGLE = {"ô": "ơ", "Ô": "Ơ", "ö": "ư", "Ö": "Ư", "ñ": "đ", "Ñ": "Đ", "æ": "ỉ", "Æ": "Ỉ", "ó": "ĩ", "Ó": "Ĩ"}
_VNI_SINGLE |= {"ò": "ị", "Ò": "Ị", "î": "ỵ", "Î": "Ỵ"}


def _vni_pairs() -> dict[str, str]:
    """A base letter and the mark after it; the case of the base is that of the letter."""

    def compose(*parts: str) -> str:
        return unicodedata.normalize("NFC", "".join(parts))

    pairs = {
        b + m: compose(b, c, t) for t, marks in _CIRCUMFLEX.items() for m in marks for b in "aAeEoO" for c in "\u0302"
    }
    pairs |= {b + m: compose(b, "\u0306", t) for t, marks in _BREVE.items() for m in marks for b in "aA"}
    plain = {b: b for b in "aAeEoOuUyY"} | {k: _VNI_SINGLE[k] for k in "ôÔöÖ"}
    return pairs | {b + m: compose(base, t) for t, marks in _TONES.items() for m in marks for b, base in plain.items()}


_VNI = _VNI_SINGLE | _vni_pairs()
_VNI_PATTERN = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))
_TCVN3_TABLE = str.maketrans(_TCVN3)

_ONSETS = "ngh|ch|gh|gi|kh|ng|nh|ph|qu|th|tr|b|c|d|đ|g|h|k|l|m|n|p|r|s|t|v|x"
_OPEN = (
    "a|ă|â|e|ê|i|o|ô|ơ|u|ư|y|ai|ao|au|ay|âu|ây|eo|êu|ia|iu|iêu|oa|oai|oao|oay|oe|oeo|oi|ôi|ơi|ua|ui|ưa|ưi|ưu|uê|uy|"
    "uya|uyu|uơ|uôi|ươi|ươu|uây|yêu"
)
_NASAL = (
    "am|an|ang|anh|ăm|ăn|ăng|âm|ân|âng|em|en|eng|êm|ên|ênh|im|in|inh|iêm|iên|iêng|om|on|ong|oong|ôm|ôn|ông|ơm|ơn|um|un|"
    "ung|ưm|ưn|ưng|oam|oan|oang|oanh|oăm|oăn|oăng|oen|uân|uâng|uên|uênh|uôm|uôn|uông|ươm|ươn|ương|uyên|uynh|uyn|yêm|yên|"
    "yêng|ynh"
)
_STOPPED = (
    "ac|ach|ap|at|ăc|ăp|ăt|âc|âp|ât|ec|ep|et|êch|êp|êt|ich|ip|it|iêc|iêp|iêt|oc|ooc|op|ot|ôc|ôp|ôt|ơp|ơt|uc|up|ut|ưc|ưt|"
    "oac|oach|oap|oat|oăc|oăt|oet|uât|uêch|uôc|uôp|uôt|ươc|ươp|ươt|uyêt|uych|uyt|yêt"
)
_FREE = re.compile(f"(?:{_ONSETS})?(?:{_OPEN}|{_NASAL})")
_CHECKED = re.compile(f"(?:{_ONSETS})?(?:{_STOPPED})")
_LEGACY_WORD = re.compile(r"[^\s\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f–—‘’“”…]+")
_ABBREVIATION = re.compile("(?=[^ĐĂÂÊÔƠƯ]*[ĐĂÂÊÔƠƯ])[A-ZĐĂÂÊÔƠƯ]{2,8}[0-9]*")
#: the sign of a lone Đ, which says nothing: § stands before the number of a section too
_LONE = frozenset("§Ñ")
_SMALL = frozenset("ăâêôơưđ")
#: a body's name begins with a capital everywhere (Nghị định 30/2020/NĐ-CP, phụ lục II)
_COMMITTEE = re.compile(r"\bủy ban\b")
#: how often one reading of a word must be seen for each time that the other is, to be taken for it
_COMMONER = 3
#: what a word with one reading only says, one with a much commoner reading, and what a change within a cell costs (less in
#: a cell that has words of Unicode for sure)
_SURE, _LEANS, _CHANGE, _CHANGE_SEEN = 20, 2, 5, 1
_TONE_MARKS = re.compile("[\u0300\u0301\u0303\u0309\u0323]")


def clean_text(value: str) -> str:
    """NFC, without invisible, direction and control marks, white space and line breaks folded to one space.

    The apostrophe by which spreadsheets mark '=…' as text (and by which the quarantine file does) is taken off.
    """
    if value.isascii() and value.isprintable() and "  " not in value and value[:1] not in " '" and value[-1:] != " ":
        return value
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFC", value))
    return _TEXT_MARK.sub("", " ".join(_CONTROL.sub(" ", plain).split()))


def clean_texts(values: Sequence[str]) -> tuple[str, ...]:
    """`clean_text` of each text; where all are plain ASCII that needs no cleaning, that is told from all at once."""
    joined = f"|{'|'.join(values)}|"
    if joined.isascii() and joined.isprintable() and not any(mark in joined for mark in _UNCLEAN):
        return tuple(values)
    cleaned = {value: clean_text(value) for value in set(values)}  # names are said again and again
    return tuple(cleaned[value] for value in values)


def unwrapped(text: str) -> str:
    """A cell without the formula or apostrophe by which a system keeps spreadsheets from changing it (="05/01/2024")."""
    found = _WRAPPED.fullmatch(text) or _TEXT_FORMULA.fullmatch(text)
    return next(t for t in found.groups() if t is not None).strip() if found else text


def canonical_code(text: str, capitals: bool = True) -> str:
    """A code in its one spelling: no quotation marks or formula around it, plain dashes, no blanks, capital letters.

    `capitals` is false for codes in which small letters mean something (the symbols of documents: 12/TTr-SGDĐT).
    """
    if _PLAIN_CODE.fullmatch(text):
        return text
    code = unicodedata.normalize("NFKC", unwrapped(text)).translate(_CODE_SIGNS)
    code = _AROUND_CODE.sub("", code)
    code = _BLANK_IN_CODE.sub(r"\1", code)
    if _SPACED_CODE.fullmatch(code):
        code = code.replace(" ", "")
    code = _FLOAT_CODE.sub(r"\1", code)
    return code.upper() if capitals else code


@lru_cache(maxsize=64)
def _standing_alone(shape: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w./-])(?:{shape.strip('^$')})(?![\w./-])(?!\s*[-/.(]?\s*\d)", re.IGNORECASE)


def code_within(text: str, shape: str) -> str:
    """The one code of `shape` among other words or signs (“Mã HS: …”, “[…]”, a name behind it); else the whole `text`."""
    plain = unicodedata.normalize("NFKC", text).translate(_CODE_SIGNS)
    for words in (plain, _BLANK_IN_CODE.sub(r"\1", plain)):
        found = {m[0] for m in _standing_alone(shape).finditer(words)}
        if len(found) == 1:
            return found.pop()
    return text


def shaped_code(text: str, shape: str) -> str:
    """The code of `shape` that `text` can only be: with other signs between its parts, or letters for digits; "" for none."""
    plain = _AROUND_CODE.sub("", unicodedata.normalize("NFKC", unwrapped(text)).translate(_CODE_SIGNS)).upper()
    for spelt in (plain, plain.translate(_DIGITS)):
        dashed = re.sub(r"[.,]+", ".", _CODE_GAPS.sub("-", spelt))
        for code in (dashed, re.sub("[-.]+", ".", dashed)):
            if re.fullmatch(shape, code):
                return code
    return ""


@lru_cache(maxsize=1 << 16)
def is_syllable(word: str) -> bool:
    """Whether `word` can be one Vietnamese syllable: onset, rime, and a tone that its final consonant allows."""
    marks = unicodedata.normalize("NFD", word.lower())
    tones = _TONE_MARKS.findall(marks)
    base = unicodedata.normalize("NFC", _TONE_MARKS.sub("", marks))
    if len(tones) > 1:
        return False
    if _CHECKED.fullmatch(base):
        return tones in (["\u0301"], ["\u0323"])
    return _FREE.fullmatch(base) is not None


def decode(text: str, encoding: Encoding) -> str:
    """`text` of a legacy font encoding as Unicode; words that a capital font showed in upper case get it back."""
    if encoding == "vni":
        return _VNI_PATTERN.sub(lambda m: _VNI[m[0]], text)
    return _restore_capitals(text) if encoding == "tcvn3" else text


def _restore_capitals(text: str) -> str:
    """TCVN3 has no capital letters with a tone (a font shows them): a word among capitals is one of capitals.

    A word of at least two plain capitals and no small letter shouts. One of fewer goes with a neighbour that does;
    abbreviations do not tell, for they are in capitals everywhere.
    """
    words = _LEGACY_WORD.findall(text)
    loud = [_shouts(w) and _is_word(w) for w in words]
    near = [any(loud[max(i - 1, 0) : i + 2]) for i in range(len(words))]
    if any(loud) and not any(map(_has_small, words)):
        near = [True] * len(words)
    told = iter(near)
    decoded = _LEGACY_WORD.sub(lambda m: _decoded_word(m[0], next(told)), text)
    return _COMMITTEE.sub("Ủy ban", decoded)


def _is_word(word: str) -> bool:
    return is_syllable(word.translate(_TCVN3_TABLE))


def _decoded_word(word: str, among_capitals: bool) -> str:
    decoded = word.translate(_TCVN3_TABLE)
    return decoded.upper() if _shouts(word) or (among_capitals and not _has_small(word)) else decoded


def _shouts(word: str) -> bool:
    return sum(c.isascii() and c.isalpha() for c in word) > 1 and not _has_small(word)


def _has_small(word: str) -> bool:
    """Whether a word has a letter that is a small one in TCVN3: plain, or ă â ê ô ơ ư đ without a tone."""
    return any((c.isascii() and c.islower()) or _TCVN3.get(c, "") in _SMALL for c in word)


def _capitals(texts: Sequence[str], decoded: list[str]) -> list[str]:
    """What a column tells of capitals that its encoding has not: all where no text has a small letter, else the first
    letter where as many texts begin with a capital as do not."""
    words = [w for t in texts for w in _LEGACY_WORD.findall(t)]
    if any(_shouts(w) and _is_word(w) for w in words) and not any(map(_has_small, words)):
        return [d.upper() for d in decoded]
    told = [d[0] for t, d in zip(texts, decoded, strict=True) if d and not _lost_its_case(t)]
    if sum(c.isupper() for c in told) < sum(c.islower() for c in told):
        return decoded
    return [d[:1].upper() + d[1:] if _lost_its_case(t) else d for t, d in zip(texts, decoded, strict=True)]


def _lost_its_case(text: str) -> bool:
    """Whether a TCVN3 text begins with a letter that the encoding has in one case only."""
    return text[:1] in _TCVN3 and _TCVN3[text[0]].islower() and _TCVN3[text[0]] not in _SMALL


# --- which encoding --------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1 << 16)
def _plausible(word: str, encoding: Encoding) -> bool:
    """Whether a word can be Vietnamese in an encoding: a syllable, or an abbreviation in capitals (QĐ, GDĐT).

    Nobody writes a small letter among capitals (DùNG); TCVN3 has no other for them.
    """
    if encoding == "unicode" and word[1:] not in (word[1:].lower(), word[1:].upper()):
        return False
    read = decode(word, encoding)
    return is_syllable(read) or _ABBREVIATION.fullmatch(read) is not None


@lru_cache(maxsize=1 << 16)
def _reading(word: str, encoding: Encoding) -> int:
    """1 for a word that only `encoding` makes Vietnamese, -1 for one that only Unicode does, 0 where both or none do."""
    if _CERTAINLY_UNICODE.search(word):
        return -1
    return _plausible(word, encoding) - _plausible(word, "unicode")


@lru_cache(maxsize=1 << 16)
def _leaning(word: str, encoding: Encoding) -> int:
    """How much a word speaks for `encoding` (below 0: for Unicode): `_reading`, or which of two readings is commoner."""
    if sure := _reading(word, encoding):
        return sure * _SURE
    if not _plausible(word, encoding):
        return 0
    known = common_syllables()
    decoded, plain = known.get(decode(word, encoding).lower(), 0), known.get(word.lower(), 0)
    return _LEANS * ((decoded >= _COMMONER * max(plain, 1)) - (plain >= _COMMONER * max(decoded, 1)))


def _special_words(texts: Iterable[str]) -> list[str]:
    """The distinct words with a letter beyond ASCII; the soft hyphen counts, for it is a TCVN3 letter."""
    found = {w for t in texts if not t.isascii() for w in _BETWEEN_WORDS.split(t) if not w.isascii()}
    return sorted(found)[:2000]


def _share(words: Sequence[str], encoding: Encoding) -> float:
    return sum(_plausible(w, encoding) for w in words) / len(words) if words else 0.0


def detect(texts: Iterable[str], hint: Encoding = "unicode") -> Encoding:
    """How the words of one column are written, judged together; any doubt is Unicode.

    `hint` is how other columns of the sheet are written: it decides where every word could be either.
    """
    words = [w for w in _special_words(texts) if w not in _LONE]
    if not words:
        return "unicode"
    legacy: tuple[Encoding, Encoding] = ("tcvn3", "vni")
    sides = {e: Counter(_reading(w, e) for w in words) for e in legacy}
    if only := max(sides[e][1] for e in legacy):
        best = max(legacy, key=lambda e: (sides[e][1], e == hint, _weight(words, e)))
        none = sum(not _plausible(w, best) and not _plausible(w, "unicode") for w in words)
        if only >= LEAST_SHARE * (only + none) and (only > 1 or not sides[best][-1]):
            return best
    if hint == "unicode" or sides[hint][-1]:
        return "unicode"
    return hint if all(_leaning(w, hint) >= 0 and _plausible(w, hint) for w in words) else "unicode"


def _weight(words: Sequence[str], encoding: Encoding) -> float:
    """How much the words look like Vietnamese in an encoding: common syllables most, then abbreviations, then rare ones."""
    known, total = common_syllables(), 0.0
    for word in words:
        read = decode(word, encoding)
        total += 3 if read.lower() in known else 2 if _ABBREVIATION.fullmatch(read) else is_syllable(read)
    return total


def sheet_encoding(columns: Iterable[Sequence[str]]) -> Encoding:
    """The legacy encoding of most columns of a sheet that have one, else Unicode."""
    found = Counter(map(detect, columns))
    del found["unicode"]
    return found.most_common(1)[0][0] if found else "unicode"


@dataclass(frozen=True)
class Decoded:
    """The texts of one column as Unicode, how they were written, and the places of those that nothing decides.

    `raw` are left as they are, for a word of them may be in Unicode or not; `caseless` have a word whose first letter TCVN3 has in
    one case only.
    """

    texts: list[str]
    encoding: Encoding
    raw: tuple[int, ...] = ()
    caseless: tuple[int, ...] = ()


def decode_all(texts: Sequence[str], hint: Encoding = "unicode") -> tuple[list[str], Encoding]:
    """The texts of one column as Unicode, and how they were written; cells and words in Unicode stay as they are."""
    found = decode_column(texts, hint)
    return found.texts, found.encoding


def decode_column(texts: Sequence[str], hint: Encoding = "unicode") -> Decoded:
    """The same with what was not decided."""
    encoding = detect(texts, hint)
    if encoding == "unicode":
        return Decoded(list(texts), encoding, _foreign(texts))
    leanings = [_leanings(t, encoding) for t in texts]
    both = {_SURE, -_SURE}
    are_mixed = any(both <= {*told} for told in leanings)
    is_mixed = both <= {leaning for told in leanings for leaning in told}
    raw = {
        i
        for i, told in enumerate(leanings)
        if (are_mixed or (is_mixed and both.isdisjoint(told))) and _is_undecided(texts[i], told, encoding)
    }
    decoded = [t if i in raw else _decode_cell(t, leanings[i], encoding) for i, t in enumerate(texts)]
    if encoding != "tcvn3":
        return Decoded(decoded, encoding, tuple(sorted(raw)))
    caseless = tuple(i for i, t in enumerate(texts) if i not in raw and _has_caseless_word(t))
    return Decoded(_capitals(texts, decoded), encoding, tuple(sorted(raw)), caseless)


def _foreign(texts: Sequence[str]) -> tuple[int, ...]:
    """The texts of a column in Unicode with a word that only a legacy encoding makes Vietnamese."""
    legacy: tuple[Encoding, Encoding] = ("tcvn3", "vni")
    words = {w for w in _special_words(texts) if len(w) > 1 and any(_reading(w, e) > 0 for e in legacy)}
    return tuple(i for i, t in enumerate(texts) if words and not words.isdisjoint(_BETWEEN_WORDS.split(t)))


def _leanings(text: str, encoding: Encoding) -> list[int]:
    """For each word how much it speaks for the encoding; nothing of a text in ASCII."""
    if text.isascii():
        return []
    return [0 if m[0].isascii() else _leaning(m[0], encoding) for m in _LEGACY_WORD.finditer(text)]


def _is_undecided(text: str, leanings: Sequence[int], encoding: Encoding) -> bool:
    """Whether a word of a cell could be either, and is not commoner as it is read or stands where the encoding changes."""
    for at, (word, side) in enumerate(zip(_LEGACY_WORD.findall(text), _sides(leanings), strict=False)):
        if abs(leanings[at]) < _SURE and not word.isascii() and _reads_both_ways(word, encoding):
            beside = {_nearest_sure(leanings[:at][::-1]), _nearest_sure(leanings[at + 1 :])} - {0}
            if len(beside) > 1 or (leanings[at] if side else -leanings[at]) <= 0:
                return True
    return False


def _nearest_sure(leanings: Sequence[int]) -> int:
    return next((x for x in leanings if abs(x) == _SURE), 0)


def _reads_both_ways(word: str, encoding: Encoding) -> bool:
    if word in _LONE or decode(word, encoding) == word:
        return False
    return _plausible(word, encoding) and _plausible(word, "unicode")


def _has_caseless_word(text: str) -> bool:
    """Whether a word of a TCVN3 text begins with a letter that the encoding has in one case only, and nothing in it shouts."""
    words = _LEGACY_WORD.findall(text)
    return any(map(_lost_its_case, words)) and (any(map(_has_small, words)) or not any(map(_shouts, words)))


def _decode_cell(text: str, leanings: Sequence[int], encoding: Encoding) -> str:
    """A cell of a column with a legacy encoding: decoded but for the runs of words that are Unicode."""
    if text.isascii():
        return text
    places = list(_LEGACY_WORD.finditer(text))
    sides = _sides(leanings)
    made, done = [], 0
    for side, run in groupby(range(len(places)), key=lambda i: sides[i]):
        last = places[list(run)[-1]].end()
        made.append(decode(text[done:last], encoding) if side else text[done:last])
        done = last
    return "".join(made) + text[done:]


def _sides(leanings: Sequence[int]) -> list[bool]:
    """For each word of a cell whether it is decoded: the likeliest runs, for a cell changes its encoding once or twice."""
    change = _CHANGE_SEEN if any(x <= -_SURE for x in leanings) else _CHANGE
    costs = {True: 0, False: 1}
    paths: dict[bool, list[bool]] = {True: [], False: []}
    for leaning in leanings:
        step = {}
        for side in (True, False):
            came = side if costs[side] <= costs[not side] + change else not side
            against = max(-leaning if side else leaning, 0)
            step[side] = (costs[came] + (change if came != side else 0) + against, [*paths[came], side])
        costs, paths = {s: c for s, (c, _) in step.items()}, {s: p for s, (_, p) in step.items()}
    return paths[costs[True] <= costs[False]]


def decode_bytes(data: bytes) -> tuple[str, str] | None:
    """Text and label of bytes in a single-byte encoding: windows-1258, TCVN3 or VNI, whichever reads as Vietnamese."""
    raw = data.decode("latin-1")
    found: list[tuple[float, str, str]] = []
    legacy: tuple[Encoding, Encoding] = ("tcvn3", "vni")
    try:
        text = unicodedata.normalize("NFC", data.decode("cp1258"))
        words = _special_words(text.splitlines())
        found.append((_share(words, "unicode"), "windows-1258", text))
    except UnicodeDecodeError:  # bytes that this code page leaves out
        pass
    words = _special_words(raw.splitlines())
    found += [(_share(words, e), ENCODING_LABELS[e], "") for e in legacy]
    share, label, text = max(found, key=lambda f: f[0])
    if share < LEAST_SHARE:
        return None
    encodings = {name: e for e, name in ENCODING_LABELS.items()}
    return text or "".join(decode(line, encodings[label]) for line in raw.splitlines(keepends=True)), label
