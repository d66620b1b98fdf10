import json
import re

import pytest

from planner.present.escape import html_text, label_text, markdown_text, script_data
from tests.present.cases import HOSTILE

TEXTS = [*HOSTILE, "plain", "", "\n\r\t", "\u2028\u2029", "\U0001d518\ud800"]


@pytest.mark.parametrize("text", TEXTS)
def test_script_data_is_json_that_gives_the_text_back(text):
    assert json.loads(script_data({"name": [text]})) == {"name": [text]}


@pytest.mark.parametrize("text", TEXTS)
def test_script_data_holds_no_character_that_means_something_elsewhere(text):
    inside = re.fullmatch(r'"(.*)"', script_data(text)).group(1)
    assert re.fullmatch(r"(\\u[0-9a-f]{4}|[A-Za-z0-9 .,-])*", inside)


def test_script_data_never_makes_a_template_mark_of_its_own():
    data = script_data({"a": {"b": {}, "c": [{}, [[]]]}, "d": {"{%": "{#"}})
    assert not re.search(r"\{\{|\{%|\{#", data)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_script_data_refuses_numbers_that_json_lacks(value):
    with pytest.raises(ValueError, match="use None"):
        script_data([value])


def test_script_data_refuses_other_kinds():
    with pytest.raises(TypeError, match="object"):
        script_data({"a": object()})


def test_script_data_keeps_numbers_and_none():
    assert json.loads(script_data([1, 2.5, None, True, False, -0.1])) == [
        1,
        2.5,
        None,
        True,
        False,
        -0.1,
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_html_text_leaves_no_mark_up(text):
    assert not re.search(r"[<>\"'`{}$%\\]", html_text(text))


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_text_leaves_no_link_formula_colour_or_tag(text):
    bare = re.sub(r"\\.", "", markdown_text(text))
    assert not re.search(r"[\[\]$<>`{}:*_!|#]", bare)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_label_holds_no_link_formula_colour_tag_list_or_heading(text):
    bare = re.sub(r"\\.", "", label_text(text))
    assert not re.search(r"[\[\]$<`{}*|~]|[:&](?=\S)|^[#+>]", bare)
    assert re.sub(r"\\(.)", r"\1", label_text(text)) == " ".join(text.split())


def test_a_label_that_means_nothing_else_is_read_aloud_as_it_is():
    for text in ("Online: % of those (able)", "Water & sanitation!", "Site a_b, +3 #2", "So near:"):
        assert label_text(text) == text
    for text in ("a :red[x]", "# a", "1) a", "> a", "+ a", "&lt;", "http://x", "_a_", "\\*"):
        assert label_text(text) != text
