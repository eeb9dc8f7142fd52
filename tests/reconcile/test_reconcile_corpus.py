"""Texts of other bodies, without data: nothing is said of the correct ones, a planted fault is found and no other is invented."""

import io
import sys
from functools import cache

import pytest
from corpus_files import cases, narrative_of, pieces, write_docx, write_html, write_md, write_odt, write_pdf, write_txt

from tthc_analysis.reconcile import _files, read, read_narrative, reconcile

ALL = cases("notices", "reports", "held_out", "second", "third", "fourth")
FAULTS = [(name, text, old, new) for name, text, faults in ALL for old, new in faults]
#: faults that the checks do not find; each is a limit told in docs/trust.md
UNFOUND = {
    ("bo-nam", "còn 1.068 hồ sơ đang xử lý"),
    ("bao-tinh-6-thang", "tăng 15% (cùng"),
    ("bao-tinh-6-thang", "còn lại 6.500 hồ sơ"),
    ("huyen-9-thang-2023", "g ứng 10,0%."),
    ("huyen-so-sanh-2023", " 40% (2.900/7."),
}


def figures_of(narrative):
    return [(r.code, r.found, r.expected) for r in reconcile(narrative).about_figures]


@cache
def _findings(text):
    return figures_of(narrative_of(text))


def test_the_corpus_is_large_enough():
    assert len(ALL) >= 30
    assert all(text.count(old) == 1 for _, text, old, _ in FAULTS)


@pytest.mark.parametrize(("name", "text"), [(n, t) for n, t, _ in ALL], ids=[n for n, *_ in ALL])
def test_a_correct_text_has_no_remark_on_a_figure(name, text):
    result = reconcile(narrative_of(text))
    assert result.about_figures == ()
    assert result.exit_code in (0, 1)
    assert result.compared > 0


def test_planted_faults_are_found_and_no_correct_figure_is_blamed():
    missed, blamed = [], []
    for name, text, old, new in FAULTS:
        found = reconcile(narrative_of(text.replace(old, new, 1))).about_figures
        if not found:
            missed.append((name, old))
        block = narrative_of(text.replace(old, new, 1)).blocks
        changed = {
            b.place.paragraph for b, o in zip(block, narrative_of(text).blocks, strict=False) if b.text != o.text
        }
        blamed += [
            (name, r.found) for r in found if len(block) == len(narrative_of(text).blocks) and not _touches(r, changed)
        ]
    assert set(missed) == UNFOUND
    assert blamed == []


def _touches(remark, changed):
    """Whether a remark is about, or rests on, a paragraph or cell that was changed."""
    return bool({p.paragraph for p in (remark.place, *remark.also)} & changed)


WRITERS = {
    ".docx": write_docx,
    ".odt": write_odt,
    ".html": write_html,
    ".md": write_md,
    ".txt": write_txt,
    ".pdf": write_pdf,
}


@pytest.fixture
def read_here(monkeypatch):
    """`read_narrative` without a process of its own for each file."""

    def lines(file, kind, text):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO((text or "").encode("utf-8"))))
        return list(_files.answer(kind, str(file)))

    monkeypatch.setattr(read, "_lines", lines)
    return read_narrative


@pytest.mark.parametrize("suffix", WRITERS)
def test_every_format_says_the_same_of_every_text(tmp_path, read_here, suffix):
    differing = []
    for name, text, faults in (case for case in ALL if suffix != ".md" or not _has_merged_cells(case[1])):
        for version in (text, text.replace(*faults[0], 1)):
            file = tmp_path / f"{name}{suffix}"
            WRITERS[suffix](file, version)
            found, wanted = figures_of(read_here(file)), _findings(version)
            differing += [] if found == wanted else [(name, found, wanted)]
    assert differing == []


def _has_merged_cells(text):
    """Whether a table of the text joins cells, which Markdown cannot say."""
    return any(
        height > 1 or width > 1
        for piece in pieces(text)
        if not isinstance(piece, str)
        for *_, width, height, _ in piece
    )
