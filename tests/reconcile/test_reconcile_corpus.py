"""Texts of other bodies, without data: nothing is said of the correct ones, a planted fault is found and no other is invented."""

import pytest
from corpus_files import cases, draft_of, write_docx, write_html

from tthc_analysis.reconcile import read_draft, reconcile

ALL = cases("notices", "reports", "held_out", "second", "third")
FAULTS = [(name, text, old, new) for name, text, faults in ALL for old, new in faults]
#: faults that the checks do not find; each is a limit told in docs/trust.md
UNFOUND = {
    ("bo-nam", "còn 1.068 hồ sơ đang xử lý"),
    ("bao-tinh-6-thang", "tăng 15% (cùng"),
    ("bao-tinh-6-thang", "còn lại 6.500 hồ sơ"),
}


def figures_of(draft):
    return [(r.code, r.found, r.expected) for r in reconcile(draft).about_figures]


def test_the_corpus_is_large_enough():
    assert len(ALL) >= 30
    assert all(text.count(old) == 1 for _, text, old, _ in FAULTS)


@pytest.mark.parametrize(("name", "text"), [(n, t) for n, t, _ in ALL], ids=[n for n, *_ in ALL])
def test_a_correct_text_has_no_remark_on_a_figure(name, text):
    result = reconcile(draft_of(text))
    assert result.about_figures == ()
    assert result.exit_code in (0, 1)
    assert result.compared > 0


def test_planted_faults_are_found_and_no_correct_figure_is_blamed():
    missed, blamed = [], []
    for name, text, old, new in FAULTS:
        found = reconcile(draft_of(text.replace(old, new, 1))).about_figures
        if not found:
            missed.append((name, old))
        block = draft_of(text.replace(old, new, 1)).blocks
        changed = {b.place.paragraph for b, o in zip(block, draft_of(text).blocks, strict=False) if b.text != o.text}
        blamed += [
            (name, r.found) for r in found if len(block) == len(draft_of(text).blocks) and not _touches(r, changed)
        ]
    assert set(missed) == UNFOUND
    assert blamed == []


def _touches(remark, changed):
    """Whether a remark is about, or rests on, a paragraph or cell that was changed."""
    return bool({p.paragraph for p in (remark.place, *remark.also)} & changed)


WITH_TABLES = [(n, t, f) for n, t, f in ALL if "|---" in t]


@pytest.mark.parametrize(("name", "text", "faults"), WITH_TABLES[::3], ids=[n for n, *_ in WITH_TABLES[::3]])
@pytest.mark.parametrize(("suffix", "write"), [(".docx", write_docx), (".html", write_html)])
def test_every_format_says_the_same(tmp_path, suffix, write, name, text, faults):
    for version in (text, text.replace(*faults[0], 1)):
        write(tmp_path / f"x{suffix}", version)
        assert figures_of(read_draft(tmp_path / f"x{suffix}")) == figures_of(draft_of(version))
