import re

import pandas as pd
import pytest

from planner.present.cards import Card, cards_html
from planner.present.markup import cell_text, table_html
from tests.present.cases import HOSTILE


@pytest.mark.parametrize("text", HOSTILE)
def test_a_table_holds_no_mark_up_of_the_data(text):
    page = table_html(pd.DataFrame([{text: text, "b": 1}]), caption=text)
    tags = set(re.findall(r"</?([a-z0-9]+)", page))
    assert tags == {"div", "table", "caption", "thead", "tbody", "tr", "th", "td"}
    assert "{{" not in page


@pytest.mark.parametrize("text", HOSTILE)
def test_a_card_holds_no_mark_up_of_the_data(text):
    page = cards_html([Card(text, text, text, text)])
    assert set(re.findall(r"</?([a-z0-9]+)", page)) == {"dl", "div", "dt", "dd"}


@pytest.mark.parametrize(
    ("value", "text"),
    [(1234, "1,234"), (0.5, "0.5"), (None, ""), (float("nan"), ""), ("047", "047"), (-3.0, "-3")],
)
def test_cells(value, text):
    assert cell_text(value) == text


def test_numbers_stand_right():
    page = table_html(pd.DataFrame({"name": ["a"], "n": [1]}), caption="t")
    assert page.count('class="ug-right"') == 2
