import re
from pathlib import Path

import pytest

import planner.present
from planner.present.words import LANGUAGES, placeholders, words

ROOT = Path(planner.present.__file__).parent.parent.parent


def test_both_languages_have_the_same_keys():
    assert set(words("en").texts) == set(words("sw").texts)


@pytest.mark.parametrize("key", sorted(words("en").texts))
def test_both_languages_leave_the_same_places_open(key):
    terms = words("en").terms.keys()  # what a pack calls its areas fits any text
    left = placeholders(words("en").texts[key]) - terms
    assert left == placeholders(words("sw").texts[key]) - terms
    assert words("sw").texts[key].strip()


def test_every_key_that_the_code_names_is_known():
    files = [ROOT / "app.py", *(ROOT / "app_pages").glob("*.py")]
    files += (ROOT / "planner" / "present").rglob("*.py")
    asked = set()
    for file in files:
        asked |= set(re.findall(r'\bw(?:ords)?\(\s*"([a-z_0-9]+\.[a-z_0-9]+)"', file.read_text()))
    assert asked
    assert asked <= set(words("en").texts)


def test_lines_in_english_are_headed_so_on_pages_of_another_language():
    assert words("en").in_english(["One.", "", "Two."]) == ["One.", "Two."]
    assert words("sw").in_english(["One."]) == ["Yafuatayo yameandikwa kwa Kiingereza:", "One."]
    assert words("sw").in_english([""]) == []


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(47.2, "47 min"), (60, "1 h"), (125.9, "2 h 6 min"), (1560, "26 h"), (None, "no data")],
)
def test_minutes(minutes, text):
    assert words("en").minutes(minutes).replace("\xa0", " ") == text


@pytest.mark.parametrize(
    ("kes", "text"),
    [
        (179_500_000, "KES 180 M"),
        (15_100_000, "KES 15.1 M"),
        (1_080_000_000, "KES 1.08 bn"),
        (700_000, "KES 700,000"),
    ],
)
def test_money(kes, text):
    assert words("en").money(kes).replace("\xa0", " ") == text


def test_a_share_is_whole_only_when_it_is():
    say = words("en").share
    assert [say(v).replace("\xa0", " ") for v in (1.0, 0.9999, 0.5, 0.001, 0.0)] == [
        "100 %",
        "99.9 %",
        "50 %",
        "0.1 %",
        "0 %",
    ]


def test_kiswahili_says_that_it_is_unchecked():
    assert "Kiswahili" in words("en")("app.unchecked")
    assert set(LANGUAGES) == {"en", "sw"}


@pytest.mark.parametrize(("language", "one"), [("en", "1 area has none"), ("sw", "Sehemu 1 haina")])
def test_one_thing_is_told_as_one(language, one):
    w = words(language)
    assert w.counted("kpi.without", 1) == one
    assert w.counted("kpi.without", 2) == w("kpi.without", n="2")
    assert w.counted("kpi.duplicates_note", 1) == w("kpi.duplicates_note", n="1")


def test_any_text_about_one_thing_is_told_as_one():
    w = words("en")
    assert w("progress.plan", n=1) == w("progress.plan", n="1")
    assert w("progress.plan", n=1).startswith("Best plan so far: 1 branch,")
    assert w("progress.plan", n=11).startswith("Best plan so far: 11 branches,")


_MANY = re.compile(r"\{n\} (?:more |new |other )?(?:branches|visits|services|people|sites|figures)")
_ONE_TOLD = {  # never of one: so many are asked for, needed or there
    *("check.", "reach.", "comes.description", "robust.map", "roadmap.map", "sites."),
    "uncertain.draw",
}


def test_a_text_about_many_things_has_one_about_a_single_one():
    texts = words("en").texts
    many = {key for key, text in texts.items() if _MANY.search(text)}
    lacking = {key for key in many if f"{key}_one" not in texts}
    assert {key for key in lacking if not key.startswith(tuple(_ONE_TOLD))} == set()


@pytest.mark.parametrize(
    ("value", "text"), [(0.04, "0.0"), (-0.04, "0.0"), (1.25, "+1.2"), (-1234.5, "-1,234.5")]
)
def test_a_difference_of_nothing_has_no_sign(value, text):
    assert words("en").signed(value) == text
