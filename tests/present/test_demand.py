"""The Demand page's tables, by hand on the tiny pack."""

from __future__ import annotations

import pytest
from demand.hand import INCOME, LEVERS, pack_of

from planner.pack import find_pack, read_pack
from planner.present.demand import demand, demand_behind
from planner.present.words import words
from planner.scenario.demanded import demand as demand_of_pack


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    return pack_of(tmp_path_factory.mktemp("hand"), LEVERS + INCOME)


def seen(pack, kind=0, area="", language="en"):
    return demand.Seen(words(language).of_pack(pack), demand_of_pack(pack), kind, area)


def test_visits_for_1000_people(pack):
    """West 15 cards of 150 people, East 3 of 30: 100 for 1,000 both; with the deed 16 / 150."""
    assert demand.measured(seen(pack), "per_1000") == [100, 100]
    assert demand.measured(seen(pack), "visits") == [15, 3]
    assert demand.measured(seen(pack, None), "per_1000") == [pytest.approx(106.667, abs=0.001), 100]
    assert demand.area_table(seen(pack, None))["County"].tolist() == ["West", "East"]


def test_the_sentence(pack):
    assert demand.summary(seen(pack, area="001")) == "Get a card, West: 15 visits in person a year."
    assert demand.summary(seen(pack, None)).endswith(
        "Most for each person in West: 107 visits a year for 1,000 people; "
        "fewest in East: 100 visits a year for 1,000 people."
    )


def test_the_chain_ends_in_the_product(pack):
    view = seen(pack, area="001")
    table = demand_behind.chain_table(view, demand_behind.chain(view, 0))
    assert table["Step"].tolist() == ["As given", "= Product"]
    assert table["Value"].tolist() == ["15", "15"]


def test_segments_of_an_area(pack):
    """West: 40 % poor, who come for 4/7 of the cards."""
    table = demand_behind.segment_table(seen(pack, area="001"))
    assert table["of the people, %"].tolist() == [40.0, 60.0]
    assert table["of the visits, %"].tolist() == [57.1, 42.9]
    assert table["Weight of need"].tolist() == ["3", "1"]


@pytest.mark.parametrize(("language", "name"), [("en", "Age"), ("sw", "Umri")])
def test_groups_are_told_under_the_name_of_their_dimension(language, name):
    view = seen(read_pack(find_pack("immigration")), language=language)
    named = demand_behind.segment_table(view)[view.words("demand.dimension")]
    assert name in named.tolist()


def test_levers_at_one_half(pack):
    """West, 15 cards, able 0.72: information 0.2 x 0.5 x 0.6 x 0.5 = 3 %: 0.45;
    online 15 x 0.5 x 0.5 x 0.72 = 2.7; assisted 15 x 0.5 x 0.5 x 0.28 = 1.05.
    """
    table = demand_behind.lever_table(seen(pack, area="001"))
    assert table["Lever at 50 %"].tolist() == [
        *("Information", "Online service", "Assisted points", "All together"),
    ]
    assert table["Online"].tolist() == [0, 3, 0, 3]
    assert table["At assisted points"].tolist() == [0, 0, 1, 1]
    assert table["Left for branches"].tolist() == [15, 12, 14, 11]


def test_figures_behind_the_levers(pack):
    figures = demand_behind.lever_figures(seen(pack))
    assert "Get a card: share of visits that need no presence, u" in figures["Figure"].tolist()
    assert len(figures) == 5
    assert len(demand_behind.lever_figures(seen(pack, 1))) == 3


def test_without_figures_there_are_no_levers(tmp_path):
    plain = pack_of(tmp_path, "")
    assert demand_behind.levers_there(seen(plain)) == ()
    assert demand_behind.segment_table(seen(plain)).empty
