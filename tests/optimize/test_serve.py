"""The best assignment of a network that is given, exact to the last share."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from evaluate.cases import rich_problem, with_rules
from evaluate.naive import _Program, allowed_networks, objective, shortfall
from evaluate.tiny import tiny_problem

from planner.optimize import arcs
from planner.optimize.formulation import Aim, has_soft_rules
from planner.optimize.network import Network
from planner.optimize.serve import serve
from planner.optimize.sets import model_sets
from planner.problem import PlanningProblem, Rules


def whole_network(problem: PlanningProblem) -> Network:
    """Everything open and on offer, plain."""
    return Network(np.ones(len(problem.site_ids), bool), np.ones_like(problem.today))


def many_points(seed: int, *, fill: float, rules: Rules) -> PlanningProblem:
    """Three hundred points, nine sites that together serve the visits with little to spare."""
    rng = np.random.default_rng(seed)
    visits = rng.integers(1, 5000, 300)
    share = rng.dirichlet(np.ones(9) * 3)
    return tiny_problem(
        points=rng.integers(0, 900, (300, 2)),
        sites=rng.integers(0, 900, (9, 2)),
        visits=visits,
        capacity_visits=np.ceil(share * visits.sum() * fill),
        rules=rules,
    )


@pytest.mark.parametrize("fill", [1.0, 1.02, 1.3])
@pytest.mark.parametrize("seed", range(3))
def test_hard_capacities_hold_to_a_billionth(monkeypatch, seed, fill):
    """Also where the lists are short at first, and made longer."""
    monkeypatch.setattr(arcs, "LISTED_ARCS", 1)
    problem = many_points(seed, fill=fill, rules=Rules(capacity="hard", duplicates="allow"))
    network = whole_network(problem)
    served = serve(problem, model_sets(problem), network, Aim(), seconds=30)
    rows = served.assignment
    sent = problem.visits[rows.point, 0] * rows.share
    load = np.bincount(rows.site, weights=sent, minlength=9)
    assert (load <= problem.capacity_visits[:, 0] * (1 + 1e-9)).all()
    total = np.bincount(rows.point, weights=rows.share, minlength=300)
    assert np.abs(total - 1).max() < 1e-12
    assert (rows.share > 0).all()
    assert served.objective == pytest.approx(float(sent @ problem.impedance[rows.point, rows.site]))


def test_one_visit_more_than_there_is_room_for_cannot_be_served():
    problem = many_points(5, fill=1.0, rules=Rules(capacity="hard", duplicates="allow"))
    less = problem.capacity_visits.copy()
    less[np.argmax(less)] -= less.sum() - problem.visits.sum() + 1
    short = replace(problem, capacity_visits=less)
    network = whole_network(short)
    assert serve(short, model_sets(short), network, Aim(), seconds=30) is None
    soft = with_rules(short, capacity="soft")
    least = serve(soft, model_sets(soft), network, Aim("shortfall"), seconds=30)
    assert least.shortfall == pytest.approx(1, abs=1e-5)


def test_every_network_is_served_as_well_as_can_be():
    """Against a program of its own (scipy), network by network."""
    compared = 0
    for seed in range(60):
        problem = rich_problem(seed)
        sets = model_sets(problem)
        for plan in list(allowed_networks(problem))[:4]:
            network = Network(plan.is_open, plan.offers, plan.format)
            least = 0.0
            if has_soft_rules(problem):
                found = _Program(problem, plan).solve("shortfall")
                served = serve(problem, sets, network, Aim("shortfall"), seconds=10)
                assert (found is None) == (served is None)
                if found is None:
                    continue
                least = shortfall(problem, found)
                assert served.shortfall == pytest.approx(least, abs=1e-5)
            aim = Aim("objective", served.shortfall if has_soft_rules(problem) else math.inf)
            found = _Program(problem, plan).solve("objective", least)
            served = serve(problem, sets, network, aim, seconds=10)
            assert (found is None) == (served is None)
            if found is not None:
                compared += 1
                assert served.objective == pytest.approx(objective(problem, found), rel=1e-7)
    assert compared > 40


def test_without_time_only_nearest_choice_is_known():
    problem = many_points(1, fill=1.02, rules=Rules(capacity="hard", duplicates="allow"))
    network = whole_network(problem)
    assert serve(problem, model_sets(problem), network, Aim(), seconds=0) is None
    soft = with_rules(problem, capacity="soft")
    served = serve(soft, model_sets(soft), network, Aim("shortfall"), seconds=0)
    assert served.assignment.share.tolist() == [1.0] * 300
    assert served.shortfall > 0
