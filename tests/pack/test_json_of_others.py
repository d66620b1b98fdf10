"""JSON that other programs wrote: a name twice, figures that are none, units nobody knows."""

from __future__ import annotations

import json
import time

import pytest

from pack import tiny
from pack.test_road_layer import A, B, road, written
from planner.errors import InputError
from planner.pack import check_table
from planner.pack.faults import AT_MOST
from planner.pack.strict_json import TwiceError, once
from planner.scenario import parse_scenario

DURATIONS, DISTANCES = "[[DURATION, 60], [9, 9], [60, 0]]", "[[0, DISTANCE], [9, 9], [5, 0]]"
OSRM = f'{{"code": "Ok", "durations": {DURATIONS}, "distances": {DISTANCES}}}'


def checked(tmp_path, text):
    pack = tiny.write(tmp_path / "pack")
    path = tmp_path / "t.json"
    path.write_text(text)
    report = check_table(path, "travel", [pack])
    return [(each.column, each.found) for each in report.faults]


@pytest.mark.parametrize("figure", ["1" + "0" * 400, "-1" + "0" * 400, "-1", "true", '"5"', "[]"])
@pytest.mark.parametrize(("name", "other"), [("DURATION", "DISTANCE"), ("DISTANCE", "DURATION")])
def test_a_figure_that_is_none_is_told_at_its_place(tmp_path, figure, name, other):
    (fault,) = checked(tmp_path, OSRM.replace(name, figure).replace(other, "0"))
    assert fault[0] == ("durations[0][0]" if name == "DURATION" else "distances[0][1]")
    assert fault[1][:8] == str(json.loads(figure)).lower()[:8]


def test_a_figure_too_large_in_an_object_of_valhalla(tmp_path):
    rows = [[{"time": 10**400, "distance": 1}, {"time": 1, "distance": 1}]] * 3
    found = checked(tmp_path, json.dumps({"sources_to_targets": rows}))
    assert [column for column, _ in found] == [f"durations[{row}][0]" for row in range(3)]


def test_of_many_figures_that_are_none_the_rest_is_counted(tmp_path):
    points = "".join(f"p{number},Alpha,001,-0.5,36.5,1\n" for number in range(2000))
    pack = tiny.write(
        tmp_path / "pack", demand_points_csv=f"id,name,area,lat,lon,population\n{points}",
        visits_csv="demand_point,visit_type,visits_per_year\np1,get_card,5\n",
    )  # fmt: skip
    path = tmp_path / "t.json"
    path.write_text(json.dumps({"code": "Ok", "durations": [[-1, -2]] * 2000}))
    faults = check_table(path, "travel", [pack]).faults
    assert len(faults) == AT_MOST + 1
    assert [each.column for each in faults[:3]] == [
        f"durations[{at}]" for at in ("0][0", "0][1", "1][0")
    ]
    assert (faults[-1].column, faults[-1].found) == ("durations", "and 3,000 more")


@pytest.mark.parametrize("unit", ["km", "Kilometres", "kms", "metres", "m", "MILES"])
def test_units_that_an_answer_may_state(tmp_path, unit):
    answer = json.dumps(
        {"units": unit, "sources_to_targets": [[{"time": 60, "distance": 1}] * 2] * 3}
    )
    assert [column for column, _ in checked(tmp_path, answer) if column == "units"] == []


@pytest.mark.parametrize("unit", ["furlongs", "s", "minutes", 5, ["km"]])
def test_units_that_are_none_of_a_distance(tmp_path, unit):
    answer = json.dumps(
        {"units": unit, "sources_to_targets": [[{"time": 60, "distance": 1}] * 2] * 3}
    )
    assert "units" in [column for column, _ in checked(tmp_path, answer)]


def test_a_name_twice_among_many_is_found_at_once():
    names = [(f"n{number}", 0) for number in range(300_000)]
    start = time.process_time()
    with pytest.raises(TwiceError, match="n299999"):
        once([*names, ("n299999", 1)])
    assert time.process_time() - start < 5  # it was hours


@pytest.mark.parametrize(
    "text",
    [
        '{"code": "Ok", "durations": [[1]], "durations": [[0, 60], [60, 0], [1, 1]]}',
        '{"sources_to_targets": [[{"time": 3, "time": 4}]]}',
    ],
)
def test_a_name_twice_in_an_answer_is_refused(tmp_path, text):
    ((column, found),) = checked(tmp_path, text)
    assert found == f"{column} twice in one object"


def test_a_name_twice_in_a_road_layer_is_refused(tmp_path):
    path = written(tmp_path, road(A, B, speed=50))
    text = path.read_text()
    for twice, name in (
        (text.replace('"speed"', '"speed": 20, "speed"'), "speed"),
        (text.replace('"type"', '"features": [], "type"', 1), "features"),
    ):
        path.write_text(twice)
        (fault,) = check_table(path, "roads").faults
        assert (fault.column, fault.found) == (name, f"{name} twice in one object")


@pytest.mark.parametrize("figure", ["NaN", "Infinity", "-Infinity"])
def test_a_figure_of_a_road_that_is_none_is_told_by_its_row(tmp_path, figure):
    path = written(tmp_path, road(A, B, speed=50, km=11), road(A, B, speed=50, km=7777))
    path.write_text(path.read_text().replace("7777", figure))
    (fault,) = check_table(path, "roads").faults
    assert (fault.row, fault.column) == (3, "km")
    assert figure in fault.found


@pytest.mark.parametrize("program", ["Valhalla", "openrouteservice"])
@pytest.mark.parametrize(
    ("unit", "is_known"), [("furlongs", False), (5, False), ("KM", True), ("miles", True)]
)
def test_a_unit_that_nobody_knows_is_refused(tmp_path, program, unit, is_known):
    if program == "Valhalla":
        answer = {"units": unit, "sources_to_targets": [[{"time": 5, "distance": 1}] * 2] * 3}
    else:
        rows = [[0, 60], [60, 0], [5, 5]]
        query = {"query": {"units": unit}}
        answer = {"durations": rows, "distances": rows, "metadata": query}
    found = checked(tmp_path, json.dumps(answer))
    assert (("units", str(unit)) in found) is not is_known


def test_a_rule_of_five_thousand_parts_is_refused_in_words():
    with pytest.raises(InputError) as told:
        parse_scenario('name = "A"\npack = "one-stop"\n' + ".".join("a" * 5000) + " = 1\n")
    assert told.value.faults[0].column == "a"
    assert "…" in told.value.faults[0].found or "unknown key" in told.value.faults[0].found
