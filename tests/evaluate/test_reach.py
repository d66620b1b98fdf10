"""Who has a branch within so many minutes: by hand, and against plain loops on random packs."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from pack.tiny import write

from planner.evaluate import score, todays_network
from planner.evaluate.reach import alike, reach
from planner.evaluate.within import two_nearest
from planner.pack import read_pack
from planner.pack.customer_types import AreaShare, Customers, Segment
from planner.pack.figures import Figure
from planner.pack.types import Area, DemandPoint, VisitType
from planner.plan import Assignment, Plan

from .cases import random_problem
from .tiny import tiny_plan, tiny_problem

LIMITS = (30.0, 60.0, 120.0)


def figure(value):
    return Figure("f", value, value, value, "u")


def segment(name, dimension, share, rates=()):
    return Segment(
        name, name, dimension, share, {k: figure(v) for k, v in rates}, figure(1), figure(1)
    )


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return read_pack(write(tmp_path_factory.mktemp("reach") / "pack"))


def pack_for(plain, problem, population, customers=None, area_facts=None):
    """The tiny pack made to fit a problem."""
    codes = problem.area_codes
    return replace(
        plain,
        areas=tuple(Area(code, f"Area {code}") for code in codes),
        demand_points=tuple(
            DemandPoint(name, name, codes[c], 0.0, 0.0, people)
            for name, c, people in zip(
                problem.point_ids, problem.point_area, population, strict=True
            )
        ),
        visit_types=tuple(VisitType(name, name, (), ()) for name in problem.visit_type_ids),
        customers=customers or Customers(),
        area_facts=area_facts or {},
    )


# -- by hand -------------------------------------------------------------------------------


@pytest.fixture
def line():
    """Branches at 0 and 100 km; people at 0, 30, 60 and 90 km, a minute a km."""
    problem = tiny_problem(
        [0, 30, 60, 90], [0, 100], visits=[10, 20, 30, 40], point_area=[0, 0, 1, 1], standard_min=40
    )
    return problem, tiny_plan(problem, ["A", "B"])


def test_within_counts_equality(plain, line):
    problem, plan = line
    found = reach(pack_for(plain, problem, [100, 100, 200, 600]), problem, plan, (10, 30, 40)).all
    assert found.visits == 100
    assert found.people == 1000
    assert found.nearest.shares == (0.5, 0.7, 1.0)
    assert found.people_nearest.shares == (0.7, 0.8, 1.0)
    assert found.nearest.standard == 1.0
    assert found.nearest.none == 0.0
    assert found.nearest.mean_min == (0 * 10 + 30 * 20 + 40 * 30 + 10 * 40) / 100


def test_the_backup_is_the_second_branch_and_what_is_longer(plain, line):
    problem, plan = line
    found = reach(pack_for(plain, problem, [1] * 4), problem, plan, (60, 70))
    seconds = [(10, 100), (20, 70), (30, 60), (40, 90)]
    assert found.all.second.mean_min == sum(n * minutes for n, minutes in seconds) / 100
    assert found.all.second.shares == (0.3, 0.5)
    assert found.all.second.standard == 0.0
    assert found.all.extra_min == (10 * 100 + 20 * 40 + 30 * 20 + 40 * 80) / 100
    west, east = found.by_area
    assert west.second.mean_min == (10 * 100 + 20 * 70) / 30
    assert east.extra_min == (30 * 20 + 40 * 80) / 70


def test_with_one_branch_there_is_no_second(plain, line):
    problem, _ = line
    found = reach(pack_for(plain, problem, [1] * 4), problem, tiny_plan(problem, ["A"])).all
    assert found.second.none == 1.0
    assert found.second.mean_min is None
    assert found.second.shares == (0.0, 0.0, 0.0)
    assert found.extra_min is None


def test_without_visits_nothing_is_told(plain):
    problem = tiny_problem([0, 10], [0], visits=[[0], [5]], point_area=[0, 1])
    found = reach(pack_for(plain, problem, [7, 9]), problem, tiny_plan(problem, ["A"]))
    empty, full = found.by_area
    assert empty.nearest.shares == (None, None, None)
    assert (empty.nearest.mean_min, empty.nearest.none, empty.extra_min) == (None, None, None)
    assert (empty.people, full.people, found.all.people) == (0, 9, 9)


def test_visit_types_chosen_are_the_only_ones_counted(plain):
    problem = tiny_problem([0], [0, 50], ("id", "passport"), visits=[[30, 10]])
    plan = tiny_plan(problem, {"A": ["id"], "B": ["passport"]})
    pack = pack_for(plain, problem, [80])
    both, card = reach(pack, problem, plan), reach(pack, problem, plan, kinds=[0])
    assert both.all.nearest.shares == (0.75, 1.0, 1.0)
    assert both.all.people_nearest.shares == (0.75, 1.0, 1.0)
    assert [part.nearest.mean_min for part in both.by_type] == [0, 50]
    assert [part.people for part in both.by_type] == [80, 80]
    assert (card.kinds, card.all.visits, card.all.nearest.shares[0]) == ((0,), 30, 1.0)
    assert len(card.by_type) == 1


def test_the_nearest_is_by_minutes_though_a_plan_sends_elsewhere(plain, line):
    problem, plan = line
    rows = plan.assignment
    far = Plan(plan.is_open, plan.offers, replace(rows, site=np.zeros_like(rows.site)))
    found = reach(pack_for(plain, problem, [1] * 4), problem, far).all
    assert found.assigned.mean_min == (30 * 20 + 60 * 30 + 90 * 40) / 100
    assert found.assigned.shares == (0.3, 0.6, 1.0)
    assert found.nearest.mean_min == 22.0


# -- groups and bands ----------------------------------------------------------------------


def grouped(plain, line, *segments):
    problem, plan = line
    facts = {"001": {"town": 25.0}, "002": {"town": 50.0}}
    pack = pack_for(plain, problem, [100] * 4, Customers(facts=facts, segments=segments), facts)
    return reach(pack, problem, plan, (30,), facts=("town",))


def test_a_group_counts_by_its_share_of_each_area(plain, line):
    """In towns: a quarter of West (30 visits, all within 30 min), half of East (70, 40 of them)."""
    found = grouped(
        plain, line, segment("town", "place", AreaShare("town")), segment("land", "place", None)
    )
    town, land = found.by_group
    assert town.part.visits == 0.25 * 30 + 0.5 * 70
    assert town.part.nearest.shares == pytest.approx(((0.25 * 30 + 0.5 * 40) / 42.5,))
    assert land.part.nearest.shares == pytest.approx(((0.75 * 30 + 0.5 * 40) / 57.5,))
    assert (town.part.people, land.part.people) == (150, 250)
    low, high = found.by_band[:2]
    assert (low.fact, low.segment, low.low, low.high) == ("place", "town", 0.25, 0.25)
    assert (low.areas, high.areas) == ((0,), (1,))
    assert high.part.nearest.shares == pytest.approx((40 / 70,))
    assert [(band.fact, band.segment, band.low) for band in found.by_band[2:]] == [
        ("town", "", 25.0), ("town", "", 50.0),
    ]  # fmt: skip


def test_groups_with_the_same_share_everywhere_are_not_told(plain, line):
    found = grouped(plain, line, segment("a", "sex", 0.4), segment("b", "sex", None))
    assert found.by_group == ()
    assert found.not_apart == ("sex",)


@pytest.mark.parametrize(
    ("values", "people", "bands"),
    [
        ([5, 1, 3], [10, 10, 10], [[1], [2], [0]]),
        ([5, np.nan, 3], [10, 10, 0], [[0]]),
        ([2, 2, 2], [1, 5, 9], [[0, 1, 2]]),
        ([1, 2, 2, 3], [9, 1, 1, 1], [[0], [1, 2, 3]]),
        ([np.nan], [4], []),
    ],
)
def test_bands_hold_areas_alike(values, people, bands):
    found = alike(np.array(values, float), np.array(people, float))
    assert [band.tolist() for band in found] == bands


# -- against plain loops -------------------------------------------------------------------


def any_plan(problem, rng):
    """Some branches, some services, and visits shared out anyhow, some of them nowhere."""
    sites = len(problem.site_ids)
    is_open = rng.random(sites) < 0.8
    offers = rng.random((sites, len(problem.service_ids))) < 0.8
    rows = [
        (i, b, j, rng.choice([0.0, 0.2, 1 / sites]))
        for i in range(len(problem.point_ids))
        for b in range(len(problem.visit_type_ids))
        for j in np.flatnonzero(is_open & np.isfinite(problem.minutes[i]))
    ]
    table = np.array(rows, dtype=float).reshape(-1, 4)
    where = [table[:, k].astype(np.int64) for k in range(3)]
    return Plan(is_open, offers, Assignment(*where, table[:, 3]))


def able(problem, plan, j, b):
    needed = [s for s in range(len(problem.service_ids)) if problem.needs[b, s]]
    return plan.is_open[j] and all(plan.offers[j, s] for s in needed)


def standard(problem, b):
    done = [s for s in range(len(problem.service_ids)) if problem.does[b, s]]
    return min((problem.standard_min[s] for s in done), default=math.inf)


def naive(problem, plan, weight_of, rank):
    """Mean, shares within, share within the standard, share without: rank 0, 1 or "assigned"."""
    total = has = minutes = kept = 0.0
    within = [0.0] * len(LIMITS)
    for i in range(len(problem.point_ids)):
        for b in range(len(problem.visit_type_ids)):
            weight = weight_of(i, b)
            total += weight
            if rank == "assigned":
                rows = plan.assignment
                trips = [
                    (rows.share[r], problem.minutes[i, rows.site[r]])
                    for r in range(rows.share.size)
                    if rows.point[r] == i and rows.visit_type[r] == b
                ]
            else:
                near = sorted(
                    problem.minutes[i, j]
                    for j in range(len(problem.site_ids))
                    if able(problem, plan, j, b)
                )
                trips = [(1.0, near[rank])] if len(near) > rank else []
            for share, far in trips:
                if math.isinf(far):
                    continue
                has += weight * share
                minutes += weight * share * far
                kept += weight * share * (far <= standard(problem, b))
                for k, limit in enumerate(LIMITS):
                    within[k] += weight * share * (far <= limit)
    if total == 0:
        return None, [None] * len(LIMITS), None, None
    shares = [part / total for part in within]
    return (minutes / has if has else None), shares, kept / total, 1 - has / total


def same(found, expected):
    mean, shares, kept, none = expected
    assert found.mean_min == (None if mean is None else pytest.approx(mean))
    for one, other in zip(found.shares, shares, strict=True):
        assert one == (None if other is None else pytest.approx(other, abs=1e-9))
    assert found.standard == (None if kept is None else pytest.approx(kept, abs=1e-9))
    assert found.none == (None if none is None else pytest.approx(none, abs=1e-9))


@pytest.mark.parametrize("seed", range(40))
def test_random_networks(plain, seed):
    rng = np.random.default_rng(1000 + seed)
    problem = random_problem(seed)
    plan = any_plan(problem, rng)
    facts = {code: {"pct": float(rng.integers(0, 101))} for code in problem.area_codes}
    customers = Customers(
        facts=facts,
        segments=(
            segment("poor", "money", AreaShare("pct"), [("id", 3.0)]),
            segment("rich", "money", None),
        ),
    )
    population = rng.integers(0, 500, 4).astype(float)
    pack = pack_for(plain, problem, population, customers)
    found = reach(pack, problem, plan, LIMITS)
    V, B = problem.visits, len(problem.visit_type_ids)

    def part_holds(part, visits_of, people_of):
        def person(i, b):
            all_of_it = sum(visits_of(i, k) for k in range(B))
            return people_of(i) * visits_of(i, b) / all_of_it if all_of_it else 0.0

        assert part.visits == pytest.approx(
            sum(visits_of(i, b) for i in range(4) for b in range(B))
        )
        same(part.nearest, naive(problem, plan, visits_of, 0))
        same(part.second, naive(problem, plan, visits_of, 1))
        same(part.assigned, naive(problem, plan, visits_of, "assigned"))
        same(part.people_nearest, naive(problem, plan, person, 0))

    part_holds(found.all, lambda i, b: V[i, b], lambda i: population[i])
    for k, part in enumerate(found.by_type):
        part_holds(part, lambda i, b, k=k: V[i, b] * (b == k), lambda i: population[i])
    for c, part in enumerate(found.by_area):
        inside = problem.point_area == c
        part_holds(part, lambda i, b, h=inside: V[i, b] * h[i], lambda i: population[i])
    pct = np.array([facts[problem.area_codes[c]]["pct"] / 100 for c in problem.point_area])
    for group in found.by_group:
        own = pct if group.segment == "poor" else 1 - pct
        other = 1 - own

        def visits_of(i, b, own=own, other=other, name=group.segment):
            rate = 3.0 if problem.visit_type_ids[b] == "id" else 1.0
            mine = own[i] * (rate if name == "poor" else 1.0)
            theirs = other[i] * (1.0 if name == "poor" else rate)
            return V[i, b] * mine / (mine + theirs)

        part_holds(group.part, visits_of, lambda i, own=own: population[i] * own[i])


@pytest.mark.parametrize("seed", range(20))
def test_the_two_nearest(seed):
    problem = random_problem(seed)
    plan = any_plan(problem, np.random.default_rng(seed))
    found = two_nearest(problem, plan)
    for i in range(len(problem.point_ids)):
        for b in range(len(problem.visit_type_ids)):
            near = sorted(
                (problem.minutes[i, j], j)
                for j in range(len(problem.site_ids))
                if able(problem, plan, j, b) and math.isfinite(problem.minutes[i, j])
            )
            first, second = [*near, (math.inf, -1), (math.inf, -1)][:2]
            assert (found.minutes[i, b], found.site[i, b]) == first
            assert (found.second_minutes[i, b], found.second_site[i, b]) == second


@pytest.mark.parametrize("seed", [n for n in range(14) if random_problem(n).existing.any()])
def test_it_agrees_with_the_judge_where_all_are_served(plain, seed):
    problem = random_problem(seed)
    plan = todays_network(problem)
    judged = score(problem, plan).kpis
    found = reach(pack_for(plain, problem, [1] * 4), problem, plan).all.assigned
    served = 1 - (found.none or 0.0)
    assert found.mean_min == (None if judged.mean_min is None else pytest.approx(judged.mean_min))
    if judged.within_standard is not None:
        assert found.standard == pytest.approx(judged.within_standard * served)
    assert judged.unserved_visits_per_year == pytest.approx(
        (found.none or 0.0) * problem.visits.sum()
    )
