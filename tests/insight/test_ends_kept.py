"""Figures at their ends are kept as plain values and read again to the bit."""

import json
import math
from dataclasses import replace

from insight.uncertain_case import two_places
from planner.insight import Effort
from planner.insight.assumptions import assumptions
from planner.insight.ends_kept import ends_of_values, ends_values
from planner.insight.uncertain import Kept, one_at_a_time
from planner.optimize import Limits
from planner.scenario import Scenario
from planner.solve import solve


def found(tmp_path):
    pack = two_places(tmp_path)
    scenario = Scenario(name="One", pack=pack.id, rules={"branches": {"exactly": 1}})
    plan = solve(pack, scenario).plan
    return pack, one_at_a_time(Kept(pack, scenario, plan), effort=Effort(Limits(60.0)))


def test_what_is_kept_is_what_was_found(tmp_path):
    pack, told = found(tmp_path)
    assert told.swings
    endless = replace(told.now, shortfall=math.inf, mean_min=None)
    told = replace(told, now=endless, left_out=(told.swings[0].assumption,))
    values = json.loads(json.dumps(ends_values(told), allow_nan=False))
    assert ends_of_values(values, assumptions(pack)) == told


def test_figures_that_are_not_given_any_more_make_it_unknown(tmp_path):
    pack, told = found(tmp_path)
    gone = told.swings[0].assumption.key
    rest = [each for each in assumptions(pack) if each.key != gone]
    assert ends_of_values(ends_values(told), rest) is None
