"""What is said of each broken rule: what, where, and the figures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.evaluate import score, violations
from planner.evaluate.rules import LISTED
from planner.plan import Assignment
from planner.problem import Rules

from .tiny import tiny_plan, tiny_problem


def two_towns(**changes):
    """Towns A and B 50 km apart with a village in each; A is a branch with passports today."""
    about = {
        "points": [0, 50],
        "sites": [0, 50],
        "services": ("id", "passport"),
        "visits": [[10, 20], [30, 40]],
        "point_area": [0, 1],
        "site_area": [0, 1],
        "existing": [0],
        "today": {0: ["passport"]},
        "branch_annual_kes": 1000,
        "offering_annual_kes": 5,
        "capital_kes": [300, 700],
    }
    return tiny_problem(**{**about, **changes})


def texts(problem, plan):
    return [entry.text for entry in violations(problem, plan)]


def rows(*entries):
    point, kind, site, share = zip(*entries, strict=True)
    return Assignment(np.array(point), np.array(kind), np.array(site), np.array(share, float))


def test_a_right_plan_has_nothing_to_tell():
    problem = two_towns()
    assert texts(problem, tiny_plan(problem, "AB")) == []


def test_wrong_ways_are_named():
    problem = two_towns(no_route=[(1, 0)])
    plan = replace(
        tiny_plan(problem, {"A": ["id", "passport"], "B": ["passport"]}),
        assignment=rows((0, 0, 1, 1), (0, 1, 0, 1), (1, 0, 0, 1), (1, 1, 1, 1)),
    )
    assert texts(problem, plan) == [
        (
            "Demand point p0 sends 10 visits a year of type id (share 1) to B (area 002), "
            "which does not offer id."
        ),
        (
            "Demand point p1 sends 30 visits a year of type id (share 1) to A (area 001), "
            "to which there is no route."
        ),
    ]
    closed = replace(
        plan,
        is_open=np.array([True, False]),
        offers=plan.offers & [[True], [False]],
        format=None,
    )
    assert texts(problem, closed)[0] == (
        "Demand point p0 sends 10 visits a year of type id (share 1) to B (area 002), "
        "which is not open."
    )


def test_shares_that_do_not_add_up():
    problem = two_towns()
    plan = replace(
        tiny_plan(problem, "AB"),
        assignment=rows(
            (0, 0, 0, 0.5), (0, 0, 1, 0.75), (0, 1, 0, 0.25), (1, 0, 1, 1), (1, 1, 1, 1)
        ),
    )
    assert texts(problem, plan) == [
        (
            "The 10 visits a year of type id from demand point p0 are served more than once: "
            "their shares add up to 1.25, expected 1."
        ),
        (
            "The 20 visits a year of type passport from demand point p0 are not all served: "
            "their shares add up to 0.25, expected 1; A (area 001) could serve them."
        ),
    ]


def test_a_share_may_miss_one_by_a_millionth():
    problem = two_towns()
    plan = tiny_plan(problem, "AB")
    for off in (-9e-7, 9e-7):
        share = plan.assignment.share + off
        assert not texts(problem, replace(plan, assignment=replace(plan.assignment, share=share)))


def test_a_share_of_nothing_is_no_visit():
    problem = two_towns(no_route=[(0, 1)])
    plan = tiny_plan(problem, "A")
    own = plan.assignment
    padded = Assignment(
        np.append(own.point, 0),
        np.append(own.visit_type, 0),
        np.append(own.site, 1),
        np.append(own.share, 0.0),
    )
    judged = score(problem, replace(plan, assignment=padded))
    assert judged.violations == ()
    assert judged.objective == score(problem, plan).objective


def test_nobody_serves_though_a_site_could():
    problem = two_towns()
    assert texts(problem, tiny_plan(problem, {"A": ["passport"]})) == [
        (
            "Nobody serves the 10 visits a year of type id from demand point p0: no open branch "
            "offers id with a route from there; the nearest site that could is A (area 001)."
        ),
        (
            "Nobody serves the 30 visits a year of type id from demand point p1: no open branch "
            "offers id with a route from there; the nearest site that could is B (area 002)."
        ),
    ]


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({"no_route": [(1, 0), (1, 1)]}, Rules()),  # no route to anywhere
        ({"no_route": [(1, 0)]}, Rules(mix="as_listed")),  # nothing is listed at the only one
        ({"no_route": [(0, 0), (1, 0)], "visits": [[0, 0], [0, 0]]}, Rules()),  # nobody travels
    ],
)
def test_what_no_site_could_serve_is_nobodys_fault(changes, rules):
    problem = two_towns(today={0: ["id", "passport"]}, rules=rules, **changes)
    assert texts(problem, tiny_plan(problem, "A")) == []


def test_a_lock_may_not_leave_visits_without_a_branch():
    problem = two_towns(no_route=[(1, 0)], rules=Rules(locked_closed=frozenset({1})))
    assert "Nobody serves" in texts(problem, tiny_plan(problem, "A"))[0]


def test_branches_and_their_mixes():
    problem = two_towns()
    plan = tiny_plan(problem, "A")
    assert texts(problem, replace(plan, offers=np.ones((2, 2), bool))) == [
        "B (area 002) is not open and yet offers id and passport."
    ]
    assert texts(problem, replace(plan, is_open=np.ones(2, bool), format=None)) == [
        "B (area 002) is open and offers no service."
    ]


def test_todays_branches_stay():
    problem = two_towns()
    assert texts(problem, tiny_plan(problem, "B")) == [
        "A (area 001) is a branch today and must stay; the plan closes it."
    ]
    assert texts(problem, tiny_plan(problem, {"A": ["id"], "B": ["id", "passport"]})) == [
        "A (area 001) offers passport today; the plan drops what must stay."
    ]
    for rules in (Rules(existing="may_close"), Rules(locked_closed=frozenset({0}))):
        assert texts(two_towns(rules=rules), tiny_plan(problem, "B")) == []


def test_locks():
    problem = two_towns(rules=Rules(locked_open=frozenset({1})))
    assert texts(problem, tiny_plan(problem, "A")) == [
        "B (area 002) must be open by the scenario, and the plan closes it."
    ]
    problem = two_towns(rules=Rules(locked_closed=frozenset({1})))
    assert texts(problem, tiny_plan(problem, "AB")) == [
        "B (area 002) must stay closed by the scenario, and the plan opens it."
    ]


def test_mixes_as_listed():
    problem = tiny_problem(
        [0],
        [0, 1, 2],
        ("id", "passport", "visa"),
        visit_types={"id": ["id"]},
        existing=[0],
        proposed=[1],
        today={0: ["id", "passport"], 1: ["visa"]},
        rules=Rules(mix="as_listed", existing="may_close"),
    )
    right = tiny_plan(problem, {"A": ["id", "passport"], "B": ["visa"]})
    assert texts(problem, right) == []
    wrong = {"A": ["id", "visa"], "B": ["visa", "id", "passport"], "C": ["id"]}
    assert texts(problem, tiny_plan(problem, wrong)) == [
        (
            "A (area 001) must offer what is listed (id and passport); "
            "the plan adds visa and drops passport."
        ),
        "B (area 001) must offer what is listed (visa); the plan adds id and passport.",
        "C (area 001): nothing is listed there, and the plan offers id.",
    ]


def test_money_is_exact_to_the_unit():
    # new: B for 700; a year: 2 x 1000 + 4 x 5 = 2020
    exact = two_towns(rules=Rules(capital_max_kes=700, annual_max_kes=2020))
    plan = tiny_plan(exact, "AB")
    assert texts(exact, plan) == []
    short = two_towns(rules=Rules(capital_max_kes=699, annual_max_kes=2019))
    assert texts(short, plan) == [
        "The changes cost 700 once; the budget is 699: 1 too much.",
        "The network costs 2,020 a year; the budget is 2,019: 1 too much.",
    ]


def test_large_money_is_exact_to_the_unit():
    """Sums above 2 ** 53 (where floats skip units) and above 2 ** 63 (where int64 wraps)."""
    huge = [2**62 + 1, 2**62 + 2]
    plan = tiny_plan(two_towns(existing=[], today={}), "AB")
    for over in (0, 1):
        rules = Rules(annual_max_kes=2**63 + 3 - over)
        problem = two_towns(
            branch_annual_kes=huge, offering_annual_kes=0, existing=[], today={}, rules=rules
        )
        assert len(texts(problem, plan)) == over


def test_counts_and_floors():
    rules = Rules(branches_min=2, floor_branches=1, floor_services={1: 1})
    problem = two_towns(rules=rules)
    assert texts(problem, tiny_plan(problem, "AB")) == []
    assert texts(problem, tiny_plan(problem, "A")) == [
        "The plan opens 1 branch; at least 2 must be open.",
        "Area 002 has no branch; every area must have at least 1.",
        "Area 002 has no branch offering passport; every area must have at least 1.",
    ]
    problem = two_towns(rules=Rules(branches_max=1, new_max=0, floor_services={0: 2}), areas=3)
    assert texts(problem, tiny_plan(problem, "AB")) == [
        "The plan opens 2 branches; at most 1 may be open.",
        "The plan has 1 new branch; at most 0 are allowed.",
        "Area 001 has 1 branch offering id; every area must have at least 2.",
        "Area 002 has 1 branch offering id; every area must have at least 2.",
        "Area 003 has no branch offering id; every area must have at least 2.",
    ]


def test_a_flood_is_cut_short_and_counted():
    problem = tiny_problem([0] * 50, [0])
    found = texts(problem, tiny_plan(problem, ""))
    assert len(found) == LISTED + 1
    assert found[-1] == "... and 30 more like the 20 above."


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            {"point": np.array([0, 1, 0, 9])},
            "point names what is not there in 1 of 4 rows; the first is row 3: 9, expected 0 to 1.",
        ),
        (
            {"site": np.array([0, -1, 0, -1])},
            "site names what is not there in 2 of 4 rows; the first is row 1: -1, expected 0 to 1.",
        ),
        ({"visit_type": np.zeros(4)}, "visit_type must be whole positions; found float64."),
        (
            {"share": np.array([1, np.nan, 1, 1])},
            "share is not a finite number in 1 of 4 rows; the first is row 1: nan.",
        ),
        ({"share": np.array(["1"] * 4)}, "share must be numbers; found <U1."),
        (
            {"share": np.ones(3)},
            (
                "columns must be equally long lists; "
                "found point (4,), visit_type (4,), site (4,), share (3,)."
            ),
        ),
    ],
)
def test_rows_that_cannot_be_read(change, told):
    problem = two_towns()
    plan = tiny_plan(problem, "AB")
    changed = replace(plan, assignment=replace(plan.assignment, **change))
    ((rule, text),) = [(v.rule, v.text) for v in violations(problem, changed)]
    assert rule == "form"
    assert text == f"The assignment's {told}"


def test_tables_that_cannot_be_read():
    problem = two_towns()
    plan = tiny_plan(problem, "AB")
    assert texts(problem, replace(plan, is_open=np.ones(2))) == [
        "The plan's is_open must say true or false; found float64."
    ]
    assert texts(
        problem, replace(plan, is_open=np.ones(3, bool), offers=np.ones((2, 3), bool))
    ) == [
        "The plan's is_open has shape (3,); expected (2,).",
        "The plan's offers has shape (2, 3); expected (2, 2).",
    ]


# -- formats, locks, changes ---------------------------------------------------------------

TWO_FORMATS = {
    "formats": {"kiosk": ["passport"], "office": ["id", "passport"]},
    "format_allowed": [[False, True, True], [False, False, True]],
    "today_format": [1, -1],
}


def in_formats(problem, branches, *formats):
    return replace(tiny_plan(problem, branches), format=np.array(formats))


def test_formats_and_what_they_may_offer():
    problem = two_towns(**TWO_FORMATS)
    assert texts(problem, in_formats(problem, "AB", 2, 2)) == []
    assert texts(problem, in_formats(problem, "AB", 1, 0)) == [
        "B (area 002) has the format plain, which the site may not take; it may take office.",
        "A (area 001) offers id, which a branch of the format kiosk may not offer.",
    ]
    nothing = replace(problem, format_allowed=np.zeros((2, 3), bool))
    assert "it may take none." in texts(nothing, in_formats(nothing, "AB", 2, 2))[0]


def test_nobody_is_to_blame_for_what_no_format_may_offer():
    kiosks = {**TWO_FORMATS, "format_allowed": [[False, True, False], [False, True, False]]}
    problem = two_towns(**kiosks)
    plan = in_formats(problem, {"A": ["passport"], "B": ["passport"]}, 1, 1)
    assert texts(problem, plan) == []
    mixed = two_towns(**kiosks, visit_types={"both": ["id", "passport"]}, visits=[[10], [30]])
    plan = in_formats(mixed, {"A": ["passport"], "B": ["passport"]}, 1, 1)
    assert texts(mixed, plan) == []
    office = replace(mixed, format_allowed=np.array([[False, True, False], [False, False, True]]))
    assert len(texts(office, plan)) == 3  # B is no kiosk, and as an office it could serve both


def test_what_is_listed_must_fit_a_format_as_a_whole():
    problem = two_towns(
        **{**TWO_FORMATS, "format_allowed": [[False, True, False]] * 2},
        today={0: ["id", "passport"]},
        visits=[[0, 20], [0, 40]],
        rules=Rules(mix="as_listed"),
    )
    # only a kiosk may stand there, which may not offer all that is listed
    nothing = in_formats(problem, "", -1, -1)
    assert [text for text in texts(problem, nothing) if "Nobody" in text] == []
    problem = replace(problem, format_allowed=np.array([[False, True, True], [False, True, False]]))
    assert len([text for text in texts(problem, nothing) if "Nobody" in text]) == 2


def test_locks_of_offerings_and_formats():
    rules = Rules(
        locked_offered=frozenset({(1, 0)}),
        locked_withheld=frozenset({(0, 0)}),
        locked_format={0: 1, 1: 2},
    )
    problem = two_towns(**TWO_FORMATS, rules=rules)
    good = {"A": ["passport"], "B": ["id", "passport"]}
    assert texts(problem, in_formats(problem, good, 1, 2)) == []
    bad = {"A": ["id", "passport"], "B": ["passport"]}
    assert texts(problem, in_formats(problem, bad, 2, 2)) == [
        "B (area 002) must offer id by the scenario, and the plan does not.",
        "A (area 001) must not offer id by the scenario, and the plan does.",
        "A (area 001) must have the format kiosk by the scenario; in the plan it is office.",
    ]
    alone = in_formats(problem, {"A": ["passport"]}, 1, -1)
    assert "B (area 002) must offer id" in texts(problem, alone)[-1]


def test_branches_that_may_change_stay():
    problem = two_towns(rules=Rules(existing="may_change"))
    assert texts(problem, tiny_plan(problem, {"A": ["id"], "B": ["id", "passport"]})) == []
    assert texts(problem, tiny_plan(problem, "B")) == [
        "A (area 001) is a branch today and must stay; the plan closes it."
    ]
    locked = two_towns(rules=Rules(existing="may_change", locked_closed=frozenset({0})))
    assert texts(locked, tiny_plan(locked, "B")) == []
    free = two_towns(rules=Rules(existing="may_close"))
    assert texts(free, tiny_plan(free, "B")) == []


def test_a_floor_of_an_area_replaces_the_general_one():
    problem = two_towns(rules=Rules(floor_branches=1, floor_areas={0: 2, 1: 0}), areas=3)
    assert texts(problem, tiny_plan(problem, "A")) == [
        "Area 001 has 1 branch; it must have at least 2.",
        "Area 003 has no branch; every area must have at least 1.",
    ]


CHANGES = {
    **TWO_FORMATS,
    "capital_kes": [[0, 100, 300], [0, 100, 700]],
    "branch_annual_kes": [[0, 1000, 4000], [0, 1000, 5000]],
    "offering_capital_kes": [[20, 30], [40, 50]],
    "closing_kes": [8000, 9000],
    "offering_closing_kes": [[1, 3], [1, 1]],
}


@pytest.mark.parametrize(
    ("branches", "formats", "capital", "annual"),
    [
        ({"A": ["passport"]}, (1, -1), 0, 1005),  # as today
        ({"A": ["id", "passport"]}, (2, -1), 300 + 20, 4010),  # another format, ids are new
        ({"A": ["id"]}, (2, -1), 300 + 20 + 3, 4005),  # passports are given up
        ("B", (-1, 2), 8000 + 3 + 700 + 40 + 50, 5010),  # A closes with its passports
        ("", (-1, -1), 8003, 0),
    ],
)
def test_what_changes_cost(branches, formats, capital, annual):
    rules = Rules(existing="may_close", capital_max_kes=capital, annual_max_kes=annual)
    problem = two_towns(**CHANGES, rules=rules, visits=0.0)
    plan = in_formats(problem, branches, *formats)
    judged = score(problem, plan)
    assert judged.violations == ()
    assert (judged.kpis.capital_kes, judged.kpis.annual_kes) == (capital, annual)
    by_site = [*judged.branches, *judged.closed]
    assert sum(entry.capital_kes for entry in by_site) == capital
    assert [entry.site for entry in judged.closed] == ([] if plan.is_open[0] else [0])
    less = replace(rules, capital_max_kes=capital - 1, annual_max_kes=annual - 1)
    assert len(texts(replace(problem, rules=less), plan)) == 2


def test_what_is_only_announced_is_not_there_today():
    problem = two_towns(**{**CHANGES, "existing": [], "today_format": [-1, -1]}, proposed=[0])
    plan = in_formats(problem, {"A": ["passport"]}, 1, -1)
    assert score(problem, plan).kpis.capital_kes == 100 + 30


def test_budgets_of_divisions():
    about = {**CHANGES, "divisions": ["Papers", "Borders"], "service_division": [1, 0]}
    # passports (Papers): 2 x 5 a year, new at B for 50; ids (Borders): new at both, 20 + 40
    exact = Rules(division_annual_max_kes={0: 10, 1: 10}, division_capital_max_kes={0: 50, 1: 60})
    problem = two_towns(**about, rules=exact)
    plan = in_formats(problem, "AB", 2, 2)
    assert texts(problem, plan) == []
    less = Rules(division_annual_max_kes={0: 9}, division_capital_max_kes={0: 49, 1: 59})
    assert texts(replace(problem, rules=less), plan) == [
        "The changes in services of Papers cost 50 once; the budget is 49: 1 too much.",
        "The changes in services of Borders cost 60 once; the budget is 59: 1 too much.",
        "The services of Papers cost 10 a year; the budget is 9: 1 too much.",
    ]
    closing = replace(problem, rules=replace(less, existing="may_close"))
    # A gives its passports up for 3, and B's are new
    told = texts(closing, in_formats(closing, {"A": ["id"], "B": ["id", "passport"]}, 2, 2))
    assert told[0].startswith("The changes in services of Papers cost 53 once")


def test_everyone_of_a_place_goes_to_one_branch():
    problem = two_towns(rules=Rules(assignment="single"))
    plan = tiny_plan(problem, "AB")
    assert texts(problem, plan) == []
    split = replace(
        plan,
        assignment=rows((0, 0, 0, 0.5), (0, 0, 1, 0.5), (0, 1, 0, 1), (1, 0, 1, 1), (1, 1, 1, 1)),
    )
    assert texts(problem, split) == [
        (
            "The 10 visits a year of type id from demand point p0 are split between A and B; "
            "they must all go to one branch."
        )
    ]
    halves = replace(
        plan,
        assignment=rows((0, 0, 0, 0.5), (0, 0, 0, 0.5), (0, 1, 1, 1), (1, 0, 1, 1), (1, 1, 1, 1)),
    )
    assert texts(problem, halves) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            {"format": np.array([0, 3])},
            "format is wrong at 1 of 2 sites; the first is B: 3, expected 0 to 2, as it is open.",
        ),
        ({"format": np.zeros(2)}, "format must be whole positions; found float64."),
        ({"format": np.zeros(3, int)}, "format has shape (3,); expected (2,)."),
        (
            {"is_open": np.array([True, False])},
            "format is wrong at 1 of 2 sites; the first is B: 2, expected -1, as it is closed.",
        ),
        ({"counters": np.zeros((2, 2))}, "counters must be whole numbers; found float64."),
        ({"counters": np.zeros((2, 1), int)}, "counters has shape (2, 1); expected (2, 2)."),
        (
            {"counters": np.array([[0, 0], [0, -1]])},
            "counters are below 0 in 1 places; the first is passport at B: -1.",
        ),
    ],
)
def test_formats_and_counters_that_cannot_be_read(change, told):
    problem = two_towns(**TWO_FORMATS, rules=Rules(capacity="hard", counters="by_service"))
    plan = replace(in_formats(problem, "AB", 2, 2), counters=np.zeros((2, 2), int))
    assert texts(problem, plan) == []
    assert texts(problem, replace(plan, **change)) == [f"The plan's {told}"]


@pytest.mark.parametrize("capacity", ["off", "soft"])
def test_counters_stand_where_the_rules_ask_for_them(capacity):
    problem = two_towns(rules=Rules(capacity=capacity, counters="by_service"))
    plan = tiny_plan(problem, "AB")
    counted = replace(plan, counters=np.zeros((2, 2), int))
    wrong = counted if capacity == "off" else plan
    right = plan if capacity == "off" else counted
    assert texts(problem, right) == []
    assert len(texts(problem, wrong)) == 1
