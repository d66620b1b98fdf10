"""Who comes: three rules on a line, worked by hand; totals to the last visit."""

import numpy as np
import pytest

from planner.errors import PlannerError
from planner.evaluate import todays_network
from planner.evaluate.choice import RULES, Coming, attraction_of, new_branches, who_comes
from planner.pack.customer_types import Choice
from planner.pack.figures import Figure
from planner.plan import Assignment, Plan
from planner.problem import PlanningProblem
from tests.evaluate.tiny import tiny_plan, tiny_problem


def choice_of(decay: float, **attraction: float) -> Choice:
    figures = {site: Figure("a", value, value, value, "") for site, value in attraction.items()}
    return Choice(Figure("decay", decay, decay, decay, "a km"), figures)


def line() -> PlanningProblem:
    """A at 0 (today), B at 10 (new); people at 1, 6 and 9; a service that only B will offer."""
    return tiny_problem(
        [1.0, 6.0, 9.0],
        [0.0, 10.0],
        ("paper", "card"),
        visits=np.array([[10.0, 1.0], [20.0, 2.0], [30.0, 4.0]]),
        existing=[0],
        today={0: ["paper"]},
        standard_min=[5.0, 1.0],
    )


def plan_of(problem: PlanningProblem) -> Plan:
    return tiny_plan(problem, {"A": ["paper"], "B": ["paper", "card"]})


def test_nearest_by_hand() -> None:
    problem = line()
    coming = who_comes(problem, plan_of(problem), "nearest")
    assert coming.visits.tolist() == [[10, 0], [50, 7]]
    assert coming.unserved.tolist() == [0, 0]
    paper = 10 * 1 + 20 * 4 + 30 * 1
    card = 1 * 9 + 2 * 4 + 4 * 1
    assert coming.mean_min == pytest.approx((paper + card) / 67)
    assert coming.mean_km == coming.mean_min
    assert coming.within_standard == pytest.approx((60 + 4) / 67)
    assert coming.elsewhere == 0


def test_few_who_know_the_new_branch_leave_it_idle() -> None:
    """Paper goes to A for those who know A alone; for a card everybody asks and finds B."""
    problem = line()
    coming = who_comes(problem, plan_of(problem), "nearest", knowledge=0.1)
    assert coming.visits[:, 0] == pytest.approx([10 + 0.9 * 50, 0.1 * 50])
    assert coming.visits[:, 1].tolist() == [0, 7]
    assert coming.elsewhere == pytest.approx(0.9 * 50 / 67)
    assigned = who_comes(problem, plan_of(problem), "assigned", knowledge=0.1)
    assert np.array_equal(assigned.visits, coming.visits)


def test_assigned_keeps_the_plan_and_says_what_it_leaves_out() -> None:
    problem = line()
    plan = plan_of(problem)
    rows = Assignment(
        np.array([0, 0, 1, 2]),
        np.array([0, 0, 0, 1]),
        np.array([0, 1, 1, 1]),
        np.array([0.5, 0.5, 1, 1]),
    )
    coming = who_comes(problem, Plan(plan.is_open, plan.offers, rows), "assigned")
    assert coming.visits.tolist() == [[5, 0], [25, 4]]
    assert coming.unserved.tolist() == [30, 3]
    nearest = who_comes(problem, Plan(plan.is_open, plan.offers, rows), "nearest")
    assert nearest.elsewhere == pytest.approx(1 - (5 + 20 + 4) / 67)


def test_huff_by_hand() -> None:
    """At 6: 4 e^-0.6 for A against e^-0.4 for B."""
    problem = line()
    coming = who_comes(problem, plan_of(problem), "huff", choice=choice_of(0.1, A=4.0))
    to_a = [
        4 * np.exp(-0.1 * x) / (4 * np.exp(-0.1 * x) + np.exp(-0.1 * (10 - x))) for x in (1, 6, 9)
    ]
    assert coming.visits[0, 0] == pytest.approx(np.dot(to_a, [10, 20, 30]))
    assert coming.visits[:, 1].tolist() == pytest.approx([0, 7])
    assert coming.elsewhere == pytest.approx(
        (10 * (1 - to_a[0]) + 20 * to_a[1] + 30 * to_a[2]) / 67
    )


def test_huff_among_todays_alone_for_those_who_know_no_other() -> None:
    problem = line()
    coming = who_comes(problem, plan_of(problem), "huff", choice=choice_of(0.1), knowledge=0.0)
    assert coming.visits.tolist() == [[60, 0], [0, 7]]


def test_huff_needs_its_figures() -> None:
    problem = line()
    with pytest.raises(PlannerError, match="how people choose"):
        who_comes(problem, plan_of(problem), "huff")


def test_attraction_is_one_where_nothing_is_said() -> None:
    assert attraction_of(line(), choice_of(0.1, B=3.0)).tolist() == [1, 3]


def random_case(seed: int) -> tuple[PlanningProblem, Plan]:
    rng = np.random.default_rng(seed)
    problem = tiny_problem(
        rng.uniform(0, 300, (30, 2)),
        rng.uniform(0, 300, (7, 2)),
        ("a", "b", "c"),
        visit_types={"a": ["a"], "ab": ["a", "b"], "c": ["c"]},
        visits=rng.uniform(0, 100, (30, 3)) * (rng.random((30, 3)) < 0.8),
        no_route=[(i, j) for i in range(30) for j in range(7) if rng.random() < 0.2],
        existing=[0, 3],
        today={0: ["a", "b"], 3: ["a"]},
    )
    mixes = {"A": ["a", "b"], "D": ["a"], "B": ["a", "b"], "E": ["a", "b", "c"]}
    return problem, tiny_plan(problem, mixes)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("knowledge", [0.0, 0.35, 1.0])
def test_every_visit_goes_somewhere_or_is_told(rule: str, knowledge: float) -> None:
    for seed in range(8):
        problem, plan = random_case(seed)
        coming = who_comes(
            problem,
            plan,
            rule,
            choice=choice_of(0.02, A=5.0),
            knowledge=knowledge,  # type: ignore[arg-type]
        )
        total = coming.visits.sum(axis=0) + coming.unserved
        assert total == pytest.approx(problem.visits.sum(axis=0), abs=1e-9)
        assert not coming.visits[~plan.is_open].any()
        unable = ~plan.offers[:, problem.needs[1]].all(axis=1)
        assert not coming.visits[unable, 1].any()


def test_knowledge_changes_nothing_where_nothing_is_new() -> None:
    problem, _ = random_case(1)
    plan = todays_network(problem)
    assert plan is not None
    assert not new_branches(problem, plan).any()

    def at(knowledge: float) -> Coming:
        return who_comes(problem, plan, "huff", choice=choice_of(0.02), knowledge=knowledge)

    assert np.array_equal(at(0.0).visits, at(1.0).visits)


def test_nearest_is_what_the_judge_calls_nearest() -> None:
    for seed in range(5):
        problem, plan = random_case(seed)
        nearest, assigned = (who_comes(problem, plan, rule) for rule in ("nearest", "assigned"))
        assert np.array_equal(nearest.visits, assigned.visits)
        assert nearest.elsewhere == pytest.approx(0, abs=1e-12)
