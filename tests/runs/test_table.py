# ruff: noqa: RUF001 - names as people write them
from __future__ import annotations

import csv
import io

import pytest

from planner.runs.table import Table, clean_text, csv_bytes, guard, unguard


@pytest.mark.parametrize(
    "text",
    ["Murang'a", "Elgeyo/Marakwet", "'quoted'", "", "a=b", "'", "''", "a-b", "東", "’=1", "0"],
)
def test_ordinary_text_stays_as_it_is(text):
    assert guard(text) == text
    assert unguard(text) == text


@pytest.mark.parametrize("text", ["=1+1", "+254", "-5", "@SUM", "'=1", "''-x", "=", "-"])
def test_live_text_gets_an_apostrophe_that_comes_off_again(text):
    assert guard(text) == f"'{text}"
    assert unguard(guard(text)) == text


@pytest.mark.parametrize("text", ["\t=1+1", "\r=1+1", "\x00=1+1", "\x1b=1+1", "\n@x"])
def test_control_characters_do_not_hide_a_formula(text):
    shown = guard(text)
    assert shown.lstrip()[0] in "'=@"
    assert not shown.startswith(("=", "@", "\t", "\r", "\x00"))
    assert all(char.isprintable() for char in shown)


def test_line_breaks_become_spaces_and_other_controls_go():
    assert clean_text("a\nb\r\nc\td\x07e\x85f") == "a b  c de f"
    assert clean_text("\ud800x") == "\ufffdx"


def test_numbers_keep_every_digit_and_missing_is_empty():
    row = (0.1 + 0.2, -5, 10**15, float("nan"), float("inf"), None, True, False, "-5")
    table = Table("t", tuple("abcdefghi"), (row,))
    header, cells = csv.reader(io.StringIO(csv_bytes(table).decode()))
    assert header == list("abcdefghi")
    expected = ["0.30000000000000004", "-5", "1000000000000000", "", "", "", "yes", "no", "'-5"]
    assert cells == expected


def test_every_text_is_quoted_so_that_no_other_separator_splits_it():
    table = Table("t", ("a",), (("x;=1+1",), ('say "no"',)))
    assert csv_bytes(table) == b'"a"\r\n"x;=1+1"\r\n"say ""no"""\r\n'
    assert csv_bytes(table, mark=True).startswith(b"\xef\xbb\xbf")
