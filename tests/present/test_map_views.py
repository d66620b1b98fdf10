"""What maps show of a network equals the figures of the judge, and stays small."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from planner.insight.points import kinds_with, main_branch, point_figures, trips
from planner.present.maps import flows, gaps, mixes, wards
from planner.present.markup import keyed, table_html
from planner.present.network_map import bare, map_views
from planner.present.network_map.map_views import Asked
from planner.present.places import coded, places_of_pack, told_apart
from tests.present.cases import HOSTILE, pack, problem, proposal, today, view
from tests.present.test_layers import PLAIN

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def numbers(text, width):
    """What the browser makes of coded numbers."""
    parts = [text[at : at + width] for at in range(0, len(text), width)]
    return [sum(DIGITS.index(d) * 62**k for k, d in enumerate(reversed(part))) for part in parts]


def of(layers, kind):
    return next(layer for layer in layers if type(layer).__name__ == kind)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("UGATUZI_HOME", str(tmp_path))


def every_kind():
    return kinds_with(problem(), None)


def test_numbers_are_written_in_few_digits_and_none_is_lost():
    assert numbers(coded([0, 1, 61, 62, 3843], 2), 2) == [0, 1, 61, 62, 3843]
    with pytest.raises(ValueError, match="3844"):
        coded([3844], 2)
    with pytest.raises(ValueError, match="-1"):
        coded([-1], 1)


def test_figures_of_points_add_up_to_those_of_the_judge():
    found = point_figures(problem(), today().plan, every_kind())
    score = today().score
    served = found.visits - found.unserved
    assert found.visits.sum() == pytest.approx(score.kpis.visits_per_year)
    assert np.allclose(found.minutes, score.point_min, equal_nan=True)
    within = np.nansum(found.within * served) / served.sum()
    assert within == pytest.approx(score.kpis.within_standard)
    assert found.far.sum() == pytest.approx(served.sum() * (1 - score.kpis.within_standard))
    assert np.nansum(found.km * served) / served.sum() == pytest.approx(score.kpis.mean_km)


def test_of_one_service_only_its_visits_count():
    kinds = kinds_with(problem(), 0)
    assert kinds == tuple(b for b in range(problem().does.shape[0]) if problem().does[b, 0])
    rows = trips(problem(), today().plan, kinds)
    assert rows.visits.sum() == pytest.approx(problem().visits[:, list(kinds)].sum())


def test_a_point_belongs_to_the_branch_of_most_of_its_visits():
    site = main_branch(
        np.array([0, 0, 0, 2]), np.array([5, 3, 5, 1]), np.array([1.0, 1.5, 1.0, 2.0]), 3
    )
    assert site.tolist() == [5, -1, 1]


def test_the_land_of_places_is_made_once_and_touching_groups_differ():
    places = places_of_pack(pack())
    assert places is places_of_pack(replace(pack()))
    data = json.loads(places.script.split("places = ", 1)[1].rstrip().rstrip(";"))
    assert len(data["ids"]) == len(data["land"]) == len(pack().demand_points)
    assert len(places.script) < 300_000
    site = point_figures(problem(), proposal().plan, every_kind()).site
    colour = told_apart(places, site)
    for a, b in places.touching:
        if site[a] != site[b]:
            assert colour[site[a]] != colour[site[b]]


@pytest.mark.parametrize("name", map_views.LISTED)
def test_a_view_hands_over_little_and_tells_what_it_is(name):
    network = today()
    layers = map_views.of_listed(view(), network.plan, network.score, Asked(name), ())
    assert sum(len(layer.block) for layer in layers) < 40_000
    words = of(layers, "Areas").given["description"]
    assert "Branches shown: 10" in words
    assert of(layers, "Legend").given["blocks"]


def test_small_areas_have_the_class_and_the_text_of_their_own_figure():
    network = today()
    layer = of(
        map_views.of_listed(view(), network.plan, network.score, Asked("places"), ()), "SmallAreas"
    )
    given, minutes = layer.given, network.score.point_min
    classes = wards.quantile_classes(minutes.tolist())
    column = given["columns"][0]
    known, at, fills = column["known"], numbers(column["of"], 2), numbers(given["of"], 1)
    for i in (0, 7, 700, 1449):
        assert known[at[i]] == view().words.minutes(minutes[i])
        assert given["fills"][fills[i] - 1] == classes.colour(minutes[i])


def test_every_line_goes_from_its_place_to_its_branch():
    network = proposal()
    told = map_views.told_of(view(), network.plan, None)
    _, drawn = flows.line_layers(view(), places_of_pack(pack()), told.figures, told.trips)
    given = drawn.given
    sites = [given["sites"][k]["id"] for k in numbers(given["to"], 2)]
    pairs = list(zip(numbers(given["points"], 2), sites, strict=True))
    assert pairs == [
        (i, pack().sites[j].id) for i, j in zip(told.trips.point, told.trips.site, strict=True)
    ]
    wide = np.array(numbers(given["wide"], 1))
    order = np.argsort(told.trips.visits)
    assert (np.diff(wide[order]) >= 0).all()
    assert set(wide) == set(range(len(flows.WIDTHS)))


def test_gaps_are_the_places_with_visits_beyond_the_standard():
    figures = map_views.told_of(view(), today().plan, None).figures
    _, drawn = gaps.gap_layers(
        view(), places_of_pack(pack()), figures, trips(problem(), today().plan, every_kind())
    )
    points = numbers(drawn.given["points"], 2)
    gap = figures.far + figures.unserved
    assert set(points) == set(np.flatnonzero(gap >= gaps.LEAST))
    assert gap[points[0]] == gap.max()  # large ones lie below small ones
    assert numbers(drawn.given["sizes"], 1)[0] == len(gaps.RADII) - 1
    assert set(numbers(drawn.given["kinds"], 1)) == {0}


def test_a_plan_is_shown_before_and_after_on_one_scale():
    before, after = today().score, proposal().score
    asked = [Asked(name) for name in map_views.FOUND]
    views = [map_views.of_plan(view(), proposal().plan, after, before, each) for each in asked]
    swipe = views[map_views.FOUND.index("swipe")]
    left = of(swipe, "Areas").given["cells"]
    right = of(swipe, "Swipe").given["layers"][0]["data"]["cells"]
    assert [left[code]["lines"] for code in left] == [right[code]["lines"] for code in left]
    assert any(left[code]["fill"] != right[code]["fill"] for code in left)
    change = of(views[map_views.FOUND.index("places_change")], "SmallAreas").given
    column = change["columns"][0]
    i = int(np.nanargmin(after.point_min - before.point_min))
    shorter = view().words.minutes(before.point_min[i] - after.point_min[i])
    assert shorter in column["known"][numbers(column["of"], 2)[i]]


@pytest.mark.parametrize("name", map_views.LISTED)
@pytest.mark.parametrize("symbols", ["status", "services"])
def test_hostile_names_stay_data_in_every_view(name, symbols):
    hostile, network = view(hostile=True), today()
    asked = Asked(name, symbols=symbols)
    for layer in map_views.of_listed(hostile, network.plan, network.score, asked, ()):
        for quoted in re.findall(r'"((?:[^"\\]|\\.)*)"', layer.block):
            assert PLAIN.fullmatch(quoted), quoted[:80]
    script = places_of_pack(hostile.pack).script.split("places = ", 1)[1].rstrip().rstrip(";")
    assert set(json.loads(script)["names"]) == set(HOSTILE)
    assert "<" not in script


def test_without_today_or_degrees_the_views_that_need_them_are_not_offered():
    plain = replace(view(), pack=replace(pack(), demand_points=nowhere()))
    assert map_views.can_show(plain, map_views.LISTED, None) == ["areas"]
    assert map_views.can_show(view(), map_views.FOUND, None) == [
        "change", "places", "catchments", "lines", "gaps"
    ]  # fmt: skip
    assert map_views.can_show(view(), map_views.FOUND, today().score) == list(map_views.FOUND)


def nowhere():
    return tuple(replace(each, lat=None, lon=None, x=0.0, y=0.0) for each in pack().demand_points)


def test_branches_are_told_apart_by_what_they_offer():
    score = proposal().score
    symbol = mixes.kinds(score, "services")
    by_site = {branch.site: branch.services for branch in score.branches}
    for a, services in by_site.items():
        for b, others in by_site.items():
            assert symbol[a] != symbol[b] or services == others or symbol[a] == "mix7"
    _, rows = mixes.block(view(), score, "services")
    assert sum(int(row.text.rsplit("(", 1)[1].rstrip(")")) for row in rows) == len(score.branches)


def test_rows_say_what_they_tell_of_and_hostile_ids_stay_text():
    import pandas as pd

    frame = pd.DataFrame({"a": ["x", "y"]}, index=keyed(point=["p", HOSTILE[8]], code=["1", ""]))
    text = table_html(frame, caption="c")
    assert '<tr tabindex="0" data-point="p" data-code="1">' in text
    assert text.count('role="grid"') == 1
    assert 'alert(1); "' not in text
    assert "data-code" not in text.split("<tr")[-1]
    assert "grid" not in table_html(frame.reset_index(drop=True), caption="c")


def test_a_pack_without_outlines_shows_its_places_and_says_so():
    here = replace(pack(), areas=tuple(replace(each, outline=None) for each in pack().areas))
    seen = replace(view(), pack=here)
    asked = Asked("areas")
    layers = map_views.of_listed(seen, today().plan, today().score, asked, ())
    drawn = of(layers, "Shapes").given["shapes"]
    count = sum(len(each["geometry"]["coordinates"]) for each in drawn)
    assert count == len(here.demand_points)
    rows = of(layers, "Legend").given["blocks"][0]["rows"]
    assert len(rows) > 2
    assert rows[-1]["text"].startswith("The data give no outlines of areas")
    far = replace(here, demand_points=tuple(replace(p, lat=None) for p in here.demand_points))
    figures = map_views.told_of(seen, today().plan, None).figures
    land, (_, alone) = bare.by_indicator(replace(seen, pack=far), figures, "minutes")
    assert land == []
    assert [row.key for row in alone] == ["none"]
