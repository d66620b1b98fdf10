"""How far off travel models are, which known lengths are doubtful, and fits tried on others."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from pack.tiny import write

from planner.cli import main
from planner.pack import find_pack, read_pack
from planner.pack.figures import Figure
from planner.pack.globe import pair_km
from planner.pack.travel_types import KnownRoad
from planner.travel import fits, road_errors, travel_times, ways_of
from planner.travel.fits import families, judge_family
from planner.travel.judged import error_size, suspects
from planner.travel.verdict import judge_models

DEGREE = float(pair_km(0.0, 36.0, 1.0, 36.0))  # kilometres
TOWNS = {"A": (0.0, 36.0), "B": (1.0, 36.0), "C": (0.0, 37.0), "D": (0.5, 36.5)}


@pytest.fixture(scope="module")
def pack():
    return read_pack(find_pack("immigration"))


@pytest.fixture
def tiny(tmp_path):
    return read_pack(write(tmp_path / "tiny"))


def avoiding(pack, *kinds):
    return replace(pack, travel=replace(pack.travel, avoid=kinds))


def road(start, end, km, towns=TOWNS):
    return KnownRoad(start, *towns[start], end, *towns[end], km)


def straight(start, end):
    return float(pair_km(*TOWNS[start], *TOWNS[end]))


# -- the built-in table --------------------------------------------------------------------


def test_straight_lines_on_the_twenty_known_roads(pack):
    """Circuity 1.35 as it stands: 7.0 % in the median, 9.6 % in the mean, 27 % too short."""
    free = avoiding(pack)
    error = road_errors(free, ways_of(free, "great_circle"))
    assert (error.count, error.least_km) == (20, 160)
    assert error.median == pytest.approx(0.0698, abs=5e-5)
    assert error.mean == pytest.approx(0.0964, abs=5e-5)
    assert error.within == 0.7
    assert error.worst.error == pytest.approx(-0.2747, abs=5e-5)
    assert error.most == -error.worst.error
    assert (error.worst.road.from_town, error.worst.road.to_town) == ("Kisumu", "Loki")
    assert error.sound.count == 18
    assert error.sound.median == pytest.approx(0.0535, abs=5e-5)
    assert error.sound.most == pytest.approx(0.2239, abs=5e-5)  # Nairobi-Mombasa, far too long


def test_led_round_lakes_and_the_border_they_are_no_nearer(pack):
    """No known road goes round a lake; three lines leave the country, and become longer.

    The worst is less far off (26 %), the median without the doubtful ones farther (6.0 %).
    """
    lakes, both = avoiding(pack, "lakes"), avoiding(pack, "lakes", "border")
    free = avoiding(pack)
    plain, dry, home = (
        road_errors(each, ways_of(each, "great_circle")) for each in (free, lakes, both)
    )
    assert [each.modelled_km for each in dry.roads] == [each.modelled_km for each in plain.roads]
    longer = {
        (one.road.from_town, one.road.to_town)
        for one, other in zip(home.roads, plain.roads, strict=True)
        if one.modelled_km > other.modelled_km + 1
    }
    assert longer == {("Mombasa", "Mandera"), ("Kisumu", "Loki"), ("Eldoret", "Loki")}
    assert home.median == pytest.approx(0.0699, abs=5e-5)
    assert home.most == pytest.approx(0.2594, abs=5e-5)
    assert home.sound.median == pytest.approx(0.0598, abs=5e-5)


def test_the_doubtful_lengths_of_the_built_in_table(pack):
    found = {
        (road.from_town, road.to_town): doubts
        for road, doubts in zip(pack.known_roads, suspects(pack.known_roads), strict=True)
        if doubts
    }
    assert set(found) == {("Kisumu", "Eldoret"), ("Kisumu", "Loki")}
    (unusual,) = found["Kisumu", "Eldoret"]
    assert (unusual.why, round(unusual.found, 3)) == ("unusual", 1.79)
    far, detour = found["Kisumu", "Loki"]
    assert (far.why, round(far.found, 3)) == ("unusual", 1.861)
    assert (detour.why, detour.through) == ("detour", "Eldoret")
    assert (detour.found, detour.least) == (896, 160 + 621)


def test_travel_tells_its_error(pack):
    told = travel_times(avoiding(pack), "great_circle").told
    assert told.known_count == 20
    assert (round(told.error, 4), round(told.worst, 4)) == (0.0698, 0.2747)
    alone = travel_times(replace(pack, known_roads=()), "great_circle").told
    assert (alone.known_count, alone.error, alone.worst) == (0, None, None)


# -- rules, on tables made by hand ---------------------------------------------------------


def test_what_lies_beyond_the_fences_is_doubtful():
    """Km per straight km 1.0 to 1.7 in tenths: quartiles 1.175 and 1.525, fences 0.65 and 2.05."""

    def table(*ratios):
        return [
            KnownRoad("x", 0.0, 30.0 + n, "y", 1.0, 30.0 + n, ratio * DEGREE)
            for n, ratio in enumerate(ratios)
        ]

    usual = [1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7]
    assert not any(suspects(table(*usual)))
    for far in (2.1, 3.0):
        *others, last = suspects(table(*usual, far))
        # Nine values: quartiles 1.2 and 1.6, so the fences are 0.6 and 2.2.
        assert not any(others)
        assert bool(last) == (far > 2.2)
    (doubt,) = last
    assert doubt.why == "unusual"
    assert (doubt.found, doubt.least, doubt.most) == pytest.approx((3.0, 0.6, 2.2))
    assert not any(suspects(table(1.0, 1.1, 1.2, 1.3, 1.4, 9.0)))  # too few to say what is usual


def test_a_shorter_way_through_a_third_town_is_a_doubt():
    """C lies 111 km from A; by way of D it is 79 + 79 straight."""
    table = [road("A", "C", 200), road("D", "A", 95), road("C", "D", 104), road("A", "B", 150)]
    doubts = suspects(table)
    assert [len(each) for each in doubts] == [0, 0, 0, 0]  # 199 is within 1 % of 200
    doubts = suspects([replace(table[0], road_km=201.5), *table[1:]])
    assert doubts[1:] == ((), (), ())
    (detour,) = doubts[0]
    assert (detour.why, detour.through, detour.found, detour.least) == ("detour", "D", 201.5, 199)


def test_a_road_shorter_than_the_straight_line_is_doubtful():
    (doubt,), *others = suspects(
        [road("A", "B", 0.9 * DEGREE), road("A", "C", 130), road("B", "C", 190)]
    )
    assert (doubt.why, doubt.found) == ("short", pytest.approx(0.9))
    assert others == [(), ()]


def test_the_size_of_errors():
    size = error_size(np.array([-0.10, 0.02, 0.30, 0.04]))
    assert (size.count, size.most, size.within) == (4, 0.30, 0.75)
    assert size.median == pytest.approx(0.07)
    assert size.mean == pytest.approx(0.115)


def test_where_no_road_is_known_or_places_are_in_metres_nothing_is_judged(tiny):
    assert road_errors(tiny, ways_of(tiny, "great_circle")) is None
    assert judge_models(tiny) is None
    assert families(tiny) == ()


# -- fits ----------------------------------------------------------------------------------


def test_a_fit_and_what_it_predicts_by_hand():
    """Three towns, three roads; the candidates make 120, 130 or 140 km of each.

    A fit to all: 130 errs by 10, 0 and 10, the least. Without town A only B-C (140) is left, so
    140 is chosen, and A-B is 20 too long, A-C 10; and so on.
    """
    known = [road("A", "B", 120), road("A", "D", 130), road("D", "B", 140)]
    candidates = [{"c": 1.2}, {"c": 1.3}, {"c": 1.4}]
    km = np.array([[120.0] * 3, [130.0] * 3, [140.0] * 3])
    fit = judge_family(known, candidates, km)
    assert fit.figures == {"c": 1.3}
    assert (fit.low, fit.high) == ({"c": 1.2}, {"c": 1.4})
    assert fit.inside.every.mean == pytest.approx((10 / 120 + 0 + 10 / 140) / 3)
    # Without A: 140. Without B: 130 (A-D). Without D: 120 (A-B).
    town = [20 / 120, 10 / 130, 10 / 120, 10 / 140, 10 / 130, 20 / 140]
    assert fit.town.every.count == 6
    assert fit.town.every.mean == pytest.approx(np.mean(town))
    assert fit.town.every.median == pytest.approx(np.median(town))
    assert fit.town.every.most == pytest.approx(20 / 120)
    # Without A-B: 130. Without A-D: 120. Without D-B: 120.
    assert fit.pair.every.count == 3
    assert fit.pair.every.mean == pytest.approx((10 / 120 + 10 / 130 + 20 / 140) / 3)
    assert fit.town.sound == fit.town.every


def test_doubtful_roads_are_predicted_but_never_fitted():
    known = [road("A", "B", 120), road("A", "C", 130), road("A", "D", 0.5 * straight("A", "D"))]
    km = np.array([[120.0, 130.0, 100.0], [60.0, 65.0, known[2].road_km]])
    fit = judge_family(known, [{"c": 1.0}, {"c": 0.5}], km)
    assert fit.figures == fit.low == fit.high == {"c": 1.0}
    assert fit.inside.sound.most == 0
    assert fit.inside.every.most == pytest.approx(100 / known[2].road_km - 1)
    assert (fit.pair.every.count, fit.pair.sound.count) == (3, 2)
    assert judge_family(known[2:], [{"c": 1.0}], km[:1, 2:]) is None


def test_one_road_alone_can_be_fitted_but_not_tried():
    fit = judge_family(
        [road("A", "B", 120)], [{"c": 1.0}, {"c": 1.2}], np.array([[100.0], [120.0]])
    )
    assert fit.figures == {"c": 1.2}
    assert fit.pair is fit.town is None


def figure(value):
    return Figure("f", value, value, value, "")


def test_circuity_of_slow_areas_is_found_again(tiny):
    """Roads made with 1.2 in ordinary areas and 1.6 in slow ones; those between both with 1.4."""
    towns = {"W1": (-0.9, 36.1), "W2": (-0.1, 36.9), "E1": (-0.8, 37.2), "E2": (-0.2, 37.9)}
    by_area = {"W": 1.2, "E": 1.6}
    known = tuple(
        road(
            a, b, float(pair_km(*towns[a], *towns[b])) * (by_area[a[0]] + by_area[b[0]]) / 2, towns
        )
        for a, b in (("W1", "W2"), ("E1", "E2"), ("W1", "E1"), ("W2", "E2"), ("W1", "E2"))
    )
    pack = replace(tiny, known_roads=known)
    one, both = families(pack)
    assert (one.names, both.names) == (("circuity",), ("circuity", "circuity_slow"))
    assert both.in_force == {"circuity": 1.3, "circuity_slow": 1.3}
    fit = judge_family(known, both.candidates, both.km)
    assert fit.figures == {"circuity": 1.2, "circuity_slow": 1.6}
    assert fit.inside.every.most < 1e-9
    assert judge_family(known, one.candidates, one.km).inside.every.mean > 0.05
    travel = replace(pack.travel, circuity=figure(1.2), circuity_slow=figure(1.6))
    exact = replace(pack, travel=travel)
    assert road_errors(exact, ways_of(exact, "great_circle")).most < 1e-9
    verdict = judge_models(exact)
    assert (verdict.least, verdict.default) == ("great_circle", "great_circle")
    assert len(verdict.models[0].tried) == 2


def test_straight_lines_on_towns_left_out(pack):
    """Without lakes and border: 7.4 % in the median over the roads of towns left out."""
    free = avoiding(replace(pack, roads=None))
    family = families(free)[0]
    assert family.in_force == {"circuity": 1.35}
    fit = judge_family(pack.known_roads, family.candidates, family.km)
    assert fit.figures == {"circuity": 1.3}
    assert (fit.low, fit.high) == ({"circuity": 1.29}, {"circuity": 1.38})
    assert fit.town.every.count == 40
    assert fit.town.every.median == pytest.approx(0.0742, abs=5e-5)
    assert fit.town.sound.median == pytest.approx(0.0671, abs=5e-5)


def test_the_default_of_the_built_in_pack_errs_least(pack, monkeypatch):
    monkeypatch.setattr(fits, "LINK_RATIOS", np.array([1.1, 1.2, 1.3]))
    verdict = judge_models(pack)
    assert verdict.default == verdict.least
    assert {each.model for each in verdict.models} >= {"great_circle", "network"}
    by_model = {each.model: each for each in verdict.models}
    straight, graph = by_model["great_circle"], by_model["network"]
    assert graph.expected < straight.expected
    assert graph.error.median < straight.error.median
    assert graph.error.mean < straight.error.mean


# -- the command ---------------------------------------------------------------------------


@pytest.fixture
def known_roads(tmp_path):
    rows = ["from_town,from_lat,from_lon,to_town,to_lat,to_lon,road_km,source,confidence"]
    rows += [f"A,-0.9,36.1,B{n},-0.1,{36.2 + n / 10},{130 + 9 * n},s,found" for n in range(4)]
    folder = write(tmp_path / "pack", roads_csv="\n".join(rows) + "\n")
    toml = folder / "pack.toml"
    toml.write_text('known_roads = "roads.csv"\n' + toml.read_text())
    return folder


def test_the_command_in_words_and_as_json(known_roads, capsys):
    assert main(["travel", str(known_roads), "--judge"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Held against 4 roads of known length, 0 of them doubtful. The shortest")
    assert "great-circle, figures in force" in out
    assert "great-circle errs least" in out
    assert "Doubtful" not in out
    assert main(["travel", str(known_roads), "--judge", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["count"], told["least_km"], told["errs_least"]) == (4, 130, "great_circle")
    (model,) = told["models"]
    assert len(model["roads"]) == 4
    fit = model["fits"][0]
    assert fit["figures"]["circuity"]["in_force"] == 1.3
    assert fit["figures"]["circuity"]["low"] <= fit["figures"]["circuity"]["fitted"]
    assert set(fit) == {"figures", "inside", "road_left_out", "town_left_out"}
    assert fit["inside"]["all"]["count"] == 4


def test_a_road_layer_at_fault_is_told_and_other_options_refused(known_roads, capsys):
    layer = known_roads / "layer.geojson"
    layer.write_text("{")
    assert main(["travel", str(known_roads), "--judge", "--roads", str(layer)]) == 1
    assert "layer.geojson" in capsys.readouterr().err
    assert main(["travel", str(known_roads), "--judge", "--out", "x.csv"]) == 2
    assert "--judge" in capsys.readouterr().err


def test_the_command_needs_known_roads_and_something_to_do(tmp_path, capsys):
    folder = write(tmp_path / "pack")
    assert main(["travel", str(folder), "--judge"]) == 1
    assert "known_roads" in capsys.readouterr().err
    assert main(["travel", str(folder)]) == 2
    assert "--judge" in capsys.readouterr().err
