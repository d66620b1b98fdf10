"""How blocks stand together, how wide columns are, which letters can be shown."""

import subprocess
import sys
from pathlib import Path

import pytest

from planner.export.document import theme_letters
from planner.export.document.model import Column, Grid, Paragraph, Points
from planner.export.document.theme import (
    Beside,
    density,
    facts_in_a_row,
    laid,
    widths,
)
from planner.export.document.theme_letters import STAND_IN, is_plain, lacks, plain, shown
from tests.export.render import sample

ROOT = Path(__file__).parents[3]


def test_a_small_drawing_stands_beside_what_follows_it_up_to_a_table():
    small, said, points = sample.picture(wide=False), Paragraph("a"), Points(["b"])
    table, wide, after = sample.grid(1, 2), sample.picture(), Paragraph("c")
    blocks = [said, small, said, points, table, after, small, wide, after, small]
    assert list(laid(blocks)) == [
        said,
        Beside(small, [said, points]),
        table,
        after,
        small,
        wide,
        after,
        small,
    ]


def table(rows, *heads):
    return Grid("t", [Column(head) for head in heads], rows)


def test_columns_get_room_by_what_makes_rows_high():
    long = table([["Nairobi", "1,000", "word " * 40], ["Kisumu", "2", "word " * 50]], "a", "b", "c")
    name, number, text = widths(long)
    assert name >= len("Nairobi")
    assert number >= len("1,000")
    assert text > 60
    assert sum(widths(long)) <= 96


def test_a_table_whose_cells_all_fit_has_them_in_one_line_each():
    fits = table([["Branch at the lake", "1,442,000"], ["Kericho (Ardhi House)", "9"]], "Name", "n")
    for wide, column in zip(widths(fits), zip(*fits.rows, strict=True), strict=True):
        assert wide >= max(len(cell) for cell in column)


@pytest.mark.parametrize(("columns", "kind"), [(2, "plain"), (11, "dense"), (15, "wide")])
def test_a_table_is_set_smaller_then_turned_as_it_has_more_columns(columns, kind):
    assert density(sample.grid(3, columns)) == kind


def test_a_table_is_set_smaller_where_its_rows_would_stand_high():
    heads = [f"{name} {'x' * 12}" for name in "abcde"]
    high = table([["Kericho", "outreach instead " * 14, "1", "2", "3"]], *heads)
    low = table([["Kericho", "outreach", "1", "2", "3"]], *heads)
    assert (density(high), density(low)) == ("dense", "plain")
    assert sum(widths(high)) > sum(widths(low))


def test_a_table_without_rows_has_the_width_of_its_heads():
    assert all(wide >= len("Branch") for wide in widths(table([], "Branch", "Branch")))


@pytest.mark.parametrize(
    ("count", "row"), [(0, 1), (1, 1), (5, 5), (6, 3), (7, 4), (9, 5), (11, 4)]
)
def test_figures_fill_their_rows(count, row):
    assert facts_in_a_row(count) == row


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Murang'a \u2013 47 ≤ 5 → ✓", "Murang'a \u2013 47 ≤ 5 → ✓"),
        ("a\tb\nc\x00d\ufeff", "a b cd"),
        ("中", STAND_IN),
        ("مكتب 🇰🇪", "مكتب 🇰🇪"),
        ("", ""),
    ],
)
def test_texts_in_letters_that_the_fonts_hold(text, told):
    assert shown(text) == told
    assert lacks(text) == (STAND_IN in told)


def test_plain_letters_need_no_shaping():
    assert plain("Nyeri مكت e\u0301") == f"Nyeri {STAND_IN * 3} e{STAND_IN}"
    assert all(is_plain(c) for c in "Ŋgĩkũyũ “” 1,000 ±")
    assert not any(is_plain(c) for c in "م\u0301\u200d🇰中\n")


def test_a_word_without_end_may_be_broken():
    told = shown("x" * 100)
    assert told.replace(theme_letters._MAY_BREAK, "") == "x" * 100
    assert max(len(part) for part in told.split(theme_letters._MAY_BREAK)) <= 28


def test_the_list_of_letters_is_that_of_the_fonts():
    tool = ROOT / "tools" / "font_letters.py"
    assert subprocess.run([sys.executable, tool, "--check"], check=False).returncode == 0
