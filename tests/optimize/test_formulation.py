"""The model as a text that a reviewer can read, and the cuts that keep money exact."""

from __future__ import annotations

from pathlib import Path

import pytest
from evaluate.tiny import tiny_problem

from planner.optimize.arcs import model_arcs
from planner.optimize.formulation import formulate
from planner.optimize.money import forbid_overspending
from planner.optimize.rows import OutOfTimeError
from planner.optimize.sets import model_sets
from planner.optimize.solvers import Controls, solve_model
from planner.problem import PlanningProblem, Rules, Standard

GOLDEN = Path(__file__).with_name("golden_small.lp")


def two_by_two_by_two() -> PlanningProblem:
    """Two points, two sites 40 km apart, two services: every kind of row once."""
    return tiny_problem(
        [0, 30],
        [0, 40],
        ("id", "passport"),
        visit_types={"id": ["id"], "both": ["id", "passport"]},
        visits=[[6, 2], [3, 1]],
        separation_km=[[[-1.0]], [[60.0]]],
        site_area=[0, 1],
        areas=2,
        existing=[0],
        today={0: ["id"]},
        branch_annual_kes=[12_000_000, 12_000_000],
        offering_annual_kes=[[1_600_000, 2_400_000]],
        capital_kes=[52_000_000, 10_600_000],
        rules=Rules(
            objective="total_cost",
            branches_min=1,
            branches_max=2,
            new_max=1,
            annual_max_kes=30_000_000,
            capital_max_kes=20_000_000,
            floor_branches=1,
            floor_services={0: 1},
            duplicates="price",
            duplicates_price=0.1,
        ),
    )


def test_the_model_of_a_small_case_reads_as_it_did(tmp_path):
    problem = two_by_two_by_two()
    free = model_sets(problem)
    form = formulate(problem, free, model_arcs(problem, free))
    form.model.writeLP(str(tmp_path / "small.lp"))
    assert (tmp_path / "small.lp").read_text() == GOLDEN.read_text()


def rows_of(problem: PlanningProblem) -> dict[str, str]:
    form = formulate(problem, model_sets(problem), None)
    return {row.name: str(row) for row in form.model.constraints()}


def test_a_budget_row_keeps_whole_small_figures():
    rows = rows_of(two_by_two_by_two())
    # KES 800,000 divides every cost: 15, 2 and 3 of them; 37 whole ones are in 30 million
    assert rows["annual_budget"] == (
        "15*y_0 + 15*y_1 + 2*z_0_0 + 3*z_0_1 + 2*z_1_0 + 3*z_1_1 <= 37.0"
    )


def test_forbid_has_no_excess_and_a_cap_sums_it():
    problem = tiny_problem(
        [0], [0, 1, 2], separation_km=5.0, rules=Rules(duplicates="cap", duplicates_max=1)
    )
    rows = rows_of(problem)
    assert rows["duplicates__0_0"] == "-r_0 + z_0_0 + z_1_0 + z_2_0 <= 1.0"
    assert rows["duplicates_cap"] == "r_0 <= 1.0"
    forbidden = tiny_problem([0], [0, 1, 2], separation_km=5.0, rules=Rules(duplicates="forbid"))
    assert rows_of(forbidden)["duplicates__0_0"] == "z_0_0 + z_1_0 + z_2_0 <= 1.0"


def test_a_dear_choice_is_cut_off_and_what_keeps_the_budget_is_not():
    problem = tiny_problem(
        [0],
        [0, 1, 2],
        branch_annual_kes=[5, 9, 7],
        rules=Rules(annual_max_kes=13, duplicates="allow"),
    )
    form = formulate(problem, model_sets(problem), None)
    for variable in [*form.y, *(v for row in form.z for v in row)]:
        variable.varValue = 1.0
    forbid_overspending(problem, form.choices, form.model)
    (cut,) = [str(row) for row in form.model.constraints() if "too_dear" in row.name]
    assert cut == "y_1 + y_2 <= 1.0"  # 9 + 7 is too much; 5 + 7 is not
    for variable in form.y:
        variable.varValue = float(variable.name == "y_0")
    before = len(form.model.constraints())
    forbid_overspending(problem, form.choices, form.model)
    assert len(form.model.constraints()) == before


@pytest.mark.parametrize("solver", ["highs", "cbc"])
def test_the_small_case_is_solved(solver):
    problem = two_by_two_by_two()
    free = model_sets(problem)
    form = formulate(problem, free, model_arcs(problem, free))
    solved = solve_model(form.model, solver, Controls(10, 0.0, 1, 0))
    # Both sites and id at both by the floors, passport at one: 24 + 3.2 + 2.4 million; passport
    # at A, for p0 has more visits: p1 travels 3 x 10 for id to B, 1 x 30 for both to A
    assert solved.objective * form.scale == pytest.approx(29_600_000 + 30 + 30)


# -- rows that speak of visits -------------------------------------------------------------


def full_rows(problem: PlanningProblem) -> dict[str, str]:
    free = model_sets(problem)
    form = formulate(problem, free, model_arcs(problem, free))
    return {row.name: str(row) for row in form.model.constraints()}


def busy(**rules: object) -> PlanningProblem:
    """Ten id visits of 5 minutes and four passport visits of 20 at one point; two formats."""
    return tiny_problem(
        [0],
        [0, 50],
        ("id", "passport"),
        visits=[[10, 4]],
        formats={"desk": ["id"], "office": ["id", "passport"]},
        format_allowed=[[False, True, True], [False, False, True]],
        capacity_visits=[[99, 6, 99], [99, 99, 12]],
        counters=[[9, 1, 2], [9, 9, 1]],
        counter_minutes_per_year=60,
        service_counter_min=[5, 20],
        rules=Rules(duplicates="allow", **rules),
    )


def test_capacity_by_format_is_never_more_than_the_visits_within_reach():
    rows = full_rows(busy(capacity="hard"))
    assert rows["one_format__0"] == "-y_0 + y_0_1 + y_0_2 = -0.0"
    assert rows["offered_where_open__0_1"] == "-y_0_2 + z_0_1 <= -0.0"
    assert rows["capacity__0"] == "10.0*x_0_0_0 + 4.0*x_0_1_0 - 6.0*y_0_1 - 14.0*y_0_2 <= -0.0"
    assert rows["capacity__1"] == "10.0*x_0_0_1 + 4.0*x_0_1_1 - 12.0*y_1 <= -0.0"
    assert rows["counter_minutes__1"] == "50.0*x_0_0_1 + 80.0*x_0_1_1 - 60.0*y_1 <= -0.0"


def test_counters_by_service_and_their_shortfalls():
    rows = full_rows(busy(capacity="soft", counters="by_service"))
    mean = (50 + 80) / 14
    assert rows["counters__0"] == "k_0_0 + k_0_1 - y_0_1 - 2.0*y_0_2 <= -0.0"
    assert rows["counter_minutes__0_1"].startswith("-60.0*k_0_1 - 9.2857")
    assert f"{mean:.4f}"[:6] in rows["counter_minutes__0_1"]
    assert "total_capacity__visits" not in rows


def test_standards_and_the_tail():
    problem = tiny_problem(
        [0, 40],
        [0, 50],
        visits=[6, 4],
        rules=Rules(
            duplicates="allow",
            standards=(Standard(0, None, 0.5, 20.0, is_hard=False),),
            tail_share=0.25,
            tail_beta=0.5,
        ),
    )
    rows = full_rows(problem)
    assert rows["standard__0"].startswith("u_0 + 6.0*x_0_0_0 + 4.0*x_1_0_1 >= 4.99999")
    assert rows["worst_served__1"] == "eta - 40.0*x_1_0_0 - 10.0*x_1_0_1 + xi_1 >= -0.0"
    alone = rows_of(problem)
    assert alone["coverage__0"].startswith("6.0*c_0 + 4.0*c_1 + u_0 >= 4.99999")
    assert alone["covered__1"] == "c_1 - z_1_0 <= -0.0"


def test_what_closing_costs_stands_in_the_capital_row():
    problem = tiny_problem(
        [0],
        [0, 9],
        existing=[0],
        capital_kes=[40, 90],
        closing_kes=30,
        offering_closing_kes=10,
        rules=Rules(duplicates="allow", existing="may_close", capital_max_kes=100),
    )
    # 30 and 10 are spent unless A stays: 90 y_1 - 30 y_0 - 10 z_0_0 <= 100 - 40, in tens
    assert rows_of(problem)["capital_budget"] == "-3*y_0 + 9*y_1 - z_0_0 <= 6.0"


def test_a_dear_closing_is_cut_off():
    problem = tiny_problem(
        [0],
        [0, 9],
        existing=[0],
        capital_kes=[0, 90],
        closing_kes=30,
        rules=Rules(duplicates="allow", existing="may_close", capital_max_kes=100),
    )
    form = formulate(problem, model_sets(problem), None)
    for variable in [*form.y, *(v for row in form.z for v in row)]:
        variable.varValue = float(variable.name in ("y_1", "z_1_0"))
    forbid_overspending(problem, form.choices, form.model)
    (cut,) = [str(row) for row in form.model.constraints() if "too_dear" in row.name]
    assert cut == "-y_0 + y_1 <= -0.0"  # B new and A closed cannot stand together


def test_a_model_that_takes_too_long_is_given_up():
    problem = tiny_problem([*range(60)], [*range(30)], rules=Rules(duplicates="allow"))
    free = model_sets(problem)
    with pytest.raises(OutOfTimeError):
        formulate(problem, free, model_arcs(problem, free), until=0.0)
