"""Names of the data pass through Folium and streamlit-folium's rewriting as data only."""

import json
import re

import folium
import pytest
from streamlit_folium import _get_feature_group_string, generate_leaflet_string

from planner.present.maps.area_layers import area_layer, plain_areas
from planner.present.maps.elements import Element
from planner.present.maps.ground import Ground
from planner.present.maps.layers import KINDS, MIXES, Legend, LegendRow
from planner.present.results import progress, results_map
from planner.present.results.duplicates import link_layer
from planner.present.rules import locks
from tests.present.cases import HOSTILE, hostile_pack, proposal, view

PLAIN = re.compile(r"(\\u[0-9a-f]{4}|[A-Za-z0-9 .,-])*")


def drawn(*layers):
    """The scripts as the browser gets them: the base map's, and the layers'."""
    base = folium.Map(location=(0, 37), tiles=None)
    Element(Ground(" · ".join(hostile_pack().attribution), HOSTILE[0])).add_to(base)
    base.get_root().render()
    group = folium.FeatureGroup(name="planner")
    for layer in layers:
        Element(layer).add_to(group)
    ground = generate_leaflet_string(base)
    return ground, _get_feature_group_string(group, base)


def blocks(script):
    """The data of each call, read as JSON."""
    decoder = json.JSONDecoder()
    return [
        decoder.raw_decode(script[found.end() :].lstrip())[0]
        for found in re.finditer(r"window\.ugatuzi\.\w+\(\s*map_\w+,", script)
    ]


def texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)


def surfaces():
    hostile, network = view(hostile=True), proposal()
    score = network.score
    sites = tuple(site.id for site in hostile.pack.sites)
    return {
        "areas": area_layer(hostile, score, "minutes", "047"),
        "plain areas": plain_areas(hostile, HOSTILE[1]),
        "links": link_layer(hostile, score.duplicates),
        "legend row": Legend([(HOSTILE[2], [LegendRow("fill", HOSTILE[3], colour=HOSTILE[4])])]),
        "changes": results_map.area_layer(hostile, score, score, None),
        "plan": results_map.branch_layer(hostile, score),
        "plan legend": results_map.legend(hostile, score, score),
        "locks": locks.layer(hostile, {sites[0]: "open", sites[1]: "closed"}),
        "progress": progress.plan_layer(hostile, sites),
    }


@pytest.mark.parametrize("name", sorted(surfaces()))
def test_a_surface_shows_every_text_exactly_and_runs_none(name):
    _, script = drawn(surfaces()[name])
    for quoted in re.findall(r'"((?:[^"\\]|\\.)*)"', script):
        assert PLAIN.fullmatch(quoted), quoted[:80]
    shown = list(texts(blocks(script)))
    assert shown
    for text in shown:
        assert "49" not in text or "7*7" not in text
    names = {area.name for area in hostile_pack().areas} | {s.name for s in hostile_pack().sites}
    if name in {"areas", "plain areas", "changes"}:
        assert names & set(shown)


def test_the_ground_shows_the_attribution_exactly():
    ground, _ = drawn(plain_areas(view(hostile=True), "x"))
    (data,) = blocks(ground)
    assert data["attribution"] == " · ".join(HOSTILE)


def test_a_name_is_never_evaluated_as_a_template():
    _, script = drawn(*surfaces().values())
    assert "7*7" in "".join(texts(blocks(script)))
    assert "{{" not in script
    assert "{%" not in script


@pytest.mark.parametrize("kinds", [KINDS, MIXES])
def test_every_kind_of_symbol_has_its_own_shape(kinds):
    assert len({kind["shape"] for kind in kinds.values()}) == len(kinds)
