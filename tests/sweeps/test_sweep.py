"""Sweeps of a tiny pack: every point against every plan there is; what is kept and gone on with."""

from __future__ import annotations

import json
import shutil
import xml.etree.ElementTree as ET

import pytest

from planner.errors import InputError, PlannerError
from planner.pack import read_pack
from planner.runs.reading import read_run
from planner.runs.sweeps.run import Asked, prepare
from planner.runs.sweeps.types import Axis
from planner.runs.verify import verify
from planner.scenario import build
from planner.scenario.change import with_keys
from planner.solve import solve
from tests.runs.cases import write_pack
from tests.sweeps.cases import (
    Here,
    best,
    every_plan,
    excess,
    money,
    pack,
    scenario,
    swept,
)

VISITS = 740.8  # a year, in the tiny pack


@pytest.fixture
def tiny(tmp_path):
    return pack(tmp_path)


def rough(folder):
    """The rules where any plan will do, for what does not depend on which."""
    return scenario(folder, solve={"gap": 0.5, "time_limit_s": 60.0})


@pytest.fixture(scope="module")
def plans(tmp_path_factory):
    """Every plan of any number of branches, with its score and its excess duplicates."""
    folder = tmp_path_factory.mktemp("plans")
    free = {"existing": "may_close"}
    problem = build(pack(folder), scenario(folder, rules=free))
    return [(judged, excess(problem, plan)) for plan, judged in every_plan(problem)]


def least(plans, keeps, most_branches=3):
    """The least objective of the plans that keep a limit; inf where none does."""
    kept = [
        judged.objective.total
        for judged, many in plans
        if keeps(judged.kpis, many) and judged.kpis.branches <= most_branches
    ]
    return min(kept, default=float("inf"))


def test_every_point_of_a_budget_is_the_best_of_all_plans(tmp_path, tiny, plans):
    limits = (2_000_000, 3_500_000, 4_500_000, 6_500_000, 20_000_000)
    told = swept(tmp_path, scenario(tmp_path), money(*limits)).told
    for point, limit in zip(told["points"], limits, strict=True):
        expected = least(plans, lambda kpis, _, most=limit: kpis.annual_kes <= most)
        if point["status"] == "infeasible":
            assert expected == float("inf")
            assert point["message"]
        else:
            assert point["objective"] == pytest.approx(expected, rel=1e-12)
            assert point["kpis"]["annual_kes"] <= limit
    assert [point["status"] for point in told["points"]] == ["infeasible", *["optimal"] * 4]
    # Without gaps each step saves exactly what the plans differ by.
    points = told["points"]
    assert {point["is_beaten"] for point in points[1:]} <= {"no", "yes"}
    assert len(told["steps"]) >= 2
    for step in told["steps"]:
        first, second = points[step["from"]], points[step["to"]]
        saved = first["y"] - second["y"]
        assert step["more"] == second["kpis"]["annual_kes"] - first["kpis"]["annual_kes"] > 0
        for name in ("saved", "saved_at_least", "saved_at_most"):
            assert step[name] == pytest.approx(saved, rel=1e-6)
        assert step["price"] == pytest.approx(step["more"] / saved)
        assert step["price_of_one_saved"] == pytest.approx(step["more"] / saved / VISITS)


LIMITED = {
    "money": ("rules.annual_kes.max", lambda kpis, _: kpis.annual_kes),
    "capital": ("rules.capital_kes.max", lambda kpis, _: kpis.capital_kes),
    "branches": ("rules.branches.max", lambda kpis, _: kpis.branches),
    "duplicates": ("duplicates.max", lambda _, many: many),
}


@pytest.mark.parametrize("kind", LIMITED)
def test_every_point_of_every_frontier_is_the_best_of_all_plans(tmp_path, tiny, plans, kind):
    told = swept(tmp_path, scenario(tmp_path), Asked(frontier=kind, points=4)).told
    key, taken = LIMITED[kind]
    most_branches = 9 if kind == "branches" else 3
    # From the least that any plan needs to where more buys nothing more.
    values = told["axes"][0]["values"]
    needed = min(taken(judged.kpis, many) for judged, many in plans)
    assert values[0] == (needed if kind != "duplicates" else 0)
    assert told["points"][-1]["objective"] == pytest.approx(
        least(plans, lambda *_: True, most_branches)
    )
    assert told["range"].startswith("From ")
    for point in told["points"]:
        limit = point["values"][key]
        expected = least(plans, lambda *of, most=limit: taken(*of) <= most, most_branches)
        assert point["objective"] == pytest.approx(expected, rel=1e-12)
        assert point["status"] == "optimal"
        assert point["x"] <= limit
    if kind == "duplicates":
        few = [each for each in plans if each[0].kpis.branches <= 3]
        _, most = min(few, key=lambda each: each[0].objective.total)
        assert values[-1] == most >= 1
        assert [point["x"] for point in told["points"]][-1] == told["points"][-1]["excess"] == most
        assert told["points"][-1]["kpis"]["duplicates"]["pairs"] >= 1


def test_every_point_between_all_and_the_worst_served_is_the_best_of_all_plans(tmp_path, tiny):
    rules = scenario(tmp_path)
    told = swept(tmp_path, rules, Asked(frontier="equity", points=3)).told
    assert told["axes"][0]["values"] == [0, 0.5, 1]
    for point in told["points"]:
        expected = best(build(tiny, with_keys(rules, point["values"])))
        assert point["objective"] == pytest.approx(expected, rel=1e-12)
        weight = point["values"]["objective.tail_share"]
        whole = (1 - weight) * point["x"] + weight * point["y"]
        assert whole * point["visits"] == pytest.approx(expected, rel=1e-12)


def test_a_point_is_the_same_question_as_a_solve_of_its_own(tmp_path, tiny):
    rules = scenario(tmp_path)
    told = swept(tmp_path, rules, money(4_500_000)).told
    alone = solve(tiny, with_keys(rules, {"rules.annual_kes.max": 4_500_000}))
    (point,) = told["points"]
    assert point["fingerprint"] == alone.problem.fingerprint
    assert point["objective"] == alone.objective


def test_the_folder_holds_runs_a_table_a_picture_and_its_words_and_is_not_done_twice(
    tmp_path, tiny
):
    limits = (2_000_000, 3_500_000, 4_500_000)
    found = swept(tmp_path, rough(tmp_path), money(*limits))
    out = tmp_path / "out"
    names = {path.name for path in out.iterdir()}
    assert names == {"sweep.json", "frontier.csv", "frontier.svg", "points"}
    told = json.loads((out / "sweep.json").read_text(encoding="utf-8"))
    assert told == json.loads(json.dumps(found.told))
    rows = (out / "frontier.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 1 + 3
    assert rows[0].startswith('"point","rules.annual_kes.max","status","x_annual_kes"')
    picture = (out / "frontier.svg").read_text(encoding="utf-8")
    assert ET.fromstring(picture).tag.endswith("svg")
    for words in ("Yearly cost", "KES", "minutes a visit", "3.5 M", "4.5 M"):
        assert words in picture
    assert "2 M" not in picture  # no plan there
    assert "http" not in picture.replace("http://www.w3.org/", "")
    assert told["alt"].startswith("Mean travel (minutes a visit) over Yearly cost")
    for number, point in enumerate(told["points"]):
        assert point["run"] == f"points/{number:03d}"
        assert verify(out / point["run"]).agrees
        limit = point["values"]["rules.annual_kes.max"]
        name = f"{found.told['name']}: rules.annual_kes.max {limit:,}"
        assert read_run(out / point["run"], pack=tiny).scenario.name == name

    def none(_):
        pytest.fail("everything is done")

    again = swept(tmp_path, rough(tmp_path), money(*limits), crew=none).told
    assert again["points"] == told["points"]
    assert again["status"] == "done"


def test_without_any_plan_there_is_no_picture(tmp_path, tiny):
    told = swept(tmp_path, rough(tmp_path), money(0, 1)).told
    assert not (tmp_path / "out" / "frontier.svg").exists()
    assert told["steps"] == []
    assert "2 that no plan can keep" in told["sentences"][0]


def test_a_stopped_sweep_keeps_what_is_done_and_goes_on_with_the_rest(tmp_path, tiny, plans):
    crews = []

    def crew(kept):
        crews.append(Here(prepare(tiny, rules, asked).ground, kept.points))
        return crews[-1]

    rules, asked = scenario(tmp_path), money(3_500_000, 4_500_000, 6_500_000)
    stopped = swept(
        tmp_path, rules, asked, crew=crew, should_stop=lambda: bool(crews[0].given)
    ).told
    assert stopped["status"] == "stopped"
    assert "not solved yet" in stopped["sentences"][0]
    again = swept(tmp_path, rules, asked, crew=crew).told
    assert again["status"] == "done"
    assert crews[1].given == [each for each in (0, 2, 1) if each not in stopped_done(stopped)]
    for point in again["points"]:
        limit = point["values"]["rules.annual_kes.max"]
        expected = least(plans, lambda kpis, _, most=limit: kpis.annual_kes <= most)
        assert point["objective"] == pytest.approx(expected, rel=1e-12)


def stopped_done(told):
    return [point["number"] for point in told["points"] if point["status"] != "waiting"]


def test_a_run_folder_that_was_damaged_is_solved_again(tmp_path, tiny):
    first = swept(tmp_path, scenario(tmp_path), money(3_500_000, 4_500_000)).told
    shutil.rmtree(tmp_path / "out" / "points" / "001")
    given = []

    def crew(kept):
        made = Here(prepare(tiny, scenario(tmp_path), money(1)).ground, kept.points)
        made.given = given
        return made

    again = swept(tmp_path, scenario(tmp_path), money(3_500_000, 4_500_000), crew=crew).told
    assert given == [1]
    assert again["points"][1]["objective"] == first["points"][1]["objective"]


def test_neighbours_hand_on_what_they_know(tmp_path, tiny):
    crews = []

    def crew(kept):
        crews.append(Here(prepare(tiny, rough(tmp_path), money(1)).ground, kept.points))
        return crews[-1]

    limits = (3_500_000, 4_000_000, 4_500_000, 5_500_000, 6_500_000)
    swept(tmp_path, rough(tmp_path), money(*limits), crew=crew)
    assert crews[0].given == [0, 4, 2, 1, 3]
    assert crews[0].seeds == {0: 0, 4: 0, 2: 2, 1: 2, 3: 2}


def test_another_sweep_is_not_written_over(tmp_path, tiny):
    swept(tmp_path, rough(tmp_path), money(3_500_000))
    with pytest.raises(PlannerError, match="holds another sweep"):
        swept(tmp_path, rough(tmp_path), money(4_500_000))
    write_pack(tmp_path / "tiny")
    (tmp_path / "tiny" / "services.csv").write_text(
        (tmp_path / "tiny" / "services.csv").read_text(encoding="utf-8").replace("1000000", "9"),
        encoding="utf-8",
    )
    with pytest.raises(PlannerError, match="holds another sweep"):
        swept(tmp_path, rough(tmp_path), money(3_500_000))


def test_a_folder_with_other_files_is_not_written_to(tmp_path, tiny):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    with pytest.raises(PlannerError, match=r"mine\.txt"):
        swept(tmp_path, rough(tmp_path), money(3_500_000))
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]


def test_a_grid_has_every_combination(tmp_path, tiny, plans):
    axes = (
        Axis("rules.annual_kes.max", (3_500_000, 6_500_000)),
        Axis("rules.branches.max", (1, 2, 3)),
    )
    told = swept(tmp_path, scenario(tmp_path), Asked(axes)).told
    assert len(told["points"]) == 6
    for point in told["points"]:
        money_, count = point["values"].values()
        expected = least(
            plans,
            lambda kpis, _, m=money_, n=count: kpis.annual_kes <= m and kpis.branches <= n,
        )
        assert point["objective"] == pytest.approx(expected, rel=1e-12)


def test_what_differs_in_whose_visits_count_is_not_called_dominated(tmp_path, tiny):
    told = swept(tmp_path, rough(tmp_path), Asked((Axis("solve.seed", (0, 1)),))).told
    assert all(point["is_beaten"] is None for point in told["points"])
    assert told["steps"] == []
    assert "none is called dominated" in told["sentences"][1]


def faults(tmp_path, tiny, *axes):
    with pytest.raises(InputError) as caught:
        prepare(tiny, scenario(tmp_path), Asked(axes))
    return [(fault.column, fault.found, fault.message) for fault in caught.value.faults]


def test_every_value_that_makes_no_scenario_is_told_before_anything_is_solved(tmp_path, tiny):
    told = faults(tmp_path, tiny, Axis("rules.branches.max", (1, -1, "x", 2)))
    assert [(column, found) for column, found, _ in told] == [
        ("rules.branches.max", "-1"),
        ("rules.branches.max", '"x"'),
    ]
    assert "rules.branches.max = -1" in told[0][2]


def test_a_key_that_is_none_is_told_with_the_nearest(tmp_path, tiny):
    (first, *_) = faults(tmp_path, tiny, Axis("rules.branch.max", (1,)))
    assert "branches" in first[2]


def test_names_that_the_pack_does_not_have_are_told(tmp_path, tiny):
    told = faults(tmp_path, tiny, Axis("sites.open", (["028-iten"], ["nowhere"])))
    assert len(told) == 1
    assert told[0][1] == "nowhere"


def test_a_combination_that_cannot_be_is_told_with_both_values(tmp_path, tiny):
    axes = (Axis("rules.branches.min", (1, 3)), Axis("rules.branches.max", (2, 4)))
    told = faults(tmp_path, tiny, *axes)
    assert len(told) == 1
    assert "rules.branches.min = 3 and rules.branches.max = 2" in told[0][2]


@pytest.mark.parametrize(
    ("axis", "words"),
    [
        (Axis("duplicates.max", (1, 2)), 'under duplicates.rule = "cap"'),
        (Axis("duplicates.price_min_per_visit", (1, 2)), 'under duplicates.rule = "price"'),
        (Axis("duplicates.separation_km", (1, 2)), "duplicates are allowed"),
        (Axis("objective.tail_beta", (0.1, 0.2)), "tail_share above 0"),
        (Axis("rules.counters", ("pooled", "by_service")), "rules.capacity"),
        (Axis("solve.seed", (1, 2)), "is no rule"),
    ],
)
def test_a_key_without_effect_is_told(tmp_path, tiny, axis, words):
    (warning,) = prepare(tiny, scenario(tmp_path), Asked((axis,))).warnings
    assert words in warning


def test_a_key_that_another_brings_to_life_is_not(tmp_path, tiny):
    axes = (Axis("duplicates.rule", ("cap", "price")), Axis("duplicates.max", (0, 1)))
    assert prepare(tiny, scenario(tmp_path), Asked(axes)).warnings == ()


def test_a_frontier_without_any_plan_says_why(tmp_path, tiny):
    rules = scenario(tmp_path, rules={"branches": {"max": 1}, "branches_per_area": {"min": 1}})
    with pytest.raises(InputError, match="no plan, even without this limit"):
        prepare(tiny, rules, Asked(frontier="money"))


def test_no_duplicates_without_a_separation(tmp_path):
    folder = write_pack(tmp_path / "tiny")
    services = (folder / "services.csv").read_text(encoding="utf-8")
    for old in (",60,", ",300,"):
        services = services.replace(old, ",,")
    (folder / "services.csv").write_text(services, encoding="utf-8")
    rules = scenario(tmp_path, duplicates={"rule": "allow"})
    with pytest.raises(InputError, match="Without a separation nothing is a duplicate"):
        prepare(read_pack(folder), rules, Asked(frontier="duplicates"))
