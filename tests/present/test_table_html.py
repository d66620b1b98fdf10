"""Tables to the letter: what stands right or wide, what scrolls, what is walked with the keys."""

import pandas as pd
import pytest

from planner.present.escape import html_text, label_text, markdown_text
from planner.present.markup import cell_text, keyed, table_html


def test_a_short_table_to_the_letter():
    page = table_html(pd.DataFrame({"name": ["a", "b"], "n": [1, 2.5]}), caption="t")
    assert page == (
        '<div class="ug-table" role="region" aria-label="t"><table><caption>t</caption><thead><tr>'
        '<th scope="col">name</th><th scope="col" class="ug-right">n</th></tr></thead><tbody>'
        '<tr><th scope="row">a</th><td class="ug-right">1</td></tr>'
        '<tr><th scope="row">b</th><td class="ug-right">2.5</td></tr></tbody></table></div>'
    )


@pytest.mark.parametrize(
    ("rows", "in_view", "scrolls"),
    [(3, None, False), (3, 2, True), (3, 3, False), (0, None, False), (0, 0, False)],
)
def test_only_a_table_longer_than_its_view_scrolls_and_is_a_stop(rows, in_view, scrolls):
    page = table_html(pd.DataFrame({"n": range(rows)}), caption="t", rows_in_view=in_view)
    start = '<div tabindex="0" class="ug-table ug-scrolls"' if scrolls else '<div class="ug-table"'
    assert page.startswith(start + ' role="region"')
    assert page.count("<tr>") == rows + 1


def test_rows_that_tell_of_places_carry_their_keys_and_the_first_is_the_stop():
    rows = keyed(code=["1", "2"], site=["a&b", ""])
    page = table_html(pd.DataFrame({"n": ["x", "y"]}, index=rows), caption="t", rows_in_view=1)
    assert page.startswith('<div class="ug-table ug-scrolls ug-linked" role="region"')
    assert '<table role="grid">' in page
    assert '<tr tabindex="0" data-code="1" data-site="a&#38;b"><th' in page
    assert '<tr data-code="2"><th' in page
    assert page.count("tabindex") == 1


def test_an_index_of_one_level_is_named_too_and_other_names_are_not_told():
    index = pd.Index(["p1", "p2"], name="point")
    page = table_html(pd.DataFrame({"n": [1, 2]}, index=index), caption="t")
    assert '<tr tabindex="0" data-point="p1">' in page
    assert '<tr data-point="p2">' in page
    other = pd.MultiIndex.from_arrays([["z", "w"], ["p1", "p2"]], names=["order", "site2"])
    page = table_html(pd.DataFrame({"n": [1, 2]}, index=other), caption="t")
    assert 'data-site2="p1"' in page
    assert "data-order" not in page


@pytest.mark.parametrize(
    ("texts", "kind"),
    [
        (["a" * 12, ""], ""),
        (["a" * 13, ""], ' class="ug-words"'),
        (["", "a" * 50], ' class="ug-words"'),
        (["a", "a" * 51], ' class="ug-long"'),
        ([None, None], ""),
    ],
)
def test_the_longest_text_sets_the_width(texts, kind):
    page = table_html(pd.DataFrame({"n": pd.Series(texts, dtype=object)}), caption="t")
    assert f'<th scope="col"{kind}>n</th>' in page
    assert page.count(f'<th scope="row"{kind}>') == len(texts)


def test_a_column_without_rows_has_no_width_of_its_own():
    page = table_html(pd.DataFrame({"n": pd.Series([], dtype=object)}), caption="t")
    assert '<th scope="col">n</th>' in page


@pytest.mark.parametrize(
    ("value", "text"),
    [(-0.0, "0"), (True, "True"), (pd.NA, ""), (1234567.5, "1.23457e+06"), (1e6, "1,000,000")],
)
def test_cells_as_they_are_read(value, text):
    assert cell_text(value) == text


def test_letters_digits_and_the_space_that_keeps_a_unit_stay_as_they_are_on_a_page():
    assert html_text("Az 9.,-\N{NO-BREAK SPACE}km") == "Az 9.,-\N{NO-BREAK SPACE}km"
    assert html_text("é_<") == "&#233;&#95;&#60;"


def test_lines_and_wide_spaces_become_one_space_but_a_number_keeps_its_unit():
    assert markdown_text(" a\n\n b\t\tc ") == "a b c"
    assert label_text("12\N{NO-BREAK SPACE}km\r\n  away") == "12\N{NO-BREAK SPACE}km away"
