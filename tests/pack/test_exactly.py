"""The grammar of the door at its edges, where a small wrong change would pass by unseen."""

import math
from datetime import date

import pytest

from planner.pack.cells import Cells, UnknownText, filled, finder
from planner.pack.dates import FIRST_YEAR, LAST_YEAR, NotADate, ReadDate, read_date
from planner.pack.faults import Findings
from planner.pack.names import AreaNames, name_key, plural
from planner.pack.number_grammar import (
    NotANumber,
    number_text,
    plain_measures,
    plain_numbers,
    read_numbers,
)
from planner.pack.tables import Row, Table
from planner.pack.text_table import decode
from planner.pack.types import Area


@pytest.mark.parametrize(
    ("word", "many"),
    [
        ("", "areas"),
        ("county", "counties"),
        ("CITY", "CITies"),
        ("bay", "bays"),
        ("Quay", "Quays"),
        ("y", "ies"),
        ("parish", "parishes"),
        ("branch", "branches"),
        ("bus", "buses"),
        ("box", "boxes"),
        ("ward", "wards"),
    ],
)
def test_words_for_areas_in_the_plural(word, many):
    assert plural(word) == many


def test_at_most_three_names_are_suggested_the_longest_inside_first():
    names = ("Kilima", "Kilimani", "Kilimo", "Kilifi", "Kilima Juu")
    areas = AreaNames(Area(f"{n}", name) for n, name in enumerate(names, start=1))
    assert len(areas.suggestions("Kilim")) == 3
    assert len(areas.suggestions("Kilima Juu Kilimani Kilimo Kilifi")) == 3
    assert areas.suggestions("Kilima Juu Kilifi")[0] == "Kilima Juu"


def test_columns_of_plain_numbers_are_read_at_once():
    assert plain_numbers(["1", None, "2.5"], "measure") == [1, None, 2.5]
    assert plain_numbers(["1", "2"], "count") == [1, 2]
    assert plain_numbers(["1", 2], "count") is None
    assert plain_numbers([None, 2], "count") is None
    assert plain_numbers(["1", "1,5"], "measure") is None
    assert plain_numbers(["1\n2"], "count") is None
    assert plain_numbers(["1.5"], "money") is None
    assert plain_numbers(["1.234"], "count") is None
    assert plain_numbers(["1.234"], "measure") == [1.234]


def test_plain_measures_with_gaps():
    told = plain_measures(["1.5", "", "-2"])
    assert told[0] == 1.5
    assert math.isnan(told[1])
    assert told[2] == -2
    assert plain_measures(["1", "2,5"]) is None
    assert plain_measures(["1\n2"]) is None
    assert plain_measures(["1", "2\n3"]) is None
    assert all(math.isnan(each) for each in plain_measures(["", ""]))
    assert plain_measures([]) == []


def test_a_thousandth_gets_a_digit_more_so_that_no_group_is_seen():
    assert number_text(1.234) == "1.2340"
    assert number_text(1.23) == "1.23"
    assert number_text(1.2345) == "1.2345"
    assert number_text(12.0) == "12"


def test_the_largest_number_and_one_more():
    assert read_numbers(["1 000 000 000 000 000"], "count") == [10**15]
    assert read_numbers(["-1 000 000 000 000 000"], "count") == [-(10**15)]
    (more,) = read_numbers(["1 000 000 000 000 001"], "count")
    assert isinstance(more, NotANumber)
    assert more.expected == "a number up to 1,000,000,000,000,000"


@pytest.mark.parametrize("cell", [math.inf, math.nan, "9" * 401, "+-1", "--1", "", "-", "1 23"])
def test_cells_that_are_no_number(cell):
    (found,) = read_numbers([cell], "measure")
    assert isinstance(found, NotANumber)
    assert found.expected == "a number"


def test_four_hundred_digits_are_looked_at():
    (found,) = read_numbers(["9" * 400], "measure")
    assert found.expected == "a number up to 1,000,000,000,000,000"


@pytest.mark.parametrize("year", [FIRST_YEAR, LAST_YEAR])
def test_the_first_and_the_last_year_count(year):
    assert isinstance(read_date(f"31/12/{year}"), ReadDate)
    assert isinstance(read_date(f"{year}-01-01"), ReadDate)


@pytest.mark.parametrize("year", [FIRST_YEAR - 1, LAST_YEAR + 1])
def test_years_beyond_do_not(year):
    assert isinstance(read_date(f"31/12/{year}"), NotADate)


def test_a_month_first_is_told_as_such_up_to_the_twelfth():
    assert "day first" in read_date("12/13/2024").message
    assert "day first" in read_date("1/31/2024").message
    assert "day first" not in read_date("13/13/2024").message


def test_letters_spoilt_before_are_told_with_their_word():
    findings = Findings()
    assert decode("id,name\n1,CafÃ© Kisumu\n".encode(), "a.csv", findings).endswith("Kisumu\n")
    (told,) = findings.warnings
    assert "encoded twice, kept as they are, such as" in told
    assert "CafÃ©" in told
    assert "Kisumu" not in told


@pytest.mark.parametrize(("text", "words"), [("a�b", "1 letter was"), ("��", "2 letters were")])
def test_lost_letters_are_counted(text, words):
    findings = Findings()
    assert decode(text.encode(), "a.csv", findings) == text
    (told,) = findings.warnings
    assert told.startswith(f"a.csv: {words} lost before this file was made")


def test_sound_letters_are_not_told():
    findings = Findings()
    text = "Murang\N{RIGHT SINGLE QUOTATION MARK}a, Côte"
    assert decode(text.encode(), "a.csv", findings) == text
    assert findings.warnings == []


def test_a_word_encoded_twice_is_told_with_twenty_letters_on_either_side():
    findings = Findings()
    decode(f"{'b' * 30}Ã©{'c' * 30}".encode(), "a.csv", findings)
    (told,) = findings.warnings
    assert told.endswith(f"such as {'b' * 20}Ã©{'c' * 20}")


def test_day_numbers_of_a_workbook_go_from_the_first_day_to_the_last():
    first = (date(FIRST_YEAR, 1, 1) - date(1899, 12, 30)).days
    last = (date(LAST_YEAR, 12, 31) - date(1899, 12, 30)).days
    assert read_date(first, workbook=True) == ReadDate(date(FIRST_YEAR, 1, 1), "number")
    assert read_date(last, workbook=True) == ReadDate(date(LAST_YEAR, 12, 31), "number")
    for beyond in (first - 1, last + 1):
        assert isinstance(read_date(beyond, workbook=True), NotADate)


def test_an_area_without_a_code_is_none_that_a_number_means():
    assert AreaNames([Area("", "X"), Area("7", "Y")]).find("0") is None
    assert AreaNames([Area("00", "X")]).find("0").code == "00"


def test_twins_are_areas_of_one_name():
    names = AreaNames([Area("1", "West"), Area("2", "WEST"), Area("3", "East"), Area("4", "-")])
    assert names.twins("w.e.s.t") == ["1", "2"]
    assert names.twins("East") == names.twins("North") == names.twins("-") == []


def test_the_nearest_name_is_looked_for_two_hundred_times():
    find = finder("branch", {"alpha": 0})
    hints = []
    for at in range(203):
        with pytest.raises(UnknownText) as unknown:
            find(f"alpha{at}")
        hints.append(unknown.value.message)
    assert hints == ["Did you mean alpha?"] * 200 + ["No branch is called so"] * 3


def test_only_names_that_were_written_otherwise_are_told_as_understood():
    table = Table("t.csv", "visits", frozenset({"site"}),
                  tuple(Row(at, {"site": text}) for at, text in enumerate(("s1", "x", "S-2"), 2)),
                  whole=True, mapped=False)  # fmt: skip
    cells = Cells(table, Findings())
    cells.tell_understood("site", filled([0, None, 1]), ["s1", "s2"])
    assert cells.findings.warnings == ["t.csv: site: understood S-2 as s2"]


def test_what_is_not_there_has_no_position():
    assert filled([None, 0, 3]).tolist() == [-1, 0, 3]


def test_the_twelfth_month_is_one():
    assert read_date("05/12/2024") == ReadDate(date(2024, 12, 5), "day first")
    assert read_date("12/12/2024") == ReadDate(date(2024, 12, 12), "day first")


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("The County of County of X", "countyofx"),
        ("X County City County", "xcounty"),
        ("County", "county"),
        ("County of", "countyof"),
    ],
)
def test_one_word_for_a_county_is_left_out_on_either_side(name, key):
    assert name_key(name) == key


@pytest.mark.parametrize(
    ("proof", "cell", "number"),
    [
        ("1 234,5", "532,114", 532.114),
        ("1 234,5", "532.114", 532114),
        ("1 234.5", "532.114", 532.114),
        ("1 234.5", "532,114", 532114),
        ("1.234,5", "532.114", 532114),
        ("1.234,5", "532,114", 532.114),
        ("1,234.5", "532,114", 532114),
        ("1,234.5", "532.114", 532.114),
    ],
)
def test_a_fraction_after_thousands_proves_what_a_mark_means(proof, cell, number):
    assert read_numbers([proof, cell], "count") == [1234.5, number]


def test_spaced_thousands_without_a_fraction_prove_nothing():
    whole, open_one = read_numbers(["1 234", "532,114"], "count")
    assert whole == 1234
    assert isinstance(open_one, NotANumber)


def test_a_word_encoded_twice_at_the_beginning_is_told_whole():
    findings = Findings()
    decode("bÃ©c".encode(), "a.csv", findings)
    assert findings.warnings[0].endswith("such as bÃ©c")


def test_the_first_four_thousand_bytes_show_an_encoding_without_a_mark():
    text = "a" * 2048 + "\u0100"  # its zero byte stands where plain letters have none
    findings = Findings()
    assert decode(text.encode("utf-16-le"), "a.csv", findings) == text
    assert findings.faults == []
