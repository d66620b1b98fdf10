"""The audit of duplicates: worked by hand, and against other ways to reckon the same."""

from __future__ import annotations

import itertools
import json
import math
from dataclasses import replace

import numpy as np
import pytest
from command_line import run
from evaluate.cases import random_problem
from evaluate.tiny import tiny_plan, tiny_problem
from pack.tiny import write

from planner.audit import found_of, listed
from planner.errors import UsageError
from planner.evaluate import score
from planner.insight.duplicates import audit_duplicates, group_table_of, table_of
from planner.insight.duplicates.carrying import Cells, times_carried
from planner.insight.duplicates.cover import fewest
from planner.insight.duplicates.thresholds import Thresholds, with_changes
from planner.pack import find_pack, read_pack
from planner.problem import Rules
from planner.runs import judge_and_write
from planner.scenario import Scenario, read_scenario
from planner.solve import solve


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    """Its travel figures alone are asked for: KES 4 a km, 80 a leg, 60 an hour."""
    return read_pack(write(tmp_path_factory.mktemp("tiny")))


def judged(problem, plan, pack, **changes):
    """The audit of a plan with some thresholds."""
    limits = Thresholds(**{"utilisation": 1.0, "backup": 0.0, **changes})
    return audit_duplicates(problem, plan, score(problem, plan), pack, limits)


# -- by hand: towns at 0, 10 and 30 km, a km takes a minute ---------------------------------------

LINE = {
    "points": [0, 10, 30],
    "sites": [0, 10, 30],
    "visits": [100.0, 40.0, 60.0],
    "separation_km": 20.0,
    "standard_min": 15.0,
    "branch_annual_kes": 5000,
    "offering_annual_kes": 100,
    "capacity_visits": 150.0,
}


def test_a_pair_by_hand(pack):
    """A and B are 10 km apart: 40 of B's visits go to A, 140 of its 150; they pay 400 more each.

    One way 10 km x 4 + 10 min x 1, return twice that: KES 100 a visit, 4,000 in all, less than
    5,100 saved. Nobody of A or B but those of B would have a second branch within 15 min.
    """
    problem = tiny_problem(**LINE)
    audit = judged(problem, tiny_plan(problem, "ABC"), pack)
    near = next(p for p in audit.pairs if {p.stop.site, p.stays} == {0, 1})
    assert (near.stop.site, near.stays) == (1, 0)
    assert (near.visits_stop, near.visits_stays) == (40, 100)
    assert near.load_after == pytest.approx(140 / 150)
    assert near.overlap == 1.0
    assert near.stop.extra_min_mean == near.stop.extra_min_p90 == 10
    assert near.stop.stranded == 0
    assert near.stop.customers_kes == pytest.approx(40 * 100)
    assert near.saved_kes == 5100
    assert near.backup_now == 1.0
    assert near.backup_after == 0.0  # C is 20 or 30 min away
    assert near.reason == "unnecessary"


def test_each_question_decides_in_its_turn(pack):
    problem = tiny_problem(**LINE)
    plan = tiny_plan(problem, "ABC")

    def reason(given, **changes):
        pairs = judged(given, plan, pack, **changes).pairs
        return next(p for p in pairs if {p.stop.site, p.stays} == {0, 1}).reason

    assert reason(problem, wanted=frozenset({"A", "B"})) == "listed"
    assert reason(problem, wanted=frozenset({"A:passport", "B"})) == "listed"
    locked = Rules(locked_offered=frozenset({(0, 0), (1, 0)}))
    assert reason(replace(problem, rules=locked)) == "locked"
    assert reason(replace(problem, rules=Rules(floor_branches=3))) == "floor"
    assert reason(replace(problem, standard_min=np.array([5.0])), longer_min=5) == "own_customers"
    few = replace(problem, capacity_visits=np.full((3, 1), 139.0))
    assert reason(few) == "load"
    assert reason(problem, utilisation=0.9) == "load"  # 140 of 135
    cheap = replace(problem, branch_annual_kes=np.full((3, 1), 10))
    assert reason(cheap) == "worth"
    assert reason(problem, backup=0.5) == "backup"
    assert reason(problem) == "unnecessary"


def test_without_a_standard_only_a_little_longer_is_in_time(pack):
    """B is 10 min from A and 20 from C: of a service without a standard that decides alone."""
    problem = replace(tiny_problem(**LINE), standard_min=np.array([np.inf]))
    plan = tiny_plan(problem, "ABC")
    for longer, overlap, second in ((9, 0.0, 0.0), (10, 1.0, 0.7), (20, 1.0, 1.0)):
        audit = judged(problem, plan, pack, longer_min=longer)
        near = next(p for p in audit.pairs if {p.stop.site, p.stays} == {0, 1})
        assert near.overlap == overlap
        assert audit.services[0].second == audit.readings.second == pytest.approx(second)


def test_who_has_no_way_to_the_other_would_be_stranded(pack):
    problem = tiny_problem(**LINE, no_route=[(0, 1), (1, 0)])
    audit = judged(problem, tiny_plan(problem, "AB"), pack)
    assert audit.pairs[0].reason == "stranded"
    assert audit.pairs[0].verdict == "wanted"


def test_a_larger_format_makes_room_and_costs_more(pack):
    """B takes both only in its large format, which costs 700 a year more."""
    problem = tiny_problem(
        points=[0, 10], sites=[0, 10], visits=[100.0, 120.0], separation_km=20, standard_min=60,
        formats={"large": ["passport"]}, format_allowed=[[True, True]],
        branch_annual_kes=[[50_000, 50_700]], capacity_visits=[[150.0, 400.0]], existing=[0, 1],
    )  # fmt: skip
    audit = judged(problem, tiny_plan(problem, "AB"), pack)
    (pair,) = audit.pairs
    assert (pair.enlarged, pair.enlarged_kes, pair.saved_kes) == (1, 700, 49_300)
    assert pair.reason == "unnecessary"
    assert pair.load_after == pytest.approx(220 / 150)
    (group,) = audit.groups
    assert (group.most, group.least_enlarged) == (2, 1)


def test_what_nobody_can_use_alone_stops_too(pack):
    """Cards need both services: without the first the second saves its cost and the branch's."""
    problem = tiny_problem(
        points=[0, 10], sites=[0, 10], services=("photo", "card"),
        visit_types={"get": ["photo", "card"]}, visits=50.0, separation_km=20, standard_min=60,
        branch_annual_kes=40_000, offering_annual_kes=[[30, 7]],
    )  # fmt: skip
    audit = judged(problem, tiny_plan(problem, "AB"), pack)
    assert [pair.services for pair in audit.pairs] == [(0, 1), (0, 1)]
    assert {pair.saved_kes for pair in audit.pairs} == {40_037}
    (group,) = audit.groups
    assert group.services == (0, 1)
    assert group.pairs == 2


# -- groups ---------------------------------------------------------------------------------------


def test_six_round_a_town_are_one_answer(pack):
    """Six branches 1 km apart with 60 visits each and room for 150: three carry 360, two do not."""
    problem = tiny_problem(
        points=range(6), sites=range(6), visits=60.0, separation_km=10, standard_min=60,
        branch_annual_kes=100_000, capacity_visits=150.0,
    )  # fmt: skip
    audit = judged(problem, tiny_plan(problem, "ABCDEF"), pack)
    (group,) = audit.groups
    assert (group.least, group.most, group.sets) == (3, 3, 20)
    assert group.spare == pytest.approx(450 / 360)
    assert dict(group.by_load) == {0.8: 2, 1.25: 3, 1.5: 4, 2.0: 5}
    assert len(group.sites("load")) == len(group.sites("unnecessary")) == 3
    assert group.saved_kes == 300_000
    kept = group.sites("load")
    brute = min(  # of the 20 those that leave nobody above room and add least travel
        (_overfull(problem, some, 150.0), _travel(problem, some), some)
        for some in itertools.combinations(range(6), 3)
    )
    assert (_overfull(problem, kept, 150.0), _travel(problem, kept)) == brute[:2]
    wanted = judged(problem, tiny_plan(problem, "ABCDEF"), pack, wanted=frozenset({"A", "B"}))
    assert set(wanted.groups[0].sites("wanted")) == {0, 1}
    assert len(wanted.groups[0].sites("load")) == 1


def _nearest(problem, some):
    return [min(some, key=lambda j: (problem.minutes[i, j], j)) for i in range(6)]


def _travel(problem, some):
    return sum(problem.minutes[i, j] for i, j in enumerate(_nearest(problem, some)))


def _overfull(problem, some, room):
    goes = _nearest(problem, some)
    return sum(max(0.0, 60.0 * goes.count(j) - room) for j in some)


def test_more_than_all_can_carry_is_said(pack):
    problem = tiny_problem(**{**LINE, "capacity_visits": 60.0})
    (group,) = judged(problem, tiny_plan(problem, "AB"), pack).groups
    assert not group.carries
    assert {member.reason for member in group.members} == {"load"}


def test_a_branch_nobody_needs_moves_to_where_it_saves_most(pack):
    """B stops; D at 300 km has 50 visits without a branch near, the others nobody."""
    problem = tiny_problem(
        points=[0, 1, 300], sites=[0, 1, 150, 300], visits=[100.0, 40.0, 50.0], separation_km=20,
        standard_min=60, branch_annual_kes=50_000, capital_kes=[0, 0, 7, 9],
    )  # fmt: skip
    (group,) = judged(problem, tiny_plan(problem, "AB"), pack).groups
    (loose,) = [each for each in group.members if each.verdict == "unnecessary"]
    assert loose.advice == "move"
    assert loose.move.site == 3
    assert loose.move.saved_min == pytest.approx(50 * 299)
    assert loose.move.saved_kes == pytest.approx(50 * 2 * 299 * (4 + 1))
    assert (loose.move.capital_kes, loose.move.annual_kes) == (9, 50_000)


# -- against other ways to reckon the same --------------------------------------------------------


@pytest.mark.parametrize("seed", range(25))
def test_how_much_is_carried_by_the_theorem_of_hall(seed):
    """Visits may be divided when every set of cells fits into all rooms that it may use."""
    rng = np.random.default_rng(seed)
    count, members = 5, 4
    may = rng.random((count, members)) < 0.5
    visits = rng.integers(1, 50, count).astype(float)
    rooms = rng.integers(0, 80, members).astype(float)
    cells = Cells(visits, np.ones(count), may, rooms, np.full(members, np.inf))
    for size in range(1, members + 1):
        for kept in itertools.combinations(range(members), size):
            wanted = min(
                sum(rooms[n] for n in kept if may[list(some), n].any()) / visits[list(some)].sum()
                for k in range(1, count + 1)
                for some in itertools.combinations(range(count), k)
            )
            assert times_carried(cells, kept) == pytest.approx(wanted, abs=1e-7)


def test_visits_and_counter_minutes_are_both_kept():
    """10 short visits and 10 of 5 min; A has room for 30 visits but 20 min, B for 5 visits.

    Beside its share of 5 visits at B at most (5 long ones) A needs 10 + 25 = 35 min at once the
    load; at x times it, B takes 5 long ones, A 10x short and 10x - 5 long: 60x - 25 = 20.
    """
    cells = Cells(
        np.array([10.0, 10.0]), np.array([1.0, 5.0]), np.ones((2, 2), np.bool_),
        np.array([30.0, 5.0]), np.array([20.0, np.inf]),
    )  # fmt: skip
    assert times_carried(cells, (0, 1)) == pytest.approx(0.75)
    assert times_carried(cells, ()) == 0.0


@pytest.mark.parametrize("seed", range(30))
def test_the_fewest_that_hit_every_set(seed):
    rng = np.random.default_rng(seed)
    sets = [
        frozenset(rng.choice(7, size=int(rng.integers(1, 4)), replace=False).tolist())
        for _ in range(int(rng.integers(0, 9)))
    ]
    wanted = next(
        size
        for size in range(8)
        if any(all(set(some) & s for s in sets) for some in itertools.combinations(range(7), size))
    )
    assert fewest(sets) == (wanted, True)


@pytest.mark.parametrize("seed", range(40))
def test_pairs_reckoned_visit_by_visit(seed, pack):
    problem = random_problem(seed)
    sites = [problem.site_ids[j] for j in range(len(problem.site_ids))]
    plan = tiny_plan(problem, sites)
    audit = judged(problem, plan, pack, longer_min=20.0)
    kes = 2 * (4 * problem.km + 80 + problem.minutes)
    for pair in audit.pairs:
        s, x, y = pair.service, pair.stop.site, pair.stays
        rows = _rows(problem, plan, s)
        moved = _rows(problem, plan, None) if pair.stop.ends_branch else rows
        extra = [
            (v, problem.minutes[i, k] - problem.minutes[i, x], kes[i, k] - kes[i, x])
            for i, b, j, v in moved
            if j == x and (k := _next(problem, plan, i, b, {x})) is not None
        ]
        total = sum(v for v, _, _ in extra)
        lost = sum(v for _, _, j, v in moved if j == x) - total
        assert pair.stop.stranded == pytest.approx(lost, abs=1e-9)
        assert pair.stop.customers_kes == pytest.approx(sum(v * m for v, _, m in extra))
        if total:
            assert pair.stop.extra_min_mean == pytest.approx(
                sum(v * e for v, e, _ in extra) / total
            )
            below = sum(v for v, e, _ in extra if e <= pair.stop.extra_min_p90 + 1e-9)
            above = sum(v for v, e, _ in extra if e >= pair.stop.extra_min_p90 - 1e-9)
            assert below >= 0.9 * total - 1e-9
            assert above >= 0.1 * total - 1e-9
        standard = float(problem.standard_min[s])
        own = {j: sum(v for _, _, at, v in rows if at == j) for j in (x, y)}
        small = min((x, y), key=lambda j: (own[j], problem.site_ids[j]))
        other = y if small == x else x
        could = sum(
            v
            for i, b, j, v in rows
            if j == small
            and plan.offers[other, problem.needs[b]].all()
            and _in_time(problem.minutes[i, other], problem.minutes[i, small], standard)
        )
        assert pair.overlap == pytest.approx(could / own[small] if own[small] else 1.0)
        both = [row for row in rows if row[2] in (x, y)]
        whole = sum(v for *_, v in both)
        if whole:
            assert pair.backup_now == pytest.approx(
                sum(v for i, b, j, v in both if _second(problem, plan, i, b, j, set(), standard))
                / whole
            )
            then = 0.0
            for i, b, j, v in both:
                goes = _next(problem, plan, i, b, {x}) if j == x else j
                if goes is not None and _second(problem, plan, i, b, goes, {x}, standard):
                    then += v
            assert pair.backup_after == pytest.approx(then / whole)


def _rows(problem, plan, service):
    who, found = plan.assignment, []
    for i, b, j, share in zip(who.point, who.visit_type, who.site, who.share, strict=True):
        visits = float(problem.visits[i, b] * share)
        if visits and (service is None or problem.needs[b, service]):
            found.append((int(i), int(b), int(j), visits))
    return found


def _next(problem, plan, i, b, gone):
    able = [
        j
        for j in np.flatnonzero(plan.is_open).tolist()
        if j not in gone
        and plan.offers[j, problem.needs[b]].all()
        and math.isfinite(problem.impedance[i, j])
    ]
    return min(able, key=lambda j: (problem.impedance[i, j], j), default=None)


def _in_time(minutes, now, standard):
    given = math.isfinite(standard)
    near = (given and minutes <= standard) or (
        not (given and now <= standard) and minutes - now <= 20.0
    )
    return math.isfinite(minutes) and near


def _second(problem, plan, i, b, goes, gone, standard):
    k = _next(problem, plan, i, b, gone | {goes})
    return k is not None and _in_time(problem.minutes[i, k], problem.minutes[i, goes], standard)


# -- the built-in example --------------------------------------------------------------------------


def test_which_of_the_six_round_nairobi_the_load_justifies(capsys):
    """The figures of docs/audit.md."""
    status, out, err = run(capsys, "audit", "proposal-2025", "--json")
    assert (status, err) == (0, "")
    told = json.loads(out)["judged"]
    group = told["groups"][0]
    assert group["services"] == ["passport_biometrics", "passport_collection"]
    assert (group["needed_by_load"], group["proved"], group["smallest_sets"]) == (3, True, 21)
    verdicts = {each["site"][4:]: each["verdict"] for each in group["members"]}
    assert verdicts == {
        **dict.fromkeys(("nyayo-house", "machakos", "thika"), "load"),
        **dict.fromkeys(
            ("westlands", "upper-hill", "makadara", "kiserian", "athi-river"), "unnecessary"
        ),
    }
    assert group["needed_at_other_loads"] == {"0.8": 2, "1.25": 4, "1.5": 5, "2": 6}
    assert group["saved_kes_per_year"] == 75_500_000
    assert told["readings"]["less"]["branches"]["unnecessary"] == 6


def test_the_tables_say_what_the_audit_says():
    pack = read_pack(find_pack("immigration"))
    path = find_pack("immigration") / "scenarios" / "proposal-2025.toml"
    asked = listed(pack, read_scenario(path))
    found = found_of(asked)
    pairs, members = table_of(found, pack), group_table_of(found, pack)
    assert len(pairs.rows) == len(found.pairs) == len(asked.score.duplicates)
    assert all(len(row) == len(pairs.columns) for row in pairs.rows)
    assert all(len(row) == len(members.columns) for row in members.rows)
    at = pairs.columns.index("saved_kes")
    assert [row[at] for row in pairs.rows] == [pair.saved_kes for pair in found.pairs]
    assert all(v is None or not isinstance(v, float) or math.isfinite(v)
               for row in (*pairs.rows, *members.rows) for v in row)  # fmt: skip


# -- the command ----------------------------------------------------------------------------------


def test_every_wrong_threshold_is_told_at_once():
    with pytest.raises(UsageError) as found:
        with_changes(
            Thresholds(), ["overlap=2", "overlapp=1", "backup=", "head_office=x"],
            ["A", "Q", "A:q"], ["A", "B"], ["passport"],
        )  # fmt: skip
    text = str(found.value)
    for part in (
        "overlap=2: found 2; expected a number from 0 to 1 (share)",
        "no threshold overlapp. Did you mean overlap",
        "backup=: found nothing",
        "head_office: there is no site x",
        "--wanted: there is no site Q",
        "--wanted: there is no service q",
    ):
        assert part in text


def test_a_run_is_audited_like_any_network(capsys, tmp_path, pack):
    scenario = Scenario(name="Both", pack=str(pack.folder))
    folder = judge_and_write(solve(pack, scenario), pack, scenario, tmp_path / "run")
    status, out, _ = run(capsys, "audit", folder, "--json", "--threshold", "separation_km=500")
    assert status == 0
    told = json.loads(out)
    assert told["name"] == "Both"
    assert told["judged"]["thresholds"]["separation_km"]["value"] == 500
    assert told["judged"]["head_office"] == "s1"
    status, out, _ = run(capsys, "audit", folder)
    assert status == 0
    assert "three meanings of duplicate" in out
