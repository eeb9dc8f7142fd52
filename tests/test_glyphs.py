"""Every character can be printed: what fonts have, what stands in for the rest, and that it is told."""

from __future__ import annotations

import base64
import io
import random
from html import escape

import pytest
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from tthc_analysis.documents.pdf import FONTS, Letterhead, html_to_pdf
from tthc_analysis.glyphs import BOX, printable, printed, replaced, told

HEAD = Letterhead(title="Thử")
EVERY = [chr(c) for c in range(1, 0x110000)]


def text_of(html: str, head: Letterhead = HEAD) -> str:
    pages = PdfReader(io.BytesIO(html_to_pdf(html, head))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_what_is_called_printable_is_in_the_fonts_and_each_licence_is_beside_them():
    tinos = set.intersection(*(set(TTFont(p).getBestCmap()) for p in FONTS.glob("Tinos-*.ttf")))
    symbols = set(TTFont(FONTS / "Symbols.ttf").getBestCmap())
    own = {ord(c) for c in printable()}
    assert tinos <= own <= tinos | symbols
    assert len(own) > 2500
    assert (FONTS / "Symbols.ttf").stat().st_size < 300_000
    assert {p.name for p in FONTS.glob("LICENSE*")} == {"LICENSE-OFL.txt", "LICENSE-DejaVu.txt"}


def test_a_stand_in_can_be_printed_itself_and_letters_are_never_touched():
    assert {c for text in map(printed, EVERY) for c in text} <= printable() | {"\n", "\t"}
    vietnamese = "ẠẶẬỆỊỌỘỢỤỰỲỴÝĐđơưắằẳẵặ₫ ³ ½ ± → ≤ “…” – — •"
    assert printed(vietnamese) == vietnamese


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("２０２４", "2024"), ("Ａ４", "A4"), ("小学校", "□□□"), ("❌", "✘"), ("25 ℃", "25 ℃"), ("𝟏𝟐", "12"),
        ("a\u2067b", "ab"), ("\u180ex", "x"), ("\ue123", BOX), ("\x07", ""), ("\ud83d", BOX), ("ไทย", "□□□"),
        ("❤\ufe0f", "❤"), ("㎡", "m²"),
    ],
)  # fmt: skip
def test_stand_ins(written, shown):
    assert printed(written) in (shown, shown.replace("²", "2"))


def test_what_was_replaced_is_told_by_code_point_and_not_without_end():
    assert replaced(["thường", "２ \u200d ℃"]) == {"２": "2"}
    assert told({"２": "2"}) == "U+FF12 (in thành “2”)"
    assert told({chr(0x4E00 + i): BOX for i in range(25)}).endswith(" và 15 ký tự khác")


def test_no_character_alone_or_beside_any_other_ends_a_pdf():
    dice = random.Random(20241115)
    pieces = ["".join(dice.choices((dice.choice(EVERY), *"aưĐ\u0301\u0323\u0489\u200d中✓"), k=4)) for _ in range(3000)]
    html = "".join(f"<p>{escape(' '.join(pieces[i::3]))}</p>" for i in range(3))
    text = text_of(f"<strong>{html}</strong><em>{html}</em>", Letterhead(title="\x00中\ud800 đề", agency="🏫\x1f"))
    assert BOX in text
    assert "Phông chữ của bản PDF không có ký tự U+" in text


def test_a_pdf_of_common_text_has_no_note():
    assert "Phông chữ" not in text_of("<p>Số hồ sơ: 25 ℃ ✓</p>")


def test_the_text_of_a_drawing_has_stand_ins_too():
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30"><text x="5" y="20">９ ＜ 験 o\u0489</text></svg>'
    source = "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
    text = text_of(f'<p>Hình</p><img alt="mô tả 験" src="{source}">')
    assert "9 < □ o□" in text
    assert "U+9A13 (in thành “□”)" in text
