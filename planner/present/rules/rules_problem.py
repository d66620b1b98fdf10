"""The problem that the rules as they are set would make: what hints and checks look at."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from planner.demand import Visits, yearly_visits
from planner.errors import Fault, InputError
from planner.pack.travel_types import TravelModel
from planner.present import session
from planner.present.rules.rules_checks import Check, checks
from planner.present.session import Case
from planner.problem import PlanningProblem
from planner.scenario import Scenario, build
from planner.scenario.travel import model_of
from planner.travel import TravelTimes, travel_times


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What the rules ask for.

    Attributes:
        problem: None where the rules do not fit the pack.
        faults: Why not, each with its key.
        checks: What simple arithmetic sees; none where there is no problem.
    """

    problem: PlanningProblem | None
    faults: tuple[Fault, ...] = ()
    checks: tuple[Check, ...] = ()


def asked(case: Case, rules: Scenario) -> Asked:
    """The problem of some rules on the pack that is shown, built once for the same rules."""
    told = rules.model_copy(update={"name": "x", "description": "", "origin": None})
    key = f"{told.model_dump_json()}{'rule' in rules.duplicates.model_fields_set}"
    found: Asked = _kept(session.case_key(), key, case, rules)
    return found


def _ask(case_key: str, rules_key: str, _case: Case, _rules: Scenario) -> Asked:
    del rules_key
    pack = _case.pack
    visits: Visits = _kept_visits(case_key, _case)
    try:
        travel = _kept_travel(case_key, model_of(pack, _rules), _rules.travel.mode, _case)
        problem = build(pack, _rules, visits=visits, travel=travel)
    except InputError as error:
        return Asked(None, tuple(error.faults))
    return Asked(problem, (), checks(problem))


def _travel(case_key: str, model: TravelModel, mode: str | None, _case: Case) -> TravelTimes:
    del case_key
    return travel_times(_case.pack, model, mode)


def _visits(case_key: str, _case: Case) -> Visits:
    del case_key
    return yearly_visits(_case.pack)


_kept = st.cache_resource(_ask, show_spinner=False, max_entries=12)
_kept_travel = st.cache_resource(_travel, show_spinner=False, max_entries=4)
_kept_visits = st.cache_resource(_visits, show_spinner=False, max_entries=4)
