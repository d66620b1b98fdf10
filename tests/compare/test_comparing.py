from __future__ import annotations

import dataclasses
import json
from datetime import timedelta

import pytest

from planner.compare import compare, point_changes, told
from planner.compare.lines import lines_of
from planner.errors import UsageError
from planner.runs.record import read_record, today_of
from planner.scenario.schema import DuplicatesSection
from tests.compare import cases
from tests.compare.cases import MEANS, NETWORKS


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    return cases.runs(tmp_path_factory.mktemp("runs"), "east", "west", "moved")


@pytest.fixture
def pack(tmp_path):
    return cases.write_pack(tmp_path / "pack")


def run(tmp_path, pack, name, network="east", **options):
    return read_record(cases.write_network(tmp_path / name, pack, NETWORKS[network], **options))


def row(comparison, key):
    return next(each for each in comparison.kpis if each.key == key)


def keys(comparison) -> list[str]:
    return [remark.key for remark in comparison.warnings]


# -- figures -------------------------------------------------------------------------------


def test_means_by_hand_against_any_base(records):
    four = [today_of(records[0]), *records]
    hand = [MEANS[name] for name in ("today", "east", "west", "moved")]
    for base in range(4):
        cells = row(compare(four, base=base), "mean_min").cells
        assert [cell.value for cell in cells] == pytest.approx(hand)
        differences = [value - hand[base] for value in hand]
        assert [cell.difference for cell in cells] == pytest.approx(differences)
        verdicts = [
            "same" if not each else "better" if each < 0 else "worse" for each in differences
        ]
        assert [cell.verdict for cell in cells] == verdicts


def test_every_figure_is_the_runs_own(records):
    found = compare(records)
    for kpi in found.kpis:
        for record, cell in zip(records, kpi.cells, strict=True):
            value = record.info if kpi.key == "objective" else record.info["kpis"]
            for part in kpi.key.split("."):
                value = value[part]
            assert cell.value == value
            assert cell.difference == value - kpi.cells[0].value


def test_money_and_counts_are_exact(records):
    found = compare(records)
    cell = row(found, "annual_kes").cells[1]  # 10000 + 1000 + 500 + 15000 + 1000 - 32500
    assert (cell.value, cell.difference, cell.verdict) == (27_500, -5_000, "better")
    assert (cell.open_low, cell.open_high, cell.is_clear) == (-5_000, -5_000, True)
    assert row(found, "branches").cells[1].is_clear is None  # both have two
    assert row(found, "offerings").cells[2].verdict == "neither"


def test_within_the_standard_more_is_better(records):
    cells = row(compare(records, base=1), "within_standard").cells
    assert [cell.value for cell in cells] == pytest.approx([1.0, 150 / 350, 1.0])
    assert [cell.verdict for cell in cells] == ["better", "same", "better"]
    assert [cell.is_clear for cell in cells] == [None, None, None]


def test_an_objective_is_clear_where_no_better_plans_could_turn_it_round(records):
    found = compare(records)  # 5500, 19250, 4300; each proved to a quarter below
    west, moved = row(found, "objective").cells[1:]
    assert (west.difference, moved.difference) == pytest.approx((13_750, -1_200))
    assert (west.open_low, west.open_high) == pytest.approx((14_437.5 - 5500, 19_250 - 4125))
    assert west.is_clear
    assert (moved.open_low, moved.open_high) == pytest.approx((3225 - 5500, 4300 - 4125))
    assert moved.is_clear is False


def test_an_objective_without_a_bound_is_not_called_clear(tmp_path, pack):
    found = compare([run(tmp_path, pack, "a"), run(tmp_path, pack, "b", "west", gap=None)])
    cell = row(found, "objective").cells[1]
    assert (cell.open_low, cell.open_high, cell.is_clear) == (None, None, None)
    assert cell.verdict == "worse"


def with_travel_error(record, share):
    info = {
        "model": "roads",
        "mode": "",
        "error_share": share,
        "worst_share": share,
        "known_roads": 3,
        "sources": [],
        "notes": [],
    }
    return dataclasses.replace(record, info={**record.info, "travel": info})


def test_travel_is_clear_beyond_the_error_of_its_model(records):
    east, _, moved = (with_travel_error(each, 0.1) for each in records)
    cell = row(compare([east, moved]), "mean_min").cells[1]
    difference, error = MEANS["moved"] - MEANS["east"], 0.1 * MEANS["east"]
    assert (cell.open_low, cell.open_high) == pytest.approx(
        (difference - error, difference + error)
    )
    assert cell.is_clear  # 3.4 minutes against 1.6
    east, moved = with_travel_error(records[0], 0.3), with_travel_error(records[2], 0.3)
    assert row(compare([east, moved]), "mean_min").cells[1].is_clear is False
    assert row(compare(records), "mean_min").cells[1].is_clear is None  # the error is not known


def test_objectives_of_another_kind_are_never_subtracted(tmp_path, pack):
    by_time = run(tmp_path, pack, "time")
    by_km = run(tmp_path, pack, "km", objective={"minimize": "travel_distance"})
    tail = run(tmp_path, pack, "tail", objective={"tail_share": 0.5})
    found = compare([by_time, by_km, tail])
    cells = row(found, "objective").cells
    assert [cell.difference for cell in cells] == [0.0, None, None]
    assert all(cell.value is not None for cell in cells)
    remark = next(each for each in found.warnings if each.key == "objectives_differ")
    assert (remark.members, remark.values["units"]) == ((1, 2), ("minutes", "km"))
    assert row(found, "mean_min").cells[1].difference == 0


def test_duplicates_counted_otherwise_are_not_subtracted(tmp_path, pack):
    wide = {"separation_km": 90.0}
    found = compare([run(tmp_path, pack, "own"), run(tmp_path, pack, "wide", duplicates=wide)])
    (line,) = [each for each in lines_of(found) if "Duplicates not needed by load" in each]
    assert "within each service's own separation" in line
    assert line.endswith("within 90 km")
    alike = compare([run(tmp_path, pack, "one"), run(tmp_path, pack, "two")])
    assert any("needed by load, within each service's own" in each for each in lines_of(alike))
    assert "duplicates_counted_otherwise" in keys(found)
    assert row(found, "duplicates.unnecessary").cells[1].difference is None
    assert row(found, "annual_kes").cells[1].difference == 0


def test_another_price_of_duplicates_is_told(records):
    def priced(minutes):
        asked = DuplicatesSection(rule="price", price_min_per_visit=minutes)
        scenario = records[0].scenario.model_copy(update={"duplicates": asked})
        return dataclasses.replace(records[0], scenario=scenario)

    assert "prices_differ" in keys(compare([priced(1.0), priced(2.0)]))
    assert "prices_differ" in keys(compare([priced(1.0), records[0]]))
    assert "prices_differ" not in keys(compare([priced(1.0), priced(1.0)]))


# -- moves, areas, people ------------------------------------------------------------------


def test_moves_by_hand(records):
    west, moved = compare(records).moves[1:]
    assert (west.opened, west.closed) == (1, 1)
    assert (west.services_added, west.services_ended, west.formats_changed) == (1, 0, 0)
    assert [(each.kind, each.site, each.name, each.area_name) for each in west.moves] == [
        ("opened", "s3", "Beta town", "West"),
        ("closed", "s2", "Gamma town", "East"),
        ("changed", "s1", "Alpha town", "West"),
    ]
    assert [each.services_added for each in west.moves] == [("card",), (), ("deed",)]
    assert [each.services_ended for each in west.moves] == [(), ("card", "deed"), ()]
    assert (moved.opened, moved.closed, moved.services_ended) == (1, 1, 1)


def test_a_change_of_format_is_a_move(records):
    east = records[0]
    small = tuple(dataclasses.replace(each, format="small") for each in east.branches)
    found = compare([east, dataclasses.replace(east, branches=small)]).moves[1]
    assert (found.formats_changed, found.opened, found.services_added) == (2, 0, 0)
    assert {(each.format_before, each.format_after) for each in found.moves} == {(None, "small")}


def test_people_by_hand(records):
    found = compare([*records, today_of(records[0])])
    west, moved, today = (people.count for people in found.people[1:])
    # p1 1000 people, p2 500, p3 2000, p4 10 without visits
    assert (west.total, west.shorter, west.longer, west.unchanged) == (3510, 500, 2000, 1010)
    assert (moved.shorter, moved.longer, moved.unchanged) == (500, 0, 3010)  # p1: half a minute
    assert (today.shorter, today.longer, today.unchanged) == (0, 2500, 1010)
    assert {each.without_visits for each in (west, moved, today)} == {10}
    gain, loss = found.people[1].gains, found.people[1].losses
    assert [(each.point, each.before_min, each.after_min) for each in gain] == [("p2", 30.0, 5.0)]
    assert [(each.point, each.area_name, each.difference) for each in loss] == [
        ("p3", "East", 75.0)
    ]


def test_exactly_a_minute_is_unchanged(records):
    east = records[0]
    points = tuple(
        dataclasses.replace(each, mean_min=each.mean_min + 1.0) if each.point == "p1" else each
        for each in east.points
    )
    count = compare([east, dataclasses.replace(east, points=points)]).people[1].count
    assert (count.longer, count.unchanged) == (0, 3510)


def test_who_is_served_by_one_network_only_is_neither_shorter_nor_longer(records):
    east = records[0]

    def without(point):
        rows = (
            dataclasses.replace(each, mean_min=None) if each.point == point else each
            for each in east.points
        )
        return dataclasses.replace(east, points=tuple(rows))

    lost = compare([east, without("p3")]).people[1].count
    assert (lost.no_longer_served, lost.served_anew, lost.unchanged) == (2000, 0, 1510)
    anew = compare([without("p3"), east]).people[1].count
    assert (anew.served_anew, anew.no_longer_served) == (2000, 0)
    neither = compare([without("p3"), without("p3")]).people[1].count
    assert (neither.unserved, neither.unchanged) == (2000, 3510)
    assert compare([without("p3"), east]).people[1].gains == ()


def test_sums_of_areas_are_the_sum(records):
    found = compare(records)
    for n in (1, 2):
        total = found.people[n].count
        for entry in dataclasses.fields(total):
            areas = [getattr(area.cells[n].people, entry.name) for area in found.areas]
            assert sum(areas) == getattr(total, entry.name)


def test_areas_by_hand(records):
    east, west = compare(records).areas
    assert (west.code, west.name, east.name) == ("W", "West", "East")
    assert [cell.mean_min for cell in west.cells] == pytest.approx(
        [2500 / 150, 1250 / 150, 1300 / 150]
    )
    assert [cell.difference for cell in west.cells] == pytest.approx([0, -1250 / 150, -1200 / 150])
    assert [cell.difference for cell in east.cells] == pytest.approx([0, 75, 0])
    assert [cell.branches for cell in east.cells] == [1, 0, 1]
    assert east.cells[0].people is None
    assert east.cells[1].people.longer == 2000


def test_point_changes_are_in_the_bases_order(records):
    changes = point_changes(records[1], records[0])
    assert [(each.before.point, each.fate) for each in changes] == [
        ("p1", "unchanged"),
        ("p2", "shorter"),
        ("p3", "longer"),
        ("p4", "without_visits"),
    ]
    assert [each.difference for each in changes] == [0.0, -25.0, 75.0, None]


def test_shared_and_own(records):
    shared = compare(records[:2]).branches
    assert [use.site for use in shared.in_all] == ["s1"]
    assert [(use.site, use.members) for use in shared.in_some] == [("s2", (0,)), ("s3", (1,))]


def test_who_is_beaten(records):
    # mean minutes and yearly money: east 15.7, 32500; west 55, 27500; moved 12.3, 37000
    east, west, moved = compare(records).frontier
    assert {each.is_on_frontier for each in (east, west, moved)} == {True}
    dear = {**records[0].kpis, "annual_kes": 40_000}
    beaten = compare([dataclasses.replace(records[0], kpis=dear), *records[1:]]).frontier[0]
    assert (beaten.dominated_by, beaten.is_on_frontier) == ((2,), False)
    unserved = {**records[2].kpis, "unserved_visits_per_year": 1.0}
    fewer = dataclasses.replace(records[2], kpis=unserved)  # beats nobody who serves all
    assert compare([dataclasses.replace(records[0], kpis=dear), fewer]).frontier[0].is_on_frontier


# -- what was asked ------------------------------------------------------------------------


def test_rules_that_differ_in_words(tmp_path, pack):
    first = run(
        tmp_path, pack, "one", rules={"branches": {"max": 2}, "annual_kes": {"max": 450_000_000}}
    )
    second = run(tmp_path, pack, "two", rules={"branches": {"exactly": 2}})
    found = compare([first, second, today_of(first)]).inputs
    assert [(each.key, each.values, each.said) for each in found.rules] == [
        (
            "rules.branches.max",
            (2, None, None),
            ("At most 2 branches", "No most number of branches", "today's network: no rule"),
        ),
        (
            "rules.branches.exactly",
            (None, 2, None),
            ("No exact number of branches", "Exactly 2 branches", "today's network: no rule"),
        ),
        (
            "rules.annual_kes.max",
            (450_000_000, None, None),
            ("KES 450 M a year at most", "No limit on yearly cost", "today's network: no rule"),
        ),
    ]
    assert {each.applies for each in found.rules} == {(True, True, False)}
    assert (found.files, found.problem, found.facts) == ((), (), ())


def test_an_older_run_tells_its_money_as_a_run_of_the_same_pack_does(tmp_path, pack):
    limits = (1_000_000, 2_000_000)
    new, old = (
        run(tmp_path, pack, f"of-{most}", rules={"capital_kes": {"max": most}}) for most in limits
    )
    told = {key: value for key, value in old.info["pack"].items() if key != "currency"}
    old = dataclasses.replace(old, info={**old.info, "pack": told})
    (rule,) = compare([new, old]).inputs.rules
    assert rule.said == ("KES 1 M of capital at most", "KES 2 M of capital at most")


def test_names_and_paths_are_no_rules(tmp_path, pack):
    other = cases.write_pack(tmp_path / "elsewhere")
    found = compare([run(tmp_path, pack, "one"), run(tmp_path, other, "two")])
    assert (found.inputs.rules, found.warnings) == ((), ())


def test_ways_of_solving_that_differ(tmp_path, pack):
    first = run(tmp_path, pack, "one")
    second = run(tmp_path, pack, "two", solve={"seed": 7, "gap": 0.01})
    facts = compare([first, second]).inputs.facts
    assert [(fact.key, fact.values) for fact in facts] == [("seed", (0, 7)), ("gap", (0.001, 0.01))]
    old = dataclasses.replace(first, info={**first.info, "version": "0.4.0"})
    assert compare([old, second]).inputs.facts[0].values == ("0.4.0", first.info["version"])


def test_an_edited_pack_is_told_with_its_files(tmp_path, pack):
    visits = cases.FILES["visits.csv"].replace("p2,cards,50", "p2,cards,60")
    edited = cases.write_pack(tmp_path / "edited", visits_csv=visits)
    found = compare([run(tmp_path, pack, "one"), run(tmp_path, edited, "two")])
    assert keys(found) == ["pack_edited", "demand_differs"]
    assert {remark.members for remark in found.warnings} == {(1,)}
    assert [(each.key, each.members) for each in found.inputs.files] == [("visits.csv", (1,))]
    assert [(each.key, each.said) for each in found.inputs.problem] == [
        ("visits", "the visits a year")
    ]
    assert row(found, "visits_per_year").cells[1].difference == 10


def test_an_edit_that_changes_nothing_that_is_asked_is_told_among_the_files_alone(tmp_path, pack):
    text = cases.FILES["pack.toml"].replace("nobody", "somebody")
    edited = cases.write_pack(tmp_path / "edited", pack_toml=text)
    found = compare([run(tmp_path, pack, "one"), run(tmp_path, edited, "two")])
    assert found.warnings == ()
    assert [each.key for each in found.inputs.files] == ["pack.toml"]


def test_other_travel_times_are_told(tmp_path, pack):
    travel = cases.FILES["travel.csv"].replace("p3,s2,15,12", "p3,s2,25,12")
    edited = cases.write_pack(tmp_path / "edited", travel_csv=travel)
    found = compare([run(tmp_path, pack, "one"), run(tmp_path, edited, "two")])
    assert keys(found) == ["pack_edited", "travel_differs"]
    assert {"minutes", "impedance"} <= {each.key for each in found.inputs.problem}


def test_other_places_are_told_and_people_not_compared(tmp_path, pack):
    points = cases.FILES["demand_points.csv"].replace("p4,Delta,E,-0.6,37.6,10\n", "")
    travel = "".join(
        line for line in cases.FILES["travel.csv"].splitlines(True) if not line.startswith("p4")
    )
    fewer = cases.write_pack(tmp_path / "fewer", demand_points_csv=points, travel_csv=travel)
    found = compare([run(tmp_path, pack, "one"), run(tmp_path, fewer, "two")])
    assert "points_differ" in keys(found)
    assert found.people == (None, None)
    assert found.moves[1] is not None


def test_other_packs_stand_side_by_side_and_nothing_is_subtracted(tmp_path, pack):
    text = cases.FILES["pack.toml"].replace('"hand"', '"other"').replace("By hand", "Another")
    other = cases.write_pack(tmp_path / "other", pack_toml=text)
    found = compare([run(tmp_path, pack, "one"), run(tmp_path, other, "two", "west")])
    assert keys(found) == ["packs_differ"]
    assert found.warnings[0].values == {"packs": ("By hand", "Another")}
    assert {cell.cells[1].difference for cell in found.kpis} == {None}
    assert row(found, "mean_min").cells[1].value == pytest.approx(55)
    assert (found.moves, found.people, found.branches) == ((None, None), (None, None), None)
    assert [area.cells[1].mean_min for area in found.areas] == pytest.approx([90, 1250 / 150])
    assert {area.cells[1].difference for area in found.areas} == {None}
    assert [each.is_on_frontier for each in found.frontier] == [None, None]


# -- odd members ---------------------------------------------------------------------------


def test_the_same_run_twice_differs_in_nothing(records):
    found = compare([records[0], records[0]])
    assert [(each.key, each.members) for each in found.warnings] == [("same_run", (0, 1))]
    assert {each.cells[1].verdict for each in found.kpis} == {"same"}
    assert {each.cells[1].difference for each in found.kpis} == {0}
    assert found.moves[1].moves == ()
    assert {area.cells[1].difference for area in found.areas} == {0}
    assert found.people[1].count.unchanged == 3510
    assert (found.inputs.rules, found.inputs.files, found.inputs.facts) == ((), (), ())


def test_two_plans_of_one_question_and_second_are_two_runs(records):
    assert len({record.id for record in records}) == 1  # solved in one second, by one question
    assert compare(records).warnings == ()


def test_a_run_without_a_plan_tells_its_rules_and_reasons(tmp_path, pack):
    none = read_record(cases.write_no_plan(tmp_path / "none", pack))
    late = read_record(cases.write_no_plan(tmp_path / "late", pack, "unknown"))
    found = compare([run(tmp_path, pack, "one"), none, late])
    assert keys(found)[:2] == ["no_plan_infeasible", "no_plan_unknown"]
    assert [clash.text for clash in found.members[1].clashes] == ["At least 3 branches."]
    assert {each.cells[1].value for each in found.kpis} == {None}
    assert {each.cells[1].verdict for each in found.kpis} == {"unknown"}
    assert found.moves == found.people == (None, None, None)
    assert {area.cells[1] for area in found.areas} == {None}
    assert "rules.branches.exactly" in [each.key for each in found.inputs.rules]
    assert found.branches is None
    alone = compare([none, late])
    assert [each.is_on_frontier for each in alone.frontier] == [None, None]


def test_older_runs_are_compared_as_far_as_they_tell(records):
    info = {key: value for key, value in records[0].info.items() if key != "inputs"}
    missing = ("inputs", "points.csv", "baseline_branches")
    old = dataclasses.replace(records[0], info=info, points=(), missing=missing)
    found = compare([old, records[1], today_of(old)])
    told_of = [each for each in found.warnings if each.key == "not_told"]
    assert [(each.values["missing"], each.members) for each in told_of] == [
        (missing, (0,)),
        (missing, (2,)),
    ]
    assert found.people == (None, None, None)
    assert found.moves[1] is not None
    assert found.moves[2] is None  # which branches are there today is not told
    assert row(found, "mean_min").cells[1].difference == pytest.approx(55 - 5500 / 350)
    assert found.inputs.problem == ()


def test_two_to_six(records):
    with pytest.raises(UsageError, match="2 to 6 members; 1 was given"):
        compare(records[:1])
    with pytest.raises(UsageError, match="2 to 6 members; 7 were given"):
        compare([records[0]] * 7)
    with pytest.raises(UsageError, match="one of the 2 members, numbered from 1; found 3"):
        compare(records[:2], base=2)
    assert len(compare([*records, *records]).members) == 6


def test_plain_values_hold_everything(records):
    found = compare([*records, today_of(records[1])])
    data = json.loads(json.dumps(told(found), allow_nan=False))
    assert data["kpis"][0]["cells"][1]["value"] == records[1].kpis["mean_min"]
    assert [each["kind"] for each in data["members"]] == ["run", "run", "run", "today"]
    assert data["members"][0]["created"] == "2026-01-02T03:04:05+00:00"
    assert set(data) == {entry.name for entry in dataclasses.fields(found)}


def test_created_is_told_in_one_zone(tmp_path, pack):
    late = cases.CREATED + timedelta(days=1)
    found = compare([run(tmp_path, pack, "one"), run(tmp_path, pack, "two", created=late)])
    assert [each.created[:10] for each in found.members] == ["2026-01-02", "2026-01-03"]
