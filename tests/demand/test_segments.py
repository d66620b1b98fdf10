"""Who the people are and what they come for, by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from demand.hand import INCOME, LEVERS, figure, pack_of, segment
from planner.demand.segments import (
    dimension_of,
    dimensions,
    need_weights,
    segment_shares,
    segment_split,
)
from planner.pack import find_pack, read_pack
from planner.pack.customer_types import Dimension

PLACE = segment(
    "town", "place", "share = 0.5", figure("segments.need_weight", 2)
) + segment("country", "place", "", figure("segments.rates.get_deed", 0))  # fmt: skip


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    return pack_of(tmp_path_factory.mktemp("hand"), LEVERS + INCOME + PLACE)


def test_a_dimension_is_called_by_its_name_or_by_its_id(pack):
    named = replace(pack.customers, dimensions=(Dimension("income", "Household income", "Kipato"),))
    other = replace(pack, customers=named)
    assert dimension_of(other, "income").name_sw == "Kipato"
    assert dimension_of(other, "place") == Dimension("place", "place")
    assert dimension_of(pack, "where_from").name == "where from"


def test_shares_of_each_dimension_are_everybody(pack):
    assert dimensions(pack) == ("income", "place")
    assert segment_shares(pack).tolist() == [
        pytest.approx([0.4, 0.6, 0.5, 0.5]),
        pytest.approx([0.1, 0.9, 0.5, 0.5]),
    ]


def test_visits_follow_people_times_rate(pack):
    """Cards in West: poor 0.4 x 2 = 0.8, rich 0.6: 4/7 and 3/7; in East 0.2 and 0.9: 2/11, 9/11."""
    split = segment_split(pack, "income")
    assert split[0, 0].tolist() == pytest.approx([4 / 7, 3 / 7])
    assert split[1, 0].tolist() == pytest.approx([2 / 11, 9 / 11])
    assert split[0, 1].tolist() == pytest.approx([0.4, 0.6])  # deeds: no rate, by the people
    assert segment_split(pack, "place")[0, 1].tolist() == [1.0, 0.0]


def test_where_no_segment_comes_visits_follow_the_people(tmp_path):
    nobody = segment(
        "a", "kind", "share = 0.3", figure("segments.rates.get_card", 0)
    ) + segment("b", "kind", "", figure("segments.rates.get_card", 0))  # fmt: skip
    assert segment_split(pack_of(tmp_path, LEVERS + nobody), "kind")[0, 0].tolist() == [0.3, 0.7]


def test_need_weights(pack):
    """Income: West 0.4 x 3 + 0.6 = 1.8, East 1.2; place everywhere 0.5 x 2 + 0.5 = 1.5."""
    assert need_weights(pack, ["income"]).tolist() == pytest.approx([1.8, 1.8, 1.2])
    assert need_weights(pack, ["income", "place"]).tolist() == pytest.approx([2.7, 2.7, 1.8])
    assert need_weights(pack, []).tolist() == [1, 1, 1]


def test_no_segments(tmp_path):
    pack = pack_of(tmp_path)
    assert segment_shares(pack).shape == (2, 0)
    assert dimensions(pack) == ()


def test_the_built_in_segments_are_everybody_everywhere():
    pack = read_pack(find_pack("immigration"))
    shares, split = segment_shares(pack), segment_split(pack, "nationality")
    segments = pack.customers.segments
    for dimension in dimensions(pack):
        own = [g for g, each in enumerate(segments) if each.dimension == dimension]
        assert shares[:, own].sum(axis=1) == pytest.approx(np.ones(47))
    assert split.sum(axis=2) == pytest.approx(np.ones((47, 6)))
    kinds = [kind.id for kind in pack.visit_types]
    assert (split[:, kinds.index("passport_application"), 0] == 0).all()
    assert (split[:, kinds.index("alien_registration"), 0] == 1).all()
