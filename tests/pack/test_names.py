import pytest

from planner.pack.names import AreaNames, name_key
from planner.pack.types import Area

NAMES = AreaNames(
    [
        Area("047", "Nairobi"),
        Area("033", "Narok"),
        Area("021", "Murang\u2019a"),
        Area("028", "Elgeyo-Marakwet"),
        Area("006", "Taita-Taveta"),
        Area("013", "Tharaka-Nithi"),
        Area("043", "Homa Bay"),
        Area("029", "Nandi"),
    ]
)


@pytest.mark.parametrize(
    ("text", "code", "by"),
    [
        ("047", "047", "code"),
        ("47", "047", "padded"),
        ("6", "006", "padded"),
        ("NAIROBI CITY", "047", "name"),
        ("nairobi county", "047", "name"),
        ("County of Nairobi", "047", "name"),
        ("Muranga", "021", "name"),
        ("Murang'a", "021", "name"),
        ("Elgeyo/Marakwet", "028", "name"),
        ("Keiyo-Marakwet", "028", "name"),
        ("Taita Taveta", "006", "name"),
        ("Tharaka", "013", "name"),
        ("HOMABAY", "043", "name"),
        ("Nairobi City County", "047", "name"),
        ("Nairobi City County Government", "047", "name"),
        ("Narok county government", "033", "name"),
        ("County Government of Homa Bay", "043", "name"),
        ("The County Government of Tharaka-Nithi County", "013", "name"),
        ("Kaunti ya Nandi", "029", "name"),
        ("Serikali ya Kaunti ya Nandi", "029", "name"),
    ],
)
def test_usual_spellings(text, code, by):
    match = NAMES.find(text)
    assert (match.code, match.by) == (code, by)


@pytest.mark.parametrize(
    "text",
    [
        "Nairob",
        "Malindi",
        "48",
        "",
        "county",
        "Na",
        "Narok government",
        "Narok somethingelse",
        "{{7*7}}",
    ],
)
def test_nothing_is_guessed(text):
    assert NAMES.find(text) is None


def test_at_most_three_suggestions():
    assert NAMES.suggestions("Nairob")[0] == "Nairobi"
    assert len(NAMES.suggestions("Na")) <= 3


def test_a_name_within_a_longer_text_is_suggested():
    assert NAMES.suggestions("Narok somethingelse entirely")[0] == "Narok"
    assert NAMES.suggestions("the town of Homa Bay, lakeside")[0] == "Homa Bay"
    assert "Narok" not in NAMES.suggestions("Naroksomethingelse entirely")


def test_a_name_that_is_given_in_full_is_itself():
    names = AreaNames([Area("a", "Cork"), Area("b", "Cork County"), Area("c", "Mayo County")])
    assert names.find("CORK").code == "a"
    assert names.find("Cork County").code == "b"
    assert names.find("Mayo").code == "c"


def test_digits_tell_areas_apart_and_shared_names_find_none():
    names = AreaNames([Area("a", "District 1"), Area("b", "District 2"), Area("c", "X"),
                       Area("d", "x")])  # fmt: skip
    assert names.find("district-2").code == "b"
    assert names.find("X") is None
    assert name_key("\uff2e\uff41\uff49\uff52\uff4f\uff42\uff49") == "nairobi"
