import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.pack.number_grammar import NotANumber, doubtful_of, number_text, read_numbers

KINDS = ["count", "money", "measure", "degrees"]


def one(text, kind="count", separator=";"):
    return read_numbers([text], kind, separator)[0]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("0", "count", 0),
        ("532114", "count", 532114),
        ("+5", "count", 5),
        ("\u22123", "count", -3),
        ("1,234,567", "count", 1234567),
        ("1.234.567", "count", 1234567),
        ("1 234", "count", 1234),
        ("1\u00a0234\u202f567", "count", 1234567),
        ("1,234.5", "count", 1234.5),
        ("1.234,5", "count", 1234.5),
        ("1 234,567", "count", 1234.567),
        ("12,5", "count", 12.5),
        ("0.125", "count", 0.125),
        ("1234.567", "count", 1234.567),
        ("1200.00", "money", 1200),
        ("-1.287", "degrees", -1.287),
        ("36,817", "degrees", 36.817),
        ("36.817", "measure", 36.817),
        ("1e-05", "measure", 1e-05),
        (".5", "measure", 0.5),
    ],
)
def test_what_can_be_read_in_one_way(text, kind, value):
    assert one(text, kind) == value


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("532.114", "count"),
        ("532,114", "count"),
        ("532.114", "money"),
        ("36,817", "measure"),
        ("12 34", "count"),
        ("1,23,456", "count"),
        ("1.234,567.8", "count"),
        ("1,234,56", "count"),
        ("1.2E+06", "count"),
        ("12.50", "money"),
        ("NA", "count"),
        ("-", "count"),
        ("(300)", "money"),
        ("5.", "count"),
        ("inf", "measure"),
        ("nan", "measure"),
        ("1_000", "count"),
        ("٣", "count"),
        ("KES 5", "money"),
        ("9" * 60, "count"),
    ],
)
def test_what_could_mean_two_things_or_nothing_is_refused(text, kind):
    assert isinstance(one(text, kind), NotANumber)


def test_the_column_proves_what_a_mark_means():
    assert read_numbers(["532.114", "1.056.640"], "count", ";") == [532114, 1056640]
    assert read_numbers(["532,114", "1,056,640"], "count", None) == [532114, 1056640]
    assert read_numbers(["532.114", "12.5"], "count", ";") == [532.114, 12.5]
    assert read_numbers(["1.234", "12,5"], "measure", ";") == [1234, 12.5]
    mixed = read_numbers(["1.234", "12.5", "1.000.000"], "count", ";")
    assert isinstance(mixed[0], NotANumber)


@pytest.mark.parametrize("kind", ["count", "money"])
def test_a_fraction_whose_mark_parts_thousands_elsewhere_is_refused(kind):
    for mark, separator in ((",", ","), (".", ";")):
        cells = [f"1{mark}234{mark}567", f"1{mark}20", "5", f"12{mark}000"]
        grouped, fraction, whole, either = read_numbers(cells, kind, separator)
        assert (grouped, whole) == (1234567, 5)
        assert "parts thousands" in fraction.message
        assert ("comma" if mark == "," else "point") in fraction.expected
        assert isinstance(either, NotANumber)


def test_measures_keep_the_point_as_their_decimal_mark():
    grouped, fraction, either = read_numbers(["1.234.567", "8.5", "7.123"], "measure", ";")
    assert "is the decimal mark" in grouped.message
    assert (fraction, either) == (8.5, 7.123)
    assert read_numbers(["1.234.567", "7.123"], "measure", ";") == [1234567, 7123]
    both = read_numbers(["1.234,5", "1,234.5", "8"], "measure", ";")
    assert both == [1234.5, 1234.5, 8]  # clear by themselves


def test_one_decimal_comma_makes_no_thousands_where_commas_part_fields():
    comma, point = read_numbers(["8,5", "7.123"], "measure", ",")
    assert comma == 8.5
    assert isinstance(point, NotANumber)
    assert read_numbers(["1,234", "8.5"], "measure", ",") == [1234, 8.5]
    twelve, slip = read_numbers(["12,345", "5,60"], "count", ",")
    assert isinstance(twelve, NotANumber)
    assert slip == 5.6
    assert read_numbers(["12,345", "5,60"], "count", ";") == [12.345, 5.6]


def test_typed_numbers_are_what_they_are_whatever_texts_stand_beside_them():
    for proof in ("7,5", "1.234,5", "1.234.567"):
        assert read_numbers([8.123, proof], "measure")[0] == 8.123
        one = read_numbers([532.114, proof], "count")[0]
        assert isinstance(one, NotANumber) if "." in proof else one == 532.114
    assert read_numbers([532.114, 12.5], "count") == [532.114, 12.5]
    assert "532.1140 as a text" in read_numbers([532.114, "1.234.567"], "count")[0].message
    assert isinstance(read_numbers(["532.114", 12.5], "count")[0], NotANumber)


def test_what_may_have_been_a_thousand_is_doubted_where_nothing_else_has_a_fraction():
    assert doubtful_of([532.114, 7, None, "1.5", math.nan]) == 532.114
    assert doubtful_of([532.114, 12.5]) is None
    assert doubtful_of([532.0, 7, 0.125, "532.114"]) is None


def test_a_comma_separated_table_has_no_decimal_commas_in_its_counts():
    assert one("45,120", "count", ",") == 45120
    assert isinstance(one("45,120", "measure", ","), NotANumber)


def test_blank_is_missing_and_typed_numbers_are_kept():
    assert read_numbers([None, 5, 2.5, 7.0, math.nan], "count")[:4] == [None, 5, 2.5, 7]
    assert isinstance(read_numbers([math.nan], "count")[0], NotANumber)
    assert read_numbers([532.114], "count") == [532.114]


@given(st.integers(-(10**14), 10**14), st.sampled_from(KINDS))
def test_every_whole_number_reads_back(value, kind):
    assert one(number_text(value), kind) == value
    assert one(f"{value:,}".replace(",", "\u00a0"), kind) == value


@given(st.floats(-1e12, 1e12, allow_nan=False), st.sampled_from(["count", "measure", "degrees"]))
def test_every_fraction_reads_back_exactly_alone(value, kind):
    assert one(number_text(value), kind) == value


@given(st.text(max_size=30), st.sampled_from(KINDS))
def test_any_text_is_a_number_or_a_refusal(text, kind):
    read = one(text, kind)
    assert isinstance(read, (int, float, NotANumber))
    if isinstance(read, float):
        assert math.isfinite(read)


@given(st.integers(0, 999_999), st.sampled_from([".", ","]))
def test_one_group_alone_in_counts_is_never_guessed(value, mark):
    text = f"{value:,}".replace(",", mark)
    read = one(text, "count", ";")
    assert isinstance(read, NotANumber) if value >= 1000 else read == value
