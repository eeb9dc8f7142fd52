"""Vietnamese text as exports hold it → Unicode NFC: TCVN3 (ABC), VNI, windows-1258, decomposed letters, invisible marks.

TCVN3 and VNI write Vietnamese letters with Latin-1 characters and a special font. They are recognised by the share of words
that are possible Vietnamese syllables, jointly over all texts of a column, and decoded before anything is stripped (the soft
hyphen U+00AD is the TCVN3 'ư'). Text that reads as Unicode Vietnamese is never touched.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Literal

Encoding = Literal["unicode", "tcvn3", "vni"]
ENCODING_LABELS: dict[Encoding, str] = {"unicode": "Unicode", "tcvn3": "TCVN3 (ABC)", "vni": "VNI"}

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
_PLAIN_CODES = re.compile(rf"(?:{_PLAIN_CODE.pattern})?(?:\|(?:{_PLAIN_CODE.pattern})?)*")
_CODE_SIGNS = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣－⁃", "-") | {"Ð": "Đ", "ð": "đ", "⁄": "/", "∕": "/"})
_AROUND_CODE = re.compile(r"""^[\s=+'"`´‘’“”]+|[\s'"`´‘’“”.,;:]+$""")
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
    return tuple(map(clean_text, values))


def all_canonical(codes: Sequence[str]) -> bool:
    """Whether every code has its one spelling already, or is blank; told from all at once."""
    return _PLAIN_CODES.fullmatch("|".join(codes)) is not None


def canonical_code(text: str, capitals: bool = True) -> str:
    """A code in its one spelling: no quotation marks or formula around it, plain dashes, no blanks, capital letters.

    `capitals` is false for codes in which small letters mean something (the symbols of documents: 12/TTr-SGDĐT).
    """
    if _PLAIN_CODE.fullmatch(text):
        return text
    code = unicodedata.normalize("NFKC", text).translate(_CODE_SIGNS)
    code = _AROUND_CODE.sub("", code)
    code = _BLANK_IN_CODE.sub(r"\1", code)
    if _SPACED_CODE.fullmatch(code):
        code = code.replace(" ", "")
    code = _FLOAT_CODE.sub(r"\1", code)
    return code.upper() if capitals else code


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
    """TCVN3 has no capital letters with a tone (a font shows them): a word among capitals is one of capitals."""
    parts = re.split(r"(\s+)", text)
    sure = [_shouts(p) for p in parts if sum(c.isascii() and c.isalpha() for c in p) > 1]
    decoded = [p.translate(_TCVN3_TABLE) for p in parts]
    if sure and all(sure):
        return "".join(d.upper() if _shouts(p) else d for p, d in zip(parts, decoded, strict=True))
    return "".join(
        d.upper() if sum(c.isascii() and c.isalpha() for c in p) > 1 and _shouts(p) else d
        for p, d in zip(parts, decoded, strict=True)
    )


def _shouts(word: str) -> bool:
    letters = [c for c in word if c.isascii() and c.isalpha()]
    return all(c.isupper() for c in letters) and not any(c in _TCVN3 and _TCVN3[c] in "ăâêôơưđ" for c in word)


def _share(words: Sequence[str], encoding: Encoding) -> float:
    decoded = [decode(w, encoding) for w in words]
    return sum(is_syllable(w) for w in decoded) / len(decoded) if decoded else 0.0


def _special_words(texts: Iterable[str]) -> list[str]:
    """The distinct words with a letter beyond ASCII; the soft hyphen counts, for it is a TCVN3 letter."""
    found = {w for t in texts if not t.isascii() for w in _BETWEEN_WORDS.split(t) if not w.isascii()}
    return sorted(found)[:2000]


def detect(texts: Iterable[str]) -> Encoding:
    """How the texts of one column are written, judged together; any doubt is Unicode."""
    words = _special_words(t for t in texts if not is_unicode(t))
    if not words:
        return "unicode"
    legacy: tuple[Encoding, Encoding] = ("tcvn3", "vni")
    shares = {e: _share(words, e) for e in legacy}
    best = max(legacy, key=lambda e: shares[e])
    return best if shares[best] >= LEAST_SHARE and shares[best] > _share(words, "unicode") else "unicode"


def is_unicode(text: str) -> bool:
    """Whether `text` has a letter that only Unicode Vietnamese has: such a text is never decoded."""
    return _CERTAINLY_UNICODE.search(text) is not None


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
