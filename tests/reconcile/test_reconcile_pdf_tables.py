"""Tables of a PDF by the rules drawn around their cells: merged cells, page ends, cut words; what is unclear is said."""

import pytest
import typst

from tthc_analysis.reconcile import read_narrative, reconcile
from tthc_analysis.reconcile._pdf_tables import Canvas, Piece, Rule, page_tables
from tthc_analysis.reconcile.read import _unbroken

STEP = 20.0
UPRIGHT = (1, 0, 0, 1, 0, 0)


def grid(rows, columns):
    """The rules of a whole grid with its lower left corner at the origin."""
    level = [Rule(False, r * STEP, 0, columns * STEP) for r in range(rows + 1)]
    return level + [Rule(True, c * STEP, 0, rows * STEP) for c in range(columns + 1)]


def texts(rows, columns):
    """One piece in each box, from the top row down."""
    return [Piece(f"{r}{c}", (c * STEP + 2, (rows - 1 - r) * STEP + 4)) for r in range(rows) for c in range(columns)]


def test_each_text_is_in_the_cell_it_begins_in():
    tables, unclear = page_tables(grid(3, 4), texts(3, 4))
    assert unclear == 0
    assert [t for *_, t in tables[0].cells] == [f"{r}{c}" for r in range(3) for c in range(4)]
    assert tables[0].cells[-1][:4] == (3, 4, 1, 1)


def test_boxes_without_a_rule_between_them_are_one_cell():
    rules = [r for r in grid(3, 3) if r != Rule(True, STEP, 0, 3 * STEP)] + [Rule(True, STEP, 0, 2 * STEP)]
    pieces = [p for p in texts(3, 3) if p.text != "01"]
    assert page_tables(rules, pieces)[0][0].cells[0] == (1, 1, 2, 1, "00")


@pytest.mark.parametrize("odd", ["corner", "row in one piece", "wide gap"])
def test_a_grid_that_is_unclear_is_no_table_but_is_counted(odd):
    rules, pieces = grid(3, 3), texts(3, 3)
    if odd == "corner":  # an L of three boxes is no cell
        rules = [r for r in rules if r not in (Rule(True, STEP, 0, 60), Rule(False, STEP, 0, 60))]
        rules += [Rule(True, STEP, STEP, 60), Rule(False, STEP, 0, STEP), Rule(False, STEP, 2 * STEP, 60)]
    elif odd == "row in one piece":
        pieces[0].shown = [(2, 44), (22, 44), (42, 44)]
    else:
        pieces[0].gap = True
    assert page_tables(rules, pieces) == ([], 1)


def test_a_box_around_a_paragraph_and_the_grid_of_a_chart_are_no_tables():
    assert page_tables(grid(1, 1), [Piece("Có 5 hồ sơ.", (2, 4))]) == ([], 0)
    assert page_tables(grid(6, 6), texts(6, 6)[:3]) == ([], 0)


def test_thin_boxes_are_rules_and_a_turned_page_is_turned_back():
    canvas = Canvas(90)
    canvas.operand(b"re", [0, 0, 0.5, 100], UPRIGHT, UPRIGHT)
    canvas.operand(b"f", [], UPRIGHT, UPRIGHT)
    assert [(r.upright, r.high - r.low) for r in canvas.rules] == [(False, 100)]
    canvas.operand(b"re", [0, 0, 50, 50], UPRIGHT, UPRIGHT)
    canvas.operand(b"n", [], UPRIGHT, UPRIGHT)
    assert len(canvas.rules) == 1


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("Lĩn\nh vực\ngiải\nquy\nết", "Lĩnh vực giải quyết"),
        ("Tro\nng\nhạn", "Trong hạn"),
        ("Trước\nhạn", "Trước hạn"),
        ("Quá\nhạn chưa\ný kiến", "Quá hạn chưa ý kiến"),
        ("(3)=(4)\n+(5)", "(3)=(4)+(5)"),
        ("1.0\n25", "1.025"),
        ("345\n98,5%", "345 98,5%"),
        ("12\n345", "12 345"),
    ],
)
def test_what_a_narrow_column_cut_is_whole_again_and_two_values_stay_two(cell, text):
    assert _unbroken(cell) == text


ROWS = "".join(f"[{n}], [Lĩnh vực {n}], [{n}], [{n + 1}], [{2 * n + 1}], " for n in range(1, 41))


def pdf(path, tables):
    source = '#set page(height: 14cm, numbering: "1", header: [UBND TỈNH – biểu số liệu])\n' + "\n\n".join(tables)
    path.write_bytes(typst.compile(source.encode("utf-8")))
    return read_narrative(path)


def table(total, repeat):
    header = f"table.header(repeat: {str(repeat).lower()}, [STT], [Lĩnh vực], [Kỳ trước], [Mới], [Cộng])"
    return f"#table(columns: 5, {header}, {ROWS} [], [Tổng số], [820], [860], [{total}])"


@pytest.mark.parametrize("repeat", [True, False])
def test_a_table_over_pages_is_one_and_its_total_is_held(tmp_path, repeat):
    right = pdf(tmp_path / "a.pdf", [table("1.680", repeat)])
    assert {b.cell.table for b in right.blocks if b.cell} == {1}
    assert [b.text for b in right.blocks if b.cell].count("Lĩnh vực") == 1
    assert reconcile(right).about_figures == ()
    wrong = reconcile(pdf(tmp_path / "b.pdf", [table("1.860", repeat)])).about_figures
    assert {(r.found, r.expected) for r in wrong} == {("1.860", "1.680")}


def test_two_tables_with_the_same_columns_stay_two(tmp_path):
    draft = pdf(tmp_path / "a.pdf", [table("1.680", True), "#pagebreak()\nBảng của huyện khác", table("1.680", True)])
    assert {b.cell.table for b in draft.blocks if b.cell} == {1, 2}
    assert reconcile(draft).about_figures == ()
