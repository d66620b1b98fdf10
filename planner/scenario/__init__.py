"""Scenarios: named rules in a TOML file, and the planning problem they make of a pack."""

from planner.scenario.demand import adoption_of, demand_of
from planner.scenario.file import (
    parse_scenario,
    read_scenario,
    scenario_from_dict,
    scenario_toml,
)
from planner.scenario.phases import phase_scenarios
from planner.scenario.problem import build
from planner.scenario.rules import price_in_objective
from planner.scenario.schema import OriginSection, Phase, Scenario, SolveSection, StandardRule

__all__ = [
    "OriginSection",
    "Phase",
    "Scenario",
    "SolveSection",
    "StandardRule",
    "adoption_of",
    "build",
    "demand_of",
    "parse_scenario",
    "phase_scenarios",
    "price_in_objective",
    "read_scenario",
    "scenario_from_dict",
    "scenario_toml",
]
